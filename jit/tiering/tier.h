// What the files of tiering/ and inspect/ share.
#pragma once
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <vector>
#include "arch/code_space.h"
#include "interp/eval/jit_hooks.h"
#include "jit/baseline/compiler.h"
#include "jit/tiering/tiering.h"

namespace taipan::jit {

inline constexpr uint32_t kMostPutOff = 256;
inline constexpr uint32_t kMostInstructions = 20000;  // what is longer runs once, mostly: module bodies full of data

// One compilation of a code.
struct Version {
  arch::CodeBlock* block;
  std::unique_ptr<EntryTable> entries;
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

// Counted by each thread in a lane of its own (some share one): a line that all wrote to would hold up programs whose threads do nothing of the kind.
struct alignas(1 << kCountLaneShift) CountLane {
  ExitCounts n;
};
static_assert(sizeof(CountLane) == size_t{1} << kCountLaneShift);

struct Table {
  const void* find[256] = {};  // the stub that finds an instruction's machine code, for every opcode
  uint8_t several = 0;         // threads run in parallel: baseline code looks at it (kSeveral)
};
static_assert(offsetof(Table, several) == kSeveral);

// Lives as long as the process: code may run until its end.
struct Tier {
  explicit Tier(const TieringOptions& o) : options(o), space(o.memory) {}
  const TieringOptions options;
  std::mutex mutex;  // what follows; never held at a safepoint
  arch::CodeSpace space;
  TieringStats stats;
  CountLane* counts = nullptr;  // kCountLanes of them, if exits are counted
  Record* records = nullptr;
  uint64_t used_after_clearing = 0;
  uint64_t full_at = 0;  // not 0: while that much is in use compiling is put off
  uint32_t put_off = 0;  // so often since then
  std::vector<arch::CodeBlock*> stub_blocks;
  uint64_t interpret = 0;  // address of the stub that runs the handler
  Table table;
  const void* counting_table[256] = {};                     // the handlers, but for back edges and calls
  const void* exit_table[256] = {};                         // stubs that count and go to the handler
  Stubs alone, parallel;                                    // for one thread at a time, and for several
  std::map<std::pair<const void*, int>, const void*> outs;  // what Stubs::out has made
  ExitLane lanes[kExitLanes];
  const Stubs& stubs() const { return table.several ? parallel : alone; }
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
// Whether it has machine code afterwards. While another thread compiles the caller goes on without, unless it wants to wait.
bool compile_code(Code* code, std::atomic<uint64_t>* feedback, bool again = false, bool wait = false);
void interpret(Code* code, std::atomic<uint64_t>* feedback, int64_t count = 0);  // as if it had never been compiled

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
