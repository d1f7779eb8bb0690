// The module _ssl: its functions and constants.
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <climits>
#include <cmath>
#include "interp/objects/codecs.h"
#include "interp/objects/tuple.h"
#include "interp/shared/_ssl/ssl_objects.h"

namespace taipan::ssl {

namespace {

Ref rand_add(Args& a) {
  double entropy;
  std::string text;
  if (is_str(a[0])) {
    if (!utf8_of(a[0], &text)) return nullptr;
  } else {
    BufferView view(a[0]);
    if (!view.ok()) return nullptr;
    text.assign(view.view());
  }
  if (!to_double(a[1], &entropy)) return nullptr;
  for (size_t at = 0; at < text.size(); at += INT_MAX)
    RAND_add(text.data() + at, static_cast<int>(std::min<size_t>(text.size() - at, INT_MAX)), entropy);
  return Ref::imm(kNone);
}
Ref random_bytes(Value n, Ref* out) {
  int size;
  if (!to_c_int(n, &size)) return nullptr;
  if (size < 0) return raise(types::ValueError, "num must be positive");
  *out = new_bytes_raw(static_cast<size_t>(size));
  if (!*out) return nullptr;
  if (RAND_bytes((*out).as<Bytes>()->data(), size) == 1) return Ref::imm(kNone);
  unsigned long code = ERR_get_error();
  const char* why = ERR_reason_error_string(code);
  Ref number = make_int(static_cast<int64_t>(code)), text = make_str(why ? why : "");
  Ref exc = text ? call(Value(ssl_error), number, text) : Ref();
  return exc ? static_cast<Ref>(raise_object(std::move(exc))) : nullptr;
}
Ref rand_bytes(Args& a) {
  Ref out;
  return random_bytes(a[0], &out) ? std::move(out) : nullptr;
}
Ref rand_pseudo_bytes(Args& a) {
  if (!warn(types::DeprecationWarning, 1, "ssl.RAND_pseudo_bytes() is deprecated")) return nullptr;
  Ref out;
  if (!random_bytes(a[0], &out)) return nullptr;
  Ref items[2] = {std::move(out), Ref::imm(kTrue)};
  return make_tuple_steal(items, 2);
}
Ref rand_status(Args&) { return Ref::imm(bool_value(RAND_status())); }
Ref default_paths(Args&) {
  Ref items[4] = {make_str(X509_get_default_cert_file_env()), decode_fs(X509_get_default_cert_file()),
                  make_str(X509_get_default_cert_dir_env()), decode_fs(X509_get_default_cert_dir())};
  for (const Ref& r : items)
    if (!r) return nullptr;
  return make_tuple_steal(items, 4);
}
Ref describe_object(const ASN1_OBJECT* o) {
  int nid = OBJ_obj2nid(o);
  if (nid == NID_undef) return raise(types::ValueError, "Unknown object");
  char text[512];
  int n = OBJ_obj2txt(text, sizeof text, o, 1);
  const char *sn = OBJ_nid2sn(nid), *ln = OBJ_nid2ln(nid);
  Ref items[4] = {make_int(nid), sn ? make_str(sn) : Ref::imm(kNone), ln ? make_str(ln) : Ref::imm(kNone),
                  n > 0 ? make_str(text) : Ref::imm(kNone)};
  return make_tuple_steal(items, 4);
}
Ref txt2obj(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "txt2obj() argument 'txt' must be str, not %T", a[0]);
  int by_name = a.has(1) ? is_true(a[1]) : 0;
  std::string text;
  if (by_name < 0 || !utf8_of(a[0], &text)) return nullptr;
  ASN1_OBJECT* o = OBJ_txt2obj(text.c_str(), by_name ? 0 : 1);
  if (!o) {
    ERR_clear_error();
    return raise(types::ValueError, "unknown object '%.100s'", text.c_str());
  }
  Ref result = describe_object(o);
  ASN1_OBJECT_free(o);
  return result;
}
Ref nid2obj(Args& a) {
  int nid;
  if (!to_c_int(a[0], &nid)) return nullptr;
  if (nid < NID_undef) return raise(types::ValueError, "NID must be positive.");
  ASN1_OBJECT* o = OBJ_nid2obj(nid);
  if (!o) {
    ERR_clear_error();
    return raise(types::ValueError, "unknown NID %d", nid);
  }
  Ref result = describe_object(o);
  ASN1_OBJECT_free(o);
  return result;
}
Ref test_decode_cert(Args& a) {
  Ref path = fs_path_bytes(a[0]);
  if (!path) return nullptr;
  BIO* in = BIO_new_file(reinterpret_cast<const char*>(path.as<Bytes>()->data()), "rb");
  if (!in) return raise_plain("Can't open file");
  X509* cert = PEM_read_bio_X509(in, nullptr, nullptr, nullptr);
  BIO_free(in);
  if (!cert) return raise_plain("Error decoding PEM-encoded file");
  Ref result = decode_certificate(cert);
  X509_free(cert);
  return result;
}

const IntConstant kConstants[] = {
    {"CERT_NONE", kCertNone},
    {"CERT_OPTIONAL", kCertOptional},
    {"CERT_REQUIRED", kCertRequired},
    {"PROTOCOL_SSLv23", kTls},
    {"PROTOCOL_TLS", kTls},
    {"PROTOCOL_TLS_CLIENT", kTlsClient},
    {"PROTOCOL_TLS_SERVER", kTlsServer},
    {"PROTOCOL_TLSv1", kTlsV1},
    {"PROTOCOL_TLSv1_1", kTlsV1_1},
    {"PROTOCOL_TLSv1_2", kTlsV1_2},
    {"PROTO_MINIMUM_SUPPORTED", kMinimumSupported},
    {"PROTO_MAXIMUM_SUPPORTED", kMaximumSupported},
    {"PROTO_SSLv3", SSL3_VERSION},
    {"PROTO_TLSv1", TLS1_VERSION},
    {"PROTO_TLSv1_1", TLS1_1_VERSION},
    {"PROTO_TLSv1_2", TLS1_2_VERSION},
    {"PROTO_TLSv1_3", TLS1_3_VERSION},
    {"VERIFY_DEFAULT", 0},
    {"VERIFY_CRL_CHECK_LEAF", X509_V_FLAG_CRL_CHECK},
    {"VERIFY_CRL_CHECK_CHAIN", X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL},
    {"VERIFY_X509_STRICT", X509_V_FLAG_X509_STRICT},
    {"VERIFY_ALLOW_PROXY_CERTS", X509_V_FLAG_ALLOW_PROXY_CERTS},
    {"VERIFY_X509_TRUSTED_FIRST", X509_V_FLAG_TRUSTED_FIRST},
    {"VERIFY_X509_PARTIAL_CHAIN", X509_V_FLAG_PARTIAL_CHAIN},
    {"SSL_ERROR_ZERO_RETURN", SSL_ERROR_ZERO_RETURN},
    {"SSL_ERROR_WANT_READ", SSL_ERROR_WANT_READ},
    {"SSL_ERROR_WANT_WRITE", SSL_ERROR_WANT_WRITE},
    {"SSL_ERROR_WANT_X509_LOOKUP", SSL_ERROR_WANT_X509_LOOKUP},
    {"SSL_ERROR_SYSCALL", SSL_ERROR_SYSCALL},
    {"SSL_ERROR_SSL", SSL_ERROR_SSL},
    {"SSL_ERROR_WANT_CONNECT", SSL_ERROR_WANT_CONNECT},
    {"SSL_ERROR_EOF", kErrorEof},
    {"SSL_ERROR_INVALID_ERROR_CODE", kErrorInvalid},
    {"OP_ALL", static_cast<int64_t>(SSL_OP_ALL & ~static_cast<uint64_t>(SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS))},
    {"OP_NO_SSLv2", SSL_OP_NO_SSLv2},
    {"OP_NO_SSLv3", SSL_OP_NO_SSLv3},
    {"OP_NO_TLSv1", SSL_OP_NO_TLSv1},
    {"OP_NO_TLSv1_1", SSL_OP_NO_TLSv1_1},
    {"OP_NO_TLSv1_2", SSL_OP_NO_TLSv1_2},
    {"OP_NO_TLSv1_3", SSL_OP_NO_TLSv1_3},
    {"OP_CIPHER_SERVER_PREFERENCE", SSL_OP_CIPHER_SERVER_PREFERENCE},
    {"OP_SINGLE_DH_USE", SSL_OP_SINGLE_DH_USE},
    {"OP_SINGLE_ECDH_USE", SSL_OP_SINGLE_ECDH_USE},
    {"OP_NO_TICKET", SSL_OP_NO_TICKET},
    {"OP_NO_COMPRESSION", SSL_OP_NO_COMPRESSION},
    {"OP_NO_RENEGOTIATION", SSL_OP_NO_RENEGOTIATION},
    {"OP_ENABLE_MIDDLEBOX_COMPAT", SSL_OP_ENABLE_MIDDLEBOX_COMPAT},
#ifdef SSL_OP_IGNORE_UNEXPECTED_EOF
    {"OP_IGNORE_UNEXPECTED_EOF", SSL_OP_IGNORE_UNEXPECTED_EOF},
#endif
    {"HOSTFLAG_ALWAYS_CHECK_SUBJECT", X509_CHECK_FLAG_ALWAYS_CHECK_SUBJECT},
    {"HOSTFLAG_NEVER_CHECK_SUBJECT", X509_CHECK_FLAG_NEVER_CHECK_SUBJECT},
    {"HOSTFLAG_NO_WILDCARDS", X509_CHECK_FLAG_NO_WILDCARDS},
    {"HOSTFLAG_NO_PARTIAL_WILDCARDS", X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS},
    {"HOSTFLAG_MULTI_LABEL_WILDCARDS", X509_CHECK_FLAG_MULTI_LABEL_WILDCARDS},
    {"HOSTFLAG_SINGLE_LABEL_SUBDOMAINS", X509_CHECK_FLAG_SINGLE_LABEL_SUBDOMAINS},
    {"ENCODING_PEM", kPem},
    {"ENCODING_DER", kDer},
    {"ALERT_DESCRIPTION_CLOSE_NOTIFY", SSL_AD_CLOSE_NOTIFY},
    {"ALERT_DESCRIPTION_UNEXPECTED_MESSAGE", SSL_AD_UNEXPECTED_MESSAGE},
    {"ALERT_DESCRIPTION_BAD_RECORD_MAC", SSL_AD_BAD_RECORD_MAC},
    {"ALERT_DESCRIPTION_RECORD_OVERFLOW", SSL_AD_RECORD_OVERFLOW},
    {"ALERT_DESCRIPTION_DECOMPRESSION_FAILURE", SSL_AD_DECOMPRESSION_FAILURE},
    {"ALERT_DESCRIPTION_HANDSHAKE_FAILURE", SSL_AD_HANDSHAKE_FAILURE},
    {"ALERT_DESCRIPTION_BAD_CERTIFICATE", SSL_AD_BAD_CERTIFICATE},
    {"ALERT_DESCRIPTION_UNSUPPORTED_CERTIFICATE", SSL_AD_UNSUPPORTED_CERTIFICATE},
    {"ALERT_DESCRIPTION_CERTIFICATE_REVOKED", SSL_AD_CERTIFICATE_REVOKED},
    {"ALERT_DESCRIPTION_CERTIFICATE_EXPIRED", SSL_AD_CERTIFICATE_EXPIRED},
    {"ALERT_DESCRIPTION_CERTIFICATE_UNKNOWN", SSL_AD_CERTIFICATE_UNKNOWN},
    {"ALERT_DESCRIPTION_ILLEGAL_PARAMETER", SSL_AD_ILLEGAL_PARAMETER},
    {"ALERT_DESCRIPTION_UNKNOWN_CA", SSL_AD_UNKNOWN_CA},
    {"ALERT_DESCRIPTION_ACCESS_DENIED", SSL_AD_ACCESS_DENIED},
    {"ALERT_DESCRIPTION_DECODE_ERROR", SSL_AD_DECODE_ERROR},
    {"ALERT_DESCRIPTION_DECRYPT_ERROR", SSL_AD_DECRYPT_ERROR},
    {"ALERT_DESCRIPTION_PROTOCOL_VERSION", SSL_AD_PROTOCOL_VERSION},
    {"ALERT_DESCRIPTION_INSUFFICIENT_SECURITY", SSL_AD_INSUFFICIENT_SECURITY},
    {"ALERT_DESCRIPTION_INTERNAL_ERROR", SSL_AD_INTERNAL_ERROR},
    {"ALERT_DESCRIPTION_USER_CANCELLED", SSL_AD_USER_CANCELLED},
    {"ALERT_DESCRIPTION_NO_RENEGOTIATION", SSL_AD_NO_RENEGOTIATION},
    {"ALERT_DESCRIPTION_UNSUPPORTED_EXTENSION", SSL_AD_UNSUPPORTED_EXTENSION},
    {"ALERT_DESCRIPTION_CERTIFICATE_UNOBTAINABLE", SSL_AD_CERTIFICATE_UNOBTAINABLE},
    {"ALERT_DESCRIPTION_UNRECOGNIZED_NAME", SSL_AD_UNRECOGNIZED_NAME},
    {"ALERT_DESCRIPTION_BAD_CERTIFICATE_STATUS_RESPONSE", SSL_AD_BAD_CERTIFICATE_STATUS_RESPONSE},
    {"ALERT_DESCRIPTION_BAD_CERTIFICATE_HASH_VALUE", SSL_AD_BAD_CERTIFICATE_HASH_VALUE},
    {"ALERT_DESCRIPTION_UNKNOWN_PSK_IDENTITY", SSL_AD_UNKNOWN_PSK_IDENTITY},
    {nullptr, 0}};
const struct {
  const char* name;
  bool value;
} kFeatures[] = {{"HAS_SNI", true},     {"HAS_TLS_UNIQUE", true}, {"HAS_ECDH", true},   {"HAS_NPN", false},
                 {"HAS_ALPN", true},    {"HAS_SSLv2", false},     {"HAS_SSLv3", false}, {"HAS_TLSv1", true},
                 {"HAS_TLSv1_1", true}, {"HAS_TLSv1_2", true},    {"HAS_TLSv1_3", true}};

Ref version_tuple(unsigned long v) {
  // MNNFFPPS
  Ref items[5] = {make_int(v >> 28 & 0xf), make_int(v >> 20 & 0xff), make_int(v >> 12 & 0xff), make_int(v >> 4 & 0xff),
                  make_int(v & 0xf)};
  return make_tuple_steal(items, 5);
}

bool ssl_exec(Value module) {
  // The type of sockets comes from there.
  if (!import_module("_socket")) return false;
  if (!init_errors(module) || !make_object_types() || !make_context_types() || !make_socket_types()) return false;
  for (TypeObject* t : {context_type, socket_object_type, bio_type, session_type, certificate_type})
    if (!module_add_type(module, t)) return false;
  for (const auto& f : kFeatures)
    if (!module_add(module, f.name, Ref::imm(bool_value(f.value)))) return false;
  return module_add_constants(module, kConstants) &&
         module_add_str(module, "_DEFAULT_CIPHERS", SSL_DEFAULT_CIPHER_LIST) &&
         module_add_str(module, "OPENSSL_VERSION", OpenSSL_version(OPENSSL_VERSION)) &&
         module_add_int(module, "OPENSSL_VERSION_NUMBER", static_cast<int64_t>(OpenSSL_version_num())) &&
         module_add(module, "OPENSSL_VERSION_INFO", version_tuple(OpenSSL_version_num())) &&
         module_add(module, "_OPENSSL_API_VERSION", version_tuple(OPENSSL_VERSION_NUMBER));
}

}  // namespace

