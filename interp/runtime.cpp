// Start and end of the interpreter, and what happens to exceptions that nobody catches.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include <unistd.h>

#include "gc/collector.h"
#include "gc/concurrent.h"
#include "gc/perturb.h"
#include "interp/boot_image.h"
#include "interp/builtins.h"
#include "interp/compile.h"
#include "interp/config.h"
#include "interp/early_stderr.h"
#include "interp/eval/eval.h"
#include "interp/eval/frame_stack.h"
#include "interp/eval/inline_cache.h"
#include "interp/exception_display.h"
#include "interp/gil.h"
#include "interp/modules/asyncio/future.h"
#include "interp/modules/atexit.h"
#include "interp/modules/audit.h"
#include "interp/modules/faulthandler.h"
#include "interp/modules/io/io.h"
#include "interp/modules/module_util.h"
#include "interp/objects/codecs.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/hash.h"
#include "interp/objects/init.h"
#include "interp/objects/list.h"
#include "interp/objects/native_traceback.h"
#include "interp/objects/tuple.h"
#include "interp/objects/weakref.h"
#include "interp/signals.h"
#include "interp/version.h"

namespace taipan {

Config config;

namespace {

Value the_sys_dict, the_builtins_dict;

Ref current_globals() {
  Frame* f = current_thread()->frame;
  return f ? Ref::dup(f->globals) : Ref();
}
Ref current_builtins() {
  Frame* f = current_thread()->frame;
  if (f) return Ref::dup(f->builtins);
  return the_builtins_dict ? Ref::dup(the_builtins_dict) : Ref();
}

// Zero-argument super(): the first argument and the __class__ cell of the calling function.
Ref super_args(Value* type_out) {
  Frame* f = current_thread()->frame;
  if (!f) return raise(types::RuntimeError, "super(): no current frame");
  Code* c = f->code;
  if (c->argcount == 0) return raise(types::RuntimeError, "super(): no arguments");
  Value first = f->regs()[0];
  for (uint32_t i = 0; first.is_null() && i < c->ncells; i++) {
    if (c->cell_argument[i] == 0) {
      Value cell = f->regs()[c->nlocals + i];
      if (cell && has_shape(cell, kShapeCell)) first = cell.as<Cell>()->value;
    }
  }
  if (first.is_null()) return raise(types::RuntimeError, "super(): arg[0] deleted");
  for (uint32_t i = 0; i < c->nfree; i++) {
    if (!str_eq_ascii(tuple_at(c->freevars, i), "__class__")) continue;
    Value cell = f->regs()[c->nlocals + c->ncells + i];
    if (!cell || !has_shape(cell, kShapeCell)) return raise(types::RuntimeError, "super(): bad __class__ cell");
    Value type = cell.as<Cell>()->value;
    if (!type) return raise(types::RuntimeError, "super(): empty __class__ cell");
    if (!is_type(type)) return raise(types::RuntimeError, "super(): __class__ is not a type (%T)", type);
    *type_out = type;
    return Ref::dup(first);
  }
  return raise(types::RuntimeError, "super(): __class__ cell not found");
}

bool warn_hook(TypeObject* category, Value message, int stacklevel) {
  static Value function;  // kept: at the end there are no modules any more
  if (!function) {
    Ref f = import_attr("_warnings", "warn");
    if (!f) return false;
    function = f.release();
    gc::add_root(&function);
  }
  Ref level = make_int(stacklevel);
  return static_cast<bool>(call(function, message, Value(category), level));
}

void unraisable_hook(Value exc, const char* msg, Value where) { report_unraisable(exc, msg, where); }

// sys.stdin/stdout/stderr.
bool open_streams() {
  Ref io = import_module("io");
  if (!io) return false;
  Ref open = get_attr(io, "open");
  if (!open) return false;
  Ref text_io = get_attr(io, "TextIOWrapper");
  if (!text_io) return false;
  std::string encoding = fs_ascii ? "ascii" : "utf-8", errors = "strict";
  bool errors_given = false;
  if (!config.ignore_environment) {
    if (const char* env = getenv("PYTHONIOENCODING"); env && *env) {
      std::string s = env;
      size_t colon = s.find(':');
      if (colon != 0) {
        // Shown under the codec's own name.
        Ref codec = codec_lookup(s.substr(0, colon).c_str());
        Ref name = codec ? get_attr(codec, "name") : Ref();
        if (!name) return false;
        encoding = utf8_lossy(name);
        errors_given = true;  // strict, if no others follow
      }
      if (colon != std::string::npos && colon + 1 < s.size()) {
        errors = s.substr(colon + 1);
        errors_given = true;
      }
    }
  }
  if (!errors_given && config.lenient_streams) errors = "surrogateescape";
  struct Stream {
    int fd;
    const char* name;
    const char* dunder;
    const char* shown;
    const char* mode;
  };
  for (const Stream& s :
       {Stream{0, "stdin", "__stdin__", "<stdin>", "rb"}, Stream{1, "stdout", "__stdout__", "<stdout>", "wb"},
        Stream{2, "stderr", "__stderr__", "<stderr>", "wb"}}) {
    Ref stream;
    if (fcntl_valid(s.fd)) {
      bool write = s.fd != 0;
      bool unbuffered = config.unbuffered && write;
      Ref fd = make_int(s.fd), mode = make_str(s.mode), size = make_int(unbuffered ? 0 : -1), no = Ref::imm(kFalse);
      Value args[3] = {fd, mode, size};
      Ref names = make_tuple_of({Value(intern_static("closefd"))});
      Value all[4] = {args[0], args[1], args[2], no};
      Ref buffer = call_array(open, all, 3, names);
      if (!buffer) {
        if (!error_matches(types::OSError)) return false;
        clear_error();  // a directory or the like: no stream
        stream = Ref::imm(kNone);
      } else {
        Ref raw = unbuffered ? buffer.copy() : get_attr_opt(buffer, intern_static("raw"));
        if (!raw) return false;
        Ref shown = make_str(s.shown);
        if (raw.get() != kMissing && !set_attr(raw, TAIPAN_NAME(name), shown)) return false;
        bool tty = isatty(s.fd);
        Ref enc = make_str(encoding), err = make_str(s.fd == 2 ? "backslashreplace" : errors), newline = make_str("\n");
        Value wargs[6] = {buffer,
                          enc,
                          err,
                          newline,
                          bool_value(s.fd == 2 || (tty && write) || config.interactive),
                          bool_value(unbuffered)};
        Ref wnames = make_tuple_of({Value(intern_static("encoding")), Value(intern_static("errors")),
                                    Value(intern_static("newline")), Value(intern_static("line_buffering")),
                                    Value(intern_static("write_through"))});
        stream = call_array(text_io, wargs, 1, wnames);
        if (!stream) return false;
        Ref m = make_str(write ? "w" : "r");
        if (!set_attr(stream, TAIPAN_NAME(mode), m)) return false;
      }
    } else {
      stream = Ref::imm(kNone);
    }
    if (!sys_set(s.name, stream) || !sys_set(s.dunder, stream)) return false;
  }
  return true;
}

}  // namespace

bool fcntl_valid(int fd) {
  int copy = dup(fd);
  if (copy < 0) return false;
  close(copy);
  return true;
}

Value sys_dict() { return the_sys_dict; }
Value builtins_dict() { return the_builtins_dict; }
Ref sys_get(const char* name) {
  Value v = the_sys_dict ? dict_get_cstr(the_sys_dict, name) : Value();
  return v ? Ref::dup(v) : Ref();
}
Ref sys_get(Str* name) {
  Ref v = the_sys_dict ? dict_get_ref(the_sys_dict, Value(name)) : Ref();
  if (v && v.get() == kMissing) v = Ref();
  return v;
}
bool sys_set(const char* name, Value v) { return dict_set_cstr(the_sys_dict, name, v); }

// -X faulthandler, -X dev, PYTHONFAULTHANDLER.
static bool wants_faulthandler() {
  if (config.dev_mode) return true;
  for (const std::string& x : config.x_options)
    if (x == "faulthandler" || x.rfind("faulthandler=", 0) == 0) return true;
  const char* v = config.ignore_environment ? nullptr : getenv("PYTHONFAULTHANDLER");
  return v && *v;
}
bool start_runtime() {
  gc::init_memory(config.gil);
  gil_init();
  if (config.perturb) gc::start_perturbing(config.perturb_seed);
  if (config.hash_seed_set)
    set_hash_seed(static_cast<uint32_t>(config.hash_seed));
  else
    set_random_hash_key();
  Thread* t = new Thread;
  if (!frame_stack_start(t)) return false;
  begin_thread(t);
  interp_hooks.poll = safepoint;
  interp_hooks.add_traceback = add_native_traceback;
  interp_hooks.current_globals = current_globals;
  interp_hooks.current_builtins = current_builtins;
  interp_hooks.import_module = import_by_name;
  interp_hooks.frame_super_args = super_args;
  interp_hooks.warn = warn_hook;
  interp_hooks.unraisable = unraisable_hook;
  gc::enable_gc(false);  // what starts up stays
  start_objects();
  init_inline_caches();
  init_compile();
  gc::add_root(&the_sys_dict);
  gc::add_root(&the_builtins_dict);
  Ref builtins = import_native("builtins");
  if (!builtins) return false;
  the_builtins_dict = Ref::dup(module_dict(builtins)).release();
  Ref sys = import_native("sys");
  if (!sys) return false;
  the_sys_dict = Ref::dup(module_dict(sys)).release();
  warn_on_bytes_str = config.bytes_warning > 0;
  if (config.int_max_str_digits >= 0) int_max_str_digits = config.int_max_str_digits;
  Ref modules = sys_get("modules");
  if (!modules || !dict_set_cstr(modules, "sys", sys) || !dict_set_cstr(modules, "builtins", builtins)) return false;
  Ref early_stderr = make_early_stderr();
  if (!early_stderr || !sys_set("stderr", early_stderr)) return false;
  if (!init_import()) return false;
  init_signals(t, true);
  Ref encodings = import_module("encodings");
  if (!encodings) return false;
  Ref main = main_module();
  if (!main || !open_streams()) return false;
  // The built-in open is io's own function.
  Ref open = import_attr("_io", "open");
  if (!open || !dict_set_cstr(the_builtins_dict, "open", open)) return false;
  if (wants_faulthandler()) start_faulthandler();
  if (!config.warn_options.empty()) {
    Ref w = import_module("warnings");
    if (!w) clear_error();
  }
  gc::enable_gc(true);
  if (!config.no_site) {
    Ref site = import_module("site");
    if (!site) {
      fprintf(stderr, "Failed to import the site module\n");
      return false;
    }
  }
  gc::freeze_startup();
  return true;
}

bool flush_streams() {
  bool ok = true;
  for (const char* name : {"stdout", "stderr"}) {
    Ref s = sys_get(name);
    if (!s || s.get() == kNone) continue;
    Ref closed = get_attr_opt(s, intern_static("closed"));
    if (!closed) {
      clear_error();
      continue;
    }
    if (closed.get() != kMissing && is_true(closed) == 1) continue;
    Ref r = call_method(s, TAIPAN_NAME(flush));
    if (!r) {
      if (!strcmp(name, "stdout")) {
        write_unraisable(s);
        ok = false;
      } else {
        clear_error();
      }
    }
  }
  return ok;
}

namespace {

void call_if_there(const char* module, const char* function) {
  Ref modules = sys_get("modules");
  if (!modules) return;
  Value m = dict_get_cstr(modules, module);
  if (!m) return;
  Ref keep = Ref::dup(m);
  Ref name = make_str(function);
  Ref r = call_method(keep, name.as<Str>());
  if (!r) write_unraisable(Value());
}

// The script's own variables die in the order they were made, whatever the collector meets first.
std::vector<Header*> globals_in_order;

void finalize_globals_first(Header** garbage, size_t n) {
  std::vector<std::pair<Header*, size_t>> ranks;
  for (size_t i = 0; i < globals_in_order.size(); i++) ranks.push_back({globals_in_order[i], i});
  std::sort(ranks.begin(), ranks.end());
  std::vector<std::pair<size_t, Header*>> first;
  std::vector<Header*> rest;
  for (size_t i = 0; i < n; i++) {
    auto at = std::lower_bound(ranks.begin(), ranks.end(), std::pair<Header*, size_t>(garbage[i], 0));
    if (at != ranks.end() && at->first == garbage[i])
      first.push_back({at->second, garbage[i]});
    else
      rest.push_back(garbage[i]);
  }
  std::sort(first.begin(), first.end());
  for (const auto& entry : first) *garbage++ = entry.second;
  for (Header* h : rest) *garbage++ = h;
}

void note_globals() {
  Ref main = main_module();
  Ref values = main ? dict_values_list(module_dict(main)) : Ref();
  for (size_t i = 0; values && i < list_size(values); i++) {
    Value v = list_at(values, i);
    if (v.is_heap() && gc::ops_of(v.header())->finalize) globals_in_order.push_back(v.header());
  }
}

// Whether a thread that rests for good has a frame with these variables.
bool is_used_by_daemon(Value globals) {
  for (gc::Mutator* m = gc::first_mutator(); m; m = m->next) {
    if (m == gc::current_mutator) continue;
    for (Frame* f = static_cast<Thread*>(m)->frame; f; f = f->prev) {
      if (f->globals == globals) return true;
    }
  }
  return false;
}

// Modules go: __main__'s and the others' names are dropped, what is left in cycles is collected.
void drop_modules() {
  Ref modules = sys_get("modules");
  if (!modules) return;
  for (const char* name : {"path", "argv", "ps1", "ps2", "last_type", "last_value", "last_traceback", "path_hooks",
                           "path_importer_cache", "meta_path"}) {
    if (dict_get_cstr(the_sys_dict, name)) sys_set(name, kNone);
  }
  for (const char* name : {"stdin", "stdout", "stderr"}) {
    std::string dunder = std::string("__") + name + "__";
    Value original = dict_get_cstr(the_sys_dict, dunder.c_str());
    if (original) sys_set(name, original);
  }
  asyncio::forget_policy();
  // Weak references to the modules, so that those that nobody else needs die by themselves.
  Ref names = dict_keys_list(modules);
  Ref weak = make_list();
  if (!names || !weak) return;
  note_globals();
  for (size_t i = 0; i < list_size(names); i++) {
    Value name = list_at(names, i);
    Ref m = dict_get_ref(modules, name);
    if (!m || m.get() == kMissing || !is_module(m)) continue;
    if (str_eq_ascii(name, "sys") || str_eq_ascii(name, "builtins")) continue;
    Ref w = make_weakref(m);
    Ref pair = w ? make_tuple_of({name, w.get()}) : Ref();
    if (pair) list_append(weak, std::move(pair));
    dict_set(modules, name, kNone);
  }
  dict_clear(modules);
  gc::collector_hooks.order_finalizers = globals_in_order.empty() ? nullptr : finalize_globals_first;
  gc::collect(2);
  gc::collector_hooks.order_finalizers = nullptr;
  // The others are emptied in the order of their import, last first: names with one underscore, then all but __builtins__.
  bool emptied = false;
  for (size_t i = list_size(weak); i-- > 0;) {
    Ref m = weakref_get(tuple_at(list_at(weak, i), 1));
    if (!m) continue;
    Value d = module_dict(m);
    // GIL off: most modules aren't counted. One would have died by now, its variables kept for the daemon thread that was running in it.
    if (!gc::gil_enabled && is_used_by_daemon(d)) continue;
    emptied = true;
    for (int pass = 0; pass < 2; pass++) {
      Ref keys = dict_keys_list(d);
      for (size_t k = 0; keys && k < list_size(keys); k++) {
        Value key = list_at(keys, k);
        if (!is_str(key)) continue;
        Str* s = key.as<Str>();
        bool one = s->length > 1 && s->at(0) == '_' && s->at(1) != '_';
        if (pass == 0 ? !one : (s->length > 0 && s->at(0) == '_' && str_eq_ascii(key, "__builtins__"))) continue;
        Value v = dict_get_str(d, s);
        if (v && v != kNone) dict_set(d, key, kNone);
      }
    }
  }
  if (emptied) gc::collect(2);
}

}  // namespace

namespace {

// Would anybody notice how objects die? Finalizers, callbacks of weak references, generators and coroutines that haven't ended, other than
// those of start-up. If not, the operating system takes the memory back faster.
bool deaths_matter() {
  if (gc::debug_flags) return true;
  bool found = false;
  gc::stop_the_world(gc::current_mutator);
  gc::walk_tracked(
      [](Header* h, void* arg) {
        if (gc::frozen_since_startup(h)) return true;
        ShapeId shape = h->shape();
        bool matters;
        if (shape == kShapeGenerator || shape == kShapeCoroutine || shape == kShapeAsyncGenerator) {
          matters = reinterpret_cast<Generator*>(h)->state != kGenDone;
        } else if (gc::ops_of(h)->finalize) {
          matters = true;
        } else {
          Value callback = is_weakref(Value(h)) ? Value(h).as<WeakRef>()->callback : Value();
          matters = callback && !(has_shape(callback, kShapeNativeFunction) &&
                                  (callback.as<NativeFunction>()->def->flags & kNativeHousekeeping));
        }
        if (matters) *static_cast<bool*>(arg) = true;
        return !matters;
      },
      &found);
  gc::resume_the_world(gc::current_mutator);
  return found;
}

}  // namespace

int finish_runtime(int status) {
  Thread* t = current_thread();
  clear_error();
  call_if_there("threading", "_shutdown");
  run_atexit_functions();  // not looked up in sys.modules: the functions run even when the module was removed there
  clear_error();
  if (!flush_streams()) status = 120;
  runtime_finalizing = true;
  finish_signals();  // handlers must not keep the modules that they belong to
  gc::end_marker(t);
  if (gc::parallel) {
    // The other threads stop at their next safepoint, or where they would come back from a blocking call, and rest there until the process ends.
    gc::stop_the_world(t);
    gc::parallel = gc::lock_free_readers = false;
  }
  if (deaths_matter()) {
    gc::unfreeze_all();
    gc::collect(2);
    drop_modules();
  }
  // What finalizers wrote; like the streams' own end, without a word about errors.
  for (const char* name : {"stdout", "stderr"}) {
    Ref s = sys_get(name);
    if (s && s.get() != kNone && !call_method(s, TAIPAN_NAME(flush))) clear_error();
  }
  io::flush_live_streams();
  finish_faulthandler();
  return status;
}

// ---- uncaught exceptions
void display_exception(Value exc) {
  SavedError saved;
  Ref out = sys_get("stderr");
  bool to_python = out && out.get() != kNone;
  Ref text = exception_text(exc);
  if (!text) return;
  if (to_python) {
    Ref r = call_method(out, TAIPAN_NAME(write), text);
    if (r) {
      r = call_method(out, TAIPAN_NAME(flush));
      if (!r) clear_error();
      return;
    }
    clear_error();
    Ref closed = get_attr_opt(out, intern_static("closed"));
    if (!closed)
      clear_error();
    else if (closed.get() == kTrue)
      fputs("lost sys.stderr\n", stderr);
    return;
  }
  if (!out) fputs("lost sys.stderr\n", stderr);
}

int report_uncaught() {
  if (!error_occurred()) return 0;
  if (error_matches(types::SystemExit)) {
    Ref exc = fetch_error();
    if (config.inspect) {
      restore_error(std::move(exc));
    } else {
      Value code = exc.as<SystemExitExc>()->code;
      Ref via = get_attr_opt(exc, intern_static("code"));
      if (!via)
        clear_error();
      else if (via.get() != kMissing)
        code = via.get();
      if (!code || code == kNone) return 0;
      if (is_int(code)) {
        int64_t n = -1;
        if (!int_fits64(code, &n)) n = -1;
        return static_cast<int>(n);
      }
      flush_streams();
      Ref err = sys_get("stderr");
      Ref text = str_of(code);
      if (!text) clear_error();
      if (!text) text = make_str("");
      if (text && err && err.get() != kNone) {
        Ref line = format_str("%S\n", text.get());
        if (!line || !call_method(err, TAIPAN_NAME(write), line)) clear_error();
        if (!call_method(err, TAIPAN_NAME(flush))) clear_error();
      } else if (text) {
        std::string s = utf8_lossy(text) + "\n";
        fwrite(s.data(), 1, s.size(), stderr);
      }
      return 1;
    }
  }
  bool interrupted = error_matches(types::KeyboardInterrupt);
  Ref exc = fetch_error();
  Ref tb = traceback_of(exc);
  sys_set("last_type", Value(type_of(exc)));
  sys_set("last_value", exc);
  sys_set("last_traceback", tb);
  Ref hook = sys_get("excepthook");
  bool forbidden = false;
  if (!audit("sys.excepthook", {hook ? hook.get() : kNone, Value(type_of(exc)), exc, tb})) {
    // A RuntimeError says: no hook, no display.
    forbidden = error_matches(types::RuntimeError);
    clear_error();
  }
  if (forbidden) {
  } else if (hook) {
    Ref r = call(hook, Value(type_of(exc)), exc, tb);
    if (!r) {
      if (error_matches(types::SystemExit)) return report_uncaught();
      Ref second = fetch_error();
      fprintf(stderr, "Error in sys.excepthook:\n");
      display_exception(second);
      fprintf(stderr, "\nOriginal exception was:\n");
      display_exception(exc);
    }
  } else {
    fprintf(stderr, "sys.excepthook is missing\n");
    display_exception(exc);
  }
  return interrupted ? -1000 : 1;
}

}  // namespace taipan
