// The exact collector. See gc/collector.h for the rule and where the numbers are kept.
#include "gc/collector.h"
#include <stdio.h>
#include <time.h>
#include <mutex>
#include <new>
#include "gc/concurrent_internal.h"
#include "gc/heap_internal.h"
#include "gc/hot_counts.h"
#include "gc/own_young.h"
#include "gc/ref.h"
#include "gc/slices.h"
#include "gc/stacks.h"

namespace taipan::gc {

CollectorHooks collector_hooks;
std::atomic<uint32_t> debug_flags{0};

namespace {

constexpr int kGenerations = 3;
constexpr size_t kDefaultThresholds[kGenerations] = {700, 10, 10};
constexpr size_t kMaxYoungScale = 32;
constexpr size_t kMaxBacklog = 8;
constexpr size_t kMaxMiddle = 8192;
constexpr size_t kStressThreshold = 100;
constexpr size_t kLeastHurry = 50000;
// What must have come to the old generation for a concurrent cycle to be worth its while; more where the last ones found hardly anything, as long
// as the heap isn't large.
constexpr size_t kLeastCycle = 250000;
constexpr size_t kLargeHeap = 1000000;
constexpr unsigned kMostIdle = 2;
// Young collections are made small enough to take no longer than the first, and not grown where they take longer than the second. So are those of the
// middle ones, by having them sooner.
constexpr uint64_t kLongYoung = 300000, kShortYoung = 120000;
constexpr size_t kLeastMiddle = 1024;
constexpr size_t kLeastYoungBetween = 3;  // collections, between two of the middle ones
constexpr size_t kFewWait = 10;
constexpr uint64_t kMostAtLength = 2;  // threads that running beside each other may add to that
constexpr long kShortNap = 200000, kLongNap = 800000;

struct State {  // the atomic ones are looked at by threads that don't collect
  std::atomic<size_t> thresholds[kGenerations] = {700, 10, 10};
  std::atomic<bool> thresholds_set{false};  // by the program: then they are kept to the letter
  std::atomic<size_t> young_scale{1};
  std::atomic<size_t> most_middle{kMaxMiddle};           // objects
  std::atomic<size_t> counts[kGenerations] = {0, 0, 0};  // [0] is in the young lists
  std::atomic<size_t> long_lived_total{0};
  std::atomic<size_t> long_lived_pending{0};
  std::atomic<size_t> pending_at_start{0};  // of the cycle under way
  std::atomic<bool> growing{true};          // the last cycle found little garbage
  unsigned idle_cycles = 0;                 // how many have found hardly any, one after the other
  std::atomic<size_t> growth_of_cycles{0};  // what comes while a cycle is under way, by experience
  std::atomic<size_t> collections_of[kGenerations] = {0, 0, 0};
  std::atomic<size_t> collected_of[kGenerations] = {0, 0, 0};
  std::atomic<bool> enabled{true};
  std::atomic<unsigned> running{1};  // threads, when the world was last stopped for a collection
};
State state;
std::atomic<Mutator*> collecting{nullptr};

PodVector<Value*>* roots = nullptr;
PodVector<void (*)(Visitor&)>* root_callbacks = nullptr;

size_t effective_threshold() {
  size_t base = state.thresholds[0];
  if (collector_stress() && base > kStressThreshold) return kStressThreshold;
  return state.thresholds_set ? base : base * state.young_scale;
}
void apply_threshold() { set_young_threshold(state.enabled ? effective_threshold() : 0); }

// ---- Numbers in the headers ----

uint8_t lock_byte(const Header* h) { return h->lock.load(std::memory_order_relaxed); }
void set_lock_byte(Header* h, int value) { h->lock.store(static_cast<uint8_t>(value), std::memory_order_relaxed); }

std::atomic<uint32_t>& number_of(Header* h) {
  return h->owner.load(std::memory_order_relaxed) == kNoOwner ? h->rc_local : h->rc_shared;
}

struct PutAside {
  Header* h;
  uint32_t rc_shared;
};

// What is known of deferred objects, which have no counts: only where all that is reachable is looked at can they be found dead.
enum class Scope : uint8_t {
  kSome,             // a generation: they live
  kAll,              // all that is tracked: they live if something reaches them
  kAfterFinalizers,  // garbage that Python code has seen since, each held once: they live, for this time
};

// One run of trial deletion over a set of objects. While it lasts the world is stopped.
class TrialDeletion {
 public:
  // The set: what vector holds, and, if with_old, all that walk_old finds.
  TrialDeletion(HeaderVector& vector, bool with_old, Scope scope)
      : vector_(vector), with_old_(with_old), scope_(scope), held_(scope == Scope::kAfterFinalizers) {}

