// _hashlib: OpenSSL's message digests, HMAC and key derivation.
#define OPENSSL_SUPPRESS_DEPRECATED 1  // HMAC_CTX copies; EVP_MAC would cost more for the same
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/objects.h>
#include <climits>
#include <new>
#include "interp/modules/hash_object.h"
#include "interp/objects/dict.h"
#include "interp/objects/set.h"
#include "interp/objects/small_types.h"
#include "interp/shared/output_buffer.h"
#include "interp/shared/shared_module.h"

namespace taipan {

namespace {

Value unsupported_error;  // UnsupportedDigestmodError; immortal
Value constructors;       // dict: function -> name; immortal
TypeObject *hash_type, *xof_type, *hmac_type;

// The digests that hashlib has names of its own for.
struct Known {
  const char* name;
  const char* alias;
  const char* openssl;
  int nid;
  const EVP_MD* md;           // fetched at first use, kept for good
  const EVP_MD* md_insecure;  // as fetched for usedforsecurity=False
};
Known known[] = {{"md5", "MD5", SN_md5, NID_md5},
                 {"sha1", "SHA1", SN_sha1, NID_sha1},
                 {"sha224", "SHA224", SN_sha224, NID_sha224},
                 {"sha256", "SHA256", SN_sha256, NID_sha256},
                 {"sha384", "SHA384", SN_sha384, NID_sha384},
                 {"sha512", "SHA512", SN_sha512, NID_sha512},
                 {"sha512_224", "SHA512_224", SN_sha512_224, NID_sha512_224},
                 {"sha512_256", "SHA512_256", SN_sha512_256, NID_sha512_256},
                 {"sha3_224", nullptr, SN_sha3_224, NID_sha3_224},
                 {"sha3_256", nullptr, SN_sha3_256, NID_sha3_256},
                 {"sha3_384", nullptr, SN_sha3_384, NID_sha3_384},
                 {"sha3_512", nullptr, SN_sha3_512, NID_sha3_512},
                 {"shake_128", nullptr, SN_shake128, NID_shake128},
                 {"shake_256", nullptr, SN_shake256, NID_shake256},
                 {"blake2s", "blake2s256", SN_blake2s256, NID_blake2s256},
                 {"blake2b", "blake2b512", SN_blake2b512, NID_blake2b512}};

// Raises what OpenSSL says, or otherwise.
Fail fail(TypeObject* type, const char* otherwise = "no reason supplied") {
  unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  if (!code) return raise(type, "%s", otherwise);
  if (ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE) return raise_memory();
  const char *lib = ERR_lib_error_string(code), *reason = ERR_reason_error_string(code);
  if (!reason) reason = otherwise;
  if (lib) return raise(type, "[%s] %s", lib, reason);
  return raise(type, "%s", reason);
}

const EVP_MD* fetch_known(Known& k, bool for_security) {
  const EVP_MD*& slot = for_security ? k.md : k.md_insecure;
  const EVP_MD* md = __atomic_load_n(&slot, __ATOMIC_ACQUIRE);
  if (!md) {
    md = EVP_MD_fetch(nullptr, k.openssl, for_security ? nullptr : "-fips");
    if (md) __atomic_store_n(&slot, md, __ATOMIC_RELEASE);
  }
  return md;
}

// A digest by name. The EVP_MD may have to be freed (owned).
struct Digest {
  const EVP_MD* md = nullptr;
  bool owned = false;
  Digest() = default;
  Digest(const Digest&) = delete;
  ~Digest() {
    if (owned) EVP_MD_free(const_cast<EVP_MD*>(md));
  }
  bool by_name(const char* name, bool for_security) {
    for (Known& k : known) {
      if (strcmp(name, k.name) != 0 && !(k.alias && strcmp(name, k.alias) == 0)) continue;
      md = fetch_known(k, for_security);
      return md || static_cast<bool>(fail(types::ValueError));
    }
    md = EVP_MD_fetch(nullptr, name, for_security ? nullptr : "-fips");
    owned = md != nullptr;
    if (md) return true;
    Ref text = make_str(name);
    std::string otherwise = std::string("unsupported hash type ") + name;
    return fail(types::ValueError, otherwise.c_str());
  }
  // A name, or one of this module's constructors.
  bool by_digestmod(Value v) {
    if (is_str(v)) {
      std::string name;
      return utf8_of(v, &name) && by_name(name.c_str(), true);
    }
    Ref name = has_shape(v, kShapeNativeFunction) ? dict_get_ref(constructors, v) : Ref::imm(kMissing);
    if (!name) return false;
    if (name.get() == kMissing) return raise(unsupported_error.as<TypeObject>(), "Unsupported digestmod %R", v);
    return by_name(utf8_lossy(name).c_str(), true);
  }
};

Ref digest_name(const EVP_MD* md) {
  int nid = EVP_MD_nid(md);
  for (const Known& k : known)
    if (k.nid == nid) return make_str(k.name);
  const char* name = OBJ_nid2ln(nid);
  if (!name) name = OBJ_nid2sn(nid);
  return make_str(name ? name : EVP_MD_get0_name(md));
}

// ---- hash objects

struct Hash {
  Header h;
  std::mutex mutex;
  EVP_MD_CTX* ctx;
};
Hash* hash_of(Value v) { return v.as<Hash>(); }
void hash_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  EVP_MD_CTX_free(reinterpret_cast<Hash*>(h)->ctx);
  finish_dealloc(h);
}
Ref new_hash(TypeObject* type) {
  auto* o = alloc_instance_as<Hash>(type);
  if (!o) return nullptr;
  new (&o->mutex) std::mutex;
  Ref self = Ref::steal(o);
  o->ctx = EVP_MD_CTX_new();
  return o->ctx ? std::move(self) : static_cast<Ref>(raise_memory());
}
bool update_context(EVP_MD_CTX* ctx, const HashData& data) {
  int ok = detached_if(data.size() >= kHashDetachSize, [&] { return EVP_DigestUpdate(ctx, data.data(), data.size()); });
  return ok || static_cast<bool>(fail(types::ValueError));
}
Ref start_hash(const EVP_MD* md, Value data, bool for_security) {
  bool xof = (EVP_MD_flags(md) & EVP_MD_FLAG_XOF) != 0;
  Ref self = new_hash(xof ? xof_type : hash_type);
  if (!self) return nullptr;
  EVP_MD_CTX* ctx = hash_of(self)->ctx;
  if (!for_security) EVP_MD_CTX_set_flags(ctx, EVP_MD_CTX_FLAG_NON_FIPS_ALLOW);
  if (!EVP_DigestInit_ex(ctx, md, nullptr)) return fail(types::ValueError);
  if (data) {
    HashData view(data);
    if (!view.ok() || (view.size() && !update_context(ctx, view))) return nullptr;
  }
  return self;
}

// A copy of the state, to be finished.
struct Snapshot {
  EVP_MD_CTX* ctx = nullptr;
  explicit Snapshot(Value self) {
    Hash* o = hash_of(self);
    ctx = EVP_MD_CTX_new();
    if (!ctx) {
      raise_memory();
      return;
    }
    StreamLock lock(o->mutex);
    if (EVP_MD_CTX_copy(ctx, o->ctx)) return;
    fail(types::ValueError);
    EVP_MD_CTX_free(ctx);
    ctx = nullptr;
  }
  ~Snapshot() { EVP_MD_CTX_free(ctx); }
  Snapshot(const Snapshot&) = delete;
};

Ref hash_copy(Args& a) {
  Ref fresh = new_hash(type_of(a.self));
  if (!fresh) return nullptr;
  Hash* o = hash_of(a.self);
  StreamLock lock(o->mutex);
  return EVP_MD_CTX_copy(hash_of(fresh)->ctx, o->ctx) ? std::move(fresh) : static_cast<Ref>(fail(types::ValueError));
}
Ref hash_update(Args& a) {
  HashData view(a[0]);
  if (!view.ok()) return nullptr;
  Hash* o = hash_of(a.self);
  StreamLock lock(o->mutex);
  return update_context(o->ctx, view) ? Ref::imm(kNone) : nullptr;
}
template <bool kHex>
Ref hash_digest(Args& a) {
  Snapshot s(a.self);
  if (!s.ctx) return nullptr;
  uint8_t out[EVP_MAX_MD_SIZE];
  unsigned n = 0;
  if (!EVP_DigestFinal(s.ctx, out, &n)) return fail(types::ValueError);
  return kHex ? hash_hex(out, n) : make_bytes(out, n);
}
template <bool kHex>
Ref xof_digest(Args& a) {
  int64_t n;
  if (!to_ssize(a[0], &n, types::OverflowError)) return nullptr;
  if (n < 0 && !kHex) return raise(types::SystemError, "Negative size passed to PyBytes_FromStringAndSize");
  if (n < 0 || n > (int64_t{1} << 40)) return raise_memory();
  Ref raw = new_bytes_raw(static_cast<size_t>(n));
  if (!raw) return nullptr;
  Snapshot s(a.self);
  if (!s.ctx) return nullptr;
  uint8_t* out = raw.as<Bytes>()->data();
  int ok = detached_if(n >= 65536, [&] { return EVP_DigestFinalXOF(s.ctx, out, static_cast<size_t>(n)); });
  // OpenSSL refuses lengths of zero.
  if (!ok && n) return fail(types::ValueError);
  if (!ok) ERR_clear_error();
  return kHex ? hash_hex(out, static_cast<size_t>(n)) : std::move(raw);
}
const EVP_MD* md_of(Value self) { return EVP_MD_CTX_md(hash_of(self)->ctx); }
Ref hash_block_size(Value self) { return make_int(EVP_MD_CTX_block_size(hash_of(self)->ctx)); }
Ref hash_digest_size(Value self) { return make_int(EVP_MD_CTX_size(hash_of(self)->ctx)); }
Ref xof_digest_size(Value) { return make_int(0); }
Ref hash_name(Value self) { return digest_name(md_of(self)); }
Ref hash_repr(Value self) {
  Ref name = hash_name(self);
  return name ? format_str("<%U %s object @ %p>", name.as<Str>(), type_of(self)->cname, self.header()) : nullptr;
}

// ---- HMAC objects

struct Hmac {
  Header h;
  std::mutex mutex;
  HMAC_CTX* ctx;
};
Hmac* hmac_of(Value v) { return v.as<Hmac>(); }
void hmac_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  HMAC_CTX_free(reinterpret_cast<Hmac*>(h)->ctx);
  finish_dealloc(h);
}
Ref new_hmac() {
  auto* o = alloc_instance_as<Hmac>(hmac_type);
  if (!o) return nullptr;
  new (&o->mutex) std::mutex;
  Ref self = Ref::steal(o);
  o->ctx = HMAC_CTX_new();
  return o->ctx ? std::move(self) : static_cast<Ref>(raise_memory());
}
bool hmac_feed(HMAC_CTX* ctx, const HashData& data) {
  int ok = detached_if(data.size() >= kHashDetachSize, [&] { return HMAC_Update(ctx, data.data(), data.size()); });
  return ok || static_cast<bool>(fail(types::ValueError));
}
Ref hashlib_hmac_new(Args& a) {
  BufferView key(a[0]);
  if (!key.ok()) return nullptr;
  if (key.size() > INT_MAX) return raise(types::OverflowError, "key is too long.");
  if (!a.has(2) || a[2] == kNone) return raise(types::TypeError, "Missing required parameter 'digestmod'.");
  Digest digest;
  if (!digest.by_digestmod(a[2])) return nullptr;
  Ref self = new_hmac();
  if (!self) return nullptr;
  HMAC_CTX* ctx = hmac_of(self)->ctx;
  if (!HMAC_Init_ex(ctx, key.data(), static_cast<int>(key.size()), digest.md, nullptr)) return fail(types::ValueError);
  if (a.has(1) && a[1] != kNone) {
    HashData data(a[1]);
    if (!data.ok() || !hmac_feed(ctx, data)) return nullptr;
  }
  return self;
}
Ref hmac_copy(Args& a) {
  Ref fresh = new_hmac();
  if (!fresh) return nullptr;
  Hmac* o = hmac_of(a.self);
  StreamLock lock(o->mutex);
  return HMAC_CTX_copy(hmac_of(fresh)->ctx, o->ctx) ? std::move(fresh) : static_cast<Ref>(fail(types::ValueError));
}
Ref hmac_update(Args& a) {
  HashData data(a[0]);
  if (!data.ok()) return nullptr;
  Hmac* o = hmac_of(a.self);
  StreamLock lock(o->mutex);
  return hmac_feed(o->ctx, data) ? Ref::imm(kNone) : nullptr;
}
template <bool kHex>
Ref hmac_result(Args& a) {
  Hmac* o = hmac_of(a.self);
  HMAC_CTX* copy = HMAC_CTX_new();
  if (!copy) return raise_memory();
  uint8_t out[EVP_MAX_MD_SIZE];
  unsigned n = 0;
  int ok;
  {
    StreamLock lock(o->mutex);
    ok = HMAC_CTX_copy(copy, o->ctx);
  }
  ok = ok && HMAC_Final(copy, out, &n);
  HMAC_CTX_free(copy);
  if (!ok) return fail(types::ValueError);
  return kHex ? hash_hex(out, n) : make_bytes(out, n);
}
const EVP_MD* hmac_md(Value self) { return HMAC_CTX_get_md(hmac_of(self)->ctx); }
Ref hmac_digest_size(Value self) { return make_int(EVP_MD_size(hmac_md(self))); }
Ref hmac_block_size(Value self) { return make_int(EVP_MD_block_size(hmac_md(self))); }
Ref hmac_name(Value self) {
  Ref name = digest_name(hmac_md(self));
  return name ? format_str("hmac-%U", name.as<Str>()) : nullptr;
}
Ref hmac_repr(Value self) {
  Ref name = digest_name(hmac_md(self));
  return name ? format_str("<%U HMAC object @ %p>", name.as<Str>(), self.header()) : nullptr;
}
Ref hashlib_hmac_digest(Args& a) {
  BufferView key(a[0]);
  if (!key.ok()) return nullptr;
  BufferView msg(a[1]);
  if (!msg.ok()) return nullptr;
  Digest digest;
  if (!digest.by_digestmod(a[2])) return nullptr;
  if (key.size() > INT_MAX) return raise(types::OverflowError, "key is too long.");
  if (msg.size() > INT_MAX) return raise(types::OverflowError, "msg is too long.");
  uint8_t out[EVP_MAX_MD_SIZE];
  unsigned n = 0;
  bool ok = detached_if(msg.size() >= kHashDetachSize, [&] {
    return HMAC(digest.md, key.data(), static_cast<int>(key.size()), msg.data(), msg.size(), out, &n) != nullptr;
  });
  return ok ? make_bytes(out, n) : static_cast<Ref>(fail(types::ValueError));
}

