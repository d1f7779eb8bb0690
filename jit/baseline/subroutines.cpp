// Stubs that machine code calls and that return to it: what many instructions have in common, and is no shorter way in line.
//
// An instruction tells them by its index which one it is (kIndex); they find its pc, where that is wanted. Where an instruction ends up
// elsewhere, as after an exception, they leave instead of returning.
#include "interp/eval/jit_hooks.h"
#include "interp/objects/dict.h"
#include "interp/objects/iterators.h"
#include "interp/objects/list.h"
#include "interp/objects/range.h"
#include "interp/objects/set.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"
#include "jit/baseline/compiler.h"

namespace taipan::jit {

using namespace frontend;

namespace {
constexpr Reg kV5 = arch::kVolatile[5], kV6 = arch::kVolatile[6];
constexpr int64_t kRegisters = sizeof(Frame);

// Truth of what is no container that machine code knows; 2: not that simple.
uint64_t other_truth(Header* h) {
  if (h->shape() == kShapeBigInt) return 1;  // zero is no big int
  const Slots& s = shape_of_header(h)->type->s;
  return s.truth || s.length ? 2 : 1;
}
uint64_t strs_equal(const Str* a, const Str* b) { return str_eq(a, b); }
void store_result(Frame* f, Value v) {
  Value* r = &f->regs()[f->pc->a];
  Value old = *r;
  *r = v;
  decref(old);
}

void run_handler(Masm& m) {
  m.load64(kWord, at(kPc));
  m.zero_extend(Size::k8, kT0, kWord);
  m.mov(kT1, static_cast<const void*>(exit_handlers));
  m.jump(at(kT1, kT0, 3));
}
void go_to_step(Masm& m, const void* step) {
  m.load64(kWord, at(kPc));
  m.jump(step);
}
// The inverse of find_pc; kT1 is lost.
void index_of_pc(Masm& m) {
  m.load64(kT1, TAIPAN_FIELD(kFrame, Frame, code));
  m.load64(kT1, TAIPAN_FIELD(kT1, Code, instructions));
  m.sub(kIndex, kPc, kT1);
  m.shr(kIndex, kIndex, 3);
  m.sub(kIndex, kIndex, kIndexBias);
}
// As `leave`, by kPc.
void leave_at_pc(Masm& m, const Stubs& stubs) {
  index_of_pc(m);
  m.jump(stubs.leave);
}
// Calls a helper for the instruction at kPc; special: see helper_failed.
void call_helper(Masm& m, const void* function, Label special) {
  m.store64(TAIPAN_FIELD(kFrame, Frame, pc), kPc);
  m.call_in_stub(function, {kFrame, at(kPc)});
  m.branch(Cond::kBelowEq, arch::kRet, int64_t{kHandler}, special);
}
void helper_failed(Masm& m, const Stubs& stubs, Out how) {
  Label raised = m.new_label();
  m.forget_caller();
  m.load64(kPc, TAIPAN_FIELD(kFrame, Frame, pc));  // (it may be the next instruction that raised)
  m.branch(Cond::kEq, arch::kRet, int64_t{kRaised}, raised);
  if (how == Out::kQuietHelper)
    run_handler(m);
  else
    leave_at_pc(m, stubs);
  m.bind(raised);
  go_to_step(m, instruction_steps().error);
}
}  // namespace

void pc_of_index(Masm& m, Reg d, Reg code) {
  static_assert(sizeof(Instruction) == 8);
  m.load64(d, TAIPAN_FIELD(code, Code, instructions));
  m.lea(d, at(d, kIndex, 3, kIndexBias * 8));
}
void find_pc(Masm& m) {
  m.load64(kPc, TAIPAN_FIELD(kFrame, Frame, code));
  pc_of_index(m, kPc, kPc);
}
void emit_step(Masm& m, const void* step) {
  find_pc(m);
  go_to_step(m, step);
}
void emit_handler(Masm& m) {
  find_pc(m);
  run_handler(m);
}

// The fact of an entry is the first of a list: registers and what they may hold.
void emit_check(Masm& m, const Stubs& stubs) {
  Label head = m.new_label(), test = m.new_label(), fails = m.new_label();
  m.load64(kT0, TAIPAN_FIELD(kFrame, Frame, code));
  m.load64(kT1, TAIPAN_FIELD(kT0, Code, instructions));
  m.load64(kT0, TAIPAN_FIELD(kT0, Code, feedback));
  m.load64(kT0, at(kT0, -16));
  // (What the table says was written before the table was published: the address depends on it.)
  m.load64(kT0, TAIPAN_FIELD(kT0, CodeRecord, entries));
  m.sub(kT2, kPc, kT1);
  m.load64(kT1, TAIPAN_FIELD(kT0, EntryTable, places));
  static_assert(sizeof(EntryTable::Place) == sizeof(Instruction) && sizeof(EntryFact) == 4);
  m.add(kT2, kT2, kT1);
  m.load32(kT1, TAIPAN_FIELD(kT2, EntryTable::Place, fact));
  m.load32(kT2, TAIPAN_FIELD(kT2, EntryTable::Place, offset));
  m.load64(kT3, TAIPAN_FIELD(kT0, EntryTable, facts));
  m.lea(kT1, at(kT3, kT1, 2));
  m.load64(kT3, TAIPAN_FIELD(kT0, EntryTable, code));
  m.add(kT2, kT2, kT3);
  m.bind(head);
  m.load(Size::k16, kT0, TAIPAN_FIELD(kT1, EntryFact, reg));
  m.load64(kT0, at(kFrame, kT0, 3, kRegisters));
  m.mov(kV5, kIsInt);
  m.branch_tagged(true, kT0, test);
  m.mov(kV5, kIsFloat);
  m.and_(kV6, kT0, int64_t{3});
  m.branch(Cond::kEq, kV6, static_cast<int64_t>(Value::kFloatTag), test);
  m.or_(kV6, kT0, int64_t{8});
  m.mov(kV5, kIsBool);
  m.branch(Cond::kEq, kV6, static_cast<int64_t>(kTrue.bits), test);
  m.mov(kV5, kIsOther);
  m.branch_test(Cond::kNe, kT0, int64_t{7}, test);
  m.mov(kV5, kIsNull);
  m.branch(Cond::kEq, kT0, int64_t{0}, test);
  m.mov(kV5, kIsHeap);
  m.bind(test);
  m.load(Size::k8, kV6, TAIPAN_FIELD(kT1, EntryFact, kinds));
  m.branch_test(Cond::kEq, kV6, kV5, fails);
  m.load(Size::k8, kV6, TAIPAN_FIELD(kT1, EntryFact, last));
  m.add(kT1, kT1, static_cast<int64_t>(sizeof(EntryFact)));
  m.branch(Cond::kEq, kV6, int64_t{0}, head);
  m.jump(kT2);
  m.bind(fails);
  leave_at_pc(m, stubs);
}

void emit_out(Masm& m, const Stubs& stubs, const void* function, Out how, bool at_pc) {
  Label special = m.new_label(), raised = m.new_label();
  if (!at_pc) find_pc(m);
  if (how != Out::kNative) {
    call_helper(m, function, special);
    m.ret();
    m.bind(special);
    helper_failed(m, stubs, how);
    return;
  }
  m.store64(TAIPAN_FIELD(kFrame, Frame, pc), kPc);
  Label polls = m.new_label();
  m.load(Size::k16, kT0, at(kPc, offsetof(Instruction, b)));
  m.lea(kT0, at(kFrame, kT0, 3, kRegisters));
  m.load(Size::k16, kV5, at(kPc, offsetof(Instruction, c)));
  m.call_in_stub(function, {kThread, kT0, kT2, kV5, kT1});
  m.branch(Cond::kEq, arch::kRet, int64_t{0}, raised);
  m.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kThread, Thread, poll), 0, polls);
  m.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kThread, Thread, tracing_active), 0, polls);
  m.ret();
  m.bind(raised);
  m.forget_caller();
  go_to_step(m, instruction_steps().error);
  m.bind(polls);
  m.forget_caller();
  m.call_out(reinterpret_cast<const void*>(&store_result), {kFrame, arch::kRet});
  go_to_step(m, instruction_steps().poll_next);
}

