#include "frontend/symtable.h"

#include <algorithm>

#include "frontend/stack_guard.h"

namespace taipan::frontend {

using namespace ast;

Identifier mangle(Arena& arena, Identifier private_name, Identifier name) {
  if (!private_name || name->size < 2 || name->data[0] != '_' || name->data[1] != '_') return name;
  std::string_view text = name->view();
  if (text.ends_with("__") || text.find('.') != std::string_view::npos) return name;
  std::string_view cls = private_name->view();
  size_t first = cls.find_first_not_of('_');
  if (first == std::string_view::npos) return name;
  std::string result = "_";
  result += cls.substr(first);
  result += text;
  return arena.intern(result);
}

namespace {
std::string quoted(const char* before, Identifier name, const char* after) {
  std::string result = before;
  result += '\'';
  result += name->view();
  result += '\'';
  result += after;
  return result;
}
}  // namespace

class SymbolTableBuilder {
 public:
  SymbolTableBuilder(Arena& arena, const SymbolTableOptions& options, SymbolTable* table, CompileError* error)
      : arena_(arena), options_(options), table_(table), error_(error) {
    class_name_ = arena.intern("__class__");
    super_name_ = arena.intern("super");
    top_name_ = arena.intern("top");
    lambda_name_ = arena.intern("lambda");
    genexpr_name_ = arena.intern("genexpr");
    listcomp_name_ = arena.intern("listcomp");
    setcomp_name_ = arena.intern("setcomp");
    dictcomp_name_ = arena.intern("dictcomp");
    annotation_name_ = arena.intern("_annotation");
    implicit_name_ = arena.intern(".0");
  }

  bool build(const Mod* module) {
    enter(top_name_, ScopeKind::kModule, module, Location{0, 0, 0, 0});
    bool ok = true;
    switch (module->kind) {
      case ModKind::kModule: ok = visit_body(cast<Module>(module)->body); break;
      case ModKind::kInteractive: ok = visit_body(cast<Interactive>(module)->body); break;
      case ModKind::kExpression: ok = visit(cast<Expression>(module)->body); break;
      case ModKind::kFunctionType:
        return fail_status(CompileStatus::kSystemError, "this compiler does not handle FunctionTypes");
    }
    if (!ok) return false;
    leave();
    return analyze(table_->top());
  }

 private:
  // ---- errors
  bool fail_status(CompileStatus status, std::string message) {
    error_->status = status;
    error_->message = std::move(message);
    return false;
  }
  bool fail(const Location& loc, std::string message) {
    error_->loc = loc;
    return fail_status(CompileStatus::kSyntaxError, std::move(message));
  }
  bool too_deep() {
    return fail_status(CompileStatus::kRecursionError, "maximum recursion depth exceeded during compilation");
  }
  struct Deeper {
    int& depth;
    explicit Deeper(int& d) : depth(d) { ++depth; }
    ~Deeper() { --depth; }
  };

  // ---- scopes
  Scope* enter(Identifier name, ScopeKind kind, const void* node, const Location& loc) {
    auto owned = std::make_unique<Scope>();
    Scope* scope = owned.get();
    scope->kind = kind;
    scope->name = name;
    scope->node = node;
    scope->loc = loc;
    if (cur_) {
      scope->parent = cur_;
      scope->nested = cur_->nested || cur_->is_function();
      scope->comp_iter_expr = cur_->comp_iter_expr;
    }
    if (kind == ScopeKind::kAnnotation) {
      detached_.push_back(std::move(owned));
    } else {
      // Scopes inside an annotation have a parent but belong to no one's children.
      if (cur_) cur_->children.push_back(scope);
      table_->by_node_[node] = scope;
      table_->scopes_.push_back(std::move(owned));
    }
    cur_ = scope;
    return scope;
  }
  void leave() { cur_ = cur_->parent; }

  Identifier mangled(Identifier name) { return mangle(arena_, private_, name); }

