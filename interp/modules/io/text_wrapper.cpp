// TextIOWrapper: construction, writing, attributes, the type.
#include "interp/modules/io/text_wrapper.h"

#include "interp/config.h"
#include "interp/objects/codecs.h"
#include "interp/objects/str_impl.h"

namespace taipan::io {

TypeObject* text_wrapper_type;

bool text_check(TextIO* t) {
  if (TAIPAN_LIKELY(t->ok)) return true;
  if (t->detached) return raise(types::ValueError, "underlying buffer has been detached");
  return raise_uninitialized();
}

// A buffer of an exact class right over a file: its functions are called without going through methods.
static Buffered* plain_buffer(TextIO* t) {
  Value b = t->buffer;
  TypeObject* type = type_of(b);
  if (type != writer_type && type != reader_type && type != random_type) return nullptr;
  return b.as<Buffered>()->plain && b.as<Buffered>()->ok ? b.as<Buffered>() : nullptr;
}

bool text_check_open(TextIO* t) {
  if (!text_check(t)) return false;
  if (type_of(Value(t)) == text_wrapper_type) {
    if (Buffered* b = plain_buffer(t))
      return plain_file(b)->fd >= 0 || raise(types::ValueError, "I/O operation on closed file.");
    Ref buffer = Ref::dup(t->buffer);
    int closed = attribute_is_true(buffer, TAIPAN_NAME(closed));
    if (closed < 0) return false;
    return !closed || raise(types::ValueError, "I/O operation on closed file.");
  }
  return check_closed(Value(t));
}

void text_forget_read(TextIO* t) {
  t->decoded_used = 0;
  if (t->decoded) Ref decoded = gc::take(&t->h, &t->decoded);
  if (t->snapshot_input) Ref input = gc::take(&t->h, &t->snapshot_input);
}

Ref text_flush_method(TextIO* t) { return call_method(Value(t), TAIPAN_NAME(flush)); }

// ---- writing --------------------------------------------------------------------------------------------------------------------------------

// The memory is taken out meanwhile: what runs below may write to this stream again.
bool text_flush_pending(TextIO* t) {
  if (t->pending_n == 0) return true;
  char* data = t->pending;
  uint64_t n = t->pending_n, capacity = t->pending_capacity;
  t->pending = nullptr;
  t->pending_n = t->pending_capacity = 0;
  Ref buffer = Ref::dup(t->buffer);
  bool ok;
  Buffered* plain = plain_buffer(t);
  if (plain && plain->writable && !hides_method(buffer, TAIPAN_NAME(write))) {
    do ok = buffered_write(plain, data, static_cast<int64_t>(n)) >= 0;
    while (!ok && trap_eintr());
  } else {
    Ref bytes = make_bytes(data, n), r;
    if (bytes) {
      do r = call_method(buffer, TAIPAN_NAME(write), bytes);
      while (!r && trap_eintr());
    }
    ok = static_cast<bool>(r);
  }
  if (!t->pending) {
    t->pending = data;
    t->pending_capacity = capacity;
  } else {
    gc::raw_free(data);
  }
  return ok;
}

static bool flush_buffer(TextIO* t) {
  Ref buffer = Ref::dup(t->buffer);
  Buffered* plain = plain_buffer(t);
  if (plain && type_of(buffer) == writer_type && !hides_method(buffer, TAIPAN_NAME(flush)))
    return buffered_flush(plain);
  Ref r = call_method(buffer, TAIPAN_NAME(flush));
  return static_cast<bool>(r);
}

static bool grow_pending(TextIO* t, uint64_t extra) {
  uint64_t need = t->pending_n + extra;
  if (need <= t->pending_capacity) return true;
  uint64_t capacity = t->pending_capacity ? t->pending_capacity * 2 : static_cast<uint64_t>(t->chunk_size) + 512;
  if (capacity < need) capacity = need;
  char* p = static_cast<char*>(gc::raw_realloc(t->pending, capacity));
  if (!p) return raise_memory();
  t->pending = p;
  t->pending_capacity = capacity;
  return true;
}

// Before n more bytes: pending never holds much more than a chunk.
static bool make_room(TextIO* t, uint64_t n) {
  if (t->pending_n && t->pending_n + n > static_cast<uint64_t>(t->chunk_size) && !text_flush_pending(t)) return false;
  return grow_pending(t, n);
}
static bool append_bytes(TextIO* t, const void* p, uint64_t n) {
  if (n == 0) return true;
  if (!make_room(t, n)) return false;
  memcpy(t->pending + t->pending_n, p, n);
  t->pending_n += n;
  return true;
}

static bool append_encoded(TextIO* t, Value text) {
  const Str* s = text.as<Str>();
  switch (t->encoder) {
    case TextCodec::kUtf8:
      if (TAIPAN_LIKELY(s->ascii)) return append_bytes(t, s->data1(), s->length);
      if (s->length < 4096) {
        if (!make_room(t, s->length * (s->kind == 1 ? 2 : s->kind == 2 ? 3 : 4))) return false;
        auto* start = reinterpret_cast<uint8_t*>(t->pending) + t->pending_n;
        if (uint8_t* end = put_utf8_text(s, start)) {
          t->pending_n += static_cast<uint64_t>(end - start);
          return true;
        }
      }
      break;
    case TextCodec::kAscii:
      if (s->ascii) return append_bytes(t, s->data1(), s->length);
      break;
    case TextCodec::kLatin1:
      if (s->kind == 1) return append_bytes(t, s->data1(), s->length);
      break;
    default: break;
  }
  Ref bytes;
  if (t->encoder == TextCodec::kOther) {
    Ref encoder = Ref::dup(t->encoder_object);
    bytes = call_method(encoder, TAIPAN_NAME(encode), text);
    if (bytes && !is_bytes(bytes))
      return raise(types::TypeError, "encoder should return a bytes object, not '%.200T'", bytes.get());
  } else {
    Ref errors = Ref::dup(t->errors);
    bytes = text_encode(t->encoder, text, errors, t->at_start);
    if (bytes) t->at_start = false;
  }
  return bytes && append_bytes(t, bytes.as<Bytes>()->data(), bytes.as<Bytes>()->size);
}

static bool has_char(const Str* s, char c) {
  if (s->kind == 1) return memchr(s->data1(), c, s->length) != nullptr;
  return str_find_char(s, static_cast<uint32_t>(c), 0, s->length) >= 0;
}

// ASCII text to a file that is open, written only, not flushed at line ends, and has room in its pending buffer: nothing but a copy.
static bool write_short_way(TextIO* t, const Str* s) {
  if (!gc::gil_enabled || !t->append_only || !s->ascii ||
      t->pending_n + s->length >= static_cast<uint64_t>(t->chunk_size) ||
      t->pending_n + s->length > t->pending_capacity)
    return false;
  Buffered* b = plain_buffer(t);
  if (!b || plain_file(b)->fd < 0) return false;
  if (s->length) memcpy(t->pending + t->pending_n, s->data1(), s->length);  // "" may come before there is a buffer
  t->pending_n += s->length;
  return true;
}

bool text_write(TextIO* t, Value text) {
  if (t->ok && write_short_way(t, text.as<Str>())) return true;
  if (!text_check_open(t)) return false;
  if (t->encoder == TextCodec::kNone) return raise(unsupported_operation(), "not writable");
  TextGuard guard(t);
  Str* s = text.as<Str>();
  bool flush_now = false;
  Ref translated;
  if (t->newline.write || t->line_buffering) {
    bool lf = has_char(s, '\n');
    flush_now = t->line_buffering && (lf || has_char(s, '\r'));
    if (lf && t->newline.write) {
      Ref from = make_str("\n"), to = make_str(t->newline.write);
      translated = from && to ? str_replace(text, from, to, -1) : Ref();
      if (!translated) return false;
      text = translated;
    }
  }
  if (!append_encoded(t, text)) return false;
  if (t->pending_n >= static_cast<uint64_t>(t->chunk_size) || flush_now || t->write_through) {
    if (!text_flush_pending(t)) return false;
  }
  if (flush_now && !flush_buffer(t)) return false;
  if (t->decoder.kind != TextCodec::kNone) {
    text_forget_read(t);
    if (!decoder_reset(&t->decoder, t->decoder_object)) return false;
  }
  return true;
}

static Ref write_method(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "write() argument must be str, not %T", a[0]);
  int64_t n = static_cast<int64_t>(a[0].as<Str>()->length);
  return text_write(text_io(a.self), a[0]) ? make_int(n) : nullptr;
}

