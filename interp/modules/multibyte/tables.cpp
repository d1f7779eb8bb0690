// The tables, and the codecs that need no state.
#include <iconv.h>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include "interp/modules/multibyte/codec.h"

namespace taipan::multibyte {

const Codec kCodecs[kCodecCount] = {
#define CODEC(name, module, iconv_name, flags) {#name, iconv_name, flags, kCodec_##name},
#include "interp/modules/multibyte/codecs.def"
#undef CODEC
};

namespace {

enum class FixKind : uint8_t { kSingle, kDecode, kEncode };
struct Fix {
  FixKind kind;
  uint8_t codec;
  uint32_t key, count, value;
};
const Fix kFixes[] = {
#define SINGLE(codec, byte, c) {FixKind::kSingle, kCodec_##codec, byte, 1, c},
#define DECODE(codec, bytes, count, c) {FixKind::kDecode, kCodec_##codec, bytes, count, c},
#define ENCODE(codec, c, bytes) {FixKind::kEncode, kCodec_##codec, c, 1, bytes},
#include "interp/modules/multibyte/fixups.def"
#undef SINGLE
#undef DECODE
#undef ENCODE
};

class Converter {
 public:
  explicit Converter(const char* name) : cd_(iconv_open("UTF-32LE", name)) {}
  ~Converter() {
    if (ok()) iconv_close(cd_);
  }
  Converter(const Converter&) = delete;
  bool ok() const { return cd_ != reinterpret_cast<iconv_t>(-1); }
  // How many characters the bytes are; 0: they are no whole text.
  size_t operator()(const uint8_t* p, size_t n, uint32_t out[4]) {
    iconv(cd_, nullptr, nullptr, nullptr, nullptr);
    char* in = const_cast<char*>(reinterpret_cast<const char*>(p));
    char* to = reinterpret_cast<char*>(out);
    size_t room = 16;
    if (iconv(cd_, &in, &n, &to, &room) == static_cast<size_t>(-1)) return 0;
    if (iconv(cd_, nullptr, nullptr, &to, &room) == static_cast<size_t>(-1)) return 0;
    return (16 - room) / 4;
  }

