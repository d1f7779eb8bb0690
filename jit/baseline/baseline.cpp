#include "jit/baseline/baseline.h"

#include <pthread.h>
#include <unistd.h>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>
#include "arch/code_space.h"
#include "interp/eval/jit_hooks.h"
#include "interp/objects/str.h"
#include "jit/baseline/compiler.h"

namespace taipan::jit {

namespace {

constexpr uint32_t kMostInstructions = 20000;  // what is longer runs once, mostly: module bodies full of data
constexpr int64_t kExits = 1000;               // handlers entered from a code before it is made anew
constexpr int kMostTimes = 4;

// What there is about a code with machine code. Earlier versions are kept until the code object goes: a call from them may be under way.
struct Record : CodeRecord {
  std::vector<arch::CodeBlock*> blocks;
  std::vector<std::vector<std::vector<EntryFact>>> lists;
};

// Lives as long as the process: code may run until its end.
struct Tier {
  std::mutex mutex;
  arch::CodeSpace space{size_t{128} << 20};
  BaselineStats stats;
  bool dump = false;
  FILE* perf_map = nullptr;
  std::string dump_function;
  uint64_t interpret = 0;                // address of the stub that runs the handler
  const void* table[256] = {};           // the stub that finds an instruction's machine code, for every opcode
  const void* counting_table[256] = {};  // the handlers, but for back edges and calls
  int64_t threshold = 0;                 // that many calls and loops before a code is compiled
  Stubs stubs;
};
Tier* tier;

bool perf_wanted;
void tell_perf(const arch::CodeBlock* block) {
  if (!perf_wanted) return;
  if (!tier->perf_map) tier->perf_map = fopen(("/tmp/perf-" + std::to_string(getpid()) + ".map").c_str(), "ae");
  if (!tier->perf_map) return;
  fprintf(tier->perf_map, "%zx %x %s\n", reinterpret_cast<size_t>(block->exec), block->size, block->name.c_str());
  fflush(tier->perf_map);
}

template <class F>
const void* make_stub(const std::string& name, F emit) {
  Masm m;
  m.without_frame();
  emit(m);
  arch::CodeBlock* block = tier->space.install(m, name);
  if (block) tell_perf(block);
  return block ? block->exec : nullptr;
}

// To the instruction's handler, by a table.
void run_handler(Masm& m, const void* const* handlers) {
  m.load64(kWord, at(kPc));
  m.zero_extend(Size::k8, kT0, kWord);
  m.mov(kT1, static_cast<const void*>(handlers));
  m.jump(at(kT1, kT0, 3));
}

// ---- Counting. The word behind a code's entries is its block (even), a count (odd) or zero: interpreted for good.
bool compile_code(Code* code, std::atomic<uint64_t>* feedback, bool again = false);
void tier_up(Frame* f) { compile_code(f->code, f->code->feedback.load(std::memory_order_acquire)); }
void compile_again(Frame* f) { compile_code(f->code, f->code->feedback.load(std::memory_order_acquire), true); }
Record* record_of(std::atomic<uint64_t>* feedback) {
  return reinterpret_cast<Record*>(feedback[-2].load(std::memory_order_acquire));
}
// kT0 + 8: address of that word. Counts; to `hot` where that is enough, to `compiled`, or goes on.
void count(Masm& m, Label hot, Label compiled) {
  Label cold = m.new_label();
  m.load64(kT1, TAIPAN_FIELD(kFrame, Frame, code));
  m.load64(kT0, TAIPAN_FIELD(kFrame, Frame, feedback));
  m.load64(kT2, TAIPAN_FIELD(kT1, Code, instructions));
  m.load32(kT3, TAIPAN_FIELD(kT1, Code, instruction_count));
  m.add(kT0, kT0, kT2);
  m.shl(kT3, kT3, 4);
  m.add(kT0, kT0, kT3);
  m.load64(kT2, at(kT0, 8));
  m.branch_bit(false, kT2, 0, compiled);
  m.add(kT2, kT2, int64_t{2});
  m.store64(at(kT0, 8), kT2);
  m.branch(Cond::kAbove, kT2, 2 * tier->threshold, hot);
  m.bind(cold);
}
// Code that isn't compiled is run by the handlers, with a table in which they find each other, but for what begins or repeats something.
void interpret_stub(Masm& m) {
  if (tier->threshold > 0) {
    Label hot = m.new_label(), run = m.new_label();
    count(m, hot, run);
    m.bind(run);
    m.mov(kTable, static_cast<const void*>(tier->counting_table));
    run_handler(m, instruction_handlers());
    m.bind(hot);
    m.call_out(reinterpret_cast<const void*>(&tier_up), {kFrame});
    emit_find(m);
  } else {
    run_handler(m, instruction_handlers());
  }
}
// In that table: a loop goes round.
void back_edge_stub(Masm& m) {
  Label hot = m.new_label(), compiled = m.new_label(), run = m.new_label(), enter = m.new_label();
  count(m, hot, compiled);
  m.bind(run);
  run_handler(m, instruction_handlers());
  m.bind(compiled);
  m.branch(Cond::kEq, kT2, int64_t{0}, run);
  m.bind(enter);
  m.mov(kTable, static_cast<const void*>(tier->table));
  run_handler(m, instruction_handlers());
  m.bind(hot);
  m.call_out(reinterpret_cast<const void*>(&tier_up), {kFrame});
  m.jump(enter);
}
// In that table: a call, which may be of something compiled.
void call_stub(Masm& m) {
  m.mov(kTable, static_cast<const void*>(tier->table));
  run_handler(m, instruction_handlers());
}

bool wants_dump(Code* code) {
  if (!tier->dump) return false;
  return tier->dump_function.empty() || utf8_lossy(code->name) == tier->dump_function ||
         utf8_lossy(code->qualname) == tier->dump_function;
}

bool compile_code(Code* code, std::atomic<uint64_t>* feedback, bool again) {
  uint32_t n = code->instruction_count;
  std::atomic<uint64_t>* entries = feedback + n + 1;
  std::lock_guard<std::mutex> hold(tier->mutex);
  uint64_t state = entries[n].load(std::memory_order_acquire);
  if (!(state & 1) && !(again && state)) return state != 0;
  auto start = std::chrono::steady_clock::now();
  Record* record = record_of(feedback);
  if (!record) {
    record = new Record;
    feedback[-2].store(reinterpret_cast<uint64_t>(record), std::memory_order_release);
  }
  record->exits_left = record->blocks.size() < kMostTimes ? kExits << (3 * record->blocks.size()) : INT64_MAX;
  if (record->blocks.size() > kMostTimes) return state != 0;
  Masm masm(wants_dump(code));
  Compiler compiler(code, masm, instruction_handlers(), tier->stubs);
  compiler.compile();
  arch::CodeBlock* block = tier->space.install(masm, "python:" + utf8_lossy(code->qualname));
  if (!block) {
    if (!again) entries[n].store(0, std::memory_order_release);
    tier->stats.failed++;
    return false;
  }
  record->blocks.push_back(block);
  record->lists.push_back(compiler.take_lists());
  for (uint32_t i = 0; i < n; i++) {
    uint64_t entry = compiler.handler_only(i)
                         ? reinterpret_cast<uint64_t>(instruction_handlers()[code->instructions[i].op])
                         : reinterpret_cast<uint64_t>(block->exec) + compiler.entry(i);
    entries[i].store(entry, std::memory_order_release);
  }
  if (compiler.has_thunk())
    feedback[-1].store(reinterpret_cast<uint64_t>(block->exec) + compiler.thunk(), std::memory_order_release);
  entries[n].store(reinterpret_cast<uint64_t>(block), std::memory_order_release);
  tell_perf(block);
  tier->stats.compiled++;
  tier->stats.instructions += n;
  tier->stats.code_bytes += block->size;
  tier->stats.hot_bytes += compiler.hot_bytes();
  tier->stats.nanoseconds += static_cast<uint64_t>((std::chrono::steady_clock::now() - start).count());
  if (masm.listing()) {
    std::string name = utf8_lossy(code->qualname);
    fprintf(stderr, "== %s: %u instructions, %u bytes at %p (%s)\n%s\n", name.c_str(), n, block->size,
            static_cast<const void*>(block->exec), arch::kIsaName, masm.listing_text().c_str());
  }
  return true;
}
// As if the code had never been compiled.
void interpret(Code* code, std::atomic<uint64_t>* feedback, std::atomic<uint64_t>* entries) {
  uint32_t n = code->instruction_count;
  feedback[-1].store(reinterpret_cast<uint64_t>(tier->stubs.call), std::memory_order_release);
  for (uint32_t i = 0; i < n; i++) entries[i].store(tier->interpret, std::memory_order_release);
  entries[n].store(n > kMostInstructions ? 0 : 1, std::memory_order_release);
}
void code_starts(Code* code, std::atomic<uint64_t>* feedback, std::atomic<uint64_t>* entries) {
  interpret(code, feedback, entries);
  if (code->instruction_count <= kMostInstructions && tier->threshold <= 0) compile_code(code, feedback);
}
void code_changes(Code* code, std::atomic<uint64_t>* feedback, std::atomic<uint64_t>* entries) {
  uint64_t state = entries[code->instruction_count].load(std::memory_order_acquire);
  if (!state || (state & 1)) return;
  interpret(code, feedback, entries);
  if (record_of(feedback)->blocks.size() > kMostTimes)
    entries[code->instruction_count].store(0, std::memory_order_release);
  // Machine code that is running now, in this thread or another, leaves at its next back edge or call.
  gc::for_each_mutator([](gc::Mutator* m) { m->poll.fetch_or(gc::kPollTrace, std::memory_order_relaxed); });
}
void code_dies(Code*, std::atomic<uint64_t>* feedback, std::atomic<uint64_t>*) {
  Record* record = record_of(feedback);
  if (!record) return;
  for (arch::CodeBlock* block : record->blocks) tier->space.release(block);
  std::lock_guard<std::mutex> hold(tier->mutex);
  tier->stats.freed += record->blocks.size();
  delete record;
}

}  // namespace

bool start_baseline(int64_t threshold, bool dump, std::string_view dump_function) {
  if (!instruction_handlers()) return false;
  tier = new Tier;
  tier->dump = dump;
  tier->dump_function = dump_function;
  tier->threshold = threshold;
  bool ok = true;
  auto stub = [&](const std::string& name, auto emit) {
    const void* code = make_stub(name, emit);
    ok = ok && code;
    return code;
  };
  tier->stubs.find = stub("jit: find", emit_find);
  for (auto& entry : tier->table) entry = tier->stubs.find;
  tier->stubs.leave = stub("jit: leave", [](Masm& m) { emit_leave(m, compile_again); });
  tier->stubs.verify = stub("jit: verify", [](Masm& m) { emit_verify(m, tier->stubs); });
  tier->stubs.drop = stub("jit: drop", [](Masm& m) { emit_drop(m, false, false); });
  tier->stubs.drop_dead = stub("jit: drop", [](Masm& m) { emit_drop(m, true, false); });
  tier->stubs.drop_float = stub("jit: drop", [](Masm& m) { emit_drop(m, false, true); });
  tier->stubs.drop_dead_float = stub("jit: drop", [](Masm& m) { emit_drop(m, true, true); });
  tier->stubs.incref_hold = stub("jit: count", [](Masm& m) { emit_incref(m, kHold); });
  tier->stubs.incref_0 = stub("jit: count", [](Masm& m) { emit_incref(m, kT0); });
  tier->stubs.incref_1 = stub("jit: count", [](Masm& m) { emit_incref(m, kT1); });
  tier->stubs.box = stub("jit: box", emit_box);
  tier->stubs.call = stub("jit: call", emit_call);
  tier->stubs.ret = stub("jit: return", [](Masm& m) { emit_return(m, tier->table); });
  tier->stubs.resume = stub("jit: resume", emit_resume);
  tier->stubs.yield = stub("jit: yield", emit_yield);
  tier->stubs.returned = stub("jit: returned", emit_returned);
  tier->interpret = reinterpret_cast<uint64_t>(stub("jit: interpret", interpret_stub));
  for (int i = 0; i < frontend::kOpCount; i++) tier->counting_table[i] = instruction_handlers()[i];
  tier->counting_table[frontend::kOpJUMP_BACK] = stub("jit: back edge", back_edge_stub);
  const void* call = stub("jit: call from interpreted code", call_stub);
  for (uint8_t op : {frontend::kOpCALL, frontend::kOpCALL_KW, frontend::kOpCALL_EX}) tier->counting_table[op] = call;
  if (!ok) return false;
  pthread_atfork(
      [] {
        tier->mutex.lock();
        tier->space.before_fork();
      },
      [] {
        tier->space.after_fork_in_parent();
        tier->mutex.unlock();
      },
      [] {
        tier->space.after_fork_in_child();
        tier->mutex.unlock();
      });
  jit_hooks.code_starts = code_starts;
  jit_hooks.code_dies = code_dies;
  jit_hooks.code_changes = code_changes;
  set_instruction_table(tier->table);
  return true;
}
bool baseline_runs() { return jit_hooks.code_starts != nullptr; }
BaselineStats baseline_stats() {
  std::lock_guard<std::mutex> hold(tier->mutex);
  BaselineStats stats = tier->stats;
  stats.used_bytes = tier->space.used();
  return stats;
}
void print_baseline_stats() {
  if (!tier) return;
  BaselineStats s = baseline_stats();
  fprintf(stderr,
          "jit: %llu codes compiled (%llu failed, %llu freed), %llu instructions, %llu bytes of machine code (%llu in "
          "line), %.2f ms, "
          "%llu bytes in use\n",
          static_cast<unsigned long long>(s.compiled), static_cast<unsigned long long>(s.failed),
          static_cast<unsigned long long>(s.freed), static_cast<unsigned long long>(s.instructions),
          static_cast<unsigned long long>(s.code_bytes), static_cast<unsigned long long>(s.hot_bytes),
          static_cast<double>(s.nanoseconds) / 1e6, static_cast<unsigned long long>(s.used_bytes));
}
void write_perf_map() { perf_wanted = true; }
bool compile_now(Code* code) { return compile_code(code, code->feedback.load(std::memory_order_acquire)); }
bool is_compiled(Code* code) {
  auto* feedback = code->feedback.load(std::memory_order_acquire);
  if (!feedback) return false;
  uint64_t state = feedback[2 * size_t{code->instruction_count} + 1].load(std::memory_order_acquire);
  return state && !(state & 1);
}
std::string listing_of(Code* code) {
  Masm masm(true);
  Compiler compiler(code, masm, instruction_handlers(), tier->stubs);
  compiler.compile();
  return masm.listing_text();
}

}  // namespace taipan::jit