  void find_unreachable(HeaderVector& garbage) {
    if (with_old_) {
      // Few old objects: one walk over all cells makes a list of those that matter; many: each pass walks.
      walk_old(
          [](Header* h, void* self) {
            auto* t = static_cast<TrialDeletion*>(self);
            t->start(h);
            if ((lock_byte(h) & kCollecting) && t->old_.count <= kShortList) t->old_.push(h);
          },
          this);
      for (Header* h : vector_) start(h);
      old_listed_ = old_.count <= kShortList;
    } else {
      each([](Header* h, void* self) { static_cast<TrialDeletion*>(self)->start(h); });
    }
    each([](Header* h, void* self) { static_cast<TrialDeletion*>(self)->subtract(h); });
    if (deferred_met_) mark_uncounted_roots();
    each([](Header* h, void* self) { static_cast<TrialDeletion*>(self)->mark_if_surplus(h); });
    garbage_ = &garbage;
    each_old([](Header* h, void* self) { static_cast<TrialDeletion*>(self)->finish(h); });
    old_found_ = garbage.count;
    for (Header* h : vector_) finish(h);
    for (PutAside& p : put_aside_) p.h->rc_shared.store(p.rc_shared, std::memory_order_relaxed);
  }
  size_t survivors() const { return survivors_; }
  size_t old_found() const { return old_found_; }  // so much of the garbage, its first part, comes from walk_old
  size_t members() const { return members_; }

 private:
  void each_old(void (*f)(Header*, void*)) {
    if (old_listed_) {
      for (Header* h : old_) f(h, this);
    } else if (with_old_) {
      walk_old(f, this);
    }
  }
  void each(void (*f)(Header*, void*)) {
    each_old(f);
    for (Header* h : vector_) f(h, this);
  }

  void start(Header* h) {
    // Immortal and frozen objects are as good as roots; a dying one is being taken apart by somebody.
    uint8_t flags = h->gcflags.load(std::memory_order_relaxed);
    if (TAIPAN_UNLIKELY(flags & (kImmortal | kFrozen | kDying))) {
      if (!gil_enabled && scope_ == Scope::kAll && !(flags & kDying)) holders_.push(h);
      return;
    }
    uint64_t count;
    if (TAIPAN_UNLIKELY(flags & kDeferred)) {
      if (scope_ == Scope::kSome) return;
      deferred_met_ |= scope_ == Scope::kAll;
      count = scope_ == Scope::kAll ? 0 : ~uint32_t{0};
    } else {
      count = total_count(h) - held_;
    }
    members_++;
    uint32_t shared = h->rc_shared.load(std::memory_order_relaxed);
    if (shared != 0 && h->owner.load(std::memory_order_relaxed) != kNoOwner) put_aside_.push({h, shared});
    set_lock_byte(h, lock_byte(h) | kCollecting);
    number_of(h).store(static_cast<uint32_t>(count), std::memory_order_relaxed);
  }

  void subtract(Header* h) {
    if (!(lock_byte(h) & kCollecting)) return;
    Visitor v(
        [](Header* child, void* parent) {
          if (!(lock_byte(child) & kCollecting)) return;
          std::atomic<uint32_t>& number = number_of(child);
          uint32_t n = number.load(std::memory_order_relaxed);
          if (TAIPAN_LIKELY(n != 0)) {
            number.store(n - 1, std::memory_order_relaxed);
          } else {
            overcounted(static_cast<Header*>(parent), child);
          }
        },
        h);
    ops_of(h)->trace(h, v);
  }

  TAIPAN_COLD static void overcounted(Header* parent, Header* child) {
    if (child->has_gcflag(kDeferred)) return;
#ifndef NDEBUG
    fprintf(
        stderr,
        "collector: the references found to an object of type %s (%p) exceed its count; the last is from a %s (%p)\n",
        ops_of(child)->name, static_cast<void*>(child), ops_of(parent)->name, static_cast<void*>(parent));
    abort();
#else
    (void)parent;
#endif
  }

  static void reach(Header* h, void* self) {
    uint8_t seen = lock_byte(h);
    if ((seen & (kCollecting | kReachable)) != kCollecting) return;
    set_lock_byte(h, seen | kReachable);
    static_cast<TrialDeletion*>(self)->work_.push(h);
  }
  void propagate() {
    Visitor v(reach, this);
    while (!work_.empty()) {
      Header* h = work_.pop();
      ops_of(h)->trace(h, v);
    }
  }
  void mark_if_surplus(Header* h) {
    if (!(lock_byte(h) & kCollecting) || number_of(h).load(std::memory_order_relaxed) == 0) return;
    reach(h, this);
    propagate();
  }

