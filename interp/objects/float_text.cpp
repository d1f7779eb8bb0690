// float to text and back, over <charconv>: shortest digits for repr, exact digits for any precision.
#include "interp/objects/float_text.h"
#include <locale.h>
#include <stdlib.h>
#include <charconv>
#include <cmath>
#include <cstring>
#include "interp/objects/float.h"
#include "interp/objects/number_text.h"

namespace taipan {

// Digits without point, and the position of the point relative to their start.
struct Digits {
  std::string text;
  int point;
};

// "d.ddde+xx" taken apart.
static Digits split_scientific(const char* p, const char* end) {
  Digits d;
  const char* e = end;
  while (*--e != 'e') {}
  d.text.reserve(static_cast<size_t>(e - p));
  d.text += *p;
  if (p + 1 < e) d.text.append(p + 2, e);
  int exponent = 0;
  bool negative = e[1] == '-';
  for (const char* q = e + 2; q < end; q++) exponent = exponent * 10 + (*q - '0');
  d.point = (negative ? -exponent : exponent) + 1;
  return d;
}

static Digits shortest_digits(double d) {
  char buf[40];
  auto r = std::to_chars(buf, buf + sizeof buf, d, std::chars_format::scientific);
  return split_scientific(buf, r.ptr);
}

static Digits rounded_digits(double d, int count) {
  std::string buf(static_cast<size_t>(count) + 16, '\0');
  auto r = std::to_chars(buf.data(), buf.data() + buf.size(), d, std::chars_format::scientific, count - 1);
  return split_scientific(buf.data(), r.ptr);
}

static void append_exponent(std::string* out, int exponent) {
  *out += 'e';
  *out += exponent < 0 ? '-' : '+';
  unsigned e = static_cast<unsigned>(exponent < 0 ? -exponent : exponent);
  if (e < 10) *out += '0';
  *out += std::to_string(e);
}

// Lays digits out; at least min_digits of them (zeros are added).
static void lay_out(std::string* out, const Digits& d, bool exponent, int min_digits, bool add_dot_0, bool alternate) {
  int n = static_cast<int>(d.text.size());
  int want = n > min_digits ? n : min_digits;
  auto digit = [&](int i) { return i < n ? d.text[static_cast<size_t>(i)] : '0'; };
  if (exponent) {
    *out += digit(0);
    if (want > 1 || alternate) *out += '.';
    for (int i = 1; i < want; i++) *out += digit(i);
    append_exponent(out, d.point - 1);
    return;
  }
  if (want < d.point) want = d.point;
  if (add_dot_0 && want < d.point + 1) want = d.point + 1;
  if (d.point <= 0) {
    *out += '0';
  } else {
    for (int i = 0; i < d.point; i++) *out += digit(i);
  }
  int first = d.point > 0 ? d.point : 0;
  if (want > first || d.point <= 0 || alternate) {
    if (want > d.point || alternate) *out += '.';
    for (int i = d.point; i < 0; i++) *out += '0';
    for (int i = first; i < want; i++) *out += digit(i);
  }
}

std::string float_repr(double d) { return float_format(d, 'r', 0, kFloatAddDot0); }

static const uint64_t kPowers[] = {1,
                                   10,
                                   100,
                                   1000,
                                   10000,
                                   100000,
                                   1000000,
                                   10000000,
                                   100000000,
                                   1000000000,
                                   10000000000,
                                   100000000000,
                                   1000000000000,
                                   10000000000000,
                                   100000000000000,
                                   1000000000000000,
                                   10000000000000000,
                                   100000000000000000,
                                   1000000000000000000};

// Writes n as exactly `width` digits.
static void write_padded(char* to, uint64_t n, int width) {
  for (int i = width; i-- > 0; n /= 10) to[i] = static_cast<char>('0' + n % 10);
}

// n / 10^digits, n's last `digits` digits behind the point (none: no point). Returns the end.
static char* write_fixed(char* to, uint64_t n, int digits) {
  uint64_t whole = n / kPowers[digits];
  to = std::to_chars(to, to + 20, whole).ptr;
  if (digits == 0) return to;
  *to++ = '.';
  write_padded(to, n - whole * kPowers[digits], digits);
  return to + digits;
}

// A double that is the closest to a decimal of at most 15 digits has no other so short, and none shorter (but for zeros at the end): decimals
// of 15 digits lie further apart than doubles. So one division tells, and most of the numbers that people write are of this kind.
static size_t short_repr_to(double d, char* out) {
  double m = std::fabs(d);
  if (!(m >= 1e-4 && m < 1e15)) return 0;
  int exponent;
  std::frexp(m, &exponent);
  int before = ((exponent - 1) * 1233) >> 12;  // digits before the point, less one
  static constexpr double kScale[] = {1,    1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,
                                      1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19};
  int digits = 14 - before;
  if (before >= 0 && m >= kScale[before + 1]) digits--;
  double scaled = m * kScale[digits];
  if (scaled >= 1e15) scaled = m * kScale[--digits];
  auto n = static_cast<uint64_t>(scaled + 0.5);
  if (static_cast<double>(n) / kScale[digits] != m) return 0;
  while (digits >= 5 && n % 10000 == 0) {
    n /= 10000;
    digits -= 4;
  }
  while (digits > 1 && n % 10 == 0) {
    n /= 10;
    digits--;
  }
  if (digits == 0) {
    n *= 10;
    digits = 1;
  }
  char* to = out;
  if (d < 0) *to++ = '-';
  return static_cast<size_t>(write_fixed(to, n, digits) - out);
}

size_t float_fixed_to(double m, int precision, char* out) {
  // m * 10^precision as a fraction with a power of two below, rounded by what is left; to even where that is a half.
  uint64_t bits;
  std::memcpy(&bits, &m, 8);
  if (precision > 15) return 0;
  uint64_t mantissa = (bits & ((uint64_t{1} << 52) - 1)) | (bits >> 52 ? uint64_t{1} << 52 : 0);
  int down = 1075 - static_cast<int>(bits >> 52 ? bits >> 52 : 1);
  if (down < 0) return 0;  // an integer of 2^53 or more, or no number
  unsigned __int128 product = static_cast<unsigned __int128>(mantissa) * kPowers[precision];
  uint64_t n = 0;
  if (down < 120) {
    unsigned __int128 quotient = product >> down;
    if (quotient >> 59) return 0;
    n = static_cast<uint64_t>(quotient);
    if (down > 0) {
      unsigned __int128 rest = product - (quotient << down), half = static_cast<unsigned __int128>(1) << (down - 1);
      if (rest > half || (rest == half && (n & 1))) n++;
    }
  }
  return static_cast<size_t>(write_fixed(out, n, precision) - out);
}

size_t float_repr_to(double d, char* out) {
  if (size_t n = short_repr_to(d, out)) return n;
  // Plain decimals of ordinary size are what to_chars gives already.
  if (std::isfinite(d)) {
    double m = std::fabs(d);
    if (m == 0 || (m >= 1e-4 && m < 1e16)) {
      char* end = std::to_chars(out, out + 32, d, std::chars_format::fixed).ptr;
      if (!std::memchr(out, '.', static_cast<size_t>(end - out))) {
        *end++ = '.';
        *end++ = '0';
      }
      return static_cast<size_t>(end - out);
    }
  }
  std::string s = float_repr(d);
  std::memcpy(out, s.data(), s.size());
  return s.size();
}

std::string float_format(double d, char code, int precision, int flags) {
  bool upper = code >= 'A' && code <= 'Z';
  char c = upper ? static_cast<char>(code + 32) : code;
  std::string out;
  if (!std::isfinite(d)) {
    if (std::isinf(d) && d < 0) {
      out = "-";
    } else if (flags & kFloatSign) {
      out = "+";
    }
    out += std::isnan(d) ? "nan" : "inf";
  } else {
    bool alternate = flags & kFloatAlt, add_dot_0 = flags & kFloatAddDot0;
    bool negative = std::signbit(d);
    double m = std::fabs(d);
    std::string body;
    if (c == 'f') {
      char buf[kFloatFixedRoom];
      if (size_t n = float_fixed_to(m, precision, buf)) {
        body.assign(buf, n);
      } else {
        body.resize(static_cast<size_t>(precision) + 330);
        auto r = std::to_chars(body.data(), body.data() + body.size(), m, std::chars_format::fixed, precision);
        body.resize(static_cast<size_t>(r.ptr - body.data()));
      }
      if (precision == 0 && alternate) body += '.';
      if (precision == 0 && add_dot_0 && !alternate) body += ".0";
    } else if (c == 'e') {
      lay_out(&body, rounded_digits(m, precision + 1), true, precision + 1, false, alternate);
      if (m == 0) {
        body.clear();
        lay_out(&body, Digits{"0", 1}, true, precision + 1, false, alternate);
      }
    } else if (c == 'g') {
      if (precision == 0) precision = 1;
      Digits digits = m == 0 ? Digits{"0", 1} : rounded_digits(m, precision);
      size_t n = digits.text.size();
      while (n > 1 && digits.text[n - 1] == '0') n--;
      digits.text.resize(n);
      bool exponent = digits.point <= -4 || digits.point > precision - (add_dot_0 ? 1 : 0);
      lay_out(&body, digits, exponent, alternate ? precision : 0, add_dot_0, alternate);
    } else {
      Digits digits = m == 0 ? Digits{"0", 1} : shortest_digits(m);
      lay_out(&body, digits, digits.point <= -4 || digits.point > 16, 0, add_dot_0, alternate);
    }
    if (negative && (flags & kFloatNoNegZero)) {
      bool zero = true;
      for (char ch : body) {
        if (ch == 'e') break;
        if (ch >= '1' && ch <= '9') zero = false;
      }
      negative = !zero;
    }
    if (negative) {
      out = "-";
    } else if (flags & kFloatSign) {
      out = "+";
    }
    out += body;
  }
  if (upper)
    for (char& ch : out)
      if (ch >= 'a' && ch <= 'z') ch = static_cast<char>(ch - 32);
  return out;
}

// ---- parsing ----------------------------------------------------------------------------------------------------------------

static bool same_word(std::string_view s, const char* word) {
  size_t n = std::strlen(word);
  if (s.size() < n) return false;
  for (size_t i = 0; i < n; i++)
    if ((s[i] | 0x20) != word[i]) return false;
  return true;
}
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

size_t float_prefix(std::string_view s, double* out) {
  size_t i = 0, n = s.size();
  bool negative = false;
  if (i < n && (s[i] == '+' || s[i] == '-')) negative = s[i++] == '-';
  std::string_view body = s.substr(i);
  if (same_word(body, "inf")) {
    *out = negative ? -HUGE_VAL : HUGE_VAL;
    return i + (same_word(body, "infinity") ? 8 : 3);
  }
  if (same_word(body, "nan")) {
    *out = std::copysign(std::nan(""), negative ? -1.0 : 1.0);
    return i + 3;
  }
  size_t start = i, digits = 0;
  while (i < n && is_digit(s[i])) i++, digits++;
  if (i < n && s[i] == '.') {
    i++;
    while (i < n && is_digit(s[i])) i++, digits++;
  }
  if (!digits) return 0;
  if (i < n && (s[i] == 'e' || s[i] == 'E')) {
    size_t k = i + 1;
    if (k < n && (s[k] == '+' || s[k] == '-')) k++;
    if (k < n && is_digit(s[k])) {
      while (k < n && is_digit(s[k])) k++;
      i = k;
    }
  }
  double d = 0;
  auto r = std::from_chars(s.data() + start, s.data() + i, d, std::chars_format::general);
  if (r.ec != std::errc()) {  // too large or too small: strtod tells which
    static locale_t c_locale = newlocale(LC_ALL_MASK, "C", nullptr);
    std::string copy(s.substr(start, i - start));
    d = strtod_l(copy.c_str(), nullptr, c_locale);
  }
  *out = negative ? -d : d;
  return i;
}

bool strip_underscores(std::string_view s, std::string* out) {
  char previous = 0;
  for (char c : s) {
    if (c == '_') {
      if (!is_digit(previous)) return false;
    } else {
      if (previous == '_' && !is_digit(c)) return false;
      *out += c;
    }
    previous = c;
  }
  return previous != '_';
}

bool float_parse(std::string_view text, double* out) {
  text = strip_number(text, true);
  std::string copy;
  if (std::memchr(text.data(), '_', text.size())) {
    if (!strip_underscores(text, &copy)) return false;
    text = copy;
  }
  return !text.empty() && float_prefix(text, out) == text.size();
}

// Half to even on the exact decimal value, as if printed and read back.
double round_to_digits(double x, int ndigits, bool* overflow) {
  *overflow = false;
  if (!std::isfinite(x) || x == 0 || ndigits > 323) return x;
  if (ndigits < -308) return 0.0 * x;
  std::string buf(static_cast<size_t>(ndigits > 0 ? ndigits : 0) + 340, '\0');
  char* begin = buf.data();
  char* end = begin + buf.size();
  double m = std::fabs(x);
  if (ndigits >= 0) {
    if (m >= 4503599627370496.0) return x;  // no fraction
    end = std::to_chars(begin, end, m, std::chars_format::fixed, ndigits).ptr;
  } else {
    double whole = std::trunc(m);
    size_t count = static_cast<size_t>(std::to_chars(begin, end, whole, std::chars_format::fixed, 0).ptr - begin);
    int keep = static_cast<int>(count) + ndigits;  // digits that stay
    if (keep < 0 || whole == 0) return 0.0 * x;
    if (keep == 0) {
      bool more = begin[0] > '5' || whole != m;
      for (size_t i = 1; i < count && !more; i++) more = begin[i] != '0';
      if (begin[0] < '5' || !more) return 0.0 * x;
      std::string one = "1e" + std::to_string(count);
      std::memcpy(begin, one.data(), one.size());
      end = begin + one.size();
    } else {
      end = std::to_chars(begin, end, m, std::chars_format::scientific, keep - 1).ptr;
    }
  }
  double r = 0;
  if (std::from_chars(begin, end, r).ec != std::errc()) {
    float_prefix({begin, static_cast<size_t>(end - begin)}, &r);
    if (std::isinf(r)) *overflow = true;
  }
  return std::copysign(r, x);
}

// ---- hexadecimal --------------------------------------------------------------------------------------------------------------

std::string float_hex(double d) {
  if (std::isnan(d)) return "nan";
  if (std::isinf(d)) return d < 0 ? "-inf" : "inf";
  if (d == 0) return std::signbit(d) ? "-0x0.0p+0" : "0x0.0p+0";
  uint64_t bits;
  std::memcpy(&bits, &d, 8);
  uint64_t mantissa = bits & ((uint64_t{1} << 52) - 1);
  int exponent = static_cast<int>(bits >> 52 & 0x7ff);
  std::string s = d < 0 ? "-0x" : "0x";
  s += exponent ? '1' : '0';
  s += '.';
  for (int shift = 48; shift >= 0; shift -= 4) s += "0123456789abcdef"[mantissa >> shift & 15];
  int e = exponent ? exponent - 1023 : -1022;
  s += 'p';
  s += e < 0 ? '-' : '+';
  s += std::to_string(e < 0 ? -e : e);
  return s;
}

static int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  char l = static_cast<char>(c | 0x20);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

FromHex float_from_hex(std::string_view s, double* out) {
  while (!s.empty() && is_ascii_space(s.front())) s.remove_prefix(1);
  while (!s.empty() && is_ascii_space(s.back())) s.remove_suffix(1);
  bool negative = false;
  if (!s.empty() && (s[0] == '+' || s[0] == '-')) {
    negative = s[0] == '-';
    s.remove_prefix(1);
  }
  auto give = [&](double d) {
    *out = negative ? -d : d;
    return FromHex::kOk;
  };
  if ((s.size() == 3 && same_word(s, "inf")) || (s.size() == 8 && same_word(s, "infinity"))) return give(HUGE_VAL);
  if (s.size() == 3 && same_word(s, "nan")) return give(std::nan(""));
  if (s.size() >= 2 && s[0] == '0' && (s[1] | 0x20) == 'x') s.remove_prefix(2);
  size_t i = 0;
  std::string digits;  // values
  int64_t fraction_digits = 0;
  bool seen_point = false;
  size_t count = 0;
  for (; i < s.size(); i++) {
    if (s[i] == '.' && !seen_point) {
      seen_point = true;
      continue;
    }
    int h = hex_digit(s[i]);
    if (h < 0) break;
    count++;
    if (seen_point) fraction_digits++;
    if (!digits.empty() || h) digits += static_cast<char>(h);
  }
  if (!count) return FromHex::kMalformed;
  int64_t exponent = 0;
  if (i < s.size() && (s[i] | 0x20) == 'p') {
    i++;
    bool down = false;
    if (i < s.size() && (s[i] == '+' || s[i] == '-')) down = s[i++] == '-';
    if (i >= s.size() || !is_digit(s[i])) return FromHex::kMalformed;
    for (; i < s.size() && is_digit(s[i]); i++)
      if (exponent < (int64_t{1} << 58)) exponent = exponent * 10 + (s[i] - '0');
    if (down) exponent = -exponent;
  }
  if (i != s.size()) return FromHex::kMalformed;
  if (digits.empty()) return give(0.0);
  // value = 0.d1d2... * 2^top, d1 != 0
  int64_t top = exponent + 4 * (static_cast<int64_t>(digits.size()) - fraction_digits);
  if (top > 1100) return FromHex::kTooLarge;
  if (top < -1200) return give(0.0);
  uint64_t m = 0;
  size_t used = digits.size() < 16 ? digits.size() : 16;
  for (size_t k = 0; k < used; k++) m = m << 4 | static_cast<uint64_t>(digits[k]);
  m <<= 4 * (16 - used);
  bool sticky = false;
  for (size_t k = used; k < digits.size(); k++) sticky |= digits[k] != 0;
  int lead = __builtin_clzll(m);
  // 1 <= leading digit: at most three bits of m are empty at the top, so 61 bits are exact; the rest is in sticky.
  m <<= lead;
  int64_t e = top - lead;  // value = m / 2^64 * 2^e
  int keep = 53;
  if (e < -1021) keep = static_cast<int>(53 - (-1021 - e));
  if (keep < 0) return give(0.0);
  uint64_t kept = keep ? m >> (64 - keep) : 0;
  uint64_t rest = m << keep;  // keep < 64
  uint64_t half = uint64_t{1} << 63;
  if (rest > half || (rest == half && (sticky || (kept & 1)))) kept++;
  double d = std::ldexp(static_cast<double>(kept), static_cast<int>(e - keep));
  if (std::isinf(d)) return FromHex::kTooLarge;
  return give(d);
}

}  // namespace taipan
