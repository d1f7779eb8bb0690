#include "frontend/diagnoser.h"
#include "frontend/diagnoser_rule.h"

namespace taipan::frontend {

using namespace ast;

const void* Diagnoser::match_stmt() {
  RULE;
  if (expect_soft("match") && subject_expr() != nullptr && expect(T::kColon) && expect(T::kNewline) &&
      expect(T::kIndent)) {
    size_t count = 0;
    for (;;) {
      size_t end = mark_;
      if (case_block() == nullptr) {
        if (error_) return nullptr;
        mark_ = end;
        break;
      }
      count++;
    }
    if (count > 0 && expect(T::kDedent)) return require_version(10, "Pattern matching is") ? matched() : nullptr;
  }
  RETRY;
  if (!with_invalid_) return nullptr;
  if (expect_soft("match") && subject_expr() != nullptr && expect(T::kNewline)) return fail("expected ':'");
  RETRY;
  if (expect_soft("match") && subject_expr() != nullptr && expect(T::kColon) && newline_without_indent()) {
    return fail_indentation("'match' statement", start);
  }
  return nullptr;
}

Expr* Diagnoser::subject_expr() {
  RULE;
  Expr* first = star_named_expression();
  if (first != nullptr && expect(T::kComma)) {
    std::vector<Expr*> all = {first};
    size_t end = mark_;
    if (star_named_expressions(&all)) end = mark_;
    if (error_) return nullptr;
    mark_ = end;
    return make_tuple(start, all);
  }
  RETRY;
  return named_expression();
}

const void* Diagnoser::case_block() {
  RULE;
  auto head = [&] {
    if (!expect_soft("case") || patterns() == nullptr) return false;
    size_t end = mark_;
    if (guard() == nullptr) mark_ = end;
    return !error_;
  };
  if (with_invalid_) {
    if (head() && expect(T::kNewline)) return fail("expected ':'");
    RETRY;
    if (head() && expect(T::kColon) && newline_without_indent()) return fail_indentation("'case' statement", start);
    RETRY;
  }
  return head() && expect(T::kColon) && block() != nullptr ? matched() : nullptr;
}

const void* Diagnoser::guard() {
  RULE;
  return expect(T::kIf) && named_expression() != nullptr ? matched() : nullptr;
}

const void* Diagnoser::patterns() {
  RULE;
  if (open_sequence_pattern() != nullptr) return matched();
  RETRY;
  return pattern();
}

Pattern* Diagnoser::pattern() {
  RULE;
  bool found = as_pattern() != nullptr;
  if (!found) {
    RETRY;
    found = or_pattern() != nullptr;
  }
  if (!found) return nullptr;
  return make_node<MatchAs>(arena_, since(start), nullptr, nullptr);
}

const void* Diagnoser::as_pattern() {
  RULE;
  if (or_pattern() != nullptr && expect(T::kAs) && pattern_capture_target() != nullptr) return matched();
  RETRY;
  if (with_invalid_) invalid_as_pattern();
  return nullptr;
}

const void* Diagnoser::invalid_as_pattern() {
  RULE;
  if (or_pattern() != nullptr && expect(T::kAs)) {
    if (expect_soft("_")) return fail_at(token_location(mark_ - 1), "cannot use '_' as a target");
  }
  RETRY;
  if (or_pattern() != nullptr && expect(T::kAs) && negative(T::kIdentifier)) {
    Expr* target = expression();
    if (target != nullptr) return fail_at(target->loc, "invalid pattern target");
  }
  return nullptr;
}

const void* Diagnoser::or_pattern() {
  RULE;
  if (closed_pattern() == nullptr) return nullptr;
  size_t end = mark_;
  while (expect(T::kBar)) {
    if (closed_pattern() == nullptr) break;
    end = mark_;
  }
  if (error_) return nullptr;
  mark_ = end;
  return matched();
}

const void* Diagnoser::closed_pattern_raw() {
  const size_t start = mark_;
  // literal_pattern
  Expr* literal = literal_expr();
  if (literal != nullptr) return matched();
  RETRY;
  if (pattern_capture_target() != nullptr) return matched();
  RETRY;
  if (expect_soft("_")) return matched();
  RETRY;
  if (value_pattern() != nullptr) return matched();
  RETRY;
  if (group_pattern() != nullptr) return matched();
  RETRY;
  if (sequence_pattern() != nullptr) return matched();
  RETRY;
  if (mapping_pattern() != nullptr) return matched();
  RETRY;
  return class_pattern();
}

Expr* Diagnoser::literal_expr() {
  RULE;
  Expr* value = signed_number();
  if (value != nullptr && negative(T::kPlus) && negative(T::kMinus)) return value;
  RETRY;
  if (Expr* found = complex_number()) return found;
  RETRY;
  if (Expr* found = strings()) return found;
  RETRY;
  T type = at();
  if (type != T::kNone && type != T::kTrue && type != T::kFalse) return nullptr;
  mark_++;
  return make_node<Constant>(arena_, since(start), ConstantValue::none(), String{});
}

Expr* Diagnoser::signed_number() {
  RULE;
  if (Expr* found = number()) return found;
  RETRY;
  if (!expect(T::kMinus)) return nullptr;
  return number();
}

Expr* Diagnoser::complex_number() {
  RULE;
  auto is_complex = [](const Expr* expr) { return cast<Constant>(expr)->value.kind == ConstantKind::kComplex; };
  auto real = [&]() -> Expr* {
    Expr* value = number();
    if (value != nullptr && is_complex(value)) return fail_at(value->loc, "real number required in complex literal");
    return value;
  };
  for (T op : {T::kPlus, T::kMinus}) {
    Expr* left = real();
    if (left == nullptr) {
      RETRY;
      if (expect(T::kMinus)) left = real();
    }
    if (left != nullptr && expect(op)) {
      Expr* right = number();
      if (right != nullptr) {
        if (!is_complex(right)) return fail_at(right->loc, "imaginary number required in complex literal");
        return left;
      }
    }
    RETRY;
  }
  return nullptr;
}

const void* Diagnoser::pattern_capture_target() {
  RULE;
  if (at_soft("_") || !expect(T::kIdentifier)) return nullptr;
  T after = at();
  if (error_ || after == T::kDot || after == T::kLeftParen || after == T::kAssign) return nullptr;
  return matched();
}

const void* Diagnoser::value_pattern() {
  RULE;
  if (attr() == nullptr) return nullptr;
  T after = at();
  if (error_ || after == T::kDot || after == T::kLeftParen || after == T::kAssign) return nullptr;
  return matched();
}

// A name with at least one attribute.
Expr* Diagnoser::attr() {
  RULE;
  Expr* value = name();
  if (value == nullptr) return nullptr;
  bool dotted = false;
  size_t end = mark_;
  while (expect(T::kDot) && expect(T::kIdentifier)) {
    dotted = true;
    end = mark_;
    value = make_node<Attribute>(arena_, since(start), value, nullptr, ExprContext::kLoad);
  }
  if (error_) return nullptr;
  mark_ = end;
  return dotted ? value : nullptr;
}

Expr* Diagnoser::name_or_attr() {
  RULE;
  if (Expr* found = attr()) return found;
  RETRY;
  return name();
}

const void* Diagnoser::group_pattern() {
  RULE;
  return expect(T::kLeftParen) && pattern() != nullptr && expect(T::kRightParen) ? matched() : nullptr;
}

const void* Diagnoser::sequence_pattern() {
  RULE;
  if (expect(T::kLeftBracket)) {
    size_t inside = mark_;
    if (maybe_sequence_pattern() == nullptr) mark_ = inside;
    if (expect(T::kRightBracket)) return matched();
  }
  RETRY;
  if (expect(T::kLeftParen)) {
    size_t inside = mark_;
    if (open_sequence_pattern() == nullptr) mark_ = inside;
    if (expect(T::kRightParen)) return matched();
  }
  return nullptr;
}

const void* Diagnoser::open_sequence_pattern() {
  RULE;
  if (maybe_star_pattern() == nullptr || !expect(T::kComma)) return nullptr;
  size_t end = mark_;
  if (maybe_sequence_pattern() == nullptr) mark_ = end;
  return error_ ? nullptr : matched();
}

const void* Diagnoser::maybe_sequence_pattern() {
  RULE;
  if (maybe_star_pattern() == nullptr) return nullptr;
  size_t end = mark_;
  while (expect(T::kComma)) {
    if (maybe_star_pattern() == nullptr) break;
    end = mark_;
  }
  if (error_) return nullptr;
  mark_ = end;
  expect(T::kComma);
  return error_ ? nullptr : matched();
}

const void* Diagnoser::maybe_star_pattern() {
  RULE;
  if (star_pattern() != nullptr) return matched();
  RETRY;
  return pattern();
}

const void* Diagnoser::star_pattern_raw() {
  const size_t start = mark_;
  if (expect(T::kStar) && pattern_capture_target() != nullptr) return matched();
  RETRY;
  return expect(T::kStar) && expect_soft("_") ? matched() : nullptr;
}

const void* Diagnoser::mapping_pattern() {
  RULE;
  if (expect(T::kLeftBrace) && expect(T::kRightBrace)) return matched();
  RETRY;
  if (expect(T::kLeftBrace) && double_star_pattern() != nullptr) {
    expect(T::kComma);
    if (expect(T::kRightBrace)) return matched();
  }
  RETRY;
  if (expect(T::kLeftBrace) && items_pattern() != nullptr && expect(T::kComma) && double_star_pattern() != nullptr) {
    expect(T::kComma);
    if (expect(T::kRightBrace)) return matched();
  }
  RETRY;
  if (expect(T::kLeftBrace) && items_pattern() != nullptr) {
    expect(T::kComma);
    if (expect(T::kRightBrace)) return matched();
  }
  return nullptr;
}

const void* Diagnoser::items_pattern() {
  RULE;
  auto pair = [&] {
    size_t before = mark_;
    Expr* key = literal_expr();
    if (key == nullptr && !error_) {
      mark_ = before;
      key = attr();
    }
    return key != nullptr && expect(T::kColon) && pattern() != nullptr;
  };
  if (!pair()) return nullptr;
  size_t end = mark_;
  while (expect(T::kComma)) {
    if (!pair()) break;
    end = mark_;
  }
  if (error_) return nullptr;
  mark_ = end;
  return matched();
}

const void* Diagnoser::double_star_pattern() {
  RULE;
  return expect(T::kDoubleStar) && pattern_capture_target() != nullptr ? matched() : nullptr;
}

const void* Diagnoser::class_pattern() {
  RULE;
  std::vector<Pattern*> found;
  if (name_or_attr() != nullptr && expect(T::kLeftParen) && expect(T::kRightParen)) return matched();
  RETRY;
  if (name_or_attr() != nullptr && expect(T::kLeftParen) && positional_patterns(&found)) {
    expect(T::kComma);
    if (expect(T::kRightParen)) return matched();
  }
  RETRY;
  if (name_or_attr() != nullptr && expect(T::kLeftParen) && keyword_patterns() != nullptr) {
    expect(T::kComma);
    if (expect(T::kRightParen)) return matched();
  }
  RETRY;
  if (name_or_attr() != nullptr && expect(T::kLeftParen) && positional_patterns(&found) && expect(T::kComma) &&
      keyword_patterns() != nullptr) {
    expect(T::kComma);
    if (expect(T::kRightParen)) return matched();
  }
  RETRY;
  if (with_invalid_) invalid_class_pattern();
  return nullptr;
}

bool Diagnoser::positional_patterns(std::vector<Pattern*>* found) {
  found->clear();
  Pattern* first = pattern();
  if (first == nullptr) return false;
  found->push_back(first);
  size_t end = mark_;
  while (expect(T::kComma)) {
    Pattern* next = pattern();
    if (next == nullptr) break;
    found->push_back(next);
    end = mark_;
  }
  mark_ = end;
  return !error_;
}

const void* Diagnoser::keyword_patterns() {
  RULE;
  auto one = [&] { return expect(T::kIdentifier) && expect(T::kAssign) && pattern() != nullptr; };
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

const void* Diagnoser::invalid_class_pattern() {
  RULE;
  if (name_or_attr() == nullptr || !expect(T::kLeftParen)) return nullptr;
  size_t inside = mark_;
  std::vector<Pattern*> found;
  if (!positional_patterns(&found) || !expect(T::kComma)) {
    if (error_) return nullptr;
    mark_ = inside;
  }
  if (keyword_patterns() == nullptr || !expect(T::kComma) || !positional_patterns(&found)) return nullptr;
  return fail_range(found.front()->loc, found.back()->loc, "positional patterns follow keyword patterns");
}

}  // namespace taipan::frontend
