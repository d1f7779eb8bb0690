// SipHash-1-3 (Aumasson and Bernstein) under a key per process. PYTHONHASHSEED=0 means a zero key, another number a key
// expanded from it by the reference implementation's generator, so that hashes can be reproduced.
#include "interp/objects/hash.h"
#include <sys/random.h>
#include <unistd.h>
#include <cstdlib>
#include <cstring>
#include "interp/objects/bytes.h"
#include "interp/objects/str.h"

namespace taipan {

static uint64_t hash_key[2];
static std::atomic<bool> hash_key_ready{false};

void set_hash_seed(uint32_t seed) {
  if (seed == 0) {
    hash_key[0] = hash_key[1] = 0;
  } else {
    uint8_t key[16];
    uint32_t x = seed;
    for (uint8_t& b : key) {
      x = x * 214013 + 2531011;
      b = static_cast<uint8_t>(x >> 16);
    }
    memcpy(hash_key, key, 16);
  }
  hash_key_ready.store(true, std::memory_order_release);
}
void set_random_hash_key() {
  if (getrandom(hash_key, sizeof hash_key, GRND_NONBLOCK) != static_cast<ssize_t>(sizeof hash_key)) {
    // Too early in the machine's life for real randomness: address layout and time will do.
    hash_key[0] = reinterpret_cast<uint64_t>(&seed48) ^ static_cast<uint64_t>(getpid()) << 32;
    hash_key[1] = reinterpret_cast<uint64_t>(__builtin_frame_address(0)) * 0x9E3779B97F4A7C15u;
  }
  hash_key_ready.store(true, std::memory_order_release);
}
bool parse_hash_seed(const char* text, uint32_t* seed, bool* random) {
  *random = !text || !*text || strcmp(text, "random") == 0;
  if (*random) return true;
  uint64_t v = 0;
  for (const char* p = text; *p; p++) {
    if (*p < '0' || *p > '9') return false;
    v = v * 10 + static_cast<uint64_t>(*p - '0');
    if (v > 4294967295u) return false;
  }
  *seed = static_cast<uint32_t>(v);
  return true;
}
TAIPAN_COLD static void init_hash_key_from_environment() {
  uint32_t seed;
  bool random;
  if (parse_hash_seed(getenv("PYTHONHASHSEED"), &seed, &random) && !random)
    set_hash_seed(seed);
  else
    set_random_hash_key();
}

static TAIPAN_INLINE uint64_t rotl(uint64_t x, int b) { return x << b | x >> (64 - b); }
struct SipState {
  uint64_t a, b, c, d;
  TAIPAN_INLINE void round() {
    a += b;
    b = rotl(b, 13) ^ a;
    a = rotl(a, 32);
    c += d;
    d = rotl(d, 16) ^ c;
    a += d;
    d = rotl(d, 21) ^ a;
    c += b;
    b = rotl(b, 17) ^ c;
    c = rotl(c, 32);
  }
};

uint64_t siphash13(uint64_t k0, uint64_t k1, const void* data, size_t n) {
  SipState s{k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du, k0 ^ 0x6c7967656e657261u, k1 ^ 0x7465646279746573u};
  const uint8_t* p = static_cast<const uint8_t*>(data);
  uint64_t tail = static_cast<uint64_t>(n) << 56;
  for (; n >= 8; n -= 8, p += 8) {
    uint64_t m;
    memcpy(&m, p, 8);
    s.d ^= m;
    s.round();
    s.a ^= m;
  }
  uint64_t rest = 0;
  switch (n) {
    case 7: rest |= static_cast<uint64_t>(p[6]) << 48; [[fallthrough]];
    case 6: rest |= static_cast<uint64_t>(p[5]) << 40; [[fallthrough]];
    case 5: rest |= static_cast<uint64_t>(p[4]) << 32; [[fallthrough]];
    case 4: {
      uint32_t low;
      memcpy(&low, p, 4);
      rest |= low;
      break;
    }
    case 3: rest |= static_cast<uint64_t>(p[2]) << 16; [[fallthrough]];
    case 2: rest |= static_cast<uint64_t>(p[1]) << 8; [[fallthrough]];
    case 1: rest |= p[0];
  }
  tail |= rest;
  s.d ^= tail;
  s.round();
  s.a ^= tail;
  s.c ^= 0xff;
  s.round();
  s.round();
  s.round();
  return (s.a ^ s.b) ^ (s.c ^ s.d);
}

int64_t hash_bytes(const void* p, size_t n) {
  if (n == 0) return 0;
  if (TAIPAN_UNLIKELY(!hash_key_ready.load(std::memory_order_acquire))) init_hash_key_from_environment();
  int64_t h = static_cast<int64_t>(siphash13(hash_key[0], hash_key[1], p, n));
  return h == -1 ? -2 : h;
}

int64_t str_hash(Str* s) {
  int64_t h = s->hash.load(std::memory_order_relaxed);
  if (h == 0) {
    h = hash_bytes(s->data(), s->length * s->kind);
    s->hash.store(h, std::memory_order_relaxed);
  }
  return h;
}

}  // namespace taipan
