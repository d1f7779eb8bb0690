// What the files of the module _datetime share: the layouts, the calendar, and the operations that one type needs of another.
//
// Dates follow the proleptic Gregorian calendar; ordinals count days from 0001-01-01, which is 1.
#pragma once
#include "interp/modules/module_util.h"
#include "interp/objects/bytes.h"
#include "interp/objects/containers.h"
#include "interp/objects/float.h"
#include "interp/objects/str_impl.h"

namespace taipan::datetime {

inline constexpr int kMinYear = 1, kMaxYear = 9999, kMaxOrdinal = 3652059, kMaxDeltaDays = 999999999;

struct Delta {
  Header h;
  int64_t hash;                         // -1: not computed (of all types here)
  int32_t days, seconds, microseconds;  // 0 <= seconds < 86400, 0 <= microseconds < 1000000
};
struct Date {
  Header h;
  int64_t hash;
  int16_t year;
  uint8_t month, day;
  // The rest is a datetime's.
  uint8_t hour, minute, second, fold;
  int32_t microsecond;
};
struct DateTime : Date {
  Value tzinfo;  // null: none
};
struct Time {
  Header h;
  int64_t hash;
  uint8_t hour, minute, second, fold;
  int32_t microsecond;
  Value tzinfo;
};
struct TimeZone {
  Header h;
  Value offset;  // Delta
  Value name;    // str or null
};

extern TypeObject *delta_type, *date_type, *datetime_type, *time_type, *tzinfo_type, *timezone_type, *iso_calendar_type;
extern Value utc;    // timezone.utc
extern Value epoch;  // 1970-01-01 in UTC

inline bool is_delta(Value v) { return v.is_heap() && is_subtype(type_of(v), delta_type); }
inline bool is_date(Value v) { return v.is_heap() && is_subtype(type_of(v), date_type); }  // datetimes too
inline bool is_datetime(Value v) { return v.is_heap() && is_subtype(type_of(v), datetime_type); }
inline bool is_time(Value v) { return v.is_heap() && is_subtype(type_of(v), time_type); }
inline bool is_tzinfo(Value v) { return v.is_heap() && is_subtype(type_of(v), tzinfo_type); }
inline Delta* delta(Value v) { return v.as<Delta>(); }
inline Date* date(Value v) { return v.as<Date>(); }
inline DateTime* datetime(Value v) { return v.as<DateTime>(); }
inline Time* time_of(Value v) { return v.as<Time>(); }

// ---- calendar (datetime_calendar.cpp)
inline bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }
int days_in_month(int year, int month);
int days_before_month(int year, int month);
int ordinal_of(int year, int month, int day);
void from_ordinal(int ordinal, int* year, int* month, int* day);
inline int weekday_of(int year, int month, int day) { return (ordinal_of(year, month, day) + 6) % 7; }
int iso_week1_monday(int year);
// Null, or why not: for ValueError.
const char* check_iso_date(int year, int week, int day, char* room, size_t n);
inline int iso_ordinal(int year, int week, int day) { return iso_week1_monday(year) + (week - 1) * 7 + day - 1; }
bool check_date(int year, int month, int day);
bool check_time(int hour, int minute, int second, int microsecond, int fold);
bool check_tzinfo(Value v);  // None or a tzinfo
// Seconds since the calendar's start; -1: ValueError.
int64_t utc_seconds(int year, int month, int day, int hour, int minute, int second);
bool local_seconds(int64_t utc, int64_t* out);  // the same of the local clock at that moment
inline constexpr int64_t kEpochSeconds = int64_t{719163} * 86400;
bool local_to_utc_seconds(const Date* d, int64_t* out);
bool timestamp_parts(Value timestamp, time_t* seconds, int* microseconds);
bool broken_down(time_t t, bool local, struct tm* out);

