// What the specification has beside arithmetic: quantising, comparing, neighbours, logical operations, shifts, exponents.
#include <algorithm>
#include <utility>
#include "interp/shared/_decimal/number.h"

namespace taipan::decimal {

void quantize(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  if (a.special() || b.special()) {
    if (nan_result(r, a, &b, s, status)) return;
    if (a.kind != b.kind) return invalid(r, status);
    return r->set_special(kInfinite, a.negative);
  }
  if (b.exp > s.emax || b.exp < s.etiny()) return invalid(r, status);
  if (a.is_zero()) {
    r->set_zero(a.negative, b.exp);
    return finish(r, s, status);
  }
  int64_t shift = a.exp - b.exp;
  if (a.adjusted() > s.emax || a.digits() + shift > s.precision) return invalid(r, status);
  r->copy(a, status);
  uint32_t what = 0;
  if (!rescale(r, b.exp, s.rounding, &what)) return out_of_memory(r, status);
  if (r->view().adjusted() > s.emax || digit_count(r->coef) > s.precision) return invalid(r, status);
  *status |= what;
  finish(r, s, status);
}

namespace {

void round_to_integral(Number* r, const View& a, const Settings& s, uint32_t* status, bool exact) {
  if (a.special()) {
    if (!nan_result(r, a, nullptr, s, status)) r->copy(a, status);
    return;
  }
  r->copy(a, status);
  if (a.exp >= 0) return;
  uint32_t what = 0;
  if (!rescale(r, 0, s.rounding, &what)) return out_of_memory(r, status);
  if (exact) *status |= what;
}

}  // namespace

void to_integral(Number* r, const View& a, const Settings& s, uint32_t* status) {
  round_to_integral(r, a, s, status, false);
}
void to_integral_exact(Number* r, const View& a, const Settings& s, uint32_t* status) {
  round_to_integral(r, a, s, status, true);
}

void normalize(Number* r, const View& a, const Settings& s, uint32_t* status) {
  if (a.special()) {
    if (!nan_result(r, a, nullptr, s, status)) r->copy(a, status);
    return;
  }
  r->copy(a, status);
  finish(r, s, status);
  if (r->kind != kFinite) return;
  if (r->coef.is_zero()) return r->set_zero(r->negative, 0);
  int64_t most = s.clamp ? s.etop() : s.emax;
  int64_t places = std::min(trailing_zeros(r->coef), most - r->exp);
  if (places > 0) {
    shift_right(&r->coef, places);
    r->exp += places;
  }
}

// ---- Comparing ----------------------------------------------------------------------------------------------------------------------------

void compare(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  if ((a.special() || b.special()) && nan_result(r, a, &b, s, status)) return;
  int order = compare_numbers(a, b);
  r->set_small(order != 0, order < 0);
}

void compare_signal(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  if ((a.special() || b.special()) && nan_result(r, a, &b, s, status)) {
    *status |= kInvalidOperation;
    return;
  }
  compare(r, a, b, s, status);
}

void compare_total(Number* r, const View& a, const View& b, const Settings&, uint32_t*) {
  int order = compare_total_order(a, b);
  r->set_small(order != 0, order < 0);
}
void compare_total_mag(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  compare_total(r, a.absolute(), b.absolute(), s, status);
}

namespace {

// want: 1 the larger, -1 the smaller.
void choose(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status, int want, bool magnitudes) {
  if (a.special() || b.special()) {
    // One quiet NaN gives way to a number.
    if (a.kind == kQuietNaN && !b.is_nan()) {
      r->copy(b, status);
      return finish(r, s, status);
    }
    if (b.kind == kQuietNaN && !a.is_nan()) {
      r->copy(a, status);
      return finish(r, s, status);
    }
    if (nan_result(r, a, &b, s, status)) return;
  }
  int order = magnitudes ? compare_numbers(a.absolute(), b.absolute()) : 0;
  if (!order) order = compare_numbers(a, b);
  if (!order) order = compare_total_order(a, b);
  r->copy(order == want || (!order && want < 0) ? a : order ? b : a, status);
  finish(r, s, status);
}

}  // namespace

void max(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  choose(r, a, b, s, status, 1, false);
}
void min(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  choose(r, a, b, s, status, -1, false);
}
void max_mag(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  choose(r, a, b, s, status, 1, true);
}
void min_mag(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  choose(r, a, b, s, status, -1, true);
}

bool same_quantum(const View& a, const View& b) {
  if (a.special() || b.special()) return (a.is_nan() && b.is_nan()) || (a.kind == kInfinite && b.kind == kInfinite);
  return a.exp == b.exp;
}

bool is_subnormal(const View& a, const Settings& s) { return a.kind == kFinite && a.coef.n && a.adjusted() < s.emin; }
bool is_normal(const View& a, const Settings& s) { return a.kind == kFinite && a.coef.n && a.adjusted() >= s.emin; }

const char* number_class(const View& a, const Settings& s) {
  if (a.kind == kQuietNaN) return "NaN";
  if (a.kind == kSignalingNaN) return "sNaN";
  if (a.kind == kInfinite) return a.negative ? "-Infinity" : "+Infinity";
  if (a.is_zero()) return a.negative ? "-Zero" : "+Zero";
  if (is_normal(a, s)) return a.negative ? "-Normal" : "+Normal";
  return a.negative ? "-Subnormal" : "+Subnormal";
}

// ---- Neighbours ----------------------------------------------------------------------------------------------------------------------------

namespace {

// The next number of the settings above (or below) a finite or infinite one.
void neighbour(Number* r, const View& a, const Settings& s, uint32_t* status, bool up) {
  Settings t = s;
  t.clamp = false;
  if (a.kind == kInfinite) {
    if (a.negative != up) return r->copy(a, status);
    // From an infinity to the largest finite number.
    r->set_zero(a.negative, s.etop());
    if (!power_of_ten(&r->coef, s.precision)) return out_of_memory(r, status);
    Words one;
    one.set(1);
    subtract(&r->coef, one);
    return;
  }
  t.rounding = up ? kRoundCeiling : kRoundFloor;
  uint32_t what = 0;
  r->copy(a, &what);
  finish(r, t, &what);
  if (compare_numbers(*r, a) != 0 || (what & kMallocError)) {
    *status |= what & kMallocError;
    return;
  }
  Number tiny, sum;
  tiny.set_small(1, !up, s.etiny() - 1);
  what = 0;
  add(&sum, a, tiny, t, &what);
  *r = std::move(sum);
  *status |= what & kMallocError;
}

}  // namespace

void next_plus(Number* r, const View& a, const Settings& s, uint32_t* status) {
  if (!nan_result(r, a, nullptr, s, status)) neighbour(r, a, s, status, true);
}
void next_minus(Number* r, const View& a, const Settings& s, uint32_t* status) {
  if (!nan_result(r, a, nullptr, s, status)) neighbour(r, a, s, status, false);
}

void next_toward(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  if ((a.special() || b.special()) && nan_result(r, a, &b, s, status)) return;
  int order = compare_numbers(a, b);
  if (!order) {
    r->copy(a, status);
    r->negative = b.negative;
    return;
  }
  neighbour(r, a, s, status, order < 0);
  if (r->kind == kInfinite) {
    *status |= kOverflow | kInexact | kRounded;
  } else if (r->view().is_zero() || r->view().adjusted() < s.emin) {
    *status |= kUnderflow | kSubnormal | kInexact | kRounded;
    if (r->coef.is_zero()) *status |= kClamped;
  }
}

// ---- Digits that are 0 or 1 -----------------------------------------------------------------------------------------------------------------

namespace {

bool is_logical(const View& v) {
  if (v.kind != kFinite || v.negative || v.exp) return false;
  for (size_t i = 0; i < v.coef.n; i++) {
    for (uint64_t w = v.coef.p[i]; w; w /= 10) {
      if (w % 10 > 1) return false;
    }
  }
  return true;
}

template <class F>
void combine_digits(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status, F f) {
  if (!is_logical(a) || !is_logical(b)) return invalid(r, status);
  int64_t n = std::min(std::max(a.digits(), b.digits()), s.precision);
  r->set_zero(false, 0);
  if (!r->coef.resize(static_cast<size_t>((n + kWordDigits - 1) / kWordDigits))) return out_of_memory(r, status);
  for (size_t i = 0; i < r->coef.size(); i++) {
    uint64_t x = i < a.coef.n ? a.coef.p[i] : 0, y = i < b.coef.n ? b.coef.p[i] : 0, w = 0;
    for (int k = 0; k < kWordDigits; k++, x /= 10, y /= 10) w += f(x % 10, y % 10) * kPowersOfTen[k];
    r->coef.data()[i] = w;
  }
  keep_low(&r->coef, n);
  r->coef.trim();
}

}  // namespace

void logical_and(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  combine_digits(r, a, b, s, status, [](uint64_t x, uint64_t y) { return x & y; });
}
void logical_or(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  combine_digits(r, a, b, s, status, [](uint64_t x, uint64_t y) { return x | y; });
}
void logical_xor(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  combine_digits(r, a, b, s, status, [](uint64_t x, uint64_t y) { return x ^ y; });
}
void logical_invert(Number* r, const View& a, const Settings& s, uint32_t* status) {
  if (!is_logical(a)) return invalid(r, status);
  Number ones;
  if (!ones.coef.resize(static_cast<size_t>((s.precision + kWordDigits - 1) / kWordDigits)))
    return out_of_memory(r, status);
  for (size_t i = 0; i < ones.coef.size(); i++) ones.coef.data()[i] = kBase / 9;
  keep_low(&ones.coef, s.precision);
  logical_xor(r, a, ones, s, status);
}

// ---- Shifts and exponents ---------------------------------------------------------------------------------------------------------------------

namespace {

// An operand that counts: an integer of at most that magnitude, with exponent 0.
bool small_integer(const View& v, int64_t most, int64_t* out) {
  if (v.kind != kFinite || v.exp != 0 || v.coef.n > 1) return false;
  uint64_t w = v.coef.n ? v.coef.p[0] : 0;
  if (w > static_cast<uint64_t>(most)) return false;
  *out = v.negative ? -static_cast<int64_t>(w) : static_cast<int64_t>(w);
  return true;
}

}  // namespace

void shift(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  if ((a.special() || b.special()) && nan_result(r, a, &b, s, status)) return;
  int64_t n;
  if (!small_integer(b, s.precision, &n)) return invalid(r, status);
  r->copy(a, status);
  if (a.kind == kInfinite) return;
  if (n >= 0) {
    keep_low(&r->coef, s.precision - n);
    if (!shift_left(&r->coef, n)) return out_of_memory(r, status);
  } else {
    keep_low(&r->coef, s.precision);
    shift_right(&r->coef, -n);
  }
  if (digit_count(r->coef) > s.precision) keep_low(&r->coef, s.precision);
}

void rotate(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  if ((a.special() || b.special()) && nan_result(r, a, &b, s, status)) return;
  int64_t n;
  if (!small_integer(b, s.precision, &n)) return invalid(r, status);
  r->copy(a, status);
  if (a.kind == kInfinite) return;
  if (n < 0) n += s.precision;
  keep_low(&r->coef, s.precision);
  Words high;  // what falls out on the left comes in on the right
  if (!high.assign(r->coef)) return out_of_memory(r, status);
  shift_right(&high, s.precision - n);
  keep_low(&r->coef, s.precision - n);
  if (!shift_left(&r->coef, n)) return out_of_memory(r, status);
  Words sum;
  if (!add(&sum, r->coef, high)) return out_of_memory(r, status);
  r->coef = std::move(sum);
}

void scaleb(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  if ((a.special() || b.special()) && nan_result(r, a, &b, s, status)) return;
  int64_t n, most = s.emax > (INT64_MAX / 4) - s.precision ? INT64_MAX / 2 : 2 * (s.emax + s.precision);
  if (!small_integer(b, most, &n)) return invalid(r, status);
  r->copy(a, status);
  if (a.kind == kInfinite) return;
  r->exp += n;
  finish(r, s, status);
}

void logb(Number* r, const View& a, const Settings& s, uint32_t* status) {
  if (nan_result(r, a, nullptr, s, status)) return;
  if (a.kind == kInfinite) return r->set_special(kInfinite, false);
  if (a.is_zero()) {
    *status |= kDivisionByZero;
    return r->set_special(kInfinite, true);
  }
  int64_t n = a.adjusted();
  r->set_small(static_cast<uint64_t>(n < 0 ? -n : n), n < 0);
  finish(r, s, status);
}

}  // namespace taipan::decimal
