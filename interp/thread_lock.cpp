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
constexpr int64_t kRest = 400000;  // ns that a lock is left to a thread that takes it again and again
constexpr int kHeldLong =
    128;  // a lock that has made no turn for so long is held by somebody who is busy, or not running
constexpr uint32_t kBusyTurns = 3;  // in one interval: it goes round quickly

int64_t now_ns() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ll + t.tv_nsec;
}

bool other_processors() {
  static const bool several = sysconf(_SC_NPROCESSORS_ONLN) > 1;
  return several;
}

}  // namespace

ThreadLock::Spun ThreadLock::spin() {
  uint32_t last = word_.load(std::memory_order_relaxed);
  for (int pauses = kFirstPauses; pauses <= kMostPauses; pauses *= 2) {
    for (int i = 0; i < pauses; i++) arch::cpu_pause();
    uint32_t seen = word_.load(std::memory_order_relaxed);
    uint32_t turns = (seen - last) / kTurn;
    last = seen;
    if (seen & kHeld) {
      if (turns == 0 && pauses >= kHeldLong) return kSomebodyHasIt;
    } else if (turns < kBusyTurns && try_take()) {
      return kTaken;
    }
  }
  return kGoesRound;
}

// Between two of another thread's turns.
bool ThreadLock::catch_it() {
  for (int i = 0; i < kCatching; i++) {
    if (try_take()) return true;
    arch::cpu_pause();
  }
  return false;
}

TAIPAN_NOINLINE int ThreadLock::take_slow(int64_t timeout_ns) {
  if (timeout_ns == 0) {
    uint32_t seen = word_.load(std::memory_order_relaxed);  // (it may have failed for another reason than being held)
    while (!(seen & kHeld)) {
      if (word_.compare_exchange_weak(seen, seen | kHeld, std::memory_order_acquire, std::memory_order_relaxed))
        return 1;
    }
    return 0;
  }
  bool spins = gc::parallel && other_processors();
  int64_t deadline = timeout_ns < 0 ? 0 : now_ns() + timeout_ns;
  if (spins) {
    Spun spun = spin();
    if (spun == kTaken) return 1;
    if (spun == kGoesRound && (timeout_ns < 0 || timeout_ns > 2 * kRest)) {
      timespec rest = {0, kRest};
      bool interrupted;
      {
        gc::BlockingScope scope;
        interrupted = nanosleep(&rest, nullptr) != 0;
      }
      if (interrupted && !poll()) return -1;
      if (catch_it()) return 1;
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
          if (!try_take()) continue;
          waiters_.fetch_sub(1, std::memory_order_relaxed);
          gil_woken_by_thread();
          return 1;
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
        if (r == 0 && spins && (spin() == kTaken || catch_it())) {
          word_.fetch_and(~kWaking, std::memory_order_relaxed);
          waiters_.fetch_sub(1, std::memory_order_relaxed);
          return 1;
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
