// posix: names, links, directories, extended attributes, whole-file operations.
#include <fcntl.h>
#include <limits.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include "interp/modules/audit.h"
#include "interp/modules/posix_support.h"
#include "interp/objects/codecs.h"
#include "interp/objects/list.h"

namespace taipan {

static Ref path_result(int r, const PathArg& path) { return r < 0 ? path.error() : none(); }

static Ref posix_chdir(Args& a) {
  PathArg path("chdir", "path", false, true);
  if (!path.parse(a[0]) || !audit("os.chdir", {path.shown()})) return nullptr;
  return path_result(blocking([&] { return path.is_fd ? fchdir(path.fd) : chdir(path.narrow); }), path);
}
static Ref posix_fchdir(Args& a) {
  int fd, r;
  if (!fildes_argument(a[0], &fd) || !audit("os.chdir", {Value::from_int(fd)}) ||
      !blocking_retry([&] { return fchdir(fd); }, &r))
    return nullptr;
  return none_or_error(r);
}
static Ref posix_chroot(Args& a) {
  PathArg path("chroot", "path");
  if (!path.parse(a[0])) return nullptr;
  return path_result(blocking([&] { return chroot(path.narrow); }), path);
}

static Ref getcwd_as(bool bytes) {
  std::string buf;
  for (size_t n = 1024;; n *= 2) {
    buf.resize(n);
    char* r = blocking([&] { return getcwd(buf.data(), n); });
    if (r) return name_from_fs(buf.c_str(), bytes);
    if (errno != ERANGE) return posix_error();
  }
}
static Ref posix_getcwd(Args&) { return getcwd_as(false); }
static Ref posix_getcwdb(Args&) { return getcwd_as(true); }

static Ref posix_link(Args& a) {
  PathArg src("link", "src"), dst("link", "dst");
  int src_fd, dst_fd;
  bool follow;
  if (!src.parse(a[0]) || !dst.parse(a[1]) || !dir_fd_argument(a[2], &src_fd) || !dir_fd_argument(a[3], &dst_fd) ||
      !bool_argument(a[4], true, &follow) ||
      !audit("os.link", {src.shown(), dst.shown(), shown_dir_fd(src_fd), shown_dir_fd(dst_fd)}))
    return nullptr;
  int r = blocking([&] {
    if (src_fd == AT_FDCWD && dst_fd == AT_FDCWD && follow) return link(src.narrow, dst.narrow);
    return linkat(src_fd, src.narrow, dst_fd, dst.narrow, follow ? AT_SYMLINK_FOLLOW : 0);
  });
  return r < 0 ? src.error_with(dst) : none();
}

static Ref posix_symlink(Args& a) {
  PathArg src("symlink", "src"), dst("symlink", "dst");
  int fd;
  if (!src.parse(a[0]) || !dst.parse(a[1]) || !dir_fd_argument(a[3], &fd) ||
      !audit("os.symlink", {src.shown(), dst.shown(), shown_dir_fd(fd)}))
    return nullptr;
  int r = blocking([&] { return symlinkat(src.narrow, fd, dst.narrow); });
  return r < 0 ? src.error_with(dst) : none();
}

static Ref posix_readlink(Args& a) {
  PathArg path("readlink", "path");
  int fd;
  if (!path.parse(a[0]) || !dir_fd_argument(a[1], &fd)) return nullptr;
  std::string buf(PATH_MAX + 1, '\0');
  ssize_t n = blocking([&] { return readlinkat(fd, path.narrow, buf.data(), PATH_MAX); });
  if (n < 0) return path.error();
  return name_from_fs({buf.data(), static_cast<size_t>(n)}, path.as_bytes);
}

static Ref rename_as(Args& a, const char* function) {
  PathArg src(function, "src"), dst(function, "dst");
  int src_fd, dst_fd;
  if (!src.parse(a[0]) || !dst.parse(a[1]) || !dir_fd_argument(a[2], &src_fd) || !dir_fd_argument(a[3], &dst_fd) ||
      !audit("os.rename", {src.shown(), dst.shown(), shown_dir_fd(src_fd), shown_dir_fd(dst_fd)}))
    return nullptr;
  int r = blocking([&] { return renameat(src_fd, src.narrow, dst_fd, dst.narrow); });
  return r < 0 ? src.error_with(dst) : none();
}
static Ref posix_rename(Args& a) { return rename_as(a, "rename"); }
static Ref posix_replace(Args& a) { return rename_as(a, "replace"); }

static Ref posix_mkdir(Args& a) {
  PathArg path("mkdir", "path");
  int mode, fd;
  if (!path.parse(a[0]) || !int_argument(a[1], 0777, &mode) || !dir_fd_argument(a[2], &fd) ||
      !audit("os.mkdir", {path.shown(), Value::from_int(mode), shown_dir_fd(fd)}))
    return nullptr;
  return path_result(blocking([&] { return mkdirat(fd, path.narrow, static_cast<mode_t>(mode)); }), path);
}
static Ref posix_rmdir(Args& a) {
  PathArg path("rmdir", "path");
  int fd;
  if (!path.parse(a[0]) || !dir_fd_argument(a[1], &fd) || !audit("os.rmdir", {path.shown(), shown_dir_fd(fd)}))
    return nullptr;
  return path_result(blocking([&] { return unlinkat(fd, path.narrow, AT_REMOVEDIR); }), path);
}
static Ref unlink_as(Args& a, const char* function) {
  PathArg path(function, "path");
  int fd;
  if (!path.parse(a[0]) || !dir_fd_argument(a[1], &fd) || !audit("os.remove", {path.shown(), shown_dir_fd(fd)}))
    return nullptr;
  return path_result(blocking([&] { return unlinkat(fd, path.narrow, 0); }), path);
}
static Ref posix_unlink(Args& a) { return unlink_as(a, "unlink"); }
static Ref posix_remove(Args& a) { return unlink_as(a, "remove"); }

static Ref posix_mkfifo(Args& a) {
  PathArg path("mkfifo", "path");
  int mode, fd, r;
  if (!path.parse(a[0]) || !int_argument(a[1], 0666, &mode) || !dir_fd_argument(a[2], &fd)) return nullptr;
  if (!blocking_retry([&] { return mkfifoat(fd, path.narrow, static_cast<mode_t>(mode)); }, &r)) return nullptr;
  return none_or_error(r);
}
static Ref posix_mknod(Args& a) {
  PathArg path("mknod", "path");
  int mode, fd, r;
  dev_t device = 0;
  if (!path.parse(a[0]) || !int_argument(a[1], 0600, &mode) || (a[2] && !device_argument(a[2], &device)) ||
      !dir_fd_argument(a[3], &fd))
    return nullptr;
  if (!blocking_retry([&] { return mknodat(fd, path.narrow, static_cast<mode_t>(mode), device); }, &r)) return nullptr;
  return none_or_error(r);
}

static Ref posix_truncate(Args& a) {
  PathArg path("truncate", "path", false, true);
  off_t length;
  if (!path.parse(a[0]) || !off_argument(a[1], &length) || !audit("os.truncate", {path.shown(), a[1]})) return nullptr;
  return path_result(blocking([&] { return path.is_fd ? ftruncate(path.fd, length) : truncate(path.narrow, length); }),
                     path);
}

static Ref posix_sync(Args&) {
  blocking([] {
    sync();
    return 0;
  });
  return none();
}

// Removes "." and doubled slashes and folds "..", without looking at the file system.
static void append_normal(std::string_view s, std::string* out) {
  size_t slashes = 0;
  while (slashes < s.size() && s[slashes] == '/') slashes++;
  size_t root = slashes == 2 ? 2 : slashes > 0;  // exactly two have a meaning of their own
  out->append(root, '/');
  size_t i = slashes;
  while (i <= s.size()) {
    size_t end = s.find('/', i);
    if (end == std::string_view::npos) end = s.size();
    std::string_view part = s.substr(i, end - i);
    i = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      size_t at = out->find_last_of('/');
      size_t start = at == std::string::npos || at + 1 < root ? root : at + 1;
      std::string_view last = std::string_view(*out).substr(start);
      if (last.empty() && root) continue;
      if (!last.empty() && last != "..") {
        out->resize(start > root ? start - 1 : root);
        continue;
      }
    }
    if (out->size() > root) *out += '/';
    *out += part;
  }
  if (s == ".") *out = ".";
}

