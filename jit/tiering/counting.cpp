// Stubs that count: what is interpreted so far, and (if asked for) how machine code is entered and left.
#include "interp/objects/frame.h"
#include "interp/objects/thread.h"
#include "jit/tiering/tier.h"

namespace taipan::jit {

namespace {

// Whether there is machine code now.
uint64_t tier_up(Frame* f) { return compile_code(f->code, f->code->feedback.load(std::memory_order_acquire)); }

// To the instruction's handler, by a table.
void run_handler(Masm& m, const void* const* handlers) {
  m.load64(kWord, at(kPc));
  m.zero_extend(Size::k8, kT0, kWord);
  m.mov(kT1, static_cast<const void*>(handlers));
  m.jump(at(kT1, kT0, 3));
}

// Longer code waits longer, in proportion: a small loop in a long module body doesn't have all of that compiled for its sake.
constexpr int64_t kUsualInstructions = 1000;

// Counts a call or a round of a loop of the frame's code; to `hot` where that is enough, to `compiled` (kT2: the state), or goes on.
void count(Masm& m, Label hot, Label compiled) {
  m.load64(kT1, TAIPAN_FIELD(kFrame, Frame, code));
  m.load64(kT0, TAIPAN_FIELD(kFrame, Frame, feedback));
  m.load64(kT2, TAIPAN_FIELD(kT1, Code, instructions));
  m.load32(kT3, TAIPAN_FIELD(kT1, Code, instruction_count));
  m.add(kT0, kT0, kT2);
  m.shl(kT3, kT3, 4);
  m.add(kT0, kT0, kT3);
  m.load64(kT2, at(kT0, 8));
  m.branch_bit(false, kT2, 0, compiled);
  if (tier->options.gil) {
    m.add(kT2, kT2, int64_t{2});
    m.store64(at(kT0, 8), kT2);
  } else {
    // Another thread may be publishing machine code there: its state must not be written over. A count that is lost doesn't matter.
    Label lost = m.new_label();
    m.add(kT3, kT2, int64_t{2});
    m.compare_swap(Size::k64, kT1, at(kT0, 8), kT2, kT3, lost);
    m.bind(lost);
    m.mov(kT2, kT3);
  }
  int64_t threshold = tier->options.threshold;
  if (threshold < kUsualInstructions) return m.branch(Cond::kAbove, kT2, 2 * threshold, hot);
  Label cold = m.new_label();
  m.branch(Cond::kBelowEq, kT2, 2 * threshold, cold);
  m.load64(kT1, TAIPAN_FIELD(kFrame, Frame, code));
  m.load32(kT3, TAIPAN_FIELD(kT1, Code, instruction_count));
  m.mov(kT1, 2 * threshold / kUsualInstructions);
  m.mul(kT3, kT3, kT1);
  m.branch(Cond::kAbove, kT2, kT3, hot);
  m.bind(cold);
}

void count_one(Masm& m, const uint64_t* counter) {
  own_counter(m, kT0, kT1, counter);
  if (tier->options.gil) {
    m.add_mem(Size::k64, at(kT0), 1);
  } else {
    m.mov(kT1, int64_t{1});
    m.atomic_add(Size::k64, kT2, at(kT0), kT1);
  }
}

}  // namespace

// Code that isn't compiled is run by the handlers, with a table in which they find each other, but for what begins or repeats something.
void emit_interpret(Masm& m) {
  Label hot = m.new_label(), run = m.new_label();
  count(m, hot, run);
  m.bind(run);
  m.mov(kTable, static_cast<const void*>(tier->counting_table));
  run_handler(m, instruction_handlers());
  m.bind(hot);
  m.call_out(reinterpret_cast<const void*>(&tier_up), {kFrame});
  m.branch(Cond::kEq, arch::kRet, int64_t{0}, run);
  emit_find(m);
}
// In that table: a loop goes round.
void emit_back_edge(Masm& m) {
  Label hot = m.new_label(), compiled = m.new_label(), run = m.new_label(), enter = m.new_label();
  count(m, hot, compiled);
  m.bind(run);
  run_handler(m, instruction_handlers());
  m.bind(compiled);
  m.branch(Cond::kEq, kT2, int64_t{0}, run);
  m.bind(enter);
  m.mov(kTable, static_cast<const void*>(tier->table.find));
  run_handler(m, instruction_handlers());
  m.bind(hot);
  m.call_out(reinterpret_cast<const void*>(&tier_up), {kFrame});
  m.branch(Cond::kEq, arch::kRet, int64_t{0}, run);
  m.jump(enter);
}
// In that table: a call, which may be of something compiled.
void emit_interpreted_call(Masm& m) {
  m.mov(kTable, static_cast<const void*>(tier->table.find));
  run_handler(m, instruction_handlers());
}

// As emit_find, for what the handlers go on with.
void emit_counted_find(Masm& m) {
  Label go = m.new_label();
  m.load64(kWord, at(kPc));
  m.load64(kT0, TAIPAN_FIELD(kFrame, Frame, feedback));
  m.load64(kT1, TAIPAN_FIELD(kFrame, Frame, code));
  m.add(kT0, kT0, kPc);
  m.load32(kT1, TAIPAN_FIELD(kT1, Code, instruction_count));
  m.load64(kT3, at(kT0, kT1, 3, 8));
  m.branch(Cond::kEq, kT3, static_cast<int64_t>(tier->interpret), go);
  count_one(m, &tier->counts->n.entries);
  m.bind(go);
  m.jump(kT3);
}
void emit_counted_exit(Masm& m, uint8_t op) {
  // A call's handler is entered with its operands in registers that only the thunk has looked at: all may be used.
  count_one(m, &tier->counts->n.handlers[op]);
  m.jump(instruction_handlers()[op]);
}

}  // namespace taipan::jit
