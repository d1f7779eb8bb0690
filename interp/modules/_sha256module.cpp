// _sha256: SHA-224 and SHA-256 (FIPS 180-4).
#include <bit>
#include "interp/modules/hash_object.h"

namespace taipan {

namespace {

constexpr uint32_t kRoundConstants[64] = {  // fractions of the cube roots of the first primes
    0x428a2f98u, 0x71374491u, 0xb5c0fbcfu, 0xe9b5dba5u, 0x3956c25bu, 0x59f111f1u, 0x923f82a4u, 0xab1c5ed5u,
    0xd807aa98u, 0x12835b01u, 0x243185beu, 0x550c7dc3u, 0x72be5d74u, 0x80deb1feu, 0x9bdc06a7u, 0xc19bf174u,
    0xe49b69c1u, 0xefbe4786u, 0x0fc19dc6u, 0x240ca1ccu, 0x2de92c6fu, 0x4a7484aau, 0x5cb0a9dcu, 0x76f988dau,
    0x983e5152u, 0xa831c66du, 0xb00327c8u, 0xbf597fc7u, 0xc6e00bf3u, 0xd5a79147u, 0x06ca6351u, 0x14292967u,
    0x27b70a85u, 0x2e1b2138u, 0x4d2c6dfcu, 0x53380d13u, 0x650a7354u, 0x766a0abbu, 0x81c2c92eu, 0x92722c85u,
    0xa2bfe8a1u, 0xa81a664bu, 0xc24b8b70u, 0xc76c51a3u, 0xd192e819u, 0xd6990624u, 0xf40e3585u, 0x106aa070u,
    0x19a4c116u, 0x1e376c08u, 0x2748774cu, 0x34b0bcb5u, 0x391c0cb3u, 0x4ed8aa4au, 0x5b9cca4fu, 0x682e6ff3u,
    0x748f82eeu, 0x78a5636fu, 0x84c87814u, 0x8cc70208u, 0x90befffau, 0xa4506cebu, 0xbef9a3f7u, 0xc67178f2u};

struct Rounds {
  using Word = uint32_t;
  static constexpr size_t kWords = 8;
  static constexpr bool kBigEndian = true;

  static void compress(Word* state, const uint8_t* p, size_t blocks) {
    Word v[8];
    for (; blocks; blocks--, p += 16 * sizeof(Word)) {
      Word w[16];
      for (size_t i = 0; i < 8; i++) v[i] = state[i];
      // A round doesn't move the eight variables: it is told how far they have turned.
      auto round = [&](size_t i, Word word) {
        auto at = [&](size_t k) -> Word& { return v[(k - i) % 8]; };
        Word e = at(4), a = at(0);
        Word t =
            at(7) + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) + ((e & (at(5) ^ at(6))) ^ at(6)) + word;
        at(3) += t;
        at(7) = t + (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & at(1)) | ((a | at(1)) & at(2)));
      };
      for (size_t i = 0; i < 16; i++) w[i] = load_be<Word>(p + i * sizeof(Word));
#pragma GCC unroll 16
      for (size_t i = 0; i < 16; i++) round(i, w[i] + kRoundConstants[i]);
      for (size_t base = 16; base < 64; base += 16) {
#pragma GCC unroll 16
        for (size_t i = 0; i < 16; i++) {
          Word x = w[(i + 1) % 16], y = w[(i + 14) % 16];
          w[i] += (std::rotr(x, 7) ^ std::rotr(x, 18) ^ (x >> 3)) + w[(i + 9) % 16] +
                  (std::rotr(y, 17) ^ std::rotr(y, 19) ^ (y >> 10));
          round(i, w[i] + kRoundConstants[base + i]);
        }
      }
      for (size_t i = 0; i < 8; i++) state[i] += v[i];
    }
  }
};
struct Sha256Core : Rounds {
  static constexpr char kName[] = "sha256";
  static constexpr size_t kDigest = 32;
  static constexpr Word kStart[8] = {0x6a09e667u, 0xbb67ae85u, 0x3c6ef372u, 0xa54ff53au,
                                     0x510e527fu, 0x9b05688cu, 0x1f83d9abu, 0x5be0cd19u};
};
struct Sha224Core : Rounds {
  static constexpr char kName[] = "sha224";
  static constexpr size_t kDigest = 28;
  static constexpr Word kStart[8] = {0xc1059ed8u, 0x367cd507u, 0x3070dd17u, 0xf70e5939u,
                                     0xffc00b31u, 0x68581511u, 0x64f98fa7u, 0xbefa4fa4u};
};
using Sha256 = HashFunction<BlockHash<Sha256Core>>;
using Sha224 = HashFunction<BlockHash<Sha224Core>>;

const NativeDef kFunctions[] = {
    {"sha256", kHashFunctionSignature, Sha256::construct, 0, "A new SHA-256 hash object over string."},
    {"sha224", kHashFunctionSignature, Sha224::construct, 0, "A new SHA-224 hash object over string."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

bool sha256_exec(Value module) {
  if (!Sha224::ready("_sha256.sha224") || !Sha256::ready("_sha256.sha256")) return false;
  return module_add(module, "SHA224Type", Ref::dup(Sha224::type)) &&
         module_add(module, "SHA256Type", Ref::dup(Sha256::type));
}

}  // namespace

// GIL off: make new objects.
extern const ModuleDef _sha256_module;
const ModuleDef _sha256_module = {"_sha256", nullptr, kFunctions, sha256_exec, kFunctionsAtOnce};

}  // namespace taipan
