// posix: what is known of a file, and changing it: stat, statvfs, access, permissions, owners, times.
#include <fcntl.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <unistd.h>
#include <cstring>
#include "interp/modules/audit.h"
#include "interp/modules/posix_support.h"
#include "interp/modules/time_convert.h"
#include "interp/objects/float.h"
#include "interp/objects/structseq.h"

namespace taipan {

static TypeObject* stat_result_type;
static TypeObject* statvfs_result_type;

static const StructField kStatFields[] = {{"st_mode", "protection bits"},
                                          {"st_ino", "inode"},
                                          {"st_dev", "device"},
                                          {"st_nlink", "number of hard links"},
                                          {"st_uid", "user ID of owner"},
                                          {"st_gid", "group ID of owner"},
                                          {"st_size", "total size, in bytes"},
                                          {kUnnamed, "integer time of last access"},
                                          {kUnnamed, "integer time of last modification"},
                                          {kUnnamed, "integer time of last change"},
                                          {"st_atime", "time of last access"},
                                          {"st_mtime", "time of last modification"},
                                          {"st_ctime", "time of last change"},
                                          {"st_atime_ns", "time of last access in nanoseconds"},
                                          {"st_mtime_ns", "time of last modification in nanoseconds"},
                                          {"st_ctime_ns", "time of last change in nanoseconds"},
                                          {"st_blksize", "blocksize for filesystem I/O"},
                                          {"st_blocks", "number of blocks allocated"},
                                          {"st_rdev", "device type (if inode device)"},
                                          {nullptr, nullptr}};
static const StructSpec kStatSpec = {
    "os.stat_result", "What stat() and its like return: a tuple of ten integers, and more by name.", kStatFields, 10};
static const StructField kStatvfsFields[] = {{"f_bsize", nullptr},   {"f_frsize", nullptr}, {"f_blocks", nullptr},
                                             {"f_bfree", nullptr},   {"f_bavail", nullptr}, {"f_files", nullptr},
                                             {"f_ffree", nullptr},   {"f_favail", nullptr}, {"f_flag", nullptr},
                                             {"f_namemax", nullptr}, {"f_fsid", nullptr},   {nullptr, nullptr}};
static const StructSpec kStatvfsSpec = {"os.statvfs_result", "What statvfs() and fstatvfs() return.", kStatvfsFields,
                                        10};

Ref make_stat_result(const struct stat& st) {
  auto seconds = [](const timespec& t) { return make_int(t.tv_sec); };
  auto exact = [](const timespec& t) {
    return make_float(static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec));
  };
  auto ns = [](const timespec& t) {
    int64_t whole;
    if (!__builtin_mul_overflow(static_cast<int64_t>(t.tv_sec), int64_t{1000000000}, &whole) &&
        !__builtin_add_overflow(whole, t.tv_nsec, &whole))
      return make_int(whole);
    Ref sec = make_int(t.tv_sec), scaled = int_mul(sec, Value::from_int(1000000000));
    return scaled ? int_add(scaled, Value::from_int(t.tv_nsec)) : Ref();
  };
  Ref v[19] = {make_int(st.st_mode),    make_int_u64(st.st_ino), make_int_u64(st.st_dev), make_int_u64(st.st_nlink),
               uid_value(st.st_uid),    uid_value(st.st_gid),    make_int(st.st_size),    seconds(st.st_atim),
               seconds(st.st_mtim),     seconds(st.st_ctim),     exact(st.st_atim),       exact(st.st_mtim),
               exact(st.st_ctim),       ns(st.st_atim),          ns(st.st_mtim),          ns(st.st_ctim),
               make_int(st.st_blksize), make_int(st.st_blocks),  make_int_u64(st.st_rdev)};
  for (Ref& r : v)
    if (!r) return nullptr;
  return make_structseq(stat_result_type, v, 19);
}

static Ref stat_path(const char* function, const PathArg& path, int dir_fd, bool follow) {
  if (!check_dir_fd_and_fd(function, dir_fd, path) || !check_fd_and_follow(function, path, follow)) return nullptr;
  struct stat st;
  int r = blocking([&] {
    if (path.is_fd) return fstat(path.fd, &st);
    return fstatat(dir_fd, path.narrow, &st, follow ? 0 : AT_SYMLINK_NOFOLLOW);
  });
  return r < 0 ? path.error() : make_stat_result(st);
}

