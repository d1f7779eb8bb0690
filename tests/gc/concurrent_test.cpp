// The concurrent collector against an oracle: threads build and change a graph at random while cycle after cycle runs; each object's fate is
// known and checked. Half of what the threads hold is where the collector can't see it (only the counts tell), and some objects are of a kind
// that is traced in stops only. With the GIL off some are deferred: those are held only where the collector sees them.
#include "gc/concurrent.h"
#include <mutex>
#include <random>
#include <tuple>
#include "tests/gc/support.h"

namespace taipan::gc::test {
namespace {

constexpr size_t kThings = 400000;
constexpr size_t kRegisters = 16;
constexpr size_t kWide = 6;

struct Thing {
  Header header;
  uint32_t id;
  bool finalizes;
  Value slots[kWide];
};
struct Fate {
  std::atomic<uint8_t> born{0}, died{0}, finalized{0};
};
Fate* fates = nullptr;
std::atomic<uint32_t> next_id{0};

void trace_thing(Header* h, Visitor& v) { v.visit_range(reinterpret_cast<Thing*>(h)->slots, kWide); }
void clear_thing(Header* h) {
  for (Value& slot : reinterpret_cast<Thing*>(h)->slots) take(h, &slot).reset();
}
void finalize_thing(Header* h) {
  auto* t = reinterpret_cast<Thing*>(h);
  if (t->finalizes) fates[t->id].finalized++;
}
void dealloc_thing(Header* h) {
  auto* t = reinterpret_cast<Thing*>(h);
  if (t->finalizes && !h->has_gcflag(kFinalized)) {
    h->set_gcflag(kFinalized);
    begin_finalize(h);
    finalize_thing(h);
    if (end_finalize(h)) return;
  }
  untrack_dying(h);
  fates[t->id].died++;
  Value held[kWide];
  for (size_t i = 0; i < kWide; i++) {
    held[i] = t->slots[i];
    t->slots[i] = Value();
  }
  t->id = ~uint32_t{0};
  for (Value v : held) decref(v);
  free_object(h);
}
const TypeOps thing_ops = {.name = "thing",
                           .trace = trace_thing,
                           .clear = clear_thing,
                           .dealloc = dealloc_thing,
                           .finalize = finalize_thing,
                           .trace_anytime = true};
const TypeOps slow_thing_ops = {.name = "slow thing",
                                .trace = trace_thing,
                                .clear = clear_thing,
                                .dealloc = dealloc_thing,
                                .finalize = finalize_thing};
ShapeBase thing_shape = {0, 0, &thing_ops}, slow_thing_shape = {0, 0, &slow_thing_ops};

struct Registers {
  Value seen[kRegisters];    // by the collector, as a frame's are
  Value hidden[kRegisters];  // by nobody
};
thread_local Registers* own = nullptr;
bool some_deferred = false;

struct Worker : Mutator {
  Registers registers;
};
void trace_worker(Mutator* m, Visitor& v) { v.visit_range(static_cast<Worker*>(m)->registers.seen, kRegisters); }

// Slots of shared objects are read and written under one mutex, as the containers' own protocols would otherwise do it; the collector doesn't
// take it. No poll and no drop inside.
std::mutex graph;

class Game {
 public:
  explicit Game(uint32_t seed)
      : random_(seed + (getenv("TAIPAN_SEED") ? static_cast<uint32_t>(atoi(getenv("TAIPAN_SEED"))) : 0)) {}

  void play(size_t turns) {
    for (size_t i = 0; i < turns; i++) {
      turn();
      poll();
      epoch_poll(current_mutator);
    }
  }

 private:
  uint32_t below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }
  Value* reg() { return below(2) ? &own->seen[below(kRegisters)] : &own->hidden[below(kRegisters)]; }
  Value* reg_for(Value v) { return v && v.header()->has_gcflag(kDeferred) ? &own->seen[below(kRegisters)] : reg(); }
  void set(Value* r, Ref v) {
    Ref old = Ref::steal(*r);
    *r = v.release();
  }

