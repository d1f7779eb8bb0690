// Addresses of sockets, as Python sees them and as the system does.
#include <arpa/inet.h>
#include <linux/can.h>
#include <linux/if_alg.h>
#include <linux/netlink.h>
#include <linux/qrtr.h>
#include <linux/tipc.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <netdb.h>
#include <netpacket/packet.h>
#include <sys/ioctl.h>
#include <cstring>
#include "interp/modules/socket_object.h"
#include "interp/objects/codecs.h"
#include "interp/objects/tuple.h"

namespace taipan {

// ---- host names -----------------------------------------------------------------------------------------------------------------------

// Whether the codec idna leaves an ASCII name as it is.
static bool plain_name(std::string_view s) {
  size_t label = 0;
  for (size_t i = 0; i < s.size(); i++) {
    if (s[i] != '.') {
      label++;
    } else {
      if (label == 0 || label > 63) return false;
      label = 0;
    }
  }
  return label < 64;
}
bool HostName::encode_idna(Value str) {
  const Str* s = str.as<Str>();
  if (s->is_ascii() && plain_name(s->ascii_view())) {
    text_ = s->ascii_view();
    return true;
  }
  Ref bytes = encode_str(str, "idna", nullptr);
  if (!bytes) return false;
  text_ = bytes.as<Bytes>()->view();
  return true;
}

bool HostName::parse(Value v) {
  if (is_str(v)) {
    if (v.as<Str>()->is_ascii()) {
      text_ = v.as<Str>()->ascii_view();
    } else if (!encode_idna(v)) {
      clear_error();
      return raise(types::TypeError, "encoding of hostname failed");
    }
  } else if (is_bytes(v)) {
    text_ = v.as<Bytes>()->view();
  } else if (is_bytearray(v)) {
    ByteArray* b = v.as<ByteArray>();
    text_.assign(reinterpret_cast<const char*>(b->start), b->size);
  } else {
    return raise(types::TypeError, "str, bytes or bytearray expected, not %T", v);
  }
  if (text_.find('\0') != std::string::npos)
    return raise(types::TypeError, "host name must not contain null character");
  return true;
}
bool HostName::parse_argument(Value v, const char* function) {
  if (is_str(v)) {
    if (!encode_idna(v)) return false;
  } else if (is_bytes(v) || is_bytearray(v)) {
    if (!parse(v)) return false;
  } else if (v == kNone) {
    return raise(types::TypeError, "%s() argument 1 must be str, bytes or bytearray, not None", function);
  } else {
    return raise(types::TypeError, "%s() argument 1 must be str, bytes or bytearray, not %T", function, v);
  }
  if (text_.find('\0') != std::string::npos) return raise(types::ValueError, "embedded null byte");
  return true;
}

bool resolve_host(const char* name, int family, SocketAddress* out) {
  memset(out, 0, sizeof *out);
  if (family != AF_INET6 && (!*name || !strcmp(name, "<broadcast>") || !strcmp(name, "255.255.255.255"))) {
    out->in.sin_family = AF_INET;
    out->in.sin_addr.s_addr = *name ? INADDR_BROADCAST : INADDR_ANY;
    return true;
  }
  if (!*name) {
    out->in6.sin6_family = AF_INET6;  // all zeros: any
    return true;
  }
  if (!strcmp(name, "<broadcast>")) return raise(types::OSError, "address family mismatched");
  if (family != AF_INET6 && inet_pton(AF_INET, name, &out->in.sin_addr) == 1) {
    out->in.sin_family = AF_INET;
    return true;
  }
  if (family != AF_INET && inet_pton(AF_INET6, name, &out->in6.sin6_addr) == 1) {
    out->in6.sin6_family = AF_INET6;
    return true;
  }
  memset(out, 0, sizeof *out);
  addrinfo hints = {}, *found = nullptr;
  hints.ai_family = family;
  int err = blocking([&] { return getaddrinfo(name, nullptr, &hints, &found); });
  if (err) return raise_gaierror(err);
  size_t size = found->ai_addrlen < sizeof *out ? found->ai_addrlen : sizeof *out;
  memcpy(out, found->ai_addr, size);
  freeaddrinfo(found);
  return true;
}

// ---- from Python ------------------------------------------------------------------------------------------------------------------------

namespace {

// The arguments of an address tuple, by position; those not given are null.
class AddressTuple {
 public:
  // false: v is no tuple, or has too few or too many elements (message says so).
  bool open(Value v, const char* caller, const char* family, size_t least, size_t most, const char* message) {
    if (!is_tuple(v)) return raise(types::TypeError, "%s(): %s address must be tuple, not %.500T", caller, family, v);
    items_ = v;
    if (tuple_size(v) < least || tuple_size(v) > most) return raise(types::TypeError, "%s", message);
    return true;
  }
  bool has(size_t i) const { return i < tuple_size(items_); }
  Value at(size_t i) const { return tuple_at(items_, i); }
  bool number(size_t i, int* out) const { return !has(i) || plain_int_argument(at(i), out); }
  bool mask(size_t i, unsigned* out) const {  // its low 32 bits
    if (!has(i)) return true;
    Ref n = to_index(at(i));
    if (!n) return false;
    *out = static_cast<unsigned>(int_low64(n));
    return true;
  }

