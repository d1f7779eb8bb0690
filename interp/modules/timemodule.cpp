// The module time.
#include <pthread.h>
#include <time.h>
#include <climits>
#include <cstring>
#include "interp/modules/local_time.h"
#include "interp/modules/module_util.h"
#include "interp/modules/time_convert.h"
#include "interp/objects/bytes.h"
#include "interp/objects/codecs.h"
#include "interp/objects/dict.h"
#include "interp/objects/float.h"
#include "interp/objects/small_types.h"
#include "interp/objects/structseq.h"

namespace taipan {

static TypeObject* struct_time_type;

static const StructField kStructTimeFields[] = {{"tm_year", "year"},
                                                {"tm_mon", "month of year, range [1, 12]"},
                                                {"tm_mday", "day of month, range [1, 31]"},
                                                {"tm_hour", "hours, range [0, 23]"},
                                                {"tm_min", "minutes, range [0, 59]"},
                                                {"tm_sec", "seconds, range [0, 61]"},
                                                {"tm_wday", "day of week, range [0, 6], Monday is 0"},
                                                {"tm_yday", "day of year, range [1, 366]"},
                                                {"tm_isdst", "1: summer time, 0: not, -1: unknown"},
                                                {"tm_zone", "short name of the time zone"},
                                                {"tm_gmtoff", "seconds east of UTC"},
                                                {nullptr, nullptr}};
static const StructSpec kStructTimeSpec = {
    "time.struct_time",
    "A point in time taken apart into nine integers; made and taken by most functions of this module.",
    kStructTimeFields, 9};

// ---- clocks -----------------------------------------------------------------------------------------------------------------

static bool read_clock(clockid_t id, int64_t* ns) {
  timespec t;
  if (clock_gettime(id, &t) != 0) return raise_os_error(errno);
  *ns = t.tv_sec * int64_t{1000000000} + t.tv_nsec;
  return true;
}

template <clockid_t kId>
static Ref clock_seconds(Args&) {
  int64_t ns;
  if (!read_clock(kId, &ns)) return nullptr;
  return make_float(ns_to_seconds(ns));
}
template <clockid_t kId>
static Ref clock_ns(Args&) {
  int64_t ns;
  if (!read_clock(kId, &ns)) return nullptr;
  return make_int(ns);
}

static Ref time_clock_gettime(Args& a) {
  int id;
  if (!to_c_int(a[0], &id)) return nullptr;
  timespec t;
  if (clock_gettime(id, &t) != 0) return raise_os_error(errno);
  return make_float(static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9);
}
static Ref time_clock_gettime_ns(Args& a) {
  int id;
  int64_t ns;
  if (!to_c_int(a[0], &id) || !read_clock(id, &ns)) return nullptr;
  return make_int(ns);
}
static Ref time_clock_getres(Args& a) {
  int id;
  timespec t;
  if (!to_c_int(a[0], &id)) return nullptr;
  if (clock_getres(id, &t) != 0) return raise_os_error(errno);
  return make_float(static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9);
}
static Ref set_clock(int id, int64_t ns) {
  timespec t;
  t.tv_sec = ns / 1000000000;
  t.tv_nsec = ns % 1000000000;
  if (t.tv_nsec < 0) {
    t.tv_nsec += 1000000000;
    t.tv_sec--;
  }
  if (clock_settime(id, &t) != 0) return raise_os_error(errno);
  return Ref::imm(kNone);
}
static Ref time_clock_settime(Args& a) {
  int id;
  int64_t ns;
  if (!to_c_int(a[0], &id) || !time_to_ns(a[1], &ns, TimeRound::kCeiling)) return nullptr;
  return set_clock(id, ns);
}
static Ref time_clock_settime_ns(Args& a) {
  int id;
  int64_t ns;
  if (!to_c_int(a[0], &id)) return nullptr;
  if (!is_int(a[1])) return raise(types::TypeError, "expect int, got %.50T", a[1]);
  if (!int_fits64(a[1], &ns)) return raise(types::OverflowError, "int too big to convert to C _PyTime_t");
  return set_clock(id, ns);
}
static Ref time_pthread_getcpuclockid(Args& a) {
  if (!is_int(a[0])) return raise(types::TypeError, "pthread_getcpuclockid() argument 1 must be int, not %.50T", a[0]);
  clockid_t id;
  int err = pthread_getcpuclockid(static_cast<pthread_t>(int_low64(a[0])), &id);
  if (err) return raise_os_error(err);
  return make_int(id);
}

static Ref time_get_clock_info(Args& a) {
  if (!require_str(a[0], "get_clock_info", 1)) return nullptr;
  struct Info {
    const char* name;
    clockid_t id;
    const char* implementation;
    bool monotonic, adjustable;
  };
  static const Info kInfos[] = {
      {"time", CLOCK_REALTIME, "clock_gettime(CLOCK_REALTIME)", false, true},
      {"monotonic", CLOCK_MONOTONIC, "clock_gettime(CLOCK_MONOTONIC)", true, false},
      {"perf_counter", CLOCK_MONOTONIC, "clock_gettime(CLOCK_MONOTONIC)", true, false},
      {"process_time", CLOCK_PROCESS_CPUTIME_ID, "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", true, false},
      {"thread_time", CLOCK_THREAD_CPUTIME_ID, "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", true, false}};
  for (const Info& i : kInfos) {
    if (!str_eq_ascii(a[0], i.name)) continue;
    timespec res;
    if (clock_getres(i.id, &res) != 0) return raise_os_error(errno);
    Ref dict = make_dict(), implementation = make_str(i.implementation);
    Ref resolution = make_float(static_cast<double>(res.tv_sec) + static_cast<double>(res.tv_nsec) * 1e-9);
    if (!dict || !implementation || !resolution || !dict_set_cstr(dict, "implementation", implementation) ||
        !dict_set_cstr(dict, "monotonic", bool_value(i.monotonic)) ||
        !dict_set_cstr(dict, "adjustable", bool_value(i.adjustable)) || !dict_set_cstr(dict, "resolution", resolution))
      return nullptr;
    return make_namespace(dict);
  }
  return raise(types::ValueError, "unknown clock");
}

static Ref time_sleep(Args& a) {
  int64_t ns;
  if (!time_to_ns(a[0], &ns, TimeRound::kUp)) return nullptr;
  if (ns < 0) return raise(types::ValueError, "sleep length must be non-negative");
  int64_t now = monotonic_ns(), end;
  if (__builtin_add_overflow(now, ns, &end)) end = INT64_MAX;
  timespec deadline{static_cast<time_t>(end / 1000000000), static_cast<long>(end % 1000000000)};
  for (;;) {
    int err = blocking([&] { return clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, nullptr); });
    if (err == 0) return Ref::imm(kNone);
    if (err != EINTR) return raise_os_error(err);
    if (!poll()) return nullptr;
  }
}

