// The compiler's class; see compiler.h. Errors are sticky: the first one is kept, emission goes on harmlessly until the next
// statement notices.
#pragma once
#include <string>
#include <unordered_map>
#include <vector>

#include "frontend/bytecode/code_builder.h"
#include "frontend/compiler.h"
#include "frontend/stack_guard.h"

namespace taipan::frontend {

using Reg = uint16_t;

// A value in a register. temp: it lies on top of the stack of temporaries, and its user empties it.
struct Val {
  Reg reg = kNoReg;
  bool temp = false;
};

enum class UnitKind : uint8_t { kModule, kClass, kFunction, kAsyncFunction, kLambda, kComprehension };

enum class NameKind : uint8_t { kFast, kDeref, kGlobal, kName };
struct NameRef {
  NameKind kind = NameKind::kName;
  uint32_t index = 0;     // register (fast, deref) or name index
  bool in_class = false;  // deref read in a class body: the namespace comes first
  bool check = false;     // fast: may be unbound
  bool walrus = false;    // fast: an expression can rebind it
};

// What lies between a statement and the function's or loop's end: break, continue and return run its exit code.
enum class BlockKind : uint8_t {
  kWhile,
  kFor,
  kAsyncFor,
  kTry,
  kFinallyTry,
  kFinallyEnd,
  kWith,
  kAsyncWith,
  kHandler,
  kHandlerCleanup,
  kPopValue,
  kGroupHandler,
};
struct Block {
  BlockKind kind;
  Label start = kNoLabel, exit = kNoLabel;  // loops: where continue and break go
  Reg reg = kNoReg;                         // see unwind_block
  uint32_t outer_context = 0;
  Seq<ast::Stmt*> body{};     // kFinallyTry
  Identifier name = nullptr;  // kHandlerCleanup
  Position pos{};
};

struct Unit {
  Unit* parent = nullptr;
  Scope* scope = nullptr;
  UnitKind kind = UnitKind::kModule;
  std::unique_ptr<CodeUnit> out;
  CodeBuilder code;
  Identifier private_name = nullptr;
  std::unordered_map<Identifier, NameRef> names;
  std::unordered_map<Identifier, uint32_t> fast, deref,
      free;  // registers; deref: cells, and free variables that are no cells
  std::vector<Identifier> free_names;
  std::vector<Identifier> cell_names;
  std::vector<bool> walrus_local;
  std::vector<Block> blocks;
  uint32_t nlocals = 0;
  uint32_t temp_base = 0;
  uint32_t next_temp = 0;
  uint32_t max_temp = 0;
  uint32_t bound_at_entry = 0;
  bool interactive = false;
};

class Compiler {
 public:
  Compiler(Arena& arena, const CompileOptions& options, CompileResult& result);
  std::unique_ptr<CodeUnit> compile_module(ast::Mod* module);

 private:
  // ---- errors and positions (compiler.cpp)
  void fail(std::string message) { fail_at(pos_, std::move(message)); }
  void fail_at(const Position& pos, std::string message);
  void fail_at(const ast::Location& loc, std::string message) { fail_at(position(loc), std::move(message)); }
  void fail_status(CompileStatus status, std::string message);
  void warn(const ast::Location& loc, std::string message);
  bool failed() const { return static_cast<bool>(result_.error); }
  static Position position(const ast::Location& loc) {
    return {loc.lineno, loc.end_lineno, loc.col_offset, loc.end_col_offset};
  }
  struct PosScope {
    Compiler& c;
    Position saved;
    PosScope(Compiler& compiler, const ast::Location& loc) : c(compiler), saved(compiler.pos_) {
      c.pos_ = position(loc);
    }
    PosScope(Compiler& compiler, const Position& pos) : c(compiler), saved(compiler.pos_) { c.pos_ = pos; }
    ~PosScope() { c.pos_ = saved; }
  };
  struct DepthScope {
    Compiler& c;
    explicit DepthScope(Compiler& compiler) : c(compiler) { c.depth_++; }
    ~DepthScope() { c.depth_--; }
    bool ok() {
      if (c.depth_ <= c.options_.recursion_limit && !stack_is_low()) return !c.failed();
      c.fail_status(CompileStatus::kRecursionError, "maximum recursion depth exceeded during compilation");
      return false;
    }
  };
  void artificial() { pos_ = {0, 0, -1, -1}; }

