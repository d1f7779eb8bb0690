// The memory system's hot paths: allocation, counts, the write barrier, death of structures, collections.
// Google Benchmark; `--benchmark_filter=...` picks. TAIPAN_BENCH_GIL=0 runs without the GIL.
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <vector>
#include "gc/barrier.h"
#include "gc/collector.h"
#include "gc/heap.h"
#include "gc/ref.h"

namespace taipan::gc {
namespace {

struct Pair {
  Header header;
  Value first;
  Value second;
};
void trace_pair(Header* h, Visitor& v) { v.visit_range(&reinterpret_cast<Pair*>(h)->first, 2); }
void clear_pair(Header* h) {
  take(h, &reinterpret_cast<Pair*>(h)->first).reset();
  take(h, &reinterpret_cast<Pair*>(h)->second).reset();
}
void dealloc_pair(Header* h) {
  Pair* p = reinterpret_cast<Pair*>(h);
  Value a = p->first, b = p->second;
  decref(a);
  decref(b);
  free_object_sized(h, sizeof(Pair));
}
const TypeOps pair_ops = {"pair", trace_pair, clear_pair, dealloc_pair, nullptr, nullptr};
const TypeOps box_ops = {"box", nullptr, nullptr, [](Header* h) { free_object(h); }, nullptr, nullptr};
ShapeBase pair_shape = {0, 0, &pair_ops};
ShapeBase box_shape = {0, 0, &box_ops};

Pair* new_pair(Ref first, Ref second) {
  Pair* p = reinterpret_cast<Pair*>(alloc_object(sizeof(Pair), pair_shape.id, kAllocTracked));
  init(&p->first, std::move(first));
  init(&p->second, std::move(second));
  return p;
}

void poll() {
  if (current_mutator->poll.load(std::memory_order_relaxed) & kPollCollect) maybe_collect();
}

void BM_AllocFree(benchmark::State& state) {
  size_t size = static_cast<size_t>(state.range(0));
  for (auto _ : state) {
    Header* h = alloc_object(size, box_shape.id, kAllocPlain);
    benchmark::DoNotOptimize(h);
    free_object(h);
  }
}
BENCHMARK(BM_AllocFree)->Arg(32)->Arg(128)->Arg(512)->Arg(2048)->Arg(100000);

void BM_AllocFreeSizedConstant(benchmark::State& state) {
  for (auto _ : state) {
    Header* h = alloc_object(48, box_shape.id, kAllocPlain);
    benchmark::DoNotOptimize(h);
    free_object_sized(h, 48);
  }
}
BENCHMARK(BM_AllocFreeSizedConstant);

void BM_MallocFree(benchmark::State& state) {
  for (auto _ : state) {
    void* p = raw_alloc(48);
    benchmark::DoNotOptimize(p);
    raw_free(p);
  }
}
BENCHMARK(BM_MallocFree);

// Through the counts, as a temporary of the interpreter lives and dies.
void BM_TrackedTemporary(benchmark::State& state) {
  for (auto _ : state) {
    Ref r = Ref::steal(new_pair(Ref(), Ref()));
    benchmark::DoNotOptimize(r.get().bits);
  }
}
BENCHMARK(BM_TrackedTemporary);

void BM_AllocBatch(benchmark::State& state) {
  size_t n = static_cast<size_t>(state.range(0));
  std::vector<Header*> live(n);
  for (auto _ : state) {
    for (Header*& h : live) h = alloc_object(48, box_shape.id, kAllocPlain);
    for (Header* h : live) free_object(h);
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * n));
}
BENCHMARK(BM_AllocBatch)->Arg(1000)->Arg(100000)->Arg(1000000);

void BM_IncrefDecref(benchmark::State& state) {
  Ref r = Ref::steal(new_pair(Ref(), Ref()));
  Header* h = r.get().header();
  for (auto _ : state) {
    incref(h);
    benchmark::ClobberMemory();
    decref(h);
    benchmark::ClobberMemory();
  }
}
BENCHMARK(BM_IncrefDecref);

void BM_IncrefDecrefImmortal(benchmark::State& state) {
  Header* h = &new_pair(Ref(), Ref())->header;
  make_immortal(h);
  for (auto _ : state) {
    incref(h);
    benchmark::ClobberMemory();
    decref(h);
    benchmark::ClobberMemory();
  }
}
BENCHMARK(BM_IncrefDecrefImmortal);

void BM_StoreInt(benchmark::State& state) {
  Ref r = Ref::steal(new_pair(Ref(), Ref()));
  Pair* p = r.as<Pair>();
  int64_t i = 0;
  for (auto _ : state) {
    store(&p->header, &p->first, Ref::imm(Value::from_int(i++)));
    benchmark::ClobberMemory();
  }
}
BENCHMARK(BM_StoreInt);

void BM_StoreReference(benchmark::State& state) {
  Ref r = Ref::steal(new_pair(Ref(), Ref()));
  Ref a = Ref::steal(new_pair(Ref(), Ref()));
  Pair* p = r.as<Pair>();
  for (auto _ : state) {
    store(&p->header, &p->first, a.copy());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(BM_StoreReference);

Ref tree(int depth) {
  if (depth == 0) return Ref::steal(new_pair(Ref(), Ref()));
  Ref left = tree(depth - 1), right = tree(depth - 1);
  return Ref::steal(new_pair(std::move(left), std::move(right)));
}

void BM_Tree(benchmark::State& state) {
  for (auto _ : state) {
    Ref t = tree(16);
    benchmark::DoNotOptimize(t.get().bits);
    poll();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * ((2 << 16) - 1));
}
BENCHMARK(BM_Tree)->Unit(benchmark::kMillisecond);

void BM_LongChainDies(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    Ref head;
    for (int i = 0; i < 1000000; i++) head = Ref::steal(new_pair(std::move(head), Ref()));
    state.ResumeTiming();
    head.reset();
  }
}
BENCHMARK(BM_LongChainDies)->Unit(benchmark::kMillisecond);

// Cyclic garbage with automatic collections at polls.
void BM_CyclicGarbage(benchmark::State& state) {
  for (auto _ : state) {
    Ref a = Ref::steal(new_pair(Ref(), Ref()));
    Ref b = Ref::steal(new_pair(a.copy(), Ref()));
    store(a.get().header(), &a.as<Pair>()->first, std::move(b));
    a.reset();
    poll();
  }
}
BENCHMARK(BM_CyclicGarbage);

// A heap that only grows, with automatic collections.
void BM_GrowingHeap(benchmark::State& state) {
  for (auto _ : state) {
    std::vector<Ref> keep;
    for (int i = 0; i < 1000000; i++) {
      keep.push_back(Ref::steal(new_pair(Ref(), Ref())));
      poll();
    }
  }
}
BENCHMARK(BM_GrowingHeap)->Unit(benchmark::kMillisecond);

void BM_FullCollection(benchmark::State& state) {
  Ref t = tree(19);
  for (auto _ : state) collect(2);
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * ((2 << 19) - 1));
}
BENCHMARK(BM_FullCollection)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace taipan::gc

int main(int argc, char** argv) {
  using namespace taipan::gc;
  const char* gil = getenv("TAIPAN_BENCH_GIL");
  init_memory(!gil || *gil != '0');
  register_shape(&pair_shape);
  register_shape(&box_shape);
  static Mutator mutator;
  attach_new(&mutator);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  detach_final(&mutator);
  return 0;
}