 private:
  Value items_;
};

bool port_number(const AddressTuple& t, size_t i, const char* caller, uint16_t* out) {
  int64_t port;
  Ref n = to_index(t.at(i));
  if (!n) return false;
  if (!int_fits64(n, &port) || port < 0 || port > 0xffff)
    return raise(types::OverflowError, "%s(): port must be 0-65535.", caller);
  *out = htons(static_cast<uint16_t>(port));
  return true;
}

bool parse_inet(Value v, SocketAddress* out, socklen_t* size, const char* caller) {
  AddressTuple t;
  HostName host;
  uint16_t port;
  if (!t.open(v, caller, "AF_INET", 2, 2, "AF_INET address must be a pair (host, port)") || !host.parse(t.at(0)) ||
      !port_number(t, 1, caller, &port) || !resolve_host(host.get(), AF_INET, out))
    return false;
  out->in.sin_family = AF_INET;
  out->in.sin_port = port;
  *size = sizeof out->in;
  return true;
}

bool parse_inet6(Value v, SocketAddress* out, socklen_t* size, const char* caller) {
  AddressTuple t;
  HostName host;
  uint16_t port;
  unsigned flow = 0, scope = 0;
  if (!t.open(v, caller, "AF_INET6", 2, 4, "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])") ||
      !host.parse(t.at(0)))
    return false;
  if (!port_number(t, 1, caller, &port) || !t.mask(2, &flow) || !t.mask(3, &scope)) return false;
  if (flow > 0xfffff) return raise(types::OverflowError, "%s(): flowinfo must be 0-1048575.", caller);
  if (!resolve_host(host.get(), AF_INET6, out)) return false;
  out->in6.sin6_family = AF_INET6;
  out->in6.sin6_port = port;
  out->in6.sin6_flowinfo = htonl(flow);
  out->in6.sin6_scope_id = scope;
  *size = sizeof out->in6;
  return true;
}

bool parse_unix(Value v, SocketAddress* out, socklen_t* size) {
  Ref keep = is_str(v) ? encode_fs(v) : Ref::dup(v);
  if (!keep) return false;
  BufferView path(keep);
  if (!path.ok()) return false;
  // A name that begins with a zero byte is in the system's own name space and goes by its length.
  bool abstract = path.size() == 0 || path.data()[0] == 0;
  if (path.size() + !abstract > sizeof out->un.sun_path) return raise(types::OSError, "AF_UNIX path too long");
  memcpy(out->un.sun_path, path.data(), path.size());
  if (!abstract) out->un.sun_path[path.size()] = 0;
  *size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + !abstract);
  return true;
}

// "is" of a tuple's string elements: a str without zero bytes, as UTF-8.
bool utf8_element(Value v, const char* message, std::string* out) {
  if (!is_str(v)) return raise(types::TypeError, "%s", message);
  if (!utf8_of(v, out)) return false;
  if (out->find('\0') != std::string::npos) return raise(types::ValueError, "embedded null character");
  return true;
}

bool interface_index(int fd, const char* name, int* out) {
  ifreq request = {};
  strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
  if (ioctl(fd, SIOCGIFINDEX, &request) < 0) return raise_os_error(errno);
  *out = request.ifr_ifindex;
  return true;
}

bool parse_packet(SocketObject* s, Value v, SocketAddress* out, socklen_t* size, const char* caller) {
  static const char kMessage[] = "AF_PACKET address must be a tuple of two to five elements";
  AddressTuple t;
  std::string name;
  int protocol = 0, kind = 0, hardware = 0, index;
  if (!t.open(v, caller, "AF_PACKET", 2, 5, kMessage) || !utf8_element(t.at(0), kMessage, &name) ||
      !t.number(1, &protocol) || !t.number(2, &kind) || !t.number(3, &hardware))
    return false;
  auto& ll = *reinterpret_cast<sockaddr_ll*>(out);
  if (t.has(4)) {
    BufferView address(t.at(4));
    if (!address.ok()) return false;
    if (address.size() > 8) return raise(types::ValueError, "hardware address must be 8 bytes or less");
    memcpy(ll.sll_addr, address.data(), address.size());
    ll.sll_halen = static_cast<unsigned char>(address.size());
  }
  if (protocol < 0 || protocol > 0xffff) return raise(types::OverflowError, "%s(): proto must be 0-65535.", caller);
  if (!interface_index(s->fd.load(), name.c_str(), &index)) return false;
  ll.sll_family = AF_PACKET;
  ll.sll_protocol = htons(static_cast<uint16_t>(protocol));
  ll.sll_ifindex = index;
  ll.sll_pkttype = static_cast<unsigned char>(kind);
  ll.sll_hatype = static_cast<unsigned short>(hardware);
  *size = sizeof ll;
  return true;
}

bool parse_can(SocketObject* s, Value v, SocketAddress* out, socklen_t* size, const char* caller) {
  if (s->protocol != CAN_RAW && s->protocol != CAN_BCM && s->protocol != CAN_ISOTP && s->protocol != CAN_J1939)
    return raise(types::OSError, "%s(): unsupported CAN protocol", caller);
  bool isotp = s->protocol == CAN_ISOTP, j1939 = s->protocol == CAN_J1939;
  size_t parts = isotp ? 3 : j1939 ? 4 : 1;
  AddressTuple t;
  if (!t.open(v, caller, "AF_CAN", parts, parts,
              isotp   ? "AF_CAN address must be a tuple (interface, rx_addr, tx_addr)"
              : j1939 ? "AF_CAN address must be a tuple (interface, name, pgn, addr)"
                      : "AF_CAN address must be a tuple (interface, )"))
    return false;
  FsText name;
  if (!name.parse(t.at(0))) return false;
  auto& can = *reinterpret_cast<sockaddr_can*>(out);
  if (!name.view().empty()) {
    if (name.view().size() >= IFNAMSIZ) return raise(types::OSError, "AF_CAN interface name too long");
    int index;
    if (!interface_index(s->fd.load(), name.get(), &index)) return false;
    can.can_ifindex = index;
  }
  can.can_family = AF_CAN;
  if (isotp) {
    unsigned rx, tx;
    if (!t.mask(1, &rx) || !t.mask(2, &tx)) return false;
    can.can_addr.tp.rx_id = rx;
    can.can_addr.tp.tx_id = tx;
  } else if (j1939) {
    unsigned pgn, address;
    Ref wide = to_index(t.at(1));
    if (!wide || !t.mask(2, &pgn) || !t.mask(3, &address)) return false;
    can.can_addr.j1939.name = int_low64(wide);
    can.can_addr.j1939.pgn = pgn;
    can.can_addr.j1939.addr = static_cast<uint8_t>(address);
  }
  *size = sizeof can;
  return true;
}

bool parse_tipc(Value v, SocketAddress* out, socklen_t* size, const char* caller) {
  AddressTuple t;
  unsigned kind = 0, v1 = 0, v2 = 0, v3 = 0, scope = TIPC_CLUSTER_SCOPE;
  if (!t.open(v, caller, "AF_TIPC", 4, 5, "AF_TIPC address must be a tuple (addr_type, v1, v2, v3[, scope])") ||
      !t.mask(0, &kind) || !t.mask(1, &v1) || !t.mask(2, &v2) || !t.mask(3, &v3) || !t.mask(4, &scope))
    return false;
  auto& tipc = *reinterpret_cast<sockaddr_tipc*>(out);
  tipc.family = AF_TIPC;
  tipc.scope = static_cast<signed char>(scope);
  tipc.addrtype = static_cast<unsigned char>(kind);
  if (kind == TIPC_ADDR_NAMESEQ) {
    tipc.addr.nameseq.type = v1;
    tipc.addr.nameseq.lower = v2;
    tipc.addr.nameseq.upper = v3;
  } else if (kind == TIPC_ADDR_NAME) {
    tipc.addr.name.name.type = v1;
    tipc.addr.name.name.instance = v2;
  } else if (kind == TIPC_ADDR_ID) {
    tipc.addr.id.node = v1;
    tipc.addr.id.ref = v2;
  } else {
    return raise(types::TypeError, "Invalid address type");
  }
  *size = sizeof tipc;
  return true;
}

bool parse_alg(Value v, SocketAddress* out, socklen_t* size, const char* caller) {
  static const char kMessage[] = "AF_ALG address must be a tuple (type, name[, feat[, mask]])";
  AddressTuple t;
  std::string type, name;
  auto& alg = *reinterpret_cast<sockaddr_alg*>(out);
  if (!t.open(v, caller, "AF_ALG", 2, 4, kMessage) || !utf8_element(t.at(0), kMessage, &type) ||
      !utf8_element(t.at(1), kMessage, &name) || !t.mask(2, &alg.salg_feat) || !t.mask(3, &alg.salg_mask))
    return false;
  if (type.size() >= sizeof alg.salg_type) return raise(types::ValueError, "AF_ALG type too long.");
  if (name.size() >= sizeof alg.salg_name) return raise(types::ValueError, "AF_ALG name too long.");
  alg.salg_family = AF_ALG;
  memcpy(alg.salg_type, type.c_str(), type.size() + 1);
  memcpy(alg.salg_name, name.c_str(), name.size() + 1);
  *size = sizeof alg;
  return true;
}

bool parse_vsock(Value v, SocketAddress* out, socklen_t* size) {
  if (!is_tuple(v)) return raise(types::TypeError, "getsockaddrarg: AF_VSOCK address must be tuple, not %.500T", v);
  AddressTuple t;
  unsigned cid, port;
  if (tuple_size(v) != 2)
    return raise(types::TypeError, "getsockaddrarg() takes exactly 2 arguments (%zu given)", tuple_size(v));
  if (!t.open(v, "", "", 2, 2, "") || !t.mask(0, &cid) || !t.mask(1, &port)) return false;
  auto& vm = *reinterpret_cast<sockaddr_vm*>(out);
  vm.svm_family = AF_VSOCK;
  vm.svm_port = port;
  vm.svm_cid = cid;
  *size = sizeof vm;
  return true;
}

// Bluetooth: the library's headers are rarely there, these are the kernel's structs.
struct BluetoothDevice {
  uint8_t bytes[6];  // least significant first
};
struct AddressL2cap {
  sa_family_t family;
  uint16_t psm;
  BluetoothDevice device;
  uint16_t cid;
  uint8_t device_type;
};
struct AddressRfcomm {
  sa_family_t family;
  BluetoothDevice device;
  uint8_t channel;
};
struct AddressHci {
  sa_family_t family;
  uint16_t device;
  uint16_t channel;
};
struct AddressSco {
  sa_family_t family;
  BluetoothDevice device;
};
enum BluetoothProtocol { kL2cap = 0, kHci = 1, kSco = 2, kRfcomm = 3 };

bool parse_device(Value v, const char* message, BluetoothDevice* out) {
  std::string text;
  if (is_bytes(v)) {
    text = v.as<Bytes>()->view();
  } else if (!utf8_element(v, message, &text)) {
    return false;
  }
  unsigned b[6];
  int end = 0;
  if (sscanf(text.c_str(), "%X:%X:%X:%X:%X:%X%n", &b[5], &b[4], &b[3], &b[2], &b[1], &b[0], &end) != 6 ||
      static_cast<size_t>(end) != text.size())
    return raise(types::OSError, "bad bluetooth address");
  for (int i = 0; i < 6; i++) {
    if (b[i] > 255) return raise(types::OSError, "bad bluetooth address");
    out->bytes[i] = static_cast<uint8_t>(b[i]);
  }
  return true;
}
Ref device_text(const BluetoothDevice& d) {
  char text[18];
  snprintf(text, sizeof text, "%02X:%02X:%02X:%02X:%02X:%02X", d.bytes[5], d.bytes[4], d.bytes[3], d.bytes[2],
           d.bytes[1], d.bytes[0]);
  return make_str(text);
}

bool parse_bluetooth(SocketObject* s, Value v, SocketAddress* out, socklen_t* size, const char* caller) {
  AddressTuple t;
  int number = 0;
  switch (s->protocol) {
    case kL2cap: {
      auto& l2 = *reinterpret_cast<AddressL2cap*>(out);
      if (!t.open(v, caller, "AF_BLUETOOTH", 2, 2, "bad L2CAP address") || !t.number(1, &number) ||
          !parse_device(t.at(0), "bad L2CAP address", &l2.device))
        return false;
      l2.family = AF_BLUETOOTH;
      l2.psm = static_cast<uint16_t>(number);
      *size = sizeof l2;
      return true;
    }
    case kRfcomm: {
      auto& rc = *reinterpret_cast<AddressRfcomm*>(out);
      if (!t.open(v, caller, "AF_BLUETOOTH", 2, 2, "bad RFCOMM address") || !t.number(1, &number) ||
          !parse_device(t.at(0), "bad RFCOMM address", &rc.device))
        return false;
      rc.family = AF_BLUETOOTH;
      rc.channel = static_cast<uint8_t>(number);
      *size = sizeof rc;
      return true;
    }
    case kHci: {
      auto& hci = *reinterpret_cast<AddressHci*>(out);
      if (!t.open(v, caller, "AF_BLUETOOTH", 1, 2, "bad HCI address") || !t.number(0, &number)) return false;
      hci.family = AF_BLUETOOTH;
      hci.device = static_cast<uint16_t>(number);
      number = 0;
      if (!t.number(1, &number)) return false;
      hci.channel = static_cast<uint16_t>(number);
      *size = sizeof hci;
      return true;
    }
    case kSco: {
      auto& sco = *reinterpret_cast<AddressSco*>(out);
      if (!is_bytes(v)) return raise(types::OSError, "%s(): wrong format", caller);
      if (!parse_device(v, "bad SCO address", &sco.device)) return false;
      sco.family = AF_BLUETOOTH;
      *size = sizeof sco;
      return true;
    }
    default: return raise(types::OSError, "%s(): unknown Bluetooth protocol", caller);
  }
}

bool parse_pair(Value v, const char* caller, const char* family, const char* message, unsigned* first,
                unsigned* second) {
  AddressTuple t;
  return t.open(v, caller, family, 2, 2, message) && t.mask(0, first) && t.mask(1, second);
}

}  // namespace

