// binascii: binary data as text: hexadecimal, base64, uuencode, quoted-printable; and the two checksums.
#include <cstring>
#include "gc/collector.h"
#include "interp/objects/abstract.h"
#include "interp/objects/bytes.h"
#include "interp/objects/bytes_impl.h"
#include "interp/objects/dict.h"
#include "interp/objects/int.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/tuple.h"

namespace taipan {

namespace {
Value error_class, incomplete_class;  // roots
Fail raise_error(const char* text) { return raise(error_class.as<TypeObject>(), "%s", text); }

// What the a2b functions take: bytes-like, or str of ASCII.
class AsciiData {
 public:
  bool open(Value v) {
    if (is_str(v)) {
      if (!str_ptr(v)->ascii) return raise(types::ValueError, "string argument should contain only ASCII characters");
      view_ = str_ptr(v)->ascii_view();
      return true;
    }
    if (!has_buffer(v))
      return raise(types::TypeError, "argument should be bytes, buffer or ASCII string, not '%.100T'", v);
    if (!get_buffer(v, &buffer_, kBufSimple)) return false;
    open_ = true;
    view_ = {static_cast<const char*>(buffer_.data), static_cast<size_t>(buffer_.len)};
    return true;
  }
  ~AsciiData() {
    if (open_) release_buffer(&buffer_);
  }
  std::string_view view() const { return view_; }

