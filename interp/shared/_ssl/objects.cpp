// Certificates, sessions and memory BIOs.
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <climits>
#include <new>
#include "interp/objects/dict.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"
#include "interp/shared/_ssl/ssl_objects.h"

namespace taipan::ssl {

TypeObject *bio_type, *session_type, *certificate_type;

namespace {

// ---- decoding certificates

struct BioDeleter {
  BIO* bio = BIO_new(BIO_s_mem());
  ~BioDeleter() { BIO_free(bio); }
  Ref text() {
    char* p;
    long n = BIO_get_mem_data(bio, &p);
    return make_str({p, static_cast<size_t>(n)});
  }
};

Ref object_name(const ASN1_OBJECT* o) {
  char small[256];
  int n = OBJ_obj2txt(small, sizeof small, o, 0);
  if (n < 0) return raise_queue(nullptr, 0, __LINE__);
  if (n < static_cast<int>(sizeof small)) return make_str({small, static_cast<size_t>(n)});
  std::string big(static_cast<size_t>(n) + 1, 0);
  OBJ_obj2txt(big.data(), n + 1, o, 0);
  return make_str(big.c_str());
}
Ref asn1_text(const ASN1_STRING* s) {
  unsigned char* p;
  int n = ASN1_STRING_to_UTF8(&p, s);
  if (n < 0) return raise_queue(nullptr, 0, __LINE__);
  Ref text = make_str({reinterpret_cast<char*>(p), static_cast<size_t>(n)});
  OPENSSL_free(p);
  return text;
}
Ref pair(Ref a, Ref b) {
  if (!a || !b) return nullptr;
  Ref items[2] = {std::move(a), std::move(b)};
  return make_tuple_steal(items, 2);
}
// A distinguished name: a tuple of tuples of (name, value).
Ref name_tuple(const X509_NAME* name) {
  Ref all = make_list(), level = make_list();
  if (!all || !level) return nullptr;
  int set = -1;
  for (int i = 0, n = X509_NAME_entry_count(name); i < n; i++) {
    X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
    if (set >= 0 && X509_NAME_ENTRY_set(entry) != set) {
      Ref done = list_to_tuple(level);
      level = make_list();
      if (!done || !level || !list_append(all, std::move(done))) return nullptr;
    }
    set = X509_NAME_ENTRY_set(entry);
    Ref p = pair(object_name(X509_NAME_ENTRY_get_object(entry)), asn1_text(X509_NAME_ENTRY_get_data(entry)));
    if (!p || !list_append(level, std::move(p))) return nullptr;
  }
  if (list_size(level)) {
    Ref done = list_to_tuple(level);
    if (!done || !list_append(all, std::move(done))) return nullptr;
  }
  return list_to_tuple(all);
}
Ref ia5_text(const ASN1_STRING* s) {
  return make_str_latin1(ASN1_STRING_get0_data(s), static_cast<size_t>(ASN1_STRING_length(s)));
}
Ref general_name(GENERAL_NAME* g) {
  switch (g->type) {
    case GEN_DIRNAME: return pair(make_str("DirName"), name_tuple(g->d.dirn));
    case GEN_EMAIL: return pair(make_str("email"), ia5_text(g->d.rfc822Name));
    case GEN_DNS: return pair(make_str("DNS"), ia5_text(g->d.dNSName));
    case GEN_URI: return pair(make_str("URI"), ia5_text(g->d.uniformResourceIdentifier));
    case GEN_RID: {
      char text[2048];
      int n = i2t_ASN1_OBJECT(text, sizeof text - 1, g->d.rid);
      if (n < 0) return raise_queue(nullptr, 0, __LINE__);
      return pair(make_str("Registered ID"), n >= static_cast<int>(sizeof text)
                                                 ? make_str("<INVALID>")
                                                 : make_str({text, static_cast<size_t>(n)}));
    }
    case GEN_IPADD: {
      const unsigned char* p = g->d.ip->data;
      if (g->d.ip->length == 4) return pair(make_str("IP Address"), format_str("%d.%d.%d.%d", p[0], p[1], p[2], p[3]));
      if (g->d.ip->length != 16) return pair(make_str("IP Address"), make_str("<invalid>"));
      char text[48];
      size_t n = 0;
      for (int i = 0; i < 8; i++)
        n += static_cast<size_t>(snprintf(text + n, sizeof text - n, i ? ":%X" : "%X", p[2 * i] << 8 | p[2 * i + 1]));
      return pair(make_str("IP Address"), make_str({text, n}));
    }
    default: break;
  }
  if (g->type != GEN_OTHERNAME && g->type != GEN_X400 && g->type != GEN_EDIPARTY &&
      !warn(types::RuntimeWarning, 1, "Unknown general name type %d", g->type))
    return nullptr;
  BioDeleter out;
  GENERAL_NAME_print(out.bio, g);
  char* p;
  auto n = static_cast<size_t>(BIO_get_mem_data(out.bio, &p));
  std::string_view text(p, n);
  size_t colon = text.find(':');
  if (colon == text.npos) return raise(types::ValueError, "Invalid value %.200s", std::string(text).c_str());
  return pair(make_str(text.substr(0, colon)), make_str(text.substr(colon + 1)));
}
Ref alternative_names(X509* cert) {  // a tuple, or None
  auto* names = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(cert, NID_subject_alt_name, nullptr, nullptr));
  ERR_clear_error();
  if (!names) return Ref::imm(kNone);
  Ref list = make_list();
  bool ok = static_cast<bool>(list);
  for (int i = 0; ok && i < sk_GENERAL_NAME_num(names); i++) {
    Ref p = general_name(sk_GENERAL_NAME_value(names, i));
    ok = p && list_append(list, std::move(p));
  }
  GENERAL_NAMES_free(names);
  return ok ? list_to_tuple(list) : nullptr;
}
Ref access_uris(X509* cert, int nid) {
  auto* info = static_cast<AUTHORITY_INFO_ACCESS*>(X509_get_ext_d2i(cert, NID_info_access, nullptr, nullptr));
  ERR_clear_error();
  if (!info) return Ref::imm(kNone);
  Ref list = make_list();
  bool ok = static_cast<bool>(list);
  for (int i = 0; ok && i < sk_ACCESS_DESCRIPTION_num(info); i++) {
    ACCESS_DESCRIPTION* a = sk_ACCESS_DESCRIPTION_value(info, i);
    if (OBJ_obj2nid(a->method) != nid || a->location->type != GEN_URI) continue;
    Ref uri = ia5_text(a->location->d.uniformResourceIdentifier);
    ok = uri && list_append(list, std::move(uri));
  }
  AUTHORITY_INFO_ACCESS_free(info);
  if (!ok) return nullptr;
  return list_size(list) ? list_to_tuple(list) : Ref::imm(kNone);
}
Ref crl_uris(X509* cert) {
  auto* points = static_cast<CRL_DIST_POINTS*>(X509_get_ext_d2i(cert, NID_crl_distribution_points, nullptr, nullptr));
  ERR_clear_error();
  if (!points) return Ref::imm(kNone);
  Ref list = make_list();
  bool ok = static_cast<bool>(list);
  for (int i = 0; ok && i < sk_DIST_POINT_num(points); i++) {
    DIST_POINT* dp = sk_DIST_POINT_value(points, i);
    if (!dp->distpoint || dp->distpoint->type != 0) continue;
    STACK_OF(GENERAL_NAME)* names = dp->distpoint->name.fullname;
    for (int j = 0; ok && j < sk_GENERAL_NAME_num(names); j++) {
      GENERAL_NAME* g = sk_GENERAL_NAME_value(names, j);
      if (g->type != GEN_URI) continue;
      Ref uri = ia5_text(g->d.uniformResourceIdentifier);
      ok = uri && list_append(list, std::move(uri));
    }
  }
  CRL_DIST_POINTS_free(points);
  if (!ok) return nullptr;
  return list_size(list) ? list_to_tuple(list) : Ref::imm(kNone);
}
bool add(Value dict, const char* name, Ref v) { return v && (v.get() == kNone || dict_set_cstr(dict, name, v)); }
template <class T, class Print>
Ref printed(T* what, Print print) {
  BioDeleter out;
  return print(out.bio, what) >= 0 ? out.text() : static_cast<Ref>(raise_queue(nullptr, 0, __LINE__));
}

}  // namespace

