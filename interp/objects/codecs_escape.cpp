// unicode_escape, raw_unicode_escape, the escapes of bytes literals, character maps and UTF-7.
#include "interp/objects/abstract.h"
#include "interp/objects/bytes.h"
#include "interp/objects/codec_errors.h"
#include "interp/objects/codecs.h"
#include "interp/objects/dict.h"
#include "interp/objects/int.h"
#include "interp/objects/native.h"
#include "interp/objects/str_impl.h"

namespace taipan {

static int hex_value(uint8_t c) {
  if (static_cast<uint8_t>(c - '0') < 10) return c - '0';
  if (static_cast<uint8_t>((c | 32) - 'a') < 6) return (c | 32) - 'a' + 10;
  return -1;
}

// ---- unicode_escape -----------------------------------------------------------------------------------------------------------------------
Ref decode_unicode_escape(std::string_view in, const char* errors, size_t* consumed, std::string* bad_escape) {
  DecodeErrors handler("unicodeescape", in, errors);
  StrBuilder out;
  if (bad_escape) bad_escape->clear();
  if (!out.reserve(in.size())) return nullptr;
  size_t pos = 0;
  while (pos < in.size()) {
    uint8_t c = static_cast<uint8_t>(in[pos]);
    if (c != '\\') {
      size_t run = 0;
      while (pos + run < in.size() && in[pos + run] != '\\' && static_cast<uint8_t>(in[pos + run]) < 0x80) run++;
      if (run == 0 ? !out.append_char(c) : !out.append_ascii(in.substr(pos, run))) return nullptr;
      pos += run ? run : 1;
      continue;
    }
    size_t start = pos++;
    const char* problem = nullptr;
    size_t fault_end = 0;
    if (pos >= in.size()) {
      if (consumed) {
        pos = start;
        break;
      }
      problem = "\\ at end of string";
      fault_end = in.size();
    } else {
      c = static_cast<uint8_t>(in[pos++]);
      uint32_t simple = 0xFFFFFFFF;
      int digits = 0;
      switch (c) {
        case '\n': continue;
        case '\\':
        case '\'':
        case '"': simple = c; break;
        case 'b': simple = '\b'; break;
        case 'f': simple = '\f'; break;
        case 't': simple = '\t'; break;
        case 'n': simple = '\n'; break;
        case 'r': simple = '\r'; break;
        case 'v': simple = '\v'; break;
        case 'a': simple = '\a'; break;
        case '0':
        case '1':
        case '2':
        case '3':
        case '4':
        case '5':
        case '6':
        case '7': {
          simple = static_cast<uint32_t>(c - '0');
          for (int i = 0; i < 2 && pos < in.size() && in[pos] >= '0' && in[pos] <= '7'; i++)
            simple = simple * 8 + static_cast<uint32_t>(in[pos++] - '0');
          if (simple > 0377 && bad_escape && bad_escape->empty()) *bad_escape = in.substr(start, 4);
          break;
        }
        case 'x':
          digits = 2;
          problem = "truncated \\xXX escape";
          break;
        case 'u':
          digits = 4;
          problem = "truncated \\uXXXX escape";
          break;
        case 'U':
          digits = 8;
          problem = "truncated \\UXXXXXXXX escape";
          break;
        case 'N': {
          size_t p = pos;
          problem = "malformed \\N character escape";
          if (p >= in.size()) {
            if (consumed) goto incomplete;
          } else if (in[p] == '{') {
            size_t name = ++p;
            while (p < in.size() && in[p] != '}') p++;
            if (p >= in.size() && consumed) goto incomplete;
            if (p < in.size() && p > name) {
              std::string_view text = in.substr(name, p - name);
              Ref lookup = import_attr("unicodedata", "lookup");
              if (!lookup) return nullptr;
              Ref arg = decode_latin1(text);
              if (!arg) return nullptr;
              Ref found = call(lookup, arg);
              if (found && is_str(found) && str_ptr(found)->length == 1) {
                simple = str_ptr(found)->at(0);
                pos = p + 1;
                problem = nullptr;
                break;
              }
              if (!found && !error_matches(types::KeyError)) return nullptr;
              clear_error();
              problem = "unknown Unicode character name";
              p++;
            } else if (p < in.size() && p == name) {
              p = name;  // an empty name: the braces are not part of it
              p++;
            }
          }
          fault_end = p;
          break;
        }
        default:
          if (bad_escape && bad_escape->empty()) *bad_escape = in.substr(start, 2);
          if (!out.append_char('\\') || !out.append_char(c)) return nullptr;
          continue;
      }
      if (digits) {
        uint32_t v = 0;
        size_t p = pos;
        int i = 0;
        for (; i < digits && p < in.size(); i++, p++) {
          int h = hex_value(static_cast<uint8_t>(in[p]));
          if (h < 0) break;
          v = v << 4 | static_cast<uint32_t>(h);
        }
        if (i == digits) {
          if (v <= 0x10FFFF) {
            simple = v;
            problem = nullptr;
            pos = p;
          } else {
            problem = "illegal Unicode character";
            fault_end = p;
          }
        } else {
          if (p >= in.size() && consumed) goto incomplete;
          fault_end = p;
        }
      }
      if (simple != 0xFFFFFFFF) {
        if (!out.append_char(simple)) return nullptr;
        continue;
      }
    }
    {
      size_t next;
      if (!handler.handle(start, fault_end, problem, &out, &next)) return nullptr;
      in = handler.input();
      pos = next;
      continue;
    }
  incomplete:
    pos = start;
    break;
  }
  if (consumed) *consumed = pos;
  return out.finish();
}

static constexpr bool is_plain(uint32_t c) { return c >= ' ' && c < 127 && c != '\\'; }
static void put_hex(std::string* out, char kind, uint32_t c, int digits) {
  char text[10] = {'\\', kind};
  for (int i = 0; i < digits; i++) text[2 + i] = "0123456789abcdef"[c >> (4 * (digits - 1 - i)) & 15];
  out->append(text, static_cast<size_t>(2 + digits));
}
Ref encode_unicode_escape(Value v) {
  const Str* s = str_ptr(v);
  // What a character takes at most, by the kind of the str.
  const size_t most = s->kind == 1 ? 4 : s->kind == 2 ? 6 : 10;
  if (s->length > SIZE_MAX / 16) return raise_memory();
  auto* room = static_cast<char*>(gc::raw_alloc(s->length * most + 1));
  if (!room) return raise_memory();
  char* to = with_units(s, [&](auto* from) {
    char* out = room;
    auto digits = [&](char kind, uint32_t c, int n) {
      *out++ = '\\';
      *out++ = kind;
      while (n-- > 0) *out++ = "0123456789abcdef"[c >> (4 * n) & 15];
    };
    for (size_t i = 0, n = s->length; i < n; i++) {
      uint32_t c = from[i];
      if (is_plain(c)) {
        *out++ = static_cast<char>(c);
      } else if (char letter = c == '\\' ? '\\' : c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : '\0'; letter) {
        *out++ = '\\';
        *out++ = letter;
      } else if (c < 0x100) {
        digits('x', c, 2);
      } else if (c < 0x10000) {
        digits('u', c, 4);
      } else {
        digits('U', c, 8);
      }
    }
    return out;
  });
  Ref result = make_bytes(room, static_cast<size_t>(to - room));
  gc::raw_free(room);
  return result;
}

Ref decode_raw_unicode_escape(std::string_view in, const char* errors, size_t* consumed) {
  DecodeErrors handler("rawunicodeescape", in, errors);
  StrBuilder out;
  if (!out.reserve(in.size())) return nullptr;
  size_t pos = 0;
  while (pos < in.size()) {
    uint8_t c = static_cast<uint8_t>(in[pos]);
    if (c != '\\' || (pos + 1 >= in.size() && !consumed)) {
      if (!out.append_char(c)) return nullptr;
      pos++;
      continue;
    }
    if (pos + 1 >= in.size()) break;  // incomplete
    uint8_t kind = static_cast<uint8_t>(in[pos + 1]);
    if (kind != 'u' && kind != 'U') {
      if (!out.append_char('\\') || !out.append_char(kind)) return nullptr;
      pos += 2;
      continue;
    }
    int digits = kind == 'u' ? 4 : 8;
    const char* problem = kind == 'u' ? "truncated \\uXXXX escape" : "truncated \\UXXXXXXXX escape";
    uint32_t v = 0;
    size_t p = pos + 2;
    int i = 0;
    for (; i < digits && p < in.size(); i++, p++) {
      int h = hex_value(static_cast<uint8_t>(in[p]));
      if (h < 0) break;
      v = v << 4 | static_cast<uint32_t>(h);
    }
    if (i == digits && v <= 0x10FFFF) {
      if (!out.append_char(v)) return nullptr;
      pos = p;
      continue;
    }
    if (i == digits)
      problem = "\\Uxxxxxxxx out of range";
    else if (p >= in.size() && consumed)
      break;
    size_t next;
    if (!handler.handle(pos, p, problem, &out, &next)) return nullptr;
    in = handler.input();
    pos = next;
  }
  if (consumed) *consumed = pos;
  return out.finish();
}
Ref encode_raw_unicode_escape(Value v) {
  const Str* s = str_ptr(v);
  if (s->kind == 1) return make_bytes(s->data(), s->length);
  std::string out;
  for (size_t i = 0; i < s->length; i++) {
    uint32_t c = s->at(i);
    if (c < 0x100)
      out.push_back(static_cast<char>(c));
    else if (c < 0x10000)
      put_hex(&out, 'u', c, 4);
    else
      put_hex(&out, 'U', c, 8);
  }
  return make_bytes(out);
}

// ---- Escapes of bytes literals ------------------------------------------------------------------------------------------------------------
Ref decode_bytes_escape(std::string_view in, const char* errors, std::string* bad_escape) {
  std::string out;
  out.reserve(in.size());
  bad_escape->clear();
  size_t n = in.size();
  for (size_t i = 0; i < n;) {
    if (in[i] != '\\') {
      out.push_back(in[i++]);
      continue;
    }
    size_t start = i++;
    if (i == n) return raise(types::ValueError, "Trailing \\ in string");
    char c = in[i++];
    switch (c) {
      case '\n': break;
      case '\\':
      case '\'':
      case '"': out.push_back(c); break;
      case 'b': out.push_back('\b'); break;
      case 'f': out.push_back('\f'); break;
      case 't': out.push_back('\t'); break;
      case 'n': out.push_back('\n'); break;
      case 'r': out.push_back('\r'); break;
      case 'v': out.push_back('\v'); break;
      case 'a': out.push_back('\a'); break;
      case '0':
      case '1':
      case '2':
      case '3':
      case '4':
      case '5':
      case '6':
      case '7': {
        int v = c - '0';
        for (int k = 0; k < 2 && i < n && in[i] >= '0' && in[i] <= '7'; k++) v = v * 8 + (in[i++] - '0');
        if (v > 0377 && bad_escape->empty()) *bad_escape = in.substr(start, 4);
        out.push_back(static_cast<char>(v));
        break;
      }
      case 'x': {
        int high = i < n ? hex_value(static_cast<uint8_t>(in[i])) : -1;
        int low = high >= 0 && i + 1 < n ? hex_value(static_cast<uint8_t>(in[i + 1])) : -1;
        if (low >= 0) {
          out.push_back(static_cast<char>(high << 4 | low));
          i += 2;
          break;
        }
        if (!errors || strcmp(errors, "strict") == 0)
          return raise(types::ValueError, "invalid \\x escape at position %zd", static_cast<ssize_t>(start));
        if (strcmp(errors, "replace") == 0)
          out.push_back('?');
        else if (strcmp(errors, "ignore") != 0)
          return raise(types::ValueError, "decoding error; unknown error handling code: %.400s", errors);
        if (high >= 0) i++;
        break;
      }
      default:
        if (bad_escape->empty()) *bad_escape = in.substr(start, 2);
        out.push_back('\\');
        i--;  // the character itself may start something
    }
  }
  return make_bytes(out);
}

// ---- Character maps -----------------------------------------------------------------------------------------------------------------------
// All octets have their characters in the table of 256. False: not so, nothing has happened.
static bool decode_whole_charmap(std::string_view in, const Str* table, Ref* out) {
  uint32_t chars[256], seen = 0;
  for (size_t i = 0; i < 256; i++) chars[i] = table->at(i);
  bool hole = false;
  for (char octet : in) {
    uint32_t c = chars[static_cast<uint8_t>(octet)];
    seen |= c;
    hole |= c == 0xFFFE;
  }
  if (hole) return false;
  Str* s = alloc_str(in.size(), seen);
  if (!s) return true;
  with_units(s, [&](auto* units) {
    auto* to = const_cast<std::remove_const_t<std::remove_reference_t<decltype(*units)>>*>(units);
    for (size_t i = 0; i < in.size(); i++)
      to[i] = static_cast<std::remove_reference_t<decltype(*to)>>(chars[static_cast<uint8_t>(in[i])]);
  });
  *out = Ref::steal(s);
  return true;
}
Ref decode_charmap(std::string_view in, Value mapping, const char* errors) {
  if (!mapping || mapping == kNone) return decode_latin1(in);
  if (in.size() > 16 && is_str(mapping) && str_ptr(mapping)->length == 256) {
    if (Ref whole; decode_whole_charmap(in, str_ptr(mapping), &whole)) return whole;
  }
  DecodeErrors handler("charmap", in, errors);
  StrBuilder out;
  if (!out.reserve(in.size())) return nullptr;
  const Str* table = is_str(mapping) ? str_ptr(mapping) : nullptr;
  for (size_t pos = 0; pos < in.size();) {
    uint8_t c = static_cast<uint8_t>(in[pos]);
    uint32_t u = 0xFFFE;
    if (table) {
      if (c < table->length) u = table->at(c);
    } else {
      Ref r = get_item(mapping, Value::from_int(c));
      if (!r) {
        if (!error_matches(types::LookupError)) return nullptr;
        clear_error();
      } else if (r.get() == kNone) {
      } else if (is_int(r)) {
        int64_t i;
        if (!int_fits64(r, &i) || i < 0 || i > 0x10FFFF)
          return raise(types::TypeError, "character mapping must be in range(0x%x)", 0x110000);
        u = static_cast<uint32_t>(i);
      } else if (is_str(r)) {
        if (str_ptr(r)->length != 1 || str_ptr(r)->at(0) != 0xFFFE) {
          if (!out.append(r)) return nullptr;
          pos++;
          continue;
        }
      } else {
        return raise(types::TypeError, "character mapping must return integer, None or str");
      }
    }
    if (u != 0xFFFE) {
      if (!out.append_char(u)) return nullptr;
      pos++;
      continue;
    }
    if (!handler.handle(pos, pos + 1, "character maps to <undefined>", &out, &pos)) return nullptr;
    in = handler.input();
  }
  return out.finish();
}

// What charmap_build() makes of a decoding table: the inverse. The first characters are looked up directly, others where their last octet says,
// and by halving where another one is there.
namespace {
struct EncodingMap {
  Header h;
  int16_t low[256];
  uint16_t near[256];  // 0: none
  uint8_t near_bytes[256];
  uint32_t count;
  uint32_t chars[256];
  uint8_t bytes[256];
};
Ref encoding_map_size(Args&) { return make_int(static_cast<int64_t>(sizeof(EncodingMap))); }
TypeObject* encoding_map_type() {
  static const NativeDef methods[] = {
      {"size", "($self, /)", encoding_map_size, kNativeNoSignature, "Return the size (in bytes) of this object."}, {}};
  static const TypeSpec spec = {.flags = kTypeNoInstantiate, .basic_size = sizeof(EncodingMap), .methods = methods};
  static TypeObject* const type = make_native_type("EncodingMap", types::Object, &spec);
  return type;
}
TAIPAN_NOINLINE int encoding_map_search(const EncodingMap* m, uint32_t c) {
  size_t low = 0, high = m->count;
  while (low < high) {
    size_t mid = (low + high) / 2;
    if (m->chars[mid] < c)
      low = mid + 1;
    else
      high = mid;
  }
  return low < m->count && m->chars[low] == c ? m->bytes[low] : -1;
}
TAIPAN_INLINE int encoding_map_find(const EncodingMap* m, uint32_t c) {
  if (c < 256) return m->low[c];
  if (m->near[c & 255] == c) return m->near_bytes[c & 255];
  return encoding_map_search(m, c);
}
}  // namespace

Ref build_charmap(Value v) {
  if (!is_str(v) || str_ptr(v)->length == 0) return raise(types::TypeError, "bad argument type for built-in operation");
  const Str* s = str_ptr(v);
  size_t n = s->length < 256 ? s->length : 256;
  bool simple = s->at(0) == 0;
  for (size_t i = 1; i < n && simple; i++) simple = s->at(i) != 0 && s->at(i) < 0xFFFF;
  if (!simple) {
    Ref dict = make_dict();
    if (!dict) return nullptr;
    for (size_t i = 0; i < n; i++)
      if (!dict_set(dict, Value::from_int(s->at(i)), Value::from_int(static_cast<int64_t>(i)))) return nullptr;
    return dict;
  }
  EncodingMap* m = alloc_instance_as<EncodingMap>(encoding_map_type());
  if (!m) return nullptr;
  for (int16_t& x : m->low) x = -1;
  memset(m->near, 0, sizeof(m->near));
  m->count = 0;
  for (size_t i = 0; i < n; i++) {
    uint32_t c = s->at(i);
    if (c == 0xFFFE) continue;
    if (c < 256) {
      m->low[c] = static_cast<int16_t>(i);
      continue;
    }
    if (!m->near[c & 255] || m->near[c & 255] == c) {
      m->near[c & 255] = static_cast<uint16_t>(c);
      m->near_bytes[c & 255] = static_cast<uint8_t>(i);
    }
    size_t at = 0;
    while (at < m->count && m->chars[at] < c) at++;
    if (at < m->count && m->chars[at] == c) {
      m->bytes[at] = static_cast<uint8_t>(i);
      continue;
    }
    for (size_t k = m->count; k > at; k--) {
      m->chars[k] = m->chars[k - 1];
      m->bytes[k] = m->bytes[k - 1];
    }
    m->chars[at] = c;
    m->bytes[at] = static_cast<uint8_t>(i);
    m->count++;
  }
  return Ref::steal(m);
}

// 1: written, 0: undefined, -1: error.
static int encode_by_map(Value mapping, const EncodingMap* map, uint32_t c, std::string* out) {
  if (map) {
    int b = encoding_map_find(map, c);
    if (b < 0) return 0;
    out->push_back(static_cast<char>(b));
    return 1;
  }
  Ref r = get_item(mapping, Value::from_int(c));
  if (!r) {
    if (!error_matches(types::LookupError)) return -1;
    clear_error();
    return 0;
  }
  if (r.get() == kNone) return 0;
  if (is_int(r)) {
    int64_t i;
    if (!int_fits64(r, &i) || i < 0 || i > 255)
      return raise(types::TypeError, "character mapping must be in range(256)");
    out->push_back(static_cast<char>(i));
    return 1;
  }
  if (is_bytes(r)) {
    out->append(r.as<Bytes>()->view());
    return 1;
  }
  return raise(types::TypeError, "character mapping must return integer, bytes or None, not %.400T", r.get());
}
Ref encode_charmap(Value v, Value mapping, const char* errors) {
  if (!mapping || mapping == kNone) return encode_latin1(v, errors);
  const EncodingMap* map = type_of(mapping) == encoding_map_type() ? mapping.as<EncodingMap>() : nullptr;
  const Str* s = str_ptr(v);
  if (map) {
    Ref whole = new_bytes_raw(s->length);
    if (!whole) return nullptr;
    uint8_t* to = whole.as<Bytes>()->data();
    int seen = with_units(s, [&](auto* from) {
      int all = 0;
      for (size_t i = 0, n = s->length; i < n; i++) {
        int b = encoding_map_find(map, from[i]);
        to[i] = static_cast<uint8_t>(b);
        all |= b;
      }
      return all;
    });
    if (seen >= 0) return whole;
  }
  EncodeErrors handler("charmap", v, errors);
  std::string out;
  out.reserve(s->length);
  for (size_t i = 0; i < s->length;) {
    int r = encode_by_map(mapping, map, s->at(i), &out);
    if (r < 0) return nullptr;
    if (r > 0) {
      i++;
      continue;
    }
    std::string scratch;
    size_t end = i + 1;
    for (; end < s->length; end++) {
      int e = encode_by_map(mapping, map, s->at(end), &scratch);
      if (e < 0) return nullptr;
      if (e) break;
    }
    Ref text;
    std::string octets;
    size_t next;
    if (!handler.handle(i, end, "character maps to <undefined>", &text, &octets, &next)) return nullptr;
    if (text) {
      for (size_t k = 0; k < str_ptr(text)->length; k++) {
        int e = encode_by_map(mapping, map, str_ptr(text)->at(k), &out);
        if (e < 0) return nullptr;
        if (e == 0) return handler.fail(i, end, "character maps to <undefined>"), nullptr;
      }
    } else {
      out.append(octets);
    }
    i = next;
  }
  return make_bytes(out);
}

// ---- UTF-7 --------------------------------------------------------------------------------------------------------------------------------
static int base64_value(uint8_t c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

Ref decode_utf7(std::string_view in, const char* errors, size_t* consumed) {
  DecodeErrors handler("utf7", in, errors);
  StrBuilder out;
  bool shifted = false;
  size_t shift_start = 0;  // of the input
  size_t shift_out = 0;    // length of the output then
  uint32_t bits = 0, surrogate = 0;
  int nbits = 0;
  size_t pos = 0;
  while (pos < in.size()) {
    uint8_t c = static_cast<uint8_t>(in[pos]);
    const char* problem = nullptr;
    size_t start = pos;
    if (shifted) {
      int v = base64_value(c);
      if (v >= 0) {
        bits = bits << 6 | static_cast<uint32_t>(v);
        nbits += 6;
        pos++;
        if (nbits < 16) continue;
        uint32_t u = bits >> (nbits - 16) & 0xFFFF;
        nbits -= 16;
        bits &= (1u << nbits) - 1;
        if (surrogate) {
          if (u - 0xDC00 < 0x400) {
            if (!out.append_char(0x10000 + ((surrogate - 0xD800) << 10) + (u - 0xDC00))) return nullptr;
            surrogate = 0;
            continue;
          }
          if (!out.append_char(surrogate)) return nullptr;
          surrogate = 0;
        }
        if (u - 0xD800 < 0x400)
          surrogate = u;
        else if (!out.append_char(u))
          return nullptr;
        continue;
      }
      // The end of a base64 section.
      shifted = false;
      if (nbits >= 6) {
        pos++;
        problem = "partial character in base64 sequence";
      } else if (bits != 0) {
        pos++;
        problem = "non-zero padding bits in base64 sequence";
      } else {
        if (surrogate && c < 128 && c != '+' && !out.append_char(surrogate)) return nullptr;
        surrogate = 0;
        if (c == '-') pos++;
        continue;
      }
      start = shift_start;
      surrogate = 0;
    } else if (c == '+') {
      shift_start = pos++;
      if (pos < in.size() && in[pos] == '-') {
        pos++;
        if (!out.append_char('+')) return nullptr;
        continue;
      }
      if (pos < in.size() && base64_value(static_cast<uint8_t>(in[pos])) < 0) {
        pos++;
        problem = "ill-formed sequence";
      } else {
        shifted = true;
        surrogate = 0;
        shift_out = out.length();
        nbits = 0;
        bits = 0;
        continue;
      }
    } else if (c < 128) {
      if (!out.append_char(c)) return nullptr;
      pos++;
      continue;
    } else {
      pos++;
      problem = "unexpected special character";
    }
    size_t next;
    if (!handler.handle(start, pos, problem, &out, &next)) return nullptr;
    in = handler.input();
    pos = next;
  }
  if (shifted && !consumed) {
    shifted = false;
    if (surrogate || nbits >= 6 || (nbits > 0 && bits != 0)) {
      size_t next;
      if (!handler.handle(shift_start, in.size(), "unterminated shift sequence", &out, &next)) return nullptr;
      if (next < handler.input().size()) {
        Ref head = out.finish();
        Ref tail = head ? decode_utf7(handler.input().substr(next), errors, nullptr) : nullptr;
        return tail ? str_concat(head, tail) : nullptr;
      }
    }
  }
  if (consumed) {
    if (shifted) {
      *consumed = shift_start;  // the whole section is read again next time
      out.truncate(shift_out);
    } else {
      *consumed = pos;
    }
  }
  return out.finish();
}

Ref encode_utf7(Value v, const char*) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  // Characters written as they are: letters, digits, some punctuation and white space; the optional set, too.
  auto direct = [](uint32_t c) {
    if (c >= 128 || c == '+' || c == '\\' || c == '~') return false;
    return c >= ' ' ? c != 127 : c == '\t' || c == '\n' || c == '\r';
  };
  const Str* s = str_ptr(v);
  std::string out;
  bool shifted = false;
  uint32_t bits = 0;
  int nbits = 0;
  for (size_t i = 0; i < s->length; i++) {
    uint32_t c = s->at(i);
    if (shifted && direct(c)) {
      if (nbits) {
        out.push_back(digits[bits << (6 - nbits) & 63]);
        bits = 0;
        nbits = 0;
      }
      shifted = false;
      if (base64_value(static_cast<uint8_t>(c)) >= 0 || c == '-') out.push_back('-');
      out.push_back(static_cast<char>(c));
      continue;
    }
    if (!shifted) {
      if (c == '+') {
        out.append("+-");
        continue;
      }
      if (direct(c)) {
        out.push_back(static_cast<char>(c));
        continue;
      }
      out.push_back('+');
      shifted = true;
    }
    auto unit = [&](uint32_t u) {
      uint64_t wide = static_cast<uint64_t>(bits) << 16 | u;
      nbits += 16;
      while (nbits >= 6) {
        out.push_back(digits[wide >> (nbits - 6) & 63]);
        nbits -= 6;
      }
      bits = static_cast<uint32_t>(wide & ((1u << nbits) - 1));
    };
    if (c >= 0x10000) {
      unit(0xD800 + ((c - 0x10000) >> 10));
      unit(0xDC00 + ((c - 0x10000) & 0x3FF));
    } else {
      unit(c);
    }
  }
  if (nbits) out.push_back(digits[bits << (6 - nbits) & 63]);
  if (shifted) out.push_back('-');
  return make_bytes(out);
}

}  // namespace taipan
