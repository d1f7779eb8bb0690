// Descriptors of built-in types: methods, class methods, slot wrappers and their bound form, getset attributes, members.
#include "interp/objects/descr.h"
#include <cstring>
#include "gc/lock.h"
#include "interp/objects/abstract.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/float.h"
#include "interp/objects/int.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"
#include "interp/objects/type_internal.h"

namespace taipan {

Ref bind_native_function(const NativeDef* def, const Signature* sig, Value self,
                         Value module_name);  // native.cpp: the parsed signature is at hand

bool readonly_attribute(Value, Value) { return raise(types::AttributeError, "readonly attribute"); }

namespace {

// All but MethodWrapper begin with {Header, pointer, pointer, ...} but at different places: each kind says its type and name.
TypeObject* descr_type(Value v) {
  switch (v.header()->shape()) {
    case kShapeWrapperDescriptor: return v.as<WrapperDescriptor>()->type;
    case kShapeGetSetDescriptor: return v.as<GetSetDescriptor>()->type;
    case kShapeMemberDescriptor: return v.as<MemberDescriptor>()->type;
    default: return v.as<MethodDescriptor>()->type;
  }
}
Ref descr_name(Value v) {
  switch (v.header()->shape()) {
    case kShapeWrapperDescriptor: return Ref::dup(v.as<WrapperDescriptor>()->row->str);
    case kShapeGetSetDescriptor: return make_str(v.as<GetSetDescriptor>()->def->name);
    case kShapeMemberDescriptor: return Ref::dup(v.as<MemberDescriptor>()->name);
    default: return make_str(v.as<MethodDescriptor>()->def->name);
  }
}
Ref descr_qualname(Value v) {
  Ref q = get_attr(Value(descr_type(v)), TAIPAN_NAME(__qualname__));
  if (!q) return nullptr;
  if (!is_str(q)) return raise(types::TypeError, "<descriptor>.__objclass__.__qualname__ is not a unicode object");
  Ref n = descr_name(v);
  if (!n) return nullptr;
  return format_str("%S.%S", q.get(), n.get());
}
Ref descr_objclass(Value v) { return Ref::dup(descr_type(v)); }
Ref descr_reduce(Args& a) {
  Ref getattr = import_attr("builtins", "getattr");
  Ref name = descr_name(a.self);
  if (!getattr || !name) return nullptr;
  Ref args = make_tuple_of({Value(descr_type(a.self)), name});
  if (!args) return nullptr;
  return make_tuple_of({getattr, args});
}
Ref doc_of(const char* doc) { return doc ? make_str(doc) : Ref::imm(kNone); }

const NativeDef descr_methods[] = {
    {"__reduce__", "($self, /)", descr_reduce, 0, nullptr},
    {},
};

// ops: the type pointer lies at a different place in each kind.
template <class T>
void descr_trace(Header* h, gc::Visitor& v) {
  v.visit_object(reinterpret_cast<T*>(h)->type);
}
template <class T>
void descr_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  TypeObject* t = reinterpret_cast<T*>(h)->type;
  finish_dealloc(h);
  if (t) gc::decref(&t->h);
}
void member_trace(Header* h, gc::Visitor& v) {
  v.visit_object(reinterpret_cast<MemberDescriptor*>(h)->type);
  v.visit(reinterpret_cast<MemberDescriptor*>(h)->name);
}
void member_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* m = reinterpret_cast<MemberDescriptor*>(h);
  TypeObject* t = m->type;
  Ref name = gc::take(h, &m->name);
  finish_dealloc(h);
  if (t) gc::decref(&t->h);
}

bool check_instance(Value descr, Value o) {
  TypeObject* t = descr_type(descr);
  if (TAIPAN_LIKELY(is_subtype(type_of(o), t))) return true;
  Ref name = descr_name(descr);
  if (!name) return false;
  return raise(types::TypeError, "descriptor '%S' for '%s' objects doesn't apply to a '%T' object", name.get(),
               t->cname, o);
}

