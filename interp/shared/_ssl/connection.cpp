// _ssl._SSLSocket: handshake, reading, writing, shutdown and what is known about the peer.
#include <poll.h>
#include <cerrno>
#include <climits>
#include <new>
#include <optional>
#include "interp/modules/socket_object.h"
#include "interp/objects/dict.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"
#include "interp/objects/weakref.h"
#include "interp/shared/_ssl/ssl_objects.h"

namespace taipan::ssl {

TypeObject* socket_object_type;

namespace {

// ---- a BIO over a socket that never waits

int fd_of(BIO* b) { return static_cast<int>(reinterpret_cast<intptr_t>(BIO_get_data(b))); }
int fd_write(BIO* b, const char* p, int n) {
  BIO_clear_retry_flags(b);
  ssize_t r = send(fd_of(b), p, static_cast<size_t>(n), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (r < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) BIO_set_retry_write(b);
  return static_cast<int>(r);
}
int fd_read(BIO* b, char* p, int n) {
  BIO_clear_retry_flags(b);
  ssize_t r = recv(fd_of(b), p, static_cast<size_t>(n), MSG_DONTWAIT);
  if (r < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) BIO_set_retry_read(b);
  if (r == 0) BIO_set_flags(b, BIO_FLAGS_IN_EOF);
  return static_cast<int>(r);
}
long fd_ctrl(BIO* b, int command, long, void*) {
  switch (command) {
    case BIO_CTRL_EOF: return BIO_test_flags(b, BIO_FLAGS_IN_EOF) != 0;
    case BIO_CTRL_FLUSH:
    case BIO_CTRL_DUP: return 1;
    case BIO_C_GET_FD: return fd_of(b);
    default: return 0;
  }
}
int fd_create(BIO* b) {
  BIO_set_init(b, 1);
  return 1;
}
const BIO_METHOD* fd_method() {
  static BIO_METHOD* method = [] {
    BIO_METHOD* m =
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK | BIO_TYPE_DESCRIPTOR, "socket that doesn't wait");
    BIO_meth_set_write(m, fd_write);
    BIO_meth_set_read(m, fd_read);
    BIO_meth_set_ctrl(m, fd_ctrl);
    BIO_meth_set_create(m, fd_create);
    return m;
  }();
  return method;
}

Ref or_none(Value v) { return v ? Ref::dup(v) : Ref::imm(kNone); }

void ssl_trace(Header* h, gc::Visitor& v) {
  auto* s = reinterpret_cast<SslSocket*>(h);
  for (Value f : {s->context, s->socket, s->incoming, s->outgoing, s->owner, s->hostname, s->pending_exception})
    v.visit(f);
}
void ssl_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* s = reinterpret_cast<SslSocket*>(h);
  if (s->ssl) {
    SSL_set_app_data(s->ssl, nullptr);
    SSL_free(s->ssl);
  }
  Ref old[] = {gc::take(h, &s->context),          gc::take(h, &s->socket), gc::take(h, &s->incoming),
               gc::take(h, &s->outgoing),         gc::take(h, &s->owner),  gc::take(h, &s->hostname),
               gc::take(h, &s->pending_exception)};
  for (Ref& r : old) r.reset();
  s->mutex.~recursive_mutex();
  finish_dealloc(h);
}
Ref ssl_new(TypeObject* cls, RawArgs) {
  auto* s = alloc_instance_as<SslSocket>(cls);
  if (!s) return nullptr;
  new (&s->mutex) std::recursive_mutex;
  return Ref::steal(s);
}
// The object is made by a context alone; others have nothing to work on.
bool ready(SslSocket* s) {
  return s->ssl || static_cast<bool>(raise(types::ValueError, "the connection was not made by a context"));
}

// What Python code sees as the connection: its owner, or the object itself.
Ref visible(SslSocket* s) {
  Ref owner = s->owner ? weakref_get(s->owner) : Ref();
  return owner ? std::move(owner) : Ref::dup(s);
}
Ref duplicate_session(SSL_SESSION* session, SSL_SESSION** out) {
  *out = SSL_SESSION_dup(session);
  return *out ? Ref::imm(kNone) : static_cast<Ref>(raise(types::ValueError, "i2d() failed."));
}
bool set_session_of(SslSocket* s, Value v) {
  if (!is_instance_exact_type(v, session_type)) return raise(types::TypeError, "Value is not a SSLSession.");
  auto* session = v.as<Session>();
  if (context_of(session->context)->ctx != context_of(s->context)->ctx)
    return raise(types::ValueError, "Session refers to a different SSLContext.");
  if (s->server_side) return raise(types::ValueError, "Cannot set session for server-side SSLSocket.");
  if (SSL_is_init_finished(s->ssl)) return raise(types::ValueError, "Cannot set session after handshake.");
  // A copy: OpenSSL changes the session in use.
  SSL_SESSION* copy;
  if (!duplicate_session(session->session, &copy)) return false;
  int ok = SSL_set_session(s->ssl, copy);
  SSL_SESSION_free(copy);
  return ok || static_cast<bool>(raise_queue(nullptr, 0, __LINE__));
}

// ---- running OpenSSL

// The locks that an operation on a connection needs: its own, and its memory BIOs' in the order of their addresses.
class OperationLock {
 public:
  explicit OperationLock(SslSocket* s) : own_(s->mutex) {
    if (!s->incoming) return;
    auto *a = s->incoming.as<MemoryBio>(), *b = s->outgoing.as<MemoryBio>();
    if (b < a) std::swap(a, b);
    first_.emplace(a->mutex);
    second_.emplace(b->mutex);
  }