  bool add(Identifier name, uint32_t flag, const Location& loc) { return add_to(cur_, name, flag, loc); }
  bool add_to(Scope* scope, Identifier name, uint32_t flag, const Location& loc) {
    Identifier key = mangled(name);
    Symbol& symbol = scope->insert(key);
    if ((flag & kDefParam) && (symbol.flags & kDefParam)) {
      return fail(loc, quoted("duplicate argument ", name, " in function definition"));
    }
    symbol.flags |= flag;
    if ((flag & kDefBound) && !(flag & kDefAnnotated)) symbol.flags |= kStored;
    if (scope->comp_iter_target) {
      if (symbol.flags & (kDefGlobal | kDefNonlocal)) {
        return fail(loc, quoted("comprehension inner loop cannot rebind assignment expression target ", name, ""));
      }
      symbol.flags |= kDefCompIter;
    }
    if (flag & kDefParam) {
      scope->varnames.push_back(key);
    } else if (flag & kDefGlobal) {
      table_->top()->insert(key).flags |= flag;
    }
    return true;
  }

  // ---- statements
  bool visit_body(Seq<Stmt*> body) {
    for (Stmt* stmt : body) {
      if (!visit(stmt)) return false;
    }
    return true;
  }
  bool visit_all(Seq<Expr*> list) {
    for (Expr* expr : list) {
      if (expr && !visit(expr)) return false;
    }
    return true;
  }

  bool visit_function(const Stmt* node, Identifier name, const Arguments* args, Seq<Stmt*> body, Seq<Expr*> decorators,
                      Expr* returns, bool is_async) {
    if (!add(name, kDefLocal, node->loc)) return false;
    if (!visit_all(args->defaults) || !visit_all(args->kw_defaults)) return false;
    if (!visit_annotations(node, args, returns)) return false;
    if (!visit_all(decorators)) return false;
    enter(name, ScopeKind::kFunction, node, node->loc);
    if (is_async) cur_->coroutine = true;
    if (!visit_parameters(args) || !visit_body(body)) return false;
    leave();
    return true;
  }

  bool visit_parameters(const Arguments* args) {
    for (Arg* arg : args->posonlyargs) {
      if (!add(arg->arg, kDefParam, arg->loc)) return false;
    }
    for (Arg* arg : args->args) {
      if (!add(arg->arg, kDefParam, arg->loc)) return false;
    }
    for (Arg* arg : args->kwonlyargs) {
      if (!add(arg->arg, kDefParam, arg->loc)) return false;
    }
    if (args->vararg) {
      if (!add(args->vararg->arg, kDefParam, args->vararg->loc)) return false;
      cur_->varargs = true;
    }
    if (args->kwarg) {
      if (!add(args->kwarg->arg, kDefParam, args->kwarg->loc)) return false;
      cur_->varkeywords = true;
    }
    return true;
  }

  bool visit_arg_annotations(Seq<Arg*> args) {
    for (Arg* arg : args) {
      if (arg->annotation && !visit(arg->annotation)) return false;
    }
    return true;
  }
  bool visit_annotations(const void* node, const Arguments* args, Expr* returns) {
    if (options_.future_annotations) enter(annotation_name_, ScopeKind::kAnnotation, node, Location{});
    if (!visit_arg_annotations(args->posonlyargs) || !visit_arg_annotations(args->args)) return false;
    if (args->vararg && args->vararg->annotation && !visit(args->vararg->annotation)) return false;
    if (args->kwarg && args->kwarg->annotation && !visit(args->kwarg->annotation)) return false;
    if (!visit_arg_annotations(args->kwonlyargs)) return false;
    if (options_.future_annotations) leave();
    return !returns || visit_annotation(returns);
  }
  bool visit_annotation(Expr* annotation) {
    if (options_.future_annotations) enter(annotation_name_, ScopeKind::kAnnotation, annotation, annotation->loc);
    if (!visit(annotation)) return false;
    if (options_.future_annotations) leave();
    return true;
  }