// ---- method_descriptor ---------------------------------------------------------------------------------------------------------

MethodDescriptor* md(Value v) { return v.as<MethodDescriptor>(); }

Value method_descriptor_call(Thread* t, Value callee, const Value* args, size_t nargs, Value kwnames) {
  MethodDescriptor* m = md(callee);
  if (TAIPAN_UNLIKELY(nargs == 0)) {
    Ref text = function_text(callee);
    if (text) raise(types::TypeError, "unbound method %S needs an argument", text.get());
    return Value();
  }
  if (TAIPAN_UNLIKELY(!is_subtype(type_of(args[0]), m->type))) {
    check_instance(callee, args[0]);
    return Value();
  }
  return call_native(t, m->def, m->sig, args[0], args + 1, nargs - 1, kwnames);
}
Ref method_descriptor_get(Value d, Value instance, Value) {
  if (!instance) return Ref::dup(d);
  if (!check_instance(d, instance)) return nullptr;
  return bind_native_function(md(d)->def, md(d)->sig, instance, Value());
}
Ref method_descriptor_repr(Value v) {
  return format_str("<method '%s' of '%s' objects>", md(v)->def->name, md(v)->type->cname);
}
Ref method_doc(Value v) { return doc_of(md(v)->def->doc); }
Ref method_signature(Value v) { return text_signature(md(v)->def->signature, md(v)->def->flags); }
const GetSetDef method_getset[] = {
    {"__name__", descr_name, readonly_attribute, nullptr},         {"__qualname__", descr_qualname, nullptr, nullptr},
    {"__objclass__", descr_objclass, readonly_attribute, nullptr}, {"__doc__", method_doc, nullptr, nullptr},
    {"__text_signature__", method_signature, nullptr, nullptr},    {},
};

// ---- classmethod_descriptor ----------------------------------------------------------------------------------------------------

bool check_class(Value d, Value cls) {
  MethodDescriptor* m = md(d);
  if (!is_type(cls)) {
    return raise(types::TypeError, "descriptor '%s' for type '%s' needs a type, not a '%T' as arg 2", m->def->name,
                 m->type->cname, cls);
  }
  if (!is_subtype(cls.as<TypeObject>(), m->type)) {
    return raise(types::TypeError, "descriptor '%s' requires a subtype of '%s' but received '%s'", m->def->name,
                 m->type->cname, cls.as<TypeObject>()->cname);
  }
  return true;
}
Ref class_method_bind(Value d, Value cls) {
  return check_class(d, cls) ? bind_native_function(md(d)->def, md(d)->sig, cls, Value()) : nullptr;
}
Ref class_method_get(Value d, Value instance, Value owner) {
  if (!owner && !instance) {
    return raise(types::TypeError, "descriptor '%s' for type '%s' needs either an object or a type", md(d)->def->name,
                 md(d)->type->cname);
  }
  Value cls = owner ? owner : Value(type_of(instance));
  return class_method_bind(d, cls);
}
Value class_method_call(Thread* t, Value callee, const Value* args, size_t nargs, Value kwnames) {
  if (nargs == 0) {
    raise(types::TypeError, "descriptor '%s' of '%s' object needs an argument", md(callee)->def->name,
          md(callee)->type->cname);
    return Value();
  }
  if (!check_class(callee, args[0])) return Value();
  return call_native(t, md(callee)->def, md(callee)->sig, args[0], args + 1, nargs - 1, kwnames);
}

// ---- wrapper_descriptor and method-wrapper ---------------------------------------------------------------------------------------

WrapperDescriptor* wd(Value v) { return v.as<WrapperDescriptor>(); }

bool takes_keywords(const SlotRow* row) {
  return strcmp(row->name, "__init__") == 0 || strcmp(row->name, "__call__") == 0;
}

