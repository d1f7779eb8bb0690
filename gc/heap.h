// Object memory (DESIGN 4). Size-class blocks: 64 KiB, aligned, one cell size, cut from chunks of up to 4 MiB that come
// from mimalloc; an object too large for a block gets one of its own. Raw buffers (list storage, dict tables, big-int
// limbs) are mimalloc's. Sanitizer builds (TAIPAN_PLAIN_MALLOC) map every cell to malloc and keep lists for walking.
//
// A thread allocates from its AllocCache: a stack of free cells per size class, last freed first reused, refilled by
// carving the next page of a block (so untouched memory stays untouched). With the GIL on there is one cache for all
// threads. A cell freed by another thread goes to the owner cache's remote list. What is known of a block from any
// address inside it is in its header, found by masking; whether an address is inside a block at all, in a two-level map
// (find_cell).
//
// Free cells read as dead headers (shape 0, merged, count 0), so an optimistic reader's try_incref fails on them and
// walks pass over them. Empty blocks are collected by release_empty_blocks (after full collections, and when a class
// needs many new blocks) and serve any class again.
//
// Tracked objects: the header's kTracked flag is the truth. Each cache lists its young ones in order of birth; entries
// may be stale (the cell freed or reused), which compaction sorts out. Nothing is ever collected inside an allocation:
// a full list only asks for a collection at the next poll.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include "gc/header.h"
#include "gc/mutator.h"

#ifdef TAIPAN_PLAIN_MALLOC
#include <cstdlib>
#else
extern "C" {
void* mi_malloc(size_t);
void* mi_zalloc(size_t);
void* mi_realloc(void*, size_t);
void mi_free(void*);
size_t mi_usable_size(const void*);
}
#endif

namespace taipan::gc {

enum AllocFlags : uint32_t { kAllocPlain = 0, kAllocTracked = 1 };

inline constexpr size_t kBlockSize = 64 * 1024;
inline constexpr size_t kQuantum = 16;
inline constexpr size_t kMaxSmallSize = 512;  // classes of 16-byte steps, served inline
inline constexpr size_t kSmallClasses = kMaxSmallSize / kQuantum + 1;
inline constexpr size_t kMediumClasses = 24;
inline constexpr size_t kClasses = kSmallClasses + kMediumClasses;

struct FreeCell {
  uint64_t dead[2];
  FreeCell* next;
};
inline constexpr uint64_t kDeadWord = uint64_t{kSharedMerged} << 32;  // rc_local 0, rc_shared merged with count 0

struct AllocCache {
  uint64_t birth = 0;  // first header word of a newborn, but for shape and flags
  Header** young_top = nullptr;
  Header** young_limit = nullptr;
  bool sole = false;           // no threads run in parallel: every block is this cache's
  bool keeps_buffers = false;  // of small containers, see buffer_alloc
  FreeCell* free[kClasses] = {};
  struct IdleBuffer* buffers[kSmallClasses] = {};  // see buffer_alloc
  uint8_t buffer_count[kSmallClasses] = {};
  struct CacheRest* rest = nullptr;  // what the fast paths don't need
};
extern thread_local constinit AllocCache* current_alloc TAIPAN_TLS;

struct alignas(64) Block {
  std::atomic<AllocCache*> cache;  // null: large or unused
  uint32_t cell_size;
  uint32_t reciprocal;  // ceil(2^32 / cell_size)
  uint16_t size_class;
  uint16_t capacity;
  std::atomic<uint16_t> carved;  // cells ever handed out; what lies behind was never touched
  uint8_t kind;
  uint8_t listed_large;
  uint32_t free_count;  // scratch of release_empty_blocks; large: its first byte is the one beside the cell
  Block* next;          // of the same cache; large: of the same list
  Block* prev;
  union {
    size_t large_size;          // whole allocation
    uint8_t* beside = nullptr;  // small: a byte for each cell while there are candidates among them, or null
  };
  struct Chunk* chunk;
  std::atomic<uint64_t> marks[kBlockSize / 32 / 64];  // the concurrent collector's, by cell index

