#include "frontend/diagnoser.h"
#include "frontend/diagnoser_rule.h"

namespace taipan::frontend {

using namespace ast;

Expr* Diagnoser::expressions() {
  RULE;
  Expr* first = expression();
  if (first == nullptr) return nullptr;
  std::vector<Expr*> all = {first};
  size_t end = mark_;
  while (expect(T::kComma)) {
    Expr* next = expression();
    if (next == nullptr) break;
    all.push_back(next);
    end = mark_;
  }
  if (error_) return nullptr;
  mark_ = end;
  bool comma = expect(T::kComma);
  if (error_) return nullptr;
  return comma || all.size() > 1 ? make_tuple(start, all) : first;
}

Expr* Diagnoser::expression_raw() {
  const size_t start = mark_;
  if (with_invalid_) {
    invalid_expression();
    RETRY;
    invalid_legacy_expression();
    RETRY;
  }
  Expr* body = disjunction();
  if (body != nullptr && expect(T::kIf)) {
    Expr* test = disjunction();
    if (test != nullptr && expect(T::kElse)) {
      Expr* orelse = expression();
      if (orelse != nullptr) return make_node<IfExp>(arena_, since(start), test, body, orelse);
    }
  }
  RETRY;
  body = disjunction();
  if (body != nullptr) return body;
  RETRY;
  return lambdef();
}

Expr* Diagnoser::expression_without_invalid() {
  RULE;
  bool before = with_invalid_;
  with_invalid_ = false;
  Expr* result = nullptr;
  Expr* body = disjunction();
  if (body != nullptr && expect(T::kIf)) {
    Expr* test = disjunction();
    if (test != nullptr && expect(T::kElse)) {
      Expr* orelse = expression();
      if (orelse != nullptr) result = make_node<IfExp>(arena_, since(start), test, body, orelse);
    }
  }
  if (result == nullptr && !error_) {
    mark_ = start;
    result = disjunction();
  }
  if (result == nullptr && !error_) {
    mark_ = start;
    result = lambdef();
  }
  with_invalid_ = before;
  return result;
}

const void* Diagnoser::invalid_legacy_expression() {
  RULE;
  Expr* function = name();
  if (function == nullptr || !negative(T::kLeftParen)) return nullptr;
  Expr* rest = star_expressions();
  if (rest == nullptr || !is_legacy_statement(function)) return nullptr;
  std::string text(cast<Name>(function)->id->view());
  return fail_range(function->loc, rest->loc,
                    "Missing parentheses in call to '" + text + "'. Did you mean " + text + "(...)?");
}

const void* Diagnoser::invalid_expression() {
  RULE;
  // A name and a string side by side may be a wrong prefix. Soft keywords are excluded too, and with them, in CPython 3.11.2, every
  // name that one of them begins with.
  bool suspicious = false;
  if (at() == T::kIdentifier && !error_) {
    suspicious = at_next(1) == T::kString;
    std::string_view text = c_.token_text(tok(start));
    for (std::string_view keyword : {"_", "case", "match"}) suspicious |= keyword.substr(0, text.size()) == text;
  }
  RETRY;
  if (!suspicious) {
    Expr* left = disjunction();
    if (left != nullptr) {
      Expr* right = expression_without_invalid();
      if (right != nullptr) {
        if (is_legacy_statement(left) || tok(mark_ - 1).level == 0) return nullptr;
        return fail_range(left->loc, right->loc, "invalid syntax. Perhaps you forgot a comma?");
      }
    }
  }
  RETRY;
  Expr* body = disjunction();
  if (body != nullptr && expect(T::kIf)) {
    Expr* test = disjunction();
    if (test != nullptr && negative(T::kElse) && negative(T::kColon)) {
      return fail_range(body->loc, test->loc, "expected 'else' after 'if' expression");
    }
  }
  return nullptr;
}

Expr* Diagnoser::yield_expr() {
  RULE;
  if (expect(T::kYield) && expect(T::kFrom)) {
    Expr* value = expression();
    if (value != nullptr) return make_node<YieldFrom>(arena_, since(start), value);
  }
  RETRY;
  if (!expect(T::kYield)) return nullptr;
  size_t after = mark_;
  Expr* value = star_expressions();
  if (error_) return nullptr;
  if (value == nullptr) mark_ = after;
  return make_node<Yield>(arena_, since(start), value);
}

Expr* Diagnoser::star_expressions() {
  RULE;
  Expr* first = star_expression();
  if (first == nullptr) return nullptr;
  std::vector<Expr*> all = {first};
  size_t end = mark_;
  while (expect(T::kComma)) {
    Expr* next = star_expression();
    if (next == nullptr) break;
    all.push_back(next);
    end = mark_;
  }
  if (error_) return nullptr;
  mark_ = end;
  bool comma = expect(T::kComma);
  if (error_) return nullptr;
  return comma || all.size() > 1 ? make_tuple(start, all) : first;
}

Expr* Diagnoser::star_expression_raw() {
  const size_t start = mark_;
  if (expect(T::kStar)) {
    Expr* value = bitwise_or();
    if (value != nullptr) return make_starred(start, value);
  }
  RETRY;
  return expression();
}

// One or more, and perhaps a comma behind them.
bool Diagnoser::star_named_expressions(std::vector<Expr*>* found) {
  Expr* first = star_named_expression();
  if (first == nullptr) return false;
  found->push_back(first);
  size_t end = mark_;
  while (expect(T::kComma)) {
    Expr* next = star_named_expression();
    if (next == nullptr) break;
    found->push_back(next);
    end = mark_;
  }
  if (error_) return false;
  mark_ = end;
  expect(T::kComma);
  return !error_;
}

Expr* Diagnoser::star_named_expression() {
  RULE;
  if (expect(T::kStar)) {
    Expr* value = bitwise_or();
    if (value != nullptr) return make_starred(start, value);
  }
  RETRY;
  return named_expression();
}

Expr* Diagnoser::assignment_expression() {
  RULE;
  Expr* target = name();
  if (target == nullptr || !expect(T::kWalrus)) return nullptr;
  Expr* value = expression();
  if (value == nullptr || !require_version(8, "Assignment expressions are")) return nullptr;
  return make_node<NamedExpr>(arena_, since(start), target, value);
}

Expr* Diagnoser::named_expression() {
  RULE;
  if (Expr* assignment = assignment_expression()) return assignment;
  RETRY;
  if (with_invalid_) {
    invalid_named_expression();
    RETRY;
  }
  Expr* value = expression();
  return value != nullptr && negative(T::kWalrus) ? value : nullptr;
}

// (assignment_expression | expression !':=')
Expr* Diagnoser::plain_or_assignment_expression() {
  RULE;
  if (Expr* assignment = assignment_expression()) return assignment;
  RETRY;
  Expr* value = expression();
  return value != nullptr && negative(T::kWalrus) ? value : nullptr;
}

const void* Diagnoser::invalid_named_expression_raw() {
  const size_t start = mark_;
  Expr* target = expression();
  if (target != nullptr && expect(T::kWalrus)) {
    Expr* value = expression();
    if (value != nullptr) {
      return fail_at(target->loc, std::string("cannot use assignment expressions with ") + expr_name(target));
    }
  }
  RETRY;
  target = name();
  if (target != nullptr && expect(T::kAssign)) {
    Expr* value = bitwise_or();
    if (value != nullptr && negative(T::kAssign) && negative(T::kWalrus)) {
      return fail_range(target->loc, value->loc, "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
    }
  }
  RETRY;
  // Not for what could be the start of something else.
  bool display = list() != nullptr;
  RETRY;
  if (!display) display = tuple() != nullptr;
  RETRY;
  if (!display) display = genexp() != nullptr;
  RETRY;
  if (display || at() == T::kTrue || at() == T::kNone || at() == T::kFalse) return nullptr;
  target = bitwise_or();
  if (target != nullptr && expect(T::kAssign)) {
    Expr* value = bitwise_or();
    if (value != nullptr && negative(T::kAssign) && negative(T::kWalrus)) {
      return fail_at(target->loc, std::string("cannot assign to ") + expr_name(target) +
                                      " here. Maybe you meant '==' instead of '='?");
    }
  }
  return nullptr;
}

Expr* Diagnoser::disjunction_raw() {
  const size_t start = mark_;
  Expr* first = conjunction();
  if (first == nullptr) return nullptr;
  bool more = false;
  size_t end = mark_;
  while (expect(T::kOr)) {
    if (conjunction() == nullptr) break;
    more = true;
    end = mark_;
  }
  if (error_) return nullptr;
  mark_ = end;
  return more ? make_node<BoolOp>(arena_, since(start), BoolOperator::kOr, Seq<Expr*>{}) : first;
}

Expr* Diagnoser::conjunction_raw() {
  const size_t start = mark_;
  Expr* first = inversion();
  if (first == nullptr) return nullptr;
  bool more = false;
  size_t end = mark_;
  while (expect(T::kAnd)) {
    if (inversion() == nullptr) break;
    more = true;
    end = mark_;
  }
  if (error_) return nullptr;
  mark_ = end;
  return more ? make_node<BoolOp>(arena_, since(start), BoolOperator::kAnd, Seq<Expr*>{}) : first;
}

Expr* Diagnoser::inversion_raw() {
  const size_t start = mark_;
  if (expect(T::kNot)) {
    Expr* operand = inversion();
    if (operand != nullptr) return make_node<UnaryOp>(arena_, since(start), UnaryOperator::kNot, operand);
  }
  RETRY;
  return comparison();
}

bool Diagnoser::comparison_operator(CmpOperator* op) {
  switch (at()) {
    case T::kEqualEqual: *op = CmpOperator::kEq; break;
    case T::kNotEqual:
      *op = CmpOperator::kNotEq;
      mark_++;
      if ((c_.token_text(tok(mark_ - 1)) == "<>") != c_.barry_as_flufl) {
        if (c_.barry_as_flufl) fail("with Barry as BDFL, use '<>' instead of '!='");
        return false;
      }
      return true;
    case T::kLess: *op = CmpOperator::kLt; break;
    case T::kLessEqual: *op = CmpOperator::kLtE; break;
    case T::kGreater: *op = CmpOperator::kGt; break;
    case T::kGreaterEqual: *op = CmpOperator::kGtE; break;
    case T::kIn: *op = CmpOperator::kIn; break;
    case T::kIs:
      *op = CmpOperator::kIs;
      mark_++;
      if (at() == T::kNot && !error_) {
        // `is not X`, unless `not X` is what is compared with; that reading comes second.
        *op = CmpOperator::kIsNot;
        mark_++;
      }
      return !error_;
    case T::kNot:
      if (at_next(1) != T::kIn || error_) return false;
      *op = CmpOperator::kNotIn;
      mark_++;
      break;
    default: return false;
  }
  mark_++;
  return !error_;
}

Expr* Diagnoser::comparison() {
  RULE;
  Expr* left = bitwise_or();
  if (left == nullptr) return nullptr;
  CmpOperator first = CmpOperator::kEq;
  bool more = false;
  for (;;) {
    size_t end = mark_;
    CmpOperator op;
    if (!comparison_operator(&op) || bitwise_or() == nullptr) {
      if (error_) return nullptr;
      mark_ = end;
      break;
    }
    if (!more) first = op;
    more = true;
  }
  if (!more) return left;
  return make_node<Compare>(arena_, since(start), left, arena_.copy_seq(&first, 1), Seq<Expr*>{});
}

// Level 0 is bitwise or, level 5 multiplication; operands of a level are what the next level parses.
Expr* Diagnoser::binary_operand(int level) {
  switch (level) {
    case 0: return memo(Rule::kBitwiseXor, &Diagnoser::bitwise_xor_raw);
    case 1: return memo(Rule::kBitwiseAnd, &Diagnoser::bitwise_and_raw);
    case 2: return memo(Rule::kShift, &Diagnoser::shift_raw);
    case 3: return memo(Rule::kSum, &Diagnoser::sum_raw);
    case 4: return memo(Rule::kTerm, &Diagnoser::term_raw);
    default: return factor();
  }
}

Expr* Diagnoser::binary(int level) {
  const size_t start = mark_;
  Expr* left = binary_operand(level);
  if (left == nullptr) return nullptr;
  for (;;) {
    T type = at();
    if (error_) return nullptr;
    Operator op = Operator::kAdd;
    int found = -1;
    switch (type) {
      case T::kBar:
        found = 0;
        op = Operator::kBitOr;
        break;
      case T::kCaret:
        found = 1;
        op = Operator::kBitXor;
        break;
      case T::kAmpersand:
        found = 2;
        op = Operator::kBitAnd;
        break;
      case T::kLeftShift:
        found = 3;
        op = Operator::kLShift;
        break;
      case T::kRightShift:
        found = 3;
        op = Operator::kRShift;
        break;
      case T::kPlus:
        found = 4;
        op = Operator::kAdd;
        break;
      case T::kMinus:
        found = 4;
        op = Operator::kSub;
        break;
      case T::kStar:
        found = 5;
        op = Operator::kMult;
        break;
      case T::kSlash:
        found = 5;
        op = Operator::kDiv;
        break;
      case T::kDoubleSlash:
        found = 5;
        op = Operator::kFloorDiv;
        break;
      case T::kPercent:
        found = 5;
        op = Operator::kMod;
        break;
      case T::kAt:
        found = 5;
        op = Operator::kMatMult;
        break;
      default: break;
    }
    if (found != level) return left;
    size_t end = mark_;
    mark_++;
    Expr* right = binary_operand(level);
    if (error_) return nullptr;
    if (right == nullptr) {
      mark_ = end;
      return left;
    }
    if (type == T::kAt && !require_version(5, "The '@' operator is")) return nullptr;
    left = make_node<BinOp>(arena_, since(start), left, op, right);
  }
}

Expr* Diagnoser::factor_raw() {
  const size_t start = mark_;
  T type = at();
  if (type == T::kPlus || type == T::kMinus || type == T::kTilde) {
    mark_++;
    Expr* operand = factor();
    if (operand != nullptr) {
      UnaryOperator op = type == T::kPlus    ? UnaryOperator::kUAdd
                         : type == T::kMinus ? UnaryOperator::kUSub
                                             : UnaryOperator::kInvert;
      return make_node<UnaryOp>(arena_, since(start), op, operand);
    }
  }
  RETRY;
  return power();
}

Expr* Diagnoser::power() {
  RULE;
  Expr* base = await_primary();
  if (base == nullptr) return nullptr;
  size_t end = mark_;
  if (expect(T::kDoubleStar)) {
    Expr* exponent = factor();
    if (exponent != nullptr) return make_node<BinOp>(arena_, since(start), base, Operator::kPow, exponent);
  }
  if (error_) return nullptr;
  mark_ = end;
  return base;
}

Expr* Diagnoser::await_primary_raw() {
  const size_t start = mark_;
  if (expect(T::kAwait)) {
    Expr* value = primary();
    if (value != nullptr) {
      if (!require_version(5, "Await expressions are")) return nullptr;
      return make_node<Await>(arena_, since(start), value);
    }
  }
  RETRY;
  return primary();
}

Expr* Diagnoser::primary_raw() {
  const size_t start = mark_;
  Expr* value = atom();
  if (value == nullptr) return nullptr;
  for (;;) {
    size_t end = mark_;
    auto retry = [&] {
      mark_ = end;
      return !error_;
    };
    if (expect(T::kDot) && expect(T::kIdentifier)) {
      value = make_node<Attribute>(arena_, since(start), value, nullptr, ExprContext::kLoad);
      continue;
    }
    if (!retry()) return nullptr;
    if (genexp() != nullptr) {
      value = make_node<Call>(arena_, since(start), value, Seq<Expr*>{}, Seq<Keyword*>{});
      continue;
    }
    if (!retry()) return nullptr;
    if (expect(T::kLeftParen)) {
      size_t inside = mark_;
      if (arguments() == nullptr) mark_ = inside;
      if (expect(T::kRightParen)) {
        value = make_node<Call>(arena_, since(start), value, Seq<Expr*>{}, Seq<Keyword*>{});
        continue;
      }
    }
    if (!retry()) return nullptr;
    if (expect(T::kLeftBracket)) {
      Expr* index = slices();
      if (index != nullptr && expect(T::kRightBracket)) {
        value = make_node<Subscript>(arena_, since(start), value, index, ExprContext::kLoad);
        continue;
      }
    }
    if (!retry()) return nullptr;
    return value;
  }
}

Expr* Diagnoser::slices() {
  RULE;
  Expr* one = slice();
  if (one != nullptr && negative(T::kComma)) return one;
  RETRY;
  std::vector<Expr*> all;
  size_t end = mark_;
  for (;;) {
    size_t element = mark_;
    Expr* next = slice();
    if (next == nullptr && !error_) {
      mark_ = element;
      next = starred_expression();
    }
    if (next == nullptr) break;
    all.push_back(next);
    end = mark_;
    if (!expect(T::kComma)) break;
  }
  if (error_ || all.empty()) return nullptr;
  mark_ = end;
  expect(T::kComma);
  return error_ ? nullptr : make_tuple(start, all);
}

Expr* Diagnoser::slice() {
  RULE;
  size_t lower_end = mark_;
  if (expression() != nullptr) lower_end = mark_;
  if (error_) return nullptr;
  mark_ = lower_end;
  if (expect(T::kColon)) {
    size_t end = mark_;
    if (expression() != nullptr) end = mark_;
    if (error_) return nullptr;
    mark_ = end;
    if (expect(T::kColon)) {
      end = mark_;
      if (expression() != nullptr) end = mark_;
      if (error_) return nullptr;
      mark_ = end;
    }
    if (error_) return nullptr;
    return make_node<Slice>(arena_, since(start), nullptr, nullptr, nullptr);
  }
  RETRY;
  return named_expression();
}

Expr* Diagnoser::name() {
  if (!expect(T::kIdentifier)) return nullptr;
  const Token token = tok(mark_ - 1);
  return make_node<Name>(arena_, ParseContext::location(token), c_.identifier(token), ExprContext::kLoad);
}

Expr* Diagnoser::number() {
  if (!expect(T::kNumber)) return nullptr;
  Expr* value = c_.number(tok(mark_ - 1));
  if (value == nullptr) error_ = true;
  return value;
}

Expr* Diagnoser::strings_raw() {
  const size_t start = mark_;
  while (expect(T::kString)) {}
  if (error_ || mark_ == start) return nullptr;
  Expr* value = c_.strings(start, mark_ - start);
  if (value == nullptr) error_ = true;
  return value;
}

Expr* Diagnoser::atom() {
  RULE;
  auto constant = [&](ConstantValue value) {
    mark_++;
    return make_node<Constant>(arena_, since(start), value, String{});
  };
  switch (at()) {
    case T::kIdentifier: return name();
    case T::kTrue: return constant(ConstantValue::boolean(true));
    case T::kFalse: return constant(ConstantValue::boolean(false));
    case T::kNone: return constant(ConstantValue::none());
    case T::kString: return strings();
    case T::kNumber: return number();
    case T::kEllipsis: return constant(ConstantValue::ellipsis());
    case T::kLeftParen: {
      if (Expr* found = tuple()) return found;
      RETRY;
      if (Expr* found = group()) return found;
      RETRY;
      return genexp();
    }
    case T::kLeftBracket: {
      if (Expr* found = list()) return found;
      RETRY;
      return listcomp();
    }
    case T::kLeftBrace: {
      if (Expr* found = dict()) return found;
      RETRY;
      if (Expr* found = set()) return found;
      RETRY;
      if (Expr* found = dictcomp()) return found;
      RETRY;
      return setcomp();
    }
    default: return nullptr;
  }
}

Expr* Diagnoser::tuple() {
  RULE;
  if (!expect(T::kLeftParen)) return nullptr;
  std::vector<Expr*> all;
  size_t end = mark_;
  Expr* first = star_named_expression();
  if (first != nullptr && expect(T::kComma)) {
    all.push_back(first);
    end = mark_;
    if (star_named_expressions(&all)) end = mark_;
  }
  if (error_) return nullptr;
  mark_ = end;
  return expect(T::kRightParen) ? make_tuple(start, all) : nullptr;
}

Expr* Diagnoser::group() {
  RULE;
  if (expect(T::kLeftParen)) {
    size_t inside = mark_;
    Expr* value = yield_expr();
    if (value == nullptr && !error_) {
      mark_ = inside;
      value = named_expression();
    }
    if (value != nullptr && expect(T::kRightParen)) return value;
  }
  RETRY;
  if (with_invalid_) invalid_group();
  return nullptr;
}

const void* Diagnoser::invalid_group() {
  RULE;
  if (expect(T::kLeftParen)) {
    Expr* value = starred_expression();
    if (value != nullptr && expect(T::kRightParen)) return fail_at(value->loc, "cannot use starred expression here");
  }
  RETRY;
  if (expect(T::kLeftParen)) {
    size_t stars = mark_;
    if (expect(T::kDoubleStar) && expression() != nullptr && expect(T::kRightParen)) {
      return fail_at(token_location(stars), "cannot use double starred expression here");
    }
  }
  return nullptr;
}

Expr* Diagnoser::genexp() {
  RULE;
  if (expect(T::kLeftParen)) {
    Expr* element = plain_or_assignment_expression();
    std::vector<Comprehension*> clauses;
    if (element != nullptr && for_if_clauses(&clauses) && expect(T::kRightParen)) {
      return make_node<GeneratorExp>(arena_, since(start), element, Seq<Comprehension*>{});
    }
  }
  RETRY;
  if (with_invalid_) invalid_comprehension();
  return nullptr;
}

Expr* Diagnoser::list() {
  RULE;
  if (!expect(T::kLeftBracket)) return nullptr;
  std::vector<Expr*> all;
  size_t end = mark_;
  if (star_named_expressions(&all)) {
    end = mark_;
  } else {
    all.clear();
  }
  if (error_) return nullptr;
  mark_ = end;
  return expect(T::kRightBracket) ? make_list(start, all) : nullptr;
}

Expr* Diagnoser::listcomp() {
  RULE;
  if (expect(T::kLeftBracket)) {
    Expr* element = named_expression();
    std::vector<Comprehension*> clauses;
    if (element != nullptr && for_if_clauses(&clauses) && expect(T::kRightBracket)) {
      return make_node<ListComp>(arena_, since(start), element, Seq<Comprehension*>{});
    }
  }
  RETRY;
  if (with_invalid_) invalid_comprehension();
  return nullptr;
}

Expr* Diagnoser::set() {
  RULE;
  std::vector<Expr*> all;
  if (!expect(T::kLeftBrace) || !star_named_expressions(&all) || !expect(T::kRightBrace)) return nullptr;
  return make_node<Set>(arena_, since(start), Seq<Expr*>{});
}

Expr* Diagnoser::setcomp() {
  RULE;
  if (expect(T::kLeftBrace)) {
    Expr* element = named_expression();
    std::vector<Comprehension*> clauses;
    if (element != nullptr && for_if_clauses(&clauses) && expect(T::kRightBrace)) {
      return make_node<SetComp>(arena_, since(start), element, Seq<Comprehension*>{});
    }
  }
  RETRY;
  if (with_invalid_) invalid_comprehension();
  return nullptr;
}

Expr* Diagnoser::dict() {
  RULE;
  if (expect(T::kLeftBrace)) {
    size_t inside = mark_;
    if (!double_starred_kvpairs(true)) {
      if (error_) return nullptr;
      mark_ = inside;
    }
    if (expect(T::kRightBrace)) return make_node<Dict>(arena_, since(start), Seq<Expr*>{}, Seq<Expr*>{});
  }
  RETRY;
  // This alternative is tried in the first pass already.
  if (expect(T::kLeftBrace)) invalid_double_starred_kvpairs();
  return nullptr;
}

bool Diagnoser::double_starred_kvpairs(bool trailing_comma) {
  if (double_starred_kvpair() == nullptr) return false;
  size_t end = mark_;
  while (expect(T::kComma)) {
    if (double_starred_kvpair() == nullptr) break;
    end = mark_;
  }
  if (error_) return false;
  mark_ = end;
  if (trailing_comma) expect(T::kComma);
  return !error_;
}

const void* Diagnoser::double_starred_kvpair() {
  RULE;
  if (expect(T::kDoubleStar) && bitwise_or() != nullptr) return matched();
  RETRY;
  return kvpair();
}

const void* Diagnoser::kvpair() {
  RULE;
  return expression() != nullptr && expect(T::kColon) && expression() != nullptr ? matched() : nullptr;
}

const void* Diagnoser::invalid_double_starred_kvpairs() {
  RULE;
  if (double_starred_kvpairs(false) && expect(T::kComma)) invalid_kvpair();
  RETRY;
  Expr* key = expression();
  if (key != nullptr && expect(T::kColon)) {
    size_t star = mark_;
    if (expect(T::kStar) && bitwise_or() != nullptr) {
      return fail_from(token_location(star), "cannot use a starred expression in a dictionary value");
    }
  }
  RETRY;
  key = expression();
  if (key != nullptr && expect(T::kColon) && (at() == T::kRightBrace || at() == T::kComma) && !error_) {
    return fail_at(token_location(mark_ - 1), "expression expected after dictionary key and ':'");
  }
  return nullptr;
}

const void* Diagnoser::invalid_kvpair() {
  RULE;
  Expr* key = expression();
  if (key != nullptr && negative(T::kColon)) {
    c_.raise(ErrorKind::kSyntaxError, key->loc.lineno, key->loc.end_col_offset - 1, key->loc.end_lineno, -1,
             "':' expected after dictionary key");
    error_ = true;
    return nullptr;
  }
  RETRY;
  key = expression();
  if (key != nullptr && expect(T::kColon)) {
    size_t star = mark_;
    if (expect(T::kStar) && bitwise_or() != nullptr) {
      return fail_from(token_location(star), "cannot use a starred expression in a dictionary value");
    }
  }
  RETRY;
  key = expression();
  if (key != nullptr && expect(T::kColon) && (at() == T::kRightBrace || at() == T::kComma) && !error_) {
    return fail_at(token_location(mark_ - 1), "expression expected after dictionary key and ':'");
  }
  return nullptr;
}

Expr* Diagnoser::dictcomp() {
  RULE;
  std::vector<Comprehension*> clauses;
  if (expect(T::kLeftBrace) && kvpair() != nullptr && for_if_clauses(&clauses) && expect(T::kRightBrace)) {
    return make_node<DictComp>(arena_, since(start), nullptr, nullptr, Seq<Comprehension*>{});
  }
  RETRY;
  if (with_invalid_) invalid_dict_comprehension();
  return nullptr;
}

const void* Diagnoser::invalid_dict_comprehension() {
  RULE;
  if (!expect(T::kLeftBrace)) return nullptr;
  size_t stars = mark_;
  std::vector<Comprehension*> clauses;
  if (expect(T::kDoubleStar) && bitwise_or() != nullptr && for_if_clauses(&clauses) && expect(T::kRightBrace)) {
    return fail_at(token_location(stars), "dict unpacking cannot be used in dict comprehension");
  }
  return nullptr;
}

const void* Diagnoser::invalid_comprehension() {
  RULE;
  T open = at();
  if (open != T::kLeftBracket && open != T::kLeftParen && open != T::kLeftBrace) return nullptr;
  std::vector<Comprehension*> clauses;
  mark_++;
  Expr* star = starred_expression();
  if (star != nullptr && for_if_clauses(&clauses)) {
    return fail_at(star->loc, "iterable unpacking cannot be used in comprehension");
  }
  RETRY;
  if (open == T::kLeftParen) return nullptr;
  const char* message = "did you forget parentheses around the comprehension target?";
  mark_++;
  Expr* first = star_named_expression();
  if (first != nullptr && expect(T::kComma)) {
    std::vector<Expr*> rest;
    if (star_named_expressions(&rest) && for_if_clauses(&clauses))
      return fail_range(first->loc, rest.back()->loc, message);
  }
  RETRY;
  mark_++;
  first = star_named_expression();
  if (first != nullptr && expect(T::kComma)) {
    size_t comma = mark_ - 1;
    if (for_if_clauses(&clauses)) return fail_range(first->loc, token_location(comma), message);
  }
  return nullptr;
}

bool Diagnoser::for_if_clauses(std::vector<Comprehension*>* found) {
  found->clear();
  for (;;) {
    size_t end = mark_;
    Comprehension* clause = for_if_clause();
    if (error_) return false;
    if (clause == nullptr) {
      mark_ = end;
      return !found->empty();
    }
    found->push_back(clause);
  }
}

Comprehension* Diagnoser::for_if_clause() {
  RULE;
  for (bool async : {true, false}) {
    if (async && !expect(T::kAsync)) {
      RETRY;
      continue;
    }
    if (expect(T::kFor)) {
      Expr* target = star_targets();
      if (target != nullptr && expect(T::kIn)) {
        // No way back from here.
        Expr* iter = disjunction();
        if (iter == nullptr) return nullptr;
        std::vector<Expr*> tests;
        size_t end = mark_;
        while (expect(T::kIf)) {
          Expr* test = disjunction();
          if (test == nullptr) break;
          tests.push_back(test);
          end = mark_;
        }
        if (error_) return nullptr;
        mark_ = end;
        if (async && !require_version(6, "Async comprehensions are")) return nullptr;
        return make_plain<Comprehension>(arena_, target, iter, arena_.copy_seq(tests.data(), tests.size()), 0);
      }
    }
    RETRY;
  }
  if (with_invalid_) invalid_for_target();
  return nullptr;
}

const void* Diagnoser::invalid_for_target() {
  RULE;
  expect(T::kAsync);
  if (!expect(T::kFor)) return nullptr;
  Expr* target = star_expressions();
  if (target == nullptr) return nullptr;
  return fail_invalid_target(Targets::kFor, target);
}

Expr* Diagnoser::lambdef() {
  RULE;
  if (!expect(T::kLambda)) return nullptr;
  Style style = {T::kColon, true};
  size_t after = mark_;
  if (params(style) == nullptr) {
    if (error_) return nullptr;
    mark_ = after;
  }
  if (!expect(T::kColon)) return nullptr;
  Expr* body = expression();
  return body == nullptr ? nullptr : make_node<Lambda>(arena_, since(start), nullptr, body);
}

}  // namespace taipan::frontend
