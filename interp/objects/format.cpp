#include "interp/objects/format.h"
#include <charconv>
#include <climits>
#include <clocale>
#include <cmath>
#include "interp/objects/abstract.h"
#include "interp/objects/float.h"
#include "interp/objects/float_text.h"
#include "interp/objects/int.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/unicode_db.h"

namespace taipan {

namespace {

// [[fill]align][sign][z][#][0][width][,_][.precision][type]
struct Spec {
  uint32_t fill = ' ';
  uint32_t align;  // < > ^ =
  uint32_t sign = 0;
  bool no_negative_zero = false;
  bool alternate = false;
  int64_t width = -1;
  uint32_t thousands = 0;  // ',' '_' or 'n' (the locale's)
  int64_t precision = -1;
  uint32_t type;
};

bool is_align(uint32_t c) { return c == '<' || c == '>' || c == '=' || c == '^'; }

// Digits of any script. -1: overflow raised.
template <class Unit>
int read_number(const Unit* s, size_t* at, size_t end, int64_t* out) {
  int64_t v = 0;
  int digits = 0;
  for (; *at < end; ++*at, digits++) {
    uint32_t c = s[*at];
    int d = c < 128 ? (c - '0' < 10 ? static_cast<int>(c - '0') : -1) : unicode::decimal_value(c);
    if (d < 0) break;
    if (v > (INT64_MAX - d) / 10) return raise(types::ValueError, "Too many decimal digits in format string");
    v = v * 10 + d;
  }
  *out = v;
  return digits;
}

// The specification that stands in a str, or in a part of one.
struct SpecText {
  Value text;
  size_t start, end;
  SpecText(Value t) : text(t), start(0), end(str_ptr(t)->length) {}
  SpecText(Value t, size_t from, size_t to) : text(t), start(from), end(to) {}
  bool empty() const { return start == end; }
};

template <class Unit>
bool parse_units(const Unit* s, Value v, const SpecText& spec, Spec* f, uint32_t default_type, uint32_t default_align) {
  size_t n = spec.end, i = spec.start;
  f->align = default_align;
  f->type = default_type;
  bool align_given = false, fill_given = false;
  auto peek = [&](size_t k) { return k < n ? static_cast<uint32_t>(s[k]) : 0u; };
  if (n >= i + 2 && is_align(peek(i + 1))) {
    f->align = peek(i + 1);
    f->fill = peek(i);
    fill_given = align_given = true;
    i += 2;
  } else if (n >= i + 1 && is_align(peek(i))) {
    f->align = peek(i);
    align_given = true;
    i++;
  }
  if (peek(i) == '+' || peek(i) == '-' || peek(i) == ' ') {
    if (i < n) f->sign = peek(i++);
  }
  if (peek(i) == 'z') {
    f->no_negative_zero = true;
    i++;
  }
  if (peek(i) == '#') {
    f->alternate = true;
    i++;
  }
  if (!fill_given && peek(i) == '0') {
    f->fill = '0';
    if (!align_given && default_align == '>') f->align = '=';
    i++;
  }
  int digits = read_number(s, &i, n, &f->width);
  if (digits < 0) return false;
  if (digits == 0) f->width = -1;
  if (peek(i) == ',') {
    f->thousands = ',';
    i++;
  }
  if (peek(i) == '_') {
    if (f->thousands) return raise(types::ValueError, "Cannot specify both ',' and '_'.");
    f->thousands = '_';
    i++;
  }
  if (peek(i) == ',' && f->thousands == '_') return raise(types::ValueError, "Cannot specify both ',' and '_'.");
  if (peek(i) == '.') {
    i++;
    digits = read_number(s, &i, n, &f->precision);
    if (digits < 0) return false;
    if (digits == 0) return raise(types::ValueError, "Format specifier missing precision");
  }
  if (n > i + 1) {
    Ref whole = str_substring(spec.text, spec.start, spec.end);
    if (!whole) return false;
    return raise(types::ValueError, "Invalid format specifier '%S' for object of type '%T'", whole.get(), v);
  }
  if (i < n) f->type = peek(i++);
  if (f->thousands) {
    switch (f->type) {
      case 'd':
      case 'e':
      case 'f':
      case 'g':
      case 'E':
      case 'G':
      case '%':
      case 'F':
      case 0: break;
      case 'b':
      case 'o':
      case 'x':
      case 'X':
        if (f->thousands == '_') break;
        [[fallthrough]];
      default:
        if (f->type > 32 && f->type < 128)
          return raise(types::ValueError, "Cannot specify '%c' with '%c'.", f->thousands, f->type);
        return raise(types::ValueError, "Cannot specify '%c' with '\\x%x'.", f->thousands, f->type);
    }
  }
  return true;
}

bool parse_spec(Value v, const SpecText& spec, Spec* f, uint32_t default_type, uint32_t default_align) {
  return with_units(str_ptr(spec.text),
                    [&](auto* s) { return parse_units(s, v, spec, f, default_type, default_align); });
}

Fail unknown_code(uint32_t type, Value v) {
  if (type > 32 && type < 128)
    return raise(types::ValueError, "Unknown format code '%c' for object of type '%.200T'", type, v);
  return raise(types::ValueError, "Unknown format code '\\x%x' for object of type '%.200T'", type, v);
}

// Where formatted text goes: to what is being built, or it is a str of its own.
struct Target {
  explicit Target(StrBuilder* to) : out(to) {}
  StrBuilder* out;  // or null
  Ref result;
  size_t size;
  char buffer[128];

