// _ssl._SSLContext.
#include <openssl/dh.h>
#include <openssl/pem.h>
#include <cerrno>
#include <climits>
#include <new>
#include "gc/heap.h"
#include "interp/modules/audit.h"
#include "interp/modules/socket_object.h"
#include "interp/objects/codecs.h"
#include "interp/objects/dict.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"
#include "interp/shared/_ssl/ssl_objects.h"

namespace taipan::ssl {

TypeObject* context_type;

bool deprecated(const char* what) { return warn(types::DeprecationWarning, 2, "%s is deprecated", what); }
Ref fs_path_bytes(Value v) {
  Ref path;
  if (is_str(v) || is_bytes(v)) {
    path = Ref::dup(v);
  } else {
    Ref method = lookup_special(v, TAIPAN_NAME(__fspath__));
    if (!method)
      return error_occurred()
                 ? nullptr
                 : static_cast<Ref>(raise(types::TypeError, "expected str, bytes or os.PathLike object, not %T", v));
    path = call(method);
    if (!path) return nullptr;
    if (!is_str(path) && !is_bytes(path))
      return raise(types::TypeError, "expected %T.__fspath__() to return str or bytes, not %T", v, path.get());
  }
  if (is_str(path)) path = encode_fs(path);
  if (path && strlen(reinterpret_cast<const char*>(path.as<Bytes>()->data())) != path.as<Bytes>()->size)
    return raise(types::ValueError, "embedded null byte");
  return path;
}
static const char* c_text(const Ref& bytes) { return reinterpret_cast<const char*>(bytes.as<Bytes>()->data()); }

namespace {

Fail cannot_delete() { return raise(types::AttributeError, "cannot delete attribute"); }

void context_trace(Header* h, gc::Visitor& v) {
  auto* c = reinterpret_cast<Context*>(h);
  v.visit(c->keylog_name);
  v.visit(c->sni_callback);
  v.visit(c->msg_callback);
}
void context_clear(Header* h) {
  auto* c = reinterpret_cast<Context*>(h);
  Ref a = gc::take(h, &c->keylog_name), b = gc::take(h, &c->sni_callback), d = gc::take(h, &c->msg_callback);
}
void context_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* c = reinterpret_cast<Context*>(h);
  if (c->ctx) {
    // Connections that were moved to another context still ask this one's callbacks.
    SSL_CTX_set_keylog_callback(c->ctx, nullptr);
    SSL_CTX_set_tlsext_servername_callback(c->ctx, nullptr);
    SSL_CTX_set_alpn_select_cb(c->ctx, nullptr, nullptr);
    SSL_CTX_set_msg_callback(c->ctx, nullptr);
    SSL_CTX_free(c->ctx);
  }
  BIO_free_all(c->keylog);
  gc::raw_free(c->alpn);
  context_clear(h);
  finish_dealloc(h);
}

bool set_verify_mode(Context* c, int requirement) {
  int mode;
  if (requirement == kCertNone)
    mode = SSL_VERIFY_NONE;
  else if (requirement == kCertOptional)
    mode = SSL_VERIFY_PEER;
  else if (requirement == kCertRequired)
    mode = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  else
    return raise(types::ValueError, "invalid value for verify_mode");
  SSL_CTX_set_verify(c->ctx, mode, SSL_CTX_get_verify_callback(c->ctx));
  return true;
}

Ref context_new(TypeObject* cls, RawArgs raw) {
  static const Signature sig("_SSLContext", "(protocol, /)");
  Value v[1];
  int protocol;
  if (!sig.bind(raw, v) || !to_c_int(v[0], &protocol)) return nullptr;
  const SSL_METHOD* method = nullptr;
  switch (protocol) {
    case kSslV3:
      if (!deprecated("ssl.PROTOCOL_SSLv3")) return nullptr;
      break;
    case kTlsV1:
      if (!deprecated("ssl.PROTOCOL_TLSv1")) return nullptr;
      method = TLSv1_method();
      break;
    case kTlsV1_1:
      if (!deprecated("ssl.PROTOCOL_TLSv1_1")) return nullptr;
      method = TLSv1_1_method();
      break;
    case kTlsV1_2:
      if (!deprecated("ssl.PROTOCOL_TLSv1_2")) return nullptr;
      method = TLSv1_2_method();
      break;
    case kTls:
      if (!deprecated("ssl.PROTOCOL_TLS")) return nullptr;
      method = TLS_method();
      break;
    case kTlsClient: method = TLS_client_method(); break;
    case kTlsServer: method = TLS_server_method(); break;
    default: break;
  }
  if (!method) return raise(types::ValueError, "invalid or unsupported protocol version %d", protocol);
  SSL_CTX* ctx = SSL_CTX_new(method);
  if (!ctx) return raise_queue(nullptr, 0, __LINE__);
  auto* c = alloc_instance_as<Context>(cls);
  if (!c) {
    SSL_CTX_free(ctx);
    return nullptr;
  }
  new (&c->keylog_mutex) std::mutex;
  Ref self = Ref::steal(c);
  c->ctx = ctx;
  c->protocol = protocol;
  c->host_flags = X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
  c->check_hostname = protocol == kTlsClient;
  set_verify_mode(c, protocol == kTlsClient ? kCertRequired : kCertNone);
  uint64_t options = SSL_OP_ALL & ~static_cast<uint64_t>(SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS);
  options |= SSL_OP_NO_SSLv2 | SSL_OP_NO_SSLv3 | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
             SSL_OP_SINGLE_DH_USE | SSL_OP_SINGLE_ECDH_USE;
#ifdef SSL_OP_IGNORE_UNEXPECTED_EOF
  options |= SSL_OP_IGNORE_UNEXPECTED_EOF;
#endif
  SSL_CTX_set_options(ctx, options);
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
  static const unsigned char kSessionContext[] = {'P', 'y', 't', 'h', 'o', 'n'};
  SSL_CTX_set_session_id_context(ctx, kSessionContext, sizeof kSessionContext);
  X509_VERIFY_PARAM* param = SSL_CTX_get0_param(ctx);
  X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_TRUSTED_FIRST);
  X509_VERIFY_PARAM_set_hostflags(param, c->host_flags);
  SSL_CTX_set_post_handshake_auth(ctx, 0);
  return self;
}

