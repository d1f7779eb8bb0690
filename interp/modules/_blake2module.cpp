// _blake2: BLAKE2b and BLAKE2s (RFC 7693), with keys, salts, personalisation and tree parameters.
#include <bit>
#include "interp/modules/hash_object.h"

namespace taipan {

namespace {

constexpr uint8_t kSigma[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}};

struct Wide {  // BLAKE2b
  using Word = uint64_t;
  static constexpr char kName[] = "blake2b";
  static constexpr size_t kRounds = 12;
  static constexpr int kTurns[4] = {32, 24, 16, 63};
  static constexpr Word kStart[8] = {0x6a09e667f3bcc908ull, 0xbb67ae8584caa73bull, 0x3c6ef372fe94f82bull,
                                     0xa54ff53a5f1d36f1ull, 0x510e527fade682d1ull, 0x9b05688c2b3e6c1full,
                                     0x1f83d9abfb41bd6bull, 0x5be0cd19137e2179ull};
};
struct Narrow {  // BLAKE2s
  using Word = uint32_t;
  static constexpr char kName[] = "blake2s";
  static constexpr size_t kRounds = 10;
  static constexpr int kTurns[4] = {16, 12, 8, 7};
  static constexpr Word kStart[8] = {0x6a09e667u, 0xbb67ae85u, 0x3c6ef372u, 0xa54ff53au,
                                     0x510e527fu, 0x9b05688cu, 0x1f83d9abu, 0x5be0cd19u};
};

template <class Core>
struct Blake2 {
  using Word = typename Core::Word;
  static constexpr size_t kWord = sizeof(Word), kBlock = 16 * kWord, kMaxDigest = 8 * kWord, kSalt = 2 * kWord;
  static constexpr const char* kName = Core::kName;
  Word chain[8], count[2];
  size_t held;  // a full block waits until it is known not to be the last
  uint8_t size;
  bool last_node;
  uint8_t pending[kBlock];

  size_t digest_size() const { return size; }
  static size_t block_size() { return kBlock; }
  void start(const uint8_t* parameters, bool last) {
    for (size_t i = 0; i < 8; i++) chain[i] = Core::kStart[i] ^ load_le<Word>(parameters + i * kWord);
    count[0] = count[1] = 0;
    held = 0;
    size = parameters[0];
    last_node = last;
  }
  void compress(const uint8_t* p, size_t bytes, bool last) {
    count[0] += static_cast<Word>(bytes);
    if (count[0] < bytes) count[1]++;
    Word m[16], v[16];
    for (size_t i = 0; i < 16; i++) m[i] = load_le<Word>(p + i * kWord);
    for (size_t i = 0; i < 8; i++) {
      v[i] = chain[i];
      v[8 + i] = Core::kStart[i];
    }
    v[12] ^= count[0];
    v[13] ^= count[1];
    if (last) {
      v[14] = ~v[14];
      if (last_node) v[15] = ~v[15];
    }
    auto mix = [&v](size_t a, size_t b, size_t c, size_t d, Word x, Word y) {
      v[a] += v[b] + x;
      v[d] = std::rotr(v[d] ^ v[a], Core::kTurns[0]);
      v[c] += v[d];
      v[b] = std::rotr(v[b] ^ v[c], Core::kTurns[1]);
      v[a] += v[b] + y;
      v[d] = std::rotr(v[d] ^ v[a], Core::kTurns[2]);
      v[c] += v[d];
      v[b] = std::rotr(v[b] ^ v[c], Core::kTurns[3]);
    };
#pragma GCC unroll 12
    for (size_t r = 0; r < Core::kRounds; r++) {
      const uint8_t* s = kSigma[r % 10];
#pragma GCC unroll 4
      for (size_t i = 0; i < 4; i++) mix(i, 4 + i, 8 + i, 12 + i, m[s[2 * i]], m[s[2 * i + 1]]);
#pragma GCC unroll 4
      for (size_t i = 0; i < 4; i++)
        mix(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4, m[s[8 + 2 * i]], m[s[9 + 2 * i]]);
    }
    for (size_t i = 0; i < 8; i++) chain[i] ^= v[i] ^ v[i + 8];
  }
  void update(const uint8_t* p, size_t n) {
    if (!n) return;
    size_t room = kBlock - held;
    if (n > room) {
      if (held) {
        std::memcpy(pending + held, p, room);
        compress(pending, kBlock, false);
        p += room;
        n -= room;
        held = 0;
      }
      for (; n > kBlock; p += kBlock, n -= kBlock) compress(p, kBlock, false);
    }
    std::memcpy(pending + held, p, n);
    held += n;
  }
  void digest(uint8_t* out) {  // out has room for kMaxDigest
    std::memset(pending + held, 0, kBlock - held);
    compress(pending, held, true);
    for (size_t i = 0; i < 8; i++) store_le<Word>(out + i * kWord, chain[i]);
  }
};

bool in_range(int v, int low, int high, const char* message) {
  return (v >= low && v <= high) || static_cast<bool>(raise(types::ValueError, "%s", message));
}
bool unsigned_option(Value v, bool wide, uint64_t* out) {
  *out = 0;
  if (!v) return true;
  if (!is_int(v)) return raise(types::TypeError, "an integer is required");
  if (int_sign(v) < 0) return raise(types::ValueError, "value must be positive");
  if (wide && int_bit_length(v) > 64) return raise(types::OverflowError, "int too big to convert");
  return int_to_u64(v, out);
}

template <class Core>
struct Blake2Type : HashMethods<Blake2<Core>> {
  using Algorithm = Blake2<Core>;
  using Base = HashMethods<Algorithm>;
  static constexpr int kMaxSize = Algorithm::kMaxDigest, kSalt = Algorithm::kSalt;
  static constexpr bool kWide = kMaxSize == 64;

