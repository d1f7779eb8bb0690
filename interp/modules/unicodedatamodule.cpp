// unicodedata: the character database, of 14.0 and (as far as it differs) of 3.2, which internationalised domain names still use.
#include "interp/modules/unicode_names.h"
#include "interp/objects/abstract.h"
#include "interp/objects/bytes.h"
#include "interp/objects/float.h"
#include "interp/objects/int.h"
#include "interp/objects/native.h"
#include "interp/objects/small_types.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/unicode_db.h"

namespace taipan {

namespace {
using unicode::NormalForm;

struct OldText {
  uint32_t first, last;
  const char* value;
};
struct OldNumber {
  uint32_t first, last;
  int value;
};
struct OldRange {
  uint32_t first, last;
};
#define OLD_CATEGORY(first, last, value) {first, last, value},
const OldText kOldCategories[] = {
#include "interp/modules/unicode_names.def"
};
#undef OLD_CATEGORY
#define OLD_BIDI(first, last, value) {first, last, value},
const OldText kOldBidi[] = {
#include "interp/modules/unicode_names.def"
};
#undef OLD_BIDI
#define OLD_WIDTH(first, last, value) {first, last, value},
const OldText kOldWidths[] = {
#include "interp/modules/unicode_names.def"
};
#undef OLD_WIDTH
#define OLD_MIRRORED(first, last, value) {first, last, value},
const OldNumber kOldMirrored[] = {
#include "interp/modules/unicode_names.def"
};
#undef OLD_MIRRORED
#define OLD_DECIMAL(first, last, value) {first, last, value},
const OldNumber kOldDecimals[] = {
#include "interp/modules/unicode_names.def"
};
#undef OLD_DECIMAL
#define OLD_ASSIGNED(first, last) {first, last},
const OldRange kOldAssigned[] = {
#include "interp/modules/unicode_names.def"
};
#undef OLD_ASSIGNED

template <class Row, size_t N>
const Row* find_row(const Row (&rows)[N], uint32_t c) {
  size_t low = 0, high = N;
  while (low < high) {
    size_t mid = (low + high) / 2;
    if (rows[mid].last < c)
      low = mid + 1;
    else
      high = mid;
  }
  return low < N && rows[low].first <= c ? &rows[low] : nullptr;
}
bool old_assigned(uint32_t c) { return find_row(kOldAssigned, c) != nullptr; }

TypeObject* ucd_type();
bool is_old(const Args& a) { return a.self && a.self.is_heap() && type_of(a.self) == ucd_type(); }

bool character(Value v, const char* function, bool only, uint32_t* out) {
  if (!is_str(v) || str_ptr(v)->length != 1)
    return raise(types::TypeError, "%s() argument%s must be a unicode character, not %T", function, only ? "" : " 1",
                 v);
  *out = str_ptr(v)->at(0);
  return true;
}

Ref ucd_decimal(Args& a) {
  uint32_t c;
  if (!character(a[0], "decimal", false, &c)) return nullptr;
  int d = unicode::decimal_value(c);
  if (is_old(a)) {
    if (!old_assigned(c))
      d = -1;
    else if (const OldNumber* r = find_row(kOldDecimals, c))
      d = r->value;
  }
  if (d >= 0) return Ref::imm(Value::from_int(d));
  if (a.has(1)) return Ref::dup(a[1]);
  return raise(types::ValueError, "not a decimal");
}
Ref ucd_digit(Args& a) {
  uint32_t c;
  if (!character(a[0], "digit", false, &c)) return nullptr;
  int d = unicode::digit_value(c);
  if (d >= 0) return Ref::imm(Value::from_int(d));
  if (a.has(1)) return Ref::dup(a[1]);
  return raise(types::ValueError, "not a digit");
}
Ref ucd_numeric(Args& a) {
  uint32_t c;
  if (!character(a[0], "numeric", false, &c)) return nullptr;
  double d;
  bool known = unicode::numeric_value(c, &d);
  if (is_old(a) && !old_assigned(c)) known = false;
  if (known) return make_float(d);
  if (a.has(1)) return Ref::dup(a[1]);
  return raise(types::ValueError, "not a numeric character");
}
Ref ucd_category(Args& a) {
  uint32_t c;
  if (!character(a[0], "category", true, &c)) return nullptr;
  if (is_old(a)) {
    if (!old_assigned(c)) return make_str("Cn");
    if (const OldText* r = find_row(kOldCategories, c)) return make_str(r->value);
  }
  return intern_str(unicode::kCategoryNames[unicode::data_record(c).category]);
}
Ref ucd_bidirectional(Args& a) {
  uint32_t c;
  if (!character(a[0], "bidirectional", true, &c)) return nullptr;
  if (is_old(a)) {
    if (!old_assigned(c)) return empty_str();
    if (const OldText* r = find_row(kOldBidi, c)) return make_str(r->value);
  }
  return intern_str(unicode::kBidiNames[unicode::data_record(c).bidi]);
}
Ref ucd_combining(Args& a) {
  uint32_t c;
  if (!character(a[0], "combining", true, &c)) return nullptr;
  return Ref::imm(Value::from_int(is_old(a) && !old_assigned(c) ? 0 : unicode::data_record(c).combining));
}
Ref ucd_mirrored(Args& a) {
  uint32_t c;
  if (!character(a[0], "mirrored", true, &c)) return nullptr;
  int m = unicode::data_record(c).mirrored;
  if (is_old(a)) {
    if (!old_assigned(c))
      m = 0;
    else if (const OldNumber* r = find_row(kOldMirrored, c))
      m = r->value;
  }
  return Ref::imm(Value::from_int(m));
}
Ref ucd_east_asian_width(Args& a) {
  uint32_t c;
  if (!character(a[0], "east_asian_width", true, &c)) return nullptr;
  if (is_old(a)) {
    if (!old_assigned(c)) return make_str("F");
    if (const OldText* r = find_row(kOldWidths, c)) return make_str(r->value);
  }
  return intern_str(unicode::kWidthNames[unicode::data_record(c).width]);
}
Ref ucd_decomposition(Args& a) {
  uint32_t c;
  if (!character(a[0], "decomposition", true, &c)) return nullptr;
  const uint32_t* p;
  int tag;
  int n = unicode::raw_decomposition(c, &p, &tag);
  if (n == 0 || (is_old(a) && !old_assigned(c))) return empty_str();
  std::string out = unicode::kDecompositionTags[tag];
  for (int i = 0; i < n; i++) {
    char hex[12];
    snprintf(hex, sizeof hex, "%s%04X", out.empty() ? "" : " ", p[i]);
    out += hex;
  }
  return make_str(out);
}

// ---- Normalisation
bool form_of(Value v, const char* function, NormalForm* out) {
  if (!is_str(v)) return raise(types::TypeError, "%s() argument 1 must be str, not %T", function, v);
  if (str_eq_ascii(v, "NFC"))
    *out = NormalForm::kNfc;
  else if (str_eq_ascii(v, "NFKC"))
    *out = NormalForm::kNfkc;
  else if (str_eq_ascii(v, "NFD"))
    *out = NormalForm::kNfd;
  else if (str_eq_ascii(v, "NFKD"))
    *out = NormalForm::kNfkd;
  else
    return raise(types::ValueError, "invalid normalization form");
  return true;
}
std::u32string code_points(Value v) {
  const Str* s = str_ptr(v);
  std::u32string out(s->length, U'\0');
  for (size_t i = 0; i < s->length; i++) out[i] = s->at(i);
  return out;
}
// 3.2 knew fewer characters and had five decompositions wrong.
uint32_t old_character(uint32_t c) {
  static const uint32_t corrections[][2] = {
      {0x2F868, 0x2136A}, {0x2F874, 0x5F33}, {0x2F91F, 0x43AB}, {0x2F95F, 0x7AAE}, {0x2F9BF, 0x4D57}};
  if (!old_assigned(c)) return unicode::kKeepWhole;
  for (auto& fix : corrections)
    if (c == fix[0]) return fix[1];
  return c;
}
std::u32string normalized(const Args& a, NormalForm form, const std::u32string& text) {
  std::u32string out;
  unicode::normalize(form, reinterpret_cast<const uint32_t*>(text.data()), text.size(), &out,
                     is_old(a) ? old_character : nullptr);
  return out;
}
Ref ucd_normalize(Args& a) {
  NormalForm form = NormalForm::kNfc;
  if (is_str(a[1]) && str_ptr(a[1])->length == 0 && is_str(a[0])) return empty_str();
  if (is_str(a[1]) ? !form_of(a[0], "normalize", &form) : !is_str(a[0]) && !form_of(a[0], "normalize", &form))
    return nullptr;
  if (!is_str(a[1])) return raise(types::TypeError, "normalize() argument 2 must be str, not %T", a[1]);
  if (str_ptr(a[1])->ascii) return str_exact(a[1]);
  std::u32string text = code_points(a[1]);
  if (!is_old(a) && unicode::is_normalized_quick(form, reinterpret_cast<const uint32_t*>(text.data()), text.size()))
    return str_exact(a[1]);
  std::u32string out = normalized(a, form, text);
  return make_str_ucs4(reinterpret_cast<const uint32_t*>(out.data()), out.size());
}
Ref ucd_is_normalized(Args& a) {
  NormalForm form = NormalForm::kNfc;
  if (!is_str(a[0])) return raise(types::TypeError, "is_normalized() argument 1 must be str, not %T", a[0]);
  if (!is_str(a[1])) return raise(types::TypeError, "is_normalized() argument 2 must be str, not %T", a[1]);
  if (str_ptr(a[1])->length == 0) return Ref::imm(kTrue);
  if (!form_of(a[0], "is_normalized", &form)) return nullptr;
  if (str_ptr(a[1])->ascii) return Ref::imm(kTrue);
  std::u32string text = code_points(a[1]);
  return Ref::imm(bool_value(normalized(a, form, text) == text));
}

// ---- Names
Ref ucd_name(Args& a) {
  uint32_t c;
  if (!character(a[0], "name", false, &c)) return nullptr;
  std::string name;
  if (!(is_old(a) && !old_assigned(c)) && unicode::character_name(c, &name)) return make_str(name);
  if (a.has(1)) return Ref::dup(a[1]);
  return raise(types::ValueError, "no such name");
}
Ref ucd_lookup(Args& a) {
  std::string text;
  if (is_str(a[0])) {
    if (!utf8_of(a[0], &text)) return nullptr;
  } else {
    BufferView v(a[0]);
    if (!v.ok()) return nullptr;
    text = v.view();
  }
  if (text.size() > 256) return raise(types::KeyError, "name too long");
  uint32_t codes[4];
  bool old = is_old(a);
  int n = unicode::find_character(text, codes, !old, !old);
  if (n == 1 && old && !old_assigned(codes[0])) n = 0;
  if (n == 0) return raise(types::KeyError, "undefined character name '%s'", text.c_str());
  return make_str_ucs4(codes, static_cast<size_t>(n));
}

const NativeDef kFunctions[] = {
    {"decimal", "($self, chr, default=<unrepresentable>, /)", ucd_decimal, 0,
     "Converts a Unicode character into its equivalent decimal value."},
    {"digit", "($self, chr, default=<unrepresentable>, /)", ucd_digit, 0,
     "Converts a Unicode character into its equivalent digit value."},
    {"numeric", "($self, chr, default=<unrepresentable>, /)", ucd_numeric, 0,
     "Converts a Unicode character into its equivalent numeric value."},
    {"category", "($self, chr, /)", ucd_category, 0,
     "Returns the general category assigned to the character chr as string."},
    {"bidirectional", "($self, chr, /)", ucd_bidirectional, 0,
     "Returns the bidirectional class assigned to the character chr as string."},
    {"combining", "($self, chr, /)", ucd_combining, 0,
     "Returns the canonical combining class assigned to the character chr as integer."},
    {"mirrored", "($self, chr, /)", ucd_mirrored, 0,
     "Returns the mirrored property assigned to the character chr as integer."},
    {"east_asian_width", "($self, chr, /)", ucd_east_asian_width, 0,
     "Returns the east asian width assigned to the character chr as string."},
    {"decomposition", "($self, chr, /)", ucd_decomposition, 0,
     "Returns the character decomposition mapping assigned to the character chr as string."},
    {"normalize", "($self, form, unistr, /)", ucd_normalize, 0,
     "Return the normal form 'form' for the Unicode string unistr."},
    {"is_normalized", "($self, form, unistr, /)", ucd_is_normalized, 0,
     "Return whether the Unicode string unistr is in the normal form 'form'."},
    {"name", "($self, chr, default=<unrepresentable>, /)", ucd_name, 0,
     "Returns the name assigned to the character chr as a string."},
    {"lookup", "($self, name, /)", ucd_lookup, 0, "Look up character by name."},
    {},
};
Ref ucd_version(Value) { return make_str("3.2.0"); }
const GetSetDef kUcdGetSet[] = {{"unidata_version", ucd_version, nullptr, nullptr}, {}};
TypeObject* ucd_type() {
  static const TypeSpec spec = {.flags = kTypeNoInstantiate, .methods = kFunctions, .getset = kUcdGetSet};
  static TypeObject* const type = make_native_type("unicodedata.UCD", types::Object, &spec);
  return type;
}

bool exec(Value module) {
  Ref old = Ref::steal(alloc_instance(ucd_type()));
  if (!old) return false;
  static char names_api;  // what the capsule stands for has no use outside
  Ref api = make_capsule(&names_api, "unicodedata._ucnhash_CAPI", nullptr);
  return api && module_add_str(module, "unidata_version", "14.0.0") && module_add_type(module, ucd_type()) &&
         module_add(module, "ucd_3_2_0", std::move(old)) && module_add(module, "_ucnhash_CAPI", std::move(api));
}
}  // namespace

// GIL off: they only read tables.
extern const ModuleDef unicodedata_module;
const ModuleDef unicodedata_module = {"unicodedata",
                                      "This module provides access to the Unicode Character Database: the properties "
                                      "of all characters, as of version 14.0.0.",
                                      kFunctions, exec, kFunctionsAtOnce};

}  // namespace taipan
