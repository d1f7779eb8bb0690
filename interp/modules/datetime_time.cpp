// datetime.time.
#include "interp/modules/datetime.h"

namespace taipan::datetime {

TypeObject* time_type;

Ref new_time(TypeObject* cls, int hour, int minute, int second, int microsecond, Value tz, int fold) {
  if (tz == kNone) tz = Value();
  if (!check_time(hour, minute, second, microsecond, fold) || (tz && !check_tzinfo(tz))) return nullptr;
  // Without a time zone there is nothing for the collector to see.
  Header* h = cls == time_type && !tz ? gc::alloc_object(sizeof(Time), cls->root_shape->id, gc::kAllocPlain, true)
                                      : alloc_instance(cls);
  if (!h) return cls == time_type ? raise_memory() : failed();
  auto* t = reinterpret_cast<Time*>(h);
  t->hash = -1;
  t->hour = static_cast<uint8_t>(hour);
  t->minute = static_cast<uint8_t>(minute);
  t->second = static_cast<uint8_t>(second);
  t->fold = static_cast<uint8_t>(fold);
  t->microsecond = microsecond;
  gc::init(&t->tzinfo, Ref::dup(tz));
  return Ref::steal(t);
}

namespace {

void time_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<Time*>(h)->tzinfo); }
void time_clear(Header* h) { Ref old = gc::take(h, &reinterpret_cast<Time*>(h)->tzinfo); }
void time_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  time_clear(h);
  finish_dealloc(h);
}
const char* const kNames[] = {"hour", "minute", "second", "microsecond", "tzinfo", "fold"};

Ref from_state(TypeObject* cls, const uint8_t* b, Value tz) {
  if (tz && !is_tzinfo(tz) && tz != kNone) return raise(types::TypeError, "bad tzinfo state arg");
  Ref r = new_time(cls, 0, 0, 0, 0, tz, b[0] >> 7);
  if (!r) return nullptr;
  Time* t = time_of(r);
  t->hour = b[0] & 0x7F;
  t->minute = b[1];
  t->second = b[2];
  t->microsecond = b[3] << 16 | b[4] << 8 | b[5];
  return r;
}
Ref time_new(TypeObject* cls, RawArgs raw) {
  if ((raw.n == 1 || raw.n == 2) && !has_keywords(raw)) {
    Value state = raw.v[0], tz = raw.n == 2 ? raw.v[1] : Value();
    const uint8_t* b = nullptr;
    if (is_bytes(state) && state.as<Bytes>()->size == 6)
      b = state.as<Bytes>()->data();
    else if (is_str(state) && state.as<Str>()->length == 6 && state.as<Str>()->kind == 1)
      b = state.as<Str>()->data1();
    if (b && (b[0] & 0x7F) < 24) return from_state(cls, b, tz);
  }
  Value v[6];
  int f[6] = {};
  if (!bind_arguments(raw, nullptr, kNames, 6, 0, 5, v)) return nullptr;
  for (int i : {0, 1, 2, 3, 5})
    if (!take_int(v[i], 0, &f[i])) return nullptr;
  if (v[4] && !check_tzinfo(v[4])) return nullptr;
  return new_time(cls, f[0], f[1], f[2], f[3], v[4], f[5]);
}
Ref time_utcoffset(Value v) { return call_utcoffset(time_of(v)->tzinfo, kNone); }
Ref time_utcoffset_impl(Args& a) { return time_utcoffset(a.self); }
Ref time_dst_impl(Args& a) { return call_dst(time_of(a.self)->tzinfo, kNone); }
Ref time_tzname_impl(Args& a) { return call_tzname(time_of(a.self)->tzinfo, kNone); }

Ref time_repr(Value v) {
  Time* t = time_of(v);
  std::string s = type_of(v)->cname;
  char text[64];
  int n = t->microsecond ? snprintf(text, sizeof text, "(%d, %d, %d, %d", t->hour, t->minute, t->second, t->microsecond)
          : t->second    ? snprintf(text, sizeof text, "(%d, %d, %d", t->hour, t->minute, t->second)
                         : snprintf(text, sizeof text, "(%d, %d", t->hour, t->minute);
  s.append(text, static_cast<size_t>(n));
  const char* fold = t->fold ? ", fold=1" : "";
  if (t->tzinfo) return format_str("%s, tzinfo=%R%s)", s.c_str(), t->tzinfo, fold);
  return format_str("%s%s)", s.c_str(), fold);
}
Ref isoformat(Value v, Value timespec) {
  Time* t = time_of(v);
  char text[32];
  size_t n = put_time(text, t->hour, t->minute, t->second, t->microsecond, timespec);
  if (n == 0) return nullptr;
  if (!t->tzinfo) return make_str({text, n});
  std::string s(text, n);
  return append_offset(&s, t->tzinfo, kNone, ":") ? make_str(s) : nullptr;
}
Ref time_isoformat_impl(Args& a) {
  if (a.has(0) && !is_str(a[0])) return raise(types::TypeError, "isoformat() argument 1 must be str, not %T", a[0]);
  return isoformat(a.self, a[0]);
}
Ref time_str(Value v) { return call_method(v, TAIPAN_NAME(isoformat)); }
Ref time_strftime_impl(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "strftime() argument 1 must be str, not %T", a[0]);
  Time* t = time_of(a.self);
  Ref tuple = make_tuple(9);
  if (!tuple) return nullptr;
  int v[] = {1900, 1, 1, t->hour, t->minute, t->second, 0, 1, -1};
  for (size_t i = 0; i < 9; i++) tuple_init(tuple, i, Ref::imm(Value::from_int(v[i])));
  return wrap_strftime(a.self, a[0], tuple, t->tzinfo, kNone);
}
int64_t us_of_day(const Time* t) {
  return (t->hour * int64_t{3600} + t->minute * 60 + t->second) * 1000000 + t->microsecond;
}
int sign_of(int64_t n) { return n < 0 ? -1 : n > 0; }