 private:
  iconv_t cd_;
};

void set_encoding(Table* t, uint32_t c, uint32_t bytes, bool replace) {
  if (c >= 0x30000) return;
  uint32_t*& page = t->pages[c >> 8];
  if (!page) page = static_cast<uint32_t*>(calloc(256, sizeof(uint32_t)));
  if (page && (replace || !page[c & 255])) page[c & 255] = bytes;
}
constexpr uint32_t kSecondChoice = 0x40000000u;  // not of iconv's table: encodes only what that one can't
// c 0: nothing, as a whole.
void set_decoding(Table* t, uint32_t bytes, uint32_t c) {
  uint32_t* cell = nullptr;
  if (bytes <= 0xffff)
    cell = &t->two[(bytes >> 8) * 256 - 0x8000 + (bytes & 0xff)];
  else if (t->three)
    cell = &t->three[((bytes >> 8 & 0xff) - 0xa1) * 94 + (bytes & 0xff) - 0xa1];
  if (cell) *cell = c && !*cell ? c | kSecondChoice : c;
}

Table* make_table(const Codec& codec) {
  Converter convert(codec.iconv_name);
  if (!convert.ok()) return nullptr;
  auto* t = static_cast<Table*>(calloc(1, sizeof(Table)));
  if (!t) return nullptr;
  if (codec.flags & kKatakana)
    for (uint32_t b = 0xa1; b <= 0xdf; b++) t->single[b - 0x80] = 0xff61 + b - 0xa1;
  for (const Fix& f : kFixes) {
    if (f.codec != codec.index || f.kind != FixKind::kSingle) continue;
    if (f.key >= 0x80)
      t->single[f.key - 0x80] = f.value;
    else
      t->roman = true;
  }
  uint32_t out[4];
  for (uint32_t a = 0x80; a < 0x100; a++) {
    uint8_t bytes[2] = {static_cast<uint8_t>(a), 0};
    if (t->single[a - 0x80] || convert(bytes, 1, out)) continue;
    for (uint32_t b = 0; b < 0x100; b++) {
      bytes[1] = static_cast<uint8_t>(b);
      size_t n = convert(bytes, 2, out);
      if (n == 1) {
        t->two[(a - 0x80) * 256 + b] = out[0];
      } else if (n == 2 && out[1] != b) {
        t->two[(a - 0x80) * 256 + b] = kPairBase + static_cast<uint32_t>(t->pairs.size());
        t->pairs.push_back({out[0], out[1], a << 8 | b});
      }
    }
  }
  if (codec.flags & kThreeByte) {
    t->three = static_cast<uint32_t*>(calloc(94 * 94, sizeof(uint32_t)));
    if (!t->three) return nullptr;
    Converter other("EUC-JP");
    for (uint32_t b = 0xa1; b < 0xff; b++)
      for (uint32_t c = 0xa1; c < 0xff; c++) {
        uint8_t bytes[3] = {0x8f, static_cast<uint8_t>(b), static_cast<uint8_t>(c)};
        uint32_t& cell = t->three[(b - 0xa1) * 94 + c - 0xa1];
        if (convert(bytes, 3, out) == 1)
          cell = out[0];
        else if ((codec.flags & kJisX0212) && other.ok() && other(bytes, 3, out) == 1)
          cell = out[0] | kSecondChoice;
      }
  }
  for (const Fix& f : kFixes) {
    if (f.codec != codec.index || f.kind != FixKind::kDecode) continue;
    for (uint32_t i = 0; i < f.count; i++) set_decoding(t, f.key + i, f.value ? f.value + i : 0);
  }
  for (uint32_t b = 0; b < 128; b++)
    if (t->single[b]) set_encoding(t, t->single[b], b + 0x80, true);
  if (t->roman) {
    set_encoding(t, 0xa5, 0x5c, true);
    set_encoding(t, 0x203e, 0x7e, true);
  }
  auto add_all = [t](uint32_t* cells, uint32_t n, bool second, auto bytes_of) {
    for (uint32_t i = 0; i < n; i++) {
      uint32_t c = cells[i];
      if (!c || c >= kPairBase || ((c & kSecondChoice) != 0) != second) continue;
      set_encoding(t, c & ~kSecondChoice, bytes_of(i), false);
      cells[i] &= ~kSecondChoice;
    }
  };
  for (bool second : {false, true}) {
    add_all(t->two, 128 * 256, second, [](uint32_t i) { return 0x8000 + i; });
    if (t->three) add_all(t->three, 94 * 94, second, [](uint32_t i) { return 0x8fa1a1 + i / 94 * 256 + i % 94; });
  }
  for (const Fix& f : kFixes)
    if (f.codec == codec.index && f.kind == FixKind::kEncode) set_encoding(t, f.key, f.value, true);
  if (codec.flags & kGb18030) {
    // Four bytes: all other characters of the BMP, in their order.
    t->linear = static_cast<uint16_t*>(calloc(0x10000, sizeof(uint16_t)));
    t->linear_of = static_cast<uint16_t*>(calloc(0x10000, sizeof(uint16_t)));
    if (!t->linear || !t->linear_of) return nullptr;
    for (uint32_t c = 0x80; c < 0x10000; c++) {
      if (c >= 0xd800 && c < 0xe000) continue;
      if (t->pages[c >> 8] && t->pages[c >> 8][c & 255]) continue;
      t->linear[t->linear_count] = static_cast<uint16_t>(c);
      t->linear_of[c] = static_cast<uint16_t>(t->linear_count++);
    }
  }
  return t;
}

std::mutex table_mutex;
Table* tables[kCodecCount];

// Hangul parts in KS X 1001's row A4: the second bytes of leading consonants, vowels and trailing consonants.
constexpr uint8_t kLeading[19] = {0xa1, 0xa2, 0xa4, 0xa7, 0xa8, 0xa9, 0xb1, 0xb2, 0xb3, 0xb5,
                                  0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xbb, 0xbc, 0xbd, 0xbe};
constexpr uint8_t kTrailing[28] = {0xd4, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae,
                                   0xaf, 0xb0, 0xb1, 0xb2, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xba, 0xbb, 0xbc, 0xbd, 0xbe};
template <size_t kSize>
int find(const uint8_t (&list)[kSize], uint8_t b) {
  for (size_t i = 0; i < kSize; i++)
    if (list[i] == b) return static_cast<int>(i);
  return -1;
}
int decode_hangul(const uint8_t* p, size_t n, uint32_t* out) {
  if (n < 8) return kMore;
  int lead = find(kLeading, p[3]), vowel = p[5] >= 0xbf && p[5] <= 0xd3 ? p[5] - 0xbf : -1,
      trail = find(kTrailing, p[7]);
  if (p[2] != 0xa4 || p[4] != 0xa4 || p[6] != 0xa4 || lead < 0 || vowel < 0 || trail < 0) return -1;
  *out = 0xac00 + static_cast<uint32_t>((lead * 21 + vowel) * 28 + trail);
  return 8;
}
int decode_gb4(const Table* t, const uint8_t* p, size_t n, uint32_t* out) {
  if (n < 4) return kMore;
  if (p[0] < 0x81 || p[0] > 0xfe || p[2] < 0x81 || p[2] > 0xfe || p[3] < 0x30 || p[3] > 0x39) return -1;
  uint32_t number = ((static_cast<uint32_t>(p[0] - 0x81) * 10 + p[1] - 0x30) * 126 + p[2] - 0x81) * 10 + p[3] - 0x30;
  if (number < t->linear_count)
    *out = t->linear[number];
  else if (number >= 189000 && number < 189000 + 0x100000)
    *out = number - 189000 + 0x10000;
  else
    return -1;
  return 4;
}

}  // namespace

const Table* table_of(CodecIndex index) {
  Table* t = __atomic_load_n(&tables[index], __ATOMIC_ACQUIRE);
  if (t) return t;
  std::lock_guard guard(table_mutex);
  if (!tables[index]) __atomic_store_n(&tables[index], make_table(kCodecs[index]), __ATOMIC_RELEASE);
  return tables[index];
}

uint32_t table_encode(CodecIndex codec, uint32_t c) {
  if (c >= 0x30000) return 0;
  const uint32_t* page = table_of(codec)->pages[c >> 8];
  return page ? page[c & 255] : 0;
}
uint32_t table_encode_pair(CodecIndex codec, uint32_t a, uint32_t b) {
  for (const Pair& p : table_of(codec)->pairs)
    if (p.first == a && p.second == b) return p.bytes;
  return 0;
}
bool starts_pair(CodecIndex codec, uint32_t c) {
  for (const Pair& p : table_of(codec)->pairs)
    if (p.first == c) return true;
  return false;
}

int table_decode(CodecIndex index, const uint8_t* p, size_t n, uint32_t out[2], int* count) {
  const Table* t = table_of(index);
  uint32_t flags = kCodecs[index].flags;
  uint8_t a = p[0];
  *count = 1;
  if (a < 0x80) {
    out[0] = !t->roman || (a != 0x5c && a != 0x7e) ? a : a == 0x5c ? 0xa5 : 0x203e;
    return 1;
  }
  if ((out[0] = t->single[a - 0x80])) return 1;
  if ((flags & kKatakana) && (a < 0x81 || a > (index == kCodec_shift_jis ? 0xea : 0xfc) || (a >= 0xa0 && a < 0xe0)))
    return -1;
  if (n < 2) return kMore;
  uint8_t b = p[1];
  if (a == 0x8f && t->three) {
    if (n < 3) return kMore;
    uint8_t c = p[2];
    if (b < 0xa1 || b == 0xff || c < 0xa1 || c == 0xff) return -1;
    out[0] = t->three[(b - 0xa1) * 94 + c - 0xa1];
    return out[0] ? 3 : -1;
  }
  if ((flags & kGb18030) && b >= 0x30 && b <= 0x39) return decode_gb4(t, p, n, out);
  if ((flags & kHangulParts) && a == 0xa4 && b == 0xd4) return decode_hangul(p, n, out);
  uint32_t c = t->two[(a - 0x80) * 256 + b];
  if (!c) return -1;
  if (c < kPairBase) {
    out[0] = c;
  } else {
    out[0] = t->pairs[c - kPairBase].first;
    out[1] = t->pairs[c - kPairBase].second;
    *count = 2;
  }
  return 2;
}

namespace {

int put(uint32_t bytes, uint8_t* out) {
  int n = 0;
  if (bytes > 0xffff) out[n++] = static_cast<uint8_t>(bytes >> 16);
  if (bytes > 0xff) out[n++] = static_cast<uint8_t>(bytes >> 8);
  out[n++] = static_cast<uint8_t>(bytes);
  return n;
}

}  // namespace

int table_encode_step(const Codec& codec, const uint32_t* p, size_t n, bool last, uint8_t* out, int* size) {
  uint32_t c = p[0];
  const Table* t = table_of(codec.index);
  if (c < 0x80 && !(t->roman && (c == 0x5c || c == 0x7e))) {
    out[0] = static_cast<uint8_t>(c);
    *size = 1;
    return 1;
  }
  if (!t->pairs.empty() && starts_pair(codec.index, c)) {
    if (n < 2 && !last) return kMore;
    if (uint32_t bytes = n > 1 ? table_encode_pair(codec.index, c, p[1]) : 0) {
      *size = put(bytes, out);
      return 2;
    }
  }
  uint32_t bytes = table_encode(codec.index, c);
  if (bytes) {
    *size = put(bytes, out);
    return 1;
  }
  if (codec.flags & kGb18030) {
    if (c >= 0xd800 && c < 0xe000) return -1;
    uint32_t number = c < 0x10000 ? t->linear_of[c] : c - 0x10000 + 189000;
    out[3] = static_cast<uint8_t>(0x30 + number % 10);
    out[2] = static_cast<uint8_t>(0x81 + number / 10 % 126);
    out[1] = static_cast<uint8_t>(0x30 + number / 1260 % 10);
    out[0] = static_cast<uint8_t>(0x81 + number / 12600);
    *size = 4;
    return 1;
  }
  if ((codec.flags & kHangulParts) && c >= 0xac00 && c <= 0xd7a3) {
    uint32_t i = c - 0xac00;
    const uint8_t parts[8] = {
        0xa4, 0xd4, 0xa4, kLeading[i / 588], 0xa4, static_cast<uint8_t>(0xbf + i / 28 % 21), 0xa4, kTrailing[i % 28]};
    memcpy(out, parts, 8);
    *size = 8;
    return 1;
  }
  return -1;
}

}  // namespace taipan::multibyte
