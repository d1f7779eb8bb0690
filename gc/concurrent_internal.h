// What concurrent.cpp (mutators' steps) and marker.cpp (the marker's thread) share.
#pragma once
#include <condition_variable>
#include "gc/collector.h"
#include "gc/concurrent.h"
#include "gc/heap_internal.h"

namespace taipan::gc {

// A list whose growth may fail: the cycle is given up then, nothing else. A long one is memory of its own, which grows without being copied:
// copying some megabytes would keep a processor, or a stopped world, for as many milliseconds.
struct WorkList {
  Header** items = nullptr;
  size_t count = 0, capacity = 0;
  bool failed = false;

  WorkList() = default;
  WorkList(const WorkList&) = delete;
  ~WorkList() { give_back(); }
  void push(Header* h) {
    if (TAIPAN_UNLIKELY(count == capacity) && !grow(count + 1)) return;
    items[count++] = h;
  }
  bool grow(size_t n);
  void append(WorkList& from);  // empties it
  void append(Header* const* from, size_t n);
  void clear() { count = 0; }
  void release() {
    give_back();
    items = nullptr;
    count = capacity = 0;
    failed = false;
  }
  void give_back();
  Header** begin() { return items; }
  Header** end() { return items + count; }
};

// Open addressing. A set that can't grow says of everything that it was there.
struct ObjectSet {
  Header** table = nullptr;
  size_t mask = 0, count = 0;

  bool insert(Header* h) {
    if (count * 2 >= mask && !grow()) return false;
    size_t i = reinterpret_cast<uintptr_t>(h) / 16 * 0x9E3779B97F4A7C15u >> 32 & mask;
    while (table[i]) {
      if (table[i] == h) return false;
      i = (i + 1) & mask;
    }
    table[i] = h;
    count++;
    return true;
  }
  bool grow();
  void clear() {
    free(table);
    table = nullptr;
    mask = count = 0;
  }
};

// The candidates of a cycle. The number of references to each that were found in the others is in a byte beside its cell
// (candidates.cpp); what doesn't fit there, in a table.
struct Candidates {
  WorkList list;       // in the order of the heap
  WorkList put_aside;  // whose trace needs a stopped world
  WorkList with_weakrefs;
  WorkList with_finalizers;
  WorkList seen_by_finalizers;  // those and what they reach: may be resurrected
  size_t deferred = 0;          // how many have no counts

  bool failed() const;
  void release();
};
void add_candidate(Header* h, WorkList& list);
int64_t found_references(const Header* h);  // to a candidate; -1: it is none
// Of a candidate, to the other ones. several: other markers do the same at this time.
void count_references(Header* h, bool several);
bool see_candidate(Header* h);   // a finaliser can get at it; false: it is none, or that was known
void find_seen_by_finalizers();  // after the verdict
bool is_seen(const Header* h);

// A number that one thread at a time changes, and others may read.
class Figure {
 public:
  operator uint64_t() const { return n_.load(std::memory_order_relaxed); }
  void operator+=(uint64_t n) { n_.store(n_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed); }
  void operator++(int) { *this += 1; }

 private:
  std::atomic<uint64_t> n_{0};
};

struct Cycle {
  std::mutex mutex;
  std::condition_variable wake;     // of the marker
  std::condition_variable settled;  // the marker has stopped working
  bool thread_made = false;
  bool busy = false;  // the marker is at work
  bool clear_marks = false;
  bool forget_candidates = false;  // the last of them is broken: their lists may go
  bool fresh = false;              // a cycle begins: what the marker has from one that was abandoned is void
  std::atomic<uint64_t> steps{0};  // that mutators have done
  std::atomic<bool> abort{false};
  WorkList shared;     // to be marked from, handed over by mutators (mutex)
  WorkList put_aside;  // to be traced with the world stopped (mutex, or the marker at rest)
  Candidates candidates;
  // Cells that words on native stacks pointed to when the snapshot was taken, where those don't count as roots (CONCURRENT.md).
  WorkList hinted;
  HeaderVector finalizable;  // what the heap has in its list of that name, the cycle being under way
  bool mark_hinted = false;  // they do in this cycle
  uint64_t marked_before = 0;
  struct {
    Figure cycles, abandoned, marked, freed, freed_bytes, mark_ns, sweep_ns, rounds, held_back;
  } figures;
};
extern Cycle& cycle;
inline constexpr size_t kTracedAtOnce = 8;
inline constexpr size_t kManyHinted = 1000;

// Where m is given, whose slice it is, it ends early if somebody waits for the GIL.
class Deadline {
 public:
  explicit Deadline(uint64_t ns, const Mutator* m = nullptr) : m_(m) {
    if (ns == ~uint64_t{0}) return;
    uint64_t now = now_ns();
    end_ = now + ns;
    early_ = now + kLeast;
  }
  // Looks at the clock now and then.
  bool over(uint32_t every) {
    if (end_ == ~uint64_t{0} || ++count_ % every != 0) return false;
    uint64_t now = now_ns();
    if (now >= end_) return true;
    if (!m_ || now < early_ || !(m_->poll.load(std::memory_order_relaxed) & kPollGilDrop)) return false;
    left_ = end_ - now;
    return true;
  }
  uint64_t left() const { return left_; }  // where it ended early

