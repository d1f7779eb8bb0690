// The module _signal.
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>
#include <cstring>
#include "interp/modules/audit.h"
#include "interp/modules/module_util.h"
#include "interp/modules/time_convert.h"
#include "interp/objects/float.h"
#include "interp/objects/set.h"
#include "interp/objects/structseq.h"
#include "interp/signals.h"

namespace taipan {

static TypeObject* siginfo_type;
static Value itimer_error;  // the exception class (immortal); also in the module's dict

static const StructField kSiginfoFields[] = {{"si_signo", "signal number"},
                                             {"si_code", "signal code"},
                                             {"si_errno", "errno associated with this signal"},
                                             {"si_pid", "sending process ID"},
                                             {"si_uid", "real user ID of sending process"},
                                             {"si_status", "exit value or signal"},
                                             {"si_band", "band event for SIGPOLL"},
                                             {nullptr, nullptr}};
static const StructSpec kSiginfoSpec = {"signal.struct_siginfo",
                                        "struct_siginfo: Result from sigwaitinfo or sigtimedwait.", kSiginfoFields, 7};

static bool signal_number(Value v, int* out) {
  if (!to_c_int(v, out)) return false;
  if (*out < 1 || *out >= kSignalCount) return raise(types::ValueError, "signal number out of range");
  return true;
}

static Ref signal_signal(Args& a) {
  int signum;
  if (!to_c_int(a[0], &signum)) return nullptr;
  if (!a.t->is_main) return raise(types::ValueError, "signal only works in main thread of the main interpreter");
  if (signum < 1 || signum >= kSignalCount) return raise(types::ValueError, "signal number out of range");
  Value handler = a[1];
  bool special = handler == Value::from_int(0) || handler == Value::from_int(1);
  if (!special && !is_callable(handler))
    return raise(types::TypeError, "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object");
  if (!poll()) return nullptr;
  Ref old;
  if (!set_signal_handler(signum, Ref::dup(handler), &old)) return nullptr;
  return old ? std::move(old) : Ref::imm(kNone);
}

static Ref signal_getsignal(Args& a) {
  int signum;
  if (!signal_number(a[0], &signum)) return nullptr;
  Value h = signal_handler(signum);
  return h ? Ref::dup(h) : Ref::imm(kNone);
}

static Ref signal_default_int_handler(Args&) { return raise_none(types::KeyboardInterrupt); }

static Ref signal_alarm(Args& a) {
  int seconds;
  if (!to_c_int(a[0], &seconds)) return nullptr;
  return make_int(alarm(static_cast<unsigned>(seconds)));
}
static Ref signal_pause(Args&) {
  blocking([] { return pause(); });
  if (!poll()) return nullptr;
  return Ref::imm(kNone);
}
static Ref signal_raise_signal(Args& a) {
  int signum;
  if (!to_c_int(a[0], &signum)) return nullptr;
  if (blocking([&] { return ::raise(signum); }) != 0) return raise_os_error(errno);
  if (!poll()) return nullptr;
  return Ref::imm(kNone);
}
static Ref signal_strsignal(Args& a) {
  int signum;
  if (!signal_number(a[0], &signum)) return nullptr;
  errno = 0;
  const char* text = strsignal(signum);
  if (errno || !text || std::strstr(text, "Unknown signal")) return Ref::imm(kNone);
  return make_str(text);
}
static Ref signal_siginterrupt(Args& a) {
  int signum, flag;
  if (!signal_number(a[0], &signum) || !to_c_int(a[1], &flag)) return nullptr;
  struct sigaction sa;
  if (sigaction(signum, nullptr, &sa) != 0) return raise_os_error(errno);
  sa.sa_flags = flag ? sa.sa_flags & ~SA_RESTART : sa.sa_flags | SA_RESTART;
  if (sigaction(signum, &sa, nullptr) != 0) return raise_os_error(errno);
  return Ref::imm(kNone);
}

static Ref signal_set_wakeup_fd(Args& a) {
  int fd;
  if (!to_c_int(a[0], &fd)) return nullptr;
  int warns = a[1] ? is_true(a[1]) : 1;
  if (warns < 0) return nullptr;
  if (!a.t->is_main) return raise(types::ValueError, "set_wakeup_fd only works in main thread of the main interpreter");
  if (fd != -1) {
    struct stat st;
    if (fstat(fd, &st) != 0) return raise_os_error(errno);
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0) return raise_os_error(errno);
    if (!(flags & O_NONBLOCK)) return raise(types::ValueError, "the fd %i must be in non-blocking mode", fd);
  }
  return make_int(set_signal_wakeup_fd(fd, warns != 0));
}

