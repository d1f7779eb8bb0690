// The sys module.
#include <cfloat>
#include <climits>
#include <cmath>
#include <cstring>
#include <string>

#include <unistd.h>

#include "gc/collector.h"
#include "interp/builtins.h"
#include "interp/config.h"
#include "interp/eval/eval.h"
#include "interp/gil.h"
#include "interp/modules/audit.h"
#include "interp/modules/module_util.h"
#include "interp/objects/audit_hook.h"
#include "interp/objects/codecs.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/float.h"
#include "interp/objects/frame.h"
#include "interp/objects/list.h"
#include "interp/objects/set.h"
#include "interp/objects/small_types.h"
#include "interp/objects/str_intern.h"
#include "interp/objects/structseq.h"
#include "interp/objects/tuple.h"
#include "interp/version.h"

namespace taipan {

extern const ModuleDef sys_module;

namespace {

Ref none() { return Ref::imm(kNone); }

// ---- exceptions
Value handled_exception(Thread* t) {
  for (ExcState* s = t->handled; s; s = s->prev) {
    if (s->exc && s->exc != kNone) return s->exc;
  }
  return Value();
}
Ref sys_exc_info(Args& a) {
  Value exc = handled_exception(a.t);
  if (!exc) return make_tuple_of({kNone, kNone, kNone});
  Ref tb = traceback_of(exc);
  return make_tuple_of({Value(type_of(exc)), exc, tb.get()});
}
Ref sys_exception(Args& a) {
  Value exc = handled_exception(a.t);
  return exc ? Ref::dup(exc) : none();
}
Ref sys_excepthook(Args& a) {
  Value exc = a[1];
  if (is_exception(exc)) {
    if (a[2] != kNone && has_shape(a[2], kShapeTraceback)) {
      Ref now = traceback_of(exc);
      if (now.get() == kNone) set_traceback(exc, a[2]);
    }
    display_exception(exc);
  } else if (Ref err = sys_get("stderr")) {
    Ref text = format_str("TypeError: print_exception(): Exception expected for value, %T found\n", exc);
    if (text) call_method(err, TAIPAN_NAME(write), text);
    clear_error();
  }
  return none();
}
Ref sys_unraisablehook(Args& a) {
  // An UnraisableHookArgs: exc_type, exc_value, exc_traceback, err_msg, object
  Ref err = sys_get("stderr");
  if (!err || err.get() == kNone) return none();
  Ref msg = get_attr(a[0], "err_msg"), object = get_attr(a[0], "object"), exc = get_attr(a[0], "exc_value"),
      tb = get_attr(a[0], "exc_traceback");
  if (!msg || !object || !exc || !tb) return nullptr;
  Ref line;
  if (object.get() != kNone) {
    Ref repr = repr_of(object);
    if (!repr) {
      clear_error();
      repr = make_str("<object repr() failed>");
    }
    line = msg.get() != kNone ? format_str("%S: %S\n", msg.get(), repr.get())
                              : format_str("Exception ignored in: %S\n", repr.get());
  } else if (msg.get() != kNone) {
    line = format_str("%S:\n", msg.get());
  }
  if (line && !call_method(err, TAIPAN_NAME(write), line)) return nullptr;
  if (is_exception(exc)) display_exception(exc);
  Ref r = call_method(err, TAIPAN_NAME(flush));
  if (!r) clear_error();
  return none();
}

// ---- introspection
Ref sys_getframe(Args& a) {
  int depth = 0;
  if (a.has(0) && !to_c_int(a[0], &depth)) return nullptr;
  Frame* f = a.t->frame;
  while (f && depth > 0) {
    f = f->prev;
    depth--;
  }
  if (!f) return raise(types::ValueError, "call stack is not deep enough");
  Ref frame = frame_object(f);
  return frame && audit("sys._getframe", {frame}) ? std::move(frame) : Ref();
}
// Other threads' frames can be looked at while they stand still.
class StoppedWorld {
 public:
  StoppedWorld() {
    if (gc::parallel)
      gc::stop_the_world(current_thread());
    else
      done_ = true;
  }
  ~StoppedWorld() {
    if (!done_) gc::resume_the_world(current_thread());
  }

