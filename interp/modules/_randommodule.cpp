// The module _random: the Mersenne Twister (MT19937) with CPython's seeding, bit for bit. GIL off: a generator's state is used under its
// object lock (kTypeParallel); numbers are made of it without.
#include <sys/random.h>
#include <unistd.h>
#include <cstring>
#include <ctime>
#include "interp/modules/module_util.h"
#include "interp/objects/float.h"
#include "interp/objects/tuple.h"

namespace taipan {

static constexpr int kN = 624, kM = 397;

struct RandomObject {
  Header h;
  int index;
  uint32_t state[kN];
};
static TypeObject* random_type;
static RandomObject* random_of(Value v) { return v.as<RandomObject>(); }

static uint32_t next_word(RandomObject* r) {
  uint32_t* mt = r->state;
  if (r->index >= kN) {
    auto mix = [](uint32_t upper, uint32_t lower) {
      uint32_t y = (upper & 0x80000000u) | (lower & 0x7fffffffu);
      return (y >> 1) ^ (lower & 1 ? 0x9908b0dfu : 0);
    };
    int k = 0;
    for (; k < kN - kM; k++) mt[k] = mt[k + kM] ^ mix(mt[k], mt[k + 1]);
    for (; k < kN - 1; k++) mt[k] = mt[k + (kM - kN)] ^ mix(mt[k], mt[k + 1]);
    mt[kN - 1] = mt[kM - 1] ^ mix(mt[kN - 1], mt[0]);
    r->index = 0;
  }
  uint32_t y = mt[r->index++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680u;
  y ^= (y << 15) & 0xefc60000u;
  return y ^ (y >> 18);
}

static void seed_with(RandomObject* r, const uint32_t* key, size_t length) {
  uint32_t* mt = r->state;
  mt[0] = 19650218u;
  for (uint32_t i = 1; i < kN; i++) mt[i] = 1812433253u * (mt[i - 1] ^ (mt[i - 1] >> 30)) + i;
  size_t i = 1, j = 0;
  for (size_t k = kN > length ? kN : length; k; k--) {
    mt[i] = (mt[i] ^ ((mt[i - 1] ^ (mt[i - 1] >> 30)) * 1664525u)) + key[j] + static_cast<uint32_t>(j);
    if (++i >= kN) {
      mt[0] = mt[kN - 1];
      i = 1;
    }
    if (++j >= length) j = 0;
  }
  for (size_t k = kN - 1; k; k--) {
    mt[i] = (mt[i] ^ ((mt[i - 1] ^ (mt[i - 1] >> 30)) * 1566083941u)) - static_cast<uint32_t>(i);
    if (++i >= kN) {
      mt[0] = mt[kN - 1];
      i = 1;
    }
  }
  mt[0] = 0x80000000u;
  r->index = kN;
}

static bool seed_random(RandomObject* r, Value argument) {
  if (!argument || argument == kNone) {
    uint32_t key[kN];
    size_t got = 0;
    while (got < sizeof key) {
      ssize_t n = getrandom(reinterpret_cast<char*>(key) + got, sizeof key - got, GRND_NONBLOCK);
      if (n <= 0) break;
      got += static_cast<size_t>(n);
    }
    if (got < sizeof key) {  // no entropy yet: times and the process
      timespec now, steady;
      clock_gettime(CLOCK_REALTIME, &now);
      clock_gettime(CLOCK_MONOTONIC, &steady);
      key[0] = static_cast<uint32_t>(now.tv_nsec);
      key[1] = static_cast<uint32_t>(now.tv_sec);
      key[2] = static_cast<uint32_t>(getpid());
      key[3] = static_cast<uint32_t>(steady.tv_nsec);
      key[4] = static_cast<uint32_t>(steady.tv_sec);
      gc::ObjectLock lock(&r->h);
      seed_with(r, key, 5);
      return true;
    }
    gc::ObjectLock lock(&r->h);
    seed_with(r, key, kN);
    return true;
  }
  Ref n;
  if (is_int(argument)) {
    n = int_abs(argument);
  } else {
    int64_t hash;
    if (!hash_of(argument, &hash)) return false;
    n = make_int_u64(static_cast<uint64_t>(hash));
  }
  if (!n) return false;
  size_t words = (int_bit_length(n) + 31) / 32;
  if (!words) words = 1;
  uint32_t small[64];
  uint32_t* key = words <= 64 ? small : static_cast<uint32_t*>(gc::raw_alloc(words * 4));
  if (!key) return raise_memory();
  bool ok = int_to_bytes(n, reinterpret_cast<uint8_t*>(key), words * 4, true, false);
  if (ok) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    for (size_t i = 0; i < words; i++) key[i] = __builtin_bswap32(key[i]);
#endif
    gc::ObjectLock lock(&r->h);
    seed_with(r, key, words);
  }
  if (key != small) gc::raw_free(key);
  return ok;
}

// A subclass whose __init__ doesn't come here starts with a state of zeros.
static Ref random_new(TypeObject* cls, RawArgs) { return Ref::steal(alloc_instance_as<RandomObject>(cls)); }
static bool random_init(Value self, RawArgs raw) {
  if (type_of(self)->s.init == random_type->s.init && raw.kwnames && tuple_size(raw.kwnames))
    return raise(types::TypeError, "Random() takes no keyword arguments");
  if (raw.n > 1) return raise(types::TypeError, "Random() requires 0 or 1 argument");
  return seed_random(random_of(self), raw.n ? raw.v[0] : Value());
}

static Ref random_random_impl(Args& a) {
  RandomObject* r = random_of(a.self);
  uint32_t high, low;
  {
    gc::ObjectLock lock(&r->h);
    high = next_word(r) >> 5, low = next_word(r) >> 6;
  }
  return make_float((high * 67108864.0 + low) * (1.0 / 9007199254740992.0));
}
static Ref random_seed_impl(Args& a) {
  if (!seed_random(random_of(a.self), a[0])) return nullptr;
  return Ref::imm(kNone);
}
static Ref random_getrandbits_impl(Args& a) {
  int k;
  if (!to_c_int(a[0], &k)) return nullptr;
  if (k < 0) return raise(types::ValueError, "number of bits must be non-negative");
  if (k == 0) return make_int(0);
  RandomObject* r = random_of(a.self);
  if (k <= 32) {
    uint32_t word;
    {
      gc::ObjectLock lock(&r->h);
      word = next_word(r);
    }
    return make_int(word >> (32 - k));
  }
  size_t words = (static_cast<size_t>(k) - 1) / 32 + 1;
  size_t limbs = (words + 1) / 2;
  uint64_t small[32];
  uint64_t* out = limbs <= 32 ? small : static_cast<uint64_t*>(gc::raw_alloc(limbs * 8));
  if (!out) return raise_memory();
  out[limbs - 1] = 0;
  {
    gc::ObjectLock lock(&r->h);
    for (size_t i = 0; i < words; i++, k -= 32) {
      uint64_t w = next_word(r);
      if (k < 32) w >>= 32 - k;
      out[i / 2] = i % 2 ? out[i / 2] | w << 32 : w;
    }
  }
  Ref result = make_int_from_limbs(out, limbs, false);
  if (out != small) gc::raw_free(out);
  return result;
}
static Ref random_getstate_impl(Args& a) {
  RandomObject* r = random_of(a.self);
  Ref state = make_tuple(kN + 1);
  if (!state) return nullptr;
  uint32_t words[kN];
  int index;
  {
    gc::ObjectLock lock(&r->h);
    memcpy(words, r->state, sizeof words);
    index = r->index;
  }
  for (int i = 0; i < kN; i++) tuple_init(state, static_cast<size_t>(i), make_int(words[i]));
  tuple_init(state, kN, make_int(index));
  return state;
}
static Ref random_setstate_impl(Args& a) {
  RandomObject* r = random_of(a.self);
  if (!is_tuple(a[0])) return raise(types::TypeError, "state vector must be a tuple");
  if (tuple_size(a[0]) != kN + 1) return raise(types::ValueError, "state vector is the wrong size");
  uint32_t fresh[kN];
  for (int i = 0; i < kN; i++) {
    Value v = tuple_at(a[0], static_cast<size_t>(i));
    uint64_t word;
    if (!is_int(v)) return raise(types::TypeError, "an integer is required");
    if (!int_to_u64(v, &word)) return nullptr;
    fresh[i] = static_cast<uint32_t>(word);
  }
  int64_t index;
  if (!to_int64(tuple_at(a[0], kN), &index)) return nullptr;
  if (index < 0 || index > kN) return raise(types::ValueError, "invalid state");
  gc::ObjectLock lock(&r->h);
  r->index = static_cast<int>(index);
  for (int i = 0; i < kN; i++) r->state[i] = fresh[i];
  return Ref::imm(kNone);
}

static const NativeDef kRandomMethods[] = {
    {"random", "($self, /)", random_random_impl, 0, "random() -> x in the interval [0, 1)."},
    {"seed", "($self, n=None, /)", random_seed_impl, 0,
     "Starts the generator from an object's hash, from entropy if there is none."},
    {"getstate", "($self, /)", random_getstate_impl, 0, "The internal state, as a tuple."},
    {"setstate", "($self, state, /)", random_setstate_impl, 0, "Goes back to a state that getstate() gave."},
    {"getrandbits", "($self, k, /)", random_getrandbits_impl, 0, "getrandbits(k) -> x: an int of k random bits."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
static const TypeSpec kRandomSpec = {.doc = "Random() -> a random number generator with a state of its own.",
                                     .flags = kTypeBaseable | kTypeImmutable | kTypeParallel,
                                     .basic_size = sizeof(RandomObject),
                                     .methods = kRandomMethods,
                                     .s = {.init = random_init, .new_ = random_new}};

static bool random_exec(Value module) {
  if (!random_type) random_type = make_native_type("_random.Random", types::Object, &kRandomSpec);
  return random_type && module_add_type(module, random_type);
}

extern const ModuleDef _random_module;
const ModuleDef _random_module = {"_random", "The Mersenne Twister random number generator.", nullptr, random_exec};

}  // namespace taipan
