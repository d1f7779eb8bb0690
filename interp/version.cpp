#include "interp/version.h"

#if __has_include("gen/build_info.inc")
#include "gen/build_info.inc"
#endif

#ifndef TAIPAN_COMMIT
#define TAIPAN_COMMIT "unknown commit"
#endif

namespace taipan {

std::string build_text() { return TAIPAN_COMMIT; }

std::string compiler_text() {
#if defined(__clang__)
  return "Clang " + std::to_string(__clang_major__) + "." + std::to_string(__clang_minor__) + "." +
         std::to_string(__clang_patchlevel__);
#else
  return "GCC " + std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__) + "." +
         std::to_string(__GNUC_PATCHLEVEL__);
#endif
}

}  // namespace taipan
