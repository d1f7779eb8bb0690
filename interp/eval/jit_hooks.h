// The interpreter's side of the JIT: what jit/ fills in, if it is there and wanted. Without it nothing of this costs anything.
//
// With a JIT every allocation of a code object's feedback has as many words again behind it: for each instruction the address where
// machine code for it begins (see jit/baseline/baseline.h), and in the last one how far the JIT is with the code. Two words more come before
// the feedback: what the JIT keeps about the code, and where calls of it go.
#pragma once
#include "interp/objects/code.h"

namespace taipan {

struct JitHooks {
  void (*code_starts)(Code* code, std::atomic<uint64_t>* feedback,
                      std::atomic<uint64_t>* entries) = nullptr;  // before the feedback is published
  void (*code_dies)(Code* code, std::atomic<uint64_t>* feedback, std::atomic<uint64_t>* entries) = nullptr;
  // A class has changed: what the feedback of some instructions said is wrong, and has been cleared.
  void (*code_changes)(Code* code, std::atomic<uint64_t>* feedback, std::atomic<uint64_t>* entries) = nullptr;
};
inline constexpr size_t kJitWords = 2;
extern JitHooks jit_hooks;

// Handlers by opcode, all with the signature that dispatch.h describes; null where the interpreter isn't built of functions.
const void* const* instruction_handlers();
// What handlers go on with: after an error at pc, and where an instruction is done and leaves something to look after.
struct InstructionSteps {
  const void *error, *poll_next;
  const void* operator_result;  // an operator's method has returned (Thread::operator_value)
  const void* enter;            // a new frame, at its pc, where something is to be done first
};
InstructionSteps instruction_steps();
// Pieces of handlers.
struct EvalPieces {
  Value (*for_iter)(Value iterator);  // next item, kStopIter, or null
  Value (*no_item)();  // after `next` gave null: kStopIter where that was StopIteration, which is cleared; or null
  int (*next_pair)(Value it, Value* out);  // 0: given, 1: end, 2: error, 3: not that simple
  Value (*slice)(Value o, Value start, Value stop, bool* failed);
  Value (*get_item)(Value o, Value key);
};
EvalPieces eval_pieces();
// The table that is used while something traces.
const void* const* tracing_table();
// The table that is used while nothing traces: the handlers, or the JIT's.
void set_instruction_table(const void* const* table);

}  // namespace taipan
