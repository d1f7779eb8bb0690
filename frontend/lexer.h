// Characters to tokens, one at a time, with CPython 3.11's rules for indentation, brackets, continuation lines and literals.
// The text is UTF-8 with \n line ends and a NUL after its last byte; interactively it grows line by line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/arena.h"
#include "frontend/parser.h"

namespace taipan::frontend {

enum class TokenType : uint8_t {
#define TOKEN(Name) k##Name,
#define OPERATOR(Name, text) k##Name,
#define KEYWORD(Name, text) k##Name,
#include "frontend/token.def"
};
// "EndMarker", "(", "while": for tests and tools.
const char* token_type_name(TokenType type);

constexpr TokenType kFirstKeyword = TokenType::kFalse;

struct Token {
  TokenType type;
  uint8_t level;   // open brackets after this token
  bool non_ascii;  // identifiers: holds a byte above 127
  bool at_end;     // the end of the text had been seen when this token was made
  uint32_t start;  // offsets into the text
  uint32_t end;
  int32_t lineno;
  int32_t col;  // bytes from the start of its line; -1: the token has no text of its own (indent, dedent, end)
  int32_t end_lineno;
  int32_t end_col;
  uint32_t
      buffer_start;  // start of the lines the tokenizer holds at this point: the current one, or, where a string or a
                     // backslash joined lines, the first of them
};

// Why a token of type kError was made.
enum class LexError : uint8_t {
  kNone,
  kSyntax,        // message and range are in the lexer's error()
  kEndOfFile,     // inside brackets, or after a backslash
  kDedent,        // unindent that matches nothing
  kTabs,          // inconsistent use of tabs and spaces
  kTooDeep,       // indentation levels
  kContinuation,  // a character after a backslash
  kInvalidUtf8,   // a name that is no UTF-8; error() holds the message
  kInterrupted,   // the line reader failed
};

class Lexer {
 public:
  struct Config {
    bool type_comments = false;
    bool async_hacks = false;  // before 3.7: async and await are keywords only in async functions
    bool single = false;       // one interactive statement: an empty line may end it
    LineReader reader;         // interactive
    int32_t first_line = 1;    // f-string expressions start inside a file
    int32_t first_col = 0;     // added to columns on first_line, when that line isn't 1 of the file itself
    std::vector<ParseWarning>* warnings = nullptr;
    Arena* arena = nullptr;
  };
  static constexpr int kMaxBrackets = 200;
  static constexpr int kMaxIndents = 100;

  // `text` must be followed by a NUL and outlive the lexer.
  Lexer(std::string_view text, const Config& config);

  Token next();

  // Valid after a token of type kError.
  LexError error_code() const { return error_code_; }
  const SyntaxErrorInfo& error() const { return error_; }

  std::string_view text() const { return {begin_, static_cast<size_t>(end_ - begin_)}; }
  uint32_t cursor() const { return static_cast<uint32_t>(cursor_ - begin_); }
  int32_t line() const { return line_; }
  uint32_t line_start() const { return static_cast<uint32_t>(line_start_ - begin_); }
  // Where the innermost open bracket stands.
  int bracket_depth() const { return depth_; }
  struct Bracket {
    char character;
    int32_t line;
    int32_t col;
  };
  const Bracket& innermost_bracket() const { return brackets_[depth_ - 1]; }
  const Bracket& bracket(int index) const { return brackets_[index]; }
  // At the end of a single statement: all open blocks end.
  void close_indents();
  int indent_depth() const { return indent_; }
  bool seen_end() const { return seen_end_; }
  bool unterminated_string() const { return unterminated_; }  // the error is a string literal that ends with the text
  const char* line_text() const { return line_start_; }
  // No more lines are asked for; the text ends here.
  void stop_reading() {
    if (config_.reader.read != nullptr) stopped_ = true;
    config_.reader.read = nullptr;
  }
  void stop_warnings() { config_.warnings = nullptr; }

 private:
  Token make(TokenType type, const char* start, const char* end);
  Token make_bare(TokenType type);
  Token fail(LexError code);
  Token fail_at(std::string message, int32_t offset = -1, int32_t end_offset = -1);
  bool read_more();
  int next_char();
  void back_up(int c);
  bool continuation_line(int* c);
  bool decimal_tail(int* c);
  bool end_of_number(int c, const char* kind);
  bool followed_by(const char* rest);
  bool check_identifier();
  Token number(int c);
  Token number_after_point(int c);
  Token number_fraction(int c);
  Token number_exponent(int c);
  Token number_imaginary();
  Token string(int quote);
  Token operator_token(int c);
  bool type_comment(Token* token, bool blank_line);
  Token name_or_keyword();
  bool at_line_start(bool* blank_line, Token* error);

  const char* begin_;
  const char* cursor_;
  const char* end_;
  const char* token_start_;
  const char* line_start_;
  const char* buffer_start_;
  const char* string_line_start_ = nullptr;  // of the line in which the current string literal began
  Config config_;
  int32_t line_;
  int32_t string_line_ = 0;
  bool at_line_start_ = true;
  bool line_pending_ = false;  // the last character read ended its line: the next one begins a new one
  bool seen_end_ = false;
  bool interrupted_ = false;
  bool stopped_ = false;
  bool unterminated_ = false;
  bool async_def_ = false;
  bool async_def_newline_ = false;
  int async_def_indent_ = 0;
  int pending_ = 0;  // indents (positive) or dedents (negative) still to hand out
  int indent_ = 0;
  int depth_ = 0;
  LexError error_code_ = LexError::kNone;
  SyntaxErrorInfo error_;
  int32_t columns_[kMaxIndents] = {0};
  int32_t alternate_columns_[kMaxIndents] = {0};
  Bracket brackets_[kMaxBrackets];
  std::string buffer_;  // interactive text
};

TokenType keyword_type(std::string_view name);

// A copy of the source in the arena as the lexer wants it: \n line ends, the last line ended if `end_line`, and a NUL behind it.
std::string_view normalise_source(std::string_view source, bool end_line, Arena& arena);

}  // namespace taipan::frontend
