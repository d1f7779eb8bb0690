#include "frontend/diagnoser.h"

#include <cstdio>

namespace taipan::frontend {

using namespace ast;

// ---- The two passes ---------------------------------------------------------------------------------------------------------

void Diagnoser::explain() {
  c_.diagnosing = true;
  c_.fill = 0;
  c_.lexer.stop_reading();
  run_start_rule();
  if (c_.error.kind == ErrorKind::kMemoryError || c_.error.kind == ErrorKind::kInterrupted) return;
  Token last = tok(c_.fill - 1);
  if (c_.options.allow_incomplete_input && last.at_end) {
    c_.error = SyntaxErrorInfo{};
    c_.raise_at_last(ErrorKind::kSyntaxError, "incomplete input");
    c_.error.incomplete = true;
    return;
  }
  if (!error_) {
    mark_ = 0;
    drop_memos();
    with_invalid_ = true;
    c_.lexer.stop_warnings();
    run_start_rule();
    if (c_.error.kind == ErrorKind::kMemoryError) return;
  }
  if (c_.failed()) {
    if (!tok(c_.fill - 1).at_end) c_.check_rest_of_source();
    return;
  }
  if (last.type == T::kIndent || last.type == T::kDedent) {
    c_.raise_at_last(ErrorKind::kIndentationError,
                     last.type == T::kIndent ? "unexpected indent" : "unexpected unindent");
    return;
  }
  Location where = ParseContext::location(last);
  c_.raise_range(where, where, "invalid syntax");
  c_.check_rest_of_source();
}

const Diagnoser::Memo* Diagnoser::find_memo(Rule rule) const {
  size_t slot = mark_ - memo_base_;
  if (slot >= first_memo_.size()) return nullptr;
  for (int32_t i = first_memo_[slot]; i >= 0; i = memos_[i].next) {
    if (memos_[i].rule == rule) return &memos_[i];
  }
  return nullptr;
}

void Diagnoser::add_memo(Rule rule, size_t start, const void* result) {
  size_t slot = start - memo_base_;
  if (first_memo_.size() <= slot) first_memo_.resize(slot + 64, -1);
  memos_.push_back({rule, static_cast<uint32_t>(mark_), result, first_memo_[slot]});
  first_memo_[slot] = static_cast<int32_t>(memos_.size() - 1);
}

void Diagnoser::drop_memos() {
  memos_.clear();
  first_memo_.clear();
  memo_base_ = mark_;
}

// ---- Tokens -----------------------------------------------------------------------------------------------------------------

// The type of the token at mark_, reading it if it hasn't been.
TokenType Diagnoser::at() { return at_next(0); }

TokenType Diagnoser::at_next(size_t distance) {
  if (error_) return T::kError;
  size_t index = mark_ + distance;
  T type = c_.token(index).type;
  if (index >= c_.fill) {
    c_.fill = index + 1;
    if (type == T::kError) {
      error_ = true;
      c_.raise_lexer_error();
    }
  }
  return type;
}

bool Diagnoser::expect(T type) {
  if (at() != type || error_) return false;
  mark_++;
  return true;
}

bool Diagnoser::at_soft(std::string_view keyword) {
  return at() == T::kIdentifier && !error_ && c_.token_text(tok(mark_)) == keyword;
}

bool Diagnoser::expect_soft(std::string_view keyword) {
  if (!at_soft(keyword)) return false;
  mark_++;
  return true;
}

// A token that must follow here, whatever the program is meant to be.
bool Diagnoser::force(T type, const char* text) {
  if (at() == type) {
    if (error_) return false;
    mark_++;
    return true;
  }
  if (error_) return false;
  fail_at(token_location(mark_), std::string("expected '") + text + "'");
  return false;
}

// From the token at `start` to the last one before mark_ that is no line end or indentation.
Location Diagnoser::since(size_t start) const {
  size_t last = mark_;
  while (last > start + 1) {
    T type = tok(last - 1).type;
    if (type != T::kEndMarker && (type < T::kNewline || type > T::kDedent)) break;
    last--;
  }
  if (last == 0) last = 1;
  const Token& from = tok(start);
  const Token& to = tok(last - 1);
  return {from.lineno, from.col, to.end_lineno, to.end_col};
}

void Diagnoser::too_deep() {
  if (error_) return;
  c_.raise_too_deep();
  error_ = true;
}

// ---- Errors -----------------------------------------------------------------------------------------------------------------

std::nullptr_t Diagnoser::fail(std::string_view message) {
  if (!error_) c_.raise_at_last(ErrorKind::kSyntaxError, message);
  error_ = true;
  return nullptr;
}

std::nullptr_t Diagnoser::fail_indentation(const char* after, size_t token) {
  std::string message = "expected an indented block";
  if (after != nullptr) message += std::string(" after ") + after + " on line " + std::to_string(tok(token).lineno);
  if (!error_) c_.raise_at_last(ErrorKind::kIndentationError, message);
  error_ = true;
  return nullptr;
}

std::nullptr_t Diagnoser::fail_range(const Location& from, const Location& to, std::string_view message) {
  if (!error_) c_.raise_range(from, to, message);
  error_ = true;
  return nullptr;
}

std::nullptr_t Diagnoser::fail_from(const Location& from, std::string_view message) {
  if (!error_) {
    c_.raise(ErrorKind::kSyntaxError, from.lineno, from.col_offset, ParseContext::kCurrent, ParseContext::kCurrent,
             message);
  }
  error_ = true;
  return nullptr;
}

std::nullptr_t Diagnoser::fail_invalid_target(Targets targets, Expr* expr) {
  Expr* wrong = invalid_target(expr, targets);
  if (wrong == nullptr) return nullptr;
  return fail_at(wrong->loc,
                 std::string(targets == Targets::kDel ? "cannot delete " : "cannot assign to ") + expr_name(wrong));
}

bool Diagnoser::require_version(int minor, const char* what) {
  if (error_) return false;
  if (c_.options.feature_version >= minor) return true;
  fail(std::string(what) + " only supported in Python 3." + std::to_string(minor) + " and greater");
  return false;
}

const char* Diagnoser::expr_name(const Expr* expr) {
  switch (expr->kind) {
    case ExprKind::kAttribute: return "attribute";
    case ExprKind::kSubscript: return "subscript";
    case ExprKind::kStarred: return "starred";
    case ExprKind::kName: return "name";
    case ExprKind::kList: return "list";
    case ExprKind::kTuple: return "tuple";
    case ExprKind::kLambda: return "lambda";
    case ExprKind::kCall: return "function call";
    case ExprKind::kBoolOp:
    case ExprKind::kBinOp:
    case ExprKind::kUnaryOp: return "expression";
    case ExprKind::kGeneratorExp: return "generator expression";
    case ExprKind::kYield:
    case ExprKind::kYieldFrom: return "yield expression";
    case ExprKind::kAwait: return "await expression";
    case ExprKind::kListComp: return "list comprehension";
    case ExprKind::kSetComp: return "set comprehension";
    case ExprKind::kDictComp: return "dict comprehension";
    case ExprKind::kDict: return "dict literal";
    case ExprKind::kSet: return "set display";
    case ExprKind::kJoinedStr:
    case ExprKind::kFormattedValue: return "f-string expression";
    case ExprKind::kConstant:
      switch (cast<Constant>(expr)->value.kind) {
        case ConstantKind::kNone: return "None";
        case ConstantKind::kFalse: return "False";
        case ConstantKind::kTrue: return "True";
        case ConstantKind::kEllipsis: return "ellipsis";
        default: return "literal";
      }
    case ExprKind::kCompare: return "comparison";
    case ExprKind::kIfExp: return "conditional expression";
    case ExprKind::kNamedExpr: return "named expression";
    case ExprKind::kSlice: return "slice";
  }
  return "expression";
}

// The part of an expression that can't be a target; null if all of it can.
Expr* Diagnoser::invalid_target(Expr* expr, Targets targets) {
  if (expr == nullptr) return nullptr;
  switch (expr->kind) {
    case ExprKind::kList:
    case ExprKind::kTuple: {
      Seq<Expr*> elts = isa<List>(expr) ? cast<List>(expr)->elts : cast<Tuple>(expr)->elts;
      for (Expr* element : elts) {
        if (Expr* wrong = invalid_target(element, targets)) return wrong;
      }
      return nullptr;
    }
    case ExprKind::kStarred:
      if (targets == Targets::kDel) return expr;
      return invalid_target(cast<Starred>(expr)->value, targets);
    case ExprKind::kCompare:
      // `for a in b` without its colon and the like reads as a comparison.
      if (targets != Targets::kFor) return expr;
      if (cast<Compare>(expr)->ops[0] == CmpOperator::kIn) return invalid_target(cast<Compare>(expr)->left, targets);
      return nullptr;
    case ExprKind::kName:
    case ExprKind::kSubscript:
    case ExprKind::kAttribute: return nullptr;
    default: return expr;
  }
}

bool Diagnoser::is_legacy_statement(const Expr* expr) const {
  auto* node = dyn_cast<Name>(expr);
  return node != nullptr && (node->id->is("print") || node->id->is("exec"));
}

Expr* Diagnoser::make_tuple(size_t start, const std::vector<Expr*>& elements) {
  return make_node<Tuple>(arena_, since(start), arena_.copy_seq(elements.data(), elements.size()), ExprContext::kLoad);
}

Expr* Diagnoser::make_list(size_t start, const std::vector<Expr*>& elements) {
  return make_node<List>(arena_, since(start), arena_.copy_seq(elements.data(), elements.size()), ExprContext::kLoad);
}

Expr* Diagnoser::make_starred(size_t start, Expr* value) {
  return make_node<Starred>(arena_, since(start), value, ExprContext::kLoad);
}

}  // namespace taipan::frontend
