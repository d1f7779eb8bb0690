// A small object model for the tests of the memory system: nodes with slots, and boxes of bytes without references.
#pragma once
#include <gtest/gtest.h>
#include <atomic>
#include <thread>
#include <vector>
#include "gc/barrier.h"
#include "gc/collector.h"
#include "gc/epoch.h"
#include "gc/heap.h"
#include "gc/lock.h"
#include "gc/mutator.h"
#include "gc/ref.h"

namespace taipan::gc::test {

inline constexpr size_t kSlots = 3;
struct Node {
  Header header;
  int64_t id;
  void (*finalizer)(Node*);
  Value slots[kSlots];
};

inline std::atomic<int64_t> nodes_alive{0};
inline std::vector<int64_t>* death_order = nullptr;  // when set: ids in order of destruction

inline void trace_node(Header* h, Visitor& v) { v.visit_range(reinterpret_cast<Node*>(h)->slots, kSlots); }
inline void clear_node(Header* h) {
  for (Value& slot : reinterpret_cast<Node*>(h)->slots) take(h, &slot).reset();
}
inline void finalize_node(Header* h) {
  Node* n = reinterpret_cast<Node*>(h);
  if (n->finalizer) n->finalizer(n);
}
inline void dealloc_node(Header* h) {
  Node* n = reinterpret_cast<Node*>(h);
  if (n->finalizer && !h->has_gcflag(kFinalized)) {
    h->set_gcflag(kFinalized);
    begin_finalize(h);
    n->finalizer(n);
    if (end_finalize(h)) return;
  }
  if (death_order) death_order->push_back(n->id);
  Value held[kSlots];
  for (size_t i = 0; i < kSlots; i++) {
    held[i] = n->slots[i];
    n->slots[i] = Value();
  }
  for (Value v : held) decref(v);
  nodes_alive.fetch_sub(1, std::memory_order_relaxed);
  free_object(h);
}
inline const TypeOps node_ops = {"node", trace_node, clear_node, dealloc_node, finalize_node, nullptr};
// Like a node, but with nothing that could be waiting for its end.
inline const TypeOps quiet_ops = {"quiet node", trace_node, clear_node, dealloc_node, nullptr, nullptr};
inline const TypeOps box_ops = {"box", nullptr, nullptr, [](Header* h) { free_object(h); }, nullptr, nullptr};
inline ShapeBase node_shape = {0, 0, &node_ops};
inline ShapeBase quiet_shape = {0, 0, &quiet_ops};
inline ShapeBase box_shape = {0, 0, &box_ops};

inline void register_shapes() {
  if (node_shape.id) return;
  register_shape(&node_shape);
  register_shape(&quiet_shape);
  register_shape(&box_shape);
}

inline Node* new_node(int64_t id = 0) {
  Node* n = reinterpret_cast<Node*>(alloc_object(sizeof(Node), node_shape.id, kAllocTracked, true));
  n->id = id;
  nodes_alive.fetch_add(1, std::memory_order_relaxed);
  return n;
}
inline Ref node_ref(int64_t id = 0) { return Ref::steal(new_node(id)); }
inline Ref quiet_ref(int64_t id = 0) {
  Ref n = node_ref(id);
  n.get().header()->shape_id.store(quiet_shape.id, std::memory_order_relaxed);
  return n;
}
inline Header* new_box(size_t size) { return alloc_object(size, box_shape.id, kAllocPlain); }
inline void link(Value from, size_t slot, Value to) {
  store(from.header(), &from.as<Node>()->slots[slot], Ref::dup(to));
}

// One attached thread.
class ThreadScope {
 public:
  ThreadScope() { attach_new(&mutator); }
  ~ThreadScope() { detach_final(&mutator); }
  Mutator mutator;
};
inline void poll() {
  Mutator* m = current_mutator;
  uint32_t bits = m->poll.load(std::memory_order_relaxed);
  if (bits & (kPollHandshake | kPollMerge)) handshake_poll(m);
  if (bits & kPollCollect) maybe_collect();
}
inline void poll_until(const std::atomic<int>& value, int wanted) {
  while (value.load(std::memory_order_acquire) < wanted) {
    poll();
    std::this_thread::yield();
  }
}

// Memory system set up with or without the GIL, the test's thread attached.
template <bool gil>
class MemoryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    init_memory(gil);
    register_shapes();
    nodes_alive = 0;
    death_order = nullptr;
    main_thread = new ThreadScope;
  }
  void TearDown() override {
    EXPECT_EQ(verify_heap(), 0u);
    delete main_thread;
    collector_hooks = CollectorHooks();
  }
  ThreadScope* main_thread = nullptr;
};
using GilTest = MemoryTest<true>;
using FreeTest = MemoryTest<false>;

}  // namespace taipan::gc::test
