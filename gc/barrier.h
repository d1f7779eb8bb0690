// The write barrier: the only way to store a reference into the heap (DESIGN 7.4), in interpreter, runtime and JIT
// alike. Fresh objects that nobody has seen yet are filled with init(). Registers of frames on a thread's own frame
// stack are roots, not heap: they are written plainly.
#pragma once
#include <atomic>
#include "gc/mutator.h"
#include "gc/ref.h"

#ifdef TAIPAN_TSAN
extern "C" {
void __tsan_acquire(void* address);
void __tsan_release(void* address);
}
#endif

namespace taipan::gc {

// move_references_parallel makes what it moves visible by one fence for all of it. The thread sanitizer knows nothing of fences, and a
// release for each word costs it a mutex and a vector of clocks each. So it is told, for each page of slots, that who moves references
// there releases them and that who reads one there acquires them. (Pages share places, of which there are few: it may see an order that
// isn't there between who moves references and who reads some elsewhere.) Nothing in other builds.
#ifdef TAIPAN_TSAN
inline constexpr size_t kMovePage = 4096;
inline constexpr size_t kMovePlaces = 4096;
extern uint64_t move_places[kMovePlaces];
inline void* move_place(const Value* slot) {
  return &move_places[reinterpret_cast<uintptr_t>(slot) / kMovePage % kMovePlaces];
}
inline void acquire_moved(const Value* slot) { __tsan_acquire(move_place(slot)); }
void release_moved(const Value* first, size_t n);
#else
TAIPAN_INLINE void acquire_moved(const Value*) {}
TAIPAN_INLINE void release_moved(const Value*, size_t) {}
#endif

// Trace callback argument. visit(slot) for each owned reference.
class Visitor {
 public:
  void visit(const Value& slot) {
    Value v(std::atomic_ref<const uint64_t>(slot.bits).load(kShapeOrder));  // (what it leads to depends on it)
    acquire_moved(&slot);
    if (v.is_heap()) visit_fn_(v.header(), arg_);
  }
  template <class T>
  void visit_object(T* object) {  // null allowed; T starts with a Header
    if (object) visit_fn_(reinterpret_cast<Header*>(object), arg_);
  }
  void visit_range(const Value* first, size_t n) {
    for (size_t i = 0; i < n; i++) visit(first[i]);
  }
  Visitor(void (*fn)(Header*, void*), void* arg) : visit_fn_(fn), arg_(arg) {}

