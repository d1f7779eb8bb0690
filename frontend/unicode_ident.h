// What the lexer needs to know of Unicode 14.0: identifier characters and which characters are printable, from tables that
// unicode_ident_gen.cpp makes at build time.
#pragma once

#include <cstdint>

namespace taipan::frontend {

bool is_xid_start(uint32_t code_point);
bool is_xid_continue(uint32_t code_point);
// As str.isprintable() says of one character.
bool is_printable(uint32_t code_point);

// Reads one code point of (valid) UTF-8 and moves *p behind it; a stray byte is taken for itself.
inline uint32_t decode_utf8(const char** p, const char* end) {
  const auto* s = reinterpret_cast<const unsigned char*>(*p);
  auto left = end - *p;
  uint32_t c = s[0];
  if (c < 0x80) {
    *p += 1;
    return c;
  }
  if (c >= 0xF0 && left >= 4) {
    *p += 4;
    return (c & 7) << 18 | (s[1] & 63u) << 12 | (s[2] & 63u) << 6 | (s[3] & 63u);
  }
  if (c >= 0xE0 && left >= 3) {
    *p += 3;
    return (c & 15) << 12 | (s[1] & 63u) << 6 | (s[2] & 63u);
  }
  if (c >= 0xC0 && left >= 2) {
    *p += 2;
    return (c & 31) << 6 | (s[1] & 63u);
  }
  *p += 1;
  return c;
}

}  // namespace taipan::frontend
