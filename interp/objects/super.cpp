// super.
#include "gc/lock.h"
#include "interp/objects/abstract.h"
#include "interp/objects/descr.h"
#include "interp/objects/dict.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"

namespace taipan {

TypeObject* super_check(TypeObject* type, Value object) {
  if (is_type(object) && is_subtype(object.as<TypeObject>(), type)) return object.as<TypeObject>();
  if (is_subtype(type_of(object), type)) return type_of(object);
  // A proxy may claim another class.
  Ref cls = get_attr_opt(object, TAIPAN_NAME(__class__));
  if (!cls) return nullptr;
  if (cls.get() != kMissing && is_type(cls) && cls.as<TypeObject>() != type_of(object) &&
      is_subtype(cls.as<TypeObject>(), type)) {
    return cls.as<TypeObject>();
  }
  return raise(types::TypeError, "super(type, obj): obj must be an instance or subtype of type");
}

Ref super_lookup(TypeObject* type, Value object, TypeObject* obj_type, Str* name, bool* found) {
  *found = false;
  Ref mro = Ref::dup(gc::load(&obj_type->mro));
  if (!mro) return nullptr;
  size_t n = tuple_size(mro), i = 0;
  while (i < n && tuple_at(mro, i) != Value(type)) i++;
  for (i++; i < n; i++) {
    Value b = tuple_at(mro, i);
    if (!is_type(b)) continue;
    Value v = dict_get_str(b.as<TypeObject>()->dict, name);
    if (!v) continue;
    *found = true;
    Ref r = Ref::dup(v);
    if (DescrGetSlot get = type_of(v)->s.descr_get) {
      return get(r, object == Value(obj_type) ? Value() : object, Value(obj_type));
    }
    return r;
  }
  return nullptr;
}

namespace {

Super* su(Value v) { return v.as<Super>(); }

void super_trace(Header* h, gc::Visitor& v) {
  auto* s = reinterpret_cast<Super*>(h);
  v.visit(gc::load(&s->type));
  v.visit(gc::load(&s->object));
  v.visit(gc::load(&s->obj_type));
}
void super_clear(Header* h) {
  auto* s = reinterpret_cast<Super*>(h);
  Ref a = gc::take(h, &s->object), b = gc::take(h, &s->type), c = gc::take(h, &s->obj_type);
}
void super_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  super_clear(h);
  finish_dealloc(h);
}

// What it holds at one moment: one that is initialised anew beside its readers changes as a whole.
struct SuperParts {
  Ref type, object, obj_type;
};
SuperParts parts_of(Value self) {
  Super* s = su(self);
  gc::ObjectLock lock(&s->h);
  return {Ref::dup(gc::load(&s->type)), Ref::dup(gc::load(&s->object)), Ref::dup(gc::load(&s->obj_type))};
}

bool super_fill(Value self, TypeObject* type, Value object) {
  TypeObject* obj_type = nullptr;
  if (object) {
    obj_type = super_check(type, object);
    if (!obj_type) return false;
  }
  Super* s = su(self);
  SuperParts before;
  gc::ObjectLock lock(&s->h);
  before.type = gc::exchange(&s->h, &s->type, Ref::dup(type));
  before.object = gc::exchange(&s->h, &s->object, Ref::dup(object));
  before.obj_type = gc::exchange(&s->h, &s->obj_type, obj_type ? Ref::dup(obj_type) : Ref());
  return true;
}

bool super_init(Value self, RawArgs a) {
  if (a.kwnames && tuple_size(a.kwnames)) return raise(types::TypeError, "super() takes no keyword arguments");
  if (a.n > 2) return raise(types::TypeError, "super() expected at most 2 arguments, got %zu", a.n);
  if (a.n == 0) {
    Value type;
    Ref first = interp_hooks.frame_super_args ? interp_hooks.frame_super_args(&type)
                                              : Ref(raise(types::RuntimeError, "super(): no current frame"));
    if (!first) return false;
    return super_fill(self, type.as<TypeObject>(), first.get() == kNone ? Value() : Value(first));
  }
  if (!is_type(a.v[0])) return raise(types::TypeError, "super() argument 1 must be a type, not %T", a.v[0]);
  return super_fill(self, a.v[0].as<TypeObject>(), a.n > 1 && a.v[1] != kNone ? a.v[1] : Value());
}
Ref super_new(TypeObject* cls, RawArgs) { return Ref::steal(alloc_instance(cls)); }

Ref super_descr_get(Value self, Value instance, Value) {
  if (!instance || instance == kNone) return Ref::dup(self);
  SuperParts parts = parts_of(self);
  if (parts.object) return Ref::dup(self);
  if (!parts.type) return raise(types::RuntimeError, "super(): no arguments");
  if (type_of(self) != types::Super) return call(Value(type_of(self)), parts.type, instance);
  return make_super(parts.type, instance);
}
Ref super_repr(Value v) {
  SuperParts parts = parts_of(v);
  const char* name = parts.type ? parts.type.as<TypeObject>()->cname : "NULL";
  if (parts.obj_type)
    return format_str("<super: <class '%s'>, <%s object>>", name, parts.obj_type.as<TypeObject>()->cname);
  return format_str("<super: <class '%s'>, NULL>", name);
}

const MemberDef super_members[] = {
    {"__thisclass__", kMemberValueNone, offsetof(Super, type), true, "the class invoking super()"},
    {"__self__", kMemberValueNone, offsetof(Super, object), true, "the instance invoking super(); may be None"},
    {"__self_class__", kMemberValueNone, offsetof(Super, obj_type), true,
     "the type of the instance invoking super(); may be None"},
    {},
};

}  // namespace

Ref super_get_attr(Value self, Str* name) {
  if (!str_eq_ascii(Value(name), "__class__")) {
    SuperParts parts = parts_of(self);
    if (parts.obj_type) {
      bool found;
      Ref r = super_lookup(parts.type.as<TypeObject>(), parts.object, parts.obj_type.as<TypeObject>(), name, &found);
      if (found) return r;
    }
  }
  return generic_get_attr(self, name);
}

Ref make_super(Value type, Value object) {
  Ref r = Ref::steal(alloc_instance(types::Super));
  if (!r || !super_fill(r, type.as<TypeObject>(), object)) return nullptr;
  return r;
}

const TypeSpec kSuperSpec = {
    .doc =
        "super() -> same as super(__class__, <first argument>)\n"
        "super(type) -> unbound super object\n"
        "super(type, obj) -> bound super object; requires isinstance(obj, type)\n"
        "super(type, type2) -> bound super object; requires issubclass(type2, type)\n\n"
        "Looks attributes up in the classes that follow `type` in the method resolution order.",
    .flags = kTypeGc | kTypeBaseable,
    .basic_size = sizeof(Super),
    .ops = {.trace = super_trace, .clear = super_clear, .dealloc = super_dealloc},
    .members = super_members,
    .s = {.repr = super_repr,
          .get_attr = super_get_attr,
          .descr_get = super_descr_get,
          .init = super_init,
          .new_ = super_new},
};

}  // namespace taipan
