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
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"
#include "jit/baseline/compiler.h"

namespace taipan::jit {

using namespace frontend;

namespace {
constexpr Reg kTemp = arch::kVolatile[4], kCode = arch::kVolatile[5], kFeedback = arch::kVolatile[6];
constexpr Reg kFunction = kT0, kArguments = kT1, kCount = kT2, kBase = kT3;
constexpr Reg kDefaults = kTable;  // lent: that is a constant
constexpr int64_t kRegisters = sizeof(Frame);
constexpr uint32_t kMostUnrolled = 32;
}  // namespace

// A frame for a call: there is room for it (top: its end) and nothing to look after before.
void Compiler::emit_checks(Reg frame, Reg top, uint32_t nregs, Label no) {
  masm_.mov(top, static_cast<const void*>(&recursion_limit));
  masm_.load32(top, at(top));
  masm_.branch_mem(Size::k32, Cond::kGe, TAIPAN_FIELD(kThread, Thread, recursion_depth), top, no);
  masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kThread, Thread, poll), 0, no);
  masm_.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kThread, Thread, tracing_active), 0, no);
  masm_.load64(frame, TAIPAN_FIELD(kThread, Thread, frame_top));
  masm_.lea(top, at(frame, kRegisters + nregs * 8));
  masm_.branch_mem(Size::k64, Cond::kBelow, TAIPAN_FIELD(kThread, Thread, frame_limit), top, no);
}
// Fills what is the same for all calls of `code` from the instruction at kPc; `given` registers are filled already. kFunction, kCode and
// kFeedback say what is called. The new frame becomes kFrame.
void Compiler::emit_frame(const Code* code, Reg frame, uint32_t given) {
  uint32_t nregs = code->register_count;
  masm_.zero(at(frame, kRegisters + given * 8), static_cast<int>(nregs - given));
  masm_.store64(TAIPAN_FIELD(frame, Frame, prev), kFrame);
  masm_.store64(TAIPAN_FIELD(frame, Frame, code), kCode);
  masm_.store64(TAIPAN_FIELD(frame, Frame, func), kFunction);
  static_assert(offsetof(Function, builtins) == offsetof(Function, globals) + 8 &&
                offsetof(Frame, builtins) == offsetof(Frame, globals) + 8 &&
                offsetof(Frame, object) == offsetof(Frame, locals) + 8);
  masm_.copy_pair(TAIPAN_FIELD(frame, Frame, globals), TAIPAN_FIELD(kFunction, Function, globals));
  masm_.zero(TAIPAN_FIELD(frame, Frame, locals), 2);
  masm_.mov(kTemp, static_cast<const void*>(code->instructions));
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
}
void Compiler::emit_cells(const Code* code) {
  if (!code->nfree) return;
  masm_.load64(kTemp, TAIPAN_FIELD(kFunction, Function, closure));
  for (uint32_t i = 0; i < code->nfree; i++) {
    masm_.load64(kT1, at(kTemp, static_cast<int64_t>(kTupleItems + i * 8)));
    masm_.store64(reg(uint32_t{code->nlocals} + code->ncells + i), kT1);
    incref(kT1, kIsHeap);
  }
}

bool Compiler::plain_frame(const Code* code) {
  return code->simple_args && (code->flags & kCoOptimized) && code->register_count <= kMostUnrolled + code->argcount &&
         code->nfree <= 8 && code->argcount <= 8;
}

