// The module faulthandler: where each thread is, printed when the process crashes, on a signal, after a time, or on request.
//
// What prints must work in a signal handler, with the memory system in any state: it allocates nothing, takes no lock, calls no
// Python, and writes with write() alone. It reads frames of running threads without stopping them; an address that no longer
// belongs to a frame can crash the handler, which by then has given the signal its old action back.
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include "gc/collector.h"
#include "interp/builtins.h"
#include "interp/gil.h"
#include "interp/modules/deadline.h"
#include "interp/modules/faulthandler.h"
#include "interp/modules/posix_fork.h"
#include "interp/modules/posix_support.h"
#include "interp/objects/code.h"
#include "interp/objects/dict.h"
#include "interp/objects/frame.h"
#include "interp/objects/module.h"
#include "interp/objects/set.h"

namespace taipan {

namespace {

// ---- printing -------------------------------------------------------------------------------------------------------------------------

class Writer {
 public:
  explicit Writer(int fd) : fd_(fd) {}
  ~Writer() { flush(); }
  void put(char c) {
    if (used_ == sizeof buffer_) flush();
    buffer_[used_++] = c;
  }
  void put(const char* s) {
    while (*s) put(*s++);
  }
  void number(uint64_t n, int least_digits = 1) {
    char digits[24];
    int i = 0;
    do digits[i++] = static_cast<char>('0' + n % 10);
    while ((n /= 10) || i < least_digits);
    while (i) put(digits[--i]);
  }
  void hex(uint64_t n, int digits) {
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) put("0123456789abcdef"[n >> shift & 15]);
  }
  // A str in ASCII, escaped as repr() does, cut where it is long.
  void text(Value v) {
    constexpr size_t kMost = 500;
    if (!is_str_exact(v)) return put("???");
    const Str* s = v.as<Str>();
    for (size_t i = 0; i < s->length; i++) {
      if (i == kMost) return put("...");
      uint32_t c = s->at(i);
      if (c >= ' ' && c < 127) {
        put(static_cast<char>(c));
      } else {
        int digits = c < 256 ? 2 : c < 65536 ? 4 : 8;
        put('\\');
        put(digits == 2 ? 'x' : digits == 4 ? 'u' : 'U');
        hex(c, digits);
      }
    }
  }
  void flush() {
    for (size_t at = 0; at < used_;) {
      ssize_t n = write(fd_, buffer_ + at, used_ - at);
      if (n < 0 && errno != EINTR) break;
      if (n > 0) at += static_cast<size_t>(n);
    }
    used_ = 0;
  }

