// What the interpreter leans on, one primitive a benchmark: allocation and counts, value tagging, int and float arithmetic,
// lists, dicts, strings, and whole loops of Python. `./dev bench --micro [--benchmark_filter=...]`.
#include <benchmark/benchmark.h>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>
#include "gc/heap.h"
#include "gc/mutator.h"
#include "gc/ref.h"
#include "interp/objects/dict.h"
#include "interp/objects/float.h"
#include "interp/objects/init.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"

namespace taipan {
namespace {

void start() {
  static Thread* thread = nullptr;
  if (thread) return;
  gc::init_memory(true);
  thread = new Thread;
  thread->is_main = true;
  thread->handled = &thread->handled_base;
  gc::attach_new(thread);
  start_objects();
}

void BM_ValueTagUntag(benchmark::State& state) {
  int64_t i = 0;
  for (auto _ : state) {
    Value v = Value::from_int(i++);
    benchmark::DoNotOptimize(v);
    benchmark::DoNotOptimize(v.as_int());
  }
}
BENCHMARK(BM_ValueTagUntag);

void BM_RefCopy(benchmark::State& state) {
  Ref list = make_list();
  for (auto _ : state) {
    Ref copy = Ref::dup(list);
    benchmark::DoNotOptimize(copy.get());
  }
}
BENCHMARK(BM_RefCopy);

void BM_MakeTuple(benchmark::State& state) {
  Value items[3] = {Value::from_int(1), Value::from_int(2), Value::from_int(3)};
  for (auto _ : state) {
    Ref t = make_tuple(items, 3);
    benchmark::DoNotOptimize(t.get());
  }
}
BENCHMARK(BM_MakeTuple);

void BM_MakeListDropChain(benchmark::State& state) {
  for (auto _ : state) {
    Ref chain = make_list();
    for (int i = 0; i < state.range(0); i++) {
      Ref next = make_list(1);
      list_append(next, chain.get());
      chain = std::move(next);
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_MakeListDropChain)->Arg(10)->Arg(10000);

void BM_IntAdd(benchmark::State& state) {
  Value a = Value::from_int(12345), b = Value::from_int(678);
  for (auto _ : state) {
    Ref r = int_add(a, b);
    benchmark::DoNotOptimize(r.get());
  }
}
BENCHMARK(BM_IntAdd);

void BM_BigIntMul(benchmark::State& state) {
  Ref a = make_int(1);
  Ref base = make_int(1000003);
  for (int i = 0; i < state.range(0); i++) a = int_mul(a, base);
  for (auto _ : state) {
    Ref r = int_mul(a, a);
    benchmark::DoNotOptimize(r.get());
  }
}
BENCHMARK(BM_BigIntMul)->Arg(5)->Arg(50)->Arg(500);

void BM_ListAppend(benchmark::State& state) {
  for (auto _ : state) {
    Ref list = make_list();
    for (int i = 0; i < state.range(0); i++) list_append(list, Value::from_int(i));
    benchmark::DoNotOptimize(list.get());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_ListAppend)->Arg(8)->Arg(1000);

void BM_ListSort(benchmark::State& state) {
  std::vector<Value> items;
  uint64_t seed = 42;
  for (int i = 0; i < state.range(0); i++) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    items.push_back(Value::from_int(static_cast<int64_t>(seed >> 40)));
  }
  for (auto _ : state) {
    Ref list = make_list(items.data(), items.size());
    list_sort(list, Value(), false);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_ListSort)->Arg(10)->Arg(10000);

void BM_DictIntSet(benchmark::State& state) {
  for (auto _ : state) {
    Ref d = make_dict();
    for (int i = 0; i < state.range(0); i++) dict_set(d, Value::from_int(i), Value::from_int(i));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_DictIntSet)->Arg(5)->Arg(1000);

void BM_DictStrGet(benchmark::State& state) {
  Ref d = make_dict();
  std::vector<Ref> keys;
  for (int i = 0; i < state.range(0); i++) {
    keys.push_back(intern_str(("name" + std::to_string(i)).c_str()));
    dict_set(d, keys.back(), Value::from_int(i));
  }
  size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(dict_get_str(d, keys[i].as<Str>()));
    if (++i == keys.size()) i = 0;
  }
}
BENCHMARK(BM_DictStrGet)->Arg(8)->Arg(1000);

void BM_StrMakeHash(benchmark::State& state) {
  std::string text(static_cast<size_t>(state.range(0)), 'x');
  for (auto _ : state) {
    Ref s = make_str(text);
    benchmark::DoNotOptimize(str_hash(s.as<Str>()));
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_StrMakeHash)->Arg(8)->Arg(1000);

void BM_StrConcat(benchmark::State& state) {
  Ref a = make_str("hello "), b = make_str("world");
  for (auto _ : state) {
    Ref s = str_concat(a, b);
    benchmark::DoNotOptimize(s.get());
  }
}
BENCHMARK(BM_StrConcat);

}  // namespace
}  // namespace taipan

int main(int argc, char** argv) {
  taipan::start();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
