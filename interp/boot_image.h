// The code of the start-up modules: from the image that the build makes (validated against the library's files), or compiled
// from the library where the image doesn't hold or doesn't match.
//
// Modules found here are what the import system calls frozen modules: _imp.find_frozen() and friends serve them. The image also holds the code
// of the rest of the library, by path: as good as a .pyc file, for those who write none (library_code).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "gc/ref.h"

namespace taipan {

struct FrozenModule {
  const char* name;  // module name
  const char* file;  // below the library folder; null: `text` is its source
  bool is_package;
  bool always;                   // also with -X frozen_modules=off (the import system itself)
  const char* origin = nullptr;  // the name that it was made from where that is another; "": from none
  const char* text = nullptr;
};
const std::vector<FrozenModule>& frozen_modules();
const FrozenModule* find_frozen(const char* name);  // null: not one, or its file is missing
Ref frozen_code(const char* name);                  // code object; null with ImportError
// Code of the library's source file at path, as long as the file is what the image was made of; kMissing: not there.
Ref library_code(std::string_view path);
bool open_boot_image(const std::string& path);   // false: absent or not usable (nothing raised)
bool write_boot_image(const std::string& path);  // compiles all of them; false with an exception

}  // namespace taipan
