// From Python source text to an abstract syntax tree, or to the syntax error that CPython 3.11 would report.
//
//   bytes --decode_source()--> UTF-8 --parse()--> Mod* (ast.h) or SyntaxErrorInfo, with the warnings met on the way
//
//   source.cpp              encoding cookie (PEP 263), byte order mark, UTF-8 / Latin-1 / ASCII; others through a callback
//   lexer.{h,cpp}           characters to tokens: indentation, brackets, literals, type comments; its own errors
//   parse_context.{h,cpp}   what both parsers share: the token buffer, error positions, literals' values
//   string_literal.cpp      escapes, concatenation, f-strings (which parse their expressions with a nested context)
//   fast_parser*.{h,cpp}    recursive descent with one token of look-ahead; builds the tree, knows only "valid or not"
//   diagnoser*.{h,cpp}      runs after the fast parser failed: walks the grammar in the order in which CPython's parsing
//                           expression grammar does, twice, the second time with its rules for wrong programs, so that the
//                           message, the kind and the range of the error are the ones people know
//   ast_dump.{h,cpp}        the tree as text, like ast.dump        unparse.{h,cpp}   an expression as source text
//
// Nothing here raises, prints or knows runtime objects. Recursion is counted: a program nested too deeply gives kMemoryError (as
// CPython's parser does), never a native stack overflow. Parsing is reentrant; an Arena belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/arena.h"
#include "frontend/ast.h"

namespace taipan::frontend {

enum class ParseMode : uint8_t {
  kExec,      // a module: ast::Module
  kEval,      // one expression: ast::Expression
  kSingle,    // one interactive statement: ast::Interactive
  kFuncType,  // a signature type comment: ast::FunctionType
};

enum class ErrorKind : uint8_t {
  kNone,
  kSyntaxError,
  kIndentationError,
  kTabError,
  kValueError,   // the text holds a NUL; only the message counts
  kMemoryError,  // nested too deeply for the parser
  kEndOfInput,   // interactive: end of file before a statement began
  kInterrupted,  // interactive: the line reader was interrupted or failed; it has the details
};

// What becomes SyntaxError(message, (filename, lineno, offset, end_lineno, end_offset and text)). Offsets count characters from 1;
// 0 and -1 mean what they mean to CPython (no column known).
struct SyntaxErrorInfo {
  ErrorKind kind = ErrorKind::kNone;
  bool has_location = false;  // without one, the exception's only argument is the message
  std::string message;
  int32_t lineno = 0;
  int32_t offset = 0;
  int32_t end_lineno = 0;
  int32_t end_offset = 0;
  bool has_text = true;     // false: the location is (filename, lineno, offset, None), without an end
  std::string text;         // the source line, UTF-8
  bool incomplete = false;  // the input ended where more could have made it valid (message "incomplete input")
};

enum class WarningCategory : uint8_t { kDeprecationWarning, kSyntaxWarning };

// If issuing the warning raises (an "error" filter), the caller turns it into a SyntaxError with `error_message` at this range.
struct ParseWarning {
  WarningCategory category;
  std::string message;
  std::string error_message;
  int32_t lineno;
  int32_t col_offset;  // bytes, like ast
  int32_t end_lineno;
  int32_t end_col_offset;
};

// Asks the terminal for one more line. `continuation`: inside a statement (the secondary prompt). Appends the line, with its
// newline, in UTF-8, to *line. Returns kLine, kEnd (end of file) or kFailed (interrupted, error).
enum class ReadLineResult : uint8_t { kLine, kEnd, kFailed };
struct LineReader {
  ReadLineResult (*read)(void* context, bool continuation, std::string* line) = nullptr;
  void* context = nullptr;
};

struct ParseOptions {
  ParseMode mode = ParseMode::kExec;
  bool type_comments = false;           // PyCF_TYPE_COMMENTS
  bool barry_as_flufl = false;          // CO_FUTURE_BARRY_AS_BDFL
  bool dont_imply_dedent = false;       // PyCF_DONT_IMPLY_DEDENT
  bool allow_incomplete_input = false;  // PyCF_ALLOW_INCOMPLETE_INPUT
  bool invalid_utf8 = false;  // the source holds bad UTF-8 (DecodeResult::invalid_utf8), an error in names and strings
  bool byte_offsets = false;  // error offsets count bytes: CPython's way for bytes without cookie or byte order mark
  bool collect_warnings = true;
  int feature_version = 11;   // the minor version of the grammar, 11 is all
  int max_int_digits = 4300;  // sys.set_int_max_str_digits; 0: no limit
  LineReader reader;          // set: read an interactive statement line by line (mode must be kSingle)
  // \N{name}: returns false where no character has that name. Null: names can't be looked up.
  bool (*lookup_character_name)(std::string_view name, uint32_t* code_point) = nullptr;
};

struct ParseResult {
  ast::Mod* module = nullptr;  // null: see error
  SyntaxErrorInfo error;
  std::vector<ParseWarning> warnings;
  std::string_view source;  // the text as it was parsed (line ends made \n), in the arena; interactive: the lines read
};

// Parses UTF-8 text without byte order mark. The tree lives in the arena.
ParseResult parse(std::string_view utf8_source, const ParseOptions& options, Arena& arena);

// Unicode normalisation of identifiers (NFKC). Called for identifiers that are not ASCII; appends the normalised form to *out and
// returns false if the text is invalid. The runtime sets it; without one such identifiers stay as they are written.
using NfkcHook = bool (*)(std::string_view utf8, std::string* out);
void set_nfkc_hook(NfkcHook hook);
NfkcHook nfkc_hook();

}  // namespace taipan::frontend
