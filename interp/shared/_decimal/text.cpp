// Numbers to text and back: the grammar and the forms of the specification.
#include "interp/shared/_decimal/number.h"

namespace taipan::decimal {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool equals(std::string_view text, std::string_view word) {
  if (text.size() != word.size()) return false;
  for (size_t i = 0; i < text.size(); i++) {
    if (lower(text[i]) != word[i]) return false;
  }
  return true;
}

bool starts(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && equals(text.substr(0, word.size()), word);
}

Parsed outcome(bool stored) { return stored ? kParsed : kNoMemory; }

}  // namespace

Parsed parse(Number* r, std::string_view text) {
  r->set_zero(false, 0);
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    r->negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (equals(text, "inf") || equals(text, "infinity")) {
    r->kind = kInfinite;
    return kParsed;
  }
  bool signaling = starts(text, "snan");
  if (signaling || starts(text, "nan")) {
    text.remove_prefix(signaling ? 4 : 3);
    for (char c : text) {
      if (!is_digit(c)) return kMalformed;
    }
    r->kind = signaling ? kSignalingNaN : kQuietNaN;
    if (text.size() > static_cast<size_t>(kMaxPrecision)) return kMalformed;
    return outcome(from_digits(&r->coef, text));
  }
  size_t i = 0, point = std::string_view::npos;
  while (i < text.size() && (is_digit(text[i]) || (text[i] == '.' && point == std::string_view::npos))) {
    if (text[i] == '.') point = i;
    i++;
  }
  std::string_view number = text.substr(0, i);
  size_t fraction = point == std::string_view::npos ? 0 : i - point - 1;
  if (number.size() == (point != std::string_view::npos)) return kMalformed;  // no digit
  int64_t exp = 0;
  if (i < text.size()) {
    if (lower(text[i]) != 'e') return kMalformed;
    i++;
    bool negative = false;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) negative = text[i++] == '-';
    if (i == text.size()) return kMalformed;
    // Beyond any exponent there is: it stays there, whatever the digits before the point do.
    constexpr int64_t kFar = int64_t{4} * kMaxPrecision;
    for (; i < text.size(); i++) {
      if (!is_digit(text[i])) return kMalformed;
      if (exp < kFar / 10)
        exp = exp * 10 + (text[i] - '0');
      else
        exp = kFar;
    }
    if (negative) exp = -exp;
  }
  r->exp = exp - static_cast<int64_t>(fraction);
  if (point == std::string_view::npos) return outcome(from_digits(&r->coef, number));
  char buffer[64];
  std::string longer;
  std::string_view digits;
  if (number.size() <= sizeof buffer) {
    size_t n = 0;
    for (char c : number) {
      if (c != '.') buffer[n++] = c;
    }
    digits = {buffer, n};
  } else {
    longer.reserve(number.size());
    longer.append(number.substr(0, point)).append(number.substr(point + 1));
    digits = longer;
  }
  return outcome(from_digits(&r->coef, digits));
}

namespace {

std::string to_text(const View& a, bool capitals, bool engineering) {
  char text[small::kMostText];
  if (size_t n = small::to_text(a, text)) return {text, n};
  std::string out;
  if (a.negative) out += '-';
  if (a.special()) {
    out += a.kind == kInfinite ? "Infinity" : a.kind == kQuietNaN ? "NaN" : "sNaN";
    if (a.is_nan() && a.coef.n) to_digits(a.coef, &out);
    return out;
  }
  std::string digits;
  to_digits(a.coef, &digits);
  auto n = static_cast<int64_t>(digits.size());
  int64_t left = a.exp + n;  // digits before the point where there is no exponent
  int64_t point;
  if (a.exp <= 0 && left > -6) {
    point = left;
  } else if (!engineering) {
    point = 1;
  } else if (!a.coef.n) {
    point = (left + 1) % 3;
    if (point < 0) point += 3;
    point -= 1;
  } else {
    point = (left - 1) % 3;
    if (point < 0) point += 3;
    point += 1;
  }
  if (point <= 0) {
    out += "0.";
    out.append(static_cast<size_t>(-point), '0');
    out += digits;
  } else if (point >= n) {
    out += digits;
    out.append(static_cast<size_t>(point - n), '0');
  } else {
    out.append(digits, 0, static_cast<size_t>(point));
    out += '.';
    out.append(digits, static_cast<size_t>(point));
  }
  if (left != point) {
    out += capitals ? 'E' : 'e';
    if (left > point) out += '+';
    out += std::to_string(left - point);
  }
  return out;
}

}  // namespace

std::string to_scientific(const View& a, bool capitals) { return to_text(a, capitals, false); }
std::string to_engineering(const View& a, bool capitals) { return to_text(a, capitals, true); }

}  // namespace taipan::decimal
