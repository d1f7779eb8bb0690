#include "frontend/fold.h"

#include <gmp.h>

#include <cmath>
#include <cstdlib>
#include <string>
#include <unordered_set>
#include <vector>

#include "frontend/bytecode/code_builder.h"
#include "frontend/floor_division.h"
#include "frontend/stack_guard.h"

namespace taipan::frontend {

using namespace ast;

bool constant_truth(const ConstantValue& value) {
  switch (value.kind) {
    case ConstantKind::kNone:
    case ConstantKind::kFalse: return false;
    case ConstantKind::kInt: return value.int_value != 0;
    case ConstantKind::kFloat: return value.float_value != 0;
    case ConstantKind::kComplex: return value.float_value != 0 || value.imag_value != 0;
    case ConstantKind::kStr:
    case ConstantKind::kBytes:
    case ConstantKind::kTuple:
    case ConstantKind::kFrozenSet: return value.size != 0;
    default: return true;
  }
}

namespace {

// CPython's limits: beyond them an operation is left to run time.
constexpr size_t kMaxIntBits = 128;
constexpr size_t kMaxCollectionSize = 256;
constexpr size_t kMaxStrSize = 4096;
constexpr int64_t kMaxTotalItems = 1024;

struct Integer {
  mpz_t z;
  Integer() { mpz_init(z); }
  ~Integer() { mpz_clear(z); }
  Integer(const Integer&) = delete;
  Integer& operator=(const Integer&) = delete;
};

bool is_int(const ConstantValue& v) {
  return v.kind == ConstantKind::kInt || v.kind == ConstantKind::kBigInt || v.kind == ConstantKind::kTrue ||
         v.kind == ConstantKind::kFalse;
}
bool is_exact_int(const ConstantValue& v) { return v.kind == ConstantKind::kInt || v.kind == ConstantKind::kBigInt; }

void to_mpz(const ConstantValue& v, Integer* out) {
  switch (v.kind) {
    case ConstantKind::kTrue: mpz_set_ui(out->z, 1); break;
    case ConstantKind::kFalse: mpz_set_ui(out->z, 0); break;
    case ConstantKind::kInt: mpz_set_si(out->z, v.int_value); break;
    default:
      mpz_set_str(out->z, std::string(v.text()).c_str(), v.big_is_hex ? 16 : 10);
      if (v.big_negative) mpz_neg(out->z, out->z);
      break;
  }
}

ConstantValue from_mpz(const Integer& value, Arena& arena) {
  if (mpz_fits_slong_p(value.z)) return ConstantValue::integer(mpz_get_si(value.z));
  std::string digits(mpz_sizeinbase(value.z, 16) + 2, '\0');
  mpz_get_str(digits.data(), 16, value.z);
  std::string_view text = digits.c_str();
  bool negative = text[0] == '-';
  if (negative) text.remove_prefix(1);
  return ConstantValue::big_integer(arena.copy_string(text), true, negative);
}

size_t bit_length(const Integer& value) { return mpz_sgn(value.z) ? mpz_sizeinbase(value.z, 2) : 0; }

// The double nearest to an int, where the conversion is exact or plainly right; false where it is better left to run time.
bool to_double(const ConstantValue& v, double* out) {
  switch (v.kind) {
    case ConstantKind::kTrue: *out = 1; return true;
    case ConstantKind::kFalse: *out = 0; return true;
    case ConstantKind::kInt: *out = static_cast<double>(v.int_value); return true;  // rounds to nearest even
    case ConstantKind::kFloat: *out = v.float_value; return true;
    default: return false;
  }
}

// How many items a tuple holds, all levels counted; negative: more than the limit.
int64_t check_complexity(const ConstantValue& value, int64_t limit) {
  if (value.kind == ConstantKind::kTuple) {
    limit -= static_cast<int64_t>(value.size);
    for (size_t i = 0; limit >= 0 && i < value.size; i++) limit = check_complexity(value.item_data[i], limit);
  } else if (value.kind == ConstantKind::kFrozenSet) {
    limit -= static_cast<int64_t>(value.size);
  }
  return limit;
}

size_t count_characters(std::string_view text) {
  size_t n = 0;
  for (char byte : text) n += (byte & 0xC0) != 0x80;
  return n;
}

class Folder {
 public:
  Folder(Arena& arena, const FoldOptions& options) : arena_(arena), options_(options) {}