// ---- key derivation

Ref hashlib_pbkdf2(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "pbkdf2_hmac() argument 'hash_name' must be str, not %T", a[0]);
  std::string name;
  if (!utf8_of(a[0], &name)) return nullptr;
  BufferView password(a[1]);
  if (!password.ok()) return nullptr;
  BufferView salt(a[2]);
  int64_t iterations, size;
  if (!salt.ok() || !to_int64(a[3], &iterations)) return nullptr;
  Digest digest;
  if (!digest.by_name(name.c_str(), true)) return nullptr;
  if (password.size() > INT_MAX) return raise(types::OverflowError, "password is too long.");
  if (salt.size() > INT_MAX) return raise(types::OverflowError, "salt is too long.");
  if (iterations < 1) return raise(types::ValueError, "iteration value must be greater than 0.");
  if (iterations > INT_MAX) return raise(types::OverflowError, "iteration value is too great.");
  if (!a.has(4) || a[4] == kNone)
    size = EVP_MD_size(digest.md);
  else if (!to_int64(a[4], &size))
    return nullptr;
  if (size < 1) return raise(types::ValueError, "key length must be greater than 0.");
  if (size > INT_MAX) return raise(types::OverflowError, "key length is too great.");
  Ref key = new_bytes_raw(static_cast<size_t>(size));
  if (!key) return nullptr;
  int ok = blocking([&] {
    return PKCS5_PBKDF2_HMAC(reinterpret_cast<const char*>(password.data()), static_cast<int>(password.size()),
                             salt.data(), static_cast<int>(salt.size()), static_cast<int>(iterations), digest.md,
                             static_cast<int>(size), key.as<Bytes>()->data());
  });
  return ok ? std::move(key) : static_cast<Ref>(fail(types::ValueError));
}