void Compiler::emit_thunk() {
  if (!plain_frame(code_)) return;
  uint32_t argcount = code_->argcount;
  thunk_ = masm_.new_label();
  masm_.bind(thunk_);
  Label slow = masm_.new_label(), few = masm_.new_label(), filled = masm_.new_label();
  Reg frame = kHold;
  masm_.branch(Cond::kNe, kCount, static_cast<int64_t>(argcount), argcount ? few : slow);
  emit_checks(frame, kTemp, code_->register_count, slow);
  masm_.store64(TAIPAN_FIELD(kFrame, Frame, pc), kPc);
  masm_.store64(TAIPAN_FIELD(kThread, Thread, frame_top), kTemp);
  for (uint32_t i = 0; i < argcount; i++) {
    masm_.load64(kTemp, at(kArguments, i * 8));
    masm_.store64(at(frame, kRegisters + i * 8), kTemp);
  }
  masm_.zero(at(kArguments), static_cast<int>(argcount));
  masm_.store64(at(kBase), 0);
  masm_.bind(filled);
  emit_frame(code_, frame, argcount);
  emit_cells(code_);
  masm_.jump(inner_[0]);
  cold(
      [this, slow, few, filled, argcount] {
        if (argcount) thunk_with_defaults(few, filled, slow);
        masm_.bind(slow);
        masm_.load64(kWord, at(kPc));
        masm_.jump(handlers_[kOpCALL]);
      },
      Part::kThunk);
}
// Defaults for the last parameters.
void Compiler::thunk_with_defaults(Label few, Label filled, Label slow) {
  Reg frame = kHold;
  uint32_t argcount = code_->argcount;
  Label loop = masm_.new_label(), slow_table = masm_.new_label();
  masm_.bind(few);
  masm_.branch(Cond::kAbove, kCount, static_cast<int64_t>(argcount), slow);
  masm_.load64(kDefaults, TAIPAN_FIELD(kFunction, Function, defaults));  // (once: others may replace it)
  masm_.branch(Cond::kEq, kDefaults, int64_t{0}, slow_table);
  masm_.load64(kTemp, TAIPAN_FIELD(kDefaults, Tuple, size));
  masm_.add(kTemp, kTemp, kCount);
  masm_.branch(Cond::kBelow, kTemp, static_cast<int64_t>(argcount), slow_table);
  emit_checks(frame, kTemp, code_->register_count, slow_table);
  masm_.store64(TAIPAN_FIELD(kFrame, Frame, pc), kPc);
  masm_.store64(TAIPAN_FIELD(kThread, Thread, frame_top), kTemp);
  masm_.store64(at(kBase), 0);
  // Those that were given, from the last one back; then the others, likewise.
  Label given = masm_.new_label(), rest = masm_.new_label();
  masm_.mov(kBase, kCount);
  masm_.bind(given);
  masm_.branch(Cond::kEq, kBase, int64_t{0}, rest);
  masm_.sub(kBase, kBase, int64_t{1});
  masm_.load64(kTemp, at(kArguments, kBase, 3));
  masm_.store64(at(frame, kBase, 3, kRegisters), kTemp);
  masm_.mov(kTemp, int64_t{0});
  masm_.store64(at(kArguments, kBase, 3), kTemp);
  masm_.jump(given);
  masm_.bind(rest);
  masm_.load64(kTemp, TAIPAN_FIELD(kDefaults, Tuple, size));
  masm_.lea(kBase, at(kDefaults, kTemp, 3, static_cast<int64_t>(kTupleItems) - 8 * int64_t{argcount}));
  masm_.bind(loop);
  masm_.load64(kT1, at(kBase, kCount, 3));
  incref(kT1, kIsValue);
  masm_.store64(at(frame, kCount, 3, kRegisters), kT1);
  masm_.add(kCount, kCount, int64_t{1});
  masm_.branch(Cond::kBelow, kCount, static_cast<int64_t>(argcount), loop);
  masm_.mov(kTable, static_cast<const void*>(stubs_.table));
  masm_.jump(filled);
  masm_.bind(slow_table);
  masm_.mov(kTable, static_cast<const void*>(stubs_.table));
  masm_.jump(slow);
}

bool Compiler::calls() {
  if (op() != kOpCALL) return false;
  if (!super_call() && !native_call() && !type_call() && !class_call()) any_call();
  return true;
}
// Whatever is called: Python functions by their thunks; the handler knows all else.
void Compiler::any_call() {
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
  // Where nothing is known of what is called, the handler notes it, and the code is made anew.
  bool known = analysis_.feedback(index_) != 0;
  cold([this, other, known] {
    masm_.bind(other);
    if (!known) {
      masm_.jump(slow());
      return;
    }
    masm_.mov(kPc, static_cast<const void*>(pc_));
    masm_.load64(kWord, at(kPc));
    masm_.jump(handlers_[kOpCALL]);
  });
}

