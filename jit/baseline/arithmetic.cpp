// Operators and comparisons on ints and floats.
#include <bit>
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
constexpr DoubleCond kDoubleConds[] = {DoubleCond::kLt, DoubleCond::kLe, DoubleCond::kEq,
                                       DoubleCond::kNe, DoubleCond::kGt, DoubleCond::kGe};
}  // namespace

// Operands x and y, both tagged; the result to `result`, which is neither.
void Compiler::int_operation(uint8_t code, Reg x, Reg y, Reg result) {
  switch (code) {
    case kOpADD: masm_.tagged_add(result, x, y, slow()); break;
    case kOpSUBTRACT: masm_.tagged_sub(result, x, y, slow()); break;
    case kOpMULTIPLY: masm_.tagged_mul(result, x, y, slow()); break;
    case kOpFLOOR_DIVIDE:
    case kOpREMAINDER: {  // (kT0, kT1 and kT2: see arithmetic())
      masm_.call_stub(stubs_.divide[code == kOpREMAINDER]);
      bool small = op() >= kOpADD_I;
      if (!small || imm() == 0 || (code == kOpFLOOR_DIVIDE && imm() == -1))
        masm_.branch(Cond::kEq, result, int64_t{0}, slow());
      break;
    }
    case kOpLSHIFT: masm_.tagged_shl(result, x, y, slow()); break;
    case kOpRSHIFT: masm_.tagged_shr(result, x, y, slow()); break;
    case kOpAND: masm_.tagged_and(result, x, y); break;
    case kOpOR: masm_.tagged_or(result, x, y); break;
    case kOpXOR: masm_.tagged_xor(result, x, y); break;
  }
}

// kT2 = kT0 >> n
void Compiler::shift_right(int n) {
  masm_.sar(kT2, kT0, n > 62 ? 62 : n);
  if (n > 62) masm_.sar(kT2, kT2, 1);
  masm_.or_(kT2, kT2, int64_t{1});
}
// kT2 = kT0 // by or kT0 % by
void Compiler::divide_by(bool remainder, int64_t by) {
  if (!std::has_single_bit(static_cast<uint64_t>(by)))
    masm_.tagged_floor_divide(kT2, kT0, by, remainder, kT1, kT3);
  else if (remainder)
    masm_.and_(kT2, kT0, by * 2 - 1);
  else
    shift_right(std::countr_zero(static_cast<uint64_t>(by)));
}
// The int that the right operand is, where the instruction before has put a constant there; 0: something else.
int64_t Compiler::constant_right() const {
  if (op() >= kOpADD_I) return imm();
  if (index_ == 0 || analysis_.is_head(index_) || pc_[-1].a != c()) return 0;
  if (pc_[-1].op == kOpLOAD_INT) return static_cast<int32_t>(pc_[-1].wide());
  if (pc_[-1].op != kOpLOAD_CONST) return 0;
  Value v = code_consts(code_)[pc_[-1].wide()];
  return v.is_int() ? v.as_int() : 0;
}