bool text_write_fast(Value stream, Value text, bool* done) {
  *done = false;
  if (!stream.is_heap() || type_of(stream) != text_wrapper_type || !is_str(text) ||
      hides_method(stream, TAIPAN_NAME(write)))
    return true;
  *done = true;
  return text_write(text_io(stream), text);
}

static Ref flush_method(Args& a) {
  TextIO* t = text_io(a.self);
  if (!text_check_open(t)) return nullptr;
  TextGuard guard(t);
  t->telling = t->seekable;
  if (!text_flush_pending(t)) return nullptr;
  if (!flush_buffer(t)) return nullptr;
  return Ref::imm(kNone);
}

// ---- encodings ------------------------------------------------------------------------------------------------------------------------------

bool text_reset_encoder(TextIO* t, bool at_start) {
  t->at_start = at_start;
  if (t->encoder != TextCodec::kOther) return true;
  Ref encoder = Ref::dup(t->encoder_object);
  Ref r = at_start ? call_method(encoder, TAIPAN_NAME(reset))
                   : call_method(encoder, TAIPAN_NAME(setstate), Value::from_int(0));
  return static_cast<bool>(r);
}

// Text that is appended to a file gets no byte order mark.
static bool settle_encoder(TextIO* t) {
  if (!t->seekable || t->encoder == TextCodec::kNone) return true;
  Ref buffer = Ref::dup(t->buffer);
  if (Buffered* b = plain_buffer(t); b && !hides_method(buffer, TAIPAN_NAME(tell))) {
    int64_t at = buffered_tell(b);
    if (at < 0) return false;
    return at == 0 || text_reset_encoder(t, false);
  }
  Ref at = call_method(buffer, TAIPAN_NAME(tell));
  if (!at) return false;
  int zero = values_equal(at, Value::from_int(0));
  if (zero < 0) return false;
  return zero || text_reset_encoder(t, false);
}

