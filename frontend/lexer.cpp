#include "frontend/lexer.h"

#include <cstdio>
#include <cstring>

#include "frontend/source.h"
#include "frontend/unicode_ident.h"

namespace taipan::frontend {

namespace {

constexpr int kEnd = -1;

enum : uint8_t { kIdentStart = 1, kIdentPart = 2, kDigit = 4, kHexDigit = 8, kSpace = 16, kStringPrefix = 32 };

struct CharTable {
  uint8_t classes[256] = {0};
  constexpr CharTable() {
    for (int c = 0; c < 256; c++) {
      bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 128;
      bool digit = c >= '0' && c <= '9';
      if (letter) classes[c] |= kIdentStart | kIdentPart;
      if (digit) classes[c] |= kIdentPart | kDigit | kHexDigit;
      if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) classes[c] |= kHexDigit;
      if (c == ' ' || c == '\t' || c == '\f') classes[c] |= kSpace;
    }
    for (char c : {'b', 'B', 'u', 'U', 'r', 'R', 'f', 'F'}) classes[static_cast<int>(c)] |= kStringPrefix;
  }
};
constexpr CharTable kChars;

inline bool is(int c, uint8_t which) { return c >= 0 && (kChars.classes[c] & which) != 0; }

const char* const kTypeNames[] = {
#define TOKEN(Name) #Name,
#define OPERATOR(Name, text) text,
#define KEYWORD(Name, text) text,
#include "frontend/token.def"
};

int32_t count_characters(const char* begin, const char* end) {
  int32_t count = 0;
  for (const char* p = begin; p < end; p++) count += (static_cast<unsigned char>(*p) & 0xC0) != 0x80;
  return count;
}

}  // namespace

const char* token_type_name(TokenType type) { return kTypeNames[static_cast<int>(type)]; }

TokenType keyword_type(std::string_view name) {
  if (name.size() < 2 || name.size() > 8) return TokenType::kIdentifier;
#define KEYWORD(Name, text) \
  if (name == text) return TokenType::k##Name;
  // Only the first letter decides which few keywords are compared.
  switch (name[0]) {
    case 'F': KEYWORD(False, "False") break;
    case 'N': KEYWORD(None, "None") break;
    case 'T': KEYWORD(True, "True") break;
    case 'a':
      KEYWORD(And, "and")
      KEYWORD(As, "as") KEYWORD(Assert, "assert") KEYWORD(Async, "async") KEYWORD(Await, "await") break;
    case 'b': KEYWORD(Break, "break") break;
    case 'c': KEYWORD(Class, "class") KEYWORD(Continue, "continue") break;
    case 'd': KEYWORD(Def, "def") KEYWORD(Del, "del") break;
    case 'e': KEYWORD(Elif, "elif") KEYWORD(Else, "else") KEYWORD(Except, "except") break;
    case 'f': KEYWORD(Finally, "finally") KEYWORD(For, "for") KEYWORD(From, "from") break;
    case 'g': KEYWORD(Global, "global") break;
    case 'i': KEYWORD(If, "if") KEYWORD(Import, "import") KEYWORD(In, "in") KEYWORD(Is, "is") break;
    case 'l': KEYWORD(Lambda, "lambda") break;
    case 'n': KEYWORD(Nonlocal, "nonlocal") KEYWORD(Not, "not") break;
    case 'o': KEYWORD(Or, "or") break;
    case 'p': KEYWORD(Pass, "pass") break;
    case 'r': KEYWORD(Raise, "raise") KEYWORD(Return, "return") break;
    case 't': KEYWORD(Try, "try") break;
    case 'w': KEYWORD(While, "while") KEYWORD(With, "with") break;
    case 'y': KEYWORD(Yield, "yield") break;
    default: break;
  }
#undef KEYWORD
  return TokenType::kIdentifier;
}

Lexer::Lexer(std::string_view text, const Config& config)
    : begin_(text.data()),
      cursor_(text.data()),
      end_(text.data() + text.size()),
      token_start_(nullptr),
      line_start_(text.data()),
      config_(config),
      line_(config.first_line - 1) {
  line_pending_ = true;
  buffer_start_ = begin_;
}

