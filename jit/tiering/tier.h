// What the files of tiering/ and inspect/ share.
#pragma once
#include <atomic>
#include <mutex>
#include <string>
#include <vector>
#include "arch/code_space.h"
#include "interp/eval/jit_hooks.h"
#include "jit/baseline/compiler.h"
#include "jit/tiering/tiering.h"

namespace taipan::jit {

inline constexpr uint32_t kMostInstructions = 20000;  // what is longer runs once, mostly: module bodies full of data

// One compilation of a code.
struct Version {
  arch::CodeBlock* block;
  std::vector<std::vector<EntryFact>> lists;
  Positions positions;
};
// What there is about a code that was compiled. The newest version is the last one.
struct Record : CodeRecord {
  Code* code;
  std::atomic<uint64_t>* feedback;  // its own: while code_starts runs the code doesn't have it yet
  int times = 0;                    // it was compiled, since its memory was taken away
  std::vector<Version> versions;
  Record *next = nullptr, *before = nullptr;
};

// Lives as long as the process: code may run until its end.
struct Tier {
  explicit Tier(const TieringOptions& o) : options(o), space(o.memory) {}
  const TieringOptions options;
  std::mutex mutex;  // what follows; never held at a safepoint
  arch::CodeSpace space;
  TieringStats stats;
  ExitCounts exits;
  Record* records = nullptr;
  uint64_t used_after_clearing = 0;
  std::vector<arch::CodeBlock*> stub_blocks;
  uint64_t interpret = 0;                // address of the stub that runs the handler
  const void* table[256] = {};           // the stub that finds an instruction's machine code, for every opcode
  const void* counting_table[256] = {};  // the handlers, but for back edges and calls
  const void* exit_table[256] = {};      // stubs that count and go to the handler
  Stubs stubs;
};
extern Tier* tier;

// A code's feedback has the entries behind it, one an instruction, and the state behind those; see baseline.h.
inline std::atomic<uint64_t>* entries_of(const Code* code, std::atomic<uint64_t>* feedback) {
  return feedback + code->instruction_count + 1;
}
inline Record* record_of(std::atomic<uint64_t>* feedback) {
  return reinterpret_cast<Record*>(feedback[-2].load(std::memory_order_acquire));
}

// ---- tiering.cpp
bool compile_code(Code* code, std::atomic<uint64_t>* feedback, bool again = false);
void interpret(Code* code, std::atomic<uint64_t>* feedback);  // as if it had never been compiled

// ---- counting.cpp
void emit_interpret(Masm& m);
void emit_back_edge(Masm& m);
void emit_interpreted_call(Masm& m);
void emit_counted_find(Masm& m);
void emit_counted_exit(Masm& m, uint8_t op);

// ---- memory.cpp
bool make_room();  // whether it is worth trying again. Without the mutex
void forget_record(Record* record);

}  // namespace taipan::jit
