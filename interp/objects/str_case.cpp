// str's methods about case and classes of characters. ASCII has loops of its own; the rest goes through unicode_db.h.
#include "interp/objects/abstract.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/unicode_db.h"

namespace taipan {

using namespace unicode;  // flags and predicates

// ---- Case ---------------------------------------------------------------------------------------------------------------------------
static TAIPAN_INLINE uint8_t ascii_lower(uint8_t c) {
  return static_cast<uint8_t>(c + ((static_cast<uint8_t>(c - 'A') < 26) << 5));
}
static TAIPAN_INLINE uint8_t ascii_upper(uint8_t c) {
  return static_cast<uint8_t>(c - ((static_cast<uint8_t>(c - 'a') < 26) << 5));
}
static TAIPAN_INLINE bool ascii_letter(uint8_t c) { return static_cast<uint8_t>((c | 32) - 'a') < 26; }

// A sigma at the end of a word has a form of its own (SpecialCasing's Final_Sigma).
static uint32_t lower_sigma(const Str* s, size_t i) {
  size_t j = i;
  uint32_t c = 0;
  bool before = false;
  while (j > 0) {
    c = s->at(--j);
    if (!(flags(c) & kCaseIgnorable)) {
      before = (flags(c) & kCased) != 0;
      break;
    }
  }
  if (!before) return 0x3C3;
  for (j = i + 1; j < s->length; j++) {
    c = s->at(j);
    if (!(flags(c) & kCaseIgnorable)) return flags(c) & kCased ? 0x3C3 : 0x3C2;
  }
  return 0x3C2;
}
static int lower_at(const Str* s, size_t i, uint32_t* out) {
  uint32_t c = s->at(i);
  if (c == 0x3A3) {
    out[0] = lower_sigma(s, i);
    return 1;
  }
  return to_lower_full(c, out);
}

// One character becomes up to three.
template <class Map>
static Ref map_all(const Str* s, Map map) {
  size_t n = s->length;
  uint32_t small[256];
  uint32_t* out = small;
  if (n > kMaxStrBytes / 16) return raise_memory();
  if (3 * n > 256 && !(out = static_cast<uint32_t*>(gc::raw_alloc(3 * n * sizeof(uint32_t))))) return raise_memory();
  size_t length = 0;
  for (size_t i = 0; i < n; i++) length += static_cast<size_t>(map(i, out + length));
  Ref r = make_str_ucs4(out, length);
  if (out != small) gc::raw_free(out);
  return r;
}
template <class Map>
static Ref map_ascii(const Str* s, Map map) {
  if (s->length <= 1) return s->length ? make_str_char(map(s->data1()[0])) : empty_str();
  Str* r = alloc_ascii(s->length);
  if (!r) return nullptr;
  const uint8_t* from = s->data1();
  uint8_t* to = static_cast<uint8_t*>(r->data());
  for (size_t i = 0, n = s->length; i < n; i++) to[i] = map(from[i]);
  return Ref::steal(r);
}

static Ref str_lower_impl(Args& a) {
  Str* s = str_ptr(a.self);
  if (s->ascii) return map_ascii(s, ascii_lower);
  return map_all(s, [s](size_t i, uint32_t* out) { return lower_at(s, i, out); });
}
static Ref str_upper_impl(Args& a) {
  Str* s = str_ptr(a.self);
  if (s->ascii) return map_ascii(s, ascii_upper);
  return map_all(s, [s](size_t i, uint32_t* out) { return to_upper_full(s->at(i), out); });
}
static Ref str_casefold_impl(Args& a) {
  Str* s = str_ptr(a.self);
  if (s->ascii) return map_ascii(s, ascii_lower);
  return map_all(s, [s](size_t i, uint32_t* out) { return to_folded_full(s->at(i), out); });
}
static Ref str_swapcase_impl(Args& a) {
  Str* s = str_ptr(a.self);
  if (s->ascii) return map_ascii(s, [](uint8_t c) { return static_cast<uint8_t>(ascii_letter(c) ? c ^ 32 : c); });
  return map_all(s, [s](size_t i, uint32_t* out) {
    uint32_t c = s->at(i);
    if (is_upper(c)) return lower_at(s, i, out);
    if (is_lower(c)) return to_upper_full(c, out);
    out[0] = c;
    return 1;
  });
}
static Ref str_capitalize_impl(Args& a) {
  Str* s = str_ptr(a.self);
  if (s->ascii) {
    bool first = true;
    return map_ascii(s, [&first](uint8_t c) {
      uint8_t r = first ? ascii_upper(c) : ascii_lower(c);
      first = false;
      return r;
    });
  }
  return map_all(s,
                 [s](size_t i, uint32_t* out) { return i == 0 ? to_title_full(s->at(0), out) : lower_at(s, i, out); });
}
static Ref str_title_impl(Args& a) {
  Str* s = str_ptr(a.self);
  bool inside = false;
  if (s->ascii)
    return map_ascii(s, [&inside](uint8_t c) {
      uint8_t r = inside ? ascii_lower(c) : ascii_upper(c);
      inside = ascii_letter(c);
      return r;
    });
  return map_all(s, [s, &inside](size_t i, uint32_t* out) {
    uint32_t c = s->at(i);
    int n = inside ? lower_at(s, i, out) : to_title_full(c, out);
    inside = (flags(c) & kCased) != 0;
    return n;
  });
}

// ---- Classes ------------------------------------------------------------------------------------------------------------------------
template <class Test>
static Ref all_of(Value self, bool empty, Test test) {
  const Str* s = str_ptr(self);
  if (s->length == 0) return Ref::imm(bool_value(empty));
  return with_units(s, [&](auto* p) {
    for (size_t i = 0, n = s->length; i < n; i++)
      if (!test(static_cast<uint32_t>(p[i]))) return Ref::imm(kFalse);
    return Ref::imm(kTrue);
  });
}
static Ref str_isalpha_impl(Args& a) { return all_of(a.self, false, is_alpha); }
static Ref str_isalnum_impl(Args& a) { return all_of(a.self, false, is_alnum); }
static Ref str_isdecimal_impl(Args& a) { return all_of(a.self, false, is_decimal); }
static Ref str_isdigit_impl(Args& a) { return all_of(a.self, false, is_digit); }
static Ref str_isnumeric_impl(Args& a) { return all_of(a.self, false, is_numeric); }
static Ref str_isspace_impl(Args& a) { return all_of(a.self, false, is_space); }
static Ref str_isprintable_impl(Args& a) { return all_of(a.self, true, is_printable); }
static Ref str_isascii_impl(Args& a) { return Ref::imm(bool_value(str_ptr(a.self)->ascii)); }

static Ref str_islower_impl(Args& a) {
  const Str* s = str_ptr(a.self);
  bool cased = false;
  for (size_t i = 0; i < s->length; i++) {
    uint16_t f = flags(s->at(i));
    if (f & (kUpper | kTitle)) return Ref::imm(kFalse);
    cased |= (f & kLower) != 0;
  }
  return Ref::imm(bool_value(cased));
}
static Ref str_isupper_impl(Args& a) {
  const Str* s = str_ptr(a.self);
  bool cased = false;
  for (size_t i = 0; i < s->length; i++) {
    uint16_t f = flags(s->at(i));
    if (f & (kLower | kTitle)) return Ref::imm(kFalse);
    cased |= (f & kUpper) != 0;
  }
  return Ref::imm(bool_value(cased));
}
static Ref str_istitle_impl(Args& a) {
  const Str* s = str_ptr(a.self);
  bool cased = false, inside = false;
  for (size_t i = 0; i < s->length; i++) {
    uint16_t f = flags(s->at(i));
    if (f & (kUpper | kTitle)) {
      if (inside) return Ref::imm(kFalse);
      inside = cased = true;
    } else if (f & kLower) {
      if (!inside) return Ref::imm(kFalse);
      cased = true;
    } else {
      inside = false;
    }
  }
  return Ref::imm(bool_value(cased));
}

bool str_is_identifier(Value v) {
  const Str* s = str_ptr(v);
  if (s->length == 0) return false;
  uint32_t c = s->at(0);
  if (c != '_' && !is_xid_start(c)) return false;
  for (size_t i = 1; i < s->length; i++)
    if (!is_xid_continue(s->at(i))) return false;
  return true;
}
static Ref str_isidentifier_impl(Args& a) { return Ref::imm(bool_value(str_is_identifier(a.self))); }

const NativeDef kStrCaseMethods[] = {
    {"capitalize", "($self, /)", str_capitalize_impl, 0,
     "A copy with the first character in title case, the rest lower-cased."},
    {"casefold", "($self, /)", str_casefold_impl, 0, "A version suitable for caseless comparisons."},
    {"title", "($self, /)", str_title_impl, 0,
     "A copy where words start with a title-cased character and go on in lower case."},
    {"lower", "($self, /)", str_lower_impl, 0, "A copy converted to lower case."},
    {"swapcase", "($self, /)", str_swapcase_impl, 0, "A copy with upper case turned to lower and lower to upper."},
    {"upper", "($self, /)", str_upper_impl, 0, "A copy converted to upper case."},
    {"isascii", "($self, /)", str_isascii_impl, 0, "True if all characters are ASCII."},
    {"islower", "($self, /)", str_islower_impl, 0,
     "True if there are cased characters and all of them are lower-case."},
    {"isupper", "($self, /)", str_isupper_impl, 0,
     "True if there are cased characters and all of them are upper-case."},
    {"istitle", "($self, /)", str_istitle_impl, 0, "True if words start with one capital and go on in lower case."},
    {"isspace", "($self, /)", str_isspace_impl, 0, "True if there are characters and all are white space."},
    {"isdecimal", "($self, /)", str_isdecimal_impl, 0, "True if there are characters and all are decimal digits."},
    {"isdigit", "($self, /)", str_isdigit_impl, 0, "True if there are characters and all are digits."},
    {"isnumeric", "($self, /)", str_isnumeric_impl, 0, "True if there are characters and all are numeric."},
    {"isalpha", "($self, /)", str_isalpha_impl, 0, "True if there are characters and all are letters."},
    {"isalnum", "($self, /)", str_isalnum_impl, 0, "True if there are characters and all are letters or numeric."},
    {"isidentifier", "($self, /)", str_isidentifier_impl, 0,
     "True if the string is a valid identifier (keywords included: see keyword.iskeyword)."},
    {"isprintable", "($self, /)", str_isprintable_impl, 0, "True if repr() would show all characters as they are."},
    {},
};

}  // namespace taipan