// Reads one character; kEnd at the end of the text. A line is counted when its first character is read.
inline int Lexer::next_char() {
  if (cursor_ == end_ && !read_more()) {
    seen_end_ = true;
    return kEnd;
  }
  if (line_pending_) {
    line_pending_ = false;
    line_++;
    line_start_ = cursor_;
    if (token_start_ == nullptr) buffer_start_ = cursor_;
  }
  unsigned char c = static_cast<unsigned char>(*cursor_++);
  if (c == '\n') line_pending_ = true;
  return c;
}

inline void Lexer::back_up(int c) {
  if (c == kEnd) return;
  cursor_--;
  if (c == '\n') line_pending_ = false;
}

bool Lexer::read_more() {
  if (config_.reader.read == nullptr || seen_end_) return false;
  if (buffer_.empty() && begin_ != end_) buffer_.assign(begin_, end_);
  size_t cursor = cursor_ - begin_;
  size_t line_start = line_start_ - begin_;
  size_t buffer_start = buffer_start_ - begin_;
  size_t token_start = token_start_ != nullptr ? token_start_ - begin_ : 0;
  size_t string_line = string_line_start_ != nullptr ? string_line_start_ - begin_ : 0;
  size_t before = buffer_.size();
  ReadLineResult result = config_.reader.read(config_.reader.context, !buffer_.empty(), &buffer_);
  if (result == ReadLineResult::kFailed) interrupted_ = true;
  if (result == ReadLineResult::kLine && !buffer_.empty() && buffer_.back() != '\n') buffer_.push_back('\n');
  begin_ = buffer_.c_str();
  end_ = begin_ + buffer_.size();
  cursor_ = begin_ + cursor;
  line_start_ = begin_ + line_start;
  buffer_start_ = begin_ + buffer_start;
  if (token_start_ != nullptr) token_start_ = begin_ + token_start;
  if (string_line_start_ != nullptr) string_line_start_ = begin_ + string_line;
  return result == ReadLineResult::kLine && buffer_.size() > before;
}

Token Lexer::make(TokenType type, const char* start, const char* end) {
  Token token;
  token.type = type;
  token.level = static_cast<uint8_t>(depth_);
  token.non_ascii = false;
  token.at_end = seen_end_;
  token.start = static_cast<uint32_t>(start - begin_);
  token.end = static_cast<uint32_t>(end - begin_);
  token.buffer_start = static_cast<uint32_t>(buffer_start_ - begin_);
  bool is_string = type == TokenType::kString;
  token.lineno = is_string ? string_line_ : line_;
  token.end_lineno = line_;
  const char* line_start = is_string ? string_line_start_ : line_start_;
  token.col = start >= line_start ? static_cast<int32_t>(start - line_start) : -1;
  token.end_col = end >= line_start_ ? static_cast<int32_t>(end - line_start_) : -1;
  if (line_ == config_.first_line && config_.first_col != 0) {
    token.col += config_.first_col;
    token.end_col += config_.first_col;
  }
  return token;
}

Token Lexer::make_bare(TokenType type) {
  Token token = make(type, cursor_, cursor_);
  if (type == TokenType::kError) {
    token.at_end = error_code_ == LexError::kEndOfFile || (error_code_ == LexError::kSyntax && unterminated_);
  }
  token.col = -1;
  token.end_col = -1;
  if (line_ == config_.first_line && config_.first_col != 0) {
    token.col += config_.first_col;
    token.end_col += config_.first_col;
  }
  return token;
}

Token Lexer::fail(LexError code) {
  error_code_ = code;
  Token token = make_bare(TokenType::kError);
  return token;
}

// An error of the tokenizer's own: up to the cursor on the current line, unless told otherwise. Offsets are characters from 1.
Token Lexer::fail_at(std::string message, int32_t offset, int32_t end_offset) {
  error_.kind = ErrorKind::kSyntaxError;
  error_.has_location = true;
  error_.message = std::move(message);
  error_.lineno = line_;
  error_.end_lineno = line_;
  error_.offset = offset >= 0 ? offset : count_characters(line_start_, cursor_);
  error_.end_offset = end_offset >= 0 ? end_offset : error_.offset;
  const char* line_end = static_cast<const char*>(std::memchr(line_start_, '\n', end_ - line_start_));
  if (line_end == nullptr) line_end = end_;
  error_.text.assign(line_start_, line_end);
  return fail(LexError::kSyntax);
}

void Lexer::close_indents() {
  pending_ = -indent_;
  indent_ = 0;
}

