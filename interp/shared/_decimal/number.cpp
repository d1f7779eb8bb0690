// Rounding, sums, products, quotients.
#include "interp/shared/_decimal/number.h"
#include <algorithm>
#include <utility>

namespace taipan::decimal {

const Settings kWidest{kMaxPrecision, kMaxEmax, kMinEmin, kRoundHalfEven, false, true};

void out_of_memory(Number* r, uint32_t* status) {
  r->set_special(kQuietNaN, false);
  *status |= kMallocError;
}

void invalid(Number* r, uint32_t* status, uint32_t condition) {
  r->set_special(kQuietNaN, false);
  *status |= condition;
}

void Number::assign(const small::Result& r) {
  (void)coef.resize(r.n);  // (there is always room for as many)
  std::copy_n(r.words, r.n, coef.data());
  exp = r.exp;
  kind = kFinite;
  negative = r.negative;
}

void Number::copy(const View& v, uint32_t* status) {
  if (v.coef.p != coef.data() && !coef.assign(v.coef)) return out_of_memory(this, status);
  exp = v.exp;
  kind = v.kind;
  negative = v.negative;
}

namespace {

// dropped: as shift_right returns it.
bool rounds_away(Rounding rounding, bool negative, int dropped, const Words& kept) {
  switch (rounding) {
    case kRoundUp: return dropped != 0;
    case kRoundDown: return false;
    case kRoundCeiling: return dropped && !negative;
    case kRoundFloor: return dropped && negative;
    case kRoundHalfUp: return dropped >= 5;
    case kRoundHalfDown: return dropped > 5;
    case kRoundHalfEven: return dropped > 5 || (dropped == 5 && !kept.is_zero() && kept[0] % 2);
    case kRound05Up: return dropped && (kept.is_zero() || kept[0] % 5 == 0);
  }
  return false;
}

// Drops the last places of the coefficient.
bool drop_places(Number* r, int64_t places, Rounding rounding, uint32_t* status) {
  int dropped = shift_right(&r->coef, places);
  r->exp += places;
  *status |= kRounded;
  if (!dropped) return true;
  *status |= kInexact;
  return !rounds_away(rounding, r->negative, dropped, r->coef) || add_one(&r->coef);
}

void cut_payload(Number* r, const Settings& s) {
  int64_t most = s.precision - s.clamp;
  if (r->coef.size() && digit_count(r->coef) > most) keep_low(&r->coef, most);
}

void overflow(Number* r, const Settings& s, uint32_t* status) {
  *status |= kOverflow | kInexact | kRounded;
  bool to_infinity =
      s.rounding != kRoundDown && s.rounding != kRound05Up && s.rounding != (r->negative ? kRoundCeiling : kRoundFloor);
  bool negative = r->negative;
  if (to_infinity) return r->set_special(kInfinite, negative);
  if (!power_of_ten(&r->coef, s.precision)) return out_of_memory(r, status);
  Words one;
  one.set(1);
  subtract(&r->coef, one);
  r->exp = s.etop();
}

}  // namespace

void finish(Number* r, const Settings& s, uint32_t* status) {
  if (*status & kMallocError) return out_of_memory(r, status);
  if (r->kind != kFinite) {
    if (r->kind != kInfinite) cut_payload(r, s);
    return;
  }
  if (r->coef.is_zero()) {
    int64_t most = s.clamp ? s.etop() : s.emax, least = s.etiny();
    if (r->exp < least || r->exp > most) {
      r->exp = r->exp < least ? least : most;
      *status |= kClamped;
    }
    return;
  }
  int64_t digits = digit_count(r->coef), adjusted = r->exp + digits - 1;
  if (adjusted < s.emin) {
    *status |= kSubnormal;
    int64_t etiny = s.etiny();
    if (r->exp < etiny) {
      uint32_t what = 0;
      if (!drop_places(r, etiny - r->exp, s.rounding, &what)) return out_of_memory(r, status);
      *status |= what | (what & kInexact ? kUnderflow : 0);
      if (r->coef.is_zero()) *status |= kClamped;
      return;
    }
  } else if (digits > s.precision) {
    if (!drop_places(r, digits - s.precision, s.rounding, status)) return out_of_memory(r, status);
    if (digit_count(r->coef) > s.precision) {  // 99..9 has become 100..0
      shift_right(&r->coef, 1);
      r->exp++;
    }
    adjusted = r->exp + s.precision - 1;
  }
  if (adjusted > s.emax) return overflow(r, s, status);
  if (s.clamp && r->exp > s.etop()) {
    if (!shift_left(&r->coef, r->exp - s.etop())) return out_of_memory(r, status);
    r->exp = s.etop();
    *status |= kClamped;
  }
}

bool nan_result(Number* r, const View& a, const View* b, const Settings& s, uint32_t* status) {
  const View* from = nullptr;
  if (a.kind == kSignalingNaN)
    from = &a;
  else if (b && b->kind == kSignalingNaN)
    from = b;
  if (from)
    *status |= kInvalidOperation;
  else if (a.kind == kQuietNaN)
    from = &a;
  else if (b && b->kind == kQuietNaN)
    from = b;
  if (!from) return false;
  r->copy(*from, status);
  if (r->kind == kSignalingNaN) r->kind = kQuietNaN;
  cut_payload(r, s);
  return true;
}

bool rescale(Number* r, int64_t e, Rounding rounding, uint32_t* status) {
  if (r->coef.is_zero()) {
    r->exp = e;
    return true;
  }
  if (e > r->exp) return drop_places(r, e - r->exp, rounding, status);
  if (!shift_left(&r->coef, r->exp - e)) return false;
  r->exp = e;
  return true;
}

// ---- Comparison ---------------------------------------------------------------------------------------------------------------------------

namespace {

// |a| against |b|, both finite and not zero.
int compare_magnitudes(const View& left, const View& right) {
  int64_t x = left.adjusted(), y = right.adjusted();
  if (x != y) return x < y ? -1 : 1;
  if (left.exp == right.exp) return compare(left.coef, right.coef);
  // As many digits before the point: the one with fewer behind it gets zeros.
  bool swapped = left.exp < right.exp;
  const View &a = swapped ? right : left, &b = swapped ? left : right;
  Words wide;
  int order;
  if (!wide.assign(a.coef) || !shift_left(&wide, a.exp - b.exp))
    order = 0;
  else
    order = compare(wide, b.coef);
  return swapped ? -order : order;
}

}  // namespace

int compare_numbers(const View& a, const View& b) {
  int x = a.sign(), y = b.sign();
  if (x != y) return x < y ? -1 : 1;
  if (!x) return 0;
  int order = a.kind == kInfinite || b.kind == kInfinite ? (a.kind == kInfinite) - (b.kind == kInfinite)
                                                         : compare_magnitudes(a, b);
  return x < 0 ? -order : order;
}

int compare_total_order(const View& a, const View& b) {
  if (a.negative != b.negative) return a.negative ? -1 : 1;
  int order;
  auto rank = [](const View& v) {
    return v.kind == kQuietNaN ? 3 : v.kind == kSignalingNaN ? 2 : v.kind == kInfinite ? 1 : 0;
  };
  if (rank(a) != rank(b)) {
    order = rank(a) < rank(b) ? -1 : 1;
  } else if (a.is_nan()) {
    order = compare(a.coef, b.coef);
  } else if (a.kind == kInfinite) {
    order = 0;
  } else {
    order = compare_numbers(a.absolute(), b.absolute());
    if (!order) order = a.exp == b.exp ? 0 : a.exp < b.exp ? -1 : 1;
  }
  return a.negative ? -order : order;
}

// ---- Sums ---------------------------------------------------------------------------------------------------------------------------------

namespace {

// Two finite numbers of one exponent or more, the coefficients aligned; the result isn't rounded yet.
bool add_aligned(Number* r, const View& left, const View& right, const Settings& s) {
  View a = left, b = right;
  Words wide;
  if (a.exp != b.exp) {
    // The one with the larger exponent gets zeros. Where the other is too small to be more than a hint for the rounding, it becomes one:
    // no digit of it meets a digit of the result.
    bool swapped = a.exp < b.exp;
    if (swapped) std::swap(a, b);
    int64_t e = a.exp + std::min<int64_t>(-1, a.digits() - s.precision - 2);
    static const uint64_t one = 1;
    if (b.adjusted() < e) {
      b.coef = {&one, 1};
      b.exp = e;
    }
    if (!wide.assign(a.coef) || !shift_left(&wide, a.exp - b.exp)) return false;
    a.coef = wide;
    a.exp = b.exp;
  }
  r->kind = kFinite;
  r->exp = a.exp;
  if (a.negative == b.negative) {
    r->negative = a.negative;
    return decimal::add(&r->coef, a.coef, b.coef);
  }
  int order = compare(a.coef, b.coef);
  if (!order) {
    r->coef.clear();
    r->negative = s.rounding == kRoundFloor;
    return true;
  }
  if (order < 0) std::swap(a, b);
  r->negative = a.negative;
  if (!r->coef.assign(a.coef)) return false;
  decimal::subtract(&r->coef, b.coef);
  return true;
}

}  // namespace

void add(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  if (small::Result q; small::add(&q, a, b, s, status)) return r->assign(q);
  if (a.special() || b.special()) {
    if (nan_result(r, a, &b, s, status)) return;
    if (a.kind == kInfinite && b.kind == kInfinite && a.negative != b.negative) return invalid(r, status);
    return r->set_special(kInfinite, a.kind == kInfinite ? a.negative : b.negative);
  }
  if (a.is_zero() || b.is_zero()) {
    int64_t e = std::min(a.exp, b.exp);
    if (a.is_zero() && b.is_zero()) {
      r->set_zero(a.negative == b.negative ? a.negative : s.rounding == kRoundFloor, e);
      return finish(r, s, status);
    }
    View other = a.is_zero() ? b : a;
    r->copy(other, status);
    e = std::max(e, other.exp - s.precision - 1);
    if (e < r->exp && !rescale(r, e, s.rounding, status)) return out_of_memory(r, status);
    return finish(r, s, status);
  }
  if (!add_aligned(r, a, b, s)) return out_of_memory(r, status);
  finish(r, s, status);
}

void subtract(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  if ((a.special() || b.special()) && nan_result(r, a, &b, s, status)) return;
  add(r, a, b.negated(), s, status);
}

void plus(Number* r, const View& a, const Settings& s, uint32_t* status) {
  if (nan_result(r, a, nullptr, s, status)) return;
  r->copy(a, status);
  if (a.is_zero()) r->negative = a.negative && s.rounding == kRoundFloor;
  finish(r, s, status);
}

void minus(Number* r, const View& a, const Settings& s, uint32_t* status) {
  if (nan_result(r, a, nullptr, s, status)) return;
  r->copy(a.negated(), status);
  if (a.is_zero()) r->negative = r->negative && s.rounding == kRoundFloor;
  finish(r, s, status);
}

void absolute(Number* r, const View& a, const Settings& s, uint32_t* status) {
  if (nan_result(r, a, nullptr, s, status)) return;
  r->copy(a.absolute(), status);
  finish(r, s, status);
}

// ---- Products ------------------------------------------------------------------------------------------------------------------------------

namespace {

// False: r is done (a special value, or no memory).
bool multiply_exactly(Number* r, const View& a, const View& b, uint32_t* status) {
  bool negative = a.negative != b.negative;
  if (a.special() || b.special()) {
    if (a.is_zero() || b.is_zero())
      invalid(r, status);
    else
      r->set_special(kInfinite, negative);
    return false;
  }
  r->set_zero(negative, a.exp + b.exp);
  if (decimal::multiply(&r->coef, a.coef, b.coef)) return true;
  out_of_memory(r, status);
  return false;
}

}  // namespace

void multiply(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  if (small::Result q; small::multiply(&q, a, b, s, status)) return r->assign(q);
  if ((a.special() || b.special()) && nan_result(r, a, &b, s, status)) return;
  if (multiply_exactly(r, a, b, status)) finish(r, s, status);
}

void fused_multiply_add(Number* r, const View& a, const View& b, const View& c, const Settings& s, uint32_t* status) {
  if (a.is_nan() || b.is_nan()) {  // a signaling NaN of the product comes first, then the sum's
    View first = a.kind == kSignalingNaN || (a.is_nan() && b.kind != kSignalingNaN) ? a : b;
    nan_result(r, first, &c, s, status);
    return;
  }
  Number product;
  uint32_t what = 0;
  multiply_exactly(&product, a, b, &what);
  if (what) {
    *status |= what;
    return invalid(r, status, what);
  }
  add(r, product, c, s, status);
}

// ---- Quotients -----------------------------------------------------------------------------------------------------------------------------

namespace {

// What all divisions share: false, r is done.
bool divisible(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status, bool integer_part) {
  if ((a.special() || b.special()) && nan_result(r, a, &b, s, status)) return false;
  bool negative = a.negative != b.negative;
  if (a.kind == kInfinite) {
    if (b.kind == kInfinite)
      invalid(r, status);
    else
      r->set_special(kInfinite, negative);
    return false;
  }
  if (b.kind == kInfinite) {
    r->set_zero(negative, integer_part ? 0 : s.etiny());
    if (!integer_part) *status |= kClamped;
    return false;
  }
  if (b.is_zero()) {
    if (a.is_zero()) {
      invalid(r, status, kDivisionUndefined);
    } else {
      *status |= kDivisionByZero;
      r->set_special(kInfinite, negative);
    }
    return false;
  }
  return true;
}

}  // namespace

void divide(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  if (small::Result q; small::divide(&q, a, b, s, status)) return r->assign(q);
  if (!divisible(r, a, b, s, status, false)) return;
  bool negative = a.negative != b.negative;
  int64_t ideal = a.exp - b.exp;
  if (a.is_zero()) {
    r->set_zero(negative, ideal);
    return finish(r, s, status);
  }
  // One digit more than is wanted, and whether anything is left. An exact quotient of so many digits at most is found without
  // the room for all digits of a huge precision.
  int64_t precision = s.precision, enough = a.digits() + 4 * b.digits() + 10;
  if (precision > 1000000 && enough < precision) {
    Settings t = s;
    t.precision = enough;
    uint32_t what = 0;
    divide(r, a, b, t, &what);
    if (!(what & (kInexact | kMallocError))) return finish(r, s, status);
  }
  int64_t places = b.digits() - a.digits() + precision + 1;
  int64_t exp = ideal - places;
  Words wide, rest, quotient;
  Span x = a.coef, y = b.coef;
  if (places) {
    if (!wide.assign(places > 0 ? x : y) || !shift_left(&wide, places > 0 ? places : -places))
      return out_of_memory(r, status);
    (places > 0 ? x : y) = wide;
  }
  if (!decimal::divide(&quotient, &rest, x, y)) return out_of_memory(r, status);
  if (!rest.is_zero()) {
    if (quotient[0] % 5 == 0 && !add_one(&quotient)) return out_of_memory(r, status);
  } else if (exp < ideal) {
    int64_t spare = std::min(trailing_zeros(quotient), ideal - exp);
    shift_right(&quotient, spare);
    exp += spare;
  }
  r->coef = std::move(quotient);
  r->exp = exp;
  r->kind = kFinite;
  r->negative = negative;
  finish(r, s, status);
}

namespace {

// Integer quotient (exponent 0) and remainder of finite numbers, b not zero; not rounded. False: done (too many digits, no memory).
bool divide_integers(Number* q, Number* rem, const View& a, const View& b, const Settings& s, uint32_t* status) {
  int64_t ideal = std::min(a.exp, b.exp);
  bool negative = a.negative != b.negative;
  int64_t difference = a.is_zero() ? 0 : a.adjusted() - b.adjusted();
  if (a.is_zero() || difference <= -2) {
    q->set_zero(negative, 0);
    rem->copy(a, status);
    // The remainder is the dividend, at the smaller exponent as far as that makes a difference.
    uint32_t ignored = 0;
    if (!a.is_zero() && a.exp - ideal > s.precision) {
      // It could not keep so many zeros anyway.
      ideal = std::max(ideal, a.exp - s.precision);
    }
    if (!rescale(rem, ideal, s.rounding, &ignored)) out_of_memory(rem, status);
    return !(*status & kMallocError);
  }
  if (difference > s.precision) {
    invalid(q, status, kDivisionImpossible);
    rem->set_special(kQuietNaN, false);
    return false;
  }
  Words wide;
  Span x = a.coef, y = b.coef;
  if (a.exp != b.exp) {
    bool dividend = a.exp > b.exp;
    if (!wide.assign(dividend ? x : y) || !shift_left(&wide, dividend ? a.exp - b.exp : b.exp - a.exp)) {
      out_of_memory(q, status);
      out_of_memory(rem, status);
      return false;
    }
    (dividend ? x : y) = wide;
  }
  Words quotient, rest;
  if (!decimal::divide(&quotient, &rest, x, y)) {
    out_of_memory(q, status);
    out_of_memory(rem, status);
    return false;
  }
  if (digit_count(quotient) > s.precision) {
    invalid(q, status, kDivisionImpossible);
    rem->set_special(kQuietNaN, false);
    return false;
  }
  q->set_zero(negative, 0);
  q->coef = std::move(quotient);
  rem->set_zero(a.negative, ideal);
  rem->coef = std::move(rest);
  return true;
}

}  // namespace

void divide_int(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  if (!divisible(r, a, b, s, status, true)) return;
  Number rest;
  if (divide_integers(r, &rest, a, b, s, status)) finish(r, s, status);
}

namespace {

// Remainders of what is not finite, and by zero: true, r is the result.
bool remainder_decided(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  if ((a.special() || b.special()) && nan_result(r, a, &b, s, status)) return true;
  if (a.kind == kInfinite) {
    invalid(r, status);
  } else if (b.kind == kInfinite) {
    r->copy(a, status);
    finish(r, s, status);
  } else if (b.is_zero()) {
    invalid(r, status, a.is_zero() ? kDivisionUndefined : kInvalidOperation);
  } else {
    return false;
  }
  return true;
}

}  // namespace

void remainder(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  if (remainder_decided(r, a, b, s, status)) return;
  Number quotient;
  if (divide_integers(&quotient, r, a, b, s, status)) finish(r, s, status);
}

void divide_with_remainder(Number* q, Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  if ((a.special() || b.special()) && nan_result(q, a, &b, s, status)) return r->copy(*q, status);
  bool negative = a.negative != b.negative;
  if (a.kind == kInfinite) {
    if (b.kind == kInfinite)
      invalid(q, status);
    else
      q->set_special(kInfinite, negative);
    return invalid(r, status);
  }
  if (b.kind == kInfinite) {
    q->set_zero(negative, 0);
    r->copy(a, status);
    return finish(r, s, status);
  }
  if (b.is_zero()) {
    if (a.is_zero()) {
      invalid(q, status, kDivisionUndefined);
      return invalid(r, status, kDivisionUndefined);
    }
    q->set_special(kInfinite, negative);
    return invalid(r, status, kDivisionByZero | kInvalidOperation);
  }
  if (!divide_integers(q, r, a, b, s, status)) return;
  finish(q, s, status);
  finish(r, s, status);
}

void remainder_near(Number* r, const View& a, const View& b, const Settings& s, uint32_t* status) {
  if (remainder_decided(r, a, b, s, status)) return;
  Number quotient;
  Settings wide = s;
  wide.precision = s.precision + 1;
  if (!divide_integers(&quotient, r, a, b, wide, status)) return;
  // The multiple above may be nearer: 2 * remainder against the divisor, then the quotient's last digit.
  Number twice;
  uint32_t ignored = 0;
  add(&twice, r->view().absolute(), r->view().absolute(), kWidest, &ignored);
  int order = compare_numbers(twice, b.absolute());
  if (order > 0 || (order == 0 && quotient.view().is_odd())) {
    if (!add_one(&quotient.coef)) return out_of_memory(r, status);
    Number nearer;
    View toward = b.absolute();
    toward.negative = !r->negative;
    add(&nearer, *r, toward, kWidest, &ignored);
    if (nearer.coef.is_zero()) nearer.negative = a.negative;
    *r = std::move(nearer);
  }
  if (ignored & kMallocError) return out_of_memory(r, status);
  if (digit_count(quotient.coef) > s.precision) return invalid(r, status, kDivisionImpossible);
  finish(r, s, status);
}

}  // namespace taipan::decimal
