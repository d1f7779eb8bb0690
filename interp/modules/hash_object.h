// What the hash modules (_md5, _sha1, _sha256, _sha512, _sha3, _blake2) share: the Python objects around an algorithm, and the buffering
// of algorithms that take whole blocks.
//
// An algorithm is a struct that can be copied bytewise, with
//     void update(const uint8_t* p, size_t n);
//     void digest(uint8_t* out);               // destroys the state: called on a copy
//     size_t digest_size() const, block_size() const;
//     static constexpr char kName[];           // and size_t kMaxDigest
// Much data is hashed while other threads run; the state then has a lock of its own, which is only held over arithmetic.
#pragma once
#include <algorithm>
#include <cstring>
#include <mutex>
#include <new>
#include "interp/modules/module_util.h"
#include "interp/objects/bytes.h"

namespace taipan {

inline constexpr size_t kHashDetachSize = 2048;  // from here on the thread lets others run

// The argument of constructors and update().
class HashData {
 public:
  explicit HashData(Value v) {
    if (is_str(v)) {
      raise(types::TypeError, "Strings must be encoded before hashing");
    } else if (!has_buffer(v)) {
      raise(types::TypeError, "object supporting the buffer API required");
    } else if (get_buffer(v, &buffer_, kBufSimple)) {
      ok_ = buffer_.ndim <= 1;
      if (!ok_) {
        release_buffer(&buffer_);
        raise(types::BufferError, "Buffer must be single dimension");
      }
    }
  }
  ~HashData() {
    if (ok_) release_buffer(&buffer_);
  }
  HashData(const HashData&) = delete;
  bool ok() const { return ok_; }
  const uint8_t* data() const { return static_cast<const uint8_t*>(buffer_.data); }
  size_t size() const { return static_cast<size_t>(buffer_.len); }

 private:
  Buffer buffer_;
  bool ok_ = false;
};

inline Ref hash_hex(const uint8_t* p, size_t n) {
  Ref text = new_str_raw(n * 2, 127);
  if (!text) return nullptr;
  uint8_t* out = static_cast<uint8_t*>(text.as<Str>()->data());
  for (size_t i = 0; i < n; i++) {
    out[2 * i] = static_cast<uint8_t>("0123456789abcdef"[p[i] >> 4]);
    out[2 * i + 1] = static_cast<uint8_t>("0123456789abcdef"[p[i] & 15]);
  }
  return text;
}

template <class Algorithm>
struct HashObject {
  Header h;
  std::mutex mutex;
  Algorithm state;
};

template <class Algorithm>
struct HashMethods {
  using Object = HashObject<Algorithm>;
  static inline TypeObject* type = nullptr;

  static Object* of(Value v) { return v.as<Object>(); }
  static Ref make(TypeObject* cls, const Algorithm& state) {
    Object* o = alloc_instance_as<Object>(cls);
    if (!o) return nullptr;
    new (&o->mutex) std::mutex;
    o->state = state;
    return Ref::steal(o);
  }
  // A new object over first data (null: none).
  static Ref make(TypeObject* cls, Algorithm& state, Value data) {
    if (data) {
      HashData view(data);
      if (!view.ok()) return nullptr;
      if (view.size() >= kHashDetachSize) {
        gc::BlockingScope scope;
        state.update(view.data(), view.size());
      } else {
        state.update(view.data(), view.size());
      }
    }
    return make(cls, state);
  }
  static Algorithm snapshot(Value self) {
    Object* o = of(self);
    if (o->mutex.try_lock()) {
      Algorithm copy = o->state;
      o->mutex.unlock();
      return copy;
    }
    gc::BlockingScope scope;
    std::lock_guard guard(o->mutex);
    return o->state;
  }

  static Ref update(Args& a) {
    HashData view(a[0]);
    if (!view.ok()) return nullptr;
    Object* o = of(a.self);
    if (view.size() < kHashDetachSize && o->mutex.try_lock()) {
      o->state.update(view.data(), view.size());
      o->mutex.unlock();
    } else {
      gc::BlockingScope scope;
      std::lock_guard guard(o->mutex);
      o->state.update(view.data(), view.size());
    }
    return Ref::imm(kNone);
  }
  static Ref copy(Args& a) { return make(type_of(a.self), snapshot(a.self)); }
  static Ref digest(Args& a) {
    Algorithm state = snapshot(a.self);
    uint8_t out[Algorithm::kMaxDigest];
    size_t n = state.digest_size();
    state.digest(out);
    return make_bytes(out, n);
  }
  static Ref hexdigest(Args& a) {
    Algorithm state = snapshot(a.self);
    uint8_t out[Algorithm::kMaxDigest];
    size_t n = state.digest_size();
    state.digest(out);
    return hash_hex(out, n);
  }
  static Ref get_digest_size(Value self) { return make_int(static_cast<int64_t>(of(self)->state.digest_size())); }
  static Ref get_block_size(Value self) { return make_int(static_cast<int64_t>(of(self)->state.block_size())); }
  static Ref get_name(Value) { return make_str(Algorithm::kName); }

