// Locks without atomic instructions, for the thread that a region of memory belongs to. See gc/lock.h.
#include "gc/bias.h"
#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "arch/cpu.h"
#include "gc/heap_internal.h"

namespace taipan::gc {

namespace {

// What an entry holds: the slot of the thread that the region belongs to, or one of these (no slot has these numbers).
constexpr uint16_t kRevoked = kNoOwner, kUnclaimed = 0xFFFD, kRevoking = 0xFFFC;
// By address, modulo the table: what shares an entry belongs together. Of the entries of one heap hardly any are shared.
constexpr uint32_t kRegionBits = 16, kRegions = 1 << 16;
std::atomic<uint16_t> regions[kRegions];  // zero: kRevoked

struct alignas(arch::kCacheLine) Marker {
  std::atomic<Header*> held{nullptr};
};
Marker markers[1 << 16];  // by slot; pages are committed as slots come into use

std::atomic<uint32_t> revoked{0};
std::atomic<bool> strangers{false};  // threads without a slot have locked something: the world never stops for them
constexpr int64_t kMillisecond = 1000000;
constexpr int64_t kSoonest = 1000 * kMillisecond, kCost = 10000,
                  kShare = 50;  // ns; one part in kShare of the time at most
int64_t due_at = 0;

TAIPAN_INLINE std::atomic<uint16_t>& region_of(const Header* h) {
  return regions[(reinterpret_cast<uintptr_t>(h) >> kRegionBits) % kRegions];
}

bool barrier_everywhere() { return syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0; }
bool may_have_barriers() {
  return syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0 && barrier_everywhere();
}

void wait_a_little(int* turns) {
  if (++*turns < 100) {
    arch::cpu_pause();
  } else {
    sched_yield();
  }
}

// The calling thread has put kRevoking into the entry.
void take_away(std::atomic<uint16_t>& region, uint16_t from) {
  perturb();
  // (Registered by start_bias; where that fails for once the child of a fork has to register again.)
  if (!barrier_everywhere() && !may_have_barriers()) fatal("membarrier doesn't work any more");
  perturb();
  int turns = 0;
  for (;;) {
    Header* held = markers[from].held.load(std::memory_order_acquire);
    if (!held || &region_of(held) != &region) break;
    wait_a_little(&turns);
  }
  region.store(kRevoked, std::memory_order_release);
  revoked.fetch_add(1, std::memory_order_relaxed);
}

// By its marker, if the region is the thread's own still.
TAIPAN_INLINE bool hold(Header* h, std::atomic<uint16_t>& region, uint16_t slot) {
  std::atomic<Header*>& held = markers[slot].held;
  held.store(h, std::memory_order_relaxed);
  std::atomic_signal_fence(std::memory_order_seq_cst);  // for the processor take_away's barrier stands in
  perturb();
  if (TAIPAN_LIKELY(region.load(std::memory_order_acquire) == slot)) return true;
  held.store(nullptr, std::memory_order_release);
  return false;
}

TAIPAN_NOINLINE void lock_slow(Header* h) {
  uint16_t slot = current_slot;
  std::atomic<uint16_t>& region = region_of(h);
  if (slot == kNoOwner) {
    strangers.store(true, std::memory_order_relaxed);
  } else if (Header* other = markers[slot].held.load(std::memory_order_relaxed)) {
    lock_byte(other);
    markers[slot].held.store(nullptr, std::memory_order_release);
  }
  for (int turns = 0;;) {
    uint16_t owner = region.load(std::memory_order_acquire);
    if (owner == kRevoked) break;
    if (owner == kRevoking) {
      wait_a_little(&turns);
    } else if (owner == kUnclaimed && slot != kNoOwner) {
      region.compare_exchange_strong(owner, slot, std::memory_order_acq_rel);
    } else if (owner == kUnclaimed) {
      region.compare_exchange_strong(owner, kRevoked, std::memory_order_acq_rel);
    } else if (owner == slot) {
      if (hold(h, region, slot)) return;
    } else if (region.compare_exchange_strong(owner, kRevoking, std::memory_order_seq_cst)) {
      take_away(region, owner);
    }
  }
  lock_byte(h);
}

}  // namespace

TAIPAN_KEEPS_REGISTERS void lock(Header* h) {
  uint16_t slot = current_slot;
  std::atomic<uint16_t>& region = region_of(h);
  if (TAIPAN_LIKELY(markers[slot].held.load(std::memory_order_relaxed) == nullptr)) {
    uint16_t owner = region.load(std::memory_order_acquire);
    if (owner == kRevoked) {
      if (TAIPAN_LIKELY(slot != kNoOwner)) {
        lock_byte(h);
        return;
      }
    } else if (TAIPAN_LIKELY(owner == slot)) {
      if (TAIPAN_LIKELY(hold(h, region, slot))) return;
    }
  }
  lock_slow(h);
}

TAIPAN_KEEPS_REGISTERS void unlock(Header* h) {
  std::atomic<Header*>& held = markers[current_slot].held;
  if (TAIPAN_LIKELY(held.load(std::memory_order_relaxed) == h)) {
    held.store(nullptr, std::memory_order_release);
    return;
  }
  unlock_byte(h);
}

void start_bias() {
  revoked.store(0, std::memory_order_relaxed);
  uint16_t first = may_have_barriers() ? kUnclaimed : kRevoked;
  for (auto& region : regions) region.store(first, std::memory_order_relaxed);
}

uint32_t revocations() { return revoked.load(std::memory_order_relaxed); }

void forget_revocations(bool all) {
  uint32_t n = revocations();
  if (n == 0 || strangers.load(std::memory_order_relaxed)) return;
  timespec t;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
  int64_t now = t.tv_sec * 1000 * kMillisecond + t.tv_nsec;
  if (now < due_at && !all) return;
  for (auto& region : regions) {
    if (region.load(std::memory_order_relaxed) == kRevoked) region.store(kUnclaimed, std::memory_order_relaxed);
  }
  revoked.store(0, std::memory_order_relaxed);
  int64_t rest = n * kCost * kShare;
  due_at = now + (rest > kSoonest ? rest : kSoonest);
}

}  // namespace taipan::gc
