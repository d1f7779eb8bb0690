#include "frontend/diagnoser.h"
#include "frontend/diagnoser_rule.h"

namespace taipan::frontend {

using namespace ast;

// ---- Start rules ------------------------------------------------------------------------------------------------------------

bool Diagnoser::run_start_rule() {
  switch (c_.rule) {
    case StartRule::kFile:
      for (;;) {
        size_t end = mark_;
        if (statement() == nullptr) {
          if (error_) return false;
          mark_ = end;
          return expect(T::kEndMarker);
        }
        drop_memos();
      }
    case StartRule::kInteractive: return statement_newline() != nullptr;
    case StartRule::kEval:
      if (expressions() == nullptr) return false;
      while (expect(T::kNewline)) {}
      return expect(T::kEndMarker);
    case StartRule::kFuncType: {
      if (!expect(T::kLeftParen)) return false;
      // The list of types, tried with `*type, **type`, `*type` and `**type` at its end.
      auto types = [&] {
        size_t start = mark_;
        bool any = false;
        size_t end = mark_;
        while (expression() != nullptr) {
          any = true;
          end = mark_;
          if (!expect(T::kComma)) break;
        }
        if (error_) return;
        mark_ = end;
        size_t before = mark_;
        if (any && !expect(T::kComma)) return;
        if (!any) mark_ = start;
        if (expect(T::kStar) && expression() != nullptr) {
          before = mark_;
          if (expect(T::kComma) && expect(T::kDoubleStar) && expression() != nullptr) return;
        } else if (!error_) {
          mark_ = any ? before + 1 : start;
          if (expect(T::kDoubleStar) && expression() != nullptr) return;
        }
        if (!error_) mark_ = before;
      };
      types();
      if (!expect(T::kRightParen) || !expect(T::kArrow) || expression() == nullptr) return false;
      while (expect(T::kNewline)) {}
      return expect(T::kEndMarker);
    }
    case StartRule::kFString: return star_expressions() != nullptr;
  }
  return false;
}

const void* Diagnoser::statements() {
  RULE;
  size_t count = 0;
  for (;;) {
    size_t end = mark_;
    if (statement() == nullptr) {
      if (error_) return nullptr;
      mark_ = end;
      return count > 0 ? matched() : nullptr;
    }
    count++;
  }
}

const void* Diagnoser::statement() {
  RULE;
  if (compound_stmt() != nullptr) return matched();
  RETRY;
  return simple_stmts();
}

const void* Diagnoser::statement_newline() {
  RULE;
  if (compound_stmt() != nullptr && expect(T::kNewline)) return matched();
  RETRY;
  if (simple_stmts() != nullptr) return matched();
  RETRY;
  if (expect(T::kNewline)) return matched();
  RETRY;
  expect(T::kEndMarker);
  return nullptr;
}

const void* Diagnoser::simple_stmts() {
  RULE;
  if (simple_stmt() != nullptr && negative(T::kSemicolon) && expect(T::kNewline)) return matched();
  RETRY;
  if (simple_stmt() == nullptr) return nullptr;
  size_t end = mark_;
  while (expect(T::kSemicolon)) {
    if (simple_stmt() == nullptr) break;
    end = mark_;
  }
  if (error_) return nullptr;
  mark_ = end;
  expect(T::kSemicolon);
  return expect(T::kNewline) ? matched() : nullptr;
}

const void* Diagnoser::simple_stmt_raw() {
  const size_t start = mark_;
  if (assignment() != nullptr) return matched();
  RETRY;
  if (star_expressions() != nullptr) return matched();
  RETRY;
  const void* found = nullptr;
  switch (at()) {
    case T::kReturn: found = return_stmt(); break;
    case T::kImport: found = import_name(); break;
    case T::kFrom: found = import_from(); break;
    case T::kRaise: found = raise_stmt(); break;
    case T::kPass:
    case T::kBreak:
    case T::kContinue: mark_++; return matched();
    case T::kDel: found = del_stmt(); break;
    case T::kYield: found = yield_expr(); break;
    case T::kAssert: found = assert_stmt(); break;
    case T::kGlobal:
    case T::kNonlocal:
      mark_++;
      found = name_list();
      break;
    default: break;
  }
  return found;
}

const void* Diagnoser::compound_stmt() {
  RULE;
  T type = at();
  if (error_) return nullptr;
  if (type == T::kDef || type == T::kAt || type == T::kAsync) {
    if (function_def() != nullptr) return matched();
    RETRY;
  }
  if (type == T::kIf) {
    if (if_stmt(false) != nullptr) return matched();
    RETRY;
  }
  if (type == T::kClass || type == T::kAt) {
    if (class_def() != nullptr) return matched();
    RETRY;
  }
  if (type == T::kWith || type == T::kAsync) {
    if (with_stmt() != nullptr) return matched();
    RETRY;
  }
  if (type == T::kFor || type == T::kAsync) {
    if (for_stmt() != nullptr) return matched();
    RETRY;
  }
  if (type == T::kTry) {
    if (try_stmt() != nullptr) return matched();
    RETRY;
  }
  if (type == T::kWhile) {
    if (while_stmt() != nullptr) return matched();
    RETRY;
  }
  return match_stmt();
}

// ---- Simple statements ------------------------------------------------------------------------------------------------------

bool Diagnoser::augassign() {
  switch (at()) {
    case T::kAtAssign: mark_++; return require_version(5, "The '@' operator is");
    case T::kPlusAssign:
    case T::kMinusAssign:
    case T::kStarAssign:
    case T::kSlashAssign:
    case T::kPercentAssign:
    case T::kAmpersandAssign:
    case T::kBarAssign:
    case T::kCaretAssign:
    case T::kLeftShiftAssign:
    case T::kRightShiftAssign:
    case T::kDoubleStarAssign:
    case T::kDoubleSlashAssign: mark_++; return !error_;
    default: return false;
  }
}

const void* Diagnoser::annotated_rhs() {
  RULE;
  if (yield_expr() != nullptr) return matched();
  RETRY;
  return star_expressions();
}

const void* Diagnoser::assignment() {
  RULE;
  auto optional_value = [&] {
    size_t end = mark_;
    if (!expect(T::kAssign) || annotated_rhs() == nullptr) mark_ = end;
    return !error_;
  };
  if (expect(T::kIdentifier) && expect(T::kColon) && expression() != nullptr && optional_value()) {
    return require_version(6, "Variable annotation syntax is") ? matched() : nullptr;
  }
  RETRY;
  bool target = expect(T::kLeftParen) && single_target() != nullptr && expect(T::kRightParen);
  if (!target) {
    RETRY;
    target = single_subscript_attribute_target() != nullptr;
  }
  if (target && expect(T::kColon) && expression() != nullptr && optional_value()) {
    return require_version(6, "Variable annotations syntax is") ? matched() : nullptr;
  }
  RETRY;
  size_t count = 0;
  for (;;) {
    size_t end = mark_;
    if (star_targets() == nullptr || !expect(T::kAssign)) {
      if (error_) return nullptr;
      mark_ = end;
      break;
    }
    count++;
  }
  if (count > 0 && annotated_rhs() != nullptr && negative(T::kAssign)) {
    expect(T::kTypeComment);
    return error_ ? nullptr : matched();
  }
  RETRY;
  if (single_target() != nullptr && augassign()) {
    // No way back from here.
    return annotated_rhs();
  }
  RETRY;
  if (with_invalid_) invalid_assignment();
  return nullptr;
}

const void* Diagnoser::invalid_assignment() {
  RULE;
  Expr* target = invalid_ann_assign_target();
  if (target != nullptr && expect(T::kColon) && expression() != nullptr) {
    return fail_at(target->loc, std::string("only single target (not ") + expr_name(target) + ") can be annotated");
  }
  RETRY;
  target = star_named_expression();
  if (target != nullptr && expect(T::kComma)) {
    // star_named_expressions*
    for (;;) {
      size_t end = mark_;
      std::vector<Expr*> more;
      if (!star_named_expressions(&more)) {
        if (error_) return nullptr;
        mark_ = end;
        break;
      }
    }
    if (expect(T::kColon) && expression() != nullptr) {
      return fail_at(target->loc, "only single target (not tuple) can be annotated");
    }
  }
  RETRY;
  target = expression();
  if (target != nullptr && expect(T::kColon) && expression() != nullptr) {
    return fail_at(target->loc, "illegal target for annotation");
  }
  RETRY;
  auto skip_targets = [&] {
    for (;;) {
      size_t end = mark_;
      if (star_targets() == nullptr || !expect(T::kAssign)) {
        if (!error_) mark_ = end;
        return !error_;
      }
    }
  };
  if (!skip_targets()) return nullptr;
  target = star_expressions();
  if (target != nullptr && expect(T::kAssign)) return fail_invalid_target(Targets::kStar, target);
  RETRY;
  if (!skip_targets()) return nullptr;
  target = yield_expr();
  if (target != nullptr && expect(T::kAssign))
    return fail_at(target->loc, "assignment to yield expression not possible");
  RETRY;
  target = star_expressions();
  if (target != nullptr && augassign() && annotated_rhs() != nullptr) {
    return fail_at(target->loc,
                   std::string("'") + expr_name(target) + "' is an illegal expression for augmented assignment");
  }
  return nullptr;
}

Expr* Diagnoser::invalid_ann_assign_target() {
  RULE;
  if (Expr* found = list()) return found;
  RETRY;
  if (Expr* found = tuple()) return found;
  RETRY;
  if (!expect(T::kLeftParen)) return nullptr;
  Expr* found = invalid_ann_assign_target();
  return found != nullptr && expect(T::kRightParen) ? found : nullptr;
}

const void* Diagnoser::return_stmt() {
  RULE;
  mark_++;
  size_t end = mark_;
  if (star_expressions() == nullptr) mark_ = end;
  return error_ ? nullptr : matched();
}

const void* Diagnoser::raise_stmt() {
  RULE;
  mark_++;
  size_t end = mark_;
  if (expression() != nullptr) {
    end = mark_;
    if (expect(T::kFrom) && expression() != nullptr) end = mark_;
  }
  if (error_) return nullptr;
  mark_ = end;
  return matched();
}

const void* Diagnoser::assert_stmt() {
  RULE;
  mark_++;
  if (expression() == nullptr) return nullptr;
  size_t end = mark_;
  if (expect(T::kComma) && expression() != nullptr) end = mark_;
  if (error_) return nullptr;
  mark_ = end;
  return matched();
}

const void* Diagnoser::name_list() {
  if (!expect(T::kIdentifier)) return nullptr;
  size_t end = mark_;
  while (expect(T::kComma) && expect(T::kIdentifier)) end = mark_;
  if (error_) return nullptr;
  mark_ = end;
  return matched();
}

const void* Diagnoser::del_stmt() {
  RULE;
  mark_++;
  std::vector<Expr*> targets;
  if (del_targets(&targets) && (at() == T::kSemicolon || at() == T::kNewline) && !error_) return matched();
  RETRY;
  if (with_invalid_) invalid_del_stmt();
  return nullptr;
}

const void* Diagnoser::invalid_del_stmt() {
  RULE;
  mark_++;
  Expr* target = star_expressions();
  return target == nullptr ? nullptr : fail_invalid_target(Targets::kDel, target);
}

const void* Diagnoser::dotted_name() {
  if (!expect(T::kIdentifier)) return nullptr;
  size_t end = mark_;
  while (expect(T::kDot) && expect(T::kIdentifier)) end = mark_;
  if (error_) return nullptr;
  mark_ = end;
  return matched();
}

const void* Diagnoser::optional_as_name() {
  size_t end = mark_;
  if (!expect(T::kAs) || !expect(T::kIdentifier)) mark_ = end;
  return error_ ? nullptr : matched();
}

const void* Diagnoser::dotted_as_names() {
  auto one = [&] { return dotted_name() != nullptr && optional_as_name() != nullptr; };
  if (!one()) return nullptr;
  size_t end = mark_;
  while (expect(T::kComma)) {
    if (!one()) break;
    end = mark_;
  }
  if (error_) return nullptr;
  mark_ = end;
  return matched();
}

const void* Diagnoser::import_name() {
  RULE;
  mark_++;
  return dotted_as_names();
}

const void* Diagnoser::import_from() {
  RULE;
  auto dots = [&] {
    size_t count = 0;
    while (at() == T::kDot || at() == T::kEllipsis) {
      if (error_) return count;
      mark_++;
      count++;
    }
    return count;
  };
  mark_++;
  dots();
  if (dotted_name() != nullptr && expect(T::kImport) && import_from_targets() != nullptr) return matched();
  RETRY;
  mark_++;
  return dots() > 0 && expect(T::kImport) && import_from_targets() != nullptr ? matched() : nullptr;
}

const void* Diagnoser::import_from_targets() {
  RULE;
  if (expect(T::kLeftParen) && import_from_as_names() != nullptr) {
    expect(T::kComma);
    if (expect(T::kRightParen)) return matched();
  }
  RETRY;
  if (import_from_as_names() != nullptr && negative(T::kComma)) return matched();
  RETRY;
  if (expect(T::kStar)) return matched();
  RETRY;
  if (with_invalid_ && import_from_as_names() != nullptr && expect(T::kComma) && expect(T::kNewline)) {
    return fail("trailing comma not allowed without surrounding parentheses");
  }
  return nullptr;
}

const void* Diagnoser::import_from_as_names() {
  auto one = [&] { return expect(T::kIdentifier) && optional_as_name() != nullptr; };
  if (!one()) return nullptr;
  size_t end = mark_;
  while (expect(T::kComma)) {
    if (!one()) break;
    end = mark_;
  }
  if (error_) return nullptr;
  mark_ = end;
  return matched();
}

// ---- Compound statements ----------------------------------------------------------------------------------------------------

// NEWLINE !INDENT
bool Diagnoser::newline_without_indent() { return expect(T::kNewline) && negative(T::kIndent); }

const void* Diagnoser::block_raw() {
  const size_t start = mark_;
  if (expect(T::kNewline) && expect(T::kIndent) && statements() != nullptr && expect(T::kDedent)) return matched();
  RETRY;
  if (simple_stmts() != nullptr) return matched();
  RETRY;
  if (with_invalid_ && newline_without_indent()) return fail_indentation(nullptr, 0);
  return nullptr;
}

const void* Diagnoser::decorators() {
  RULE;
  size_t count = 0;
  for (;;) {
    size_t end = mark_;
    if (!expect(T::kAt) || named_expression() == nullptr || !expect(T::kNewline)) {
      if (error_) return nullptr;
      mark_ = end;
      return count > 0 ? matched() : nullptr;
    }
    count++;
  }
}

const void* Diagnoser::class_def() {
  RULE;
  if (decorators() != nullptr && class_def_raw() != nullptr) return matched();
  RETRY;
  return class_def_raw();
}

// 'class' NAME ['(' [arguments] ')']
const void* Diagnoser::class_header() {
  if (!expect(T::kClass) || !expect(T::kIdentifier)) return nullptr;
  size_t end = mark_;
  if (expect(T::kLeftParen)) {
    size_t inside = mark_;
    if (arguments() == nullptr) mark_ = inside;
    if (expect(T::kRightParen)) end = mark_;
  }
  if (error_) return nullptr;
  mark_ = end;
  return matched();
}

const void* Diagnoser::class_def_raw() {
  RULE;
  if (with_invalid_) {
    invalid_class_def_raw();
    RETRY;
  }
  return class_header() != nullptr && expect(T::kColon) && block() != nullptr ? matched() : nullptr;
}

const void* Diagnoser::invalid_class_def_raw() {
  RULE;
  if (class_header() != nullptr && expect(T::kNewline)) return fail("expected ':'");
  RETRY;
  if (class_header() != nullptr && expect(T::kColon) && newline_without_indent()) {
    return fail_indentation("class definition", start);
  }
  return nullptr;
}

const void* Diagnoser::function_def() {
  RULE;
  if (decorators() != nullptr && function_def_raw() != nullptr) return matched();
  RETRY;
  return function_def_raw();
}

const void* Diagnoser::function_def_raw() {
  RULE;
  if (with_invalid_) {
    invalid_def_raw();
    RETRY;
  }
  for (bool async : {false, true}) {
    if ((!async || expect(T::kAsync)) && expect(T::kDef) && expect(T::kIdentifier) && force(T::kLeftParen, "(")) {
      size_t end = mark_;
      if (params({T::kRightParen, false}) == nullptr) mark_ = end;
      if (expect(T::kRightParen)) {
        end = mark_;
        if (!expect(T::kArrow) || expression() == nullptr) mark_ = end;
        if (!error_ && force(T::kColon, ":")) {
          end = mark_;
          if (func_type_comment() == nullptr) mark_ = end;
          if (block() != nullptr) return !async || require_version(5, "Async functions are") ? matched() : nullptr;
        }
      }
    }
    RETRY;
  }
  return nullptr;
}

const void* Diagnoser::func_type_comment() {
  RULE;
  if (expect(T::kNewline) && expect(T::kTypeComment) && at() == T::kNewline && at_next(1) == T::kIndent && !error_)
    return matched();
  RETRY;
  if (with_invalid_) {
    if (expect(T::kTypeComment) && expect(T::kNewline) && expect(T::kTypeComment) && expect(T::kNewline) &&
        expect(T::kIndent)) {
      return fail("Cannot have two type comments on def");
    }
    RETRY;
  }
  return expect(T::kTypeComment) ? matched() : nullptr;
}

const void* Diagnoser::invalid_def_raw() {
  RULE;
  expect(T::kAsync);
  size_t def = mark_;
  if (!expect(T::kDef) || !expect(T::kIdentifier) || !expect(T::kLeftParen)) return nullptr;
  size_t end = mark_;
  if (params({T::kRightParen, false}) == nullptr) mark_ = end;
  if (!expect(T::kRightParen)) return nullptr;
  end = mark_;
  if (!expect(T::kArrow) || expression() == nullptr) mark_ = end;
  if (!error_ && expect(T::kColon) && newline_without_indent()) return fail_indentation("function definition", def);
  return nullptr;
}

const void* Diagnoser::if_stmt(bool elif) {
  RULE;
  T keyword = elif ? T::kElif : T::kIf;
  if (with_invalid_) {
    if (expect(keyword) && named_expression() != nullptr && expect(T::kNewline)) return fail("expected ':'");
    RETRY;
    if (expect(keyword) && named_expression() != nullptr && expect(T::kColon) && newline_without_indent()) {
      return fail_indentation(elif ? "'elif' statement" : "'if' statement", start);
    }
    RETRY;
  }
  if (expect(keyword) && named_expression() != nullptr && expect(T::kColon) && block() != nullptr &&
      if_stmt(true) != nullptr) {
    return matched();
  }
  RETRY;
  if (expect(keyword) && named_expression() != nullptr && expect(T::kColon) && block() != nullptr) {
    size_t end = mark_;
    if (else_block() == nullptr) mark_ = end;
    return error_ ? nullptr : matched();
  }
  return nullptr;
}

const void* Diagnoser::else_block() {
  RULE;
  if (with_invalid_) {
    if (expect(T::kElse) && expect(T::kColon) && newline_without_indent())
      return fail_indentation("'else' statement", start);
    RETRY;
  }
  return expect(T::kElse) && force(T::kColon, ":") && block() != nullptr ? matched() : nullptr;
}

const void* Diagnoser::while_stmt() {
  RULE;
  if (with_invalid_) {
    if (expect(T::kWhile) && named_expression() != nullptr && expect(T::kNewline)) return fail("expected ':'");
    RETRY;
    if (expect(T::kWhile) && named_expression() != nullptr && expect(T::kColon) && newline_without_indent()) {
      return fail_indentation("'while' statement", start);
    }
    RETRY;
  }
  if (!expect(T::kWhile) || named_expression() == nullptr || !expect(T::kColon) || block() == nullptr) return nullptr;
  size_t end = mark_;
  if (else_block() == nullptr) mark_ = end;
  return error_ ? nullptr : matched();
}

const void* Diagnoser::for_stmt() {
  RULE;
  if (with_invalid_) {
    invalid_for_stmt();
    RETRY;
  }
  for (bool async : {false, true}) {
    if ((!async || expect(T::kAsync)) && expect(T::kFor) && star_targets() != nullptr && expect(T::kIn)) {
      // No way back from here.
      if (star_expressions() == nullptr || !expect(T::kColon)) return nullptr;
      expect(T::kTypeComment);
      if (error_ || block() == nullptr) return nullptr;
      size_t end = mark_;
      if (else_block() == nullptr) mark_ = end;
      if (error_) return nullptr;
      return !async || require_version(5, "Async for loops are") ? matched() : nullptr;
    }
    RETRY;
  }
  if (with_invalid_) invalid_for_target();
  return nullptr;
}

const void* Diagnoser::invalid_for_stmt() {
  RULE;
  auto head = [&](size_t* keyword) {
    expect(T::kAsync);
    *keyword = mark_;
    return expect(T::kFor) && star_targets() != nullptr && expect(T::kIn) && star_expressions() != nullptr;
  };
  size_t keyword;
  if (head(&keyword) && expect(T::kNewline)) return fail("expected ':'");
  RETRY;
  if (head(&keyword) && expect(T::kColon) && newline_without_indent())
    return fail_indentation("'for' statement", keyword);
  return nullptr;
}

const void* Diagnoser::with_item() {
  RULE;
  if (expression() != nullptr && expect(T::kAs) && star_target() != nullptr) {
    T after = at();
    if (!error_ && (after == T::kComma || after == T::kRightParen || after == T::kColon)) return matched();
  }
  RETRY;
  if (with_invalid_) {
    invalid_with_item();
    RETRY;
  }
  return expression();
}

const void* Diagnoser::invalid_with_item() {
  RULE;
  if (expression() == nullptr || !expect(T::kAs)) return nullptr;
  Expr* target = expression();
  if (target == nullptr) return nullptr;
  T after = at();
  if (error_ || (after != T::kComma && after != T::kRightParen && after != T::kColon)) return nullptr;
  return fail_invalid_target(Targets::kStar, target);
}

const void* Diagnoser::with_stmt() {
  RULE;
  if (with_invalid_) {
    invalid_with_stmt(true);
    RETRY;
  }
  auto items = [&] {
    if (with_item() == nullptr) return false;
    size_t end = mark_;
    while (expect(T::kComma)) {
      if (with_item() == nullptr) break;
      end = mark_;
    }
    if (!error_) mark_ = end;
    return !error_;
  };
  for (bool async : {false, true}) {
    if ((!async || expect(T::kAsync)) && expect(T::kWith) && expect(T::kLeftParen) && items()) {
      expect(T::kComma);
      if (expect(T::kRightParen) && expect(T::kColon) && block() != nullptr) {
        if (async && !require_version(5, "Async with statements are")) return nullptr;
        return async || require_version(9, "Parenthesized context managers are") ? matched() : nullptr;
      }
    }
    RETRY;
    if ((!async || expect(T::kAsync)) && expect(T::kWith) && items() && expect(T::kColon)) {
      expect(T::kTypeComment);
      if (!error_ && block() != nullptr)
        return !async || require_version(5, "Async with statements are") ? matched() : nullptr;
    }
    RETRY;
  }
  if (with_invalid_) invalid_with_stmt(false);
  return nullptr;
}

// One or more `expression ['as' star_target]`, or with expressions for expression.
const void* Diagnoser::with_items_loose(bool expressions_list) {
  auto one = [&] {
    if ((expressions_list ? expressions() : expression()) == nullptr) return false;
    size_t end = mark_;
    if (!expect(T::kAs) || star_target() == nullptr) mark_ = end;
    return !error_;
  };
  if (!one()) return nullptr;
  size_t end = mark_;
  while (expect(T::kComma)) {
    if (!one()) break;
    end = mark_;
  }
  if (error_) return nullptr;
  mark_ = end;
  return matched();
}

// The line without its colon, or (indent) without an indented block behind it.
const void* Diagnoser::invalid_with_stmt(bool indent) {
  RULE;
  for (bool parenthesized : {false, true}) {
    expect(T::kAsync);
    size_t keyword = mark_;
    if (expect(T::kWith) && (!parenthesized || expect(T::kLeftParen)) && with_items_loose(parenthesized) != nullptr) {
      bool closed = !parenthesized;
      if (parenthesized) {
        expect(T::kComma);
        closed = expect(T::kRightParen);
      }
      if (closed && !indent && expect(T::kNewline)) return fail("expected ':'");
      if (closed && indent && expect(T::kColon) && newline_without_indent()) {
        return fail_indentation("'with' statement", keyword);
      }
    }
    RETRY;
  }
  return nullptr;
}

const void* Diagnoser::try_stmt() {
  RULE;
  if (with_invalid_) {
    invalid_try_stmt();
    RETRY;
  }
  auto head = [&] { return expect(T::kTry) && force(T::kColon, ":") && block() != nullptr; };
  auto many_of = [&](const void* (Diagnoser::*rule)()) {
    size_t count = 0;
    for (;;) {
      size_t end = mark_;
      if ((this->*rule)() == nullptr) {
        if (!error_) mark_ = end;
        return count;
      }
      count++;
    }
  };
  auto tail = [&] {
    size_t end = mark_;
    if (else_block() == nullptr) mark_ = end;
    if (error_) return false;
    end = mark_;
    if (finally_block() == nullptr) mark_ = end;
    return !error_;
  };
  if (head() && finally_block() != nullptr) return matched();
  RETRY;
  if (head() && many_of(&Diagnoser::except_block) > 0 && !error_) return tail() ? matched() : nullptr;
  RETRY;
  if (head() && many_of(&Diagnoser::except_star_block) > 0 && !error_) {
    if (!tail()) return nullptr;
    return require_version(11, "Exception groups are") ? matched() : nullptr;
  }
  return nullptr;
}

const void* Diagnoser::invalid_try_stmt() {
  RULE;
  constexpr const char* kBoth = "cannot have both 'except' and 'except*' on the same 'try'";
  if (expect(T::kTry) && expect(T::kColon) && newline_without_indent())
    return fail_indentation("'try' statement", start);
  RETRY;
  if (expect(T::kTry) && expect(T::kColon) && block() != nullptr && negative(T::kExcept) && negative(T::kFinally)) {
    return fail("expected 'except' or 'finally' block");
  }
  RETRY;
  auto head = [&] {
    if (!expect(T::kTry) || !expect(T::kColon)) return false;
    for (;;) {
      size_t end = mark_;
      if (block() == nullptr) {
        if (!error_) mark_ = end;
        return !error_;
      }
    }
  };
  auto many_of = [&](const void* (Diagnoser::*rule)()) {
    size_t count = 0;
    for (;;) {
      size_t end = mark_;
      if ((this->*rule)() == nullptr) {
        if (!error_) mark_ = end;
        return count;
      }
      count++;
    }
  };
  if (head() && many_of(&Diagnoser::except_block) > 0 && !error_) {
    size_t except = mark_;
    if (expect(T::kExcept) && expect(T::kStar) && expression() != nullptr && optional_as_name() != nullptr &&
        expect(T::kColon)) {
      return fail_range(token_location(except), token_location(except + 1), kBoth);
    }
  }
  RETRY;
  if (head() && many_of(&Diagnoser::except_star_block) > 0 && !error_) {
    size_t except = mark_;
    if (expect(T::kExcept)) {
      size_t end = mark_;
      if (expression() == nullptr) {
        mark_ = end;
      } else {
        optional_as_name();
      }
      if (expect(T::kColon)) return fail_at(token_location(except), kBoth);
    }
  }
  return nullptr;
}

const void* Diagnoser::except_block() {
  RULE;
  if (with_invalid_) {
    invalid_except_stmt_indent();
    RETRY;
  }
  if (expect(T::kExcept) && expression() != nullptr && optional_as_name() != nullptr && expect(T::kColon) &&
      block() != nullptr) {
    return matched();
  }
  RETRY;
  if (expect(T::kExcept) && expect(T::kColon) && block() != nullptr) return matched();
  RETRY;
  if (with_invalid_) invalid_except_stmt();
  return nullptr;
}

const void* Diagnoser::except_star_block() {
  RULE;
  if (with_invalid_) {
    invalid_except_star_stmt_indent();
    RETRY;
  }
  if (expect(T::kExcept) && expect(T::kStar) && expression() != nullptr && optional_as_name() != nullptr &&
      expect(T::kColon) && block() != nullptr) {
    return matched();
  }
  RETRY;
  if (with_invalid_) invalid_except_stmt();
  return nullptr;
}

const void* Diagnoser::invalid_except_stmt_indent() {
  RULE;
  if (expect(T::kExcept) && expression() != nullptr && optional_as_name() != nullptr && expect(T::kColon) &&
      newline_without_indent()) {
    return fail_indentation("'except' statement", start);
  }
  RETRY;
  if (expect(T::kExcept) && expect(T::kColon) && newline_without_indent())
    return fail_indentation("'except' statement", start);
  return nullptr;
}

const void* Diagnoser::invalid_except_star_stmt_indent() {
  RULE;
  if (expect(T::kExcept) && expect(T::kStar) && expression() != nullptr && optional_as_name() != nullptr &&
      expect(T::kColon) && newline_without_indent()) {
    return fail_indentation("'except*' statement", start);
  }
  return nullptr;
}

const void* Diagnoser::invalid_except_stmt() {
  RULE;
  if (expect(T::kExcept)) {
    expect(T::kStar);
    Expr* first = expression();
    if (first != nullptr && expect(T::kComma) && expressions() != nullptr && optional_as_name() != nullptr &&
        expect(T::kColon)) {
      return fail_from(first->loc, "multiple exception types must be parenthesized");
    }
  }
  RETRY;
  if (expect(T::kExcept)) {
    expect(T::kStar);
    if (expression() != nullptr && optional_as_name() != nullptr && expect(T::kNewline)) return fail("expected ':'");
  }
  RETRY;
  if (expect(T::kExcept) && expect(T::kNewline)) return fail("expected ':'");
  RETRY;
  if (expect(T::kExcept) && expect(T::kStar) && (expect(T::kNewline) || expect(T::kColon))) {
    return fail("expected one or more exception types");
  }
  return nullptr;
}

const void* Diagnoser::finally_block() {
  RULE;
  if (with_invalid_) {
    if (expect(T::kFinally) && expect(T::kColon) && newline_without_indent()) {
      return fail_indentation("'finally' statement", start);
    }
    RETRY;
  }
  return expect(T::kFinally) && force(T::kColon, ":") && block() != nullptr ? matched() : nullptr;
}

}  // namespace taipan::frontend
