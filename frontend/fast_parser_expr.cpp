#include "frontend/fast_parser.h"

namespace taipan::frontend {

using namespace ast;

bool FastParser::starts_expression(T type) {
  switch (type) {
    case T::kIdentifier:
    case T::kNumber:
    case T::kString:
    case T::kLeftParen:
    case T::kLeftBracket:
    case T::kLeftBrace:
    case T::kMinus:
    case T::kPlus:
    case T::kTilde:
    case T::kNot:
    case T::kLambda:
    case T::kAwait:
    case T::kNone:
    case T::kTrue:
    case T::kFalse:
    case T::kEllipsis: return true;
    default: return false;
  }
}

Expr* FastParser::star_expressions() {
  size_t start = pos_;
  Expr* first = star_expression();
  if (first == nullptr || type_ != T::kComma) return first;
  size_t mark = stack_.size();
  push(first);
  while (accept(T::kComma)) {
    if (type_ != T::kStar && !starts_expression(type_)) break;
    Expr* next = star_expression();
    if (next == nullptr) return nullptr;
    push(next);
  }
  Seq<Expr*> elts = cut<Expr*>(mark);
  return make_node<Tuple>(arena_, since(start), elts, ExprContext::kLoad);
}

Expr* FastParser::star_expression() {
  if (type_ != T::kStar) return expression();
  size_t start = pos_;
  advance();
  Expr* value = bitwise_or();
  return value == nullptr ? nullptr : starred(start, value);
}

Expr* FastParser::star_named_expression() {
  if (type_ != T::kStar) return named_expression();
  return star_expression();
}

Expr* FastParser::named_expression() {
  if (type_ == T::kIdentifier && peek() == T::kWalrus) {
    if (!version(8)) return nullptr;
    size_t start = pos_;
    Identifier id = take_name();
    Expr* target = make_node<Name>(arena_, since(start), id, ExprContext::kStore);
    advance();
    Expr* value = expression();
    if (value == nullptr) return nullptr;
    return make_node<NamedExpr>(arena_, since(start), target, value);
  }
  Expr* value = expression();
  return type_ == T::kWalrus ? nullptr : value;
}

Expr* FastParser::expressions() {
  size_t start = pos_;
  Expr* first = expression();
  if (first == nullptr || type_ != T::kComma) return first;
  size_t mark = stack_.size();
  push(first);
  while (accept(T::kComma)) {
    if (!starts_expression(type_)) break;
    Expr* next = expression();
    if (next == nullptr) return nullptr;
    push(next);
  }
  Seq<Expr*> elts = cut<Expr*>(mark);
  return make_node<Tuple>(arena_, since(start), elts, ExprContext::kLoad);
}

Expr* FastParser::expression() {
  Depth depth(this, 1);
  if (depth.too_deep()) return nullptr;
  if (type_ == T::kLambda) return lambda();
  size_t start = pos_;
  Expr* body = disjunction();
  if (body == nullptr || type_ != T::kIf) return body;
  advance();
  Expr* test = disjunction();
  if (test == nullptr || !accept(T::kElse)) return nullptr;
  Expr* orelse = expression();
  if (orelse == nullptr) return nullptr;
  return make_node<IfExp>(arena_, since(start), test, body, orelse);
}

Expr* FastParser::yield_expression() {
  size_t start = pos_;
  advance();
  if (accept(T::kFrom)) {
    Expr* value = expression();
    return value == nullptr ? nullptr : make_node<YieldFrom>(arena_, since(start), value);
  }
  Expr* value = nullptr;
  if (type_ == T::kStar || starts_expression(type_)) {
    value = star_expressions();
    if (value == nullptr) return nullptr;
  }
  return make_node<Yield>(arena_, since(start), value);
}

Expr* FastParser::disjunction() {
  size_t start = pos_;
  Expr* first = conjunction();
  if (first == nullptr || type_ != T::kOr) return first;
  size_t mark = stack_.size();
  push(first);
  while (accept(T::kOr)) {
    Expr* next = conjunction();
    if (next == nullptr) return nullptr;
    push(next);
  }
  Seq<Expr*> values = cut<Expr*>(mark);
  return make_node<BoolOp>(arena_, since(start), BoolOperator::kOr, values);
}

Expr* FastParser::conjunction() {
  size_t start = pos_;
  Expr* first = inversion();
  if (first == nullptr || type_ != T::kAnd) return first;
  size_t mark = stack_.size();
  push(first);
  while (accept(T::kAnd)) {
    Expr* next = inversion();
    if (next == nullptr) return nullptr;
    push(next);
  }
  Seq<Expr*> values = cut<Expr*>(mark);
  return make_node<BoolOp>(arena_, since(start), BoolOperator::kAnd, values);
}

Expr* FastParser::inversion() {
  if (type_ != T::kNot) return comparison();
  Depth depth(this, 1);
  if (depth.too_deep()) return nullptr;
  size_t start = pos_;
  advance();
  Expr* operand = inversion();
  return operand == nullptr ? nullptr : make_node<UnaryOp>(arena_, since(start), UnaryOperator::kNot, operand);
}

Expr* FastParser::comparison() {
  size_t start = pos_;
  Expr* left = bitwise_or();
  if (left == nullptr) return nullptr;
  size_t mark = stack_.size();
  size_t operators_mark = operators_.size();
  for (;;) {
    CmpOperator op;
    switch (type_) {
      case T::kEqualEqual: op = CmpOperator::kEq; break;
      case T::kNotEqual:
        if ((c_.token_text(c_.tokens[pos_]) == "<>") != c_.barry_as_flufl) return nullptr;
        op = CmpOperator::kNotEq;
        break;
      case T::kLess: op = CmpOperator::kLt; break;
      case T::kLessEqual: op = CmpOperator::kLtE; break;
      case T::kGreater: op = CmpOperator::kGt; break;
      case T::kGreaterEqual: op = CmpOperator::kGtE; break;
      case T::kIn: op = CmpOperator::kIn; break;
      case T::kIs: op = CmpOperator::kIs; break;
      case T::kNot:
        if (peek() == T::kIn) {
          op = CmpOperator::kNotIn;
          break;
        }
        [[fallthrough]];
      default: {
        if (stack_.size() == mark) return left;
        Seq<CmpOperator> ops = arena_.copy_seq(operators_.data() + operators_mark, operators_.size() - operators_mark);
        operators_.resize(operators_mark);
        Seq<Expr*> comparators = cut<Expr*>(mark);
        return make_node<Compare>(arena_, since(start), left, ops, comparators);
      }
    }
    if (op == CmpOperator::kNotIn) advance();
    advance();
    if (op == CmpOperator::kIs && accept(T::kNot)) op = CmpOperator::kIsNot;
    operators_.push_back(op);
    Expr* right = bitwise_or();
    if (right == nullptr) return nullptr;
    push(right);
  }
}

namespace {

// Binary operators by token: precedence (0: not one) and operator.
struct BinaryOperator {
  int precedence;
  Operator op;
};

inline BinaryOperator binary_operator(TokenType type) {
  switch (type) {
    case TokenType::kBar: return {1, Operator::kBitOr};
    case TokenType::kCaret: return {2, Operator::kBitXor};
    case TokenType::kAmpersand: return {3, Operator::kBitAnd};
    case TokenType::kLeftShift: return {4, Operator::kLShift};
    case TokenType::kRightShift: return {4, Operator::kRShift};
    case TokenType::kPlus: return {5, Operator::kAdd};
    case TokenType::kMinus: return {5, Operator::kSub};
    case TokenType::kStar: return {6, Operator::kMult};
    case TokenType::kSlash: return {6, Operator::kDiv};
    case TokenType::kDoubleSlash: return {6, Operator::kFloorDiv};
    case TokenType::kPercent: return {6, Operator::kMod};
    case TokenType::kAt: return {6, Operator::kMatMult};
    default: return {0, Operator::kAdd};
  }
}

}  // namespace

Expr* FastParser::bitwise_or() { return binary(1); }

Expr* FastParser::binary(int min_precedence) {
  size_t start = pos_;
  Expr* left = factor();
  if (left == nullptr) return nullptr;
  for (;;) {
    BinaryOperator found = binary_operator(type_);
    if (found.precedence < min_precedence || found.precedence == 0) return left;
    if (type_ == T::kAt && !version(5)) return nullptr;
    advance();
    Expr* right = binary(found.precedence + 1);
    if (right == nullptr) return nullptr;
    left = make_node<BinOp>(arena_, since(start), left, found.op, right);
  }
}

Expr* FastParser::factor() {
  UnaryOperator op;
  switch (type_) {
    case T::kMinus: op = UnaryOperator::kUSub; break;
    case T::kPlus: op = UnaryOperator::kUAdd; break;
    case T::kTilde: op = UnaryOperator::kInvert; break;
    default: return power();
  }
  Depth depth(this, 1);
  if (depth.too_deep()) return nullptr;
  size_t start = pos_;
  advance();
  Expr* operand = factor();
  return operand == nullptr ? nullptr : make_node<UnaryOp>(arena_, since(start), op, operand);
}

Expr* FastParser::power() {
  size_t start = pos_;
  Expr* base = await_primary();
  if (base == nullptr || type_ != T::kDoubleStar) return base;
  Depth depth(this, 2);
  if (depth.too_deep()) return nullptr;
  advance();
  Expr* exponent = factor();
  return exponent == nullptr ? nullptr : make_node<BinOp>(arena_, since(start), base, Operator::kPow, exponent);
}

Expr* FastParser::await_primary() {
  if (type_ != T::kAwait) return primary();
  if (!version(5)) return nullptr;
  size_t start = pos_;
  advance();
  Expr* value = primary();
  return value == nullptr ? nullptr : make_node<Await>(arena_, since(start), value);
}

Expr* FastParser::primary() {
  size_t start = pos_;
  Expr* value = atom();
  while (value != nullptr) {
    switch (type_) {
      case T::kDot: {
        advance();
        if (type_ != T::kIdentifier) return nullptr;
        Identifier attr = take_name();
        value = make_node<Attribute>(arena_, since(start), value, attr, ExprContext::kLoad);
        break;
      }
      case T::kLeftParen: value = call(start, value); break;
      case T::kLeftBracket: {
        Depth depth(this, 4);
        if (depth.too_deep()) return nullptr;
        advance();
        Expr* index = slices();
        if (index == nullptr || !accept(T::kRightBracket)) return nullptr;
        value = make_node<Subscript>(arena_, since(start), value, index, ExprContext::kLoad);
        break;
      }
      default: return value;
    }
  }
  return nullptr;
}

Expr* FastParser::make_constant(ConstantValue value) {
  size_t start = pos_;
  advance();
  return make_node<Constant>(arena_, since(start), value, String{});
}

Expr* FastParser::atom() {
  switch (type_) {
    case T::kIdentifier: {
      size_t start = pos_;
      Identifier id = take_name();
      return make_node<Name>(arena_, since(start), id, ExprContext::kLoad);
    }
    case T::kNumber: {
      Expr* value = c_.number(c_.tokens[pos_]);
      advance();
      return value;
    }
    case T::kString: return strings();
    case T::kNone: return make_constant(ConstantValue::none());
    case T::kTrue: return make_constant(ConstantValue::boolean(true));
    case T::kFalse: return make_constant(ConstantValue::boolean(false));
    case T::kEllipsis: return make_constant(ConstantValue::ellipsis());
    case T::kLeftParen: return paren_atom();
    case T::kLeftBracket: return list_atom();
    case T::kLeftBrace: return brace_atom();
    default: return nullptr;
  }
}

Expr* FastParser::strings() {
  size_t first = pos_;
  while (type_ == T::kString) advance();
  return c_.strings(first, pos_ - first);
}

Expr* FastParser::paren_atom() {
  Depth depth(this, 20);
  if (depth.too_deep()) return nullptr;
  size_t start = pos_;
  advance();
  if (accept(T::kRightParen)) return make_node<Tuple>(arena_, since(start), Seq<Expr*>{}, ExprContext::kLoad);
  if (type_ == T::kYield) {
    Expr* value = yield_expression();
    return value != nullptr && accept(T::kRightParen) ? value : nullptr;
  }
  bool star = type_ == T::kStar;
  Expr* first = star_named_expression();
  if (first == nullptr) return nullptr;
  if (type_ == T::kComma) {
    size_t mark = stack_.size();
    push(first);
    while (accept(T::kComma)) {
      if (type_ == T::kRightParen) break;
      Expr* next = star_named_expression();
      if (next == nullptr) return nullptr;
      push(next);
    }
    if (!accept(T::kRightParen)) return nullptr;
    Seq<Expr*> elts = cut<Expr*>(mark);
    return make_node<Tuple>(arena_, since(start), elts, ExprContext::kLoad);
  }
  if (star) return nullptr;
  if (at_comprehension()) {
    Seq<Comprehension*> generators;
    if (!comprehension(&generators) || !accept(T::kRightParen)) return nullptr;
    return make_node<GeneratorExp>(arena_, since(start), first, generators);
  }
  return accept(T::kRightParen) ? first : nullptr;
}

Expr* FastParser::list_atom() {
  Depth depth(this, 20);
  if (depth.too_deep()) return nullptr;
  size_t start = pos_;
  size_t mark = stack_.size();
  advance();
  while (type_ != T::kRightBracket) {
    bool star = type_ == T::kStar;
    Expr* element = star_named_expression();
    if (element == nullptr) return nullptr;
    if (at_comprehension()) {
      if (stack_.size() != mark || star) return nullptr;
      Seq<Comprehension*> generators;
      if (!comprehension(&generators) || !accept(T::kRightBracket)) return nullptr;
      return make_node<ListComp>(arena_, since(start), element, generators);
    }
    push(element);
    if (!accept(T::kComma)) break;
  }
  if (!accept(T::kRightBracket)) return nullptr;
  Seq<Expr*> elts = cut<Expr*>(mark);
  return make_node<List>(arena_, since(start), elts, ExprContext::kLoad);
}

Expr* FastParser::brace_atom() {
  Depth depth(this, 20);
  if (depth.too_deep()) return nullptr;
  size_t start = pos_;
  advance();
  if (type_ == T::kRightBrace || type_ == T::kDoubleStar) return dict_rest(start, nullptr, nullptr);
  bool star = type_ == T::kStar;
  bool walrus = type_ == T::kIdentifier && peek() == T::kWalrus;
  Expr* element = star_named_expression();
  if (element == nullptr) return nullptr;
  if (type_ == T::kColon && !star && !walrus) {
    advance();
    Expr* value = expression();
    if (value == nullptr) return nullptr;
    if (at_comprehension()) {
      Seq<Comprehension*> generators;
      if (!comprehension(&generators) || !accept(T::kRightBrace)) return nullptr;
      return make_node<DictComp>(arena_, since(start), element, value, generators);
    }
    return dict_rest(start, element, value);
  }
  if (at_comprehension()) {
    Seq<Comprehension*> generators;
    if (star || !comprehension(&generators) || !accept(T::kRightBrace)) return nullptr;
    return make_node<SetComp>(arena_, since(start), element, generators);
  }
  size_t mark = stack_.size();
  push(element);
  while (accept(T::kComma)) {
    if (type_ == T::kRightBrace) break;
    Expr* next = star_named_expression();
    if (next == nullptr) return nullptr;
    push(next);
  }
  if (!accept(T::kRightBrace)) return nullptr;
  Seq<Expr*> elts = cut<Expr*>(mark);
  return make_node<Set>(arena_, since(start), elts);
}

// The items of a dict display; the first pair has been read if `value` isn't null.
Expr* FastParser::dict_rest(size_t start, Expr* key, Expr* value) {
  size_t mark = stack_.size();
  // Keys and values alternate on the stack.
  if (value != nullptr) {
    push(key);
    push(value);
  }
  if (value == nullptr || accept(T::kComma)) {
    while (type_ != T::kRightBrace) {
      if (accept(T::kDoubleStar)) {
        key = nullptr;
        value = bitwise_or();
      } else {
        key = expression();
        if (key == nullptr || !accept(T::kColon)) return nullptr;
        value = expression();
      }
      if (value == nullptr) return nullptr;
      push(key);
      push(value);
      if (!accept(T::kComma)) break;
    }
  }
  if (!accept(T::kRightBrace)) return nullptr;
  size_t count = (stack_.size() - mark) / 2;
  Seq<Expr*> keys = arena_.make_seq<Expr*>(count);
  Seq<Expr*> values = arena_.make_seq<Expr*>(count);
  for (size_t i = 0; i < count; i++) {
    keys.data[i] = static_cast<Expr*>(stack_[mark + 2 * i]);
    values.data[i] = static_cast<Expr*>(stack_[mark + 2 * i + 1]);
  }
  stack_.resize(mark);
  return make_node<Dict>(arena_, since(start), keys, values);
}

// At the '(' of a call.
Expr* FastParser::call(size_t start, Expr* function) {
  Depth depth(this, 20);
  if (depth.too_deep()) return nullptr;
  size_t open = pos_;
  advance();
  // A lone generator expression takes the call's parentheses.
  if (starts_expression(type_)) {
    bool keyword = type_ == T::kIdentifier && peek() == T::kAssign;
    if (!keyword) {
      Expr* first = named_expression();
      if (first == nullptr) return nullptr;
      if (at_comprehension()) {
        Seq<Comprehension*> generators;
        if (!comprehension(&generators) || !accept(T::kRightParen)) return nullptr;
        Expr* generator = make_node<GeneratorExp>(arena_, since(open), first, generators);
        Seq<Expr*> args = arena_.copy_seq(&generator, 1);
        return make_node<Call>(arena_, since(start), function, args, Seq<Keyword*>{});
      }
      push(first);
      if (type_ != T::kRightParen && !accept(T::kComma)) return nullptr;
      Seq<Expr*> args;
      Seq<Keyword*> keywords;
      size_t mark = stack_.size() - 1;
      size_t before = mark;
      if (!call_arguments(&args, &keywords) || !accept(T::kRightParen)) return nullptr;
      // The first argument waits below those that call_arguments read.
      Seq<Expr*> all = arena_.make_seq<Expr*>(args.size + 1);
      all.data[0] = static_cast<Expr*>(stack_[before]);
      for (uint32_t i = 0; i < args.size; i++) all.data[i + 1] = args[i];
      stack_.resize(before);
      return make_node<Call>(arena_, since(start), function, all, keywords);
    }
  }
  Seq<Expr*> args;
  Seq<Keyword*> keywords;
  if (!call_arguments(&args, &keywords) || !accept(T::kRightParen)) return nullptr;
  return make_node<Call>(arena_, since(start), function, args, keywords);
}

// Arguments up to the ')', which is left.
bool FastParser::call_arguments(Seq<Expr*>* args, Seq<Keyword*>* keywords) {
  size_t mark = stack_.size();
  std::vector<Keyword*> found_keywords;
  bool seen_keyword = false;
  bool seen_double_star = false;
  while (type_ != T::kRightParen) {
    size_t start = pos_;
    if (accept(T::kStar)) {
      if (seen_double_star) return false;
      Expr* value = expression();
      if (value == nullptr) return false;
      push(starred(start, value));
    } else if (accept(T::kDoubleStar)) {
      seen_double_star = true;
      Expr* value = expression();
      if (value == nullptr) return false;
      found_keywords.push_back(make_node<Keyword>(arena_, since(start), nullptr, value));
    } else if (type_ == T::kIdentifier && peek() == T::kAssign) {
      seen_keyword = true;
      Identifier name = take_name();
      advance();
      Expr* value = expression();
      if (value == nullptr) return false;
      found_keywords.push_back(make_node<Keyword>(arena_, since(start), name, value));
    } else {
      if (seen_keyword || seen_double_star) return false;
      Expr* value = named_expression();
      if (value == nullptr || type_ == T::kAssign) return false;
      push(value);
    }
    if (!accept(T::kComma)) break;
  }
  if (type_ != T::kRightParen) return false;
  *args = cut<Expr*>(mark);
  *keywords = arena_.copy_seq(found_keywords.data(), found_keywords.size());
  return true;
}

Expr* FastParser::slices() {
  size_t start = pos_;
  bool star = type_ == T::kStar;
  Expr* first = slice();
  if (first == nullptr || (type_ != T::kComma && !star)) return first;
  size_t mark = stack_.size();
  push(first);
  while (accept(T::kComma)) {
    if (type_ == T::kRightBracket) break;
    Expr* next = slice();
    if (next == nullptr) return nullptr;
    push(next);
  }
  Seq<Expr*> elts = cut<Expr*>(mark);
  return make_node<Tuple>(arena_, since(start), elts, ExprContext::kLoad);
}

Expr* FastParser::slice() {
  size_t start = pos_;
  if (accept(T::kStar)) {
    Expr* value = expression();
    return value == nullptr ? nullptr : starred(start, value);
  }
  Expr* lower = nullptr;
  if (type_ != T::kColon) {
    bool walrus = type_ == T::kIdentifier && peek() == T::kWalrus;
    lower = named_expression();
    if (lower == nullptr || type_ != T::kColon || walrus) return lower;
  }
  advance();
  Expr* upper = nullptr;
  Expr* step = nullptr;
  if (starts_expression(type_) && (upper = expression()) == nullptr) return nullptr;
  if (accept(T::kColon)) {
    if (starts_expression(type_) && (step = expression()) == nullptr) return nullptr;
  }
  return make_node<Slice>(arena_, since(start), lower, upper, step);
}

bool FastParser::comprehension(Seq<Comprehension*>* generators) {
  size_t mark = stack_.size();
  while (at_comprehension()) {
    bool is_async = accept(T::kAsync);
    if (is_async && !version(6)) return false;
    advance();
    Expr* target = star_targets();
    if (target == nullptr || !accept(T::kIn)) return false;
    Expr* iter = disjunction();
    if (iter == nullptr) return false;
    size_t ifs_mark = stack_.size();
    while (accept(T::kIf)) {
      Expr* test = disjunction();
      if (test == nullptr) return false;
      push(test);
    }
    Seq<Expr*> ifs = cut<Expr*>(ifs_mark);
    push(make_plain<Comprehension>(arena_, target, iter, ifs, is_async ? 1 : 0));
  }
  *generators = cut<Comprehension*>(mark);
  return true;
}

Expr* FastParser::lambda() {
  Depth depth(this, 1);
  if (depth.too_deep()) return nullptr;
  size_t start = pos_;
  advance();
  Arguments* args = parameters({T::kColon, false});
  if (args == nullptr || !accept(T::kColon)) return nullptr;
  Expr* body = expression();
  return body == nullptr ? nullptr : make_node<Lambda>(arena_, since(start), args, body);
}

// ---- Parameters -------------------------------------------------------------------------------------------------------------

String FastParser::type_comment() {
  String text = arena_.copy_string(c_.token_text(c_.tokens[pos_]));
  advance();
  return text;
}

Arg* FastParser::parameter(const ParameterStyle& style, bool star_annotation) {
  if (type_ != T::kIdentifier) return nullptr;
  size_t start = pos_;
  Identifier name = take_name();
  Expr* annotation = nullptr;
  if (style.annotated && accept(T::kColon)) {
    annotation = star_annotation ? star_expression() : expression();
    if (annotation == nullptr) return nullptr;
  }
  return make_node<Arg>(arena_, since(start), name, annotation, String{});
}

bool FastParser::parameter_end(const ParameterStyle& style, Arg* arg) {
  bool comma = accept(T::kComma);
  if (style.annotated && type_ == T::kTypeComment) arg->type_comment = type_comment();
  return comma || type_ == style.closer;
}

// Up to the closing token, which is left.
Arguments* FastParser::parameters(const ParameterStyle& style) {
  auto* result = make_plain<Arguments>(arena_, Seq<Arg*>{}, Seq<Arg*>{}, nullptr, Seq<Arg*>{}, Seq<Expr*>{}, nullptr,
                                       Seq<Expr*>{});
  if (type_ == style.closer) return result;
  std::vector<Arg*> positional;
  std::vector<Expr*> defaults;
  std::vector<Arg*> keyword_only;
  std::vector<Expr*> keyword_defaults;
  size_t positional_only = 0;
  bool seen_star = false;
  while (type_ != style.closer) {
    if (accept(T::kSlash)) {
      if (seen_star || positional_only != 0 || positional.empty() || !version(8)) return nullptr;
      positional_only = positional.size();
      if (!accept(T::kComma) && type_ != style.closer) return nullptr;
    } else if (accept(T::kStar)) {
      if (seen_star) return nullptr;
      seen_star = true;
      if (accept(T::kComma)) {
        // A bare star needs a keyword-only parameter.
        if (type_ != T::kIdentifier) return nullptr;
      } else {
        result->vararg = parameter(style, true);
        if (result->vararg == nullptr || !parameter_end(style, result->vararg)) return nullptr;
      }
    } else if (accept(T::kDoubleStar)) {
      result->kwarg = parameter(style, false);
      if (result->kwarg == nullptr || !parameter_end(style, result->kwarg) || type_ != style.closer) return nullptr;
    } else {
      Arg* arg = parameter(style, false);
      if (arg == nullptr) return nullptr;
      Expr* value = nullptr;
      if (accept(T::kAssign)) {
        value = expression();
        if (value == nullptr) return nullptr;
      }
      if (!parameter_end(style, arg)) return nullptr;
      if (seen_star) {
        keyword_only.push_back(arg);
        keyword_defaults.push_back(value);
      } else {
        positional.push_back(arg);
        if (value != nullptr) {
          defaults.push_back(value);
        } else if (!defaults.empty()) {
          return nullptr;
        }
      }
    }
  }
  result->posonlyargs = arena_.copy_seq(positional.data(), positional_only);
  result->args = arena_.copy_seq(positional.data() + positional_only, positional.size() - positional_only);
  result->kwonlyargs = arena_.copy_seq(keyword_only.data(), keyword_only.size());
  result->kw_defaults = arena_.copy_seq(keyword_defaults.data(), keyword_defaults.size());
  result->defaults = arena_.copy_seq(defaults.data(), defaults.size());
  return result;
}

// ---- Targets ----------------------------------------------------------------------------------------------------------------

// Turns an expression into a target, if it can be one.
bool FastParser::make_target(Expr* expr, ExprContext context, bool starred_allowed) {
  switch (expr->kind) {
    case ExprKind::kName: cast<Name>(expr)->ctx = context; return true;
    case ExprKind::kAttribute: cast<Attribute>(expr)->ctx = context; return true;
    case ExprKind::kSubscript: cast<Subscript>(expr)->ctx = context; return true;
    case ExprKind::kStarred: {
      auto* node = cast<Starred>(expr);
      if (!starred_allowed || isa<Starred>(node->value)) return false;
      node->ctx = context;
      return make_target(node->value, context);
    }
    case ExprKind::kTuple:
    case ExprKind::kList: {
      bool starred = context == ExprContext::kStore;
      Seq<Expr*> elts;
      if (auto* tuple = dyn_cast<Tuple>(expr)) {
        tuple->ctx = context;
        elts = tuple->elts;
      } else {
        cast<List>(expr)->ctx = context;
        elts = cast<List>(expr)->elts;
      }
      for (Expr* element : elts) {
        if (!make_target(element, context, starred)) return false;
      }
      return true;
    }
    default: return false;
  }
}

bool FastParser::is_single_target(const Expr* expr) {
  return expr->kind == ExprKind::kName || expr->kind == ExprKind::kAttribute || expr->kind == ExprKind::kSubscript;
}

Expr* FastParser::star_target() {
  size_t start = pos_;
  if (accept(T::kStar)) {
    if (type_ == T::kStar) return nullptr;
    Expr* value = star_target();
    if (value == nullptr) return nullptr;
    return make_node<Starred>(arena_, since(start), value, ExprContext::kStore);
  }
  Expr* target = primary();
  return target != nullptr && make_target(target, ExprContext::kStore) ? target : nullptr;
}

Expr* FastParser::star_targets() {
  size_t start = pos_;
  Expr* first = star_target();
  if (first == nullptr || type_ != T::kComma) return first;
  size_t mark = stack_.size();
  push(first);
  while (accept(T::kComma)) {
    if (type_ != T::kStar && !starts_expression(type_)) break;
    Expr* next = star_target();
    if (next == nullptr) return nullptr;
    push(next);
  }
  Seq<Expr*> elts = cut<Expr*>(mark);
  return make_node<Tuple>(arena_, since(start), elts, ExprContext::kStore);
}

}  // namespace taipan::frontend