// ---- making objects. cls: the class wanted; subclasses written in Python are called.
Ref new_delta(TypeObject* cls, int64_t days, int64_t seconds, int64_t microseconds, bool normalize);
inline Ref make_delta(int64_t days, int64_t seconds, int64_t microseconds) {
  return new_delta(delta_type, days, seconds, microseconds, true);
}
Ref delta_from_us(__int128 us);
Ref new_date(TypeObject* cls, int year, int month, int day);
Ref date_of_class(TypeObject* cls, int year, int month, int day);
Ref new_datetime(TypeObject* cls, int year, int month, int day, int hour, int minute, int second, int microsecond,
                 Value tzinfo, int fold);
Ref datetime_of_class(TypeObject* cls, int year, int month, int day, int hour, int minute, int second, int microsecond,
                      Value tzinfo, int fold);
Ref new_time(TypeObject* cls, int hour, int minute, int second, int microsecond, Value tzinfo, int fold);
Ref new_timezone(Value offset, Value name_or_null);

// ---- arithmetic
inline __int128 delta_us(const Delta* d) {
  return (static_cast<__int128>(d->days) * 86400 + d->seconds) * 1000000 + d->microseconds;
}
inline bool delta_true(const Delta* d) { return d->days || d->seconds || d->microseconds; }
inline int delta_compare(const Delta* a, const Delta* b) {
  if (a->days != b->days) return a->days < b->days ? -1 : 1;
  if (a->seconds != b->seconds) return a->seconds < b->seconds ? -1 : 1;
  return a->microseconds < b->microseconds ? -1 : a->microseconds > b->microseconds;
}
Ref add_to_datetime(Value dt, Value delta, int factor);
Ref subtract_datetimes(Value a, Value b);
inline bool compare_result(int diff, CompareOp op) { return compare_ints(diff, 0, op); }

// ---- time zones
Ref call_utcoffset(Value tzinfo_or_null, Value arg);  // timedelta or None
Ref call_dst(Value tzinfo_or_null, Value arg);
Ref call_tzname(Value tzinfo_or_null, Value arg);
inline Value tz_or_none(Value tz) { return tz ? tz : kNone; }

// ---- text (datetime_text.cpp)
size_t put_date(char* to, int year, int month, int day);
// "HH:MM:SS.ffffff" as timespec says (null: auto); 0: ValueError.
size_t put_time(char* to, int hour, int minute, int second, int microsecond, Value timespec);
// "+HH:MM[:SS[.ffffff]]" of tzinfo, with the separator; nothing where there is no offset. False: raised.
bool append_offset(std::string* out, Value tzinfo, Value arg, const char* separator);
Ref wrap_strftime(Value object, Value format, Value timetuple, Value tzinfo, Value arg);
Ref format_method(Args& a);  // __format__ of all
struct IsoTime {
  int hour = 0, minute = 0, second = 0, microsecond = 0;
  bool has_offset = false;
  int64_t offset_seconds = 0, offset_us = 0;
};
bool parse_iso_date(const char* p, size_t n, int* year, int* month, int* day);
bool parse_iso_time(const char* p, size_t n, IsoTime* out);
int64_t iso_separator(const char* p, size_t n);  // -1: malformed
Ref iso_tzinfo(const IsoTime& t);                // None or a timezone
Fail raise_invalid_iso(Value text);
Ref make_struct_time(int year, int month, int day, int hour, int minute, int second, int dst);

// Arguments of functions that CPython's messages call just "function" (name null).
bool bind_arguments(RawArgs raw, const char* name, const char* const* names, size_t n, size_t required,
                    size_t positional, Value* out);
bool take_int(Value v, int otherwise, int* out);  // v null: otherwise

// (Several threads may work it out at once, to the same.)
template <class T>
bool has_hash(T* o, int64_t* out) {
  *out = std::atomic_ref(o->hash).load(std::memory_order_relaxed);
  return *out != -1;
}
template <class T>
bool cached_hash(T* o, int64_t value, int64_t* out) {
  if (value == -1) value = -2;
  std::atomic_ref(o->hash).store(value, std::memory_order_relaxed);
  *out = value;
  return true;
}

bool add_delta(Value module);
bool add_date(Value module);
bool add_datetime(Value module);
bool add_time(Value module);
bool add_timezones(Value module);

}  // namespace taipan::datetime
