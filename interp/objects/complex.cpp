// The type complex.
#include <cerrno>
#include <cmath>
#include "interp/objects/abstract.h"
#include "interp/objects/float.h"
#include "interp/objects/float_text.h"
#include "interp/objects/format.h"
#include "interp/objects/int.h"
#include "interp/objects/native.h"
#include "interp/objects/number_text.h"
#include "interp/objects/tuple.h"

namespace taipan {

namespace {
struct C {
  double re, im;
};
}  // namespace

static Ref new_complex(TypeObject* cls, double re, double im) {
  Complex* c = cls == types::Complex ? new_object<Complex>(kShapeComplex, false) : alloc_instance_as<Complex>(cls);
  if (!c) return nullptr;
  c->real = re;
  c->imag = im;
  return Ref::steal(c);
}
Ref make_complex(double re, double im) { return new_complex(types::Complex, re, im); }
static Ref make(C c) { return make_complex(c.re, c.im); }
static C value_of(Value v) { return {v.as<Complex>()->real, v.as<Complex>()->imag}; }

// ---- arithmetic -------------------------------------------------------------------------------------------------------------

static C times(C a, C b) { return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; }

// Smith's method: scales by the larger part of the divisor. False: division by zero.
static bool quotient(C a, C b, C* out) {
  double re = std::fabs(b.re), im = std::fabs(b.im);
  if (re >= im) {
    if (re == 0) return false;
    double ratio = b.im / b.re, denominator = b.re + b.im * ratio;
    *out = {(a.re + a.im * ratio) / denominator, (a.im - a.re * ratio) / denominator};
  } else if (im >= re) {
    double ratio = b.re / b.im, denominator = b.re * ratio + b.im;
    *out = {(a.re * ratio + a.im) / denominator, (a.im * ratio - a.re) / denominator};
  } else {
    *out = {std::nan(""), std::nan("")};
  }
  return true;
}

static C power_unsigned(C x, long n) {
  C r{1.0, 0.0}, p = x;
  for (long mask = 1; mask > 0 && n >= mask; mask <<= 1) {
    if (n & mask) r = times(r, p);
    p = times(p, p);
  }
  return r;
}

static Ref power_of(C a, C b) {
  C r{1.0, 0.0};
  bool zero_division = false;
  if (b.im == 0 && b.re == std::floor(b.re) && std::fabs(b.re) <= 100) {
    long n = static_cast<long>(b.re);
    if (n > 0) {
      r = power_unsigned(a, n);
    } else {
      zero_division = !quotient({1.0, 0.0}, power_unsigned(a, -n), &r);
    }
  } else if (b.re == 0 && b.im == 0) {
  } else if (a.re == 0 && a.im == 0) {
    zero_division = b.im != 0 || b.re < 0;
    r = {0.0, 0.0};
  } else {
    double magnitude = std::hypot(a.re, a.im);
    double length = std::pow(magnitude, b.re);
    double angle = std::atan2(a.im, a.re);
    double phase = angle * b.re;
    if (b.im != 0) {
      length /= std::exp(angle * b.im);
      phase += b.im * std::log(magnitude);
    }
    r = {length * std::cos(phase), length * std::sin(phase)};
  }
  if (zero_division) return raise(types::ZeroDivisionError, "0.0 to a negative or complex power");
  if (std::isinf(r.re) || std::isinf(r.im)) return raise(types::OverflowError, "complex exponentiation");
  return make(r);
}

// 1: converted; 0: not a number; -1: error.
static int operand(Value v, C* out) {
  if (is_complex(v)) {
    *out = value_of(v);
    return 1;
  }
  out->im = 0;
  if (is_float_like(v)) {
    out->re = float_value(v);
    return 1;
  }
  if (is_int(v)) return int_to_double_checked(v, &out->re) ? 1 : -1;
  return 0;
}

#define COMPLEX_OPERANDS(a, b)                                      \
  C x, y;                                                           \
  {                                                                 \
    int got = operand(a, &x);                                       \
    if (got == 1) got = operand(b, &y);                             \
    if (got != 1) return got ? nullptr : Ref::imm(kNotImplemented); \
  }

static Ref complex_add(Value a, Value b) {
  COMPLEX_OPERANDS(a, b)
  return make_complex(x.re + y.re, x.im + y.im);
}
static Ref complex_subtract(Value a, Value b) {
  COMPLEX_OPERANDS(a, b)
  return make_complex(x.re - y.re, x.im - y.im);
}
static Ref complex_multiply(Value a, Value b) {
  COMPLEX_OPERANDS(a, b)
  return make(times(x, y));
}
static Ref complex_true_divide(Value a, Value b) {
  COMPLEX_OPERANDS(a, b)
  C r;
  if (!quotient(x, y, &r)) return raise(types::ZeroDivisionError, "complex division by zero");
  return make(r);
}
static Ref complex_power(Value a, Value b, Value mod) {
  COMPLEX_OPERANDS(a, b)
  if (mod && mod != kNone) return raise(types::ValueError, "complex modulo");
  return power_of(x, y);
}
#undef COMPLEX_OPERANDS

static Ref complex_exact(Value v) {
  if (has_shape(v, kShapeComplex)) return Ref::dup(v);
  return make(value_of(v));
}
static Ref complex_negative(Value v) {
  C c = value_of(v);
  return make_complex(-c.re, -c.im);
}
static Ref complex_absolute(Value v) {
  C c = value_of(v);
  double r = std::hypot(c.re, c.im);
  if (std::isinf(r) && std::isfinite(c.re) && std::isfinite(c.im))
    return raise(types::OverflowError, "absolute value too large");
  return make_float(r);
}
static int complex_truth(Value v) {
  C c = value_of(v);
  return c.re != 0 || c.im != 0;
}
static bool complex_hash(Value v, int64_t* out) {
  C c = value_of(v);
  uint64_t h = static_cast<uint64_t>(float_hash(c.re, v)) + 1000003 * static_cast<uint64_t>(float_hash(c.im, v));
  *out = static_cast<int64_t>(h);
  if (*out == -1) *out = -2;
  return true;
}

static Ref complex_compare(Value a, Value b, CompareOp op) {
  if (op != kEq && op != kNe) return Ref::imm(kNotImplemented);
  C x = value_of(a);
  bool equal;
  if (is_complex(b)) {
    C y = value_of(b);
    equal = x.re == y.re && x.im == y.im;
  } else if (is_float_like(b)) {
    equal = x.re == float_value(b) && x.im == 0;
  } else if (is_int(b)) {
    equal = x.im == 0;
    if (equal) {
      Ref re = make_float(x.re);
      if (!re) return nullptr;
      Ref r = types::Float->s.compare(re, b, kEq);
      if (!r) return nullptr;
      equal = r.get() == kTrue;
    }
  } else {
    return Ref::imm(kNotImplemented);
  }
  return Ref::imm(bool_value(equal == (op == kEq)));
}

static Ref complex_repr(Value v) {
  C c = value_of(v);
  std::string s;
  if (c.re == 0 && !std::signbit(c.re)) {
    s = float_format(c.im, 'r', 0, 0) + "j";
  } else {
    s = "(" + float_format(c.re, 'r', 0, 0) + float_format(c.im, 'r', 0, kFloatSign) + "j)";
  }
  return make_str(s);
}

// ---- construction -----------------------------------------------------------------------------------------------------------

// The result of __complex__ where there is one; kMissing where not.
static Ref special_complex(Value o) {
  if (has_shape(o, kShapeComplex)) return Ref::dup(o);
  if (o.is_int() || o.is_float()) return Ref::imm(kMissing);
  Ref method = lookup_special(o, TAIPAN_NAME(__complex__));
  if (!method) return error_occurred() ? Ref() : Ref::imm(kMissing);
  Ref r = call(method);
  if (!r) return nullptr;
  if (!is_complex(r)) return raise(types::TypeError, "__complex__ returned non-complex (type %.200T)", r.get());
  if (!has_shape(r, kShapeComplex) && !warn(types::DeprecationWarning, 1,
                                            "__complex__ returned non-complex (type %.200T).  The ability to return an "
                                            "instance of a strict subclass of complex is "
                                            "deprecated, and may not be supported in a future version of Python.",
                                            r.get()))
    return nullptr;
  return r;
}

bool to_complex(Value v, double* re, double* im) {
  if (is_complex(v)) {
    *re = v.as<Complex>()->real;
    *im = v.as<Complex>()->imag;
    return true;
  }
  *im = 0;
  if (is_float_like(v)) {
    *re = float_value(v);
    return true;
  }
  Ref r = special_complex(v);
  if (!r) return false;
  if (r.get() == kMissing) return to_double(v, re);
  *re = r.as<Complex>()->real;
  *im = r.as<Complex>()->imag;
  return true;
}

static bool parse_complex(std::string_view s, C* out) {
  auto skip = [&] {
    while (!s.empty() && (is_ascii_space(s.front()) || (s.front() >= 0x1c && s.front() <= 0x1f))) s.remove_prefix(1);
  };
  auto is_j = [&] { return !s.empty() && (s.front() | 0x20) == 'j'; };
  auto is_sign = [&] { return !s.empty() && (s.front() == '+' || s.front() == '-'); };
  skip();
  bool bracket = !s.empty() && s.front() == '(';
  if (bracket) {
    s.remove_prefix(1);
    skip();
  }
  double z, x = 0, y = 0;
  size_t n = float_prefix(s, &z);
  if (n) {
    s.remove_prefix(n);
    if (is_sign()) {
      x = z;
      n = float_prefix(s, &y);
      if (n) {
        s.remove_prefix(n);
      } else {
        y = s.front() == '+' ? 1.0 : -1.0;
        s.remove_prefix(1);
      }
      if (!is_j()) return false;
      s.remove_prefix(1);
    } else if (is_j()) {
      s.remove_prefix(1);
      y = z;
    } else {
      x = z;
    }
  } else {
    y = 1.0;
    if (is_sign()) {
      if (s.front() == '-') y = -1.0;
      s.remove_prefix(1);
    }
    if (!is_j()) return false;
    s.remove_prefix(1);
  }
  skip();
  if (bracket) {
    if (s.empty() || s.front() != ')') return false;
    s.remove_prefix(1);
    skip();
  }
  *out = {x, y};
  return s.empty();
}

static Ref complex_from_str(TypeObject* cls, Value text) {
  NumberText t(text);
  std::string_view s = t.view();
  std::string copy;
  if (s.find('_') != std::string_view::npos) {
    if (!strip_underscores(s, &copy)) {
      Ref shown = short_repr(text);
      if (!shown) return nullptr;
      return raise(types::ValueError, "could not convert string to complex: %S", shown.get());
    }
    s = copy;
  }
  C c;
  if (!parse_complex(s, &c)) return raise(types::ValueError, "complex() arg is a malformed string");
  return new_complex(cls, c.re, c.im);
}

static bool is_numeric(Value v) {
  const Slots& s = type_of(v)->s;
  return s.to_float || s.index || is_complex(v);
}

static Ref complex_new(TypeObject* cls, RawArgs raw) {
  static const Signature sig("complex", "(real=0, imag=0)");
  Value v[2];
  if (!sig.bind(raw, v)) return nullptr;
  Value r = v[0] ? v[0] : Value::from_int(0), i = v[1];
  if (!i && cls == types::Complex && has_shape(r, kShapeComplex)) return Ref::dup(r);
  if (is_str(r)) {
    if (i) return raise(types::TypeError, "complex() can't take second arg if first is a string");
    return complex_from_str(cls, r);
  }
  if (i && is_str(i)) return raise(types::TypeError, "complex() second arg can't be a string");
  Ref special = special_complex(r);
  if (!special) return nullptr;
  if (special.get() != kMissing) r = special;
  if (!is_numeric(r))
    return raise(types::TypeError, "complex() first argument must be a string or a number, not '%.200T'", r);
  if (i && !is_numeric(i))
    return raise(types::TypeError, "complex() second argument must be a number, not '%.200T'", i);
  C re{0, 0}, im{0, 0};
  bool re_complex = is_complex(r), im_complex = i && is_complex(i);
  if (re_complex) {
    re = value_of(r);
  } else {
    Ref f = float_from_object(r);
    if (!f) return nullptr;
    re.re = float_value(f);
  }
  if (!i) {
    im.re = re.im;
  } else if (im_complex) {
    im = value_of(i);
  } else {
    Ref f = float_from_object(i);
    if (!f) return nullptr;
    im.re = float_value(f);
  }
  if (im_complex) re.re -= im.im;
  if (re_complex && i) im.re += re.im;
  return new_complex(cls, re.re, im.re);
}

// ---- methods ----------------------------------------------------------------------------------------------------------------

static Ref complex_conjugate_impl(Args& a) {
  C c = value_of(a.self);
  return make_complex(c.re, -c.im);
}
static Ref complex_complex_impl(Args& a) { return complex_exact(a.self); }
static Ref complex_getnewargs_impl(Args& a) {
  C c = value_of(a.self);
  Ref re = make_float(c.re), im = make_float(c.im);
  if (!re || !im) return nullptr;
  return make_tuple_of({re, im});
}
static Ref complex_format_impl(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "__format__() argument must be str, not %.50T", a[0]);
  return format_complex(a.self, a[0]);
}

