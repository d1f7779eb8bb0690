// Grace periods. See gc/epoch.h for the rule.
//
// Order: a reader loads a pointer, looks, and only then reaches a safepoint where it announces. The retiring thread
// unlinks, then takes a new epoch (sequentially consistent). A thread that announces this epoch or a later one read the
// counter after the unlinking, so it can't load the pointer again. A thread coming online announces the counter's value
// first, with a sequentially consistent store before any load of its own: whoever misses that store when looking for
// the minimum took its epoch before the thread could load anything.
#include "gc/epoch.h"
#include <time.h>
#include "arch/cpu.h"
#include "gc/concurrent_internal.h"
#include "gc/perturb.h"

namespace taipan::gc {

struct RetiredList {
  struct Item {
    void* p;
    void (*f)(void*);
    uint64_t epoch;
  };
  PodVector<Item> items;  // epochs ascend
  bool freeing = false;
  std::atomic<uint64_t> first{
      0};  // of displaced references: the first one's epoch; 0: there are none. Others look at it.
};

namespace {

constexpr size_t kNudge = 256;  // backlog at which the others are asked to announce

std::atomic<uint64_t> global_epoch{1};
std::atomic<uint32_t> online_threads{0};
std::atomic<bool> marker_reads{false};  // the marker may be looking at something
struct alignas(arch::kCacheLine) MarkerEpoch {
  std::atomic<uint64_t> seen{0};  // what the marker has announced; 0: offline
};
MarkerEpoch marker_epochs[kMaxMarkers];
std::atomic<uint32_t> waiting_lists{0};  // threads with displaced references that wait

// No other thread is looking at anything: the others are blocked, and announce themselves before they look again.
bool no_other_mutator() { return online_threads.load(std::memory_order_seq_cst) <= 1; }
bool alone() { return no_other_mutator() && !marker_reads.load(std::memory_order_relaxed); }
std::mutex orphans_mutex;
RetiredList* orphans = nullptr;  // of threads that ended

uint64_t oldest_announced() {
  uint64_t oldest = global_epoch.load(std::memory_order_seq_cst);
  for_each_mutator([&](Mutator* m) {
    uint64_t seen = m->epoch_seen.load(std::memory_order_seq_cst);
    if (seen && seen < oldest) oldest = seen;
  });
  if (!marker_reads.load(std::memory_order_seq_cst)) return oldest;
  for (const MarkerEpoch& marker : marker_epochs) {
    uint64_t seen = marker.seen.load(std::memory_order_seq_cst);
    if (seen && seen < oldest) oldest = seen;
  }
  return oldest;
}

void free_due(RetiredList* list, uint64_t oldest) {
  if (list->freeing) return;  // f may retire more
  list->freeing = true;
  size_t n = 0;
  while (n < list->items.count && list->items.items[n].epoch <= oldest) {
    RetiredList::Item item = list->items.items[n++];
    item.f(item.p);
  }
  list->items.count -= n;
  if (n)
    memmove(static_cast<void*>(list->items.items), list->items.items + n,
            list->items.count * sizeof(RetiredList::Item));
  list->freeing = false;
}

// Appends with a new epoch, which is no earlier than any of theirs: epochs ascend.
void keep_order(RetiredList* to, RetiredList* from) {
  uint64_t epoch = global_epoch.fetch_add(1, std::memory_order_seq_cst) + 1;
  for (RetiredList::Item& item : from->items) to->items.push({item.p, item.f, epoch});
  from->items.clear();
}

// True: something was due.
bool free_orphans(uint64_t oldest) {
  RetiredList due;
  {
    std::unique_lock<std::mutex> lock(orphans_mutex, std::try_to_lock);
    if (!lock.owns_lock() || !orphans) return false;
    size_t n = 0, count = orphans->items.count;
    while (n < count && orphans->items.items[n].epoch <= oldest) due.items.push(orphans->items.items[n++]);
    if (n == count) {
      delete orphans;
      __atomic_store_n(&orphans, nullptr, __ATOMIC_RELAXED);
    } else if (n) {
      orphans->items.count -= n;
      memmove(static_cast<void*>(orphans->items.items), orphans->items.items + n,
              (count - n) * sizeof(RetiredList::Item));
    }
  }
  free_due(&due, oldest);  // without the mutex: f may retire more
  return due.items.capacity != 0;
}

}  // namespace

void with_registry_locked(void (*f)(void*), void* arg);  // mutator.cpp

namespace {
void nudge_all() {
  global_epoch.fetch_add(1, std::memory_order_seq_cst);
  with_registry_locked(
      [](void*) { for_each_mutator([](Mutator* x) { x->poll.fetch_or(kPollHandshake, std::memory_order_relaxed); }); },
      nullptr);
}

void drop_reference(void* p) { decref(static_cast<Header*>(p)); }

// A lone reference should not wait for company; but each nudge costs all threads a poll.
constexpr uint32_t kNudgesPerTick = 8;
thread_local int64_t last_tick = 0;
thread_local uint32_t nudges_left = 0;
void nudge_for_few() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  int64_t tick = now.tv_sec * 1000 + now.tv_nsec / 1000000;
  if (tick != last_tick) {
    last_tick = tick;
    nudges_left = kNudgesPerTick;
  }
  if (nudges_left == 0) return;
  nudges_left--;
  nudge_all();
}

using Items = PodVector<RetiredList::Item>;
thread_local bool dropping = false;  // not one finaliser within the other

// Moves what is due of displaced references. By their thread, or while it can't run.
void take_due(RetiredList* list, uint64_t oldest, Items& out) {
  size_t n = 0, count = list->items.count;
  while (n < count && list->items.items[n].epoch <= oldest) out.push(list->items.items[n++]);
  if (n == 0) return;
  list->items.count -= n;
  if (list->items.empty()) {
    list->first.store(0, std::memory_order_relaxed);
    waiting_lists.fetch_sub(1, std::memory_order_seq_cst);
  } else {
    memmove(static_cast<void*>(list->items.items), list->items.items + n,
            list->items.count * sizeof(RetiredList::Item));
    list->first.store(list->items.items[0].epoch, std::memory_order_relaxed);
  }
}

RetiredList* displaced_of(Mutator* m) { return __atomic_load_n(&m->displaced, __ATOMIC_ACQUIRE); }

// Registry lock held: takes what others have left behind and is due, where they are blocked; asks those that run to do it themselves.
void take_from_others(Mutator* self, uint64_t oldest, Items& out) {
  struct Job {
    RetiredList* list;
    uint64_t oldest;
    Items* out;
  };
  for_each_mutator([&](Mutator* x) {
    RetiredList* list = x == self ? nullptr : displaced_of(x);
    if (!list) return;
    for (;;) {
      uint64_t first = list->first.load(std::memory_order_seq_cst);
      if (first == 0 || first > oldest) return;
      Job job{list, oldest, &out};
      auto take = [](void* arg) {
        auto* j = static_cast<Job*>(arg);
        take_due(j->list, j->oldest, *j->out);
      };
      if (with_claimed_slot(x->slot, take, &job)) return;
      if (x->epoch_seen.load(std::memory_order_seq_cst) != 0) {
        x->poll.fetch_or(kPollHandshake, std::memory_order_relaxed);
        return;
      }
      arch::cpu_pause();  // a few instructions before it is detached, or after it is attached
    }
  });
}

void drop_all(const Items& items) {
  for (size_t i = 0; i < items.count; i++) items.items[i].f(items.items[i].p);
}

bool any_displaced() {
  return waiting_lists.load(std::memory_order_seq_cst) != 0 || __atomic_load_n(&orphans, __ATOMIC_RELAXED);
}
}  // namespace

