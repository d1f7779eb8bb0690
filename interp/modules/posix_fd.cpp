// posix: open descriptors.
#include <fcntl.h>
#include <pty.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>
#include <climits>
#include <cstdlib>
#include <vector>
#include "interp/modules/audit.h"
#include "interp/modules/posix_support.h"
#include "interp/objects/codecs.h"
#include "interp/objects/structseq.h"

namespace taipan {

static Ref posix_open(Args& a) {
  PathArg path("open", "path");
  int flags, mode, dir, fd;
  if (!path.parse(a[0]) || !to_c_int(a[1], &flags) || !int_argument(a[2], 0777, &mode) ||
      !dir_fd_argument(a[3], &dir) || !audit("open", {path.shown(), kNone, Value::from_int(flags | O_CLOEXEC)}))
    return nullptr;
  if (!blocking_retry([&] { return openat(dir, path.narrow, flags | O_CLOEXEC, mode); }, &fd)) return nullptr;
  return fd < 0 ? path.error() : make_int(fd);
}
static Ref posix_close(Args& a) {
  int fd;
  if (!to_c_int(a[0], &fd)) return nullptr;
  int r = blocking([&] { return close(fd); });
  return r < 0 && errno != EINTR ? posix_error() : none();  // after EINTR the descriptor is closed all the same
}
static Ref posix_closerange(Args& a) {
  int low, high;
  if (!to_c_int(a[0], &low) || !to_c_int(a[1], &high)) return nullptr;
  blocking([&] {
    if (low < 0) low = 0;
    if (low >= high) return 0;
    if (syscall(SYS_close_range, static_cast<unsigned>(low), static_cast<unsigned>(high - 1), 0) == 0) return 0;
    for (int fd = low; fd < high; fd++) close(fd);
    return 0;
  });
  return none();
}

static Ref posix_dup(Args& a) {
  int fd;
  if (!to_c_int(a[0], &fd)) return nullptr;
  int r = blocking([&] { return fcntl(fd, F_DUPFD_CLOEXEC, 0); });
  return r < 0 ? posix_error() : make_int(r);
}
static Ref posix_dup2(Args& a) {
  int fd, fd2, r;
  bool inheritable;
  if (!to_c_int(a[0], &fd) || !to_c_int(a[1], &fd2) || !bool_argument(a[2], true, &inheritable)) return nullptr;
  if (fd < 0 || fd2 < 0) {
    errno = EBADF;
    return posix_error();
  }
  // dup3 refuses equal descriptors, where dup2 does nothing.
  r = blocking([&] { return inheritable || fd == fd2 ? dup2(fd, fd2) : dup3(fd, fd2, O_CLOEXEC); });
  if (r < 0) return posix_error();
  if (!inheritable && fd == fd2 && set_inheritable(fd2, false) < 0) return posix_error();
  return make_int(r);
}

static Ref posix_lseek(Args& a) {
  int fd, whence;
  off_t position;
  if (!to_c_int(a[0], &fd) || !off_argument(a[1], &position) || !to_c_int(a[2], &whence)) return nullptr;
  off_t r = blocking([&] { return lseek(fd, position, whence); });
  return r < 0 ? posix_error() : make_int(r);
}

// A bytes object filled by f(buffer, size), which returns the number of bytes.
template <class F>
static Ref read_bytes(int64_t length, F f) {
  if (length < 0) {
    errno = EINVAL;
    return posix_error();
  }
  Ref r = new_bytes_raw(static_cast<size_t>(length));
  if (!r) return nullptr;
  uint8_t* data = r.as<Bytes>()->data();
  ssize_t n;
  if (!blocking_retry([&] { return f(data, static_cast<size_t>(length)); }, &n)) return nullptr;
  if (n < 0) return posix_error();
  return n == length ? std::move(r) : make_bytes(data, static_cast<size_t>(n));
}
static Ref posix_read(Args& a) {
  int fd;
  int64_t length;
  if (!to_c_int(a[0], &fd) || !to_c_ssize(a[1], &length)) return nullptr;
  if (length > 0x7ffff000) length = 0x7ffff000;  // what Linux reads at most
  return read_bytes(length, [&](uint8_t* p, size_t n) { return read(fd, p, n); });
}
static Ref posix_pread(Args& a) {
  int fd;
  int64_t length;
  off_t offset;
  if (!to_c_int(a[0], &fd) || !to_c_ssize(a[1], &length) || !off_argument(a[2], &offset)) return nullptr;
  if (length > 0x7ffff000) length = 0x7ffff000;
  return read_bytes(length, [&](uint8_t* p, size_t n) { return pread(fd, p, n, offset); });
}
static Ref count_or_error(ssize_t n) { return n < 0 ? posix_error() : make_int(n); }

static Ref posix_write(Args& a) {
  int fd;
  ssize_t n;
  if (!to_c_int(a[0], &fd)) return nullptr;
  BufferView data(a[1]);
  if (!data.ok() || !blocking_retry([&] { return write(fd, data.data(), data.size()); }, &n)) return nullptr;
  return count_or_error(n);
}
static Ref posix_pwrite(Args& a) {
  int fd;
  ssize_t n;
  off_t offset;
  if (!to_c_int(a[0], &fd)) return nullptr;
  BufferView data(a[1]);
  if (!data.ok() || !off_argument(a[2], &offset) ||
      !blocking_retry([&] { return pwrite(fd, data.data(), data.size(), offset); }, &n))
    return nullptr;
  return count_or_error(n);
}

// The buffers of readv and friends, held while in scope.
class Vectors {
 public:
  ~Vectors() {
    for (Buffer& b : buffers_) release_buffer(&b);
  }
  bool fill(Value sequence, int flags, const char* function) {
    if (!is_sequence(sequence)) return raise(types::TypeError, "%s() arg 2 must be a sequence", function);
    int64_t n = length_of(sequence);
    if (n < 0) return false;
    buffers_.reserve(static_cast<size_t>(n));
    for (int64_t i = 0; i < n; i++) {
      Ref item = get_item(sequence, Value::from_int(i));
      Buffer b;
      if (!item || !get_buffer(item, &b, flags)) return false;
      buffers_.push_back(b);
      vectors_.push_back({b.data, static_cast<size_t>(b.len)});
    }
    return true;
  }
  const iovec* data() const { return vectors_.data(); }
  int count() const { return static_cast<int>(vectors_.size()); }

