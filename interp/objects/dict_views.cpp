// dict_keys, dict_values, dict_items and the six iterators.
#include "gc/lock.h"
#include "interp/objects/containers.h"
#include "interp/objects/dict.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/set.h"

namespace taipan {

// ---- views

Ref make_dict_view(Value dict, ShapeId shape) {
  auto* view = new_object<DictView>(shape, true);
  if (!view) return nullptr;
  gc::init(&view->dict, Ref::dup(dict));
  return Ref::steal(view);
}

static Value dict_of(Value view) { return view.as<DictView>()->dict; }
static void view_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<DictView*>(h)->dict); }
static void view_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  decref(reinterpret_cast<DictView*>(h)->dict);
  finish_dealloc_as<DictView>(h);
}
static int64_t view_length(Value self) { return static_cast<int64_t>(dict_size(dict_of(self))); }

static Ref view_repr(Value self) {
  int entered = repr_enter(self);
  if (entered != 0) return entered > 0 ? make_str("...") : nullptr;
  Ref items = iterable_to_list(self);
  Ref r = items ? format_str("%T(%R)", self, items.get()) : nullptr;
  repr_leave(self);
  return r;
}

static Ref keys_iter(Value self) { return make_dict_iterator(dict_of(self), kShapeDictKeyIterator); }
static Ref values_iter(Value self) { return make_dict_iterator(dict_of(self), kShapeDictValueIterator); }
static Ref items_iter(Value self) { return make_dict_iterator(dict_of(self), kShapeDictItemIterator); }

static int keys_contains(Value self, Value item) { return dict_contains(dict_of(self), item); }
static int items_contains(Value self, Value item) {
  if (!is_tuple(item) || tuple_size(item) != 2) return 0;
  Ref found = dict_get_ref(dict_of(self), tuple_at(item, 0));
  if (!found) return -1;
  if (found.get() == kMissing) return 0;
  return items_equal(found, tuple_at(item, 1));
}

static bool is_set_like(Value v) { return is_any_set(v) || is_dict_view_set(v); }

// Is every item of a in b?
static int all_contained(Value a, Value b) {
  IterEach it(a);
  while (it.next()) {
    int found = contains(b, it.item());
    if (found != 1) return found;
  }
  return it.failed() ? -1 : 1;
}

static Ref view_compare(Value self, Value other, CompareOp op) {
  if (!is_set_like(other)) return Ref::imm(kNotImplemented);
  int64_t n = length_of(self), m = length_of(other);
  if (n < 0 || m < 0) return nullptr;
  int result = 0;
  switch (op) {
    case kEq:
    case kNe:
      if (n == m) result = all_contained(self, other);
      if (op == kNe && result >= 0) result = !result;
      break;
    case kLt:
      if (n < m) result = all_contained(self, other);
      break;
    case kLe:
      if (n <= m) result = all_contained(self, other);
      break;
    case kGt:
      if (n > m) result = all_contained(other, self);
      break;
    case kGe:
      if (n >= m) result = all_contained(other, self);
      break;
  }
  return result < 0 ? nullptr : Ref::imm(bool_value(result));
}

static Ref view_subtract(Value self, Value other) {
  Ref r = make_set(self);
  if (!r || !set_difference_update(r, other)) return nullptr;
  return r;
}
static Ref view_or(Value self, Value other) {
  Ref r = make_set(self);
  if (!r || !set_update(r, other)) return nullptr;
  return r;
}
static Ref view_xor(Value self, Value other) {
  Ref r = make_set(self);
  if (!r || !set_symmetric_difference_update(r, other)) return nullptr;
  return r;
}
static Ref view_and(Value self, Value other) {
  if (!is_dict_view_set(self) || (is_any_set(other) && set_size(other) > static_cast<size_t>(view_length(self))) ||
      (is_dict_view_set(other) && view_length(other) > view_length(self)))
    std::swap(self, other);  // walk the smaller one
  if (!is_dict_view_set(self) && !is_any_set(self)) std::swap(self, other);
  Ref r = make_set();
  Ref it = iter_at_once(other);
  if (!r || !it) return nullptr;
  for (;;) {
    Ref item = iter_next(it);
    if (!item) return nullptr;
    if (is_stop(item)) return r;
    int found = contains(self, item);
    if (found < 0 || (found && !set_add(r, item))) return nullptr;
  }
}

