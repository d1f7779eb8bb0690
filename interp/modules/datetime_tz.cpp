// datetime.tzinfo and datetime.timezone.
#include "interp/modules/datetime.h"
#include "interp/objects/owned_fields.h"

namespace taipan::datetime {

TypeObject *tzinfo_type, *timezone_type;
Value utc;

static constexpr const char* kOffsetRange =
    "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24)";

static bool offset_in_range(const Delta* d) {
  // -24 h is days == -1 without anything else.
  if (d->days == -1) return d->seconds != 0 || d->microseconds >= 1;
  return d->days == 0;
}
static TimeZone* zone_of(Value v) { return v.as<TimeZone>(); }
static bool is_timezone(Value v) { return has_shape(v, timezone_type->root_shape->id); }

static Ref call_offset(Value tz, Value arg, Str* name, const char* text) {
  if (!tz || tz == kNone) return Ref::imm(kNone);
  Ref offset = call_method(tz, name, arg);
  if (!offset || offset.get() == kNone) return offset;
  if (!is_delta(offset))
    return raise(types::TypeError, "tzinfo.%s() must return None or timedelta, not '%.200T'", text, offset.get());
  if (!offset_in_range(delta(offset))) return raise(types::ValueError, "%s.", kOffsetRange);
  return offset;
}
Ref call_utcoffset(Value tz, Value arg) {
  if (tz && is_timezone(tz)) return Ref::dup(zone_of(tz)->offset);
  return call_offset(tz, arg, TAIPAN_NAME(utcoffset), "utcoffset");
}
Ref call_dst(Value tz, Value arg) {
  if (tz && is_timezone(tz)) return Ref::imm(kNone);
  return call_offset(tz, arg, TAIPAN_NAME(dst), "dst");
}
Ref call_tzname(Value tz, Value arg) {
  if (!tz || tz == kNone) return Ref::imm(kNone);
  Ref name = call_method(tz, TAIPAN_NAME(tzname), arg);
  if (!name || name.get() == kNone || is_str(name)) return name;
  return raise(types::TypeError, "tzinfo.tzname() must return None or a string, not '%T'", name.get());
}

namespace {

Ref tzinfo_new(TypeObject* cls, RawArgs) { return Ref::steal(alloc_instance(cls)); }
Fail abstract(const char* name) {
  return raise(types::NotImplementedError, "a tzinfo subclass must implement %s()", name);
}
Ref tzinfo_tzname_impl(Args&) { return abstract("tzname"); }
Ref tzinfo_utcoffset_impl(Args&) { return abstract("utcoffset"); }
Ref tzinfo_dst_impl(Args&) { return abstract("dst"); }
bool check_fromutc(Value self, Value dt) {
  if (!is_datetime(dt)) return raise(types::TypeError, "fromutc: argument must be a datetime");
  if (datetime(dt)->tzinfo != self) return raise(types::ValueError, "fromutc: dt.tzinfo is not self");
  return true;
}
Ref tzinfo_fromutc_impl(Args& a) {
  Value dt = a[0];
  if (!check_fromutc(a.self, dt)) return nullptr;
  Ref offset = call_utcoffset(a.self, dt);
  if (!offset) return nullptr;
  if (offset.get() == kNone) return raise(types::ValueError, "fromutc: non-None utcoffset() result required");
  Ref dst = call_dst(a.self, dt);
  if (!dst) return nullptr;
  if (dst.get() == kNone) return raise(types::ValueError, "fromutc: non-None dst() result required");
  Ref standard = delta_from_us(delta_us(delta(offset)) - delta_us(delta(dst)));
  Ref result = standard ? add_to_datetime(dt, standard, 1) : nullptr;
  if (!result) return nullptr;
  dst = call_dst(a.self, result);
  if (!dst) return nullptr;
  if (dst.get() == kNone)
    return raise(types::ValueError, "fromutc: tz.dst() gave inconsistent results; cannot convert");
  return delta_true(delta(dst)) ? add_to_datetime(result, dst, 1) : std::move(result);
}
Ref tzinfo_reduce_impl(Args& a) {
  Ref get = get_attr_opt(a.self, TAIPAN_NAME(__getinitargs__));
  if (!get) return nullptr;
  Ref args = get.get() == kMissing ? make_tuple(size_t{0}) : call(get);
  Ref state = args ? call_method(a.self, TAIPAN_NAME(__getstate__)) : nullptr;
  return state ? make_tuple_of({Value(type_of(a.self)), args.get(), state.get()}) : nullptr;
}
const NativeDef kTzInfoMethods[] = {
    {"tzname", "($self, dt, /)", tzinfo_tzname_impl, kNativeNoSignature, "datetime -> string name of time zone."},
    {"utcoffset", "($self, dt, /)", tzinfo_utcoffset_impl, kNativeNoSignature,
     "datetime -> timedelta showing offset from UTC, negative values indicating West of UTC"},
    {"dst", "($self, dt, /)", tzinfo_dst_impl, kNativeNoSignature,
     "datetime -> DST offset as timedelta positive east of UTC."},
    {"fromutc", "($self, dt, /)", tzinfo_fromutc_impl, kNativeNoSignature,
     "datetime in UTC -> datetime in local time."},
    {"__reduce__", "($self, /)", tzinfo_reduce_impl, kNativeNoSignature, "-> (cls, state)"},
    {nullptr}};
const TypeSpec kTzInfoSpec = {.doc = "Abstract base class for time zone info objects.",
                              .flags = kTypeBaseable | kTypeImmutable | kTypeParallel,
                              .basic_size = sizeof(Header),
                              .methods = kTzInfoMethods,
                              .s = {.new_ = tzinfo_new}};

// ---- timezone
using ZoneFields = OwnedFields<TimeZone, &TimeZone::offset, &TimeZone::name>;

Ref alloc_zone(Value offset, Value name) {
  auto* z = alloc_instance_as<TimeZone>(timezone_type);
  if (!z) return nullptr;
  gc::init(&z->offset, Ref::dup(offset));
  gc::init(&z->name, Ref::dup(name));
  return Ref::steal(z);
}
Ref timezone_new(TypeObject*, RawArgs raw) {
  static const char* const kNames[] = {"offset", "name"};
  Value v[2];
  if (!bind_arguments(raw, "timezone", kNames, 2, 1, 2, v)) return nullptr;
  if (!is_delta(v[0]))
    return raise(types::TypeError, "timezone() argument 1 must be datetime.timedelta, not %.50T", v[0]);
  if (v[1] && !is_str(v[1])) return raise(types::TypeError, "timezone() argument 2 must be str, not %.50T", v[1]);
  return new_timezone(v[0], v[1]);
}
bool timezone_hash(Value v, int64_t* out) { return hash_of(zone_of(v)->offset, out); }
Ref timezone_compare(Value a, Value b, CompareOp op) {
  if ((op != kEq && op != kNe) || !is_timezone(b)) return Ref::imm(kNotImplemented);
  return Ref::imm(bool_value(compare_result(delta_compare(delta(zone_of(a)->offset), delta(zone_of(b)->offset)), op)));
}
Ref timezone_repr(Value v) {
  if (v == utc) return make_str("datetime.timezone.utc");
  TimeZone* z = zone_of(v);
  if (!z->name) return format_str("%s(%R)", type_of(v)->cname, z->offset);
  return format_str("%s(%R, %R)", type_of(v)->cname, z->offset, z->name);
}
Ref timezone_str(Value v) {
  TimeZone* z = zone_of(v);
  if (z->name) return Ref::dup(z->name);
  if (v == utc || !delta_true(delta(z->offset))) return make_str("UTC");
  std::string text = "UTC";
  return append_offset(&text, v, kNone, ":") ? make_str(text) : nullptr;
}
bool check_argument(Value dt, const char* name) {
  return dt == kNone || is_datetime(dt) ||
         raise(types::TypeError, "%s(dt) argument must be a datetime instance or None, not %.200T", name, dt);
}
Ref timezone_tzname_impl(Args& a) { return check_argument(a[0], "tzname") ? timezone_str(a.self) : nullptr; }
Ref timezone_utcoffset_impl(Args& a) {
  return check_argument(a[0], "utcoffset") ? Ref::dup(zone_of(a.self)->offset) : nullptr;
}
Ref timezone_dst_impl(Args& a) { return check_argument(a[0], "dst") ? Ref::imm(kNone) : nullptr; }
Ref timezone_fromutc_impl(Args& a) {
  return check_fromutc(a.self, a[0]) ? add_to_datetime(a[0], zone_of(a.self)->offset, 1) : nullptr;
}
Ref timezone_getinitargs_impl(Args& a) {
  TimeZone* z = zone_of(a.self);
  return z->name ? make_tuple_of({z->offset, z->name}) : make_tuple_of({z->offset});
}
const NativeDef kTimeZoneMethods[] = {
    {"tzname", "($self, dt, /)", timezone_tzname_impl, kNativeNoSignature,
     "If name is specified when timezone is created, returns the name.  Otherwise returns offset as 'UTC(+|-)HH:MM'."},
    {"utcoffset", "($self, dt, /)", timezone_utcoffset_impl, kNativeNoSignature, "Return fixed offset."},
    {"dst", "($self, dt, /)", timezone_dst_impl, kNativeNoSignature, "Return None."},
    {"fromutc", "($self, dt, /)", timezone_fromutc_impl, kNativeNoSignature,
     "datetime in UTC -> datetime in local time."},
    {"__getinitargs__", "($self, /)", timezone_getinitargs_impl, kNativeNoSignature, "pickle support"},
    {nullptr}};
const TypeSpec kTimeZoneSpec = {
    .doc = "Fixed offset from UTC implementation of tzinfo.",
    .flags = kTypeGc | kTypeImmutable | kTypeParallel,
    .basic_size = sizeof(TimeZone),
    .ops = {.trace = ZoneFields::trace, .clear = ZoneFields::clear, .dealloc = ZoneFields::dealloc},
    .methods = kTimeZoneMethods,
    .s = {.repr = timezone_repr,
          .str = timezone_str,
          .hash = timezone_hash,
          .compare = timezone_compare,
          .new_ = timezone_new}};

}  // namespace

Ref new_timezone(Value offset, Value name) {
  if (!name && !delta_true(delta(offset))) return Ref::dup(utc);
  if (!offset_in_range(delta(offset))) return raise(types::ValueError, "%s, not %R.", kOffsetRange, offset);
  return alloc_zone(offset, name);
}
bool add_timezones(Value module) {
  if (!timezone_type) {
    tzinfo_type = make_native_type("datetime.tzinfo", types::Object, &kTzInfoSpec);
    timezone_type = tzinfo_type ? make_native_type("datetime.timezone", tzinfo_type, &kTimeZoneSpec) : nullptr;
    if (!timezone_type) return false;
    Ref zero = make_delta(0, 0, 0), low = make_delta(-1, 60, 0), high = make_delta(0, 86340, 0);
    if (!zero || !low || !high) return false;
    Ref z = alloc_zone(zero, Value());
    if (!z) return false;
    gc::make_immortal(z.get().header());
    utc = z.get();
    Ref min = alloc_zone(low, Value()), max = alloc_zone(high, Value());
    if (!min || !max || !type_set_attr(timezone_type, TAIPAN_NAME(utc), utc) ||
        !type_set_attr(timezone_type, TAIPAN_NAME(min), min) || !type_set_attr(timezone_type, TAIPAN_NAME(max), max))
      return false;
  }
  return module_add_type(module, tzinfo_type) && module_add_type(module, timezone_type) &&
         module_add(module, "UTC", Ref::dup(utc));
}

}  // namespace taipan::datetime
