// Locks without atomic instructions, for the thread that a region of memory belongs to. See gc/lock.h.
#include "gc/bias.h"
#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <algorithm>
#include "gc/heap_internal.h"

namespace taipan::gc {

std::atomic<uint32_t> regions[kRegions];  // zero: kRevoked

namespace {

// What an entry holds: the slot of the thread that the region belongs to, or one of these (no slot has these numbers). kAsked and a slot: another
// thread wants it, and waits. kWatched and a slot: it is revoked still, and will be that thread's if nobody else locks anything there for a while.
constexpr uint32_t kRevoked = kNoOwner, kUnclaimed = 0xFFFD, kRevoking = 0xFFFC, kAsked = 0x10000, kWatched = 0x20000;
// Of regions that were taken away, to tell threads that use one in turns, each for a while, from those that use it at once. Only a hint.
struct History {
  std::atomic<uint32_t> since{0};   // microseconds, when the entry changed
  std::atomic<uint16_t> looks{0};   // while it is watched
  std::atomic<uint16_t> fights{0};  // how often, of late, it changed too soon: the more, the longer it stays revoked
  std::atomic<uint32_t> rested{0};  // microseconds, when somebody left what is there to others for a while
};
History histories[kRegions];
constexpr uint32_t kTurn =
    100;  // microseconds that a region has to be one thread's to be another's at once when that one wants it
constexpr uint32_t kLongTurn = 500;               // also if that takes a barrier
constexpr uint32_t kMostFights = 6;               // each doubles the time
constexpr uint32_t kLookEvery = 61, kLooks = 16;  // locks by bytes; looks until what is watched is the thread's
constexpr int kAskFor = 100;  // pauses: an owner that is at it comes by sooner; the barrier costs ten times as much

Marker markers[1 << 16];  // by slot; pages are committed as slots come into use
Header nobody_there;
constinit Marker nobodys{{&nobody_there}, kNobody, 0};

std::atomic<uint32_t> revoked{0};
bool usable = false;  // there is membarrier
Forgetting revocations;

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

History& history_of(const std::atomic<uint32_t>& region) { return histories[&region - regions]; }
uint32_t microseconds() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<uint32_t>(t.tv_sec * 1000000 + t.tv_nsec / 1000);
}
// The entry changes, again or in good time.
void changed(History& history, bool again) {
  uint32_t fights = history.fights.load(std::memory_order_relaxed);
  if (again) {
    fights = fights + 2 < kMostFights ? fights + 2 : kMostFights;
  } else if (fights != 0) {
    fights--;
  }
  history.fights.store(static_cast<uint16_t>(fights), std::memory_order_relaxed);
  history.since.store(microseconds(), std::memory_order_relaxed);
}

// The thread has met another one at h (bias.h).
bool rests(Header* h, std::atomic<uint32_t>& region, uint32_t owner) {
  History& history = history_of(region);
  bool turns = microseconds() - history.rested.load(std::memory_order_relaxed) < kTurnsGoOn;
  if (!rest_after_meeting(h, static_cast<uint16_t>(owner), turns)) return false;
  history.rested.store(microseconds(), std::memory_order_relaxed);
  return true;
}

// The calling thread has put kAsked into the entry. An owner that comes by gives the region away itself (lock_in_turn).
// It is `to`'s then, or nobody's: who uses it for a while leaves it to who uses it next, if that costs no barrier.
void take_away(std::atomic<uint32_t>& region, uint32_t from, uint32_t to, bool rested) {
  perturb();
  History& history = history_of(region);
  uint32_t asked = kAsked | from;
  uint32_t quiet = microseconds() - history.since.load(std::memory_order_relaxed);
  bool in_turns = quiet >= kTurn;
  for (int i = 0; i < kAskFor && region.load(std::memory_order_acquire) == asked && is_attached(from); i++)
    arch::cpu_pause();
  if (region.compare_exchange_strong(asked, kRevoking, std::memory_order_seq_cst)) {
    perturb();
    // One that isn't attached holds nothing, and passes a barrier before it looks at the entry again. (So soon after the last time as well: two
    // that hand a threading.Lock over do so several times, until one of them has it for a while.)
    in_turns = !is_attached(from);
    if (!in_turns) {
      in_turns = quiet >= kLongTurn;
      pass_barriers();
    }
  }
  if (!rested && !in_turns) to = kRevoked;
  changed(history, to == kRevoked);
  perturb();
  int turns = 0;
  for (;;) {
    Header* held = markers[from].held.load(std::memory_order_acquire);
    if (!held || &region_of(held) != &region) break;
    wait_a_little(&turns);
  }
  region.store(to, std::memory_order_seq_cst);
  if (to == kRevoked) revoked.fetch_add(1, std::memory_order_relaxed);
}

TAIPAN_INLINE bool goes_by_bytes(uint32_t owner, uint16_t slot) {
  return owner == kRevoked || owner == (kWatched | slot);
}

// Somebody else locks there.
void end_watch(std::atomic<uint32_t>& region, uint32_t seen) {
  if (region.compare_exchange_strong(seen, kRevoked, std::memory_order_seq_cst)) changed(history_of(region), true);
}

// The byte is this thread's: is the region nobody's still? Else its owner may not have seen the byte.
TAIPAN_INLINE bool may_keep_byte(Header* h, std::atomic<uint32_t>& region, uint16_t slot) {
  perturb();
  if (TAIPAN_LIKELY(goes_by_bytes(region.load(std::memory_order_seq_cst), slot))) return true;
  unlock_byte(h);
  return false;
}

// Now and then: has the region become one thread's?
TAIPAN_NOINLINE void look(std::atomic<uint32_t>& region, uint16_t slot) {
  markers[slot].bytes = 0;
  if (!usable) return;
  History& history = history_of(region);
  uint32_t seen = region.load(std::memory_order_relaxed), now = microseconds();
  uint32_t quiet = now - history.since.load(std::memory_order_relaxed);
  uint32_t next;
  if (seen == (kWatched | slot)) {
    uint16_t looks = history.looks.load(std::memory_order_relaxed) + 1;
    history.looks.store(looks, std::memory_order_relaxed);
    if (quiet < kTurn || looks < kLooks) return;
    next = slot;
  } else if (seen == kRevoked && quiet >= kTurn << history.fights.load(std::memory_order_relaxed)) {
    next = kWatched | slot;
    history.looks.store(0, std::memory_order_relaxed);
  } else {
    return;
  }
  perturb();
  if (region.compare_exchange_strong(seen, next, std::memory_order_seq_cst))
    history.since.store(now, std::memory_order_relaxed);
}

TAIPAN_NOINLINE void lock_in_turn(Header* h) {
  uint16_t slot = current_slot;
  std::atomic<uint32_t>& region = region_of(h);
  if (Header* other = markers[slot].held.load(std::memory_order_relaxed); other && slot != kNoOwner) {
    if (!try_lock_byte(other)) lock_byte_slow(other);
    markers[slot].held.store(nullptr, std::memory_order_release);
  }
  for (int turns = 0;;) {
    uint32_t owner = region.load(std::memory_order_acquire);
    if (goes_by_bytes(owner, slot)) {
      if (!try_lock_byte(h)) {
        if (rests(h, region, kNoOwner) && slot != kNoOwner && usable) {
          if (region.compare_exchange_strong(owner, slot, std::memory_order_seq_cst))
            changed(history_of(region), false);
          continue;
        }
        lock_byte_slow(h);
      }
      if (may_keep_byte(h, region, slot)) return;
    } else if (owner == kRevoking) {
      wait_a_little(&turns);
    } else if (owner == kUnclaimed) {
      region.compare_exchange_strong(owner, slot != kNoOwner ? slot : kRevoked, std::memory_order_seq_cst);
    } else if (owner == slot) {
      if (hold(&markers[slot], h, slot, perturb)) return;
      wait_a_little(&turns);
    } else if (owner & kWatched) {
      end_watch(region, owner);
    } else if (owner == (kAsked | slot)) {  // (its marker holds nothing: see above)
      region.compare_exchange_strong(owner, kRevoking, std::memory_order_seq_cst);
    } else if (owner & kAsked) {
      wait_a_little(&turns);
    } else {
      bool rested = is_attached(owner) && rests(h, region, owner);
      if (region.compare_exchange_strong(owner, kAsked | owner, std::memory_order_seq_cst))
        take_away(region, owner, slot, rested && slot != kNoOwner);
    }
  }
}

}  // namespace