static Ref posix_path_normpath(Args& a) {
  if (!is_str(a[0])) {
    if (!is_bytes(a[0]))
      return raise(types::TypeError, "_path_normpath() argument 'path' must be str, not %.50T", a[0]);
    std::string out;
    append_normal(a[0].as<Bytes>()->view(), &out);
    return make_bytes(out);
  }
  const Str* s = a[0].as<Str>();
  std::string out, temp;
  // '/' and '.' are the same in UTF-8 (surrogates included), so the work is done on it.
  std::string_view text = ascii_or_temp(a[0], &temp);
  append_normal(text, &out);
  if (out == text && is_str_exact(a[0])) return Ref::dup(s);
  return make_str(out);
}

static Ref posix_fspath(Args& a) { return fspath_of(a[0]); }

// ---- extended attributes ----------------------------------------------------------------------------------------------------

static Ref posix_getxattr(Args& a) {
  PathArg path("getxattr", "path", false, true), name("getxattr", "attribute");
  bool follow;
  if (!path.parse(a[0]) || !name.parse(a[1]) || !bool_argument(a[2], true, &follow) ||
      !check_fd_and_follow("getxattr", path, follow) || !audit("os.getxattr", {path.shown(), name.shown()}))
    return nullptr;
  for (size_t size : {size_t{128}, size_t{XATTR_SIZE_MAX}}) {
    std::string buf(size, '\0');
    ssize_t n = blocking([&] {
      if (path.is_fd) return fgetxattr(path.fd, name.narrow, buf.data(), size);
      if (follow) return getxattr(path.narrow, name.narrow, buf.data(), size);
      return lgetxattr(path.narrow, name.narrow, buf.data(), size);
    });
    if (n >= 0) return make_bytes(buf.data(), static_cast<size_t>(n));
    if (errno != ERANGE) break;
  }
  return path.error();
}

