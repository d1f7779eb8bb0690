#include <string>

#include "frontend/fast_parser.h"

namespace taipan::frontend {

using namespace ast;

void* FastParser::run() {
  Seq<Ignore*> ignores;
  switch (c_.rule) {
    case StartRule::kFile: {
      size_t mark = stack_.size();
      if (!statements_until(T::kEndMarker)) return nullptr;
      Seq<Stmt*> body = cut<Stmt*>(mark);
      ignores = arena_.copy_seq(c_.type_ignores.data(), c_.type_ignores.size());
      return make_plain<Module>(arena_, body, ignores);
    }
    case StartRule::kInteractive: {
      size_t start = pos_;
      size_t mark = stack_.size();
      if (type_ == T::kEndMarker) {
        at_end_of_input_ = true;
        return nullptr;
      }
      if (type_ == T::kNewline) {
        const Token& token = c_.tokens[pos_];
        push(make_node<Pass>(arena_, ParseContext::location(token)));
      } else if (Stmt* compound = compound_statement()) {
        push(compound);
        if (type_ != T::kNewline) return nullptr;
      } else {
        // What began like a compound statement but is none can still be a match(...) call and the like.
        restore({start, start, mark});
        if (!simple_statements()) return nullptr;
      }
      return make_plain<Interactive>(arena_, cut<Stmt*>(mark));
    }
    case StartRule::kEval: {
      Expr* body = expressions();
      if (body == nullptr) return nullptr;
      while (accept(T::kNewline)) {}
      return type_ == T::kEndMarker ? make_plain<Expression>(arena_, body) : nullptr;
    }
    case StartRule::kFuncType: {
      if (!accept(T::kLeftParen)) return nullptr;
      size_t mark = stack_.size();
      bool star = false;
      bool double_star = false;
      while (type_ != T::kRightParen) {
        if (double_star) return nullptr;
        if (type_ == T::kStar) {
          if (star) return nullptr;
          star = true;
          advance();
        } else if (type_ == T::kDoubleStar) {
          double_star = true;
          advance();
        } else if (star) {
          return nullptr;
        }
        Expr* type = expression();
        if (type == nullptr) return nullptr;
        push(type);
        if (type_ != T::kComma) break;
        if (peek() == T::kRightParen) return nullptr;
        advance();
      }
      if (!accept(T::kRightParen) || !accept(T::kArrow)) return nullptr;
      Seq<Expr*> types = cut<Expr*>(mark);
      Expr* returns = expression();
      if (returns == nullptr) return nullptr;
      while (accept(T::kNewline)) {}
      return type_ == T::kEndMarker ? make_plain<FunctionType>(arena_, types, returns) : nullptr;
    }
    case StartRule::kFString: return star_expressions();
  }
  return nullptr;
}

// ---- Blocks -----------------------------------------------------------------------------------------------------------------

// Pushes statements until the token `end`, which is left.
bool FastParser::statements_until(T end) {
  while (type_ != end) {
    if (!statement()) return false;
  }
  return true;
}

bool FastParser::statement() {
  switch (type_) {
    case T::kIf:
    case T::kWhile:
    case T::kFor:
    case T::kTry:
    case T::kWith:
    case T::kDef:
    case T::kClass:
    case T::kAt:
    case T::kAsync: {
      Stmt* compound = compound_statement();
      if (compound == nullptr) return false;
      push(compound);
      return true;
    }
    case T::kIdentifier:
      if (at_name("match")) {
        State state = save();
        if (Stmt* match = match_statement()) {
          push(match);
          return true;
        }
        if (too_deep_) return false;
        restore(state);
      }
      return simple_statements();
    default: return simple_statements();
  }
}

Stmt* FastParser::compound_statement() {
  size_t start = pos_;
  switch (type_) {
    case T::kIf: return if_statement();
    case T::kWhile: return while_statement();
    case T::kFor: return for_statement(start, false);
    case T::kTry: return try_statement();
    case T::kWith: return with_statement(start, false);
    case T::kDef: return function_definition(start, false, {});
    case T::kClass: return class_definition({});
    case T::kAt: return decorated();
    case T::kAsync:
      advance();
      if (!version(5)) return nullptr;
      if (type_ == T::kDef) return function_definition(start, true, {});
      if (type_ == T::kFor) return for_statement(start, true);
      if (type_ == T::kWith) return with_statement(start, true);
      return nullptr;
    default: return at_name("match") ? match_statement() : nullptr;
  }
}

bool FastParser::block(Seq<Stmt*>* body) {
  Depth depth(this, 6);
  if (depth.too_deep()) return false;
  size_t mark = stack_.size();
  block_depth_++;
  bool valid;
  if (accept(T::kNewline)) {
    valid = accept(T::kIndent) && type_ != T::kDedent && statements_until(T::kDedent);
    if (valid) advance();
  } else {
    valid = simple_statements();
  }
  block_depth_--;
  if (!valid) return false;
  *body = cut<Stmt*>(mark);
  return true;
}

bool FastParser::else_block(Seq<Stmt*>* body) {
  *body = {};
  if (!accept(T::kElse)) return true;
  return expect_colon() && block(body);
}

// ---- Simple statements ------------------------------------------------------------------------------------------------------

bool FastParser::simple_statements() {
  for (;;) {
    Stmt* simple = simple_statement();
    if (simple == nullptr) return false;
    push(simple);
    if (accept(T::kSemicolon)) {
      if (line_end()) return true;
      continue;
    }
    return line_end();
  }
}

// Takes the end of the line, unless it ends an interactive statement: what follows isn't there yet.
bool FastParser::line_end() {
  if (type_ == T::kNewline && c_.rule == StartRule::kInteractive && block_depth_ == 0) return true;
  return accept(T::kNewline);
}

Stmt* FastParser::simple_statement() {
  size_t start = pos_;
  switch (type_) {
    case T::kPass: advance(); return make_node<Pass>(arena_, since(start));
    case T::kBreak: advance(); return make_node<Break>(arena_, since(start));
    case T::kContinue: advance(); return make_node<Continue>(arena_, since(start));
    case T::kReturn: {
      advance();
      Expr* value = nullptr;
      if (type_ == T::kStar || starts_expression(type_)) {
        value = star_expressions();
        if (value == nullptr) return nullptr;
      }
      return make_node<Return>(arena_, since(start), value);
    }
    case T::kRaise: {
      advance();
      Expr* exc = nullptr;
      Expr* cause = nullptr;
      if (starts_expression(type_)) {
        exc = expression();
        if (exc == nullptr) return nullptr;
        if (accept(T::kFrom) && (cause = expression()) == nullptr) return nullptr;
      }
      return make_node<Raise>(arena_, since(start), exc, cause);
    }
    case T::kAssert: {
      advance();
      Expr* test = expression();
      Expr* message = nullptr;
      if (test == nullptr) return nullptr;
      if (accept(T::kComma) && (message = expression()) == nullptr) return nullptr;
      return make_node<Assert>(arena_, since(start), test, message);
    }
    case T::kImport: return import_statement();
    case T::kFrom: return import_from_statement();
    case T::kDel: return delete_statement();
    case T::kGlobal: return names_statement(true);
    case T::kNonlocal: return names_statement(false);
    case T::kYield: {
      Expr* value = yield_expression();
      return value == nullptr ? nullptr : make_node<ExprStmt>(arena_, since(start), value);
    }
    default: return expression_statement();
  }
}

Expr* FastParser::right_hand_side() { return type_ == T::kYield ? yield_expression() : star_expressions(); }

Stmt* FastParser::annotated_assignment(size_t start, Expr* target, bool simple) {
  if (!version(6)) return nullptr;
  advance();
  Expr* annotation = expression();
  if (annotation == nullptr) return nullptr;
  Expr* value = nullptr;
  if (accept(T::kAssign) && (value = right_hand_side()) == nullptr) return nullptr;
  return make_node<AnnAssign>(arena_, since(start), target, annotation, value, simple ? 1 : 0);
}

Stmt* FastParser::expression_statement() {
  size_t start = pos_;
  if (type_ == T::kIdentifier && peek() == T::kColon) {
    Identifier id = take_name();
    return annotated_assignment(start, make_node<Name>(arena_, since(start), id, ExprContext::kStore), true);
  }
  Expr* value = star_expressions();
  if (value == nullptr) return nullptr;
  Operator op;
  switch (type_) {
    case T::kAssign: {
      size_t mark = stack_.size();
      while (accept(T::kAssign)) {
        if (!make_target(value, ExprContext::kStore)) return nullptr;
        push(value);
        if (type_ == T::kYield) {
          value = yield_expression();
          if (type_ == T::kAssign) return nullptr;
        } else {
          value = star_expressions();
        }
        if (value == nullptr) return nullptr;
      }
      Seq<Expr*> targets = cut<Expr*>(mark);
      String comment;
      if (type_ == T::kTypeComment) comment = type_comment();
      return make_node<Assign>(arena_, since(start), targets, value, comment);
    }
    case T::kColon:
      if (!is_single_target(value)) return nullptr;
      make_target(value, ExprContext::kStore);
      return annotated_assignment(start, value, false);
    case T::kPlusAssign: op = Operator::kAdd; break;
    case T::kMinusAssign: op = Operator::kSub; break;
    case T::kStarAssign: op = Operator::kMult; break;
    case T::kAtAssign: op = Operator::kMatMult; break;
    case T::kSlashAssign: op = Operator::kDiv; break;
    case T::kPercentAssign: op = Operator::kMod; break;
    case T::kDoubleStarAssign: op = Operator::kPow; break;
    case T::kLeftShiftAssign: op = Operator::kLShift; break;
    case T::kRightShiftAssign: op = Operator::kRShift; break;
    case T::kBarAssign: op = Operator::kBitOr; break;
    case T::kCaretAssign: op = Operator::kBitXor; break;
    case T::kAmpersandAssign: op = Operator::kBitAnd; break;
    case T::kDoubleSlashAssign: op = Operator::kFloorDiv; break;
    default: return make_node<ExprStmt>(arena_, since(start), value);
  }
  if (!is_single_target(value) || (op == Operator::kMatMult && !version(5))) return nullptr;
  make_target(value, ExprContext::kStore);
  advance();
  Expr* right = right_hand_side();
  return right == nullptr ? nullptr : make_node<AugAssign>(arena_, since(start), value, op, right);
}

Identifier FastParser::dotted_name() {
  if (type_ != T::kIdentifier) return nullptr;
  Identifier first = take_name();
  if (type_ != T::kDot) return first;
  std::string name(first->view());
  while (accept(T::kDot)) {
    if (type_ != T::kIdentifier) return nullptr;
    name += '.';
    name += take_name()->view();
  }
  return arena_.intern(name);
}

Alias* FastParser::dotted_alias() {
  size_t start = pos_;
  Identifier name = dotted_name();
  if (name == nullptr) return nullptr;
  Identifier as_name = nullptr;
  if (accept(T::kAs)) {
    if (type_ != T::kIdentifier) return nullptr;
    as_name = take_name();
  }
  return make_node<Alias>(arena_, since(start), name, as_name);
}

Stmt* FastParser::import_statement() {
  size_t start = pos_;
  size_t mark = stack_.size();
  advance();
  do {
    Alias* alias = dotted_alias();
    if (alias == nullptr) return nullptr;
    push(alias);
  } while (accept(T::kComma));
  Seq<Alias*> names = cut<Alias*>(mark);
  return make_node<Import>(arena_, since(start), names);
}

Stmt* FastParser::import_from_statement() {
  size_t start = pos_;
  advance();
  int level = 0;
  for (;;) {
    if (accept(T::kDot)) {
      level++;
    } else if (accept(T::kEllipsis)) {
      level += 3;
    } else {
      break;
    }
  }
  Identifier module = nullptr;
  if (type_ == T::kIdentifier) {
    module = dotted_name();
    if (module == nullptr) return nullptr;
  } else if (level == 0) {
    return nullptr;
  }
  if (!accept(T::kImport)) return nullptr;
  size_t mark = stack_.size();
  if (type_ == T::kStar) {
    size_t star = pos_;
    advance();
    push(make_node<Alias>(arena_, since(star), arena_.intern("*"), nullptr));
  } else {
    bool parenthesized = accept(T::kLeftParen);
    for (;;) {
      if (type_ != T::kIdentifier) return nullptr;
      size_t name_start = pos_;
      Identifier name = take_name();
      Identifier as_name = nullptr;
      if (accept(T::kAs)) {
        if (type_ != T::kIdentifier) return nullptr;
        as_name = take_name();
      }
      push(make_node<Alias>(arena_, since(name_start), name, as_name));
      if (!accept(T::kComma)) break;
      if (parenthesized && type_ == T::kRightParen) break;
    }
    if (parenthesized && !accept(T::kRightParen)) return nullptr;
  }
  Seq<Alias*> names = cut<Alias*>(mark);
  return make_node<ImportFrom>(arena_, since(start), module, names, level);
}

Stmt* FastParser::delete_statement() {
  size_t start = pos_;
  size_t mark = stack_.size();
  advance();
  for (;;) {
    Expr* target = primary();
    if (target == nullptr || !make_target(target, ExprContext::kDel, false)) return nullptr;
    push(target);
    if (!accept(T::kComma)) break;
    if (type_ == T::kSemicolon || type_ == T::kNewline) break;
  }
  if (type_ != T::kSemicolon && type_ != T::kNewline) return nullptr;
  Seq<Expr*> targets = cut<Expr*>(mark);
  return make_node<Delete>(arena_, since(start), targets);
}

Stmt* FastParser::names_statement(bool global) {
  size_t start = pos_;
  size_t mark = stack_.size();
  advance();
  do {
    if (type_ != T::kIdentifier) return nullptr;
    push(take_name());
  } while (accept(T::kComma));
  Seq<Identifier> names = cut<Identifier>(mark);
  if (global) return make_node<Global>(arena_, since(start), names);
  return make_node<Nonlocal>(arena_, since(start), names);
}

// ---- Compound statements ----------------------------------------------------------------------------------------------------

// At `if` or `elif`.
Stmt* FastParser::if_statement() {
  Depth depth(this, 1);
  if (depth.too_deep()) return nullptr;
  size_t start = pos_;
  advance();
  Expr* test = named_expression();
  Seq<Stmt*> body;
  if (test == nullptr || !expect_colon() || !block(&body)) return nullptr;
  Seq<Stmt*> orelse;
  if (type_ == T::kElif) {
    Stmt* next = if_statement();
    if (next == nullptr) return nullptr;
    orelse = arena_.copy_seq(&next, 1);
  } else if (!else_block(&orelse)) {
    return nullptr;
  }
  return make_node<If>(arena_, since(start), test, body, orelse);
}

Stmt* FastParser::while_statement() {
  size_t start = pos_;
  advance();
  Expr* test = named_expression();
  Seq<Stmt*> body;
  Seq<Stmt*> orelse;
  if (test == nullptr || !expect_colon() || !block(&body) || !else_block(&orelse)) return nullptr;
  return make_node<While>(arena_, since(start), test, body, orelse);
}

Stmt* FastParser::for_statement(size_t start, bool async) {
  advance();
  Expr* target = star_targets();
  if (target == nullptr || !accept(T::kIn)) return nullptr;
  Expr* iter = star_expressions();
  if (iter == nullptr || !expect_colon()) return nullptr;
  String comment;
  if (type_ == T::kTypeComment) comment = type_comment();
  Seq<Stmt*> body;
  Seq<Stmt*> orelse;
  if (!block(&body) || !else_block(&orelse)) return nullptr;
  if (async) return make_node<AsyncFor>(arena_, since(start), target, iter, body, orelse, comment);
  return make_node<For>(arena_, since(start), target, iter, body, orelse, comment);
}

WithItem* FastParser::with_item() {
  Expr* context = expression();
  if (context == nullptr) return nullptr;
  Expr* target = nullptr;
  if (accept(T::kAs)) {
    target = star_target();
    if (target == nullptr || (type_ != T::kComma && type_ != T::kRightParen && type_ != T::kColon)) return nullptr;
  }
  return make_plain<WithItem>(arena_, context, target);
}

// `(item, item):` and not an expression in parentheses; nothing is taken if it isn't.
bool FastParser::with_items_parenthesized(Seq<WithItem*>* items) {
  State state = save();
  size_t mark = stack_.size();
  advance();
  do {
    if (type_ == T::kRightParen && stack_.size() > mark) break;
    WithItem* item = with_item();
    if (item == nullptr) {
      restore(state);
      return false;
    }
    push(item);
  } while (accept(T::kComma));
  if (!accept(T::kRightParen) || type_ != T::kColon || peek() == T::kTypeComment) {
    restore(state);
    return false;
  }
  *items = cut<WithItem*>(mark);
  return true;
}

Stmt* FastParser::with_statement(size_t start, bool async) {
  advance();
  Seq<WithItem*> items;
  if (type_ == T::kLeftParen && with_items_parenthesized(&items)) {
    if (!version(9)) return nullptr;
  } else {
    if (too_deep_) return nullptr;
    size_t mark = stack_.size();
    do {
      WithItem* item = with_item();
      if (item == nullptr) return nullptr;
      push(item);
    } while (accept(T::kComma));
    items = cut<WithItem*>(mark);
  }
  if (!expect_colon()) return nullptr;
  String comment;
  if (type_ == T::kTypeComment) comment = type_comment();
  Seq<Stmt*> body;
  if (!block(&body)) return nullptr;
  if (async) return make_node<AsyncWith>(arena_, since(start), items, body, comment);
  return make_node<With>(arena_, since(start), items, body, comment);
}

Stmt* FastParser::try_statement() {
  size_t start = pos_;
  advance();
  Seq<Stmt*> body;
  Seq<Stmt*> orelse;
  Seq<Stmt*> finalbody;
  if (!expect_colon() || !block(&body)) return nullptr;
  size_t mark = stack_.size();
  bool star = type_ == T::kExcept && peek() == T::kStar;
  while (type_ == T::kExcept) {
    size_t handler_start = pos_;
    advance();
    if (accept(T::kStar) != star) return nullptr;
    Expr* type = nullptr;
    Identifier name = nullptr;
    if (star || type_ != T::kColon) {
      type = expression();
      if (type == nullptr) return nullptr;
      if (accept(T::kAs)) {
        if (type_ != T::kIdentifier) return nullptr;
        name = take_name();
      }
    }
    Seq<Stmt*> handler_body;
    if (!expect_colon() || !block(&handler_body)) return nullptr;
    push(make_node<ExceptHandler>(arena_, since(handler_start), type, name, handler_body));
  }
  Seq<Handler*> handlers = cut<Handler*>(mark);
  if (!handlers.empty() && !else_block(&orelse)) return nullptr;
  if (accept(T::kFinally)) {
    if (!expect_colon() || !block(&finalbody)) return nullptr;
  } else if (handlers.empty()) {
    return nullptr;
  }
  if (star) {
    if (!version(11)) return nullptr;
    return make_node<TryStar>(arena_, since(start), body, handlers, orelse, finalbody);
  }
  return make_node<Try>(arena_, since(start), body, handlers, orelse, finalbody);
}

Stmt* FastParser::decorated() {
  size_t mark = stack_.size();
  while (accept(T::kAt)) {
    Expr* decorator = named_expression();
    if (decorator == nullptr || !accept(T::kNewline)) return nullptr;
    push(decorator);
  }
  Seq<Expr*> decorators = cut<Expr*>(mark);
  size_t start = pos_;
  if (type_ == T::kClass) return class_definition(decorators);
  bool async = accept(T::kAsync);
  if (type_ != T::kDef || (async && !version(5))) return nullptr;
  return function_definition(start, async, decorators);
}

Stmt* FastParser::function_definition(size_t start, bool async, Seq<Expr*> decorators) {
  advance();
  if (type_ != T::kIdentifier) return nullptr;
  Identifier name = take_name();
  if (!accept(T::kLeftParen)) return nullptr;
  Arguments* args = parameters({T::kRightParen, true});
  if (args == nullptr || !accept(T::kRightParen)) return nullptr;
  Expr* returns = nullptr;
  if (accept(T::kArrow) && (returns = expression()) == nullptr) return nullptr;
  if (!expect_colon()) return nullptr;
  // The signature's type comment stands after the colon or on a line of its own at the start of the body.
  String comment;
  if (type_ == T::kTypeComment) {
    comment = type_comment();
    if (type_ == T::kNewline && peek() == T::kTypeComment) return nullptr;
  } else if (type_ == T::kNewline && peek() == T::kTypeComment) {
    State state = save();
    advance();
    String found = type_comment();
    if (type_ == T::kNewline && peek() == T::kIndent) {
      comment = found;
    } else {
      restore(state);
    }
  }
  Seq<Stmt*> body;
  if (!block(&body)) return nullptr;
  if (async) return make_node<AsyncFunctionDef>(arena_, since(start), name, args, body, decorators, returns, comment);
  return make_node<FunctionDef>(arena_, since(start), name, args, body, decorators, returns, comment);
}

Stmt* FastParser::class_definition(Seq<Expr*> decorators) {
  size_t start = pos_;
  advance();
  if (type_ != T::kIdentifier) return nullptr;
  Identifier name = take_name();
  Seq<Expr*> bases;
  Seq<Keyword*> keywords;
  if (accept(T::kLeftParen)) {
    if (!call_arguments(&bases, &keywords) || !accept(T::kRightParen)) return nullptr;
  }
  Seq<Stmt*> body;
  if (!expect_colon() || !block(&body)) return nullptr;
  return make_node<ClassDef>(arena_, since(start), name, bases, keywords, body, decorators);
}

}  // namespace taipan::frontend
