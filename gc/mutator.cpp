// Thread registry, slots, detaching, stop-the-world and handshakes.
//
// With the GIL on there is one slot and one allocation cache, whoever holds the GIL has stopped the world, and what
// follows is a few flags. With the GIL off each thread's slot has a state word:
//   kGone      nobody: its objects' local counts wait for whoever merges them or for the thread that reuses the slot
//   kDetached  the thread is in blocking native code, stopped, or waiting for a handshake: it touches no count
//   kAttached  it runs
//   kClaimed   somebody else acts for a gone or detached thread, for a few instructions: attaching and reuse spin
// All changes to kDetached/kGone happen under the slot's queue lock with the queue empty (or while stopped), and a
// decref that needs the owner pushes under the same lock only if it reads kAttached there: so nothing is left in the
// queue of a thread that blocks or has ended.
//
// Stopping: the stopper sets world.stopper, then reads every state; an attaching thread sets its state, then reads
// world.stopper (both sequentially consistent), so one of the two sees the other. Waiting is on one condition variable;
// detaching wakes it only if somebody waits.
#include "gc/mutator.h"
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <condition_variable>
#include <new>
#include "gc/bias.h"
#include "gc/biased_mutex.h"
#include "gc/brief_lock.h"
#include "gc/collector.h"
#include "gc/concurrent.h"
#include "gc/epoch.h"
#include "gc/heap_internal.h"
#include "gc/hot_counts.h"
#include "gc/slices.h"

extern "C" void* __libc_stack_end;

