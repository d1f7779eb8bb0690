// The out-of-line half of the write barrier: per-thread buffers of logged objects, handed to the marker when full.
// A logged object is an entry in the marker's work list, nothing more: no count is taken. One that dies while it waits
// is a dead cell to the marker, or one that was born marked.
#include "gc/barrier.h"
#include "arch/cpu.h"
#include "gc/concurrent_internal.h"

namespace taipan::gc {

namespace {

std::mutex buffers_mutex;
BarrierBuffer* full_buffers = nullptr;
std::atomic<uint8_t> default_phase{kBarrierOff};
std::atomic<uint64_t> logged{0}, containers{0};
std::atomic<bool> given_up{false};

void log_object(Mutator* m, Header* h) {
  // Born since the snapshot; or static, or as good as that: never a candidate.
  uint8_t flags = h->gcflags.load(std::memory_order_relaxed);
  if ((flags & kImmortal) || (flags & (kTracked | kOldGen)) == kTracked || is_marked(h) || !ops_of(h)->trace) return;
  BarrierBuffer* b = m->barrier_buffer;
  if (!b || b->count == kBarrierBufferSize) {
    flush_barrier_buffer(m);
    b = given_up.load(std::memory_order_relaxed) ? nullptr : static_cast<BarrierBuffer*>(malloc(sizeof(BarrierBuffer)));
    if (!b) {
      give_up_cycle();
      return;
    }
    b->next = nullptr;
    b->count = 0;
    m->barrier_buffer = b;
  }
  b->items[b->count++] = h;
}

bool is_young(const Header* h) {
  return (h->gcflags.load(std::memory_order_relaxed) & (kTracked | kOldGen)) == kTracked;
}

}  // namespace

void barrier_slow(Mutator* m, Header* holder, Value old_value, Value new_value) {
  if (old_value.is_heap()) log_object(m, old_value.header());
  if (m->barrier_phase.load(std::memory_order_relaxed) == kBarrierOldAndNew && new_value.is_heap() &&
      new_value != old_value)
    log_object(m, new_value.header());
}

void log_container_slow(Mutator* m, Header* holder) {
  const TypeOps* ops = ops_of(holder);
  if (!ops->trace || is_young(holder) || holder->has_gcflag(kImmortal)) return;
  // Marked: the marker has seen all it held, or it was logged before. Being traced right now, it may be half seen.
  if (test_and_mark(holder) && !is_traced_now(holder)) return;
  containers.fetch_add(1, std::memory_order_relaxed);
  Visitor v([](Header* h, void* arg) { log_object(static_cast<Mutator*>(arg), h); }, m);
  ops->trace(holder, v);
}

#ifdef TAIPAN_TSAN
uint64_t move_places[kMovePlaces];
void release_moved(const Value* first, size_t n) {
  auto page = [](const Value* slot) { return reinterpret_cast<uintptr_t>(slot) / kMovePage; };
  for (size_t i = 0; i < n; i++) {
    if (i == 0 || page(first + i) != page(first + i - 1)) __tsan_release(move_place(first + i));
  }
}
#endif

// The loads need no order: whoever stored these references held the lock that is held now, so what they lead to is known here. The stores
// must not be seen before that, by readers that load with acquire: one fence in front of them says so for all.
void move_references_parallel(Value* to, const Value* from, size_t n) {
  release_moved(to, n);
  std::atomic_thread_fence(std::memory_order_release);
  arch::move_words(&to->bits, &from->bits, n);
}

void flush_barrier_buffer(Mutator* m) {
  BarrierBuffer* b = m->barrier_buffer;
  if (!b) return;
  m->barrier_buffer = nullptr;
  logged.fetch_add(b->count, std::memory_order_relaxed);
  std::lock_guard<std::mutex> lock(buffers_mutex);
  b->next = full_buffers;
  full_buffers = b;
}

BarrierBuffer* take_barrier_buffers() {
  std::lock_guard<std::mutex> lock(buffers_mutex);
  BarrierBuffer* list = full_buffers;
  full_buffers = nullptr;
  return list;
}

void free_barrier_buffers(BarrierBuffer* list) {
  while (list) {
    BarrierBuffer* next = list->next;
    free(list);
    list = next;
  }
}

BarrierPhase default_barrier_phase() {
  return static_cast<BarrierPhase>(default_phase.load(std::memory_order_relaxed));
}

void set_barrier_phase(Mutator* self, BarrierPhase phase) {
  default_phase.store(phase, std::memory_order_relaxed);
  handshake(
      self,
      [](Mutator* m, void* arg) {
        BarrierPhase p = *static_cast<BarrierPhase*>(arg);
        if (p == kBarrierOff) flush_barrier_buffer(m);
        m->barrier_phase.store(p, std::memory_order_relaxed);
      },
      &phase);
}

void set_barrier_phase_stopped(uint8_t phase) {
  if (phase != kBarrierOff) given_up.store(false, std::memory_order_relaxed);
  default_phase.store(phase, std::memory_order_relaxed);
  for_each_mutator([phase](Mutator* m) { m->barrier_phase.store(phase, std::memory_order_relaxed); });
}
void flush_all_barrier_buffers() {
  for_each_mutator([](Mutator* m) { flush_barrier_buffer(m); });
}
bool barrier_buffers_waiting() {
  std::lock_guard<std::mutex> lock(buffers_mutex);
  return full_buffers != nullptr;
}
void give_up_cycle() { given_up.store(true, std::memory_order_relaxed); }
bool cycle_given_up() { return given_up.load(std::memory_order_relaxed); }
uint64_t barrier_logged() { return logged.load(std::memory_order_relaxed); }
uint64_t barrier_containers() { return containers.load(std::memory_order_relaxed); }

void barrier_thread_exit(Mutator* m) { flush_barrier_buffer(m); }

void lock_barrier_for_fork() { buffers_mutex.lock(); }
void unlock_barrier_after_fork(bool child) {
  if (!child) {
    buffers_mutex.unlock();
    return;
  }
  // The child has no marker: what was logged is of no use.
  new (&buffers_mutex) std::mutex;
  free_barrier_buffers(full_buffers);
  full_buffers = nullptr;
  default_phase.store(kBarrierOff, std::memory_order_relaxed);
}

}  // namespace taipan::gc
