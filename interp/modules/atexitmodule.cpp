// The module atexit.
#include "interp/modules/atexit.h"

#include "gc/collector.h"
#include "interp/modules/module_util.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"

namespace taipan {

static Value callbacks;  // list of (function, args, kwargs or None); None: unregistered. A root.

void run_atexit_functions() {
  if (!callbacks) return;
  // From the end. A function may unregister others; what it registers comes too late and is forgotten.
  for (size_t i = list_size(callbacks); i-- > 0;) {
    if (i >= list_size(callbacks)) continue;
    Ref entry = list_get(callbacks, i);
    if (!entry) return clear_error();
    if (entry.get() == kNone) continue;
    Value f = tuple_at(entry, 0), kwargs = tuple_at(entry, 2);
    Ref r = call_tuple(f, tuple_at(entry, 1), kwargs == kNone ? Value() : kwargs);
    if (!r) write_unraisable_msg("Exception ignored in atexit callback", f);
  }
  if (!list_set_slice(callbacks, 0, list_size(callbacks), Value())) clear_error();
}

static Ref atexit_register(Args& a) {
  Value args = a[0], kwargs = a[1];
  if (tuple_size(args) == 0) return raise(types::TypeError, "register() takes at least 1 argument (0 given)");
  Value f = tuple_at(args, 0);
  if (!is_callable(f)) return raise(types::TypeError, "the first argument must be callable");
  Ref rest = tuple_slice(args, 1, tuple_size(args));
  if (!rest) return nullptr;
  Ref entry = make_tuple_of({f, rest, kwargs ? kwargs : kNone});
  if (!entry || !list_append(callbacks, std::move(entry))) return nullptr;
  return Ref::dup(f);
}
static Ref atexit_unregister(Args& a) {
  for (size_t i = 0; i < list_size(callbacks); i++) {
    Ref entry = list_get(callbacks, i);
    if (!entry || entry.get() == kNone) continue;
    int same = values_equal(tuple_at(entry, 0), a[0]);
    if (same < 0) return nullptr;
    if (!same) continue;
    Ref now = list_get(callbacks, i);  // comparing may have changed the list
    if (now && now.get() == entry.get() && !list_set(callbacks, i, Ref::imm(kNone))) return nullptr;
  }
  return Ref::imm(kNone);
}
static Ref atexit_clear(Args&) {
  if (!list_set_slice(callbacks, 0, list_size(callbacks), Value())) return nullptr;
  return Ref::imm(kNone);
}
static Ref atexit_run_exitfuncs(Args&) {
  run_atexit_functions();
  return Ref::imm(kNone);
}
static Ref atexit_ncallbacks(Args&) { return make_int(static_cast<int64_t>(list_size(callbacks))); }

static const NativeDef kAtexitFunctions[] = {
    {"register", "($module, *args, **kwargs)", atexit_register, kNativeNoSignature,
     "register(func, *args, **kwargs) -> func\n\nRuns func(*args, **kwargs) when the interpreter ends."},
    {"_clear", "($module, /)", atexit_clear, kNativeNoSignature, "Forgets all functions."},
    {"unregister", "($module, func, /)", atexit_unregister, kNativeNoSignature,
     "unregister(func)\n\nForgets a function."},
    {"_run_exitfuncs", "($module, /)", atexit_run_exitfuncs, kNativeNoSignature, "Runs all functions now."},
    {"_ncallbacks", "($module, /)", atexit_ncallbacks, kNativeNoSignature, "How many functions there are."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

static bool atexit_exec(Value) {
  if (callbacks) return true;
  Ref list = make_list();
  if (!list) return false;
  callbacks = list.release();
  gc::add_shared_root(&callbacks);
  return true;
}

// GIL off: the functions are a list, which is changed by single steps.
extern const ModuleDef atexit_module;
const ModuleDef atexit_module = {"atexit", "Functions to run when the interpreter ends: register() and unregister().",
                                 kAtexitFunctions, atexit_exec, kFunctionsAtOnce};

}  // namespace taipan