bool Compiler::arithmetic() {
  bool small = op() >= kOpADD_I && op() <= kOpXOR_I;
  if (!small && !(op() >= kOpADD && op() <= kOpXOR)) return false;
  uint8_t code = small ? static_cast<uint8_t>(op() - kOpADD_I + kOpADD) : op();
  if (analysis_.saw_other(index_)) return false;
  Kinds x = kinds(b()), y = small ? kIsInt : kinds(c());
  if (!(x & kIsNumber) || !(y & kIsNumber)) return false;
  bool square = op() == kOpPOWER_I && imm() == 2;
  if (is_float_operator(code) || square) {
    if (code == kOpTRUE_DIVIDE || analysis_.saw_float(index_) || x == kIsFloat || y == kIsFloat)
      return float_arithmetic(code, small);
    if (square) code = kOpMULTIPLY;
  } else if (code == kOpPOWER || code == kOpMAT_MULTIPLY) {
    return false;
  }
  if (!(x & kIsInt) || !(y & kIsInt)) return false;
  for (uint32_t r : {uint32_t{b()}, small ? uint32_t{b()} : uint32_t{c()}})
    if (int k = cached(r); k >= 0 && cache_[k].dirty) flush(k);
  Label floats = is_float_operator(code) && !square ? masm_.new_label() : slow();
  bool may_be_floats =
      is_float_operator(code) && !square && (x & kIsFloat || y & kIsFloat) && !(x == kIsInt && y == kIsInt);
  if (!may_be_floats) floats = slow();
  masm_.load64(kT0, reg(b()));
  bool divides = code == kOpFLOOR_DIVIDE || code == kOpREMAINDER;
  if (int64_t by = divides ? constant_right() : 0; by > 0 && by < int64_t{1} << 60) {
    need_int(b(), kT0, floats);
    divide_by(code == kOpREMAINDER, by);
  } else if (square) {
    need_int(b(), kT0, floats);
    masm_.mov(kT1, kT0);
    int_operation(kOpMULTIPLY, kT0, kT1, kT2);
  } else if (small) {
    need_int(b(), kT0, floats);
    switch (code) {
      case kOpADD: masm_.tagged_add(kT2, kT0, int32_t{imm()}, slow()); break;
      case kOpSUBTRACT: masm_.tagged_add(kT2, kT0, -int32_t{imm()}, slow()); break;
      case kOpMULTIPLY: masm_.tagged_mul(kT2, kT0, int32_t{imm()}, slow()); break;
      case kOpAND: masm_.and_(kT2, kT0, int64_t{imm()} * 2 + 1); break;
      case kOpOR: masm_.or_(kT2, kT0, int64_t{imm()} * 2 + 1); break;
      case kOpXOR: masm_.xor_(kT2, kT0, int64_t{imm()} * 2); break;
      case kOpRSHIFT:
        if (imm() >= 0) {
          shift_right(imm());
          break;
        }
        [[fallthrough]];
      default: masm_.mov(kT1, int64_t{imm()} * 2 + 1); int_operation(code, kT0, kT1, kT2);
    }
  } else {
    masm_.load64(kT1, reg(c()));
    need_ints(b(), kT0, c(), kT1, floats);
    int_operation(code, kT0, kT1, kT2);
  }
  Label done = masm_.new_label();
  if (may_be_floats) masm_.bind(done);
  empty_operands(true, !small);
  set(a(), kT2);
  if (may_be_floats) {
    // Rare: what was seen so far were ints. (The result takes the way of an int's: neither is counted.)
    bool waiting = !exits_[exit_].dirty.empty();  // doubles on their way
    cold([this, floats, done, code, small, waiting, no = waiting ? way_out() : Label()] {
      masm_.bind(floats);
      if (small) masm_.mov_compact(kT1, static_cast<int64_t>(Value::from_int(imm()).bits));
      int which = code == kOpADD ? 0 : code == kOpSUBTRACT ? 1 : 2;
      if (waiting) {
        masm_.call_stub(stubs_.numbers[which]);
        masm_.branch(Cond::kEq, kT2, int64_t{0}, no);
      } else {
        note_index();
        masm_.call_stub(stubs_.numbers_or_leave[which]);
      }
      masm_.jump(done);
    });
  }
  return true;
}

bool Compiler::float_arithmetic(uint8_t code, bool small) {
  bool square = code == kOpPOWER;
  Kinds kx = kinds(b()), ky = small ? kIsInt : kinds(c());
  if (small && code == kOpTRUE_DIVIDE && imm() == 0) return false;
  bool both_may_be_ints = (kx & kIsInt) && (ky & kIsInt) && code != kOpTRUE_DIVIDE;
  if (both_may_be_ints) {
    // Two ints give an int: the handler's business.
    masm_.load64(kT0, reg(b()));
    if (small || square) {
      if (int k = cached(b()); k < 0) masm_.branch_tagged(true, kT0, slow());
    } else if (cached(b()) < 0 && cached(c()) < 0) {
      masm_.load64(kT1, reg(c()));
      masm_.branch_both_tagged(true, kT0, kT1, slow());
    }
  }
  bool exact = code == kOpTRUE_DIVIDE;  // (of two ints it is rounded once)
  FReg x = operand(b(), kF0, exact), y = kF1;
  if (square) {
    y = x;
  } else if (small) {
    masm_.fmov(kF1, static_cast<double>(imm()));
  } else {
    y = operand(c(), kF1, exact);
    if (code == kOpTRUE_DIVIDE) {
      masm_.fmov_bits(kT2, y);
      masm_.shl(kT2, kT2, 1);
      masm_.branch(Cond::kEq, kT2, int64_t{0}, slow());
    }
  }
  int k = fresh();
  if (k < 0) return false;
  FReg to = arch::kFloat[k];
  switch (code) {
    case kOpADD: masm_.fadd(to, x, y); break;
    case kOpSUBTRACT: masm_.fsub(to, x, y); break;
    case kOpPOWER:
    case kOpMULTIPLY: masm_.fmul(to, x, y); break;
    case kOpTRUE_DIVIDE: masm_.fdiv(to, x, y); break;
  }
  if (square) {  // (an OverflowError is the handler's)
    masm_.fmov(kF1, 1e300);
    Label fits = masm_.new_near_label();
    masm_.fbranch(DoubleCond::kLe, to, kF1, fits);
    masm_.jump(slow());
    masm_.bind(fits);
  }
  bool temporary = is_temporary(a());
  auto held = [&](uint32_t r) {  // its memory isn't empty
    int i = cached(r);
    return !(i >= 0 && cache_[i].dirty);
  };
  bool zero = false;
  if (!now_.empty[a()]) zero = (a() == b() || (!small && a() == c())) ? held(a()) : true;
  if (!temporary || (kinds(a()) & kIsHeap && !(a() == b() && last_b()) && !(!small && a() == c() && last_c())))
    from_double(to, kT0, kT2, slow());
  empty_operands(true, !small);
  result_double(a(), k, zero);
  return true;
}