bool cost(Value v, const char* name, uint64_t* out) {
  if (v && is_int(v) && int_sign(v) >= 0 && int_bit_length(v) <= 64) {
    *out = int_low64(v);
    return true;
  }
  return raise(types::TypeError, "%s is required and must be an unsigned int", name);
}
Ref hashlib_scrypt(Args& a) {
  BufferView password(a[0]);
  if (!password.ok()) return nullptr;
  Value salt_value = a.has(1) ? a[1] : kNone;
  Buffer salt;
  bool has_salt = salt_value != kNone;
  if (has_salt && !get_buffer(salt_value, &salt, kBufSimple)) return nullptr;
  struct Release {
    Buffer* b;
    ~Release() {
      if (b) release_buffer(b);
    }
  } release{has_salt ? &salt : nullptr};
  int64_t max_memory = 0, size = 64;
  if ((a.has(5) && !to_int64(a[5], &max_memory)) || (a.has(6) && !to_int64(a[6], &size))) return nullptr;
  if (password.size() > INT_MAX) return raise(types::OverflowError, "password is too long.");
  if (!has_salt) return raise(types::TypeError, "salt is required");
  if (salt.len > INT_MAX) return raise(types::OverflowError, "salt is too long.");
  uint64_t n, r, p;
  if (!cost(a[2], "n", &n)) return nullptr;
  if (n < 2 || (n & (n - 1))) return raise(types::ValueError, "n must be a power of 2.");
  if (!cost(a[3], "r", &r) || !cost(a[4], "p", &p)) return nullptr;
  if (max_memory < 0 || max_memory > INT_MAX)
    return raise(types::ValueError, "maxmem must be positive and smaller than %d", INT_MAX);
  if (size < 1 || size > INT_MAX)
    return raise(types::ValueError, "dklen must be greater than 0 and smaller than %d", INT_MAX);
  auto limit = static_cast<uint64_t>(max_memory);
  if (!EVP_PBE_scrypt(nullptr, 0, nullptr, 0, n, r, p, limit, nullptr, 0))
    return fail(types::ValueError, "Invalid parameter combination for n, r, p, maxmem.");
  Ref key = new_bytes_raw(static_cast<size_t>(size));
  if (!key) return nullptr;
  int ok = blocking([&] {
    return EVP_PBE_scrypt(reinterpret_cast<const char*>(password.data()), password.size(),
                          static_cast<const uint8_t*>(salt.data), static_cast<size_t>(salt.len), n, r, p, limit,
                          key.as<Bytes>()->data(), static_cast<size_t>(size));
  });
  return ok ? std::move(key) : static_cast<Ref>(fail(types::ValueError));
}

