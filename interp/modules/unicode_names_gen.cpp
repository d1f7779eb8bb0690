// Build-time tool: the names of the characters of Unicode 14.0, from ICU, as words of a dictionary.
//
// kNameWords: the words, longest-run first by use, one after the other, kNameWordStart their offsets. A name is a length byte and
// word numbers: one byte below 0x80 + k where few words are very common, else two (high bit set, then low byte). Names that follow from
// the code (Hangul syllables, unified ideographs) aren't stored: kIdeographRanges.
#include <unicode/uchar.h>
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  FILE* out;
  if (argc != 2 || !(out = fopen(argv[1], "w"))) return 1;
  std::vector<std::pair<uint32_t, std::vector<std::string>>> names;
  std::map<std::string, int> uses;
  std::vector<std::pair<uint32_t, uint32_t>> ideographs;
  for (uint32_t c = 0; c < 0x110000; c++) {
    UVersionInfo age;
    u_charAge(static_cast<UChar32>(c), age);
    if (age[0] < 1 || age[0] > 14) continue;
    char name[256];
    UErrorCode e = U_ZERO_ERROR;
    int32_t n = u_charName(static_cast<UChar32>(c), U_UNICODE_CHAR_NAME, name, sizeof name, &e);
    if (n <= 0 || U_FAILURE(e) || (c >= 0xAC00 && c < 0xD7A4) || strncmp(name, "TANGUT IDEOGRAPH-", 17) == 0) continue;
    if (strncmp(name, "CJK UNIFIED IDEOGRAPH-", 22) == 0) {
      if (!ideographs.empty() && ideographs.back().second == c - 1)
        ideographs.back().second = c;
      else
        ideographs.push_back({c, c});
      continue;
    }
    std::vector<std::string> words;
    for (char* w = strtok(name, " "); w; w = strtok(nullptr, " ")) {
      words.push_back(w);
      uses[w]++;
    }
    names.push_back({c, words});
  }
  std::vector<std::pair<int, std::string>> order;
  for (auto& [w, n] : uses) order.push_back({-n, w});
  std::sort(order.begin(), order.end());
  std::map<std::string, uint32_t> number;
  std::string text;
  std::vector<uint32_t> starts;
  for (auto& [n, w] : order) {
    number[w] = static_cast<uint32_t>(starts.size());
    starts.push_back(static_cast<uint32_t>(text.size()));
    text += w;
  }
  starts.push_back(static_cast<uint32_t>(text.size()));
  constexpr uint32_t kShort = 128;  // words with one byte
  std::string data(1, '\0');
  std::vector<uint32_t> offset(0x110000);
  for (auto& [c, words] : names) {
    offset[c] = static_cast<uint32_t>(data.size());
    data.push_back(static_cast<char>(words.size()));
    for (auto& w : words) {
      uint32_t k = number[w];
      if (k < kShort) {
        data.push_back(static_cast<char>(k));
      } else {
        data.push_back(static_cast<char>(0x80 | (k - kShort) >> 8));
        data.push_back(static_cast<char>(k - kShort));
      }
    }
  }
  if (starts.size() - kShort > 0x7F00) return 2;
  // Offsets by blocks of 64 characters; a block without names is block 0.
  std::map<std::vector<uint32_t>, uint32_t> blocks;
  std::vector<uint32_t> first, second(64);
  blocks[std::vector<uint32_t>(64)] = 0;
  for (uint32_t base = 0; base < 0x110000; base += 64) {
    std::vector<uint32_t> block(offset.begin() + base, offset.begin() + base + 64);
    auto [it, fresh] = blocks.try_emplace(block, static_cast<uint32_t>(blocks.size()));
    if (fresh) second.insert(second.end(), block.begin(), block.end());
    first.push_back(it->second);
  }
  auto array = [out](const char* type, const char* name, auto& v) {
    fprintf(out, "static const %s %s[] = {", type, name);
    for (size_t i = 0; i < v.size(); i++) fprintf(out, "%s%u,", i % 32 == 0 ? "\n" : "", static_cast<unsigned>(v[i]));
    fprintf(out, "};\n");
  };
  fprintf(out, "static const char kNameWords[] =");
  for (size_t i = 0; i < text.size(); i += 100) fprintf(out, "\n\"%s\"", text.substr(i, 100).c_str());
  fprintf(out, ";\nstatic constexpr uint32_t kShortWords = %u, kNameCount = %zu;\n", kShort, names.size());
  array("uint32_t", "kNameWordStart", starts);
  array("uint16_t", "kNameFirst", first);
  array("uint32_t", "kNameSecond", second);
  std::vector<uint8_t> bytes(data.begin(), data.end());
  array("uint8_t", "kNameData", bytes);
  fprintf(out, "static const struct { uint32_t first, last; } kIdeographRanges[] = {");
  for (auto& [a, b] : ideographs) fprintf(out, "{0x%X, 0x%X},", a, b);
  fprintf(out, "};\n");
  return fclose(out) == 0 ? 0 : 1;
}
