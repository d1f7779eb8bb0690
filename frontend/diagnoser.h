// Finds out what is wrong with a program that the fast parser refused, and says it as CPython 3.11 would.
//
// CPython's parser is a parsing expression grammar: ordered alternatives, unlimited backtracking, memoised rules. When it fails it
// runs again with extra alternatives that match typical mistakes and report them; the first such match wins. Which mistake is
// reported, and how far the parser had looked (the place of a plain "invalid syntax"), both follow from the order in which rules
// are tried. So this class walks the same grammar in the same order, without the extra alternatives and then with them
// (`with_invalid_`). It builds only as much of the tree as the messages need: kinds and positions.
//
// Every function is one rule: it returns null, leaving mark_ anywhere, if the rule doesn't match (the caller resets), and null with
// error_ set once an error has been raised, which ends everything. Functions named invalid_* are the extra alternatives: they
// return null whether or not they match; a match that raises nothing still ends that rule.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/ast.h"
#include "frontend/parse_context.h"
#include "frontend/stack_guard.h"

namespace taipan::frontend {

class Diagnoser {
 public:
  explicit Diagnoser(ParseContext& context) : c_(context), arena_(context.arena) {}

  // Sets the context's error.
  void explain();

 private:
  using T = TokenType;
  using Expr = ast::Expr;
  using Location = ast::Location;
  using Node = const void;  // the result of rules of which only success matters

  // The memoised rules, the same as CPython's: what was tried once, with or without the extra alternatives, isn't tried again.
  enum class Rule : uint8_t {
    kSimpleStmt,
    kBlock,
    kExpression,
    kStarExpression,
    kDisjunction,
    kConjunction,
    kInversion,
    kBitwiseOr,
    kBitwiseXor,
    kBitwiseAnd,
    kShift,
    kSum,
    kTerm,
    kFactor,
    kAwaitPrimary,
    kPrimary,
    kStrings,
    kArguments,
    kStarTarget,
    kTargetWithStarAtom,
    kDelTarget,
    kTPrimary,
    kClosedPattern,
    kStarPattern,
    kInvalidNamedExpression,
    kAttr,
  };
  struct Memo {
    Rule rule;
    uint32_t end;
    const void* result;
    int32_t next;  // the next memo of the same token, or -1
  };
  template <class N>
  N* memo(Rule rule, N* (Diagnoser::*parse)());
  const Memo* find_memo(Rule rule) const;
  void add_memo(Rule rule, size_t start, const void* result);
  // Forgets everything: what comes before mark_ won't be looked at again.
  void drop_memos();

  class Level {
   public:
    explicit Level(Diagnoser* diagnoser) : diagnoser_(diagnoser) {
      if (++diagnoser_->c_.depth > ParseContext::kMaxDepth || stack_is_low()) diagnoser_->too_deep();
    }
    ~Level() { diagnoser_->c_.depth--; }

   private:
    Diagnoser* diagnoser_;
  };

  // ---- Tokens
  T at();
  T at_next(size_t distance);
  bool expect(T type);
  bool expect_soft(std::string_view keyword);
  bool at_soft(std::string_view keyword);
  bool force(T type, const char* text);
  bool positive(T type) { return at() == type && !error_; }
  bool negative(T type) { return at() != type && !error_; }
  const Token& tok(size_t index) const { return c_.tokens[index]; }
  Location since(size_t start) const;
  Location token_location(size_t index) const { return ParseContext::location(tok(index)); }
  void too_deep();
  static const void* matched() { return &kMatched; }

  // ---- Errors: each returns null
  std::nullptr_t fail(std::string_view message);
  std::nullptr_t fail_indentation(const char* after, size_t token);
  std::nullptr_t fail_at(const Location& location, std::string_view message) {
    return fail_range(location, location, message);
  }
  std::nullptr_t fail_range(const Location& from, const Location& to, std::string_view message);
  std::nullptr_t fail_from(const Location& from, std::string_view message);
  enum class Targets : uint8_t { kStar, kDel, kFor };
  std::nullptr_t fail_invalid_target(Targets targets, Expr* expr);
  bool require_version(int minor, const char* what);
  static const char* expr_name(const Expr* expr);
  static Expr* invalid_target(Expr* expr, Targets targets);
  bool is_legacy_statement(const Expr* expr) const;

