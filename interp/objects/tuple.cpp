#include "interp/objects/tuple.h"

#include <algorithm>
#include <cstring>

#include "interp/objects/containers.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/slice.h"

namespace taipan {

static constexpr size_t kMaxTuple = (size_t{1} << 59);

static Tuple* empty_tuple_object() {
  static Tuple* const empty = [] {
    Tuple* t = new_object<Tuple>(kShapeTuple, false);
    if (t) gc::make_immortal(&t->h);
    return t;
  }();
  return empty;
}

// Slots are not initialised.
static TAIPAN_INLINE Tuple* allocate(size_t n, bool tracked) {
  if (TAIPAN_UNLIKELY(n > kMaxTuple)) return raise_memory();
  auto* t = reinterpret_cast<Tuple*>(
      gc::alloc_object(kTupleItems + n * sizeof(Value), kShapeTuple, tracked ? gc::kAllocTracked : gc::kAllocPlain));
  if (TAIPAN_UNLIKELY(!t)) return raise_memory();
  t->size = n;
  return t;
}

Ref make_tuple(size_t n) {
  if (n == 0) return Ref::dup(empty_tuple_object());
  Tuple* t = allocate(n, true);
  if (!t) return nullptr;
  memset(static_cast<void*>(t->items()), 0, n * sizeof(Value));
  return Ref::steal(t);
}

static bool any_may_form_cycle(const Value* items, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (may_form_cycle(items[i])) return true;
  }
  return false;
}

Ref make_tuple(const Value* items, size_t n) {
  if (n == 0) return Ref::dup(empty_tuple_object());
  size_t plain = 0;  // how many at its begin aren't counted
  while (plain < n && !items[plain].is_heap()) plain++;
  Tuple* t = allocate(n, plain < n && any_may_form_cycle(items + plain, n - plain));
  if (TAIPAN_UNLIKELY(!t)) return nullptr;
  Value* to = t->items();
  size_t i = 0;
  for (; i < plain; i++) to[i] = items[i];
  for (; i < n; i++) {
    Value v = items[i];
    if (v.is_heap()) gc::incref(v.header());
    to[i] = v;
  }
  return Ref::steal(t);
}
Ref make_private_tuple(size_t n) {
  if (n == 0) return Ref::dup(empty_tuple_object());
  Tuple* t = allocate(n, false);
  if (TAIPAN_UNLIKELY(!t)) return nullptr;
  for (size_t i = 0; i < n; i++) t->items()[i] = Value();
  return Ref::steal(t);
}

Ref make_pair(Value a, Value b) {
  Tuple* t = allocate(2, may_form_cycle(a) || may_form_cycle(b));
  if (TAIPAN_UNLIKELY(!t)) return nullptr;
  incref(a);
  incref(b);
  t->items()[0] = a;
  t->items()[1] = b;
  return Ref::steal(t);
}

Ref make_pair_steal(Ref a, Ref b) {
  Tuple* t = allocate(2, may_form_cycle(a) || may_form_cycle(b));
  if (TAIPAN_UNLIKELY(!t)) return nullptr;
  gc::init(&t->items()[0], std::move(a));
  gc::init(&t->items()[1], std::move(b));
  return Ref::steal(t);
}

Ref make_tuple_of(std::initializer_list<Value> items) { return make_tuple(items.begin(), items.size()); }

Ref make_tuple_steal(Ref* items, size_t n) {
  if (n == 0) return Ref::dup(empty_tuple_object());
  static_assert(sizeof(Ref) == sizeof(Value));
  Tuple* t = allocate(n, any_may_form_cycle(reinterpret_cast<const Value*>(items), n));
  if (!t) return nullptr;
  for (size_t i = 0; i < n; i++) gc::init(&t->items()[i], std::move(items[i]));
  return Ref::steal(t);
}

Ref tuple_slice(Value v, size_t start, size_t end) {
  auto* t = v.as<Tuple>();
  if (end > t->size) end = t->size;
  if (start > end) start = end;
  if (start == 0 && end == t->size && is_tuple_exact(v)) return Ref::dup(v);
  return make_tuple(t->items() + start, end - start);
}
Ref tuple_slice_steps(Value v, int64_t start, int64_t step, size_t count) {
  if (count == 0) return make_tuple(size_t{0});
  auto* t = v.as<Tuple>();
  Tuple* r = allocate(count, gc::is_tracked(&t->h));
  if (!r) return nullptr;
  for (size_t i = 0; i < count; i++, start += step) gc::init(&r->items()[i], Ref::dup(t->items()[start]));
  return Ref::steal(r);
}

