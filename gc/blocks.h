// The block heap's own structures, shared by heap.cpp (allocation) and heap_walk.cpp (walking, releasing, checking).
#pragma once
#ifndef TAIPAN_PLAIN_MALLOC
#include "arch/cpu.h"
#include "gc/heap_internal.h"

namespace taipan::gc {

enum BlockKind : uint8_t { kBlockFree = 0, kBlockSmall = 1, kBlockLarge = 2, kBlockEmptied = 3 };

inline constexpr size_t kBlockRoom = kBlockSize - sizeof(Block);
inline constexpr uint16_t kMediumSizes[] = {640,  768,  896,  1024, 1280,  1536,  1792,  2048,  2560,  3072, 3584,
                                            4096, 5008, 6512, 8144, 10864, 13040, 16304, 21728, 32608, 65216};
inline constexpr size_t kMediumCount = sizeof(kMediumSizes) / sizeof(kMediumSizes[0]);
inline constexpr size_t kMaxMediumSize = kMediumSizes[kMediumCount - 1];
static_assert(kMediumCount <= kMediumClasses && kMaxMediumSize <= kBlockRoom);

struct Chunk {
  char* memory;
  uint32_t blocks;
  uint32_t fresh;  // blocks below this index have a header, what lies behind was never touched
  uint32_t used;   // blocks that hold cells
  Chunk* next;

  Block* block(uint32_t i) { return reinterpret_cast<Block*>(memory + i * kBlockSize); }
};

struct CacheRest {
  Header** young = nullptr;
  size_t young_capacity = 0;
  Block* blocks = nullptr;  // all small blocks of the cache
  size_t block_count = 0;
  size_t new_blocks = 0;           // since the last release
  Block* carving[kClasses] = {};   // blocks with untouched cells, linked by prev
  AllocCache* all_next = nullptr;  // every cache ever made; they are never freed
  AllocCache* abandoned_next = nullptr;
  HeaderVector middle;  // GIL off: promoted by the thread itself, unknown to others then; as stale as gen1
  bool abandoned = false;
  bool passed_over = false;                                          // within take_members
  alignas(arch::kCacheLine) std::atomic<FreeCell*> remote{nullptr};  // cells freed by other threads
};

struct Heap {
  std::mutex mutex;  // chunks, free blocks, large lists, caches, page map
  Chunk* chunks = nullptr;
  Chunk* last_chunk = nullptr;
  size_t next_chunk_blocks = 8;
  Block* free_blocks = nullptr;
  size_t free_block_count = 0;
  Block* large_tracked = nullptr;
  Block* large_plain = nullptr;
  size_t large_bytes = 0;
  size_t chunk_bytes = 0;
  uint32_t refused = 0;    // blocks the system had no memory for, since the last one
  size_t large_young = 0;  // tracked large objects since the last collection
  AllocCache* caches = nullptr;
  AllocCache* abandoned = nullptr;
  std::mutex promoting;  // what threads promote by themselves; others touch the two lists with the world stopped
  HeaderVector gen1;
  HeaderVector finalizable;     // old ones with finalisers, the oldest first; as stale as gen1
  size_t finalizable_kept = 0;  // when it was last compacted
  bool marking = false;  // blocks stay where they are, what is promoted is marked; changed while the world is stopped
  PodVector<Block*> with_candidates;
  std::atomic<bool> blocks_stay{
      false};  // where they are: some have bytes beside them, or empty ones are being sorted out
  std::atomic<size_t> young_threshold{700};
};
extern Heap& heap;

// Page map: one entry per 64 KiB of address space, leaves of 4 GiB made on demand.
inline constexpr size_t kMapLeafBits = 16;
inline constexpr size_t kMapTopBits = 16;
extern std::atomic<std::atomic<Block*>*> page_map[size_t{1} << kMapTopBits];

// Heap mutex held. An empty block that no cache has any more becomes a free one; a chunk without blocks in use goes back to the system, and
// out of the list that link is in (false: it has some, or is the last one).
void give_block_back(Block* b);
bool give_chunk_back(Chunk** link);
extern PodVector<Block*> listed_blocks;  // by begin_listing

inline bool is_live_cell(const Header* h) { return h->shape() != 0; }
inline Header* cell_at(Block* b, size_t i) { return reinterpret_cast<Header*>(b->cells() + i * b->cell_size); }
inline size_t cell_index(Block* b, const void* cell) {
  uint64_t offset = static_cast<uint64_t>(reinterpret_cast<const char*>(cell) - b->cells());
  return b->kind == kBlockLarge ? 0 : (offset * b->reciprocal) >> 32;
}

FreeCell* sorted_cells(AllocCache* c, size_t size_class);  // release.cpp: of a free list that was taken away; or null
void drain_remote(AllocCache* c);
void compact_young(AllocCache* c);
void compact_finalizable();
void map_pages(Block* b, size_t size, Block* value);

template <class F>
void for_each_cache(F f) {
  for (AllocCache* c = heap.caches; c; c = c->rest->all_next) f(c);
}
// Generation 1: each list of it (world stopped).
template <class F>
void for_each_middle_list(F f) {
  f(heap.gen1);
  for_each_cache([&](AllocCache* c) { f(c->rest->middle); });
}
template <class F>
void for_each_small_block(F f) {
  for (Chunk* k = heap.chunks; k; k = k->next) {
    for (uint32_t i = 0; i < k->fresh; i++) {
      Block* b = k->block(i);
      if (b->kind == kBlockSmall) f(b);
    }
  }
}

}  // namespace taipan::gc
#endif
