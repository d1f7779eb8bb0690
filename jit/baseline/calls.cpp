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

// Nothing to look after before another frame is entered.
void need_calm(Masm& m, Reg temp, Label no) {
  m.mov(temp, static_cast<const void*>(&recursion_limit));
  m.load32(temp, at(temp));
  m.branch_mem(Size::k32, Cond::kGe, TAIPAN_FIELD(kThread, Thread, recursion_depth), temp, no);
  m.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kThread, Thread, poll), 0, no);
  m.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kThread, Thread, tracing_active), 0, no);
}
// A frame for a call: there is room for it (top: its end) as well.
void Compiler::emit_checks(Reg frame, Reg top, uint32_t nregs, Label no) {
  need_calm(masm_, top, no);
  masm_.load64(frame, TAIPAN_FIELD(kThread, Thread, frame_top));
  masm_.lea(top, at(frame, kRegisters + nregs * 8));
  masm_.branch_mem(Size::k64, Cond::kBelow, TAIPAN_FIELD(kThread, Thread, frame_limit), top, no);
}
// Fills what is the same for all calls of `code` from the instruction at kPc; `given` registers are filled already. kFunction, kCode and
// kFeedback say what is called. The new frame becomes kFrame.
void Compiler::emit_frame(const Code* code, Reg frame, uint32_t given, Label filled) {
  uint32_t nregs = code->register_count;
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
  if (filled.valid()) masm_.bind(filled);  // who comes there has made the frame otherwise
  masm_.zero(reg(given), static_cast<int>(nregs - given));
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
  Label few = masm_.new_label(), filled = masm_.new_label();
  int64_t size = kRegisters + code_->register_count * 8;
  // (In line for the most part: what every function has of it tells the processor where calls go.)
  Label slow = masm_.new_label();
  Reg frame = kHold;
  masm_.branch(Cond::kNe, kCount, static_cast<int64_t>(argcount), argcount ? few : slow);
  emit_checks(frame, kTemp, code_->register_count, slow);
  masm_.store64(TAIPAN_FIELD(kFrame, Frame, pc), kPc);
  masm_.store64(TAIPAN_FIELD(kThread, Thread, frame_top), kTemp);
  for (uint32_t i = 0; i < argcount; i++) {
    masm_.load64(kTemp, at(kArguments, i * 8));
    masm_.store64(at(frame, kRegisters + i * 8), kTemp);
  }
  if (argcount) masm_.zero(at(kArguments), static_cast<int>(argcount));
  masm_.store64(at(kBase), 0);
  emit_frame(code_, frame, argcount, filled);
  emit_cells(code_);
  cold(
      [this, slow, few, filled, argcount, size] {
        if (argcount) {  // defaults, perhaps
          masm_.bind(few);
          masm_.mov(kTemp, size);
          masm_.call_stub(stubs_.defaults);
          masm_.jump(filled);
        }
        masm_.bind(slow);
        masm_.jump(stubs_.call);
      },
      Part::kThunk);
}

bool Compiler::calls() {
  if (op() == kOpCALL_KW) return keyword_call();
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
    if (known)
      go_to_handler();
    else
      masm_.jump(slow());
  });
}

bool Compiler::returns() {
  if (op() == kOpSEND) {
    Label other = masm_.new_label(), known = masm_.new_label();
    need_alone();
    masm_.load64(kT1, reg(c()));
    masm_.branch_test(Cond::kEq, kT1, int64_t{7}, other);
    masm_.load64(kT0, reg(b()));
    masm_.branch_test(Cond::kNe, kT0, int64_t{7}, other);
    masm_.load32(kT1, TAIPAN_FIELD(kT0, Header, shape_id));
    masm_.branch(Cond::kEq, kT1, int64_t{kShapeGenerator}, known);
    masm_.branch(Cond::kNe, kT1, int64_t{kShapeCoroutine}, other);
    masm_.bind(known);
    masm_.mov(kPc, static_cast<const void*>(pc_));
    masm_.jump(stubs_.send);
    cold([this, other] {
      masm_.bind(other);
      go_to_handler();
    });
    return true;
  }
  if (op() == kOpYIELD && !(code_->flags & kCoAsyncGenerator)) {
    Label traced = slow();
    masm_.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kThread, Thread, tracing_active), 0, traced);
    // Who drives it is a loop, or C++.
    Label ready = masm_.new_label();
    masm_.branch_test_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kFrame, Frame, flags), kFrameEntry, ready);
    masm_.load64(kT1, TAIPAN_FIELD(kFrame, Frame, prev));
    masm_.load64(kT1, TAIPAN_FIELD(kT1, Frame, pc));
    masm_.load(Size::k8, kT1, at(kT1));
    masm_.branch(Cond::kEq, kT1, int64_t{kOpFOR_ITER}, ready);
    masm_.branch(Cond::kNe, kT1, int64_t{kOpSEND}, traced);
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
    note_index();
    masm_.jump(stubs_.ret_here);
    return true;
  }
  bool init = code_->name == Value(TAIPAN_NAME(__init__));
  // (In line: what every function has of it tells the processor where the return goes.)
  Label other = masm_.new_label();
  masm_.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kThread, Thread, tracing_active), 0, other);
  masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kFrame, Frame, object), 0, other);
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
    note_index();
    masm_.jump(stubs_.ret_here);
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

// ---- What thunks and returns have in common: called by them.