  // ---- units
  void enter_unit(UnitKind kind, const void* node, std::string name, int32_t first_line);
  std::unique_ptr<CodeUnit> leave_unit();
  void set_qualname();
  void emit_prologue();
  void implicit_return();
  void compile_body(Seq<ast::Stmt*> body);

  // ---- registers
  Reg alloc();
  Reg alloc_many(uint32_t count);
  void free_to(uint32_t mark) { u_->next_temp = mark; }
  bool is_temp(Reg reg) const { return reg >= u_->temp_base && reg != kNoReg; }
  struct Mark {
    Compiler& c;
    uint32_t saved;
    explicit Mark(Compiler& compiler) : c(compiler), saved(compiler.u_->next_temp) {}
    ~Mark() { c.u_->next_temp = saved; }
  };

  // ---- emission
  CodeBuilder::Item& emit(Op op, Reg a = 0, Reg b = 0, Reg c = 0, uint8_t flags = 0) {
    return u_->code.emit(op, flags, a, b, c, pos_);
  }
  void emit_wide(Op op, Reg a, uint32_t wide, uint8_t flags = 0) {
    emit(op, a, static_cast<uint16_t>(wide), static_cast<uint16_t>(wide >> 16), flags);
  }
  void emit_jump(Op op, Reg a, Label target, uint8_t flags = 0) { emit(op, a, 0, 0, flags).target = target; }
  void jump(Label target) { emit_jump(kOpJUMP, 0, target); }
  void emit_compare_jump(Op op, bool sense, Reg b, Reg c, Label target, uint8_t flags) {
    emit(op, sense, b, c, flags).target = target;
  }
  void move(Reg to, Val from) {
    if (to != from.reg) emit(kOpMOVE, to, from.reg, 0, from.temp ? kLastB : 0);
  }
  void clear(Reg reg) { emit(kOpCLEAR, reg); }
  void drop(Val v) {
    if (v.temp) clear(v.reg);
  }
  static uint8_t last(Val v, uint8_t bit, Reg dst) { return v.temp && v.reg != dst ? bit : 0; }
  Label new_label() { return u_->code.new_label(); }
  void bind(Label label) { u_->code.bind(label); }
  uint32_t name_index(Identifier name) { return u_->code.add_name(name->view()); }
  uint16_t short_name_index(Identifier name);
  void load_const(const ConstantValue& value, Reg dst);
  void load_none(Reg dst) { load_const(ConstantValue::none(), dst); }
  uint32_t add_constant(const ConstantValue& value) { return u_->code.add_constant(value, *storage_); }

  // ---- names
  Identifier mangled(Identifier name) { return mangle(arena_, u_->private_name, name); }
  NameRef resolve(Identifier name);  // as written
  bool forbidden(Identifier name, ast::ExprContext ctx);
  void load_name(Identifier name, Reg dst);
  void store_name(Identifier name, Val value);
  void delete_name(Identifier name);
  // The register of a plain local variable, or kNoReg.
  Reg local_register(const ast::Expr* expr);
  Reg local_register(Identifier name);

