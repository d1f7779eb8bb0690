// TextIOWrapper: seek() and tell().
//
// A position in text is a cookie: where in the bytes to start, the decoder's flags there, how many bytes to feed it then, how many characters of
// what comes out to skip, and whether it has to be told of the end. Where the bytes of a character begin at the place, only the first is not zero and the
// cookie is an ordinary offset.
#include "interp/modules/io/text_wrapper.h"
#include "interp/objects/str_impl.h"

namespace taipan::io {

namespace {

struct Cookie {
  int64_t start = 0;
  int32_t flags = 0;
  int32_t feed = 0;
  int32_t skip = 0;
  bool at_end = false;
};
constexpr size_t kCookieSize = 21;

Ref pack(const Cookie& c) {
  if (c.start >= 0 && !c.flags && !c.feed && !c.skip && !c.at_end) return make_int(c.start);
  uint8_t bytes[kCookieSize];
  memcpy(bytes, &c.start, 8);
  memcpy(bytes + 8, &c.flags, 4);
  memcpy(bytes + 12, &c.feed, 4);
  memcpy(bytes + 16, &c.skip, 4);
  bytes[20] = c.at_end;
  return make_int_from_bytes(bytes, kCookieSize, true, false);
}
bool unpack(Value v, Cookie* c) {
  Ref i = int_from_object(v);
  if (!i) return false;
  uint8_t bytes[kCookieSize];
  if (!int_to_bytes(i, bytes, kCookieSize, true, false)) return false;
  memcpy(&c->start, bytes, 8);
  memcpy(&c->flags, bytes + 8, 4);
  memcpy(&c->feed, bytes + 12, 4);
  memcpy(&c->skip, bytes + 16, 4);
  c->at_end = bytes[20] != 0;
  return true;
}

Fail not_seekable() { return raise(unsupported_operation(), "underlying stream is not seekable"); }

// Number of characters that the next bytes decode to.
int64_t decode_count(TextIO* t, std::string_view in, bool final) {
  Ref errors = Ref::dup(t->errors);
  Ref text = decoder_decode(&t->decoder, t->decoder_object, errors, Value(), in, final);
  return text ? static_cast<int64_t>(text.as<Str>()->length) : -1;
}
bool set_flags(TextIO* t, int64_t flags) {
  Ref nothing = make_bytes("", 0);
  return nothing && decoder_set_state(&t->decoder, t->decoder_object, nothing, flags);
}

// Puts the decoder's state back, also when something was raised.
class KeptState {
 public:
  explicit KeptState(TextIO* t)
      : t_(t), seen_(t->decoder.newline.seen), ok_(decoder_get_state(&t->decoder, t->decoder_object, &state_)) {}
  ~KeptState() {
    if (!ok_) return;
    Ref error = error_occurred() ? fetch_error() : Ref();
    bool restored = decoder_set_state(&t_->decoder, t_->decoder_object, state_.pending, state_.flags);
    t_->decoder.newline.seen = seen_;
    if (!error) {
      failed = !restored;
    } else {
      if (!restored) clear_error();
      restore_error(std::move(error));
    }
  }
  bool ok() const { return ok_; }
  bool failed = false;

