// Code that the machine code of all functions shares.
#include "gc/hot.h"
#include "interp/eval/frame_stack.h"
#include "interp/eval/jit_hooks.h"
#include "interp/objects/float.h"
#include "interp/objects/generator.h"
#include "jit/baseline/compiler.h"

namespace taipan::jit {

using namespace frontend;

namespace {
constexpr Reg kV4 = arch::kVolatile[4], kV5 = arch::kVolatile[5], kV6 = arch::kVolatile[6];
constexpr int64_t kRegisters = sizeof(Frame);

void dealloc(gc::Header* h) { gc::dealloc(h); }
void decref_slow(gc::Header* h) { gc::decref_slow(h); }
void incref_slow(gc::Header* h) { gc::incref_slow(h); }
void decref_any(gc::Header* h) { gc::decref(h); }
uint64_t box_double(double d) { return make_float(d).release().bits; }  // null: MemoryError

// If v is hot this thread counts it in its array (gc/hot.h), and goes on at `done`, or returns. No register changes.
void count_hot(Masm& m, Threads threads, Reg v, size_t which, Label done = Label()) {
  if (threads != Threads::kParallel) return;
  Label no = m.new_label();
  m.branch_mem(Size::k16, Cond::kNe, TAIPAN_FIELD(v, Header, owner), gc::kHotOwner, no);
  m.add_element(TAIPAN_FIELD(kThread, Thread, hot), TAIPAN_FIELD(v, Header, rc_local), static_cast<int32_t>(which), 1);
  if (done.valid()) {
    m.jump(done);
  } else {
    m.ret();
  }
  m.bind(no);
}

// Releases what v holds if it is a heap object; `next` where that is done. Calls keep the five variables and kHold.
void drop_at(Masm& m, Threads threads, Reg v, Label next, Label after_call) {
  Label other = m.new_label(), call = m.new_label();
  m.branch_test(Cond::kNe, v, int64_t{7}, next);
  m.branch(Cond::kEq, v, int64_t{0}, next);
  branch_not_counted_here(m, threads, v, other);
  m.branch_mem(Size::k32, Cond::kEq, TAIPAN_FIELD(v, Header, rc_local), 1, call);
  m.add_mem(Size::k32, TAIPAN_FIELD(v, Header, rc_local), -1);
  m.jump(next);
  m.bind(other);
  count_hot(m, threads, v, offsetof(gc::HotCount, decrefs), next);
  m.branch_test_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(v, Header, gcflags), gc::kImmortal, next);
  m.bind(call);
  m.call_out(reinterpret_cast<const void*>(&decref_any), {v});
  m.jump(after_call);
}
void leave_to(Masm& m, uint8_t op) {
  m.load64(kWord, at(kPc));
  m.jump(exit_handlers[op]);
}
void run_handler(Masm& m) {
  m.load64(kWord, at(kPc));
  m.zero_extend(Size::k8, kT0, kWord);
  m.mov(kT1, static_cast<const void*>(instruction_handlers()));
  m.jump(at(kT1, kT0, 3));
}
}  // namespace

void branch_not_counted_here(Masm& m, Threads threads, Reg heap, Label l) {
  Mem owner = TAIPAN_FIELD(heap, Header, owner);
  if (threads == Threads::kParallel)
    m.branch_mem(Size::k16, Cond::kNe, owner, TAIPAN_FIELD(kThread, Thread, slot), l);
  else
    m.branch_mem(Size::k16, Cond::kNe, owner, threads == Threads::kGil ? gc::kGilSlot : gc::kMainSlot, l);
}

// The entry of pc in f's code: as far behind the instruction's feedback word as the code has words.
void emit_find(Masm& m) {
  m.load64(kWord, at(kPc));
  m.load64(kT0, TAIPAN_FIELD(kFrame, Frame, feedback));
  m.load64(kT1, TAIPAN_FIELD(kFrame, Frame, code));
  m.add(kT0, kT0, kPc);
  m.load32(kT1, TAIPAN_FIELD(kT1, Code, instruction_count));
  m.jump(at(kT0, kT1, 3, 8));
}

void own_counter(Masm& m, Reg to, Reg scratch, const uint64_t* first) {
  m.mov(to, static_cast<const void*>(first));
  m.load(Size::k16, scratch, TAIPAN_FIELD(kThread, Thread, slot));
  m.and_(scratch, scratch, kCountLanes - 1);
  m.shl(scratch, scratch, kCountLaneShift);
  m.add(to, to, scratch);
}

