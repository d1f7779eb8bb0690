#include "interp/modules/io/text_codec.h"

#include <langinfo.h>
#include <locale.h>
#include "interp/config.h"
#include "interp/objects/codecs.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/tuple.h"

namespace taipan::io {

TextCodec text_codec_named(std::string_view name) {
  struct Row {
    std::string_view name;
    TextCodec codec;
  };
  static const Row rows[] = {
      {"utf-8", TextCodec::kUtf8},        {"ascii", TextCodec::kAscii},       {"iso8859-1", TextCodec::kLatin1},
      {"utf-16", TextCodec::kUtf16},      {"utf-16-le", TextCodec::kUtf16Le}, {"utf-16-be", TextCodec::kUtf16Be},
      {"utf-32", TextCodec::kUtf32},      {"utf-32-le", TextCodec::kUtf32Le}, {"utf-32-be", TextCodec::kUtf32Be},
      {"UTF-8", TextCodec::kUtf8},        {"utf8", TextCodec::kUtf8},         {"latin-1", TextCodec::kLatin1},
      {"iso-8859-1", TextCodec::kLatin1}, {"us-ascii", TextCodec::kAscii}};
  for (const Row& row : rows)
    if (row.name == name) return row.codec;
  return TextCodec::kOther;
}

Ref locale_encoding() {
  if (config.utf8_mode) return make_str("utf-8");
  const char* codeset = nl_langinfo(CODESET);
  if (!codeset || !*codeset) return make_str("utf-8");
  return make_str(codeset);
}

// ---- line ends ----------------------------------------------------------------------------------------------------------------------------

template <class Unit>
static const Unit* find_cr(const Unit* p, size_t n) {
  if constexpr (sizeof(Unit) == 1) {
    return static_cast<const Unit*>(memchr(p, '\r', n));
  } else {
    for (size_t i = 0; i < n; i++)
      if (p[i] == '\r') return p + i;
    return nullptr;
  }
}
template <class Unit>
static bool has_lf(const Unit* p, size_t n) {
  if constexpr (sizeof(Unit) == 1) {
    return memchr(p, '\n', n) != nullptr;
  } else {
    for (size_t i = 0; i < n; i++)
      if (p[i] == '\n') return true;
    return false;
  }
}
template <class Unit>
static uint8_t scan_newlines(const Unit* p, size_t n, uint8_t seen) {
  for (size_t i = 0; i < n && seen != kSeenAll; i++) {
    if (p[i] == '\n') {
      seen |= kSeenLf;
    } else if (p[i] == '\r') {
      if (i + 1 < n && p[i + 1] == '\n') {
        seen |= kSeenCrLf;
        i++;
      } else {
        seen |= kSeenCr;
      }
    }
  }
  return seen;
}
template <class Unit>
static size_t translate_newlines(Unit* p, size_t n, uint8_t* seen) {
  Unit* to = p;
  for (size_t i = 0; i < n; i++) {
    Unit c = p[i];
    if (c == '\n') {
      *seen |= kSeenLf;
    } else if (c == '\r') {
      if (i + 1 < n && p[i + 1] == '\n') {
        *seen |= kSeenCrLf;
        i++;
      } else {
        *seen |= kSeenCr;
      }
      c = '\n';
    }
    *to++ = c;
  }
  return static_cast<size_t>(to - p);
}

Ref newline_decode(NewlineState* st, Ref text, bool final) {
  Str* s = text.as<Str>();
  if (st->pending_cr && (final || s->length > 0)) {
    Ref cr = make_str_char('\r');
    text = cr ? str_concat(cr, text) : Ref();
    if (!text) return nullptr;
    st->pending_cr = false;
    s = text.as<Str>();
  }
  if (!final && s->length > 0 && s->at(s->length - 1) == '\r') {
    text = str_substring(text, 0, s->length - 1);
    if (!text) return nullptr;
    st->pending_cr = true;
    s = text.as<Str>();
  }
  if (s->length == 0) return text;
  bool any_cr = with_units(s, [&](auto* p) { return find_cr(p, s->length) != nullptr; });
  if (!any_cr) {
    if (!(st->seen & kSeenLf) && with_units(s, [&](auto* p) { return has_lf(p, s->length); })) st->seen |= kSeenLf;
    return text;
  }
  if (!st->translate) {
    st->seen = with_units(s, [&](auto* p) { return scan_newlines(p, s->length, st->seen); });
    return text;
  }
  size_t bytes = s->length * s->kind;
  void* copy = gc::raw_alloc(bytes);
  if (!copy) return raise_memory();
  memcpy(copy, s->data(), bytes);
  Ref out;
  if (s->kind == 1) {
    auto* p = static_cast<uint8_t*>(copy);
    size_t n = translate_newlines(p, s->length, &st->seen);
    out = make_str_latin1(p, n);
  } else if (s->kind == 2) {
    auto* p = static_cast<uint16_t*>(copy);
    size_t n = translate_newlines(p, s->length, &st->seen);
    out = make_str_ucs2(p, n);
  } else {
    auto* p = static_cast<uint32_t*>(copy);
    size_t n = translate_newlines(p, s->length, &st->seen);
    out = make_str_ucs4(p, n);
  }
  gc::raw_free(copy);
  return out;
}

Ref newlines_value(uint8_t seen) {
  static const char* const kTexts[] = {"\r", "\n", "\r\n"};
  Value items[3];
  Ref keep[3];
  size_t n = 0;
  for (int i = 0; i < 3; i++) {
    if (!(seen & (1 << i))) continue;
    keep[n] = make_str(kTexts[i]);
    if (!keep[n]) return nullptr;
    items[n] = keep[n].get();
    n++;
  }
  if (n == 0) return Ref::imm(kNone);
  return n == 1 ? std::move(keep[0]) : make_tuple(items, n);
}

// ---- decoding -----------------------------------------------------------------------------------------------------------------------------

static Ref decode_here(TextDecoder* d, const char* errors, std::string_view in, bool final, size_t* consumed) {
  size_t* c = final ? nullptr : consumed;
  *consumed = in.size();
  int order = d->order;
  Ref r;
  switch (d->kind) {
    case TextCodec::kUtf8: return decode_utf8(in, errors, c);
    case TextCodec::kAscii: return decode_ascii(in, errors);
    case TextCodec::kLatin1: return decode_latin1(in);
    case TextCodec::kUtf16Le: order = -1; return decode_utf16(in, errors, &order, c);
    case TextCodec::kUtf16Be: order = 1; return decode_utf16(in, errors, &order, c);
    case TextCodec::kUtf32Le: order = -1; return decode_utf32(in, errors, &order, c);
    case TextCodec::kUtf32Be: order = 1; return decode_utf32(in, errors, &order, c);
    case TextCodec::kUtf16:
      r = decode_utf16(in, errors, &order, c);
      if (r && order == 0 && *consumed >= 2) return raise(types::UnicodeError, "UTF-16 stream does not start with BOM");
      break;
    default:
      r = decode_utf32(in, errors, &order, c);
      if (r && order == 0 && *consumed >= 4) return raise(types::UnicodeError, "UTF-32 stream does not start with BOM");
      break;
  }
  if (r) d->order = static_cast<int8_t>(order);
  return r;
}

Ref decoder_decode(TextDecoder* d, Value object, Value errors, Value in_object, std::string_view in, bool final) {
  Ref text;
  if (d->kind == TextCodec::kOther) {
    Ref made;
    if (!in_object) {
      made = make_bytes(in);
      if (!made) return nullptr;
      in_object = made;
    }
    Ref keep = Ref::dup(object);
    text = call_method(keep, TAIPAN_NAME(decode), in_object, bool_value(final));
    if (!text) return nullptr;
    if (!is_str(text))
      return raise(types::TypeError, "decoder should return a string result, not '%.200T'", text.get());
  } else {
    std::string joined, errors_text;
    const char* handler = nullptr;
    if (errors && !str_eq_ascii(errors, "strict")) {
      errors_text = utf8_lossy(errors);
      handler = errors_text.c_str();
    }
    if (d->pending_n) {
      joined.reserve(d->pending_n + in.size());
      joined.assign(d->pending, d->pending_n);
      joined.append(in);
      in = joined;
    }
    size_t consumed;
    text = decode_here(d, handler, in, final, &consumed);
    if (!text) return nullptr;
    size_t left = in.size() - consumed;
    if (left > sizeof(d->pending)) left = sizeof(d->pending);
    memcpy(d->pending, in.data() + in.size() - left, left);
    d->pending_n = static_cast<uint8_t>(left);
  }
  return d->universal ? newline_decode(&d->newline, std::move(text), final) : std::move(text);
}

bool decoder_get_state(TextDecoder* d, Value object, DecoderState* out) {
  out->flags = 0;
  if (d->kind == TextCodec::kOther) {
    Ref keep = Ref::dup(object);
    Ref state = call_method(keep, TAIPAN_NAME(getstate));
    if (!state) return false;
    if (!is_tuple(state)) return raise(types::TypeError, "illegal decoder state");
    if (tuple_size(state) != 2) return raise(types::TypeError, "illegal decoder state");
    Value pending = tuple_at(state, 0);
    if (!is_bytes(pending))
      return raise(types::TypeError, "illegal decoder state: the first item should be a bytes object, not '%.200T'",
                   pending);
    if (!to_int64(tuple_at(state, 1), &out->flags)) return false;
    out->pending = Ref::dup(pending);
  } else {
    out->pending = make_bytes(d->pending, d->pending_n);
    if (!out->pending) return false;
    if (d->kind == TextCodec::kUtf16 || d->kind == TextCodec::kUtf32) out->flags = d->order == 0 ? 2 : d->order > 0;
  }
  if (d->universal) out->flags = out->flags * 2 + d->newline.pending_cr;
  return true;
}

bool decoder_set_state(TextDecoder* d, Value object, Value pending, int64_t flags) {
  if (d->universal) {
    d->newline.pending_cr = flags & 1;
    flags >>= 1;
  }
  if (d->kind == TextCodec::kOther) {
    Ref keep = Ref::dup(object), n = make_int(flags);
    Ref state = make_tuple_of({pending, n.get()});
    return state && call_method(keep, TAIPAN_NAME(setstate), state);
  }
  size_t n = is_bytes(pending) ? pending.as<Bytes>()->size : 0;
  if (n > sizeof(d->pending)) n = sizeof(d->pending);
  if (n) memcpy(d->pending, pending.as<Bytes>()->data(), n);
  d->pending_n = static_cast<uint8_t>(n);
  d->order = flags == 2 ? 0 : flags == 1 ? 1 : -1;
  return true;
}

bool decoder_reset(TextDecoder* d, Value object) {
  if (d->universal) {
    d->newline.seen = 0;
    d->newline.pending_cr = false;
  }
  d->pending_n = 0;
  d->order = 0;
  if (d->kind != TextCodec::kOther) return true;
  Ref keep = Ref::dup(object);
  Ref r = call_method(keep, TAIPAN_NAME(reset));
  return static_cast<bool>(r);
}

// ---- encoding -----------------------------------------------------------------------------------------------------------------------------

Ref text_encode(TextCodec kind, Value text, Value errors, bool at_start) {
  std::string errors_text;
  const char* handler = nullptr;
  if (errors && !str_eq_ascii(errors, "strict")) {
    errors_text = utf8_lossy(errors);
    handler = errors_text.c_str();
  }
  switch (kind) {
    case TextCodec::kUtf8: return encode_utf8(text, handler);
    case TextCodec::kAscii: return encode_ascii(text, handler);
    case TextCodec::kLatin1: return encode_latin1(text, handler);
    case TextCodec::kUtf16: return encode_utf16(text, handler, at_start ? 0 : -1);
    case TextCodec::kUtf16Le: return encode_utf16(text, handler, -1);
    case TextCodec::kUtf16Be: return encode_utf16(text, handler, 1);
    case TextCodec::kUtf32: return encode_utf32(text, handler, at_start ? 0 : -1);
    case TextCodec::kUtf32Le: return encode_utf32(text, handler, -1);
    case TextCodec::kUtf32Be: return encode_utf32(text, handler, 1);
    default: return raise_bad_internal_call("text_encode");
  }
}

uint8_t* put_utf8_text(const Str* s, uint8_t* to) {
  return with_units(s, [&](auto* p) -> uint8_t* {
    for (size_t i = 0; i < s->length; i++) {
      uint32_t c = p[i];
      if (c < 0x80) {
        *to++ = static_cast<uint8_t>(c);
      } else if (c < 0x800) {
        *to++ = static_cast<uint8_t>(0xC0 | c >> 6);
        *to++ = static_cast<uint8_t>(0x80 | (c & 0x3F));
      } else if (c < 0x10000) {
        if (c - 0xD800 < 0x800) return nullptr;
        *to++ = static_cast<uint8_t>(0xE0 | c >> 12);
        *to++ = static_cast<uint8_t>(0x80 | (c >> 6 & 0x3F));
        *to++ = static_cast<uint8_t>(0x80 | (c & 0x3F));
      } else {
        *to++ = static_cast<uint8_t>(0xF0 | c >> 18);
        *to++ = static_cast<uint8_t>(0x80 | (c >> 12 & 0x3F));
        *to++ = static_cast<uint8_t>(0x80 | (c >> 6 & 0x3F));
        *to++ = static_cast<uint8_t>(0x80 | (c & 0x3F));
      }
    }
    return to;
  });
}

}  // namespace taipan::io
