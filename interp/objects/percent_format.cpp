// The % operator of str and bytes/bytearray: one parser, two kinds of source and result.
#include <charconv>
#include <climits>
#include <cmath>
#include "interp/objects/abstract.h"
#include "interp/objects/bytes_impl.h"
#include "interp/objects/dict.h"
#include "interp/objects/float.h"
#include "interp/objects/float_text.h"
#include "interp/objects/int.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/tuple.h"

namespace taipan {

namespace {

enum PercentFlags : uint32_t { kLeft = 1, kSign = 2, kBlank = 4, kAlt = 8, kZero = 16, kNoNegativeZero = 32 };

struct StrSide {
  static constexpr bool kBytes = false;
  Value format;
  const Str* s;
  StrBuilder out;
  explicit StrSide(Value f) : format(f), s(str_ptr(f)) {}
  size_t size() const { return s->length; }
  uint32_t at(size_t i) const { return TAIPAN_LIKELY(s->kind == 1) ? s->data1()[i] : s->at(i); }
  size_t find_percent(size_t from) const {
    if (TAIPAN_LIKELY(s->kind == 1)) {  // what stands in between is short, mostly
      const uint8_t* p = s->data1();
      size_t end = s->length - from > 24 ? from + 24 : s->length;
      for (; from < end; from++)
        if (p[from] == '%') return from;
      if (from == s->length) return from;
    }
    int64_t p = str_find_char(s, '%', from, s->length);
    return p < 0 ? s->length : static_cast<size_t>(p);
  }
  bool copy(size_t from, size_t to) { return out.append_slice(format, from, to); }
  bool fill(uint32_t c, size_t n) { return out.append_repeat(c, n); }
  bool ascii(std::string_view t) { return out.append_ascii(t); }
  Ref key(size_t from, size_t to) { return str_substring(format, from, to); }
};
struct BytesSide {
  static constexpr bool kBytes = true;
  std::string format;  // a copy: a bytearray may change under us
  std::string out;
  explicit BytesSide(Value f) : format(octets(f)) {}
  size_t size() const { return format.size(); }
  uint32_t at(size_t i) const { return static_cast<uint8_t>(format[i]); }
  size_t find_percent(size_t from) const {
    size_t p = format.find('%', from);
    return p == std::string::npos ? format.size() : p;
  }
  bool copy(size_t from, size_t to) {
    out.append(format, from, to - from);
    return true;
  }
  bool fill(uint32_t c, size_t n) {
    if (n > kMaxStrBytes / 4) return raise_memory();
    out.append(n, static_cast<char>(c));
    return true;
  }
  bool ascii(std::string_view t) {
    out.append(t);
    return true;
  }
  Ref key(size_t from, size_t to) { return make_bytes(std::string_view(format).substr(from, to - from)); }
};

// What a conversion gives: a str (with sign and prefix still to be laid out for numbers: then text), or bytes.
struct Converted {
  Ref str;           // %s %r %a %c of str
  std::string text;  // numbers; everything of bytes
  char small[80];    // or, of numbers that are short:
  size_t small_size = 0;
  std::string_view view() const { return small_size ? std::string_view(small, small_size) : std::string_view(text); }
  bool number = false;
  size_t prefix = 0;  // of text: "0x" stands there (after the sign)
};

template <class Side>
class Formatter {
 public:
  Formatter(Value format, Value args) : side_(format), all_(args) {
    is_tuple_ = is_tuple(args);
    count_ = is_tuple_ ? tuple_size(args) : 1;
    bool text = is_str(args) || (Side::kBytes && (is_bytes(args) || is_bytearray(args)));
    if (!is_tuple_ && !text && is_mapping_like(args)) mapping_ = args;
  }
  bool run();
  Side side_;

 private:
  static bool is_mapping_like(Value v) {
    if (is_dict(v)) return true;
    return v.is_heap() && type_of(v)->s.get_item != nullptr && (!is_str(v) || Side::kBytes);
  }
  Ref next_arg() {
    if (keyed_) {
      if (keyed_used_) return raise(types::TypeError, "not enough arguments for format string");
      keyed_used_ = true;
      return keyed_value_.copy();
    }
    if (used_ >= count_) return raise(types::TypeError, "not enough arguments for format string");
    return Ref::dup(is_tuple_ ? tuple_at(all_, used_++) : (used_++, all_));
  }
  bool one();
  bool convert(uint32_t c, uint32_t flags, int64_t precision, size_t index, Converted* out);
  bool convert_int(uint32_t c, Value v, uint32_t flags, int64_t precision, Converted* out);
  bool lay_out(const Converted& piece, uint32_t flags, int64_t width, int64_t precision);