  void turn() {
    switch (below(10)) {
      case 0:
      case 1:
      case 2: make(); break;
      case 3:
      case 4: {  // load
        Value* from = reg();
        if (!*from) break;
        Ref v;
        {
          std::lock_guard<std::mutex> lock(graph);
          v = Ref::dup(from->as<Thing>()->slots[below(kWide)]);
        }
        if (v && v.as<Header>()->shape() == 0) ADD_FAILURE() << "a dead object in a slot";
        Value* to = reg_for(v);
        set(to, std::move(v));
        break;
      }
      case 5:
      case 6:
      case 7: {  // store
        Value *to = reg(), *what = reg();
        if (!*to) break;
        Ref old;
        {
          std::lock_guard<std::mutex> lock(graph);
          old = exchange(to->header(), &to->as<Thing>()->slots[below(kWide)], Ref::dup(*what));
        }
        break;
      }
      case 8: {  // all slots change places, some are emptied
        Value* r = reg();
        if (!*r) break;
        Value gone[kWide];
        size_t n = 0;
        {
          std::lock_guard<std::mutex> lock(graph);
          before_bulk_move(r->header());
          Value* slots = r->as<Thing>()->slots;
          Value first = slots[0];
          for (size_t i = 0; i + 1 < kWide; i++) store_release(&slots[i], slots[i + 1]);
          store_release(&slots[kWide - 1], first);
          if (below(3) == 0) {
            gone[n++] = slots[1];
            store_release(&slots[1], Value());
          }
        }
        for (size_t i = 0; i < n; i++) decref(gone[i]);
        break;
      }
      case 9: {
        Ref v = below(4) ? Ref() : Ref::dup(*reg());
        Value* to = reg_for(v);
        set(to, std::move(v));
        break;
      }
    }
  }

  void make() {
    uint32_t id = next_id.fetch_add(1);
    if (id >= kThings) return;
    ShapeId shape = below(8) ? thing_shape.id : slow_thing_shape.id;
    auto* t = reinterpret_cast<Thing*>(alloc_object(sizeof(Thing), shape, kAllocTracked, true));
    t->id = id;
    t->finalizes = below(16) == 0;
    fates[id].born++;
    if (some_deferred && below(16) == 0) make_deferred(&t->header);
    Ref r = Ref::steal(t);
    if (below(2)) init(&t->slots[0], r.copy());  // a cycle of its own
    init(&t->slots[1], Ref::dup(*reg()));
    Value* to = reg_for(r);
    set(to, std::move(r));
  }

