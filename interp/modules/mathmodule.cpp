// The module math.
#include <cfloat>
#include <climits>
#include <cmath>
#include "interp/modules/module_util.h"
#include "interp/objects/float.h"
#include "interp/objects/tuple.h"

namespace taipan {

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif

static Fail raise_domain() { return raise(types::ValueError, "math domain error"); }
static Fail raise_range() { return raise(types::OverflowError, "math range error"); }

static inline bool number(Value v, double* out) {
  if (TAIPAN_LIKELY(v.is_float())) {
    *out = v.as_float();
    return true;
  }
  if (v.is_int()) {
    *out = static_cast<double>(v.as_int());
    return true;
  }
  return to_double(v, out);
}

// ---- functions of one and two floats ------------------------------------------------------------------------------------------

using Unary = double (*)(double);
using Binary = double (*)(double, double);

// A result that is not finite where the argument is: NaN is a domain error, infinity a range error or a pole.
template <Unary kF, bool kCanOverflow>
static Ref unary(Args& a) {
  double x;
  if (!number(a[0], &x)) return nullptr;
  double r = kF(x);
  if (TAIPAN_UNLIKELY(!std::isfinite(r))) {
    if (std::isnan(r) && !std::isnan(x)) return raise_domain();
    if (std::isinf(r) && std::isfinite(x)) return kCanOverflow ? raise_range() : raise_domain();
  }
  return make_float(r);
}
template <Binary kF>
static Ref binary(Args& a) {
  double x, y;
  if (!number(a[0], &x) || !number(a[1], &y)) return nullptr;
  double r = kF(x, y);
  if (TAIPAN_UNLIKELY(std::isnan(r)) && !std::isnan(x) && !std::isnan(y)) return raise_domain();
  if (TAIPAN_UNLIKELY(std::isinf(r)) && std::isfinite(x) && std::isfinite(y)) return raise_range();
  return make_float(r);
}

static double ieee_remainder(double x, double y) {
  if (std::isfinite(x) && std::isfinite(y)) {
    if (y == 0) return std::nan("");
    return std::remainder(x, y);
  }
  if (std::isnan(x)) return x;
  if (std::isnan(y)) return y;
  return std::isinf(x) ? std::nan("") : x;
}

static Ref math_fmod(Args& a) {
  double x, y;
  if (!number(a[0], &x) || !number(a[1], &y)) return nullptr;
  if (std::isinf(y) && std::isfinite(x)) return make_float(x);
  double r = std::fmod(x, y);
  if (std::isnan(r) && !std::isnan(x) && !std::isnan(y)) return raise_domain();
  return make_float(r);
}
static Ref math_pow(Args& a) {
  double x, y;
  if (!number(a[0], &x) || !number(a[1], &y)) return nullptr;
  double r = std::pow(x, y);
  if (!std::isfinite(r) && std::isfinite(x) && std::isfinite(y)) {
    if (std::isnan(r) || x == 0) return raise_domain();
    return raise_range();
  }
  return make_float(r);
}

// ---- gamma --------------------------------------------------------------------------------------------------------------------

// Lanczos' approximation with g and the 13 coefficients of Boost (Godfrey's method), written as a quotient of polynomials.
static constexpr double kLanczosG = 6.024680040776729583740234375;
static constexpr double kLanczosGMinusHalf = 5.524680040776729583740234375;
static constexpr int kLanczosN = 13;
static constexpr double kLanczosNum[kLanczosN] = {
    23531376880.410759688572007674451636754734846804940, 42919803642.649098768957899047001988850926355848959,
    35711959237.355668049440185451547166705960488635843, 17921034426.037209699919755754458931112671403265390,
    6039542586.3520280050642916443072979210699388420708, 1439720407.3117216736632230727949123939715485786372,
    248874557.86205415651146038641322942321632125127801, 31426415.585400194380614231628318205362874684987640,
    2876370.6289353724412254090516208496135991145378768, 186056.26539522349504029498971604569928220784236328,
    8071.6720023658162106380029022722506138218516325024, 210.82427775157934587250973392071336271166969580291,
    2.5066282746310002701649081771338373386264310793408};
static constexpr double kLanczosDen[kLanczosN] = {0.0,        39916800.0, 120543840.0, 150917976.0, 105258076.0,
                                                  45995730.0, 13339535.0, 2637558.0,   357423.0,    32670.0,
                                                  1925.0,     66.0,       1.0};

static double lanczos_sum(double x) {
  double num = 0, den = 0;
  if (x < 5.0) {
    for (int i = kLanczosN; --i >= 0;) {
      num = num * x + kLanczosNum[i];
      den = den * x + kLanczosDen[i];
    }
  } else {  // from the other end, so that nothing overflows
    for (int i = 0; i < kLanczosN; i++) {
      num = num / x + kLanczosNum[i];
      den = den / x + kLanczosDen[i];
    }
  }
  return num / den;
}

static double sin_pi(double x) {
  double y = std::fmod(std::fabs(x), 2.0);
  double r = 0;
  switch (static_cast<int>(std::round(2.0 * y))) {
    case 0: r = std::sin(M_PI * y); break;
    case 1: r = std::cos(M_PI * (y - 0.5)); break;
    case 2: r = std::sin(M_PI * (1.0 - y)); break;  // not -sin(pi*(y-1)): the sign of zero
    case 3: r = -std::cos(M_PI * (y - 1.5)); break;
    case 4: r = std::sin(M_PI * (y - 2.0)); break;
  }
  return std::copysign(1.0, x) * r;
}

static Ref math_gamma(Args& a) {
  double x;
  if (!number(a[0], &x)) return nullptr;
  if (!std::isfinite(x)) {
    if (std::isnan(x) || x > 0) return make_float(x);
    return raise_domain();
  }
  if (x == 0) return raise_domain();
  if (x == std::floor(x)) {
    if (x < 0) return raise_domain();
    if (x <= 23) {
      double f = 1;
      for (int i = 2; i < static_cast<int>(x); i++) f *= i;
      return make_float(f);
    }
  }
  double m = std::fabs(x), r;
  if (m < 1e-20) {
    r = 1.0 / x;
    return std::isinf(r) ? Ref(raise_range()) : make_float(r);
  }
  if (m > 200) {
    if (x < 0) return make_float(0.0 / sin_pi(x));
    return raise_range();
  }
  double y = m + kLanczosGMinusHalf, z;  // z: the rounding error of y
  if (m > kLanczosGMinusHalf) {
    volatile double q = y - m;
    z = q - kLanczosGMinusHalf;
  } else {
    volatile double q = y - kLanczosGMinusHalf;
    z = q - m;
  }
  z = z * kLanczosG / y;
  if (x < 0) {
    r = -M_PI / sin_pi(m) / m * std::exp(y) / lanczos_sum(m);
    r -= z * r;
    if (m < 140.0) {
      r /= std::pow(y, m - 0.5);
    } else {
      double half = std::pow(y, m / 2.0 - 0.25);
      r /= half;
      r /= half;
    }
  } else {
    r = lanczos_sum(m) / std::exp(y);
    r += z * r;
    if (m < 140.0) {
      r *= std::pow(y, m - 0.5);
    } else {
      double half = std::pow(y, m / 2.0 - 0.25);
      r *= half;
      r *= half;
    }
  }
  return std::isinf(r) ? Ref(raise_range()) : make_float(r);
}

static Ref math_lgamma(Args& a) {
  double x;
  if (!number(a[0], &x)) return nullptr;
  if (!std::isfinite(x)) return make_float(std::isnan(x) ? x : HUGE_VAL);
  if (x == std::floor(x) && x <= 2.0) {
    if (x <= 0) return raise_domain();
    return make_float(0.0);
  }
  double m = std::fabs(x);
  if (m < 1e-20) return make_float(-std::log(m));
  double r = std::log(lanczos_sum(m)) - kLanczosG;
  r += (m - 0.5) * (std::log(m + kLanczosG - 0.5) - 1);
  constexpr double kLogPi = 1.144729885849400174143427351353058711647;
  if (x < 0) r = kLogPi - std::log(std::fabs(sin_pi(m))) - std::log(m) - r;
  return std::isinf(r) ? Ref(raise_range()) : make_float(r);
}

// ---- logarithms ---------------------------------------------------------------------------------------------------------------

// Of a positive number of any size; also of ints beyond the floats.
template <Unary kF>
static bool log_any(Value v, double* out) {
  if (is_int(v)) {
    if (int_sign(v) <= 0) return raise_domain();
    bool overflow;
    double x = int_to_double(v, &overflow);
    if (!overflow) {
      *out = kF(x);
      return true;
    }
    int64_t e;
    x = int_frexp(v, &e);
    *out = kF(x) + kF(2.0) * static_cast<double>(e);
    return true;
  }
  double x;
  if (!number(v, &x)) return false;
  if (std::isnan(x) || (std::isinf(x) && x > 0)) {
    *out = x;
    return true;
  }
  if (!(x > 0)) return raise_domain();
  *out = kF(x);
  return true;
}
static Ref math_log(Args& a) {
  if (a.raw.kwnames && tuple_size(a.raw.kwnames)) return raise(types::TypeError, "log() takes no keyword arguments");
  if (a.raw.n < 1 || a.raw.n > 2) return raise(types::TypeError, "math.log requires 1 to 2 arguments");
  double x, base;
  if (!log_any<std::log>(a.raw.v[0], &x)) return nullptr;
  if (a.raw.n == 1) return make_float(x);
  if (!log_any<std::log>(a.raw.v[1], &base)) return nullptr;
  if (base == 0) return raise(types::ZeroDivisionError, "float division by zero");
  return make_float(x / base);
}
template <Unary kF>
static Ref log_base(Args& a) {
  double x;
  return log_any<kF>(a[0], &x) ? make_float(x) : nullptr;
}

// ---- taking floats apart --------------------------------------------------------------------------------------------------------

static Ref math_frexp(Args& a) {
  double x;
  if (!number(a[0], &x)) return nullptr;
  int e = 0;
  if (std::isfinite(x) && x != 0) x = std::frexp(x, &e);
  Ref m = make_float(x);
  return m ? make_tuple_of({m, Value::from_int(e)}) : nullptr;
}
static Ref math_ldexp(Args& a) {
  double x;
  if (!number(a[0], &x)) return nullptr;
  if (!is_int(a[1])) return raise(types::TypeError, "Expected an int as second argument to ldexp.");
  int64_t e;
  if (!int_fits64(a[1], &e)) e = int_sign(a[1]) < 0 ? INT64_MIN : INT64_MAX;
  if (x == 0 || !std::isfinite(x)) return make_float(x);
  if (e > INT_MAX) return raise_range();
  if (e < INT_MIN) return make_float(std::copysign(0.0, x));
  double r = std::ldexp(x, static_cast<int>(e));
  return std::isinf(r) ? Ref(raise_range()) : make_float(r);
}
static Ref math_modf(Args& a) {
  double x, whole;
  if (!number(a[0], &x)) return nullptr;
  double fraction = std::modf(x, &whole);
  Ref f = make_float(fraction), w = make_float(whole);
  return f && w ? make_tuple_of({f, w}) : nullptr;
}
static Ref math_ulp(Args& a) {
  double x;
  if (!number(a[0], &x)) return nullptr;
  if (std::isnan(x)) return make_float(x);
  x = std::fabs(x);
  if (std::isinf(x)) return make_float(x);
  double next = std::nextafter(x, HUGE_VAL);
  if (std::isinf(next)) return make_float(x - std::nextafter(x, -HUGE_VAL));
  return make_float(next - x);
}
static Ref math_nextafter(Args& a) {
  double x, y;
  if (!number(a[0], &x) || !number(a[1], &y)) return nullptr;
  return make_float(std::nextafter(x, y));
}
static Ref math_degrees(Args& a) {
  double x;
  if (!number(a[0], &x)) return nullptr;
  return make_float(x * (180.0 / M_PI));
}
static Ref math_radians(Args& a) {
  double x;
  if (!number(a[0], &x)) return nullptr;
  return make_float(x * (M_PI / 180.0));
}
static Ref math_isfinite(Args& a) {
  double x;
  return number(a[0], &x) ? Ref::imm(bool_value(std::isfinite(x))) : nullptr;
}
static Ref math_isnan(Args& a) {
  double x;
  return number(a[0], &x) ? Ref::imm(bool_value(std::isnan(x))) : nullptr;
}
static Ref math_isinf(Args& a) {
  double x;
  return number(a[0], &x) ? Ref::imm(bool_value(std::isinf(x))) : nullptr;
}
static Ref math_isclose(Args& a) {
  double x, y, relative = 1e-9, absolute = 0;
  if (!number(a[0], &x) || !number(a[1], &y) || (a[2] && !number(a[2], &relative)) ||
      (a[3] && !number(a[3], &absolute)))
    return nullptr;
  if (relative < 0 || absolute < 0) return raise(types::ValueError, "tolerances must be non-negative");
  if (x == y) return Ref::imm(kTrue);
  if (std::isinf(x) || std::isinf(y)) return Ref::imm(kFalse);
  double difference = std::fabs(y - x);
  bool close = difference <= std::fabs(relative * y) || difference <= std::fabs(relative * x) || difference <= absolute;
  return Ref::imm(bool_value(close));
}

// ---- rounding to int ------------------------------------------------------------------------------------------------------------

template <Unary kF>
static Ref round_by(Value v, Str* special) {
  if (v.is_int()) return Ref::imm(v);
  if (is_float_exact(v)) return make_int_from_double(kF(float_value(v)));
  Ref method = lookup_special(v, special);
  if (method) return call(method);
  if (error_occurred()) return nullptr;
  double x;
  return to_double(v, &x) ? make_int_from_double(kF(x)) : nullptr;
}
static Ref math_floor(Args& a) { return round_by<std::floor>(a[0], TAIPAN_NAME(__floor__)); }
static Ref math_ceil(Args& a) { return round_by<std::ceil>(a[0], TAIPAN_NAME(__ceil__)); }
static Ref math_trunc(Args& a) {
  Value v = a[0];
  if (v.is_int()) return Ref::imm(v);
  if (is_float_exact(v)) return make_int_from_double(float_value(v));
  Ref method = lookup_special(v, TAIPAN_NAME(__trunc__));
  if (method) return call(method);
  if (error_occurred()) return nullptr;
  return raise(types::TypeError, "type %.100T doesn't define __trunc__ method", v);
}

// ---- ints -----------------------------------------------------------------------------------------------------------------------

static bool no_keywords(const Args& a, const char* name) {
  if (!a.raw.kwnames || tuple_size(a.raw.kwnames) == 0) return true;
  return raise(types::TypeError, "math.%s() takes no keyword arguments", name);
}

static Ref math_gcd(Args& a) {
  if (!no_keywords(a, "gcd")) return nullptr;
  const Value* v = a.raw.v;
  size_t n = a.raw.n;
  if (TAIPAN_LIKELY(n == 2 && v[0].is_int() && v[1].is_int())) return int_gcd(v[0], v[1]);
  Ref r = Ref::imm(Value::from_int(0));
  for (size_t i = 0; i < n; i++) {
    Ref item = to_index(v[i]);
    if (!item) return nullptr;
    if (r.get() == Value::from_int(1)) continue;  // the others are still checked
    r = int_gcd(r, item);
    if (!r) return nullptr;
  }
  return r;
}
static Ref math_lcm(Args& a) {
  if (!no_keywords(a, "lcm")) return nullptr;
  Ref r = Ref::imm(Value::from_int(1));
  for (size_t i = 0; i < a.raw.n; i++) {
    Ref n = to_index(a.raw.v[i]);
    if (!n) return nullptr;
    if (int_sign(r) == 0) continue;
    Ref g = int_gcd(r, n);
    if (!g) return nullptr;
    if (int_sign(n) == 0) {
      r = Ref::imm(Value::from_int(0));
      continue;
    }
    Ref part = int_floordiv(n, g);
    if (!part) return nullptr;
    r = int_mul(r, part);
    if (!r) return nullptr;
    r = int_abs(r);
    if (!r) return nullptr;
  }
  return r;
}
static Ref math_isqrt(Args& a) {
  Ref n = to_index(a[0]);
  return n ? int_isqrt(n) : nullptr;
}

static Ref factorial_of(Value v) {
  Ref n = to_index(v);
  if (!n) return nullptr;
  int64_t x;
  if (int_sign(n) < 0) return raise(types::ValueError, "factorial() not defined for negative values");
  if (!int_fits64(n, &x)) return raise(types::OverflowError, "factorial() argument should not exceed %ld", LONG_MAX);
  return int_factorial(static_cast<uint64_t>(x));
}
static Ref math_factorial(Args& a) { return factorial_of(a[0]); }

// n * (n-1) * ... * (n-k+1), by halves so that the factors stay of equal size.
static Ref falling(Value n, uint64_t k) {
  if (k == 1) return int_exact(n);
  if (k <= 8) {
    Ref r = int_exact(n);
    for (uint64_t i = 1; r && i < k; i++) {
      Ref f = int_sub(n, Value::from_int(static_cast<int64_t>(i)));
      if (!f) return nullptr;
      r = int_mul(r, f);
    }
    return r;
  }
  if (!poll()) return nullptr;
  uint64_t half = k / 2;
  Ref a = falling(n, half);
  if (!a) return nullptr;
  Ref offset = make_int_u64(half);
  Ref m = offset ? int_sub(n, offset) : Ref();
  if (!m) return nullptr;
  Ref b = falling(m, k - half);
  return b ? int_mul(a, b) : nullptr;
}
static Ref math_perm(Args& a) {
  if (!a[1] || a[1] == kNone) return factorial_of(a[0]);
  Ref n = to_index(a[0]);
  if (!n) return nullptr;
  Ref k = to_index(a[1]);
  if (!k) return nullptr;
  if (int_sign(n) < 0) return raise(types::ValueError, "n must be a non-negative integer");
  if (int_sign(k) < 0) return raise(types::ValueError, "k must be a non-negative integer");
  if (int_compare(n, k) < 0) return Ref::imm(Value::from_int(0));
  int64_t count;
  if (!int_fits64(k, &count)) return raise(types::OverflowError, "k must not exceed %lld", LLONG_MAX);
  if (count == 0) return Ref::imm(Value::from_int(1));
  // A lower bound of the result's size: absurd requests fail at once.
  if (static_cast<double>(count) * static_cast<double>(int_bit_length(k) - 1) > 1e14) return raise_memory();
  return falling(n, static_cast<uint64_t>(count));
}
static Ref math_comb(Args& a) {
  Ref n = to_index(a[0]);
  if (!n) return nullptr;
  Ref k = to_index(a[1]);
  if (!k) return nullptr;
  if (int_sign(n) < 0) return raise(types::ValueError, "n must be a non-negative integer");
  if (int_sign(k) < 0) return raise(types::ValueError, "k must be a non-negative integer");
  Ref rest = int_sub(n, k);
  if (!rest) return nullptr;
  if (int_sign(rest) < 0) return Ref::imm(Value::from_int(0));
  if (int_compare(rest, k) < 0) k = std::move(rest);
  int64_t count;
  if (!int_fits64(k, &count)) return raise(types::OverflowError, "min(n - k, k) must not exceed %lld", LLONG_MAX);
  return int_binomial(n, static_cast<uint64_t>(count));
}

// ---- sums and products ------------------------------------------------------------------------------------------------------------

// Exact sum: partials that don't overlap, in increasing order (Shewchuk), rounded once at the end.
static Ref math_fsum(Args& a) {
  IterEach it(a[0]);
  double inline_partials[32];
  double* p = inline_partials;
  size_t n = 0, capacity = 32;
  double special_sum = 0, infinity_sum = 0;
  Ref result;
  while (it.next()) {
    double x;
    if (!number(it.item(), &x)) goto done;
    double original = x;
    size_t kept = 0;
    for (size_t j = 0; j < n; j++) {
      double y = p[j];
      if (std::fabs(x) < std::fabs(y)) {
        double t = x;
        x = y;
        y = t;
      }
      double high = x + y;
      double rounded = high - x;
      double low = y - rounded;
      if (low != 0) p[kept++] = low;
      x = high;
    }
    n = kept;
    if (x == 0) continue;
    if (!std::isfinite(x)) {
      if (std::isfinite(original)) {
        raise(types::OverflowError, "intermediate overflow in fsum");
        goto done;
      }
      if (std::isinf(original)) infinity_sum += original;
      special_sum += original;
      n = 0;
      continue;
    }
    if (n >= capacity) {
      size_t bytes = capacity * 2 * sizeof(double);
      double* bigger = static_cast<double*>(gc::raw_alloc(bytes));
      if (!bigger) {
        raise_memory();
        goto done;
      }
      for (size_t j = 0; j < n; j++) bigger[j] = p[j];
      if (p != inline_partials) gc::raw_free(p);
      p = bigger;
      capacity *= 2;
    }
    p[n++] = x;
  }
  if (it.failed()) goto done;
  if (special_sum != 0) {
    if (std::isnan(infinity_sum)) {
      raise(types::ValueError, "-inf + inf in fsum");
    } else {
      result = make_float(special_sum);
    }
  } else {
    double high = 0;
    if (n > 0) {
      high = p[--n];
      double low = 0;
      while (n > 0) {
        double x = high, y = p[--n];
        double sum = x + y;
        double rounded = sum - x;
        high = sum;
        low = y - rounded;
        if (low != 0) break;
      }
      // Half to even across several partials: what is left decides the tie.
      if (n > 0 && ((low < 0 && p[n - 1] < 0) || (low > 0 && p[n - 1] > 0))) {
        double y = low * 2.0;
        double x = high + y;
        double rounded = x - high;
        if (y == rounded) high = x;
      }
    }
    result = make_float(high);
  }
done:
  if (p != inline_partials) gc::raw_free(p);
  return result;
}

static Ref math_prod(Args& a) {
  Ref r = a[1] ? Ref::dup(a[1]) : Ref::imm(Value::from_int(1));
  Ref it = iter_at_once(a[0]);
  if (!it) return nullptr;
  for (;;) {
    Ref item = iter_next(it);
    if (!item) return nullptr;
    if (is_stop(item)) return r;
    if (r.get().is_float() && (item.get().is_float() || item.get().is_int())) {
      double y = item.get().is_float() ? item.get().as_float() : static_cast<double>(item.get().as_int());
      r = make_float(r.get().as_float() * y);
    } else if (is_int_exact(r) && is_int_exact(item)) {
      r = int_mul(r, item);
    } else {
      r = binary_op(BinaryOp::kMultiply, r, item);
    }
    if (!r) return nullptr;
  }
}

// Euclidean norm in more than double precision: scaled by a power of two, squares split into exact halves (Veltkamp-Dekker), sums
// compensated, and the root corrected by its own residue.
static double vector_norm(size_t n, double* v, double max, bool found_nan) {
  if (std::isinf(max)) return max;
  if (found_nan) return std::nan("");
  if (max == 0 || n <= 1) return max;
  constexpr double kSplit = 134217729.0;  // 2**27 + 1
  double sum = 1.0, fraction1 = 0, fraction2 = 0, fraction3 = 0;
  int exponent;
  std::frexp(max, &exponent);
  if (exponent < -1023) {  // the scale would overflow
    for (size_t i = 0; i < n; i++) {
      double x = v[i] / max;
      x = x * x;
      double old = sum;
      sum += x;
      fraction1 += (old - sum) + x;
    }
    return max * std::sqrt(sum - 1.0 + fraction1);
  }
  double scale = std::ldexp(1.0, -exponent);
  for (size_t i = 0; i < n; i++) {
    double x = v[i] * scale;
    double t = x * kSplit;
    double high = t - (t - x), low = x - high;
    x = high * high;
    double old = sum;
    sum += x;
    fraction1 += (old - sum) + x;
    x = 2.0 * high * low;
    old = sum;
    sum += x;
    fraction2 += (old - sum) + x;
    fraction3 += low * low;
  }
  double h = std::sqrt(sum - 1.0 + (fraction1 + fraction2 + fraction3));
  double t = h * kSplit;
  double high = t - (t - h), low = h - high;
  double x = -high * high;
  double old = sum;
  sum += x;
  fraction1 += (old - sum) + x;
  x = -2.0 * high * low;
  old = sum;
  sum += x;
  fraction2 += (old - sum) + x;
  x = -low * low;
  old = sum;
  sum += x;
  fraction3 += (old - sum) + x;
  x = sum - 1.0 + (fraction1 + fraction2 + fraction3);
  return (h + x / (2.0 * h)) / scale;
}

class Coordinates {
 public:
  explicit Coordinates(size_t n) : p_(n <= 20 ? inline_ : static_cast<double*>(gc::raw_alloc(n * sizeof(double)))) {
    if (!p_) raise_memory();
  }
  ~Coordinates() {
    if (p_ != inline_) gc::raw_free(p_);
  }
  Coordinates(const Coordinates&) = delete;
  double* get() { return p_; }

