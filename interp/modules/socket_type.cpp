// The class _socket.socket.
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/vm_sockets.h>  // relies on sys/socket.h

#include "interp/modules/audit.h"
#include "interp/modules/io/io.h"
#include "interp/modules/socket_object.h"
#include "interp/objects/float.h"
#include "interp/objects/tuple.h"

namespace taipan {

TypeObject* socket_type;
std::atomic<int64_t> default_socket_timeout{-1};

// ---- time-outs and waiting ------------------------------------------------------------------------------------------------------------

bool timeout_argument(Value v, int64_t* ns) {
  if (v == kNone) {
    *ns = -1;
    return true;
  }
  if (!time_to_ns(v, ns, TimeRound::kUp)) return false;
  if (*ns < 0) return raise(types::ValueError, "Timeout value out of range");
  if (Deadline::round_up(*ns, 1000000) > INT_MAX)
    return raise(types::OverflowError, "timeout doesn't fit into C timeval");
  return true;
}
bool set_fd_blocking(int fd, bool wait) {
  int on = !wait;
  if (ioctl(fd, FIONBIO, &on) < 0) return raise_os_error(errno);
  return true;
}
int wait_ready(int fd, short events, const Deadline& deadline) {
  for (;;) {
    pollfd p{fd, events, 0};
    int ms = deadline.milliseconds();
    int r = blocking([&] { return ::poll(&p, 1, ms); });
    if (r > 0) return 1;
    if (r < 0 && errno != EINTR) return raise_os_error(errno);
    if (r < 0 && !poll()) return -1;
    if (deadline.over()) return 0;
  }
}
Fail raise_timed_out() { return raise(types::TimeoutError, "timed out"); }

// ---- making ---------------------------------------------------------------------------------------------------------------------------

// Takes a descriptor over. False: raised; the descriptor is still the caller's.
static bool adopt(SocketObject* s, int fd, int family, int type, int protocol) {
  s->family = family;
  s->type = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
  s->protocol = protocol;
  int64_t timeout = type & SOCK_NONBLOCK ? 0 : default_socket_timeout.load(std::memory_order_relaxed);
  s->timeout_ns.store(timeout);
  if (!(type & SOCK_NONBLOCK) && timeout >= 0 && !set_fd_blocking(fd, false)) return false;
  s->fd.store(fd);
  return true;
}
Ref make_socket(int fd, int family, int type, int protocol) {
  auto* s = alloc_instance_as<SocketObject>(socket_type);
  if (s) s->fd.store(-1);
  Ref keep = s ? Ref::steal(s) : Ref();
  if (s && adopt(s, fd, family, type, protocol)) return keep;
  close(fd);
  return nullptr;
}

static Ref socket_new(TypeObject* cls, RawArgs) {
  auto* s = alloc_instance_as<SocketObject>(cls);
  if (!s) return nullptr;
  s->fd.store(-1);
  s->timeout_ns.store(default_socket_timeout.load(std::memory_order_relaxed));
  return Ref::steal(s);
}

// What a descriptor is, where the caller left it open.
static bool inspect_fd(int fd, int* family, int* type, int* protocol) {
  SocketAddress address;
  socklen_t size = sizeof address;
  memset(&address, 0, sizeof address);
  if (getsockname(fd, &address.any, &size) < 0) {
    if (*family == -1 || errno == ENOTSOCK || errno == EBADF) return raise_os_error(errno);
  } else if (*family == -1) {
    *family = address.any.sa_family;
  }
  size = sizeof(int);
  if (*type == -1 && getsockopt(fd, SOL_SOCKET, SO_TYPE, type, &size) < 0) return raise_os_error(errno);
  size = sizeof(int);
  if (*protocol == -1 && getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, protocol, &size) < 0) return raise_os_error(errno);
  return true;
}

