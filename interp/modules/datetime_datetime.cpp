// datetime.datetime.
#include <ctime>

#include "interp/modules/datetime.h"

namespace taipan::datetime {

TypeObject* datetime_type;
Value epoch;

// All fields are known to be right.
static Ref build(TypeObject* cls, int year, int month, int day, int hour, int minute, int second, int microsecond,
                 Value tz, int fold) {
  // Without a time zone there is nothing for the collector to see.
  Header* h = cls == datetime_type && !tz
                  ? gc::alloc_object(sizeof(DateTime), cls->root_shape->id, gc::kAllocPlain, true)
                  : alloc_instance(cls);
  if (!h) return cls == datetime_type ? raise_memory() : failed();
  auto* d = reinterpret_cast<DateTime*>(h);
  d->hash = -1;
  d->year = static_cast<int16_t>(year);
  d->month = static_cast<uint8_t>(month);
  d->day = static_cast<uint8_t>(day);
  d->hour = static_cast<uint8_t>(hour);
  d->minute = static_cast<uint8_t>(minute);
  d->second = static_cast<uint8_t>(second);
  d->fold = static_cast<uint8_t>(fold);
  d->microsecond = microsecond;
  gc::init(&d->tzinfo, Ref::dup(tz));
  return Ref::steal(d);
}
Ref new_datetime(TypeObject* cls, int year, int month, int day, int hour, int minute, int second, int microsecond,
                 Value tz, int fold) {
  if (tz == kNone) tz = Value();
  if (!check_date(year, month, day) || !check_time(hour, minute, second, microsecond, fold) ||
      (tz && !check_tzinfo(tz)))
    return nullptr;
  return build(cls, year, month, day, hour, minute, second, microsecond, tz, fold);
}
Ref datetime_of_class(TypeObject* cls, int year, int month, int day, int hour, int minute, int second, int microsecond,
                      Value tz, int fold) {
  if (cls == datetime_type) return new_datetime(cls, year, month, day, hour, minute, second, microsecond, tz, fold);
  Value args[8] = {Value::from_int(year),        Value::from_int(month),  Value::from_int(day),
                   Value::from_int(hour),        Value::from_int(minute), Value::from_int(second),
                   Value::from_int(microsecond), tz_or_none(tz)};
  Ref r = call_array(Value(cls), args, 8);
  if (r && fold && is_datetime(r)) datetime(r)->fold = static_cast<uint8_t>(fold);
  return r;
}

static int64_t day_us(const Date* d) {
  return (d->hour * int64_t{3600} + d->minute * 60 + d->second) * 1000000 + d->microsecond;
}
static int ordinal(const Date* d) { return ordinal_of(d->year, d->month, d->day); }

Ref add_to_datetime(Value v, Value by, int factor) {
  DateTime* d = datetime(v);
  Delta* t = delta(by);
  int64_t us = day_us(d) + factor * (t->seconds * int64_t{1000000} + t->microseconds), days = factor * int64_t{t->days};
  constexpr int64_t kDay = int64_t{86400} * 1000000;
  if (us < 0 || us >= kDay) {
    int64_t carry = us / kDay;
    us %= kDay;
    if (us < 0) {
      us += kDay;
      carry--;
    }
    days += carry;
  }
  int year = d->year, month = d->month, day = d->day;
  int64_t there = day + days;
  if (there >= 1 && there <= 28) {
    day = static_cast<int>(there);
  } else {
    days += ordinal(d);
    if (days < 1 || days > kMaxOrdinal) return raise(types::OverflowError, "date value out of range");
    from_ordinal(static_cast<int>(days), &year, &month, &day);
  }
  auto seconds = static_cast<int>(us / 1000000), rest = static_cast<int>(us % 1000000);
  TypeObject* cls = type_of(v);
  if (cls == datetime_type)
    return build(cls, year, month, day, seconds / 3600, seconds / 60 % 60, seconds % 60, rest, d->tzinfo, 0);
  return datetime_of_class(cls, year, month, day, seconds / 3600, seconds / 60 % 60, seconds % 60, rest, d->tzinfo, 0);
}

namespace {

void datetime_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<DateTime*>(h)->tzinfo); }
void datetime_clear(Header* h) { Ref old = gc::take(h, &reinterpret_cast<DateTime*>(h)->tzinfo); }
void datetime_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  datetime_clear(h);
  finish_dealloc(h);
}
const char* const kNames[] = {"year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "fold"};

Ref datetime_new(TypeObject* cls, RawArgs raw) {
  if ((raw.n == 1 || raw.n == 2) && !has_keywords(raw)) {
    Value state = raw.v[0], tz = raw.n == 2 ? raw.v[1] : Value();
    const uint8_t* b = nullptr;
    if (is_bytes(state) && state.as<Bytes>()->size == 10)
      b = state.as<Bytes>()->data();
    else if (is_str(state) && state.as<Str>()->length == 10 && state.as<Str>()->kind == 1)
      b = state.as<Str>()->data1();
    if (b && (b[2] & 0x7F) >= 1 && (b[2] & 0x7F) <= 12) {
      if (tz && tz != kNone && !is_tzinfo(tz)) return raise(types::TypeError, "bad tzinfo state arg");
      Ref r = new_datetime(cls, 1, 1, 1, 0, 0, 0, 0, tz, b[2] >> 7);
      if (!r) return nullptr;
      DateTime* d = datetime(r);
      d->year = static_cast<int16_t>(b[0] << 8 | b[1]);
      d->month = b[2] & 0x7F;
      d->day = b[3];
      d->hour = b[4];
      d->minute = b[5];
      d->second = b[6];
      d->microsecond = b[7] << 16 | b[8] << 8 | b[9];
      return r;
    }
  }
  Value v[9];
  int f[9] = {};
  if (!bind_arguments(raw, nullptr, kNames, 9, 3, 8, v)) return nullptr;
  for (int i : {0, 1, 2, 3, 4, 5, 6, 8})
    if (!take_int(v[i], 0, &f[i])) return nullptr;
  return new_datetime(cls, f[0], f[1], f[2], f[3], f[4], f[5], f[6], v[7], f[8]);
}

// ---- from the clock
Ref from_timestamp(TypeObject* cls, time_t t, int us, bool local, Value tz) {
  struct tm tm;
  if (!broken_down(t, local, &tm)) return nullptr;
  int year = tm.tm_year + 1900, month = tm.tm_mon + 1, second = tm.tm_sec < 59 ? tm.tm_sec : 59, fold = 0;
  if (local && tz == kNone) {
    // The same local time a little earlier? Then this is its second occurrence.
    int64_t now = utc_seconds(year, month, tm.tm_mday, tm.tm_hour, tm.tm_min, second), probe;
    if (now == -1 && error_occurred()) return nullptr;
    if (!local_seconds(kEpochSeconds + t - 86400, &probe)) return nullptr;
    int64_t transition = now - probe - 86400;
    if (transition < 0) {
      if (!local_seconds(kEpochSeconds + t + transition, &probe)) return nullptr;
      fold = probe == now;
    }
  }
  return datetime_of_class(cls, year, month, tm.tm_mday, tm.tm_hour, tm.tm_min, second, us, tz, fold);
}
Ref from_now(TypeObject* cls, bool local, Value tz) {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return from_timestamp(cls, now.tv_sec, static_cast<int>(now.tv_nsec / 1000), local, tz);
}
Ref via_zone(Ref naive_utc, Value tz) {
  return naive_utc && tz != kNone ? call_method(tz, TAIPAN_NAME(fromutc), naive_utc) : std::move(naive_utc);
}
Ref datetime_now_impl(Args& a) {
  Value tz = a.get(0, kNone);
  if (!check_tzinfo(tz)) return nullptr;
  return via_zone(from_now(a.self.as<TypeObject>(), tz == kNone, tz), tz);
}
Ref datetime_utcnow_impl(Args& a) { return from_now(a.self.as<TypeObject>(), false, kNone); }
Ref datetime_fromtimestamp_impl(Args& a) {
  Value tz = a.get(1, kNone);
  time_t t;
  int us;
  if (!check_tzinfo(tz) || !timestamp_parts(a[0], &t, &us)) return nullptr;
  return via_zone(from_timestamp(a.self.as<TypeObject>(), t, us, tz == kNone, tz), tz);
}
Ref datetime_utcfromtimestamp_impl(Args& a) {
  time_t t;
  int us;
  return timestamp_parts(a[0], &t, &us) ? from_timestamp(a.self.as<TypeObject>(), t, us, false, kNone) : nullptr;
}
Ref datetime_strptime_impl(Args& a) {
  for (size_t i = 0; i < 2; i++)
    if (!is_str(a[i]))
      return raise(types::TypeError, "strptime() argument %d must be str, not %T", static_cast<int>(i) + 1, a[i]);
  Ref f = import_attr("_strptime", "_strptime_datetime");
  return f ? call(f, a.self, a[0], a[1]) : nullptr;
}
Ref datetime_combine_impl(Args& a) {
  if (!is_date(a[0])) return raise(types::TypeError, "combine() argument 1 must be datetime.date, not %T", a[0]);
  if (!is_time(a[1])) return raise(types::TypeError, "combine() argument 2 must be datetime.time, not %T", a[1]);
  Date* d = date(a[0]);
  Time* t = time_of(a[1]);
  Value tz = a.has(2) ? a[2] : tz_or_none(t->tzinfo);
  if (!check_tzinfo(tz)) return nullptr;
  return datetime_of_class(a.self.as<TypeObject>(), d->year, d->month, d->day, t->hour, t->minute, t->second,
                           t->microsecond, tz, t->fold);
}
Ref datetime_fromisoformat_impl(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "fromisoformat: argument must be str");
  auto* s = a[0].as<Str>();
  if (s->length < 7) return raise_invalid_iso(a[0]);
  // The character between date and time may be any; all others are ASCII.
  char small[64];
  std::string large;
  size_t n = s->length, others = 0, other_at = 0;
  const char* p = reinterpret_cast<const char*>(s->data1());
  if (!s->ascii) {
    char* to = small;
    if (n > sizeof small) {
      large.resize(n);
      to = large.data();
    }
    p = to;
    for (size_t i = 0; i < n; i++) {
      uint32_t c = s->at(i);
      if (c >= 128) {
        others++;
        other_at = i;
      }
      to[i] = c < 128 ? static_cast<char>(c) : 'T';
    }
    if (others > 1) return raise_invalid_iso(a[0]);
  }
  int64_t at = iso_separator(p, n);
  if (at < 0 || (others && static_cast<size_t>(at) != other_at)) return raise_invalid_iso(a[0]);
  auto date_length = static_cast<size_t>(at) < n ? static_cast<size_t>(at) : n;
  int year, month, day;
  IsoTime t;
  if (!parse_iso_date(p, date_length, &year, &month, &day)) return raise_invalid_iso(a[0]);
  if (date_length < n && !(n - date_length > 1 && parse_iso_time(p + date_length + 1, n - date_length - 1, &t)))
    return raise_invalid_iso(a[0]);
  Ref tz = iso_tzinfo(t);
  return tz ? datetime_of_class(a.self.as<TypeObject>(), year, month, day, t.hour, t.minute, t.second, t.microsecond,
                                tz, 0)
            : nullptr;
}

