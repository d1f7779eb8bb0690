// Hot objects. See gc/hot_counts.h.
#include "gc/hot_counts.h"
#include <sys/mman.h>
#include <time.h>
#include "gc/perturb.h"
#include "gc/reserve.h"

namespace taipan::gc {

thread_local constinit HotCount* hot_counts = nullptr;
std::atomic<uint32_t> hot_objects{0};

namespace {

constexpr uint8_t kUncounted = kImmortal | kDeferred;
// How often an object goes from one thread to another before it is hot. What has no references can die late without anybody noticing.
constexpr uint32_t kTurnsOfLeaf = 3, kTurns = 24, kTurnsMet = 2;
constexpr uint32_t kOneIn = 8;          // counts of an owner's object by others, until the owner is asked to give it up
constexpr uint32_t kOneInRunning = 16;  // of these, where it runs
constexpr uint32_t kRun = 8;   // times kOneIn counts by the same thread, which would be cheaper without atomics
constexpr uint8_t kAlone = 3;  // settlings that find one thread alone counting an object, until it is that thread's own
constexpr uint32_t kLeastTurned = 2000;  // more new hot ones than this, and than there were, ask for settling
constexpr int64_t kMillisecond = 1000000;
constexpr int64_t kShortest = 20 * kMillisecond, kLongest = 320 * kMillisecond;
constexpr int64_t kShare = 50;  // settling takes one part in this many of the time at most

// The hot objects by their numbers. Numbers are given under the mutex, and taken back with the world stopped.
struct HotObject {
  Header* h;
  uint16_t user;  // the thread that alone has counted it lately
  uint8_t alone;  // for how many settlings
};
std::mutex numbers_mutex;
HotObject* by_number = nullptr;
uint32_t numbers_used = 1;  // all are below; zero is none
PodVector<uint32_t>* free_numbers = nullptr;
// The arrays of all threads: changed under the mutex, read under it or with the world stopped.
struct Arrays {
  Mutator* m;
  HotCount* counts;
};
PodVector<Arrays>* arrays = nullptr;

std::atomic<uint32_t> turned_lately{0}, most_turned{kLeastTurned};
std::atomic<bool> asked{false};
std::atomic<int64_t> due_at{0};
int64_t interval = kShortest;

int64_t now(clockid_t clock) {
  timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * int64_t{1000000000} + t.tv_nsec;
}

void ask(Mutator* m) {
  asked.store(true, std::memory_order_relaxed);
  m->poll.fetch_or(kPollCollect, std::memory_order_relaxed);
}

template <class T>
T* map_array(size_t n) {
  return static_cast<T*>(sure_map(n * sizeof(T)));
}

int64_t sum_of(HotCount c) { return static_cast<int32_t>(c.increfs - c.decrefs); }
void add_to_header(Header* h, int64_t sum) {
  h->rc_shared.fetch_add(static_cast<uint32_t>(sum) * kSharedOne, std::memory_order_acq_rel);
}

// The number of a new hot object, or kMostHot.
uint32_t take_number(Header* h) {
  std::lock_guard<std::mutex> lock(numbers_mutex);
  if (!by_number) by_number = map_array<HotObject>(kMostHot);
  uint32_t i = free_numbers && !free_numbers->empty() ? free_numbers->pop() : numbers_used;
  if (i == kMostHot) return i;
  if (i == numbers_used) numbers_used++;
  by_number[i] = {h, kNoOwner, 0};
  return i;
}

bool is_leaf(Header* h) { return !ops_of(h)->trace; }

bool turn_hot(Header* h) {
  if (h->has_gcflag(kUncounted | kDying)) return false;
  if (ops_of(h)->finalize) return false;  // its end is an event that may be waited for
  if (hot_objects.load(std::memory_order_relaxed) >= kMostHot - kMostHot / 16) return false;
  perturb();
  uint32_t s = h->rc_shared.load(std::memory_order_relaxed);
  do {
    if ((s & kSharedState) != kSharedMerged || static_cast<int32_t>(s) >> 2 >= kHotBias / 2) return is_hot(h);
  } while (!h->rc_shared.compare_exchange_weak(s, s + kHotBias * kSharedOne, std::memory_order_acq_rel,
                                               std::memory_order_relaxed));
  perturb();
  uint32_t number = take_number(h);
  if (number == kMostHot) {  // very many threads have come as far as this at the same time
    h->rc_shared.fetch_sub(kHotBias * kSharedOne, std::memory_order_acq_rel);
    return false;
  }
  h->rc_local.store(number, std::memory_order_relaxed);
  h->owner.store(kHotOwner, std::memory_order_release);
  Mutator* m = current_mutator;
  m->stats.turned_deferred++;
  hot_objects.fetch_add(1, std::memory_order_relaxed);
  if (turned_lately.fetch_add(1, std::memory_order_relaxed) + 1 == most_turned.load(std::memory_order_relaxed)) ask(m);
  return true;
}

struct MergeJob {
  Header* h;
  uint16_t owner;
};
void merge_in_claim(void* arg) {
  auto* job = static_cast<MergeJob*>(arg);
  Header* h = job->h;
  if (h->owner.load(std::memory_order_relaxed) != job->owner || h->has_gcflag(kUncounted) ||
      (h->rc_shared.load(std::memory_order_acquire) & kSharedState) >= kSharedQueued)
    return;
  merge_kept(h);
}

// What this thread has counted goes to the headers.
void empty_array(HotCount* counts) {
  for (uint32_t i = 1; i < numbers_used; i++) {
    if (int64_t sum = sum_of(counts[i])) add_to_header(by_number[i].h, sum);
    counts[i] = {};
  }
}

}  // namespace

int64_t own_hot_sum(const Header* h) {
  uint32_t i = h->rc_local.load(std::memory_order_relaxed);
  return i < kMostHot ? sum_of(hot_counts[i]) : 0;  // (it may have become an ordinary one just now)
}

int64_t hot_sum(const Header* h) {
  uint32_t i = h->rc_local.load(std::memory_order_relaxed);
  int64_t sum = (static_cast<int32_t>(h->rc_shared.load(std::memory_order_relaxed)) >> 2) - kHotBias;
  for (Arrays& a : *arrays) sum += sum_of(a.counts[i]);
  return sum;
}

namespace {
// True one time in kOneIn: whatever the rhythm of a loop, each object in it has its turn.
bool throw_dice() {
  static thread_local constinit uint32_t dice = 1;
  dice += 0x9E3779B9u;
  return dice < ~uint32_t{0} / kOneIn;
}
}  // namespace

// While an object has no owner, rc_local tells which thread counted it last, how often in a row, and how often that was another one than before.
TAIPAN_NOINLINE bool note_counted(Header* h, bool met_another) {
  constexpr uint32_t kNote = 1u << 31;
  uint32_t seen = h->rc_local.load(std::memory_order_relaxed);
  if (seen != 0 && !(seen & kNote)) return false;  // it has a number by now
  uint32_t last = seen & 0xFFFF, turns = seen >> 16 & 0x7F, run = seen >> 23 & 0xFF;
  if (last == current_slot && !met_another) {
    if (!throw_dice()) return false;
    if (++run >= kRun) return turn_hot(h);
  } else {
    run = 0;
    if (last != kNoOwner) turns += met_another ? kTurnsMet : 1;
    if (turns >= kTurns || (turns >= kTurnsOfLeaf && is_leaf(h))) return turn_hot(h);
  }
  h->rc_local.compare_exchange_strong(seen, kNote | run << 23 | turns << 16 | current_slot, std::memory_order_relaxed);
  return false;
}

TAIPAN_NOINLINE void note_foreign(Header* h) {
  if (!throw_dice()) return;
  MergeJob job{h, h->owner.load(std::memory_order_relaxed)};
  if (job.owner == kNoOwner || job.owner >= kHotOwner || job.owner == current_slot) return;
  if (with_claimed_slot(job.owner, merge_in_claim, &job)) return;
  // It runs: asking it costs both of them far more than some counts with atomics.
  static thread_local constinit uint32_t asked_late = 0;
  if (++asked_late % kOneInRunning != 0) return;
  // The queue holds a count of its own.
  uint32_t s = h->rc_shared.load(std::memory_order_relaxed);
  do {
    if ((s & kSharedState) >= kSharedQueued) return;
  } while (!h->rc_shared.compare_exchange_weak(s, ((s & ~kSharedState) + kSharedOne) | kSharedQueued,
                                               std::memory_order_acq_rel, std::memory_order_relaxed));
  queue_merge(h, job.owner);
}

// ---- Settling ----

bool hot_settling_due() { return asked.load(std::memory_order_relaxed); }

void settle_hot_counts(Mutator* m, bool all) {
  asked.store(false, std::memory_order_relaxed);
  if (hot_objects.load(std::memory_order_relaxed) == 0) return;
  HeaderVector dead;
  stop_the_world(m);
  int64_t begin = now(CLOCK_MONOTONIC);
  all |= first_mutator()->next == nullptr;
  if (!free_numbers) free_numbers = new PodVector<uint32_t>;
  free_numbers->clear();
  uint32_t kept = 0, gone = 0, used = 1;
  for (uint32_t i = 1; i < numbers_used; i++) {
    HotObject& object = by_number[i];
    Header* h = object.h;
    if (!h) {
      free_numbers->push(i);
      continue;
    }
    int64_t sum = 0;
    uint32_t users = 0;
    uint16_t user = kNoOwner;
    for (Arrays& a : *arrays) {
      HotCount& c = a.counts[i];
      if ((c.increfs | c.decrefs) == 0) continue;
      users++;
      user = a.m->slot;
      sum += sum_of(c);
      c = {};
    }
    if (is_hot(h)) {  // (else it is immortal by now)
      int64_t count = (static_cast<int32_t>(h->rc_shared.load(std::memory_order_relaxed)) >> 2) - kHotBias + sum;
      if (TAIPAN_UNLIKELY(count < 0)) fatal("a count went below zero");
      object.alone = users == 1 && user == object.user ? object.alone + 1 : 0;
      object.user = user;
      if (count != 0 && users != 0 && object.alone < kAlone && !all) {
        h->rc_shared.store(static_cast<uint32_t>(count + kHotBias) * kSharedOne | kSharedMerged,
                           std::memory_order_relaxed);
        kept++;
        used = i + 1;
        continue;
      }
      bool owned = count != 0 && object.alone >= kAlone;
      h->rc_local.store(owned ? static_cast<uint32_t>(count) : 0, std::memory_order_relaxed);
      h->rc_shared.store(owned ? kSharedPublished : static_cast<uint32_t>(count) * kSharedOne | kSharedMerged,
                         std::memory_order_relaxed);
      h->owner.store(owned ? user : kNoOwner, std::memory_order_release);
      if (count == 0) {
        h->set_gcflag(kDying);
        dead.push(h);
      }
    }
    object.h = nullptr;
    free_numbers->push(i);
    gone++;
  }
  numbers_used = used;
  size_t still = 0;
  for (uint32_t i : *free_numbers) {
    if (i < used) free_numbers->items[still++] = i;
  }
  free_numbers->count = still;
  hot_objects.store(kept, std::memory_order_relaxed);
  turned_lately.store(0, std::memory_order_relaxed);
  most_turned.store(kept > kLeastTurned ? kept : kLeastTurned, std::memory_order_relaxed);
  // Where nothing changes there is no hurry.
  int64_t end = now(CLOCK_MONOTONIC);
  interval = gone ? kShortest : interval * 2 < kLongest ? interval * 2 : kLongest;
  if (interval < (end - begin) * kShare) interval = (end - begin) * kShare;
  due_at.store(now(CLOCK_MONOTONIC_COARSE) + interval, std::memory_order_relaxed);
  resume_the_world(m);
  for (Header* h : dead) destroy(h);
}

void look_at_hot(Mutator* m) {
  if (asked.load(std::memory_order_relaxed) || now(CLOCK_MONOTONIC_COARSE) >= due_at.load(std::memory_order_relaxed))
    ask(m);
}

// ---- Threads ----

void hot_thread_begin(Mutator* m) {
  m->hot = hot_counts = map_array<HotCount>(kMostHot);
  std::lock_guard<std::mutex> lock(numbers_mutex);
  if (!arrays) arrays = new PodVector<Arrays>;
  arrays->push({m, hot_counts});
}

void hot_thread_exit(Mutator* m) {
  {
    std::lock_guard<std::mutex> lock(numbers_mutex);
    empty_array(hot_counts);
    for (Arrays& a : *arrays) {
      if (a.m != m) continue;
      a = arrays->items[arrays->count - 1];
      arrays->count--;
      break;
    }
  }
  munmap(hot_counts, kMostHot * sizeof(HotCount));
  m->hot = hot_counts = nullptr;
  if (hot_objects.load(std::memory_order_relaxed) == 0) return;
  asked.store(true, std::memory_order_relaxed);
  for_each_mutator([m](Mutator* x) {
    if (x != m && peek(x->attached)) x->poll.fetch_or(kPollCollect, std::memory_order_relaxed);
  });
}

void hot_before_fork() {
  if (!arrays) return;
  for (Arrays& a : *arrays) empty_array(a.counts);
}

void hot_after_fork_child(Mutator* m) {
  new (&numbers_mutex) std::mutex;
  if (!arrays) return;
  size_t kept = 0;
  for (Arrays& a : *arrays) {
    if (a.m == m) {
      arrays->items[kept++] = a;
    } else {
      munmap(a.counts, kMostHot * sizeof(HotCount));
    }
  }
  arrays->count = kept;
}

void forget_hot() {
  if (arrays) {
    for (Arrays& a : *arrays) munmap(a.counts, kMostHot * sizeof(HotCount));
    arrays->shrink();
  }
  hot_counts = nullptr;
  numbers_used = 1;
  if (free_numbers) free_numbers->shrink();
  hot_objects.store(0, std::memory_order_relaxed);
  turned_lately.store(0, std::memory_order_relaxed);
  asked.store(false, std::memory_order_relaxed);
}

}  // namespace taipan::gc
