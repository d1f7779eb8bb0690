#include "interp/eval/inline_cache.h"
#include "interp/eval/jit_hooks.h"

#include <mutex>

#include "gc/epoch.h"
#include "gc/lock.h"
#include "interp/objects/abstract.h"
#include "interp/objects/descr.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/function.h"
#include "interp/objects/module.h"
#include "interp/objects/runtime_lock.h"
#include "interp/objects/tuple.h"
#include "interp/objects/type_internal.h"

namespace taipan {

using namespace frontend;

namespace {

// Replaced entries stay readable for others and are freed with the code.
void free_chain(CacheEntry* e) {
  while (e) {
    CacheEntry* next = e->next;
    gc::raw_free(e);
    e = next;
  }
}
// What a word that is replaced led to: others may still be reading it.
void retire_entries(uint64_t word) {
  if (word && (word & 15) == 0)
    gc::retire(reinterpret_cast<void*>(word), [](void* p) { free_chain(static_cast<CacheEntry*>(p)); });
}

void add_entry(FeedbackWord* fb, const CacheEntry& entry) {
  uint64_t old = fb->load(std::memory_order_acquire);
  if (old == kMegamorphic) return;
  // Copies the entries that still hold and are not about the same thing.
  CacheEntry* chain = nullptr;
  int depth = 0;
  uint16_t replaced = entry.extra;
  if (old && (old & 15) == kCacheTagSlot) {
    auto* e = static_cast<CacheEntry*>(gc::raw_calloc(sizeof(CacheEntry)));
    if (!e) return;
    e->shape = static_cast<ShapeId>(old >> 32);
    e->kind = kCacheSlot;
    e->index = cache_word_index(old);
    chain = e;
    depth = 1;
  } else if (old && (old & 15) == 0) {
    for (const CacheEntry* e = cache_entries(old); e; e = e->next) {
      // (The class of an old entry may be gone: its pointer is only compared.)
      if ((e->shape == entry.shape && e->type == entry.type &&
           (entry.kind != kCacheKeywords || e->index == entry.index)) ||
          (entry.kind == kCacheBuiltin) || (entry.kind == kCacheDictValue && e->shape == entry.shape)) {
        if (entry.name && e->kind == entry.kind && e->extra < kManyDicts)
          replaced = static_cast<uint16_t>(e->extra + 1);
        continue;
      }
      auto* copy = static_cast<CacheEntry*>(gc::raw_alloc(sizeof(CacheEntry)));
      if (!copy) break;
      *copy = *e;
      copy->next = chain;
      chain = copy;
      depth++;
    }
  }
  uint64_t word = kMegamorphic;
  if (depth >= 4) {
    free_chain(chain);
    chain = nullptr;
  } else {
    auto* e = static_cast<CacheEntry*>(gc::raw_alloc(sizeof(CacheEntry)));
    if (!e) {
      free_chain(chain);
      return;
    }
    *e = entry;
    e->extra = replaced;
    e->depth = static_cast<uint8_t>(depth);
    e->next = chain;
    chain = e;
    word = reinterpret_cast<uint64_t>(e);
  }
  uint64_t seen = old;
  if (!fb->compare_exchange_strong(seen, word, std::memory_order_acq_rel)) {
    free_chain(chain);  // another thread was faster: what it recorded will do
    return;
  }
  retire_entries(old);
}

// Slots are cached without the class's version: a change of the class that matters to them clears their sites (invalidate_name). It comes after
// the change and looks at names that are marked; so a site is filled between marking the name and looking at the version again.
void mark_cached(Str* name) {
  if (!name->in_caches.load(std::memory_order_relaxed)) name->in_caches.store(1, std::memory_order_seq_cst);
}
void clear_site(FeedbackWord* fb) { retire_entries(fb->exchange(0, std::memory_order_acq_rel)); }
void fill_slot_word(FeedbackWord* fb, TypeObject* type, uint32_t version, ShapeId shape, uint32_t offset) {
  uint64_t none = 0;
  if (!fb->compare_exchange_strong(none, cache_slot_word(shape, offset), std::memory_order_seq_cst)) return;
  if (TAIPAN_UNLIKELY(type->version.load(std::memory_order_seq_cst) != version)) clear_site(fb);
}
void add_slot_entry(FeedbackWord* fb, const CacheEntry& e) {
  add_entry(fb, e);
  if (TAIPAN_UNLIKELY(e.type->version.load(std::memory_order_seq_cst) != e.version)) clear_site(fb);
}

bool is_data_descriptor(Value v) { return v.is_heap() && type_of(v)->s.descr_set != nullptr; }
bool is_descriptor(Value v) { return v.is_heap() && type_of(v)->s.descr_get != nullptr; }

// Byte offset of the value that a member of __slots__ stands for; 0: something else.
uint32_t plain_member_offset(Value descriptor) {
  if (!has_shape(descriptor, kShapeMemberDescriptor)) return 0;
  auto* m = descriptor.as<MemberDescriptor>();
  return m->def ? 0 : m->offset;
}

void record_global(FeedbackWord* fb, Value globals, Str* name) {
  uint32_t version, index;
  if (!dict_cache_slot(globals, name, &version, &index)) return;
  uint64_t old = fb->load(std::memory_order_acquire);
  while (!fb->compare_exchange_weak(old, cache_global_word(version, index), std::memory_order_acq_rel,
                                    std::memory_order_acquire)) {}
  retire_entries(old);
}

// A static method, or a class method that is about to be called.
bool method_wrapper_entry(Value v, bool method, CacheEntry* e) {
  if (!v.is_heap()) return false;
  TypeObject* type = type_of(v);
  if (type == types::StaticMethod)
    e->kind = kCacheStaticMethod;
  else if (type == types::ClassMethod && method && has_shape(gc::load(&v.as<ClassMethod>()->callable), kShapeFunction))
    e->kind = kCacheClassMethod;
  else
    return false;
  e->value = v;
  return true;
}

// An attribute of type that is replaced often: its place in the class's dict.
bool class_cell_entry(TypeObject* type, Str* name, CacheEntry* e) {
  TypeCell cell;
  if (gc::parallel || !type_lookup_cell(type, name, &cell) || !cell.is_volatile) return false;
  e->kind = kCacheClassCell;
  e->index = cell.index;
  e->value = Value(cell.dict);
  return true;
}
// The version of a descriptor's class where that has the method in Python, else 0.
uint32_t descriptor_version(Value descriptor, Str* method) {
  TypeObject* type = type_of(descriptor);
  if (!(type->flags & kTypeHeap)) return 0;
  uint32_t version = type_version(type);
  return has_shape(type_lookup(type, method), kShapeFunction) ? version : 0;
}

// Looks at o.name as the generic protocol would and records where it is found. Does not perform the access. `before`: the shape that o had
// before the access (its __dict__ turns it to dictionary mode).
void record_load(FeedbackWord* fb, Value o, Str* name, bool method, ShapeId before) {
  uint64_t old = fb->load(std::memory_order_acquire);
  if (old == kMegamorphic) return;
  Shape* shape = shape_of(o);
  TypeObject* type = shape->type;
  CacheEntry e{};
  e.shape = shape->id;
  GetAttrSlot get_attr = native_get_attr(type);
  bool has_hook = get_attr != type->s.get_attr;  // __getattr__, where the rest finds nothing
  if (get_attr == types::Type->s.get_attr) {
    // The receiver is a class: only where its metaclass has no say.
    TypeObject* cls = o.as<TypeObject>();
    // Versions come before what is found under them: another thread may be changing the class.
    e.version = type_version(cls);
    e.version2 = type_version(type);
    if (!e.version || !e.version2) return;
    if (Value own = type_lookup(type, name); is_data_descriptor(own)) {
      // The metaclass's (__name__, __dict__...): what sets and gets comes before anything that the class has.
      if (!is_descriptor(own) || type_of(own) == types::Property) return;
      e.kind = kCacheDescriptor;
      e.type = type;
      e.version = e.version2;
      e.version2 = 0;
      e.value = own;
      mark_cached(name);
      add_entry(fb, e);
      return;
    }
    Value v = type_lookup(cls, name);
    if (v.is_null()) {
      // What the metaclass has for its instances.
      v = type_lookup(type, name);
      if (v.is_null()) return;
      e.type = cls;
      e.value = v;
      if (has_shape(v, kShapeFunction)) {
        if (!method) return;
        e.kind = kCacheClassMethod;
        e.index = e.extra = 1;
      } else {
        if (is_descriptor(v) || !type_value_cacheable(type, name)) return;
        e.kind = kCacheTypeAttr;
      }
      mark_cached(name);
      add_entry(fb, e);
      return;
    }
    if (method_wrapper_entry(v, method, &e)) {
      e.type = cls;
      e.index = 1;
      mark_cached(name);
      add_entry(fb, e);
      return;
    }
    if (method && type == types::Type && has_shape(v, kShapeClassMethodDescriptor)) {
      // get_method() has given it unbound, with the class.
      if (!is_subtype(cls, v.as<MethodDescriptor>()->type)) return;
      e.kind = kCacheClassMethod;
      e.type = cls;
      e.index = e.extra = 1;
      e.value = v;
      mark_cached(name);
      add_entry(fb, e);
      return;
    }
    if (is_descriptor(v)) {
      // Functions and the methods of built-in types come back unbound; others need their __get__.
      if (!has_shape(v, kShapeFunction) && !has_shape(v, kShapeMethodDescriptor) &&
          !has_shape(v, kShapeWrapperDescriptor))
        return;
    } else if (!type_value_cacheable(cls, name)) {
      if (!class_cell_entry(cls, name, &e)) return;
      e.type = cls;
      e.extra = 1;
      mark_cached(name);
      add_entry(fb, e);
      return;
    }
    e.kind = kCacheTypeAttr;
    e.type = cls;
    e.value = v;
    mark_cached(name);
    add_entry(fb, e);
    return;
  }
  bool is_mod = get_attr == types::Module->s.get_attr && is_module(o);
  if (get_attr != generic_get_attr && !is_mod) return;
  uint32_t version = type_version(type);
  if (!version) return;
  mark_cached(name);
  Value cls_value = type_lookup(type, name);
  e.type = type;
  e.version = version;
  if (is_data_descriptor(cls_value) && is_descriptor(cls_value)) {
    if (int64_t i = tuple_getter_index && is_tuple(o) ? tuple_getter_index(cls_value) : -1; i >= 0 && i < INT32_MAX) {
      e.kind = kCacheTupleItem;
      e.index = static_cast<uint32_t>(i);
      add_entry(fb, e);
      return;
    }
    // An AttributeError out of it is the hook's business.
    if (has_hook && !plain_member_offset(cls_value) && name != TAIPAN_NAME(__class__) && name != TAIPAN_NAME(__dict__))
      return;
    if (type_of(cls_value) == types::Property && !has_hook) {
      e.kind = kCacheProperty;
      e.value = cls_value;
    } else if (has_hook && !has_shape(cls_value, kShapeGetSetDescriptor) && !plain_member_offset(cls_value)) {
      return;
    } else if (name == TAIPAN_NAME(__class__) && cls_value == type_lookup(types::Object, name)) {
      // An object's shape knows its class.
      e.kind = kCacheClassValue;
      e.value = Value(type);
    } else if (uint32_t offset = plain_member_offset(cls_value)) {
      // A slot of __slots__ is a word of the object like any attribute.
      if (gc::load(reinterpret_cast<Value*>(o.bits + offset)).is_null()) return;
      if (!old) return fill_slot_word(fb, type, version, shape->id, offset);
      e.kind = kCacheSlot;
      e.index = offset;
      return add_slot_entry(fb, e);
    } else {
      e.kind = kCacheDescriptor;
      e.value = cls_value;
      e.version2 = descriptor_version(cls_value, TAIPAN_NAME(__get__));
      auto* was = static_cast<Shape*>(gc::shape_table[before]);  // null: its class has gone meanwhile
      if (was && was->type == type) e.shape = before;
    }
    add_entry(fb, e);
    return;
  }
  // The instance's own attribute.
  if (o.is_heap() && has_attr_area(shape)) {
    if (shape->flags & kShapeDictMode) {
      for (const CacheEntry* old_entry = old ? cache_entries(old) : nullptr; old_entry; old_entry = old_entry->next)
        if (old_entry->shape == shape->id && old_entry->type == type && looks_up(old_entry) &&
            (old_entry->kind == kCacheDictValue || old_entry->version == version))
          return;
      Value dict = gc::load(attr_area(o.header(), shape));
      if (dict && dict_cache_slot(dict, name, &e.version, &e.index)) {
        e.kind = kCacheDictValue;
        if (!is_mod) e.name = name;
        add_entry(fb, e);
        return;
      }
      // An own attribute may appear any time, but not where there is no dict yet.
      if (!dict && shape->attr_offset > 0 && cls_value && is_descriptor(cls_value) &&
          (type_of(cls_value)->flags & kTypeIsMethodDescr)) {
        e.kind = kCacheMethodNoDict;
        e.index = static_cast<uint32_t>(shape->attr_offset);
        e.value = cls_value;
        add_entry(fb, e);
      } else if (dict && gc::gil_enabled && shape->attr_offset > 0 && cls_value && is_descriptor(cls_value) &&
                 (type_of(cls_value)->flags & kTypeIsMethodDescr) && !dict_get_str(dict, name) && !error_occurred()) {
        e.kind = kCacheMethodNoKey;
        e.version = version;  // (dict_cache_slot has left the keys' there)
        e.index = static_cast<uint32_t>(shape->attr_offset);
        e.version2 = dict_keys_version(dict);
        e.value = cls_value;
        e.name = name;
        if (e.version2) add_entry(fb, e);
      }
      return;
    }
    int32_t slot = shape_find(shape, name);
    if (slot >= 0) {
      if (slot < shape->inline_capacity) {
        Value* address = attr_slot(o.header(), shape, static_cast<uint32_t>(slot));
        uint32_t offset = static_cast<uint32_t>(reinterpret_cast<char*>(address) - reinterpret_cast<char*>(o.header()));
        if (gc::load(address).is_null()) return;
        if (!old) return fill_slot_word(fb, type, version, shape->id, offset);
        e.kind = kCacheSlot;
        e.index = offset;
      } else {
        if (gc::load(attr_slot(o.header(), shape, static_cast<uint32_t>(slot))).is_null()) return;
        e.kind = kCacheOverflow;
        e.index = static_cast<uint32_t>(slot);
      }
      return add_slot_entry(fb, e);
    }
  }
  if (cls_value.is_null()) return;
  if (is_descriptor(cls_value)) {
    if (type_of(cls_value)->flags & kTypeIsMethodDescr) {
      e.kind = kCacheMethod;
    } else if (method_wrapper_entry(cls_value, method, &e)) {
      add_entry(fb, e);
      return;
    } else {
      if (has_hook) return;
      e.kind = kCacheDescriptor;
      e.version2 = descriptor_version(cls_value, TAIPAN_NAME(__get__));
    }
  } else if (!type_value_cacheable(type, name)) {
    if (class_cell_entry(type, name, &e)) add_entry(fb, e);
    return;
  } else {
    e.kind = kCacheClassValue;
  }
  e.value = cls_value;
  add_entry(fb, e);
}

void record_store(FeedbackWord* fb, Value o, Str* name, ShapeId shape_before) {
  uint64_t old = fb->load(std::memory_order_acquire);
  if (old == kMegamorphic || !o.is_heap()) return;
  Shape* now = shape_of(o);
  TypeObject* type = now->type;
  if (type->s.set_attr != generic_set_attr) return;
  auto* before = static_cast<Shape*>(gc::shape_table[shape_before]);
  if (!before || before->type != type || ((now->flags & kShapeDictMode) && now != before)) return;
  CacheEntry e{};
  e.shape = shape_before;
  e.type = type;
  e.version = type_version(type);
  if (!e.version) return;
  mark_cached(name);
  Value cls_value = type_lookup(type, name);
  if (is_data_descriptor(cls_value)) {
    if (uint32_t offset = plain_member_offset(cls_value); offset && now == before) {
      if (!old) return fill_slot_word(fb, type, e.version, now->id, offset);
      e.kind = kCacheSlot;
      e.index = offset;
      return add_slot_entry(fb, e);
    }
    e.kind = kCacheStoreDescr;
    e.value = cls_value;
    e.version2 = descriptor_version(cls_value, TAIPAN_NAME(__set__));
    add_entry(fb, e);
    return;
  }
  if (!has_attr_area(now)) return;
  if (now->flags & kShapeDictMode) {
    Value dict = gc::load(attr_area(o.header(), now));
    for (const CacheEntry* old_entry = old ? cache_entries(old) : nullptr; old_entry; old_entry = old_entry->next)
      if (old_entry->kind == kCacheDictValue && old_entry->shape == shape_before && old_entry->version == e.version &&
          looks_up(old_entry))
        return;
    if (!gc::parallel && dict && dict_cache_slot(dict, name, &e.version2, &e.index)) {
      e.kind = kCacheDictValue;
      if (type != types::Module) e.name = name;
      add_entry(fb, e);
    }
    return;
  }
  int32_t slot = shape_find(now, name);
  if (slot < 0) return;
  bool is_inline = slot < now->inline_capacity;
  uint32_t offset =
      is_inline
          ? static_cast<uint32_t>(reinterpret_cast<char*>(attr_slot(o.header(), now, static_cast<uint32_t>(slot))) -
                                  reinterpret_cast<char*>(o.header()))
          : static_cast<uint32_t>(slot);
  if (now == before) {
    if (is_inline && !old) return fill_slot_word(fb, type, e.version, now->id, offset);
    e.kind = is_inline ? kCacheSlot : kCacheOverflow;
    e.index = offset;
    add_slot_entry(fb, e);
  } else if (is_inline && now->parent == before && before->attr_offset == now->attr_offset &&
             before->inline_capacity == now->inline_capacity) {
    e.kind = kCacheTransition;
    e.index = offset;
    e.new_shape = now->id;
    add_entry(fb, e);
  }
}

// Codes that have feedback, so that a class change can clear the sites of a name. Guarded by a mutex: rare.
std::mutex registry_mutex;
Code** registry = nullptr;
size_t registry_size = 0, registry_capacity = 0;

}  // namespace

namespace {
struct SharedWord {
  ShapeId shape;
  Str* name;  // counted
  FeedbackWord word;
};
constexpr size_t kSharedWords = 2048;
SharedWord* shared_words = nullptr;

void clear_shared(SharedWord* w) { retire_entries(w->word.exchange(0, std::memory_order_relaxed)); }
void invalidate_shared(Str* name) {
  if (!shared_words) return;
  for (size_t i = 0; i < kSharedWords; i++)
    if (!name || shared_words[i].name == name) clear_shared(&shared_words[i]);
}
}  // namespace

FeedbackWord* shared_word(Value o, Str* name) {
  static FeedbackWord none{kMegamorphic};
  if (!shared_words) {
    shared_words = static_cast<SharedWord*>(gc::raw_calloc(kSharedWords * sizeof(SharedWord)));
    if (!shared_words) return &none;
  }
  ShapeId shape = shape_id_of(o);
  size_t i = (shape * 0x9E3779B1u ^ static_cast<uint32_t>(reinterpret_cast<uintptr_t>(name) >> 4)) % kSharedWords;
  SharedWord* w = &shared_words[i];
  if (TAIPAN_UNLIKELY(w->shape != shape || w->name != name)) {
    clear_shared(w);
    Str* old = w->name;
    incref(Value(name));
    w->shape = shape;
    w->name = name;
    if (old) decref(Value(old));
  }
  return &w->word;
}

static FeedbackWord* word_for(FeedbackWord* fb, Value o, Str* name) {
  return fb->load(std::memory_order_relaxed) == kMegamorphic && !gc::parallel ? shared_word(o, name) : fb;
}
Ref load_attr_slow(FeedbackWord* fb, Value o, Str* name) {
  ShapeId before = shape_id_of(o);
  Ref v = get_attr(o, name);
  if (v) record_load(word_for(fb, o, name), o, name, false, before);
  return v;
}

Ref load_method_slow(FeedbackWord* fb, Value o, Str* name, Value* self_out) {
  Value self;
  Ref v = get_method(o, name, &self);
  if (v) {
    record_load(word_for(fb, o, name), o, name, true, shape_id_of(o));
    incref(self);
    *self_out = self;
  }
  return v;
}

Ref load_special_slow(FeedbackWord* fb, Value o, uint16_t which, Value* self_out) {
  Str* const names[] = {TAIPAN_NAME(__enter__), TAIPAN_NAME(__exit__), TAIPAN_NAME(__aenter__), TAIPAN_NAME(__aexit__)};
  if (const CacheEntry* e = o.is_heap() ? operator_entry(fb, o) : nullptr) {
    incref(o);
    *self_out = o;
    return Ref::dup(e->value);
  }
  TypeObject* type = type_of(o);
  uint32_t version = type_version(type);  // (before what is found under it: another thread may be changing the class)
  Value found = type_lookup(type, names[which]);
  if (found.is_heap() && (type_of(found)->flags & kTypeIsMethodDescr) && takes_self(found, type)) {
    Ref method = Ref::dup(found);
    if (o.is_heap() && version) {
      CacheEntry e{};
      e.shape = shape_id_of(o);
      e.kind = kCacheMethod;
      e.type = type;
      e.version = version;
      e.value = found;
      add_entry(fb, e);
    }
    incref(o);
    *self_out = o;
    return method;
  }
  // (Nothing to remember: machine code leaves it to the handler.)
  if (fb->load(std::memory_order_relaxed) != kMegamorphic)
    retire_entries(fb->exchange(kMegamorphic, std::memory_order_acq_rel));
  Ref bound = lookup_special(o, names[which]);
  if (bound || error_occurred()) return bound;
  const char* what = which >= kSpecialAsyncEnter ? "asynchronous context manager" : "context manager";
  if (which == kSpecialEnter || which == kSpecialAsyncEnter) {
    raise(types::TypeError, "'%T' object does not support the %s protocol", o, what);
  } else {
    raise(types::TypeError, "'%T' object does not support the %s protocol (missed %U method)", o, what, names[which]);
  }
  return nullptr;
}

bool store_attr_slow(FeedbackWord* fb, Value o, Str* name, Value value) {
  ShapeId before = shape_id_of(o);
  if (!set_attr(o, name, value)) return false;
  record_store(fb, o, name, before);
  return true;
}

Ref load_global_slow(FeedbackWord* fb, Value globals, Value builtins, Str* name) {
  if (is_dict_exact(globals)) {
    Value v = dict_get_str(globals, name);
    if (v) {
      Ref result = Ref::dup(v);
      record_global(fb, globals, name);
      return result;
    }
    if (is_dict_exact(builtins)) {
      v = dict_get_str(builtins, name);
      if (v) {
        Ref result = Ref::dup(v);
        CacheEntry e{};
        e.kind = kCacheBuiltin;
        e.version = dict_keys_version(globals);
        if (e.version && dict_cache_slot(builtins, name, &e.version2, &e.index) && !dict_get_str(globals, name)) {
          uint64_t old = fb->load(std::memory_order_relaxed);
          if (old && (old & 15)) fb->store(0, std::memory_order_release);
          add_entry(fb, e);
        }
        return result;
      }
    } else {
      Ref r = get_item(builtins, Value(name));
      if (r || !error_matches(types::KeyError)) return r;
      clear_error();
    }
  } else {
    Ref r = get_item(globals, Value(name));
    if (r || !error_matches(types::KeyError)) return r;
    clear_error();
    r = get_item(builtins, Value(name));
    if (r || !error_matches(types::KeyError)) return r;
    clear_error();
  }
  return raise_name_error(name, "name '%U' is not defined", name);
}

int64_t (*tuple_getter_index)(Value) = nullptr;

Value wrapped_callable(const CacheEntry* e, Value o) {
  if (e->type->version.load(std::memory_order_relaxed) != e->version) return Value();
  if (e->index && (o.as<TypeObject>() != e->type ||
                   shape_of_header(o.header())->type->version.load(std::memory_order_relaxed) != e->version2))
    return Value();
  if (e->extra) return e->value;
  Value callable = gc::load(&e->value.as<StaticMethod>()->callable);
  return e->kind == kCacheStaticMethod || has_shape(callable, kShapeFunction) ? callable : Value();
}

Ref load_entry(const CacheEntry* e, Value o) {
  switch (e->kind) {
    case kCacheStaticMethod:
    case kCacheClassMethod: {
      Value callable = wrapped_callable(e, o);
      if (callable.is_null()) return Ref::imm(kMissing);
      return e->kind == kCacheStaticMethod ? Ref::dup(callable) : make_method(callable, class_method_self(e, o));
    }
    case kCacheSlot: {
      Value v = gc::load(reinterpret_cast<Value*>(o.bits + e->index));
      if (v.is_null()) return Ref::imm(kMissing);
      return Ref::dup(v);
    }
    case kCacheOverflow: {
      auto* s = static_cast<Shape*>(gc::shape_table[e->shape]);
      Value ext = gc::load(attr_area(o.header(), s));
      if (!ext.is_int()) return Ref::imm(kMissing);  // in dictionary mode meanwhile
      Value v = gc::load(reinterpret_cast<Value*>(ext.bits - 1) + (e->index - s->inline_capacity));
      if (v.is_null()) return Ref::imm(kMissing);
      return Ref::dup(v);
    }
    case kCacheDictValue: {
      Value d = gc::load(attr_area(o.header(), shape_of_header(o.header())));
      if (d.is_null()) return Ref::imm(kMissing);
      Dict* dict = d.as<Dict>();
      const DictEntry* entries = dict_entries_acquire(dict);
      if (dict->keys_version.load(std::memory_order_relaxed) != e->version) {
        if (!looks_up(e)) return Ref::imm(kMissing);
        if (gc::parallel) {
          Ref keep = Ref::dup(d);
          return dict_get_ref(keep, Value(e->name));
        }
        if (!dict->table->str_only) return Ref::imm(kMissing);
        Value found = dict_get_str_fast(dict, e->name);
        return found ? Ref::dup(found) : Ref::imm(kMissing);
      }
      Value v = gc::load(&entries[e->index].value);
      return v ? Ref::dup(v) : Ref::imm(kMissing);
    }
    case kCacheTypeAttr:
      if (o.as<TypeObject>() != e->type || e->type->version.load(std::memory_order_relaxed) != e->version ||
          shape_of_header(o.header())->type->version.load(std::memory_order_relaxed) != e->version2)
        return Ref::imm(kMissing);
      return Ref::dup(e->value);
    case kCacheClassCell: {
      if (gc::parallel || (e->extra && o.as<TypeObject>() != e->type) ||
          e->type->version.load(std::memory_order_relaxed) != e->version ||
          (e->extra && shape_of_header(o.header())->type->version.load(std::memory_order_relaxed) != e->version2))
        return Ref::imm(kMissing);
      Value v = gc::load(&e->value.as<Dict>()->entries[e->index].value);
      return v ? Ref::dup(v) : Ref::imm(kMissing);
    }
    default: break;
  }
  if (e->type->version.load(std::memory_order_relaxed) != e->version) return Ref::imm(kMissing);
  switch (e->kind) {
    case kCacheMethodNoDict:
    case kCacheMethodNoKey:
      if (!method_still_unshadowed(e, o)) return Ref::imm(kMissing);
      [[fallthrough]];
    case kCacheMethod:
      if (has_shape(e->value, kShapeFunction)) return make_method(e->value, o);
      [[fallthrough]];
    case kCacheDescriptor: {
      // (What the entry was made for has passed the descriptor's test of its type.)
      if (has_shape(e->value, kShapeGetSetDescriptor)) {
        auto get = e->value.as<GetSetDescriptor>()->def->get;
        // (Threads in parallel: under the object's lock, as the descriptor does it.)
        if (get && !(gc::parallel && needs_runtime_lock(o))) return get(o);
      } else if (has_shape(e->value, kShapeMemberDescriptor)) {
        auto* m = e->value.as<MemberDescriptor>();
        if (m->def && m->def->kind == kMemberInt)
          return Ref::imm(Value::from_int(gc::peek(*reinterpret_cast<int32_t*>(o.bits + m->offset))));
      }
      Ref keep = Ref::dup(e->value);
      return type_of(keep)->s.descr_get(keep, o, Value(type_of(o)));
    }
    case kCacheTupleItem:
      if (e->index >= tuple_size(o)) return Ref::imm(kMissing);
      return Ref::dup(tuple_at(o, e->index));
    case kCacheClassValue: return Ref::dup(e->value);
    case kCacheProperty: {
      Ref getter = Ref::dup(gc::load(&e->value.as<Property>()->get));
      return getter ? call(getter, o) : Ref::imm(kMissing);
    }
    default: return Ref::imm(kMissing);
  }
}

bool store_slot_parallel(Header* o, ShapeId shape, uint32_t offset, Value v) {
  Ref old;
  gc::ObjectLock lock(o);
  if (o->shape() != shape) return false;
  old = gc::exchange_locked(o, reinterpret_cast<Value*>(reinterpret_cast<char*>(o) + offset), Ref::dup(v));
  return true;
}

static bool store_entry_parallel(const CacheEntry* e, Header* o, Value v, bool* done) {
  if (e->kind == kCacheSlot) {
    *done = store_slot_parallel(o, e->shape, e->index, v);
    return true;
  }
  Ref old;
  gc::ObjectLock lock(o);
  if (o->shape() != e->shape) return true;
  if (e->kind == kCacheOverflow) {
    old = gc::exchange(o, attr_slot(o, shape_of_header(o), e->index), Ref::dup(v));
  } else {
    if (e->type->version.load(std::memory_order_relaxed) != e->version) return true;
    auto* slot = reinterpret_cast<Value*>(reinterpret_cast<char*>(o) + e->index);
    if (!slot->is_null()) return true;
    gc::init(slot, Ref::dup(v));
    o->shape_id.store(e->new_shape, std::memory_order_release);
  }
  *done = true;
  return true;
}

bool store_entry(const CacheEntry* e, Header* o, Value v, bool* done) {
  if (TAIPAN_UNLIKELY(gc::parallel) &&
      (e->kind == kCacheSlot || e->kind == kCacheOverflow || e->kind == kCacheTransition))
    return store_entry_parallel(e, o, v, done);
  switch (e->kind) {
    case kCacheSlot:
      gc::store(o, reinterpret_cast<Value*>(reinterpret_cast<char*>(o) + e->index), Ref::dup(v));
      *done = true;
      return true;
    case kCacheOverflow:
      gc::store(o, attr_slot(o, shape_of_header(o), e->index), Ref::dup(v));
      *done = true;
      return true;
    case kCacheTransition: {
      if (e->type->version.load(std::memory_order_relaxed) != e->version) return true;
      auto* slot = reinterpret_cast<Value*>(reinterpret_cast<char*>(o) + e->index);
      if (!slot->is_null()) return true;
      incref(v);
      gc::store_release(slot, v);
      o->shape_id.store(e->new_shape, std::memory_order_release);
      *done = true;
      return true;
    }
    case kCacheDictValue: {
      if (gc::parallel || e->type->version.load(std::memory_order_relaxed) != e->version) return true;
      Value dict = *attr_area(o, shape_of_header(o));
      if (dict.is_null()) {  // the first attribute of many an object of the kind
        if (!looks_up(e)) return true;
        Ref fresh = to_dict_mode(o);
        *done = true;
        return fresh && dict_set_str(fresh, e->name, v);
      }
      Dict* d = dict.as<Dict>();
      if (d->keys_version.load(std::memory_order_relaxed) != e->version2 && looks_up(e)) {
        *done = true;
        return dict_set_str(dict, e->name, v);
      }
      if (d->keys_version.load(std::memory_order_relaxed) != e->version2 || d->entries[e->index].value.is_null())
        return true;
      gc::store(&d->h, &d->entries[e->index].value, Ref::dup(v));
      *done = true;
      return true;
    }
    case kCacheStoreDescr: {
      if (e->type->version.load(std::memory_order_relaxed) != e->version) return true;
      Ref keep = Ref::dup(e->value);
      *done = true;
      return type_of(keep)->s.descr_set(keep, Value(o), v);
    }
    default: return true;
  }
}

// Where the entry just added is. Null: another thread was faster and has recorded what it saw itself.
static const CacheEntry* recorded(const FeedbackWord* fb, const CacheEntry& entry) {
  uint64_t word = fb->load(std::memory_order_acquire);
  if (!word || (word & 15)) return nullptr;
  for (const CacheEntry* e = cache_entries(word); e; e = e->next) {
    if (e->kind == entry.kind && e->shape == entry.shape && e->type == entry.type && e->version == entry.version &&
        e->version2 == entry.version2 && e->index == entry.index && e->extra == entry.extra)
      return e;
  }
  return nullptr;
}

namespace {
// Words for what sites call that have called many classes, by class. Not where threads run in parallel.
constexpr size_t kClassWords = 512;
FeedbackWord class_words[kClassWords];
}  // namespace

Function* new_function(const CacheEntry* e) {
  Value f = has_shape(e->value, kShapeFunction) ? e->value : gc::load(&e->value.as<StaticMethod>()->callable);
  return has_shape(f, kShapeFunction) ? f.as<Function>() : nullptr;
}

const CacheEntry* cache_class_call(FeedbackWord* fb, TypeObject* type) {
  uint64_t old = fb->load(std::memory_order_acquire);
  TypeObject* meta = shape_of_header(&type->h)->type;
  const bool native = (type->flags & kTypeGenericNew) != 0;
  if (meta->s.call != &type_call || !(type->flags & kTypeHeap) ||
      (!native && !is_python_dispatcher_new(type->s.new_))) {
    uint64_t none = 0;
    if (!old) fb->compare_exchange_strong(none, kCacheOtherCall, std::memory_order_relaxed);
    return nullptr;
  }
  if (old == kMegamorphic) {
    if (gc::parallel) return nullptr;
    fb = &class_words[reinterpret_cast<uintptr_t>(type) / 64 % kClassWords];
    old = fb->load(std::memory_order_relaxed);
    for (const CacheEntry* e = old ? cache_entries(old) : nullptr; e; e = e->next)
      if (e->type == type && class_entry_holds(e, type)) return e;
    if (old == kMegamorphic) fb->store(0, std::memory_order_relaxed);
  }
  // Versions come before what is found under them: another thread may be changing the classes.
  CacheEntry e{};
  e.shape = type->h.shape();
  e.type = type;
  e.version = type_version(type);
  e.version2 = meta == types::Type ? 0 : type_version(meta);
  if (!e.version || (meta != types::Type && !e.version2)) return nullptr;
  if (native) {
    e.kind = kCacheNew;
    Value init = type_lookup(type, TAIPAN_NAME(__init__));
    if (has_shape(init, kShapeFunction)) {
      e.value = init;
    } else if (type->s.init != types::Object->s.init) {
      return nullptr;
    }
  } else {
    e.kind = kCacheNewCall;
    e.value = type_lookup(type, TAIPAN_NAME(__new__));
    if (!e.value.is_heap() || (!has_shape(e.value, kShapeFunction) && type_of(e.value) != types::StaticMethod) ||
        !new_function(&e) || is_data_descriptor(type_lookup(meta, TAIPAN_NAME(__new__))))
      return nullptr;
  }
  if ((old & 15) && (old & 15) != kCacheTagNative && (old & 15) != kCacheTagType && old != kCacheOtherCall &&
      old != kMegamorphic)
    return nullptr;
  add_entry(fb, e);
  return recorded(fb, e);
}

// (The descriptor's class is as it was when its method was found to be a function.)
static Function* descriptor_method(const CacheEntry* e, Str* name) {
  if (!e->version2) return nullptr;
  TypeObject* type = type_of(e->value);
  if (type->version.load(std::memory_order_relaxed) != e->version2) return nullptr;
  Value f = type_lookup(type, name);
  return has_shape(f, kShapeFunction) ? f.as<Function>() : nullptr;
}
Function* descriptor_getter(const CacheEntry* e, bool* with_self) {
  if (e->type->version.load(std::memory_order_relaxed) != e->version) return nullptr;
  *with_self = e->kind == kCacheDescriptor;
  if (*with_self) return descriptor_method(e, TAIPAN_NAME(__get__));
  Value f = e->kind == kCacheProperty ? gc::load(&e->value.as<Property>()->get) : Value();
  return has_shape(f, kShapeFunction) ? f.as<Function>() : nullptr;
}
Function* descriptor_setter(const CacheEntry* e, bool* with_self) {
  if (e->kind != kCacheStoreDescr || e->type->version.load(std::memory_order_relaxed) != e->version) return nullptr;
  *with_self = type_of(e->value) != types::Property;
  if (*with_self) return descriptor_method(e, TAIPAN_NAME(__set__));
  Value f = gc::load(&e->value.as<Property>()->set);
  return has_shape(f, kShapeFunction) ? f.as<Function>() : nullptr;
}

const CacheEntry* cache_keywords(FeedbackWord* fb, Code* code, size_t nargs, Value kwnames) {
  size_t nkw = tuple_size(kwnames), named = size_t{code->argcount} + code->kwonly_argcount;
  if (nkw > kMostKeywords || named > 32 || code->register_count > kKeywordExtra) return nullptr;
  if (nargs > code->argcount && !(code->flags & kCoVarArgs)) return nullptr;
  const Value* params = code->varnames.as<Tuple>()->items();
  for (size_t i = 0; i < named; i++) {
    if (!is_str_exact(params[i]) || !params[i].as<Str>()->interned.load(std::memory_order_relaxed)) return nullptr;
  }
  CacheEntry e{};
  uint64_t where = 0;
  for (size_t k = 0; k < nkw; k++) {
    Value name = tuple_at(kwnames, k);
    if (!is_str_exact(name) || !name.as<Str>()->interned.load(std::memory_order_relaxed)) return nullptr;
    size_t i = code->posonly_argcount;
    while (i < named && params[i] != name) i++;
    uint64_t place = i;
    if (i == named) {
      if (!(code->flags & kCoVarKeywords)) return nullptr;
      place = kKeywordExtra;
    } else {
      if (i < nargs && i < code->argcount) return nullptr;
      e.new_shape |= 1u << i;
    }
    where |= place << (8 * k);
  }
  uint32_t signature = code->signature.load(std::memory_order_acquire);
  if (!signature) {
    static std::atomic<uint32_t> last{0};
    uint32_t fresh = last.fetch_add(1, std::memory_order_relaxed) + 1;
    if (fresh == 0 || fresh >= 0xF0000000u) return nullptr;
    if (code->signature.compare_exchange_strong(signature, fresh, std::memory_order_acq_rel)) signature = fresh;
  }
  e.kind = kCacheKeywords;
  e.code = code;
  e.shape = signature;
  e.index = static_cast<uint32_t>(nargs);
  e.version = static_cast<uint32_t>(nkw);
  e.value = Value(where);
  add_entry(fb, e);
  const CacheEntry* found = recorded(fb, e);
  return found && found->value.bits == where ? found : nullptr;
}

const CacheEntry* cache_super(FeedbackWord* fb, Value self, Value holder, uint32_t cell_reg, Str* name) {
  if (!self.is_heap() || name == TAIPAN_NAME(__class__)) return nullptr;
  if (holder.is_null() || !is_type(holder)) return nullptr;
  Shape* shape = shape_of(self);
  TypeObject* type = shape->type;
  TypeObject* above = holder.as<TypeObject>();
  uint64_t word = fb->load(std::memory_order_acquire);
  if (word == kMegamorphic) return nullptr;
  // In __new__ and class methods it is a class.
  bool of_class = is_type(self) && is_subtype(self.as<TypeObject>(), above);
  if (of_class) type = self.as<TypeObject>();
  if (word && (word & 15) == 0) {
    for (const CacheEntry* e = cache_entries(word); e; e = e->next) {
      if (e->kind == kCacheSuper && e->shape == shape->id && e->index == cell_reg && e->type == type &&
          (e->extra != kSuperMethod) == of_class && type->version.load(std::memory_order_relaxed) == e->version &&
          above->version.load(std::memory_order_relaxed) == e->version2)
        return e;
    }
  } else if (word) {
    return nullptr;
  }
  if (!of_class && !is_subtype(type, above)) return nullptr;
  CacheEntry e{};
  e.kind = kCacheSuper;
  e.shape = shape->id;
  e.type = type;
  e.version = type_version(type);
  e.version2 = type_version(above);
  e.new_shape = shape_id_of(holder);
  if (!e.version || !e.version2) return nullptr;
  Value mro = type->mro;
  size_t n = tuple_size(mro), i = 0;
  while (i < n && tuple_at(mro, i) != holder) i++;
  Value found;
  for (i++; i < n && found.is_null(); i++) {
    if (is_type(tuple_at(mro, i))) found = dict_get_str(tuple_at(mro, i).as<TypeObject>()->dict, name);
  }
  if (found.is_null() || !found.is_heap()) return nullptr;
  if (!of_class) {
    if (!(type_of(found)->flags & kTypeIsMethodDescr) || !takes_self(found, type)) return nullptr;
  } else if (type_of(found) == types::StaticMethod) {
    e.extra = kSuperStatic;
  } else if (has_shape(found, kShapeFunction) || has_shape(found, kShapeNativeFunction)) {
    e.extra = kSuperPlain;
  } else {
    return nullptr;
  }
  e.index = cell_reg;
  e.value = found;
  add_entry(fb, e);
  return recorded(fb, e);
}

namespace {
struct OperatorNames {
  Str* method;
  Str* inplace;    // null: none
  Str* reflected;  // null: a comparison or subscript
};
OperatorNames operator_names(uint8_t opcode) {
  if (opcode >= kOpADD_I && opcode <= kOpXOR_I) opcode = static_cast<uint8_t>(opcode - kOpADD_I + kOpADD);
  switch (opcode) {
    case kOpADD: return {TAIPAN_NAME(__add__), TAIPAN_NAME(__iadd__), TAIPAN_NAME(__radd__)};
    case kOpSUBTRACT: return {TAIPAN_NAME(__sub__), TAIPAN_NAME(__isub__), TAIPAN_NAME(__rsub__)};
    case kOpMULTIPLY: return {TAIPAN_NAME(__mul__), TAIPAN_NAME(__imul__), TAIPAN_NAME(__rmul__)};
    case kOpMAT_MULTIPLY: return {TAIPAN_NAME(__matmul__), TAIPAN_NAME(__imatmul__), TAIPAN_NAME(__rmatmul__)};
    case kOpTRUE_DIVIDE: return {TAIPAN_NAME(__truediv__), TAIPAN_NAME(__itruediv__), TAIPAN_NAME(__rtruediv__)};
    case kOpFLOOR_DIVIDE: return {TAIPAN_NAME(__floordiv__), TAIPAN_NAME(__ifloordiv__), TAIPAN_NAME(__rfloordiv__)};
    case kOpREMAINDER: return {TAIPAN_NAME(__mod__), TAIPAN_NAME(__imod__), TAIPAN_NAME(__rmod__)};
    case kOpLSHIFT: return {TAIPAN_NAME(__lshift__), TAIPAN_NAME(__ilshift__), TAIPAN_NAME(__rlshift__)};
    case kOpRSHIFT: return {TAIPAN_NAME(__rshift__), TAIPAN_NAME(__irshift__), TAIPAN_NAME(__rrshift__)};
    case kOpAND: return {TAIPAN_NAME(__and__), TAIPAN_NAME(__iand__), TAIPAN_NAME(__rand__)};
    case kOpOR: return {TAIPAN_NAME(__or__), TAIPAN_NAME(__ior__), TAIPAN_NAME(__ror__)};
    case kOpXOR: return {TAIPAN_NAME(__xor__), TAIPAN_NAME(__ixor__), TAIPAN_NAME(__rxor__)};
    case kOpLT: return {TAIPAN_NAME(__lt__), nullptr, nullptr};
    case kOpLE: return {TAIPAN_NAME(__le__), nullptr, nullptr};
    case kOpEQ: return {TAIPAN_NAME(__eq__), nullptr, nullptr};
    case kOpNE: return {TAIPAN_NAME(__ne__), nullptr, nullptr};
    case kOpGT: return {TAIPAN_NAME(__gt__), nullptr, nullptr};
    case kOpGE: return {TAIPAN_NAME(__ge__), nullptr, nullptr};
    case kOpGET_ITEM: return {TAIPAN_NAME(__getitem__), nullptr, nullptr};
    default: return {nullptr, nullptr, nullptr};
  }
}
// The entry for an operator's method, or false.
bool operator_method(uint8_t opcode, bool inplace, Value left, CacheEntry* e) {
  Shape* shape = shape_of(left);
  TypeObject* type = shape->type;
  OperatorNames names = operator_names(opcode);
  if (!names.method) return false;
  e->kind = kCacheMethod;
  e->shape = shape->id;
  e->type = type;
  e->version = type_version(type);
  if (!e->version) return false;
  e->value = type_lookup(type, names.method);
  if (opcode == kOpNE && e->value && e->value == type_lookup(types::Object, names.method)) {
    // object's asks __eq__ and turns the answer round.
    e->value = type_lookup(type, TAIPAN_NAME(__eq__));
    e->index = 1;
  }
  if (inplace && names.inplace) {
    if (Value own = type_lookup(type, names.inplace)) e->value = own;
  }
  if (!has_shape(e->value, kShapeFunction)) return false;
  Code* code = e->value.as<Function>()->code;
  const bool plain = code->simple_args && code->argcount == 2;
  if ((!plain && !(code->flags & kCoVarArgs)) || code->is_generator_like) return false;
  if (opcode != kOpGET_ITEM) {
    // What happens after NotImplemented is simple only for classes without a built-in base.
    const Value mro = type->mro;
    for (size_t i = 0; i < tuple_size(mro); i++) {
      TypeObject* base = tuple_at(mro, i).as<TypeObject>();
      if (base != types::Object && !(base->flags & kTypeHeap)) return false;
    }
  }
  return true;
}
}  // namespace

void record_operator(FeedbackWord* fb, uint8_t opcode, bool inplace, Value left) {
  if (!left.is_heap()) return;
  uint64_t word = fb->load(std::memory_order_relaxed);
  if (word == kMegamorphic || ((word & 15) == kCacheTagOperands && (word & kMostLooks) == kMostLooks)) return;
  if (!(shape_of(left)->type->flags & kTypeHeap)) return;
  CacheEntry e{};
  if (operator_method(opcode, inplace, left, &e)) return add_entry(fb, e);
  if ((word & 15) == kCacheTagOperands) fb->compare_exchange_strong(word, word + kLook, std::memory_order_relaxed);
}

Value operator_refused(uint8_t opcode, bool inplace, Value left, Value right) {
  OperatorNames names = operator_names(opcode);
  auto op = static_cast<BinaryOp>(opcode - (opcode >= kOpADD_I ? kOpADD_I : kOpADD));
  if (inplace && type_lookup(type_of(left), names.inplace)) {
    // That was the in-place method: the other comes next.
    Ref r = call_special(left, names.method, right);
    if (!r || (r.get() != kMissing && r.get() != kNotImplemented)) return r.release();
  }
  return binary_op_rest(op, inplace, left, right, names.reflected).release();
}

void register_feedback(Code* code) {
  std::lock_guard<std::mutex> hold(registry_mutex);
  if (registry_size == registry_capacity) {
    size_t n = registry_capacity ? registry_capacity * 2 : 1024;
    auto* p = static_cast<Code**>(gc::raw_realloc(registry, n * sizeof(Code*)));
    if (!p) return;
    registry = p;
    registry_capacity = n;
  }
  code->feedback_index = static_cast<uint32_t>(registry_size);
  registry[registry_size++] = code;
}

// With a JIT two words more come first: see jit_hooks.h.
static void free_feedback(FeedbackWord* fb) { gc::raw_free(jit_hooks.code_starts ? fb - kJitWords : fb); }

void release_feedback(Code* code) {
  FeedbackWord* fb = code->feedback.load(std::memory_order_relaxed);
  if (!fb) return;
  {
    std::lock_guard<std::mutex> hold(registry_mutex);
    uint32_t i = code->feedback_index;
    if (i < registry_size && registry[i] == code) {
      registry[i] = registry[--registry_size];
      registry[i]->feedback_index = i;
    }
  }
  for (uint32_t i = 0; i < code->instruction_count; i++) {
    uint64_t w = fb[i].load(std::memory_order_relaxed);
    if (w && (w & 15) == 0) free_chain(reinterpret_cast<CacheEntry*>(w));
  }
  code->feedback.store(nullptr, std::memory_order_relaxed);
  if (jit_hooks.code_dies) jit_hooks.code_dies(code, fb, fb + code->instruction_count + 1);
  free_feedback(fb);
}

void invalidate_name(TypeObject*, Str* name) {
  invalidate_shared(name);
  std::lock_guard<std::mutex> hold(registry_mutex);
  for (size_t i = 0; i < registry_size; i++) {
    Code* code = registry[i];
    FeedbackWord* fb = code->feedback.load(std::memory_order_relaxed);
    if (!fb) continue;
    const Value* names = code_names(code);
    bool changed = false;
    for (uint32_t k = 0; k < code->instruction_count; k++) {
      uint64_t w = fb[k].load(std::memory_order_relaxed);
      if (!w || w == kMegamorphic) continue;
      uint8_t op = code->instructions[k].op;
      if (op != kOpLOAD_ATTR && op != kOpSTORE_ATTR && op != kOpLOAD_METHOD) continue;
      if (name && names[code->instructions[k].c].as<Str>() != name) continue;
      retire_entries(fb[k].exchange(0, std::memory_order_acq_rel));
      changed = true;
    }
    if (changed && jit_hooks.code_changes) jit_hooks.code_changes(code, fb, fb + code->instruction_count + 1);
  }
}

void init_inline_caches() { type_invalidate_hook = invalidate_name; }

std::atomic<uint64_t>* code_feedback_slow(Code* code) {
  size_t words = code->instruction_count + 1;
  auto* fb = static_cast<FeedbackWord*>(
      gc::raw_calloc((jit_hooks.code_starts ? 2 * words + kJitWords : words) * sizeof(FeedbackWord)));
  if (!fb) {
    raise_memory();
    return nullptr;
  }
  if (jit_hooks.code_starts) {
    fb += kJitWords;
    jit_hooks.code_starts(code, fb, fb + words);
  }
  FeedbackWord* expected = nullptr;
  if (!code->feedback.compare_exchange_strong(expected, fb, std::memory_order_acq_rel)) {
    if (jit_hooks.code_dies) jit_hooks.code_dies(code, fb, fb + words);
    free_feedback(fb);
    return expected;
  }
  register_feedback(code);
  return fb;
}

}  // namespace taipan
