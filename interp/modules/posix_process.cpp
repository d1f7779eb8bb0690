// posix: processes: fork, exec, spawn, wait, signals.
#include "interp/modules/posix_fork.h"

#include <fcntl.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cstdlib>
#include <vector>
#include "gc/collector.h"
#include "gc/slices.h"
#include "interp/gil.h"
#include "interp/modules/audit.h"
#include "interp/modules/posix_support.h"
#include "interp/objects/dict.h"
#include "interp/objects/float.h"
#include "interp/objects/list.h"
#include "interp/objects/structseq.h"
#include "interp/objects/weakref.h"
#include "interp/signals.h"

namespace taipan {

// ---- fork -------------------------------------------------------------------------------------------------------------------

static Value at_fork_before, at_fork_parent, at_fork_child;  // lists or null; roots
static std::vector<ForkHooks>& fork_hooks() {
  static auto* hooks = new std::vector<ForkHooks>();
  return *hooks;
}
void add_fork_hooks(const ForkHooks& hooks) { fork_hooks().push_back(hooks); }

static void run_callbacks(Value list, bool reverse) {
  if (!list) return;
  SavedError saved;
  Ref copy = list_slice(list, 0, list_size(list));
  if (!copy) return clear_error();
  size_t n = list_size(copy);
  for (size_t i = 0; i < n; i++) {
    Value f = list_at(copy, reverse ? n - 1 - i : i);
    Ref r = call(f);
    if (!r) write_unraisable(f);
  }
}

void fork_before(Thread* t, bool python_callbacks) {
  if (python_callbacks) run_callbacks(at_fork_before, true);
  auto& hooks = fork_hooks();
  for (size_t i = hooks.size(); i-- > 0;)
    if (hooks[i].before) hooks[i].before(t);
  gc::before_fork(t);
}
void fork_parent(Thread* t, bool python_callbacks) {
  int err = errno;
  gc::after_fork_parent(t);
  for (auto& h : fork_hooks())
    if (h.parent) h.parent(t);
  if (python_callbacks) run_callbacks(at_fork_parent, false);
  errno = err;
}
void fork_child(Thread* t, bool python_callbacks) {
  gil_after_fork(t);
  gc::after_fork_child(t);
  t->is_main = true;
  t->native_id = static_cast<uint64_t>(syscall(SYS_gettid));
  signals_after_fork_child(t);
  reset_weakrefs_after_fork();
  for (auto& h : fork_hooks())
    if (h.child) h.child(t);
  if (python_callbacks) run_callbacks(at_fork_child, false);
}

static bool add_callback(Value* list, Value f) {
  if (!f) return true;
  if (!*list) {
    Ref l = make_list();
    if (!l) return false;
    *list = l.release();
    gc::add_shared_root(list);
  }
  return list_append(*list, f);
}
static Ref posix_register_at_fork(Args& a) {
  static const char* const kNames[] = {"before", "after_in_child", "after_in_parent"};
  if (!a[0] && !a[1] && !a[2]) return raise(types::TypeError, "At least one argument is required.");
  for (size_t i = 0; i < 3; i++)
    if (a[i] && !is_callable(a[i]))
      return raise(types::TypeError, "'%.200s' must be callable, not %.200T", kNames[i], a[i]);
  if (!add_callback(&at_fork_before, a[0]) || !add_callback(&at_fork_child, a[1]) ||
      !add_callback(&at_fork_parent, a[2]))
    return nullptr;
  return none();
}

static Ref posix_fork(Args& a) {
  if (!audit("os.fork", {})) return nullptr;
  fork_before(a.t);
  pid_t pid = fork();
  if (pid == 0) {
    fork_child(a.t);
  } else {
    fork_parent(a.t);
  }
  return pid < 0 ? posix_error() : make_int(pid);
}
static Ref posix_forkpty(Args& a) {
  int master = -1;
  if (!audit("os.forkpty", {})) return nullptr;
  fork_before(a.t);
  pid_t pid = forkpty(&master, nullptr, nullptr, nullptr);
  if (pid == 0) {
    fork_child(a.t);
  } else {
    fork_parent(a.t);
  }
  if (pid < 0) return posix_error();
  return make_tuple_of({Value::from_int(pid), Value::from_int(master)});
}

// ---- exec and spawn -----------------------------------------------------------------------------------------------------------

static bool arguments_of(Value argv, TextArray* out) {
  Ref items = is_list(argv) ? list_to_tuple(argv) : Ref::dup(argv);
  if (!items) return false;
  for (size_t i = 0; i < tuple_size(items); i++) {
    FsText text;
    if (!text.parse(tuple_at(items, i))) return false;
    out->add(std::string(text.view()));
  }
  return true;
}

// A list of mapping.keys() or values().
static Ref mapping_part(Value mapping, Str* method, const char* name) {
  Ref part = call_method(mapping, method);
  if (!part) return nullptr;
  if (!is_list(part) && !is_tuple(part)) {
    Ref list = iterable_to_list(part);
    if (!list && error_matches(types::TypeError)) {
      clear_error();
      return raise(types::TypeError, "%.200T.%s() returned a non-iterable (type %.200T)", mapping, name, part.get());
    }
    return list;
  }
  return iterable_to_list(part);
}
static bool environment_of(Value env, TextArray* out) {
  Ref keys = mapping_part(env, TAIPAN_NAME(keys), "keys");
  if (!keys) return false;
  Ref values = mapping_part(env, TAIPAN_NAME(values), "values");
  if (!values) return false;
  size_t n = list_size(keys) < list_size(values) ? list_size(keys) : list_size(values);
  for (size_t i = 0; i < n; i++) {
    FsText key, value;
    Ref k = list_get(keys, i), v = list_get(values, i);
    if (!k || !v || !key.parse(k) || !value.parse(v)) return failed();
    if (key.view().empty() || key.view().find('=', 1) != std::string_view::npos || key.view()[0] == '=')
      return raise(types::ValueError, "illegal environment variable name");
    std::string s(key.view());
    s += '=';
    s += value.view();
    out->add(std::move(s));
  }
  return true;
}

static Ref posix_execv(Args& a) {
  PathArg path("execv", "path");
  if (!path.parse(a[0])) return nullptr;
  Value argv = a[1];
  if (!is_list(argv) && !is_tuple(argv)) return raise(types::TypeError, "execv() arg 2 must be a tuple or list");
  if (length_of(argv) < 1) return raise(types::ValueError, "execv() arg 2 must not be empty");
  TextArray arguments;
  if (!arguments_of(argv, &arguments)) return nullptr;
  if (arguments.first_is_empty()) return raise(types::ValueError, "execv() arg 2 first element cannot be empty");
  if (!audit("os.exec", {path.shown(), argv, kNone})) return nullptr;
  gc::forget_habits();
  execv(path.narrow, arguments.get());
  return posix_error();
}
static Ref posix_execve(Args& a) {
  PathArg path("execve", "path", false, true);
  if (!path.parse(a[0])) return nullptr;
  Value argv = a[1];
  if (!is_list(argv) && !is_tuple(argv)) return raise(types::TypeError, "execve: argv must be a tuple or list");
  if (length_of(argv) < 1) return raise(types::ValueError, "execve: argv must not be empty");
  if (!is_mapping(a[2])) return raise(types::TypeError, "execve: environment must be a mapping object");
  TextArray arguments, environment;
  if (!arguments_of(argv, &arguments)) return nullptr;
  if (arguments.first_is_empty()) return raise(types::ValueError, "execve: argv first element cannot be empty");
  if (!environment_of(a[2], &environment)) return nullptr;
  if (!audit("os.exec", {path.shown(), argv, a[2]})) return nullptr;
  gc::forget_habits();
  if (path.is_fd) {
    fexecve(path.fd, arguments.get(), environment.get());
  } else {
    execve(path.narrow, arguments.get(), environment.get());
  }
  return path.error();
}

static bool spawn_signals(Value v, sigset_t* out) {
  sigemptyset(out);
  Ref it = get_iter(v);
  if (!it) return false;
  for (;;) {
    Ref item = iter_next(it);
    if (!item) return false;
    if (is_stop(item)) return true;
    int64_t n;
    if (!to_int64(item, &n)) return false;
    if (n <= 0 || n >= NSIG)
      return raise(types::ValueError, "signal number %ld out of range [1; %i]", static_cast<long>(n), NSIG - 1);
    sigaddset(out, static_cast<int>(n));
  }
}

// Actions and attributes of a spawn, destroyed with it.
struct SpawnState {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  bool has_actions = false, has_attributes = false;
  std::vector<std::string> paths;
  ~SpawnState() {
    if (has_actions) posix_spawn_file_actions_destroy(&actions);
    if (has_attributes) posix_spawnattr_destroy(&attributes);
  }
};

static bool spawn_actions(SpawnState* s, Value given) {
  int err = posix_spawn_file_actions_init(&s->actions);
  if (err) return raise_os_error(err);
  s->has_actions = true;
  Ref list = iterable_to_list(given);
  if (!list) {
    if (!error_matches(types::TypeError)) return false;
    clear_error();
    return raise(types::TypeError, "file_actions must be a sequence or None");
  }
  s->paths.reserve(list_size(list));
  for (size_t i = 0; i < list_size(list); i++) {
    Ref item = list_get(list, i);
    if (!item || !is_tuple(item) || tuple_size(item) == 0)
      return raise(types::TypeError, "Each file_actions element must be a non-empty tuple");
    int tag, fd, fd2, flags, mode;
    if (!to_c_int(tuple_at(item, 0), &tag)) return false;
    switch (tag) {
      case 0: {  // open
        if (tuple_size(item) != 5) return raise(types::TypeError, "A open file_action tuple must have 5 elements");
        FsText path;
        if (!to_c_int(tuple_at(item, 1), &fd) || !path.parse(tuple_at(item, 2)) ||
            !to_c_int(tuple_at(item, 3), &flags) || !to_c_int(tuple_at(item, 4), &mode))
          return false;
        err = posix_spawn_file_actions_addopen(&s->actions, fd, path.get(), flags, static_cast<mode_t>(mode));
        break;
      }
      case 1:  // close
        if (tuple_size(item) != 2) return raise(types::TypeError, "A close file_action tuple must have 2 elements");
        if (!to_c_int(tuple_at(item, 1), &fd)) return false;
        err = posix_spawn_file_actions_addclose(&s->actions, fd);
        break;
      case 2:  // dup2
        if (tuple_size(item) != 3) return raise(types::TypeError, "A dup2 file_action tuple must have 3 elements");
        if (!to_c_int(tuple_at(item, 1), &fd) || !to_c_int(tuple_at(item, 2), &fd2)) return false;
        err = posix_spawn_file_actions_adddup2(&s->actions, fd, fd2);
        break;
      default: return raise(types::TypeError, "Unknown file_actions identifier");
    }
    if (err) return raise_os_error(err);
  }
  return true;
}

static bool spawn_attributes(SpawnState* s, const char* function, Value setpgroup, bool resetids, bool setsid,
                             Value setsigmask, Value setsigdef, Value scheduler) {
  int err = posix_spawnattr_init(&s->attributes);
  if (err) return raise_os_error(err);
  s->has_attributes = true;
  short flags = 0;
  if (setpgroup) {
    int group;
    if (!to_c_int(setpgroup, &group)) return false;
    if ((err = posix_spawnattr_setpgroup(&s->attributes, group))) return raise_os_error(err);
    flags |= POSIX_SPAWN_SETPGROUP;
  }
  if (resetids) flags |= POSIX_SPAWN_RESETIDS;
  if (setsid) flags |= POSIX_SPAWN_SETSID;
  sigset_t set;
  if (setsigmask) {
    if (!spawn_signals(setsigmask, &set)) return false;
    if ((err = posix_spawnattr_setsigmask(&s->attributes, &set))) return raise_os_error(err);
    flags |= POSIX_SPAWN_SETSIGMASK;
  }
  if (setsigdef) {
    if (!spawn_signals(setsigdef, &set)) return false;
    if ((err = posix_spawnattr_setsigdefault(&s->attributes, &set))) return raise_os_error(err);
    flags |= POSIX_SPAWN_SETSIGDEF;
  }
  if (scheduler) {
    if (!is_tuple(scheduler)) return raise(types::SystemError, "new style getargs format but argument is not a tuple");
    if (tuple_size(scheduler) != 2) return raise(types::TypeError, "A scheduler tuple must have two elements");
    Value policy = tuple_at(scheduler, 0), parameter = tuple_at(scheduler, 1);
    sched_param param;
    if (!sched_param_argument(parameter, &param)) return false;
    if (!(policy == kNone)) {
      int p;
      if (!to_c_int(policy, &p)) return false;
      if ((err = posix_spawnattr_setschedpolicy(&s->attributes, p))) return raise_os_error(err);
      flags |= POSIX_SPAWN_SETSCHEDULER;
    }
    if ((err = posix_spawnattr_setschedparam(&s->attributes, &param))) return raise_os_error(err);
    flags |= POSIX_SPAWN_SETSCHEDPARAM;
  }
  if ((err = posix_spawnattr_setflags(&s->attributes, flags))) return raise_os_error(err);
  return true;
}

// path argv env file_actions setpgroup resetids setsid setsigmask setsigdef scheduler
static Ref spawn(Args& a, bool search_path) {
  const char* function = search_path ? "posix_spawnp" : "posix_spawn";
  PathArg path(function, "path");
  if (!path.parse(a[0])) return nullptr;
  Value argv = a[1];
  if (!is_list(argv) && !is_tuple(argv)) return raise(types::TypeError, "%s: argv must be a tuple or list", function);
  if (length_of(argv) < 1) return raise(types::ValueError, "%s: argv must not be empty", function);
  if (!is_mapping(a[2]) && !(a[2] == kNone))
    return raise(types::TypeError, "%s: environment must be a mapping object", function);
  TextArray arguments, environment;
  if (!arguments_of(argv, &arguments)) return nullptr;
  if (arguments.first_is_empty()) return raise(types::ValueError, "%s: argv first element cannot be empty", function);
  if (!(a[2] == kNone) && !environment_of(a[2], &environment)) return nullptr;
  SpawnState state;
  if (a[3] && !(a[3] == kNone) && !spawn_actions(&state, a[3])) return nullptr;
  int resetids, setsid;
  if (!int_argument(a[5], 0, &resetids) || !int_argument(a[6], 0, &setsid)) return nullptr;
  if (!spawn_attributes(&state, function, a[4], resetids != 0, setsid != 0, a[7], a[8], a[9])) return nullptr;
  if (!audit("os.posix_spawn", {path.shown(), argv, a[2]})) return nullptr;
  pid_t pid;
  char* const* env = a[2] == kNone ? environ : environment.get();
  posix_spawn_file_actions_t* actions = state.has_actions ? &state.actions : nullptr;
  gc::forget_habits();
  int err = blocking([&] {
    return search_path ? posix_spawnp(&pid, path.narrow, actions, &state.attributes, arguments.get(), env)
                       : posix_spawn(&pid, path.narrow, actions, &state.attributes, arguments.get(), env);
  });
  if (err) {
    errno = err;
    return path.error();
  }
  return make_int(pid);
}
static Ref posix_spawn_impl(Args& a) { return spawn(a, false); }
static Ref posix_spawnp_impl(Args& a) { return spawn(a, true); }

static Ref posix_system(Args& a) {
  FsText command;
  if (!command.parse(a[0]) || !audit("os.system", {command.object()})) return nullptr;
  gc::forget_habits();
  return make_int(blocking([&] { return system(command.get()); }));
}
static Ref posix_abort(Args&) { abort(); }
static Ref posix_exit(Args& a) {
  int status;
  if (!to_c_int(a[0], &status)) return nullptr;
  _exit(status);
}

// ---- wait -------------------------------------------------------------------------------------------------------------------

static TypeObject* waitid_result_type;
static const StructField kWaitidFields[] = {{"si_pid", nullptr},    {"si_uid", nullptr},  {"si_signo", nullptr},
                                            {"si_status", nullptr}, {"si_code", nullptr}, {nullptr, nullptr}};
static const StructSpec kWaitidSpec = {"posix.waitid_result", "waitid_result: Result from waitid.", kWaitidFields, 5};

static Ref pid_and_status(pid_t pid, int status) {
  return make_tuple_of({Value::from_int(pid), Value::from_int(status)});
}
static Ref posix_wait(Args&) {
  pid_t pid;
  int status = 0;
  if (!blocking_retry([&] { return wait(&status); }, &pid)) return nullptr;
  return pid < 0 ? posix_error() : pid_and_status(pid, status);
}
static Ref posix_waitpid(Args& a) {
  int pid, options, status = 0;
  pid_t r;
  if (!to_c_int(a[0], &pid) || !to_c_int(a[1], &options) ||
      !blocking_retry([&] { return waitpid(pid, &status, options); }, &r))
    return nullptr;
  return r < 0 ? posix_error() : pid_and_status(r, status);
}
static Ref wait_with_usage(pid_t pid, int options) {
  int status = 0;
  pid_t r;
  struct rusage u = {};
  if (!blocking_retry([&] { return wait4(pid, &status, options, &u); }, &r)) return nullptr;
  if (r < 0) return posix_error();
  Ref cls = import_attr("resource", "struct_rusage");
  if (!cls) return nullptr;
  auto seconds = [](const timeval& t) {
    return make_float(static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 0.000001);
  };
  Ref v[16] = {seconds(u.ru_utime),   seconds(u.ru_stime),     make_int(u.ru_maxrss),  make_int(u.ru_ixrss),
               make_int(u.ru_idrss),  make_int(u.ru_isrss),    make_int(u.ru_minflt),  make_int(u.ru_majflt),
               make_int(u.ru_nswap),  make_int(u.ru_inblock),  make_int(u.ru_oublock), make_int(u.ru_msgsnd),
               make_int(u.ru_msgrcv), make_int(u.ru_nsignals), make_int(u.ru_nvcsw),   make_int(u.ru_nivcsw)};
  Ref fields = make_tuple_steal(v, 16);
  Ref usage = fields ? call(cls, fields) : Ref();
  if (!usage) return nullptr;
  return make_tuple_of({Value::from_int(r), Value::from_int(status), usage});
}
static Ref posix_wait3(Args& a) {
  int options;
  return to_c_int(a[0], &options) ? wait_with_usage(-1, options) : nullptr;
}
static Ref posix_wait4(Args& a) {
  int pid, options;
  return to_c_int(a[0], &pid) && to_c_int(a[1], &options) ? wait_with_usage(pid, options) : nullptr;
}
static Ref posix_waitid(Args& a) {
  int idtype, id, options, r;
  siginfo_t si = {};
  if (!to_c_int(a[0], &idtype) || !to_c_int(a[1], &id) || !to_c_int(a[2], &options) ||
      !blocking_retry([&] { return waitid(static_cast<idtype_t>(idtype), static_cast<id_t>(id), &si, options); }, &r))
    return nullptr;
  if (r < 0) return posix_error();
  if (si.si_pid == 0) return none();
  Ref v[5] = {make_int(si.si_pid), uid_value(si.si_uid), make_int(si.si_signo), make_int(si.si_status),
              make_int(si.si_code)};
  return make_structseq(waitid_result_type, v, 5);
}

#define WAIT_TEST(name, expression)                 \
  static Ref posix_##name(Args& a) {                \
    int status;                                     \
    if (!to_c_int(a[0], &status)) return nullptr;   \
    return Ref::imm(bool_value((expression) != 0)); \
  }
