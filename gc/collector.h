// The exact cycle collector (world stopped), with the generations that the gc module shows. DESIGN 7.
// Interp installs the hooks it needs (weakrefs, callbacks); gc knows only headers and TypeOps.
//
// The rule is CPython's: among the objects under collection, subtract from each count the references that come from the
// others. What has a surplus is referenced from outside and lives, with all it reaches. With the GIL off, deferred
// objects have no counts: they live if frames, stacks (conservatively), root tables or something that lives reach them.
//
// While the world is stopped the numbers are kept in the headers themselves: kCollecting says that an object takes
// part, and the count word that carries no information at that moment (rc_shared of an unshared object, rc_local of one
// without owner) holds the number; the few objects that use both have theirs put aside. So a collection needs no table
// and no look-up.
//
// Generations: the allocation caches list the young, `gen1` the survivors of one collection, all other tracked objects
// are old and found by walking the blocks. Where threads run in parallel each collects its young by itself, with the
// others going on (own_young.h). Finalisers, weakref callbacks and clearing run with the world going on; the
// collector holds a reference to each object of the garbage meanwhile, and checks once more, with the world stopped,
// what was resurrected.
#pragma once
#include <atomic>
#include <cstddef>
#include "gc/barrier.h"
#include "gc/heap.h"

namespace taipan::gc {

struct GenerationStats {
  size_t collections = 0, collected = 0, uncollectable = 0;
};
struct CollectorHooks {
  // Clears weakrefs to the garbage objects and queues their callbacks; then runs the callbacks whose weakref itself is
  // alive.
  void (*handle_weakrefs)(Header** garbage, size_t n) = nullptr;
  // The same in two steps. The first runs nothing and is done while the world is stopped; what it returns, if anything, goes to the second.
  void* (*detach_weakrefs)(Header** with_weakrefs, size_t n, bool (*is_garbage)(const Header*)) = nullptr;
  void (*run_weakref_callbacks)(void* detached) = nullptr;
  void (*order_finalizers)(Header** garbage, size_t n) = nullptr;  // may rearrange it: finalisers run from the first
  void (*on_start)(int generation) = nullptr;                      // gc.callbacks
  void (*on_stop)(int generation, size_t collected, size_t uncollectable) = nullptr;
  bool (*is_internal)(Header*) = nullptr;   // tracked on the quiet: neither counted nor saved
  void (*save_garbage)(Header*) = nullptr;  // DEBUG_SAVEALL
  void (*debug_object)(Header*) = nullptr;  // DEBUG_COLLECTABLE, for each object of the garbage
};
inline constexpr uint32_t kDebugStats = 1, kDebugCollectable = 2, kDebugUncollectable = 4, kDebugSaveAll = 32;
extern CollectorHooks collector_hooks;

// returns the number of unreachable objects found; runs finalisers; not re-entrant (returns 0)
size_t collect(int generation);
void settle_collector();               // ends a concurrent cycle: before the heap is looked at as a whole
bool is_collecting(const Mutator* m);  // whether that thread collects right now; safe in a signal handler
void maybe_collect();                  // from the poll slow path when kPollCollect is set
void enable_gc(bool on);
bool gc_enabled();
void set_threshold(int gen, size_t n);
// as set; while the first is at its default, the true one moves with the share of garbage found
size_t threshold(int gen);
size_t generation_count(int gen);
GenerationStats generation_stats(int gen);
void freeze_all();
void freeze_startup();  // as freeze_all, but not counted and still shown
void unfreeze_all();
bool frozen_since_startup(const Header* h);  // made by start-up, and nobody has asked for gc.freeze() or unfreeze()
size_t freeze_count();
extern std::atomic<uint32_t> debug_flags;

// gc.get_objects / get_referrers: an array of new references (raw_free it after dropping them), or kSnapshotFailed
// where memory is out. generation -1: all. Frozen and dying objects are left out.
inline constexpr size_t kSnapshotFailed = ~size_t{0};
size_t snapshot_objects(int generation, Header*** out);
size_t snapshot_referrers(Header* const* targets, size_t n, Header*** out);
// gc.get_referents: f sees each reference that h holds (borrowed).
inline void for_each_referent(Header* h, void (*f)(Header*, void*), void* arg) {
  if (const TypeOps* ops = ops_of(h); ops->trace) {
    Visitor v(f, arg);
    ops->trace(h, v);
  }
}

// Root tables: words outside objects, stacks and frames that hold references.
void add_root(Value* slot);
// A container that a static variable holds for good, and that threads read through it: they count nothing, so its owner couldn't see that it
// isn't alone with it (maybe_shared) and would free at once what they are reading. The slot becomes a root.
void add_shared_root(Value* slot);
void add_root_callback(void (*f)(Visitor&));

}  // namespace taipan::gc
