// Moves, jumps and loops.
#include "interp/objects/list.h"
#include "interp/objects/range.h"
#include "interp/objects/tuple.h"
#include "jit/baseline/compiler.h"

namespace taipan::jit {

using namespace frontend;

bool Compiler::moves() {
  switch (op()) {
    case kOpNOP: return true;
    case kOpLOAD_CONST: {
      Value v = code_consts(code_)[pc_->wide()];
      masm_.mov(kHold, static_cast<int64_t>(v.bits));
      if (v.is_heap() && !gc::is_immortal(v.header())) incref(kHold);
      set(a(), kHold);
      return true;
    }
    case kOpLOAD_INT:
      masm_.mov(kT1, static_cast<int64_t>(Value::from_int(static_cast<int32_t>(pc_->wide())).bits));
      set(a(), kT1);
      return true;
    case kOpMOVE:
      if (a() == b()) return false;
      masm_.load64(kHold, reg(b()));
      if (!last_b())
        incref(kHold);
      else
        masm_.store64(reg(b()), 0);
      set(a(), kHold);
      return true;
    case kOpCLEAR:
      masm_.load64(kT0, reg(a()));
      masm_.store64(reg(a()), 0);
      drop(kT0);
      return true;
    case kOpCHECK_LOCAL: masm_.branch_mem(Size::k64, Cond::kEq, reg(a()), 0, slow()); return true;
  }
  return false;
}

bool Compiler::jumps() {
  switch (op()) {
    case kOpJUMP: masm_.jump(target(pc_->wide())); return true;
    case kOpJUMP_BACK:
      masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kThread, Thread, poll), 0, slow());
      masm_.jump(target(pc_->wide()));
      return true;
    case kOpJUMP_IF_TRUE:
    case kOpJUMP_IF_FALSE: {
      Value wanted = op() == kOpJUMP_IF_TRUE ? kTrue : kFalse;
      masm_.load64(kT0, reg(a()));
      masm_.or_(kT1, kT0, int64_t{8});
      Label others = masm_.new_label(), no = masm_.new_label();
      masm_.branch(Cond::kNe, kT1, static_cast<int64_t>(kTrue.bits), others);
      if (last_a()) masm_.store64(reg(a()), 0);
      masm_.branch(Cond::kEq, kT0, static_cast<int64_t>(wanted.bits), target(pc_->wide()));
      masm_.bind(no);
      bool if_true = op() == kOpJUMP_IF_TRUE;
      cold([this, others, no, if_true] {
        masm_.bind(others);
        Label number = masm_.new_label();
        masm_.branch_tagged(true, kT0, number);
        masm_.branch(Cond::kNe, kT0, static_cast<int64_t>(kNone.bits), slow());
        if (last_a()) masm_.store64(reg(a()), 0);
        masm_.jump(if_true ? no : target(pc_->wide()));
        masm_.bind(number);
        if (last_a()) masm_.store64(reg(a()), 0);
        masm_.branch(if_true ? Cond::kNe : Cond::kEq, kT0, static_cast<int64_t>(Value::from_int(0).bits),
                     target(pc_->wide()));
        masm_.jump(no);
      });
      return true;
    }
    case kOpJUMP_IF_NONE:
    case kOpJUMP_IF_NOT_NONE:
      masm_.load64(kHold, reg(a()));
      if (last_a()) {
        masm_.store64(reg(a()), 0);
        masm_.mov(kT0, kHold);
        drop(kT0);
      }
      masm_.branch(op() == kOpJUMP_IF_NONE ? Cond::kEq : Cond::kNe, kHold, static_cast<int64_t>(kNone.bits),
                   target(pc_->wide()));
      return true;
  }
  if (op() == kOpJUMP_IS || op() == kOpIS || op() == kOpIS_NOT) {
    // Boxed floats are the same by value.
    Label known = masm_.new_label();
    masm_.load64(kT0, reg(b()));
    masm_.load64(kT1, reg(c()));
    masm_.branch(Cond::kEq, kT0, kT1, known);
    masm_.branch_test(Cond::kNe, kT0, int64_t{7}, known);
    masm_.branch(Cond::kEq, kT0, int64_t{0}, known);
    masm_.branch_mem(Size::k32, Cond::kEq, TAIPAN_FIELD(kT0, Header, shape_id), static_cast<int64_t>(kShapeBoxedFloat),
                     slow());
    masm_.bind(known);
    masm_.set(op() == kOpIS_NOT ? Cond::kNe : Cond::kEq, kHold, kT0, kT1);
    if (last_b() || (op() != kOpJUMP_IS && a() == b())) {  // from left to right
      masm_.store64(reg(b()), 0);
      drop(kT0);
    }
    if (last_c()) {
      masm_.load64(kT0, reg(c()));
      masm_.store64(reg(c()), 0);
      drop(kT0);
    }
    if (op() == kOpJUMP_IS) {
      masm_.branch(Cond::kEq, kHold, a() ? int64_t{1} : int64_t{0}, target(extension()));
    } else {
      masm_.shl(kHold, kHold, 3);
      masm_.or_(kHold, kHold, static_cast<int64_t>(kFalse.bits));
      set(a(), kHold);
    }
    return true;
  }
  return false;
}

