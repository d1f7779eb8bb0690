// The exact cycle collector (world stopped), with the generations that the gc module shows. DESIGN 7.
// Interp installs the hooks it needs (weakrefs, callbacks); gc knows only headers and TypeOps.
#pragma once
#include <cstddef>
#include "gc/heap.h"

namespace taipan::gc {

struct GenerationStats {
  size_t collections = 0, collected = 0, uncollectable = 0;
};
struct CollectorHooks {
  // Clears weakrefs to the garbage objects and queues their callbacks; then runs the callbacks whose weakref itself is alive.
  void (*handle_weakrefs)(Header** garbage, size_t n) = nullptr;
  void (*on_start)(int generation) = nullptr;   // gc.callbacks
  void (*on_stop)(int generation, size_t collected, size_t uncollectable) = nullptr;
  void (*save_garbage)(Header*) = nullptr;      // DEBUG_SAVEALL
};
extern CollectorHooks collector_hooks;

size_t collect(int generation);   // returns the number of unreachable objects found; runs finalisers; not re-entrant (returns 0)
void maybe_collect();             // from the poll slow path when kPollCollect is set
void enable_gc(bool on);
bool gc_enabled();
void set_threshold(int gen, size_t n);
size_t threshold(int gen);
size_t generation_count(int gen);
GenerationStats generation_stats(int gen);
void freeze_all();
void unfreeze_all();
size_t freeze_count();
extern uint32_t debug_flags;
// Root tables: words outside objects, stacks and frames that hold references.
void add_root(Value* slot);
void add_root_callback(void (*f)(Visitor&));

}  // namespace taipan::gc
