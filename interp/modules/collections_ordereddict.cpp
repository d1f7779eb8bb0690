// OrderedDict. dict keeps the order already; what is added is moving keys to either end, taking from the front, comparison by order, and
// iterators that notice changes. `state` counts the changes of keys made through OrderedDict's own methods.
#include "interp/modules/collections.h"

namespace taipan {

static TypeObject *odict_type, *iterator_type, *keys_type, *values_type, *items_type;

struct OrderedDict {
  Dict dict;
  uint64_t state;
  size_t keys;  // that are known here; fewer in the dict itself: dict's own methods took some out behind our back
};
enum IterKind : uint8_t { kKeys = 1, kValues = 2, kItems = 3 };
struct OdictIterator {
  Header h;
  Value dict;  // null once exhausted
  int64_t position;
  uint64_t state;
  size_t size;
  IterKind kind;
  bool reverse;
};

static bool is_odict(Value v) { return v.is_heap() && is_instance_exact_type(v, odict_type); }
static bool is_odict_exact(Value v) { return type_of(v) == odict_type; }
static uint64_t& state_of(Value v) { return v.as<OrderedDict>()->state; }

static void key_added(Value self) {
  self.as<OrderedDict>()->keys++;
  state_of(self)++;
}
static void key_removed(Value self) {
  auto* d = self.as<OrderedDict>();
  if (d->keys) d->keys--;
  d->state++;
}

static bool put(Value self, Value key, Value value) {
  size_t before = dict_size(self);
  if (!dict_set(self, key, value)) return false;
  if (dict_size(self) > before) key_added(self);
  return true;
}
// The value of an entry while iterating. Keys whose hash or equality Python code decides are looked up, as CPython does: one that can't
// be found any more is an error.
static Ref entry_value(Value self, Value key, Value value) {
  if (is_str_exact(key) || key.is_int()) return Ref::dup(value);
  Ref found = dict_get_ref(self, key);
  return found && found.get() == kMissing ? raise_key_error(key) : std::move(found);
}
static bool check_keys(Value self) {
  if (self.as<OrderedDict>()->keys <= dict_size(self)) return true;
  return raise_key_error(kNone);
}
// Sets an item as the class does it: an override of __setitem__ counts.
static bool put_any(Value self, Value key, Value value) {
  return type_of(self)->s.set_item == odict_type->s.set_item ? put(self, key, value) : set_item(self, key, value);
}

// ---- update, as collections.abc.MutableMapping has it

static bool add_pairs(Value self, Value pairs) {
  Ref it = get_iter(pairs);
  if (!it) return false;
  for (;;) {
    Ref pair = iter_next(it);
    if (!pair) return false;
    if (is_stop(pair)) return true;
    Ref key, value;
    if (is_tuple_exact(pair) && tuple_size(pair) == 2) {
      key = Ref::dup(tuple_at(pair, 0));
      value = Ref::dup(tuple_at(pair, 1));
    } else {
      Ref parts = get_iter(pair);
      if (!parts) return false;
      key = iter_next(parts);
      if (!key) return false;
      if (is_stop(key)) return raise(types::ValueError, "need more than 0 values to unpack");
      value = iter_next(parts);
      if (!value) return false;
      if (is_stop(value)) return raise(types::ValueError, "need more than 1 value to unpack");
      Ref end = iter_next(parts);
      if (!end) return false;
      if (!is_stop(end)) return raise(types::ValueError, "too many values to unpack (expected 2)");
    }
    if (!put_any(self, key, value)) return false;
  }
}
static bool update_from(Value self, Value other) {
  if (is_dict_exact(other)) {
    Ref items = dict_items_list(other);
    return items && add_pairs(self, items);
  }
  Ref keys = get_attr_opt(other, TAIPAN_NAME(keys));
  if (!keys) return false;
  if (keys.get() != kMissing) {
    Ref all = call(keys);
    Ref it = all ? get_iter(all) : nullptr;
    if (!it) return false;
    for (;;) {
      Ref key = iter_next(it);
      if (!key) return false;
      if (is_stop(key)) return true;
      Ref value = get_item(other, key);
      if (!value || !put_any(self, key, value)) return false;
    }
  }
  Ref items = get_attr_opt(other, TAIPAN_NAME(items));
  if (!items) return false;
  if (items.get() != kMissing) {
    Ref pairs = call(items);
    return pairs && add_pairs(self, pairs);
  }
  return add_pairs(self, other);
}
static bool update_from_call(Value self, RawArgs args) {
  if (args.n > 0 && !update_from(self, args.v[0])) return false;
  if (!has_keywords(args)) return true;
  for (size_t i = 0; i < tuple_size(args.kwnames); i++) {
    if (!put_any(self, tuple_at(args.kwnames, i), args.v[args.n + i])) return false;
  }
  return true;
}

// ---- slots

static bool odict_init(Value self, RawArgs args) {
  if (args.n > 1) return raise(types::TypeError, "expected at most 1 arguments, got %zd", static_cast<int64_t>(args.n));
  return update_from_call(self, args);
}
static bool odict_set_item(Value self, Value key, Value value) {
  if (value) return put(self, key, value);
  int found = dict_delete(self, key);
  if (found == 0) return raise_key_error(key);
  if (found > 0) key_removed(self);
  return found > 0;
}
static Ref make_iterator(Value dict, IterKind kind, bool reverse);

static Ref odict_repr(Value self) {
  Str* type = type_of(self)->name;
  if (dict_size(self) == 0) return format_str("%U()", type);
  int entered = repr_enter(self);
  if (entered != 0) return entered > 0 ? make_str("...") : nullptr;
  Ref pairs;
  if (is_odict_exact(self)) {
    Ref it = make_iterator(self, kItems, false);
    pairs = it && check_keys(self) ? iterable_to_list(it) : nullptr;
  } else {
    Ref items = call_method(self, TAIPAN_NAME(items));
    pairs = items && check_keys(self) ? iterable_to_list(items) : nullptr;
  }
  Ref r = pairs ? format_str("%U(%R)", type, pairs.get()) : nullptr;
  repr_leave(self);
  return r;
}
// Do both list equal keys in the same order?
static int same_order(Value a, Value b) {
  size_t i = 0, k = 0;
  Value x, y;
  for (;;) {
    bool more_a = dict_next(a, &i, &x, nullptr), more_b = dict_next(b, &k, &y, nullptr);
    if (!more_a || !more_b) return more_a == more_b;
    Ref p = Ref::dup(x), q = Ref::dup(y);
    uint64_t state_a = state_of(a), state_b = state_of(b);
    int equal = items_equal(p, q);
    if (equal != 1) return equal;
    if (state_of(a) != state_a || state_of(b) != state_b)
      return raise(types::RuntimeError, "OrderedDict mutated during iteration");
  }
}
static Ref odict_compare(Value a, Value b, CompareOp op) {
  if ((op != kEq && op != kNe) || !is_odict(a) || !is_dict(b)) return Ref::imm(kNotImplemented);
  bool equal;
  if (!dicts_equal(a, b, &equal)) return nullptr;
  if (equal && is_odict(b)) {
    int same = same_order(a, b);
    if (same < 0) return nullptr;
    equal = same;
  }
  return Ref::imm(bool_value(equal == (op == kEq)));
}
static Ref odict_or(Value a, Value b) {
  if (!is_dict(a) || !is_dict(b)) return Ref::imm(kNotImplemented);
  TypeObject* type = type_of(is_odict(a) ? a : b);
  Ref r = call(Value(type), a);
  return r && update_from(r, b) ? std::move(r) : nullptr;
}
static Ref odict_inplace_or(Value self, Value other) { return update_from(self, other) ? Ref::dup(self) : nullptr; }

static Ref make_iterator(Value dict, IterKind kind, bool reverse) {
  auto* it = alloc_instance_as<OdictIterator>(iterator_type);
  if (!it) return nullptr;
  auto* d = dict.as<Dict>();
  it->kind = kind;
  it->reverse = reverse;
  it->position = reverse ? static_cast<int64_t>(d->entry_count) - 1 : d->table->first;
  it->state = state_of(dict);
  it->size = dict_size(dict);
  gc::init(&it->dict, Ref::dup(dict));
  return Ref::steal(it);
}
static Ref odict_iter(Value self) { return make_iterator(self, kKeys, false); }

// ---- methods

static Ref odict_fromkeys_impl(Args& a) {
  Ref d = call(a.self);
  Ref it = d ? get_iter(a[0]) : nullptr;
  if (!it) return nullptr;
  Value value = a.get(1, kNone);
  for (;;) {
    Ref key = iter_next(it);
    if (!key) return nullptr;
    if (is_stop(key)) return d;
    if (!set_item(d, key, value)) return nullptr;
  }
}
static Ref odict_setdefault_impl(Args& a) {
  Value value = a.get(1, kNone);
  if (is_odict_exact(a.self)) {
    size_t before = dict_size(a.self);
    Ref r = dict_setdefault(a.self, a[0], value);
    if (dict_size(a.self) > before) key_added(a.self);
    return r;
  }
  int found = contains(a.self, a[0]);
  if (found < 0) return nullptr;
  if (found) return get_item(a.self, a[0]);
  return set_item(a.self, a[0], value) ? Ref::dup(value) : nullptr;
}
static Ref odict_pop_impl(Args& a) {
  Ref v = dict_pop(a.self, a[0]);
  if (!v) return nullptr;
  if (v.get() != kMissing) {
    key_removed(a.self);
    return v;
  }
  return a.has(1) ? Ref::dup(a[1]) : raise_key_error(a[0]);
}
static Ref odict_popitem_impl(Args& a) {
  int last = a.has(0) ? is_true(a[0]) : 1;
  if (last < 0) return nullptr;
  if (dict_size(a.self) == 0) {
    Ref text = make_str("dictionary is empty");
    return raise_value(types::KeyError, text);
  }
  key_removed(a.self);
  return dict_popitem(a.self, last != 0);
}
static Ref odict_move_to_end_impl(Args& a) {
  int last = a.has(1) ? is_true(a[1]) : 1;
  if (last < 0) return nullptr;
  if (!dict_move_entry(a.self, a[0], last != 0)) return nullptr;
  state_of(a.self)++;
  return Ref::imm(kNone);
}
static Ref odict_update_impl(Args& a) {
  if (a.raw.n > 1)
    return raise(types::TypeError, "update() takes at most 1 positional argument (%zd given)",
                 static_cast<int64_t>(a.raw.n));
  return update_from_call(a.self, a.raw) ? Ref::imm(kNone) : nullptr;
}
static Ref odict_clear_impl(Args& a) {
  dict_clear(a.self);
  a.self.as<OrderedDict>()->keys = 0;
  return Ref::imm(kNone);
}
static Ref odict_copy_impl(Args& a) {
  Ref copy = call(Value(type_of(a.self)));
  if (!copy) return nullptr;
  bool exact = is_odict_exact(a.self);
  size_t pos = 0;
  Value k, v;
  while (dict_next(a.self, &pos, &k, &v)) {
    Ref key = Ref::dup(k);
    if (exact) {
      Ref value = entry_value(a.self, key, v);
      if (!value || !put(copy, key, value)) return nullptr;
      continue;
    }
    uint64_t state = state_of(a.self);
    Ref value = get_item(a.self, key);
    if (!value || !set_item(copy, key, value)) return nullptr;
    if (state_of(a.self) != state) return raise(types::RuntimeError, "OrderedDict mutated during iteration");
  }
  return copy;
}
static Ref odict_reversed_impl(Args& a) { return make_iterator(a.self, kKeys, true); }
static Ref odict_reduce_impl(Args& a) {
  Ref items = call_method(a.self, TAIPAN_NAME(items));
  Ref it = items ? get_iter(items) : nullptr;
  Ref empty = make_tuple(size_t{0});
  return it ? reduce_with_state(a.self, empty, it, true) : nullptr;
}
static Ref odict_sizeof_impl(Args& a) {
  return make_int(static_cast<int64_t>(kDictSpec.ops.size_of(a.self.header()) + sizeof(OrderedDict) - sizeof(Dict)));
}
static Ref make_view(Value dict, TypeObject* type) {
  auto* view = alloc_instance_as<DictView>(type);
  if (!view) return nullptr;
  gc::init(&view->dict, Ref::dup(dict));
  return Ref::steal(view);
}
static Ref odict_keys_impl(Args& a) { return make_view(a.self, keys_type); }
static Ref odict_values_impl(Args& a) { return make_view(a.self, values_type); }
static Ref odict_items_impl(Args& a) { return make_view(a.self, items_type); }

static const NativeDef kOdictMethods[] = {
    {"fromkeys", "($type, /, iterable, value=None)", odict_fromkeys_impl, kNativeClassMethod,
     "Create a new ordered dictionary with keys from iterable and values set to value."},
    {"__sizeof__", "($self, /)", odict_sizeof_impl, kNativeNoSignature, nullptr},
    {"__reduce__", "($self, /)", odict_reduce_impl, kNativeNoSignature, "Return state information for pickling"},
    {"setdefault", "($self, /, key, default=None)", odict_setdefault_impl, 0,
     "Insert key with a value of default if key is not in the dictionary.\n\nReturn the value for key."},
    {"pop", "($self, /, key, default=<unrepresentable>)", odict_pop_impl, 0,
     "Remove the key and return its value; without the key, return default if given, else raise KeyError."},
    {"popitem", "($self, /, last=True)", odict_popitem_impl, 0,
     "Remove and return a (key, value) pair from the dictionary: the last one, or the first if last is false."},
    {"keys", "($self, /)", odict_keys_impl, kNativeNoSignature, nullptr},
    {"values", "($self, /)", odict_values_impl, kNativeNoSignature, nullptr},
    {"items", "($self, /)", odict_items_impl, kNativeNoSignature, nullptr},
    {"update", "(...)", odict_update_impl, kNativeNoSignature, nullptr},
    {"clear", "($self, /)", odict_clear_impl, kNativeNoSignature, "od.clear() -> None.  Remove all items from od."},
    {"copy", "($self, /)", odict_copy_impl, kNativeNoSignature, "od.copy() -> a shallow copy of od"},
    {"__reversed__", "($self, /)", odict_reversed_impl, kNativeNoSignature, "od.__reversed__() <==> reversed(od)"},
    {"move_to_end", "($self, /, key, last=True)", odict_move_to_end_impl, 0,
     "Move an existing element to the end (or beginning if last is false).\n\nRaise KeyError if the element does not "
     "exist."},
    {nullptr}};
static const GetSetDef kOdictGetSet[] = {{"__dict__", get_own_dict, set_own_dict, nullptr}, {nullptr}};
static const TypeSpec kOdictSpec = {.doc = "Dictionary that remembers insertion order",
                                    .flags = kTypeGc | kTypeBaseable | kTypeMapping | kTypeHasDict | kTypeWeakrefable,
                                    .basic_size = sizeof(OrderedDict),
                                    .methods = kOdictMethods,
                                    .getset = kOdictGetSet,
                                    .s = {.repr = odict_repr,
                                          .compare = odict_compare,
                                          .iter = odict_iter,
                                          .init = odict_init,
                                          .or_ = odict_or,
                                          .inplace_or = odict_inplace_or,
                                          .set_item = odict_set_item}};

// ---- iterator

using IteratorFields = OwnedFields<OdictIterator, &OdictIterator::dict>;

// The next key, and its value where that is wanted. GIL off: of one moment, under the dict's own lock.
static bool next_entry(OdictIterator* it, Dict* d, Ref* key, Ref* value) {
  gc::ObjectLock lock(&d->h);
  int64_t i = it->position;
  if (i >= d->entry_count) i = it->reverse ? static_cast<int64_t>(d->entry_count) - 1 : d->entry_count;
  if (it->reverse) {
    while (i >= 0 && !d->entries[i].key) i--;
    it->position = i - 1;
  } else {
    while (i < d->entry_count && !d->entries[i].key) i++;
    it->position = i + 1;
  }
  if (i < 0 || i >= d->entry_count) return false;
  *key = Ref::dup(d->entries[i].key);
  if (it->kind != kKeys) *value = Ref::dup(d->entries[i].value);
  return true;
}

static Ref iterator_next(Value self) {
  auto* it = self.as<OdictIterator>();
  if (!it->dict) return Ref::imm(kStopIter);
  Ref dict = Ref::dup(it->dict);  // (what happens while keys are compared may end this iterator)
  if (it->state != state_of(dict)) return raise(types::RuntimeError, "OrderedDict mutated during iteration");
  if (it->size != dict_size(dict)) return raise(types::RuntimeError, "OrderedDict changed size during iteration");
  Ref key, found;
  if (!next_entry(it, dict.as<Dict>(), &key, &found)) {
    Ref done = gc::take(&it->h, &it->dict);
    return Ref::imm(kStopIter);
  }
  if (it->kind == kKeys) return key;
  Ref value = is_odict_exact(dict) ? entry_value(dict, key, found) : get_item(dict, key);
  if (!value || it->kind == kValues) return value;
  return make_tuple_of({key.get(), value.get()});
}
static Ref iterator_self(Value self) { return Ref::dup(self); }
static Ref iterator_reduce_impl(Args& a) {
  auto* it = a.self.as<OdictIterator>();
  Ref rest = make_list();
  if (!rest) return nullptr;
  if (it->dict) {
    auto* copy = alloc_instance_as<OdictIterator>(iterator_type);
    if (!copy) return nullptr;
    Ref hold = Ref::steal(copy);
    copy->position = it->position;
    copy->state = it->state;
    copy->size = it->size;
    copy->kind = it->kind;
    copy->reverse = it->reverse;
    gc::init(&copy->dict, Ref::dup(it->dict));
    if (!list_extend(rest, hold)) return nullptr;
  }
  return reduce_iterator(rest);
}
static const NativeDef kIteratorMethods[] = {
    {"__reduce__", "($self, /)", iterator_reduce_impl, kNativeNoSignature, "Return state information for pickling"},
    {nullptr}};
static const TypeSpec kIteratorSpec = {
    .flags = kTypeGc | kTypeNoInstantiate,
    .basic_size = sizeof(OdictIterator),
    .ops = {.trace = IteratorFields::trace, .clear = IteratorFields::clear, .dealloc = IteratorFields::dealloc},
    .methods = kIteratorMethods,
    .s = {.iter = iterator_self, .next = iterator_next}};

// ---- views: those of dict with other iterators

static Value dict_of(Value view) { return view.as<DictView>()->dict; }
static Ref keys_iter(Value v) { return make_iterator(dict_of(v), kKeys, false); }
static Ref values_iter(Value v) { return make_iterator(dict_of(v), kValues, false); }
static Ref items_iter(Value v) { return make_iterator(dict_of(v), kItems, false); }
static Ref keys_reversed_impl(Args& a) { return make_iterator(dict_of(a.self), kKeys, true); }
static Ref values_reversed_impl(Args& a) { return make_iterator(dict_of(a.self), kValues, true); }
static Ref items_reversed_impl(Args& a) { return make_iterator(dict_of(a.self), kItems, true); }
static const NativeDef kKeysMethods[] = {
    {"__reversed__", "($self, /)", keys_reversed_impl, kNativeNoSignature, nullptr}, {nullptr}};
static const NativeDef kValuesMethods[] = {
    {"__reversed__", "($self, /)", values_reversed_impl, kNativeNoSignature, nullptr}, {nullptr}};
static const NativeDef kItemsMethods[] = {
    {"__reversed__", "($self, /)", items_reversed_impl, kNativeNoSignature, nullptr}, {nullptr}};
using ViewFields = OwnedFields<DictView, &DictView::dict>;
#define VIEW_SPEC(method_table, iter_slot)                                                               \
  {                                                                                                      \
    .flags = kTypeGc | kTypeNoInstantiate, .basic_size = sizeof(DictView),                               \
    .ops = {.trace = ViewFields::trace, .dealloc = ViewFields::dealloc}, .methods = method_table, .s = { \
      .iter = iter_slot                                                                                  \
    }                                                                                                    \
  }
static const TypeSpec kKeysSpec = VIEW_SPEC(kKeysMethods, keys_iter);
static const TypeSpec kValuesSpec = VIEW_SPEC(kValuesMethods, values_iter);
static const TypeSpec kItemsSpec = VIEW_SPEC(kItemsMethods, items_iter);

bool add_ordered_dict_types(Value module) {
  if (!odict_type) {
    static TypeSpec spec = kOdictSpec;  // the operations of dict, whatever the order of initialisation
    spec.ops = kDictSpec.ops;
    odict_type = make_native_type("collections.OrderedDict", types::Dict, &spec);
    iterator_type = make_native_type("odict_iterator", types::Object, &kIteratorSpec);
    keys_type = make_native_type("odict_keys", types::DictKeys, &kKeysSpec);
    values_type = make_native_type("odict_values", types::DictValues, &kValuesSpec);
    items_type = make_native_type("odict_items", types::DictItems, &kItemsSpec);
  }
  return odict_type && iterator_type && keys_type && values_type && items_type && module_add_type(module, odict_type);
}

}  // namespace taipan