 private:
  int fd_;
  size_t used_ = 0;
  char buffer_[512];
};

void print_frame(Writer& out, const Frame* f) {
  out.put("  File \"");
  const Code* code = f->code;
  out.text(code->filename);
  out.put("\", line ");
  int line = 0;
  if (f->pc >= code->instructions && f->pc < code->instructions + code->instruction_count)
    line = code_position(code, frame_index(f)).line;
  if (line > 0) {
    out.number(static_cast<uint64_t>(line));
  } else {
    out.put("???");
  }
  out.put(" in ");
  out.text(code->name);
  out.put('\n');
}

Str *modules_name, *known_name;  // interned before any crash

constexpr int kMostFrames = 100, kMostThreads = 100;

void print_frames(Writer& out, const Thread* t) {
  if (gc::is_collecting(t)) out.put("  Garbage-collecting\n");
  if (!t->frame) return out.put("  <no Python frame>\n");
  int n = 0;
  for (const Frame* f = t->frame; f; f = f->prev) {
    if (n++ == kMostFrames) return out.put("  ...\n");
    print_frame(out, f);
  }
}
void print_thread_name(Writer& out, const Thread* t, bool current) {
  out.put(current ? "Current thread 0x" : "Thread 0x");
  out.hex(t->ident, 16);
  out.put(" (most recent call first):\n");
}
void print_all(Writer& out, const Thread* current) {
  int n = 0;
  for (gc::Mutator* m = gc::first_mutator(); m; m = m->next) {
    auto* t = static_cast<Thread*>(m);
    if (n) out.put('\n');
    if (n++ == kMostThreads) return out.put("...\n");
    print_thread_name(out, t, t == current);
    print_frames(out, t);
  }
}
void print(int fd, bool all_threads, const Thread* current) {
  Writer out(fd);
  if (all_threads) {
    print_all(out, current);
  } else if (current) {
    out.put("Stack (most recent call first):\n");
    print_frames(out, current);
  }
}

// Modules written in C++ that aren't of the standard library.
void print_modules(Writer& out) {
  Value sys = sys_dict();
  Value modules = sys ? dict_get_str(sys, modules_name) : Value(),
        known = sys ? dict_get_str(sys, known_name) : Value();
  if (!modules || !is_dict_exact(modules)) return;
  size_t at = 0;
  uint64_t n = 0;
  Value name, module;
  while (dict_next(modules, &at, &name, &module)) {
    if (!is_str_exact(name) || !has_shape(module, kShapeModule) || !module.as<Module>()->def) continue;
    if (known && is_frozenset_exact(known) && set_contains(known, name) > 0) continue;
    out.put(n++ ? ", " : "\nExtension modules: ");
    out.text(name);
  }
  if (!n) return;
  out.put(" (total: ");
  out.number(n);
  out.put(")\n");
}

// ---- where it goes --------------------------------------------------------------------------------------------------------------------

struct Target {
  Value file;  // kept alive; null: a descriptor was given
  int fd = -1;
};

// The file argument: null or None is sys.stderr. False: raised.
bool target_argument(Value v, Ref* keep, int* fd) {
  if (!v || v == kNone) {
    *keep = sys_get("stderr");
    if (!*keep) return raise(types::RuntimeError, "unable to get sys.stderr");
    if (keep->get() == kNone) return raise(types::RuntimeError, "sys.stderr is None");
  } else if (is_int(v)) {
    int64_t n;
    if (!to_int64(v, &n)) return false;
    if (n < 0 || n > INT_MAX) return raise(types::ValueError, "file is not a valid file descripter");
    *fd = static_cast<int>(n);
    return true;
  } else {
    *keep = Ref::dup(v);
  }
  Ref number = call_method(*keep, TAIPAN_NAME(fileno));
  if (!number) return false;
  int64_t n = -1;
  if (is_int(number) && !int_fits64(number, &n)) n = -1;
  if (n < 0 || n > INT_MAX) return raise(types::RuntimeError, "file.fileno() is not a valid file descriptor");
  *fd = static_cast<int>(n);
  Ref flushed = call_method(*keep, TAIPAN_NAME(flush));
  if (!flushed) clear_error();
  return true;
}
void set_target(Target* t, Ref file, int fd) {
  Ref old = Ref::steal(t->file);
  t->file = file.release();
  t->fd = fd;
}

// ---- fatal signals --------------------------------------------------------------------------------------------------------------------

struct FatalSignal {
  int number;
  const char* name;
  bool installed;
  struct sigaction before;
};
FatalSignal fatal_signals[] = {{SIGBUS, "Bus error", false, {}},
                               {SIGILL, "Illegal instruction", false, {}},
                               {SIGFPE, "Floating point exception", false, {}},
                               {SIGABRT, "Aborted", false, {}},
                               {SIGSEGV, "Segmentation fault", false, {}}};
Target fatal_target;
bool fatal_enabled = false, fatal_all_threads = true;

void fatal_handler(int signum) {
  int err = errno;
  for (FatalSignal& s : fatal_signals) {
    if (s.number != signum || !s.installed) continue;
    sigaction(signum, &s.before, nullptr);
    s.installed = false;
    {
      Writer out(fatal_target.fd);
      out.put("Fatal Python error: ");
      out.put(s.name);
      out.put("\n\n");
    }
    print(fatal_target.fd, fatal_all_threads, current_thread());
    Writer out(fatal_target.fd);
    print_modules(out);
  }
  errno = err;
  ::raise(signum);  // with its old action, which ends the process where it was the default
}

// A stack of its own for handlers: they must work where the ordinary one has run out.
void ensure_signal_stack() {
  static thread_local bool done = false;
  stack_t stack;
  if (done || (sigaltstack(nullptr, &stack) == 0 && !(stack.ss_flags & SS_DISABLE))) return;
  size_t size = static_cast<size_t>(SIGSTKSZ) + 32768;
  stack.ss_flags = 0;
  stack.ss_size = size;
  stack.ss_sp = malloc(size);  // for as long as the thread may get signals
  if (stack.ss_sp && sigaltstack(&stack, nullptr) != 0) free(stack.ss_sp);
  done = true;
}

void install_fatal() {
  ensure_signal_stack();
  for (FatalSignal& s : fatal_signals) {
    struct sigaction action = {};
    action.sa_handler = fatal_handler;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_NODEFER | SA_ONSTACK;
    if (!s.installed && sigaction(s.number, &action, &s.before) == 0) s.installed = true;
  }
}
void remove_fatal() {
  for (FatalSignal& s : fatal_signals) {
    if (!s.installed) continue;
    sigaction(s.number, &s.before, nullptr);
    s.installed = false;
  }
}

Ref faulthandler_enable(Args& a) {
  Ref file;
  int fd, all;
  if (!target_argument(a[0], &file, &fd) || (all = a[1] ? is_true(a[1]) : 1) < 0) return nullptr;
  set_target(&fatal_target, std::move(file), fd);
  fatal_all_threads = all;
  fatal_enabled = true;
  install_fatal();
  return none();
}
Ref faulthandler_disable(Args&) {
  bool was = fatal_enabled;
  fatal_enabled = false;
  remove_fatal();
  set_target(&fatal_target, Ref(), -1);
  return Ref::imm(bool_value(was));
}
Ref faulthandler_is_enabled(Args&) { return Ref::imm(bool_value(fatal_enabled)); }

Ref faulthandler_dump_traceback(Args& a) {
  Ref file;
  int fd, all;
  if (!target_argument(a[0], &file, &fd) || (all = a[1] ? is_true(a[1]) : 1) < 0) return nullptr;
  print(fd, all, a.t);
  return poll() ? none() : nullptr;
}

// ---- after a time ---------------------------------------------------------------------------------------------------------------------

// The watcher is a thread that Python doesn't know.
struct Watch {
  std::mutex mutex;
  std::condition_variable changed;
  bool cancelled = false;
  Target target;
  int64_t ns = 0;
  bool repeat = false, exit = false;
  pthread_t thread;
  std::string header;
};
Watch* watch;

void* watch_main(void* p) {
  auto* w = static_cast<Watch*>(p);
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  std::unique_lock<std::mutex> hold(w->mutex);
  do {
    if (w->changed.wait_for(hold, std::chrono::nanoseconds(w->ns), [&] { return w->cancelled; })) break;
    {
      Writer out(w->target.fd);
      out.put(w->header.c_str());
    }
    print(w->target.fd, true, nullptr);
    if (w->exit) _exit(1);
  } while (w->repeat);
  return nullptr;
}
void cancel_watch() {
  if (!watch) return;
  Watch* w = watch;
  watch = nullptr;
  {
    std::lock_guard<std::mutex> hold(w->mutex);
    w->cancelled = true;
    w->changed.notify_all();
  }
  blocking([&] { return pthread_join(w->thread, nullptr); });
  Ref file = Ref::steal(w->target.file);
  delete w;
}
std::string time_header(int64_t ns) {
  int64_t us = ns / 1000, seconds = us / 1000000;
  us %= 1000000;
  char text[64];
  auto part = [](int64_t n) { return static_cast<unsigned long>(n); };
  if (us) {
    snprintf(text, sizeof text, "Timeout (%lu:%02lu:%02lu.%06lu)!\n", part(seconds / 3600), part(seconds / 60 % 60),
             part(seconds % 60), part(us));
  } else {
    snprintf(text, sizeof text, "Timeout (%lu:%02lu:%02lu)!\n", part(seconds / 3600), part(seconds / 60 % 60),
             part(seconds % 60));
  }
  return text;
}
Ref faulthandler_dump_traceback_later(Args& a) {
  int64_t ns;
  if (!time_to_ns(a[0], &ns, TimeRound::kUp)) return nullptr;
  int repeat = a[1] ? is_true(a[1]) : 0, exit = a[3] ? is_true(a[3]) : 0;
  if (repeat < 0 || exit < 0) return nullptr;
  if (ns <= 0) return raise(types::ValueError, "timeout must be greater than 0");
  Ref file;
  int fd;
  if (!target_argument(a[2], &file, &fd)) return nullptr;
  cancel_watch();
  auto* w = new Watch;
  set_target(&w->target, std::move(file), fd);
  w->ns = ns;
  w->repeat = repeat;
  w->exit = exit;
  w->header = time_header(ns);
  int err = pthread_create(&w->thread, nullptr, watch_main, w);
  if (err) {
    Ref drop = Ref::steal(w->target.file);
    delete w;
    return raise(types::RuntimeError, "unable to start watchdog thread");
  }
  watch = w;
  return none();
}
Ref faulthandler_cancel(Args&) {
  cancel_watch();
  return none();
}

// ---- chosen signals -------------------------------------------------------------------------------------------------------------------

struct UserSignal {
  bool registered = false, all_threads = false, chain = false;
  Target target;
  struct sigaction before;
};
UserSignal* user_signals;  // NSIG of them, made at the first register()

void user_handler(int signum);
bool install_user(int signum, bool chain, struct sigaction* before) {
  struct sigaction action = {};
  action.sa_handler = user_handler;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART | SA_ONSTACK;
  if (chain) action.sa_flags |= SA_NODEFER;  // the old handler is called from this one
  return sigaction(signum, &action, before) == 0;
}
void user_handler(int signum) {
  UserSignal& s = user_signals[signum];
  if (!s.registered) return;
  int err = errno;
  print(s.target.fd, s.all_threads, current_thread());
  if (s.chain) {
    sigaction(signum, &s.before, nullptr);
    errno = err;
    ::raise(signum);
    err = errno;
    install_user(signum, true, nullptr);
  }
  errno = err;
}
bool signal_argument(Value v, int* out) {
  if (!to_c_int(v, out)) return false;
  for (const FatalSignal& s : fatal_signals)
    if (s.number == *out)
      return raise(types::RuntimeError, "signal %i cannot be registered, use enable() instead", *out);
  if (*out < 1 || *out >= NSIG) return raise(types::ValueError, "signal number out of range");
  return true;
}
bool unregister(int signum) {
  if (!user_signals || !user_signals[signum].registered) return false;
  UserSignal& s = user_signals[signum];
  s.registered = false;
  sigaction(signum, &s.before, nullptr);
  set_target(&s.target, Ref(), -1);
  return true;
}
Ref faulthandler_register(Args& a) {
  int signum, fd, all = a[2] ? is_true(a[2]) : 1, chain = a[3] ? is_true(a[3]) : 0;
  Ref file;
  if (all < 0 || chain < 0 || !signal_argument(a[0], &signum) || !target_argument(a[1], &file, &fd)) return nullptr;
  if (!user_signals) user_signals = new UserSignal[NSIG];
  ensure_signal_stack();
  UserSignal& s = user_signals[signum];
  if (!s.registered && !install_user(signum, chain, &s.before)) return posix_error();
  set_target(&s.target, std::move(file), fd);
  s.all_threads = all;
  s.chain = chain;
  s.registered = true;
  return none();
}
Ref faulthandler_unregister(Args& a) {
  int signum;
  if (!signal_argument(a[0], &signum)) return nullptr;
  return Ref::imm(bool_value(unregister(signum)));
}

// ---- crashes, for tests ---------------------------------------------------------------------------------------------------------------

void no_core() {
  rlimit r;
  if (getrlimit(RLIMIT_CORE, &r) == 0) {
    r.rlim_cur = 0;
    setrlimit(RLIMIT_CORE, &r);
  }
}
Ref faulthandler_read_null(Args&) {
  no_core();
  int* volatile nothing = nullptr;
  return make_int(*static_cast<volatile int*>(nothing));
}
Ref faulthandler_sigsegv(Args& a) {
  no_core();
  int release = a[0] ? is_true(a[0]) : 0;
  if (release < 0) return nullptr;
  if (release) {
    blocking([] { return ::raise(SIGSEGV); });
  } else {
    ::raise(SIGSEGV);
  }
  return none();
}
Ref faulthandler_sigfpe(Args&) {
  no_core();
  ::raise(SIGFPE);
  return none();
}
Ref faulthandler_sigabrt(Args&) {
  no_core();
  abort();
}
TAIPAN_NOINLINE uintptr_t use_up_stack(volatile char* above, int* depth) {
  volatile char here[4096];
  here[0] = above ? above[0] : 1;
  here[sizeof here - 1] = 1;
  if (++*depth < 0) return 0;
  return use_up_stack(here, depth) + static_cast<uintptr_t>(here[0]);
}
Ref faulthandler_stack_overflow(Args&) {
  no_core();
  int depth = 0;
  return make_int_u64(use_up_stack(nullptr, &depth));
}
Ref faulthandler_fatal_error(Args&) {
  no_core();
  pthread_t thread;
  int err = pthread_create(
      &thread, nullptr,
      [](void*) -> void* {
        {
          Writer out(2);
          out.put(
              "Fatal Python error: faulthandler_fatal_error_thread: in new thread\nPython runtime state: "
              "initialized\n\n");
        }
        print(2, true, nullptr);
        remove_fatal();
        abort();
      },
      nullptr);
  if (err) return raise(types::RuntimeError, "unable to start the thread");
  blocking([&] { return pthread_join(thread, nullptr); });
  return none();
}

void trace_targets(gc::Visitor& v) {
  v.visit(fatal_target.file);
  if (watch) v.visit(watch->target.file);
  for (int i = 0; user_signals && i < NSIG; i++) v.visit(user_signals[i].target.file);
}

const NativeDef kFunctions[] = {
    {"enable", "($module, /, file=sys.stderr, all_threads=True)", faulthandler_enable, kNativeNoSignature,
     "Prints where threads are when the process crashes."},
    {"disable", "($module, /)", faulthandler_disable, kNativeNoSignature,
     "Undoes enable(); returns whether it was in effect."},
    {"is_enabled", "($module, /)", faulthandler_is_enabled, kNativeNoSignature, "Whether enable() is in effect."},
    {"dump_traceback", "($module, /, file=sys.stderr, all_threads=True)", faulthandler_dump_traceback,
     kNativeNoSignature, "Prints where this thread is, or all threads."},
    {"dump_traceback_later", "($module, /, timeout, repeat=False, file=sys.stderr, exit=False)",
     faulthandler_dump_traceback_later, kNativeNoSignature,
     "Prints where all threads are after timeout seconds, each time where repeat is true; exit: then ends the "
     "process."},
    {"cancel_dump_traceback_later", "($module, /)", faulthandler_cancel, kNativeNoSignature,
     "Undoes dump_traceback_later()."},
    {"register", "($module, /, signum, file=sys.stderr, all_threads=True, chain=False)", faulthandler_register,
     kNativeNoSignature, "Prints where threads are when a signal comes; chain: calls the handler before, too."},
    {"unregister", "($module, signum, /)", faulthandler_unregister, kNativeNoSignature,
     "Undoes register(); returns whether it was in effect."},
    {"_read_null", "($module, /)", faulthandler_read_null, kNativeNoSignature, "Reads from address zero."},
    {"_sigsegv", "($module, release_gil=False, /)", faulthandler_sigsegv, kNativeNoSignature, "Raises SIGSEGV."},
    {"_fatal_error_c_thread", "($module, /)", faulthandler_fatal_error, kNativeNoSignature,
     "Ends the process from a thread that isn't Python's."},
    {"_sigabrt", "($module, /)", faulthandler_sigabrt, kNativeNoSignature, "Raises SIGABRT."},
    {"_sigfpe", "($module, /)", faulthandler_sigfpe, kNativeNoSignature, "Raises SIGFPE."},
    {"_stack_overflow", "($module, /)", faulthandler_stack_overflow, kNativeNoSignature, "Uses up the stack."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

void prepare() {
  static bool once = false;
  if (once) return;
  once = true;
  modules_name = TAIPAN_NAME(modules);
  known_name = TAIPAN_NAME(stdlib_module_names);
  gc::add_root_callback(trace_targets);
  // The watcher doesn't live on in a child; what it held may be locked.
  add_fork_hooks({nullptr, nullptr, [](Thread*) { watch = nullptr; }});
}
bool faulthandler_exec(Value) {
  prepare();
  return true;
}

}  // namespace

void start_faulthandler() {
  prepare();
  Ref file;
  int fd;
  if (!target_argument(Value(), &file, &fd)) return clear_error();
  set_target(&fatal_target, std::move(file), fd);
  fatal_enabled = true;
  install_fatal();
}
void finish_faulthandler() {
  cancel_watch();
  for (int i = 1; user_signals && i < NSIG; i++) unregister(i);
  fatal_enabled = false;
  remove_fatal();
  set_target(&fatal_target, Ref(), -1);
}

extern const ModuleDef faulthandler_module;
const ModuleDef faulthandler_module = {
    "faulthandler", "Where threads are, printed at a crash, on a signal, after a time or on request.", kFunctions,
    faulthandler_exec};

}  // namespace taipan