// ---- broken-down time ---------------------------------------------------------------------------------------------------------

static Ref struct_time_of(const tm& t) {
  Ref zone = t.tm_zone ? decode_fs(t.tm_zone) : Ref::imm(kNone);
  if (!zone) return nullptr;
  Ref v[11] = {make_int(t.tm_year + int64_t{1900}),
               make_int(t.tm_mon + 1),
               make_int(t.tm_mday),
               make_int(t.tm_hour),
               make_int(t.tm_min),
               make_int(t.tm_sec),
               make_int((t.tm_wday + 6) % 7),
               make_int(t.tm_yday + 1),
               make_int(t.tm_isdst),
               std::move(zone),
               make_int(t.tm_gmtoff)};
  return make_structseq(struct_time_type, v, 11);
}

// The optional seconds argument of gmtime, localtime and ctime.
static bool seconds_argument(Value v, time_t* out) {
  if (v && v != kNone) return time_to_time_t(v, out, TimeRound::kFloor);
  *out = time(nullptr);
  return true;
}

static Ref time_gmtime(Args& a) {
  time_t when;
  tm t;
  if (!seconds_argument(a[0], &when)) return nullptr;
  errno = 0;
  if (!utc_time(when, &t)) return raise_os_error(errno ? errno : EINVAL);
  return struct_time_of(t);
}
static Ref time_localtime(Args& a) {
  time_t when;
  tm t;
  if (!seconds_argument(a[0], &when)) return nullptr;
  errno = 0;
  if (!local_time(when, &t)) return raise_os_error(errno ? errno : EINVAL);
  return struct_time_of(t);
}

