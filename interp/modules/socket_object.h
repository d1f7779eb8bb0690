// What the files of the module _socket share, and what _ssl needs of a socket.
//
// _socketmodule.cpp has the module with its functions, socket_type.cpp the class, socket_address.cpp addresses as Python sees them,
// socket_message.cpp sendmsg() and recvmsg(), socket_constants.cpp the numbers.
#pragma once
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "interp/modules/deadline.h"
#include "interp/modules/posix_support.h"

namespace taipan {

struct SocketObject {
  Header h;
  std::atomic<int> fd;  // -1: closed
  int family, type, protocol;
  // Time-out: negative none, 0 non-blocking. The descriptor is in blocking mode only where there is none.
  std::atomic<int64_t> timeout_ns;
};
extern TypeObject* socket_type;  // null until _socket is imported
inline SocketObject* socket_of(Value v) { return v.as<SocketObject>(); }

union SocketAddress {
  sockaddr any;
  sockaddr_in in;
  sockaddr_in6 in6;
  sockaddr_un un;
  sockaddr_storage storage;
};

// From Python's form. caller: for errors.
bool parse_address(SocketObject* s, Value v, SocketAddress* out, socklen_t* size, const char* caller);
Ref make_address(int fd, const SocketAddress& address, socklen_t size, int protocol);
Ref make_ip_text(int family, const void* packed);  // null with OSError

// A host name as the resolver takes it.
class HostName {
 public:
  bool parse(Value v);                                 // a part of an address
  bool parse_argument(Value v, const char* function);  // argument 1 of a function
  bool encode_idna(Value str);
  const char* get() const { return text_.c_str(); }

 private:
  std::string text_;
};
// Looks a host up; family AF_UNSPEC, AF_INET or AF_INET6. Raises gaierror.
bool resolve_host(const char* name, int family, SocketAddress* out);
Fail raise_gaierror(int code);
Fail raise_herror(int code);

extern std::atomic<int64_t> default_socket_timeout;  // as SocketObject::timeout_ns
bool timeout_argument(Value v, int64_t* ns);
Ref make_socket(int fd, int family, int type, int protocol);  // of the class _socket.socket; closes fd where it fails
bool set_fd_blocking(int fd, bool wait);

// Waits until fd is ready for events (POLLIN, POLLOUT). 1 ready, 0 time is up, -1 a signal handler raised.
int wait_ready(int fd, short events, const Deadline& deadline);
Fail raise_timed_out();

// Calls f(fd), a system call that may block, as the socket's time-out wants it. False: raised.
template <class F, class R>
bool socket_call(SocketObject* s, short events, const Deadline& deadline, F f, R* out) {
  for (;;) {
    int fd = s->fd.load(std::memory_order_relaxed);
    *out = s->timeout_ns.load(std::memory_order_relaxed) == 0 ? f(fd) : blocking([&] { return f(fd); });
    if (*out >= 0) return true;
    if (errno == EINTR) {
      if (!poll()) return false;
    } else if ((errno == EAGAIN || errno == EWOULDBLOCK) && s->timeout_ns.load(std::memory_order_relaxed) > 0) {
      int r = wait_ready(fd, events, deadline);
      if (r < 0) return false;
      if (r == 0) return raise_timed_out();
    } else {
      return raise_os_error(errno);
    }
  }
}
template <class F, class R>
bool socket_call(SocketObject* s, short events, F f, R* out) {
  return socket_call(s, events, Deadline(s->timeout_ns.load(std::memory_order_relaxed)), f, out);
}

// A buffer argument that is written to: "f() argument 1 must be read-write bytes-like object, not X".
bool writable_argument(Value v, Buffer* out, const char* function);

Ref socket_sendmsg(Args& a);
Ref socket_recvmsg(Args& a);
Ref socket_recvmsg_into(Args& a);
Ref socket_sendmsg_afalg(Args& a);
bool init_socket_type(Value module);

extern const IntConstant kSocketConstants[];

}  // namespace taipan
