// property, staticmethod, classmethod.
#include "interp/objects/abstract.h"
#include "interp/objects/descr.h"
#include "interp/objects/dict.h"
#include "interp/objects/function.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"

namespace taipan {

namespace {

// ---- property ------------------------------------------------------------------------------------------------------------------

Property* prop(Value v) { return v.as<Property>(); }

void property_trace(Header* h, gc::Visitor& v) {
  auto* p = reinterpret_cast<Property*>(h);
  v.visit(gc::load(&p->get));
  v.visit(gc::load(&p->set));
  v.visit(gc::load(&p->del));
  v.visit(gc::load(&p->doc));
  v.visit(gc::load(&p->name));
}
void property_clear(Header* h) {
  auto* p = reinterpret_cast<Property*>(h);
  Ref a = gc::take(h, &p->get), b = gc::take(h, &p->set), c = gc::take(h, &p->del), d = gc::take(h, &p->doc),
      e = gc::take(h, &p->name);
}
void property_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  property_clear(h);
  finish_dealloc(h);
}

Fail property_complain(Value p, Value instance, const char* what) {
  Ref qualname = get_attr(Value(type_of(instance)), TAIPAN_NAME(__qualname__));
  if (!qualname) return failed();
  if (Ref name = Ref::dup(gc::load(&prop(p)->name)))
    return raise(types::AttributeError, "property %R of %R object has no %s", name.get(), qualname.get(), what);
  return raise(types::AttributeError, "property of %R object has no %s", qualname.get(), what);
}

Ref property_get(Value p, Value instance, Value) {
  if (!instance || instance == kNone) return Ref::dup(p);
  Ref f = Ref::dup(gc::load(&prop(p)->get));
  if (!f) return property_complain(p, instance, "getter");
  return call(f, instance);
}
bool property_set(Value p, Value instance, Value value) {
  Ref f = Ref::dup(gc::load(value ? &prop(p)->set : &prop(p)->del));
  if (!f) return property_complain(p, instance, value ? "setter" : "deleter");
  Ref r = value ? call(f, instance, value) : call(f, instance);
  return static_cast<bool>(r);
}

Value given(Value v) { return v == kNone ? Value() : v; }

bool property_init(Value self, RawArgs a) {
  static const Signature sig("property", "(fget=None, fset=None, fdel=None, doc=None)");
  Value v[4];
  if (!sig.bind(a, v)) return false;
  Property* p = prop(self);
  Header* h = &p->h;
  if (gc::load(&p->get) || gc::load(&p->set) || gc::load(&p->del) || gc::load(&p->doc))
    gc::publish(h);            // initialised anew: others may find it in its class, uncounted
  Value getter = given(v[0]);  // (what p->get holds may be another thread's by the time it is asked for its doc)
  gc::store(h, &p->get, Ref::dup(getter));
  gc::store(h, &p->set, Ref::dup(given(v[1])));
  gc::store(h, &p->del, Ref::dup(given(v[2])));
  gc::store(h, &p->doc, Ref::dup(v[3]));
  gc::store(h, &p->name, nullptr);
  gc::poke(p->getter_doc, false);
  if ((!v[3] || v[3] == kNone) && getter) {
    Ref doc = get_attr_opt(getter, TAIPAN_NAME(__doc__));
    if (!doc) return false;
    if (doc.get() != kMissing) {
      if (has_shape(self, kShapeProperty)) {
        gc::store(h, &p->doc, std::move(doc));
      } else if (!set_attr(self, TAIPAN_NAME(__doc__), doc)) {
        return false;  // a subclass keeps it in its own dict, where the class's __doc__ would hide it
      }
      gc::poke(p->getter_doc, true);
    }
  }
  return true;
}
Ref property_new(TypeObject* cls, RawArgs) { return Ref::steal(alloc_instance(cls)); }

Ref property_copy(Value old, Value get, Value set, Value del) {
  Property* p = prop(old);
  auto kept = [](const Value& slot) {
    Value v = gc::load(&slot);
    return v ? v : kNone;
  };
  Value g = get && get != kNone ? get : kept(p->get);
  Value s = set && set != kNone ? set : kept(p->set);
  Value d = del && del != kNone ? del : kept(p->del);
  Value doc = gc::peek(p->getter_doc) && g != kNone ? kNone : kept(p->doc);
  Value args[4] = {g, s, d, doc};
  Ref hold[4] = {Ref::dup(g), Ref::dup(s), Ref::dup(d), Ref::dup(doc)};
  Ref name = Ref::dup(gc::load(&p->name));
  Ref r = call_array(Value(type_of(old)), args, 4);
  if (r && is_subtype(type_of(r), types::Property)) gc::store(&prop(r)->h, &prop(r)->name, std::move(name));
  return r;
}
Ref property_getter(Args& a) { return property_copy(a.self, a[0], Value(), Value()); }
Ref property_setter(Args& a) { return property_copy(a.self, Value(), a[0], Value()); }
Ref property_deleter(Args& a) { return property_copy(a.self, Value(), Value(), a[0]); }
Ref property_set_name(Args& a) {
  if (a.raw.n != 2) {
    return raise(types::TypeError, "__set_name__() takes 2 positional arguments but %zu were given", a.raw.n);
  }
  gc::store(&prop(a.self)->h, &prop(a.self)->name, Ref::dup(a.raw.v[1]));
  return Ref::imm(kNone);
}

int is_abstract(const Value& slot) {
  Ref f = Ref::dup(gc::load(&slot));
  if (!f) return 0;
  Ref r = get_attr_opt(f, TAIPAN_NAME(__isabstractmethod__));
  if (!r) return -1;
  return r.get() == kMissing ? 0 : is_true(r);
}
Ref property_is_abstract(Value self) {
  for (const Value* slot : {&prop(self)->get, &prop(self)->set, &prop(self)->del}) {
    int r = is_abstract(*slot);
    if (r < 0) return nullptr;
    if (r) return Ref::imm(kTrue);
  }
  return Ref::imm(kFalse);
}

const NativeDef property_methods[] = {
    {"getter", "($self, object, /)", property_getter, kNativeNoSignature,
     "A copy of this property with another getter."},
    {"setter", "($self, object, /)", property_setter, kNativeNoSignature,
     "A copy of this property with another setter."},
    {"deleter", "($self, object, /)", property_deleter, kNativeNoSignature,
     "A copy of this property with another deleter."},
    {"__set_name__", "(...)", property_set_name, 0, "Remembers the name that the property has in its class."},
    {},
};
const GetSetDef property_getset[] = {
    {"__isabstractmethod__", property_is_abstract, nullptr, nullptr},
    {},
};
const MemberDef property_members[] = {
    {"fget", kMemberValueNone, offsetof(Property, get), true, nullptr},
    {"fset", kMemberValueNone, offsetof(Property, set), true, nullptr},
    {"fdel", kMemberValueNone, offsetof(Property, del), true, nullptr},
    {"__doc__", kMemberValueNone, offsetof(Property, doc), false, nullptr},
    {},
};

// ---- staticmethod and classmethod --------------------------------------------------------------------------------------------------

StaticMethod* sm(Value v) { return v.as<StaticMethod>(); }

void static_method_trace(Header* h, gc::Visitor& v) {
  v.visit(gc::load(&reinterpret_cast<StaticMethod*>(h)->callable));
}
void static_method_clear(Header* h) { Ref a = gc::take(h, &reinterpret_cast<StaticMethod*>(h)->callable); }
void static_method_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  static_method_clear(h);
  finish_dealloc(h);
}