// ---- attributes

Ref get_check_hostname(Value v) { return Ref::imm(bool_value(context_of(v)->check_hostname)); }
bool set_check_hostname(Value self, Value v) {
  if (!v) return cannot_delete();
  int on = is_true(v);
  if (on < 0) return false;
  Context* c = context_of(self);
  if (on && SSL_CTX_get_verify_mode(c->ctx) == SSL_VERIFY_NONE && !set_verify_mode(c, kCertRequired)) return false;
  c->check_hostname = on;
  return true;
}
Ref get_host_flags(Value v) { return make_int(context_of(v)->host_flags); }
bool set_host_flags(Value self, Value v) {
  if (!v) return cannot_delete();
  Ref n = to_index(v);
  if (!n) return false;
  Context* c = context_of(self);
  c->host_flags = static_cast<unsigned>(int_low64(n));
  X509_VERIFY_PARAM_set_hostflags(SSL_CTX_get0_param(c->ctx), c->host_flags);
  return true;
}
Ref get_verify_mode(Value v) {
  int mode = SSL_CTX_get_verify_mode(context_of(v)->ctx) & (SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT);
  return make_int(mode == SSL_VERIFY_NONE ? kCertNone : mode == SSL_VERIFY_PEER ? kCertOptional : kCertRequired);
}
bool set_verify_mode_attr(Value self, Value v) {
  if (!v) return cannot_delete();
  int n;
  if (!to_c_int(v, &n)) return false;
  Context* c = context_of(self);
  if (n == kCertNone && c->check_hostname)
    return raise(types::ValueError, "Cannot set verify_mode to CERT_NONE when check_hostname is enabled.");
  return set_verify_mode(c, n);
}
Ref get_verify_flags(Value v) {
  return make_int_u64(X509_VERIFY_PARAM_get_flags(SSL_CTX_get0_param(context_of(v)->ctx)));
}
bool set_verify_flags(Value self, Value v) {
  if (!v) return cannot_delete();
  Ref n = to_index(v);
  if (!n) return false;
  X509_VERIFY_PARAM* param = SSL_CTX_get0_param(context_of(self)->ctx);
  unsigned long fresh = int_low64(n), now = X509_VERIFY_PARAM_get_flags(param), gone = now & ~fresh,
                added = ~now & fresh;
  if (gone && !X509_VERIFY_PARAM_clear_flags(param, gone)) return raise_queue(nullptr, 0, __LINE__);
  if (added && !X509_VERIFY_PARAM_set_flags(param, added)) return raise_queue(nullptr, 0, __LINE__);
  return true;
}
Ref get_options(Value v) { return make_int_u64(SSL_CTX_get_options(context_of(v)->ctx)); }
bool set_options(Value self, Value v) {
  if (!v) return cannot_delete();
  Ref n = to_index(v);
  if (!n) return false;
  SSL_CTX* ctx = context_of(self)->ctx;
  uint64_t fresh = int_low64(n), now = SSL_CTX_get_options(ctx), gone = now & ~fresh, added = ~now & fresh;
  constexpr uint64_t kVersions =
      SSL_OP_NO_SSLv2 | SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_TLSv1_2 | SSL_OP_NO_TLSv1_3;
  if ((added & kVersions) &&
      !warn(types::DeprecationWarning, 2, "ssl.OP_NO_SSL*/ssl.OP_NO_TLS* options are deprecated"))
    return false;
  if (gone) SSL_CTX_clear_options(ctx, gone);
  if (added) SSL_CTX_set_options(ctx, added);
  return true;
}
template <bool kMax>
Ref get_version_limit(Value v) {
  SSL_CTX* ctx = context_of(v)->ctx;
  int64_t n = kMax ? SSL_CTX_get_max_proto_version(ctx) : SSL_CTX_get_min_proto_version(ctx);
  if (n == 0) n = kMax ? int64_t{kMaximumSupported} : int64_t{kMinimumSupported};
  return make_int(n);
}
template <bool kMax>
bool set_version_limit(Value self, Value value) {
  if (!value) return cannot_delete();
  int v;
  if (!to_c_int(value, &v)) return false;
  Context* c = context_of(self);
  if (c->protocol != kTls && c->protocol != kTlsClient && c->protocol != kTlsServer)
    return raise(types::ValueError,
                 "The context's protocol doesn't support modification of highest and lowest version.");
  if (v == SSL3_VERSION && !deprecated("ssl.TLSVersion.SSLv3")) return false;
  if (v == TLS1_VERSION && !deprecated("ssl.TLSVersion.TLSv1")) return false;
  if (v == TLS1_1_VERSION && !deprecated("ssl.TLSVersion.TLSv1_1")) return false;
  bool known = v == kMinimumSupported || v == kMaximumSupported || (v >= SSL3_VERSION && v <= TLS1_3_VERSION);
  if (!known) return raise(types::ValueError, "Unsupported TLS/SSL version 0x%x", v);
  int wire = v;
  if (v == (kMax ? kMaximumSupported : kMinimumSupported))
    wire = 0;  // no limit
  else if (v < 0)
    wire = kMax ? TLS1_VERSION : TLS1_3_VERSION;
  long ok = kMax ? SSL_CTX_set_max_proto_version(c->ctx, wire) : SSL_CTX_set_min_proto_version(c->ctx, wire);
  return ok || static_cast<bool>(raise(types::ValueError, "Unsupported protocol version 0x%x", v));
}
Ref get_num_tickets(Value v) { return make_int(static_cast<int64_t>(SSL_CTX_get_num_tickets(context_of(v)->ctx))); }
bool set_num_tickets(Value self, Value v) {
  if (!v) return cannot_delete();
  int64_t n;
  if (!to_int64(v, &n)) return false;
  if (n < 0) return raise(types::ValueError, "value must be non-negative");
  Context* c = context_of(self);
  if (c->protocol != kTlsServer) return raise(types::ValueError, "SSLContext is not a server context.");
  return SSL_CTX_set_num_tickets(c->ctx, static_cast<size_t>(n)) == 1 ||
         static_cast<bool>(raise(types::ValueError, "failed to set num tickets."));
}
Ref get_pha(Value v) { return Ref::imm(bool_value(context_of(v)->post_handshake_auth)); }
bool set_pha(Value self, Value v) {
  if (!v) return cannot_delete();
  int on = is_true(v);
  if (on >= 0) context_of(self)->post_handshake_auth = on;
  return on >= 0;
}
Ref get_protocol(Value v) { return make_int(context_of(v)->protocol); }
Ref get_security_level(Value v) { return make_int(SSL_CTX_get_security_level(context_of(v)->ctx)); }
Ref or_none(Value v) { return v ? Ref::dup(v) : Ref::imm(kNone); }
Ref get_sni_callback(Value v) { return or_none(context_of(v)->sni_callback); }
bool set_sni_callback(Value self, Value v) {
  Context* c = context_of(self);
  if (!v) return cannot_delete();
  if (c->protocol == kTlsClient) return raise(types::ValueError, "sni_callback cannot be set on TLS_CLIENT context");
  SSL_CTX_set_tlsext_servername_callback(c->ctx, nullptr);
  Ref old = gc::take(&c->h, &c->sni_callback);
  if (v == kNone) return true;
  if (!is_callable(v)) return raise(types::TypeError, "not a callable object");
  gc::store(&c->h, &c->sni_callback, Ref::dup(v));
  SSL_CTX_set_tlsext_servername_callback(c->ctx, taipan_ssl_sni_callback);
  SSL_CTX_set_tlsext_servername_arg(c->ctx, c);
  return true;
}
Ref get_msg_callback(Value v) { return or_none(context_of(v)->msg_callback); }
bool set_msg_callback(Value self, Value v) {
  Context* c = context_of(self);
  if (!v) return cannot_delete();
  SSL_CTX_set_msg_callback(c->ctx, nullptr);
  Ref old = gc::take(&c->h, &c->msg_callback);
  if (v == kNone) return true;
  if (!is_callable(v)) return raise(types::TypeError, "%R is not a callable object.", v);
  gc::store(&c->h, &c->msg_callback, Ref::dup(v));
  SSL_CTX_set_msg_callback(c->ctx, taipan_ssl_msg_callback);
  return true;
}
void keylog_line(const SSL* ssl, const char* line) {
  auto* s = static_cast<SslSocket*>(SSL_get_app_data(ssl));
  if (!s) return;
  Context* c = context_of(s->context);
  std::lock_guard guard(c->keylog_mutex);
  if (!c->keylog) return;
  BIO_printf(c->keylog, "%s\n", line);
  (void)BIO_flush(c->keylog);
}
Ref get_keylog(Value v) { return or_none(context_of(v)->keylog_name); }
bool set_keylog(Value self, Value v) {
  if (!v) return cannot_delete();
  Context* c = context_of(self);
  SSL_CTX_set_keylog_callback(c->ctx, nullptr);
  {
    std::lock_guard guard(c->keylog_mutex);
    BIO_free_all(c->keylog);
    c->keylog = nullptr;
  }
  Ref old = gc::take(&c->h, &c->keylog_name);
  if (v == kNone) return true;
  Ref path = fs_path_bytes(v);
  if (!path) return false;
  FILE* f = blocking([&] { return fopen(c_text(path), "ae"); });
  if (!f) return raise_os_error(errno, v);
  BIO* bio = BIO_new_fp(f, BIO_CLOSE | BIO_FP_TEXT);
  if (!bio) {
    fclose(f);
    return raise_queue("Can't malloc memory for keylog file", 0, __LINE__);
  }
  if (ftell(f) == 0) {
    BIO_puts(bio, "# TLS secrets log file, generated by OpenSSL / Python\n");
    (void)BIO_flush(bio);
  }
  c->keylog = bio;
  gc::store(&c->h, &c->keylog_name, Ref::dup(v));
  SSL_CTX_set_keylog_callback(c->ctx, keylog_line);
  return true;
}