Ref decode_certificate(X509* cert) {
  Ref d = make_dict();
  if (!d || !add(d, "subject", name_tuple(X509_get_subject_name(cert))) ||
      !add(d, "issuer", name_tuple(X509_get_issuer_name(cert))) ||
      !add(d, "version", make_int(X509_get_version(cert) + 1)) ||
      !add(d, "serialNumber",
           printed(X509_get_serialNumber(cert), [](BIO* b, ASN1_INTEGER* i) { return i2a_ASN1_INTEGER(b, i); })) ||
      !add(d, "notBefore",
           printed(X509_get0_notBefore(cert), [](BIO* b, const ASN1_TIME* t) { return ASN1_TIME_print(b, t); })) ||
      !add(d, "notAfter",
           printed(X509_get0_notAfter(cert), [](BIO* b, const ASN1_TIME* t) { return ASN1_TIME_print(b, t); })) ||
      !add(d, "subjectAltName", alternative_names(cert)) || !add(d, "OCSP", access_uris(cert, NID_ad_OCSP)) ||
      !add(d, "caIssuers", access_uris(cert, NID_ad_ca_issuers)) || !add(d, "crlDistributionPoints", crl_uris(cert)))
    return nullptr;
  return d;
}
Ref certificate_der(X509* cert) {
  unsigned char* p = nullptr;
  int n = i2d_X509(cert, &p);
  if (n < 0) return raise_queue(nullptr, 0, __LINE__);
  Ref b = make_bytes(p, static_cast<size_t>(n));
  OPENSSL_free(p);
  return b;
}