void displaced_slow(Header* holder, Value old) {
  Header* h = old.header();
  if (h->has_gcflag(kImmortal | kDeferred) || holder->has_gcflag(kDying)) return;
  perturb();
  std::atomic_thread_fence(std::memory_order_seq_cst);  // the slot was written before we look who may have read it
  displaced_fenced(holder, old);
}

void displaced_fenced(Header* holder, Value old) {
  if (!maybe_shared(holder)) return;
  Mutator* m = current_mutator;
  Header* h = old.header();
  // (The marker takes no references: it may be late.)
  if (!m || no_other_mutator() || h->has_gcflag(kImmortal | kDeferred) || holder->has_gcflag(kDying)) return;
  incref(h);
  RetiredList* list = m->displaced;
  if (!list) {
    list = new RetiredList;
    __atomic_store_n(&m->displaced, list, __ATOMIC_RELEASE);
  }
  // The epoch to come: it begins with the next nudge, or the next poll of this thread, so that this takes no write that all would share.
  uint64_t epoch = global_epoch.load(std::memory_order_seq_cst) + 1;
  list->items.push({h, drop_reference, epoch});
  size_t n = list->items.count;
  if (n == 1) {
    list->first.store(epoch, std::memory_order_relaxed);
    waiting_lists.fetch_add(1, std::memory_order_seq_cst);
    nudge_for_few();
  } else if (n % kNudge == 0) {
    nudge_all();
  }
}

