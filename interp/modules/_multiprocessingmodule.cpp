// _multiprocessing: SemLock, the semaphores that processes share.
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <climits>
#include "interp/modules/deadline.h"
#include "interp/modules/posix_support.h"
#include "interp/objects/dict.h"
#include "interp/objects/float.h"

namespace taipan {

namespace {

enum SemKind { kRecursiveMutex = 0, kSemaphore = 1 };

struct SemLock {
  Header h;
  sem_t* handle;
  std::atomic<uint64_t> owner;  // thread that took it last
  std::atomic<int> count;       // how often this process has it
  int max_value, kind;
  Value name;  // str or None
};
TypeObject* semlock_type;
SemLock* lock_of(Value v) { return v.as<SemLock>(); }
bool is_mine(const SemLock* s) {
  return s->count.load(std::memory_order_relaxed) > 0 &&
         s->owner.load(std::memory_order_relaxed) == current_thread()->ident;
}
void add_to_count(SemLock* s, int n) {
  if (gc::parallel)
    s->count.fetch_add(n, std::memory_order_relaxed);
  else
    s->count.store(s->count.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

void semlock_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* s = reinterpret_cast<SemLock*>(h);
  if (s->handle) sem_close(s->handle);
  Ref name = gc::take(h, &s->name);
  finish_dealloc(h);
}

Ref make_semlock(TypeObject* cls, sem_t* handle, int kind, int max_value, Value name) {
  auto* s = alloc_instance_as<SemLock>(cls);
  if (!s) {
    sem_close(handle);
    return nullptr;
  }
  s->handle = handle;
  s->kind = kind;
  s->max_value = max_value;
  gc::init(&s->name, Ref::dup(name));
  return Ref::steal(s);
}

Ref semlock_new(TypeObject* cls, RawArgs raw) {
  static const Signature sig("SemLock", "(kind, value, maxvalue, name, unlink)");
  Value v[5];
  int kind, value, max_value;
  if (!sig.bind(raw, v) || !to_c_int(v[0], &kind) || !to_c_int(v[1], &value) || !to_c_int(v[2], &max_value))
    return nullptr;
  if (!is_str(v[3])) return raise(types::TypeError, "SemLock() argument 'name' must be str, not %.50T", v[3]);
  std::string name;
  if (!utf8_of(v[3], &name)) return nullptr;
  int unlink = is_true(v[4]);
  if (unlink < 0) return nullptr;
  if (kind != kRecursiveMutex && kind != kSemaphore) return raise(types::ValueError, "unrecognized kind");
  sem_t* handle = sem_open(name.c_str(), O_CREAT | O_EXCL, 0600, static_cast<unsigned>(value));
  if (handle == SEM_FAILED) return posix_error();
  if (unlink && sem_unlink(name.c_str()) < 0) {
    int err = errno;
    sem_close(handle);
    return raise_os_error(err);
  }
  return make_semlock(cls, handle, kind, max_value, unlink ? kNone : v[3]);
}
Ref semlock_rebuild(Args& a) {
  int kind, max_value;
  if (!is_int(a[0])) return raise(types::TypeError, "an integer is required");
  if (!to_c_int(a[1], &kind) || !to_c_int(a[2], &max_value)) return nullptr;
  auto* handle = reinterpret_cast<sem_t*>(int_low64(a[0]));
  if (a[3] != kNone) {
    if (!is_str(a[3])) return raise(types::TypeError, "_rebuild() argument 4 must be str or None, not %.50T", a[3]);
    std::string name;
    if (!utf8_of(a[3], &name)) return nullptr;
    handle = sem_open(name.c_str(), 0);
    if (handle == SEM_FAILED) return posix_error();
  }
  return make_semlock(a.self.as<TypeObject>(), handle, kind, max_value, a[3]);
}

// 1 taken, 0 not, -1 raised.
int take(SemLock* s, bool block, const timespec* deadline) {
  for (;;) {
    int r = sem_trywait(s->handle);
    if (r < 0 && errno == EAGAIN && block) {
      r = blocking([&] { return deadline ? sem_timedwait(s->handle, deadline) : sem_wait(s->handle); });
    }
    if (r == 0) return 1;
    if (errno == EAGAIN || errno == ETIMEDOUT) return 0;
    if (errno != EINTR) return raise_os_error(errno);
    if (!poll()) return -1;
  }
}
Ref acquire(SemLock* s, bool block, Value timeout) {
  if (s->kind == kRecursiveMutex && is_mine(s)) {
    add_to_count(s, 1);
    return Ref::imm(kTrue);
  }
  timespec deadline;
  bool timed = timeout && timeout != kNone;
  if (timed) {
    double seconds;
    if (!to_double(timeout, &seconds)) return nullptr;
    if (!(seconds > 0)) seconds = 0;
    if (seconds > 1e9) seconds = 1e9;
    clock_gettime(CLOCK_REALTIME, &deadline);
    auto whole = static_cast<time_t>(seconds);
    deadline.tv_sec += whole;
    deadline.tv_nsec += static_cast<long>((seconds - static_cast<double>(whole)) * 1e9 + 0.5);
    deadline.tv_sec += deadline.tv_nsec / 1000000000;
    deadline.tv_nsec %= 1000000000;
  }
  int r = take(s, block, timed ? &deadline : nullptr);
  if (r < 0) return nullptr;
  if (r == 0) return Ref::imm(kFalse);
  add_to_count(s, 1);
  s->owner.store(current_thread()->ident, std::memory_order_relaxed);
  return Ref::imm(kTrue);
}
Ref semlock_acquire(Args& a) {
  int block = a[0] ? is_true(a[0]) : 1;
  if (block < 0) return nullptr;
  return acquire(lock_of(a.self), block != 0, a[1]);
}
Ref semlock_enter(Args& a) { return acquire(lock_of(a.self), true, Value()); }
Ref semlock_release(Args& a) {
  SemLock* s = lock_of(a.self);
  if (s->kind == kRecursiveMutex) {
    if (!is_mine(s)) return raise(types::AssertionError, "attempt to release recursive lock not owned by thread");
    if (s->count.load() > 1) {
      add_to_count(s, -1);
      return none();
    }
  } else {
    int value;
    if (sem_getvalue(s->handle, &value) < 0) return posix_error();
    if (value >= s->max_value) return raise(types::ValueError, "semaphore or lock released too many times");
  }
  add_to_count(s, -1);
  if (sem_post(s->handle) < 0) {
    int err = errno;
    add_to_count(s, 1);
    return raise_os_error(err);
  }
  return none();
}
Ref semlock_count(Args& a) { return make_int(lock_of(a.self)->count.load()); }
Ref semlock_is_mine(Args& a) { return Ref::imm(bool_value(is_mine(lock_of(a.self)))); }
Ref semlock_get_value(Args& a) {
  int value;
  if (sem_getvalue(lock_of(a.self)->handle, &value) < 0) return posix_error();
  return make_int(value < 0 ? 0 : value);
}
Ref semlock_is_zero(Args& a) {
  int value;
  if (sem_getvalue(lock_of(a.self)->handle, &value) < 0) return posix_error();
  return Ref::imm(bool_value(value <= 0));
}
Ref semlock_after_fork(Args& a) {
  lock_of(a.self)->count.store(0);
  return none();
}
Ref semlock_handle(Value v) { return make_int_u64(reinterpret_cast<uint64_t>(lock_of(v)->handle)); }

const NativeDef kMethods[] = {
    {"acquire", "($self, /, block=True, timeout=None)", semlock_acquire, 0, "Acquire the semaphore/lock."},
    {"release", "($self, /)", semlock_release, 0, "Release the semaphore/lock."},
    {"__enter__", "($self, /)", semlock_enter, 0, "Enter the semaphore/lock."},
    {"__exit__", "($self, exc_type=None, exc_value=None, exc_tb=None, /)", semlock_release, 0,
     "Exit the semaphore/lock."},
    {"_count", "($self, /)", semlock_count, 0, "Num of `acquire()`s minus num of `release()`s for this process."},
    {"_is_mine", "($self, /)", semlock_is_mine, 0, "Whether the lock is owned by this thread."},
    {"_get_value", "($self, /)", semlock_get_value, 0, "Get the value of the semaphore."},
    {"_is_zero", "($self, /)", semlock_is_zero, 0, "Return whether semaphore has value zero."},
    {"_rebuild", "($type, handle, kind, maxvalue, name, /)", semlock_rebuild, kNativeClassMethod, nullptr},
    {"_after_fork", "($self, /)", semlock_after_fork, 0, "Rezero the net acquisition count after fork()."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const MemberDef kMembers[] = {{"kind", kMemberInt, offsetof(SemLock, kind), true, nullptr},
                              {"maxvalue", kMemberInt, offsetof(SemLock, max_value), true, nullptr},
                              {"name", kMemberValueNone, offsetof(SemLock, name), true, nullptr},
                              {nullptr, kMemberInt, 0, false, nullptr}};
const GetSetDef kGetSet[] = {{"handle", semlock_handle, nullptr, nullptr}, {nullptr, nullptr, nullptr, nullptr}};
const TypeSpec kSemLockSpec = {.doc = "Semaphore/Mutex type",
                               .flags = kTypeBaseable,
                               .basic_size = sizeof(SemLock),
                               .ops = {.dealloc = semlock_dealloc},
                               .methods = kMethods,
                               .getset = kGetSet,
                               .members = kMembers,
                               .s = {.new_ = semlock_new}};

Ref sem_unlink_impl(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "sem_unlink() argument must be str, not %.50T", a[0]);
  std::string name;
  if (!utf8_of(a[0], &name)) return nullptr;
  return none_or_error(sem_unlink(name.c_str()));
}
const NativeDef kFunctions[] = {
    {"sem_unlink", "($module, name, /)", sem_unlink_impl, 0, "Removes the name of a semaphore."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

bool multiprocessing_exec(Value module) {
  if (!semlock_type) {
    semlock_type = make_native_type("_multiprocessing.SemLock", types::Object, &kSemLockSpec);
    if (!semlock_type || !type_set_attr(semlock_type, TAIPAN_NAME(SEM_VALUE_MAX), Value::from_int(SEM_VALUE_MAX)))
      return false;
  }
  Ref flags = make_dict();
  return flags && dict_set_cstr(flags, "HAVE_SEM_OPEN", Value::from_int(1)) &&
         dict_set_cstr(flags, "HAVE_SEM_TIMEDWAIT", Value::from_int(1)) &&
         module_add(module, "flags", std::move(flags)) && module_add_type(module, semlock_type);
}

}  // namespace

// GIL off: sem_unlink is a system call.
extern const ModuleDef _multiprocessing_module;
const ModuleDef _multiprocessing_module = {"_multiprocessing", "Semaphores for the package multiprocessing.",
                                           kFunctions, multiprocessing_exec, kFunctionsAtOnce};

}  // namespace taipan