// After a backslash: the line must end here and another follow. Leaves the cursor at the next line's first character.
bool Lexer::continuation_line(int* c) {
  *c = next_char();
  if (*c != '\n') {
    error_code_ = LexError::kContinuation;
    return false;
  }
  *c = next_char();
  if (*c == kEnd) {
    error_code_ = LexError::kEndOfFile;
    cursor_ = end_;
    return false;
  }
  back_up(*c);
  return true;
}

bool Lexer::at_line_start(bool* blank_line, Token* error) {
  int col = 0;
  int alternate = 0;
  int continued_col = 0;
  int c;
  at_line_start_ = false;
  for (;;) {
    c = next_char();
    if (c == ' ') {
      col++;
      alternate++;
    } else if (c == '\t') {
      col = (col / 8 + 1) * 8;
      alternate++;
    } else if (c == '\f') {
      col = alternate = 0;
    } else if (c == '\\') {
      // The indentation is that of the first of the joined lines.
      if (continued_col == 0) continued_col = col;
      if (!continuation_line(&c)) {
        *error = make_bare(TokenType::kError);
        return false;
      }
    } else {
      break;
    }
  }
  back_up(c);
  bool interactive = config_.reader.read != nullptr;
  if (c == '#' || c == '\n') {
    if (interactive && col == 0 && c == '\n') {
      // An empty line ends an interactive statement.
    } else if (interactive && line_ == 1) {
      col = alternate = 0;
    } else {
      *blank_line = true;
    }
  }
  if (*blank_line || depth_ != 0) return true;
  if (continued_col != 0) col = alternate = continued_col;
  LexError code = LexError::kNone;
  if (col == columns_[indent_]) {
    if (alternate != alternate_columns_[indent_]) code = LexError::kTabs;
  } else if (col > columns_[indent_]) {
    if (indent_ + 1 >= kMaxIndents) {
      code = LexError::kTooDeep;
    } else if (alternate <= alternate_columns_[indent_]) {
      code = LexError::kTabs;
    } else {
      pending_++;
      indent_++;
      columns_[indent_] = col;
      alternate_columns_[indent_] = alternate;
    }
  } else {
    while (indent_ > 0 && col < columns_[indent_]) {
      pending_--;
      indent_--;
    }
    if (col != columns_[indent_]) {
      code = LexError::kDedent;
    } else if (alternate != alternate_columns_[indent_]) {
      code = LexError::kTabs;
    }
  }
  if (code == LexError::kNone) return true;
  // The whole line has been read when such an error is reported.
  const char* line_end = static_cast<const char*>(std::memchr(cursor_, '\n', end_ - cursor_));
  cursor_ = line_end == nullptr ? end_ : line_end + 1;
  *error = fail(code);
  return false;
}

// At a '#' whose comment reaches to the cursor: a type comment or type ignore, if the comment is one.
bool Lexer::type_comment(Token* token, bool blank_line) {
  const char* p = token_start_;
  for (const char* prefix = "# type: "; *prefix != 0; prefix++) {
    if (*prefix == ' ') {
      while (p < cursor_ && (*p == ' ' || *p == '\t')) p++;
    } else if (p < cursor_ && *p == *prefix) {
      p++;
    } else {
      return false;
    }
  }
  const char* comment_end = cursor_;
  const char* ignore_end = p + 6;
  bool ignore = comment_end >= ignore_end && std::memcmp(p, "ignore", 6) == 0;
  if (ignore && comment_end > ignore_end) {
    unsigned char after = static_cast<unsigned char>(*ignore_end);
    ignore = !(after >= 128 || (after != '_' && is(after, kIdentPart)));
  }
  if (!ignore) {
    *token = make(TokenType::kTypeComment, p, comment_end);
    return true;
  }
  *token = make(TokenType::kTypeIgnore, ignore_end, comment_end);
  if (blank_line) {
    next_char();
    at_line_start_ = true;
  }
  return true;
}