static Ref incremental(Value info, Str* factory, Value errors) {
  Ref f = get_attr(info, factory);
  return f ? call(f, errors) : nullptr;
}

static bool stream_can(TextIO* t, Str* method) {
  Ref buffer = Ref::dup(t->buffer);
  Ref r = call_method(buffer, method);
  return r && is_true(r) > 0;
}

static void note_settings(TextIO* t) {
  bool ascii_compatible =
      t->encoder == TextCodec::kUtf8 || t->encoder == TextCodec::kAscii || t->encoder == TextCodec::kLatin1;
  t->append_only = type_of(Value(t)) == text_wrapper_type && ascii_compatible && t->decoder.kind == TextCodec::kNone &&
                   !t->newline.write && !t->line_buffering && !t->write_through;
}

// Sets encoder and decoder up for an encoding. On failure the stream keeps what it had.
static bool set_codecs(TextIO* t, Value encoding, Value errors) {
  std::string name;
  if (!utf8_of(encoding, &name)) return false;
  if (name.find('\0') != std::string::npos) return raise(types::ValueError, "embedded null character");
  TextCodec kind = text_codec_named(name);
  Ref info;
  if (kind == TextCodec::kOther) {
    info = codec_lookup(name.c_str());
    if (!info) return false;
    Ref is_text = get_attr_opt(info, TAIPAN_NAME(_is_text_encoding));
    if (!is_text) return false;
    if (is_text.get() != kMissing) {
      int yes = is_true(is_text);
      if (yes < 0) return false;
      if (!yes)
        return raise(types::LookupError,
                     "'%.400s' is not a text encoding; use codecs.open() to handle arbitrary codecs", name.c_str());
    }
    Ref own_name = get_attr_opt(info, TAIPAN_NAME(name));
    if (!own_name) return false;
    if (is_str(own_name)) kind = text_codec_named(utf8_lossy(own_name));
  }
  bool readable = stream_can(t, TAIPAN_NAME(readable));
  if (error_occurred()) return false;
  TextDecoder decoder = {};
  Ref decoder_object, encoder_object;
  if (readable) {
    decoder.kind = kind;
    decoder.universal = t->newline.universal;
    decoder.newline.translate = t->newline.translate;
    if (kind == TextCodec::kOther) {
      decoder_object = incremental(info, TAIPAN_NAME(incrementaldecoder), errors);
      if (!decoder_object) return false;
    }
  }
  bool writable = stream_can(t, TAIPAN_NAME(writable));
  if (error_occurred()) return false;
  if (writable && kind == TextCodec::kOther) {
    encoder_object = incremental(info, TAIPAN_NAME(incrementalencoder), errors);
    if (!encoder_object) return false;
  }
  t->decoder = decoder;
  t->encoder = writable ? kind : TextCodec::kNone;
  t->at_start = true;
  gc::store(&t->h, &t->decoder_object, std::move(decoder_object));
  gc::store(&t->h, &t->encoder_object, std::move(encoder_object));
  gc::store(&t->h, &t->encoding, Ref::dup(encoding));
  gc::store(&t->h, &t->errors, Ref::dup(errors));
  note_settings(t);
  return true;
}

