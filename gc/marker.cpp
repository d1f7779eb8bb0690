// The marker's thread: marking, listing the candidates, counting the references among them. It changes mark bits and its own lists, nothing else;
// what it reads of an object that mutators use is described in gc/CONCURRENT.md.
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <time.h>
#include <new>
#include "arch/cpu.h"
#include "gc/concurrent_internal.h"
#include "gc/ref.h"

namespace taipan::gc {

std::atomic<Header*> traced_now{nullptr};
void with_registry_locked(void (*f)(void*), void* arg);  // mutator.cpp

namespace {

alignas(Cycle) char cycle_storage[sizeof(Cycle)];  // never destroyed: the thread outlives main()
bool cycle_made = (new (cycle_storage) Cycle, true);

constexpr size_t kBatch = 512;              // objects between two announcements
constexpr size_t kPrefetched = 16;          // a power of two
constexpr int64_t kSliceInterval = 500000;  // ns between two slices while edges are broken
constexpr int64_t kLongestInterval = 100000000;

std::atomic<uint64_t> batch{0};  // odd: at work on one

WorkList work;

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
  bool grow() {
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
  void clear() {
    free(table);
    table = nullptr;
    mask = count = 0;
  }
};
// Static objects (built-in types) have no mark bits; what was put aside gets its own when it is traced.
ObjectSet put_aside_once;

class Batch {
 public:
  Batch() {
    batch.fetch_add(1, std::memory_order_seq_cst);
    marker_online();
  }
  ~Batch() { batch.fetch_add(1, std::memory_order_seq_cst); }
  Batch(const Batch&) = delete;
};

bool is_young(uint8_t flags) { return (flags & (kTracked | kOldGen)) == kTracked; }

void push_work(Header* h, void*) {
  if (is_cell(h) && is_marked(h)) return;
  work.push(h);
}

// Keeps mutators from freeing h, or buffers it lets go of, until it is over. False: it is dying, dead or born since; or cannot be traced here.
bool begin_tracing(Header* h, const TypeOps** ops) {
  traced_now.store(h, std::memory_order_seq_cst);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  uint8_t flags = h->gcflags.load(std::memory_order_acquire);
  ShapeId shape = h->shape_id.load(std::memory_order_acquire);
  if (shape != 0 && !(flags & kDying) && !is_young(flags)) {
    *ops = shape_table[shape]->ops;
    if ((*ops)->trace && (*ops)->trace_anytime) return true;
  }
  traced_now.store(nullptr, std::memory_order_release);
  return false;
}
void end_tracing() { traced_now.store(nullptr, std::memory_order_release); }

void put_aside(Header* h) {
  if (!put_aside_once.insert(h)) return;
  std::lock_guard<std::mutex> lock(cycle.mutex);
  cycle.put_aside.push(h);
}

void mark(Header* h, Visitor& v) {
  if (!is_cell(h)) {
    if (h->has_gcflag(kImmortal)) put_aside(h);
    return;
  }
  ShapeId shape = h->shape_id.load(std::memory_order_acquire);
  if (shape == 0) return;
  uint8_t flags = h->gcflags.load(std::memory_order_acquire);
  if ((flags & kDying) || is_young(flags) || is_marked(h)) return;
  const TypeOps* ops = shape_table[shape]->ops;
  if (!ops->trace) {  // so that it is met once
    test_and_mark(h);
    return;
  }
  if (!ops->trace_anytime) {
    put_aside(h);
    return;
  }
  if (!begin_tracing(h, &ops)) return;
  if (!test_and_mark(h)) {
    cycle.figures.marked++;
    ops->trace(h, v);
  }
  end_tracing();
}

void take_shared() {
  {
    std::lock_guard<std::mutex> lock(cycle.mutex);
    work.append(cycle.shared);
  }
  BarrierBuffer* buffers = take_barrier_buffers();
  for (BarrierBuffer* b = buffers; b; b = b->next) {
    for (uint32_t i = 0; i < b->count; i++) push_work(b->items[i], nullptr);
  }
  free_barrier_buffers(buffers);
}

bool failed() { return work.failed || cycle.shared.failed || cycle.put_aside.failed; }

void mark_all() {
  Visitor v(push_work, nullptr);
  for (;;) {
    Batch now;
    take_shared();
    if (work.count == 0) return;
    // The next few are fetched into the cache while one is looked at.
    Header* ring[kPrefetched];
    size_t head = 0, tail = 0;
    for (size_t done = 0;; done++) {
      while (head - tail < kPrefetched && work.count && done < kBatch) {
        Header* h = work.items[--work.count];
        __builtin_prefetch(h);
        ring[head++ % kPrefetched] = h;
      }
      if (head == tail) break;
      mark(ring[tail++ % kPrefetched], v);
    }
    if (cycle.abort.load(std::memory_order_relaxed) || failed()) return;
  }
}

// ---- Candidates ----

void add_candidate(Header* h, void*) {
  if (h->has_gcflag(kImmortal | kFrozen | kDying)) return;
  cycle.candidates.list.push(h);
}

void sweep() {
  Candidates& c = cycle.candidates;
  c.release();
  {
    Batch now;
    for_each_old_unmarked(add_candidate, nullptr, cycle.abort);
  }
  if (!c.index()) return;
  size_t n = 0;
  while (n < c.list.count && !cycle.abort.load(std::memory_order_relaxed)) {
    Batch now;
    size_t end = n + kBatch < c.list.count ? n + kBatch : c.list.count;
    for (; n < end; n++) {
      Header* h = c.list.items[n];
      if (n + 8 < c.list.count) __builtin_prefetch(c.list.items[n + 8]);
      if (!is_cell(h)) continue;
      const TypeOps* ops;
      if (begin_tracing(h, &ops)) {
        count_references(h, c);
        end_tracing();
      } else {
        c.put_aside.push(h);
      }
    }
  }
}

// What a finaliser will see: the objects with one, and what they reach among the candidates.
void find_seen_by_finalizers(Candidates& c) {
  // Marks are in the numbers, which have done their work.
  constexpr uint32_t kSeen = ~uint32_t{0};
  WorkList& seen = c.seen_by_finalizers;
  auto see = [](Header* h, void* arg) {
    auto* candidates = static_cast<Candidates*>(arg);
    int64_t i = candidates->find(h);
    if (i < 0 || candidates->found[i] == kSeen) return;
    candidates->found[i] = kSeen;
    candidates->seen_by_finalizers.push(h);
  };
  for (Header* h : c.with_finalizers) see(h, &c);
  Visitor v(see, &c);
  for (size_t i = 0; i < seen.count; i++) {
    Batch now;
    ops_of(seen.items[i])->trace(seen.items[i], v);  // nobody else can see it
  }
  // The others first, in their order.
  size_t first = 0;
  for (size_t i = 0; i < c.list.count; i++) {
    if (c.found[i] != kSeen) c.list.items[first++] = c.list.items[i];
  }
  c.break_first = first;
  for (size_t i = 0; i < seen.count; i++) c.list.items[first + i] = seen.items[i];
}

// True: all candidates are garbage, by their counts too.
bool compare() {
  Candidates& c = cycle.candidates;
  size_t alive = 0;
  for (size_t i = 0; i < c.list.count; i++) {
    Batch now;
    Header* h = c.list.items[i];
    if (i + 8 < c.list.count) __builtin_prefetch(c.list.items[i + 8]);
    if (!is_cell(h)) {
      alive++;
      continue;
    }
    uint8_t flags = h->gcflags.load(std::memory_order_acquire);
    bool counted = !(flags & kDeferred);
    if ((flags & (kDying | kImmortal)) || h->shape() == 0 || (counted && total_count(h) != c.found[i])) {
      alive++;
      std::lock_guard<std::mutex> lock(cycle.mutex);
      cycle.shared.push(h);
      continue;
    }
    c.deferred += !counted;
    if (h->lock.load(std::memory_order_relaxed) & kHasWeakrefs) c.with_weakrefs.push(h);
    if (ops_of(h)->finalize && !(flags & kFinalized)) c.with_finalizers.push(h);
  }
  cycle.figures.held_back += alive;
  if (alive) return false;
  c.break_first = c.list.count;
  if (c.with_finalizers.count) find_seen_by_finalizers(c);
  return true;
}

void* marker_main(void*) {
  pthread_setname_np(pthread_self(), "gc");
  std::unique_lock<std::mutex> lock(cycle.mutex);
  int64_t interval = 0;
  uint64_t steps_seen = 0;
  for (;;) {
    uint8_t phase = cycle_phase.load(std::memory_order_acquire);
    bool work_waits =
        !cycle.abort.load(std::memory_order_relaxed) &&
        (phase == kMarking || phase == kSweeping || phase == kComparing || (phase == kBreaking && cycle.clear_marks));
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
      work.release();
      put_aside_once.clear();
    }
    lock.unlock();
    uint64_t start = now_ns();
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
      default: clear_all_marks(); break;
    }
    marker_offline();
    lock.lock();
    if (phase == kBreaking) {
      cycle.clear_marks = false;
      work.release();
      put_aside_once.clear();
      continue;
    }
    if (cycle.abort.load(std::memory_order_relaxed)) continue;
    if (failed() || cycle.candidates.failed()) {
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

bool WorkList::grow(size_t n) {
  size_t grown = capacity * 2 < 1024 ? 1024 : capacity * 2;
  if (grown < n) grown = n;
  auto** moved = static_cast<Header**>(realloc(static_cast<void*>(items), grown * sizeof(Header*)));
  if (!moved) {
    failed = true;
    return false;
  }
  items = moved;
  capacity = grown;
  return true;
}

void WorkList::append(WorkList& from) {
  if (from.count == 0) return;
  if (count == 0) {
    std::swap(items, from.items);
    std::swap(count, from.count);
    std::swap(capacity, from.capacity);
    return;
  }
  if (count + from.count > capacity && !grow(count + from.count)) return;
  memcpy(static_cast<void*>(items + count), from.items, from.count * sizeof(Header*));
  count += from.count;
  from.count = 0;
}

static size_t hash_of(const Header* h) { return reinterpret_cast<uintptr_t>(h) / 16 * 0x9E3779B97F4A7C15u >> 20; }

bool Candidates::index() {
  size_t size = 64;
  while (size < list.count * 2) size *= 2;
  found = static_cast<uint32_t*>(calloc(list.count + 1, sizeof(uint32_t)));
  table = static_cast<uint32_t*>(calloc(size, sizeof(uint32_t)));
  if (!found || !table) {
    list.failed = true;
    return false;
  }
  mask = size - 1;
  for (size_t n = 0; n < list.count; n++) {
    size_t i = hash_of(list.items[n]) & mask;
    while (table[i]) i = (i + 1) & mask;
    table[i] = static_cast<uint32_t>(n + 1);
  }
  return true;
}

int64_t Candidates::find(const Header* h) const {
  if (!table) return -1;
  for (size_t i = hash_of(h) & mask;; i = (i + 1) & mask) {
    if (!table[i]) return -1;
    if (list.items[table[i] - 1] == h) return table[i] - 1;
  }
}

void Candidates::release() {
  for (WorkList* l : {&list, &put_aside, &with_weakrefs, &with_finalizers, &seen_by_finalizers}) l->release();
  free(found);
  free(table);
  found = table = nullptr;
  mask = 0;
  deferred = 0;
  break_first = 0;
}

void count_references(Header* h, Candidates& c) {
  Visitor v(
      [](Header* child, void* arg) {
        if (is_cell(child) && is_marked(child)) return;
        auto* candidates = static_cast<Candidates*>(arg);
        int64_t i = candidates->find(child);
        if (i >= 0) candidates->found[i]++;
      },
      &c);
  ops_of(h)->trace(h, v);
}

bool wants_marking(Header* h) {
  if (!is_cell(h)) return h->has_gcflag(kImmortal);
  if (h->shape() == 0) return false;
  uint8_t flags = h->gcflags.load(std::memory_order_acquire);
  return !(flags & kDying) && !is_young(flags) && !is_marked(h) && ops_of(h)->trace;
}

void ask_mutators() {
  with_registry_locked(
      [](void*) { for_each_mutator([](Mutator* m) { m->poll.fetch_or(kPollCollect, std::memory_order_relaxed); }); },
      nullptr);
}

void wake_marker() { cycle.wake.notify_one(); }

bool make_marker() {
  if (cycle.thread_made) return true;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_attr_t attr;
  pthread_attr_init(&attr);
  pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attr, size_t{512} << 10);
  pthread_t id;
  cycle.thread_made = pthread_create(&id, &attr, marker_main, nullptr) == 0;
  pthread_attr_destroy(&attr);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return cycle.thread_made;
}

void before_death(Mutator* m, Header* h) {
  uint8_t flags = h->gcflags.load(std::memory_order_relaxed);
  if (is_young(flags)) return;  // the marker never looks into it
  const TypeOps* ops = ops_of(h);
  if (!ops->trace) return;
  log_container_slow(m, h);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  for (int spins = 0; traced_now.load(std::memory_order_acquire) == h; spins++) {
    if (spins < 64) {
      arch::cpu_pause();
    } else {
      sched_yield();
    }
  }
  if (!ops->is_class) return;
  // Its shapes and its TypeOps may be in the marker's hands, by way of an instance that died a moment ago.
  uint64_t seen = batch.load(std::memory_order_seq_cst);
  for (int spins = 0; (seen & 1) && batch.load(std::memory_order_acquire) == seen; spins++) {
    if (spins < 64) {
      arch::cpu_pause();
    } else {
      sched_yield();
    }
  }
}

}  // namespace taipan::gc
