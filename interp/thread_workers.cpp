#include "interp/thread_workers.h"

#include <cerrno>
#include <ctime>
#include <mutex>

#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gc/slices.h"
#include "interp/eval/frame_stack.h"
#include "interp/gil.h"
#include "interp/objects/error.h"

namespace taipan {

void (*thread_ended_hook)() = nullptr;

namespace {

constexpr size_t kMostIdle = 16;
constexpr timespec kPatience = {2, 0};

// Never freed, as there may be somebody who still looks at the Thread: those whose system thread has ended are used again.
struct Worker {
  Thread thread;
  pthread_t id = 0;
  size_t stack_size = 0;
  ThreadBody body = nullptr;
  void* arg = nullptr;
  sigset_t mask;
  bool offered = false;
  std::atomic<uint32_t> has_work{0};  // a futex
  Worker* next = nullptr;
};

struct Workers {
  std::mutex mutex;
  Worker* idle = nullptr;  // last in, first out
  Worker* gone = nullptr;
  size_t idle_count = 0;
};
Workers* workers = new Workers;  // never destroyed: daemon threads may outlive main(); replaced in a fork's child
std::atomic<bool> keeps_workers{true};
thread_local Worker* my_worker = nullptr;

// Threads are kept where a program starts them by the dozen. One that starts a few gets a new one for each: it may look at their
// native ids.
struct Rate {
  static constexpr int64_t kWindow = 100'000'000;  // ns
  static constexpr uint32_t kHigh = 50;
  int64_t since = 0;
  uint32_t now = 0, before = 0;  // starts in this window and the one before

  bool is_high() const { return now + before >= kHigh; }
  void count() {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
    int64_t ns = t.tv_sec * 1'000'000'000ll + t.tv_nsec;
    if (ns - since >= kWindow) {
      before = ns - since < 2 * kWindow ? now : 0;
      now = 0;
      since = ns;
    }
    now++;
  }
};
Rate rate;  // under the workers' mutex

void block_signals() {
  sigset_t all;
  sigfillset(&all);
  for (int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT}) sigdelset(&all, fault);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
}

bool wait_for_work(Worker* w) {
  if (w->has_work.load(std::memory_order_acquire)) return true;
  block_signals();  // what is sent to the process isn't for this thread
  for (;;) {
    long r = syscall(SYS_futex, &w->has_work, FUTEX_WAIT_PRIVATE, 0, &kPatience, nullptr, 0);
    bool expired = r != 0 && errno == ETIMEDOUT;
    if (w->has_work.load(std::memory_order_acquire)) return true;
    if (!expired) continue;
    std::lock_guard<std::mutex> hold(workers->mutex);
    if (w->has_work.load(std::memory_order_acquire)) return true;
    Worker** p = &workers->idle;
    while (*p != w) p = &(*p)->next;
    *p = w->next;
    workers->idle_count--;
    return false;
  }
}

void* worker_main(void* p) {
  Worker* w = static_cast<Worker*>(p);
  my_worker = w;
  w->id = pthread_self();
  do {
    w->has_work.store(0, std::memory_order_relaxed);
    w->offered = false;
    pthread_sigmask(SIG_SETMASK, &w->mask, nullptr);
    void* chunk = w->thread.frame_chunk;
    new (&w->thread) Thread;
    w->thread.frame_chunk = chunk;
    frame_stack_start(&w->thread);
    begin_thread(&w->thread, static_cast<char*>(__builtin_frame_address(0)), w->stack_size);
    w->body(&w->thread, w->arg);
    if (my_worker != w) return nullptr;  // in a fork's child: nobody knows of this thread
  } while (w->offered && wait_for_work(w));
  frame_stack_free(&w->thread);
  std::lock_guard<std::mutex> hold(workers->mutex);
  w->next = workers->gone;
  workers->gone = w;
  return nullptr;
}

bool start_worker(Worker* w, uint64_t* ident) {
  // Here, since what is allocated by a thread and outlives it keeps a whole segment of the allocator alive.
  if (!w->thread.frame_chunk && !frame_stack_start(&w->thread)) {
    clear_error();
    return false;
  }
  pthread_attr_t attr;
  pthread_attr_init(&attr);
  pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attr, w->stack_size);
  pthread_t id;
  gc::forget_habits();
  int err = pthread_create(&id, &attr, worker_main, w);
  pthread_attr_destroy(&attr);
  if (err == 0) *ident = static_cast<uint64_t>(id);
  return err == 0;
}

}  // namespace

bool run_in_thread(ThreadBody body, void* arg, size_t stack_size, uint64_t* ident) {
  Worker* w = nullptr;
  bool waiting = false;
  {
    std::lock_guard<std::mutex> hold(workers->mutex);
    rate.count();
    bool keeps = rate.is_high() && keeps_workers.load(std::memory_order_relaxed);
    for (Worker** p = &workers->idle; keeps && *p; p = &(*p)->next) {
      if ((*p)->stack_size != stack_size) continue;
      w = *p;
      *p = w->next;
      workers->idle_count--;
      waiting = true;
      break;
    }
    if (!w && (w = workers->gone)) workers->gone = w->next;
  }
  if (!w) w = new Worker;
  w->body = body;
  w->arg = arg;
  pthread_sigmask(SIG_SETMASK, nullptr, &w->mask);
  if (waiting) {
    *ident = static_cast<uint64_t>(w->id);
    w->has_work.store(1, std::memory_order_release);
    syscall(SYS_futex, &w->has_work, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
    return true;
  }
  w->stack_size = stack_size;
  if (start_worker(w, ident)) return true;
  std::lock_guard<std::mutex> hold(workers->mutex);
  w->next = workers->gone;
  workers->gone = w;
  return false;
}

void worker_ends() {
  if (thread_ended_hook) thread_ended_hook();
  Worker* w = my_worker;
  if (!w || !keeps_workers.load(std::memory_order_relaxed)) return;
  std::lock_guard<std::mutex> hold(workers->mutex);
  if (!rate.is_high() || workers->idle_count >= kMostIdle) return;
  w->offered = true;
  w->next = workers->idle;
  workers->idle = w;
  workers->idle_count++;
}

void keep_no_workers() { keeps_workers.store(false, std::memory_order_relaxed); }

void workers_after_fork() {
  workers = new Workers;
  my_worker = nullptr;
}

}  // namespace taipan