Token Lexer::next() {
  bool blank_line;
  int c;
next_line:
  token_start_ = nullptr;
  blank_line = false;
  if (at_line_start_) {
    Token error;
    if (!at_line_start(&blank_line, &error)) return error;
  }
  token_start_ = cursor_;
  if (pending_ != 0) {
    bool dedent = pending_ < 0;
    pending_ += dedent ? 1 : -1;
    return make_bare(dedent ? TokenType::kDedent : TokenType::kIndent);
  }
  if (async_def_) {
    c = next_char();
    back_up(c);
    if (!blank_line && c != '\n' && depth_ == 0 && async_def_newline_ && async_def_indent_ >= indent_) {
      async_def_ = async_def_newline_ = false;
      async_def_indent_ = 0;
    }
  }
again:
  token_start_ = nullptr;
  do { c = next_char(); } while (is(c, kSpace));
  token_start_ = c == kEnd ? cursor_ : cursor_ - 1;
  if (c == '#') {
    const char* line_end = static_cast<const char*>(std::memchr(cursor_, '\n', end_ - cursor_));
    cursor_ = line_end == nullptr ? end_ : line_end;
    Token token;
    if (config_.type_comments && type_comment(&token, blank_line)) return token;
    c = next_char();
  }
  if (c == kEnd) {
    if (interrupted_) return fail(LexError::kInterrupted);
    if (depth_ != 0 && !stopped_) return fail(LexError::kEndOfFile);
    return make_bare(TokenType::kEndMarker);
  }
  if (is(c, kIdentStart)) {
    if (is(c, kStringPrefix)) {
      bool saw_b = false, saw_r = false, saw_u = false, saw_f = false;
      for (;;) {
        if (!(saw_b || saw_u || saw_f) && (c == 'b' || c == 'B')) {
          saw_b = true;
        } else if (!(saw_b || saw_u || saw_r || saw_f) && (c == 'u' || c == 'U')) {
          saw_u = true;
        } else if (!(saw_r || saw_u) && (c == 'r' || c == 'R')) {
          saw_r = true;
        } else if (!(saw_f || saw_b || saw_u) && (c == 'f' || c == 'F')) {
          saw_f = true;
        } else {
          break;
        }
        c = next_char();
        if (c == '"' || c == '\'') return string(c);
      }
      back_up(c);
    }
    return name_or_keyword();
  }
  if (c == '\n') {
    at_line_start_ = true;
    if (blank_line || depth_ > 0) goto next_line;
    if (async_def_) async_def_newline_ = true;
    return make(TokenType::kNewline, token_start_, cursor_ - 1);
  }
  if (c == '.') {
    c = next_char();
    if (is(c, kDigit)) return number_fraction(c);
    if (c == '.') {
      c = next_char();
      if (c == '.') return make(TokenType::kEllipsis, token_start_, cursor_);
      back_up(c);
      back_up('.');
    } else {
      back_up(c);
    }
    return make(TokenType::kDot, token_start_, cursor_);
  }
  if (is(c, kDigit)) return number(c);
  if (c == '\'' || c == '"') return string(c);
  if (c == '\\') {
    if (!continuation_line(&c)) return make_bare(TokenType::kError);
    goto again;
  }
  return operator_token(c);
}

Token Lexer::name_or_keyword() {
  const char* p = cursor_;
  unsigned char bits = static_cast<unsigned char>(*token_start_);
  while (kChars.classes[static_cast<unsigned char>(*p)] & kIdentPart) bits |= static_cast<unsigned char>(*p++);
  cursor_ = p;
  if (p == end_) seen_end_ = true;
  if (bits >= 128) {
    if (!check_identifier()) return make_bare(TokenType::kError);
    Token token = make(TokenType::kIdentifier, token_start_, cursor_);
    token.non_ascii = true;
    return token;
  }
  std::string_view name(token_start_, cursor_ - token_start_);
  TokenType type = keyword_type(name);
  if (config_.async_hacks && (type == TokenType::kAsync || type == TokenType::kAwait) && !async_def_) {
    if (type == TokenType::kAsync) {
      // A keyword only if `def` follows on the same line.
      const char* ahead = cursor_;
      while (*ahead == ' ' || *ahead == '\t' || *ahead == '\f') ahead++;
      if (std::strncmp(ahead, "def", 3) == 0 && !is(static_cast<unsigned char>(ahead[3]), kIdentPart)) {
        async_def_ = true;
        async_def_indent_ = indent_;
        return make(type, token_start_, cursor_);
      }
    }
    type = TokenType::kIdentifier;
  }
  return make(type, token_start_, cursor_);
}