static Ref view_isdisjoint_impl(Args& a) {
  Value self = a.self, other = a[0];
  if (self == other) return Ref::imm(bool_value(view_length(self) == 0));
  if (is_set_like(other)) {
    int64_t m = length_of(other);
    if (m < 0) return nullptr;
    if (m > view_length(self)) std::swap(self, other);
  }
  Ref it = iter_at_once(other);
  if (!it) return nullptr;
  for (;;) {
    Ref item = iter_next(it);
    if (!item) return nullptr;
    if (is_stop(item)) return Ref::imm(kTrue);
    int found = contains(self, item);
    if (found < 0) return nullptr;
    if (found) return Ref::imm(kFalse);
  }
}

static Ref keys_reversed_impl(Args& a) { return make_dict_iterator(dict_of(a.self), kShapeDictReverseKeyIterator); }
static Ref values_reversed_impl(Args& a) { return make_dict_iterator(dict_of(a.self), kShapeDictReverseValueIterator); }
static Ref items_reversed_impl(Args& a) { return make_dict_iterator(dict_of(a.self), kShapeDictReverseItemIterator); }

static Ref view_mapping(Value self) { return call(Value(types::MappingProxy), dict_of(self)); }
static const GetSetDef kViewGetSet[] = {
    {"mapping", view_mapping, nullptr, "The dictionary this view refers to, read-only."}, {nullptr}};

#define DISJOINT                                                                \
  {"isdisjoint", "($self, other, /)", view_isdisjoint_impl, kNativeNoSignature, \
   "True if the view and the iterable share no item."}
static const NativeDef kKeysMethods[] = {
    DISJOINT,
    {"__reversed__", "($self, /)", keys_reversed_impl, kNativeNoSignature, "A reverse iterator over the keys."},
    {nullptr}};
static const NativeDef kItemsMethods[] = {
    DISJOINT,
    {"__reversed__", "($self, /)", items_reversed_impl, kNativeNoSignature, "A reverse iterator over the items."},
    {nullptr}};
static const NativeDef kValuesMethods[] = {
    {"__reversed__", "($self, /)", values_reversed_impl, kNativeNoSignature, "A reverse iterator over the values."},
    {nullptr}};

const TypeSpec kDictKeysSpec = {.flags = kTypeGc | kTypeNoInstantiate,
                                .basic_size = sizeof(DictView),
                                .ops = {.trace = view_trace, .dealloc = view_dealloc},
                                .methods = kKeysMethods,
                                .getset = kViewGetSet,
                                .s = {.repr = view_repr,
                                      .compare = view_compare,
                                      .iter = keys_iter,
                                      .subtract = view_subtract,
                                      .and_ = view_and,
                                      .xor_ = view_xor,
                                      .or_ = view_or,
                                      .length = view_length,
                                      .contains = keys_contains}};
const TypeSpec kDictItemsSpec = {.flags = kTypeGc | kTypeNoInstantiate,
                                 .basic_size = sizeof(DictView),
                                 .ops = {.trace = view_trace, .dealloc = view_dealloc},
                                 .methods = kItemsMethods,
                                 .getset = kViewGetSet,
                                 .s = {.repr = view_repr,
                                       .compare = view_compare,
                                       .iter = items_iter,
                                       .subtract = view_subtract,
                                       .and_ = view_and,
                                       .xor_ = view_xor,
                                       .or_ = view_or,
                                       .length = view_length,
                                       .contains = items_contains}};
const TypeSpec kDictValuesSpec = {.flags = kTypeGc | kTypeNoInstantiate,
                                  .basic_size = sizeof(DictView),
                                  .ops = {.trace = view_trace, .dealloc = view_dealloc},
                                  .methods = kValuesMethods,
                                  .getset = kViewGetSet,
                                  .s = {.repr = view_repr, .iter = values_iter, .length = view_length}};

// ---- iterators

static bool is_reverse(ShapeId s) { return s >= kShapeDictReverseKeyIterator && s <= kShapeDictReverseItemIterator; }
static bool gives_items(ShapeId s) { return s == kShapeDictItemIterator || s == kShapeDictReverseItemIterator; }
static bool gives_values(ShapeId s) { return s == kShapeDictValueIterator || s == kShapeDictReverseValueIterator; }

