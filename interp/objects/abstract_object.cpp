// Text, truth, hashing, comparison, containers and iteration on any objects.
#include "interp/objects/abstract.h"
#include "interp/objects/dict.h"
#include "interp/objects/format.h"
#include "interp/objects/int.h"
#include "interp/objects/iterators.h"
#include "interp/objects/list.h"
#include "interp/objects/native_stack.h"
#include "interp/objects/set.h"
#include "interp/objects/small_types.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"

namespace taipan {

// ---- Text -------------------------------------------------------------------------------------------------------------------------

Ref repr_of(Value o) {
  if (o.is_int()) return int_to_str(o);
  RecursionScope scope(" while getting the repr of an object");
  if (!scope.ok()) return nullptr;
  UnarySlot f = type_of(o)->s.repr;
  Ref r = f ? f(o) : format_str("<%s object at %p>", type_of(o)->cname, reinterpret_cast<void*>(o.bits));
  if (r && !is_str(r)) return raise(types::TypeError, "__repr__ returned non-string (type %.200T)", r.get());
  return r;
}

Ref str_of(Value o) {
  if (is_str_exact(o)) return Ref::dup(o);
  if (o.is_int()) return int_to_str(o);
  if (o == kNone || is_bool(o)) return type_of(o)->s.repr(o);
  UnarySlot f = type_of(o)->s.str;
  if (!f) return repr_of(o);
  RecursionScope scope(" while getting the str of an object");
  if (!scope.ok()) return nullptr;
  Ref r = f(o);
  if (r && !is_str(r)) return raise(types::TypeError, "__str__ returned non-string (type %.200T)", r.get());
  return r;
}

Ref ascii_of(Value o) {
  Ref r = repr_of(o);
  if (!r || r.as<Str>()->ascii) return r;
  const Str* s = r.as<Str>();
  StrBuilder b;
  static const char kHex[] = "0123456789abcdef";
  for (size_t i = 0; i < s->length; i++) {
    uint32_t c = s->at(i);
    if (c < 128) {
      if (!b.append_char(c)) return nullptr;
      continue;
    }
    char text[12] = {'\\', c <= 0xFF ? 'x' : c <= 0xFFFF ? 'u' : 'U'};
    size_t digits = c <= 0xFF ? 2 : c <= 0xFFFF ? 4 : 8;
    for (size_t d = 0; d < digits; d++) text[2 + d] = kHex[(c >> (4 * (digits - 1 - d))) & 15];
    if (!b.append_ascii({text, 2 + digits})) return nullptr;
  }
  return b.finish();
}

Ref format_value(Value o, Value spec) {
  Ref empty;
  if (!spec) {
    empty = empty_str();
    spec = empty;
  } else if (!is_str(spec)) {
    return raise(types::SystemError, "Format specifier must be a string, not %.200T", spec);
  }
  if (spec.as<Str>()->length == 0) {
    if (is_str_exact(o)) return Ref::dup(o);
    if (is_int_exact(o)) return int_to_str(o);
  }
  if (is_str_exact(spec)) {  // what their __format__ does
    if (o.is_int() || has_shape(o, kShapeBigInt)) return format_int(o, spec);
    if (is_str_exact(o)) return format_text(o, spec);
    if (o.is_float() || has_shape(o, kShapeBoxedFloat)) return format_float(o, spec);
  }
  Ref f = lookup_special(o, TAIPAN_NAME(__format__));
  if (!f) {
    if (error_occurred()) return nullptr;
    return raise(types::TypeError, "Type %.100T doesn't define __format__", o);
  }
  Ref r = call(f, spec);
  if (r && !is_str(r)) return raise(types::TypeError, "__format__ must return a str, not %.200T", r.get());
  return r;
}

// ---- Truth, hash, comparison --------------------------------------------------------------------------------------------------------

int is_true_slow(Value o) {
  if (is_bool(o)) return o == kTrue;
  const Slots& s = type_of(o)->s;
  if (s.truth) return s.truth(o);
  if (s.length) {
    int64_t n = s.length(o);
    return n < 0 ? -1 : n > 0;
  }
  return 1;
}

bool hash_of(Value o, int64_t* out) {
  HashSlot f = type_of(o)->s.hash;
  if (!f) return raise(types::TypeError, "unhashable type: '%T'", o);
  return check_native_stack() && f(o, out);
}

bool compare_ints(int64_t a, int64_t b, CompareOp op) {
  switch (op) {
    case kLt: return a < b;
    case kLe: return a <= b;
    case kEq: return a == b;
    case kNe: return a != b;
    case kGt: return a > b;
    default: return a >= b;
  }
}

namespace {

constexpr CompareOp kSwapped[] = {kGt, kGe, kEq, kNe, kLt, kLe};

// Nobody compares the two: only identity is left.
Ref compare_identity(Value a, Value b, CompareOp op) {
  static const char* const kSymbols[] = {"<", "<=", "==", "!=", ">", ">="};
  if (op == kEq) return Ref::imm(bool_value(is_same(a, b)));
  if (op == kNe) return Ref::imm(bool_value(!is_same(a, b)));
  return raise(types::TypeError, "'%s' not supported between instances of '%.100T' and '%.100T'", kSymbols[op], a, b);
}

}  // namespace

namespace {

TAIPAN_INLINE int plain_scalar_order(Value a, Value b) {
  if (a.is_int() && b.is_int()) return (a.as_int() > b.as_int()) - (a.as_int() < b.as_int());
  if (a.is_float() && b.is_float()) {
    double x = a.as_float(), y = b.as_float();
    return (x > y) - (x < y);  // immediates: no NaN
  }
  if (is_str_exact(a) && is_str_exact(b)) {
    int order = str_compare(a.as<Str>(), b.as<Str>());
    return (order > 0) - (order < 0);
  }
  return kNoPlainOrder;
}

TAIPAN_NOINLINE int plain_tuple_order(const Tuple* a, const Tuple* b) {
  size_t n = a->size < b->size ? a->size : b->size;
  for (size_t i = 0; i < n; i++) {
    Value x = a->items()[i], y = b->items()[i];
    if (x == y) continue;
    int order = plain_scalar_order(x, y);
    if (order) return order;
  }
  return (a->size > b->size) - (a->size < b->size);
}

}  // namespace

int plain_order(Value a, Value b) {
  if (has_shape(a, kShapeTuple) && has_shape(b, kShapeTuple)) return plain_tuple_order(a.as<Tuple>(), b.as<Tuple>());
  return plain_scalar_order(a, b);
}

Ref compare_reflected(Value a, Value b, CompareOp op) {
  if (auto slot = type_of(b)->s.compare) {
    Ref r = slot(b, a, kSwapped[op]);
    if (r.get() != kNotImplemented) return r;
  }
  return compare_identity(a, b, op);
}

Ref compare(Value a, Value b, CompareOp op) {
  if (a.is_int() && b.is_int()) return Ref::imm(bool_value(compare_ints(a.as_int(), b.as_int(), op)));
  if (a.is_heap() && b.is_heap()) {
    ShapeId shape = a.header()->shape();
    if (shape == b.header()->shape() && (shape == kShapeStr || shape == kShapeBigInt)) {
      if (shape == kShapeStr && (op == kEq || op == kNe))
        return Ref::imm(bool_value(str_eq(a.as<Str>(), b.as<Str>()) == (op == kEq)));
      int order = shape == kShapeStr ? str_compare(a.as<Str>(), b.as<Str>()) : int_compare(a, b);
      return Ref::imm(bool_value(compare_ints(order, 0, op)));
    }
    if (shape == kShapeTuple && b.header()->shape() == kShapeTuple) {
      int order = plain_tuple_order(a.as<Tuple>(), b.as<Tuple>());
      if (order != kNoPlainOrder) return Ref::imm(bool_value(compare_ints(order, 0, op)));
    }
  } else if (a.is_float() && b.is_float()) {
    double x = a.as_float(), y = b.as_float();
    return Ref::imm(bool_value(op == kLt   ? x < y
                               : op == kLe ? x <= y
                               : op == kEq ? x == y
                               : op == kNe ? x != y
                               : op == kGt ? x > y
                                           : x >= y));
  }
  TypeObject* ta = type_of(a);
  TypeObject* tb = type_of(b);
  // Objects without comparisons of their own.
  if (ta->s.compare == types::Object->s.compare && tb->s.compare == ta->s.compare && (op == kEq || op == kNe))
    return Ref::imm(bool_value(is_same(a, b) == (op == kEq)));
  // Two of a built-in type without references, which compares them without comparing anything else.
  if (ta == tb && !(ta->flags & (kTypeHeap | kTypeGc)) && ta->s.compare) {
    Ref r = ta->s.compare(a, b, op);
    if (r.get() != kNotImplemented) return r;
    return compare_reflected(a, b, op);
  }
  RecursionScope scope(" in comparison");
  if (!scope.ok()) return nullptr;
  bool reflected_done = false;
  if (ta != tb && tb->s.compare && is_subtype(tb, ta)) {
    reflected_done = true;
    Ref r = tb->s.compare(b, a, kSwapped[op]);
    if (r.get() != kNotImplemented) return r;
  }
  if (ta->s.compare) {
    Ref r = ta->s.compare(a, b, op);
    if (r.get() != kNotImplemented) return r;
  }
  return reflected_done ? compare_identity(a, b, op) : compare_reflected(a, b, op);
}

int compare_true(Value a, Value b, CompareOp op) {
  Ref r = compare(a, b, op);
  return r ? is_true(r) : -1;
}

int values_equal(Value a, Value b) {
  if (is_same(a, b)) return 1;
  bool a_str = is_str_exact(a), b_str = is_str_exact(b);
  if (a_str && b_str) return str_eq(a.as<Str>(), b.as<Str>());
  if ((a_str && b.is_int()) || (a.is_int() && b_str)) return 0;
  return compare_true(a, b, kEq);
}

// ---- Containers ---------------------------------------------------------------------------------------------------------------------

int64_t length_of(Value o) {
  if (LengthSlot f = type_of(o)->s.length) return f(o);
  return raise(types::TypeError, "object of type '%.200T' has no len()", o);
}

int64_t length_hint(Value o, int64_t otherwise) {
  if (type_of(o)->s.length) {
    int64_t n = length_of(o);
    if (n >= 0) return n;
    if (!error_matches(types::TypeError)) return -1;
    clear_error();
  }
  Value method = type_lookup(type_of(o), TAIPAN_NAME(__length_hint__));
  if (!method) return otherwise;
  Ref r;
  if (has_shape(method, kShapeMethodDescriptor)) {
    r = call(method, o);  // (of a built-in type: it stays)
  } else {
    Ref f = lookup_special(o, TAIPAN_NAME(__length_hint__));
    if (!f) return error_occurred() ? -1 : otherwise;
    r = call(f);
  }
  if (!r) {
    if (!error_matches(types::TypeError)) return -1;
    clear_error();
    return otherwise;
  }
  if (r.get() == kNotImplemented) return otherwise;
  if (!is_int(r)) return raise(types::TypeError, "__length_hint__ must be an integer, not %.100T", r.get());
  int64_t n;
  if (!to_c_ssize(r, &n)) return -1;
  if (n < 0) return raise(types::ValueError, "__length_hint__() should return >= 0");
  return n;
}

Ref get_item(Value o, Value key) {
  if (BinarySlot f = type_of(o)->s.get_item) return f(o, key);
  if (is_type(o)) {
    if (o == Value(types::Type)) return make_generic_alias(o, key);
    Str* name = TAIPAN_NAME(__class_getitem__);
    Value self;  // (a built-in class's own needn't be bound to it)
    bool there = type_of(o) == types::Type && type_lookup(o.as<TypeObject>(), name);
    Ref f = there ? get_method(o, name, &self) : get_attr_opt(o, name);
    if (!f) return nullptr;
    if (self) return call(f, self, key);
    if (f.get() != kMissing && f.get() != kNone) return call(f, key);
    return raise(types::TypeError, "type '%.200N' is not subscriptable", o);
  }
  return raise(types::TypeError, "'%.200T' object is not subscriptable", o);
}
bool set_item(Value o, Value key, Value value) {
  if (SetItemSlot f = type_of(o)->s.set_item) return f(o, key, value);
  return raise(types::TypeError, "'%.200T' object does not support item assignment", o);
}
bool del_item(Value o, Value key) {
  if (SetItemSlot f = type_of(o)->s.set_item) return f(o, key, Value());
  // Two texts: of what is something like a sequence, for a key that is an index, and of all else.
  const TypeObject* t = type_of(o);
  bool sequence = (t->flags & kTypeHeap) || t->s.contains || t->s.concat;
  if (sequence && has_index(key)) return raise(types::TypeError, "'%.200T' object doesn't support item deletion", o);
  return raise(types::TypeError, "'%.200T' object does not support item deletion", o);
}

int contains(Value o, Value item) {
  if (ContainsSlot f = type_of(o)->s.contains) return f(o, item);
  IterEach it(o);
  if (it.failed()) {
    if (error_matches(types::TypeError)) {
      clear_error();
      return raise(types::TypeError, "argument of type '%.200T' is not iterable", o);
    }
    return -1;
  }
  while (it.next()) {
    int same = values_equal(it.item(), item);
    if (same != 0) return same;
  }
  return it.failed() ? -1 : 0;
}

bool is_sequence(Value o) {
  TypeObject* t = type_of(o);
  return t->s.get_item != nullptr && !(t->flags & (kSubDict | kTypeKeyed));
}
bool is_mapping(Value o) { return type_of(o)->s.get_item != nullptr; }

// ---- Iteration ----------------------------------------------------------------------------------------------------------------------

bool is_iterator(Value o) { return type_of(o)->s.next != nullptr; }

Ref get_iter(Value o) {
  TypeObject* t = type_of(o);
  if (!t->s.iter) {
    if (is_sequence(o)) return make_seq_iterator(o);
    return raise(types::TypeError, "'%.200T' object is not iterable", o);
  }
  Ref it = t->s.iter(o);
  if (it && !is_iterator(it)) return raise(types::TypeError, "iter() returned non-iterator of type '%.100T'", it.get());
  return it;
}

Ref iter_next(Value it) {
  UnarySlot f = type_of(it)->s.next;
  if (!f) return raise(types::TypeError, "'%.200T' object is not an iterator", it);
  if (!check_native_stack()) return nullptr;
  Ref v = f(it);
  if (TAIPAN_LIKELY(static_cast<bool>(v))) return v;
  if (error_matches(types::StopIteration)) {
    clear_error();
    return Ref::imm(kStopIter);
  }
  return v;
}

Ref iterable_to_list(Value o) {
  Ref list = make_list();
  if (!list || !list_extend(list, o)) return nullptr;
  return list;
}
Ref iterable_to_tuple(Value o) {
  if (is_tuple_exact(o)) return Ref::dup(o);
  if (is_list_exact(o)) return list_to_tuple(o);
  Ref list = iterable_to_list(o);
  if (!list) return nullptr;
  return list_to_tuple(list);
}

Ref (*deque_items_list)(Value) = nullptr;

Ref items_at_once(Value iterable) {
  if (!iterable.is_heap()) return Ref();
  if (is_dict_exact(iterable)) return dict_keys_list(iterable);
  switch (iterable.header()->shape()) {
    case kShapeDictKeys: return dict_keys_list(iterable.as<DictView>()->dict);
    case kShapeDictValues: return dict_values_list(iterable.as<DictView>()->dict);
    case kShapeDictItems: return dict_items_list(iterable.as<DictView>()->dict);
    case kShapeSet: return set_items_list(iterable);
    default: return deque_items_list ? deque_items_list(iterable) : Ref();
  }
}

Ref iter_at_once(Value iterable) {
  if (TAIPAN_LIKELY(!gc::parallel)) return get_iter(iterable);
  Ref items = items_at_once(iterable);
  return items ? get_iter(items) : error_occurred() ? Ref() : get_iter(iterable);
}

IterEach::IterEach(Value iterable) {
  if (is_list_exact(iterable) || is_tuple_exact(iterable)) {
    kind_ = is_list_exact(iterable) ? kList : kTuple;
    it_ = IteratorOf(Ref::dup(iterable), Value());
    return;
  }
  it_ = IteratorOf(iter_at_once(iterable), iterable);
  failed_ = !it_ || !check_native_stack();
  if (failed_) return;
  const TypeObject* t = type_of(it_);
  if (!(t->flags & kTypeHeap)) native_next_ = t->s.next;
}

bool IterEach::ended() {
  native_next_ = nullptr;
  failed_ = true;
  if (item_) return failed_ = false;  // kStopIter
  if (error_matches(types::StopIteration)) {
    clear_error();
    return failed_ = false;
  }
  return false;
}

bool IterEach::next_otherwise() {
  if (failed_ || item_ == kStopIter) return false;
  drop_item();
  if (kind_ == kList) {
    item_ = list_load(it_.get().as<List>(), static_cast<int64_t>(index_++)).release();
    return static_cast<bool>(item_);
  }
  if (kind_ == kTuple) {
    if (index_ >= tuple_size(it_)) return false;
    item_ = tuple_at(it_, index_++);
    incref(item_);
    return true;
  }
  item_ = iter_next(it_).release();
  return (item_ && item_ != kStopIter) || ended();
}

}  // namespace taipan
