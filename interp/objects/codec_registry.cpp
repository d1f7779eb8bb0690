// codecs.register() and friends, and the two doors str.encode() and bytes.decode().
#include <mutex>
#include "gc/collector.h"
#include "interp/objects/abstract.h"
#include "interp/objects/bytes.h"
#include "interp/objects/codec_checks.h"
#include "interp/objects/codec_errors.h"
#include "interp/objects/codecs.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/list.h"
#include "interp/objects/runtime_lock.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"

namespace taipan {

namespace {
struct Registry {
  Value search_path;  // list
  Value cache;        // dict: normalised name -> CodecInfo
  Value errors;       // dict: name -> handler
  bool imported = false;
};
Registry registry;
bool ensure_registry() {
  if (registry.errors) return true;
  Ref path = make_list(0), cache = make_dict(), errors = make_dict();
  if (!path || !cache || !errors) return false;
  init_codec_error_handlers(errors);
  if (error_occurred()) return false;
  registry.search_path = path.release();
  registry.cache = cache.release();
  registry.errors = errors.release();
  gc::add_shared_root(&registry.search_path);
  gc::add_shared_root(&registry.cache);
  gc::add_shared_root(&registry.errors);
  return true;
}

// Lower case; runs of anything but letters, digits and dots become one underscore; others than ASCII are dropped.
std::string normalized(std::string_view name) {
  std::string out;
  bool gap = false;
  for (char ch : name) {
    uint8_t c = static_cast<uint8_t>(ch);
    bool word = static_cast<uint8_t>((c | 32) - 'a') < 26 || static_cast<uint8_t>(c - '0') < 10 || c == '.';
    if (!word) {
      gap = true;
      continue;
    }
    if (gap && !out.empty()) out.push_back('_');
    gap = false;
    out.push_back(static_cast<uint8_t>(c - 'A') < 26 ? static_cast<char>(c + 32) : ch);
  }
  return out;
}

enum class Builtin { kNone, kUtf8, kUtf16, kUtf16Le, kUtf16Be, kUtf32, kUtf32Le, kUtf32Be, kAscii, kLatin1 };
// By the names that programs mostly use.
TAIPAN_INLINE Builtin usual_codec(std::string_view name) {
  if (name == "utf-8" || name == "UTF-8" || name == "utf8") return Builtin::kUtf8;
  if (name == "ascii") return Builtin::kAscii;
  if (name == "latin-1" || name == "latin1" || name == "iso-8859-1") return Builtin::kLatin1;
  return Builtin::kNone;
}
Builtin builtin_codec(const char* name) {
  size_t n = strlen(name);
  if (n > 16) return Builtin::kNone;
  if (Builtin b = usual_codec({name, n}); b != Builtin::kNone) return b;
  std::string s = normalized(name);
  struct Row {
    const char* name;
    Builtin codec;
  };
  static const Row rows[] = {
      {"utf_8", Builtin::kUtf8},        {"utf8", Builtin::kUtf8},         {"utf_16", Builtin::kUtf16},
      {"utf16", Builtin::kUtf16},       {"utf_16_le", Builtin::kUtf16Le}, {"utf_16_be", Builtin::kUtf16Be},
      {"utf_32", Builtin::kUtf32},      {"utf32", Builtin::kUtf32},       {"utf_32_le", Builtin::kUtf32Le},
      {"utf_32_be", Builtin::kUtf32Be}, {"ascii", Builtin::kAscii},       {"us_ascii", Builtin::kAscii},
      {"latin1", Builtin::kLatin1},     {"latin_1", Builtin::kLatin1},    {"iso_8859_1", Builtin::kLatin1},
      {"iso8859_1", Builtin::kLatin1}};
  for (const Row& row : rows)
    if (s == row.name) return row.codec;
  return Builtin::kNone;
}
}  // namespace

// ---- Registry ---------------------------------------------------------------------------------------------------------------------------
bool codec_register(Value f) {
  if (!ensure_registry()) return false;
  if (!is_callable(f)) return raise(types::TypeError, "argument must be callable");
  return list_append(registry.search_path, f);
}
bool codec_unregister(Value f) {
  if (!registry.errors) return true;
  RuntimeLock lock(registry.search_path);  // others only add to its end
  for (size_t i = 0; i < list_size(registry.search_path); i++) {
    if (list_at(registry.search_path, i) != f) continue;
    dict_clear(registry.cache);
    Ref dropped = list_pop(registry.search_path, i);
    return !!dropped;
  }
  return true;
}
bool codec_forget_caches() {
  if (!registry.errors) return true;
  dict_clear(registry.cache);
  dict_clear(registry.errors);
  return list_set_slice(registry.search_path, 0, list_size(registry.search_path), Value());
}
bool codec_register_error(const char* name, Value handler) {
  if (!ensure_registry()) return false;
  if (!is_callable(handler)) return raise(types::TypeError, "handler must be callable");
  return dict_set_cstr(registry.errors, name, handler);
}
Ref codec_lookup_error(const char* name) {
  if (!ensure_registry()) return nullptr;
  if (!name || !*name) name = "strict";
  Value h = dict_get_cstr(registry.errors, name);
  if (!h) return raise(types::LookupError, "unknown error handler name '%.400s'", name);
  return Ref::dup(h);
}

Ref codec_lookup(const char* encoding) {
  if (!ensure_registry()) return nullptr;
  std::string name = normalized(encoding);
  Ref key = intern_str(name);
  if (!key) return nullptr;
  if (!registry.imported) {
    registry.imported = true;  // `encodings` registers its search function while it is imported
    Ref module = import_module("encodings");
    if (!module) {
      registry.imported = false;
      return nullptr;
    }
  }
  if (Value found = dict_get_str(registry.cache, str_ptr(key))) return Ref::dup(found);
  if (list_size(registry.search_path) == 0)
    return raise(types::LookupError, "no codec search functions registered: can't find encoding");
  for (size_t i = 0; i < list_size(registry.search_path); i++) {
    Ref f = list_get(registry.search_path, i);
    if (!f) break;
    Ref r = call(f, key);
    if (!r) return nullptr;
    if (r.get() == kNone) continue;
    if (!is_tuple(r) || tuple_size(r) != 4)
      return raise(types::TypeError, "codec search functions must return 4-tuples");
    if (!dict_set_str(registry.cache, str_ptr(key), r)) return nullptr;
    return r;
  }
  return raise(types::LookupError, "unknown encoding: %s", encoding);
}

// A codec's failure is reported with its name, if the exception can be remade from its text alone.
static Ref codec_failed(const char* operation, const char* encoding) {
  Value exc = current_error();
  TypeObject* type = type_of(exc);
  bool simple = type->s.init == types::BaseException->s.init && type->s.new_ == types::BaseException->s.new_ &&
                type->basic_size == types::BaseException->basic_size;
  Value args = base_exc(exc)->args;
  if (!simple || !args || tuple_size(args) > 1 || (tuple_size(args) == 1 && !is_str(tuple_at(args, 0)))) return nullptr;
  Ref keep = Ref::dup(exc);
  Ref dict = instance_dict(exc.header());
  if (dict && is_dict(dict) && dict_size(dict) != 0) return nullptr;
  return wrap_raise(type, "%s with '%s' codec failed (%T: %S)", operation, encoding, keep.get(), keep.get());
}

static Ref call_codec(size_t index, Value info, Value o, const char* encoding, const char* errors) {
  bool encoding_way = index == 0;
  Ref f = Ref::dup(tuple_at(info, index));
  Ref r;
  if (errors) {
    Ref e = make_str(errors);
    if (!e) return nullptr;
    r = call(f, o, e);
  } else {
    r = call(f, o);
  }
  if (!r) return codec_failed(encoding_way ? "encoding" : "decoding", encoding);
  if (!is_tuple(r) || tuple_size(r) != 2)
    return raise(types::TypeError, encoding_way ? "encoder must return a tuple (object, integer)"
                                                : "decoder must return a tuple (object,integer)");
  return Ref::dup(tuple_at(r, 0));
}
Ref codec_encode(Value o, const char* encoding, const char* errors) {
  Ref info = codec_lookup(encoding);
  return info ? call_codec(0, info, o, encoding, errors) : nullptr;
}
Ref codec_decode(Value o, const char* encoding, const char* errors) {
  Ref info = codec_lookup(encoding);
  return info ? call_codec(1, info, o, encoding, errors) : nullptr;
}
static Ref text_codec(const char* encoding, const char* alternative) {
  Ref info = codec_lookup(encoding);
  if (!info) return nullptr;
  if (!is_tuple_exact(info)) {
    Ref is_text = get_attr_opt(info, intern_static("_is_text_encoding"));
    if (!is_text) return nullptr;
    if (is_text.get() != kMissing) {
      int t = is_true(is_text);
      if (t < 0) return nullptr;
      if (!t)
        return raise(types::LookupError, "'%.400s' is not a text encoding; use %s to handle arbitrary codecs", encoding,
                     alternative);
    }
  }
  return info;
}

// ---- str.encode, bytes.decode -------------------------------------------------------------------------------------------------------------
Ref encode_str(Value s, const char* encoding, const char* errors) {
  Builtin b = encoding ? builtin_codec(encoding) : Builtin::kUtf8;
  switch (b) {
    case Builtin::kUtf8: return encode_utf8(s, errors);
    case Builtin::kUtf16: return encode_utf16(s, errors, 0);
    case Builtin::kUtf16Le: return encode_utf16(s, errors, -1);
    case Builtin::kUtf16Be: return encode_utf16(s, errors, 1);
    case Builtin::kUtf32: return encode_utf32(s, errors, 0);
    case Builtin::kUtf32Le: return encode_utf32(s, errors, -1);
    case Builtin::kUtf32Be: return encode_utf32(s, errors, 1);
    case Builtin::kAscii: return encode_ascii(s, errors);
    case Builtin::kLatin1: return encode_latin1(s, errors);
    case Builtin::kNone: break;
  }
  Ref info = text_codec(encoding, "codecs.encode()");
  if (!info) return nullptr;
  Ref r = call_codec(0, info, s, encoding, errors);
  if (!r || is_bytes(r)) return r;
  if (is_bytearray(r)) {
    if (!warn(types::RuntimeWarning, 1,
              "encoder %s returned bytearray instead of bytes; use codecs.encode() to encode to arbitrary types",
              encoding))
      return nullptr;
    ByteArray* ba = r.as<ByteArray>();
    return make_bytes(ba->start, ba->size);
  }
  return raise(types::TypeError,
               "'%.400s' encoder returned '%T' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
               encoding, r.get());
}
bool check_codec_names = false;

static bool names_exist(const char* encoding, const char* errors) {
  if (encoding && builtin_codec(encoding) == Builtin::kNone && !codec_lookup(encoding)) return false;
  return !errors || codec_lookup_error(errors);
}

Ref encode_object(Value s, Value encoding, Value errors) {
  if (!encoding && !errors) return encode_utf8(s, nullptr);
  if (encoding && !errors && str_ptr(encoding)->ascii) {
    switch (usual_codec(str_ptr(encoding)->ascii_view())) {
      case Builtin::kUtf8: return encode_utf8(s, nullptr);
      case Builtin::kLatin1: return encode_latin1(s, nullptr);
      case Builtin::kAscii: return encode_ascii(s, nullptr);
      default: break;
    }
  }
  std::string e, h;
  if (encoding && !utf8_of(encoding, &e)) return nullptr;
  if (errors && !utf8_of(errors, &h)) return nullptr;
  if (e.find('\0') != std::string::npos || h.find('\0') != std::string::npos)
    return raise(types::ValueError, "embedded null character");
  const char *name = encoding ? e.c_str() : nullptr, *handler = errors ? h.c_str() : nullptr;
  if (check_codec_names && !names_exist(name, handler)) return nullptr;
  return encode_str(s, name, handler);
}

Ref decode_octets(Value o, const char* encoding, const char* errors) {
  if (check_codec_names && !names_exist(encoding, errors)) return nullptr;
  Builtin b = encoding ? builtin_codec(encoding) : Builtin::kUtf8;
  if (b == Builtin::kNone) {
    {
      BufferView v(o);
      if (!v.ok()) return nullptr;
      if (v.size() == 0) return make_str("");  // whatever the encoding
    }
    Ref info = text_codec(encoding, "codecs.decode()");
    if (!info) return nullptr;
    // The codec gets a memoryview, as a buffer of its own type.
    Ref view = is_bytes(o) ? Ref::dup(o) : make_memoryview(o);
    if (!view) return nullptr;
    Ref r = call_codec(1, info, view, encoding, errors);
    if (!r || is_str(r)) return r;
    return raise(types::TypeError,
                 "'%.400s' decoder returned '%T' instead of 'str'; use codecs.decode() to decode to arbitrary types",
                 encoding, r.get());
  }
  BufferView v(o);
  if (!v.ok()) return nullptr;
  std::string_view s = v.view();
  int order = 0;
  switch (b) {
    case Builtin::kUtf8: return decode_utf8(s, errors);
    case Builtin::kUtf16: return decode_utf16(s, errors, &order);
    case Builtin::kUtf16Le: order = -1; return decode_utf16(s, errors, &order);
    case Builtin::kUtf16Be: order = 1; return decode_utf16(s, errors, &order);
    case Builtin::kUtf32: return decode_utf32(s, errors, &order);
    case Builtin::kUtf32Le: order = -1; return decode_utf32(s, errors, &order);
    case Builtin::kUtf32Be: order = 1; return decode_utf32(s, errors, &order);
    case Builtin::kAscii: return decode_ascii(s, errors);
    default: return decode_latin1(s);
  }
}

bool fs_ascii = false;
Ref decode_fs(std::string_view in) {
  return fs_ascii ? decode_ascii(in, "surrogateescape") : decode_utf8(in, "surrogateescape");
}
Ref encode_fs(Value s) { return fs_ascii ? encode_ascii(s, "surrogateescape") : encode_utf8(s, "surrogateescape"); }

}  // namespace taipan
