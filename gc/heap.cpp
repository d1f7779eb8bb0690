// Allocation from size-class blocks. See gc/heap.h for the scheme.
#ifndef TAIPAN_PLAIN_MALLOC
#include "gc/heap.h"
#include <sys/mman.h>
#include <new>
#include "gc/blocks.h"
#include "gc/concurrent_internal.h"
#include "gc/epoch.h"
#include "gc/ref.h"

extern "C" {
void* mi_malloc_aligned(size_t, size_t);
void* mi_zalloc_aligned(size_t, size_t);
}

namespace taipan::gc {

thread_local constinit AllocCache* current_alloc = nullptr;
std::atomic<std::atomic<Block*>*> page_map[size_t{1} << kMapTopBits];

namespace {

alignas(Heap) char heap_storage[sizeof(Heap)];  // never destroyed
thread_local constinit HeaderVector* deferred_frees = nullptr;

AllocCache no_cells;  // current_alloc while frees are deferred: nothing to allocate from, owns no block

constexpr size_t kFirstYoungCapacity = 1024;

size_t class_of(size_t size) {
  if (size <= kMaxSmallSize) return (size + kQuantum - 1) / kQuantum;
  size_t i = 0;
  while (kMediumSizes[i] < size) i++;
  return kSmallClasses + i;
}
uint32_t class_cell_size(size_t size_class) {
  if (size_class >= kSmallClasses) return kMediumSizes[size_class - kSmallClasses];
  size_t size = size_class * kQuantum;
  return static_cast<uint32_t>(size < sizeof(FreeCell) ? 2 * kQuantum : size);
}

AllocCache* own_cache() { return current_mutator->alloc; }

// ---- Blocks ----

bool add_chunk() {  // heap mutex held
  size_t blocks = heap.next_chunk_blocks;
  void* memory = nullptr;
  // No more objects than the reserve is for.
  for (; blocks >= 1; blocks /= 2) {
    if (!keep_reserve(heap.chunk_bytes + blocks * kBlockSize, blocks == 1)) continue;
    memory = mi_malloc_aligned(blocks * kBlockSize, kBlockSize);
    if (memory) break;
  }
  if (!memory) return false;
  Chunk* chunk = static_cast<Chunk*>(malloc(sizeof(Chunk)));
  if (!chunk) {
    mi_free(memory);
    return false;
  }
  *chunk = {static_cast<char*>(memory), static_cast<uint32_t>(blocks), 0, 0, nullptr};
  (heap.last_chunk ? heap.last_chunk->next : heap.chunks) = chunk;
  heap.last_chunk = chunk;
  heap.chunk_bytes += blocks * kBlockSize;
  if (heap.next_chunk_blocks < 64) heap.next_chunk_blocks *= 2;
  return true;
}

constexpr size_t kHotFreeBlocks = 16;  // free blocks that keep their pages
constexpr size_t kKeptPages = 4096;    // of the others: the header is there

void unlink_free_block(Block* b) {
  if (b->next) b->next->prev = b->prev;
  (b->prev ? b->prev->next : heap.free_blocks) = b->next;
  heap.free_block_count--;
}

Block* take_block() {  // heap mutex held
  if (Block* b = heap.free_blocks) {
    unlink_free_block(b);
    b->chunk->used++;
    return b;
  }
  if (!heap.last_chunk || heap.last_chunk->fresh == heap.last_chunk->blocks) {
    if (!add_chunk()) return nullptr;
  }
  Chunk* k = heap.last_chunk;
  Block* b = k->block(k->fresh++);
  k->used++;
  b->chunk = k;
  b->kind = kBlockFree;
  return b;
}

// Not for each of many allocations that fail: looking takes time in proportion to the heap. Heap mutex held.
bool may_search() {
  uint32_t n = heap.refused++;
  return n < 8 || n % 16 == 0;
}

bool new_block(AllocCache* c, size_t size_class) {
  CacheRest* rest = c->rest;
  if (c->sole && rest->new_blocks > 64 && rest->new_blocks > rest->block_count / 2) {
    release_empty_blocks();
    if (c->free[size_class]) return true;
  }
  std::unique_lock<std::mutex> lock(heap.mutex);
  Block* b = take_block();
  if (!b && c->sole && may_search()) {  // what cells of other sizes leave
    lock.unlock();
    give_up_cycle();  // one that runs keeps all blocks; later allocations will find some
    release_empty_blocks();
    if (c->free[size_class]) return true;
    lock.lock();
    b = take_block();
  }
  if (!b) return false;
  heap.refused = 0;
  b->cell_size = class_cell_size(size_class);
  b->reciprocal = static_cast<uint32_t>(((uint64_t{1} << 32) + b->cell_size - 1) / b->cell_size);
  b->size_class = static_cast<uint16_t>(size_class);
  b->capacity = static_cast<uint16_t>(kBlockRoom / b->cell_size);
  b->carved.store(0, std::memory_order_relaxed);
  b->beside = nullptr;
  b->free_count = 0;
  for (auto& word : b->marks) word.store(0, std::memory_order_relaxed);
  b->next = rest->blocks;
  rest->blocks = b;
  b->prev = rest->carving[size_class];
  rest->carving[size_class] = b;
  b->cache.store(c, std::memory_order_relaxed);
  b->kind = kBlockSmall;
  map_pages(b, kBlockSize, b);
  rest->block_count++;
  rest->new_blocks++;
  return true;
}

// Makes cells of the next untouched page (or one cell, if larger) of a block.
bool carve(AllocCache* c, size_t size_class) {
  Block* b = c->rest->carving[size_class];
  if (!b) return false;
  size_t first = b->carved.load(std::memory_order_relaxed);
  size_t end = first;
  uintptr_t start = reinterpret_cast<uintptr_t>(cell_at(b, first));
  uintptr_t page_end = (start + 4096) & ~uintptr_t{4095};
  while (end < b->capacity && reinterpret_cast<uintptr_t>(cell_at(b, end)) + b->cell_size <= page_end) end++;
  if (end == first) end = first + 1;
  FreeCell* list = c->free[size_class];
  for (size_t i = end; i-- > first;) {
    FreeCell* cell = reinterpret_cast<FreeCell*>(cell_at(b, i));
    header_word(cell, 0).store(0, std::memory_order_relaxed);
    header_word(cell, 1).store(kDeadWord, std::memory_order_relaxed);
    cell->next = list;
    list = cell;
  }
  b->carved.store(static_cast<uint16_t>(end), std::memory_order_release);
  c->free[size_class] = list;
  if (end == b->capacity) c->rest->carving[size_class] = b->prev;
  return true;
}

// Takes over all that a dead thread left behind.
bool adopt_abandoned(AllocCache* c) {
  if (c->sole || releasing()) return false;
  std::lock_guard<std::mutex> lock(heap.mutex);
  AllocCache* dead = heap.abandoned;
  while (dead && !dead->rest->blocks) dead = dead->rest->abandoned_next;
  if (!dead) return false;
  drain_remote(dead);
  CacheRest* from = dead->rest;
  CacheRest* to = c->rest;
  while (Block* b = from->blocks) {
    from->blocks = b->next;
    b->next = to->blocks;
    to->blocks = b;
    b->cache.store(c, std::memory_order_relaxed);
  }
  to->block_count += from->block_count;
  from->block_count = 0;
  for (size_t i = 0; i < kClasses; i++) {
    while (FreeCell* cell = dead->free[i]) {
      dead->free[i] = cell->next;
      cell->next = c->free[i];
      c->free[i] = cell;
    }
    while (Block* b = from->carving[i]) {
      from->carving[i] = b->prev;
      b->prev = to->carving[i];
      to->carving[i] = b;
    }
  }
  return true;
}

// The first of the cells found for an empty list; it stays on the list.
FreeCell* refill(AllocCache* c, size_t size_class) {
  if (TAIPAN_UNLIKELY(releasing())) {
    if (FreeCell* cells = sorted_cells(c, size_class)) return c->free[size_class] = cells;
  }
  drain_remote(c);
  bool found = c->free[size_class] || carve(c, size_class);
  if (!found && adopt_abandoned(c)) found = c->free[size_class] || carve(c, size_class);
  if (!found && new_block(c, size_class) && !c->free[size_class]) carve(c, size_class);
  return c->free[size_class];
}

// ---- Large objects ----

void link_large(Block* b, bool tracked) {
  Block** list = tracked ? &heap.large_tracked : &heap.large_plain;
  b->listed_large = tracked;
  b->prev = nullptr;
  b->next = *list;
  if (*list) (*list)->prev = b;
  *list = b;
}
void unlink_large(Block* b) {
  if (b->next) b->next->prev = b->prev;
  (b->prev ? b->prev->next : b->listed_large ? heap.large_tracked : heap.large_plain) = b->next;
}

Header* alloc_large(size_t size, bool tracked, bool zero) {
  if (is_impossible(size)) return nullptr;
  size_t total = sizeof(Block) + size;
  void* memory = zero ? mi_zalloc_aligned(total, kBlockSize) : mi_malloc_aligned(total, kBlockSize);
  if (!memory) return nullptr;
  Block* b = static_cast<Block*>(memory);
  b->cache.store(nullptr, std::memory_order_relaxed);
  b->cell_size = 0;
  b->reciprocal = 0;
  b->size_class = 0;
  b->capacity = 1;
  b->carved.store(1, std::memory_order_relaxed);
  b->kind = kBlockLarge;
  b->large_size = total;
  b->free_count = 0;
  b->chunk = nullptr;
  b->marks[0].store(0, std::memory_order_relaxed);
  Header* h = reinterpret_cast<Header*>(b->cells());
  header_word(h, 0).store(0, std::memory_order_relaxed);
  std::lock_guard<std::mutex> lock(heap.mutex);
  link_large(b, tracked);
  map_pages(b, total, b);
  heap.large_bytes += total;
  if (tracked) {
    size_t threshold = heap.young_threshold.load(std::memory_order_relaxed);
    if (++heap.large_young > threshold / 8 && threshold)
      current_mutator->poll.fetch_or(kPollCollect, std::memory_order_relaxed);
  }
  return h;
}

void free_large_memory(void* block) { mi_free(block); }

void free_large(Header* h) {
  Block* b = block_of(h);
  {
    std::lock_guard<std::mutex> lock(heap.mutex);
    unlink_large(b);
    map_pages(b, b->large_size, nullptr);
    heap.large_bytes -= b->large_size;
  }
  header_word(h, 0).store(0, std::memory_order_relaxed);
  header_word(h, 1).store(kDeadWord, std::memory_order_relaxed);
  retire(b, free_large_memory);
}

void set_young_limit(AllocCache* c, size_t live) {
  CacheRest* rest = c->rest;
  size_t threshold = heap.young_threshold.load(std::memory_order_relaxed);
  size_t room;
  if (threshold == 0) {
    room = live > kFirstYoungCapacity ? live : kFirstYoungCapacity;
  } else {
    room = threshold / 8 + 1;
    if (room < live / 2) room = live / 2;
    if (live <= threshold && room < threshold + 1 - live) room = threshold + 1 - live;
  }
  if (live + room > rest->young_capacity) {
    size_t capacity = (live + room) * 3 / 2;
    Header** base = rest->young ? rest->young - 2 : nullptr;
    Header** grown = static_cast<Header**>(realloc(static_cast<void*>(base), (capacity + 2) * sizeof(Header*)));
    if (!grown) fatal("out of memory for the list of young objects");
    grown[0] = grown[1] = nullptr;
    rest->young = grown + 2;
    rest->young_capacity = capacity;
  }
  c->young_top = rest->young + live;
  c->young_limit = c->young_top + room;
}

void init_cache(AllocCache* c, uint16_t slot) {
  c->birth = static_cast<uint64_t>(slot) << 32;
  c->sole = !parallel && !heap.marking;
  c->keeps_buffers = true;
  if (!c->young_top) set_young_limit(c, 0);
}

void set_listed(Header* h, bool on) {
  if (!parallel) {
    uint8_t seen = h->lock.load(std::memory_order_relaxed);
    h->lock.store(static_cast<uint8_t>(on ? seen | kListed : seen & ~kListed), std::memory_order_relaxed);
  } else if (on) {
    h->lock.fetch_or(kListed, std::memory_order_relaxed);
  } else {
    h->lock.fetch_and(static_cast<uint8_t>(~kListed), std::memory_order_relaxed);
  }
}

bool belongs_to(Header* h, bool old) {
  return is_live_cell(h) && h->has_gcflag(kTracked) && h->has_gcflag(kOldGen) == old &&
         !(h->lock.load(std::memory_order_relaxed) & kListed);
}

// Keeps one entry of each live tracked object of the generation, in order of birth: of a cell that was used again the last one, the others
// are its forerunners'. Leaves kListed set on them.
size_t compact_list(Header** list, size_t n, bool old) {
  size_t first = n;
  for (size_t i = n; i-- > 0;) {
    Header* h = list[i];
    if (!belongs_to(h, old)) continue;
    set_listed(h, true);
    list[--first] = h;
  }
  if (first != 0 && first != n) memmove(list, list + first, (n - first) * sizeof(Header*));
  return n - first;
}

}  // namespace

Heap& heap = *reinterpret_cast<Heap*>(heap_storage);

void give_block_back(Block* b) {
  map_pages(b, kBlockSize, nullptr);
  b->cache.store(nullptr, std::memory_order_relaxed);
  b->kind = kBlockFree;
  b->chunk->used--;
  // Its header stays; what follows it goes back to the system if enough warm blocks are at hand.
  if (heap.free_block_count >= kHotFreeBlocks)
    madvise(reinterpret_cast<char*>(b) + kKeptPages, kBlockSize - kKeptPages, MADV_DONTNEED);
  b->prev = nullptr;
  b->next = heap.free_blocks;
  if (b->next) b->next->prev = b;
  heap.free_blocks = b;
  heap.free_block_count++;
}

bool give_chunk_back(Chunk** link) {
  Chunk* k = *link;
  if (k->used != 0 || k == heap.last_chunk) return false;
  for (uint32_t i = 0; i < k->fresh; i++) unlink_free_block(k->block(i));
  *link = k->next;
  heap.chunk_bytes -= k->blocks * kBlockSize;
  mi_free(k->memory);
  free(k);
  return true;
}

void map_pages(Block* b, size_t size, Block* value) {
  uintptr_t page = reinterpret_cast<uintptr_t>(b) / kBlockSize;
  uintptr_t end = (reinterpret_cast<uintptr_t>(b) + size + kBlockSize - 1) / kBlockSize;
  for (; page < end; page++) {
    std::atomic<std::atomic<Block*>*>& top = page_map[(page >> kMapLeafBits) & ((size_t{1} << kMapTopBits) - 1)];
    std::atomic<Block*>* leaf = top.load(std::memory_order_acquire);
    if (!leaf) {  // heap mutex held: nobody else makes one
      void* p = sure_map(sizeof(Block*) << kMapLeafBits);
      leaf = static_cast<std::atomic<Block*>*>(p);
      top.store(leaf, std::memory_order_release);
    }
    leaf[page & ((size_t{1} << kMapLeafBits) - 1)].store(value, std::memory_order_release);
  }
}

void drain_remote(AllocCache* c) {
  FreeCell* cell = c->rest->remote.load(std::memory_order_relaxed);
  if (TAIPAN_LIKELY(!cell)) return;
  cell = c->rest->remote.exchange(nullptr, std::memory_order_acquire);
  while (cell) {
    FreeCell* next = cell->next;
    Block* b = block_of(cell);
    AllocCache* owner = b->cache.load(std::memory_order_relaxed);
    if (owner == c) {
      cell->next = c->free[b->size_class];
      c->free[b->size_class] = cell;
    } else {  // the block was adopted between the free and now
      FreeCell* head = owner->rest->remote.load(std::memory_order_relaxed);
      do {
        cell->next = head;
      } while (
          !owner->rest->remote.compare_exchange_weak(head, cell, std::memory_order_release, std::memory_order_relaxed));
    }
    cell = next;
  }
}

namespace {

// Marks for the time that a thread looks through its own list, without atomics: in the count that it alone reads and writes. (Others may begin to
// count the object meanwhile.)
constexpr uint32_t kOwnMark = 1u << 31;
bool has_own_mark(Header* h) {
  return h->owner.load(std::memory_order_relaxed) == current_slot &&
         (h->rc_local.load(std::memory_order_relaxed) & kOwnMark);
}
void flip_own_mark(Header* h) {
  h->rc_local.store(h->rc_local.load(std::memory_order_relaxed) ^ kOwnMark, std::memory_order_relaxed);
}

// As compact_list, with the marks taken away at the end.
size_t compact_own_list(Header** list, size_t n) {
  size_t first = n;
  for (size_t i = n; i-- > 0;) {
    Header* h = list[i];
    if (!belongs_to(h, false) || has_own_mark(h)) continue;
    if (h->owner.load(std::memory_order_relaxed) == current_slot && h->rc_shared.load(std::memory_order_relaxed) == 0) {
      flip_own_mark(h);
    } else {
      set_listed(h, true);
    }
    list[--first] = h;
  }
  for (size_t i = first; i < n; i++) {
    if (has_own_mark(list[i])) {
      flip_own_mark(list[i]);
    } else {
      set_listed(list[i], false);
    }
  }
  if (first != 0 && first != n) memmove(list, list + first, (n - first) * sizeof(Header*));
  return n - first;
}

}  // namespace

void compact_young(AllocCache* c) {
  CacheRest* rest = c->rest;
  size_t n = static_cast<size_t>(c->young_top - rest->young);
  if (parallel && c == current_alloc) {
    set_young_limit(c, compact_own_list(rest->young, n));
    return;
  }
  size_t kept = compact_list(rest->young, n, false);
  for (size_t i = 0; i < kept; i++) set_listed(rest->young[i], false);
  set_young_limit(c, kept);
}

void young_list_full(AllocCache* c) {
  compact_young(c);
  size_t threshold = heap.young_threshold.load(std::memory_order_relaxed);
  if (threshold && static_cast<size_t>(c->young_top - c->rest->young) > threshold)
    current_mutator->poll.fetch_or(kPollCollect, std::memory_order_relaxed);
}

TAIPAN_NOINLINE Header* alloc_object_slow(size_t size, ShapeId shape, uint32_t flags, bool zero) {
  AllocCache* c = own_cache();
  bool tracked = (flags & kAllocTracked) != 0;
  uint64_t word = c->birth | shape | (tracked ? uint64_t{kTracked} << 56 : 0);
  Header* h;
  if (size > kMaxMediumSize) {
    h = alloc_large(size, tracked, zero);
    if (!h) return nullptr;
    header_word(h, 1).store(1, std::memory_order_relaxed);
    header_word(h, 0).store(word, std::memory_order_relaxed);
    return h;
  }
  size_t size_class = class_of(size);
  FreeCell* cell = c->free[size_class];
  if (!cell && !(cell = refill(c, size_class))) return nullptr;
  c->free[size_class] = cell->next;
  h = reinterpret_cast<Header*>(cell);
  header_word(h, 0).store(word, std::memory_order_relaxed);
  header_word(h, 1).store(1, std::memory_order_relaxed);
  if (zero) memset(static_cast<void*>(h + 1), 0, size - sizeof(Header));
  if (tracked) {
    *c->young_top++ = h;
    if (c->young_top == c->young_limit) young_list_full(c);
  }
  return h;
}

TAIPAN_NOINLINE void free_object_slow(Header* h) {
  if (deferred_frees) {
    deferred_frees->push(h);
    return;
  }
  Block* b = block_of(h);
  if (b->kind == kBlockLarge) {
    free_large(h);
    return;
  }
  AllocCache* owner = b->cache.load(std::memory_order_relaxed);
  if (owner == own_cache()) {
    push_free_cell(owner, b->size_class, h);
    return;
  }
  header_word(h, 0).store(0, std::memory_order_relaxed);
  header_word(h, 1).store(kDeadWord, std::memory_order_relaxed);
  FreeCell* cell = reinterpret_cast<FreeCell*>(h);
  FreeCell* head = owner->rest->remote.load(std::memory_order_relaxed);
  do {
    cell->next = head;
  } while (
      !owner->rest->remote.compare_exchange_weak(head, cell, std::memory_order_release, std::memory_order_relaxed));
}

void defer_frees(bool on) {
  if (on) {
    deferred_frees = new HeaderVector;
    static Header* no_young[2];
    no_cells.young_top = no_young + 2;
    current_alloc = &no_cells;
    return;
  }
  HeaderVector* cells = deferred_frees;
  deferred_frees = nullptr;
  current_alloc = own_cache();
  for (Header* h : *cells) free_object(h);
  delete cells;
}

size_t cell_size(const Header* h) {
  Block* b = block_of(h);
  return b->kind == kBlockLarge ? b->large_size - sizeof(Block) : b->cell_size;
}

Header* resize_object(Header* h, size_t old_size, size_t new_size) {
  size_t room = cell_size(h);
  if (new_size <= room && new_size + kQuantum > room / 2) return h;
  Header* moved = alloc_object(new_size, h->shape(), kAllocPlain);
  if (!moved) return nullptr;
  memcpy(static_cast<void*>(moved + 1), h + 1, (old_size < new_size ? old_size : new_size) - sizeof(Header));
  moved->gcflags.store(h->gcflags.load(std::memory_order_relaxed), std::memory_order_relaxed);
  free_object(h);
  return moved;
}

size_t raw_usable_size(void* p) { return mi_usable_size(p); }

void track(Header* h) {
  if (h->has_gcflag(kTracked)) return;
  h->clear_gcflag(kOldGen);
  h->set_gcflag(kTracked);
  Block* b = block_of(h);
  if (b->kind == kBlockLarge) {
    std::lock_guard<std::mutex> lock(heap.mutex);
    if (!b->listed_large) {
      unlink_large(b);
      link_large(b, true);
    }
    heap.large_young++;
    return;
  }
  AllocCache* c = own_cache();
  *c->young_top++ = h;
  if (c->young_top == c->young_limit) young_list_full(c);
}

void untrack(Header* h) { h->clear_gcflag(kTracked); }

// ---- Caches ----

void init_heap(bool gil) { new (heap_storage) Heap; }

AllocCache* acquire_cache(uint16_t slot) {
  std::lock_guard<std::mutex> lock(heap.mutex);
  AllocCache* c;
  if (gil_enabled) {
    c = heap.caches;
  } else {
    c = heap.abandoned;
    if (c) {
      heap.abandoned = c->rest->abandoned_next;
      c->rest->abandoned = false;
    }
  }
  if (!c) {
    c = new AllocCache;
    c->rest = new CacheRest;
    c->rest->all_next = heap.caches;
    heap.caches = c;
  }
  init_cache(c, slot);
  return c;
}

void heap_start_parallel() {
  for_each_cache([](AllocCache* c) { c->sole = false; });
}

void abandon_cache(AllocCache* c) {
  if (gil_enabled || !c) return;
  std::lock_guard<std::mutex> lock(heap.mutex);
  c->rest->abandoned = true;
  c->rest->abandoned_next = heap.abandoned;
  heap.abandoned = c;
}

void lock_heap_for_fork() { heap.mutex.lock(); }
void unlock_heap_after_fork(bool child) {
  if (child) {
    new (&heap.mutex) std::mutex;
  } else {
    heap.mutex.unlock();
  }
}

// ---- Generations ----

void take_members(int gen, HeaderVector& out, bool automatic) {
  if (automatic && parallel) {
    for_each_mutator([](Mutator* m) {
      if (m->attached && m != current_mutator && m->alloc) m->alloc->rest->passed_over = true;
    });
  }
  auto take_list = [&](HeaderVector& list) {
    for (Header* h : list) {
      if (!belongs_to(h, true)) continue;
      set_listed(h, true);
      out.push(h);
    }
    list.clear();
  };
  auto take_middle = [&] {
    take_list(heap.gen1);
    for_each_cache([&](AllocCache* c) {
      if (!c->rest->passed_over) take_list(c->rest->middle);
    });
  };
  if (gen == 1) take_middle();
  for (Block* b = heap.large_tracked; b; b = b->next) {
    Header* h = cell_at(b, 0);
    if (!belongs_to(h, false)) continue;
    set_listed(h, true);
    out.push(h);
  }
  for_each_cache([&](AllocCache* c) {
    CacheRest* rest = c->rest;
    if (std::exchange(rest->passed_over, false)) return;
    size_t n = compact_list(rest->young, static_cast<size_t>(c->young_top - rest->young), false);
    for (size_t i = 0; i < n; i++) out.push(rest->young[i]);
    c->young_top = rest->young;
  });
  if (gen == 2) take_middle();
}

size_t take_own_young(HeaderVector& out, bool middle) {
  AllocCache* c = own_cache();
  if (middle) out.swap(c->rest->middle);
  size_t first = out.count;
  size_t n = static_cast<size_t>(c->young_top - c->rest->young);
  out.reserve(first + n);
  if (n) memcpy(static_cast<void*>(out.items + first), c->rest->young, n * sizeof(Header*));
  out.count = first + n;
  set_young_limit(c, 0);
  return first;
}

// (What is shared may be freed by others at any time; its cell isn't used again before this thread does so.)
void promote_own(const HeaderVector& own, int to_gen, const HeaderVector& shared) {
  HeaderVector& middle = own_cache()->rest->middle;
  std::unique_lock<std::mutex> lock(heap.promoting, std::defer_lock);
  auto promote_one = [&](Header* h, HeaderVector* list) {
    ShapeId shape = h->shape();
    if (shape == 0) return;
    if (heap.marking) test_and_mark(h);
    uint8_t flags = h->gcflags.fetch_or(kOldGen, std::memory_order_release);
    if (list) list->push(h);
    if (TAIPAN_LIKELY(shape_table[shape]->ops->finalize == nullptr) || (flags & (kOldGen | kFinalized))) return;
    if (!lock) lock.lock();
    heap.finalizable.push(h);
  };
  for (size_t i = 0; i < own.count; i++) promote_one(own.items[i], to_gen == 1 ? &middle : nullptr);
  if (shared.count == 0) return;
  if (!lock) lock.lock();
  for (size_t i = 0; i < shared.count; i++) promote_one(shared.items[i], &heap.gen1);
}

size_t own_middle_count() { return own_cache()->rest->middle.count; }
size_t retire_own_middle() {
  size_t n = own_middle_count();
  own_cache()->rest->middle.clear();
  return n;
}

void set_own_young_threshold(size_t n) { heap.young_threshold.store(n, std::memory_order_relaxed); }

void promote(Header* h, int to_gen) {
  if (heap.marking) test_and_mark(h);  // not there when the marker took its snapshot
  uint8_t flags = h->gcflags.load(std::memory_order_relaxed);
  h->gcflags.store(flags | kOldGen, std::memory_order_release);
  if (to_gen == 1 && block_of(h)->kind != kBlockLarge) heap.gen1.push(h);
  if (TAIPAN_UNLIKELY(ops_of(h)->finalize != nullptr) && !(flags & (kOldGen | kFinalized)) &&
      block_of(h)->kind != kBlockLarge)
    heap.finalizable.push(h);
}

void keep_young(const HeaderVector& garbage) {
  for (size_t i = 0; i < garbage.count; i++) {
    Header* h = garbage.items[i];
    if (h->has_gcflag(kOldGen) || block_of(h)->kind == kBlockLarge) continue;
    AllocCache* c = own_cache();
    *c->young_top++ = h;
    if (c->young_top == c->young_limit) compact_young(c);
  }
}

// The list names each of them once, at the time it became old; a cell that was used again since, more than once: then the last counts.
void compact_finalizable() {
  HeaderVector& list = heap.finalizable;
  size_t first = list.count;
  for (size_t i = list.count; i-- > 0;) {
    Header* h = list.items[i];
    if (!belongs_to(h, true) || !ops_of(h)->finalize || h->has_gcflag(kFinalized)) continue;
    set_listed(h, true);
    list.items[--first] = h;
  }
  list.count -= first;
  if (first) memmove(static_cast<void*>(list.items), list.items + first, list.count * sizeof(Header*));
  for (Header* h : list) set_listed(h, false);
  heap.finalizable_kept = list.count;
}

void take_finalizable(HeaderVector& out) { out.swap(heap.finalizable); }
void give_back_finalizable(HeaderVector& in) {
  for (Header* h : heap.finalizable) in.push(h);
  heap.finalizable.swap(in);
  in.shrink();
}

void order_by_age(Header** objects, size_t n) {
  size_t old = 0;  // the young come as they were born, after them
  HeaderVector young;
  for (size_t i = 0; i < n; i++) {
    if (!objects[i]->has_gcflag(kOldGen) || block_of(objects[i])->kind == kBlockLarge) {
      young.push(objects[i]);
    } else {
      objects[old++] = objects[i];
    }
  }
  if (old > 1) {
    HeaderVector wanted;
    for (size_t i = 0; i < old; i++) {
      wanted.push(objects[i]);
      set_listed(objects[i], true);
    }
    HeaderVector found;  // the youngest first
    for (size_t i = heap.finalizable.count; i-- > 0 && found.count < old;) {
      Header* h = heap.finalizable.items[i];
      if (!(h->lock.load(std::memory_order_relaxed) & kListed)) continue;
      set_listed(h, false);
      found.push(h);
    }
    size_t at = 0;
    while (found.count) objects[at++] = found.pop();
    for (Header* h : wanted) {
      if (!(h->lock.load(std::memory_order_relaxed) & kListed)) continue;
      set_listed(h, false);
      objects[at++] = h;
    }
  }
  for (size_t i = 0; i < young.count; i++) objects[old + i] = young.items[i];
}

void generation_members(int gen, HeaderVector& out) {
  if (gen == 1) {
    for_each_middle_list([&](HeaderVector& list) {
      list.count = compact_list(list.items, list.count, true);
      for (Header* h : list) out.push(h);
    });
  } else {
    for_each_cache([&](AllocCache* c) {
      CacheRest* rest = c->rest;
      size_t n = compact_list(rest->young, static_cast<size_t>(c->young_top - rest->young), false);
      c->young_top = rest->young + n;
      for (size_t i = 0; i < n; i++) out.push(rest->young[i]);
    });
    for (Block* b = heap.large_tracked; b; b = b->next) {
      if (belongs_to(cell_at(b, 0), false)) out.push(cell_at(b, 0));
    }
  }
  for (Header* h : out) set_listed(h, false);
}

size_t own_young_count(Mutator* m) { return static_cast<size_t>(m->alloc->young_top - m->alloc->rest->young); }

size_t young_count() {
  size_t n = 0;
  for_each_cache([&](AllocCache* c) {
    compact_young(c);
    n += static_cast<size_t>(c->young_top - c->rest->young);
  });
  return n + heap.large_young;
}

void set_young_threshold(size_t n) {
  heap.young_threshold.store(n, std::memory_order_relaxed);
  for_each_cache([](AllocCache* c) { compact_young(c); });
}

bool young_collection_due(Mutator* m) {
  size_t threshold = heap.young_threshold.load(std::memory_order_relaxed);
  if (!threshold) return false;
  if (own_young_count(m) > threshold) compact_young(m->alloc);
  return own_young_count(m) > threshold || heap.large_young > threshold / 8;
}

size_t middle_count() {
  std::lock_guard<std::mutex> lock(heap.promoting);
  return heap.gen1.count;
}
size_t retire_middle() {
  size_t n = heap.gen1.count;
  heap.gen1.shrink();
  return n;
}

// ---- While the collector marks ----

void keep_freed_memory(bool on) {
  heap.marking = on;
  for_each_cache([on](AllocCache* c) { c->sole = !parallel && !on; });
}

bool is_cell(const Header* h) {
  uintptr_t word = reinterpret_cast<uintptr_t>(h);
  if (word >> (16 + kMapLeafBits + kMapTopBits)) return false;
  uintptr_t page = word / kBlockSize;
  std::atomic<Block*>* leaf = page_map[page >> kMapLeafBits].load(std::memory_order_acquire);
  return leaf && leaf[page & ((size_t{1} << kMapLeafBits) - 1)].load(std::memory_order_acquire) == block_of(h);
}

void note_collection_done() {
  keep_reserve(heap.chunk_bytes);  // the collection may have needed some
  heap.large_young = 0;
  if (heap.finalizable.count > 2 * heap.finalizable_kept + kFirstYoungCapacity) compact_finalizable();
  for_each_cache([](AllocCache* c) { set_young_limit(c, static_cast<size_t>(c->young_top - c->rest->young)); });
}

}  // namespace taipan::gc
#endif