Ref call_wrapper(const WrapperDescriptor* w, Value self, RawArgs a) {
  if (a.kwnames && tuple_size(a.kwnames) && !takes_keywords(w->row)) {
    return raise(types::TypeError, "wrapper %s() takes no keyword arguments", w->row->name);
  }
  return w->row->wrapper(self, a, w->slot);
}
Value wrapper_descriptor_call(Thread*, Value callee, const Value* args, size_t nargs, Value kwnames) {
  WrapperDescriptor* w = wd(callee);
  if (nargs == 0) {
    raise(types::TypeError, "descriptor '%s' of '%s' object needs an argument", w->row->name, w->type->cname);
    return Value();
  }
  if (TAIPAN_UNLIKELY(!is_subtype(type_of(args[0]), w->type))) {
    raise(types::TypeError, "descriptor '%s' requires a '%s' object but received a '%T'", w->row->name, w->type->cname,
          args[0]);
    return Value();
  }
  return call_wrapper(w, args[0], {args + 1, nargs - 1, kwnames}).release();
}
Ref wrapper_descriptor_get(Value d, Value instance, Value) {
  if (!instance) return Ref::dup(d);
  if (!check_instance(d, instance)) return nullptr;
  auto* m = new_object<MethodWrapper>(kShapeMethodWrapper, true);
  if (!m) return nullptr;
  gc::init(&m->descriptor, Ref::dup(d));
  gc::init(&m->self, Ref::dup(instance));
  return Ref::steal(m);
}
Ref wrapper_descriptor_repr(Value v) {
  return format_str("<slot wrapper '%s' of '%s' objects>", wd(v)->row->name, wd(v)->type->cname);
}
Ref wrapper_doc(Value v) { return doc_of(wd(v)->row->doc); }
Ref wrapper_signature(Value v) { return text_signature(wd(v)->row->signature, 0); }
const GetSetDef wrapper_getset[] = {
    {"__name__", descr_name, readonly_attribute, nullptr},         {"__qualname__", descr_qualname, nullptr, nullptr},
    {"__objclass__", descr_objclass, readonly_attribute, nullptr}, {"__doc__", wrapper_doc, nullptr, nullptr},
    {"__text_signature__", wrapper_signature, nullptr, nullptr},   {},
};

MethodWrapper* mw(Value v) { return v.as<MethodWrapper>(); }

Value method_wrapper_call(Thread*, Value callee, const Value* args, size_t nargs, Value kwnames) {
  return call_wrapper(wd(mw(callee)->descriptor), mw(callee)->self, {args, nargs, kwnames}).release();
}
void method_wrapper_trace(Header* h, gc::Visitor& v) {
  auto* m = reinterpret_cast<MethodWrapper*>(h);
  v.visit(m->descriptor);
  v.visit(m->self);
}
void method_wrapper_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* m = reinterpret_cast<MethodWrapper*>(h);
  Ref a = gc::take(h, &m->descriptor), b = gc::take(h, &m->self);
  finish_dealloc(h);
}
Ref method_wrapper_repr(Value v) {
  Value self = mw(v)->self;
  return format_str("<method-wrapper '%s' of %T object at %p>", wd(mw(v)->descriptor)->row->name, self,
                    reinterpret_cast<void*>(self.bits));
}
Ref method_wrapper_compare(Value a, Value b, CompareOp op) {
  if ((op != kEq && op != kNe) || !has_shape(a, kShapeMethodWrapper) || !has_shape(b, kShapeMethodWrapper)) {
    return Ref::imm(kNotImplemented);
  }
  bool same = mw(a)->descriptor == mw(b)->descriptor && is_same(mw(a)->self, mw(b)->self);
  return Ref::imm(bool_value(same == (op == kEq)));
}
bool method_wrapper_hash(Value v, int64_t* out) {
  uint64_t x = (mw(v)->self.bits >> 4) ^ (mw(v)->descriptor.bits >> 3);
  *out = static_cast<int64_t>(x >> 1);
  return true;
}
Ref method_wrapper_self(Value v) { return Ref::dup(mw(v)->self); }
Ref method_wrapper_name(Value v) { return descr_name(mw(v)->descriptor); }
Ref method_wrapper_qualname(Value v) { return descr_qualname(mw(v)->descriptor); }
Ref method_wrapper_objclass(Value v) { return descr_objclass(mw(v)->descriptor); }
Ref method_wrapper_doc(Value v) { return wrapper_doc(mw(v)->descriptor); }
Ref method_wrapper_signature(Value v) { return wrapper_signature(mw(v)->descriptor); }
Ref method_wrapper_reduce(Args& a) {
  Ref getattr = import_attr("builtins", "getattr");
  Ref name = descr_name(mw(a.self)->descriptor);
  if (!getattr || !name) return nullptr;
  Ref args = make_tuple_of({mw(a.self)->self, name});
  if (!args) return nullptr;
  return make_tuple_of({getattr, args});
}
const NativeDef method_wrapper_methods[] = {
    {"__reduce__", "($self, /)", method_wrapper_reduce, 0, nullptr},
    {},
};
const GetSetDef method_wrapper_getset[] = {
    {"__self__", method_wrapper_self, readonly_attribute, nullptr},
    {"__name__", method_wrapper_name, nullptr, nullptr},
    {"__qualname__", method_wrapper_qualname, nullptr, nullptr},
    {"__objclass__", method_wrapper_objclass, nullptr, nullptr},
    {"__doc__", method_wrapper_doc, nullptr, nullptr},
    {"__text_signature__", method_wrapper_signature, nullptr, nullptr},
    {},
};

