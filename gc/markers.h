// The marker's threads, and how they share work (gc/CONCURRENT.md, "Several markers"). The first is the marker that the rest of the collector
// speaks of: it takes part in the phases, and calls the others where there is enough to do.
#pragma once
#include "arch/cpu.h"
#include "gc/concurrent_internal.h"

namespace taipan::gc {

// A marker would keep a processor for as long as the system lets it, some milliseconds, and threads that wake up there would have to wait.
// So it offers the processor to them every tenth of a millisecond, where it holds nothing that anybody waits for. As long as others
// take more of its time than they leave to it, it doesn't: then they compute, and it must keep up with them.
class Courtesy {
 public:
  void offer();
  void begin() { since_ = now_ns(); }

 private:
  static constexpr uint64_t kBreath = 100000, kMostOwed = 8000000;  // ns
  uint64_t since_ = 0;                                              // it works
  uint64_t owed_ = 0;                                               // what others took, less what it worked since
};

struct alignas(arch::kCacheLine) Marker {
  // Others look at these two.
  std::atomic<Header*> traced_now[kTracedAtOnce] = {};
  alignas(arch::kCacheLine) std::atomic<uint64_t> batch{0};  // odd: at work on one
  // The rest is its own, and the first one's while all others are at rest.
  alignas(arch::kCacheLine) unsigned id = 0;
  uint64_t calls_seen = 0;
  Courtesy courtesy;
  WorkList work;
  // Static objects (built-in types) have no mark bits; what was put aside gets its own when it is traced. (Each marker may put aside the same
  // object once.)
  ObjectSet put_aside_once;
  WorkList found, with_weakrefs, with_finalizers;  // while candidates are looked at
  size_t alive = 0, deferred = 0;
  uint64_t marked = 0;     // since the first one added it up
  uint64_t waited_ns = 0;  // for work, in this call
  uint64_t worked_ns = 0,
           cpu_ns = 0;  // of its calls in this cycle: without what it waited, and what it got of a processor
  std::atomic<uint64_t> marked_ever{0}, cpu_ever{0};
};
extern Marker* const markers;

// While one of these lives, the marker's epoch stays as it is.
class Batch {
 public:
  explicit Batch(Marker& m) : m_(m) {
    m.batch.fetch_add(1, std::memory_order_seq_cst);
    marker_online(m.id);
  }
  ~Batch() { m_.batch.fetch_add(1, std::memory_order_seq_cst); }
  Batch(const Batch&) = delete;

 private:
  Marker& m_;
};

// ---- Calling the others ----

// (In a cycle that has one marker nobody comes.) The first one has its own part in it after that, then waits for them.
void call_markers(void (*job)(Marker&));
bool markers_called();
void wait_for_markers();
bool worth_calling(size_t work);  // so many objects to look at

// f(m, part) for each part, by whoever comes to it, one marker where it is little work; a part may be left out where the cycle is abandoned.
template <class F>
void in_parts(size_t parts, size_t work, F f);

// ---- Sharing what is to be marked from ----

void begin_sharing();  // by the first one, the others being at rest
void call_to_share(void (*job)(Marker&),
                   size_t work);  // for those that are called; where there is so much, and they haven't been
bool join_sharing(Marker& m);     // by each of them, for its first work
extern std::atomic<unsigned> segments_wanted;
void hand_over(Marker& m);                        // some of its work, to those that wait for some
bool wait_for_work(Marker& m, bool busy = true);  // false: there is none, nor will there be
void end_sharing();                               // nobody shall wait: the cycle is to be abandoned
void discard_shared();                            // after that

// ---- Implementation ----

struct Parts {
  std::atomic<size_t> next{0};
  size_t count = 0;
  void (*f)(void*, Marker&, size_t) = nullptr;
  void* arg = nullptr;
};
void work_on_parts(Marker& m);  // each one's part of what is in parts
extern Parts parts_to_do;

template <class F>
void in_parts(size_t parts, size_t work, F f) {
  parts_to_do.next.store(0, std::memory_order_relaxed);
  parts_to_do.count = parts;
  parts_to_do.f = [](void* arg, Marker& m, size_t part) { (*static_cast<F*>(arg))(m, part); };
  parts_to_do.arg = &f;
  if (worth_calling(work)) call_markers(work_on_parts);
  work_on_parts(markers[0]);
  wait_for_markers();
}

}  // namespace taipan::gc
