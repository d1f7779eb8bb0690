// What the str*.cpp files and the codecs share: allocation, dispatch on the kind, copies between kinds, widest-character scans.
#pragma once
#include "interp/objects/error.h"
#include "interp/objects/native.h"
#include "interp/objects/str.h"

namespace taipan {

inline constexpr size_t kMaxStrBytes = static_cast<size_t>(INT64_MAX) - 64;

inline uint8_t kind_for(uint32_t max_char) { return max_char < 256 ? 1 : max_char < 0x10000 ? 2 : 4; }

// Uninitialised data, terminator written. Null: MemoryError raised.
Str* alloc_str_kind(size_t length, uint8_t kind, bool ascii);
inline Str* alloc_str(size_t length, uint32_t max_char) {
  return alloc_str_kind(length, kind_for(max_char), max_char < 128);
}
inline Str* alloc_ascii(size_t length) { return alloc_str_kind(length, 1, true); }
inline char* ascii_data(Str* s) { return static_cast<char*>(s->data()); }

inline Str* str_ptr(Value v) { return v.as<Str>(); }

// Calls f(const Unit* data) with the units' real type.
template <class F>
TAIPAN_INLINE auto with_units(const Str* s, F f) {
  switch (s->kind) {
    case 1: return f(s->data1());
    case 2: return f(s->data2());
    default: return f(s->data4());
  }
}

template <class To, class From>
inline void copy_units(To* to, const From* from, size_t n) {
  if constexpr (sizeof(To) == sizeof(From))
    memcpy(to, from, n * sizeof(To));
  else
    for (size_t i = 0; i < n; i++) to[i] = static_cast<To>(from[i]);
}
// Copies s[start..start+n) to unit at of data with units of the given kind, which must be wide enough.
inline void copy_str(void* data, uint8_t kind, size_t at, const Str* s, size_t start, size_t n) {
  if (kind == s->kind) {
    memcpy(static_cast<char*>(data) + at * kind, static_cast<const char*>(s->data()) + start * kind, n * kind);
    return;
  }
  with_units(s, [&](auto* from) {
    if (kind == 2)
      copy_units(static_cast<uint16_t*>(data) + at, from + start, n);
    else if (kind == 4)
      copy_units(static_cast<uint32_t*>(data) + at, from + start, n);
    else
      copy_units(static_cast<uint8_t*>(data) + at, from + start, n);
  });
}
inline void fill_units(void* data, uint8_t kind, size_t at, uint32_t c, size_t n) {
  if (kind == 1)
    memset(static_cast<uint8_t*>(data) + at, static_cast<int>(c), n);
  else if (kind == 2)
    for (size_t i = 0; i < n; i++) static_cast<uint16_t*>(data)[at + i] = static_cast<uint16_t>(c);
  else
    for (size_t i = 0; i < n; i++) static_cast<uint32_t*>(data)[at + i] = c;
}
inline void put_unit(void* data, uint8_t kind, size_t at, uint32_t c) {
  if (kind == 1)
    static_cast<uint8_t*>(data)[at] = static_cast<uint8_t>(c);
  else if (kind == 2)
    static_cast<uint16_t*>(data)[at] = static_cast<uint16_t>(c);
  else
    static_cast<uint32_t*>(data)[at] = c;
}

// Length of the leading run of bytes below 128.
inline size_t ascii_prefix(const uint8_t* p, size_t n) {
  size_t i = 0;
  while (i + 32 <= n) {
    uint64_t a, b, c, d;
    memcpy(&a, p + i, 8);
    memcpy(&b, p + i + 8, 8);
    memcpy(&c, p + i + 16, 8);
    memcpy(&d, p + i + 24, 8);
    if ((a | b | c | d) & 0x8080808080808080u) break;
    i += 32;
  }
  while (i + 8 <= n) {
    uint64_t a;
    memcpy(&a, p + i, 8);
    a &= 0x8080808080808080u;
    if (a) return i + (static_cast<size_t>(__builtin_ctzll(a)) >> 3);
    i += 8;
  }
  while (i < n && p[i] < 128) i++;
  return i;
}
inline bool all_ascii(const uint8_t* p, size_t n) { return ascii_prefix(p, n) == n; }

// A number not below the widest unit, exact enough to choose kind and ascii flag: 0x7F, 0xFF, 0xFFFF or 0x10FFFF.
template <class Unit>
inline uint32_t widest(const Unit* p, size_t n) {
  if constexpr (sizeof(Unit) == 1) {
    return all_ascii(p, n) ? 0x7F : 0xFF;
  } else {
    Unit bits = 0;
    for (size_t i = 0; i < n;) {
      size_t end = n - i > 256 ? i + 256 : n;
      for (; i < end; i++) bits |= p[i];
      if (sizeof(Unit) == 2 ? bits >= 0x100 : bits >= 0x10000) break;
    }
    return bits < 0x80 ? 0x7F : bits < 0x100 ? 0xFF : bits < 0x10000 ? 0xFFFF : 0x10FFFF;
  }
}
inline uint32_t max_char_of(const Str* s) {
  return s->kind == 1 ? (s->ascii ? 0x7F : 0xFF) : s->kind == 2 ? 0xFFFF : 0x10FFFF;
}

Ref make_str_units(const uint8_t* p, size_t n);
Ref make_str_units(const uint16_t* p, size_t n);
Ref make_str_units(const uint32_t* p, size_t n);

// An exact str of the same text: itself unless a subclass.
Ref str_exact(Value s);

// Arguments of a method that takes positional arguments only and says "takes at least/at most/exactly".
bool raw_args(const Args& a, const char* name, const char* qualname, size_t min, size_t max, Value* out);
// Index arguments of find and friends: None or __index__, clamped. Null and None leave *out.
bool find_index(Value v, int64_t* out);
// Applies defaults and negative offsets: [*start, *end) within [0, length].
inline void adjust_range(int64_t length, int64_t* start, int64_t* end) {
  if (*end > length)
    *end = length;
  else if (*end < 0 && (*end += length) < 0)
    *end = 0;
  if (*start < 0 && (*start += length) < 0) *start = 0;
}

// str_search.cpp: first/last position of sub in s[start, end), -1: none; number of non-overlapping places.
int64_t str_find(const Str* s, const Str* sub, size_t start, size_t end);
int64_t str_rfind(const Str* s, const Str* sub, size_t start, size_t end);
size_t str_count(const Str* s, const Str* sub, size_t start, size_t end, size_t max);
int64_t str_find_char(const Str* s, uint32_t c, size_t start, size_t end);
int64_t str_rfind_char(const Str* s, uint32_t c, size_t start, size_t end);
int str_contains(Value s, Value sub);

// str_*.cpp: parts of the type's specification.
Ref str_percent(Value format, Value args);  // %
Ref str_format_method(Args& a);
Ref str_format_map_method(Args& a);
Ref str_repr(Value s);
Ref str_ascii_repr(Value s);  // ascii(s)
extern const NativeDef kStrMethods[];
extern const NativeDef kStrCaseMethods[];

// The empty str (last) and the 256 one-character latin-1 ones, for the JIT. Never replaced.
Str* const* small_str_table();

}  // namespace taipan
