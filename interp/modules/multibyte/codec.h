// Multibyte codecs: their tables and their steps. The tables are made when a codec is first asked for, of iconv()'s conversions and the
// differences that fixups.def lists.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace taipan::multibyte {

enum CodecIndex {
#define CODEC(name, module, iconv_name, flags) kCodec_##name,
#include "interp/modules/multibyte/codecs.def"
#undef CODEC
  kCodecCount
};
enum CodecFlags : uint32_t {
  kKatakana = 1,     // single bytes A1..DF are half-width katakana, lead bytes 81..9F and E0..FC
  kThreeByte = 2,    // 8F starts three bytes
  kJisX0212 = 4,     // ... which are JIS X 0212 where JIS X 0213 has nothing
  kHangulParts = 8,  // syllables outside of the table are written as their parts
  kGb18030 = 16,
  kHz = 32,
  kIso2022 = 64,
};

struct Pair {
  uint32_t first, second, bytes;
};
struct Table {
  uint32_t single[128];     // of bytes 80..FF; 0: none
  uint32_t two[128 * 256];  // kPairBase + index for two characters
  uint32_t* three;          // 94 x 94, or null
  uint32_t* pages[0x300];   // character -> bytes, 256 a page
  std::vector<Pair> pairs;
  uint16_t* linear;     // GB18030: the BMP characters of four bytes, in order
  uint16_t* linear_of;  // ... and the number of each
  uint32_t linear_count;
  bool roman;  // 5C is a yen sign, 7E an overline
};
inline constexpr uint32_t kPairBase = 0x80000000u;
// Null where iconv() doesn't know the encoding.
const Table* table_of(CodecIndex codec);

// What a stateful codec is in the middle of; part of what getstate() gives.
struct State {
  uint8_t c[8];
};
struct Codec {
  const char* name;
  const char* iconv_name;
  uint32_t flags;
  CodecIndex index;
};
extern const Codec kCodecs[kCodecCount];

inline constexpr int kMore = 0;  // the input ends within a character
// One character (out, *n of them: none, one or two). Returns the bytes used, kMore, or minus how many are illegal.
int decode_step(const Codec& codec, State* s, const uint8_t* p, size_t n, uint32_t out[2], int* count);
// Returns the characters used, kMore, or -1: it can't be encoded. last: nothing follows.
int encode_step(const Codec& codec, State* s, const uint32_t* p, size_t n, bool last, uint8_t out[16], int* size);
void start_state(const Codec& codec, State* s);  // an encoder's
void start_decoding(const Codec& codec, State* s);
int end_encoding(const Codec& codec, State* s, uint8_t out[16]);  // back to the initial state: what must be written
void reset_decoding(const Codec& codec, State* s);

// Without state: the table's part.
int table_decode(CodecIndex codec, const uint8_t* p, size_t n, uint32_t out[2], int* count);
uint32_t table_encode(CodecIndex codec, uint32_t c);                   // bytes, 0: none
uint32_t table_encode_pair(CodecIndex codec, uint32_t a, uint32_t b);  // 0: none
bool starts_pair(CodecIndex codec, uint32_t c);
bool load_tables(const Codec& codec);  // all that the codec needs

}  // namespace taipan::multibyte