  // ---- expressions (compiler_expressions.cpp)
  void expr_to(const ast::Expr* expr, Reg dst);
  Val operand(const ast::Expr* expr, Reg scratch = kNoReg);
  Reg expr_temp(const ast::Expr* expr);
  void discard(const ast::Expr* expr);
  void jump_if(const ast::Expr* expr, Label target, bool sense);
  void protect(Val& value, const ast::Expr* later);
  bool is_simple(const ast::Expr* expr) const;
  void binary_to(const ast::BinOp* expr, Reg dst);
  void unary_to(const ast::UnaryOp* expr, Reg dst);
  void bool_op_to(const ast::BoolOp* expr, Reg dst);
  void compare_to(const ast::Compare* expr, Reg dst);
  static bool compares_displays(const ast::Compare* expr);
  void if_exp_to(const ast::IfExp* expr, Reg dst);
  void walrus_to(const ast::NamedExpr* expr, Reg dst);
  void attribute_to(const ast::Attribute* expr, Reg dst);
  void subscript_to(const ast::Subscript* expr, Reg dst);
  void slice_to(const ast::Slice* expr, Reg dst);
  void await_to(const ast::Await* expr, Reg dst);
  void yield_to(const ast::Yield* expr, Reg dst);
  void yield_from_to(const ast::YieldFrom* expr, Reg dst);
  void send_loop(Reg iter);  // drives the delegate in R[iter] (top of the stack); its result replaces it
  void emit_binary(ast::Operator op, Reg dst, Val left, const ast::Expr* right_expr, uint8_t flags);
  void emit_compare(ast::CmpOperator op, Reg dst, Val left, Val right);
  void compare_jump(ast::CmpOperator op, Val left, const ast::Expr* right, Label target, bool sense);
  void compare_chain_jump(const ast::Compare* expr, Label target, bool sense);
  void check_compare(const ast::Compare* expr);
  void check_caller(const ast::Expr* func);
  void check_subscripter(const ast::Expr* value);
  void check_index(const ast::Expr* value, const ast::Expr* index);
  void attribute_position(const ast::Attribute* attribute);

  // ---- displays, calls, f-strings (compiler_collections.cpp)
  void sequence_to(const ast::Expr* expr, Seq<ast::Expr*> elts, Reg dst);
  void build_list_into(Reg list, Seq<ast::Expr*> elts, uint32_t first, bool is_set);
  void dict_to(const ast::Dict* expr, Reg dst);
  void joined_to(const ast::JoinedStr* expr, Reg dst);
  void formatted_to(const ast::FormattedValue* expr, Reg dst);
  bool for_string_ = false;  // what is formatted next goes into a BUILD_STRING
  void call_to(const ast::Call* expr, Reg dst);
  void call_rest(Reg dst, Reg base, uint32_t placed, Seq<ast::Expr*> args, Seq<ast::Keyword*> keywords);
  void call_expanded(Reg dst, Reg base, uint32_t placed, Seq<ast::Expr*> args, Seq<ast::Keyword*> keywords);
  bool check_keywords(Seq<ast::Keyword*> keywords);

  // ---- comprehensions
  void comprehension_to(const ast::Expr* expr, const char* name, Seq<ast::Comprehension*> generators,
                        const ast::Expr* element, const ast::Expr* value, ComprehensionKind kind, Reg dst);
  void comprehension_loop(Seq<ast::Comprehension*> generators, size_t index, const ast::Expr* element,
                          const ast::Expr* value, ComprehensionKind kind, Reg result, Reg iter);
  void comprehension_body(Seq<ast::Comprehension*> generators, size_t index, const ast::Expr* element,
                          const ast::Expr* value, ComprehensionKind kind, Reg result);

  // ---- functions and classes
  struct FunctionParts {
    uint8_t flags = 0;
    Reg base = 0;
  };
  void function_def(const ast::Stmt* stmt, Identifier name, const ast::Arguments* args, Seq<ast::Stmt*> body,
                    Seq<ast::Expr*> decorators, const ast::Expr* returns, bool is_async);
  void lambda_to(const ast::Lambda* expr, Reg dst);
  void class_def(const ast::ClassDef* stmt);
  uint8_t defaults(const ast::Arguments* args);
  uint8_t annotations(const ast::Arguments* args, const ast::Expr* returns);
  void annotation_value(const ast::Expr* annotation);
  uint32_t argument_annotation(const ast::Arg* arg);
  uint8_t closure(const CodeUnit& code, const std::vector<Identifier>& free_names);
  void make_function(std::unique_ptr<CodeUnit> code, const std::vector<Identifier>& free_names, uint8_t flags,
                     uint32_t mark, Reg dst);
  bool check_arguments(const ast::Arguments* args);
  void set_argument_counts(const ast::Arguments* args);
  Reg decorators(Seq<ast::Expr*> list);
  void apply_decorators(Seq<ast::Expr*> list, Reg first, Identifier name, Reg dst);