  Value all_;
  bool is_tuple_;
  size_t count_, used_ = 0;
  Value mapping_;
  bool keyed_ = false, keyed_used_ = false;
  Ref keyed_value_;
  size_t at_ = 0;
};

template <class Side>
bool Formatter<Side>::run() {
  while (at_ < side_.size()) {
    size_t p = side_.find_percent(at_);
    if (p > at_ && !side_.copy(at_, p)) return false;
    at_ = p;
    if (at_ >= side_.size()) break;
    at_++;
    if (!one()) return false;
  }
  bool unused = keyed_ ? !keyed_used_ : used_ < count_;
  if (unused && mapping_.is_null())
    return raise(types::TypeError, Side::kBytes ? "not all arguments converted during bytes formatting"
                                                : "not all arguments converted during string formatting");
  return true;
}

template <class Side>
bool Formatter<Side>::one() {
  size_t n = side_.size();
  auto peek = [&](uint32_t* c) {
    if (at_ >= n) return static_cast<bool>(raise(types::ValueError, "incomplete format"));
    *c = side_.at(at_);
    return true;
  };
  uint32_t c;
  if (!peek(&c)) return false;
  if (c == '%') {
    at_++;
    return side_.ascii("%");
  }
  if constexpr (!Side::kBytes) {
    // The common ones, bare: no layout to do.
    if (c == 's') {
      at_++;
      Ref v = next_arg();
      if (!v) return false;
      if (is_str_exact(v)) return side_.out.append(v);
      Ref text = str_of(v);
      return text && side_.out.append(text);
    }
    if (c == 'd') {
      Value next = !keyed_ && used_ < count_ ? (is_tuple_ ? tuple_at(all_, used_) : all_) : Value();
      if (next.is_int()) {
        at_++;
        used_++;
        char digits[24];
        auto r = std::to_chars(digits, digits + sizeof digits, next.as_int());
        return side_.out.append_ascii({digits, static_cast<size_t>(r.ptr - digits)});
      }
    }
  }
  if (c == '(') {
    if (mapping_.is_null()) return raise(types::TypeError, "format requires a mapping");
    size_t start = ++at_;
    int depth = 1;
    while (depth > 0 && at_ < n) {
      uint32_t k = side_.at(at_++);
      if (k == ')')
        depth--;
      else if (k == '(')
        depth++;
    }
    if (depth > 0) return raise(types::ValueError, "incomplete format key");
    Ref key = side_.key(start, at_ - 1);
    if (!key) return false;
    keyed_value_ = get_item(mapping_, key);
    if (!keyed_value_) return false;
    keyed_ = true;
    keyed_used_ = false;
    if (!peek(&c)) return false;
  }
  uint32_t flags = 0;
  for (;;) {
    uint32_t f = c == '-'                   ? uint32_t{kLeft}
                 : c == '+'                 ? uint32_t{kSign}
                 : c == ' '                 ? uint32_t{kBlank}
                 : c == '#'                 ? uint32_t{kAlt}
                 : c == '0'                 ? uint32_t{kZero}
                 : c == 'z' && Side::kBytes ? uint32_t{kNoNegativeZero}
                                            : 0u;
    if (!f) break;
    flags |= f;
    at_++;
    if (!peek(&c)) return false;
  }
  int64_t width = -1, precision = -1;
  if (c == '*') {
    Ref v = next_arg();
    if (!v) return false;
    if (!is_int(v)) return raise(types::TypeError, "* wants int");
    if (!int_fits64(v, &width)) return raise(types::OverflowError, "Python int too large to convert to C ssize_t");
    if (width < 0) {
      flags |= kLeft;
      width = -width;
    }
    at_++;
    if (!peek(&c)) return false;
  } else if (c >= '0' && c <= '9') {
    width = 0;
    while (c >= '0' && c <= '9') {
      if (width > (INT64_MAX - 9) / 10) return raise(types::ValueError, "width too big");
      width = width * 10 + static_cast<int64_t>(c - '0');
      at_++;
      if (!peek(&c)) return false;
    }
  }
  if (c == '.') {
    precision = 0;
    at_++;
    if (!peek(&c)) return false;
    if (c == '*') {
      Ref v = next_arg();
      if (!v) return false;
      if (!is_int(v)) return raise(types::TypeError, "* wants int");
      int64_t p;
      if (!int_fits64(v, &p) || p > INT_MAX || p < INT_MIN)
        return raise(types::OverflowError, "Python int too large to convert to C int");
      precision = p < 0 ? 0 : p;
      at_++;
      if (!peek(&c)) return false;
    } else {
      while (c >= '0' && c <= '9') {
        if (precision > (INT_MAX - 9) / 10)
          return raise(types::ValueError, Side::kBytes ? "prec too big" : "precision too big");
        precision = precision * 10 + static_cast<int64_t>(c - '0');
        at_++;
        if (!peek(&c)) return false;
      }
    }
  }
  if (c == 'h' || c == 'l' || c == 'L') {
    at_++;
    if (!peek(&c)) return false;
  }
  at_++;
  Converted piece;
  if (!convert(c, flags, precision, at_ - 1, &piece)) return false;
  return lay_out(piece, flags, width, precision);
}

template <class Side>
bool Formatter<Side>::convert_int(uint32_t c, Value v, uint32_t flags, int64_t precision, Converted* out) {
  Ref number;
  if (!is_int(v)) {
    bool index_only = c == 'o' || c == 'x' || c == 'X';
    bool numeric = v.is_heap() || v.is_float()
                       ? (has_index(v) || type_of(v)->s.to_int || type_of(v)->s.to_float || is_complex(v))
                       : false;
    if (numeric) number = index_only ? to_index(v) : to_int(v);
    if (!number) {
      if (error_occurred()) {
        if (!error_matches(types::TypeError)) return false;
        clear_error();
      }
      return raise(
          types::TypeError,
          index_only ? "%%%c format: an integer is required, not %T" : "%%%c format: a real number is required, not %T",
          c, v);
    }
    v = number;
  }
  int base = c == 'x' || c == 'X' ? 16 : c == 'o' ? 8 : 10;
  out->number = true;
  if (int64_t n; !(flags & kAlt) && precision < 0 && int_fits64(v, &n)) {
    auto r = std::to_chars(out->small, out->small + sizeof out->small, n, base);
    out->small_size = static_cast<size_t>(r.ptr - out->small);
    if (c == 'X')
      for (size_t i = 0; i < out->small_size; i++)
        if (out->small[i] >= 'a') out->small[i] = static_cast<char>(out->small[i] - 32);
    return true;
  }
  std::string& text = out->text;
  if (!int_to_text(v, base, &text)) return false;
  bool negative = !text.empty() && text[0] == '-';
  size_t digits = text.size() - negative;
  if (precision > static_cast<int64_t>(digits)) text.insert(negative, static_cast<size_t>(precision) - digits, '0');
  if ((flags & kAlt) && base != 10) {
    text.insert(negative, base == 16 ? "0x" : "0o");
    out->prefix = 2;
  }
  if (c == 'X')
    for (char& ch : text)
      if (ch >= 'a' && ch <= 'x') ch = static_cast<char>(ch - 32);
  return true;
}

template <class Side>
bool Formatter<Side>::convert(uint32_t c, uint32_t flags, int64_t precision, size_t index, Converted* out) {
  switch (c) {
    case 's':
    case 'r':
    case 'a':
    case 'b':
    case 'c':
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G': break;
    default: c = 0;
  }
  if (c == 'b' && !Side::kBytes) c = 0;
  Ref v = next_arg();
  if (!v) return false;
  switch (c) {
    case 's':
    case 'b':
      if constexpr (Side::kBytes) {
        if (is_bytes(v) || is_bytearray(v)) {
          out->text = octets(v);
        } else if (has_buffer(v)) {
          BufferView view(v, kBufFullRo);
          if (!view.ok()) return false;
          out->text = view.view();
        } else {
          Ref method = lookup_special(v, TAIPAN_NAME(__bytes__));
          if (!method) {
            if (error_occurred()) return false;
            return raise(types::TypeError,
                         "%%b requires a bytes-like object, or an object that implements __bytes__, not '%T'", v.get());
          }
          Ref b = call(method);
          if (!b) return false;
          if (!is_bytes(b)) return raise(types::TypeError, "__bytes__ returned non-bytes (type %T)", b.get());
          out->text = octets(b);
        }
        return true;
      } else {
        out->str = is_str_exact(v) ? std::move(v) : str_of(v);
        return !!out->str;
      }
    case 'r':
    case 'a': {
      Ref s = Side::kBytes || c == 'a' ? ascii_of(v) : repr_of(v);
      if (!s) return false;
      if (Side::kBytes)
        out->text = utf8_lossy(s);
      else
        out->str = std::move(s);
      return true;
    }
    case 'c':
      if constexpr (Side::kBytes) {
        if ((is_bytes(v) || is_bytearray(v)) && octets(v).size() == 1) {
          out->text = octets(v);
          return true;
        }
        if (has_index(v)) {
          Ref i = to_index(v);
          if (!i) return false;
          int64_t k;
          if (!int_fits64(i, &k) || k < 0 || k > 255) return raise(types::OverflowError, "%%c arg not in range(256)");
          out->text.assign(1, static_cast<char>(k));
          return true;
        }
        return raise(types::TypeError, "%%c requires an integer in range(256) or a single byte");
      } else {
        if (is_str(v)) {
          if (str_ptr(v)->length != 1) return raise(types::TypeError, "%%c requires int or char");
          out->str = std::move(v);
          return true;
        }
        if (!has_index(v)) return raise(types::TypeError, "%%c requires int or char");
        Ref i = to_index(v);
        if (!i) return false;
        int64_t k;
        if (!int_fits64(i, &k) || k < 0 || k > 0x10FFFF)
          return raise(types::OverflowError, "%%c arg not in range(0x110000)");
        out->str = make_str_char(static_cast<uint32_t>(k));
        return !!out->str;
      }
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X': return convert_int(c, v, flags, precision, out);
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G': {
      double d;
      if (Side::kBytes && !is_float_like(v) && !is_int(v)) {
        if (!to_double(v, &d)) {
          if (!error_matches(types::TypeError)) return false;
          clear_error();
          return raise(types::TypeError, "float argument required, not %T", v.get());
        }
      } else if (!to_double(v, &d)) {
        return false;
      }
      out->number = true;
      if (c == 'f' && !(flags & (kAlt | kNoNegativeZero)) && std::isfinite(d)) {
        int digits = precision < 0 ? 6 : static_cast<int>(precision);
        if (size_t n = float_fixed_to(std::fabs(d), digits, out->small + 1)) {
          if (std::signbit(d)) {
            out->small[0] = '-';
            n++;
          } else {
            std::memmove(out->small, out->small + 1, n);
          }
          out->small_size = n;
          return true;
        }
      }
      out->text = float_format(d, static_cast<char>(c), precision < 0 ? 6 : static_cast<int>(precision),
                               (flags & kAlt ? kFloatAlt : 0) | (flags & kNoNegativeZero ? kFloatNoNegZero : 0));
      return true;
    }
    default: {
      uint32_t ch = side_.at(index);
      return raise(types::ValueError, "unsupported format character '%c' (0x%x) at index %zd",
                   (ch >= 31 && ch <= 126) || Side::kBytes ? ch : '?', ch, static_cast<ssize_t>(index));
    }
  }
}

template <class Side>
bool Formatter<Side>::lay_out(const Converted& piece, uint32_t flags, int64_t width, int64_t precision) {
  char sign = 0;
  std::string_view text = piece.view();
  if (piece.number) {
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
      sign = text[0];
      text.remove_prefix(1);
    } else if (flags & kSign) {
      sign = '+';
    } else if (flags & kBlank) {
      sign = ' ';
    }
  }
  int64_t n;
  if (piece.str)
    n = static_cast<int64_t>(str_ptr(piece.str)->length);
  else
    n = static_cast<int64_t>(text.size());
  if (!piece.number && precision >= 0 && precision < n) n = precision;
  int64_t room = width - n - (sign != 0);
  if (room < 0) room = 0;
  bool zeros = piece.number && (flags & kZero) && !(flags & kLeft);
  if (!(flags & kLeft) && !zeros && room && !side_.fill(' ', static_cast<size_t>(room))) return false;
  if (sign && !side_.ascii({&sign, 1})) return false;
  if (zeros) {
    if (!side_.ascii(text.substr(0, piece.prefix))) return false;
    text.remove_prefix(piece.prefix);
    n -= static_cast<int64_t>(piece.prefix);
    if (room && !side_.fill('0', static_cast<size_t>(room))) return false;
  }
  if (piece.str) {
    if constexpr (!Side::kBytes)
      if (!side_.out.append_slice(piece.str, 0, static_cast<size_t>(n))) return false;
  } else if (!side_.ascii(text.substr(0, static_cast<size_t>(n)))) {
    return false;
  }
  return !(flags & kLeft) || !room || side_.fill(' ', static_cast<size_t>(room));
}

}  // namespace

Ref str_percent(Value format, Value args) {
  Formatter<StrSide> f(format, args);
  if (!f.run()) return nullptr;
  // Where nothing is formatted it is the format itself, of whatever class.
  if (TAIPAN_UNLIKELY(!is_str_exact(format)) && format.as<Str>()->length &&
      str_find_char(format.as<Str>(), '%', 0, format.as<Str>()->length) < 0)
    return Ref::dup(format);
  return f.side_.out.finish();
}
Ref octets_percent(Value format, Value args) {
  Formatter<BytesSide> f(format, args);
  if (!f.run()) return nullptr;
  return make_like(format, f.side_.out);
}

}  // namespace taipan
