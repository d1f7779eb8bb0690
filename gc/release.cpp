// Gives memory back to the system after cycles of the concurrent collector, a little at each poll. (The exact collector does it at once:
// release_empty_blocks in heap_walk.cpp.) "Sweeping" in gc/CONCURRENT.md says when, and why nothing points to what is given back.
#ifndef TAIPAN_PLAIN_MALLOC
#include <new>
#include "gc/blocks.h"
#include "gc/markers.h"

namespace taipan::gc {

namespace {

constexpr size_t kLookedAtOnce = 64;  // blocks
constexpr size_t kLeastExcess = 128;  // blocks: 8 MB

// One block that looked empty: its cells, as they are found in the free list.
struct Emptying {
  Block* block;
  FreeCell* cells = nullptr;
  FreeCell* last = nullptr;
  size_t count = 0;
};

// The free list of one size class of one cache, taken away to be sorted. Who needs cells takes what has been sorted so far.
struct Sorting {
  AllocCache* cache;
  size_t size_class;
  FreeCell* todo;
  std::mutex mutex;
  FreeCell* first = nullptr;  // sorted: not of the blocks in question (mutex)
  FreeCell* last = nullptr;

  Sorting(AllocCache* c, size_t k) : cache(c), size_class(k), todo(std::exchange(c->free[k], nullptr)) {}
  void add(FreeCell* from, FreeCell* to) {
    std::lock_guard<std::mutex> lock(mutex);
    (first ? last->next : first) = from;
    last = to;
  }
  FreeCell* take() {
    std::lock_guard<std::mutex> lock(mutex);
    return std::exchange(first, nullptr);
  }
};

enum Stage : uint8_t { kNothing, kTakeLists, kSort, kForgetStale, kTakeBlocks, kTakeChunks };

struct Release {
  std::atomic<Stage> stage{kNothing};
  Emptying* blocks = nullptr;
  size_t count = 0;
  bool classes[kClasses] = {};  // of these blocks
  PodVector<Sorting*> lists;
  // How far it has come.
  AllocCache* cache = nullptr;
  size_t index = 0;
  Block** link = nullptr;
};
Release state;
std::atomic<uint64_t> blocks_taken{0}, chunks_taken{0};
Header nobody;  // dead

// (A block without candidates has no other use for that field.)
Emptying* emptying_of(Block* b) { return b->kind == kBlockSmall ? reinterpret_cast<Emptying*>(b->beside) : nullptr; }
bool is_empty(const Emptying* e) { return e && e->count == e->block->capacity; }

bool looks_empty(Block* b) {
  size_t n = b->carved.load(std::memory_order_acquire);
  if (n != b->capacity) return false;  // its class is in use
  for (size_t i = 0; i < n; i++) {
    if (is_live_cell(cell_at(b, i))) return false;
  }
  return true;
}

void return_cells(Emptying* e) {
  Block* b = e->block;
  e->block = nullptr;
  b->beside = nullptr;
  if (!e->cells) return;
  AllocCache* c = b->cache.load(std::memory_order_relaxed);
  e->last->next = c->free[b->size_class];
  c->free[b->size_class] = e->cells;
}

// A whole list in front of a cache's own.
void return_list(Sorting* l) {
  FreeCell*& free = l->cache->free[l->size_class];
  if (l->first) {
    l->last->next = free;
    free = std::exchange(l->first, nullptr);
  }
  if (!l->todo) return;  // else the sorting was given up
  FreeCell* last = l->todo;
  while (last->next) last = last->next;
  last->next = free;
  free = l->todo;
}

void return_lists() {
  for (Sorting* l : state.lists) {
    return_list(l);
    delete l;
  }
  state.lists.shrink();
}

void end_release() {
  return_lists();
  for (size_t i = 0; i < state.count; i++) {
    if (state.blocks[i].block) return_cells(&state.blocks[i]);
  }
  free(std::exchange(state.blocks, nullptr));
  state.count = 0;
  for (bool& wanted : state.classes) wanted = false;
  state.cache = nullptr;
  state.index = 0;
  state.link = nullptr;
  state.stage.store(kNothing, std::memory_order_release);
  heap.blocks_stay.store(false, std::memory_order_release);
}

void take_lists() {
  for_each_cache([](AllocCache* c) {
    drain_remote(c);
    for (size_t k = 0; k < kClasses; k++) {
      if (state.classes[k] && c->free[k]) state.lists.push(new Sorting(c, k));
    }
  });
}

// The cells of the blocks in question come out of the list, the others stay in their order. (A block's cells are all in one list.)
void sort(Sorting* l, Marker& m) {
  constexpr size_t kSortedAtOnce = 1024;
  while (l->todo && !cycle.abort.load(std::memory_order_relaxed)) {
    FreeCell *first = nullptr, *last = nullptr;
    FreeCell* cell = l->todo;
    for (size_t n = 0; cell && n < kSortedAtOnce; n++) {
      FreeCell* next = cell->next;
      if (Emptying* e = emptying_of(block_of(cell))) {
        cell->next = e->cells;
        e->cells = cell;
        if (!e->last) e->last = cell;
        e->count++;
      } else {
        cell->next = nullptr;
        (first ? last->next : first) = cell;
        last = cell;
      }
      cell = next;
    }
    l->todo = cell;
    if (first) l->add(first, last);
    m.courtesy.offer();
  }
}

void forget_stale(Header** list, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (list[i] != &nobody && is_empty(emptying_of(block_of(list[i])))) list[i] = &nobody;
  }
}

bool forget_stale(HeaderVector& list, Deadline& deadline) {
  for (; state.index < list.count; state.index += 64) {
    forget_stale(list.items + state.index, list.count - state.index < 64 ? list.count - state.index : 64);
    if (deadline.over(1)) return false;
  }
  state.index = 0;
  return true;
}

void take_block_back(Block* b) {
  std::lock_guard<std::mutex> lock(heap.mutex);
  b->beside = nullptr;
  give_block_back(b);
  blocks_taken.fetch_add(1, std::memory_order_relaxed);
}

bool take_blocks(AllocCache* c, Deadline& deadline) {
  if (!state.link) state.link = &c->rest->blocks;
  while (Block* b = *state.link) {
    Emptying* e = emptying_of(b);
    if (is_empty(e)) {
      e->block = nullptr;
      *state.link = b->next;
      c->rest->block_count--;
      take_block_back(b);
    } else {
      if (e) return_cells(e);
      state.link = &b->next;
    }
    if (deadline.over(8)) return false;
  }
  state.link = nullptr;
  return true;
}

}  // namespace

