#include "gc/markers.h"
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <cstring>
#include <new>
#include "gc/perturb.h"
#include "gc/slices.h"

namespace taipan::gc {

std::atomic<unsigned> segments_wanted{0};
Parts parts_to_do;

namespace {

constexpr size_t kMostShared = 16384;          // objects
constexpr size_t kLeastShared = 64;            // what is handed over at a time
constexpr size_t kWorthCalling = 4096;         // objects to be marked from
constexpr size_t kObjectsPerMarker = 1000000;  // that live
constexpr uint64_t kWorthJudging = 2000000;    // ns
constexpr uint32_t kCyclesUntilNextTry = 8;    // after one in which there was no processor for all

alignas(Marker) char marker_storage[kMaxMarkers * sizeof(Marker)];  // never destroyed: the threads outlive main()
Marker* make_markers() {
  auto* m = reinterpret_cast<Marker*>(marker_storage);
  for (unsigned i = 0; i < kMaxMarkers; i++) (new (m + i) Marker)->id = i;
  return m;
}

// The others wait here for the first one's calls.
struct Team {
  std::mutex mutex;
  std::condition_variable wake, done;
  void (*job)(Marker&) = nullptr;
  uint64_t calls = 0;
  unsigned called = 0;   // how many markers the job is for, the first one included
  unsigned missing = 0;  // of the others, so far
  unsigned at_work = 0;
  unsigned made = 1;
};

struct Segment {
  Segment* next;
  size_t count;
  Header* items[1];  // in truth count
};

struct Pool {
  std::mutex mutex;
  std::condition_variable wake;
  Segment* full = nullptr;
  unsigned segments = 0;
  unsigned others = 0;  // markers that have been called besides the first
  unsigned hungry = 0;  // that wait for some
  unsigned busy = 0;    // that have some, or are looking for what mutators have handed over
  bool over = false;

