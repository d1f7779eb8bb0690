// Locks that are held for longer than a few instructions (interp/objects/runtime_lock.h), and are mostly one thread's: that thread, whoever
// takes it first, takes it and gives it back without atomic instructions.
//
// Its owner says that it holds it (held), without a fence, and looks once more whether it is the owner still. Another thread that wants it
// says so in owner_ (kTaking) and has every processor pass a barrier (membarrier(2)); after that an owner either has seen it, or shows in
// held_. When held_ is clear the lock is anybody's (kShared): from then on it goes by state_, a futex. An owner that isn't attached holds none
// (who blocks gives them up before), and passes a barrier when it comes back: from that one the lock goes to who asks, and stays biased.
// Of those that are anybody's the ones that rest are nobody's again now and then, while the world is stopped.
//   - Who waits for a futex is detached, and may wake up while the world is stopped: after its exchange it looks at owner_ again, and who
//     makes the lock nobody's looks at state_ after it has said so: one of the two sees the other.
//   - Where the kernel has no membarrier every lock is anybody's at once.
// tests/gc/model/biased_mutex.pml searches this completely for three threads with store buffers.
#pragma once
#include "gc/mutator.h"
#include "gc/perturb.h"
#include "gc/ref.h"

namespace taipan::gc {

class BiasedMutex {
 public:
  enum class Taken : uint8_t { kNo, kByBias, kByState };

  // Not by the thread that holds it. kNo: it is held, or was until now; that took a few microseconds at most.
  TAIPAN_INLINE Taken try_take() {
    uint32_t slot = current_slot;
    if (TAIPAN_LIKELY(owner_.load(std::memory_order_relaxed) == slot && slot != kNoOwner) && by_bias(slot))
      return Taken::kByBias;
    return try_take_slow();
  }
  // Where the thread is the owner and hasn't taken it yet; else nothing happens.
  TAIPAN_INLINE bool take_by_bias() {
    uint32_t slot = current_slot;
    return TAIPAN_LIKELY(owner_.load(std::memory_order_relaxed) == slot && slot != kNoOwner &&
                         held_.load(std::memory_order_relaxed) == 0) &&
           by_bias(slot);
  }
  // The thread isn't attached. Waits until it may be had; what it says may be kNo still, or kByState.
  Taken wait();
  TAIPAN_INLINE void give_back(Taken how) {
    if (TAIPAN_LIKELY(how == Taken::kByBias)) {
      held_.store(0, std::memory_order_release);
    } else {
      give_back_state();
    }
  }
  // Whether the calling thread holds it by the bias.
  bool is_held_by_bias() const {
    return held_.load(std::memory_order_relaxed) != 0 && owner_.load(std::memory_order_relaxed) == current_slot &&
           current_slot != kNoOwner;
  }
  // In the child of a fork: nobody's, or as the one thread that there is holds it.
  void reset_after_fork(Taken how);
  bool was_used() const { return owner_.load(std::memory_order_relaxed) != kFree; }

 private:
  friend void forget_shared();
  // What owner_ holds: the owner's slot, or one of these (no slot has these numbers). Each draining has a number of its own: who has seen that
  // held_ is clear may be late, and must not end the next one.
  static constexpr uint32_t kFree = kNoOwner, kShared = 0x10000, kTaking = 0x10001, kDraining = 0x80000000;

  TAIPAN_INLINE bool by_bias(uint32_t slot) {
    held_.store(1, std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);  // for the processor the taker's barrier stands in
    perturb();
    if (TAIPAN_LIKELY(owner_.load(std::memory_order_acquire) == slot)) return true;
    held_.store(0, std::memory_order_release);
    return false;
  }
  bool by_state(uint32_t value);
  Taken try_take_slow();
  Taken try_once();
  void take_from(uint32_t owner, uint32_t slot);
  void start_draining();
  void end_draining(uint32_t seen);
  void give_back_state();

  std::atomic<uint32_t> owner_{kFree};
  std::atomic<uint32_t> held_{0};   // the owner has it; nobody else's word while there is one
  std::atomic<uint32_t> state_{0};  // 0 free, 1 held, 2 held and somebody may wait
};

// Those that rest are nobody's again. World stopped. Mostly it isn't time for that yet: each may cost a barrier again.
void forget_shared();
void biased_mutexes_after_fork();  // in the child, before the first reset_after_fork

}  // namespace taipan::gc
