// The marker's thread: marking, listing the candidates, counting the references among them. It changes mark bits and its own lists, nothing else;
// what it reads of an object that mutators use is described in gc/CONCURRENT.md.
#include <pthread.h>
#include <sched.h>
#include <time.h>
#include <new>
#include "arch/cpu.h"
#include "gc/concurrent_internal.h"
#include "gc/hot_counts.h"
#include "gc/markers.h"
#include "gc/ref.h"

namespace taipan::gc {

void with_registry_locked(void (*f)(void*), void* arg);  // mutator.cpp

namespace {

alignas(Cycle) char cycle_storage[sizeof(Cycle)];  // never destroyed: the thread outlives main()
bool cycle_made = (new (cycle_storage) Cycle, true);

constexpr size_t kBatch = 512;              // objects between two announcements
constexpr size_t kPrefetched = 32;          // a power of two
constexpr int64_t kSliceInterval = 300000;  // ns between two requests for a step
constexpr int64_t kLongestInterval = 100000000;

std::atomic<bool> marking_failed{false};  // a list couldn't grow

bool is_young(uint8_t flags) { return (flags & (kTracked | kOldGen)) == kTracked; }

void mark_together(Marker& m);
void help_to_mark(Marker& m) {
  if (join_sharing(m)) mark_together(m);
}

constexpr size_t kManyPushed = 4096;  // a power of two
// (One object may hold millions. Whoever waits for its death waits no longer than if the system had taken the processor away.)
TAIPAN_COLD void give_way(Marker& m) {
  m.courtesy.offer();
  if (m.id == 0) call_to_share(help_to_mark, m.work.count);
  if (segments_wanted.load(std::memory_order_relaxed)) hand_over(m);
}

void push_work(Header* h, void* marker) {
  if (is_cell(h) && is_marked(h)) return;
  Marker& m = *static_cast<Marker*>(marker);
  m.work.push(h);
  if (TAIPAN_UNLIKELY(m.work.count % kManyPushed == 0)) give_way(m);
}

// While one of these lives, mutators don't free its objects, nor buffers that they let go of: each until look() has returned for it.
class Tracing {
 public:
  Tracing(Marker& m, Header** objects, size_t n) : m_(m), objects_(objects), count_(n) {
    for (size_t i = 0; i < n; i++) m.traced_now[i].store(objects[i], std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
  }
  Tracing(const Tracing&) = delete;
  template <class F>
  void look(F f) {
    for (size_t i = 0; i < count_; i++) {
      f(objects_[i]);
      m_.traced_now[i].store(nullptr, std::memory_order_release);
    }
  }

 private:
  Marker& m_;
  Header** objects_;
  size_t count_;
};

// Dying, dead, or born since the snapshot: not the marker's. To be asked while it is being traced.
const TypeOps* ops_if_old(Header* h) {
  ShapeId shape = h->shape_id.load(std::memory_order_acquire);
  if (shape == 0) return nullptr;
  uint8_t flags = h->gcflags.load(std::memory_order_acquire);
  if ((flags & kDying) || is_young(flags)) return nullptr;
  return shape_table[shape]->ops;
}

// Buffers are where the second or third word behind the header points to, in most containers.
TAIPAN_INLINE void prefetch_contents([[maybe_unused]] Header* h) {
#ifndef TAIPAN_PLAIN_MALLOC
  __builtin_prefetch(reinterpret_cast<void*>(header_word(h, 3).load(std::memory_order_relaxed)));
  if (reinterpret_cast<uintptr_t>(h + 2) % kBlockSize)
    __builtin_prefetch(reinterpret_cast<void*>(header_word(h, 4).load(std::memory_order_relaxed)));
#endif
}

void put_aside(Header* h, Marker& m) {
  if (!m.put_aside_once.insert(h)) return;
  std::lock_guard<std::mutex> lock(cycle.mutex);
  cycle.put_aside.push(h);
  if (TAIPAN_UNLIKELY(cycle.put_aside.failed)) marking_failed.store(true, std::memory_order_relaxed);
}

void mark(Header* h, Visitor& v, Marker& m) {
  if (!is_cell(h)) {
    if (h->has_gcflag(kImmortal)) put_aside(h, m);
    return;
  }
  if (is_marked(h)) return;
  const TypeOps* ops = ops_if_old(h);
  if (!ops) return;
  if (!ops->trace) {  // so that it is met once
    test_and_mark(h);
  } else if (!ops->trace_anytime) {
    put_aside(h, m);
  } else if (!test_and_mark(h)) {  // (of several markers that have come to it one goes on)
    m.marked++;
    ops->trace(h, v);
  }
}

// What mutators have handed over; any marker may take it.
void take_shared(Marker& m) {
  {
    std::lock_guard<std::mutex> lock(cycle.mutex);
    m.work.append(cycle.shared);
    if (TAIPAN_UNLIKELY(cycle.shared.failed)) marking_failed.store(true, std::memory_order_relaxed);
  }
  BarrierBuffer* buffers = take_barrier_buffers();
  for (BarrierBuffer* b = buffers; b; b = b->next) {
    for (uint32_t i = 0; i < b->count; i++) push_work(b->items[i], &m);
  }
  free_barrier_buffers(buffers);
}

bool has_failed(Marker& m) {
  if (TAIPAN_UNLIKELY(m.work.failed)) marking_failed.store(true, std::memory_order_relaxed);
  return marking_failed.load(std::memory_order_relaxed) || cycle_given_up();
}

// Until there is nothing left to mark from, for no marker.
void mark_together(Marker& m) {
  Visitor v(push_work, &m);
  for (;; m.courtesy.offer()) {
    bool idle;
    {
      Batch now(m);
      if (m.id == 0 || m.work.count == 0) take_shared(m);
      idle = m.work.count == 0;
      if (m.id == 0) call_to_share(help_to_mark, m.work.count);
      // They go through a ring: on its way in the object is fetched into the cache, half way what it points to.
      Header* ring[kPrefetched];
      size_t head = 0, tail = 0, looked = 0;
      for (size_t done = 0;;) {
        while (head - tail < kPrefetched && m.work.count && done < kBatch) {
          Header* h = m.work.items[--m.work.count];
          __builtin_prefetch(h);
          ring[head++ % kPrefetched] = h;
          done++;
        }
        if (head == tail) break;
        size_t n = head - tail < kTracedAtOnce ? head - tail : kTracedAtOnce;
        if (looked < tail + n) looked = tail + n;
        for (; looked < head && looked < tail + 2 * kTracedAtOnce; looked++) {
          if (is_cell(ring[looked % kPrefetched])) prefetch_contents(ring[looked % kPrefetched]);
        }
        Header* group[kTracedAtOnce];
        for (size_t i = 0; i < n; i++) group[i] = ring[tail++ % kPrefetched];
        {
          Tracing tracing(m, group, n);
          tracing.look([&](Header* h) { mark(h, v, m); });
        }
        if (TAIPAN_UNLIKELY(segments_wanted.load(std::memory_order_relaxed))) hand_over(m);
      }
    }
    if (cycle.abort.load(std::memory_order_relaxed) || has_failed(m)) {
      end_sharing();
      return;
    }
    if (idle && !wait_for_work(m)) return;
  }
}

void mark_all() {
  begin_sharing();
  mark_together(markers[0]);
  wait_for_markers();
  discard_shared();
  for (unsigned i = 0; i < kMaxMarkers; i++) {
    Marker& m = markers[i];
    cycle.figures.marked += m.marked;
    m.marked_ever.fetch_add(std::exchange(m.marked, 0), std::memory_order_relaxed);
    has_failed(m);
  }
}

// ---- Candidates ----

// f(marker, begin, end) over the candidates, some at a time, each time as a batch.
template <class F>
void in_batches(WorkList& list, F f) {
  in_parts((list.count + kBatch - 1) / kBatch, list.count, [&](Marker& m, size_t part) {
    size_t begin = part * kBatch, end = begin + kBatch < list.count ? begin + kBatch : list.count;
    Batch now(m);
    f(m, begin, end);
  });
}

// In the order of the heap, whoever has found them.
void list_candidates() {
  struct Found {
    Marker* m;
    size_t begin, end;
  };
  PodVector<Found> found;
  size_t parts = begin_listing();
  found.reserve(parts);
  for (size_t i = 0; i < parts; i++) found.push({nullptr, 0, 0});
  // (It looks at cells and their flags alone, which stay as long as the cycle: no batch.)
  in_parts(parts, parts * kBatch, [&](Marker& m, size_t part) {
    size_t begin = m.found.count;
    auto add = [](Header* h, void* list) {
      if (!h->has_gcflag(kImmortal | kFrozen | kDying)) add_candidate(h, *static_cast<WorkList*>(list));
    };
    list_old_unmarked(part, add, &m.found);
    found.items[part] = {&m, begin, m.found.count};
  });
  end_listing();
  WorkList& list = cycle.candidates.list;
  size_t total = 0;
  for (unsigned i = 0; i < kMaxMarkers; i++) {
    total += markers[i].found.count;
    list.failed |= markers[i].found.failed;
  }
  if (markers[0].found.count == total) {
    list.append(markers[0].found);
  } else {
    for (Found& f : found) {
      if (f.m) list.append(f.m->found.items + f.begin, f.end - f.begin);
    }
  }
  for (unsigned i = 0; i < kMaxMarkers; i++) markers[i].found.release();
}

void sweep() {
  Candidates& c = cycle.candidates;
  c.release();
  list_candidates();
  if (c.failed()) return;
  bool several = marker_count.load(std::memory_order_relaxed) > 1;
  in_batches(c.list, [&](Marker& m, size_t n, size_t end) {
    while (n < end) {
      size_t group = end - n < kTracedAtOnce ? end - n : kTracedAtOnce;
      for (size_t i = n + group; i < n + 2 * group && i < c.list.count; i++) {
        if (is_cell(c.list.items[i])) prefetch_contents(c.list.items[i]);
      }
      for (size_t i = n + 2 * group; i < n + 3 * group && i < c.list.count; i++) __builtin_prefetch(c.list.items[i]);
      Tracing tracing(m, c.list.items + n, group);
      tracing.look([&](Header* h) {
        if (!is_cell(h)) return;
        const TypeOps* ops = ops_if_old(h);
        if (ops && ops->trace && ops->trace_anytime) {
          count_references(h, several);
        } else {
          m.found.push(h);
        }
      });
      n += group;
    }
  });
  for (unsigned i = 0; i < kMaxMarkers; i++) {
    c.put_aside.failed |= markers[i].found.failed;
    c.put_aside.append(markers[i].found);
    markers[i].found.release();
  }
}

// Mutators count at the same time: the two halves of the number fit each other if nothing was merged meanwhile.
bool count_is(const Header* h, uint64_t n) {
  uint16_t owner = h->owner.load(std::memory_order_acquire);
  if (owner == kHotOwner) return false;  // known only while the world is stopped
  uint32_t shared = h->rc_shared.load(std::memory_order_acquire);
  uint64_t count = total_count(h);
  std::atomic_thread_fence(std::memory_order_acquire);
  return count == n && h->owner.load(std::memory_order_relaxed) == owner &&
         h->rc_shared.load(std::memory_order_relaxed) == shared;
}

// True: all candidates are garbage, by their counts too.
bool compare() {
  Candidates& c = cycle.candidates;
  in_batches(c.list, [&](Marker& m, size_t n, size_t end) {
    for (; n < end; n++) {
      Header* h = c.list.items[n];
      if (n + 8 < c.list.count) __builtin_prefetch(c.list.items[n + 8]);
      if (!is_cell(h)) {
        m.alive++;
        continue;
      }
      uint8_t flags = h->gcflags.load(std::memory_order_acquire);
      bool counted = !(flags & kDeferred);
      if ((flags & (kDying | kImmortal)) || is_young(flags) || h->shape() == 0 || is_marked(h) ||
          (counted && !count_is(h, static_cast<uint64_t>(found_references(h))))) {
        m.alive++;
        std::lock_guard<std::mutex> lock(cycle.mutex);
        cycle.shared.push(h);
        if (TAIPAN_UNLIKELY(cycle.shared.failed)) marking_failed.store(true, std::memory_order_relaxed);
        continue;
      }
      m.deferred += !counted;
      if (h->lock.load(std::memory_order_relaxed) & kHasWeakrefs) m.with_weakrefs.push(h);
      if (ops_of(h)->finalize && !(flags & kFinalized)) m.with_finalizers.push(h);
    }
  });
  size_t alive = 0;
  for (unsigned i = 0; i < kMaxMarkers; i++) {
    Marker& m = markers[i];
    alive += std::exchange(m.alive, 0);
    c.deferred += std::exchange(m.deferred, 0);
    c.with_weakrefs.failed |= m.with_weakrefs.failed;
    c.with_weakrefs.append(m.with_weakrefs);
    m.with_weakrefs.release();
    c.with_finalizers.failed |= m.with_finalizers.failed;
    c.with_finalizers.append(m.with_finalizers);
    m.with_finalizers.release();
  }
  cycle.figures.held_back += alive;
  if (alive > kManyHinted) cycle.mark_hinted = true;  // for once
  return alive == 0;
}

void release_work() {
  for (unsigned i = 0; i < kMaxMarkers; i++) {
    markers[i].work.release();
    markers[i].put_aside_once.clear();
  }
}

void* marker_main(void*) {
  pthread_setname_np(pthread_self(), "gc");
  std::unique_lock<std::mutex> lock(cycle.mutex);
  int64_t interval = 0;
  uint64_t steps_seen = 0;
  for (;;) {
    uint8_t phase = cycle_phase.load(std::memory_order_acquire);
    bool work_waits = !cycle.abort.load(std::memory_order_relaxed) &&
                      (phase == kMarking || phase == kSweeping || phase == kComparing ||
                       (phase == kBreaking && (cycle.clear_marks || cycle.forget_candidates)) ||
                       (phase == kReleasing && lists_to_sort()));
    if (!work_waits) {
      cycle.busy = false;
      cycle.settled.notify_all();
      if (phase == kIdle || cycle.abort.load(std::memory_order_relaxed)) {
        cycle.wake.wait(lock);
      } else {
        lock.unlock();
        ask_mutators();
        lock.lock();
        // Where nobody answers, all are blocked: there is no hurry.
        uint64_t steps = cycle.steps.load(std::memory_order_relaxed);
        interval = steps != steps_seen || interval == 0 ? kSliceInterval
                   : interval < kLongestInterval        ? interval * 2
                                                        : interval;
        steps_seen = steps;
        if (cycle_phase.load(std::memory_order_acquire) == phase)
          cycle.wake.wait_for(lock, std::chrono::nanoseconds(interval));
      }
      continue;
    }
    cycle.busy = true;
    if (cycle.fresh) {
      cycle.fresh = false;
      release_work();
      marking_failed.store(false, std::memory_order_relaxed);
    }
    lock.unlock();
    markers[0].courtesy.begin();
    uint64_t start = now_ns(), cpu_start = cpu_ns();
    uint8_t next = phase;
    switch (phase) {
      case kMarking:
        mark_all();
        next = kWantStop;
        cycle.figures.mark_ns += now_ns() - start;
        break;
      case kSweeping:
        sweep();
        next = cycle.candidates.put_aside.count ? kWantCount : kComparing;
        cycle.figures.sweep_ns += now_ns() - start;
        break;
      case kComparing:
        next = compare() ? kWantVerdict : kMarking;
        cycle.figures.sweep_ns += now_ns() - start;
        break;
      case kReleasing: sort_lists(); break;
      default:
        if (cycle.clear_marks) {
          find_seen_by_finalizers();
          clear_all_marks();
          release_work();
        } else {
          cycle.candidates.release();
          look_for_empty_blocks(reserve_wanted(), collector_stress());
        }
        break;
    }
    marker_offline(0);
    markers[0].cpu_ever.fetch_add(cpu_ns() - cpu_start, std::memory_order_relaxed);
    lock.lock();
    if (phase == kBreaking) {
      (cycle.clear_marks ? cycle.clear_marks : cycle.forget_candidates) = false;
      continue;
    }
    if (phase == kReleasing) continue;
    if (cycle.abort.load(std::memory_order_relaxed)) continue;
    if (has_failed(markers[0]) || cycle.shared.failed || cycle.put_aside.failed || cycle.candidates.failed()) {
      cycle.abort.store(true, std::memory_order_relaxed);
      cycle_phase.store(kWantStop, std::memory_order_release);
      lock.unlock();
      ask_mutators();
      lock.lock();
      continue;
    }
    cycle_phase.store(next, std::memory_order_release);
  }
  return nullptr;
}

}  // namespace

Cycle& cycle = *reinterpret_cast<Cycle*>(cycle_storage);

bool ObjectSet::grow() {
  size_t size = mask ? (mask + 1) * 2 : 1024;
  auto** fresh = static_cast<Header**>(calloc(size, sizeof(Header*)));
  if (!fresh) return false;
  Header** old = table;
  size_t n = mask ? mask + 1 : 0;
  table = fresh;
  mask = size - 1;
  count = 0;
  for (size_t i = 0; i < n; i++) {
    if (old[i]) insert(old[i]);
  }
  free(old);
  return true;
}

bool WorkList::grow(size_t n) {
  if (failed) return false;  // all is given up: asking the system again for each object takes long
  size_t grown = capacity * 2 < 1024 ? 1024 : capacity * 2;
  if (grown < n) grown = n;
  void* moved = grow_array(static_cast<void*>(items), capacity * sizeof(Header*), grown * sizeof(Header*));
  if (!moved) {
    failed = true;
    return false;
  }
  items = static_cast<Header**>(moved);
  capacity = grown;
  return true;
}

void WorkList::give_back() { free_array(static_cast<void*>(items), capacity * sizeof(Header*)); }

void WorkList::append(WorkList& from) {
  if (from.count == 0) return;
  if (count == 0) {
    std::swap(items, from.items);
    std::swap(count, from.count);
    std::swap(capacity, from.capacity);
    return;
  }
  append(from.items, from.count);
  from.count = 0;
}

void WorkList::append(Header* const* from, size_t n) {
  if (count + n > capacity && !grow(count + n)) return;
  memcpy(static_cast<void*>(items + count), from, n * sizeof(Header*));
  count += n;
}

// What a finaliser will see: the objects with one, and what they reach among the candidates, which nobody else can. The objects with one come
// first, the oldest before the others.
void find_seen_by_finalizers() {
  Candidates& c = cycle.candidates;
  if (c.with_finalizers.count == 0) return;
  auto has_one = [](Header* h) {
    return found_references(h) >= 0 && ops_of(h)->finalize && !h->has_gcflag(kFinalized | kDying);
  };
  WorkList& seen = c.seen_by_finalizers;
  for (size_t i = cycle.finalizable.count; i-- > 0;) {  // of several entries for a cell the last counts
    Header* h = cycle.finalizable.items[i];
    if (has_one(h) && see_candidate(h)) seen.push(h);
  }
  for (size_t i = 0; i < seen.count / 2; i++) std::swap(seen.items[i], seen.items[seen.count - 1 - i]);
  for (Header* h : c.with_finalizers) {
    if (see_candidate(h)) seen.push(h);
  }
  c.with_finalizers.clear();
  for (Header* h : seen) c.with_finalizers.push(h);
  Visitor v(
      [](Header* h, void*) {
        if (see_candidate(h)) cycle.candidates.seen_by_finalizers.push(h);
      },
      nullptr);
  for (size_t i = 0; i < seen.count; i++) ops_of(seen.items[i])->trace(seen.items[i], v);
}

bool wants_marking(Header* h) {
  if (!is_cell(h)) return h->has_gcflag(kImmortal);
  if (h->shape() == 0) return false;
  uint8_t flags = h->gcflags.load(std::memory_order_acquire);
  return !(flags & kDying) && !is_young(flags) && !is_marked(h) && ops_of(h)->trace;
}

bool is_traced_now(const Header* h) {
  unsigned n = marker_count.load(std::memory_order_relaxed);
  for (unsigned i = 0; i < n; i++) {
    for (const std::atomic<Header*>& traced : markers[i].traced_now) {
      if (traced.load(std::memory_order_acquire) == h) return true;
    }
  }
  return false;
}

void ask_mutators() {
  with_registry_locked(
      [](void*) { for_each_mutator([](Mutator* m) { m->poll.fetch_or(kPollCollect, std::memory_order_relaxed); }); },
      nullptr);
}

void wake_marker() { cycle.wake.notify_one(); }

bool make_marker() {
  if (cycle.thread_made) return true;
  cycle.thread_made = start_marker_thread(marker_main, nullptr);
  return cycle.thread_made;
}

void before_death(Mutator* m, Header* h) {
  uint8_t flags = h->gcflags.load(std::memory_order_relaxed);
  if (is_young(flags)) return;  // the marker never looks into it
  const TypeOps* ops = ops_of(h);
  if (!ops->trace) return;
  log_container_slow(m, h);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  for (int spins = 0; is_traced_now(h); spins++) {
    if (spins < 64) {
      arch::cpu_pause();
    } else {
      sched_yield();
    }
  }
  if (!ops->is_class) return;
  // Its shapes and its TypeOps may be in a marker's hands, by way of an instance that died a moment ago.
  unsigned n = marker_count.load(std::memory_order_relaxed);
  for (unsigned i = 0; i < n; i++) {
    std::atomic<uint64_t>& batch = markers[i].batch;
    uint64_t seen = batch.load(std::memory_order_seq_cst);
    for (int spins = 0; (seen & 1) && batch.load(std::memory_order_acquire) == seen; spins++) {
      if (spins < 64) {
        arch::cpu_pause();
      } else {
        sched_yield();
      }
    }
  }
}

}  // namespace taipan::gc