// ---- slots

static void tuple_trace(Header* h, gc::Visitor& v) {
  auto* t = reinterpret_cast<Tuple*>(h);
  v.visit_range(t->items(), t->size);
}

static void tuple_dealloc(Header* h) {
  auto* t = reinterpret_cast<Tuple*>(h);
  if (TAIPAN_LIKELY(h->shape() == kShapeTuple)) {  // (weak references to exact tuples are impossible)
    gc::untrack_dying(h);
    size_t n = t->size;
    for (size_t i = n; i-- > 0;) decref(t->items()[i]);  // last first, as lists do
    gc::free_object_sized(h, kTupleItems + n * sizeof(Value));
    return;
  }
  if (!begin_dealloc(h)) return;
  for (size_t i = t->size; i-- > 0;) {
    Value v = t->items()[i];
    t->items()[i] = Value();
    decref(v);
  }
  finish_dealloc(h);
}

// Tuples of things that can't be part of a cycle (any more) can't either.
static bool tuple_can_untrack(Header* h) {
  auto* t = reinterpret_cast<Tuple*>(h);
  if (h->shape() != kShapeTuple) return false;
  for (size_t i = 0; i < t->size; i++) {
    Value v = t->items()[i];
    if (!v) return false;  // still being filled
    if (!gc::never_in_cycle(v)) return false;
  }
  return true;
}

static size_t tuple_bytes(Header* h) { return kTupleItems + reinterpret_cast<Tuple*>(h)->size * sizeof(Value); }
static int64_t tuple_var_end(Header* h) { return static_cast<int64_t>(tuple_bytes(h)); }

static Ref tuple_repr(Value self) {
  auto* t = self.as<Tuple>();
  if (t->size == 0) return make_str("()");
  int entered = repr_enter(self);
  if (entered != 0) return entered > 0 ? make_str("(...)") : nullptr;
  StrBuilder b;
  bool ok = b.append_char('(');
  for (size_t i = 0; ok && i < t->size; i++) {
    if (i > 0) ok = b.append_ascii(", ");
    if (!ok) break;
    Ref r = repr_of(t->items()[i]);
    ok = r && b.append(r);
  }
  if (ok) ok = b.append_ascii(t->size == 1 ? ",)" : ")");
  repr_leave(self);
  return ok ? b.finish() : nullptr;
}

namespace {
// A tuple whose hash is being made. Tuples within tuples are gone through without native recursion: however deep, they have a hash.
struct HashLevel {
  Tuple* t;
  size_t next;
  uint64_t acc;
};
constexpr size_t kMostHashLevels = 1 << 20;  // marshal can make tuples that contain themselves
constexpr uint64_t kHashPrime1 = 11400714785074694791u, kHashPrime2 = 14029467366897019727u,
                   kHashPrime5 = 2870177450012600261u;

inline uint64_t hash_mix(uint64_t acc, int64_t lane) {
  return std::rotl(acc + static_cast<uint64_t>(lane) * kHashPrime2, 31) * kHashPrime1;
}

inline int64_t hash_end(uint64_t acc, size_t n) {
  acc += n ^ (kHashPrime5 ^ 3527539u);
  return acc == ~uint64_t{0} ? 1546275796 : static_cast<int64_t>(acc);
}

bool nested_hash(HashLevel here, int64_t* out);

bool tuple_hash(Value self, int64_t* out) {
  auto* t = self.as<Tuple>();
  uint64_t acc = kHashPrime5;
  size_t n = t->size;
  for (size_t i = 0; i < n; i++) {
    Value item = t->items()[i];
    int64_t lane;
    if (!item.is_int() && is_tuple_exact(item)) return nested_hash({t, i, acc}, out);
    if (!key_hash(item, &lane)) return false;
    acc = hash_mix(acc, lane);
  }
  *out = hash_end(acc, n);
  return true;
}
// Goes on from there, with a tuple in it.
bool nested_hash(HashLevel here, int64_t* out) {
  HashLevel* outer = nullptr;
  size_t depth = 0, capacity = 0;
  bool ok = true;
  for (;;) {
    while (here.next < here.t->size) {
      Value item = here.t->items()[here.next];
      if (is_tuple_exact(item)) {
        if (depth == capacity) {
          if (depth >= kMostHashLevels) {
            ok = raise_recursion("");
            goto done;
          }
          capacity = capacity ? capacity * 2 : 8;
          auto* more = static_cast<HashLevel*>(gc::raw_realloc(outer, capacity * sizeof(HashLevel)));
          if (!more) {
            ok = raise_memory();
            goto done;
          }
          outer = more;
        }
        outer[depth++] = here;
        here = {item.as<Tuple>(), 0, kHashPrime5};
        continue;
      }
      int64_t lane;
      ok = key_hash(item, &lane);
      if (!ok) goto done;
      here.acc = hash_mix(here.acc, lane);
      here.next++;
    }
    int64_t lane = hash_end(here.acc, here.t->size);
    if (depth == 0) {
      *out = lane;
      break;
    }
    here = outer[--depth];
    here.acc = hash_mix(here.acc, lane);
    here.next++;
  }
done:
  if (outer) gc::raw_free(outer);
  return ok;
}
}  // namespace