 private:
  RecursiveLock own_;
  std::optional<RecursiveLock> first_, second_;
};
struct Outcome {
  int result, error, saved_errno;
};
// Runs f(ssl) once; it never waits. Callbacks written in Python need the thread attached.
template <class F>
Outcome run(SslSocket* s, F f) {
  OperationLock lock(s);
  Context* c = context_of(s->context);
  bool attached = s->incoming || c->sni_callback || c->msg_callback;
  auto step = [&] {
    Outcome o;
    ERR_clear_error();
    errno = 0;
    o.result = f(s->ssl);
    o.saved_errno = errno;
    o.error = o.result > 0 ? SSL_ERROR_NONE : SSL_get_error(s->ssl, o.result);
    return o;
  };
  return attached ? step() : blocking(step);
}
// Queued errors are the OS thread's own, so nothing of other connections is seen.

enum class Wait { kReady, kTimedOut, kClosed, kNonBlocking, kRaised };
Wait wait_for(SocketObject* sock, short events, const Deadline& deadline) {
  if (!sock || sock->timeout_ns.load() == 0) return Wait::kNonBlocking;
  int fd = sock->fd.load();
  if (fd < 0) return Wait::kClosed;
  int r = wait_ready(fd, events, deadline);
  return r < 0 ? Wait::kRaised : r == 0 ? Wait::kTimedOut : Wait::kReady;
}
// Raises what a callback left. True: it did.
bool callback_raised(SslSocket* s) {
  if (!s->pending_exception) return false;
  Ref exc = gc::take(&s->h, &s->pending_exception);
  if (error_occurred()) {
    Ref current = fetch_error();
    chain_context(current, std::move(exc));
    restore_error(std::move(current));
  } else {
    restore_error(std::move(exc));
  }
  return true;
}

// The socket under a connection while an operation runs.
struct Under {
  Ref socket;
  SocketObject* sock = nullptr;
  Deadline deadline;
  bool find(SslSocket* s) {
    if (!s->socket) return true;
    socket = weakref_get(s->socket);
    if (!socket || is_weakref(socket))
      return raise_ssl(nullptr, ssl_error, kErrorNoSocket, "Underlying socket connection gone", __LINE__, 0);
    sock = socket_of(socket);
    deadline.start(sock->timeout_ns.load());
    if (sock->fd.load() < 0) return raise_ssl(nullptr, ssl_error, 0, "Underlying socket has been closed.", __LINE__, 0);
    return true;
  }
};

// Does f until it is through; what: for the message when time is up. False: raised.
template <class F>
bool drive(SslSocket* s, Under& under, const char* what, F f, Outcome* out) {
  for (;;) {
    *out = run(s, f);
    if (!poll()) return false;
    if (s->pending_exception) return !callback_raised(s);
    Wait wait;
    if (out->error == SSL_ERROR_WANT_READ)
      wait = wait_for(under.sock, POLLIN, under.deadline);
    else if (out->error == SSL_ERROR_WANT_WRITE)
      wait = wait_for(under.sock, POLLOUT, under.deadline);
    else
      return true;
    switch (wait) {
      case Wait::kReady: continue;
      case Wait::kNonBlocking: return true;
      case Wait::kRaised: return false;
      case Wait::kTimedOut: return raise(types::TimeoutError, "%s", what);
      case Wait::kClosed: return raise_ssl(nullptr, ssl_error, 0, "Underlying socket has been closed.", __LINE__, 0);
    }
  }
}

Ref ssl_do_handshake(Args& a) {
  SslSocket* s = ssl_of(a.self);
  Under under;
  Outcome o;
  if (!ready(s) || !under.find(s) ||
      !drive(
          s, under, "_ssl.c:989: The handshake operation timed out", [](SSL* ssl) { return SSL_do_handshake(ssl); },
          &o))
    return nullptr;
  return o.result >= 1 ? Ref::imm(kNone) : static_cast<Ref>(raise_io(s, o.error, o.saved_errno, __LINE__));
}
Ref ssl_write(Args& a) {
  SslSocket* s = ssl_of(a.self);
  BufferView data(a[0]);
  Under under;
  Outcome o;
  size_t count = 0;
  if (!data.ok() || !ready(s) || !under.find(s)) return nullptr;
  if (!drive(
          s, under, "The write operation timed out",
          [&](SSL* ssl) { return SSL_write_ex(ssl, data.data(), data.size(), &count); }, &o))
    return nullptr;
  return o.result > 0 ? make_int(static_cast<int64_t>(count))
                      : static_cast<Ref>(raise_io(s, o.error, o.saved_errno, __LINE__));
}
Ref ssl_read(Args& a) {
  // read(size, [buffer])
  const Value* v = a.raw.v;
  if ((a.raw.kwnames && tuple_size(a.raw.kwnames)) || a.raw.n < 1 || a.raw.n > 2)
    return raise(types::TypeError, "_ssl._SSLSocket.read requires 1 to 2 arguments");
  int size;
  if (!to_c_int(v[0], &size)) return nullptr;
  SslSocket* s = ssl_of(a.self);
  Buffer target;
  bool into = a.raw.n == 2;
  if (into && !get_buffer(v[1], &target, kBufWritable)) return nullptr;
  struct Release {
    Buffer* b;
    ~Release() {
      if (b) release_buffer(b);
    }
  } release{into ? &target : nullptr};
  if (!into && size < 0) return raise(types::ValueError, "size should not be negative");
  if (into && (size <= 0 || size > target.len)) {
    if (target.len > INT_MAX) return raise(types::OverflowError, "maximum length can't fit in a C 'int'");
    size = static_cast<int>(target.len);
  }
  Under under;
  if (!ready(s) || !under.find(s)) return nullptr;
  if (size == 0) return into ? make_int(0) : make_bytes("");
  Ref result = into ? Ref() : new_bytes_raw(static_cast<size_t>(size));
  if (!into && !result) return nullptr;
  void* p = into ? target.data : result.as<Bytes>()->data();
  size_t count = 0;
  Outcome o;
  if (!drive(
          s, under, "The read operation timed out",
          [&](SSL* ssl) { return SSL_read_ex(ssl, p, static_cast<size_t>(size), &count); }, &o))
    return nullptr;
  if (o.result <= 0) {
    count = 0;
    if (o.error != SSL_ERROR_ZERO_RETURN || SSL_get_shutdown(s->ssl) != SSL_RECEIVED_SHUTDOWN)
      return raise_io(s, o.error, o.saved_errno, __LINE__);
    ERR_clear_error();
  }
  if (into) return make_int(static_cast<int64_t>(count));
  return count == static_cast<size_t>(size) ? std::move(result) : make_bytes(p, count);
}
Ref ssl_shutdown(Args& a) {
  SslSocket* s = ssl_of(a.self);
  Under under;
  if (!ready(s) || !under.find(s)) return nullptr;
  int zeros = 0;
  Outcome o;
  for (;;) {
    // The first zero: our notification is sent; from then on nothing may be read ahead, so that plain data can follow.
    o = run(s, [&](SSL* ssl) {
      if (s->shutdown_seen_zero) SSL_set_read_ahead(ssl, 0);
      return SSL_shutdown(ssl);
    });
    if (!poll()) return nullptr;
    if (callback_raised(s)) return nullptr;
    if (o.result > 0) break;
    if (o.result == 0) {
      if (++zeros > 1) break;
      s->shutdown_seen_zero = true;
      continue;
    }
    bool reading = o.error == SSL_ERROR_WANT_READ;
    if (!reading && o.error != SSL_ERROR_WANT_WRITE) break;
    Wait wait = wait_for(under.sock, reading ? POLLIN : POLLOUT, under.deadline);
    if (wait == Wait::kRaised) return nullptr;
    if (wait == Wait::kTimedOut)
      return raise(types::TimeoutError, reading ? "The read operation timed out" : "The write operation timed out");
    if (wait != Wait::kReady) break;
  }
  if (o.result < 0) return raise_io(s, o.error, o.saved_errno, __LINE__);
  ERR_clear_error();
  return under.sock ? std::move(under.socket) : Ref::imm(kNone);
}
Ref ssl_pending(Args& a) {
  SslSocket* s = ssl_of(a.self);
  if (!ready(s)) return nullptr;
  OperationLock lock(s);
  return make_int(SSL_pending(s->ssl));
}

// ---- what is known about the connection

Ref ssl_getpeercert(Args& a) {
  SslSocket* s = ssl_of(a.self);
  int binary = a.has(0) ? is_true(a[0]) : 0;
  if (binary < 0 || !ready(s)) return nullptr;
  OperationLock lock(s);
  if (!SSL_is_init_finished(s->ssl)) return raise(types::ValueError, "handshake not done yet");
  X509* cert = SSL_get1_peer_certificate(s->ssl);
  if (!cert) return Ref::imm(kNone);
  Ref result = binary                                                 ? certificate_der(cert)
               : (SSL_get_verify_mode(s->ssl) & SSL_VERIFY_PEER) == 0 ? make_dict()
                                                                      : decode_certificate(cert);
  X509_free(cert);
  return result;
}
Ref chain_list(STACK_OF(X509) * chain, X509* first) {
  Ref list = make_list();
  if (!list) return nullptr;
  if (first) {
    Ref c = make_certificate(first, false);
    if (!c || !list_append(list, std::move(c))) return nullptr;
  }
  for (int i = 0; i < sk_X509_num(chain); i++) {
    Ref c = make_certificate(sk_X509_value(chain, i), false);
    if (!c || !list_append(list, std::move(c))) return nullptr;
  }
  return list;
}
Ref ssl_verified_chain(Args& a) {
  SslSocket* s = ssl_of(a.self);
  if (!ready(s)) return nullptr;
  OperationLock lock(s);
  STACK_OF(X509)* chain = SSL_get0_verified_chain(s->ssl);
  return chain ? chain_list(chain, nullptr) : Ref::imm(kNone);
}
Ref ssl_unverified_chain(Args& a) {
  SslSocket* s = ssl_of(a.self);
  if (!ready(s)) return nullptr;
  OperationLock lock(s);
  STACK_OF(X509)* chain = SSL_get_peer_cert_chain(s->ssl);
  if (!chain) return Ref::imm(kNone);
  // A server's chain lacks the client's own certificate.
  return chain_list(chain, s->server_side ? SSL_get0_peer_certificate(s->ssl) : nullptr);
}
Ref cipher_tuple(const SSL_CIPHER* c) {
  if (!c) return Ref::imm(kNone);
  const char *name = SSL_CIPHER_get_name(c), *version = SSL_CIPHER_get_version(c);
  Ref items[3] = {name ? make_str(name) : Ref::imm(kNone), version ? make_str(version) : Ref::imm(kNone),
                  make_int(SSL_CIPHER_get_bits(c, nullptr))};
  return items[0] && items[1] ? make_tuple_steal(items, 3) : nullptr;
}
Ref ssl_cipher(Args& a) {
  SslSocket* s = ssl_of(a.self);
  if (!s->ssl) return Ref::imm(kNone);
  OperationLock lock(s);
  return cipher_tuple(SSL_get_current_cipher(s->ssl));
}
Ref ssl_shared_ciphers(Args& a) {
  SslSocket* s = ssl_of(a.self);
  if (!s->ssl) return Ref::imm(kNone);
  OperationLock lock(s);
  STACK_OF(SSL_CIPHER)* all = SSL_get_ciphers(s->ssl);
  if (!all) return Ref::imm(kNone);
  Ref list = make_list();
  if (!list) return nullptr;
  for (int i = 0; i < sk_SSL_CIPHER_num(all); i++) {
    Ref t = cipher_tuple(sk_SSL_CIPHER_value(all, i));
    if (!t || !list_append(list, std::move(t))) return nullptr;
  }
  return list;
}
Ref ssl_version(Args& a) {
  SslSocket* s = ssl_of(a.self);
  if (!s->ssl) return Ref::imm(kNone);
  OperationLock lock(s);
  if (!SSL_is_init_finished(s->ssl)) return Ref::imm(kNone);
  const char* v = SSL_get_version(s->ssl);
  return v && strcmp(v, "unknown") != 0 ? make_str(v) : Ref::imm(kNone);
}
Ref ssl_compression(Args& a) {
  SslSocket* s = ssl_of(a.self);
  if (!s->ssl) return Ref::imm(kNone);
  const COMP_METHOD* method = SSL_get_current_compression(s->ssl);
  const char* name = method ? SSL_COMP_get_name(method) : nullptr;
  return name ? make_str(name) : Ref::imm(kNone);
}
Ref ssl_alpn(Args& a) {
  SslSocket* s = ssl_of(a.self);
  if (!s->ssl) return Ref::imm(kNone);
  OperationLock lock(s);
  const unsigned char* p;
  unsigned n;
  SSL_get0_alpn_selected(s->ssl, &p, &n);
  return p ? make_str({reinterpret_cast<const char*>(p), n}) : Ref::imm(kNone);
}
Ref ssl_channel_binding(Args& a) {
  SslSocket* s = ssl_of(a.self);
  if (a.has(0) && !is_str(a[0]))
    return raise(types::TypeError, "get_channel_binding() argument 'cb_type' must be str, not %T", a[0]);
  if (a.has(0) && !str_eq_ascii(a[0], "tls-unique"))
    return raise(types::ValueError, "'%S' channel binding type not implemented", a[0]);
  if (!ready(s)) return nullptr;
  OperationLock lock(s);
  char buf[128];
  // The first Finished message of the handshake: the client's, unless a session was resumed.
  bool own = (SSL_session_reused(s->ssl) != 0) != !s->server_side;
  size_t n = own ? SSL_get_finished(s->ssl, buf, sizeof buf) : SSL_get_peer_finished(s->ssl, buf, sizeof buf);
  return n ? make_bytes(buf, n) : Ref::imm(kNone);
}
Ref ssl_verify_client(Args& a) {
  SslSocket* s = ssl_of(a.self);
  if (!ready(s)) return nullptr;
  OperationLock lock(s);
  return SSL_verify_client_post_handshake(s->ssl) ? Ref::imm(kNone)
                                                  : static_cast<Ref>(raise_queue(nullptr, 0, __LINE__));
}

// ---- attributes

Ref get_context(Value v) { return or_none(ssl_of(v)->context); }
bool set_context(Value self, Value v) {
  if (!v || !is_instance_exact_type(v, context_type)) return raise(types::TypeError, "The value must be a SSLContext");
  SslSocket* s = ssl_of(self);
  if (!ready(s)) return false;
  OperationLock lock(s);
  gc::store(&s->h, &s->context, Ref::dup(v));
  SSL_set_SSL_CTX(s->ssl, context_of(v)->ctx);
  SSL_set_msg_callback(s->ssl, context_of(v)->msg_callback ? taipan_ssl_msg_callback : nullptr);
  return true;
}
Ref get_server_side(Value v) { return Ref::imm(bool_value(ssl_of(v)->server_side)); }
Ref get_hostname(Value v) { return or_none(ssl_of(v)->hostname); }
Ref get_owner(Value v) {
  Ref owner = ssl_of(v)->owner ? weakref_get(ssl_of(v)->owner) : Ref();
  return owner ? std::move(owner) : Ref::imm(kNone);
}
bool set_owner(Value self, Value v) {
  if (!v) return raise(types::AttributeError, "cannot delete attribute");
  Ref ref = make_weakref(v);
  if (!ref) return false;
  gc::store(&ssl_of(self)->h, &ssl_of(self)->owner, std::move(ref));
  return true;
}
Ref get_session(Value v) {
  SslSocket* s = ssl_of(v);
  if (!s->ssl) return Ref::imm(kNone);
  OperationLock lock(s);
  SSL_SESSION* session = SSL_get_session(s->ssl);
  if (!session) return Ref::imm(kNone);
  SSL_SESSION* copy;
  if (!duplicate_session(session, &copy)) return nullptr;
  auto* o = alloc_instance_as<Session>(session_type);
  if (!o) {
    SSL_SESSION_free(copy);
    return nullptr;
  }
  o->session = copy;
  gc::init(&o->context, Ref::dup(s->context));
  return Ref::steal(o);
}
bool set_session(Value self, Value v) {
  SslSocket* s = ssl_of(self);
  if (!v) return raise(types::AttributeError, "cannot delete attribute");
  if (!ready(s)) return false;
  OperationLock lock(s);
  return set_session_of(s, v);
}
Ref get_session_reused(Value v) { return Ref::imm(bool_value(ssl_of(v)->ssl && SSL_session_reused(ssl_of(v)->ssl))); }

const NativeDef kMethods[] = {
    {"do_handshake", "($self, /)", ssl_do_handshake, 0, nullptr},
    {"write", "($self, b, /)", ssl_write, 0, "Writes bytes; returns how many."},
    {"read", "(...)", ssl_read, 0, "read(size, [buffer])\n\nReads up to size bytes."},
    {"pending", "($self, /)", ssl_pending, 0, "How many decrypted bytes are there to be read."},
    {"getpeercert", "($self, der=False, /)", ssl_getpeercert, 0, "The peer's certificate, as a dict or in DER."},
    {"get_channel_binding", "($self, /, cb_type='tls-unique')", ssl_channel_binding, 0,
     "Data that belongs to this very connection."},
    {"cipher", "($self, /)", ssl_cipher, 0, nullptr},
    {"shared_ciphers", "($self, /)", ssl_shared_ciphers, 0, nullptr},
    {"version", "($self, /)", ssl_version, 0, nullptr},
    {"selected_alpn_protocol", "($self, /)", ssl_alpn, 0, nullptr},
    {"compression", "($self, /)", ssl_compression, 0, nullptr},
    {"shutdown", "($self, /)", ssl_shutdown, 0, "Ends the encrypted connection; returns the socket, if there is one."},
    {"verify_client_post_handshake", "($self, /)", ssl_verify_client, 0, "Asks a client for its certificate."},
    {"get_unverified_chain", "($self, /)", ssl_unverified_chain, 0, nullptr},
    {"get_verified_chain", "($self, /)", ssl_verified_chain, 0, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const GetSetDef kGetSet[] = {
    {"context", get_context, set_context, "The context; a server may change it in its sni_callback."},
    {"server_side", get_server_side, nullptr, "Whether this is a server-side socket."},
    {"server_hostname", get_hostname, nullptr, "The currently set server hostname (for SNI)."},
    {"owner", get_owner, set_owner,
     "The Python-level owner of this object. Passed as \"self\" in servername callback."},
    {"session", get_session, set_session, "The underlying SSLSession object."},
    {"session_reused", get_session_reused, nullptr, "Was the client session reused during handshake?"},
    {nullptr, nullptr, nullptr, nullptr}};
const TypeSpec kSpec = {.flags = kTypeGc | kTypeBaseable | kTypeImmutable,
                        .basic_size = sizeof(SslSocket),
                        .ops = {.trace = ssl_trace, .dealloc = ssl_dealloc},
                        .methods = kMethods,
                        .getset = kGetSet,
                        .s = {.new_ = ssl_new}};

bool configure_name(SslSocket* s, Value hostname) {
  std::string host;
  if (!utf8_of(hostname, &host)) return false;
  if (host.empty() || host[0] == '.')
    return raise(types::ValueError, "server_hostname cannot be an empty string or start with a leading dot.");
  gc::init(&s->hostname, Ref::dup(hostname));
  ASN1_OCTET_STRING* ip = a2i_IPADDRESS(host.c_str());
  if (!ip) ERR_clear_error();
  bool ok = true;
  if (!ip) ok = SSL_set_tlsext_host_name(s->ssl, host.c_str());
  if (ok && context_of(s->context)->check_hostname) {
    X509_VERIFY_PARAM* param = SSL_get0_param(s->ssl);
    ok = ip ? X509_VERIFY_PARAM_set1_ip(param, ASN1_STRING_get0_data(ip), static_cast<size_t>(ASN1_STRING_length(ip)))
            : X509_VERIFY_PARAM_set1_host(param, host.c_str(), host.size());
  }
  ASN1_OCTET_STRING_free(ip);
  return ok || static_cast<bool>(raise_queue(nullptr, 0, __LINE__));
}

}  // namespace

Ref new_ssl_socket(Value context, Value sock, bool server_side, Value hostname, Value owner, Value session,
                   Value incoming, Value outgoing) {
  Context* c = context_of(context);
  if (c->protocol == kTlsClient && server_side)
    return raise_queue("Cannot create a server socket with a PROTOCOL_TLS_CLIENT context", 0, __LINE__);
  if (c->protocol == kTlsServer && !server_side)
    return raise_queue("Cannot create a client socket with a PROTOCOL_TLS_SERVER context", 0, __LINE__);
  Ref self = ssl_new(socket_object_type, RawArgs{});
  if (!self) return nullptr;
  SslSocket* s = ssl_of(self);
  s->server_side = server_side;
  gc::init(&s->context, Ref::dup(context));
  ERR_clear_error();
  s->ssl = SSL_new(c->ctx);
  if (!s->ssl) return raise_queue(nullptr, 0, __LINE__);
  SSL_set_app_data(s->ssl, s);
  if (sock) {
    Ref ref = make_weakref(sock);
    if (!ref) return nullptr;
    gc::init(&s->socket, std::move(ref));
    BIO* bio = BIO_new(fd_method());
    if (!bio) return raise_memory();
    BIO_set_data(bio, reinterpret_cast<void*>(static_cast<intptr_t>(socket_of(sock)->fd.load())));
    SSL_set_bio(s->ssl, bio, bio);
  } else {
    gc::init(&s->incoming, Ref::dup(incoming));
    gc::init(&s->outgoing, Ref::dup(outgoing));
    BIO *in = incoming.as<MemoryBio>()->bio, *out = outgoing.as<MemoryBio>()->bio;
    BIO_up_ref(in);
    BIO_up_ref(out);
    SSL_set_bio(s->ssl, in, out);
  }
  SSL_set_mode(s->ssl, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY);
  if (c->post_handshake_auth) {
    if (server_side) {
      int mode = SSL_get_verify_mode(s->ssl);
      if (mode & SSL_VERIFY_PEER)
        SSL_set_verify(s->ssl, mode | SSL_VERIFY_POST_HANDSHAKE, SSL_get_verify_callback(s->ssl));
    } else {
      SSL_set_post_handshake_auth(s->ssl, 1);
    }
  }
  if (hostname && hostname != kNone && !configure_name(s, hostname)) return nullptr;
  if (server_side)
    SSL_set_accept_state(s->ssl);
  else
    SSL_set_connect_state(s->ssl);
  if (owner != kNone && !set_owner(self, owner)) return nullptr;
  if (session != kNone && !set_session_of(s, session)) return nullptr;
  return self;
}

// ---- callbacks: the thread is attached, and holds the connection's lock

extern "C" int taipan_ssl_sni_callback(SSL* ssl, int* alert, void* arg) {
  auto* c = static_cast<Context*>(arg);
  auto* s = static_cast<SslSocket*>(SSL_get_app_data(ssl));
  if (!c->sni_callback || !s) return SSL_TLSEXT_ERR_NOACK;
  Ref callback = Ref::dup(c->sni_callback), keep = Ref::dup(c), connection = visible(s);
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  Ref text = Ref::imm(kNone);
  if (name) {
    for (const char* p = name; *p; p++)
      if (static_cast<signed char>(*p) < 0) {
        raise(types::ValueError, "the server name isn't ASCII");
        write_unraisable(callback);
        *alert = SSL_AD_INTERNAL_ERROR;
        return SSL_TLSEXT_ERR_ALERT_FATAL;
      }
    text = make_str(name);
  }
  Ref result = text ? call(callback, connection, text, keep) : Ref();
  if (!result) {
    write_unraisable(callback);
    *alert = SSL_AD_HANDSHAKE_FAILURE;
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  if (result.get() == kNone) return SSL_TLSEXT_ERR_OK;
  if (!to_c_int(result, alert)) {
    write_unraisable(result);
    *alert = SSL_AD_INTERNAL_ERROR;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}
extern "C" void taipan_ssl_msg_callback(int write, int version, int type, const void* buf, size_t size, SSL* ssl,
                                        void*) {
  auto* s = static_cast<SslSocket*>(SSL_get_app_data(ssl));
  // Messages also come when a connection is freed or made, outside of any operation.
  if (!s || !s->context || !context_of(s->context)->msg_callback || s->pending_exception) return;
  auto* p = static_cast<const uint8_t*>(buf);
  int message = -1;
  switch (type) {
    case SSL3_RT_CHANGE_CIPHER_SPEC: message = SSL3_MT_CHANGE_CIPHER_SPEC; break;
    case SSL3_RT_ALERT: message = size > 1 ? p[1] : -1; break;
    case SSL3_RT_HEADER: message = size > 0 ? p[0] : -1; break;
    case SSL3_RT_INNER_CONTENT_TYPE: message = size > 0 ? p[0] : -1; break;
    default: message = size > 0 ? p[0] : -1;
  }
  Ref callback = Ref::dup(context_of(s->context)->msg_callback), connection = visible(s);
  Ref direction = make_str(write ? "write" : "read"), data = make_bytes(buf, size);
  bool ok = direction && data;
  if (ok) {
    Value args[6] = {connection, direction, Value::from_int(version), Value::from_int(type), Value::from_int(message),
                     data};
    ok = static_cast<bool>(call_array(callback, args, 6));
  }
  if (!ok) gc::store(&s->h, &s->pending_exception, fetch_error());
}

bool make_socket_types() {
  if (!socket_object_type) socket_object_type = make_native_type("_ssl._SSLSocket", types::Object, &kSpec);
  return socket_object_type != nullptr;
}

}  // namespace taipan::ssl