  bool visit_global_names(const Stmt* stmt, Seq<Identifier> names, bool is_global) {
    const char* word = is_global ? "global" : "nonlocal";
    for (Identifier name : names) {
      Identifier key = mangled(name);
      if (const Symbol* symbol = cur_->find(key)) {
        uint32_t flags = symbol->flags;
        if (flags & (kDefParam | kDefLocal | kUse | kDefAnnotated)) {
          std::string text;
          if (flags & kDefParam) {
            text = quoted("name ", name, " is parameter and ") + word;
          } else if (flags & kUse) {
            text = quoted("name ", name, " is used prior to ") + word + " declaration";
          } else if (flags & kDefAnnotated) {
            text = quoted("annotated name ", name, " can't be ") + word;
          } else {
            text = quoted("name ", name, " is assigned to before ") + word + " declaration";
          }
          return fail(stmt->loc, std::move(text));
        }
      }
      if (!add(name, is_global ? kDefGlobal : kDefNonlocal, stmt->loc)) return false;
      cur_->directives.push_back({key, stmt->loc});
    }
    return true;
  }

  bool visit_alias(const Alias* alias) {
    Identifier name = alias->asname ? alias->asname : alias->name;
    if (alias->name->is("*")) {
      if (cur_->kind != ScopeKind::kModule) return fail(alias->loc, "import * only allowed at module level");
      return true;
    }
    size_t dot = name->view().find('.');
    if (dot != std::string_view::npos) name = arena_.intern(name->view().substr(0, dot));
    return add(name, kDefImport, alias->loc);
  }

  bool visit_with(Seq<WithItem*> items, Seq<Stmt*> body) {
    for (WithItem* item : items) {
      if (!visit(item->context_expr)) return false;
      if (item->optional_vars && !visit(item->optional_vars)) return false;
    }
    return visit_body(body);
  }

  bool visit_handlers(Seq<Handler*> handlers) {
    for (Handler* node : handlers) {
      auto* handler = cast<ExceptHandler>(node);
      if (handler->type && !visit(handler->type)) return false;
      if (handler->name && !add(handler->name, kDefLocal | kDeleted, handler->loc)) return false;
      if (!visit_body(handler->body)) return false;
    }
    return true;
  }