// ---- ciphers and protocols

Ref context_set_ciphers(Args& a) {
  std::string list;
  if (!is_str(a[0])) return raise(types::TypeError, "set_ciphers() argument must be str, not %T", a[0]);
  if (!utf8_of(a[0], &list)) return nullptr;
  if (list.find('\0') != list.npos) return raise(types::ValueError, "embedded null character");
  if (!SSL_CTX_set_cipher_list(context_of(a.self)->ctx, list.c_str())) return raise_plain("No cipher can be selected.");
  return Ref::imm(kNone);
}
Ref nid_name(int nid) {
  const char* text = nid == NID_undef ? nullptr : OBJ_nid2ln(nid);
  return text ? make_str(text) : Ref::imm(kNone);
}
bool put(Value dict, const char* name, Ref v) { return v && dict_set_cstr(dict, name, v); }
Ref cipher_dict(const SSL_CIPHER* cipher) {
  Ref d = make_dict();
  if (!d) return nullptr;
  char text[512];
  SSL_CIPHER_description(cipher, text, sizeof text - 1);
  std::string description(text);
  while (!description.empty() && (description.back() == '\n' || description.back() == ' ')) description.pop_back();
  int alg_bits = 0, strength = SSL_CIPHER_get_bits(cipher, &alg_bits);
  const char *name = SSL_CIPHER_get_name(cipher), *version = SSL_CIPHER_get_version(cipher);
  bool ok = put(d, "id", make_int(SSL_CIPHER_get_id(cipher))) && put(d, "name", make_str(name ? name : "")) &&
            put(d, "protocol", make_str(version ? version : "")) && put(d, "description", make_str(description)) &&
            put(d, "strength_bits", make_int(strength)) && put(d, "alg_bits", make_int(alg_bits)) &&
            put(d, "aead", Ref::imm(bool_value(SSL_CIPHER_is_aead(cipher)))) &&
            put(d, "symmetric", nid_name(SSL_CIPHER_get_cipher_nid(cipher))) &&
            put(d, "digest", nid_name(SSL_CIPHER_get_digest_nid(cipher))) &&
            put(d, "kea", nid_name(SSL_CIPHER_get_kx_nid(cipher))) &&
            put(d, "auth", nid_name(SSL_CIPHER_get_auth_nid(cipher)));
  return ok ? std::move(d) : nullptr;
}
Ref context_get_ciphers(Args& a) {
  SSL* ssl = SSL_new(context_of(a.self)->ctx);
  if (!ssl) return raise_queue(nullptr, 0, __LINE__);
  Ref list = make_list();
  bool ok = static_cast<bool>(list);
  STACK_OF(SSL_CIPHER)* all = SSL_get_ciphers(ssl);
  for (int i = 0; ok && i < sk_SSL_CIPHER_num(all); i++) {
    Ref d = cipher_dict(sk_SSL_CIPHER_value(all, i));
    ok = d && list_append(list, std::move(d));
  }
  SSL_free(ssl);
  return ok ? std::move(list) : nullptr;
}
int select_alpn(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned in_size,
                void* arg) {
  auto* c = static_cast<Context*>(arg);
  const unsigned char* server = c->alpn ? c->alpn : reinterpret_cast<const unsigned char*>("");
  unsigned server_size = c->alpn ? c->alpn_size : 0;
  int r = SSL_select_next_proto(const_cast<unsigned char**>(out), out_size, server, server_size, in, in_size);
  return r == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}