static Ref posix_stat(Args& a) {
  PathArg path("stat", "path", false, true);
  int fd;
  bool follow;
  if (!path.parse(a[0]) || !dir_fd_argument(a[1], &fd) || !bool_argument(a[2], true, &follow)) return nullptr;
  return stat_path("stat", path, fd, follow);
}
static Ref posix_lstat(Args& a) {
  PathArg path("lstat", "path");
  int fd;
  if (!path.parse(a[0]) || !dir_fd_argument(a[1], &fd)) return nullptr;
  return stat_path("lstat", path, fd, false);
}
static Ref posix_fstat(Args& a) {
  int fd, r;
  struct stat st;
  if (!to_c_int(a[0], &fd) || !blocking_retry([&] { return fstat(fd, &st); }, &r)) return nullptr;
  return r < 0 ? posix_error() : make_stat_result(st);
}

static Ref make_statvfs_result(const struct statvfs& s) {
  Ref v[11] = {make_int_u64(s.f_bsize),  make_int_u64(s.f_frsize),  make_int_u64(s.f_blocks), make_int_u64(s.f_bfree),
               make_int_u64(s.f_bavail), make_int_u64(s.f_files),   make_int_u64(s.f_ffree),  make_int_u64(s.f_favail),
               make_int_u64(s.f_flag),   make_int_u64(s.f_namemax), make_int_u64(s.f_fsid)};
  for (Ref& r : v)
    if (!r) return nullptr;
  return make_structseq(statvfs_result_type, v, 11);
}
static Ref posix_statvfs(Args& a) {
  PathArg path("statvfs", "path", false, true);
  struct statvfs s;
  if (!path.parse(a[0])) return nullptr;
  int r = blocking([&] { return path.is_fd ? fstatvfs(path.fd, &s) : statvfs(path.narrow, &s); });
  return r < 0 ? path.error() : make_statvfs_result(s);
}
static Ref posix_fstatvfs(Args& a) {
  int fd, r;
  struct statvfs s;
  if (!to_c_int(a[0], &fd) || !blocking_retry([&] { return fstatvfs(fd, &s); }, &r)) return nullptr;
  return r < 0 ? posix_error() : make_statvfs_result(s);
}

static Ref posix_access(Args& a) {
  PathArg path("access", "path");
  int mode, fd;
  bool effective, follow;
  if (!path.parse(a[0]) || !to_c_int(a[1], &mode) || !dir_fd_argument(a[2], &fd) ||
      !bool_argument(a[3], false, &effective) || !bool_argument(a[4], true, &follow))
    return nullptr;
  int r = blocking([&] {
    int flags = (follow ? 0 : AT_SYMLINK_NOFOLLOW) | (effective ? AT_EACCESS : 0);
    return fd == AT_FDCWD && !flags ? access(path.narrow, mode) : faccessat(fd, path.narrow, mode, flags);
  });
  return Ref::imm(bool_value(r == 0));
}

static Ref posix_chmod(Args& a) {
  PathArg path("chmod", "path", false, true);
  int mode, fd;
  bool follow;
  if (!path.parse(a[0]) || !to_c_int(a[1], &mode) || !dir_fd_argument(a[2], &fd) || !bool_argument(a[3], true, &follow))
    return nullptr;
  if (!check_dir_fd_and_fd("chmod", fd, path) || !check_fd_and_follow("chmod", path, follow) ||
      !audit("os.chmod", {path.shown(), Value::from_int(mode), shown_dir_fd(fd)}))
    return nullptr;
  int r = blocking([&] {
    if (path.is_fd) return fchmod(path.fd, static_cast<mode_t>(mode));
    return fchmodat(fd, path.narrow, static_cast<mode_t>(mode), follow ? 0 : AT_SYMLINK_NOFOLLOW);
  });
  if (r == 0) return none();
  if (!follow && (errno == ENOTSUP || errno == EOPNOTSUPP)) {
    if (fd != AT_FDCWD) return raise(types::ValueError, "chmod: cannot use dir_fd and follow_symlinks together");
    return raise(types::NotImplementedError, "chmod: follow_symlinks unavailable on this platform");
  }
  return path.error();
}
static Ref posix_fchmod(Args& a) {
  int fd, mode, r;
  if (!to_c_int(a[0], &fd) || !to_c_int(a[1], &mode) ||
      !audit("os.chmod", {Value::from_int(fd), Value::from_int(mode), Value::from_int(-1)}))
    return nullptr;
  if (!blocking_retry([&] { return fchmod(fd, static_cast<mode_t>(mode)); }, &r)) return nullptr;
  return none_or_error(r);
}