void drop_for_others(Header* h) {
  std::lock_guard<std::mutex> lock(orphans_mutex);
  if (!orphans) __atomic_store_n(&orphans, new RetiredList, __ATOMIC_RELAXED);
  orphans->items.push({h, drop_reference, global_epoch.fetch_add(1, std::memory_order_seq_cst) + 1});
}

Ref exchange_parallel(Header* holder, Value* slot, Ref v) {
  if (holder->has_gcflag(kDying)) {  // nobody else can look at it
    Value old = *slot;
    store_release(slot, v.release());
    return Ref::steal(old);
  }
  uint64_t bits = v.release().bits;
  perturb();
  Value old(std::atomic_ref<uint64_t>(slot->bits).exchange(bits, std::memory_order_seq_cst));
  if (old.is_heap()) displaced_fenced(holder, old);
  return Ref::steal(old);
}

void retire(void* p, void (*f)(void*)) {
  Mutator* m = current_mutator;
  if (!lock_free_readers || !m || alone()) {
    f(p);
    return;
  }
  perturb();
  if (!m->retired) m->retired = new RetiredList;
  // The epoch to come, as in displaced_slow.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  m->retired->items.push({p, f, global_epoch.load(std::memory_order_seq_cst) + 1});
  if (m->retired->items.count % kNudge != 0) return;
  if (!parallel) {  // nobody but the marker reads
    global_epoch.fetch_add(1, std::memory_order_seq_cst);
    if (!m->retired->freeing) free_due(m->retired, oldest_announced());
  } else if (!world_stopped()) {
    nudge_all();
  }
}

#ifdef TAIPAN_PLAIN_MALLOC
// Cells are memory of their own there, and what was logged may be freed: nothing goes before the cycle is over.
void marker_online(unsigned) {}
void marker_offline(unsigned) {}
#else
void marker_online(unsigned id) {
  marker_epochs[id].seen.store(global_epoch.load(std::memory_order_seq_cst), std::memory_order_seq_cst);
}
void marker_offline(unsigned id) { marker_epochs[id].seen.store(0, std::memory_order_seq_cst); }
#endif
void set_marker_epochs(bool on) {
  marker_reads.store(on, std::memory_order_seq_cst);
  marker_epochs[0].seen.store(on ? global_epoch.load(std::memory_order_seq_cst) : 0, std::memory_order_seq_cst);
  if (on || parallel) return;
  for_each_mutator([](Mutator* m) {
    if (m->retired && !m->retired->freeing) free_due(m->retired, ~uint64_t{0});
  });
  free_orphans(~uint64_t{0});
}

void buffer_free_parallel(Header* holder, void* p, size_t n) {
  if (!p) return;
  std::atomic_thread_fence(std::memory_order_seq_cst);  // the container was written before we look who has it
  if (!marker_reads.load(std::memory_order_relaxed) && !maybe_shared(holder)) {
    buffer_free_dead(p, n);
  } else {
    retire(p, raw_free);
  }
}

void raw_free_epoch_slow(void* p) {
  if (p) retire(p, raw_free);
}

static bool waits_for_next(const RetiredList* list) {
  return list && list->items.count != 0 &&
         list->items.items[list->items.count - 1].epoch > global_epoch.load(std::memory_order_relaxed);
}

namespace {

// True: something was due.
bool free_all_due(Mutator* m) {
  struct Due {
    Mutator* m;
    uint64_t oldest;
    bool drop;
    Items items;
  } due{m, 0, !dropping, {}};
  with_registry_locked(
      [](void* arg) {
        auto* d = static_cast<Due*>(arg);
        d->oldest = oldest_announced();
        if (d->drop && waiting_lists.load(std::memory_order_relaxed) != 0) take_from_others(d->m, d->oldest, d->items);
      },
      &due);
  bool any = m->retired && !m->retired->items.empty() && m->retired->items.items[0].epoch <= due.oldest;
  if (m->retired) free_due(m->retired, due.oldest);
  if (!due.drop) return any;
  // Out of the list first: a finaliser may block, and the rest is for others to look after then.
  if (m->displaced) take_due(m->displaced, due.oldest, due.items);
  any |= !due.items.empty();
  dropping = true;
  drop_all(due.items);
  any |= free_orphans(due.oldest);
  dropping = false;
  return any;
}

bool own_epoch_is_new(Mutator* m) {
  if (!waits_for_next(m->displaced) && !waits_for_next(m->retired)) return false;
  global_epoch.fetch_add(1, std::memory_order_seq_cst);
  return true;
}

}  // namespace