// ---- parts and zones
Ref utcoffset(Value v) { return call_utcoffset(datetime(v)->tzinfo, v); }
Ref datetime_utcoffset_impl(Args& a) { return utcoffset(a.self); }
Ref datetime_dst_impl(Args& a) { return call_dst(datetime(a.self)->tzinfo, a.self); }
Ref datetime_tzname_impl(Args& a) { return call_tzname(datetime(a.self)->tzinfo, a.self); }
Ref datetime_date_impl(Args& a) {
  Date* d = date(a.self);
  return new_date(date_type, d->year, d->month, d->day);
}
Ref time_part(Value v, bool with_zone) {
  DateTime* d = datetime(v);
  return new_time(time_type, d->hour, d->minute, d->second, d->microsecond, with_zone ? d->tzinfo : Value(), d->fold);
}
Ref datetime_time_impl(Args& a) { return time_part(a.self, false); }
Ref datetime_timetz_impl(Args& a) { return time_part(a.self, true); }
Ref datetime_timetuple_impl(Args& a) {
  DateTime* d = datetime(a.self);
  int flag = -1;
  if (d->tzinfo) {
    Ref dst = call_dst(d->tzinfo, a.self);
    if (!dst) return nullptr;
    if (dst.get() != kNone) flag = delta_true(delta(dst));
  }
  return make_struct_time(d->year, d->month, d->day, d->hour, d->minute, d->second, flag);
}
Ref datetime_utctimetuple_impl(Args& a) {
  Ref v = Ref::dup(a.self);
  if (datetime(v)->tzinfo) {
    Ref offset = utcoffset(v);
    if (!offset) return nullptr;
    if (offset.get() != kNone) v = add_to_datetime(a.self, offset, -1);
    if (!v) return nullptr;
  }
  DateTime* d = datetime(v);
  return make_struct_time(d->year, d->month, d->day, d->hour, d->minute, d->second, 0);
}
Ref datetime_timestamp_impl(Args& a) {
  DateTime* d = datetime(a.self);
  if (d->tzinfo) {
    Ref since = subtract_datetimes(a.self, epoch);
    if (!since) return nullptr;
    Ref seconds = call_method(since, TAIPAN_NAME(total_seconds));
    return seconds;
  }
  int64_t seconds;
  if (!local_to_utc_seconds(d, &seconds)) return nullptr;
  return make_float(static_cast<double>(seconds - kEpochSeconds) + d->microsecond / 1e6);
}
Ref local_zone_at(time_t t) {
  struct tm tm;
  if (!broken_down(t, true, &tm)) return nullptr;
  Ref offset = make_delta(0, tm.tm_gmtoff, 0), name = make_str(tm.tm_zone);
  return offset && name ? new_timezone(offset, name) : nullptr;
}
Ref local_zone_of(Value naive) {
  int64_t seconds;
  return local_to_utc_seconds(date(naive), &seconds) ? local_zone_at(seconds - kEpochSeconds) : nullptr;
}
Ref datetime_astimezone_impl(Args& a) {
  Value tz = a.get(0, kNone);
  if (!check_tzinfo(tz)) return nullptr;
  Ref own = datetime(a.self)->tzinfo ? Ref::dup(datetime(a.self)->tzinfo) : local_zone_of(a.self);
  if (!own) return nullptr;
  if (own.get() == tz) return Ref::dup(a.self);
  Ref offset = call_utcoffset(own, a.self);
  if (!offset) return nullptr;
  if (offset.get() == kNone) {
    own = local_zone_of(a.self);
    if (!own) return nullptr;
    if (own.get() == tz) return Ref::dup(a.self);
    offset = call_utcoffset(own, a.self);
    if (!offset) return nullptr;
    if (offset.get() == kNone) return raise(types::TypeError, "utcoffset() returned NoneType, expected timedelta");
  }
  Ref result = add_to_datetime(a.self, offset, -1);
  if (!result) return nullptr;
  if (!is_datetime(result)) return raise(types::TypeError, "expected a datetime, got %T", result.get());
  Ref target = Ref::dup(tz);
  DateTime* d = datetime(result);
  if (tz == kNone) {
    int64_t seconds = utc_seconds(d->year, d->month, d->day, d->hour, d->minute, d->second);
    if (seconds == -1 && error_occurred()) return nullptr;
    target = local_zone_at(seconds - kEpochSeconds);
    if (!target) return nullptr;
  }
  // (A naive one is not tracked: the zone goes into a new object.)
  if (d->tzinfo) {
    gc::store(&d->h, &d->tzinfo, Ref::dup(target));
  } else {
    result = datetime_of_class(type_of(result), d->year, d->month, d->day, d->hour, d->minute, d->second,
                               d->microsecond, target, d->fold);
    if (!result) return nullptr;
  }
  return call_method(target, TAIPAN_NAME(fromutc), result);
}

