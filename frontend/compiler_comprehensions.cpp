// Comprehensions and generator expressions: functions of one argument, `.0`, the outermost iterator.
#include "frontend/compiler_impl.h"

namespace taipan::frontend {

using namespace ast;

void Compiler::comprehension_to(const Expr* expr, const char* name, Seq<Comprehension*> generators, const Expr* element,
                                const Expr* value, ComprehensionKind kind, Reg dst) {
  Scope* scope = table_.scope_of(expr);
  bool is_async = scope->coroutine;
  bool awaited = is_async && kind != ComprehensionKind::kGenerator;
  if (awaited && u_->kind != UnitKind::kAsyncFunction && u_->kind != UnitKind::kComprehension &&
      !(options_.top_level_await && u_->kind == UnitKind::kModule)) {
    fail("asynchronous comprehension outside of an asynchronous function");
    return;
  }
  Position at = pos_;
  enter_unit(UnitKind::kComprehension, expr, name, expr->loc.lineno);
  set_qualname();
  u_->out->argcount = 1;
  Reg result = kNoReg;
  if (kind != ComprehensionKind::kGenerator) {
    result = alloc();
    Op build = kind == ComprehensionKind::kList  ? kOpBUILD_LIST
               : kind == ComprehensionKind::kSet ? kOpBUILD_SET
                                                 : kOpBUILD_MAP;
    emit(build, result, result, 0);
  }
  comprehension_loop(generators, 0, element, value, kind, result, 0);
  if (kind == ComprehensionKind::kGenerator) {
    implicit_return();
  } else {
    emit(kOpRETURN, result, 0, 0, kLastA);
  }
  std::vector<Identifier> free_names = u_->free_names;
  auto code = leave_unit();
  pos_ = at;
  if (!code) return;

  // The call, in the scope around.
  Mark mark(*this);
  Reg base = is_temp(dst) && dst + 1u == u_->next_temp ? dst : alloc();
  uint32_t extras = u_->next_temp;
  uint8_t flags = closure(*code, free_names);
  make_function(std::move(code), free_names, flags, extras, base);
  alloc();
  Reg argument = alloc();
  Val iterable = operand(generators[0]->iter, argument);
  if (generators[0]->is_async) {
    emit(kOpGET_AITER, argument, iterable.reg, 0, last(iterable, kLastB, argument));
  } else {
    emit(kOpGET_ITER, argument, iterable.reg, 0, last(iterable, kLastB, argument));
  }
  Reg out = awaited ? base : dst;
  emit(kOpCALL, out, base, 1);
  if (awaited) {
    free_to(base + 1u);
    emit(kOpGET_AWAITABLE, base, base);
    send_loop(base);
    if (base != dst) move(dst, {base, true});
  }
}

// One `for` with its iterator in R[iter], which the loop empties.
void Compiler::comprehension_loop(Seq<Comprehension*> generators, size_t index, const Expr* element, const Expr* value,
                                  ComprehensionKind kind, Reg result, Reg iter) {
  DepthScope depth(*this);
  if (!depth.ok()) return;
  Comprehension* loop = generators[index];
  Label start = new_label(), end = new_label();
  Mark mark(*this);
  bind(start);
  if (!loop->is_async) {
    if (!push_block({BlockKind::kFor, start, end, iter, u_->code.context(), {}, nullptr, pos_})) return;
    store_loop_target(loop->target, iter, end);
    comprehension_body(generators, index, element, value, kind, result);
    PosScope pos(*this, pos_);
    emit_jump(kOpJUMP_BACK, 0, start);
    bind(end);
    pop_block();
    return;
  }
  Label stop = new_label();
  uint32_t outer = u_->code.context();
  if (!push_block({BlockKind::kAsyncFor, start, end, iter, outer, {}, nullptr, pos_})) return;
  uint32_t depth_register = u_->next_temp;
  u_->code.set_context(u_->code.new_context(outer, stop, static_cast<uint16_t>(depth_register), 1));
  Reg item = alloc();
  emit(kOpGET_ANEXT, item, iter);
  send_loop(item);
  u_->code.set_context(outer);
  store(loop->target, {item, true});
  free_to(depth_register);
  comprehension_body(generators, index, element, value, kind, result);
  emit_jump(kOpJUMP_BACK, 0, start);
  bind(stop);
  emit(kOpEND_ASYNC_FOR, static_cast<Reg>(depth_register));
  clear(iter);
  bind(end);
  pop_block();
}

void Compiler::comprehension_body(Seq<Comprehension*> generators, size_t index, const Expr* element, const Expr* value,
                                  ComprehensionKind kind, Reg result) {
  Label skip = new_label();
  for (Expr* condition : generators[index]->ifs) jump_if(condition, skip, false);
  if (index + 1 < generators.size) {
    Comprehension* inner = generators[index + 1];
    Seq<Expr*> elts{};
    if (!inner->is_async) {
      if (auto* list = dyn_cast<List>(inner->iter)) elts = list->elts;
      if (auto* tuple = dyn_cast<Tuple>(inner->iter)) elts = tuple->elts;
    }
    if (elts.size == 1 && !isa<Starred>(elts[0])) {
      // `for x in [value]` is an assignment.
      Reg local = local_register(inner->target);
      Mark mark(*this);
      if (local != kNoReg) {
        expr_to(elts[0], local);
      } else {
        Reg t = expr_temp(elts[0]);
        store(inner->target, {t, true});
      }
      comprehension_body(generators, index + 1, element, value, kind, result);
    } else {
      Mark mark(*this);
      Reg iter = alloc();
      Val iterable = operand(inner->iter, iter);
      emit(inner->is_async ? kOpGET_AITER : kOpGET_ITER, iter, iterable.reg, 0, last(iterable, kLastB, iter));
      comprehension_loop(generators, index + 1, element, value, kind, result, iter);
    }
    bind(skip);
    return;
  }
  Mark mark(*this);
  switch (kind) {
    case ComprehensionKind::kGenerator: {
      Val item = operand(element);
      if (u_->scope->coroutine) {
        Reg t = item.temp ? item.reg : alloc();
        emit(kOpASYNC_GEN_WRAP, t, item.reg);
        item = {t, true};
      }
      Reg sent = item.temp ? item.reg : alloc();
      emit(kOpYIELD, sent, item.reg, kNoReg, item.temp ? kLastB : 0);
      clear(sent);
      break;
    }
    case ComprehensionKind::kDict: {
      Val key = operand(element);
      protect(key, value);
      Val item = operand(value);
      emit(kOpMAP_ADD, result, key.reg, item.reg, (key.temp ? kLastB : 0) | (item.temp ? kLastC : 0));
      break;
    }
    default: {
      Val item = operand(element);
      emit(kind == ComprehensionKind::kSet ? kOpSET_ADD : kOpLIST_APPEND, result, item.reg, 0, item.temp ? kLastB : 0);
      break;
    }
  }
  bind(skip);
}

}  // namespace taipan::frontend