// ---- functions

Ref hashlib_new(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "name must be a string");
  int secure = a.has(2) ? is_true(a[2]) : 1;
  std::string name;
  if (secure < 0 || !utf8_of(a[0], &name)) return nullptr;
  Digest digest;
  return digest.by_name(name.c_str(), secure) ? start_hash(digest.md, a[1], secure) : nullptr;
}
template <int kNid>
Ref construct(Args& a) {
  int secure = a.has(1) ? is_true(a[1]) : 1;
  if (secure < 0) return nullptr;
  for (Known& k : known) {
    if (k.nid != kNid) continue;
    const EVP_MD* md = fetch_known(k, secure);
    return md ? start_hash(md, a[0], secure) : static_cast<Ref>(fail(types::ValueError));
  }
  return nullptr;
}
Ref get_fips_mode(Args&) { return make_int(EVP_default_properties_is_fips_enabled(nullptr)); }
bool same_bytes(const void* p, size_t n, const void* q, size_t m) {
  // The time depends on the second length alone.
  return n == m ? CRYPTO_memcmp(p, q, m) == 0 : (CRYPTO_memcmp(q, q, m), false);
}
Ref compare_digest(Args& a) {
  Value x = a[0], y = a[1];
  if (is_str(x) && is_str(y)) {
    auto *p = x.as<Str>(), *q = y.as<Str>();
    if (!p->ascii || !q->ascii)
      return raise(types::TypeError, "comparing strings with non-ASCII characters is not supported");
    return Ref::imm(bool_value(same_bytes(p->data1(), p->length, q->data1(), q->length)));
  }
  if (!has_buffer(x) && !has_buffer(y))
    return raise(types::TypeError, "unsupported operand types(s) or combination of types: '%T' and '%T'", x, y);
  Buffer b;
  for (Value v : {x, y}) {
    if (!get_buffer(v, &b, kBufSimple)) return nullptr;
    bool flat = b.ndim <= 1;
    release_buffer(&b);
    if (!flat) return raise(types::BufferError, "Buffer must be single dimension");
  }
  BufferView p(x);
  if (!p.ok()) return nullptr;
  BufferView q(y);
  return q.ok() ? Ref::imm(bool_value(same_bytes(p.data(), p.size(), q.data(), q.size()))) : nullptr;
}