namespace taipan::gc {

thread_local constinit Mutator* current_mutator = nullptr;
bool gil_enabled = true;
bool parallel = false;
bool lock_free_readers = false;
void (*release_gil_hook)(Mutator*) = nullptr;
void (*acquire_gil_hook)(Mutator*) = nullptr;
void (*attached_hook)(Mutator*) = nullptr;

enum SlotState : uint32_t { kGone, kDetached, kAttached, kClaimed };

struct alignas(arch::kCacheLine) Slot {
  std::atomic<uint32_t> state{kGone};
  std::mutex queue_lock;
  HeaderVector* queue = nullptr;
  Mutator* mutator = nullptr;
  HeaderVector* spare = nullptr;  // empty; the thread's own
};

namespace {

constexpr uint32_t kMaxSlots = 1 << 16;

struct World {
  std::mutex mutex;
  std::condition_variable changed;
  Mutator* first = nullptr;
  std::atomic<Mutator*> stopper{nullptr};
  std::atomic<int> stopper_cpu{-1};
  uint32_t stop_depth = 0;
  std::atomic<uint32_t> waiters{0};
  bool handshake_active = false;
  void (*handshake_fn)(Mutator*, void*) = nullptr;
  void* handshake_arg = nullptr;
  std::atomic<uint64_t> handshake_seq{0};
  uint32_t next_slot = kMainSlot;
  PodVector<uint16_t> free_slots;
};

// Never destroyed: threads may still run while the process exits.
alignas(World) char world_storage[sizeof(World)];
bool world_made = false;
World& world = *reinterpret_cast<World*>(world_storage);
Slot slots[kMaxSlots];  // pages are committed as slots come into use

using WorldLock = std::unique_lock<std::mutex>;

Slot& slot_of(Mutator* m) { return slots[m->slot]; }

void wake_waiters() {
  if (world.waiters.load(std::memory_order_seq_cst) == 0) return;
  { WorldLock lock(world.mutex); }
  world.changed.notify_all();  // who is woken may run at once, in this one's place, and wants the mutex
}

// Most stops are over sooner than one could go to sleep and be woken. (Not where the stopper waits for this very processor.)
bool spin_while_stopped(Mutator* m) {
  constexpr uint64_t kSpins = 50000;  // ns
  if (world.stopper_cpu.load(std::memory_order_relaxed) == sched_getcpu()) return false;
  for (uint64_t until = now_ns() + kSpins; now_ns() < until;) {
    for (int i = 0; i < 8; i++) {
      Mutator* stopper = world.stopper.load(std::memory_order_acquire);
      if (!stopper || stopper == m) return true;
      arch::cpu_pause();
    }
  }
  return false;
}

void wait_world(WorldLock& lock) {
  world.waiters.fetch_add(1, std::memory_order_seq_cst);
  world.changed.wait(lock);
  world.waiters.fetch_sub(1, std::memory_order_seq_cst);
}

void become_attached(Slot& slot, uint32_t from) {
  for (int spins = 0;; spins++) {
    uint32_t seen = from;
    if (slot.state.compare_exchange_weak(seen, kAttached, std::memory_order_seq_cst)) return;
    if (spins < 64) {
      arch::cpu_pause();
    } else {
      sched_yield();
    }
  }
}

// To kDetached without emptying the queue: for waits that end soon (stops, handshakes).
void pause_slot(Mutator* m) {
  epoch_offline(m);
  slot_of(m).state.store(kDetached, std::memory_order_seq_cst);
}

// World mutex held; waits as a detached thread until done() and no other thread has stopped the world, then attaches.
template <class Done>
__attribute__((noinline)) void wait_paused(Mutator* m, WorldLock& lock, Done done) {
  void* registers[arch::kSavedRegisters];
  arch::save_registers(registers);
  m->stack_at_detach = reinterpret_cast<char*>(registers);
  timespec begin, end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  pause_slot(m);
  lock.unlock();
  world.changed.notify_all();
  if (world_stopped()) spin_while_stopped(m);
  lock.lock();
  for (;;) {
    Mutator* stopper = world.stopper.load(std::memory_order_relaxed);
    if ((!stopper || stopper == m) && done()) break;
    wait_world(lock);
  }
  become_attached(slot_of(m), kDetached);  // a claim takes a few instructions and no mutex
  epoch_online(m);
  clock_gettime(CLOCK_MONOTONIC, &end);
  m->stats.safepoint_waits++;
  m->stats.safepoint_wait_ns +=
      static_cast<uint64_t>((end.tv_sec - begin.tv_sec) * 1000000000 + (end.tv_nsec - begin.tv_nsec));
  m->stack_at_detach = nullptr;
}

void find_stack(Mutator* m) {
  if (m->stack_high) return;
  char* here = static_cast<char*>(__builtin_frame_address(0));
  if (syscall(SYS_gettid) == getpid()) {
    // The main thread's stack grows on demand up to the limit, counted from its very top, where the kernel puts the
    // name of the program. (pthread_getattr_np would read /proc/self/maps.)
    rlimit limit;
    size_t size = size_t{8} << 20;
    if (getrlimit(RLIMIT_STACK, &limit) == 0)
      size = limit.rlim_cur == RLIM_INFINITY ? size_t{64} << 20 : limit.rlim_cur;
    m->stack_high = static_cast<char*>(__libc_stack_end);
    char* top = reinterpret_cast<char*>(getauxval(AT_EXECFN));
    if (!top || top < m->stack_high) top = m->stack_high;
    m->stack_low = top - size + (size_t{64} << 10);
    if (m->stack_low > here - (size_t{16} << 10)) m->stack_low = here - (size_t{16} << 10);
    return;
  }
  pthread_attr_t attr;
  void* low = nullptr;
  size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attr) == 0) {
    pthread_attr_getstack(&attr, &low, &size);
    pthread_attr_destroy(&attr);
  }
  if (!low) {
    low = here - (size_t{256} << 10);
    size = size_t{256} << 10;
  }
  m->stack_low = static_cast<char*>(low);
  m->stack_high = m->stack_low + size;
}

uint16_t take_slot() {
  if (!world.free_slots.empty()) return world.free_slots.pop();
  if (world.next_slot >= kHotOwner) fatal("too many threads");
  return static_cast<uint16_t>(world.next_slot++);
}

void unlink_mutator(Mutator* m) {
  for (Mutator** p = &world.first; *p; p = &(*p)->next) {
    if (*p == m) {
      *p = m->next;
      break;
    }
  }
  m->next = nullptr;
}

