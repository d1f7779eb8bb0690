// Assignments, loops, jumps, imports and the other simple statements.
#include "frontend/compiler_impl.h"
#include "frontend/fold.h"

namespace taipan::frontend {

using namespace ast;

void Compiler::statement(const Stmt* stmt) {
  DepthScope depth(*this);
  if (!depth.ok()) return;
  pos_ = position(stmt->loc);
  switch (stmt->kind) {
    case StmtKind::kFunctionDef: {
      auto* s = cast<FunctionDef>(stmt);
      function_def(s, s->name, s->args, s->body, s->decorator_list, s->returns, false);
      break;
    }
    case StmtKind::kAsyncFunctionDef: {
      auto* s = cast<AsyncFunctionDef>(stmt);
      function_def(s, s->name, s->args, s->body, s->decorator_list, s->returns, true);
      break;
    }
    case StmtKind::kClassDef: class_def(cast<ClassDef>(stmt)); break;
    case StmtKind::kReturn: return_statement(cast<Return>(stmt)); break;
    case StmtKind::kDelete:
      for (Expr* target : cast<Delete>(stmt)->targets) delete_target(target);
      break;
    case StmtKind::kAssign: assign(cast<Assign>(stmt)); break;
    case StmtKind::kAugAssign: aug_assign(cast<AugAssign>(stmt)); break;
    case StmtKind::kAnnAssign: ann_assign(cast<AnnAssign>(stmt)); break;
    case StmtKind::kFor: for_loop(cast<For>(stmt)); break;
    case StmtKind::kAsyncFor: async_for_loop(cast<AsyncFor>(stmt)); break;
    case StmtKind::kWhile: while_loop(cast<While>(stmt)); break;
    case StmtKind::kIf: if_statement(cast<If>(stmt)); break;
    case StmtKind::kWith: with_statement(stmt, cast<With>(stmt)->items, cast<With>(stmt)->body, 0, false); break;
    case StmtKind::kAsyncWith:
      with_statement(stmt, cast<AsyncWith>(stmt)->items, cast<AsyncWith>(stmt)->body, 0, true);
      break;
    case StmtKind::kMatch: match_statement(cast<Match>(stmt)); break;
    case StmtKind::kRaise: raise_statement(cast<Raise>(stmt)); break;
    case StmtKind::kTry: {
      auto* s = cast<Try>(stmt);
      try_statement(s, s->body, s->handlers, s->orelse, s->finalbody, false);
      break;
    }
    case StmtKind::kTryStar: {
      auto* s = cast<TryStar>(stmt);
      try_statement(s, s->body, s->handlers, s->orelse, s->finalbody, true);
      break;
    }
    case StmtKind::kAssert: assert_statement(cast<Assert>(stmt)); break;
    case StmtKind::kImport: import_statement(cast<Import>(stmt)); break;
    case StmtKind::kImportFrom: import_from(cast<ImportFrom>(stmt)); break;
    case StmtKind::kGlobal:
    case StmtKind::kNonlocal: break;
    case StmtKind::kExprStmt: expr_statement(cast<ExprStmt>(stmt)->value, stmt); break;
    case StmtKind::kPass: emit(kOpNOP); break;
    case StmtKind::kBreak: break_statement(); break;
    case StmtKind::kContinue: continue_statement(); break;
  }
}

void Compiler::expr_statement(const Expr* value, const Stmt* stmt) {
  if (u_->interactive && !u_->parent) {
    Mark mark(*this);
    Val v = operand(value);
    emit(kOpPRINT_EXPR, v.reg, 0, 0, v.temp ? kLastA : 0);
    return;
  }
  if (isa<Constant>(value)) {
    emit(kOpNOP);
    return;
  }
  Mark mark(*this);
  Val v = operand(value);
  if (v.temp) {
    PosScope pos(*this, pos_);
    artificial();
    clear(v.reg);
  }
}

// ---- assignment

// A target that was written in passing still counts as a line if it stands on another one than what wrote it.
void Compiler::pass_line(const Expr* target, int32_t line) {
  if (target->loc.lineno == line) return;
  PosScope pos(*this, target->loc);
  emit(kOpNOP);
}

// Stores R[value] into the target; a temporary is consumed.
void Compiler::store(const Expr* target, Val value) {
  DepthScope depth(*this);
  if (!depth.ok()) return;
  PosScope pos(*this, target->loc);
  switch (target->kind) {
    case ExprKind::kName: store_name(cast<Name>(target)->id, value); break;
    case ExprKind::kAttribute: {
      auto* attribute = cast<Attribute>(target);
      Mark mark(*this);
      Val object = operand(attribute->value);
      attribute_position(attribute);
      if (forbidden(attribute->attr, ExprContext::kStore)) return;
      emit(kOpSTORE_ATTR, object.reg, value.reg, short_name_index(mangled(attribute->attr)),
           (object.temp ? kLastA : 0) | (value.temp ? kLastB : 0));
      break;
    }
    case ExprKind::kSubscript: {
      auto* subscript = cast<Subscript>(target);
      Mark mark(*this);
      Val object = operand(subscript->value);
      protect(object, subscript->slice);
      Val index = operand(subscript->slice);
      emit(kOpSET_ITEM, object.reg, index.reg, value.reg,
           (object.temp ? kLastA : 0) | (index.temp ? kLastB : 0) | (value.temp ? kLastC : 0));
      break;
    }
    case ExprKind::kTuple: unpack(target, cast<Tuple>(target)->elts, value); break;
    case ExprKind::kList: unpack(target, cast<List>(target)->elts, value); break;
    case ExprKind::kStarred: fail("starred assignment target must be in a list or tuple"); break;
    default: fail_status(CompileStatus::kSystemError, "invalid assignment target"); break;
  }
}

void Compiler::unpack(const Expr* target, Seq<Expr*> elts, Val value) {
  int star = -1;
  for (uint32_t i = 0; i < elts.size; i++) {
    if (!isa<Starred>(elts[i])) continue;
    if (star >= 0) {
      fail("multiple starred expressions in assignment");
      return;
    }
    if (i >= 256 || elts.size - i - 1 >= 60000) {
      fail("too many expressions in star-unpacking assignment");
      return;
    }
    star = static_cast<int>(i);
  }
  Mark mark(*this);
  uint8_t flags = value.temp ? kLastB : 0;
  // Local variables that are neighbours are unpacked into directly.
  if (star < 0 && elts.size > 0) {
    Reg first = local_register(elts[0]);
    bool direct = first != kNoReg;
    for (uint32_t i = 1; direct && i < elts.size; i++) direct = local_register(elts[i]) == first + i;
    if (direct && (value.reg < first || value.reg >= first + elts.size)) {
      emit(kOpUNPACK_SEQ, first, value.reg, static_cast<uint16_t>(elts.size), flags);
      for (Expr* e : elts) pass_line(e, pos_.line);
      return;
    }
  }
  Reg base = alloc_many(elts.size);
  if (failed()) return;
  if (star < 0) {
    emit(kOpUNPACK_SEQ, base, value.reg, static_cast<uint16_t>(elts.size), flags);
  } else {
    auto& item = emit(kOpUNPACK_EX, base, value.reg, static_cast<uint16_t>(star), flags);
    item.ext.a = static_cast<uint16_t>(elts.size - star - 1);
  }
  for (uint32_t i = 0; i < elts.size; i++) {
    auto* starred = dyn_cast<Starred>(elts[i]);
    store(starred ? starred->value : elts[i], {static_cast<Reg>(base + i), true});
  }
}

// `a, b = x, y` without making the tuple.
bool Compiler::assign_parallel(Seq<Expr*> targets, const Expr* value) {
  if (targets.size < 2 || targets.size > 8) return false;
  for (Expr* target : targets) {
    if (isa<Starred>(target)) return false;
  }
  if (auto* constant = dyn_cast<Constant>(value)) {
    if (constant->value.kind != ConstantKind::kTuple || constant->value.size != targets.size) return false;
    for (uint32_t i = 0; i < targets.size; i++) {
      Mark mark(*this);
      const ConstantValue& item = constant->value.item_data[i];
      Reg local = local_register(targets[i]);
      if (local != kNoReg) {
        PosScope pos(*this, value->loc);
        load_const(item, local);
        continue;
      }
      Reg t = alloc();
      {
        PosScope pos(*this, value->loc);
        load_const(item, t);
      }
      store(targets[i], {t, true});
    }
    return true;
  }
  auto* tuple = dyn_cast<Tuple>(value);
  if (!tuple || tuple->elts.size != targets.size) return false;
  for (Expr* e : tuple->elts) {
    if (isa<Starred>(e)) return false;
  }
  uint32_t n = targets.size;
  // Where all targets are different plain locals, the last value can go straight into its variable.
  bool plain = true;
  for (uint32_t i = 0; i < n && plain; i++) {
    Reg reg = local_register(targets[i]);
    plain = reg != kNoReg && !u_->walrus_local[reg];
    for (uint32_t j = 0; j < i && plain; j++) plain = local_register(targets[j]) != reg;
  }
  Mark mark(*this);
  Reg base = alloc_many(n);
  for (uint32_t i = 0; i < n; i++) {
    if (i + 1 == n && plain) {
      expr_to(tuple->elts[i], local_register(targets[i]));
    } else {
      expr_to(tuple->elts[i], static_cast<Reg>(base + i));
    }
  }
  for (uint32_t i = 0; i < n; i++) {
    if (i + 1 == n && plain) break;
    store(targets[i], {static_cast<Reg>(base + i), true});
  }
  return true;
}

void Compiler::assign(const Assign* stmt) {
  Mark mark(*this);
  if (stmt->targets.size == 1) {
    Expr* target = stmt->targets[0];
    Reg local = local_register(target);
    if (local != kNoReg) {
      expr_to(stmt->value, local);
      pass_line(target, stmt->value->loc.lineno);
      return;
    }
    if (auto* tuple = dyn_cast<Tuple>(target)) {
      if (assign_parallel(tuple->elts, stmt->value)) return;
    } else if (auto* list = dyn_cast<List>(target)) {
      if (assign_parallel(list->elts, stmt->value)) return;
    }
    Val value = operand(stmt->value);
    if (!isa<Name>(target) && !value.temp && u_->walrus_local[value.reg]) protect(value, nullptr);
    store(target, value);
    return;
  }
  if (auto* constant = dyn_cast<Constant>(stmt->value)) {
    bool plain = true;
    for (Expr* target : stmt->targets) plain = plain && local_register(target) != kNoReg;
    if (plain) {
      if (constant->loc.lineno != pos_.line) {
        PosScope pos(*this, constant->loc);
        emit(kOpNOP);
      }
      for (Expr* target : stmt->targets) load_const(constant->value, local_register(target));
      return;
    }
  }
  Reg value = expr_temp(stmt->value);
  for (uint32_t i = 0; i < stmt->targets.size; i++) { store(stmt->targets[i], {value, i + 1 == stmt->targets.size}); }
}

void Compiler::aug_assign(const AugAssign* stmt) {
  Mark mark(*this);
  const Expr* target = stmt->target;
  Position whole = pos_;
  switch (target->kind) {
    case ExprKind::kName: {
      Identifier name = cast<Name>(target)->id;
      {
        PosScope pos(*this, target->loc);
        if (forbidden(name, ExprContext::kStore)) return;
      }
      NameRef ref = resolve(name);
      if (ref.kind == NameKind::kFast) {
        Reg local = static_cast<Reg>(ref.index);
        if (ref.check) {
          PosScope pos(*this, target->loc);
          emit(kOpCHECK_LOCAL, local);
        }
        emit_binary(stmt->op, local, {local, false}, stmt->value, kInplace);
        return;
      }
      Reg t = alloc();
      {
        PosScope pos(*this, target->loc);
        load_name(name, t);
      }
      emit_binary(stmt->op, t, {t, true}, stmt->value, kInplace);
      PosScope pos(*this, target->loc);
      store_name(name, {t, true});
      return;
    }
    case ExprKind::kAttribute: {
      auto* attribute = cast<Attribute>(target);
      PosScope pos(*this, target->loc);
      if (forbidden(attribute->attr, ExprContext::kStore)) return;
      Val object = operand(attribute->value);
      protect(object, stmt->value);
      uint16_t name = short_name_index(mangled(attribute->attr));
      Reg t = alloc();
      attribute_position(attribute);
      Position at = pos_;
      emit(kOpLOAD_ATTR, t, object.reg, name);
      pos_ = whole;
      emit_binary(stmt->op, t, {t, true}, stmt->value, kInplace);
      pos_ = at;
      emit(kOpSTORE_ATTR, object.reg, t, name, (object.temp ? kLastA : 0) | kLastB);
      return;
    }
    case ExprKind::kSubscript: {
      auto* subscript = cast<Subscript>(target);
      PosScope pos(*this, target->loc);
      Val object = operand(subscript->value);
      protect(object, nullptr);
      Val index = operand(subscript->slice);
      protect(index, stmt->value);
      Reg t = alloc();
      emit(kOpGET_ITEM, t, object.reg, index.reg);
      Position at = pos_;
      pos_ = whole;
      emit_binary(stmt->op, t, {t, true}, stmt->value, kInplace);
      pos_ = at;
      emit(kOpSET_ITEM, object.reg, index.reg, t, (object.temp ? kLastA : 0) | (index.temp ? kLastB : 0) | kLastC);
      return;
    }
    default: fail_status(CompileStatus::kSystemError, "invalid node type for augmented assignment"); return;
  }
}

void Compiler::check_annotation_target(const Expr* expr) {
  // Evaluated for its errors, as the reference does.
  discard(expr);
}

void Compiler::ann_assign(const AnnAssign* stmt) {
  bool future = future_flags_ & kCoFutureAnnotations;
  bool module_or_class = u_->kind == UnitKind::kModule || u_->kind == UnitKind::kClass;
  Mark mark(*this);
  if (stmt->value) {
    Reg local = local_register(stmt->target);
    if (local != kNoReg) {
      expr_to(stmt->value, local);
    } else {
      store(stmt->target, operand(stmt->value));
    }
    free_to(mark.saved);
  }
  switch (stmt->target->kind) {
    case ExprKind::kName: {
      Identifier name = cast<Name>(stmt->target)->id;
      if (forbidden(name, ExprContext::kStore)) return;
      if (stmt->simple && module_or_class) {
        annotation_value(stmt->annotation);
        Reg value = static_cast<Reg>(mark.saved);
        Reg dict = alloc(), key = alloc();
        emit_wide(kOpLOAD_NAME, dict, name_index(arena_.intern("__annotations__")));
        load_const(ConstantValue::string(mangled(name)->view()), key);
        emit(kOpSET_ITEM, dict, key, value, kLastA | kLastB | kLastC);
      }
      break;
    }
    case ExprKind::kAttribute: {
      auto* attribute = cast<Attribute>(stmt->target);
      if (forbidden(attribute->attr, ExprContext::kStore)) return;
      if (!stmt->value) check_annotation_target(attribute->value);
      break;
    }
    case ExprKind::kSubscript: {
      auto* subscript = cast<Subscript>(stmt->target);
      if (!stmt->value) {
        check_annotation_target(subscript->value);
        check_annotation_target(subscript->slice);
      }
      break;
    }
    default: fail_status(CompileStatus::kSystemError, "invalid node type for annotated assignment"); return;
  }
  free_to(mark.saved);
  // Annotations of targets that aren't plain names are evaluated in modules and classes, and thrown away.
  if (!stmt->simple && module_or_class && !future) discard(stmt->annotation);
}

void Compiler::delete_target(const Expr* target) {
  DepthScope depth(*this);
  if (!depth.ok()) return;
  PosScope pos(*this, target->loc);
  switch (target->kind) {
    case ExprKind::kName: delete_name(cast<Name>(target)->id); break;
    case ExprKind::kAttribute: {
      auto* attribute = cast<Attribute>(target);
      Mark mark(*this);
      Val object = operand(attribute->value);
      attribute_position(attribute);
      if (forbidden(attribute->attr, ExprContext::kDel)) return;
      emit(kOpDELETE_ATTR, object.reg, 0, short_name_index(mangled(attribute->attr)), object.temp ? kLastA : 0);
      break;
    }
    case ExprKind::kSubscript: {
      auto* subscript = cast<Subscript>(target);
      Mark mark(*this);
      Val object = operand(subscript->value);
      protect(object, subscript->slice);
      Val index = operand(subscript->slice);
      emit(kOpDEL_ITEM, object.reg, index.reg, 0, (object.temp ? kLastA : 0) | (index.temp ? kLastB : 0));
      break;
    }
    case ExprKind::kTuple:
      for (Expr* e : cast<Tuple>(target)->elts) delete_target(e);
      break;
    case ExprKind::kList:
      for (Expr* e : cast<List>(target)->elts) delete_target(e);
      break;
    default: fail_status(CompileStatus::kSystemError, "invalid deletion target"); break;
  }
}

// ---- annotations of a module or class need their dict

namespace {
bool has_annotations(Seq<Stmt*> body);
bool has_annotations(const Stmt* stmt) {
  switch (stmt->kind) {
    case StmtKind::kAnnAssign: return true;
    case StmtKind::kFor: return has_annotations(cast<For>(stmt)->body) || has_annotations(cast<For>(stmt)->orelse);
    case StmtKind::kAsyncFor:
      return has_annotations(cast<AsyncFor>(stmt)->body) || has_annotations(cast<AsyncFor>(stmt)->orelse);
    case StmtKind::kWhile:
      return has_annotations(cast<While>(stmt)->body) || has_annotations(cast<While>(stmt)->orelse);
    case StmtKind::kIf: return has_annotations(cast<If>(stmt)->body) || has_annotations(cast<If>(stmt)->orelse);
    case StmtKind::kMatch:
      for (MatchCase* c : cast<Match>(stmt)->cases) {
        if (has_annotations(c->body)) return true;
      }
      return false;
    case StmtKind::kWith: return has_annotations(cast<With>(stmt)->body);
    case StmtKind::kAsyncWith: return has_annotations(cast<AsyncWith>(stmt)->body);
    case StmtKind::kTry: {
      auto* s = cast<Try>(stmt);
      for (Handler* h : s->handlers) {
        if (has_annotations(cast<ExceptHandler>(h)->body)) return true;
      }
      return has_annotations(s->body) || has_annotations(s->finalbody) || has_annotations(s->orelse);
    }
    case StmtKind::kTryStar: {
      auto* s = cast<TryStar>(stmt);
      for (Handler* h : s->handlers) {
        if (has_annotations(cast<ExceptHandler>(h)->body)) return true;
      }
      return has_annotations(s->body) || has_annotations(s->finalbody) || has_annotations(s->orelse);
    }
    default: return false;
  }
}
bool has_annotations(Seq<Stmt*> body) {
  for (Stmt* stmt : body) {
    if (has_annotations(stmt)) return true;
  }
  return false;
}
}  // namespace

void Compiler::annotations_setup(Seq<Stmt*> body) {
  if (has_annotations(body)) emit(kOpSETUP_ANNOTATIONS);
}

// ---- loops and conditions

void Compiler::if_statement(const If* stmt) {
  Label orelse = new_label(), end = new_label();
  jump_if(stmt->test, orelse, false);
  for (Stmt* s : stmt->body) statement(s);
  if (!stmt->orelse.empty()) {
    artificial();
    jump(end);
  }
  bind(orelse);
  for (Stmt* s : stmt->orelse) statement(s);
  bind(end);
}

// FOR_ITER and the assignment of the item.
void Compiler::store_loop_target(const Expr* target, Reg iter, Label exhausted) {
  Reg local = local_register(target);
  if (local != kNoReg) {
    emit(kOpFOR_ITER, local, iter).target = exhausted;
    pass_line(target, pos_.line);
    return;
  }
  Mark mark(*this);
  Reg item = alloc();
  emit(kOpFOR_ITER, item, iter).target = exhausted;
  store(target, {item, true});
}

void Compiler::for_loop(const For* stmt) {
  Mark mark(*this);
  Label start = new_label(), orelse = new_label(), end = new_label();
  Reg iter = alloc();
  Position at = pos_;
  if (!push_block({BlockKind::kFor, start, end, iter, u_->code.context(), {}, nullptr, at})) return;
  Val iterable = operand(stmt->iter, iter);
  emit(kOpGET_ITER, iter, iterable.reg, 0, last(iterable, kLastB, iter));
  bind(start);
  store_loop_target(stmt->target, iter, orelse);
  for (Stmt* s : stmt->body) statement(s);
  artificial();
  emit_jump(kOpJUMP_BACK, 0, start);
  bind(orelse);
  pop_block();
  free_to(mark.saved);
  for (Stmt* s : stmt->orelse) statement(s);
  bind(end);
}

void Compiler::async_for_loop(const AsyncFor* stmt) {
  if (options_.top_level_await && u_->kind == UnitKind::kModule) {
  } else if (u_->kind != UnitKind::kAsyncFunction) {
    fail("'async for' outside async function");
    return;
  }
  Mark mark(*this);
  Label start = new_label(), stop = new_label(), end = new_label();
  Reg iter = alloc();
  Val iterable = operand(stmt->iter, iter);
  emit(kOpGET_AITER, iter, iterable.reg, 0, last(iterable, kLastB, iter));
  bind(start);
  uint32_t outer = u_->code.context();
  if (!push_block({BlockKind::kAsyncFor, start, end, iter, outer, {}, nullptr, pos_})) return;
  u_->code.set_context(u_->code.new_context(outer, stop, static_cast<uint16_t>(iter + 1), 1));
  Reg item = alloc();
  emit(kOpGET_ANEXT, item, iter);
  send_loop(item);
  u_->code.set_context(outer);
  store(stmt->target, {item, true});
  free_to(iter + 1u);
  for (Stmt* s : stmt->body) statement(s);
  artificial();
  emit_jump(kOpJUMP_BACK, 0, start);
  pop_block();
  bind(stop);
  pos_ = position(stmt->iter->loc);
  emit(kOpEND_ASYNC_FOR, static_cast<Reg>(iter + 1));
  clear(iter);
  free_to(mark.saved);
  for (Stmt* s : stmt->orelse) statement(s);
  bind(end);
}

// The test stands before the loop and again at its end, where `continue` goes: one jump back a turn, to the body.
void Compiler::while_loop(const While* stmt) {
  Label start = new_label(), again = new_label(), orelse = new_label(), end = new_label();
  auto* constant = dyn_cast<Constant>(stmt->test);
  bool endless = constant && constant->value.kind != ConstantKind::kForeign && constant_truth(constant->value);
  Block block{BlockKind::kWhile, again, end, kNoReg, u_->code.context(), {}, nullptr, pos_};
  if (!push_block(block)) return;
  Position at = pos_;
  jump_if(stmt->test, orelse, false);
  bind(start);
  for (Stmt* s : stmt->body) statement(s);
  artificial();
  bind(again);
  // An endless loop's test is a line that is passed at each turn: the jump back stands for it.
  if (!endless) {
    pos_ = at;
    jump_if(stmt->test, orelse, false);
  }
  artificial();
  if (endless) pos_ = position(stmt->test->loc);
  emit_jump(kOpJUMP_BACK, 0, start);
  pop_block();
  bind(orelse);
  for (Stmt* s : stmt->orelse) statement(s);
  bind(end);
}

void Compiler::break_statement() {
  Position at = pos_;
  emit(kOpNOP);
  uint32_t context = u_->code.context();
  int loop = unwind(true, false, kNoReg);
  if (loop < 0) {
    fail_at(at, "'break' outside loop");
    return;
  }
  if (failed()) return;
  const Block& block = u_->blocks[loop];
  if (block.kind != BlockKind::kWhile) clear(block.reg);
  artificial();
  jump(block.exit);
  u_->code.set_context(context);
}

void Compiler::continue_statement() {
  Position at = pos_;
  emit(kOpNOP);
  uint32_t context = u_->code.context();
  int loop = unwind(true, false, kNoReg);
  if (loop < 0) {
    fail_at(at, "'continue' not properly in loop");
    return;
  }
  if (failed()) return;
  const Block& block = u_->blocks[loop];
  artificial();
  if (block.kind == BlockKind::kWhile)
    jump(block.start);
  else
    emit_jump(kOpJUMP_BACK, 0, block.start);
  u_->code.set_context(context);
}

void Compiler::return_statement(const Return* stmt) {
  Position at = pos_;
  if (!u_->scope->is_function()) {
    fail("'return' outside function");
    return;
  }
  if (stmt->value && u_->scope->coroutine && u_->scope->generator) {
    fail("'return' with value in async generator");
    return;
  }
  Mark mark(*this);
  // Whether code that can rebind the value runs on the way out.
  bool simple = true;
  for (const Block& block : u_->blocks) {
    simple = simple && (block.kind == BlockKind::kWhile || block.kind == BlockKind::kFor ||
                        block.kind == BlockKind::kTry || block.kind == BlockKind::kAsyncFor);
  }
  auto* constant = dyn_cast<Constant>(stmt->value);
  Val value;
  if (stmt->value && !constant) {
    if (simple)
      value = operand(stmt->value);
    else
      value = {expr_temp(stmt->value), true};
    pos_ = at;
  } else if (stmt->value) {
    pos_ = position(stmt->value->loc);
    emit(kOpNOP);
  }
  if (!stmt->value || stmt->value->loc.lineno != stmt->loc.lineno) {
    pos_ = at;
    emit(kOpNOP);
  }
  uint32_t context = u_->code.context();
  unwind(false, value.temp, value.reg);
  if (failed()) return;
  if (value.reg == kNoReg) {
    value = {alloc(), true};
    load_const(constant ? constant->value : ConstantValue::none(), value.reg);
  }
  emit(kOpRETURN, value.reg, 0, 0, value.temp ? kLastA : 0);
  u_->code.set_context(context);
}

// ---- import

void Compiler::import_statement(const Import* stmt) {
  for (Alias* alias : stmt->names) {
    Mark mark(*this);
    std::string_view full = alias->name->view();
    size_t dot = full.find('.');
    Reg level = alloc(), fromlist = alloc();
    load_const(ConstantValue::integer(0), level);
    load_none(fromlist);
    uint16_t index = short_name_index(alias->name);
    if (!alias->asname || dot == std::string_view::npos) {
      Identifier name = alias->asname                   ? alias->asname
                        : dot == std::string_view::npos ? alias->name
                                                        : arena_.intern(full.substr(0, dot));
      Reg local = local_register(name);
      if (forbidden(name, ExprContext::kStore)) return;
      emit(kOpIMPORT_NAME, local != kNoReg ? local : level, level, index);
      if (local == kNoReg) store_name(name, {level, true});
      continue;
    }
    // import a.b.c as d: c of b of a
    emit(kOpIMPORT_NAME, level, level, index);
    Reg module = level, other = fromlist;
    while (dot != std::string_view::npos) {
      size_t next = full.find('.', dot + 1);
      std::string_view part = full.substr(dot + 1, next == std::string_view::npos ? next : next - dot - 1);
      emit(kOpIMPORT_FROM, other, module, short_name_index(arena_.intern(part)), kLastB);
      std::swap(module, other);
      dot = next;
    }
    store_name(alias->asname, {module, true});
  }
}

void Compiler::import_from(const ImportFrom* stmt) {
  if (stmt->loc.lineno > future_line_ && stmt->module && stmt->module->is("__future__") && stmt->level == 0) {
    fail("from __future__ imports must occur at the beginning of the file");
    return;
  }
  Mark mark(*this);
  Reg module = alloc(), fromlist = alloc();
  load_const(ConstantValue::integer(stmt->level), module);
  auto* names = arena_.make_array<ConstantValue>(stmt->names.size);
  for (uint32_t i = 0; i < stmt->names.size; i++) names[i] = ConstantValue::string(stmt->names[i]->name->view());
  load_const(ConstantValue::tuple(names, stmt->names.size), fromlist);
  emit(kOpIMPORT_NAME, module, module, short_name_index(stmt->module ? stmt->module : arena_.intern("")));
  free_to(module + 1u);
  for (uint32_t i = 0; i < stmt->names.size; i++) {
    Alias* alias = stmt->names[i];
    if (i == 0 && alias->name->is("*")) {
      emit(kOpIMPORT_STAR, module, 0, 0, kLastA);
      return;
    }
    Identifier name = alias->asname ? alias->asname : alias->name;
    Reg local = local_register(name);
    if (forbidden(name, ExprContext::kStore)) return;
    Reg t = local != kNoReg ? local : alloc();
    emit(kOpIMPORT_FROM, t, module, short_name_index(alias->name), i + 1 == stmt->names.size ? kLastB : 0);
    if (local == kNoReg) store_name(name, {t, true});
    free_to(module + 1u);
  }
}

// ---- assert, raise

void Compiler::assert_statement(const Assert* stmt) {
  const Expr* test = stmt->test;
  auto* constant = dyn_cast<Constant>(test);
  auto* tuple = dyn_cast<Tuple>(test);
  if ((tuple && !tuple->elts.empty()) ||
      (constant && constant->value.kind == ConstantKind::kTuple && constant->value.size > 0)) {
    warn(stmt->loc, "assertion is always true, perhaps remove parentheses?");
  }
  if (options_.optimize) {
    emit(kOpNOP);
    return;
  }
  Mark mark(*this);
  Label end = new_label();
  jump_if(test, end, true);
  Reg error = alloc();
  emit(kOpLOAD_ASSERTION_ERROR, error);
  if (stmt->msg) {
    alloc();
    expr_temp(stmt->msg);
    emit(kOpCALL, error, error, 1);
  }
  emit(kOpRAISE, error, kNoReg, 0, kLastA);
  bind(end);
}

void Compiler::raise_statement(const Raise* stmt) {
  Mark mark(*this);
  if (!stmt->exc) {
    emit(kOpRAISE, kNoReg, kNoReg);
    return;
  }
  Val exc = operand(stmt->exc);
  Val cause;
  if (stmt->cause) {
    protect(exc, stmt->cause);
    cause = operand(stmt->cause);
  }
  emit(kOpRAISE, exc.reg, cause.reg, 0, (exc.temp ? kLastA : 0) | (cause.temp ? kLastB : 0));
}

}  // namespace taipan::frontend