  bool give(Ref text) {
    if (!text) return false;
    if (out) return out->append(text);
    result = std::move(text);
    return true;
  }
  // Room for so many ASCII characters, which the caller writes and then says written(). Null: too many, or (failed) MemoryError.
  char* room(size_t n, bool* failed) {
    size = n;
    if (out) return n <= sizeof buffer ? buffer : nullptr;
    Str* s = n <= 1 ? nullptr : alloc_ascii(n);  // one character is a shared one
    *failed = n > 1 && !s;
    if (!s) return nullptr;
    result = Ref::steal(s);
    return ascii_data(s);
  }
  bool written() { return !out || out->append_ascii({buffer, size}); }
  // The rare ones: `build` is given a builder.
  template <class F>
  bool build(F f) {
    if (out) return f(out);
    StrBuilder own;
    if (!f(&own)) return false;
    result = own.finish();
    return !!result;
  }
};

// How digits are grouped: group sizes (the last repeats; CHAR_MAX or nothing: no more groups), separator and point as code points.
struct Grouping {
  const char* sizes = "";
  std::u32string separator;
  std::u32string point = U".";
};
std::u32string decode_locale(const char* s) {
  std::u32string out;
  const uint8_t* p = reinterpret_cast<const uint8_t*>(s);
  mbstate_t state{};
  size_t n = strlen(s);
  for (size_t i = 0; i < n;) {
    wchar_t w;
    size_t k = mbrtowc(&w, s + i, n - i, &state);
    if (k == 0 || k > n) {
      out.push_back(p[i++]);
      state = mbstate_t{};
    } else {
      out.push_back(static_cast<char32_t>(w));
      i += k;
    }
  }
  return out;
}
void choose_grouping(const Spec& f, Grouping* g) {
  if (f.type == 'n') {
    const lconv* l = localeconv();
    g->point = decode_locale(l->decimal_point);
    g->separator = decode_locale(l->thousands_sep);
    g->sizes = l->grouping;
  } else if (f.thousands == ',') {
    g->sizes = "\3";
    g->separator = U",";
  } else if (f.thousands == '_') {
    g->sizes = f.type == 'b' || f.type == 'o' || f.type == 'x' || f.type == 'X' ? "\4" : "\3";
    g->separator = U"_";
  }
}

// Digits with separators, at least min_width wide by leading zeros (which are grouped, too).
std::u32string grouped(std::string_view digits, const Grouping& g, int64_t min_width) {
  std::u32string reversed;
  int64_t left = static_cast<int64_t>(digits.size());
  const char* size = g.sizes;
  int last = 0;
  bool separate = false;
  auto emit = [&](int64_t length) {
    if (separate) reversed.append(g.separator.rbegin(), g.separator.rend());
    int64_t chars = left < length ? (left > 0 ? left : 0) : length;
    for (int64_t i = 0; i < chars; i++) reversed.push_back(static_cast<uint8_t>(digits[static_cast<size_t>(--left)]));
    for (int64_t i = chars; i < length; i++) reversed.push_back('0');
    separate = true;
  };
  for (;;) {
    int group = *size == CHAR_MAX ? 0 : *size ? *size : last;
    if (group <= 0) break;
    if (*size) {
      last = *size;
      size++;
    }
    int64_t want = left > min_width ? left : min_width;
    if (want < 1) want = 1;
    int64_t length = group < want ? group : want;
    emit(length);
    min_width -= length;
    if (left <= 0 && min_width <= 0) return {reversed.rbegin(), reversed.rend()};
    min_width -= static_cast<int64_t>(g.separator.size());
  }
  int64_t want = left > min_width ? left : min_width;
  emit(want < 1 ? 1 : want);
  return {reversed.rbegin(), reversed.rend()};
}

// A number in pieces: sign, prefix (0x), digits before the point, the rest (point and after, or exponent, or nan).
struct NumberParts {
  char sign = 0;  // '-' or 0
  std::string_view prefix, digits;
  bool point = false;
  std::string_view rest;
};

bool append_number(StrBuilder* out, const Spec& f, const Grouping& g, const NumberParts& part);

// Nothing beyond ASCII, no zeros to be grouped: the text is written where it belongs at once.
bool lay_out_number(Target* to, const Spec& f, const NumberParts& part) {
  char sign = part.sign ? '-' : f.sign == '+' ? '+' : f.sign == ' ' ? ' ' : 0;
  size_t digits = part.digits.size(), group = 0;
  if (f.thousands && digits) {
    group = f.type == 'b' || f.type == 'o' || f.type == 'x' || f.type == 'X' ? 4 : 3;
    digits += (digits - 1) / group;
  }
  size_t length = (sign != 0) + part.prefix.size() + digits + part.point + part.rest.size();
  size_t padding = f.width > static_cast<int64_t>(length) ? static_cast<size_t>(f.width) - length : 0;
  bool simple = f.type != 'n' && f.fill < 128 && padding < kMaxStrBytes / 8 &&
                !(group && padding && f.align == '=' && f.fill == '0');
  bool failed = false;
  char* p = simple ? to->room(length + padding, &failed) : nullptr;
  if (!p) {
    if (failed) return false;
    Grouping g;
    choose_grouping(f, &g);
    return to->build([&](StrBuilder* out) { return append_number(out, f, g, part); });
  }
  auto fill = [&](size_t n) {
    memset(p, static_cast<int>(f.fill), n);
    p += n;
  };
  auto copy = [&](std::string_view s) {
    if (s.empty()) return;  // (of nothing at no address memcpy isn't defined)
    memcpy(p, s.data(), s.size());
    p += s.size();
  };
  size_t left = f.align == '^' ? padding / 2 : f.align == '<' || f.align == '=' ? 0 : padding;
  if (left) fill(left);
  if (sign) *p++ = sign;
  copy(part.prefix);
  if (f.align == '=') fill(padding);
  if (group) {
    std::string_view s = part.digits;
    size_t first = s.empty() ? 0 : (s.size() - 1) % group + 1;
    copy(s.substr(0, first));
    for (size_t i = first; i < s.size(); i += group) {
      *p++ = static_cast<char>(f.thousands);
      copy(s.substr(i, group));
    }
  } else {
    copy(part.digits);
  }
  if (part.point) *p++ = '.';
  copy(part.rest);
  if (f.align == '<') fill(padding);
  if (f.align == '^') fill(padding - left);
  return to->written();
}

bool append_number(StrBuilder* out, const Spec& f, const Grouping& g, const NumberParts& part) {
  char sign = part.sign ? '-' : f.sign == '+' ? '+' : f.sign == ' ' ? ' ' : 0;
  int64_t fixed =
      (sign != 0) + static_cast<int64_t>(part.prefix.size() + part.rest.size() + (part.point ? g.point.size() : 0));
  int64_t min_width = f.fill == '0' && f.align == '=' && f.width > 0 ? f.width - fixed : 0;
  bool plain = part.digits.empty() || (!*g.sizes && min_width <= static_cast<int64_t>(part.digits.size()));
  std::u32string wide;
  if (!plain) wide = grouped(part.digits, g, min_width);
  int64_t digits = plain ? static_cast<int64_t>(part.digits.size()) : static_cast<int64_t>(wide.size());
  int64_t padding = f.width - fixed - digits;
  if (padding < 0) padding = 0;
  size_t left = 0, inner = 0, right = 0;
  switch (f.align) {
    case '<': right = static_cast<size_t>(padding); break;
    case '^':
      left = static_cast<size_t>(padding / 2);
      right = static_cast<size_t>(padding) - left;
      break;
    case '=': inner = static_cast<size_t>(padding); break;
    default: left = static_cast<size_t>(padding); break;
  }
  if (!out->append_repeat(f.fill, left)) return false;
  if (sign && !out->append_char(static_cast<uint8_t>(sign))) return false;
  if (!out->append_ascii(part.prefix) || !out->append_repeat(f.fill, inner)) return false;
  if (plain) {
    if (!out->append_ascii(part.digits)) return false;
  } else {
    for (char32_t c : wide)
      if (!out->append_char(c)) return false;
  }
  if (part.point)
    for (char32_t c : g.point)
      if (!out->append_char(c)) return false;
  return out->append_ascii(part.rest) && out->append_repeat(f.fill, right);
}

// Splits what float_format() gave.
NumberParts split_float(std::string_view text) {
  NumberParts p;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    if (text[0] == '-') p.sign = '-';
    text.remove_prefix(1);
  }
  size_t i = 0;
  while (i < text.size() && text[i] >= '0' && text[i] <= '9') i++;
  p.digits = text.substr(0, i);
  text.remove_prefix(i);
  if (!text.empty() && text[0] == '.') {
    p.point = true;
    text.remove_prefix(1);
  }
  p.rest = text;
  return p;
}

bool pad_text(Target* to, Value text, const Spec& f) {
  const Str* s = str_ptr(text);
  int64_t n = static_cast<int64_t>(s->length);
  if (f.precision >= 0 && f.precision < n) n = f.precision;
  int64_t room = f.width > n ? f.width - n : 0;
  size_t length = static_cast<size_t>(n), padding = static_cast<size_t>(room);
  if (room == 0) {
    if (to->out) return to->out->append_slice(text, 0, length);
    return to->give(str_substring(text, 0, length));
  }
  size_t left = f.align == '>' ? padding : f.align == '^' ? padding / 2 : 0;
  bool failed = false;
  if (s->ascii && f.fill < 128 && room < static_cast<int64_t>(kMaxStrBytes / 8)) {
    if (char* p = to->room(length + padding, &failed)) {
      memset(p, static_cast<int>(f.fill), left);
      memcpy(p + left, s->data1(), length);
      memset(p + left + length, static_cast<int>(f.fill), padding - left);
      return to->written();
    }
    if (failed) return false;
  }
  return to->build([&](StrBuilder* out) {
    return out->reserve(length + padding) && out->append_repeat(f.fill, left) && out->append_slice(text, 0, length) &&
           out->append_repeat(f.fill, padding - left);
  });
}

bool format_double(Target* to, double d, const Spec& f) {
  char code = static_cast<char>(f.type);
  int64_t precision = f.precision;
  int flags = (f.alternate ? kFloatAlt : 0) | (f.no_negative_zero ? kFloatNoNegZero : 0);
  int64_t standard = 6;
  bool percent = false;
  if (f.type == 0) {
    code = 'r';
    flags |= kFloatAddDot0;
    standard = 0;
  } else if (f.type == 'n') {
    code = 'g';
  } else if (f.type == '%') {
    code = 'f';
    d *= 100;
    percent = true;
  }
  if (precision < 0)
    precision = standard;
  else if (code == 'r')
    code = 'g';
  if (precision > INT_MAX) return raise(types::ValueError, "precision too big");
  if (code == 'f' && flags == 0 && std::isfinite(d)) {
    char buf[kFloatFixedRoom + 1];
    if (size_t n = float_fixed_to(std::fabs(d), static_cast<int>(precision), buf)) {
      NumberParts parts;
      if (percent) buf[n++] = '%';
      if (std::signbit(d)) parts.sign = '-';
      std::string_view text(buf, n);
      size_t digits = n - static_cast<size_t>(percent) - static_cast<size_t>(precision ? precision + 1 : 0);
      parts.digits = text.substr(0, digits);
      parts.point = precision != 0;
      parts.rest = text.substr(digits + parts.point);
      return lay_out_number(to, f, parts);
    }
  }
  std::string text = float_format(d, code, static_cast<int>(precision), flags);
  if (percent) text.push_back('%');
  return lay_out_number(to, f, split_float(text));
}

bool text_to(Target* to, Value v, const SpecText& spec) {
  if (spec.empty()) return to->give(is_str_exact(v) ? Ref::dup(v) : str_of(v));
  Spec f;
  if (!parse_spec(v, spec, &f, 's', '<')) return false;
  if (f.type != 's') return unknown_code(f.type, v);
  if (f.sign)
    return raise(types::ValueError, f.sign == ' ' ? "Space not allowed in string format specifier"
                                                  : "Sign not allowed in string format specifier");
  if (f.no_negative_zero)
    return raise(types::ValueError, "Negative zero coercion (z) not allowed in string format specifier");
  if (f.alternate) return raise(types::ValueError, "Alternate form (#) not allowed in string format specifier");
  if (f.align == '=') return raise(types::ValueError, "'=' alignment not allowed in string format specifier");
  if (f.width <= static_cast<int64_t>(str_ptr(v)->length) && f.precision < 0) return to->give(str_exact(v));
  return pad_text(to, v, f);
}

bool int_to(Target* to, Value v, const SpecText& spec) {
  if (spec.empty()) return to->give(is_int_exact(v) ? int_to_str(v) : str_of(v));
  Spec f;
  if (!parse_spec(v, spec, &f, 'd', '>')) return false;
  int base = 10;
  switch (f.type) {
    case 'b': base = 2; break;
    case 'o': base = 8; break;
    case 'x':
    case 'X': base = 16; break;
    case 'd':
    case 'n':
    case 'c': break;
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case '%': {
      double d;
      if (!int_to_double_checked(v, &d)) return false;
      return format_double(to, d, f);
    }
    default: return unknown_code(f.type, v);
  }
  if (f.precision >= 0) return raise(types::ValueError, "Precision not allowed in integer format specifier");
  if (f.no_negative_zero)
    return raise(types::ValueError, "Negative zero coercion (z) not allowed in integer format specifier");
  if (f.type == 'c') {
    if (f.sign) return raise(types::ValueError, "Sign not allowed with integer format specifier 'c'");
    if (f.alternate)
      return raise(types::ValueError, "Alternate form (#) not allowed with integer format specifier 'c'");
    int64_t c;
    if (!int_fits64(v, &c)) return raise(types::OverflowError, "Python int too large to convert to C long");
    if (c < 0 || c > 0x10FFFF) return raise(types::OverflowError, "%%c arg not in range(0x110000)");
    int64_t room = f.width > 1 ? f.width - 1 : 0;
    size_t left = f.align == '<' ? 0 : f.align == '^' ? static_cast<size_t>(room / 2) : static_cast<size_t>(room);
    return to->build([&](StrBuilder* out) {
      return out->append_repeat(f.fill, left) && out->append_char(static_cast<uint32_t>(c)) &&
             out->append_repeat(f.fill, static_cast<size_t>(room) - left);
    });
  }
  char buf[72];
  std::string big;
  char* text = buf;
  size_t length;
  if (int64_t small; int_fits64(v, &small)) {
    auto r =
        base == 10 ? std::to_chars(buf, buf + sizeof buf, small) : std::to_chars(buf, buf + sizeof buf, small, base);
    length = static_cast<size_t>(r.ptr - buf);
  } else {
    if (!int_to_text(v, base, &big)) return false;
    text = big.data();
    length = big.size();
  }
  NumberParts parts;
  std::string_view digits(text, length);
  if (!digits.empty() && digits[0] == '-') {
    parts.sign = '-';
    digits.remove_prefix(1);
  }
  parts.digits = digits;
  if (f.alternate) parts.prefix = base == 2 ? "0b" : base == 8 ? "0o" : base == 16 ? (f.type == 'X' ? "0X" : "0x") : "";
  if (f.type == 'X')
    for (size_t i = 0; i < length; i++)
      if (text[i] >= 'a' && text[i] <= 'f') text[i] = static_cast<char>(text[i] - 32);
  return lay_out_number(to, f, parts);
}

bool float_to(Target* to, Value v, const SpecText& spec) {
  if (spec.empty()) return to->give(str_of(v));
  Spec f;
  if (!parse_spec(v, spec, &f, 0, '>')) return false;
  switch (f.type) {
    case 0:
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case 'n':
    case '%': return format_double(to, float_value(v), f);
    default: return unknown_code(f.type, v);
  }
}

template <bool (*format)(Target*, Value, const SpecText&)>
TAIPAN_INLINE Ref formatted(Value v, Value spec) {
  Target to{nullptr};
  return format(&to, v, spec) ? std::move(to.result) : Ref();
}
}  // namespace