  // One for each of the others is kept at hand, so that who runs out need not wait.
  void note_wanted() {
    unsigned n = over ? 0 : others;
    segments_wanted.store(n > segments ? n - segments : 0, std::memory_order_relaxed);
  }
};

struct Shared {
  Team team;
  Pool pool;
};
alignas(Shared) char shared_storage[sizeof(Shared)];
Shared* shared = new (shared_storage) Shared;
Team& team = shared->team;
Pool& pool = shared->pool;

unsigned forced = 0;
unsigned allowed = kMaxMarkers;  // by what was seen of the machine
uint32_t cycles_until_next_try = 0;

void* helper_main(void* arg) {
  Marker& m = *static_cast<Marker*>(arg);
  char name[16];
  snprintf(name, sizeof(name), "gc/%u", m.id);
  pthread_setname_np(pthread_self(), name);
  std::unique_lock<std::mutex> lock(team.mutex);
  for (;;) {
    team.wake.wait(lock, [&] { return team.calls != m.calls_seen; });
    m.calls_seen = team.calls;
    if (m.id >= team.called) continue;
    auto job = team.job;
    team.missing--;
    team.at_work++;
    lock.unlock();
    uint64_t start = now_ns(), cpu_start = cpu_ns();
    m.waited_ns = 0;
    m.courtesy.begin();
    job(m);
    marker_offline(m.id);
    uint64_t cpu = cpu_ns() - cpu_start;
    m.worked_ns += now_ns() - start - m.waited_ns;
    m.cpu_ns += cpu;
    m.cpu_ever.fetch_add(cpu, std::memory_order_relaxed);
    lock.lock();
    if (--team.at_work == 0) team.done.notify_one();
  }
  return nullptr;
}

// Of a control group that may use less than the machine has (cpu.max of version 2: "quota period", in microseconds).
unsigned processors_in_group() {
  unsigned n = ~0u;
  if (FILE* f = fopen("/sys/fs/cgroup/cpu.max", "re")) {
    unsigned long quota, period;
    if (fscanf(f, "%lu %lu", &quota, &period) == 2 && period) n = static_cast<unsigned>(quota / period);
    fclose(f);
  }
  return n;
}

unsigned processors() {
  static const unsigned in_group = processors_in_group();
  cpu_set_t set;
  unsigned n = sched_getaffinity(0, sizeof(set), &set) == 0 ? static_cast<unsigned>(CPU_COUNT(&set)) : 1;
  return n < in_group ? n : in_group;
}

// One for each of the program's threads, n at most for markers; there is always one.
unsigned to_spare(unsigned n, unsigned running) {
  unsigned have = processors();
  if (n > have) n = have;
  if (have - n >= running) return n;
  return have > running + 1 ? have - running : 1;
}

// What the others got of processors in the last cycle tells whether there are any to spare.
void look_at_last_cycle() {
  uint64_t worked = 0, cpu = 0;
  unsigned n = marker_count.load(std::memory_order_relaxed);
  for (unsigned i = 1; i < n; i++) {
    worked += markers[i].worked_ns;
    cpu += markers[i].cpu_ns;
    markers[i].worked_ns = markers[i].cpu_ns = 0;
  }
  if (n > 1 && worked > kWorthJudging && cpu < worked / 3 * 2) {
    allowed = n - 1;
    cycles_until_next_try = kCyclesUntilNextTry;
  } else if (cycles_until_next_try) {
    cycles_until_next_try--;
  } else if (allowed < kMaxMarkers) {
    allowed++;
  }
}

}  // namespace

Marker* const markers = make_markers();
std::atomic<unsigned> marker_count{1};
static std::atomic<unsigned> most_markers{0};

void Courtesy::offer() {
  uint64_t now = now_ns();
  uint64_t worked = now - since_;
  if (worked < kBreath) return;
  owed_ = owed_ > worked ? owed_ - worked : 0;
  since_ = now;
  if (owed_ > kMostOwed) return;
  sched_yield();
  since_ = now_ns();
  owed_ += since_ - now;
}

// ---- How many ----

void force_markers(unsigned n) { forced = n < kMaxMarkers ? n : kMaxMarkers; }
void set_marker_count(unsigned n, unsigned running) {
  if (n > 1 && !forced) n = to_spare(n, running);
  marker_count.store(n, std::memory_order_relaxed);
  if (n > most_markers.load(std::memory_order_relaxed)) most_markers.store(n, std::memory_order_relaxed);
}

unsigned markers_for(size_t live) {
  if (forced) return forced;
  look_at_last_cycle();
  size_t n = live / kObjectsPerMarker;
  return n <= 1 ? 1 : to_spare(n < allowed ? static_cast<unsigned>(n) : allowed, 1);
}

bool start_marker_thread(void* (*f)(void*), void* arg) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_attr_t attr;
  pthread_attr_init(&attr);
  pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attr, size_t{512} << 10);
  pthread_t id;
  forget_habits();
  bool made = pthread_create(&id, &attr, f, arg) == 0;
  pthread_attr_destroy(&attr);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return made;
}

unsigned make_helpers(unsigned n) {
  while (team.made < n) {
    Marker& m = markers[team.made];
    m.calls_seen = team.calls;  // (nobody calls while there is no cycle)
    if (!start_marker_thread(helper_main, &m)) return team.made;
    team.made++;
  }
  return n;
}

void helpers_after_fork_child() {
  new (&team) Team;
  new (&pool) Pool;
  segments_wanted.store(0, std::memory_order_relaxed);
}

// ---- Calls ----

void call_markers(void (*job)(Marker&)) {
  unsigned n = marker_count.load(std::memory_order_relaxed);
  if (n == 1) return;
  {
    std::lock_guard<std::mutex> lock(team.mutex);
    team.job = job;
    team.called = n;
    team.missing = n - 1;
    team.calls++;
  }
  team.wake.notify_all();
}

bool worth_calling(size_t work) { return work >= kWorthCalling || forced; }
bool markers_called() { return team.called != 0; }

