// The module resource: what this process may use and has used.
#include <sys/resource.h>
#include <unistd.h>
#include "interp/modules/audit.h"
#include "interp/modules/posix_support.h"
#include "interp/objects/float.h"
#include "interp/objects/structseq.h"

namespace taipan {

namespace {

TypeObject* rusage_type;
const StructField kRusageFields[] = {{"ru_utime", "user time used"},
                                     {"ru_stime", "system time used"},
                                     {"ru_maxrss", "max. resident set size"},
                                     {"ru_ixrss", "shared memory size"},
                                     {"ru_idrss", "unshared data size"},
                                     {"ru_isrss", "unshared stack size"},
                                     {"ru_minflt", "page faults not requiring I/O"},
                                     {"ru_majflt", "page faults requiring I/O"},
                                     {"ru_nswap", "number of swap outs"},
                                     {"ru_inblock", "block input operations"},
                                     {"ru_oublock", "block output operations"},
                                     {"ru_msgsnd", "IPC messages sent"},
                                     {"ru_msgrcv", "IPC messages received"},
                                     {"ru_nsignals", "signals received"},
                                     {"ru_nvcsw", "voluntary context switches"},
                                     {"ru_nivcsw", "involuntary context switches"},
                                     {nullptr, nullptr}};
const StructSpec kRusageSpec = {
    "resource.struct_rusage",
    "struct_rusage: Result from getrusage.\n\nA tuple whose fields have names (ru_utime, ru_stime, ru_maxrss...).",
    kRusageFields, 16};

Ref resource_getrusage(Args& a) {
  int who;
  if (!to_c_int(a[0], &who)) return nullptr;
  struct rusage u;
  if (getrusage(static_cast<__rusage_who>(who), &u) < 0) {
    if (errno == EINVAL) return raise(types::ValueError, "invalid who parameter");
    return posix_error();
  }
  auto seconds = [](const timeval& t) {
    return make_float(static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 0.000001);
  };
  Ref v[16] = {seconds(u.ru_utime),   seconds(u.ru_stime),     make_int(u.ru_maxrss),  make_int(u.ru_ixrss),
               make_int(u.ru_idrss),  make_int(u.ru_isrss),    make_int(u.ru_minflt),  make_int(u.ru_majflt),
               make_int(u.ru_nswap),  make_int(u.ru_inblock),  make_int(u.ru_oublock), make_int(u.ru_msgsnd),
               make_int(u.ru_msgrcv), make_int(u.ru_nsignals), make_int(u.ru_nvcsw),   make_int(u.ru_nivcsw)};
  return make_structseq(rusage_type, v, 16);
}

bool limits_argument(Value v, rlimit* out) {
  Ref items = iterable_to_tuple(v);
  if (!items) return false;
  if (tuple_size(items) != 2) return raise(types::ValueError, "expected a tuple of 2 integers");
  int64_t soft, hard;
  if (!to_int64(tuple_at(items, 0), &soft) || !to_int64(tuple_at(items, 1), &hard)) return false;
  out->rlim_cur = static_cast<rlim_t>(soft);
  out->rlim_max = static_cast<rlim_t>(hard);
  return true;
}
Ref limits_of(const rlimit& r) {
  return make_tuple_of(
      {Value::from_int(static_cast<int64_t>(r.rlim_cur)), Value::from_int(static_cast<int64_t>(r.rlim_max))});
}
Fail raise_set_error() {
  if (errno == EINVAL) return raise(types::ValueError, "current limit exceeds maximum limit");
  if (errno == EPERM) return raise(types::ValueError, "not allowed to raise maximum limit");
  return raise_os_error(errno);
}
bool resource_argument(Value v, int* out) {
  if (!to_c_int(v, out)) return false;
  if (*out < 0 || *out >= RLIM_NLIMITS) return raise(types::ValueError, "invalid resource specified");
  return true;
}

Ref resource_getrlimit(Args& a) {
  int which;
  rlimit r;
  if (!resource_argument(a[0], &which)) return nullptr;
  return getrlimit(static_cast<__rlimit_resource>(which), &r) < 0 ? posix_error() : limits_of(r);
}
Ref resource_setrlimit(Args& a) {
  int which;
  rlimit r;
  if (!to_c_int(a[0], &which) || !audit("resource.setrlimit", {Value::from_int(which), a[1]})) return nullptr;
  if (!resource_argument(a[0], &which) || !limits_argument(a[1], &r)) return nullptr;
  return setrlimit(static_cast<__rlimit_resource>(which), &r) < 0 ? raise_set_error() : none();
}
Ref resource_prlimit(Args& a) {
  if (a.raw.n < 2 || a.raw.n > 3) return raise(types::TypeError, "resource.prlimit requires 2 to 3 arguments");
  int pid, which;
  const Value* v = a.raw.v;
  if (!to_c_int(v[0], &pid) || !to_c_int(v[1], &which)) return nullptr;
  if (!audit("resource.prlimit", {Value::from_int(pid), Value::from_int(which), a.raw.n == 3 ? v[2] : kNone}))
    return nullptr;
  if (!resource_argument(v[1], &which)) return nullptr;
  rlimit fresh, old;
  bool set = a.raw.n == 3;
  if (set && !limits_argument(v[2], &fresh)) return nullptr;
  if (prlimit(pid, static_cast<__rlimit_resource>(which), set ? &fresh : nullptr, &old) < 0) {
    if (errno == EINVAL) return raise(types::ValueError, "current limit exceeds maximum limit");
    return posix_error();
  }
  return limits_of(old);
}
Ref resource_getpagesize(Args&) { return make_int(sysconf(_SC_PAGESIZE)); }

const NativeDef kFunctions[] = {
    {"getrusage", "($module, who, /)", resource_getrusage, 0,
     "What this process, its children or this thread have used."},
    {"getrlimit", "($module, resource, /)", resource_getrlimit, 0, "The limits of a resource: (soft, hard)."},
    {"prlimit", "(...)", resource_prlimit, kNativeNoSignature,
     "prlimit(pid, resource[, limits])\n--\n\nThe limits of any process, which are set where limits is given."},
    {"setrlimit", "($module, resource, limits, /)", resource_setrlimit, 0,
     "Sets the limits of a resource: (soft, hard)."},
    {"getpagesize", "($module, /)", resource_getpagesize, 0, "The size of a page of memory."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

#define NAME(n) {#n, static_cast<int64_t>(n)}
const IntConstant kConstants[] = {NAME(RLIMIT_CPU),        NAME(RLIMIT_FSIZE),   NAME(RLIMIT_DATA),
                                  NAME(RLIMIT_STACK),      NAME(RLIMIT_CORE),    NAME(RLIMIT_NOFILE),
                                  NAME(RLIMIT_OFILE),      NAME(RLIMIT_AS),      NAME(RLIMIT_RSS),
                                  NAME(RLIMIT_NPROC),      NAME(RLIMIT_MEMLOCK), NAME(RLIMIT_MSGQUEUE),
                                  NAME(RLIMIT_NICE),       NAME(RLIMIT_RTPRIO),  NAME(RLIMIT_RTTIME),
                                  NAME(RLIMIT_SIGPENDING), NAME(RUSAGE_SELF),    NAME(RUSAGE_CHILDREN),
                                  NAME(RUSAGE_THREAD),     NAME(RLIM_INFINITY),  {nullptr, 0}};
#undef NAME

bool resource_exec(Value module) {
  if (!rusage_type) rusage_type = make_structseq_type(&kRusageSpec);
  return rusage_type && module_add(module, "error", Ref::dup(Value(types::OSError))) &&
         module_add_type(module, rusage_type) && module_add_constants(module, kConstants);
}

}  // namespace

// GIL off: system calls.
extern const ModuleDef resource_module;
const ModuleDef resource_module = {"resource", "Limits and use of the system's resources.", kFunctions, resource_exec,
                                   kFunctionsAtOnce};

}  // namespace taipan