void emit_leave(Masm& m, void (*again)(Frame*), ExitLane* lanes, const uint64_t* counters) {
  Label enough = m.new_label(), run = m.new_label();
  m.load64(kT0, TAIPAN_FIELD(kFrame, Frame, code));
  pc_of_index(m, kPc, kT0);
  if (lanes) {
    // (Slots share lanes, and the code's number is written by all: what that loses doesn't matter.)
    m.load(Size::k16, kT1, TAIPAN_FIELD(kThread, Thread, slot));
    m.and_(kT1, kT1, kExitLanes - 1);
    m.shl(kT1, kT1, 6);
    m.mov(kT2, static_cast<const void*>(lanes));
    m.add(kT1, kT1, kT2);
    m.add_mem_branch(Size::k64, TAIPAN_FIELD(kT1, ExitLane, left), -1, Cond::kGe, run);
    m.store64(TAIPAN_FIELD(kT1, ExitLane, left), kExitPortion - 1);
  }
  m.load64(kT1, TAIPAN_FIELD(kT0, Code, feedback));
  m.load64(kT1, at(kT1, -16));
  m.add_mem_branch(Size::k64, TAIPAN_FIELD(kT1, CodeRecord, exits_left), lanes ? -int32_t{kExitPortion} : -1, Cond::kLt,
                   enough);
  m.bind(run);
  if (counters) {
    own_counter(m, kT1, kT2, counters);
    m.load(Size::k8, kT0, at(kPc));
    m.lea(kT1, at(kT1, kT0, 3));
    m.mov(kT2, int64_t{1});
    m.atomic_add(Size::k64, kT0, at(kT1), kT2);
  }
  run_handler(m);
  m.bind(enough);
  m.call_out(reinterpret_cast<const void*>(again), {kFrame});
  m.jump(run);
}

void emit_drop(Masm& m, Threads threads, bool rest, bool keep_floats) {
  Label other = m.new_label(), out = m.new_label(), die = m.new_label(), counted = m.new_label();
  auto call = [&](void (*f)(gc::Header*)) {
    m.load64(kT1, TAIPAN_FIELD(kFrame, Frame, code));
    pc_of_index(m, kT1, kT1);
    m.store64(TAIPAN_FIELD(kFrame, Frame, pc), kT1);
    if (keep_floats) {
      m.push_volatile();
      m.call(reinterpret_cast<const void*>(f), {kT0});
      m.pop_volatile();
    } else {
      m.call_in_stub(reinterpret_cast<const void*>(f), {kT0});
    }
    m.ret();
  };
  if (!rest) m.branch(Cond::kEq, kT0, int64_t{0}, out);
  branch_not_counted_here(m, threads, kT0, other);
  if (!rest) {
    m.add_mem_branch(Size::k32, TAIPAN_FIELD(kT0, Header, rc_local), -1, Cond::kEq, die);
    m.bind(out);
    m.ret();
    m.bind(die);
  }
  call(dealloc);
  m.bind(other);
  count_hot(m, threads, kT0, offsetof(gc::HotCount, decrefs));
  m.branch_test_mem(Size::k8, Cond::kEq, TAIPAN_FIELD(kT0, Header, gcflags), gc::kImmortal, counted);
  m.ret();
  m.bind(counted);
  call(decref_slow);
}

void emit_incref(Masm& m, Threads threads, Reg v) {
  Label out = m.new_label();
  emit_count(m, threads, v, out);
  m.bind(out);
  m.ret();
}
void emit_count(Masm& m, Threads threads, Reg v, Label done) {
  count_hot(m, threads, v, offsetof(gc::HotCount, increfs), done);
  m.branch_test_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(v, Header, gcflags), gc::kImmortal, done);
  m.push_volatile();
  m.call(reinterpret_cast<const void*>(&incref_slow), {v});
  m.pop_volatile();
  m.jump(done);
}

void emit_box(Masm& m) {
  m.push_volatile();
  m.call(reinterpret_cast<const void*>(&box_double), {});
  m.store64(at(arch::kStackPointer), arch::kRet);  // where kT0 waits
  m.pop_volatile();
  m.ret();
}

