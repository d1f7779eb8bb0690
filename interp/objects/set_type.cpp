// set, frozenset and the iterator of both as types: slots and methods.
#include "interp/objects/containers.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/set_internal.h"
#include "interp/objects/step_lock.h"
#include "interp/objects/tuple.h"

namespace taipan {

// ---- slots

static void set_trace(Header* h, gc::Visitor& v) {
  auto* s = reinterpret_cast<Set*>(h);
  for (size_t i = 0; i <= s->mask; i++) v.visit(s->table[i].key);
}
static void trace_if_made(Header* h, gc::Visitor& v) {
  if (reinterpret_cast<Set*>(h)->table) set_trace(h, v);
}
static void set_clear_op(Header* h) { set_clear(Value(h)); }
static void set_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* s = reinterpret_cast<Set*>(h);
  if (s->fill != 0 || s->table != s->small) {
    SetEntry* table = s->table;
    size_t mask = s->mask;
    size_t left = s->heap_keys ? used_of(s) : 0;
    for (const SetEntry* e = table; left != 0; e++) {
      if (!is_live(*e)) continue;
      decref(e->key);
      left--;
    }
    if (table != s->small) gc::buffer_free_dead(table, (mask + 1) * sizeof(SetEntry));
  }
  finish_dealloc_as<Set>(h);
}
static size_t set_bytes(Header* h) {
  auto* s = reinterpret_cast<Set*>(h);
  return sizeof(Set) + (s->table == s->small ? 0 : (s->mask + 1) * sizeof(SetEntry));
}

static Ref set_repr(Value self) {
  TypeObject* type = type_of(self);
  if (set_size(self) == 0) return format_str("%U()", type->name);
  int entered = repr_enter(self);
  if (entered != 0) return entered > 0 ? format_str("%U(...)", type->name) : nullptr;
  StrBuilder b;
  bool plain = type == types::Set;
  bool ok = true;
  Ref items = iterable_to_list(self);
  ok = static_cast<bool>(items);
  if (ok && !plain) ok = b.append(Value(type->name)) && b.append_char('(');
  if (ok) ok = b.append_char('{');
  for (size_t i = 0; ok && i < list_size(items); i++) {
    Ref r = repr_of(list_at(items, i));
    ok = r && (i == 0 || b.append_ascii(", ")) && b.append(r);
  }
  if (ok) ok = b.append_ascii(plain ? "}" : "})");
  repr_leave(self);
  return ok ? b.finish() : nullptr;
}

static bool frozenset_hash(Value self, int64_t* out) {
  auto* s = self.as<Set>();
  if (int64_t known = gc::peek(s->hash); known != -1) {
    *out = known;
    return true;
  }
  // Order must not matter, so the items' hashes are mixed one by one and joined by xor; then size and a final mix.
  uint64_t h = 0;
  for (size_t i = 0; i <= s->mask; i++) {
    if (!is_live(s->table[i])) continue;
    auto item = static_cast<uint64_t>(s->table[i].hash);
    h ^= ((item ^ 89869747u) ^ (item << 16)) * 3644798167u;
  }
  h ^= (static_cast<uint64_t>(used_of(s)) + 1) * 1927868237u;
  h ^= (h >> 11) ^ (h >> 25);
  h = h * 69069u + 907133923u;
  *out = h == ~uint64_t{0} ? 590923713 : static_cast<int64_t>(h);
  gc::poke(s->hash, *out);
  return true;
}

static Ref set_compare(Value a, Value b, CompareOp op) {
  if (!is_any_set(a) || !is_any_set(b)) return Ref::imm(kNotImplemented);
  int result = set_compare_items(a, b, op);
  return result < 0 ? nullptr : Ref::imm(bool_value(result));
}

static int64_t set_length(Value self) { return static_cast<int64_t>(set_size(self)); }

// A set as an item (not hashable) stands for the frozenset of the same items. Null: `item` is no such thing and the exception stays.
static Ref frozen_stand_in(Value item) {
  if (!is_mutable_set(item) || !error_matches(types::TypeError)) return nullptr;
  clear_error();
  return make_set_as(types::FrozenSet, item);
}
static int set_contains_slot(Value self, Value item) {
  int found = set_contains(self, item);
  if (found >= 0) return found;
  Ref frozen = frozen_stand_in(item);
  return frozen ? set_contains(self, frozen) : -1;
}
static int set_discard_item(Value self, Value item) {
  int removed = set_discard(self, item);
  if (removed >= 0) return removed;
  Ref frozen = frozen_stand_in(item);
  return frozen ? set_discard(self, frozen) : -1;
}