  bool visit(const Stmt* stmt) {
    Deeper deeper(depth_);
    if (depth_ > options_.recursion_limit || stack_is_low()) return too_deep();
    switch (stmt->kind) {
      case StmtKind::kFunctionDef: {
        auto* s = cast<FunctionDef>(stmt);
        return visit_function(s, s->name, s->args, s->body, s->decorator_list, s->returns, false);
      }
      case StmtKind::kAsyncFunctionDef: {
        auto* s = cast<AsyncFunctionDef>(stmt);
        return visit_function(s, s->name, s->args, s->body, s->decorator_list, s->returns, true);
      }
      case StmtKind::kClassDef: {
        auto* s = cast<ClassDef>(stmt);
        if (!add(s->name, kDefLocal, s->loc) || !visit_all(s->bases)) return false;
        for (Keyword* keyword : s->keywords) {
          if (!visit(keyword->value)) return false;
        }
        if (!visit_all(s->decorator_list)) return false;
        enter(s->name, ScopeKind::kClass, s, s->loc);
        Identifier saved = private_;
        private_ = s->name;
        bool ok = visit_body(s->body);
        private_ = saved;
        if (!ok) return false;
        leave();
        return true;
      }
      case StmtKind::kReturn: {
        auto* s = cast<Return>(stmt);
        if (s->value) {
          if (!visit(s->value)) return false;
          cur_->returns_value = true;
        }
        return true;
      }
      case StmtKind::kDelete: return visit_all(cast<Delete>(stmt)->targets);
      case StmtKind::kAssign: {
        auto* s = cast<Assign>(stmt);
        return visit_all(s->targets) && visit(s->value);
      }
      case StmtKind::kAugAssign: {
        auto* s = cast<AugAssign>(stmt);
        return visit(s->target) && visit(s->value);
      }
      case StmtKind::kAnnAssign: return visit_annotated(cast<AnnAssign>(stmt));
      case StmtKind::kFor: {
        auto* s = cast<For>(stmt);
        return visit(s->target) && visit(s->iter) && visit_body(s->body) && visit_body(s->orelse);
      }
      case StmtKind::kAsyncFor: {
        auto* s = cast<AsyncFor>(stmt);
        if (cur_->kind == ScopeKind::kModule) cur_->coroutine = true;
        return visit(s->target) && visit(s->iter) && visit_body(s->body) && visit_body(s->orelse);
      }
      case StmtKind::kWhile: {
        auto* s = cast<While>(stmt);
        return visit(s->test) && visit_body(s->body) && visit_body(s->orelse);
      }
      case StmtKind::kIf: {
        auto* s = cast<If>(stmt);
        return visit(s->test) && visit_body(s->body) && visit_body(s->orelse);
      }
      case StmtKind::kWith: return visit_with(cast<With>(stmt)->items, cast<With>(stmt)->body);
      case StmtKind::kAsyncWith:
        if (cur_->kind == ScopeKind::kModule) cur_->coroutine = true;
        return visit_with(cast<AsyncWith>(stmt)->items, cast<AsyncWith>(stmt)->body);
      case StmtKind::kMatch: {
        auto* s = cast<Match>(stmt);
        if (!visit(s->subject)) return false;
        for (MatchCase* c : s->cases) {
          if (!visit(c->pattern) || (c->guard && !visit(c->guard)) || !visit_body(c->body)) return false;
        }
        return true;
      }
      case StmtKind::kRaise: {
        auto* s = cast<Raise>(stmt);
        return (!s->exc || visit(s->exc)) && (!s->cause || visit(s->cause));
      }
      case StmtKind::kTry: {
        auto* s = cast<Try>(stmt);
        return visit_body(s->body) && visit_body(s->orelse) && visit_handlers(s->handlers) && visit_body(s->finalbody);
      }
      case StmtKind::kTryStar: {
        auto* s = cast<TryStar>(stmt);
        return visit_body(s->body) && visit_body(s->orelse) && visit_handlers(s->handlers) && visit_body(s->finalbody);
      }
      case StmtKind::kAssert: {
        auto* s = cast<Assert>(stmt);
        return visit(s->test) && (!s->msg || visit(s->msg));
      }
      case StmtKind::kImport: {
        for (Alias* alias : cast<Import>(stmt)->names) {
          if (!visit_alias(alias)) return false;
        }
        return true;
      }
      case StmtKind::kImportFrom: {
        for (Alias* alias : cast<ImportFrom>(stmt)->names) {
          if (!visit_alias(alias)) return false;
        }
        return true;
      }
      case StmtKind::kGlobal: return visit_global_names(stmt, cast<Global>(stmt)->names, true);
      case StmtKind::kNonlocal: return visit_global_names(stmt, cast<Nonlocal>(stmt)->names, false);
      case StmtKind::kExprStmt: return visit(cast<ExprStmt>(stmt)->value);
      case StmtKind::kPass:
      case StmtKind::kBreak:
      case StmtKind::kContinue: return true;
    }
    return true;
  }

  bool visit_annotated(const AnnAssign* s) {
    if (auto* name = dyn_cast<Name>(s->target)) {
      if (const Symbol* symbol = cur_->find(mangled(name->id))) {
        if ((symbol->flags & (kDefGlobal | kDefNonlocal)) && cur_ != table_->top() && s->simple) {
          return fail(s->loc, quoted("annotated name ", name->id,
                                     (symbol->flags & kDefGlobal) ? " can't be global" : " can't be nonlocal"));
        }
      }
      if (s->simple) {
        uint32_t stored = s->value ? uint32_t{kStored} : 0;
        if (!add(name->id, kDefAnnotated | kDefLocal | stored, s->target->loc)) return false;
      } else if (s->value && !add(name->id, kDefLocal, s->target->loc)) {
        return false;
      }
    } else if (!visit(s->target)) {
      return false;
    }
    if (!visit_annotation(s->annotation)) return false;
    return !s->value || visit(s->value);
  }

