// Copies and comparisons of few bytes, which texts mostly are: words that overlap, and no call.
#pragma once
#include <cstdint>
#include <cstring>
#include "gc/header.h"

namespace taipan {

template <class Word>
TAIPAN_INLINE void copy_ends(char* to, const char* from, size_t n) {
  Word first, last;
  memcpy(&first, from, sizeof(Word));
  memcpy(&last, from + n - sizeof(Word), sizeof(Word));
  memcpy(to, &first, sizeof(Word));
  memcpy(to + n - sizeof(Word), &last, sizeof(Word));
}
TAIPAN_INLINE void copy_short(void* to, const void* from, size_t n) {
  auto* t = static_cast<char*>(to);
  auto* f = static_cast<const char*>(from);
  if (n > 16) {
    memcpy(t, f, n);
  } else if (n >= 8) {
    copy_ends<uint64_t>(t, f, n);
  } else if (n >= 4) {
    copy_ends<uint32_t>(t, f, n);
  } else if (n >= 2) {
    copy_ends<uint16_t>(t, f, n);
  } else if (n) {
    *t = *f;
  }
}

template <class Word>
TAIPAN_INLINE bool same_word(const char* a, const char* b, size_t at) {
  Word x, y;
  memcpy(&x, a + at, sizeof x);
  memcpy(&y, b + at, sizeof y);
  return x == y;
}
TAIPAN_INLINE bool equal_bytes(const void* a, const void* b, size_t n) {
  auto *p = static_cast<const char*>(a), *q = static_cast<const char*>(b);
  if (n >= 8) {
    if (n > 32) return memcmp(p, q, n) == 0;
    for (size_t i = 0; i + 8 < n; i += 8)
      if (!same_word<uint64_t>(p, q, i)) return false;
    return same_word<uint64_t>(p, q, n - 8);
  }
  if (n >= 4) return same_word<uint32_t>(p, q, 0) && same_word<uint32_t>(p, q, n - 4);
  if (n >= 2) return same_word<uint16_t>(p, q, 0) && same_word<uint16_t>(p, q, n - 2);
  return n == 0 || *p == *q;
}

}  // namespace taipan