// ---- Certificate

Ref make_certificate(X509* cert, bool take_reference) {
  auto* c = alloc_instance_as<Certificate>(certificate_type);
  if (!c) return nullptr;
  if (!take_reference) X509_up_ref(cert);
  c->cert = cert;
  c->hash = -1;
  return Ref::steal(c);
}

namespace {

Certificate* cert_of(Value v) { return v.as<Certificate>(); }
void certificate_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  X509_free(reinterpret_cast<Certificate*>(h)->cert);
  finish_dealloc(h);
}
Ref certificate_bytes(Args& a) {
  int format = kPem;
  if (a.has(0) && !to_c_int(a[0], &format)) return nullptr;
  if (format == kDer) return certificate_der(cert_of(a.self)->cert);
  if (format != kPem) return raise(types::ValueError, "Unsupported format");
  BioDeleter out;
  return PEM_write_bio_X509(out.bio, cert_of(a.self)->cert) ? out.text()
                                                            : static_cast<Ref>(raise_queue(nullptr, 0, __LINE__));
}
Ref certificate_info(Args& a) { return decode_certificate(cert_of(a.self)->cert); }
bool certificate_hash(Value v, int64_t* out) {
  Certificate* c = cert_of(v);
  if (c->hash == -1) c->hash = static_cast<int64_t>(X509_subject_name_hash(c->cert) & 0x7fffffffffff);
  *out = c->hash;
  return true;
}
Ref certificate_compare(Value a, Value b, CompareOp op) {
  if ((op != kEq && op != kNe) || type_of(b) != certificate_type) return Ref::imm(kNotImplemented);
  return Ref::imm(bool_value((X509_cmp(cert_of(a)->cert, cert_of(b)->cert) == 0) == (op == kEq)));
}
Ref certificate_repr(Value v) {
  BioDeleter out;
  if (X509_NAME_print_ex(out.bio, X509_get_subject_name(cert_of(v)->cert), 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) <
      0)
    return raise_queue(nullptr, 0, __LINE__);
  Ref name = out.text();
  return name ? format_str("<_ssl.Certificate '%U'>", name.as<Str>()) : nullptr;
}
const NativeDef kCertificateMethods[] = {
    {"public_bytes", "($self, /, format=Encoding.PEM)", certificate_bytes, 0, "The certificate in PEM or DER."},
    {"get_info", "($self, /)", certificate_info, 0, "What getpeercert() gives."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const TypeSpec kCertificateSpec = {
    .flags = kTypeNoInstantiate | kTypeImmutable,
    .basic_size = sizeof(Certificate),
    .ops = {.dealloc = certificate_dealloc},
    .methods = kCertificateMethods,
    .s = {.repr = certificate_repr, .hash = certificate_hash, .compare = certificate_compare}};

// ---- SSLSession

Session* session_of(Value v) { return v.as<Session>(); }
void session_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<Session*>(h)->context); }
void session_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* s = reinterpret_cast<Session*>(h);
  SSL_SESSION_free(s->session);
  { Ref old = gc::take(h, &s->context); }
  finish_dealloc(h);
}
std::string_view session_id(Value v) {
  unsigned n;
  const unsigned char* p = SSL_SESSION_get_id(session_of(v)->session, &n);
  return {reinterpret_cast<const char*>(p), n};
}
Ref session_get_id(Value v) { return make_bytes(session_id(v)); }
Ref session_time(Value v) { return make_int(SSL_SESSION_get_time(session_of(v)->session)); }
Ref session_timeout(Value v) { return make_int(SSL_SESSION_get_timeout(session_of(v)->session)); }
Ref session_hint(Value v) {
  return make_int(static_cast<int64_t>(SSL_SESSION_get_ticket_lifetime_hint(session_of(v)->session)));
}
Ref session_has_ticket(Value v) { return Ref::imm(bool_value(SSL_SESSION_has_ticket(session_of(v)->session))); }
bool session_hash(Value v, int64_t* out) {
  std::string_view id = session_id(v);
  *out = hash_bytes(id.data(), id.size());
  return true;
}
Ref session_compare(Value a, Value b, CompareOp op) {
  if ((op != kEq && op != kNe) || type_of(b) != session_type) return Ref::imm(kNotImplemented);
  return Ref::imm(bool_value((session_id(a) == session_id(b)) == (op == kEq)));
}
const GetSetDef kSessionGetSet[] = {{"has_ticket", session_has_ticket, nullptr, "Does the session contain a ticket?"},
                                    {"id", session_get_id, nullptr, "Session id"},
                                    {"ticket_lifetime_hint", session_hint, nullptr, "Ticket life time hint."},
                                    {"time", session_time, nullptr, "Session creation time (seconds since epoch)."},
                                    {"timeout", session_timeout, nullptr, "Session timeout (delta in seconds)."},
                                    {nullptr, nullptr, nullptr, nullptr}};
