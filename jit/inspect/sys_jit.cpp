// sys._jit: what the JIT has done, for experiments. Documented in README.md and in the docstrings below.
#include "frontend/bytecode/op_info.h"
#include "interp/objects/abstract.h"
#include "interp/objects/dict.h"
#include "interp/objects/error.h"
#include "interp/objects/function.h"
#include "interp/objects/int.h"
#include "interp/objects/native.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "jit/inspect/inspect.h"
#include "jit/tiering/tiering.h"

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
  std::string text;
  if (is_str(a[0])) {
    text = describe_stubs(utf8_lossy(a[0]));
    if (text.empty()) return raise(types::ValueError, "no stub is named %R", a[0]);
    return make_str(text);
  }
  Code* code = code_of(a[0]);
  if (!code || (!code->feedback.load(std::memory_order_acquire) && !code_feedback_slow(code))) return nullptr;
  return make_str(describe_code(code));
}
bool set_number(Value dict, const char* name, uint64_t n) {
  Ref v = make_int_u64(n);
  return v && dict_set_cstr(dict, name, v);
}
bool set_exits(Value dict, const char* name, const uint64_t* counts) {
  Ref exits = make_dict();
  if (!exits) return false;
  for (int op = 0; op < frontend::kOpCount; op++)
    if (counts[op] && !set_number(exits, frontend::kOpInfo[op].name, counts[op])) return false;
  return dict_set_cstr(dict, name, exits);
}
Ref stats_impl(Args&) {
  Ref dict = make_dict();
  if (!dict) return nullptr;
  TieringStats s = tiering_stats();
  const struct {
    const char* name;
    uint64_t n;
  } rows[] = {{"compiled", s.compiled},
              {"failed", s.failed},
              {"freed", s.freed},
              {"dropped", s.dropped},
              {"clearings", s.clearings},
              {"instructions", s.instructions},
              {"code_bytes", s.code_bytes},
              {"hot_bytes", s.hot_bytes},
              {"nanoseconds", s.nanoseconds},
              {"longest_nanoseconds", s.longest},
              {"used_bytes", s.used_bytes}};
  for (auto& row : rows)
    if (!set_number(dict, row.name, row.n)) return nullptr;
  if (counts_exits()) {
    ExitCounts exits = exit_counts();
    if (!set_number(dict, "entries", exits.entries) || !set_exits(dict, "guard_exits", exits.guards) ||
        !set_exits(dict, "handler_exits", exits.handlers))
      return nullptr;
  }
  return dict;
}

const NativeDef kFunctions[] = {
    {"compile", "($module, function, /)", compile_impl, 0,
     R"(Makes machine code of a function, method or code object now, with the feedback that
there is. Tells whether it has machine code afterwards.)"},
    {"is_compiled", "($module, function, /)", is_compiled_impl, 0,
     "Tells whether calls of a function, method or code object run machine code."},
    {"dump", "($module, function, /)", dump_impl, 0,
     R"(Returns the machine code of a function as text, with the bytecode and the source lines
it comes from. Of what isn't compiled it is what compiling it now would give.
A str names a stub, such as 'jit: find'; '' stands for all of them.)"},
    {"stats", "($module, /)", stats_impl, 0,
     R"(Returns counters as a dict.

compiled, failed, freed: compilations, those without success, versions gone with their function
dropped, clearings: versions dropped because the limit of memory was reached, and how often
instructions, code_bytes, hot_bytes: what was compiled, the machine code made of it, its part in line
nanoseconds, longest_nanoseconds: the time it took, and the longest compilation
used_bytes: of code memory, now

Under -X stats as well:
entries: from handlers into machine code
guard_exits, handler_exits: by opcode, how often a fast path didn't apply, and how often
machine code went to a handler because there is no fast path)"},
    {nullptr}};
const ModuleDef kModule = {"sys._jit", "A look into the compiler to machine code.", kFunctions, nullptr};

}  // namespace

bool add_to_sys() {
  Ref sys = interp_hooks.import_module("sys");
  Ref module = create_native_module(&kModule);
  return sys && module && set_attr(sys, intern_static("_jit"), module);
}

}  // namespace taipan::jit
