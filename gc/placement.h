// Which processors the threads run on, with the GIL off.
//
// Threads that compute are the kernel's to place, and on a machine with few processors it may leave two of them on one, and another one idle, for
// a tenth of a second and longer after they woke up (seen on Linux 6.18). A program that runs for less than that is not parallel at all. So
// while threads come and go a background thread looks, at growing intervals: where two that are attached have been waiting for the same
// processor and one that the process may use runs none of them, it moves one there. After that they are the kernel's again: no thread
// stays bound to a processor.
//
// Any thread may call these. The background thread touches no object, isn't attached, and waits for nobody.
#pragma once
#include <sched.h>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace taipan::gc {

extern std::atomic<bool> placement_rests;  // nobody looks, and a look may be due
void look_at_placement_slow();

void placement_of_new_thread();  // threads run in parallel, and there is another one from now on
// The calling thread runs again after a blocking call.
inline void look_at_placement() {
  if (placement_rests.load(std::memory_order_relaxed)) look_at_placement_slow();
}
int bind_thread(int tid, size_t size,
                const cpu_set_t* processors);  // sched_setaffinity(2), not in the middle of a move
void placement_after_fork_child();
uint64_t threads_moved();  // for -X stats

}  // namespace taipan::gc