const TypeSpec kSessionSpec = {.flags = kTypeNoInstantiate | kTypeImmutable | kTypeGc,
                               .basic_size = sizeof(Session),
                               .ops = {.trace = session_trace, .dealloc = session_dealloc},
                               .getset = kSessionGetSet,
                               .s = {.hash = session_hash, .compare = session_compare}};

// ---- MemoryBIO

MemoryBio* bio_of(Value v) { return v.as<MemoryBio>(); }
void bio_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* b = reinterpret_cast<MemoryBio*>(h);
  BIO_free_all(b->bio);
  b->mutex.~recursive_mutex();
  finish_dealloc(h);
}
Ref bio_new(TypeObject* cls, RawArgs raw) {
  if (raw.n || raw.kwnames)
    return raise(types::TypeError,
                 raw.n ? "MemoryBIO() takes no positional arguments" : "MemoryBIO() takes no keyword arguments");
  auto* b = alloc_instance_as<MemoryBio>(cls);
  if (!b) return nullptr;
  new (&b->mutex) std::recursive_mutex;
  Ref self = Ref::steal(b);
  b->bio = BIO_new(BIO_s_mem());
  if (!b->bio) return raise_plain("failed to allocate BIO");
  // An empty BIO isn't at its end.
  BIO_set_retry_read(b->bio);
  BIO_set_mem_eof_return(b->bio, -1);
  return self;
}
Ref bio_read(Args& a) {
  int size = -1;
  if (a.has(0) && !to_c_int(a[0], &size)) return nullptr;
  MemoryBio* b = bio_of(a.self);
  RecursiveLock guard(b->mutex);
  int there = static_cast<int>(std::min<size_t>(BIO_ctrl_pending(b->bio), INT_MAX));
  if (size < 0 || size > there) size = there;
  Ref result = new_bytes_raw(static_cast<size_t>(size));
  if (!result || size == 0) return result;
  int n = BIO_read(b->bio, result.as<Bytes>()->data(), size);
  if (n < 0) return raise_queue(nullptr, 0, __LINE__);
  return n == size ? std::move(result) : make_bytes(result.as<Bytes>()->data(), static_cast<size_t>(n));
}
Ref bio_write(Args& a) {
  BufferView data(a[0]);
  if (!data.ok()) return nullptr;
  if (data.size() > INT_MAX) return raise(types::OverflowError, "string longer than %d bytes", INT_MAX);
  MemoryBio* b = bio_of(a.self);
  RecursiveLock guard(b->mutex);
  if (b->eof_written) return raise_plain("cannot write() after write_eof()");
  int n = BIO_write(b->bio, data.data(), static_cast<int>(data.size()));
  if (n < 0) return raise_queue(nullptr, 0, __LINE__);
  return make_int(n);
}
Ref bio_write_eof(Args& a) {
  MemoryBio* b = bio_of(a.self);
  RecursiveLock guard(b->mutex);
  b->eof_written = true;
  BIO_clear_retry_flags(b->bio);
  BIO_set_mem_eof_return(b->bio, 0);
  return Ref::imm(kNone);
}
Ref bio_pending(Value v) { return make_int(static_cast<int64_t>(BIO_ctrl_pending(bio_of(v)->bio))); }
Ref bio_eof(Value v) { return Ref::imm(bool_value(BIO_ctrl_pending(bio_of(v)->bio) == 0 && bio_of(v)->eof_written)); }
const NativeDef kBioMethods[] = {
    {"read", "($self, size=-1, /)", bio_read, 0, "Reads up to size bytes; b'' where there are none."},
    {"write", "($self, b, /)", bio_write, 0, "Adds bytes; returns how many."},
    {"write_eof", "($self, /)", bio_write_eof, 0, "Says that no more will be written: what reads then sees the end."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const GetSetDef kBioGetSet[] = {{"pending", bio_pending, nullptr, "The number of bytes pending in the memory BIO."},
                                {"eof", bio_eof, nullptr, "Whether the memory BIO is at EOF."},
                                {nullptr, nullptr, nullptr, nullptr}};
const TypeSpec kBioSpec = {.flags = kTypeImmutable | kTypeBaseable,
                           .basic_size = sizeof(MemoryBio),
                           .ops = {.dealloc = bio_dealloc},
                           .methods = kBioMethods,
                           .getset = kBioGetSet,
                           .s = {.new_ = bio_new}};

}  // namespace

bool make_object_types() {
  if (certificate_type) return true;
  bio_type = make_native_type("_ssl.MemoryBIO", types::Object, &kBioSpec);
  session_type = make_native_type("_ssl.SSLSession", types::Object, &kSessionSpec);
  certificate_type = make_native_type("_ssl.Certificate", types::Object, &kCertificateSpec);
  return bio_type && session_type && certificate_type;
}

}  // namespace taipan::ssl
