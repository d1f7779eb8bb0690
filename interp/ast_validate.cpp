// What the compiler takes for granted about a tree that Python code made: contexts of expressions, bodies that are not empty, lists
// of equal length, positions that make sense. The order of the checks decides which error a tree with several gets.
#include "frontend/ast.h"
#include "interp/ast_bridge.h"
#include "interp/objects/abstract.h"
#include "interp/objects/error.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/thread.h"

namespace taipan {

namespace {

using namespace frontend;
using namespace frontend::ast;
// Names that objects of the runtime have too.
using frontend::ast::Constant, frontend::ast::Dict, frontend::ast::List, frontend::ast::Set, frontend::ast::Slice,
    frontend::ast::Tuple;

Fail bad(const char* text) { return raise(types::ValueError, "%s", text); }

bool expression(const Expr* e, ExprContext ctx);
bool statements(const Seq<Stmt*>& body);
bool pattern(const Pattern* p, bool star_ok);

bool load(const Expr* e) { return expression(e, ExprContext::kLoad); }
bool maybe_load(const Expr* e) { return !e || load(e); }

bool position(const Location& at) {
  if (at.lineno > at.end_lineno)
    return raise(types::ValueError, "AST node line range (%d, %d) is not valid", at.lineno, at.end_lineno);
  if ((at.lineno < 0 && at.end_lineno != at.lineno) || (at.col_offset < 0 && at.col_offset != at.end_col_offset))
    return raise(types::ValueError, "AST node column range (%d, %d) for line range (%d, %d) is not valid",
                 at.col_offset, at.end_col_offset, at.lineno, at.end_lineno);
  if (at.lineno == at.end_lineno && at.col_offset > at.end_col_offset)
    return raise(types::ValueError, "line %d, column %d-%d is not a valid range", at.lineno, at.col_offset,
                 at.end_col_offset);
  return true;
}

bool name_ok(Identifier id) {
  for (const char* constant : {"None", "True", "False"}) {
    if (id->view() == constant)
      return raise(types::ValueError, "identifier field can't represent '%s' constant", constant);
  }
  return true;
}
bool capture(Identifier id) {
  if (id->view() == "_") return bad("can't capture name '_' in patterns");
  return name_ok(id);
}

template <class S>
bool not_empty(const S& seq, const char* what, const char* owner) {
  return seq.size > 0 ? true : static_cast<bool>(raise(types::ValueError, "empty %s on %s", what, owner));
}
bool body_of(const Seq<Stmt*>& body, const char* owner) { return not_empty(body, "body", owner) && statements(body); }

bool expressions(const Seq<Expr*>& list, ExprContext ctx = ExprContext::kLoad, bool null_ok = false) {
  for (const Expr* e : list) {
    if (e) {
      if (!expression(e, ctx)) return false;
    } else if (!null_ok) {
      return bad("None disallowed in expression list");
    }
  }
  return true;
}
bool comprehensions(const Seq<Comprehension*>& generators) {
  if (generators.size == 0) return bad("comprehension with no generators");
  for (const Comprehension* c : generators) {
    if (!expression(c->target, ExprContext::kStore) || !load(c->iter) || !expressions(c->ifs)) return false;
  }
  return true;
}
bool keywords(const Seq<Keyword*>& list) {
  for (const Keyword* k : list) {
    if (!load(k->value)) return false;
  }
  return true;
}
bool parameter(const Arg* a) { return position(a->loc) && maybe_load(a->annotation); }
bool parameters(const Seq<Arg*>& list) {
  for (const Arg* a : list) {
    if (!parameter(a)) return false;
  }
  return true;
}
bool arguments(const Arguments* a) {
  if (!parameters(a->posonlyargs) || !parameters(a->args) || (a->vararg && !maybe_load(a->vararg->annotation)) ||
      !parameters(a->kwonlyargs) || (a->kwarg && !maybe_load(a->kwarg->annotation)))
    return false;
  if (a->defaults.size > a->posonlyargs.size + a->args.size)
    return bad("more positional defaults than args on arguments");
  if (a->kw_defaults.size != a->kwonlyargs.size)
    return bad("length of kwonlyargs is not the same as kw_defaults on arguments");
  return expressions(a->defaults) && expressions(a->kw_defaults, ExprContext::kLoad, true);
}

bool expression(const Expr* e, ExprContext ctx) {
  if (!position(e->loc)) return false;
  RecursionScope scope(" during compilation");
  if (!scope.ok()) return false;
  ExprContext actual = ctx;
  switch (e->kind) {
    case ExprKind::kAttribute: actual = cast<Attribute>(e)->ctx; break;
    case ExprKind::kSubscript: actual = cast<Subscript>(e)->ctx; break;
    case ExprKind::kStarred: actual = cast<Starred>(e)->ctx; break;
    case ExprKind::kName:
      if (!name_ok(cast<Name>(e)->id)) return false;
      actual = cast<Name>(e)->ctx;
      break;
    case ExprKind::kList: actual = cast<List>(e)->ctx; break;
    case ExprKind::kTuple: actual = cast<Tuple>(e)->ctx; break;
    default:
      if (ctx != ExprContext::kLoad)
        return raise(types::ValueError, "expression which can't be assigned to in %s context", enum_name(ctx));
  }
  if (actual != ctx)
    return raise(types::ValueError, "expression must have %s context but has %s instead", enum_name(ctx),
                 enum_name(actual));
  switch (e->kind) {
    case ExprKind::kBoolOp: {
      const auto* n = cast<BoolOp>(e);
      if (n->values.size < 2) return bad("BoolOp with less than 2 values");
      return expressions(n->values);
    }
    case ExprKind::kNamedExpr: {
      const auto* n = cast<NamedExpr>(e);
      if (!isa<Name>(n->target)) return raise(types::TypeError, "NamedExpr target must be a Name");
      return load(n->value) && expression(n->target, ExprContext::kStore);
    }
    case ExprKind::kBinOp: return load(cast<BinOp>(e)->left) && load(cast<BinOp>(e)->right);
    case ExprKind::kUnaryOp: return load(cast<UnaryOp>(e)->operand);
    case ExprKind::kLambda: return arguments(cast<Lambda>(e)->args) && load(cast<Lambda>(e)->body);
    case ExprKind::kIfExp:
      return load(cast<IfExp>(e)->test) && load(cast<IfExp>(e)->body) && load(cast<IfExp>(e)->orelse);
    case ExprKind::kDict: {
      const auto* n = cast<Dict>(e);
      if (n->keys.size != n->values.size) return bad("Dict doesn't have the same number of keys as values");
      return expressions(n->keys, ExprContext::kLoad, true) && expressions(n->values);
    }
    case ExprKind::kSet: return expressions(cast<Set>(e)->elts);
    case ExprKind::kListComp: return comprehensions(cast<ListComp>(e)->generators) && load(cast<ListComp>(e)->elt);
    case ExprKind::kSetComp: return comprehensions(cast<SetComp>(e)->generators) && load(cast<SetComp>(e)->elt);
    case ExprKind::kGeneratorExp:
      return comprehensions(cast<GeneratorExp>(e)->generators) && load(cast<GeneratorExp>(e)->elt);
    case ExprKind::kDictComp:
      return comprehensions(cast<DictComp>(e)->generators) && load(cast<DictComp>(e)->key) &&
             load(cast<DictComp>(e)->value);
    case ExprKind::kAwait: return load(cast<Await>(e)->value);
    case ExprKind::kYield: return maybe_load(cast<Yield>(e)->value);
    case ExprKind::kYieldFrom: return load(cast<YieldFrom>(e)->value);
    case ExprKind::kCompare: {
      const auto* n = cast<Compare>(e);
      if (n->comparators.size == 0) return bad("Compare with no comparators");
      if (n->comparators.size != n->ops.size) return bad("Compare has a different number of comparators and operands");
      return expressions(n->comparators) && load(n->left);
    }
    case ExprKind::kCall:
      return load(cast<Call>(e)->func) && expressions(cast<Call>(e)->args) && keywords(cast<Call>(e)->keywords);
    case ExprKind::kFormattedValue:
      return load(cast<FormattedValue>(e)->value) && maybe_load(cast<FormattedValue>(e)->format_spec);
    case ExprKind::kJoinedStr: return expressions(cast<JoinedStr>(e)->values);
    case ExprKind::kAttribute: return load(cast<Attribute>(e)->value);
    case ExprKind::kSubscript: return load(cast<Subscript>(e)->slice) && load(cast<Subscript>(e)->value);
    case ExprKind::kStarred: return expression(cast<Starred>(e)->value, ctx);
    case ExprKind::kList: return expressions(cast<List>(e)->elts, ctx);
    case ExprKind::kTuple: return expressions(cast<Tuple>(e)->elts, ctx);
    case ExprKind::kSlice:
      return maybe_load(cast<Slice>(e)->lower) && maybe_load(cast<Slice>(e)->upper) && maybe_load(cast<Slice>(e)->step);
    case ExprKind::kConstant:
    case ExprKind::kName: return true;
  }
  return true;
}

// ---- patterns
bool number(const Expr* e, bool real, bool imaginary) {
  const auto* c = dyn_cast<Constant>(e);
  if (!c) return false;
  ConstantKind k = c->value.kind;
  if (k == ConstantKind::kInt || k == ConstantKind::kBigInt || k == ConstantKind::kFloat) return real;
  return k == ConstantKind::kComplex && imaginary;
}
bool negative_number(const Expr* e, bool real, bool imaginary) {
  const auto* u = dyn_cast<UnaryOp>(e);
  return u && u->op == UnaryOperator::kUSub && number(u->operand, real, imaginary);
}
bool complex_number(const BinOp* b) {
  if (b->op != Operator::kAdd && b->op != Operator::kSub) return false;
  return (number(b->left, true, false) || negative_number(b->left, true, false)) && number(b->right, false, true);
}
bool literal(const Expr* e) {
  if (!load(e)) return false;
  switch (e->kind) {
    case ExprKind::kConstant:
      switch (cast<Constant>(e)->value.kind) {
        case ConstantKind::kInt:
        case ConstantKind::kBigInt:
        case ConstantKind::kFloat:
        case ConstantKind::kComplex:
        case ConstantKind::kStr:
        case ConstantKind::kBytes: return true;
        default: return bad("unexpected constant inside of a literal pattern");
      }
    case ExprKind::kAttribute:
    case ExprKind::kJoinedStr: return true;  // the compiler refuses the latter
    case ExprKind::kUnaryOp:
      if (negative_number(e, true, true)) return true;
      break;
    case ExprKind::kBinOp:
      if (complex_number(cast<BinOp>(e))) return true;
      break;
    default: break;
  }
  return bad("patterns may only match literals and attribute lookups");
}
bool patterns(const Seq<Pattern*>& list, bool star_ok) {
  for (const Pattern* p : list) {
    if (!p) return bad("None disallowed in pattern list");
    if (!pattern(p, star_ok)) return false;
  }
  return true;
}
bool singleton(const ConstantValue& v) {
  return v.kind == ConstantKind::kNone || v.kind == ConstantKind::kTrue || v.kind == ConstantKind::kFalse;
}

bool pattern(const Pattern* p, bool star_ok) {
  if (!position(p->loc)) return false;
  RecursionScope scope(" during compilation");
  if (!scope.ok()) return false;
  switch (p->kind) {
    case PatternKind::kMatchValue: return literal(cast<MatchValue>(p)->value);
    case PatternKind::kMatchSingleton:
      return singleton(cast<MatchSingleton>(p)->value)
                 ? true
                 : static_cast<bool>(bad("MatchSingleton can only contain True, False and None"));
    case PatternKind::kMatchSequence: return patterns(cast<MatchSequence>(p)->patterns, true);
    case PatternKind::kMatchMapping: {
      const auto* n = cast<MatchMapping>(p);
      if (n->keys.size != n->patterns.size) return bad("MatchMapping doesn't have the same number of keys as patterns");
      if (n->rest && !capture(n->rest)) return false;
      for (const Expr* key : n->keys) {
        if (!key) return bad("None disallowed in expression list");
        const auto* c = dyn_cast<Constant>(key);
        if (c && singleton(c->value)) continue;
        if (!literal(key)) return false;
      }
      return patterns(n->patterns, false);
    }
    case PatternKind::kMatchClass: {
      const auto* n = cast<MatchClass>(p);
      if (n->kwd_attrs.size != n->kwd_patterns.size)
        return bad("MatchClass doesn't have the same number of keyword attributes as patterns");
      if (!load(n->cls)) return false;
      const Expr* cls = n->cls;
      while (const auto* attribute = dyn_cast<Attribute>(cls)) cls = attribute->value;
      if (!isa<Name>(cls)) return bad("MatchClass cls field can only contain Name or Attribute nodes.");
      for (Identifier id : n->kwd_attrs) {
        if (!name_ok(id)) return false;
      }
      return patterns(n->patterns, false) && patterns(n->kwd_patterns, false);
    }
    case PatternKind::kMatchStar:
      if (!star_ok) return bad("can't use MatchStar here");
      return !cast<MatchStar>(p)->name || capture(cast<MatchStar>(p)->name);
    case PatternKind::kMatchAs: {
      const auto* n = cast<MatchAs>(p);
      if (n->name && !capture(n->name)) return false;
      if (!n->pattern) return true;
      if (!n->name) return bad("MatchAs must specify a target name if a pattern is given");
      return pattern(n->pattern, false);
    }
    case PatternKind::kMatchOr:
      if (cast<MatchOr>(p)->patterns.size < 2) return bad("MatchOr requires at least 2 patterns");
      return patterns(cast<MatchOr>(p)->patterns, false);
  }
  return true;
}

// ---- statements
template <class T>
bool function(const T* f, const char* owner) {
  return body_of(f->body, owner) && arguments(f->args) && expressions(f->decorator_list) && maybe_load(f->returns);
}
template <class T>
bool loop(const T* f, const char* owner) {
  return expression(f->target, ExprContext::kStore) && load(f->iter) && body_of(f->body, owner) &&
         statements(f->orelse);
}
template <class T>
bool with(const T* w, const char* owner) {
  if (!not_empty(w->items, "items", owner)) return false;
  for (const WithItem* item : w->items) {
    if (!load(item->context_expr) || (item->optional_vars && !expression(item->optional_vars, ExprContext::kStore)))
      return false;
  }
  return body_of(w->body, owner);
}
template <class T>
bool try_statement(const T* t, const char* owner) {
  if (!body_of(t->body, owner)) return false;
  if (t->handlers.size == 0 && t->finalbody.size == 0)
    return raise(types::ValueError, "%s has neither except handlers nor finalbody", owner);
  if (t->handlers.size == 0 && t->orelse.size > 0)
    return raise(types::ValueError, "%s has orelse but no except handlers", owner);
  for (const Handler* h : t->handlers) {
    if (!h) return bad("None disallowed in handler list");
    const auto* handler = cast<ExceptHandler>(h);
    if (!position(h->loc) || !maybe_load(handler->type) || !body_of(handler->body, "ExceptHandler")) return false;
  }
  return statements(t->orelse) && statements(t->finalbody);
}

bool statement(const Stmt* s) {
  if (!position(s->loc)) return false;
  RecursionScope scope(" during compilation");
  if (!scope.ok()) return false;
  switch (s->kind) {
    case StmtKind::kFunctionDef: return function(cast<FunctionDef>(s), "FunctionDef");
    case StmtKind::kAsyncFunctionDef: return function(cast<AsyncFunctionDef>(s), "AsyncFunctionDef");
    case StmtKind::kClassDef: {
      const auto* c = cast<ClassDef>(s);
      return body_of(c->body, "ClassDef") && expressions(c->bases) && keywords(c->keywords) &&
             expressions(c->decorator_list);
    }
    case StmtKind::kReturn: return maybe_load(cast<Return>(s)->value);
    case StmtKind::kDelete:
      return not_empty(cast<Delete>(s)->targets, "targets", "Delete") &&
             expressions(cast<Delete>(s)->targets, ExprContext::kDel);
    case StmtKind::kAssign:
      return not_empty(cast<Assign>(s)->targets, "targets", "Assign") &&
             expressions(cast<Assign>(s)->targets, ExprContext::kStore) && load(cast<Assign>(s)->value);
    case StmtKind::kAugAssign:
      return expression(cast<AugAssign>(s)->target, ExprContext::kStore) && load(cast<AugAssign>(s)->value);
    case StmtKind::kAnnAssign: {
      const auto* a = cast<AnnAssign>(s);
      if (!isa<Name>(a->target) && a->simple) return raise(types::TypeError, "AnnAssign with simple non-Name target");
      return expression(a->target, ExprContext::kStore) && maybe_load(a->value) && load(a->annotation);
    }
    case StmtKind::kFor: return loop(cast<For>(s), "For");
    case StmtKind::kAsyncFor: return loop(cast<AsyncFor>(s), "AsyncFor");
    case StmtKind::kWhile:
      return load(cast<While>(s)->test) && body_of(cast<While>(s)->body, "While") && statements(cast<While>(s)->orelse);
    case StmtKind::kIf:
      return load(cast<If>(s)->test) && body_of(cast<If>(s)->body, "If") && statements(cast<If>(s)->orelse);
    case StmtKind::kWith: return with(cast<With>(s), "With");
    case StmtKind::kAsyncWith: return with(cast<AsyncWith>(s), "AsyncWith");
    case StmtKind::kMatch: {
      const auto* m = cast<Match>(s);
      if (!load(m->subject) || !not_empty(m->cases, "cases", "Match")) return false;
      for (const MatchCase* c : m->cases) {
        if (!pattern(c->pattern, false) || !maybe_load(c->guard) || !body_of(c->body, "match_case")) return false;
      }
      return true;
    }
    case StmtKind::kRaise: {
      const auto* r = cast<Raise>(s);
      if (r->exc) return load(r->exc) && maybe_load(r->cause);
      return r->cause ? static_cast<bool>(bad("Raise with cause but no exception")) : true;
    }
    case StmtKind::kTry: return try_statement(cast<Try>(s), "Try");
    case StmtKind::kTryStar: return try_statement(cast<TryStar>(s), "TryStar");
    case StmtKind::kAssert: return load(cast<Assert>(s)->test) && maybe_load(cast<Assert>(s)->msg);
    case StmtKind::kImport: return not_empty(cast<Import>(s)->names, "names", "Import");
    case StmtKind::kImportFrom:
      if (cast<ImportFrom>(s)->level < 0) return bad("Negative ImportFrom level");
      return not_empty(cast<ImportFrom>(s)->names, "names", "ImportFrom");
    case StmtKind::kGlobal: return not_empty(cast<Global>(s)->names, "names", "Global");
    case StmtKind::kNonlocal: return not_empty(cast<Nonlocal>(s)->names, "names", "Nonlocal");
    case StmtKind::kExprStmt: return load(cast<ExprStmt>(s)->value);
    case StmtKind::kPass:
    case StmtKind::kBreak:
    case StmtKind::kContinue: return true;
  }
  return true;
}
bool statements(const Seq<Stmt*>& body) {
  for (const Stmt* s : body) {
    if (!s) return bad("None disallowed in statement list");
    if (!statement(s)) return false;
  }
  return true;
}

}  // namespace

bool validate_ast(const frontend::ast::Mod* module) {
  switch (module->kind) {
    case ModKind::kModule: return statements(cast<Module>(module)->body);
    case ModKind::kInteractive: return statements(cast<Interactive>(module)->body);
    case ModKind::kExpression: return load(cast<Expression>(module)->body);
    case ModKind::kFunctionType:
      return expressions(cast<FunctionType>(module)->argtypes) && load(cast<FunctionType>(module)->returns);
  }
  return true;
}

}  // namespace taipan