 private:
  void (*visit_fn_)(Header*, void*);
  void* arg_;
};

// Phases (Mutator::barrier_phase). The marker turns them by handshake; a new thread starts in the current one.
enum BarrierPhase : uint8_t {
  kBarrierOff = 0,
  kBarrierOldAndNew = 1,  // some thread isn't scanned yet: log the new value as well
  kBarrierOld = 2,        // snapshot at the beginning: log what is overwritten
};
inline constexpr uint32_t kBarrierBufferSize = 128;
struct BarrierBuffer {
  BarrierBuffer* next;
  uint32_t count;
  Header* items[kBarrierBufferSize];
};
void set_barrier_phase(Mutator* self, BarrierPhase phase);  // handshake with all threads
BarrierPhase default_barrier_phase();
// The marker's side: hands over this thread's buffer / takes all that were handed over (free_barrier_buffers
// afterwards).
void flush_barrier_buffer(Mutator* m);
BarrierBuffer* take_barrier_buffers();
void free_barrier_buffers(BarrierBuffer* list);

void barrier_slow(Mutator* m, Header* holder, Value old_value, Value new_value);

TAIPAN_INLINE Value load(const Value* slot) {
  Value v(std::atomic_ref<const uint64_t>(slot->bits).load(std::memory_order_acquire));
  acquire_moved(slot);
  return v;
}
TAIPAN_INLINE void store_release(Value* slot, Value v) {
  std::atomic_ref<uint64_t>(slot->bits).store(v.bits, std::memory_order_release);
}
// First store into a slot of a fresh object, or into a slot known to be null of an object others may read.
TAIPAN_INLINE void init(Value* slot, Ref v) { store_release(slot, v.release()); }

// A reference that was taken out of a slot may be on its way into another thread's register: readers load and count without a lock. So
// where others may be reading the holder, displaced() keeps one more reference to it until every thread has passed a safepoint. Who holds
// the only references to an object reads it alone: what is displaced from it dies at once.
void displaced_slow(Header* holder, Value old);
TAIPAN_INLINE void displaced(Header* holder, Value old) {
  if (TAIPAN_UNLIKELY(parallel) && old.is_heap()) displaced_slow(holder, old);
}
void displaced_fenced(Header* holder,
                      Value old);  // the same after a full fence or an atomic exchange; old is in the heap
// Whether other threads may have references to it.
inline bool maybe_shared(const Header* h) {
  return h->owner.load(std::memory_order_relaxed) != current_slot || h->rc_shared.load(std::memory_order_seq_cst) != 0;
}

// Replaces what slot holds; returns the old value (owned) so that the caller drops it when its own state is consistent.
[[nodiscard]] Ref exchange_parallel(Header* holder, Value* slot, Ref v);
[[nodiscard]] TAIPAN_INLINE Ref exchange(Header* holder, Value* slot, Ref v) {
  Mutator* m = current_mutator;
  if (TAIPAN_UNLIKELY(m->barrier_phase.load(std::memory_order_relaxed) != 0))
    barrier_slow(m, holder, load(slot), v.get());
  if (TAIPAN_UNLIKELY(parallel)) return exchange_parallel(holder, slot, std::move(v));
  Value old = *slot;
  store_release(slot, v.release());
  return Ref::steal(old);
}
// The same for a slot that is written under its holder's object lock alone.
[[nodiscard]] TAIPAN_INLINE Ref exchange_locked(Header* holder, Value* slot, Ref v) {
  Value old = *slot;
  Mutator* m = current_mutator;
  if (TAIPAN_UNLIKELY(m->barrier_phase.load(std::memory_order_relaxed) != 0)) barrier_slow(m, holder, old, v.get());
  if (TAIPAN_UNLIKELY(parallel) && old.is_heap()) return exchange_parallel(holder, slot, std::move(v));
  store_release(slot, v.release());
  return Ref::steal(old);
}
// Replaces and drops the old value at once.
TAIPAN_INLINE void store(Header* holder, Value* slot, Ref v) { Ref old = exchange(holder, slot, std::move(v)); }
[[nodiscard]] TAIPAN_INLINE Ref take(Header* holder, Value* slot) { return exchange(holder, slot, Ref()); }

// The same where nobody else can be reading the slot: what was there needn't be kept for others.
TAIPAN_INLINE Value take_unread(Header* holder, Value* slot) {  // owned
  Value old = *slot;
  Mutator* m = current_mutator;
  if (TAIPAN_UNLIKELY(m->barrier_phase.load(std::memory_order_relaxed) != 0)) barrier_slow(m, holder, old, Value());
  store_release(slot, Value());
  return old;
}

// Before the first bulk move of references in a container (shift, sort, detach of storage): logs all it holds.
void log_container_slow(Mutator* m, Header* holder);
TAIPAN_INLINE void before_bulk_move(Header* holder) {
  Mutator* m = current_mutator;
  if (TAIPAN_UNLIKELY(m->barrier_phase.load(std::memory_order_relaxed) != 0)) log_container_slow(m, holder);
}
// Moves references within a buffer, or to another one, that others may be reading: each word as a whole. The places may overlap. The caller
// holds the lock under which all that is in `from` was stored.
void move_references_parallel(Value* to, const Value* from, size_t n);
TAIPAN_INLINE void move_references(Value* to, const Value* from, size_t n) {
  if (TAIPAN_UNLIKELY(lock_free_readers)) {
    move_references_parallel(to, from, n);
  } else if (n) {
    __builtin_memmove(static_cast<void*>(to), from, n * sizeof(Value));
  }
}
// A strong reference made from a weak one (weakref, intern table, cache).
TAIPAN_INLINE void log_weak_load(Value v) {
  Mutator* m = current_mutator;
  if (TAIPAN_UNLIKELY(m->barrier_phase.load(std::memory_order_relaxed) != 0)) barrier_slow(m, nullptr, v, v);
}

}  // namespace taipan::gc