static bool check_newline(Value v, std::string* out) {
  if (!utf8_of(v, out)) return false;
  if (out->find('\0') != std::string::npos) return raise(types::ValueError, "embedded null character");
  if (*out == "" || *out == "\n" || *out == "\r" || *out == "\r\n") return true;
  return raise(types::ValueError, "illegal newline value: %s", out->c_str());
}
// In development mode a wrong name of an error handler is told at once.
static bool check_errors(Value errors) {
  std::string s;
  if (!utf8_of(errors, &s)) return false;
  if (s.find('\0') != std::string::npos) return raise(types::ValueError, "embedded null character");
  if (!config.dev_mode) return true;
  Ref handler = codec_lookup_error(s.c_str());
  return static_cast<bool>(handler);
}

static bool is_locale(Value encoding) { return str_eq_ascii(encoding, "locale"); }

static bool optional_text(Value v, const char* function, const char* argument) {
  return !v || v == kNone || is_str(v) ||
         raise(types::TypeError, "%s() argument '%s' must be str or None, not %T", function, argument, v);
}

// ---- construction and death -------------------------------------------------------------------------------------------------------------------

static Ref text_new(TypeObject* cls, RawArgs) { return Ref::steal(alloc_instance_as<TextIO>(cls)); }

static void leave_buffer(TextIO* t) {
  if (t->buffer && is_buffered(t->buffer) && t->buffer.as<Buffered>()->text == t)
    t->buffer.as<Buffered>()->text = nullptr;
}

static bool text_init(Value self, RawArgs args) {
  static const Signature sig(
      "TextIOWrapper", "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)");
  Value v[6];
  if (!sig.bind(args, v)) return false;
  TextIO* t = text_io(self);
  if (!optional_text(v[1], "TextIOWrapper", "encoding") || !optional_text(v[2], "TextIOWrapper", "errors") ||
      !optional_text(v[3], "TextIOWrapper", "newline"))
    return false;
  int line_buffering = v[4] ? is_true(v[4]) : 0;
  int write_through = line_buffering >= 0 && v[5] ? is_true(v[5]) : 0;
  if (line_buffering < 0 || write_through < 0) return false;
  t->ok = false;
  t->detached = false;
  Ref encoding, errors;
  if (!v[1] || v[1] == kNone) {
    if (config.warn_default_encoding && !warn(types::EncodingWarning, 1, "'encoding' argument not specified"))
      return false;
    encoding = locale_encoding();
  } else {
    encoding = is_locale(v[1]) ? locale_encoding() : Ref::dup(v[1]);
  }
  errors = v[2] && v[2] != kNone ? Ref::dup(v[2]) : Ref::dup(Value(intern_static("strict")));
  if (!encoding || !errors || !check_errors(errors)) return false;
  std::string newline;
  bool has_newline = v[3] && v[3] != kNone;
  if (has_newline && !check_newline(v[3], &newline)) return false;

  text_forget_read(t);
  leave_buffer(t);
  t->pending_n = 0;
  t->chunk_size = 8192;
  t->bytes_per_char = 0;
  t->newline = newline_mode(has_newline ? newline.c_str() : nullptr);
  gc::store(&t->h, &t->buffer, Ref::dup(v[0]));
  if (!set_codecs(t, encoding, errors)) return false;
  t->line_buffering = line_buffering;
  t->write_through = write_through;
  Ref seekable = call_method(v[0], TAIPAN_NAME(seekable));
  int yes = seekable ? is_true(seekable) : -1;
  if (yes < 0) return false;
  t->seekable = t->telling = yes;
  Ref read1 = get_attr_opt(v[0], TAIPAN_NAME(read1));
  if (!read1) return false;
  t->has_read1 = read1.get() != kMissing;
  if (!settle_encoder(t)) return false;
  if (is_buffered(v[0])) v[0].as<Buffered>()->text = t;
  note_settings(t);
  t->ok = true;
  return true;
}

