// Methods of bytes and bytearray that treat them as ASCII text: case, classes, padding, tables, hexadecimal.
#include "interp/objects/abstract.h"
#include "interp/objects/bytes_impl.h"
#include "interp/objects/int.h"
#include "interp/objects/str_impl.h"

namespace taipan {

static bool lower(uint8_t c) { return static_cast<uint8_t>(c - 'a') < 26; }
static bool upper(uint8_t c) { return static_cast<uint8_t>(c - 'A') < 26; }
static bool alpha(uint8_t c) { return static_cast<uint8_t>((c | 32) - 'a') < 26; }
static bool digit(uint8_t c) { return static_cast<uint8_t>(c - '0') < 10; }
static bool space(uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
static uint8_t to_lower(uint8_t c) { return upper(c) ? c + 32 : c; }
static uint8_t to_upper(uint8_t c) { return lower(c) ? c - 32 : c; }

template <class Map>
static Ref map_octets(Value self, Map map) {
  std::string_view s = octets(self);
  if (s.size() <= 1) {
    uint8_t c = s.empty() ? 0 : map(static_cast<uint8_t>(s[0]));
    return make_like(self, {reinterpret_cast<char*>(&c), s.size()});
  }
  OctetResult r(self, s.size());
  if (!r.ok()) return nullptr;
  const uint8_t* from = reinterpret_cast<const uint8_t*>(s.data());
  uint8_t* to = r.data();
  for (size_t i = 0, n = s.size(); i < n; i++) to[i] = map(from[i]);
  return r.take();
}
Ref octets_lower(Args& a) { return map_octets(a.self, to_lower); }
Ref octets_upper(Args& a) { return map_octets(a.self, to_upper); }
Ref octets_swapcase(Args& a) {
  return map_octets(a.self, [](uint8_t c) { return static_cast<uint8_t>(alpha(c) ? c ^ 32 : c); });
}
Ref octets_capitalize(Args& a) {
  bool first = true;
  return map_octets(a.self, [&first](uint8_t c) {
    uint8_t r = first ? to_upper(c) : to_lower(c);
    first = false;
    return r;
  });
}
Ref octets_title(Args& a) {
  bool inside = false;
  return map_octets(a.self, [&inside](uint8_t c) {
    uint8_t r = inside ? to_lower(c) : to_upper(c);
    inside = alpha(c);
    return r;
  });
}

template <class Test>
static Ref all_of(Value self, bool empty, Test test) {
  std::string_view s = octets(self);
  if (s.empty()) return Ref::imm(bool_value(empty));
  for (char c : s)
    if (!test(static_cast<uint8_t>(c))) return Ref::imm(kFalse);
  return Ref::imm(kTrue);
}
Ref octets_isalpha(Args& a) { return all_of(a.self, false, alpha); }
Ref octets_isalnum(Args& a) {
  return all_of(a.self, false, [](uint8_t c) { return alpha(c) || digit(c); });
}
Ref octets_isdigit(Args& a) { return all_of(a.self, false, digit); }
Ref octets_isspace(Args& a) { return all_of(a.self, false, space); }
Ref octets_isascii(Args& a) {
  std::string_view s = octets(a.self);
  return Ref::imm(bool_value(all_ascii(reinterpret_cast<const uint8_t*>(s.data()), s.size())));
}
Ref octets_islower(Args& a) {
  bool cased = false;
  for (char ch : octets(a.self)) {
    uint8_t c = static_cast<uint8_t>(ch);
    if (upper(c)) return Ref::imm(kFalse);
    cased |= lower(c);
  }
  return Ref::imm(bool_value(cased));
}
Ref octets_isupper(Args& a) {
  bool cased = false;
  for (char ch : octets(a.self)) {
    uint8_t c = static_cast<uint8_t>(ch);
    if (lower(c)) return Ref::imm(kFalse);
    cased |= upper(c);
  }
  return Ref::imm(bool_value(cased));
}
Ref octets_istitle(Args& a) {
  bool cased = false, inside = false;
  for (char ch : octets(a.self)) {
    uint8_t c = static_cast<uint8_t>(ch);
    if (upper(c)) {
      if (inside) return Ref::imm(kFalse);
      inside = cased = true;
    } else if (lower(c)) {
      if (!inside) return Ref::imm(kFalse);
      cased = true;
    } else {
      inside = false;
    }
  }
  return Ref::imm(bool_value(cased));
}

// ---- Padding ----------------------------------------------------------------------------------------------------------------------------
static Ref pad(Value self, size_t left, size_t right, uint8_t fill) {
  size_t n = octets(self).size();
  if (left > kMaxStrBytes / 4 || right > kMaxStrBytes / 4 || n > kMaxStrBytes / 4) return raise_memory();
  if (left + n + right <= 1) {
    std::string_view s = octets(self);
    return make_like(self, n ? s : std::string_view(reinterpret_cast<char*>(&fill), left + right));
  }
  OctetResult r(self, left + n + right);
  if (!r.ok()) return nullptr;
  uint8_t* to = r.data();
  memset(to, fill, left);
  if (n) memcpy(to + left, octets(self).data(), n);
  memset(to + left + n, fill, right);
  return r.take();
}
static bool pad_args(Args& a, const char* name, int64_t* width, uint8_t* fill) {
  if (!to_c_ssize(a[0], width)) return false;
  *fill = ' ';
  if (!a.has(1)) return true;
  if ((!is_bytes(a[1]) && !is_bytearray(a[1])) || octets(a[1]).size() != 1)
    return raise(types::TypeError, "%s() argument 2 must be a byte string of length 1, not %T", name, a[1]);
  *fill = static_cast<uint8_t>(octets(a[1])[0]);
  return true;
}
Ref octets_ljust(Args& a) {
  int64_t width;
  uint8_t fill;
  if (!pad_args(a, "ljust", &width, &fill)) return nullptr;
  int64_t n = static_cast<int64_t>(octets(a.self).size());
  return width <= n ? make_same(a.self) : pad(a.self, 0, static_cast<size_t>(width - n), fill);
}
Ref octets_rjust(Args& a) {
  int64_t width;
  uint8_t fill;
  if (!pad_args(a, "rjust", &width, &fill)) return nullptr;
  int64_t n = static_cast<int64_t>(octets(a.self).size());
  return width <= n ? make_same(a.self) : pad(a.self, static_cast<size_t>(width - n), 0, fill);
}
Ref octets_center(Args& a) {
  int64_t width;
  uint8_t fill;
  if (!pad_args(a, "center", &width, &fill)) return nullptr;
  int64_t n = static_cast<int64_t>(octets(a.self).size());
  if (width <= n) return make_same(a.self);
  int64_t room = width - n, left = room / 2 + (room & width & 1);
  return pad(a.self, static_cast<size_t>(left), static_cast<size_t>(room - left), fill);
}
Ref octets_zfill(Args& a) {
  int64_t width;
  if (!to_c_ssize(a[0], &width)) return nullptr;
  std::string_view s = octets(a.self);
  int64_t n = static_cast<int64_t>(s.size());
  if (width <= n) return make_same(a.self);
  size_t zeros = static_cast<size_t>(width - n);
  bool sign = n > 0 && (s[0] == '+' || s[0] == '-');
  char first = sign ? s[0] : '0';
  Ref r = pad(a.self, zeros, 0, '0');
  if (r && sign) {
    uint8_t* p = is_bytes(r) ? r.as<Bytes>()->data() : r.as<ByteArray>()->start;
    p[0] = static_cast<uint8_t>(first);
    p[zeros] = '0';
  }
  return r;
}
Ref octets_expandtabs(Args& a) {
  int tabsize = 8;
  if (a.has(0) && !to_c_int(a[0], &tabsize)) return nullptr;
  size_t step = tabsize > 0 ? static_cast<size_t>(tabsize) : 0, column = 0, total = 0;
  std::string_view s = octets(a.self);
  for (char c : s) {
    size_t grow = 1;
    if (c == '\t') {
      grow = step ? step - column % step : 0;
      column += grow;
    } else {
      column = c == '\n' || c == '\r' ? 0 : column + 1;
    }
    if (grow > kMaxStrBytes / 2 - total) return raise(types::OverflowError, "result too long");
    total += grow;
  }
  OctetResult r(a.self, total);
  if (!r.ok() || total == 0) return r.take();
  uint8_t* to = r.data();
  column = 0;
  for (char c : octets(a.self)) {
    if (c == '\t') {
      size_t grow = step ? step - column % step : 0;
      memset(to, ' ', grow);
      to += grow;
      column += grow;
    } else {
      *to++ = static_cast<uint8_t>(c);
      column = c == '\n' || c == '\r' ? 0 : column + 1;
    }
  }
  return r.take();
}

// ---- Tables -----------------------------------------------------------------------------------------------------------------------------
Ref octets_translate(Args& a) {
  uint8_t table[256];
  bool identity = a[0] == kNone;
  if (identity) {
    for (int i = 0; i < 256; i++) table[i] = static_cast<uint8_t>(i);
  } else {
    BufferView v(a[0]);
    if (!v.ok()) return nullptr;
    if (v.size() != 256) return raise(types::ValueError, "translation table must be 256 characters long");
    memcpy(table, v.data(), 256);
  }
  bool drop[256] = {};
  bool any = false;
  if (a.has(1)) {
    BufferView v(a[1]);
    if (!v.ok()) return nullptr;
    for (size_t i = 0; i < v.size(); i++) drop[v.data()[i]] = any = true;
  }
  if (!any) {
    if (identity) return make_same(a.self);
    return map_octets(a.self, [&](uint8_t c) { return table[c]; });
  }
  std::string_view s = octets(a.self);
  size_t total = 0;
  for (char c : s) total += !drop[static_cast<uint8_t>(c)];
  if (total == s.size() && identity) return make_same(a.self);
  OctetResult r(a.self, total);
  if (!r.ok() || total == 0) return r.take();
  uint8_t* to = r.data();
  for (char c : octets(a.self))
    if (!drop[static_cast<uint8_t>(c)]) *to++ = table[static_cast<uint8_t>(c)];
  return r.take();
}
Ref octets_maketrans(Args& a) {
  BufferView x(a[0]);
  if (!x.ok()) return nullptr;
  BufferView y(a[1]);
  if (!y.ok()) return nullptr;
  if (x.size() != y.size()) return raise(types::ValueError, "maketrans arguments must have same length");
  Ref r = new_bytes_raw(256);
  if (!r) return nullptr;
  uint8_t* t = r.as<Bytes>()->data();
  for (int i = 0; i < 256; i++) t[i] = static_cast<uint8_t>(i);
  for (size_t i = 0; i < x.size(); i++) t[x.data()[i]] = y.data()[i];
  return r;
}

// ---- Hexadecimal ------------------------------------------------------------------------------------------------------------------------
static int hex_digit(uint32_t c) {
  if (c - '0' < 10) return static_cast<int>(c - '0');
  if ((c | 32) - 'a' < 6) return static_cast<int>((c | 32) - 'a' + 10);
  return -1;
}
Ref octets_fromhex(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "fromhex() argument must be str, not %T", a[0]);
  const Str* s = str_ptr(a[0]);
  std::string out;
  out.reserve(s->length / 2);
  size_t i = 0;
  for (;;) {
    while (i < s->length && s->at(i) < 128 && space(static_cast<uint8_t>(s->at(i)))) i++;
    if (i >= s->length) break;
    int high = hex_digit(s->at(i));
    if (high < 0)
      return raise(types::ValueError, "non-hexadecimal number found in fromhex() arg at position %zd",
                   static_cast<ssize_t>(i));
    int low = i + 1 < s->length ? hex_digit(s->at(i + 1)) : -1;
    if (low < 0)
      return raise(types::ValueError, "non-hexadecimal number found in fromhex() arg at position %zd",
                   static_cast<ssize_t>(i + 1));
    out.push_back(static_cast<char>(high << 4 | low));
    i += 2;
  }
  TypeObject* cls = a.self.as<TypeObject>();
  bool mutable_one = is_subtype(cls, types::ByteArray);
  Ref r = mutable_one ? make_bytearray(out.data(), out.size()) : make_bytes(out);
  if (!r || cls == types::Bytes || cls == types::ByteArray) return r;
  return call(a.self, r);
}

Ref hex_text(std::string_view s, Value sep, Value bytes_per_sep) {
  static const char digits[] = "0123456789abcdef";
  char mark = 0;
  int group = 1;
  if (sep) {
    if (is_str(sep)) {
      if (str_ptr(sep)->length != 1) return raise(types::ValueError, "sep must be length 1.");
      if (!str_ptr(sep)->ascii) return raise(types::ValueError, "sep must be ASCII.");
      mark = static_cast<char>(str_ptr(sep)->at(0));
    } else if (is_bytes(sep)) {
      if (sep.as<Bytes>()->size != 1) return raise(types::ValueError, "sep must be length 1.");
      mark = sep.as<Bytes>()->view()[0];
      if (static_cast<uint8_t>(mark) > 127) return raise(types::ValueError, "sep must be ASCII.");
    } else {
      int64_t n = length_of(sep);
      if (n < 0) return nullptr;
      if (n != 1) return raise(types::ValueError, "sep must be length 1.");
      return raise(types::TypeError, "sep must be str or bytes.");
    }
    if (bytes_per_sep && !to_c_int(bytes_per_sep, &group)) return nullptr;
  } else if (bytes_per_sep && !to_c_int(bytes_per_sep, &group)) {
    return nullptr;
  }
  size_t n = s.size();
  if (n == 0) return empty_str();
  if (n > kMaxStrBytes / 8) return raise_memory();
  size_t width = group < 0 ? 0 - static_cast<size_t>(group) : static_cast<size_t>(group);
  bool marked = sep && width != 0 && width < n;
  size_t total = n * 2 + (marked ? (n - 1) / width : 0);
  Str* r = alloc_ascii(total);
  if (!r) return nullptr;
  char* to = ascii_data(r);
  // Groups are counted from the right, from the left if the number is negative.
  size_t left = !marked ? SIZE_MAX : group < 0 ? width : (n - 1) % width + 1;
  for (size_t i = 0; i < n; i++) {
    if (left-- == 0) {
      *to++ = mark;
      left = width - 1;
    }
    uint8_t c = static_cast<uint8_t>(s[i]);
    *to++ = digits[c >> 4];
    *to++ = digits[c & 15];
  }
  return Ref::steal(r);
}
Ref octets_hex(Args& a) {
  if (is_bytearray(a.self) && (a.has(0) || a.has(1))) {
    BufferView keep(a.self);  // sep's __len__ or __index__ may resize
    return keep.ok() ? hex_text(keep.view(), a[0], a[1]) : nullptr;
  }
  return hex_text(octets(a.self), a[0], a[1]);
}

}  // namespace taipan