static bool socket_init(Value self, RawArgs raw) {
  static const Signature sig("socket", "(family=-1, type=-1, proto=-1, fileno=None)");
  Value v[4];
  int family, type, protocol;
  if (!sig.bind(raw, v) || !int_argument(v[0], -1, &family) || !int_argument(v[1], -1, &type) ||
      !int_argument(v[2], -1, &protocol))
    return false;
  if (auditing() &&
      !audit("socket.__new__", {self, Value::from_int(family), Value::from_int(type), Value::from_int(protocol)}))
    return false;
  SocketObject* s = socket_of(self);
  if (v[3] && v[3] != kNone) {
    int64_t given;
    if (!to_int64(v[3], &given)) return false;
    if (given < 0) return raise(types::ValueError, "negative file descriptor");
    if (given > INT_MAX) return raise(types::OverflowError, "Python int too large to convert to C int");
    int fd = static_cast<int>(given);
    return inspect_fd(fd, &family, &type, &protocol) && adopt(s, fd, family, type, protocol);
  }
  if (family == -1) family = AF_INET;
  if (type == -1) type = SOCK_STREAM;
  if (protocol == -1) protocol = 0;
  int fd = blocking([&] { return socket(family, type | SOCK_CLOEXEC, protocol); });
  if (fd < 0) return raise_os_error(errno);
  if (adopt(s, fd, family, type, protocol)) return true;
  close(fd);
  return false;
}

static void socket_del(Value v) {
  int fd = socket_of(v)->fd.load();
  if (fd < 0) return;
  SavedError saved;
  if (!warn(types::ResourceWarning, 1, "unclosed %R", v)) {
    if (error_matches(types::Warning)) {
      write_unraisable(v);
    } else {
      clear_error();
    }
  }
  fd = socket_of(v)->fd.exchange(-1);
  if (fd >= 0) blocking([&] { return close(fd); });
}
static void socket_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  int fd = reinterpret_cast<SocketObject*>(h)->fd.exchange(-1);
  if (fd >= 0) close(fd);
  finish_dealloc(h);
}

static Ref socket_repr(Value v) {
  SocketObject* s = socket_of(v);
  return format_str("<socket object, fd=%d, family=%d, type=%d, proto=%d>", s->fd.load(), s->family, s->type,
                    s->protocol);
}

// ---- state ------------------------------------------------------------------------------------------------------------------------------

static Ref socket_close(Args& a) {
  int fd = socket_of(a.self)->fd.exchange(-1);
  if (fd >= 0 && blocking([&] { return close(fd); }) < 0 && errno != ECONNRESET && errno != EINTR) return posix_error();
  return none();
}
static Ref socket_detach(Args& a) { return make_int(socket_of(a.self)->fd.exchange(-1)); }
static Ref socket_fileno(Args& a) { return make_int(socket_of(a.self)->fd.load()); }

static bool set_timeout(SocketObject* s, int64_t ns) {
  s->timeout_ns.store(ns);
  return set_fd_blocking(s->fd.load(), ns < 0);
}
static Ref socket_setblocking(Args& a) {
  int64_t wait;
  if (!to_int64(a[0], &wait)) return nullptr;
  return set_timeout(socket_of(a.self), wait ? -1 : 0) ? none() : nullptr;
}
static Ref socket_getblocking(Args& a) { return Ref::imm(bool_value(socket_of(a.self)->timeout_ns.load() != 0)); }
static Ref socket_settimeout(Args& a) {
  int64_t ns;
  if (!timeout_argument(a[0], &ns)) return nullptr;
  return set_timeout(socket_of(a.self), ns) ? none() : nullptr;
}
static Ref socket_get_timeout(Value v) {
  int64_t ns = socket_of(v)->timeout_ns.load();
  return ns < 0 ? none() : make_float(ns_to_seconds(ns));
}
static Ref socket_gettimeout(Args& a) { return socket_get_timeout(a.self); }

