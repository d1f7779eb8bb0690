// The Unicode 14.0.0 character database, as far as str, the tokenizer and unicodedata need it (names excepted): two-level
// tables that unicode_tables_gen.cpp computes from ICU at build time, so that nothing of ICU is loaded at run time.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

namespace taipan::unicode {

enum CharFlags : uint16_t {
  kAlpha = 1,
  kDecimal = 2,
  kDigit = 4,
  kNumeric = 8,
  kPrintable = 16,
  kSpace = 32,
  kLineBreak = 64,
  kXidStart = 128,
  kXidContinue = 256,
  kUpper = 512,
  kLower = 1024,
  kTitle = 2048,
  kCased = 4096,
  kCaseIgnorable = 8192,
  kExtendedCase = 16384,  // case fields are (length << 24 | offset into the extended table), else differences
};

// What str's own methods look at.
struct CharRecord {
  int32_t upper, lower, title, fold;
  int32_t simple_upper, simple_lower;  // one-to-one mappings, always differences
  uint16_t flags;
  uint8_t decimal, digit;  // value, meaningful if kDecimal/kDigit
};
// What only unicodedata and normalisation look at.
struct DataRecord {
  uint8_t category;  // index into kCategoryNames
  uint8_t bidi;      // index into kBidiNames
  uint8_t combining;
  uint8_t width;  // index into kWidthNames
  uint8_t mirrored;
  uint8_t quick_check;  // two bits each for NFD, NFKD, NFC, NFKC (from bit 0): 0 yes, 1 maybe, 2 no
};

const CharRecord& char_record(uint32_t c);
const DataRecord& data_record(uint32_t c);
extern const char* const kCategoryNames[];
extern const char* const kBidiNames[];
extern const char* const kWidthNames[];
extern const char* const kDecompositionTags[];

// The latin-1 part of the flags, for fast paths.
extern const uint16_t kLatin1Flags[256];

inline uint16_t flags(uint32_t c) { return c < 256 ? kLatin1Flags[c] : char_record(c).flags; }
inline bool is_alpha(uint32_t c) { return flags(c) & kAlpha; }
inline bool is_decimal(uint32_t c) { return flags(c) & kDecimal; }
inline bool is_digit(uint32_t c) { return flags(c) & kDigit; }
inline bool is_numeric(uint32_t c) { return flags(c) & kNumeric; }
inline bool is_alnum(uint32_t c) { return flags(c) & (kAlpha | kDecimal | kDigit | kNumeric); }
inline bool is_space(uint32_t c) { return flags(c) & kSpace; }
inline bool is_linebreak(uint32_t c) { return flags(c) & kLineBreak; }
inline bool is_printable(uint32_t c) { return flags(c) & kPrintable; }
inline bool is_upper(uint32_t c) { return flags(c) & kUpper; }
inline bool is_lower(uint32_t c) { return flags(c) & kLower; }
inline bool is_title(uint32_t c) { return flags(c) & kTitle; }
inline bool is_xid_start(uint32_t c) { return flags(c) & kXidStart; }
inline bool is_xid_continue(uint32_t c) { return flags(c) & kXidContinue; }
int decimal_value(uint32_t c);  // -1: none
int digit_value(uint32_t c);    // -1: none
bool numeric_value(uint32_t c, double* out);

uint32_t to_lower(uint32_t c);  // one-to-one
uint32_t to_upper(uint32_t c);
// Full mappings: 1 to 3 code points into out.
int to_lower_full(uint32_t c, uint32_t* out);
int to_upper_full(uint32_t c, uint32_t* out);
int to_title_full(uint32_t c, uint32_t* out);
int to_folded_full(uint32_t c, uint32_t* out);

// The raw decomposition of c (not recursive, Hangul excepted: that is algorithmic and not here): number of code points,
// 0 for none; *tag 0 if canonical, else an index into kDecompositionTags.
int raw_decomposition(uint32_t c, const uint32_t** out, int* tag);
uint32_t compose_pair(uint32_t a, uint32_t b);  // 0: none

enum class NormalForm { kNfc, kNfkc, kNfd, kNfkd };
bool is_normalized_quick(NormalForm form, const uint32_t* p, size_t n);  // true: surely normalised
// filter: what a character stands for before it is decomposed: itself, another, or kKeepWhole (not decomposed at all).
inline constexpr uint32_t kKeepWhole = 0xFFFFFFFF;
void normalize(NormalForm form, const uint32_t* p, size_t n, std::u32string* out,
               uint32_t (*filter)(uint32_t) = nullptr);

}  // namespace taipan::unicode

namespace taipan {
// What identifiers go through. False: the text was already normalised (out untouched).
bool nfkc_normalize(const uint32_t* p, size_t n, std::u32string* out);
}  // namespace taipan
