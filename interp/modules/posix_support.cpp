#include "interp/modules/posix_support.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <climits>
#include <cstring>
#include "interp/objects/codecs.h"

namespace taipan {

// ---- paths ------------------------------------------------------------------------------------------------------------------

bool PathArg::take_bytes(Value bytes) {
  narrow = reinterpret_cast<const char*>(bytes.as<Bytes>()->data());
  length = bytes.as<Bytes>()->size;
  if (std::strlen(narrow) != length)
    return raise(types::ValueError, "%s: embedded null character in %s", function_, argument_);
  return true;
}

static const char* accepted(bool allow_fd, bool nullable) {
  if (allow_fd)
    return nullable ? "string, bytes, os.PathLike, integer or None" : "string, bytes, os.PathLike or integer";
  return nullable ? "string, bytes, os.PathLike or None" : "string, bytes or os.PathLike";
}

bool PathArg::parse(Value v) {
  if (!v || (v == kNone && nullable_)) {
    if (!nullable_ && !v)
      return raise(types::TypeError, "%s: %s should be %s, not NoneType", function_, argument_,
                   accepted(allow_fd_, nullable_));
    return true;
  }
  object = v;
  bool may_be_fd = allow_fd_ && has_index(v);
  if (!may_be_fd && !is_str(v) && !is_bytes(v) && !has_buffer(v)) {
    Ref method = lookup_special(v, TAIPAN_NAME(__fspath__));
    if (!method) {
      if (error_occurred()) return false;
      return raise(types::TypeError, "%s: %s should be %s, not %.200T", function_, argument_,
                   accepted(allow_fd_, nullable_), v);
    }
    object_keep_ = call(method);
    if (!object_keep_) return false;
    object = object_keep_;
    if (!is_str(object) && !is_bytes(object))
      return raise(types::TypeError, "expected %.200T.__fspath__() to return str or bytes, not %.200T", v, object);
    v = object;
  }
  if (is_str(v)) {
    const Str* s = v.as<Str>();
    if (s->is_ascii()) {
      narrow = reinterpret_cast<const char*>(s->data1());
      length = s->length;
      if (std::strlen(narrow) != length) return raise(types::ValueError, "embedded null byte");
      return true;
    }
    keep_ = encode_fs(v);
    if (!keep_) return false;
    narrow = reinterpret_cast<const char*>(keep_.as<Bytes>()->data());
    length = keep_.as<Bytes>()->size;
    if (std::strlen(narrow) != length) return raise(types::ValueError, "embedded null byte");
    return true;
  }
  if (is_bytes(v)) {
    as_bytes = true;
    return take_bytes(v);
  }
  if (has_buffer(v)) {
    if (!warn(types::DeprecationWarning, 1, "%s: %s should be %s, not %.200T", function_, argument_,
              accepted(allow_fd_, nullable_), v))
      return false;
    BufferView view(v);
    if (!view.ok()) return false;
    keep_ = make_bytes(view.view());
    if (!keep_) return false;
    as_bytes = true;
    return take_bytes(keep_);
  }
  is_fd = true;
  return fd_from_index(v, &fd);
}

Ref PathArg::error() const { return raise_os_error(errno, object); }
Ref PathArg::error_with(const PathArg& other) const { return raise_os_error(errno, object, other.object); }

Ref fspath_of(Value v) {
  if (is_str(v) || is_bytes(v)) return Ref::dup(v);
  Ref method = lookup_special(v, TAIPAN_NAME(__fspath__));
  if (!method) {
    if (error_occurred()) return nullptr;
    return raise(types::TypeError, "expected str, bytes or os.PathLike object, not %.200T", v);
  }
  Ref r = call(method);
  if (!r) return nullptr;
  if (!is_str(r) && !is_bytes(r))
    return raise(types::TypeError, "expected %.200T.__fspath__() to return str or bytes, not %.200T", v, r.get());
  return r;
}

bool FsText::parse(Value v) {
  Ref path = fspath_of(v);
  if (!path) return false;
  bytes_ = is_bytes(path) ? std::move(path) : encode_fs(path);
  if (!bytes_) return false;
  if (std::strlen(get()) != view().size()) return raise(types::ValueError, "embedded null byte");
  return true;
}

Ref name_from_fs(std::string_view s, bool bytes) { return bytes ? make_bytes(s) : decode_fs(s); }

// ---- numbers ----------------------------------------------------------------------------------------------------------------

bool fd_from_index(Value v, int* out) {
  Ref i = to_index(v);
  if (!i) return false;
  int64_t n;
  bool fits = int_fits64(i, &n);
  if (fits ? n > INT_MAX : int_sign(i) > 0) return raise(types::OverflowError, "fd is greater than maximum");
  if (fits ? n < INT_MIN : true) return raise(types::OverflowError, "fd is less than minimum");
  *out = static_cast<int>(n);
  return true;
}

bool dir_fd_argument(Value v, int* out) {
  if (!v || v == kNone) {
    *out = AT_FDCWD;
    return true;
  }
  if (!has_index(v)) return raise(types::TypeError, "argument should be integer or None, not %.200T", v);
  return fd_from_index(v, out);
}

bool fildes_argument(Value v, int* out) {
  Ref keep;
  if (!is_int(v)) {
    Ref method = get_attr_opt(v, TAIPAN_NAME(fileno));
    if (!method) return false;
    if (method.get() == kMissing) return raise(types::TypeError, "argument must be an int, or have a fileno() method.");
    keep = call(method);
    if (!keep) return false;
    if (!is_int(keep)) return raise(types::TypeError, "fileno() returned a non-integer");
    v = keep;
  }
  int fd;
  if (!to_c_int(v, &fd)) return false;
  if (fd < 0) return raise(types::ValueError, "file descriptor cannot be a negative integer (%i)", fd);
  *out = fd;
  return true;
}

bool off_argument(Value v, off_t* out) {
  Ref i = to_index(v);
  if (!i) return false;
  int64_t n;
  if (!int_fits64(i, &n)) return raise(types::OverflowError, "int too big to convert");
  *out = n;
  return true;
}

bool uid_argument(Value v, uid_t* out, const char* what) {
  if (!has_index(v)) return raise(types::TypeError, "%s should be integer, not %.200T", what, v);
  Ref i = to_index(v);
  if (!i) return false;
  int64_t n;
  bool fits = int_fits64(i, &n);
  if (fits ? n < -1 || n > UINT32_MAX : int_sign(i) < 0)
    return raise(types::OverflowError, "%s is less than minimum", what);
  if (!fits) return raise(types::OverflowError, "%s is greater than maximum", what);
  *out = static_cast<uid_t>(n);
  return true;
}

Ref uid_value(uid_t id) { return id == static_cast<uid_t>(-1) ? make_int(-1) : make_int(static_cast<int64_t>(id)); }

bool device_argument(Value v, dev_t* out) {
  if (!is_int(v)) return raise(types::TypeError, "an integer is required");
  if (int_sign(v) < 0) return raise(types::OverflowError, "can't convert negative int to unsigned");
  uint64_t u;
  if (int_bit_length(v) > 64) return raise(types::OverflowError, "int too big to convert");
  if (!int_to_u64(v, &u)) return false;
  *out = u;
  return true;
}

bool plain_int_argument(Value v, int* out) {
  int64_t n;
  if (!to_int64(v, &n)) return false;
  if (n < INT_MIN || n > INT_MAX)
    return raise(types::OverflowError, "signed integer is %s", n > 0 ? "greater than maximum" : "less than minimum");
  *out = static_cast<int>(n);
  return true;
}
bool int_argument(Value v, int otherwise, int* out) {
  if (v) return to_c_int(v, out);
  *out = otherwise;
  return true;
}
bool bool_argument(Value v, bool otherwise, bool* out) {
  if (!v) {
    *out = otherwise;
    return true;
  }
  int t = is_true(v);
  *out = t > 0;
  return t >= 0;
}

bool check_dir_fd_and_fd(const char* function, int dir_fd, const PathArg& path) {
  if (dir_fd == AT_FDCWD || path.narrow) return true;
  return raise(types::ValueError, "%s: can't specify dir_fd without matching path", function);
}
bool check_fd_and_follow(const char* function, const PathArg& path, bool follow) {
  if (!path.is_fd || follow) return true;
  return raise(types::ValueError, "%s: cannot use fd and follow_symlinks together", function);
}

int set_inheritable(int fd, bool inheritable) {
  if (ioctl(fd, inheritable ? FIONCLEX : FIOCLEX, nullptr) == 0) return 0;
  if (errno != ENOTTY && errno != EACCES && errno != EBADF) return -1;
  int flags = fcntl(fd, F_GETFD);  // O_PATH descriptors know no ioctl
  if (flags < 0) return -1;
  int wanted = inheritable ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC;
  return wanted == flags || fcntl(fd, F_SETFD, wanted) == 0 ? 0 : -1;
}

}  // namespace taipan
