// One-byte object locks on a parking lot (futex-based). With the GIL on they compile to one predicted branch.
// Never block, run Python code or drop a reference while holding one.
//
// Bias (gc/bias.cpp). Most objects are only ever locked by one thread, and the two atomic instructions cost more than what they guard. So
// memory belongs, in regions, to the thread that first locks something there: it writes the object's address to a place of its own (its
// marker), without a fence, and looks once more whether the region is its own and the byte is clear. Another thread that wants to lock something
// there takes the region away first: it says so in the region's entry, and an owner that comes by gives it away. If none comes at once, the
// other has every processor pass a barrier (membarrier(2)), after which the owner has either seen that or shows its marker, and waits while that
// lies in the region. From then on objects there are locked by their bytes.
//   - Who holds one object by its marker and locks another one sets the first one's byte before (nobody else can be at it). So a holder by
//     marker waits for nothing, and who takes the region away waits for one operation on one object.
//   - Threads that use a region in turns, each for a tenth of a millisecond and more, hand it on from one to the next, where that needs no barrier:
//     the owner comes by, or isn't attached (it waits for a threading.Lock, say), and passes a barrier when it comes back.
//   - Regions that were taken away can get an owner again: who has locked by bytes there often, for a while, with nobody else doing so. Who sets
//     a byte looks at the region afterwards, and lets go of the byte if it has an owner; who has become the owner, by an atomic exchange as well,
//     looks at bytes: one of the two sees the other.
//   - They are anybody's again now and then. And of threads that are after the same object all the time each rests in turn, and has the region to
//     itself after that, until the next one has rested: so they take few turns, and pay for no atomics in between.
//   - Where the kernel has no membarrier all locks are bytes.
// tests/gc/model/bias.pml searches this protocol completely, for three threads with store buffers (two, where there is more that they do).
#pragma once
#include "arch/cpu.h"
#include "gc/mutator.h"
#include "gc/perturb.h"

namespace taipan::gc {

struct alignas(arch::kCacheLine) Marker {
  std::atomic<Header*> held{nullptr};  // by the bias
  uint32_t slot = 0;                   // the thread's; kNobody with -X perturb: then each lock goes through lock()
  uint32_t bytes = 0;                  // locked by their bytes since the last look
};
inline constexpr uint32_t kNobody = 0xFFFFFFFF;
// By address, modulo the table: what shares an entry belongs together. Of the entries of one heap hardly any are shared.
inline constexpr uint32_t kRegionBits = 16, kRegions = 1 << 16;
extern std::atomic<uint32_t>
    regions[kRegions];  // the slot of the thread that the region belongs to, or a state of bias.cpp's
extern thread_local constinit Marker* own_marker TAIPAN_TLS;  // (where no thread is attached, one that looks held)

TAIPAN_KEEPS_REGISTERS void lock_slow(Header* h);
TAIPAN_KEEPS_REGISTERS void unlock_slow(Header* h);

TAIPAN_INLINE std::atomic<uint32_t>& region_of(const Header* h) {
  return regions[(reinterpret_cast<uintptr_t>(h) >> kRegionBits) % kRegions];
}
// By the marker, which holds nothing, if the region is the thread's own. `between` is called between the two. (Machine code does the same:
// jit/baseline/parallel.cpp.)
template <class F>
TAIPAN_INLINE bool hold(Marker* m, Header* h, uint32_t slot, F between) {
  m->held.store(h, std::memory_order_relaxed);
  std::atomic_signal_fence(std::memory_order_seq_cst);  // for the processor take_away's barrier stands in
  between();
  // (The byte: whoever has set that before the region became this thread's own.)
  if (TAIPAN_LIKELY(region_of(h).load(std::memory_order_acquire) == slot &&
                    !(h->lock.load(std::memory_order_seq_cst) & kLockBit)))
    return true;
  m->held.store(nullptr, std::memory_order_release);
  return false;
}
TAIPAN_INLINE void lock(Header* h) {
  Marker* m = own_marker;
  if (TAIPAN_UNLIKELY(m->held.load(std::memory_order_relaxed) != nullptr) || !hold(m, h, m->slot, [] {})) lock_slow(h);
}
TAIPAN_INLINE void unlock(Header* h) {
  Marker* m = own_marker;
  if (TAIPAN_LIKELY(m->held.load(std::memory_order_relaxed) == h)) {
    m->held.store(nullptr, std::memory_order_release);
  } else {
    unlock_slow(h);
  }
}

// Locks only where threads really run in parallel.
class ObjectLock {
 public:
  explicit TAIPAN_INLINE ObjectLock(Header* h) : h_(TAIPAN_LIKELY(!parallel) ? nullptr : h) {
    if (TAIPAN_UNLIKELY(h_ != nullptr)) lock(h_);
  }
  TAIPAN_INLINE ~ObjectLock() {
    if (TAIPAN_UNLIKELY(h_ != nullptr)) {
      perturb();
      unlock(h_);
    }
  }
  ObjectLock(const ObjectLock&) = delete;

 private:
  Header* h_;
};

// The same for who only reads much at once: threads that do so at the same object don't rest for each other, there is nothing that would go to
// and fro between them but the lock.
extern thread_local constinit bool reads_only TAIPAN_TLS;
class ObjectReadLock {
 public:
  explicit TAIPAN_INLINE ObjectReadLock(Header* h) : h_(TAIPAN_LIKELY(!parallel) ? nullptr : h) {
    if (TAIPAN_LIKELY(h_ == nullptr)) return;
    reads_only = true;
    lock(h_);
    reads_only = false;
  }
  TAIPAN_INLINE ~ObjectReadLock() {
    if (TAIPAN_LIKELY(h_ == nullptr)) return;
    perturb();
    unlock(h_);
  }
  ObjectReadLock(const ObjectReadLock&) = delete;

 private:
  Header* h_;
};

// Parking lot: waits while *addr == expected (as a futex, but on a byte); timeout in ns, -1 forever. False on
// timeout/interrupt.
bool park(const std::atomic<uint8_t>* addr, uint8_t expected, int64_t timeout_ns);
void unpark_one(const std::atomic<uint8_t>* addr);
void unpark_all(const std::atomic<uint8_t>* addr);

}  // namespace taipan::gc
