// Where a line of decoded text ends.
#pragma once
#include <cstring>
#include "interp/objects/str_impl.h"

namespace taipan::io {

enum class LineMode : uint8_t { kLf, kCr, kCrLf, kAny /* any of the three, untranslated */ };

template <class Unit>
inline int64_t find_unit(const Unit* p, uint64_t from, uint64_t length, char c) {
  if constexpr (sizeof(Unit) == 1) {
    const void* at = memchr(p + from, c, length - from);
    return at ? static_cast<const Unit*>(at) - p : -1;
  } else {
    for (uint64_t i = from; i < length; i++)
      if (p[i] == static_cast<Unit>(c)) return static_cast<int64_t>(i);
    return -1;
  }
}

// The index after the first line end in [from, length), or -1.
template <class Unit>
inline int64_t find_line_end(LineMode mode, const Unit* p, uint64_t from, uint64_t length) {
  if (TAIPAN_LIKELY(mode == LineMode::kLf)) {
    int64_t at = find_unit(p, from, length, '\n');
    return at < 0 ? -1 : at + 1;
  }
  if (mode == LineMode::kAny) {
    for (uint64_t i = from; i < length; i++) {
      if (p[i] > '\r') continue;
      if (p[i] == '\n') return static_cast<int64_t>(i + 1);
      if (p[i] == '\r') return static_cast<int64_t>(i + 1 < length && p[i + 1] == '\n' ? i + 2 : i + 1);
    }
    return -1;
  }
  for (uint64_t i = from;;) {
    int64_t at = find_unit(p, i, length, '\r');
    if (at < 0) return -1;
    i = static_cast<uint64_t>(at) + 1;
    if (mode == LineMode::kCr) return static_cast<int64_t>(i);
    if (i < length && p[i] == '\n') return static_cast<int64_t>(i + 1);
  }
}
inline int64_t find_line_end(LineMode mode, const Str* s, uint64_t from) {
  return with_units(s, [&](auto* p) { return find_line_end(mode, p, from, s->length); });
}

// From a newline argument: null for None.
struct NewlineMode {
  bool universal, translate;  // of reading
  LineMode line;
  const char* write;  // what '\n' becomes; null: itself
};
inline NewlineMode newline_mode(const char* newline) {
  NewlineMode m = {};
  m.universal = !newline || !*newline;
  m.translate = !newline;
  m.write = newline && *newline == '\r' ? (newline[1] ? "\r\n" : "\r") : nullptr;
  m.line = m.write                ? (m.write[1] ? LineMode::kCrLf : LineMode::kCr)
           : newline && !*newline ? LineMode::kAny
                                  : LineMode::kLf;
  return m;
}

}  // namespace taipan::io