// The identifier from token_start_ to the cursor holds non-ASCII characters: may it?
bool Lexer::check_identifier() {
  const char* p = token_start_;
  bool first = true;
  std::string_view name(token_start_, cursor_ - token_start_);
  if (find_invalid_utf8(name) != std::string_view::npos) {
    error_code_ = LexError::kInvalidUtf8;
    error_.message = "(unicode error) " + describe_invalid_utf8(name);
    return false;
  }
  while (p < cursor_) {
    const char* start = p;
    uint32_t code_point = decode_utf8(&p, cursor_);
    bool valid = first ? (code_point == '_' || is_xid_start(code_point)) : is_xid_continue(code_point);
    if (!valid) {
      cursor_ = p;
      char message[80];
      if (is_printable(code_point)) {
        std::snprintf(message, sizeof message, "invalid character '%.*s' (U+%04X)", static_cast<int>(p - start), start,
                      static_cast<unsigned>(code_point));
      } else {
        std::snprintf(message, sizeof message, "invalid non-printable character U+%04X",
                      static_cast<unsigned>(code_point));
      }
      fail_at(message);
      return false;
    }
    first = false;
  }
  return true;
}

// Digits with single underscores between them; the first has been read. *c is the first character after them.
bool Lexer::decimal_tail(int* c) {
  for (;;) {
    do { *c = next_char(); } while (is(*c, kDigit));
    if (*c != '_') return true;
    *c = next_char();
    if (!is(*c, kDigit)) {
      back_up(*c);
      fail_at("invalid decimal literal");
      return false;
    }
  }
}

bool Lexer::followed_by(const char* rest) {
  size_t length = std::strlen(rest);
  if (static_cast<size_t>(end_ - cursor_) < length || std::memcmp(cursor_, rest, length) != 0) return false;
  return !is(static_cast<unsigned char>(cursor_[length]), kIdentPart);
}

// `c` is what follows a number: no letter or digit may, though a keyword that can is only warned of.
bool Lexer::end_of_number(int c, const char* kind) {
  bool keyword = false;
  switch (c) {
    case 'a': keyword = followed_by("nd"); break;
    case 'e': keyword = followed_by("lse"); break;
    case 'f': keyword = followed_by("or"); break;
    case 'i': keyword = *cursor_ == 'f' || *cursor_ == 'n' || *cursor_ == 's'; break;
    case 'o': keyword = followed_by("r"); break;
    case 'n': keyword = followed_by("ot"); break;
    default: break;
  }
  if (keyword) {
    if (config_.warnings != nullptr) {
      std::string message = std::string("invalid ") + kind + " literal";
      int32_t col = static_cast<int32_t>(cursor_ - 1 - line_start_) - 1;
      config_.warnings->push_back({WarningCategory::kSyntaxWarning, message, message, line_, col, line_, col});
    }
    return true;
  }
  if (is(c, kIdentPart)) {
    back_up(c);
    fail_at(std::string("invalid ") + kind + " literal");
    return false;
  }
  return true;
}

Token Lexer::number(int c) {
  auto error_token = [this] { return make_bare(TokenType::kError); };
  if (c != '0') {
    if (!decimal_tail(&c)) return error_token();
    return number_after_point(c);
  }
  c = next_char();
  if (c == 'x' || c == 'X') {
    c = next_char();
    do {
      if (c == '_') c = next_char();
      if (!is(c, kHexDigit)) {
        back_up(c);
        return fail_at("invalid hexadecimal literal");
      }
      do { c = next_char(); } while (is(c, kHexDigit));
    } while (c == '_');
    if (!end_of_number(c, "hexadecimal")) return error_token();
  } else if (c == 'o' || c == 'O' || c == 'b' || c == 'B') {
    bool octal = c == 'o' || c == 'O';
    int limit = octal ? '8' : '2';
    const char* kind = octal ? "octal" : "binary";
    auto bad_digit = [&](int digit) {
      return fail_at(std::string("invalid digit '") + static_cast<char>(digit) + "' in " + kind + " literal");
    };
    c = next_char();
    do {
      if (c == '_') c = next_char();
      if (c < '0' || c >= limit) {
        if (is(c, kDigit)) return bad_digit(c);
        back_up(c);
        return fail_at(std::string("invalid ") + kind + " literal");
      }
      do { c = next_char(); } while ('0' <= c && c < limit);
    } while (c == '_');
    if (is(c, kDigit)) return bad_digit(c);
    if (!end_of_number(c, kind)) return error_token();
  } else {
    bool nonzero = false;
    for (;;) {
      if (c == '_') {
        c = next_char();
        if (!is(c, kDigit)) {
          back_up(c);
          return fail_at("invalid decimal literal");
        }
      }
      if (c != '0') break;
      c = next_char();
    }
    const char* zeros_end = cursor_;
    if (is(c, kDigit)) {
      nonzero = true;
      if (!decimal_tail(&c)) return error_token();
    }
    if (c == '.') return number_fraction(next_char());
    if (c == 'e' || c == 'E') return number_exponent(c);
    if (c == 'j' || c == 'J') return number_imaginary();
    if (nonzero) {
      back_up(c);
      return fail_at("leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers",
                     static_cast<int32_t>(token_start_ + 1 - line_start_),
                     static_cast<int32_t>(zeros_end - line_start_));
    }
    if (!end_of_number(c, "decimal")) return error_token();
  }
  back_up(c);
  return make(TokenType::kNumber, token_start_, cursor_);
}

