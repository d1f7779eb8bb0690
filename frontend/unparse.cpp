#include "frontend/unparse.h"

#include <cmath>

#include "frontend/ast_dump.h"
#include "frontend/stack_guard.h"

namespace taipan::frontend {

using namespace ast;

namespace {

// How tightly an expression binds; one that binds less tightly than its place asks for goes into parentheses.
enum Precedence {
  kTuple,
  kTest,  // conditional expressions, lambdas
  kOr,
  kAnd,
  kNot,
  kComparison,
  kBitOr,
  kBitXor,
  kBitAnd,
  kShift,
  kArithmetic,
  kTerm,
  kFactor,
  kPower,
  kAwait,
  kAtom,
};

constexpr int kMaxDepth = 3000;

struct OperatorText {
  const char* text;
  int precedence;
};

OperatorText operator_text(Operator op) {
  switch (op) {
    case Operator::kAdd: return {" + ", kArithmetic};
    case Operator::kSub: return {" - ", kArithmetic};
    case Operator::kMult: return {" * ", kTerm};
    case Operator::kMatMult: return {" @ ", kTerm};
    case Operator::kDiv: return {" / ", kTerm};
    case Operator::kMod: return {" % ", kTerm};
    case Operator::kPow: return {" ** ", kPower};
    case Operator::kLShift: return {" << ", kShift};
    case Operator::kRShift: return {" >> ", kShift};
    case Operator::kBitOr: return {" | ", kBitOr};
    case Operator::kBitXor: return {" ^ ", kBitXor};
    case Operator::kBitAnd: return {" & ", kBitAnd};
    case Operator::kFloorDiv: return {" // ", kTerm};
  }
  return {"", kAtom};
}

const char* comparison_text(CmpOperator op) {
  switch (op) {
    case CmpOperator::kEq: return " == ";
    case CmpOperator::kNotEq: return " != ";
    case CmpOperator::kLt: return " < ";
    case CmpOperator::kLtE: return " <= ";
    case CmpOperator::kGt: return " > ";
    case CmpOperator::kGtE: return " >= ";
    case CmpOperator::kIs: return " is ";
    case CmpOperator::kIsNot: return " is not ";
    case CmpOperator::kIn: return " in ";
    case CmpOperator::kNotIn: return " not in ";
  }
  return "";
}

class Unparser {
 public:
  explicit Unparser(std::string* out) : out_(out) {}

  void write(const Expr* expr, int level) {
    if (++depth_ > kMaxDepth || stack_is_low()) too_deep_ = true;
    if (!too_deep_) dispatch(expr, level);
    depth_--;
  }
  bool too_deep() const { return too_deep_; }

 private:
  class Parentheses {
   public:
    Parentheses(Unparser* unparser, bool needed) : out_(unparser->out_), needed_(needed) {
      if (needed_) *out_ += '(';
    }
    ~Parentheses() {
      if (needed_) *out_ += ')';
    }

   private:
    std::string* out_;
    bool needed_;
  };

  void text(std::string_view text) { *out_ += text; }
  void sequence(Seq<Expr*> elements, int level) {
    for (uint32_t i = 0; i < elements.size; i++) {
      if (i != 0) text(", ");
      write(elements[i], level);
    }
  }
  void generators(Seq<Comprehension*> clauses) {
    for (const Comprehension* clause : clauses) {
      text(clause->is_async != 0 ? " async for " : " for ");
      write(clause->target, kTuple);
      text(" in ");
      write(clause->iter, kTest + 1);
      for (const Expr* test : clause->ifs) {
        text(" if ");
        write(test, kTest + 1);
      }
    }
  }
  void constant(const ConstantValue& value) {
    std::string repr;
    if (value.kind == ConstantKind::kEllipsis) {
      repr = "...";
    } else {
      repr = constant_repr(value);
      if (value.kind == ConstantKind::kFloat || value.kind == ConstantKind::kComplex) {
        // Infinity has no literal but one too big to represent.
        for (size_t at; (at = repr.find("inf")) != std::string::npos;) repr.replace(at, 3, "1e309");
      }
    }
    text(repr);
  }
  void parameter(const Arg* arg, const Expr* default_value) {
    text(arg->arg->view());
    if (arg->annotation != nullptr) {
      text(": ");
      write(arg->annotation, kTest);
    }
    if (default_value != nullptr) {
      text("=");
      write(default_value, kTest);
    }
  }
  void parameters(const Arguments* args) {
    bool first = true;
    auto separate = [&] {
      if (!first) text(", ");
      first = false;
    };
    uint32_t positional = args->posonlyargs.size + args->args.size;
    for (uint32_t i = 0; i < positional; i++) {
      separate();
      const Arg* arg = i < args->posonlyargs.size ? args->posonlyargs[i] : args->args[i - args->posonlyargs.size];
      uint32_t without = positional - args->defaults.size;
      parameter(arg, i >= without ? args->defaults[i - without] : nullptr);
      if (args->posonlyargs.size != 0 && i + 1 == args->posonlyargs.size) text(", /");
    }
    if (args->vararg != nullptr || !args->kwonlyargs.empty()) {
      separate();
      text("*");
      if (args->vararg != nullptr) parameter(args->vararg, nullptr);
    }
    for (uint32_t i = 0; i < args->kwonlyargs.size; i++) {
      separate();
      parameter(args->kwonlyargs[i], args->kw_defaults[i]);
    }
    if (args->kwarg != nullptr) {
      separate();
      text("**");
      parameter(args->kwarg, nullptr);
    }
  }

