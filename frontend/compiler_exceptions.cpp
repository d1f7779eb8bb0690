// try, with, and what runs on the way out of them.
//
// A handler's frame, D being the stack's top at the statement:   R[D] the exception   R[D+1] the one handled before (PUSH_EXC)
// While a handler runs, a cleanup range covers it: whatever is raised there first restores R[D+1] (POP_EXC), then goes on.
// A finally body is compiled once for each way into it: normal, exception, and each break, continue and return inside.
#include "frontend/compiler_impl.h"

namespace taipan::frontend {

using namespace ast;

namespace {
constexpr size_t kMaxBlocks = 20;
bool is_loop(BlockKind kind) {
  return kind == BlockKind::kWhile || kind == BlockKind::kFor || kind == BlockKind::kAsyncFor;
}
}  // namespace

bool Compiler::push_block(Block block) {
  if (u_->blocks.size() >= kMaxBlocks) {
    fail("too many statically nested blocks");
    return false;
  }
  u_->blocks.push_back(std::move(block));
  return true;
}

void Compiler::forget_name(Identifier name) {
  if (!name) return;
  Reg local = local_register(name);
  if (local != kNoReg) {
    clear(local);
    return;
  }
  Mark mark(*this);
  Reg t = alloc();
  load_none(t);
  store_name(name, {t, true});
  delete_name(name);
}

void Compiler::unwind_block(const Block& block, bool keeps_value, Reg value) {
  u_->code.set_context(block.outer_context);
  switch (block.kind) {
    case BlockKind::kWhile:
    case BlockKind::kTry:
    case BlockKind::kHandler:
    case BlockKind::kGroupHandler: break;
    case BlockKind::kFor:
    case BlockKind::kAsyncFor: clear(block.reg); break;
    case BlockKind::kFinallyTry: {
      Mark mark(*this);
      if (keeps_value &&
          !push_block({BlockKind::kPopValue, kNoLabel, kNoLabel, value, block.outer_context, {}, nullptr, pos_})) {
        return;
      }
      for (Stmt* stmt : block.body) statement(stmt);
      if (keeps_value) pop_block();
      // What follows belongs to no line: it runs after the statement that caused it.
      artificial();
      break;
    }
    case BlockKind::kFinallyEnd:
      clear(block.reg);
      emit(kOpPOP_EXC, static_cast<Reg>(block.reg + 1));
      break;
    case BlockKind::kWith:
    case BlockKind::kAsyncWith:
      pos_ = block.pos;
      call_exit(block.reg, block.kind == BlockKind::kAsyncWith);
      artificial();
      break;
    case BlockKind::kHandlerCleanup:
      emit(kOpPOP_EXC, block.reg);
      forget_name(block.name);
      break;
    case BlockKind::kPopValue: clear(block.reg); break;
  }
}

int Compiler::unwind(bool loop, bool keeps_value, Reg value) {
  if (u_->blocks.empty() || failed()) return -1;
  Block top = u_->blocks.back();
  if (top.kind == BlockKind::kGroupHandler) {
    fail("'break', 'continue' and 'return' cannot appear in an except* block");
    return -1;
  }
  if (loop && is_loop(top.kind)) return static_cast<int>(u_->blocks.size() - 1);
  u_->blocks.pop_back();
  unwind_block(top, keeps_value, value);
  int result = unwind(loop, keeps_value, value);
  u_->blocks.push_back(top);
  return result;
}

void Compiler::try_statement(const Stmt* stmt, Seq<Stmt*> body, Seq<Handler*> handlers, Seq<Stmt*> orelse,
                             Seq<Stmt*> finalbody, bool star) {
  auto inner = [&] {
    if (handlers.empty()) {
      for (Stmt* s : body) statement(s);
      for (Stmt* s : orelse) statement(s);
    } else if (star) {
      try_star(stmt, body, handlers, orelse);
    } else {
      try_except(stmt, body, handlers, orelse);
    }
  };
  if (finalbody.empty()) {
    inner();
    return;
  }
  emit(kOpNOP);
  Mark mark(*this);
  uint32_t outer = u_->code.context();
  Label handler = new_label(), cleanup = new_label(), exit = new_label();
  Reg depth = static_cast<Reg>(u_->next_temp);
  if (!push_block({BlockKind::kFinallyTry, kNoLabel, kNoLabel, kNoReg, outer, finalbody, nullptr, pos_})) return;
  u_->code.set_context(u_->code.new_context(outer, handler, depth, 0));
  inner();
  u_->code.set_context(outer);
  pop_block();
  for (Stmt* s : finalbody) statement(s);
  artificial();
  jump(exit);

  bind(handler);
  alloc_many(2);
  u_->code.set_context(u_->code.new_context(outer, cleanup, static_cast<uint16_t>(depth + 2), 1));
  emit(kOpPUSH_EXC, static_cast<Reg>(depth + 1), depth);
  if (!push_block({BlockKind::kFinallyEnd, kNoLabel, kNoLabel, depth, outer, {}, nullptr, pos_})) return;
  for (Stmt* s : finalbody) statement(s);
  pop_block();
  artificial();
  u_->code.set_context(outer);
  emit(kOpPOP_EXC, static_cast<Reg>(depth + 1));
  emit(kOpRERAISE, depth, 0, 0, kLastA);
  bind(cleanup);
  alloc();
  emit(kOpPOP_EXC, static_cast<Reg>(depth + 1));
  emit(kOpRERAISE, static_cast<Reg>(depth + 2), 0, 0, kLastA | kKeepsPlace);
  bind(exit);
}

void Compiler::try_except(const Stmt* stmt, Seq<Stmt*> body, Seq<Handler*> handlers, Seq<Stmt*> orelse) {
  emit(kOpNOP);
  Mark mark(*this);
  uint32_t outer = u_->code.context();
  Label except = new_label(), cleanup = new_label(), end = new_label();
  Reg depth = static_cast<Reg>(u_->next_temp);
  Reg saved = static_cast<Reg>(depth + 1);
  if (!push_block({BlockKind::kTry, kNoLabel, kNoLabel, kNoReg, outer, {}, nullptr, pos_})) return;
  u_->code.set_context(u_->code.new_context(outer, except, depth, 0));
  for (Stmt* s : body) statement(s);
  pop_block();
  u_->code.set_context(outer);
  for (Stmt* s : orelse) statement(s);
  artificial();
  jump(end);

  bind(except);
  alloc_many(2);
  uint32_t handling = u_->code.new_context(outer, cleanup, static_cast<uint16_t>(depth + 2), 1);
  u_->code.set_context(handling);
  emit(kOpPUSH_EXC, saved, depth);
  if (!push_block({BlockKind::kHandler, kNoLabel, kNoLabel, kNoReg, outer, {}, nullptr, pos_})) return;
  for (uint32_t i = 0; i < handlers.size; i++) {
    if (failed()) return;
    auto* handler = cast<ExceptHandler>(handlers[i]);
    pos_ = position(handler->loc);
    if (!handler->type && i + 1 < handlers.size) {
      fail("default 'except:' must be last");
      return;
    }
    Label next = new_label();
    if (handler->type) {
      Mark inner(*this);
      Val type = operand(handler->type);
      Reg matched = type.temp ? type.reg : alloc();
      emit(kOpEXC_MATCH, matched, depth, type.reg);
      emit_jump(kOpJUMP_IF_FALSE, matched, next, kLastA);
    }
    if (handler->name)
      store_name(handler->name, {depth, true});
    else
      clear(depth);
    Label unbind = new_label();
    if (handler->name)
      u_->code.set_context(u_->code.new_context(handling, unbind, static_cast<uint16_t>(depth + 2), 1));
    if (!push_block({BlockKind::kHandlerCleanup, kNoLabel, kNoLabel, saved, outer, {}, handler->name, pos_})) return;
    for (Stmt* s : handler->body) statement(s);
    pop_block();
    u_->code.set_context(outer);
    artificial();
    emit(kOpPOP_EXC, saved);
    forget_name(handler->name);
    jump(end);
    if (handler->name) {
      bind(unbind);
      u_->code.set_context(handling);
      Mark inner(*this);
      Reg raised = alloc();
      forget_name(handler->name);
      emit(kOpRERAISE, raised, 0, 0, kLastA | kKeepsPlace);
    }
    u_->code.set_context(handling);
    bind(next);
  }
  pop_block();
  artificial();
  u_->code.set_context(outer);
  emit(kOpPOP_EXC, saved);
  emit(kOpRERAISE, depth, 0, 0, kLastA);
  bind(cleanup);
  alloc();
  emit(kOpPOP_EXC, saved);
  emit(kOpRERAISE, static_cast<Reg>(depth + 2), 0, 0, kLastA | kKeepsPlace);
  bind(end);
}

// except*: R[D] the group, R[D+1] saved, R[D+2] list of what handlers raised, R[D+3] what is still unhandled (or None),
// R[D+4] the part that a handler matched, R[D+5] saved while that handler runs.
void Compiler::try_star(const Stmt* stmt, Seq<Stmt*> body, Seq<Handler*> handlers, Seq<Stmt*> orelse) {
  emit(kOpNOP);
  Mark mark(*this);
  uint32_t outer = u_->code.context();
  Label except = new_label(), cleanup = new_label(), end = new_label();
  Reg group = static_cast<Reg>(u_->next_temp);
  Reg saved = static_cast<Reg>(group + 1), raised = static_cast<Reg>(group + 2), rest = static_cast<Reg>(group + 3);
  Reg match = static_cast<Reg>(group + 4), inner_saved = static_cast<Reg>(group + 5);
  if (!push_block({BlockKind::kTry, kNoLabel, kNoLabel, kNoReg, outer, {}, nullptr, pos_})) return;
  u_->code.set_context(u_->code.new_context(outer, except, group, 0));
  for (Stmt* s : body) statement(s);
  pop_block();
  u_->code.set_context(outer);
  for (Stmt* s : orelse) statement(s);
  artificial();
  jump(end);

  bind(except);
  alloc_many(4);
  uint32_t handling = u_->code.new_context(outer, cleanup, static_cast<uint16_t>(group + 2), 1);
  u_->code.set_context(handling);
  emit(kOpPUSH_EXC, saved, group);
  emit(kOpBUILD_LIST, raised, raised, 0);
  emit(kOpMOVE, rest, group);
  if (!push_block({BlockKind::kGroupHandler, kNoLabel, kNoLabel, kNoReg, outer, {}, nullptr, pos_})) return;
  for (uint32_t i = 0; i < handlers.size; i++) {
    if (failed()) return;
    auto* handler = cast<ExceptHandler>(handlers[i]);
    pos_ = position(handler->loc);
    Label next = new_label(), none = new_label(), failed_handler = new_label();
    Mark inner(*this);
    alloc_many(2);  // match, inner_saved
    {
      Mark type_mark(*this);
      Val type = operand(handler->type);
      emit(kOpEXC_GROUP_MATCH, match, rest, type.reg, type.temp ? kLastC : 0);
    }
    move(rest, {inner_saved, true});
    emit_jump(kOpJUMP_IF_NONE, match, none);
    emit(kOpPUSH_EXC, inner_saved, match);
    if (handler->name)
      store_name(handler->name, {match, true});
    else
      clear(match);
    u_->code.set_context(u_->code.new_context(handling, failed_handler, static_cast<uint16_t>(inner_saved + 1), 1));
    for (Stmt* s : handler->body) statement(s);
    u_->code.set_context(handling);
    artificial();
    emit(kOpPOP_EXC, inner_saved);
    forget_name(handler->name);
    jump(next);
    bind(failed_handler);
    Reg error = alloc();
    forget_name(handler->name);
    emit(kOpLIST_APPEND, raised, error, 0, kLastB);
    emit(kOpPOP_EXC, inner_saved);
    jump(next);
    bind(none);
    clear(match);
    bind(next);
  }
  pop_block();
  artificial();
  emit(kOpLIST_APPEND, raised, rest, 0, kLastB);
  Label reraise = new_label();
  emit(kOpPREP_RERAISE_STAR, rest, group, raised, kLastB | kLastC);
  emit_jump(kOpJUMP_IF_NOT_NONE, rest, reraise);
  u_->code.set_context(outer);
  clear(rest);
  emit(kOpPOP_EXC, saved);
  jump(end);
  bind(reraise);
  emit(kOpPOP_EXC, saved);
  emit(kOpRERAISE, rest, 0, 0, kLastA);
  bind(cleanup);
  emit(kOpPOP_EXC, saved);
  emit(kOpRERAISE, static_cast<Reg>(group + 2), 0, 0, kLastA | kKeepsPlace);
  bind(end);
}

// Calls R[exit], the method with its object at R[exit+1], with three times None. The two move, if something lies above them, and are empty
// afterwards. The result is dropped.
void Compiler::call_exit(Reg exit, bool is_async) {
  Mark mark(*this);
  Reg base = exit;
  if (u_->next_temp != exit + 2u) {
    base = alloc();
    emit(kOpMOVE, base, exit, 0, kLastB);
    emit(kOpMOVE, alloc(), static_cast<Reg>(exit + 1), 0, kLastB);
  }
  for (int i = 0; i < 3; i++) load_none(alloc());
  emit(kOpCALL, base, base, 3);
  if (is_async) {
    free_to(base + 1u);
    emit(kOpGET_AWAITABLE, base, base, 0, 2 << 4);
    send_loop(base);
  }
  clear(base);
}

// R[exit], R[exit+1]: __exit__ and its object (LOAD_SPECIAL); R[exit+2] the result of __enter__, then, in the handler, the exception, R[exit+3]
// the saved one.
void Compiler::with_statement(const Stmt* stmt, Seq<WithItem*> items, Seq<Stmt*> body, size_t index, bool is_async) {
  DepthScope depth_scope(*this);
  if (!depth_scope.ok()) return;
  Position at = pos_;
  if (is_async && !(options_.top_level_await && u_->kind == UnitKind::kModule) &&
      u_->kind != UnitKind::kAsyncFunction) {
    fail("'async with' outside async function");
    return;
  }
  Mark mark(*this);
  WithItem* item = items[index];
  uint32_t outer = u_->code.context();
  Label handler = new_label(), cleanup = new_label(), suppress = new_label(), exit_label = new_label();
  Reg exit = alloc();
  alloc();
  Reg entered = alloc();
  {
    Mark inner(*this);
    alloc();  // the object of __enter__
    Val manager = operand(item->context_expr);
    emit(kOpLOAD_SPECIAL, entered, manager.reg, is_async ? kSpecialAsyncEnter : kSpecialEnter);
    emit(kOpLOAD_SPECIAL, exit, manager.reg, is_async ? kSpecialAsyncExit : kSpecialExit, manager.temp ? kLastB : 0);
    emit(kOpCALL, entered, entered, 0, kEntersWith);
    free_to(entered + 1u);
    if (is_async) {
      emit(kOpGET_AWAITABLE, entered, entered, 0, 1 << 4);
      send_loop(entered);
    }
  }
  if (!push_block(
          {is_async ? BlockKind::kAsyncWith : BlockKind::kWith, kNoLabel, kNoLabel, exit, outer, {}, nullptr, at})) {
    return;
  }
  u_->code.set_context(u_->code.new_context(outer, handler, entered, 1));
  if (item->optional_vars)
    store(item->optional_vars, {entered, true});
  else
    clear(entered);
  free_to(entered);
  if (index + 1 == items.size) {
    for (Stmt* s : body) statement(s);
  } else {
    pos_ = at;
    with_statement(stmt, items, body, index + 1, is_async);
  }
  pop_block();
  u_->code.set_context(outer);
  pos_ = at;
  call_exit(exit, is_async);
  artificial();
  jump(exit_label);

  bind(handler);
  alloc_many(2);
  Reg saved = static_cast<Reg>(exit + 3);
  u_->code.set_context(u_->code.new_context(outer, cleanup, static_cast<uint16_t>(exit + 4), 1));
  pos_ = at;
  emit(kOpPUSH_EXC, saved, entered);
  Reg result = alloc();
  emit(kOpWITH_EXCEPT, result, exit, entered);
  if (is_async) {
    emit(kOpGET_AWAITABLE, result, result, 0, 2 << 4);
    send_loop(result);
  }
  emit_jump(kOpJUMP_IF_TRUE, result, suppress, kLastA);
  emit(kOpRERAISE, entered, 0, 0, kLastA | kKeepsPlace);
  bind(cleanup);
  u_->code.set_context(outer);
  emit(kOpPOP_EXC, saved);
  emit(kOpRERAISE, result, 0, 0, kLastA | kKeepsPlace);
  bind(suppress);
  clear(entered);
  emit(kOpPOP_EXC, saved);
  clear(exit);
  clear(static_cast<Reg>(exit + 1));
  bind(exit_label);
}

}  // namespace taipan::frontend
