// _thread: threads, locks, thread-local data.
#include <cerrno>
#include <climits>
#include <cmath>
#include <csignal>
#include <ctime>
#include <mutex>
#include <new>

#include <pthread.h>
#include <unistd.h>

#include "arch/cpu.h"
#include "gc/epoch.h"
#include "gc/lock.h"
#include "interp/builtins.h"
#include "interp/gil.h"
#include "interp/modules/module_util.h"
#include "interp/modules/posix_fork.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/float.h"
#include "interp/objects/list.h"
#include "interp/objects/parallel.h"
#include "interp/objects/structseq.h"
#include "interp/objects/tuple.h"
#include "interp/objects/weakref.h"
#include "interp/signals.h"
#include "interp/thread_lock.h"
#include "interp/thread_workers.h"

namespace taipan {

extern const ModuleDef _thread_module;

namespace {

Ref none() { return Ref::imm(kNone); }

// ---------------------------------------------------------------------------------------------------------------------- locks
struct Lock {
  Header h;
  ThreadLock lock;
  // For the lock that stands for a thread's life (_set_sentinel). It is held while the thread lives and taken afterwards, for a moment, by each one
  // that has waited for the end: several threads may, and what threading asks then with locked() is whether the thread lives, not whether
  // another of them has it in its hands just now. So when the thread has ended, only who has taken it finds it locked.
  std::atomic<uint32_t> life;   // LockLife
  std::atomic<uint32_t> taker;  // who has it (native_id), where it is one of these
};
enum LockLife : uint32_t { kNoThread, kThreadLives, kThreadEnded };
struct RLock {
  Header h;
  ThreadLock lock;
  std::atomic<uint64_t> owner;
  std::atomic<uint64_t> count;  // the holder's
};
TypeObject *lock_type, *rlock_type, *local_type;

// blocking=True, timeout=-1 in nanoseconds; false: raised.
bool acquire_args(Args& a, int64_t* timeout_ns) {
  int blocking = a.has(0) ? is_true(a[0]) : 1;
  if (blocking < 0) return false;
  *timeout_ns = -1;
  double seconds = -1;
  if (a.has(1)) {
    if (!is_float_like(a[1]) && !has_index(a[1]))
      return raise(types::TypeError, "'%T' object cannot be interpreted as an integer", a[1]);
    if (!to_double(a[1], &seconds)) return false;
    if (std::isnan(seconds)) return raise(types::ValueError, "Invalid value NaN (not a number)");
  }
  bool forever = !a.has(1) || seconds == -1;
  if (!blocking && !forever) return raise(types::ValueError, "can't specify a timeout for a non-blocking call");
  if (!forever && seconds < 0) return raise(types::ValueError, "timeout value must be positive");
  if (!blocking) {
    *timeout_ns = 0;
  } else if (!forever) {
    if (seconds > 9223372036.854775)
      return raise(types::OverflowError, "timestamp too large to convert to C _PyTime_t");
    if (seconds > 9223372036.0) return raise(types::OverflowError, "timeout value is too large");
    *timeout_ns = static_cast<int64_t>(std::ceil(seconds * 1e9));
  }
  return true;
}

Lock* lk(Value v) { return v.as<Lock>(); }
int lock_take(Thread* t, Lock* l, int64_t timeout) {
  int r = l->lock.take(timeout);
  if (TAIPAN_UNLIKELY(l->life.load(std::memory_order_relaxed) != kNoThread) && r > 0)
    l->taker.store(static_cast<uint32_t>(t->native_id), std::memory_order_relaxed);
  return r;
}
bool lock_give_back(Lock* l) {
  if (TAIPAN_UNLIKELY(l->life.load(std::memory_order_relaxed) != kNoThread) && l->lock.held()) {
    l->life.store(kThreadEnded, std::memory_order_relaxed);
    l->taker.store(0, std::memory_order_relaxed);
  }
  return l->lock.give_back();
}
Ref lock_acquire(Args& a) {
  int64_t timeout;
  if (!acquire_args(a, &timeout)) return nullptr;
  int r = lock_take(a.t, lk(a.self), timeout);
  return r < 0 ? Ref() : Ref::imm(bool_value(r));
}
Ref lock_release(Args& a) {
  if (!lock_give_back(lk(a.self))) return raise(types::RuntimeError, "release unlocked lock");
  return none();
}
Ref lock_locked(Args& a) {
  Lock* l = lk(a.self);
  bool held = l->lock.held();
  if (TAIPAN_UNLIKELY(held && l->life.load(std::memory_order_relaxed) == kThreadEnded))
    held = l->taker.load(std::memory_order_relaxed) == static_cast<uint32_t>(a.t->native_id);
  return Ref::imm(bool_value(held));
}
Ref lock_exit(Args& a) { return lock_release(a); }
Ref lock_enter(Args& a) {
  int r = lock_take(a.t, lk(a.self), -1);
  return r < 0 ? Ref() : Ref::imm(kTrue);
}
Ref lock_at_fork(Args& a) {
  Lock* l = lk(a.self);
  l->lock.reset();
  if (l->life.load(std::memory_order_relaxed) != kNoThread) l->life.store(kThreadLives, std::memory_order_relaxed);
  return none();
}
Ref lock_repr(Value v) {
  return format_str("<%s %s object at %p>", lk(v)->lock.held() ? "locked" : "unlocked", type_of(v)->cname,
                    reinterpret_cast<void*>(lk(v)));
}
Ref make_lock() {
  auto* l = alloc_instance_as<Lock>(lock_type);
  return l ? Ref::steal(l) : nullptr;
}
const NativeDef kLockMethods[] = {
    {"acquire", "($self, blocking=True, timeout=-1)", lock_acquire, kNativeNoSignature,
     "acquire(blocking=True, timeout=-1) -> bool\n\nLock the lock."},
    {"acquire_lock", "($self, blocking=True, timeout=-1)", lock_acquire, kNativeNoSignature,
     "acquire_lock(blocking=True, timeout=-1) -> bool"},
    {"release", "($self, /)", lock_release, kNativeNoSignature,
     "release()\n\nRelease the lock, allowing another thread that is blocked waiting for\nthe lock to acquire the "
     "lock."},
    {"release_lock", "($self, /)", lock_release, kNativeNoSignature, "release_lock()"},
    {"locked", "($self, /)", lock_locked, kNativeNoSignature,
     "locked() -> bool\n\nReturn whether the lock is in the locked state."},
    {"locked_lock", "($self, /)", lock_locked, kNativeNoSignature, "locked_lock() -> bool"},
    {"__enter__", "($self, /)", lock_enter, kNativeNoSignature, "Lock the lock."},
    {"__exit__", "($self, type=None, value=None, traceback=None, /)", lock_exit, kNativeNoSignature,
     "Release the lock."},
    {"_at_fork_reinit", "($self, /)", lock_at_fork, kNativeNoSignature, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr},
};
const TypeSpec kLockSpec = {.doc = "A lock object is a synchronization primitive.",
                            .flags = kTypeWeakrefable | kTypeNoInstantiate | kTypeParallel,
                            .basic_size = sizeof(Lock),
                            .methods = kLockMethods,
                            .s = {.repr = lock_repr}};

// ---- RLock
RLock* rl(Value v) { return v.as<RLock>(); }
int rlock_take(RLock* l, uint64_t me, int64_t timeout) {
  if (l->owner.load(std::memory_order_relaxed) == me) {
    uint64_t n = l->count.load(std::memory_order_relaxed);
    if (n > 0) {
      if (n == UINT64_MAX) return raise(types::OverflowError, "Internal lock count overflowed");
      l->count.store(n + 1, std::memory_order_relaxed);
      return 1;
    }
  }
  int r = l->lock.take(timeout);
  if (r > 0) {
    l->owner.store(me, std::memory_order_relaxed);
    l->count.store(1, std::memory_order_relaxed);
  }
  return r;
}
Ref rlock_acquire(Args& a) {
  int64_t timeout;
  if (!acquire_args(a, &timeout)) return nullptr;
  int r = rlock_take(rl(a.self), a.t->ident, timeout);
  return r < 0 ? Ref() : Ref::imm(bool_value(r));
}
Ref rlock_release(Args& a) {
  RLock* l = rl(a.self);
  uint64_t n = l->count.load(std::memory_order_relaxed);
  if (l->owner.load(std::memory_order_relaxed) != a.t->ident || n == 0)
    return raise(types::RuntimeError, "cannot release un-acquired lock");
  l->count.store(n - 1, std::memory_order_relaxed);
  if (n == 1) {
    l->owner.store(0, std::memory_order_relaxed);
    l->lock.give_back();
  }
  return none();
}
Ref rlock_enter(Args& a) {
  int r = rlock_take(rl(a.self), a.t->ident, -1);
  return r < 0 ? Ref() : Ref::imm(kTrue);
}
Ref rlock_is_owned(Args& a) {
  return Ref::imm(bool_value(rl(a.self)->count > 0 && rl(a.self)->owner.load() == a.t->ident));
}
Ref rlock_recursion_count(Args& a) {
  return make_int_u64(rl(a.self)->owner.load() == a.t->ident ? rl(a.self)->count.load() : 0);
}
Ref rlock_release_save(Args& a) {
  RLock* l = rl(a.self);
  if (l->count.load() == 0) return raise(types::RuntimeError, "cannot release un-acquired lock");
  Ref items[2] = {make_int_u64(l->count.load()), make_int_u64(l->owner.load())};
  Ref t = make_tuple_steal(items, 2);
  if (!t) return nullptr;
  l->count = 0;
  l->owner.store(0);
  l->lock.give_back();
  return t;
}
Ref rlock_acquire_restore(Args& a) {
  if (!is_tuple(a[0]) || tuple_size(a[0]) != 2)
    return raise(types::TypeError, "_acquire_restore() argument 1 must be 2-item tuple");
  uint64_t count, owner;
  if (!int_to_u64(tuple_at(a[0], 0), &count) || !int_to_u64(tuple_at(a[0], 1), &owner)) return nullptr;
  RLock* l = rl(a.self);
  int r = l->lock.take(-1);
  if (r < 0) return nullptr;
  l->owner.store(owner);
  l->count = count;
  return none();
}
Ref rlock_at_fork(Args& a) {
  rl(a.self)->lock.reset();
  rl(a.self)->owner.store(0);
  rl(a.self)->count = 0;
  return none();
}
Ref rlock_repr(Value v) {
  RLock* l = rl(v);
  return format_str("<%s %s object owner=%llu count=%llu at %p>", l->count.load() ? "locked" : "unlocked",
                    type_of(v)->cname, static_cast<unsigned long long>(l->owner.load()),
                    static_cast<unsigned long long>(l->count.load()), reinterpret_cast<void*>(l));
}
Ref rlock_new(TypeObject* cls, RawArgs) {
  auto* l = alloc_instance_as<RLock>(cls);
  return l ? Ref::steal(l) : nullptr;
}
const NativeDef kRLockMethods[] = {
    {"acquire", "($self, blocking=True, timeout=-1)", rlock_acquire, kNativeNoSignature,
     "acquire(blocking=True) -> bool\n\nLock the lock."},
    {"release", "($self, /)", rlock_release, kNativeNoSignature, "release()\n\nRelease the lock."},
    {"_is_owned", "($self, /)", rlock_is_owned, kNativeNoSignature, nullptr},
    {"_recursion_count", "($self, /)", rlock_recursion_count, kNativeNoSignature, nullptr},
    {"_release_save", "($self, /)", rlock_release_save, kNativeNoSignature, nullptr},
    {"_acquire_restore", "($self, state, /)", rlock_acquire_restore, kNativeNoSignature, nullptr},
    {"__enter__", "($self, /)", rlock_enter, kNativeNoSignature, nullptr},
    {"__exit__", "($self, type=None, value=None, traceback=None, /)", rlock_release, kNativeNoSignature, nullptr},
    {"_at_fork_reinit", "($self, /)", rlock_at_fork, kNativeNoSignature, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr},
};
const TypeSpec kRLockSpec = {.flags = kTypeWeakrefable | kTypeBaseable | kTypeParallel,
                             .basic_size = sizeof(RLock),
                             .methods = kRLockMethods,
                             .s = {.repr = rlock_repr, .new_ = rlock_new}};

// ------------------------------------------------------------------------------------------------------------------ thread-local
// A _local owns one dict a thread, each in a node that is linked both from the object and from the thread: the object's end frees all of
// its nodes, the thread's end all of the thread's, and the collector sees cycles through the data.
struct Local;
struct LocalNode;
struct ThreadLocals {
  LocalNode* first = nullptr;
  ThreadLocals* next = nullptr;
};
struct LocalNode {
  Local* local;
  ThreadLocals* thread;
  LocalNode *next_of_local, *next_of_thread;
  Value dict;  // owned
};
struct Local {
  Header h;
  uint64_t number;  // of this one alone; another one when its nodes are freed
  LocalNode* first;
  Value args, kwargs;  // for __init__ in each new thread
};
Local* lo(Value v) { return v.as<Local>(); }

std::mutex locals_mutex;  // the lists; nothing but pointers is touched while it is held
ThreadLocals* all_thread_locals = nullptr;
thread_local ThreadLocals* my_locals = nullptr;

// Nodes that the thread has found of late, by the number of their local: who has a reference to that finds its node without the mutex.
struct FoundNode {
  uint64_t number;  // 0: none
  LocalNode* node;
};
constexpr size_t kFoundNodes = 8;
thread_local constinit FoundNode found_nodes[kFoundNodes] = {};
std::atomic<uint64_t> last_number{0};
void forget_found(LocalNode* n) {
  for (FoundNode& f : found_nodes)
    if (f.node == n) f = {};
}
uint64_t new_number() { return last_number.fetch_add(1, std::memory_order_relaxed) + 1; }

void unlink_node(LocalNode* n) {  // mutex held
  LocalNode** p = &n->local->first;
  while (*p != n) p = &(*p)->next_of_local;
  *p = n->next_of_local;
  p = &n->thread->first;
  while (*p != n) p = &(*p)->next_of_thread;
  *p = n->next_of_thread;
}
LocalNode* find_node(Local* l) {  // mutex held
  if (!my_locals) return nullptr;
  for (LocalNode* n = my_locals->first; n; n = n->next_of_thread) {
    if (n->local == l) return n;
  }
  return nullptr;
}
Ref add_node(Local* l) {
  Ref d = make_dict();
  auto* n = d ? static_cast<LocalNode*>(gc::raw_alloc(sizeof(LocalNode))) : nullptr;
  if (!n) return d ? raise_memory() : nullptr;
  std::lock_guard<std::mutex> lock(locals_mutex);
  if (!my_locals) {
    my_locals = new ThreadLocals;
    my_locals->next = all_thread_locals;
    all_thread_locals = my_locals;
  }
  *n = {l, my_locals, l->first, my_locals->first, d.copy().release()};
  l->first = my_locals->first = n;
  return d;
}
// Frees the first node of a list until there is none. Destructors of the data may make new ones.
template <class First>
void free_nodes(First first) {  // (those of a local that others have found: its number is another one by now)
  for (;;) {
    LocalNode* n;
    {
      std::lock_guard<std::mutex> lock(locals_mutex);
      n = first();
      if (!n) return;
      unlink_node(n);
      if (n->thread == my_locals) forget_found(n);
    }
    Value dict = n->dict;
    gc::raw_free(n);
    decref(dict);
  }
}
void free_thread_locals(ThreadLocals* t) {
  free_nodes([t] { return t->first; });
  std::lock_guard<std::mutex> lock(locals_mutex);
  ThreadLocals** p = &all_thread_locals;
  while (*p != t) p = &(*p)->next;
  *p = t->next;
  delete t;
}
void free_my_locals() {
  if (!my_locals) return;
  free_thread_locals(my_locals);
  my_locals = nullptr;
}
void locals_after_fork(Thread*) {
  new (&locals_mutex) std::mutex;
  for (ThreadLocals* t = all_thread_locals; t;) {
    ThreadLocals* next = t->next;
    if (t != my_locals) free_thread_locals(t);
    t = next;
  }
}

void local_trace(Header* h, gc::Visitor& v) {
  Local* l = reinterpret_cast<Local*>(h);
  for (LocalNode* n = l->first; n; n = n->next_of_local) v.visit(n->dict);
  v.visit(l->args);
  v.visit(l->kwargs);
}
void local_clear(Header* h) {
  Local* l = reinterpret_cast<Local*>(h);
  l->number = new_number();
  free_nodes([l] { return l->first; });
  Ref args = gc::take(h, &l->args), kwargs = gc::take(h, &l->kwargs);
}
void local_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  local_clear(h);
  finish_dealloc(h);
}
// This thread's dict of the local, made (with __init__) at first use.
Ref local_dict(Value self) {
  Local* l = lo(self);
  FoundNode& found = found_nodes[l->number % kFoundNodes];
  if (TAIPAN_LIKELY(found.number == l->number)) return Ref::dup(found.node->dict);
  {
    std::lock_guard<std::mutex> lock(locals_mutex);
    if (LocalNode* n = find_node(l)) {
      found = {l->number, n};
      return Ref::dup(n->dict);
    }
  }
  Ref d = add_node(l);
  if (!d) return nullptr;
  TypeObject* type = type_of(self);
  if (type->s.init != types::Object->s.init) {
    Ref init = lookup_special(self, TAIPAN_NAME(__init__));
    Ref args = l->args ? Ref::dup(l->args) : make_tuple(nullptr, 0);
    Ref kwargs = l->kwargs ? Ref::dup(l->kwargs) : Ref();
    Ref r = init && args ? call_tuple(init, args, kwargs) : Ref();
    if (!r) {
      SavedError saved;
      LocalNode* n;
      {
        std::lock_guard<std::mutex> lock(locals_mutex);
        n = find_node(l);
        if (n) unlink_node(n);
        if (n) forget_found(n);
      }
      if (n) {
        Value dict = n->dict;
        gc::raw_free(n);
        decref(dict);
      }
      return nullptr;
    }
  }
  return d;
}
Ref local_new(TypeObject* cls, RawArgs args) {
  size_t nkw = args.kwnames ? tuple_size(args.kwnames) : 0;
  if (cls->s.init == types::Object->s.init && (args.n || nkw))
    return raise(types::TypeError, "Initialization arguments are not supported");
  auto* l = alloc_instance_as<Local>(cls);
  if (!l) return nullptr;
  l->number = new_number();
  Ref self = Ref::steal(l);
  Ref t = make_tuple(args.v, args.n);
  if (!t) return nullptr;
  gc::init(&l->args, std::move(t));
  if (nkw) {
    Ref d = make_dict();
    if (!d) return nullptr;
    for (size_t i = 0; i < nkw; i++) {
      if (!dict_set(d, tuple_at(args.kwnames, i), args.v[args.n + i])) return nullptr;
    }
    gc::init(&l->kwargs, std::move(d));
  }
  // The making thread's dict: its __init__ runs as for any class.
  if (!add_node(l)) return nullptr;
  return self;
}
Ref local_get_attr(Value self, Str* name) {
  Ref d = local_dict(self);
  if (!d) return nullptr;
  if (str_eq_ascii(Value(name), "__dict__")) return d;
  TypeObject* type = type_of(self);
  Value cls_value = type_lookup(type, name);
  if (cls_value && type_of(cls_value)->s.descr_set && type_of(cls_value)->s.descr_get)
    return generic_get_attr(self, name);
  Value v = dict_get(d, Value(name));
  if (!v) return nullptr;
  if (v != kMissing) return Ref::dup(v);
  return generic_get_attr(self, name);
}
bool local_set_attr(Value self, Str* name, Value value) {
  Ref d = local_dict(self);
  if (!d) return false;
  if (str_eq_ascii(Value(name), "__dict__"))
    return raise(types::AttributeError, "'%T' object attribute '%U' is read-only", self, name);
  Value cls_value = type_lookup(type_of(self), name);
  if (cls_value && type_of(cls_value)->s.descr_set) return generic_set_attr(self, name, value);
  if (value) return dict_set(d, Value(name), value);
  int r = dict_delete(d, Value(name));
  if (r < 0) return false;
  if (!r) return raise_attribute_error(self, name);
  return true;
}
const TypeSpec kLocalSpec = {.doc = "Thread-local data",
                             .flags = kTypeGc | kTypeBaseable | kTypeWeakrefable | kTypeParallel,
                             .basic_size = sizeof(Local),
                             .ops = {.trace = local_trace, .clear = local_clear, .dealloc = local_dealloc},
                             .s = {.get_attr = local_get_attr, .set_attr = local_set_attr, .new_ = local_new}};

// ---------------------------------------------------------------------------------------------------------------------- threads
std::atomic<int64_t> thread_count{0};
std::atomic<size_t> stack_size{0};
constexpr size_t kDefaultStack = size_t{16} << 20;
// Less than this isn't asked of the system, whatever the program says: pages are committed as they are used.
constexpr size_t kLeastStack = size_t{1} << 20;

struct Start {
  Value function, args, kwargs;  // owned
};

void thread_body(Thread* t, void* p) {
  Start start = *static_cast<Start*>(p);
  delete static_cast<Start*>(p);
  thread_count++;
  {
    Ref function = Ref::steal(start.function), args = Ref::steal(start.args), kwargs = Ref::steal(start.kwargs);
    Ref r = call_tuple(function, args, kwargs);
    if (!r) {
      if (error_matches(types::SystemExit)) {
        clear_error();
      } else {
        Ref exc = fetch_error();
        report_unraisable(exc, "Exception ignored in thread started by", function);
      }
    }
  }
  thread_count--;
  clear_error();
  free_my_locals();
  // What waits for the thread's end (threading's _tstate_lock) is let go.
  Ref target;
  {
    Ref sentinel = Ref::steal(t->sentinel);
    t->sentinel = Value();
    if (sentinel) target = is_weakref(sentinel) ? weakref_get(sentinel) : sentinel.copy();
  }
  if (target && !(type_of(target) == lock_type && lk(target)->lock.held())) target.reset();
  if (gc::gil_enabled || !target) {
    if (target) lock_give_back(lk(target));
    target.reset();
    worker_ends();
    end_thread(t);
    return;
  }
  // Whoever has joined it finds nothing of it left: no queue, no count, no reader that others would have to wait for.
  Header* lock = target.release().header();
  worker_ends();
  end_thread(t);
  lock_give_back(lk(Value(lock)));
  gc::drop_for_others(lock);
}

Ref thread_start(Args& a) {
  if (!is_callable(a[0])) return raise(types::TypeError, "first arg must be callable");
  if (!is_tuple(a[1])) return raise(types::TypeError, "2nd arg must be a tuple");
  if (a.has(2) && !is_dict(a[2])) return raise(types::TypeError, "optional 3rd arg must be a dictionary");
  size_t size = stack_size.load();
  if (size == 0) size = kDefaultStack;
  if (size < kLeastStack) size = kLeastStack;
  auto* start = new Start{a[0], a[1], a.has(2) ? a[2] : Value()};
  for (Value v : {start->function, start->args, start->kwargs}) incref(v);
  start_parallel();
  uint64_t ident;
  if (run_in_thread(thread_body, start, size, &ident)) return make_int_u64(ident);
  for (Value v : {start->function, start->args, start->kwargs}) decref(v);
  delete start;
  return raise(types::RuntimeError, "can't start new thread");
}
Ref thread_exit(Args&) { return raise_none(types::SystemExit); }
Ref thread_get_ident(Args& a) { return make_int_u64(a.t->ident); }
Ref thread_get_native_id(Args& a) { return make_int_u64(a.t->native_id); }
Ref thread_allocate_lock(Args&) { return make_lock(); }
Ref thread_count_fn(Args&) { return make_int(thread_count.load()); }
Ref thread_interrupt_main(Args& a) {
  int signum = SIGINT;
  if (a.has(0) && !to_c_int(a[0], &signum)) return nullptr;
  if (signum < 1 || signum >= kSignalCount) return raise(types::ValueError, "signal number out of range");
  Value handler = signal_handler(signum);
  if (handler && handler != kNone && !handler.is_int())
    trip_signal(signum);
  else if (handler == kNone)
    return none();
  return none();
}
Ref thread_stack_size(Args& a) {
  size_t old = stack_size.load();
  if (a.has(0)) {
    int64_t n;
    if (!to_int64(a[0], &n)) return nullptr;
    if (n < 0) return raise(types::ValueError, "size must be 0 or a positive value");
    if (n != 0 && n < 32768) return raise(types::ValueError, "size not valid: %lld bytes", static_cast<long long>(n));
    stack_size.store(static_cast<size_t>(n));
  }
  return make_int(static_cast<int64_t>(old));
}
Ref thread_set_sentinel(Args& a) {
  Ref lock = make_lock();
  Ref weak = lock ? make_weakref(lock) : Ref();
  if (!weak) return nullptr;
  lk(lock)->life.store(kThreadLives, std::memory_order_relaxed);
  Ref old = Ref::steal(a.t->sentinel);
  a.t->sentinel = weak.release();
  return lock;
}

TypeObject* except_hook_args_type;
const StructField kHookFields[] = {{"exc_type", "Exception type"},
                                   {"exc_value", "Exception value"},
                                   {"exc_traceback", "Exception traceback"},
                                   {"thread", "Thread"},
                                   {nullptr, nullptr}};
const StructSpec kHookSpec = {"_thread.ExceptHookArgs",
                              "ExceptHookArgs\n\nType used to pass arguments to threading.excepthook.", kHookFields, 4};

Ref thread_excepthook(Args& a) {
  Value args = a[0];
  if (type_of(args) != except_hook_args_type)
    return raise(types::TypeError, "_thread.excepthook argument type must be ExceptHookArgs");
  Value type = tuple_at(args, 0), exc = tuple_at(args, 1), thread = tuple_at(args, 3);
  if (type == Value(types::SystemExit)) return none();
  Ref err = sys_get("stderr");
  if (!err || err.get() == kNone) {
    if (thread == kNone) return none();
    err = get_attr(thread, "_stderr");
    if (!err) return nullptr;
    if (err.get() == kNone) return none();
  }
  Ref line;
  if (thread != kNone) {
    Ref name = get_attr(thread, "_name");
    if (!name) return nullptr;
    line = format_str("Exception in thread %S:\n", name.get());
  } else {
    line = format_str("Exception in thread %llu:\n", static_cast<unsigned long long>(a.t->ident));
  }
  if (!line || !call_method(err, TAIPAN_NAME(write), line)) return nullptr;
  if (is_exception(exc)) {
    Ref tb = import_module("traceback");
    Ref print = tb ? get_attr(tb, "print_exception") : Ref();
    Value v[4] = {type, exc, tuple_at(args, 2), err};
    Ref names = make_tuple_of({Value(intern_static("file"))});
    Ref r = print ? call_array(print, v, 3, names) : Ref();
    if (!r) return nullptr;
  }
  Ref r = call_method(err, TAIPAN_NAME(flush));
  return r ? none() : nullptr;
}

const NativeDef kFunctions[] = {
    {"_count", "($module, /)", thread_count_fn, kNativeNoSignature,
     "_count() -> integer\n\nReturn the number of currently running Python threads, excluding\nthe main thread."},
    {"_excepthook", "($module, args, /)", thread_excepthook, kNativeNoSignature,
     "excepthook(exc_type, exc_value, exc_traceback, thread)\n\nHandle uncaught Thread.run() exception."},
    {"_set_sentinel", "($module, /)", thread_set_sentinel, kNativeNoSignature, "_set_sentinel() -> lock"},
    {"allocate", "($module, /)", thread_allocate_lock, kNativeNoSignature, "allocate() -> lock object"},
    {"allocate_lock", "($module, /)", thread_allocate_lock, kNativeNoSignature,
     "allocate_lock() -> lock object\n\nCreate a new lock object."},
    {"exit", "($module, /)", thread_exit, kNativeNoSignature, "exit()\n\nThis is synonymous to ``raise SystemExit''."},
    {"exit_thread", "($module, /)", thread_exit, kNativeNoSignature, "exit_thread()"},
    {"get_ident", "($module, /)", thread_get_ident, kNativeNoSignature,
     "get_ident() -> integer\n\nReturn a non-zero integer that uniquely identifies the current thread."},
    {"get_native_id", "($module, /)", thread_get_native_id, kNativeNoSignature, "get_native_id() -> integer"},
    {"interrupt_main", "($module, signum=2, /)", thread_interrupt_main, kNativeNoSignature,
     "interrupt_main(signum=signal.SIGINT, /)\n\nSimulate the arrival of the given signal in the main thread."},
    {"stack_size", "($module, size=0, /)", thread_stack_size, kNativeNoSignature, "stack_size([size]) -> size"},
    {"start_new", "($module, function, args, kwargs=None, /)", thread_start, kNativeNoSignature,
     "start_new(function, args[, kwargs])"},
    {"start_new_thread", "($module, function, args, kwargs=None, /)", thread_start, kNativeNoSignature,
     "start_new_thread(function, args[, kwargs])\n\nStart a new thread and return its identifier."},
    {nullptr, nullptr, nullptr, 0, nullptr},
};

bool thread_exec(Value m) {
  lock_type = make_native_type("_thread.lock", types::Object, &kLockSpec);
  rlock_type = make_native_type("_thread.RLock", types::Object, &kRLockSpec);
  local_type = make_native_type("_thread._local", types::Object, &kLocalSpec);
  except_hook_args_type = make_structseq_type(&kHookSpec);
  if (!lock_type || !rlock_type || !local_type || !except_hook_args_type) return false;
  add_fork_hooks({nullptr, nullptr, locals_after_fork});
  return module_add(m, "LockType", Ref::dup(Value(lock_type))) && module_add(m, "RLock", Ref::dup(Value(rlock_type))) &&
         module_add(m, "_local", Ref::dup(Value(local_type))) &&
         module_add(m, "error", Ref::dup(Value(types::RuntimeError))) &&
         module_add(m, "_ExceptHookArgs", Ref::dup(Value(except_hook_args_type))) &&
         module_add(m, "TIMEOUT_MAX", make_float(9223372036.0));
}

}  // namespace

// GIL off: threads and locks are made for it.
const ModuleDef _thread_module = {"_thread",
                                  "This module provides primitive operations to write multi-threaded programs.\nThe "
                                  "'threading' module provides a more convenient interface.",
                                  kFunctions, thread_exec, kFunctionsAtOnce};

}  // namespace taipan