  // Bytes of a limited length, copied to out. Returns how many, -1: an exception is set.
  static int bytes_option(Value v, const char* what, int limit, uint8_t* out) {
    if (!v) return 0;
    BufferView view(v);
    if (!view.ok()) return -1;
    if (view.size() > static_cast<size_t>(limit))
      return raise(types::ValueError, "maximum %s length is %d bytes", what, limit);
    if (view.size()) std::memcpy(out, view.data(), view.size());
    return static_cast<int>(view.size());
  }
  static Ref create(TypeObject* cls, RawArgs raw) {
    static const Signature sig(Core::kName, kWide ? kSignatureWide : kSignatureNarrow);
    Value v[13];
    if (!sig.bind(raw, v)) return nullptr;
    uint8_t parameters[64] = {}, key[128] = {};
    int size = kMaxSize, fanout = 1, depth = 1, node_depth = 0, inner_size = 0;
    uint64_t leaf_size, node_offset;
    // Conversions come before the checks of ranges.
    const struct {
      size_t at;
      int* out;
    } ints[] = {{1, &size}, {5, &fanout}, {6, &depth}, {9, &node_depth}, {10, &inner_size}};
    for (const auto& option : ints)
      if (v[option.at] && !to_c_int(v[option.at], option.out)) return nullptr;
    int last_node = v[11] ? is_true(v[11]) : 0;
    if (last_node < 0 || !hash_check_flag(v[12])) return nullptr;
    if (!in_range(size, 1, kMaxSize,
                  kWide ? "digest_size must be between 1 and 64 bytes" : "digest_size must be between 1 and 32 bytes"))
      return nullptr;
    constexpr size_t kSaltAt = kMaxSize / 2, kPersonAt = kSaltAt + kSalt;
    if (bytes_option(v[3], "salt", kSalt, parameters + kSaltAt) < 0 ||
        bytes_option(v[4], "person", kSalt, parameters + kPersonAt) < 0)
      return nullptr;
    if (!in_range(fanout, 0, 255, "fanout must be between 0 and 255")) return nullptr;
    if (!in_range(depth, 1, 255, "depth must be between 1 and 255")) return nullptr;
    if (!unsigned_option(v[7], false, &leaf_size)) return nullptr;
    if (leaf_size > 0xffffffffu) return raise(types::OverflowError, "leaf_size is too large");
    if (!unsigned_option(v[8], true, &node_offset)) return nullptr;
    if (!kWide && node_offset >> 48) return raise(types::OverflowError, "node_offset is too large");
    if (!in_range(node_depth, 0, 255, "node_depth must be between 0 and 255")) return nullptr;
    if (!in_range(inner_size, 0, kMaxSize,
                  kWide ? "inner_size must be between 0 and is 64" : "inner_size must be between 0 and is 32"))
      return nullptr;
    int key_size = bytes_option(v[2], "key", kMaxSize, key);
    if (key_size < 0) return nullptr;

    parameters[0] = static_cast<uint8_t>(size);
    parameters[1] = static_cast<uint8_t>(key_size);
    parameters[2] = static_cast<uint8_t>(fanout);
    parameters[3] = static_cast<uint8_t>(depth);
    store_le<uint32_t>(parameters + 4, static_cast<uint32_t>(leaf_size));
    store_le<uint64_t>(parameters + 8, node_offset);  // six bytes in BLAKE2s, overwritten next
    parameters[kWide ? 16 : 14] = static_cast<uint8_t>(node_depth);
    parameters[kWide ? 17 : 15] = static_cast<uint8_t>(inner_size);
    Algorithm state;
    state.start(parameters, last_node > 0);
    if (key_size) state.update(key, Algorithm::kBlock);
    return Base::make(cls, state, v[0]);
  }

