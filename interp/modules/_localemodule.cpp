// The module _locale: the C library's locales and message catalogues.
#include <langinfo.h>
#include <libintl.h>
#include <climits>
#include <clocale>
#include <cwchar>

#include "gc/collector.h"
#include "interp/config.h"
#include "interp/modules/module_util.h"
#include "interp/objects/bytes.h"
#include "interp/objects/codecs.h"
#include "interp/objects/dict.h"
#include "interp/objects/list.h"

namespace taipan {

namespace {

Value locale_error;

// Text of the C library, in the encoding of LC_CTYPE.
Ref decode(const char* s) {
  std::string_view text(s);
  Ref utf8 = decode_utf8(text, nullptr);
  if (utf8) return utf8;
  clear_error();
  const char* codeset = nl_langinfo(CODESET);
  Ref octets = make_bytes(text);
  Ref r = octets && *codeset ? decode_octets(octets, codeset, "surrogateescape") : nullptr;
  if (r) return r;
  clear_error();
  return decode_fs(text);
}
bool encode(Value v, const char* function, int position, std::string* out) {
  if (!require_str(v, function, position)) return false;
  Ref b = encode_fs(v);
  if (!b) return false;
  *out = std::string(b.as<Bytes>()->view());
  return out->find('\0') == std::string::npos || raise(types::ValueError, "embedded null character");
}
std::wstring wide(Value v) {
  auto* s = v.as<Str>();
  std::wstring w;
  w.reserve(s->length);
  for (size_t i = 0; i < s->length; i++) w += static_cast<wchar_t>(s->at(i));
  return w;
}

Ref setlocale_impl(Args& a) {
  int category;
  if (!to_c_int(a[0], &category)) return nullptr;
  std::string name;
  bool query = !a.has(1) || a[1] == kNone;
  if (!query && !is_str(a[1]))
    return raise(types::TypeError, "setlocale() argument 2 must be str or None, not %T", a[1]);
  if (!query && !encode(a[1], "setlocale", 2, &name)) return nullptr;
  const char* r = setlocale(category, query ? nullptr : name.c_str());
  if (!r) return raise(locale_error.as<TypeObject>(), query ? "locale query failed" : "unsupported locale setting");
  return decode(r);
}
Ref grouping(const char* s) {
  Ref list = make_list();
  if (!list || !*s) return list;
  for (;; s++) {
    Ref n = make_int(*s);
    if (!list_append(list, std::move(n))) return nullptr;
    if (*s == '\0' || *s == CHAR_MAX) return list;
  }
}
Ref localeconv_impl(Args&) {
  Ref dict = make_dict();
  if (!dict) return nullptr;
  const lconv* l = localeconv();
  const struct {
    const char* name;
    const char* text;
  } texts[] = {{"decimal_point", l->decimal_point},         {"thousands_sep", l->thousands_sep},
               {"int_curr_symbol", l->int_curr_symbol},     {"currency_symbol", l->currency_symbol},
               {"mon_decimal_point", l->mon_decimal_point}, {"mon_thousands_sep", l->mon_thousands_sep},
               {"positive_sign", l->positive_sign},         {"negative_sign", l->negative_sign}};
  const struct {
    const char* name;
    int number;
  } numbers[] = {{"int_frac_digits", l->int_frac_digits}, {"frac_digits", l->frac_digits},
                 {"p_cs_precedes", l->p_cs_precedes},     {"p_sep_by_space", l->p_sep_by_space},
                 {"n_cs_precedes", l->n_cs_precedes},     {"n_sep_by_space", l->n_sep_by_space},
                 {"p_sign_posn", l->p_sign_posn},         {"n_sign_posn", l->n_sign_posn}};
  for (auto& t : texts) {
    Ref v = decode(t.text);
    if (!v || !dict_set_cstr(dict, t.name, v)) return nullptr;
  }
  for (auto& n : numbers)
    if (!dict_set_cstr(dict, n.name, Value::from_int(n.number))) return nullptr;
  Ref plain = grouping(l->grouping), money = grouping(l->mon_grouping);
  if (!plain || !money || !dict_set_cstr(dict, "grouping", plain) || !dict_set_cstr(dict, "mon_grouping", money))
    return nullptr;
  return dict;
}
Ref strcoll_impl(Args& a) {
  if (!require_str(a[0], "strcoll", 1) || !require_str(a[1], "strcoll", 2)) return nullptr;
  std::wstring x = wide(a[0]), y = wide(a[1]);
  if (x.find(L'\0') != std::wstring::npos || y.find(L'\0') != std::wstring::npos)
    return raise(types::ValueError, "embedded null character");
  return make_int(wcscoll(x.c_str(), y.c_str()));
}
Ref strxfrm_impl(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "strxfrm() argument must be str, not %T", a[0]);
  std::wstring in = wide(a[0]);
  if (in.find(L'\0') != std::wstring::npos) return raise(types::ValueError, "embedded null character");
  errno = 0;
  size_t n = wcsxfrm(nullptr, in.c_str(), 0);
  if (errno && errno != ERANGE) return raise_os_error(errno);
  std::wstring out(n + 1, L'\0');
  wcsxfrm(out.data(), in.c_str(), n + 1);
  // The C library's keys may have any 32-bit unit: each one that is no character becomes two that are, in the same order.
  std::u32string text;
  for (size_t i = 0; i < n; i++) {
    auto c = static_cast<uint32_t>(out[i]);
    if (c > 0x10FFFF) {
      text += static_cast<char32_t>(0x10000 + (c >> 16 & 0xFFFF));
      text += static_cast<char32_t>(c & 0xFFFF);
    } else {
      text += static_cast<char32_t>(c);
    }
  }
  return make_str_ucs4(reinterpret_cast<const uint32_t*>(text.data()), text.size());
}

const IntConstant kLanginfo[] = {{"DAY_1", DAY_1},
                                 {"DAY_2", DAY_2},
                                 {"DAY_3", DAY_3},
                                 {"DAY_4", DAY_4},
                                 {"DAY_5", DAY_5},
                                 {"DAY_6", DAY_6},
                                 {"DAY_7", DAY_7},
                                 {"ABDAY_1", ABDAY_1},
                                 {"ABDAY_2", ABDAY_2},
                                 {"ABDAY_3", ABDAY_3},
                                 {"ABDAY_4", ABDAY_4},
                                 {"ABDAY_5", ABDAY_5},
                                 {"ABDAY_6", ABDAY_6},
                                 {"ABDAY_7", ABDAY_7},
                                 {"MON_1", MON_1},
                                 {"MON_2", MON_2},
                                 {"MON_3", MON_3},
                                 {"MON_4", MON_4},
                                 {"MON_5", MON_5},
                                 {"MON_6", MON_6},
                                 {"MON_7", MON_7},
                                 {"MON_8", MON_8},
                                 {"MON_9", MON_9},
                                 {"MON_10", MON_10},
                                 {"MON_11", MON_11},
                                 {"MON_12", MON_12},
                                 {"ABMON_1", ABMON_1},
                                 {"ABMON_2", ABMON_2},
                                 {"ABMON_3", ABMON_3},
                                 {"ABMON_4", ABMON_4},
                                 {"ABMON_5", ABMON_5},
                                 {"ABMON_6", ABMON_6},
                                 {"ABMON_7", ABMON_7},
                                 {"ABMON_8", ABMON_8},
                                 {"ABMON_9", ABMON_9},
                                 {"ABMON_10", ABMON_10},
                                 {"ABMON_11", ABMON_11},
                                 {"ABMON_12", ABMON_12},
                                 {"RADIXCHAR", RADIXCHAR},
                                 {"THOUSEP", THOUSEP},
                                 {"CRNCYSTR", CRNCYSTR},
                                 {"D_T_FMT", D_T_FMT},
                                 {"D_FMT", D_FMT},
                                 {"T_FMT", T_FMT},
                                 {"AM_STR", AM_STR},
                                 {"PM_STR", PM_STR},
                                 {"CODESET", CODESET},
                                 {"T_FMT_AMPM", T_FMT_AMPM},
                                 {"ERA", ERA},
                                 {"ERA_D_FMT", ERA_D_FMT},
                                 {"ERA_D_T_FMT", ERA_D_T_FMT},
                                 {"ERA_T_FMT", ERA_T_FMT},
                                 {"ALT_DIGITS", ALT_DIGITS},
                                 {"YESEXPR", YESEXPR},
                                 {"NOEXPR", NOEXPR},
                                 {"_DATE_FMT", _DATE_FMT},
                                 {nullptr, 0}};
Ref nl_langinfo_impl(Args& a) {
  int key;
  if (!to_c_int(a[0], &key)) return nullptr;
  for (const IntConstant* c = kLanginfo; c->name; c++) {
    if (c->value != key) continue;
    const char* r = nl_langinfo(key);
    return decode(r ? r : "");
  }
  return raise(types::ValueError, "unsupported langinfo constant");
}

Ref gettext_impl(Args& a) {
  std::string message;
  return encode(a[0], "gettext", 1, &message) ? decode(gettext(message.c_str())) : nullptr;
}
bool encode_optional(Value v, const char* function, int position, std::string* out, const char** text) {
  *text = nullptr;
  if (v == kNone) return true;
  if (!is_str(v)) return raise(types::TypeError, "%s() argument %d must be str or None, not %T", function, position, v);
  if (!encode(v, function, position, out)) return false;
  *text = out->c_str();
  return true;
}
Ref dgettext_impl(Args& a) {
  std::string domain, message;
  const char* d;
  if (!encode_optional(a[0], "dgettext", 1, &domain, &d) || !encode(a[1], "dgettext", 2, &message)) return nullptr;
  return decode(dgettext(d, message.c_str()));
}
Ref dcgettext_impl(Args& a) {
  std::string domain, message;
  const char* d;
  int category;
  if (!encode_optional(a[0], "dcgettext", 1, &domain, &d) || !encode(a[1], "dcgettext", 2, &message) ||
      !to_c_int(a[2], &category))
    return nullptr;
  return decode(dcgettext(d, message.c_str(), category));
}
Ref textdomain_impl(Args& a) {
  std::string domain;
  const char* d;
  if (!encode_optional(a[0], "textdomain", 1, &domain, &d)) return nullptr;
  const char* r = textdomain(d);
  return r ? decode(r) : raise_os_error(errno);
}
Ref bindtextdomain_impl(Args& a) {
  std::string domain, directory;
  const char* d = nullptr;
  if (!encode(a[0], "bindtextdomain", 1, &domain)) return nullptr;
  if (domain.empty()) return raise(locale_error.as<TypeObject>(), "domain must be a non-empty string");
  if (a[1] != kNone) {
    Ref fsencode = import_attr("os", "fsencode");
    Ref path = fsencode ? call(fsencode, a[1]) : nullptr;
    if (!path) return nullptr;
    directory = std::string(path.as<Bytes>()->view());
    if (directory.find('\0') != std::string::npos) return raise(types::ValueError, "embedded null byte");
    d = directory.c_str();
  }
  errno = 0;
  const char* r = bindtextdomain(domain.c_str(), d);
  return r ? decode(r) : raise_os_error(errno);
}
Ref bind_textdomain_codeset_impl(Args& a) {
  std::string domain, codeset;
  const char* c;
  if (!encode(a[0], "bind_textdomain_codeset", 1, &domain) ||
      !encode_optional(a[1], "bind_textdomain_codeset", 2, &codeset, &c))
    return nullptr;
  const char* r = bind_textdomain_codeset(domain.c_str(), c);
  return r ? decode(r) : Ref::imm(kNone);
}
Ref getencoding_impl(Args&) {
  const char* codeset = nl_langinfo(CODESET);
  return make_str(codeset && *codeset ? codeset : "utf-8");
}

const NativeDef kFunctions[] = {
    {"setlocale", "($module, category, locale=<unrepresentable>, /)", setlocale_impl, 0,
     "Activates a locale for a category, or tells the one that is active."},
    {"localeconv", "($module, /)", localeconv_impl, 0, "Returns numeric and monetary locale-specific parameters."},
    {"strcoll", "($module, os1, os2, /)", strcoll_impl, 0, "Compares two strings according to the locale."},
    {"strxfrm", "($module, string, /)", strxfrm_impl, 0,
     "Return a string that can be used as a key for locale-aware comparisons."},
    {"nl_langinfo", "($module, key, /)", nl_langinfo_impl, 0,
     "Return the value for the locale information associated with key."},
    {"gettext", "($module, msg, /)", gettext_impl, 0, "The translation of a message."},
    {"dgettext", "($module, domain, msg, /)", dgettext_impl, 0, "The translation of a message in a domain."},
    {"dcgettext", "($module, domain, msg, category, /)", dcgettext_impl, 0,
     "The translation of a message in a domain and category."},
    {"textdomain", "($module, domain, /)", textdomain_impl, 0, "Sets the domain, returning the one in force."},
    {"bindtextdomain", "($module, domain, dir, /)", bindtextdomain_impl, 0, "Binds a domain to a directory."},
    {"bind_textdomain_codeset", "($module, domain, codeset, /)", bind_textdomain_codeset_impl, 0,
     "Binds a domain to an encoding."},
    {"getencoding", "($module, /)", getencoding_impl, 0, "Get the current locale encoding."},
    {nullptr}};
bool locale_exec(Value m) {
  if (!locale_error) {
    gc::add_root(&locale_error);
    locale_error = make_exception_class("locale.Error", types::Exception).release();
  }
  static const IntConstant kCategories[] = {
      {"LC_CTYPE", LC_CTYPE},       {"LC_TIME", LC_TIME},         {"LC_COLLATE", LC_COLLATE},
      {"LC_MONETARY", LC_MONETARY}, {"LC_MESSAGES", LC_MESSAGES}, {"LC_NUMERIC", LC_NUMERIC},
      {"LC_ALL", LC_ALL},           {"CHAR_MAX", CHAR_MAX},       {nullptr, 0}};
  return locale_error && module_add_constants(m, kCategories) && module_add_constants(m, kLanginfo) &&
         module_add(m, "Error", Ref::dup(locale_error));
}

}  // namespace

extern const ModuleDef _locale_module;
const ModuleDef _locale_module = {"_locale", "Support for POSIX locales.", kFunctions, locale_exec};

}  // namespace taipan
