// _ssl's exceptions, and the names of OpenSSL's libraries and reasons.
#include <cctype>
#include "interp/objects/descr.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/tuple.h"
#include "interp/shared/_ssl/ssl_objects.h"

namespace taipan::ssl {

TypeObject *ssl_error, *verification_error, *zero_return_error, *want_read_error, *want_write_error, *syscall_error,
    *eof_error;

namespace {

const IntConstant kLibraries[] = {{"ASN1", ERR_LIB_ASN1},
                                  {"ASYNC", ERR_LIB_ASYNC},
                                  {"BIO", ERR_LIB_BIO},
                                  {"BN", ERR_LIB_BN},
                                  {"BUF", ERR_LIB_BUF},
                                  {"CMP", ERR_LIB_CMP},
                                  {"CMS", ERR_LIB_CMS},
                                  {"COMP", ERR_LIB_COMP},
                                  {"CONF", ERR_LIB_CONF},
                                  {"CRMF", ERR_LIB_CRMF},
                                  {"CRYPTO", ERR_LIB_CRYPTO},
                                  {"CT", ERR_LIB_CT},
                                  {"DH", ERR_LIB_DH},
                                  {"DSA", ERR_LIB_DSA},
                                  {"DSO", ERR_LIB_DSO},
                                  {"EC", ERR_LIB_EC},
                                  {"ECDH", ERR_LIB_ECDH},
                                  {"ECDSA", ERR_LIB_ECDSA},
                                  {"ENGINE", ERR_LIB_ENGINE},
                                  {"ESS", ERR_LIB_ESS},
                                  {"EVP", ERR_LIB_EVP},
                                  {"FIPS", ERR_LIB_FIPS},
                                  {"HMAC", ERR_LIB_HMAC},
                                  {"HTTP", ERR_LIB_HTTP},
                                  {"KDF", ERR_LIB_KDF},
                                  {"MASK", ERR_LIB_MASK},
                                  {"NONE", ERR_LIB_NONE},
                                  {"OBJ", ERR_LIB_OBJ},
                                  {"OCSP", ERR_LIB_OCSP},
                                  {"OFFSET", ERR_LIB_OFFSET},
                                  {"OSSL_DECODER", ERR_LIB_OSSL_DECODER},
                                  {"OSSL_ENCODER", ERR_LIB_OSSL_ENCODER},
                                  {"OSSL_STORE", ERR_LIB_OSSL_STORE},
                                  {"PEM", ERR_LIB_PEM},
                                  {"PKCS12", ERR_LIB_PKCS12},
                                  {"PKCS7", ERR_LIB_PKCS7},
                                  {"PROP", ERR_LIB_PROP},
                                  {"PROV", ERR_LIB_PROV},
                                  {"RAND", ERR_LIB_RAND},
                                  {"RSA", ERR_LIB_RSA},
                                  {"SM2", ERR_LIB_SM2},
                                  {"SSL", ERR_LIB_SSL},
                                  {"SYS", ERR_LIB_SYS},
                                  {"TS", ERR_LIB_TS},
                                  {"UI", ERR_LIB_UI},
                                  {"USER", ERR_LIB_USER},
                                  {"X509", ERR_LIB_X509},
                                  {"X509V3", ERR_LIB_X509V3},
                                  {nullptr, 0}};
const char* library_name(int lib) {
  for (const IntConstant* l = kLibraries; l->name; l++)
    if (l->value == lib) return l->name;
  return nullptr;
}
// "certificate verify failed" is CERTIFICATE_VERIFY_FAILED: the text of a reason gives its name.
std::string reason_name(const char* text) {
  std::string name;
  for (const char* p = text; *p; p++)
    name += std::isalnum(static_cast<unsigned char>(*p))
                ? static_cast<char>(std::toupper(static_cast<unsigned char>(*p)))
                : '_';
  return name;
}
// Texts that OpenSSL words otherwise than the name.
const struct {
  int lib, reason;
  const char* name;
} kOtherNames[] = {{ERR_LIB_X509, X509_R_CERT_ALREADY_IN_HASH_TABLE, "CERT_ALREADY_IN_HASH_TABLE"}};

std::string reason_of(int lib, int reason) {
  for (const auto& other : kOtherNames)
    if (other.lib == lib && other.reason == reason) return other.name;
  // Reasons below 100 are common to all libraries and have no name here.
  const char* text = reason < 99 ? nullptr : ERR_reason_error_string(ERR_PACK(lib, 0, reason));
  return text ? reason_name(text) : std::string();
}

Ref error_str(Args& a) {
  auto* e = a.self.as<OSErrorExc>();
  if (e->strerror && is_str(e->strerror)) return Ref::dup(e->strerror);
  return str_of(e->args);
}
const NativeDef kErrorStr = {"__str__", "($self, /)", error_str, 0, nullptr};

bool make_class(TypeObject** out, const char* name, Value bases, const char* doc) {
  Ref c = make_exception_class(name, bases, doc);
  if (!c) return false;
  gc::make_immortal(c.get().header());
  *out = c.release().as<TypeObject>();
  return true;
}

bool add_names(Value module) {
  Ref codes = make_dict(), names = make_dict(), libs = make_dict();
  if (!codes || !names || !libs) return false;
  for (const IntConstant* l = kLibraries; l->name; l++) {
    Ref number = make_int(l->value), title = make_str(l->name);
    if (!title || !dict_set(libs, number, title)) return false;
    if (l->value == ERR_LIB_NONE || l->value == ERR_LIB_SYS || l->value >= ERR_LIB_USER) continue;
    int last = l->value == ERR_LIB_SSL ? 1150 : 280;
    for (int reason = 99; reason <= last; reason++) {
      std::string text = reason_of(static_cast<int>(l->value), reason);
      if (text.empty()) continue;
      Ref items[2] = {make_int(l->value), make_int(reason)};
      Ref key = make_tuple_steal(items, 2), name = make_str(text);
      if (!key || !name || !dict_set(codes, key, name) || !dict_set(names, name, key)) return false;
    }
  }
  return module_add(module, "err_codes_to_names", std::move(codes)) &&
         module_add(module, "err_names_to_codes", std::move(names)) &&
         module_add(module, "lib_codes_to_names", std::move(libs));
}

bool set_field(Value exc, const char* name, Ref v) {
  Ref key = make_str(name);
  return key && v && set_attr(exc, key.as<Str>(), v);
}

}  // namespace

bool init_errors(Value module) {
  if (!ssl_error) {
    if (!make_class(&ssl_error, "ssl.SSLError", Value(types::OSError), "An error occurred in the SSL implementation."))
      return false;
    Ref str = make_method_descriptor(ssl_error, &kErrorStr, false);
    if (!str || !type_set_attr(ssl_error, TAIPAN_NAME(__str__), str)) return false;
    Ref bases = make_tuple_of({Value(ssl_error), Value(types::ValueError)});
    Value base(ssl_error);
    if (!bases ||
        !make_class(&verification_error, "ssl.SSLCertVerificationError", bases,
                    "A certificate could not be verified.") ||
        !make_class(&zero_return_error, "ssl.SSLZeroReturnError", base, "SSL/TLS session closed cleanly.") ||
        !make_class(&want_write_error, "ssl.SSLWantWriteError", base,
                    "Non-blocking SSL socket needs to write more data before the operation can be completed.") ||
        !make_class(&want_read_error, "ssl.SSLWantReadError", base,
                    "Non-blocking SSL socket needs to read more data before the operation can be completed.") ||
        !make_class(&syscall_error, "ssl.SSLSyscallError", base, "System error when attempting SSL operation.") ||
        !make_class(&eof_error, "ssl.SSLEOFError", base, "SSL/TLS connection terminated abruptly."))
      return false;
    ssl_error->flags |= kTypeImmutable;
  }
  OPENSSL_init_ssl(OPENSSL_INIT_LOAD_SSL_STRINGS | OPENSSL_INIT_LOAD_CRYPTO_STRINGS, nullptr);
  const struct {
    const char* name;
    TypeObject* type;
  } all[] = {{"SSLError", ssl_error},
             {"SSLCertVerificationError", verification_error},
             {"SSLZeroReturnError", zero_return_error},
             {"SSLWantReadError", want_read_error},
             {"SSLWantWriteError", want_write_error},
             {"SSLSyscallError", syscall_error},
             {"SSLEOFError", eof_error}};
  for (const auto& entry : all)
    if (!module_add(module, entry.name, Ref::dup(entry.type))) return false;
  return add_names(module);
}

Fail raise_ssl(SslSocket* s, TypeObject* type, int number, const char* text, int line, unsigned long code) {
  std::string reason;
  const char* lib = nullptr;
  if (code) {
    reason = reason_of(ERR_GET_LIB(code), ERR_GET_REASON(code));
    lib = library_name(ERR_GET_LIB(code));
    if (!text) text = ERR_reason_error_string(code);
  }
  if (!text) text = "unknown error";
  Ref verify_code, verify_text;
  if (type == verification_error && s) {
    long result = SSL_get_verify_result(s->ssl);
    verify_code = make_int(result);
    Value host = s->hostname ? s->hostname : kNone;
    if (result == X509_V_ERR_HOSTNAME_MISMATCH)
      verify_text = format_str("Hostname mismatch, certificate is not valid for '%S'.", host);
    else if (result == X509_V_ERR_IP_ADDRESS_MISMATCH)
      verify_text = format_str("IP address mismatch, certificate is not valid for '%S'.", host);
    else {
      const char* what = X509_verify_cert_error_string(result);
      verify_text = what ? make_str(what) : Ref::imm(kNone);
    }
    if (!verify_text) return failed();
  }
  Ref message;
  if (verify_text && !reason.empty() && lib)
    message = format_str("[%s: %s] %s: %S (_ssl.c:%d)", lib, reason.c_str(), text, verify_text.get(), line);
  else if (!reason.empty() && lib)
    message = format_str("[%s: %s] %s (_ssl.c:%d)", lib, reason.c_str(), text, line);
  else if (lib)
    message = format_str("[%s] %s (_ssl.c:%d)", lib, text, line);
  else
    message = format_str("%s (_ssl.c:%d)", text, line);
  Ref n = make_int(number);
  Ref exc = message ? call(Value(type), n, message) : Ref();
  ERR_clear_error();
  if (!exc || !set_field(exc, "reason", reason.empty() ? Ref::imm(kNone) : make_str(reason)) ||
      !set_field(exc, "library", lib ? make_str(lib) : Ref::imm(kNone)))
    return failed();
  if (verify_text && (!set_field(exc, "verify_code", std::move(verify_code)) ||
                      !set_field(exc, "verify_message", std::move(verify_text))))
    return failed();
  return raise_object(std::move(exc));
}

Fail raise_queue(const char* text, int number, int line) {
  unsigned long code = text ? 0 : ERR_peek_last_error();
  return raise_ssl(nullptr, ssl_error, code ? static_cast<int>(code) : number, text, line, code);
}
Fail raise_plain(const char* text) {
  ERR_clear_error();
  return raise(ssl_error, "%s", text);
}

Fail raise_io(SslSocket* s, int error, int saved_errno, int line) {
  unsigned long code = ERR_peek_last_error();
  bool verify = ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_CERTIFICATE_VERIFY_FAILED;
  switch (error) {
    case SSL_ERROR_ZERO_RETURN:
      return raise_ssl(s, zero_return_error, error, "TLS/SSL connection has been closed (EOF)", line, code);
    case SSL_ERROR_WANT_READ:
      return raise_ssl(s, want_read_error, error, "The operation did not complete (read)", line, code);
    case SSL_ERROR_WANT_WRITE:
      return raise_ssl(s, want_write_error, error, "The operation did not complete (write)", line, code);
    case SSL_ERROR_WANT_X509_LOOKUP:
      return raise_ssl(s, ssl_error, error, "The operation did not complete (X509 lookup)", line, code);
    case SSL_ERROR_WANT_CONNECT:
      return raise_ssl(s, ssl_error, error, "The operation did not complete (connect)", line, code);
    case SSL_ERROR_SYSCALL:
      if (!code) {
        if (saved_errno) return raise_os_error(saved_errno);
        return raise_ssl(s, eof_error, kErrorEof, "EOF occurred in violation of protocol", line, code);
      }
      return raise_ssl(s, verify ? verification_error : ssl_error, error, nullptr, line, code);
    case SSL_ERROR_SSL:
      if (!code) return raise_ssl(s, ssl_error, error, "A failure in the SSL library occurred", line, code);
      if (ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
        return raise_ssl(s, eof_error, kErrorEof, "EOF occurred in violation of protocol", line, code);
      return raise_ssl(s, verify ? verification_error : ssl_error, error, nullptr, line, code);
    default: return raise_ssl(s, ssl_error, kErrorInvalid, "Invalid error code", line, code);
  }
}

}  // namespace taipan::ssl