// ---- text
Ref datetime_repr(Value v) {
  DateTime* d = datetime(v);
  char text[96];
  int n = snprintf(text, sizeof text, "(%d, %d, %d, %d, %d", d->year, d->month, d->day, d->hour, d->minute);
  auto room = [&] { return sizeof text - static_cast<size_t>(n); };
  if (d->second || d->microsecond) n += snprintf(text + n, room(), ", %d", d->second);
  if (d->microsecond) n += snprintf(text + n, room(), ", %d", d->microsecond);
  const char* fold = d->fold ? ", fold=1" : "";
  if (d->tzinfo) return format_str("%s%s%s, tzinfo=%R)", type_of(v)->cname, text, fold, d->tzinfo);
  return format_str("%s%s%s)", type_of(v)->cname, text, fold);
}
Ref isoformat(Value v, uint32_t separator, Value timespec) {
  DateTime* d = datetime(v);
  char text[64];
  size_t n = put_date(text, d->year, d->month, d->day), at = n++;
  size_t more = put_time(text + n, d->hour, d->minute, d->second, d->microsecond, timespec);
  if (more == 0) return nullptr;
  n += more;
  std::string offset;
  if (d->tzinfo && !append_offset(&offset, d->tzinfo, v, ":")) return nullptr;
  if (separator < 128) {
    text[at] = static_cast<char>(separator);
    if (offset.size() > sizeof text - n) return raise(types::ValueError, "offset too long");
    memcpy(text + n, offset.data(), offset.size());
    return make_str({text, n + offset.size()});
  }
  StrBuilder out;
  if (!out.append_ascii({text, at}) || !out.append_char(separator) || !out.append_ascii({text + at + 1, n - at - 1}) ||
      !out.append_ascii(offset))
    return nullptr;
  return out.finish();
}
Ref datetime_isoformat_impl(Args& a) {
  uint32_t separator = 'T';
  if (a.has(0)) {
    if (!is_str(a[0]) || a[0].as<Str>()->length != 1)
      return raise(types::TypeError, "isoformat() argument 1 must be a unicode character, not %T", a[0]);
    separator = a[0].as<Str>()->at(0);
  }
  if (a.has(1) && !is_str(a[1])) return raise(types::TypeError, "isoformat() argument 2 must be str, not %T", a[1]);
  return isoformat(a.self, separator, a[1]);
}
Ref datetime_str(Value v) {
  Ref space = make_str_char(' ');
  return call_method(v, TAIPAN_NAME(isoformat), space);
}

