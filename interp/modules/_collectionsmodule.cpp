// _collections: defaultdict, _tuplegetter, _count_elements; deque and OrderedDict are in files of their own.
#include "interp/eval/inline_cache.h"
#include "interp/modules/collections.h"
#include "interp/objects/dict.h"
#include "interp/objects/iterators.h"
#include "interp/objects/str.h"

namespace taipan {

static TypeObject *defaultdict_type, *tuplegetter_type;

// ---- defaultdict

// GIL off: a dict, and a reference that is exchanged as a whole (kTypeParallel).
struct DefaultDict {
  Dict dict;
  Value factory;  // null or kNone: none
};

static void defaultdict_trace(Header* h, gc::Visitor& v) {
  kDictSpec.ops.trace(h, v);
  v.visit(reinterpret_cast<DefaultDict*>(h)->factory);
}
static void defaultdict_clear(Header* h) {
  Ref factory = gc::take(h, &reinterpret_cast<DefaultDict*>(h)->factory);
  dict_clear(Value(h));
}
static void defaultdict_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  defaultdict_clear(h);
  finish_dealloc(h);
}
// (Counted: another thread may set another one as soon as this one waits for a lock.)
static Ref factory_of(Value self) {
  Value f = gc::load(&self.as<DefaultDict>()->factory);
  return Ref::dup(f ? f : kNone);
}
static bool defaultdict_init(Value self, RawArgs args) {
  Ref factory;
  if (args.n > 0) {
    if (args.v[0] != kNone && !is_callable(args.v[0]))
      return raise(types::TypeError, "first argument must be callable or None");
    factory = Ref::dup(args.v[0]);
    args.v++;
    args.n--;
  }
  gc::store(self.header(), &self.as<DefaultDict>()->factory, std::move(factory));
  return kDictSpec.s.init(self, args);
}
// Whether calling it runs nobody's Python code, as with list, int and itertools.count(0).__next__.
static bool is_native_factory(Value factory) {
  if (is_type(factory)) return !(factory.as<TypeObject>()->flags & kTypeHeap) && type_of(factory) == types::Type;
  return has_shape(factory, kShapeNativeFunction);
}
static Ref defaultdict_missing_impl(Args& a) {
  Ref factory = factory_of(a.self);
  if (factory.get() == kNone) return raise_key_error(a[0]);
  Ref value = call(factory);
  if (!value) return nullptr;
  // GIL off: where two threads miss the same key both get what the first of them puts there, as the GIL would have it for such a factory. (A
  // factory that runs Python code may lose what is put there meanwhile.)
  if (gc::parallel && type_of(a.self)->s.set_item == kDictSpec.s.set_item && is_native_factory(factory))
    return dict_setdefault(a.self, a[0], value);
  if (!set_item(a.self, a[0], value)) return nullptr;
  return value;
}
static Ref copy_of(Value self) {
  Ref factory = factory_of(self);
  return call(Value(type_of(self)), factory, self);
}
static Ref defaultdict_copy_impl(Args& a) { return copy_of(a.self); }
static Ref defaultdict_reduce_impl(Args& a) {
  Ref factory = factory_of(a.self);
  Ref args = factory.get() == kNone ? make_tuple(size_t{0}) : make_tuple_of({factory.get()});
  Ref items = call_method(a.self, TAIPAN_NAME(items));
  Ref it = items ? get_iter(items) : nullptr;
  if (!args || !it) return nullptr;
  return make_tuple_of({Value(type_of(a.self)), args.get(), kNone, kNone, it.get()});
}
static Ref defaultdict_repr(Value self) {
  Ref base = kDictSpec.s.repr(self);
  if (!base) return nullptr;
  Ref factory = factory_of(self), text;
  if (factory.get() == kNone) {
    text = make_str("None");
  } else {
    int entered = repr_enter(factory);
    if (entered < 0) return nullptr;
    text = entered > 0 ? make_str("...") : repr_of(factory);
    if (entered == 0) repr_leave(factory);
  }
  if (!text) return nullptr;
  return format_str("%U(%S, %S)", type_of(self)->name, text.get(), base.get());
}
static Ref defaultdict_or(Value a, Value b) {
  if (!is_dict(a) || !is_dict(b)) return Ref::imm(kNotImplemented);
  Value self = is_instance_exact_type(a, defaultdict_type) ? a : b;
  Ref factory = factory_of(self);
  Ref result = call(Value(type_of(self)), factory, a);
  if (!result) return nullptr;
  if (!is_dict(result)) return raise(types::TypeError, "expected a dict");
  return dict_update(result, b) ? std::move(result) : nullptr;
}
static const NativeDef kDefaultDictMethods[] = {
    {"__missing__", "($self, key, /)", defaultdict_missing_impl, kNativeNoSignature,
     "__missing__(key): the default for a missing key, made by default_factory and stored; KeyError if that is None."},
    {"copy", "($self, /)", defaultdict_copy_impl, kNativeNoSignature, "D.copy() -> a shallow copy of D."},
    {"__copy__", "($self, /)", defaultdict_copy_impl, kNativeNoSignature, "D.copy() -> a shallow copy of D."},
    {"__reduce__", "($self, /)", defaultdict_reduce_impl, kNativeNoSignature, "Return state information for pickling."},
    TAIPAN_CLASS_GETITEM,
    {nullptr}};
