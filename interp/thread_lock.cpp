// Waiting for a lock. See thread_lock.h.
//
// No waiter is forgotten: it counts itself in waiters_, then looks at the word; who gives the lock back changes the word, then looks at waiters_
// (both in one order for all). It parks only while the word is what it saw, and each turn changes the word. While kWaking is set nobody else is
// woken; whoever of the waiters is awake clears it before it parks again or leaves, and one that leaves without the lock wakes another in
// its place if the lock is free.
#include "interp/thread_lock.h"
#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "arch/cpu.h"
#include "gc/mutator.h"
#include "interp/gil.h"
#include "interp/objects/thread.h"

namespace taipan {

namespace {

constexpr int kFirstPauses = 2, kMostPauses = 512, kCatching = 128;  // of some 40 ns each
constexpr int64_t kRest = 400000,
                  kLookAgain = 100000;  // ns that a lock is left to a thread that takes it again and again
constexpr int kHeldLong =
    128;  // a lock that has made no turn for so long is held by somebody who is busy, or not running
constexpr uint32_t kBusyTurns = 3;     // in one interval: it goes round quickly
constexpr int64_t kTurnAtMost = 2000;  // ns, where it goes round at all
constexpr int64_t kQuickTurn = 400;    // ns: while one thread does little else
constexpr uint32_t kManyTurns = 256;

int64_t now_ns() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ll + t.tv_nsec;
}

bool other_processors() {
  static const bool several = sysconf(_SC_NPROCESSORS_ONLN) > 1;
  return several;
}

// The lock that the thread had to wait for last, and what its turns were when it got it.
struct LastWait {
  const ThreadLock* lock;
  uint32_t turns;
  int64_t at;
};
thread_local constinit LastWait last_wait = {};

}  // namespace

// Also where it is wanted.
bool ThreadLock::take_free() {
  uint32_t seen = word_.load(std::memory_order_relaxed);
  while (!(seen & kHeld)) {
    if (word_.compare_exchange_weak(seen, seen | kHeld, std::memory_order_acquire, std::memory_order_relaxed))
      return true;
  }
  return false;
}

int ThreadLock::taken() {
  last_wait = {this, word_.load(std::memory_order_relaxed) / kTurn, now_ns()};
  return 1;
}

// Since then: often and quickly, in the thread's own hands for the most part, or somebody else would have had to wait less.
bool ThreadLock::went_round() {
  if (last_wait.lock != this) return false;
  constexpr uint32_t kAll = UINT32_MAX / kTurn + 1;
  uint32_t turns = (word_.load(std::memory_order_relaxed) / kTurn - last_wait.turns) % kAll;
  if (turns < kManyTurns || turns > kAll / 2) return false;  // (so many: another lock, in the place of that one)
  return (now_ns() - last_wait.at) / turns < kQuickTurn;
}

ThreadLock::Spun ThreadLock::spin() {
  uint32_t last = word_.load(std::memory_order_relaxed);
  for (int pauses = kFirstPauses; pauses <= kMostPauses; pauses *= 2) {
    for (int i = 0; i < pauses; i++) arch::cpu_pause();
    uint32_t seen = word_.load(std::memory_order_relaxed);
    uint32_t turns = (seen - last) / kTurn;
    last = seen;
    if (seen & kHeld) {
      if (turns == 0 && pauses >= kHeldLong) return kSomebodyHasIt;
    } else if (turns < kBusyTurns && (seen & kWanted && pauses < kHeldLong ? false : take_free())) {
      return kTaken;
    }
  }
  return kGoesRound;
}

// Sooner than that it comes back where the lock doesn't go round any more.
ThreadLock::Left ThreadLock::leave_it(bool quick) {
  // (At once where the lock may go round: who has it now need not ask this thread for what it has used under the lock, gc/lock.h.)
  gc::BlockingScope scope;
  if (quick && spin() == kTaken) return kGotIt;
  uint32_t last = word_.load(std::memory_order_relaxed);
  for (int64_t now = now_ns(), end = now + kRest; now < end;) {
    timespec rest = {0, kLookAgain};
    if (nanosleep(&rest, nullptr) != 0) return kSignal;
    int64_t before = now;
    now = now_ns();
    uint32_t seen = word_.load(std::memory_order_relaxed), turns = (seen - last) / kTurn;
    last = seen;
    if (turns * kTurnAtMost < now - before) break;
  }
  return catch_it() ? kGotIt : kStillHeld;
}

// At the end of one of another thread's turns.
bool ThreadLock::catch_it() {
  for (int i = 0; i < kCatching; i++) {
    uint32_t seen = word_.load(std::memory_order_relaxed);
    if (!(seen & kWanted)) seen = word_.fetch_or(kWanted, std::memory_order_relaxed) | kWanted;
    if (!(seen & kHeld) && word_.compare_exchange_strong(seen, (seen & ~kWanted) | kHeld, std::memory_order_acquire,
                                                         std::memory_order_relaxed))
      return true;
    arch::cpu_pause();
  }
  word_.fetch_and(~kWanted, std::memory_order_relaxed);
  return false;
}

TAIPAN_NOINLINE int ThreadLock::take_slow(int64_t timeout_ns) {
  if (timeout_ns == 0) return take_free();  // (it may have failed for another reason than being held)
  bool spins = gc::parallel && other_processors();
  int64_t deadline = timeout_ns < 0 ? 0 : now_ns() + timeout_ns;
  if (spins) {
    bool has_time = timeout_ns < 0 || timeout_ns > 2 * kRest;
    bool quick = has_time && went_round();
    Spun spun = quick ? kGoesRound : spin();
    if (spun == kTaken) return taken();
    if (spun == kGoesRound && has_time) {
      Left left = leave_it(quick);
      if (left == kGotIt) return taken();
      if (left == kSignal && !poll()) return -1;
    }
  }
  for (;;) {
    bool expired = false;
    {
      gc::BlockingScope scope;
      waiters_.fetch_add(1, std::memory_order_seq_cst);
      for (;;) {
        uint32_t seen = word_.fetch_and(~kWaking, std::memory_order_seq_cst) & ~kWaking;
        if (!(seen & kHeld)) {
          if (!take_free()) continue;
          waiters_.fetch_sub(1, std::memory_order_relaxed);
          gil_woken_by_thread();
          return taken();
        }
        timespec wait, *limit = nullptr;
        if (timeout_ns >= 0) {
          int64_t left = deadline - now_ns();
          if (left <= 0) {
            expired = true;
            break;
          }
          wait = {left / 1000000000, left % 1000000000};
          limit = &wait;
        }
        long r = syscall(SYS_futex, reinterpret_cast<uint32_t*>(&word_), FUTEX_WAIT_PRIVATE, seen, limit, nullptr, 0);
        if (r != 0 && errno == EINTR) break;
        if (spins && (r == 0 ? spin() == kTaken || catch_it() : errno == EAGAIN && catch_it())) {
          word_.fetch_and(~kWaking, std::memory_order_relaxed);
          waiters_.fetch_sub(1, std::memory_order_relaxed);
          return taken();
        }
      }
      word_.fetch_and(~kWaking, std::memory_order_seq_cst);
      if (waiters_.fetch_sub(1, std::memory_order_seq_cst) > 1 && !held()) wake();
    }
    if (expired) return 0;
    if (!poll()) return -1;
  }
}

TAIPAN_NOINLINE void ThreadLock::wake() {
  if (word_.fetch_or(kWaking, std::memory_order_seq_cst) & kWaking) return;
  syscall(SYS_futex, reinterpret_cast<uint32_t*>(&word_), FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

}  // namespace taipan
