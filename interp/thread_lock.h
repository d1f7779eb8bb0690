// The lock under _thread.lock and RLock: one word, taken and given back by one CAS each where nobody waits; waiting parks on a futex without the GIL.
//
// What the word counts besides being held: the turns (how often it was given back). Who waits sees by them whether the lock goes round quickly
// in another thread's hands. Then taking it in between costs both more than waiting: the lock, and what it guards, would go to and fro between
// the processors at each turn. So the waiter looks at growing intervals, takes it when the other pauses, and else leaves it to the other for a
// millisecond: it sleeps and looks again now and then whether the lock still goes round, and nobody has to wake it (who begins to wait for
// another lock does, in case it is the one). Whose lock it was until now, with many turns, knows that it will go round before it does; a
// thread that comes seldom takes it at once, at the end of a turn. Only for a lock that is held long, or given back by another thread than the
// one that took it, the waiter is counted, and woken at once.
#pragma once
#include <atomic>
#include <cstdint>
#include "gc/value.h"

namespace taipan {

class ThreadLock {
 public:
  TAIPAN_INLINE bool try_take() {
    uint32_t seen = word_.load(std::memory_order_relaxed);
    if (TAIPAN_UNLIKELY(seen & (kHeld | kWanted))) return false;
    if (!word_.compare_exchange_strong(seen, seen | kHeld, std::memory_order_acquire, std::memory_order_relaxed))
      return false;
    takes_by_thread++;
    return true;
  }
  // 1 taken, 0 timed out, -1 a signal handler raised. timeout_ns < 0: forever.
  TAIPAN_INLINE int take(int64_t timeout_ns) {
    if (TAIPAN_LIKELY(try_take())) return 1;
    return take_slow(timeout_ns);
  }
  // False: nobody held it.
  TAIPAN_INLINE bool give_back() {
    uint32_t seen = word_.load(std::memory_order_relaxed);
    do {
      if (TAIPAN_UNLIKELY(!(seen & kHeld))) return false;
    } while (!word_.compare_exchange_weak(seen, (seen & ~kHeld) + kTurn, std::memory_order_seq_cst,
                                          std::memory_order_relaxed));
    if (TAIPAN_UNLIKELY(waiters_.load(std::memory_order_seq_cst) != 0)) wake();
    return true;
  }
  bool held() const { return word_.load(std::memory_order_relaxed) & kHeld; }
  void reset() {  // in a fork's child
    word_.store(0, std::memory_order_relaxed);
    waiters_.store(0, std::memory_order_relaxed);
  }

 private:
  // kWaking: somebody was woken and hasn't looked yet: no need to wake another. kWanted: somebody who has left it alone for long is about to take
  // it, so whoever comes now lets that one go first. A hint: who sees it free for longer than that takes it all the same.
  static constexpr uint32_t kHeld = 1, kWaking = 2, kWanted = 4, kTurn = 8;
  int take_slow(int64_t timeout_ns);
  enum Spun { kTaken, kGoesRound, kSomebodyHasIt };
  Spun spin(int64_t interval);
  bool take_free();
  bool take_at_rest();
  bool went_round();
  bool comes_seldom() const;
  enum Left { kGotIt, kStillHeld, kSignal };
  Left spin_or_leave(bool has_time);
  bool catch_it();
  int taken();
  void wake();

  static inline thread_local constinit uint32_t takes_by_thread = 0;  // of any locks, where nobody was in the way
  std::atomic<uint32_t> word_;                                        // a futex
  std::atomic<uint32_t> waiters_;                                     // parked, or about to
};

}  // namespace taipan
