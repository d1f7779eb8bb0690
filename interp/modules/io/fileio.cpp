// FileIO: a descriptor as a raw stream.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <climits>
#include "gc/collector.h"
#include "interp/modules/audit.h"
#include "interp/modules/io/io.h"
#include "interp/modules/posix_support.h"

namespace taipan::io {

TypeObject* file_type;

static FileIO* file_of(Value v) { return v.as<FileIO>(); }
static constexpr int64_t kLargestTransfer = 0x7ffff000;  // what Linux moves at once

// Gives up ownership first: whatever close() says, the number may belong to somebody else afterwards.
static bool close_descriptor(FileIO* f) {
  int fd = f->fd;
  f->fd = -1;
  if (fd < 0) return true;
  int r = blocking([fd] { return ::close(fd); });
  return r == 0 || raise_os_error(errno);
}

// ---- opening ----------------------------------------------------------------------------------------------------------------------------

static bool parse_mode(FileIO* f, const char* mode, int* flags) {
  bool found = false, plus = false;
  auto wrong = [] {
    return raise(types::ValueError, "Must have exactly one of create/read/write/append mode and at most one plus");
  };
  for (const char* p = mode; *p; p++) {
    switch (*p) {
      case 'x':
      case 'r':
      case 'w':
      case 'a':
        if (found) return wrong();
        found = true;
        if (*p == 'r') {
          f->readable = true;
        } else {
          f->writable = true;
          *flags |= *p == 'x' ? O_EXCL | O_CREAT : *p == 'w' ? O_CREAT | O_TRUNC : O_APPEND | O_CREAT;
          f->created = *p == 'x';
          f->appending = *p == 'a';
        }
        break;
      case 'b': break;
      case '+':
        if (plus) return wrong();
        plus = true;
        f->readable = f->writable = true;
        break;
      default: return raise(types::ValueError, "invalid mode: %.200s", mode);
    }
  }
  if (!found) return wrong();
  *flags |= O_CLOEXEC | (f->readable && f->writable ? O_RDWR : f->readable ? O_RDONLY : O_WRONLY);
  return true;
}

static bool open_path(FileIO* f, Value name, int flags, Value opener) {
  if (opener && opener != kNone) {
    Ref fd = call(opener, name, make_int(flags).get());
    if (!fd) return false;
    if (!is_int(fd)) return raise(types::TypeError, "expected integer from opener");
    int n;
    if (!to_c_int(fd, &n)) return false;
    if (n < 0) return raise(types::ValueError, "opener returned %d", n);
    f->fd = n;
    if (set_inheritable(n, false) < 0) return raise_os_error(errno);
    return true;
  }
  FsText path;
  if (!path.parse(name)) return false;
  int fd;
  if (!blocking_retry([&] { return ::open(path.get(), flags, 0666); }, &fd)) return false;
  if (fd < 0) return raise_os_error(errno, name);
  f->fd = fd;
  return true;
}

static bool file_setup(FileIO* f, Value name, const char* mode, bool close_fd, Value opener) {
  if (f->fd >= 0) {  // __init__ again
    if (f->close_fd) {
      if (!close_descriptor(f)) return false;
    } else {
      f->fd = -1;
    }
  }
  int fd = -1;
  if (is_int(name) || has_index(name)) {
    if (!to_c_int(name, &fd)) {
      clear_error();
      fd = -1;
    } else if (fd < 0) {
      return raise(types::ValueError, "negative file descriptor");
    }
  }
  f->created = f->readable = f->writable = f->appending = false;
  f->seekable = -1;
  f->close_fd = close_fd;
  int flags = 0;
  if (!parse_mode(f, mode, &flags)) return false;
  if (auditing()) {
    Ref shown = make_str(mode);
    if (!shown || !audit("open", {name, shown, Value::from_int(flags)})) return false;
  }
  bool own = false;
  if (fd >= 0) {
    f->fd = fd;
  } else {
    if (!close_fd) return raise(types::ValueError, "Cannot use closefd=False with file name");
    own = true;
    if (!open_path(f, name, flags, opener)) {
      if (f->fd >= 0) {
        SavedError saved;
        close_descriptor(f);
      }
      return false;
    }
  }
  struct stat st;
  f->block_size = kDefaultBufferSize;
  bool ok = true;
  if (blocking([&] { return ::fstat(f->fd, &st); }) < 0) {
    // Some file systems can't tell; a bad descriptor is told at once.
    if (errno == EBADF) ok = raise_os_error(errno);
  } else if (S_ISDIR(st.st_mode)) {
    ok = raise_os_error(EISDIR, name);
  } else if (st.st_blksize > 1) {
    f->block_size = static_cast<int32_t>(st.st_blksize);
  }
  ok = ok && set_attr(Value(f), TAIPAN_NAME(name), name);
  if (ok && f->appending) {
    // So that tell() is right from the start, also where the system would move only at the first write.
    int64_t end = blocking([&] { return ::lseek(f->fd, 0, SEEK_END); });
    if (f->seekable < 0) f->seekable = end >= 0;
    if (end < 0 && errno != ESPIPE) ok = raise_os_error(errno);
  }
  if (ok) return true;
  if (own) {
    SavedError saved;
    if (!close_descriptor(f)) clear_error();
  } else {
    f->fd = -1;
  }
  return false;
}

static Ref file_new(TypeObject* cls, RawArgs) {
  FileIO* f = alloc_instance_as<FileIO>(cls);
  if (!f) return nullptr;
  f->fd = -1;
  f->seekable = -1;
  f->close_fd = true;
  return Ref::steal(f);
}

static bool file_init(Value self, RawArgs raw) {
  static const Signature sig("FileIO", "(file, mode='r', closefd=True, opener=None)");
  Value v[4];
  if (!sig.bind(raw, v)) return false;
  std::string mode = "r";
  if (v[1]) {
    if (!is_str(v[1])) return raise(types::TypeError, "FileIO() argument 'mode' must be str, not %T", v[1]);
    if (!utf8_of(v[1], &mode)) return false;
    if (mode.find('\0') != std::string::npos) return raise(types::ValueError, "embedded null character");
  }
  int close_fd = v[2] ? is_true(v[2]) : 1;
  if (close_fd < 0) return false;
  return file_setup(file_of(self), v[0], mode.c_str(), close_fd, v[3]);
}

Ref file_open(Value name, const char* mode, bool close_fd, Value opener) {
  Ref self = file_new(file_type, RawArgs{});
  if (!self || !file_setup(file_of(self), name, mode, close_fd, opener)) return nullptr;
  return self;
}

// ---- moving bytes -------------------------------------------------------------------------------------------------------------------------

static Fail wrong_mode(const char* action) { return raise(unsupported_operation(), "File not open for %s", action); }

int64_t file_read(FileIO* f, void* p, int64_t n) {
  if (f->fd < 0) return raise_closed();
  if (!f->readable) return wrong_mode("reading");
  size_t want = static_cast<size_t>(n < kLargestTransfer ? n : kLargestTransfer);
  ssize_t got;
  int fd = f->fd;
  if (!blocking_retry([=] { return ::read(fd, p, want); }, &got)) return -1;
  if (got >= 0) return got;
  if (errno == EAGAIN) return kWouldBlock;
  return raise_os_error(errno);
}

int64_t file_write(FileIO* f, const void* p, int64_t n) {
  if (f->fd < 0) return raise_closed();
  if (!f->writable) return wrong_mode("writing");
  size_t want = static_cast<size_t>(n < kLargestTransfer ? n : kLargestTransfer);
  ssize_t put;
  int fd = f->fd;
  if (!blocking_retry([=] { return ::write(fd, p, want); }, &put)) return -1;
  if (put >= 0) return put;
  if (errno == EAGAIN) return kWouldBlock;
  return raise_os_error(errno);
}

int64_t file_seek(FileIO* f, int64_t offset, int whence) {
  if (f->fd < 0) return raise_closed();
  int fd = f->fd;
  int64_t at = blocking([=] { return ::lseek(fd, offset, whence); });
  if (f->seekable < 0) f->seekable = at >= 0;
  if (at < 0) return raise_os_error(errno);
  return at;
}

static Ref count_or_none(int64_t n) {
  if (n == kWouldBlock) return Ref::imm(kNone);
  if (n < 0) return nullptr;
  return make_int(n);
}

static Ref file_readinto_method(Args& a) {
  WritableBuffer b("readinto", a[0]);
  if (!b.ok()) return nullptr;
  return count_or_none(file_read(file_of(a.self), b.data(), b.size()));
}

static Ref file_write_method(Args& a) {
  BufferView b(a[0]);
  if (!b.ok()) return nullptr;
  return count_or_none(file_write(file_of(a.self), b.data(), static_cast<int64_t>(b.size())));
}

// To the end: the rest of a regular file and one byte more at once, so that one short read tells the end.
static Ref read_all(FileIO* f) {
  if (f->fd < 0) return raise_closed();
  if (!f->readable) return wrong_mode("reading");
  int fd = f->fd;
  int64_t room = kDefaultBufferSize;
  {
    struct stat st;
    int64_t at = -1;
    int r = blocking([&] {
      at = ::lseek(fd, 0, SEEK_CUR);
      return ::fstat(fd, &st);
    });
    if (r == 0 && at >= 0 && st.st_size >= at && st.st_size - at < INT64_MAX / 4) {
      room = st.st_size - at + 1;
      if (st.st_size == 0) room = kDefaultBufferSize;  // /proc and the like
    }
  }
  Ref out = new_bytes_raw(static_cast<size_t>(room));
  if (!out) return nullptr;
  int64_t n = 0;
  for (;;) {
    if (n == room) {
      int64_t more = room < (1 << 16) ? 1 << 16 : room + (room >> (room < (1 << 26) ? 0 : 3));
      Ref bigger = new_bytes_raw(static_cast<size_t>(more));
      if (!bigger) return nullptr;
      memcpy(bigger.as<Bytes>()->data(), out.as<Bytes>()->data(), static_cast<size_t>(n));
      out = std::move(bigger);
      room = more;
    }
    int64_t got = file_read(f, out.as<Bytes>()->data() + n, room - n);
    if (got == kWouldBlock) {
      if (n == 0) return Ref::imm(kNone);
      break;
    }
    if (got < 0) return nullptr;
    if (got == 0) break;
    n += got;
  }
  return shrink_bytes(std::move(out), static_cast<size_t>(n));
}
static Ref file_readall_method(Args& a) { return read_all(file_of(a.self)); }

static Ref file_read_method(Args& a) {
  FileIO* f = file_of(a.self);
  if (f->fd < 0) return raise_closed();
  if (!f->readable) return wrong_mode("reading");
  int64_t n = -1;
  if (!size_argument(a[0], &n)) return nullptr;
  if (n < 0) return read_all(f);
  if (n > kLargestTransfer) n = kLargestTransfer;
  Ref out = new_bytes_raw(static_cast<size_t>(n));
  if (!out) return nullptr;
  int64_t got = file_read(f, out.as<Bytes>()->data(), n);
  if (got == kWouldBlock) return Ref::imm(kNone);
  if (got < 0) return nullptr;
  return shrink_bytes(std::move(out), static_cast<size_t>(got));
}

// ---- position ---------------------------------------------------------------------------------------------------------------------------------

static Ref file_seek_method(Args& a) {
  FileIO* f = file_of(a.self);
  int whence = 0;
  if (a[1] && !to_c_int(a[1], &whence)) return nullptr;
  if (f->fd < 0) return raise_closed();
  int64_t offset;
  if (!to_int64(a[0], &offset)) return nullptr;
  int64_t at = file_seek(f, offset, whence);
  return at < 0 ? nullptr : make_int(at);
}

static Ref file_tell_method(Args& a) {
  int64_t at = file_seek(file_of(a.self), 0, SEEK_CUR);
  return at < 0 ? nullptr : make_int(at);
}

static Ref file_truncate_method(Args& a) {
  FileIO* f = file_of(a.self);
  if (f->fd < 0) return raise_closed();
  if (!f->writable) return wrong_mode("writing");
  int64_t size;
  Ref given;
  if (!a[0] || a[0] == kNone) {
    size = file_seek(f, 0, SEEK_CUR);
    if (size < 0) return nullptr;
    given = make_int(size);
  } else {
    if (!to_int64(a[0], &size)) return nullptr;
    given = Ref::dup(a[0]);
  }
  int r, fd = f->fd;
  if (!blocking_retry([=] { return ::ftruncate(fd, size); }, &r)) return nullptr;
  if (r < 0) return raise_os_error(errno);
  return given;
}

// ---- the rest -----------------------------------------------------------------------------------------------------------------------------------

static Ref file_readable(Args& a) {
  return file_of(a.self)->fd < 0 ? Ref(raise_closed()) : Ref::imm(bool_value(file_of(a.self)->readable));
}
static Ref file_writable(Args& a) {
  return file_of(a.self)->fd < 0 ? Ref(raise_closed()) : Ref::imm(bool_value(file_of(a.self)->writable));
}
static Ref file_fileno(Args& a) {
  return file_of(a.self)->fd < 0 ? Ref(raise_closed()) : make_int(file_of(a.self)->fd);
}

static Ref file_seekable(Args& a) {
  FileIO* f = file_of(a.self);
  if (f->fd < 0) return raise_closed();
  if (f->seekable < 0 && file_seek(f, 0, SEEK_CUR) < 0) clear_error();
  return Ref::imm(bool_value(f->seekable > 0));
}

static Ref file_isatty(Args& a) {
  FileIO* f = file_of(a.self);
  if (f->fd < 0) return raise_closed();
  int fd = f->fd;
  return Ref::imm(bool_value(blocking([fd] { return ::isatty(fd); })));
}

// _warnings.warn, kept from the start: at the end there are no modules any more.
Ref warn_function() {
  static Value kept;
  if (!kept) {
    Ref f = import_attr("_warnings", "warn");
    if (!f) return f;
    kept = f.release();
    gc::add_root(&kept);
  }
  return Ref::dup(kept);
}

// Tells that a file was left open. source is the outermost stream.
static void dealloc_warning(FileIO* f, Value source) {
  if (f->fd < 0 || !f->close_fd) return;
  SavedError saved;
  Ref warn = warn_function(), message = format_str("unclosed file %R", source);
  Value args[4] = {message, Value(types::ResourceWarning), Value::from_int(1), source};
  if (warn && message && call_array(warn, args, 4)) return;
  if (error_matches(types::Warning)) {
    write_unraisable(Value(f));
  } else {
    clear_error();
  }
}
static Ref file_dealloc_warn(Args& a) {
  dealloc_warning(file_of(a.self), a[0]);
  return Ref::imm(kNone);
}

static Ref file_close(Args& a) {
  FileIO* f = file_of(a.self);
  // Through the base class: flush() may be overridden, and the instance is marked.
  Ref base = get_attr(Value(raw_iobase_type), TAIPAN_NAME(close));
  Ref r = base ? call(base, a.self) : Ref();
  if (!f->close_fd) {
    f->fd = -1;
    return r;
  }
  Ref error = r ? Ref() : fetch_error();
  if (f->finalizing) dealloc_warning(f, a.self);
  close_descriptor(f);
  chain_error(std::move(error));
  if (error_occurred()) return nullptr;
  return Ref::imm(kNone);
}

static const char* mode_text(const FileIO* f) {
  if (f->created) return f->readable ? "xb+" : "xb";
  if (f->appending) return f->readable ? "ab+" : "ab";
  if (f->readable) return f->writable ? "rb+" : "rb";
  return "wb";
}

static Ref file_repr(Value self) {
  FileIO* f = file_of(self);
  if (f->fd < 0) return make_str("<_io.FileIO [closed]>");
  Ref name = get_attr_opt(self, TAIPAN_NAME(name));
  if (!name) return nullptr;
  const char* close_fd = f->close_fd ? "True" : "False";
  if (name.get() == kMissing)
    return format_str("<_io.FileIO fd=%d mode='%s' closefd=%s>", f->fd, mode_text(f), close_fd);
  int entered = repr_enter(self);
  if (entered < 0) return nullptr;
  if (entered > 0) return raise(types::RuntimeError, "reentrant call inside %s.__repr__", type_of(self)->cname);
  Ref r = format_str("<_io.FileIO name=%R mode='%s' closefd=%s>", name.get(), mode_text(f), close_fd);
  repr_leave(self);
  return r;
}

static Ref file_closed_get(Value self) { return Ref::imm(bool_value(file_of(self)->fd < 0)); }
static Ref file_closefd_get(Value self) { return Ref::imm(bool_value(file_of(self)->close_fd)); }
static Ref file_mode_get(Value self) { return make_str(mode_text(file_of(self))); }

static const NativeDef kMethods[] = {
    {"read", "($self, size=-1, /)", file_read_method, 0,
     "Reads at most size bytes with one system call, or to the end of the file.\n\nNone where nothing can be read "
     "without blocking; b'' at the end of the file."},
    {"readall", "($self, /)", file_readall_method, 0,
     "Reads to the end of the file.\n\nNone where nothing can be read without blocking."},
    {"readinto", "($self, buffer, /)", file_readinto_method, 0, "Same as RawIOBase.readinto()."},
    {"write", "($self, b, /)", file_write_method, 0,
     "Writes bytes with one system call and gives how many were written.\n\nThat may be fewer than given; None where "
     "nothing can be written without blocking."},
    {"seek", "($self, pos, whence=0, /)", file_seek_method, 0,
     "Moves to a position and gives the new one. Not every file can be moved in."},
    {"tell", "($self, /)", file_tell_method, 0, "The position in the file (OSError where there is none)."},
    {"truncate", "($self, size=None, /)", file_truncate_method, 0,
     "Makes the file size bytes long; by default as long as the current position.\n\nThe position doesn't change."},
    {"close", "($self, /)", file_close, 0,
     "Closes the file and, unless closefd is false, its descriptor.\n\nClosing it again has no effect."},
    {"seekable", "($self, /)", file_seekable, 0, "Whether the file can be moved in."},
    {"readable", "($self, /)", file_readable, 0, "Whether the file was opened for reading."},
    {"writable", "($self, /)", file_writable, 0, "Whether the file was opened for writing."},
    {"fileno", "($self, /)", file_fileno, 0, "The descriptor's number."},
    {"isatty", "($self, /)", file_isatty, 0, "Whether the file is a terminal."},
    {"_dealloc_warn", "($self, source, /)", file_dealloc_warn, kNativeNoSignature, nullptr},
    {}};
static const GetSetDef kGetSet[] = {
    {"closed", file_closed_get, nullptr, "True if the file is closed"},
    {"closefd", file_closefd_get, nullptr, "True if the file descriptor will be closed by close()."},
    {"mode", file_mode_get, nullptr, "String giving the file mode"},
    {}};
static const MemberDef kMembers[] = {{"_blksize", kMemberInt, offsetof(FileIO, block_size), false, nullptr},
                                     {"_finalizing", kMemberBool, offsetof(FileIO, finalizing), false, nullptr},
                                     {}};

static void file_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;  // its finaliser has closed it, unless a subclass's __del__ did otherwise
  finish_dealloc(h);
}

const TypeSpec kFileIOSpec = {
    .doc =
        "FileIO(file, mode='r', closefd=True, opener=None)\n--\n\nOpens a file without buffering.\n\n"
        "file is a path, or the number of an open descriptor. mode is 'r' (the default),\n'w' (an old file is "
        "emptied), 'x' (there must be no such file) or 'a' (writes go to\n"
        "the end), with a '+' for both reading and writing; data are always bytes.\n"
        "With closefd=False, possible for a number only, the descriptor stays open when\nthe object is closed. "
        "opener(path, flags) makes the descriptor in place of os.open().",
    .flags = kStreamFlags,
    .basic_size = sizeof(FileIO),
    .ops = {.dealloc = file_dealloc},
    .methods = kMethods,
    .getset = kGetSet,
    .members = kMembers,
    .s = {.repr = file_repr, .get_attr = generic_get_attr, .init = file_init, .new_ = file_new},
};

}  // namespace taipan::io
