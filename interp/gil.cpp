#include "interp/gil.h"
#include "gc/perturb.h"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <mutex>
#include <utility>

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "frontend/stack_guard.h"
#include "gc/collector.h"
#include "gc/epoch.h"
#include "gc/slices.h"
#include "interp/eval/eval.h"
#include "interp/eval/frame_stack.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/generator.h"
#include "interp/objects/runtime_lock.h"
#include "interp/objects/type_internal.h"
#include "interp/signals.h"
#include "interp/thread_stats.h"
#include "interp/thread_workers.h"

namespace taipan {

bool runtime_finalizing = false;

namespace {

// The GIL: who holds it and who waits. A thread that was asked to let go hands it to the first waiter; one that lets go by itself, around a call
// that may block, leaves it free and wakes the first waiter, and may have it back where the call was quicker than that.
//
// Threads that compute wait their turn, first come first served; only the first waiter measures the interval. One that comes from a call that
// waited for something outside the program (a *guest*) needs the GIL for a moment only, as a rule: it stands before them, asks for the GIL at once, and the thread it interrupts goes on
// with its turn afterwards, before the others. So that this doesn't keep those who compute from their work, a thread that was interrupted isn't for as long
// again, and guests stand behind one who has waited for the end of an interruption, or for others' obedience, for kTooLong.
// As guests have what they need in microseconds, who waits for one, or is one, doesn't go to sleep at once.
struct Waiter {
  Thread* thread;
  bool guest;
  bool granted = false;
  bool measures = false;  // sleeps no longer than its interval lasts
  int64_t owed = 0;       // its turn has come, since then
  int cpu = -1;           // it ran there last
  Waiter* next = nullptr;
  std::atomic<uint32_t> woken{0};  // a futex: see WaitState
};
enum WaitState : uint32_t { kAwake, kAsleep, kWoken };
struct Gil {
  std::mutex mutex;
  Thread* holder = nullptr;
  bool holder_is_guest = false;
  int cpu = -1;                 // the holder ran there when it took it
  int64_t interrupted = 0;      // a turn is, by guests, since then
  int64_t protected_until = 0;  // the one that was lasts that long at least
  Waiter *first = nullptr, *last = nullptr;
};
constexpr int64_t kAway = 100000;    // ns that a call must take to count as blocking
constexpr int64_t kGuestAsks = 250;  // after this part of an interval
constexpr int64_t kGuestSpins = 50000, kHostSpins = 20000, kHostYields = 50000;
constexpr int64_t kTooLong = 1000000;
Gil* gil = new Gil;  // never destroyed: threads may outlive main(); replaced in a fork's child
std::atomic<double> interval{0.005};
Thread* the_main_thread = nullptr;

// The interpreter is going down: threads other than the main one run no more, and stay until the process has ended.
[[noreturn]] void wait_for_exit() {
  for (;;) pause();
}

int64_t now_ns() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ll + t.tv_nsec;
}

// The system's part of waking, done when the mutex is free again (declare it first): who is woken may run at once, in the waker's place, and wants
// the mutex. It may be gone by then: nothing but the address is used.
class WakeCalls {
 public:
  WakeCalls() = default;
  ~WakeCalls() { make(); }
  WakeCalls(const WakeCalls&) = delete;
  void make() {
    for (int i = 0; i < n_; i++) syscall(SYS_futex, words_[i], FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
    n_ = 0;
  }
  void add(std::atomic<uint32_t>* word) { words_[n_++] = word; }

 private:
  std::atomic<uint32_t>* words_[2];
  int n_ = 0;
};

// Those below: with the mutex held.
void wake(Waiter* w, WakeCalls& calls) {
  if (w->woken.exchange(kWoken, std::memory_order_acq_rel) == kAsleep) calls.add(&w->woken);
}
// A guest, or who was interrupted by one, goes before those who wait for a turn of theirs.
void enqueue(Waiter* w, int64_t now, bool interrupted) {
  Waiter* before = gil->last;
  if (w->guest || interrupted) {
    before = nullptr;
    for (Waiter* x = gil->first; x && (x->guest || (x->owed && now - x->owed > kTooLong)); x = x->next) before = x;
  }
  w->next = before ? before->next : gil->first;
  (before ? before->next : gil->first) = w;
  if (!w->next) gil->last = w;
}
void unlink(Waiter* w, WakeCalls& calls) {
  Waiter* before = nullptr;
  for (Waiter* x = gil->first; x != w; x = x->next) before = x;
  (before ? before->next : gil->first) = w->next;
  if (gil->last == w) gil->last = before;
  if (!before && gil->first && !gil->first->measures) wake(gil->first, calls);  // it measures now
}

bool other_processors() {
  static const bool several = sysconf(_SC_NPROCESSORS_ONLN) > 1;
  return several;
}

// Until somebody has woken it, or the time is over. In the holder's place: by letting it run.
void spin(Waiter* w, int64_t until, bool in_its_place) {
  do {
    for (int i = 0; i < (in_its_place ? 1 : 8); i++) {
      if (w->woken.load(std::memory_order_acquire) == kWoken) return;
      if (in_its_place) {
        sched_yield();
      } else {
        arch::cpu_pause();
      }
    }
  } while (now_ns() < until);
}

thread_local constinit int64_t let_go_at = 0;
thread_local constinit bool was_interrupted = false;

// Without the mutex. Until somebody wakes it, or the limit (ns from now, < 0: none) is over.
void wait_for_gil(Waiter* w, int64_t limit) {
  uint32_t seen = kAwake;
  if (!w->woken.compare_exchange_strong(seen, kAsleep, std::memory_order_acq_rel)) return;
  timespec wait = {limit / 1000000000, limit % 1000000000};
  syscall(SYS_futex, &w->woken, FUTEX_WAIT_PRIVATE, kAsleep, limit < 0 ? nullptr : &wait, nullptr, 0);
}

void take_gil(Thread* t) {
  WakeCalls calls;
  std::unique_lock<std::mutex> hold(gil->mutex);
  bool guest = false, interrupted = std::exchange(was_interrupted, false);
  if (gil->holder) {
    int64_t begin = now_ns();
    guest = begin - let_go_at >= kAway;
    Waiter self{t, guest};
    if (interrupted) self.owed = begin;
    self.cpu = sched_getcpu();
    enqueue(&self, begin, interrupted);
    auto patience = static_cast<int64_t>(interval.load(std::memory_order_relaxed) * 1e9);
    if (guest) patience /= kGuestAsks;
    int64_t since = guest ? begin : 0;  // first in the queue since then
    // Who has come to run in the holder's place need not hope that it lets go meanwhile. But one whose place a guest takes for a moment stays at hand:
    // it doesn't have to be woken then, which would make the system put it in the guest's place before that one has begun to wait for something.
    bool in_its_place = self.cpu == gil->cpu;
    if (guest && in_its_place) patience = 0;
    int64_t spins_until = begin;
    if (guest) {
      if (other_processors() && !in_its_place) spins_until += kGuestSpins;
    } else if (gil->holder_is_guest && (in_its_place || other_processors())) {
      spins_until += in_its_place ? kHostYields : kHostSpins;
    }
    for (int64_t now = begin;; now = now_ns()) {
      int64_t limit = -1;
      if (gil->first == &self) {
        if (since == 0) since = now;
        int64_t asks = since + patience;
        if (guest && asks < gil->protected_until) asks = gil->protected_until;
        if (now >= asks) {
          gil->holder->poll.fetch_or(gc::kPollGilDrop, std::memory_order_relaxed);
          if (!guest && !self.owed) self.owed = now;
          since = now;
          asks = now + patience;
          if (guest) asks = std::max(now, spins_until) + kTooLong;  // it has been heard, or its holder is busy
        }
        limit = asks - now;
      }
      self.measures = limit >= 0;
      self.woken.store(kAwake, std::memory_order_relaxed);
      hold.unlock();
      if (limit >= 0 && now < spins_until) {
        spin(&self, now + limit < spins_until ? now + limit : spins_until, in_its_place);
      } else {
        wait_for_gil(&self, limit);
      }
      hold.lock();
      if (self.granted) break;
      if (!gil->holder) {
        unlink(&self, calls);
        break;
      }
    }
    int64_t end = now_ns();
    t->stats.gil_waits++;
    t->stats.gil_wait_ns += static_cast<uint64_t>(end - begin);
    if (!guest && gil->interrupted) gil->protected_until = end + std::min(end - gil->interrupted, 2 * kTooLong);
  }
  if (!guest) gil->interrupted = 0;
  gil->holder = t;
  gil->holder_is_guest = guest;
  if (gc::several_threads.load(std::memory_order_relaxed)) gil->cpu = sched_getcpu();
  if (TAIPAN_UNLIKELY(runtime_finalizing && t != the_main_thread)) {
    gil->holder = nullptr;
    if (gil->first) wake(gil->first, calls);
    hold.unlock();
    calls.make();
    wait_for_exit();
  }
}
void drop_gil(Thread* t) {
  WakeCalls calls;
  std::lock_guard<std::mutex> hold(gil->mutex);
  if (gil->holder != t) return;
  bool asked = t->poll.load(std::memory_order_relaxed) & gc::kPollGilDrop;
  if (asked) t->poll.fetch_and(~gc::kPollGilDrop, std::memory_order_relaxed);
  Waiter* next = gil->first;
  if (asked && next) {
    // One that has to let go because its interval is over begins anew, at the end of the queue.
    bool turn_over = false;
    for (Waiter* w = next; w && !turn_over; w = w->next) turn_over = w->owed != 0;
    was_interrupted = next->guest && !turn_over;
    if (next->guest && !gil->interrupted) gil->interrupted = now_ns();
    gil->holder = next->thread;
    gil->holder_is_guest = next->guest;
    gil->cpu = next->cpu;
    unlink(next, calls);
    next->granted = true;
    wake(next, calls);
    return;
  }
  gil->holder = nullptr;
  if (next) wake(next, calls);
}

void release_hook(gc::Mutator* m) {
  if (gc::gil_enabled) {
    if (gc::several_threads.load(std::memory_order_relaxed)) let_go_at = now_ns();
    drop_gil(static_cast<Thread*>(m));
  } else {
    runtime_locks_detach();  // (a detached thread doesn't ask whether threads run in parallel)
  }
}
void acquire_hook(gc::Mutator* m) {
  if (!gc::gil_enabled) return;
  int saved = errno;
  take_gil(static_cast<Thread*>(m));
  errno = saved;
}

void trace_value(gc::Visitor& v, Value x) { v.visit(x); }

void trace_thread(gc::Mutator* m, gc::Visitor& v) {
  Thread* t = static_cast<Thread*>(m);
  for (Value x : {t->exc, t->handled_base.exc, t->thread_dict, t->async_exc, t->trace_func, t->profile_func,
                  t->async_gen_firstiter, t->async_gen_finalizer, t->context, t->sentinel, t->repr_list})
    trace_value(v, x);
  for (Frame* f = t->frame; f; f = f->prev) {
    // (The registers of a running generator are roots as well: they are written without a barrier.)
    if (f->flags & kFrameGenerator) v.visit_object(generator_of(f));
    v.visit_object(f->func);
    v.visit(f->locals);
    v.visit_object(f->object);
    v.visit_range(f->regs(), f->nregs);
  }
}

}  // namespace

void gil_init() {
  gc::release_gil_hook = release_hook;
  gc::acquire_gil_hook = acquire_hook;
  gc::attached_hook = [](gc::Mutator*) {
    if (gc::parallel) runtime_locks_attach();
  };
}
void gil_acquire(Thread* t) {
  if (gc::gil_enabled) take_gil(t);
}
void gil_release(Thread* t) {
  if (gc::gil_enabled) drop_gil(t);
}
void gil_woken_by_thread() { let_go_at = INT64_MAX; }
double gil_switch_interval() { return interval.load(std::memory_order_relaxed); }
// In whole microseconds, at least one.
void gil_set_switch_interval(double seconds) {
  auto us = seconds < 1e12 ? static_cast<uint64_t>(seconds * 1e6) : uint64_t{1'000'000'000'000'000'000};
  interval.store(1e-6 * static_cast<double>(us ? us : 1), std::memory_order_relaxed);
}
void gil_after_fork(Thread* t) {
  runtime_locks_after_fork();
  gil = new Gil;  // the old mutex may be held by a thread that is no more
  gil->holder = gc::gil_enabled ? t : nullptr;
  workers_after_fork();
  the_main_thread = t;
  t->is_main = true;
}

bool safepoint(Thread* t) {
  uint32_t bits = t->poll.load(std::memory_order_acquire);
  if (bits & (gc::kPollHandshake | gc::kPollMerge)) {
    gc::handshake_poll(t);  // and what follows
  } else {
    gc::epoch_poll(t);
  }
  if (bits & gc::kPollGilDrop) {
    gc::BlockingScope hand_over;
    let_go_at = INT64_MAX;  // not by itself: it is no guest when it comes back, however long that took
  }
  if (bits & gc::kPollStress) gc::perturb();
  if (bits & gc::kPollTrace) t->poll.fetch_and(~gc::kPollTrace, std::memory_order_relaxed);
  if (bits & gc::kPollCollect) {
    t->poll.fetch_and(~gc::kPollCollect, std::memory_order_relaxed);
    gc::maybe_collect();
  }
  if (bits & gc::kPollSignals) {
    if (t->is_main) {
      if (!run_pending_signals(t)) return false;
    } else {
      t->poll.fetch_and(~gc::kPollSignals, std::memory_order_relaxed);
    }
  }
  if (bits & gc::kPollAsyncExc) {
    t->poll.fetch_and(~gc::kPollAsyncExc, std::memory_order_relaxed);
    Value exc = t->async_exc;
    t->async_exc = Value();
    if (exc) {
      Ref type = Ref::steal(exc);
      if (is_exception_class(type)) {
        raise_none(type.as<TypeObject>());
      } else {
        raise(types::SystemError, "_PyErr_SetObject: exception %R is not a BaseException subclass", type.get());
      }
      return false;
    }
  }
  return true;
}

Thread* main_thread() { return the_main_thread; }

MainStack main_stack;

namespace {

// Kept free below: what a native call chain without checks (libc, the compiler, sorting) may need.
constexpr size_t kReserve = size_t{256} << 10;

// The thread sanitizer keeps a stack of calls of its own, with room for 65536; beyond that it overwrites its own memory.
#ifdef TAIPAN_TSAN
#define TAIPAN_MOST_STACK (size_t{3} << 20)
#endif

void set_stack_bounds(Thread* t, char* low, size_t size) {
  t->stack_high = low + size;
#ifdef TAIPAN_MOST_STACK
  if (size > TAIPAN_MOST_STACK) {
    low += size - TAIPAN_MOST_STACK;
    size = TAIPAN_MOST_STACK;
  }
#endif
  size_t reserve = size / 4 < kReserve ? size / 4 : kReserve;
  t->stack_low = low + reserve;
  frontend::stack_limit = t->stack_low;
}

void find_stack(Thread* t, char* known_top, size_t known_size) {
  // Above its first frame, the stack holds the thread's own block.
  constexpr size_t kTopRoom = size_t{64} << 10;
  if (known_top) {
    set_stack_bounds(t, known_top - known_size + kTopRoom, known_size - kTopRoom);
    return;
  }
  if (!the_main_thread && main_stack.low) {
    set_stack_bounds(t, main_stack.low, main_stack.size);
    return;
  }
  pthread_attr_t attr;
  if (pthread_getattr_np(pthread_self(), &attr) != 0) return;
  void* low;
  size_t size;
  pthread_attr_getstack(&attr, &low, &size);
  pthread_attr_destroy(&attr);
  rlimit limit;
  if (!the_main_thread && getrlimit(RLIMIT_STACK, &limit) == 0) {
    // The main thread's stack grows up to the limit.
    char* high = static_cast<char*>(low) + size;
    constexpr size_t kMost = size_t{64} << 20;
    size = limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > kMost ? kMost : limit.rlim_cur;
    low = high - size;
  }
  set_stack_bounds(t, static_cast<char*>(low), size);
}

}  // namespace

void begin_thread(Thread* t, char* stack_top, size_t stack_size) {
  t->thread_id = static_cast<uint64_t>(pthread_self());
  t->ident = t->thread_id;
  t->native_id = static_cast<uint64_t>(syscall(SYS_gettid));
  t->handled = &t->handled_base;
  t->trace_roots = trace_thread;
  if (gc::perturbing) t->poll.fetch_or(gc::kPollStress, std::memory_order_relaxed);
  find_stack(t, stack_top, stack_size);
  if (!the_main_thread) {
    the_main_thread = t;
    t->is_main = true;
    // The one thread there is takes the GIL without waiting.
    if (gc::gil_enabled) gil->holder = t;
  } else {
    gil_acquire(t);
  }
  gc::attach_new(t);
  note_thread_begin(t);
  start_method_cache();
}

void end_thread(Thread* t) {
  for (Value* slot : {&t->exc, &t->handled_base.exc, &t->thread_dict, &t->async_exc, &t->trace_func, &t->profile_func,
                      &t->async_gen_firstiter, &t->async_gen_finalizer, &t->context, &t->sentinel, &t->repr_list}) {
    Value v = *slot;
    *slot = Value();
    decref(v);
  }
  t->finished = true;
  note_thread_end(t);
  drop_method_cache();
  gc::detach_final(t);
  gil_release(t);
}

}  // namespace taipan
