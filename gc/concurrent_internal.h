// What concurrent.cpp (mutators' steps) and marker.cpp (the marker's thread) share.
#pragma once
#include <condition_variable>
#include "gc/collector.h"
#include "gc/concurrent.h"
#include "gc/heap_internal.h"

namespace taipan::gc {

// A list whose growth may fail: the cycle is given up then, nothing else.
struct WorkList {
  Header** items = nullptr;
  size_t count = 0, capacity = 0;
  bool failed = false;

  WorkList() = default;
  WorkList(const WorkList&) = delete;
  ~WorkList() { free(items); }
  void push(Header* h) {
    if (TAIPAN_UNLIKELY(count == capacity) && !grow(count + 1)) return;
    items[count++] = h;
  }
  bool grow(size_t n);
  void append(WorkList& from);  // empties it
  void clear() { count = 0; }
  void release() {
    free(items);
    items = nullptr;
    count = capacity = 0;
    failed = false;
  }
  Header** begin() { return items; }
  Header** end() { return items + count; }
};

// The candidates of a cycle, each with the number of references to it that were found in the others.
struct Candidates {
  WorkList list;  // in the order of the heap
  uint32_t* found = nullptr;
  uint32_t* table = nullptr;  // open addressing: index + 1
  size_t mask = 0;
  WorkList put_aside;  // whose trace needs a stopped world
  WorkList with_weakrefs;
  WorkList with_finalizers;
  WorkList seen_by_finalizers;  // those and what they reach: may be resurrected
  size_t deferred = 0;          // how many have no counts
  size_t break_first = 0;       // list is ordered: what no finaliser can see comes first

  bool index();  // of what list holds; false: out of memory
  int64_t find(const Header* h) const;
  bool failed() const {
    return list.failed || put_aside.failed || with_weakrefs.failed || with_finalizers.failed ||
           seen_by_finalizers.failed;
  }
  void release();
};

struct Cycle {
  std::mutex mutex;
  std::condition_variable wake;     // of the marker
  std::condition_variable settled;  // the marker has stopped working
  bool thread_made = false;
  bool busy = false;  // the marker is at work
  bool clear_marks = false;
  bool fresh = false;              // a cycle begins: what the marker has from one that was abandoned is void
  std::atomic<uint64_t> steps{0};  // that mutators have done
  std::atomic<bool> abort{false};
  WorkList shared;     // to be marked from, handed over by mutators (mutex)
  WorkList put_aside;  // to be traced with the world stopped (mutex, or the marker at rest)
  Candidates candidates;
  uint64_t marked_before = 0;
  CycleFigures figures;
};
extern Cycle& cycle;

void wake_marker();
bool make_marker();  // the thread; false: it can't be had
// Visits one reference found in the snapshot, a barrier buffer or a traced object.
bool wants_marking(Header* h);                    // static, or live, old, with references to trace, and not marked
void count_references(Header* h, Candidates& c);  // of a candidate, to the other ones
void ask_mutators();                              // for a step

// collector.cpp
void find_unreachable_among(HeaderVector& members, uint32_t held, HeaderVector& garbage);  // world stopped
void find_all_unreachable(HeaderVector& garbage);                                          // world stopped
size_t promote_all();                                                                      // world stopped
void visit_global_roots(Visitor& v);
void visit_stacks(void (*f)(Header*, void*), void* arg);  // conservatively, the world being stopped
void hold(Header* h);
void delete_deferred(HeaderVector& deferred);
void cycle_done(size_t found, size_t live);
void note_promoted(size_t n);

// heap.cpp / heap_plain.cpp
bool is_cell(const Header* h);    // a cell of the heap as it is now, not a static object or freed memory
void keep_freed_memory(bool on);  // while marking: buffers wait for the marker, blocks stay
bool young_collection_due(Mutator* m);
void for_each_old_unmarked(void (*f)(Header*, void*), void* arg, const std::atomic<bool>& stop);
size_t middle_count();   // upper bound of generation 1
size_t retire_middle();  // generation 1 becomes old; how many that are

// epoch.cpp
void marker_online();  // between batches: what was retired before may go
void marker_offline();
void set_marker_epochs(bool on);

// barrier.cpp
void set_barrier_phase_stopped(uint8_t phase);
void flush_all_barrier_buffers();  // world stopped
bool barrier_buffers_waiting();
uint64_t barrier_logged();
uint64_t barrier_containers();

}  // namespace taipan::gc