  // ---- expressions
  bool not_in_annotation(const Expr* expr, const char* what) {
    if (cur_->kind != ScopeKind::kAnnotation) return true;
    return fail(expr->loc, "'" + std::string(what) + "' can not be used within an annotation");
  }
  bool not_in_comprehension(const Expr* expr) {
    static const char* const kNames[] = {"", "'yield' inside list comprehension", "'yield' inside dict comprehension",
                                         "'yield' inside set comprehension", "'yield' inside generator expression"};
    if (cur_->comprehension == ComprehensionKind::kNone) return true;
    return fail(expr->loc, kNames[static_cast<int>(cur_->comprehension)]);
  }

  // An assignment expression inside a comprehension binds in the nearest scope that is none.
  bool extend_walrus(const Name* target) {
    Identifier key = mangled(target->id);
    for (Scope* scope = cur_; scope; scope = scope->parent) {
      if (scope->comprehension != ComprehensionKind::kNone) {
        const Symbol* symbol = scope->find(key);
        if (symbol && (symbol->flags & kDefCompIter) && (symbol->flags & kDefLocal)) {
          return fail(target->loc,
                      quoted("assignment expression cannot rebind comprehension iteration variable ", target->id, ""));
        }
        continue;
      }
      if (scope->kind == ScopeKind::kFunction) {
        const Symbol* symbol = scope->find(key);
        bool global = symbol && (symbol->flags & kDefGlobal);
        if (!add(target->id, global ? kDefGlobal : kDefNonlocal, target->loc)) return false;
        cur_->directives.push_back({key, target->loc});
        return add_to(scope, target->id, kDefLocal | kWalrusTarget, target->loc);
      }
      if (scope->kind == ScopeKind::kModule) {
        if (!add(target->id, kDefGlobal, target->loc)) return false;
        cur_->directives.push_back({key, target->loc});
        return add_to(scope, target->id, kDefGlobal, target->loc);
      }
      if (scope->kind == ScopeKind::kClass) {
        return fail(target->loc, "assignment expression within a comprehension cannot be used in a class body");
      }
    }
    return true;
  }

  bool visit_walrus(const NamedExpr* expr) {
    if (!not_in_annotation(expr, "named expression")) return false;
    if (cur_->comp_iter_expr > 0) {
      return fail(expr->loc, "assignment expression cannot be used in a comprehension iterable expression");
    }
    cur_->has_walrus = true;
    auto* target = dyn_cast<Name>(expr->target);
    if (target && cur_->comprehension != ComprehensionKind::kNone && !extend_walrus(target)) return false;
    if (!visit(expr->value) || !visit(expr->target)) return false;
    if (target) {
      if (Symbol* symbol = cur_->find(mangled(target->id))) symbol->flags |= kWalrusTarget;
    }
    return true;
  }

  bool visit_comprehension(const Expr* node, Identifier name, ComprehensionKind kind, Seq<Comprehension*> generators,
                           Expr* element, Expr* value) {
    bool is_generator = kind == ComprehensionKind::kGenerator;
    Comprehension* outermost = generators.front();
    cur_->comp_iter_expr++;
    if (!visit(outermost->iter)) return false;
    cur_->comp_iter_expr--;
    enter(name, ScopeKind::kFunction, node, node->loc);
    cur_->comprehension = kind;
    if (outermost->is_async) cur_->coroutine = true;
    if (!add(implicit_name_, kDefParam, node->loc)) return false;
    cur_->comp_iter_target = true;
    if (!visit(outermost->target)) return false;
    cur_->comp_iter_target = false;
    if (!visit_all(outermost->ifs)) return false;
    for (size_t i = 1; i < generators.size; i++) {
      Comprehension* inner = generators[i];
      cur_->comp_iter_target = true;
      if (!visit(inner->target)) return false;
      cur_->comp_iter_target = false;
      cur_->comp_iter_expr++;
      if (!visit(inner->iter)) return false;
      cur_->comp_iter_expr--;
      if (!visit_all(inner->ifs)) return false;
      if (inner->is_async) cur_->coroutine = true;
    }
    if (value && !visit(value)) return false;
    if (!visit(element)) return false;
    cur_->generator = is_generator;
    bool is_async = cur_->coroutine && !is_generator;
    leave();
    if (is_async) cur_->coroutine = true;
    return true;
  }

