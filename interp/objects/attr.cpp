// Attribute look-up: the method cache, object.__getattribute__/__setattr__, and the instance's own attributes.
//
// Method cache: one table a thread, keyed by (type version, name). Plain class attributes are cached as a cell (dict and entry
// index), so that replacing one by another leaves the entry right; everything else by value. A version number is
// never used twice, so an entry can't be found again once its class has changed.
#include <cstdlib>
#include <cstring>
#include "gc/epoch.h"
#include "gc/lock.h"
#include "interp/objects/abstract.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/list.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"
#include "interp/objects/type_internal.h"

namespace taipan {

void (*type_invalidate_hook)(TypeObject*, Str*) = nullptr;

namespace {

constexpr uint32_t kCacheSize = 2048;

struct CacheEntry {
  uint32_t version;
  int32_t index;  // -1: `what` is the value; else it is a Dict and this its entry
  Str* name;      // owned
  Value what;     // borrowed
};

CacheEntry empty_cache[1];
thread_local constinit CacheEntry* method_cache TAIPAN_TLS = nullptr;
CacheEntry* shared_method_cache = nullptr;  // with the GIL, all threads have this one

std::atomic<uint32_t> next_version{1};

TAIPAN_INLINE uint32_t cache_index(uint32_t version, const Str* name) {
  return (version * 0x9E3779B1u ^ static_cast<uint32_t>(reinterpret_cast<uintptr_t>(name) >> 5)) & (kCacheSize - 1);
}

}  // namespace

uint32_t type_version(TypeObject* type) {
  uint32_t v = type->version.load(std::memory_order_acquire);
  if (TAIPAN_LIKELY(v != 0)) return v;
  if (!(type->flags & kTypeReady) || (type->flags & kTypeUncached) || !type->mro) return 0;
  // A valid version means that all bases have one as well: type_modified stops at a zero (while there is one thread).
  Value mro = type->mro;
  for (size_t i = tuple_size(mro); i-- > 1;) {
    Value b = tuple_at(mro, i);
    if (!is_type(b)) return 0;
    auto* base = b.as<TypeObject>();
    if (base->version.load(std::memory_order_relaxed) == 0) {
      if (!(base->flags & kTypeReady)) return 0;
      if (base->mro && tuple_size(base->mro) > 1 && type_version(base) == 0) return 0;
      uint32_t zero = 0;
      uint32_t fresh = next_version.fetch_add(1, std::memory_order_relaxed);
      if (fresh == 0 || fresh >= 0xFFFFFF00u) return 0;
      base->version.compare_exchange_strong(zero, fresh);
    }
  }
  uint32_t fresh = next_version.fetch_add(1, std::memory_order_relaxed);
  if (fresh == 0 || fresh >= 0xFFFFFF00u) {
    next_version.store(0xFFFFFF00u, std::memory_order_relaxed);  // used up: nothing is cached any more
    return 0;
  }
  uint32_t zero = 0;
  if (type->version.compare_exchange_strong(zero, fresh)) return fresh;
  return zero;
}

bool type_lookup_cell(TypeObject* type, Str* name, TypeCell* out) {
  Value mro = type->mro;
  size_t n = tuple_size(mro);
  for (size_t i = 0; i < n; i++) {
    Value b = tuple_at(mro, i);
    if (!is_type(b)) continue;
    auto* holder = b.as<TypeObject>();
    Value dict = holder->dict;
    if (!dict) continue;
    out->dict = dict.as<Dict>();
    if (TAIPAN_UNLIKELY(gc::parallel)) {
      out->index = 0;  // of no use while others may change the dict
      out->value = dict_get_str(dict, name);
      if (!out->value) continue;
    } else {
      int64_t index = dict_find_index(dict, name);
      if (index < 0) continue;
      out->index = static_cast<uint32_t>(index);
      out->value = gc::load(&out->dict->entries[index].value);
    }
    out->holder = holder;
    out->is_volatile = (holder->flags & kTypeVolatileAttrs) != 0 && is_plain_class_value(out->value);
    if (out->value) return true;
  }
  *out = TypeCell{};
  return false;
}

TAIPAN_NOINLINE Value type_lookup_slow(TypeObject* type, Str* name) {
  if (!type->mro) return Value();
  uint32_t version = name->interned.load(std::memory_order_relaxed) ? type_version(type) : 0;
  TypeCell cell;
  type_lookup_cell(type, name, &cell);
  if (version == 0 || type->version.load(std::memory_order_acquire) != version) return cell.value;
  if (TAIPAN_UNLIKELY(gc::parallel) && cell.is_volatile) return cell.value;
  if (!method_cache) {
    method_cache = static_cast<CacheEntry*>(calloc(kCacheSize, sizeof(CacheEntry)));
    if (!method_cache) return cell.value;
    if (gc::gil_enabled) shared_method_cache = method_cache;
  }
  CacheEntry& e = method_cache[cache_index(version, name)];
  Str* evicted = nullptr;
  if (e.name != name) {
    evicted = e.name;
    gc::incref(&name->h);
    e.name = name;
  }
  e.version = version;
  if (cell.value && !gc::parallel && is_plain_class_value(cell.value)) {
    e.index = static_cast<int32_t>(cell.index);
    e.what = Value(cell.dict);
  } else {
    e.index = -1;
    e.what = cell.value;
  }
  if (evicted) gc::decref(&evicted->h);
  return cell.value;
}

static TAIPAN_INLINE Value type_lookup_inline(TypeObject* type, Str* name) {
  uint32_t version = type->version.load(std::memory_order_acquire);
  if (TAIPAN_LIKELY(version != 0 && method_cache != nullptr)) {
    const CacheEntry& e = method_cache[cache_index(version, name)];
    if (TAIPAN_LIKELY(e.version == version && e.name == name)) {
      if (TAIPAN_LIKELY(e.index < 0)) return e.what;
      if (TAIPAN_LIKELY(!gc::parallel)) return gc::load(&e.what.as<Dict>()->entries[e.index].value);
    }
  }
  return type_lookup_slow(type, name);
}
Value type_lookup(TypeObject* type, Str* name) { return type_lookup_inline(type, name); }

void start_method_cache() { method_cache = shared_method_cache; }
void drop_method_cache() {
  CacheEntry* cache = method_cache;
  method_cache = nullptr;
  if (!cache || cache == shared_method_cache) return;
  for (uint32_t i = 0; i < kCacheSize; i++) {
    if (cache[i].name) gc::decref(&cache[i].name->h);
  }
  free(cache);
}

void type_modified(TypeObject* type) {
  // No version: none of the classes below has one either. Where others give out versions meanwhile, they may have looked at the bases just
  // before, so there all are gone through.
  if (!gc::parallel && type->version.load(std::memory_order_relaxed) == 0) return;
  type->version.store(0, std::memory_order_seq_cst);
  if (!gc::load(&type->subclasses)) return;
  Ref subs = subclass_list(type);
  if (!subs) {
    clear_error();
    return;
  }
  for (size_t i = 0; i < list_size(subs); i++) type_modified(list_at(subs, i).as<TypeObject>());
}

Str* interned_name(Str* name, Ref* keep) {
  if (TAIPAN_LIKELY(name->interned.load(std::memory_order_relaxed))) return name;
  Ref s = is_str_exact(Value(name)) ? Ref::dup(name) : str_substring(Value(name), 0, name->length);
  if (!s) return nullptr;
  if (!is_str_exact(s)) {
    StrBuilder b;
    if (!b.append(s)) return nullptr;
    s = b.finish();
    if (!s) return nullptr;
  }
  *keep = intern(std::move(s));
  return keep->as<Str>();
}

// ---- The instance's own attributes ----------------------------------------------------------------------------------------------

Value instance_get(Header* o, Str* name) {
  Value dict;
  {
    gc::ObjectLock lock(o);
    Shape* s = shape_of_header(o);
    if (s->attr_offset == 0) return Value();
    if (!(s->flags & kShapeDictMode)) {
      int32_t index = shape_find(s, name);
      return index < 0 ? Value() : gc::load(attr_slot(o, s, static_cast<uint32_t>(index)));
    }
    dict = gc::load(attr_area(o, s));
  }
  return dict ? dict_get_str(dict, name) : Value();
}

Ref instance_get_ref(Header* o, Str* name) {
  if (TAIPAN_LIKELY(!gc::parallel)) {
    Shape* s = shape_of_header(o);
    if (s->attr_offset == 0) return nullptr;
    if (TAIPAN_UNLIKELY(s->flags & kShapeDictMode)) {
      Value dict = gc::load(attr_area(o, s));
      if (!dict) return nullptr;
      Ref keep = Ref::dup(dict);
      return Ref::dup(dict_get_str(dict, name));
    }
    int32_t index = shape_find(s, name);
    return index < 0 ? Ref() : Ref::dup(gc::load(attr_slot(o, s, static_cast<uint32_t>(index))));
  }
  // As the caches of attributes do: a slot keeps its name, and is null where it is none's yet or not any more (in dictionary mode).
  Ref dict;
  Shape* s = shape_of_header(o);
  if (s->attr_offset == 0) return nullptr;
  if (s->flags & kShapeDictMode) {
    Value v = gc::load(attr_area(o, s));
    if (v.is_heap()) dict = Ref::dup(v);
  } else {
    int32_t index = shape_find(s, name);
    if (index < 0) return nullptr;
    if (Value v = gc::load(attr_slot(o, s, static_cast<uint32_t>(index)))) return Ref::dup(v);
  }
  if (!dict) {
    gc::ObjectLock lock(o);
    s = shape_of_header(o);
    if (s->flags & kShapeDictMode) {
      dict = Ref::dup(gc::load(attr_area(o, s)));
    } else {
      int32_t index = shape_find(s, name);
      if (index < 0) return nullptr;
      return Ref::dup(gc::load(attr_slot(o, s, static_cast<uint32_t>(index))));
    }
  }
  if (!dict) return nullptr;
  Ref v = dict_get_ref(dict, Value(name));
  if (v.get() == kMissing) return nullptr;
  return v;
}

bool instance_set(Header* o, Str* name, Value value) {
  Ref keep;
  name = interned_name(name, &keep);
  if (!name) return false;
  Shape* s = shape_of_header(o);
  if (!(s->flags & kShapeDictMode)) {
    Ref dead;
    gc::ObjectLock lock(o);
    s = shape_of_header(o);
    if (!(s->flags & kShapeDictMode)) {
      int32_t index = shape_find(s, name);
      if (index >= 0) {
        Value* slot = attr_slot(o, s, static_cast<uint32_t>(index));
        if (!value && !*slot) return false;
        dead = gc::exchange_locked(o, slot, Ref::dup(value));
        return true;
      }
      if (!value) return false;
      if (Shape* next = shape_with(s, name)) return instance_add_slot(o, s, next, Ref::dup(value));
    }
  }
  if (!value) {
    Value dict = gc::load(attr_area(o, shape_of_header(o)));
    if (!dict) return false;
    Ref hold = Ref::dup(dict);
    return dict_delete(dict, Value(name)) > 0;
  }
  Ref dict = to_dict_mode(o);
  return dict && dict_set_str(dict, name, value);
}

// ---- object.__getattribute__ and object.__setattr__ -----------------------------------------------------------------------------

namespace {

// null with no exception: absent
TAIPAN_INLINE Ref find_attribute(Value o, TypeObject* type, Str* name) {
  Value descr = type_lookup_inline(type, name);
  if (!descr && o.is_heap() && !gc::parallel) {  // nothing on the class: an attribute in a slot, the commonest case
    Shape* s = shape_of_header(o.header());
    if (s->attr_offset > 0 && !(s->flags & kShapeDictMode)) {
      int32_t index = shape_find(s, name);
      if (index < 0) return Ref::imm(kMissing);
      Value v = gc::load(attr_slot(o.header(), s, static_cast<uint32_t>(index)));
      return v ? Ref::dup(v) : Ref::imm(kMissing);
    }
  }
  DescrGetSlot get = nullptr;
  Ref hold;
  if (descr) {
    const TypeObject* dt = type_of(descr);
    get = dt->s.descr_get;
    if (get) {
      hold = Ref::dup(descr);
      if (dt->s.descr_set) return get(descr, o, Value(type));
    }
  }
  if (o.is_heap()) {
    if (Ref v = instance_get_ref(o.header(), name)) return v;
    if (TAIPAN_UNLIKELY(error_occurred())) return nullptr;
  }
  if (get) return get(descr, o, Value(type));
  if (descr) return Ref::dup(descr);
  return Ref::imm(kMissing);
}

}  // namespace

Ref generic_get_attr_opt(Value o, Str* name) {
  TypeObject* type = type_of(o);
  if (TAIPAN_UNLIKELY(!name->interned.load(std::memory_order_relaxed))) {
    Ref keep;
    name = interned_name(name, &keep);
    if (!name) return nullptr;
    return find_attribute(o, type, name);
  }
  return find_attribute(o, type, name);
}

Ref generic_get_attr(Value o, Str* name) {
  Ref v = generic_get_attr_opt(o, name);
  if (TAIPAN_UNLIKELY(v.get() == kMissing)) return raise_attribute_error(o, name);
  return v;
}

bool generic_set_attr(Value o, Str* name, Value value) {
  TypeObject* type = type_of(o);
  Ref keep;
  name = interned_name(name, &keep);
  if (!name) return false;
  // Unlike those of look-ups, these carry neither name nor object.
  auto absent = [&] {
    return raise(types::AttributeError, "'%.100s' object has no attribute '%U'", type->cname, name);
  };
  Value descr = type_lookup(type, name);
  if (descr) {
    if (DescrSetSlot set = type_of(descr)->s.descr_set) {
      Ref hold = Ref::dup(descr);
      return set(descr, o, value);
    }
  }
  if (o.is_heap() && has_attr_area(shape_of(o)) && (type->flags & kTypeHasDictAttr)) {
    if (instance_set(o.header(), name, value)) return true;
    if (error_occurred()) return false;
    return absent();
  }
  if (descr) return raise(types::AttributeError, "'%.100s' object attribute '%U' is read-only", type->cname, name);
  return absent();
}

}  // namespace taipan