Ref time_compare(Value a, Value b, CompareOp op) {
  if (!is_time(b)) return Ref::imm(kNotImplemented);
  Time *x = time_of(a), *y = time_of(b);
  if (x->tzinfo == y->tzinfo) return Ref::imm(bool_value(compare_result(sign_of(us_of_day(x) - us_of_day(y)), op)));
  Ref o1 = time_utcoffset(a), o2 = o1 ? time_utcoffset(b) : nullptr;
  if (!o1 || !o2) return nullptr;
  bool aware1 = o1.get() != kNone, aware2 = o2.get() != kNone;
  if (aware1 != aware2) {
    if (op == kEq || op == kNe) return Ref::imm(bool_value(op == kNe));
    return raise(types::TypeError, "can't compare offset-naive and offset-aware times");
  }
  int64_t diff = us_of_day(x) - us_of_day(y);
  if (aware1) diff -= static_cast<int64_t>(delta_us(delta(o1)) - delta_us(delta(o2)));
  return Ref::imm(bool_value(compare_result(sign_of(diff), op)));
}
bool time_hash(Value v, int64_t* out) {
  Time* t = time_of(v);
  if (has_hash(t, out)) return true;
  Ref plain, offset;
  if (t->fold) {  // fold doesn't count
    plain = new_time(time_type, t->hour, t->minute, t->second, t->microsecond, t->tzinfo, 0);
    if (!plain) return false;
    offset = time_utcoffset(plain);
  } else {
    offset = time_utcoffset(v);
  }
  if (!offset) return false;
  if (offset.get() == kNone || !delta_true(delta(offset))) {
    int64_t us = us_of_day(t);
    return cached_hash(t, hash_bytes(&us, sizeof us), out);
  }
  int64_t us = us_of_day(t) - static_cast<int64_t>(delta_us(delta(offset)));
  if (us >= 0 && us < int64_t{86400} * 1000000) return cached_hash(t, hash_bytes(&us, sizeof us), out);
  Ref d = delta_from_us(us);
  int64_t h;
  return d && hash_of(d, &h) && cached_hash(t, h, out);
}
Ref time_replace_impl(Args& a) {
  Value v[6];
  Time* t = time_of(a.self);
  int f[6], old[] = {t->hour, t->minute, t->second, t->microsecond, 0, t->fold};
  if (!bind_arguments(a.raw, "replace", kNames, 6, 0, 5, v)) return nullptr;
  for (int i : {0, 1, 2, 3, 5})
    if (!take_int(v[i], old[i], &f[i])) return nullptr;
  if (f[5] != 0 && f[5] != 1) return raise(types::ValueError, "fold must be either 0 or 1");
  Value tz = v[4] ? v[4] : tz_or_none(t->tzinfo);
  TypeObject* cls = type_of(a.self);
  if (cls == time_type) return check_tzinfo(tz) ? new_time(cls, f[0], f[1], f[2], f[3], tz, f[5]) : nullptr;
  Value args[] = {Value::from_int(f[0]), Value::from_int(f[1]), Value::from_int(f[2]), Value::from_int(f[3]), tz};
  Ref r = time_new(cls, {args, 5, Value()});
  if (r) time_of(r)->fold = static_cast<uint8_t>(f[5]);
  return r;
}
Ref time_fromisoformat_impl(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "fromisoformat: argument must be str");
  auto* s = a[0].as<Str>();
  if (!s->ascii) return raise_invalid_iso(a[0]);
  std::string_view text = s->ascii_view();
  if (!text.empty() && text[0] == 'T') text.remove_prefix(1);
  IsoTime t;
  if (!parse_iso_time(text.data(), text.size(), &t)) return raise_invalid_iso(a[0]);
  Ref tz = iso_tzinfo(t);
  if (!tz) return nullptr;
  auto* cls = a.self.as<TypeObject>();
  if (cls == time_type) return new_time(cls, t.hour, t.minute, t.second, t.microsecond, tz, 0);
  Value args[] = {Value::from_int(t.hour), Value::from_int(t.minute), Value::from_int(t.second),
                  Value::from_int(t.microsecond), tz};
  return call_array(a.self, args, 5);
}
Ref reduce(Value v, int protocol) {
  Time* t = time_of(v);
  int us = t->microsecond;
  uint8_t b[6] = {t->hour,
                  t->minute,
                  t->second,
                  static_cast<uint8_t>(us >> 16),
                  static_cast<uint8_t>(us >> 8),
                  static_cast<uint8_t>(us)};
  if (protocol > 3 && t->fold) b[0] |= 0x80;
  Ref octets = make_bytes(b, 6);
  Ref args = !octets ? nullptr : t->tzinfo ? make_tuple_of({octets.get(), t->tzinfo}) : make_tuple_of({octets.get()});
  return args ? make_tuple_of({Value(type_of(v)), args.get()}) : nullptr;
}
Ref time_reduce_ex_impl(Args& a) {
  int protocol;
  return to_c_int(a[0], &protocol) ? reduce(a.self, protocol) : nullptr;
}
Ref time_reduce_impl(Args& a) { return reduce(a.self, 2); }
template <auto kField>
Ref get_field(Value v) {
  return make_int(time_of(v)->*kField);
}
Ref get_tzinfo(Value v) { return Ref::dup(tz_or_none(time_of(v)->tzinfo)); }

