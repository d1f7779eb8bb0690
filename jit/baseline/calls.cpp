// Calls of Python functions and returns from them: the frame is pushed and popped here, as the interpreter's handlers do it. The code is the
// same for all functions, so it lies in stubs that the instructions jump to.
#include "interp/eval/frame_stack.h"
#include "interp/eval/jit_hooks.h"
#include "interp/objects/list.h"
#include "interp/objects/native.h"
#include "interp/objects/tuple.h"
#include "jit/baseline/compiler.h"

namespace taipan::jit {

using namespace frontend;

namespace {
constexpr Reg kV4 = arch::kVolatile[4], kV5 = arch::kVolatile[5], kV6 = arch::kVolatile[6];
constexpr int64_t kRegisters = sizeof(Frame);

void decref_any(gc::Header* h) { gc::decref(h); }

// Releases what v holds if it is a heap object; `next` where that is done. Calls keep the five variables and kHold.
void drop_at(Masm& m, Reg v, Label next, Label after_call) {
  Label other = m.new_label(), call = m.new_label();
  m.branch_test(Cond::kNe, v, int64_t{7}, next);
  m.branch(Cond::kEq, v, int64_t{0}, next);
  m.branch_mem(Size::k16, Cond::kNe, TAIPAN_FIELD(v, Header, owner), gc::kGilSlot, other);
  m.branch_mem(Size::k32, Cond::kEq, TAIPAN_FIELD(v, Header, rc_local), 1, call);
  m.add_mem(Size::k32, TAIPAN_FIELD(v, Header, rc_local), -1);
  m.jump(next);
  m.bind(other);
  m.branch_test_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(v, Header, gcflags), gc::kImmortal, next);
  m.bind(call);
  m.call_out(reinterpret_cast<const void*>(&decref_any), {v});
  m.jump(after_call);
}

void leave_to(Masm& m, uint8_t op) {
  m.load64(kWord, at(kPc));
  m.jump(instruction_handlers()[op]);
}
}  // namespace

// The entry of pc in f's code: as far behind the instruction's feedback word as the code has words.
void emit_find(Masm& m) {
  m.load64(kWord, at(kPc));
  m.load64(kT0, TAIPAN_FIELD(kFrame, Frame, feedback));
  m.load64(kT1, TAIPAN_FIELD(kFrame, Frame, code));
  m.add(kT0, kT0, kPc);
  m.load32(kT1, TAIPAN_FIELD(kT1, Code, instruction_count));
  m.jump(at(kT0, kT1, 3, 8));
}