static Ref socket_setsockopt(Args& a) {
  // (level, name, int or buffer) or (level, name, None, length)
  size_t n = a.raw.n;
  const Value* v = a.raw.v;
  int level, name, r;
  if (a.raw.kwnames && tuple_size(a.raw.kwnames))
    return raise(types::TypeError, "socket.setsockopt() takes no keyword arguments");
  bool no_data = n == 4 && v[2] == kNone;
  if (n != 3 && !no_data) return raise(types::TypeError, "setsockopt() takes exactly 3 arguments (%zu given)", n);
  if (!plain_int_argument(v[0], &level) || !plain_int_argument(v[1], &name)) return nullptr;
  SocketObject* s = socket_of(a.self);
  int fd = s->fd.load();
  if (no_data) {
    Ref i = to_index(v[3]);
    if (!i) return nullptr;
    r = setsockopt(fd, level, name, nullptr, static_cast<socklen_t>(int_low64(i)));
  } else if (is_int(v[2])) {
    if (s->family == AF_VSOCK && level == AF_VSOCK) {
      uint64_t wide = int_low64(v[2]);
      r = setsockopt(fd, level, name, &wide, sizeof wide);
    } else {
      int flag;
      if (!plain_int_argument(v[2], &flag)) {
        clear_error();
        return raise(types::TypeError, "a bytes-like object is required, not '%.100T'", v[2]);
      }
      r = setsockopt(fd, level, name, &flag, sizeof flag);
    }
  } else {
    BufferView data(v[2]);
    if (!data.ok()) return nullptr;
    r = setsockopt(fd, level, name, data.data(), static_cast<socklen_t>(data.size()));
  }
  return none_or_error(r);
}
static Ref socket_getsockopt(Args& a) {
  int level, name, size = 0;
  if (!plain_int_argument(a[0], &level) || !plain_int_argument(a[1], &name) ||
      (a[2] && !plain_int_argument(a[2], &size)))
    return nullptr;
  SocketObject* s = socket_of(a.self);
  int fd = s->fd.load();
  if (size == 0) {
    if (s->family == AF_VSOCK && level == AF_VSOCK) {
      uint64_t wide = 0;
      socklen_t n = sizeof wide;
      return getsockopt(fd, level, name, &wide, &n) < 0 ? posix_error() : make_int_u64(wide);
    }
    int flag = 0;
    socklen_t n = sizeof flag;
    return getsockopt(fd, level, name, &flag, &n) < 0 ? posix_error() : make_int(flag);
  }
  if (s->family == AF_VSOCK && level == AF_VSOCK) return raise(types::OSError, "getsockopt string buffer not allowed");
  if (size <= 0 || size > 1024) return raise(types::OSError, "getsockopt buflen out of range");
  char data[1024];
  socklen_t n = static_cast<socklen_t>(size);
  if (getsockopt(fd, level, name, data, &n) < 0) return posix_error();
  return make_bytes(data, n);
}

// ---- addresses and connections ------------------------------------------------------------------------------------------------------------

static Ref name_of_socket(SocketObject* s, int (*ask)(int, sockaddr*, socklen_t*)) {
  SocketAddress address;
  memset(&address, 0, sizeof address);
  socklen_t size = sizeof address;
  int fd = s->fd.load();
  int r = blocking([&] { return ask(fd, &address.any, &size); });
  return r < 0 ? posix_error() : make_address(fd, address, size < sizeof address ? size : sizeof address, s->protocol);
}
static Ref socket_getsockname(Args& a) {
  return name_of_socket(socket_of(a.self), [](int fd, sockaddr* p, socklen_t* n) { return getsockname(fd, p, n); });
}
static Ref socket_getpeername(Args& a) {
  return name_of_socket(socket_of(a.self), [](int fd, sockaddr* p, socklen_t* n) { return getpeername(fd, p, n); });
}