static Ref set_iter(Value self) { return make_set_iterator(self); }

static Ref set_or(Value a, Value b) {
  if (!is_any_set(a) || !is_any_set(b)) return Ref::imm(kNotImplemented);
  return set_union(a, b);
}
static Ref set_and(Value a, Value b) {
  if (!is_any_set(a) || !is_any_set(b)) return Ref::imm(kNotImplemented);
  return set_intersection(a, b);
}
static Ref set_sub(Value a, Value b) {
  if (!is_any_set(a) || !is_any_set(b)) return Ref::imm(kNotImplemented);
  return set_difference(a, b);
}
static Ref set_xor(Value a, Value b) {
  if (!is_any_set(a) || !is_any_set(b)) return Ref::imm(kNotImplemented);
  return set_symmetric_difference(a, b);
}
static Ref set_inplace_or(Value a, Value b) {
  if (!is_any_set(b)) return Ref::imm(kNotImplemented);
  return set_update(a, b) ? Ref::dup(a) : nullptr;
}
static Ref set_inplace_and(Value a, Value b) {
  if (!is_any_set(b)) return Ref::imm(kNotImplemented);
  return set_intersection_update(a, b) ? Ref::dup(a) : nullptr;
}
static Ref set_inplace_sub(Value a, Value b) {
  if (!is_any_set(b)) return Ref::imm(kNotImplemented);
  return set_difference_update(a, b) ? Ref::dup(a) : nullptr;
}
static Ref set_inplace_xor(Value a, Value b) {
  if (!is_any_set(b)) return Ref::imm(kNotImplemented);
  return set_symmetric_difference_update(a, b) ? Ref::dup(a) : nullptr;
}

static Ref set_new(TypeObject* cls, RawArgs) { return Ref::steal(allocate_set(cls)); }
static bool set_init(Value self, RawArgs args) {
  static const Signature sig("set", "(iterable=(), /)");
  Value iterable[1];
  if (!check_no_keywords("set", args) || !sig.bind(args, iterable)) return false;
  set_clear(self);
  return !iterable[0] || set_update(self, iterable[0]);
}
static Ref frozenset_new(TypeObject* cls, RawArgs args) {
  static const Signature sig("frozenset", "(iterable=(), /)");
  if (has_keywords(args)) {
    if (cls->s.init == types::FrozenSet->s.init)
      return raise(types::TypeError, "frozenset() takes no keyword arguments");
    args.kwnames = Value();
  }
  Value iterable[1];
  if (!sig.bind(args, iterable)) return nullptr;
  if (cls == types::FrozenSet) return make_frozenset(iterable[0]);
  return make_set_as(cls, iterable[0]);
}

// ---- methods

static Ref none_if(bool ok) { return ok ? Ref::imm(kNone) : nullptr; }

static Ref set_add_impl(Args& a) { return none_if(set_add(a.self, a[0])); }
static Ref set_clear_impl(Args& a) {
  set_clear(a.self);
  return Ref::imm(kNone);
}
static Ref set_contains_impl(Args& a) {
  int found = set_contains_slot(a.self, a[0]);
  return found < 0 ? nullptr : Ref::imm(bool_value(found));
}
static Ref set_copy_impl(Args& a) { return make_set_as(set_result_type(a.self), a.self); }
static Ref frozenset_copy_impl(Args& a) {
  if (is_frozenset_exact(a.self)) return Ref::dup(a.self);
  return make_set_as(types::FrozenSet, a.self);
}
static Ref set_discard_impl(Args& a) { return none_if(set_discard_item(a.self, a[0]) >= 0); }
static Ref set_remove_impl(Args& a) {
  int removed = set_discard_item(a.self, a[0]);
  if (removed == 0) return raise_key_error(a[0]);
  return none_if(removed > 0);
}
static Ref set_pop_impl(Args& a) { return set_pop(a.self); }

// Operations of several operands, whose set is to change at once. (Those with effects take theirs one after the other.)
template <class F>
static Ref with_all(Value self, Value operands, F op) {
  Ref all, failure;
  bool plain = true;
  size_t n = tuple_size(operands);
  for (size_t i = 0; i < n; i++) plain = plain && is_plain(tuple_at(operands, i));
  if (TAIPAN_UNLIKELY(gc::parallel) && n > 1 && plain) {
    all = make_set_as(types::Set, Value());
    for (size_t i = 0; all && i < n && !failure; i++) {
      if (!set_update(all, tuple_at(operands, i))) failure = fetch_error();  // after what comes before that
    }
    if (!all || !op(self, all.get())) return nullptr;
    if (failure) restore_error(std::move(failure));
    return none_if(!error_occurred());
  }
  for (size_t i = 0; i < n; i++) {
    if (!op(self, tuple_at(operands, i))) return nullptr;
  }
  return Ref::imm(kNone);
}