static void text_trace(Header* h, gc::Visitor& v) {
  auto* t = reinterpret_cast<TextIO*>(h);
  for (Value f :
       {t->buffer, t->encoding, t->errors, t->encoder_object, t->decoder_object, t->decoded, t->snapshot_input})
    v.visit(f);
}
static void text_clear(Header* h) {
  auto* t = reinterpret_cast<TextIO*>(h);
  t->ok = false;
  leave_buffer(t);
  Ref old[] = {gc::take(h, &t->buffer),         gc::take(h, &t->encoding),       gc::take(h, &t->errors),
               gc::take(h, &t->encoder_object), gc::take(h, &t->decoder_object), gc::take(h, &t->decoded),
               gc::take(h, &t->snapshot_input)};
}
static void text_dealloc(Header* h) {
  auto* t = reinterpret_cast<TextIO*>(h);
  t->finalizing = true;
  if (!begin_dealloc(h)) return;
  if (t->pending) gc::raw_free(t->pending);
  t->pending = nullptr;
  t->pending_n = 0;
  text_clear(h);
  finish_dealloc(h);
}
static size_t text_size_of(Header* h) { return sizeof(TextIO) + reinterpret_cast<TextIO*>(h)->pending_capacity; }

static Ref close_method(Args& a) {
  TextIO* t = text_io(a.self);
  if (!text_check(t)) return nullptr;
  TextGuard guard(t);
  int closed = attribute_is_true(a.self, TAIPAN_NAME(closed));
  if (closed < 0) return nullptr;
  if (closed) return Ref::imm(kNone);
  Ref buffer = Ref::dup(t->buffer);
  if (t->finalizing) {
    Ref r = call_method(buffer, TAIPAN_NAME(_dealloc_warn), a.self);
    if (!r) clear_error();
  }
  Ref flushed = text_flush_method(t);
  Ref error = flushed ? Ref() : fetch_error();
  Ref r = call_method(buffer, TAIPAN_NAME(close));
  if (error) {
    r.reset();
    chain_error(std::move(error));
  }
  return r;
}

static Ref detach_method(Args& a) {
  TextIO* t = text_io(a.self);
  if (!text_check(t)) return nullptr;
  TextGuard guard(t);
  Ref flushed = text_flush_method(t);
  if (!flushed) return nullptr;
  leave_buffer(t);
  t->detached = true;
  t->ok = false;
  return gc::take(&t->h, &t->buffer);
}

static bool optional_flag(Value v, bool otherwise, bool* out) {
  *out = otherwise;
  if (!v || v == kNone) return true;
  int n;
  if (!to_c_int(v, &n)) return false;
  *out = n != 0;
  return true;
}

static Ref reconfigure_method(Args& a) {
  // encoding, errors, newline, line_buffering, write_through
  TextIO* t = text_io(a.self);
  Value encoding_in = a.get(0, kNone), errors_in = a.get(1, kNone);
  if (!optional_text(encoding_in, "reconfigure", "encoding") || !optional_text(errors_in, "reconfigure", "errors"))
    return nullptr;
  if (!text_check(t)) return nullptr;
  TextGuard guard(t);
  bool newline_given = a.has(2);
  if (t->decoded && (encoding_in != kNone || errors_in != kNone || newline_given))
    return raise(unsupported_operation(),
                 "It is not possible to set the encoding or newline of stream after the first read");
  std::string newline;
  if (newline_given && a[2] != kNone) {
    if (!is_str(a[2]))
      return raise(types::TypeError, "reconfigure() argument 'newline' must be str or None, not %T", a[2]);
    if (!check_newline(a[2], &newline)) return nullptr;
  }
  bool line_buffering, write_through;
  if (!optional_flag(a[3], t->line_buffering, &line_buffering) ||
      !optional_flag(a[4], t->write_through, &write_through))
    return nullptr;
  Ref flushed = text_flush_method(t);
  if (!flushed) return nullptr;
  t->bytes_per_char = 0;
  if (newline_given) t->newline = newline_mode(a[2] == kNone ? nullptr : newline.c_str());
  if (encoding_in != kNone || errors_in != kNone || newline_given) {
    Ref encoding, errors;
    if (encoding_in == kNone) {
      encoding = Ref::dup(t->encoding);
      errors = Ref::dup(errors_in == kNone ? t->errors : errors_in);
    } else {
      encoding = is_locale(encoding_in) ? locale_encoding() : Ref::dup(encoding_in);
      errors = errors_in == kNone ? make_str("strict") : Ref::dup(errors_in);
    }
    if (!encoding || !errors || !check_errors(errors) || !set_codecs(t, encoding, errors) || !settle_encoder(t))
      return nullptr;
  }
  t->line_buffering = line_buffering;
  t->write_through = write_through;
  note_settings(t);
  return Ref::imm(kNone);
}

