// The type `type`: attributes of classes, calling a class, and what Python sees of a class.
#include <cstring>
#include "gc/epoch.h"
#include "gc/perturb.h"
#include "interp/objects/abstract.h"
#include "interp/objects/audit_hook.h"
#include "interp/objects/descr.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/native.h"
#include "interp/objects/parallel.h"
#include "interp/objects/runtime_lock.h"
#include "interp/objects/small_types.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"
#include "interp/objects/type_internal.h"

namespace taipan {

bool is_subtype_slow(const TypeObject* a, const TypeObject* b) {
  if (Value mro = a->mro) {
    const Value* p = mro.as<Tuple>()->items();
    Value want(b);
    for (size_t i = 0, n = tuple_size(mro); i < n; i++) {
      if (p[i] == want) return true;
    }
    return false;
  }
  for (; a; a = a->base) {  // still being made, or taken apart by the collector
    if (a == b) return true;
  }
  return b == types::Object;
}

// ---- Names -----------------------------------------------------------------------------------------------------------------------

static const char* last_part(const char* name) {
  const char* dot = strrchr(name, '.');
  return dot ? dot + 1 : name;
}

Ref type_name_str(const TypeObject* t) { return Ref::dup(t->name); }

Ref type_module(TypeObject* t) {
  if (t->flags & kTypeHeap) {
    Value m = dict_get_str(t->dict, TAIPAN_NAME(__module__));
    if (!m) return raise(types::AttributeError, "__module__");
    return Ref::dup(m);
  }
  // A module may have set it on a mutable native type.
  if (Value m = dict_get_str(t->dict, TAIPAN_NAME(__module__)); m && is_str(m)) return Ref::dup(m);
  const char* dot = strrchr(t->cname, '.');
  if (!dot) return intern_str("builtins");
  return intern_str({t->cname, static_cast<size_t>(dot - t->cname)});
}

Ref type_named_module(TypeObject* t) {
  Ref module = type_module(t);
  if (!module) clear_error();
  return module && is_str(module) && !str_eq_ascii(module, "builtins") ? std::move(module) : Ref();
}

static Ref type_repr(Value v) {
  TypeObject* t = v.as<TypeObject>();
  if (Ref module = type_named_module(t)) return format_str("<class '%S.%U'>", module.get(), t->qualname);
  return format_str("<class '%s'>", t->cname);
}

// ---- Attributes of classes -----------------------------------------------------------------------------------------------------------

Ref type_get_attr_opt(Value v, Str* name) {
  auto* type = v.as<TypeObject>();
  TypeObject* meta = type_of(v);
  Ref keep;
  if (TAIPAN_UNLIKELY(!name->interned.load(std::memory_order_relaxed))) {
    name = interned_name(name, &keep);
    if (!name) return nullptr;
  }
  Value meta_attr = type_lookup(meta, name);
  DescrGetSlot meta_get = nullptr;
  Ref meta_hold;
  if (meta_attr) {
    const TypeObject* mt = type_of(meta_attr);
    meta_hold = Ref::dup(meta_attr);
    meta_get = mt->s.descr_get;
    if (meta_get && mt->s.descr_set) return meta_get(meta_attr, v, Value(meta));
  }
  if (Value attr = type_lookup(type, name)) {
    Ref hold = Ref::dup(attr);
    if (DescrGetSlot get = type_of(attr)->s.descr_get) return get(attr, Value(), v);
    return hold;
  }
  if (meta_get) return meta_get(meta_attr, v, Value(meta));
  if (meta_attr) return meta_hold;
  return Ref::imm(kMissing);
}

Ref type_get_attr(Value v, Str* name) {
  Ref r = type_get_attr_opt(v, name);
  if (TAIPAN_UNLIKELY(r.get() == kMissing)) return raise_attribute_error(v, name);
  return r;
}

namespace {
constexpr uint32_t kVolatileAfter = 8;
}  // namespace

bool type_set_attr(TypeObject* type, Str* name, Value value) {
  Ref keep;
  name = interned_name(name, &keep);
  if (!name) return false;
  bool slot_name = is_slot_name(name);
  Ref old;
  RuntimeLock lock{Value(types::Type)};
  old = Ref::dup(dict_get_str(type->dict, name));
  if (!value && !old)
    return raise(types::AttributeError, "type object '%.50s' has no attribute '%U'", type->cname, name);
  if (value && old && !slot_name && is_plain_class_value(old) && is_plain_class_value(value)) {
    if (type->flags & kTypeVolatileAttrs) return dict_set_str(type->dict, name, value);
    if (++type->plain_writes > kVolatileAfter) {
      StoppedWorld stopped;
      type->flags |= kTypeVolatileAttrs;
    }
  }
  if (value) {
    if (!dict_set_str(type->dict, name, value)) return false;
  } else if (dict_delete(type->dict, Value(name)) < 0) {
    return false;
  }
  gc::perturb();
  type_modified(type);
  // Until now others could find it by the version that was; only from here on its time is up.
  gc::displaced(&type->h, old);
  // Slots of instances are cached without a version: only what overrides them must be announced, or was what they are found by. (After the
  // change: see mark_cached.)
  bool finds_slots = (value && type_of(value)->s.descr_set) || (old && type_of(old)->s.descr_set);
  if (finds_slots && type_invalidate_hook && name->in_caches.load(std::memory_order_seq_cst)) {
    type_invalidate_hook(type, name);
  }
  if (slot_name) update_slots_for_name(type, name);
  return true;
}

bool type_set_attr_checked(Value v, Str* name, Value value) {
  auto* type = v.as<TypeObject>();
  if (type->flags & kTypeImmutable) {
    return raise(types::TypeError, "cannot set %R attribute of immutable type '%s'", Value(name), type->cname);
  }
  Ref keep;
  name = interned_name(name, &keep);
  if (!name) return false;
  if (Value descr = type_lookup(type_of(v), name)) {
    if (DescrSetSlot set = type_of(descr)->s.descr_set) {
      Ref hold = Ref::dup(descr);
      return set(descr, v, value);
    }
  }
  return type_set_attr(type, name, value);
}

// ---- Calling a class -------------------------------------------------------------------------------------------------------------------

Value type_call(Thread*, Value callee, const Value* args, size_t nargs, Value kwnames) {
  auto* cls = callee.as<TypeObject>();
  if (TAIPAN_UNLIKELY(cls == types::Type)) {
    size_t nkw = kwnames ? tuple_size(kwnames) : 0;
    if (nargs == 1 && nkw == 0) return Ref::dup(type_of(args[0])).release();
    if (nargs == 1) {
      raise(types::TypeError, "type() takes no keyword arguments");
      return Value();
    }
    if (nargs != 3) {
      raise(types::TypeError, "type() takes 1 or 3 arguments");
      return Value();
    }
  }
  if (TAIPAN_UNLIKELY(!cls->s.new_)) {
    raise(types::TypeError, "cannot create '%s' instances", cls->cname);
    return Value();
  }
  RawArgs raw{args, nargs, kwnames};
  Ref o = cls->s.new_(cls, raw);
  if (TAIPAN_UNLIKELY(!o)) return Value();
  TypeObject* got = type_of(o);
  if (got == cls && cls->s.init == types::Object->s.init && cls->s.new_ != types::Object->s.new_) return o.release();
  if (got != cls && !is_subtype(got, cls)) return o.release();
  // object.__init__ after another __new__ checks nothing.
  if (got->s.init == types::Object->s.init && cls->s.new_ != types::Object->s.new_) return o.release();
  if (got->s.init && !got->s.init(o, raw)) return Value();
  return o.release();
}

static bool type_init(Value, RawArgs a) {
  if (a.n == 1 && a.kwnames && tuple_size(a.kwnames))
    return raise(types::TypeError, "type.__init__() takes no keyword arguments");
  if (a.n != 1 && a.n != 3) return raise(types::TypeError, "type.__init__() takes 1 or 3 arguments");
  return true;
}

static Ref type_new(TypeObject* meta, RawArgs a) {
  if (a.n != 3) return raise(types::TypeError, "type.__new__() takes exactly 3 arguments (%zu given)", a.n);
  if (!is_str(a.v[0])) return raise(types::TypeError, "type.__new__() argument 1 must be str, not %T", a.v[0]);
  if (!is_tuple(a.v[1])) return raise(types::TypeError, "type.__new__() argument 2 must be tuple, not %T", a.v[1]);
  if (!is_dict(a.v[2])) return raise(types::TypeError, "type.__new__() argument 3 must be dict, not %T", a.v[2]);
  for (size_t i = 0; i < tuple_size(a.v[1]); i++) {
    Value b = tuple_at(a.v[1], i);
    if (is_type(b)) continue;
    Ref entries = get_attr_opt(b, TAIPAN_NAME(__mro_entries__));
    if (!entries) return nullptr;
    if (entries.get() != kMissing) {
      return raise(types::TypeError, "type() doesn't support MRO entry resolution; use types.new_class()");
    }
  }
  TypeObject* winner = calculate_metaclass(meta, a.v[1]);
  if (!winner) return nullptr;
  if (winner != meta) {
    if (winner->s.new_ != &type_new) {
      if (!winner->s.new_) return raise(types::TypeError, "cannot create '%s' instances", winner->cname);
      return winner->s.new_(winner, a);
    }
    meta = winner;
  }
  return make_class(meta, a.v[0].as<Str>(), a.v[1], a.v[2], RawArgs{a.v + 3, 0, a.kwnames});
}

bool (*object_audit)(const char* event, std::initializer_list<Value> args);
bool audit_attribute_slow(const char* event, Value o, const char* name, Value value) {
  Ref text = make_str(name);
  if (!text) return false;
  return value ? object_audit(event, {o, text, value}) : object_audit(event, {o, text});
}

// ---- Attributes that Python sees --------------------------------------------------------------------------------------------------------

namespace {

TypeObject* ty(Value v) { return v.as<TypeObject>(); }

bool may_set(TypeObject* t, Value value, const char* name) {
  if (t->flags & kTypeImmutable)
    return raise(types::TypeError, "cannot set '%s' attribute of immutable type '%s'", name, t->cname);
  if (!value) return raise(types::TypeError, "cannot delete '%s' attribute of immutable type '%s'", name, t->cname);
  return audit_setattr(Value(t), name, value);
}

Ref get_name(Value v) { return Ref::dup(ty(v)->name); }
bool set_name(Value v, Value value) {
  TypeObject* t = ty(v);
  if (!may_set(t, value, "__name__")) return false;
  if (!is_str(value))
    return raise(types::TypeError, "can only assign string to %s.__name__, not '%T'", t->cname, value);
  std::string utf8;
  if (!utf8_of(value, &utf8)) return false;
  if (utf8.find('\0') != std::string::npos)
    return raise(types::ValueError, "type name must not contain null characters");
  Ref old = Ref::dup(value);
  {
    StoppedWorld stopped;
    // Readers may hold the old text: it is small and kept.
    t->cname = strdup(utf8.c_str());
    old = gc::exchange(&t->h, reinterpret_cast<Value*>(&t->name), std::move(old));
  }
  type_modified(t);
  return true;
}
Ref get_qualname(Value v) { return Ref::dup(ty(v)->qualname); }
bool set_qualname(Value v, Value value) {
  if (!may_set(ty(v), value, "__qualname__")) return false;
  if (!is_str(value))
    return raise(types::TypeError, "can only assign string to %s.__qualname__, not '%T'", ty(v)->cname, value);
  Ref old = Ref::dup(value);
  StoppedWorld stopped;
  old = gc::exchange(&ty(v)->h, reinterpret_cast<Value*>(&ty(v)->qualname), std::move(old));
  return true;
}
Ref get_module(Value v) { return type_module(ty(v)); }
bool set_module(Value v, Value value) {
  if (!may_set(ty(v), value, "__module__")) return false;
  return type_set_attr(ty(v), TAIPAN_NAME(__module__), value);
}
Ref get_bases(Value v) { return Ref::dup(ty(v)->bases); }
bool set_bases(Value v, Value value) {
  TypeObject* t = ty(v);
  if (!may_set(t, value, "__bases__")) return false;
  if (!is_tuple(value))
    return raise(types::TypeError, "can only assign tuple to %s.__bases__, not %T", t->cname, value);
  size_t n = tuple_size(value);
  if (n == 0) return raise(types::TypeError, "can only assign non-empty tuple to %s.__bases__, not ()", t->cname);
  for (size_t i = 0; i < n; i++) {
    Value b = tuple_at(value, i);
    if (!is_type(b)) return raise(types::TypeError, "%s.__bases__ must be tuple of classes, not '%T'", t->cname, b);
    bool cycle = is_subtype(ty(b), t);
    for (TypeObject* up = ty(b)->base; up && !cycle; up = up->base)
      cycle = up == t;  // where mro() is at work, the MRO isn't all
    if (cycle) return raise(types::TypeError, "a __bases__ item causes an inheritance cycle");
  }
  TypeObject* best = best_base(value);
  return best && set_type_bases(t, value, best);
}
Ref get_mro(Value v) { return Ref::dup(ty(v)->mro ? ty(v)->mro : kNone); }
Ref get_base(Value v) { return ty(v)->base ? Ref::dup(ty(v)->base) : Ref::imm(kNone); }

Ref get_abstract_methods(Value v) {
  if (ty(v) != types::Type) {
    if (Value m = dict_get_str(ty(v)->dict, TAIPAN_NAME(__abstractmethods__))) return Ref::dup(m);
  }
  return raise(types::AttributeError, "__abstractmethods__");
}
bool set_abstract_methods(Value v, Value value) {
  TypeObject* t = ty(v);
  Str* name = TAIPAN_NAME(__abstractmethods__);
  Ref old = Ref::dup(dict_get_str(t->dict, name));
  int abstract = 0;
  if (value) {
    abstract = is_true(value);
    if (abstract < 0 || !dict_set_str(t->dict, name, value)) return false;
  } else {
    int r = dict_delete(t->dict, Value(name));
    if (r < 0) return false;
    if (r == 0) return raise(types::AttributeError, "__abstractmethods__");
  }
  {
    StoppedWorld stopped;
    t->flags = abstract ? t->flags | kTypeAbstract : t->flags & ~uint64_t{kTypeAbstract};
    after_slot_update(t);
  }
  type_modified(t);
  gc::displaced(&t->h, old);
  return true;
}
Ref get_dict(Value v) { return class_dict_proxy(ty(v)); }

Ref get_doc(Value v) {
  TypeObject* t = ty(v);
  if (!(t->flags & kTypeHeap) && t->doc) return Ref::dup(t->doc);  // type's own dict has this very attribute there
  Value doc = dict_get_str(t->dict, TAIPAN_NAME(__doc__));
  if (!doc) return Ref::imm(kNone);
  Ref hold = Ref::dup(doc);
  if (DescrGetSlot get = type_of(doc)->s.descr_get; get && (t->flags & kTypeHeap)) return get(doc, Value(), v);
  return hold;
}
bool set_doc(Value v, Value value) {
  if (!may_set(ty(v), value, "__doc__")) return false;
  return type_set_attr(ty(v), TAIPAN_NAME(__doc__), value);
}
Ref get_text_signature(Value v) {
  TypeObject* t = ty(v);
  std::string own;
  if (t->flags & kTypeHeap) {
    Value text = dict_get_str(t->dict, TAIPAN_NAME(__doc__));
    if (!text || !is_str(text)) return Ref::imm(kNone);
    own = utf8_lossy(text);
  } else if (!t->spec || !t->spec->doc) {
    return Ref::imm(kNone);
  }
  const char* doc = t->flags & kTypeHeap ? own.c_str() : t->spec->doc;
  std::string name = t->flags & kTypeHeap ? utf8_lossy(Value(t->name)) : last_part(t->cname);
  size_t n = name.size();
  if (strncmp(doc, name.c_str(), n) != 0 || doc[n] != '(') return Ref::imm(kNone);
  const char* end = strstr(doc, ")\n--\n\n");
  if (!end) return Ref::imm(kNone);
  return make_str({doc + n, static_cast<size_t>(end + 1 - (doc + n))});
}
Ref get_annotations(Value v) {
  TypeObject* t = ty(v);
  Str* name = TAIPAN_NAME(__annotations__);
  if (!(t->flags & kTypeHeap))
    return raise(types::AttributeError, "type object '%s' has no attribute '__annotations__'", t->cname);
  if (Value a = dict_get_str(t->dict, name)) {
    Ref hold = Ref::dup(a);
    if (DescrGetSlot get = type_of(a)->s.descr_get) return get(a, Value(), v);
    return hold;
  }
  Ref fresh = make_dict();
  if (!fresh) return nullptr;
  RuntimeLock lock{Value(types::Type)};  // (whoever is first makes the dict that all of them get)
  if (Value a = dict_get_str(t->dict, name)) return Ref::dup(a);
  return type_set_attr(t, name, fresh) ? std::move(fresh) : nullptr;
}
bool set_annotations(Value v, Value value) {
  TypeObject* t = ty(v);
  Str* name = TAIPAN_NAME(__annotations__);
  if (t->flags & kTypeImmutable)
    return raise(types::TypeError, "cannot set '__annotations__' attribute of immutable type '%s'", t->cname);
  if (!value && !dict_get_str(t->dict, name)) return raise(types::AttributeError, "__annotations__");
  return type_set_attr(t, name, value);
}

Ref get_flags(Value v) {
  uint64_t f = ty(v)->flags;
  int64_t out = 0;
  struct Bit {
    uint64_t ours;
    int theirs;
  };
  static const Bit bits[] = {
      {kTypeSequence, 5},       {kTypeMapping, 6},   {kTypeNoInstantiate, 7}, {kTypeImmutable, 8},
      {kTypeHeap, 9},           {kTypeBaseable, 10}, {kTypeReady, 12},        {kTypeGc, 14},
      {kTypeIsMethodDescr, 17}, {kTypeAbstract, 20}, {kTypeMatchSelf, 22},    {kSubInt, 24},
      {kSubList, 25},           {kSubTuple, 26},     {kSubBytes, 27},         {kSubStr, 28},
      {kSubDict, 29},           {kSubExc, 30},       {kSubType, 31}};
  for (const Bit& b : bits) {
    if (f & b.ours) out |= int64_t{1} << b.theirs;
  }
  if (!ty(v)->s.new_) out |= 1 << 7;
  return make_int(out);
}
Ref get_basic_size(Value v) {
  TypeObject* t = ty(v);
  int64_t n = t->basic_size;
  if (t->flags & kTypeHasDictAttr) n += 8;
  return make_int(n);
}
Ref get_item_size(Value v) {
  uint64_t f = ty(v)->flags;
  int64_t n = 0;
  if (f & kSubType)
    n = 40;
  else if (f & kSubTuple)
    n = 8;
  else if (f & kSubInt)
    n = 4;
  else if (f & kSubBytes)
    n = 1;
  return make_int(n);
}
Ref get_weakref_offset(Value v) { return make_int(ty(v)->flags & kTypeWeakrefable ? 8 : 0); }
Ref get_dict_offset(Value v) {
  TypeObject* t = ty(v);
  if (!(t->flags & kTypeHasDictAttr)) return make_int(0);
  return make_int(t->attr_offset);
}

// ---- Methods ---------------------------------------------------------------------------------------------------------------------------

Ref type_mro(Args& a) {
  Ref mro = compute_mro(ty(a.self), ty(a.self)->bases);
  if (!mro) return nullptr;
  return iterable_to_list(mro);
}
Ref type_subclasses(Args& a) { return subclass_list(ty(a.self)); }
Ref type_prepare(Args&) { return make_dict(); }
Ref type_instancecheck(Args& a) {
  int r = plain_is_instance(a[0], a.self);
  return r < 0 ? Ref() : Ref::imm(bool_value(r != 0));
}
Ref type_subclasscheck(Args& a) {
  int r = plain_is_subclass(a[0], a.self);
  return r < 0 ? Ref() : Ref::imm(bool_value(r != 0));
}
Ref type_dir(Args& a) { return dir_of_class(a.self); }
Ref type_sizeof(Args&) { return make_int(static_cast<int64_t>(sizeof(TypeObject))); }
Ref type_or(Value a, Value b) { return make_union(a, b); }

const NativeDef type_methods[] = {
    {"mro", "($self, /)", type_mro, 0, "Computes the method resolution order of the class."},
    {"__subclasses__", "($self, /)", type_subclasses, 0, "A list of the direct subclasses that are alive."},
    {"__prepare__", "(...)", type_prepare, kNativeClassMethod,
     "__prepare__() -> dict\nThe namespace for the body of a class statement."},
    {"__instancecheck__", "($self, instance, /)", type_instancecheck, 0, "Check if an object is an instance."},
    {"__subclasscheck__", "($self, subclass, /)", type_subclasscheck, 0, "Check if a class is a subclass."},
    {"__dir__", "($self, /)", type_dir, 0, "Names of the attributes of a class and its bases."},
    {"__sizeof__", "($self, /)", type_sizeof, 0, "Return memory consumption of the type object."},
    {},
};
const GetSetDef type_getset[] = {
    {"__basicsize__", get_basic_size, readonly_attribute, nullptr},
    {"__itemsize__", get_item_size, readonly_attribute, nullptr},
    {"__flags__", get_flags, readonly_attribute, nullptr},
    {"__weakrefoffset__", get_weakref_offset, readonly_attribute, nullptr},
    {"__base__", get_base, readonly_attribute, nullptr},
    {"__dictoffset__", get_dict_offset, readonly_attribute, nullptr},
    {"__mro__", get_mro, readonly_attribute, nullptr},
    {"__name__", get_name, set_name, nullptr},
    {"__qualname__", get_qualname, set_qualname, nullptr},
    {"__bases__", get_bases, set_bases, nullptr},
    {"__module__", get_module, set_module, nullptr},
    {"__abstractmethods__", get_abstract_methods, set_abstract_methods, nullptr},
    {"__dict__", get_dict, nullptr, nullptr},
    {"__doc__", get_doc, set_doc, nullptr},
    {"__text_signature__", get_text_signature, nullptr, nullptr},
    {"__annotations__", get_annotations, set_annotations, nullptr},
    {},
};

void type_trace(Header* h, gc::Visitor& v) {
  auto* t = reinterpret_cast<TypeObject*>(h);
  v.visit_object(t->base);
  v.visit(t->bases);
  v.visit(t->mro);
  v.visit(t->dict);
  v.visit_object(t->name);
  v.visit_object(t->qualname);
  v.visit(t->subclasses);
  v.visit(t->doc);
  v.visit(t->slot_names);
  v.visit(t->annotations_cache);
}

// Takes a class in a garbage cycle apart. Its instances may still be destroyed after this, so base and shapes stay.
void type_clear(Header* h) {
  auto* t = reinterpret_cast<TypeObject*>(h);
  if (!(t->flags & kTypeHeap)) return;
  type_modified(t);
  t->version.store(0, std::memory_order_relaxed);
  if (t->dict) dict_clear(t->dict);
  Ref mro = gc::take(h, &t->mro);
  Ref subclasses = gc::take(h, &t->subclasses);
}

void type_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* t = reinterpret_cast<TypeObject*>(h);
  t->version.store(0, std::memory_order_relaxed);
  if (t->bases) {
    SavedError saved;
    for (size_t i = 0; i < tuple_size(t->bases); i++) {
      if (is_type(tuple_at(t->bases, i))) remove_subclass(ty(tuple_at(t->bases, i)), t);
    }
  }
  free_shapes(t);
  Ref fields[] = {gc::take(h, reinterpret_cast<Value*>(&t->base)),
                  gc::take(h, &t->bases),
                  gc::take(h, &t->mro),
                  gc::take(h, &t->dict),
                  gc::take(h, &t->subclasses),
                  gc::take(h, &t->doc),
                  gc::take(h, &t->slot_names),
                  gc::take(h, &t->annotations_cache),
                  gc::take(h, reinterpret_cast<Value*>(&t->name)),
                  gc::take(h, reinterpret_cast<Value*>(&t->qualname))};
  if (t->owns_cname) gc::retire(const_cast<char*>(t->cname), free);
  finish_dealloc(h);
}

}  // namespace

Ref class_dict_proxy(TypeObject* t) { return make_mapping_proxy(t->dict); }

const TypeSpec kTypeSpec = {
    .doc = "type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type",
    .flags = kTypeGc | kTypeBaseable | kTypeWeakrefable,
    .basic_size = sizeof(TypeObject),
    .ops = {.trace = type_trace, .clear = type_clear, .dealloc = type_dealloc, .is_class = true},
    .methods = type_methods,
    .getset = type_getset,
    .s = {.repr = type_repr,
          .call = type_call,
          .get_attr = type_get_attr,
          .set_attr = type_set_attr_checked,
          .init = type_init,
          .new_ = type_new,
          .or_ = type_or},
};

}  // namespace taipan
