// _random: the Mersenne Twister MT19937 (Matsumoto and Nishimura), seeded and read so that a given seed gives the numbers it gives in CPython.
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <cstring>

#include "interp/objects/containers.h"
#include "interp/objects/float.h"
#include "interp/objects/int.h"

namespace taipan {

static TypeObject* random_type;

static constexpr int kWords = 624, kShift = 397;

struct Random {
  Header h;
  int32_t index;
  uint32_t state[kWords];
};

static uint32_t next_word(Random* r) {
  uint32_t* s = r->state;
  if (r->index >= kWords) {
    auto mix = [](uint32_t high, uint32_t low) {
      uint32_t y = (high & 0x80000000u) | (low & 0x7fffffffu);
      return (y >> 1) ^ (y & 1 ? 0x9908b0dfu : 0u);
    };
    int i = 0;
    for (; i < kWords - kShift; i++) s[i] = s[i + kShift] ^ mix(s[i], s[i + 1]);
    for (; i < kWords - 1; i++) s[i] = s[i + kShift - kWords] ^ mix(s[i], s[i + 1]);
    s[kWords - 1] = s[kShift - 1] ^ mix(s[kWords - 1], s[0]);
    r->index = 0;
  }
  uint32_t y = s[r->index++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680u;
  y ^= (y << 15) & 0xefc60000u;
  return y ^ (y >> 18);
}

static void seed_word(Random* r, uint32_t seed) {
  r->state[0] = seed;
  for (uint32_t i = 1; i < kWords; i++) r->state[i] = 1812433253u * (r->state[i - 1] ^ (r->state[i - 1] >> 30)) + i;
  r->index = kWords;
}
static void seed_words(Random* r, const uint32_t* key, size_t n) {
  seed_word(r, 19650218u);
  uint32_t* s = r->state;
  size_t i = 1, k = 0;
  for (size_t steps = n > kWords ? n : kWords; steps; steps--) {
    s[i] = (s[i] ^ ((s[i - 1] ^ (s[i - 1] >> 30)) * 1664525u)) + key[k] + static_cast<uint32_t>(k);
    if (++i >= kWords) {
      s[0] = s[kWords - 1];
      i = 1;
    }
    if (++k >= n) k = 0;
  }
  for (size_t steps = kWords - 1; steps; steps--) {
    s[i] = (s[i] ^ ((s[i - 1] ^ (s[i - 1] >> 30)) * 1566083941u)) - static_cast<uint32_t>(i);
    if (++i >= kWords) {
      s[0] = s[kWords - 1];
      i = 1;
    }
  }
  s[0] = 0x80000000u;
}
static void seed_from_system(Random* r) {
  uint32_t key[kWords];
  if (getrandom(key, sizeof key, GRND_NONBLOCK) == static_cast<ssize_t>(sizeof key)) {
    seed_words(r, key, kWords);
    return;
  }
  timespec now, mono;
  clock_gettime(CLOCK_REALTIME, &now);
  clock_gettime(CLOCK_MONOTONIC, &mono);
  uint32_t words[5] = {static_cast<uint32_t>(now.tv_nsec), static_cast<uint32_t>(now.tv_sec), static_cast<uint32_t>(getpid()),
                       static_cast<uint32_t>(mono.tv_nsec), static_cast<uint32_t>(mono.tv_sec)};
  seed_words(r, words, 5);
}

static bool seed_from(Random* r, Value v) {
  if (!v || v == kNone) {
    seed_from_system(r);
    return true;
  }
  Ref n;
  if (is_int_exact(v)) {
    n = int_abs(v);
  } else if (is_int(v)) {
    Ref absolute_value = absolute(v);
    n = absolute_value ? to_index(absolute_value) : nullptr;
  } else {
    int64_t hash;
    if (!hash_of(v, &hash)) return false;
    n = make_int_u64(static_cast<uint64_t>(hash));
  }
  if (!n) return false;
  size_t bits = int_bit_length(n);
  size_t words = bits == 0 ? 1 : (bits - 1) / 32 + 1;
  auto* key = static_cast<uint32_t*>(gc::raw_calloc(words * sizeof(uint32_t)));
  if (!key) return raise_memory();
  bool ok = int_to_bytes(n, reinterpret_cast<uint8_t*>(key), words * sizeof(uint32_t), true, false);
  if (ok) seed_words(r, key, words);
  gc::raw_free(key);
  return ok;
}

static Ref random_random_impl(Args& a) {
  auto* r = a.self.as<Random>();
  uint32_t high = next_word(r) >> 5, low = next_word(r) >> 6;
  return make_float((high * 67108864.0 + low) * (1.0 / 9007199254740992.0));
}
static Ref random_seed_impl(Args& a) { return seed_from(a.self.as<Random>(), a.get(0, Value())) ? Ref::imm(kNone) : nullptr; }
static Ref random_getrandbits_impl(Args& a) {
  int k;
  if (!to_c_int(a[0], &k)) return nullptr;
  if (k < 0) return raise(types::ValueError, "number of bits must be non-negative");
  if (k == 0) return Ref::imm(Value::from_int(0));
  auto* r = a.self.as<Random>();
  if (k <= 32) return make_int(next_word(r) >> (32 - k));
  size_t words = (static_cast<size_t>(k) - 1) / 32 + 1;
  auto* p = static_cast<uint32_t*>(gc::raw_alloc(words * sizeof(uint32_t)));
  if (!p) return raise_memory();
  for (size_t i = 0; i < words; i++, k -= 32) {
    uint32_t w = next_word(r);
    p[i] = k < 32 ? w >> (32 - k) : w;
  }
  Ref n = make_int_from_bytes(reinterpret_cast<const uint8_t*>(p), words * sizeof(uint32_t), true, false);
  gc::raw_free(p);
  return n;
}
static Ref random_getstate_impl(Args& a) {
  auto* r = a.self.as<Random>();
  Ref t = make_tuple(size_t{kWords + 1});
  if (!t) return nullptr;
  for (size_t i = 0; i < kWords; i++) tuple_init(t, i, Ref::imm(Value::from_int(r->state[i])));
  tuple_init(t, kWords, Ref::imm(Value::from_int(r->index)));
  return t;
}
static Ref random_setstate_impl(Args& a) {
  auto* r = a.self.as<Random>();
  if (!is_tuple(a[0])) return raise(types::TypeError, "state vector must be a tuple");
  if (tuple_size(a[0]) != kWords + 1) return raise(types::ValueError, "state vector is the wrong size");
  uint32_t words[kWords];
  for (size_t i = 0; i < kWords; i++) {
    Value v = tuple_at(a[0], i);
    if (!is_int(v)) return raise(types::TypeError, "an integer is required");
    if (int_sign(v) < 0) return raise(types::OverflowError, "can't convert negative value to unsigned int");
    if (int_bit_length(v) > 64) return raise(types::OverflowError, "Python int too large to convert to C unsigned long");
    words[i] = static_cast<uint32_t>(int_low64(v));
  }
  int64_t index;
  if (!to_int64(tuple_at(a[0], kWords), &index)) return nullptr;
  if (index < 0 || index > kWords) return raise(types::ValueError, "invalid state");
  memcpy(r->state, words, sizeof words);
  r->index = static_cast<int32_t>(index);
  return Ref::imm(kNone);
}

static Ref random_new(TypeObject* cls, RawArgs) {
  auto* r = alloc_instance_as<Random>(cls);
  if (!r) return nullptr;
  r->index = kWords;
  return Ref::steal(r);
}
static bool random_init(Value self, RawArgs args) {
  if (has_keywords(args) && type_of(self)->s.init == random_type->s.init)
    return raise(types::TypeError, "Random() takes no keyword arguments");
  if (args.n > 1) return raise(types::TypeError, "Random() requires 0 or 1 argument");
  return seed_from(self.as<Random>(), args.n ? args.v[0] : Value());
}
static const NativeDef kMethods[] = {
    {"random", "($self, /)", random_random_impl, 0, "random() -> x in the interval [0, 1)."},
    {"seed", "($self, n=None, /)", random_seed_impl, 0,
     "seed([n]) -> None.\n\nNone seeds from the system's randomness; an int by its absolute value; anything else by its hash."},
    {"getstate", "($self, /)", random_getstate_impl, 0, "getstate() -> tuple containing the current state."},
    {"setstate", "($self, state, /)", random_setstate_impl, 0, "setstate(state) -> None.  Restores generator state."},
    {"getrandbits", "($self, k, /)", random_getrandbits_impl, 0, "getrandbits(k) -> x.  Generates an int with k random bits."},
    {nullptr}};
static const TypeSpec kRandomSpec = {.doc = "Random() -> create a random number generator with its own internal state.",
                                     .flags = kTypeBaseable,
                                     .basic_size = sizeof(Random),
                                     .methods = kMethods,
                                     .s = {.init = random_init, .new_ = random_new}};
static bool random_exec(Value module) {
  if (!random_type) random_type = make_native_type("_random.Random", types::Object, &kRandomSpec);
  return random_type && module_add_type(module, random_type);
}
extern const ModuleDef random_module;
const ModuleDef random_module = {"_random", "Module implements the Mersenne Twister random number generator.", nullptr, random_exec};

}  // namespace taipan