// ---- getset_descriptor -----------------------------------------------------------------------------------------------------------

GetSetDescriptor* gs(Value v) { return v.as<GetSetDescriptor>(); }

Ref getset_get(Value d, Value instance, Value) {
  if (!instance) return Ref::dup(d);
  if (!check_instance(d, instance)) return nullptr;
  if (!gs(d)->def->get) {
    return raise(types::AttributeError, "attribute '%s' of '%s' objects is not readable", gs(d)->def->name,
                 gs(d)->type->cname);
  }
  return gs(d)->def->get(instance);
}
bool getset_set(Value d, Value instance, Value value) {
  if (!check_instance(d, instance)) return false;
  if (!gs(d)->def->set) {
    return raise(types::AttributeError, "attribute '%s' of '%s' objects is not writable", gs(d)->def->name,
                 gs(d)->type->cname);
  }
  return gs(d)->def->set(instance, value);
}
Ref getset_repr(Value v) {
  return format_str("<attribute '%s' of '%s' objects>", gs(v)->def->name, gs(v)->type->cname);
}
Ref getset_doc(Value v) { return doc_of(gs(v)->def->doc); }
const GetSetDef getset_getset[] = {
    {"__name__", descr_name, readonly_attribute, nullptr},
    {"__qualname__", descr_qualname, nullptr, nullptr},
    {"__objclass__", descr_objclass, readonly_attribute, nullptr},
    {"__doc__", getset_doc, nullptr, nullptr},
    {},
};

// ---- member_descriptor -----------------------------------------------------------------------------------------------------------

MemberDescriptor* mem(Value v) { return v.as<MemberDescriptor>(); }

template <class T>
T* field(Value o, uint32_t offset) {
  return reinterpret_cast<T*>(reinterpret_cast<char*>(o.header()) + offset);
}

