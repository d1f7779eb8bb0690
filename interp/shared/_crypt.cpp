// _crypt: crypt(3).
#include <crypt.h>
#include <cerrno>
#include <memory>
#include "interp/shared/shared_module.h"

namespace taipan {
namespace {

bool text_argument(Value v, int position, std::string* out) {
  if (!require_str(v, "crypt", position) || !utf8_of(v, out)) return false;
  if (out->find('\0') != std::string::npos) return raise(types::ValueError, "embedded null character");
  return true;
}
Ref crypt_crypt(Args& a) {
  std::string word, salt;
  if (!text_argument(a[0], 1, &word) || !text_argument(a[1], 2, &salt)) return nullptr;
  std::unique_ptr<crypt_data> data(new crypt_data());
  const char* hash = blocking([&] { return crypt_r(word.c_str(), salt.c_str(), data.get()); });
  return hash ? make_str(hash) : raise_os_error(errno);
}
const NativeDef kFunctions[] = {
    {"crypt", "($module, word, salt, /)", crypt_crypt, 0,
     "Hashes a password; salt is a salt of one of the system's methods, or a hash made earlier."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
// GIL off: crypt_r() with data of the call's own.
const ModuleDef kCryptModule = {"_crypt", nullptr, kFunctions, nullptr, kFunctionsAtOnce};

}  // namespace
}  // namespace taipan

TAIPAN_SHARED_MODULE(taipan::kCryptModule)