static Ref set_union_impl(Args& a) {
  size_t n = tuple_size(a[0]);
  Ref r = n ? set_union(a.self, tuple_at(a[0], 0)) : make_set_as(set_result_type(a.self), a.self);
  for (size_t i = 1; r && i < n; i++) {
    if (!set_update(r, tuple_at(a[0], i))) return nullptr;
  }
  return r;
}
static Ref set_update_impl(Args& a) { return with_all(a.self, a[0], set_update); }
static Ref intersection_of_all(Value self, Value others, size_t from) {
  Ref r = Ref::dup(self);
  for (size_t i = from; r && i < tuple_size(others); i++) r = set_intersection(r, tuple_at(others, i));
  return r;
}
static Ref set_intersection_impl(Args& a) {
  if (tuple_size(a[0]) == 0) return make_set_as(set_result_type(a.self), a.self);
  return intersection_of_all(a.self, a[0], 0);
}
static Ref set_intersection_update_impl(Args& a) {
  size_t n = tuple_size(a[0]);
  if (n == 0) return Ref::imm(kNone);
  Ref other = Ref::dup(tuple_at(a[0], 0));
  if (n > 1) {
    bool all = TAIPAN_LIKELY(!gc::parallel);
    if (!all && !is_any_set(other)) other = make_set_as(types::Set, other);
    if (other) other = intersection_of_all(all ? a.self : other.get(), a[0], all ? 0 : 1);
  }
  return none_if(other && set_intersection_update(a.self, other));
}
static Ref set_difference_impl(Args& a) {
  if (tuple_size(a[0]) == 0) return make_set_as(set_result_type(a.self), a.self);
  Ref r = set_difference(a.self, tuple_at(a[0], 0));
  for (size_t i = 1; r && i < tuple_size(a[0]); i++) {
    if (!set_difference_update(r, tuple_at(a[0], i))) return nullptr;
  }
  return r;
}
static Ref set_difference_update_impl(Args& a) { return with_all(a.self, a[0], set_difference_update); }
static Ref set_symmetric_difference_impl(Args& a) { return set_symmetric_difference(a.self, a[0]); }
static Ref set_symmetric_difference_update_impl(Args& a) {
  return none_if(set_symmetric_difference_update(a.self, a[0]));
}
// Whether each item of an iterable is in the set (or none is), looked up until one isn't as expected.
static Ref each_item_is(bool expected, Value self, Value other) {
  Ref items, copy;
  if (!set_at_one_moment(&self, &other, &items, &copy)) return nullptr;
  IterEach it(other);
  while (it.next()) {
    int found = set_contains(self, it.item());
    if (found != expected) return found < 0 ? nullptr : Ref::imm(kFalse);
  }
  return it.failed() ? nullptr : Ref::imm(kTrue);
}
static Ref set_isdisjoint_impl(Args& a) {
  Value self = a.self, other = a[0];
  if (self == other) return Ref::imm(bool_value(set_size(self) == 0));
  if (is_any_set(other)) {
    int result = set_shares_nothing(self, other);
    return result < 0 ? nullptr : Ref::imm(bool_value(result));
  }
  return each_item_is(false, self, other);
}
static Ref set_issubset_impl(Args& a) {
  Ref other = is_any_set(a[0]) ? Ref::dup(a[0]) : make_set_as(types::Set, a[0]);
  if (!other) return nullptr;
  int result = set_compare_items(a.self, other, kLe);
  return result < 0 ? nullptr : Ref::imm(bool_value(result));
}
static Ref set_issuperset_impl(Args& a) {
  Value self = a.self, other = a[0];
  if (is_any_set(other)) {
    int result = set_compare_items(other, self, kLe);
    return result < 0 ? nullptr : Ref::imm(bool_value(result));
  }
  return each_item_is(true, self, other);
}
static Ref set_reduce_impl(Args& a) {
  Ref items = iterable_to_list(a.self);
  if (!items) return nullptr;
  Ref args = make_tuple_of({items.get()});
  if (!args) return nullptr;
  Ref state = call_method(a.self, TAIPAN_NAME(__getstate__));
  if (!state) return nullptr;
  return make_tuple_of({Value(type_of(a.self)), args.get(), state.get()});
}
static Ref set_sizeof_impl(Args& a) {
  gc::ObjectLock lock(a.self.header());
  return make_int(static_cast<int64_t>(set_bytes(a.self.header())));
}