void wait_for_markers() {
  if (!markers_called()) return;
  std::unique_lock<std::mutex> lock(team.mutex);
  team.called = team.missing = 0;  // who hasn't come need not come
  team.done.wait(lock, [] { return team.at_work == 0; });
}

void work_on_parts(Marker& m) {
  Parts& p = parts_to_do;
  for (size_t i; (i = p.next.fetch_add(1, std::memory_order_relaxed)) < p.count;) {
    if (cycle.abort.load(std::memory_order_relaxed)) return;
    p.f(p.arg, m, i);
    m.courtesy.offer();
  }
}

// ---- Sharing ----

void begin_sharing() {
  pool.others = pool.hungry = 0;
  pool.busy = 1;
  pool.over = false;
  pool.note_wanted();
}

void call_to_share(void (*job)(Marker&), size_t work) {
  unsigned n = marker_count.load(std::memory_order_relaxed);
  if (n == 1 || markers_called() || !worth_calling(work)) return;
  {
    std::lock_guard<std::mutex> lock(pool.mutex);
    pool.others = n - 1;
    pool.note_wanted();
  }
  call_markers(job);
}

bool join_sharing(Marker& m) {
  {
    std::lock_guard<std::mutex> lock(pool.mutex);
    pool.hungry++;
  }
  return wait_for_work(m, false);
}

void hand_over(Marker& m) {
  size_t least = forced ? 2 : 2 * kLeastShared;
  for (bool more = true; more && m.work.count >= least;) {
    size_t n = m.work.count / 2 < kMostShared ? m.work.count / 2 : kMostShared;
    auto* s = static_cast<Segment*>(malloc(sizeof(Segment) + n * sizeof(Header*)));
    if (!s) return;
    // What lies at the bottom has waited longest and leads farthest; what lies on top fills the gap.
    s->count = n;
    memcpy(static_cast<void*>(s->items), m.work.items, n * sizeof(Header*));
    m.work.count -= n;
    memcpy(static_cast<void*>(m.work.items), m.work.items + m.work.count, n * sizeof(Header*));
    perturb();
    {
      std::lock_guard<std::mutex> lock(pool.mutex);
      s->next = pool.full;
      pool.full = s;
      pool.segments++;
      pool.note_wanted();
      more = segments_wanted.load(std::memory_order_relaxed) != 0;
    }
    pool.wake.notify_one();
  }
}

void end_sharing() {
  {
    std::lock_guard<std::mutex> lock(pool.mutex);
    pool.over = true;
  }
  pool.wake.notify_all();
}

bool wait_for_work(Marker& m, bool busy) {
  marker_offline(m.id);
  uint64_t start = 0;
  std::unique_lock<std::mutex> lock(pool.mutex);
  for (;;) {
    if (pool.over) break;
    if (Segment* s = pool.full) {
      pool.full = s->next;
      pool.segments--;
      if (!busy) {
        pool.busy++;
        pool.hungry--;
      }
      pool.note_wanted();
      lock.unlock();
      perturb();
      m.work.append(s->items, s->count);
      free(s);
      if (m.work.failed) end_sharing();
      break;
    }
    if (busy) {
      busy = false;
      if (--pool.busy == 0) {  // nobody has any, and nobody is left who could find some
        pool.over = true;
        pool.wake.notify_all();
        break;
      }
      pool.hungry++;
    }
    if (!start) start = now_ns();
    pool.wake.wait(lock);
  }
  if (start) m.waited_ns += now_ns() - start;
  return m.work.count != 0;
}

void discard_shared() {
  while (Segment* s = pool.full) {
    pool.full = s->next;
    free(s);
  }
  pool.segments = 0;
}

// ---- Figures ----

MarkerFigures marker_figures() {
  MarkerFigures f;
  f.threads = most_markers.load(std::memory_order_relaxed);
  for (unsigned i = 0; i < kMaxMarkers; i++) {
    f.marked[i] = markers[i].marked_ever.load(std::memory_order_relaxed);
    f.cpu_ns[i] = markers[i].cpu_ever.load(std::memory_order_relaxed);
  }
  return f;
}

}  // namespace taipan::gc
