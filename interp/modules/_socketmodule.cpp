// The module _socket: names, services and interfaces; see socket_object.h for the rest.
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netdb.h>
#include <unistd.h>
#include <cstring>
#include "gc/collector.h"
#include "interp/modules/audit.h"
#include "interp/modules/socket_object.h"
#include "interp/objects/codecs.h"
#include "interp/objects/float.h"
#include "interp/objects/list.h"
#include "interp/objects/small_types.h"
#include "interp/objects/tuple.h"

namespace taipan {

static Value gaierror_class, herror_class;  // roots

static Fail raise_pair(Value cls, int code, const char* message) {
  Ref text = make_str(message);
  Ref exc = text ? call(cls, Value::from_int(code), text) : Ref();
  return exc ? raise_object(std::move(exc)) : failed();
}
Fail raise_gaierror(int code) {
  if (code == EAI_SYSTEM) return raise_os_error(errno);
  return raise_pair(gaierror_class, code, gai_strerror(code));
}
Fail raise_herror(int code) { return raise_pair(herror_class, code, hstrerror(code)); }

namespace {

// "et" of the system's C interfaces: a str without zero bytes as UTF-8, argument `position` of a function.
bool text_argument(Value v, const char* function, int position, std::string* out) {
  if (!is_str(v)) return raise(types::TypeError, "%s() argument %d must be str, not %.50T", function, position, v);
  if (!utf8_of(v, out)) return false;
  if (out->find('\0') != std::string::npos) return raise(types::ValueError, "embedded null character");
  return true;
}

// ---- hosts ------------------------------------------------------------------------------------------------------------------------------

Ref socket_gethostname(Args&) {
  if (!audit("socket.gethostname", {})) return nullptr;
  char name[1025];
  if (gethostname(name, sizeof name - 1) < 0) return posix_error();
  name[sizeof name - 1] = 0;
  return decode_fs(name);
}
Ref socket_sethostname(Args& a) {
  FsText name;
  if (!name.parse(a[0]) || !audit("socket.sethostname", {a[0]})) return nullptr;
  return none_or_error(sethostname(name.get(), name.view().size()));
}

Ref socket_gethostbyname(Args& a) {
  HostName host;
  SocketAddress address;
  if (!host.parse_argument(a[0], "gethostbyname") || !audit("socket.gethostbyname", {a[0]}) ||
      !resolve_host(host.get(), AF_INET, &address))
    return nullptr;
  return make_ip_text(AF_INET, &address.in.sin_addr);
}

// Runs one of libc's gethostby*_r with a buffer that is large enough.
template <class F>
bool host_entry(F f, hostent* entry, std::vector<char>* buffer) {
  buffer->resize(2048);
  for (;;) {
    hostent* found = nullptr;
    int code = 0;
    int err = blocking([&] { return f(entry, buffer->data(), buffer->size(), &found, &code); });
    if (err == ERANGE && buffer->size() < size_t{1} << 20) {
      buffer->resize(buffer->size() * 2);
      continue;
    }
    if (found) return true;
    return raise_herror(code);
  }
}
Ref host_result(const hostent& e) {
  Ref name = decode_fs(e.h_name), aliases = make_list(), addresses = make_list();
  if (!name || !aliases || !addresses) return nullptr;
  for (char** p = e.h_aliases; p && *p; p++) {
    Ref alias = decode_fs(*p);
    if (!alias || !list_append(aliases, std::move(alias))) return nullptr;
  }
  if (e.h_addrtype != AF_INET && e.h_addrtype != AF_INET6) return raise(types::OSError, "unsupported address family");
  for (char** p = e.h_addr_list; p && *p; p++) {
    Ref address = make_ip_text(e.h_addrtype, *p);
    if (!address || !list_append(addresses, std::move(address))) return nullptr;
  }
  return make_tuple_of({name, aliases, addresses});
}
Ref socket_gethostbyname_ex(Args& a) {
  HostName host;
  SocketAddress address;
  if (!host.parse_argument(a[0], "gethostbyname_ex") || !audit("socket.gethostbyname", {a[0]}) ||
      !resolve_host(host.get(), AF_INET, &address))
    return nullptr;
  hostent entry;
  std::vector<char> buffer;
  if (!host_entry([&](hostent* e, char* p, size_t n, hostent** found,
                      int* code) { return gethostbyname_r(host.get(), e, p, n, found, code); },
                  &entry, &buffer))
    return nullptr;
  return host_result(entry);
}
Ref socket_gethostbyaddr(Args& a) {
  HostName host;
  SocketAddress address;
  if (!host.parse_argument(a[0], "gethostbyaddr") || !audit("socket.gethostbyaddr", {a[0]}) ||
      !resolve_host(host.get(), AF_UNSPEC, &address))
    return nullptr;
  bool v6 = address.any.sa_family == AF_INET6;
  const void* packed = v6 ? static_cast<const void*>(&address.in6.sin6_addr) : &address.in.sin_addr;
  socklen_t size = v6 ? sizeof address.in6.sin6_addr : sizeof address.in.sin_addr;
  hostent entry;
  std::vector<char> buffer;
  if (!host_entry([&](hostent* e, char* p, size_t n, hostent** found,
                      int* code) { return gethostbyaddr_r(packed, size, address.any.sa_family, e, p, n, found, code); },
                  &entry, &buffer))
    return nullptr;
  return host_result(entry);
}

Ref socket_getaddrinfo(Args& a) {
  HostName host;
  const char* host_text = nullptr;
  if (is_str(a[0])) {
    if (!host.encode_idna(a[0])) return nullptr;
    host_text = host.get();
  } else if (is_bytes(a[0])) {
    host_text = reinterpret_cast<const char*>(a[0].as<Bytes>()->data());
  } else if (a[0] != kNone) {
    return raise(types::TypeError, "getaddrinfo() argument 1 must be string or None");
  }
  std::string port;
  const char* port_text = nullptr;
  if (is_int(a[1])) {
    int64_t n;
    if (!to_int64(a[1], &n)) return nullptr;
    port = std::to_string(n);
    port_text = port.c_str();
  } else if (is_str(a[1])) {
    if (!utf8_of(a[1], &port)) return nullptr;
    port_text = port.c_str();
  } else if (is_bytes(a[1])) {
    port_text = reinterpret_cast<const char*>(a[1].as<Bytes>()->data());
  } else if (a[1] != kNone) {
    return raise(types::OSError, "Int or String expected");
  }
  addrinfo hints = {}, *found = nullptr;
  int* const numbers[] = {&hints.ai_family, &hints.ai_socktype, &hints.ai_protocol, &hints.ai_flags};
  for (size_t i = 0; i < 4; i++)
    if (a[i + 2] && !plain_int_argument(a[i + 2], numbers[i])) return nullptr;
  if (auditing() &&
      !audit("socket.getaddrinfo", {a[0], a[1], Value::from_int(hints.ai_family), Value::from_int(hints.ai_socktype),
                                    Value::from_int(hints.ai_protocol)}))
    return nullptr;
  int err = blocking([&] { return getaddrinfo(host_text, port_text, &hints, &found); });
  if (err) return raise_gaierror(err);
  struct Free {
    addrinfo* p;
    ~Free() { freeaddrinfo(p); }
  } keep{found};
  Ref list = make_list();
  if (!list) return nullptr;
  for (addrinfo* r = found; r; r = r->ai_next) {
    SocketAddress address;
    memset(&address, 0, sizeof address);
    memcpy(&address, r->ai_addr, r->ai_addrlen < sizeof address ? r->ai_addrlen : sizeof address);
    Ref where = make_address(-1, address, r->ai_addrlen, r->ai_protocol);
    Ref name = r->ai_canonname ? decode_fs(r->ai_canonname) : make_str("");
    Ref item = where && name ? make_tuple_of({Value::from_int(r->ai_family), Value::from_int(r->ai_socktype),
                                              Value::from_int(r->ai_protocol), name, where})
                             : Ref();
    if (!item || !list_append(list, std::move(item))) return nullptr;
  }
  return list;
}

Ref socket_getnameinfo(Args& a) {
  int flags, port;
  if (!plain_int_argument(a[1], &flags)) return nullptr;
  Value address = a[0];
  if (!is_tuple(address)) return raise(types::TypeError, "getnameinfo() argument 1 must be a tuple");
  size_t n = tuple_size(address);
  if (n < 2 || n > 4 || !is_str(tuple_at(address, 0)))
    return raise(types::TypeError, "getnameinfo(): illegal sockaddr argument");
  std::string host;
  unsigned extra[2] = {0, 0};
  if (!utf8_of(tuple_at(address, 0), &host) || !plain_int_argument(tuple_at(address, 1), &port)) return nullptr;
  for (size_t i = 2; i < n; i++) {
    Ref number = to_index(tuple_at(address, i));
    if (!number) return nullptr;
    extra[i - 2] = static_cast<unsigned>(int_low64(number));
  }
  if (extra[0] > 0xfffff) return raise(types::OverflowError, "getnameinfo(): flowinfo must be 0-1048575.");
  if (!audit("socket.getnameinfo", {address})) return nullptr;
  addrinfo hints = {}, *found = nullptr;
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_DGRAM;  // one result for each address
  hints.ai_flags = AI_NUMERICHOST;
  std::string port_text = std::to_string(port);
  int err = blocking([&] { return getaddrinfo(host.c_str(), port_text.c_str(), &hints, &found); });
  if (err) return raise_gaierror(err);
  struct Free {
    addrinfo* p;
    ~Free() { freeaddrinfo(p); }
  } keep{found};
  if (found->ai_next) return raise(types::OSError, "sockaddr resolved to multiple addresses");
  if (found->ai_family == AF_INET && n != 2) return raise(types::OSError, "IPv4 sockaddr must be 2 tuple");
  if (found->ai_family == AF_INET6) {
    auto* in6 = reinterpret_cast<sockaddr_in6*>(found->ai_addr);
    in6->sin6_flowinfo = htonl(extra[0]);
    in6->sin6_scope_id = extra[1];
  }
  char name[NI_MAXHOST], service[NI_MAXSERV];
  err = blocking([&] {
    return getnameinfo(found->ai_addr, found->ai_addrlen, name, sizeof name, service, sizeof service, flags);
  });
  if (err) return raise_gaierror(err);
  Ref name_text = decode_fs(name), service_text = make_str(service);
  return name_text && service_text ? make_tuple_of({name_text, service_text}) : nullptr;
}

// ---- services ---------------------------------------------------------------------------------------------------------------------------

Ref socket_getservbyname(Args& a) {
  std::string name, protocol;
  if (!text_argument(a[0], "getservbyname", 1, &name) || (a[1] && !text_argument(a[1], "getservbyname", 2, &protocol)))
    return nullptr;
  if (!audit("socket.getservbyname", {a[0], a.get(1, kNone)})) return nullptr;
  servent entry, *found = nullptr;
  char buffer[4096];
  blocking([&] {
    return getservbyname_r(name.c_str(), a[1] ? protocol.c_str() : nullptr, &entry, buffer, sizeof buffer, &found);
  });
  if (!found) return raise(types::OSError, "service/proto not found");
  return make_int(ntohs(static_cast<uint16_t>(found->s_port)));
}
Ref socket_getservbyport(Args& a) {
  int port;
  std::string protocol;
  if (!plain_int_argument(a[0], &port) || (a[1] && !text_argument(a[1], "getservbyport", 2, &protocol))) return nullptr;
  if (port < 0 || port > 0xffff) return raise(types::OverflowError, "getservbyport: port must be 0-65535.");
  if (!audit("socket.getservbyport", {Value::from_int(port), a.get(1, kNone)})) return nullptr;
  servent entry, *found = nullptr;
  char buffer[4096];
  blocking([&] {
    return getservbyport_r(htons(static_cast<uint16_t>(port)), a[1] ? protocol.c_str() : nullptr, &entry, buffer,
                           sizeof buffer, &found);
  });
  if (!found) return raise(types::OSError, "port/proto not found");
  return make_str(found->s_name);
}
Ref socket_getprotobyname(Args& a) {
  std::string name;
  if (!text_argument(a[0], "getprotobyname", 1, &name)) return nullptr;
  protoent entry, *found = nullptr;
  char buffer[4096];
  blocking([&] { return getprotobyname_r(name.c_str(), &entry, buffer, sizeof buffer, &found); });
  if (!found) return raise(types::OSError, "protocol not found");
  return make_int(found->p_proto);
}

// ---- descriptors ------------------------------------------------------------------------------------------------------------------------

bool descriptor(Value v, int* fd) {
  int64_t n;
  if (!to_int64(v, &n)) return false;
  *fd = static_cast<int>(n);
  return true;
}
Ref socket_close_fd(Args& a) {
  int fd;
  if (!descriptor(a[0], &fd)) return nullptr;
  int r = blocking([&] { return close(fd); });
  return r < 0 && errno != ECONNRESET ? posix_error() : none();
}
Ref socket_dup(Args& a) {
  int fd;
  if (!descriptor(a[0], &fd)) return nullptr;
  int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  return copy < 0 ? posix_error() : make_int(copy);
}
Ref socket_socketpair(Args& a) {
  int family = AF_UNIX, type = SOCK_STREAM, protocol = 0, fds[2];
  if ((a[0] && !plain_int_argument(a[0], &family)) || (a[1] && !plain_int_argument(a[1], &type)) ||
      (a[2] && !plain_int_argument(a[2], &protocol)))
    return nullptr;
  if (blocking([&] { return socketpair(family, type | SOCK_CLOEXEC, protocol, fds); }) < 0) return posix_error();
  Ref first = make_socket(fds[0], family, type, protocol);
  if (!first) {
    close(fds[1]);
    return nullptr;
  }
  Ref second = make_socket(fds[1], family, type, protocol);
  return second ? make_tuple_of({first, second}) : nullptr;
}

// ---- numbers ----------------------------------------------------------------------------------------------------------------------------

Ref swap16(Args& a, const char* name) {
  int n;
  if (!plain_int_argument(a[0], &n)) return nullptr;
  if (n < 0)
    return raise(types::OverflowError, "%s: can't convert negative Python int to C 16-bit unsigned integer", name);
  if (n > 0xffff)
    return raise(types::OverflowError, "%s: Python int too large to convert to C 16-bit unsigned integer", name);
  return make_int(htons(static_cast<uint16_t>(n)));
}
Ref socket_ntohs(Args& a) { return swap16(a, "ntohs"); }
Ref socket_htons(Args& a) { return swap16(a, "htons"); }

bool unsigned_long(Value v, uint64_t* out) {
  if (int_sign(v) < 0) return raise(types::OverflowError, "can't convert negative value to unsigned int");
  if (int_bit_length(v) > 64) return raise(types::OverflowError, "Python int too large to convert to C unsigned long");
  *out = int_low64(v);
  return true;
}
Ref socket_swap32(Args& a) {
  uint64_t n;
  if (!is_int(a[0])) return raise(types::TypeError, "expected int, %s found", type_of(a[0])->cname);
  if (!unsigned_long(a[0], &n)) return nullptr;
  if (n > UINT32_MAX) return raise(types::OverflowError, "int larger than 32 bits");
  return make_int(htonl(static_cast<uint32_t>(n)));
}

// ---- addresses as bytes and text --------------------------------------------------------------------------------------------------------

Ref socket_inet_aton(Args& a) {
  std::string text;
  in_addr packed;
  if (!text_argument(a[0], "inet_aton", 1, &text)) return nullptr;
  if (!inet_aton(text.c_str(), &packed)) return raise(types::OSError, "illegal IP address string passed to inet_aton");
  return make_bytes(&packed, sizeof packed);
}
Ref socket_inet_ntoa(Args& a) {
  BufferView packed(a[0]);
  if (!packed.ok()) return nullptr;
  if (packed.size() != sizeof(in_addr)) return raise(types::OSError, "packed IP wrong length for inet_ntoa");
  return make_ip_text(AF_INET, packed.data());
}
Ref socket_inet_pton(Args& a) {
  int family;
  std::string text;
  if (!plain_int_argument(a[0], &family) || !text_argument(a[1], "inet_pton", 2, &text)) return nullptr;
  in6_addr packed;
  int r = inet_pton(family, text.c_str(), &packed);
  if (r < 0) return posix_error();
  if (r == 0) return raise(types::OSError, "illegal IP address string passed to inet_pton");
  return make_bytes(&packed, family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr));
}
Ref socket_inet_ntop(Args& a) {
  int family;
  if (!plain_int_argument(a[0], &family)) return nullptr;
  BufferView packed(a[1]);
  if (!packed.ok()) return nullptr;
  if (family != AF_INET && family != AF_INET6) return raise(types::ValueError, "unknown address family %d", family);
  if (packed.size() != (family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr)))
    return raise(types::ValueError, "invalid length of packed IP address string");
  return make_ip_text(family, packed.data());
}