thread_local constinit Marker* own_marker = &nobodys;

int seen_at_it(uint16_t owner, const Header* h, int looks, int pauses, int most) {
  int times = 0;
  for (int i = 0; i < looks && times < most; i++) {
    if (owner == kNoOwner) {
      times += (h->lock.load(std::memory_order_relaxed) & kLockBit) != 0;
    } else {
      if (!is_attached(owner)) return 0;
      const Header* held = markers[owner].held.load(std::memory_order_relaxed);
      times += held && &region_of(held) == &region_of(h);
    }
    for (int k = 0; k < pauses; k++) arch::cpu_pause();
  }
  return times;
}

TAIPAN_KEEPS_REGISTERS void lock_slow(Header* h) {
  perturb();
  uint16_t slot = current_slot;
  std::atomic<uint32_t>& region = region_of(h);
  Marker& marker = markers[slot];
  if (TAIPAN_LIKELY(marker.held.load(std::memory_order_relaxed) == nullptr && slot != kNoOwner)) {
    if (goes_by_bytes(region.load(std::memory_order_acquire), slot) && try_lock_byte(h) &&
        may_keep_byte(h, region, slot)) {
      if (TAIPAN_UNLIKELY(++marker.bytes >= kLookEvery)) look(region, slot);
      return;
    }
  }
  lock_in_turn(h);
}