Token Lexer::number_after_point(int c) {
  if (c == '.') return number_fraction(next_char());
  if (c == 'e' || c == 'E') return number_exponent(c);
  if (c == 'j' || c == 'J') return number_imaginary();
  if (!end_of_number(c, "decimal")) return make_bare(TokenType::kError);
  back_up(c);
  return make(TokenType::kNumber, token_start_, cursor_);
}

// `c` is the first character after the decimal point.
Token Lexer::number_fraction(int c) {
  if (is(c, kDigit) && !decimal_tail(&c)) return make_bare(TokenType::kError);
  if (c == 'e' || c == 'E') return number_exponent(c);
  if (c == 'j' || c == 'J') return number_imaginary();
  if (!end_of_number(c, "decimal")) return make_bare(TokenType::kError);
  back_up(c);
  return make(TokenType::kNumber, token_start_, cursor_);
}

Token Lexer::number_exponent(int e) {
  int c = next_char();
  if (c == '+' || c == '-') {
    c = next_char();
    if (!is(c, kDigit)) {
      back_up(c);
      return fail_at("invalid decimal literal");
    }
  } else if (!is(c, kDigit)) {
    back_up(c);
    if (!end_of_number(e, "decimal")) return make_bare(TokenType::kError);
    back_up(e);
    return make(TokenType::kNumber, token_start_, cursor_);
  }
  if (!decimal_tail(&c)) return make_bare(TokenType::kError);
  if (c == 'j' || c == 'J') return number_imaginary();
  if (!end_of_number(c, "decimal")) return make_bare(TokenType::kError);
  back_up(c);
  return make(TokenType::kNumber, token_start_, cursor_);
}

Token Lexer::number_imaginary() {
  int c = next_char();
  if (!end_of_number(c, "imaginary")) return make_bare(TokenType::kError);
  back_up(c);
  return make(TokenType::kNumber, token_start_, cursor_);
}

Token Lexer::string(int quote) {
  string_line_ = line_;
  string_line_start_ = line_start_;
  int quote_size = 1;
  int end_quotes = 0;
  int c = next_char();
  if (c == quote) {
    c = next_char();
    if (c == quote) {
      quote_size = 3;
    } else {
      end_quotes = 1;  // the empty string
    }
  }
  if (c != quote) back_up(c);
  while (end_quotes != quote_size) {
    c = next_char();
    if (c == kEnd || (quote_size == 1 && c == '\n')) {
      if (interrupted_) return fail(LexError::kInterrupted);
      int32_t detected = line_;
      cursor_ = token_start_ + 1;
      line_start_ = string_line_start_;
      line_ = string_line_;
      line_pending_ = false;
      char message[96];
      std::snprintf(message, sizeof message, "unterminated %sstring literal (detected at line %d)",
                    quote_size == 3 ? "triple-quoted " : "", detected);
      unterminated_ = c != '\n';
      return fail_at(message);
    }
    if (c == quote) {
      end_quotes++;
    } else {
      end_quotes = 0;
      if (c == '\\') next_char();
    }
  }
  return make(TokenType::kString, token_start_, cursor_);
}