// ---- comparison and arithmetic
int sign_of(int64_t n) { return n < 0 ? -1 : n > 0; }
int compare_fields(const Date* a, const Date* b) {
  auto packed = [](const Date* d) { return d->year << 16 | d->month << 8 | d->day; };
  int day = packed(a) - packed(b);
  return day ? day : sign_of(day_us(a) - day_us(b));
}
Ref flipped(Value v) {
  DateTime* d = datetime(v);
  return new_datetime(datetime_type, d->year, d->month, d->day, d->hour, d->minute, d->second, d->microsecond,
                      d->tzinfo, !d->fold);
}
// PEP 495: a time in a fold or gap equals none of another zone. 1 yes, 0 no, -1 error.
int offset_depends_on_fold(Value v, Value offset) {
  Ref other = flipped(v);
  Ref o = other ? utcoffset(other) : nullptr;
  if (!o) return -1;
  if (o.get() == offset) return 0;
  if (o.get() == kNone || offset == kNone) return 1;
  return delta_compare(delta(o), delta(offset)) != 0;
}
Ref datetime_compare(Value a, Value b, CompareOp op) {
  bool equality = op == kEq || op == kNe;
  if (!is_datetime(b)) {
    if (!is_date(b)) return Ref::imm(kNotImplemented);
    if (equality) return Ref::imm(bool_value(op == kNe));
    return raise(types::TypeError, "can't compare %T to %T", a, b);
  }
  DateTime *x = datetime(a), *y = datetime(b);
  if (x->tzinfo == y->tzinfo) return Ref::imm(bool_value(compare_result(compare_fields(x, y), op)));
  Ref o1 = utcoffset(a), o2 = o1 ? utcoffset(b) : nullptr;
  if (!o1 || !o2) return nullptr;
  bool aware1 = o1.get() != kNone, aware2 = o2.get() != kNone;
  if (aware1 != aware2) {
    if (equality) return Ref::imm(bool_value(op == kNe));
    return raise(types::TypeError, "can't compare offset-naive and offset-aware datetimes");
  }
  int diff;
  if (!aware1 || delta_compare(delta(o1), delta(o2)) == 0) {
    diff = compare_fields(x, y);
  } else {
    __int128 us = (static_cast<__int128>(ordinal(x)) - ordinal(y)) * 86400000000 + day_us(x) - day_us(y) -
                  delta_us(delta(o1)) + delta_us(delta(o2));
    diff = us < 0 ? -1 : us > 0;
  }
  if (equality && diff == 0) {
    int depends = offset_depends_on_fold(a, o1);
    if (depends == 0) depends = offset_depends_on_fold(b, o2);
    if (depends < 0) return nullptr;
    if (depends) diff = 1;
  }
  return Ref::imm(bool_value(compare_result(diff, op)));
}
bool datetime_hash(Value v, int64_t* out) {
  DateTime* d = datetime(v);
  if (has_hash(d, out)) return true;
  Ref plain = d->fold ? flipped(v) : Ref::dup(v);
  Ref offset = plain ? utcoffset(plain) : nullptr;
  if (!offset) return false;
  if (offset.get() == kNone) {
    int64_t b[2] = {ordinal(d), day_us(d)};
    return cached_hash(d, hash_bytes(b, sizeof b), out);
  }
  __int128 us = static_cast<__int128>(ordinal(d)) * 86400000000 + day_us(d) - delta_us(delta(offset));
  Ref since = delta_from_us(us);
  int64_t h;
  return since && hash_of(since, &h) && cached_hash(d, h, out);
}
Ref datetime_add(Value a, Value b) {
  if (is_datetime(a)) return is_delta(b) ? add_to_datetime(a, b, 1) : Ref::imm(kNotImplemented);
  return is_delta(a) ? add_to_datetime(b, a, 1) : Ref::imm(kNotImplemented);
}
Ref datetime_subtract(Value a, Value b) {
  if (!is_datetime(a)) return Ref::imm(kNotImplemented);
  if (is_datetime(b)) return subtract_datetimes(a, b);
  return is_delta(b) ? add_to_datetime(a, b, -1) : Ref::imm(kNotImplemented);
}
Ref datetime_replace_impl(Args& a) {
  Value v[9];
  DateTime* d = datetime(a.self);
  int f[9], old[] = {d->year, d->month, d->day, d->hour, d->minute, d->second, d->microsecond, 0, d->fold};
  if (!bind_arguments(a.raw, "replace", kNames, 9, 0, 8, v)) return nullptr;
  for (int i : {0, 1, 2, 3, 4, 5, 6, 8})
    if (!take_int(v[i], old[i], &f[i])) return nullptr;
  if (f[8] != 0 && f[8] != 1) return raise(types::ValueError, "fold must be either 0 or 1");
  Value tz = v[7] ? v[7] : tz_or_none(d->tzinfo);
  TypeObject* cls = type_of(a.self);
  if (cls == datetime_type)
    return check_tzinfo(tz) ? new_datetime(cls, f[0], f[1], f[2], f[3], f[4], f[5], f[6], tz, f[8]) : nullptr;
  Value args[8];
  for (int i = 0; i < 7; i++) args[i] = Value::from_int(f[i]);
  args[7] = tz;
  Ref r = datetime_new(cls, {args, 8, Value()});
  if (r) datetime(r)->fold = static_cast<uint8_t>(f[8]);
  return r;
}
Ref reduce(Value v, int protocol) {
  DateTime* d = datetime(v);
  int us = d->microsecond;
  uint8_t b[10] = {static_cast<uint8_t>(d->year >> 8),
                   static_cast<uint8_t>(d->year),
                   d->month,
                   d->day,
                   d->hour,
                   d->minute,
                   d->second,
                   static_cast<uint8_t>(us >> 16),
                   static_cast<uint8_t>(us >> 8),
                   static_cast<uint8_t>(us)};
  if (protocol > 3 && d->fold) b[2] |= 0x80;
  Ref octets = make_bytes(b, 10);
  Ref args = !octets ? nullptr : d->tzinfo ? make_tuple_of({octets.get(), d->tzinfo}) : make_tuple_of({octets.get()});
  return args ? make_tuple_of({Value(type_of(v)), args.get()}) : nullptr;
}
Ref datetime_reduce_ex_impl(Args& a) {
  int protocol;
  return to_c_int(a[0], &protocol) ? reduce(a.self, protocol) : nullptr;
}
Ref datetime_reduce_impl(Args& a) { return reduce(a.self, 2); }
template <auto kField>
Ref get_field(Value v) {
  return make_int(datetime(v)->*kField);
}
Ref get_tzinfo(Value v) { return Ref::dup(tz_or_none(datetime(v)->tzinfo)); }

