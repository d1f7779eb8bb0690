// The module syslog.
#include <syslog.h>
#include <mutex>
#include "interp/builtins.h"
#include "interp/modules/audit.h"
#include "interp/modules/posix_support.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"

namespace taipan {

namespace {

// openlog() keeps the pointer it is given: the text lives until the next one.
std::string* ident;
bool opened = false;

// The script's name, for logs that nobody opened.
bool script_name(std::string* out) {
  Ref argv = sys_get("argv");
  if (!argv || !is_list(argv) || list_size(argv) == 0) return true;
  Ref script = list_get(argv, 0);
  if (!script || !is_str(script)) return true;
  std::string text = utf8_lossy(script);
  size_t slash = text.rfind('/');
  *out = slash == std::string::npos ? text : text.substr(slash + 1);
  return true;
}

bool open_log(Value name, int options, int facility) {
  std::string text;
  bool given = name && name != kNone;
  if (given) {
    if (!is_str(name)) return raise(types::TypeError, "openlog() argument 1 must be str, not %.50T", name);
    if (!utf8_of(name, &text)) return false;
  } else if (!script_name(&text)) {
    return false;
  }
  Ref shown = given ? Ref::dup(name) : text.empty() ? none() : make_str(text);
  if (!shown || !audit("syslog.openlog", {shown, Value::from_int(options), Value::from_int(facility)})) return false;
  auto* fresh = new std::string(std::move(text));
  openlog(fresh->empty() && !given ? nullptr : fresh->c_str(), options, facility);
  delete ident;
  ident = fresh;
  opened = true;
  return true;
}

Ref syslog_openlog(Args& a) {
  int options = 0, facility = LOG_USER;
  if (a[0] && !is_str(a[0])) return raise(types::TypeError, "openlog() argument 1 must be str, not %.50T", a[0]);
  if ((a[1] && !to_c_int(a[1], &options)) || (a[2] && !to_c_int(a[2], &facility))) return nullptr;
  return open_log(a[0], options, facility) ? none() : nullptr;
}
Ref syslog_syslog(Args& a) {
  int priority = LOG_INFO;
  size_t n = a.raw.n;
  bool fits = !a.raw.kwnames || tuple_size(a.raw.kwnames) == 0;
  fits = fits && ((n == 1 && is_str(a.raw.v[0])) || (n == 2 && has_index(a.raw.v[0]) && is_str(a.raw.v[1])));
  if (!fits) return raise(types::TypeError, "[priority,] message string");
  if (n == 2 && !plain_int_argument(a.raw.v[0], &priority)) return nullptr;
  Value message = a.raw.v[n - 1];
  std::string text;
  if (!utf8_of(message, &text) || !audit("syslog.syslog", {Value::from_int(priority), message})) return nullptr;
  if (!opened && !open_log(Value(), 0, LOG_USER)) return nullptr;
  blocking([&] { return syslog(priority, "%s", text.c_str()), 0; });
  return none();
}
Ref syslog_closelog(Args&) {
  if (!audit("syslog.closelog", {})) return nullptr;
  if (opened) {
    closelog();
    delete ident;
    ident = nullptr;
    opened = false;
  }
  return none();
}
Ref syslog_setlogmask(Args& a) {
  int mask;
  if (a.raw.n != 1) return raise(types::TypeError, "mask for priority");
  if (!plain_int_argument(a.raw.v[0], &mask) || !audit("syslog.setlogmask", {a.raw.v[0]})) return nullptr;
  return make_int(setlogmask(mask));
}
bool priority_argument(Value v, unsigned* out) {
  int64_t n;
  if (!to_int64(v, &n)) return false;
  *out = static_cast<unsigned>(n) & 31;
  return true;
}
Ref syslog_log_mask(Args& a) {
  unsigned priority;
  return priority_argument(a[0], &priority) ? make_int(static_cast<int32_t>(1u << priority)) : nullptr;
}
Ref syslog_log_upto(Args& a) {
  unsigned priority;
  return priority_argument(a[0], &priority) ? make_int(static_cast<int32_t>((2u << priority) - 1)) : nullptr;
}

const NativeDef kFunctions[] = {
    {"openlog", "($module, /, ident=None, logoption=0, facility=LOG_USER)", syslog_openlog, kNativeNoSignature,
     "openlog([ident[, logoption[, facility]]])\n--\n\nSets what later messages are sent with; ident is the script's "
     "name otherwise."},
    {"closelog", "($module, /)", syslog_closelog, kNativeNoSignature, "Closes the log and forgets its settings."},
    {"syslog", "(...)", syslog_syslog, kNativeNoSignature,
     "syslog([priority=LOG_INFO,] message)\n--\n\nSends a message to the system's log."},
    {"setlogmask", "(...)", syslog_setlogmask, kNativeNoSignature,
     "setlogmask(maskpri)\n--\n\nSets which priorities are logged; returns the mask before."},
    {"LOG_MASK", "($module, priority, /)", syslog_log_mask, kNativeNoSignature | kNativeParseTuple,
     "The mask of one priority."},
    {"LOG_UPTO", "($module, priority, /)", syslog_log_upto, kNativeNoSignature | kNativeParseTuple,
     "The mask of all priorities up to one."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

#define NAME(n) {#n, n}
const IntConstant kConstants[] = {
    NAME(LOG_EMERG),  NAME(LOG_ALERT),  NAME(LOG_CRIT),     NAME(LOG_ERR),    NAME(LOG_WARNING), NAME(LOG_NOTICE),
    NAME(LOG_INFO),   NAME(LOG_DEBUG),  NAME(LOG_PID),      NAME(LOG_CONS),   NAME(LOG_NDELAY),  NAME(LOG_ODELAY),
    NAME(LOG_NOWAIT), NAME(LOG_PERROR), NAME(LOG_KERN),     NAME(LOG_USER),   NAME(LOG_MAIL),    NAME(LOG_DAEMON),
    NAME(LOG_AUTH),   NAME(LOG_LPR),    NAME(LOG_LOCAL0),   NAME(LOG_LOCAL1), NAME(LOG_LOCAL2),  NAME(LOG_LOCAL3),
    NAME(LOG_LOCAL4), NAME(LOG_LOCAL5), NAME(LOG_LOCAL6),   NAME(LOG_LOCAL7), NAME(LOG_SYSLOG),  NAME(LOG_CRON),
    NAME(LOG_UUCP),   NAME(LOG_NEWS),   NAME(LOG_AUTHPRIV), {nullptr, 0}};
#undef NAME

bool syslog_exec(Value module) { return module_add_constants(module, kConstants); }

}  // namespace

extern const ModuleDef syslog_module;
const ModuleDef syslog_module = {"syslog", "The system's log.", kFunctions, syslog_exec};

}  // namespace taipan
