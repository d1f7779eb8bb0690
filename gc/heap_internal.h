// What the parts of the memory system tell each other; nothing outside gc/ includes this.
#pragma once
#include <pthread.h>
#include <cstdlib>
#include <mutex>
#include "gc/barrier.h"
#include "gc/heap.h"
#include "gc/mutator.h"
#include "gc/reserve.h"

namespace taipan::gc {

// Growable array of plain data. That memory is out can't be reported to anybody here: then there is the reserve.
template <class T>
struct PodVector {
  static constexpr size_t kDoubling = size_t{1} << 17;
  T* items = nullptr;
  size_t count = 0;
  size_t capacity = 0;

  PodVector() = default;
  PodVector(const PodVector&) = delete;
  PodVector& operator=(const PodVector&) = delete;
  ~PodVector() { free_array(items, capacity * sizeof(T)); }
  void reserve(size_t n) {
    if (n <= capacity) return;
    // Large ones are mapped, and what isn't written to costs nothing; but a limit of the address space counts it.
    size_t step = capacity < kDoubling ? capacity : capacity / 4;
    size_t grown = capacity + step < 64 ? 64 : capacity + step;
    if (grown < n) grown = n;
    size_t bytes = grown * sizeof(T);
    items = static_cast<T*>(sure_array(static_cast<void*>(items), capacity * sizeof(T), bytes));
    capacity = bytes / sizeof(T);
  }
  TAIPAN_INLINE void push(T v) {
    if (TAIPAN_UNLIKELY(count == capacity)) reserve(count + 1);
    items[count++] = v;
  }
  T pop() { return items[--count]; }
  bool empty() const { return count == 0; }
  void clear() { count = 0; }
  void shrink() {
    free_array(items, capacity * sizeof(T));
    items = nullptr;
    count = capacity = 0;
  }
  void swap(PodVector& o) {
    std::swap(items, o.items);
    std::swap(count, o.count);
    std::swap(capacity, o.capacity);
  }
  T* begin() { return items; }
  T* end() { return items + count; }
};
using HeaderVector = PodVector<Header*>;

[[noreturn]] void fatal(const char* what);

// heap.cpp / heap_plain.cpp
void init_heap(bool gil);
AllocCache* acquire_cache(uint16_t slot);  // for a thread that starts
void abandon_cache(AllocCache* c);         // of a thread that ends: its cells serve others
void heap_start_parallel();                // there will be a second cache
void lock_heap_for_fork();
void unlock_heap_after_fork(bool child);

// Generations (collector.cpp is the only user, with the world stopped). take_members moves the objects of generations
// 0..gen that are live and tracked into out, each once, in CPython's order: the generation's own, then the youngest, then
// those between, each in order of birth. For gen 2 the old ones that a walk of the heap finds anyway may be left out: walk_old then visits exactly those. promote files a survivor under a generation.
void take_members(int gen, HeaderVector& out, bool automatic);
// automatic: the young of threads that run stay theirs (own_young.h).
void walk_old(void (*f)(Header*, void*), void* arg);
void walk_untracked(void (*f)(Header*, void*), void* arg);  // live cells that the collector doesn't look at by itself
void promote(Header* h, int to_gen);
// The world isn't stopped: the calling thread's own. take_own_young: its list of the young as it stands (some dead, some twice), in front of them, if
// asked for, those that it has promoted to generation 1 (returns how many entries that are). promote_own files what is the thread's alone and what
// others know, and may free meanwhile (always under generation 1).
size_t take_own_young(HeaderVector& out, bool middle);
void promote_own(const HeaderVector& own, int to_gen, const HeaderVector& shared);
size_t own_middle_count();
size_t retire_own_middle();
void set_own_young_threshold(size_t n);  // as set_young_threshold; other threads come to know when their lists are full
void keep_young(const HeaderVector& garbage);  // what was taken and is about to be taken apart: not promoted for that
size_t own_young_count(Mutator* m);            // upper bound for this thread
size_t young_count();                          // exact number of live young objects in all caches
void set_young_threshold(size_t n);            // a cache whose young list reaches n asks for a collection; 0: never
void note_collection_done();                   // the lists were taken: limits are counted anew
// while on, free_object of this thread keeps the cells readable; they are freed when it goes off
void defer_frees(bool on);
void generation_members(int gen, HeaderVector& out);  // generation 0 or 1 as it stands, each object once

// mutator.cpp
// May the thread with this slot hold objects' locks? One that isn't attached holds none, and passes a barrier before it attaches.
bool is_attached(uint32_t slot);
struct Slot;
void init_mutators(bool gil);
// Runs f while the owner of the slot is detached or gone and can't come back; false if it is attached.
bool with_claimed_slot(uint16_t slot, void (*f)(void*), void* arg);
void queue_merge(Header* h, uint16_t slot);  // h's shared count was set to queued by the caller
void process_merge_queue(Mutator* m);
Mutator* world_stopper();

// counts.cpp
// The owner (slot) or who has claimed it takes h from the queue. The owner's own last decref may have merged it before; since then it may have
// turned hot, and may have another owner by now: then (kOrdinary) the queue's count goes by gc::decref, with no slot claimed.
enum class QueuedMerge : uint8_t { kAlive, kDead, kOrdinary };
QueuedMerge merge_queued(Header* h, uint16_t slot);
void forget_counted();                  // a new start (tests)
uint64_t total_count(const Header* h);  // local plus shared; world stopped
void destroy(Header* h);
void merge_kept(
    Header*
        h);  // takes the owner from an object that the caller has a counted reference to; the owner's slot is claimed

// epoch.cpp
void epoch_thread_exit(Mutator* m);
bool epoch_hand_over(
    Mutator* m);  // of a thread that ends: what waits is for the others to look after. True: there is something
void epoch_offline(Mutator* m);  // for a wait that ends soon
// Before a thread blocks or ends. Whoever waits for a finaliser must not wait in vain: what threads have left behind is dropped by those that
// run, and by the last of them before it goes as well. epoch_leave: false where this is the last and something waits, which epoch_drop_last
// (holding no lock) drops; it tells whether there was something to drop.
void epoch_before_leave(Mutator* m);
bool epoch_leave(Mutator* m);
bool epoch_drop_last(Mutator* m);
void epoch_online(Mutator* m);
void drop_all_displaced(Mutator* m);  // with a stop of its own
void epoch_world_stopped();           // everybody is quiescent: all that is retired is due
void epoch_after_fork_child(Mutator* m);
void lock_epoch_for_fork();
void unlock_epoch_after_fork(bool child);

// barrier.cpp
// Memory is out: from here on what the barrier logs is not complete, and the cycle that runs will find nothing. Any thread.
void give_up_cycle();
void barrier_thread_exit(Mutator* m);
void lock_barrier_for_fork();
void unlock_barrier_after_fork(bool child);

// lock.cpp
void reset_parking_after_fork();

// collector.cpp
void init_collector();
void reset_collector_after_fork();

}  // namespace taipan::gc
