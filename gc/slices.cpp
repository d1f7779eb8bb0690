#include "gc/slices.h"
#include <errno.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "gc/concurrent.h"

namespace taipan::gc {

thread_local constinit uint32_t blocking_calls = 0;
std::atomic<bool> several_threads{false};

namespace {

constexpr uint64_t kShortSlice = 100000;  // ns, the least there is
constexpr uint64_t kResetOnFork = 1;

struct Habits {
  bool waits = false, short_slice = false;
  uint64_t wall = 0, cpu = 0, gil_wait = 0;  // when they were looked at last
};
thread_local constinit Habits habits;
std::atomic<bool> refused{false};

struct SchedulingAttributes {  // struct sched_attr, as it was first
  uint32_t size = sizeof(SchedulingAttributes), policy = 0;
  uint64_t flags = 0;
  int32_t nice = 0;
  uint32_t priority = 0;
  uint64_t runtime = 0, deadline = 0, period = 0;
};

// 0: what is usual. A thread that the program has given a policy of its own is left alone.
bool set_slice(uint64_t ns) {
  int saved = errno;
  SchedulingAttributes a;
  bool done = syscall(SYS_sched_getattr, 0, &a, sizeof(a), 0) == 0 && a.policy == SCHED_OTHER;
  if (done) {
    a.size = sizeof(a);
    a.flags &= kResetOnFork;
    a.runtime = ns;
    done = syscall(SYS_sched_setattr, 0, &a, 0) == 0;
  }
  if (!done) refused.store(true, std::memory_order_relaxed);
  errno = saved;
  return done;
}

}  // namespace

TAIPAN_COLD void look_at_habits(Mutator* m) {
  if (!several_threads.load(std::memory_order_relaxed)) return;
  Habits& h = habits;
  uint64_t wall = now_ns(), cpu = cpu_ns(), gil_wait = m->stats.gil_wait_ns;
  uint64_t passed = wall - h.wall, used = cpu - h.cpu, waited = gil_wait - h.gil_wait;
  bool known = h.wall != 0;
  h.wall = wall;
  h.cpu = cpu;
  h.gil_wait = gil_wait;
  if (!known || waited > passed) return;
  passed -= waited;  // for its turn to compute
  if (h.waits ? used * 2 > passed : used * 4 < passed) h.waits = !h.waits;
  if (h.waits != h.short_slice && !refused.load(std::memory_order_relaxed) && set_slice(h.waits ? kShortSlice : 0))
    h.short_slice = h.waits;
}

bool mostly_waits() { return habits.waits && several_threads.load(std::memory_order_relaxed); }

void forget_habits() {
  if (habits.short_slice) set_slice(0);
  habits = {};
  blocking_calls = 0;
}

}  // namespace taipan::gc
