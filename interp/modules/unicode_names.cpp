#include "interp/modules/unicode_names.h"
#include <cstdio>
#include <cstring>
#include <mutex>
#include <vector>

namespace taipan::unicode {

#include "gen/unicode_names.inc"

namespace {
constexpr uint32_t kSBase = 0xAC00, kVCount = 21, kTCount = 28;
const char* const kLeads[] = {"G",  "GG", "N", "D",  "DD", "R", "M", "B", "BB", "S",
                              "SS", "",   "J", "JJ", "C",  "K", "T", "P", "H"};
const char* const kVowels[] = {"A",  "AE", "YA", "YAE", "EO", "E",  "YEO", "YE", "O",  "WA", "WAE",
                               "OE", "YO", "U",  "WEO", "WE", "WI", "YU",  "EU", "YI", "I"};
const char* const kTails[] = {"",   "G",  "GG", "GS", "N",  "NJ", "NH", "D",  "L", "LG", "LM", "LB", "LS", "LT",
                              "LP", "LH", "M",  "B",  "BS", "S",  "SS", "NG", "J", "C",  "K",  "T",  "P",  "H"};

bool is_ideograph(uint32_t c) {
  for (auto& r : kIdeographRanges)
    if (c >= r.first && c <= r.last) return true;
  return false;
}
void stored_name(uint32_t offset, std::string* out) {
  const uint8_t* p = kNameData + offset;
  int words = *p++;
  out->clear();
  while (words-- > 0) {
    uint32_t k = *p++;
    if (k & 0x80) k = ((k & 0x7F) << 8 | *p++) + kShortWords;
    if (!out->empty()) out->push_back(' ');
    out->append(kNameWords + kNameWordStart[k], kNameWordStart[k + 1] - kNameWordStart[k]);
  }
}

struct Alias {
  uint32_t code;
  const char* name;
};
const Alias kAliases[] = {
#define ALIAS(code, name) {code, name},
#include "interp/modules/unicode_names.def"
#undef ALIAS
};
struct Sequence {
  const char* name;
  uint32_t codes[4];
};
const Sequence kSequences[] = {
#define SEQUENCE(name, ...) {name, {__VA_ARGS__}},
#include "interp/modules/unicode_names.def"
#undef SEQUENCE
};

// All stored names by hash, made when somebody looks one up.
uint64_t hash_name(std::string_view s) {
  uint64_t h = 0xCBF29CE484222325u;
  for (char c : s) h = (h ^ static_cast<uint8_t>(c)) * 0x100000001B3u;
  return h ^ h >> 29;
}
std::vector<uint32_t>& index_of_names() {
  static std::vector<uint32_t>* index = [] {
    auto* slots = new std::vector<uint32_t>(131072, 0xFFFFFFFFu);
    std::string name;
    for (uint32_t block = 0; block < 0x110000 / 64; block++) {
      if (kNameFirst[block] == 0) continue;
      for (uint32_t c = block * 64; c < block * 64 + 64; c++) {
        uint32_t at = kNameSecond[kNameFirst[block] * 64u + (c & 63)];
        if (!at) continue;
        stored_name(at, &name);
        size_t i = hash_name(name) & 131071;
        while ((*slots)[i] != 0xFFFFFFFFu) i = (i + 1) & 131071;
        (*slots)[i] = c;
      }
    }
    return slots;
  }();
  return *index;
}

// The longest of the parts that s starts with (the empty one if nothing else).
template <size_t N>
int longest_part(std::string_view s, const char* const (&parts)[N]) {
  int best = -1;
  size_t length = 0;
  for (size_t i = 0; i < N; i++) {
    size_t n = strlen(parts[i]);
    if (s.substr(0, n) == parts[i] && (best < 0 || n > length)) {
      best = static_cast<int>(i);
      length = n;
    }
  }
  return best;
}
}  // namespace

bool character_name(uint32_t c, std::string* out) {
  if (c >= 0x110000) return false;
  if (c - kSBase < 19 * kVCount * kTCount) {
    uint32_t s = c - kSBase;
    *out = std::string("HANGUL SYLLABLE ") + kLeads[s / (kVCount * kTCount)] +
           kVowels[s % (kVCount * kTCount) / kTCount] + kTails[s % kTCount];
    return true;
  }
  if (is_ideograph(c)) {
    char text[40];
    snprintf(text, sizeof text, "CJK UNIFIED IDEOGRAPH-%X", c);
    *out = text;
    return true;
  }
  uint32_t at = kNameSecond[kNameFirst[c / 64] * 64u + (c & 63)];
  if (!at) return false;
  stored_name(at, out);
  return true;
}

int find_character(std::string_view given, uint32_t* out, bool aliases, bool sequences) {
  if (given.substr(0, 16) == "HANGUL SYLLABLE ") {
    std::string_view s = given.substr(16);
    int l = longest_part(s, kLeads);
    s.remove_prefix(strlen(kLeads[l]));
    int v = longest_part(s, kVowels);
    if (v < 0) return 0;
    s.remove_prefix(strlen(kVowels[v]));
    int t = longest_part(s, kTails);
    s.remove_prefix(strlen(kTails[t]));
    if (!s.empty()) return 0;
    out[0] =
        kSBase + (static_cast<uint32_t>(l) * kVCount + static_cast<uint32_t>(v)) * kTCount + static_cast<uint32_t>(t);
    return 1;
  }
  if (given.substr(0, 22) == "CJK UNIFIED IDEOGRAPH-") {
    std::string_view s = given.substr(22);
    if (s.size() != 4 && s.size() != 5) return 0;
    uint32_t c = 0;
    for (char d : s) {
      if (!((d >= '0' && d <= '9') || (d >= 'A' && d <= 'F'))) return 0;
      c = c << 4 | static_cast<uint32_t>(d <= '9' ? d - '0' : d - 'A' + 10);
    }
    out[0] = c;
    return is_ideograph(c) ? 1 : 0;
  }
  std::string name(given), candidate;
  for (char& c : name)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  std::vector<uint32_t>& slots = index_of_names();
  for (size_t i = hash_name(name) & 131071; slots[i] != 0xFFFFFFFFu; i = (i + 1) & 131071) {
    uint32_t c = slots[i];
    stored_name(kNameSecond[kNameFirst[c / 64] * 64u + (c & 63)], &candidate);
    if (candidate == name) {
      out[0] = c;
      return 1;
    }
  }
  if (aliases) {
    for (const Alias& a : kAliases)
      if (name == a.name) {
        out[0] = a.code;
        return 1;
      }
    unsigned n;
    char rest;
    if (name.size() <= 5 && sscanf(name.c_str(), "VS%u%c", &n, &rest) == 1 && n >= 1 && n <= 256 &&
        name == "VS" + std::to_string(n)) {
      out[0] = n <= 16 ? 0xFE00 + n - 1 : 0xE0100 + n - 17;
      return 1;
    }
  }
  if (sequences)
    for (const Sequence& s : kSequences)
      if (name == s.name) {
        int n = 0;
        while (n < 4 && s.codes[n]) {
          out[n] = s.codes[n];
          n++;
        }
        return n;
      }
  return 0;
}

}  // namespace taipan::unicode
