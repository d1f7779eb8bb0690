#include "interp/modules/time_convert.h"

#include <cmath>
#include "interp/objects/abstract.h"
#include "interp/objects/float.h"
#include "interp/objects/int.h"

namespace taipan {

static double round_double(double x, TimeRound round) {
  switch (round) {
    case TimeRound::kFloor: return std::floor(x);
    case TimeRound::kCeiling: return std::ceil(x);
    case TimeRound::kUp: return x >= 0 ? std::ceil(x) : std::floor(x);
    case TimeRound::kHalfEven: {
      double r = std::round(x);
      if (std::fabs(x - r) == 0.5) r = 2.0 * std::round(x / 2.0);
      return r;
    }
  }
  return x;
}

static Fail raise_time_t() { return raise(types::OverflowError, "timestamp out of range for platform time_t"); }

bool time_to_ns(Value span, int64_t* ns, TimeRound round, TimeUnit unit) {
  if (is_float_like(span)) {
    double d = float_value(span);
    if (std::isnan(d)) return raise(types::ValueError, "Invalid value NaN (not a number)");
    d = round_double(d * static_cast<double>(unit), round);
    if (!(d >= -9223372036854775808.0 && d < 9223372036854775808.0))
      return raise(types::OverflowError, "timestamp too large to convert to C _PyTime_t");
    *ns = static_cast<int64_t>(d);
    return true;
  }
  Ref i = to_index(span);
  if (!i) return false;
  int64_t n;
  if (!int_fits64(i, &n) || __builtin_mul_overflow(n, static_cast<int64_t>(unit), ns))
    return raise(types::OverflowError, "timestamp too large to convert to C _PyTime_t");
  return true;
}

bool time_to_timespec(Value seconds, time_t* sec, long* nsec, TimeRound round) {
  if (is_float_like(seconds)) {
    double d = float_value(seconds);
    if (std::isnan(d)) return raise(types::ValueError, "Invalid value NaN (not a number)");
    double whole;
    double fraction = std::modf(d, &whole);
    fraction = round_double(fraction * 1e9, round);
    if (fraction >= 1e9) {
      fraction -= 1e9;
      whole += 1.0;
    } else if (fraction < 0) {
      fraction += 1e9;
      whole -= 1.0;
    }
    if (!(whole >= -9223372036854775808.0 && whole < 9223372036854775808.0)) return raise_time_t();
    *sec = static_cast<time_t>(whole);
    *nsec = static_cast<long>(fraction);
    return true;
  }
  *nsec = 0;
  return time_to_time_t(seconds, sec, round);
}

bool time_to_time_t(Value seconds, time_t* out, TimeRound round) {
  if (is_float_like(seconds)) {
    double d = float_value(seconds);
    if (std::isnan(d)) return raise(types::ValueError, "Invalid value NaN (not a number)");
    d = round_double(d, round);
    if (!(d >= -9223372036854775808.0 && d < 9223372036854775808.0)) return raise_time_t();
    *out = static_cast<time_t>(d);
    return true;
  }
  Ref i = to_index(seconds);
  if (!i) return false;
  int64_t n;
  if (!int_fits64(i, &n)) return raise_time_t();
  *out = n;
  return true;
}

double ns_to_seconds(int64_t ns) {
  if (ns % 1000000000 == 0) return static_cast<double>(ns / 1000000000);
  return static_cast<double>(ns) / 1e9;
}

int64_t monotonic_ns() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * int64_t{1000000000} + t.tv_nsec;
}

}  // namespace taipan