static Ref posix_setxattr(Args& a) {
  PathArg path("setxattr", "path", false, true), name("setxattr", "attribute");
  bool follow;
  int flags;
  if (!path.parse(a[0]) || !name.parse(a[1])) return nullptr;
  BufferView value(a[2]);
  if (!value.ok() || !int_argument(a[3], 0, &flags) || !bool_argument(a[4], true, &follow) ||
      !check_fd_and_follow("setxattr", path, follow) ||
      !audit("os.setxattr", {path.shown(), name.shown(), a[2], Value::from_int(flags)}))
    return nullptr;
  return path_result(blocking([&] {
                       if (path.is_fd) return fsetxattr(path.fd, name.narrow, value.data(), value.size(), flags);
                       if (follow) return setxattr(path.narrow, name.narrow, value.data(), value.size(), flags);
                       return lsetxattr(path.narrow, name.narrow, value.data(), value.size(), flags);
                     }),
                     path);
}

static Ref posix_removexattr(Args& a) {
  PathArg path("removexattr", "path", false, true), name("removexattr", "attribute");
  bool follow;
  if (!path.parse(a[0]) || !name.parse(a[1]) || !bool_argument(a[2], true, &follow) ||
      !check_fd_and_follow("removexattr", path, follow) || !audit("os.removexattr", {path.shown(), name.shown()}))
    return nullptr;
  return path_result(blocking([&] {
                       if (path.is_fd) return fremovexattr(path.fd, name.narrow);
                       return follow ? removexattr(path.narrow, name.narrow) : lremovexattr(path.narrow, name.narrow);
                     }),
                     path);
}