  bool run(Mod* module) {
    switch (module->kind) {
      case ModKind::kModule: fold_body(cast<Module>(module)->body); break;
      case ModKind::kInteractive: fold_all(cast<Interactive>(module)->body); break;
      case ModKind::kExpression: fold(cast<Expression>(module)->body); break;
      case ModKind::kFunctionType: break;
    }
    return !too_deep_;
  }

 private:
  struct Deeper {
    Folder& f;
    explicit Deeper(Folder& folder) : f(folder) {
      if (++f.depth_ > f.options_.recursion_limit || stack_is_low()) f.too_deep_ = true;
    }
    ~Deeper() { --f.depth_; }
  };

  Expr* constant(const Expr* at, const ConstantValue& value) {
    return make_node<Constant>(arena_, at->loc, value, String{});
  }
  static const ConstantValue* value_of(const Expr* expr) {
    auto* c = dyn_cast<Constant>(expr);
    return c && c->value.kind != ConstantKind::kForeign ? &c->value : nullptr;
  }

  // ---- statements
  void fold_all(Seq<Stmt*> body) {
    for (Stmt* stmt : body) fold(stmt);
  }
  void fold_all(Seq<Expr*> list) {
    for (size_t i = 0; i < list.size; i++) {
      if (list[i]) fold(list[i]);
    }
  }
  static bool is_docstring(Seq<Stmt*> body) {
    if (body.empty()) return false;
    auto* stmt = dyn_cast<ExprStmt>(body[0]);
    auto* c = stmt ? dyn_cast<Constant>(stmt->value) : nullptr;
    return c && c->value.kind == ConstantKind::kStr;
  }
  // A string that folding makes of a first expression is no docstring.
  void fold_body(Seq<Stmt*> body) {
    bool had_docstring = is_docstring(body);
    fold_all(body);
    if (!had_docstring && is_docstring(body)) {
      auto* stmt = cast<ExprStmt>(body[0]);
      Expr** values = arena_.make_array<Expr*>(1);
      values[0] = stmt->value;
      stmt->value = make_node<JoinedStr>(arena_, stmt->value->loc, Seq<Expr*>{values, 1});
    }
  }
  void fold_arg(Arg* arg) {
    if (arg && arg->annotation && !options_.future_annotations) fold(arg->annotation);
  }
  void fold(Arguments* args) {
    for (Arg* arg : args->posonlyargs) fold_arg(arg);
    for (Arg* arg : args->args) fold_arg(arg);
    fold_arg(args->vararg);
    for (Arg* arg : args->kwonlyargs) fold_arg(arg);
    fold_all(args->kw_defaults);
    fold_arg(args->kwarg);
    fold_all(args->defaults);
  }
  template <class T>
  void fold_function(T* s) {
    fold(s->args);
    fold_body(s->body);
    fold_all(s->decorator_list);
    if (s->returns && !options_.future_annotations) fold(s->returns);
  }
  template <class T>
  void fold_for(T* s) {
    fold(s->target);
    fold(s->iter);
    fold_all(s->body);
    fold_all(s->orelse);
    fold_iter(s->iter);
  }
  template <class T>
  void fold_with(T* s) {
    for (WithItem* item : s->items) {
      fold(item->context_expr);
      if (item->optional_vars) fold(item->optional_vars);
    }
    fold_all(s->body);
  }
  template <class T>
  void fold_try(T* s) {
    fold_all(s->body);
    for (Handler* h : s->handlers) {
      auto* handler = cast<ExceptHandler>(h);
      if (handler->type) fold(handler->type);
      fold_all(handler->body);
    }
    fold_all(s->orelse);
    fold_all(s->finalbody);
  }

