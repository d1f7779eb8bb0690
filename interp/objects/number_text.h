// Text that int(), float() and complex() read: str with any decimal digits and spaces of Unicode, bytes, buffers; as ASCII.
#pragma once
#include <string>
#include <string_view>
#include "interp/objects/str.h"
#include "interp/objects/unicode_db.h"

namespace taipan {

inline bool is_ascii_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

class NumberText {
 public:
  explicit NumberText(Value str) {
    const Str* s = str.as<Str>();
    if (TAIPAN_LIKELY(s->is_ascii())) {
      view_ = s->ascii_view();
      return;
    }
    copy_.reserve(s->length);
    for (size_t i = 0; i < s->length; i++) {
      uint32_t c = s->at(i);
      if (c < 128) {
        copy_ += static_cast<char>(c);
      } else if (unicode::is_space(c)) {
        copy_ += ' ';
      } else {
        int d = unicode::decimal_value(c);
        copy_ += d >= 0 ? static_cast<char>('0' + d) : '?';
      }
    }
    view_ = copy_;
  }
  NumberText(const NumberText&) = delete;
  std::string_view view() const { return view_; }

 private:
  std::string copy_;
  std::string_view view_;
};

// ASCII separators 0x1c..0x1f count as spaces in str, but not in bytes.
inline std::string_view strip_number(std::string_view s, bool from_str) {
  auto space = [&](char c) { return is_ascii_space(c) || (from_str && c >= 0x1c && c <= 0x1f); };
  while (!s.empty() && space(s.front())) s.remove_prefix(1);
  while (!s.empty() && space(s.back())) s.remove_suffix(1);
  return s;
}

// repr(o) cut to 200 characters, as CPython shows malformed numbers.
Ref short_repr(Value o);

}  // namespace taipan
