// String literals: prefixes, escapes, implicit concatenation, and f-strings in the manner of Python 3.11, where an f-string is one
// token whose expressions are cut out and parsed on their own.
#include <cstdio>
#include <cstring>
#include <string>

#include "frontend/parse_context.h"
#include "frontend/source.h"
#include "frontend/unicode_ident.h"

namespace taipan::frontend {

using namespace ast;

namespace {

void append_utf8(std::string* out, uint32_t c) {
  if (c < 0x80) {
    out->push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out->push_back(static_cast<char>(0xC0 | c >> 6));
    out->push_back(static_cast<char>(0x80 | (c & 63)));
  } else if (c < 0x10000) {
    out->push_back(static_cast<char>(0xE0 | c >> 12));
    out->push_back(static_cast<char>(0x80 | (c >> 6 & 63)));
    out->push_back(static_cast<char>(0x80 | (c & 63)));
  } else {
    out->push_back(static_cast<char>(0xF0 | c >> 18));
    out->push_back(static_cast<char>(0x80 | (c >> 12 & 63)));
    out->push_back(static_cast<char>(0x80 | (c >> 6 & 63)));
    out->push_back(static_cast<char>(0x80 | (c & 63)));
  }
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_octal(char c) { return c >= '0' && c <= '7'; }

// What a one-character escape stands for, or -1.
int simple_escape(char c) {
  switch (c) {
    case '\\': return '\\';
    case '\'': return '\'';
    case '"': return '"';
    case 'b': return '\b';
    case 'f': return '\f';
    case 't': return '\t';
    case 'n': return '\n';
    case 'r': return '\r';
    case 'v': return '\v';
    case 'a': return '\a';
    default: return -1;
  }
}

}  // namespace

class StringParser {
 public:
  StringParser(ParseContext& context, size_t first, size_t count)
      : context_(context),
        arena_(context.arena),
        first_index_(first),
        count_(count),
        first_(context.tokens[first]),
        last_(context.tokens[first + count - 1]) {
    warn_ = context.warnings != nullptr && (context.diagnosing || first >= context.warned_tokens);
    loc_ = {first_.lineno, first_.col, last_.end_lineno, last_.end_col};
  }

  Expr* parse();

 private:
  // The pieces of one f-string level, or of the whole concatenation.
  struct Pieces {
    std::string text;  // literal text not yet made a node
    std::vector<Expr*> values;
    bool formatted = false;
  };

  bool fail(std::string_view message) {
    context_.raise_at_last(ErrorKind::kSyntaxError, message);
    return false;
  }
  bool fail_with_character(const char* format, char a, char b = 0) {
    char message[120];
    std::snprintf(message, sizeof message, format, a, b);
    return fail(message);
  }
  void warn_escape(const char* escape);
  bool decode_text(std::string_view body, std::string* out);
  bool unicode_error(std::string_view body, const char* start, const char* end, const char* reason);
  bool decode_bytes(std::string_view body, std::string* out);
  bool parse_fstring(Pieces* pieces, const char** p, const char* end, bool raw, int level);
  // Returns 0: literal ended, 1: go on behind a doubled brace, -1: error.
  int find_literal(std::string* out, const char** p, const char* end, bool raw, int level);
  bool find_expression(Pieces* pieces, const char** p, const char* end, bool raw, int level);
  Expr* compile_expression(const char* start, const char* end);
  bool check_utf8(std::string_view text);
  void flush_text(Pieces* pieces, const Token& first, const Token& last);
  Expr* make_string(std::string_view text, const Token& first, const Token& last);