  void fold(Stmt* stmt) {
    Deeper deeper(*this);
    if (too_deep_) return;
    switch (stmt->kind) {
      case StmtKind::kFunctionDef: fold_function(cast<FunctionDef>(stmt)); break;
      case StmtKind::kAsyncFunctionDef: fold_function(cast<AsyncFunctionDef>(stmt)); break;
      case StmtKind::kClassDef: {
        auto* s = cast<ClassDef>(stmt);
        fold_all(s->bases);
        for (Keyword* keyword : s->keywords) fold(keyword->value);
        fold_body(s->body);
        fold_all(s->decorator_list);
        break;
      }
      case StmtKind::kReturn:
        if (cast<Return>(stmt)->value) fold(cast<Return>(stmt)->value);
        break;
      case StmtKind::kDelete: fold_all(cast<Delete>(stmt)->targets); break;
      case StmtKind::kAssign:
        fold_all(cast<Assign>(stmt)->targets);
        fold(cast<Assign>(stmt)->value);
        break;
      case StmtKind::kAugAssign:
        fold(cast<AugAssign>(stmt)->target);
        fold(cast<AugAssign>(stmt)->value);
        break;
      case StmtKind::kAnnAssign: {
        auto* s = cast<AnnAssign>(stmt);
        fold(s->target);
        if (!options_.future_annotations) fold(s->annotation);
        if (s->value) fold(s->value);
        break;
      }
      case StmtKind::kFor: fold_for(cast<For>(stmt)); break;
      case StmtKind::kAsyncFor: {
        auto* s = cast<AsyncFor>(stmt);
        fold(s->target);
        fold(s->iter);
        fold_all(s->body);
        fold_all(s->orelse);
        break;
      }
      case StmtKind::kWhile:
        fold(cast<While>(stmt)->test);
        fold_all(cast<While>(stmt)->body);
        fold_all(cast<While>(stmt)->orelse);
        break;
      case StmtKind::kIf:
        fold(cast<If>(stmt)->test);
        fold_all(cast<If>(stmt)->body);
        fold_all(cast<If>(stmt)->orelse);
        break;
      case StmtKind::kWith: fold_with(cast<With>(stmt)); break;
      case StmtKind::kAsyncWith: fold_with(cast<AsyncWith>(stmt)); break;
      case StmtKind::kMatch: {
        auto* s = cast<Match>(stmt);
        fold(s->subject);
        for (MatchCase* c : s->cases) {
          fold(c->pattern);
          if (c->guard) fold(c->guard);
          fold_all(c->body);
        }
        break;
      }
      case StmtKind::kRaise:
        if (cast<Raise>(stmt)->exc) fold(cast<Raise>(stmt)->exc);
        if (cast<Raise>(stmt)->cause) fold(cast<Raise>(stmt)->cause);
        break;
      case StmtKind::kTry: fold_try(cast<Try>(stmt)); break;
      case StmtKind::kTryStar: fold_try(cast<TryStar>(stmt)); break;
      case StmtKind::kAssert:
        fold(cast<Assert>(stmt)->test);
        if (cast<Assert>(stmt)->msg) fold(cast<Assert>(stmt)->msg);
        break;
      case StmtKind::kExprStmt: fold(cast<ExprStmt>(stmt)->value); break;
      default: break;
    }
  }

  void fold(Pattern* pattern) {
    Deeper deeper(*this);
    if (too_deep_) return;
    switch (pattern->kind) {
      case PatternKind::kMatchValue: fold(cast<MatchValue>(pattern)->value); break;
      case PatternKind::kMatchSequence:
        for (Pattern* p : cast<MatchSequence>(pattern)->patterns) fold(p);
        break;
      case PatternKind::kMatchMapping:
        fold_all(cast<MatchMapping>(pattern)->keys);
        for (Pattern* p : cast<MatchMapping>(pattern)->patterns) fold(p);
        break;
      case PatternKind::kMatchClass:
        fold(cast<MatchClass>(pattern)->cls);
        for (Pattern* p : cast<MatchClass>(pattern)->patterns) fold(p);
        for (Pattern* p : cast<MatchClass>(pattern)->kwd_patterns) fold(p);
        break;
      case PatternKind::kMatchAs:
        if (cast<MatchAs>(pattern)->pattern) fold(cast<MatchAs>(pattern)->pattern);
        break;
      case PatternKind::kMatchOr:
        for (Pattern* p : cast<MatchOr>(pattern)->patterns) fold(p);
        break;
      default: break;
    }
  }

  // ---- expressions
  void fold_comprehensions(Seq<Comprehension*> generators) {
    for (Comprehension* c : generators) {
      fold(c->target);
      fold(c->iter);
      fold_all(c->ifs);
      fold_iter(c->iter);
    }
  }

