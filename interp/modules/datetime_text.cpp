// Dates and times as text: ISO 8601 out and in, strftime.
#include "interp/modules/datetime.h"

namespace taipan::datetime {

static char* put_digits(char* to, int v, int n) {
  for (int i = n - 1; i >= 0; i--, v /= 10) to[i] = static_cast<char>('0' + v % 10);
  return to + n;
}
size_t put_date(char* to, int year, int month, int day) {
  char* p = put_digits(to, year, 4);
  *p++ = '-';
  p = put_digits(p, month, 2);
  *p++ = '-';
  return static_cast<size_t>(put_digits(p, day, 2) - to);
}
size_t put_time(char* to, int hour, int minute, int second, int microsecond, Value timespec) {
  enum { kHours, kMinutes, kSeconds, kMilliseconds, kMicroseconds } how = microsecond ? kMicroseconds : kSeconds;
  if (timespec && !str_eq_ascii(timespec, "auto")) {
    static const char* const kNames[] = {"hours", "minutes", "seconds", "milliseconds", "microseconds"};
    int i = 0;
    while (i < 5 && !str_eq_ascii(timespec, kNames[i])) i++;
    if (i == 5) {
      raise(types::ValueError, "Unknown timespec value");
      return 0;
    }
    how = static_cast<decltype(how)>(i);
  }
  char* p = put_digits(to, hour, 2);
  if (how >= kMinutes) {
    *p++ = ':';
    p = put_digits(p, minute, 2);
  }
  if (how >= kSeconds) {
    *p++ = ':';
    p = put_digits(p, second, 2);
  }
  if (how >= kMilliseconds) {
    *p++ = '.';
    p = how == kMilliseconds ? put_digits(p, microsecond / 1000, 3) : put_digits(p, microsecond, 6);
  }
  return static_cast<size_t>(p - to);
}
bool append_offset(std::string* out, Value tzinfo, Value arg, const char* separator) {
  Ref offset = call_utcoffset(tzinfo, arg);
  if (!offset) return false;
  if (offset.get() == kNone) return true;
  __int128 us = delta_us(delta(offset));
  bool negative = us < 0;
  if (negative) us = -us;
  auto seconds = static_cast<int>(us / 1000000), micro = static_cast<int>(us % 1000000);
  char text[40];
  int n =
      snprintf(text, sizeof text, "%c%02d%s%02d", negative ? '-' : '+', seconds / 3600, separator, seconds / 60 % 60);
  if (micro || seconds % 60)
    n += snprintf(text + n, sizeof text - static_cast<size_t>(n), "%s%02d", separator, seconds % 60);
  if (micro) n += snprintf(text + n, sizeof text - static_cast<size_t>(n), ".%06d", micro);
  out->append(text, static_cast<size_t>(n));
  return true;
}

// ---- strftime

Ref wrap_strftime(Value object, Value format, Value timetuple, Value tzinfo, Value arg) {
  StrBuilder out;
  auto* f = format.as<Str>();
  size_t n = f->length, from = 0;
  for (size_t i = 0; i + 1 < n; i++) {
    if (f->at(i) != '%') continue;
    uint32_t c = f->at(i + 1);
    if (c == 'z' || c == 'Z' || c == 'f') {
      if (!out.append_slice(format, from, i)) return nullptr;
      if (c == 'z') {
        std::string offset;
        if (!append_offset(&offset, tzinfo, arg, "") || !out.append_ascii(offset)) return nullptr;
      } else if (c == 'f') {
        char text[16];
        int us = is_datetime(object) ? date(object)->microsecond : is_time(object) ? time_of(object)->microsecond : 0;
        if (!out.append_ascii({text, static_cast<size_t>(snprintf(text, sizeof text, "%06d", us))})) return nullptr;
      } else if (tzinfo) {
        Ref name = call_tzname(tzinfo, arg);
        if (!name) return nullptr;
        if (name.get() != kNone) {
          Ref one = make_str("%"), two = make_str("%%");
          Ref escaped = call_method(name, TAIPAN_NAME(replace), one, two);  // strftime sees it again
          if (!escaped) return nullptr;
          if (!is_str(escaped)) return raise(types::TypeError, "tzname.replace() did not return a string");
          if (!out.append(escaped)) return nullptr;
        }
      }
      from = i + 2;
    }
    i++;
  }
  if (!out.append_slice(format, from, n)) return nullptr;
  Ref fresh = out.finish(), strftime = import_attr("time", "strftime");
  return fresh && strftime ? call(strftime, fresh, timetuple) : nullptr;
}
Ref format_method(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "__format__() argument 1 must be str, not %T", a[0]);
  if (a[0].as<Str>()->length == 0) return str_of(a.self);
  return call_method(a.self, TAIPAN_NAME(strftime), a[0]);
}
Ref make_struct_time(int year, int month, int day, int hour, int minute, int second, int dst) {
  Ref cls = import_attr("time", "struct_time");
  if (!cls) return nullptr;
  int yday = days_before_month(year, month) + day;
  Ref items = make_tuple(9);
  if (!items) return nullptr;
  int v[] = {year, month, day, hour, minute, second, weekday_of(year, month, day), yday, dst};
  for (size_t i = 0; i < 9; i++) tuple_init(items, i, Ref::imm(Value::from_int(v[i])));
  return call(cls, items);
}

