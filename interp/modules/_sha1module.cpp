// _sha1: SHA-1 (FIPS 180-4).
#include <bit>
#include "interp/modules/hash_object.h"

namespace taipan {

namespace {

struct Sha1Core {
  using Word = uint32_t;
  static constexpr char kName[] = "sha1";
  static constexpr size_t kWords = 5, kDigest = 20;
  static constexpr bool kBigEndian = true;
  static constexpr Word kStart[5] = {0x67452301u, 0xefcdab89u, 0x98badcfeu, 0x10325476u, 0xc3d2e1f0u};

  // Twenty rounds; the message words from the 16th on are made in place.
  template <size_t kGroup>
  static void group(Word* v, Word* w) {
    constexpr Word kConstants[4] = {0x5a827999u, 0x6ed9eba1u, 0x8f1bbcdcu, 0xca62c1d6u};
#pragma GCC unroll 20
    for (size_t i = 0; i < 20; i++) {
      size_t n = kGroup * 20 + i;
      Word &e = v[(24 - i) % 5], a = v[(20 - i) % 5], &b = v[(21 - i) % 5], c = v[(22 - i) % 5], d = v[(23 - i) % 5];
      Word& x = w[n % 16];
      if (n >= 16) x = std::rotl(x ^ w[(n + 2) % 16] ^ w[(n + 8) % 16] ^ w[(n + 13) % 16], 1);
      Word f;
      if constexpr (kGroup == 0)
        f = d ^ (b & (c ^ d));
      else if constexpr (kGroup == 2)
        f = (b & c) | ((b | c) & d);
      else
        f = b ^ c ^ d;
      e += std::rotl(a, 5) + f + kConstants[kGroup] + x;
      b = std::rotl(b, 30);
    }
  }
  static void compress(Word* state, const uint8_t* p, size_t blocks) {
    for (; blocks; blocks--, p += 64) {
      Word w[16], v[5];
      for (size_t i = 0; i < 5; i++) v[i] = state[i];
      for (size_t i = 0; i < 16; i++) w[i] = load_be<Word>(p + 4 * i);
      group<0>(v, w);
      group<1>(v, w);
      group<2>(v, w);
      group<3>(v, w);
      for (size_t i = 0; i < 5; i++) state[i] += v[i];
    }
  }
};
using Sha1 = HashFunction<BlockHash<Sha1Core>>;

const NativeDef kFunctions[] = {
    {"sha1", kHashFunctionSignature, Sha1::construct, 0, "A new SHA-1 hash object over string."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

bool sha1_exec(Value module) {
  return Sha1::ready("_sha1.sha1") && module_add(module, "SHA1Type", Ref::dup(Sha1::type));
}

}  // namespace

// GIL off: makes a new object.
extern const ModuleDef _sha1_module;
const ModuleDef _sha1_module = {"_sha1", nullptr, kFunctions, sha1_exec, kFunctionsAtOnce};

}  // namespace taipan
