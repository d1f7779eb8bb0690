// Waiting for a lock. See thread_lock.h.
//
// No waiter is forgotten: it counts itself in waiters_, then looks at the word; who gives the lock back changes the word, then looks at waiters_
// (both in one order for all). It parks only while the word is what it saw, and each turn changes the word. While kWaking is set nobody else is
// woken; whoever of the waiters is awake clears it before it parks again or leaves, and one that leaves without the lock wakes another in
// its place if the lock is free.
#include "interp/thread_lock.h"
#include <errno.h>
#include <limits.h>
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

// All in ns.
constexpr int64_t kFirstSpin = 100, kMostSpin = 25600;
constexpr int64_t kHeldLong = 1500;  // and no turn: somebody holds it who is busy, or not running
constexpr int64_t kComing = 4000;    // so long who has waited, asleep, may take for its first turns
constexpr int64_t kCatching = 4000;
constexpr int64_t kRest = 1000000;  // a lock is left to a thread that takes it again and again
constexpr int64_t kLookAgain = 200000;
constexpr int64_t kPause = 400;
constexpr int64_t kOfLate = 400000;
constexpr int kPauses = 4;              // between two looks at the clock
constexpr uint32_t kBusyTurns = 3;      // in one interval: it goes round quickly
constexpr uint32_t kWithoutPause = 24;  // so many: waiting for a pause is no use
constexpr int64_t kTurnAtMost = 2000;   // ns, where it goes round at all
constexpr int64_t kQuickTurn = 400;     // ns: while one thread does little else
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

// The lock that the thread had to wait for last; what its turns, and the thread's own takes, were when it got it.
struct LastWait {
  const ThreadLock* lock;
  uint32_t turns, takes;
  int64_t at;
};
thread_local constinit LastWait last_wait = {};

// Those who leave a lock to others for a while need not sleep on when one of these, maybe theirs, begins to wait for something else: the lock may
// have come to rest (a Condition's, whose user waits now).
std::atomic<uint32_t> resting{0}, somebody_waits{0};  // the latter a futex

enum Rested { kTimeIsOver, kTold, kInterrupted };
Rested rest_for(int64_t ns, uint32_t seen) {
  timespec t = {0, ns};
  long r = syscall(SYS_futex, reinterpret_cast<uint32_t*>(&somebody_waits), FUTEX_WAIT_PRIVATE, seen, &t, nullptr, 0);
  return r == 0 || errno == EAGAIN ? kTold : errno == EINTR ? kInterrupted : kTimeIsOver;
}
void tell_resting() {
  if (resting.load(std::memory_order_seq_cst) == 0) return;
  somebody_waits.fetch_add(1, std::memory_order_seq_cst);
  syscall(SYS_futex, reinterpret_cast<uint32_t*>(&somebody_waits), FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

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
  last_wait = {this, word_.load(std::memory_order_relaxed) / kTurn, takes_by_thread, now_ns()};
  return 1;
}

// Since then: often and quickly, and most turns were this thread's own. (One that takes it now and then doesn't rest: others' turns are not its.)
bool ThreadLock::went_round() {
  if (last_wait.lock != this) return false;
  constexpr uint32_t kAll = UINT32_MAX / kTurn + 1;
  uint32_t turns = (word_.load(std::memory_order_relaxed) / kTurn - last_wait.turns) % kAll;
  uint32_t own = takes_by_thread - last_wait.takes;
  if (own < kManyTurns || turns < kManyTurns || turns / 2 > own) return false;
  return (now_ns() - last_wait.at) / turns < kQuickTurn;
}

// A thread that hasn't had to wait for it of late: taking it in between costs the one in whose hands it goes round little, at that rate.
bool ThreadLock::comes_seldom() const { return last_wait.lock != this || now_ns() - last_wait.at > kOfLate; }

// Where nobody takes it for a moment.
bool ThreadLock::take_at_rest() {
  uint32_t seen = word_.load(std::memory_order_seq_cst);
  for (int64_t end = now_ns() + kPause; !(seen & kHeld) && word_.load(std::memory_order_relaxed) == seen;)
    if (now_ns() >= end) return take_free();
  return false;
}

ThreadLock::Spun ThreadLock::spin(int64_t interval) {
  uint32_t last = word_.load(std::memory_order_relaxed);
  for (int64_t start = now_ns(); interval <= kMostSpin; interval *= 2) {
    int64_t now;
    do {
      for (int i = 0; i < kPauses; i++) arch::cpu_pause();
      now = now_ns();
    } while (now - start < interval);
    start = now;
    uint32_t seen = word_.load(std::memory_order_relaxed);
    uint32_t turns = (seen - last) / kTurn;
    last = seen;
    if (turns >= kWithoutPause) break;
    if (seen & kHeld) {
      if (turns == 0 && interval >= kHeldLong) return kSomebodyHasIt;
    } else if (turns < kBusyTurns && (seen & kWanted && interval < kHeldLong ? false : take_free())) {
      return kTaken;
    }
  }
  return kGoesRound;
}

// Without waiting for somebody to wake it.
ThreadLock::Left ThreadLock::spin_or_leave(bool has_time) {
  bool quick = has_time && went_round();
  // (Also while it spins: who has the lock now need not ask this thread for what it has used under it, gc/lock.h.)
  gc::BlockingScope scope;
  // (Where it went round in this thread's hands: had the one who has it now only been waiting for one turn?)
  Spun spun = spin(quick ? kComing : kFirstSpin);
  if (spun == kTaken) return kGotIt;
  if (spun == kSomebodyHasIt || !has_time) return kStillHeld;
  if (!quick && comes_seldom() && catch_it()) return kGotIt;
  // Sooner than that it comes back where the lock doesn't go round any more.
  uint32_t last = word_.load(std::memory_order_relaxed);
  Rested rested = kTold;
  bool got = false;
  resting.fetch_add(1, std::memory_order_seq_cst);
  for (int64_t now = now_ns(), end = now + kRest; now < end;) {
    uint32_t told = somebody_waits.load(std::memory_order_seq_cst);
    got = rested == kTold && take_at_rest();
    if (got) break;
    rested = rest_for(kLookAgain, told);
    if (rested == kInterrupted) break;
    int64_t before = now;
    now = now_ns();
    if (rested == kTold) continue;
    uint32_t seen = word_.load(std::memory_order_relaxed), turns = (seen - last) / kTurn;
    last = seen;
    if (turns * kTurnAtMost < now - before) break;
  }
  resting.fetch_sub(1, std::memory_order_relaxed);
  if (got) return kGotIt;
  if (rested == kInterrupted) return kSignal;
  return catch_it() ? kGotIt : kStillHeld;
}

// At the end of one of another thread's turns.
bool ThreadLock::catch_it() {
  for (int64_t end = now_ns() + kCatching; now_ns() < end;) {
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
    Left left = spin_or_leave(timeout_ns < 0 || timeout_ns > 2 * kRest);
    if (left == kGotIt) return taken();
    if (left == kSignal && !poll()) return -1;
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
        if (spins) tell_resting();
        long r = syscall(SYS_futex, reinterpret_cast<uint32_t*>(&word_), FUTEX_WAIT_PRIVATE, seen, limit, nullptr, 0);
        if (r != 0 && errno == EINTR) break;
        if (spins && (r == 0 ? spin(kFirstSpin) == kTaken || catch_it() : errno == EAGAIN && catch_it())) {
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
