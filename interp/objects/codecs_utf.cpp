// UTF-8, UTF-16, UTF-32, Latin-1 and ASCII.
#include "interp/objects/bytes.h"
#include "interp/objects/codec_errors.h"
#include "interp/objects/codecs.h"
#include "interp/objects/str_impl.h"

namespace taipan {

static const uint8_t* u8(std::string_view s) { return reinterpret_cast<const uint8_t*>(s.data()); }

// ---- UTF-8 in -----------------------------------------------------------------------------------------------------------------------------
namespace {
struct Utf8Fault {
  size_t length = 0;  // bytes at fault
  const char* reason = nullptr;
  bool incomplete = false;  // more input could complete it
};
// One character at p (n > 0 left). Returns its length, or 0 and the fault.
TAIPAN_INLINE size_t utf8_char(const uint8_t* p, size_t n, uint32_t* c, Utf8Fault* fault) {
  uint32_t b = p[0];
  if (b < 0x80) {
    *c = b;
    return 1;
  }
  auto bad = [fault](size_t length, const char* reason, bool incomplete = false) {
    fault->length = length;
    fault->reason = reason;
    fault->incomplete = incomplete;
    return size_t{0};
  };
  auto continues = [](uint8_t x) { return (x & 0xC0) == 0x80; };
  if (b < 0xC2) return bad(1, "invalid start byte");
  if (b < 0xE0) {
    if (n < 2) return bad(1, "unexpected end of data", true);
    if (!continues(p[1])) return bad(1, "invalid continuation byte");
    *c = (b & 0x1F) << 6 | (p[1] & 0x3Fu);
    return 2;
  }
  if (b < 0xF0) {
    if (n < 2) return bad(1, "unexpected end of data", true);
    // Half a surrogate counts as incomplete, so that surrogatepass gets to see all of it.
    if (!continues(p[1]) || (p[1] < 0xA0 ? b == 0xE0 : b == 0xED))
      return bad(1, "invalid continuation byte", n == 2 && b == 0xED && p[1] >= 0xA0 && p[1] < 0xC0);
    if (n < 3) return bad(2, "unexpected end of data", true);
    if (!continues(p[2])) return bad(2, "invalid continuation byte");
    *c = (b & 0xF) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    return 3;
  }
  if (b >= 0xF5) return bad(1, "invalid start byte");
  if (n < 2) return bad(1, "unexpected end of data", true);
  if (!continues(p[1]) || (p[1] < 0x90 ? b == 0xF0 : b == 0xF4)) return bad(1, "invalid continuation byte");
  if (n < 3) return bad(2, "unexpected end of data", true);
  if (!continues(p[2])) return bad(2, "invalid continuation byte");
  if (n < 4) return bad(3, "unexpected end of data", true);
  if (!continues(p[3])) return bad(3, "invalid continuation byte");
  *c = (b & 7) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
  return 4;
}

// Text known to be well-formed.
template <class Unit>
void fill_from_utf8(Unit* to, const uint8_t* p, const uint8_t* end) {
  while (p < end) {
    uint32_t c = *p++;
    if (c >= 0x80) {
      if (c < 0xE0) {
        c = (c & 0x1F) << 6 | (p[0] & 0x3Fu);
        p += 1;
      } else if (c < 0xF0) {
        c = (c & 0xF) << 12 | (p[0] & 0x3Fu) << 6 | (p[1] & 0x3Fu);
        p += 2;
      } else {
        c = (c & 7) << 18 | (p[0] & 0x3Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
        p += 3;
      }
    }
    *to++ = static_cast<Unit>(c);
  }
}
}  // namespace

// Well-formed text of the basic plane in one pass; 0: anything else. The first `ascii` octets are known to be ASCII.
static constexpr size_t kUtf8Scratch = 8192;
static size_t read_utf8(const uint8_t* p, size_t n, size_t ascii, uint16_t* out) {
  uint16_t* to = out;
  for (size_t i = 0; i < ascii; i++) *to++ = p[i];
  for (size_t i = ascii; i < n;) {
    uint32_t c = p[i];
    if (c < 0x80) {
      *to++ = static_cast<uint16_t>(c);
      i++;
    } else if (c < 0xE0) {
      if (c < 0xC2 || n - i < 2 || (p[i + 1] & 0xC0) != 0x80) return 0;
      *to++ = static_cast<uint16_t>((c & 0x1F) << 6 | (p[i + 1] & 0x3F));
      i += 2;
    } else {
      if (c >= 0xF0 || n - i < 3 || (p[i + 1] & 0xC0) != 0x80 || (p[i + 2] & 0xC0) != 0x80) return 0;
      c = (c & 0xF) << 12 | static_cast<uint32_t>(p[i + 1] & 0x3F) << 6 | (p[i + 2] & 0x3F);
      if (c < 0x800 || c - 0xD800 < 0x800) return 0;
      *to++ = static_cast<uint16_t>(c);
      i += 3;
    }
  }
  return static_cast<size_t>(to - out);
}

Ref decode_utf8(std::string_view in, const char* errors, size_t* consumed) {
  const uint8_t* p = u8(in);
  size_t n = in.size();
  size_t at = ascii_prefix(p, n);
  if (at == n) {
    if (consumed) *consumed = n;
    if (n <= 1) return n ? make_str_char(p[0]) : empty_str();
    Str* s = alloc_ascii(n);
    if (!s) return nullptr;
    memcpy(s->data(), p, n);
    return Ref::steal(s);
  }
  uint16_t small[kUtf8Scratch];
  uint16_t* scratch = n <= kUtf8Scratch ? small : static_cast<uint16_t*>(gc::raw_alloc(n * sizeof(uint16_t)));
  size_t units = scratch ? read_utf8(p, n, at, scratch) : 0;
  Ref plain = units == 0 ? Ref() : units == 1 ? make_str_char(scratch[0]) : make_str_ucs2(scratch, units);
  if (scratch != small) gc::raw_free(scratch);
  if (units) {
    if (consumed) *consumed = n;
    return plain;
  }
  // Well-formed to the end (or to an incomplete last character)? Then the size is known before anything is written.
  size_t length = at, pos = at;
  uint32_t bits = 0x80;
  Utf8Fault fault;
  while (pos < n) {
    uint32_t c;
    size_t k = utf8_char(p + pos, n - pos, &c, &fault);
    if (k == 0) break;
    bits |= c;
    pos += k;
    length++;
  }
  if (pos == n || (fault.incomplete && consumed)) {
    if (consumed) *consumed = pos;
    if (length == 0) return empty_str();
    if (length == 1) {
      uint32_t c = 0;
      utf8_char(p, pos, &c, &fault);
      return make_str_char(c);
    }
    uint32_t max = length == at ? 0x7F : bits < 0x100 ? 0xFF : bits < 0x10000 ? 0xFFFF : 0x10FFFF;
    Str* s = alloc_str(length, max);
    if (!s) return nullptr;
    if (s->kind == 1)
      fill_from_utf8(static_cast<uint8_t*>(s->data()), p, p + pos);
    else if (s->kind == 2)
      fill_from_utf8(static_cast<uint16_t*>(s->data()), p, p + pos);
    else
      fill_from_utf8(static_cast<uint32_t*>(s->data()), p, p + pos);
    return Ref::steal(s);
  }
  // Malformed somewhere: piece by piece.
  DecodeErrors handler("utf-8", in, errors);
  StrBuilder out;
  if (!out.reserve(n)) return nullptr;
  pos = 0;
  while (pos < in.size()) {
    p = u8(in);
    size_t run = ascii_prefix(p + pos, in.size() - pos);
    if (run) {
      if (!out.append_ascii(in.substr(pos, run))) return nullptr;
      pos += run;
      continue;
    }
    uint32_t c;
    size_t k = utf8_char(p + pos, in.size() - pos, &c, &fault);
    if (k) {
      if (!out.append_char(c)) return nullptr;
      pos += k;
      continue;
    }
    if (fault.incomplete && consumed) break;
    size_t next;
    if (!handler.handle(pos, pos + fault.length, fault.reason, &out, &next)) return nullptr;
    in = handler.input();
    pos = next;
  }
  if (consumed) *consumed = pos;
  return out.finish();
}

// ---- UTF-8 out ----------------------------------------------------------------------------------------------------------------------------
static size_t put_utf8(uint8_t* to, uint32_t c) {
  if (c < 0x80) {
    to[0] = static_cast<uint8_t>(c);
    return 1;
  }
  if (c < 0x800) {
    to[0] = static_cast<uint8_t>(0xC0 | c >> 6);
    to[1] = static_cast<uint8_t>(0x80 | (c & 0x3F));
    return 2;
  }
  if (c < 0x10000) {
    to[0] = static_cast<uint8_t>(0xE0 | c >> 12);
    to[1] = static_cast<uint8_t>(0x80 | (c >> 6 & 0x3F));
    to[2] = static_cast<uint8_t>(0x80 | (c & 0x3F));
    return 3;
  }
  to[0] = static_cast<uint8_t>(0xF0 | c >> 18);
  to[1] = static_cast<uint8_t>(0x80 | (c >> 12 & 0x3F));
  to[2] = static_cast<uint8_t>(0x80 | (c >> 6 & 0x3F));
  to[3] = static_cast<uint8_t>(0x80 | (c & 0x3F));
  return 4;
}

static Ref encode_utf8_slowly(Value v, const char* errors) {
  const Str* s = str_ptr(v);
  EncodeErrors handler("utf-8", v, errors);
  std::string out;
  out.reserve(s->length * 3);
  for (size_t i = 0; i < s->length;) {
    uint32_t c = s->at(i);
    if (c - 0xD800 >= 0x800) {
      uint8_t buf[4];
      out.append(reinterpret_cast<char*>(buf), put_utf8(buf, c));
      i++;
      continue;
    }
    size_t end = i + 1;
    while (end < s->length && s->at(end) - 0xD800 < 0x800) end++;
    Ref text;
    std::string octets;
    size_t next;
    if (!handler.handle(i, end, "surrogates not allowed", &text, &octets, &next)) return nullptr;
    if (text) {
      if (!str_ptr(text)->ascii) return handler.fail(i, end, "surrogates not allowed"), nullptr;
      out.append(str_ptr(text)->ascii_view());
    } else {
      out.append(octets);
    }
    i = next;
  }
  return make_bytes(out);
}

// One pass into room for the widest case; SIZE_MAX where a surrogate is met.
template <class Unit>
static size_t write_utf8(uint8_t* to, const Unit* p, size_t n) {
  uint8_t* start = to;
  for (size_t i = 0; i < n; i++) {
    uint32_t c = p[i];
    if (c < 0x80) {
      *to++ = static_cast<uint8_t>(c);
    } else if (c < 0x800) {
      to[0] = static_cast<uint8_t>(0xC0 | c >> 6);
      to[1] = static_cast<uint8_t>(0x80 | (c & 0x3F));
      to += 2;
    } else if (c < 0x10000) {
      if (TAIPAN_UNLIKELY(c - 0xD800 < 0x800)) return SIZE_MAX;
      to[0] = static_cast<uint8_t>(0xE0 | c >> 12);
      to[1] = static_cast<uint8_t>(0x80 | (c >> 6 & 0x3F));
      to[2] = static_cast<uint8_t>(0x80 | (c & 0x3F));
      to += 3;
    } else {
      to[0] = static_cast<uint8_t>(0xF0 | c >> 18);
      to[1] = static_cast<uint8_t>(0x80 | (c >> 12 & 0x3F));
      to[2] = static_cast<uint8_t>(0x80 | (c >> 6 & 0x3F));
      to[3] = static_cast<uint8_t>(0x80 | (c & 0x3F));
      to += 4;
    }
  }
  return static_cast<size_t>(to - start);
}

// (At this level: g++ 12 can't take a function's own constant in a generic lambda's array bound.)
static constexpr size_t kScratch = 4096;

Ref encode_utf8(Value v, const char* errors) {
  const Str* s = str_ptr(v);
  if (s->ascii) return make_bytes(s->data(), s->length);
  if (s->length <= kScratch) {  // texts of ordinary length: the size is known when they are written
    return with_units(s, [&](auto* p) -> Ref {
      using Unit = std::remove_cv_t<std::remove_reference_t<decltype(*p)>>;
      constexpr size_t kMost = sizeof(Unit) == 1 ? 2 : sizeof(Unit) == 2 ? 3 : 4;  // bytes a character
      uint8_t scratch[kScratch * kMost];
      size_t n = write_utf8(scratch, p, s->length);
      return n == SIZE_MAX ? encode_utf8_slowly(v, errors) : make_bytes(scratch, n);
    });
  }
  return with_units(s, [&](auto* p) -> Ref {
    using Unit = std::remove_cv_t<std::remove_reference_t<decltype(*p)>>;
    size_t n = s->length, total = 0, surrogates = 0;
    for (size_t i = 0; i < n; i++) {
      uint32_t c = p[i];
      total += 1 + (c >= 0x80);
      if constexpr (sizeof(Unit) >= 2) {
        total += c >= 0x800;
        surrogates += c - 0xD800 < 0x800;
      }
      if constexpr (sizeof(Unit) == 4) total += c >= 0x10000;
    }
    if (surrogates) return encode_utf8_slowly(v, errors);
    Ref r = new_bytes_raw(total);
    if (!r) return nullptr;
    uint8_t* to = r.as<Bytes>()->data();
    for (size_t i = 0; i < n; i++) to += put_utf8(to, p[i]);
    return r;
  });
}

// ---- UTF-16 -------------------------------------------------------------------------------------------------------------------------------
static uint16_t unit16(const uint8_t* p, bool big) {
  uint16_t u;
  memcpy(&u, p, 2);
  return big ? __builtin_bswap16(u) : u;
}
template <bool big, class Unit>
static void fill_from_utf16(Unit* to, const uint8_t* p, size_t n) {
  for (size_t i = 0; i < n; i++) to[i] = static_cast<Unit>(unit16(p + 2 * i, big));
}
// Text without surrogates, n units; null without an exception: it has some.
template <bool big>
static Ref decode_plain_utf16(const uint8_t* p, size_t n) {
  uint32_t bits = 0, surrogates = 0;
  for (size_t i = 0; i < n; i++) {
    uint16_t u = unit16(p + 2 * i, big);
    bits |= u;
    surrogates |= static_cast<uint16_t>(u - 0xD800) < 0x800;
  }
  if (surrogates) return nullptr;
  if (n < 2) return n ? make_str_char(unit16(p, big)) : empty_str();
  Str* s = alloc_str(n, bits);
  if (!s) return nullptr;
  if (s->kind == 1) {
    fill_from_utf16<big>(static_cast<uint8_t*>(s->data()), p, n);
  } else {
    fill_from_utf16<big>(static_cast<uint16_t*>(s->data()), p, n);
  }
  return Ref::steal(s);
}

Ref decode_utf16(std::string_view in, const char* errors, int* byte_order, size_t* consumed) {
  const uint8_t* p = u8(in);
  size_t pos = 0;
  int order = byte_order ? *byte_order : 0;
  if (order == 0 && in.size() >= 2) {
    uint32_t mark = p[0] | static_cast<uint32_t>(p[1]) << 8;
    if (mark == 0xFEFF)
      order = -1;
    else if (mark == 0xFFFE)
      order = 1;
    if (order) pos = 2;
  }
  bool big = order == 1;
  if (byte_order) *byte_order = order;
  if (size_t whole = in.size() - pos; whole % 2 == 0) {
    Ref r = big ? decode_plain_utf16<true>(p + pos, whole / 2) : decode_plain_utf16<false>(p + pos, whole / 2);
    if (r) {
      if (consumed) *consumed = in.size();
      return r;
    }
    if (error_occurred()) return nullptr;
  }
  DecodeErrors handler(big ? "utf-16-be" : "utf-16-le", in, errors);
  StrBuilder out;
  if (!out.reserve(in.size() / 2)) return nullptr;
  auto unit = [&](size_t at) {
    return big ? static_cast<uint32_t>(p[at]) << 8 | p[at + 1] : p[at] | static_cast<uint32_t>(p[at + 1]) << 8;
  };
  while (pos < in.size()) {
    p = u8(in);
    size_t left = in.size() - pos;
    size_t fault;
    const char* reason;
    if (left < 2) {
      if (consumed) break;
      fault = left;
      reason = "truncated data";
    } else {
      uint32_t c = unit(pos);
      if (c - 0xD800 >= 0x800) {
        if (!out.append_char(c)) return nullptr;
        pos += 2;
        continue;
      }
      if (c >= 0xDC00) {
        fault = 2;
        reason = "illegal encoding";
      } else if (left < 4) {
        if (consumed) break;
        fault = left;
        reason = "unexpected end of data";
      } else {
        uint32_t d = unit(pos + 2);
        if (d - 0xDC00 < 0x400) {
          if (!out.append_char(0x10000 + ((c - 0xD800) << 10) + (d - 0xDC00))) return nullptr;
          pos += 4;
          continue;
        }
        fault = 2;
        reason = "illegal UTF-16 surrogate";
      }
    }
    size_t next;
    if (!handler.handle(pos, pos + fault, reason, &out, &next)) return nullptr;
    in = handler.input();
    pos = next;
  }
  if (consumed) *consumed = pos;
  return out.finish();
}

static void put16(std::string* out, uint32_t u, bool big) {
  out->push_back(static_cast<char>(big ? u >> 8 : u));
  out->push_back(static_cast<char>(big ? u : u >> 8));
}
static void put32(std::string* out, uint32_t u, bool big) {
  for (int i = 0; i < 4; i++) out->push_back(static_cast<char>(u >> (big ? 24 - 8 * i : 8 * i)));
}

template <bool big>
static uint8_t* write_unit16(uint8_t* to, uint32_t c) {
  uint16_t u = static_cast<uint16_t>(c);
  if (big) u = __builtin_bswap16(u);
  memcpy(to, &u, 2);
  return to + 2;
}
// Text without surrogates; null without an exception: it has some.
template <bool big>
static Ref encode_plain_utf16(const Str* s, bool mark) {
  return with_units(s, [&](auto* p) -> Ref {
    using Unit = std::remove_cv_t<std::remove_reference_t<decltype(*p)>>;
    size_t n = s->length, astral = 0;
    if constexpr (sizeof(Unit) >= 2) {
      uint32_t surrogates = 0;
      for (size_t i = 0; i < n; i++) {
        surrogates |= static_cast<uint32_t>(p[i]) - 0xD800 < 0x800;
        if constexpr (sizeof(Unit) == 4) astral += p[i] >= 0x10000;
      }
      if (surrogates) return nullptr;
    }
    Ref r = new_bytes_raw(2 * (n + astral + mark));
    if (!r) return nullptr;
    uint8_t* to = r.as<Bytes>()->data();
    if (mark) to = write_unit16<big>(to, 0xFEFF);
    if (astral == 0) {
      for (size_t i = 0; i < n; i++) write_unit16<big>(to + 2 * i, p[i]);
      return r;
    }
    for (size_t i = 0; i < n; i++) {
      uint32_t c = p[i];
      if (c >= 0x10000) {
        to = write_unit16<big>(to, 0xD800 + ((c - 0x10000) >> 10));
        c = 0xDC00 + ((c - 0x10000) & 0x3FF);
      }
      to = write_unit16<big>(to, c);
    }
    return r;
  });
}

Ref encode_utf16(Value v, const char* errors, int byte_order) {
  const Str* s = str_ptr(v);
  bool big = byte_order == 1;
  Ref plain = big ? encode_plain_utf16<true>(s, false) : encode_plain_utf16<false>(s, byte_order == 0);
  if (plain || error_occurred()) return plain;
  std::string out;
  out.reserve(s->length * (s->kind == 4 ? 4 : 2) + 2);
  if (byte_order == 0) put16(&out, 0xFEFF, big);
  EncodeErrors handler(byte_order < 0 ? "utf-16-le" : byte_order > 0 ? "utf-16-be" : "utf-16", v, errors);
  for (size_t i = 0; i < s->length;) {
    uint32_t c = s->at(i);
    if (c >= 0x10000) {
      put16(&out, 0xD800 + ((c - 0x10000) >> 10), big);
      put16(&out, 0xDC00 + ((c - 0x10000) & 0x3FF), big);
      i++;
      continue;
    }
    if (c - 0xD800 >= 0x800) {
      put16(&out, c, big);
      i++;
      continue;
    }
    size_t end = i + 1;  // surrogates one at a time
    Ref text;
    std::string octets;
    size_t next;
    if (!handler.handle(i, end, "surrogates not allowed", &text, &octets, &next)) return nullptr;
    if (text) {
      if (!str_ptr(text)->ascii) return handler.fail(i, end, "surrogates not allowed"), nullptr;
      for (char ch : str_ptr(text)->ascii_view()) put16(&out, static_cast<uint8_t>(ch), big);
    } else {
      if (octets.size() & 1) return handler.fail(i, end, "surrogates not allowed"), nullptr;
      out.append(octets);
    }
    i = next;
  }
  return make_bytes(out);
}

// ---- UTF-32 -------------------------------------------------------------------------------------------------------------------------------
Ref decode_utf32(std::string_view in, const char* errors, int* byte_order, size_t* consumed) {
  const uint8_t* p = u8(in);
  size_t pos = 0;
  int order = byte_order ? *byte_order : 0;
  auto unit = [&](size_t at, bool big) {
    return big ? static_cast<uint32_t>(p[at]) << 24 | static_cast<uint32_t>(p[at + 1]) << 16 |
                     static_cast<uint32_t>(p[at + 2]) << 8 | p[at + 3]
               : static_cast<uint32_t>(p[at + 3]) << 24 | static_cast<uint32_t>(p[at + 2]) << 16 |
                     static_cast<uint32_t>(p[at + 1]) << 8 | p[at];
  };
  if (order == 0 && in.size() >= 4) {
    uint32_t mark = unit(0, false);
    if (mark == 0xFEFF)
      order = -1;
    else if (mark == 0xFFFE0000u)
      order = 1;
    if (order) pos = 4;
  }
  bool big = order == 1;
  if (byte_order) *byte_order = order;
  DecodeErrors handler(big ? "utf-32-be" : "utf-32-le", in, errors);
  StrBuilder out;
  if (!out.reserve(in.size() / 4)) return nullptr;
  while (pos < in.size()) {
    p = u8(in);
    size_t left = in.size() - pos;
    size_t fault = 4;
    const char* reason;
    if (left < 4) {
      if (consumed) break;
      fault = left;
      reason = "truncated data";
    } else {
      uint32_t c = unit(pos, big);
      if (c <= 0x10FFFF && c - 0xD800 >= 0x800) {
        if (!out.append_char(c)) return nullptr;
        pos += 4;
        continue;
      }
      reason = c > 0x10FFFF ? "code point not in range(0x110000)"
                            : "code point in surrogate code point range(0xd800, 0xe000)";
    }
    size_t next;
    if (!handler.handle(pos, pos + fault, reason, &out, &next)) return nullptr;
    in = handler.input();
    pos = next;
  }
  if (consumed) *consumed = pos;
  return out.finish();
}

Ref encode_utf32(Value v, const char* errors, int byte_order) {
  const Str* s = str_ptr(v);
  bool big = byte_order == 1;
  std::string out;
  out.reserve(s->length * 4 + 4);
  if (byte_order == 0) put32(&out, 0xFEFF, big);
  EncodeErrors handler(byte_order < 0 ? "utf-32-le" : byte_order > 0 ? "utf-32-be" : "utf-32", v, errors);
  for (size_t i = 0; i < s->length;) {
    uint32_t c = s->at(i);
    if (c - 0xD800 >= 0x800) {
      put32(&out, c, big);
      i++;
      continue;
    }
    size_t end = i + 1;  // surrogates one at a time
    Ref text;
    std::string octets;
    size_t next;
    if (!handler.handle(i, end, "surrogates not allowed", &text, &octets, &next)) return nullptr;
    if (text) {
      if (!str_ptr(text)->ascii) return handler.fail(i, end, "surrogates not allowed"), nullptr;
      for (char ch : str_ptr(text)->ascii_view()) put32(&out, static_cast<uint8_t>(ch), big);
    } else {
      if (octets.size() & 3) return handler.fail(i, end, "surrogates not allowed"), nullptr;
      out.append(octets);
    }
    i = next;
  }
  return make_bytes(out);
}

// ---- Latin-1 and ASCII --------------------------------------------------------------------------------------------------------------------
Ref decode_latin1(std::string_view in) { return make_str_latin1(u8(in), in.size()); }

Ref decode_ascii(std::string_view in, const char* errors) {
  size_t n = ascii_prefix(u8(in), in.size());
  if (n == in.size()) return make_str_latin1(u8(in), n);
  DecodeErrors handler("ascii", in, errors);
  StrBuilder out;
  if (!out.reserve(in.size())) return nullptr;
  for (size_t pos = 0; pos < in.size();) {
    size_t run = ascii_prefix(u8(in) + pos, in.size() - pos);
    if (run) {
      if (!out.append_ascii(in.substr(pos, run))) return nullptr;
      pos += run;
      continue;
    }
    if (!handler.handle(pos, pos + 1, "ordinal not in range(128)", &out, &pos)) return nullptr;
    in = handler.input();
  }
  return out.finish();
}

static Ref encode_narrow(Value v, const char* errors, uint32_t limit, const char* encoding, const char* reason) {
  const Str* s = str_ptr(v);
  EncodeErrors handler(encoding, v, errors);
  std::string out;
  out.reserve(s->length);
  for (size_t i = 0; i < s->length;) {
    uint32_t c = s->at(i);
    if (c < limit) {
      out.push_back(static_cast<char>(c));
      i++;
      continue;
    }
    size_t end = i + 1;
    while (end < s->length && s->at(end) >= limit) end++;
    Ref text;
    std::string octets;
    size_t next;
    if (!handler.handle(i, end, reason, &text, &octets, &next)) return nullptr;
    if (text) {
      for (size_t k = 0; k < str_ptr(text)->length; k++) {
        uint32_t r = str_ptr(text)->at(k);
        if (r >= limit) return handler.fail(i, end, reason), nullptr;
        out.push_back(static_cast<char>(r));
      }
    } else {
      out.append(octets);
    }
    i = next;
  }
  return make_bytes(out);
}
Ref encode_latin1(Value v, const char* errors) {
  const Str* s = str_ptr(v);
  if (s->kind == 1) return make_bytes(s->data(), s->length);
  return encode_narrow(v, errors, 256, "latin-1", "ordinal not in range(256)");
}
Ref encode_ascii(Value v, const char* errors) {
  const Str* s = str_ptr(v);
  if (s->ascii) return make_bytes(s->data(), s->length);
  return encode_narrow(v, errors, 128, "ascii", "ordinal not in range(128)");
}

}  // namespace taipan
