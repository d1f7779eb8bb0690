// _sha3: SHA-3 and SHAKE (FIPS 202).
#include <bit>
#include "interp/modules/hash_object.h"

namespace taipan {

namespace {

constexpr uint64_t kRoundConstants[24] = {
    0x0000000000000001ull, 0x0000000000008082ull, 0x800000000000808aull, 0x8000000080008000ull, 0x000000000000808bull,
    0x0000000080000001ull, 0x8000000080008081ull, 0x8000000000008009ull, 0x000000000000008aull, 0x0000000000000088ull,
    0x0000000080008009ull, 0x000000008000000aull, 0x000000008000808bull, 0x800000000000008bull, 0x8000000000008089ull,
    0x8000000000008003ull, 0x8000000000008002ull, 0x8000000000000080ull, 0x000000000000800aull, 0x800000008000000aull,
    0x8000000080008081ull, 0x8000000000008080ull, 0x0000000080000001ull, 0x8000000080008008ull};
constexpr int kRotations[25] = {0,  1,  62, 28, 27, 36, 44, 6,  55, 20, 3,  10, 43,
                                25, 39, 41, 45, 15, 21, 8,  18, 2,  61, 56, 14};

void permute(uint64_t* a) {  // Keccak-f[1600]; lane (x, y) is a[x + 5 * y]
  for (uint64_t constant : kRoundConstants) {
    uint64_t c[5], b[25];
    for (size_t x = 0; x < 5; x++) c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
#pragma GCC unroll 5
    for (size_t x = 0; x < 5; x++) {
      uint64_t d = c[(x + 4) % 5] ^ std::rotl(c[(x + 1) % 5], 1);
#pragma GCC unroll 5
      for (size_t y = 0; y < 5; y++)
        b[y + 5 * ((2 * x + 3 * y) % 5)] = std::rotl(a[x + 5 * y] ^ d, kRotations[x + 5 * y]);
    }
#pragma GCC unroll 5
    for (size_t y = 0; y < 25; y += 5) {
#pragma GCC unroll 5
      for (size_t x = 0; x < 5; x++) a[y + x] = b[y + x] ^ (~b[y + (x + 1) % 5] & b[y + (x + 2) % 5]);
    }
    a[0] ^= constant;
  }
}

// kStrength: half the capacity, in bits. kSize: of the digest, 0 where digest() is told.
template <size_t kStrength, uint8_t kSuffixByte, size_t kSize>
struct Keccak {
  static constexpr size_t kRate = 200 - kStrength / 4, kMaxDigest = kSize;
  static constexpr uint8_t kSuffix = kSuffixByte;
  static constexpr const char* kName = kSuffix == 0x1f    ? kStrength == 128 ? "shake_128" : "shake_256"
                                       : kStrength == 224 ? "sha3_224"
                                       : kStrength == 256 ? "sha3_256"
                                       : kStrength == 384 ? "sha3_384"
                                                          : "sha3_512";
  uint64_t lanes[25];
  size_t at;  // bytes of the rate taken in

  static size_t digest_size() { return kSize; }
  static size_t block_size() { return kRate; }
  void start() {
    std::memset(lanes, 0, sizeof lanes);
    at = 0;
  }
  void take(const uint8_t* p, size_t n) {
    uint8_t* bytes = reinterpret_cast<uint8_t*>(lanes) + at;
    for (size_t i = 0; i < n; i++) bytes[i] ^= p[i];
    at += n;
    if (at == kRate) {
      permute(lanes);
      at = 0;
    }
  }
  void update(const uint8_t* p, size_t n) {
    if (at && n) {
      size_t first = std::min(n, kRate - at);
      take(p, first);
      p += first;
      n -= first;
    }
    for (; n >= kRate; p += kRate, n -= kRate) {
      for (size_t i = 0; i < kRate / 8; i++) lanes[i] ^= load_le<uint64_t>(p + 8 * i);
      permute(lanes);
    }
    if (n) take(p, n);
  }
  void squeeze(uint8_t* out, size_t n) {
    uint8_t* bytes = reinterpret_cast<uint8_t*>(lanes);
    bytes[at] ^= kSuffix;
    bytes[kRate - 1] ^= 0x80;
    while (n) {
      permute(lanes);
      size_t now = std::min(n, kRate);
      std::memcpy(out, bytes, now);
      out += now;
      n -= now;
    }
  }
  void digest(uint8_t* out) { squeeze(out, kSize); }
};

// The length that SHAKE's digests are given.
bool digest_length(Value v, size_t* out) {
  if (!is_int(v)) return raise(types::TypeError, "an integer is required");
  if (int_sign(v) < 0) return raise(types::ValueError, "value must be positive");
  uint64_t n;
  if (!int_to_u64(v, &n)) return false;
  if (n >= 1u << 29) return raise(types::ValueError, "length is too large");
  *out = n;
  return true;
}

template <class Algorithm>
struct Sha3 : HashMethods<Algorithm> {
  using Base = HashMethods<Algorithm>;