static const NativeDef kComplexMethods[] = {
    {"conjugate", "($self, /)", complex_conjugate_impl, 0,
     "The complex conjugate: the imaginary part with the other sign."},
    {"__complex__", "($self, /)", complex_complex_impl, 0, "The value as an exact complex."},
    {"__getnewargs__", "($self, /)", complex_getnewargs_impl, 0, nullptr},
    {"__format__", "($self, format_spec, /)", complex_format_impl, 0, "Formats as the format specification says."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

static const MemberDef kComplexMembers[] = {
    {"real", kMemberDouble, offsetof(Complex, real), true, "the real part of a complex number"},
    {"imag", kMemberDouble, offsetof(Complex, imag), true, "the imaginary part of a complex number"},
    {}};

const TypeSpec kComplexSpec = {
    .doc =
        "complex(real=0, imag=0)\n--\n\nA complex number, real + imag*1j, of numbers or of one text."
        "",
    .flags = kTypeBaseable | kTypeImmutable,
    .basic_size = sizeof(Complex),
    .methods = kComplexMethods,
    .members = kComplexMembers,
    .s = {.repr = complex_repr,
          .hash = complex_hash,
          .compare = complex_compare,
          .new_ = complex_new,
          .add = complex_add,
          .subtract = complex_subtract,
          .multiply = complex_multiply,
          .power = complex_power,
          .negative = complex_negative,
          .positive = complex_exact,
          .absolute = complex_absolute,
          .truth = complex_truth,
          .true_divide = complex_true_divide},
};

}  // namespace taipan