static Ref socket_bind(Args& a) {
  SocketObject* s = socket_of(a.self);
  SocketAddress address;
  socklen_t size;
  if (!parse_address(s, a[0], &address, &size, "bind") || !audit("socket.bind", {a.self, a[0]})) return nullptr;
  return none_or_error(blocking([&] { return bind(s->fd.load(), &address.any, size); }));
}
static Ref socket_listen(Args& a) {
  int backlog = SOMAXCONN < 128 ? SOMAXCONN : 128;
  if (a[0] && !plain_int_argument(a[0], &backlog)) return nullptr;
  if (backlog < 0) backlog = 0;
  SocketObject* s = socket_of(a.self);
  return none_or_error(blocking([&] { return listen(s->fd.load(), backlog); }));
}
static Ref socket_accept(Args& a) {
  SocketObject* s = socket_of(a.self);
  SocketAddress address;
  memset(&address, 0, sizeof address);
  socklen_t size;
  int fd;
  if (!socket_call(
          s, POLLIN,
          [&](int listening) {
            size = sizeof address;
            return accept4(listening, &address.any, &size, SOCK_CLOEXEC);
          },
          &fd))
    return nullptr;
  Ref name = make_address(fd, address, size, s->protocol);
  Ref number = make_int(fd);
  Ref result = name ? make_tuple_of({number, name}) : Ref();
  if (!result) close(fd);
  return result;
}

// 0, an errno, or -1: raised. kTimedOut: time was up.
constexpr int kTimedOut = -2;
static int connect_to(SocketObject* s, const SocketAddress& address, socklen_t size) {
  int fd = s->fd.load();
  int64_t timeout = s->timeout_ns.load();
  Deadline deadline(timeout);
  if (blocking([&] { return connect(fd, &address.any, size); }) == 0) return 0;
  int err = errno;
  bool wait = timeout > 0 && err == EINPROGRESS;
  if (err == EINTR) {
    // The attempt goes on.
    if (!poll()) return -1;
    wait = timeout != 0;
  }
  if (!wait) return err;
  int r = wait_ready(fd, POLLOUT, deadline);
  if (r < 0) return -1;
  if (r == 0) return kTimedOut;
  int result = 0;
  socklen_t n = sizeof result;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &result, &n) < 0) return errno;
  return result == EISCONN ? 0 : result;
}
static Ref socket_connect(Args& a) {
  SocketObject* s = socket_of(a.self);
  SocketAddress address;
  socklen_t size;
  if (!parse_address(s, a[0], &address, &size, "connect") || !audit("socket.connect", {a.self, a[0]})) return nullptr;
  int r = connect_to(s, address, size);
  if (r == kTimedOut) return raise_timed_out();
  return r < 0 ? nullptr : r > 0 ? raise_os_error(r) : none();
}
static Ref socket_connect_ex(Args& a) {
  SocketObject* s = socket_of(a.self);
  SocketAddress address;
  socklen_t size;
  if (!parse_address(s, a[0], &address, &size, "connect_ex") || !audit("socket.connect", {a.self, a[0]}))
    return nullptr;
  int r = connect_to(s, address, size);
  if (r == -1) return nullptr;
  return make_int(r == kTimedOut ? EWOULDBLOCK : r);
}
static Ref socket_shutdown(Args& a) {
  int how;
  if (!to_c_int(a[0], &how)) return nullptr;
  SocketObject* s = socket_of(a.self);
  return none_or_error(blocking([&] { return shutdown(s->fd.load(), how); }));
}

// ---- data -------------------------------------------------------------------------------------------------------------------------------

bool writable_argument(Value v, Buffer* out, const char* function) {
  if (has_buffer(v) && get_buffer(v, out, kBufWritable)) return true;
  clear_error();
  return raise(types::TypeError, "%s() argument 1 must be read-write bytes-like object, not %.50T", function, v);
}
namespace {
struct BufferHold {
  Buffer b;
  bool held = false;
  ~BufferHold() {
    if (held) release_buffer(&b);
  }
};
}  // namespace

static bool size_argument(Value v, int64_t* out) { return to_ssize(v, out, types::OverflowError); }
static bool flags_argument(Value v, int* out) {
  *out = 0;
  return !v || plain_int_argument(v, out);
}

