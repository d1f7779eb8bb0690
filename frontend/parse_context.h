// What the fast parser and the diagnoser share: the tokens read so far, making nodes and literals from them, and CPython's way of
// placing an error. A nested context parses the expression in an f-string's braces.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/ast.h"
#include "frontend/lexer.h"
#include "frontend/parser.h"

namespace taipan::frontend {

enum class StartRule : uint8_t { kFile, kInteractive, kEval, kFuncType, kFString };

class ParseContext {
 public:
  // The number of nested rules at which CPython's parser gives up with MemoryError.
  static constexpr int kMaxDepth = 6000;
  static constexpr int32_t kCurrent = -5;  // as an end: wherever the tokenizer is

  ParseContext(std::string_view text, StartRule rule, const ParseOptions& options, Arena& arena,
               std::vector<ParseWarning>* warnings, int32_t first_line = 1, int32_t first_col = 0);

  // The token at an index; reads on as far as needed. The reference holds until the next token is read.
  const Token& token(size_t index) {
    while (index >= tokens.size()) read_token();
    return tokens[index];
  }
  std::string_view token_text(const Token& token) const {
    return lexer.text().substr(token.start, token.end - token.start);
  }
  Identifier identifier(const Token& token);

  // Literals. Null if an error was raised.
  ast::Expr* number(const Token& token);
  ast::Expr* strings(size_t first, size_t count);

  // Errors: the first one stands. Columns are bytes from 0; -1 and kCurrent as in CPython.
  bool failed() const { return error.kind != ErrorKind::kNone; }
  void raise(ErrorKind kind, int32_t lineno, int32_t col, int32_t end_lineno, int32_t end_col,
             std::string_view message);
  void raise_range(const ast::Location& from, const ast::Location& to, std::string_view message) {
    raise(ErrorKind::kSyntaxError, from.lineno, from.col_offset, to.end_lineno, to.end_col_offset, message);
  }
  // At the last token read by the parser in charge.
  void raise_at_last(ErrorKind kind, std::string_view message);
  void raise_lexer_error();
  void raise_unclosed_bracket();
  // After a syntax error: what follows may hold an error of the tokenizer, which goes first.
  void check_rest_of_source();
  void raise_too_deep();

  static ast::Location location(const Token& token) {
    return {token.lineno, token.col, token.end_lineno, token.end_col};
  }

  Lexer lexer;
  std::vector<Token> tokens;
  std::vector<ast::Ignore*> type_ignores;
  SyntaxErrorInfo error;
  Arena& arena;
  const ParseOptions& options;
  std::vector<ParseWarning>* warnings;
  const StartRule rule;
  const int32_t first_line;
  const int32_t first_col;
  size_t fill = 0;          // tokens read by the parser in charge (the diagnoser re-reads what the fast parser read)
  bool diagnosing = false;  // errors matter (otherwise any failure only means "not valid")
  bool barry_as_flufl;
  int depth = 0;
  size_t warned_tokens = 0;  // literals before this token have given their warnings

 private:
  friend class StringParser;
  void read_token();
  void raise_final(ErrorKind kind, int32_t lineno, int32_t col, int32_t end_lineno, int32_t end_col,
                   std::string_view message);
  std::string_view line_for_error(int32_t lineno) const;
  uint32_t cursor_after_last() const;
  uint32_t line_start_after_last() const;

  bool parsing_started_ = false;
};

// Parses with the fast parser and, where that fails and context.diagnosing is wanted, explains the failure in context.error.
// Returns an ast::Mod*, for StartRule::kFString an ast::Expr*, or null.
void* run_parser(ParseContext& context, bool diagnose);

}  // namespace taipan::frontend