  // ---- statements
  void statement(const ast::Stmt* stmt);
  void expr_statement(const ast::Expr* value, const ast::Stmt* stmt);
  void store(const ast::Expr* target, Val value);
  void pass_line(const ast::Expr* target, int32_t line);
  void unpack(const ast::Expr* target, Seq<ast::Expr*> elts, Val value);
  void assign(const ast::Assign* stmt);
  bool assign_parallel(Seq<ast::Expr*> targets, const ast::Expr* value);
  void aug_assign(const ast::AugAssign* stmt);
  void ann_assign(const ast::AnnAssign* stmt);
  void check_annotation_target(const ast::Expr* expr);
  void delete_target(const ast::Expr* target);
  void for_loop(const ast::For* stmt);
  void async_for_loop(const ast::AsyncFor* stmt);
  void while_loop(const ast::While* stmt);
  void if_statement(const ast::If* stmt);
  void return_statement(const ast::Return* stmt);
  void break_statement();
  void continue_statement();
  void import_statement(const ast::Import* stmt);
  void import_from(const ast::ImportFrom* stmt);
  void assert_statement(const ast::Assert* stmt);
  void raise_statement(const ast::Raise* stmt);
  void annotations_setup(Seq<ast::Stmt*> body);
  void store_loop_target(const ast::Expr* target, Reg iter, Label exhausted);

  // ---- try, with
  bool push_block(Block block);
  void pop_block() { u_->blocks.pop_back(); }
  void try_statement(const ast::Stmt* stmt, Seq<ast::Stmt*> body, Seq<ast::Handler*> handlers, Seq<ast::Stmt*> orelse,
                     Seq<ast::Stmt*> finalbody, bool star);
  void try_except(const ast::Stmt* stmt, Seq<ast::Stmt*> body, Seq<ast::Handler*> handlers, Seq<ast::Stmt*> orelse);
  void try_star(const ast::Stmt* stmt, Seq<ast::Stmt*> body, Seq<ast::Handler*> handlers, Seq<ast::Stmt*> orelse);
  void with_statement(const ast::Stmt* stmt, Seq<ast::WithItem*> items, Seq<ast::Stmt*> body, size_t index,
                      bool is_async);
  void call_exit(Reg exit, bool is_async);
  void unwind_block(const Block& block, bool keeps_value, Reg value);
  // Runs the exit code of blocks from the top down; stops at a loop if `loop` and returns its index, or -1.
  int unwind(bool loop, bool keeps_value, Reg value);
  void forget_name(Identifier name);

  // ---- match
  struct PatternState {
    uint32_t mark = 0;  // temporaries from here up belong to the pattern
    bool allow_irrefutable = false;
    std::vector<std::pair<Identifier, Reg>> captures;
    std::vector<Label> fail;  // fail[n]: where to go with n temporaries to empty
  };
  void match_statement(const ast::Match* stmt);
  void pattern(const ast::Pattern* pattern, Reg subject, PatternState& state);
  void subpattern(const ast::Pattern* pattern, Reg subject, PatternState& state);
  void sequence_pattern(const ast::MatchSequence* pattern, Reg subject, PatternState& state);
  void mapping_pattern(const ast::MatchMapping* pattern, Reg subject, PatternState& state);
  void class_pattern(const ast::MatchClass* pattern, Reg subject, PatternState& state);
  void or_pattern(const ast::MatchOr* pattern, Reg subject, PatternState& state);
  void capture(Identifier name, Reg subject, PatternState& state);
  void test_pattern_op(Op op, Reg subject, PatternState& state);
  Label fail_label(PatternState& state);
  void bind_failures(PatternState& state);
  void finish_captures(PatternState& state);

  Arena& arena_;
  const CompileOptions& options_;
  CompileResult& result_;
  std::shared_ptr<Arena> storage_;
  SymbolTable table_;
  Unit* u_ = nullptr;
  Position pos_{0, 0, -1, -1};
  int depth_ = 0;
  uint32_t future_flags_ = 0;
  int32_t future_line_ = -1;
  friend struct DepthScope;
};

}  // namespace taipan::frontend