const NativeDef kFunctions[] = {
    {"_test_decode_cert", "($module, path, /)", test_decode_cert, 0, nullptr},
    {"RAND_add", "($module, string, entropy, /)", rand_add, 0, "Mixes data into OpenSSL's random number generator."},
    {"RAND_bytes", "($module, n, /)", rand_bytes, 0, "Cryptographically strong random bytes."},
    {"RAND_pseudo_bytes", "($module, n, /)", rand_pseudo_bytes, 0,
     "Random bytes, and whether they are cryptographically strong."},
    {"RAND_status", "($module, /)", rand_status, 0, "Whether the random number generator has been seeded."},
    {"get_default_verify_paths", "($module, /)", default_paths, 0,
     "Where OpenSSL looks for trusted certificates by default."},
    {"txt2obj", "($module, /, txt, name=False)", txt2obj, 0,
     "NID, short name, long name and OID of an ASN.1 object by its OID or name."},
    {"nid2obj", "($module, nid, /)", nid2obj, 0, "NID, short name, long name and OID of an ASN.1 object by its NID."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

namespace {
// GIL off: OpenSSL may be called by several threads.
const ModuleDef kSslModule = {"_ssl", "TLS over OpenSSL, for the module ssl.", kFunctions, ssl_exec, kFunctionsAtOnce};
}  // namespace

}  // namespace taipan::ssl

TAIPAN_SHARED_MODULE(taipan::ssl::kSslModule)
