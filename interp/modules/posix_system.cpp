// posix: the machine: limits, names, times, scheduling, randomness, environment.
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <climits>
#include <cstdlib>
#include <cstring>
#include "interp/modules/audit.h"
#include "interp/modules/local_time.h"
#include "interp/modules/posix_support.h"
#include "interp/objects/codecs.h"
#include "interp/objects/dict.h"
#include "interp/objects/float.h"
#include "interp/objects/set.h"
#include "interp/objects/structseq.h"
#include "interp/thread_workers.h"

namespace taipan {

// ---- configuration ------------------------------------------------------------------------------------------------------------

static bool configuration_name(Value v, const IntConstant* table, int* out) {
  if (is_int(v)) return to_c_int(v, out);
  if (!is_str(v)) return raise(types::TypeError, "configuration names must be strings or integers");
  for (const IntConstant* c = table; c->name; c++) {
    if (!str_eq_ascii(v, c->name)) continue;
    *out = static_cast<int>(c->value);
    return true;
  }
  return raise(types::ValueError, "unrecognized configuration name");
}
static Ref posix_sysconf(Args& a) {
  int name;
  if (!configuration_name(a[0], kSysconfNames, &name)) return nullptr;
  errno = 0;
  long r = sysconf(name);
  return r == -1 && errno ? posix_error() : make_int(r);
}
static Ref posix_fpathconf(Args& a) {
  int fd, name;
  if (!fildes_argument(a[0], &fd) || !configuration_name(a[1], kPathconfNames, &name)) return nullptr;
  errno = 0;
  long r = fpathconf(fd, name);
  return r == -1 && errno ? posix_error() : make_int(r);
}
static Ref posix_pathconf(Args& a) {
  PathArg path("pathconf", "path", false, true);
  int name;
  if (!path.parse(a[0]) || !configuration_name(a[1], kPathconfNames, &name)) return nullptr;
  errno = 0;
  long r = path.is_fd ? fpathconf(path.fd, name) : pathconf(path.narrow, name);
  if (r == -1 && errno) return errno == EINVAL ? posix_error() : path.error();
  return make_int(r);
}
static Ref posix_confstr(Args& a) {
  int name;
  if (!configuration_name(a[0], kConfstrNames, &name)) return nullptr;
  std::string buf(256, '\0');
  errno = 0;
  size_t n = confstr(name, buf.data(), buf.size());
  if (n == 0) return errno ? posix_error() : none();
  if (n > buf.size()) {
    buf.resize(n);
    n = confstr(name, buf.data(), n);
  }
  return decode_fs({buf.data(), n - 1});
}

static Ref names_dict(const IntConstant* table) {
  Ref d = make_dict();
  for (const IntConstant* c = table; d && c->name; c++)
    if (!dict_set_cstr(d, c->name, Value::from_int(c->value))) return nullptr;
  return d;
}

// ---- the system -----------------------------------------------------------------------------------------------------------------

static TypeObject *uname_type, *times_type, *terminal_size_type, *sched_param_type;
static const StructField kUnameFields[] = {
    {"sysname", "operating system name"},    {"nodename", "name of machine on network (implementation-defined)"},
    {"release", "operating system release"}, {"version", "operating system version"},
    {"machine", "hardware identifier"},      {nullptr, nullptr}};
static const StructSpec kUnameSpec = {"posix.uname_result", "uname_result: Result from os.uname().", kUnameFields, 5};
static const StructField kTimesFields[] = {{"user", "user time"},
                                           {"system", "system time"},
                                           {"children_user", "user time of children"},
                                           {"children_system", "system time of children"},
                                           {"elapsed", "elapsed time since an arbitrary point in the past"},
                                           {nullptr, nullptr}};
static const StructSpec kTimesSpec = {"posix.times_result", "times_result: Result from os.times().", kTimesFields, 5};
static const StructField kTerminalFields[] = {{"columns", "width of the terminal window in characters"},
                                              {"lines", "height of the terminal window in characters"},
                                              {nullptr, nullptr}};
static const StructSpec kTerminalSpec = {
    "os.terminal_size", "A tuple of (columns, lines) for holding terminal window size", kTerminalFields, 2};
static const StructField kSchedFields[] = {{"sched_priority", "the scheduling priority"}, {nullptr, nullptr}};
static const StructSpec kSchedSpec = {
    "posix.sched_param", "sched_param(sched_priority)\n--\n\nHolds the scheduling parameters.", kSchedFields, 1};

static Ref posix_uname(Args&) {
  utsname u;
  if (uname(&u) < 0) return posix_error();
  Ref v[5] = {decode_fs(u.sysname), decode_fs(u.nodename), decode_fs(u.release), decode_fs(u.version),
              decode_fs(u.machine)};
  for (Ref& r : v)
    if (!r) return nullptr;
  return make_structseq(uname_type, v, 5);
}
static Ref posix_times(Args&) {
  tms t;
  clock_t now = times(&t);
  if (now == static_cast<clock_t>(-1)) return posix_error();
  static const double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  auto seconds = [](clock_t c) { return make_float(static_cast<double>(c) / ticks); };
  Ref v[5] = {seconds(t.tms_utime), seconds(t.tms_stime), seconds(t.tms_cutime), seconds(t.tms_cstime), seconds(now)};
  return make_structseq(times_type, v, 5);
}
static Ref posix_get_terminal_size(Args& a) {
  int fd;
  if (!int_argument(a[0], 1, &fd)) return nullptr;
  winsize w;
  if (ioctl(fd, TIOCGWINSZ, &w) < 0) return posix_error();
  Ref v[2] = {make_int(w.ws_col), make_int(w.ws_row)};
  return make_structseq(terminal_size_type, v, 2);
}
static Ref posix_cpu_count(Args&) {
  long n = sysconf(_SC_NPROCESSORS_ONLN);
  return n < 1 ? none() : make_int(n);
}
static Ref posix_getloadavg(Args&) {
  double load[3];
  if (getloadavg(load, 3) != 3) return raise(types::OSError, "Load averages are unobtainable");
  Ref v[3] = {make_float(load[0]), make_float(load[1]), make_float(load[2])};
  return make_tuple_steal(v, 3);
}
static Ref posix_strerror(Args& a) {
  int code;
  if (!to_c_int(a[0], &code)) return nullptr;
  char buf[256];
  return decode_fs(strerror_r(code, buf, sizeof buf));
}

static Ref posix_putenv(Args& a) {
  FsText name, value;
  if (!name.parse(a[0]) || !value.parse(a[1]) || !audit("os.putenv", {name.object(), value.object()})) return nullptr;
  if (name.view().find('=') != std::string_view::npos)
    return raise(types::ValueError, "illegal environment variable name");
  int failed = setenv(name.get(), value.get(), 1);
  environment_changed(name.view());
  return none_or_error(failed);
}
static Ref posix_unsetenv(Args& a) {
  FsText name;
  if (!name.parse(a[0]) || !audit("os.unsetenv", {name.object()})) return nullptr;
  int failed = unsetenv(name.get());
  environment_changed(name.view());
  return none_or_error(failed);
}
static Ref environment_dict() {
  Ref d = make_dict();
  if (!d) return nullptr;
  for (char** e = environ; e && *e; e++) {
    const char* equals = std::strchr(*e, '=');
    if (!equals) continue;
    Ref key = make_bytes(*e, static_cast<size_t>(equals - *e)), value = make_bytes(equals + 1, std::strlen(equals + 1));
    if (!key || !value) return nullptr;
    Ref there = dict_setdefault(d, key, value);
    if (!there) return nullptr;
  }
  return d;
}

// ---- randomness ---------------------------------------------------------------------------------------------------------------

static Ref posix_getrandom(Args& a) {
  int64_t size;
  int flags;
  if (!to_c_ssize(a[0], &size) || !int_argument(a[1], 0, &flags)) return nullptr;
  if (size < 0) {
    errno = EINVAL;
    return posix_error();
  }
  Ref r = new_bytes_raw(static_cast<size_t>(size));
  if (!r) return nullptr;
  ssize_t n;
  uint8_t* data = r.as<Bytes>()->data();
  if (!blocking_retry([&] { return getrandom(data, static_cast<size_t>(size), static_cast<unsigned>(flags)); }, &n))
    return nullptr;
  if (n < 0) return posix_error();
  return n == size ? std::move(r) : make_bytes(data, static_cast<size_t>(n));
}
static Ref posix_urandom(Args& a) {
  int64_t size;
  if (!to_c_ssize(a[0], &size)) return nullptr;
  if (size < 0) return raise(types::ValueError, "negative argument not allowed");
  Ref r = new_bytes_raw(static_cast<size_t>(size));
  if (!r) return nullptr;
  uint8_t* data = r.as<Bytes>()->data();
  for (int64_t done = 0; done < size;) {
    ssize_t n;
    if (!blocking_retry([&] { return getrandom(data + done, static_cast<size_t>(size - done), 0); }, &n))
      return nullptr;
    if (n < 0) return posix_error();
    done += n;
  }
  return r;
}

// ---- scheduling ---------------------------------------------------------------------------------------------------------------

static NewSlot sched_param_base_new;

static Ref make_sched_param(TypeObject* cls, Value priority) {
  Ref tuple = make_tuple_of({priority});
  if (!tuple) return nullptr;
  Value v = tuple;
  return sched_param_base_new(cls, {&v, 1, Value()});
}
static Ref sched_param_new(TypeObject* cls, RawArgs raw) {
  static const Signature sig("sched_param", "(sched_priority)");
  Value v;
  if (!sig.bind(raw, &v)) return nullptr;
  return make_sched_param(cls, v);
}

bool sched_param_argument(Value v, sched_param* out) {
  if (!is_tuple(v) || type_of(v) != sched_param_type) return raise(types::TypeError, "must have a sched_param object");
  int64_t priority;
  if (!to_int64(tuple_at(v, 0), &priority)) return false;
  if (priority > INT_MAX || priority < INT_MIN) return raise(types::OverflowError, "sched_priority out of range");
  out->sched_priority = static_cast<int>(priority);
  return true;
}

static Ref posix_sched_get_priority_max(Args& a) {
  int policy;
  if (!to_c_int(a[0], &policy)) return nullptr;
  int r = sched_get_priority_max(policy);
  return r < 0 ? posix_error() : make_int(r);
}
static Ref posix_sched_get_priority_min(Args& a) {
  int policy;
  if (!to_c_int(a[0], &policy)) return nullptr;
  int r = sched_get_priority_min(policy);
  return r < 0 ? posix_error() : make_int(r);
}
static Ref posix_sched_getscheduler(Args& a) {
  int pid;
  if (!to_c_int(a[0], &pid)) return nullptr;
  int r = sched_getscheduler(pid);
  return r < 0 ? posix_error() : make_int(r);
}
static Ref posix_sched_setscheduler(Args& a) {
  int pid, policy;
  sched_param param;
  if (!to_c_int(a[0], &pid) || !to_c_int(a[1], &policy) || !sched_param_argument(a[2], &param)) return nullptr;
  keep_no_workers();
  return none_or_error(sched_setscheduler(pid, policy, &param));
}
static Ref posix_sched_getparam(Args& a) {
  int pid;
  sched_param param;
  if (!to_c_int(a[0], &pid)) return nullptr;
  if (sched_getparam(pid, &param) < 0) return posix_error();
  return make_sched_param(sched_param_type, Value::from_int(param.sched_priority));
}
static Ref posix_sched_setparam(Args& a) {
  int pid;
  sched_param param;
  if (!to_c_int(a[0], &pid) || !sched_param_argument(a[1], &param)) return nullptr;
  keep_no_workers();
  return none_or_error(sched_setparam(pid, &param));
}
static Ref posix_sched_rr_get_interval(Args& a) {
  int pid;
  timespec t;
  if (!to_c_int(a[0], &pid)) return nullptr;
  if (sched_rr_get_interval(pid, &t) < 0) return posix_error();
  return make_float(static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec));
}
static Ref posix_sched_yield(Args&) {
  return none_or_error(blocking([] { return sched_yield(); }));
}