bool parse_address(SocketObject* s, Value v, SocketAddress* out, socklen_t* size, const char* caller) {
  memset(out, 0, sizeof *out);
  out->any.sa_family = static_cast<sa_family_t>(s->family);
  switch (s->family) {
    case AF_INET: return parse_inet(v, out, size, caller);
    case AF_INET6: return parse_inet6(v, out, size, caller);
    case AF_UNIX: return parse_unix(v, out, size);
    case AF_NETLINK: {
      auto& nl = *reinterpret_cast<sockaddr_nl*>(out);
      *size = sizeof nl;
      return parse_pair(v, caller, "AF_NETLINK", "AF_NETLINK address must be a pair (pid, groups)", &nl.nl_pid,
                        &nl.nl_groups);
    }
    case AF_QIPCRTR: {
      auto& q = *reinterpret_cast<sockaddr_qrtr*>(out);
      *size = sizeof q;
      return parse_pair(v, caller, "AF_QIPCRTR", "AF_QIPCRTR address must be a pair (node, port)", &q.sq_node,
                        &q.sq_port);
    }
    case AF_PACKET: return parse_packet(s, v, out, size, caller);
    case AF_VSOCK: return parse_vsock(v, out, size);
    case AF_CAN: return parse_can(s, v, out, size, caller);
    case AF_TIPC: return parse_tipc(v, out, size, caller);
    case AF_ALG: return parse_alg(v, out, size, caller);
    case AF_BLUETOOTH: return parse_bluetooth(s, v, out, size, caller);
    case AF_RDS: return parse_inet(v, out, size, caller);
    default: return raise(types::OSError, "%s(): bad family", caller);
  }
}