  bool visit(const Expr* expr) {
    Deeper deeper(depth_);
    if (depth_ > options_.recursion_limit || stack_is_low()) return too_deep();
    switch (expr->kind) {
      case ExprKind::kNamedExpr: return visit_walrus(cast<NamedExpr>(expr));
      case ExprKind::kBoolOp: return visit_all(cast<BoolOp>(expr)->values);
      case ExprKind::kBinOp: return visit(cast<BinOp>(expr)->left) && visit(cast<BinOp>(expr)->right);
      case ExprKind::kUnaryOp: return visit(cast<UnaryOp>(expr)->operand);
      case ExprKind::kLambda: {
        auto* e = cast<Lambda>(expr);
        if (!visit_all(e->args->defaults) || !visit_all(e->args->kw_defaults)) return false;
        enter(lambda_name_, ScopeKind::kFunction, e, e->loc);
        if (!visit_parameters(e->args) || !visit(e->body)) return false;
        leave();
        return true;
      }
      case ExprKind::kIfExp: {
        auto* e = cast<IfExp>(expr);
        return visit(e->test) && visit(e->body) && visit(e->orelse);
      }
      case ExprKind::kDict: return visit_all(cast<Dict>(expr)->keys) && visit_all(cast<Dict>(expr)->values);
      case ExprKind::kSet: return visit_all(cast<Set>(expr)->elts);
      case ExprKind::kListComp: {
        auto* e = cast<ListComp>(expr);
        return visit_comprehension(e, listcomp_name_, ComprehensionKind::kList, e->generators, e->elt, nullptr);
      }
      case ExprKind::kSetComp: {
        auto* e = cast<SetComp>(expr);
        return visit_comprehension(e, setcomp_name_, ComprehensionKind::kSet, e->generators, e->elt, nullptr);
      }
      case ExprKind::kDictComp: {
        auto* e = cast<DictComp>(expr);
        return visit_comprehension(e, dictcomp_name_, ComprehensionKind::kDict, e->generators, e->key, e->value);
      }
      case ExprKind::kGeneratorExp: {
        auto* e = cast<GeneratorExp>(expr);
        return visit_comprehension(e, genexpr_name_, ComprehensionKind::kGenerator, e->generators, e->elt, nullptr);
      }
      case ExprKind::kYield: {
        auto* e = cast<Yield>(expr);
        if (!not_in_annotation(e, "yield expression") || (e->value && !visit(e->value))) return false;
        cur_->generator = true;
        return not_in_comprehension(e);
      }
      case ExprKind::kYieldFrom: {
        auto* e = cast<YieldFrom>(expr);
        if (!not_in_annotation(e, "yield expression") || !visit(e->value)) return false;
        cur_->generator = true;
        return not_in_comprehension(e);
      }
      case ExprKind::kAwait: {
        auto* e = cast<Await>(expr);
        if (!not_in_annotation(e, "await expression") || !visit(e->value)) return false;
        cur_->coroutine = true;
        return true;
      }
      case ExprKind::kCompare: {
        auto* e = cast<Compare>(expr);
        return visit(e->left) && visit_all(e->comparators);
      }
      case ExprKind::kCall: {
        auto* e = cast<Call>(expr);
        if (!visit(e->func) || !visit_all(e->args)) return false;
        for (Keyword* keyword : e->keywords) {
          if (!visit(keyword->value)) return false;
        }
        return true;
      }
      case ExprKind::kFormattedValue: {
        auto* e = cast<FormattedValue>(expr);
        return visit(e->value) && (!e->format_spec || visit(e->format_spec));
      }
      case ExprKind::kJoinedStr: return visit_all(cast<JoinedStr>(expr)->values);
      case ExprKind::kConstant: return true;
      case ExprKind::kAttribute: return visit(cast<Attribute>(expr)->value);
      case ExprKind::kSubscript: return visit(cast<Subscript>(expr)->value) && visit(cast<Subscript>(expr)->slice);
      case ExprKind::kStarred: return visit(cast<Starred>(expr)->value);
      case ExprKind::kSlice: {
        auto* e = cast<Slice>(expr);
        return (!e->lower || visit(e->lower)) && (!e->upper || visit(e->upper)) && (!e->step || visit(e->step));
      }
      case ExprKind::kName: {
        auto* e = cast<Name>(expr);
        uint32_t flag = e->ctx == ExprContext::kLoad    ? uint32_t{kUse}
                        : e->ctx == ExprContext::kStore ? uint32_t{kDefLocal}
                                                        : kDefLocal | kDeleted;
        if (!add(e->id, flag, e->loc)) return false;
        // super() without arguments needs the class's cell.
        if (e->ctx == ExprContext::kLoad && cur_->is_function() && e->id == super_name_) {
          return add(class_name_, kUse, e->loc);
        }
        return true;
      }
      case ExprKind::kList: return visit_all(cast<List>(expr)->elts);
      case ExprKind::kTuple: return visit_all(cast<Tuple>(expr)->elts);
    }
    return true;
  }

