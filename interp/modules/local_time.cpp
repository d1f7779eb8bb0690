#include "interp/modules/local_time.h"
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstring>
#include "gc/value.h"

namespace taipan {

namespace {

constexpr int64_t kDay = 86400, kSpan = 1024;
constexpr uint64_t kSpans = 16;  // (datetime looks at the days before and after as well: others of these)

// Years from March to February: leap days are their last ones.
constexpr int64_t kDaysOf400 = 146097, kDaysOf100 = 36524, kDaysOf4 = 1461, kDaysOf1 = 365;
constexpr int64_t kMarch1Of0 = 719468;  // that many days before 1970

bool break_down(int64_t seconds, tm* out) {
  int64_t days = seconds / kDay, rest = seconds % kDay;
  if (rest < 0) {
    rest += kDay;
    days--;
  }
  int64_t weekday = (days + 4) % 7;
  int64_t d = days + kMarch1Of0, era = (d >= 0 ? d : d - (kDaysOf400 - 1)) / kDaysOf400;
  d -= era * kDaysOf400;
  auto take = [&d](int64_t length, int64_t most) {
    int64_t n = d / length < most ? d / length : most;
    d -= n * length;
    return n;
  };
  int64_t year = era * 400 + take(kDaysOf100, 3) * 100;
  year += take(kDaysOf4, 24) * 4;
  year += take(kDaysOf1, 3);
  // Five months from March on have 153 days, and so have the next five.
  int64_t month = (5 * d + 2) / 153, day = d - (153 * month + 2) / 5 + 1;
  bool next = month >= 10;  // January and February
  month += next ? -9 : 3;
  year += next;
  if (year - 1900 > INT_MAX || year - 1900 < INT_MIN) {
    errno = EOVERFLOW;
    return false;
  }
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  out->tm_sec = static_cast<int>(rest % 60);
  out->tm_min = static_cast<int>(rest / 60 % 60);
  out->tm_hour = static_cast<int>(rest / 3600);
  out->tm_mday = static_cast<int>(day);
  out->tm_mon = static_cast<int>(month - 1);
  out->tm_year = static_cast<int>(year - 1900);
  out->tm_wday = static_cast<int>(weekday < 0 ? weekday + 7 : weekday);
  out->tm_yday = static_cast<int>(next ? d - 306 : d + 59 + leap);
  return true;
}

// What is known of the clock from `from` on, for kSpan seconds.
struct Span {
  int64_t from = INT64_MIN;  // none
  uint64_t changes = 0;
  long offset = 0;
  int summer = 0;
  const char* zone = nullptr;     // the C library's, which it keeps
  int64_t asked_for = INT64_MIN;  // the last one that was wanted here and not known
};
thread_local constinit Span spans[kSpans] TAIPAN_TLS;

// Changes of TZ, and how many of them the C library has seen. In between nothing is remembered.
std::atomic<uint64_t> changes{1}, changes_seen{1};

bool agrees(int64_t t, const Span& span) {
  time_t when = t;
  tm theirs, own;
  return localtime_r(&when, &theirs) && theirs.tm_gmtoff == span.offset && theirs.tm_isdst == span.summer &&
         theirs.tm_zone && !strcmp(theirs.tm_zone, span.zone) && break_down(t + span.offset, &own) &&
         own.tm_sec == theirs.tm_sec && own.tm_min == theirs.tm_min && own.tm_hour == theirs.tm_hour &&
         own.tm_mday == theirs.tm_mday && own.tm_mon == theirs.tm_mon && own.tm_year == theirs.tm_year &&
         own.tm_wday == theirs.tm_wday && own.tm_yday == theirs.tm_yday;
}

}  // namespace

bool utc_time(time_t t, tm* out) {
  out->tm_isdst = 0;
  out->tm_gmtoff = 0;
  out->tm_zone = "GMT";
  // (Where a sum could overflow the year does so by far.)
  if (t > INT64_MAX / 2 || t < INT64_MIN / 2) {
    errno = EOVERFLOW;
    return false;
  }
  return break_down(t, out);
}

bool local_time(time_t t, tm* out) {
  if (t > INT64_MAX / 4 || t < INT64_MIN / 4) return localtime_r(&t, out);
  int64_t from = t & ~(kSpan - 1);
  uint64_t now = changes.load(std::memory_order_acquire);
  bool remembers = changes_seen.load(std::memory_order_acquire) == now;
  Span& span = spans[static_cast<uint64_t>(from) / kSpan % kSpans];
  if (span.from == from && span.changes == now && remembers) {
    out->tm_isdst = span.summer;
    out->tm_gmtoff = span.offset;
    out->tm_zone = span.zone;
    return break_down(t + span.offset, out);
  }
  if (!localtime_r(&t, out)) return false;
  // Who asks for a time in the same span twice asks for more of them. (No zone's clock is changed twice within it, so both ends tell.)
  if (span.asked_for == from && remembers && out->tm_zone) {
    Span fresh{from, now, out->tm_gmtoff, out->tm_isdst, out->tm_zone, from};
    if (agrees(t, fresh) && agrees(from, fresh) && agrees(from + kSpan - 1, fresh)) span = fresh;
  }
  span.asked_for = from;
  return true;
}

void environment_changed(std::string_view name) {
  if (name == "TZ") changes.fetch_add(1, std::memory_order_acq_rel);
}
ReadsTimeZone::ReadsTimeZone() : changes_(changes.load(std::memory_order_acquire)) {}
ReadsTimeZone::~ReadsTimeZone() {
  // Without TZ it may be the machine's clock that has been set to another zone.
  static std::atomic<long> zone{LONG_MIN};
  if (long now = timezone; TAIPAN_UNLIKELY(zone.exchange(now, std::memory_order_relaxed) != now)) {
    uint64_t before = changes.fetch_add(1, std::memory_order_acq_rel);
    if (before == changes_) changes_++;
  }
  uint64_t seen = changes_seen.load(std::memory_order_relaxed);
  while (seen < changes_ && !changes_seen.compare_exchange_weak(seen, changes_, std::memory_order_acq_rel)) {}
}

}  // namespace taipan
