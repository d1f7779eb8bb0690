// Leave to change something without atomic instructions, for the one thread that mostly does (as object locks have it, gc/lock.h): its owner,
// whoever comes first. When a second thread comes it is shared, for good: all use atomic instructions then, and nobody waits for anybody.
//
// The owner says that it is at it (busy), without a fence, and looks once more whether it is the owner still. Who comes second says so (kTaking),
// has every processor pass a barrier (membarrier(2)), after which the owner either has seen that or shows that it is busy, and waits until it
// isn't any more: a few instructions. An owner that isn't attached is not at it, and passes a barrier when it comes back: from that one the
// turn goes to who comes next. Where the kernel has no membarrier it is shared at once. (tests/gc/model/biased_mutex.pml has the same protocol.)
//
// begin() and end() by attached threads, with nothing between them that may block, poll or run Python. Threads run in parallel.
#pragma once
#include "gc/mutator.h"
#include "gc/perturb.h"
#include "gc/ref.h"

namespace taipan::gc {

class OwnTurn {
 public:
  // True: nobody else changes it until end(). False: it is shared.
  TAIPAN_INLINE bool begin() {
    uint32_t slot = current_slot;
    if (TAIPAN_LIKELY(owner_.load(std::memory_order_relaxed) == slot + 1 && slot != kNoOwner) && is_own(slot))
      return true;
    return begin_slow();
  }
  TAIPAN_INLINE void end() { busy_.store(0, std::memory_order_release); }
  // An owner that begins from now on sees what the calling thread has written before; what it has done until now this thread sees. With `share`
  // there is none any more, and the atomic instructions do that.
  void meet(bool share);

 private:
  // What owner_ holds: the owner's slot + 1, or one of these. Memory of zeros is nobody's.
  static constexpr uint32_t kFree = 0, kShared = 0x10000, kTaking = 0x10001;
  TAIPAN_INLINE bool is_own(uint32_t slot) {
    busy_.store(1, std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);  // for the processor the taker's barrier stands in
    perturb();
    if (TAIPAN_LIKELY(owner_.load(std::memory_order_acquire) == slot + 1)) return true;
    end();
    return false;
  }
  bool begin_slow();
  void take_from(uint32_t owner, uint32_t to);

  std::atomic<uint32_t> owner_;
  std::atomic<uint32_t> busy_;
};

}  // namespace taipan::gc
