// Build-time tool: writes the tables of unicode_db.cpp, taken from ICU and cut down to Unicode 14.0 by the age of each character.
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>
#include "interp/objects/unicode_db.h"

namespace {
using taipan::unicode::CharRecord;
using taipan::unicode::DataRecord;
namespace u = taipan::unicode;

constexpr uint32_t kLimit = 0x110000;
constexpr int kShift = 7;
FILE* out;

bool assigned(uint32_t c) {
  UVersionInfo age;
  u_charAge(static_cast<UChar32>(c), age);
  return age[0] >= 1 && age[0] <= 14 && u_charType(static_cast<UChar32>(c)) != U_UNASSIGNED;
}
// Characters that became Lowercase (and so Cased) after Unicode 14.
bool lowercase_since_15(uint32_t c) { return c == 0x10FC || (c >= 0xA7F2 && c <= 0xA7F4) || c == 0xAB69; }

template <class T>
void write_array(const char* type, const char* name, const std::vector<T>& v) {
  fprintf(out, "static const %s %s[] = {", type, name);
  for (size_t i = 0; i < v.size(); i++) fprintf(out, "%s%lld,", i % 24 == 0 ? "\n" : "", static_cast<long long>(v[i]));
  fprintf(out, "\n};\n");
}

// A per-character value as a two-level table of blocks.
void write_trie(const char* name, const std::vector<uint32_t>& values) {
  std::map<std::vector<uint32_t>, uint32_t> blocks;
  std::vector<uint32_t> first, second;
  for (uint32_t base = 0; base < kLimit; base += 1 << kShift) {
    std::vector<uint32_t> block(values.begin() + base, values.begin() + base + (1 << kShift));
    auto [it, fresh] = blocks.try_emplace(block, static_cast<uint32_t>(blocks.size()));
    if (fresh) second.insert(second.end(), block.begin(), block.end());
    first.push_back(it->second);
  }
  uint32_t max = 0;
  for (uint32_t v : second) max = v > max ? v : max;
  std::string n(name);
  write_array(blocks.size() < 256 ? "uint8_t" : "uint16_t", (n + "First").c_str(), first);
  write_array(max < 256 ? "uint8_t" : "uint16_t", (n + "Second").c_str(), second);
}

std::vector<uint32_t> mapped(int32_t (*f)(UChar*, int32_t, const UChar*, int32_t), uint32_t c) {
  UChar src[2], dst[32];
  int32_t n = 0;
  U16_APPEND_UNSAFE(src, n, c);
  int32_t m = f(dst, 32, src, n);
  std::vector<uint32_t> r;
  for (int32_t i = 0; i < m;) {
    UChar32 x;
    U16_NEXT(dst, i, m, x);
    r.push_back(static_cast<uint32_t>(x));
  }
  return r;
}
int32_t upper(UChar* d, int32_t dn, const UChar* s, int32_t n) {
  UErrorCode e = U_ZERO_ERROR;
  return u_strToUpper(d, dn, s, n, "", &e);
}
int32_t lower(UChar* d, int32_t dn, const UChar* s, int32_t n) {
  UErrorCode e = U_ZERO_ERROR;
  return u_strToLower(d, dn, s, n, "", &e);
}
int32_t title(UChar* d, int32_t dn, const UChar* s, int32_t n) {
  UErrorCode e = U_ZERO_ERROR;
  return u_strToTitle(d, dn, s, n, nullptr, "", &e);
}
int32_t fold(UChar* d, int32_t dn, const UChar* s, int32_t n) {
  UErrorCode e = U_ZERO_ERROR;
  return u_strFoldCase(d, dn, s, n, U_FOLD_CASE_DEFAULT, &e);
}

const char* const kCategories[] = {"Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Me", "Mc", "Nd",
                                   "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Co", "Cs", "Pd",
                                   "Ps", "Pe", "Pc", "Po", "Sm", "Sc", "Sk", "So", "Pi", "Pf"};

std::string property_name(UProperty p, int value) {
  const char* s = u_getPropertyValueName(p, value, U_SHORT_PROPERTY_NAME);
  return s ? s : "";
}
void write_names(const char* name, const std::vector<std::string>& names) {
  fprintf(out, "const char* const %s[] = {", name);
  for (auto& s : names) fprintf(out, "\"%s\", ", s.c_str());
  fprintf(out, "};\n");
}
// The tags as the data file spells them.
const char* tag_name(int type) {
  switch (type) {
    case U_DT_FONT: return "<font>";
    case U_DT_NOBREAK: return "<noBreak>";
    case U_DT_INITIAL: return "<initial>";
    case U_DT_MEDIAL: return "<medial>";
    case U_DT_FINAL: return "<final>";
    case U_DT_ISOLATED: return "<isolated>";
    case U_DT_CIRCLE: return "<circle>";
    case U_DT_SUPER: return "<super>";
    case U_DT_SUB: return "<sub>";
    case U_DT_VERTICAL: return "<vertical>";
    case U_DT_WIDE: return "<wide>";
    case U_DT_NARROW: return "<narrow>";
    case U_DT_SMALL: return "<small>";
    case U_DT_SQUARE: return "<square>";
    case U_DT_FRACTION: return "<fraction>";
    case U_DT_COMPAT: return "<compat>";
    default: return "";
  }
}
}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 || !(out = fopen(argv[1], "w"))) return 1;
  std::map<std::string, uint32_t> char_ids, data_ids;
  std::vector<CharRecord> chars;
  std::vector<DataRecord> datas;
  std::vector<uint32_t> char_of(kLimit), data_of(kLimit), decomposition_of(kLimit), extended, decompositions{0};
  std::vector<uint16_t> latin1;
  std::map<double, uint32_t> numeric_ids;
  std::vector<double> numerics;
  std::vector<uint32_t> numeric_chars, numeric_index;
  std::map<uint64_t, uint32_t> pairs;
  UErrorCode e = U_ZERO_ERROR;
  const UNormalizer2* nfc = unorm2_getNFCInstance(&e);
  const UNormalizer2* nfkc = unorm2_getNFKCInstance(&e);

  auto extend = [&](const std::vector<uint32_t>& v) {
    uint32_t at = static_cast<uint32_t>(extended.size());
    extended.insert(extended.end(), v.begin(), v.end());
    return static_cast<int32_t>(v.size() << 24 | at);
  };
  for (uint32_t c = 0; c < kLimit; c++) {
    CharRecord r;
    DataRecord d;
    memset(&r, 0, sizeof r);
    memset(&d, 0, sizeof d);
    UChar32 uc = static_cast<UChar32>(c);
    int cat = assigned(c) ? u_charType(uc) : 0;
    if (assigned(c)) {
      uint16_t f = 0;
      int bidi = u_charDirection(uc);
      if (cat >= U_UPPERCASE_LETTER && cat <= U_OTHER_LETTER) f |= u::kAlpha;
      if (cat == U_TITLECASE_LETTER) f |= u::kTitle;
      if (c == ' ' || strchr("CZ", kCategories[cat][0]) == nullptr) f |= u::kPrintable;
      if (cat == U_SPACE_SEPARATOR || bidi == U_WHITE_SPACE_NEUTRAL || bidi == U_BLOCK_SEPARATOR ||
          bidi == U_SEGMENT_SEPARATOR)
        f |= u::kSpace;
      int lb = u_getIntPropertyValue(uc, UCHAR_LINE_BREAK);
      if (lb == U_LB_MANDATORY_BREAK || lb == U_LB_CARRIAGE_RETURN || lb == U_LB_LINE_FEED || c == 0x85 ||
          bidi == U_BLOCK_SEPARATOR)
        f |= u::kLineBreak;
      if (u_hasBinaryProperty(uc, UCHAR_XID_START)) f |= u::kXidStart;
      if (u_hasBinaryProperty(uc, UCHAR_XID_CONTINUE)) f |= u::kXidContinue;
      if (u_hasBinaryProperty(uc, UCHAR_UPPERCASE)) f |= u::kUpper;
      if (u_hasBinaryProperty(uc, UCHAR_LOWERCASE) && !lowercase_since_15(c)) f |= u::kLower;
      if (u_hasBinaryProperty(uc, UCHAR_CASED) && !lowercase_since_15(c)) f |= u::kCased;
      if (u_hasBinaryProperty(uc, UCHAR_CASE_IGNORABLE)) f |= u::kCaseIgnorable;
      int nt = u_getIntPropertyValue(uc, UCHAR_NUMERIC_TYPE);
      if (nt != U_NT_NONE) {
        double v = u_getNumericValue(uc);
        f |= u::kNumeric;
        if (nt == U_NT_DECIMAL) {
          f |= u::kDecimal | u::kDigit;
          r.decimal = r.digit = static_cast<uint8_t>(v);
        } else if (nt == U_NT_DIGIT) {
          f |= u::kDigit;
          r.digit = static_cast<uint8_t>(v);
        }
        auto [it, fresh] = numeric_ids.try_emplace(v, static_cast<uint32_t>(numerics.size()));
        if (fresh) numerics.push_back(v);
        numeric_chars.push_back(c);
        numeric_index.push_back(it->second);
      }
      auto up = mapped(upper, c), lo = mapped(lower, c), ti = mapped(title, c), fo = mapped(fold, c);
      if (ti.size() == 1)
        ti[0] = static_cast<uint32_t>(u_totitle(uc));  // strings are titled from their first cased letter on
      r.simple_upper = static_cast<int32_t>(u_toupper(uc)) - uc;
      r.simple_lower = static_cast<int32_t>(u_tolower(uc)) - uc;
      if (up.size() > 1 || lo.size() > 1 || ti.size() > 1 || fo.size() > 1) {
        f |= u::kExtendedCase;
        r.upper = extend(up);
        r.lower = extend(lo);
        r.title = extend(ti);
        r.fold = extend(fo);
      } else {
        r.upper = static_cast<int32_t>(up[0] - c);
        r.lower = static_cast<int32_t>(lo[0] - c);
        r.title = static_cast<int32_t>(ti[0] - c);
        r.fold = static_cast<int32_t>(fo[0] - c);
      }
      r.flags = f;

      d.category = static_cast<uint8_t>(cat);
      d.bidi = static_cast<uint8_t>(bidi + 1);
      d.combining = u_getCombiningClass(uc);
      d.width = static_cast<uint8_t>(u_getIntPropertyValue(uc, UCHAR_EAST_ASIAN_WIDTH));
      d.mirrored = u_isMirrored(uc);
      auto check = [&](UProperty p) -> int {
        switch (u_getIntPropertyValue(uc, p)) {
          case UNORM_NO: return 2;
          case UNORM_MAYBE: return 1;
          default: return 0;
        }
      };
      d.quick_check = static_cast<uint8_t>(check(UCHAR_NFD_QUICK_CHECK) | check(UCHAR_NFKD_QUICK_CHECK) << 2 |
                                           check(UCHAR_NFC_QUICK_CHECK) << 4 | check(UCHAR_NFKC_QUICK_CHECK) << 6);
      if (!(c >= 0xAC00 && c < 0xD7A4)) {
        UChar buf[64];
        UErrorCode err = U_ZERO_ERROR;
        int32_t n = unorm2_getRawDecomposition(nfkc, uc, buf, 64, &err);
        if (n >= 0 && U_SUCCESS(err)) {
          int type = u_getIntPropertyValue(uc, UCHAR_DECOMPOSITION_TYPE);
          std::vector<uint32_t> cps;
          for (int32_t i = 0; i < n;) {
            UChar32 x;
            U16_NEXT(buf, i, n, x);
            cps.push_back(static_cast<uint32_t>(x));
          }
          decomposition_of[c] = static_cast<uint32_t>(decompositions.size());
          decompositions.push_back(
              static_cast<uint32_t>(cps.size() | static_cast<uint32_t>(type == U_DT_CANONICAL ? 0 : type) << 16));
          decompositions.insert(decompositions.end(), cps.begin(), cps.end());
          if (type == U_DT_CANONICAL && cps.size() == 2 &&
              unorm2_composePair(nfc, static_cast<UChar32>(cps[0]), static_cast<UChar32>(cps[1])) == uc)
            pairs[static_cast<uint64_t>(cps[0]) << 32 | cps[1]] = c;
        }
      }
    } else {
      // The reference's tables give characters that aren't assigned the first width.
      d.width = U_EA_FULLWIDTH;
    }
    auto [ci, cfresh] =
        char_ids.try_emplace(std::string(reinterpret_cast<char*>(&r), sizeof r), static_cast<uint32_t>(chars.size()));
    if (cfresh) chars.push_back(r);
    auto [di, dfresh] =
        data_ids.try_emplace(std::string(reinterpret_cast<char*>(&d), sizeof d), static_cast<uint32_t>(datas.size()));
    if (dfresh) datas.push_back(d);
    char_of[c] = ci->second;
    data_of[c] = di->second;
    if (c < 256) latin1.push_back(r.flags);
  }

  fprintf(out, "static constexpr int kTrieShift = %d;\n", kShift);
  fprintf(out, "static const CharRecord kCharRecords[] = {\n");
  for (auto& r : chars)
    fprintf(out, "{%d,%d,%d,%d,%d,%d,%u,%u,%u},\n", r.upper, r.lower, r.title, r.fold, r.simple_upper, r.simple_lower,
            r.flags, r.decimal, r.digit);
  fprintf(out, "};\nstatic const DataRecord kDataRecords[] = {\n");
  for (auto& d : datas)
    fprintf(out, "{%u,%u,%u,%u,%u,%u},\n", d.category, d.bidi, d.combining, d.width, d.mirrored, d.quick_check);
  fprintf(out, "};\n");
  write_trie("kChar", char_of);
  write_trie("kData", data_of);
  write_trie("kDecomposition", decomposition_of);
  write_array("uint32_t", "kExtendedCaseData", extended);
  write_array("uint32_t", "kDecompositionData", decompositions);
  fprintf(out, "static const double kNumericValues[] = {");
  for (double v : numerics) fprintf(out, "%.17g,", v);
  fprintf(out, "};\n");
  write_array("uint32_t", "kNumericChars", numeric_chars);
  write_array("uint8_t", "kNumericIndex", numeric_index);
  std::vector<uint64_t> keys;
  std::vector<uint32_t> composed;
  for (auto& [k, v] : pairs) {
    keys.push_back(k);
    composed.push_back(v);
  }
  write_array("uint64_t", "kPairKeys", keys);
  write_array("uint32_t", "kPairComposed", composed);
  fprintf(out, "const uint16_t kLatin1Flags[256] = {");
  for (uint16_t f : latin1) fprintf(out, "%u,", f);
  fprintf(out, "};\n");
  std::vector<std::string> names;
  for (const char* s : kCategories) names.push_back(s);
  write_names("kCategoryNames", names);
  names.assign(1, "");
  for (int i = 0; i < 23; i++) names.push_back(property_name(UCHAR_BIDI_CLASS, i));
  write_names("kBidiNames", names);
  names.clear();
  for (int i = 0; i < 6; i++) names.push_back(property_name(UCHAR_EAST_ASIAN_WIDTH, i));
  write_names("kWidthNames", names);
  names.clear();
  for (int i = 0; i < U_DT_COUNT; i++) names.push_back(tag_name(i));
  write_names("kDecompositionTags", names);
  return fclose(out) == 0 ? 0 : 1;
}
