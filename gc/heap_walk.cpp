// Looking at the block heap as a whole: walks, find_cell, marks, statistics, giving memory back, checking.
#ifndef TAIPAN_PLAIN_MALLOC
#include <stdio.h>
#include "gc/blocks.h"
#include "gc/concurrent_internal.h"
#include "gc/hot_counts.h"
#include "gc/ref.h"

extern "C" void mi_process_info(size_t* elapsed_msecs, size_t* user_msecs, size_t* system_msecs, size_t* current_rss,
                                size_t* peak_rss, size_t* current_commit, size_t* peak_commit, size_t* page_faults);

namespace taipan::gc {

namespace {

// f(h) returns false to stop.
template <class F>
bool walk_cells(F f) {
  for (Chunk* k = heap.chunks; k; k = k->next) {
    for (uint32_t i = 0; i < k->fresh; i++) {
      Block* b = k->block(i);
      if (b->kind != kBlockSmall) continue;
      size_t n = b->carved.load(std::memory_order_acquire);
      for (size_t j = 0; j < n; j++) {
        Header* h = cell_at(b, j);
        if (is_live_cell(h) && !f(h)) return false;
      }
    }
  }
  for (Block* list : {heap.large_tracked, heap.large_plain}) {
    for (Block* b = list; b;) {
      Block* next = b->next;
      Header* h = cell_at(b, 0);
      if (is_live_cell(h) && !f(h)) return false;
      b = next;
    }
  }
  return true;
}

}  // namespace

void walk_tracked(bool (*f)(Header*, void*), void* arg) {
  walk_cells([&](Header* h) { return !h->has_gcflag(kTracked) || f(h, arg); });
}

void walk_old(void (*f)(Header*, void*), void* arg) {
  walk_cells([&](Header* h) {
    if (h->has_gcflag(kTracked) && !(h->lock.load(std::memory_order_relaxed) & kListed)) f(h, arg);
    return true;
  });
}

void walk_untracked(void (*f)(Header*, void*), void* arg) {
  walk_cells([&](Header* h) {
    if (!h->has_gcflag(kTracked)) f(h, arg);
    return true;
  });
}

Header* find_cell(uintptr_t word) {
  if (word >> (16 + kMapLeafBits + kMapTopBits)) return nullptr;
  uintptr_t page = word / kBlockSize;
  std::atomic<Block*>* leaf = page_map[page >> kMapLeafBits].load(std::memory_order_acquire);
  if (!leaf) return nullptr;
  Block* b = leaf[page & ((size_t{1} << kMapLeafBits) - 1)].load(std::memory_order_acquire);
  if (!b) return nullptr;
  uintptr_t start = reinterpret_cast<uintptr_t>(b->cells());
  if (word < start) return nullptr;
  Header* h;
  if (b->kind == kBlockLarge) {
    if (word >= reinterpret_cast<uintptr_t>(b) + b->large_size) return nullptr;
    h = reinterpret_cast<Header*>(start);
  } else {
    size_t i = ((word - start) * uint64_t{b->reciprocal}) >> 32;
    if (i >= b->carved.load(std::memory_order_acquire)) return nullptr;
    h = cell_at(b, i);
  }
  return is_live_cell(h) ? h : nullptr;
}

bool is_marked(const Header* h) {
  Block* b = block_of(h);
  size_t i = cell_index(b, h);
  return (b->marks[i / 64].load(std::memory_order_relaxed) >> (i % 64)) & 1;
}

bool test_and_mark(Header* h) {
  Block* b = block_of(h);
  size_t i = cell_index(b, h);
  uint64_t bit = uint64_t{1} << (i % 64);
  // (Who finds it set goes on to look what is being traced now, which was announced before.)
  if (b->marks[i / 64].load(std::memory_order_acquire) & bit) return true;
  return (b->marks[i / 64].fetch_or(bit, std::memory_order_acq_rel) & bit) != 0;
}

void clear_all_marks() {
  std::lock_guard<std::mutex> lock(heap.mutex);
  for_each_small_block([](Block* b) {
    for (auto& word : b->marks) word.store(0, std::memory_order_relaxed);
  });
  for (Block* b = heap.large_tracked; b; b = b->next) b->marks[0].store(0, std::memory_order_relaxed);
  for (Block* b = heap.large_plain; b; b = b->next) b->marks[0].store(0, std::memory_order_relaxed);
}

HeapStats heap_stats() {
  HeapStats s{};
  walk_cells([&](Header* h) {
    s.live_objects++;
    s.tracked_objects += h->has_gcflag(kTracked);
    return true;
  });
  for (Chunk* k = heap.chunks; k; k = k->next) s.block_bytes += size_t{k->used} * kBlockSize;
  size_t elapsed, user, system, rss, peak_rss, commit = 0, peak_commit, faults;
  mi_process_info(&elapsed, &user, &system, &rss, &peak_rss, &commit, &peak_commit, &faults);
  size_t chunks = 0;
  for (Chunk* k = heap.chunks; k; k = k->next) chunks += size_t{k->blocks} * kBlockSize;
  s.raw_bytes = commit > chunks + heap.large_bytes ? commit - chunks - heap.large_bytes : 0;
  s.block_bytes += heap.large_bytes;
  return s;
}

// The blocks as they were at the start: what is added to them later holds nothing old, or is marked.
PodVector<Block*> listed_blocks;
constexpr size_t kListedAtOnce = 4;  // blocks

size_t begin_listing() {
  std::lock_guard<std::mutex> lock(heap.mutex);
  for_each_small_block([](Block* b) { listed_blocks.push(b); });
  return (listed_blocks.count + kListedAtOnce - 1) / kListedAtOnce + 1;
}
void end_listing() { listed_blocks.shrink(); }

void list_old_unmarked(size_t part, void (*f)(Header*, void*), void* arg) {
  constexpr uint8_t kBoth = kTracked | kOldGen;
  size_t first = part * kListedAtOnce;
  if (first >= listed_blocks.count) {  // the last part
    std::lock_guard<std::mutex> lock(heap.mutex);
    for (Block* b = heap.large_tracked; b; b = b->next) {
      Header* h = cell_at(b, 0);
      if (is_live_cell(h) && h->has_gcflag(kTracked) && h->has_gcflag(kOldGen) && !is_marked(h)) f(h, arg);
    }
    return;
  }
  size_t end = first + kListedAtOnce < listed_blocks.count ? first + kListedAtOnce : listed_blocks.count;
  for (size_t k = first; k < end; k++) {
    Block* b = listed_blocks.items[k];
    size_t n = b->carved.load(std::memory_order_acquire);
    for (size_t i = 0; i < n; i += 64) {
      uint64_t unmarked = ~b->marks[i / 64].load(std::memory_order_relaxed);
      if (n - i < 64) unmarked &= (uint64_t{1} << (n - i)) - 1;
      for (; unmarked; unmarked &= unmarked - 1) {
        Header* h = cell_at(b, i + static_cast<size_t>(__builtin_ctzll(unmarked)));
        uint8_t flags = h->gcflags.load(std::memory_order_acquire);
        if ((flags & kBoth) != kBoth) continue;
        // Promoted since the word was read: marked before it was made old.
        if (is_live_cell(h) && !is_marked(h)) f(h, arg);
      }
    }
  }
}

uint8_t* candidate_byte(const Header* h) {
  Block* b = block_of(h);
  if (b->kind == kBlockLarge) return reinterpret_cast<uint8_t*>(&b->free_count);
  return b->beside ? b->beside + cell_index(b, h) : nullptr;
}

uint8_t* make_candidate_byte(Header* h) {
  Block* b = block_of(h);
  if (b->kind != kBlockLarge && !b->beside) {
    heap.blocks_stay.store(true, std::memory_order_relaxed);
    b->beside = static_cast<uint8_t*>(calloc(b->capacity, 1));
    if (!b->beside) return nullptr;
    std::lock_guard<std::mutex> lock(heap.mutex);
    heap.with_candidates.push(b);
  }
  return candidate_byte(h);
}

void free_candidate_bytes() {
  for (Block* b : heap.with_candidates) {
    free(b->beside);
    b->beside = nullptr;
  }
  heap.with_candidates.shrink();
  {
    std::lock_guard<std::mutex> lock(heap.mutex);
    for (Block* b = heap.large_tracked; b; b = b->next) b->free_count = 0;
    for (Block* b = heap.large_plain; b; b = b->next) b->free_count = 0;
  }
  heap.blocks_stay.store(false, std::memory_order_release);
}

size_t release_empty_blocks() {
  if (heap.marking || heap.blocks_stay.load(std::memory_order_acquire)) return 0;
  std::lock_guard<std::mutex> lock(heap.mutex);
  if (heap.blocks_stay.load(std::memory_order_seq_cst)) return 0;  // the marker has begun to look at them
  // Stale entries must not outlive the cells they point to.
  for_each_cache([](AllocCache* c) {
    drain_remote(c);
    compact_young(c);
    c->rest->new_blocks = 0;
  });
  for_each_middle_list([](HeaderVector& list) {
    size_t kept = 0;
    for (Header* h : list) {
      if (is_live_cell(h) && h->has_gcflag(kTracked) && h->has_gcflag(kOldGen)) list.items[kept++] = h;
    }
    list.count = kept;
  });
  compact_finalizable();

  for_each_small_block([](Block* b) { b->free_count = 0; });
  for_each_cache([](AllocCache* c) {
    for (FreeCell* list : c->free) {
      for (FreeCell* cell = list; cell; cell = cell->next) block_of(cell)->free_count++;
    }
  });
  size_t emptied = 0;
  for_each_cache([&](AllocCache* c) {
    size_t before = emptied;
    for (Block** link = &c->rest->blocks; *link;) {
      Block* b = *link;
      // A block that is being carved stays: its class is in use, and most of it was never touched.
      if (b->free_count == b->carved.load(std::memory_order_relaxed) && b->free_count == b->capacity) {
        b->kind = kBlockEmptied;
        *link = b->next;
        c->rest->block_count--;
        emptied++;
      } else {
        link = &b->next;
      }
    }
    if (emptied == before) return;
    for (FreeCell*& list : c->free) {
      FreeCell** link = &list;
      while (FreeCell* cell = *link) {
        if (block_of(cell)->kind == kBlockEmptied) {
          *link = cell->next;
        } else {
          link = &cell->next;
        }
      }
    }
  });
  if (!emptied) return 0;
  for (Chunk* k = heap.chunks; k; k = k->next) {
    for (uint32_t i = 0; i < k->fresh; i++) {
      Block* b = k->block(i);
      if (b->kind != kBlockEmptied) continue;
      give_block_back(b);
    }
  }
  // Chunks without any block in use, but the last one, go back whole.
  for (Chunk** chunk = &heap.chunks; *chunk;) {
    if (!give_chunk_back(chunk)) chunk = &(*chunk)->next;
  }
  return emptied;
}

size_t verify_heap() {
  stop_release();
  size_t wrong = 0;
  auto complain = [&](const char* what, const void* where) {
    if (wrong++ < 20) fprintf(stderr, "verify_heap: %s (%p)\n", what, where);
  };
  // Free lists: every cell on one dead and of the right block; counted per block.
  for_each_small_block([](Block* b) { b->free_count = 0; });
  for_each_cache(
      [](AllocCache* c) { drain_remote(c); });  // to others' lists as well, where they have taken the block over
  for_each_cache([&](AllocCache* c) {
    drain_remote(c);
    for (size_t i = 0; i < kClasses; i++) {
      for (FreeCell* cell = c->free[i]; cell; cell = cell->next) {
        Block* b = block_of(cell);
        if (b->kind != kBlockSmall) {
          complain("free cell outside the small blocks", cell);
          break;
        }
        if (b->cache.load(std::memory_order_relaxed) != c) complain("free cell of another cache's block", cell);
        if (b->size_class != i) complain("free cell on the wrong list", cell);
        if (is_live_cell(reinterpret_cast<Header*>(cell))) complain("live cell on a free list", cell);
        if (find_cell(reinterpret_cast<uintptr_t>(cell))) complain("find_cell finds a free cell", cell);
        b->free_count++;
      }
    }
  });
  for_each_small_block([&](Block* b) {
    size_t dead = 0;
    size_t n = b->carved.load(std::memory_order_relaxed);
    for (size_t i = 0; i < n; i++) dead += !is_live_cell(cell_at(b, i));
    if (dead != b->free_count) complain("dead cells lost, or live ones on a free list", b);
    if (!b->cache.load(std::memory_order_relaxed)) complain("small block without cache", b);
  });
  // Headers, and the lists of the young.
  size_t young = 0;
  walk_cells([&](Header* h) {
    if (h->shape() >= kMaxShapes || !shape_table[h->shape()]) {
      complain("unknown shape", h);
      return true;
    }
    if (find_cell(reinterpret_cast<uintptr_t>(h) + 8) != h) complain("find_cell misses a live cell", h);
    uint16_t owner = h->owner.load(std::memory_order_relaxed);
    uint8_t flags = h->gcflags.load(std::memory_order_relaxed);
    if (owner == kNoOwner && !(flags & (kImmortal | kDeferred)) &&
        (h->rc_shared.load(std::memory_order_relaxed) & kSharedState) != kSharedMerged)
      complain("no owner, and neither merged nor uncounted", h);
    if (!(flags & (kImmortal | kDeferred | kDying)) && !is_hot(h) && total_count(h) == 0)
      complain("live object without references", h);
    if (h->lock.load(std::memory_order_relaxed) & (kCollecting | kReachable | kListed))
      complain("collector's bits left behind", h);
    if (flags & kTracked) {
      if (!ops_of(h)->trace) complain("tracked object without trace function", h);
      if (!(flags & kOldGen) && block_of(h)->kind == kBlockSmall) young++;
    }
    return true;
  });
  size_t listed = 0;
  for_each_cache([&](AllocCache* c) {
    compact_young(c);
    listed += static_cast<size_t>(c->young_top - c->rest->young);
  });
  if (listed != young) {
    fprintf(stderr, "verify_heap: %zu young objects, %zu listed\n", young, listed);
    wrong++;
  }
  return wrong;
}

}  // namespace taipan::gc
#endif
