// datetime.date and datetime.IsoCalendarDate.
#include "interp/modules/datetime.h"
#include "interp/modules/time_convert.h"

namespace taipan::datetime {

TypeObject *date_type, *iso_calendar_type;

Ref new_date(TypeObject* cls, int year, int month, int day) {
  if (!check_date(year, month, day)) return nullptr;
  auto* d = alloc_instance_as<Date>(cls);
  if (!d) return nullptr;
  d->hash = -1;
  d->year = static_cast<int16_t>(year);
  d->month = static_cast<uint8_t>(month);
  d->day = static_cast<uint8_t>(day);
  return Ref::steal(d);
}
Ref date_of_class(TypeObject* cls, int year, int month, int day) {
  if (cls == date_type) return new_date(cls, year, month, day);
  if (cls == datetime_type) return new_datetime(cls, year, month, day, 0, 0, 0, 0, Value(), 0);
  return call(Value(cls), Value::from_int(year), Value::from_int(month), Value::from_int(day));
}

namespace {

// The octets of a pickle (or a str of them, from Python 2).
bool state_octets(Value v, size_t n, size_t month_at, uint8_t* out) {
  if (is_bytes(v)) {
    auto* b = v.as<Bytes>();
    if (b->size != n) return false;
    memcpy(out, b->data(), n);
  } else if (is_str(v)) {
    auto* s = v.as<Str>();
    if (s->length != n || s->kind != 1) return false;
    memcpy(out, s->data1(), n);
  } else {
    return false;
  }
  return out[month_at] >= 1 && out[month_at] <= 12;
}
Ref date_new(TypeObject* cls, RawArgs raw) {
  uint8_t b[4];
  if (raw.n == 1 && !has_keywords(raw) && state_octets(raw.v[0], 4, 2, b)) {
    auto* d = alloc_instance_as<Date>(cls);
    if (!d) return nullptr;
    d->hash = -1;
    d->year = static_cast<int16_t>(b[0] << 8 | b[1]);
    d->month = b[2];
    d->day = b[3];
    return Ref::steal(d);
  }
  static const char* const kNames[] = {"year", "month", "day"};
  Value v[3];
  int year, month, day;
  if (!bind_arguments(raw, nullptr, kNames, 3, 3, 3, v) || !take_int(v[0], 0, &year) || !take_int(v[1], 0, &month) ||
      !take_int(v[2], 0, &day))
    return nullptr;
  return new_date(cls, year, month, day);
}
Ref from_local_time(TypeObject* cls, Value timestamp) {
  time_t t;
  if (!time_to_time_t(timestamp, &t, TimeRound::kFloor)) return nullptr;
  struct tm tm;
  if (!broken_down(t, true, &tm)) return nullptr;
  return date_of_class(cls, tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}
Ref date_fromtimestamp_impl(Args& a) { return from_local_time(a.self.as<TypeObject>(), a[0]); }
Ref date_today_impl(Args& a) {
  Ref time = import_attr("time", "time");
  Ref now = time ? call(time) : nullptr;
  // Through the class: what it overrides counts.
  return now ? call_method(a.self, TAIPAN_NAME(fromtimestamp), now) : nullptr;
}
Ref date_fromordinal_impl(Args& a) {
  int ordinal, year, month, day;
  if (!take_int(a[0], 0, &ordinal)) return nullptr;
  if (ordinal < 1) return raise(types::ValueError, "ordinal must be >= 1");
  from_ordinal(ordinal, &year, &month, &day);
  if (year > kMaxYear) return raise(types::ValueError, "year %d is out of range", year);
  return date_of_class(a.self.as<TypeObject>(), year, month, day);
}
Ref date_fromisoformat_impl(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "fromisoformat: argument must be str");
  auto* s = a[0].as<Str>();
  int year, month, day;
  if (!s->ascii || !(s->length == 7 || s->length == 8 || s->length == 10) ||
      !parse_iso_date(s->ascii_view().data(), s->length, &year, &month, &day))
    return raise_invalid_iso(a[0]);
  return date_of_class(a.self.as<TypeObject>(), year, month, day);
}
Ref date_fromisocalendar_impl(Args& a) {
  int v[3];
  for (size_t i = 0; i < 3; i++) {
    if (take_int(a[i], 0, &v[i])) continue;
    if (!error_matches(types::OverflowError)) return nullptr;
    clear_error();
    return raise(types::ValueError, "ISO calendar component out of range");
  }
  char room[64];
  if (const char* why = check_iso_date(v[0], v[1], v[2], room, sizeof room)) return raise(types::ValueError, "%s", why);
  int year, month, day, ordinal = iso_ordinal(v[0], v[1], v[2]);
  from_ordinal(ordinal, &year, &month, &day);
  return date_of_class(a.self.as<TypeObject>(), year, month, day);
}

Ref date_repr(Value v) {
  Date* d = date(v);
  return format_str("%s(%d, %d, %d)", type_of(v)->cname, static_cast<int>(d->year), static_cast<int>(d->month),
                    static_cast<int>(d->day));
}
Ref date_isoformat(Value v) {
  char text[16];
  Date* d = date(v);
  return make_str({text, put_date(text, d->year, d->month, d->day)});
}
Ref date_str(Value v) { return call_method(v, TAIPAN_NAME(isoformat)); }
Ref date_isoformat_impl(Args& a) { return date_isoformat(a.self); }
bool date_hash(Value v, int64_t* out) {
  Date* d = date(v);
  if (has_hash(d, out)) return true;
  uint8_t b[4] = {static_cast<uint8_t>(d->year >> 8), static_cast<uint8_t>(d->year), d->month, d->day};
  return cached_hash(d, hash_bytes(b, 4), out);
}
int packed(const Date* d) { return d->year << 16 | d->month << 8 | d->day; }
Ref date_compare(Value a, Value b, CompareOp op) {
  if (!is_date(b)) return Ref::imm(kNotImplemented);
  return Ref::imm(bool_value(compare_result(packed(date(a)) - packed(date(b)), op)));
}
Ref plus_days(Value v, Value d, int sign) {
  int64_t ordinal = ordinal_of(date(v)->year, date(v)->month, date(v)->day) + sign * int64_t{delta(d)->days};
  if (ordinal < 1 || ordinal > kMaxOrdinal) return raise(types::OverflowError, "date value out of range");
  int year, month, day;
  from_ordinal(static_cast<int>(ordinal), &year, &month, &day);
  return date_of_class(type_of(v), year, month, day);
}
Ref date_add(Value a, Value b) {
  if (is_datetime(a) || is_datetime(b)) return Ref::imm(kNotImplemented);
  if (is_date(a)) return is_delta(b) ? plus_days(a, b, 1) : Ref::imm(kNotImplemented);
  return is_delta(a) ? plus_days(b, a, 1) : Ref::imm(kNotImplemented);
}
Ref date_subtract(Value a, Value b) {
  if (is_datetime(a) || is_datetime(b) || !is_date(a)) return Ref::imm(kNotImplemented);
  if (is_date(b)) {
    auto ordinal = [](Date* d) { return ordinal_of(d->year, d->month, d->day); };
    return new_delta(delta_type, ordinal(date(a)) - ordinal(date(b)), 0, 0, false);
  }
  return is_delta(b) ? plus_days(a, b, -1) : Ref::imm(kNotImplemented);
}
const char* const kDayNames[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
const char* const kMonthNames[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
Ref ctime_of(Date* d, int hour, int minute, int second) {
  char text[64];
  int n = snprintf(text, sizeof text, "%s %s %2d %02d:%02d:%02d %04d", kDayNames[weekday_of(d->year, d->month, d->day)],
                   kMonthNames[d->month - 1], d->day, hour, minute, second, d->year);
  return make_str({text, static_cast<size_t>(n)});
}
Ref date_ctime_impl(Args& a) {
  Date* d = date(a.self);
  return is_datetime(a.self) ? ctime_of(d, d->hour, d->minute, d->second) : ctime_of(d, 0, 0, 0);
}
Ref date_strftime_impl(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "strftime() argument 1 must be str, not %T", a[0]);
  Ref tuple = call_method(a.self, TAIPAN_NAME(timetuple));
  return tuple ? wrap_strftime(a.self, a[0], tuple, is_datetime(a.self) ? datetime(a.self)->tzinfo : Value(), a.self)
               : nullptr;
}
Ref date_timetuple_impl(Args& a) {
  Date* d = date(a.self);
  return make_struct_time(d->year, d->month, d->day, 0, 0, 0, -1);
}
Ref date_isocalendar_impl(Args& a) {
  Date* d = date(a.self);
  int year = d->year, today = ordinal_of(year, d->month, d->day), monday = iso_week1_monday(year);
  int week = today >= monday ? (today - monday) / 7 : -1;
  if (week < 0) {
    year--;
    monday = iso_week1_monday(year);
    week = (today - monday) / 7;
  } else if (week >= 52 && today >= iso_week1_monday(year + 1)) {
    year++;
    week = 0;
    monday = iso_week1_monday(year);
  }
  auto* t = alloc_instance_as<Tuple>(iso_calendar_type, 3 * sizeof(Value));
  if (!t) return nullptr;
  t->size = 3;
  t->items()[0] = Value::from_int(year);
  t->items()[1] = Value::from_int(week + 1);
  t->items()[2] = Value::from_int((today - monday) % 7 + 1);
  return Ref::steal(t);
}
int weekday(Value v) { return weekday_of(date(v)->year, date(v)->month, date(v)->day); }
Ref date_isoweekday_impl(Args& a) { return make_int(weekday(a.self) + 1); }
Ref date_weekday_impl(Args& a) { return make_int(weekday(a.self)); }
Ref date_toordinal_impl(Args& a) {
  return make_int(ordinal_of(date(a.self)->year, date(a.self)->month, date(a.self)->day));
}
Ref date_replace_impl(Args& a) {
  static const char* const kNames[] = {"year", "month", "day"};
  Value v[3];
  int f[3];
  Date* d = date(a.self);
  if (!bind_arguments(a.raw, "replace", kNames, 3, 0, 3, v) || !take_int(v[0], d->year, &f[0]) ||
      !take_int(v[1], d->month, &f[1]) || !take_int(v[2], d->day, &f[2]))
    return nullptr;
  TypeObject* cls = type_of(a.self);
  if (cls == date_type) return new_date(cls, f[0], f[1], f[2]);
  Value args[] = {Value::from_int(f[0]), Value::from_int(f[1]), Value::from_int(f[2])};
  return date_new(cls, {args, 3, Value()});
}
Ref date_reduce_impl(Args& a) {
  Date* d = date(a.self);
  uint8_t b[4] = {static_cast<uint8_t>(d->year >> 8), static_cast<uint8_t>(d->year), d->month, d->day};
  Ref octets = make_bytes(b, 4);
  Ref args = octets ? make_tuple_of({octets.get()}) : nullptr;
  return args ? make_tuple_of({Value(type_of(a.self)), args.get()}) : nullptr;
}
Ref get_year(Value v) { return make_int(date(v)->year); }
Ref get_month(Value v) { return make_int(date(v)->month); }
Ref get_day(Value v) { return make_int(date(v)->day); }

const NativeDef kDateMethods[] = {
    {"fromtimestamp", "($type, timestamp, /)", date_fromtimestamp_impl, kNativeClassMethod,
     "The local date of a POSIX timestamp, as time.time() gives it."},
    {"fromordinal", "($type, ordinal, /)", date_fromordinal_impl, kNativeClassMethod | kNativeNoSignature,
     "int -> date corresponding to a proleptic Gregorian ordinal."},
    {"fromisoformat", "($type, string, /)", date_fromisoformat_impl, kNativeClassMethod | kNativeNoSignature,
     "str -> Construct a date from a string in ISO 8601 format."},
    {"fromisocalendar", "($type, year, week, day)", date_fromisocalendar_impl, kNativeClassMethod | kNativeNoSignature,
     "int, int, int -> the date of an ISO year, week number and weekday."},
    {"today", "($type, /)", date_today_impl, kNativeClassMethod | kNativeNoSignature,
     "Current date or datetime: self.__class__.fromtimestamp(time.time())."},
    {"ctime", "($self, /)", date_ctime_impl, kNativeNoSignature, "Return ctime() style string."},
    {"strftime", "($self, format)", date_strftime_impl, kNativeNoSignature, "format -> strftime() style string."},
    {"__format__", "($self, format, /)", format_method, kNativeNoSignature, "Formats self with strftime."},
    {"timetuple", "($self, /)", date_timetuple_impl, kNativeNoSignature,
     "Return time tuple, compatible with time.localtime()."},
    {"isocalendar", "($self, /)", date_isocalendar_impl, kNativeNoSignature,
     "Return a named tuple containing ISO year, week number, and weekday."},
    {"isoformat", "($self, /)", date_isoformat_impl, kNativeNoSignature,
     "Return string in ISO 8601 format, YYYY-MM-DD."},
    {"isoweekday", "($self, /)", date_isoweekday_impl, kNativeNoSignature,
     "The day of the week, 1 for Monday to 7 for Sunday."},
    {"toordinal", "($self, /)", date_toordinal_impl, kNativeNoSignature,
     "The proleptic Gregorian ordinal; January 1 of year 1 is day 1."},
    {"weekday", "($self, /)", date_weekday_impl, kNativeNoSignature,
     "The day of the week, 0 for Monday to 6 for Sunday."},
    {"replace", "(...)", date_replace_impl, kNativeNoSignature, "Return date with new specified fields."},
    {"__reduce__", "($self, /)", date_reduce_impl, kNativeNoSignature, "__reduce__() -> (cls, state)"},
    {nullptr}};
const GetSetDef kDateGetSet[] = {{"year", get_year, nullptr, nullptr},
                                 {"month", get_month, nullptr, nullptr},
                                 {"day", get_day, nullptr, nullptr},
                                 {nullptr}};
const TypeSpec kDateSpec = {.doc = "date(year, month, day) --> date object",
                            .flags = kTypeBaseable | kTypeImmutable | kTypeParallel,
                            .basic_size = sizeof(Date),
                            .methods = kDateMethods,
                            .getset = kDateGetSet,
                            .s = {.repr = date_repr,
                                  .str = date_str,
                                  .hash = date_hash,
                                  .compare = date_compare,
                                  .new_ = date_new,
                                  .add = date_add,
                                  .subtract = date_subtract}};

// ---- IsoCalendarDate
Ref iso_new(TypeObject* cls, RawArgs raw) {
  static const char* const kNames[] = {"year", "week", "weekday"};
  Value v[3];
  int f[3];
  if (!bind_arguments(raw, "IsoCalendarDate", kNames, 3, 3, 3, v)) return nullptr;
  for (int i = 0; i < 3; i++)
    if (!take_int(v[i], 0, &f[i])) return nullptr;
  auto* t = alloc_instance_as<Tuple>(cls, 3 * sizeof(Value));
  if (!t) return nullptr;
  t->size = 3;
  for (size_t i = 0; i < 3; i++) t->items()[i] = Value::from_int(f[i]);
  return Ref::steal(t);
}
Ref iso_repr(Value v) {
  return format_str("%s(year=%S, week=%S, weekday=%S)", type_of(v)->cname, tuple_at(v, 0), tuple_at(v, 1),
                    tuple_at(v, 2));
}
Ref iso_reduce_impl(Args& a) {
  Ref plain = make_tuple(a.self.as<Tuple>()->items(), 3);
  Ref args = plain ? make_tuple_of({plain.get()}) : nullptr;
  return args ? make_tuple_of({Value(types::Tuple), args.get()}) : nullptr;
}
template <size_t kIndex>
Ref iso_field(Value v) {
  return Ref::dup(tuple_at(v, kIndex));
}
const NativeDef kIsoMethods[] = {{"__reduce__", "($self, /)", iso_reduce_impl, kNativeNoSignature,
                                  "__reduce__() -> (tuple, ((year, week, weekday),))"},
                                 {nullptr}};
const GetSetDef kIsoGetSet[] = {{"year", iso_field<0>, nullptr, nullptr},
                                {"week", iso_field<1>, nullptr, nullptr},
                                {"weekday", iso_field<2>, nullptr, nullptr},
                                {nullptr}};
const TypeSpec kIsoSpec = {.doc =
                               "The result of date.isocalendar() or datetime.isocalendar()\n\nA tuple (year, week, "
                               "weekday) whose items have these names as well.",
                           .flags = kTypeImmutable | kTypeParallel,
                           .basic_size = static_cast<uint32_t>(kTupleItems),
                           .methods = kIsoMethods,
                           .getset = kIsoGetSet,
                           .s = {.repr = iso_repr, .new_ = iso_new}};

}  // namespace

bool add_date(Value module) {
  if (!date_type) {
    date_type = make_native_type("datetime.date", types::Object, &kDateSpec);
    iso_calendar_type = make_native_type("datetime.IsoCalendarDate", types::Tuple, &kIsoSpec);
    if (!date_type || !iso_calendar_type) return false;
    Ref min = new_date(date_type, kMinYear, 1, 1), max = new_date(date_type, kMaxYear, 12, 31),
        resolution = make_delta(1, 0, 0);
    if (!min || !max || !resolution || !type_set_attr(date_type, TAIPAN_NAME(min), min) ||
        !type_set_attr(date_type, TAIPAN_NAME(max), max) ||
        !type_set_attr(date_type, TAIPAN_NAME(resolution), resolution))
      return false;
  }
  return module_add_type(module, date_type);
}

}  // namespace taipan::datetime
