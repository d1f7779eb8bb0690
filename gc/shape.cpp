// The shape table: one reserved array, committed by the kernel page by page as ids are given out.
#include <sys/mman.h>
#include <atomic>
#include "gc/heap_internal.h"

namespace taipan::gc {

ShapeBase** shape_table = nullptr;

namespace {
std::atomic<uint32_t> next_shape{1};
}

void init_shape_table(ShapeId first_dynamic_id) {
  if (!shape_table) {
    void* p = mmap(nullptr, sizeof(ShapeBase*) * size_t{kMaxShapes}, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) fatal("no address space for the shape table");
    shape_table = static_cast<ShapeBase**>(p);
  }
  uint32_t seen = next_shape.load(std::memory_order_relaxed);
  while (seen < first_dynamic_id && !next_shape.compare_exchange_weak(seen, first_dynamic_id)) {}
}

ShapeId register_shape(ShapeBase* s) {
  ShapeId id = next_shape.fetch_add(1, std::memory_order_relaxed);
  if (id >= kMaxShapes) fatal("out of shape ids");
  s->id = id;
  __atomic_store_n(&shape_table[id], s, __ATOMIC_RELEASE);
  return id;
}

void register_fixed_shape(ShapeBase* s, ShapeId id) {
  s->id = id;
  __atomic_store_n(&shape_table[id], s, __ATOMIC_RELEASE);
}

}  // namespace taipan::gc