#define WAIT_NUMBER(name)                         \
  static Ref posix_##name(Args& a) {              \
    int status;                                   \
    if (!to_c_int(a[0], &status)) return nullptr; \
    return make_int(name(status));                \
  }
WAIT_TEST(WCOREDUMP, WCOREDUMP(status))
WAIT_TEST(WIFCONTINUED, WIFCONTINUED(status))
WAIT_TEST(WIFSTOPPED, WIFSTOPPED(status))
WAIT_TEST(WIFSIGNALED, WIFSIGNALED(status))
WAIT_TEST(WIFEXITED, WIFEXITED(status))
WAIT_NUMBER(WEXITSTATUS)
WAIT_NUMBER(WTERMSIG)
WAIT_NUMBER(WSTOPSIG)
#undef WAIT_TEST
#undef WAIT_NUMBER

static Ref posix_waitstatus_to_exitcode(Args& a) {
  int status;
  if (!to_c_int(a[0], &status)) return nullptr;
  if (WIFEXITED(status)) return make_int(WEXITSTATUS(status));
  if (WIFSIGNALED(status)) return make_int(-WTERMSIG(status));
  if (WIFSTOPPED(status)) return raise(types::ValueError, "process stopped by delivery of signal %i", WSTOPSIG(status));
  return raise(types::ValueError, "invalid wait status: %i", status);
}