 private:
  std::vector<Buffer> buffers_;
  std::vector<iovec> vectors_;
};

static Ref posix_readv(Args& a) {
  int fd;
  ssize_t n;
  Vectors v;
  if (!to_c_int(a[0], &fd) || !v.fill(a[1], kBufWritable, "readv") ||
      !blocking_retry([&] { return readv(fd, v.data(), v.count()); }, &n))
    return nullptr;
  return count_or_error(n);
}
static Ref posix_writev(Args& a) {
  int fd;
  ssize_t n;
  Vectors v;
  if (!to_c_int(a[0], &fd) || !v.fill(a[1], kBufSimple, "writev") ||
      !blocking_retry([&] { return writev(fd, v.data(), v.count()); }, &n))
    return nullptr;
  return count_or_error(n);
}
static Ref posix_preadv(Args& a) {
  int fd, flags;
  ssize_t n;
  off_t offset;
  Vectors v;
  if (!to_c_int(a[0], &fd) || !off_argument(a[2], &offset) || !int_argument(a[3], 0, &flags) ||
      !v.fill(a[1], kBufWritable, "preadv") ||
      !blocking_retry([&] { return preadv2(fd, v.data(), v.count(), offset, flags); }, &n))
    return nullptr;
  return count_or_error(n);
}
static Ref posix_pwritev(Args& a) {
  int fd, flags;
  ssize_t n;
  off_t offset;
  Vectors v;
  if (!to_c_int(a[0], &fd) || !off_argument(a[2], &offset) || !int_argument(a[3], 0, &flags) ||
      !v.fill(a[1], kBufSimple, "pwritev") ||
      !blocking_retry([&] { return pwritev2(fd, v.data(), v.count(), offset, flags); }, &n))
    return nullptr;
  return count_or_error(n);
}

static Ref posix_sendfile(Args& a) {
  int out, in;
  int64_t count;
  ssize_t n;
  if (!to_c_int(a[0], &out) || !to_c_int(a[1], &in) || !to_c_ssize(a[3], &count)) return nullptr;
  off_t offset = 0;
  bool here = a[2] == kNone;
  if (!here && !off_argument(a[2], &offset)) return nullptr;
  if (!blocking_retry([&] { return sendfile(out, in, here ? nullptr : &offset, static_cast<size_t>(count)); }, &n))
    return nullptr;
  return count_or_error(n);
}

static bool offset_argument(Value v, off64_t* storage, off64_t** out) {
  *out = nullptr;
  if (!v || v == kNone) return true;
  off_t o;
  if (!off_argument(v, &o)) return false;
  *storage = o;
  *out = storage;
  return true;
}
static Ref posix_copy_file_range(Args& a) {
  int src, dst;
  int64_t count;
  ssize_t n;
  off64_t from, to, *from_at, *to_at;
  if (!to_c_int(a[0], &src) || !to_c_int(a[1], &dst) || !to_c_ssize(a[2], &count)) return nullptr;
  if (!offset_argument(a[3], &from, &from_at) || !offset_argument(a[4], &to, &to_at)) return nullptr;
  if (count < 0) return raise(types::ValueError, "negative value for 'count' not allowed");
  if (!blocking_retry([&] { return copy_file_range(src, from_at, dst, to_at, static_cast<size_t>(count), 0); }, &n))
    return nullptr;
  return count_or_error(n);
}
static Ref posix_splice(Args& a) {
  int src, dst, flags;
  int64_t count;
  ssize_t n;
  off64_t from, to, *from_at, *to_at;
  if (!to_c_int(a[0], &src) || !to_c_int(a[1], &dst) || !to_c_ssize(a[2], &count)) return nullptr;
  if (!offset_argument(a[3], &from, &from_at) || !offset_argument(a[4], &to, &to_at) || !int_argument(a[5], 0, &flags))
    return nullptr;
  if (count < 0) return raise(types::ValueError, "negative value for 'count' not allowed");
  if (!blocking_retry(
          [&] { return splice(src, from_at, dst, to_at, static_cast<size_t>(count), static_cast<unsigned>(flags)); },
          &n))
    return nullptr;
  return count_or_error(n);
}

static Ref posix_fsync(Args& a) {
  int fd, r;
  if (!fildes_argument(a[0], &fd) || !blocking_retry([&] { return fsync(fd); }, &r)) return nullptr;
  return none_or_error(r);
}
static Ref posix_fdatasync(Args& a) {
  int fd, r;
  if (!fildes_argument(a[0], &fd) || !blocking_retry([&] { return fdatasync(fd); }, &r)) return nullptr;
  return none_or_error(r);
}
static Ref posix_ftruncate(Args& a) {
  int fd, r;
  off_t length;
  if (!to_c_int(a[0], &fd) || !off_argument(a[1], &length) || !audit("os.truncate", {Value::from_int(fd), a[1]}) ||
      !blocking_retry([&] { return ftruncate(fd, length); }, &r))
    return nullptr;
  return none_or_error(r);
}
static Ref posix_lockf(Args& a) {
  int fd, command, r;
  off_t length;
  if (!to_c_int(a[0], &fd) || !to_c_int(a[1], &command) || !off_argument(a[2], &length) ||
      !audit("os.lockf", {Value::from_int(fd), Value::from_int(command), a[2]}))
    return nullptr;
  if (!blocking_retry([&] { return lockf(fd, command, length); }, &r)) return nullptr;
  return none_or_error(r);
}
// These return the error instead of setting errno.
template <class F>
static Ref retry_error_code(F f) {
  for (;;) {
    int err = blocking(f);
    if (err == 0) return none();
    if (err != EINTR) return raise_os_error(err);
    if (!poll()) return nullptr;
  }
}
static Ref posix_fallocate_impl(Args& a) {
  int fd;
  off_t offset, length;
  if (!to_c_int(a[0], &fd) || !off_argument(a[1], &offset) || !off_argument(a[2], &length)) return nullptr;
  return retry_error_code([&] { return posix_fallocate(fd, offset, length); });
}
static Ref posix_fadvise_impl(Args& a) {
  int fd, advice;
  off_t offset, length;
  if (!to_c_int(a[0], &fd) || !off_argument(a[1], &offset) || !off_argument(a[2], &length) || !to_c_int(a[3], &advice))
    return nullptr;
  return retry_error_code([&] { return posix_fadvise(fd, offset, length, advice); });
}

static Ref pair(int a, int b) { return make_tuple_of({Value::from_int(a), Value::from_int(b)}); }
static Ref posix_pipe(Args&) {
  int fds[2];
  int r = blocking([&] { return pipe2(fds, O_CLOEXEC); });
  return r < 0 ? posix_error() : pair(fds[0], fds[1]);
}
static Ref posix_pipe2(Args& a) {
  int flags, fds[2];
  if (!to_c_int(a[0], &flags)) return nullptr;
  return pipe2(fds, flags) < 0 ? posix_error() : pair(fds[0], fds[1]);
}

static Ref posix_get_inheritable(Args& a) {
  int fd;
  if (!to_c_int(a[0], &fd)) return nullptr;
  int flags = fcntl(fd, F_GETFD);
  return flags < 0 ? posix_error() : Ref::imm(bool_value(!(flags & FD_CLOEXEC)));
}
static Ref posix_set_inheritable(Args& a) {
  int fd, inheritable;
  if (!to_c_int(a[0], &fd) || !to_c_int(a[1], &inheritable)) return nullptr;
  return none_or_error(set_inheritable(fd, inheritable != 0));
}
static Ref posix_get_blocking(Args& a) {
  int fd;
  if (!to_c_int(a[0], &fd)) return nullptr;
  int flags = fcntl(fd, F_GETFL);
  return flags < 0 ? posix_error() : Ref::imm(bool_value(!(flags & O_NONBLOCK)));
}
static Ref posix_set_blocking(Args& a) {
  int fd;
  bool wait;
  if (!to_c_int(a[0], &fd) || !bool_argument(a[1], false, &wait)) return nullptr;
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0) return posix_error();
  int wanted = wait ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
  return none_or_error(wanted == flags ? 0 : fcntl(fd, F_SETFL, wanted));
}

