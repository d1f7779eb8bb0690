// The module cmath. Finite arguments of ordinary size go to formulas that keep their accuracy everywhere (Kahan's branch cuts, scaled where
// squares would overflow); infinities and NaN to what C99's Annex G says.
#include <cerrno>
#include <cfloat>
#include <cmath>
#include <complex>

#include "interp/modules/module_util.h"
#include "interp/objects/float.h"
#include "interp/objects/tuple.h"

namespace taipan {

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif

namespace {

struct C {
  double re, im;
};
constexpr double kPi = 3.14159265358979323846, kInf = HUGE_VAL, kNan = __builtin_nan("");
constexpr double kLarge = DBL_MAX / 4.0, kLn2 = 0.6931471805599453094, kLn10 = 2.302585092994045684;
const double kSqrtLarge = std::sqrt(kLarge), kLogLarge = std::log(kLarge), kSqrtMin = std::sqrt(DBL_MIN);
constexpr int kScaleUp = 2 * (DBL_MANT_DIG / 2) + 1, kScaleDown = -(kScaleUp + 1) / 2;

// What a function reports beside its result.
enum class Problem { kNone, kDomain, kRange };

bool finite(C z) { return std::isfinite(z.re) && std::isfinite(z.im); }

C c_sqrt(C z, Problem*) {
  if (!finite(z)) {
    if (std::isinf(z.im)) return {kInf, z.im};
    if (std::isnan(z.re)) return {kNan, kNan};
    if (z.re == kInf) return {kInf, std::isnan(z.im) ? kNan : std::copysign(0.0, z.im)};
    if (z.re == -kInf) return {std::isnan(z.im) ? kNan : 0.0, std::isnan(z.im) ? kInf : std::copysign(kInf, z.im)};
    return {kNan, kNan};
  }
  if (z.re == 0 && z.im == 0) return {0.0, z.im};
  double ax = std::fabs(z.re), ay = std::fabs(z.im), s;
  if (ax < DBL_MIN && ay < DBL_MIN && (ax > 0 || ay > 0)) {
    ax = std::ldexp(ax, kScaleUp);
    s = std::ldexp(std::sqrt(ax + std::hypot(ax, std::ldexp(ay, kScaleUp))), kScaleDown);
  } else {
    ax /= 8.0;
    s = 2.0 * std::sqrt(ax + std::hypot(ax, ay / 8.0));
  }
  double d = ay / (2.0 * s);
  if (z.re >= 0) return {s, std::copysign(d, z.im)};
  return {d, std::copysign(s, z.im)};
}

C c_asinh(C z, Problem* p) {
  if (!finite(z)) {
    if (std::isnan(z.re)) return {std::isinf(z.im) ? std::copysign(kInf, 1.0) : kNan, z.im == 0 ? z.im : kNan};
    if (std::isinf(z.re))
      return {z.re, std::isnan(z.im) ? kNan : std::copysign(std::isinf(z.im) ? kPi / 4 : 0.0, z.im)};
    if (std::isinf(z.im)) return {std::copysign(kInf, z.re), std::copysign(kPi / 2, z.im)};
    return {kNan, kNan};
  }
  if (std::fabs(z.re) > kLarge || std::fabs(z.im) > kLarge) {
    double a = z.im >= 0 || !std::signbit(z.im)
                   ? std::copysign(std::log(std::hypot(z.re / 2, z.im / 2)) + kLn2 * 2, z.re)
                   : -std::copysign(std::log(std::hypot(z.re / 2, z.im / 2)) + kLn2 * 2, -z.re);
    return {a, std::atan2(z.im, std::fabs(z.re))};
  }
  C s1 = c_sqrt({1.0 + z.im, -z.re}, p), s2 = c_sqrt({1.0 - z.im, z.re}, p);
  return {std::asinh(s1.re * s2.im - s2.re * s1.im), std::atan2(z.im, s1.re * s2.re - s1.im * s2.im)};
}
C c_acos(C z, Problem* p) {
  if (!finite(z)) {
    if (std::isinf(z.re)) {
      if (std::isnan(z.im)) return {kNan, kInf};
      double angle = std::isinf(z.im) ? (z.re > 0 ? kPi / 4 : 3 * (kPi / 4)) : z.re > 0 ? 0.0 : kPi;
      return {angle, std::copysign(kInf, -z.im)};
    }
    if (std::isinf(z.im)) return {std::isnan(z.re) ? kNan : kPi / 2, std::copysign(kInf, -z.im)};
    return {z.re == 0 ? kPi / 2 : kNan, kNan};
  }
  if (std::fabs(z.re) > kLarge || std::fabs(z.im) > kLarge) {
    double size = std::log(std::hypot(z.re / 2, z.im / 2)) + kLn2 * 2;
    return {std::atan2(std::fabs(z.im), z.re), std::copysign(size, -z.im)};
  }
  C s1 = c_sqrt({1.0 - z.re, -z.im}, p), s2 = c_sqrt({1.0 + z.re, z.im}, p);
  return {2.0 * std::atan2(s1.re, s2.re), std::asinh(s2.re * s1.im - s2.im * s1.re)};
}
C c_acosh(C z, Problem* p) {
  if (!finite(z)) {
    if (std::isinf(z.re)) {
      if (std::isnan(z.im)) return {kInf, kNan};
      double angle = std::isinf(z.im) ? (z.re > 0 ? kPi / 4 : 3 * (kPi / 4)) : z.re > 0 ? 0.0 : kPi;
      return {kInf, std::copysign(angle, z.im)};
    }
    if (std::isinf(z.im)) return {kInf, std::isnan(z.re) ? kNan : std::copysign(kPi / 2, z.im)};
    return {kNan, kNan};
  }
  if (std::fabs(z.re) > kLarge || std::fabs(z.im) > kLarge)
    return {std::log(std::hypot(z.re / 2, z.im / 2)) + kLn2 * 2, std::atan2(z.im, z.re)};
  C s1 = c_sqrt({z.re - 1.0, z.im}, p), s2 = c_sqrt({z.re + 1.0, z.im}, p);
  return {std::asinh(s1.re * s2.re + s1.im * s2.im), 2.0 * std::atan2(s1.im, s2.re)};
}
C c_asin(C z, Problem* p) {
  C r = c_asinh({-z.im, z.re}, p);
  return {r.im, -r.re};
}
C c_atanh(C z, Problem* p) {
  if (!finite(z)) {
    if (std::isinf(z.im)) return {std::copysign(0.0, std::isnan(z.re) ? 1.0 : z.re), std::copysign(kPi / 2, z.im)};
    if (std::isinf(z.re)) return {std::copysign(0.0, z.re), std::isnan(z.im) ? kNan : std::copysign(kPi / 2, z.im)};
    return {z.re == 0 ? z.re : kNan, kNan};
  }
  if (z.re < 0 || (z.re == 0 && std::signbit(z.re))) {  // odd
    C r = c_atanh({-z.re, -z.im}, p);
    return {-r.re, -r.im};
  }
  double ay = std::fabs(z.im);
  if (z.re > kSqrtLarge || ay > kSqrtLarge) {
    double h = std::hypot(z.re / 2, z.im / 2);
    return {z.re / 4 / h / h, -std::copysign(kPi / 2, -z.im)};
  }
  if (z.re == 1 && ay < kSqrtMin) {
    if (ay == 0) {
      *p = Problem::kDomain;
      return {kInf, z.im};
    }
    return {-std::log(std::sqrt(ay) / std::sqrt(std::hypot(ay, 2.0))), std::copysign(std::atan2(2.0, -ay) / 2, z.im)};
  }
  return {std::log1p(4.0 * z.re / ((1 - z.re) * (1 - z.re) + ay * ay)) / 4.0,
          -std::atan2(-2.0 * z.im, (1 - z.re) * (1 + z.re) - ay * ay) / 2.0};
}
C c_atan(C z, Problem* p) {
  C r = c_atanh({-z.im, z.re}, p);
  return {r.im, -r.re};
}

// Scaled so that exp(z) itself may overflow where the result doesn't.
C c_cosh(C z, Problem* p) {
  if (!finite(z)) {
    if (std::isinf(z.im) && !std::isnan(z.re)) {
      *p = Problem::kDomain;
      if (std::isinf(z.re)) return {kInf, kNan};
      return {kNan, z.re == 0 ? 0.0 : kNan};
    }
    if (std::isinf(z.re)) {
      if (std::isnan(z.im)) return {kInf, kNan};
      if (z.im == 0) return {kInf, z.re > 0 ? z.im : -z.im};
      return {std::copysign(kInf, std::cos(z.im)), std::copysign(kInf, std::sin(z.im)) * (z.re > 0 ? 1 : -1)};
    }
    if (std::isnan(z.re)) return {kNan, z.im == 0 ? z.im : kNan};
    return {kNan, z.re == 0 ? 0.0 : kNan};
  }
  C r;
  if (std::fabs(z.re) > kLogLarge) {
    double less = z.re - std::copysign(1.0, z.re);
    r = {std::cos(z.im) * std::cosh(less) * M_E, std::sin(z.im) * std::sinh(less) * M_E};
  } else {
    r = {std::cos(z.im) * std::cosh(z.re), std::sin(z.im) * std::sinh(z.re)};
  }
  if (std::isinf(r.re) || std::isinf(r.im)) *p = Problem::kRange;
  return r;
}
C c_sinh(C z, Problem* p) {
  if (!finite(z)) {
    if (std::isinf(z.im) && !std::isnan(z.re)) {
      *p = Problem::kDomain;
      if (std::isinf(z.re)) return {kInf, kNan};
      return {z.re == 0 ? z.re : kNan, kNan};
    }
    if (std::isinf(z.re)) {
      if (std::isnan(z.im)) return {z.re, kNan};
      if (z.im == 0) return {z.re, z.im};
      return {std::copysign(kInf, std::cos(z.im)) * (z.re > 0 ? 1 : -1), std::copysign(kInf, std::sin(z.im))};
    }
    if (std::isnan(z.re)) return {kNan, z.im == 0 ? z.im : kNan};
    return {z.re == 0 ? z.re : kNan, kNan};
  }
  C r;
  if (std::fabs(z.re) > kLogLarge) {
    double less = z.re - std::copysign(1.0, z.re);
    r = {std::cos(z.im) * std::sinh(less) * M_E, std::sin(z.im) * std::cosh(less) * M_E};
  } else {
    r = {std::cos(z.im) * std::sinh(z.re), std::sin(z.im) * std::cosh(z.re)};
  }
  if (std::isinf(r.re) || std::isinf(r.im)) *p = Problem::kRange;
  return r;
}
C c_tanh(C z, Problem* p) {
  if (!finite(z)) {
    if (std::isinf(z.re)) {
      if (std::isfinite(z.im))
        return {std::copysign(1.0, z.re), std::copysign(0.0, 2.0 * std::sin(z.im) * std::cos(z.im))};
      return {std::copysign(1.0, z.re), 0.0};
    }
    if (std::isinf(z.im) && std::isfinite(z.re)) {
      *p = Problem::kDomain;
      return {kNan, kNan};
    }
    if (std::isnan(z.re)) return {kNan, z.im == 0 ? z.im : kNan};
    return {kNan, kNan};
  }
  if (std::fabs(z.re) > kLogLarge)
    return {std::copysign(1.0, z.re), 4.0 * std::sin(z.im) * std::cos(z.im) * std::exp(-2.0 * std::fabs(z.re))};
  double tx = std::tanh(z.re), ty = std::tan(z.im), cx = 1.0 / std::cosh(z.re), txty = tx * ty,
         denominator = 1.0 + txty * txty;
  return {tx * (1.0 + ty * ty) / denominator, ((ty / denominator) * cx) * cx};
}
C c_cos(C z, Problem* p) { return c_cosh({-z.im, z.re}, p); }
C c_sin(C z, Problem* p) {
  C r = c_sinh({-z.im, z.re}, p);
  return {r.im, -r.re};
}
C c_tan(C z, Problem* p) {
  C r = c_tanh({-z.im, z.re}, p);
  return {r.im, -r.re};
}
C c_exp(C z, Problem* p) {
  if (!finite(z)) {
    if (std::isinf(z.im) && (std::isfinite(z.re) || z.re == kInf)) *p = Problem::kDomain;
    if (z.re == kInf) {
      if (!std::isfinite(z.im)) return {kInf, kNan};
      if (z.im == 0) return {kInf, z.im};
      return {std::copysign(kInf, std::cos(z.im)), std::copysign(kInf, std::sin(z.im))};
    }
    if (z.re == -kInf) {
      if (!std::isfinite(z.im)) return {0.0, 0.0};
      return {std::copysign(0.0, std::cos(z.im)), std::copysign(0.0, std::sin(z.im))};
    }
    return {kNan, std::isnan(z.re) && z.im == 0 ? z.im : kNan};
  }
  C r;
  if (z.re > kLogLarge) {
    double l = std::exp(z.re - 1.0);
    r = {l * std::cos(z.im) * M_E, l * std::sin(z.im) * M_E};
  } else {
    double l = std::exp(z.re);
    r = {l * std::cos(z.im), l * std::sin(z.im)};
  }
  if (std::isinf(r.re) || std::isinf(r.im)) *p = Problem::kRange;
  return r;
}
C c_log(C z, Problem* p) {
  if (!finite(z)) {
    if (std::isinf(z.re) || std::isinf(z.im))
      return {kInf, std::isnan(z.re) || std::isnan(z.im) ? kNan : std::atan2(z.im, z.re)};
    return {kNan, kNan};
  }
  double ax = std::fabs(z.re), ay = std::fabs(z.im), re;
  if (ax > kLarge || ay > kLarge) {
    re = std::log(std::hypot(ax / 2, ay / 2)) + kLn2;
  } else if (ax < DBL_MIN && ay < DBL_MIN) {
    if (ax > 0 || ay > 0) {
      re = std::log(std::hypot(std::ldexp(ax, DBL_MANT_DIG), std::ldexp(ay, DBL_MANT_DIG))) - DBL_MANT_DIG * kLn2;
    } else {
      *p = Problem::kDomain;
      return {-kInf, std::atan2(z.im, z.re)};
    }
  } else {
    double h = std::hypot(ax, ay);
    if (h >= 0.71 && h <= 1.73) {
      double most = ax > ay ? ax : ay, least = ax > ay ? ay : ax;
      re = std::log1p((most - 1) * (most + 1) + least * least) / 2.0;
    } else {
      re = std::log(h);
    }
  }
  return {re, std::atan2(z.im, z.re)};
}
C c_log10(C z, Problem* p) {
  C r = c_log(z, p);
  return {r.re / kLn10, r.im / kLn10};
}

// ---- the functions of the module

bool argument(Value v, C* z) { return to_complex(v, &z->re, &z->im); }
Fail report(Problem p) {
  if (p == Problem::kRange) return raise(types::OverflowError, "math range error");
  return raise(types::ValueError, "math domain error");
}
Ref result_of(C r, Problem p) { return p == Problem::kNone ? make_complex(r.re, r.im) : report(p); }

template <C (*kF)(C, Problem*)>
Ref unary(Args& a) {
  C z;
  if (!argument(a[0], &z)) return nullptr;
  Problem p = Problem::kNone;
  C r = kF(z, &p);
  return result_of(r, p);
}
Ref log_impl(Args& a) {
  C z, base;
  if (!argument(a[0], &z)) return nullptr;
  Problem p = Problem::kNone;
  C r = c_log(z, &p);
  if (a.has(1)) {
    if (!argument(a[1], &base)) return nullptr;
    C b = c_log(base, &p);
    if (p != Problem::kNone) return report(p);
    Ref x = make_complex(r.re, r.im), y = make_complex(b.re, b.im);
    return binary_op(BinaryOp::kTrueDivide, x, y);
  }
  return result_of(r, p);
}
Ref phase_impl(Args& a) {
  C z;
  if (!argument(a[0], &z)) return nullptr;
  errno = 0;
  double angle = std::atan2(z.im, z.re);
  return errno == ERANGE ? report(Problem::kRange) : make_float(angle);  // an angle that is too small counts, too
}
Ref polar_impl(Args& a) {
  C z;
  if (!argument(a[0], &z)) return nullptr;
  double r = std::hypot(z.re, z.im);
  if (std::isinf(r) && finite(z)) return report(Problem::kRange);
  Ref size = make_float(r), angle = make_float(std::atan2(z.im, z.re));
  return make_tuple_of({size.get(), angle.get()});
}
Ref rect_impl(Args& a) {
  double r, phi;
  if (!to_double(a[0], &r) || !to_double(a[1], &phi)) return nullptr;
  if (!std::isfinite(r) || !std::isfinite(phi)) {
    if (std::isinf(phi) && r != 0 && !std::isnan(r)) return report(Problem::kDomain);
    if (std::isinf(r) && std::isfinite(phi) && phi != 0) {
      double sign = r > 0 ? 1 : -1;
      return make_complex(std::copysign(kInf, std::cos(phi)) * sign, std::copysign(kInf, std::sin(phi)) * sign);
    }
    if (std::isinf(r)) return std::isnan(phi) ? make_complex(kInf, kNan) : make_complex(r, r > 0 ? phi : -phi);
    if (r == 0) return make_complex(0.0, 0.0);
    return make_complex(kNan, phi == 0 ? phi : kNan);
  }
  if (phi == 0) return make_complex(r, r * phi);  // keeps the sign of a zero
  return make_complex(r * std::cos(phi), r * std::sin(phi));
}
Ref isfinite_impl(Args& a) {
  C z;
  return argument(a[0], &z) ? Ref::imm(bool_value(finite(z))) : nullptr;
}
Ref isnan_impl(Args& a) {
  C z;
  return argument(a[0], &z) ? Ref::imm(bool_value(std::isnan(z.re) || std::isnan(z.im))) : nullptr;
}
Ref isinf_impl(Args& a) {
  C z;
  return argument(a[0], &z) ? Ref::imm(bool_value(std::isinf(z.re) || std::isinf(z.im))) : nullptr;
}
Ref isclose_impl(Args& a) {
  C x, y;
  double relative = 1e-9, absolute = 0;
  if (!argument(a[0], &x) || !argument(a[1], &y) || (a.has(2) && !to_double(a[2], &relative)) ||
      (a.has(3) && !to_double(a[3], &absolute)))
    return nullptr;
  if (relative < 0 || absolute < 0) return raise(types::ValueError, "tolerances must be non-negative");
  if (x.re == y.re && x.im == y.im) return Ref::imm(kTrue);
  if (std::isinf(x.re) || std::isinf(x.im) || std::isinf(y.re) || std::isinf(y.im)) return Ref::imm(kFalse);
  double diff = std::hypot(x.re - y.re, x.im - y.im);
  return Ref::imm(bool_value(diff <= relative * std::hypot(y.re, y.im) || diff <= relative * std::hypot(x.re, x.im) ||
                             diff <= absolute));
}

const NativeDef kFunctions[] = {
    {"acos", "($module, z, /)", unary<c_acos>, 0, "Return the arc cosine of z."},
    {"acosh", "($module, z, /)", unary<c_acosh>, 0, "Return the inverse hyperbolic cosine of z."},
    {"asin", "($module, z, /)", unary<c_asin>, 0, "Return the arc sine of z."},
    {"asinh", "($module, z, /)", unary<c_asinh>, 0, "Return the inverse hyperbolic sine of z."},
    {"atan", "($module, z, /)", unary<c_atan>, 0, "Return the arc tangent of z."},
    {"atanh", "($module, z, /)", unary<c_atanh>, 0, "Return the inverse hyperbolic tangent of z."},
    {"cos", "($module, z, /)", unary<c_cos>, 0, "Return the cosine of z."},
    {"cosh", "($module, z, /)", unary<c_cosh>, 0, "Return the hyperbolic cosine of z."},
    {"exp", "($module, z, /)", unary<c_exp>, 0, "Return the exponential value e**z."},
    {"isclose", "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)", isclose_impl, 0,
     "Whether two complex numbers are close in value.\n\nrel_tol is relative to the larger of the two, abs_tol "
     "absolute."},
    {"isfinite", "($module, z, /)", isfinite_impl, 0,
     "Return True if both the real and imaginary parts of z are finite, else False."},
    {"isinf", "($module, z, /)", isinf_impl, 0, "Checks if the real or imaginary part of z is infinite."},
    {"isnan", "($module, z, /)", isnan_impl, 0, "Checks if the real or imaginary part of z not a number (NaN)."},
    {"log", "($module, z, base=<unrepresentable>, /)", log_impl, 0,
     "log(z[, base]) -> the logarithm of z to the given base.\n\nIf the base is not specified, returns the natural "
     "logarithm (base e) of z."},
    {"log10", "($module, z, /)", unary<c_log10>, 0, "Return the base-10 logarithm of z."},
    {"phase", "($module, z, /)", phase_impl, 0, "Return argument, also known as the phase angle, of a complex."},
    {"polar", "($module, z, /)", polar_impl, 0, "Convert a complex from rectangular coordinates to polar coordinates."},
    {"rect", "($module, r, phi, /)", rect_impl, 0, "Convert from polar coordinates to rectangular coordinates."},
    {"sin", "($module, z, /)", unary<c_sin>, 0, "Return the sine of z."},
    {"sinh", "($module, z, /)", unary<c_sinh>, 0, "Return the hyperbolic sine of z."},
    {"sqrt", "($module, z, /)", unary<c_sqrt>, 0, "Return the square root of z."},
    {"tan", "($module, z, /)", unary<c_tan>, 0, "Return the tangent of z."},
    {"tanh", "($module, z, /)", unary<c_tanh>, 0, "Return the hyperbolic tangent of z."},
    {nullptr}};
bool cmath_exec(Value m) {
  return module_add(m, "pi", make_float(kPi)) && module_add(m, "e", make_float(M_E)) &&
         module_add(m, "tau", make_float(2 * kPi)) && module_add(m, "inf", make_float(kInf)) &&
         module_add(m, "infj", make_complex(0, kInf)) && module_add(m, "nan", make_float(kNan)) &&
         module_add(m, "nanj", make_complex(0, kNan));
}

}  // namespace

// GIL off: they have no state.
extern const ModuleDef cmath_module;
const ModuleDef cmath_module = {"cmath", "This module provides access to mathematical functions for complex\nnumbers.",
                                kFunctions, cmath_exec, kFunctionsAtOnce};

}  // namespace taipan
