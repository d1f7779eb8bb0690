// The type float: arithmetic, comparison with ints of any size, rounding, methods.
#include "interp/objects/float.h"

#include <cerrno>
#include <cmath>
#include <cstring>
#include "frontend/floor_division.h"
#include "interp/objects/abstract.h"
#include "interp/objects/bytes.h"
#include "interp/objects/float_text.h"
#include "interp/objects/format.h"
#include "interp/objects/int.h"
#include "interp/objects/native.h"
#include "interp/objects/number_text.h"
#include "interp/objects/tuple.h"

namespace taipan {

Ref make_float_slow(double d) {
  Value v = Value::try_float(d);
  if (!v.is_null()) return Ref::imm(v);
  BoxedFloat* f =
      reinterpret_cast<BoxedFloat*>(gc::alloc_object(sizeof(BoxedFloat), kShapeBoxedFloat, gc::kAllocPlain));
  if (!f) return raise_memory();
  f->value = d;
  return Ref::steal(f);
}

// ---- arithmetic -------------------------------------------------------------------------------------------------------------

static Ref raise_range() {
  Ref text = make_str("Numerical result out of range");
  if (!text) return nullptr;
  Ref exc = call(Value(types::OverflowError), Value::from_int(ERANGE), text);
  if (!exc) return nullptr;
  return raise_object(std::move(exc));
}

static bool is_odd_integer(double d) { return std::fmod(std::fabs(d), 2.0) == 1.0; }

Ref float_pow(double a, double b) {
  if (TAIPAN_LIKELY(a > 0 && std::isfinite(a) && std::isfinite(b))) {
    double r = std::pow(a, b);
    if (TAIPAN_UNLIKELY(std::isinf(r))) return raise_range();
    return make_float(r);
  }
  if (b == 0) return make_float(1.0);
  if (std::isnan(a)) return make_float(a);
  if (std::isnan(b)) return make_float(a == 1.0 ? 1.0 : b);
  if (std::isinf(b)) {
    a = std::fabs(a);
    if (a == 1.0) return make_float(1.0);
    return make_float((b > 0) == (a > 1.0) ? std::fabs(b) : 0.0);
  }
  bool odd = is_odd_integer(b);
  if (std::isinf(a)) {
    if (b > 0) return make_float(odd ? a : std::fabs(a));
    return make_float(odd ? std::copysign(0.0, a) : 0.0);
  }
  if (a == 0) {
    if (b < 0) return raise(types::ZeroDivisionError, "0.0 cannot be raised to a negative power");
    return make_float(odd ? a : 0.0);
  }
  // a is negative and finite
  if (b != std::floor(b)) {
    Ref base = make_complex(a, 0.0), exponent = make_complex(b, 0.0);
    if (!base || !exponent) return nullptr;
    return types::Complex->s.power(base, exponent, kNone);
  }
  a = -a;
  double r = a == 1.0 ? 1.0 : std::pow(a, b);
  if (std::isinf(r)) return raise_range();
  return make_float(odd ? -r : r);
}

// 1: *out is the operand's value; 0: not a number a float operates on; -1: error.
static inline int operand(Value v, double* out) {
  if (TAIPAN_LIKELY(v.is_float())) {
    *out = v.as_float();
    return 1;
  }
  if (v.is_int()) {
    *out = static_cast<double>(v.as_int());
    return 1;
  }
  if (is_float_like(v)) {
    *out = v.as<BoxedFloat>()->value;
    return 1;
  }
  if (is_int(v)) return int_to_double_checked(v, out) ? 1 : -1;
  return 0;
}

#define FLOAT_OPERANDS(a, b)                                        \
  double x, y;                                                      \
  {                                                                 \
    int got = operand(a, &x);                                       \
    if (got == 1) got = operand(b, &y);                             \
    if (got != 1) return got ? nullptr : Ref::imm(kNotImplemented); \
  }

static Ref float_add(Value a, Value b) {
  FLOAT_OPERANDS(a, b)
  return make_float(x + y);
}
static Ref float_subtract(Value a, Value b) {
  FLOAT_OPERANDS(a, b)
  return make_float(x - y);
}
static Ref float_multiply(Value a, Value b) {
  FLOAT_OPERANDS(a, b)
  return make_float(x * y);
}
static Ref float_true_divide(Value a, Value b) {
  FLOAT_OPERANDS(a, b)
  if (y == 0) return raise(types::ZeroDivisionError, "float division by zero");
  return make_float(x / y);
}
static Ref float_floor_divide(Value a, Value b) {
  FLOAT_OPERANDS(a, b)
  if (y == 0) return raise(types::ZeroDivisionError, "float floor division by zero");
  return make_float(float_floor_div(x, y));
}
static Ref float_remainder(Value a, Value b) {
  FLOAT_OPERANDS(a, b)
  if (y == 0) return raise(types::ZeroDivisionError, "float modulo");
  return make_float(float_floor_mod(x, y));
}
static Ref float_divmod(Value a, Value b) {
  FLOAT_OPERANDS(a, b)
  if (y == 0) return raise(types::ZeroDivisionError, "float divmod()");
  Ref q = make_float(float_floor_div(x, y)), r = make_float(float_floor_mod(x, y));
  if (!q || !r) return nullptr;
  return make_tuple_of({q, r});
}
static Ref float_power(Value a, Value b, Value mod) {
  if (mod && mod != kNone)
    return raise(types::TypeError, "pow() 3rd argument not allowed unless all arguments are integers");
  FLOAT_OPERANDS(a, b)
  return float_pow(x, y);
}
#undef FLOAT_OPERANDS

static Ref float_exact(Value v) {
  if (is_float_exact(v)) return Ref::dup(v);
  return make_float(float_value(v));
}
static Ref float_negative(Value v) { return make_float(-float_value(v)); }
static Ref float_absolute(Value v) { return make_float(std::fabs(float_value(v))); }
static int float_truth(Value v) { return float_value(v) != 0; }
static Ref float_to_int(Value v) { return make_int_from_double(float_value(v)); }
static Ref float_repr_slot(Value v) {
  char buf[40];
  size_t n = float_repr_to(float_value(v), buf);
  return make_str_latin1(reinterpret_cast<const uint8_t*>(buf), n);
}

// ---- comparison and hash ----------------------------------------------------------------------------------------------------

// -1, 0, 1; d is no NaN.
static bool compare_with_int(double d, Value i, int* out) {
  int64_t n;
  bool small = int_fits64(i, &n);
  if (std::fabs(d) < 9223372036854775808.0) {
    if (!small) {
      *out = -int_sign(i);
      return true;
    }
    int64_t whole = static_cast<int64_t>(d);
    if (whole != n) {
      *out = whole < n ? -1 : 1;
    } else {
      double fraction = d - static_cast<double>(whole);
      *out = fraction < 0 ? -1 : fraction > 0;
    }
    return true;
  }
  int sign = d < 0 ? -1 : 1;
  if (small || std::isinf(d)) {
    *out = small && d == -9223372036854775808.0 && n == INT64_MIN ? 0 : sign;
    return true;
  }
  Ref whole = make_int_from_double(d);
  if (!whole) return false;
  *out = int_compare(whole, i);
  return true;
}

static bool ordered(double x, double y, CompareOp op) {
  switch (op) {
    case kLt: return x < y;
    case kLe: return x <= y;
    case kEq: return x == y;
    case kNe: return x != y;
    case kGt: return x > y;
    case kGe: return x >= y;
  }
  return false;
}

static Ref float_compare(Value a, Value b, CompareOp op) {
  double x = float_value(a);
  if (b.is_float() || is_float_like(b)) return Ref::imm(bool_value(ordered(x, float_value(b), op)));
  if (!is_int(b)) return Ref::imm(kNotImplemented);
  if (std::isnan(x)) return Ref::imm(bool_value(op == kNe));
  int c;
  if (!compare_with_int(x, b, &c)) return nullptr;
  return Ref::imm(bool_value(ordered(c, 0, op)));
}

int64_t float_hash(double d, Value self) {
  constexpr uint64_t kPrime = (uint64_t{1} << 61) - 1;
  if (TAIPAN_LIKELY(std::fabs(d) < 1e18)) {
    int64_t i = static_cast<int64_t>(d);
    if (static_cast<double>(i) == d) return i == -1 ? -2 : i;
  } else if (!std::isfinite(d)) {
    if (std::isinf(d)) return d > 0 ? 314159 : -314159;
    uint64_t p = self.bits;
    return static_cast<int64_t>(p >> 4 | p << 60);
  }
  int e;
  double m = std::frexp(d, &e);
  bool negative = m < 0;
  if (negative) m = -m;
  uint64_t x = 0;
  while (m != 0) {
    x = (x << 28 & kPrime) | x >> 33;
    m *= 268435456.0;
    e -= 28;
    uint64_t y = static_cast<uint64_t>(m);
    m -= static_cast<double>(y);
    x += y;
    if (x >= kPrime) x -= kPrime;
  }
  e = e >= 0 ? e % 61 : 60 - (-1 - e) % 61;
  x = (x << e & kPrime) | x >> (61 - e);
  int64_t h = static_cast<int64_t>(x);
  if (negative) h = -h;
  return h == -1 ? -2 : h;
}
static bool float_hash_slot(Value v, int64_t* out) {
  *out = float_hash(float_value(v), v);
  return true;
}

// ---- construction -----------------------------------------------------------------------------------------------------------

Ref float_from_object(Value o) {
  if (o.is_int()) return make_float(static_cast<double>(o.as_int()));
  if (is_float_exact(o)) return Ref::dup(o);
  double d;
  bool known = false;
  if (is_str_exact(o)) {
    NumberText t(o);
    if (float_parse(t.view(), &d)) return make_float(d);
    known = true;
  } else {
    const Slots& s = type_of(o)->s;
    if (s.to_float) {
      Ref r = s.to_float(o);
      if (!r || is_float_exact(r)) return r;
      if (!is_float_like(r))
        return raise(types::TypeError, "%.50T.__float__ returned non-float (type %.50T)", o, r.get());
      if (!warn(types::DeprecationWarning, 1,
                "%.50T.__float__ returned non-float (type %.50T).  The ability to return an instance of a strict "
                "subclass of float is "
                "deprecated, and may be removed in a future version of Python.",
                o, r.get()))
        return nullptr;
      return float_exact(r);
    }
    if (s.index) {
      Ref i = to_index(o);
      if (!i || !int_to_double_checked(i, &d)) return nullptr;
      return make_float(d);
    }
    if (is_float_like(o)) return make_float(float_value(o));
    if (is_str(o)) {
      NumberText t(o);
      if (float_parse(t.view(), &d)) return make_float(d);
      known = true;
    } else if (has_buffer(o)) {
      BufferView view(o);
      if (!view.ok()) return nullptr;
      if (float_parse(strip_number(view.view(), false), &d)) return make_float(d);
      known = true;
    }
  }
  if (known) {
    Ref shown = short_repr(o);
    if (!shown) return nullptr;
    return raise(types::ValueError, "could not convert string to float: %S", shown.get());
  }
  return raise(types::TypeError, "float() argument must be a string or a real number, not '%.200T'", o);
}

static Ref float_new(TypeObject* cls, RawArgs raw) {
  Ref r;
  if (TAIPAN_LIKELY(raw.n == 1 && !raw.kwnames)) {
    r = float_from_object(raw.v[0]);
  } else {
    static const Signature sig("float", "(x=0, /)");
    Value v;
    if (raw.kwnames && cls->s.init != types::Float->s.init)
      raw.kwnames = Value();  // a subclass whose __init__ takes keywords
    if (!sig.bind(raw, &v)) return nullptr;
    r = v ? float_from_object(v) : make_float(0.0);
  }
  if (!r || cls == types::Float) return r;
  BoxedFloat* f = alloc_instance_as<BoxedFloat>(cls);
  if (!f) return nullptr;
  f->value = float_value(r);
  return Ref::steal(f);
}

// ---- methods ----------------------------------------------------------------------------------------------------------------

static Ref float_self_impl(Args& a) { return float_exact(a.self); }
static Ref float_trunc_impl(Args& a) { return make_int_from_double(float_value(a.self)); }
static Ref float_floor_impl(Args& a) { return make_int_from_double(std::floor(float_value(a.self))); }
static Ref float_ceil_impl(Args& a) { return make_int_from_double(std::ceil(float_value(a.self))); }

static Ref float_round_impl(Args& a) {
  double x = float_value(a.self);
  if (!a[0] || a[0] == kNone) {
    double r = std::round(x);
    if (std::fabs(x - r) == 0.5) r = 2.0 * std::round(x / 2.0);
    return make_int_from_double(r);
  }
  int64_t n;
  if (!to_ssize(a[0], &n, nullptr)) return nullptr;
  if (!std::isfinite(x)) return make_float(x);
  if (n > 323) return make_float(x);
  if (n < -308) return make_float(0.0 * x);
  bool overflow;
  double r = round_to_digits(x, static_cast<int>(n), &overflow);
  if (overflow) return raise(types::OverflowError, "rounded value too large to represent");
  return make_float(r);
}

static Ref float_as_integer_ratio_impl(Args& a) {
  double x = float_value(a.self);
  if (std::isinf(x)) return raise(types::OverflowError, "cannot convert Infinity to integer ratio");
  if (std::isnan(x)) return raise(types::ValueError, "cannot convert NaN to integer ratio");
  int exponent;
  double m = std::frexp(x, &exponent);
  for (int i = 0; i < 300 && m != std::floor(m); i++) {
    m *= 2.0;
    exponent--;
  }
  Ref numerator = make_int_from_double(m), denominator = make_int(1);
  if (!numerator) return nullptr;
  Ref shift = make_int(exponent < 0 ? -exponent : exponent);
  if (exponent > 0) {
    numerator = int_lshift(numerator, shift);
  } else {
    denominator = int_lshift(denominator, shift);
  }
  if (!numerator || !denominator) return nullptr;
  return make_tuple_of({numerator, denominator});
}

static Ref float_fromhex_impl(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "bad argument type for built-in operation");
  std::string temp;
  double d = 0;
  switch (float_from_hex(ascii_or_temp(a[0], &temp), &d)) {
    case FromHex::kOk: break;
    case FromHex::kMalformed: return raise(types::ValueError, "invalid hexadecimal floating-point string");
    case FromHex::kTooLarge: return raise(types::OverflowError, "hexadecimal value too large to represent as a float");
  }
  Ref r = make_float(d);
  if (!r || a.self == Value(types::Float)) return r;
  return call(a.self, r);
}

