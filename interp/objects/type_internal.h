// Between the files of the type room; nobody else includes it.
#pragma once
#include "interp/objects/descr.h"
#include "interp/objects/type.h"

namespace taipan {

inline constexpr uint32_t kMaxInline = 40;

// ops of instances (object.cpp)
void instance_trace(Header* h, gc::Visitor& v);
void instance_clear(Header* h);
void instance_finalize(Header* h);
void generic_dealloc(Header* h);

// type_slots.cpp
void init_slot_table();
extern SlotRow slot_rows[];
extern const size_t slot_row_count;
bool add_slot_wrappers(TypeObject* t,
                       const Slots& own);  // wrapper descriptors for the slots a built-in type defines itself
void inherit_native_slots(TypeObject* t);  // built-in types: along the MRO
bool fill_class_slots(
    TypeObject* t);  // heap classes: base's slots, then what the class (or the MRO beyond base) overrides
void update_slots_for_name(TypeObject* t, Str* name);  // after a dunder changed: t and its subclasses
bool hash_not_implemented(Value self, int64_t* out);
bool is_slot_name(Str* name);
void after_slot_update(TypeObject* t);  // flags and ops that follow from slots
bool is_python_dispatcher_new(NewSlot f);

// class.cpp
extern const GetSetDef instance_dict_def;  // __dict__

// type_ready.cpp
bool ready_native_type(TypeObject* t, const TypeSpec* spec);
void layout_native_type(TypeObject* t, const char* full_name, TypeObject* base, const TypeSpec* spec, ShapeId fixed);
bool add_subclass(TypeObject* base, TypeObject* t);
void remove_subclass(TypeObject* base, TypeObject* t);
const TypeSpec* exception_spec(uint32_t type_index);  // exceptions.cpp
Ref subclass_list(TypeObject* t);                     // list of live direct subclasses
uint64_t inherited_flags(const TypeObject* base);

// attr.cpp
Value type_lookup_slow(TypeObject* type, Str* name);
void start_method_cache();  // a thread begins
void drop_method_cache();   // a thread ends

// type_slots.cpp
// What looks attributes of type's objects up, before __getattr__ if the class has one: its get_attr, or the native __getattribute__ that it inherits.
GetAttrSlot native_get_attr(TypeObject* type);

// type.cpp
Ref type_get_attr(Value type, Str* name);
Ref type_get_attr_opt(Value type, Str* name);  // kMissing instead of AttributeError where simply absent
int plain_is_instance(Value o, Value cls);     // abstract_class.cpp: without __instancecheck__
int plain_is_subclass(Value derived, Value cls);
bool type_set_attr_checked(Value type, Str* name, Value value);
Ref type_mro_method(TypeObject* t);  // t.mro(), checked; a tuple
bool type_update_mro(TypeObject* t);
bool same_layout(TypeObject* a, TypeObject* b);  // object_type.cpp
Ref dir_of_class(Value cls);

}  // namespace taipan