// FOR_ITER or SEND (kPc) of the generator at kT0, which waits at a YIELD: its frame goes on. What is sent is no heap object.
void emit_resume(Masm& m, Threads threads, bool send) {
  Label slow = m.new_label(), heap = m.new_label(), done = m.new_label(), plain = m.new_label();
  need_calm(m, kT1, slow);
  // (While the collector marks it wants to see the registers before they change.)
  m.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kThread, Thread, barrier_phase), 0, slow);
  if (threads == Threads::kParallel) {
    // Whose swap it is has the frame to itself, and sees what the thread wrote that let go of it. A generator that nobody else has takes none.
    Label others = m.new_label(), claimed = m.new_label();
    branch_not_counted_here(m, threads, kT0, others);
    m.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kT0, Header, rc_local), 1, others);  // (as Compiler::need_unique)
    m.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kT0, Generator, state), kGenSuspended, slow);
    m.store(Size::k8, TAIPAN_FIELD(kT0, Generator, state), kGenRunning);
    m.jump(claimed);
    m.bind(others);
    m.mov(kT1, static_cast<int64_t>(kGenSuspended));
    m.mov(kT2, static_cast<int64_t>(kGenRunning));
    m.compare_swap(Size::k8, kT3, TAIPAN_FIELD(kT0, Generator, state), kT1, kT2, slow);
    m.bind(claimed);
  } else {
    m.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kT0, Generator, state), kGenSuspended, slow);
    m.store(Size::k8, TAIPAN_FIELD(kT0, Generator, state), kGenRunning);
  }
  m.lea(kT2, TAIPAN_FIELD(kT0, Generator, frame));
  m.load64(kV4, TAIPAN_FIELD(kT2, Frame, pc));
  m.store64(TAIPAN_FIELD(kFrame, Frame, pc), kPc);
  if (send) {
    m.load(Size::k16, kV5, at(kPc, offsetof(Instruction, c)));
    m.load64(kHold, at(kFrame, kV5, 3, kRegisters));
  } else {
    m.mov(kHold, static_cast<int64_t>(kNone.bits));
  }
  m.add_mem(Size::k32, TAIPAN_FIELD(kThread, Thread, recursion_depth), 1);
  m.load64(kT3, TAIPAN_FIELD(kThread, Thread, handled));
  m.store64(at(kT0, offsetof(Generator, exc_state) + offsetof(ExcState, prev)), kT3);
  m.lea(kT3, TAIPAN_FIELD(kT0, Generator, exc_state));
  m.store64(TAIPAN_FIELD(kThread, Thread, handled), kT3);
  m.store64(TAIPAN_FIELD(kT2, Frame, prev), kFrame);
  m.store64(TAIPAN_FIELD(kThread, Thread, frame), kT2);
  m.load(Size::k8, kT3, TAIPAN_FIELD(kT2, Frame, flags));
  m.and_(kT3, kT3, int64_t{~kFrameEntry & 0xFF});
  m.store(Size::k8, TAIPAN_FIELD(kT2, Frame, flags), kT3);
  m.mov(kFrame, kT2);
  m.lea(kPc, at(kV4, 8));
  m.load(Size::k16, kT3, at(kV4, 6));
  m.branch(Cond::kEq, kT3, int64_t{kNoReg}, plain);
  m.add(kPc, kPc, int64_t{8});
  m.bind(plain);
  // What the YIELD gives inside.
  m.load(Size::k16, kV5, at(kV4, 2));
  m.load64(kT0, at(kFrame, kV5, 3, kRegisters));
  m.store64(at(kFrame, kV5, 3, kRegisters), kHold);
  m.branch_test(Cond::kEq, kT0, int64_t{7}, heap);
  m.bind(done);
  emit_find(m);
  m.bind(heap);
  drop_at(m, threads, kT0, done, done);
  m.bind(slow);
  leave_to(m, send ? kOpSEND : kOpFOR_ITER);
}
// YIELD (kPc) of kHold: back to the loop or the SEND, or to the C++ that runs the generator.
void emit_yield(Masm& m, Threads threads) {
  Label entry = m.new_label(), heap = m.new_label(), done = m.new_label();
  constexpr int64_t kGenerator = -static_cast<int64_t>(offsetof(Generator, frame));
  m.store64(TAIPAN_FIELD(kFrame, Frame, pc), kPc);
  m.load(Size::k8, kT3, TAIPAN_FIELD(kFrame, Frame, flags));  // (from the last store on it may be another thread's)
  m.add_mem(Size::k32, TAIPAN_FIELD(kThread, Thread, recursion_depth), -1);
  int64_t previous = kGenerator + static_cast<int64_t>(offsetof(Generator, exc_state) + offsetof(ExcState, prev));
  m.load64(kT0, at(kFrame, previous));
  m.store64(TAIPAN_FIELD(kThread, Thread, handled), kT0);
  m.store64(at(kFrame, previous), 0);
  m.load64(kT1, TAIPAN_FIELD(kFrame, Frame, prev));
  m.store64(TAIPAN_FIELD(kThread, Thread, frame), kT1);
  m.store64(TAIPAN_FIELD(kFrame, Frame, prev), 0);
  m.mov(kT2, kGenSuspended);
  m.store_release(Size::k8, at(kFrame, kGenerator + static_cast<int64_t>(offsetof(Generator, state))), kT2);
  m.branch_test(Cond::kNe, kT3, int64_t{kFrameEntry}, entry);
  m.mov(kFrame, kT1);
  m.load64(kPc, TAIPAN_FIELD(kFrame, Frame, pc));
  // (What was sent goes before the result comes.)
  Label send = m.new_label(), sent = m.new_label();
  m.branch_mem(Size::k8, Cond::kEq, at(kPc), kOpSEND, send);
  m.bind(sent);
  m.load(Size::k16, kT1, at(kPc, 2));
  m.lea(kT1, at(kFrame, kT1, 3, kRegisters));
  m.load64(kT0, at(kT1));
  m.store64(at(kT1), kHold);
  m.add(kPc, kPc, int64_t{16});
  m.branch_test(Cond::kEq, kT0, int64_t{7}, heap);
  m.bind(done);
  emit_find(m);
  m.bind(heap);
  drop_at(m, threads, kT0, done, done);
  m.bind(send);
  m.load(Size::k8, kT0, at(kPc, offsetof(Instruction, flags)));
  m.branch_test(Cond::kEq, kT0, int64_t{kLastC}, sent);
  m.load(Size::k16, kT1, at(kPc, offsetof(Instruction, c)));
  m.lea(kT1, at(kFrame, kT1, 3, kRegisters));
  m.load64(kT0, at(kT1));
  m.store64(at(kT1), 0);
  drop_at(m, threads, kT0, sent, sent);
  m.bind(entry);
  m.store(Size::k8, TAIPAN_FIELD(kThread, Thread, generator_yielded), 1);
  m.mov(arch::kRet, kHold);
  m.ret();
}

