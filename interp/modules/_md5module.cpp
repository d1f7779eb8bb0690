// _md5: MD5 (RFC 1321).
#include <bit>
#include "interp/modules/hash_object.h"

namespace taipan {

namespace {

constexpr uint32_t kSines[64] = {  // of 1, 2, 3..., the absolute values' first 32 fraction bits
    0xd76aa478u, 0xe8c7b756u, 0x242070dbu, 0xc1bdceeeu, 0xf57c0fafu, 0x4787c62au, 0xa8304613u, 0xfd469501u,
    0x698098d8u, 0x8b44f7afu, 0xffff5bb1u, 0x895cd7beu, 0x6b901122u, 0xfd987193u, 0xa679438eu, 0x49b40821u,
    0xf61e2562u, 0xc040b340u, 0x265e5a51u, 0xe9b6c7aau, 0xd62f105du, 0x02441453u, 0xd8a1e681u, 0xe7d3fbc8u,
    0x21e1cde6u, 0xc33707d6u, 0xf4d50d87u, 0x455a14edu, 0xa9e3e905u, 0xfcefa3f8u, 0x676f02d9u, 0x8d2a4c8au,
    0xfffa3942u, 0x8771f681u, 0x6d9d6122u, 0xfde5380cu, 0xa4beea44u, 0x4bdecfa9u, 0xf6bb4b60u, 0xbebfbc70u,
    0x289b7ec6u, 0xeaa127fau, 0xd4ef3085u, 0x04881d05u, 0xd9d4d039u, 0xe6db99e5u, 0x1fa27cf8u, 0xc4ac5665u,
    0xf4292244u, 0x432aff97u, 0xab9423a7u, 0xfc93a039u, 0x655b59c3u, 0x8f0ccc92u, 0xffeff47du, 0x85845dd1u,
    0x6fa87e4fu, 0xfe2ce6e0u, 0xa3014314u, 0x4e0811a1u, 0xf7537e82u, 0xbd3af235u, 0x2ad7d2bbu, 0xeb86d391u};
constexpr int kShifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

struct Md5Core {
  using Word = uint32_t;
  static constexpr char kName[] = "md5";
  static constexpr size_t kWords = 4, kDigest = 16;
  static constexpr bool kBigEndian = false;
  static constexpr Word kStart[4] = {0x67452301u, 0xefcdab89u, 0x98badcfeu, 0x10325476u};

  template <size_t kGroup>
  static void group(Word* v, const Word* w) {
#pragma GCC unroll 16
    for (size_t i = 0; i < 16; i++) {
      Word &a = v[(16 - i) % 4], b = v[(17 - i) % 4], c = v[(18 - i) % 4], d = v[(19 - i) % 4];
      Word f;
      size_t at;
      if constexpr (kGroup == 0)
        f = d ^ (b & (c ^ d)), at = i;
      else if constexpr (kGroup == 1)
        f = c ^ (d & (b ^ c)), at = (5 * i + 1) % 16;
      else if constexpr (kGroup == 2)
        f = b ^ c ^ d, at = (3 * i + 5) % 16;
      else
        f = c ^ (b | ~d), at = 7 * i % 16;
      a = b + std::rotl(a + f + kSines[kGroup * 16 + i] + w[at], kShifts[kGroup][i % 4]);
    }
  }
  static void compress(Word* state, const uint8_t* p, size_t blocks) {
    for (; blocks; blocks--, p += 64) {
      Word w[16], v[4] = {state[0], state[1], state[2], state[3]};
      for (size_t i = 0; i < 16; i++) w[i] = load_le<Word>(p + 4 * i);
      group<0>(v, w);
      group<1>(v, w);
      group<2>(v, w);
      group<3>(v, w);
      for (size_t i = 0; i < 4; i++) state[i] += v[i];
    }
  }
};
using Md5 = HashFunction<BlockHash<Md5Core>>;

const NativeDef kFunctions[] = {
    {"md5", kHashFunctionSignature, Md5::construct, 0, "A new MD5 hash object over string."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

bool md5_exec(Value module) { return Md5::ready("_md5.md5") && module_add(module, "MD5Type", Ref::dup(Md5::type)); }

}  // namespace

// GIL off: makes a new object.
extern const ModuleDef _md5_module;
const ModuleDef _md5_module = {"_md5", nullptr, kFunctions, md5_exec, kFunctionsAtOnce};

}  // namespace taipan
