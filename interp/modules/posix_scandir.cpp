// posix: listdir, scandir, DirEntry.
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>
#include <cstring>
#include "interp/modules/audit.h"
#include "interp/modules/posix_support.h"
#include "interp/objects/list.h"
#include "interp/objects/small_types.h"
#include "interp/objects/tuple.h"

namespace taipan {

static bool is_dot_name(const char* s) { return s[0] == '.' && (s[1] == 0 || (s[1] == '.' && s[2] == 0)); }

// The directory of a path or a descriptor (which is duplicated). Null: errno.
static DIR* open_directory(const PathArg& path) {
  if (!path.is_fd) return opendir(path.narrow ? path.narrow : ".");
  int fd = fcntl(path.fd, F_DUPFD_CLOEXEC, 0);
  if (fd < 0) return nullptr;
  DIR* d = fdopendir(fd);
  if (!d) {
    int err = errno;
    close(fd);
    errno = err;
  }
  return d;
}
static void close_directory(DIR* d, bool shared_offset) {
  if (shared_offset) rewinddir(d);
  closedir(d);
}

static Ref posix_listdir(Args& a) {
  PathArg path("listdir", "path", true, true);
  if (!path.parse(a[0]) || !audit("os.listdir", {path.shown()})) return nullptr;
  DIR* d = blocking([&] { return open_directory(path); });
  if (!d) return path.is_fd ? posix_error() : path.error();
  Ref list = make_list();
  bool ok = static_cast<bool>(list);
  while (ok) {
    errno = 0;
    dirent* e = blocking([&] {
      dirent* found;
      do { found = readdir(d); } while (found && is_dot_name(found->d_name));
      return found;
    });
    if (!e) {
      if (errno) {
        int err = errno;
        blocking([&] { return close_directory(d, path.is_fd), 0; });
        errno = err;
        return path.is_fd ? posix_error() : path.error();
      }
      break;
    }
    Ref name = name_from_fs(e->d_name, path.as_bytes);
    ok = name && list_append(list, std::move(name));
  }
  blocking([&] { return close_directory(d, path.is_fd), 0; });
  return ok ? std::move(list) : Ref();
}

// ---- DirEntry ---------------------------------------------------------------------------------------------------------------

struct DirEntryObject {
  Header h;
  Value name, path;
  Value stat, lstat;  // results kept, or null
  uint64_t inode;
  int dir_fd;
  uint8_t type;
};
static TypeObject* dir_entry_type;
static DirEntryObject* entry_of(Value v) { return v.as<DirEntryObject>(); }

static void entry_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  DirEntryObject* e = reinterpret_cast<DirEntryObject*>(h);
  Ref name = gc::take(h, &e->name), path = gc::take(h, &e->path), stat = gc::take(h, &e->stat),
      lstat = gc::take(h, &e->lstat);
  finish_dealloc(h);
}

static Ref entry_fetch(DirEntryObject* e, bool follow) {
  FsText path;
  if (!path.parse(e->dir_fd == AT_FDCWD ? e->path : e->name)) return nullptr;
  struct stat st;
  int fd = e->dir_fd;
  int r = blocking([&] { return fstatat(fd, path.get(), &st, follow ? 0 : AT_SYMLINK_NOFOLLOW); });
  if (r < 0) return raise_os_error(errno, e->path);
  return make_stat_result(st);
}
static Ref entry_keep(DirEntryObject* e, Value* slot, Ref result) {
  Ref copy = result.copy();
  Ref old;
  {
    gc::ObjectLock lock(&e->h);
    old = gc::exchange(&e->h, slot, std::move(result));
  }
  return copy;
}
static Ref entry_kept(DirEntryObject* e, Value* slot) {
  gc::ObjectLock lock(&e->h);
  return Ref::dup(*slot);
}
static Ref entry_lstat(DirEntryObject* e) {
  Ref kept = entry_kept(e, &e->lstat);
  if (kept) return kept;
  Ref r = entry_fetch(e, false);
  return r ? entry_keep(e, &e->lstat, std::move(r)) : nullptr;
}
// 1, 0, -1
static int entry_mode_is(DirEntryObject* e, Value stat_result, uint32_t format) {
  int64_t mode;
  if (!to_int64(tuple_at(stat_result, 0), &mode)) return -1;
  return (static_cast<uint32_t>(mode) & S_IFMT) == format;
}
static int entry_is_symlink(DirEntryObject* e) {
  if (e->type != DT_UNKNOWN) return e->type == DT_LNK;
  Ref st = entry_lstat(e);
  return st ? entry_mode_is(e, st, S_IFLNK) : -1;
}
static Ref entry_stat(DirEntryObject* e, bool follow) {
  if (!follow) return entry_lstat(e);
  Ref kept = entry_kept(e, &e->stat);
  if (kept) return kept;
  int link = entry_is_symlink(e);
  if (link < 0) return nullptr;
  Ref r = link ? entry_fetch(e, true) : entry_lstat(e);
  return r ? entry_keep(e, &e->stat, std::move(r)) : nullptr;
}
static int entry_test(DirEntryObject* e, bool follow, uint32_t format) {
  bool link = e->type == DT_LNK;
  if (e->type == DT_UNKNOWN || (follow && link)) {
    Ref st = entry_stat(e, follow);
    if (!st) {
      if (!error_matches(types::FileNotFoundError)) return -1;
      clear_error();
      return 0;
    }
    return entry_mode_is(e, st, format);
  }
  if (link) return 0;
  return e->type == (format == S_IFDIR ? DT_DIR : DT_REG);
}
static Ref truth(int r) { return r < 0 ? Ref() : Ref::imm(bool_value(r)); }