static Ref posix_isatty(Args& a) {
  int fd;
  if (!to_c_int(a[0], &fd)) return nullptr;
  return Ref::imm(bool_value(isatty(fd)));
}
static Ref posix_ttyname(Args& a) {
  int fd;
  if (!to_c_int(a[0], &fd)) return nullptr;
  char buf[PATH_MAX];
  int err = blocking([&] { return ttyname_r(fd, buf, sizeof buf); });
  return err ? raise_os_error(err) : decode_fs(buf);
}
static Ref posix_ctermid(Args&) {
  char buf[L_ctermid + 1] = "";
  ctermid(buf);  // not its result: clang takes the buffer for not captured
  return decode_fs(buf);
}
static Ref posix_openpty(Args&) {
  int master, slave;
  if (blocking([&] { return openpty(&master, &slave, nullptr, nullptr, nullptr); }) < 0) return posix_error();
  if (set_inheritable(master, false) < 0 || set_inheritable(slave, false) < 0) {
    int err = errno;
    close(master);
    close(slave);
    return raise_os_error(err);
  }
  return pair(master, slave);
}
static Ref posix_login_tty(Args& a) {
  int fd;
  if (!fildes_argument(a[0], &fd)) return nullptr;
  return none_or_error(login_tty(fd));
}
static Ref posix_tcgetpgrp(Args& a) {
  int fd;
  if (!to_c_int(a[0], &fd)) return nullptr;
  pid_t r = tcgetpgrp(fd);
  return r < 0 ? posix_error() : make_int(r);
}
static Ref posix_tcsetpgrp(Args& a) {
  int fd, group;
  if (!to_c_int(a[0], &fd) || !to_c_int(a[1], &group)) return nullptr;
  return none_or_error(tcsetpgrp(fd, group));
}
static Ref posix_device_encoding(Args& a) {
  int fd;
  if (!to_c_int(a[0], &fd)) return nullptr;
  if (!blocking([&] { return isatty(fd); })) return none();
  return make_str("UTF-8");
}

