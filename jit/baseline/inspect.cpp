// sys._jit: what the tier has done, for experiments.
//
//   compile(f)      makes machine code of a function now (or of a method or code object); whether it has some afterwards
//   is_compiled(f)  whether it has
//   dump(f)         its machine code as text, by bytecode instruction
//   stats()         a dict: codes compiled and failed, bytecode instructions, bytes of machine code, nanoseconds, bytes of code memory in use
#include "frontend/bytecode/op_info.h"
#include "interp/objects/abstract.h"
#include "interp/objects/dict.h"
#include "interp/objects/error.h"
#include "interp/objects/function.h"
#include "interp/objects/int.h"
#include "interp/objects/native.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "jit/baseline/baseline.h"

namespace taipan::jit {

namespace {

// The code of what may be a function, a method or a code object itself; null with TypeError.
Code* code_of(Value v) {
  if (has_shape(v, kShapeMethod)) v = v.as<Method>()->function;
  if (is_function(v)) return v.as<Function>()->code;
  if (has_shape(v, kShapeCode)) return v.as<Code>();
  raise(types::TypeError, "expected a function, method or code object, not '%T'", v);
  return nullptr;
}

Ref compile_impl(Args& a) {
  Code* code = code_of(a[0]);
  if (!code) return nullptr;
  if (!code->feedback.load(std::memory_order_acquire) && !code_feedback_slow(code)) return nullptr;
  return Ref::imm(bool_value(compile_now(code)));
}
Ref is_compiled_impl(Args& a) {
  Code* code = code_of(a[0]);
  if (!code) return nullptr;
  return Ref::imm(bool_value(is_compiled(code)));
}
Ref dump_impl(Args& a) {
  Code* code = code_of(a[0]);
  if (!code) return nullptr;
  return make_str(listing_of(code));
}
Ref stats_impl(Args&) {
  Ref dict = make_dict();
  if (!dict) return nullptr;
  BaselineStats s = baseline_stats();
  const struct {
    const char* name;
    uint64_t n;
  } rows[] = {{"compiled", s.compiled},         {"failed", s.failed},         {"freed", s.freed},
              {"instructions", s.instructions}, {"code_bytes", s.code_bytes}, {"hot_bytes", s.hot_bytes},
              {"nanoseconds", s.nanoseconds},   {"used_bytes", s.used_bytes}};
  for (auto& row : rows) {
    Ref n = make_int_u64(row.n);
    if (!n || !dict_set_cstr(dict, row.name, n)) return nullptr;
  }
  return dict;
}

const NativeDef kFunctions[] = {
    {"compile", "($module, function, /)", compile_impl, 0,
     "Compile a function to machine code now; whether it has some."},
    {"is_compiled", "($module, function, /)", is_compiled_impl, 0, "Whether a function has machine code."},
    {"dump", "($module, function, /)", dump_impl, 0, "The machine code of a function as text."},
    {"stats", "($module, /)", stats_impl, 0, "What was compiled so far, as a dict."},
    {nullptr}};
const ModuleDef kModule = {"sys._jit", "A look into the compiler to machine code.", kFunctions, nullptr};

}  // namespace

bool add_to_sys() {
  Ref sys = interp_hooks.import_module("sys");
  Ref module = create_native_module(&kModule);
  return sys && module && set_attr(sys, intern_static("_jit"), module);
}

}  // namespace taipan::jit