static Ref entry_is_dir_impl(Args& a) {
  bool follow;
  if (!bool_argument(a[0], true, &follow)) return nullptr;
  return truth(entry_test(entry_of(a.self), follow, S_IFDIR));
}
static Ref entry_is_file_impl(Args& a) {
  bool follow;
  if (!bool_argument(a[0], true, &follow)) return nullptr;
  return truth(entry_test(entry_of(a.self), follow, S_IFREG));
}
static Ref entry_is_symlink_impl(Args& a) { return truth(entry_is_symlink(entry_of(a.self))); }
static Ref entry_stat_impl(Args& a) {
  bool follow;
  if (!bool_argument(a[0], true, &follow)) return nullptr;
  return entry_stat(entry_of(a.self), follow);
}
static Ref entry_inode_impl(Args& a) { return make_int_u64(entry_of(a.self)->inode); }
static Ref entry_fspath_impl(Args& a) { return Ref::dup(entry_of(a.self)->path); }
static Ref entry_class_getitem(Args& a) { return make_generic_alias(a.self, a[0]); }
static Ref entry_repr(Value v) { return format_str("<DirEntry %R>", entry_of(v)->name); }

static const NativeDef kEntryMethods[] = {
    {"is_dir", "($self, /, *, follow_symlinks=True)", entry_is_dir_impl, 0,
     "Whether the entry is a directory; kept per entry."},
    {"is_file", "($self, /, *, follow_symlinks=True)", entry_is_file_impl, 0,
     "Whether the entry is a regular file; kept per entry."},
    {"is_symlink", "($self, /)", entry_is_symlink_impl, 0, "Whether the entry is a symbolic link; kept per entry."},
    {"stat", "($self, /, *, follow_symlinks=True)", entry_stat_impl, 0,
     "The stat_result of the entry; kept per entry."},
    {"inode", "($self, /)", entry_inode_impl, 0, "The inode of the entry; kept per entry."},
    {"__fspath__", "($self, /)", entry_fspath_impl, 0, "The path of the entry."},
    {"__class_getitem__", "($type, item, /)", entry_class_getitem, kNativeClassMethod | kNativeNoSignature,
     "See PEP 585"},
    {nullptr, nullptr, nullptr, 0, nullptr}};
static const MemberDef kEntryMembers[] = {
    {"name", kMemberValue, offsetof(DirEntryObject, name), true,
     "the entry's base filename, relative to scandir() \"path\" argument"},
    {"path", kMemberValue, offsetof(DirEntryObject, path), true,
     "the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)"},
    {nullptr, kMemberValue, 0, false, nullptr}};
static const TypeSpec kEntrySpec = {.flags = kTypeNoInstantiate | kTypeImmutable,
                                    .basic_size = sizeof(DirEntryObject),
                                    .ops = {.dealloc = entry_dealloc},
                                    .methods = kEntryMethods,
                                    .members = kEntryMembers,
                                    .s = {.repr = entry_repr}};

// ---- the iterator -------------------------------------------------------------------------------------------------------------

struct ScandirObject {
  Header h;
  Value path;  // str or bytes; null: none or a descriptor
  DIR* directory;
  int fd;  // -1: a path was given
  bool bytes;
  std::atomic<uint8_t> busy;  // one thread at a time reads or closes
};
static TypeObject* scandir_type;
static ScandirObject* scan_of(Value v) { return v.as<ScandirObject>(); }

class ScanLock {
 public:
  explicit ScanLock(ScandirObject* s) : s_(s) {
    while (s_->busy.exchange(1, std::memory_order_acquire)) blocking([] { return sched_yield(); });
  }
  ~ScanLock() { s_->busy.store(0, std::memory_order_release); }
  ScanLock(const ScanLock&) = delete;

 private:
  ScandirObject* s_;
};

static void scan_close_locked(ScandirObject* s) {
  DIR* d = s->directory;
  s->directory = nullptr;
  if (d) blocking([&] { return close_directory(d, s->fd != -1), 0; });
}

