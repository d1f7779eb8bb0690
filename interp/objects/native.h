// Functions written in C++: declared by a signature text from which the argument binding, CPython's error texts, __text_signature__ and
// inspect.signature all come.
//
//   {"split", "($self, /, sep=None, maxsplit=-1)", str_split, 0, "doc"}
//
// Signature text: "(" parameters ")"; "$self" or "$type"/"$module" first for methods/classmethods/module functions, "/" and "*" as in Python,
// defaults are for display only (a parameter with a default arrives as null when not given), "*args" arrives as a tuple, "**kw" as a
// dict or null. "(...)" alone: raw; the function reads a.raw and no __text_signature__ is shown.
// CPython's error texts differ by how its function is declared; the binder derives the style from the signature:
//   no parameters            "f() takes no arguments (1 given)"
//   one, positional-only, no default    "f() takes exactly one argument (0 given)"
//   all positional-only      "f expected at least 1 argument, got 0" / "f expected 2 arguments, got 1"
//   otherwise                "f() missing required argument 'x' (pos 1)", "f() takes at most 2 arguments (3 given)", unexpected keyword...
#pragma once
#include "interp/objects/error.h"

namespace taipan {

struct Args {
  Thread* t;
  Value self;      // instance, class (class methods) or module
  const Value* v;  // bound parameters in declared order, null where not given
  size_t n;        // number of declared parameters
  RawArgs raw;     // as called (self not included)
  Value operator[](size_t i) const { return v[i]; }
  bool has(size_t i) const { return !v[i].is_null(); }
  Value get(size_t i, Value otherwise) const { return v[i].is_null() ? otherwise : v[i]; }
};
using NativeImpl = Ref (*)(Args& a);

enum NativeFlags : uint32_t {
  kNativeClassMethod = 1,    // bound to the class
  kNativeStatic = 2,         // static method: self is null
  kNativeCoexist = 4,        // replaces a slot wrapper of the same name
  kNativeNoSignature = 8,    // __text_signature__ is None
  kNativeParallel = 128,     // GIL off: several threads may run it at once, on the same object as well
  kNativeRaw = 32,           // the signature is for display alone: the function reads a.raw, as with "(...)"
  kNativeHousekeeping = 64,  // a weak reference's callback that nobody misses at exit
  // Bits 24-31: what the interpreter and the JIT know to do inline for an exact built-in receiver, with the same result.
  kIntrinsicMask = 0xff000000u,
  kIntrinsicLen = 1u << 24,         // len(list | tuple | str | dict)
  kIntrinsicListAppend = 2u << 24,  // list.append(x)
  kIntrinsicListPop = 3u << 24,     // list.pop()
  kIntrinsicMin = 4u << 24,         // min and max of two or three ints
  kIntrinsicMax = 5u << 24,
  kIntrinsicAbs = 6u << 24,  // of an int
  kIntrinsicOrd = 7u << 24,
  kIntrinsicChr = 8u << 24,
  kIntrinsicIsInstance = 9u << 24,
  kNativeParseTuple =
      16,  // wrong counts read "f() takes at least 1 argument (0 given)" though all parameters are positional-only
};
struct NativeDef {
  const char* name;
  const char* signature;
  NativeImpl impl;
  uint32_t flags;
  const char* doc;
};

// A parsed signature, for constructors and other places that bind by themselves:
//   static const Signature sig("int", "(x=0, /, base=10)");   Value v[2]; if (!sig.bind(raw, v)) return nullptr;
class Signature {
 public:
  Signature(const char* function_name, const char* text);
  bool bind(RawArgs raw, Value* out) const;  // no * or ** parameters
  // With *args/**kw: what bind creates is kept alive by keep (array of 2).
  bool bind(RawArgs raw, Value* out, Ref* keep) const;
  size_t count() const { return count_; }
  const char* text() const { return text_; }  // "(x=0, /, base=10)"

  // parsed form
  struct Param {
    Str* name;
    const char* cname;
  };
  Param* params_ = nullptr;
  size_t count_ = 0, posonly_ = 0, positional_ = 0 /* accepts by position */,
         required_ = 0 /* leading positional without default */;
  uint64_t required_kwonly_ = 0;  // bit i: parameter i is keyword-only and required
  int star_ = -1, starstar_ = -1;
  const char* name_;
  const char* text_;
  const char* owner_ = nullptr;  // type or module that error texts put before the name, or null
  bool raw_ = false;
  bool plain_ = false;  // only positional parameters
  bool parse_tuple_ = false;
  bool of_def_ = false;  // of a NativeDef, not of a constructor

 private:
  Fail count_error(RawArgs raw) const;
  bool bind_slow(RawArgs raw, Value* out, Ref* keep) const;
};

// builtin_function_or_method: module function or bound method of a built-in type.
struct NativeFunction {
  Header h;
  const NativeDef* def;
  const Signature* sig;
  Value self;        // owned; null for none
  Value module;      // name of the module (str) or null; owned
  Value owner_type;  // defining class or null
};
Ref make_native_function(const NativeDef* def, Value self, Value module_name);
// method_descriptor / classmethod_descriptor: unbound method of a built-in type.
struct MethodDescriptor {
  Header h;
  const NativeDef* def;
  const Signature* sig;
  TypeObject* type;  // owned
};
// Calls a native definition with self given and positional args: what the interpreter's and the JIT's fast path uses.
// args excludes self. Returns owned or null.
Value call_native(Thread* t, const NativeDef* def, const Signature* sig, Value self, const Value* args, size_t nargs,
                  Value kwnames);

// ---- Modules written in C++ --------------------------------------------------------------------------------------------------------
// GIL off: who may be in the functions of a module.
enum ModuleFunctions : uint8_t {
  kFunctionsInTurns,  // one thread at a time, under the module's runtime lock; functions marked kNativeParallel aside
  kFunctionsAtOnce,   // as if each was marked kNativeParallel: the module keeps nothing that changes, or guards it
};
struct ModuleDef {
  const char* name;
  const char* doc;
  const NativeDef* functions;  // ends with a null name
  bool (*exec)(Value module);  // adds types and constants; may be null
  ModuleFunctions run = kFunctionsInTurns;
};
// Registration: each module .cpp ends with  TAIPAN_MODULE(math_module);  collected in interp/modules/modules.def.
Ref create_native_module(const ModuleDef* def);
bool module_add(Value module, const char* name, Ref value);
bool module_add_int(Value module, const char* name, int64_t v);
bool module_add_str(Value module, const char* name, const char* utf8);
bool module_add_type(Value module, TypeObject* type);  // under the last component of its name

}  // namespace taipan
