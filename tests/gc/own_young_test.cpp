// Without the GIL: a thread's own young objects, collected beside the others (gc/own_young.h).
#include <algorithm>
#include <random>
#include "gc/concurrent.h"
#include "tests/gc/support.h"

namespace taipan::gc::test {
namespace {

TypeOps with_trace_anytime(TypeOps ops) {
  ops.trace_anytime = true;
  return ops;
}
const TypeOps own_ops = with_trace_anytime(node_ops), own_quiet_ops = with_trace_anytime(quiet_ops);
ShapeBase own_shape = {0, 0, &own_ops}, own_quiet_shape = {0, 0, &own_quiet_ops};

class OwnYoungTest : public FreeTest {
 protected:
  void SetUp() override {
    FreeTest::SetUp();
    if (!own_shape.id) {
      register_shape(&own_shape);
      register_shape(&own_quiet_shape);
    }
    set_collector_mode(CollectorMode::kConcurrent);
    set_threshold(1, 1000000);  // collections of the young alone
    start_parallel();
  }
  void TearDown() override {
    settle_collector();
    set_collector_mode(CollectorMode::kStopTheWorld);
    FreeTest::TearDown();
  }
};

Ref own_ref(int64_t id = 0, const ShapeBase& shape = own_quiet_shape) {
  Ref n = node_ref(id);
  n.get().header()->shape_id.store(shape.id, std::memory_order_relaxed);
  return n;
}
void make_cycle() {
  Ref a = own_ref();
  Ref b = own_ref();
  link(a, 0, b);
  link(b, 0, a);
}
void collect_own_young() {
  set_threshold(0, 1);
  Ref a = own_ref(), b = own_ref(), c = own_ref();
  current_mutator->poll.fetch_or(kPollCollect);
  poll();
  set_threshold(0, 0);
}

TEST_F(OwnYoungTest, NobodyIsStopped) {
  std::atomic<int> stage{0};
  std::thread other([&] {
    ThreadScope scope;
    stage = 1;
    while (stage == 1) std::this_thread::yield();  // attached, and doesn't poll
  });
  poll_until(stage, 1);
  for (int i = 0; i < 50000; i++) {
    make_cycle();
    poll();
  }
  EXPECT_LT(nodes_alive, 60000);
  EXPECT_GT(generation_stats(0).collections, 3u);
  stage = 2;
  {
    BlockingScope blocking;
    other.join();
  }
  collect(2);
  EXPECT_EQ(nodes_alive, 0);
}

TEST_F(OwnYoungTest, CountsAreAsBefore) {
  set_threshold(0, 0);
  Ref a = own_ref(1);
  Ref b = own_ref(2);
  link(a, 0, b);
  link(b, 0, a);
  link(b, 1, b);
  Header *ha = a.get().header(), *hb = b.get().header();
  b.reset();
  collect_own_young();
  EXPECT_EQ(ha->rc_local.load(), 2u);
  EXPECT_EQ(hb->rc_local.load(), 2u);
  EXPECT_TRUE(ha->has_gcflag(kOldGen));
  a.reset();
  collect_own_young();  // they have left the young
  EXPECT_EQ(nodes_alive, 2);
  collect(2);
  EXPECT_EQ(nodes_alive, 0);
}

TEST_F(OwnYoungTest, WhatOthersHaveCountedLives) {
  set_threshold(0, 0);
  Ref a = own_ref();
  Ref b = own_ref();
  link(a, 0, b);
  link(b, 0, a);
  Header* h = b.get().header();
  std::thread other([&] {
    ThreadScope scope;
    incref(h);
  });
  {
    BlockingScope blocking;
    other.join();
  }
  a.reset();
  b.reset();
  collect_own_young();
  EXPECT_EQ(nodes_alive, 2);
  decref(h);
  collect(2);
  EXPECT_EQ(nodes_alive, 0);
}

TEST_F(OwnYoungTest, WhatHasChangedHandsUncountedLives) {
  set_threshold(0, 0);
  Ref a = own_ref(5);
  link(a, 0, a);
  Header* h = a.release().header();  // the other thread's from here on
  std::atomic<int> stage{0};
  std::thread other([&] {
    ThreadScope scope;
    stage = 1;
    poll_until(stage, 2);
    EXPECT_EQ(reinterpret_cast<Node*>(h)->id, 5);
    decref(h);
  });
  poll_until(stage, 1);
  collect_own_young();
  EXPECT_EQ(nodes_alive, 1);
  stage = 2;
  {
    BlockingScope blocking;
    other.join();
  }
  poll();
  collect(2);
  EXPECT_EQ(nodes_alive, 0);
}

TEST_F(OwnYoungTest, FinalizersMayBringBack) {
  set_threshold(0, 0);
  static Ref rescued;
  Ref a = own_ref(0, own_shape);
  Ref b = own_ref(0, own_shape);
  link(a, 0, b);
  link(b, 0, a);
  a.as<Node>()->finalizer = [](Node* n) { rescued = Ref::dup(n); };
  a.reset();
  b.reset();
  make_cycle();
  collect_own_young();
  EXPECT_EQ(nodes_alive, 2);
  EXPECT_EQ(rescued.as<Node>()->slots[0].as<Node>()->slots[0], rescued.get());
  rescued.reset();
  collect(2);
  EXPECT_EQ(nodes_alive, 0);
}

TEST_F(OwnYoungTest, RandomGraphs) {
  std::mt19937 random(7);
  for (int round = 0; round < 60; round++) {
    set_threshold(0, 0);
    constexpr int kNodes = 300;
    std::vector<Ref> nodes;
    for (int i = 0; i < kNodes; i++) nodes.push_back(own_ref(i));
    std::vector<std::vector<size_t>> edges(kNodes);
    for (size_t i = 0; i < kNodes; i++) {
      for (size_t s = 0; s < kSlots; s++) {
        if (random() % 3 == 0) continue;
        size_t to = random() % kNodes;
        link(nodes[i], s, nodes[to]);
        edges[i].push_back(to);
      }
    }
    std::vector<Ref> roots;
    std::vector<bool> reachable(kNodes);
    std::vector<size_t> work;
    for (int i = 0; i < 3; i++) {
      size_t r = random() % kNodes;
      roots.push_back(nodes[r].copy());
      work.push_back(r);
    }
    nodes.clear();
    while (!work.empty()) {
      size_t i = work.back();
      work.pop_back();
      if (reachable[i]) continue;
      reachable[i] = true;
      for (size_t to : edges[i]) work.push_back(to);
    }
    collect_own_young();
    EXPECT_EQ(nodes_alive, std::count(reachable.begin(), reachable.end(), true));
    roots.clear();
    collect(2);
    ASSERT_EQ(nodes_alive, 0);
    ASSERT_EQ(verify_heap(), 0u);
  }
}

}  // namespace
}  // namespace taipan::gc::test