// ---- the rest ---------------------------------------------------------------------------------------------------------------------------

Ref socket_getdefaulttimeout(Args&) {
  int64_t ns = default_socket_timeout.load(std::memory_order_relaxed);
  return ns < 0 ? none() : make_float(ns_to_seconds(ns));
}
Ref socket_setdefaulttimeout(Args& a) {
  int64_t ns;
  if (!timeout_argument(a[0], &ns)) return nullptr;
  default_socket_timeout.store(ns, std::memory_order_relaxed);
  return none();
}

Ref socket_if_nameindex(Args&) {
  struct if_nameindex* all = if_nameindex();
  if (!all) return posix_error();
  Ref list = make_list();
  bool ok = static_cast<bool>(list);
  for (struct if_nameindex* i = all; ok && i->if_index != 0 && i->if_name; i++) {
    Ref name = decode_fs(i->if_name);
    Ref item = name ? make_tuple_of({Value::from_int(i->if_index), name}) : Ref();
    ok = item && list_append(list, std::move(item));
  }
  if_freenameindex(all);
  return ok ? std::move(list) : Ref();
}
Ref socket_if_nametoindex(Args& a) {
  FsText name;
  if (!name.parse(a[0])) return nullptr;
  unsigned index = if_nametoindex(name.get());
  return index ? make_int(index) : raise(types::OSError, "no interface with this name");
}
Ref socket_if_indextoname(Args& a) {
  if (!is_int(a[0])) return raise(types::TypeError, "an integer is required");
  uint64_t n;
  char name[IF_NAMESIZE + 1];
  if (!unsigned_long(a[0], &n)) return nullptr;
  if (n > UINT32_MAX) return raise_os_error(ENXIO);
  return if_indextoname(static_cast<unsigned>(n), name) ? decode_fs(name) : posix_error();
}