void epoch_poll(Mutator* m) {
  if (gil_enabled) return;
  own_epoch_is_new(m);
  epoch_online(m);
  if ((m->retired && !m->retired->items.empty()) || any_displaced()) free_all_due(m);
}

void epoch_before_leave(Mutator* m) {
  if (own_epoch_is_new(m) && !no_other_mutator()) nudge_for_few();
}

bool epoch_leave(Mutator* m) {
  if (m->epoch_seen.load(std::memory_order_relaxed) == 0) return true;
  m->epoch_seen.store(0, std::memory_order_seq_cst);
  if (online_threads.fetch_sub(1, std::memory_order_seq_cst) != 1 || !any_displaced()) return true;
  epoch_online(m);
  return false;
}

bool epoch_drop_last(Mutator* m) {
  bool before = dropping;  // in a finaliser that blocks
  dropping = false;
  own_epoch_is_new(m);
  epoch_online(m);
  bool any = free_all_due(m);
  dropping = before;
  return any;
}

void drop_all_displaced(Mutator* m) {
  if (!parallel || !any_displaced()) return;
  Items items;
  stop_the_world(m);
  for_each_mutator([&](Mutator* x) {
    if (x->displaced) take_due(x->displaced, ~uint64_t{0}, items);
  });
  {
    std::lock_guard<std::mutex> lock(orphans_mutex);
    if (orphans) {
      size_t kept = 0;
      for (RetiredList::Item& item : orphans->items) {
        if (item.f == drop_reference) {
          items.push(item);
        } else {
          orphans->items.items[kept++] = item;
        }
      }
      orphans->items.count = kept;
    }
  }
  resume_the_world(m);
  drop_all(items);
}

void epoch_offline(Mutator* m) {
  if (m->epoch_seen.load(std::memory_order_relaxed) == 0) return;
  m->epoch_seen.store(0, std::memory_order_seq_cst);
  online_threads.fetch_sub(1, std::memory_order_seq_cst);
}
void epoch_online(Mutator* m) {
  if (gil_enabled) return;
  if (m->epoch_seen.load(std::memory_order_relaxed) == 0) online_threads.fetch_add(1, std::memory_order_seq_cst);
  m->epoch_seen.store(global_epoch.load(std::memory_order_seq_cst), std::memory_order_seq_cst);
}

void epoch_world_stopped() {
  if (marker_reads.load(std::memory_order_relaxed)) return;
  uint64_t all = ~uint64_t{0};
  for_each_mutator([&](Mutator* m) {
    if (m->retired) free_due(m->retired, all);  // displaced references wait: dropping them may run Python code
  });
}

size_t retired_count() {
  size_t n = 0;
  for_each_mutator([&](Mutator* m) {
    if (m->retired) n += m->retired->items.count;
  });
  std::lock_guard<std::mutex> lock(orphans_mutex);
  return n + (orphans ? orphans->items.count : 0);
}

bool epoch_hand_over(Mutator* m) {
  bool any = false;
  for (RetiredList** list : {&m->retired, &m->displaced}) {
    if (!*list) continue;
    if ((*list)->first.load(std::memory_order_relaxed) != 0) waiting_lists.fetch_sub(1, std::memory_order_seq_cst);
    if (!(*list)->items.empty()) {
      any = true;
      std::lock_guard<std::mutex> lock(orphans_mutex);
      if (!orphans) __atomic_store_n(&orphans, new RetiredList, __ATOMIC_RELAXED);
      keep_order(orphans, *list);
    }
    delete *list;
    *list = nullptr;
  }
  return any;
}

void epoch_thread_exit(Mutator* m) {
  epoch_hand_over(m);
  epoch_offline(m);
}

void epoch_after_fork_child(Mutator* m) {
  // Nobody else is left; the stopped world made everything due in before_fork but what was retired since.
  online_threads.store(m->epoch_seen.load(std::memory_order_relaxed) != 0, std::memory_order_relaxed);
  epoch_online(m);
}
void lock_epoch_for_fork() { orphans_mutex.lock(); }
void unlock_epoch_after_fork(bool child) {
  if (child) {
    new (&orphans_mutex) std::mutex;
  } else {
    orphans_mutex.unlock();
  }
}

}  // namespace taipan::gc
