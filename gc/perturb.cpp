#include "gc/perturb.h"
#include <errno.h>
#include <sched.h>
#include <time.h>
#include <atomic>
#include "arch/cpu.h"

namespace taipan::gc {

bool perturbing = false;

namespace {

uint64_t seed = 0;
std::atomic<uint64_t> threads_seen{0};
thread_local uint64_t state = 0;

uint64_t next_random() {
  if (state == 0) state = (seed + threads_seen.fetch_add(1, std::memory_order_relaxed)) * 0x9E3779B97F4A7C15u | 1;
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

}  // namespace

void start_perturbing(uint64_t s) {
  seed = s + 1;
  perturbing = true;
}

// Mostly nothing, often a few turns of the others' pipelines, at times a yield, rarely a sleep that lets the others do much.
void perturb_slow() {
  uint64_t r = next_random() >> 20;
  int saved = errno;
  if (r % 2048 == 0) {
    timespec pause = {0, static_cast<long>(1000 + (r >> 11) % 100000)};
    nanosleep(&pause, nullptr);
  } else if (r % 128 == 0) {  // (on a busy machine each costs a slice of time)
    sched_yield();
  } else if (r % 4 == 0) {
    for (uint64_t i = (r >> 10) % 64; i > 0; i--) arch::cpu_pause();
  }
  errno = saved;
}

}  // namespace taipan::gc
