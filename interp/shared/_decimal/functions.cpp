// Roots, exponentials, logarithms and powers.
//
// exp, ln and log10 are rounded correctly, half to even: a value with a few digits more than wanted and a known error is made from integers; while
// the error leaves the rounding open it is made again with more digits (Ziv 1991). Integers are Taipan's own; they carry binary fixed
// point numbers of `bits` fractional bits. Exact results, for which that would never end, are found beforehand.
#include <algorithm>
#include <cmath>
#include <mutex>
#include <utility>
#include "gc/collector.h"
#include "interp/objects/error.h"
#include "interp/objects/int.h"
#include "interp/shared/_decimal/number.h"

#include "gc/heap.h"

namespace taipan::decimal {

namespace {

// An integer; null once memory was out, which then goes through all that follows.
class Big {
 public:
  Big() = default;
  Big(int64_t v) : r_(make_int(v)) {}
  explicit Big(Ref r) : r_(std::move(r)) {}
  Big(const Big& o) : r_(Ref::dup(o.r_.get())) {}
  Big(Big&&) = default;
  Big& operator=(const Big& o) {
    r_ = Ref::dup(o.r_.get());
    return *this;
  }
  Big& operator=(Big&&) = default;
  bool ok() const { return static_cast<bool>(r_); }
  Value get() const { return r_.get(); }
  int sign() const { return ok() ? int_sign(r_.get()) : 0; }
  friend Big operator+(const Big& a, const Big& b) { return apply(int_add, a, b); }
  friend Big operator-(const Big& a, const Big& b) { return apply(int_sub, a, b); }
  friend Big operator*(const Big& a, const Big& b) { return apply(int_mul, a, b); }
  friend Big operator/(const Big& a, const Big& b) { return apply(int_floordiv, a, b); }
  friend Big operator%(const Big& a, const Big& b) { return apply(int_mod, a, b); }
  friend Big operator<<(const Big& a, int64_t n) { return n < 0 ? a >> -n : apply(int_lshift, a, Big(n)); }
  friend Big operator>>(const Big& a, int64_t n) { return n < 0 ? a << -n : apply(int_rshift, a, Big(n)); }
  friend bool operator<(const Big& a, const Big& b) { return a.ok() && b.ok() && int_compare(a.get(), b.get()) < 0; }

