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
bool usable = false;  // there is membarrier
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
void take_away(std::atomic<uint16_t>& region, uint16_t from, uint16_t to) {
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
  region.store(to, std::memory_order_seq_cst);
  revoked.fetch_add(1, std::memory_order_relaxed);
}

// By its marker, if the region is the thread's own still.
TAIPAN_INLINE bool hold(Header* h, std::atomic<uint16_t>& region, uint16_t slot) {
  std::atomic<Header*>& held = markers[slot].held;
  held.store(h, std::memory_order_relaxed);
  std::atomic_signal_fence(std::memory_order_seq_cst);  // for the processor take_away's barrier stands in
  perturb();
  // (The byte: whoever has set that before the region became this thread's own.)
  if (TAIPAN_LIKELY(region.load(std::memory_order_acquire) == slot &&
                    !(h->lock.load(std::memory_order_seq_cst) & kLockBit)))
    return true;
  held.store(nullptr, std::memory_order_release);
  return false;
}

// The byte is this thread's: is the region nobody's still? Else its owner may not have seen the byte.
TAIPAN_INLINE bool may_keep_byte(Header* h, std::atomic<uint16_t>& region) {
  perturb();
  if (TAIPAN_LIKELY(region.load(std::memory_order_seq_cst) == kRevoked)) return true;
  unlock_byte(h);
  return false;
}

TAIPAN_NOINLINE void lock_slow(Header* h) {
  uint16_t slot = current_slot;
  std::atomic<uint16_t>& region = region_of(h);
  if (Header* other = markers[slot].held.load(std::memory_order_relaxed); other && slot != kNoOwner) {
    if (!try_lock_byte(other)) lock_byte_slow(other);
    markers[slot].held.store(nullptr, std::memory_order_release);
  }
  for (int turns = 0;;) {
    uint16_t owner = region.load(std::memory_order_acquire);
    if (owner == kRevoked) {
      if (!try_lock_byte(h)) {
        if (rest_after_meeting(h) && slot != kNoOwner && usable) {
          region.compare_exchange_strong(owner, slot, std::memory_order_seq_cst);
          continue;
        }
        lock_byte_slow(h);
      }
      if (may_keep_byte(h, region)) return;
    } else if (owner == kRevoking) {
      wait_a_little(&turns);
    } else if (owner == kUnclaimed) {
      region.compare_exchange_strong(owner, slot != kNoOwner ? slot : kRevoked, std::memory_order_seq_cst);
    } else if (owner == slot) {
      if (hold(h, region, slot)) return;
      wait_a_little(&turns);
    } else {
      uint16_t to = rest_after_meeting(h) && slot != kNoOwner ? slot : kRevoked;
      if (region.compare_exchange_strong(owner, kRevoking, std::memory_order_seq_cst)) take_away(region, owner, to);
    }
  }
}

}  // namespace

TAIPAN_KEEPS_REGISTERS void lock(Header* h) {
  uint16_t slot = current_slot;
  std::atomic<uint16_t>& region = region_of(h);
  if (TAIPAN_LIKELY(markers[slot].held.load(std::memory_order_relaxed) == nullptr && slot != kNoOwner)) {
    uint16_t owner = region.load(std::memory_order_acquire);
    if (owner == kRevoked) {
      if (TAIPAN_LIKELY(try_lock_byte(h) && may_keep_byte(h, region))) return;
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
  usable = may_have_barriers();
  uint16_t first = usable ? kUnclaimed : kRevoked;
  for (auto& region : regions) region.store(first, std::memory_order_relaxed);
}

void forget_revocations(bool all) {
  uint32_t n = revoked.load(std::memory_order_relaxed);
  if (n == 0) return;
  timespec t;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
  int64_t now = t.tv_sec * 1000 * kMillisecond + t.tv_nsec;
  if (now < due_at && !all) return;
  for (auto& region : regions) {
    uint16_t seen = kRevoked;
    if (region.load(std::memory_order_relaxed) == seen)
      region.compare_exchange_strong(seen, kUnclaimed, std::memory_order_seq_cst);
  }
  revoked.store(0, std::memory_order_relaxed);
  int64_t rest = n * kCost * kShare;
  due_at = now + (rest > kSoonest ? rest : kSoonest);
}

}  // namespace taipan::gc
