// From the bytes of a source file to UTF-8 text: byte order mark, encoding cookie (PEP 263), decoding.
#pragma once

#include <string>
#include <string_view>

#include "frontend/parser.h"

namespace taipan::frontend {

// Decodes with a codec that the front end has not built in; appends UTF-8 to *out. kUnknown: no such codec. kFailed: the codec
// reported an error, which the callback keeps.
enum class DecodeStatus : uint8_t { kOk, kUnknown, kFailed };
struct Decoder {
    DecodeStatus (*decode)(void* context, std::string_view encoding, std::string_view bytes, std::string* out) = nullptr;
    void* context = nullptr;
};

struct DecodeResult {
    bool ok = false;
    std::string text;      // UTF-8 without byte order mark
    std::string encoding;  // normalised: "utf-8", "iso-8859-1", or as written in the cookie
    bool has_declaration = false;  // a cookie or a byte order mark was there (else ParseOptions::byte_offsets applies)
    SyntaxErrorInfo error;
};

// from_file: the bytes are a file's (words the message for bad UTF-8 without a cookie, which names the file).
// ignore_cookie: PyCF_IGNORE_COOKIE, take UTF-8 whatever the cookie says.
DecodeResult decode_source(std::string_view bytes, std::string_view filename, const Decoder& decoder, bool from_file = false,
                           bool ignore_cookie = false);

// The cookie's encoding in the first two lines, normalised; empty if there is none.
std::string find_encoding_cookie(std::string_view bytes);

// The offset of the first byte that is no valid UTF-8 (surrogates count as invalid), or npos.
size_t find_invalid_utf8(std::string_view text);

}  // namespace taipan::frontend