static Ref posix_memfd_create(Args& a) {
  FsText name;
  unsigned flags = MFD_CLOEXEC;
  if (!name.parse(a[0])) return nullptr;
  if (a[1]) {
    Ref i = to_index(a[1]);
    if (!i) return nullptr;
    flags = static_cast<unsigned>(int_low64(i));
  }
  int fd = blocking([&] { return memfd_create(name.get(), flags); });
  return fd < 0 ? posix_error() : make_int(fd);
}
static Ref posix_eventfd(Args& a) {
  int flags;
  Ref i = to_index(a[0]);
  if (!i) return nullptr;
  int64_t initial;
  if (!int_fits64(i, &initial) || initial > UINT32_MAX) {
    if (int_sign(i) < 0) return raise(types::ValueError, "value must be positive");
    return raise(types::OverflowError, "Python int too large to convert to C unsigned int");
  }
  if (initial < 0) return raise(types::ValueError, "value must be positive");
  if (!int_argument(a[1], EFD_CLOEXEC, &flags)) return nullptr;
  int fd = blocking([&] { return eventfd(static_cast<unsigned>(initial), flags); });
  return fd < 0 ? posix_error() : make_int(fd);
}
static Ref posix_eventfd_read(Args& a) {
  int fd, r;
  eventfd_t value;
  if (!fildes_argument(a[0], &fd) || !blocking_retry([&] { return eventfd_read(fd, &value); }, &r)) return nullptr;
  return r < 0 ? posix_error() : make_int_u64(value);
}
static Ref posix_eventfd_write(Args& a) {
  int fd, r;
  if (!fildes_argument(a[0], &fd)) return nullptr;
  Ref i = to_index(a[1]);
  uint64_t value;
  if (!i) return nullptr;
  if (int_bit_length(i) > 64) return raise(types::OverflowError, "int too big to convert");
  if (int_sign(i) < 0) return raise(types::OverflowError, "can't convert negative int to unsigned");
  value = int_low64(i);
  if (!blocking_retry([&] { return eventfd_write(fd, value); }, &r)) return nullptr;
  return none_or_error(r);
}

