// _posixsubprocess: fork and exec in one call, the part of subprocess that must not run Python code between the two.
//
// Where nothing but exec and system calls happens in the child it is made by vfork(): it shares the memory until exec, so it is started in
// constant time however large the process is. All signals are blocked over it, since a handler running in the child would write to
// the parent's flags; the child gives every handled signal its default action back before it lets them in.
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <algorithm>
#include <climits>
#include <cstring>
#include "gc/slices.h"
#include "interp/modules/posix_fork.h"
#include "interp/modules/posix_support.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"

namespace taipan {

namespace {

struct ChildPlan {
  TextArray executables, arguments, environment;
  char* const* executable_list = nullptr;
  char* const* argv = nullptr;
  char* const* envp = nullptr;  // null: as it is
  FsText cwd_text;
  const char* cwd = nullptr;
  bool close_fds = false, restore_signals = false, new_session = false;
  std::vector<int> keep;  // ascending
  int stdin_read = -1, stdin_write = -1, stdout_read = -1, stdout_write = -1, stderr_read = -1, stderr_write = -1;
  int report_read = -1, report_write = -1;
  int process_group = -1, umask = -1;
  bool set_gid = false, set_uid = false, set_groups = false;
  gid_t gid = 0;
  uid_t uid = 0;
  std::vector<gid_t> groups;
  Value preexec;  // null: none
  bool may_vfork = false;
};

// ---- the child: only what is safe between fork and exec, nothing here allocates -------------------------------------------------------

bool is_kept(const ChildPlan& p, int fd) { return std::binary_search(p.keep.begin(), p.keep.end(), fd); }

struct DirectoryEntry {  // what getdents64 fills in
  uint64_t inode;
  int64_t offset;
  unsigned short length;
  unsigned char type;
  char name[];
};

// Closes what /proc shows. False: no such list here.
bool close_listed(const ChildPlan& p, int from) {
  int dir = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (dir < 0) return false;
  alignas(DirectoryEntry) char buffer[4096];
  long n;
  while ((n = syscall(SYS_getdents64, dir, buffer, sizeof buffer)) > 0) {
    for (long at = 0; at < n;) {
      auto* e = reinterpret_cast<DirectoryEntry*>(buffer + at);
      at += e->length;
      int fd = 0;
      const char* c = e->name;
      for (; *c >= '0' && *c <= '9'; c++) fd = fd * 10 + (*c - '0');
      if (*c == 0 && c != e->name && fd >= from && fd != dir && !is_kept(p, fd)) close(fd);
    }
  }
  close(dir);
  return true;
}

void close_range_or_each(int from, int to) {
  if (from > to) return;
  if (syscall(SYS_close_range, static_cast<unsigned>(from), static_cast<unsigned>(to), 0) == 0) return;
  for (int fd = from; fd <= to; fd++) close(fd);
}

void close_all_but_kept(const ChildPlan& p) {
  int from = 3;
  if (syscall(SYS_close_range, ~0u, ~0u, 0) != 0 && errno == ENOSYS && close_listed(p, from)) return;
  for (int fd : p.keep) {
    if (fd < from) continue;
    close_range_or_each(from, fd - 1);
    from = fd + 1;
  }
  if (syscall(SYS_close_range, static_cast<unsigned>(from), ~0u, 0) == 0) return;
  long most = sysconf(_SC_OPEN_MAX);
  close_range_or_each(from, most > 0 ? static_cast<int>(most) - 1 : 255);
}

int clear_close_on_exec(int fd) {
  int flags = fcntl(fd, F_GETFD);
  if (flags < 0) return -1;
  return flags & FD_CLOEXEC ? fcntl(fd, F_SETFD, flags & ~FD_CLOEXEC) : 0;
}

// fd becomes `target` (0, 1 or 2) and stays open over exec.
bool install_stream(int fd, int target) {
  if (fd == target) return clear_close_on_exec(fd) == 0;
  return fd < 0 || dup2(fd, target) >= 0;
}

// To the parent: the exception's name, errno in hex, a message.
void report(int fd, const char* name, int err, const char* message) {
  char text[160];
  size_t n = 0;
  auto put = [&](const char* s) {
    while (*s && n < sizeof text) text[n++] = *s++;
  };
  put(name);
  put(":");
  bool started = false;
  for (int shift = 28; shift >= 0; shift -= 4) {
    int digit = (err >> shift) & 15;
    started = started || digit || shift == 0;
    char one[2] = {"0123456789ABCDEF"[digit], 0};
    if (started) put(one);
  }
  put(":");
  put(message);
  ssize_t done = write(fd, text, n);
  (void)done;
}

// Everything up to exec. Comes back only where it failed: errno, and *before_exec tells that it wasn't exec that failed.
void run_child(const ChildPlan& p, bool* before_exec) {
  *before_exec = true;
  for (int fd : p.keep) {
    if (fd != p.report_write && clear_close_on_exec(fd) < 0) return;
  }
  for (int fd : {p.stdin_write, p.stdout_read, p.stderr_read, p.report_read}) {
    if (fd >= 0) close(fd);
  }
  // The ends that lie where other streams go get out of the way first.
  int out = p.stdout_write, err = p.stderr_write;
  if (out == 0 && (out = dup(out)) < 0) return;
  while (err == 0 || err == 1) {
    if ((err = dup(err)) < 0) return;
  }
  if (!install_stream(p.stdin_read, 0) || !install_stream(out, 1) || !install_stream(err, 2)) return;
  if (p.cwd && chdir(p.cwd) < 0) return;
  if (p.umask >= 0) umask(static_cast<mode_t>(p.umask));
  if (p.restore_signals) {
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
  }
  if (p.new_session) setsid();
  if (p.process_group >= 0 && setpgid(0, p.process_group) < 0) return;
  // The plain calls: libc's would look for other threads to tell.
  if (p.set_groups && syscall(SYS_setgroups, p.groups.size(), p.groups.data()) < 0) return;
  if (p.set_gid && syscall(SYS_setregid, p.gid, p.gid) < 0) return;
  if (p.set_uid && syscall(SYS_setreuid, p.uid, p.uid) < 0) return;
  if (p.preexec) {
    Ref r = call(p.preexec);
    if (!r) {
      report(p.report_write, "SubprocessError", 0, "Exception occurred in preexec_fn.");
      _exit(255);
    }
  }
  if (p.close_fds) close_all_but_kept(p);
  *before_exec = false;
  int failure = 0;
  for (char* const* name = p.executable_list; *name; name++) {
    if (p.envp) {
      execve(*name, p.argv, p.envp);
    } else {
      execv(*name, p.argv);
    }
    if (errno != ENOENT && errno != ENOTDIR && failure == 0) failure = errno;
  }
  if (failure) errno = failure;
}

[[noreturn]] void child_main(const ChildPlan& p) {
  bool before_exec;
  run_child(p, &before_exec);
  report(p.report_write, "OSError", errno, before_exec ? "noexec" : "");
  _exit(255);
}

// After vfork: no handler of the parent may run here, then signals are let in again.
void give_signals_back(const sigset_t& mask) {
  for (int i = 1; i < NSIG; i++) {
    struct sigaction sa;
    if (i == SIGKILL || i == SIGSTOP || sigaction(i, nullptr, &sa) != 0) continue;
    if (sa.sa_handler == SIG_DFL || sa.sa_handler == SIG_IGN) continue;
    memset(&sa, 0, sizeof sa);
    sa.sa_handler = SIG_DFL;
    sigaction(i, &sa, nullptr);
  }
  pthread_sigmask(SIG_SETMASK, &mask, nullptr);
}

TAIPAN_NOINLINE pid_t start_by_vfork(const ChildPlan& p) {
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &old);
  pid_t pid = vfork();
  if (pid == 0) {
    give_signals_back(old);
    child_main(p);
  }
  int err = errno;
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  errno = err;
  return pid;
}

pid_t start(Thread* t, const ChildPlan& p) {
  pid_t pid = -1;
  gc::forget_habits();
  if (p.preexec) {
    fork_before(t);
    pid = fork();
    if (pid == 0) {
      fork_child(t);
      child_main(p);
    }
    fork_parent(t);
    return pid;
  }
  if (p.may_vfork) pid = blocking([&] { return start_by_vfork(p); });
  if (pid < 0) {
    // The child touches nothing of the runtime, so nothing need be told of this fork.
    pid = fork();
    if (pid == 0) child_main(p);
  }
  return pid;
}

// ---- arguments ----------------------------------------------------------------------------------------------------------------------

bool arguments_from(Value v, TextArray* out) {
  Ref items = is_list(v) || is_tuple(v) ? Ref::dup(v) : iterable_to_list(v);
  if (!items) {
    if (error_matches(types::TypeError)) {
      clear_error();
      return raise(types::TypeError, "argv must be a tuple");
    }
    return false;
  }
  Ref all = is_list(items) ? list_to_tuple(items) : items.copy();
  if (!all) return false;
  for (size_t i = 0; i < tuple_size(all); i++) {
    FsText text;
    if (!text.parse(tuple_at(all, i))) return false;
    out->add(std::string(text.view()));
  }
  return true;
}

// A sequence of bytes.
bool byte_texts_from(Value v, TextArray* out) {
  int64_t n = length_of(v);
  if (n < 0) return false;
  for (int64_t i = 0; i < n; i++) {
    Ref item = get_item(v, make_int(i).get());
    if (!item) return false;
    if (!is_bytes(item)) return raise(types::TypeError, "expected bytes, %T found", item.get());
    std::string_view s = item.as<Bytes>()->view();
    if (s.find('\0') != std::string_view::npos) return raise(types::ValueError, "embedded null byte");
    out->add(std::string(s));
  }
  return true;
}

bool kept_from(Value tuple, std::vector<int>* out) {
  int64_t previous = -1;
  for (size_t i = 0; i < tuple_size(tuple); i++) {
    Value v = tuple_at(tuple, i);
    int64_t fd;
    if (!is_int(v) || !int_fits64(v, &fd) || fd <= previous || fd > INT_MAX)
      return raise(types::ValueError, "bad value(s) in fds_to_keep");
    out->push_back(static_cast<int>(fd));
    previous = fd;
  }
  return true;
}

bool groups_from(Value v, std::vector<gid_t>* out) {
  if (!is_list(v)) return raise(types::TypeError, "setgroups argument must be a list");
  if (list_size(v) > 65536) return raise(types::ValueError, "too many groups");
  Ref all = list_to_tuple(v);
  if (!all) return false;
  for (size_t i = 0; i < tuple_size(all); i++) {
    Value item = tuple_at(all, i);
    if (!is_int(item)) return raise(types::TypeError, "groups must be integers");
    uid_t id;
    if (!uid_argument(item, &id, "gid")) {
      clear_error();
      return raise(types::ValueError, "invalid group id");
    }
    out->push_back(id);
  }
  return true;
}

bool flag(Value v, bool* out) {
  int t = is_true(v);
  *out = t > 0;
  return t >= 0;
}

enum Argument {
  kArgs,
  kExecutables,
  kCloseFds,
  kKeep,
  kCwd,
  kEnv,
  kStdinRead,
  kStdinWrite,
  kStdoutRead,
  kStdoutWrite,
  kStderrRead,
  kStderrWrite,
  kReportRead,
  kReportWrite,
  kRestoreSignals,
  kNewSession,
  kProcessGroup,
  kGid,
  kGroups,
  kUid,
  kUmask,
  kPreexec,
  kAllowVfork
};

Ref fork_exec(Args& a) {
  ChildPlan p;
  // What is converted by the format of the arguments comes first.
  if (!flag(a[kCloseFds], &p.close_fds)) return nullptr;
  if (!is_tuple(a[kKeep])) return raise(types::TypeError, "fork_exec() argument 4 must be tuple, not %.50T", a[kKeep]);
  struct {
    Argument which;
    int* to;
  } const numbers[] = {{kStdinRead, &p.stdin_read},     {kStdinWrite, &p.stdin_write},  {kStdoutRead, &p.stdout_read},
                       {kStdoutWrite, &p.stdout_write}, {kStderrRead, &p.stderr_read},  {kStderrWrite, &p.stderr_write},
                       {kReportRead, &p.report_read},   {kReportWrite, &p.report_write}};
  for (auto& n : numbers)
    if (!plain_int_argument(a[n.which], n.to)) return nullptr;
  bool allow_vfork;
  if (!flag(a[kRestoreSignals], &p.restore_signals) || !flag(a[kNewSession], &p.new_session) ||
      !plain_int_argument(a[kProcessGroup], &p.process_group) || !plain_int_argument(a[kUmask], &p.umask) ||
      !flag(a[kAllowVfork], &allow_vfork))
    return nullptr;
  if (p.close_fds && p.report_write < 3) return raise(types::ValueError, "errpipe_write must be >= 3");
  if (!kept_from(a[kKeep], &p.keep)) return nullptr;
  if (!arguments_from(a[kArgs], &p.arguments) || !byte_texts_from(a[kExecutables], &p.executables)) return nullptr;
  p.argv = p.arguments.get();
  p.executable_list = p.executables.get();
  if (a[kEnv] != kNone) {
    if (!byte_texts_from(a[kEnv], &p.environment)) return nullptr;
    p.envp = p.environment.get();
  }
  if (a[kCwd] != kNone) {
    if (!p.cwd_text.parse(a[kCwd])) return nullptr;
    p.cwd = p.cwd_text.get();
  }
  if (a[kGroups] != kNone) {
    if (!groups_from(a[kGroups], &p.groups)) return nullptr;
    p.set_groups = true;
  }
  if (a[kGid] != kNone) {
    if (!uid_argument(a[kGid], &p.gid, "gid")) return nullptr;
    p.set_gid = true;
  }
  if (a[kUid] != kNone) {
    if (!uid_argument(a[kUid], &p.uid, "uid")) return nullptr;
    p.set_uid = true;
  }
  if (a[kPreexec] != kNone) p.preexec = a[kPreexec];
  p.may_vfork = allow_vfork && !p.preexec && !p.set_uid && !p.set_gid && !p.set_groups;
  pid_t pid = start(a.t, p);
  return pid < 0 ? posix_error() : make_int(pid);
}

const NativeDef kFunctions[] = {
    {"fork_exec",
     "(args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, "
     "errpipe_read, "
     "errpipe_write, restore_signals, start_new_session, process_group, gid, extra_groups, uid, umask, preexec_fn, "
     "allow_vfork, /)",
     fork_exec, kNativeNoSignature | kNativeParseTuple,
     "Starts a program in a new process and returns its pid.\n\n"
     "What goes wrong in the child before exec is written to errpipe_write as b'Exception:errno in hex:message'.\n"
     "Every exec path in executable_list is tried in turn. Used by subprocess alone."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

}  // namespace

// GIL off: what the child is to do is gathered in a plan of the call's own; a fork is as os.fork() is.
extern const ModuleDef _posixsubprocess_module;
const ModuleDef _posixsubprocess_module = {"_posixsubprocess", "Starts processes for the module subprocess.",
                                           kFunctions, nullptr, kFunctionsAtOnce};

}  // namespace taipan