 private:
  double inline_[20];
  double* p_;
};

static Ref math_hypot(Args& a) {
  if (!no_keywords(a, "hypot")) return nullptr;
  size_t n = a.raw.n;
  Coordinates c(n);
  if (!c.get()) return nullptr;
  double max = 0;
  bool found_nan = false;
  for (size_t i = 0; i < n; i++) {
    double x;
    if (!number(a.raw.v[i], &x)) return nullptr;
    x = std::fabs(x);
    c.get()[i] = x;
    found_nan |= std::isnan(x);
    if (x > max) max = x;
  }
  return make_float(vector_norm(n, c.get(), max, found_nan));
}
static Ref math_dist(Args& a) {
  Ref p = is_tuple(a[0]) ? Ref::dup(a[0]) : iterable_to_tuple(a[0]);
  if (!p) return nullptr;
  Ref q = is_tuple(a[1]) ? Ref::dup(a[1]) : iterable_to_tuple(a[1]);
  if (!q) return nullptr;
  size_t n = tuple_size(p);
  if (n != tuple_size(q)) return raise(types::ValueError, "both points must have the same number of dimensions");
  Coordinates c(n);
  if (!c.get()) return nullptr;
  double max = 0;
  bool found_nan = false;
  for (size_t i = 0; i < n; i++) {
    double x, y;
    if (!number(tuple_at(p, i), &x) || !number(tuple_at(q, i), &y)) return nullptr;
    x = std::fabs(x - y);
    c.get()[i] = x;
    found_nan |= std::isnan(x);
    if (x > max) max = x;
  }
  return make_float(vector_norm(n, c.get(), max, found_nan));
}

static const NativeDef kMathFunctions[] = {
    {"acos", "($module, x, /)", unary<std::acos, false>, 0, "Arc cosine in radians; the result is between 0 and pi."},
    {"acosh", "($module, x, /)", unary<std::acosh, false>, 0, "Inverse hyperbolic cosine."},
    {"asin", "($module, x, /)", unary<std::asin, false>, 0,
     "Arc sine in radians; the result is between -pi/2 and pi/2."},
    {"asinh", "($module, x, /)", unary<std::asinh, false>, 0, "Inverse hyperbolic sine."},
    {"atan", "($module, x, /)", unary<std::atan, false>, 0,
     "Arc tangent in radians; the result is between -pi/2 and pi/2."},
    {"atan2", "($module, y, x, /)", binary<std::atan2>, 0,
     "Arc tangent of y/x in radians, with the signs of both considered."},
    {"atanh", "($module, x, /)", unary<std::atanh, false>, 0, "Inverse hyperbolic tangent."},
    {"cbrt", "($module, x, /)", unary<std::cbrt, false>, 0, "Cube root."},
    {"ceil", "($module, x, /)", math_ceil, 0, "The smallest integer not below x."},
    {"comb", "($module, n, k, /)", math_comb, 0, "Ways to choose k of n items without order or repetition."},
    {"copysign", "($module, x, y, /)", binary<std::copysign>, 0, "A float with the magnitude of x and the sign of y."},
    {"cos", "($module, x, /)", unary<std::cos, false>, 0, "Cosine of x radians."},
    {"cosh", "($module, x, /)", unary<std::cosh, true>, 0, "Hyperbolic cosine."},
    {"degrees", "($module, x, /)", math_degrees, 0, "Radians to degrees."},
    {"dist", "($module, p, q, /)", math_dist, 0, "Euclidean distance of two points given as sequences of coordinates."},
    {"erf", "($module, x, /)", unary<std::erf, false>, 0, "Error function."},
    {"erfc", "($module, x, /)", unary<std::erfc, false>, 0, "Complementary error function."},
    {"exp", "($module, x, /)", unary<std::exp, true>, 0, "e to the power of x."},
    {"exp2", "($module, x, /)", unary<std::exp2, true>, 0, "2 to the power of x."},
    {"expm1", "($module, x, /)", unary<std::expm1, true>, 0, "exp(x) - 1, exact for small x."},
    {"fabs", "($module, x, /)", unary<std::fabs, false>, 0, "Absolute value of the float x."},
    {"factorial", "($module, n, /)", math_factorial, 0, "n!; n is an integer not below 0."},
    {"floor", "($module, x, /)", math_floor, 0, "The largest integer not above x."},
    {"fmod", "($module, x, y, /)", math_fmod, 0, "Remainder of x / y with the sign of x."},
    {"frexp", "($module, x, /)", math_frexp, 0, "(m, e) such that x = m * 2.**e and 0.5 <= abs(m) < 1, or (0.0, 0)."},
    {"fsum", "($module, seq, /)", math_fsum, 0, "Exact sum of an iterable's floats, rounded once."},
    {"gamma", "($module, x, /)", math_gamma, 0, "Gamma function."},
    {"gcd", "($module, *integers)", math_gcd, kNativeRaw, "Greatest common divisor."},
    {"hypot", "($module, *coordinates)", math_hypot, kNativeRaw | kNativeNoSignature,
     "Euclidean norm: sqrt(sum(x**2 for x in coordinates)), without overflow."},
    {"isclose", "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)", math_isclose, 0,
     "Whether two floats are close in value."},
    {"isfinite", "($module, x, /)", math_isfinite, 0, "True if x is neither infinite nor NaN."},
    {"isinf", "($module, x, /)", math_isinf, 0, "True if x is infinite."},
    {"isnan", "($module, x, /)", math_isnan, 0, "True if x is NaN."},
    {"isqrt", "($module, n, /)", math_isqrt, 0, "Integer part of the square root."},
    {"lcm", "($module, *integers)", math_lcm, kNativeRaw, "Least common multiple."},
    {"ldexp", "($module, x, i, /)", math_ldexp, 0, "x * 2.**i"},
    {"lgamma", "($module, x, /)", math_lgamma, 0, "Logarithm of the absolute value of the Gamma function."},
    {"log", "(...)", math_log, 0,
     "log(x, [base=math.e])\nLogarithm of x to the given base; the natural one if there is none."},
    {"log1p", "($module, x, /)", unary<std::log1p, false>, 0, "log(1 + x), exact for small x."},
    {"log10", "($module, x, /)", log_base<std::log10>, 0, "Logarithm to base 10."},
    {"log2", "($module, x, /)", log_base<std::log2>, 0, "Logarithm to base 2."},
    {"modf", "($module, x, /)", math_modf, 0, "Fractional and integer parts of x, both with its sign."},
    {"nextafter", "($module, x, y, /)", math_nextafter, 0, "The next float after x towards y."},
    {"perm", "($module, n, k=None, /)", math_perm, 0, "Ways to choose k of n items with order, without repetition."},
    {"pow", "($module, x, y, /)", math_pow, 0, "x to the power of y, as floats."},
    {"prod", "($module, iterable, /, *, start=1)", math_prod, 0, "Product of all items and the start value."},
    {"radians", "($module, x, /)", math_radians, 0, "Degrees to radians."},
    {"remainder", "($module, x, y, /)", binary<ieee_remainder>, 0,
     "x - n*y, n being the integer nearest to x/y (IEEE 754)."},
    {"sin", "($module, x, /)", unary<std::sin, false>, 0, "Sine of x radians."},
    {"sinh", "($module, x, /)", unary<std::sinh, true>, 0, "Hyperbolic sine."},
    {"sqrt", "($module, x, /)", unary<std::sqrt, false>, 0, "Square root."},
    {"tan", "($module, x, /)", unary<std::tan, false>, 0, "Tangent of x radians."},
    {"tanh", "($module, x, /)", unary<std::tanh, false>, 0, "Hyperbolic tangent."},
    {"trunc", "($module, x, /)", math_trunc, 0, "The integer nearest to x towards zero, by __trunc__."},
    {"ulp", "($module, x, /)", math_ulp, 0, "Value of the least significant bit of x."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

static bool math_exec(Value module) {
  return module_add(module, "pi", make_float(3.14159265358979323846)) &&
         module_add(module, "e", make_float(2.71828182845904523536)) &&
         module_add(module, "tau", make_float(6.28318530717958647692)) &&
         module_add(module, "inf", make_float(HUGE_VAL)) && module_add(module, "nan", make_float(std::nan("")));
}

// GIL off: they have no state.
extern const ModuleDef math_module;
const ModuleDef math_module = {"math", "Mathematical functions of floats and integers.", kMathFunctions, math_exec,
                               kFunctionsAtOnce};

}  // namespace taipan