void emit_decode_special(Masm& m) {
  decode_special(m, kT0, kT2);
  m.ret();
}
void emit_encode_special(Masm& m) {
  Label no = m.new_label();
  encode_special(m, kT0, kT2, no);
  m.mov(kT2, 1);
  m.ret();
  m.bind(no);
  m.mov(kT2, 0);
  m.ret();
}

void emit_decode(Masm& m) {
  Label special = m.new_label();
  decode_bits(m, kT0, kT2, special);
  m.ret();
  m.bind(special);
  decode_special(m, kT0, kT2);
  m.ret();
}

namespace {
// What a register of instruction kPc holds, goes; `operand`: where the instruction names it. kHold is kept.
void release_operand(Masm& m, const Stubs& stubs, size_t operand) {
  Label done = m.new_label();
  m.load(Size::k16, kT1, at(kPc, static_cast<int64_t>(operand)));
  m.lea(kT1, at(kFrame, kT1, 3, kRegisters));
  m.load64(kT0, at(kT1));
  m.store64(at(kT1), 0);
  m.branch_test(Cond::kNe, kT0, int64_t{7}, done);
  m.branch(Cond::kEq, kT0, int64_t{0}, done);
  m.branch_test_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kT0, Header, gcflags), gc::kImmortal, done);
  index_of_pc(m);
  m.call_out(stubs.drop, {});
  m.bind(done);
}
}  // namespace