TAIPAN_KEEPS_REGISTERS void unlock_slow(Header* h) { unlock_byte(h); }

void marker_begin(Mutator* m) {
  own_marker = m->marker = &markers[m->slot];
  own_marker->slot = perturbing ? kNobody : m->slot;
}
void marker_end(Mutator* m) {
  m->marker = nullptr;
  own_marker = &nobodys;
}

bool has_barriers() { return usable; }
// (Registered by start_bias; where that fails for once the child of a fork has to register again.)
void pass_barriers() {
  if (!barrier_everywhere() && !may_have_barriers()) fatal("membarrier doesn't work any more");
}

void start_bias() {
  revoked.store(0, std::memory_order_relaxed);
  usable = may_have_barriers();
  uint32_t first = usable ? kUnclaimed : kRevoked;
  for (auto& region : regions) region.store(first, std::memory_order_relaxed);
}

bool Forgetting::is_due(uint64_t n, bool always) {
  constexpr int64_t kSecond = 1000000000, kSoonest = kSecond, kCost = 10000, kShare = 50;  // ns
  timespec t;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
  int64_t now = t.tv_sec * kSecond + t.tv_nsec;
  if (now < at_ && !always) return false;
  at_ = now + std::max(kSoonest, static_cast<int64_t>(n) * kCost * kShare);
  return true;
}

void forget_revocations(bool all) {
  uint32_t n = revoked.load(std::memory_order_relaxed);
  if (n == 0 || !revocations.is_due(n, all)) return;
  for (auto& region : regions) {
    uint32_t seen = kRevoked;
    if (region.load(std::memory_order_relaxed) == seen)
      region.compare_exchange_strong(seen, kUnclaimed, std::memory_order_seq_cst);
  }
  revoked.store(0, std::memory_order_relaxed);
}

}  // namespace taipan::gc
