// The code of the start-up modules: from the image that the build makes (memory-mapped, validated against the library's files), or compiled
// from the library where the image doesn't hold or doesn't match.
//
// Modules found here are what the import system calls frozen modules: _imp.find_frozen() and friends serve them.
#pragma once
#include <string>
#include <vector>

#include "gc/ref.h"

namespace taipan {

struct FrozenModule {
  const char* name;      // module name
  const char* file;      // below the library folder
  bool is_package;
  bool always;           // also with -X frozen_modules=off (the import system itself)
};
const std::vector<FrozenModule>& frozen_modules();
const FrozenModule* find_frozen(const char* name);   // null: not one, or its file is missing
Ref frozen_code(const char* name);                   // code object; null with ImportError
bool open_boot_image(const std::string& path);       // false: absent or not usable (nothing raised)
bool write_boot_image(const std::string& path);      // compiles all of them; false with an exception

}  // namespace taipan