const NativeDef kDateTimeMethods[] = {
    {"now", "($type, /, tz=None)", datetime_now_impl, kNativeClassMethod,
     "The present moment, in the time zone tz or in local time without one."},
    {"utcnow", "($type, /)", datetime_utcnow_impl, kNativeClassMethod | kNativeNoSignature,
     "Return a new datetime representing UTC day and time."},
    {"fromtimestamp", "($type, timestamp, tz=None)", datetime_fromtimestamp_impl,
     kNativeClassMethod | kNativeNoSignature, "timestamp[, tz] -> tz's local time from POSIX timestamp."},
    {"utcfromtimestamp", "($type, timestamp, /)", datetime_utcfromtimestamp_impl,
     kNativeClassMethod | kNativeNoSignature, "Construct a naive UTC datetime from a POSIX timestamp."},
    {"strptime", "($type, string, format, /)", datetime_strptime_impl, kNativeClassMethod | kNativeNoSignature,
     "string, format -> new datetime parsed from a string (like time.strptime())."},
    {"combine", "($type, date, time, tzinfo=None)", datetime_combine_impl, kNativeClassMethod | kNativeNoSignature,
     "date, time -> datetime with same date and time fields"},
    {"fromisoformat", "($type, string, /)", datetime_fromisoformat_impl, kNativeClassMethod | kNativeNoSignature,
     "string -> datetime from a string in most ISO 8601 formats"},
    {"date", "($self, /)", datetime_date_impl, kNativeNoSignature, "Return date object with same year, month and day."},
    {"time", "($self, /)", datetime_time_impl, kNativeNoSignature,
     "Return time object with same time but with tzinfo=None."},
    {"timetz", "($self, /)", datetime_timetz_impl, kNativeNoSignature, "Return time object with same time and tzinfo."},
    {"timetuple", "($self, /)", datetime_timetuple_impl, kNativeNoSignature,
     "Return time tuple, compatible with time.localtime()."},
    {"timestamp", "($self, /)", datetime_timestamp_impl, kNativeNoSignature, "Return POSIX timestamp as float."},
    {"utctimetuple", "($self, /)", datetime_utctimetuple_impl, kNativeNoSignature,
     "Return UTC time tuple, compatible with time.localtime()."},
    {"isoformat", "($self, sep='T', timespec='auto')", datetime_isoformat_impl, kNativeNoSignature,
     "[sep] -> string in ISO 8601 format, YYYY-MM-DDT[HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].\nsep separates date and time; "
     "timespec says how far the text goes: 'auto',\n"
     "'hours', 'minutes', 'seconds', 'milliseconds' or 'microseconds'."},
    {"utcoffset", "($self, /)", datetime_utcoffset_impl, kNativeNoSignature, "Return self.tzinfo.utcoffset(self)."},
    {"tzname", "($self, /)", datetime_tzname_impl, kNativeNoSignature, "Return self.tzinfo.tzname(self)."},
    {"dst", "($self, /)", datetime_dst_impl, kNativeNoSignature, "Return self.tzinfo.dst(self)."},
    {"replace", "(...)", datetime_replace_impl, kNativeNoSignature, "Return datetime with new specified fields."},
    {"astimezone", "($self, tz=None)", datetime_astimezone_impl, kNativeNoSignature,
     "tz -> convert to local time in new timezone tz"},
    {"__reduce_ex__", "($self, protocol, /)", datetime_reduce_ex_impl, kNativeNoSignature,
     "__reduce_ex__(proto) -> (cls, state)"},
    {"__reduce__", "($self, /)", datetime_reduce_impl, kNativeNoSignature, "__reduce__() -> (cls, state)"},
    {nullptr}};