// ---- interval timers ----------------------------------------------------------------------------------------------------------

static bool timeval_of(Value v, timeval* out) {
  out->tv_sec = 0;
  out->tv_usec = 0;
  int64_t ns;
  if (!v) return true;
  if (!time_to_ns(v, &ns, TimeRound::kCeiling)) return false;
  int64_t us = ns / 1000 + (ns % 1000 > 0);
  out->tv_sec = us / 1000000;
  out->tv_usec = us % 1000000;
  if (out->tv_usec < 0) {
    out->tv_usec += 1000000;
    out->tv_sec--;
  }
  return true;
}
static Ref itimer_value(const itimerval& t) {
  auto seconds = [](const timeval& v) {
    return make_float(static_cast<double>(v.tv_sec) + static_cast<double>(v.tv_usec) / 1e6);
  };
  Ref value = seconds(t.it_value), interval = seconds(t.it_interval);
  if (!value || !interval) return nullptr;
  return make_tuple_of({value, interval});
}
static Ref raise_itimer() {
  int err = errno;
  Ref text = make_str(strerror(err));
  if (!text) return nullptr;
  Ref exc = call(itimer_error, Value::from_int(err), text);
  return exc ? raise_object(std::move(exc)) : Fail();
}
static Ref signal_setitimer(Args& a) {
  int which;
  itimerval now, old;
  if (!to_c_int(a[0], &which) || !timeval_of(a[1], &now.it_value) || !timeval_of(a[2], &now.it_interval))
    return nullptr;
  if (setitimer(static_cast<__itimer_which_t>(which), &now, &old) != 0) return raise_itimer();
  return itimer_value(old);
}
static Ref signal_getitimer(Args& a) {
  int which;
  itimerval old;
  if (!to_c_int(a[0], &which)) return nullptr;
  if (getitimer(static_cast<__itimer_which_t>(which), &old) != 0) return raise_itimer();
  return itimer_value(old);
}

// ---- signal sets --------------------------------------------------------------------------------------------------------------

static bool sigset_of(Value v, sigset_t* out) {
  sigemptyset(out);
  Ref it = get_iter(v);
  if (!it) return false;
  for (;;) {
    Ref item = iter_next(it);
    if (!item) return false;
    if (is_stop(item)) return true;
    Ref index = to_index(item);
    if (!index) return false;
    int64_t n;
    if (!int_fits64(index, &n)) n = int_sign(index) < 0 ? INT64_MIN : INT64_MAX;
    if (n <= 0 || n >= kSignalCount)
      return raise(types::ValueError, "signal number %ld out of range [1; %i]", static_cast<long>(n), kSignalCount - 1);
    if (sigaddset(out, static_cast<int>(n)) != 0) {
      if (errno != EINVAL) return raise_os_error(errno);
      if (!warn(types::RuntimeWarning, 1, "invalid signal number %ld, please use valid_signals()",
                static_cast<long>(n)))
        return false;
    }
  }
}
static Ref set_of(const sigset_t& mask) {
  Ref r = make_set();
  if (!r) return nullptr;
  for (int i = 1; i < kSignalCount; i++)
    if (sigismember(&mask, i) == 1 && !set_add(r, Value::from_int(i))) return nullptr;
  return r;
}