  // Only deferred objects can be referenced without a count: what a root counts shows as a surplus by itself, and what it merely looks at
  // (a chain of native frames through their heap objects, say) keeps nothing alive.
  static void reach_uncounted(Header* h, void* self) {
    if (h->has_gcflag(kDeferred)) reach(h, self);
  }
  void mark_uncounted_roots() {
    Visitor v(reach_uncounted, this);
    for_each_mutator([&](Mutator* m) {
      if (m->trace_roots) m->trace_roots(m, v);
    });
    visit_global_roots(v);
    visit_stacks(reach_uncounted, this);
    // What takes no part in the count may refer to them too.
    for (Header* h : holders_) ops_of(h)->trace(h, v);
    walk_untracked(
        [](Header* h, void* visitor) {
          if (ops_of(h)->trace && !h->has_gcflag(kDying)) ops_of(h)->trace(h, *static_cast<Visitor*>(visitor));
        },
        &v);
    propagate();
  }

  void finish(Header* h) {
    uint8_t seen = lock_byte(h);
    if (!(seen & kCollecting)) {
      if (seen & kListed) set_lock_byte(h, seen & ~kListed);
      return;
    }
    set_lock_byte(h, seen & ~(kCollecting | kReachable | kListed));
    number_of(h).store(0, std::memory_order_relaxed);
    if (seen & kReachable) {
      survivors_++;
    } else {
      garbage_->push(h);
    }
  }

  HeaderVector& vector_;
  bool with_old_;
  Scope scope_;
  bool deferred_met_ = false;
  HeaderVector holders_;
  static constexpr size_t kShortList = 65536;
  HeaderVector old_;
  bool old_listed_ = false;
  uint32_t held_;
  size_t members_ = 0;
  size_t survivors_ = 0, old_found_ = 0;
  HeaderVector work_;
  PodVector<PutAside> put_aside_;
  HeaderVector* garbage_ = nullptr;
};

// ---- The collection ----

}  // namespace

void hold(Header* h) {
  if (h->has_gcflag(kDeferred)) return;
  incref(h);
}

namespace {

void run_finalizers(HeaderVector& garbage, size_t old_found) {
  HeaderVector todo;
  size_t old = 0;
  for (size_t i = 0; i < garbage.count; i++) {
    Header* h = garbage.items[i];
    if (!ops_of(h)->finalize || h->has_gcflag(kFinalized)) continue;
    todo.push(h);
    old += i < old_found;
  }
  order_by_age(todo.items, old);
  if (collector_hooks.order_finalizers) collector_hooks.order_finalizers(todo.items, todo.count);
  for (Header* h : todo) {
    const TypeOps* ops = ops_of(h);
    if (!ops->finalize || h->has_gcflag(kFinalized)) continue;
    h->set_gcflag(kFinalized);
    ops->finalize(h);
  }
}

// Whether Python code can get at it before it is taken apart.
bool is_noticed(const HeaderVector& garbage) {
  for (size_t i = 0; i < garbage.count; i++) {
    Header* h = garbage.items[i];
    if ((lock_byte(h) & kHasWeakrefs) || (ops_of(h)->finalize && !h->has_gcflag(kFinalized))) return true;
  }
  return false;
}

// Takes out of the garbage what the finalisers have made reachable again.
void drop_resurrected(Mutator* m, HeaderVector& garbage) {
  stop_the_world(m);
  HeaderVector still;
  TrialDeletion trial(garbage, false, Scope::kAfterFinalizers);
  trial.find_unreachable(still);
  resume_the_world(m);
  if (still.count == garbage.count) return;
  // Both are in the same order: what is missing from still has been resurrected, or made immortal.
  size_t next = 0;
  HeaderVector kept;
  for (Header* h : garbage) {
    if (next < still.count && still.items[next] == h) {
      next++;
    } else {
      kept.push(h);
    }
  }
  garbage.swap(still);
  for (Header* h : kept) decref(h);
}

bool is_internal(Header* h) { return collector_hooks.is_internal && collector_hooks.is_internal(h); }

void delete_garbage(HeaderVector& garbage) {
  bool save = (debug_flags & kDebugSaveAll) != 0 && collector_hooks.save_garbage;
  HeaderVector deferred;
  for (Header* h : garbage) {
    if (save) {
      if (!is_internal(h)) collector_hooks.save_garbage(h);
    } else if (const TypeOps* ops = ops_of(h); ops->clear) {
      ops->clear(h);
    }
    if (h->has_gcflag(kDeferred)) {
      deferred.push(h);
    } else {
      decref(h);  // the cell may be somebody else's from here on
    }
  }
  if (!save) delete_deferred(deferred);
}

}  // namespace

void delete_deferred(HeaderVector& deferred) {
  if (deferred.empty()) return;
  // Deferred objects have no counts, so nothing but this loop frees them. They may still refer to each other: the cells
  // stay readable, and the decrefs without effect, until all are taken apart.
  defer_frees(true);
  for (Header* h : deferred) {
    h->set_gcflag(kDying);
    ops_of(h)->dealloc(h);
  }
  defer_frees(false);
}

void find_unreachable_after_finalizers(HeaderVector& members, HeaderVector& garbage) {
  TrialDeletion trial(members, false, Scope::kAfterFinalizers);
  trial.find_unreachable(garbage);
}

// The list of all that the exact rule calls garbage; nothing is changed.
void find_all_unreachable(HeaderVector& garbage) {
  HeaderVector members;
  walk_tracked(
      [](Header* h, void* arg) {
        static_cast<HeaderVector*>(arg)->push(h);
        return true;
      },
      &members);
  TrialDeletion trial(members, false, Scope::kAll);
  trial.find_unreachable(garbage);
}

void visit_global_roots(Visitor& v) {
  if (roots) {
    for (Value* slot : *roots) v.visit(*slot);
  }
  if (root_callbacks) {
    for (auto f : *root_callbacks) f(v);
  }
}

namespace {
__attribute__((no_sanitize("address", "thread"))) void scan_words(char* low, char* high, void (*f)(uintptr_t, void*),
                                                                  void* arg) {
  uintptr_t first = (reinterpret_cast<uintptr_t>(low) + 7) & ~uintptr_t{7};
  for (const uintptr_t* p = reinterpret_cast<const uintptr_t*>(first);
       p + 1 <= reinterpret_cast<const uintptr_t*>(high); p++)
    f(*p, arg);
}
}  // namespace

namespace {
// The collector's own frames are full of addresses that mean nothing: its thread's stack counts from where it was called.
thread_local constinit char* collector_stack = nullptr;
class EntryFrame {
 public:
  TAIPAN_INLINE EntryFrame() {
    arch::save_registers(registers_);  // the caller's: what was pushed of them lies above
    collector_stack = reinterpret_cast<char*>(registers_);
  }
  ~EntryFrame() { collector_stack = nullptr; }
  EntryFrame(const EntryFrame&) = delete;

