// Sums, products and quotients of coefficients that two machine words hold.
#include <algorithm>
#include "gc/value.h"
#include "interp/shared/_decimal/number.h"

namespace taipan::decimal::small {

namespace {
constexpr int kMostDigits = 38;  // 10^38 < 2^127

bool is_small(const View& v) { return v.kind == kFinite && v.coef.n - 1 < 2; }  // and not zero

u128 value(Span s) { return s.n == 1 ? s.p[0] : u128{s.p[1]} * kBase + s.p[0]; }

int digits_of(u128 v) {
  if (v < kBase) return word_digits(static_cast<uint64_t>(v));
  uint64_t rest;
  return kWordDigits + word_digits(divide_by_base(v, &rest));
}

// Times 10^places; the product is below 10^38.
u128 scaled(u128 v, int64_t places) {
  if (places > kWordDigits) {
    v *= kBase;
    places -= kWordDigits;
  }
  return v * kPowersOfTen[places];
}

// By a power of ten up to 10^19.
u128 divided(u128 v, uint64_t d, uint64_t* rest) {
  uint64_t hi = static_cast<uint64_t>(v >> 64), high = hi / d;
  return u128{high} << 64 | divide_words(u128{hi % d} << 64 | static_cast<uint64_t>(v), d, rest);
}

// r = v * 10^exp, rounded to the precision. `more`: v is not zero, and a little larger than given. False: something else than rounding
// happens, or not to the nearest.
TAIPAN_INLINE bool store(Result* r, u128 v, int64_t exp, bool negative, bool more, const Settings& s,
                         uint32_t* status) {
  int64_t digits = digits_of(v), drop = digits - s.precision;
  uint32_t what = 0;
  if (exp + digits - 1 < s.emin) return false;  // also where rounding makes it large enough
  if (drop > 0) {
    if (drop > kWordDigits || (s.rounding != kRoundHalfEven && s.rounding != kRoundHalfUp)) return false;
    uint64_t unit = kPowersOfTen[drop], rest;
    v = divided(v, unit, &rest);
    uint64_t half = unit / 2;
    bool exactly_half = rest == half && !more;
    if (rest > half || (rest == half && more) || (exactly_half && (s.rounding == kRoundHalfUp || v % 2))) {
      v++;
      uint64_t ignored;
      if (digits_of(v) > s.precision) {
        v = divided(v, 10, &ignored);
        drop++;
      }
    }
    what = kRounded | (rest || more ? uint32_t{kInexact} : 0);
    exp += drop;
    digits = s.precision;
  } else if (more) {
    return false;
  }
  int64_t adjusted = exp + digits - 1;
  if (adjusted > s.emax || (s.clamp && exp > s.etop())) return false;
  r->exp = exp;
  r->negative = negative;
  if (v < kBase) {
    r->words[0] = static_cast<uint64_t>(v);
    r->n = v != 0;
  } else {
    r->words[1] = divide_by_base(v, &r->words[0]);
    r->n = 2;
  }
  *status |= what;
  return true;
}

// a + b, b's sign being what is said.
TAIPAN_INLINE bool sum(Result* r, const View& a, const View& b, bool b_negative, const Settings& s, uint32_t* status) {
  if (!is_small(a) || !is_small(b)) return false;
  u128 x = value(a.coef), y = value(b.coef);
  int64_t exp = a.exp;
  if (a.exp != b.exp) {
    bool left = a.exp > b.exp;
    int64_t places = left ? a.exp - b.exp : b.exp - a.exp;
    // (Where one is so small that it is but a hint for the rounding, the result is the same, unless that is finer than all digits here.)
    if (places > kMostDigits || places + digits_of(left ? x : y) > kMostDigits) return false;
    (left ? x : y) = scaled(left ? x : y, places);
    exp = left ? b.exp : a.exp;
  }
  if (a.negative == b_negative) {
    x += y;
    static_assert(kMostDigits == 38);
    if (x >= u128{kBase} * kBase) return false;
    return store(r, x, exp, a.negative, false, s, status);
  }
  if (x == y) return false;
  return x > y ? store(r, x - y, exp, a.negative, false, s, status)
               : store(r, y - x, exp, b_negative, false, s, status);
}
}  // namespace

bool add(Result* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  return sum(r, a, b, b.negative, s, status);
}
bool subtract(Result* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  return sum(r, a, b, !b.negative, s, status);
}

bool multiply(Result* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  if (a.kind != kFinite || b.kind != kFinite || a.coef.n != 1 || b.coef.n != 1) return false;
  return store(r, u128{a.coef.p[0]} * b.coef.p[0], a.exp + b.exp, a.negative != b.negative, false, s, status);
}

// The quotient to one digit more than is wanted, by a divisor of one word; trailing zeros go as far as the exponent allows.
bool divide(Result* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  if (!is_small(a) || b.kind != kFinite || b.coef.n != 1 || s.precision > kMostDigits) return false;
  uint64_t divisor = b.coef.p[0], rest;
  u128 x = value(a.coef);
  int64_t digits = digits_of(x), places = word_digits(divisor) - digits + s.precision + 1;
  if (places < 0 || places + digits > kMostDigits) return false;
  u128 q = divided(scaled(x, places), divisor, &rest);
  int64_t ideal = a.exp - b.exp, exp = ideal - places;
  bool negative = a.negative != b.negative;
  if (rest) return store(r, q, exp, negative, true, s, status);
  while (exp < ideal) {
    uint64_t digit;
    u128 shorter = divided(q, 10, &digit);
    if (digit) break;
    q = shorter;
    exp++;
  }
  return store(r, q, exp, negative, false, s, status);
}

bool compare(const View& a, const View& b, int* order) {
  if (a.kind != kFinite || b.kind != kFinite || a.coef.n > 1 || b.coef.n > 1) return false;
  u128 x = a.coef.n ? a.coef.p[0] : 0, y = b.coef.n ? b.coef.p[0] : 0;
  if (a.exp != b.exp) {
    int64_t places = a.exp < b.exp ? b.exp - a.exp : a.exp - b.exp;
    if (places > kWordDigits || places < 0) return false;
    (a.exp < b.exp ? y : x) *= kPowersOfTen[places];
  }
  if (a.negative != b.negative)  // (zeros are equal)
    *order = (x | y) == 0 ? 0 : a.negative ? -1 : 1;
  else
    *order = x == y ? 0 : (x < y) != a.negative ? -1 : 1;
  return true;
}

size_t to_text(const View& a, char* out) {
  if (a.kind != kFinite || a.coef.n > 2 || a.exp > 0 || a.exp < -kMostDigits - 6) return 0;
  char digits[2 * kWordDigits];
  char *end = digits + sizeof digits, *p = end;
  for (size_t i = 0; i < a.coef.n; i++) {
    uint64_t w = a.coef.p[i];
    bool last = i + 1 == a.coef.n;
    for (int k = 0; last ? w != 0 : k < kWordDigits; k++, w /= 10) *--p = static_cast<char>('0' + w % 10);
  }
  if (!a.coef.n) *--p = '0';
  auto n = static_cast<int64_t>(end - p);
  int64_t left = a.exp + n;  // digits before the point
  if (left <= -6) return 0;  // that has an exponent
  char* to = out;
  if (a.negative) *to++ = '-';
  if (left <= 0) {
    *to++ = '0';
    *to++ = '.';
    for (; left < 0; left++) *to++ = '0';
    to = std::copy(p, end, to);
  } else {
    to = std::copy(p, p + left, to);
    if (a.exp) *to++ = '.';
    to = std::copy(p + left, end, to);
  }
  return static_cast<size_t>(to - out);
}

}  // namespace taipan::decimal::small
