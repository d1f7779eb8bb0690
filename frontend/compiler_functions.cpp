// def, lambda and class: decorators, defaults, annotations, closures, bodies.
#include "frontend/compiler_impl.h"
#include "frontend/unparse.h"

namespace taipan::frontend {

using namespace ast;

namespace {

uint32_t parameter_count(const Arguments* args) {
  return args->posonlyargs.size + args->args.size + args->kwonlyargs.size + (args->vararg ? 1 : 0) +
         (args->kwarg ? 1 : 0);
}

}  // namespace

bool Compiler::check_arguments(const Arguments* args) {
  auto check = [this](const Arg* arg) {
    if (!arg) return true;
    PosScope pos(*this, pos_);
    return !forbidden(arg->arg, ExprContext::kStore);
  };
  for (Arg* arg : args->posonlyargs) {
    if (!check(arg)) return false;
  }
  for (Arg* arg : args->args) {
    if (!check(arg)) return false;
  }
  if (!check(args->vararg)) return false;
  for (Arg* arg : args->kwonlyargs) {
    if (!check(arg)) return false;
  }
  if (parameter_count(args) > 60000) {
    fail("too many arguments");
    return false;
  }
  return check(args->kwarg);
}

void Compiler::set_argument_counts(const Arguments* args) {
  CodeUnit& out = *u_->out;
  out.argcount = static_cast<uint16_t>(args->posonlyargs.size + args->args.size);
  out.posonly_argcount = static_cast<uint16_t>(args->posonlyargs.size);
  out.kwonly_argcount = static_cast<uint16_t>(args->kwonlyargs.size);
}

// Default values into consecutive registers from the stack's top: a tuple, a dict. Returns MAKE_FUNCTION's flags.
uint8_t Compiler::defaults(const Arguments* args) {
  uint8_t flags = 0;
  if (!args->defaults.empty()) {
    flags |= 16;
    bool constant = true;
    for (Expr* e : args->defaults) constant = constant && isa<Constant>(e);
    Reg t = alloc();
    if (constant) {
      auto* items = arena_.make_array<ConstantValue>(args->defaults.size);
      for (uint32_t i = 0; i < args->defaults.size; i++) {
        items[i] = cast<Constant>(args->defaults[i])->value;
        PosScope pos(*this, args->defaults[i]->loc);
        emit(kOpNOP);  // stays if it is the only thing on its line
      }
      load_const(ConstantValue::tuple(items, args->defaults.size), t);
    } else {
      Mark mark(*this);
      for (uint32_t i = 0; i < args->defaults.size; i++) {
        if (i == 0)
          expr_to(args->defaults[0], t);
        else
          expr_temp(args->defaults[i]);
      }
      emit(kOpBUILD_TUPLE, t, t, static_cast<uint16_t>(args->defaults.size));
    }
  }
  uint32_t count = 0;
  for (Expr* e : args->kw_defaults) count += e != nullptr;
  if (count) {
    flags |= 32;
    Reg t = alloc();
    Mark mark(*this);
    bool first = true;
    for (uint32_t i = 0; i < args->kwonlyargs.size; i++) {
      if (!args->kw_defaults[i]) continue;
      Reg key = first ? t : alloc();
      first = false;
      load_const(ConstantValue::string(mangled(args->kwonlyargs[i]->arg)->view()), key);
      expr_temp(args->kw_defaults[i]);
    }
    emit(kOpBUILD_MAP, t, t, static_cast<uint16_t>(count));
  }
  return flags;
}

void Compiler::annotation_value(const Expr* annotation) {
  Reg t = alloc();
  if (future_flags_ & kCoFutureAnnotations) {
    std::string text;
    if (!unparse_expression(annotation, &text)) {
      fail_status(CompileStatus::kRecursionError, "maximum recursion depth exceeded during compilation");
      return;
    }
    load_const(ConstantValue::string(arena_.copy_string(text)), t);
    return;
  }
  if (auto* star = dyn_cast<Starred>(annotation)) {
    // def f(*args: *Ts)
    Mark mark(*this);
    Val value = operand(star->value, t);
    emit(kOpUNPACK_SEQ, static_cast<Reg>(u_->next_temp), value.reg, 1, value.temp ? kLastB : 0);
    Reg item = alloc();
    move(t, {item, true});
    return;
  }
  expr_to(annotation, t);
}

uint32_t Compiler::argument_annotation(const Arg* arg) {
  if (!arg || !arg->annotation) return 0;
  Reg name = alloc();
  load_const(ConstantValue::string(mangled(arg->arg)->view()), name);
  annotation_value(arg->annotation);
  return 1;
}

uint8_t Compiler::annotations(const Arguments* args, const Expr* returns) {
  uint32_t first = u_->next_temp;
  uint32_t count = 0;
  // The order is that in which __annotations__ gets its keys: positional-or-keyword ones first.
  for (Arg* arg : args->args) count += argument_annotation(arg);
  for (Arg* arg : args->posonlyargs) count += argument_annotation(arg);
  count += argument_annotation(args->vararg);
  for (Arg* arg : args->kwonlyargs) count += argument_annotation(arg);
  count += argument_annotation(args->kwarg);
  if (returns) {
    Reg name = alloc();
    load_const(ConstantValue::string("return"), name);
    annotation_value(returns);
    count++;
  }
  if (count == 0) return 0;
  emit(kOpBUILD_TUPLE, static_cast<Reg>(first), static_cast<Reg>(first), static_cast<uint16_t>(2 * count));
  free_to(first + 1);
  return 64;
}

// The tuple of cells for the code's free variables.
uint8_t Compiler::closure(const CodeUnit& code, const std::vector<Identifier>& free_names) {
  if (free_names.empty()) return 0;
  uint32_t first = u_->next_temp;
  for (Identifier name : free_names) {
    auto it = u_->deref.find(name);
    Reg t = alloc();
    if (it == u_->deref.end()) {
      fail_status(CompileStatus::kSystemError, "no cell for free variable " + std::string(name->view()));
      return 0;
    }
    emit(kOpMOVE, t, static_cast<Reg>(it->second));
  }
  emit(kOpBUILD_TUPLE, static_cast<Reg>(first), static_cast<Reg>(first), static_cast<uint16_t>(free_names.size()));
  free_to(first + 1);
  return 128;
}

// Function from what lies in consecutive registers from `first` on.
void Compiler::make_function(std::unique_ptr<CodeUnit> code, const std::vector<Identifier>& free_names, uint8_t flags,
                             uint32_t first, Reg dst) {
  uint32_t index = u_->code.add_code(std::move(code));
  auto& item = emit(kOpMAKE_FUNCTION, dst, static_cast<Reg>(first), 0, flags);
  set_wide(item.ext, index);  // finish() moves it into the instruction
  free_to(first);
}

// Evaluates the decorators: callable and empty self of each call in consecutive registers. Returns the first register.
Reg Compiler::decorators(Seq<Expr*> list) {
  Reg first = static_cast<Reg>(u_->next_temp);
  for (Expr* decorator : list) {
    expr_temp(decorator);
    alloc();
  }
  return first;
}

// Calls the decorators, innermost first, on what lies above them; stores the result.
void Compiler::apply_decorators(Seq<Expr*> list, Reg first, Identifier name, Reg dst) {
  for (uint32_t i = list.size; i-- > 0;) {
    PosScope pos(*this, list[i]->loc);
    Reg base = static_cast<Reg>(first + 2 * i);
    emit(kOpCALL, i == 0 ? dst : base, base, 1);
  }
  // The name is bound on the line of its definition.
  if (!is_temp(dst) && list[0]->loc.lineno != pos_.line) emit(kOpNOP);
}

void Compiler::function_def(const Stmt* stmt, Identifier name, const Arguments* args, Seq<Stmt*> body,
                            Seq<Expr*> decorator_list, const Expr* returns, bool is_async) {
  if (!check_arguments(args)) return;
  Mark mark(*this);
  int32_t first_line = decorator_list.empty() ? stmt->loc.lineno : decorator_list[0]->loc.lineno;
  Reg first_decorator = decorators(decorator_list);
  Reg local = local_register(name);
  // Where the undecorated function goes: above its decorators, into its variable, or onto the stack.
  Reg dst = decorator_list.empty() && local != kNoReg ? local : alloc();
  uint32_t extras = u_->next_temp;
  uint8_t flags = defaults(args);
  flags |= annotations(args, returns);

  Position at = pos_;
  enter_unit(is_async ? UnitKind::kAsyncFunction : UnitKind::kFunction, stmt, std::string(name->view()), first_line);
  set_argument_counts(args);
  // The first constant is the docstring or None.
  size_t first = 0;
  bool documented = false;
  if (!body.empty()) {
    auto* text = dyn_cast<ExprStmt>(body[0]);
    auto* constant = text ? dyn_cast<Constant>(text->value) : nullptr;
    if (constant && constant->value.kind == ConstantKind::kStr && options_.optimize < 2) {
      add_constant(constant->value);
      documented = true;
      first = 1;
    }
  }
  if (!documented) add_constant(ConstantValue::none());
  for (size_t i = first; i < body.size; i++) {
    if (failed()) break;
    statement(body[i]);
  }
  implicit_return();
  std::vector<Identifier> free_names = u_->free_names;
  auto code = leave_unit();
  pos_ = at;
  if (!code) return;
  flags |= closure(*code, free_names);
  make_function(std::move(code), free_names, flags, extras, dst);
  if (decorator_list.empty()) {
    if (dst != local)
      store_name(name, {dst, true});
    else
      forbidden(name, ExprContext::kStore);
    return;
  }
  Reg result = local != kNoReg ? local : first_decorator;
  apply_decorators(decorator_list, first_decorator, name, result);
  if (result != local) store_name(name, {result, true});
}

void Compiler::lambda_to(const Lambda* expr, Reg dst) {
  if (!check_arguments(expr->args)) return;
  Mark mark(*this);
  uint32_t extras = u_->next_temp;
  uint8_t flags = defaults(expr->args);
  Position at = pos_;
  enter_unit(UnitKind::kLambda, expr, "<lambda>", expr->loc.lineno);
  add_constant(ConstantValue::none());
  set_argument_counts(expr->args);
  {
    Val value = operand(expr->body);
    pos_ = position(expr->body->loc);
    emit(kOpRETURN, value.reg, 0, 0, value.temp ? kLastA : 0);
  }
  std::vector<Identifier> free_names = u_->free_names;
  auto code = leave_unit();
  pos_ = at;
  if (!code) return;
  flags |= closure(*code, free_names);
  make_function(std::move(code), free_names, flags, extras, dst);
}

void Compiler::class_def(const ClassDef* stmt) {
  Mark mark(*this);
  int32_t first_line = stmt->decorator_list.empty() ? stmt->loc.lineno : stmt->decorator_list[0]->loc.lineno;
  Reg first_decorator = decorators(stmt->decorator_list);
  if (!check_keywords(stmt->keywords)) return;
  Position at = pos_;
  enter_unit(UnitKind::kClass, stmt, std::string(stmt->name->view()), first_line);
  u_->private_name = stmt->name;
  {
    pos_ = {first_line, first_line, 0, 0};
    Reg t = alloc();
    emit_wide(kOpLOAD_NAME, t, name_index(arena_.intern("__name__")));
    emit_wide(kOpSTORE_NAME, t, name_index(arena_.intern("__module__")), kLastA);
    load_const(ConstantValue::string(storage_->copy_string(u_->out->qualname)), t);
    emit_wide(kOpSTORE_NAME, t, name_index(arena_.intern("__qualname__")), kLastA);
    free_to(t);
  }
  compile_body(stmt->body);
  artificial();
  if (u_->scope->needs_class_closure) {
    // The body's result is the cell that type() fills with the class.
    Reg t = alloc();
    emit(kOpMOVE, t, static_cast<Reg>(u_->deref[arena_.intern("__class__")]));
    emit_wide(kOpSTORE_NAME, t, name_index(arena_.intern("__classcell__")));
    emit(kOpRETURN, t, 0, 0, kLastA);
    free_to(t);
  } else {
    implicit_return();
  }
  std::vector<Identifier> free_names = u_->free_names;
  auto code = leave_unit();
  pos_ = at;
  if (!code) return;

  Reg base = alloc();
  emit(kOpLOAD_BUILD_CLASS, base);
  alloc();
  Reg function = alloc();
  uint32_t extras = u_->next_temp;
  uint8_t flags = closure(*code, free_names);
  make_function(std::move(code), free_names, flags, extras, function);
  Reg name = alloc();
  load_const(ConstantValue::string(stmt->name->view()), name);
  Reg local = local_register(stmt->name);
  bool direct = local != kNoReg && stmt->decorator_list.empty();
  call_rest(direct ? local : base, base, 2, stmt->bases, stmt->keywords);
  if (failed()) return;
  if (direct) {
    forbidden(stmt->name, ExprContext::kStore);
    return;
  }
  Reg result = base;
  if (!stmt->decorator_list.empty()) {
    result = local != kNoReg ? local : first_decorator;
    apply_decorators(stmt->decorator_list, first_decorator, stmt->name, result);
  }
  if (result != local) store_name(stmt->name, {result, true});
}

}  // namespace taipan::frontend