bool message_size(Value v, int64_t* out) { return to_ssize(v, out, types::OverflowError); }
Ref socket_cmsg_len(Args& a) {
  int64_t n;
  if (!message_size(a[0], &n)) return nullptr;
  if (n < 0 || n > static_cast<int64_t>(INT_MAX - CMSG_LEN(0)))
    return raise(types::OverflowError, "CMSG_LEN() argument out of range");
  return make_int(static_cast<int64_t>(CMSG_LEN(static_cast<size_t>(n))));
}
Ref socket_cmsg_space(Args& a) {
  int64_t n;
  if (!message_size(a[0], &n)) return nullptr;
  if (n < 0 || n > static_cast<int64_t>(INT_MAX - CMSG_SPACE(1)))
    return raise(types::OverflowError, "CMSG_SPACE() argument out of range");
  return make_int(static_cast<int64_t>(CMSG_SPACE(static_cast<size_t>(n))));
}

constexpr uint32_t kOld = kNativeNoSignature | kNativeParseTuple;
const NativeDef kFunctions[] = {
    {"gethostbyname", "($module, host, /)", socket_gethostbyname, kOld, "The IPv4 address of a host."},
    {"gethostbyname_ex", "($module, host, /)", socket_gethostbyname_ex, kOld,
     "(name, aliases, IPv4 addresses) of a host."},
    {"gethostbyaddr", "($module, host, /)", socket_gethostbyaddr, kOld, "(name, aliases, addresses) of an address."},
    {"gethostname", "($module, /)", socket_gethostname, kNativeNoSignature, "The name of this machine."},
    {"sethostname", "($module, name, /)", socket_sethostname, kOld, "Names this machine."},
    {"getservbyname", "($module, servicename, protocolname=None, /)", socket_getservbyname, kOld,
     "The port of a service."},
    {"getservbyport", "($module, port, protocolname=None, /)", socket_getservbyport, kOld, "The service at a port."},
    {"getprotobyname", "($module, name, /)", socket_getprotobyname, kOld, "The number of a protocol."},
    {"close", "($module, fd, /)", socket_close_fd, kNativeNoSignature, "Closes the descriptor of a socket."},
    {"dup", "($module, fd, /)", socket_dup, kNativeNoSignature,
     "Duplicates the descriptor of a socket; the copy isn't inheritable."},
    {"socketpair", "($module, family=AF_UNIX, type=SOCK_STREAM, proto=0, /)", socket_socketpair, kOld,
     "Two sockets connected with each other."},
    {"ntohs", "($module, x, /)", socket_ntohs, kOld, "A 16-bit number from network to host order."},
    {"ntohl", "($module, x, /)", socket_swap32, kNativeNoSignature, "A 32-bit number from network to host order."},
    {"htons", "($module, x, /)", socket_htons, kOld, "A 16-bit number from host to network order."},
    {"htonl", "($module, x, /)", socket_swap32, kNativeNoSignature, "A 32-bit number from host to network order."},
    {"inet_aton", "($module, string, /)", socket_inet_aton, kOld, "The four bytes of an IPv4 address."},
    {"inet_ntoa", "($module, packed, /)", socket_inet_ntoa, kOld, "The text of four bytes as an IPv4 address."},
    {"inet_pton", "($module, family, string, /)", socket_inet_pton, kOld, "The bytes of an address."},
    {"inet_ntop", "($module, family, packed, /)", socket_inet_ntop, kOld, "The text of an address's bytes."},
    {"getaddrinfo", "($module, /, host, port, family=0, type=0, proto=0, flags=0)", socket_getaddrinfo,
     kNativeNoSignature, "Ways to reach a host and service: a list of (family, type, proto, canonical name, address)."},
    {"getnameinfo", "($module, sockaddr, flags, /)", socket_getnameinfo, kOld, "(host, port) of an address, as text."},
    {"getdefaulttimeout", "($module, /)", socket_getdefaulttimeout, kNativeNoSignature,
     "The time-out of new sockets in seconds, or None."},
    {"setdefaulttimeout", "($module, timeout, /)", socket_setdefaulttimeout, kNativeNoSignature,
     "Sets the time-out of new sockets."},
    {"if_nameindex", "($module, /)", socket_if_nameindex, kNativeNoSignature,
     "A list of the network interfaces: (index, name)."},
    {"if_nametoindex", "($module, name, /)", socket_if_nametoindex, kOld, "The index of a network interface."},
    {"if_indextoname", "($module, index, /)", socket_if_indextoname, kNativeNoSignature,
     "The name of a network interface."},
    {"CMSG_LEN", "($module, length, /)", socket_cmsg_len, kOld,
     "The length of an ancillary message with that much data, without padding behind it."},
    {"CMSG_SPACE", "($module, length, /)", socket_cmsg_space, kOld,
     "The buffer room that an ancillary message with that much data takes."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

bool socket_exec(Value module) {
  if (!gaierror_class) {
    Ref g = make_exception_class("socket.gaierror", types::OSError),
        h = make_exception_class("socket.herror", types::OSError);
    if (!g || !h) return false;
    gaierror_class = g.release();
    herror_class = h.release();
    gc::add_root(&gaierror_class);
    gc::add_root(&herror_class);
  }
  // What other C++ modules ask for: the class.
  Ref capsule = make_capsule(&socket_type, "_socket.CAPI", nullptr);
  return capsule && init_socket_type(module) && module_add(module, "error", Ref::dup(Value(types::OSError))) &&
         module_add(module, "herror", Ref::dup(herror_class)) &&
         module_add(module, "gaierror", Ref::dup(gaierror_class)) &&
         module_add(module, "timeout", Ref::dup(Value(types::TimeoutError))) &&
         module_add(module, "CAPI", std::move(capsule)) && module_add(module, "has_ipv6", Ref::imm(kTrue)) &&
         module_add_str(module, "BDADDR_ANY", "00:00:00:00:00:00") &&
         module_add_str(module, "BDADDR_LOCAL", "00:00:00:FF:FF:FF") && module_add_constants(module, kSocketConstants);
}

}  // namespace

// GIL off: system calls with buffers of their own; the default timeout is atomic.
extern const ModuleDef _socket_module;
const ModuleDef _socket_module = {"_socket", "What the module socket is made of.", kFunctions, socket_exec,
                                  kFunctionsAtOnce};

}  // namespace taipan
