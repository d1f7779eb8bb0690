// Threads as the memory system sees them: registry, slots, safepoints and detaching.
//
// A Mutator is one OS thread that may touch Python objects. It is *attached* while it may touch counts and objects and
// *detached* around blocking native code (BlockingScope), so that nothing waits for it. The poll word is read at loop back
// edges, function entries and after native calls; any bit set sends the thread to the slow path (interp/safepoint).
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include "gc/header.h"

namespace taipan::gc {

// Mutator::poll bits
inline constexpr uint32_t kPollGilDrop = 1;      // another thread waits for the GIL
inline constexpr uint32_t kPollSignals = 2;      // a signal handler wants to run (main thread)
inline constexpr uint32_t kPollHandshake = 4;    // stop-the-world or collector handshake
inline constexpr uint32_t kPollMerge = 8;        // queued decrefs to merge
inline constexpr uint32_t kPollAsyncExc = 16;    // PyThreadState_SetAsyncExc's effect
inline constexpr uint32_t kPollCollect = 32;     // the collector has work for a mutator (start, finalise, break edges)
inline constexpr uint32_t kPollTrace = 64;       // tracing was switched on or off for this thread
inline constexpr uint32_t kPollStress = 128;     // stress modes: always taken

struct AllocCache;  // per-thread size-class state, gc/heap.h

struct Mutator {
  std::atomic<uint32_t> poll{0};
  uint16_t slot = kNoOwner;
  // Write barrier phase: 0 off. Checked by gc::store (one predicted branch).
  std::atomic<uint8_t> barrier_phase{0};
  bool attached = false;
  bool born_marked = false;
  AllocCache* alloc = nullptr;
  // Native stack bounds, for conservative scanning and for the recursion check.
  char* stack_low = nullptr;   // lowest usable address
  char* stack_high = nullptr;
  char* stack_at_detach = nullptr;
  // Dealloc work list (prompt, iterative destruction: no native recursion however long the chain).
  Header* dying_head = nullptr;
  uint32_t dealloc_depth = 0;
  Mutator* next = nullptr;  // registry list
  uint64_t thread_id = 0;   // pthread_self
  // Precise roots of the thread (frames, exception state...) are visited by this callback, set by interp.
  void (*trace_roots)(Mutator*, Visitor&) = nullptr;
};

extern thread_local constinit Mutator* current_mutator __attribute__((tls_model("initial-exec")));

extern bool gil_enabled;  // fixed at start-up
void init_memory(bool gil);  // once, before the first object
void attach_new(Mutator*);   // registers the calling thread; gives it a slot
void detach_final(Mutator*);  // thread exit: drains queues, gives the slot up

void detach(Mutator*);  // before blocking native code: afterwards no object and no count may be touched
void attach(Mutator*);  // waits while the world is stopped

// The only way around blocking calls: releases the GIL (through the hooks interp installs) and detaches from safepoints.
extern void (*release_gil_hook)(Mutator*);
extern void (*acquire_gil_hook)(Mutator*);
class BlockingScope {
 public:
  BlockingScope();
  ~BlockingScope();  // preserves errno
  BlockingScope(const BlockingScope&) = delete;

 private:
  Mutator* m_;
};

// Stop the world. Never while holding an object lock. Nests on the same thread.
void stop_the_world(Mutator*);
void resume_the_world(Mutator*);
void handshake_poll(Mutator*);  // called from the poll slow path for kPollHandshake / kPollMerge

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