  // ---- patterns
  bool visit_patterns(Seq<Pattern*> patterns) {
    for (Pattern* pattern : patterns) {
      if (!visit(pattern)) return false;
    }
    return true;
  }
  bool visit(const Pattern* pattern) {
    Deeper deeper(depth_);
    if (depth_ > options_.recursion_limit || stack_is_low()) return too_deep();
    switch (pattern->kind) {
      case PatternKind::kMatchValue: return visit(cast<MatchValue>(pattern)->value);
      case PatternKind::kMatchSingleton: return true;
      case PatternKind::kMatchSequence: return visit_patterns(cast<MatchSequence>(pattern)->patterns);
      case PatternKind::kMatchStar: {
        auto* p = cast<MatchStar>(pattern);
        return !p->name || add(p->name, kDefLocal, p->loc);
      }
      case PatternKind::kMatchMapping: {
        auto* p = cast<MatchMapping>(pattern);
        return visit_all(p->keys) && visit_patterns(p->patterns) && (!p->rest || add(p->rest, kDefLocal, p->loc));
      }
      case PatternKind::kMatchClass: {
        auto* p = cast<MatchClass>(pattern);
        return visit(p->cls) && visit_patterns(p->patterns) && visit_patterns(p->kwd_patterns);
      }
      case PatternKind::kMatchAs: {
        auto* p = cast<MatchAs>(pattern);
        return (!p->pattern || visit(p->pattern)) && (!p->name || add(p->name, kDefLocal, p->loc));
      }
      case PatternKind::kMatchOr: return visit_patterns(cast<MatchOr>(pattern)->patterns);
    }
    return true;
  }

  // ---- second walk: what each name means
  bool fail_at_directive(const Scope* scope, Identifier name, std::string message) {
    for (const auto& directive : scope->directives) {
      if (directive.name == name) return fail(directive.loc, std::move(message));
    }
    return fail(scope->loc, std::move(message));
  }