  static constexpr char kSignatureWide[] =
      "(data=b'', /, *, digest_size=_blake2.blake2b.MAX_DIGEST_SIZE, key=b'', salt=b'', person=b'', fanout=1, depth=1, "
      "leaf_size=0, "
      "node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True)";
  static constexpr char kSignatureNarrow[] =
      "(data=b'', /, *, digest_size=_blake2.blake2s.MAX_DIGEST_SIZE, key=b'', salt=b'', person=b'', fanout=1, depth=1, "
      "leaf_size=0, "
      "node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True)";
  static constexpr NativeDef kMethods[] = {
      {"copy", "($self, /)", Base::copy, 0, "A hash object with the same state."},
      {"digest", "($self, /)", Base::digest, 0, "The digest of the data so far, as bytes."},
      {"hexdigest", "($self, /)", Base::hexdigest, 0, "The digest of the data so far, as hexadecimal digits."},
      {"update", "($self, data, /)", Base::update, 0, "Hashes more data."},
      {nullptr, nullptr, nullptr, 0, nullptr}};
  static constexpr GetSetDef kGetSet[] = {{"name", Base::get_name, nullptr, nullptr},
                                          {"block_size", Base::get_block_size, nullptr, nullptr},
                                          {"digest_size", Base::get_digest_size, nullptr, nullptr},
                                          {nullptr, nullptr, nullptr, nullptr}};
  static inline const TypeSpec kSpec = {.doc = kWide ? "A BLAKE2b hash object." : "A BLAKE2s hash object.",
                                        .flags = kTypeImmutable,
                                        .basic_size = sizeof(HashObject<Algorithm>),
                                        .methods = kMethods,
                                        .getset = kGetSet,
                                        .s = {.new_ = create}};
  static bool add(Value module, const char* full_name) {
    struct Limit {
      const char* name;
      int value;
    };
    static constexpr Limit kLimits[] = {
        {"SALT_SIZE", kSalt}, {"PERSON_SIZE", kSalt}, {"MAX_KEY_SIZE", kMaxSize}, {"MAX_DIGEST_SIZE", kMaxSize}};
    if (!Base::type) {
      Base::type = make_native_type(full_name, types::Object, &kSpec);
      if (!Base::type) return false;
      for (const Limit& limit : kLimits)
        if (!type_set_attr(Base::type, intern_static(limit.name), Value::from_int(limit.value))) return false;
    }
    for (const Limit& limit : kLimits) {
      std::string name = std::string(kWide ? "BLAKE2B_" : "BLAKE2S_") + limit.name;
      if (!module_add_int(module, name.c_str(), limit.value)) return false;
    }
    return module_add_type(module, Base::type);
  }
};

bool blake2_exec(Value module) {
  return Blake2Type<Wide>::add(module, "_blake2.blake2b") && Blake2Type<Narrow>::add(module, "_blake2.blake2s");
}

}  // namespace

extern const ModuleDef _blake2_module;
const ModuleDef _blake2_module = {"_blake2", "BLAKE2b and BLAKE2s for hashlib.", nullptr, blake2_exec};

}  // namespace taipan