static int tuples_equal_quietly(Value a, Value b, int depth) {
  auto *x = a.as<Tuple>(), *y = b.as<Tuple>();
  if (x->size != y->size) return 0;
  for (size_t i = 0; i < x->size; i++) {
    Value p = x->items()[i], q = y->items()[i];
    if (p == q) continue;
    bool tuples = depth > 0 && has_shape(p, kShapeTuple) && has_shape(q, kShapeTuple);
    int equal = equality_is_quiet(p, q) ? items_equal(p, q) : tuples ? tuples_equal_quietly(p, q, depth - 1) : -1;
    if (equal <= 0) return equal;
  }
  return 1;
}
int tuples_equal_quietly(Value a, Value b) { return tuples_equal_quietly(a, b, 4); }

static Ref tuple_compare(Value a, Value b, CompareOp op) {
  if (!is_tuple(a) || !is_tuple(b)) return Ref::imm(kNotImplemented);
  auto *x = a.as<Tuple>(), *y = b.as<Tuple>();
  size_t n = x->size < y->size ? x->size : y->size;
  for (size_t i = 0; i < n; i++) {
    Value p = x->items()[i], q = y->items()[i];
    if (p == q) continue;
    bool ints = p.is_int() && q.is_int();
    int equal = ints ? 0 : items_equal(p, q);
    if (equal < 0) return nullptr;
    if (equal) continue;
    if (op == kEq) return Ref::imm(kFalse);
    if (op == kNe) return Ref::imm(kTrue);
    if (ints) return Ref::imm(bool_value(compare_ints(p.as_int(), q.as_int(), op)));
    return compare(p, q, op);
  }
  return Ref::imm(bool_value(compare_ints(static_cast<int64_t>(x->size), static_cast<int64_t>(y->size), op)));
}

static int64_t tuple_length(Value self) { return static_cast<int64_t>(self.as<Tuple>()->size); }

static Ref tuple_get_item(Value self, Value key) {
  auto* t = self.as<Tuple>();
  auto size = static_cast<int64_t>(t->size);
  if (TAIPAN_LIKELY(key.is_int()) || (!is_slice(key) && has_index(key))) {
    int64_t i;
    if (TAIPAN_LIKELY(key.is_int()))
      i = key.as_int();
    else if (!to_ssize(key, &i, types::IndexError))
      return nullptr;
    if (i < 0) i += size;
    if (TAIPAN_UNLIKELY(i < 0 || i >= size)) return raise(types::IndexError, "tuple index out of range");
    return Ref::dup(t->items()[i]);
  }
  if (is_slice(key)) {
    int64_t start, stop, step, count;
    if (!slice_unpack(key, size, &start, &stop, &step, &count)) return nullptr;
    if (step == 1) return tuple_slice(self, static_cast<size_t>(start), static_cast<size_t>(start + count));
    return tuple_slice_steps(self, start, step, static_cast<size_t>(count));
  }
  return raise(types::TypeError, "tuple indices must be integers or slices, not %T", key);
}

static int tuple_contains(Value self, Value item) {
  auto* t = self.as<Tuple>();
  for (size_t i = 0; i < t->size; i++) {
    Value x = t->items()[i];
    if (x == item) return 1;
    if (x.is_int() && item.is_int()) continue;
    int equal = items_equal(x, item);
    if (equal != 0) return equal;
  }
  return 0;
}

Ref tuple_concat(Value a, Value b) {
  auto *x = a.as<Tuple>(), *y = b.as<Tuple>();
  if (x->size == 0 && is_tuple_exact(b)) return Ref::dup(b);
  if (y->size == 0 && is_tuple_exact(a)) return Ref::dup(a);
  size_t n = x->size + y->size;
  if (n == 0) return make_tuple(size_t{0});
  Tuple* r = allocate(n, gc::is_tracked(&x->h) || gc::is_tracked(&y->h));
  if (!r) return nullptr;
  for (size_t i = 0; i < x->size; i++) gc::init(&r->items()[i], Ref::dup(x->items()[i]));
  for (size_t i = 0; i < y->size; i++) gc::init(&r->items()[x->size + i], Ref::dup(y->items()[i]));
  return Ref::steal(r);
}