static const MemberDef kDefaultDictMembers[] = {{"default_factory", kMemberValueNone, offsetof(DefaultDict, factory),
                                                 false, "Factory for default value called by __missing__()."},
                                                {nullptr}};
static const TypeSpec kDefaultDictSpec = {
    .doc =
        "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\nA missing key gets what the "
        "factory, called "
        "without arguments, returns. The other arguments are those of dict.",
    .flags = kTypeGc | kTypeBaseable | kTypeMapping | kTypeParallel,
    .basic_size = sizeof(DefaultDict),
    .ops = {.trace = defaultdict_trace, .clear = defaultdict_clear, .dealloc = defaultdict_dealloc},
    .methods = kDefaultDictMethods,
    .members = kDefaultDictMembers,
    .s = {.repr = defaultdict_repr, .init = defaultdict_init, .or_ = defaultdict_or}};

// ---- _tuplegetter: the fields of named tuples

struct TupleGetter {
  Header h;
  Value doc;
  int64_t index;
};
using TupleGetterFields = OwnedFields<TupleGetter, &TupleGetter::doc>;

static Ref tuplegetter_new(TypeObject* cls, RawArgs args) {
  static const Signature sig("_tuplegetter", "(index, doc, /)");
  Value v[2];
  if (!check_no_keywords("_tuplegetter", args) || !sig.bind(args, v)) return nullptr;
  int64_t index;
  if (!to_c_ssize(v[0], &index)) return nullptr;
  auto* g = alloc_instance_as<TupleGetter>(cls);
  if (!g) return nullptr;
  g->index = index;
  gc::init(&g->doc, Ref::dup(v[1]));
  return Ref::steal(g);
}
static Ref tuplegetter_get(Value self, Value instance, Value) {
  if (!instance) return Ref::dup(self);
  auto* g = self.as<TupleGetter>();
  if (!is_tuple(instance)) {
    if (instance == kNone) return Ref::dup(self);
    return raise(types::TypeError, "descriptor for index '%zd' for tuple subclasses doesn't apply to '%T' object",
                 g->index, instance);
  }
  if (g->index < 0 || g->index >= static_cast<int64_t>(tuple_size(instance)))
    return raise(types::IndexError, "tuple index out of range");
  return Ref::dup(tuple_at(instance, static_cast<size_t>(g->index)));
}
static int64_t index_of_tuplegetter(Value descriptor) {
  return type_of(descriptor)->s.descr_get == &tuplegetter_get ? descriptor.as<TupleGetter>()->index : -1;
}
static bool tuplegetter_set(Value, Value, Value value) {
  return raise(types::AttributeError, value ? "can't set attribute" : "can't delete attribute");
}
static Ref tuplegetter_reduce_impl(Args& a) {
  auto* g = a.self.as<TupleGetter>();
  Ref index = make_int(g->index);
  Ref args = make_tuple_of({index.get(), g->doc});
  return args ? make_tuple_of({Value(type_of(a.self)), args.get()}) : nullptr;
}
static Ref tuplegetter_repr(Value self) {
  auto* g = self.as<TupleGetter>();
  return format_str("%U(%zd, %R)", type_of(self)->name, g->index, g->doc);
}
static const NativeDef kTupleGetterMethods[] = {
    {"__reduce__", "($self, /)", tuplegetter_reduce_impl, kNativeNoSignature, nullptr}, {nullptr}};