 private:
  TextIO* t_;
  uint8_t seen_;
  DecoderState state_;
  bool ok_;
};

// Bytes that the first n characters of a str take in UTF-8.
int64_t utf8_size(const Str* s, uint64_t n) {
  if (s->ascii) return static_cast<int64_t>(n);
  return with_units(s, [n](auto* p) {
    int64_t size = 0;
    for (uint64_t i = 0; i < n; i++) {
      uint32_t c = p[i];
      size += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    }
    return size;
  });
}

// Where each character of the chunk is known to stand for its own encoding, its place can be computed. -1: it can't.
int64_t computed_offset(TextIO* t, const Str* decoded, uint64_t used, std::string_view input) {
  if (t->snapshot_flags != 0 || !str_eq_ascii(t->errors, "strict")) return -1;
  int64_t whole;
  switch (t->decoder.kind) {
    case TextCodec::kUtf8: whole = utf8_size(decoded, decoded->length); break;
    case TextCodec::kAscii:
    case TextCodec::kLatin1: whole = static_cast<int64_t>(decoded->length); break;
    default: return -1;
  }
  // Fewer bytes than came in: a "\r\n" was translated; or an incomplete character or '\r' waits in the decoder.
  int64_t waiting = t->decoder.pending_n + (t->decoder.universal && t->decoder.newline.pending_cr);
  if (whole + waiting != static_cast<int64_t>(input.size())) return -1;
  return t->decoder.kind == TextCodec::kUtf8 ? utf8_size(decoded, used) : static_cast<int64_t>(used);
}

// Fills the cookie for the place `skip` characters into what `input` decodes to from the snapshot's state.
bool find_place(TextIO* t, std::string_view input, int64_t skip, Cookie* c) {
  // A place not far before it where the decoder holds nothing back: first a guess from the chunk's average, then steps back.
  int64_t flags = t->snapshot_flags;
  int64_t at = static_cast<int64_t>(t->bytes_per_char * static_cast<double>(skip)), back = 1;
  if (at > static_cast<int64_t>(input.size())) at = static_cast<int64_t>(input.size());
  while (at > 0) {
    if (!set_flags(t, t->snapshot_flags)) return false;
    int64_t n = decode_count(t, input.substr(0, static_cast<size_t>(at)), false);
    if (n < 0) return false;
    if (n <= skip) {
      DecoderState state;
      if (!decoder_get_state(&t->decoder, t->decoder_object, &state)) return false;
      int64_t held = static_cast<int64_t>(state.pending.as<Bytes>()->size);
      if (held == 0) {
        flags = state.flags;
        skip -= n;
        break;
      }
      at -= held;
      back = 1;
    } else {
      at -= back;
      back *= 2;
    }
  }
  if (at <= 0) {
    at = 0;
    if (!set_flags(t, flags)) return false;
  }
  c->start += at;
  c->flags = static_cast<int32_t>(flags);
  if (skip == 0) return true;
  // Then byte by byte; each place where the decoder is empty again becomes the new start.
  int64_t fed = 0, decoded = 0;
  for (size_t i = static_cast<size_t>(at);; i++) {
    if (i >= input.size()) {
      int64_t n = decode_count(t, {}, true);
      if (n < 0) return false;
      decoded += n;
      c->at_end = true;
      if (decoded < skip) return raise(types::OSError, "can't reconstruct logical file position");
      break;
    }
    int64_t n = decode_count(t, input.substr(i, 1), false);
    if (n < 0) return false;
    decoded += n;
    fed++;
    DecoderState state;
    if (!decoder_get_state(&t->decoder, t->decoder_object, &state)) return false;
    if (state.pending.as<Bytes>()->size == 0 && decoded <= skip) {
      c->start += fed;
      c->flags = static_cast<int32_t>(state.flags);
      skip -= decoded;
      fed = decoded = 0;
    }
    if (decoded >= skip) break;
  }
  c->feed = static_cast<int32_t>(fed);
  c->skip = static_cast<int32_t>(skip);
  return true;
}

Ref text_tell(TextIO* t) {
  if (!text_check_open(t)) return nullptr;
  if (!t->seekable) return not_seekable();
  if (!t->telling) return raise(types::OSError, "telling position disabled by next() call");
  if (!text_flush_pending(t)) return nullptr;
  Ref flushed = text_flush_method(t);
  if (!flushed) return nullptr;
  Ref buffer = Ref::dup(t->buffer);
  Ref place = call_method(buffer, TAIPAN_NAME(tell));
  if (!place) return nullptr;
  if (t->decoder.kind == TextCodec::kNone || !t->snapshot_input) return place;
  Cookie c;
  if (!to_int64(place, &c.start)) return nullptr;
  Ref input = Ref::dup(t->snapshot_input);
  std::string_view bytes = input.as<Bytes>()->view();
  c.start -= static_cast<int64_t>(bytes.size());
  c.flags = static_cast<int32_t>(t->snapshot_flags);
  if (t->decoded_used == 0) return pack(c);
  if (t->decoded) {
    int64_t offset = computed_offset(t, t->decoded.as<Str>(), t->decoded_used, bytes);
    if (offset >= 0) {
      c.start += offset;
      return pack(c);
    }
  }
  bool ok;
  bool failed;
  {
    KeptState kept(t);
    if (!kept.ok()) return nullptr;
    ok = find_place(t, bytes, static_cast<int64_t>(t->decoded_used), &c);
  }
  failed = error_occurred();
  return ok && !failed ? pack(c) : nullptr;
}

bool restore_decoder(TextIO* t, const Cookie& c) {
  if (c.start == 0 && c.flags == 0) return decoder_reset(&t->decoder, t->decoder_object);
  return set_flags(t, c.flags);
}

Ref seek_to_end(TextIO* t) {
  Ref flushed = text_flush_method(t);
  if (!flushed) return nullptr;
  text_forget_read(t);
  if (t->decoder.kind != TextCodec::kNone && !decoder_reset(&t->decoder, t->decoder_object)) return nullptr;
  Ref buffer = Ref::dup(t->buffer);
  Ref at = call_method(buffer, TAIPAN_NAME(seek), Value::from_int(0), Value::from_int(2));
  if (!at) return nullptr;
  if (t->encoder != TextCodec::kNone) {
    int zero = values_equal(at, Value::from_int(0));
    if (zero < 0 || !text_reset_encoder(t, zero)) return nullptr;
  }
  return at;
}

Ref seek_to(TextIO* t, Value where) {
  int negative = compare_true(where, Value::from_int(0), kLt);
  if (negative < 0) return nullptr;
  if (negative) return raise(types::ValueError, "negative seek position %R", where);
  Ref flushed = text_flush_method(t);
  if (!flushed) return nullptr;
  Cookie c;
  if (!unpack(where, &c)) return nullptr;
  Ref buffer = Ref::dup(t->buffer);
  Ref at = call_method(buffer, TAIPAN_NAME(seek), make_int(c.start).get());
  if (!at) return nullptr;
  text_forget_read(t);
  if (t->decoder.kind != TextCodec::kNone && !restore_decoder(t, c)) return nullptr;
  Ref input;
  if (c.skip) {
    input = call_method(buffer, TAIPAN_NAME(read), make_int(c.feed).get());
    if (!input) return nullptr;
    if (!is_bytes(input))
      return raise(types::TypeError, "underlying read() should have returned a bytes object, not '%.200T'",
                   input.get());
    if (t->decoder.kind == TextCodec::kNone) return raise(unsupported_operation(), "not readable");
    Ref errors = Ref::dup(t->errors);
    Ref text = decoder_decode(&t->decoder, t->decoder_object, errors, input, input.as<Bytes>()->view(), c.at_end);
    if (!text) return nullptr;
    uint64_t n = text.as<Str>()->length;
    gc::store(&t->h, &t->decoded, std::move(text));
    if (n < static_cast<uint64_t>(c.skip)) return raise(types::OSError, "can't restore logical file position");
    t->decoded_used = static_cast<uint64_t>(c.skip);
  } else {
    input = make_bytes("", 0);
    if (!input) return nullptr;
  }
  t->snapshot_flags = c.flags;
  gc::store(&t->h, &t->snapshot_input, std::move(input));
  if (t->encoder != TextCodec::kNone && !text_reset_encoder(t, c.start == 0 && c.flags == 0)) return nullptr;
  return Ref::dup(where);
}

}  // namespace

Ref text_tell_method(Args& a) {
  TextGuard guard(text_io(a.self));
  return text_tell(text_io(a.self));
}

Ref text_seek_method(Args& a) {
  TextIO* t = text_io(a.self);
  int whence = 0;
  if (a[1] && !to_c_int(a[1], &whence)) return nullptr;
  if (!text_check_open(t)) return nullptr;
  if (!t->seekable) return not_seekable();
  TextGuard guard(t);
  if (whence == 0) return seek_to(t, a[0]);
  if (whence != 1 && whence != 2) return raise(types::ValueError, "invalid whence (%d, should be 0, 1 or 2)", whence);
  int zero = values_equal(a[0], Value::from_int(0));
  if (zero < 0) return nullptr;
  if (!zero)
    return raise(unsupported_operation(),
                 whence == 1 ? "can't do nonzero cur-relative seeks" : "can't do nonzero end-relative seeks");
  if (whence == 2) return seek_to_end(t);
  // To where we are: that brings the buffer below in step with what was read.
  Ref here = call_method(a.self, TAIPAN_NAME(tell));
  return here ? seek_to(t, here) : nullptr;
}

}  // namespace taipan::io
