// Displays, calls and f-strings: whatever wants its parts in consecutive registers. Long ones are built piece by piece.
#include <unordered_set>

#include "frontend/bytecode/format_mode.h"
#include "frontend/compiler_impl.h"

namespace taipan::frontend {

using namespace ast;

namespace {
constexpr uint32_t kMaxInline = 64;      // elements of a display that are held in registers at once
constexpr uint32_t kMaxArguments = 200;  // more are passed as a tuple
}  // namespace

// Appends elts[first...] to the list (or set) in R[list].
void Compiler::build_list_into(Reg list, Seq<Expr*> elts, uint32_t first, bool is_set) {
  for (uint32_t i = first; i < elts.size; i++) {
    if (failed()) return;
    Mark mark(*this);
    auto* star = dyn_cast<Starred>(elts[i]);
    Val value = operand(star ? star->value : elts[i]);
    Op op = star ? (is_set ? kOpSET_UPDATE : kOpLIST_EXTEND) : (is_set ? kOpSET_ADD : kOpLIST_APPEND);
    emit(op, list, value.reg, 0, value.temp ? kLastB : 0);
  }
}

// List, tuple or set display.
void Compiler::sequence_to(const Expr* expr, Seq<Expr*> elts, Reg dst) {
  bool is_set = isa<Set>(expr), is_tuple = isa<Tuple>(expr);
  Op build = is_set ? kOpBUILD_SET : is_tuple ? kOpBUILD_TUPLE : kOpBUILD_LIST;
  bool starred = false, constant = true;
  for (Expr* e : elts) {
    starred = starred || isa<Starred>(e);
    constant = constant && isa<Constant>(e);
  }
  Mark mark(*this);
  if (constant && elts.size > 2 && !is_tuple) {
    // The items come from one constant.
    auto* items = arena_.make_array<ConstantValue>(elts.size);
    for (uint32_t i = 0; i < elts.size; i++) items[i] = cast<Constant>(elts[i])->value;
    ConstantValue value;
    if (is_set) {
      uint32_t distinct = 0;
      std::unordered_set<std::string> seen;
      for (uint32_t i = 0; i < elts.size; i++) {
        std::string key;
        append_constant_key(items[i], &key);
        if (seen.insert(std::move(key)).second) items[distinct++] = items[i];
      }
      value = ConstantValue::frozen_set(items, distinct);
    } else {
      value = ConstantValue::tuple(items, elts.size);
    }
    Reg out = is_temp(dst) ? dst : alloc();
    Reg t = alloc();
    emit(build, out, t, 0);
    load_const(value, t);
    emit(is_set ? kOpSET_UPDATE : kOpLIST_EXTEND, out, t, 0, kLastB);
    if (out != dst) move(dst, {out, true});
    return;
  }
  if (!starred && elts.size <= kMaxInline) {
    // The first element takes the result's place if that is on top.
    bool on_top = is_temp(dst) && dst + 1u == u_->next_temp;
    Reg base = on_top ? dst : static_cast<Reg>(u_->next_temp);
    for (uint32_t i = 0; i < elts.size; i++) {
      Reg t = i == 0 && on_top ? dst : alloc();
      expr_to(elts[i], t);
    }
    emit(build, dst, base, static_cast<uint16_t>(elts.size));
    return;
  }
  // Piece by piece. A tuple is a list until its end.
  Reg out = is_temp(dst) ? dst : alloc();
  uint32_t first = 0;
  Reg base = static_cast<Reg>(u_->next_temp);
  {
    Mark inner(*this);
    while (first < elts.size && first < kMaxInline && !isa<Starred>(elts[first])) {
      expr_temp(elts[first]);
      first++;
    }
    emit(is_set ? kOpBUILD_SET : kOpBUILD_LIST, out, base, static_cast<uint16_t>(first));
  }
  build_list_into(out, elts, first, is_set);
  if (is_tuple) {
    emit(kOpLIST_TO_TUPLE, dst, out, 0, out == dst ? 0 : kLastB);
  } else if (out != dst) {
    move(dst, {out, true});
  }
}

void Compiler::dict_to(const Dict* expr, Reg dst) {
  Mark mark(*this);
  uint32_t n = expr->values.size;
  bool unpacks = false;
  bool constant_keys = n > 1;
  for (Expr* key : expr->keys) {
    unpacks = unpacks || !key;
    constant_keys = constant_keys && key && isa<Constant>(key);
  }
  // Constant keys take no part in the lines that are passed.
  auto key_to = [&](const Expr* key, Reg reg) {
    if (!constant_keys) {
      expr_to(key, reg);
      return;
    }
    PosScope pos(*this, pos_);
    artificial();
    load_const(cast<Constant>(key)->value, reg);
  };
  if (!unpacks && n <= kMaxInline / 2) {
    bool on_top = is_temp(dst) && dst + 1u == u_->next_temp;
    Reg base = on_top ? dst : static_cast<Reg>(u_->next_temp);
    for (uint32_t i = 0; i < n; i++) {
      key_to(expr->keys[i], i == 0 && on_top ? dst : alloc());
      expr_to(expr->values[i], alloc());
    }
    emit(kOpBUILD_MAP, dst, base, static_cast<uint16_t>(n));
    return;
  }
  Reg out = is_temp(dst) ? dst : alloc();
  Reg base = static_cast<Reg>(u_->next_temp);
  uint32_t first = 0;
  {
    Mark inner(*this);
    while (first < n && first < kMaxInline / 2 && expr->keys[first]) {
      key_to(expr->keys[first], alloc());
      expr_temp(expr->values[first]);
      first++;
    }
    emit(kOpBUILD_MAP, out, base, static_cast<uint16_t>(first));
  }
  for (uint32_t i = first; i < n; i++) {
    if (failed()) return;
    Mark inner(*this);
    if (!expr->keys[i]) {
      Val other = operand(expr->values[i]);
      emit(kOpDICT_UPDATE, out, other.reg, 0, other.temp ? kLastB : 0);
      continue;
    }
    Val key;
    if (constant_keys) {
      key = {alloc(), true};
      key_to(expr->keys[i], key.reg);
    } else {
      key = operand(expr->keys[i]);
    }
    protect(key, expr->values[i]);
    Val value = operand(expr->values[i]);
    emit(kOpMAP_ADD, out, key.reg, value.reg, (key.temp ? kLastB : 0) | (value.temp ? kLastC : 0));
  }
  if (out != dst) move(dst, {out, true});
}

// ---- f-strings

void Compiler::joined_to(const JoinedStr* expr, Reg dst) {
  Mark mark(*this);
  uint32_t n = expr->values.size;
  if (n == 0) {
    load_const(ConstantValue::string(""), dst);
    return;
  }
  if (n == 1) {
    expr_to(expr->values[0], dst);
    return;
  }
  bool on_top = is_temp(dst) && dst + 1u == u_->next_temp;
  Reg base = on_top ? dst : static_cast<Reg>(u_->next_temp);
  uint32_t held = 0;
  for (uint32_t i = 0; i < n; i++) {
    if (failed()) return;
    if (held == kMaxInline) {
      // Joined so far into one piece.
      emit(kOpBUILD_STRING, base, base, static_cast<uint16_t>(held));
      free_to(base + 1u);
      held = 1;
    }
    Reg t = held == 0 && on_top ? dst : alloc();
    for_string_ = isa<FormattedValue>(expr->values[i]);
    expr_to(expr->values[i], t);
    held++;
  }
  emit(kOpBUILD_STRING, dst, base, static_cast<uint16_t>(held));
}

void Compiler::formatted_to(const FormattedValue* expr, Reg dst) {
  bool for_string = for_string_;
  for_string_ = false;
  int conversion;
  switch (expr->conversion) {
    case 's': conversion = 1; break;
    case 'r': conversion = 2; break;
    case 'a': conversion = 3; break;
    case -1: conversion = 0; break;
    default:
      fail_status(CompileStatus::kSystemError, "Unrecognized conversion character " + std::to_string(expr->conversion));
      return;
  }
  Mark mark(*this);
  Val value = operand(expr->value, dst);
  uint8_t flags = static_cast<uint8_t>(conversion << 4);
  if (!expr->format_spec) {
    if (for_string && conversion == 0) flags = kFormatForString << 4;
    emit(kOpFORMAT_VALUE, dst, value.reg, kNoReg, flags | last(value, kLastB, dst));
    return;
  }
  protect(value, expr->format_spec);
  Val spec = operand(expr->format_spec);
  emit(kOpFORMAT_VALUE, dst, value.reg, spec.reg, flags | last(value, kLastB, dst) | last(spec, kLastC, dst));
}

// ---- calls

bool Compiler::check_keywords(Seq<Keyword*> keywords) {
  for (uint32_t i = 0; i < keywords.size; i++) {
    Identifier name = keywords[i]->arg;
    if (!name) continue;
    if (forbidden(name, ExprContext::kStore)) return false;
    for (uint32_t j = i + 1; j < keywords.size; j++) {
      if (keywords[j]->arg == name) {
        fail_at(keywords[j]->loc, "keyword argument repeated: " + std::string(name->view()));
        return false;
      }
    }
  }
  return true;
}

void Compiler::call_to(const Call* expr, Reg dst) {
  if (!check_keywords(expr->keywords)) return;
  Mark mark(*this);
  bool expanded = expr->args.size + expr->keywords.size > kMaxArguments;
  for (Expr* arg : expr->args) expanded = expanded || isa<Starred>(arg);
  for (Keyword* keyword : expr->keywords) expanded = expanded || !keyword->arg;
  Reg base = is_temp(dst) && dst + 1u == u_->next_temp ? dst : alloc();
  auto* method = dyn_cast<Attribute>(expr->func);
  if (method && method->ctx == ExprContext::kLoad && !expanded) {
    alloc();  // self
    {
      // The object stands where the first argument will be: the instruction moves it to its place.
      Mark inner(*this);
      Val object = operand(method->value);
      PosScope pos(*this, method->loc);
      attribute_position(method);
      emit(kOpLOAD_METHOD, base, object.reg, short_name_index(mangled(method->attr)), object.temp ? kLastB : 0);
    }
    PosScope pos(*this, expr->loc);
    if (pos_.line != method->loc.end_lineno) {
      attribute_position(method);
      pos_.end_line = expr->loc.end_lineno;
      pos_.end_column = expr->loc.end_col_offset;
    }
    call_rest(dst, base, 0, expr->args, expr->keywords);
    return;
  }
  check_caller(expr->func);
  expr_to(expr->func, base);
  alloc();  // no self
  call_rest(dst, base, 0, expr->args, expr->keywords);
}

// R[base] is the callable, R[base+1] its self or empty, `placed` arguments are in place. Evaluates the others and calls.
void Compiler::call_rest(Reg dst, Reg base, uint32_t placed, Seq<Expr*> args, Seq<Keyword*> keywords) {
  bool expanded = placed + args.size + keywords.size > kMaxArguments;
  for (Expr* arg : args) expanded = expanded || isa<Starred>(arg);
  for (Keyword* keyword : keywords) expanded = expanded || !keyword->arg;
  if (expanded) {
    call_expanded(dst, base, placed, args, keywords);
    return;
  }
  for (Expr* arg : args) expr_temp(arg);
  uint16_t count = static_cast<uint16_t>(placed + args.size);
  if (keywords.empty()) {
    emit(kOpCALL, dst, base, count);
    return;
  }
  auto* names = arena_.make_array<ConstantValue>(keywords.size);
  for (uint32_t i = 0; i < keywords.size; i++) {
    names[i] = ConstantValue::string(keywords[i]->arg->view());
    expr_temp(keywords[i]->value);
  }
  uint32_t index = add_constant(ConstantValue::tuple(names, keywords.size));
  auto& item = emit(kOpCALL_KW, dst, base, count);
  set_wide(item.ext, index);
}

void Compiler::call_expanded(Reg dst, Reg base, uint32_t placed, Seq<Expr*> args, Seq<Keyword*> keywords) {
  Reg positional = static_cast<Reg>(base + 2);
  if (placed == 0) alloc();
  if (placed == 0 && args.size == 1 && isa<Starred>(args[0])) {
    // f(*x): the call turns x into a tuple, with an error text of its own.
    expr_to(cast<Starred>(args[0])->value, positional);
  } else {
    emit(kOpBUILD_LIST, positional, positional, static_cast<uint16_t>(placed));
    free_to(positional + 1u);
    build_list_into(positional, args, 0, false);
    emit(kOpLIST_TO_TUPLE, positional, positional);
  }
  Reg dict = alloc();
  bool made = false;
  if (keywords.size == 1 && !keywords[0]->arg) {
    // f(**x): the call looks into x itself; there is nothing to merge it with.
    expr_to(keywords[0]->value, dict);
    emit(kOpCALL_EX, dst, base);
    return;
  }
  for (uint32_t i = 0; i < keywords.size;) {
    if (failed()) return;
    Mark mark(*this);
    if (!keywords[i]->arg) {
      if (!made) emit(kOpBUILD_MAP, dict, dict, 0);
      made = true;
      Val other = operand(keywords[i]->value);
      emit(kOpDICT_MERGE, dict, other.reg, base, other.temp ? kLastB : 0);
      i++;
      continue;
    }
    uint32_t count = 0;
    Reg first = static_cast<Reg>(u_->next_temp);
    for (; i < keywords.size && keywords[i]->arg && count < kMaxInline / 2; i++, count++) {
      Reg key = alloc();
      load_const(ConstantValue::string(keywords[i]->arg->view()), key);
      expr_temp(keywords[i]->value);
    }
    if (!made) {
      emit(kOpBUILD_MAP, dict, first, static_cast<uint16_t>(count));
      made = true;
    } else {
      emit(kOpBUILD_MAP, first, first, static_cast<uint16_t>(count));
      emit(kOpDICT_MERGE, dict, first, base, kLastB);
    }
  }
  emit(kOpCALL_EX, dst, base);
}

}  // namespace taipan::frontend
