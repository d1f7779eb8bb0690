// What mutators do for a cycle: its start, the short stops, finalising and breaking in slices. See gc/concurrent.h for the phases, gc/CONCURRENT.md
// for the reasons.
#include "gc/concurrent.h"
#include <stdio.h>
#include <time.h>
#include <new>
#include "gc/concurrent_internal.h"
#include "gc/ref.h"

namespace taipan::gc {

std::atomic<uint8_t> cycle_phase{kIdle};

namespace {

constexpr uint64_t kSlice = 300000;      // ns that a step may take
constexpr uint64_t kPause = 500000;      // ns between two slices that break edges
constexpr uint64_t kLongSlice = 500000;  // both where garbage comes faster than it goes
constexpr uint64_t kShortPause = 250000;
constexpr uint32_t kPatience = 20;  // stops that leave something to the marker, before one does all the rest
constexpr size_t kHintedBudget =
    8192;  // objects that native stacks may hold on to, at most, to be looked at in the verdict

CollectorMode mode = CollectorMode::kStopTheWorld;
bool stress = false;

enum Stage : uint8_t { kHold, kFinalize, kBreakUnseen, kCheck, kBreakSeen, kDeferredOnes, kLast };
struct Breaking {
  Stage stage = kHold;
  size_t next = 0;
  size_t found = 0;
  HeaderVector seen;  // what finalisers could see, and none has brought back
  HeaderVector deferred;
};
Breaking breaking;
uint32_t rounds = 0;
uint64_t last_slice_end = 0;
uint64_t slice_left = 0;  // of one that was interrupted because somebody waited for the GIL: it goes on after that

class Stopped {
 public:
  explicit Stopped(Mutator* m) : m_(m) { stop_the_world(m); }
  ~Stopped() { resume_the_world(m_); }
  Stopped(const Stopped&) = delete;