  void fold(Expr*& slot) {
    Deeper deeper(*this);
    if (too_deep_) return;
    Expr* expr = slot;
    switch (expr->kind) {
      case ExprKind::kBoolOp: fold_all(cast<BoolOp>(expr)->values); break;
      case ExprKind::kBinOp: {
        auto* e = cast<BinOp>(expr);
        fold(e->left);
        fold(e->right);
        fold_binary(e, slot);
        break;
      }
      case ExprKind::kUnaryOp: {
        auto* e = cast<UnaryOp>(expr);
        fold(e->operand);
        fold_unary(e, slot);
        break;
      }
      case ExprKind::kLambda:
        fold(cast<Lambda>(expr)->args);
        fold(cast<Lambda>(expr)->body);
        break;
      case ExprKind::kIfExp:
        fold(cast<IfExp>(expr)->test);
        fold(cast<IfExp>(expr)->body);
        fold(cast<IfExp>(expr)->orelse);
        break;
      case ExprKind::kDict:
        fold_all(cast<Dict>(expr)->keys);
        fold_all(cast<Dict>(expr)->values);
        break;
      case ExprKind::kSet: fold_all(cast<Set>(expr)->elts); break;
      case ExprKind::kListComp:
        fold(cast<ListComp>(expr)->elt);
        fold_comprehensions(cast<ListComp>(expr)->generators);
        break;
      case ExprKind::kSetComp:
        fold(cast<SetComp>(expr)->elt);
        fold_comprehensions(cast<SetComp>(expr)->generators);
        break;
      case ExprKind::kDictComp:
        fold(cast<DictComp>(expr)->key);
        fold(cast<DictComp>(expr)->value);
        fold_comprehensions(cast<DictComp>(expr)->generators);
        break;
      case ExprKind::kGeneratorExp:
        fold(cast<GeneratorExp>(expr)->elt);
        fold_comprehensions(cast<GeneratorExp>(expr)->generators);
        break;
      case ExprKind::kAwait: fold(cast<Await>(expr)->value); break;
      case ExprKind::kYield:
        if (cast<Yield>(expr)->value) fold(cast<Yield>(expr)->value);
        break;
      case ExprKind::kYieldFrom: fold(cast<YieldFrom>(expr)->value); break;
      case ExprKind::kCompare: {
        auto* e = cast<Compare>(expr);
        fold(e->left);
        fold_all(e->comparators);
        CmpOperator op = e->ops.back();
        if (op == CmpOperator::kIn || op == CmpOperator::kNotIn) fold_iter(e->comparators.back());
        break;
      }
      case ExprKind::kCall: {
        auto* e = cast<Call>(expr);
        fold(e->func);
        fold_all(e->args);
        for (Keyword* keyword : e->keywords) fold(keyword->value);
        break;
      }
      case ExprKind::kFormattedValue: {
        auto* e = cast<FormattedValue>(expr);
        fold(e->value);
        if (e->format_spec) fold(e->format_spec);
        break;
      }
      case ExprKind::kJoinedStr: fold_all(cast<JoinedStr>(expr)->values); break;
      case ExprKind::kAttribute: fold(cast<Attribute>(expr)->value); break;
      case ExprKind::kSubscript: {
        auto* e = cast<Subscript>(expr);
        fold(e->value);
        fold(e->slice);
        fold_subscript(e, slot);
        break;
      }
      case ExprKind::kStarred: fold(cast<Starred>(expr)->value); break;
      case ExprKind::kSlice: {
        auto* e = cast<Slice>(expr);
        if (e->lower) fold(e->lower);
        if (e->upper) fold(e->upper);
        if (e->step) fold(e->step);
        break;
      }
      case ExprKind::kList: fold_all(cast<List>(expr)->elts); break;
      case ExprKind::kTuple: {
        auto* e = cast<Tuple>(expr);
        fold_all(e->elts);
        ConstantValue value;
        if (e->ctx == ExprContext::kLoad && constant_tuple(e->elts, &value)) slot = constant(e, value);
        break;
      }
      case ExprKind::kName: {
        auto* e = cast<Name>(expr);
        if (e->ctx == ExprContext::kLoad && e->id->is("__debug__")) {
          slot = constant(e, ConstantValue::boolean(options_.optimize == 0));
        }
        break;
      }
      case ExprKind::kNamedExpr: fold(cast<NamedExpr>(expr)->value); break;
      case ExprKind::kConstant: break;
    }
  }