static Ref scan_make_entry(ScandirObject* s, const dirent* e) {
  Ref name = name_from_fs(e->d_name, s->bytes);
  if (!name) return nullptr;
  Ref path;
  if (s->fd != -1) {
    path = name.copy();
  } else {
    std::string joined;
    if (s->path) {
      FsText text;
      if (!text.parse(s->path)) return nullptr;
      joined = text.view();
    } else {
      joined = ".";
    }
    if (joined.empty() || joined.back() != '/') joined += '/';
    joined += e->d_name;
    path = name_from_fs(joined, s->bytes);
    if (!path) return nullptr;
  }
  DirEntryObject* o = alloc_instance_as<DirEntryObject>(dir_entry_type);
  if (!o) return nullptr;
  o->inode = e->d_ino;
  o->type = e->d_type;
  o->dir_fd = s->fd == -1 ? AT_FDCWD : s->fd;
  gc::init(&o->name, std::move(name));
  gc::init(&o->path, std::move(path));
  return Ref::steal(o);
}

static Ref scan_next(Value v) {
  ScandirObject* s = scan_of(v);
  ScanLock lock(s);
  if (!s->directory) return Ref::imm(kStopIter);
  DIR* d = s->directory;
  errno = 0;
  dirent* e = blocking([&] {
    dirent* found;
    do { found = readdir(d); } while (found && is_dot_name(found->d_name));
    return found;
  });
  if (e) return scan_make_entry(s, e);
  int err = errno;
  scan_close_locked(s);
  if (err) return raise_os_error(err, s->path);
  return Ref::imm(kStopIter);
}
static Ref scan_iter(Value v) { return Ref::dup(v); }
static Ref scan_close_impl(Args& a) {
  ScanLock lock(scan_of(a.self));
  scan_close_locked(scan_of(a.self));
  return none();
}
static Ref scan_enter_impl(Args& a) { return Ref::dup(a.self); }
static Ref scan_exit_impl(Args& a) { return scan_close_impl(a); }

static void scan_del(Value v) {
  ScandirObject* s = scan_of(v);
  if (!s->directory) return;
  SavedError saved;
  if (!warn(types::ResourceWarning, 1, "unclosed scandir iterator %R", v)) {
    if (error_matches(types::Warning)) {
      write_unraisable(v);
    } else {
      clear_error();
    }
  }
  ScanLock lock(s);
  scan_close_locked(s);
}
static void scan_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  ScandirObject* s = reinterpret_cast<ScandirObject*>(h);
  scan_close_locked(s);
  Ref path = gc::take(h, &s->path);
  finish_dealloc(h);
}

static const NativeDef kScanMethods[] = {{"__enter__", "($self, /)", scan_enter_impl, kNativeNoSignature, nullptr},
                                         {"__exit__", "($self, *args)", scan_exit_impl, kNativeNoSignature, nullptr},
                                         {"close", "($self, /)", scan_close_impl, kNativeNoSignature, nullptr},
                                         {nullptr, nullptr, nullptr, 0, nullptr}};
static const TypeSpec kScanSpec = {.flags = kTypeNoInstantiate | kTypeImmutable,
                                   .basic_size = sizeof(ScandirObject),
                                   .ops = {.dealloc = scan_dealloc},
                                   .methods = kScanMethods,
                                   .s = {.iter = scan_iter, .next = scan_next, .del_ = scan_del}};

static Ref posix_scandir(Args& a) {
  PathArg path("scandir", "path", true, true);
  if (!path.parse(a[0]) || !audit("os.scandir", {path.shown()})) return nullptr;
  Ref r = Ref::steal(alloc_instance_as<ScandirObject>(scandir_type));
  if (!r) return nullptr;
  ScandirObject* s = scan_of(r);
  s->fd = path.is_fd ? path.fd : -1;
  s->bytes = path.as_bytes;
  if (path.narrow) {
    // Of other buffers than bytes, whose names are bytes, a copy.
    Ref kept = path.as_bytes && !is_bytes(path.object) ? make_bytes(path.narrow, path.length) : Ref::dup(path.object);
    if (!kept) return nullptr;
    gc::init(&s->path, std::move(kept));
  }
  s->directory = blocking([&] { return open_directory(path); });
  if (!s->directory) return path.error();
  return r;
}

bool init_posix_scandir(Value module) {
  if (!dir_entry_type) {
    dir_entry_type = make_native_type("posix.DirEntry", types::Object, &kEntrySpec);
    scandir_type = make_native_type("posix.ScandirIterator", types::Object, &kScanSpec);
  }
  return dir_entry_type && scandir_type && module_add_type(module, dir_entry_type);
}

const NativeDef kPosixScandirFunctions[] = {
    {"listdir", "($module, /, path=None)", posix_listdir, 0,
     "The names of a directory's entries, without '.' and '..'."},
    {"scandir", "($module, /, path=None)", posix_scandir, 0, "An iterator of DirEntry objects for a path."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

}  // namespace taipan
