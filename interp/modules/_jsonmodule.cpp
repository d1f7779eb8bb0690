// The module _json: reading and writing of JSON, for the package json.
#include "interp/modules/json.h"

namespace taipan {

static const NativeDef kFunctions[] = {
    {"encode_basestring_ascii", "(string, /)", json_encode_basestring_ascii_impl, kNativeNoSignature,
     "encode_basestring_ascii(string) -> string\n\nThe string as an ASCII-only JSON text."},
    {"encode_basestring", "(string, /)", json_encode_basestring_impl, kNativeNoSignature,
     "encode_basestring(string) -> string\n\nThe string as a JSON text."},
    {"scanstring", "(string, end, strict=True, /)", json_scanstring_impl, kNativeNoSignature | kNativeParseTuple,
     "scanstring(string, end, strict=True) -> (string, end)\n\nReads the JSON string whose opening quote is before "
     "index end; returns it\n"
     "and the index behind its closing quote. Control characters are an error\nunless strict is false."},
    {nullptr}};

static bool json_exec(Value module) { return add_json_scanner(module) && add_json_encoder(module); }

// GIL off: they have no state.
extern const ModuleDef _json_module;
const ModuleDef _json_module = {"_json", "json speedups\n", kFunctions, json_exec, kFunctionsAtOnce};

}  // namespace taipan
