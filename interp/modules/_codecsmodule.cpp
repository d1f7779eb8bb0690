// _codecs: the runtime's codecs and the registry, as codecs.py and the encodings package use them.
#include <strings.h>
#include "interp/objects/abstract.h"
#include "interp/objects/bytes.h"
#include "interp/objects/bytes_impl.h"
#include "interp/objects/codecs.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/int.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/tuple.h"

namespace taipan {

namespace {
// A str argument as C text (no NULs), or null for None / not given where that is allowed.
class TextArg {
 public:
  bool read(Value v, const char* function, const char* what, bool none_allowed) {
    if (v.is_null() || (none_allowed && v == kNone)) return true;
    if (!is_str(v))
      return raise(types::TypeError, "%s() %s must be str%s, not %T", function, what, none_allowed ? " or None" : "",
                   v);
    if (!utf8_of(v, &text_)) return false;
    if (text_.find('\0') != std::string::npos) return raise(types::ValueError, "embedded null character");
    set_ = true;
    return true;
  }
  const char* get() const { return set_ ? text_.c_str() : nullptr; }

 private:
  std::string text_;
  bool set_ = false;
};

Ref pair(Ref result, size_t length) {
  if (!result) return nullptr;
  Ref n = make_int(static_cast<int64_t>(length));
  return make_tuple_of({result.get(), n.get()});
}
bool final_flag(Value v, bool standard, bool* out) {
  *out = standard;
  if (v.is_null()) return true;
  int t = is_true(v);
  if (t < 0) return false;
  *out = t;
  return true;
}

// ---- Encoders: name_encode(str, errors=None)
template <class F>
Ref encode_with(Args& a, const char* name, F encode) {
  if (!is_str(a[0])) return raise(types::TypeError, "%s() argument 1 must be str, not %T", name, a[0]);
  TextArg errors;
  if (!errors.read(a[1], name, "argument 2", true)) return nullptr;
  return pair(encode(a[0], errors.get()), str_ptr(a[0])->length);
}
Ref utf_8_encode(Args& a) { return encode_with(a, "utf_8_encode", encode_utf8); }
Ref utf_7_encode(Args& a) { return encode_with(a, "utf_7_encode", encode_utf7); }
Ref latin_1_encode(Args& a) { return encode_with(a, "latin_1_encode", encode_latin1); }
Ref ascii_encode(Args& a) { return encode_with(a, "ascii_encode", encode_ascii); }
Ref unicode_escape_encode(Args& a) {
  return encode_with(a, "unicode_escape_encode", [](Value s, const char*) { return encode_unicode_escape(s); });
}
Ref raw_unicode_escape_encode(Args& a) {
  return encode_with(a, "raw_unicode_escape_encode", [](Value s, const char*) { return encode_raw_unicode_escape(s); });
}
Ref utf_16_encode(Args& a) {
  int order = 0;
  if (a.has(2) && !to_c_int(a[2], &order)) return nullptr;
  return encode_with(a, "utf_16_encode", [order](Value s, const char* e) { return encode_utf16(s, e, order); });
}
Ref utf_16_le_encode(Args& a) {
  return encode_with(a, "utf_16_le_encode", [](Value s, const char* e) { return encode_utf16(s, e, -1); });
}
Ref utf_16_be_encode(Args& a) {
  return encode_with(a, "utf_16_be_encode", [](Value s, const char* e) { return encode_utf16(s, e, 1); });
}
Ref utf_32_encode(Args& a) {
  int order = 0;
  if (a.has(2) && !to_c_int(a[2], &order)) return nullptr;
  return encode_with(a, "utf_32_encode", [order](Value s, const char* e) { return encode_utf32(s, e, order); });
}
Ref utf_32_le_encode(Args& a) {
  return encode_with(a, "utf_32_le_encode", [](Value s, const char* e) { return encode_utf32(s, e, -1); });
}
Ref utf_32_be_encode(Args& a) {
  return encode_with(a, "utf_32_be_encode", [](Value s, const char* e) { return encode_utf32(s, e, 1); });
}
Ref charmap_encode(Args& a) {
  return encode_with(a, "charmap_encode", [&a](Value s, const char* e) { return encode_charmap(s, a[2], e); });
}
Ref charmap_build(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "charmap_build() argument must be str, not %T", a[0]);
  return build_charmap(a[0]);
}

// ---- Decoders: name_decode(data, errors=None, final=False)
template <class F>
Ref decode_with(Args& a, const char* name, Value final_arg, bool final_standard, F decode) {
  BufferView data(a[0]);
  if (!data.ok()) return nullptr;
  TextArg errors;
  if (!errors.read(a[1], name, "argument 2", true)) return nullptr;
  bool final;
  if (!final_flag(final_arg, final_standard, &final)) return nullptr;
  size_t consumed = data.size();
  Ref r = decode(data.view(), errors.get(), final ? nullptr : &consumed);
  return pair(std::move(r), consumed);
}
Ref utf_8_decode(Args& a) { return decode_with(a, "utf_8_decode", a[2], false, decode_utf8); }
Ref utf_7_decode(Args& a) { return decode_with(a, "utf_7_decode", a[2], false, decode_utf7); }
template <Ref (*decode)(std::string_view, const char*, int*, size_t*)>
Ref decode_wide(Args& a, const char* name, int order) {
  return decode_with(a, name, a[2], false, [order](std::string_view in, const char* e, size_t* consumed) {
    int found = order;
    return decode(in, e, &found, consumed);
  });
}
Ref utf_16_decode(Args& a) { return decode_wide<decode_utf16>(a, "utf_16_decode", 0); }
Ref utf_16_le_decode(Args& a) { return decode_wide<decode_utf16>(a, "utf_16_le_decode", -1); }
Ref utf_16_be_decode(Args& a) { return decode_wide<decode_utf16>(a, "utf_16_be_decode", 1); }
Ref utf_32_decode(Args& a) { return decode_wide<decode_utf32>(a, "utf_32_decode", 0); }
Ref utf_32_le_decode(Args& a) { return decode_wide<decode_utf32>(a, "utf_32_le_decode", -1); }
Ref utf_32_be_decode(Args& a) { return decode_wide<decode_utf32>(a, "utf_32_be_decode", 1); }
template <Ref (*decode)(std::string_view, const char*, int*, size_t*)>
Ref decode_ex(Args& a, const char* name) {
  BufferView data(a[0]);
  if (!data.ok()) return nullptr;
  TextArg errors;
  if (!errors.read(a[1], name, "argument 2", true)) return nullptr;
  int order = 0;
  if (a.has(2) && !to_c_int(a[2], &order)) return nullptr;
  bool final;
  if (!final_flag(a[3], false, &final)) return nullptr;
  size_t consumed = data.size();
  Ref r = decode(data.view(), errors.get(), &order, final ? nullptr : &consumed);
  if (!r) return nullptr;
  Ref n = make_int(static_cast<int64_t>(consumed)), o = make_int(order);
  return make_tuple_of({r.get(), n.get(), o.get()});
}
Ref utf_16_ex_decode(Args& a) { return decode_ex<decode_utf16>(a, "utf_16_ex_decode"); }
Ref utf_32_ex_decode(Args& a) { return decode_ex<decode_utf32>(a, "utf_32_ex_decode"); }
Ref latin_1_decode(Args& a) {
  return decode_with(a, "latin_1_decode", Value(), true,
                     [](std::string_view in, const char*, size_t*) { return decode_latin1(in); });
}
Ref ascii_decode(Args& a) {
  return decode_with(a, "ascii_decode", Value(), true,
                     [](std::string_view in, const char* e, size_t*) { return decode_ascii(in, e); });
}
Ref charmap_decode(Args& a) {
  return decode_with(a, "charmap_decode", Value(), true,
                     [&a](std::string_view in, const char* e, size_t*) { return decode_charmap(in, a[2], e); });
}

// Data of the escape decoders may be a str, too: its UTF-8.
class EscapeData {
 public:
  bool open(Value v) {
    if (is_str(v)) {
      if (!utf8_of(v, &text_)) return false;
      view_ = text_;
      return true;
    }
    if (!get_buffer(v, &b_, kBufSimple)) return false;
    open_ = true;
    view_ = {static_cast<const char*>(b_.data), static_cast<size_t>(b_.len)};
    return true;
  }
  ~EscapeData() {
    if (open_) release_buffer(&b_);
  }
  std::string_view view() const { return view_; }