static Ref posix_listxattr(Args& a) {
  PathArg path("listxattr", "path", true, true);
  bool follow;
  if (!path.parse(a[0]) || !bool_argument(a[1], true, &follow) || !check_fd_and_follow("listxattr", path, follow) ||
      !audit("os.listxattr", {path.shown()}))
    return nullptr;
  const char* name = path.narrow ? path.narrow : ".";
  for (size_t size : {size_t{256}, size_t{65536}}) {
    std::string buf(size, '\0');
    ssize_t n = blocking([&] {
      if (path.is_fd) return flistxattr(path.fd, buf.data(), size);
      return follow ? listxattr(name, buf.data(), size) : llistxattr(name, buf.data(), size);
    });
    if (n < 0) {
      if (errno == ERANGE) continue;
      break;
    }
    Ref list = make_list();
    if (!list) return nullptr;
    for (size_t i = 0; i < static_cast<size_t>(n);) {
      size_t length = std::strlen(buf.data() + i);
      Ref item = decode_fs({buf.data() + i, length});
      if (!item || !list_append(list, std::move(item))) return nullptr;
      i += length + 1;
    }
    return list;
  }
  return path.error();
}

const NativeDef kPosixFileFunctions[] = {
    {"chdir", "($module, /, path)", posix_chdir, 0,
     "Changes the working directory; path may be an open descriptor of a directory."},
    {"fchdir", "($module, /, fd)", posix_fchdir, 0, "Changes the working directory to that of a descriptor."},
    {"chroot", "($module, /, path)", posix_chroot, 0, "Changes the root directory."},
    {"getcwd", "($module, /)", posix_getcwd, 0, "The working directory as str."},
    {"getcwdb", "($module, /)", posix_getcwdb, 0, "The working directory as bytes."},
    {"link", "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None,\n     follow_symlinks=True)", posix_link, 0,
     "Makes a hard link."},
    {"symlink", "($module, /, src, dst, target_is_directory=False, *, dir_fd=None)", posix_symlink, 0,
     "Makes a symbolic link to src named dst."},
    {"readlink", "($module, /, path, *, dir_fd=None)", posix_readlink, 0, "What a symbolic link points to."},
    {"rename", "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)", posix_rename, 0,
     "Renames a file or directory."},
    {"replace", "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)", posix_replace, 0,
     "Renames a file or directory, over what is there."},
    {"mkdir", "($module, /, path, mode=511, *, dir_fd=None)", posix_mkdir, 0, "Makes a directory."},
    {"rmdir", "($module, /, path, *, dir_fd=None)", posix_rmdir, 0, "Removes an empty directory."},
    {"unlink", "($module, /, path, *, dir_fd=None)", posix_unlink, 0, "Removes a file (same as remove())."},
    {"remove", "($module, /, path, *, dir_fd=None)", posix_remove, 0, "Removes a file (same as unlink())."},
    {"mkfifo", "($module, /, path, mode=438, *, dir_fd=None)", posix_mkfifo, 0, "Makes a named pipe."},
    {"mknod", "($module, /, path, mode=384, device=0, *, dir_fd=None)", posix_mknod, 0, "Makes a file system node."},
    {"truncate", "($module, /, path, length)", posix_truncate, 0, "Cuts or extends a file to a length."},
    {"sync", "($module, /)", posix_sync, 0, "Writes everything to disk."},
    {"_path_normpath", "($module, /, path)", posix_path_normpath, 0, "What os.path.normpath() does."},
    {"fspath", "($module, /, path)", posix_fspath, 0, "The file system path of a str, bytes or os.PathLike."},
    {"getxattr", "($module, /, path, attribute, *, follow_symlinks=True)", posix_getxattr, 0,
     "The value of an extended attribute."},
    {"setxattr", "($module, /, path, attribute, value, flags=0, *,\n         follow_symlinks=True)", posix_setxattr, 0,
     "Sets an extended attribute."},
    {"removexattr", "($module, /, path, attribute, *, follow_symlinks=True)", posix_removexattr, 0,
     "Removes an extended attribute."},
    {"listxattr", "($module, /, path=None, *, follow_symlinks=True)", posix_listxattr, 0,
     "The names of the extended attributes."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

}  // namespace taipan