constexpr char kHashDoc[] = "A hash object of OpenSSL's implementation.";
#define TAIPAN_OPENSSL_HASH(name, nid) \
  {"openssl_" name, "($module, /, string=b'', *, usedforsecurity=True)", construct<nid>, 0, kHashDoc}
const NativeDef kConstructors[] = {TAIPAN_OPENSSL_HASH("md5", NID_md5),
                                   TAIPAN_OPENSSL_HASH("sha1", NID_sha1),
                                   TAIPAN_OPENSSL_HASH("sha224", NID_sha224),
                                   TAIPAN_OPENSSL_HASH("sha256", NID_sha256),
                                   TAIPAN_OPENSSL_HASH("sha384", NID_sha384),
                                   TAIPAN_OPENSSL_HASH("sha512", NID_sha512),
                                   TAIPAN_OPENSSL_HASH("sha3_224", NID_sha3_224),
                                   TAIPAN_OPENSSL_HASH("sha3_256", NID_sha3_256),
                                   TAIPAN_OPENSSL_HASH("sha3_384", NID_sha3_384),
                                   TAIPAN_OPENSSL_HASH("sha3_512", NID_sha3_512),
                                   TAIPAN_OPENSSL_HASH("shake_128", NID_shake128),
                                   TAIPAN_OPENSSL_HASH("shake_256", NID_shake256),
                                   {nullptr, nullptr, nullptr, 0, nullptr}};
