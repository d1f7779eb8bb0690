// The heap of sanitizer builds: every cell is a malloc of its own, so that the sanitizers see each object's life and
// bounds. A node in front of the header links the cell into one of four lists: untracked and the three generations.
// With the GIL off a freed cell waits for its grace period, because optimistic readers may still look at its counts.
#ifdef TAIPAN_PLAIN_MALLOC
#include <malloc.h>
#include <stdio.h>
#include <algorithm>
#include <new>
#include "gc/concurrent_internal.h"
#include "gc/epoch.h"
#include "gc/hot_counts.h"
#include "gc/ref.h"

extern "C" char __executable_start, end;  // the linker's

namespace taipan::gc {

thread_local constinit AllocCache* current_alloc = nullptr;

namespace {

enum List : uint32_t { kUntracked, kYoung, kMiddle, kOld, kLists };

struct alignas(16) Node {
  Node* prev;
  Node* next;
  size_t size;
  uint32_t list;
  std::atomic<uint32_t> marked;
  uint8_t candidate;

  Header* header() { return reinterpret_cast<Header*>(this + 1); }
};
static_assert(sizeof(Node) % 16 == 0);

Node* node_of(const void* h) { return reinterpret_cast<Node*>(const_cast<void*>(h)) - 1; }

struct PlainHeap {
  std::mutex mutex;
  Node lists[kLists];
  size_t list_counts[kLists] = {};
  size_t bytes = 0;
  size_t young_threshold = 700;
  bool marking = false;
  uint64_t version = 0;  // of the lists; sorted is valid for one version
  uint64_t sorted_version = ~uint64_t{0};
  PodVector<Node*> sorted;