static Ref signal_pthread_sigmask(Args& a) {
  int how;
  sigset_t mask, old;
  if (!to_c_int(a[0], &how) || !sigset_of(a[1], &mask)) return nullptr;
  int err = pthread_sigmask(how, &mask, &old);
  if (err) return raise_os_error(err);
  if (!poll()) return nullptr;  // a signal may have been let in
  return set_of(old);
}
static Ref signal_sigpending(Args&) {
  sigset_t mask;
  if (sigpending(&mask) != 0) return raise_os_error(errno);
  return set_of(mask);
}
static Ref signal_valid_signals(Args&) {
  sigset_t mask;
  if (sigfillset(&mask) != 0) return raise_os_error(errno);
  return set_of(mask);
}
static Ref signal_sigwait(Args& a) {
  sigset_t mask;
  int signum = 0;
  if (!sigset_of(a[0], &mask)) return nullptr;
  int err = blocking([&] { return sigwait(&mask, &signum); });
  if (err) return raise_os_error(err);
  return make_int(signum);
}
static Ref siginfo_value(const siginfo_t& si) {
  Ref v[7] = {make_int(si.si_signo),
              make_int(si.si_code),
              make_int(si.si_errno),
              make_int(si.si_pid),
              make_int(static_cast<int64_t>(si.si_uid)),
              make_int(si.si_status),
              make_int(si.si_band)};
  return make_structseq(siginfo_type, v, 7);
}
static Ref signal_sigwaitinfo(Args& a) {
  sigset_t mask;
  siginfo_t si;
  int r;
  if (!sigset_of(a[0], &mask) || !blocking_retry([&] { return sigwaitinfo(&mask, &si); }, &r)) return nullptr;
  return r < 0 ? raise_os_error(errno) : siginfo_value(si);
}
static Ref signal_sigtimedwait(Args& a) {
  sigset_t mask;
  siginfo_t si;
  int64_t timeout;
  if (!sigset_of(a[0], &mask) || !time_to_ns(a[1], &timeout, TimeRound::kCeiling)) return nullptr;
  if (timeout < 0) return raise(types::ValueError, "timeout must be non-negative");
  int64_t deadline;
  if (__builtin_add_overflow(monotonic_ns(), timeout, &deadline)) deadline = INT64_MAX;
  for (;;) {
    timespec ts{static_cast<time_t>(timeout / 1000000000), static_cast<long>(timeout % 1000000000)};
    int r = blocking([&] { return sigtimedwait(&mask, &si, &ts); });
    if (r >= 0) return siginfo_value(si);
    if (errno == EAGAIN) return Ref::imm(kNone);
    if (errno != EINTR) return raise_os_error(errno);
    if (!poll()) return nullptr;
    timeout = deadline - monotonic_ns();
    if (timeout < 0) return Ref::imm(kNone);
  }
}

static Ref signal_pthread_kill(Args& a) {
  int signum;
  if (!is_int(a[0])) return raise(types::TypeError, "pthread_kill() argument 1 must be int, not %.50T", a[0]);
  if (!to_c_int(a[1], &signum)) return nullptr;
  if (!audit("signal.pthread_kill", {a[0], Value::from_int(signum)})) return nullptr;
  int err = pthread_kill(static_cast<pthread_t>(int_low64(a[0])), signum);
  if (err) return raise_os_error(err);
  if (!poll()) return nullptr;
  return Ref::imm(kNone);
}
static Ref signal_pidfd_send_signal(Args& a) {
  int pidfd, signum, flags = 0;
  if (!to_c_int(a[0], &pidfd) || !to_c_int(a[1], &signum) || (a[3] && !to_c_int(a[3], &flags))) return nullptr;
  if (a[2] && !(a[2] == kNone)) return raise(types::TypeError, "siginfo must be None");
  if (syscall(SYS_pidfd_send_signal, pidfd, signum, nullptr, flags) < 0) return raise_os_error(errno);
  return Ref::imm(kNone);
}

