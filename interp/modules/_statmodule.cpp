// The module _stat: constants and tests of file modes.
#include <sys/stat.h>
#include "interp/modules/module_util.h"

namespace taipan {

static bool mode_argument(Value v, mode_t* out) {
  if (!is_int(v)) return raise(types::TypeError, "an integer is required");
  uint64_t u;
  if (!int_to_u64(v, &u)) return false;
  if (u > UINT32_MAX) return raise(types::OverflowError, "mode out of range");
  *out = static_cast<mode_t>(u);
  return true;
}

template <mode_t kFormat>
static Ref is_format(Args& a) {
  mode_t m;
  if (!mode_argument(a[0], &m)) return nullptr;
  return Ref::imm(bool_value(kFormat != 0 && (m & S_IFMT) == kFormat));
}
static Ref stat_s_imode(Args& a) {
  mode_t m;
  if (!mode_argument(a[0], &m)) return nullptr;
  return make_int(m & 07777);
}
static Ref stat_s_ifmt(Args& a) {
  mode_t m;
  if (!mode_argument(a[0], &m)) return nullptr;
  return make_int(m & S_IFMT);
}
static Ref stat_filemode(Args& a) {
  mode_t m;
  if (!mode_argument(a[0], &m)) return nullptr;
  char buf[10];
  switch (m & S_IFMT) {
    case S_IFREG: buf[0] = '-'; break;
    case S_IFDIR: buf[0] = 'd'; break;
    case S_IFLNK: buf[0] = 'l'; break;
    case S_IFBLK: buf[0] = 'b'; break;
    case S_IFCHR: buf[0] = 'c'; break;
    case S_IFIFO: buf[0] = 'p'; break;
    case S_IFSOCK: buf[0] = 's'; break;
    default: buf[0] = '?';
  }
  for (int i = 0; i < 9; i++) buf[1 + i] = m & (0400 >> i) ? "rwx"[i % 3] : '-';
  if (m & S_ISUID) buf[3] = m & S_IXUSR ? 's' : 'S';
  if (m & S_ISGID) buf[6] = m & S_IXGRP ? 's' : 'S';
  if (m & S_ISVTX) buf[9] = m & S_IXOTH ? 't' : 'T';
  return make_str({buf, 10});
}

static const NativeDef kStatFunctions[] = {
    {"S_ISDIR", "($module, mode, /)", is_format<S_IFDIR>, kNativeNoSignature, "True if the mode is of a directory."},
    {"S_ISCHR", "($module, mode, /)", is_format<S_IFCHR>, kNativeNoSignature,
     "True if the mode is of a character device."},
    {"S_ISBLK", "($module, mode, /)", is_format<S_IFBLK>, kNativeNoSignature, "True if the mode is of a block device."},
    {"S_ISREG", "($module, mode, /)", is_format<S_IFREG>, kNativeNoSignature, "True if the mode is of a regular file."},
    {"S_ISFIFO", "($module, mode, /)", is_format<S_IFIFO>, kNativeNoSignature, "True if the mode is of a FIFO."},
    {"S_ISLNK", "($module, mode, /)", is_format<S_IFLNK>, kNativeNoSignature,
     "True if the mode is of a symbolic link."},
    {"S_ISSOCK", "($module, mode, /)", is_format<S_IFSOCK>, kNativeNoSignature, "True if the mode is of a socket."},
    {"S_ISDOOR", "($module, mode, /)", is_format<0>, kNativeNoSignature,
     "True if the mode is of a door; there are none here."},
    {"S_ISPORT", "($module, mode, /)", is_format<0>, kNativeNoSignature,
     "True if the mode is of an event port; there are none here."},
    {"S_ISWHT", "($module, mode, /)", is_format<0>, kNativeNoSignature,
     "True if the mode is of a whiteout; there are none here."},
    {"S_IMODE", "($module, mode, /)", stat_s_imode, kNativeNoSignature, "The part of the mode that chmod() sets."},
    {"S_IFMT", "($module, mode, /)", stat_s_ifmt, kNativeNoSignature,
     "The part of the mode that tells the kind of file."},
    {"filemode", "($module, mode, /)", stat_filemode, kNativeNoSignature, "The mode as text of the form '-rwxrwxrwx'."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

static const IntConstant kStatConstants[] = {{"S_IFDIR", 0040000},
                                             {"S_IFCHR", 0020000},
                                             {"S_IFBLK", 0060000},
                                             {"S_IFREG", 0100000},
                                             {"S_IFIFO", 0010000},
                                             {"S_IFLNK", 0120000},
                                             {"S_IFSOCK", 0140000},
                                             {"S_IFDOOR", 0},
                                             {"S_IFPORT", 0},
                                             {"S_IFWHT", 0},
                                             {"S_ISUID", 04000},
                                             {"S_ISGID", 02000},
                                             {"S_ISVTX", 01000},
                                             {"S_ENFMT", 02000},
                                             {"S_IREAD", 0400},
                                             {"S_IWRITE", 0200},
                                             {"S_IEXEC", 0100},
                                             {"S_IRWXU", 0700},
                                             {"S_IRUSR", 0400},
                                             {"S_IWUSR", 0200},
                                             {"S_IXUSR", 0100},
                                             {"S_IRWXG", 0070},
                                             {"S_IRGRP", 0040},
                                             {"S_IWGRP", 0020},
                                             {"S_IXGRP", 0010},
                                             {"S_IRWXO", 0007},
                                             {"S_IROTH", 0004},
                                             {"S_IWOTH", 0002},
                                             {"S_IXOTH", 0001},
                                             {"UF_NODUMP", 0x1},
                                             {"UF_IMMUTABLE", 0x2},
                                             {"UF_APPEND", 0x4},
                                             {"UF_OPAQUE", 0x8},
                                             {"UF_NOUNLINK", 0x10},
                                             {"UF_COMPRESSED", 0x20},
                                             {"UF_HIDDEN", 0x8000},
                                             {"SF_ARCHIVED", 0x10000},
                                             {"SF_IMMUTABLE", 0x20000},
                                             {"SF_APPEND", 0x40000},
                                             {"SF_NOUNLINK", 0x100000},
                                             {"SF_SNAPSHOT", 0x200000},
                                             {"ST_MODE", 0},
                                             {"ST_INO", 1},
                                             {"ST_DEV", 2},
                                             {"ST_NLINK", 3},
                                             {"ST_UID", 4},
                                             {"ST_GID", 5},
                                             {"ST_SIZE", 6},
                                             {"ST_ATIME", 7},
                                             {"ST_MTIME", 8},
                                             {"ST_CTIME", 9},
                                             {nullptr, 0}};

static bool stat_exec(Value module) { return module_add_constants(module, kStatConstants); }

// GIL off: they have no state.
extern const ModuleDef _stat_module;
const ModuleDef _stat_module = {"_stat", "Constants and functions that read what os.stat() returns.", kStatFunctions,
                                stat_exec, kFunctionsAtOnce};

}  // namespace taipan