 private:
  static constexpr uint64_t kLeast = 100000;  // ns
  const Mutator* m_;
  uint64_t end_ = ~uint64_t{0}, early_ = 0, left_ = 0;
  uint32_t count_ = 0;
};

void wake_marker();
bool make_marker();                         // the thread; false: it can't be had
extern std::atomic<unsigned> marker_count;  // of this cycle; changed while the world is stopped and no marker at work
unsigned markers_for(size_t live);          // objects: how many there should be, were the program waiting
unsigned make_helpers(unsigned n);          // n markers in all, or fewer
void set_marker_count(unsigned n, unsigned running);  // of the program's threads
bool start_marker_thread(void* (*f)(void*), void* arg);
void helpers_after_fork_child();
size_t live_estimate();  // collector.cpp: objects that a cycle will have to mark
// Visits one reference found in the snapshot, a barrier buffer or a traced object.
bool wants_marking(Header* h);  // static, or live, old, with references to trace, and not marked
void ask_mutators();            // for a step

// collector.cpp
// Of garbage that finalisers have seen and that is held once each; the world stopped.
void find_unreachable_after_finalizers(HeaderVector& members, HeaderVector& garbage);
void find_all_unreachable(HeaderVector& garbage);  // world stopped
size_t promote_all();                              // world stopped
void visit_global_roots(Visitor& v);
void visit_stacks(void (*f)(Header*, void*), void* arg);  // conservatively, the world being stopped
void hold(Header* h);
void delete_deferred(HeaderVector& deferred);
void cycle_done(size_t found, size_t live);
bool collector_behind();  // more has come to the old generation than a cycle should let come

// heap.cpp / heap_plain.cpp
bool is_cell(const Header* h);    // a cell of the heap as it is now, not a static object or freed memory
void keep_freed_memory(bool on);  // while marking: buffers wait for the marker, blocks stay
bool young_collection_due(Mutator* m);
// What is old, tracked and unmarked, in parts that may be visited by several threads: how many there are now; f for one part; the end.
size_t begin_listing();
void list_old_unmarked(size_t part, void (*f)(Header*, void*), void* arg);
void end_listing();
size_t middle_count();                     // upper bound of generation 1
size_t retire_middle();                    // generation 1 becomes old; how many that are
void take_finalizable(HeaderVector& out);  // the heap's list, for as long as the cycle takes
void give_back_finalizable(HeaderVector& in);
void order_by_age(Header** objects, size_t n);  // those with finalisers: the oldest first
uint8_t* candidate_byte(const Header* h);       // null: there is none
uint8_t* make_candidate_byte(Header* h);        // null: out of memory
void free_candidate_bytes();

// release.cpp / heap_plain.cpp: empty blocks. The marker looks for them: where there are many more than reserve bytes, they are to be given back
// (all: however few); how many. Then release_some does a mutator's part for a while (true: that is all), sort_lists the marker's, as long as
// lists_to_sort; or stop_release keeps the rest. Mutators' parts with the GIL, or the world stopped.
size_t look_for_empty_blocks(size_t reserve, bool all);
bool releasing();
bool release_some(Deadline& deadline);
bool lists_to_sort();
void sort_lists();
void stop_release();
size_t reserve_wanted();  // collector.cpp: bytes that come until the next cycle frees some

// epoch.cpp
void marker_online(unsigned id);  // between batches: what was retired before may go
void marker_offline(unsigned id);
void set_marker_epochs(bool on);

// barrier.cpp
void set_barrier_phase_stopped(uint8_t phase);
void flush_all_barrier_buffers();  // world stopped
bool barrier_buffers_waiting();
bool cycle_given_up();
uint64_t barrier_logged();
uint64_t barrier_containers();

}  // namespace taipan::gc
