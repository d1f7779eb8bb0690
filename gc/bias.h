// Object locks' two halves: the bytes (lock.cpp) and the bias (bias.cpp). See gc/lock.h.
#pragma once
#include "gc/lock.h"

namespace taipan::gc {

void lock_byte_slow(Header* h);
void unlock_byte_slow(Header* h);
TAIPAN_INLINE void lock_byte(Header* h) {
  uint8_t seen = h->lock.load(std::memory_order_relaxed);
  if (!(seen & kLockBit) && h->lock.compare_exchange_weak(seen, seen | kLockBit, std::memory_order_acquire)) return;
  lock_byte_slow(h);
}
TAIPAN_INLINE void unlock_byte(Header* h) {
  uint8_t seen = h->lock.load(std::memory_order_relaxed);
  if (!(seen & kLockWaiters) &&
      h->lock.compare_exchange_weak(seen, static_cast<uint8_t>(seen & ~kLockBit), std::memory_order_release))
    return;
  unlock_byte_slow(h);
}

// Threads are about to run in parallel: from here on regions can belong to threads.
void start_bias();
// World stopped: regions that were taken away are anybody's again, if that was long ago (or `all`).
void forget_revocations(bool all);
uint32_t revocations();  // since the last time

}  // namespace taipan::gc