// How a Python function that has no machine code, or an unusual signature, is called: by the handler.
void emit_call(Masm& m) { leave_to(m, kOpCALL); }

// kT0: the register that is returned, kPc: the RETURN.
void emit_return(Masm& m, Threads threads, const void* const* table) {
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
  drop_at(m, threads, kT0, head, reload);
  m.bind(cleared);
  m.load64(kT0, TAIPAN_FIELD(kFrame, Frame, func));
  m.store64(TAIPAN_FIELD(kFrame, Frame, func), 0);
  drop_at(m, threads, kT0, popped, popped);
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
  drop_at(m, threads, kT0, done, done);
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

// The end of a return: kHold is the result, and nothing is left to release in the frame.
void emit_returned(Masm& m, Threads threads) {
  Label done = m.new_label(), traced = m.new_label(), heap = m.new_label(), of_operator = m.new_label(),
        entry = m.new_label();
  m.branch_test_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kFrame, Frame, flags), kFrameOperator, of_operator);
  m.store64(TAIPAN_FIELD(kThread, Thread, frame_top), kFrame);
  m.branch_test_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kFrame, Frame, flags), kFrameEntry, entry);
  m.load(Size::k16, kT1, TAIPAN_FIELD(kFrame, Frame, result_reg));
  m.load(Size::k8, kT2, TAIPAN_FIELD(kFrame, Frame, spare));
  m.load64(kFrame, TAIPAN_FIELD(kFrame, Frame, prev));
  m.load64(kPc, TAIPAN_FIELD(kFrame, Frame, pc));
  m.load64(kT0, at(kFrame, kT1, 3, kRegisters));
  m.store64(at(kFrame, kT1, 3, kRegisters), kHold);
  m.lea(kPc, at(kPc, kT2, 3));
  m.branch_test(Cond::kEq, kT0, int64_t{7}, heap);
  m.bind(done);
  m.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kThread, Thread, tracing_active), 0, traced);
  emit_find(m);
  m.bind(heap);
  drop_at(m, threads, kT0, done, done);
  m.bind(of_operator);
  m.store64(TAIPAN_FIELD(kThread, Thread, frame_top), kFrame);
  m.load64(kFrame, TAIPAN_FIELD(kFrame, Frame, prev));
  m.load64(kPc, TAIPAN_FIELD(kFrame, Frame, pc));
  m.store64(TAIPAN_FIELD(kThread, Thread, operator_value), kHold);
  m.load64(kWord, at(kPc));
  m.jump(instruction_steps().operator_result);
  m.bind(entry);  // to the C++ that has called it
  m.mov(arch::kRet, kHold);
  m.ret();
  m.bind(traced);
  m.mov(kTable, static_cast<const void*>(tracing_table()));
  m.load64(kWord, at(kPc));
  m.zero_extend(Size::k8, kT0, kWord);
  m.jump(at(kTable, kT0, 3));
}

}  // namespace taipan::jit