// ---- ISO 8601 in

Fail raise_invalid_iso(Value text) { return raise(types::ValueError, "Invalid isoformat string: %R", text); }

static bool digit(char c) { return c >= '0' && c <= '9'; }
static TAIPAN_INLINE bool read_digits(const char* p, size_t left, int n, int* out) {
  if (left < static_cast<size_t>(n)) return false;
  int v = 0;
  for (int i = 0; i < n; i++) {
    if (!digit(p[i])) return false;
    v = v * 10 + (p[i] - '0');
  }
  *out = v;
  return true;
}
// Forms: YYYY-MM-DD, YYYYMMDD, YYYY-Www[-D], YYYYWww[D].
bool parse_iso_date(const char* p, size_t n, int* year, int* month, int* day) {
  const char* end = p + n;
  if (!read_digits(p, n, 4, year)) return false;
  p += 4;
  bool separated = p < end && *p == '-';
  p += separated;
  auto left = [&] { return static_cast<size_t>(end - p); };
  if (p < end && *p == 'W') {
    p++;
    int week, weekday = 1;
    if (!read_digits(p, left(), 2, &week)) return false;
    p += 2;
    if (p < end) {
      if ((*p == '-') != separated) return false;
      p += separated;
      if (!read_digits(p, left(), 1, &weekday)) return false;
      p++;
    }
    char room[64];
    if (p != end || check_iso_date(*year, week, weekday, room, sizeof room)) return false;
    int ordinal = iso_ordinal(*year, week, weekday);
    if (ordinal < 1) return false;
    if (ordinal > kMaxOrdinal) {  // past the calendar: the year's check says so
      *year = kMaxYear + 1;
      *month = *day = 1;
      return true;
    }
    from_ordinal(ordinal, year, month, day);
    return true;
  }
  if (!read_digits(p, left(), 2, month)) return false;
  p += 2;
  if ((p < end && *p == '-') != separated) return false;
  p += separated;
  if (!read_digits(p, left(), 2, day)) return false;
  return p + 2 == end;
}
// HH[:?MM[:?SS]][{.,}f+], all of it.
static bool parse_clock(const char* p, const char* end, int* hour, int* minute, int* second, int* microsecond) {
  int* parts[] = {hour, minute, second};
  bool separated = false;
  for (int i = 0; i < 3; i++) {
    if (!read_digits(p, static_cast<size_t>(end - p), 2, parts[i])) return false;
    p += 2;
    if (p == end) return true;
    if (i == 0) separated = *p == ':';
    if (i == 2 || *p == '.' || *p == ',') break;
    if (separated && *p != ':') return false;
    p += separated;
  }
  bool bare = !separated && digit(*p) && end - p >= 2;  // digits behind HHMMSS are a fraction as well
  if (!bare && *p != '.' && *p != ',') return false;
  p += !bare;
  auto digits = static_cast<int>(end - p < 6 ? end - p : 6);
  if (digits == 0 || !read_digits(p, static_cast<size_t>(digits), digits, microsecond)) return false;
  for (int i = digits; i < 6; i++) *microsecond *= 10;
  for (p += digits; p < end; p++)
    if (!digit(*p)) return false;
  return true;
}
bool parse_iso_time(const char* p, size_t n, IsoTime* out) {
  const char *end = p + n, *zone = p;
  while (zone < end && *zone != '+' && *zone != '-' && *zone != 'Z') zone++;
  if (!parse_clock(p, zone, &out->hour, &out->minute, &out->second, &out->microsecond)) return false;
  if (zone == end) return true;
  out->has_offset = true;
  char sign = *zone++;
  if (sign == 'Z') return zone == end;
  int h = 0, m = 0, s = 0, us = 0;
  if (!parse_clock(zone, end, &h, &m, &s, &us)) return false;
  int factor = sign == '-' ? -1 : 1;
  out->offset_seconds = factor * (h * 3600 + m * 60 + s);
  out->offset_us = factor * us;
  return true;
}
// Which of the forms of a date it is decides where the time starts; where that is ambiguous the likelier reading is taken (as documented for
// datetime.fromisoformat).
int64_t iso_separator(const char* p, size_t n) {
  if (n == 7) return 7;
  if (p[4] == '-') {
    if (p[5] != 'W') return 10;
    if (n < 8) return -1;
    if (n > 8 && p[8] == '-') {
      if (n == 9) return -1;
      return n > 10 && digit(p[10]) ? 8 : 10;
    }
    return 8;
  }
  if (p[4] != 'W') return 8;
  size_t i = 7;
  while (i < n && digit(p[i])) i++;
  if (i < 9) return static_cast<int64_t>(i);
  return i % 2 == 0 ? 7 : 8;
}
Ref iso_tzinfo(const IsoTime& t) {
  if (!t.has_offset) return Ref::imm(kNone);
  if (t.offset_seconds == 0 && t.offset_us == 0) return Ref::dup(utc);
  Ref offset = make_delta(0, t.offset_seconds, t.offset_us);
  return offset ? new_timezone(offset, Value()) : nullptr;
}

}  // namespace taipan::datetime