Ref context_set_alpn(Args& a) {
  BufferView data(a[0]);
  if (!data.ok()) return nullptr;
  if (data.size() > UINT_MAX) return raise(types::OverflowError, "protocols longer than %u bytes", UINT_MAX);
  Context* c = context_of(a.self);
  auto* copy = static_cast<uint8_t*>(gc::raw_alloc(data.size()));
  if (!copy) return raise_memory();
  memcpy(copy, data.data(), data.size());
  gc::raw_free_epoch(c->alpn);
  c->alpn = copy;
  c->alpn_size = static_cast<unsigned>(data.size());
  if (SSL_CTX_set_alpn_protos(c->ctx, copy, c->alpn_size)) return raise_memory();
  SSL_CTX_set_alpn_select_cb(c->ctx, select_alpn, c);
  return Ref::imm(kNone);
}
Ref context_set_ecdh(Args& a) {
  Ref name = fs_path_bytes(a[0]);
  if (!name) return nullptr;
  int nid = OBJ_sn2nid(c_text(name));
  if (nid == NID_undef) return raise(types::ValueError, "unknown elliptic curve name %R", a[0]);
  return SSL_CTX_set1_groups(context_of(a.self)->ctx, &nid, 1) ? Ref::imm(kNone)
                                                               : static_cast<Ref>(raise_queue(nullptr, 0, __LINE__));
}

