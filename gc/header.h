// The 16-byte object header (DESIGN 3): shape, biased reference counts, lock byte, collector flags.
//
// rc_local is touched only by the thread whose slot is `owner` (all threads share slot kGilSlot while the GIL is on),
// with relaxed loads and stores. Everybody else goes through rc_shared with atomics. owner == kNoOwner (merged) takes the
// out-of-line path, so the inline fast path is one 16-bit compare; kUncountedOwner is told apart at once.
#pragma once
#include <atomic>
#include <cstdint>
#include "gc/value.h"

#ifdef __has_feature  // clang's way to tell
#if __has_feature(thread_sanitizer)
#define TAIPAN_TSAN 1
#endif
#endif
#ifdef __SANITIZE_THREAD__  // g++'s
#define TAIPAN_TSAN 1
#endif

namespace taipan::gc {

using ShapeId = uint32_t;

inline constexpr uint16_t kNoOwner = 0;
inline constexpr uint16_t kGilSlot = 1;   // the slot all threads carry while the GIL is on
inline constexpr uint16_t kMainSlot = 2;  // GIL off: the slot of the thread that comes first
inline constexpr uint16_t kUncountedOwner =
    0xFFFF;  // immortal or deferred, while threads run in parallel: nobody counts it

extern bool gil_enabled;  // fixed at start-up
// GIL off, and a second thread was started: from then on others may be looking at what this thread changes. Turned on by the only thread
// there is, so nobody is in the middle of anything; off again at the very end, when the other threads have come to rest. Until then all is
// done, and counted, as with the GIL.
extern bool parallel;
void start_parallel();  // before the second thread is started; no effect with the GIL on
// Somebody may read containers without a lock: other threads (parallel), or the collector's own while it marks. Then buffers that are replaced
// wait for a grace period (raw_free_epoch), in both modes. Changed only while the world is stopped, or by the only thread there is.
extern bool lock_free_readers;

// Header::lock
inline constexpr uint8_t kLockBit = 1;      // held
inline constexpr uint8_t kLockWaiters = 2;  // somebody is parked
inline constexpr uint8_t kHasWeakrefs = 4;
inline constexpr uint8_t kCollecting = 32;  // set and cleared while the world is stopped: the exact collector's own
inline constexpr uint8_t kReachable = 64;
inline constexpr uint8_t kListed = 128;

// Header::gcflags
inline constexpr uint8_t kTracked = 1;    // may be part of a cycle and is seen by the collector
inline constexpr uint8_t kFinalized = 2;  // __del__ has run (PEP 442: once)
inline constexpr uint8_t kDeferred = 4;   // only the collector frees it
inline constexpr uint8_t kImmortal = 8;
inline constexpr uint8_t kFrozen = 16;  // gc.freeze()
inline constexpr uint8_t kOldGen = 32;
inline constexpr uint8_t kDying = 64;      // on the dealloc work list or being destroyed
inline constexpr uint8_t kUserFlag = 128;  // free for the type

// rc_shared: signed count << 2 | state. States only grow. The state is in the word of the count because a lock-free
// reader may look at a cell that was reused meanwhile: what it decides on must be what its CAS compares.
inline constexpr uint32_t kSharedPublished =
    1;  // try_incref by others may raise it from zero: the owner's last decref must CAS
inline constexpr uint32_t kSharedQueued = 2;  // in its owner's merge queue, which holds the count that went missing
inline constexpr uint32_t kSharedMerged = 3;  // the local count was folded in; rc_shared alone decides
inline constexpr uint32_t kSharedState = 3;
inline constexpr uint32_t kSharedOne = 4;

// What a shape id leads to (table, shape, class) is reached by loads that depend on it, each on the one before; processors keep such loads in
// order, and who makes a shape known stores its id with release. The thread sanitizer doesn't know of dependencies.
#ifdef TAIPAN_TSAN
inline constexpr std::memory_order kShapeOrder = std::memory_order_acquire;
#else
inline constexpr std::memory_order kShapeOrder = std::memory_order_relaxed;
#endif

struct Header {  // cells are 16-byte aligned; the struct is not, so that what follows it needs no padding
  std::atomic<ShapeId> shape_id;
  std::atomic<uint16_t> owner;
  std::atomic<uint8_t> lock;
  std::atomic<uint8_t> gcflags;
  std::atomic<uint32_t> rc_local;
  std::atomic<uint32_t> rc_shared;

  ShapeId shape() const { return shape_id.load(kShapeOrder); }
  bool has_gcflag(uint8_t f) const { return (gcflags.load(std::memory_order_relaxed) & f) != 0; }
  void set_gcflag(uint8_t f) {
    if (TAIPAN_LIKELY(!parallel)) {
      gcflags.store(gcflags.load(std::memory_order_relaxed) | f, std::memory_order_relaxed);
    } else {
      gcflags.fetch_or(f, std::memory_order_relaxed);
    }
  }
  void clear_gcflag(uint8_t f) {
    if (TAIPAN_LIKELY(!parallel)) {
      gcflags.store(static_cast<uint8_t>(gcflags.load(std::memory_order_relaxed) & ~f), std::memory_order_relaxed);
    } else {
      gcflags.fetch_and(static_cast<uint8_t>(~f), std::memory_order_relaxed);
    }
  }
};
static_assert(sizeof(Header) == 16);

// What the collector and the reference counts know of a type: nothing else.
class Visitor;
struct TypeOps {
  const char* name;
  // Calls v.visit(slot) for each owned reference the object holds. Null: holds none (never tracked).
  void (*trace)(Header*, Visitor&);
  // Drops what may form a cycle (tp_clear): leaves the object valid but empty. May be null.
  void (*clear)(Header*);
  // Count reached zero: runs finalisers (may resurrect), clears weakrefs, drops references, then gc::free_object(h).
  // How a type with __del__ does it is told at begin_finalize in gc/ref.h.
  void (*dealloc)(Header*);
  // Runs __del__ if there is one (PEP 442), without destroying. Null: nothing to run. Used by the cycle collector.
  void (*finalize)(Header*);
  // Bytes of the object's cell and of buffers outside (sys.getsizeof); may be null.
  size_t (*size_of)(Header*);
  // For immutable containers (tuples): true if the object can never be part of a cycle. The collector asks about what
  // has survived and stops tracking it. May be null; see never_in_cycle in gc/heap.h.
  bool (*can_untrack)(Header*) = nullptr;
  // trace may run on the collector's thread while others change the object: it reads each word once, buffers and their sizes so that they fit,
  // and buffers that are replaced go through raw_free_epoch. Others are traced while the world is stopped, a few at a time. gc/CONCURRENT.md.
  bool trace_anytime = false;
  bool is_class = false;  // objects of this type hold the TypeOps and shapes of others
};

// Base of interp's Shape; found by id through shape_table. Ids are never reused.
struct ShapeBase {
  ShapeId id;
  uint32_t flags;
  const TypeOps* ops;
};

inline constexpr ShapeId kMaxShapes = 1u << 24;
extern ShapeBase** shape_table;        // reserved lazily-committed array of kMaxShapes entries; entry 0 is null
ShapeId register_shape(ShapeBase* s);  // next free id (above the fixed ones); thread-safe
void register_fixed_shape(ShapeBase* s, ShapeId id);  // built-in shapes, ids from types.def; at start-up
void init_shape_table(ShapeId first_dynamic_id);

inline const TypeOps* ops_of(const Header* h) { return shape_table[h->shape()]->ops; }

}  // namespace taipan::gc
