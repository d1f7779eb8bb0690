// Types and shapes.
//
// A TypeObject is a Python class. Its slots (slots.def) are filled from its specification (built-in types), inherited along the
// MRO, or set to dispatchers that look the dunder up (classes written in Python). A Shape is a hidden class: the type plus the names
// that the inline attribute slots hold; header.shape_id guards both at once.
// Instances of classes with a __dict__ have an attribute area at shape->attr_offset:
//     word 0   ext: null; or overflow slots: address of the slot for index inline_capacity, plus 1 (so that it never looks like an object; the word
//              before that slot holds the number of slots); or, in dictionary mode (kShapeDictMode), the Dict (null: none made yet)
//     word 1.. inline slots, shape->inline_capacity of them; absent ones are null
// attr_offset < 0: variable-size base (int, str, tuple, bytes subclasses): word 0 lies at the end of the cell and there are no
// inline slots. attr_offset == 0: no attributes. A slot index means one name for the object's life (deleting stores null).
#pragma once
#include "interp/objects/object.h"

namespace taipan {

enum CompareOp : uint8_t { kLt, kLe, kEq, kNe, kGt, kGe };

// Arguments as they travel (DESIGN 5): positional ones, then the keyword values whose names are in kwnames (a tuple of str, or null).
struct RawArgs {
  const Value* v;
  size_t n;  // positional only
  Value kwnames;
};
struct Buffer;

using NativeCall = Value (*)(Thread* t, Value callee, const Value* args, size_t nargs, Value kwnames);  // returns owned

using UnarySlot = Ref (*)(Value);
using BinarySlot = Ref (*)(Value, Value);
using TernarySlot = Ref (*)(Value, Value, Value);
using HashSlot = bool (*)(Value, int64_t* out);
using CallSlot = NativeCall;
using GetAttrSlot = Ref (*)(Value, Str* name);
using SetAttrSlot = bool (*)(Value, Str* name, Value value);
using CompareSlot = Ref (*)(Value, Value, CompareOp);
using DescrGetSlot = Ref (*)(Value descr, Value instance, Value owner);
using DescrSetSlot = bool (*)(Value descr, Value instance, Value value);
using InitSlot = bool (*)(Value self, RawArgs);
using NewSlot = Ref (*)(TypeObject* cls, RawArgs);
using VoidSlot = void (*)(Value);
using TruthSlot = int (*)(Value);       // 1, 0, -1 error
using LengthSlot = int64_t (*)(Value);  // -1 error
using SetItemSlot = bool (*)(Value, Value key, Value value);
using ContainsSlot = int (*)(Value, Value item);  // 1, 0, -1 error
using GetBufferSlot = bool (*)(Value, Buffer*, int flags);
using ReleaseBufferSlot = void (*)(Value, Buffer*);

struct Slots {
#define SLOT(field, Sig, dunder) Sig field = nullptr;
#include "interp/objects/slots.def"
#undef SLOT
};

// TypeObject::flags
enum TypeFlags : uint64_t {
  kTypeHeap = 1 << 0,       // made by a class statement or type()
  kTypeBaseable = 1 << 1,   // may be subclassed
  kTypeImmutable = 1 << 2,  // attributes cannot be set (built-in)
  kTypeHasDict = 1 << 3,    // instances have an attribute area / __dict__
  kTypeWeakrefable = 1 << 4,
  kTypeGc = 1 << 5,             // instances are tracked
  kTypeAbstract = 1 << 6,       // __abstractmethods__ is set and non-empty
  kTypeNoInstantiate = 1 << 7,  // "cannot create 'X' instances"
  kTypeSequence = 1 << 8,       // match statement
  kTypeMapping = 1 << 9,
  kTypeMatchSelf = 1 << 10,      // case int(x)
  kTypeVarSize = 1 << 11,        // cell size depends on the value: attr_offset < 0 in subclasses
  kTypeIsMethodDescr = 1 << 12,  // instances are functions that bind like methods: calls skip making a bound method
  kTypeCustomGetattr = 1 << 13,  // get_attr is not the generic one
  kTypeHasDel = 1 << 14,         // __del__ somewhere in the MRO
  kTypeReady = 1 << 15,
  kTypeDictMode = 1 << 16,       // instances keep their attributes in a dict from birth (modules, functions); inherited
  kTypeVolatileAttrs = 1 << 17,  // plain class attributes of this class are replaced often: see type_lookup_cell
  kTypeGenericNew = 1 << 18,     // cls(...) is alloc_instance + __init__: see type_simple_new
  kTypeHasDictAttr = 1 << 19,    // '__dict__' is offered to Python (a hidden attribute area is not)
  // subclass bits: tested instead of walking the MRO
  kSubInt = 1 << 20,
  kSubFloat = 1 << 21,
  kSubStr = 1 << 22,
  kSubBytes = 1 << 23,
  kSubList = 1 << 24,
  kSubTuple = 1 << 25,
  kSubDict = 1 << 26,
  kSubSet = 1 << 27,  // set or frozenset
  kSubType = 1 << 28,
  kSubExc = 1 << 29,  // BaseException
  kSubByteArray = 1 << 30,
  kSubComplex = 1ull << 31,
  kTypeParallel = 1ull << 33,  // GIL off: several threads may be in its C++ code at once (runtime_lock.h)
  kTypeKeyed = 1ull << 34,     // built-in whose [] takes keys alone: no sequence, and not iterated by it
  kTypeOwnSteps =
      1ull << 35,  // GIL off: its iter and next take the lock themselves where there is need of one (step_lock.h)
  kTypeKeepsItself = 1ull << 36,  // a step of it needs nobody to hold it
  kTypeUncached = 1ull << 32,     // has no version: its MRO (or a base's) comes from a metaclass's mro()
};

struct alignas(16) TypeObject {
  Header h;
  Value meta_ext;     // attribute area of the metaclass's instances (ext word, dictionary mode); null if unused
  const char* cname;  // full dotted name for built-ins; utf-8 of name otherwise (owned by the type)
  Str* name;          // owned
  Str* qualname;      // owned
  TypeObject* base;   // owned
  Value bases;        // tuple
  Value mro;          // tuple; immutable snapshot
  Value dict;         // Dict: name -> value. Read through type_lookup; changed only through type_set_attr
  uint64_t flags;
  uint32_t basic_size;            // of the native struct, without the attribute area
  int32_t attr_offset;            // as in Shape
  ShapeId exact_shape;            // fixed shape of built-in exact instances; 0 for heap types
  std::atomic<uint32_t> version;  // 0: no look-up cached since the last change; unique otherwise
  Shape* root_shape;              // of a new instance
  Shape* dict_shape;              // dictionary mode
  Value slot_names;               // heap types: tuple of __slots__ members or null
  Value subclasses;               // dict id -> weakref, or null
  Value doc;
  Value annotations_cache;
  void* native_data;  // free for the type's owner
  Slots s;
  const Slots*
      unlocked;  // native types, GIL off: what the locking ones in s call (runtime_lock.h); null where there are none
  // Below: for the type room alone.
  gc::TypeOps ops;                // what the shapes of this type point to
  gc::TypeOps native_merged;      // built-in types: spec's ops completed from the base
  const gc::TypeOps* native_ops;  // native_merged of the nearest built-in base: handles the native part
  TypeObject* native_base;        // the nearest built-in base
  int64_t (*var_end)(Header*);
  const struct TypeSpec* spec;        // built-in types only
  Shape* shapes;                      // all root shapes ever made, linked by next_sibling
  std::atomic<Header*> kept_weakref;  // built-in types: see weakref.cpp
  uint32_t plain_writes;              // same-kind replacements of class attributes so far
  bool owns_cname;
};

struct ShapeTable;  // name -> slot index, and transitions
struct Shape : gc::ShapeBase {
  TypeObject*
      type;  // borrowed: a class frees its shapes; instances of heap classes own a count of their class and trace it
  Shape* parent;
  Str* last_name;   // name of slot nslots-1; owned
  uint32_t nslots;  // names known
  uint16_t inline_capacity;
  uint16_t wanted_capacity;  // root shapes: above inline_capacity, the next alloc_instance makes a wider root
  int32_t attr_offset;
  uint32_t cell_size;  // of instances that don't vary in size
  ShapeTable* table;
  std::atomic<Shape*> first_child;
  Shape* next_sibling;
  uint32_t child_count;
};
enum ShapeFlags : uint32_t {
  kShapeDictMode = 1,
  kShapeImmediate = 2,
  kShapePlain =
      4,  // exact instances of a built-in type without an attribute area: nothing but the native part is to be released
};

template <class T>
inline T* new_object(ShapeId shape, bool tracked, size_t size) {
  if (TAIPAN_LIKELY(size >= static_cast<const Shape*>(gc::shape_table[shape])->cell_size)) {
    Header* h = gc::alloc_object(size, shape, tracked ? gc::kAllocTracked : gc::kAllocPlain, true);
    if (TAIPAN_LIKELY(h != nullptr)) return reinterpret_cast<T*>(h);
  }
  return reinterpret_cast<T*>(new_object(size, shape, tracked));
}

inline Shape* shape_of_header(const Header* h) { return static_cast<Shape*>(gc::shape_table[h->shape()]); }
inline Shape* shape_of(Value v) { return static_cast<Shape*>(gc::shape_table[shape_id_of(v)]); }
inline TypeObject* type_of(Value v) { return shape_of(v)->type; }  // borrowed

extern TypeObject builtin_types[kTypeCount];
namespace types {
#define TYPE(Enum, name, base) inline TypeObject* const Enum = &builtin_types[kType##Enum];
#include "interp/objects/types.def"
#undef TYPE
#define EXC(Enum, name, base, layout) inline TypeObject* const Enum = &builtin_types[kType##Enum];
#include "interp/objects/exceptions.def"
#undef EXC
}  // namespace types

inline bool is_subtype(const TypeObject* a, const TypeObject* b);  // along the MRO
bool is_subtype_slow(const TypeObject* a, const TypeObject* b);
inline bool is_subtype(const TypeObject* a, const TypeObject* b) { return a == b || is_subtype_slow(a, b); }
inline bool has_type_flag(Value v, uint64_t f) { return (type_of(v)->flags & f) != 0; }
inline bool is_instance_exact_type(Value v, TypeObject* t) {
  return is_subtype(type_of(v), t);
}  // real type only, no __class__

// Tests for the common types: exact and with subclasses.
inline bool is_str_exact(Value v) { return has_shape(v, kShapeStr); }
inline bool is_str(Value v) { return v.is_heap() && (is_str_exact(v) || has_type_flag(v, kSubStr)); }
inline bool is_bytes_exact(Value v) { return has_shape(v, kShapeBytes); }
inline bool is_bytes(Value v) { return v.is_heap() && (is_bytes_exact(v) || has_type_flag(v, kSubBytes)); }
inline bool is_bytearray(Value v) { return v.is_heap() && has_type_flag(v, kSubByteArray); }
inline bool is_list_exact(Value v) { return has_shape(v, kShapeList); }
inline bool is_list(Value v) { return v.is_heap() && (is_list_exact(v) || has_type_flag(v, kSubList)); }
inline bool is_tuple_exact(Value v) { return has_shape(v, kShapeTuple); }
inline bool is_tuple(Value v) { return v.is_heap() && (is_tuple_exact(v) || has_type_flag(v, kSubTuple)); }
inline bool is_dict_exact(Value v) { return has_shape(v, kShapeDict); }
inline bool is_dict(Value v) { return v.is_heap() && (is_dict_exact(v) || has_type_flag(v, kSubDict)); }
inline bool is_any_set(Value v) { return v.is_heap() && has_type_flag(v, kSubSet); }
inline bool is_int_exact(Value v) { return v.is_int() || has_shape(v, kShapeBigInt); }
inline bool is_int(Value v) {
  return v.is_int() || is_bool(v) || (v.is_heap() && has_type_flag(v, kSubInt));
}  // bool too
inline bool is_float_exact(Value v) { return v.is_float() || has_shape(v, kShapeBoxedFloat); }
inline bool is_float_like(Value v) { return v.is_float() || (v.is_heap() && has_type_flag(v, kSubFloat)); }
inline bool is_complex(Value v) { return v.is_heap() && has_type_flag(v, kSubComplex); }
inline bool is_type(Value v) { return v.is_heap() && has_type_flag(v, kSubType); }
inline bool is_exception(Value v) { return v.is_heap() && has_type_flag(v, kSubExc); }
inline bool is_exception_class(Value v) { return is_type(v) && (v.as<TypeObject>()->flags & kSubExc) != 0; }

// ---- Making types -----------------------------------------------------------------------------------------------------------
struct NativeDef;
struct GetSetDef {
  const char* name;
  Ref (*get)(Value self);
  bool (*set)(Value self, Value value);  // null: read-only; value null: delete
  const char* doc;
};
enum MemberKind : uint8_t {
  kMemberValue /* null reads as AttributeError */,
  kMemberValueNone /* null reads as None */,
  kMemberInt,
  kMemberSsize,
  kMemberBool,
  kMemberDouble
};
struct MemberDef {
  const char* name;
  MemberKind kind;
  uint32_t offset;
  bool read_only;
  const char* doc;
};

// The description of a built-in type. A kTypeHasDict type's instances get an attribute area behind basic_size (new_object and alloc_instance see to
// the room; a struct whose last field is its dict Value sets dict_offset instead). Arrays end with a null name. ops.trace/dealloc null: nothing owned, plain free.
struct TypeSpec {
  const char* doc = nullptr;
  uint64_t flags = 0;  // TypeFlags; kTypeReady and kSub* are computed
  uint32_t basic_size = sizeof(Header);
  gc::TypeOps ops = {};  // name is filled in
  const NativeDef* methods = nullptr;
  const GetSetDef* getset = nullptr;
  const MemberDef* members = nullptr;
  Slots s = {};
  int64_t (*var_end)(Header*) = nullptr;  // kTypeVarSize: offset of the byte after the native part, unrounded
  uint32_t dict_offset = 0;               // kTypeDictMode: the struct's own last field holds the dict
};
#define TYPE(Enum, name, base) extern const TypeSpec k##Enum##Spec;
#include "interp/objects/types.def"
#undef TYPE

void init_builtin_types();  // readies all of types.def and exceptions.def; once
// A native type of a module: "module.name". Immutable unless flags has kTypeHeap. Returns owned (and immortal if immutable). spec must live forever.
TypeObject* make_native_type(const char* full_name, TypeObject* base, const TypeSpec* spec);
// type(name, bases, dict) as the class statement calls it; metaclass already computed. kwargs go to __init_subclass__.
Ref make_class(TypeObject* metaclass, Str* name, Value bases, Value dict, RawArgs kwargs);

// New instance of cls by its root shape and basic_size (object.__new__ without checks; also for native structs: zeroed).
// Instances of exact built-in types carry exact_shape.
Header* alloc_instance(TypeObject* cls, size_t var_bytes = 0);
template <class T>
T* alloc_instance_as(TypeObject* cls, size_t var_bytes = 0) {
  return reinterpret_cast<T*>(alloc_instance(cls, var_bytes));
}
// What every TypeOps::dealloc does around its own work: runs __del__ (false: resurrected, stop), clears weakrefs; then the type drops its own
// references and calls finish_dealloc, which releases the attribute area, the shape's hold and the cell.
bool begin_dealloc_slow(Header* h);
void finish_dealloc_slow(Header* h);
inline bool begin_dealloc(Header* h) {
  if (TAIPAN_UNLIKELY(gc::ops_of(h)->finalize != nullptr ||
                      (h->lock.load(std::memory_order_relaxed) & gc::kHasWeakrefs)))
    return begin_dealloc_slow(h);
  gc::untrack_dying(h);
  return true;
}
inline void finish_dealloc(Header* h) {
  if (TAIPAN_UNLIKELY(!(shape_of_header(h)->flags & kShapePlain))) return finish_dealloc_slow(h);
  gc::free_object(h);
}
// The same for the exact instances of a built-in type whose structs all have that size.
template <class T>
inline void finish_dealloc_as(Header* h) {
  if (TAIPAN_UNLIKELY(!(shape_of_header(h)->flags & kShapePlain))) return finish_dealloc_slow(h);
  gc::free_object_sized(h, sizeof(T));
}
// trace/clear of the attribute area: called by the generic wrapper for every type, types only handle their native part.

// True where cls(...) means object.__new__ and then __init__: no __new__ but object's, no metaclass __call__, no abstract methods. The caller does
// alloc_instance and runs cls->s.init (or the function found as __init__, which must return None).
// (With arguments and object.__init__, that is a TypeError: see object_init.)
// self[key] is C++ code, also where the class is written in Python.
bool subscript_is_native(const TypeObject* t);
Value type_call(Thread* t, Value callee, const Value* args, size_t nargs, Value kwnames);  // type.__call__
inline bool type_simple_new(const TypeObject* cls) {
  return (cls->flags & kTypeGenericNew) != 0 && shape_of_header(&cls->h)->type->s.call == &type_call;
}

// ---- Attributes ---------------------------------------------------------------------------------------------------------------
Value type_lookup(TypeObject* type, Str* name);  // along the MRO, through the method cache; borrowed, null if absent
bool type_set_attr(TypeObject* type, Str* name,
                   Value value);  // no checks (type.__setattr__ has them); invalidates caches; null deletes
void type_modified(TypeObject* type);
// The version of a type for caches: unique among all types and times, changes whenever a look-up on the type could give something else. 0: don't cache.
uint32_t type_version(TypeObject* type);
// Called when class attribute `name` of `type` becomes a data descriptor and so overrides attributes of instances whose slots may be cached
// under their shape alone; only if name->in_caches is set (whoever caches a slot sets it). name null: anything about the type and its subclasses may
// be different (__bases__, __getattribute__, __setattr__... changed). What was found on a class is cached under the class's version.
extern void (*type_invalidate_hook)(TypeObject* type, Str* name);
// Where a class attribute lies. A class whose plain attributes (no descriptors: counters, settings) are replaced again and again becomes
// kTypeVolatileAttrs; from then on replacing a plain value by a plain value changes neither its version nor matters to the hook. So: cache the
// *value* only if !is_volatile, else cache the cell (dict->entries[index].value), which holds as long as the type's version does.
struct TypeCell {
  Value value;         // null: absent
  TypeObject* holder;  // class of the MRO that has it
  Dict* dict;
  uint32_t index;
  bool is_volatile;
};
bool type_lookup_cell(TypeObject* type, Str* name, TypeCell* out);  // false: absent (nothing raised)
inline bool type_value_cacheable(TypeObject* type,
                                 Str* name) {  // may the value of a look-up be cached under the version?
  TypeCell cell;
  return !type_lookup_cell(type, name, &cell) || !cell.is_volatile;
}
// Neither function, nor descriptor of any kind.
inline bool is_plain_class_value(Value v) {
  const TypeObject* t = type_of(v);
  return !t->s.descr_get && !t->s.descr_set;
}
Ref generic_get_attr(Value o, Str* name);                // object.__getattribute__
bool generic_set_attr(Value o, Str* name, Value value);  // object.__setattr__/__delattr__
// The instance's own attribute (no descriptors, no class). get: null absent (borrowed only while o is not changed).
Value instance_get(Header* o, Str* name);
bool instance_set(Header* o, Str* name,
                  Value value);  // null deletes; false with AttributeError/KeyError-free "absent": see attr.cpp
Ref instance_dict(Header* o);    // o.__dict__: turns o to dictionary mode; null: no __dict__ (nothing raised)
bool set_instance_dict(Header* o, Value dict);
inline bool has_attr_area(const Shape* s) { return s->attr_offset != 0; }
Value* attr_area(Header* o, const Shape* s);  // word 0
inline Value* attr_overflow(const Value* area) { return reinterpret_cast<Value*>(area->bits - 1); }
Value* attr_slot(Header* o, const Shape* s, uint32_t index);  // address of a slot (not in dictionary mode)
Shape* type_dict_shape(TypeObject* t);                        // dict_shape, made when first asked for
Shape* make_root_shape(TypeObject* t, uint32_t inline_capacity, uint32_t flags,
                       ShapeId fixed_id);  // fixed_id 0: a new one
void free_shapes(TypeObject* t);
Str* shape_name(const Shape* s, uint32_t index);  // borrowed
Ref to_dict_mode(Header* o);                      // its dict, now in ext
// An interned str with the same text (exact type); keep holds it where name is not it.
Str* interned_name(Str* name, Ref* keep);
int32_t shape_find(const Shape* s, Str* name);  // slot index or -1
Shape* shape_with(Shape* s, Str* name);         // transition; null: too many names, use dictionary mode
// Adds a slot that shape_with() gave a shape for: the value goes to slot next->nslots-1. False: MemoryError.
bool instance_add_slot(Header* o, Shape* old_shape, Shape* next, Ref value);
Ref instance_get_ref(Header* o, Str* name);  // as instance_get, owned; safe with the GIL off. null: absent
Ref generic_get_attr_opt(Value o,
                         Str* name);  // generic_get_attr, but kMissing instead of AttributeError when simply absent
void set_class(Header* o, TypeObject* cls);  // o.__class__ = cls, already checked

// ---- For type.cpp, class.cpp and their like
bool type_call_check_abstract(TypeObject* cls);
Ref object_new(TypeObject* cls, RawArgs args);  // object.__new__
bool object_init(Value self, RawArgs args);
Ref type_name_str(const TypeObject* t);          // __name__
Ref type_module(TypeObject* t);                  // __module__; a str for well-behaved classes
Ref type_named_module(TypeObject* t);            // the str that its repr begins with; null: none, or "builtins"
Ref compute_mro(TypeObject* type, Value bases);  // C3; TypeError
bool set_type_bases(TypeObject* type, Value bases, TypeObject* best_base);
TypeObject* best_base(Value bases);
TypeObject* calculate_metaclass(TypeObject* meta, Value bases);  // TypeError on a conflict
Ref class_dict_proxy(TypeObject* t);

}  // namespace taipan
