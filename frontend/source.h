// From the bytes of a source file to UTF-8 text: byte order mark, encoding cookie (PEP 263), decoding.
#pragma once

#include <string>
#include <string_view>

#include "frontend/parser.h"

namespace taipan::frontend {

// Decodes with a codec that the front end has not built in; appends UTF-8 to *out. kUnknown: no such codec. kFailed: the codec
// failed; *out is the text of its exception.
enum class DecodeStatus : uint8_t { kOk, kUnknown, kFailed };
struct Decoder {
  DecodeStatus (*decode)(void* context, std::string_view encoding, std::string_view bytes, std::string* out) = nullptr;
  void* context = nullptr;
};

struct DecodeResult {
  bool ok = false;
  std::string text;              // UTF-8 without byte order mark
  bool invalid_utf8 = false;     // taken for UTF-8, which it is not everywhere: set ParseOptions::invalid_utf8
  std::string encoding;          // normalised: "utf-8", "iso-8859-1", or as written in the cookie
  bool has_declaration = false;  // a cookie or a byte order mark was there (else ParseOptions::byte_offsets applies)
  SyntaxErrorInfo error;
};

// Bad UTF-8 is an error only in a file without declaration (from_file: the bytes are those of a script being run); elsewhere
// names and strings that hold it are (parse). Other encodings must decode as a whole.
// ignore_cookie: PyCF_IGNORE_COOKIE, take UTF-8 whatever the cookie says.
DecodeResult decode_source(std::string_view bytes, std::string_view filename, const Decoder& decoder,
                           bool from_file = false, bool ignore_cookie = false);

// The cookie's encoding in the first two lines, normalised; empty if there is none.
std::string find_encoding_cookie(std::string_view bytes);

// What Python's UTF-8 decoder says about the first error ("'utf-8' codec can't decode byte ..."); there must be one.
std::string describe_invalid_utf8(std::string_view text);
// Replaces what is no UTF-8 by U+FFFD, as Python's "replace" error handler does.
std::string replace_invalid_utf8(std::string_view text);

// The offset of the first byte that is no valid UTF-8 (surrogates count as invalid), or npos.
size_t find_invalid_utf8(std::string_view text);

}  // namespace taipan::frontend