static Ref tuple_concat_slot(Value a, Value b) {
  if (!is_tuple(b)) return raise(types::TypeError, "can only concatenate tuple (not \"%T\") to tuple", b);
  return tuple_concat(a, b);
}

static Ref tuple_repeat(Value self, Value count) {
  int64_t n;
  if (!to_ssize(count, &n, types::OverflowError)) return nullptr;
  auto* t = self.as<Tuple>();
  if ((t->size == 0 || n == 1) && is_tuple_exact(self)) return Ref::dup(self);
  if (t->size == 0 || n <= 0) return make_tuple(size_t{0});
  if (static_cast<size_t>(n) > kMaxTuple / t->size) return raise_memory();
  size_t total = t->size * static_cast<size_t>(n);
  Tuple* r = allocate(total, gc::is_tracked(&t->h));
  if (!r) return nullptr;
  for (size_t i = 0; i < t->size; i++) {
    if (Value item = t->items()[i]; item.is_heap()) gc::add_refs(item.header(), static_cast<uint64_t>(n));
  }
  Value* out = r->items();
  for (int64_t k = 0; k < n; k++) out = std::copy_n(t->items(), t->size, out);
  return Ref::steal(r);
}

static Ref tuple_iter(Value self) { return make_tuple_iterator(self); }

static Ref tuple_new(TypeObject* cls, RawArgs args) {
  if (TAIPAN_LIKELY(cls == types::Tuple && args.n == 1 && !args.kwnames))
    return is_list_exact(args.v[0]) ? list_to_tuple(args.v[0]) : iterable_to_tuple(args.v[0]);
  static const Signature sig("tuple", "(iterable=(), /)");
  if (has_keywords(args)) {
    if (cls->s.init == types::Tuple->s.init) return raise(types::TypeError, "tuple() takes no keyword arguments");
    args.kwnames = Value();
  }
  Value iterable[1];
  if (!sig.bind(args, iterable)) return nullptr;
  if (cls == types::Tuple) {
    if (!iterable[0]) return make_tuple(size_t{0});
    return iterable_to_tuple(iterable[0]);
  }
  Ref items = iterable[0] ? iterable_to_tuple(iterable[0]) : make_tuple(size_t{0});
  if (!items) return nullptr;
  size_t n = tuple_size(items);
  auto* t = alloc_instance_as<Tuple>(cls, n * sizeof(Value));
  if (!t) return nullptr;
  t->size = n;
  for (size_t i = 0; i < n; i++) gc::init(&t->items()[i], Ref::dup(tuple_at(items, i)));
  return Ref::steal(t);
}

// ---- methods

static Ref tuple_index_impl(Args& a) {
  auto* t = a.self.as<Tuple>();
  auto size = static_cast<int64_t>(t->size);
  int64_t start = 0, stop = INT64_MAX;
  if (a.has(1) && !slice_index(a[1], &start)) return nullptr;
  if (a.has(2) && !slice_index(a[2], &stop)) return nullptr;
  if (start < 0) start = start + size < 0 ? 0 : start + size;
  if (stop < 0) stop += size;
  if (stop > size) stop = size;
  for (int64_t i = start; i < stop; i++) {
    int equal = items_equal(t->items()[i], a[0]);
    if (equal < 0) return nullptr;
    if (equal) return Ref::imm(Value::from_int(i));
  }
  return raise(types::ValueError, "tuple.index(x): x not in tuple");
}

static Ref tuple_count_impl(Args& a) {
  auto* t = a.self.as<Tuple>();
  int64_t count = 0;
  for (size_t i = 0; i < t->size; i++) {
    int equal = items_equal(t->items()[i], a[0]);
    if (equal < 0) return nullptr;
    count += equal;
  }
  return Ref::imm(Value::from_int(count));
}

static Ref tuple_getnewargs_impl(Args& a) {
  auto* t = a.self.as<Tuple>();
  Ref copy = make_tuple(t->items(), t->size);
  return copy ? make_tuple_of({copy.get()}) : nullptr;
}