// ---- to Python --------------------------------------------------------------------------------------------------------------------------

Ref make_ip_text(int family, const void* packed) {
  char text[INET6_ADDRSTRLEN];
  if (!inet_ntop(family, packed, text, sizeof text)) return raise_os_error(errno);
  return make_str(text);
}

static Ref interface_name(int fd, int index) {
  ifreq request = {};
  request.ifr_ifindex = index;
  if (index == 0 || ioctl(fd, SIOCGIFNAME, &request) < 0) return make_str("");
  return decode_fs(request.ifr_name);
}
static Ref tuple_of(Ref* items, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!items[i]) return nullptr;
  return make_tuple_steal(items, n);
}
static Ref make_unix_path(const SocketAddress& address, socklen_t size) {
  constexpr size_t kStart = offsetof(sockaddr_un, sun_path);
  const char* path = address.un.sun_path;
  size_t length = size > kStart ? size - kStart : 0;
  if (length > 0 && path[0] == 0) return make_bytes(path, length);
  return decode_fs({path, strnlen(path, length)});
}

Ref make_address(int fd, const SocketAddress& address, socklen_t size, int protocol) {
  if (size == 0) return none();
  const void* p = &address;
  switch (address.any.sa_family) {
    case AF_INET: {
      Ref v[2] = {make_ip_text(AF_INET, &address.in.sin_addr), make_int(ntohs(address.in.sin_port))};
      return tuple_of(v, 2);
    }
    case AF_INET6: {
      Ref v[4] = {make_ip_text(AF_INET6, &address.in6.sin6_addr), make_int(ntohs(address.in6.sin6_port)),
                  make_int(ntohl(address.in6.sin6_flowinfo)), make_int(address.in6.sin6_scope_id)};
      return tuple_of(v, 4);
    }
    case AF_UNIX: return make_unix_path(address, size);
    case AF_NETLINK: {
      auto* nl = static_cast<const sockaddr_nl*>(p);
      return make_tuple_of({Value::from_int(nl->nl_pid), Value::from_int(nl->nl_groups)});
    }
    case AF_QIPCRTR: {
      auto* q = static_cast<const sockaddr_qrtr*>(p);
      return make_tuple_of({Value::from_int(q->sq_node), Value::from_int(q->sq_port)});
    }
    case AF_VSOCK: {
      auto* vm = static_cast<const sockaddr_vm*>(p);
      return make_tuple_of({Value::from_int(vm->svm_cid), Value::from_int(vm->svm_port)});
    }
    case AF_PACKET: {
      auto* ll = static_cast<const sockaddr_ll*>(p);
      size_t length = ll->sll_halen < sizeof ll->sll_addr ? ll->sll_halen : sizeof ll->sll_addr;
      Ref v[5] = {interface_name(fd, ll->sll_ifindex), make_int(ntohs(ll->sll_protocol)), make_int(ll->sll_pkttype),
                  make_int(ll->sll_hatype), make_bytes(ll->sll_addr, length)};
      return tuple_of(v, 5);
    }
    case AF_CAN: {
      auto* can = static_cast<const sockaddr_can*>(p);
      Ref name = interface_name(fd, can->can_ifindex);
      if (protocol == CAN_ISOTP) {
        Ref v[3] = {std::move(name), make_int(can->can_addr.tp.rx_id), make_int(can->can_addr.tp.tx_id)};
        return tuple_of(v, 3);
      }
      if (protocol == CAN_J1939) {
        Ref v[4] = {std::move(name), make_int_u64(can->can_addr.j1939.name), make_int(can->can_addr.j1939.pgn),
                    make_int(can->can_addr.j1939.addr)};
        return tuple_of(v, 4);
      }
      return tuple_of(&name, 1);
    }
    case AF_TIPC: {
      auto* t = static_cast<const sockaddr_tipc*>(p);
      uint32_t v[3] = {};
      if (t->addrtype == TIPC_ADDR_NAMESEQ) {
        v[0] = t->addr.nameseq.type, v[1] = t->addr.nameseq.lower, v[2] = t->addr.nameseq.upper;
      } else if (t->addrtype == TIPC_ADDR_NAME) {
        v[0] = t->addr.name.name.type, v[1] = v[2] = t->addr.name.name.instance;
      } else if (t->addrtype == TIPC_ADDR_ID) {
        v[0] = t->addr.id.node, v[1] = t->addr.id.ref;
      } else {
        return raise(types::ValueError, "Invalid address type");
      }
      return make_tuple_of({Value::from_int(t->addrtype), Value::from_int(v[0]), Value::from_int(v[1]),
                            Value::from_int(v[2]), Value::from_int(t->scope)});
    }
    case AF_BLUETOOTH: {
      if (protocol == kL2cap) {
        auto* l2 = static_cast<const AddressL2cap*>(p);
        Ref v[2] = {device_text(l2->device), make_int(l2->psm)};
        return tuple_of(v, 2);
      }
      if (protocol == kRfcomm) {
        auto* rc = static_cast<const AddressRfcomm*>(p);
        Ref v[2] = {device_text(rc->device), make_int(rc->channel)};
        return tuple_of(v, 2);
      }
      if (protocol == kHci) {
        Ref v[1] = {make_int(static_cast<const AddressHci*>(p)->device)};
        return tuple_of(v, 1);
      }
      if (protocol == kSco) return device_text(static_cast<const AddressSco*>(p)->device);
      return raise(types::ValueError, "Unknown Bluetooth protocol");
    }
    default: {
      // Shown as it is.
      Ref v[2] = {make_int(address.any.sa_family), make_bytes(address.any.sa_data, sizeof address.any.sa_data)};
      return tuple_of(v, 2);
    }
  }
}

}  // namespace taipan
