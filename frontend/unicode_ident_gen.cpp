// Writes the tables of unicode_ident.cpp: Unicode 14.0, taken from ICU by leaving out what is younger.
#include <unicode/uchar.h>

#include <cstdint>
#include <cstdio>

namespace {

bool in_unicode_14(UChar32 code_point) {
  UVersionInfo age;
  u_charAge(code_point, age);
  return age[0] > 0 && age[0] <= 14;
}

bool xid_start(UChar32 c) { return in_unicode_14(c) && u_hasBinaryProperty(c, UCHAR_XID_START); }
bool xid_continue(UChar32 c) { return in_unicode_14(c) && u_hasBinaryProperty(c, UCHAR_XID_CONTINUE); }
bool printable(UChar32 c) {
  if (!in_unicode_14(c)) return false;
  switch (u_charType(c)) {
    case U_UNASSIGNED:
    case U_CONTROL_CHAR:
    case U_FORMAT_CHAR:
    case U_SURROGATE:
    case U_PRIVATE_USE_CHAR:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
    case U_SPACE_SEPARATOR: return false;
    default: return true;
  }
}

void write_ranges(std::FILE* out, const char* name, bool (*test)(UChar32)) {
  std::fprintf(out, "constexpr Range %s[] = {\n", name);
  UChar32 first = -1;
  for (UChar32 c = 128; c <= 0x110000; c++) {
    bool in = c < 0x110000 && test(c);
    if (in && first < 0) first = c;
    if (!in && first >= 0) {
      std::fprintf(out, "    {0x%X, 0x%X},\n", static_cast<unsigned>(first), static_cast<unsigned>(c - 1));
      first = -1;
    }
  }
  std::fprintf(out, "};\n");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::FILE* out = std::fopen(argv[1], "w");
  if (out == nullptr) return 1;
  write_ranges(out, "kXidStart", xid_start);
  write_ranges(out, "kXidContinue", xid_continue);
  write_ranges(out, "kPrintable", printable);
  return std::fclose(out) == 0 ? 0 : 1;
}