// Bytes of at most size, filled by one successful call of receive(fd, data, size).
template <class F>
static Ref receive_bytes(SocketObject* s, int64_t size, F receive) {
  constexpr int64_t kInPlace = 16384;
  ssize_t n;
  if (size <= kInPlace) {  // most often less comes than there is room for
    char data[kInPlace];
    if (!socket_call(s, POLLIN, [&](int fd) { return receive(fd, data, static_cast<size_t>(size)); }, &n))
      return nullptr;
    return make_bytes(data, static_cast<size_t>(n));
  }
  Ref bytes = new_bytes_raw(static_cast<size_t>(size));
  if (!bytes) return nullptr;
  uint8_t* data = bytes.as<Bytes>()->data();
  if (!socket_call(s, POLLIN, [&](int fd) { return receive(fd, data, static_cast<size_t>(size)); }, &n)) return nullptr;
  return io::shrink_bytes(std::move(bytes), static_cast<size_t>(n));
}

static Ref socket_recv(Args& a) {
  int64_t size;
  int flags;
  if (!size_argument(a[0], &size) || !flags_argument(a[1], &flags)) return nullptr;
  if (size < 0) return raise(types::ValueError, "negative buffersize in recv");
  return receive_bytes(socket_of(a.self), size, [&](int fd, void* p, size_t n) { return recv(fd, p, n, flags); });
}
static Ref socket_recvfrom(Args& a) {
  int64_t size;
  int flags;
  if (!size_argument(a[0], &size) || !flags_argument(a[1], &flags)) return nullptr;
  if (size < 0) return raise(types::ValueError, "negative buffersize in recvfrom");
  SocketObject* s = socket_of(a.self);
  SocketAddress address;
  memset(&address, 0, sizeof address);
  socklen_t address_size = 0;
  Ref data = receive_bytes(s, size, [&](int fd, void* p, size_t n) {
    address_size = sizeof address;
    return recvfrom(fd, p, n, flags, &address.any, &address_size);
  });
  if (!data) return nullptr;
  Ref from = make_address(s->fd.load(), address, address_size, s->protocol);
  return from ? make_tuple_of({data, from}) : nullptr;
}
static Ref socket_recv_into(Args& a) {
  BufferHold hold;
  int64_t size = 0;
  int flags;
  if (!(hold.held = writable_argument(a[0], &hold.b, "recv_into")) || (a[1] && !size_argument(a[1], &size)) ||
      !flags_argument(a[2], &flags))
    return nullptr;
  if (size < 0) return raise(types::ValueError, "negative buffersize in recv_into");
  if (size == 0) {
    size = hold.b.len;
    if (size == 0) return make_int(0);
  }
  if (size > hold.b.len) return raise(types::ValueError, "buffer too small for requested bytes");
  ssize_t n;
  if (!socket_call(
          socket_of(a.self), POLLIN, [&](int fd) { return recv(fd, hold.b.data, static_cast<size_t>(size), flags); },
          &n))
    return nullptr;
  return make_int(n);
}
static Ref socket_recvfrom_into(Args& a) {
  BufferHold hold;
  int64_t size = 0;
  int flags;
  if (!(hold.held = writable_argument(a[0], &hold.b, "recvfrom_into")) || (a[1] && !size_argument(a[1], &size)) ||
      !flags_argument(a[2], &flags))
    return nullptr;
  if (size < 0) return raise(types::ValueError, "negative buffersize in recvfrom_into");
  if (size == 0) {
    size = hold.b.len;
  } else if (size > hold.b.len) {
    return raise(types::ValueError, "nbytes is greater than the length of the buffer");
  }
  SocketObject* s = socket_of(a.self);
  SocketAddress address;
  memset(&address, 0, sizeof address);
  socklen_t address_size = 0;
  ssize_t n;
  if (!socket_call(
          s, POLLIN,
          [&](int fd) {
            address_size = sizeof address;
            return recvfrom(fd, hold.b.data, static_cast<size_t>(size), flags, &address.any, &address_size);
          },
          &n))
    return nullptr;
  Ref from = make_address(s->fd.load(), address, address_size, s->protocol);
  return from ? make_tuple_of({Value::from_int(n), from}) : nullptr;
}

