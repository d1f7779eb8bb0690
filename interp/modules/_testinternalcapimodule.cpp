// The module _testinternalcapi, as far as the test suite needs it: the configuration that the process runs with.
#include "interp/config.h"
#include "interp/modules/module_util.h"
#include "interp/objects/bytes.h"
#include "interp/objects/code_view.h"
#include "interp/objects/codecs.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/list.h"

namespace taipan {

static bool put_text(Value dict, const char* key, const std::string& text) {
  Ref v = make_str(text);
  return v && dict_set_cstr(dict, key, v);
}
static bool put_list(Value dict, const char* key, const std::vector<std::string>& texts) {
  Ref list = make_list();
  for (const std::string& s : texts) {
    Ref v = list ? make_str(s) : nullptr;
    if (!v || !list_append(list, std::move(v))) return false;
  }
  return list && dict_set_cstr(dict, key, list);
}
static Ref get_config_impl(Args&) {
  Ref dict = make_dict();
  if (!dict) return nullptr;
  const struct {
    const char* name;
    int value;
  } numbers[] = {{"code_debug_ranges", !columns_hidden},
                 {"isolated", config.isolated},
                 {"use_environment", !config.ignore_environment},
                 {"dev_mode", config.dev_mode},
                 {"use_hash_seed", config.hash_seed_set},
                 {"parse_argv", 1},
                 {"install_signal_handlers", 1},
                 {"site_import", !config.no_site},
                 {"bytes_warning", config.bytes_warning},
                 {"warn_default_encoding", config.warn_default_encoding},
                 {"inspect", config.inspect},
                 {"interactive", config.interactive},
                 {"optimization_level", config.optimize},
                 {"parser_debug", config.debug},
                 {"write_bytecode", !config.dont_write_bytecode},
                 {"verbose", config.verbose},
                 {"quiet", config.quiet},
                 {"user_site_directory", !config.no_user_site},
                 {"buffered_stdio", !config.unbuffered},
                 {"safe_path", config.safe_path},
                 {"utf8_mode", config.utf8_mode}};
  for (auto& n : numbers)
    if (!dict_set_cstr(dict, n.name, Value::from_int(n.value))) return nullptr;
  bool ok = put_text(dict, "executable", config.executable) && put_text(dict, "prefix", config.prefix) &&
            put_text(dict, "exec_prefix", config.exec_prefix) && put_text(dict, "base_prefix", config.base_prefix) &&
            put_text(dict, "check_hash_pycs_mode", config.check_hash_pycs) && put_list(dict, "argv", config.argv) &&
            put_list(dict, "orig_argv", config.orig_argv) && put_list(dict, "xoptions", config.x_options) &&
            put_list(dict, "warnoptions", config.warn_options) &&
            put_list(dict, "module_search_paths", config.module_search_paths);
  return ok ? std::move(dict) : Ref();
}
static Ref recursion_depth_impl(Args& a) { return make_int(a.t->recursion_depth); }

// The file-system encoding with the error handlers that work before any Python code runs.
static bool early_handler(Value errors, std::string* name) {
  *name = !errors || errors == kNone ? "strict" : utf8_lossy(errors);
  return *name == "strict" || *name == "surrogateescape" || *name == "surrogatepass" ||
         raise(types::ValueError, "unsupported error handler");
}
static Fail shorten_error(const char* what) {
  if (!error_matches(types::UnicodeError)) return failed();
  Ref e = fetch_error();
  auto* u = e.as<UnicodeErrorExc>();
  return raise(types::RuntimeError, "%s error: pos=%ld, reason=%S", what, static_cast<long>(u->start), u->reason);
}
static Ref encode_locale_impl(Args& a) {
  std::string errors;
  if (!require_str(a[0], "EncodeLocaleEx", 1) || !early_handler(a[2], &errors)) return nullptr;
  Ref r = encode_utf8(a[0], errors.c_str());
  return r ? std::move(r) : shorten_error("encode");
}
static Ref decode_locale_impl(Args& a) {
  std::string errors;
  if (!is_bytes(a[0])) return raise(types::TypeError, "a bytes object is required, not '%T'", a[0]);
  if (!early_handler(a[2], &errors)) return nullptr;
  Ref r = decode_utf8(a[0].as<Bytes>()->view(), errors.c_str());
  return r ? std::move(r) : shorten_error("decode");
}

static const NativeDef kFunctions[] = {
    {"get_config", "($module, /)", get_config_impl, kNativeNoSignature,
     "What the command line and the environment decided, as a dict."},
    {"get_recursion_depth", "($module, /)", recursion_depth_impl, kNativeNoSignature, "How deep calls are nested now."},
    {"EncodeLocaleEx", "(text, current_locale=0, errors='strict', /)", encode_locale_impl, kNativeNoSignature,
     "Text in the file-system encoding."},
    {"DecodeLocaleEx", "(octets, current_locale=0, errors='strict', /)", decode_locale_impl, kNativeNoSignature,
     "Octets of the file-system encoding as text."},
    {nullptr}};

extern const ModuleDef _testinternalcapi_module;
const ModuleDef _testinternalcapi_module = {"_testinternalcapi", "What the test suite asks of the runtime.", kFunctions,
                                            nullptr};

}  // namespace taipan
