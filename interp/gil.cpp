#include "interp/gil.h"
#include "gc/perturb.h"

#include <cerrno>
#include <ctime>
#include <mutex>

#include <linux/futex.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "frontend/stack_guard.h"
#include "gc/collector.h"
#include "gc/epoch.h"
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

// The GIL: who holds it and who waits, first come first served. A thread that was asked to let go hands it to the first waiter; one that
// lets go by itself, around a call that may block, leaves it free and wakes the first waiter, and may have it back where the call was
// quicker than that. Only the first waiter measures the interval.
struct Waiter {
  Thread* thread;
  Waiter* next = nullptr;
  bool granted = false;
  std::atomic<uint32_t> woken{0};  // a futex
};
struct Gil {
  std::mutex mutex;
  Thread* holder = nullptr;
  Waiter *first = nullptr, *last = nullptr;
};
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

// Those below: with the mutex held.
void wake(Waiter* w) {
  w->woken.store(1, std::memory_order_release);
  syscall(SYS_futex, &w->woken, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}
void enqueue(Waiter* w) {
  (gil->last ? gil->last->next : gil->first) = w;
  gil->last = w;
}
void unlink(Waiter* w) {
  Waiter* before = nullptr;
  for (Waiter* x = gil->first; x != w; x = x->next) before = x;
  (before ? before->next : gil->first) = w->next;
  if (gil->last == w) gil->last = before;
  if (!before && gil->first) wake(gil->first);  // it measures now
}

void take_gil(Thread* t) {
  std::unique_lock<std::mutex> hold(gil->mutex);
  if (gil->holder) {
    Waiter self{t};
    enqueue(&self);
    int64_t begin = now_ns();
    int64_t since = 0;  // first in the queue since then
    for (;;) {
      timespec wait, *limit = nullptr;
      if (gil->first == &self) {
        int64_t now = now_ns(), patience = static_cast<int64_t>(interval.load(std::memory_order_relaxed) * 1e9);
        if (since == 0) since = now;
        if (now - since >= patience) {
          gil->holder->poll.fetch_or(gc::kPollGilDrop, std::memory_order_relaxed);
          since = now;
        }
        int64_t left = since + patience - now;
        wait = {left / 1000000000, left % 1000000000};
        limit = &wait;
      }
      self.woken.store(0, std::memory_order_relaxed);
      hold.unlock();
      syscall(SYS_futex, &self.woken, FUTEX_WAIT_PRIVATE, 0, limit, nullptr, 0);
      hold.lock();
      if (self.granted) break;
      if (!gil->holder) {
        unlink(&self);
        break;
      }
    }
    t->stats.gil_waits++;
    t->stats.gil_wait_ns += static_cast<uint64_t>(now_ns() - begin);
  }
  gil->holder = t;
  if (TAIPAN_UNLIKELY(runtime_finalizing && t != the_main_thread)) {
    gil->holder = nullptr;
    if (gil->first) wake(gil->first);
    hold.unlock();
    wait_for_exit();
  }
}
void drop_gil(Thread* t) {
  std::lock_guard<std::mutex> hold(gil->mutex);
  if (gil->holder != t) return;
  bool asked = t->poll.load(std::memory_order_relaxed) & gc::kPollGilDrop;
  if (asked) t->poll.fetch_and(~gc::kPollGilDrop, std::memory_order_relaxed);
  Waiter* next = gil->first;
  if (asked && next) {
    gil->holder = next->thread;
    unlink(next);
    next->granted = true;
    wake(next);
    return;
  }
  gil->holder = nullptr;
  if (next) wake(next);
}

void release_hook(gc::Mutator* m) {
  if (gc::gil_enabled) {
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
  if (bits & (gc::kPollHandshake | gc::kPollMerge)) gc::handshake_poll(t);
  gc::epoch_poll(t);
  if (bits & gc::kPollGilDrop) { gc::BlockingScope hand_over; }
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
      raise_none(type.as<TypeObject>());
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

void set_stack_bounds(Thread* t, char* low, size_t size) {
  t->stack_high = low + size;
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
