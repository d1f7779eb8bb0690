// Making Decimals.
#include <cmath>
#include <utility>
#include "interp/objects/float.h"
#include "interp/objects/list.h"
#include "interp/objects/number_text.h"
#include "interp/objects/tuple.h"
#include "interp/shared/_decimal/decimal.h"

namespace taipan::decimal {

TypeObject *decimal_type, *context_type, *signal_dict_type, *context_manager_type;
Value exception_class, tuple_class, default_context;

Ref make_decimal(const View& v, TypeObject* cls) {
  auto* d = alloc_instance_as<Decimal>(cls ? cls : decimal_type, v.coef.n * sizeof(uint64_t));
  if (!d) return nullptr;
  d->exp = v.exp;
  d->n = static_cast<uint32_t>(v.coef.n);
  d->kind = v.kind;
  d->negative = v.negative;
  for (size_t i = 0; i < v.coef.n; i++) d->words()[i] = v.coef.p[i];
  return Ref::steal(d);
}

// (Not by way of a View: what was just stored word by word can't be loaded as a whole without waiting for it.)
Ref make_decimal(const small::Result& r) {
  auto* d = alloc_instance_as<Decimal>(decimal_type, r.n * sizeof(uint64_t));
  if (!d) return nullptr;
  d->exp = r.exp;
  d->n = static_cast<uint32_t>(r.n);
  d->kind = kFinite;
  d->negative = r.negative;
  for (size_t i = 0; i < r.n; i++) d->words()[i] = r.words[i];
  return Ref::steal(d);
}

bool add_status(Value context, uint32_t status) {
  if (TAIPAN_LIKELY(!status)) return true;
  Context* c = context_of(context);
  // (Flags are set and read by any thread, whichever lock it holds.)
  uint32_t flags = status & ~uint32_t{kMallocError};
  if (flags & ~gc::peek(c->status)) __atomic_fetch_or(&c->status, flags, __ATOMIC_RELAXED);
  uint32_t trapped = status & gc::peek(c->traps);
  if (TAIPAN_LIKELY(!(trapped | (status & kMallocError)))) return true;
  if (status & kMallocError) return raise_memory();
  Ref list = signal_list(trapped);
  if (!list) return false;
  Ref e = call(signal_for(trapped), list);
  if (!e) return false;
  return raise_object(std::move(e));
}

Ref result(const Number& r, Value context, uint32_t status) {
  if (!add_status(context, status)) return nullptr;
  return make_decimal(r);
}

namespace {

bool words_of_int(Number* r, Value v) {
  r->set_zero(int_sign(v) < 0, 0);
  int64_t small;
  if (int_fits64(v, &small))
    return from_u64(&r->coef, small < 0 ? -static_cast<uint64_t>(small) : static_cast<uint64_t>(small));
  const auto* b = v.as<BigInt>();
  return from_limbs(&r->coef, b->limbs(), static_cast<size_t>(b->size < 0 ? -b->size : b->size));
}

// A finite double exactly: m * 2^e is m * 5^-e * 10^e.
bool words_of_double(Number* r, double d) {
  bool negative = std::signbit(d);
  r->set_zero(negative, 0);
  if (d == 0) return true;
  int e;
  auto m = static_cast<uint64_t>(std::ldexp(std::frexp(std::fabs(d), &e), 53));
  e -= 53;
  while (m % 2 == 0) {
    m /= 2;
    e++;
  }
  Words whole, factor;
  if (!from_u64(&whole, m)) return false;
  Ref power = int_pow(Value::from_int(e < 0 ? 5 : 2), Value::from_int(e < 0 ? -e : e));
  if (!power) return false;
  Number p;
  if (!words_of_int(&p, power) || !decimal::multiply(&r->coef, whole, p.coef)) return false;
  r->exp = e < 0 ? e : 0;
  return true;
}

Ref no_memory() { return raise_memory(); }

// The value as it is, or rounded to the context.
Ref finished(Number* r, Value context, bool exact, TypeObject* cls) {
  uint32_t status = 0;
  if (exact) {
    finish(r, kWidest, &status);
    if (status & (kInexact | kRounded | kClamped | kOverflow | kUnderflow)) {
      status = kInvalidOperation;
      r->set_special(kQuietNaN, false);
    }
    status &= kAnyInvalid;
  } else {
    const Settings s = settings_of(context);
    if (r->kind >= kQuietNaN && r->coef.size() && digit_count(r->coef) > s.precision - s.clamp) {
      r->set_special(kQuietNaN, false);
      status = kConversionSyntax;
    } else {
      finish(r, s, &status);
    }
  }
  if (!add_status(context, status)) return nullptr;
  return make_decimal(*r, cls);
}

Ref from_text(Value text, Value context, bool exact, TypeObject* cls) {
  NumberText digits(text);
  std::string_view s = digits.view();
  std::string clean;
  if (exact) s = strip_number(s, true);  // contexts read the specification's grammar, the constructor is kinder
  if (exact && s.find('_') != std::string_view::npos) {
    for (char c : s) {
      if (c != '_') clean += c;
    }
    s = clean;
  }
  Number r;
  Parsed parsed = parse(&r, s);
  if (parsed == kNoMemory) return no_memory();
  if (parsed == kMalformed) {
    r.set_special(kQuietNaN, false);
    if (!add_status(context, kConversionSyntax)) return nullptr;
    return make_decimal(r, cls);
  }
  return finished(&r, context, exact, cls);
}

Ref from_tuple(Value v, Value context, bool exact, TypeObject* cls) {
  Ref t = iterable_to_tuple(v);
  if (!t) return nullptr;
  if (tuple_size(t) != 3) return raise(types::ValueError, "argument must be a sequence of length 3");
  Value sign = tuple_at(t, 0), digits = tuple_at(t, 1), exponent = tuple_at(t, 2);
  Number r;
  if (is_str(exponent)) {
    if (str_eq_ascii(exponent, "F"))
      r.kind = kInfinite;
    else if (str_eq_ascii(exponent, "n"))
      r.kind = kQuietNaN;
    else if (str_eq_ascii(exponent, "N"))
      r.kind = kSignalingNaN;
    else
      return raise(types::ValueError, "string argument in the third position must be 'F', 'n' or 'N'");
  } else if (!is_int(exponent)) {
    return raise(types::ValueError, "exponent must be an integer");
  } else if (!to_c_ssize(exponent, &r.exp)) {
    return nullptr;
  }
  int64_t negative;
  if (!is_int(sign) || !int_fits64(sign, &negative) || (negative != 0 && negative != 1))
    return raise(types::ValueError, "sign must be an integer with the value 0 or 1");
  r.negative = negative == 1;
  if (!is_tuple(digits) && !is_list(digits)) return raise(types::ValueError, "coefficient must be a tuple of digits");
  Ref coefficient = iterable_to_tuple(digits);
  if (!coefficient) return nullptr;
  digits = coefficient;
  std::string text;
  for (size_t i = 0; i < tuple_size(digits); i++) {
    Value d = tuple_at(digits, i);
    int64_t digit;
    if (!is_int(d) || !int_fits64(d, &digit) || digit < 0 || digit > 9)
      return raise(types::ValueError, "coefficient must be a tuple of digits");
    text += static_cast<char>('0' + digit);
  }
  if (r.kind != kInfinite && !from_digits(&r.coef, text)) return no_memory();
  constexpr int64_t kFar = int64_t{4} * kMaxPrecision;
  if (r.exp > kFar) r.exp = kFar;
  if (r.exp < -kFar) r.exp = -kFar;
  return finished(&r, context, exact, cls);
}

}  // namespace

Ref decimal_of_int(Value v, TypeObject* cls) {
  Number r;
  if (!words_of_int(&r, v)) return no_memory();
  return make_decimal(r, cls);
}

Ref decimal_of_float(Value v, TypeObject* cls) {
  double d = float_value(v);
  Number r;
  if (std::isnan(d))
    r.set_special(kQuietNaN, std::signbit(d));
  else if (std::isinf(d))
    r.set_special(kInfinite, d < 0);
  else if (!words_of_double(&r, d))
    return no_memory();
  return make_decimal(r, cls);
}

Ref decimal_of(Value v, Value context, bool exact, TypeObject* cls) {
  Ref made;
  if (!v) {
    made = decimal_of_int(Value::from_int(0), cls);
  } else if (is_decimal(v)) {
    if (exact) return !cls || (cls == decimal_type && type_of(v) == cls) ? Ref::dup(v) : make_decimal(view_of(v), cls);
    Number r;
    uint32_t status = 0;
    View from = view_of(v);
    const Settings s = settings_of(context);
    if (from.is_nan() && from.coef.n && from.digits() > s.precision - s.clamp) {
      r.set_special(kQuietNaN, false);
      status = kConversionSyntax;
    } else {
      r.copy(from, &status);
      finish(&r, s, &status);
    }
    if (!add_status(context, status)) return nullptr;
    return make_decimal(r, cls);
  } else if (is_str(v)) {
    return from_text(v, context, exact, cls);
  } else if (is_int(v)) {
    Number r;
    if (!words_of_int(&r, v)) return no_memory();
    return finished(&r, context, exact, cls);
  } else if (is_tuple(v) || is_list(v)) {
    return from_tuple(v, context, exact, cls);
  } else if (is_float_like(v)) {
    if (!add_status(context, kFloatOperation)) return nullptr;
    if (exact) return decimal_of_float(v, cls);
    Ref whole = decimal_of_float(v);
    return whole ? decimal_of(whole, context, false, cls) : nullptr;
  } else {
    return raise(types::TypeError, "conversion from %T to Decimal is not supported", v);
  }
  return made;
}

Ref decimal_new(TypeObject* cls, RawArgs raw) {
  static const Signature sig("Decimal", "(value='0', context=None)");
  Value v[2];
  if (!sig.bind(raw, v)) return nullptr;
  Ref context = context_argument(v[1]);
  if (!context) return nullptr;
  return decimal_of(v[0], context, true, cls);
}

Ref operand(Value v) {
  if (is_decimal(v)) return Ref::dup(v);
  if (is_int(v)) return decimal_of_int(v);
  return Ref::imm(kNotImplemented);
}

Ref need_operand(Value v) {
  Ref r = operand(v);
  if (r && r.get() == kNotImplemented)
    return raise(types::TypeError, "conversion from %T to Decimal is not supported", v);
  return r;
}

Ref to_integer(const View& v) {
  if (!v.coef.n || v.adjusted() < 0) return Ref::imm(Value::from_int(0));
  Words whole;
  if (!whole.assign(v.coef)) return no_memory();
  if (v.exp < 0) shift_right(&whole, -v.exp);
  if (whole.size() <= 1 && v.exp <= 0) {
    uint64_t w = whole.size() ? whole[0] : 0;
    if (w < uint64_t{1} << 62) return make_int(v.negative ? -static_cast<int64_t>(w) : static_cast<int64_t>(w));
  }
  size_t n;
  uint64_t* limbs = to_limbs(whole, &n);
  if (!limbs) return no_memory();
  Ref r = make_int_from_limbs(limbs, n, v.negative);
  gc::raw_free(limbs);
  if (!r || v.exp <= 0) return r;
  Ref exponent = make_int(v.exp);
  Ref power = int_pow(Value::from_int(10), exponent);
  return power ? int_mul(r, power) : nullptr;
}

int64_t decimal_hash_value(const View& v) {
  constexpr uint64_t kPrime = (uint64_t{1} << 61) - 1;
  if (v.kind == kInfinite) return v.negative ? -314159 : 314159;
  auto mul = [](uint64_t x, uint64_t y) {  // (2^61 is 1 modulo the prime)
    auto product = static_cast<unsigned __int128>(x) * y;
    uint64_t sum = static_cast<uint64_t>(product & kPrime) + static_cast<uint64_t>(product >> 61);
    return sum >= kPrime ? sum - kPrime : sum;
  };
  uint64_t hash = 0;
  for (size_t i = v.coef.n; i-- > 0;) hash = (mul(hash, kBase % kPrime) + v.coef.p[i] % kPrime) % kPrime;
  // times 10^exp
  constexpr uint64_t kInverse = 2075258708292324556;  // of 10, modulo the prime
  uint64_t base = v.exp < 0 ? kInverse : 10, times = static_cast<uint64_t>(v.exp < 0 ? -v.exp : v.exp);
  for (; times; times >>= 1) {
    if (times & 1) hash = mul(hash, base);
    if (times > 1) base = mul(base, base);
  }
  auto signed_hash = static_cast<int64_t>(hash);
  if (v.negative) signed_hash = -signed_hash;
  return signed_hash == -1 ? -2 : signed_hash;
}

}  // namespace taipan::decimal