const GetSetDef kDateTimeGetSet[] = {{"hour", get_field<&DateTime::hour>, nullptr, nullptr},
                                     {"minute", get_field<&DateTime::minute>, nullptr, nullptr},
                                     {"second", get_field<&DateTime::second>, nullptr, nullptr},
                                     {"microsecond", get_field<&DateTime::microsecond>, nullptr, nullptr},
                                     {"tzinfo", get_tzinfo, nullptr, nullptr},
                                     {"fold", get_field<&DateTime::fold>, nullptr, nullptr},
                                     {nullptr}};
const TypeSpec kDateTimeSpec = {
    .doc =
        "datetime(year, month, day[, hour[, minute[, second[, microsecond[,tzinfo]]]]])\n\nYear, month and day are "
        "required. tzinfo may be None, or an\n"
        "instance of a tzinfo subclass. The others are ints.\n",
    .flags = kTypeGc | kTypeBaseable | kTypeImmutable | kTypeParallel,
    .basic_size = sizeof(DateTime),
    .ops = {.trace = datetime_trace, .clear = datetime_clear, .dealloc = datetime_dealloc},
    .methods = kDateTimeMethods,
    .getset = kDateTimeGetSet,
    .s = {.repr = datetime_repr,
          .str = datetime_str,
          .hash = datetime_hash,
          .compare = datetime_compare,
          .new_ = datetime_new,
          .add = datetime_add,
          .subtract = datetime_subtract}};

}  // namespace

