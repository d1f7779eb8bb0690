// _abc: the native half of abc.ABCMeta. Registries and caches are sets of weak references whose callbacks remove them.
#include "interp/modules/module_util.h"
#include "interp/objects/dict.h"
#include "interp/objects/list.h"
#include "interp/objects/parallel.h"
#include "interp/objects/runtime_lock.h"
#include "interp/objects/set.h"
#include "interp/objects/tuple.h"
#include "interp/objects/weakref.h"

namespace taipan {

namespace {

// GIL off: the sets are under its runtime lock, `seen` is read without one.
struct AbcData {
  Header h;
  Value registry, cache, negative_cache;  // sets of weakrefs, or null
  uint64_t negative_version;
  // What the sets say of some classes whose __class__ is the usual one: type version, then 31 bits of the counter that a negative answer depends
  // on, then the answer.
  std::atomic<uint64_t> seen[8];
};

TypeObject* abc_data_type;
std::atomic<uint64_t> invalidation_counter{0};

AbcData* data_of(Value v) { return v.as<AbcData>(); }

void abc_trace(Header* h, gc::Visitor& v) {
  auto* d = reinterpret_cast<AbcData*>(h);
  v.visit(d->registry);
  v.visit(d->cache);
  v.visit(d->negative_cache);
}
void abc_clear(Header* h) {
  auto* d = reinterpret_cast<AbcData*>(h);
  Ref a = gc::take(h, &d->registry), b = gc::take(h, &d->cache), c = gc::take(h, &d->negative_cache);
}
Ref abc_data_new(TypeObject* cls, RawArgs) {
  Ref d = Ref::steal(alloc_instance(cls));
  if (d) data_of(d)->negative_version = invalidation_counter.load(std::memory_order_relaxed);
  return d;
}
const TypeSpec abc_data_spec = {
    .doc = "Internal state held by ABC machinery.",
    .flags = kTypeGc,
    .basic_size = sizeof(AbcData),
    .ops = {.trace = abc_trace, .clear = abc_clear},
    .s = {.new_ = abc_data_new},
};

Ref get_data(Value cls) {
  Ref d = get_attr(cls, TAIPAN_NAME(_abc_impl));
  if (!d) return nullptr;
  if (type_of(d) != abc_data_type) return raise(types::TypeError, "_abc_impl is set to a wrong type");
  return d;
}

// ---- Weak sets ---------------------------------------------------------------------------------------------------------------------------

Ref destroy_entry(Args& a) {
  Ref set = weakref_get(a.self);
  if (set && set_discard(set, a[0]) < 0) return nullptr;
  return Ref::imm(kNone);
}
const NativeDef destroy_def = {"_destroy", "($self, wr, /)", destroy_entry, kNativeHousekeeping, nullptr};

int in_weak_set(Value set, Value o) {
  if (!set || set_size(set) == 0) return 0;
  Ref ref = make_weakref(o);
  if (!ref) {
    if (!error_matches(types::TypeError)) return -1;
    clear_error();
    return 0;
  }
  return set_contains(set, ref);
}

bool add_to_weak_set(Value data, Value* field, Value o) {
  if (!*field) {
    Ref fresh = make_set();
    if (!fresh) return false;
    gc::store(data.header(), field, std::move(fresh));
  }
  Ref set = Ref::dup(*field);
  Ref weak_set = make_weakref(set);
  if (!weak_set) return false;
  Ref destroy = make_native_function(&destroy_def, weak_set, Value());
  if (!destroy) return false;
  Ref ref = make_weakref(o, destroy);
  return ref && set_add(set, ref);
}

bool has_usual_class(TypeObject* t) {
  static const Value usual = type_lookup(types::Object, TAIPAN_NAME(__class__));
  return t->s.get_attr == &generic_get_attr && type_lookup(t, TAIPAN_NAME(__class__)) == usual;
}
uint64_t seen_word(uint32_t version, bool positive) {
  uint64_t counter = positive ? 0 : invalidation_counter.load(std::memory_order_relaxed) & 0x7fffffff;
  return uint64_t{version} << 32 | counter << 1 | positive;
}
void note_seen(AbcData* d, TypeObject* t, bool positive) {
  if (uint32_t version = type_version(t); version && has_usual_class(t))
    d->seen[version % 8].store(seen_word(version, positive), std::memory_order_relaxed);
}

// ---- Class set-up --------------------------------------------------------------------------------------------------------------------------

int is_abstract(Value v) {
  Ref flag = get_attr_opt(v, TAIPAN_NAME(__isabstractmethod__));
  if (!flag) return -1;
  return flag.get() == kMissing ? 0 : is_true(flag);
}

bool compute_abstract_methods(Value cls) {
  Ref found = make_set();
  Ref ns = get_attr(cls, TAIPAN_NAME(__dict__));
  if (!found || !ns) return false;
  Ref items_view = call_method(ns, TAIPAN_NAME(items));
  if (!items_view) return false;
  Ref items = iterable_to_list(items_view);
  if (!items) return false;
  for (size_t i = 0; i < list_size(items); i++) {
    Value pair = list_at(items, i);
    int r = is_abstract(tuple_at(pair, 1));
    if (r < 0 || (r && !set_add(found, tuple_at(pair, 0)))) return false;
  }
  Ref bases = get_attr(cls, TAIPAN_NAME(__bases__));
  if (!bases) return false;
  if (!is_tuple(bases)) return raise(types::TypeError, "__bases__ is not tuple");
  for (size_t i = 0; i < tuple_size(bases); i++) {
    Ref inherited = get_attr_opt(tuple_at(bases, i), TAIPAN_NAME(__abstractmethods__));
    if (!inherited) return false;
    if (inherited.get() == kMissing) continue;
    IterEach each(inherited);
    while (each.next()) {
      if (!is_str(each.item())) return raise(types::TypeError, "attribute name must be string, not '%T'", each.item());
      Ref v = get_attr_opt(cls, each.item().as<Str>());
      if (!v) return false;
      if (v.get() == kMissing) continue;
      int r = is_abstract(v);
      if (r < 0 || (r && !set_add(found, each.item()))) return false;
    }
    if (each.failed()) return false;
  }
  Ref frozen = make_frozenset(found);
  return frozen && set_attr(cls, TAIPAN_NAME(__abstractmethods__), frozen);
}

constexpr int64_t kSequenceBit = 1 << 5, kMappingBit = 1 << 6;

Ref abc_init(Args& a) {
  Value cls = a[0];
  if (!compute_abstract_methods(cls)) return nullptr;
  Ref data = abc_data_new(abc_data_type, {});
  if (!data || !set_attr(cls, TAIPAN_NAME(_abc_impl), data)) return nullptr;
  if (!is_type(cls)) return Ref::imm(kNone);
  auto* t = cls.as<TypeObject>();
  Str* key = TAIPAN_NAME(__abc_tpflags__);
  Value flags = dict_get_str(t->dict, key);
  if (!flags) return Ref::imm(kNone);
  if (flags.is_int()) {
    int64_t bits = flags.as_int() & (kSequenceBit | kMappingBit);
    if (bits == (kSequenceBit | kMappingBit)) {
      return raise(types::TypeError, "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING");
    }
    StoppedWorld stopped;
    if (bits & kSequenceBit) t->flags |= kTypeSequence;
    if (bits & kMappingBit) t->flags |= kTypeMapping;
  }
  if (!type_set_attr(t, key, Value())) return nullptr;
  return Ref::imm(kNone);
}

// ---- Registering -----------------------------------------------------------------------------------------------------------------------------

void set_collection_flags(TypeObject* t, uint64_t flags) {
  constexpr uint64_t kBoth = kTypeSequence | kTypeMapping;
  if ((t->flags & kTypeImmutable) || (t->flags & kBoth) == flags) return;
  {
    StoppedWorld stopped;
    t->flags = (t->flags & ~kBoth) | flags;
  }
  Ref subs = call_method(Value(t), TAIPAN_NAME(__subclasses__));
  if (!subs || !is_list(subs)) {
    clear_error();
    return;
  }
  for (size_t i = 0; i < list_size(subs); i++) set_collection_flags(list_at(subs, i).as<TypeObject>(), flags);
}

Ref abc_register(Args& a) {
  Value cls = a[0], sub = a[1];
  if (!is_type(sub)) return raise(types::TypeError, "Can only register classes");
  int r = is_subclass(sub, cls);
  if (r) return r < 0 ? Ref() : Ref::dup(sub);
  r = is_subclass(cls, sub);
  if (r < 0) return nullptr;
  if (r) return raise(types::RuntimeError, "Refusing to create an inheritance cycle");
  Ref data = get_data(cls);
  RuntimeLock lock(data.get());
  if (!data || !add_to_weak_set(data, &data_of(data)->registry, sub)) return nullptr;
  invalidation_counter.fetch_add(1, std::memory_order_relaxed);
  if (is_type(cls)) {
    uint64_t flags = cls.as<TypeObject>()->flags & (kTypeSequence | kTypeMapping);
    if (flags) set_collection_flags(sub.as<TypeObject>(), flags);
  }
  return Ref::dup(sub);
}

// ---- Checks --------------------------------------------------------------------------------------------------------------------------------

Ref abc_instancecheck(Args& a) {
  Value cls = a[0], instance = a[1];
  Ref data = get_data(cls);
  if (!data) return nullptr;
  Value type = Value(type_of(instance));
  if (uint32_t version = type.as<TypeObject>()->version.load(std::memory_order_acquire)) {
    uint64_t word = data_of(data)->seen[version % 8].load(std::memory_order_relaxed);
    if (word == seen_word(version, true)) return Ref::imm(kTrue);
    if (word == seen_word(version, false)) return Ref::imm(kFalse);
  }
  RuntimeLock lock(data.get());
  Ref sub = get_attr(instance, TAIPAN_NAME(__class__));
  if (!sub) return nullptr;
  int r = in_weak_set(data_of(data)->cache, sub);
  if (r > 0 && type == sub.get()) note_seen(data_of(data), type.as<TypeObject>(), true);
  if (r) return r < 0 ? Ref() : Ref::imm(kTrue);
  Str* name = TAIPAN_NAME(__subclasscheck__);
  if (type == sub.get()) {
    if (data_of(data)->negative_version == invalidation_counter.load(std::memory_order_relaxed)) {
      r = in_weak_set(data_of(data)->negative_cache, sub);
      if (r > 0) note_seen(data_of(data), type.as<TypeObject>(), false);
      if (r) return r < 0 ? Ref() : Ref::imm(kFalse);
    }
    return call_method(cls, name, sub);
  }
  Ref result = call_method(cls, name, sub);
  if (!result) return nullptr;
  r = is_true(result);
  if (r < 0) return nullptr;
  if (r) return result;
  return call_method(cls, name, type);
}

// 1, 0: decided; -1: error; 2: the registry doesn't know it.
int check_registry(Value data, Value sub) {
  Value registry = data_of(data)->registry;
  int r = in_weak_set(registry, sub);
  if (r) return r;
  if (!registry) return 2;
  Ref copy = iterable_to_list(registry);
  if (!copy) return -1;
  for (size_t i = 0; i < list_size(copy); i++) {
    Ref known = weakref_get(list_at(copy, i));
    if (!known) continue;
    r = is_subclass(sub, known);
    if (r < 0) return -1;
    if (r) return add_to_weak_set(data, &data_of(data)->cache, sub) ? 1 : -1;
  }
  return 2;
}

Ref remember(Value data, bool positive, Value sub) {
  AbcData* d = data_of(data);
  if (!add_to_weak_set(data, positive ? &d->cache : &d->negative_cache, sub)) return nullptr;
  return Ref::imm(bool_value(positive));
}

Ref abc_subclasscheck(Args& a) {
  Value cls = a[0], sub = a[1];
  if (!is_type(sub)) return raise(types::TypeError, "issubclass() arg 1 must be a class");
  Ref data = get_data(cls);
  if (!data) return nullptr;
  RuntimeLock lock(data.get());
  AbcData* d = data_of(data);
  int r = in_weak_set(d->cache, sub);
  if (r) return r < 0 ? Ref() : Ref::imm(kTrue);
  uint64_t now = invalidation_counter.load(std::memory_order_relaxed);
  if (d->negative_version < now) {
    Ref old = gc::take(&d->h, &d->negative_cache);
    d->negative_version = now;
  } else {
    r = in_weak_set(d->negative_cache, sub);
    if (r) return r < 0 ? Ref() : Ref::imm(kFalse);
  }
  Ref hook = call_method(cls, TAIPAN_NAME(__subclasshook__), sub);
  if (!hook) return nullptr;
  if (hook.get() == kTrue || hook.get() == kFalse) return remember(data, hook.get() == kTrue, sub);
  if (hook.get() != kNotImplemented) {
    return raise(types::AssertionError, "__subclasshook__ must return either False, True, or NotImplemented");
  }
  Value mro = sub.as<TypeObject>()->mro;
  for (size_t i = 0; mro && i < tuple_size(mro); i++) {
    if (tuple_at(mro, i) == cls) return remember(data, true, sub);
  }
  r = check_registry(data, sub);
  if (r < 0) return nullptr;
  if (r < 2) return Ref::imm(bool_value(r != 0));
  Ref subs = call_method(cls, TAIPAN_NAME(__subclasses__));
  if (!subs) return nullptr;
  if (!is_list(subs)) return raise(types::TypeError, "__subclasses__() must return a list");
  for (size_t i = 0; i < list_size(subs); i++) {
    Ref s = Ref::dup(list_at(subs, i));
    r = is_subclass(sub, s);
    if (r < 0) return nullptr;
    if (r) return remember(data, true, sub);
  }
  return remember(data, false, sub);
}

// ---- The rest --------------------------------------------------------------------------------------------------------------------------------

Ref get_cache_token(Args&) { return make_int_u64(invalidation_counter.load(std::memory_order_relaxed)); }
Ref reset_registry(Args& a) {
  Ref data = get_data(a[0]);
  if (!data) return nullptr;
  RuntimeLock lock(data.get());
  Ref old = gc::take(data.as<Header>(), &data_of(data)->registry);
  return Ref::imm(kNone);
}
Ref reset_caches(Args& a) {
  Ref data = get_data(a[0]);
  if (!data) return nullptr;
  RuntimeLock lock(data.get());
  Ref x = gc::take(data.as<Header>(), &data_of(data)->cache),
      y = gc::take(data.as<Header>(), &data_of(data)->negative_cache);
  for (auto& word : data_of(data)->seen) word.store(0, std::memory_order_relaxed);
  return Ref::imm(kNone);
}
Ref get_dump(Args& a) {
  Ref data = get_data(a[0]);
  if (!data) return nullptr;
  RuntimeLock lock(data.get());
  AbcData* d = data_of(data);
  Ref x = make_set(d->registry), y = make_set(d->cache), z = make_set(d->negative_cache),
      v = make_int_u64(d->negative_version);
  if (!x || !y || !z || !v) return nullptr;
  return make_tuple_of({x, y, z, v});
}

const NativeDef functions[] = {
    {"get_cache_token", "($module, /)", get_cache_token, 0,
     "The current ABC cache token: an opaque object (supporting equality testing)\nthat changes with every call to "
     "register() on any ABC."},
    {"_abc_init", "($module, self, /)", abc_init, 0, "Sets a new abstract class up."},
    {"_reset_registry", "($module, self, /)", reset_registry, 0, "Empties the registry of a class."},
    {"_reset_caches", "($module, self, /)", reset_caches, 0, "Empties both caches of a class."},
    {"_get_dump", "($module, self, /)", get_dump, 0,
     "Copies of the registry, of both caches, and the version of the negative cache."},
    {"_abc_register", "($module, self, subclass, /)", abc_register, 0, "Registers a virtual subclass."},
    {"_abc_instancecheck", "($module, self, instance, /)", abc_instancecheck, 0, "isinstance() for abstract classes."},
    {"_abc_subclasscheck", "($module, self, subclass, /)", abc_subclasscheck, 0, "issubclass() for abstract classes."},
    {},
};

bool exec(Value) {
  if (!abc_data_type) abc_data_type = make_native_type("_abc._abc_data", types::Object, &abc_data_spec);
  return abc_data_type != nullptr;
}

}  // namespace

// GIL off: what a class has is under its own runtime lock, the counter is atomic.
extern const ModuleDef _abc_module;
const ModuleDef _abc_module = {"_abc", "The native half of abc.ABCMeta.", functions, exec, kFunctionsAtOnce};

}  // namespace taipan