bool Compiler::unary() {
  if (op() == kOpNEGATIVE) {
    Kinds x = kinds(b()) & kIsNumber;
    if (!x || analysis_.saw_other(index_)) return false;
    if (x == kIsFloat || analysis_.saw_float(index_)) {
      FReg v = kF0;
      if (int k = cached(b()); k >= 0) {
        v = arch::kFloat[k];
      } else {
        masm_.load64(kT0, reg(b()));
        if (kinds(b()) != kIsFloat) need_float(kT0, kT2, slow());
        to_double(kT0, kF0, kT2);
      }
      int k = fresh();
      if (k < 0) return false;
      masm_.fneg(arch::kFloat[k], v);
      bool zero = !now_.empty[a()];
      if (a() == b())
        if (int i = cached(b()); i >= 0 && cache_[i].dirty) zero = false;
      if (!is_temporary(a()) || (kinds(a()) & kIsHeap && !(a() == b() && last_b())))
        from_double(arch::kFloat[k], kT0, kT2, slow());
      empty_operands(true, false);
      result_double(a(), k, zero);
      return true;
    }
    if (int k = cached(b()); k >= 0 && cache_[k].dirty) flush(k);
    masm_.load64(kT0, reg(b()));
    need_int(b(), kT0, slow());
    masm_.tagged_neg(kT2, kT0, slow());
    empty_operands(true, false);
    set(a(), kT2);
    return true;
  }
  if (op() == kOpINVERT) {
    if (!(kinds(b()) & kIsInt) || analysis_.saw_other(index_)) return false;
    masm_.load64(kT0, reg(b()));
    need_int(b(), kT0, slow());
    masm_.tagged_not(kT2, kT0);
    empty_operands(true, false);
    set(a(), kT2);
    return true;
  }
  if (op() == kOpNOT) {
    // True, False and None; the handler knows the others.
    Label others = masm_.new_label(), done = masm_.new_label();
    masm_.load64(kT0, reg(b()));
    masm_.or_(kT1, kT0, int64_t{8});
    masm_.branch(Cond::kNe, kT1, static_cast<int64_t>(kTrue.bits), others);
    masm_.xor_(kT0, kT0, int64_t{8});
    masm_.bind(done);
    Label no = slow();
    cold([this, others, done, no] {
      masm_.bind(others);
      masm_.branch(Cond::kNe, kT0, static_cast<int64_t>(kNone.bits), no);
      masm_.mov(kT0, static_cast<int64_t>(kTrue.bits));
      masm_.jump(done);
    });
    empty_operands(true, false);
    set(a(), kT0);
    return true;
  }
  return false;
}