bool copy_attrs(Value self, Value f) {
  Str* const names[] = {TAIPAN_NAME(__module__), TAIPAN_NAME(__name__), TAIPAN_NAME(__qualname__), TAIPAN_NAME(__doc__),
                        TAIPAN_NAME(__annotations__)};
  for (Str* name : names) {
    Ref v = get_attr_opt(f, name);
    if (!v) return false;
    if (v.get() == kMissing) continue;
    if (!instance_set(self.header(), name, v)) return false;
  }
  return true;
}

bool static_method_init_as(const char* name, Value self, RawArgs a) {
  if (a.kwnames && tuple_size(a.kwnames)) return raise(types::TypeError, "%s() takes no keyword arguments", name);
  if (a.n != 1) return raise(types::TypeError, "%s expected 1 argument, got %zu", name, a.n);
  if (gc::load(&sm(self)->callable)) gc::publish(&sm(self)->h);
  gc::store(&sm(self)->h, &sm(self)->callable, Ref::dup(a.v[0]));
  return copy_attrs(self, a.v[0]);
}
bool static_method_init(Value self, RawArgs a) { return static_method_init_as("staticmethod", self, a); }
bool class_method_init(Value self, RawArgs a) { return static_method_init_as("classmethod", self, a); }
Ref static_method_new(TypeObject* cls, RawArgs) { return Ref::steal(alloc_instance(cls)); }

