// One-byte object locks on a parking lot (futex-based). With the GIL on they compile to one predicted branch.
// Never block, run Python code or drop a reference while holding one.
#pragma once
#include "gc/mutator.h"
#include "gc/perturb.h"

namespace taipan::gc {

void lock_slow(Header* h);
void unlock_slow(Header* h);

inline void lock(Header* h) {
  uint8_t seen = h->lock.load(std::memory_order_relaxed);
  if (!(seen & kLockBit) && h->lock.compare_exchange_weak(seen, seen | kLockBit, std::memory_order_acquire)) return;
  lock_slow(h);
}
inline void unlock(Header* h) {
  uint8_t seen = h->lock.load(std::memory_order_relaxed);
  if (!(seen & kLockWaiters) &&
      h->lock.compare_exchange_weak(seen, static_cast<uint8_t>(seen & ~kLockBit), std::memory_order_release))
    return;
  unlock_slow(h);
}

// Locks only where threads really run in parallel.
class ObjectLock {
 public:
  explicit ObjectLock(Header* h) : h_(TAIPAN_LIKELY(!parallel) ? nullptr : h) {
    if (TAIPAN_UNLIKELY(h_ != nullptr)) {
      perturb();
      lock(h_);
    }
  }
  ~ObjectLock() {
    if (TAIPAN_UNLIKELY(h_ != nullptr)) {
      perturb();
      unlock(h_);
    }
  }
  ObjectLock(const ObjectLock&) = delete;

 private:
  Header* h_;
};

// Parking lot: waits while *addr == expected (as a futex, but on a byte); timeout in ns, -1 forever. False on
// timeout/interrupt.
bool park(const std::atomic<uint8_t>* addr, uint8_t expected, int64_t timeout_ns);
void unpark_one(const std::atomic<uint8_t>* addr);
void unpark_all(const std::atomic<uint8_t>* addr);

}  // namespace taipan::gc