const NativeDef kPosixFdFunctions[] = {
    {"open", "($module, /, path, flags, mode=511, *, dir_fd=None)", posix_open, 0,
     "Opens a file and returns its descriptor, which is not inheritable."},
    {"close", "($module, /, fd)", posix_close, 0, "Closes a descriptor."},
    {"closerange", "($module, fd_low, fd_high, /)", posix_closerange, 0,
     "Closes all descriptors from fd_low up to fd_high, ignoring errors."},
    {"dup", "($module, fd, /)", posix_dup, 0, "A duplicate of a descriptor, not inheritable."},
    {"dup2", "($module, /, fd, fd2, inheritable=True)", posix_dup2, 0, "Duplicates a descriptor onto another."},
    {"lseek", "($module, fd, position, how, /)", posix_lseek, 0, "Moves the position of a descriptor and returns it."},
    {"read", "($module, fd, length, /)", posix_read, 0, "Reads bytes from a descriptor."},
    {"pread", "($module, fd, length, offset, /)", posix_pread, 0, "Reads bytes at an offset, leaving the position."},
    {"readv", "($module, fd, buffers, /)", posix_readv, 0, "Reads into a sequence of writable buffers."},
    {"preadv", "($module, fd, buffers, offset, flags=0, /)", posix_preadv, 0,
     "Reads into buffers at an offset, with flags."},
    {"write", "($module, fd, data, /)", posix_write, 0, "Writes bytes to a descriptor."},
    {"pwrite", "($module, fd, buffer, offset, /)", posix_pwrite, 0, "Writes bytes at an offset, leaving the position."},
    {"writev", "($module, fd, buffers, /)", posix_writev, 0, "Writes a sequence of buffers."},
    {"pwritev", "($module, fd, buffers, offset, flags=0, /)", posix_pwritev, 0,
     "Writes buffers at an offset, with flags."},
    {"sendfile", "($module, /, out_fd, in_fd, offset, count)", posix_sendfile, 0,
     "Copies bytes between descriptors in the kernel."},
    {"copy_file_range", "($module, /, src, dst, count, offset_src=None,\n                offset_dst=None)",
     posix_copy_file_range, 0, "Copies bytes between files in the kernel."},
    {"splice", "($module, /, src, dst, count, offset_src=None, offset_dst=None,\n       flags=0)", posix_splice, 0,
     "Moves bytes between descriptors, one of them a pipe."},
    {"fsync", "($module, /, fd)", posix_fsync, 0, "Forces a file to disk."},
    {"fdatasync", "($module, /, fd)", posix_fdatasync, 0, "Forces a file's content to disk."},
    {"ftruncate", "($module, fd, length, /)", posix_ftruncate, 0, "Cuts or extends an open file."},
    {"lockf", "($module, fd, command, length, /)", posix_lockf, 0,
     "Applies, tests or removes a POSIX lock on an open file."},
    {"posix_fallocate", "($module, fd, offset, length, /)", posix_fallocate_impl, 0,
     "Makes sure that disk space is there."},
    {"posix_fadvise", "($module, fd, offset, length, advice, /)", posix_fadvise_impl, 0,
     "Tells how a file will be read."},
    {"pipe", "($module, /)", posix_pipe, 0, "A pipe: (read end, write end), not inheritable."},
    {"pipe2", "($module, flags, /)", posix_pipe2, 0, "A pipe with flags."},
    {"get_inheritable", "($module, fd, /)", posix_get_inheritable, 0, "Whether a descriptor survives exec."},
    {"set_inheritable", "($module, fd, inheritable, /)", posix_set_inheritable, 0,
     "Sets whether a descriptor survives exec."},
    {"get_blocking", "($module, fd, /)", posix_get_blocking, 0, "Whether a descriptor is in blocking mode."},
    {"set_blocking", "($module, fd, blocking, /)", posix_set_blocking, 0, "Sets the blocking mode of a descriptor."},
    {"isatty", "($module, fd, /)", posix_isatty, 0, "Whether a descriptor is a terminal."},
    {"ttyname", "($module, fd, /)", posix_ttyname, 0, "The name of the terminal of a descriptor."},
    {"ctermid", "($module, /)", posix_ctermid, 0, "The name of the controlling terminal."},
    {"openpty", "($module, /)", posix_openpty, 0, "A pseudo-terminal: (master, slave)."},
    {"login_tty", "($module, fd, /)", posix_login_tty, 0,
     "Makes a terminal the one of this process, for a new session."},
    {"tcgetpgrp", "($module, fd, /)", posix_tcgetpgrp, 0, "The process group of a terminal."},
    {"tcsetpgrp", "($module, fd, pgid, /)", posix_tcsetpgrp, 0, "Sets the process group of a terminal."},
    {"device_encoding", "($module, /, fd)", posix_device_encoding, 0,
     "The encoding of a terminal; None for anything else."},
    {"memfd_create", "($module, /, name, flags=MFD_CLOEXEC)", posix_memfd_create, 0, "A file in memory."},
    {"eventfd", "($module, /, initval, flags=EFD_CLOEXEC)", posix_eventfd, 0, "A descriptor that counts events."},
    {"eventfd_read", "($module, /, fd)", posix_eventfd_read, 0, "Reads the counter of an eventfd."},
    {"eventfd_write", "($module, /, fd, value)", posix_eventfd_write, 0, "Adds to the counter of an eventfd."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

}  // namespace taipan