 private:
  std::string text_;
  Buffer b_;
  bool open_ = false;
  std::string_view view_;
};
bool warn_bad_escape(const std::string& escape) {
  if (escape.empty()) return true;
  Ref text = decode_latin1(escape);
  if (!text) return false;
  return warn(types::DeprecationWarning, 1,
              escape.size() > 2 ? "invalid octal escape sequence '%S'" : "invalid escape sequence '%S'", text.get());
}
Ref unicode_escape_decode(Args& a) {
  EscapeData data;
  if (!data.open(a[0])) return nullptr;
  TextArg errors;
  if (!errors.read(a[1], "unicode_escape_decode", "argument 2", true)) return nullptr;
  bool final;
  if (!final_flag(a[2], true, &final)) return nullptr;
  size_t consumed = data.view().size();
  std::string bad;
  Ref r = decode_unicode_escape(data.view(), errors.get(), final ? nullptr : &consumed, &bad);
  if (!r || !warn_bad_escape(bad)) return nullptr;
  return pair(std::move(r), consumed);
}
Ref raw_unicode_escape_decode(Args& a) {
  EscapeData data;
  if (!data.open(a[0])) return nullptr;
  TextArg errors;
  if (!errors.read(a[1], "raw_unicode_escape_decode", "argument 2", true)) return nullptr;
  bool final;
  if (!final_flag(a[2], true, &final)) return nullptr;
  size_t consumed = data.view().size();
  Ref r = decode_raw_unicode_escape(data.view(), errors.get(), final ? nullptr : &consumed);
  return pair(std::move(r), consumed);
}
Ref escape_decode(Args& a) {
  EscapeData data;
  if (!data.open(a[0])) return nullptr;
  TextArg errors;
  if (!errors.read(a[1], "escape_decode", "argument 2", true)) return nullptr;
  std::string bad;
  Ref r = decode_bytes_escape(data.view(), errors.get(), &bad);
  if (!r || !warn_bad_escape(bad)) return nullptr;
  return pair(std::move(r), data.view().size());
}
Ref escape_encode(Args& a) {
  if (!is_bytes(a[0])) return raise(types::TypeError, "escape_encode() argument 1 must be bytes, not %T", a[0]);
  std::string_view s = octets(a[0]);
  std::string out;
  out.reserve(s.size());
  for (char ch : s) {
    uint8_t c = static_cast<uint8_t>(ch);
    if (c == '\'' || c == '\\') {
      out.push_back('\\');
      out.push_back(ch);
    } else if (c == '\t') {
      out.append("\\t");
    } else if (c == '\n') {
      out.append("\\n");
    } else if (c == '\r') {
      out.append("\\r");
    } else if (c < ' ' || c >= 0x7F) {
      out.append("\\x");
      out.push_back("0123456789abcdef"[c >> 4]);
      out.push_back("0123456789abcdef"[c & 15]);
    } else {
      out.push_back(ch);
    }
  }
  return pair(make_bytes(out), s.size());
}
Ref readbuffer_encode(Args& a) {
  EscapeData data;
  if (!data.open(a[0])) return nullptr;
  TextArg errors;
  if (!errors.read(a[1], "readbuffer_encode", "argument 2", true)) return nullptr;
  return pair(make_bytes(data.view()), data.view().size());
}

// ---- Registry
Ref codecs_register(Args& a) { return codec_register(a[0]) ? Ref::imm(kNone) : Ref(); }
Ref codecs_unregister(Args& a) { return codec_unregister(a[0]) ? Ref::imm(kNone) : Ref(); }
Ref codecs_lookup(Args& a) {
  TextArg encoding;
  if (!encoding.read(a[0], "lookup", "argument", false)) return nullptr;
  return codec_lookup(encoding.get());
}
Ref codecs_encode(Args& a) {
  TextArg encoding, errors;
  if (!encoding.read(a[1], "encode", "argument 'encoding'", false) ||
      !errors.read(a[2], "encode", "argument 'errors'", false))
    return nullptr;
  return codec_encode(a[0], encoding.get() ? encoding.get() : "utf-8", errors.get());
}
Ref codecs_decode(Args& a) {
  TextArg encoding, errors;
  if (!encoding.read(a[1], "decode", "argument 'encoding'", false) ||
      !errors.read(a[2], "decode", "argument 'errors'", false))
    return nullptr;
  return codec_decode(a[0], encoding.get() ? encoding.get() : "utf-8", errors.get());
}
Ref codecs_register_error(Args& a) {
  TextArg name;
  if (!name.read(a[0], "register_error", "argument 1", false)) return nullptr;
  return codec_register_error(name.get(), a[1]) ? Ref::imm(kNone) : Ref();
}
Ref codecs_lookup_error(Args& a) {
  TextArg name;
  if (!name.read(a[0], "lookup_error", "argument", false)) return nullptr;
  return codec_lookup_error(name.get());
}

#define ENCODER(name) {#name, "($module, str, errors=None, /)", name, 0, nullptr}
#define DECODER(name) {#name, "($module, data, errors=None, final=False, /)", name, 0, nullptr}
const NativeDef kFunctions[] = {
    {"register", "($module, search_function, /)", codecs_register, 0,
     "Register a codec search function.\n\nSearch functions are expected to take one argument, the encoding name "
     "in\nall lower case letters, and either return None, or a tuple of functions\n"
     "(encoder, decoder, stream_reader, stream_writer) (or a CodecInfo object)."},
    {"unregister", "($module, search_function, /)", codecs_unregister, 0,
     "Unregister a codec search function and clear the registry's cache."},
    {"lookup", "($module, encoding, /)", codecs_lookup, 0,
     "Looks up a codec tuple in the Python codec registry and returns a CodecInfo object."},
    {"encode", "($module, /, obj, encoding='utf-8', errors='strict')", codecs_encode, 0,
     "Encodes obj using the codec registered for encoding."},
    {"decode", "($module, /, obj, encoding='utf-8', errors='strict')", codecs_decode, 0,
     "Decodes obj using the codec registered for encoding."},
    {"register_error", "($module, errors, handler, /)", codecs_register_error, 0,
     "Register the specified error handler under the name errors."},
    {"lookup_error", "($module, name, /)", codecs_lookup_error, 0, "lookup_error(errors) -> handler"},
    {"escape_encode", "($module, data, errors=None, /)", escape_encode, 0, nullptr},
    {"escape_decode", "($module, data, errors=None, /)", escape_decode, 0, nullptr},
    {"readbuffer_encode", "($module, data, errors=None, /)", readbuffer_encode, 0, nullptr},
    ENCODER(utf_8_encode),
    DECODER(utf_8_decode),
    ENCODER(utf_7_encode),
    DECODER(utf_7_decode),
    {"utf_16_encode", "($module, str, errors=None, byteorder=0, /)", utf_16_encode, 0, nullptr},
    ENCODER(utf_16_le_encode),
    ENCODER(utf_16_be_encode),
    DECODER(utf_16_decode),
    DECODER(utf_16_le_decode),
    DECODER(utf_16_be_decode),
    {"utf_16_ex_decode", "($module, data, errors=None, byteorder=0, final=False,\n                 /)",
     utf_16_ex_decode, 0, nullptr},
    {"utf_32_encode", "($module, str, errors=None, byteorder=0, /)", utf_32_encode, 0, nullptr},
    ENCODER(utf_32_le_encode),
    ENCODER(utf_32_be_encode),
    DECODER(utf_32_decode),
    DECODER(utf_32_le_decode),
    DECODER(utf_32_be_decode),
    {"utf_32_ex_decode", "($module, data, errors=None, byteorder=0, final=False,\n                 /)",
     utf_32_ex_decode, 0, nullptr},
    ENCODER(unicode_escape_encode),
    {"unicode_escape_decode", "($module, data, errors=None, final=True, /)", unicode_escape_decode, 0, nullptr},
    ENCODER(raw_unicode_escape_encode),
    {"raw_unicode_escape_decode", "($module, data, errors=None, final=True, /)", raw_unicode_escape_decode, 0, nullptr},
    ENCODER(latin_1_encode),
    {"latin_1_decode", "($module, data, errors=None, /)", latin_1_decode, 0, nullptr},
    ENCODER(ascii_encode),
    {"ascii_decode", "($module, data, errors=None, /)", ascii_decode, 0, nullptr},
    {"charmap_encode", "($module, str, errors=None, mapping=None, /)", charmap_encode, 0, nullptr},
    {"charmap_decode", "($module, data, errors=None, mapping=None, /)", charmap_decode, 0, nullptr},
    {"charmap_build", "($module, map, /)", charmap_build, 0, nullptr},
    {},
};
#undef ENCODER
#undef DECODER
}  // namespace

// GIL off: the registry consists of a list and dicts, which see to themselves (codec_registry.cpp).
extern const ModuleDef _codecs_module;
const ModuleDef _codecs_module = {"_codecs", nullptr, kFunctions, nullptr, kFunctionsAtOnce};

}  // namespace taipan