 private:
  Mutator* m_;
};

void go(CyclePhase phase) {
  {
    std::lock_guard<std::mutex> lock(cycle.mutex);
    cycle_phase.store(phase, std::memory_order_release);
  }
  wake_marker();
}

// The barrier off, memory goes its ordinary ways. World stopped, the marker at rest.
void end_marking() {
  set_barrier_phase_stopped(kBarrierOff);
  flush_all_barrier_buffers();
  free_barrier_buffers(take_barrier_buffers());
  keep_freed_memory(false);
  lock_free_readers = parallel;
  set_marker_epochs(false);
  cycle.shared.release();
  cycle.put_aside.release();
  cycle.hinted.release();
}

void wait_for_marker() {
  std::unique_lock<std::mutex> lock(cycle.mutex);
  cycle.settled.wait(lock, [] { return !cycle.busy; });
}

void abandon(Mutator* m) {
  Stopped world(m);
  cycle.abort.store(true, std::memory_order_relaxed);
  wait_for_marker();
  end_marking();
  clear_all_marks();
  cycle.candidates.release();
  give_back_finalizable(cycle.finalizable);
  cycle.figures.abandoned++;
  std::lock_guard<std::mutex> lock(cycle.mutex);
  cycle.clear_marks = false;
  cycle.abort.store(false, std::memory_order_relaxed);
  cycle_phase.store(kIdle, std::memory_order_release);
}

void share(Header* h, void*) { cycle.shared.push(h); }

// ---- Marking: what needs a stop ----

void step_marking(Mutator* m) {
  Stopped world(m);
  flush_all_barrier_buffers();
  Deadline deadline(++rounds > kPatience ? ~uint64_t{0} : kSlice);
  WorkList work;
  work.append(cycle.put_aside);
  Visitor v(
      [](Header* child, void* arg) {
        if (!wants_marking(child)) return;
        if (!is_cell(child) || ops_of(child)->trace_anytime) {
          share(child, nullptr);  // (the marker knows which static ones it has met)
        } else {
          static_cast<WorkList*>(arg)->push(child);
        }
      },
      &work);
  while (work.count && !deadline.over(16)) {
    Header* h = work.items[--work.count];
    if (!wants_marking(h)) continue;
    if (is_cell(h)) {
      if (test_and_mark(h)) continue;
      cycle.figures.marked++;
    }
    ops_of(h)->trace(h, v);
  }
  cycle.put_aside.append(work);
  if (work.failed || cycle_given_up()) cycle.shared.failed = true;
  bool more = cycle.shared.count || cycle.put_aside.count || cycle.shared.failed || barrier_buffers_waiting();
  go(more ? kMarking : kSweeping);
}

bool is_garbage(const Header* h) {
  constexpr uint8_t kBoth = kTracked | kOldGen;
  uint8_t flags = h->gcflags.load(std::memory_order_relaxed);
  return (flags & kBoth) == kBoth && !(flags & (kImmortal | kFrozen | kDying)) && is_cell(h) && !is_marked(h);
}

void step_count(Mutator* m) {
  Stopped world(m);
  Deadline deadline(kSlice);
  Candidates& c = cycle.candidates;
  while (c.put_aside.count && !deadline.over(16)) {
    Header* h = c.put_aside.items[--c.put_aside.count];
    if (is_cell(h) && h->shape() != 0 && is_garbage(h)) count_references(h, false);
  }
  if (c.put_aside.count == 0) go(kComparing);
}

// ---- The verdict ----

// Each of the candidates must be among what the exact rule calls garbage.
TAIPAN_COLD void check_verdict() {
  if (cycle.candidates.list.count == 0) return;
  HeaderVector exact;
  find_all_unreachable(exact);
  for (Header* h : exact) h->lock.store(h->lock.load(std::memory_order_relaxed) | kListed, std::memory_order_relaxed);
  for (Header* h : cycle.candidates.list) {
    if (h->lock.load(std::memory_order_relaxed) & kListed) continue;
    fprintf(stderr, "collector: an object of type %s (%p) was taken for garbage, but is reachable\n", ops_of(h)->name,
            static_cast<void*>(h));
    abort();
  }
  for (Header* h : exact)
    h->lock.store(static_cast<uint8_t>(h->lock.load(std::memory_order_relaxed) & ~kListed), std::memory_order_relaxed);
}

// Deferred objects have no counts that would tell of a reference in a frame, on a stack or in a root table.
void share_deferred_roots(Mutator*) {
  auto f = [](Header* h, void*) {
    if (h->has_gcflag(kDeferred) && is_garbage(h)) share(h, nullptr);
  };
  Visitor v(f, nullptr);
  for_each_mutator([&](Mutator* m) {
    if (m->trace_roots) m->trace_roots(m, v);
  });
  visit_global_roots(v);
  visit_stacks(f, nullptr);
}

// What native stacks pointed to at the start, and isn't marked: only a stray word may be left of it, or a reference that moves while the numbers
// are read. Here it can't move. True: what can be reached that way has no references from outside now.
bool hinted_are_garbage() {
  ObjectSet met;
  HeaderVector todo;
  bool garbage = true;
  auto meet = [&](Header* h) {
    if (found_references(h) >= 0 && met.insert(h)) todo.push(h);
  };
  Visitor v([](Header* h, void* f) { (*static_cast<decltype(meet)*>(f))(h); }, &meet);
  for (Header* h : cycle.hinted) {
    if (found_references(h) >= 0) {
      meet(h);
    } else if (h->shape() != 0 && !is_marked(h) && ops_of(h)->trace) {
      ops_of(h)->trace(h, v);  // isn't tracked, but may hold one
    }
  }
  while (garbage && !todo.empty()) {
    Header* h = todo.pop();
    garbage = met.count <= kHintedBudget && is_garbage(h) && !h->has_gcflag(kDeferred) &&
              total_count(h) == static_cast<uint64_t>(found_references(h));
    if (garbage) ops_of(h)->trace(h, v);
  }
  met.clear();
  return garbage;
}

void step_verdict(Mutator* m) {
  void* callbacks = nullptr;
  {
    Stopped world(m);
    flush_all_barrier_buffers();
    BarrierBuffer* buffers = take_barrier_buffers();
    bool touched = false;
    for (BarrierBuffer* b = buffers; b; b = b->next) {
      for (uint32_t i = 0; i < b->count; i++) {
        if (wants_marking(b->items[i])) share(b->items[i], nullptr);
        touched |= found_references(b->items[i]) >= 0;  // (also one that has died)
      }
    }
    free_barrier_buffers(buffers);
    Candidates& c = cycle.candidates;
    if (c.deferred) share_deferred_roots(m);
    if (!touched && !cycle.shared.count && cycle.hinted.count && !hinted_are_garbage()) {
      for (Header* h : cycle.hinted) {
        if (wants_marking(h)) share(h, nullptr);
      }
      cycle.hinted.clear();  // roots from now on
      cycle.mark_hinted = true;
      touched = true;
    }
    if (touched || cycle.shared.count) {  // somebody has touched one
      go(kMarking);
      return;
    }
    if (TAIPAN_UNLIKELY(stress)) check_verdict();
    if (c.with_weakrefs.count && collector_hooks.detach_weakrefs)
      callbacks = collector_hooks.detach_weakrefs(c.with_weakrefs.items, c.with_weakrefs.count, is_garbage);
    breaking.stage = kHold;
    breaking.next = 0;
    breaking.found = c.list.count;
    end_marking();
    cycle.figures.rounds += rounds;
    {
      std::lock_guard<std::mutex> lock(cycle.mutex);
      cycle.clear_marks = true;
      cycle.forget_candidates = false;
    }
    go(kBreaking);
  }
  if (callbacks) collector_hooks.run_weakref_callbacks(callbacks);
}

// ---- Finalising and breaking ----

void break_edges(Header* h) {
  if (const TypeOps* ops = ops_of(h); ops->clear) ops->clear(h);
  if (h->has_gcflag(kDeferred)) {
    breaking.deferred.push(h);
  } else {
    decref(h);  // the cell may be somebody else's from here on
  }
}

void check_seen(Mutator* m) {
  HeaderVector members, still;
  for (Header* h : cycle.candidates.seen_by_finalizers) members.push(h);
  {
    Stopped world(m);
    find_unreachable_after_finalizers(members, still);
  }
  // Both are in the same order: what is missing from still has been brought back, or made immortal.
  size_t next = 0;
  HeaderVector kept;
  for (Header* h : members) {
    if (next < still.count && still.items[next] == h) {
      next++;
    } else {
      kept.push(h);
    }
  }
  breaking.found -= kept.count;
  breaking.seen.swap(still);
  for (Header* h : kept) decref(h);
}

// False: time is over.
bool break_some(Mutator* m, Deadline& deadline) {
  Candidates& c = cycle.candidates;
  switch (breaking.stage) {
    case kHold:
      while (breaking.next < c.list.count) {
        Header* h = c.list.items[breaking.next++];
        if (breaking.next + 8 < c.list.count) __builtin_prefetch(c.list.items[breaking.next + 8]);
        hold(h);
        cycle.figures.freed_bytes += cell_size(h);
        if (deadline.over(64)) return false;
      }
      breaking.next = 0;
      breaking.stage = kFinalize;
      [[fallthrough]];
    case kFinalize: {
      std::lock_guard<std::mutex> lock(cycle.mutex);
      if (cycle.clear_marks) return false;  // the marker looks what finalisers will see
    }
      while (breaking.next < c.with_finalizers.count) {
        Header* h = c.with_finalizers.items[breaking.next++];
        if (h->has_gcflag(kFinalized)) continue;
        h->set_gcflag(kFinalized);
        ops_of(h)->finalize(h);
        if (deadline.over(1)) return false;
      }
      breaking.next = 0;
      breaking.stage = kBreakUnseen;
      [[fallthrough]];
    case kBreakUnseen:
      while (breaking.next < c.list.count) {
        Header* h = c.list.items[breaking.next++];
        if (breaking.next + 8 < c.list.count) __builtin_prefetch(c.list.items[breaking.next + 8]);
        if (c.seen_by_finalizers.count && is_seen(h)) continue;
        break_edges(h);
        if (deadline.over(16)) return false;
      }
      breaking.stage = kCheck;
      [[fallthrough]];
    case kCheck:
      breaking.next = 0;
      breaking.stage = kBreakSeen;
      if (c.seen_by_finalizers.count) {
        check_seen(m);
        if (deadline.over(1)) return false;
      }
      [[fallthrough]];
    case kBreakSeen:
      while (breaking.next < breaking.seen.count) {
        break_edges(breaking.seen.items[breaking.next++]);
        if (deadline.over(16)) return false;
      }
      breaking.seen.shrink();
      breaking.stage = kDeferredOnes;
      [[fallthrough]];
    case kDeferredOnes: {
      breaking.stage = kLast;
      HeaderVector deferred;
      deferred.swap(breaking.deferred);
      delete_deferred(deferred);
      [[fallthrough]];
    }
    case kLast: break;
  }
  return true;
}

void finish_breaking() {
  bool forgotten;
  {
    std::lock_guard<std::mutex> lock(cycle.mutex);
    if (cycle.clear_marks || cycle.busy) return;  // the next step, or the marker's next call
    // Their lists may be long: the marker frees them, and at the step after that the cycle is over.
    forgotten = cycle.candidates.list.count == 0;
    if (forgotten) {
      cycle_phase.store(releasing() ? kReleasing : kIdle, std::memory_order_release);
    } else {
      cycle.forget_candidates = true;
    }
  }
  if (!forgotten) {
    wake_marker();
    return;
  }
  give_back_finalizable(cycle.finalizable);
  size_t found = breaking.found;
  cycle.figures.cycles++;
  cycle.figures.freed += found;
  cycle_done(found, cycle.figures.marked - cycle.marked_before);
  if (collector_hooks.on_stop) collector_hooks.on_stop(2, found, 0);
}

void step_breaking(Mutator* m, uint64_t ns) {
  Deadline deadline(ns, m);
  if (break_some(m, deadline)) finish_breaking();
  slice_left = deadline.left();
  if (slice_left) m->poll.fetch_or(kPollCollect, std::memory_order_relaxed);
}

// ---- Giving memory back ----

// Blocks are looked at by one thread; with the GIL that is enough.
template <class F>
void with_heap_at_rest(Mutator* m, F f) {
  if (!parallel) {
    f();
    return;
  }
  Stopped world(m);
  f();
}

void step_releasing(Mutator* m) {
  {
    std::lock_guard<std::mutex> lock(cycle.mutex);
    if (cycle.busy) return;  // the marker's turn
  }
  Deadline deadline(kSlice);
  bool over = false;
  with_heap_at_rest(m, [&] { over = release_some(deadline); });
  if (over) {
    go(kIdle);
  } else if (lists_to_sort()) {
    wake_marker();
  }
}

void stop_releasing(Mutator* m) {
  with_heap_at_rest(m, [] {
    cycle.abort.store(true, std::memory_order_relaxed);
    wait_for_marker();
    stop_release();
    std::lock_guard<std::mutex> lock(cycle.mutex);
    cycle.abort.store(false, std::memory_order_relaxed);
    cycle_phase.store(kIdle, std::memory_order_release);
  });
}

}  // namespace

bool stop_if_releasing(Mutator* m) {
  if (cycle_phase.load(std::memory_order_acquire) != kReleasing) return false;
  stop_releasing(m);
  return true;
}

void set_collector_mode(CollectorMode m) { mode = m; }
CollectorMode collector_mode() { return mode; }
void set_collector_stress(bool on) {
  stress = on;
  enable_gc(gc_enabled());  // other thresholds
}
bool collector_stress() { return stress; }

void start_cycle(Mutator* m) {
  if (!make_marker()) return;
  unsigned threads = make_helpers(markers_for(live_estimate()));
  PauseScope pause(kPauseStart);
  Stopped world(m);
  unsigned running = 0;
  for_each_mutator([&](Mutator* x) { running += x->attached; });
  set_marker_count(threads, parallel ? running : 1);
  // From here on what is tracked and young was born after the snapshot.
  promote_all();
  keep_freed_memory(true);
  lock_free_readers = true;
  set_marker_epochs(true);
  set_barrier_phase_stopped(kBarrierOld);
  take_finalizable(cycle.finalizable);
  Visitor v(share, nullptr);
  for_each_mutator([&](Mutator* x) {
    if (x->trace_roots) x->trace_roots(x, v);
  });
  visit_global_roots(v);
  bool mark_hinted = std::exchange(cycle.mark_hinted, false);
  visit_stacks(
      [](Header* h, void* arg) {
        if (!ops_of(h)->trace) return;
        if (*static_cast<bool*>(arg) || h->has_gcflag(kDeferred)) {
          share(h, nullptr);
        } else {
          cycle.hinted.push(h);
        }
      },
      &mark_hinted);
  rounds = 0;
  cycle.marked_before = cycle.figures.marked;
  cycle.fresh = true;
  go(kMarking);
}

uint64_t steps_done() { return cycle.steps.load(std::memory_order_relaxed); }
void step_cycle(Mutator* m) {
  cycle.steps.fetch_add(1, std::memory_order_relaxed);
  if (cycle.abort.load(std::memory_order_relaxed)) {
    abandon(m);
    return;
  }
  switch (cycle_phase.load(std::memory_order_acquire)) {
    case kWantStop: {
      PauseScope pause(kPauseMark);
      step_marking(m);
      break;
    }
    case kWantCount: {
      PauseScope pause(kPauseCount);
      step_count(m);
      break;
    }
    case kWantVerdict: {
      PauseScope pause(kPauseVerdict);
      step_verdict(m);
      break;
    }
    case kBreaking: {
      bool hurry = collector_behind();
      uint64_t slice = hurry ? kLongSlice : kSlice;
      if (slice_left) {
        slice = slice_left;
      } else if (now_ns() - last_slice_end < (hurry ? kShortPause : kPause) && !stress) {
        break;
      }
      PauseScope pause(kPauseBreak);
      step_breaking(m, slice);
      last_slice_end = now_ns();
      break;
    }
    case kReleasing: {
      if (now_ns() - last_slice_end < kPause && !stress) break;
      PauseScope pause(kPauseRelease);
      step_releasing(m);
      last_slice_end = now_ns();
      break;
    }
    default: break;
  }
}

// What the marker has to do in kBreaking, in case it hasn't begun.
static void do_marker_work() {
  std::unique_lock<std::mutex> lock(cycle.mutex);
  cycle.settled.wait(lock, [] { return !cycle.busy; });
  if (cycle.clear_marks) {
    find_seen_by_finalizers();
    clear_all_marks();
    cycle.clear_marks = false;
  } else if (cycle.forget_candidates) {
    cycle.candidates.release();
    cycle.forget_candidates = false;
  }
}

void settle_cycle(Mutator* m) {
  if (!cycle_active() || stop_if_releasing(m)) return;
  if (cycle_phase.load(std::memory_order_acquire) != kBreaking) {
    abandon(m);
    return;
  }
  while (cycle_phase.load(std::memory_order_acquire) == kBreaking) {
    step_breaking(m, ~uint64_t{0});
    if (cycle_phase.load(std::memory_order_acquire) != kBreaking) break;
    do_marker_work();
  }
  stop_if_releasing(m);
}

void abandon_cycle_for_fork(Mutator* m) {
  if (!cycle_active() || stop_if_releasing(m)) return;
  if (cycle_phase.load(std::memory_order_acquire) != kBreaking) {
    abandon(m);
    return;
  }
  // What was found stays to be freed, by both processes.
  do_marker_work();
}

void cycle_after_fork_child() {
  new (&cycle.mutex) std::mutex;
  new (&cycle.wake) std::condition_variable;
  new (&cycle.settled) std::condition_variable;
  cycle.thread_made = false;
  cycle.busy = false;
  helpers_after_fork_child();
}

void end_marker(Mutator* m) {
  if (cycle_active() && !stop_if_releasing(m) && cycle_phase.load(std::memory_order_acquire) != kBreaking) abandon(m);
  if (mode == CollectorMode::kConcurrent) mode = CollectorMode::kStopTheWorld;
}

// ---- Figures ----

static uint64_t read_clock(clockid_t clock) {
  timespec t;
  clock_gettime(clock, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1000000000u + static_cast<uint64_t>(t.tv_nsec);
}
uint64_t now_ns() { return read_clock(CLOCK_MONOTONIC); }
uint64_t cpu_ns() { return read_clock(CLOCK_THREAD_CPUTIME_ID); }

namespace {

struct Histogram {
  std::atomic<uint64_t> steps[64 * 16];
  std::atomic<uint64_t> count, total, longest;
  std::atomic<uint64_t> longest_cpu[kPauseKinds];

  static uint64_t value(size_t step) { return step < 32 ? step : (16 + step % 16) << (step / 16 - 1); }
  uint64_t share(double part) const {
    uint64_t wanted = static_cast<uint64_t>(part * static_cast<double>(count.load(std::memory_order_relaxed)));
    uint64_t seen = 0;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
      uint64_t n = steps[i].load(std::memory_order_relaxed);
      seen += n;
      if (n && seen >= wanted) return value(i);
    }
    return 0;
  }
};
Histogram pauses;

}  // namespace

static void raise_to(std::atomic<uint64_t>& longest, uint64_t ns) {
  uint64_t seen = longest.load(std::memory_order_relaxed);
  while (ns > seen && !longest.compare_exchange_weak(seen, ns, std::memory_order_relaxed)) {}
}

void note_pause(PauseKind kind, uint64_t ns, uint64_t cpu) {
  size_t step = ns;
  if (ns >= 16) {
    int b = 64 - __builtin_clzll(ns);
    step = static_cast<size_t>(b - 4) * 16 + ((ns >> (b - 5)) & 15);
  }
  pauses.steps[step].fetch_add(1, std::memory_order_relaxed);
  pauses.count.fetch_add(1, std::memory_order_relaxed);
  pauses.total.fetch_add(ns, std::memory_order_relaxed);
  raise_to(pauses.longest, ns);
  raise_to(pauses.longest_cpu[kind], cpu);
}

PauseFigures pause_figures() {
  PauseFigures f;
  f.count = pauses.count.load(std::memory_order_relaxed);
  f.total_ns = pauses.total.load(std::memory_order_relaxed);
  f.longest_ns = pauses.longest.load(std::memory_order_relaxed);
  f.p50_ns = pauses.share(0.5);
  f.p99_ns = pauses.share(0.99);
  f.p999_ns = pauses.share(0.999);
  for (size_t i = 0; i < kPauseKinds; i++) f.longest_cpu_ns[i] = pauses.longest_cpu[i].load(std::memory_order_relaxed);
  return f;
}

void print_collector_figures() {
  PauseFigures p = pause_figures();
  CycleFigures c = cycle_figures();
  auto ms = [](uint64_t ns) { return static_cast<double>(ns) / 1e6; };
  auto kind = [&](PauseKind k) { return ms(p.longest_cpu_ns[k]); };
  auto n = [](uint64_t x) { return static_cast<unsigned long long>(x); };
  fprintf(
      stderr,
      "gc: %llu pauses, %.2f ms in all, longest %.3f ms, half under %.3f, 99 %% under %.3f, 99.9 %% under %.3f\n"
      "gc: longest in ms of processor time: exact %.3f, young %.3f, start %.3f, mark %.3f, count %.3f, verdict %.3f, "
      "break %.3f, release %.3f, wait %.3f\n"
      "gc: %llu cycles (%llu abandoned, %llu stops to mark), %llu objects marked in %.2f ms, swept in %.2f ms, %llu "
      "freed (%llu bytes), %llu held back\n"
      "gc: the barrier logged %llu references, %llu containers\n",
      n(p.count), ms(p.total_ns), ms(p.longest_ns), ms(p.p50_ns), ms(p.p99_ns), ms(p.p999_ns), kind(kPauseExact),
      kind(kPauseYoung), kind(kPauseStart), kind(kPauseMark), kind(kPauseCount), kind(kPauseVerdict), kind(kPauseBreak),
      kind(kPauseRelease), kind(kPauseWait), n(c.cycles), n(c.abandoned), n(c.rounds), n(c.marked), ms(c.mark_ns),
      ms(c.sweep_ns), n(c.freed), n(c.freed_bytes), n(c.held_back), n(c.logged), n(c.containers_logged));
  ReleaseFigures released = release_figures();
  fprintf(stderr, "gc: %llu empty blocks and %llu chunks given back\n", n(released.blocks), n(released.chunks));
  MarkerFigures markers = marker_figures();
  if (markers.threads == 0) return;
  fprintf(stderr, "gc: %u markers at most;", markers.threads);
  for (unsigned i = 0; i < markers.threads; i++)
    fprintf(stderr, "%s %llu objects in %.2f ms of processor time", i ? "," : "", n(markers.marked[i]),
            ms(markers.cpu_ns[i]));
  fprintf(stderr, "\n");
}

CycleFigures cycle_figures() {
  const auto& seen = cycle.figures;
  CycleFigures f;
  f.cycles = seen.cycles;
  f.abandoned = seen.abandoned;
  f.marked = seen.marked;
  f.freed = seen.freed;
  f.freed_bytes = seen.freed_bytes;
  f.mark_ns = seen.mark_ns;
  f.sweep_ns = seen.sweep_ns;
  f.rounds = seen.rounds;
  f.held_back = seen.held_back;
  f.logged = barrier_logged();
  f.containers_logged = barrier_containers();
  return f;
}

}  // namespace taipan::gc