bool answer_handshake(Mutator* m) {  // world mutex held
  if (!world.handshake_active ||
      m->handshake_seen.load(std::memory_order_relaxed) >= world.handshake_seq.load(std::memory_order_relaxed))
    return false;
  world.handshake_fn(m, world.handshake_arg);
  m->handshake_seen.store(world.handshake_seq.load(std::memory_order_relaxed), std::memory_order_release);
  return true;
}

}  // namespace

void fatal(const char* what) {
  fprintf(stderr, "Fatal Python error: %s\n", what);
  fflush(stderr);
  abort();
}

void init_mutators(bool gil) {
  gil_enabled = gil;
  parallel = lock_free_readers = false;
  forget_counted();
  if (world_made) world.~World();
  new (world_storage) World;
  world_made = true;
}

void init_memory(bool gil) {
  init_mutators(gil);
  init_shape_table(1);
  init_heap(gil);
  init_collector();
}

Mutator* first_mutator() { return world.first; }
Mutator* world_stopper() { return world.stopper.load(std::memory_order_relaxed); }
bool world_stopped() { return world_stopper() != nullptr; }

bool is_attached(uint32_t slot) {
  uint32_t state = slots[slot].state.load(std::memory_order_seq_cst);
  return state != kDetached && state != kGone;
}

void attach_new(Mutator* m) {
  m->thread_id = static_cast<uint64_t>(pthread_self());
  find_stack(m);
  WorldLock lock(world.mutex);
  if (gil_enabled) {
    m->slot = kGilSlot;
  } else {
    while (world.stopper.load(std::memory_order_relaxed)) wait_world(lock);
    m->slot = take_slot();
    become_attached(slots[m->slot], kGone);
    hot_thread_begin(m);
    std::lock_guard<std::mutex> queue(slot_of(m).queue_lock);
    slot_of(m).mutator = m;
  }
  m->alloc = acquire_cache(m->slot);
  m->handshake_seen.store(world.handshake_seq.load(std::memory_order_relaxed), std::memory_order_relaxed);
  m->barrier_phase.store(default_barrier_phase(), std::memory_order_relaxed);
  poke(m->attached, true);
  m->next = world.first;
  world.first = m;
  if (m->next) several_threads.store(true, std::memory_order_relaxed);
  current_mutator = m;
  current_slot = m->slot;
  marker_begin(m);
  current_alloc = m->alloc;
  epoch_online(m);
}

void detach_final(Mutator* m) {
  if (!gil_enabled) {
    Slot& slot = slot_of(m);
    for (bool leave = false;;) {
      process_merge_queue(m);
      epoch_poll(m);
      WorldLock lock(world.mutex);
      if (world.stopper.load(std::memory_order_relaxed)) {
        wait_paused(m, lock, [] { return true; });
        continue;
      }
      std::unique_lock<std::mutex> queue(slot.queue_lock);
      if (slot.queue && !slot.queue->empty()) continue;
      bool left_behind = epoch_hand_over(m);
      if (leave) {
        epoch_offline(m);
      } else if (!epoch_leave(m)) {
        queue.unlock();
        lock.unlock();
        leave = !epoch_drop_last(m);
        continue;
      }
      // The world can't be stopped while the mutex is held: the collector never sees a cache on its way.
      barrier_thread_exit(m);
      epoch_thread_exit(m);
      hot_thread_exit(m);
      abandon_cache(m->alloc);
      slot.mutator = nullptr;
      poke(m->attached, false);
      slot.state.store(kGone, std::memory_order_seq_cst);
      world.free_slots.push(m->slot);
      unlink_mutator(m);
      if (left_behind) {
        for (Mutator* x = world.first; x; x = x->next) x->poll.fetch_or(kPollHandshake, std::memory_order_relaxed);
      }
      world.changed.notify_all();
      break;
    }
  } else {
    WorldLock lock(world.mutex);
    barrier_thread_exit(m);
    epoch_thread_exit(m);
    poke(m->attached, false);
    unlink_mutator(m);
  }
  free(m->dying);
  m->dying = nullptr;
  m->dying_count = m->dying_capacity = 0;
  m->alloc = nullptr;
  m->slot = kNoOwner;
  current_mutator = nullptr;
  current_slot = kNoOwner;
  marker_end(m);
  current_alloc = nullptr;
}

