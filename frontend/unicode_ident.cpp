#include "frontend/unicode_ident.h"

#include <cstddef>
#include <iterator>

namespace taipan::frontend {

namespace {

// Inclusive ranges of code points above 127, sorted.
struct Range {
  uint32_t first;
  uint32_t last;
};
#include "gen/unicode_ident.inc"

template <size_t N>
bool contains(const Range (&ranges)[N], uint32_t code_point) {
  size_t low = 0;
  size_t high = N;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (ranges[middle].last < code_point) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < N && ranges[low].first <= code_point;
}

bool is_ascii_letter(uint32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

bool is_xid_start(uint32_t code_point) {
  if (code_point < 128) return is_ascii_letter(code_point);
  return contains(kXidStart, code_point);
}

bool is_xid_continue(uint32_t code_point) {
  if (code_point < 128)
    return is_ascii_letter(code_point) || code_point == '_' || (code_point >= '0' && code_point <= '9');
  return contains(kXidContinue, code_point);
}

bool is_printable(uint32_t code_point) {
  if (code_point < 128) return code_point >= 32 && code_point < 127;
  return contains(kPrintable, code_point);
}

}  // namespace taipan::frontend