// ---- signals to processes -------------------------------------------------------------------------------------------------------

static Ref posix_kill(Args& a) {
  int pid, signum;
  if (!to_c_int(a[0], &pid) || !to_c_int(a[1], &signum)) return nullptr;
  if (!audit("os.kill", {Value::from_int(pid), Value::from_int(signum)})) return nullptr;
  if (kill(pid, signum) < 0) return posix_error();
  if (!poll()) return nullptr;  // it may have been meant for this process
  return none();
}
static Ref posix_killpg(Args& a) {
  int group, signum;
  if (!to_c_int(a[0], &group) || !to_c_int(a[1], &signum)) return nullptr;
  if (!audit("os.killpg", {Value::from_int(group), Value::from_int(signum)})) return nullptr;
  if (killpg(group, signum) < 0) return posix_error();
  if (!poll()) return nullptr;
  return none();
}
static Ref posix_pidfd_open(Args& a) {
  int pid, flags;
  if (!to_c_int(a[0], &pid) || !int_argument(a[1], 0, &flags)) return nullptr;
  int fd = static_cast<int>(syscall(SYS_pidfd_open, pid, static_cast<unsigned>(flags)));
  return fd < 0 ? posix_error() : make_int(fd);
}

bool init_posix_process(Value module) {
  if (!waitid_result_type) waitid_result_type = make_structseq_type(&kWaitidSpec);
  return waitid_result_type && module_add_type(module, waitid_result_type);
}