#define COMMON_METHODS                                                                                                \
  {"__contains__", "($self, object, /)", set_contains_impl, kNativeCoexist | kNativeNoSignature,                      \
   "x.__contains__(y) <==> y in x."},                                                                                 \
      {"difference", "($self, *others)", set_difference_impl, kNativeNoSignature,                                     \
       "The items that are in none of the others."},                                                                  \
      {"intersection", "($self, *others)", set_intersection_impl, kNativeNoSignature,                                 \
       "The items that are in all of the others."},                                                                   \
      {"isdisjoint", "($self, other, /)", set_isdisjoint_impl, kNativeNoSignature, "True if the two share no item."}, \
      {"issubset", "($self, other, /)", set_issubset_impl, kNativeNoSignature,                                        \
       "Whether another set contains this set."},                                                                     \
      {"issuperset", "($self, other, /)", set_issuperset_impl, kNativeNoSignature,                                    \
       "Whether this set contains another set."},                                                                     \
      {"__reduce__", "($self, /)", set_reduce_impl, kNativeNoSignature, "State for pickling."},                       \
      {"__sizeof__", "($self, /)", set_sizeof_impl, kNativeNoSignature, "Size in memory, in bytes."},                 \
      {"symmetric_difference", "($self, other, /)", set_symmetric_difference_impl, kNativeNoSignature,                \
       "The items that are in exactly one of the two."},                                                              \
      {"union", "($self, *others)", set_union_impl, kNativeNoSignature, "The items that are in any of them."},        \
      TAIPAN_CLASS_GETITEM

static const NativeDef kSetMethods[] = {
    {"add", "($self, object, /)", set_add_impl, kNativeNoSignature, "Add an item; no effect if it is there already."},
    {"clear", "($self, /)", set_clear_impl, kNativeNoSignature, "Remove all items."},
    {"copy", "($self, /)", set_copy_impl, kNativeNoSignature, "A shallow copy."},
    {"discard", "($self, object, /)", set_discard_impl, kNativeNoSignature, "Remove an item if it is there."},
    {"difference_update", "($self, *others)", set_difference_update_impl, kNativeNoSignature,
     "Remove the items of the others."},
    {"intersection_update", "($self, *others)", set_intersection_update_impl, kNativeNoSignature,
     "Keep the items that are in all of the others."},
    {"pop", "($self, /)", set_pop_impl, kNativeNoSignature, "Remove and return some item. KeyError if there is none."},
    {"remove", "($self, object, /)", set_remove_impl, kNativeNoSignature,
     "Remove an item. KeyError if it is not there."},
    {"symmetric_difference_update", "($self, other, /)", set_symmetric_difference_update_impl, kNativeNoSignature,
     "Keep the items that are in exactly one of the two."},
    {"update", "($self, *others)", set_update_impl, kNativeNoSignature, "Add the items of the others."},
    COMMON_METHODS,
    {nullptr}};
static const NativeDef kFrozenSetMethods[] = {
    {"copy", "($self, /)", frozenset_copy_impl, kNativeNoSignature, "A shallow copy."}, COMMON_METHODS, {nullptr}};

const TypeSpec kSetSpec = {
    .doc = "set() -> new empty set object\nset(iterable) -> new set object\n\nDistinct hashable items, without order.",
    .flags = kTypeBaseable | kTypeGc | kTypeWeakrefable | kTypeMatchSelf,
    .basic_size = sizeof(Set),
    .ops = {.trace = trace_if_made, .clear = set_clear_op, .dealloc = set_dealloc, .size_of = set_bytes},
    .methods = kSetMethods,
    .s = {.repr = set_repr,
          .compare = set_compare,
          .iter = set_iter,
          .init = set_init,
          .new_ = set_new,
          .subtract = set_sub,
          .and_ = set_and,
          .xor_ = set_xor,
          .or_ = set_or,
          .inplace_subtract = set_inplace_sub,
          .inplace_and = set_inplace_and,
          .inplace_xor = set_inplace_xor,
          .inplace_or = set_inplace_or,
          .length = set_length,
          .contains = set_contains_slot}};