static const NativeDef kSignalFunctions[] = {
    {"default_int_handler", "($module, signalnum, frame, /)", signal_default_int_handler, 0,
     "Raises KeyboardInterrupt."},
    {"alarm", "($module, seconds, /)", signal_alarm, 0, "Arranges for SIGALRM after some seconds."},
    {"setitimer", "($module, which, seconds, interval=0.0, /)", signal_setitimer, 0,
     "Sets an interval timer; returns the one before."},
    {"getitimer", "($module, which, /)", signal_getitimer, 0, "The current value of an interval timer."},
    {"signal", "($module, signalnum, handler, /)", signal_signal, 0,
     "Sets the action for a signal: SIG_DFL, SIG_IGN or a callable."},
    {"raise_signal", "($module, signalnum, /)", signal_raise_signal, 0, "Sends a signal to this process."},
    {"strsignal", "($module, signalnum, /)", signal_strsignal, 0, "The system's description of a signal, or None."},
    {"getsignal", "($module, signalnum, /)", signal_getsignal, 0,
     "The current action for a signal; None if it is not Python's."},
    {"set_wakeup_fd", "($module, fd, /, *, warn_on_full_buffer=True)", signal_set_wakeup_fd, kNativeNoSignature,
     "Sets the descriptor that gets a byte when a signal comes in; -1 for none."},
    {"siginterrupt", "($module, signalnum, flag, /)", signal_siginterrupt, 0,
     "Whether system calls are interrupted or restarted."},
    {"pause", "($module, /)", signal_pause, 0, "Waits until a signal arrives."},
    {"pidfd_send_signal", "($module, pidfd, signalnum, siginfo=None, flags=0, /)", signal_pidfd_send_signal, 0,
     "Sends a signal to the process of a descriptor."},
    {"pthread_kill", "($module, thread_id, signalnum, /)", signal_pthread_kill, 0, "Sends a signal to a thread."},
    {"pthread_sigmask", "($module, how, mask, /)", signal_pthread_sigmask, 0,
     "Changes the signals that this thread blocks."},
    {"sigpending", "($module, /)", signal_sigpending, 0, "The signals that are blocked and waiting."},
    {"sigwait", "($module, sigset, /)", signal_sigwait, 0, "Waits for one of the signals; returns its number."},
    {"sigwaitinfo", "($module, sigset, /)", signal_sigwaitinfo, 0,
     "Waits for one of the signals; returns what is known of it."},
    {"sigtimedwait", "($module, sigset, timeout, /)", signal_sigtimedwait, 0, "As sigwaitinfo(), with a time-out."},
    {"valid_signals", "($module, /)", signal_valid_signals, 0, "The signal numbers of this system."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

static bool signal_exec(Value module) {
  const IntConstant constants[] = {{"NSIG", NSIG},
                                   {"SIG_DFL", 0},
                                   {"SIG_IGN", 1},
                                   {"SIG_BLOCK", SIG_BLOCK},
                                   {"SIG_UNBLOCK", SIG_UNBLOCK},
                                   {"SIG_SETMASK", SIG_SETMASK},
                                   {"ITIMER_REAL", ITIMER_REAL},
                                   {"ITIMER_VIRTUAL", ITIMER_VIRTUAL},
                                   {"ITIMER_PROF", ITIMER_PROF},
                                   {"SIGHUP", SIGHUP},
                                   {"SIGINT", SIGINT},
                                   {"SIGQUIT", SIGQUIT},
                                   {"SIGILL", SIGILL},
                                   {"SIGTRAP", SIGTRAP},
                                   {"SIGIOT", SIGIOT},
                                   {"SIGABRT", SIGABRT},
                                   {"SIGFPE", SIGFPE},
                                   {"SIGKILL", SIGKILL},
                                   {"SIGBUS", SIGBUS},
                                   {"SIGSEGV", SIGSEGV},
                                   {"SIGSYS", SIGSYS},
                                   {"SIGPIPE", SIGPIPE},
                                   {"SIGALRM", SIGALRM},
                                   {"SIGTERM", SIGTERM},
                                   {"SIGUSR1", SIGUSR1},
                                   {"SIGUSR2", SIGUSR2},
                                   {"SIGCLD", SIGCHLD},
                                   {"SIGCHLD", SIGCHLD},
                                   {"SIGPWR", SIGPWR},
                                   {"SIGIO", SIGIO},
                                   {"SIGURG", SIGURG},
                                   {"SIGWINCH", SIGWINCH},
                                   {"SIGPOLL", SIGPOLL},
                                   {"SIGSTOP", SIGSTOP},
                                   {"SIGTSTP", SIGTSTP},
                                   {"SIGCONT", SIGCONT},
                                   {"SIGTTIN", SIGTTIN},
                                   {"SIGTTOU", SIGTTOU},
                                   {"SIGVTALRM", SIGVTALRM},
                                   {"SIGPROF", SIGPROF},
                                   {"SIGXCPU", SIGXCPU},
                                   {"SIGXFSZ", SIGXFSZ},
                                   {"SIGRTMIN", SIGRTMIN},
                                   {"SIGRTMAX", SIGRTMAX},
                                   {"SIGSTKFLT", SIGSTKFLT},
                                   {nullptr, 0}};
  if (!siginfo_type) siginfo_type = make_structseq_type(&kSiginfoSpec);
  if (!itimer_error) {
    Ref cls = make_exception_class("signal.itimer_error", types::OSError);
    if (!cls) return false;
    gc::make_immortal(cls.get().header());
    itimer_error = cls.release();
  }
  return siginfo_type && module_add_type(module, siginfo_type) &&
         module_add(module, "ItimerError", Ref::dup(itimer_error)) && module_add_constants(module, constants);
}

// GIL off: handlers are changed, and found, under a lock of their own.
extern const ModuleDef _signal_module;
const ModuleDef _signal_module = {"_signal", "Signal handling: actions, timers, masks and waiting.", kSignalFunctions,
                                  signal_exec, kFunctionsAtOnce};

}  // namespace taipan