// ---- the rest ---------------------------------------------------------------------------------------------------------------------------------

template <Str* (*kName)()>
static Ref pass_on(Args& a) {
  TextIO* t = text_io(a.self);
  if (!text_check(t)) return nullptr;
  Ref buffer = Ref::dup(t->buffer);
  return call_method(buffer, kName());
}
static Str* seekable_name() { return TAIPAN_NAME(seekable); }
static Str* readable_name() { return TAIPAN_NAME(readable); }
static Str* writable_name() { return TAIPAN_NAME(writable); }
static Str* fileno_name() { return TAIPAN_NAME(fileno); }
static Str* isatty_name() { return TAIPAN_NAME(isatty); }
static Str* closed_name() { return TAIPAN_NAME(closed); }
static Str* name_name() { return TAIPAN_NAME(name); }
template <Str* (*kName)()>
static Ref pass_attribute(Value self) {
  TextIO* t = text_io(self);
  if (!text_check(t)) return nullptr;
  Ref buffer = Ref::dup(t->buffer);
  return get_attr(buffer, kName());
}

static Ref truncate_method(Args& a) {
  TextIO* t = text_io(a.self);
  if (!text_check(t)) return nullptr;
  Ref flushed = text_flush_method(t);
  if (!flushed) return nullptr;
  Ref buffer = Ref::dup(t->buffer);
  return call_method(buffer, TAIPAN_NAME(truncate), a.get(0, kNone));
}

static Ref newlines_get(Value self) {
  TextIO* t = text_io(self);
  if (!text_check(t)) return nullptr;
  if (t->decoder.kind != TextCodec::kNone && t->decoder.universal) return newlines_value(t->decoder.newline.seen);
  if (t->decoder.kind == TextCodec::kOther) {
    Ref decoder = Ref::dup(t->decoder_object);
    Ref v = get_attr_opt(decoder, TAIPAN_NAME(newlines));
    if (!v || v.get() != kMissing) return v;
  }
  return Ref::imm(kNone);
}
static Ref errors_get(Value self) {
  TextIO* t = text_io(self);
  return t->errors && (t->ok || t->detached) ? Ref::dup(t->errors) : Ref(raise_uninitialized());
}
static Ref chunk_size_get(Value self) {
  TextIO* t = text_io(self);
  return text_check(t) ? make_int(t->chunk_size) : nullptr;
}
static bool chunk_size_set(Value self, Value v) {
  TextIO* t = text_io(self);
  if (!text_check(t)) return false;
  if (!v) return raise(types::AttributeError, "cannot delete attribute");
  int64_t n;
  if (!to_ssize(v, &n, types::ValueError)) return false;
  if (n <= 0) return raise(types::ValueError, "a strictly positive integer is required");
  t->chunk_size = n;
  return true;
}

