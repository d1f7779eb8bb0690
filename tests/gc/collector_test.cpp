#include <algorithm>
#include <map>
#include <random>
#include <set>
#include "tests/gc/support.h"

namespace taipan::gc::test {
namespace {

class CollectorTest : public GilTest {
 protected:
  void SetUp() override {
    GilTest::SetUp();
    finalized.clear();
  }
  static std::vector<int64_t> finalized;
  static void note(Node* n) { finalized.push_back(n->id); }
};
std::vector<int64_t> CollectorTest::finalized;

void make_cycle(int n, int64_t first_id = 0, void (*finalizer)(Node*) = nullptr) {
  Ref first = node_ref(first_id);
  first.as<Node>()->finalizer = finalizer;
  Ref last = first.copy();
  for (int i = 1; i < n; i++) {
    Ref next = node_ref(first_id + i);
    next.as<Node>()->finalizer = finalizer;
    link(last, 0, next);
    last = std::move(next);
  }
  link(last, 0, first);
}

TEST_F(CollectorTest, FindsCyclesAndNothingElse) {
  Ref live = node_ref();
  Ref child = node_ref();
  link(live, 0, child);
  link(child, 0, live);
  child.reset();
  make_cycle(1);
  make_cycle(5);
  EXPECT_EQ(nodes_alive, 8);
  EXPECT_EQ(collect(2), 6u);
  EXPECT_EQ(nodes_alive, 2);
  EXPECT_EQ(collect(2), 0u);
  live.reset();
  EXPECT_EQ(collect(2), 2u);
  EXPECT_EQ(nodes_alive, 0);
}

TEST_F(CollectorTest, ReferenceFromOutsideTheTracked) {
  Ref n = node_ref();
  make_cycle(3);
  untrack(n.get().header());
  Ref inner = node_ref();
  link(n, 0, inner);
  link(inner, 0, inner);
  inner.reset();
  EXPECT_EQ(collect(2), 3u);
  EXPECT_EQ(nodes_alive, 2);
  n.reset();
  EXPECT_EQ(collect(2), 1u);
}

TEST_F(CollectorTest, Generations) {
  Ref keep = node_ref();
  make_cycle(2);
  EXPECT_EQ(generation_count(0), 3u);
  EXPECT_EQ(collect(0), 2u);
  EXPECT_EQ(generation_count(0), 0u);
  EXPECT_EQ(generation_count(1), 1u);
  Header** found;
  EXPECT_EQ(snapshot_objects(1, &found), 1u);
  EXPECT_EQ(found[0], keep.get().header());
  decref(found[0]);
  raw_free(found);
  // A cycle that has grown old isn't found by younger collections.
  Ref a = node_ref();
  link(a, 0, a);
  collect(0);
  collect(1);
  a.reset();
  EXPECT_EQ(collect(0), 0u);
  EXPECT_EQ(collect(1), 0u);
  EXPECT_EQ(collect(2), 1u);
  EXPECT_EQ(generation_count(1), 0u);
  EXPECT_EQ(generation_stats(2).collected, 1u);
}

TEST_F(CollectorTest, OldReferencesKeepTheYoung) {
  Ref old = node_ref();
  collect(2);
  Ref young = node_ref();
  link(young, 0, young);
  link(old, 0, young);
  young.reset();
  EXPECT_EQ(collect(0), 0u);
  EXPECT_EQ(nodes_alive, 2);
  link(old, 0, Value());
  EXPECT_EQ(collect(2), 1u);
}

TEST_F(CollectorTest, FinalizersRunOnceInOrderOfBirth) {
  make_cycle(4, 10, note);
  EXPECT_EQ(collect(2), 4u);
  EXPECT_EQ(finalized, (std::vector<int64_t>{10, 11, 12, 13}));
  EXPECT_EQ(nodes_alive, 0);
}

Ref rescued;
TEST_F(CollectorTest, ResurrectedObjectsLiveWithAllTheyReach) {
  Ref a = node_ref(1);
  Ref b = node_ref(2);
  link(a, 0, b);
  link(b, 0, a);
  a.as<Node>()->finalizer = [](Node* n) {
    finalized.push_back(n->id);
    rescued = Ref::dup(n);
  };
  make_cycle(3, 100, note);
  a.reset();
  b.reset();
  EXPECT_EQ(collect(2), 3u);
  EXPECT_EQ(nodes_alive, 2);
  EXPECT_EQ(ref_count(rescued.get().header()), 2u);
  EXPECT_EQ(collect(2), 0u);
  rescued.reset();
  EXPECT_EQ(collect(2), 2u);
  EXPECT_EQ(nodes_alive, 0);
  EXPECT_EQ(std::count(finalized.begin(), finalized.end(), 1), 1);
}

TEST_F(CollectorTest, FinalizerMayAllocateAndCollect) {
  make_cycle(50, 0, [](Node*) {
    make_cycle(3);
    collect(2);
  });
  EXPECT_EQ(collect(2), 50u);
  EXPECT_EQ(collect(2), 150u);
  EXPECT_EQ(nodes_alive, 0);
}

TEST_F(CollectorTest, AutomaticCollections) {
  for (int i = 0; i < 100000; i++) {
    make_cycle(2);
    poll();
  }
  EXPECT_LT(nodes_alive, 60000);
  EXPECT_GT(generation_stats(0).collections, 3u);
  collect(2);
  EXPECT_EQ(nodes_alive, 0);
}

TEST_F(CollectorTest, ThresholdsOfTheProgramAreKept) {
  set_threshold(0, 10);
  collect(2);
  size_t before = generation_stats(0).collections + generation_stats(1).collections;
  std::vector<Ref> keep;
  for (int i = 0; i < 11; i++) {
    keep.push_back(node_ref());
    poll();
  }
  EXPECT_EQ(generation_stats(0).collections + generation_stats(1).collections, before + 1);
  set_threshold(0, 0);
  for (int i = 0; i < 5000; i++) {
    make_cycle(1);
    poll();
  }
  EXPECT_EQ(generation_stats(0).collections + generation_stats(1).collections, before + 1);
  set_threshold(0, 700);
  EXPECT_EQ(threshold(0), 700u);
}

TEST_F(CollectorTest, Disabled) {
  enable_gc(false);
  EXPECT_FALSE(gc_enabled());
  for (int i = 0; i < 5000; i++) {
    make_cycle(1);
    poll();
  }
  EXPECT_EQ(nodes_alive, 5000);
  EXPECT_EQ(collect(2), 5000u);
  enable_gc(true);
}

TEST_F(CollectorTest, ChurnDoesNotCollect) {
  collect(2);
  size_t before = generation_stats(0).collections;
  for (int i = 0; i < 100000; i++) {
    node_ref().reset();
    poll();
  }
  EXPECT_EQ(generation_stats(0).collections, before);
}

TEST_F(CollectorTest, NeverInsideAnAllocation) {
  make_cycle(3);
  std::vector<Ref> keep;
  for (int i = 0; i < 50000; i++) keep.push_back(node_ref());
  EXPECT_EQ(nodes_alive, 50003);
  EXPECT_TRUE(current_mutator->poll.load() & kPollCollect);
  poll();
  EXPECT_EQ(nodes_alive, 50000);
}

TEST_F(CollectorTest, Freeze) {
  Ref a = node_ref();
  link(a, 0, a);
  freeze_all();
  EXPECT_EQ(freeze_count(), 1u);
  a.reset();
  EXPECT_EQ(collect(2), 0u);
  Header** found;
  EXPECT_EQ(snapshot_objects(-1, &found), 0u);
  raw_free(found);
  unfreeze_all();
  EXPECT_EQ(freeze_count(), 0u);
  EXPECT_EQ(collect(2), 1u);
}

TEST_F(CollectorTest, ReferrersAndReferents) {
  Ref a = node_ref(1), b = node_ref(2), c = node_ref(3);
  link(a, 0, c);
  link(b, 1, c);
  Header* target = c.get().header();
  Header** found;
  ASSERT_EQ(snapshot_referrers(&target, 1, &found), 2u);
  std::set<Header*> got(found, found + 2);
  EXPECT_EQ(got, (std::set<Header*>{a.get().header(), b.get().header()}));
  decref(found[0]);
  decref(found[1]);
  raw_free(found);
  int n = 0;
  for_each_referent(a.get().header(), [](Header*, void* arg) { ++*static_cast<int*>(arg); }, &n);
  EXPECT_EQ(n, 1);
  EXPECT_EQ(snapshot_objects(0, &found), 3u);
  for (int i = 0; i < 3; i++) decref(found[i]);
  raw_free(found);
}

TEST_F(CollectorTest, Hooks) {
  static size_t weak, starts, stops, saved;
  weak = starts = stops = saved = 0;
  collector_hooks.handle_weakrefs = [](Header**, size_t n) { weak += n; };
  collector_hooks.on_start = [](int) { starts++; };
  collector_hooks.on_stop = [](int, size_t found, size_t) { stops += found; };
  collector_hooks.save_garbage = [](Header* h) {
    saved++;
    incref(h);
    rescued = Ref::steal(h);
  };
  make_cycle(3);
  EXPECT_EQ(collect(2), 3u);
  EXPECT_EQ(weak, 3u);
  EXPECT_EQ(starts, 1u);
  EXPECT_EQ(stops, 3u);
  debug_flags = kDebugSaveAll;
  make_cycle(1);
  EXPECT_EQ(collect(2), 1u);
  EXPECT_EQ(saved, 1u);
  EXPECT_EQ(nodes_alive, 1);
  debug_flags = 0;
  rescued.reset();
  EXPECT_EQ(collect(2), 1u);
}

TEST_F(CollectorTest, ImmortalsAreRoots) {
  Ref n = node_ref();
  Ref child = node_ref();
  link(child, 0, child);
  link(n, 0, child);
  child.reset();
  make_immortal(n.get().header());
  EXPECT_EQ(collect(2), 0u);
  EXPECT_EQ(nodes_alive, 2);
}

TEST_F(CollectorTest, ImmutableLeavesAreNoLongerTracked) {
  static const TypeOps ops = {"frozen", trace_node, nullptr, dealloc_node, nullptr, nullptr, [](Header* h) {
                                for (Value v : reinterpret_cast<Node*>(h)->slots) {
                                  if (!never_in_cycle(v)) return false;
                                }
                                return true;
                              }};
  static ShapeBase shape = {0, 0, &ops};
  if (!shape.id) register_shape(&shape);
  auto make = [](Value element) {
    Header* h = alloc_object(sizeof(Node), shape.id, kAllocTracked, true);
    nodes_alive++;
    init(&reinterpret_cast<Node*>(h)->slots[0], Ref::dup(element));
    return Ref::steal(h);
  };
  Ref box = Ref::steal(new_box(40));
  Ref mutable_one = node_ref();
  Ref ints = make(Value::from_int(3)), boxed = make(box), holding = make(mutable_one), nested = make(ints);
  collect(0);
  EXPECT_FALSE(is_tracked(ints.get().header()));
  EXPECT_FALSE(is_tracked(boxed.get().header()));
  EXPECT_TRUE(is_tracked(holding.get().header()));
  collect(2);
  EXPECT_FALSE(is_tracked(nested.get().header()));
}

// Random graphs against reachability worked out by hand.
TEST_F(CollectorTest, RandomGraphs) {
  std::mt19937 random(42);
  for (int round = 0; round < 60; round++) {
    enable_gc(false);
    constexpr int kNodes = 300;
    std::vector<Ref> nodes;
    for (int i = 0; i < kNodes; i++) nodes.push_back(node_ref(i));
    std::vector<std::vector<int>> edges(kNodes);
    for (int i = 0; i < kNodes; i++) {
      for (size_t s = 0; s < kSlots; s++) {
        if (random() % 3 == 0) continue;
        int to = static_cast<int>(random() % kNodes);
        link(nodes[static_cast<size_t>(i)], s, nodes[static_cast<size_t>(to)]);
        edges[static_cast<size_t>(i)].push_back(to);
      }
      if (random() % 50 == 0) collect(static_cast<int>(random() % 3));
    }
    std::vector<Ref> roots;
    std::vector<bool> reachable(kNodes);
    std::vector<int> work;
    for (int i = 0; i < 5; i++) {
      int r = static_cast<int>(random() % kNodes);
      roots.push_back(nodes[static_cast<size_t>(r)].copy());
      work.push_back(r);
    }
    nodes.clear();
    while (!work.empty()) {
      int i = work.back();
      work.pop_back();
      if (reachable[static_cast<size_t>(i)]) continue;
      reachable[static_cast<size_t>(i)] = true;
      for (int to : edges[static_cast<size_t>(i)]) work.push_back(to);
    }
    if (round % 2) collect(1);
    collect(2);
    EXPECT_EQ(nodes_alive, std::count(reachable.begin(), reachable.end(), true));
    roots.clear();
    collect(2);
    ASSERT_EQ(nodes_alive, 0);
    ASSERT_EQ(verify_heap(), 0u);
    enable_gc(true);
  }
}

}  // namespace
}  // namespace taipan::gc::test
