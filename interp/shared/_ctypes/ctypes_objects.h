// _ctypes: C data as objects. A class that describes a C type (made by one of the metaclasses) has a TypeInfo; its instances are CData: a piece of
// memory, their own or a part of another one's, and the Python objects that this memory points to.
#pragma once
#include <ffi.h>
#include <string>
#include "gc/heap.h"
#include "interp/objects/bytes.h"
#include "interp/objects/dict.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"
#include "interp/shared/shared_module.h"

namespace taipan::ctypes {

enum Kind : uint8_t { kSimple, kPointer, kArray, kStruct, kUnion, kFunction, kKindCount };
enum FunctionFlags { kCdecl = 1, kPythonApi = 4, kUseErrno = 8, kUseLastError = 16 };

// One of the codes of simple types ("_type_"). Sizes of bit fields carry the number of bits in their upper half and the position of the
// lowest in the lower half; 0: not a bit field.
struct Code {
  char code;
  ffi_type* ffi;
  const char* format;                          // of the buffer protocol, native order
  Ref (*set)(void* p, Value v, int64_t size);  // what must be kept alive, None: nothing; null: raised
  Ref (*get)(const void* p, int64_t size);
  Ref (*set_swapped)(void* p, Value v, int64_t size);  // null: there is no other byte order
  Ref (*get_swapped)(const void* p, int64_t size);
};
const Code* find_code(uint32_t c);

struct TypeInfo {
  Header h;
  Kind kind;
  bool swapped, final, has_pointer, has_bitfield, has_union;
  char code;  // simple types
  int64_t size, align, length;
  ffi_type ffi;         // structures: with elements of their own
  ffi_type** elements;  // freed with this
  Ref (*set)(void* p, Value v, int64_t size);
  Ref (*get)(const void* p, int64_t size);
  char* format;  // buffer protocol
  int ndim;      // arrays
  int64_t* shape;
  Value proto;  // what is pointed to, an array's items
  // functions
  Value argtypes, converters, restype, checker;
  int flags;
};

struct CData {
  Header h;
  char* ptr;
  bool owned;  // ptr was allocated for it
  int64_t size, length, index;
  Value base;     // whose memory this is part of, or null
  Value objects;  // what the memory refers to: null, any object, or a dict by position
  alignas(16) char small[16];
};
struct Thunk;
struct Function : CData {
  Value callable, thunk;                                               // of a callback
  Value argtypes, converters, restype, checker, errcheck, paramflags;  // null: the class's
};
// A C function that calls a Python one.
struct Thunk {
  Header h;
  ffi_closure* closure;
  void* code;
  ffi_cif cif;
  ffi_type** arg_ffi;
  size_t count;
  Value callable, argtypes, restype;
  Ref (*set)(void* p, Value v, int64_t size);
  ffi_type* result_ffi;
  int flags;
};
// An argument on its way into a C function: byref(), and what from_param() gives.
union Word {
  char c;
  signed char b;
  short h;
  int i;
  long l;
  long long q;
  long double D;
  double d;
  float f;
  void* p;
};
struct Arg {
  Header h;
  ffi_type* ffi;
  char tag;
  int64_t size;  // structures passed by value
  void* copy;    // theirs
  Value object;  // kept alive
  alignas(16) Word value;
};
struct Field {
  Header h;
  bool anonymous;
  int64_t offset, size, index;
  Value proto;
  Ref (*set)(void* p, Value v, int64_t size);
  Ref (*get)(const void* p, int64_t size);
};

extern TypeObject* metas[kKindCount];
extern TypeObject *cdata_type, *simple_type, *pointer_type, *array_type, *struct_type, *union_type, *function_type;
extern TypeObject *arg_type, *field_type, *info_type, *thunk_type;
extern TypeObject* argument_error;
extern Value pointer_cache;  // dict: type -> pointer type

// What the memory holds may be written by other threads beside those who read it, through another object that lies in the same memory: words are
// read and written whole where they lie as they should.
template <class T>
T load(const void* p) {
  T v;
  if constexpr (sizeof(T) <= sizeof(uint64_t)) {
    if (TAIPAN_LIKELY(reinterpret_cast<uintptr_t>(p) % sizeof(T) == 0)) {
      __atomic_load(static_cast<const T*>(p), &v, __ATOMIC_ACQUIRE);
      return v;
    }
  }
  memcpy(&v, p, sizeof v);
  return v;
}
template <class T>
void save(void* p, T v) {
  if constexpr (sizeof(T) <= sizeof(uint64_t)) {
    if (TAIPAN_LIKELY(reinterpret_cast<uintptr_t>(p) % sizeof(T) == 0)) {
      __atomic_store(static_cast<T*>(p), &v, __ATOMIC_RELEASE);
      return;
    }
  }
  memcpy(p, &v, sizeof v);
}
inline void copy_memory(void* to, const void* from, size_t n) {
  switch (n) {
    case 1: return save(to, load<uint8_t>(from));
    case 2: return save(to, load<uint16_t>(from));
    case 4: return save(to, load<uint32_t>(from));
    case 8: return save(to, load<uint64_t>(from));
    default: memmove(to, from, n);
  }
}

inline CData* data_of(Value v) { return v.as<CData>(); }
inline bool is_cdata(Value v) { return is_instance_exact_type(v, cdata_type); }
TypeInfo* info_of_type(Value cls);  // of the class itself; null (nothing raised): it describes no C type
inline TypeInfo* info_of(Value o) { return static_cast<TypeInfo*>(type_of(o)->native_data); }
inline bool is_kind(Value cls, Kind k) {
  TypeInfo* i = info_of_type(cls);
  return i && i->kind == k;
}
TypeInfo* make_info(Value cls, Kind kind);  // and gives it to the class
// A subclass of a concrete simple type: its values stay objects instead of turning into Python's.
bool is_simple_subclass(Value cls);
char* copy_text(std::string_view s);

// ---- data
Ref new_data(TypeObject* cls);                                       // zeroed memory of its own
Ref data_at(Value cls, void* p);                                     // memory that belongs to nobody here
Ref data_from(Value cls, Value base, int64_t index, const void* p);  // part of base; base null: a copy
bool keep_ref(CData* d, int64_t index, Value keep);
Ref kept_objects(CData* d);
Ref get_value(Value cls, Ref (*get)(const void*, int64_t), Value base, int64_t index, int64_t size, const void* p);
bool set_value(Value dst, Value cls, Ref (*set)(void*, Value, int64_t), Value v, int64_t index, int64_t size, void* p);
Ref make_array_class(Value item, int64_t length);
Ref pointer_class(Value cls);
// What a type's from_param makes of a value.
Ref type_from_param(Value cls, Value v);
bool argument_of(Value o, Arg* out, Ref* keep);  // of a CData, for a call
bool wide_text(Value str, Ref* keep, void** p);  // a str as wchar_t[]

// ---- structures
bool set_fields(Value cls, Value fields, bool is_struct);
bool struct_init(Value self, RawArgs raw);
bool struct_class_created(TypeObject* cls, Kind kind);

// ---- functions
bool function_class_created(TypeObject* cls);
Ref converters_of(Value argtypes);
Ref make_thunk(Value callable, Value argtypes, Value restype, int flags);
Ref call_c(void* f, Value args, int flags, Value converters, Value restype, Value checker);
ffi_type* ffi_of(Value cls);
Ref make_arg(char tag, ffi_type* ffi);
int* thread_errno();

bool make_meta_types();
bool make_data_types();
bool make_struct_types();
bool make_pointer_types();
bool make_function_types();
extern const NativeDef kFunctions[];
bool add_constants(Value module);

extern const NativeDef kDataMethods[];

}  // namespace taipan::ctypes