  // ---- Start rules and statements (diagnoser_stmt.cpp)
  bool run_start_rule();
  Node* statements();
  Node* statement();
  Node* statement_newline();
  Node* simple_stmts();
  Node* simple_stmt() { return memo(Rule::kSimpleStmt, &Diagnoser::simple_stmt_raw); }
  Node* simple_stmt_raw();
  Node* compound_stmt();
  Node* assignment();
  Node* annotated_rhs();
  Node* return_stmt();
  Node* import_name();
  Node* import_from();
  Node* import_from_targets();
  Node* import_from_as_names();
  Node* dotted_as_names();
  Node* dotted_name();
  Node* raise_stmt();
  Node* del_stmt();
  Node* assert_stmt();
  Node* name_list();
  Node* block() { return memo(Rule::kBlock, &Diagnoser::block_raw); }
  Node* block_raw();
  Node* decorators();
  Node* class_def();
  Node* class_def_raw();
  Node* function_def();
  Node* function_def_raw();
  Node* func_type_comment();
  Node* if_stmt(bool elif);
  Node* else_block();
  Node* while_stmt();
  Node* for_stmt();
  Node* with_stmt();
  Node* with_item();
  Node* with_items_loose(bool expressions_list);
  Node* try_stmt();
  Node* except_block();
  Node* except_star_block();
  Node* finally_block();
  Node* optional_as_name();
  Node* class_header();
  bool newline_without_indent();
  Node* invalid_assignment();
  Expr* invalid_ann_assign_target();
  Node* invalid_del_stmt();
  Node* invalid_for_target();
  Node* invalid_with_item();
  Node* invalid_with_stmt(bool indent);
  Node* invalid_try_stmt();
  Node* invalid_except_stmt();
  Node* invalid_except_stmt_indent();
  Node* invalid_except_star_stmt_indent();
  Node* invalid_for_stmt();
  Node* invalid_def_raw();
  Node* invalid_class_def_raw();
  bool augassign();

  // ---- match (diagnoser_pattern.cpp)
  Node* match_stmt();
  Expr* subject_expr();
  Node* case_block();
  Node* guard();
  Node* patterns();
  ast::Pattern* pattern();
  Node* as_pattern();
  Node* or_pattern();
  Node* closed_pattern() { return memo(Rule::kClosedPattern, &Diagnoser::closed_pattern_raw); }
  Node* closed_pattern_raw();
  Expr* literal_expr();
  Expr* complex_number();
  Expr* signed_number();
  Node* pattern_capture_target();
  Node* value_pattern();
  Expr* attr();
  Expr* name_or_attr();
  Node* group_pattern();
  Node* sequence_pattern();
  Node* open_sequence_pattern();
  Node* maybe_sequence_pattern();
  Node* maybe_star_pattern();
  Node* star_pattern() { return memo(Rule::kStarPattern, &Diagnoser::star_pattern_raw); }
  Node* star_pattern_raw();
  Node* mapping_pattern();
  Node* items_pattern();
  Node* double_star_pattern();
  Node* class_pattern();
  bool positional_patterns(std::vector<ast::Pattern*>* found);
  Node* keyword_patterns();
  Node* invalid_as_pattern();
  Node* invalid_class_pattern();

  // ---- Expressions (diagnoser_expr.cpp)
  Expr* expressions();
  Expr* expression() { return memo(Rule::kExpression, &Diagnoser::expression_raw); }
  Expr* expression_raw();
  Expr* expression_without_invalid();
  Expr* yield_expr();
  Expr* star_expressions();
  Expr* star_expression() { return memo(Rule::kStarExpression, &Diagnoser::star_expression_raw); }
  Expr* star_expression_raw();
  bool star_named_expressions(std::vector<Expr*>* found);
  Expr* star_named_expression();
  Expr* assignment_expression();
  Expr* named_expression();
  Expr* plain_or_assignment_expression();
  Expr* disjunction() { return memo(Rule::kDisjunction, &Diagnoser::disjunction_raw); }
  Expr* disjunction_raw();
  Expr* conjunction() { return memo(Rule::kConjunction, &Diagnoser::conjunction_raw); }
  Expr* conjunction_raw();
  Expr* inversion() { return memo(Rule::kInversion, &Diagnoser::inversion_raw); }
  Expr* inversion_raw();
  Expr* comparison();
  bool comparison_operator(ast::CmpOperator* op);
  Expr* bitwise_or() { return memo(Rule::kBitwiseOr, &Diagnoser::bitwise_or_raw); }
  Expr* bitwise_or_raw() { return binary(0); }
  Expr* bitwise_xor_raw() { return binary(1); }
  Expr* bitwise_and_raw() { return binary(2); }
  Expr* shift_raw() { return binary(3); }
  Expr* sum_raw() { return binary(4); }
  Expr* term_raw() { return binary(5); }
  Expr* binary(int level);
  Expr* binary_operand(int level);
  Expr* factor() { return memo(Rule::kFactor, &Diagnoser::factor_raw); }
  Expr* factor_raw();
  Expr* power();
  Expr* await_primary() { return memo(Rule::kAwaitPrimary, &Diagnoser::await_primary_raw); }
  Expr* await_primary_raw();
  Expr* primary() { return memo(Rule::kPrimary, &Diagnoser::primary_raw); }
  Expr* primary_raw();
  Expr* slices();
  Expr* slice();
  Expr* atom();
  Expr* name();
  Expr* number();
  Expr* strings() { return memo(Rule::kStrings, &Diagnoser::strings_raw); }
  Expr* strings_raw();
  Expr* tuple();
  Expr* group();
  Expr* genexp();
  Expr* list();
  Expr* listcomp();
  Expr* dict();
  Expr* set();
  Expr* dictcomp();
  Expr* setcomp();
  bool double_starred_kvpairs(bool trailing_comma);
  Node* double_starred_kvpair();
  Node* kvpair();
  bool for_if_clauses(std::vector<ast::Comprehension*>* found);
  ast::Comprehension* for_if_clause();
  Expr* lambdef();
  Node* invalid_expression();
  Node* invalid_legacy_expression();
  Node* invalid_named_expression() {
    return memo(Rule::kInvalidNamedExpression, &Diagnoser::invalid_named_expression_raw);
  }
  Node* invalid_named_expression_raw();
  Node* invalid_comprehension();
  Node* invalid_dict_comprehension();
  Node* invalid_group();
  Node* invalid_double_starred_kvpairs();
  Node* invalid_kvpair();

