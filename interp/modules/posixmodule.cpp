// The module posix, put together of posix_*.cpp.
#include "interp/modules/posix_support.h"
#include "interp/objects/list.h"

namespace taipan {

static bool posix_exec(Value module) {
  for (const NativeDef* table : {kPosixStatFunctions, kPosixScandirFunctions, kPosixFdFunctions, kPosixProcessFunctions,
                                 kPosixIdFunctions, kPosixSystemFunctions})
    if (!module_add_functions(module, table)) return false;
  if (!module_add_constants(module, kPosixConstants) || !module_add(module, "error", Ref::dup(Value(types::OSError))) ||
      !init_posix_types(module) || !init_posix_scandir(module) || !init_posix_process(module) ||
      !init_posix_system(module))
    return false;
  Ref have = make_list();
  if (!have) return false;
  for (const char* const* name = kPosixHaveFunctions; *name; name++) {
    Ref s = make_str(*name);
    if (!s || !list_append(have, std::move(s))) return false;
  }
  return module_add(module, "_have_functions", std::move(have));
}

// GIL off: system calls; what they keep is atomic or under a lock.
extern const ModuleDef posix_module;
const ModuleDef posix_module = {
    "posix",
    "What the operating system offers by the POSIX and Linux interfaces.\n\nPrograms import os, which builds on this.",
    kPosixFileFunctions, posix_exec, kFunctionsAtOnce};

}  // namespace taipan