const NativeDef kTimeMethods[] = {
    {"isoformat", "($self, timespec='auto')", time_isoformat_impl, kNativeNoSignature,
     "Return string in ISO 8601 format, [HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].\n\ntimespec says how far the text goes: "
     "'auto', 'hours', 'minutes', 'seconds',\n'milliseconds' or 'microseconds'."},
    {"strftime", "($self, format)", time_strftime_impl, kNativeNoSignature, "format -> strftime() style string."},
    {"__format__", "($self, format, /)", format_method, kNativeNoSignature, "Formats self with strftime."},
    {"utcoffset", "($self, /)", time_utcoffset_impl, kNativeNoSignature, "Return self.tzinfo.utcoffset(self)."},
    {"tzname", "($self, /)", time_tzname_impl, kNativeNoSignature, "Return self.tzinfo.tzname(self)."},
    {"dst", "($self, /)", time_dst_impl, kNativeNoSignature, "Return self.tzinfo.dst(self)."},
    {"replace", "(...)", time_replace_impl, kNativeNoSignature, "Return time with new specified fields."},
    {"fromisoformat", "($type, string, /)", time_fromisoformat_impl, kNativeClassMethod | kNativeNoSignature,
     "string -> time from a string in ISO 8601 format"},
    {"__reduce_ex__", "($self, protocol, /)", time_reduce_ex_impl, kNativeNoSignature,
     "__reduce_ex__(proto) -> (cls, state)"},
    {"__reduce__", "($self, /)", time_reduce_impl, kNativeNoSignature, "__reduce__() -> (cls, state)"},
    {nullptr}};
const GetSetDef kTimeGetSet[] = {{"hour", get_field<&Time::hour>, nullptr, nullptr},
                                 {"minute", get_field<&Time::minute>, nullptr, nullptr},
                                 {"second", get_field<&Time::second>, nullptr, nullptr},
                                 {"microsecond", get_field<&Time::microsecond>, nullptr, nullptr},
                                 {"tzinfo", get_tzinfo, nullptr, nullptr},
                                 {"fold", get_field<&Time::fold>, nullptr, nullptr},
                                 {nullptr}};
const TypeSpec kTimeSpec = {
    .doc =
        "time([hour[, minute[, second[, microsecond[, tzinfo]]]]]) --> a time object\n\nAll arguments are optional. "
        "tzinfo may be None, or an instance of\n"
        "a tzinfo subclass. The others are ints.",
    .flags = kTypeGc | kTypeBaseable | kTypeImmutable | kTypeParallel,
    .basic_size = sizeof(Time),
    .ops = {.trace = time_trace, .clear = time_clear, .dealloc = time_dealloc},
    .methods = kTimeMethods,
    .getset = kTimeGetSet,
    .s = {.repr = time_repr, .str = time_str, .hash = time_hash, .compare = time_compare, .new_ = time_new}};

}  // namespace

bool add_time(Value module) {
  if (!time_type) {
    time_type = make_native_type("datetime.time", types::Object, &kTimeSpec);
    if (!time_type) return false;
    Ref min = new_time(time_type, 0, 0, 0, 0, Value(), 0), max = new_time(time_type, 23, 59, 59, 999999, Value(), 0),
        resolution = make_delta(0, 0, 1);
    if (!min || !max || !resolution || !type_set_attr(time_type, TAIPAN_NAME(min), min) ||
        !type_set_attr(time_type, TAIPAN_NAME(max), max) ||
        !type_set_attr(time_type, TAIPAN_NAME(resolution), resolution))
      return false;
  }
  return module_add_type(module, time_type);
}

}  // namespace taipan::datetime
