// Operators and comparisons on ints and floats.
#include "interp/objects/abstract.h"
#include "interp/objects/str.h"
#include "jit/baseline/compiler.h"

namespace taipan::jit {

using namespace frontend;

namespace {
bool is_float_operator(uint8_t op) {
  return op == kOpADD || op == kOpSUBTRACT || op == kOpMULTIPLY || op == kOpTRUE_DIVIDE;
}
Cond condition(uint8_t order) {
  constexpr Cond kConds[] = {Cond::kLt, Cond::kLe, Cond::kEq, Cond::kNe, Cond::kGt, Cond::kGe};
  return kConds[order];
}
uint64_t strs_equal(const Str* a, const Str* b) { return str_eq(a, b); }
}  // namespace

// Operands x and y, both tagged; the result to `result`, which is neither.
void Compiler::int_operation(uint8_t code, Reg x, Reg y, Reg result) {
  switch (code) {
    case kOpADD: masm_.tagged_add(result, x, y, slow()); break;
    case kOpSUBTRACT: masm_.tagged_sub(result, x, y, slow()); break;
    case kOpMULTIPLY: masm_.tagged_mul(result, x, y, slow()); break;
    case kOpFLOOR_DIVIDE: masm_.tagged_floor_div(result, x, y, slow()); break;
    case kOpREMAINDER: masm_.tagged_floor_mod(result, x, y, slow()); break;
    case kOpLSHIFT: masm_.tagged_shl(result, x, y, slow()); break;
    case kOpRSHIFT: masm_.tagged_shr(result, x, y, slow()); break;
    case kOpAND: masm_.tagged_and(result, x, y); break;
    case kOpOR: masm_.tagged_or(result, x, y); break;
    case kOpXOR: masm_.tagged_xor(result, x, y); break;
  }
}

bool Compiler::arithmetic() {
  bool small = op() >= kOpADD_I && op() <= kOpXOR_I;
  if (!small && !(op() >= kOpADD && op() <= kOpXOR)) return false;
  uint8_t code = small ? static_cast<uint8_t>(op() - kOpADD_I + kOpADD) : op();
  bool with_floats = is_float_operator(code);
  if (code == kOpPOWER || code == kOpMAT_MULTIPLY || (small && code == kOpTRUE_DIVIDE && imm() == 0)) return false;
  bool ints = code != kOpTRUE_DIVIDE;
  Label floats = !with_floats ? slow() : masm_.new_label();
  Label done = masm_.new_label();
  masm_.load64(kT0, reg(b()));
  if (!small) masm_.load64(kT1, reg(c()));
  if (!ints) {
    masm_.jump(floats);
  } else if (small) {
    masm_.branch_tagged(false, kT0, floats);
    switch (code) {
      case kOpADD: masm_.tagged_add(kT2, kT0, int32_t{imm()}, slow()); break;
      case kOpSUBTRACT: masm_.tagged_add(kT2, kT0, -int32_t{imm()}, slow()); break;
      case kOpMULTIPLY: masm_.tagged_mul(kT2, kT0, int32_t{imm()}, slow()); break;
      case kOpAND: masm_.and_(kT2, kT0, int64_t{imm()} * 2 + 1); break;
      case kOpOR: masm_.or_(kT2, kT0, int64_t{imm()} * 2 + 1); break;
      case kOpXOR: masm_.xor_(kT2, kT0, int64_t{imm()} * 2); break;
      default: masm_.mov(kT1, int64_t{imm()} * 2 + 1); int_operation(code, kT0, kT1, kT2);
    }
  } else {
    masm_.branch_both_tagged(false, kT0, kT1, floats);
    int_operation(code, kT0, kT1, kT2);
  }
  if (ints) {
    empty_operands(true, !small);
    set(a(), kT2);
  }
  if (with_floats) {
    masm_.bind(done);
    cold([this, floats, done, code, small] {
      masm_.bind(floats);
      number_to_double(kT0, kF0, kT2, slow());
      if (small) {
        masm_.fmov(kF1, static_cast<double>(imm()));
      } else {
        number_to_double(kT1, kF1, kT2, slow());
        if (code == kOpTRUE_DIVIDE) {
          masm_.fmov_bits(kT2, kF1);
          masm_.shl(kT2, kT2, 1);
          masm_.branch(Cond::kEq, kT2, int64_t{0}, slow());
        }
      }
      switch (code) {
        case kOpADD: masm_.fadd(kF0, kF0, kF1); break;
        case kOpSUBTRACT: masm_.fsub(kF0, kF0, kF1); break;
        case kOpMULTIPLY: masm_.fmul(kF0, kF0, kF1); break;
        case kOpTRUE_DIVIDE: masm_.fdiv(kF0, kF0, kF1); break;
      }
      from_double(kF0, kT0, kT2, slow());
      empty_operands(true, !small);
      set(a(), kT0);
      masm_.jump(done);
    });
  }
  return true;
}

bool Compiler::comparisons() {
  if (op() == kOpNEGATIVE) {
    masm_.load64(kT0, reg(b()));
    masm_.branch_tagged(false, kT0, slow());
    masm_.tagged_neg(kT2, kT0, slow());
    empty_operands(true, false);
    set(a(), kT2);
    return true;
  }
  if (op() == kOpNOT) {
    masm_.load64(kT0, reg(b()));
    masm_.or_(kT1, kT0, int64_t{8});
    masm_.branch(Cond::kNe, kT1, static_cast<int64_t>(kTrue.bits), slow());
    masm_.xor_(kT0, kT0, int64_t{8});
    empty_operands(true, false);
    set(a(), kT0);
    return true;
  }
  if (op() >= kOpLT && op() <= kOpGE) {
    masm_.load64(kT0, reg(b()));
    masm_.load64(kT1, reg(c()));
    masm_.branch_both_tagged(false, kT0, kT1, slow());
    masm_.set(condition(static_cast<uint8_t>(op() - kOpLT)), kT2, kT0, kT1);
    masm_.shl(kT2, kT2, 3);
    masm_.or_(kT2, kT2, static_cast<int64_t>(kFalse.bits));
    empty_operands(true, true);
    set(a(), kT2);
    return true;
  }
  bool small = op() >= kOpJUMP_LT_I && op() <= kOpJUMP_GE_I;
  if (!small && !(op() >= kOpJUMP_LT && op() <= kOpJUMP_GE)) return false;
  uint8_t order = static_cast<uint8_t>(op() - (small ? kOpJUMP_LT_I : kOpJUMP_LT));
  Cond cond = condition(order);
  bool if_true = a() != 0;
  if (!if_true) cond = arch::negate(cond);
  masm_.load64(kT0, reg(b()));
  static constexpr DoubleCond kConds[] = {DoubleCond::kLt, DoubleCond::kLe, DoubleCond::kEq,
                                          DoubleCond::kNe, DoubleCond::kGt, DoubleCond::kGe};
  if (small) {
    Label floats = masm_.new_label(), done = masm_.new_label();
    masm_.branch_tagged(false, kT0, floats);
    empty_operands(true, false);
    masm_.branch(cond, kT0, int64_t{imm()} * 2 + 1, target(extension()));
    masm_.bind(done);
    cold([this, floats, done, order, if_true] {
      masm_.bind(floats);
      need_float(kT0, kT2, slow());
      to_double(kT0, kF0, kT2, slow());
      masm_.fmov(kF1, static_cast<double>(imm()));
      empty_operands(true, false);
      masm_.fbranch(kConds[order], kF0, kF1, if_true ? target(extension()) : done);
      masm_.jump(if_true ? done : target(extension()));
    });
  } else {
    Label floats = masm_.new_label(), done = masm_.new_label();
    masm_.load64(kT1, reg(c()));
    masm_.branch_both_tagged(false, kT0, kT1, floats);
    empty_operands(true, true);
    masm_.branch(cond, kT0, kT1, target(extension()));
    masm_.bind(done);
    cold([this, floats, done, order, if_true] {
      masm_.bind(floats);
      Label strs = order == kEq || order == kNe ? masm_.new_label() : slow();
      need_float(kT0, kT2, strs);
      need_float(kT1, kT2, slow());
      to_double(kT0, kF0, kT2, slow());
      to_double(kT1, kF1, kT2, slow());
      empty_operands(true, true);
      masm_.fbranch(kConds[order], kF0, kF1, if_true ? target(extension()) : done);
      masm_.jump(if_true ? done : target(extension()));
      if (!(strs.id == slow().id)) {
        masm_.bind(strs);
        need_heap(kT0);
        need_heap(kT1);
        masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT0, Header, shape_id), static_cast<int64_t>(kShapeStr),
                         slow());
        masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT1, Header, shape_id), static_cast<int64_t>(kShapeStr),
                         slow());
        Label known = masm_.new_label();
        masm_.mov(kHold, 1);
        masm_.branch(Cond::kEq, kT0, kT1, known);
        masm_.call_out(reinterpret_cast<const void*>(&strs_equal), {kT0, kT1});
        masm_.mov(kHold, arch::kRet);
        masm_.bind(known);
        if (last_b()) take_operand(b());
        if (last_c()) take_operand(c());
        masm_.branch(if_true == (order == kEq) ? Cond::kNe : Cond::kEq, kHold, int64_t{0}, target(extension()));
        masm_.jump(done);
      }
    });
  }
  return true;
}

}  // namespace taipan::jit