  char* cells() { return reinterpret_cast<char*>(this) + sizeof(Block); }
};
static_assert(sizeof(Block) % 16 == 0);

inline Block* block_of(const void* cell) {
  return reinterpret_cast<Block*>(reinterpret_cast<uintptr_t>(cell) & ~uintptr_t{kBlockSize - 1});
}

Header* alloc_object_slow(size_t size, ShapeId shape, uint32_t flags, bool zero);
void free_object_slow(Header* h);
void young_list_full(AllocCache* c);

TAIPAN_INLINE std::atomic<uint64_t>& header_word(void* h, int i) {
  return reinterpret_cast<std::atomic<uint64_t>*>(h)[i];
}

// New object: header initialised (shape, owner = this thread's slot, rc_local = 1), the rest of the cell NOT zeroed
// unless zero is true. Null where memory is out (the caller raises MemoryError). A tracked object is seen by the
// collector at once: the caller fills its reference slots (or passes zero) before the next poll.
TAIPAN_INLINE Header* alloc_object(size_t size, ShapeId shape, uint32_t flags, bool zero = false) {
#ifndef TAIPAN_PLAIN_MALLOC
  if (TAIPAN_LIKELY(size <= kMaxSmallSize)) {
    AllocCache* c = current_alloc;
    FreeCell** list = &c->free[(size + kQuantum - 1) / kQuantum];
    if (FreeCell* cell = *list; TAIPAN_LIKELY(cell != nullptr)) {
      *list = cell->next;
      Header* h = reinterpret_cast<Header*>(cell);
      header_word(h, 0).store(c->birth | shape | (flags & kAllocTracked ? uint64_t{kTracked} << 56 : 0),
                              std::memory_order_relaxed);
      header_word(h, 1).store(1, std::memory_order_relaxed);
      if (zero) memset(static_cast<void*>(h + 1), 0, size - sizeof(Header));
      if (flags & kAllocTracked) {
        *c->young_top++ = h;
        if (TAIPAN_UNLIKELY(c->young_top == c->young_limit)) young_list_full(c);
      }
      return h;
    }
  }
#endif
  return alloc_object_slow(size, shape, flags, zero);
}

TAIPAN_INLINE void push_free_cell(AllocCache* c, size_t size_class, Header* h) {
  header_word(h, 0).store(0, std::memory_order_relaxed);
  header_word(h, 1).store(kDeadWord, std::memory_order_relaxed);
  FreeCell* cell = reinterpret_cast<FreeCell*>(h);
  cell->next = c->free[size_class];
  c->free[size_class] = cell;
}

// Returns the cell; the object has no references left.
inline void free_object(Header* h) {
#ifndef TAIPAN_PLAIN_MALLOC
  Block* b = block_of(h);
  AllocCache* c = current_alloc;
  if (TAIPAN_LIKELY(b->cache.load(std::memory_order_relaxed) == c)) {
    push_free_cell(c, b->size_class, h);
    return;
  }
#endif
  free_object_slow(h);
}
// The same where the caller knows the size it asked for: with the GIL on the block isn't touched at all.
inline void free_object_sized(Header* h, size_t size) {
#ifndef TAIPAN_PLAIN_MALLOC
  AllocCache* c = current_alloc;
  if (TAIPAN_LIKELY(size <= kMaxSmallSize && c->sole)) {
    push_free_cell(c, (size + kQuantum - 1) / kQuantum, h);
    return;
  }
#endif
  free_object(h);
}
size_t cell_size(const Header* h);  // what the object may use, at least what was asked for
// Grows or shrinks an untracked object that nobody else can see (unique, not published); it may move. Null where memory
// is out: the old object is untouched.
Header* resize_object(Header* h, size_t old_size, size_t new_size);

void track(Header* h);  // start being seen by the collector
void untrack(Header* h);
inline bool is_tracked(const Header* h) { return h->has_gcflag(kTracked); }
// A dying object leaves the collector's sight. If it is one of the two youngest, as temporaries are, it leaves the list of the young as well,
// which so fills with what lives alone.
TAIPAN_INLINE void untrack_dying(Header* h) {
  uint8_t flags = h->gcflags.load(std::memory_order_relaxed);
  if (!(flags & kTracked)) return;
#ifdef TAIPAN_PLAIN_MALLOC
  untrack(h);
#else
  h->gcflags.store(static_cast<uint8_t>(flags & ~kTracked), std::memory_order_relaxed);  // nobody else can see it
  AllocCache* c = current_alloc;
  Header** top = c->young_top;  // two nulls stand before the first entry
  if (top[-1] == h) {
    c->young_top = top - 1;
  } else if (top[-2] == h) {
    top[-2] = top[-1];
    c->young_top = top - 1;
  }
#endif
}
// What an element of an immutable container must be for TypeOps::can_untrack to be true: no heap object, one without
// references, or an immutable container that isn't tracked any more.
inline bool never_in_cycle(Value v) {
  if (!v.is_heap()) return true;
  if (is_tracked(v.header())) return false;
  const TypeOps* ops = ops_of(v.header());
  return !ops->trace || ops->can_untrack;
}

// Raw buffers. Zero size allowed. Null where memory is out. *_epoch frees after every thread has passed a safepoint
// (lock-free readers of replaced list/dict storage); with the GIL on it frees at once, unless the collector is marking.
inline constexpr size_t kHugeRequest = size_t{1} << 30;
// mimalloc maps without reserving, so it would promise memory that the machine hasn't got
bool exceeds_machine(size_t n);
TAIPAN_INLINE bool is_impossible(size_t n) { return TAIPAN_UNLIKELY(n >= kHugeRequest) && exceeds_machine(n); }
#ifdef TAIPAN_PLAIN_MALLOC
inline void* raw_alloc(size_t n) { return is_impossible(n) ? nullptr : malloc(n ? n : 1); }
inline void* raw_calloc(size_t n) { return is_impossible(n) ? nullptr : calloc(n ? n : 1, 1); }
inline void* raw_realloc(void* p, size_t n) { return is_impossible(n) ? nullptr : realloc(p, n ? n : 1); }
inline void raw_free(void* p) { free(p); }
#else
inline void* raw_alloc(size_t n) { return is_impossible(n) ? nullptr : mi_malloc(n); }
inline void* raw_calloc(size_t n) { return is_impossible(n) ? nullptr : mi_zalloc(n); }
inline void* raw_realloc(void* p, size_t n) { return is_impossible(n) ? nullptr : mi_realloc(p, n); }
inline void raw_free(void* p) { mi_free(p); }
#endif
size_t raw_usable_size(void* p);

// Raw buffers of containers, which know their size when they give them back: small ones are kept for the next container (a few of each size). They come from raw_alloc in steps of 16 bytes: raw_realloc to such a size is fine as well.
struct IdleBuffer {
  IdleBuffer* next;
};
inline constexpr uint8_t kMaxIdleBuffers = 32;
TAIPAN_INLINE size_t buffer_size(size_t n) { return n <= kMaxSmallSize ? (n + kQuantum - 1) & ~(kQuantum - 1) : n; }
TAIPAN_INLINE void* buffer_alloc(size_t n) {
#ifndef TAIPAN_PLAIN_MALLOC
  if (TAIPAN_LIKELY(n <= kMaxSmallSize)) {
    AllocCache* c = current_alloc;
    size_t k = (n + kQuantum - 1) / kQuantum;
    if (IdleBuffer* b = c->buffers[k]; TAIPAN_LIKELY(b != nullptr)) {
      c->buffers[k] = b->next;
      c->buffer_count[k]--;
      return b;
    }
  }
#endif
  return raw_alloc(buffer_size(n));
}
// The same; the bytes from `used` on are zero.
inline void* buffer_calloc(size_t n, size_t used) {
  n = buffer_size(n);
  if (n > kMaxSmallSize) return raw_calloc(n);
  void* p = buffer_alloc(n);
  if (p) memset(static_cast<char*>(p) + used, 0, n - used);
  return p;
}
void raw_free_epoch_slow(void* p);
inline void raw_free_epoch(void* p) {
  if (TAIPAN_LIKELY(!lock_free_readers)) {
    raw_free(p);
  } else {
    raw_free_epoch_slow(p);
  }
}

// A buffer that no other thread can be looking at: its container dies.
inline void buffer_free_dead(void* p, size_t n) {
#ifndef TAIPAN_PLAIN_MALLOC
  if (TAIPAN_LIKELY(n <= kMaxSmallSize && p)) {
    AllocCache* c = current_alloc;
    size_t k = (n + kQuantum - 1) / kQuantum;
    if (TAIPAN_LIKELY(c->keeps_buffers && c->buffer_count[k] < kMaxIdleBuffers)) {
      auto* b = static_cast<IdleBuffer*>(p);
      b->next = c->buffers[k];
      c->buffers[k] = b;
      c->buffer_count[k]++;
      return;
    }
  }
#endif
  raw_free(p);
}
// A buffer taken out of a container, which points elsewhere by now: others may still be reading it if they have the container.
void buffer_free_parallel(Header* holder, void* p, size_t n);
inline void buffer_free(Header* holder, void* p, size_t n) {
  if (TAIPAN_LIKELY(!lock_free_readers)) {
    buffer_free_dead(p, n);
  } else {
    buffer_free_parallel(holder, p, n);
  }
}

// Walks all live tracked objects (world stopped, or GIL held and f doesn't allocate). f returns false to stop.
void walk_tracked(bool (*f)(Header*, void*), void* arg);
// A word found on a native stack: the live cell it points into, or null. Safe for any word; the world is stopped or the
// answer is a hint.
Header* find_cell(uintptr_t word);

// Mark bits of the concurrent collector. test_and_mark returns what the bit was.
bool is_marked(const Header* h);
bool test_and_mark(Header* h);
void clear_all_marks();

struct HeapStats {
  size_t live_objects, tracked_objects, block_bytes, raw_bytes;
};
HeapStats heap_stats();  // walks the heap; the world stopped or the GIL held

// Gives back empty blocks and chunks. World stopped or GIL held. Returns the number of blocks freed.
size_t release_empty_blocks();

// Debugging: checks every block, free list and header, and that the lists of the generations are complete. World
// stopped or GIL held. Prints what is wrong to stderr and returns how many things that is.
size_t verify_heap();

}  // namespace taipan::gc
