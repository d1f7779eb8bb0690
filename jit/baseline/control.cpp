// Moves, jumps and loops.
#include "interp/objects/range.h"
#include "jit/baseline/compiler.h"

namespace taipan::jit {

using namespace frontend;

bool Compiler::moves() {
  switch (op()) {
    case kOpNOP: return true;
    case kOpLOAD_CONST: {
      Value v = code_consts(code_)[pc_->wide()];
      bool counted = v.is_heap() && !gc::is_immortal(v.header());
      need_plain(a(), kT0);
      masm_.mov(kT1, static_cast<int64_t>(v.bits));
      if (counted) incref(kT1, kT0);
      masm_.store64(reg(a()), kT1);
      return true;
    }
    case kOpLOAD_INT:
      need_plain(a(), kT0);
      masm_.store64(reg(a()), static_cast<int64_t>(Value::from_int(static_cast<int32_t>(pc_->wide())).bits));
      return true;
    case kOpMOVE:
      if (a() == b()) return false;
      need_plain(a(), kT0);
      masm_.load64(kT1, reg(b()));
      if (!last_b()) incref(kT1, kT0);
      else masm_.store64(reg(b()), 0);
      masm_.store64(reg(a()), kT1);
      return true;
    case kOpCLEAR:
      need_plain(a(), kT0);
      masm_.store64(reg(a()), 0);
      return true;
    case kOpCHECK_LOCAL:
      masm_.branch_mem(Size::k64, Cond::kEq, reg(a()), 0, slow());
      return true;
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
      masm_.branch(Cond::kNe, kT1, static_cast<int64_t>(kTrue.bits), slow());
      if (last_a()) masm_.store64(reg(a()), 0);
      masm_.branch(Cond::kEq, kT0, static_cast<int64_t>(wanted.bits), target(pc_->wide()));
      return true;
    }
    case kOpJUMP_IF_NONE:
    case kOpJUMP_IF_NOT_NONE:
      masm_.load64(kT0, reg(a()));
      if (last_a()) {
        need_plain_value(kT0);
        masm_.store64(reg(a()), 0);
      }
      masm_.branch(op() == kOpJUMP_IF_NONE ? Cond::kEq : Cond::kNe, kT0, static_cast<int64_t>(kNone.bits), target(pc_->wide()));
      return true;
  }
  return false;
}

bool Compiler::loops() {
  if (op() != kOpFOR_ITER || !gil_) return false;
  // Ranges; the handler knows the other iterators and how a loop ends.
  need_plain(a(), kT1);
  masm_.load64(kT0, reg(b()));
  masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT0, Header, shape_id), static_cast<int64_t>(kShapeRangeIterator), slow());
  masm_.load64(kT1, TAIPAN_FIELD(kT0, RangeIterator, remaining));
  masm_.branch(Cond::kLe, kT1, int64_t{0}, slow());
  masm_.load64(kT2, TAIPAN_FIELD(kT0, RangeIterator, next));
  masm_.tag_checked(kT3, kT2, slow());
  masm_.sub(kT1, kT1, int64_t{1});
  masm_.store64(TAIPAN_FIELD(kT0, RangeIterator, remaining), kT1);
  masm_.load64(kT1, TAIPAN_FIELD(kT0, RangeIterator, step));
  masm_.add(kT2, kT2, kT1);
  masm_.store64(TAIPAN_FIELD(kT0, RangeIterator, next), kT2);
  masm_.store64(reg(a()), kT3);
  return true;
}

}  // namespace taipan::jit
