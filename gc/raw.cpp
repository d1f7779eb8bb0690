// What the raw buffers need beyond mimalloc.
#include <sys/sysinfo.h>
#include "gc/heap.h"

namespace taipan::gc {

// The kernel's own rule for "obvious overcommits": more than all memory and swap there is.
bool exceeds_machine(size_t n) {
  static std::atomic<uint64_t> limit{0};
  uint64_t known = limit.load(std::memory_order_relaxed);
  if (!known) {
    struct sysinfo info;
    known = sysinfo(&info) == 0 ? (uint64_t{info.totalram} + info.totalswap) * info.mem_unit : SIZE_MAX / 4;
    limit.store(known, std::memory_order_relaxed);
  }
  return n > known;
}

}  // namespace taipan::gc