// kT0: a function, kT1: where it and its arguments lie, kPc: the CALL.
void emit_call(Masm& m, uint32_t nargs) {
  Label slow = m.new_label(), with_self = m.new_label();
  Reg func = kT0, base = kT1, code = kT2, top = kT3, frame = kV4, feedback = kV5, cursor = kV6;
  m.load64(code, TAIPAN_FIELD(func, Function, code));
  m.branch_mem(Size::k8, Cond::kEq, TAIPAN_FIELD(code, Code, simple_args), 0, slow);
  m.mov(top, static_cast<const void*>(&recursion_limit));
  m.load32(top, at(top));
  m.branch_mem(Size::k32, Cond::kGe, TAIPAN_FIELD(kThread, Thread, recursion_depth), top, slow);
  m.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kThread, Thread, poll), 0, slow);
  m.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kThread, Thread, tracing_active), 0, slow);
  m.load_acquire(Size::k64, feedback, TAIPAN_FIELD(code, Code, feedback));
  m.branch(Cond::kEq, feedback, int64_t{0}, slow);
  // A closure's cells must be plainly countable: they are copied once nothing can go wrong any more.
  Label no_cells = m.new_label(), check = m.new_label();
  m.load(Size::k16, top, TAIPAN_FIELD(code, Code, nfree));
  m.branch(Cond::kEq, top, int64_t{0}, no_cells);
  m.load64(frame, TAIPAN_FIELD(func, Function, closure));
  m.bind(check);
  m.load64(cursor, at(frame, top, 3, static_cast<int64_t>(kTupleItems) - 8));
  m.branch_mem(Size::k16, Cond::kNe, TAIPAN_FIELD(cursor, Header, owner), gc::kGilSlot, slow);
  m.branch_mem(Size::k32, Cond::kLt, TAIPAN_FIELD(cursor, Header, rc_local), 0, slow);
  m.sub(top, top, int64_t{1});
  m.branch(Cond::kNe, top, int64_t{0}, check);
  m.bind(no_cells);
  m.load64(frame, TAIPAN_FIELD(kThread, Thread, frame_top));
  m.load(Size::k16, top, TAIPAN_FIELD(code, Code, register_count));
  m.lea(top, at(frame, top, 3, kRegisters));
  m.load64(cursor, TAIPAN_FIELD(kThread, Thread, frame_limit));
  m.branch(Cond::kAbove, top, cursor, slow);
  m.branch_mem(Size::k64, Cond::kNe, at(base, 8), 0, with_self);
  auto body = [&](uint32_t n, int64_t first) {
    m.branch_mem(Size::k16, Cond::kNe, TAIPAN_FIELD(code, Code, argcount), n, slow);
    m.store64(TAIPAN_FIELD(kFrame, Frame, pc), kPc);
    m.store64(TAIPAN_FIELD(kThread, Thread, frame_top), top);
    for (uint32_t i = 0; i < n; i++) {
      m.load64(kHold, at(base, first + i * 8));
      m.store64(at(base, first + i * 8), 0);
      m.store64(at(frame, kRegisters + i * 8), kHold);
    }
    m.store64(at(base), 0);
    Label loop = m.new_label(), filled = m.new_label();
    m.lea(cursor, at(frame, kRegisters + n * 8));
    m.branch(Cond::kAboveEq, cursor, top, filled);
    m.bind(loop);
    m.store64(at(cursor), 0);
    m.add(cursor, cursor, int64_t{8});
    m.branch(Cond::kBelow, cursor, top, loop);
    m.bind(filled);
    Label copy = m.new_label(), copied = m.new_label();
    m.load(Size::k16, top, TAIPAN_FIELD(code, Code, nfree));
    m.branch(Cond::kEq, top, int64_t{0}, copied);
    m.load(Size::k16, cursor, TAIPAN_FIELD(code, Code, nlocals));
    m.load(Size::k16, kHold, TAIPAN_FIELD(code, Code, ncells));
    m.add(cursor, cursor, kHold);
    m.lea(cursor, at(frame, cursor, 3, kRegisters - 8));
    m.load64(base, TAIPAN_FIELD(func, Function, closure));
    m.bind(copy);
    m.load64(kHold, at(base, top, 3, static_cast<int64_t>(kTupleItems) - 8));
    m.add_mem(Size::k32, TAIPAN_FIELD(kHold, Header, rc_local), 1);
    m.store64(at(cursor, top, 3), kHold);
    m.sub(top, top, int64_t{1});
    m.branch(Cond::kNe, top, int64_t{0}, copy);
    m.bind(copied);
    m.store64(TAIPAN_FIELD(frame, Frame, prev), kFrame);
    m.store64(TAIPAN_FIELD(frame, Frame, code), code);
    m.store64(TAIPAN_FIELD(frame, Frame, func), func);
    m.load64(kHold, TAIPAN_FIELD(func, Function, globals));
    m.store64(TAIPAN_FIELD(frame, Frame, globals), kHold);
    m.load64(kHold, TAIPAN_FIELD(func, Function, builtins));
    m.store64(TAIPAN_FIELD(frame, Frame, builtins), kHold);
    m.store64(TAIPAN_FIELD(frame, Frame, locals), 0);
    m.store64(TAIPAN_FIELD(frame, Frame, object), 0);
    m.load(Size::k16, kHold, TAIPAN_FIELD(code, Code, register_count));
    m.store32(TAIPAN_FIELD(frame, Frame, nregs), kHold);
    m.load(Size::k16, kHold, at(kPc, 2));  // the instruction's a
    m.store(Size::k16, TAIPAN_FIELD(frame, Frame, result_reg), kHold);
    m.store(Size::k8, TAIPAN_FIELD(frame, Frame, flags), 0);
    m.store(Size::k8, TAIPAN_FIELD(frame, Frame, spare), 1);
    m.load64(kPc, TAIPAN_FIELD(code, Code, instructions));
    m.store64(TAIPAN_FIELD(frame, Frame, pc), kPc);
    m.sub(kHold, feedback, kPc);
    m.store64(TAIPAN_FIELD(frame, Frame, feedback), kHold);
    m.store64(TAIPAN_FIELD(kThread, Thread, frame), frame);
    m.add_mem(Size::k32, TAIPAN_FIELD(kThread, Thread, recursion_depth), 1);
    m.mov(kFrame, frame);
    m.load64(kWord, at(kPc));  // (frame's register, perhaps)
    m.load32(code, TAIPAN_FIELD(code, Code, instruction_count));
    m.jump(at(feedback, code, 3, 8));
  };
  body(nargs, 16);
  m.bind(with_self);
  body(nargs + 1, 8);
  m.bind(slow);
  leave_to(m, kOpCALL);
}

