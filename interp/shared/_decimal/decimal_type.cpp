// The type Decimal.
#include <cmath>
#include <utility>
#include "gc/collector.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/float.h"
#include "interp/objects/tuple.h"
#include "interp/shared/_decimal/decimal.h"

namespace taipan::decimal {

namespace {

// ---- Operations of one and two numbers, as slots, methods and methods of contexts ---------------------------------------------------------

template <Unary Op>
Ref apply(Value a, Value context) {
  Number r;
  uint32_t status = 0;
  Op(&r, view_of(a), settings_of(context), &status);
  return result(r, context, status);
}
// What does an operation of small operands; null: nothing special.
template <Binary Op>
constexpr small::Operation* kOfSmall = nullptr;
template <>
constexpr small::Operation* kOfSmall<add> = small::add;
template <>
constexpr small::Operation* kOfSmall<subtract> = small::subtract;
template <>
constexpr small::Operation* kOfSmall<multiply> = small::multiply;
template <>
constexpr small::Operation* kOfSmall<divide> = small::divide;

template <Binary Op>
Ref apply(const View& a, const View& b, Value context) {
  uint32_t status = 0;
  const Settings s = settings_of(context);
  if constexpr (kOfSmall<Op> != nullptr) {
    if (small::Result q; TAIPAN_LIKELY(kOfSmall<Op>(&q, a, b, s, &status)))
      return TAIPAN_LIKELY(add_status(context, status)) ? make_decimal(q) : nullptr;
  }
  Number r;
  Op(&r, a, b, s, &status);
  return result(r, context, status);
}
template <Binary Op>
Ref apply(Value a, Value b, Value context) {
  return apply<Op>(view_of(a), view_of(b), context);
}

// An int of one machine word as an operand, for which no Decimal is made.
class SmallInt {
 public:
  explicit SmallInt(Value v)
      : magnitude_(static_cast<uint64_t>(v.as_int() < 0 ? -v.as_int() : v.as_int())), negative_(v.as_int() < 0) {}
  View view() const { return {{&magnitude_, magnitude_ ? size_t{1} : 0}, 0, kFinite, negative_}; }