  // All items constants (objects of the embedder included, they go into the pool like any other).
  bool constant_tuple(Seq<Expr*> elts, ConstantValue* out) {
    for (Expr* e : elts) {
      if (!isa<Constant>(e)) return false;
    }
    auto* items = arena_.make_array<ConstantValue>(elts.size ? elts.size : 1);
    for (size_t i = 0; i < elts.size; i++) items[i] = cast<Constant>(elts[i])->value;
    *out = ConstantValue::tuple(items, elts.size);
    return true;
  }

  // What is only iterated or searched may as well be immutable.
  void fold_iter(Expr*& slot) {
    if (auto* list = dyn_cast<List>(slot)) {
      for (Expr* e : list->elts) {
        if (isa<Starred>(e)) return;
      }
      ConstantValue value;
      if (constant_tuple(list->elts, &value)) {
        slot = constant(list, value);
      } else {
        slot = make_node<Tuple>(arena_, list->loc, list->elts, list->ctx);
      }
    } else if (auto* set = dyn_cast<Set>(slot)) {
      ConstantValue value;
      if (!constant_tuple(set->elts, &value)) return;
      auto* items = const_cast<ConstantValue*>(value.item_data);
      size_t distinct = 0;
      std::unordered_set<std::string> seen;
      for (size_t i = 0; i < value.size; i++) {
        std::string key;
        append_constant_key(items[i], &key);
        if (seen.insert(std::move(key)).second) items[distinct++] = items[i];
      }
      slot = constant(set, ConstantValue::frozen_set(items, distinct));
    }
  }

  // ---- unary
  void fold_unary(UnaryOp* e, Expr*& slot) {
    if (e->op == UnaryOperator::kNot) {
      if (auto* compare = dyn_cast<Compare>(e->operand)) {
        // not (a in b) is a not in b
        if (compare->ops.size == 1) {
          CmpOperator& op = compare->ops[0];
          CmpOperator inverted;
          switch (op) {
            case CmpOperator::kIs: inverted = CmpOperator::kIsNot; break;
            case CmpOperator::kIsNot: inverted = CmpOperator::kIs; break;
            case CmpOperator::kIn: inverted = CmpOperator::kNotIn; break;
            case CmpOperator::kNotIn: inverted = CmpOperator::kIn; break;
            default: inverted = op; break;
          }
          if (inverted != op) {
            op = inverted;
            slot = compare;
            return;
          }
        }
      }
    }
    const ConstantValue* v = value_of(e->operand);
    if (!v) return;
    switch (e->op) {
      case UnaryOperator::kNot: slot = constant(e, ConstantValue::boolean(!constant_truth(*v))); return;
      case UnaryOperator::kInvert:
        if (is_int(*v)) {
          Integer z;
          to_mpz(*v, &z);
          mpz_com(z.z, z.z);
          slot = constant(e, from_mpz(z, arena_));
        }
        return;
      case UnaryOperator::kUAdd:
      case UnaryOperator::kUSub: {
        bool negate = e->op == UnaryOperator::kUSub;
        if (is_int(*v)) {
          Integer z;
          to_mpz(*v, &z);
          if (negate) mpz_neg(z.z, z.z);
          slot = constant(e, from_mpz(z, arena_));
        } else if (v->kind == ConstantKind::kFloat) {
          slot = constant(e, ConstantValue::floating(negate ? -v->float_value : v->float_value));
        } else if (v->kind == ConstantKind::kComplex) {
          slot = constant(e, negate ? ConstantValue::complex(-v->float_value, -v->imag_value) : *v);
        }
        return;
      }
    }
  }

  // ---- binary
  void fold_binary(BinOp* e, Expr*& slot) {
    const ConstantValue* left = value_of(e->left);
    if (!left) return;
    if (e->op == Operator::kMod && left->kind == ConstantKind::kStr && isa<Tuple>(e->right)) {
      if (Expr* joined = fold_format(e, *left, cast<Tuple>(e->right)->elts)) slot = joined;
      return;
    }
    const ConstantValue* right = value_of(e->right);
    if (!right) return;
    ConstantValue result;
    if (evaluate(e->op, *left, *right, &result)) slot = constant(e, result);
  }