  // ---- Arguments and parameters (diagnoser_args.cpp)
  Node* arguments() { return memo(Rule::kArguments, &Diagnoser::arguments_raw); }
  Node* arguments_raw();
  ast::Call* args();
  struct KeywordArguments {
    std::vector<Expr*> starred;
    std::vector<ast::Keyword*> keywords;
  };
  bool kwargs(KeywordArguments* found);
  bool kwarg_or_starred(KeywordArguments* found);
  bool kwarg_or_double_starred(KeywordArguments* found);
  bool named_argument(KeywordArguments* found);
  Expr* starred_expression();
  Node* invalid_arguments();
  Node* invalid_kwarg();
  struct Style {
    T closer;
    bool lambda;
  };
  Node* params(const Style& style);
  Node* parameters(const Style& style);
  Node* slash_no_default(const Style& style);
  Node* slash_with_default(const Style& style);
  Node* star_etc(const Style& style);
  Node* kwds(const Style& style);
  Node* param_end(const Style& style);
  Node* param_no_default(const Style& style);
  Node* param_no_default_star_annotation(const Style& style);
  Node* param_with_default(const Style& style);
  Node* param_maybe_default(const Style& style);
  Node* param(const Style& style);
  Node* default_value();
  void many(Node* (Diagnoser::*rule)(const Style&), const Style& style, size_t* count = nullptr);
  Node* invalid_parameters(const Style& style);
  Node* invalid_star_etc(const Style& style);
  Node* invalid_kwds(const Style& style);

  // ---- Targets (diagnoser_target.cpp)
  Expr* star_targets();
  Expr* star_target() { return memo(Rule::kStarTarget, &Diagnoser::star_target_raw); }
  Expr* star_target_raw();
  Expr* target_with_star_atom() { return memo(Rule::kTargetWithStarAtom, &Diagnoser::target_with_star_atom_raw); }
  Expr* target_with_star_atom_raw();
  Expr* star_atom();
  Expr* single_target();
  Expr* single_subscript_attribute_target();
  Expr* attribute_or_subscript_target();
  Expr* t_primary() { return memo(Rule::kTPrimary, &Diagnoser::t_primary_raw); }
  Expr* t_primary_raw();
  bool t_lookahead();
  bool del_targets(std::vector<Expr*>* found);
  Expr* del_target() { return memo(Rule::kDelTarget, &Diagnoser::del_target_raw); }
  Expr* del_target_raw();

  Expr* make_tuple(size_t start, const std::vector<Expr*>& elements);
  Expr* make_list(size_t start, const std::vector<Expr*>& elements);
  Expr* make_starred(size_t start, Expr* value);

  static constexpr char kMatched = 0;
  ParseContext& c_;
  Arena& arena_;
  size_t mark_ = 0;
  bool error_ = false;
  bool with_invalid_ = false;
  std::vector<Memo> memos_;
  std::vector<int32_t> first_memo_;  // by token, from memo_base_ on
  size_t memo_base_ = 0;
};

template <class N>
N* Diagnoser::memo(Rule rule, N* (Diagnoser::*parse)()) {
  if (error_) return nullptr;
  if (const Memo* found = find_memo(rule)) {
    mark_ = found->end;
    return static_cast<N*>(const_cast<void*>(found->result));
  }
  size_t start = mark_;
  Level level(this);
  if (error_) return nullptr;
  N* result = (this->*parse)();
  if (error_) return nullptr;
  if (result == nullptr) mark_ = start;
  add_memo(rule, start, result);
  return result;
}

}  // namespace taipan::frontend