namespace {

void detach_at(Mutator* m, void* frame) {
  m->stack_at_detach = static_cast<char*>(frame);
  if (gil_enabled) {
    poke(m->attached, false);
    return;
  }
  Slot& slot = slot_of(m);
  for (bool leave = false;;) {
    bool last = false;
    epoch_before_leave(m);
    {
      BriefLock queue(slot.queue_lock);
      if (!slot.queue || slot.queue->empty()) {
        if (leave) epoch_offline(m);
        last = !leave && !epoch_leave(m);
        if (!last) {
          poke(m->attached, false);
          slot.state.store(kDetached, std::memory_order_seq_cst);
          break;
        }
      }
    }
    if (last) {
      leave = !epoch_drop_last(m);
    } else {
      process_merge_queue(m);
    }
  }
  wake_waiters();
}

}  // namespace

void detach(Mutator* m) { detach_at(m, __builtin_frame_address(0)); }

void attach(Mutator* m) {
  if (gil_enabled) {
    poke(m->attached, true);
    m->stack_at_detach = nullptr;
    return;
  }
  Slot& slot = slot_of(m);
  for (;;) {
    become_attached(slot, kDetached);
    Mutator* stopper = world.stopper.load(std::memory_order_seq_cst);
    if (!stopper || stopper == m) break;
    slot.state.store(kDetached, std::memory_order_seq_cst);
    wake_waiters();
    if (spin_while_stopped(m)) continue;
    WorldLock lock(world.mutex);
    while (world.stopper.load(std::memory_order_relaxed)) wait_world(lock);
  }
  poke(m->attached, true);
  m->stack_at_detach = nullptr;
  epoch_online(m);
  if (TAIPAN_UNLIKELY(hot_objects.load(std::memory_order_relaxed) != 0)) look_at_hot(m);
}

void BlockingScope::enter() {
  if (!m_) return;
  int saved = errno;
  detach_at(m_, __builtin_frame_address(0));  // may run finalisers, which need what the hook gives up
  if (release_gil_hook) release_gil_hook(m_);
  errno = saved;
}

void BlockingScope::leave() {
  if (!m_) return;
  int saved = errno;
  if (acquire_gil_hook) acquire_gil_hook(m_);
  attach(m_);
  if (TAIPAN_UNLIKELY(parallel) && attached_hook) attached_hook(m_);
  note_blocking_call(m_);
  errno = saved;
}

void stop_the_world(Mutator* m) {
  if (world.stopper.load(std::memory_order_relaxed) == m) {
    world.stop_depth++;
    return;
  }
  if (gil_enabled) {
    world.stopper.store(m, std::memory_order_relaxed);
    world.stop_depth = 1;
    return;
  }
  WorldLock lock(world.mutex);
  if (world.stopper.load(std::memory_order_relaxed)) wait_paused(m, lock, [] { return true; });
  world.stop_depth = 1;
  world.stopper_cpu.store(sched_getcpu(), std::memory_order_relaxed);
  world.stopper.store(m, std::memory_order_seq_cst);
  for (Mutator* x = world.first; x; x = x->next) {
    if (x != m) x->poll.fetch_or(kPollHandshake, std::memory_order_relaxed);
  }
  world.waiters.fetch_add(1, std::memory_order_seq_cst);
  for (;;) {
    bool running = false;
    for (Mutator* x = world.first; x; x = x->next) {
      if (x != m && slot_of(x).state.load(std::memory_order_seq_cst) == kAttached) running = true;
    }
    if (!running) break;
    world.changed.wait(lock);
  }
  world.waiters.fetch_sub(1, std::memory_order_seq_cst);
  epoch_world_stopped();
}