// kT0: the register that is returned, kPc: the RETURN.
void emit_return(Masm& m, const void* const* table) {
  Label slow = m.new_label(), reload = m.new_label(), head = m.new_label(), cleared = m.new_label(),
        popped = m.new_label(), done = m.new_label(), traced = m.new_label();
  m.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kThread, Thread, tracing_active), 0, slow);
  m.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kFrame, Frame, object), 0, slow);
  m.load64(kT1, TAIPAN_FIELD(kThread, Thread, frame_chunk));
  m.add(kT1, kT1, static_cast<int64_t>(sizeof(FrameChunk)));
  m.branch(Cond::kEq, kT1, kFrame, slow);  // the chunk goes as well
  // The result waits where the table was, which is known.
  Label plain = m.new_label(), result = m.new_label();
  m.branch_mem(Size::k8, Cond::kEq, TAIPAN_FIELD(kFrame, Frame, flags), 0, plain);
  m.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kFrame, Frame, flags), kFrameInit, slow);
  m.branch_mem(Size::k64, Cond::kNe, at(kT0), static_cast<int64_t>(kNone.bits), slow);
  m.load64(kTable, TAIPAN_FIELD(kFrame, Frame, locals));  // the instance
  m.store64(TAIPAN_FIELD(kFrame, Frame, locals), 0);
  m.jump(result);
  m.bind(plain);
  m.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kFrame, Frame, locals), 0, slow);
  m.load64(kTable, at(kT0));
  m.bind(result);
  m.store64(at(kT0), 0);
  m.store64(TAIPAN_FIELD(kFrame, Frame, pc), kPc);
  m.load64(kT1, TAIPAN_FIELD(kFrame, Frame, prev));
  m.store64(TAIPAN_FIELD(kThread, Thread, frame), kT1);
  m.add_mem(Size::k32, TAIPAN_FIELD(kThread, Thread, recursion_depth), -1);
  m.lea(kHold, at(kFrame, kRegisters));
  m.bind(reload);
  m.load32(kT3, TAIPAN_FIELD(kFrame, Frame, nregs));
  m.lea(kT3, at(kFrame, kT3, 3, kRegisters));
  m.bind(head);
  m.branch(Cond::kAboveEq, kHold, kT3, cleared);
  m.load64(kT0, at(kHold));
  m.add(kHold, kHold, int64_t{8});
  m.branch_test(Cond::kNe, kT0, int64_t{7}, head);
  m.branch(Cond::kEq, kT0, int64_t{0}, head);
  m.store64(at(kHold, -8), 0);
  drop_at(m, kT0, head, reload);
  m.bind(cleared);
  m.load64(kT0, TAIPAN_FIELD(kFrame, Frame, func));
  m.store64(TAIPAN_FIELD(kFrame, Frame, func), 0);
  drop_at(m, kT0, popped, popped);
  m.bind(popped);
  m.store64(TAIPAN_FIELD(kThread, Thread, frame_top), kFrame);
  m.load(Size::k16, kT1, TAIPAN_FIELD(kFrame, Frame, result_reg));
  m.load(Size::k8, kT2, TAIPAN_FIELD(kFrame, Frame, spare));
  m.load64(kFrame, TAIPAN_FIELD(kFrame, Frame, prev));
  m.load64(kPc, TAIPAN_FIELD(kFrame, Frame, pc));
  m.load64(kT0, at(kFrame, kT1, 3, kRegisters));
  m.store64(at(kFrame, kT1, 3, kRegisters), kTable);
  m.lea(kPc, at(kPc, kT2, 3));
  m.mov(kTable, static_cast<const void*>(table));
  drop_at(m, kT0, done, done);
  m.bind(done);
  m.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kThread, Thread, tracing_active), 0, traced);
  emit_find(m);
  m.bind(traced);
  m.mov(kTable, static_cast<const void*>(tracing_table()));
  m.load64(kWord, at(kPc));
  m.zero_extend(Size::k8, kT0, kWord);
  m.jump(at(kTable, kT0, 3));
  m.bind(slow);
  leave_to(m, kOpRETURN);
}