Ref make_dict_iterator(Value dict, ShapeId shape) {
  auto* it = new_object<DictIterator>(shape, true);
  if (!it) return nullptr;
  Ref result = Ref::steal(it);
  auto* d = dict.as<Dict>();
  it->used = static_cast<int64_t>(d->used.load(std::memory_order_relaxed));
  it->remaining = it->used;
  it->position = is_reverse(shape)
                     ? static_cast<int64_t>(gc::peek(d->entry_count)) - 1
                     : gc::peek(std::atomic_ref<DictTable*>(d->table).load(std::memory_order_acquire)->first);
  gc::init(&it->dict, Ref::dup(dict));
  if (gives_items(shape)) {
    Ref pair = make_tuple_of({kNone, kNone});
    if (!pair) return nullptr;
    gc::init(&it->result, std::move(pair));
  }
  return result;
}

static Ref finished(DictIterator* it) {
  Ref dict = gc::take(&it->h, &it->dict);
  return Ref::imm(kStopIter);
}

bool dict_iterator_pair(DictIterator* it, Value* key, Value* value) {
  if (!gc::is_unique(&it->h) || !it->dict || it->remaining <= 0) return false;
  auto pos = static_cast<size_t>(it->position);
  if (it->used != static_cast<int64_t>(it->dict.as<Dict>()->used.load(std::memory_order_relaxed)) ||
      !dict_next(it->dict, &pos, key, value))
    return false;
  incref(*key);
  incref(*value);
  it->position = static_cast<int64_t>(pos);
  it->remaining--;
  return true;
}
static Ref give_pair(DictIterator* it, Ref key, Ref value) {
  if (!gc::is_unique(it->result.header())) return make_pair(key, value);
  auto* pair = it->result.as<Tuple>();  // nobody kept the last pair: use it again
  if (!gc::is_tracked(&pair->h) && (may_form_cycle(key) || may_form_cycle(value))) gc::track(&pair->h);
  Ref result = Ref::dup(it->result);
  Ref old_key = gc::exchange(&pair->h, &pair->items()[0], std::move(key));
  Ref old_value = gc::exchange(&pair->h, &pair->items()[1], std::move(value));
  return result;
}

// Where other threads may change the dict, or use the iterator as well.
static Ref iterator_next_parallel(DictIterator* it) {
  ShapeId shape = it->h.shape();
  if (Value k, v; !is_reverse(shape) && dict_iterator_pair(it, &k, &v)) {
    Ref key = Ref::steal(k), value = Ref::steal(v);
    if (gives_items(shape)) return give_pair(it, std::move(key), std::move(value));
    return gives_values(shape) ? std::move(value) : std::move(key);
  }
  bool shared = !gc::is_unique(&it->h);
  enum { kDone, kItem, kResized, kChanged } outcome = kDone;
  Ref dict, key, value;  // the dict: let go of without the lock
  if (shared) gc::lock(&it->h);
  if (it->dict) {
    auto* d = it->dict.as<Dict>();
    if (it->used != static_cast<int64_t>(d->used.load(std::memory_order_relaxed))) {
      it->used = -1;
      outcome = kResized;
    } else if (is_reverse(shape)) {
      gc::ObjectLock lock(&d->h);
      int64_t i = it->position;
      if (i >= d->entry_count) i = static_cast<int64_t>(d->entry_count) - 1;
      while (i >= 0 && !d->entries[i].key) i--;
      if (i >= 0) {
        key = Ref::dup(d->entries[i].key);
        value = Ref::dup(d->entries[i].value);
        it->position = i - 1;
        outcome = kItem;
      }
    } else {
      auto pos = static_cast<size_t>(it->position);
      Value k, v;
      if (dict_next(it->dict, &pos, &k, &v)) {
        key = Ref::dup(k);
        value = Ref::dup(v);
        it->position = static_cast<int64_t>(pos);
        outcome = it->remaining == 0 ? kChanged : kItem;
      }
    }
    if (outcome == kItem) it->remaining--;
    if (outcome == kDone || outcome == kChanged) dict = gc::take(&it->h, &it->dict);
  }
  if (shared) gc::unlock(&it->h);
  switch (outcome) {
    case kDone: return Ref::imm(kStopIter);
    case kResized: return raise(types::RuntimeError, "dictionary changed size during iteration");
    case kChanged: return raise(types::RuntimeError, "dictionary keys changed during iteration");
    case kItem: break;
  }
  if (gives_values(shape)) return value;
  return gives_items(shape) ? make_pair(key, value) : std::move(key);
}

