// datetime.timedelta.
#include <cmath>

#include "interp/modules/datetime.h"
#include "interp/objects/int_view.h"

namespace taipan::datetime {

TypeObject* delta_type;

// Floored: *a becomes a mod b.
static int64_t carry(int64_t* a, int64_t b) {
  int64_t q = *a / b, r = *a % b;
  if (r < 0) {
    r += b;
    q--;
  }
  *a = r;
  return q;
}
Ref new_delta(TypeObject* cls, int64_t days, int64_t seconds, int64_t microseconds, bool normalize) {
  if (normalize) {
    seconds += carry(&microseconds, 1000000);
    days += carry(&seconds, 86400);
  }
  if (days < -kMaxDeltaDays || days > kMaxDeltaDays)
    return raise(types::OverflowError, "days=%lld; must have magnitude <= %d", static_cast<long long>(days),
                 kMaxDeltaDays);
  auto* d = alloc_instance_as<Delta>(cls);
  if (!d) return nullptr;
  d->hash = -1;
  d->days = static_cast<int32_t>(days);
  d->seconds = static_cast<int32_t>(seconds);
  d->microseconds = static_cast<int32_t>(microseconds);
  return Ref::steal(d);
}
static Ref delta_from_us_class(TypeObject* cls, __int128 us) {
  constexpr __int128 kDay = __int128{86400} * 1000000;
  __int128 days = us / kDay, rest = us % kDay;
  if (rest < 0) {
    rest += kDay;
    days--;
  }
  if (days > INT32_MAX || days < INT32_MIN)
    return raise(types::OverflowError, "Python int too large to convert to C int");
  auto r = static_cast<int64_t>(rest);
  return new_delta(cls, static_cast<int64_t>(days), r / 1000000, r % 1000000, false);
}
Ref delta_from_us(__int128 us) { return delta_from_us_class(delta_type, us); }

namespace {

// value (int or float) times factor microseconds is added to *sum; what is less than one of them to *leftover.
bool accumulate(const char* what, Value v, int64_t factor, __int128* sum, double* leftover) {
  if (is_int(v)) {
    int64_t n;
    if (!int_fits64(v, &n)) return raise(types::OverflowError, "Python int too large to convert to C int");
    *sum += static_cast<__int128>(n) * factor;
    return true;
  }
  if (!is_float_like(v)) return raise(types::TypeError, "unsupported type for timedelta %s component: %T", what, v);
  double d = float_value(v), whole;
  double fraction = std::modf(d, &whole);
  if (!std::isfinite(d)) return static_cast<bool>(make_int_from_double(d));
  if (std::fabs(whole) > 9e18) return raise(types::OverflowError, "Python int too large to convert to C int");
  *sum += static_cast<__int128>(static_cast<int64_t>(whole)) * factor;
  if (fraction == 0) return true;
  fraction = std::modf(static_cast<double>(factor) * fraction, &whole);
  *sum += static_cast<int64_t>(whole);
  *leftover += fraction;
  return true;
}
Ref delta_new(TypeObject* cls, RawArgs raw) {
  static const char* const kNames[] = {"days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"};
  static constexpr int64_t kFactors[] = {86400000000, 1000000, 1, 1000, 60000000, 3600000000, 604800000000};
  static constexpr int kOrder[] = {2, 3, 1, 4, 5, 0, 6};
  Value v[7];
  if (!bind_arguments(raw, "__new__", kNames, 7, 0, 7, v)) return nullptr;
  __int128 sum = 0;
  double leftover = 0;
  for (int i : kOrder)
    if (v[i] && !accumulate(kNames[i], v[i], kFactors[i], &sum, &leftover)) return nullptr;
  if (leftover != 0) {
    double whole = std::round(leftover);
    if (std::fabs(whole - leftover) == 0.5) {  // half way: to even, of the sum
      double odd = (sum & 1) ? 1 : 0;
      whole = 2.0 * std::round((leftover + odd) * 0.5) - odd;
    }
    sum += static_cast<int64_t>(whole);
  }
  return delta_from_us_class(cls, sum);
}

bool delta_hash(Value v, int64_t* out) {
  Delta* d = delta(v);
  if (has_hash(d, out)) return true;
  int32_t parts[] = {d->days, d->seconds, d->microseconds};
  return cached_hash(d, hash_bytes(parts, sizeof parts), out);
}
Ref delta_repr(Value v) {
  Delta* d = delta(v);
  std::string s;
  auto add = [&](const char* name, int n) {
    if (!n) return;
    if (!s.empty()) s += ", ";
    s += name;
    s += '=';
    s += std::to_string(n);
  };
  add("days", d->days);
  add("seconds", d->seconds);
  add("microseconds", d->microseconds);
  if (s.empty()) s = "0";
  return format_str("%s(%s)", type_of(v)->cname, s.c_str());
}
Ref delta_str(Value v) {
  Delta* d = delta(v);
  char text[96];
  int n = 0;
  auto room = [&] { return sizeof text - static_cast<size_t>(n); };
  if (d->days) n += snprintf(text, room(), "%d day%s, ", d->days, d->days == 1 || d->days == -1 ? "" : "s");
  n += snprintf(text + n, room(), "%d:%02d:%02d", d->seconds / 3600, d->seconds / 60 % 60, d->seconds % 60);
  if (d->microseconds) n += snprintf(text + n, room(), ".%06d", d->microseconds);
  return make_str({text, static_cast<size_t>(n)});
}
Ref delta_compare_slot(Value a, Value b, CompareOp op) {
  if (!is_delta(b)) return Ref::imm(kNotImplemented);
  return Ref::imm(bool_value(compare_result(delta_compare(delta(a), delta(b)), op)));
}
Ref sum_of(Value a, Value b, int sign) {
  Delta *x = delta(a), *y = delta(b);
  return make_delta(int64_t{x->days} + sign * int64_t{y->days}, x->seconds + sign * y->seconds,
                    x->microseconds + sign * y->microseconds);
}
Ref delta_add(Value a, Value b) { return is_delta(a) && is_delta(b) ? sum_of(a, b, 1) : Ref::imm(kNotImplemented); }
Ref delta_subtract(Value a, Value b) {
  return is_delta(a) && is_delta(b) ? sum_of(a, b, -1) : Ref::imm(kNotImplemented);
}
Ref delta_negative(Value v) {
  Delta* d = delta(v);
  return make_delta(-int64_t{d->days}, -d->seconds, -d->microseconds);
}
Ref delta_positive(Value v) {
  Delta* d = delta(v);
  return new_delta(delta_type, d->days, d->seconds, d->microseconds, false);
}
Ref delta_absolute(Value v) { return delta(v)->days < 0 ? delta_negative(v) : delta_positive(v); }
int delta_truth(Value v) { return delta_true(delta(v)); }

Ref us_of(Value v) { return make_int128(delta_us(delta(v))); }
Ref delta_from_int(Value i) {
  __int128 us;
  IntView view(i);
  if (!view.fits128(&us)) return raise(types::OverflowError, "Python int too large to convert to C int");
  return delta_from_us(us);
}
// a / b, the nearest int, halves to even.
Ref divide_nearest(Value a, Value b) {
  if (int_sign(b) == 0) return raise(types::ZeroDivisionError, "integer division or modulo by zero");
  Ref q, r;
  if (!int_divmod(a, b, &q, &r)) return nullptr;
  Ref twice = int_add(r, r);
  Ref size = twice ? int_abs(twice) : nullptr, limit = int_abs(b);
  if (!size || !limit) return nullptr;
  int c = int_compare(size, limit);
  if (c > 0 || (c == 0 && (int_low64(q) & 1))) q = int_add(q, Value::from_int(1));
  return q;
}
Ref times_int(Value d, Value i) {
  Ref us = us_of(d);
  Ref product = us ? int_mul(us, i) : nullptr;
  return product ? delta_from_int(product) : nullptr;
}
Ref ratio_of(Value f, Ref* numerator, Ref* denominator) {
  double x = float_value(f);
  if (std::isnan(x)) return raise(types::ValueError, "cannot convert NaN to integer ratio");
  if (std::isinf(x)) return raise(types::OverflowError, "cannot convert Infinity to integer ratio");
  Ref pair = call_method(f, TAIPAN_NAME(as_integer_ratio));
  if (!pair) return nullptr;
  if (is_tuple(pair) && (tuple_size(pair) != 2 || !is_int(tuple_at(pair, 0)) || !is_int(tuple_at(pair, 1))))
    return raise(types::ValueError, "as_integer_ratio() must return a 2-tuple");
  if (!is_tuple(pair))
    return raise(types::TypeError, "unexpected return type from as_integer_ratio(): expected tuple, got '%.200T'",
                 pair.get());
  *numerator = Ref::dup(tuple_at(pair, 0));
  *denominator = Ref::dup(tuple_at(pair, 1));
  return pair;
}
Ref times_float(Value d, Value f, bool divide) {
  Ref n, q;
  if (!ratio_of(f, &n, &q)) return nullptr;
  if (divide) std::swap(n, q);
  Ref us = us_of(d);
  Ref product = us ? int_mul(us, n) : nullptr;
  Ref result = product ? divide_nearest(product, q) : nullptr;
  return result ? delta_from_int(result) : nullptr;
}
Ref delta_multiply(Value a, Value b) {
  if (!is_delta(a)) std::swap(a, b);
  if (is_int(b)) return times_int(a, b);
  if (is_float_like(b)) return times_float(a, b, false);
  return Ref::imm(kNotImplemented);
}
Ref delta_true_divide(Value a, Value b) {
  if (!is_delta(a)) return Ref::imm(kNotImplemented);
  Ref us = us_of(a);
  if (is_delta(b)) {
    Ref other = us_of(b);
    return int_truediv(us, other);
  }
  if (is_float_like(b)) return times_float(a, b, true);
  if (!is_int(b)) return Ref::imm(kNotImplemented);
  Ref q = divide_nearest(us, b);
  return q ? delta_from_int(q) : nullptr;
}
Ref delta_floor_divide(Value a, Value b) {
  if (!is_delta(a) || !(is_delta(b) || is_int(b))) return Ref::imm(kNotImplemented);
  Ref us = us_of(a);
  if (is_delta(b)) {
    Ref other = us_of(b);
    return int_floordiv(us, other);
  }
  Ref q = int_floordiv(us, b);
  return q ? delta_from_int(q) : nullptr;
}
Ref delta_remainder(Value a, Value b) {
  if (!is_delta(a) || !is_delta(b)) return Ref::imm(kNotImplemented);
  Ref x = us_of(a), y = us_of(b);
  Ref r = int_mod(x, y);
  return r ? delta_from_int(r) : nullptr;
}
Ref delta_divmod(Value a, Value b) {
  if (!is_delta(a) || !is_delta(b)) return Ref::imm(kNotImplemented);
  Ref x = us_of(a), y = us_of(b), q, r;
  if (!int_divmod(x, y, &q, &r)) return nullptr;
  Ref rest = delta_from_int(r);
  return rest ? make_tuple_of({q.get(), rest.get()}) : nullptr;
}
Ref delta_total_seconds_impl(Args& a) {
  Ref us = us_of(a.self);
  return int_truediv(us, Value::from_int(1000000));
}
Ref delta_reduce_impl(Args& a) {
  Delta* d = delta(a.self);
  Ref args = make_tuple_of({Value::from_int(d->days), Value::from_int(d->seconds), Value::from_int(d->microseconds)});
  return args ? make_tuple_of({Value(type_of(a.self)), args.get()}) : nullptr;
}
const NativeDef kDeltaMethods[] = {
    {"total_seconds", "($self, /)", delta_total_seconds_impl, kNativeNoSignature, "Total seconds in the duration."},
    {"__reduce__", "($self, /)", delta_reduce_impl, kNativeNoSignature, "__reduce__() -> (cls, state)"},
    {nullptr}};
const MemberDef kDeltaMembers[] = {
    {"days", kMemberInt, offsetof(Delta, days), true, "Number of days."},
    {"seconds", kMemberInt, offsetof(Delta, seconds), true, "Number of seconds (>= 0 and less than 1 day)."},
    {"microseconds", kMemberInt, offsetof(Delta, microseconds), true,
     "Number of microseconds (>= 0 and less than 1 second)."},
    {nullptr}};
const TypeSpec kDeltaSpec = {.doc =
                                 "Difference between two datetime values.\n\ntimedelta(days=0, seconds=0, "
                                 "microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)\n\n"
                                 "Each argument may be an int or a float, of either sign.",
                             .flags = kTypeBaseable | kTypeImmutable | kTypeParallel,
                             .basic_size = sizeof(Delta),
                             .methods = kDeltaMethods,
                             .members = kDeltaMembers,
                             .s = {.repr = delta_repr,
                                   .str = delta_str,
                                   .hash = delta_hash,
                                   .compare = delta_compare_slot,
                                   .new_ = delta_new,
                                   .add = delta_add,
                                   .subtract = delta_subtract,
                                   .multiply = delta_multiply,
                                   .remainder = delta_remainder,
                                   .divmod = delta_divmod,
                                   .negative = delta_negative,
                                   .positive = delta_positive,
                                   .absolute = delta_absolute,
                                   .truth = delta_truth,
                                   .floor_divide = delta_floor_divide,
                                   .true_divide = delta_true_divide}};

}  // namespace

bool add_delta(Value module) {
  if (!delta_type) {
    delta_type = make_native_type("datetime.timedelta", types::Object, &kDeltaSpec);
    if (!delta_type) return false;
    Ref resolution = new_delta(delta_type, 0, 0, 1, false), min = new_delta(delta_type, -kMaxDeltaDays, 0, 0, false),
        max = new_delta(delta_type, kMaxDeltaDays, 86399, 999999, false);
    if (!resolution || !min || !max || !type_set_attr(delta_type, TAIPAN_NAME(resolution), resolution) ||
        !type_set_attr(delta_type, TAIPAN_NAME(min), min) || !type_set_attr(delta_type, TAIPAN_NAME(max), max))
      return false;
  }
  return module_add_type(module, delta_type);
}

}  // namespace taipan::datetime
