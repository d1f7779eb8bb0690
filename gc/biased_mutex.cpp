// What happens where a biased mutex isn't its owner's any more. See gc/biased_mutex.h.
#include "gc/biased_mutex.h"
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <mutex>
#include <new>
#include "arch/cpu.h"
#include "gc/bias.h"
#include "gc/heap_internal.h"

namespace taipan::gc {

namespace {

constexpr int kSpins = 60;
constexpr long kFirstSleep = 20000, kLongestSleep = 500000;  // ns, until an owner that is at work gives it back

Forgetting forgetting;

std::atomic<uint32_t> drainings{0};

std::mutex shared_mutex;
PodVector<BiasedMutex*>& shared_ones() {  // those that are anybody's
  static auto* ones = new PodVector<BiasedMutex*>;
  return *ones;
}

}  // namespace

bool BiasedMutex::by_state(uint32_t value) {
  uint32_t seen = 0;
  if (value == 1) {
    if (state_.load(std::memory_order_relaxed) != 0 ||
        !state_.compare_exchange_strong(seen, 1, std::memory_order_seq_cst))
      return false;
  } else if (state_.exchange(2, std::memory_order_seq_cst) != 0) {
    return false;
  }
  perturb();
  if (TAIPAN_LIKELY(owner_.load(std::memory_order_seq_cst) == kShared)) return true;
  give_back_state();
  return false;
}

void BiasedMutex::give_back_state() {
  if (state_.exchange(0, std::memory_order_seq_cst) == 2)
    syscall(SYS_futex, &state_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

// After the barrier: what held_ shows from here on is so.
void BiasedMutex::start_draining() {
  uint32_t number = drainings.fetch_add(1, std::memory_order_relaxed);
  owner_.store(kDraining | number % kDraining, std::memory_order_seq_cst);
}
void BiasedMutex::end_draining(uint32_t seen) {
  if (held_.load(std::memory_order_acquire) != 0) return;
  if (!owner_.compare_exchange_strong(seen, kShared, std::memory_order_seq_cst)) return;
  std::lock_guard<std::mutex> lock(shared_mutex);
  shared_ones().push(this);
}

void BiasedMutex::take_from(uint32_t owner, uint32_t slot) {
  if (!owner_.compare_exchange_strong(owner, kTaking, std::memory_order_seq_cst)) return;
  perturb();
  if (is_attached(owner)) {
    pass_barriers();
  } else if (slot != kNoOwner && held_.load(std::memory_order_acquire) == 0) {
    owner_.store(slot, std::memory_order_seq_cst);
    return;
  }
  start_draining();
}

BiasedMutex::Taken BiasedMutex::try_once() {
  uint32_t slot = current_slot, owner = owner_.load(std::memory_order_acquire);
  if (owner == kShared) return by_state(1) ? Taken::kByState : Taken::kNo;
  if (owner == kFree) {
    bool may_own = slot != kNoOwner && has_barriers();
    if (owner_.compare_exchange_strong(owner, may_own ? slot : kTaking, std::memory_order_seq_cst) && !may_own)
      start_draining();
  } else if (owner == slot) {
    return by_bias(slot) ? Taken::kByBias : Taken::kNo;
  } else if (owner & kDraining) {
    end_draining(owner);
  } else if (owner != kTaking) {
    take_from(owner, slot);
  }
  return Taken::kNo;
}

BiasedMutex::Taken BiasedMutex::try_take_slow() {
  for (int i = 0; i < kSpins; i++) {
    if (Taken how = try_once(); how != Taken::kNo) return how;
    arch::cpu_pause();
  }
  return Taken::kNo;
}

BiasedMutex::Taken BiasedMutex::wait() {
  for (long ns = kFirstSleep;; ns = ns * 2 < kLongestSleep ? ns * 2 : kLongestSleep) {
    uint32_t owner = owner_.load(std::memory_order_acquire);
    if (owner == kShared) break;
    if (owner & kDraining) {
      end_draining(owner);
    } else if (owner != kTaking) {
      return Taken::kNo;  // somebody else has got it by the bias meanwhile
    }
    timespec t{0, ns};
    if (owner_.load(std::memory_order_acquire) != kShared) clock_nanosleep(CLOCK_MONOTONIC, 0, &t, nullptr);
  }
  for (;;) {
    if (by_state(2)) return Taken::kByState;
    if (owner_.load(std::memory_order_acquire) != kShared) return Taken::kNo;
    syscall(SYS_futex, &state_, FUTEX_WAIT_PRIVATE, 2, nullptr, nullptr, 0);
  }
}

void BiasedMutex::reset_after_fork(Taken how) {
  bool mine = how == Taken::kByBias && current_slot != kNoOwner;
  owner_.store(mine ? current_slot : how == Taken::kNo ? kFree : kShared, std::memory_order_relaxed);
  held_.store(mine, std::memory_order_relaxed);
  state_.store(how == Taken::kByState, std::memory_order_relaxed);
}

void biased_mutexes_after_fork() {
  new (&shared_mutex) std::mutex;
  shared_ones().clear();
}

void forget_shared() {
  std::lock_guard<std::mutex> lock(shared_mutex);
  PodVector<BiasedMutex*>& ones = shared_ones();
  if (ones.empty() || !forgetting.is_due(ones.count)) return;
  size_t kept = 0;
  for (size_t i = 0; i < ones.count; i++) {
    BiasedMutex* m = ones.items[i];
    m->owner_.store(BiasedMutex::kTaking, std::memory_order_seq_cst);
    bool rests = m->state_.load(std::memory_order_seq_cst) == 0;
    m->owner_.store(rests ? BiasedMutex::kFree : BiasedMutex::kShared, std::memory_order_seq_cst);
    if (!rests) ones.items[kept++] = m;
  }
  ones.count = kept;
}

}  // namespace taipan::gc
