// Threads as the memory system sees them: registry, slots, safepoints and detaching.
//
// A Mutator is one OS thread that may touch Python objects. It is *attached* while it may touch counts and objects and
// *detached* around blocking native code (BlockingScope), so that nothing waits for it. The poll word is read at loop
// back edges, function entries and after native calls; any bit set sends the thread to the slow path
// (interp/safepoint).
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include "arch/cpu.h"
#include "gc/header.h"

namespace taipan::gc {

// Mutator::poll bits
inline constexpr uint32_t kPollGilDrop = 1;    // another thread waits for the GIL
inline constexpr uint32_t kPollSignals = 2;    // a signal handler wants to run (main thread)
inline constexpr uint32_t kPollHandshake = 4;  // stop-the-world or collector handshake
inline constexpr uint32_t kPollMerge = 8;      // queued decrefs to merge
inline constexpr uint32_t kPollAsyncExc = 16;  // PyThreadState_SetAsyncExc's effect
inline constexpr uint32_t kPollCollect = 32;   // the collector has work for a mutator (start, finalise, break edges)
inline constexpr uint32_t kPollTrace = 64;     // tracing was switched on or off for this thread
inline constexpr uint32_t kPollStress = 128;   // stress modes: always taken

inline constexpr uint32_t kMaxDeallocDepth = 50;

struct AllocCache;  // per-thread size-class state, gc/heap.h
struct BarrierBuffer;
struct HotCount;
struct Marker;
struct RetiredList;

// What a thread did that threads on their own would not have to (-X stats).
struct ThreadStats {
  double cpu_before = 0;         // of the system thread, when this one began
  uint64_t atomic_counts = 0;    // counts of other threads' objects raised
  uint64_t turned_deferred = 0;  // objects that aren't counted any more because that was contended
  uint64_t contended_locks = 0;  // object locks waited for
  uint64_t safepoint_waits = 0;  // stops and handshakes of others
  uint64_t safepoint_wait_ns = 0;
  uint64_t gil_waits = 0;
  uint64_t gil_wait_ns = 0;
};

struct Mutator {
  std::atomic<uint32_t> poll{0};
  uint16_t slot = kNoOwner;
  // Write barrier phase: 0 off. Checked by gc::store (one predicted branch).
  std::atomic<uint8_t> barrier_phase{0};
  bool attached = false;
  bool born_marked = false;
  Marker* marker = nullptr;  // gc::own_marker of the thread, for machine code
  HotCount* hot = nullptr;   // gc::hot_counts of the thread, for machine code
  AllocCache* alloc = nullptr;
  // Native stack bounds, for conservative scanning and for the recursion check.
  char* stack_low = nullptr;  // lowest usable address
  char* stack_high = nullptr;
  char* stack_at_detach = nullptr;
  // Dealloc work list (prompt, iterative destruction: no native recursion however long the chain). Deallocs nested
  // deeper than kMaxDeallocDepth wait here, last in first out, until the outermost one is done.
  uint32_t dealloc_depth = 0;
  uint32_t dying_count = 0;
  uint32_t dying_capacity = 0;
  Header** dying = nullptr;
  Mutator* next = nullptr;  // registry list
  uint64_t thread_id = 0;   // pthread_self
  // Precise roots of the thread (frames, exception state...) are visited by this callback, set by interp.
  void (*trace_roots)(Mutator*, Visitor&) = nullptr;

  // What follows is the memory system's own.
  std::atomic<uint64_t> epoch_seen{0};      // 0: offline (detached), see gc/epoch.h
  std::atomic<uint64_t> handshake_seen{0};  // the last handshake answered
  BarrierBuffer* barrier_buffer = nullptr;  // being filled, see gc/barrier.h
  RetiredList* retired = nullptr;           // waiting for a grace period, see gc/epoch.h
  RetiredList* displaced = nullptr;         // references that wait for one, see gc::displaced
  ThreadStats stats;
};

extern thread_local constinit Mutator* current_mutator TAIPAN_TLS;

// before the first object; again (tests) only where no thread is attached: forgets everything
void init_memory(bool gil);
void attach_new(Mutator*);    // registers the calling thread; gives it a slot
void detach_final(Mutator*);  // thread exit: drains queues, gives the slot up

void detach(Mutator*);  // before blocking native code: afterwards no object and no count may be touched
void attach(Mutator*);  // waits while the world is stopped

// The only way around blocking calls: releases the GIL (through the hooks interp installs) and detaches from
// safepoints.
extern void (*release_gil_hook)(Mutator*);
extern void (*acquire_gil_hook)(Mutator*);
extern void (*attached_hook)(Mutator*);  // at the end of a BlockingScope, the thread being attached again
class BlockingScope {
 public:
  TAIPAN_INLINE BlockingScope() : m_(current_mutator) {
    arch::save_registers(registers_);
    enter();
  }
  ~BlockingScope() { leave(); }  // both preserve errno
  BlockingScope(const BlockingScope&) = delete;

 private:
  void enter();
  void leave();
  Mutator* m_;
  void* registers_[arch::kSavedRegisters];  // the caller's, for the conservative scan
};

// Stop the world. Never while holding an object lock. Nests on the same thread.
void stop_the_world(Mutator*);
void resume_the_world(Mutator*);
bool world_stopped();
void handshake_poll(Mutator*);  // called from the poll slow path for kPollHandshake / kPollMerge

// Ragged handshake: every thread runs f once, on itself at its next poll; for a detached thread the caller runs it
// while that thread is kept from attaching. Returns when all have answered; the caller counts as detached meanwhile. f
// touches nothing but the Mutator it is given. Never while holding an object lock.
void handshake(Mutator* self, void (*f)(Mutator*, void*), void* arg);

template <class F>
void for_each_mutator(F f);  // registry lock held or world stopped
Mutator* first_mutator();

// fork(): before (stops the world), in the parent, in the child.
void before_fork(Mutator*);
void after_fork_parent(Mutator*);
void after_fork_child(Mutator*);

template <class F>
void for_each_mutator(F f) {
  for (Mutator* m = first_mutator(); m; m = m->next) f(m);
}

}  // namespace taipan::gc