 private:
  bool done_ = false;
};
Ref sys_current_frames(Args&) {
  if (!audit("sys._current_frames", {})) return nullptr;
  Ref d = make_dict();
  if (!d) return nullptr;
  StoppedWorld others_rest;
  for (gc::Mutator* m = gc::first_mutator(); m; m = m->next) {
    Thread* t = static_cast<Thread*>(m);
    if (!t->frame) continue;
    Ref id = make_int_u64(t->ident), f = frame_object(t->frame);
    if (!id || !f || !dict_set(d, id, f)) return nullptr;
  }
  return d;
}
Ref sys_current_exceptions(Args&) {
  if (!audit("sys._current_exceptions", {})) return nullptr;
  Ref d = make_dict();
  if (!d) return nullptr;
  StoppedWorld others_rest;
  for (gc::Mutator* m = gc::first_mutator(); m; m = m->next) {
    Thread* t = static_cast<Thread*>(m);
    if (!t->frame) continue;
    Value exc = handled_exception(t);
    Ref info;
    if (exc) {
      Ref tb = traceback_of(exc);
      info = make_tuple_of({Value(type_of(exc)), exc, tb.get()});
    } else {
      info = make_tuple_of({kNone, kNone, kNone});
    }
    Ref id = make_int_u64(t->ident);
    if (!id || !info || !dict_set(d, id, info)) return nullptr;
  }
  return d;
}
Ref sys_getrefcount(Args& a) {
  if (!a[0].is_heap()) return make_int(1u << 30);
  uint64_t n = gc::ref_count(a[0].header());
  return make_int(static_cast<int64_t>(n > (1u << 30) ? (1u << 30) : n));
}
Ref sys_getsizeof(Args& a) {
  Ref method = lookup_special(a[0], TAIPAN_NAME(__sizeof__));
  Ref size;
  if (!method) {
    if (!error_occurred()) raise(types::TypeError, "Type %T doesn't define __sizeof__", a[0]);
  } else {
    size = call(method);
  }
  if (size && !is_int(size)) {
    size = Ref();
    raise(types::TypeError, "an integer is required");
  }
  int64_t n = 0;
  if (size && to_int64(size, &n)) {
    if (n < 0) {
      size = Ref();
      raise(types::ValueError, "__sizeof__() should return >= 0");
    } else {
      return make_int(n);
    }
  }
  if (!a.has(1) || !error_matches(types::TypeError)) return nullptr;
  clear_error();
  return Ref::dup(a[1]);
}
Ref sys_intern(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "intern() argument must be str, not %T", a[0]);
  if (!is_str_exact(a[0])) return raise(types::TypeError, "can't intern %T", a[0]);
  return intern(Ref::dup(a[0]));
}
Ref sys_displayhook(Args& a) {
  Value v = a[0];
  if (v == kNone) return none();
  Ref builtins = import_module("builtins");
  if (!builtins) return nullptr;
  if (!set_attr(builtins, TAIPAN_NAME(_), kNone)) return nullptr;
  Ref out = sys_get("stdout");
  if (!out || out.get() == kNone) return raise(types::RuntimeError, "lost sys.stdout");
  Ref text = repr_of(v);
  if (!text) return nullptr;
  if (!call_method(out, TAIPAN_NAME(write), text)) {
    if (!error_matches(types::UnicodeEncodeError)) return nullptr;
    clear_error();
    Ref encoding = get_attr(out, "encoding"), handler = make_str("backslashreplace");
    Ref bytes = encoding ? call_method(text, TAIPAN_NAME(encode), encoding, handler) : Ref();
    if (!bytes) return nullptr;
    Ref buffer = get_attr_opt(out, intern_static("buffer"));
    if (!buffer) return nullptr;
    if (buffer.get() != kMissing) {
      if (!call_method(buffer, TAIPAN_NAME(write), bytes)) return nullptr;
    } else {
      Ref strict = make_str("strict");
      Ref again = call_method(bytes, TAIPAN_NAME(decode), encoding, strict);
      if (!again || !call_method(out, TAIPAN_NAME(write), again)) return nullptr;
    }
  }
  Ref newline = make_str("\n");
  if (!newline || !call_method(out, TAIPAN_NAME(write), newline)) return nullptr;
  return set_attr(builtins, TAIPAN_NAME(_), v) ? none() : nullptr;
}
Ref sys_breakpointhook(Args& a) {
  std::string name;
  if (const char* env = config.ignore_environment ? nullptr : getenv("PYTHONBREAKPOINT")) name = env;
  if (name.empty()) name = "pdb.set_trace";
  if (name == "0") return none();
  size_t dot = name.rfind('.');
  std::string module = dot == std::string::npos ? "builtins" : name.substr(0, dot),
              attr = dot == std::string::npos ? name : name.substr(dot + 1);
  Ref m = module.empty() ? Ref() : import_module(module.c_str());
  Ref hook;
  if (m) {
    Ref attr_str = make_str(attr);
    hook = get_attr(m, attr_str.as<Str>());
  }
  if (!hook) {
    if (error_occurred() && !error_matches(types::ImportError) && !error_matches(types::AttributeError)) return nullptr;
    clear_error();
    return warn(types::RuntimeWarning, 0, "Ignoring unimportable $PYTHONBREAKPOINT: \"%s\"", name.c_str()) ? none()
                                                                                                           : nullptr;
  }
  return call_array(hook, a.raw.v, a.raw.n, a.raw.kwnames);
}

// ---- limits and settings
Ref sys_getrecursionlimit(Args&) { return make_int(recursion_limit); }
Ref sys_setrecursionlimit(Args& a) {
  int n;
  if (!to_c_int(a[0], &n)) return nullptr;
  if (n < 1) return raise(types::ValueError, "recursion limit must be greater or equal than 1");
  if (a.t->recursion_depth >= n)
    return raise(types::RecursionError,
                 "cannot set the recursion limit to %d at the recursion depth %d: the limit is too low", n,
                 a.t->recursion_depth);
  recursion_limit = n;
  return none();
}
Ref sys_getswitchinterval(Args&) { return make_float(gil_switch_interval()); }
Ref sys_setswitchinterval(Args& a) {
  double d;
  if (!to_double(a[0], &d)) return nullptr;
  if (!(d > 0)) return raise(types::ValueError, "switch interval must be strictly positive");
  gil_set_switch_interval(d);
  return none();
}
Ref sys_get_int_max_str_digits(Args&) { return make_int(int_max_str_digits); }
Ref sys_set_int_max_str_digits(Args& a) {
  int n;
  if (!to_c_int(a[0], &n)) return nullptr;
  if (n != 0 && n < 640) return raise(types::ValueError, "maxdigits must be 0 or larger than 640");
  int_max_str_digits = n;
  return none();
}
Ref sys_getdefaultencoding(Args&) { return make_str("utf-8"); }
Ref sys_getfilesystemencoding(Args&) { return make_str(fs_ascii ? "ascii" : "utf-8"); }
Ref sys_getfilesystemencodeerrors(Args&) { return make_str("surrogateescape"); }
Ref sys_getdlopenflags(Args&) { return make_int(dlopen_flags); }
Ref sys_setdlopenflags(Args& a) { return to_c_int(a[0], &dlopen_flags) ? none() : nullptr; }
Ref sys_is_finalizing(Args&) { return Ref::imm(bool_value(runtime_finalizing)); }
Ref sys_is_gil_enabled(Args&) { return Ref::imm(bool_value(gc::gil_enabled)); }
Ref sys_getallocatedblocks(Args&) { return make_int(static_cast<int64_t>(gc::heap_stats().live_objects)); }
Ref sys_exit(Args& a) {
  if (!a.has(0) || a[0] == kNone) return raise_none(types::SystemExit);
  if (is_tuple(a[0])) {  // a tuple is the exception's arguments
    Ref exc = call_tuple(Value(types::SystemExit), a[0], Value());
    return exc ? raise_object(std::move(exc)) : failed();
  }
  return raise_value(types::SystemExit, a[0]);
}
Ref sys_audit(Args& a) {
  if (a.raw.n == 0) return raise(types::TypeError, "audit() missing 1 required positional argument: 'event'");
  if (!is_str(a.raw.v[0])) return raise(types::TypeError, "expected str for argument 'event', not %T", a.raw.v[0]);
  if (!audit_hooks.is_null()) {
    Ref args = make_tuple(a.raw.v + 1, a.raw.n - 1);
    if (!args || !audit_call(a.raw.v[0], args)) return nullptr;
  }
  return none();
}
Ref sys_addaudithook(Args& a) {
  if (audit_hooks.is_null()) {
    Ref list = make_list();
    if (!list) return nullptr;
    audit_hooks = list.release();
    gc::add_shared_root(&audit_hooks);
  } else {
    Ref name = make_str("sys.addaudithook"), args = make_tuple(size_t{0});
    if (!audit_call(name, args)) {
      if (!error_matches(types::RuntimeError)) return nullptr;
      clear_error();
      return none();
    }
  }
  if (!list_append(audit_hooks, a[0])) return nullptr;
  object_audit = audit_slow;
  gc::untrack(audit_hooks.header());  // not for gc.get_objects()
  return none();
}

// ---- tracing
Ref set_hook(Thread* t, Value* slot, Value f, const char* what) {
  // The death of the one before may come back here.
  static thread_local Value* installing = nullptr;
  if (installing == slot) {
    installing = nullptr;
    return raise(types::RuntimeError, "Cannot install a %s function while another %s function is being installed", what,
                 what);
  }
  Value old = *slot;
  *slot = Value();
  update_tracing(t);
  Value* outer = installing;
  installing = slot;
  decref(old);
  installing = outer;
  Value other = *slot;
  *slot = f == kNone ? Value() : f;
  incref(*slot);
  decref(other);
  update_tracing(t);
  return none();
}
Ref sys_settrace(Args& a) {
  if (!audit("sys.settrace", {})) return nullptr;
  Ref r = set_hook(a.t, &a.t->trace_func, a[0], "trace");
  if (r && a.t->trace_func) skip_current_lines(a.t);
  return r;
}
Ref sys_setprofile(Args& a) {
  return audit("sys.setprofile", {}) ? set_hook(a.t, &a.t->profile_func, a[0], "profile") : Ref();
}
Ref sys_gettrace(Args& a) { return a.t->trace_func ? Ref::dup(a.t->trace_func) : none(); }
Ref sys_getprofile(Args& a) { return a.t->profile_func ? Ref::dup(a.t->profile_func) : none(); }
Ref sys_call_tracing(Args& a) {
  if (!is_tuple(a[1])) return raise(types::TypeError, "call_tracing() argument 2 must be tuple, not %T", a[1]);
  int saved = a.t->tracing;
  a.t->tracing = 0;
  update_tracing(a.t);
  Ref r = call_tuple(a[0], a[1], Value());
  a.t->tracing = saved;
  update_tracing(a.t);
  return r;
}

// ---- coroutines
Ref sys_get_coroutine_origin_tracking_depth(Args& a) { return make_int(a.t->coroutine_origin_depth); }
Ref sys_set_coroutine_origin_tracking_depth(Args& a) {
  int n;
  if (!to_c_int(a[0], &n)) return nullptr;
  if (n < 0) return raise(types::ValueError, "depth must be >= 0");
  a.t->coroutine_origin_depth = n;
  return none();
}
TypeObject* asyncgen_hooks_type;
Ref sys_get_asyncgen_hooks(Args& a) {
  Ref v[2] = {a.t->async_gen_firstiter ? Ref::dup(a.t->async_gen_firstiter) : none(),
              a.t->async_gen_finalizer ? Ref::dup(a.t->async_gen_finalizer) : none()};
  return make_structseq(asyncgen_hooks_type, v, 2);
}
Ref sys_set_asyncgen_hooks(Args& a) {
  Value first = a.get(0, Value()), fin = a.get(1, Value());
  if (fin && fin != kNone && !is_callable(fin))
    return raise(types::TypeError, "callable finalizer expected, got %T", fin);
  if (first && first != kNone && !is_callable(first))
    return raise(types::TypeError, "callable firstiter expected, got %T", first);
  auto put = [](Value* slot, Value v) {
    if (!v) return;
    Value old = *slot;
    *slot = v == kNone ? Value() : v;
    incref(*slot);
    decref(old);
  };
  if (fin && !audit("sys.set_asyncgen_hook_finalizer", {})) return nullptr;
  if (first && !audit("sys.set_asyncgen_hook_firstiter", {})) return nullptr;
  put(&a.t->async_gen_finalizer, fin);
  put(&a.t->async_gen_firstiter, first);
  return none();
}
Ref sys_debugmallocstats(Args&) { return none(); }
Ref sys_clear_type_cache(Args&) { return none(); }

const NativeDef kFunctions[] = {
    {"_clear_type_cache", "($module, /)", sys_clear_type_cache, 0, "Clear the internal type lookup cache."},
    {"_current_exceptions", "($module, /)", sys_current_exceptions, 0,
     "Return a dict mapping each thread's identifier to its current raised exception."},
    {"_current_frames", "($module, /)", sys_current_frames, 0,
     "Return a dict mapping each thread's thread id to its current stack frame."},
    {"_debugmallocstats", "($module, /)", sys_debugmallocstats, 0,
     "Print debug info to stderr about the state of the allocator."},
    {"_getframe", "($module, depth=0, /)", sys_getframe, 0, "Return a frame object from the call stack."},
    {"_is_gil_enabled", "($module, /)", sys_is_gil_enabled, 0, "Return True if the GIL is on."},
    {"addaudithook", "($module, /, hook)", sys_addaudithook, 0, "Adds a new audit hook callback."},
    {"getdlopenflags", "($module, /)", sys_getdlopenflags, 0, "The flags that dlopen() gets for extension modules."},
    {"setdlopenflags", "($module, flags, /)", sys_setdlopenflags, 0,
     "Sets the flags that dlopen() gets for extension modules."},
    {"audit", "(...)", sys_audit, 0, "audit(event, *args)\n\nPasses the event to any hooks that are attached."},
    {"breakpointhook", "(...)", sys_breakpointhook, 0,
     "breakpointhook(*args, **kws)\n\nThis hook function is called by built-in breakpoint()."},
    {"call_tracing", "($module, func, args, /)", sys_call_tracing, 0, "Call func(*args), while tracing is enabled."},
    {"displayhook", "($module, object, /)", sys_displayhook, 0,
     "Print an object to sys.stdout and also save it in builtins._"},
    {"exc_info", "($module, /)", sys_exc_info, 0, "Return current exception information: (type, value, traceback)."},
    {"excepthook", "($module, exctype, value, traceback, /)", sys_excepthook, 0,
     "Handle an exception by displaying it with a traceback on sys.stderr."},
    {"exception", "($module, /)", sys_exception, 0, "Return the current exception."},
    {"exit", "($module, status=None, /)", sys_exit, 0, "Exit the interpreter by raising SystemExit(status)."},
    {"get_asyncgen_hooks", "($module, /)", sys_get_asyncgen_hooks, 0,
     "Return the installed asynchronous generators hooks."},
    {"get_coroutine_origin_tracking_depth", "($module, /)", sys_get_coroutine_origin_tracking_depth, 0,
     "Check status of origin tracking for coroutine objects in this thread."},
    {"get_int_max_str_digits", "($module, /)", sys_get_int_max_str_digits, 0,
     "Return the maximum string digits limit for non-binary int<->str conversions."},
    {"getallocatedblocks", "($module, /)", sys_getallocatedblocks, 0,
     "Return the number of memory blocks currently allocated."},
    {"getdefaultencoding", "($module, /)", sys_getdefaultencoding, 0,
     "Return the current default encoding used by the Unicode implementation."},
    {"getfilesystemencodeerrors", "($module, /)", sys_getfilesystemencodeerrors, 0,
     "Return the error mode used for Unicode to OS filename conversion."},
    {"getfilesystemencoding", "($module, /)", sys_getfilesystemencoding, 0,
     "Return the encoding used to convert Unicode filenames to OS filenames."},
    {"getprofile", "($module, /)", sys_getprofile, 0, "Return the profiling function set with sys.setprofile."},
    {"getrecursionlimit", "($module, /)", sys_getrecursionlimit, 0, "Return the current value of the recursion limit."},
    {"getrefcount", "($module, object, /)", sys_getrefcount, 0, "Return the reference count of object."},
    {"getsizeof", "($module, /, object, default=None)", sys_getsizeof, kNativeNoSignature,
     "getsizeof(object [, default]) -> int\n\nReturn the size of object in bytes."},
    {"getswitchinterval", "($module, /)", sys_getswitchinterval, 0, "Return the current thread switch interval."},
    {"gettrace", "($module, /)", sys_gettrace, 0, "Return the global debug tracing function set with sys.settrace."},
    {"intern", "($module, string, /)", sys_intern, 0, "``Intern'' the given string."},
    {"is_finalizing", "($module, /)", sys_is_finalizing, 0, "Return True if Python is exiting."},
    {"set_asyncgen_hooks", "($module, /, firstiter=None, finalizer=None)", sys_set_asyncgen_hooks, kNativeNoSignature,
     "set_asyncgen_hooks([firstiter] [, finalizer])\n\nSet a finalizer for async generators objects."},
    {"set_coroutine_origin_tracking_depth", "($module, /, depth)", sys_set_coroutine_origin_tracking_depth, 0,
     "Enable or disable origin tracking for coroutine objects in this thread."},
    {"set_int_max_str_digits", "($module, /, maxdigits)", sys_set_int_max_str_digits, 0,
     "Set the maximum string digits limit for non-binary int<->str conversions."},
    {"setprofile", "($module, function, /)", sys_setprofile, kNativeNoSignature,
     "setprofile(function)\n\nSet the profiling function."},
    {"setrecursionlimit", "($module, limit, /)", sys_setrecursionlimit, 0,
     "Set the maximum depth of the Python interpreter stack to n."},
    {"setswitchinterval", "($module, interval, /)", sys_setswitchinterval, 0,
     "Set the ideal thread switching delay inside the Python interpreter."},
    {"settrace", "($module, function, /)", sys_settrace, kNativeNoSignature,
     "settrace(function)\n\nSet the global debug tracing function."},
    {"unraisablehook", "($module, unraisable, /)", sys_unraisablehook, 0, "Handle an unraisable exception."},
    {nullptr, nullptr, nullptr, 0, nullptr},
};

// ---- data
const StructField kFlagFields[] = {{"debug", "-d"},
                                   {"inspect", "-i"},
                                   {"interactive", "-i"},
                                   {"optimize", "-O or -OO"},
                                   {"dont_write_bytecode", "-B"},
                                   {"no_user_site", "-s"},
                                   {"no_site", "-S"},
                                   {"ignore_environment", "-E"},
                                   {"verbose", "-v"},
                                   {"bytes_warning", "-b"},
                                   {"quiet", "-q"},
                                   {"hash_randomization", "-R"},
                                   {"isolated", "-I"},
                                   {"dev_mode", "-X dev"},
                                   {"utf8_mode", "-X utf8"},
                                   {"warn_default_encoding", "-X warn_default_encoding"},
                                   {"safe_path", "-P"},
                                   {"int_max_str_digits", "-X int_max_str_digits"},
                                   {nullptr, nullptr}};
const StructSpec kFlagsSpec = {"sys.flags",
                               "sys.flags\n\nFlags provided through command line arguments or environment vars.",
                               kFlagFields, 18, true};
const StructField kVersionFields[] = {
    {"major", "Major release number"},   {"minor", "Minor release number"},
    {"micro", "Patch release number"},   {"releaselevel", "'alpha', 'beta', 'candidate', or 'final'"},
    {"serial", "Serial release number"}, {nullptr, nullptr}};
const StructSpec kVersionSpec = {"sys.version_info", "sys.version_info\n\nVersion information as a named tuple.",
                                 kVersionFields, 5, true};
const StructField kFloatFields[] = {{"max", ""},     {"max_exp", ""},    {"max_10_exp", ""}, {"min", ""},
                                    {"min_exp", ""}, {"min_10_exp", ""}, {"dig", ""},        {"mant_dig", ""},
                                    {"epsilon", ""}, {"radix", ""},      {"rounds", ""},     {nullptr, nullptr}};
const StructSpec kFloatSpecInfo = {
    "sys.float_info", "sys.float_info\n\nA named tuple holding information about the float type.", kFloatFields, 11};
const StructField kIntFields[] = {{"bits_per_digit", ""},
                                  {"sizeof_digit", ""},
                                  {"default_max_str_digits", ""},
                                  {"str_digits_check_threshold", ""},
                                  {nullptr, nullptr}};
const StructSpec kIntSpecInfo = {
    "sys.int_info",
    "sys.int_info\n\nA named tuple that holds information about Python's internal representation of integers.",
    kIntFields, 4};
const StructField kHashFields[] = {{"width", ""},  {"modulus", ""},   {"inf", ""},       {"nan", ""},
                                   {"imag", ""},   {"algorithm", ""}, {"hash_bits", ""}, {"seed_bits", ""},
                                   {"cutoff", ""}, {nullptr, nullptr}};
const StructSpec kHashSpec = {
    "sys.hash_info", "hash_info\n\nA named tuple providing parameters used for computing hashes.", kHashFields, 9};
const StructField kThreadFields[] = {{"name", ""}, {"lock", ""}, {"version", ""}, {nullptr, nullptr}};
const StructSpec kThreadSpec = {"sys.thread_info",
                                "sys.thread_info\n\nA named tuple holding information about the thread implementation.",
                                kThreadFields, 3};
const StructField kHookFields[] = {{"firstiter", ""}, {"finalizer", ""}, {nullptr, nullptr}};
const StructSpec kHookSpec = {"asyncgen_hooks", "asyncgen_hooks", kHookFields, 2};
const StructField kUnraisableFields[] = {{"exc_type", ""}, {"exc_value", ""}, {"exc_traceback", ""},
                                         {"err_msg", ""},  {"object", ""},    {nullptr, nullptr}};
const StructSpec kUnraisableSpec = {"sys.UnraisableHookArgs", "Type used to pass arguments to sys.unraisablehook.",
                                    kUnraisableFields, 5};
TypeObject* unraisable_type;

Ref version_tuple(TypeObject* type) {
  Ref v[5] = {make_int(3), make_int(11), make_int(2), make_str("final"), make_int(0)};
  return make_structseq(type, v, 5);
}

Ref str_list(const std::vector<std::string>& items) {
  Ref list = make_list(items.size());
  if (!list) return nullptr;
  for (const std::string& s : items) {
    Ref text = decode_fs(s);
    if (!text || !list_append(list, std::move(text))) return nullptr;
  }
  return list;
}

Ref x_options() {
  Ref d = make_dict();
  if (!d) return nullptr;
  for (const std::string& o : config.x_options) {
    size_t eq = o.find('=');
    Ref key = decode_fs(o.substr(0, eq));
    Ref value = eq == std::string::npos ? Ref::imm(kTrue) : decode_fs(o.substr(eq + 1));
    if (!key || !value || !dict_set(d, key, value)) return nullptr;
  }
  return d;
}

Ref stdlib_names() {
  // Every module of the 3.11 library, as sys.stdlib_module_names lists them.
  static const char* const kNames[] = {
#define STDLIB(name) name,
#include "interp/modules/stdlib_names.def"
#undef STDLIB
  };
  Ref list = make_list();
  if (!list) return nullptr;
  for (const char* name : kNames) {
    Ref s = intern_str(name);
    if (!s || !list_append(list, std::move(s))) return nullptr;
  }
  return make_frozenset(list);
}

bool sys_exec(Value m) {
  auto add = [&](const char* name, Ref v) { return v && module_add(m, name, std::move(v)); };
  TypeObject* version_type = make_structseq_type(&kVersionSpec);
  TypeObject* flags_type = make_structseq_type(&kFlagsSpec);
  TypeObject* float_type = make_structseq_type(&kFloatSpecInfo);
  TypeObject* int_type = make_structseq_type(&kIntSpecInfo);
  TypeObject* hash_type = make_structseq_type(&kHashSpec);
  TypeObject* thread_type = make_structseq_type(&kThreadSpec);
  asyncgen_hooks_type = make_structseq_type(&kHookSpec);
  unraisable_type = make_structseq_type(&kUnraisableSpec);
  if (!version_type || !flags_type || !float_type || !int_type || !hash_type || !thread_type || !asyncgen_hooks_type ||
      !unraisable_type)
    return false;

  std::string version =
      std::string("3.11.2 (Taipan ") + kTaipanVersion + ", " + build_text() + ") \n[" + compiler_text() + "]";
  if (!add("version", make_str(version)) || !add("version_info", version_tuple(version_type)) ||
      !add("hexversion", make_int(0x030b02f0)) || !add("api_version", make_int(1013)) ||
      !add("copyright", make_str("Copyright (c) 2026 The Taipan authors.\nAll Rights Reserved.")) ||
      !add("platform", make_str("linux")) || !add("byteorder", make_str("little")) ||
      !add("maxsize", make_int(INT64_MAX)) || !add("maxunicode", make_int(0x10FFFF)) ||
      !add("float_repr_style", make_str("short")) || !add("abiflags", make_str("")) ||
      !add("platlibdir", make_str("lib")) || !add("executable", decode_fs(config.executable)) ||
      !add("_base_executable", decode_fs(config.base_executable)) || !add("prefix", decode_fs(config.prefix)) ||
      !add("exec_prefix", decode_fs(config.exec_prefix)) || !add("base_prefix", decode_fs(config.base_prefix)) ||
      !add("base_exec_prefix", decode_fs(config.base_prefix)) || !add("_stdlib_dir", decode_fs(config.stdlib)) ||
      !add("_framework", make_str("")) ||
      !add("dont_write_bytecode", Ref::imm(bool_value(config.dont_write_bytecode))) ||
      !add("pycache_prefix", config.pycache_prefix.empty() ? none() : decode_fs(config.pycache_prefix)) ||
      !add("argv", str_list(config.argv)) || !add("orig_argv", str_list(config.orig_argv)) ||
      !add("warnoptions", str_list(config.warn_options)) || !add("_xoptions", x_options()) ||
      !add("path", str_list(config.module_search_paths)) || !add("meta_path", make_list()) ||
      !add("path_hooks", make_list()) || !add("path_importer_cache", make_dict()) || !add("modules", make_dict()) ||
      !add("stdlib_module_names", stdlib_names()) || !add("UnraisableHookArgs", Ref::dup(Value(unraisable_type))))
    return false;

  {
    Ref names = make_list();
    if (!names) return false;
    for (const char* n : native_module_names()) {
      if (!list_append(names, intern_str(n))) return false;
    }
    if (!list_sort(names, Value(), false) || !add("builtin_module_names", list_to_tuple(names))) return false;
  }
  {
    const Config& c = config;
    Ref v[18] = {make_int(c.debug),
                 make_int(c.inspect),
                 make_int(c.interactive),
                 make_int(c.optimize),
                 make_int(c.dont_write_bytecode),
                 make_int(c.no_user_site),
                 make_int(c.no_site),
                 make_int(c.ignore_environment),
                 make_int(c.verbose),
                 make_int(c.bytes_warning),
                 make_int(c.quiet),
                 make_int(c.hash_randomization),
                 make_int(c.isolated),
                 Ref::imm(bool_value(c.dev_mode)),
                 make_int(c.utf8_mode),
                 make_int(c.warn_default_encoding),
                 Ref::imm(bool_value(c.safe_path)),
                 make_int(c.int_max_str_digits)};
    if (!add("flags", make_structseq(flags_type, v, 18))) return false;
  }
  {
    Ref v[11] = {make_float(DBL_MAX),
                 make_int(DBL_MAX_EXP),
                 make_int(DBL_MAX_10_EXP),
                 make_float(DBL_MIN),
                 make_int(DBL_MIN_EXP),
                 make_int(DBL_MIN_10_EXP),
                 make_int(DBL_DIG),
                 make_int(DBL_MANT_DIG),
                 make_float(DBL_EPSILON),
                 make_int(FLT_RADIX),
                 make_int(1)};
    if (!add("float_info", make_structseq(float_type, v, 11))) return false;
  }
  {
    Ref v[4] = {make_int(30), make_int(4), make_int(4300), make_int(640)};
    if (!add("int_info", make_structseq(int_type, v, 4))) return false;
  }
  {
    Ref v[9] = {make_int(64),      make_int((int64_t{1} << 61) - 1),
                make_int(314159),  make_int(0),
                make_int(1000003), make_str("siphash13"),
                make_int(64),      make_int(128),
                make_int(0)};
    if (!add("hash_info", make_structseq(hash_type, v, 9))) return false;
  }
  {
    char lib[64] = "";
    confstr(_CS_GNU_LIBPTHREAD_VERSION, lib, sizeof lib);
    Ref v[3] = {make_str("pthread"), make_str("semaphore"), make_str(lib)};
    if (!add("thread_info", make_structseq(thread_type, v, 3))) return false;
  }
  {
    Ref d = make_dict();
    if (!d) return false;
    Ref name = make_str("taipan"), tag = make_str("taipan-311"), version = version_tuple(version_type),
        hex = make_int(0x030b02f0);
    Ref multiarch = make_str(TAIPAN_MULTIARCH);
    if (!dict_set_cstr(d, "name", name) || !dict_set_cstr(d, "cache_tag", tag) ||
        !dict_set_cstr(d, "version", version) || !dict_set_cstr(d, "hexversion", hex) ||
        !dict_set_cstr(d, "_multiarch", multiarch))
      return false;
    if (!add("implementation", make_namespace(d))) return false;
  }
  {
    Ref git[3] = {make_str("Taipan"), make_str(""), make_str("")};
    if (!add("_git", make_tuple_steal(git, 3))) return false;
  }
  Value d = module_dict(m);
  for (const char* hook : {"displayhook", "excepthook", "breakpointhook", "unraisablehook"}) {
    Value f = dict_get_cstr(d, hook);
    std::string dunder = std::string("__") + hook + "__";
    if (!module_add(m, intern_static(dunder.c_str()) ? dunder.c_str() : "", Ref::dup(f))) return false;
  }
  return true;
}

}  // namespace

