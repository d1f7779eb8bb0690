// Calls of Python functions and returns from them.
//
// The thunk. A code's machine code begins with what a call of it does: it makes the frame, with all that is known of the code as constants,
// and runs on into the first instruction. A CALL puts the function, its arguments and their number in registers and jumps to where the word
// before the callee's feedback points: its thunk, or (no machine code, or parameters that aren't plain) the handler of CALL. Thunks make all
// their tests first and go to that handler as well where one fails.
#include "interp/eval/frame_stack.h"
#include "interp/eval/jit_hooks.h"
#include "interp/objects/list.h"
#include "interp/objects/native.h"
#include "interp/objects/tuple.h"
#include "jit/baseline/compiler.h"

namespace taipan::jit {

using namespace frontend;

namespace {
constexpr Reg kTemp = arch::kVolatile[4], kCode = arch::kVolatile[5], kFeedback = arch::kVolatile[6];
constexpr Reg kFunction = kT0, kArguments = kT1, kCount = kT2, kBase = kT3;
constexpr int64_t kRegisters = sizeof(Frame);
constexpr uint32_t kMostUnrolled = 32;
}  // namespace

void Compiler::emit_thunk() {
  uint32_t nregs = code_->register_count, argcount = code_->argcount;
  if (!code_->simple_args || !(code_->flags & kCoOptimized) || nregs > kMostUnrolled + argcount || code_->nfree > 8 ||
      argcount > 8)
    return;
  thunk_ = masm_.new_label();
  masm_.bind(thunk_);
  Label slow = masm_.new_label();
  Reg frame = kHold;
  masm_.branch(Cond::kNe, kCount, static_cast<int64_t>(argcount), slow);
  masm_.mov(kTemp, static_cast<const void*>(&recursion_limit));
  masm_.load32(kTemp, at(kTemp));
  masm_.branch_mem(Size::k32, Cond::kGe, TAIPAN_FIELD(kThread, Thread, recursion_depth), kTemp, slow);
  masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kThread, Thread, poll), 0, slow);
  masm_.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kThread, Thread, tracing_active), 0, slow);
  masm_.load64(frame, TAIPAN_FIELD(kThread, Thread, frame_top));
  masm_.lea(kTemp, at(frame, kRegisters + nregs * 8));
  masm_.branch_mem(Size::k64, Cond::kBelow, TAIPAN_FIELD(kThread, Thread, frame_limit), kTemp, slow);
  masm_.store64(TAIPAN_FIELD(kFrame, Frame, pc), kPc);
  masm_.store64(TAIPAN_FIELD(kThread, Thread, frame_top), kTemp);
  for (uint32_t i = 0; i < argcount; i++) {
    masm_.load64(kTemp, at(kArguments, i * 8));
    masm_.store64(at(frame, kRegisters + i * 8), kTemp);
  }
  masm_.zero(at(kArguments), static_cast<int>(argcount));
  masm_.store64(at(kBase), 0);
  masm_.zero(at(frame, kRegisters + argcount * 8), static_cast<int>(nregs - argcount));
  masm_.store64(TAIPAN_FIELD(frame, Frame, prev), kFrame);
  masm_.store64(TAIPAN_FIELD(frame, Frame, code), kCode);
  masm_.store64(TAIPAN_FIELD(frame, Frame, func), kFunction);
  static_assert(offsetof(Function, builtins) == offsetof(Function, globals) + 8 &&
                offsetof(Frame, builtins) == offsetof(Frame, globals) + 8 &&
                offsetof(Frame, object) == offsetof(Frame, locals) + 8);
  masm_.copy_pair(TAIPAN_FIELD(frame, Frame, globals), TAIPAN_FIELD(kFunction, Function, globals));
  masm_.zero(TAIPAN_FIELD(frame, Frame, locals), 2);
  masm_.mov(kTemp, static_cast<const void*>(code_->instructions));
  masm_.sub(kFeedback, kFeedback, kTemp);
  masm_.store64(TAIPAN_FIELD(frame, Frame, feedback), kFeedback);
  masm_.store64(TAIPAN_FIELD(frame, Frame, pc), kTemp);
  masm_.store32(TAIPAN_FIELD(frame, Frame, nregs), static_cast<int64_t>(nregs));
  masm_.load(Size::k16, kTemp, at(kPc, 2));  // the CALL's a
  masm_.store(Size::k16, TAIPAN_FIELD(frame, Frame, result_reg), kTemp);
  static_assert(offsetof(Frame, spare) == offsetof(Frame, flags) + 1);
  masm_.store(Size::k16, TAIPAN_FIELD(frame, Frame, flags), 0x100);  // spare 1: the instruction has one word
  masm_.store64(TAIPAN_FIELD(kThread, Thread, frame), frame);
  masm_.add_mem(Size::k32, TAIPAN_FIELD(kThread, Thread, recursion_depth), 1);
  masm_.mov(kFrame, frame);
  if (code_->nfree) {
    masm_.load64(kTemp, TAIPAN_FIELD(kFunction, Function, closure));
    for (uint32_t i = 0; i < code_->nfree; i++) {
      masm_.load64(kT1, at(kTemp, static_cast<int64_t>(kTupleItems + i * 8)));
      masm_.store64(reg(uint32_t{code_->nlocals} + code_->ncells + i), kT1);
      incref(kT1, kIsHeap);
    }
  }
  masm_.jump(inner_[0]);
  masm_.bind(slow);
  masm_.load64(kWord, at(kPc));
  masm_.jump(handlers_[kOpCALL]);
}