  PlainHeap() {
    for (Node& n : lists) n.prev = n.next = &n;
  }
};
alignas(PlainHeap) char plain_storage[sizeof(PlainHeap)];
PlainHeap& heap = *reinterpret_cast<PlainHeap*>(plain_storage);
bool heap_made = false;

AllocCache the_cache;
thread_local constinit HeaderVector* deferred_frees = nullptr;

void link(Node* n, uint32_t list) {  // heap mutex held
  Node* end = &heap.lists[list];
  n->list = list;
  n->prev = end->prev;
  n->next = end;
  end->prev->next = n;
  end->prev = n;
  heap.list_counts[list]++;
  heap.version++;
}
void unlink(Node* n) {
  n->prev->next = n->next;
  n->next->prev = n->prev;
  heap.list_counts[n->list]--;
  heap.version++;
}
void relink(Header* h, uint32_t list) {
  Node* n = node_of(h);
  unlink(n);
  link(n, list);
}

// f(h) returns false to stop.
template <class F>
bool walk_lists(uint32_t first, uint32_t last, F f) {
  for (uint32_t i = first; i <= last; i++) {
    for (Node* n = heap.lists[i].next; n != &heap.lists[i];) {
      Node* next = n->next;
      if (!f(n->header())) return false;
      n = next;
    }
  }
  return true;
}

void ask_for_collection() {
  if (heap.young_threshold && heap.list_counts[kYoung] > heap.young_threshold)
    current_mutator->poll.fetch_or(kPollCollect, std::memory_order_relaxed);
}

}  // namespace

Header* alloc_object_slow(size_t size, ShapeId shape, uint32_t flags, bool zero) {
  if (is_impossible(size)) return nullptr;
  size_t total = sizeof(Node) + size;
  Node* n = static_cast<Node*>(zero ? calloc(total, 1) : malloc(total));
  if (!n) return nullptr;
  n->size = size;
  n->marked.store(0, std::memory_order_relaxed);  // (the marker may be looking at it before it is born)
  n->candidate = 0;
  Header* h = n->header();
  h->owner.store(current_slot, std::memory_order_relaxed);
  h->lock.store(0, std::memory_order_relaxed);
  h->gcflags.store(flags & kAllocTracked ? kTracked : 0, std::memory_order_relaxed);
  h->rc_local.store(1, std::memory_order_relaxed);
  h->rc_shared.store(0, std::memory_order_relaxed);
  h->shape_id.store(shape, std::memory_order_relaxed);
  std::lock_guard<std::mutex> lock(heap.mutex);
  link(n, flags & kAllocTracked ? kYoung : kUntracked);
  heap.bytes += total;
  if (flags & kAllocTracked) ask_for_collection();
  return h;
}

void free_object_slow(Header* h) {
  if (deferred_frees) {
    deferred_frees->push(h);
    return;
  }
  {
    std::lock_guard<std::mutex> lock(heap.mutex);
    unlink(node_of(h));
    heap.bytes -= sizeof(Node) + node_of(h)->size;
  }
  h->shape_id.store(0, std::memory_order_relaxed);
  h->owner.store(kNoOwner, std::memory_order_relaxed);
  h->gcflags.store(0, std::memory_order_relaxed);
  h->rc_local.store(0, std::memory_order_relaxed);
  h->rc_shared.store(kSharedMerged, std::memory_order_relaxed);
  retire(node_of(h), free);
}

void defer_frees(bool on) {
  if (on) {
    deferred_frees = new HeaderVector;
    return;
  }
  HeaderVector* cells = deferred_frees;
  deferred_frees = nullptr;
  for (Header* h : *cells) free_object_slow(h);
  delete cells;
}

size_t cell_size(const Header* h) { return node_of(h)->size; }

Header* resize_object(Header* h, size_t old_size, size_t new_size) {
  Header* moved = alloc_object_slow(new_size, h->shape(), kAllocPlain, false);
  if (!moved) return nullptr;
  memcpy(static_cast<void*>(moved + 1), h + 1, (old_size < new_size ? old_size : new_size) - sizeof(Header));
  moved->gcflags.store(h->gcflags.load(std::memory_order_relaxed), std::memory_order_relaxed);
  free_object_slow(h);
  return moved;
}

size_t raw_usable_size(void* p) { return malloc_usable_size(p); }

void track(Header* h) {
  if (h->has_gcflag(kTracked)) return;
  h->clear_gcflag(kOldGen);
  h->set_gcflag(kTracked);
  std::lock_guard<std::mutex> lock(heap.mutex);
  relink(h, kYoung);
  ask_for_collection();
}
void untrack(Header* h) {
  if (!h->has_gcflag(kTracked)) return;
  h->clear_gcflag(kTracked);
  std::lock_guard<std::mutex> lock(heap.mutex);
  relink(h, kUntracked);
}

// ---- Caches: one for everybody, empty ----

void young_list_full(AllocCache*) {}

void init_heap(bool) {
  if (heap_made) {
    for (Node& list : heap.lists) {
      for (Node* n = list.next; n != &list;) {
        Node* next = n->next;
        free(n);
        n = next;
      }
    }
    heap.sorted.shrink();
  }
  new (plain_storage) PlainHeap;
  heap_made = true;
}
AllocCache* acquire_cache(uint16_t) { return &the_cache; }
void abandon_cache(AllocCache*) {}
void heap_start_parallel() {}
void lock_heap_for_fork() { heap.mutex.lock(); }
void unlock_heap_after_fork(bool child) {
  if (child) {
    new (&heap.mutex) std::mutex;
  } else {
    heap.mutex.unlock();
  }
}

// ---- Generations ----

void take_members(int gen, HeaderVector& out, bool) {
  std::lock_guard<std::mutex> lock(heap.mutex);
  auto take = [&](int i) {
    walk_lists(kYoung + static_cast<uint32_t>(i), kYoung + static_cast<uint32_t>(i), [&](Header* h) {
      h->lock.store(h->lock.load(std::memory_order_relaxed) | kListed, std::memory_order_relaxed);
      out.push(h);
      return true;
    });
  };
  take(gen);
  for (int i = 0; i < gen; i++) take(i);
}

// What others may free meanwhile stays in its list: it would be freed memory here.
size_t take_own_young(HeaderVector& out, bool middle) {
  std::lock_guard<std::mutex> lock(heap.mutex);
  size_t first = 0;
  for (uint32_t i : {kMiddle, kYoung}) {
    if (i == kMiddle && !middle) continue;
    walk_lists(i, i, [&](Header* h) {
      if (h->owner.load(std::memory_order_relaxed) == current_slot && h->rc_shared.load(std::memory_order_relaxed) == 0)
        out.push(h);
      return true;
    });
    if (i == kMiddle) first = out.count;
  }
  return first;
}
void promote_own(const HeaderVector& own, int to_gen, const HeaderVector&) {
  std::lock_guard<std::mutex> lock(heap.mutex);
  for (size_t i = 0; i < own.count; i++) {
    Header* h = own.items[i];
    if (heap.marking) test_and_mark(h);
    h->gcflags.fetch_or(kOldGen, std::memory_order_release);
    relink(h, kYoung + static_cast<uint32_t>(to_gen));
  }
}
size_t own_middle_count() { return 0; }
size_t retire_own_middle() { return 0; }
void walk_old(void (*)(Header*, void*), void*) {}  // take_members leaves nothing out

void promote(Header* h, int to_gen) {
  if (heap.marking) test_and_mark(h);
  h->gcflags.store(h->gcflags.load(std::memory_order_relaxed) | kOldGen, std::memory_order_relaxed);
  std::lock_guard<std::mutex> lock(heap.mutex);
  relink(h, kYoung + static_cast<uint32_t>(to_gen));
}
void keep_young(const HeaderVector&) {}  // their lists are kept up to date
void take_finalizable(HeaderVector&) {}
void give_back_finalizable(HeaderVector&) {}
void order_by_age(Header**, size_t) {}  // as the lists are
void generation_members(int gen, HeaderVector& out) {
  std::lock_guard<std::mutex> lock(heap.mutex);
  uint32_t list = kYoung + static_cast<uint32_t>(gen);
  walk_lists(list, list, [&](Header* h) {
    out.push(h);
    return true;
  });
}
size_t own_young_count(Mutator*) { return young_count(); }
size_t young_count() {
  std::lock_guard<std::mutex> lock(heap.mutex);
  return heap.list_counts[kYoung];
}
void set_young_threshold(size_t n) {
  std::lock_guard<std::mutex> lock(heap.mutex);
  heap.young_threshold = n;
}
void set_own_young_threshold(size_t n) { set_young_threshold(n); }
void note_collection_done() {}
bool young_collection_due(Mutator*) {
  std::lock_guard<std::mutex> lock(heap.mutex);
  return heap.young_threshold && heap.list_counts[kYoung] > heap.young_threshold;
}
size_t middle_count() {
  std::lock_guard<std::mutex> lock(heap.mutex);
  return heap.list_counts[kMiddle];
}
size_t retire_middle() {
  std::lock_guard<std::mutex> lock(heap.mutex);
  size_t n = heap.list_counts[kMiddle];
  while (heap.lists[kMiddle].next != &heap.lists[kMiddle]) relink(heap.lists[kMiddle].next->header(), kOld);
  return n;
}
void keep_freed_memory(bool on) { heap.marking = on; }
// What is freed stays readable until the marker has done (see marker_online), so only static objects are to be told apart.
bool is_cell(const Header* h) {
  uintptr_t word = reinterpret_cast<uintptr_t>(h);
  return word < reinterpret_cast<uintptr_t>(&__executable_start) || word >= reinterpret_cast<uintptr_t>(&end);
}
size_t begin_listing() { return 1; }
void end_listing() {}
void list_old_unmarked(size_t, void (*f)(Header*, void*), void* arg) {
  std::lock_guard<std::mutex> lock(heap.mutex);
  for (uint32_t i : {kMiddle, kOld}) {
    for (Node* n = heap.lists[i].next; n != &heap.lists[i]; n = n->next) {
      if (!n->marked.load(std::memory_order_relaxed) && n->header()->shape() != 0) f(n->header(), arg);
    }
  }
}

// ---- Looking at the whole ----

void walk_tracked(bool (*f)(Header*, void*), void* arg) {
  walk_lists(kYoung, kOld, [&](Header* h) { return f(h, arg); });
}

void walk_untracked(void (*f)(Header*, void*), void* arg) {
  walk_lists(kUntracked, kUntracked, [&](Header* h) {
    f(h, arg);
    return true;
  });
}

Header* find_cell(uintptr_t word) {
  std::lock_guard<std::mutex> lock(heap.mutex);
  if (heap.sorted_version != heap.version) {
    heap.sorted.clear();
    walk_lists(kUntracked, kOld, [](Header* h) {
      heap.sorted.push(node_of(h));
      return true;
    });
    std::sort(heap.sorted.begin(), heap.sorted.end());
    heap.sorted_version = heap.version;
  }
  Node** after = std::upper_bound(heap.sorted.begin(), heap.sorted.end(), reinterpret_cast<Node*>(word));
  if (after == heap.sorted.begin()) return nullptr;
  Node* n = after[-1];
  uintptr_t start = reinterpret_cast<uintptr_t>(n->header());
  return word >= start && word < start + n->size ? n->header() : nullptr;
}

bool is_marked(const Header* h) { return node_of(h)->marked.load(std::memory_order_relaxed) != 0; }
bool test_and_mark(Header* h) { return node_of(h)->marked.exchange(1, std::memory_order_acq_rel) != 0; }
void clear_all_marks() {
  std::lock_guard<std::mutex> lock(heap.mutex);
  walk_lists(kUntracked, kOld, [](Header* h) {
    node_of(h)->marked.store(0, std::memory_order_relaxed);
    return true;
  });
}

HeapStats heap_stats() {
  std::lock_guard<std::mutex> lock(heap.mutex);
  HeapStats s{};
  s.tracked_objects = heap.list_counts[kYoung] + heap.list_counts[kMiddle] + heap.list_counts[kOld];
  s.live_objects = s.tracked_objects + heap.list_counts[kUntracked];
  s.block_bytes = heap.bytes;
  return s;
}

uint8_t* candidate_byte(const Header* h) { return &node_of(h)->candidate; }
uint8_t* make_candidate_byte(Header* h) { return &node_of(h)->candidate; }
void free_candidate_bytes() {
  std::lock_guard<std::mutex> lock(heap.mutex);
  walk_lists(kUntracked, kOld, [](Header* h) {
    node_of(h)->candidate = 0;
    return true;
  });
}

size_t release_empty_blocks() { return 0; }
size_t look_for_empty_blocks(size_t, bool) { return 0; }
bool releasing() { return false; }
bool release_some(Deadline&) { return true; }
void stop_release() {}
bool lists_to_sort() { return false; }
void sort_lists() {}
ReleaseFigures release_figures() { return {}; }

size_t verify_heap() {
  size_t wrong = 0;
  auto complain = [&](const char* what, const void* where) {
    if (wrong++ < 20) fprintf(stderr, "verify_heap: %s (%p)\n", what, where);
  };
  std::lock_guard<std::mutex> lock(heap.mutex);
  walk_lists(kUntracked, kOld, [&](Header* h) {
    if (h->shape() >= kMaxShapes || !shape_table[h->shape()]) {
      complain("unknown shape", h);
      return true;
    }
    uint8_t flags = h->gcflags.load(std::memory_order_relaxed);
    if (h->owner.load(std::memory_order_relaxed) == kNoOwner && !(flags & (kImmortal | kDeferred)) &&
        (h->rc_shared.load(std::memory_order_relaxed) & kSharedState) != kSharedMerged)
      complain("no owner, and neither merged nor uncounted", h);
    if (!(flags & (kImmortal | kDeferred | kDying)) && !is_hot(h) && total_count(h) == 0)
      complain("live object without references", h);
    if (h->lock.load(std::memory_order_relaxed) & (kCollecting | kReachable | kListed))
      complain("collector's bits left behind", h);
    if (((flags & kTracked) != 0) != (node_of(h)->list != kUntracked)) complain("on the wrong list", h);
    if ((flags & kTracked) && !ops_of(h)->trace) complain("tracked object without trace function", h);
    return true;
  });
  return wrong;
}

}  // namespace taipan::gc
#endif