static const NativeDef kTupleMethods[] = {
    {"__getnewargs__", "($self, /)", tuple_getnewargs_impl, 0, nullptr},
    {"index", "($self, value, start=0, stop=sys.maxsize, /)", tuple_index_impl, 0,
     "Return first index of value.\n\nRaises ValueError if the value is not present."},
    {"count", "($self, value, /)", tuple_count_impl, 0, "Return number of occurrences of value."},
    TAIPAN_CLASS_GETITEM,
    {nullptr}};

const TypeSpec kTupleSpec = {
    .doc =
        "tuple(iterable=(), /)\n--\n\nAn immutable sequence. Without an argument it is empty; a tuple given as the "
        "argument is "
        "returned itself.",
    .flags = kTypeBaseable | kTypeGc | kTypeSequence | kTypeMatchSelf | kTypeVarSize,
    .basic_size = kTupleItems,
    .ops = {.trace = tuple_trace,
            .dealloc = tuple_dealloc,
            .size_of = tuple_bytes,
            .can_untrack = tuple_can_untrack,
            .trace_anytime = true},
    .methods = kTupleMethods,
    .s = {.repr = tuple_repr,
          .hash = tuple_hash,
          .compare = tuple_compare,
          .iter = tuple_iter,
          .new_ = tuple_new,
          .length = tuple_length,
          .get_item = tuple_get_item,
          .contains = tuple_contains,
          .concat = tuple_concat_slot,
          .repeat = tuple_repeat},
    .var_end = tuple_var_end};

// ---- iterator

Ref make_tuple_iterator(Value tuple) {
  auto* it = new_object<TupleIterator>(kShapeTupleIterator, true);
  if (!it) return nullptr;
  gc::init(&it->seq, Ref::dup(tuple));
  return Ref::steal(it);
}
Ref tuple_iterator_next_shared(TupleIterator* it) {
  Ref seq;  // dropped after the lock
  {
    gc::ObjectLock lock(&it->h);
    if (!it->seq) return Ref::imm(kStopIter);
    Tuple* t = it->seq.as<Tuple>();
    if (it->index < t->size) return Ref::dup(t->items()[it->index++]);
    seq = gc::take(&it->h, &it->seq);
  }
  return Ref::imm(kStopIter);
}
void tuple_iterator_finish(TupleIterator* it) { Ref seq = gc::take(&it->h, &it->seq); }

static void tuple_iterator_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<TupleIterator*>(h)->seq); }
static void tuple_iterator_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  decref(reinterpret_cast<TupleIterator*>(h)->seq);
  finish_dealloc_as<TupleIterator>(h);
}
static Ref tuple_iterator_self(Value self) { return Ref::dup(self); }
static Ref tuple_iterator_next_slot(Value self) { return tuple_iterator_next(self.as<TupleIterator>()); }

static Ref tuple_iterator_length_hint_impl(Args& a) {
  auto* it = a.self.as<TupleIterator>();
  return Ref::imm(Value::from_int(it->seq ? static_cast<int64_t>(tuple_size(it->seq) - it->index) : 0));
}
static Ref tuple_iterator_reduce_impl(Args& a) {
  auto* it = a.self.as<TupleIterator>();
  if (it->seq) return reduce_iterator(it->seq, Value::from_int(static_cast<int64_t>(it->index)));
  Ref empty = make_tuple(size_t{0});
  return reduce_iterator(empty);
}
static Ref tuple_iterator_setstate_impl(Args& a) {
  auto* it = a.self.as<TupleIterator>();
  int64_t index;
  if (!plain_int_to_ssize(a[0], &index)) return nullptr;
  if (it->seq) {
    auto size = static_cast<int64_t>(tuple_size(it->seq));
    it->index = static_cast<size_t>(index < 0 ? 0 : index > size ? size : index);
  }
  return Ref::imm(kNone);
}
static const NativeDef kTupleIteratorMethods[] = {
    {"__length_hint__", "($self, /)", tuple_iterator_length_hint_impl, kNativeNoSignature, "How many items are left."},
    {"__reduce__", "($self, /)", tuple_iterator_reduce_impl, kNativeNoSignature, "State for pickling."},
    {"__setstate__", "($self, state, /)", tuple_iterator_setstate_impl, kNativeNoSignature,
     "Set state for unpickling."},
    {nullptr}};
const TypeSpec kTupleIteratorSpec = {.flags = kTypeGc | kTypeNoInstantiate,
                                     .basic_size = sizeof(TupleIterator),
                                     .ops = {.trace = tuple_iterator_trace, .dealloc = tuple_iterator_dealloc},
                                     .methods = kTupleIteratorMethods,
                                     .s = {.iter = tuple_iterator_self, .next = tuple_iterator_next_slot}};

}  // namespace taipan