#undef TAIPAN_OPENSSL_HASH
const NativeDef kFunctions[] = {
    {"compare_digest", "($module, a, b, /)", compare_digest, 0,
     "a == b in a time that doesn't tell where they differ."},
    {"get_fips_mode", "($module, /)", get_fips_mode, 0, "Whether OpenSSL only offers what FIPS approves of (an int)."},
    {"hmac_digest", "($module, /, key, msg, digest)", hashlib_hmac_digest, 0, "The HMAC of a whole message."},
    {"hmac_new", "($module, /, key, msg=b'', digestmod=None)", hashlib_hmac_new, 0, "A new HMAC object."},
    {"new", "($module, /, name, string=b'', *, usedforsecurity=True)", hashlib_new, 0,
     "A new hash object of the named digest over string."},
    {"pbkdf2_hmac", "($module, /, hash_name, password, salt, iterations,\n            dklen=None)", hashlib_pbkdf2, 0,
     "A key from a password, by PKCS #5 PBKDF2 with HMAC."},
    {"scrypt", "($module, /, password, *, salt=None, n=None, r=None, p=None,\n       maxmem=0, dklen=64)",
     hashlib_scrypt, 0, "A key from a password, by scrypt."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

const NativeDef kHashMethods[] = {
    {"copy", "($self, /)", hash_copy, 0, "A hash object with the same state."},
    {"digest", "($self, /)", hash_digest<false>, 0, "The digest of the data so far, as bytes."},
    {"hexdigest", "($self, /)", hash_digest<true>, 0, "The digest of the data so far, as hexadecimal digits."},
    {"update", "($self, obj, /)", hash_update, 0, "Hashes more data."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const GetSetDef kHashGetSet[] = {{"digest_size", hash_digest_size, nullptr, nullptr},
                                 {"block_size", hash_block_size, nullptr, nullptr},
                                 {"name", hash_name, nullptr, nullptr},
                                 {nullptr, nullptr, nullptr, nullptr}};
const TypeSpec kHashSpec = {
    .doc = "A hash object: name, block_size, digest_size; update(), digest(), hexdigest(), copy().",
    .flags = kTypeNoInstantiate | kTypeBaseable | kTypeImmutable,
    .basic_size = sizeof(Hash),
    .ops = {.dealloc = hash_dealloc},
    .methods = kHashMethods,
    .getset = kHashGetSet,
    .s = {.repr = hash_repr}};
const NativeDef kXofMethods[] = {
    {"digest", "($self, /, length)", xof_digest<false>, 0, "A digest of that length, as bytes."},
    {"hexdigest", "($self, /, length)", xof_digest<true>, 0, "A digest of that length, as hexadecimal digits."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const GetSetDef kXofGetSet[] = {{"digest_size", xof_digest_size, nullptr, nullptr},
                                {nullptr, nullptr, nullptr, nullptr}};
const TypeSpec kXofSpec = {.doc = "A hash object whose digests may have any length.",
                           .flags = kTypeNoInstantiate | kTypeBaseable | kTypeImmutable,
                           .basic_size = sizeof(Hash),
                           .ops = {.dealloc = hash_dealloc},
                           .methods = kXofMethods,
                           .getset = kXofGetSet};
const NativeDef kHmacMethods[] = {
    {"copy", "($self, /)", hmac_copy, 0, "An HMAC object with the same state."},
    {"digest", "($self, /)", hmac_result<false>, 0, "The digest of the message so far, as bytes."},
    {"hexdigest", "($self, /)", hmac_result<true>, 0, "The digest of the message so far, as hexadecimal digits."},
    {"update", "($self, /, msg)", hmac_update, 0, "Goes on with more of the message."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const GetSetDef kHmacGetSet[] = {{"digest_size", hmac_digest_size, nullptr, nullptr},
                                 {"block_size", hmac_block_size, nullptr, nullptr},
                                 {"name", hmac_name, nullptr, nullptr},
                                 {nullptr, nullptr, nullptr, nullptr}};
const TypeSpec kHmacSpec = {
    .doc = "An HMAC object: name, block_size, digest_size; update(), digest(), hexdigest(), copy().",
    .flags = kTypeNoInstantiate | kTypeBaseable | kTypeImmutable,
    .basic_size = sizeof(Hmac),
    .ops = {.dealloc = hmac_dealloc},
    .methods = kHmacMethods,
    .getset = kHmacGetSet,
    .s = {.repr = hmac_repr}};

// The names of all digests that can be used.
void add_name(EVP_MD* md, void* arg) {
  Value set = *static_cast<Value*>(arg);
  if (error_occurred() || !EVP_MD_nid(md)) return;
  Ref name = digest_name(md);
  if (name) set_add(set, name);
}
Ref all_names() {
  Ref set = make_set();
  if (!set) return nullptr;
  Value v = set;
  EVP_MD_do_all_provided(nullptr, add_name, &v);
  return error_occurred() ? nullptr : make_frozenset(v);
}

bool hashlib_exec(Value module) {
  if (!unsupported_error) {
    Ref error = make_exception_class("_hashlib.UnsupportedDigestmodError", types::ValueError);
    Ref dict = make_dict();
    if (!error || !dict) return false;
    gc::make_immortal(error.get().header());
    gc::make_immortal(dict.get().header());
    unsupported_error = error.release();
    constructors = dict.release();
    hash_type = make_native_type("_hashlib.HASH", types::Object, &kHashSpec);
    xof_type = hash_type ? make_native_type("_hashlib.HASHXOF", hash_type, &kXofSpec) : nullptr;
    hmac_type = make_native_type("_hashlib.HMAC", types::Object, &kHmacSpec);
  }
  if (!hash_type || !xof_type || !hmac_type) return false;
  Ref module_title = module_name(module);
  if (!module_title) return false;
  for (const NativeDef* d = kConstructors; d->name; d++) {
    Ref f = make_native_function(d, module, module_title), name = make_str(d->name + strlen("openssl_"));
    if (!f || !name || !dict_set(constructors, f, name) || !module_add(module, d->name, std::move(f))) return false;
  }
  return module_add(module, "openssl_md_meth_names", all_names()) &&
         module_add(module, "_constructors", make_mapping_proxy(constructors)) &&
         module_add(module, "UnsupportedDigestmodError", Ref::dup(unsupported_error)) &&
         module_add_type(module, hash_type) && module_add_type(module, xof_type) && module_add_type(module, hmac_type);
}

// GIL off: each call has contexts of its own.
const ModuleDef kHashlibModule = {"_hashlib", "OpenSSL's digests for hashlib.", kFunctions, hashlib_exec,
                                  kFunctionsAtOnce};

}  // namespace
}  // namespace taipan

TAIPAN_SHARED_MODULE(taipan::kHashlibModule)