void resume_the_world(Mutator* m) {
  if (--world.stop_depth) return;
  if (gil_enabled) {
    world.stopper.store(nullptr, std::memory_order_relaxed);
    return;
  }
  if (parallel) {
    forget_revocations(false);
    forget_shared();
  }
  WorldLock lock(world.mutex);
  world.stopper.store(nullptr, std::memory_order_seq_cst);
  if (!world.handshake_active) {
    for (Mutator* x = world.first; x; x = x->next) x->poll.fetch_and(~kPollHandshake, std::memory_order_relaxed);
  }
  lock.unlock();
  world.changed.notify_all();
}

void handshake_poll(Mutator* m) {
  uint32_t bits = m->poll.load(std::memory_order_relaxed);
  if (bits & kPollMerge) process_merge_queue(m);
  if (bits & kPollHandshake) {
    m->poll.fetch_and(~kPollHandshake, std::memory_order_relaxed);
    if (gil_enabled) return;
    WorldLock lock(world.mutex);
    if (answer_handshake(m)) world.changed.notify_all();
    Mutator* stopper = world.stopper.load(std::memory_order_relaxed);
    if (stopper && stopper != m) wait_paused(m, lock, [] { return true; });
    lock.unlock();
  }
  epoch_poll(m);
}

void handshake(Mutator* self, void (*f)(Mutator*, void*), void* arg) {
  WorldLock lock(world.mutex);
  if (gil_enabled) {
    for (Mutator* x = world.first; x; x = x->next) f(x, arg);
    return;
  }
  if (world.handshake_active || (world.stopper.load(std::memory_order_relaxed) && world_stopper() != self)) {
    // Answer the one in progress first, or two requesters would wait for each other.
    answer_handshake(self);
    wait_paused(self, lock, [] { return !world.handshake_active; });
  }
  world.handshake_active = true;
  world.handshake_fn = f;
  world.handshake_arg = arg;
  uint64_t seq = world.handshake_seq.fetch_add(1, std::memory_order_relaxed) + 1;
  answer_handshake(self);
  for (Mutator* x = world.first; x; x = x->next) {
    if (x != self) x->poll.fetch_or(kPollHandshake, std::memory_order_relaxed);
  }
  wait_paused(self, lock, [&] {
    bool pending = false;
    for (Mutator* x = world.first; x; x = x->next) {
      if (x->handshake_seen.load(std::memory_order_acquire) >= seq) continue;
      uint32_t seen = kDetached;
      if (slot_of(x).state.compare_exchange_strong(seen, kClaimed, std::memory_order_seq_cst)) {
        answer_handshake(x);
        slot_of(x).state.store(kDetached, std::memory_order_seq_cst);
      } else {
        pending = true;
      }
    }
    return !pending;
  });
  world.handshake_active = false;
  world.changed.notify_all();
}

void with_registry_locked(void (*f)(void*), void* arg) {
  BriefLock lock(world.mutex);
  f(arg);
}

// ---- Merge queues ----

bool with_claimed_slot(uint16_t index, void (*f)(void*), void* arg) {
  Slot& slot = slots[index];
  for (int spins = 0;; spins++) {
    uint32_t seen = slot.state.load(std::memory_order_seq_cst);
    if (seen == kAttached) return false;
    if (seen != kClaimed && slot.state.compare_exchange_weak(seen, kClaimed, std::memory_order_seq_cst)) {
      f(arg);
      slot.state.store(seen, std::memory_order_seq_cst);
      return true;
    }
    if (spins < 64) {
      arch::cpu_pause();
    } else {
      sched_yield();
    }
  }
}

namespace {
void finish_merge(Header* h, QueuedMerge result) {
  if (result == QueuedMerge::kDead) destroy(h);
  if (result == QueuedMerge::kOrdinary) decref(h);
}
}  // namespace

