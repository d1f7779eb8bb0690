// _sre: the engine behind re.
#include "interp/modules/sre/pattern.h"
#include "interp/objects/abstract.h"

namespace taipan {

using namespace sre;

static Ref sre_getcodesize(Args&) { return Ref::imm(Value::from_int(sizeof(Code))); }
static Ref with_character(Args& a, bool (*test)(uint32_t)) {
  int c;
  if (!to_c_int(a[0], &c)) return nullptr;
  return Ref::imm(bool_value(test(static_cast<uint32_t>(c))));
}
static Ref sre_ascii_iscased(Args& a) {
  return with_character(a, [](uint32_t c) { return (c | 32) - 'a' < 26; });
}
static Ref sre_unicode_iscased(Args& a) {
  return with_character(a, [](uint32_t c) { return lower_unicode(c) != c || upper_unicode(c) != c; });
}
static Ref sre_ascii_tolower(Args& a) {
  int c;
  if (!to_c_int(a[0], &c)) return nullptr;
  return Ref::imm(Value::from_int(static_cast<int>(lower_ascii(static_cast<uint32_t>(c)))));
}
static Ref sre_unicode_tolower(Args& a) {
  int c;
  if (!to_c_int(a[0], &c)) return nullptr;
  return Ref::imm(Value::from_int(static_cast<int>(lower_unicode(static_cast<uint32_t>(c)))));
}

static const NativeDef kFunctions[] = {
    {"compile", "($module, /, pattern, flags, code, groups, groupindex,\n        indexgroup)", pattern_compile, 0,
     nullptr},
    {"getcodesize", "($module, /)", sre_getcodesize, 0, nullptr},
    {"ascii_iscased", "($module, character, /)", sre_ascii_iscased, 0, nullptr},
    {"unicode_iscased", "($module, character, /)", sre_unicode_iscased, 0, nullptr},
    {"ascii_tolower", "($module, character, /)", sre_ascii_tolower, 0, nullptr},
    {"unicode_tolower", "($module, character, /)", sre_unicode_tolower, 0, nullptr},
    {},
};
static bool sre_exec(Value module) {
  return module_add_int(module, "MAGIC", kMagic) && module_add_int(module, "CODESIZE", sizeof(Code)) &&
         module_add_int(module, "MAXREPEAT", kMaxRepeat) && module_add_int(module, "MAXGROUPS", kMaxGroups) &&
         module_add_str(module, "copyright", "SRE 2.2.2, as a backtracking machine of Taipan's own");
}
// GIL off: they have no state.
extern const ModuleDef _sre_module;
const ModuleDef _sre_module = {"_sre", nullptr, kFunctions, sre_exec, kFunctionsAtOnce};

}  // namespace taipan