// zone: keeps the text that t->tm_zone points to.
static bool read_tuple(Value args, const char* function, tm* t, std::string* zone) {
  if (!is_tuple(args)) return raise(types::TypeError, "Tuple or struct_time argument required");
  std::memset(t, 0, sizeof *t);
  if (tuple_size(args) != 9) return raise(types::TypeError, "%s(): illegal time tuple argument", function);
  int64_t v[9];
  for (int i = 0; i < 9; i++) {
    Ref n = to_index(tuple_at(args, static_cast<size_t>(i)));
    if (!n) return false;
    if (!int_fits64(n, &v[i]) || v[i] > INT_MAX || v[i] < INT_MIN)
      return raise(types::OverflowError,
                   int_sign(n) > 0 ? "signed integer is greater than maximum" : "signed integer is less than minimum");
  }
  if (v[0] < INT_MIN + int64_t{1900}) return raise(types::OverflowError, "year out of range");
  t->tm_year = static_cast<int>(v[0] - 1900);
  t->tm_mon = static_cast<int>(v[1] - 1);
  t->tm_mday = static_cast<int>(v[2]);
  t->tm_hour = static_cast<int>(v[3]);
  t->tm_min = static_cast<int>(v[4]);
  t->tm_sec = static_cast<int>(v[5]);
  t->tm_wday = static_cast<int>((v[6] + 1) % 7);
  t->tm_yday = static_cast<int>(v[7] - 1);
  t->tm_isdst = static_cast<int>(v[8]);
  if (type_of(args) == struct_time_type) {
    Ref offset = get_attr(args, "tm_gmtoff"), name = get_attr(args, "tm_zone");
    if (!offset || !name) return false;
    if (offset.get() != kNone) {
      int64_t n;
      if (!to_int64(offset, &n)) return false;
      t->tm_gmtoff = n;
    }
    if (is_str(name)) {
      *zone = utf8_lossy(name);
      t->tm_zone = zone->c_str();
    }
  }
  return true;
}

static bool check_ranges(tm* t) {
  if (t->tm_mon == -1) t->tm_mon = 0;
  if (t->tm_mon < 0 || t->tm_mon > 11) return raise(types::ValueError, "month out of range");
  if (t->tm_mday == 0) t->tm_mday = 1;
  if (t->tm_mday < 0 || t->tm_mday > 31) return raise(types::ValueError, "day of month out of range");
  if (t->tm_hour < 0 || t->tm_hour > 23) return raise(types::ValueError, "hour out of range");
  if (t->tm_min < 0 || t->tm_min > 59) return raise(types::ValueError, "minute out of range");
  if (t->tm_sec < 0 || t->tm_sec > 61) return raise(types::ValueError, "seconds out of range");
  if (t->tm_wday < 0) return raise(types::ValueError, "day of week out of range");
  if (t->tm_yday == -1) t->tm_yday = 0;
  if (t->tm_yday < 0 || t->tm_yday > 365) return raise(types::ValueError, "day of year out of range");
  return true;
}

static bool now_local(tm* t) {
  time_t now = time(nullptr);
  errno = 0;
  if (!local_time(now, t)) return raise_os_error(errno ? errno : EINVAL);
  return true;
}

static Ref time_strftime(Args& a) {
  if (!require_str(a[0], "strftime", 1)) return nullptr;
  tm t;
  std::string zone;
  if (!a[1]) {
    if (!now_local(&t)) return nullptr;
  } else if (!read_tuple(a[1], "strftime", &t, &zone) || !check_ranges(&t)) {
    return nullptr;
  }
  if (t.tm_isdst < -1) t.tm_isdst = -1;
  if (t.tm_isdst > 1) t.tm_isdst = 1;
  Ref encoded = encode_fs(a[0]);
  if (!encoded) return nullptr;
  std::string format(encoded.as<Bytes>()->view());
  if (format.find('\0') != std::string::npos) return raise(types::ValueError, "embedded null character");
  std::string out;
  ReadsTimeZone reads;
  for (size_t n = 1024;; n += n) {
    out.resize(n);
    size_t got = strftime(out.data(), n, format.c_str(), &t);
    if (got > 0 || n >= 256 * format.size()) {
      out.resize(got);
      break;
    }
  }
  return decode_fs(out);
}