  std::mt19937 random_;
};

// 0: with the GIL, else the number of threads; 10 more: with deferred objects. And how many markers.
class ConcurrentOracle : public ::testing::TestWithParam<std::tuple<int, unsigned>> {
 protected:
  int mode() { return std::get<0>(GetParam()); }
  void SetUp() override {
    init_memory(mode() == 0);
    force_markers(std::get<1>(GetParam()));
    some_deferred = mode() > 10;
    register_shapes();
    if (!thing_shape.id) {
      register_shape(&thing_shape);
      register_shape(&slow_thing_shape);
    }
    fates = new Fate[kThings];
    next_id = 0;
    set_collector_mode(CollectorMode::kConcurrent);
    set_collector_stress(true);
  }
  void TearDown() override {
    set_collector_stress(false);
    force_markers(0);
    set_collector_mode(CollectorMode::kStopTheWorld);
    delete[] fates;
  }
};

void check_reachable(Registers* r, std::vector<bool>& reached) {
  std::vector<Thing*> work;
  auto see = [&](Value v) {
    if (!v) return;
    auto* t = v.as<Thing>();
    ASSERT_LT(t->id, kThings);
    if (reached[t->id]) return;
    reached[t->id] = true;
    work.push_back(t);
  };
  for (size_t i = 0; i < kRegisters; i++) {
    see(r->seen[i]);
    see(r->hidden[i]);
  }
  while (!work.empty()) {
    Thing* t = work.back();
    work.pop_back();
    for (Value v : t->slots) see(v);
  }
}

TEST_P(ConcurrentOracle, EveryFate) {
  int threads = mode() == 0 ? 1 : mode() % 10;
  auto* first = new Worker;
  first->trace_roots = trace_worker;
  attach_new(first);
  own = &first->registers;
  std::atomic<int> ready{0}, checked{0};
  std::vector<Worker*> workers{first};
  std::vector<std::thread> others;
  for (int i = 1; i < threads; i++) {
    start_parallel();
    auto* w = new Worker;
    workers.push_back(w);
    others.emplace_back([&, w, i] {
      w->trace_roots = trace_worker;
      attach_new(w);
      own = &w->registers;
      Game(static_cast<uint32_t>(i) * 77 + 5).play(60000);
      ready++;
      poll_until(checked, 1);
      for (Value* r : {w->registers.seen, w->registers.hidden}) {
        for (size_t k = 0; k < kRegisters; k++) Ref dead = Ref::steal(std::exchange(r[k], Value()));
      }
      detach_final(w);
    });
  }
  Game(1).play(60000);
  poll_until(ready, threads - 1);
  // Nobody plays now. What can be reached is whole.
  std::vector<bool> reached(kThings);
  for (Worker* w : workers) check_reachable(&w->registers, reached);
  for (size_t id = 0; id < kThings; id++) {
    if (reached[id]) ASSERT_EQ(fates[id].died, 0) << id;
  }
  // All else dies within two cycles, but for what stray words on the stack hold on to, and displaced references (gc/barrier.h) that wait for
  // a grace period.
  auto unreachable_alive = [&] {
    size_t n = 0;
    for (size_t id = 0; id < kThings; id++) n += fates[id].born && !fates[id].died && !reached[id];
    return n;
  };
  size_t floating = unreachable_alive();
  for (int tries = 0; tries < 4 && floating > 100; tries++) {
    for (uint64_t cycles = cycle_figures().cycles; cycle_figures().cycles < cycles + 2;) {
      if (!cycle_active()) {
        Ref garbage = node_ref();
        link(garbage, 0, garbage);
      }
      poll();
      epoch_poll(current_mutator);
    }
    floating = unreachable_alive();
  }
  // (A stray word holds on to a deferred object, and to all it reaches, for as long as it is there.)
  size_t most = some_deferred ? next_id / 3 : 100;
  EXPECT_LE(floating, most);
  for (int tries = 0; tries < 100 && unreachable_alive() && !some_deferred; tries++) {
    poll();
    epoch_poll(current_mutator);
    collect(2);
    BlockingScope blocking;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  if (!some_deferred) EXPECT_EQ(unreachable_alive(), 0u);
  checked = 1;
  while (!others.empty()) {
    {
      BlockingScope blocking;
      others.back().join();
    }
    others.pop_back();
  }
  for (Value* r : {first->registers.seen, first->registers.hidden}) {
    for (size_t k = 0; k < kRegisters; k++) Ref dead = Ref::steal(std::exchange(r[k], Value()));
  }
  poll();
  epoch_poll(current_mutator);
  collect(2);
  size_t n = next_id < kThings ? next_id.load() : kThings;
  size_t left = 0;
  for (size_t id = 0; id < n; id++) {
    left += fates[id].died == 0;
    ASSERT_LE(fates[id].died, 1) << id;
    ASSERT_LE(fates[id].finalized, 1) << id;
  }
  EXPECT_LE(left, some_deferred ? most : 0);
  EXPECT_EQ(verify_heap(), 0u);
  detach_final(first);
  for (Worker* w : workers) delete w;
}

INSTANTIATE_TEST_SUITE_P(Modes, ConcurrentOracle,
                         ::testing::Combine(::testing::Values(0, 1, 2, 4, 11, 12, 14), ::testing::Values(1u, 2u, 3u)));

}  // namespace
}  // namespace taipan::gc::test