bool Compiler::comparisons() {
  if (op() < kOpLT || op() > kOpGE) return false;
  uint8_t order = static_cast<uint8_t>(op() - kOpLT);
  bool equality = order == kEq || order == kNe;
  bool floats = analysis_.saw_float(index_) || kinds(b()) == kIsFloat || kinds(c()) == kIsFloat;
  if (analysis_.saw_other(index_)) {
    if (!equality || saw_method()) return false;
    // Strs.
    Label done = masm_.new_label(), no = otherwise(kOtherwiseCompare, done);
    masm_.load64(kT0, reg(b()));
    masm_.load64(kT1, reg(c()));
    masm_.call_stub(stubs_.compare_strs);
    masm_.branch(Cond::kAbove, kHold, int64_t{1}, no);
    if (last_b()) take_operand(b());
    if (last_c()) take_operand(c());
    if (order == kNe) masm_.xor_(kHold, kHold, int64_t{1});
    masm_.shl(kHold, kHold, 3);
    masm_.or_(kHold, kHold, static_cast<int64_t>(kFalse.bits));
    set(a(), kHold);
    masm_.bind(done);
    return true;
  }
  if (floats) {
    if (!(kinds(b()) & kIsNumber) || !(kinds(c()) & kIsNumber)) return false;
    masm_.load64(kT0, reg(b()));
    masm_.load64(kT1, reg(c()));
    need_float(kT0, kT2, slow());
    need_float(kT1, kT2, slow());
    to_double(kT0, kF0, kT2);
    to_double(kT1, kF1, kT2);
    masm_.fset(kDoubleConds[order], kT2, kF0, kF1);
  } else {
    if (!(kinds(b()) & kIsInt) || !(kinds(c()) & kIsInt)) return false;
    masm_.load64(kT0, reg(b()));
    masm_.load64(kT1, reg(c()));
    need_ints(b(), kT0, c(), kT1, slow());
    masm_.set(condition(order), kT2, kT0, kT1);
  }
  masm_.shl(kT2, kT2, 3);
  masm_.or_(kT2, kT2, static_cast<int64_t>(kFalse.bits));
  empty_operands(true, true);
  set(a(), kT2);
  return true;
}

bool Compiler::compare_jump() {
  bool small = op() >= kOpJUMP_LT_I && op() <= kOpJUMP_GE_I;
  if (!small && !(op() >= kOpJUMP_LT && op() <= kOpJUMP_GE)) return false;
  uint8_t order = static_cast<uint8_t>(op() - (small ? kOpJUMP_LT_I : kOpJUMP_LT));
  bool equality = order == kEq || order == kNe;
  bool if_true = a() != 0;
  Cond cond = if_true ? condition(order) : arch::negate(condition(order));
  Kinds x = kinds(b()), y = small ? kIsInt : kinds(c());
  bool other = analysis_.saw_other(index_);
  auto strs = [this, order, if_true](bool or_leave) {
    note_index();
    masm_.call_stub(stubs_.equal[or_leave ? 0 : order == kEq ? 1 : 2]);
    masm_.branch(if_true == (order == kEq) ? Cond::kNe : Cond::kEq, kHold, int64_t{0}, target(extension()));
  };
  if (other) {
    if (!equality || small || saw_method()) return false;
    masm_.load64(kT0, reg(b()));
    masm_.load64(kT1, reg(c()));
    strs(false);
    return true;
  }
  if (!(x & kIsNumber) || !(y & kIsNumber)) {
    if (!equality || small || live_floats()) return false;
    masm_.load64(kT0, reg(b()));
    masm_.load64(kT1, reg(c()));
    strs(true);
    return true;
  }
  if (analysis_.saw_float(index_) || x == kIsFloat || y == kIsFloat) {
    FReg fx = operand(b(), kF0, true), fy = kF1;
    if (small)
      masm_.fmov(kF1, static_cast<double>(imm()));
    else
      fy = operand(c(), kF1, true);
    empty_tested(!small);
    if (if_true) {
      masm_.fbranch(kDoubleConds[order], fx, fy, target(extension()));
    } else {
      Label yes = masm_.new_near_label();
      masm_.fbranch(kDoubleConds[order], fx, fy, yes);
      masm_.jump(target(extension()));
      masm_.bind(yes);
    }
    return true;
  }
  masm_.load64(kT0, reg(b()));
  if (small) {
    need_int(b(), kT0, slow());
    empty_tested(false);
    masm_.branch(cond, kT0, int64_t{imm()} * 2 + 1, target(extension()));
    return true;
  }
  masm_.load64(kT1, reg(c()));
  if (equality && !(x == kIsInt && y == kIsInt)) {
    Label heap = masm_.new_label(), done = masm_.new_label();
    need_ints(b(), kT0, c(), kT1, heap);
    cold([this, heap, strs, done] {
      masm_.bind(heap);
      strs(true);
      masm_.jump(done);
    });
    empty_tested(true);
    masm_.branch(cond, kT0, kT1, target(extension()));
    masm_.bind(done);
    return true;
  }
  need_ints(b(), kT0, c(), kT1, slow());
  empty_tested(true);
  masm_.branch(cond, kT0, kT1, target(extension()));
  return true;
}

}  // namespace taipan::jit
