// The module fcntl: control of descriptors and locks on files.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <cstring>
#include "interp/modules/audit.h"
#include "interp/modules/posix_support.h"

namespace taipan {

namespace {

constexpr size_t kMaxArgument = 1024;  // bytes that travel by copy

// What fcntl and ioctl take as bytes: str (UTF-8) or a buffer. 1: copied, 0: no such thing, -1: error.
int bytes_argument(Value v, const char* function, char* out, size_t* size) {
  std::string text;
  std::string_view view;
  Buffer buffer;
  bool held = false;
  if (is_str(v)) {
    if (!utf8_of(v, &text)) return -1;
    view = text;
  } else if (has_buffer(v)) {
    if (!get_buffer(v, &buffer, kBufSimple)) return -1;
    held = true;
    view = {static_cast<const char*>(buffer.data), static_cast<size_t>(buffer.len)};
  } else {
    return 0;
  }
  bool fits = view.size() <= kMaxArgument;
  if (fits) memcpy(out, view.data(), view.size());
  *size = view.size();
  if (held) release_buffer(&buffer);
  if (!fits) return raise(types::ValueError, "%s string arg too long", function);
  return 1;
}
bool unsigned_argument(Value v, unsigned* out) {  // without a check of its range
  Ref i = to_index(v);
  if (!i) return false;
  *out = static_cast<unsigned>(int_low64(i));
  return true;
}

Ref fcntl_fcntl(Args& a) {
  int fd, command, r;
  if (!fildes_argument(a[0], &fd) || !to_c_int(a[1], &command)) return nullptr;
  if (!audit("fcntl.fcntl", {Value::from_int(fd), Value::from_int(command), a.get(2, kNone)})) return nullptr;
  unsigned number = 0;
  if (a[2]) {
    char data[kMaxArgument + 1];
    size_t size;
    // A writable buffer is not bytes here.
    int kind = is_str(a[2]) || is_bytes(a[2]) ? bytes_argument(a[2], "fcntl", data, &size) : 0;
    if (kind < 0) return nullptr;
    if (kind) {
      if (!blocking_retry([&] { return fcntl(fd, command, data); }, &r)) return nullptr;
      return r < 0 ? posix_error() : make_bytes(data, size);
    }
    if (!unsigned_argument(a[2], &number)) return nullptr;
  }
  if (!blocking_retry([&] { return fcntl(fd, command, static_cast<int>(number)); }, &r)) return nullptr;
  return r < 0 ? posix_error() : make_int(r);
}

Ref fcntl_ioctl(Args& a) {
  int fd;
  unsigned request;
  bool mutate;
  if (!fildes_argument(a[0], &fd) || !unsigned_argument(a[1], &request) || !bool_argument(a[3], true, &mutate))
    return nullptr;
  if (!audit("fcntl.ioctl", {Value::from_int(fd), Value::from_int(request), a.get(2, kNone)})) return nullptr;
  if (!a[2] || has_index(a[2])) {
    int number = 0;
    if (a[2] && !plain_int_argument(a[2], &number)) return nullptr;
    int r = blocking([&] { return ioctl(fd, request, number); });
    return r < 0 ? posix_error() : make_int(r);
  }
  char data[kMaxArgument + 1];
  size_t size;
  if (mutate && has_buffer(a[2]) && !is_bytes(a[2])) {
    Buffer buffer;
    if (!get_buffer(a[2], &buffer, kBufWritable)) {
      clear_error();  // read-only: bytes
    } else {
      size = static_cast<size_t>(buffer.len);
      int r;
      if (size > kMaxArgument) {
        r = blocking([&] { return ioctl(fd, request, buffer.data); });
      } else {
        memcpy(data, buffer.data, size);
        data[size] = 0;
        r = blocking([&] { return ioctl(fd, request, data); });
        memcpy(buffer.data, data, size);
      }
      int err = errno;
      release_buffer(&buffer);
      return r < 0 ? raise_os_error(err) : make_int(r);
    }
  }
  int kind = bytes_argument(a[2], "ioctl", data, &size);
  if (kind < 0) return nullptr;
  if (!kind) return raise(types::TypeError, "'%.200T' object cannot be interpreted as an integer", a[2]);
  data[size] = 0;
  int r = blocking([&] { return ioctl(fd, request, data); });
  return r < 0 ? posix_error() : make_bytes(data, size);
}

Ref fcntl_flock(Args& a) {
  int fd, operation, r;
  if (!fildes_argument(a[0], &fd) || !to_c_int(a[1], &operation)) return nullptr;
  if (!audit("fcntl.flock", {Value::from_int(fd), Value::from_int(operation)})) return nullptr;
  if (!blocking_retry([&] { return flock(fd, operation); }, &r)) return nullptr;
  return none_or_error(r);
}

Ref fcntl_lockf(Args& a) {
  int fd, operation, whence, r;
  if (!fildes_argument(a[0], &fd) || !to_c_int(a[1], &operation) || !int_argument(a[4], 0, &whence)) return nullptr;
  if (!audit("fcntl.lockf", {Value::from_int(fd), Value::from_int(operation), a.get(2, kNone), a.get(3, kNone),
                             Value::from_int(whence)}))
    return nullptr;
  struct flock lock = {};
  if (operation == LOCK_UN) {
    lock.l_type = F_UNLCK;
  } else if (operation & LOCK_SH) {
    lock.l_type = F_RDLCK;
  } else if (operation & LOCK_EX) {
    lock.l_type = F_WRLCK;
  } else {
    return raise(types::ValueError, "unrecognized lockf argument");
  }
  int64_t length = 0, start = 0;
  if ((a[3] && !to_int64(a[3], &start)) || (a[2] && !to_int64(a[2], &length))) return nullptr;
  lock.l_start = start;
  lock.l_len = length;
  lock.l_whence = static_cast<short>(whence);
  if (!blocking_retry([&] { return fcntl(fd, operation & LOCK_NB ? F_SETLK : F_SETLKW, &lock); }, &r)) return nullptr;
  return none_or_error(r);
}

const NativeDef kFunctions[] = {
    {"fcntl", "($module, fd, cmd, arg=0, /)", fcntl_fcntl, 0,
     "Performs a command on a descriptor. arg is an int, or bytes for commands that take a struct: then a copy of it "
     "comes back as the\n"
     "system left it."},
    {"ioctl", "($module, fd, request, arg=0, mutate_flag=True, /)", fcntl_ioctl, 0,
     "Performs a request on a descriptor's device. arg is an int or a buffer; a writable one is filled in place "
     "unless\n"
     "mutate_flag is false, of others a changed copy comes back."},
    {"flock", "($module, fd, operation, /)", fcntl_flock, 0,
     "Applies an operation (LOCK_SH, LOCK_EX, LOCK_UN, with LOCK_NB) to a file's lock."},
    {"lockf", "($module, fd, cmd, len=0, start=0, whence=0, /)", fcntl_lockf, 0,
     "Locks or unlocks a part of a file: len bytes (0: to its end) from start, counted as lseek() does with whence."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

#define NAME(n) {#n, n}
const IntConstant kConstants[] = {NAME(LOCK_SH),
                                  NAME(LOCK_EX),
                                  NAME(LOCK_NB),
                                  NAME(LOCK_UN),
                                  NAME(LOCK_MAND),
                                  NAME(LOCK_READ),
                                  NAME(LOCK_WRITE),
                                  NAME(LOCK_RW),
                                  NAME(F_DUPFD),
                                  NAME(F_DUPFD_CLOEXEC),
                                  NAME(F_GETFD),
                                  NAME(F_SETFD),
                                  NAME(F_GETFL),
                                  NAME(F_SETFL),
                                  NAME(F_GETLK),
                                  NAME(F_SETLK),
                                  NAME(F_SETLKW),
                                  NAME(F_OFD_GETLK),
                                  NAME(F_OFD_SETLK),
                                  NAME(F_OFD_SETLKW),
                                  NAME(F_GETOWN),
                                  NAME(F_SETOWN),
                                  NAME(F_GETSIG),
                                  NAME(F_SETSIG),
                                  NAME(F_RDLCK),
                                  NAME(F_WRLCK),
                                  NAME(F_UNLCK),
                                  {"F_GETLK64", F_GETLK},
                                  {"F_SETLK64", F_SETLK},
                                  {"F_SETLKW64", F_SETLKW},
                                  NAME(FASYNC),
                                  NAME(F_SETLEASE),
                                  NAME(F_GETLEASE),
                                  NAME(F_NOTIFY),
                                  NAME(F_EXLCK),
                                  NAME(F_SHLCK),
                                  NAME(F_SETPIPE_SZ),
                                  NAME(F_GETPIPE_SZ),
                                  NAME(FD_CLOEXEC),
                                  NAME(DN_ACCESS),
                                  NAME(DN_MODIFY),
                                  NAME(DN_CREATE),
                                  NAME(DN_DELETE),
                                  NAME(DN_RENAME),
                                  NAME(DN_ATTRIB),
                                  NAME(DN_MULTISHOT),
                                  NAME(F_ADD_SEALS),
                                  NAME(F_GET_SEALS),
                                  NAME(F_SEAL_SEAL),
                                  NAME(F_SEAL_SHRINK),
                                  NAME(F_SEAL_GROW),
                                  NAME(F_SEAL_WRITE),
                                  {nullptr, 0}};
#undef NAME

bool fcntl_exec(Value module) { return module_add_constants(module, kConstants); }

}  // namespace

// GIL off: system calls with buffers of their own.
extern const ModuleDef fcntl_module;
const ModuleDef fcntl_module = {"fcntl",
                                "Control of open files and devices: fcntl(), ioctl() and locks.\n\n"
                                "A file is given as a descriptor or as an object with a fileno() method.",
                                kFunctions, fcntl_exec, kFunctionsAtOnce};

}  // namespace taipan