void emit_truth(Masm& m, const Stubs& stubs, bool last) {
  Label other = m.new_label(), heap = m.new_label(), sized = m.new_label(), yes = m.new_label(), no = m.new_label(),
        answered = m.new_label(), not_simple = m.new_label();
  find_pc(m);
  m.branch_tagged(false, kT0, other);
  m.set(Cond::kNe, kHold, kT0, static_cast<int64_t>(Value::from_int(0).bits));
  m.jump(answered);
  m.bind(other);
  m.branch_test(Cond::kEq, kT0, int64_t{7}, heap);
  m.branch(Cond::kEq, kT0, static_cast<int64_t>(kNone.bits), no);
  m.branch(Cond::kEq, kT0, static_cast<int64_t>(kFalse.bits), no);
  m.branch(Cond::kEq, kT0, static_cast<int64_t>(kTrue.bits), yes);
  m.and_(kT1, kT0, int64_t{3});
  m.branch(Cond::kNe, kT1, static_cast<int64_t>(Value::kFloatTag), not_simple);
  // (-0.0 and 0.0 differ in one bit, and no other value is like them.)
  m.and_(kT1, kT0, static_cast<int64_t>(~uint64_t{4}));
  m.mov(kT2, static_cast<int64_t>(Value::kZeroBits));
  m.branch(Cond::kEq, kT1, kT2, no);
  m.bind(yes);
  m.mov(kHold, 1);
  m.jump(answered);
  m.bind(heap);
  m.load32(kT1, TAIPAN_FIELD(kT0, Header, shape_id));
  static_assert(offsetof(List, size) == offsetof(Tuple, size) && offsetof(List, size) == offsetof(Dict, used) &&
                offsetof(List, size) == offsetof(Set, used));
  m.load64(kT2, TAIPAN_FIELD(kT0, List, size));
  for (ShapeId shape : {kShapeList, kShapeTuple, kShapeDict, kShapeSet})
    m.branch(Cond::kEq, kT1, static_cast<int64_t>(shape), sized);
  m.load64(kT2, TAIPAN_FIELD(kT0, Str, length));
  m.branch(Cond::kEq, kT1, static_cast<int64_t>(kShapeStr), sized);
  m.call_in_stub(reinterpret_cast<const void*>(&other_truth), {kT0});
  m.branch(Cond::kEq, arch::kRet, int64_t{2}, not_simple);
  m.mov(kHold, arch::kRet);
  m.jump(answered);
  m.bind(sized);
  m.set(Cond::kNe, kHold, kT2, int64_t{0});
  m.jump(answered);
  m.bind(no);
  m.mov(kHold, 0);
  m.bind(answered);
  if (last) release_operand(m, stubs, offsetof(Instruction, a));
  m.ret();
  m.bind(not_simple);
  m.forget_caller();
  leave_at_pc(m, stubs);
}