  // The scope around `scope` whose variable `name` a nested function sees: a function that binds it, or, for __class__, a class.
  Scope* owner_of(Scope* scope, Identifier name) {
    for (Scope* outer = scope->parent; outer; outer = outer->parent) {
      if (outer->kind == ScopeKind::kClass && name == class_name_) return outer;
      if (!outer->is_function()) continue;
      const Symbol* symbol = outer->find(name);
      if (!symbol) continue;
      if (symbol->flags & kDefGlobal) return nullptr;
      if (symbol->flags & kDefNonlocal) continue;
      if (symbol->flags & kDefBound) return outer;
    }
    return nullptr;
  }

  // Makes `name` a cell of `owner` and passes it through the scopes between.
  void capture(Scope* scope, Scope* owner, Identifier name) {
    scope->has_free = true;
    for (Scope* outer = scope->parent; outer != owner; outer = outer->parent) {
      outer->child_free = true;
      Symbol* existing = outer->find(name);
      if (existing) {
        if (outer->kind == ScopeKind::kClass && (existing->flags & (kDefBound | kDefGlobal))) {
          existing->flags |= kDefFreeClass;
        } else {
          existing->scope = NameScope::kFree;
        }
        outer->has_free = true;
        continue;
      }
      outer->insert(name).scope = NameScope::kFree;
      outer->has_free = true;
    }
    owner->child_free = true;
    if (owner->kind == ScopeKind::kClass) {
      owner->needs_class_closure = true;
    } else {
      owner->find(name)->scope = NameScope::kCell;
    }
  }

  bool analyze(Scope* scope) {
    Deeper deeper(analyze_depth_);
    if (analyze_depth_ > options_.recursion_limit || stack_is_low()) return too_deep();
    // capture() may insert into scopes outside this one only, and into this one while its children are walked.
    for (size_t i = 0, n = scope->symbols.size(); i < n; i++) {
      Symbol& symbol = scope->symbols[i];
      if (symbol.flags & kDefGlobal) {
        if (symbol.flags & kDefNonlocal) {
          return fail_at_directive(scope, symbol.name, quoted("name ", symbol.name, " is nonlocal and global"));
        }
        symbol.scope = NameScope::kGlobalExplicit;
        continue;
      }
      if (symbol.flags & kDefNonlocal) {
        if (scope->kind == ScopeKind::kModule) {
          return fail_at_directive(scope, symbol.name, "nonlocal declaration not allowed at module level");
        }
        Scope* owner = owner_of(scope, symbol.name);
        if (!owner) {
          return fail_at_directive(scope, symbol.name, quoted("no binding for nonlocal ", symbol.name, " found"));
        }
        symbol.scope = NameScope::kFree;
        capture(scope, owner, symbol.name);
        continue;
      }
      if (symbol.flags & kDefBound) {
        if (symbol.scope != NameScope::kCell) symbol.scope = NameScope::kLocal;
        continue;
      }
      if (symbol.flags == 0) continue;  // passed through for an inner scope
      if (Scope* owner = owner_of(scope, symbol.name)) {
        symbol.scope = NameScope::kFree;
        capture(scope, owner, symbol.name);
        continue;
      }
      if (scope->nested) scope->has_free = true;
      symbol.scope = NameScope::kGlobalImplicit;
    }
    for (Scope* child : scope->children) {
      if (!analyze(child)) return false;
      if (child->has_free || child->child_free) scope->child_free = true;
    }
    return true;
  }

  Arena& arena_;
  const SymbolTableOptions& options_;
  SymbolTable* table_;
  CompileError* error_;
  std::vector<std::unique_ptr<Scope>> detached_;
  Scope* cur_ = nullptr;
  Identifier private_ = nullptr;
  int depth_ = 0;
  int analyze_depth_ = 0;
  Identifier class_name_, super_name_, top_name_, lambda_name_, genexpr_name_, listcomp_name_, setcomp_name_,
      dictcomp_name_, annotation_name_, implicit_name_;
};

bool build_symbol_table(const Mod* module, Arena& arena, const SymbolTableOptions& options, SymbolTable* table,
                        CompileError* error) {
  SymbolTableBuilder builder(arena, options, table, error);
  return builder.build(module);
}

}  // namespace taipan::frontend
