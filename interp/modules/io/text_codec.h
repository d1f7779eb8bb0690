// A text stream's two directions: bytes to text with line ends translated, text to bytes. The usual encodings are done here in C++,
// all others by their codec's incremental encoder and decoder.
#pragma once
#include "interp/modules/io/io.h"

namespace taipan::io {

enum class TextCodec : uint8_t {
  kNone,
  kUtf8,
  kAscii,
  kLatin1,
  kUtf16,
  kUtf16Le,
  kUtf16Be,
  kUtf32,
  kUtf32Le,
  kUtf32Be,
  kOther
};
// By a codec's own name ("iso8859-1"); kOther for those not done here.
TextCodec text_codec_named(std::string_view name);
// What encoding="locale" stands for.
Ref locale_encoding();

// ---- line ends ----------------------------------------------------------------------------------------------------------------------------

enum SeenNewline : uint8_t { kSeenCr = 1, kSeenLf = 2, kSeenCrLf = 4, kSeenAll = 7 };
struct NewlineState {
  bool translate;
  bool pending_cr;  // a '\r' held back: its '\n' may come with the next piece
  uint8_t seen;
};
Ref newline_decode(NewlineState* st, Ref text, bool final);
Ref newlines_value(uint8_t seen);  // the `newlines` attribute

// ---- decoding -----------------------------------------------------------------------------------------------------------------------------

struct TextDecoder {
  TextCodec kind;  // kNone: the stream can't be read
  bool universal;  // line ends go through newline_decode
  NewlineState newline;
  int8_t order;  // utf-16, utf-32: -1 little, 1 big, 0 not known yet
  uint8_t pending_n;
  char pending[14];  // an incomplete character
};
struct DecoderState {
  Ref pending;  // bytes
  int64_t flags = 0;
};
// object: the incremental decoder of kOther. in_object: the bytes-like object that `in` lies in, or null.
Ref decoder_decode(TextDecoder* d, Value object, Value errors, Value in_object, std::string_view in, bool final);
bool decoder_get_state(TextDecoder* d, Value object, DecoderState* out);
bool decoder_set_state(TextDecoder* d, Value object, Value pending_bytes, int64_t flags);
bool decoder_reset(TextDecoder* d, Value object);

// ---- encoding -----------------------------------------------------------------------------------------------------------------------------

// Encodes with errors (a str); only for kinds done here. at_start: the stream's first text (a byte order mark is due).
Ref text_encode(TextCodec kind, Value text, Value errors, bool at_start);
// UTF-8 of a str without surrogates, to memory for at most 4 bytes a unit (kind 1: 2, kind 2: 3). Null: there is a surrogate.
uint8_t* put_utf8_text(const Str* s, uint8_t* to);

}  // namespace taipan::io