// A set of processors that grows.
class CpuSet {
 public:
  explicit CpuSet(int n) { grow(n); }
  ~CpuSet() { CPU_FREE(set_); }
  CpuSet(const CpuSet&) = delete;
  void grow(int n) {
    cpu_set_t* bigger = CPU_ALLOC(static_cast<size_t>(n));
    size_t size = CPU_ALLOC_SIZE(static_cast<size_t>(n));
    std::memset(bigger, 0, size);
    if (set_) {
      std::memcpy(bigger, set_, size_);
      CPU_FREE(set_);
    }
    set_ = bigger;
    size_ = size;
    n_ = n;
  }
  cpu_set_t* get() { return set_; }
  size_t bytes() const { return size_; }
  int capacity() const { return n_; }

 private:
  cpu_set_t* set_ = nullptr;
  size_t size_ = 0;
  int n_ = 0;
};

static Ref posix_sched_setaffinity(Args& a) {
  int pid;
  if (!to_c_int(a[0], &pid)) return nullptr;
  Ref it = get_iter(a[1]);
  if (!it) return nullptr;
  CpuSet set(1024);
  for (;;) {
    Ref item = iter_next(it);
    if (!item) return nullptr;
    if (is_stop(item)) break;
    if (!is_int(item))
      return raise(types::TypeError, "expected an iterator of ints, but iterator yielded %R", Value(type_of(item)));
    int64_t cpu;
    if (!int_fits64(item, &cpu)) cpu = int_sign(item) < 0 ? -1 : INT64_MAX;
    if (cpu < 0) return raise(types::ValueError, "negative CPU number");
    if (cpu > INT_MAX - 1) return raise(types::OverflowError, "CPU number too large");
    if (cpu >= set.capacity()) {
      if (cpu > (1 << 22)) return raise_memory();
      set.grow(static_cast<int>(cpu) * 2);
    }
    CPU_SET_S(static_cast<size_t>(cpu), set.bytes(), set.get());
  }
  keep_no_workers();
  return none_or_error(sched_setaffinity(pid, set.bytes(), set.get()));
}
static Ref posix_sched_getaffinity(Args& a) {
  int pid;
  if (!to_c_int(a[0], &pid)) return nullptr;
  CpuSet set(1024);
  while (sched_getaffinity(pid, set.bytes(), set.get()) < 0) {
    if (errno != EINVAL || set.capacity() > (1 << 22)) return posix_error();
    set.grow(set.capacity() * 2);
  }
  Ref r = make_set();
  if (!r) return nullptr;
  for (int i = 0; i < set.capacity(); i++)
    if (CPU_ISSET_S(static_cast<size_t>(i), set.bytes(), set.get()) && !set_add(r, Value::from_int(i))) return nullptr;
  return r;
}