void emit_number(Masm& m, int which, const void* leave) {
  Label no = m.new_label();
  auto number = [&](Reg v, FReg f) {
    Label integer = m.new_label(), special = m.new_label(), done = m.new_label();
    m.branch_tagged(true, v, integer);
    m.and_(kT2, v, int64_t{3});
    m.branch(Cond::kNe, kT2, static_cast<int64_t>(Value::kFloatTag), no);
    decode_double(m, v, f, kT2, special);
    m.jump(done);
    m.bind(special);
    decode_special(m, v, kT2);
    m.fmov_bits(f, v);
    m.jump(done);
    m.bind(integer);
    m.untag(v, v);
    m.add(kT2, v, int64_t{1} << 53);
    m.branch(Cond::kAbove, kT2, int64_t{1} << 54, no);
    m.int_to_double(f, v);
    m.bind(done);
  };
  number(kT0, kF0);
  number(kT1, kF1);
  switch (which) {
    case 0: m.fadd(kF0, kF0, kF1); break;
    case 1: m.fsub(kF0, kF0, kF1); break;
    default: m.fmul(kF0, kF0, kF1);
  }
  Label special = m.new_label();
  encode_double(m, kF0, kT2, kT0, special, no);
  m.ret();
  m.bind(special);
  encode_special(m, kT2, kT0, no);
  m.ret();
  m.bind(no);
  if (leave) {
    m.forget_caller();
    m.jump(leave);
  } else {
    m.mov(kT2, 0);
    m.ret();
  }
}

void emit_divide(Masm& m, bool remainder) {
  Label exact = m.new_label(), no = m.new_label();
  m.branch(Cond::kEq, kT1, static_cast<int64_t>(Value::from_int(0).bits), no);
  m.untag(kT0, kT0);
  m.untag(kT1, kT1);
  m.div(kT0, kT2, kT0, kT1);
  m.branch(Cond::kEq, kT2, int64_t{0}, exact);
  m.xor_(kT3, kT2, kT1);
  m.branch(Cond::kGe, kT3, int64_t{0}, exact);
  if (remainder)
    m.add(kT2, kT2, kT1);
  else
    m.sub(kT0, kT0, int64_t{1});
  m.bind(exact);
  if (remainder)
    m.tag(kT2, kT2);
  else
    m.tag_checked(kT2, kT0, no);
  m.ret();
  m.bind(no);
  m.mov(kT2, 0);
  m.ret();
}

namespace {
// Whether kT0 and kT1 are equal: kHold; to `no` where they aren't strs.
void compare_strs(Masm& m, Label no) {
  Label same = m.new_label(), differ = m.new_label(), done = m.new_label();
  for (Reg v : {kT0, kT1}) {
    m.branch_test(Cond::kNe, v, int64_t{7}, no);
    m.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(v, Header, shape_id), int64_t{kShapeStr}, no);
  }
  m.branch(Cond::kEq, kT0, kT1, same);
  // Of different length, mostly; or they begin differently (the first byte of data says so, whatever the kind).
  m.load64(kT2, TAIPAN_FIELD(kT0, Str, length));
  m.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kT1, Str, length), kT2, differ);
  m.load(Size::k8, kT2, at(kT0, sizeof(Str)));
  m.branch_mem(Size::k8, Cond::kNe, at(kT1, sizeof(Str)), kT2, differ);
  m.call_in_stub(reinterpret_cast<const void*>(&strs_equal), {kT0, kT1});
  m.mov(kHold, arch::kRet);
  m.jump(done);
  m.bind(same);
  m.mov(kHold, 1);
  m.jump(done);
  m.bind(differ);
  m.mov(kHold, 0);
  m.bind(done);
}
}  // namespace