// ---- certificates

struct Password {
  Value given;  // str, bytes, bytearray or a callable; null: none
  bool failed = false, asked = false;
  std::string text;
  bool take(Value v, const char* message) {
    if (is_str(v)) {
      if (!utf8_of(v, &text)) return false;
    } else if (is_bytes(v) || is_bytearray(v)) {
      BufferView view(v);
      if (!view.ok()) return false;
      text.assign(view.view());
    } else {
      return raise(types::TypeError, "%s", message);
    }
    if (text.size() > INT_MAX) return raise(types::ValueError, "password cannot be longer than %d bytes", INT_MAX);
    return true;
  }
};
// Asked for while the thread is attached: load_cert_chain() doesn't let others run.
int password_callback(char* buf, int size, int, void* arg) {
  auto* p = static_cast<Password*>(arg);
  if (p->failed || !p->given) return -1;
  if (!p->asked && is_callable(p->given)) {
    Ref answer = call(p->given);
    if (!answer || !p->take(answer, "password callback must return a string")) {
      p->failed = true;
      return -1;
    }
  }
  p->asked = true;
  if (p->text.size() > static_cast<size_t>(size)) {
    raise(types::ValueError, "password cannot be longer than %d bytes", size);
    p->failed = true;
    return -1;
  }
  memcpy(buf, p->text.data(), p->text.size());
  return static_cast<int>(p->text.size());
}
int no_password(char*, int, int, void*) { return 0; }
Fail file_error(int saved) {
  if (!saved) return raise_queue(nullptr, 0, __LINE__);
  ERR_clear_error();
  return raise_os_error(saved);
}
Ref path_argument(Value v, const char* message) {
  Ref path = fs_path_bytes(v);
  if (!path && error_matches(types::TypeError)) {
    clear_error();
    return raise(types::TypeError, "%s", message);
  }
  return path;
}
Ref context_load_cert_chain(Args& a) {
  Ref cert = path_argument(a[0], "certfile should be a valid filesystem path");
  if (!cert) return nullptr;
  Ref key = a.has(1) && a[1] != kNone ? path_argument(a[1], "keyfile should be a valid filesystem path") : cert.copy();
  if (!key) return nullptr;
  Password password;
  bool has_password = a.has(2) && a[2] != kNone;
  if (has_password) {
    if (!is_callable(a[2]) && !password.take(a[2], "password should be a string or callable")) return nullptr;
    password.given = a[2];
  }
  SSL_CTX* ctx = context_of(a.self)->ctx;
  struct Restore {
    SSL_CTX* ctx;
    pem_password_cb* callback;
    void* data;
    ~Restore() {
      SSL_CTX_set_default_passwd_cb(ctx, callback);
      SSL_CTX_set_default_passwd_cb_userdata(ctx, data);
    }
  } restore{ctx, SSL_CTX_get_default_passwd_cb(ctx), SSL_CTX_get_default_passwd_cb_userdata(ctx)};
  if (has_password) {
    SSL_CTX_set_default_passwd_cb(ctx, password_callback);
    SSL_CTX_set_default_passwd_cb_userdata(ctx, &password);
  }
  for (int part = 0; part < 2; part++) {
    errno = 0;
    int ok = part == 0 ? SSL_CTX_use_certificate_chain_file(ctx, c_text(cert))
                       : SSL_CTX_use_PrivateKey_file(ctx, c_text(key), SSL_FILETYPE_PEM);
    int saved = errno;
    if (password.failed) {
      ERR_clear_error();
      return nullptr;
    }
    if (ok != 1) return file_error(saved);
  }
  return SSL_CTX_check_private_key(ctx) == 1 ? Ref::imm(kNone) : static_cast<Ref>(raise_queue(nullptr, 0, __LINE__));
}

