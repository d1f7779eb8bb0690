// Where Taipan is installed: the executable that lib/ and the boot image lie beside. That of the process itself, or, for a copy of it in a
// virtual environment, the one that the environment was made from.
#pragma once
#include <string>

namespace taipan {

extern std::string installed_executable;
inline std::string installed_folder() { return installed_executable.substr(0, installed_executable.rfind('/') + 1); }

}  // namespace taipan