static Ref float_hex_impl(Args& a) { return make_str(float_hex(float_value(a.self))); }
static Ref float_is_integer_impl(Args& a) {
  double x = float_value(a.self);
  return Ref::imm(bool_value(std::isfinite(x) && std::floor(x) == x));
}
static Ref float_getnewargs_impl(Args& a) {
  Ref f = float_exact(a.self);
  if (!f) return nullptr;
  return make_tuple_of({f});
}
static Ref float_getformat_impl(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "__getformat__() argument must be str, not %.50T", a[0]);
  if (!str_eq_ascii(a[0], "double") && !str_eq_ascii(a[0], "float"))
    return raise(types::ValueError, "__getformat__() argument 1 must be 'double' or 'float'");
  constexpr bool kLittle = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
  return make_str(kLittle ? "IEEE, little-endian" : "IEEE, big-endian");
}
static Ref float_format_impl(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "__format__() argument must be str, not %.50T", a[0]);
  return format_float(a.self, a[0]);
}

static const NativeDef kFloatMethods[] = {
    {"conjugate", "($self, /)", float_self_impl, 0, "The float itself, its own complex conjugate."},
    {"__trunc__", "($self, /)", float_trunc_impl, 0, "The nearest integer towards zero."},
    {"__floor__", "($self, /)", float_floor_impl, 0, "The largest integer not above self."},
    {"__ceil__", "($self, /)", float_ceil_impl, 0, "The smallest integer not below self."},
    {"__round__", "($self, ndigits=None, /)", float_round_impl, 0,
     "Rounds half to even, to ndigits after the point, or to an int where ndigits is missing."},
    {"as_integer_ratio", "($self, /)", float_as_integer_ratio_impl, 0,
     "A pair of integers whose ratio is exactly self.\n\n>>> (2.5).as_integer_ratio()\n(5, 2)\n>>> "
     "(-0.0).as_integer_ratio()\n(0, 1)\n>>> 1e3.as_integer_ratio()\n(1000, 1)"},
    {"fromhex", "($type, string, /)", float_fromhex_impl, kNativeClassMethod,
     "Makes a float of a hexadecimal string.\n\n>>> float.fromhex('0x1.8p+1')\n3.0\n>>> float.fromhex('-0x10')\n-16.0"},
    {"hex", "($self, /)", float_hex_impl, 0,
     "The hexadecimal representation.\n\n>>> (3.0).hex()\n'0x1.8000000000000p+1'\n>>> "
     "(-0.25).hex()\n'-0x1.0000000000000p-2'"},
    {"is_integer", "($self, /)", float_is_integer_impl, 0, "True where the float is an integer."},
    {"__getnewargs__", "($self, /)", float_getnewargs_impl, 0, nullptr},
    {"__getformat__", "($type, typestr, /)", float_getformat_impl, kNativeClassMethod,
     "How 'double' and 'float' are laid out; for Python's own tests."},
    {"__format__", "($self, format_spec, /)", float_format_impl, 0, "Formats as the format specification says."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

static Ref float_imag_get(Value) { return make_float(0.0); }
static const GetSetDef kFloatGetSet[] = {{"real", float_exact, nullptr, "the real part of a complex number"},
                                         {"imag", float_imag_get, nullptr, "the imaginary part of a complex number"},
                                         {nullptr, nullptr, nullptr, nullptr}};

const TypeSpec kFloatSpec = {
    .doc = "float(x=0, /)\n--\n\nA floating-point number of a number or a text.",
    .flags = kTypeBaseable | kTypeMatchSelf | kTypeImmutable,
    .basic_size = sizeof(BoxedFloat),
    .methods = kFloatMethods,
    .getset = kFloatGetSet,
    .s = {.repr = float_repr_slot,
          .hash = float_hash_slot,
          .compare = float_compare,
          .new_ = float_new,
          .add = float_add,
          .subtract = float_subtract,
          .multiply = float_multiply,
          .remainder = float_remainder,
          .divmod = float_divmod,
          .power = float_power,
          .negative = float_negative,
          .positive = float_exact,
          .absolute = float_absolute,
          .truth = float_truth,
          .to_int = float_to_int,
          .to_float = float_exact,
          .floor_divide = float_floor_divide,
          .true_divide = float_true_divide},
};

}  // namespace taipan