// pad: the indentation that inspect shows.
#define SPAWN_PARAMETERS(pad)                                        \
  "($module, path, argv, env, /, *, file_actions=(),\n" pad          \
  "setpgroup=<unrepresentable>, resetids=False, setsid=False,\n" pad \
  "setsigmask=(), setsigdef=(), scheduler=<unrepresentable>)"
const NativeDef kPosixProcessFunctions[] = {
    {"fork", "($module, /)", posix_fork, 0, "Forks; returns 0 in the child, the child's pid in the parent."},
    {"forkpty", "($module, /)", posix_forkpty, 0,
     "Forks with a new pseudo-terminal as the child's controlling terminal; (pid, master)."},
    {"register_at_fork",
     "($module, /, *, before=<unrepresentable>,\n                 after_in_child=<unrepresentable>,\n                 "
     "after_in_parent=<unrepresentable>)",
     posix_register_at_fork, 0, "Registers callables to run around fork()."},
    {"execv", "($module, path, argv, /)", posix_execv, 0, "Replaces the process by a program."},
    {"execve", "($module, /, path, argv, env)", posix_execve, 0,
     "Replaces the process by a program with an environment."},
    {"posix_spawn", SPAWN_PARAMETERS("            "), posix_spawn_impl, 0, "Runs a program in a new process."},
    {"posix_spawnp", SPAWN_PARAMETERS("             "), posix_spawnp_impl, 0,
     "Runs a program, looked up in PATH, in a new process."},
    {"system", "($module, /, command)", posix_system, 0, "Runs a command in a subshell."},
    {"abort", "($module, /)", posix_abort, 0, "Aborts the process at once."},
    {"_exit", "($module, /, status)", posix_exit, 0, "Exits to the system with a status, without clean-up."},
    {"wait", "($module, /)", posix_wait, 0, "Waits for a child: (pid, status)."},
    {"waitpid", "($module, pid, options, /)", posix_waitpid, 0, "Waits for a given child: (pid, status)."},
    {"wait3", "($module, /, options)", posix_wait3, 0, "Waits for a child: (pid, status, rusage)."},
    {"wait4", "($module, /, pid, options)", posix_wait4, 0, "Waits for a given child: (pid, status, rusage)."},
    {"waitid", "($module, idtype, id, options, /)", posix_waitid, 0, "Waits for children: a waitid_result, or None."},
    {"WCOREDUMP", "($module, status, /)", posix_WCOREDUMP, 0, "Whether the process dumped core."},
    {"WIFCONTINUED", "($module, /, status)", posix_WIFCONTINUED, 0, "Whether the process was continued from a stop."},
    {"WIFSTOPPED", "($module, /, status)", posix_WIFSTOPPED, 0, "Whether the process was stopped."},
    {"WIFSIGNALED", "($module, /, status)", posix_WIFSIGNALED, 0, "Whether the process was ended by a signal."},
    {"WIFEXITED", "($module, /, status)", posix_WIFEXITED, 0, "Whether the process ended by exit()."},
    {"WEXITSTATUS", "($module, /, status)", posix_WEXITSTATUS, 0, "The exit code in a status."},
    {"WTERMSIG", "($module, /, status)", posix_WTERMSIG, 0, "The signal that ended the process."},
    {"WSTOPSIG", "($module, /, status)", posix_WSTOPSIG, 0, "The signal that stopped the process."},
    {"waitstatus_to_exitcode", "($module, /, status)", posix_waitstatus_to_exitcode, 0,
     "The exit code of a wait status; negative for a signal."},
    {"kill", "($module, pid, signal, /)", posix_kill, 0, "Sends a signal to a process."},
    {"killpg", "($module, pgid, signal, /)", posix_killpg, 0, "Sends a signal to a process group."},
    {"pidfd_open", "($module, /, pid, flags=0)", posix_pidfd_open, 0, "A descriptor that stands for a process."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

}  // namespace taipan
