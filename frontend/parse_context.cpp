#include "frontend/parse_context.h"

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "frontend/source.h"

namespace taipan::frontend {

using namespace ast;

namespace {

Lexer::Config lexer_config(StartRule rule, const ParseOptions& options, std::vector<ParseWarning>* warnings,
                           int32_t first_line, int32_t first_col) {
  Lexer::Config config;
  config.type_comments = options.type_comments && rule != StartRule::kFString;
  config.async_hacks = options.feature_version < 7;
  config.single = rule == StartRule::kInteractive;
  if (rule == StartRule::kInteractive) config.reader = options.reader;
  config.first_line = first_line;
  config.first_col = first_col;
  config.warnings = warnings;
  return config;
}

}  // namespace

ParseContext::ParseContext(std::string_view text, StartRule start_rule, const ParseOptions& parse_options,
                           Arena& node_arena, std::vector<ParseWarning>* warning_list, int32_t first_lineno,
                           int32_t first_column)
    : lexer(text, lexer_config(start_rule, parse_options, warning_list, first_lineno, first_column)),
      arena(node_arena),
      options(parse_options),
      warnings(warning_list),
      rule(start_rule),
      first_line(first_lineno),
      first_col(first_column),
      barry_as_flufl(parse_options.barry_as_flufl) {
  tokens.reserve(text.size() / 5 + 16);
}

void ParseContext::read_token() {
  if (!tokens.empty() && (tokens.back().type == TokenType::kError || tokens.back().type == TokenType::kEndMarker)) {
    // Nothing follows; asking again gives the same.
    tokens.push_back(tokens.back());
    return;
  }
  Token next = lexer.next();
  while (next.type == TokenType::kTypeIgnore) {
    type_ignores.push_back(make_plain<TypeIgnore>(arena, next.lineno, arena.copy_string(token_text(next))));
    next = lexer.next();
  }
  if (rule == StartRule::kInteractive && next.type == TokenType::kEndMarker && parsing_started_) {
    // The end of the text ends the line and all blocks.
    next.type = TokenType::kNewline;
    parsing_started_ = false;
    if (lexer.indent_depth() > 0 && !options.dont_imply_dedent) lexer.close_indents();
  } else {
    parsing_started_ = true;
  }
  tokens.push_back(next);
}

Identifier ParseContext::identifier(const Token& token) {
  std::string_view text = token_text(token);
  if (token.non_ascii) {
    if (NfkcHook hook = nfkc_hook()) {
      std::string normalised;
      if (hook(text, &normalised) && !normalised.empty()) return arena.intern(normalised);
    }
  }
  return arena.intern(text);
}

// ---- Errors -----------------------------------------------------------------------------------------------------------------

// Where the tokenizer stood after the last token that the parser in charge has read.
uint32_t ParseContext::cursor_after_last() const {
  const Token& last = tokens[fill - 1];
  if (last.type == TokenType::kNewline && last.col != -1) return last.end + 1;
  return last.end;
}

uint32_t ParseContext::line_start_after_last() const {
  std::string_view text = lexer.text();
  uint32_t position = tokens[fill - 1].end;
  // Tokens without text at the end of the input stand after the last newline, but belong to the line it ends.
  if (tokens[fill - 1].col < 0 && position > 0 && position == text.size() && text[position - 1] == '\n') position--;
  if (tokens[fill - 1].type == TokenType::kError && position > 0 && text[position - 1] == '\n') position--;
  while (position > 0 && text[position - 1] != '\n') position--;
  return position;
}

std::string_view ParseContext::line_for_error(int32_t lineno) const {
  std::string_view text = lexer.text();
  if (fill == 0) return {};
  const Token& last = tokens[fill - 1];
  if (last.end_lineno <= lineno) {
    if (text.empty()) return {};
    uint32_t start = last.buffer_start;
    size_t end = text.find('\n', line_start_after_last());
    end = end == std::string_view::npos ? text.size() : end + 1;
    if (last.type == TokenType::kError && lexer.unterminated_string()) end = text.size();
    if (start > end) start = line_start_after_last();
    return text.substr(start, end - start);
  }
  size_t start = 0;
  for (int32_t line = first_line; line < lineno; line++) {
    size_t newline = text.find('\n', start);
    if (newline == std::string_view::npos || newline + 1 > text.size()) break;
    start = newline + 1;
  }
  size_t end = text.find('\n', start);
  return text.substr(start, end == std::string_view::npos ? std::string_view::npos : end - start);
}

void ParseContext::raise_final(ErrorKind kind, int32_t lineno, int32_t col, int32_t end_lineno, int32_t end_col,
                               std::string_view message) {
  if (failed()) return;
  error.kind = kind;
  error.has_location = true;
  error.message = rule == StartRule::kFString ? "f-string: " : "";
  error.message += message;
  if (end_lineno == kCurrent) end_lineno = fill > 0 ? tokens[fill - 1].end_lineno : 0;
  if (end_col == kCurrent) end_col = fill > 0 ? static_cast<int32_t>(cursor_after_last() - line_start_after_last()) : 0;
  std::string_view line = line_for_error(lineno);
  error.text = options.invalid_utf8 ? replace_invalid_utf8(line) : std::string(line);
  line = error.text;
  if (rule == StartRule::kFString) {
    col -= first_col;
    end_col -= first_col;
  }
  auto to_characters = [&](int32_t bytes) {
    if (rule == StartRule::kFString || options.byte_offsets) return bytes;
    int32_t length = static_cast<int32_t>(line.size());
    if (bytes > length + 1) bytes = length + 1;
    int32_t count = 0;
    for (int32_t i = 0; i < bytes; i++) {
      count += i >= length || (static_cast<unsigned char>(line[i]) & 0xC0) != 0x80;
    }
    return count;
  };
  error.lineno = lineno;
  error.offset = col > 0 ? to_characters(col) : col;
  error.end_lineno = end_lineno;
  error.end_offset = end_col > 0 ? to_characters(end_col) : end_col;
}

void ParseContext::raise(ErrorKind kind, int32_t lineno, int32_t col, int32_t end_lineno, int32_t end_col,
                         std::string_view message) {
  raise_final(kind, lineno, col == kCurrent ? col : col + 1, end_lineno, end_col == kCurrent ? end_col : end_col + 1,
              message);
}

void ParseContext::raise_at_last(ErrorKind kind, std::string_view message) {
  if (failed()) return;
  if (fill == 0) {
    if (!tokens.empty()) fill = tokens.size();
    if (fill == 0) {
      raise_final(kind, 0, 0, 0, -1, message);
      return;
    }
  }
  const Token last = tokens[fill - 1];
  if (last.type == TokenType::kError && lexer.error_code() == LexError::kEndOfFile && message != "incomplete input") {
    if (lexer.bracket_depth() > 0) {
      raise_unclosed_bracket();
    } else {
      raise_final(kind, last.lineno, static_cast<int32_t>(cursor_after_last() - line_start_after_last()),
                  last.end_lineno, -1, "unexpected EOF while parsing");
    }
    return;
  }
  int32_t col = last.col + 1;
  if (last.col == -1) {
    uint32_t cursor = cursor_after_last();
    col = cursor == 0 ? 0 : static_cast<int32_t>(cursor - line_start_after_last());
  }
  int32_t end_col = last.end_col == -1 ? -1 : last.end_col + 1;
  raise_final(kind, last.lineno, col, last.end_lineno, end_col, message);
}

void ParseContext::raise_unclosed_bracket() {
  if (lexer.bracket_depth() == 0) return;
  const Lexer::Bracket& open = lexer.innermost_bracket();
  raise(ErrorKind::kSyntaxError, open.line, open.col, open.line, -1,
        std::string("'") + open.character + "' was never closed");
}

void ParseContext::raise_lexer_error() {
  const Token& last = tokens[fill - 1];
  switch (lexer.error_code()) {
    case LexError::kSyntax:
      if (!failed()) {
        error = lexer.error();
        if (options.invalid_utf8) error.text = replace_invalid_utf8(error.text);
      }
      return;
    case LexError::kEndOfFile: raise_at_last(ErrorKind::kSyntaxError, "unexpected EOF while parsing"); return;
    case LexError::kDedent:
      raise_at_last(ErrorKind::kIndentationError, "unindent does not match any outer indentation level");
      return;
    case LexError::kTabs:
      raise(ErrorKind::kTabError, last.lineno, 0, last.lineno, -1,
            "inconsistent use of tabs and spaces in indentation");
      return;
    case LexError::kTooDeep:
      raise(ErrorKind::kIndentationError, last.lineno, 0, last.lineno, -1, "too many levels of indentation");
      return;
    case LexError::kContinuation: {
      int32_t col = static_cast<int32_t>(last.end) - static_cast<int32_t>(last.buffer_start) - 1;
      raise(ErrorKind::kSyntaxError, last.lineno, col, last.lineno, -1,
            "unexpected character after line continuation character");
      return;
    }
    case LexError::kInvalidUtf8: {
      std::string message = lexer.error().message;
      raise_at_last(ErrorKind::kSyntaxError, message);
      return;
    }
    case LexError::kInterrupted:
    case LexError::kNone: error.kind = ErrorKind::kInterrupted; return;
  }
}

void ParseContext::raise_too_deep() {
  error = SyntaxErrorInfo{};
  error.kind = ErrorKind::kMemoryError;
  error.message = "the source is nested too deeply";
}

void ParseContext::check_rest_of_source() {
  if (options.reader.read != nullptr && rule == StartRule::kInteractive) return;
  if (fill == 0) return;
  int32_t error_line = tokens[fill - 1].lineno;
  size_t index = fill;
  const Token* last = &tokens[fill - 1];
  if (last->type == TokenType::kError || last->type == TokenType::kEndMarker) return;
  while (true) {
    const Token& next = token(index++);
    if (next.type == TokenType::kEndMarker) return;
    if (next.type == TokenType::kNewline && next.at_end && next.col == -1) return;
    if (next.type == TokenType::kError) break;
  }
  if (lexer.error_code() == LexError::kSyntax) {
    error = lexer.error();
    return;
  }
  if (lexer.bracket_depth() > 0 && error_line > lexer.innermost_bracket().line) {
    fill = tokens.size();
    error = SyntaxErrorInfo{};
    raise_unclosed_bracket();
  }
}

// ---- Numbers ----------------------------------------------------------------------------------------------------------------

namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return (c | 32) - 'a' + 10;
}