  static Ref create(TypeObject* cls, RawArgs raw) {
    static const Signature sig(Algorithm::kName, "(data=b'', /, *, usedforsecurity=True)");
    Value v[2];
    if (!sig.bind(raw, v) || !hash_check_flag(v[1])) return nullptr;
    Algorithm state;
    state.start();
    return Base::make(cls, state, v[0]);
  }
  static Ref squeeze_bytes(Args& a) {
    size_t n;
    if (!digest_length(a[0], &n)) return nullptr;
    Ref result = new_bytes_raw(n);
    if (!result) return nullptr;
    Algorithm state = Base::snapshot(a.self);
    state.squeeze(result.as<Bytes>()->data(), n);
    return result;
  }
  static Ref squeeze_hex(Args& a) {
    Ref bytes = squeeze_bytes(a);
    return bytes ? hash_hex(bytes.as<Bytes>()->data(), bytes.as<Bytes>()->size) : Ref();
  }
  static Ref get_capacity(Value) { return make_int(1600 - static_cast<int64_t>(Algorithm::kRate) * 8); }
  static Ref get_rate(Value) { return make_int(static_cast<int64_t>(Algorithm::kRate) * 8); }
  static Ref get_suffix(Value) { return make_bytes(&Algorithm::kSuffix, 1); }

  static constexpr bool kFixed = Algorithm::kMaxDigest != 0;
  static constexpr NativeImpl digest_impl() {
    if constexpr (kFixed)
      return Base::digest;
    else
      return squeeze_bytes;
  }
  static constexpr NativeImpl hexdigest_impl() {
    if constexpr (kFixed)
      return Base::hexdigest;
    else
      return squeeze_hex;
  }
  static constexpr const char* kDigestSignature = kFixed ? "($self, /)" : "($self, length, /)";
  static constexpr NativeDef kMethods[] = {
      {"copy", "($self, /)", Base::copy, 0, "A hash object with the same state."},
      {"digest", kDigestSignature, digest_impl(), 0, "The digest of the data so far, as bytes."},
      {"hexdigest", kDigestSignature, hexdigest_impl(), 0, "The digest of the data so far, as hexadecimal digits."},
      {"update", "($self, data, /)", Base::update, 0, "Hashes more data."},
      {nullptr, nullptr, nullptr, 0, nullptr}};
  static constexpr GetSetDef kGetSet[] = {{"block_size", Base::get_block_size, nullptr, nullptr},
                                          {"name", Base::get_name, nullptr, nullptr},
                                          {"digest_size", Base::get_digest_size, nullptr, nullptr},
                                          {"_capacity_bits", get_capacity, nullptr, nullptr},
                                          {"_rate_bits", get_rate, nullptr, nullptr},
                                          {"_suffix", get_suffix, nullptr, nullptr},
                                          {nullptr, nullptr, nullptr, nullptr}};
  static inline const TypeSpec kSpec = {.doc = kFixed ? "A SHA-3 hash object of a fixed digest size."
                                                      : "A SHAKE hash object: its digests are as long as asked for.",
                                        .flags = kTypeImmutable,
                                        .basic_size = sizeof(HashObject<Algorithm>),
                                        .methods = kMethods,
                                        .getset = kGetSet,
                                        .s = {.new_ = create}};
  static bool add(Value module, const char* full_name) {
    if (!Base::type) Base::type = make_native_type(full_name, types::Object, &kSpec);
    return Base::type && module_add_type(module, Base::type);
  }
};

bool sha3_exec(Value module) {
  return Sha3<Keccak<224, 0x06, 28>>::add(module, "_sha3.sha3_224") &&
         Sha3<Keccak<256, 0x06, 32>>::add(module, "_sha3.sha3_256") &&
         Sha3<Keccak<384, 0x06, 48>>::add(module, "_sha3.sha3_384") &&
         Sha3<Keccak<512, 0x06, 64>>::add(module, "_sha3.sha3_512") &&
         Sha3<Keccak<128, 0x1f, 0>>::add(module, "_sha3.shake_128") &&
         Sha3<Keccak<256, 0x1f, 0>>::add(module, "_sha3.shake_256") && module_add_int(module, "keccakopt", 64) &&
         module_add_str(module, "implementation", "64-bit lanes");
}

}  // namespace

extern const ModuleDef _sha3_module;
const ModuleDef _sha3_module = {"_sha3", nullptr, nullptr, sha3_exec};

}  // namespace taipan
