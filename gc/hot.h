// Counting of hot objects (gc/hot_counts.h): the part that is inline.
#pragma once
#include "gc/ref.h"

namespace taipan::gc {

inline constexpr uint16_t kHotOwner = 0xFFFE;  // rc_local: the object's number among the hot ones
inline bool is_hot(const Header* h) { return h->owner.load(std::memory_order_relaxed) == kHotOwner; }

// What a thread has counted of one hot object since the last settling.
struct HotCount {
  uint32_t increfs, decrefs;
};
inline constexpr uint32_t kMostHot = 1u << 18;
extern thread_local constinit HotCount* hot_counts TAIPAN_TLS;  // kMostHot of them

// Of objects that aren't this thread's: as incref and decref, with hot ones at hand.
TAIPAN_INLINE void incref_shared(Header* h) {
  uint16_t owner = h->owner.load(std::memory_order_acquire);
  if (owner == kUncountedOwner) return;
  if (TAIPAN_LIKELY(owner == kHotOwner)) {
    hot_counts[h->rc_local.load(std::memory_order_relaxed)].increfs++;
    return;
  }
  incref_slow(h);
}
TAIPAN_INLINE void decref_shared(Header* h) {
  uint16_t owner = h->owner.load(std::memory_order_acquire);
  if (owner == kUncountedOwner) return;
  if (TAIPAN_LIKELY(owner == kHotOwner)) {
    hot_counts[h->rc_local.load(std::memory_order_relaxed)].decrefs++;
    return;
  }
  decref_slow(h);
}
// As incref and decref for objects of all kinds, where it matters that none takes a call.
TAIPAN_INLINE void incref_anyone(Header* h) {
  uint32_t n = h->rc_local.load(std::memory_order_relaxed) + 1;
  if (TAIPAN_LIKELY(h->owner.load(std::memory_order_relaxed) == current_slot && static_cast<int32_t>(n) >= 0)) {
    h->rc_local.store(n, std::memory_order_relaxed);
  } else {
    incref_shared(h);
  }
}
TAIPAN_INLINE void decref_anyone(Header* h) {
  if (TAIPAN_LIKELY(h->owner.load(std::memory_order_relaxed) == current_slot)) {
    uint32_t n = h->rc_local.load(std::memory_order_relaxed) - 1;
    h->rc_local.store(n, std::memory_order_relaxed);
    if (TAIPAN_UNLIKELY(n == 0)) dealloc(h);
  } else {
    decref_shared(h);
  }
}

}  // namespace taipan::gc