Ref member_get(Value d, Value instance, Value) {
  if (!instance) return Ref::dup(d);
  if (!check_instance(d, instance)) return nullptr;
  MemberDescriptor* m = mem(d);
  if (!m->def && m->offset == 0) {
    Ref v = instance_get_ref(instance.header(), m->name.as<Str>());
    if (!v && !error_occurred()) return raise_attribute_error(instance, m->name.as<Str>());
    return v;
  }
  MemberKind kind = m->def ? m->def->kind : kMemberValue;
  switch (kind) {
    case kMemberInt: return make_int(gc::peek(*field<int32_t>(instance, m->offset)));
    case kMemberSsize: return make_int(gc::peek(*field<int64_t>(instance, m->offset)));
    case kMemberBool: return Ref::imm(bool_value(gc::peek(*field<bool>(instance, m->offset))));
    case kMemberDouble: return make_float(*field<double>(instance, m->offset));
    default: break;
  }
  gc::ObjectLock lock(instance.header());
  Value v = gc::load(field<Value>(instance, m->offset));
  if (v) return Ref::dup(v);
  if (kind == kMemberValueNone) return Ref::imm(kNone);
  return raise_attribute_error(instance, m->name.as<Str>());
}

bool member_set(Value d, Value instance, Value value) {
  if (!check_instance(d, instance)) return false;
  MemberDescriptor* m = mem(d);
  if (!m->def && m->offset == 0) {
    if (instance_set(instance.header(), m->name.as<Str>(), value)) return true;
    if (error_occurred()) return false;
    return raise(types::AttributeError, "%S", m->name);
  }
  if (m->def && m->def->read_only) return raise(types::AttributeError, "readonly attribute");
  MemberKind kind = m->def ? m->def->kind : kMemberValue;
  if (kind == kMemberValue || kind == kMemberValueNone) {
    Value* slot = field<Value>(instance, m->offset);
    Ref dead;
    bool absent;
    {
      gc::ObjectLock lock(instance.header());
      absent = !value && !*slot;
      if (!absent) dead = gc::exchange(instance.header(), slot, Ref::dup(value));
    }
    if (absent && kind == kMemberValue) return raise(types::AttributeError, "%S", m->name);
    return true;
  }
  if (!value) return raise(types::TypeError, "can't delete numeric/char attribute");
  if (kind == kMemberBool) {
    if (!is_bool(value)) return raise(types::TypeError, "attribute value type must be bool");
    gc::poke(*field<bool>(instance, m->offset), value == kTrue);
    return true;
  }
  if (kind == kMemberDouble) return to_double(value, field<double>(instance, m->offset));
  int64_t i;
  if (!to_int64(value, &i)) return false;
  if (kind == kMemberInt) {
    gc::poke(*field<int32_t>(instance, m->offset), static_cast<int32_t>(i));
  } else {
    gc::poke(*field<int64_t>(instance, m->offset), i);
  }
  return true;
}
Ref member_repr(Value v) { return format_str("<member '%S' of '%s' objects>", mem(v)->name, mem(v)->type->cname); }
Ref member_doc(Value v) { return doc_of(mem(v)->def ? mem(v)->def->doc : nullptr); }
const GetSetDef member_getset[] = {
    {"__name__", descr_name, readonly_attribute, nullptr},
    {"__qualname__", descr_qualname, nullptr, nullptr},
    {"__objclass__", descr_objclass, readonly_attribute, nullptr},
    {"__doc__", member_doc, nullptr, nullptr},
    {},
};

void name_owner(const Signature* sig, TypeObject* type) {
  auto* s = const_cast<Signature*>(sig);
  if (s->owner_) return;
  const char* dot = strrchr(type->cname, '.');
  s->owner_ = dot ? dot + 1 : type->cname;
}

}  // namespace

