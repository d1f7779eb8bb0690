// _posixshmem: POSIX shared memory objects.
#include <fcntl.h>
#include <sys/mman.h>
#include "interp/modules/posix_support.h"

namespace taipan {

namespace {

bool shm_name(Value v, const char* function, std::string* out) {
  if (!is_str(v)) return raise(types::TypeError, "%s() argument 'path' must be str, not %.50T", function, v);
  return utf8_of(v, out);
}
Ref shmem_open(Args& a) {
  std::string name;
  int flags, mode, fd;
  if (!shm_name(a[0], "shm_open", &name) || !to_c_int(a[1], &flags) || !int_argument(a[2], 0777, &mode)) return nullptr;
  if (!blocking_retry([&] { return shm_open(name.c_str(), flags, static_cast<mode_t>(mode)); }, &fd)) return nullptr;
  return fd < 0 ? posix_error() : make_int(fd);
}
Ref shmem_unlink(Args& a) {
  std::string name;
  int r;
  if (!shm_name(a[0], "shm_unlink", &name) || !blocking_retry([&] { return shm_unlink(name.c_str()); }, &r))
    return nullptr;
  return none_or_error(r);
}

const NativeDef kFunctions[] = {{"shm_open", "($module, /, path, flags, mode=511)", shmem_open, 0,
                                 "Opens a shared memory object; returns its descriptor."},
                                {"shm_unlink", "($module, /, path)", shmem_unlink, 0,
                                 "Removes a shared memory object's name; it goes when nobody has it open."},
                                {nullptr, nullptr, nullptr, 0, nullptr}};

}  // namespace

// GIL off: system calls.
extern const ModuleDef _posixshmem_module;
const ModuleDef _posixshmem_module = {"_posixshmem", "POSIX shared memory module", kFunctions, nullptr,
                                      kFunctionsAtOnce};

}  // namespace taipan