  bool evaluate(Operator op, const ConstantValue& a, const ConstantValue& b, ConstantValue* out) {
    if (is_int(a) && is_int(b)) return evaluate_ints(op, a, b, out);
    double x, y;
    bool a_float = a.kind == ConstantKind::kFloat, b_float = b.kind == ConstantKind::kFloat;
    if ((a_float || b_float) && to_double(a, &x) && to_double(b, &y)) return evaluate_floats(op, x, y, out);
    if ((a.kind == ConstantKind::kComplex || b.kind == ConstantKind::kComplex)) return evaluate_complex(op, a, b, out);
    if (op == Operator::kAdd && a.kind == b.kind) {
      if (a.kind == ConstantKind::kStr || a.kind == ConstantKind::kBytes) {
        std::string text(a.text());
        text += b.text();
        std::string_view kept = arena_.copy_string(text);
        *out = a.kind == ConstantKind::kStr ? ConstantValue::string(kept) : ConstantValue::bytes(kept);
        // Two halves of a surrogate pair stay two code points: leave them to run time, where strings are no UTF-8.
        return true;
      }
      if (a.kind == ConstantKind::kTuple) {
        auto* items = arena_.make_array<ConstantValue>(a.size + b.size + 1);
        for (size_t i = 0; i < a.size; i++) items[i] = a.item_data[i];
        for (size_t i = 0; i < b.size; i++) items[a.size + i] = b.item_data[i];
        *out = ConstantValue::tuple(items, a.size + b.size);
        return true;
      }
      return false;
    }
    if (op == Operator::kMult) {
      if (is_exact_int(a)) return repeat(b, a, out);
      if (is_exact_int(b)) return repeat(a, b, out);
    }
    return false;
  }

  bool repeat(const ConstantValue& sequence, const ConstantValue& count, ConstantValue* out) {
    if (count.kind != ConstantKind::kInt) return false;
    int64_t n = count.int_value;
    switch (sequence.kind) {
      case ConstantKind::kTuple: {
        if (sequence.size) {
          if (n < 0 || n > static_cast<int64_t>(kMaxCollectionSize / sequence.size)) return false;
          if (n && check_complexity(sequence, kMaxTotalItems / n) < 0) return false;
        }
        size_t total = sequence.size * static_cast<size_t>(n < 0 ? 0 : n);
        auto* items = arena_.make_array<ConstantValue>(total + 1);
        for (size_t i = 0; i < total; i++) items[i] = sequence.item_data[i % sequence.size];
        *out = ConstantValue::tuple(items, total);
        return true;
      }
      case ConstantKind::kStr:
      case ConstantKind::kBytes: {
        bool is_str = sequence.kind == ConstantKind::kStr;
        size_t size = is_str ? count_characters(sequence.text()) : sequence.size;
        if (size && (n < 0 || n > static_cast<int64_t>(kMaxStrSize / size))) return false;
        std::string text;
        for (int64_t i = 0; size && i < n; i++) text += sequence.text();
        std::string_view kept = arena_.copy_string(text);
        *out = is_str ? ConstantValue::string(kept) : ConstantValue::bytes(kept);
        return true;
      }
      default: return false;
    }
  }