Ref make_method_descriptor(TypeObject* type, const NativeDef* def, bool class_method) {
  auto* m = new_object<MethodDescriptor>(class_method ? kShapeClassMethodDescriptor : kShapeMethodDescriptor, true);
  if (!m) return nullptr;
  m->def = def;
  m->sig = signature_of(def);
  name_owner(m->sig, type);
  gc::incref(&type->h);
  m->type = type;
  return Ref::steal(m);
}
Ref make_wrapper_descriptor(TypeObject* type, const SlotRow* row, const void* slot) {
  auto* w = new_object<WrapperDescriptor>(kShapeWrapperDescriptor, true);
  if (!w) return nullptr;
  w->row = row;
  w->slot = slot;
  gc::incref(&type->h);
  w->type = type;
  return Ref::steal(w);
}
Ref make_getset_descriptor(TypeObject* type, const GetSetDef* def) {
  auto* g = new_object<GetSetDescriptor>(kShapeGetSetDescriptor, true);
  if (!g) return nullptr;
  g->def = def;
  gc::incref(&type->h);
  g->type = type;
  return Ref::steal(g);
}
Ref make_member_descriptor(TypeObject* type, const MemberDef* def) {
  auto* m = new_object<MemberDescriptor>(kShapeMemberDescriptor, true);
  if (!m) return nullptr;
  Ref self = Ref::steal(m);
  m->def = def;
  m->offset = def->offset;
  m->name = Value(intern_static(def->name));
  gc::incref(&type->h);
  m->type = type;
  return self;
}
Ref make_slot_member(TypeObject* type, Str* name, uint32_t offset) {
  auto* m = new_object<MemberDescriptor>(kShapeMemberDescriptor, true);
  if (!m) return nullptr;
  m->offset = offset;
  gc::init(&m->name, Ref::dup(name));
  gc::incref(&type->h);
  m->type = type;
  return Ref::steal(m);
}

const TypeSpec kMethodDescriptorSpec = {
    .flags = kTypeGc | kTypeIsMethodDescr,
    .basic_size = sizeof(MethodDescriptor),
    .ops = {.trace = descr_trace<MethodDescriptor>, .dealloc = descr_dealloc<MethodDescriptor>},
    .methods = descr_methods,
    .getset = method_getset,
    .s = {.repr = method_descriptor_repr, .call = method_descriptor_call, .descr_get = method_descriptor_get},
};
const TypeSpec kClassMethodDescriptorSpec = {
    .flags = kTypeGc,
    .basic_size = sizeof(MethodDescriptor),
    .ops = {.trace = descr_trace<MethodDescriptor>, .dealloc = descr_dealloc<MethodDescriptor>},
    .getset = method_getset,
    .s = {.repr = method_descriptor_repr, .call = class_method_call, .descr_get = class_method_get},
};
const TypeSpec kWrapperDescriptorSpec = {
    .flags = kTypeGc | kTypeIsMethodDescr,
    .basic_size = sizeof(WrapperDescriptor),
    .ops = {.trace = descr_trace<WrapperDescriptor>, .dealloc = descr_dealloc<WrapperDescriptor>},
    .methods = descr_methods,
    .getset = wrapper_getset,
    .s = {.repr = wrapper_descriptor_repr, .call = wrapper_descriptor_call, .descr_get = wrapper_descriptor_get},
};
const TypeSpec kMethodWrapperSpec = {
    .flags = kTypeGc,
    .basic_size = sizeof(MethodWrapper),
    .ops = {.trace = method_wrapper_trace, .dealloc = method_wrapper_dealloc},
    .methods = method_wrapper_methods,
    .getset = method_wrapper_getset,
    .s = {.repr = method_wrapper_repr,
          .hash = method_wrapper_hash,
          .call = method_wrapper_call,
          .compare = method_wrapper_compare},
};
const TypeSpec kGetSetDescriptorSpec = {
    .flags = kTypeGc,
    .basic_size = sizeof(GetSetDescriptor),
    .ops = {.trace = descr_trace<GetSetDescriptor>, .dealloc = descr_dealloc<GetSetDescriptor>},
    .methods = descr_methods,
    .getset = getset_getset,
    .s = {.repr = getset_repr, .descr_get = getset_get, .descr_set = getset_set},
};
const TypeSpec kMemberDescriptorSpec = {
    .flags = kTypeGc,
    .basic_size = sizeof(MemberDescriptor),
    .ops = {.trace = member_trace, .dealloc = member_dealloc},
    .methods = descr_methods,
    .getset = member_getset,
    .s = {.repr = member_repr, .descr_get = member_get, .descr_set = member_set},
};

}  // namespace taipan
