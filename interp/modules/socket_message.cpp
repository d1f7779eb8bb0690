// sendmsg() and recvmsg(): scattered data with ancillary data.
#include <linux/if_alg.h>
#include <poll.h>
#include <unistd.h>
#include <climits>
#include <cstring>
#include "interp/modules/audit.h"
#include "interp/modules/io/io.h"
#include "interp/modules/socket_object.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"

namespace taipan {

namespace {

// Buffers held for a call, with what the system sees of them.
class BufferSet {
 public:
  BufferSet() = default;
  BufferSet(const BufferSet&) = delete;
  ~BufferSet() {
    for (Buffer& b : buffers_) release_buffer(&b);
  }
  bool add(Value v, int flags) {
    Buffer b;
    if (!get_buffer(v, &b, flags)) return false;
    buffers_.push_back(b);
    vectors_.push_back({b.data, static_cast<size_t>(b.len)});
    return true;
  }
  // Those of an iterable; not_iterable: the TypeError's text.
  bool fill(Value iterable, int flags, const char* not_iterable, const char* wrong_item = nullptr) {
    Ref items = list_of(iterable, not_iterable);
    if (!items) return false;
    for (size_t i = 0; i < list_size(items); i++) {
      Ref item = list_get(items, i);
      if (!item) break;
      if (wrong_item && !has_buffer(item)) return raise(types::TypeError, "%s", wrong_item);
      if (add(item, flags)) continue;
      if (!wrong_item) return false;
      clear_error();
      return raise(types::TypeError, "%s", wrong_item);
    }
    return true;
  }
  static Ref list_of(Value iterable, const char* not_iterable) {
    Ref items = iterable_to_list(iterable);
    if (!items && error_matches(types::TypeError)) {
      clear_error();
      return raise(types::TypeError, "%s", not_iterable);
    }
    return items;
  }
  iovec* vectors() { return vectors_.data(); }
  size_t count() const { return vectors_.size(); }
  const Buffer& last() const { return buffers_.back(); }

 private:
  std::vector<Buffer> buffers_;
  std::vector<iovec> vectors_;
};

// The whole length of an ancillary message with n bytes of data; false: too long.
bool message_length(size_t n, size_t* out) {
  if (n > INT_MAX - CMSG_LEN(0)) return false;
  *out = CMSG_LEN(n);
  return true;
}
bool message_space(size_t n, size_t* out) {
  if (n > INT_MAX - CMSG_SPACE(1)) return false;
  *out = CMSG_SPACE(n);
  return true;
}

struct Ancillary {
  int level, type;
  size_t data;  // index of its buffer
};

// (level, type, data) of any sequence.
bool parse_ancillary(Value item, Ancillary* out, BufferSet* data) {
  static const char kName[] = "[sendmsg() ancillary data items]";
  if (!is_sequence(item) || is_str(item) || is_bytes(item))
    return raise(types::TypeError, "%s() argument must be 3-item sequence, not %.50T", kName, item);
  int64_t n = length_of(item);
  if (n < 0) return false;
  if (n != 3)
    return raise(types::TypeError, "%s() argument must be sequence of length 3, not %lld", kName,
                 static_cast<long long>(n));
  Ref v[3];
  for (int i = 0; i < 3; i++) {
    v[i] = get_item(item, Value::from_int(i));
    if (!v[i]) return false;
  }
  out->data = data->count();
  return plain_int_argument(v[0], &out->level) && plain_int_argument(v[1], &out->type) && data->add(v[2], kBufSimple);
}

// Closes the descriptors that came with messages which can't be shown.
void close_received(const cmsghdr* h, size_t length) {
  if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS) return;
  for (size_t at = 0; at + sizeof(int) <= length; at += sizeof(int)) {
    int fd;
    memcpy(&fd, CMSG_DATA(h) + at, sizeof fd);
    close(fd);
  }
}

// Data bytes of h that really lie in the control buffer; false: h itself doesn't.
bool received_length(const msghdr& message, const cmsghdr* h, size_t* out) {
  auto start = reinterpret_cast<uintptr_t>(message.msg_control), at = reinterpret_cast<uintptr_t>(h);
  if (!message.msg_control || at < start || at - start > message.msg_controllen) return false;
  size_t room = message.msg_controllen - (at - start);
  if (room < CMSG_LEN(0) || h->cmsg_len < CMSG_LEN(0)) return false;
  size_t length = h->cmsg_len < room ? h->cmsg_len : room;
  *out = length - CMSG_LEN(0);
  return true;
}

// result_of(n) makes the first element.
template <class F>
Ref receive_message(SocketObject* s, iovec* vectors, size_t count, int flags, int64_t control_size, F result_of) {
  if (control_size < 0 || control_size > INT_MAX)
    return raise(types::ValueError, "invalid ancillary data buffer length");
  std::vector<char> control(static_cast<size_t>(control_size));
  SocketAddress address;
  memset(&address, 0, sizeof address);
  msghdr message = {};
  ssize_t n;
  if (!socket_call(
          s, POLLIN,
          [&](int fd) {
            message.msg_name = &address;
            message.msg_namelen = sizeof address;
            message.msg_iov = vectors;
            message.msg_iovlen = count;
            message.msg_control = control_size ? control.data() : nullptr;
            message.msg_controllen = static_cast<size_t>(control_size);
            message.msg_flags = 0;
            return recvmsg(fd, &message, flags);
          },
          &n))
    return nullptr;
  Ref list = make_list();
  bool ok = static_cast<bool>(list);
  size_t length = 0;
  for (cmsghdr* h = message.msg_controllen > 0 ? CMSG_FIRSTHDR(&message) : nullptr; h; h = CMSG_NXTHDR(&message, h)) {
    if (!received_length(message, h, &length)) {
      ok = ok && warn(types::RuntimeWarning, 1, "received malformed or improperly-truncated ancillary data");
      break;
    }
    if (ok) {
      Ref data = make_bytes(CMSG_DATA(h), length);
      Ref item = data ? make_tuple_of({Value::from_int(h->cmsg_level), Value::from_int(h->cmsg_type), data}) : Ref();
      ok = item && list_append(list, std::move(item));
    }
    if (!ok) close_received(h, length);
    if (h->cmsg_len > length + CMSG_LEN(0)) break;  // the last one, cut
  }
  if (!ok) return nullptr;
  Ref first = result_of(static_cast<size_t>(n));
  Ref from =
      first ? make_address(s->fd.load(), address,
                           message.msg_namelen < sizeof address ? message.msg_namelen : sizeof address, s->protocol)
            : Ref();
  Ref result = from ? make_tuple_of({first, list, Value::from_int(message.msg_flags), from}) : Ref();
  if (!result) {
    for (cmsghdr* h = CMSG_FIRSTHDR(&message); h && received_length(message, h, &length); h = CMSG_NXTHDR(&message, h))
      close_received(h, length);
  }
  return result;
}

bool size_and_flags(Args& a, int64_t* control, int* flags) {
  *control = 0;
  *flags = 0;
  return (!a[1] || to_ssize(a[1], control, types::OverflowError)) && (!a[2] || plain_int_argument(a[2], flags));
}

}  // namespace