bool add_certificates(SSL_CTX* ctx, const void* data, size_t size, bool pem) {
  if (!size) return raise(types::ValueError, "Empty certificate data");
  if (size > INT_MAX) return raise(types::OverflowError, "Certificate data is too long.");
  BIO* in = BIO_new_mem_buf(data, static_cast<int>(size));
  if (!in) return raise_queue("Can't allocate buffer", 0, __LINE__);
  X509_STORE* store = SSL_CTX_get_cert_store(ctx);
  int loaded = 0;
  bool ok = true;
  while (ok) {
    X509* cert;
    if (pem) {
      cert = PEM_read_bio_X509(in, nullptr, SSL_CTX_get_default_passwd_cb(ctx),
                               SSL_CTX_get_default_passwd_cb_userdata(ctx));
    } else {
      cert = d2i_X509_bio(in, nullptr);
    }
    if (!cert) break;
    ok = X509_STORE_add_cert(store, cert);
    X509_free(cert);
    unsigned long code = ERR_peek_last_error();
    if (!ok && ERR_GET_LIB(code) == ERR_LIB_X509 && ERR_GET_REASON(code) == X509_R_CERT_ALREADY_IN_HASH_TABLE) {
      ERR_clear_error();
      ok = true;
    }
    if (ok) loaded++;
  }
  BIO_free(in);
  unsigned long code = ERR_peek_last_error();
  if (loaded == 0)
    return raise_queue(pem ? "no start line: cadata does not contain a certificate"
                           : "not enough data: cadata does not contain a certificate",
                       0, __LINE__);
  bool at_end = pem ? ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE
                    : ERR_GET_LIB(code) == ERR_LIB_ASN1 && (ERR_GET_REASON(code) == ASN1_R_HEADER_TOO_LONG ||
                                                            ERR_GET_REASON(code) == ASN1_R_NOT_ENOUGH_DATA);
  if (at_end)
    ERR_clear_error();
  else if (code)
    return raise_queue(nullptr, 0, __LINE__);
  return true;
}
Ref context_load_verify(Args& a) {
  bool has_file = a.has(0) && a[0] != kNone, has_path = a.has(1) && a[1] != kNone, has_data = a.has(2) && a[2] != kNone;
  if (!has_file && !has_path && !has_data)
    return raise(types::TypeError, "cafile, capath and cadata cannot be all omitted");
  Ref file = has_file ? path_argument(a[0], "cafile should be a valid filesystem path") : Ref();
  if (has_file && !file) return nullptr;
  Ref path = has_path ? path_argument(a[1], "capath should be a valid filesystem path") : Ref();
  if (has_path && !path) return nullptr;
  SSL_CTX* ctx = context_of(a.self)->ctx;
  if (has_data) {
    if (is_str(a[2])) {
      auto* s = a[2].as<Str>();
      if (!s->ascii) return raise(types::TypeError, "cadata should be an ASCII string or a bytes-like object");
      if (!add_certificates(ctx, s->data1(), s->length, true)) return nullptr;
    } else {
      if (!has_buffer(a[2])) return raise(types::TypeError, "cadata should be an ASCII string or a bytes-like object");
      BufferView view(a[2]);
      if (!view.ok() || !add_certificates(ctx, view.data(), view.size(), false)) return nullptr;
    }
  }
  if (!file && !path) return Ref::imm(kNone);
  int saved = 0;
  int ok = blocking([&] {
    errno = 0;
    int r = SSL_CTX_load_verify_locations(ctx, file ? c_text(file) : nullptr, path ? c_text(path) : nullptr);
    saved = errno;
    return r;
  });
  return ok == 1 ? Ref::imm(kNone) : static_cast<Ref>(file_error(saved));
}
Ref context_load_dh(Args& a) {
  Ref path = fs_path_bytes(a[0]);
  if (!path) return nullptr;
  if (auditing()) {
    Ref mode = make_str("rb");
    if (!mode || !audit("open", {a[0], mode, Value::from_int(0)})) return nullptr;
  }
  FILE* f = fopen(c_text(path), "rbe");
  if (!f) return raise_os_error(errno, a[0]);
  errno = 0;
  DH* dh = PEM_read_DHparams(f, nullptr, nullptr, nullptr);
  int saved = errno;
  fclose(f);
  if (!dh) {
    if (!saved) return raise_queue(nullptr, 0, __LINE__);
    ERR_clear_error();
    return raise_os_error(saved, a[0]);
  }
  long ok = SSL_CTX_set_tmp_dh(context_of(a.self)->ctx, dh);
  DH_free(dh);
  return ok ? Ref::imm(kNone) : static_cast<Ref>(raise_queue(nullptr, 0, __LINE__));
}
Ref context_default_paths(Args& a) {
  int ok = blocking([&] { return SSL_CTX_set_default_verify_paths(context_of(a.self)->ctx); });
  return ok ? Ref::imm(kNone) : static_cast<Ref>(raise_queue(nullptr, 0, __LINE__));
}
Ref context_session_stats(Args& a) {
  SSL_CTX* ctx = context_of(a.self)->ctx;
  Ref d = make_dict();
  const IntConstant stats[] = {{"number", SSL_CTX_sess_number(ctx)},
                               {"connect", SSL_CTX_sess_connect(ctx)},
                               {"connect_good", SSL_CTX_sess_connect_good(ctx)},
                               {"connect_renegotiate", SSL_CTX_sess_connect_renegotiate(ctx)},
                               {"accept", SSL_CTX_sess_accept(ctx)},
                               {"accept_good", SSL_CTX_sess_accept_good(ctx)},
                               {"accept_renegotiate", SSL_CTX_sess_accept_renegotiate(ctx)},
                               {"hits", SSL_CTX_sess_hits(ctx)},
                               {"misses", SSL_CTX_sess_misses(ctx)},
                               {"timeouts", SSL_CTX_sess_timeouts(ctx)},
                               {"cache_full", SSL_CTX_sess_cache_full(ctx)}};
  for (const IntConstant& s : stats)
    if (!d || !put(d, s.name, make_int(s.value))) return nullptr;
  return d;
}
Ref context_store_stats(Args& a) {
  X509_STORE* store = SSL_CTX_get_cert_store(context_of(a.self)->ctx);
  int64_t certs = 0, crls = 0, cas = 0;
  X509_STORE_lock(store);
  STACK_OF(X509_OBJECT)* objects = X509_STORE_get0_objects(store);
  for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
    X509_OBJECT* o = sk_X509_OBJECT_value(objects, i);
    if (X509_OBJECT_get_type(o) == X509_LU_X509) {
      certs++;
      if (X509_check_ca(X509_OBJECT_get0_X509(o))) cas++;
    } else if (X509_OBJECT_get_type(o) == X509_LU_CRL) {
      crls++;
    }
  }
  X509_STORE_unlock(store);
  Ref d = make_dict();
  return d && put(d, "x509", make_int(certs)) && put(d, "crl", make_int(crls)) && put(d, "x509_ca", make_int(cas))
             ? std::move(d)
             : nullptr;
}
Ref context_get_ca_certs(Args& a) {
  int binary = a.has(0) ? is_true(a[0]) : 0;
  if (binary < 0) return nullptr;
  Ref list = make_list();
  if (!list) return nullptr;
  STACK_OF(X509)* certs = X509_STORE_get1_all_certs(SSL_CTX_get_cert_store(context_of(a.self)->ctx));
  bool ok = true;
  for (int i = 0; ok && i < sk_X509_num(certs); i++) {
    X509* cert = sk_X509_value(certs, i);
    if (!X509_check_ca(cert)) continue;
    Ref item = binary ? certificate_der(cert) : decode_certificate(cert);
    ok = item && list_append(list, std::move(item));
  }
  sk_X509_pop_free(certs, X509_free);
  return ok ? std::move(list) : nullptr;
}