 private:
  void* registers_[arch::kSavedRegisters];
};
}  // namespace

__attribute__((noinline)) void visit_stack_words(void (*f)(uintptr_t, void*), void* arg) {
  void* registers[arch::kSavedRegisters];
  arch::save_registers(registers);
  for_each_mutator([&](Mutator* m) {
    char* low = m != current_mutator ? m->stack_at_detach
                : collector_stack    ? collector_stack
                                     : reinterpret_cast<char*>(registers);
    if (low && low < m->stack_high) scan_words(low, m->stack_high, f, arg);
  });
}
void visit_stacks(void (*f)(Header*, void*), void* arg) {
  struct Call {
    void (*f)(Header*, void*);
    void* arg;
  } call{f, arg};
  visit_stack_words(
      [](uintptr_t word, void* p) {
        auto* c = static_cast<Call*>(p);
        if (Header* h = find_cell(word)) c->f(h, c->arg);
      },
      &call);
}

size_t promote_all() {
  HeaderVector members;
  take_members(1, members, false);
  for (Header* h : members) {
    set_lock_byte(h, lock_byte(h) & ~kListed);
    const TypeOps* ops = ops_of(h);
    if (TAIPAN_UNLIKELY(ops->can_untrack != nullptr) && ops->can_untrack(h)) {
      untrack(h);
    } else {
      promote(h, 2);
    }
  }
  note_collection_done();
  return members.count;
}

void cycle_done(size_t found, size_t live) {
  state.collected_of[kGenerations - 1] += found;
  state.long_lived_total = live;
  state.growth_of_cycles = (state.growth_of_cycles + state.long_lived_pending) / 2;
  if (found >= state.pending_at_start / 64) {
    state.idle_cycles = 0;
  } else if (state.idle_cycles < kMostIdle) {
    state.idle_cycles++;
  }
  state.growing = found < state.pending_at_start / 4;
  state.pending_at_start = 0;
}

namespace {
// How much may come before a cycle is over. Where little was garbage the last time the program builds something up, and no cycle makes that smaller.
size_t allowed_growth() {
  size_t total = state.long_lived_total, start = state.pending_at_start;
  size_t allowed = state.growing ? total - total / 4 : total / 4;
  return kLeastHurry + (allowed > start + start / 4 ? allowed : start + start / 4);
}
}  // namespace

size_t reserve_wanted() {
  constexpr size_t kUsualSize = 64;
  CycleFigures f = cycle_figures();
  return state.pending_at_start * (f.freed ? f.freed_bytes / f.freed : kUsualSize);
}
size_t live_estimate() { return state.long_lived_total + state.long_lived_pending; }
bool collector_behind() { return state.pending_at_start + state.long_lived_pending > allowed_growth(); }

namespace {

// own: of the calling thread, which looked at its own alone.
void adapt_young_threshold(size_t members, size_t found, uint64_t ns, bool own) {
  if (state.thresholds_set || members < kDefaultThresholds[0] / 2) return;
  bool bounded = collector_mode() == CollectorMode::kConcurrent;
  // As one thread's list of the young is full, those of all are looked at; that should not happen more often because there are several. (Whose
  // objects another processor has just looked at has to fetch them back.)
  uint64_t threads = parallel && !own ? state.running.load() : 1;
  if (threads > 1) ns /= threads < kMostAtLength ? threads : kMostAtLength;
  size_t before = state.young_scale;
  if (found < members / 32 && state.young_scale < kMaxYoungScale && (!bounded || ns < kShortYoung))
    state.young_scale = before * 2;
  if ((found > members / 4 || (bounded && ns > kLongYoung)) && state.young_scale > 1) state.young_scale = before / 2;
  if (before == state.young_scale) return;
  if (own) {
    set_own_young_threshold(effective_threshold());
  } else {
    apply_threshold();
  }
}

void adapt_most_middle(size_t middle, uint64_t ns) {
  size_t most = state.most_middle;
  if (ns > kLongYoung) most = std::max(kLeastMiddle, std::min(most, middle) * 2 / 3);
  if (ns < kShortYoung && middle >= most / 2) most = std::min(kMaxMiddle, most * 5 / 4);
  state.most_middle = most;
}

// Runs finalisers and breaks what they leave of the garbage, each object of which is held. Returns how many a program would count.
size_t take_apart(Mutator* m, HeaderVector& garbage, size_t old_found) {
  if (debug_flags & kDebugCollectable && collector_hooks.debug_object) {
    for (Header* h : garbage) collector_hooks.debug_object(h);
  }
  if (is_noticed(garbage)) {
    if (collector_hooks.handle_weakrefs) collector_hooks.handle_weakrefs(garbage.items, garbage.count);
    run_finalizers(garbage, old_found);
    drop_resurrected(m, garbage);
  }
  size_t found = 0;
  for (Header* h : garbage) found += !is_internal(h);
  delete_garbage(garbage);
  return found;
}

size_t collect_main(Mutator* m, int gen, bool by_hand) {
  HeaderVector garbage;
  size_t old_found = 0;
  bool full = gen == kGenerations - 1;
  {
    stop_the_world(m);
    uint64_t start = cpu_ns();
    unsigned running = 0;
    for_each_mutator([&](Mutator* x) { running += x->attached; });
    state.running = parallel ? running : 1;
    if (!full) state.counts[gen + 1]++;
    for (int i = 0; i <= gen; i++) state.counts[i] = 0;
    HeaderVector members;
    size_t middle = middle_count();
    take_members(gen, members, gen == 1 && !by_hand);
    TrialDeletion trial(members, full, full ? Scope::kAll : Scope::kSome);
    trial.find_unreachable(garbage);
    // The garbage comes from the old objects first, then, in their order, from the members. It stays as young as it is.
    old_found = trial.old_found();
    size_t next = old_found;
    for (Header* h : members) {
      if (next < garbage.count && garbage.items[next] == h) {
        next++;
        continue;
      }
      const TypeOps* ops = ops_of(h);
      if (TAIPAN_UNLIKELY(ops->can_untrack != nullptr) && ops->can_untrack(h)) {
        untrack(h);
      } else {
        promote(h, gen == 0 ? 1 : 2);
      }
    }
    keep_young(garbage);
    for (Header* h : garbage) hold(h);
    if (full) {
      state.long_lived_total = trial.survivors();
      state.long_lived_pending = 0;
    } else if (gen == 1) {
      state.long_lived_pending += trial.survivors();
    }
    note_collection_done();
    if (gen == 0) adapt_young_threshold(trial.members(), garbage.count, cpu_ns() - start, false);
    if (gen == 1 && !by_hand) adapt_most_middle(middle, cpu_ns() - start);
    // A program that wants its garbage collected now begins anew: what it makes next may be different.
    if (by_hand && full && state.young_scale > 1) {
      state.young_scale = 1;
      apply_threshold();
    }
    resume_the_world(m);
  }
  size_t found = garbage.empty() ? 0 : take_apart(m, garbage, old_found);
  if (full) {
    stop_the_world(m);
    release_empty_blocks();
    resume_the_world(m);
  }
  state.collections_of[gen]++;
  state.collected_of[gen] += found;
  return found;
}

thread_local constinit bool collecting_own = false;
thread_local constinit size_t own_collections = 0;  // since the one with the middle ones

// The thread's own share of what collect_beside does: too many middle ones are old from now on. True: the middle ones are to be looked at.
bool own_middle_due() {
  size_t middle = own_middle_count(), most = state.most_middle;
  bool due = own_collections > state.thresholds[1] ||
             (!state.thresholds_set && own_collections >= kLeastYoungBetween && middle > most / 4 * 3);
  if (!due) return false;
  own_collections = 0;
  state.counts[2]++;
  state.collections_of[1]++;
  if (middle <= most) return true;
  state.long_lived_pending += retire_own_middle();
  return false;
}

// GIL off: the thread's own young objects, beside the others (own_young.h).
void collect_own(Mutator* m) {
  collecting_own = true;
  own_collections++;
  size_t middle = own_middle_count();
  int gen = own_middle_due();
  if (collector_hooks.on_start) collector_hooks.on_start(gen);
  size_t found = 0;
  {
    PauseScope pause(kPauseYoung);
    HeaderVector garbage;
    uint64_t start = cpu_ns();
    OwnYoung own = find_own_garbage(garbage, gen == 1);
    uint64_t ns = cpu_ns() - start;
    if (gen == 0) {
      state.counts[1]++;
      adapt_young_threshold(own.members, garbage.count, ns, true);
    } else {
      state.long_lived_pending += own.survivors;
      adapt_most_middle(middle, ns);
    }
    if (!garbage.empty()) {
      if (is_noticed(garbage)) keep_young(garbage);
      for (Header* h : garbage) hold(h);
      found = take_apart(m, garbage, 0);
    }
  }
  if (gen == 0) state.collections_of[0]++;
  state.collected_of[gen] += found;
  if (collector_hooks.on_stop) collector_hooks.on_stop(gen, found, 0);
  collecting_own = false;
}

}  // namespace

bool is_collecting(const Mutator* m) {
  return collecting.load(std::memory_order_relaxed) == m || (m == current_mutator && collecting_own);
}

namespace {

// Only one collection at a time; whoever comes second doesn't wait.
bool begin_collecting(Mutator* m) {
  Mutator* nobody = nullptr;
  return collecting.compare_exchange_strong(nobody, m, std::memory_order_acq_rel);
}
// Another thread collects, in its own time. Threads that make garbage faster than it can be taken apart wait for it, a
// little at each poll: not until it is done, because what a finaliser does may depend on this thread.
void slow_down(Mutator* m) {
  if (gil_enabled || collecting.load(std::memory_order_relaxed) == m ||
      own_young_count(m) < kMaxBacklog * effective_threshold())
    return;
  m->poll.fetch_or(kPollCollect, std::memory_order_relaxed);
  BlockingScope blocking;
  timespec pause = {0, 1000000};
  nanosleep(&pause, nullptr);
}

size_t run_collection(Mutator* m, int generation, bool by_hand) {
  if (collector_hooks.on_start) collector_hooks.on_start(generation);
  if (!gil_enabled && by_hand) settle_hot_counts(m, true);
  size_t found = collect_main(m, generation, by_hand);
  if (collector_hooks.on_stop) collector_hooks.on_stop(generation, found, 0);
  collecting.store(nullptr, std::memory_order_release);
  return found;
}

}  // namespace

size_t collect(int generation) {
  Mutator* m = current_mutator;
  drop_all_displaced(m);  // they count
  if (!begin_collecting(m)) return 0;
  EntryFrame entry;
  settle_cycle(m);
  PauseScope pause(kPauseExact);
  return run_collection(m, generation, true);
}

void settle_collector() {
  Mutator* m = current_mutator;
  if (!cycle_active() || !begin_collecting(m)) return;
  settle_cycle(m);
  collecting.store(nullptr, std::memory_order_release);
}

namespace {

bool automatic() { return state.enabled && state.thresholds[0] != 0 && collector_mode() != CollectorMode::kOff; }

// The old generation is due: its counter says so, and what has come to it is a quarter of what there was. (A full collection costs as much as
// there is.)
bool old_due() {
  return state.counts[2] > state.thresholds[2] && state.long_lived_pending >= state.long_lived_total / 4;
}

// A cycle is to be over when the exact collector would begin: what comes meanwhile is allowed for.
bool cycle_due() {
  size_t allowed = state.long_lived_total / 5, growth = state.growth_of_cycles;
  if (growth > allowed * 3 / 4) growth = allowed * 3 / 4;
  size_t least = state.thresholds_set                  ? 0
                 : state.long_lived_total < kLargeHeap ? kLeastCycle << state.idle_cycles
                                                       : kLeastCycle;
  return state.counts[2] > state.thresholds[2] && state.long_lived_pending >= least &&
         state.long_lived_pending >= allowed - growth;
}

void collect_stopped(Mutator* m) {
  int gen = kGenerations - 1;
  for (; gen > 0; gen--) {
    if (state.counts[gen] <= state.thresholds[gen]) continue;
    if (gen == 2 && !old_due()) continue;
    break;
  }
  PauseScope pause(gen == 2 ? kPauseExact : kPauseYoung);
  run_collection(m, gen, false);
}

bool middle_due() {
  size_t most = state.thresholds[1], collections = state.counts[1];
  if (state.thresholds_set) return collections > most;
  if (collections >= kLeastYoungBetween && middle_count() > state.most_middle / 4 * 3) return true;
  // Threads have most of their middle ones by themselves: for a few the others aren't stopped.
  if (parallel) most *= state.running * (middle_count() < kLeastMiddle ? kFewWait : 1);
  return collections > most;
}

// The young exactly, unless that is done; the middle ones too if they are few, else they are old from now on; the old ones by the marker.
void collect_beside(Mutator* m, bool young_done) {
  bool due = middle_due();
  int gen = due && middle_count() <= state.most_middle ? 1 : 0;
  if (due && gen == 0) {
    stop_the_world(m);
    state.long_lived_pending += retire_middle();
    resume_the_world(m);
    state.counts[1] = 0;
    state.counts[2]++;
    state.collections_of[1]++;
  }
  if (gen == 1 || !young_done) {
    PauseScope pause(kPauseYoung);
    run_collection(m, gen, false);
  } else {
    collecting.store(nullptr, std::memory_order_release);
  }
  if (cycle_active() || !begin_collecting(m)) return;
  if (!cycle_due() && !collector_stress()) {
    collecting.store(nullptr, std::memory_order_release);
    return;
  }
  if (collector_hooks.on_start) collector_hooks.on_start(kGenerations - 1);
  state.counts[2] = 0;
  state.collections_of[kGenerations - 1]++;
  start_cycle(m);
  state.pending_at_start = state.long_lived_pending.load();
  state.long_lived_pending = 0;
  collecting.store(nullptr, std::memory_order_release);
}

// A thread that mostly waits has something to answer when it comes back: those that compute do the collector's work, unless they don't come by.
struct LeftToOthers {
  uint64_t seen = 0;
  unsigned times = 0;