double parse_double(const std::string& digits) {
  double value = 0;
  const char* end = digits.data() + digits.size();
  auto result = std::from_chars(digits.data(), end, value);
  if (result.ec == std::errc::result_out_of_range) {
    // Too big or too small: decide by the decimal exponent of the first digit that isn't zero.
    long point = 0;
    long exponent = 0;
    long first = 0;
    bool seen_point = false;
    bool seen_nonzero = false;
    for (const char* p = digits.data(); p != end; p++) {
      if (*p == '.') {
        seen_point = true;
      } else if (*p == 'e' || *p == 'E') {
        exponent = std::strtol(p + 1, nullptr, 10);
        break;
      } else {
        if (!seen_nonzero && *p != '0') {
          seen_nonzero = true;
          first = seen_point ? -point : 0;
        }
        if (seen_point) {
          point++;
        } else if (seen_nonzero) {
          first++;
        }
      }
    }
    bool big = exponent > 0 ? first > -exponent : first + exponent > 0;
    return big ? std::numeric_limits<double>::infinity() : 0.0;
  }
  return value;
}

}  // namespace

Expr* ParseContext::number(const Token& number_token) {
  const Token token = number_token;
  std::string_view raw = token_text(token);
  std::string text;
  text.reserve(raw.size());
  for (char c : raw) {
    if (c != '_') text.push_back(c);
  }
  if (options.feature_version < 6 && text.size() != raw.size()) {
    raise_at_last(ErrorKind::kSyntaxError,
                  "Underscores in numeric literals are only supported in Python 3.6 and greater");
    return nullptr;
  }
  Location loc = location(token);
  auto constant = [&](ConstantValue value) { return make_node<Constant>(arena, loc, value, String{}); };
  bool prefixed = text.size() > 2 && text[0] == '0' && !(text[1] >= '0' && text[1] <= '9') && text[1] != '.' &&
                  (text[1] | 32) != 'e' && (text[1] | 32) != 'j';
  if (!prefixed) {
    if ((text.back() | 32) == 'j') {
      text.pop_back();
      return constant(ConstantValue::complex(0.0, parse_double(text)));
    }
    if (text.find_first_of(".eE") != std::string::npos) return constant(ConstantValue::floating(parse_double(text)));
    size_t zeros = text.find_first_not_of('0');
    std::string_view digits = zeros == std::string::npos ? std::string_view("0") : std::string_view(text).substr(zeros);
    if (digits.size() <= 18) {
      int64_t value = 0;
      for (char c : digits) value = value * 10 + (c - '0');
      return constant(ConstantValue::integer(value));
    }
    int64_t value = 0;
    auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (result.ec == std::errc{}) return constant(ConstantValue::integer(value));
    if (options.max_int_digits > 0 && text.size() > static_cast<size_t>(options.max_int_digits)) {
      char message[300];
      std::snprintf(
          message, sizeof message,
          "Exceeds the limit (%d digits) for integer string conversion: value has %zu digits; use "
          "sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals "
          "to avoid decimal conversion limits.",
          options.max_int_digits, text.size());
      raise(ErrorKind::kSyntaxError, token.lineno, -1, token.end_lineno, -1, message);
      return nullptr;
    }
    return constant(ConstantValue::big_integer(arena.copy_string(digits), false));
  }
  char base = static_cast<char>(text[1] | 32);
  int bits = base == 'x' ? 4 : base == 'o' ? 3 : 1;
  std::string_view digits = std::string_view(text).substr(2);
  size_t zeros = digits.find_first_not_of('0');
  digits = zeros == std::string_view::npos ? std::string_view() : digits.substr(zeros);
  // The leading digit is not zero, so this is the width give or take the unused bits of that digit.
  if (digits.size() * bits <= 63) {
    int64_t value = 0;
    for (char c : digits) value = value << bits | digit_value(c);
    return constant(ConstantValue::integer(value));
  }
  // Regroup into hexadecimal digits, from the right.
  std::string hex;
  hex.reserve(digits.size() * bits / 4 + 2);
  unsigned window = 0;
  int have = 0;
  for (size_t i = digits.size(); i-- > 0;) {
    window |= static_cast<unsigned>(digit_value(digits[i])) << have;
    have += bits;
    while (have >= 4) {
      hex.push_back("0123456789abcdef"[window & 15]);
      window >>= 4;
      have -= 4;
    }
  }
  if (have > 0 && window != 0) hex.push_back("0123456789abcdef"[window & 15]);
  while (hex.size() > 1 && hex.back() == '0') hex.pop_back();
  std::string forward(hex.rbegin(), hex.rend());
  if (forward.size() < 16 || (forward.size() == 16 && forward[0] < '8')) {
    uint64_t value = 0;
    std::from_chars(forward.data(), forward.data() + forward.size(), value, 16);
    return constant(ConstantValue::integer(static_cast<int64_t>(value)));
  }
  return constant(ConstantValue::big_integer(arena.copy_string(forward), true));
}

}  // namespace taipan::frontend
