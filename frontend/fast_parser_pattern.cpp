#include "frontend/fast_parser.h"

namespace taipan::frontend {

using namespace ast;

// At the name `match`: the statement, or null where the name is an ordinary one.
Stmt* FastParser::match_statement() {
  if (!version(10)) return nullptr;
  size_t start = pos_;
  advance();
  if (type_ != T::kStar && !starts_expression(type_)) return nullptr;
  size_t subject_start = pos_;
  bool star = type_ == T::kStar;
  Expr* subject = star_named_expression();
  if (subject == nullptr) return nullptr;
  if (type_ == T::kComma) {
    size_t mark = stack_.size();
    push(subject);
    while (accept(T::kComma)) {
      if (type_ != T::kStar && !starts_expression(type_)) break;
      Expr* next = star_named_expression();
      if (next == nullptr) return nullptr;
      push(next);
    }
    Seq<Expr*> elts = cut<Expr*>(mark);
    subject = make_node<Tuple>(arena_, since(subject_start), elts, ExprContext::kLoad);
  } else if (star) {
    return nullptr;
  }
  if (!accept(T::kColon) || !accept(T::kNewline) || !accept(T::kIndent)) return nullptr;
  Depth depth(this, 6);
  if (depth.too_deep()) return nullptr;
  size_t mark = stack_.size();
  while (at_name("case")) {
    MatchCase* one = case_block();
    if (one == nullptr) return nullptr;
    push(one);
  }
  if (stack_.size() == mark || !accept(T::kDedent)) return nullptr;
  Seq<MatchCase*> cases = cut<MatchCase*>(mark);
  return make_node<Match>(arena_, since(start), subject, cases);
}

MatchCase* FastParser::case_block() {
  advance();
  Pattern* pattern = patterns();
  if (pattern == nullptr) return nullptr;
  Expr* guard = nullptr;
  if (accept(T::kIf) && (guard = named_expression()) == nullptr) return nullptr;
  Seq<Stmt*> body;
  if (!expect_colon() || !block(&body)) return nullptr;
  return make_plain<MatchCase>(arena_, pattern, guard, body);
}

Pattern* FastParser::patterns() {
  size_t start = pos_;
  bool star = false;
  Pattern* first = maybe_star_pattern(&star);
  if (first == nullptr) return nullptr;
  if (type_ != T::kComma) return star ? nullptr : first;
  size_t mark = stack_.size();
  push(first);
  while (accept(T::kComma)) {
    if (type_ == T::kColon || type_ == T::kIf) break;
    Pattern* next = maybe_star_pattern(&star);
    if (next == nullptr) return nullptr;
    push(next);
  }
  Seq<Pattern*> elements = cut<Pattern*>(mark);
  return make_node<MatchSequence>(arena_, since(start), elements);
}

// A name that a pattern binds; not `_`, nor the start of a dotted name, call or keyword.
bool FastParser::capture_target(Identifier* name) {
  if (type_ != T::kIdentifier || at_name("_")) return false;
  T after = peek();
  if (after == T::kDot || after == T::kLeftParen || after == T::kAssign) return false;
  *name = take_name();
  return true;
}

Pattern* FastParser::maybe_star_pattern(bool* star) {
  *star = type_ == T::kStar;
  if (!*star) return pattern();
  size_t start = pos_;
  advance();
  Identifier name = nullptr;
  if (at_name("_")) {
    advance();
  } else if (!capture_target(&name)) {
    return nullptr;
  }
  return make_node<MatchStar>(arena_, since(start), name);
}

Pattern* FastParser::pattern() {
  size_t start = pos_;
  Pattern* value = or_pattern();
  if (value == nullptr || type_ != T::kAs) return value;
  advance();
  Identifier name = nullptr;
  if (!capture_target(&name)) return nullptr;
  return make_node<MatchAs>(arena_, since(start), value, name);
}

Pattern* FastParser::or_pattern() {
  size_t start = pos_;
  Pattern* first = closed_pattern();
  if (first == nullptr || type_ != T::kBar) return first;
  size_t mark = stack_.size();
  push(first);
  while (accept(T::kBar)) {
    Pattern* next = closed_pattern();
    if (next == nullptr) return nullptr;
    push(next);
  }
  Seq<Pattern*> alternatives = cut<Pattern*>(mark);
  return make_node<MatchOr>(arena_, since(start), alternatives);
}

// A number with its sign and imaginary part, a string, or None, True or False.
Expr* FastParser::literal_pattern_value() {
  size_t start = pos_;
  switch (type_) {
    case T::kString: return strings();
    case T::kNone:
    case T::kTrue:
    case T::kFalse: return atom();
    case T::kMinus:
    case T::kNumber: break;
    default: return nullptr;
  }
  auto is_complex = [](Expr* number) { return cast<Constant>(number)->value.kind == ConstantKind::kComplex; };
  bool negative = accept(T::kMinus);
  if (type_ != T::kNumber) return nullptr;
  Expr* value = atom();
  if (value == nullptr) return nullptr;
  bool imaginary = is_complex(value);
  if (negative) value = make_node<UnaryOp>(arena_, since(start), UnaryOperator::kUSub, value);
  if (type_ != T::kPlus && type_ != T::kMinus) return value;
  Operator op = type_ == T::kPlus ? Operator::kAdd : Operator::kSub;
  advance();
  if (imaginary || type_ != T::kNumber) return nullptr;
  Expr* right = atom();
  if (right == nullptr || !is_complex(right)) return nullptr;
  return make_node<BinOp>(arena_, since(start), value, op, right);
}

// At a name: that name, or an attribute chain, as an expression.
Expr* FastParser::dotted_value(size_t start) {
  Identifier id = take_name();
  Expr* value = make_node<Name>(arena_, since(start), id, ExprContext::kLoad);
  while (accept(T::kDot)) {
    if (type_ != T::kIdentifier) return nullptr;
    Identifier attr = take_name();
    value = make_node<Attribute>(arena_, since(start), value, attr, ExprContext::kLoad);
  }
  return value;
}

Pattern* FastParser::closed_pattern() {
  Depth depth(this, 3);
  if (depth.too_deep()) return nullptr;
  size_t start = pos_;
  switch (type_) {
    case T::kNumber:
    case T::kMinus:
    case T::kString: {
      Expr* value = literal_pattern_value();
      return value == nullptr ? nullptr : make_node<MatchValue>(arena_, since(start), value);
    }
    case T::kNone: advance(); return make_node<MatchSingleton>(arena_, since(start), ConstantValue::none());
    case T::kTrue: advance(); return make_node<MatchSingleton>(arena_, since(start), ConstantValue::boolean(true));
    case T::kFalse: advance(); return make_node<MatchSingleton>(arena_, since(start), ConstantValue::boolean(false));
    case T::kIdentifier: {
      Identifier name = nullptr;
      if (capture_target(&name)) return make_node<MatchAs>(arena_, since(start), nullptr, name);
      if (at_name("_")) {
        advance();
        return make_node<MatchAs>(arena_, since(start), nullptr, nullptr);
      }
      Expr* value = dotted_value(start);
      if (value == nullptr) return nullptr;
      if (type_ == T::kLeftParen) return class_pattern(start, value);
      if (isa<Name>(value) || type_ == T::kAssign) return nullptr;
      return make_node<MatchValue>(arena_, since(start), value);
    }
    case T::kLeftParen: {
      Depth nested(this, 6);
      if (nested.too_deep()) return nullptr;
      advance();
      bool star = type_ == T::kStar;
      if (type_ == T::kRightParen) {
        advance();
        return make_node<MatchSequence>(arena_, since(start), Seq<Pattern*>{});
      }
      size_t mark = stack_.size();
      Pattern* first = maybe_star_pattern(&star);
      if (first == nullptr) return nullptr;
      if (type_ == T::kRightParen && !star) {
        advance();
        return first;
      }
      if (type_ != T::kComma) return nullptr;
      push(first);
      while (accept(T::kComma)) {
        if (type_ == T::kRightParen) break;
        Pattern* next = maybe_star_pattern(&star);
        if (next == nullptr) return nullptr;
        push(next);
      }
      if (!accept(T::kRightParen)) return nullptr;
      Seq<Pattern*> elements = cut<Pattern*>(mark);
      return make_node<MatchSequence>(arena_, since(start), elements);
    }
    case T::kLeftBracket: {
      Depth nested(this, 6);
      if (nested.too_deep()) return nullptr;
      advance();
      size_t mark = stack_.size();
      while (type_ != T::kRightBracket) {
        bool star = false;
        Pattern* next = maybe_star_pattern(&star);
        if (next == nullptr) return nullptr;
        push(next);
        if (!accept(T::kComma)) break;
      }
      if (!accept(T::kRightBracket)) return nullptr;
      Seq<Pattern*> elements = cut<Pattern*>(mark);
      return make_node<MatchSequence>(arena_, since(start), elements);
    }
    case T::kLeftBrace: return mapping_pattern();
    default: return nullptr;
  }
}

Pattern* FastParser::mapping_pattern() {
  size_t start = pos_;
  advance();
  std::vector<Expr*> keys;
  size_t mark = stack_.size();
  Identifier rest = nullptr;
  while (type_ != T::kRightBrace) {
    if (accept(T::kDoubleStar)) {
      if (!capture_target(&rest)) return nullptr;
      accept(T::kComma);
      break;
    }
    Expr* key;
    if (type_ == T::kIdentifier) {
      key = dotted_value(pos_);
      if (key == nullptr || isa<Name>(key)) return nullptr;
    } else {
      key = literal_pattern_value();
      if (key == nullptr) return nullptr;
    }
    if (!accept(T::kColon)) return nullptr;
    Pattern* value = pattern();
    if (value == nullptr) return nullptr;
    keys.push_back(key);
    push(value);
    if (!accept(T::kComma)) break;
  }
  if (!accept(T::kRightBrace)) return nullptr;
  Seq<Pattern*> values = cut<Pattern*>(mark);
  return make_node<MatchMapping>(arena_, since(start), arena_.copy_seq(keys.data(), keys.size()), values, rest);
}

// At the '(' behind a class name.
Pattern* FastParser::class_pattern(size_t start, Expr* cls) {
  advance();
  std::vector<Identifier> names;
  std::vector<Pattern*> named;
  size_t mark = stack_.size();
  while (type_ != T::kRightParen) {
    if (type_ == T::kIdentifier && peek() == T::kAssign) {
      names.push_back(take_name());
      advance();
      Pattern* value = pattern();
      if (value == nullptr) return nullptr;
      named.push_back(value);
    } else {
      if (!names.empty()) return nullptr;
      Pattern* value = pattern();
      if (value == nullptr) return nullptr;
      push(value);
    }
    if (!accept(T::kComma)) break;
  }
  if (!accept(T::kRightParen)) return nullptr;
  Seq<Pattern*> positional = cut<Pattern*>(mark);
  return make_node<MatchClass>(arena_, since(start), cls, positional, arena_.copy_seq(names.data(), names.size()),
                               arena_.copy_seq(named.data(), named.size()));
}

}  // namespace taipan::frontend