static const MemberDef kTupleGetterMembers[] = {{"__doc__", kMemberValue, offsetof(TupleGetter, doc), false, nullptr},
                                                {nullptr}};
static const TypeSpec kTupleGetterSpec = {
    .flags = kTypeGc | kTypeParallel,
    .basic_size = sizeof(TupleGetter),
    .ops = {.trace = TupleGetterFields::trace,
            .clear = TupleGetterFields::clear,
            .dealloc = TupleGetterFields::dealloc},
    .methods = kTupleGetterMethods,
    .members = kTupleGetterMembers,
    .s = {
        .repr = tuplegetter_repr, .descr_get = tuplegetter_get, .descr_set = tuplegetter_set, .new_ = tuplegetter_new}};

// ---- _count_elements: Counter's inner loop

static Ref collections_count_elements_impl(Args& a) {
  Value mapping = a[0];
  Ref it = iter_at_once(a[1]);
  if (!it) return nullptr;
  TypeObject* type = type_of(mapping);
  bool plain = is_dict(mapping) && type_lookup(type, TAIPAN_NAME(get)) == type_lookup(types::Dict, TAIPAN_NAME(get)) &&
               type_lookup(type, TAIPAN_NAME(__setitem__)) == type_lookup(types::Dict, TAIPAN_NAME(__setitem__));
  Ref get;
  if (!plain) {
    get = get_attr(mapping, TAIPAN_NAME(get));
    if (!get) return nullptr;
  }
  for (uint32_t steps = 1;; steps++) {
    Ref key = has_shape(it, kShapeStrAsciiIterator) ? str_iterator_next(it) : next_item(it);
    if (!key) return nullptr;
    if (is_stop(key)) return Ref::imm(kNone);
    if (plain) {
      int64_t hash;
      if (!key_hash(key, &hash)) return nullptr;
      int counted = dict_count(mapping.as<Dict>(), key, hash);
      if (counted < 0) return nullptr;
      if (counted) {
        if (steps % 4096 == 0 && !poll()) return nullptr;
        continue;
      }
      Ref old = Ref::dup(dict_get_hash(mapping, key, hash));
      if (!old) return nullptr;
      Ref count;
      if (old.get() == kMissing)
        count = Ref::imm(Value::from_int(1));
      else if (old.get().is_int())
        count = make_int(old.get().as_int() + 1);
      else
        count = binary_op(BinaryOp::kAdd, old, Value::from_int(1));
      if (!count || !dict_set_hash(mapping, key, hash, count)) return nullptr;
    } else {
      Ref old = call(get, key, Value::from_int(0));
      if (!old) return nullptr;
      Ref count = binary_op(BinaryOp::kAdd, old, Value::from_int(1));
      if (!count || !set_item(mapping, key, count)) return nullptr;
    }
    if (steps % 4096 == 0 && !poll()) return nullptr;
  }
}

static bool collections_exec(Value module) {
  tuple_getter_index = index_of_tuplegetter;
  if (!defaultdict_type) defaultdict_type = make_native_type("collections.defaultdict", types::Dict, &kDefaultDictSpec);
  if (!tuplegetter_type)
    tuplegetter_type = make_native_type("_collections._tuplegetter", types::Object, &kTupleGetterSpec);
  return defaultdict_type && tuplegetter_type && module_add_type(module, defaultdict_type) &&
         module_add_type(module, tuplegetter_type) && add_deque_types(module) && add_ordered_dict_types(module);
}
static const NativeDef kFunctions[] = {
    {"_count_elements", "($module, mapping, iterable, /)", collections_count_elements_impl, 0,
     "Count elements in the iterable, updating the mapping"},
    {nullptr}};
// GIL off: _count_elements works on the mapping as any program would, each count at once.
extern const ModuleDef _collections_module;
const ModuleDef _collections_module = {"_collections", "High performance data structures.", kFunctions,
                                       collections_exec, kFunctionsAtOnce};

}  // namespace taipan