  // The text between an f-string's quotes, before it is escaped.
  void fstring_part(const Expr* part, bool is_format_spec, std::string* body) {
    std::string* outer = out_;
    out_ = body;
    if (auto* string = dyn_cast<Constant>(part)) {
      for (char c : string->value.text()) {
        *body += c;
        if (c == '{' || c == '}') *body += c;
      }
    } else if (auto* joined = dyn_cast<JoinedStr>(part)) {
      fstring(joined, is_format_spec);
    } else if (auto* field = dyn_cast<FormattedValue>(part)) {
      formatted_value(field);
    }
    out_ = outer;
  }
  void fstring(const JoinedStr* node, bool is_format_spec) {
    std::string body;
    for (const Expr* part : node->values) fstring_part(part, is_format_spec, &body);
    if (is_format_spec) {
      text(body);
    } else {
      text("f");
      append_string_repr(out_, body);
    }
  }
  void formatted_value(const FormattedValue* node) {
    std::string value;
    std::string* outer = out_;
    out_ = &value;
    write(node->value, kTest + 1);
    out_ = outer;
    text(!value.empty() && value[0] == '{' ? "{ " : "{");
    text(value);
    if (node->conversion > 0) {
      text("!");
      *out_ += static_cast<char>(node->conversion);
    }
    if (node->format_spec != nullptr) {
      text(":");
      std::string spec;
      fstring_part(node->format_spec, true, &spec);
      text(spec);
    }
    text("}");
  }

  void call(const Call* node) {
    write(node->func, kAtom);
    if (node->args.size == 1 && node->keywords.empty() && isa<GeneratorExp>(node->args[0])) {
      // It brings its own parentheses.
      write(node->args[0], kTest);
      return;
    }
    text("(");
    sequence(node->args, kTest);
    bool first = node->args.empty();
    for (const Keyword* keyword : node->keywords) {
      if (!first) text(", ");
      first = false;
      if (keyword->arg == nullptr) {
        text("**");
      } else {
        text(keyword->arg->view());
        text("=");
      }
      write(keyword->value, kTest);
    }
    text(")");
  }

  void bool_op(const BoolOp* node, int level) {
    int own = node->op == BoolOperator::kAnd ? kAnd : kOr;
    Parentheses parentheses(this, level > own);
    for (uint32_t i = 0; i < node->values.size; i++) {
      if (i != 0) text(node->op == BoolOperator::kAnd ? " and " : " or ");
      write(node->values[i], own + 1);
    }
  }
  void bin_op(const BinOp* node, int level) {
    OperatorText op = operator_text(node->op);
    bool right_associative = node->op == Operator::kPow;
    Parentheses parentheses(this, level > op.precedence);
    write(node->left, op.precedence + (right_associative ? 1 : 0));
    text(op.text);
    write(node->right, op.precedence + (right_associative ? 0 : 1));
  }
  void unary_op(const UnaryOp* node, int level) {
    int own = node->op == UnaryOperator::kNot ? kNot : kFactor;
    Parentheses parentheses(this, level > own);
    switch (node->op) {
      case UnaryOperator::kInvert: text("~"); break;
      case UnaryOperator::kNot: text("not "); break;
      case UnaryOperator::kUAdd: text("+"); break;
      case UnaryOperator::kUSub: text("-"); break;
    }
    write(node->operand, own);
  }
  void lambda(const Lambda* node, int level) {
    Parentheses parentheses(this, level > kTest);
    text(node->args->posonlyargs.empty() && node->args->args.empty() ? "lambda" : "lambda ");
    parameters(node->args);
    text(": ");
    write(node->body, kTest);
  }
  void if_exp(const IfExp* node, int level) {
    Parentheses parentheses(this, level > kTest);
    write(node->body, kTest + 1);
    text(" if ");
    write(node->test, kTest + 1);
    text(" else ");
    write(node->orelse, kTest);
  }
  void dict(const Dict* node) {
    text("{");
    for (uint32_t i = 0; i < node->values.size; i++) {
      if (i != 0) text(", ");
      if (node->keys[i] != nullptr) {
        write(node->keys[i], kTest);
        text(": ");
        write(node->values[i], kTest);
      } else {
        text("**");
        write(node->values[i], kBitOr);
      }
    }
    text("}");
  }
  void compare(const Compare* node, int level) {
    Parentheses parentheses(this, level > kComparison);
    write(node->left, kComparison + 1);
    for (uint32_t i = 0; i < node->comparators.size; i++) {
      text(comparison_text(node->ops[i]));
      write(node->comparators[i], kComparison + 1);
    }
  }
  void slice(const Slice* node) {
    if (node->lower != nullptr) write(node->lower, kTest);
    text(":");
    if (node->upper != nullptr) write(node->upper, kTest);
    if (node->step != nullptr) {
      text(":");
      write(node->step, kTest);
    }
  }
  void bracketed(const char* open, const Expr* element, Seq<Comprehension*> clauses, const char* close) {
    text(open);
    write(element, kTest);
    generators(clauses);
    text(close);
  }

