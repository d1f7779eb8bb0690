// Object locks' two halves: the bytes (lock.cpp) and the bias (bias.cpp). See gc/lock.h.
#pragma once
#include "gc/lock.h"

namespace taipan::gc {

constexpr uint32_t kTurnsGoOn =
    16000;  // microseconds (longer than any rest): that long after one, a thread's own or another's, the next meeting is one too many
// The thread has come upon another one at h: the one with slot `owner`, or (kNoOwner) one that isn't known. True: that has been so several times in
// short order, the other one does little else, and the thread has rested, up to some 5 ms (unless the owner stops or this thread's poll word asks
// for something).
// `turns`: others have rested for it of late.
bool rest_after_meeting(Header* h, uint16_t owner, bool turns);
// Looks so many times, with pauses of some 40 ns: in how many looks h was locked, or (owner) something in its region by its owner. Up to `most`. (Who
// looks all the time takes the line away that tells it, and what the owner writes there in a short while isn't seen.)
int seen_at_it(uint16_t owner, const Header* h, int looks, int pauses, int most);
void lock_byte_slow(Header* h);
void unlock_byte_slow(Header* h);
TAIPAN_INLINE bool try_lock_byte(Header* h) {  // (a full barrier where it succeeds)
  uint8_t seen = h->lock.load(std::memory_order_relaxed);
  return !(seen & kLockBit) &&
         h->lock.compare_exchange_weak(seen, static_cast<uint8_t>(seen | kLockBit), std::memory_order_seq_cst);
}
TAIPAN_INLINE void unlock_byte(Header* h) {
  uint8_t seen = h->lock.load(std::memory_order_relaxed);
  if (!(seen & kLockWaiters) &&
      h->lock.compare_exchange_weak(seen, static_cast<uint8_t>(seen & ~kLockBit), std::memory_order_release))
    return;
  unlock_byte_slow(h);
}

// The calling thread gets its slot, or gives it up.
void marker_begin(Mutator* m);
void marker_end(Mutator* m);
// Threads are about to run in parallel: from here on regions can belong to threads.
void start_bias();
// When what was taken away from its owners, n things, may be forgotten: each may cost a barrier again, so that takes one part in fifty of the
// time at most. World stopped.
class Forgetting {
 public:
  bool is_due(uint64_t n, bool always = false);

 private:
  int64_t at_ = 0;  // ns
};
bool has_barriers();   // membarrier works; since start_bias
void pass_barriers();  // every processor passes one
// Regions that were taken away are anybody's again, if that was long ago (or `all`). World stopped, so that one thread does it.
void forget_revocations(bool all);

}  // namespace taipan::gc