 private:
  static_assert(uint64_t{1} << 63 < kBase);
  uint64_t magnitude_;
  bool negative_;
};

template <Unary Op>
Ref unary_slot(Value a) {
  Ref context = current_context();
  return context ? apply<Op>(a, context) : nullptr;
}
template <Binary Op>
Ref binary_slot(Value a, Value b) {
  Ref context = current_context();
  if (!context) return nullptr;
  if (TAIPAN_LIKELY(is_decimal(a) && is_decimal(b))) return apply<Op>(a, b, context);
  if (b.is_int() && is_decimal(a)) return apply<Op>(view_of(a), SmallInt(b).view(), context);
  if (a.is_int() && is_decimal(b)) return apply<Op>(SmallInt(a).view(), view_of(b), context);
  Ref x = operand(a);
  if (!x || x.get() == kNotImplemented) return x;
  Ref y = operand(b);
  if (!y || y.get() == kNotImplemented) return y;
  return apply<Op>(x, y, context);
}
template <Unary Op>
Ref unary_method(Args& a) {
  Ref context = context_argument(a[0]);
  return context ? apply<Op>(a.self, context) : nullptr;
}
template <Binary Op>
Ref binary_method(Args& a) {
  Ref context = context_argument(a[1]);
  if (!context) return nullptr;
  Ref other = need_operand(a[0]);
  return other ? apply<Op>(a.self, other, context) : nullptr;
}
template <Unary Op>
Ref context_unary(Args& a) {
  Ref x = need_operand(a[0]);
  return x ? apply<Op>(x, a.self) : nullptr;
}
template <Binary Op>
Ref context_binary(Args& a) {
  Ref x = need_operand(a[0]);
  if (!x) return nullptr;
  Ref y = need_operand(a[1]);
  return y ? apply<Op>(x, y, a.self) : nullptr;
}

Ref divmod_of(Value a, Value b, Value context) {
  Number q, r;
  uint32_t status = 0;
  divide_with_remainder(&q, &r, view_of(a), view_of(b), settings_of(context), &status);
  if (!add_status(context, status)) return nullptr;
  Ref items[2] = {make_decimal(q), make_decimal(r)};
  return items[0] && items[1] ? make_tuple_steal(items, 2) : nullptr;
}
Ref decimal_divmod(Value a, Value b) {
  Ref context = current_context();
  if (!context) return nullptr;
  Ref x = operand(a);
  if (!x || x.get() == kNotImplemented) return x;
  Ref y = operand(b);
  if (!y || y.get() == kNotImplemented) return y;
  return divmod_of(x, y, context);
}
Ref context_divmod(Args& a) {
  Ref x = need_operand(a[0]);
  if (!x) return nullptr;
  Ref y = need_operand(a[1]);
  return y ? divmod_of(x, y, a.self) : nullptr;
}

// a ** b modulo m: all integers; the exponent of the result is that of the specification's Python sister, zero.
Ref power_modulo(Value a, Value b, Value m, Value context) {
  View x = view_of(a), y = view_of(b), z = view_of(m);
  Number r;
  uint32_t status = 0;
  if (x.is_nan() || y.is_nan() || z.is_nan()) {
    if (x.kind == kSignalingNaN || y.kind == kSignalingNaN || z.kind != kSignalingNaN) {
      if (!nan_result(&r, x, &y, settings_of(context), &status))
        nan_result(&r, z, nullptr, settings_of(context), &status);
    } else {
      nan_result(&r, z, nullptr, settings_of(context), &status);
    }
    return result(r, context, status);
  }
  const Settings s = settings_of(context);
  bool valid = x.is_integer() && y.is_integer() && z.is_integer() && !(y.negative && !y.is_zero()) && !z.is_zero() &&
               !(x.is_zero() && y.is_zero()) && z.adjusted() < s.precision;
  if (!valid) {
    invalid(&r, &status);
    return result(r, context, status);
  }
  Ref base = to_integer(x), exponent = to_integer(y), modulus = to_integer(z.absolute());
  if (!base || !exponent || !modulus) return nullptr;
  Ref magnitude = int_abs(base);
  Ref value = magnitude ? int_powmod(magnitude, exponent, modulus) : nullptr;
  if (!value) return nullptr;
  Ref power = decimal_of_int(value);
  if (!power || !(x.negative && y.is_odd())) return power;
  return make_decimal(view_of(power).negated());  // of zero as well
}

Ref power_of(Value a, Value b, Value m, Value context) {
  if (m == kNone) return apply<power>(a, b, context);
  return power_modulo(a, b, m, context);
}
Ref decimal_power(Value a, Value b, Value m) {
  Ref context = current_context();
  if (!context) return nullptr;
  Ref x = operand(a);
  if (!x || x.get() == kNotImplemented) return x;
  Ref y = operand(b);
  if (!y || y.get() == kNotImplemented) return y;
  Ref z = m == kNone ? Ref::imm(kNone) : operand(m);
  if (!z || z.get() == kNotImplemented) return z;
  return power_of(x, y, z, context);
}
Ref context_power(Args& a) {
  Ref x = need_operand(a[0]);
  if (!x) return nullptr;
  Ref y = need_operand(a[1]);
  if (!y) return nullptr;
  Value modulo = a.get(2, kNone);
  Ref z = modulo == kNone ? Ref::imm(kNone) : need_operand(modulo);
  return z ? power_of(x, y, z, a.self) : nullptr;
}

Ref fma_of(Value a, Value b, Value c, Value context) {
  Ref y = need_operand(b);
  if (!y) return nullptr;
  Ref z = need_operand(c);
  if (!z) return nullptr;
  Number r;
  uint32_t status = 0;
  fused_multiply_add(&r, view_of(a), view_of(y), view_of(z), settings_of(context), &status);
  return result(r, context, status);
}
Ref decimal_fma(Args& a) {
  Ref context = context_argument(a[2]);
  return context ? fma_of(a.self, a[0], a[1], context) : nullptr;
}
Ref context_fma(Args& a) {
  Ref x = need_operand(a[0]);
  return x ? fma_of(x, a[1], a[2], a.self) : nullptr;
}

// ---- Comparison, hash, truth ------------------------------------------------------------------------------------------------------------------

// The other operand of a comparison as a Decimal, a fraction multiplied away (then *self is multiplied as well).
Ref comparable(Value other, Ref* self, Value context, CompareOp op) {
  if (is_int(other)) return decimal_of_int(other);
  if (is_complex(other) && (op == kEq || op == kNe)) {
    const auto* c = other.as<Complex>();
    if (c->imag != 0) return Ref::imm(kNotImplemented);
    Ref real = make_float(c->real);
    if (!real) return nullptr;
    return comparable(real, self, context, op);
  }
  if (is_float_like(other)) {
    Context* c = context_of(context);
    if (op == kEq || op == kNe)
      __atomic_fetch_or(&c->status, uint32_t{kFloatOperation}, __ATOMIC_RELAXED);
    else if (!add_status(context, kFloatOperation))
      return nullptr;
    return decimal_of_float(other);
  }
  static Value rational_class;  // immortal by being in the abstract base classes' module
  if (!rational_class) {
    Ref c = import_attr("numbers", "Rational");
    if (!c) return nullptr;
    gc::add_root(&rational_class);
    rational_class = c.release();
  }
  int rational = is_instance(other, rational_class);
  if (rational < 0) return nullptr;
  if (!rational) return Ref::imm(kNotImplemented);
  Ref numerator = get_attr(other, "numerator");
  Ref denominator = numerator ? get_attr(other, "denominator") : nullptr;
  if (!denominator) return nullptr;
  Ref n = need_operand(numerator), d = need_operand(denominator);
  if (!n || !d) return nullptr;
  View mine = view_of(*self);
  if (mine.special()) return n;
  Number product;
  uint32_t status = 0;
  multiply(&product, mine, view_of(d), kWidest, &status);
  if (status & kMallocError) return raise_memory();
  *self = make_decimal(product);
  return *self ? std::move(n) : nullptr;
}

Ref decimal_compare(Value a, Value b, CompareOp op) {
  Ref context, self, other;
  if (TAIPAN_LIKELY(is_decimal(b))) {
    int order;
    if (small::compare(view_of(a), view_of(b), &order)) return Ref::imm(bool_value(compare_ints(order, 0, op)));
    self = Ref::dup(a);
    other = Ref::dup(b);
  } else if (b.is_int() && !view_of(a).is_nan()) {
    int order;
    SmallInt whole(b);
    if (!small::compare(view_of(a), whole.view(), &order)) order = compare_numbers(view_of(a), whole.view());
    return Ref::imm(bool_value(compare_ints(order, 0, op)));
  } else {
    context = current_context();
    if (!context) return nullptr;
    self = Ref::dup(a);
    other = comparable(b, &self, context, op);
    if (!other || other.get() == kNotImplemented) return other;
  }
  View x = view_of(self), y = view_of(other);
  if (x.is_nan() || y.is_nan()) {
    bool equality = op == kEq || op == kNe;
    if (!equality || x.kind == kSignalingNaN || y.kind == kSignalingNaN) {
      if (!context) context = current_context();
      if (!context || !add_status(context, kInvalidOperation)) return nullptr;
    }
    return Ref::imm(bool_value(op == kNe));
  }
  return Ref::imm(bool_value(compare_ints(compare_numbers(x, y), 0, op)));
}

bool decimal_hash(Value v, int64_t* out) {
  View d = view_of(v);
  if (d.kind == kSignalingNaN) return raise(types::TypeError, "Cannot hash a signaling NaN value");
  if (d.kind == kQuietNaN) return types::Object->s.hash(v, out);
  *out = decimal_hash_value(d);
  return true;
}

int decimal_truth(Value v) { return !view_of(v).is_zero(); }

// ---- Conversion ------------------------------------------------------------------------------------------------------------------------------

Ref text_of(const View& v, bool engineering = false) {
  Ref context = current_context();
  if (!context) return nullptr;
  bool capitals = settings_of(context).capitals;
  return make_str(engineering ? to_engineering(v, capitals) : to_scientific(v, capitals));
}
Ref decimal_str(Value v) {
  char text[small::kMostText];
  if (size_t n = small::to_text(view_of(v), text)) return make_str_latin1(reinterpret_cast<const uint8_t*>(text), n);
  return text_of(view_of(v));
}
Ref decimal_repr(Value v) {
  constexpr std::string_view kBefore = "Decimal('", kAfter = "')";
  char text[kBefore.size() + small::kMostText + kAfter.size()];
  if (size_t n = small::to_text(view_of(v), text + kBefore.size())) {
    memcpy(text, kBefore.data(), kBefore.size());
    memcpy(text + kBefore.size() + n, kAfter.data(), kAfter.size());
    return make_str_latin1(reinterpret_cast<const uint8_t*>(text), kBefore.size() + n + kAfter.size());
  }
  Ref context = current_context();
  if (!context) return nullptr;
  return make_str("Decimal('" + to_scientific(view_of(v), settings_of(context).capitals) + "')");
}

// What has no integer raises; what is finite is rounded.
Ref integer_by(Value v, Rounding rounding) {
  View d = view_of(v);
  if (d.is_nan()) return raise(types::ValueError, "cannot convert NaN to integer");
  if (d.kind == kInfinite) return raise(types::OverflowError, "cannot convert Infinity to integer");
  if (d.exp >= 0 || rounding == kRoundDown) return to_integer(d);
  Number r;
  uint32_t status = 0;
  Settings s = kWidest;
  s.rounding = rounding;
  to_integral(&r, d, s, &status);
  if (status & kMallocError) return raise_memory();
  return to_integer(r);
}
Ref decimal_int(Value v) { return integer_by(v, kRoundDown); }
template <Rounding R>
Ref integer_method(Args& a) {
  return integer_by(a.self, R);
}

Ref decimal_float(Value v) {
  View d = view_of(v);
  if (d.kind == kSignalingNaN) return raise(types::ValueError, "cannot convert signaling NaN to float");
  if (d.kind == kQuietNaN) return make_float(d.negative ? -NAN : NAN);
  double value;
  if (!float_parse(to_scientific(d, true), &value))
    return raise(types::ValueError, "could not convert Decimal to float");
  return make_float(value);
}
Ref decimal_complex(Args& a) {
  Ref f = decimal_float(a.self);
  return f ? make_complex(float_value(f), 0) : nullptr;
}

Ref decimal_round(Args& a) {
  if (!a.has(0) || a[0] == kNone) return integer_by(a.self, kRoundHalfEven);
  if (!is_int(a[0])) return raise(types::TypeError, "optional arg must be an integer");
  int64_t n;
  if (!to_c_ssize(a[0], &n)) return nullptr;
  Ref context = current_context();
  if (!context) return nullptr;
  Number r, quantum;
  uint32_t status = 0;
  quantum.set_small(1, false, n == INT64_MIN ? INT64_MAX : -n);
  quantize(&r, view_of(a.self), quantum, settings_of(context), &status);
  return result(r, context, status);
}

Ref decimal_as_tuple(Args& a) {
  View d = view_of(a.self);
  Ref exponent = d.kind == kInfinite       ? make_str("F")
                 : d.kind == kQuietNaN     ? make_str("n")
                 : d.kind == kSignalingNaN ? make_str("N")
                                           : make_int(d.exp);
  std::string text;
  if (!d.is_nan() || d.coef.n) to_digits(d.coef, &text);
  Ref digits = make_tuple(text.size());
  if (!digits || !exponent) return nullptr;
  for (size_t i = 0; i < text.size(); i++) tuple_init(digits, i, Ref::imm(Value::from_int(text[i] - '0')));
  return call(tuple_class, Value::from_int(d.negative), digits, exponent);
}

Ref decimal_integer_ratio(Args& a) {
  View d = view_of(a.self);
  if (d.is_nan()) return raise(types::ValueError, "cannot convert NaN to integer ratio");
  if (d.kind == kInfinite) return raise(types::OverflowError, "cannot convert Infinity to integer ratio");
  int64_t spare = d.coef.n ? trailing_zeros(d.coef) : 0;
  Number reduced;
  uint32_t status = 0;
  reduced.copy(d, &status);
  if (d.coef.n && spare) {
    shift_right(&reduced.coef, spare);
    reduced.exp += spare;
  }
  if (!d.coef.n) reduced.exp = 0;
  Ref numerator, denominator = Ref::imm(Value::from_int(1));
  if (reduced.exp >= 0) {
    numerator = to_integer(reduced);
  } else {
    Ref exponent = make_int(-reduced.exp);
    reduced.exp = 0;
    Ref n = to_integer(reduced);
    Ref power = n ? int_pow(Value::from_int(10), exponent) : nullptr;
    Ref common = power ? int_gcd(n, power) : nullptr;
    if (!common) return nullptr;
    numerator = int_floordiv(n, common);
    denominator = int_floordiv(power, common);
  }
  if (!numerator || !denominator) return nullptr;
  return make_tuple_of({numerator, denominator});
}

Ref decimal_reduce(Args& a) {
  Ref text = make_str(to_scientific(view_of(a.self), true));
  Ref args = text ? make_tuple_of({text}) : nullptr;
  return args ? make_tuple_of({Value(type_of(a.self)), args}) : nullptr;
}
Ref decimal_self(Args& a) { return Ref::dup(a.self); }
Ref decimal_get_real(Value v) { return Ref::dup(v); }
Ref decimal_get_imag(Value) { return decimal_of_int(Value::from_int(0)); }
Ref decimal_sizeof(Args& a) {
  return make_int(static_cast<int64_t>(sizeof(Decimal) + a.self.as<Decimal>()->n * sizeof(uint64_t)));
}
Ref decimal_from_float(Args& a) {
  TypeObject* cls = a.self.as<TypeObject>();
  Ref r = is_int(a[0])          ? decimal_of_int(a[0])
          : is_float_like(a[0]) ? decimal_of_float(a[0])
                                : Ref(raise(types::TypeError, "argument must be int or float"));
  if (!r || cls == decimal_type) return r;
  return call(a.self, r);
}

// ---- Properties -------------------------------------------------------------------------------------------------------------------------------

template <bool (*Test)(const View&)>
Ref test_method(Args& a) {
  return Ref::imm(bool_value(Test(view_of(a.self))));
}
template <bool (*Test)(const View&)>
Ref context_test(Args& a) {
  Ref x = need_operand(a[0]);
  return x ? Ref::imm(bool_value(Test(view_of(x)))) : nullptr;
}
bool is_finite(const View& v) { return v.kind == kFinite; }
bool is_infinite(const View& v) { return v.kind == kInfinite; }
bool is_nan(const View& v) { return v.is_nan(); }
bool is_quiet(const View& v) { return v.kind == kQuietNaN; }
bool is_signaling(const View& v) { return v.kind == kSignalingNaN; }
bool is_signed(const View& v) { return v.negative; }
bool is_zero(const View& v) { return v.is_zero(); }
bool always(const View&) { return true; }

template <bool (*Test)(const View&, const Settings&)>
Ref size_method(Args& a) {
  Ref context = context_argument(a[0]);
  return context ? Ref::imm(bool_value(Test(view_of(a.self), settings_of(context)))) : nullptr;
}
template <bool (*Test)(const View&, const Settings&)>
Ref context_size(Args& a) {
  Ref x = need_operand(a[0]);
  return x ? Ref::imm(bool_value(Test(view_of(x), settings_of(a.self)))) : nullptr;
}

Ref decimal_class(Args& a) {
  Ref context = context_argument(a[0]);
  return context ? make_str(number_class(view_of(a.self), settings_of(context))) : nullptr;
}
Ref context_class(Args& a) {
  Ref x = need_operand(a[0]);
  return x ? make_str(number_class(view_of(x), settings_of(a.self))) : nullptr;
}
Ref decimal_adjusted(Args& a) {
  View v = view_of(a.self);
  return make_int(v.special() ? 0 : v.adjusted());
}
Ref decimal_radix(Args&) { return decimal_of_int(Value::from_int(10)); }

// ---- Copies and comparisons that no context touches --------------------------------------------------------------------------------------------

Ref copy_abs_of(const View& v) { return make_decimal(v.absolute()); }
Ref copy_negate_of(const View& v) { return make_decimal(v.negated()); }
template <Ref (*F)(const View&)>
Ref copy_method(Args& a) {
  return F(view_of(a.self));
}
template <Ref (*F)(const View&)>
Ref context_copy(Args& a) {
  Ref x = need_operand(a[0]);
  return x ? F(view_of(x)) : nullptr;
}
Ref copy_sign_of(const View& v, const View& sign) { return make_decimal(View{v.coef, v.exp, v.kind, sign.negative}); }
Ref decimal_copy_sign(Args& a) {
  Ref context = context_argument(a[1]);
  if (!context) return nullptr;
  Ref other = need_operand(a[0]);
  return other ? copy_sign_of(view_of(a.self), view_of(other)) : nullptr;
}
Ref context_copy_sign(Args& a) {
  Ref x = need_operand(a[0]);
  if (!x) return nullptr;
  Ref y = need_operand(a[1]);
  return y ? copy_sign_of(view_of(x), view_of(y)) : nullptr;
}
Ref decimal_same_quantum(Args& a) {
  Ref context = context_argument(a[1]);
  if (!context) return nullptr;
  Ref other = need_operand(a[0]);
  return other ? Ref::imm(bool_value(same_quantum(view_of(a.self), view_of(other)))) : nullptr;
}
Ref context_same_quantum(Args& a) {
  Ref x = need_operand(a[0]);
  if (!x) return nullptr;
  Ref y = need_operand(a[1]);
  return y ? Ref::imm(bool_value(same_quantum(view_of(x), view_of(y)))) : nullptr;
}

// ---- Rounding of its own ------------------------------------------------------------------------------------------------------------------------

Ref decimal_quantize(Args& a) {
  Ref context = context_argument(a[2]);
  if (!context) return nullptr;
  Settings s = settings_of(context);
  if (a.has(1) && a[1] != kNone && !rounding_from(a[1], &s.rounding)) return nullptr;
  Ref exponent = need_operand(a[0]);
  if (!exponent) return nullptr;
  Number r;
  uint32_t status = 0;
  quantize(&r, view_of(a.self), view_of(exponent), s, &status);
  return result(r, context, status);
}

template <Unary Op>
Ref integral_method(Args& a) {
  Ref context = context_argument(a[1]);
  if (!context) return nullptr;
  Settings s = settings_of(context);
  if (a.has(0) && a[0] != kNone && !rounding_from(a[0], &s.rounding)) return nullptr;
  Number r;
  uint32_t status = 0;
  Op(&r, view_of(a.self), s, &status);
  return result(r, context, status);
}

// ---- Text ---------------------------------------------------------------------------------------------------------------------------------------

Ref decimal_to_eng_string(Args& a) {
  Ref context = context_argument(a[0]);
  return context ? make_str(to_engineering(view_of(a.self), settings_of(context).capitals)) : nullptr;
}
Ref context_to_sci_string(Args& a) {
  Ref x = need_operand(a[0]);
  return x ? make_str(to_scientific(view_of(x), settings_of(a.self).capitals)) : nullptr;
}
Ref context_to_eng_string(Args& a) {
  Ref x = need_operand(a[0]);
  return x ? make_str(to_engineering(view_of(x), settings_of(a.self).capitals)) : nullptr;
}

Ref context_is_canonical(Args& a) {
  if (!is_decimal(a[0])) return raise(types::TypeError, "argument must be a Decimal");
  return Ref::imm(kTrue);
}
// Rounds, and nothing else: the sign of a zero stays.
void round_only(Number* r, const View& a, const Settings& s, uint32_t* status) {
  r->copy(a, status);
  finish(r, s, status);
}

// ---- What contexts make --------------------------------------------------------------------------------------------------------------------------

Ref context_create_decimal(Args& a) { return decimal_of(a[0], a.self, false, nullptr); }
Ref context_create_from_float(Args& a) {
  if (!is_int(a[0]) && !is_float_like(a[0])) return raise(types::TypeError, "argument must be int or float");
  Ref whole = is_int(a[0]) ? decimal_of_int(a[0]) : decimal_of_float(a[0]);
  return whole ? apply<round_only>(whole, a.self) : nullptr;
}
Ref context_copy_decimal(Args& a) { return need_operand(a[0]); }
Ref context_canonical(Args& a) {
  if (!is_decimal(a[0])) return raise(types::TypeError, "argument must be a Decimal");
  return Ref::dup(a[0]);
}

#define UNARY_DOC "The operation of this name of the General Decimal Arithmetic specification."

}  // namespace

const NativeDef kDecimalMethods[] = {
#define UNARY(name, op) {#name, "($self, /, context=None)", unary_method<op>, 0, UNARY_DOC}
#define BINARY(name, op) {#name, "($self, /, other, context=None)", binary_method<op>, 0, UNARY_DOC}
#define TEST(name, f) {#name, "($self, /)", test_method<f>, 0, "Whether the number is of that kind."}
    UNARY(exp, exponential),
    UNARY(ln, natural_log),
    UNARY(log10, decimal_log),
    UNARY(next_minus, next_minus),
    UNARY(next_plus, next_plus),
    UNARY(normalize, normalize),
    UNARY(sqrt, square_root),
    UNARY(logb, logb),
    UNARY(logical_invert, logical_invert),
    BINARY(compare, compare),
    BINARY(compare_signal, compare_signal),
    BINARY(compare_total, compare_total),
    BINARY(compare_total_mag, compare_total_mag),
    BINARY(max, max),
    BINARY(max_mag, max_mag),
    BINARY(min, min),
    BINARY(min_mag, min_mag),
    BINARY(next_toward, next_toward),
    BINARY(remainder_near, remainder_near),
    BINARY(logical_and, logical_and),
    BINARY(logical_or, logical_or),
    BINARY(logical_xor, logical_xor),
    BINARY(rotate, rotate),
    BINARY(scaleb, scaleb),
    BINARY(shift, shift),
    TEST(is_canonical, always),
    TEST(is_finite, is_finite),
    TEST(is_infinite, is_infinite),
    TEST(is_nan, is_nan),
    TEST(is_qnan, is_quiet),
    TEST(is_snan, is_signaling),
    TEST(is_signed, is_signed),
    TEST(is_zero, is_zero),
#undef UNARY
#undef BINARY
#undef TEST
    {"is_normal", "($self, /, context=None)", size_method<is_normal>, 0,
     "Whether the number is normal in the context."},
    {"is_subnormal", "($self, /, context=None)", size_method<is_subnormal>, 0,
     "Whether the number is subnormal in the context."},
    {"fma", "($self, /, other, third, context=None)", decimal_fma, 0, "self * other + third, rounded once."},
    {"quantize", "($self, /, exp, rounding=None, context=None)", decimal_quantize, 0,
     "The number with the exponent of exp."},
    {"to_integral", "($self, /, rounding=None, context=None)", integral_method<to_integral>, 0,
     "The nearest integer, without signals Inexact and Rounded."},
    {"to_integral_value", "($self, /, rounding=None, context=None)", integral_method<to_integral>, 0,
     "The nearest integer, without signals Inexact and Rounded."},
    {"to_integral_exact", "($self, /, rounding=None, context=None)", integral_method<to_integral_exact>, 0,
     "The nearest integer; signals Inexact or Rounded where it is rounded."},
    {"number_class", "($self, /, context=None)", decimal_class, 0,
     "A word for what kind of number it is: '+Normal', '-Infinity', 'NaN'..."},
    {"to_eng_string", "($self, /, context=None)", decimal_to_eng_string, 0,
     "Text in engineering notation: exponents are multiples of 3."},
    {"copy_abs", "($self, /)", copy_method<copy_abs_of>, 0, "The absolute value, whatever the context."},
    {"copy_negate", "($self, /)", copy_method<copy_negate_of>, 0, "The negated value, whatever the context."},
    {"copy_sign", "($self, /, other, context=None)", decimal_copy_sign, 0, "The number with the sign of other."},
    {"same_quantum", "($self, /, other, context=None)", decimal_same_quantum, 0,
     "Whether both have the same exponent, or are both NaN or infinite."},
    {"adjusted", "($self, /)", decimal_adjusted, 0, "The exponent of the first digit."},
    {"canonical", "($self, /)", decimal_self, 0, "The number itself."},
    {"conjugate", "($self, /)", decimal_self, 0, "The number itself."},
    {"radix", "($self, /)", decimal_radix, 0, "Decimal(10)."},
    {"as_tuple", "($self, /)", decimal_as_tuple, 0, "Sign, digits and exponent."},
    {"as_integer_ratio", "($self, /)", decimal_integer_ratio, 0, "Numerator and denominator in lowest terms."},
    {"from_float", "($type, f, /)", decimal_from_float, kNativeClassMethod, "The exact value of a float or int."},
    {"__copy__", "($self, /)", decimal_self, 0, nullptr},
    {"__deepcopy__", "($self, memo, /)", decimal_self, 0, nullptr},
    {"__reduce__", "($self, /)", decimal_reduce, 0, nullptr},
    {"__format__", "($self, fmtarg, override=None, /)", decimal_format, 0, nullptr},
    {"__round__", "($self, ndigits=None, /)", decimal_round, 0, nullptr},
    {"__ceil__", "($self, /)", integer_method<kRoundCeiling>, 0, nullptr},
    {"__floor__", "($self, /)", integer_method<kRoundFloor>, 0, nullptr},
    {"__trunc__", "($self, /)", integer_method<kRoundDown>, 0, nullptr},
    {"__complex__", "($self, /)", decimal_complex, 0, nullptr},
    {"__sizeof__", "($self, /)", decimal_sizeof, 0, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr}};

const GetSetDef kDecimalGetSet[] = {{"real", decimal_get_real, nullptr, nullptr},
                                    {"imag", decimal_get_imag, nullptr, nullptr},
                                    {nullptr, nullptr, nullptr, nullptr}};

// The operations among a context's methods; the rest is in context_type.cpp.
extern const NativeDef kContextOperations[];
const NativeDef kContextOperations[] = {
#define UNARY(name, op) {#name, "($self, x, /)", context_unary<op>, 0, UNARY_DOC}
#define BINARY(name, op) {#name, "($self, x, y, /)", context_binary<op>, 0, UNARY_DOC}
#define TEST(name, f) {#name, "($self, x, /)", context_test<f>, 0, "Whether the number is of that kind."}
    UNARY(abs, absolute),
    UNARY(exp, exponential),
    UNARY(ln, natural_log),
    UNARY(log10, decimal_log),
    UNARY(minus, minus),
    UNARY(next_minus, next_minus),
    UNARY(next_plus, next_plus),
    UNARY(normalize, normalize),
    UNARY(plus, plus),
    UNARY(to_integral, to_integral),
    UNARY(to_integral_exact, to_integral_exact),
    UNARY(to_integral_value, to_integral),
    UNARY(sqrt, square_root),
    UNARY(logb, logb),
    UNARY(logical_invert, logical_invert),
    UNARY(_apply, round_only),
    BINARY(add, add),
    BINARY(subtract, subtract),
    BINARY(multiply, multiply),
    BINARY(divide, divide),
    BINARY(divide_int, divide_int),
    BINARY(remainder, remainder),
    BINARY(remainder_near, remainder_near),
    BINARY(compare, compare),
    BINARY(compare_signal, compare_signal),
    BINARY(compare_total, compare_total),
    BINARY(compare_total_mag, compare_total_mag),
    BINARY(max, max),
    BINARY(max_mag, max_mag),
    BINARY(min, min),
    BINARY(min_mag, min_mag),
    BINARY(next_toward, next_toward),
    BINARY(quantize, quantize),
    BINARY(logical_and, logical_and),
    BINARY(logical_or, logical_or),
    BINARY(logical_xor, logical_xor),
    BINARY(rotate, rotate),
    BINARY(scaleb, scaleb),
    BINARY(shift, shift),
    TEST(is_finite, is_finite),
    TEST(is_infinite, is_infinite),
    TEST(is_nan, is_nan),
    TEST(is_qnan, is_quiet),
    TEST(is_snan, is_signaling),
    TEST(is_signed, is_signed),
    TEST(is_zero, is_zero),
#undef UNARY
#undef BINARY
#undef TEST
    {"is_canonical", "($self, x, /)", context_is_canonical, 0, "True."},
    {"is_normal", "($self, x, /)", context_size<is_normal>, 0, "Whether the number is normal in this context."},
    {"is_subnormal", "($self, x, /)", context_size<is_subnormal>, 0,
     "Whether the number is subnormal in this context."},
    {"divmod", "($self, x, y, /)", context_divmod, 0, "Integer quotient and remainder."},
    {"power", "($self, /, a, b, modulo=None)", context_power, 0,
     "a to the power of b, modulo a number if one is given."},
    {"fma", "($self, x, y, z, /)", context_fma, 0, "x * y + z, rounded once."},
    {"number_class", "($self, x, /)", context_class, 0, "A word for what kind of number it is."},
    {"to_sci_string", "($self, x, /)", context_to_sci_string, 0, "Text in scientific notation."},
    {"to_eng_string", "($self, x, /)", context_to_eng_string, 0, "Text in engineering notation."},
    {"copy_abs", "($self, x, /)", context_copy<copy_abs_of>, 0, "The absolute value."},
    {"copy_negate", "($self, x, /)", context_copy<copy_negate_of>, 0, "The negated value."},
    {"copy_sign", "($self, x, y, /)", context_copy_sign, 0, "x with the sign of y."},
    {"copy_decimal", "($self, x, /)", context_copy_decimal, 0, "The number unchanged."},
    {"canonical", "($self, x, /)", context_canonical, 0, "The number unchanged."},
    {"same_quantum", "($self, x, y, /)", context_same_quantum, 0, "Whether both have the same exponent."},
    {"create_decimal", "($self, num='0', /)", context_create_decimal, 0, "A Decimal rounded to this context."},
    {"create_decimal_from_float", "($self, f, /)", context_create_from_float, 0,
     "A Decimal of a float, rounded to this context."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

extern const TypeSpec kDecimalSpec;
static size_t decimal_size_of(Header* h) {
  return sizeof(Decimal) + reinterpret_cast<Decimal*>(h)->n * sizeof(uint64_t);
}
static int64_t decimal_var_end(Header* h) { return static_cast<int64_t>(decimal_size_of(h)); }

const TypeSpec kDecimalSpec = {
    .doc =
        "Decimal(value='0', context=None)\n--\n\nA decimal floating point number made of an integer, text, a tuple of "
        "sign, digits and exponent, a float or another Decimal.",
    .flags = kTypeBaseable | kTypeVarSize | kTypeImmutable | kTypeParallel,
    .basic_size = sizeof(Decimal),
    .ops = {.size_of = decimal_size_of},
    .methods = kDecimalMethods,
    .getset = kDecimalGetSet,
    .s = {.repr = decimal_repr,
          .str = decimal_str,
          .hash = decimal_hash,
          .compare = decimal_compare,
          .new_ = decimal_new,
          .add = binary_slot<add>,
          .subtract = binary_slot<subtract>,
          .multiply = binary_slot<multiply>,
          .remainder = binary_slot<remainder>,
          .divmod = decimal_divmod,
          .power = decimal_power,
          .negative = unary_slot<minus>,
          .positive = unary_slot<plus>,
          .absolute = unary_slot<absolute>,
          .truth = decimal_truth,
          .to_int = decimal_int,
          .to_float = decimal_float,
          .floor_divide = binary_slot<divide_int>,
          .true_divide = binary_slot<divide>},
    .var_end = decimal_var_end,
};

}  // namespace taipan::decimal