static Ref socket_send(Args& a) {
  BufferView data(a[0]);
  int flags;
  ssize_t n;
  if (!data.ok() || !flags_argument(a[1], &flags)) return nullptr;
  if (!socket_call(socket_of(a.self), POLLOUT, [&](int fd) { return send(fd, data.data(), data.size(), flags); }, &n))
    return nullptr;
  return make_int(n);
}
static Ref socket_sendall(Args& a) {
  BufferView data(a[0]);
  int flags;
  if (!data.ok() || !flags_argument(a[1], &flags)) return nullptr;
  SocketObject* s = socket_of(a.self);
  Deadline deadline(s->timeout_ns.load());  // for all of it
  const uint8_t* at = data.data();
  size_t left = data.size();
  do {
    ssize_t n;
    if (!socket_call(s, POLLOUT, deadline, [&](int fd) { return send(fd, at, left, flags); }, &n)) return nullptr;
    at += n;
    left -= static_cast<size_t>(n);
    if (!poll()) return nullptr;
    if (left > 0 && deadline.over() && s->timeout_ns.load() > 0) return raise_timed_out();
  } while (left > 0);
  return none();
}
static Ref socket_sendto(Args& a) {
  size_t n = a.raw.n;
  if (a.raw.kwnames && tuple_size(a.raw.kwnames))
    return raise(types::TypeError, "socket.sendto() takes no keyword arguments");
  if (n != 2 && n != 3) return raise(types::TypeError, "sendto() takes 2 or 3 arguments (%zu given)", n);
  BufferView data(a.raw.v[0]);
  int flags;
  Value to = a.raw.v[n - 1];
  if (!data.ok() || !flags_argument(n == 3 ? a.raw.v[1] : Value(), &flags)) return nullptr;
  SocketObject* s = socket_of(a.self);
  SocketAddress address;
  socklen_t size;
  if (!parse_address(s, to, &address, &size, "sendto") || !audit("socket.sendto", {a.self, to})) return nullptr;
  ssize_t sent;
  if (!socket_call(
          s, POLLOUT, [&](int fd) { return sendto(fd, data.data(), data.size(), flags, &address.any, size); }, &sent))
    return nullptr;
  return make_int(sent);
}

// ---- the type ---------------------------------------------------------------------------------------------------------------------------