static Ref posix_chown(Args& a) {
  PathArg path("chown", "path", false, true);
  uid_t uid;
  gid_t gid;
  int fd;
  bool follow;
  if (!path.parse(a[0]) || !uid_argument(a[1], &uid, "uid") || !uid_argument(a[2], &gid, "gid") ||
      !dir_fd_argument(a[3], &fd) || !bool_argument(a[4], true, &follow))
    return nullptr;
  if (!check_dir_fd_and_fd("chown", fd, path) || !check_fd_and_follow("chown", path, follow) ||
      !audit("os.chown", {path.shown(), Value::from_int(uid), Value::from_int(gid), shown_dir_fd(fd)}))
    return nullptr;
  int r = blocking([&] {
    if (path.is_fd) return fchown(path.fd, uid, gid);
    return fchownat(fd, path.narrow, uid, gid, follow ? 0 : AT_SYMLINK_NOFOLLOW);
  });
  return r < 0 ? path.error() : none();
}
static Ref posix_fchown(Args& a) {
  int fd, r;
  uid_t uid;
  gid_t gid;
  if (!to_c_int(a[0], &fd) || !uid_argument(a[1], &uid, "uid") || !uid_argument(a[2], &gid, "gid") ||
      !audit("os.chown", {Value::from_int(fd), Value::from_int(uid), Value::from_int(gid), Value::from_int(-1)}))
    return nullptr;
  if (!blocking_retry([&] { return fchown(fd, uid, gid); }, &r)) return nullptr;
  return none_or_error(r);
}
static Ref posix_lchown(Args& a) {
  PathArg path("lchown", "path");
  uid_t uid;
  gid_t gid;
  if (!path.parse(a[0]) || !uid_argument(a[1], &uid, "uid") || !uid_argument(a[2], &gid, "gid") ||
      !audit("os.chown", {path.shown(), Value::from_int(uid), Value::from_int(gid), Value::from_int(-1)}))
    return nullptr;
  int r = blocking([&] { return lchown(path.narrow, uid, gid); });
  return r < 0 ? path.error() : none();
}

// Nanoseconds since the Epoch, of any int.
static bool split_ns(Value v, timespec* out) {
  Ref q, r;
  Ref parts = divmod_op(v, Value::from_int(1000000000));
  if (!parts) return false;
  if (!is_tuple(parts) || tuple_size(parts) != 2)
    return raise(types::TypeError, "%.200T.__divmod__() must return a 2-tuple, not %.200T", v, parts.get());
  int64_t sec, nsec;
  if (!to_int64(tuple_at(parts, 0), &sec) || !to_int64(tuple_at(parts, 1), &nsec)) return false;
  out->tv_sec = sec;
  out->tv_nsec = nsec;
  return true;
}

static Ref posix_utime(Args& a) {
  PathArg path("utime", "path", false, true);
  int fd;
  bool follow;
  if (!path.parse(a[0]) || !dir_fd_argument(a[3], &fd) || !bool_argument(a[4], true, &follow)) return nullptr;
  Value times = a[1], ns = a[2];
  if (!audit("os.utime", {path.shown(), times ? times : kNone, ns ? ns : kNone, shown_dir_fd(fd)})) return nullptr;
  timespec t[2];
  bool now = false;
  if (times && times != kNone && ns)
    return raise(types::ValueError, "utime: you may specify either 'times' or 'ns' but not both");
  if (times && times != kNone) {
    if (!is_tuple(times) || tuple_size(times) != 2)
      return raise(types::TypeError, "utime: 'times' must be either a tuple of two ints or None");
    for (size_t i = 0; i < 2; i++)
      if (!time_to_timespec(tuple_at(times, i), &t[i].tv_sec, &t[i].tv_nsec, TimeRound::kFloor)) return nullptr;
  } else if (ns) {
    if (!is_tuple(ns) || tuple_size(ns) != 2) return raise(types::TypeError, "utime: 'ns' must be a tuple of two ints");
    for (size_t i = 0; i < 2; i++)
      if (!split_ns(tuple_at(ns, i), &t[i])) return nullptr;
  } else {
    now = true;
  }
  if (!check_dir_fd_and_fd("utime", fd, path) || !check_fd_and_follow("utime", path, follow)) return nullptr;
  const timespec* given = now ? nullptr : t;
  int r = blocking([&] {
    if (path.is_fd) return futimens(path.fd, given);
    return utimensat(fd, path.narrow, given, follow ? 0 : AT_SYMLINK_NOFOLLOW);
  });
  return r < 0 ? posix_error() : none();
}

