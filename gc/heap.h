// Object memory: size-class blocks (64 KiB, aligned, one cell size) cut from 4 MiB chunks from mimalloc; large objects get blocks of
// their own. Sanitizer builds (TAIPAN_PLAIN_MALLOC) map every cell to malloc and keep a registry for walking.
// Raw buffers (list storage, dict tables, big-int limbs) are mimalloc's: raw_alloc/raw_free. DESIGN 4.
#pragma once
#include <cstddef>
#include <cstdint>
#include "gc/header.h"
#include "gc/mutator.h"

namespace taipan::gc {

enum AllocFlags : uint32_t { kAllocPlain = 0, kAllocTracked = 1 };

// New object: header initialised (shape, owner = this thread's slot, rc_local = 1), the rest of the cell NOT zeroed unless
// zero is true. Null where memory is out (the caller raises MemoryError). A tracked object is seen by the collector at once:
// the caller fills its reference slots (or passes zero) before anything can run the collector, i.e. before the next allocation.
Header* alloc_object(size_t size, ShapeId shape, uint32_t flags, bool zero = false);
void free_object(Header* h);  // returns the cell; the object has no references left
size_t cell_size(const Header* h);

void track(Header* h);    // start being seen by the collector
void untrack(Header* h);
inline bool is_tracked(const Header* h) { return h->has_gcflag(kTracked); }

// Raw buffers. Zero size allowed. Null where memory is out. *_epoch frees after every thread has passed a safepoint
// (lock-free readers of replaced list/dict storage); with the GIL on it frees at once.
void* raw_alloc(size_t n);
void* raw_calloc(size_t n);
void* raw_realloc(void* p, size_t n);
void raw_free(void* p);
void raw_free_epoch(void* p);

// Walks all live tracked objects (world stopped, or GIL held and f doesn't allocate).
void walk_tracked(bool (*f)(Header*, void*), void* arg);
// A word found on a native stack: the live cell it points into, or null.
Header* find_cell(uintptr_t word);

struct HeapStats {
  size_t live_objects, tracked_objects, block_bytes, raw_bytes;
};
HeapStats heap_stats();

}  // namespace taipan::gc