bool Compiler::calls() {
  if (!gil_ || op() != kOpCALL) return false;
  Label other = masm_.new_label();
  masm_.load64(kFunction, reg(b()));
  if (!is_exactly(b(), kIsHeap)) masm_.branch_test(Cond::kNe, kFunction, int64_t{7}, other);
  need_shape(kFunction, kShapeFunction, other);
  masm_.load64(kCode, TAIPAN_FIELD(kFunction, Function, code));
  masm_.load_acquire(Size::k64, kFeedback, TAIPAN_FIELD(kCode, Code, feedback));
  masm_.branch(Cond::kEq, kFeedback, int64_t{0}, other);
  masm_.lea(kBase, reg(b()));
  if (now_.empty[b() + 1u]) {
    masm_.lea(kArguments, at(kBase, 16));
    masm_.mov(kCount, static_cast<int64_t>(c()));
  } else {
    Label without = masm_.new_label(), go = masm_.new_label();
    masm_.branch_mem(Size::k64, Cond::kEq, at(kBase, 8), 0, without);
    masm_.lea(kArguments, at(kBase, 8));
    masm_.mov(kCount, static_cast<int64_t>(c()) + 1);
    masm_.bind(go);
    cold([this, without, go] {
      masm_.bind(without);
      masm_.lea(kArguments, at(kBase, 16));
      masm_.mov(kCount, static_cast<int64_t>(c()));
      masm_.jump(go);
    });
  }
  masm_.mov(kPc, static_cast<const void*>(pc_));
  masm_.jump(at(kFeedback, -8));
  cold([this, other] {
    masm_.bind(other);
    masm_.mov(kPc, static_cast<const void*>(pc_));
    masm_.load64(kWord, at(kPc));
    masm_.jump(handlers_[kOpCALL]);
  });
  return true;
}

bool Compiler::returns() {
  if (!gil_ || op() != kOpRETURN) return false;
  bool inline_it = (code_->flags & kCoOptimized) && !code_->is_generator_like && first_temporary_ <= 16;
  for (uint32_t r = first_temporary_; r < code_->register_count; r++) inline_it &= r == a() || now_.empty[r];
  if (!inline_it) {
    masm_.mov(kPc, static_cast<const void*>(pc_));
    masm_.lea(kT0, reg(a()));
    masm_.jump(stubs_.ret);
    return true;
  }
  Label other = masm_.new_label();
  masm_.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kThread, Thread, tracing_active), 0, other);
  masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kFrame, Frame, object), 0, other);
  masm_.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kFrame, Frame, flags), 0, other);
  masm_.load64(kT1, TAIPAN_FIELD(kThread, Thread, frame_chunk));
  masm_.add(kT1, kT1, static_cast<int64_t>(sizeof(FrameChunk)));
  masm_.branch(Cond::kEq, kT1, kFrame, other);  // the chunk goes as well
  cold([this, other] {
    masm_.bind(other);
    masm_.mov(kPc, static_cast<const void*>(pc_));
    masm_.lea(kT0, reg(a()));
    masm_.jump(stubs_.ret);
  });
  masm_.load64(kHold, reg(a()));
  masm_.load64(kT1, TAIPAN_FIELD(kFrame, Frame, prev));
  masm_.store64(TAIPAN_FIELD(kThread, Thread, frame), kT1);
  masm_.add_mem(Size::k32, TAIPAN_FIELD(kThread, Thread, recursion_depth), -1);
  for (uint32_t r = 0; r < first_temporary_; r++) {
    if (r == a() || !(kinds(r) & kIsHeap)) continue;
    masm_.load64(kT0, reg(r));
    drop(kT0);
  }
  masm_.load64(kT0, TAIPAN_FIELD(kFrame, Frame, func));
  drop_heap(kT0);
  masm_.jump(stubs_.returned);
  return true;
}

}  // namespace taipan::jit