// kT0: a native method, kT1: where it, the object and an argument lie, kPc: the CALL. list.append is done here.
void emit_append(Masm& m) {
  Label slow = m.new_label(), second = m.new_label(), last = m.new_label(), done = m.new_label();
  m.load64(kT2, TAIPAN_FIELD(kT0, MethodDescriptor, def));
  m.load32(kT2, TAIPAN_FIELD(kT2, NativeDef, flags));
  m.and_(kT2, kT2, int64_t{kIntrinsicMask});
  m.branch(Cond::kNe, kT2, int64_t{kIntrinsicListAppend}, slow);
  m.load64(kT2, at(kT1, 8));
  m.branch_test(Cond::kNe, kT2, int64_t{7}, slow);
  m.branch(Cond::kEq, kT2, int64_t{0}, slow);
  m.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT2, Header, shape_id), static_cast<int64_t>(kShapeList), slow);
  m.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kThread, Thread, tracing_active), 0, slow);
  m.load64(kT3, TAIPAN_FIELD(kT2, List, size));
  m.load64(kV4, TAIPAN_FIELD(kT2, List, capacity));
  m.branch(Cond::kAboveEq, kT3, kV4, slow);
  m.store64(TAIPAN_FIELD(kFrame, Frame, pc), kPc);
  m.load64(kV4, TAIPAN_FIELD(kT2, List, items));
  m.lea(kV4, at(kV4, kT3, 3));
  m.load64(kV5, at(kT1, 16));
  m.store_release(Size::k64, at(kV4), kV5);
  m.add(kT3, kT3, int64_t{1});
  m.lea(kV4, TAIPAN_FIELD(kT2, List, size));
  m.store_release(Size::k64, at(kV4), kT3);
  m.store64(at(kT1, 16), 0);
  m.store64(at(kT1, 8), 0);
  m.store64(at(kT1), 0);
  m.mov(kHold, kT0);
  drop_at(m, kT2, second, second);
  m.bind(second);
  m.mov(kT0, kHold);
  drop_at(m, kT0, last, last);
  m.bind(last);
  m.load(Size::k16, kT1, at(kPc, 2));
  m.lea(kT1, at(kFrame, kT1, 3, kRegisters));
  m.load64(kT0, at(kT1));
  m.store64(at(kT1), static_cast<int64_t>(kNone.bits));
  m.add(kPc, kPc, int64_t{8});
  drop_at(m, kT0, done, done);
  m.bind(done);
  emit_find(m);
  m.bind(slow);
  leave_to(m, kOpCALL);
}

bool Compiler::calls() {
  if (!gil_) return false;
  if (op() == kOpCALL && c() < Stubs::kCalls) {
    Label other = c() == 1 ? masm_.new_label() : slow();
    masm_.load64(kT0, reg(b()));
    need_heap(kT0);
    masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT0, Header, shape_id), static_cast<int64_t>(kShapeFunction),
                     other);
    masm_.mov(kPc, static_cast<const void*>(pc_));
    masm_.lea(kT1, reg(b()));
    masm_.jump(stubs_.call[c()]);
    if (c() == 1) {
      cold([this, other] {
        masm_.bind(other);
        masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT0, Header, shape_id),
                         static_cast<int64_t>(kShapeMethodDescriptor), slow());
        masm_.mov(kPc, static_cast<const void*>(pc_));
        masm_.lea(kT1, reg(b()));
        masm_.jump(stubs_.append);
      });
    }
    return true;
  }
  if (op() == kOpRETURN) {
    masm_.mov(kPc, static_cast<const void*>(pc_));
    masm_.lea(kT0, reg(a()));
    masm_.jump(stubs_.ret);
    return true;
  }
  return false;
}

}  // namespace taipan::jit
