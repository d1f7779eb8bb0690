#include "tests/gc/support.h"

namespace taipan::gc::test {
namespace {

class CountsTest : public GilTest {};

TEST_F(CountsTest, LastReferenceDestroysAtOnce) {
  std::vector<int64_t> order;
  death_order = &order;
  {
    Ref a = node_ref(1);
    Ref again = a.copy();
    EXPECT_EQ(ref_count(a.get().header()), 2u);
    a.reset();
    EXPECT_EQ(nodes_alive, 1);
  }
  EXPECT_EQ(nodes_alive, 0);
  EXPECT_EQ(order, (std::vector<int64_t>{1}));
}

TEST_F(CountsTest, DestructionIsDepthFirst) {
  std::vector<int64_t> order;
  death_order = &order;
  // 1 -> (2 -> 4), (3 -> 5)
  Ref root = node_ref(1);
  for (int64_t i : {2, 3}) {
    Ref child = node_ref(i);
    Ref leaf = node_ref(i + 2);
    link(child, 0, leaf);
    link(root, static_cast<size_t>(i - 2), child);
  }
  root.reset();
  EXPECT_EQ(order, (std::vector<int64_t>{1, 2, 4, 3, 5}));
}

TEST_F(CountsTest, LongChainTakesNoNativeStack) {
  constexpr int kLength = 1000000;
  enable_gc(false);
  Ref head;
  for (int i = 0; i < kLength; i++) {
    Ref n = node_ref(i);
    init(&n.as<Node>()->slots[0], std::move(head));
    head = std::move(n);
  }
  std::vector<int64_t> order;
  death_order = &order;
  head.reset();
  EXPECT_EQ(nodes_alive, 0);
  ASSERT_EQ(order.size(), size_t{kLength});
  for (int i = 0; i < kLength; i++) ASSERT_EQ(order[static_cast<size_t>(i)], kLength - 1 - i);
  enable_gc(true);
}

TEST_F(CountsTest, DeepBinaryTree) {
  enable_gc(false);
  // A degenerate tree: each node has a leaf as well.
  Ref head;
  for (int i = 0; i < 100000; i++) {
    Ref n = node_ref(2 * i);
    init(&n.as<Node>()->slots[0], node_ref(2 * i + 1));
    init(&n.as<Node>()->slots[1], std::move(head));
    head = std::move(n);
  }
  head.reset();
  EXPECT_EQ(nodes_alive, 0);
  enable_gc(true);
}

Ref saved;
int finalized = 0;
void save_me(Node* n) {
  finalized++;
  saved = Ref::dup(n);
}

TEST_F(CountsTest, FinalizerMayResurrectAndRunsOnce) {
  finalized = 0;
  Ref n = node_ref();
  n.as<Node>()->finalizer = save_me;
  n.reset();
  EXPECT_EQ(finalized, 1);
  EXPECT_EQ(nodes_alive, 1);
  EXPECT_EQ(ref_count(saved.get().header()), 1u);
  EXPECT_FALSE(saved.get().header()->has_gcflag(kDying));
  saved.reset();
  EXPECT_EQ(finalized, 1);
  EXPECT_EQ(nodes_alive, 0);
}

TEST_F(CountsTest, CollectionInsideAFinalizerLeavesTheDyingAlone) {
  Ref n = node_ref();
  n.as<Node>()->finalizer = [](Node* self) {
    link(Value(self), 1, Value(self));
    collect(2);
    link(Value(self), 1, Value());
  };
  Ref child = node_ref();
  link(n, 0, child);
  child.reset();
  n.reset();
  EXPECT_EQ(nodes_alive, 0);
}

TEST_F(CountsTest, FinalizerSeesADyingObjectThroughTryIncref) {
  static Node* target;
  Ref n = node_ref();
  target = n.as<Node>();
  target->finalizer = [](Node* self) {
    EXPECT_TRUE(try_incref(&self->header));
    decref(&self->header);
    EXPECT_EQ(ref_count(&self->header), 1u);
  };
  n.reset();
  EXPECT_EQ(nodes_alive, 0);
}

TEST_F(CountsTest, ImmortalsOutliveTheirCount) {
  Ref n = node_ref();
  Header* h = n.get().header();
  make_immortal(h);
  for (int i = 0; i < 10; i++) incref(h);
  for (int i = 0; i < 20; i++) decref(h);
  h->rc_local.store(1);
  EXPECT_FALSE(is_unique(h));
  if (h->owner.load() == current_slot) decref(h);
  EXPECT_TRUE(is_immortal(h));
  h->rc_local.store(0x7FFFFFFF);
  incref(h);
  EXPECT_TRUE(is_immortal(h));
  EXPECT_GT(ref_count(h), 1000000u);
  EXPECT_TRUE(try_incref(h));
  EXPECT_FALSE(is_unique(h));
}

TEST_F(CountsTest, CountsNearTheirLimitMakeImmortal) {
  Ref n = node_ref();
  Header* h = n.get().header();
  h->rc_local.store(0x7FFFFFFE);
  incref(h);
  EXPECT_FALSE(is_immortal(h));
  incref(h);
  EXPECT_TRUE(is_immortal(h));
  decref(h);
  EXPECT_TRUE(is_immortal(h));

  Ref bulk = node_ref();
  add_refs(bulk.get().header(), 5);
  EXPECT_EQ(ref_count(bulk.get().header()), 6u);
  for (int i = 0; i < 5; i++) decref(bulk.get().header());
  add_refs(bulk.get().header(), uint64_t{1} << 40);
  EXPECT_TRUE(is_immortal(bulk.get().header()));
}

TEST_F(CountsTest, Unique) {
  Ref n = node_ref();
  EXPECT_TRUE(is_unique(n.get().header()));
  Ref other = n.copy();
  EXPECT_FALSE(is_unique(n.get().header()));
}

TEST_F(CountsTest, DeferredOnlyWithoutTheGil) {
  Ref n = node_ref();
  make_deferred(n.get().header());
  EXPECT_FALSE(n.get().header()->has_gcflag(kDeferred));
}

TEST_F(CountsTest, RefMoves) {
  Ref a = node_ref(1);
  Ref b = std::move(a);
  EXPECT_FALSE(a);
  b = node_ref(2);
  EXPECT_EQ(nodes_alive, 1);
  Value v = b.release();
  EXPECT_EQ(nodes_alive, 1);
  decref(v);
  EXPECT_EQ(nodes_alive, 0);
  Ref i = Ref::imm(Value::from_int(5));
  EXPECT_EQ(i.copy().get().as_int(), 5);
}

}  // namespace
}  // namespace taipan::gc::test
