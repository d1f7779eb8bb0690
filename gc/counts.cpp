// The out-of-line half of the reference counts: other threads' objects, merging, death.
//
// The count of an object is rc_local (the owner's) plus the signed count in rc_shared. While the state is
// kSharedQueued, one count is held by the owner's merge queue: the decref that would have made the shared count
// negative put it there. Merging folds rc_local into rc_shared and leaves the object without owner. Only the owner
// merges, or somebody who keeps the owner from running (with_claimed_slot). Within a merge the owner field goes first
// and the CAS on rc_shared last: after the CAS the object may be gone. Who sees "no owner" with a state that isn't
// merged yet has met a merge half way and retries.
#include "arch/cpu.h"
#include "gc/barrier.h"
#include "gc/bias.h"
#include "gc/concurrent.h"
#include "gc/heap_internal.h"
#include "gc/hot_counts.h"
#include "gc/perturb.h"
#include "gc/ref.h"

namespace taipan::gc {

thread_local constinit uint16_t current_slot = kNoOwner;

namespace {

constexpr uint8_t kUncounted = kImmortal | kDeferred;
constexpr uint32_t kLocalLimit = 0x7FFFFFFF;
constexpr int32_t kSharedLimit = 1 << 28;
// While no threads run in parallel immortal objects are counted as all others, which costs less than telling them apart: their count stands
// half way to its limit and goes back there whenever it reaches an end. Their rc_shared is never zero, so that none looks unique.
constexpr uint32_t kImmortalCount = 1u << 30;

// GIL off, one thread: what will not be counted any more once there are two.
HeaderVector* counted_immortals = nullptr;

int32_t shared_count(uint32_t s) { return static_cast<int32_t>(s) >> 2; }
uint32_t shared_state(uint32_t s) { return s & kSharedState; }

// Takes the local count (already read as local) into the shared one; true if nothing is left.
bool merge_into_shared(Header* h, int64_t local, int extra) {
  h->rc_local.store(0, std::memory_order_relaxed);
  h->owner.store(kNoOwner, std::memory_order_relaxed);
  uint32_t s = h->rc_shared.load(std::memory_order_relaxed);
  int64_t left;
  uint32_t merged;
  do {
    left = shared_count(s) + local + extra;
    if (left >= kSharedLimit) {
      make_immortal(h);
      return false;
    }
    merged = static_cast<uint32_t>(left) << 2 | kSharedMerged;
  } while (!h->rc_shared.compare_exchange_weak(s, merged, std::memory_order_acq_rel, std::memory_order_relaxed));
  return left == 0;
}

// The caller is the owner or has claimed its slot.
bool merge(Header* h, int extra) {
  if (h->has_gcflag(kUncounted)) return false;
  return merge_into_shared(h, h->rc_local.load(std::memory_order_relaxed), extra);
}

TAIPAN_NOINLINE void drain_dying(Mutator* m) {
  m->dealloc_depth = 1;
  while (m->dying_count) {
    Header* h = m->dying[--m->dying_count];
    if (TAIPAN_UNLIKELY(m->barrier_phase.load(std::memory_order_relaxed) != 0)) before_death(m, h);
    ops_of(h)->dealloc(h);
  }
  m->dealloc_depth = 0;
}

TAIPAN_NOINLINE void push_dying(Mutator* m, Header* h) {
  if (m->dying_count == m->dying_capacity) {
    uint32_t capacity = m->dying_capacity ? m->dying_capacity * 2 : 256;
    Header** grown = static_cast<Header**>(realloc(m->dying, capacity * sizeof(Header*)));
    if (!grown) fatal("out of memory while destroying objects");
    m->dying = grown;
    m->dying_capacity = capacity;
  }
  m->dying[m->dying_count++] = h;
}

void set_dying(Header* h) {  // nobody else can see it
  h->gcflags.store(h->gcflags.load(std::memory_order_relaxed) | kDying, std::memory_order_relaxed);
}

struct ClaimedDecref {
  Header* h;
  uint16_t owner;
  enum { kRetry, kAlive, kDead } result;
};

void decref_in_claim(void* arg) {
  auto* d = static_cast<ClaimedDecref*>(arg);
  Header* h = d->h;
  uint32_t s = h->rc_shared.load(std::memory_order_acquire);
  if (h->owner.load(std::memory_order_relaxed) != d->owner || shared_state(s) >= kSharedQueued ||
      h->has_gcflag(kUncounted)) {
    d->result = ClaimedDecref::kRetry;
    return;
  }
  d->result = merge(h, -1) ? ClaimedDecref::kDead : ClaimedDecref::kAlive;
}

}  // namespace

void destroy(Header* h) {
  Mutator* m = current_mutator;
  set_dying(h);
  const TypeOps* ops = ops_of(h);
  if (!ops->trace) {  // it holds nothing: no depth
    ops->dealloc(h);
    return;
  }
  if (TAIPAN_UNLIKELY(m->dealloc_depth >= kMaxDeallocDepth)) {
    push_dying(m, h);
    return;
  }
  m->dealloc_depth++;
  // While marking, what a dying container held is logged at once: its dealloc drops references without a barrier.
  if (TAIPAN_UNLIKELY(m->barrier_phase.load(std::memory_order_relaxed) != 0)) before_death(m, h);
  ops->dealloc(h);
  if (--m->dealloc_depth == 0 && TAIPAN_UNLIKELY(m->dying_count != 0)) drain_dying(m);
}

void dealloc(Header* h) {
  uint32_t s = h->rc_shared.load(std::memory_order_acquire);
  if (TAIPAN_UNLIKELY(s != 0)) {
    if (h->has_gcflag(kImmortal)) {
      h->rc_local.store(kImmortalCount, std::memory_order_relaxed);
      return;
    }
    if (!parallel && s == kSharedPublished) {
      h->owner.store(kNoOwner, std::memory_order_relaxed);
      h->rc_shared.store(kSharedMerged, std::memory_order_relaxed);
    } else if (!merge_into_shared(h, 0, 0)) {
      return;
    }
  }
  destroy(h);
}

// ---- Objects of others ----

namespace {

constexpr uint32_t kLook = 1024;  // counts with atomics between two looks at the clock

TAIPAN_KEEPS_REGISTERS TAIPAN_NOINLINE void incref_rare(Header* h) {
  uint16_t owner = h->owner.load(std::memory_order_relaxed);
  if (owner == current_slot) {  // the local count has just passed its limit
    make_immortal(h);
    return;
  }
  if (h->has_gcflag(kUncounted)) return;
  perturb();
  if (Mutator* m = current_mutator;
      m && ++m->stats.atomic_counts % kLook == 0 && hot_objects.load(std::memory_order_relaxed) != 0)
    look_at_hot(m);
  uint32_t s = h->rc_shared.load(std::memory_order_relaxed);
  bool met = false;
  // Who replaces what the object holds looks at the count afterwards (maybe_shared), we at what it holds: one of the two sees the other.
  // It is marked as published as well: references change hands without being counted anew, so that others may give up what its owner has
  // counted, and the shared count can be zero while they still have references.
  for (;;) {
    uint32_t raised = (s + kSharedOne) | (shared_state(s) ? 0 : kSharedPublished);
    if (h->rc_shared.compare_exchange_weak(s, raised, std::memory_order_seq_cst)) break;
    met = true;
  }
  if (TAIPAN_UNLIKELY(shared_count(s) >= kSharedLimit)) {
    make_immortal(h);
  } else if (parallel) {
    if (shared_state(s) == kSharedMerged) {
      note_counted(h, met);
    } else {
      note_foreign(h);
    }
  }
}

TAIPAN_KEEPS_REGISTERS TAIPAN_NOINLINE void decref_rare(Header* h) {
  bool met = false;  // another thread counted at the same time
  for (;;) {
    if (h->has_gcflag(kUncounted)) return;
    uint16_t owner = h->owner.load(std::memory_order_relaxed);
    if (owner == kHotOwner) {
      decref_shared(h);
      return;
    }
    uint32_t s = h->rc_shared.load(std::memory_order_relaxed);
    perturb();
    if (owner == current_slot && owner != kNoOwner) {
      uint32_t n = h->rc_local.load(std::memory_order_relaxed) - 1;
      h->rc_local.store(n, std::memory_order_relaxed);
      if (n == 0) dealloc(h);
      return;
    }
    if (shared_state(s) == kSharedMerged) {
      // (The last reference: nobody else is there any more.)
      if (shared_count(s) > 1 && parallel && note_counted(h, met)) continue;
      uint32_t n = s - kSharedOne;
      met = !h->rc_shared.compare_exchange_weak(s, n, std::memory_order_acq_rel, std::memory_order_relaxed);
      if (met) continue;
      if (n == kSharedMerged) destroy(h);
      return;
    }
    if (owner == kNoOwner) {  // a merge is half way
      arch::cpu_pause();
      continue;
    }
    if (shared_count(s) == 0 && shared_state(s) != kSharedQueued) {
      ClaimedDecref d{h, owner, ClaimedDecref::kRetry};
      if (with_claimed_slot(owner, decref_in_claim, &d)) {
        if (d.result == ClaimedDecref::kRetry) continue;
        if (d.result == ClaimedDecref::kDead) destroy(h);
        return;
      }
      met = !h->rc_shared.compare_exchange_weak(s, kSharedQueued, std::memory_order_acq_rel, std::memory_order_relaxed);
      if (met) continue;
      queue_merge(h, owner);
      return;
    }
    met = !h->rc_shared.compare_exchange_weak(s, s - kSharedOne, std::memory_order_acq_rel, std::memory_order_relaxed);
    if (!met) return;
  }
}

}  // namespace

TAIPAN_KEEPS_REGISTERS void incref_slow(Header* h) {
  if (TAIPAN_LIKELY(h->owner.load(std::memory_order_acquire) == kHotOwner)) {
    hot_counts[h->rc_local.load(std::memory_order_relaxed)].increfs++;
    return;
  }
  incref_rare(h);
}

TAIPAN_KEEPS_REGISTERS void decref_slow(Header* h) {
  if (TAIPAN_LIKELY(h->owner.load(std::memory_order_acquire) == kHotOwner)) {
    hot_counts[h->rc_local.load(std::memory_order_relaxed)].decrefs++;
    return;
  }
  decref_rare(h);
}

void merge_kept(Header* h) { merge(h, 0); }

void hand_over(Header* h) {
  if (h->owner.load(std::memory_order_relaxed) == current_slot) merge(h, 0);
}

QueuedMerge merge_queued(Header* h, uint16_t slot) {
  if (h->owner.load(std::memory_order_acquire) != slot ||
      shared_state(h->rc_shared.load(std::memory_order_acquire)) != kSharedQueued)
    return QueuedMerge::kOrdinary;
  return merge(h, -1) ? QueuedMerge::kDead : QueuedMerge::kAlive;
}

void add_refs(Header* h, uint64_t n) {
  if (h->owner.load(std::memory_order_relaxed) == current_slot && current_slot != kNoOwner) {
    uint64_t sum = h->rc_local.load(std::memory_order_relaxed) + n;
    if (sum >= kLocalLimit) {
      make_immortal(h);
    } else {
      h->rc_local.store(static_cast<uint32_t>(sum), std::memory_order_relaxed);
    }
    return;
  }
  if (h->has_gcflag(kUncounted)) return;
  if (n >= static_cast<uint64_t>(kHotBias)) {
    make_immortal(h);
    return;
  }
  if (is_hot(h)) {
    hot_counts[h->rc_local.load(std::memory_order_relaxed)].increfs += static_cast<uint32_t>(n);
    return;
  }
  publish(h);
  uint32_t s = h->rc_shared.fetch_add(static_cast<uint32_t>(n) * kSharedOne, std::memory_order_relaxed);
  if (shared_count(s) >= kSharedLimit) make_immortal(h);
}

uint64_t total_count(const Header* h) {
  uint32_t s = h->rc_shared.load(std::memory_order_relaxed);
  int64_t n = shared_count(s);
  uint16_t owner = h->owner.load(std::memory_order_relaxed);
  if (owner == kHotOwner) {
    n = hot_sum(h);
  } else if (owner != kNoOwner) {
    n += h->rc_local.load(std::memory_order_relaxed);
  }
  return n > 0 ? static_cast<uint64_t>(n) : 0;
}

uint64_t ref_count(const Header* h) {
  if (h->has_gcflag(kUncounted)) return uint64_t{1} << 31;
  if (is_hot(h)) {  // less what others have counted lately
    int64_t n = shared_count(h->rc_shared.load(std::memory_order_relaxed)) - kHotBias + own_hot_sum(h);
    return n > 1 ? static_cast<uint64_t>(n) : 1;
  }
  uint64_t n = total_count(h);
  bool queued = shared_state(h->rc_shared.load(std::memory_order_relaxed)) == kSharedQueued;
  return queued && n ? n - 1 : n;
}

void make_immortal(Header* h) {
  bool already = h->has_gcflag(kImmortal);
  // (Names are made so again and again, and read by all.)
  if (already && parallel && h->owner.load(std::memory_order_relaxed) == kUncountedOwner) return;
  h->set_gcflag(kImmortal);
  if (parallel) {
    h->owner.store(kUncountedOwner, std::memory_order_release);
    return;
  }
  h->rc_shared.store(kSharedPublished, std::memory_order_relaxed);
  h->rc_local.store(kImmortalCount, std::memory_order_relaxed);
  h->owner.store(gil_enabled                ? kGilSlot
                 : current_slot != kNoOwner ? current_slot
                                            : kMainSlot,
                 std::memory_order_release);
  if (!gil_enabled && !already) {
    if (!counted_immortals) counted_immortals = new HeaderVector;
    counted_immortals->push(h);
  }
}

void start_parallel() {
  if (gil_enabled || parallel) return;
  if (counted_immortals) {
    for (Header* h : *counted_immortals) h->owner.store(kUncountedOwner, std::memory_order_relaxed);
    counted_immortals->shrink();
  }
  heap_start_parallel();
  start_bias();
  parallel = lock_free_readers = true;
}

void forget_counted() {
  forget_hot();
  if (counted_immortals) counted_immortals->clear();
}

void make_deferred(Header* h) {
  if (gil_enabled || h->has_gcflag(kUncounted)) return;
  h->set_gcflag(kDeferred);
  h->owner.store(kUncountedOwner, std::memory_order_release);
}

bool try_incref(Header* h) {
  uint16_t owner = h->owner.load(std::memory_order_relaxed);
  if (owner == kHotOwner) {
    incref_shared(h);
    return true;
  }
  if (owner == current_slot && owner != kNoOwner) {
    uint32_t n = h->rc_local.load(std::memory_order_relaxed);
    if (n == 0) return false;
    incref(h);
    return true;
  }
  uint32_t s = h->rc_shared.load(std::memory_order_acquire);
  perturb();
  for (;;) {
    if (h->has_gcflag(kUncounted) && !h->has_gcflag(kDying)) return true;
    // Zero without a mark: its owner may free it without looking. Merged zero: dead.
    if (s == 0 || s == kSharedMerged) return false;
    if (h->rc_shared.compare_exchange_weak(s, s + kSharedOne, std::memory_order_acq_rel, std::memory_order_acquire))
      return true;
  }
}

void publish(Header* h) {
  if (gil_enabled || h->has_gcflag(kUncounted)) return;
  uint32_t s = h->rc_shared.load(std::memory_order_relaxed);
  while (shared_state(s) == 0 &&
         !h->rc_shared.compare_exchange_weak(s, s | kSharedPublished, std::memory_order_acq_rel)) {}
}

void begin_finalize(Header* h) {
  h->gcflags.store(static_cast<uint8_t>(h->gcflags.load(std::memory_order_relaxed) & ~kDying),
                   std::memory_order_relaxed);
  h->rc_shared.store(0, std::memory_order_relaxed);
  h->rc_local.store(1, std::memory_order_relaxed);
  h->owner.store(current_slot, std::memory_order_release);
}

bool end_finalize(Header* h) {
  if (h->owner.load(std::memory_order_relaxed) == current_slot) {
    uint32_t n = h->rc_local.load(std::memory_order_relaxed) - 1;
    h->rc_local.store(n, std::memory_order_relaxed);
    if (n) return true;
    uint32_t s = h->rc_shared.load(std::memory_order_acquire);
    if (s != 0 && !merge_into_shared(h, 0, 0)) return true;
  } else {
    uint32_t s = h->rc_shared.load(std::memory_order_acquire);
    for (;;) {
      if (h->has_gcflag(kUncounted)) return true;
      if (shared_state(s) != kSharedMerged) {
        arch::cpu_pause();
        s = h->rc_shared.load(std::memory_order_acquire);
        continue;
      }
      if (h->rc_shared.compare_exchange_weak(s, s - kSharedOne, std::memory_order_acq_rel, std::memory_order_acquire))
        break;
    }
    if (s - kSharedOne != kSharedMerged) return true;
  }
  set_dying(h);
  Mutator* m = current_mutator;
  if (TAIPAN_UNLIKELY(m->barrier_phase.load(std::memory_order_relaxed) != 0)) before_death(m, h);
  return false;
}

}  // namespace taipan::gc
