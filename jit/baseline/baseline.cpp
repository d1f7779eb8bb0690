#include "jit/baseline/baseline.h"

#include <pthread.h>
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

constexpr uint32_t kMostInstructions = 20000;   // what is longer runs once, mostly: module bodies full of data

// Lives as long as the process: code may run until its end.
struct Tier {
  std::mutex mutex;
  arch::CodeSpace space{size_t{128} << 20};
  BaselineStats stats;
  bool dump = false;
  std::string dump_function;
  uint64_t interpret = 0;          // address of the stub that runs the handler
  const void* table[256] = {};     // the stub that finds an instruction's machine code, for every opcode
};
Tier* tier;

const void* make_stub(const char* name, void (*emit)(Masm&)) {
  Masm m;
  m.without_frame();
  emit(m);
  arch::CodeBlock* block = tier->space.install(m, name);
  return block ? block->exec : nullptr;
}

// The entry of pc in f's code: as far behind the instruction's feedback word as the code has words.
void find_stub(Masm& m) {
  m.load64(kT0, TAIPAN_FIELD(kFrame, Frame, feedback));
  m.load64(kT1, TAIPAN_FIELD(kFrame, Frame, code));
  m.add(kT0, kT0, kPc);
  m.load32(kT1, TAIPAN_FIELD(kT1, Code, instruction_count));
  m.jump(at(kT0, kT1, 3, 8));
}
void interpret_stub(Masm& m) {
  m.zero_extend(Size::k8, kT0, kWord);
  m.mov(kT1, static_cast<const void*>(instruction_handlers()));
  m.jump(at(kT1, kT0, 3));
}

bool wants_dump(Code* code) {
  if (!tier->dump) return false;
  return tier->dump_function.empty() || utf8_lossy(code->name) == tier->dump_function || utf8_lossy(code->qualname) == tier->dump_function;
}

void code_starts(Code* code, std::atomic<uint64_t>* entries) {
  uint32_t n = code->instruction_count;
  for (uint32_t i = 0; i < n; i++) entries[i].store(tier->interpret, std::memory_order_relaxed);
  entries[n].store(0, std::memory_order_relaxed);
  if (n > kMostInstructions) return;
  auto start = std::chrono::steady_clock::now();
  std::lock_guard<std::mutex> hold(tier->mutex);
  Masm masm(wants_dump(code));
  Compiler compiler(code, masm, instruction_handlers());
  compiler.compile();
  arch::CodeBlock* block = tier->space.install(masm, "python:" + utf8_lossy(code->qualname));
  if (!block) {
    tier->stats.failed++;
    return;
  }
  for (uint32_t i = 0; i < n; i++)
    entries[i].store(reinterpret_cast<uint64_t>(block->exec) + compiler.entry(i), std::memory_order_release);
  entries[n].store(reinterpret_cast<uint64_t>(block), std::memory_order_release);
  tier->stats.compiled++;
  tier->stats.instructions += n;
  tier->stats.code_bytes += block->size;
  tier->stats.nanoseconds += static_cast<uint64_t>((std::chrono::steady_clock::now() - start).count());
  if (masm.listing()) {
    std::string name = utf8_lossy(code->qualname);
    fprintf(stderr, "== %s: %u instructions, %u bytes at %p (%s)\n%s\n", name.c_str(), n, block->size, static_cast<const void*>(block->exec),
            arch::kIsaName, masm.listing_text().c_str());
  }
}
void code_dies(Code* code, std::atomic<uint64_t>* entries) {
  if (auto* block = reinterpret_cast<arch::CodeBlock*>(entries[code->instruction_count].load(std::memory_order_acquire))) tier->space.release(block);
}

}  // namespace

bool start_baseline(bool dump, std::string_view dump_function) {
  if (!instruction_handlers()) return false;
  tier = new Tier;
  tier->dump = dump;
  tier->dump_function = dump_function;
  tier->interpret = reinterpret_cast<uint64_t>(make_stub("jit: interpret", interpret_stub));
  const void* find = make_stub("jit: find", find_stub);
  if (!tier->interpret || !find) return false;
  for (auto& entry : tier->table) entry = find;
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
  set_instruction_table(tier->table);
  return true;
}
const BaselineStats& baseline_stats() { return tier->stats; }

}  // namespace taipan::jit
