// What --version and sys.version tell.
#pragma once
#include <string>

namespace taipan {

inline constexpr const char* kTaipanVersion = "0.1.0";
std::string build_text();     // commit and date of the build
std::string compiler_text();  // "Clang 19.1.7" or "GCC 12.2.0"

}  // namespace taipan