void emit_compare_strs(Masm& m) {
  Label no = m.new_label();
  compare_strs(m, no);
  m.ret();
  m.bind(no);
  m.mov(kHold, 2);
  m.ret();
}

void emit_equal(Masm& m, const Stubs& stubs, int how) {
  Label other = m.new_label(), special = m.new_label(), b_stays = m.new_label(), c_stays = m.new_label();
  find_pc(m);
  compare_strs(m, other);
  m.branch_test_mem(Size::k8, Cond::kEq, at(kPc, offsetof(Instruction, flags)), kLastB, b_stays);
  release_operand(m, stubs, offsetof(Instruction, b));
  m.bind(b_stays);
  m.branch_test_mem(Size::k8, Cond::kEq, at(kPc, offsetof(Instruction, flags)), kLastC, c_stays);
  release_operand(m, stubs, offsetof(Instruction, c));
  m.bind(c_stays);
  m.ret();
  m.bind(other);
  if (how == 0) {
    m.forget_caller();
    leave_at_pc(m, stubs);
    return;
  }
  call_helper(m, reinterpret_cast<const void*>(&do_compare_jump), special);
  m.set(how == 1 ? Cond::kEq : Cond::kNe, kHold, arch::kRet, int64_t{kTrueAnswer});
  m.ret();
  m.bind(special);
  helper_failed(m, stubs, Out::kHelper);
}

void emit_tuple_step(Masm& m, Label over) {
  m.load64(kT1, TAIPAN_FIELD(kT0, TupleIterator, seq));
  m.branch(Cond::kEq, kT1, int64_t{0}, over);
  m.load64(kT2, TAIPAN_FIELD(kT0, TupleIterator, index));
  m.branch_mem(Size::k64, Cond::kBelowEq, TAIPAN_FIELD(kT1, Tuple, size), kT2, over);
  m.load64(kHold, at(kT1, kT2, 3, static_cast<int64_t>(kTupleItems)));
  m.add_mem(Size::k64, TAIPAN_FIELD(kT0, TupleIterator, index), 1);
}
void emit_range_step(Masm& m, Label over, Label large) {
  m.branch_mem(Size::k64, Cond::kLe, TAIPAN_FIELD(kT0, RangeIterator, remaining), 0, over);
  m.load64(kT2, TAIPAN_FIELD(kT0, RangeIterator, next));
  m.tag_checked(kHold, kT2, large);
  m.add_mem(Size::k64, TAIPAN_FIELD(kT0, RangeIterator, remaining), -1);
  m.load64(kT1, TAIPAN_FIELD(kT0, RangeIterator, step));
  m.add(kT2, kT2, kT1);
  m.store64(TAIPAN_FIELD(kT0, RangeIterator, next), kT2);
}
void emit_next_item(Masm& m, const Stubs& stubs) {
  Label range = m.new_label(), no = m.new_label(), out = m.new_label();
  m.load32(kT1, TAIPAN_FIELD(kT0, Header, shape_id));
  m.branch(Cond::kEq, kT1, int64_t{kShapeRangeIterator}, range);
  m.branch(Cond::kNe, kT1, int64_t{kShapeTupleIterator}, no);
  emit_tuple_step(m, no);
  m.branch_test(Cond::kNe, kHold, int64_t{7}, out);
  Label other = m.new_label();
  branch_not_counted_here(m, stubs.threads, kHold, other);
  m.add_mem_branch(Size::k32, TAIPAN_FIELD(kHold, Header, rc_local), 1, Cond::kLt, other);
  m.bind(out);
  m.ret();
  m.bind(other);
  m.jump(stubs.incref_hold);
  m.bind(range);
  emit_range_step(m, no, no);
  m.ret();
  m.bind(no);
  m.mov(kHold, 0);
  m.ret();
}

}  // namespace taipan::jit
