// Descriptors: attributes of built-in types, property, staticmethod, classmethod, super.
#pragma once
#include "interp/objects/native.h"

namespace taipan {

// One dunder of one slot (type_slots.cpp has the table).
struct SlotRow {
  const char* name;
  uint32_t offset;         // of the slot in TypeObject
  const void* dispatcher;  // for classes written in Python; null: the slot stays empty there
  Ref (*wrapper)(Value self, RawArgs args, const void* slot);  // what calling the wrapper descriptor does
  const char* signature;                                       // as in NativeDef, or null
  const char* doc;
  Str* str;  // interned name
};

struct WrapperDescriptor {
  Header h;
  const SlotRow* row;
  const void* slot;  // the native function
  TypeObject* type;  // owned
};
struct MethodWrapper {
  Header h;
  Value descriptor;  // WrapperDescriptor
  Value self;
};
struct GetSetDescriptor {
  Header h;
  const GetSetDef* def;
  TypeObject* type;
};
// A struct field, or a __slots__ entry (def null: a Value at offset; offset 0: the hidden attribute area, under name).
struct MemberDescriptor {
  Header h;
  const MemberDef* def;
  TypeObject* type;
  Value name;  // str
  uint32_t offset;
};
struct StaticMethod {
  Header h;
  Value callable;  // null before __init__
  Value dict;
};
using ClassMethod = StaticMethod;
// Whether what an object's class has for a name may be called with the object first, unbound: the method of a built-in type that was put
// into a class of another type may not.
inline bool takes_self(Value method, const TypeObject* type) {
  return !has_shape(method, kShapeMethodDescriptor) || is_subtype(type, method.as<MethodDescriptor>()->type);
}
struct Property {
  Header h;
  Value get, set, del;  // null: none
  Value doc;
  Value name;  // from __set_name__, or null
  bool getter_doc;
};
struct Super {
  Header h;
  Value type;      // class, null before __init__
  Value object;    // null: unbound
  Value obj_type;  // class whose MRO is searched
};

Ref make_method_descriptor(TypeObject* type, const NativeDef* def, bool class_method);
Ref make_wrapper_descriptor(TypeObject* type, const SlotRow* row, const void* slot);
Ref make_getset_descriptor(TypeObject* type, const GetSetDef* def);
Ref make_member_descriptor(TypeObject* type, const MemberDef* def);
Ref make_slot_member(TypeObject* type, Str* name, uint32_t offset);
Ref make_static_method(Value callable);
Ref make_class_method(Value callable);
Ref make_new_function(TypeObject* type);  // T.__new__ of a built-in type
bool is_new_function(Value v);            // made by make_new_function
Ref super_get_attr(Value super, Str* name);
Ref super_lookup(TypeObject* type, Value object, TypeObject* obj_type, Str* name,
                 bool* found);             // without a super object; found false: not there
Ref make_super(Value type, Value object);  // TypeError as super(type, object)
// The class whose MRO super(type, object) searches; null with TypeError.
TypeObject* super_check(TypeObject* type, Value object);

// "$self, x" signatures as shown by __text_signature__: null where there is none.
Ref text_signature(const char* signature, uint32_t flags);
const Signature* signature_of(const NativeDef* def);  // parsed once, kept forever
// The setter of computed attributes that show as fields of the object: refuses in the words of a read-only field.
bool readonly_attribute(Value self, Value value);
// What CPython writes for a callable in error texts: "list.append()" or "math.sqrt()".
Ref function_text(Value f);

}  // namespace taipan