Token Lexer::operator_token(int c) {
  using T = TokenType;
  auto at = [this](int offset) { return cursor_[offset]; };
  auto done = [this](TokenType type, int more) {
    cursor_ += more;
    if (more == 1 && cursor_ == end_) seen_end_ = true;
    return make(type, token_start_, cursor_);
  };
  if (cursor_ == end_) seen_end_ = true;  // what would be a longer operator has been looked for
  switch (c) {
    case '(':
    case '[':
    case '{':
      if (depth_ >= kMaxBrackets) return fail_at("too many nested parentheses");
      brackets_[depth_] = {static_cast<char>(c), line_, static_cast<int32_t>(token_start_ - line_start_)};
      depth_++;
      return done(c == '(' ? T::kLeftParen : c == '[' ? T::kLeftBracket : T::kLeftBrace, 0);
    case ')':
    case ']':
    case '}': {
      char message[120];
      if (depth_ == 0) {
        std::snprintf(message, sizeof message, "unmatched '%c'", c);
        return fail_at(message);
      }
      depth_--;
      const Bracket& open = brackets_[depth_];
      char expected = c == ')' ? '(' : c == ']' ? '[' : '{';
      if (open.character != expected) {
        if (open.line != line_) {
          std::snprintf(message, sizeof message,
                        "closing parenthesis '%c' does not match opening parenthesis '%c' on line %d", c,
                        open.character, open.line);
        } else {
          std::snprintf(message, sizeof message, "closing parenthesis '%c' does not match opening parenthesis '%c'", c,
                        open.character);
        }
        return fail_at(message);
      }
      return done(c == ')' ? T::kRightParen : c == ']' ? T::kRightBracket : T::kRightBrace, 0);
    }
    case ',': return done(T::kComma, 0);
    case ';': return done(T::kSemicolon, 0);
    case '~': return done(T::kTilde, 0);
    case ':': return at(0) == '=' ? done(T::kWalrus, 1) : done(T::kColon, 0);
    case '=': return at(0) == '=' ? done(T::kEqualEqual, 1) : done(T::kAssign, 0);
    case '!': return at(0) == '=' ? done(T::kNotEqual, 1) : done(T::kUnknown, 0);
    case '+': return at(0) == '=' ? done(T::kPlusAssign, 1) : done(T::kPlus, 0);
    case '-': return at(0) == '=' ? done(T::kMinusAssign, 1) : at(0) == '>' ? done(T::kArrow, 1) : done(T::kMinus, 0);
    case '*':
      if (at(0) == '*') return at(1) == '=' ? done(T::kDoubleStarAssign, 2) : done(T::kDoubleStar, 1);
      return at(0) == '=' ? done(T::kStarAssign, 1) : done(T::kStar, 0);
    case '/':
      if (at(0) == '/') return at(1) == '=' ? done(T::kDoubleSlashAssign, 2) : done(T::kDoubleSlash, 1);
      return at(0) == '=' ? done(T::kSlashAssign, 1) : done(T::kSlash, 0);
    case '%': return at(0) == '=' ? done(T::kPercentAssign, 1) : done(T::kPercent, 0);
    case '&': return at(0) == '=' ? done(T::kAmpersandAssign, 1) : done(T::kAmpersand, 0);
    case '|': return at(0) == '=' ? done(T::kBarAssign, 1) : done(T::kBar, 0);
    case '^': return at(0) == '=' ? done(T::kCaretAssign, 1) : done(T::kCaret, 0);
    case '@': return at(0) == '=' ? done(T::kAtAssign, 1) : done(T::kAt, 0);
    case '<':
      if (at(0) == '<') return at(1) == '=' ? done(T::kLeftShiftAssign, 2) : done(T::kLeftShift, 1);
      return at(0) == '=' ? done(T::kLessEqual, 1) : at(0) == '>' ? done(T::kNotEqual, 1) : done(T::kLess, 0);
    case '>':
      if (at(0) == '>') return at(1) == '=' ? done(T::kRightShiftAssign, 2) : done(T::kRightShift, 1);
      return at(0) == '=' ? done(T::kGreaterEqual, 1) : done(T::kGreater, 0);
    default: break;
  }
  if (c < 32 || c == 127) {
    char message[64];
    std::snprintf(message, sizeof message, "invalid non-printable character U+%04X", c);
    return fail_at(message);
  }
  return done(T::kUnknown, 0);
}

}  // namespace taipan::frontend