 private:
  static Big apply(Ref (*f)(Value, Value), const Big& a, const Big& b) {
    return a.ok() && b.ok() ? Big(f(a.get(), b.get())) : Big(Ref());
  }
  Ref r_;
};

Big power_of(int64_t base, int64_t n) { return Big(int_pow(Value::from_int(base), Value::from_int(n))); }
Big square_root_of(const Big& a) { return a.ok() ? Big(int_isqrt(a.get())) : Big(Ref()); }

Big from_words(Span a) {
  size_t n;
  uint64_t* limbs = to_limbs(a, &n);
  if (!limbs) return Big(Ref());
  Big r(make_int_from_limbs(limbs, n, false));
  gc::raw_free(limbs);
  return r;
}

bool to_words(Words* w, const Big& a) {  // a >= 0
  if (!a.ok()) return false;
  if (a.get().is_int()) return from_u64(w, static_cast<uint64_t>(a.get().as_int()));
  const auto* b = a.get().as<BigInt>();
  return from_limbs(w, b->limbs(), static_cast<size_t>(b->size));
}

// Integers may have raised MemoryError; it is raised again by who looks at the status.
void give_up(Number* r, uint32_t* status) {
  clear_error();
  out_of_memory(r, status);
}

// So many digits would need more memory than there is.
bool too_precise(Number* r, const Settings& s, uint32_t* status) {
  if (s.precision < int64_t{1} << 32) return false;
  out_of_memory(r, status);
  return true;
}

int64_t bits_of_digits(int64_t digits) { return digits * 3322 / 1000 + 8; }

// a * 10^exp with so many fractional bits, rounded down.
Big fixed(const View& a, int64_t bits) {
  Big c = from_words(a.coef);
  if (a.exp >= 0) return (c * power_of(10, a.exp)) << bits;
  return (c << bits) / power_of(10, -a.exp);
}

// The inverse hyperbolic tangent of 1/n.
Big arctanh_inverse(int64_t n, int64_t bits) {
  Big term = (Big(1) << bits) / Big(n), sum = term, square(n * n);
  for (int64_t k = 3; term.sign() > 0; k += 2) {
    term = term / square;
    sum = sum + term / Big(k);
  }
  return sum;
}

// ln 10, kept with the most bits that were ever asked for.
Big ln10(int64_t bits) {
  static std::mutex mutex;
  static Value kept;
  static int64_t kept_bits = 0;
  {
    std::lock_guard lock(mutex);
    if (kept_bits >= bits) return Big(Ref::dup(kept)) >> (kept_bits - bits);
  }
  int64_t more = bits + 32;
  Big r =
      Big(46) * arctanh_inverse(31, more) + Big(34) * arctanh_inverse(49, more) + Big(20) * arctanh_inverse(161, more);
  if (!r.ok()) return r;
  Ref old;
  std::lock_guard lock(mutex);
  if (kept_bits < more) {
    if (kept.is_null()) gc::add_root(&kept);
    old = Ref::steal(kept);
    kept = Ref::dup(r.get()).release();
    kept_bits = more;
  }
  return r >> 32;
}

// e^x for 0 <= x < ln 10.
Big exp_fixed(const Big& x, int64_t bits) {
  auto halvings = static_cast<int64_t>(std::sqrt(static_cast<double>(bits)));
  int64_t wide = bits + 2 * halvings + 16;
  Big y = x << (wide - bits - halvings);
  Big one = Big(1) << wide, sum = one, term = one;
  for (int64_t k = 1; term.sign() > 0; k++) {
    term = ((term * y) >> wide) / Big(k);
    sum = sum + term;
  }
  for (int64_t k = 0; k < halvings; k++) sum = (sum * sum) >> wide;
  return sum >> (wide - bits);
}

// ln x for x between 1/4 and 4.
Big ln_fixed(const Big& x, int64_t bits) {
  // Roots bring x near to 1, where the series for the logarithm ends soon.
  auto roots = static_cast<int64_t>(std::sqrt(static_cast<double>(bits)) / 2) + 2;
  int64_t wide = bits + 2 * roots + 16;
  Big y = x << (wide - bits), one = Big(1) << wide;
  for (int64_t k = 0; k < roots; k++) y = square_root_of(y << wide);
  bool below = y < one;
  Big z = ((below ? one - y : y - one) << wide) / (y + one), square = (z * z) >> wide, term = z, sum = z;
  for (int64_t k = 3; term.sign() > 0; k += 2) {
    term = (term * square) >> wide;
    sum = sum + term / Big(k);
  }
  if (below) sum = Big(0) - sum;
  return (sum << (roots + 1)) >> (wide - bits);
}

// The decimal m * 10^exp nearest to a fixed point number, with about `digits` digits.
struct Approximation {
  Big m;
  int64_t exp;
};

// Stores an approximation whose last digits may be off by 8 units; false: the rounding is open.
bool settle(Number* r, const Approximation& a, const Settings& s, uint32_t* status) {
  r->kind = kFinite;
  r->negative = a.m.sign() < 0;
  r->exp = a.exp;
  if (!to_words(&r->coef, r->negative ? Big(0) - a.m : a.m)) {
    give_up(r, status);
    return true;
  }
  int64_t spare = digit_count(r->coef) - s.precision;
  if (r->view().adjusted() - s.precision + 1 < s.etiny()) spare = s.etiny() - r->exp;
  if (spare < 2) return false;
  // Is a half or a whole unit of the last digit kept within the error?
  Words low;
  if (!low.assign(r->coef)) {
    give_up(r, status);
    return true;
  }
  keep_low(&low, spare);
  Big half = Big(5) * power_of(10, spare - 1), rest = from_words(low) % half;
  if (!rest.ok()) {
    give_up(r, status);
    return true;
  }
  return Big(8) < rest && rest < half - Big(8);
}

// Rounds what is inexact even where no digit is dropped.
void finish_forced(Number* r, const Settings& s, uint32_t* status) {
  *status |= kInexact | kRounded;
  uint32_t what = 0;
  finish(r, s, &what);
  *status |= what | (what & kSubnormal ? kUnderflow : 0);
}

void finish_inexact(Number* r, const Settings& s, uint32_t* status) {
  Settings t = s;
  t.rounding = kRoundHalfEven;
  finish_forced(r, t, status);
}

}  // namespace

// ---- Square root -------------------------------------------------------------------------------------------------------------------------

void square_root(Number* r, const View& a, const Settings& s, uint32_t* status) {
  if (nan_result(r, a, nullptr, s, status)) return;
  if (a.kind == kInfinite) {
    if (a.negative) return invalid(r, status);
    return r->set_special(kInfinite, false);
  }
  int64_t ideal = a.exp >= 0 || a.exp % 2 == 0 ? a.exp / 2 : (a.exp - 1) / 2;
  if (a.is_zero()) {
    r->set_zero(a.negative, ideal);
    return finish(r, s, status);
  }
  if (a.negative) return invalid(r, status);
  Settings t = s;
  t.rounding = kRoundHalfEven;
  if (s.precision > 1000000 && a.digits() + 10 < s.precision) {  // an exact root has half as many digits
    Settings narrow = s;
    narrow.precision = a.digits() + 10;
    uint32_t what = 0;
    square_root(r, a, narrow, &what);
    if (!(what & (kInexact | kMallocError))) return finish(r, t, status);
  }
  if (too_precise(r, s, status)) return;
  // An even exponent, and so many digits that the root has one more than wanted.
  Words c;
  if (!c.assign(a.coef)) return out_of_memory(r, status);
  int64_t exp = a.exp;
  if (exp % 2) {
    exp--;
    if (!shift_left(&c, 1)) return out_of_memory(r, status);
  }
  int64_t places = 2 * (s.precision + 1) - digit_count(c);
  places += places % 2 != 0;
  bool exact = true;
  if (places > 0) {
    if (!shift_left(&c, places)) return out_of_memory(r, status);
  } else {
    exact = shift_right(&c, -places) == 0;
  }
  exp -= places;
  Big big = from_words(c), root = square_root_of(big);
  r->set_zero(false, exp / 2);
  if (!to_words(&r->coef, root)) return give_up(r, status);
  Big square = root * root;
  exact = exact && square.ok() && int_compare(square.get(), big.get()) == 0;
  if (exact) {
    if (r->exp < ideal) {
      int64_t spare = std::min(trailing_zeros(r->coef), ideal - r->exp);
      shift_right(&r->coef, spare);
      r->exp += spare;
    } else if (r->exp > ideal && !rescale(r, std::max(ideal, r->exp - s.precision), t.rounding, status)) {
      return out_of_memory(r, status);
    }
  } else if (r->coef[0] % 5 == 0 && !add_one(&r->coef)) {
    return out_of_memory(r, status);
  }
  finish(r, t, status);
}

// ---- Exponential ---------------------------------------------------------------------------------------------------------------------------

namespace {

// e^a with so many digits, within 4 units of the last. a is not zero and not so large that exponents run over.
Approximation exp_approximation(const View& a, int64_t digits) {
  int64_t bits = bits_of_digits(digits + 4) + std::max<int64_t>(0, a.adjusted() + 1) * 4;
  Big x = fixed(a, bits);
  if (a.negative) x = Big(0) - x;
  Big l = ln10(bits), q = x / l;
  Big e = exp_fixed(x - q * l, bits);
  int64_t exponent = 0;
  if (q.ok() && !int_fits64(q.get(), &exponent)) q = Big(Ref());
  if (!q.ok()) return {Big(Ref()), 0};
  return {(e * power_of(10, digits)) >> bits, exponent - digits};
}

// |a| so large that the exponential leaves all exponents behind: what comes out then.
bool exp_out_of_range(Number* r, const View& a, const Settings& s, uint32_t* status) {
  // ln(10) * (emax + 1), or of the smallest number, has at most so many digits before the point.
  if (a.adjusted() <= 19 && a.adjusted() <= word_digits(static_cast<uint64_t>(std::max(s.emax, -s.etiny()))) + 1)
    return false;
  if (a.negative) {
    r->set_small(1, false, s.etiny() - 1);
    Settings t = s;
    t.rounding = kRoundHalfEven;
    *status |= kInexact | kRounded;
    finish(r, t, status);
  } else {
    r->set_small(1, false, s.emax + 1);
    finish_inexact(r, s, status);
  }
  return true;
}

}  // namespace

void exponential(Number* r, const View& a, const Settings& s, uint32_t* status) {
  if (nan_result(r, a, nullptr, s, status)) return;
  if (a.kind == kInfinite) {
    if (a.negative) return r->set_zero(false, 0);
    return r->set_special(kInfinite, false);
  }
  if (a.is_zero()) return r->set_small(1);
  if (exp_out_of_range(r, a, s, status) || too_precise(r, s, status)) return;
  if (a.adjusted() < -s.precision - 1) {  // 1, and a little more or less
    if (!power_of_ten(&r->coef, s.precision + 1)) return out_of_memory(r, status);
    r->kind = kFinite;
    r->negative = false;
    r->exp = -s.precision - 1;
    Words one;
    one.set(1);
    if (a.negative)
      subtract(&r->coef, one);
    else if (!add_one(&r->coef))
      return out_of_memory(r, status);
    return finish_inexact(r, s, status);
  }
  for (int64_t extra = 5;; extra *= 2) {
    if (settle(r, exp_approximation(a, s.precision + extra), s, status)) break;
  }
  finish_inexact(r, s, status);
}

// ---- Logarithms -----------------------------------------------------------------------------------------------------------------------------

namespace {

// ln a with so many digits (or more), within 4 units of the last; a is positive and not 1.
Approximation ln_approximation(const View& a, int64_t digits) {
  // a = m * 10^k with m between 0.3 and 3
  int64_t k = a.adjusted();
  uint64_t top = a.coef.p[a.coef.n - 1];
  int lead = static_cast<int>(top / kPowersOfTen[word_digits(top) - 1]);
  if (lead >= 3) k++;
  View m = a;
  m.exp = a.exp - k;
  // Near to 1 the logarithm is small: what cancels is computed as well.
  int64_t cancelled = 0;
  if (k == 0) {
    Number distance, one;
    one.set_small(1);
    uint32_t ignored = 0;
    subtract(&distance, m, one, kWidest, &ignored);
    if (distance.kind == kFinite && !distance.coef.is_zero())
      cancelled = std::max<int64_t>(0, -distance.view().adjusted());
  }
  int64_t places = digits + cancelled;  // behind the point
  int64_t bits = bits_of_digits(places + 4) + word_digits(static_cast<uint64_t>(k < 0 ? -k : k)) * 4;
  Big x = ln_fixed(fixed(m, bits), bits);
  if (k) x = x + Big(k) * ln10(bits);
  return {(x * power_of(10, places)) >> bits, -places};
}

}  // namespace

void natural_log(Number* r, const View& a, const Settings& s, uint32_t* status) {
  if (nan_result(r, a, nullptr, s, status)) return;
  if (a.is_zero()) return r->set_special(kInfinite, true);
  if (a.negative) return invalid(r, status);
  if (a.kind == kInfinite) return r->set_special(kInfinite, false);
  static const uint64_t one = 1;
  if (compare_numbers(a, {{&one, 1}, 0, kFinite, false}) == 0) return r->set_zero(false, 0);
  if (too_precise(r, s, status)) return;
  for (int64_t extra = 5;; extra *= 2) {
    if (settle(r, ln_approximation(a, s.precision + extra), s, status)) break;
  }
  finish_inexact(r, s, status);
}

void decimal_log(Number* r, const View& a, const Settings& s, uint32_t* status) {
  if (nan_result(r, a, nullptr, s, status)) return;
  if (a.is_zero()) return r->set_special(kInfinite, true);
  if (a.negative) return invalid(r, status);
  if (a.kind == kInfinite) return r->set_special(kInfinite, false);
  if (trailing_zeros(a.coef) == a.digits() - 1 && digit_at(a.coef, a.digits() - 1) == 1) {  // a power of ten
    int64_t n = a.adjusted();
    r->set_small(static_cast<uint64_t>(n < 0 ? -n : n), n < 0);
    return finish(r, s, status);
  }
  if (too_precise(r, s, status)) return;
  for (int64_t extra = 5;; extra *= 2) {
    int64_t digits = s.precision + extra;
    Approximation ln = ln_approximation(a, digits + 2);
    int64_t places = -ln.exp;
    Big ten = (ln10(bits_of_digits(places + 2)) * power_of(10, places)) >> bits_of_digits(places + 2);
    Approximation quotient{(ln.m * power_of(10, places)) / ten, -places};
    if (settle(r, quotient, s, status)) break;
  }
  finish_inexact(r, s, status);
}

// ---- Powers ----------------------------------------------------------------------------------------------------------------------------------

namespace {

// a^n by squaring, with some more digits than wanted. True: exact as far as it went.
void power_by_squaring(Number* r, const View& a, uint64_t n, bool inverse, const Settings& s, uint32_t* status) {
  Settings t = s;
  t.precision = std::min(kMaxPrecision, s.precision + 4 + 2 * word_digits(std::min(n, kBase - 1)));
  t.rounding = kRoundHalfEven;
  t.emax = kMaxEmax;
  t.emin = kMinEmin;
  t.clamp = false;
  Number base, next;
  uint32_t what = 0;
  if (inverse) {
    Number one;
    one.set_small(1);
    t.precision = std::min(kMaxPrecision, t.precision + 1);
    divide(&base, one, a, t, &what);
  } else {
    base.copy(a, &what);
  }
  Number other;
  Number *done = r, *other_done = &other, *square = &base, *other_square = &next;
  done->set_small(1);
  for (;;) {
    if (n & 1) {
      multiply(other_done, *done, *square, t, &what);
      std::swap(done, other_done);
    }
    n >>= 1;
    if (!n || done->kind != kFinite || square->kind != kFinite || done->coef.is_zero()) break;
    multiply(other_square, *square, *square, t, &what);
    std::swap(square, other_square);
  }
  if (done != r) *r = std::move(*done);
  *status |= what & (kInexact | kRounded | kMallocError | kOverflow | kUnderflow | kSubnormal);
}

// What powers of 1 look like: 1 with zeros behind.
void power_of_one(Number* r, const View& a, const View& b, bool negative, const Settings& s, uint32_t* status) {
  int64_t exp;
  if (b.is_integer()) {
    Number n;
    uint32_t ignored = 0;
    n.copy(b, &ignored);
    int64_t times = 0;
    if (!b.negative) {
      if (b.adjusted() > 18 || !rescale(&n, 0, kRoundDown, &ignored) || n.coef.size() > 1)
        times = s.precision;
      else
        times =
            static_cast<int64_t>(std::min<uint64_t>(n.coef.size() ? n.coef[0] : 0, static_cast<uint64_t>(s.precision)));
    }
    exp = -a.exp >= s.precision && times ? -s.precision : a.exp * times;
    if (exp < 1 - s.precision) {
      exp = 1 - s.precision;
      *status |= kRounded;
    }
  } else {
    *status |= kInexact | kRounded;
    exp = 1 - s.precision;
  }
  r->set_zero(negative, exp);
  if (!power_of_ten(&r->coef, -exp)) return out_of_memory(r, status);
  finish(r, s, status);
}

}  // namespace

void power(Number* r, const View& base, const View& b, const Settings& s, uint32_t* status) {
  View a = base;
  if ((a.special() || b.special()) && nan_result(r, a, &b, s, status)) return;
  if (b.is_zero()) {
    if (a.is_zero()) return invalid(r, status);
    return r->set_small(1);
  }
  bool negative = false;
  if (a.negative) {
    if (b.kind != kInfinite && b.is_integer()) {
      negative = b.is_odd();
    } else if (!a.is_zero()) {
      return invalid(r, status);
    }
    a.negative = false;
  }
  if (a.is_zero() || a.kind == kInfinite) {
    if ((a.kind == kInfinite) == !b.negative) return r->set_special(kInfinite, negative);
    return r->set_zero(negative, 0);
  }
  static const uint64_t one_word = 1;
  View one{{&one_word, 1}, 0, kFinite, false};
  int against_one = compare_numbers(a, one);
  if (b.kind == kInfinite) {
    if (!against_one) {
      *status |= kInexact | kRounded;
      r->set_zero(negative, 1 - s.precision);
      if (!power_of_ten(&r->coef, s.precision - 1)) out_of_memory(r, status);
      return;
    }
    if ((against_one > 0) == b.negative) return r->set_zero(negative, 0);
    return r->set_special(kInfinite, negative);
  }
  if (!against_one) return power_of_one(r, a, b, negative, s, status);

  // Out of all exponents? |log10 a| is at least 10^(small) and at most |adjusted| + 1.
  bool integer = b.is_integer();
  bool grows = (against_one > 0) != b.negative;
  int64_t magnitude;  // 10^magnitude <= |b * log10(a)|, roughly
  {
    int64_t adjusted = a.adjusted();
    if (adjusted > 0 || adjusted < -1) {
      int64_t l = adjusted > 0 ? adjusted : -1 - adjusted;
      magnitude = b.adjusted() + word_digits(static_cast<uint64_t>(l)) - 1;
    } else {
      Number distance;
      uint32_t ignored = 0;
      subtract(&distance, a, one, kWidest, &ignored);
      magnitude =
          b.adjusted() + (distance.kind == kFinite && !distance.coef.is_zero() ? distance.view().adjusted() : 0) - 2;
    }
  }
  int64_t widest = word_digits(static_cast<uint64_t>(std::max(s.emax, -s.etiny())));
  if (magnitude > widest + 1) {
    *status |= kInexact | kRounded;
    r->set_small(1, negative, grows ? s.emax + 1 : s.etiny() - 1);
    return finish(r, s, status);
  }
  if (integer && b.adjusted() < 18) {
    Number n;
    uint32_t ignored = 0;
    n.copy(b, &ignored);
    if (!rescale(&n, 0, kRoundDown, &ignored)) return out_of_memory(r, status);
    power_by_squaring(r, a, n.coef[0], b.negative, s, status);
    r->negative = r->kind == kFinite || r->kind == kInfinite ? negative : false;
    return finish(r, s, status);
  }
  if (too_precise(r, s, status)) return;
  // e^(b ln a), with digits for the size of the exponent as well.
  int64_t digits = s.precision + 10 + std::max<int64_t>(0, magnitude + 3);
  Approximation ln = ln_approximation(a, digits + std::max<int64_t>(0, b.adjusted() + 1));
  Number log, exponent;
  log.exp = ln.exp;
  log.negative = ln.m.sign() < 0;
  uint32_t what = 0;
  if (!to_words(&log.coef, log.negative ? Big(0) - ln.m : ln.m)) return give_up(r, status);
  Settings t = kWidest;
  t.precision = digits + std::max<int64_t>(0, b.adjusted() + 1);
  multiply(&exponent, log, b, t, &what);
  if (what & kMallocError) return out_of_memory(r, status);
  if (exponent.coef.is_zero() || exponent.view().adjusted() < -s.precision - 1) {
    // 1, and a little more or less
    if (!power_of_ten(&r->coef, s.precision + 1)) return out_of_memory(r, status);
    r->kind = kFinite;
    r->exp = -s.precision - 1;
    Words unit;
    unit.set(1);
    if (exponent.negative)
      decimal::subtract(&r->coef, unit);
    else if (!add_one(&r->coef))
      return out_of_memory(r, status);
    r->negative = negative;
    return finish_forced(r, s, status);
  }
  Approximation e = exp_approximation(exponent, s.precision + 8);
  r->kind = kFinite;
  r->exp = e.exp;
  if (!to_words(&r->coef, e.m)) return give_up(r, status);
  // Very near to a number of the digits wanted it is that number: 4 ** 0.5 is 2.
  int64_t spare = digit_count(r->coef) - s.precision - 1;
  if (spare > 2) {
    Words low;
    if (!low.assign(r->coef)) return out_of_memory(r, status);
    keep_low(&low, spare);
    uint64_t rest = low.is_zero() ? 0 : low[0], unit = kPowersOfTen[std::min<int64_t>(spare, 19)];
    if (rest < 20 || rest > unit - 20) {
      int dropped = shift_right(&r->coef, spare);
      if (dropped >= 5 && !add_one(&r->coef)) return out_of_memory(r, status);
      r->exp += spare;
      if (digit_count(r->coef) < s.precision &&
          !rescale(r, r->exp - (s.precision - digit_count(r->coef)), kRoundDown, &what))
        return out_of_memory(r, status);
    }
  }
  r->negative = negative;
  finish_forced(r, s, status);
}

}  // namespace taipan::decimal