Ref static_method_get(Value d, Value, Value) {
  Value f = gc::load(&sm(d)->callable);
  if (!f) return raise(types::RuntimeError, "uninitialized staticmethod object");
  return Ref::dup(f);
}
Value static_method_call(Thread*, Value callee, const Value* args, size_t nargs, Value kwnames) {
  Ref f = Ref::dup(gc::load(&sm(callee)->callable));
  if (!f) {
    raise(types::RuntimeError, "uninitialized staticmethod object");
    return Value();
  }
  return call_array(f, args, nargs, kwnames).release();
}
Ref class_method_get(Value d, Value instance, Value owner) {
  Value f = gc::load(&sm(d)->callable);
  if (!f) return raise(types::RuntimeError, "uninitialized classmethod object");
  Value cls = owner ? owner : Value(type_of(instance));
  if (TAIPAN_LIKELY(is_function(f))) return make_method(f, cls);
  Ref hold = Ref::dup(f);
  DescrGetSlot get = type_of(f)->s.descr_get;
  if (!get) return make_method(f, cls);
  RecursionScope scope(" while calling a Python object");  // it may have been initialised with itself
  return scope.ok() ? get(f, cls, cls) : nullptr;
}
Ref static_method_repr(Value v) {
  Ref f = Ref::dup(gc::load(&sm(v)->callable));
  return format_str("<staticmethod(%R)>", f.get());
}
Ref class_method_repr(Value v) {
  Ref f = Ref::dup(gc::load(&sm(v)->callable));
  return format_str("<classmethod(%R)>", f.get());
}
Ref static_method_is_abstract(Value self) {
  int r = is_abstract(sm(self)->callable);
  return r < 0 ? Ref() : Ref::imm(bool_value(r != 0));
}
Ref get_dict(Value self) { return instance_dict(self.header()); }
bool set_dict(Value self, Value v) {
  if (!v) return raise(types::TypeError, "cannot delete __dict__");
  if (!is_dict(v)) return raise(types::TypeError, "__dict__ must be set to a dictionary, not a '%T'", v);
  return set_instance_dict(self.header(), v);
}

const MemberDef static_method_members[] = {
    {"__func__", kMemberValueNone, offsetof(StaticMethod, callable), true, nullptr},
    {"__wrapped__", kMemberValueNone, offsetof(StaticMethod, callable), true, nullptr},
    {},
};
const GetSetDef static_method_getset[] = {
    {"__isabstractmethod__", static_method_is_abstract, nullptr, nullptr},
    {"__dict__", get_dict, set_dict, nullptr},
    {},
};

Ref make_as(TypeObject* type, Value callable) {
  Ref r = Ref::steal(alloc_instance(type));
  if (!r) return nullptr;
  gc::init(&sm(r)->callable, Ref::dup(callable));
  return r;
}

}  // namespace

Ref make_static_method(Value callable) { return make_as(types::StaticMethod, callable); }
Ref make_class_method(Value callable) { return make_as(types::ClassMethod, callable); }

const TypeSpec kPropertySpec = {
    .doc =
        "property(fget=None, fset=None, fdel=None, doc=None)\n--\n\n"
        "An attribute computed by functions: fget reads it, fset assigns it, fdel deletes it.\n\n"
        "Mostly used as a decorator:\n\n    @property\n    def size(self): ...\n    @size.setter\n    def size(self, "
        "value): ...",
    .flags = kTypeGc | kTypeBaseable,
    .basic_size = sizeof(Property),
    .ops = {.trace = property_trace, .clear = property_clear, .dealloc = property_dealloc},
    .methods = property_methods,
    .getset = property_getset,
    .members = property_members,
    .s = {.get_attr = generic_get_attr,
          .descr_get = property_get,
          .descr_set = property_set,
          .init = property_init,
          .new_ = property_new},
};
const TypeSpec kStaticMethodSpec = {
    .doc = "staticmethod(function, /)\n--\n\nMakes a method that gets neither instance nor class.",
    .flags = kTypeGc | kTypeBaseable | kTypeHasDict | kTypeDictMode,
    .basic_size = sizeof(StaticMethod),
    .ops = {.trace = static_method_trace, .clear = static_method_clear, .dealloc = static_method_dealloc},
    .getset = static_method_getset,
    .members = static_method_members,
    .s = {.repr = static_method_repr,
          .call = static_method_call,
          .descr_get = static_method_get,
          .init = static_method_init,
          .new_ = static_method_new},
    .dict_offset = offsetof(StaticMethod, dict),
};
const TypeSpec kClassMethodSpec = {
    .doc = "classmethod(function, /)\n--\n\nMakes a method that gets the class as its first argument.",
    .flags = kTypeGc | kTypeBaseable | kTypeHasDict | kTypeDictMode,
    .basic_size = sizeof(StaticMethod),
    .ops = {.trace = static_method_trace, .clear = static_method_clear, .dealloc = static_method_dealloc},
    .getset = static_method_getset,
    .members = static_method_members,
    .s = {.repr = class_method_repr,
          .descr_get = class_method_get,
          .init = class_method_init,
          .new_ = static_method_new},
    .dict_offset = offsetof(StaticMethod, dict),
};

}  // namespace taipan