bool Compiler::loops() {
  if (op() != kOpFOR_ITER || !gil_) return false;
  // Ranges, lists and tuples; the handler knows the other iterators and how a loop ends.
  Label sequence = masm_.new_label(), tuple = masm_.new_label(), done = masm_.new_label();
  masm_.load64(kT0, reg(b()));
  masm_.load32(kT1, TAIPAN_FIELD(kT0, Header, shape_id));
  masm_.branch(Cond::kNe, kT1, static_cast<int64_t>(kShapeRangeIterator), sequence);
  masm_.load64(kT1, TAIPAN_FIELD(kT0, RangeIterator, remaining));
  masm_.branch(Cond::kLe, kT1, int64_t{0}, slow());
  masm_.load64(kT2, TAIPAN_FIELD(kT0, RangeIterator, next));
  masm_.tag_checked(kHold, kT2, slow());
  masm_.sub(kT1, kT1, int64_t{1});
  masm_.store64(TAIPAN_FIELD(kT0, RangeIterator, remaining), kT1);
  masm_.load64(kT1, TAIPAN_FIELD(kT0, RangeIterator, step));
  masm_.add(kT2, kT2, kT1);
  masm_.store64(TAIPAN_FIELD(kT0, RangeIterator, next), kT2);
  masm_.bind(done);
  set(a(), kHold);
  cold([this, sequence, tuple, done] {
    masm_.bind(sequence);
    masm_.branch(Cond::kNe, kT1, static_cast<int64_t>(kShapeListIterator), tuple);
    masm_.load64(kT1, TAIPAN_FIELD(kT0, ListIterator, list));
    masm_.branch(Cond::kEq, kT1, int64_t{0}, slow());
    masm_.load64(kT2, TAIPAN_FIELD(kT0, ListIterator, index));
    masm_.load64(kT3, TAIPAN_FIELD(kT1, List, size));
    masm_.branch(Cond::kAboveEq, kT2, kT3, slow());
    masm_.load64(kT1, TAIPAN_FIELD(kT1, List, items));
    masm_.load64(kHold, at(kT1, kT2, 3));
    masm_.add_mem(Size::k64, TAIPAN_FIELD(kT0, ListIterator, index), 1);
    incref(kHold);
    masm_.jump(done);
    masm_.bind(tuple);
    masm_.branch(Cond::kNe, kT1, static_cast<int64_t>(kShapeTupleIterator), slow());
    masm_.load64(kT1, TAIPAN_FIELD(kT0, TupleIterator, seq));
    masm_.branch(Cond::kEq, kT1, int64_t{0}, slow());
    masm_.load64(kT2, TAIPAN_FIELD(kT0, TupleIterator, index));
    masm_.load64(kT3, TAIPAN_FIELD(kT1, Tuple, size));
    masm_.branch(Cond::kAboveEq, kT2, kT3, slow());
    masm_.load64(kHold, at(kT1, kT2, 3, static_cast<int64_t>(kTupleItems)));
    masm_.add_mem(Size::k64, TAIPAN_FIELD(kT0, TupleIterator, index), 1);
    incref(kHold);
    masm_.jump(done);
  });
  return true;
}

}  // namespace taipan::jit