Ref dict_iterator_next(DictIterator* it) {
  if (TAIPAN_UNLIKELY(gc::parallel)) return iterator_next_parallel(it);
  if (!it->dict) return Ref::imm(kStopIter);
  auto* d = it->dict.as<Dict>();
  if (TAIPAN_UNLIKELY(it->used != static_cast<int64_t>(d->used.load(std::memory_order_relaxed)))) {
    it->used = -1;
    return raise(types::RuntimeError, "dictionary changed size during iteration");
  }
  ShapeId shape = it->h.shape();
  int64_t i = it->position;
  Ref key, value;
  if (TAIPAN_LIKELY(!is_reverse(shape))) {
    const DictEntry *e = d->entries + i, *end = d->entries + d->entry_count;
    while (e < end && !e->key) e++;
    if (TAIPAN_LIKELY(e < end)) {
      it->position = e - d->entries + 1;
      if (gives_values(shape)) {
        value = Ref::dup(e->value);
        if (TAIPAN_LIKELY(it->remaining > 0)) {
          it->remaining--;
          return value;
        }
      }
      key = Ref::dup(e->key);
      if (gives_items(shape)) value = Ref::dup(e->value);
    }
  } else {
    if (i >= d->entry_count) i = static_cast<int64_t>(d->entry_count) - 1;
    while (i >= 0 && !d->entries[i].key) i--;
    if (i >= 0) {
      key = Ref::dup(d->entries[i].key);
      value = Ref::dup(d->entries[i].value);
      it->position = i - 1;
    }
  }
  if (!key) return finished(it);
  if (TAIPAN_UNLIKELY(it->remaining == 0 && !is_reverse(shape))) {
    finished(it);
    return raise(types::RuntimeError, "dictionary keys changed during iteration");
  }
  it->remaining--;
  if (gives_values(shape)) return value;
  if (!gives_items(shape)) return key;
  return give_pair(it, std::move(key), std::move(value));
}

static void iterator_trace(Header* h, gc::Visitor& v) {
  auto* it = reinterpret_cast<DictIterator*>(h);
  v.visit(it->dict);
  v.visit(it->result);
}
static void iterator_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* it = reinterpret_cast<DictIterator*>(h);
  decref(it->dict);
  decref(it->result);
  finish_dealloc_as<DictIterator>(h);
}
static Ref iterator_self(Value self) { return Ref::dup(self); }
static Ref iterator_next(Value self) { return dict_iterator_next(self.as<DictIterator>()); }

static Ref iterator_length_hint_impl(Args& a) {
  auto* it = a.self.as<DictIterator>();
  int64_t left = it->dict && it->used == static_cast<int64_t>(dict_size(it->dict)) ? it->remaining : 0;
  return Ref::imm(Value::from_int(left));
}
// What is left, as a list; the iterator itself doesn't move.
static Ref iterator_reduce_impl(Args& a) {
  auto* it = a.self.as<DictIterator>();
  Ref rest = make_list();
  if (!rest) return nullptr;
  if (it->dict) {
    auto* copy = new_object<DictIterator>(it->h.shape(), true);
    if (!copy) return nullptr;
    Ref hold = Ref::steal(copy);
    copy->used = it->used;
    copy->position = it->position;
    copy->remaining = it->remaining;
    gc::init(&copy->dict, Ref::dup(it->dict));
    gc::init(&copy->result, Ref::dup(it->result));
    Ref held_pair = Ref::dup(it->result);
    if (!list_extend(rest, hold)) return nullptr;
  }
  return reduce_iterator(rest);
}
static const NativeDef kIteratorMethods[] = {
    {"__length_hint__", "($self, /)", iterator_length_hint_impl, kNativeNoSignature, "How many items are left."},
    {"__reduce__", "($self, /)", iterator_reduce_impl, kNativeNoSignature, "State for pickling."},
    {nullptr}};

#define ITERATOR_SPEC                                                                                  \
  {                                                                                                    \
    .flags = kTypeGc | kTypeNoInstantiate, .basic_size = sizeof(DictIterator),                         \
    .ops = {.trace = iterator_trace, .dealloc = iterator_dealloc}, .methods = kIteratorMethods, .s = { \
      .iter = iterator_self,                                                                           \
      .next = iterator_next                                                                            \
    }                                                                                                  \
  }
const TypeSpec kDictKeyIteratorSpec = ITERATOR_SPEC;
const TypeSpec kDictValueIteratorSpec = ITERATOR_SPEC;
const TypeSpec kDictItemIteratorSpec = ITERATOR_SPEC;
const TypeSpec kDictReverseKeyIteratorSpec = ITERATOR_SPEC;
const TypeSpec kDictReverseValueIteratorSpec = ITERATOR_SPEC;
const TypeSpec kDictReverseItemIteratorSpec = ITERATOR_SPEC;

}  // namespace taipan