const TypeSpec kFrozenSetSpec = {
    .doc =
        "frozenset() -> empty frozenset object\nfrozenset(iterable) -> frozenset object\n\nDistinct hashable items, "
        "immutable.",
    .flags = kTypeBaseable | kTypeGc | kTypeWeakrefable | kTypeMatchSelf,
    .basic_size = sizeof(Set),
    .ops = {.trace = trace_if_made, .clear = set_clear_op, .dealloc = set_dealloc, .size_of = set_bytes},
    .methods = kFrozenSetMethods,
    .s = {.repr = set_repr,
          .hash = frozenset_hash,
          .compare = set_compare,
          .iter = set_iter,
          .new_ = frozenset_new,
          .subtract = set_sub,
          .and_ = set_and,
          .xor_ = set_xor,
          .or_ = set_or,
          .length = set_length,
          .contains = set_contains_slot}};

// ---- iterator

Ref make_set_iterator(Value set) {
  auto* it = new_object<SetIterator>(kShapeSetIterator, true);
  if (!it) return nullptr;
  it->used = it->remaining = static_cast<int64_t>(set_size(set));
  gc::init(&it->set, Ref::dup(set));
  return Ref::steal(it);
}
static Ref set_iterator_next_slow(SetIterator* it) {
  Ref done;  // goes without the locks
  StepLock own{Value(it)};
  if (!it->set) return Ref::imm(kStopIter);
  auto* s = it->set.as<Set>();
  if (it->used != static_cast<int64_t>(used_of(s))) {
    it->used = -1;
    return raise(types::RuntimeError, "Set changed size during iteration");
  }
  if (Ref key; set_next_owned(it->set, &it->position, &key)) {
    it->remaining--;
    return key;
  }
  done = gc::take(&it->h, &it->set);
  return Ref::imm(kStopIter);
}
Ref set_iterator_next(SetIterator* it) {
  if (TAIPAN_UNLIKELY(gc::parallel || !it->set)) return set_iterator_next_slow(it);
  auto* s = it->set.as<Set>();
  if (TAIPAN_UNLIKELY(it->used != static_cast<int64_t>(used_of(s)))) return set_iterator_next_slow(it);
  const auto *p = s->table + it->position, *end = s->table + s->mask + 1;
  while (p < end && !is_live(*p)) p++;
  it->position = static_cast<size_t>(p - s->table);
  if (TAIPAN_UNLIKELY(p >= end)) return set_iterator_next_slow(it);
  it->position++;
  it->remaining--;
  return Ref::dup(p->key);
}
static void iterator_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<SetIterator*>(h)->set); }
static void iterator_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  decref(reinterpret_cast<SetIterator*>(h)->set);
  finish_dealloc_as<SetIterator>(h);
}
static Ref iterator_self(Value self) { return Ref::dup(self); }
static Ref iterator_next(Value self) { return set_iterator_next(self.as<SetIterator>()); }
static Ref iterator_length_hint_impl(Args& a) {
  auto* it = a.self.as<SetIterator>();
  bool valid = it->set && it->used == static_cast<int64_t>(set_size(it->set));
  return Ref::imm(Value::from_int(valid ? it->remaining : 0));
}
static Ref iterator_reduce_impl(Args& a) {
  auto* it = a.self.as<SetIterator>();
  Ref rest = make_list();
  if (!rest) return nullptr;
  if (it->set) {
    if (it->used != static_cast<int64_t>(set_size(it->set))) {
      it->used = -1;
      return raise(types::RuntimeError, "Set changed size during iteration");
    }
    size_t pos = it->position;
    for (Ref k; set_next_owned(it->set, &pos, &k);) {
      if (!list_append(rest, k.get())) return nullptr;
    }
  }
  return reduce_iterator(rest);
}
static const NativeDef kIteratorMethods[] = {
    {"__length_hint__", "($self, /)", iterator_length_hint_impl, kNativeNoSignature, "How many items are left."},
    {"__reduce__", "($self, /)", iterator_reduce_impl, kNativeNoSignature, "State for pickling."},
    {nullptr}};
const TypeSpec kSetIteratorSpec = {.flags = kTypeGc | kTypeNoInstantiate | kTypeOwnSteps | kTypeKeepsItself,
                                   .basic_size = sizeof(SetIterator),
                                   .ops = {.trace = iterator_trace, .dealloc = iterator_dealloc},
                                   .methods = kIteratorMethods,
                                   .s = {.iter = iterator_self, .next = iterator_next}};

}  // namespace taipan