// ---- connections

bool hostname_argument(Value v, Ref* out) {
  if (!v || v == kNone) return true;
  if (!is_str(v) && !is_bytes(v) && !is_bytearray(v)) return raise(types::TypeError, "argument must be str, not %T", v);
  Ref octets = is_str(v) ? encode_ascii(v, "strict") : Ref::dup(v);
  if (!octets) return false;
  BufferView view(octets);
  if (!view.ok()) return false;
  if (view.view().find('\0') != std::string_view::npos)
    return raise(types::TypeError, "argument must be encoded string without null bytes, not %T", v);
  *out = decode_ascii(view.view(), "strict");
  return static_cast<bool>(*out);
}
Ref context_wrap_socket(Args& a) {
  if (!socket_type || !is_instance_exact_type(a[0], socket_type))
    return raise(types::TypeError, "_wrap_socket() argument 'sock' must be _socket.socket, not %T", a[0]);
  int server = is_true(a[1]);
  Ref host;
  if (server < 0 || !hostname_argument(a[2], &host)) return nullptr;
  return new_ssl_socket(a.self, a[0], server, host, a.get(3, kNone), a.get(4, kNone), Value(), Value());
}
Ref context_wrap_bio(Args& a) {
  for (int i = 0; i < 2; i++)
    if (!is_instance_exact_type(a[i], bio_type))
      return raise(types::TypeError, "_wrap_bio() argument '%s' must be _ssl.MemoryBIO, not %T",
                   i ? "outgoing" : "incoming", a[i]);
  int server = is_true(a[2]);
  Ref host;
  if (server < 0 || !hostname_argument(a[3], &host)) return nullptr;
  return new_ssl_socket(a.self, Value(), server, host, a.get(4, kNone), a.get(5, kNone), a[0], a[1]);
}

