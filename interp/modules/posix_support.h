// What the files of the module posix share: paths, descriptors, user ids, errors.
//
// The module is spread by topic: posix_files (names and trees), posix_stat (stat, times, permissions), posix_scandir, posix_fd (open
// descriptors), posix_process (fork, exec, wait, spawn, signals, ids), posix_system (the machine, limits, scheduling), posix_constants.
// Each has a table of functions; posixmodule.cpp puts them together.
#pragma once
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <string>
#include <vector>
#include "interp/modules/module_util.h"
#include "interp/objects/bytes.h"

namespace taipan {

// A path argument: str (file-system encoding), bytes, os.PathLike, and where allowed a descriptor or None.
class PathArg {
 public:
  PathArg(const char* function, const char* argument, bool nullable = false, bool allow_fd = false)
      : function_(function), argument_(argument), nullable_(nullable), allow_fd_(allow_fd) {}
  PathArg(const PathArg&) = delete;
  bool parse(Value v);  // null: as None

  const char* narrow = nullptr;  // null where a descriptor or None was given
  size_t length = 0;
  int fd = -1;
  bool is_fd = false;
  bool as_bytes = false;                                   // names made from it are bytes, too
  Value object;                                            // what errors show as the file's name
  Value shown() const { return object ? object : kNone; }  // for audit hooks

  Ref error() const;  // raises OSError from errno
  Ref error_with(const PathArg& other) const;

 private:
  bool take_bytes(Value bytes);
  const char* function_;
  const char* argument_;
  bool nullable_, allow_fd_;
  Ref keep_, object_keep_;
};

// A text argument for the system, through os.fsencode's rules (str, bytes, PathLike): bytes without NUL.
class FsText {
 public:
  bool parse(Value v);
  const char* get() const { return reinterpret_cast<const char*>(bytes_.as<Bytes>()->data()); }
  std::string_view view() const { return bytes_.as<Bytes>()->view(); }
  Value object() const { return bytes_.get(); }

 private:
  Ref bytes_;
};
// Texts for the system, with the null-terminated array of pointers to them.
class TextArray {
 public:
  bool add(std::string s) {
    texts_.push_back(std::move(s));
    return true;
  }
  char* const* get() {
    pointers_.clear();
    for (std::string& s : texts_) pointers_.push_back(s.data());
    pointers_.push_back(nullptr);
    return pointers_.data();
  }
  bool first_is_empty() const { return texts_.empty() || texts_[0].empty(); }

 private:
  std::vector<std::string> texts_;
  std::vector<char*> pointers_;
};

Ref fspath_of(Value v);                            // os.fspath
Ref name_from_fs(std::string_view s, bool bytes);  // str or bytes

bool fd_from_index(Value v, int* out);                                                   // "fd is greater than maximum"
bool dir_fd_argument(Value v, int* out);                                                 // null/None: AT_FDCWD
inline Value shown_dir_fd(int fd) { return Value::from_int(fd == AT_FDCWD ? -1 : fd); }  // for audit hooks
bool fildes_argument(Value v, int* out);  // int or an object with fileno()
bool off_argument(Value v, off_t* out);
bool uid_argument(Value v, uid_t* out, const char* what);  // "uid" or "gid"; -1 stands for "no change"
Ref uid_value(uid_t id);
bool device_argument(Value v, dev_t* out);
// The argument where given, else the default.
// As the older argument formats convert: "signed integer is greater than maximum".
bool plain_int_argument(Value v, int* out);
bool int_argument(Value v, int otherwise, int* out);
bool bool_argument(Value v, bool otherwise, bool* out);

inline Ref posix_error() { return raise_os_error(errno); }
inline Ref none() { return Ref::imm(kNone); }
// None, or OSError where r is negative.
inline Ref none_or_error(int r) { return r < 0 ? posix_error() : none(); }

// "f: cannot use fd and follow_symlinks together" and the like; false: raised.
bool check_dir_fd_and_fd(const char* function, int dir_fd, const PathArg& path);
bool check_fd_and_follow(const char* function, const PathArg& path, bool follow);

int set_inheritable(int fd, bool inheritable);  // 0, or -1 with errno

bool sched_param_argument(Value v, struct sched_param* out);

// stat results, also for other rooms (importlib's helpers, _io).
Ref make_stat_result(const struct stat& st);
bool init_posix_types(Value module);  // stat_result etc.: posix_stat.cpp
bool init_posix_scandir(Value module);
bool init_posix_process(Value module);
bool init_posix_system(Value module);

extern const NativeDef kPosixFileFunctions[];
extern const NativeDef kPosixStatFunctions[];
extern const NativeDef kPosixScandirFunctions[];
extern const NativeDef kPosixFdFunctions[];
extern const NativeDef kPosixProcessFunctions[];
extern const NativeDef kPosixIdFunctions[];
extern const NativeDef kPosixSystemFunctions[];
extern const IntConstant kPosixConstants[];
extern const IntConstant kSysconfNames[];
extern const IntConstant kPathconfNames[];
extern const IntConstant kConfstrNames[];
extern const char* const kPosixHaveFunctions[];

}  // namespace taipan
