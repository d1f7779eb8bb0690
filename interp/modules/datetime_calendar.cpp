// The calendar of _datetime, the local clock, and the checks of fields.
#include <cerrno>
#include <cmath>
#include <ctime>

#include "interp/modules/datetime.h"
#include "interp/modules/local_time.h"

namespace taipan::datetime {

static constexpr int kBefore[] = {0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
static constexpr int kDays[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

int days_in_month(int year, int month) { return month == 2 && is_leap(year) ? 29 : kDays[month]; }
int days_before_month(int year, int month) { return kBefore[month] + (month > 2 && is_leap(year)); }
static int days_before_year(int year) {
  int y = year - 1;
  return y * 365 + y / 4 - y / 100 + y / 400;
}
int ordinal_of(int year, int month, int day) { return days_before_year(year) + days_before_month(year, month) + day; }
void from_ordinal(int ordinal, int* year, int* month, int* day) {
  // 400-year cycles are alike; within one the last day of a 4-year or 400-year run belongs to its last year.
  int n = ordinal - 1;
  int n400 = n / 146097;
  n %= 146097;
  int n100 = n / 36524;
  n %= 36524;
  int n4 = n / 1461;
  n %= 1461;
  int n1 = n / 365;
  n %= 365;
  *year = n400 * 400 + n100 * 100 + n4 * 4 + n1 + 1;
  if (n1 == 4 || n100 == 4) {
    *year -= 1;
    *month = 12;
    *day = 31;
    return;
  }
  int m = (n + 50) >> 5;
  int before = days_before_month(*year, m);
  if (before > n) {
    m--;
    before -= days_in_month(*year, m);
  }
  *month = m;
  *day = n - before + 1;
}
int iso_week1_monday(int year) {
  int first = ordinal_of(year, 1, 1);
  int weekday = (first + 6) % 7;
  int monday = first - weekday;
  return weekday > 3 ? monday + 7 : monday;  // week 1 is the one with the first Thursday
}
const char* check_iso_date(int year, int week, int day, char* room, size_t n) {
  if (year < kMinYear || year > kMaxYear) {
    snprintf(room, n, "Year is out of range: %d", year);
    return room;
  }
  bool bad = week < 1 || week > 53;
  if (week == 53) {
    int first = weekday_of(year, 1, 1);
    bad = !(first == 3 || (first == 2 && is_leap(year)));
  }
  if (bad) {
    snprintf(room, n, "Invalid week: %d", week);
    return room;
  }
  if (day < 1 || day > 7) {
    snprintf(room, n, "Invalid day: %d (range is [1, 7])", day);
    return room;
  }
  return nullptr;
}

bool check_date(int year, int month, int day) {
  if (year < kMinYear || year > kMaxYear) return raise(types::ValueError, "year %d is out of range", year);
  if (month < 1 || month > 12) return raise(types::ValueError, "month must be in 1..12");
  if (day < 1 || day > days_in_month(year, month)) return raise(types::ValueError, "day is out of range for month");
  return true;
}
bool check_time(int hour, int minute, int second, int microsecond, int fold) {
  if (hour < 0 || hour > 23) return raise(types::ValueError, "hour must be in 0..23");
  if (minute < 0 || minute > 59) return raise(types::ValueError, "minute must be in 0..59");
  if (second < 0 || second > 59) return raise(types::ValueError, "second must be in 0..59");
  if (microsecond < 0 || microsecond > 999999) return raise(types::ValueError, "microsecond must be in 0..999999");
  if (fold != 0 && fold != 1) return raise(types::ValueError, "fold must be either 0 or 1");
  return true;
}
bool check_tzinfo(Value v) {
  return v == kNone || is_tzinfo(v) ||
         raise(types::TypeError, "tzinfo argument must be None or of a tzinfo subclass, not type '%T'", v);
}

int64_t utc_seconds(int year, int month, int day, int hour, int minute, int second) {
  if (year < kMinYear || year > kMaxYear) return raise(types::ValueError, "year %d is out of range", year);
  return int64_t{86400} * ordinal_of(year, month, day) + hour * 3600 + minute * 60 + second;
}
bool broken_down(time_t t, bool local, struct tm* out) {
  errno = 0;
  if (!(local ? local_time(t, out) : utc_time(t, out))) return raise_os_error(errno ? errno : EINVAL);
  return true;
}
bool local_seconds(int64_t u, int64_t* out) {
  struct tm t;
  if (!broken_down(static_cast<time_t>(u - kEpochSeconds), true, &t)) return false;
  *out = utc_seconds(t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
  return *out != -1 || !error_occurred();
}
// Which moment has this time on the local clock? PEP 495's search: the offsets a day before and after are the candidates.
bool local_to_utc_seconds(const Date* d, int64_t* out) {
  int64_t t = utc_seconds(d->year, d->month, d->day, d->hour, d->minute, d->second), lt, t1, t2;
  if (!local_seconds(t, &lt)) return false;
  int64_t a = lt - t, u1 = t - a, b;
  if (!local_seconds(u1, &t1)) return false;
  if (t1 == t) {
    int64_t u2 = d->fold ? u1 + 86400 : u1 - 86400;
    if (!local_seconds(u2, &lt)) return false;
    b = lt - u2;
    if (a == b) {
      *out = u1;
      return true;
    }
  } else {
    b = t1 - u1;
  }
  int64_t u2 = t - b;
  if (!local_seconds(u2, &t2)) return false;
  if (t2 == t)
    *out = u2;
  else if (t1 == t)
    *out = u1;
  else
    *out = d->fold ? (u1 < u2 ? u1 : u2) : (u1 > u2 ? u1 : u2);  // in a gap
  return true;
}
bool timestamp_parts(Value v, time_t* seconds, int* microseconds) {
  *microseconds = 0;
  if (is_float_like(v)) {
    double d = float_value(v), whole;
    if (std::isnan(d)) return raise(types::ValueError, "Invalid value NaN (not a number)");
    double fraction = std::modf(d, &whole) * 1e6;
    double rounded = std::round(fraction);
    if (std::fabs(fraction - rounded) == 0.5) rounded = 2.0 * std::round(fraction / 2.0);
    if (rounded >= 1e6) {
      rounded -= 1e6;
      whole += 1;
    } else if (rounded < 0) {
      rounded += 1e6;
      whole -= 1;
    }
    if (!(whole >= -9223372036854775808.0 && whole < 9223372036854775808.0))
      return raise(types::OverflowError, "timestamp out of range for platform time_t");
    *seconds = static_cast<time_t>(whole);
    *microseconds = static_cast<int>(rounded);
    return true;
  }
  Ref i = to_index(v);
  if (!i) return false;
  int64_t n;
  if (!int_fits64(i, &n)) return raise(types::OverflowError, "timestamp out of range for platform time_t");
  *seconds = n;
  return true;
}

bool bind_arguments(RawArgs raw, const char* name, const char* const* names, size_t n, size_t required,
                    size_t positional, Value* out) {
  int converted;
  const char *f = name ? name : "function", *brackets = name ? "()" : "";
  size_t nkw = has_keywords(raw) ? tuple_size(raw.kwnames) : 0;
  if (raw.n + nkw > n)
    return raise(types::TypeError, "%s%s takes at most %zu %sargument%s (%zu given)", f, brackets, n,
                 raw.n == 0 ? "keyword " : "", n == 1 ? "" : "s", raw.n + nkw);
  if (raw.n > positional)
    return raise(types::TypeError, "%s%s takes at most %zu positional argument%s (%zu given)", f, brackets, positional,
                 positional == 1 ? "" : "s", raw.n);
  for (size_t i = 0; i < n; i++) out[i] = i < raw.n ? raw.v[i] : Value();
  size_t used = 0;
  for (size_t i = 0; nkw && i < n; i++) {
    for (size_t k = 0; k < nkw; k++) {
      if (!str_eq_ascii(tuple_at(raw.kwnames, k), names[i])) continue;
      used++;
      if (out[i])
        return raise(types::TypeError, "argument for %s%s given by name ('%s') and position (%zu)", f, brackets,
                     names[i], i + 1);
      out[i] = raw.v[raw.n + k];
    }
  }
  for (size_t i = 0; i < required; i++) {
    if (!out[i])
      return raise(types::TypeError, "%s%s missing required argument '%s' (pos %zu)", f, brackets, names[i], i + 1);
    // The first that can't be converted is complained about before one that is missing behind it.
    if (!name && !take_int(out[i], 0, &converted)) return false;
  }
  for (size_t k = 0; used < nkw && k < nkw; k++) {
    bool known = false;
    for (size_t i = 0; i < n && !known; i++) known = str_eq_ascii(tuple_at(raw.kwnames, k), names[i]);
    if (!known) {
      if (name)
        return raise(types::TypeError, "'%S' is an invalid keyword argument for %s()", tuple_at(raw.kwnames, k), name);
      return raise(types::TypeError, "'%S' is an invalid keyword argument for this function", tuple_at(raw.kwnames, k));
    }
  }
  return true;
}
bool take_int(Value v, int otherwise, int* out) {
  *out = otherwise;
  if (!v) return true;
  if (TAIPAN_LIKELY(v.is_int() && v.as_int() == static_cast<int>(v.as_int()))) {
    *out = static_cast<int>(v.as_int());
    return true;
  }
  int64_t wide;
  if (!to_int64(v, &wide)) return false;
  if (wide > INT32_MAX) return raise(types::OverflowError, "signed integer is greater than maximum");
  if (wide < INT32_MIN) return raise(types::OverflowError, "signed integer is less than minimum");
  *out = static_cast<int>(wide);
  return true;
}

}  // namespace taipan::datetime
