// See gc/placement.h. Linux only: what it sees of threads is what /proc/self/task says.
#include "gc/placement.h"
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <algorithm>
#include <mutex>
#include <new>
#include "gc/concurrent_internal.h"
#include "gc/mutator.h"

namespace taipan::gc {

std::atomic<bool> placement_rests{false};

namespace {

constexpr size_t kMostThreads = 16;  // with more the kernel has enough to choose from
// All in ns. A series of looks; the first one soon after a thread has begun to run.
constexpr int64_t kFirst = 1000000, kMost = 16000000;
constexpr int64_t kAgain = 300000;  // what was seen may be over by now
constexpr int64_t kRest = 20000000,
                  kLongestRest = 500000000;  // from one series to the next: longer while there is nothing to see

std::atomic<uint32_t> wanted{0};  // a futex: a series is asked for
std::atomic<uint64_t> moved{0};
std::atomic<bool> made{false};
std::mutex binding;  // while a thread is moved

// True: a new series is asked for. ns: at most; -1: forever.
bool wait_for(int64_t ns) {
  timespec t{ns / 1000000000, ns % 1000000000};
  do {
    if (wanted.exchange(0, std::memory_order_seq_cst) != 0) return true;
    syscall(SYS_futex, &wanted, FUTEX_WAIT_PRIVATE, 0, ns < 0 ? nullptr : &t, nullptr, 0);
  } while (ns < 0);
  return wanted.exchange(0, std::memory_order_seq_cst) != 0;
}
void want() {
  wanted.store(1, std::memory_order_seq_cst);
  syscall(SYS_futex, &wanted, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

// The processor of a thread that runs or waits to run; -1: it does neither.
int processor_of(int tid) {
  char text[512];
  snprintf(text, sizeof text, "/proc/self/task/%d/stat", tid);
  int fd = open(text, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t n = read(fd, text, sizeof text - 1);
  close(fd);
  if (n <= 0) return -1;
  text[n] = 0;
  // "tid (name) state ...": the state is field 3, the processor field 39 (proc(5)). The name may hold anything.
  const char* p = strrchr(text, ')');
  if (!p || p[1] != ' ' || p[2] != 'R') return -1;
  for (int field = 2; field < 39; field++) {
    p = strchr(p + 1, ' ');
    if (!p) return -1;
  }
  return atoi(p + 1);
}

struct Look {
  size_t running = 0;
  int crowded = 0;  // a thread that shares its processor with another one
  int free = -1;    // a processor that runs none
};
Look look() {
  Look seen;
  int tids[kMostThreads];
  size_t n = attached_threads(tids, kMostThreads);
  cpu_set_t allowed, used;
  CPU_ZERO(&used);
  if (n < 2 || n > kMostThreads) return seen;
  for (size_t i = 0; i < n; i++) {
    int cpu = processor_of(tids[i]);
    if (cpu < 0 || cpu >= CPU_SETSIZE) continue;
    seen.running++;
    if (CPU_ISSET(cpu, &used)) seen.crowded = tids[i];
    CPU_SET(cpu, &used);
  }
  if (!seen.crowded || sched_getaffinity(seen.crowded, sizeof allowed, &allowed) != 0) return seen;
  for (int cpu = 0; cpu < CPU_SETSIZE && seen.free < 0; cpu++)
    if (CPU_ISSET(cpu, &allowed) && !CPU_ISSET(cpu, &used)) seen.free = cpu;
  return seen;
}

bool move(int tid, int cpu) {
  cpu_set_t before, there;
  CPU_ZERO(&there);
  CPU_SET(cpu, &there);
  std::lock_guard<std::mutex> lock(binding);
  if (sched_getaffinity(tid, sizeof before, &before) != 0 || !CPU_ISSET(cpu, &before) ||
      sched_setaffinity(tid, sizeof there, &there) != 0)
    return false;
  sched_setaffinity(tid, sizeof before, &before);
  moved.fetch_add(1, std::memory_order_relaxed);
  return true;
}

void* watch(void*) {
  pthread_setname_np(pthread_self(), "placement");
  for (int64_t rest = kRest;;) {
    placement_rests.store(true, std::memory_order_seq_cst);
    wait_for(-1);
    bool several = false;
    for (int64_t wait = kFirst; wait <= kMost; wait *= 2) {
      if (wait_for(wait)) wait = kFirst;
      Look first = look();
      several |= first.running > 1;
      if (first.free < 0) continue;
      wait_for(kAgain);
      Look second = look();
      if (second.crowded == first.crowded && second.free >= 0 && move(second.crowded, second.free)) wait = kFirst;
    }
    rest = several ? kRest : std::min(rest * 2, kLongestRest);
    if (wait_for(rest)) wanted.store(1, std::memory_order_relaxed);
  }
}

}  // namespace

void placement_of_new_thread() {
  if (made.load(std::memory_order_relaxed)) {
    placement_rests.store(false, std::memory_order_relaxed);
    return want();
  }
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0 || CPU_COUNT(&allowed) < 2) return;
  if (made.exchange(true, std::memory_order_relaxed)) return;
  wanted.store(1, std::memory_order_relaxed);
  if (!start_marker_thread(watch, nullptr)) made.store(false, std::memory_order_relaxed);
}
void look_at_placement_slow() {
  if (placement_rests.exchange(false, std::memory_order_seq_cst)) want();
}

int bind_thread(int tid, size_t size, const cpu_set_t* processors) {
  std::lock_guard<std::mutex> lock(binding);
  return sched_setaffinity(tid, size, processors);
}

void placement_after_fork_child() {
  new (&binding) std::mutex;
  placement_rests.store(false, std::memory_order_relaxed);
  wanted.store(0, std::memory_order_relaxed);
  made.store(false, std::memory_order_relaxed);
}

uint64_t threads_moved() { return moved.load(std::memory_order_relaxed); }

}  // namespace taipan::gc