const NativeDef kContextMethods[] = {
    {"_wrap_socket", "($self, /, sock, server_side, server_hostname=None, *,\n             owner=None, session=None)",
     context_wrap_socket, 0, nullptr},
    {"_wrap_bio",
     "($self, /, incoming, outgoing, server_side,\n          server_hostname=None, *, owner=None, session=None)",
     context_wrap_bio, 0, nullptr},
    {"set_ciphers", "($self, cipherlist, /)", context_set_ciphers, 0, nullptr},
    {"_set_alpn_protocols", "($self, protos, /)", context_set_alpn, 0, nullptr},
    {"load_cert_chain", "($self, /, certfile, keyfile=None, password=None)", context_load_cert_chain, 0, nullptr},
    {"load_dh_params", "($self, path, /)", context_load_dh, 0, nullptr},
    {"load_verify_locations", "($self, /, cafile=None, capath=None, cadata=None)", context_load_verify, 0, nullptr},
    {"session_stats", "($self, /)", context_session_stats, 0, nullptr},
    {"set_default_verify_paths", "($self, /)", context_default_paths, 0, nullptr},
    {"set_ecdh_curve", "($self, name, /)", context_set_ecdh, 0, nullptr},
    {"cert_store_stats", "($self, /)", context_store_stats, 0,
     "How many certificates, revocation lists and authorities are in the store."},
    {"get_ca_certs", "($self, /, binary_form=False)", context_get_ca_certs, 0,
     "The certificates of authorities in the store."},
    {"get_ciphers", "($self, /)", context_get_ciphers, 0, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const GetSetDef kContextGetSet[] = {
    {"check_hostname", get_check_hostname, set_check_hostname, nullptr},
    {"_host_flags", get_host_flags, set_host_flags, nullptr},
    {"minimum_version", get_version_limit<false>, set_version_limit<false>, nullptr},
    {"maximum_version", get_version_limit<true>, set_version_limit<true>, nullptr},
    {"keylog_filename", get_keylog, set_keylog, nullptr},
    {"_msg_callback", get_msg_callback, set_msg_callback, nullptr},
    {"sni_callback", get_sni_callback, set_sni_callback, "Called by a server with the name that a client asks for."},
    {"num_tickets", get_num_tickets, set_num_tickets, "Control the number of TLSv1.3 session tickets"},
    {"options", get_options, set_options, nullptr},
    {"post_handshake_auth", get_pha, set_pha, nullptr},
    {"protocol", get_protocol, nullptr, nullptr},
    {"verify_flags", get_verify_flags, set_verify_flags, nullptr},
    {"verify_mode", get_verify_mode, set_verify_mode_attr, nullptr},
    {"security_level", get_security_level, nullptr, "The current security level"},
    {nullptr, nullptr, nullptr, nullptr}};
const TypeSpec kContextSpec = {.flags = kTypeGc | kTypeBaseable | kTypeImmutable,
                               .basic_size = sizeof(Context),
                               .ops = {.trace = context_trace, .clear = context_clear, .dealloc = context_dealloc},
                               .methods = kContextMethods,
                               .getset = kContextGetSet,
                               .s = {.new_ = context_new}};

}  // namespace

bool make_context_types() {
  if (!context_type) context_type = make_native_type("_ssl._SSLContext", types::Object, &kContextSpec);
  return context_type != nullptr;
}

}  // namespace taipan::ssl