static Ref repr_parts(Value self) {
  TextIO* t = text_io(self);
  StrBuilder b;
  if (!b.append_ascii("<_io.TextIOWrapper")) return nullptr;
  for (const char* attribute : {"name", "mode"}) {
    Ref v = get_attr_opt(self, intern_static(attribute));
    if (!v) {
      if (!error_matches(types::ValueError)) return nullptr;
      clear_error();
      continue;
    }
    if (v.get() == kMissing) continue;
    Ref part = format_str(" %s=%R", attribute, v.get());
    if (!part || !b.append(part)) return nullptr;
  }
  Ref last = format_str(" encoding=%R>", t->encoding);
  if (!last || !b.append(last)) return nullptr;
  return b.finish();
}
static Ref text_repr(Value self) {
  if (!text_io(self)->ok && !text_io(self)->detached) return raise_uninitialized();
  int entered = repr_enter(self);
  if (entered < 0) return nullptr;
  if (entered > 0) return raise(types::RuntimeError, "reentrant call inside %s.__repr__", type_of(self)->cname);
  Ref r = repr_parts(self);
  repr_leave(self);
  return r;
}

static const NativeDef kMethods[] = {
    {"detach", "($self, /)", detach_method, 0, nullptr},
    {"reconfigure", "($self, /, *, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)",
     reconfigure_method, 0, "Changes settings of the stream; what isn't given stays.\n\nThe stream is flushed first."},
    {"write", "($self, text, /)", write_method, 0, nullptr},
    {"read", "($self, size=-1, /)", text_read_method, 0, nullptr},
    {"readline", "($self, size=-1, /)", text_readline_method, 0, nullptr},
    {"flush", "($self, /)", flush_method, 0, nullptr},
    {"close", "($self, /)", close_method, 0, nullptr},
    {"fileno", "($self, /)", pass_on<fileno_name>, 0, nullptr},
    {"seekable", "($self, /)", pass_on<seekable_name>, 0, nullptr},
    {"readable", "($self, /)", pass_on<readable_name>, 0, nullptr},
    {"writable", "($self, /)", pass_on<writable_name>, 0, nullptr},
    {"isatty", "($self, /)", pass_on<isatty_name>, 0, nullptr},
    {"seek", "($self, cookie, whence=os.SEEK_SET, /)", text_seek_method, 0, nullptr},
    {"tell", "($self, /)", text_tell_method, 0, nullptr},
    {"truncate", "($self, pos=None, /)", truncate_method, 0, nullptr},
    {}};
static const GetSetDef kGetSet[] = {{"name", pass_attribute<name_name>, nullptr, nullptr},
                                    {"closed", pass_attribute<closed_name>, nullptr, nullptr},
                                    {"newlines", newlines_get, nullptr, nullptr},
                                    {"errors", errors_get, nullptr, nullptr},
                                    {"_CHUNK_SIZE", chunk_size_get, chunk_size_set, nullptr},
                                    {}};
static const MemberDef kMembers[] = {{"encoding", kMemberValueNone, offsetof(TextIO, encoding), true, nullptr},
                                     {"buffer", kMemberValueNone, offsetof(TextIO, buffer), true, nullptr},
                                     {"line_buffering", kMemberBool, offsetof(TextIO, line_buffering), true, nullptr},
                                     {"write_through", kMemberBool, offsetof(TextIO, write_through), true, nullptr},
                                     {"_finalizing", kMemberBool, offsetof(TextIO, finalizing), false, nullptr},
                                     {}};
const TypeSpec kTextWrapperSpec = {
    .doc =
        "TextIOWrapper(buffer, encoding=None, errors=None, newline=None,\n              line_buffering=False, "
        "write_through=False)\n--\n\n"
        "Text over a buffered binary stream.\n\n"
        "encoding names the encoding; by default it is the locale's.\n\n"
        "errors says what is done about what can't be encoded or decoded\n(see help(codecs.Codec)); by default it is "
        "\"strict\".\n\n"
        "newline is None, '', '\\n', '\\r' or '\\r\\n'. When reading, None takes any of the\nthree for a line end and "
        "gives '\\n'; '' does so too but gives what was read; any\n"
        "other ends lines itself. When writing, None and '\\r', '\\r\\n' replace each '\\n' by\nthe system's or the "
        "given line end.\n\n"
        "With line_buffering, a call to flush is implied where a write holds a line end.",
    .flags = kStreamFlags,
    .basic_size = sizeof(TextIO),
    .ops = {.trace = text_trace, .clear = text_clear, .dealloc = text_dealloc, .size_of = text_size_of},
    .methods = kMethods,
    .getset = kGetSet,
    .members = kMembers,
    .s = {.repr = text_repr, .next = text_next, .init = text_init, .new_ = text_new},
};

}  // namespace taipan::io