Ref socket_recvmsg(Args& a) {
  int64_t size, control;
  int flags;
  if (!to_ssize(a[0], &size, types::OverflowError) || !size_and_flags(a, &control, &flags)) return nullptr;
  if (size < 0) return raise(types::ValueError, "negative buffer size in recvmsg()");
  Ref bytes = new_bytes_raw(static_cast<size_t>(size));
  if (!bytes) return nullptr;
  iovec vector{bytes.as<Bytes>()->data(), static_cast<size_t>(size)};
  return receive_message(socket_of(a.self), &vector, 1, flags, control, [&](size_t n) {
    return static_cast<int64_t>(n) == size ? std::move(bytes) : io::shrink_bytes(std::move(bytes), n);
  });
}

Ref socket_recvmsg_into(Args& a) {
  int64_t control;
  int flags;
  BufferSet buffers;
  if (!size_and_flags(a, &control, &flags)) return nullptr;
  if (!buffers.fill(a[0], kBufWritable, "recvmsg_into() argument 1 must be an iterable",
                    "recvmsg_into() argument 1 must be an iterable of single-segment read-write buffers"))
    return nullptr;
  return receive_message(socket_of(a.self), buffers.vectors(), buffers.count(), flags, control,
                         [](size_t n) { return make_int(static_cast<int64_t>(n)); });
}