  void dispatch(const Expr* expr, int level) {
    switch (expr->kind) {
      case ExprKind::kBoolOp: return bool_op(cast<BoolOp>(expr), level);
      case ExprKind::kBinOp: return bin_op(cast<BinOp>(expr), level);
      case ExprKind::kUnaryOp: return unary_op(cast<UnaryOp>(expr), level);
      case ExprKind::kLambda: return lambda(cast<Lambda>(expr), level);
      case ExprKind::kIfExp: return if_exp(cast<IfExp>(expr), level);
      case ExprKind::kDict: return dict(cast<Dict>(expr));
      case ExprKind::kSet:
        text("{");
        sequence(cast<Set>(expr)->elts, kTest);
        text("}");
        return;
      case ExprKind::kListComp: return bracketed("[", cast<ListComp>(expr)->elt, cast<ListComp>(expr)->generators, "]");
      case ExprKind::kSetComp: return bracketed("{", cast<SetComp>(expr)->elt, cast<SetComp>(expr)->generators, "}");
      case ExprKind::kGeneratorExp:
        return bracketed("(", cast<GeneratorExp>(expr)->elt, cast<GeneratorExp>(expr)->generators, ")");
      case ExprKind::kDictComp: {
        auto* node = cast<DictComp>(expr);
        text("{");
        write(node->key, kTest);
        text(": ");
        write(node->value, kTest);
        generators(node->generators);
        text("}");
        return;
      }
      case ExprKind::kCompare: return compare(cast<Compare>(expr), level);
      case ExprKind::kCall: return call(cast<Call>(expr));
      case ExprKind::kConstant: {
        auto* node = cast<Constant>(expr);
        if (node->u_kind.data() != nullptr) text(node->u_kind);
        return constant(node->value);
      }
      case ExprKind::kJoinedStr: return fstring(cast<JoinedStr>(expr), false);
      case ExprKind::kFormattedValue: return formatted_value(cast<FormattedValue>(expr));
      case ExprKind::kAttribute: {
        auto* node = cast<Attribute>(expr);
        write(node->value, kAtom);
        // `1.real` would be read as a float.
        auto* value = dyn_cast<Constant>(node->value);
        bool is_int =
            value != nullptr && (value->value.kind == ConstantKind::kInt || value->value.kind == ConstantKind::kBigInt);
        text(is_int ? " ." : ".");
        return text(node->attr->view());
      }
      case ExprKind::kSubscript:
        write(cast<Subscript>(expr)->value, kAtom);
        text("[");
        write(cast<Subscript>(expr)->slice, kTuple);
        return text("]");
      case ExprKind::kSlice: return slice(cast<Slice>(expr));
      case ExprKind::kStarred: text("*"); return write(cast<Starred>(expr)->value, kBitOr);
      case ExprKind::kName: return text(cast<Name>(expr)->id->view());
      case ExprKind::kList:
        text("[");
        sequence(cast<List>(expr)->elts, kTest);
        return text("]");
      case ExprKind::kTuple: {
        Seq<Expr*> elts = cast<Tuple>(expr)->elts;
        if (elts.empty()) return text("()");
        Parentheses parentheses(this, level > kTuple);
        sequence(elts, kTest);
        if (elts.size == 1) text(",");
        return;
      }
      case ExprKind::kYield: {
        auto* node = cast<Yield>(expr);
        if (node->value == nullptr) return text("(yield)");
        text("(yield ");
        write(node->value, kTest);
        return text(")");
      }
      case ExprKind::kYieldFrom:
        text("(yield from ");
        write(cast<YieldFrom>(expr)->value, kTest);
        return text(")");
      case ExprKind::kAwait: {
        Parentheses parentheses(this, level > kAwait);
        text("await ");
        return write(cast<Await>(expr)->value, kAtom);
      }
      case ExprKind::kNamedExpr: {
        Parentheses parentheses(this, level > kTuple);
        write(cast<NamedExpr>(expr)->target, kAtom);
        text(" := ");
        return write(cast<NamedExpr>(expr)->value, kAtom);
      }
    }
  }

  std::string* out_;
  int depth_ = 0;
  bool too_deep_ = false;
};

}  // namespace

bool unparse_expression(const Expr* expr, std::string* out) {
  Unparser unparser(out);
  unparser.write(expr, kTest);
  return !unparser.too_deep();
}

}  // namespace taipan::frontend
