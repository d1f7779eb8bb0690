#include "interp/objects/unicode_db.h"
#include <algorithm>
#include <iterator>

namespace taipan::unicode {

#include "gen/unicode_tables.inc"

const CharRecord& char_record(uint32_t c) {
  if (c >= 0x110000)
    return kCharRecords[kCharSecond[static_cast<size_t>(kCharFirst[0x10FFFF >> kTrieShift]) << kTrieShift]];
  return kCharRecords[kCharSecond[(static_cast<size_t>(kCharFirst[c >> kTrieShift]) << kTrieShift) |
                                  (c & ((1u << kTrieShift) - 1))]];
}
const DataRecord& data_record(uint32_t c) {
  if (c >= 0x110000) c = 0x10FFFF;
  return kDataRecords[kDataSecond[(static_cast<size_t>(kDataFirst[c >> kTrieShift]) << kTrieShift) |
                                  (c & ((1u << kTrieShift) - 1))]];
}

int decimal_value(uint32_t c) {
  if (c < 128) return c - '0' < 10u ? static_cast<int>(c - '0') : -1;
  const CharRecord& r = char_record(c);
  return r.flags & kDecimal ? r.decimal : -1;
}
int digit_value(uint32_t c) {
  const CharRecord& r = char_record(c);
  return r.flags & kDigit ? r.digit : -1;
}
bool numeric_value(uint32_t c, double* out) {
  if (!is_numeric(c)) return false;
  auto it = std::lower_bound(std::begin(kNumericChars), std::end(kNumericChars), c);
  *out = kNumericValues[kNumericIndex[it - std::begin(kNumericChars)]];
  return true;
}

uint32_t to_lower(uint32_t c) {
  return c < 128 ? (c - 'A' < 26 ? c + 32 : c) : c + static_cast<uint32_t>(char_record(c).simple_lower);
}
uint32_t to_upper(uint32_t c) {
  return c < 128 ? (c - 'a' < 26 ? c - 32 : c) : c + static_cast<uint32_t>(char_record(c).simple_upper);
}

static int full(uint32_t c, const CharRecord& r, int32_t field, uint32_t* out) {
  if (!(r.flags & kExtendedCase)) {
    out[0] = c + static_cast<uint32_t>(field);
    return 1;
  }
  int n = field >> 24;
  const uint32_t* p = kExtendedCaseData + (field & 0xFFFFFF);
  for (int i = 0; i < n; i++) out[i] = p[i];
  return n;
}
int to_lower_full(uint32_t c, uint32_t* out) {
  const CharRecord& r = char_record(c);
  return full(c, r, r.lower, out);
}
int to_upper_full(uint32_t c, uint32_t* out) {
  const CharRecord& r = char_record(c);
  return full(c, r, r.upper, out);
}
int to_title_full(uint32_t c, uint32_t* out) {
  const CharRecord& r = char_record(c);
  return full(c, r, r.title, out);
}
int to_folded_full(uint32_t c, uint32_t* out) {
  const CharRecord& r = char_record(c);
  return full(c, r, r.fold, out);
}

int raw_decomposition(uint32_t c, const uint32_t** out, int* tag) {
  if (c >= 0x110000) return 0;
  size_t i = kDecompositionSecond[(static_cast<size_t>(kDecompositionFirst[c >> kTrieShift]) << kTrieShift) |
                                  (c & ((1u << kTrieShift) - 1))];
  if (i == 0) return 0;
  uint32_t head = kDecompositionData[i];
  *tag = static_cast<int>(head >> 16);
  *out = kDecompositionData + i + 1;
  return static_cast<int>(head & 0xFFFF);
}

// ---- Normalisation. Hangul syllables follow the standard's arithmetic.
static constexpr uint32_t kSBase = 0xAC00, kLBase = 0x1100, kVBase = 0x1161, kTBase = 0x11A7, kLCount = 19,
                          kVCount = 21, kTCount = 28, kNCount = kVCount * kTCount, kSCount = kLCount * kNCount;

uint32_t compose_pair(uint32_t a, uint32_t b) {
  if (a - kLBase < kLCount && b - kVBase < kVCount) return kSBase + ((a - kLBase) * kVCount + (b - kVBase)) * kTCount;
  if (a - kSBase < kSCount && (a - kSBase) % kTCount == 0 && b - kTBase - 1 < kTCount - 1) return a + (b - kTBase);
  uint64_t key = static_cast<uint64_t>(a) << 32 | b;
  auto it = std::lower_bound(std::begin(kPairKeys), std::end(kPairKeys), key);
  return it != std::end(kPairKeys) && *it == key ? kPairComposed[it - std::begin(kPairKeys)] : 0;
}

bool is_normalized_quick(NormalForm form, const uint32_t* p, size_t n) {
  int shift = form == NormalForm::kNfd ? 0 : form == NormalForm::kNfkd ? 2 : form == NormalForm::kNfc ? 4 : 6;
  uint8_t previous = 0;
  for (size_t i = 0; i < n; i++) {
    if (p[i] < 128) {
      previous = 0;
      continue;
    }
    const DataRecord& d = data_record(p[i]);
    if ((d.combining != 0 && d.combining < previous) || ((d.quick_check >> shift) & 3) != 0) return false;
    previous = d.combining;
  }
  return true;
}

static void decompose(uint32_t c, bool compatible, std::u32string* out) {
  if (c - kSBase < kSCount) {
    uint32_t s = c - kSBase;
    out->push_back(kLBase + s / kNCount);
    out->push_back(kVBase + s % kNCount / kTCount);
    if (s % kTCount) out->push_back(kTBase + s % kTCount);
    return;
  }
  const uint32_t* d;
  int tag;
  int n = raw_decomposition(c, &d, &tag);
  if (n == 0 || (tag != 0 && !compatible)) {
    out->push_back(c);
    return;
  }
  for (int i = 0; i < n; i++) decompose(d[i], compatible, out);
}

void normalize(NormalForm form, const uint32_t* p, size_t n, std::u32string* out, uint32_t (*filter)(uint32_t)) {
  bool compatible = form == NormalForm::kNfkc || form == NormalForm::kNfkd;
  out->clear();
  out->reserve(n + n / 4);
  for (size_t i = 0; i < n; i++) {
    uint32_t c = filter ? filter(p[i]) : p[i];
    if (c == kKeepWhole || c < 128)
      out->push_back(p[i]);
    else
      decompose(c, compatible, out);
  }
  // Canonical order: each run of combining characters sorted, stably, by class.
  std::u32string& s = *out;
  for (size_t i = 0; i < s.size();) {
    if (data_record(s[i]).combining == 0) {
      i++;
      continue;
    }
    size_t j = i;
    bool sorted = true;
    for (uint8_t last = 0; j < s.size(); j++) {
      uint8_t c = data_record(s[j]).combining;
      if (c == 0) break;
      if (c < last) sorted = false;
      last = c;
    }
    // Runs are short: insertion, which is stable.
    for (size_t k = i + 1; !sorted && k < j; k++) {
      char32_t c = s[k];
      uint8_t cc = data_record(c).combining;
      size_t at = k;
      for (; at > i && data_record(s[at - 1]).combining > cc; at--) s[at] = s[at - 1];
      s[at] = c;
    }
    i = j;
  }
  if (form == NormalForm::kNfd || form == NormalForm::kNfkd) return;
  // Composition: each character goes into the last starter unless one of the same or a higher class stands between.
  size_t starter = static_cast<size_t>(-1), w = 0;
  int last = -1;  // class of the last character kept after the starter; -1: none
  for (size_t i = 0; i < s.size(); i++) {
    char32_t c = s[i];
    uint8_t cc = data_record(c).combining;
    if (starter != static_cast<size_t>(-1) && (last < 0 || (last != 0 && last < cc))) {
      uint32_t joined = compose_pair(s[starter], c);
      if (joined) {
        s[starter] = joined;
        continue;
      }
    }
    if (cc == 0) {
      starter = w;
      last = -1;
    } else {
      last = cc;
    }
    s[w++] = c;
  }
  s.resize(w);
}

}  // namespace taipan::unicode

namespace taipan {
bool nfkc_normalize(const uint32_t* p, size_t n, std::u32string* out) {
  if (unicode::is_normalized_quick(unicode::NormalForm::kNfkc, p, n)) return false;
  unicode::normalize(unicode::NormalForm::kNfkc, p, n, out);
  return true;
}
}  // namespace taipan