constexpr uint32_t kOld = kNativeNoSignature | kNativeParseTuple;
static const NativeDef kMethods[] = {
    {"_accept", "($self, /)", socket_accept, kNativeNoSignature,
     "Waits for a connection: (descriptor, address of the other end)."},
    {"bind", "($self, address, /)", socket_bind, kNativeNoSignature, "Gives the socket a local address."},
    {"close", "($self, /)", socket_close, kNativeNoSignature, "Closes the socket."},
    {"connect", "($self, address, /)", socket_connect, kNativeNoSignature, "Connects to an address."},
    {"connect_ex", "($self, address, /)", socket_connect_ex, kNativeNoSignature,
     "Connects to an address; returns an errno instead of raising OSError."},
    {"detach", "($self, /)", socket_detach, kNativeNoSignature,
     "Closes the object without the descriptor, which is returned."},
    {"fileno", "($self, /)", socket_fileno, kNativeNoSignature, "The descriptor; -1 after close()."},
    {"getpeername", "($self, /)", socket_getpeername, kNativeNoSignature, "The address of the other end."},
    {"getsockname", "($self, /)", socket_getsockname, kNativeNoSignature, "The local address."},
    {"getsockopt", "($self, level, option, buflen=0, /)", socket_getsockopt, kOld,
     "An option: an int, or bytes where buflen is given."},
    {"listen", "($self, backlog=128, /)", socket_listen, kOld, "Lets connections come in."},
    {"recv", "($self, bufsize, flags=0, /)", socket_recv, kOld,
     "Receives up to bufsize bytes; empty at the end of the stream."},
    {"recv_into", "($self, /, buffer, nbytes=0, flags=0)", socket_recv_into, kNativeNoSignature,
     "Receives into a buffer; returns the number of bytes."},
    {"recvfrom", "($self, bufsize, flags=0, /)", socket_recvfrom, kOld, "As recv(), with the sender: (data, address)."},
    {"recvfrom_into", "($self, /, buffer, nbytes=0, flags=0)", socket_recvfrom_into, kNativeNoSignature,
     "As recv_into(), with the sender: (count, address)."},
    {"send", "($self, data, flags=0, /)", socket_send, kOld, "Sends data; returns how many bytes of it went."},
    {"sendall", "($self, data, flags=0, /)", socket_sendall, kOld,
     "Sends all of the data, calling send() as often as that takes."},
    {"sendto", "(...)", socket_sendto, kNativeNoSignature,
     "sendto(data[, flags], address) -> count: sends to an address."},
    {"setblocking", "($self, flag, /)", socket_setblocking, kNativeNoSignature,
     "settimeout(None) where flag is true, else settimeout(0)."},
    {"getblocking", "($self, /)", socket_getblocking, kNativeNoSignature, "False where the time-out is 0."},
    {"settimeout", "($self, timeout, /)", socket_settimeout, kNativeNoSignature,
     "Sets the time-out in seconds; None: wait for ever."},
    {"gettimeout", "($self, /)", socket_gettimeout, kNativeNoSignature, "The time-out in seconds, or None."},
    {"setsockopt", "(...)", socket_setsockopt, kNativeNoSignature,
     "setsockopt(level, option, value: int or buffer)\nsetsockopt(level, option, None, optlen: int)\n\nSets an "
     "option."},
    {"shutdown", "($self, how, /)", socket_shutdown, kNativeNoSignature,
     "Ends receiving (SHUT_RD), sending (SHUT_WR) or both (SHUT_RDWR)."},
    {"recvmsg", "($self, bufsize, ancbufsize=0, flags=0, /)", socket_recvmsg, kOld,
     "Receives data and ancillary data: (data, ancdata, msg_flags, address)."},
    {"recvmsg_into", "($self, buffers, ancbufsize=0, flags=0, /)", socket_recvmsg_into, kOld,
     "As recvmsg(), into an iterable of buffers: (count, ancdata, msg_flags, address)."},
    {"sendmsg", "($self, buffers, ancdata=(), flags=0, address=None, /)", socket_sendmsg, kOld,
     "Sends data of an iterable of buffers, with ancillary data: (level, type, data) each."},
    {"sendmsg_afalg", "($self, msg=(), *, op, iv=None, assoclen=None, flags=0)", socket_sendmsg_afalg,
     kNativeNoSignature | kNativeRaw,
     "sendmsg_afalg([msg], *, op[, iv[, assoclen[, flags=MSG_MORE]]])\n\nSends to an AF_ALG socket, with an operation, "
     "an IV and the length of the associated data."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
static const MemberDef kMembers[] = {
    {"family", kMemberInt, offsetof(SocketObject, family), true, "the socket family"},
    {"type", kMemberInt, offsetof(SocketObject, type), true, "the socket type"},
    {"proto", kMemberInt, offsetof(SocketObject, protocol), true, "the socket protocol"},
    {nullptr, kMemberInt, 0, false, nullptr}};
static const GetSetDef kGetSet[] = {{"timeout", socket_get_timeout, nullptr, "the socket timeout"},
                                    {nullptr, nullptr, nullptr, nullptr}};
static const TypeSpec kSocketSpec = {
    .doc =
        "socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object\nsocket(family=-1, type=-1, proto=-1, "
        "fileno=None) -> socket object\n\n"
        "A socket of the system. With fileno it is made from a descriptor, and what isn't given is found out from it.",
    .flags = kTypeBaseable,
    .basic_size = sizeof(SocketObject),
    .ops = {.dealloc = socket_dealloc},
    .methods = kMethods,
    .getset = kGetSet,
    .members = kMembers,
    .s = {.repr = socket_repr, .init = socket_init, .new_ = socket_new, .del_ = socket_del}};

bool init_socket_type(Value module) {
  if (!socket_type) socket_type = make_native_type("_socket.socket", types::Object, &kSocketSpec);
  return socket_type && module_add_type(module, socket_type) &&
         module_add(module, "SocketType", Ref::dup(Value(socket_type)));
}

}  // namespace taipan