bool init_posix_system(Value module) {
  if (!uname_type) {
    uname_type = make_structseq_type(&kUnameSpec);
    times_type = make_structseq_type(&kTimesSpec);
    terminal_size_type = make_structseq_type(&kTerminalSpec);
    sched_param_type = make_structseq_type(&kSchedSpec);
    if (sched_param_type) {
      sched_param_base_new = sched_param_type->s.new_;
      sched_param_type->s.new_ = sched_param_new;
    }
  }
  if (!uname_type || !times_type || !terminal_size_type || !sched_param_type) return false;
  return module_add_type(module, uname_type) && module_add_type(module, times_type) &&
         module_add_type(module, terminal_size_type) && module_add_type(module, sched_param_type) &&
         module_add(module, "sysconf_names", names_dict(kSysconfNames)) &&
         module_add(module, "pathconf_names", names_dict(kPathconfNames)) &&
         module_add(module, "confstr_names", names_dict(kConfstrNames)) &&
         module_add(module, "environ", environment_dict());
}

const NativeDef kPosixSystemFunctions[] = {
    {"sysconf", "($module, name, /)", posix_sysconf, 0, "A configuration value of the system."},
    {"pathconf", "($module, /, path, name)", posix_pathconf, 0,
     "A limit that holds for a file or directory; -1 for none."},
    {"fpathconf", "($module, fd, name, /)", posix_fpathconf, 0, "A limit that holds for an open file; -1 for none."},
    {"confstr", "($module, name, /)", posix_confstr, 0, "A configuration text of the system."},
    {"uname", "($module, /)", posix_uname, 0, "What the system is called."},
    {"times", "($module, /)", posix_times, 0, "Processor times of the process and its children."},
    {"get_terminal_size", "($module, fd=<unrepresentable>, /)", posix_get_terminal_size, 0,
     "Width and height of a terminal."},
    {"cpu_count", "($module, /)", posix_cpu_count, 0, "The number of processors, or None."},
    {"getloadavg", "($module, /)", posix_getloadavg, 0, "How many processes ran on average over 1, 5 and 15 minutes."},
    {"strerror", "($module, code, /)", posix_strerror, 0, "The message of an error number."},
    {"putenv", "($module, name, value, /)", posix_putenv, 0, "Sets an environment variable."},
    {"unsetenv", "($module, name, /)", posix_unsetenv, 0, "Removes an environment variable."},
    {"getrandom", "($module, /, size, flags=0)", posix_getrandom, 0, "Random bytes, with flags."},
    {"urandom", "($module, size, /)", posix_urandom, 0, "Random bytes fit for cryptography."},
    {"sched_get_priority_max", "($module, /, policy)", posix_sched_get_priority_max, 0,
     "The highest priority of a policy."},
    {"sched_get_priority_min", "($module, /, policy)", posix_sched_get_priority_min, 0,
     "The lowest priority of a policy."},
    {"sched_getparam", "($module, pid, /)", posix_sched_getparam, 0, "The scheduling parameters of a process."},
    {"sched_setparam", "($module, pid, param, /)", posix_sched_setparam, 0,
     "Sets the scheduling parameters of a process."},
    {"sched_getscheduler", "($module, pid, /)", posix_sched_getscheduler, 0, "The scheduling policy of a process."},
    {"sched_setscheduler", "($module, pid, policy, param, /)", posix_sched_setscheduler, 0,
     "Sets the scheduling policy of a process."},
    {"sched_rr_get_interval", "($module, pid, /)", posix_sched_rr_get_interval, 0,
     "The round-robin quantum of a process, in seconds."},
    {"sched_yield", "($module, /)", posix_sched_yield, 0, "Gives the processor away."},
    {"sched_setaffinity", "($module, pid, mask, /)", posix_sched_setaffinity, 0,
     "Sets the processors a process may run on."},
    {"sched_getaffinity", "($module, pid, /)", posix_sched_getaffinity, 0, "The processors a process may run on."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

}  // namespace taipan