  bool evaluate_ints(Operator op, const ConstantValue& a, const ConstantValue& b, ConstantValue* out) {
    if (op == Operator::kDiv) {
      double x, y;
      constexpr int64_t kExact = int64_t{1} << 53;
      auto exact = [](const ConstantValue& v) {
        return v.kind != ConstantKind::kBigInt &&
               (v.kind != ConstantKind::kInt || (v.int_value <= kExact && v.int_value >= -kExact));
      };
      if (!exact(a) || !exact(b) || !to_double(a, &x) || !to_double(b, &y) || y == 0) return false;
      *out = ConstantValue::floating(x / y);
      return true;
    }
    // and, or, xor of bools stay bools
    bool both_bool = !is_exact_int(a) && !is_exact_int(b);
    Integer x, y, z;
    to_mpz(a, &x);
    to_mpz(b, &y);
    switch (op) {
      case Operator::kAdd: mpz_add(z.z, x.z, y.z); break;
      case Operator::kSub: mpz_sub(z.z, x.z, y.z); break;
      case Operator::kMult:
        if (mpz_sgn(x.z) && mpz_sgn(y.z) && bit_length(x) + bit_length(y) > kMaxIntBits) return false;
        mpz_mul(z.z, x.z, y.z);
        break;
      case Operator::kFloorDiv:
        if (!mpz_sgn(y.z)) return false;
        mpz_fdiv_q(z.z, x.z, y.z);
        break;
      case Operator::kMod:
        if (!mpz_sgn(y.z)) return false;
        mpz_fdiv_r(z.z, x.z, y.z);
        break;
      case Operator::kPow: {
        if (mpz_sgn(y.z) < 0) {
          // A float: exact for powers of two, else left alone.
          double base, exponent;
          if (!to_double(a, &base) || !to_double(b, &exponent) || base == 0) return false;
          *out = ConstantValue::floating(std::pow(base, exponent));
          return true;
        }
        if (!mpz_fits_ulong_p(y.z)) return false;
        unsigned long n = mpz_get_ui(y.z);
        if (mpz_sgn(x.z) && n) {
          size_t bits = bit_length(x);
          if (bits > kMaxIntBits / n) return false;
        }
        mpz_pow_ui(z.z, x.z, n);
        break;
      }
      case Operator::kLShift: {
        if (mpz_sgn(y.z) < 0 || !mpz_fits_ulong_p(y.z)) return false;
        unsigned long n = mpz_get_ui(y.z);
        if (mpz_sgn(x.z) && n && (n > kMaxIntBits || bit_length(x) > kMaxIntBits - n)) return false;
        if (mpz_sgn(x.z)) mpz_mul_2exp(z.z, x.z, n);
        break;
      }
      case Operator::kRShift:
        if (mpz_sgn(y.z) < 0 || !mpz_fits_ulong_p(y.z)) return false;
        mpz_fdiv_q_2exp(z.z, x.z, mpz_get_ui(y.z));
        break;
      case Operator::kBitOr: mpz_ior(z.z, x.z, y.z); break;
      case Operator::kBitXor: mpz_xor(z.z, x.z, y.z); break;
      case Operator::kBitAnd: mpz_and(z.z, x.z, y.z); break;
      default: return false;
    }
    if (both_bool && (op == Operator::kBitOr || op == Operator::kBitXor || op == Operator::kBitAnd)) {
      *out = ConstantValue::boolean(mpz_sgn(z.z) != 0);
    } else {
      *out = from_mpz(z, arena_);
    }
    return true;
  }

  bool evaluate_floats(Operator op, double x, double y, ConstantValue* out) {
    double result;
    switch (op) {
      case Operator::kAdd: result = x + y; break;
      case Operator::kSub: result = x - y; break;
      case Operator::kMult: result = x * y; break;
      case Operator::kDiv:
        if (y == 0) return false;
        result = x / y;
        break;
      case Operator::kPow:
        // Where the result is finite and real there is nothing special about it.
        if (x < 0 && y != std::floor(y)) return false;
        if (x == 0 && y < 0) return false;
        result = std::pow(x, y);
        if (!std::isfinite(result)) return false;
        break;
      case Operator::kFloorDiv:
      case Operator::kMod:
        if (y == 0 || !std::isfinite(x) || !std::isfinite(y)) return false;
        result = op == Operator::kMod ? float_floor_mod(x, y) : float_floor_div(x, y);
        break;
      default: return false;
    }
    *out = ConstantValue::floating(result);
    return true;
  }

  bool evaluate_complex(Operator op, const ConstantValue& a, const ConstantValue& b, ConstantValue* out) {
    double ar, ai = 0, br, bi = 0;
    if (a.kind == ConstantKind::kComplex) {
      ar = a.float_value;
      ai = a.imag_value;
    } else if (!to_double(a, &ar)) {
      return false;
    }
    if (b.kind == ConstantKind::kComplex) {
      br = b.float_value;
      bi = b.imag_value;
    } else if (!to_double(b, &br)) {
      return false;
    }
    switch (op) {
      case Operator::kAdd: *out = ConstantValue::complex(ar + br, ai + bi); return true;
      case Operator::kSub: *out = ConstantValue::complex(ar - br, ai - bi); return true;
      case Operator::kMult: *out = ConstantValue::complex(ar * br - ai * bi, ar * bi + ai * br); return true;
      default: return false;
    }
  }