Ref subtract_datetimes(Value a, Value b) {
  DateTime *x = datetime(a), *y = datetime(b);
  int64_t days = ordinal(x) - ordinal(y), us = day_us(x) - day_us(y);
  if (x->tzinfo != y->tzinfo) {
    Ref o1 = utcoffset(a), o2 = o1 ? utcoffset(b) : nullptr;
    if (!o1 || !o2) return nullptr;
    if ((o1.get() == kNone) != (o2.get() == kNone))
      return raise(types::TypeError, "can't subtract offset-naive and offset-aware datetimes");
    if (o1.get() != kNone) us += static_cast<int64_t>(delta_us(delta(o2)) - delta_us(delta(o1)));
  }
  return make_delta(days, 0, us);
}

bool add_datetime(Value module) {
  if (!datetime_type) {
    datetime_type = make_native_type("datetime.datetime", date_type, &kDateTimeSpec);
    if (!datetime_type) return false;
    Ref min = new_datetime(datetime_type, kMinYear, 1, 1, 0, 0, 0, 0, Value(), 0),
        max = new_datetime(datetime_type, kMaxYear, 12, 31, 23, 59, 59, 999999, Value(), 0),
        resolution = make_delta(0, 0, 1), start = new_datetime(datetime_type, 1970, 1, 1, 0, 0, 0, 0, utc, 0);
    if (!min || !max || !resolution || !start || !type_set_attr(datetime_type, TAIPAN_NAME(min), min) ||
        !type_set_attr(datetime_type, TAIPAN_NAME(max), max) ||
        !type_set_attr(datetime_type, TAIPAN_NAME(resolution), resolution))
      return false;
    gc::make_immortal(start.get().header());
    epoch = start.get();
  }
  return module_add_type(module, datetime_type);
}

}  // namespace taipan::datetime