bool Compiler::returns() {
  if (op() == kOpYIELD && c() == kNoReg && !(code_->flags & (kCoCoroutine | kCoAsyncGenerator))) {
    Label traced = slow();
    masm_.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kThread, Thread, tracing_active), 0, traced);
    // Who drives it is a loop, or C++.
    Label ready = masm_.new_label();
    masm_.branch_test_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kFrame, Frame, flags), kFrameEntry, ready);
    masm_.load64(kT1, TAIPAN_FIELD(kFrame, Frame, prev));
    masm_.load64(kT1, TAIPAN_FIELD(kT1, Frame, pc));
    masm_.branch_mem(Size::k8, Cond::kNe, at(kT1), kOpFOR_ITER, traced);
    masm_.bind(ready);
    masm_.load64(kHold, reg(b()));
    if (last_b())
      masm_.store64(reg(b()), 0);
    else
      incref(kHold, kinds(b()));
    masm_.mov(kPc, static_cast<const void*>(pc_));
    masm_.jump(stubs_.yield);
    return true;
  }
  if (op() != kOpRETURN) return false;
  bool inline_it = (code_->flags & kCoOptimized) && !code_->is_generator_like;
  uint32_t held = 0;
  for (uint32_t r = 0; r < code_->register_count; r++) held += r != a() && (kinds(r) & kIsHeap) && !now_.empty[r];
  inline_it &= held <= 12;
  if (!inline_it) {
    masm_.mov(kPc, static_cast<const void*>(pc_));
    masm_.lea(kT0, reg(a()));
    masm_.jump(stubs_.ret);
    return true;
  }
  Label other = masm_.new_label();
  masm_.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kThread, Thread, tracing_active), 0, other);
  masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kFrame, Frame, object), 0, other);
  bool init = code_->name == Value(TAIPAN_NAME(__init__));
  if (init)
    masm_.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kFrame, Frame, flags), kFrameInit, other);
  else
    masm_.branch_test_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kFrame, Frame, flags),
                          0xFF & ~(kFrameOperator | kFrameEntry), other);
  masm_.load64(kT1, TAIPAN_FIELD(kThread, Thread, frame_chunk));
  masm_.add(kT1, kT1, static_cast<int64_t>(sizeof(FrameChunk)));
  masm_.branch(Cond::kEq, kT1, kFrame, other);  // the chunk goes as well
  cold([this, other] {
    masm_.bind(other);
    masm_.mov(kPc, static_cast<const void*>(pc_));
    masm_.lea(kT0, reg(a()));
    masm_.jump(stubs_.ret);
  });
  if (init) {
    masm_.branch_mem(Size::k64, Cond::kNe, reg(a()), static_cast<int64_t>(kNone.bits), other);
    masm_.load64(kHold, TAIPAN_FIELD(kFrame, Frame, locals));
  } else {
    masm_.load64(kHold, reg(a()));
  }
  masm_.load64(kT1, TAIPAN_FIELD(kFrame, Frame, prev));
  masm_.store64(TAIPAN_FIELD(kThread, Thread, frame), kT1);
  masm_.add_mem(Size::k32, TAIPAN_FIELD(kThread, Thread, recursion_depth), -1);
  for (uint32_t r = 0; r < code_->register_count; r++) {
    if (r == a() || !(kinds(r) & kIsHeap) || now_.empty[r]) continue;
    masm_.load64(kT0, reg(r));
    drop(kT0);
  }
  masm_.load64(kT0, TAIPAN_FIELD(kFrame, Frame, func));
  drop_heap(kT0);
  masm_.jump(stubs_.returned);
  return true;
}

}  // namespace taipan::jit
