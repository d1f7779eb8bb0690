#include <cstring>
#include <set>
#include "tests/gc/support.h"

namespace taipan::gc::test {
namespace {

class HeapTest : public GilTest {};

TEST_F(HeapTest, HeaderOfANewObject) {
  Header* h = alloc_object(40, box_shape.id, kAllocPlain);
  EXPECT_EQ(h->shape(), box_shape.id);
  EXPECT_EQ(h->owner.load(), kGilSlot);
  EXPECT_EQ(h->rc_local.load(), 1u);
  EXPECT_EQ(h->rc_shared.load(), 0u);
  EXPECT_EQ(h->gcflags.load(), 0);
  EXPECT_EQ(h->lock.load(), 0);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(h) % 16, 0u);
  EXPECT_EQ(ref_count(h), 1u);
  decref(h);
  Header* t = alloc_object(sizeof(Node), node_shape.id, kAllocTracked, true);
  EXPECT_TRUE(is_tracked(t));
  nodes_alive++;
  decref(t);
}

TEST_F(HeapTest, EverySizeHoldsItsBytesAndIsFound) {
  std::vector<Header*> all;
  for (size_t size : {size_t{16}, size_t{17}, size_t{32}, size_t{33}, size_t{100}, size_t{511}, size_t{512},
                      size_t{513}, size_t{640}, size_t{641}, size_t{4096}, size_t{5000}, size_t{20000}, size_t{65216},
                      size_t{65217}, size_t{200000}, size_t{5} << 20}) {
    for (int i = 0; i < 5; i++) {
      Header* h = alloc_object(size, box_shape.id, kAllocPlain, true);
      ASSERT_NE(h, nullptr);
      EXPECT_GE(cell_size(h), size);
      char* body = reinterpret_cast<char*>(h + 1);
      for (size_t j = 0; j < size - 16; j++) ASSERT_EQ(body[j], 0);
      memset(body, 0xEE, size - 16);
      all.push_back(h);
    }
  }
  for (Header* h : all) {
    EXPECT_EQ(find_cell(reinterpret_cast<uintptr_t>(h)), h);
    EXPECT_EQ(find_cell(reinterpret_cast<uintptr_t>(h) + 15), h);
    if (cell_size(h) > 65536) { EXPECT_EQ(find_cell(reinterpret_cast<uintptr_t>(h) + 65536), h); }
  }
  EXPECT_EQ(verify_heap(), 0u);
  for (Header* h : all) {
    uintptr_t word = reinterpret_cast<uintptr_t>(h);
    decref(h);
    EXPECT_EQ(find_cell(word), nullptr);
  }
}

TEST_F(HeapTest, FindCellTakesAnyWord) {
  Header* h = new_box(48);
  for (uintptr_t word :
       {uintptr_t{0}, uintptr_t{1}, ~uintptr_t{0}, uintptr_t{1} << 63, uintptr_t{1} << 47, uintptr_t{0x7fffffffffff},
        reinterpret_cast<uintptr_t>(&h), reinterpret_cast<uintptr_t>(h) & ~uintptr_t{65535}})
    EXPECT_EQ(find_cell(word), nullptr);
  uintptr_t x = 12345;
  for (int i = 0; i < 100000; i++) {
    x = x * 6364136223846793005u + 1442695040888963407u;
    find_cell(x);
    find_cell(x >> 17);
  }
  decref(h);
}

TEST_F(HeapTest, CellsAreReusedAndDontOverlap) {
  std::vector<Header*> live;
  uint64_t random = 7;
  auto next = [&] { return random = random * 6364136223846793005u + 1442695040888963407u, random >> 33; };
  for (int i = 0; i < 60000; i++) {
    if (live.size() < 100 || next() % 2) {
      size_t size = 16 + next() % (next() % 50 ? 500 : 9000);
      Header* h = alloc_object(size, box_shape.id, kAllocPlain);
      memset(static_cast<void*>(h + 1), static_cast<int>(size & 0xff), size - 16);
      live.push_back(h);
    } else {
      size_t at = next() % live.size();
      decref(live[at]);
      live[at] = live.back();
      live.pop_back();
    }
  }
  EXPECT_EQ(verify_heap(), 0u);
  for (Header* h : live) {
    EXPECT_EQ(h->shape(), box_shape.id);
    decref(h);
  }
  EXPECT_EQ(verify_heap(), 0u);
}

TEST_F(HeapTest, SizedFree) {
  for (size_t size : {size_t{16}, size_t{24}, size_t{48}, size_t{512}, size_t{513}, size_t{100000}}) {
    Header* h = new_box(size);
    free_object_sized(h, size);
    EXPECT_EQ(verify_heap(), 0u);
  }
}

TEST_F(HeapTest, EmptyBlocksAreGivenBack) {
  std::vector<Header*> live;
  for (int i = 0; i < 200000; i++) live.push_back(new_box(64));
  size_t before = heap_stats().block_bytes;
  EXPECT_GE(before, 200000u * 64);
  for (Header* h : live) decref(h);
  release_empty_blocks();
  EXPECT_EQ(verify_heap(), 0u);
  EXPECT_LT(heap_stats().block_bytes, before / 10);
  live.clear();
  for (int i = 0; i < 50000; i++) live.push_back(new_box(144));  // another class takes the blocks
  EXPECT_EQ(verify_heap(), 0u);
  for (Header* h : live) decref(h);
}

TEST_F(HeapTest, YoungEntriesOfReleasedBlocksAreForgotten) {
  enable_gc(false);
  std::vector<Ref> keep;
  {
    std::vector<Ref> drop;
    for (int i = 0; i < 20000; i++) drop.push_back(node_ref(i));
    for (int i = 0; i < 100; i++) keep.push_back(node_ref(i));
  }
  release_empty_blocks();
  for (int i = 0; i < 20000; i++) new_box(80);
  EXPECT_EQ(generation_count(0), 100u);
  enable_gc(true);
}

TEST_F(HeapTest, ResizeKeepsTheContents) {
  Header* h = new_box(40);
  strcpy(reinterpret_cast<char*>(h + 1), "taipan");
  size_t size = 40;
  for (size_t bigger : {size_t{41}, size_t{300}, size_t{5000}, size_t{100000}, size_t{400000}, size_t{64}}) {
    h = resize_object(h, size, bigger);
    ASSERT_NE(h, nullptr);
    EXPECT_GE(cell_size(h), bigger);
    EXPECT_STREQ(reinterpret_cast<char*>(h + 1), "taipan");
    EXPECT_EQ(h->rc_local.load(), 1u);
    size = bigger;
  }
  decref(h);
}

TEST_F(HeapTest, TrackAndUntrack) {
  Ref n = node_ref();
  Header* h = n.get().header();
  size_t young = generation_count(0);
  untrack(h);
  EXPECT_FALSE(is_tracked(h));
  EXPECT_EQ(generation_count(0), young - 1);
  track(h);
  track(h);
  EXPECT_TRUE(is_tracked(h));
  EXPECT_EQ(generation_count(0), young);
}

TEST_F(HeapTest, LargeTrackedObjectsAreWalked) {
  struct Wide {
    Header header;
    Value slots[20000];
  };
  static const TypeOps ops = {"wide",
                              [](Header* h, Visitor& v) { v.visit_range(reinterpret_cast<Wide*>(h)->slots, 20000); },
                              [](Header* h) {
                                for (Value& slot : reinterpret_cast<Wide*>(h)->slots) take(h, &slot).reset();
                              },
                              [](Header* h) {
                                for (Value& slot : reinterpret_cast<Wide*>(h)->slots) decref(slot);
                                free_object(h);
                              },
                              nullptr,
                              nullptr};
  static ShapeBase shape = {0, 0, &ops};
  if (!shape.id) register_shape(&shape);
  Header* wide = alloc_object(sizeof(Wide), shape.id, kAllocTracked, true);
  Node* n = new_node();
  init(&reinterpret_cast<Wide*>(wide)->slots[19999], Ref::dup(n));
  init(&n->slots[0], Ref::dup(wide));
  decref(&n->header);
  collect(0);
  EXPECT_EQ(nodes_alive, 1);
  decref(wide);
  EXPECT_EQ(collect(2), 2u);
  EXPECT_EQ(nodes_alive, 0);
}

TEST_F(HeapTest, ImpossibleSizesGiveNull) {
  EXPECT_EQ(alloc_object(SIZE_MAX - 100, box_shape.id, kAllocPlain), nullptr);
  for (int bits : {46, 60, 63}) {
    EXPECT_EQ(alloc_object(size_t{1} << bits, box_shape.id, kAllocPlain), nullptr);
    EXPECT_EQ(raw_alloc(size_t{1} << bits), nullptr);
    EXPECT_EQ(raw_calloc(size_t{1} << bits), nullptr);
    void* p = raw_alloc(10);
    EXPECT_EQ(raw_realloc(p, size_t{1} << bits), nullptr);
    raw_free(p);
  }
}

TEST_F(HeapTest, RawBuffers) {
  char* p = static_cast<char*>(raw_alloc(0));
  EXPECT_NE(p, nullptr);
  p = static_cast<char*>(raw_realloc(p, 100));
  memset(p, 1, 100);
  EXPECT_GE(raw_usable_size(p), 100u);
  raw_free_epoch(p);
  p = static_cast<char*>(raw_calloc(1000));
  for (int i = 0; i < 1000; i++) EXPECT_EQ(p[i], 0);
  raw_free(p);
  raw_free(nullptr);
}

TEST_F(HeapTest, MarksArePerCell) {
  std::vector<Header*> boxes;
  for (int i = 0; i < 3000; i++) boxes.push_back(new_box(i % 2 ? 48 : 300));
  for (size_t i = 0; i < boxes.size(); i += 3) EXPECT_FALSE(test_and_mark(boxes[i]));
  for (size_t i = 0; i < boxes.size(); i++) EXPECT_EQ(is_marked(boxes[i]), i % 3 == 0);
  EXPECT_TRUE(test_and_mark(boxes[0]));
  clear_all_marks();
  for (Header* h : boxes) EXPECT_FALSE(is_marked(h));
  for (Header* h : boxes) decref(h);
}

TEST_F(HeapTest, ShapeIdsAreNotReused) {
  static ShapeBase a = {0, 0, &box_ops}, b = {0, 0, &box_ops};
  if (!a.id) {
    ShapeId first = register_shape(&a);
    EXPECT_EQ(register_shape(&b), first + 1);
  }
  EXPECT_EQ(shape_table[a.id], &a);
  EXPECT_EQ(shape_table[b.id], &b);
}

}  // namespace
}  // namespace taipan::gc::test
