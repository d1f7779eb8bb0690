// Object locks' slow paths and the parking lot: waiting threads queue by address in a hash table of buckets, each waits
// on a futex word of its own on its stack. FIFO wake-up, barging allowed: who is woken contends again.
#include "gc/lock.h"
#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "arch/cpu.h"
#include "gc/bias.h"
#include "gc/heap_internal.h"

namespace taipan::gc {

namespace {

struct Waiter {
  const void* addr;
  Waiter* next = nullptr;
  std::atomic<uint32_t> woken{0};
};

struct alignas(arch::kCacheLine) Bucket {
  std::mutex mutex;
  Waiter* first = nullptr;
  Waiter* last = nullptr;
};

constexpr size_t kBuckets = 256;
Bucket buckets[kBuckets];

Bucket& bucket_of(const void* addr) {
  uint64_t x = reinterpret_cast<uintptr_t>(addr);
  return buckets[(x * 0x9E3779B97F4A7C15u) >> 56];
}

// False if the time is over or a signal came.
bool futex_wait(std::atomic<uint32_t>* word, uint32_t expected, const timespec* timeout) {
  long r = syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, timeout, nullptr, 0);
  return r == 0 || errno == EAGAIN;
}
void futex_wake(std::atomic<uint32_t>* word) { syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0); }

Waiter* unlink_next(Bucket& b, const void* addr, bool* more) {
  Waiter* found = nullptr;
  Waiter* before = nullptr;
  Waiter* found_before = nullptr;
  *more = false;
  for (Waiter* w = b.first; w; before = w, w = w->next) {
    if (w->addr != addr) continue;
    if (found) {
      *more = true;
      break;
    }
    found = w;
    found_before = before;
  }
  if (!found) return nullptr;
  (found_before ? found_before->next : b.first) = found->next;
  if (b.last == found) b.last = found_before;
  return found;
}

bool unlink(Bucket& b, Waiter* waiter) {
  Waiter* before = nullptr;
  for (Waiter* w = b.first; w; before = w, w = w->next) {
    if (w != waiter) continue;
    (before ? before->next : b.first) = w->next;
    if (b.last == w) b.last = before;
    return true;
  }
  return false;
}

void wake(Waiter* w) {
  std::atomic<uint32_t>* word = &w->woken;
  word->store(1, std::memory_order_release);  // the waiter may return from here on: only its address is used below
  futex_wake(word);
}

constexpr int kMaxPauses = 400;  // in a row, of some 40 ns each

constexpr int64_t kBillion = 1000000000;

int64_t now_ns() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * kBillion + t.tv_nsec;
}

}  // namespace

bool park(const std::atomic<uint8_t>* addr, uint8_t expected, int64_t timeout_ns) {
  Waiter self;
  self.addr = addr;
  Bucket& b = bucket_of(addr);
  {
    std::lock_guard<std::mutex> lock(b.mutex);
    if (addr->load(std::memory_order_seq_cst) != expected) return true;
    (b.last ? b.last->next : b.first) = &self;
    b.last = &self;
  }
  int64_t deadline = timeout_ns < 0 ? 0 : now_ns() + timeout_ns;
  while (self.woken.load(std::memory_order_acquire) == 0) {
    timespec left;
    if (timeout_ns >= 0) {
      int64_t ns = deadline - now_ns();
      if (ns < 0) ns = 0;
      left = {static_cast<time_t>(ns / kBillion), static_cast<long>(ns % kBillion)};
    }
    if (futex_wait(&self.woken, 0, timeout_ns < 0 ? nullptr : &left)) continue;
    std::lock_guard<std::mutex> lock(b.mutex);
    if (unlink(b, &self)) return false;
    // Taken off the queue meanwhile: the waker is about to set woken, and still uses our word.
    while (self.woken.load(std::memory_order_acquire) == 0) arch::cpu_pause();
    return true;
  }
  return true;
}

void unpark_one(const std::atomic<uint8_t>* addr) {
  Bucket& b = bucket_of(addr);
  std::lock_guard<std::mutex> lock(b.mutex);
  bool more;
  if (Waiter* w = unlink_next(b, addr, &more)) wake(w);
}

void unpark_all(const std::atomic<uint8_t>* addr) {
  Bucket& b = bucket_of(addr);
  std::lock_guard<std::mutex> lock(b.mutex);
  bool more;
  while (Waiter* w = unlink_next(b, addr, &more)) wake(w);
}

