// format(Decimal, spec).
#include <clocale>
#include <string>
#include "interp/objects/dict.h"
#include "interp/shared/_decimal/decimal.h"

namespace taipan::decimal {

namespace {

struct Spec {
  std::string fill = " ";
  char align = '>';  // < > = ^, or 'z': zeros after the sign
  char sign = '-';
  char type = 0;
  bool no_negative_zero = false;
  int64_t width = 0, precision = -1;
  std::string point = ".", separator, grouping;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool read_number(const std::string& s, size_t* i, int64_t* out) {
  int64_t n = 0;
  for (; *i < s.size() && is_digit(s[*i]); ++*i) {
    if (n > INT64_MAX / 100) return false;
    n = n * 10 + (s[*i] - '0');
  }
  *out = n;
  return true;
}

size_t char_bytes(const std::string& s, size_t i) {
  size_t n = 1;
  while (i + n < s.size() && (static_cast<unsigned char>(s[i + n]) & 0xC0) == 0x80) n++;
  return n;
}

size_t count_chars(const std::string& s) {
  size_t n = 0;
  for (char c : s) n += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return n;
}

bool parse_spec(const std::string& s, bool capitals, Spec* spec) {
  size_t i = 0;
  bool aligned = false;
  auto is_align = [](char c) { return c == '<' || c == '>' || c == '=' || c == '^'; };
  if (!s.empty()) {
    size_t n = char_bytes(s, 0);
    if (n < s.size() && is_align(s[n])) {
      spec->fill = s.substr(0, n);
      spec->align = s[n];
      aligned = true;
      i = n + 1;
    } else if (is_align(s[0])) {
      spec->align = s[0];
      aligned = true;
      i = 1;
    }
  }
  if (i < s.size() && (s[i] == '+' || s[i] == '-' || s[i] == ' ')) spec->sign = s[i++];
  if (i < s.size() && s[i] == 'z') {
    spec->no_negative_zero = true;
    i++;
  }
  if (i < s.size() && s[i] == '0') {
    if (aligned) return false;
    spec->align = 'z';
    i++;
  }
  if (!read_number(s, &i, &spec->width)) return false;
  if (i < s.size() && s[i] == ',') {
    spec->separator = ",";
    spec->grouping = "\3";
    i++;
  }
  if (i < s.size() && s[i] == '.') {
    i++;
    if (i >= s.size() || !is_digit(s[i]) || !read_number(s, &i, &spec->precision) || spec->precision > kMaxPrecision)
      return false;
  }
  if (i < s.size()) {
    char c = s[i];
    switch (c) {
      case 'E':
      case 'e':
      case 'F':
      case 'f':
      case 'G':
      case 'g':
      case '%': spec->type = c; break;
      case 'n':
      case 'N': {
        if (!spec->separator.empty()) return false;
        spec->type = c == 'n' ? 'g' : 'G';
        const lconv* l = localeconv();
        spec->point = l->decimal_point;
        spec->separator = l->thousands_sep;
        spec->grouping = l->grouping;
        break;
      }
      default: return false;
    }
    i++;
  } else {
    spec->type = capitals ? 'G' : 'g';
  }
  return i == s.size();
}

// The digits before the point, grouped from the right; where zeros fill up to a width they are grouped as well.
std::string grouped(const std::string& digits, const Spec& spec, int64_t least) {
  std::string reversed;
  size_t used = 0, group = 0;
  int64_t width = 0, separator_width = static_cast<int64_t>(count_chars(spec.separator));
  size_t in_group = 0;
  int size = spec.grouping.empty() || spec.separator.empty() ? 0 : spec.grouping[0];
  std::string reversed_separator(spec.separator.rbegin(), spec.separator.rend());
  while (used < digits.size() || width < least) {
    if (size > 0 && size != 127 && in_group == static_cast<size_t>(size)) {
      reversed += reversed_separator;  // and a digit after it, whatever the width
      width += separator_width;
      in_group = 0;
      if (group + 1 < spec.grouping.size() && spec.grouping[group + 1]) size = spec.grouping[++group];
    }
    reversed += used < digits.size() ? digits[digits.size() - 1 - used] : '0';
    used++;
    width++;
    in_group++;
  }
  return {reversed.rbegin(), reversed.rend()};
}

Ref aligned(const std::string& sign, const std::string& body, const Spec& spec) {
  auto n = static_cast<int64_t>(count_chars(sign) + count_chars(body));
  if (spec.width - n > int64_t{1} << 40) return raise_memory();
  std::string padding;
  for (int64_t i = n; i < spec.width; i++) padding += spec.fill;
  switch (spec.align) {
    case '<': return make_str(sign + body + padding);
    case '=': return make_str(sign + padding + body);
    case '^': {
      size_t half = padding.size() / spec.fill.size() / 2 * spec.fill.size();
      return make_str(padding.substr(0, half) + sign + body + padding.substr(half));
    }
    default: return make_str(padding + sign + body);
  }
}

bool override_text(Value overrides, const char* key, std::string* out) {
  Value v = dict_get_cstr(overrides, key);
  if (!v) return !error_occurred();
  if (!is_str(v)) return raise(types::ValueError, "invalid override dict");
  return utf8_of(v, out);
}

}  // namespace

Ref decimal_format(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "format arg must be str");
  Ref context = current_context();
  if (!context) return nullptr;
  const Settings s = settings_of(context);
  std::string text;
  if (!utf8_of(a[0], &text)) return nullptr;
  View d = view_of(a.self);
  if (text.empty()) return make_str(to_scientific(d, s.capitals));
  Spec spec;
  if (!parse_spec(text, s.capitals, &spec)) return raise(types::ValueError, "invalid format string");
  if (a.has(1) && a[1] != kNone) {
    if (!is_dict(a[1])) return raise(types::TypeError, "optional argument must be a dict");
    if (!override_text(a[1], "decimal_point", &spec.point) || !override_text(a[1], "thousands_sep", &spec.separator) ||
        !override_text(a[1], "grouping", &spec.grouping))
      return nullptr;
    bool valid = !spec.point.empty() && spec.point.size() <= 4 && spec.separator.size() <= 4;
    for (char c : spec.grouping) valid = valid && static_cast<unsigned char>(c) < 128;
    if (!valid) return raise(types::ValueError, "invalid override dict");
  }
  Number r;
  uint32_t status = 0;
  r.copy(d, &status);
  char type = spec.type;
  if (type == '%' && r.kind == kFinite) r.exp += 2;
  if (r.kind == kFinite && spec.precision >= 0) {
    int64_t keep = -1;
    if (type == 'e' || type == 'E') keep = spec.precision + 1;
    if (type == 'g' || type == 'G') keep = spec.precision ? spec.precision : 1;
    if (keep >= 0) {
      if (digit_count(r.coef) > keep) {
        Settings t = kWidest;
        t.precision = keep;
        t.rounding = s.rounding;
        uint32_t ignored = 0;
        finish(&r, t, &ignored);
        status |= ignored & kMallocError;
      }
      if ((type == 'e' || type == 'E') && !r.coef.is_zero() && digit_count(r.coef) < keep) {
        uint32_t ignored = 0;
        if (!rescale(&r, r.exp - (keep - digit_count(r.coef)), s.rounding, &ignored)) status |= kMallocError;
      }
    } else {
      uint32_t ignored = 0;
      if (!rescale(&r, -spec.precision, s.rounding, &ignored)) status |= kMallocError;
    }
  }
  if (status & kMallocError) return raise_memory();
  bool percent_or_fixed = type == 'f' || type == 'F' || type == '%';
  if (r.kind == kFinite && r.coef.is_zero() && r.exp > 0 && percent_or_fixed) r.exp = 0;
  bool negative = r.negative;
  if (spec.no_negative_zero && r.view().is_zero()) negative = false;
  std::string sign = negative ? "-" : spec.sign == '+' ? "+" : spec.sign == ' ' ? " " : "";
  if (r.kind != kFinite) {
    std::string body = to_scientific(r.view().absolute(), true);
    if (type == '%') body += '%';
    if (spec.align == 'z') spec.align = '>';
    return aligned(sign, body, spec);
  }
  std::string digits;
  to_digits(r.coef, &digits);
  auto n = static_cast<int64_t>(digits.size());
  int64_t left = r.exp + n, point = 1;
  if (type == 'e' || type == 'E')
    point = r.coef.is_zero() && spec.precision >= 0 ? 1 - spec.precision : 1;
  else if (percent_or_fixed)
    point = left;
  else if (r.exp <= 0 && left > -6)
    point = left;
  if (point > n + (int64_t{1} << 40) || point < -(int64_t{1} << 40)) return raise_memory();
  std::string whole, fraction;
  if (point < 0) {
    whole = "0";
    fraction = std::string(static_cast<size_t>(-point), '0') + digits;
  } else if (point > n) {
    whole = digits + std::string(static_cast<size_t>(point - n), '0');
  } else {
    whole = point ? digits.substr(0, static_cast<size_t>(point)) : "0";
    fraction = digits.substr(static_cast<size_t>(point));
  }
  std::string rest;
  if (!fraction.empty()) rest = spec.point + fraction;
  int64_t exponent = left - point;
  if (exponent || type == 'e' || type == 'E') {
    rest += type == 'E' || type == 'G' ? 'E' : 'e';
    if (exponent >= 0) rest += '+';
    rest += std::to_string(exponent);
  }
  if (type == '%') rest += '%';
  int64_t least = 0;
  if (spec.align == 'z') {
    least = spec.width - static_cast<int64_t>(count_chars(rest) + count_chars(sign));
    if (least > int64_t{1} << 40) return raise_memory();
  }
  return aligned(sign, grouped(whole, spec, least) + rest, spec);
}

}  // namespace taipan::decimal
