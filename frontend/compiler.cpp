#include "frontend/compiler.h"

#include <algorithm>
#include <cassert>

#include "frontend/bytecode/verifier.h"
#include "frontend/compiler_impl.h"
#include "frontend/fold.h"

namespace taipan::frontend {

using namespace ast;

namespace {
// More would not fit the 16-bit operands with room for a statement's temporaries.
constexpr uint32_t kMaxRegisters = 60000;
}  // namespace

Compiler::Compiler(Arena& arena, const CompileOptions& options, CompileResult& result)
    : arena_(arena), options_(options), result_(result), storage_(std::make_shared<Arena>()) {}

// ---- errors

void Compiler::fail_status(CompileStatus status, std::string message) {
  if (failed()) return;
  result_.error.status = status;
  result_.error.message = std::move(message);
}

void Compiler::fail_at(const Position& pos, std::string message) {
  if (failed()) return;
  result_.error.loc = {pos.line, pos.column, pos.end_line, pos.end_column};
  fail_status(CompileStatus::kSyntaxError, std::move(message));
}

void Compiler::warn(const Location& loc, std::string message) {
  ParseWarning warning{WarningCategory::kSyntaxWarning,
                       message,
                       message,
                       loc.lineno,
                       loc.col_offset,
                       loc.end_lineno,
                       loc.end_col_offset};
  result_.warnings.push_back(std::move(warning));
}

SyntaxErrorInfo to_syntax_error(const CompileError& error) {
  SyntaxErrorInfo info;
  info.kind = error.status == CompileStatus::kSyntaxError ? ErrorKind::kSyntaxError : ErrorKind::kMemoryError;
  info.has_location = error.status == CompileStatus::kSyntaxError;
  info.message = error.message;
  info.lineno = error.loc.lineno;
  info.offset = error.loc.col_offset + 1;
  info.end_lineno = error.loc.end_lineno;
  info.end_offset = error.loc.end_col_offset + 1;
  return info;
}

// ---- from __future__: the flags of the features that the module asks for, and the line of its last such import

namespace {
bool future_features(const Mod* module, uint32_t* flags, int32_t* last_line, CompileError* error) {
  auto fail_at = [error](const Position& at, std::string message) {
    error->status = CompileStatus::kSyntaxError;
    error->loc = {at.line, at.column, at.end_line, at.end_column};
    error->message = std::move(message);
  };
  Seq<Stmt*> body;
  if (module->kind == ModKind::kModule)
    body = cast<Module>(module)->body;
  else if (module->kind == ModKind::kInteractive)
    body = cast<Interactive>(module)->body;
  bool done = false;
  int32_t previous_line = 0;
  for (uint32_t i = 0; i < body.size; i++) {
    Stmt* stmt = body[i];
    if (done && stmt->loc.lineno > previous_line) return true;
    previous_line = stmt->loc.lineno;
    auto* import = dyn_cast<ImportFrom>(stmt);
    if (import && import->module && import->module->is("__future__") && import->level == 0) {
      // These are reported without an end.
      Position at{stmt->loc.lineno, stmt->loc.lineno, stmt->loc.col_offset, -2};
      if (done) {
        at.column--;
        fail_at(at, "from __future__ imports must occur at the beginning of the file");
        return false;
      }
      for (Alias* alias : import->names) {
        std::string_view name = alias->name->view();
        if (name == "barry_as_FLUFL") {
          *flags |= kCoFutureBarryAsBdfl;
        } else if (name == "annotations") {
          *flags |= kCoFutureAnnotations;
        } else if (name == "braces") {
          fail_at(at, "not a chance");
          return false;
        } else if (name != "nested_scopes" && name != "generators" && name != "division" && name != "absolute_import" &&
                   name != "with_statement" && name != "print_function" && name != "unicode_literals" &&
                   name != "generator_stop") {
          fail_at(at, "future feature " + std::string(name.substr(0, 100)) + " is not defined");
          return false;
        }
      }
      *last_line = stmt->loc.lineno;
    } else if (auto* expr = dyn_cast<ExprStmt>(stmt)) {
      auto* constant = dyn_cast<Constant>(expr->value);
      if (i > 0 || !constant || constant->value.kind != ConstantKind::kStr) done = true;
    } else {
      done = true;
    }
  }
  return true;
}

}  // namespace

// ---- entry

CompileResult compile(Mod* module, Arena& arena, const CompileOptions& options) {
  CompileResult result;
  Compiler compiler(arena, options, result);
  result.code = compiler.compile_module(module);
  if (result.error) {
    result.code.reset();
    return result;
  }
#ifndef NDEBUG
  std::string problem = verify(*result.code);
  if (!problem.empty()) {
    result.error.status = CompileStatus::kSystemError;
    result.error.message = "bytecode verifier: " + problem;
    result.code.reset();
  }
#endif
  return result;
}

bool make_symbol_table(const Mod* module, Arena& arena, const CompileOptions& options, SymbolTable* table,
                       CompileError* error) {
  SymbolTableOptions symbol_options;
  uint32_t flags = options.future_flags;
  int32_t last_line = -1;
  if (!future_features(module, &flags, &last_line, error)) return false;
  symbol_options.future_annotations = flags & kCoFutureAnnotations;
  symbol_options.recursion_limit = options.recursion_limit;
  return build_symbol_table(module, arena, symbol_options, table, error);
}

std::unique_ptr<CodeUnit> Compiler::compile_module(Mod* module) {
  future_flags_ = options_.future_flags;
  if (!future_features(module, &future_flags_, &future_line_, &result_.error)) return nullptr;
  result_.future_flags = future_flags_;
  FoldOptions fold_options;
  fold_options.optimize = options_.optimize;
  fold_options.future_annotations = future_flags_ & kCoFutureAnnotations;
  fold_options.recursion_limit = options_.recursion_limit;
  if (!fold_constants(module, arena_, fold_options)) {
    fail_status(CompileStatus::kRecursionError, "maximum recursion depth exceeded during compilation");
    return nullptr;
  }
  SymbolTableOptions symbol_options;
  symbol_options.future_annotations = future_flags_ & kCoFutureAnnotations;
  symbol_options.recursion_limit = options_.recursion_limit;
  if (!build_symbol_table(module, arena_, symbol_options, &table_, &result_.error)) return nullptr;

  enter_unit(UnitKind::kModule, module, "<module>", 1);
  switch (module->kind) {
    case ModKind::kModule: {
      auto* m = cast<Module>(module);
      // The statement before the first line: SETUP_ANNOTATIONS and the docstring.
      if (!m->body.empty()) pos_ = position(m->body.front()->loc);
      compile_body(m->body);
      break;
    }
    case ModKind::kInteractive: {
      auto* m = cast<Interactive>(module);
      u_->interactive = true;
      annotations_setup(m->body);
      for (Stmt* stmt : m->body) statement(stmt);
      break;
    }
    case ModKind::kExpression: {
      auto* m = cast<Expression>(module);
      pos_ = position(m->body->loc);
      Val value = operand(m->body);
      emit(kOpRETURN, value.reg, 0, 0, value.temp ? kLastA : 0);
      break;
    }
    case ModKind::kFunctionType:
      fail_status(CompileStatus::kSystemError, "module kind 4 should not be possible");
      break;
  }
  if (module->kind != ModKind::kExpression) implicit_return();
  auto code = leave_unit();
  if (code) {
    if (code->first_line < 1) code->first_line = 1;
  }
  return code;
}

// ---- units

void Compiler::enter_unit(UnitKind kind, const void* node, std::string name, int32_t first_line) {
  Unit* unit = new Unit;
  unit->parent = u_;
  unit->scope = table_.scope_of(node);
  unit->kind = kind;
  unit->private_name = u_ ? u_->private_name : nullptr;
  unit->out = std::make_unique<CodeUnit>();
  CodeUnit& out = *unit->out;
  out.name = std::move(name);
  out.filename = options_.filename;
  out.first_line = first_line;
  out.arena = storage_;
  u_ = unit;
  const Scope& scope = *unit->scope;

  // Registers: parameters, other locals, cells, free variables.
  auto add_local = [&](Identifier local) {
    auto [it, fresh] = unit->fast.try_emplace(local, static_cast<uint32_t>(out.varnames.size()));
    if (fresh) out.varnames.emplace_back(local->view());
  };
  for (Identifier parameter : scope.varnames) add_local(parameter);
  unit->bound_at_entry = static_cast<uint32_t>(out.varnames.size());
  std::vector<Identifier> cells, frees;
  bool fast_locals = scope.is_function();
  for (const Symbol& symbol : scope.symbols) {
    if (symbol.scope == NameScope::kCell)
      cells.push_back(symbol.name);
    else if (symbol.scope == NameScope::kFree || (symbol.flags & kDefFreeClass))
      frees.push_back(symbol.name);
    else if (symbol.scope == NameScope::kLocal && fast_locals && (symbol.flags & (kStored | kUse)))
      add_local(symbol.name);
  }
  if (kind == UnitKind::kClass && scope.needs_class_closure) {
    Identifier class_cell = arena_.intern("__class__");
    if (std::find(cells.begin(), cells.end(), class_cell) == cells.end()) cells.push_back(class_cell);
  }
  auto by_name = [](Identifier a, Identifier b) { return a->view() < b->view(); };
  // Parameters come first, in their order; the other cells by name.
  std::sort(cells.begin(), cells.end(), [&](Identifier a, Identifier b) {
    auto pa = unit->fast.find(a), pb = unit->fast.find(b);
    bool has_a = pa != unit->fast.end(), has_b = pb != unit->fast.end();
    if (has_a || has_b) return has_a && has_b ? pa->second < pb->second : has_a;
    return by_name(a, b);
  });
  std::sort(frees.begin(), frees.end(), by_name);
  unit->nlocals = static_cast<uint32_t>(out.varnames.size());
  uint32_t index = unit->nlocals;
  for (Identifier cell : cells) {
    unit->deref.emplace(cell, index++);
    out.cellvars.emplace_back(cell->view());
    auto it = unit->fast.find(cell);
    out.cell_argument.push_back(it == unit->fast.end() ? -1 : static_cast<int32_t>(it->second));
  }
  for (Identifier free : frees) {
    // A class that sees an outer __class__ and makes one for its methods has both.
    unit->free.emplace(free, index);
    unit->deref.emplace(free, index++);
    out.freevars.emplace_back(free->view());
  }
  unit->cell_names = std::move(cells);
  unit->free_names = std::move(frees);
  unit->walrus_local.resize(unit->nlocals);
  if (fast_locals && scope.has_walrus) {
    for (const Symbol& symbol : scope.symbols) {
      if (!(symbol.flags & kWalrusTarget)) continue;
      auto it = unit->fast.find(symbol.name);
      if (it != unit->fast.end()) unit->walrus_local[it->second] = true;
    }
  }
  unit->temp_base = unit->next_temp = unit->max_temp = index;
  if (index > kMaxRegisters) fail("too many local variables");

  uint32_t flags = 0;
  if (scope.is_function()) {
    flags |= kCoNewLocals | kCoOptimized;
    if (scope.nested) flags |= kCoNested;
    if (scope.generator && !scope.coroutine) flags |= kCoGenerator;
    if (!scope.generator && scope.coroutine) flags |= kCoCoroutine;
    if (scope.generator && scope.coroutine) flags |= kCoAsyncGenerator;
    if (scope.varargs) flags |= kCoVarArgs;
    if (scope.varkeywords) flags |= kCoVarKeywords;
  } else if (kind == UnitKind::kModule && options_.top_level_await && scope.coroutine) {
    flags |= scope.generator ? kCoAsyncGenerator : kCoCoroutine;
  }
  out.flags = flags | future_flags_;
  set_qualname();
  emit_prologue();
}

void Compiler::set_qualname() {
  Unit* parent = u_->parent;
  std::string& qualname = u_->out->qualname;
  qualname = u_->out->name;
  if (!parent || !parent->parent) return;  // the module, or directly in it
  if (u_->kind == UnitKind::kFunction || u_->kind == UnitKind::kAsyncFunction || u_->kind == UnitKind::kClass) {
    const Symbol* symbol = parent->scope->find(mangle(arena_, parent->private_name, u_->scope->name));
    if (symbol && symbol->scope == NameScope::kGlobalExplicit) return;
  }
  std::string base = parent->out->qualname;
  if (parent->kind == UnitKind::kFunction || parent->kind == UnitKind::kAsyncFunction ||
      parent->kind == UnitKind::kLambda) {
    base += ".<locals>";
  }
  qualname = base + "." + u_->out->name;
}

void Compiler::emit_prologue() {
  CodeUnit& out = *u_->out;
  Position first{out.first_line, out.first_line, -1, -1};
  if (out.flags & (kCoGenerator | kCoCoroutine | kCoAsyncGenerator)) {
    u_->code.emit(kOpRETURN_GENERATOR, 0, 0, 0, 0, first);
  }
  Position none{0, 0, -1, -1};
  for (size_t i = 0; i < out.cellvars.size(); i++) {
    Reg from = out.cell_argument[i] < 0 ? kNoReg : static_cast<Reg>(out.cell_argument[i]);
    u_->code.emit(kOpMAKE_CELL, 0, static_cast<Reg>(u_->nlocals + i), from, 0, none);
  }
}

std::unique_ptr<CodeUnit> Compiler::leave_unit() {
  std::unique_ptr<Unit> unit(u_);
  u_ = unit->parent;
  if (failed()) return nullptr;
  unit->out->register_count = static_cast<uint16_t>(unit->max_temp);
  if (!unit->code.finish(unit->out.get(), unit->nlocals, unit->bound_at_entry, unit->temp_base)) {
    fail_status(CompileStatus::kOverflowError, "code too large");
    return nullptr;
  }
  return std::move(unit->out);
}

void Compiler::implicit_return() {
  artificial();
  Reg t = alloc();
  load_none(t);
  emit(kOpRETURN, t, 0, 0, kLastA);
  free_to(t);
}

// A module's or class's statements.
void Compiler::compile_body(Seq<Stmt*> body) {
  annotations_setup(body);
  if (body.empty()) return;
  size_t first = 0;
  if (options_.optimize < 2) {
    auto* stmt = dyn_cast<ExprStmt>(body[0]);
    auto* constant = stmt ? dyn_cast<Constant>(stmt->value) : nullptr;
    if (constant && constant->value.kind == ConstantKind::kStr) {
      PosScope pos(*this, constant->loc);
      Reg t = alloc();
      load_const(constant->value, t);
      store_name(arena_.intern("__doc__"), {t, true});
      free_to(t);
      first = 1;
    }
  }
  for (size_t i = first; i < body.size; i++) {
    if (failed()) return;
    statement(body[i]);
  }
}

// ---- registers

Reg Compiler::alloc() { return alloc_many(1); }

Reg Compiler::alloc_many(uint32_t count) {
  uint32_t first = u_->next_temp;
  if (first + count > kMaxRegisters) {
    fail_status(CompileStatus::kMemoryError, "too many temporaries in one function");
    return static_cast<Reg>(u_->temp_base);
  }
  u_->next_temp = first + count;
  u_->max_temp = std::max(u_->max_temp, u_->next_temp);
  return static_cast<Reg>(first);
}

// ---- constants and names

void Compiler::load_const(const ConstantValue& value, Reg dst) {
  if (value.kind == ConstantKind::kInt && value.int_value >= INT32_MIN && value.int_value <= INT32_MAX) {
    emit_wide(kOpLOAD_INT, dst, static_cast<uint32_t>(static_cast<int32_t>(value.int_value)));
  } else {
    emit_wide(kOpLOAD_CONST, dst, add_constant(value));
  }
}

uint16_t Compiler::short_name_index(Identifier name) {
  uint32_t index = name_index(name);
  if (index > 0xFFFF) fail_status(CompileStatus::kOverflowError, "too many names in one code block");
  return static_cast<uint16_t>(index);
}

NameRef Compiler::resolve(Identifier name) {
  Identifier key = mangled(name);
  auto [it, fresh] = u_->names.try_emplace(key);
  if (!fresh) return it->second;
  NameRef ref;
  const Symbol* symbol = u_->scope->find(key);
  NameScope scope = symbol ? symbol->scope : NameScope::kUnknown;
  bool function = u_->scope->is_function();
  if (scope == NameScope::kFree || scope == NameScope::kCell) {
    ref.kind = NameKind::kDeref;
    ref.index = scope == NameScope::kFree ? u_->free[key] : u_->deref[key];
    ref.in_class = u_->scope->kind == ScopeKind::kClass;
  } else if (scope == NameScope::kLocal && function) {
    ref.kind = NameKind::kFast;
    ref.index = u_->fast[key];
    ref.walrus = u_->walrus_local[ref.index];
    ref.check = ref.index >= u_->bound_at_entry || (symbol->flags & kDeleted);
  } else if (scope == NameScope::kGlobalExplicit || (scope == NameScope::kGlobalImplicit && function)) {
    ref.kind = NameKind::kGlobal;
    ref.index = name_index(key);
  } else {
    ref.kind = NameKind::kName;
    ref.index = name_index(key);
  }
  it->second = ref;
  return ref;
}

bool Compiler::forbidden(Identifier name, ExprContext ctx) {
  if (ctx == ExprContext::kLoad || !name->is("__debug__")) return false;
  fail(ctx == ExprContext::kStore ? "cannot assign to __debug__" : "cannot delete __debug__");
  return true;
}

void Compiler::load_name(Identifier name, Reg dst) {
  NameRef ref = resolve(name);
  switch (ref.kind) {
    case NameKind::kFast:
      if (ref.check) emit(kOpCHECK_LOCAL, static_cast<Reg>(ref.index));
      move(dst, {static_cast<Reg>(ref.index), false});
      break;
    case NameKind::kDeref:
      emit(ref.in_class ? kOpLOAD_CLASSDEREF : kOpLOAD_DEREF, dst, static_cast<Reg>(ref.index));
      break;
    case NameKind::kGlobal: emit_wide(kOpLOAD_GLOBAL, dst, ref.index); break;
    case NameKind::kName: emit_wide(kOpLOAD_NAME, dst, ref.index); break;
  }
}

void Compiler::store_name(Identifier name, Val value) {
  if (forbidden(name, ExprContext::kStore)) return;
  NameRef ref = resolve(name);
  switch (ref.kind) {
    case NameKind::kFast: move(static_cast<Reg>(ref.index), value); break;
    case NameKind::kDeref:
      emit(kOpSTORE_DEREF, static_cast<Reg>(ref.index), value.reg, 0, value.temp ? kLastB : 0);
      break;
    case NameKind::kGlobal: emit_wide(kOpSTORE_GLOBAL, value.reg, ref.index, value.temp ? kLastA : 0); break;
    case NameKind::kName: emit_wide(kOpSTORE_NAME, value.reg, ref.index, value.temp ? kLastA : 0); break;
  }
}

void Compiler::delete_name(Identifier name) {
  if (forbidden(name, ExprContext::kDel)) return;
  NameRef ref = resolve(name);
  switch (ref.kind) {
    case NameKind::kFast: emit(kOpDELETE_LOCAL, static_cast<Reg>(ref.index)); break;
    case NameKind::kDeref: emit(kOpDELETE_DEREF, static_cast<Reg>(ref.index)); break;
    case NameKind::kGlobal: emit_wide(kOpDELETE_GLOBAL, 0, ref.index); break;
    case NameKind::kName: emit_wide(kOpDELETE_NAME, 0, ref.index); break;
  }
}

Reg Compiler::local_register(Identifier name) {
  if (!u_->scope->is_function()) return kNoReg;
  NameRef ref = resolve(name);
  return ref.kind == NameKind::kFast ? static_cast<Reg>(ref.index) : kNoReg;
}

Reg Compiler::local_register(const Expr* expr) {
  auto* name = dyn_cast<Name>(expr);
  return name && !name->id->is("__debug__") ? local_register(name->id) : kNoReg;
}

}  // namespace taipan::frontend