  static constexpr NativeDef kMethods[] = {
      {"copy", "($self, /)", copy, 0, "A hash object with the same state."},
      {"digest", "($self, /)", digest, 0, "The digest of the data so far, as bytes."},
      {"hexdigest", "($self, /)", hexdigest, 0, "The digest of the data so far, as hexadecimal digits."},
      {"update", "($self, obj, /)", update, 0, "Hashes more data."},
      {nullptr, nullptr, nullptr, 0, nullptr}};
  static constexpr GetSetDef kGetSet[] = {{"digest_size", get_digest_size, nullptr, nullptr},
                                          {"block_size", get_block_size, nullptr, nullptr},
                                          {"name", get_name, nullptr, nullptr},
                                          {nullptr, nullptr, nullptr, nullptr}};
};

// False: the value's truth test raised.
inline bool hash_check_flag(Value used_for_security) {
  return used_for_security.is_null() || is_true(used_for_security) >= 0;
}

// The types that only a function of their module makes.
template <class Algorithm>
struct HashFunction : HashMethods<Algorithm> {
  using Base = HashMethods<Algorithm>;
  static inline const TypeSpec kSpec = {.flags = kTypeImmutable | kTypeNoInstantiate,
                                        .basic_size = sizeof(HashObject<Algorithm>),
                                        .methods = Base::kMethods,
                                        .getset = Base::kGetSet};
  static bool ready(const char* full_name) {
    if (!Base::type) Base::type = make_native_type(full_name, types::Object, &kSpec);
    return Base::type != nullptr;
  }
  // f(string=b'', *, usedforsecurity=True)
  static Ref construct(Args& a) {
    if (!hash_check_flag(a[1])) return nullptr;
    Algorithm state;
    state.start();
    return Base::make(Base::type, state, a[0]);
  }
};

template <class Word>
inline Word load_be(const uint8_t* p) {
  Word w;
  std::memcpy(&w, p, sizeof w);
  if constexpr (sizeof w == 8)
    return __builtin_bswap64(w);
  else
    return __builtin_bswap32(w);
}
template <class Word>
inline Word load_le(const uint8_t* p) {
  Word w;
  std::memcpy(&w, p, sizeof w);
  return w;
}
template <class Word>
inline void store_be(uint8_t* p, Word w) {
  if constexpr (sizeof w == 8)
    w = __builtin_bswap64(w);
  else
    w = __builtin_bswap32(w);
  std::memcpy(p, &w, sizeof w);
}
template <class Word>
inline void store_le(uint8_t* p, Word w) {
  std::memcpy(p, &w, sizeof w);
}
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);

// MD5, SHA-1 and SHA-2: a chain over whole blocks; the end is padded with a one bit, zeros and the length in bits (two words).
// Core: Word, kWords (of state), kDigest (bytes), kName, kStart[], kBigEndian, static compress(Word* state, const uint8_t* p, size_t blocks).
template <class Core>
struct BlockHash {
  using Word = typename Core::Word;
  static constexpr size_t kBlock = 16 * sizeof(Word), kMaxDigest = Core::kWords * sizeof(Word);
  static constexpr const char* kName = Core::kName;
  Word chain[Core::kWords];
  uint64_t total;  // bytes
  uint8_t pending[kBlock];

  static size_t digest_size() { return Core::kDigest; }
  static size_t block_size() { return kBlock; }
  void start() {
    for (size_t i = 0; i < Core::kWords; i++) chain[i] = Core::kStart[i];
    total = 0;
  }
  void update(const uint8_t* p, size_t n) {
    if (!n) return;
    size_t held = total % kBlock;
    total += n;
    if (held) {
      size_t take = std::min(n, kBlock - held);
      std::memcpy(pending + held, p, take);
      p += take;
      n -= take;
      if (held + take < kBlock) return;
      Core::compress(chain, pending, 1);
    }
    if (n >= kBlock) {
      Core::compress(chain, p, n / kBlock);
      p += n - n % kBlock;
      n %= kBlock;
    }
    if (n) std::memcpy(pending, p, n);
  }
  void digest(uint8_t* out) {
    constexpr size_t kLength = 2 * sizeof(Word);
    size_t held = total % kBlock;
    pending[held++] = 0x80;
    if (held > kBlock - kLength) {
      std::memset(pending + held, 0, kBlock - held);
      Core::compress(chain, pending, 1);
      held = 0;
    }
    std::memset(pending + held, 0, kBlock - held);
    uint64_t low = total << 3, high = total >> 61;
    if constexpr (Core::kBigEndian) {
      store_be<uint64_t>(pending + kBlock - 8, low);
      if constexpr (sizeof(Word) == 8) store_be<uint64_t>(pending + kBlock - 16, high);
    } else {
      store_le<uint64_t>(pending + kBlock - 8, low);
    }
    (void)high;
    Core::compress(chain, pending, 1);
    for (size_t i = 0; i < Core::kWords; i++) {
      if constexpr (Core::kBigEndian)
        store_be<Word>(out + i * sizeof(Word), chain[i]);
      else
        store_le<Word>(out + i * sizeof(Word), chain[i]);
    }
  }
};

inline constexpr char kHashFunctionSignature[] = "($module, /, string=b'', *, usedforsecurity=True)";

}  // namespace taipan