static Ref asctime_of(const tm& t) {
  static const char kDays[] = "SunMonTueWedThuFriSat";
  static const char kMonths[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  char buf[80];
  int n = snprintf(buf, sizeof buf, "%.3s %.3s%3d %.2d:%.2d:%.2d %lld", kDays + 3 * t.tm_wday, kMonths + 3 * t.tm_mon,
                   t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, 1900 + static_cast<long long>(t.tm_year));
  return make_str({buf, static_cast<size_t>(n)});
}
static Ref time_asctime(Args& a) {
  tm t;
  std::string zone;
  if (!a[0]) {
    if (!now_local(&t)) return nullptr;
  } else if (!read_tuple(a[0], "asctime", &t, &zone) || !check_ranges(&t)) {
    return nullptr;
  }
  return asctime_of(t);
}
static Ref time_ctime(Args& a) {
  time_t when;
  tm t;
  if (!seconds_argument(a[0], &when)) return nullptr;
  errno = 0;
  if (!local_time(when, &t)) return raise_os_error(errno ? errno : EINVAL);
  return asctime_of(t);
}
static Ref time_mktime(Args& a) {
  tm t;
  std::string zone;
  if (!read_tuple(a[0], "mktime", &t, &zone)) return nullptr;
  t.tm_wday = -1;  // stays so only if mktime fails
  ReadsTimeZone reads;
  time_t r = mktime(&t);
  if (r == -1 && t.tm_wday == -1) return raise(types::OverflowError, "mktime argument out of range");
  return make_float(static_cast<double>(r));
}

static Ref time_strptime(Args& a) {
  Ref f = import_attr("_strptime", "_strptime_time");
  if (!f) return nullptr;
  return call_tuple(f, a[0], Value());
}

// ---- time zone ----------------------------------------------------------------------------------------------------------------

static bool set_timezone_names(Value module) {
  constexpr time_t kYear = (365 * 24 + 6) * 3600;
  time_t start = time(nullptr) / kYear * kYear;
  tm january, july;
  time_t middle = start + kYear / 2;
  if (!localtime_r(&start, &january) || !localtime_r(&middle, &july)) return raise_os_error(errno);
  Ref january_name = decode_fs(january.tm_zone ? january.tm_zone : "   ");
  Ref july_name = decode_fs(july.tm_zone ? july.tm_zone : "   ");
  if (!january_name || !july_name) return false;
  long j = -january.tm_gmtoff, u = -july.tm_gmtoff;
  bool southern = j < u;  // summer time in January
  Ref names = southern ? make_tuple_of({july_name, january_name}) : make_tuple_of({january_name, july_name});
  return names && module_add_int(module, "timezone", southern ? u : j) &&
         module_add_int(module, "altzone", southern ? j : u) && module_add_int(module, "daylight", j != u) &&
         module_add(module, "tzname", std::move(names));
}
static Ref time_tzset(Args& a) {
  {
    ReadsTimeZone reads;
    tzset();
  }
  if (!set_timezone_names(a.self)) return nullptr;
  return Ref::imm(kNone);
}

static const NativeDef kTimeFunctions[] = {
    {"time", "($module, /)", clock_seconds<CLOCK_REALTIME>, kNativeNoSignature,
     "The current time in seconds since the Epoch."},
    {"time_ns", "($module, /)", clock_ns<CLOCK_REALTIME>, kNativeNoSignature,
     "The current time in nanoseconds since the Epoch."},
    {"clock_gettime", "($module, clk_id, /)", time_clock_gettime, kNativeNoSignature | kNativeParseTuple,
     "The time of the clock, in seconds."},
    {"clock_gettime_ns", "($module, clk_id, /)", time_clock_gettime_ns, kNativeNoSignature | kNativeParseTuple,
     "The time of the clock, in nanoseconds."},
    {"clock_settime", "($module, clk_id, time, /)", time_clock_settime, kNativeNoSignature | kNativeParseTuple,
     "Sets the clock, in seconds."},
    {"clock_settime_ns", "($module, clk_id, time, /)", time_clock_settime_ns, kNativeNoSignature | kNativeParseTuple,
     "Sets the clock, in nanoseconds."},
    {"clock_getres", "($module, clk_id, /)", time_clock_getres, kNativeNoSignature | kNativeParseTuple,
     "The resolution of the clock, in seconds."},
    {"pthread_getcpuclockid", "($module, thread_id, /)", time_pthread_getcpuclockid,
     kNativeNoSignature | kNativeParseTuple, "The clock of a thread's processor time."},
    {"sleep", "($module, secs, /)", time_sleep, kNativeNoSignature, "Waits for some seconds, which may be a fraction."},
    {"gmtime", "($module, seconds=None, /)", time_gmtime, kNativeNoSignature | kNativeParseTuple,
     "Seconds since the Epoch to a struct_time in UTC."},
    {"localtime", "($module, seconds=None, /)", time_localtime, kNativeNoSignature | kNativeParseTuple,
     "Seconds since the Epoch to a local struct_time."},
    {"asctime", "($module, tuple=None, /)", time_asctime, kNativeNoSignature,
     "A time tuple as text, like 'Sat Jun 06 16:26:11 1998'."},
    {"ctime", "($module, seconds=None, /)", time_ctime, kNativeNoSignature | kNativeParseTuple,
     "Seconds since the Epoch as text in local time."},
    {"mktime", "($module, tuple, /)", time_mktime, kNativeNoSignature,
     "A local time tuple to seconds since the Epoch."},
    {"strftime", "($module, format, tuple=None, /)", time_strftime, kNativeNoSignature | kNativeParseTuple,
     "A time tuple as text in the given format."},
    {"strptime", "($module, *args)", time_strptime, kNativeNoSignature, "Text in the given format to a struct_time."},
    {"tzset", "($module, /)", time_tzset, kNativeNoSignature, "Reads the environment variable TZ again."},
    {"monotonic", "($module, /)", clock_seconds<CLOCK_MONOTONIC>, kNativeNoSignature,
     "A clock that cannot go backward, in seconds."},
    {"monotonic_ns", "($module, /)", clock_ns<CLOCK_MONOTONIC>, kNativeNoSignature,
     "A clock that cannot go backward, in nanoseconds."},
    {"process_time", "($module, /)", clock_seconds<CLOCK_PROCESS_CPUTIME_ID>, kNativeNoSignature,
     "Processor time of the process, in seconds."},
    {"process_time_ns", "($module, /)", clock_ns<CLOCK_PROCESS_CPUTIME_ID>, kNativeNoSignature,
     "Processor time of the process, in nanoseconds."},
    {"thread_time", "($module, /)", clock_seconds<CLOCK_THREAD_CPUTIME_ID>, kNativeNoSignature,
     "Processor time of the thread, in seconds."},
    {"thread_time_ns", "($module, /)", clock_ns<CLOCK_THREAD_CPUTIME_ID>, kNativeNoSignature,
     "Processor time of the thread, in nanoseconds."},
    {"perf_counter", "($module, /)", clock_seconds<CLOCK_MONOTONIC>, kNativeNoSignature,
     "A clock for benchmarks, in seconds."},
    {"perf_counter_ns", "($module, /)", clock_ns<CLOCK_MONOTONIC>, kNativeNoSignature,
     "A clock for benchmarks, in nanoseconds."},
    {"get_clock_info", "($module, name, /)", time_get_clock_info, kNativeNoSignature | kNativeParseTuple,
     "What is known of a clock, as a namespace."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

static const IntConstant kTimeConstants[] = {{"CLOCK_REALTIME", CLOCK_REALTIME},
                                             {"CLOCK_MONOTONIC", CLOCK_MONOTONIC},
                                             {"CLOCK_MONOTONIC_RAW", CLOCK_MONOTONIC_RAW},
                                             {"CLOCK_PROCESS_CPUTIME_ID", CLOCK_PROCESS_CPUTIME_ID},
                                             {"CLOCK_THREAD_CPUTIME_ID", CLOCK_THREAD_CPUTIME_ID},
                                             {"CLOCK_BOOTTIME", CLOCK_BOOTTIME},
                                             {"CLOCK_TAI", CLOCK_TAI},
                                             {"_STRUCT_TM_ITEMS", 11},
                                             {nullptr, 0}};

static bool time_exec(Value module) {
  if (!struct_time_type) struct_time_type = make_structseq_type(&kStructTimeSpec);
  if (!struct_time_type || !module_add_type(module, struct_time_type)) return false;
  {
    ReadsTimeZone reads;
    tzset();
  }
  return module_add_constants(module, kTimeConstants) && set_timezone_names(module);
}

// GIL off: the reentrant functions of the C library.
extern const ModuleDef time_module;
const ModuleDef time_module = {"time", "Times, clocks and their conversion.", kTimeFunctions, time_exec,
                               kFunctionsAtOnce};

}  // namespace taipan