static Ref posix_umask(Args& a) {
  int mask;
  if (!to_c_int(a[0], &mask)) return nullptr;
  return make_int(umask(static_cast<mode_t>(mask)));
}
static Ref posix_major(Args& a) {
  dev_t d;
  if (!device_argument(a[0], &d)) return nullptr;
  return make_int(major(d));
}
static Ref posix_minor(Args& a) {
  dev_t d;
  if (!device_argument(a[0], &d)) return nullptr;
  return make_int(minor(d));
}
static Ref posix_makedev(Args& a) {
  int major_number, minor_number;
  if (!to_c_int(a[0], &major_number) || !to_c_int(a[1], &minor_number)) return nullptr;
  return make_int(
      static_cast<int64_t>(makedev(static_cast<unsigned>(major_number), static_cast<unsigned>(minor_number))));
}

// stat_result(sequence): times that aren't given are the integer ones.
static NewSlot stat_result_base_new;
static Ref stat_result_new(TypeObject* cls, RawArgs raw) {
  Ref r = stat_result_base_new(cls, raw);
  if (!r) return nullptr;
  Value* items = r.as<Tuple>()->items();
  for (size_t i = 7; i < 10; i++)
    if (items[i + 3] == kNone) gc::store(r.get().header(), &items[i + 3], Ref::dup(items[i]));
  return r;
}

bool init_posix_types(Value module) {
  if (!stat_result_type) {
    stat_result_type = make_structseq_type(&kStatSpec);
    if (!stat_result_type) return false;
    stat_result_base_new = stat_result_type->s.new_;
    stat_result_type->s.new_ = stat_result_new;
  }
  if (!statvfs_result_type) statvfs_result_type = make_structseq_type(&kStatvfsSpec);
  return stat_result_type && statvfs_result_type && module_add_type(module, stat_result_type) &&
         module_add_type(module, statvfs_result_type);
}

const NativeDef kPosixStatFunctions[] = {
    {"stat", "($module, /, path, *, dir_fd=None, follow_symlinks=True)", posix_stat, 0,
     "What the system knows of a file, as a stat_result."},
    {"lstat", "($module, /, path, *, dir_fd=None)", posix_lstat, 0, "As stat(), of a symbolic link itself."},
    {"fstat", "($module, /, fd)", posix_fstat, 0, "As stat(), of an open descriptor."},
    {"statvfs", "($module, /, path)", posix_statvfs, 0, "What the system knows of the file system a path lies on."},
    {"fstatvfs", "($module, fd, /)", posix_fstatvfs, 0, "As statvfs(), of an open descriptor."},
    {"access", "($module, /, path, mode, *, dir_fd=None, effective_ids=False,\n       follow_symlinks=True)",
     posix_access, 0, "Whether the real user (or the effective one) may access a file in a way."},
    {"chmod", "($module, /, path, mode, *, dir_fd=None, follow_symlinks=True)", posix_chmod, 0,
     "Changes the access permissions of a file."},
    {"fchmod", "($module, /, fd, mode)", posix_fchmod, 0, "Changes the access permissions of an open file."},
    {"chown", "($module, /, path, uid, gid, *, dir_fd=None, follow_symlinks=True)", posix_chown, 0,
     "Changes the owner and group of a file."},
    {"fchown", "($module, /, fd, uid, gid)", posix_fchown, 0, "Changes the owner and group of an open file."},
    {"lchown", "($module, /, path, uid, gid)", posix_lchown, 0,
     "Changes the owner and group of a symbolic link itself."},
    {"utime", "($module, /, path, times=None, *, ns=<unrepresentable>,\n      dir_fd=None, follow_symlinks=True)",
     posix_utime, 0,
     "Sets the access and modification times of a file, in seconds or nanoseconds; now if neither is given."},
    {"umask", "($module, mask, /)", posix_umask, 0, "Sets the umask and returns the one before."},
    {"major", "($module, device, /)", posix_major, 0, "The major number of a raw device number."},
    {"minor", "($module, device, /)", posix_minor, 0, "The minor number of a raw device number."},
    {"makedev", "($module, major, minor, /)", posix_makedev, 0, "A raw device number of its major and minor numbers."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

}  // namespace taipan