  // ---- subscripts
  void fold_subscript(Subscript* e, Expr*& slot) {
    const ConstantValue* value = value_of(e->value);
    const ConstantValue* index = value_of(e->slice);
    if (!value || !index || e->ctx != ExprContext::kLoad) return;
    int64_t i;
    if (index->kind == ConstantKind::kInt)
      i = index->int_value;
    else if (index->kind == ConstantKind::kTrue)
      i = 1;
    else if (index->kind == ConstantKind::kFalse)
      i = 0;
    else
      return;
    switch (value->kind) {
      case ConstantKind::kTuple:
      case ConstantKind::kBytes: {
        int64_t size = static_cast<int64_t>(value->size);
        if (i < 0) i += size;
        if (i < 0 || i >= size) return;
        slot = constant(e, value->kind == ConstantKind::kTuple
                               ? value->item_data[i]
                               : ConstantValue::integer(static_cast<unsigned char>(value->data[i])));
        return;
      }
      case ConstantKind::kStr: {
        std::string_view text = value->text();
        int64_t size = static_cast<int64_t>(count_characters(text));
        if (i < 0) i += size;
        if (i < 0 || i >= size) return;
        size_t start = 0;
        auto next = [&](size_t at) {
          at++;
          while (at < text.size() && (text[at] & 0xC0) == 0x80) at++;
          return at;
        };
        while (i-- > 0) start = next(start);
        slot = constant(e, ConstantValue::string(arena_.copy_string(text.substr(start, next(start) - start))));
        return;
      }
      default: return;
    }
  }

  // ---- "..." % (a, b) as an f-string, where the format has no more than %s, %r, %a with width and precision
  Expr* fold_format(const BinOp* e, const ConstantValue& format, Seq<Expr*> elts) {
    for (Expr* elt : elts) {
      if (isa<Starred>(elt)) return nullptr;
    }
    std::string_view text = format.text();
    std::vector<Expr*> parts;
    size_t at = 0, used = 0;
    for (;;) {
      std::string literal;
      while (at < text.size()) {
        if (text[at] != '%') {
          literal += text[at++];
        } else if (at + 1 < text.size() && text[at + 1] == '%') {
          literal += '%';
          at += 2;
        } else {
          break;
        }
      }
      if (!literal.empty()) parts.push_back(constant(e, ConstantValue::string(arena_.copy_string(literal))));
      if (at >= text.size()) break;
      if (used >= elts.size) return nullptr;
      Expr* part = format_item(e, text, &at, elts[used]);
      if (!part) return nullptr;
      parts.push_back(part);
      used++;
    }
    if (used < elts.size) return nullptr;
    return make_node<JoinedStr>(arena_, e->loc, arena_.copy_seq(parts.data(), parts.size()));
  }

  Expr* format_item(const BinOp* e, std::string_view text, size_t* at, Expr* value) {
    size_t i = *at + 1;
    bool left = false;
    auto digits = [&](int* out) {
      *out = 0;
      int count = 0;
      while (i < text.size() && text[i] >= '0' && text[i] <= '9') {
        *out = *out * 10 + (text[i++] - '0');
        if (++count > 3) return false;
      }
      return true;
    };
    // Of the flags only '-' keeps its meaning for text.
    for (; i < text.size(); i++) {
      if (text[i] == '-')
        left = true;
      else if (text[i] == '+' || text[i] == ' ' || text[i] == '#' || text[i] == '0')
        return nullptr;
      else
        break;
    }
    int width = -1, precision = -1;
    if (i < text.size() && text[i] >= '0' && text[i] <= '9' && !digits(&width)) return nullptr;
    if (i < text.size() && text[i] == '.') {
      i++;
      if (!digits(&precision)) return nullptr;
    }
    if (i >= text.size()) return nullptr;
    char spec = text[i++];
    if (spec != 's' && spec != 'r' && spec != 'a') return nullptr;
    std::string format;
    if (!left && width > 0) format += '>';
    if (width >= 0) format += std::to_string(width);
    if (precision >= 0) format += "." + std::to_string(precision);
    Expr* format_spec = nullptr;
    if (!format.empty()) {
      Expr** parts = arena_.make_array<Expr*>(1);
      parts[0] = constant(e, ConstantValue::string(arena_.copy_string(format)));
      format_spec = make_node<JoinedStr>(arena_, e->loc, Seq<Expr*>{parts, 1});
    }
    *at = i;
    return make_node<FormattedValue>(arena_, value->loc, value, static_cast<Int>(spec), format_spec);
  }

  Arena& arena_;
  const FoldOptions& options_;
  int depth_ = 0;
  bool too_deep_ = false;
};

}  // namespace

bool fold_constants(Mod* module, Arena& arena, const FoldOptions& options) {
  return Folder(arena, options).run(module);
}

}  // namespace taipan::frontend