  bool now(uint64_t done) {  // how much they have done
    constexpr unsigned kPatience = 4;
    if (!mostly_waits()) return false;
    if (done != seen) times = 0;
    seen = done;
    return ++times <= kPatience;
  }
};
thread_local constinit LeftToOthers steps_left, young_left;
uint64_t collections_done() {
  uint64_t n = 0;
  for (auto& done : state.collections_of) n += done.load(std::memory_order_relaxed);
  return n;
}

// Where more comes to the old generation than the marker can look at, those who make it wait a little: longer, the farther it is behind.
void let_the_marker_catch_up() {
  if (!cycle_active() || !collector_behind() || cycle_phase.load(std::memory_order_relaxed) >= kBreaking) return;
  PauseScope pause(kPauseWait);
  BlockingScope blocking;
  size_t excess = state.pending_at_start + state.long_lived_pending - allowed_growth();
  size_t share = excess * 16 / (state.long_lived_total + 1);
  timespec nap = {0, share ? kLongNap : kShortNap};
  nanosleep(&nap, nullptr);
}

}  // namespace

void maybe_collect() {
  Mutator* m = current_mutator;
  m->poll.fetch_and(~kPollCollect, std::memory_order_relaxed);
  if (hot_objects.load(std::memory_order_relaxed) != 0) look_at_hot(m);
  if (hot_settling_due()) settle_hot_counts(m, false);
  if (cycle_active() && !steps_left.now(steps_done()) && begin_collecting(m)) {
    EntryFrame entry;
    step_cycle(m);
    collecting.store(nullptr, std::memory_order_release);
    // Not both at a stretch where somebody waits for the GIL: the rest at the next poll, after its turn.
    if ((m->poll.load(std::memory_order_relaxed) & kPollGilDrop) && young_collection_due(m) &&
        own_young_count(m) < 2 * effective_threshold()) {
      m->poll.fetch_or(kPollCollect, std::memory_order_relaxed);
      return;
    }
  }
  if (!automatic() || !young_collection_due(m)) return;
  bool beside = collector_mode() == CollectorMode::kConcurrent && !debug_flags;
  bool young_done = false;
  if (parallel && beside) {
    if (collecting_own) return;
    collect_own(m);
    young_done = !young_collection_due(m);
    bool more = middle_due() || (!cycle_active() && (cycle_due() || collector_stress()));
    if (young_done && !more) {
      let_the_marker_catch_up();
      return;
    }
  }
  if (young_left.now(collections_done()) && own_young_count(m) < 2 * effective_threshold()) return;
  if (!begin_collecting(m)) {
    slow_down(m);
    return;
  }
  EntryFrame entry;
  if (beside) {
    collect_beside(m, young_done);
    let_the_marker_catch_up();
  } else {
    collect_stopped(m);
  }
}

void enable_gc(bool on) {
  if (!on) settle_collector();
  state.enabled = on;
  apply_threshold();
}
bool gc_enabled() { return state.enabled; }

void set_threshold(int gen, size_t n) {
  state.thresholds[gen] = n;
  state.thresholds_set = false;
  for (int i = 0; i < kGenerations; i++) {
    if (state.thresholds[i] != kDefaultThresholds[i]) state.thresholds_set = true;
  }
  if (gen == 0) apply_threshold();
}
size_t threshold(int gen) { return state.thresholds[gen]; }

size_t generation_count(int gen) {
  if (gen != 0) return state.counts[gen];
  Mutator* m = current_mutator;
  stop_the_world(m);
  size_t n = young_count();
  resume_the_world(m);
  return n;
}
GenerationStats generation_stats(int gen) { return {state.collections_of[gen], state.collected_of[gen], 0}; }

namespace {

template <class F>
void with_all_tracked(F f) {
  Mutator* m = current_mutator;
  stop_the_world(m);
  walk_tracked(
      [](Header* h, void* arg) {
        (*static_cast<F*>(arg))(h);
        return true;
      },
      &f);
  resume_the_world(m);
}

}  // namespace

// What start-up made is frozen too, without saying so: until gc.freeze() or unfreeze() is called, gc shows it as any other object.
bool frozen_by_user = false;

void freeze_startup() {
  freeze_all();
  frozen_by_user = false;
}

bool frozen_since_startup(const Header* h) { return !frozen_by_user && h->has_gcflag(kFrozen); }

void freeze_all() {
  settle_collector();
  frozen_by_user = true;
  Mutator* m = current_mutator;
  stop_the_world(m);
  HeaderVector members;
  take_members(2, members, false);
  for (Header* h : members) {
    set_lock_byte(h, lock_byte(h) & ~kListed);
    promote(h, 2);
  }
  with_all_tracked([](Header* h) { h->set_gcflag(kFrozen); });
  for (auto& n : state.counts) n = 0;
  note_collection_done();
  resume_the_world(m);
}

void unfreeze_all() {
  settle_collector();
  frozen_by_user = false;
  with_all_tracked([](Header* h) { h->clear_gcflag(kFrozen); });
}

size_t freeze_count() {
  if (!frozen_by_user) return 0;
  size_t n = 0;
  with_all_tracked([&n](Header* h) { n += h->has_gcflag(kFrozen); });
  return n;
}

namespace {

// A deferred object may be garbage that another thread takes apart right now: a reference to it would not be counted.
bool can_be_shown(Header* h) {
  return !h->has_gcflag(frozen_by_user ? kFrozen | kDying : kDying) &&
         (!h->has_gcflag(kDeferred) || !collecting.load(std::memory_order_relaxed));
}

size_t hand_out(HeaderVector& found, Header*** out) {  // world stopped: nothing has died yet
  *out = static_cast<Header**>(raw_alloc((found.count ? found.count : 1) * sizeof(Header*)));
  if (!*out) return kSnapshotFailed;
  for (size_t i = 0; i < found.count; i++) {
    incref(found.items[i]);
    (*out)[i] = found.items[i];
  }
  return found.count;
}

}  // namespace

size_t snapshot_objects(int generation, Header*** out) {
  settle_collector();
  Mutator* m = current_mutator;
  HeaderVector found;
  stop_the_world(m);
  if (generation >= 0 && generation < 2) {
    generation_members(generation, found);
    size_t kept = 0;
    for (Header* h : found) {
      if (can_be_shown(h)) found.items[kept++] = h;
    }
    found.count = kept;
  } else {
    HeaderVector gen1;
    if (generation == 2) {
      generation_members(1, gen1);
      for (Header* h : gen1) set_lock_byte(h, lock_byte(h) | kListed);
    }
    with_all_tracked([&](Header* h) {
      bool wanted = generation < 0 || (h->has_gcflag(kOldGen) && !(lock_byte(h) & kListed));
      if (wanted && can_be_shown(h)) found.push(h);
    });
    for (Header* h : gen1) set_lock_byte(h, lock_byte(h) & ~kListed);
  }
  size_t n = hand_out(found, out);
  resume_the_world(m);
  return n;
}

size_t snapshot_referrers(Header* const* targets, size_t n, Header*** out) {
  settle_collector();
  struct Search {
    Header* const* targets;
    size_t n;
    bool hit;
  } search{targets, n, false};
  Mutator* m = current_mutator;
  HeaderVector found;
  stop_the_world(m);
  with_all_tracked([&](Header* h) {
    if (!can_be_shown(h)) return;
    search.hit = false;
    for_each_referent(
        h,
        [](Header* child, void* arg) {
          auto* s = static_cast<Search*>(arg);
          for (size_t i = 0; i < s->n && !s->hit; i++) s->hit = s->targets[i] == child;
        },
        &search);
    if (search.hit) found.push(h);
  });
  size_t count = hand_out(found, out);
  resume_the_world(m);
  return count;
}

void add_root(Value* slot) {
  static std::mutex mutex;  // (modules are made by several threads at once)
  std::lock_guard guard(mutex);
  if (!roots) roots = new PodVector<Value*>;
  roots->push(slot);
}
void add_shared_root(Value* slot) {
  make_immortal(slot->header());
  add_root(slot);
}
void add_root_callback(void (*f)(Visitor&)) {
  if (!root_callbacks) root_callbacks = new PodVector<void (*)(Visitor&)>;
  root_callbacks->push(f);
}

void reset_collector_after_fork() {
  if (collecting.load(std::memory_order_relaxed) != current_mutator)
    collecting.store(nullptr, std::memory_order_relaxed);
}
void init_collector() {
  new (&state) State;
  collecting.store(nullptr, std::memory_order_relaxed);
}

}  // namespace taipan::gc