Value audit_hooks;

bool audit_call(Value event, Value args) {
  for (size_t i = 0; i < list_size(audit_hooks); i++) {
    Ref hook = list_get(audit_hooks, i);
    if (!hook) break;
    // Hooks aren't traced unless they ask for it.
    Thread* t = current_thread();
    bool traced = !t->trace_func && !t->profile_func;
    if (!traced) {
      Ref wish = get_attr_opt(hook, TAIPAN_NAME(__cantrace__));
      if (!wish) return false;
      int yes = wish.get() == kMissing ? 0 : is_true(wish);
      if (yes < 0) return false;
      traced = yes != 0;
    }
    if (!traced) {
      t->tracing++;
      update_tracing(t);
    }
    Ref r = call(hook, event, args);
    if (!traced) {
      t->tracing--;
      update_tracing(t);
    }
    if (!r) return false;
  }
  return true;
}
bool audit_slow(const char* event, std::initializer_list<Value> args) {
  Ref name = make_str(event), tuple = make_tuple_of(args);
  return name && tuple && audit_call(name, tuple);
}

// The exception in flight as sys.unraisablehook's argument; clears it.
void report_unraisable(Value exc, const char* msg, Value where) {
  if (Frame* f = current_thread()->frame; f && !base_exc(exc)->traceback) {
    // Raised by no frame: shown where it came up.
    SavedError saved;
    restore_error(Ref::dup(exc));
    add_traceback(f, f->pc < f->code->instructions ? 0 : static_cast<uint32_t>(f->pc - f->code->instructions));
    clear_error();
  }
  Ref hook = sys_get("unraisablehook");
  Ref tb = traceback_of(exc);
  Ref v[5] = {Ref::dup(Value(type_of(exc))), Ref::dup(exc), std::move(tb), msg ? make_str(msg) : none(),
              where ? Ref::dup(where) : none()};
  Ref args = unraisable_type ? make_structseq(unraisable_type, v, 5) : Ref();
  if (!args || !hook) {
    clear_error();
    return;
  }
  if (hook.get() == kNone) return;
  if (!audit("sys.unraisablehook", {hook, args}) || !call(hook, args)) {
    Ref err = fetch_error();
    Ref out = sys_get("stderr");
    Ref text = make_str("Exception ignored in sys.unraisablehook:\n");
    if (out && out.get() != kNone && text) call_method(out, TAIPAN_NAME(write), text);
    clear_error();
    if (err) display_exception(err);
    clear_error();
  }
}

// GIL off: settings are atomic, or references that are exchanged.
const ModuleDef sys_module = {"sys",
                              "This module provides access to some objects used or maintained by the\ninterpreter and "
                              "to functions that interact strongly with the interpreter.",
                              kFunctions, sys_exec, kFunctionsAtOnce};

}  // namespace taipan
