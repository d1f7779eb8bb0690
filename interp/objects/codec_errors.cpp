// The standard error handlers, both as decoders and encoders apply them in place and as the functions that Python code sees.
#include "interp/objects/codec_errors.h"
#include "interp/objects/abstract.h"
#include "interp/objects/bytes.h"
#include "interp/objects/codecs.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/int.h"
#include "interp/objects/native.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/tuple.h"

namespace taipan {

ErrorKind error_kind(const char* e) {
  if (!e || !strcmp(e, "strict")) return ErrorKind::kStrict;
  if (!strcmp(e, "surrogateescape")) return ErrorKind::kSurrogateEscape;
  if (!strcmp(e, "ignore")) return ErrorKind::kIgnore;
  if (!strcmp(e, "replace")) return ErrorKind::kReplace;
  if (!strcmp(e, "backslashreplace")) return ErrorKind::kBackslashReplace;
  if (!strcmp(e, "xmlcharrefreplace")) return ErrorKind::kXmlCharRefReplace;
  if (!strcmp(e, "surrogatepass")) return ErrorKind::kSurrogatePass;
  if (!strcmp(e, "namereplace")) return ErrorKind::kNameReplace;
  return ErrorKind::kOther;
}

void append_backslash_escape(std::string* out, uint32_t c) {
  int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
  out->push_back('\\');
  out->push_back(c < 0x100 ? 'x' : c < 0x10000 ? 'u' : 'U');
  for (int i = digits - 1; i >= 0; i--) out->push_back("0123456789abcdef"[c >> (4 * i) & 15]);
}

// ---- surrogatepass: which of the UTFs is it?
namespace {
enum Utf { kUtfUnknown, kUtf8, kUtf16Le, kUtf16Be, kUtf32Le, kUtf32Be };
Utf utf_of(std::string_view name) {
  std::string s;
  for (char c : name) s.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c == '_' ? '-' : c);
  if (s == "cp-utf8" || s == "cp65001") return kUtf8;
  if (s.rfind("utf", 0) != 0) return kUtfUnknown;
  std::string_view t = s;
  t.remove_prefix(3);
  if (!t.empty() && t[0] == '-') t.remove_prefix(1);
  if (t == "8") return kUtf8;
  bool is16 = t.rfind("16", 0) == 0, is32 = t.rfind("32", 0) == 0;
  if (!is16 && !is32) return kUtfUnknown;
  t.remove_prefix(2);
  if (!t.empty() && t[0] == '-') t.remove_prefix(1);
  if (t.empty() || t == "le") return is16 ? kUtf16Le : kUtf32Le;  // native is little-endian
  if (t == "be") return is16 ? kUtf16Be : kUtf32Be;
  return kUtfUnknown;
}
// A surrogate encoded at p (n bytes left): its length, or 0.
size_t decode_surrogate(Utf utf, const uint8_t* p, size_t n, uint32_t* c) {
  size_t len = utf == kUtf8 ? 3 : utf == kUtf16Le || utf == kUtf16Be ? 2 : 4;
  if (utf == kUtfUnknown || n < len) return 0;
  switch (utf) {
    case kUtf8:
      if ((p[0] & 0xF0) != 0xE0 || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80) return 0;
      *c = (p[0] & 0xFu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
      break;
    case kUtf16Le: *c = p[0] | static_cast<uint32_t>(p[1]) << 8; break;
    case kUtf16Be: *c = p[1] | static_cast<uint32_t>(p[0]) << 8; break;
    case kUtf32Le:
      *c = p[0] | static_cast<uint32_t>(p[1]) << 8 | static_cast<uint32_t>(p[2]) << 16 |
           static_cast<uint32_t>(p[3]) << 24;
      break;
    default:
      *c = p[3] | static_cast<uint32_t>(p[2]) << 8 | static_cast<uint32_t>(p[1]) << 16 |
           static_cast<uint32_t>(p[0]) << 24;
      break;
  }
  return *c - 0xD800 < 0x800 ? len : 0;
}
void encode_surrogate(Utf utf, uint32_t c, std::string* out) {
  auto put = [out](uint32_t b) { out->push_back(static_cast<char>(b)); };
  switch (utf) {
    case kUtf8:
      put(0xE0 | c >> 12);
      put(0x80 | (c >> 6 & 0x3F));
      put(0x80 | (c & 0x3F));
      break;
    case kUtf16Le:
      put(c);
      put(c >> 8);
      break;
    case kUtf16Be:
      put(c >> 8);
      put(c);
      break;
    case kUtf32Le:
      put(c);
      put(c >> 8);
      put(0);
      put(0);
      break;
    default:
      put(0);
      put(0);
      put(c >> 8);
      put(c);
      break;
  }
}
}  // namespace

// ---- Decoding ---------------------------------------------------------------------------------------------------------------------------
bool DecodeErrors::handle(size_t start, size_t end, const char* reason, StrBuilder* out, size_t* next) {
  if (!known_) {
    kind_ = error_kind(errors_);
    known_ = true;
  }
  const uint8_t* p = reinterpret_cast<const uint8_t*>(in_.data());
  *next = end;
  switch (kind_) {
    case ErrorKind::kStrict: break;
    case ErrorKind::kIgnore: return true;
    case ErrorKind::kReplace: return out->append_char(0xFFFD);
    case ErrorKind::kBackslashReplace: {
      std::string text;
      for (size_t i = start; i < end; i++) append_backslash_escape(&text, p[i]);
      return out->append_ascii(text);
    }
    case ErrorKind::kSurrogateEscape: {
      // At most what follows as one go: up to four bytes, stopping at ASCII.
      size_t i = start;
      while (i < end && i < start + 4 && p[i] >= 128) {
        if (!out->append_char(0xDC00u + p[i])) return false;
        i++;
      }
      if (i == start) break;
      *next = i;
      return true;
    }
    case ErrorKind::kSurrogatePass: {
      uint32_t c;
      size_t n = decode_surrogate(utf_of(encoding_), p + start, in_.size() - start, &c);
      if (n == 0) break;
      *next = start + n;
      return out->append_char(c);
    }
    default: return call_handler(start, end, reason, out, next);
  }
  return raise_unicode_decode(encoding_, in_.data(), in_.size(), static_cast<int64_t>(start), static_cast<int64_t>(end),
                              reason);
}

bool DecodeErrors::call_handler(size_t start, size_t end, const char* reason, StrBuilder* out, size_t* next) {
  if (!handler_) {
    handler_ = codec_lookup_error(errors_);
    if (!handler_) return false;
  }
  if (!exception_) {
    exception_ = make_unicode_decode(encoding_, in_.data(), in_.size(), static_cast<int64_t>(start),
                                     static_cast<int64_t>(end), reason);
    if (!exception_) return false;
  } else {
    UnicodeErrorExc* e = exception_.as<UnicodeErrorExc>();
    e->start = static_cast<int64_t>(start);
    e->end = static_cast<int64_t>(end);
    Ref text = make_str(reason);
    if (!text || !set_exc_field(exception_, &e->reason, text)) return false;
  }
  Ref result = call(handler_, exception_);
  if (!result) return false;
  if (!is_tuple(result) || tuple_size(result) != 2 || !is_str(tuple_at(result, 0)) || !is_int(tuple_at(result, 1)))
    return raise(types::TypeError, "decoding error handler must return (str, int) tuple");
  int64_t at;
  if (!to_ssize(tuple_at(result, 1), &at, types::IndexError)) return false;
  // The handler may have replaced what is decoded.
  Value object = gc::load(&exception_.as<UnicodeErrorExc>()->object);
  if (object.is_null() || !is_bytes(object))
    return raise(types::TypeError, object.is_null() ? "object attribute not set" : "object attribute must be bytes");
  object_ = Ref::dup(object);
  in_ = object.as<Bytes>()->view();
  int64_t n = static_cast<int64_t>(in_.size());
  int64_t asked = at;
  if (at < 0) at += n;
  if (at < 0 || at > n)
    return raise(types::IndexError, "position %zd from error handler out of bounds",
                 static_cast<ssize_t>(asked < 0 ? at : asked));
  *next = static_cast<size_t>(at);
  return out->append(tuple_at(result, 0));
}

// ---- Encoding ---------------------------------------------------------------------------------------------------------------------------
static void append_number(std::string* out, uint32_t c) {
  out->append("&#");
  out->append(std::to_string(c));
  out->push_back(';');
}
// \N{...} for one character; through unicodedata, where the names are.
static bool append_name_escape(std::string* out, uint32_t c) {
  static Ref (*const load)() = [] { return import_attr("unicodedata", "name"); };
  Ref name = load();
  if (!name) return false;
  Ref ch = make_str_char(c), none = Ref::imm(kNone);
  if (!ch) return false;
  Ref text = call(name, ch, none);
  if (!text) return false;
  if (is_str(text)) {
    out->append("\\N{");
    out->append(utf8_lossy(text));
    out->push_back('}');
  } else {
    append_backslash_escape(out, c);
  }
  return true;
}

bool EncodeErrors::fail(size_t start, size_t end, const char* reason) {
  if (exception_) {
    UnicodeErrorExc* e = exception_.as<UnicodeErrorExc>();
    e->start = static_cast<int64_t>(start);
    e->end = static_cast<int64_t>(end);
    Ref text = make_str(reason);
    if (!text || !set_exc_field(exception_, &e->reason, text)) return false;
    return raise_object(exception_.copy());
  }
  return raise_unicode_encode(encoding_, text_, static_cast<int64_t>(start), static_cast<int64_t>(end), reason);
}

bool EncodeErrors::handle(size_t start, size_t end, const char* reason, Ref* text, std::string* octets, size_t* next) {
  const Str* s = str_ptr(text_);
  text->reset();
  octets->clear();
  *next = end;
  std::string ascii;
  switch (kind()) {
    case ErrorKind::kStrict: return fail(start, end, reason);
    case ErrorKind::kIgnore: return true;
    case ErrorKind::kReplace: ascii.assign(end - start, '?'); break;
    case ErrorKind::kBackslashReplace:
      for (size_t i = start; i < end; i++) append_backslash_escape(&ascii, s->at(i));
      break;
    case ErrorKind::kXmlCharRefReplace:
      for (size_t i = start; i < end; i++) append_number(&ascii, s->at(i));
      break;
    case ErrorKind::kNameReplace:
      for (size_t i = start; i < end; i++)
        if (!append_name_escape(&ascii, s->at(i))) return false;
      break;
    case ErrorKind::kSurrogateEscape: {
      size_t i = start;
      for (; i < end; i++) {
        uint32_t c = s->at(i);
        if (c < 0xDC80 || c > 0xDCFF) break;
        octets->push_back(static_cast<char>(c - 0xDC00));
      }
      if (i == start) return fail(start, end, reason);
      *next = i;
      return true;
    }
    case ErrorKind::kSurrogatePass: {
      Utf utf = utf_of(encoding_);
      for (size_t i = start; i < end; i++) {
        uint32_t c = s->at(i);
        if (utf == kUtfUnknown || c - 0xD800 >= 0x800) return fail(start, end, reason);
        encode_surrogate(utf, c, octets);
      }
      return true;
    }
    default: {
      if (!handler_) {
        handler_ = codec_lookup_error(errors_);
        if (!handler_) return false;
      }
      if (!exception_) {
        exception_ =
            make_unicode_encode(encoding_, text_, static_cast<int64_t>(start), static_cast<int64_t>(end), reason);
        if (!exception_) return false;
      } else {
        UnicodeErrorExc* e = exception_.as<UnicodeErrorExc>();
        e->start = static_cast<int64_t>(start);
        e->end = static_cast<int64_t>(end);
        Ref why = make_str(reason);
        if (!why || !set_exc_field(exception_, &e->reason, why)) return false;
      }
      Ref result = call(handler_, exception_);
      if (!result) return false;
      if (!is_tuple(result) || tuple_size(result) != 2 ||
          !(is_str(tuple_at(result, 0)) || is_bytes(tuple_at(result, 0))) || !is_int(tuple_at(result, 1)))
        return raise(types::TypeError, "encoding error handler must return (str/bytes, int) tuple");
      int64_t at, n = static_cast<int64_t>(s->length);
      if (!to_ssize(tuple_at(result, 1), &at, types::IndexError)) return false;
      if (at < 0) at += n;
      if (at < 0 || at > n)
        return raise(types::IndexError, "position %zd from error handler out of bounds", static_cast<ssize_t>(at));
      *next = static_cast<size_t>(at);
      if (is_str(tuple_at(result, 0)))
        *text = Ref::dup(tuple_at(result, 0));
      else
        octets->assign(tuple_at(result, 0).as<Bytes>()->view());
      return true;
    }
  }
  *text = make_str(ascii);
  return !!*text;
}

// ---- The handlers as Python functions ---------------------------------------------------------------------------------------------------
static Ref wrong_exception(Value exc) {
  return raise(types::TypeError, "don't know how to handle %T in error callback", exc);
}
static bool is_unicode_exception(Value v, TypeObject* t) { return v.is_heap() && is_subtype(type_of(v), t); }

// Start and end as the exception's getters clamp them. False: attribute missing.
static bool exception_range(Value v, int64_t size, int64_t* start, int64_t* end) {
  UnicodeErrorExc* e = v.as<UnicodeErrorExc>();
  *start = e->start < 0 ? 0 : e->start;
  if (*start >= size) *start = size ? size - 1 : 0;
  *end = e->end < 1 ? 1 : e->end;
  if (*end > size) *end = size;
  return true;
}
static bool text_of_exception(Value v, Value* text, int64_t* start, int64_t* end) {
  *text = gc::load(&v.as<UnicodeErrorExc>()->object);
  if (text->is_null() || !is_str(*text))
    return raise(types::TypeError, text->is_null() ? "object attribute not set" : "object attribute must be unicode");
  return exception_range(v, static_cast<int64_t>(str_ptr(*text)->length), start, end);
}
static bool octets_of_exception(Value v, Value* octets, int64_t* start, int64_t* end) {
  *octets = gc::load(&v.as<UnicodeErrorExc>()->object);
  if (octets->is_null() || !is_bytes(*octets))
    return raise(types::TypeError, octets->is_null() ? "object attribute not set" : "object attribute must be bytes");
  return exception_range(v, static_cast<int64_t>(octets->as<Bytes>()->size), start, end);
}
static Ref answer(Ref text, int64_t at) {
  if (!text) return nullptr;
  Ref pos = make_int(at);
  return make_tuple_of({text.get(), pos.get()});
}
static std::string_view encoding_of(Value v) {
  Value e = gc::load(&v.as<UnicodeErrorExc>()->encoding);
  return e && is_str(e) && str_ptr(e)->ascii ? str_ptr(e)->ascii_view() : std::string_view();
}

static Ref strict_errors(Args& a) {
  if (is_exception(a[0])) return raise_object(Ref::dup(a[0]));
  return raise(types::TypeError, "codec must pass exception instance");
}
static Ref ignore_errors(Args& a) {
  Value exc = a[0], object;
  int64_t start, end;
  if (is_unicode_exception(exc, types::UnicodeEncodeError) || is_unicode_exception(exc, types::UnicodeTranslateError)) {
    if (!text_of_exception(exc, &object, &start, &end)) return nullptr;
  } else if (is_unicode_exception(exc, types::UnicodeDecodeError)) {
    if (!octets_of_exception(exc, &object, &start, &end)) return nullptr;
  } else {
    return wrong_exception(exc);
  }
  return answer(empty_str(), end);
}
static Ref repeated(uint32_t c, int64_t n) {
  StrBuilder b;
  if (n > 0 && !b.append_repeat(c, static_cast<size_t>(n))) return nullptr;
  return b.finish();
}
static Ref replace_errors(Args& a) {
  Value exc = a[0], object;
  int64_t start, end;
  if (is_unicode_exception(exc, types::UnicodeEncodeError)) {
    if (!text_of_exception(exc, &object, &start, &end)) return nullptr;
    return answer(repeated('?', end - start), end);
  }
  if (is_unicode_exception(exc, types::UnicodeDecodeError)) {
    if (!octets_of_exception(exc, &object, &start, &end)) return nullptr;
    return answer(make_str_char(0xFFFD), end);
  }
  if (is_unicode_exception(exc, types::UnicodeTranslateError)) {
    if (!text_of_exception(exc, &object, &start, &end)) return nullptr;
    return answer(repeated(0xFFFD, end - start), end);
  }
  return wrong_exception(exc);
}
static Ref xmlcharrefreplace_errors(Args& a) {
  Value exc = a[0], object;
  int64_t start, end;
  if (!is_unicode_exception(exc, types::UnicodeEncodeError)) return wrong_exception(exc);
  if (!text_of_exception(exc, &object, &start, &end)) return nullptr;
  std::string out;
  for (int64_t i = start; i < end; i++) append_number(&out, str_ptr(object)->at(static_cast<size_t>(i)));
  return answer(make_str(out), end);
}
static Ref backslashreplace_errors(Args& a) {
  Value exc = a[0], object;
  int64_t start, end;
  std::string out;
  if (is_unicode_exception(exc, types::UnicodeDecodeError)) {
    if (!octets_of_exception(exc, &object, &start, &end)) return nullptr;
    for (int64_t i = start; i < end; i++) append_backslash_escape(&out, object.as<Bytes>()->data()[i]);
  } else if (is_unicode_exception(exc, types::UnicodeEncodeError) ||
             is_unicode_exception(exc, types::UnicodeTranslateError)) {
    if (!text_of_exception(exc, &object, &start, &end)) return nullptr;
    for (int64_t i = start; i < end; i++) append_backslash_escape(&out, str_ptr(object)->at(static_cast<size_t>(i)));
  } else {
    return wrong_exception(exc);
  }
  return answer(make_str(out), end);
}
static Ref namereplace_errors(Args& a) {
  Value exc = a[0], object;
  int64_t start, end;
  if (!is_unicode_exception(exc, types::UnicodeEncodeError)) return wrong_exception(exc);
  if (!text_of_exception(exc, &object, &start, &end)) return nullptr;
  std::string out;
  Ref keep = Ref::dup(object);
  for (int64_t i = start; i < end; i++)
    if (!append_name_escape(&out, str_ptr(keep)->at(static_cast<size_t>(i)))) return nullptr;
  return answer(make_str(out), end);
}
static Ref surrogatepass_errors(Args& a) {
  Value exc = a[0], object;
  int64_t start, end;
  if (is_unicode_exception(exc, types::UnicodeEncodeError)) {
    if (!text_of_exception(exc, &object, &start, &end)) return nullptr;
    Utf utf = utf_of(encoding_of(exc));
    std::string out;
    for (int64_t i = start; i < end; i++) {
      uint32_t c = str_ptr(object)->at(static_cast<size_t>(i));
      if (utf == kUtfUnknown || c - 0xD800 >= 0x800) return raise_object(Ref::dup(exc));
      encode_surrogate(utf, c, &out);
    }
    return answer(make_bytes(out), end);
  }
  if (is_unicode_exception(exc, types::UnicodeDecodeError)) {
    if (!octets_of_exception(exc, &object, &start, &end)) return nullptr;
    Bytes* b = object.as<Bytes>();
    uint32_t c;
    size_t n = decode_surrogate(utf_of(encoding_of(exc)), b->data() + start, b->size - static_cast<size_t>(start), &c);
    if (n == 0) return raise_object(Ref::dup(exc));
    return answer(make_str_char(c), start + static_cast<int64_t>(n));
  }
  return wrong_exception(exc);
}
static Ref surrogateescape_errors(Args& a) {
  Value exc = a[0], object;
  int64_t start, end;
  if (is_unicode_exception(exc, types::UnicodeEncodeError)) {
    if (!text_of_exception(exc, &object, &start, &end)) return nullptr;
    std::string out;
    for (int64_t i = start; i < end; i++) {
      uint32_t c = str_ptr(object)->at(static_cast<size_t>(i));
      if (c < 0xDC80 || c > 0xDCFF) return raise_object(Ref::dup(exc));
      out.push_back(static_cast<char>(c - 0xDC00));
    }
    return answer(make_bytes(out), end);
  }
  if (is_unicode_exception(exc, types::UnicodeDecodeError)) {
    if (!octets_of_exception(exc, &object, &start, &end)) return nullptr;
    uint16_t units[4];
    size_t n = 0;
    while (n < 4 && start + static_cast<int64_t>(n) < end) {
      uint8_t c = object.as<Bytes>()->data()[start + static_cast<int64_t>(n)];
      if (c < 128) break;
      units[n++] = static_cast<uint16_t>(0xDC00 + c);
    }
    if (n == 0) return raise_object(Ref::dup(exc));
    return answer(make_str_ucs2(units, n), start + static_cast<int64_t>(n));
  }
  return wrong_exception(exc);
}

void init_codec_error_handlers(Value registry) {
  static const NativeDef defs[] = {
      {"strict_errors", "($module, exc, /)", strict_errors, kNativeNoSignature,
       "Implements the 'strict' error handling, which raises a UnicodeError on coding errors."},
      {"ignore_errors", "($module, exc, /)", ignore_errors, kNativeNoSignature,
       "Implements the 'ignore' error handling, which ignores malformed data and continues."},
      {"replace_errors", "($module, exc, /)", replace_errors, kNativeNoSignature,
       "Implements the 'replace' error handling, which replaces malformed data with a replacement marker."},
      {"xmlcharrefreplace_errors", "($module, exc, /)", xmlcharrefreplace_errors, kNativeNoSignature,
       "Implements the 'xmlcharrefreplace' error handling, which replaces an unencodable character with the "
       "appropriate XML character reference."},
      {"backslashreplace_errors", "($module, exc, /)", backslashreplace_errors, kNativeNoSignature,
       "Implements the 'backslashreplace' error handling, which replaces malformed data with a backslashed escape "
       "sequence."},
      {"namereplace_errors", "($module, exc, /)", namereplace_errors, kNativeNoSignature,
       "Implements the 'namereplace' error handling, which replaces an unencodable character with a \\N{...} escape "
       "sequence."},
      {"surrogatepass", "($module, exc, /)", surrogatepass_errors, kNativeNoSignature, nullptr},
      {"surrogateescape", "($module, exc, /)", surrogateescape_errors, kNativeNoSignature, nullptr},
  };
  static const char* const names[] = {"strict",           "ignore",      "replace",       "xmlcharrefreplace",
                                      "backslashreplace", "namereplace", "surrogatepass", "surrogateescape"};
  for (size_t i = 0; i < 8; i++) {
    Ref f = make_native_function(&defs[i], Value(), Value());
    if (!f || !dict_set_cstr(registry, names[i], f)) return;
  }
}

}  // namespace taipan
