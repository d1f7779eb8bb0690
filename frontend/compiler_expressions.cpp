// Operators, names, attributes, conditions, yield and await.
#include "frontend/compiler_impl.h"
#include "frontend/fold.h"

namespace taipan::frontend {

using namespace ast;

namespace {

Op binary_op(Operator op) {
  switch (op) {
    case Operator::kAdd: return kOpADD;
    case Operator::kSub: return kOpSUBTRACT;
    case Operator::kMult: return kOpMULTIPLY;
    case Operator::kMatMult: return kOpMAT_MULTIPLY;
    case Operator::kDiv: return kOpTRUE_DIVIDE;
    case Operator::kMod: return kOpREMAINDER;
    case Operator::kPow: return kOpPOWER;
    case Operator::kLShift: return kOpLSHIFT;
    case Operator::kRShift: return kOpRSHIFT;
    case Operator::kBitOr: return kOpOR;
    case Operator::kBitXor: return kOpXOR;
    case Operator::kBitAnd: return kOpAND;
    case Operator::kFloorDiv: return kOpFLOOR_DIVIDE;
  }
  return kOpADD;
}

Op compare_op(CmpOperator op) {
  switch (op) {
    case CmpOperator::kEq: return kOpEQ;
    case CmpOperator::kNotEq: return kOpNE;
    case CmpOperator::kLt: return kOpLT;
    case CmpOperator::kLtE: return kOpLE;
    case CmpOperator::kGt: return kOpGT;
    case CmpOperator::kGtE: return kOpGE;
    case CmpOperator::kIs: return kOpIS;
    case CmpOperator::kIsNot: return kOpIS_NOT;
    case CmpOperator::kIn: return kOpIN;
    case CmpOperator::kNotIn: return kOpNOT_IN;
  }
  return kOpEQ;
}

// The int of a constant that fits an immediate operand. bool is no int here: True + True must stay what it is.
bool immediate(const Expr* expr, uint16_t* value) {
  auto* constant = dyn_cast<Constant>(expr);
  if (!constant || constant->value.kind != ConstantKind::kInt) return false;
  int64_t i = constant->value.int_value;
  if (i < INT16_MIN || i > INT16_MAX) return false;
  *value = static_cast<uint16_t>(static_cast<int16_t>(i));
  return true;
}

bool is_none(const Expr* expr) {
  auto* constant = dyn_cast<Constant>(expr);
  return constant && constant->value.kind == ConstantKind::kNone;
}

}  // namespace

// Evaluating it neither calls anything nor rebinds a name.
bool Compiler::is_simple(const Expr* expr) const { return isa<Constant>(expr) || isa<Name>(expr); }

// `value` is read after `later` has been evaluated: copies it if that can rebind it.
void Compiler::protect(Val& value, const Expr* later) {
  if (value.temp || value.reg >= u_->nlocals || !u_->walrus_local[value.reg]) return;
  if (later && is_simple(later)) return;
  Reg t = alloc();
  emit(kOpMOVE, t, value.reg);
  value = {t, true};
}

Val Compiler::operand(const Expr* expr, Reg scratch) {
  Reg local = local_register(expr);
  if (local != kNoReg) {
    bool check = resolve(cast<Name>(expr)->id).check;
    if (check || expr->loc.lineno != pos_.line) {
      // Where the name stands on a line of its own, that line is passed.
      PosScope pos(*this, expr->loc);
      emit(check ? kOpCHECK_LOCAL : kOpNOP, check ? local : 0);
    }
    return {local, false};
  }
  if (auto* walrus = dyn_cast<NamedExpr>(expr)) {
    Reg target = local_register(walrus->target);
    if (target != kNoReg) {
      DepthScope depth(*this);
      if (!depth.ok()) return {target, false};
      expr_to(walrus->value, target);
      return {target, false};
    }
  }
  Reg t = scratch != kNoReg && is_temp(scratch) ? scratch : alloc();
  expr_to(expr, t);
  return {t, true};
}

Reg Compiler::expr_temp(const Expr* expr) {
  Reg t = alloc();
  expr_to(expr, t);
  return t;
}

// Evaluates for effect.
void Compiler::discard(const Expr* expr) {
  if (isa<Constant>(expr)) return;
  Mark mark(*this);
  drop(operand(expr));
}

void Compiler::expr_to(const Expr* expr, Reg dst) {
  DepthScope depth(*this);
  if (!depth.ok()) return;
  PosScope pos(*this, expr->loc);
  switch (expr->kind) {
    case ExprKind::kConstant: load_const(cast<Constant>(expr)->value, dst); break;
    case ExprKind::kName: load_name(cast<Name>(expr)->id, dst); break;
    case ExprKind::kNamedExpr: walrus_to(cast<NamedExpr>(expr), dst); break;
    case ExprKind::kBoolOp: bool_op_to(cast<BoolOp>(expr), dst); break;
    case ExprKind::kBinOp: binary_to(cast<BinOp>(expr), dst); break;
    case ExprKind::kUnaryOp: unary_to(cast<UnaryOp>(expr), dst); break;
    case ExprKind::kLambda: lambda_to(cast<Lambda>(expr), dst); break;
    case ExprKind::kIfExp: if_exp_to(cast<IfExp>(expr), dst); break;
    case ExprKind::kDict: dict_to(cast<Dict>(expr), dst); break;
    case ExprKind::kSet: sequence_to(expr, cast<Set>(expr)->elts, dst); break;
    case ExprKind::kList: sequence_to(expr, cast<List>(expr)->elts, dst); break;
    case ExprKind::kTuple: sequence_to(expr, cast<Tuple>(expr)->elts, dst); break;
    case ExprKind::kListComp: {
      auto* e = cast<ListComp>(expr);
      comprehension_to(e, "<listcomp>", e->generators, e->elt, nullptr, ComprehensionKind::kList, dst);
      break;
    }
    case ExprKind::kSetComp: {
      auto* e = cast<SetComp>(expr);
      comprehension_to(e, "<setcomp>", e->generators, e->elt, nullptr, ComprehensionKind::kSet, dst);
      break;
    }
    case ExprKind::kDictComp: {
      auto* e = cast<DictComp>(expr);
      comprehension_to(e, "<dictcomp>", e->generators, e->key, e->value, ComprehensionKind::kDict, dst);
      break;
    }
    case ExprKind::kGeneratorExp: {
      auto* e = cast<GeneratorExp>(expr);
      comprehension_to(e, "<genexpr>", e->generators, e->elt, nullptr, ComprehensionKind::kGenerator, dst);
      break;
    }
    case ExprKind::kAwait: await_to(cast<Await>(expr), dst); break;
    case ExprKind::kYield: yield_to(cast<Yield>(expr), dst); break;
    case ExprKind::kYieldFrom: yield_from_to(cast<YieldFrom>(expr), dst); break;
    case ExprKind::kCompare: compare_to(cast<Compare>(expr), dst); break;
    case ExprKind::kCall: call_to(cast<Call>(expr), dst); break;
    case ExprKind::kFormattedValue: formatted_to(cast<FormattedValue>(expr), dst); break;
    case ExprKind::kJoinedStr: joined_to(cast<JoinedStr>(expr), dst); break;
    case ExprKind::kAttribute: attribute_to(cast<Attribute>(expr), dst); break;
    case ExprKind::kSubscript: subscript_to(cast<Subscript>(expr), dst); break;
    case ExprKind::kSlice: slice_to(cast<Slice>(expr), dst); break;
    case ExprKind::kStarred: {
      // Displays, calls and assignments deal with theirs themselves.
      fail(cast<Starred>(expr)->ctx == ExprContext::kStore ? "starred assignment target must be in a list or tuple"
                                                           : "can't use starred expression here");
      break;
    }
  }
}

// ---- operators

void Compiler::emit_binary(Operator op, Reg dst, Val left, const Expr* right_expr, uint8_t flags) {
  uint16_t value;
  if (immediate(right_expr, &value)) {
    emit(static_cast<Op>(binary_op(op) + (kOpADD_I - kOpADD)), dst, left.reg, value, flags | last(left, kLastB, dst));
    return;
  }
  Mark mark(*this);
  protect(left, right_expr);
  Val right = operand(right_expr, left.reg != dst ? dst : kNoReg);
  emit(binary_op(op), dst, left.reg, right.reg, flags | last(left, kLastB, dst) | last(right, kLastC, dst));
}

void Compiler::binary_to(const BinOp* expr, Reg dst) {
  Mark mark(*this);
  Val left = operand(expr->left, dst);
  emit_binary(expr->op, dst, left, expr->right, 0);
}

void Compiler::unary_to(const UnaryOp* expr, Reg dst) {
  Mark mark(*this);
  Val value = operand(expr->operand, dst);
  Op op = expr->op == UnaryOperator::kInvert ? kOpINVERT
          : expr->op == UnaryOperator::kNot  ? kOpNOT
          : expr->op == UnaryOperator::kUAdd ? kOpPOSITIVE
                                             : kOpNEGATIVE;
  emit(op, dst, value.reg, 0, last(value, kLastB, dst));
}

void Compiler::bool_op_to(const BoolOp* expr, Reg dst) {
  Mark mark(*this);
  bool is_and = expr->op == BoolOperator::kAnd;
  Op test = is_and ? kOpJUMP_IF_FALSE : kOpJUMP_IF_TRUE;
  Reg first = local_register(expr->values[0]);
  if (expr->values.size == 2 && first != kNoReg && !u_->walrus_local[first]) {
    // A local decides where it stands: it is copied only if it is the result.
    Label keep = new_label(), end = new_label();
    operand(expr->values[0]);
    emit_jump(test, first, keep);
    expr_to(expr->values[1], dst);
    jump(end);
    bind(keep);
    move(dst, {first, false});
    bind(end);
    return;
  }
  Reg out = is_temp(dst) ? dst : alloc();
  Label done = new_label();
  for (size_t i = 0; i + 1 < expr->values.size; i++) {
    expr_to(expr->values[i], out);
    emit_jump(test, out, done);
    // The value that decided nothing dies before the next one is made.
    if (!is_simple(expr->values[i + 1])) clear(out);
  }
  const Expr* final = expr->values.back();
  if (out == dst) {
    expr_to(final, out);
    bind(done);
    return;
  }
  Label end = new_label();
  if (is_simple(final)) {
    expr_to(final, out);
    bind(done);
    move(dst, {out, true});
    return;
  }
  expr_to(final, dst);
  jump(end);
  bind(done);
  move(dst, {out, true});
  bind(end);
}

void Compiler::if_exp_to(const IfExp* expr, Reg dst) {
  Label orelse = new_label(), end = new_label();
  jump_if(expr->test, orelse, false);
  expr_to(expr->body, dst);
  {
    PosScope pos(*this, pos_);
    artificial();
    jump(end);
  }
  bind(orelse);
  expr_to(expr->orelse, dst);
  bind(end);
}

void Compiler::walrus_to(const NamedExpr* expr, Reg dst) {
  auto* target = cast<Name>(expr->target);
  Reg local = local_register(target);
  if (local != kNoReg) {
    expr_to(expr->value, local);
    move(dst, {local, false});
    return;
  }
  Mark mark(*this);
  Reg out = is_temp(dst) ? dst : alloc();
  expr_to(expr->value, out);
  PosScope pos(*this, target->loc);
  store_name(target->id, {out, false});
  if (out != dst) move(dst, {out, true});
}

// ---- comparisons

void Compiler::emit_compare(CmpOperator op, Reg dst, Val left, Val right) {
  emit(compare_op(op), dst, left.reg, right.reg, last(left, kLastB, dst) | last(right, kLastC, dst));
}

// One comparison of two tuples that are made for it alone, of as many items: their items are compared where they are.
bool Compiler::compares_displays(const Compare* expr) {
  constexpr uint32_t kMost = 16;
  if (expr->ops.size != 1 || expr->ops[0] > CmpOperator::kGtE) return false;
  auto* left = dyn_cast<Tuple>(expr->left);
  auto* right = dyn_cast<Tuple>(expr->comparators[0]);
  if (!left || !right || left->elts.size != right->elts.size || left->elts.size == 0 || left->elts.size > kMost)
    return false;
  for (auto* side : {left, right})
    for (Expr* e : side->elts)
      if (isa<Starred>(e)) return false;
  return true;
}

void Compiler::compare_to(const Compare* expr, Reg dst) {
  check_compare(expr);
  size_t n = expr->ops.size;
  Mark mark(*this);
  if (compares_displays(expr)) {
    auto base = static_cast<Reg>(u_->next_temp);
    auto *left = cast<Tuple>(expr->left), *right = cast<Tuple>(expr->comparators[0]);
    for (auto* side : {left, right})
      for (Expr* e : side->elts) expr_temp(e);
    auto how = static_cast<uint16_t>((compare_op(expr->ops[0]) - kOpLT) << 8);
    emit(kOpCOMPARE_TUPLES, dst, base, static_cast<uint16_t>(left->elts.size | how));
    return;
  }
  if (n == 1) {
    Val left = operand(expr->left, dst);
    protect(left, expr->comparators[0]);
    Val right = operand(expr->comparators[0], left.reg != dst ? dst : kNoReg);
    emit_compare(expr->ops[0], dst, left, right);
    return;
  }
  Reg out = is_temp(dst) ? dst : alloc();
  Reg slots[2] = {alloc(), alloc()};
  Label cleanup[2] = {new_label(), new_label()};
  bool cleanup_used[2] = {false, false};
  Label end = new_label();
  int next_slot = 0;
  auto fetch = [&](const Expr* e, const Expr* later) {
    Val v = operand(e, slots[next_slot]);
    if (!v.temp && later) {
      // Kept across what follows: a copy where that can rebind it.
      if (v.reg < u_->nlocals && u_->walrus_local[v.reg] && !is_simple(later)) {
        emit(kOpMOVE, slots[next_slot], v.reg);
        v = {slots[next_slot], true};
      }
    }
    if (v.temp) next_slot ^= 1;
    return v;
  };
  Val left = fetch(expr->left, expr->comparators[0]);
  for (size_t i = 0; i < n; i++) {
    Val right = fetch(expr->comparators[i], i + 1 < n ? expr->comparators[i + 1] : nullptr);
    if (i + 1 == n) {
      emit_compare(expr->ops[i], out, left, right);
      break;
    }
    emit(compare_op(expr->ops[i]), out, left.reg, right.reg, last(left, kLastB, out));
    if (right.temp) {
      int slot = right.reg == slots[0] ? 0 : 1;
      cleanup_used[slot] = true;
      emit_jump(kOpJUMP_IF_FALSE, out, cleanup[slot]);
    } else {
      emit_jump(kOpJUMP_IF_FALSE, out, end);
    }
    if (!is_simple(expr->comparators[i + 1])) clear(out);
    left = right;
  }
  PosScope pos(*this, pos_);
  if (cleanup_used[0] || cleanup_used[1]) {
    jump(end);
    for (int slot = 0; slot < 2; slot++) {
      if (!cleanup_used[slot]) continue;
      bind(cleanup[slot]);
      clear(slots[slot]);
      if (slot == 0 && cleanup_used[1]) jump(end);
    }
  }
  bind(end);
  if (out != dst) move(dst, {out, true});
}

// One comparison and a jump if its truth is `sense`. Consumes left if it is a temporary.
void Compiler::compare_jump(CmpOperator op, Val left, const Expr* right_expr, Label target, bool sense) {
  if (is_none(right_expr) && (op == CmpOperator::kIs || op == CmpOperator::kIsNot)) {
    bool none = (op == CmpOperator::kIs) == sense;
    emit_jump(none ? kOpJUMP_IF_NONE : kOpJUMP_IF_NOT_NONE, left.reg, target, left.temp ? kLastA : 0);
    return;
  }
  Op jump_op;
  switch (op) {
    case CmpOperator::kEq: jump_op = kOpJUMP_EQ; break;
    case CmpOperator::kNotEq: jump_op = kOpJUMP_NE; break;
    case CmpOperator::kLt: jump_op = kOpJUMP_LT; break;
    case CmpOperator::kLtE: jump_op = kOpJUMP_LE; break;
    case CmpOperator::kGt: jump_op = kOpJUMP_GT; break;
    case CmpOperator::kGtE: jump_op = kOpJUMP_GE; break;
    case CmpOperator::kIs: jump_op = kOpJUMP_IS; break;
    case CmpOperator::kIsNot:
      jump_op = kOpJUMP_IS;
      sense = !sense;
      break;
    case CmpOperator::kIn: jump_op = kOpJUMP_IN; break;
    default:
      jump_op = kOpJUMP_IN;
      sense = !sense;
      break;
  }
  uint16_t value;
  uint8_t left_last = left.temp ? kLastB : 0;
  if (jump_op <= kOpJUMP_GE && jump_op >= kOpJUMP_LT && immediate(right_expr, &value)) {
    emit_compare_jump(static_cast<Op>(jump_op + (kOpJUMP_LT_I - kOpJUMP_LT)), sense, left.reg, value, target,
                      left_last);
    return;
  }
  Mark mark(*this);
  protect(left, right_expr);
  left_last = left.temp ? kLastB : 0;
  Val right = operand(right_expr);
  emit_compare_jump(jump_op, sense, left.reg, right.reg, target, left_last | (right.temp ? kLastC : 0));
}

void Compiler::compare_chain_jump(const Compare* expr, Label target, bool sense) {
  size_t n = expr->ops.size;
  Mark mark(*this);
  Reg slots[2] = {alloc(), alloc()};
  Label cleanup[2] = {new_label(), new_label()};
  bool cleanup_used[2] = {false, false};
  Label end = new_label();
  Label no = sense ? end : target;  // where a false comparison goes
  int next_slot = 0;
  auto fetch = [&](const Expr* e, const Expr* later) {
    Val v = operand(e, slots[next_slot]);
    if (!v.temp && v.reg < u_->nlocals && u_->walrus_local[v.reg] && !is_simple(later)) {
      emit(kOpMOVE, slots[next_slot], v.reg);
      v = {slots[next_slot], true};
    }
    if (v.temp) next_slot ^= 1;
    return v;
  };
  Val left = fetch(expr->left, expr->comparators[0]);
  for (size_t i = 0; i + 1 < n; i++) {
    Val right = fetch(expr->comparators[i], expr->comparators[i + 1]);
    Op op = compare_op(expr->ops[i]);
    Label out = no;
    if (right.temp) {
      int slot = right.reg == slots[0] ? 0 : 1;
      cleanup_used[slot] = true;
      out = cleanup[slot];
    }
    uint8_t flags = left.temp ? kLastB : 0;
    if (op == kOpIS || op == kOpIS_NOT) {
      emit_compare_jump(kOpJUMP_IS, op == kOpIS_NOT, left.reg, right.reg, out, flags);
    } else if (op == kOpIN || op == kOpNOT_IN) {
      emit_compare_jump(kOpJUMP_IN, op == kOpNOT_IN, left.reg, right.reg, out, flags);
    } else {
      emit_compare_jump(static_cast<Op>(kOpJUMP_LT + (op - kOpLT)), false, left.reg, right.reg, out, flags);
    }
    left = right;
  }
  compare_jump(expr->ops[n - 1], left, expr->comparators[n - 1], target, sense);
  if (cleanup_used[0] || cleanup_used[1]) {
    PosScope pos(*this, pos_);
    artificial();
    jump(end);
    for (int slot = 0; slot < 2; slot++) {
      if (!cleanup_used[slot]) continue;
      bind(cleanup[slot]);
      clear(slots[slot]);
      jump(no);
    }
  }
  bind(end);
}

void Compiler::jump_if(const Expr* expr, Label target, bool sense) {
  DepthScope depth(*this);
  if (!depth.ok()) return;
  switch (expr->kind) {
    case ExprKind::kConstant: {
      if (cast<Constant>(expr)->value.kind == ConstantKind::kForeign) break;
      PosScope pos(*this, expr->loc);
      if (constant_truth(cast<Constant>(expr)->value) == sense) {
        jump(target);
      } else {
        emit(kOpNOP);
      }
      return;
    }
    case ExprKind::kUnaryOp: {
      auto* e = cast<UnaryOp>(expr);
      if (e->op != UnaryOperator::kNot) break;
      jump_if(e->operand, target, !sense);
      return;
    }
    case ExprKind::kBoolOp: {
      auto* e = cast<BoolOp>(expr);
      bool decided_by = e->op == BoolOperator::kOr;  // the truth that ends the evaluation
      Label end = new_label();
      for (size_t i = 0; i + 1 < e->values.size; i++) {
        jump_if(e->values[i], decided_by == sense ? target : end, decided_by);
      }
      jump_if(e->values.back(), target, sense);
      bind(end);
      return;
    }
    case ExprKind::kIfExp: {
      auto* e = cast<IfExp>(expr);
      Label orelse = new_label(), end = new_label();
      jump_if(e->test, orelse, false);
      jump_if(e->body, target, sense);
      {
        PosScope pos(*this, pos_);
        artificial();
        jump(end);
      }
      bind(orelse);
      jump_if(e->orelse, target, sense);
      bind(end);
      return;
    }
    case ExprKind::kCompare: {
      auto* e = cast<Compare>(expr);
      // Not restored: what follows a comparison without a position of its own (assert's raise, a comprehension's append) has this.
      pos_ = position(expr->loc);
      check_compare(e);
      if (e->ops.size > 1) {
        compare_chain_jump(e, target, sense);
        return;
      }
      if (compares_displays(e)) break;
      Mark mark(*this);
      Val left = operand(e->left);
      compare_jump(e->ops[0], left, e->comparators[0], target, sense);
      return;
    }
    default: break;
  }
  Mark mark(*this);
  Val value = operand(expr);
  emit_jump(sense ? kOpJUMP_IF_TRUE : kOpJUMP_IF_FALSE, value.reg, target, value.temp ? kLastA : 0);
}

// ---- attributes and subscripts

// An attribute that stands on another line than its object's start is where the access happens.
void Compiler::attribute_position(const Attribute* attribute) {
  if (pos_.line == attribute->loc.end_lineno) return;
  pos_.line = attribute->loc.end_lineno;
  int32_t length = 0;  // in characters
  for (char byte : attribute->attr->view()) length += (byte & 0xC0) != 0x80;
  if (length <= attribute->loc.end_col_offset) {
    pos_.column = attribute->loc.end_col_offset - length;
    pos_.end_column = attribute->loc.end_col_offset;
    pos_.end_line = attribute->loc.end_lineno;
  } else {
    pos_.column = pos_.end_column = -1;
    pos_.end_line = pos_.line;
  }
}

void Compiler::attribute_to(const Attribute* expr, Reg dst) {
  Mark mark(*this);
  Val object = operand(expr->value, dst);
  PosScope pos(*this, expr->loc);
  attribute_position(expr);
  emit(kOpLOAD_ATTR, dst, object.reg, short_name_index(mangled(expr->attr)), last(object, kLastB, dst));
}

void Compiler::subscript_to(const Subscript* expr, Reg dst) {
  check_subscripter(expr->value);
  check_index(expr->value, expr->slice);
  Mark mark(*this);
  Val object = operand(expr->value, dst);
  protect(object, expr->slice);
  Val index = operand(expr->slice, object.reg != dst ? dst : kNoReg);
  emit(kOpGET_ITEM, dst, object.reg, index.reg, last(object, kLastB, dst) | last(index, kLastC, dst));
}

void Compiler::slice_to(const Slice* expr, Reg dst) {
  Mark mark(*this);
  Reg base = kNoReg;
  const Expr* parts[3] = {expr->lower, expr->upper, expr->step};
  for (int i = 0; i < 3; i++) {
    // The first part takes the result's place if that is on top.
    Reg t = i == 0 && is_temp(dst) && dst + 1u == u_->next_temp ? dst : alloc();
    if (i == 0) base = t;
    if (parts[i])
      expr_to(parts[i], t);
    else
      load_none(t);
  }
  emit(kOpBUILD_SLICE, dst, base);
}

// ---- generators and coroutines

void Compiler::send_loop(Reg iter) {
  Mark mark(*this);
  Reg value = alloc();
  load_none(value);
  Label loop = new_label(), end = new_label();
  bind(loop);
  emit(kOpSEND, value, iter, value).target = end;
  auto& item = emit(kOpYIELD, value, value, iter, kLastB);
  item.ext.a = value;
  item.target = end;
  jump(loop);
  bind(end);
  move(iter, {value, true});
}

void Compiler::await_to(const Await* expr, Reg dst) {
  if (!(options_.top_level_await && u_->kind == UnitKind::kModule)) {
    if (!u_->scope->is_function()) {
      fail("'await' outside function");
      return;
    }
    if (u_->kind != UnitKind::kAsyncFunction && u_->kind != UnitKind::kComprehension) {
      fail("'await' outside async function");
      return;
    }
  }
  Mark mark(*this);
  Reg t = is_temp(dst) && dst + 1u == u_->next_temp ? dst : alloc();
  Val value = operand(expr->value, t);
  emit(kOpGET_AWAITABLE, t, value.reg, 0, last(value, kLastB, t));
  send_loop(t);
  if (t != dst) move(dst, {t, true});
}

void Compiler::yield_to(const Yield* expr, Reg dst) {
  if (!u_->scope->is_function()) {
    fail("'yield' outside function");
    return;
  }
  Mark mark(*this);
  Val value;
  if (expr->value) {
    value = operand(expr->value, dst);
  } else {
    value = {is_temp(dst) ? dst : alloc(), true};
    load_none(value.reg);
  }
  if (u_->scope->coroutine && u_->scope->generator) {
    Reg t = value.temp ? value.reg : is_temp(dst) ? dst : alloc();
    emit(kOpASYNC_GEN_WRAP, t, value.reg, 0, last(value, kLastB, t));
    value = {t, true};
  }
  // The value leaves its register when it is yielded, long before the sent one arrives.
  emit(kOpYIELD, dst, value.reg, kNoReg, value.temp ? kLastB : 0);
}

void Compiler::yield_from_to(const YieldFrom* expr, Reg dst) {
  if (!u_->scope->is_function()) {
    fail("'yield' outside function");
    return;
  }
  if (u_->kind == UnitKind::kAsyncFunction) {
    fail("'yield from' inside async function");
    return;
  }
  Mark mark(*this);
  Reg t = is_temp(dst) && dst + 1u == u_->next_temp ? dst : alloc();
  Val value = operand(expr->value, t);
  emit(kOpGET_YIELD_FROM_ITER, t, value.reg, 0, last(value, kLastB, t));
  send_loop(t);
  if (t != dst) move(dst, {t, true});
}

// ---- warnings about expressions that cannot be meant

namespace {

const char* constant_type_name(const ConstantValue& value) {
  switch (value.kind) {
    case ConstantKind::kNone: return "NoneType";
    case ConstantKind::kTrue:
    case ConstantKind::kFalse: return "bool";
    case ConstantKind::kEllipsis: return "ellipsis";
    case ConstantKind::kInt:
    case ConstantKind::kBigInt: return "int";
    case ConstantKind::kFloat: return "float";
    case ConstantKind::kComplex: return "complex";
    case ConstantKind::kStr: return "str";
    case ConstantKind::kBytes: return "bytes";
    case ConstantKind::kTuple: return "tuple";
    case ConstantKind::kFrozenSet: return "frozenset";
    case ConstantKind::kForeign: return nullptr;
  }
  return nullptr;
}

// Type of an expression's value where its form tells; else null.
const char* inferred_type(const Expr* expr) {
  switch (expr->kind) {
    case ExprKind::kTuple: return "tuple";
    case ExprKind::kList:
    case ExprKind::kListComp: return "list";
    case ExprKind::kDict:
    case ExprKind::kDictComp: return "dict";
    case ExprKind::kSet:
    case ExprKind::kSetComp: return "set";
    case ExprKind::kGeneratorExp: return "generator";
    case ExprKind::kLambda: return "function";
    case ExprKind::kJoinedStr:
    case ExprKind::kFormattedValue: return "str";
    case ExprKind::kConstant: return constant_type_name(cast<Constant>(expr)->value);
    default: return nullptr;
  }
}

}  // namespace

void Compiler::check_compare(const Compare* expr) {
  auto plain = [](const Expr* e) {
    auto* constant = dyn_cast<Constant>(e);
    return !constant || constant->value.is_singleton();
  };
  bool left = plain(expr->left);
  for (size_t i = 0; i < expr->ops.size; i++) {
    bool right = plain(expr->comparators[i]);
    bool is = expr->ops[i] == CmpOperator::kIs, is_not = expr->ops[i] == CmpOperator::kIsNot;
    if ((is || is_not) && (!left || !right)) {
      warn(expr->loc,
           is ? "\"is\" with a literal. Did you mean \"==\"?" : "\"is not\" with a literal. Did you mean \"!=\"?");
      return;
    }
    left = right;
  }
}

void Compiler::check_caller(const Expr* func) {
  switch (func->kind) {
    case ExprKind::kConstant:
    case ExprKind::kTuple:
    case ExprKind::kList:
    case ExprKind::kListComp:
    case ExprKind::kDict:
    case ExprKind::kDictComp:
    case ExprKind::kSet:
    case ExprKind::kSetComp:
    case ExprKind::kGeneratorExp:
    case ExprKind::kJoinedStr:
    case ExprKind::kFormattedValue:
      if (const char* type = inferred_type(func)) {
        warn(func->loc, std::string("'") + type + "' object is not callable; perhaps you missed a comma?");
      }
      break;
    default: break;
  }
}

void Compiler::check_subscripter(const Expr* value) {
  switch (value->kind) {
    case ExprKind::kConstant: {
      ConstantKind kind = cast<Constant>(value)->value.kind;
      if (kind == ConstantKind::kStr || kind == ConstantKind::kBytes || kind == ConstantKind::kTuple ||
          kind == ConstantKind::kForeign) {
        return;
      }
      break;
    }
    case ExprKind::kSet:
    case ExprKind::kSetComp:
    case ExprKind::kGeneratorExp:
    case ExprKind::kLambda: break;
    default: return;
  }
  warn(value->loc,
       std::string("'") + inferred_type(value) + "' object is not subscriptable; perhaps you missed a comma?");
}

void Compiler::check_index(const Expr* value, const Expr* index) {
  const char* index_type = inferred_type(index);
  if (!index_type || std::string_view(index_type) == "int" || std::string_view(index_type) == "bool") return;
  switch (value->kind) {
    case ExprKind::kConstant: {
      ConstantKind kind = cast<Constant>(value)->value.kind;
      if (kind != ConstantKind::kStr && kind != ConstantKind::kBytes && kind != ConstantKind::kTuple) return;
      break;
    }
    case ExprKind::kTuple:
    case ExprKind::kList:
    case ExprKind::kListComp:
    case ExprKind::kJoinedStr:
    case ExprKind::kFormattedValue: break;
    default: return;
  }
  warn(value->loc, std::string(inferred_type(value)) + " indices must be integers or slices, not " + index_type +
                       "; perhaps you missed a comma?");
}

}  // namespace taipan::frontend