size_t look_for_empty_blocks(size_t reserve, bool all) {
  heap.blocks_stay.store(true, std::memory_order_seq_cst);
  begin_listing();
  size_t n = listed_blocks.count;
  auto* empty = static_cast<uint8_t*>(calloc(n ? n : 1, 1));
  size_t found = 0;
  if (empty) {
    in_parts((n + kLookedAtOnce - 1) / kLookedAtOnce, n, [&](Marker&, size_t part) {
      size_t first = part * kLookedAtOnce;
      for (size_t i = first; i < n && i < first + kLookedAtOnce; i++) empty[i] = looks_empty(listed_blocks.items[i]);
    });
    for (size_t i = 0; i < n; i++) found += empty[i];
  }
  reserve = all ? 0 : reserve / kBlockSize + n / 8 + kLeastExcess;
  size_t wanted = found > reserve ? found - reserve : 0;
  if (wanted) state.blocks = static_cast<Emptying*>(calloc(wanted, sizeof(Emptying)));
  if (state.blocks) {
    // Those of chunks that hold nothing else first.
    for (bool whole : {true, false}) {
      for (size_t i = 0; i < n;) {
        Chunk* k = listed_blocks.items[i]->chunk;
        size_t first = i, end = i, in_chunk = 0;
        for (; end < n && listed_blocks.items[end]->chunk == k; end++) in_chunk += empty[end];
        bool all_empty = in_chunk == end - first;
        for (; i < end; i++) {
          if (!empty[i] || (whole && !all_empty) || state.count == wanted) continue;
          Block* b = listed_blocks.items[i];
          state.blocks[state.count].block = b;
          b->beside = reinterpret_cast<uint8_t*>(&state.blocks[state.count++]);
          state.classes[b->size_class] = true;
          empty[i] = 0;
        }
      }
    }
  }
  free(empty);
  end_listing();
  if (state.count) {
    state.stage.store(kTakeLists, std::memory_order_release);
  } else {
    free(std::exchange(state.blocks, nullptr));
    heap.blocks_stay.store(false, std::memory_order_release);
  }
  return state.count;
}

bool releasing() { return state.stage.load(std::memory_order_acquire) != kNothing; }
bool lists_to_sort() { return state.stage.load(std::memory_order_acquire) == kSort; }
void stop_release() {
  if (releasing()) end_release();
}

void sort_lists() {
  in_parts(state.lists.count, state.count * kBlockSize / 64,
           [](Marker& m, size_t part) { sort(state.lists.items[part], m); });
  if (cycle.abort.load(std::memory_order_relaxed)) return;
  state.stage.store(kForgetStale, std::memory_order_release);
}

FreeCell* sorted_cells(AllocCache* c, size_t size_class) {
  if (!releasing()) return nullptr;
  for (Sorting* l : state.lists) {
    if (l->cache == c && l->size_class == size_class) return l->take();
  }
  return nullptr;
}

bool release_some(Deadline& deadline) {
  for (;;) {
    switch (state.stage.load(std::memory_order_acquire)) {
      case kTakeLists:
        take_lists();
        state.stage.store(kSort, std::memory_order_release);
        return false;
      case kSort: return false;  // the marker's turn
      case kForgetStale:
        if (!forget_stale(heap.gen1, deadline)) return false;
        if (!forget_stale(heap.finalizable, deadline)) return false;
        for_each_cache([](AllocCache* c) {
          forget_stale(c->rest->young, static_cast<size_t>(c->young_top - c->rest->young));
          forget_stale(c->rest->middle.items, c->rest->middle.count);
        });
        return_lists();
        state.cache = heap.caches;
        state.stage.store(kTakeBlocks, std::memory_order_release);
        break;
      case kTakeBlocks:
        if (!take_blocks(state.cache, deadline)) return false;
        state.cache = state.cache->rest->all_next;
        if (!state.cache) state.stage.store(kTakeChunks, std::memory_order_release);
        break;
      case kTakeChunks: {
        std::lock_guard<std::mutex> lock(heap.mutex);
        for (Chunk** link = &heap.chunks; *link;) {
          if (give_chunk_back(link)) {
            chunks_taken.fetch_add(1, std::memory_order_relaxed);
            if (deadline.over(1)) return false;
          } else {
            link = &(*link)->next;
          }
        }
        end_release();
        return true;
      }
      case kNothing: return true;
    }
  }
}

ReleaseFigures release_figures() {
  return {blocks_taken.load(std::memory_order_relaxed), chunks_taken.load(std::memory_order_relaxed)};
}

}  // namespace taipan::gc
#endif