namespace {

// Two threads that change the same object all the time cost each other its cache lines at every change, also where they don't meet in the lock.
// One that has met another there several times in short order leaves the object to it for a while, and has it for itself after that (bias.cpp)
// until the other one has rested. Each of these turns begins with fetching all of the object that the other has changed, which may be much: so
// they grow, while it goes on. Nobody waits for one that rests: it looks in short order whether something is asked of it.
// But where threads do other work between the changes, resting would leave that undone, which costs more: there they just take turns at the lock. So
// who meets another one looks first whether that one does little else, which shows while they go by the lock byte; and a thread that rests looks
// afterwards whether the other one was at it.
constexpr int64_t kShortOrder = 100000, kSlice = 200000;  // ns
constexpr uint32_t kOften = 4, kMostSlices = 16;
constexpr int kLooks = 48, kPauses = 8, kBusy = 4;  // who is at it in so many of the looks does little else
constexpr int kLooksAfterRest = 24;
constexpr uint32_t kMostPatience = 1024, kIdle = 3;
struct Meetings {
  Header* h;
  int64_t last;
  uint32_t count, slices;
  uint32_t
      wanted;  // so many meetings before the next look: the more, the more often in a row the other one wasn't busy
  uint32_t idle;
};
thread_local constinit Meetings meetings = {};

}  // namespace

thread_local constinit bool reads_only = false;

bool rest_after_meeting(Header* h, uint16_t owner, bool turns) {
  Mutator* mutator = current_mutator;
  if (!mutator) return false;
  mutator->stats.contended_locks++;
  if (reads_only) return false;
  Meetings& m = meetings;
  int64_t now = now_ns();
  if (m.h != h || now - m.last > (turns || m.count >= kOften ? int64_t{kTurnsGoOn} * 1000 : kShortOrder))
    m = {h, now, 0, 1, kOften, 0};
  m.last = now;
  auto was_idle = [&] {
    if (++m.idle < kIdle) return;
    m.count = 0;
    if (m.wanted < kMostPatience) m.wanted *= 2;
  };
  if (++m.count < m.wanted) return false;
  if (owner != kNoOwner) {
    if (!turns || m.idle >= kIdle) return false;
  } else if (seen_at_it(owner, h, kLooks, kPauses, kBusy) == kBusy) {
    m.wanted = kOften;
    m.idle = 0;
  } else {
    was_idle();
    return false;
  }
  uint32_t left = owner == kNoOwner ? 1 : m.slices;
  bool busy;
  do {
    timespec rest = {0, kSlice};
    nanosleep(&rest, nullptr);
    busy = seen_at_it(owner, h, kLooksAfterRest, kPauses, 1) != 0;
  } while (--left != 0 && mutator->poll.load(std::memory_order_relaxed) == 0 && busy);
  if (left == 0 && m.slices < kMostSlices) m.slices *= 2;
  if (busy) {
    m.idle = 0;
  } else {
    was_idle();
  }
  m.last = now_ns();
  return true;
}

void lock_byte_slow(Header* h) {
  // Growing pauses: two threads at the same object each do several operations in a row, instead of passing lock and object to and fro.
  for (int pauses = 48;;) {
    uint8_t seen = h->lock.load(std::memory_order_relaxed);
    if (!(seen & kLockBit)) {
      if (h->lock.compare_exchange_weak(seen, static_cast<uint8_t>(seen | kLockBit), std::memory_order_seq_cst)) return;
      continue;
    }
    if (pauses <= kMaxPauses) {
      for (int i = 0; i < pauses; i++) arch::cpu_pause();
      pauses *= 2;
      continue;
    }
    uint8_t waiting = static_cast<uint8_t>(seen | kLockWaiters);
    if (seen != waiting && !h->lock.compare_exchange_weak(seen, waiting, std::memory_order_relaxed)) continue;
    park(&h->lock, waiting, -1);
  }
}

void unlock_byte_slow(Header* h) {
  for (;;) {
    uint8_t seen = h->lock.load(std::memory_order_relaxed);
    if (seen & kLockWaiters) break;
    if (h->lock.compare_exchange_weak(seen, static_cast<uint8_t>(seen & ~kLockBit), std::memory_order_release)) return;
  }
  // Under the bucket's mutex nobody can queue up between the look at the queue and the release.
  Bucket& b = bucket_of(&h->lock);
  std::lock_guard<std::mutex> lock(b.mutex);
  bool more;
  Waiter* w = unlink_next(b, &h->lock, &more);
  h->lock.fetch_and(static_cast<uint8_t>(more ? ~kLockBit : ~(kLockBit | kLockWaiters)), std::memory_order_release);
  if (w) wake(w);
}

// Whoever waited or held a bucket is another thread, gone in the child.
void reset_parking_after_fork() {
  for (Bucket& b : buckets) {
    new (&b.mutex) std::mutex;
    b.first = b.last = nullptr;
  }
}

}  // namespace taipan::gc