namespace {
// Makes the frame: its end is its place + kTemp. kArguments, kCount, kFunction and kCode are kept. `no`: nothing has happened.
void enter_frame(Masm& m, Label no) {
  Reg frame = kHold;
  need_calm(m, frame, no);
  m.load64(frame, TAIPAN_FIELD(kThread, Thread, frame_top));
  m.add(kTemp, kTemp, frame);
  m.branch_mem(Size::k64, Cond::kBelow, TAIPAN_FIELD(kThread, Thread, frame_limit), kTemp, no);
  m.store64(TAIPAN_FIELD(kFrame, Frame, pc), kPc);
  m.store64(TAIPAN_FIELD(kThread, Thread, frame_top), kTemp);
  m.store64(at(kBase), 0);
  m.store64(TAIPAN_FIELD(frame, Frame, prev), kFrame);
  m.store64(TAIPAN_FIELD(frame, Frame, code), kCode);
  m.store64(TAIPAN_FIELD(frame, Frame, func), kFunction);
  m.copy_pair(TAIPAN_FIELD(frame, Frame, globals), TAIPAN_FIELD(kFunction, Function, globals));
  m.zero(TAIPAN_FIELD(frame, Frame, locals), 2);
  m.load64(kTemp, TAIPAN_FIELD(kCode, Code, instructions));
  m.sub(kFeedback, kFeedback, kTemp);
  m.store64(TAIPAN_FIELD(frame, Frame, feedback), kFeedback);
  m.store64(TAIPAN_FIELD(frame, Frame, pc), kTemp);
  m.load(Size::k16, kTemp, TAIPAN_FIELD(kCode, Code, register_count));
  m.store32(TAIPAN_FIELD(frame, Frame, nregs), kTemp);
  m.load(Size::k16, kTemp, at(kPc, offsetof(Instruction, a)));  // of the CALL
  m.store(Size::k16, TAIPAN_FIELD(frame, Frame, result_reg), kTemp);
  m.store(Size::k16, TAIPAN_FIELD(frame, Frame, flags), 0x100);  // spare 1: the instruction has one word
  m.store64(TAIPAN_FIELD(kThread, Thread, frame), frame);
  m.add_mem(Size::k32, TAIPAN_FIELD(kThread, Thread, recursion_depth), 1);
  m.mov(kFrame, frame);
}
void call_otherwise(Masm& m, const Stubs& stubs) {
  m.forget_caller();
  m.jump(stubs.call);
}
}  // namespace

// A call with fewer arguments than there are parameters: defaults for the last ones. All are moved here.
void emit_defaults(Masm& m, const Stubs& stubs) {
  Label slow = m.new_label(), no = m.new_label(), given = m.new_label(), rest = m.new_label(), loop = m.new_label(),
        count_others = m.new_label(), counted = m.new_label(), done = m.new_label();
  m.load(Size::k16, kHold, TAIPAN_FIELD(kCode, Code, argcount));
  m.branch(Cond::kAbove, kCount, kHold, no);
  m.load64(kDefaults, TAIPAN_FIELD(kFunction, Function, defaults));  // (once: others may replace it)
  m.branch(Cond::kEq, kDefaults, int64_t{0}, slow);
  m.sub(kHold, kHold, kCount);
  m.branch_mem(Size::k64, Cond::kBelow, TAIPAN_FIELD(kDefaults, Tuple, size), kHold, slow);
  enter_frame(m, slow);
  // Those that were given, from the last one back; then the others.
  m.mov(kBase, kCount);
  m.mov(kFeedback, 0);
  m.bind(given);
  m.branch(Cond::kEq, kBase, int64_t{0}, rest);
  m.sub(kBase, kBase, int64_t{1});
  m.load64(kTemp, at(kArguments, kBase, 3));
  m.store64(at(kFrame, kBase, 3, kRegisters), kTemp);
  m.store64(at(kArguments, kBase, 3), kFeedback);
  m.jump(given);
  m.bind(rest);
  m.load(Size::k16, kBase, TAIPAN_FIELD(kCode, Code, argcount));
  m.load64(kTemp, TAIPAN_FIELD(kDefaults, Tuple, size));
  m.sub(kTemp, kTemp, kBase);
  m.lea(kTemp, at(kDefaults, kTemp, 3, static_cast<int64_t>(kTupleItems)));  // of parameter 0, so to speak
  m.bind(loop);
  m.load64(kT1, at(kTemp, kCount, 3));
  m.branch_test(Cond::kNe, kT1, int64_t{7}, counted);
  branch_not_counted_here(m, stubs.threads, kT1, count_others);
  m.add_mem_branch(Size::k32, TAIPAN_FIELD(kT1, Header, rc_local), 1, Cond::kLt, count_others);
  m.bind(counted);
  m.store64(at(kFrame, kCount, 3, kRegisters), kT1);
  m.add(kCount, kCount, int64_t{1});
  m.branch(Cond::kBelow, kCount, kBase, loop);
  m.bind(done);
  m.mov(kTable, static_cast<const void*>(stubs.table));
  m.ret();
  m.bind(count_others);
  emit_count(m, stubs.threads, kT1, counted);
  m.bind(slow);
  m.mov(kTable, static_cast<const void*>(stubs.table));
  m.bind(no);
  call_otherwise(m, stubs);
}

// RETURN, whatever there is to look after.
void emit_return_here(Masm& m, const Stubs& stubs) {
  find_pc(m);
  m.load(Size::k16, kT0, at(kPc, offsetof(Instruction, a)));
  m.lea(kT0, at(kFrame, kT0, 3, kRegisters));
  m.jump(stubs.ret);
}

}  // namespace taipan::jit