  ParseContext& context_;
  Arena& arena_;
  size_t first_index_;
  size_t count_;
  Token first_;
  Token last_;
  Token current_;
  Location loc_;
  bool warn_;
};

void StringParser::warn_escape(const char* escape) {
  if (!warn_) return;
  char message[64];
  if (*escape >= '4' && *escape <= '7') {
    std::snprintf(message, sizeof message, "invalid octal escape sequence '\\%.3s'", escape);
  } else {
    std::snprintf(message, sizeof message, "invalid escape sequence '\\%c'", *escape);
  }
  context_.warnings->push_back({WarningCategory::kDeprecationWarning, message, message, current_.lineno, current_.col,
                                current_.end_lineno, current_.end_col});
}

// The codec's message counts positions in a text in which every non-ASCII character has become \UXXXXXXXX.
bool StringParser::unicode_error(std::string_view body, const char* start, const char* end, const char* reason) {
  auto position = [&](const char* where) {
    size_t count = 0;
    for (const char* p = body.data(); p < where;) {
      if (*p == '\\') {
        p++;
        count++;
        if (p >= body.data() + body.size() || (*p & 0x80) != 0) {
          count += 5;
          continue;
        }
        if (p >= where) break;
      }
      if ((*p & 0x80) != 0) {
        decode_utf8(&p, body.data() + body.size());
        count += 10;
      } else {
        p++;
        count++;
      }
    }
    return count;
  };
  size_t from = position(start);
  size_t to = position(end);
  char message[200];
  if (to == from + 1) {
    std::snprintf(message, sizeof message,
                  "(unicode error) 'unicodeescape' codec can't decode byte 0x%02x in position %zu: %s",
                  static_cast<unsigned char>(*start), from, reason);
  } else {
    std::snprintf(message, sizeof message,
                  "(unicode error) 'unicodeescape' codec can't decode bytes in position %zu-%zu: %s", from, to - 1,
                  reason);
  }
  return fail(message);
}

bool StringParser::decode_text(std::string_view body, std::string* out) {
  const char* p = body.data();
  const char* end = p + body.size();
  const char* invalid_escape = nullptr;
  if (context_.options.invalid_utf8) {
    // Each run of non-ASCII bytes is decoded by itself.
    for (const char* s = p; s < end;) {
      const char* run = s;
      while (s < end && (*s & 0x80) != 0) s++;
      if (!check_utf8({run, static_cast<size_t>(s - run)})) return false;
      if (s == run) s++;
    }
  }
  while (p < end) {
    const char* backslash = static_cast<const char*>(std::memchr(p, '\\', end - p));
    if (backslash == nullptr) {
      out->append(p, end);
      break;
    }
    out->append(p, backslash);
    p = backslash + 1;
    if (p >= end || (*p & 0x80) != 0) {
      out->push_back('\\');
      continue;
    }
    char c = *p++;
    if (c == '\n') continue;
    int simple = simple_escape(c);
    if (simple >= 0) {
      out->push_back(static_cast<char>(simple));
      continue;
    }
    if (is_octal(c)) {
      uint32_t value = c - '0';
      if (p < end && is_octal(*p)) {
        value = value * 8 + (*p++ - '0');
        if (p < end && is_octal(*p)) value = value * 8 + (*p++ - '0');
      }
      if (value > 0377 && invalid_escape == nullptr) invalid_escape = p - 3;
      append_utf8(out, value);
      continue;
    }
    int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (digits != 0) {
      uint32_t value = 0;
      int count = 0;
      for (; count < digits && p < end && hex_digit(*p) >= 0; count++) value = value << 4 | hex_digit(*p++);
      if (count < digits) {
        return unicode_error(body, backslash, p,
                             c == 'x'   ? "truncated \\xXX escape"
                             : c == 'u' ? "truncated \\uXXXX escape"
                                        : "truncated \\UXXXXXXXX escape");
      }
      if (value > 0x10FFFF) return unicode_error(body, backslash, p, "illegal Unicode character");
      append_utf8(out, value);
      continue;
    }
    if (c == 'N') {
      if (p < end && *p == '{') {
        const char* name = ++p;
        while (p < end && *p != '}') p++;
        if (p < end && p > name) {
          std::string_view text(name, p - name);
          p++;
          if (context_.options.lookup_character_name == nullptr) {
            return fail("(unicode error) \\N escapes not supported (can't load unicodedata module)");
          }
          uint32_t value = 0;
          if (!context_.options.lookup_character_name(text, &value)) {
            return unicode_error(body, backslash, p, "unknown Unicode character name");
          }
          append_utf8(out, value);
          continue;
        }
      }
      return unicode_error(body, backslash, p, "malformed \\N character escape");
    }
    if (invalid_escape == nullptr) invalid_escape = p - 1;
    out->push_back('\\');
    out->push_back(c);
  }
  if (invalid_escape != nullptr) warn_escape(invalid_escape);
  return true;
}

bool StringParser::decode_bytes(std::string_view body, std::string* out) {
  const char* p = body.data();
  const char* end = p + body.size();
  const char* invalid_escape = nullptr;
  while (p < end) {
    if (*p != '\\') {
      out->push_back(*p++);
      continue;
    }
    const char* backslash = p++;
    char c = *p++;
    if (c == '\n') continue;
    int simple = simple_escape(c);
    if (simple >= 0) {
      out->push_back(static_cast<char>(simple));
    } else if (is_octal(c)) {
      int value = c - '0';
      if (p < end && is_octal(*p)) {
        value = value * 8 + (*p++ - '0');
        if (p < end && is_octal(*p)) value = value * 8 + (*p++ - '0');
      }
      if (value > 0377 && invalid_escape == nullptr) invalid_escape = p - 3;
      out->push_back(static_cast<char>(value));
    } else if (c == 'x') {
      if (end - p >= 2 && hex_digit(p[0]) >= 0 && hex_digit(p[1]) >= 0) {
        out->push_back(static_cast<char>(hex_digit(p[0]) << 4 | hex_digit(p[1])));
        p += 2;
      } else {
        char message[80];
        std::snprintf(message, sizeof message, "(value error) invalid \\x escape at position %zu",
                      static_cast<size_t>(backslash - body.data()));
        return fail(message);
      }
    } else {
      if (invalid_escape == nullptr) invalid_escape = p - 1;
      out->push_back('\\');
      out->push_back(c);
    }
  }
  if (invalid_escape != nullptr) warn_escape(invalid_escape);
  return true;
}

bool StringParser::check_utf8(std::string_view text) {
  if (!context_.options.invalid_utf8 || find_invalid_utf8(text) == std::string_view::npos) return true;
  return fail("(unicode error) " + describe_invalid_utf8(text));
}

Expr* StringParser::make_string(std::string_view text, const Token& first, const Token& last) {
  String kind;
  if (context_.token_text(first)[0] == 'u') kind = "u";
  Location loc = {first.lineno, first.col, last.end_lineno, last.end_col};
  return make_node<Constant>(arena_, loc, ConstantValue::string(arena_.copy_string(text)), kind);
}

void StringParser::flush_text(Pieces* pieces, const Token& first, const Token& last) {
  if (pieces->text.empty()) return;
  pieces->values.push_back(make_string(pieces->text, first, last));
  pieces->text.clear();
}

Expr* StringParser::parse() {
  Pieces pieces;
  std::string bytes;
  bool bytes_mode = false;
  for (size_t i = 0; i < count_; i++) {
    current_ = context_.tokens[first_index_ + i];
    std::string_view body = context_.token_text(current_);
    bool is_bytes = false, is_raw = false, is_format = false;
    while (body[0] != '\'' && body[0] != '"') {
      char prefix = static_cast<char>(body[0] | 32);
      is_bytes |= prefix == 'b';
      is_raw |= prefix == 'r';
      is_format |= prefix == 'f';
      body.remove_prefix(1);
    }
    if (is_format && context_.options.feature_version < 6) {
      fail("Format strings are only supported in Python 3.6 and greater");
      return nullptr;
    }
    size_t quotes = body.size() >= 6 && body[1] == body[0] && body[2] == body[0] ? 3 : 1;
    body = body.substr(quotes, body.size() - 2 * quotes);
    std::string text;
    if (!is_format) {
      is_raw = is_raw || body.find('\\') == std::string_view::npos;
      if (is_bytes) {
        for (char c : body) {
          if ((c & 0x80) != 0) {
            fail("bytes can only contain ASCII literal characters");
            return nullptr;
          }
        }
      }
      if (is_raw) {
        if (!is_bytes && !check_utf8(body)) return nullptr;
        text.assign(body);
      } else if (!(is_bytes ? decode_bytes(body, &text) : decode_text(body, &text))) {
        return nullptr;
      }
    }
    if (i != 0 && bytes_mode != is_bytes) {
      fail("cannot mix bytes and nonbytes literals");
      return nullptr;
    }
    bytes_mode = is_bytes;
    if (is_format) {
      const char* p = body.data();
      if (!parse_fstring(&pieces, &p, body.data() + body.size(), is_raw, 0)) return nullptr;
    } else {
      (is_bytes ? bytes : pieces.text) += text;
    }
  }
  if (warn_ && !context_.diagnosing) context_.warned_tokens = first_index_ + count_;
  if (bytes_mode) {
    return make_node<Constant>(arena_, loc_, ConstantValue::bytes(arena_.copy_string(bytes)), String{});
  }
  if (!pieces.formatted) return make_string(pieces.text, first_, last_);
  flush_text(&pieces, first_, last_);
  return make_node<JoinedStr>(arena_, loc_, arena_.copy_seq(pieces.values.data(), pieces.values.size()));
}

int StringParser::find_literal(std::string* out, const char** p, const char* end, bool raw, int level) {
  const char* start = *p;
  const char* s = start;
  int result = 0;
  while (s < end) {
    char c = *s++;
    if (!raw && c == '\\' && s < end) {
      c = *s++;
      if (c == 'N') {
        // The braces of \N{name} are no expression.
        if (s < end && *s++ == '{') {
          while (s < end && *s++ != '}') {}
        }
        continue;
      }
      if (c == '{') warn_escape(s - 1);
    }
    if (c == '{' || c == '}') {
      if (level == 0) {
        if (s < end && *s == c) {
          *p = s + 1;
          result = 1;
          break;
        }
        if (c == '}') {
          *p = s - 1;
          fail("f-string: single '}' is not allowed");
          return -1;
        }
      }
      s--;
      break;
    }
  }
  if (result == 0) *p = s;
  if (s == start) return result;
  std::string_view literal(start, s - start);
  if (raw) {
    if (!check_utf8(literal)) return -1;
    out->append(literal);
  } else if (!decode_text(literal, out)) {
    return -1;
  }
  return result;
}

bool StringParser::parse_fstring(Pieces* pieces, const char** p, const char* end, bool raw, int level) {
  pieces->formatted = true;
  for (;;) {
    int result = find_literal(&pieces->text, p, end, raw, level);
    if (result < 0) return false;
    if (result == 1) continue;
    if (*p >= end || **p == '}') break;
    if (!find_expression(pieces, p, end, raw, level)) return false;
  }
  if (level == 0 && *p < end - 1) return fail("f-string: unexpected end of string");
  if (level != 0 && (*p >= end || **p != '}')) return fail("f-string: expecting '}'");
  return true;
}

// At a '{': parses up to and with the matching '}'.
bool StringParser::find_expression(Pieces* pieces, const char** p, const char* end, bool raw, int level) {
  if (level >= 2) return fail("f-string: expressions nested too deeply");
  const char* s = *p + 1;
  const char* start = s;
  char quote = 0;
  int quote_size = 0;
  int depth = 0;
  char brackets[Lexer::kMaxBrackets];
  for (; s < end; s++) {
    char c = *s;
    if (c == '\\') return fail("f-string expression part cannot include a backslash");
    if (quote != 0) {
      if (c != quote) continue;
      if (quote_size == 3) {
        if (s + 2 < end && s[1] == c && s[2] == c) {
          s += 2;
          quote = 0;
        }
      } else {
        quote = 0;
      }
      continue;
    }
    if (c == '\'' || c == '"') {
      quote_size = 1;
      if (s + 2 < end && s[1] == c && s[2] == c) {
        quote_size = 3;
        s += 2;
      }
      quote = c;
    } else if (c == '[' || c == '{' || c == '(') {
      if (depth >= Lexer::kMaxBrackets) return fail("f-string: too many nested parenthesis");
      brackets[depth++] = c;
    } else if (c == '#') {
      return fail("f-string expression part cannot include '#'");
    } else if (depth == 0 && (c == '!' || c == ':' || c == '}' || c == '=' || c == '>' || c == '<')) {
      if (s + 1 < end && s[1] == '=' && (c == '!' || c == '=' || c == '<' || c == '>')) {
        s++;
        continue;
      }
      if (c == '>' || c == '<') continue;
      break;
    } else if (c == ']' || c == '}' || c == ')') {
      if (depth == 0) return fail_with_character("f-string: unmatched '%c'", c);
      char open = brackets[--depth];
      char expected = c == ')' ? '(' : c == ']' ? '[' : '{';
      if (open != expected) {
        return fail_with_character("f-string: closing parenthesis '%c' does not match opening parenthesis '%c'", c,
                                   open);
      }
    }
  }
  *p = s;
  const char* expression_end = s;
  if (quote != 0) return fail("f-string: unterminated string");
  if (depth > 0) return fail_with_character("f-string: unmatched '%c'", brackets[depth - 1]);
  if (s >= end) return fail("f-string: expecting '}'");
  Expr* value = compile_expression(start, expression_end);
  if (value == nullptr) return false;
  bool has_text = false;
  std::string_view expression_text;
  if (*s == '=') {
    if (context_.options.feature_version < 8) {
      return fail("f-string: self documenting expressions are only supported in Python 3.8 and greater");
    }
    s++;
    while (s < end && (*s == ' ' || (*s >= '\t' && *s <= '\r'))) s++;
    if (s >= end) return fail("f-string: expecting '}'");
    has_text = true;
    expression_text = {start, static_cast<size_t>(s - start)};
  }
  int conversion = -1;
  if (*s == '!') {
    s++;
    if (s >= end) return fail("f-string: expecting '}'");
    conversion = static_cast<unsigned char>(*s++);
    if (conversion != 's' && conversion != 'r' && conversion != 'a') {
      return fail("f-string: invalid conversion character: expected 's', 'r', or 'a'");
    }
  }
  Expr* format_spec = nullptr;
  if (s < end && *s == ':') {
    s++;
    if (s >= end) return fail("f-string: expecting '}'");
    Pieces inner;
    if (!parse_fstring(&inner, &s, end, raw, level + 1)) return false;
    // The end of a specification and the whole of it count as the current literal's, whatever is concatenated.
    flush_text(&inner, current_, current_);
    Location loc = ParseContext::location(current_);
    format_spec = make_node<JoinedStr>(arena_, loc, arena_.copy_seq(inner.values.data(), inner.values.size()));
  }
  if (s >= end || *s != '}') return fail("f-string: expecting '}'");
  s++;
  if (has_text) {
    pieces->text += expression_text;
    if (format_spec == nullptr && conversion == -1) conversion = 'r';
  }
  flush_text(pieces, first_, last_);
  pieces->values.push_back(make_node<FormattedValue>(arena_, loc_, value, conversion, format_spec));
  *p = s;
  return true;
}

// Parses the text between an f-string's braces, in parentheses so that white space around it doesn't matter.
Expr* StringParser::compile_expression(const char* start, const char* end) {
  bool blank = true;
  for (const char* s = start; s < end && blank; s++) blank = *s == ' ' || *s == '\t' || *s == '\n' || *s == '\f';
  if (blank) {
    if (*end == '!' || *end == ':' || *end == '=')
      return fail_with_character("f-string: expression required before '%c'", *end), nullptr;
    fail("f-string: empty expression not allowed");
    return nullptr;
  }
  // Where the expression stands in the file: its line, and the column of its brace.
  std::string_view token = context_.token_text(current_);
  const char* token_start = token.data();
  const char* brace = start - 1;
  int32_t lines = 0;
  int32_t cols = 0;
  bool newline_after_brace = true;
  for (const char* s = start; *s != '}' && *s != '\n'; s++) {
    if (*s != ' ' && *s != '\t' && *s != '\f') {
      newline_after_brace = false;
      break;
    }
  }
  if (!newline_after_brace) {
    const char* s = brace;
    while (s > token_start && *s != '\n') s--;
    cols = static_cast<int32_t>(brace - s);
    if (*s == '\n') cols--;
  }
  for (const char* s = token_start; s < brace; s++) lines += *s == '\n';

  size_t length = end - start;
  char* text = static_cast<char*>(arena_.allocate(length + 4, 1));
  text[0] = '(';
  std::memcpy(text + 1, start, length);
  text[length + 1] = ')';
  text[length + 2] = '\n';
  text[length + 3] = 0;
  ParseContext nested({text, length + 3}, StartRule::kFString, context_.options, arena_,
                      warn_ ? context_.warnings : nullptr, current_.lineno + lines,
                      lines != 0 ? cols : current_.col + cols);
  nested.depth = context_.depth;
  nested.barry_as_flufl = context_.barry_as_flufl;
  auto* value = static_cast<Expr*>(run_parser(nested, context_.diagnosing));
  if (value == nullptr && !context_.failed()) {
    context_.error = nested.error;
    if (!context_.failed()) context_.raise_at_last(ErrorKind::kSyntaxError, "invalid syntax");
  }
  return value;
}

Expr* ParseContext::strings(size_t first, size_t count) { return StringParser(*this, first, count).parse(); }

}  // namespace taipan::frontend
