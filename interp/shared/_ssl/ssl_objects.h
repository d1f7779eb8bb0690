// _ssl: the objects and what its files share.
//
// Data moves without ever blocking inside OpenSSL: sockets are read and written by a BIO of our own that doesn't wait; waiting happens outside,
// with the socket's time-out, without the GIL and without the connection's lock. So threads may share a connection.
#pragma once
#define OPENSSL_SUPPRESS_DEPRECATED 1
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <mutex>
#include "interp/objects/bytes.h"
#include "interp/shared/shared_module.h"

namespace taipan::ssl {

enum Protocol {
  kTlsV1 = 3,
  kTlsV1_1 = 4,
  kTlsV1_2 = 5,
  kTls = 2,
  kSslV2 = 0,
  kSslV3 = 1,
  kTlsClient = 0x10,
  kTlsServer = 0x11
};
enum VersionLimit { kMinimumSupported = -2, kMaximumSupported = -1 };
enum CertRequirement { kCertNone, kCertOptional, kCertRequired };
enum ErrorKind { kErrorEof = 8, kErrorNoSocket = 9, kErrorInvalid = 10 };
enum Encoding { kPem = 1, kDer = 2 };

// Exception classes; immortal once the module has run.
extern TypeObject *ssl_error, *verification_error, *zero_return_error, *want_read_error, *want_write_error,
    *syscall_error, *eof_error;
extern TypeObject *context_type, *socket_object_type, *bio_type, *session_type, *certificate_type;

struct Context {
  Header h;
  SSL_CTX* ctx;
  uint8_t* alpn;
  unsigned alpn_size;
  int protocol;
  bool check_hostname, post_handshake_auth;
  unsigned host_flags;
  std::mutex keylog_mutex;
  BIO* keylog;
  Value keylog_name, sni_callback, msg_callback;
};
struct MemoryBio {
  Header h;
  std::recursive_mutex mutex;
  BIO* bio;
  bool eof_written;
};
struct SslSocket {
  Header h;
  std::recursive_mutex mutex;  // recursive: callbacks run inside
  SSL* ssl;
  bool server_side, shutdown_seen_zero;
  Value context;
  Value socket;  // weakref to a _socket.socket, or null: the BIOs are used
  Value incoming, outgoing;
  Value owner;              // weakref or null
  Value hostname;           // str or null
  Value pending_exception;  // raised by a callback
};
struct Session {
  Header h;
  SSL_SESSION* session;
  Value context;
};
struct Certificate {
  Header h;
  X509* cert;
  int64_t hash;
};
inline Context* context_of(Value v) { return v.as<Context>(); }
inline SslSocket* ssl_of(Value v) { return v.as<SslSocket>(); }

// Holds a lock that other threads may hold while they run Python code: waits for it without the GIL.
class RecursiveLock {
 public:
  explicit RecursiveLock(std::recursive_mutex& m) : m_(m) {
    if (m_.try_lock()) return;
    gc::BlockingScope scope;
    m_.lock();
  }
  ~RecursiveLock() { m_.unlock(); }
  RecursiveLock(const RecursiveLock&) = delete;

 private:
  std::recursive_mutex& m_;
};

// ---- errors
bool init_errors(Value module);
// An SSLError of the given class and number; text null: OpenSSL's for the code.
Fail raise_ssl(SslSocket* s, TypeObject* type, int number, const char* text, int line, unsigned long code);
// From OpenSSL's queue, or the text.
Fail raise_queue(const char* text, int number, int line);
// What an I/O call ended with: SSL_get_error's code and errno.
Fail raise_io(SslSocket* s, int error, int saved_errno, int line);
Fail raise_plain(const char* text);  // SSLError(text)

bool deprecated(const char* what);  // DeprecationWarning; false: turned into an exception
Ref fs_path_bytes(Value v);         // os.fsencode()

Ref decode_certificate(X509* cert);
Ref certificate_der(X509* cert);
Ref make_certificate(X509* cert, bool take_reference);
bool configure_hostname(SslSocket* s, Value hostname);
Ref new_ssl_socket(Value context, Value sock, bool server_side, Value hostname, Value owner, Value session,
                   Value incoming, Value outgoing);
void install_msg_callback(SSL* ssl, Context* c);
extern "C" int taipan_ssl_sni_callback(SSL* ssl, int* alert, void* arg);
extern "C" void taipan_ssl_msg_callback(int write, int version, int type, const void* buf, size_t size, SSL* ssl,
                                        void* arg);

bool add_constants(Value module);
bool make_context_types();
bool make_socket_types();
bool make_object_types();
extern const NativeDef kFunctions[];

}  // namespace taipan::ssl