Ref socket_sendmsg(Args& a) {
  int flags = 0;
  if (a[2] && !plain_int_argument(a[2], &flags)) return nullptr;
  SocketObject* s = socket_of(a.self);
  SocketAddress address;
  msghdr message = {};
  bool addressed = a[3] && a[3] != kNone;
  if (addressed) {
    socklen_t size;
    if (!parse_address(s, a[3], &address, &size, "sendmsg") || !audit("socket.sendmsg", {a.self, a[3]})) return nullptr;
    message.msg_name = &address;
    message.msg_namelen = size;
  } else if (!audit("socket.sendmsg", {a.self, kNone})) {
    return nullptr;
  }
  BufferSet data, ancillary_data;
  if (!data.fill(a[0], kBufSimple, "sendmsg() argument 1 must be an iterable")) return nullptr;
  message.msg_iov = data.vectors();
  message.msg_iovlen = data.count();

  std::vector<Ancillary> ancillary;
  size_t space = 0;
  std::vector<char> control;
  if (a[1]) {
    Ref items = BufferSet::list_of(a[1], "sendmsg() argument 2 must be an iterable");
    if (!items) return nullptr;
    for (size_t i = 0; i < list_size(items); i++) {
      Ref item = list_get(items, i);
      Ancillary one;
      if (!item) break;
      if (!parse_ancillary(item, &one, &ancillary_data)) return nullptr;
      size_t more;
      if (!message_space(ancillary_data.vectors()[one.data].iov_len, &more))
        return raise(types::OSError, "ancillary data item too large");
      space += more;
      if (space > INT_MAX) return raise(types::OSError, "too much ancillary data");
      ancillary.push_back(one);
    }
  }
  if (space) {
    control.resize(space);
    message.msg_control = control.data();
    message.msg_controllen = space;
    cmsghdr* h = CMSG_FIRSTHDR(&message);
    for (const Ancillary& one : ancillary) {
      const iovec& v = ancillary_data.vectors()[one.data];
      h->cmsg_level = one.level;
      h->cmsg_type = one.type;
      h->cmsg_len = CMSG_LEN(v.iov_len);
      memcpy(CMSG_DATA(h), v.iov_base, v.iov_len);
      h = reinterpret_cast<cmsghdr*>(reinterpret_cast<char*>(h) + CMSG_SPACE(v.iov_len));
    }
  }
  ssize_t n;
  if (!socket_call(s, POLLOUT, [&](int fd) { return sendmsg(fd, &message, flags); }, &n)) return nullptr;
  return make_int(n);
}

Ref socket_sendmsg_afalg(Args& a) {
  SocketObject* s = socket_of(a.self);
  if (s->family != AF_ALG) return raise(types::OSError, "algset is only supported for AF_ALG");
  static const Signature sig("sendmsg_afalg", "(msg=(), *, op=None, iv=None, assoclen=None, flags=0)");
  Value v[5];
  if (!sig.bind(a.raw, v)) return nullptr;
  int operation = -1, associated = -1, flags = 0;
  if (!v[1] || v[1] == kNone || !is_int(v[1]) || !plain_int_argument(v[1], &operation) || operation < 0) {
    clear_error();
    return raise(types::TypeError, "Invalid or missing argument 'op'");
  }
  if (v[3] && v[3] != kNone) {
    if (!plain_int_argument(v[3], &associated)) return nullptr;
    if (associated < 0) return raise(types::TypeError, "assoclen must be positive");
  }
  if (v[4] && !plain_int_argument(v[4], &flags)) return nullptr;
  BufferSet iv, data;
  bool with_iv = v[2] && v[2] != kNone;
  if (with_iv && !iv.add(v[2], kBufSimple)) return nullptr;
  if (v[0] && !data.fill(v[0], kBufSimple, "sendmsg_afalg() argument 1 must be an iterable")) return nullptr;

  size_t iv_size = with_iv ? iv.vectors()[0].iov_len : 0, space = CMSG_SPACE(sizeof(uint32_t)), more;
  if (with_iv) {
    if (!message_length(iv_size + sizeof(af_alg_iv), &more)) return raise_memory();
    space += CMSG_SPACE(sizeof(af_alg_iv) + iv_size);
  }
  if (associated >= 0) space += CMSG_SPACE(sizeof(uint32_t));
  std::vector<char> control(space);
  msghdr message = {};
  message.msg_control = control.data();
  message.msg_controllen = space;
  message.msg_iov = data.vectors();
  message.msg_iovlen = data.count();
  cmsghdr* h = CMSG_FIRSTHDR(&message);
  auto put = [&](int type, size_t size) {
    h->cmsg_level = SOL_ALG;
    h->cmsg_type = type;
    h->cmsg_len = CMSG_LEN(size);
    unsigned char* to = CMSG_DATA(h);
    h = reinterpret_cast<cmsghdr*>(reinterpret_cast<char*>(h) + CMSG_SPACE(size));
    return to;
  };
  uint32_t word = static_cast<uint32_t>(operation);
  memcpy(put(ALG_SET_OP, sizeof word), &word, sizeof word);
  if (with_iv) {
    unsigned char* to = put(ALG_SET_IV, sizeof(af_alg_iv) + iv_size);
    word = static_cast<uint32_t>(iv_size);
    memcpy(to, &word, sizeof word);
    memcpy(to + sizeof(af_alg_iv), iv.vectors()[0].iov_base, iv_size);
  }
  if (associated >= 0) {
    word = static_cast<uint32_t>(associated);
    memcpy(put(ALG_SET_AEAD_ASSOCLEN, sizeof word), &word, sizeof word);
  }
  ssize_t n;
  if (!socket_call(s, POLLOUT, [&](int fd) { return sendmsg(fd, &message, flags); }, &n)) return nullptr;
  return make_int(n);
}

}  // namespace taipan