void queue_merge(Header* h, uint16_t index) {
  Slot& slot = slots[index];
  struct Job {
    Header* h;
    uint16_t slot;
    QueuedMerge result;
  } job{h, index, QueuedMerge::kAlive};
  for (;;) {
    {
      BriefLock lock(slot.queue_lock);
      if (slot.state.load(std::memory_order_seq_cst) == kAttached && slot.mutator) {
        if (!slot.queue) slot.queue = new HeaderVector;
        slot.queue->push(h);
        slot.mutator->poll.fetch_or(kPollMerge, std::memory_order_relaxed);
        return;
      }
    }
    auto merge_now = [](void* arg) {
      auto* j = static_cast<Job*>(arg);
      j->result = merge_queued(j->h, j->slot);
    };
    if (with_claimed_slot(index, merge_now, &job)) {
      finish_merge(h, job.result);
      return;
    }
    arch::cpu_pause();  // attached again, or its thread is being registered
  }
}

void process_merge_queue(Mutator* m) {
  m->poll.fetch_and(~kPollMerge, std::memory_order_relaxed);
  if (gil_enabled) return;
  Slot& slot = slot_of(m);
  if (!slot.spare) slot.spare = new HeaderVector;
  HeaderVector batch;
  batch.swap(*slot.spare);
  {
    BriefLock lock(slot.queue_lock);
    if (slot.queue) batch.swap(*slot.queue);
  }
  for (Header* h : batch) finish_merge(h, merge_queued(h, m->slot));  // (what comes meanwhile sets the bit again)
  batch.clear();
  batch.swap(*slot.spare);
}

// ---- fork ----

void before_fork(Mutator* m) {
  forget_habits();
  stop_the_world(m);
  hot_before_fork();
  abandon_cycle_for_fork(m);
  world.mutex.lock();
  lock_heap_for_fork();
  lock_epoch_for_fork();
  lock_barrier_for_fork();
  lock_reserve_for_fork();
}

void after_fork_parent(Mutator* m) {
  unlock_reserve_after_fork(false);
  unlock_barrier_after_fork(false);
  unlock_epoch_after_fork(false);
  unlock_heap_after_fork(false);
  world.mutex.unlock();
  resume_the_world(m);
}

void after_fork_child(Mutator* m) {
  reset_parking_after_fork();
  hot_after_fork_child(m);
  unlock_reserve_after_fork(true);
  unlock_barrier_after_fork(true);
  unlock_epoch_after_fork(true);
  unlock_heap_after_fork(true);
  new (&world.mutex) std::mutex;
  new (&world.changed) std::condition_variable;
  world.waiters.store(0, std::memory_order_relaxed);
  world.handshake_active = false;
  m->thread_id = static_cast<uint64_t>(pthread_self());
  // The other threads are gone: their memory, retired buffers and queues are this thread's to look after.
  struct Queued {
    Header* h;
    uint16_t slot;
  };
  PodVector<Queued> queued;
  for (Mutator* x = world.first; x;) {
    Mutator* next = x->next;
    if (x != m) {
      barrier_thread_exit(x);
      epoch_thread_exit(x);
      poke(x->attached, false);
      if (!gil_enabled) {
        abandon_cache(x->alloc);
        Slot& slot = slot_of(x);
        new (&slot.queue_lock) std::mutex;
        slot.mutator = nullptr;
        if (slot.queue) {
          for (Header* h : *slot.queue) queued.push({h, x->slot});
          slot.queue->clear();
        }
        slot.state.store(kGone, std::memory_order_relaxed);
        world.free_slots.push(x->slot);
      }
      x->alloc = nullptr;
      x->next = nullptr;
    }
    x = next;
  }
  m->next = nullptr;
  world.first = m;
  if (!gil_enabled) new (&slot_of(m).queue_lock) std::mutex;
  epoch_after_fork_child(m);
  reset_collector_after_fork();
  cycle_after_fork_child();
  resume_the_world(m);
  for (Queued& q : queued) finish_merge(q.h, merge_queued(q.h, q.slot));
}

}  // namespace taipan::gc