 private:
  Buffer buffer_;
  bool open_ = false;
  std::string_view view_;
};
bool flag_of(Value v, bool standard, bool* out) {
  int t = v.is_null() ? standard : is_true(v);
  *out = t > 0;
  return t >= 0;
}
int hex_value(uint8_t c) {
  if (static_cast<uint8_t>(c - '0') < 10) return c - '0';
  if (static_cast<uint8_t>((c | 32) - 'a') < 6) return (c | 32) - 'a' + 10;
  return -1;
}

// ---- uu -----------------------------------------------------------------------------------------------------------------------------------
Ref a2b_uu(Args& a) {
  AsciiData data;
  if (!data.open(a[0])) return nullptr;
  std::string_view s = data.view();
  size_t i = 1;
  int length = ((s.empty() ? 0 : static_cast<uint8_t>(s[0])) - ' ') & 077;
  std::string out;
  uint32_t bits = 0;
  int nbits = 0;
  for (; length > 0; i++) {
    uint32_t c = 0;
    if (i < s.size() && s[i] != '\n' && s[i] != '\r') {
      c = static_cast<uint8_t>(s[i]);
      if (c < ' ' || c > ' ' + 64) return raise_error("Illegal char");
      c = (c - ' ') & 077;
    }
    bits = bits << 6 | c;
    nbits += 6;
    if (nbits >= 8) {
      nbits -= 8;
      out.push_back(static_cast<char>(bits >> nbits));
      bits &= (1u << nbits) - 1;
      length--;
    }
  }
  for (; i < s.size(); i++)
    if (s[i] != ' ' && s[i] != ' ' + 64 && s[i] != '\n' && s[i] != '\r') return raise_error("Trailing garbage");
  return make_bytes(out);
}
Ref b2a_uu(Args& a) {
  BufferView data(a[0]);
  if (!data.ok()) return nullptr;
  bool backtick;
  if (!flag_of(a[1], false, &backtick)) return nullptr;
  if (data.size() > 45) return raise_error("At most 45 bytes at once");
  auto digit = [backtick](uint32_t c) { return static_cast<char>(backtick && c == 0 ? '`' : c + ' '); };
  std::string out(1, digit(static_cast<uint32_t>(data.size())));
  for (size_t i = 0; i < data.size(); i += 3) {
    uint32_t v = 0;
    for (size_t k = 0; k < 3; k++) v = v << 8 | (i + k < data.size() ? data.data()[i + k] : 0u);
    for (int shift = 18; shift >= 0; shift -= 6) out.push_back(digit(v >> shift & 63));
  }
  out.push_back('\n');
  return make_bytes(out);
}

// ---- base64 -------------------------------------------------------------------------------------------------------------------------------
constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
struct Base64Values {
  uint8_t of[256];
  constexpr Base64Values() : of() {
    for (uint8_t& v : of) v = 255;
    for (uint8_t i = 0; i < 64; i++) of[static_cast<uint8_t>(kBase64[i])] = i;
  }
};
constexpr Base64Values kBase64Values;

Ref a2b_base64(Args& a) {
  AsciiData data;
  if (!data.open(a[0])) return nullptr;
  bool strict;
  if (!flag_of(a[1], false, &strict)) return nullptr;
  std::string_view s = data.view();
  const uint8_t* p = reinterpret_cast<const uint8_t*>(s.data());
  size_t n = s.size(), i = 0;
  if (strict && n && p[0] == '=') return raise_error("Leading padding not allowed");
  Ref result = new_bytes_raw((n / 4 + 1) * 3);
  if (!result) return nullptr;
  uint8_t *start = result.as<Bytes>()->data(), *out = start;
  const uint8_t* value = kBase64Values.of;
  uint32_t left = 0;
  int position = 0, pads = 0;
  bool padding = false, done = false;
  while (i < n && !done) {
    // Whole groups of plain digits.
    while (position == 0 && !padding && i + 4 <= n) {
      uint32_t w = value[p[i]], x = value[p[i + 1]], y = value[p[i + 2]], z = value[p[i + 3]];
      if ((w | x | y | z) & 0x80) break;
      out[0] = static_cast<uint8_t>(w << 2 | x >> 4);
      out[1] = static_cast<uint8_t>(x << 4 | y >> 2);
      out[2] = static_cast<uint8_t>(y << 6 | z);
      out += 3;
      i += 4;
    }
    if (i >= n) break;
    uint8_t c = p[i++];
    if (c == '=') {
      padding = true;
      if (position >= 2 && position + ++pads >= 4) {
        if (strict && i < n) return raise_error("Excess data after padding");
        done = true;
      }
      continue;
    }
    uint32_t v = value[c];
    if (v >= 64) {
      if (strict) return raise_error("Only base64 data is allowed");
      continue;
    }
    if (strict && padding) return raise_error("Discontinuous padding not allowed");
    padding = false;
    pads = 0;
    switch (position) {
      case 0: left = v; break;
      case 1:
        *out++ = static_cast<uint8_t>(left << 2 | v >> 4);
        left = v & 15;
        break;
      case 2:
        *out++ = static_cast<uint8_t>(left << 4 | v >> 2);
        left = v & 3;
        break;
      default:
        *out++ = static_cast<uint8_t>(left << 6 | v);
        left = 0;
        break;
    }
    position = (position + 1) & 3;
  }
  if (!done && position != 0) {
    if (position == 1)
      return raise(
          error_class.as<TypeObject>(),
          "Invalid base64-encoded string: number of data characters (%zd) cannot be 1 more than a multiple of 4",
          static_cast<ssize_t>((out - start) / 3 * 4 + 1));
    return raise_error("Incorrect padding");
  }
  return make_bytes(start, static_cast<size_t>(out - start));
}
Ref b2a_base64(Args& a) {
  BufferView data(a[0]);
  if (!data.ok()) return nullptr;
  bool newline;
  if (!flag_of(a[1], true, &newline)) return nullptr;
  size_t n = data.size();
  if (n > kMaxStrBytes / 4) return raise_error("Too much data for base64 line");
  Ref result = new_bytes_raw((n + 2) / 3 * 4 + newline);
  if (!result) return nullptr;
  uint8_t* out = result.as<Bytes>()->data();
  const uint8_t* p = data.data();
  for (; n >= 3; n -= 3, p += 3, out += 4) {
    uint32_t v = static_cast<uint32_t>(p[0]) << 16 | static_cast<uint32_t>(p[1]) << 8 | p[2];
    out[0] = static_cast<uint8_t>(kBase64[v >> 18]);
    out[1] = static_cast<uint8_t>(kBase64[v >> 12 & 63]);
    out[2] = static_cast<uint8_t>(kBase64[v >> 6 & 63]);
    out[3] = static_cast<uint8_t>(kBase64[v & 63]);
  }
  if (n) {
    uint32_t v = static_cast<uint32_t>(p[0]) << 16 | (n == 2 ? static_cast<uint32_t>(p[1]) << 8 : 0);
    *out++ = static_cast<uint8_t>(kBase64[v >> 18]);
    *out++ = static_cast<uint8_t>(kBase64[v >> 12 & 63]);
    *out++ = n == 2 ? static_cast<uint8_t>(kBase64[v >> 6 & 63]) : '=';
    *out++ = '=';
  }
  if (newline) *out++ = '\n';
  return result.as<Bytes>()->size == 1 ? make_bytes("\n") : std::move(result);
}

// ---- Hexadecimal --------------------------------------------------------------------------------------------------------------------------
Ref b2a_hex(Args& a) {
  BufferView data(a[0]);
  if (!data.ok()) return nullptr;
  Ref text = hex_text(data.view(), a[1], a[2]);
  return text ? make_bytes(str_ptr(text)->ascii_view()) : nullptr;
}
Ref a2b_hex(Args& a) {
  AsciiData data;
  if (!data.open(a[0])) return nullptr;
  std::string_view s = data.view();
  if (s.size() & 1) return raise_error("Odd-length string");
  std::string out;
  out.reserve(s.size() / 2);
  for (size_t i = 0; i < s.size(); i += 2) {
    int high = hex_value(static_cast<uint8_t>(s[i])), low = hex_value(static_cast<uint8_t>(s[i + 1]));
    if (high < 0 || low < 0) return raise_error("Non-hexadecimal digit found");
    out.push_back(static_cast<char>(high << 4 | low));
  }
  return make_bytes(out);
}

// ---- Quoted-printable ---------------------------------------------------------------------------------------------------------------------
Ref a2b_qp(Args& a) {
  AsciiData data;
  if (!data.open(a[0])) return nullptr;
  bool header;
  if (!flag_of(a[1], false, &header)) return nullptr;
  std::string_view s = data.view();
  std::string out;
  out.reserve(s.size());
  for (size_t i = 0; i < s.size();) {
    char c = s[i++];
    if (c == '_' && header) {
      out.push_back(' ');
    } else if (c != '=') {
      out.push_back(c);
    } else if (i >= s.size()) {
      break;
    } else if (s[i] == '\n' || s[i] == '\r') {  // soft line break
      while (i < s.size() && s[i] != '\n') i++;
      i++;
    } else if (s[i] == '=') {
      out.push_back('=');
      i++;
    } else if (i + 1 < s.size() && hex_value(static_cast<uint8_t>(s[i])) >= 0 &&
               hex_value(static_cast<uint8_t>(s[i + 1])) >= 0) {
      out.push_back(
          static_cast<char>(hex_value(static_cast<uint8_t>(s[i])) << 4 | hex_value(static_cast<uint8_t>(s[i + 1]))));
      i += 2;
    } else {
      out.push_back('=');
    }
  }
  return make_bytes(out);
}
Ref b2a_qp(Args& a) {
  BufferView data(a[0]);
  if (!data.ok()) return nullptr;
  bool quotetabs, istext, header;
  if (!flag_of(a[1], false, &quotetabs) || !flag_of(a[2], true, &istext) || !flag_of(a[3], false, &header))
    return nullptr;
  constexpr size_t kLine = 76;
  const uint8_t* p = data.data();
  size_t n = data.size(), line = 0;
  const void* first_newline = n ? memchr(p, '\n', n) : nullptr;
  bool crlf = first_newline && first_newline > p && static_cast<const uint8_t*>(first_newline)[-1] == '\r';
  std::string out;
  auto hex = [&out](uint8_t c) {
    out.push_back('=');
    out.push_back("0123456789ABCDEF"[c >> 4]);
    out.push_back("0123456789ABCDEF"[c & 15]);
  };
  auto soft_break = [&] {
    out.append(crlf ? "=\r\n" : "=\n");
    line = 0;
  };
  for (size_t i = 0; i < n;) {
    uint8_t c = p[i];
    bool last = i + 1 == n;
    bool lone_dot = c == '.' && line == 0 && (last || p[i + 1] == '\n' || p[i + 1] == '\r' || p[i + 1] == 0);
    bool blank = c == '\t' || c == ' ', eol = c == '\r' || c == '\n';
    if (c > 126 || c == '=' || (header && c == '_') || lone_dot || (!istext && eol) || (blank && last) ||
        (c < 33 && !eol && (quotetabs || !blank))) {
      if (line + 3 >= kLine) soft_break();
      hex(c);
      i++;
      line += 3;
    } else if (istext && (c == '\n' || (c == '\r' && !last && p[i + 1] == '\n'))) {
      line = 0;
      if (!out.empty() && (out.back() == ' ' || out.back() == '\t')) {  // white space at the end of a line must show
        uint8_t w = static_cast<uint8_t>(out.back());
        out.pop_back();
        hex(w);
      }
      out.append(crlf ? "\r\n" : "\n");
      i += c == '\r' ? 2 : 1;
    } else {
      if (!last && p[i + 1] != '\n' && line + 1 >= kLine) soft_break();
      line++;
      out.push_back(header && c == ' ' ? '_' : static_cast<char>(c));
      i++;
    }
  }
  return make_bytes(out);
}

// ---- Checksums ----------------------------------------------------------------------------------------------------------------------------
struct CrcTables {
  uint16_t hqx[256];
  uint32_t crc[8][256];
  constexpr CrcTables() : hqx(), crc() {
    for (uint32_t i = 0; i < 256; i++) {
      uint32_t h = i << 8, c = i;
      for (int k = 0; k < 8; k++) {
        h = h & 0x8000 ? h << 1 ^ 0x1021 : h << 1;
        c = c & 1 ? c >> 1 ^ 0xEDB88320u : c >> 1;
      }
      hqx[i] = static_cast<uint16_t>(h);
      crc[0][i] = c;
    }
    for (uint32_t i = 0; i < 256; i++)
      for (int k = 1; k < 8; k++) crc[k][i] = crc[k - 1][i] >> 8 ^ crc[0][crc[k - 1][i] & 255];
  }
};
constexpr CrcTables kCrc;

bool masked(Value v, uint32_t* out) {
  Ref i = to_index(v);
  if (!i) return false;
  *out = static_cast<uint32_t>(int_low64(i));
  return true;
}
Ref crc_hqx(Args& a) {
  BufferView data(a[0]);
  if (!data.ok()) return nullptr;
  uint32_t crc;
  if (!masked(a[1], &crc)) return nullptr;
  crc &= 0xFFFF;
  for (size_t i = 0; i < data.size(); i++) crc = ((crc << 8) & 0xFF00) ^ kCrc.hqx[(crc >> 8) ^ data.data()[i]];
  return make_int(crc);
}
Ref crc32(Args& a) {
  BufferView data(a[0]);
  if (!data.ok()) return nullptr;
  uint32_t crc = 0;
  if (a.has(1) && !masked(a[1], &crc)) return nullptr;
  crc = ~crc;
  const uint8_t* p = data.data();
  size_t n = data.size();
  for (; n >= 8; n -= 8, p += 8) {
    uint64_t w;
    memcpy(&w, p, 8);
    w ^= crc;
    crc = kCrc.crc[7][w & 255] ^ kCrc.crc[6][w >> 8 & 255] ^ kCrc.crc[5][w >> 16 & 255] ^ kCrc.crc[4][w >> 24 & 255] ^
          kCrc.crc[3][w >> 32 & 255] ^ kCrc.crc[2][w >> 40 & 255] ^ kCrc.crc[1][w >> 48 & 255] ^ kCrc.crc[0][w >> 56];
  }
  while (n-- > 0) crc = crc >> 8 ^ kCrc.crc[0][(crc ^ *p++) & 255];
  return make_int(~crc);
}

const NativeDef kFunctions[] = {
    {"a2b_uu", "($module, data, /)", a2b_uu, 0, "Decode a line of uuencoded data."},
    {"b2a_uu", "($module, data, /, *, backtick=False)", b2a_uu, 0, "Uuencode line of data."},
    {"a2b_base64", "($module, data, /, *, strict_mode=False)", a2b_base64, 0, "Decode a line of base64 data."},
    {"b2a_base64", "($module, data, /, *, newline=True)", b2a_base64, 0, "Base64-code line of data."},
    {"b2a_hex", "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)", b2a_hex, 0,
     "Hexadecimal representation of binary data."},
    {"a2b_hex", "($module, hexstr, /)", a2b_hex, 0, "Binary data of hexadecimal representation."},
    {"hexlify", "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)", b2a_hex, 0,
     "Hexadecimal representation of binary data."},
    {"unhexlify", "($module, hexstr, /)", a2b_hex, 0, "Binary data of hexadecimal representation."},
    {"crc_hqx", "($module, data, crc, /)", crc_hqx, 0, "Compute CRC-CCITT incrementally."},
    {"crc32", "($module, data, crc=0, /)", crc32, 0, "Compute CRC-32 incrementally."},
    {"a2b_qp", "($module, /, data, header=False)", a2b_qp, 0, "Decode a string of qp-encoded data."},
    {"b2a_qp", "($module, /, data, quotetabs=False, istext=True, header=False)", b2a_qp, 0,
     "Encode a string using quoted-printable encoding."},
    {},
};

bool add_exception(Value module, const char* name, TypeObject* base, Value* root) {
  Ref text = intern_str(name), bases = make_tuple_of({Value(base)}), dict = make_dict(),
      module_name = make_str("binascii");
  if (!text || !bases || !dict || !module_name || !dict_set_cstr(dict, "__module__", module_name)) return false;
  Ref cls = make_class(types::Type, str_ptr(text), bases, dict, RawArgs{nullptr, 0, Value()});
  if (!cls) return false;
  if (root->is_null()) gc::add_root(root);
  Ref old = Ref::steal(*root);
  *root = cls.copy().release();
  return module_add(module, name, std::move(cls));
}
bool exec(Value module) {
  return add_exception(module, "Error", types::ValueError, &error_class) &&
         add_exception(module, "Incomplete", types::Exception, &incomplete_class);
}
}  // namespace

// GIL off: they have no state.
extern const ModuleDef binascii_module;
const ModuleDef binascii_module = {"binascii", "Conversion between binary data and ASCII", kFunctions, exec,
                                   kFunctionsAtOnce};

}  // namespace taipan