Ref format_text(Value v, Value spec) { return formatted<text_to>(v, spec); }
Ref format_int(Value v, Value spec) { return formatted<int_to>(v, spec); }
Ref format_float(Value v, Value spec) { return formatted<float_to>(v, spec); }

int format_part(StrBuilder* out, Value v, Value text, size_t start, size_t end) {
  Target to{out};
  SpecText spec(text, start, end);
  if (is_str_exact(v)) return text_to(&to, v, spec) ? 1 : -1;
  if (is_int_exact(v)) return int_to(&to, v, spec) ? 1 : -1;
  if (is_float_exact(v)) return float_to(&to, v, spec) ? 1 : -1;
  return 0;
}

Ref format_complex(Value v, Value spec) {
  if (str_ptr(spec)->length == 0) return str_of(v);
  Spec f;
  if (!parse_spec(v, spec, &f, 0, '>')) return nullptr;
  switch (f.type) {
    case 0:
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case 'n': break;
    default: return unknown_code(f.type, v);
  }
  if (f.fill == '0') return raise(types::ValueError, "Zero padding is not allowed in complex format specifier");
  if (f.align == '=') return raise(types::ValueError, "'=' alignment flag is not allowed in complex format specifier");
  double re = v.as<Complex>()->real, im = v.as<Complex>()->imag;
  char code = static_cast<char>(f.type);
  int64_t precision = f.precision, standard = 6;
  int flags = (f.alternate ? kFloatAlt : 0) | (f.no_negative_zero ? kFloatNoNegZero : 0);
  bool skip_real = false, parentheses = false;
  if (f.type == 0) {
    code = 'r';
    standard = 0;
    if (re == 0 && !std::signbit(re))
      skip_real = true;
    else
      parentheses = true;
  } else if (f.type == 'n') {
    code = 'g';
  }
  if (precision < 0)
    precision = standard;
  else if (code == 'r')
    code = 'g';
  if (precision > INT_MAX) return raise(types::ValueError, "precision too big");
  Grouping g;
  choose_grouping(f, &g);
  Spec part = f;
  part.width = -1;
  part.fill = 0;
  part.align = '<';
  StrBuilder out;
  if (parentheses && !out.append_char('(')) return nullptr;
  if (!skip_real) {
    std::string text = float_format(re, code, static_cast<int>(precision), flags);
    if (!append_number(&out, part, g, split_float(text))) return nullptr;
    part.sign = '+';
  }
  std::string text = float_format(im, code, static_cast<int>(precision), flags);
  if (!append_number(&out, part, g, split_float(text)) || !out.append_char('j')) return nullptr;
  if (parentheses && !out.append_char(')')) return nullptr;
  Ref body = out.finish();
  if (!body) return nullptr;
  f.precision = -1;
  Target to{nullptr};
  return pad_text(&to, body, f) ? std::move(to.result) : Ref();
}

}  // namespace taipan
