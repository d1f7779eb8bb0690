// Recursive descent over the 3.11 grammar with one token of look-ahead (more only for the soft keywords and parenthesised `with`).
// Builds the tree of a valid program; for an invalid one it returns null without saying why.
#pragma once

#include <cstring>
#include <string_view>
#include <vector>

#include "frontend/ast.h"
#include "frontend/parse_context.h"
#include "frontend/stack_guard.h"

namespace taipan::frontend {

class FastParser {
 public:
  explicit FastParser(ParseContext& context) : c_(context), arena_(context.arena) { type_ = c_.token(0).type; }

  // The whole input by the context's start rule: an ast::Mod*, an ast::Expr* for f-string expressions, or null.
  void* run();

  bool too_deep() const { return too_deep_; }
  // Nothing but the end of the (interactive) input was there.
  bool at_end_of_input() const { return at_end_of_input_; }

 private:
  using T = TokenType;
  using Expr = ast::Expr;
  using Stmt = ast::Stmt;
  using Location = ast::Location;

  // ---- Tokens
  void advance() {
    if (type_ < T::kNewline || type_ > T::kDedent) last_ = pos_;
    pos_++;
    type_ = c_.token(pos_).type;
  }
  bool accept(T type) {
    if (type_ != type) return false;
    advance();
    return true;
  }
  T peek() { return c_.token(pos_ + 1).type; }
  bool at_name(std::string_view text) { return type_ == T::kIdentifier && c_.token_text(c_.tokens[pos_]) == text; }
  Identifier take_name() {
    Identifier name = c_.identifier(c_.tokens[pos_]);
    advance();
    return name;
  }
  // From the token at `start` to the last one taken.
  Location since(size_t start) const {
    const Token& first = c_.tokens[start];
    const Token& last = c_.tokens[last_];
    return {first.lineno, first.col, last.end_lineno, last.end_col};
  }
  struct State {
    size_t pos;
    size_t last;
    size_t stack;
  };
  State save() const { return {pos_, last_, stack_.size()}; }
  void restore(const State& state) {
    pos_ = state.pos;
    last_ = state.last;
    stack_.resize(state.stack);
    type_ = c_.tokens[pos_].type;
  }
  bool version(int minor) const { return c_.options.feature_version >= minor; }

  // ---- Depth: one unit for each rule that CPython's parser would have open.
  class Depth {
   public:
    Depth(FastParser* parser, int units) : parser_(parser), units_(units) {
      parser_->c_.depth += units_;
      if (parser_->c_.depth > ParseContext::kMaxDepth || stack_is_low()) parser_->too_deep_ = true;
    }
    ~Depth() { parser_->c_.depth -= units_; }
    bool too_deep() const { return parser_->too_deep_; }

   private:
    FastParser* parser_;
    int units_;
  };

  // ---- Sequences: elements are pushed on one stack and cut off into the arena.
  template <class N>
  void push(N* node) {
    stack_.push_back(const_cast<void*>(static_cast<const void*>(node)));
  }
  template <class N>
  Seq<N> cut(size_t mark) {
    size_t count = stack_.size() - mark;
    if (count == 0) return {};
    N* data = arena_.make_array<N>(count);
    std::memcpy(static_cast<void*>(data), stack_.data() + mark, count * sizeof(void*));
    stack_.resize(mark);
    return {data, static_cast<uint32_t>(count)};
  }

  // ---- Expressions (fast_parser_expr.cpp)
  static bool starts_expression(T type);
  Expr* star_expressions();
  Expr* star_expression();
  Expr* star_named_expression();
  Expr* named_expression();
  Expr* expressions();
  Expr* expression();
  Expr* yield_expression();
  Expr* disjunction();
  Expr* conjunction();
  Expr* inversion();
  Expr* comparison();
  Expr* binary(int min_precedence);
  Expr* bitwise_or();
  Expr* factor();
  Expr* power();
  Expr* await_primary();
  Expr* primary();
  Expr* atom();
  Expr* strings();
  Expr* paren_atom();
  Expr* list_atom();
  Expr* brace_atom();
  Expr* dict_rest(size_t start, Expr* key, Expr* value);
  Expr* call(size_t start, Expr* function);
  bool call_arguments(Seq<Expr*>* args, Seq<ast::Keyword*>* keywords);
  Expr* slices();
  Expr* slice();
  bool comprehension(Seq<ast::Comprehension*>* generators);
  bool at_comprehension() { return type_ == T::kFor || (type_ == T::kAsync && peek() == T::kFor); }
  Expr* lambda();
  Expr* starred(size_t start, Expr* value) {
    return ast::make_node<ast::Starred>(arena_, since(start), value, ast::ExprContext::kLoad);
  }
  Expr* make_constant(ConstantValue value);
  struct ParameterStyle {
    T closer;
    bool annotated;
  };
  ast::Arguments* parameters(const ParameterStyle& style);
  ast::Arg* parameter(const ParameterStyle& style, bool star_annotation);
  // After a parameter: its comma and type comment. False if neither comma nor closer follows.
  bool parameter_end(const ParameterStyle& style, ast::Arg* arg);
  ast::String type_comment();

  // ---- Targets
  Expr* star_targets();
  Expr* star_target();
  static bool make_target(Expr* expr, ast::ExprContext context, bool starred_allowed = true);
  static bool is_single_target(const Expr* expr);

  // ---- Statements (fast_parser_stmt.cpp)
  bool statements_until(T end);
  bool statement();
  bool simple_statements();
  bool line_end();
  Stmt* simple_statement();
  Stmt* expression_statement();
  Stmt* annotated_assignment(size_t start, Expr* target, bool simple);
  Expr* right_hand_side();
  Stmt* compound_statement();
  bool block(Seq<Stmt*>* body);
  bool else_block(Seq<Stmt*>* body);
  Stmt* if_statement();
  Stmt* while_statement();
  Stmt* for_statement(size_t start, bool async);
  Stmt* with_statement(size_t start, bool async);
  bool with_items_parenthesized(Seq<ast::WithItem*>* items);
  ast::WithItem* with_item();
  Stmt* try_statement();
  Stmt* decorated();
  Stmt* function_definition(size_t start, bool async, Seq<Expr*> decorators);
  Stmt* class_definition(Seq<Expr*> decorators);
  Stmt* import_statement();
  Stmt* import_from_statement();
  ast::Alias* dotted_alias();
  Identifier dotted_name();
  Stmt* delete_statement();
  Stmt* names_statement(bool global);
  bool expect_colon() { return accept(T::kColon); }

  // ---- match (fast_parser_pattern.cpp)
  Stmt* match_statement();
  ast::MatchCase* case_block();
  ast::Pattern* patterns();
  ast::Pattern* maybe_star_pattern(bool* star);
  ast::Pattern* pattern();
  ast::Pattern* or_pattern();
  ast::Pattern* closed_pattern();
  ast::Pattern* mapping_pattern();
  ast::Pattern* class_pattern(size_t start, Expr* cls);
  Expr* literal_pattern_value();
  Expr* dotted_value(size_t start);
  bool capture_target(Identifier* name);

  ParseContext& c_;
  Arena& arena_;
  size_t pos_ = 0;
  size_t last_ = 0;
  T type_;
  int block_depth_ = 0;
  bool too_deep_ = false;
  bool at_end_of_input_ = false;
  std::vector<void*> stack_;
  std::vector<ast::CmpOperator> operators_;
};

}  // namespace taipan::frontend
