// Text encodings: the codecs that are part of the runtime, error handlers, and the registry behind them.
//
// A decoder or encoder gets the errors argument by name. The well-known handlers (strict, ignore, replace, backslashreplace,
// surrogateescape, surrogatepass, xmlcharrefreplace) are applied in place; any other name goes through the registry of
// register_error() with a UnicodeError object, as the handlers do when Python code calls them.
// Encodings known here by any of their usual spellings (utf-8, utf-16/32 with byte orders, latin-1, ascii) never import the `encodings`
// package; all others are looked up through the search functions of codecs.register().
#pragma once
#include <string>
#include <string_view>
#include "interp/objects/type.h"

namespace taipan {

struct Buffer;

// Decoders. errors null: strict. consumed null: the input is complete, an incomplete sequence at the end is an error; else
// *consumed tells how much was read (incremental decoding).
Ref decode_utf8(std::string_view in, const char* errors, size_t* consumed = nullptr);
Ref decode_utf16(std::string_view in, const char* errors, int* byte_order,
                 size_t* consumed = nullptr);  // -1 little, 1 big, 0 by mark; set to what was found
Ref decode_utf32(std::string_view in, const char* errors, int* byte_order, size_t* consumed = nullptr);
Ref decode_utf7(std::string_view in, const char* errors, size_t* consumed = nullptr);
Ref decode_latin1(std::string_view in);
Ref decode_ascii(std::string_view in, const char* errors);
Ref decode_charmap(std::string_view in, Value mapping, const char* errors);  // mapping null/None: latin-1
// bad_escape: the first unknown escape ("\\q", "\\777") or empty, for the DeprecationWarning.
Ref decode_unicode_escape(std::string_view in, const char* errors, size_t* consumed, std::string* bad_escape);
Ref decode_raw_unicode_escape(std::string_view in, const char* errors, size_t* consumed);
Ref decode_bytes_escape(std::string_view in, const char* errors, std::string* bad_escape);

// Encoders: bytes.
Ref encode_utf8(Value str, const char* errors);
Ref encode_utf16(Value str, const char* errors, int byte_order);  // 0: native with mark
Ref encode_utf32(Value str, const char* errors, int byte_order);
Ref encode_utf7(Value str, const char* errors);
Ref encode_latin1(Value str, const char* errors);
Ref encode_ascii(Value str, const char* errors);
Ref encode_charmap(Value str, Value mapping, const char* errors);
Ref encode_unicode_escape(Value str);
Ref encode_raw_unicode_escape(Value str);
Ref build_charmap(Value str);  // codecs.charmap_build

// str.encode / bytes.decode: by encoding name; null: utf-8, strict.
Ref encode_str(Value str, const char* encoding, const char* errors);            // result is bytes, else TypeError
Ref decode_octets(Value bytes_like, const char* encoding, const char* errors);  // result is str, else TypeError
Ref encode_object(Value str, Value encoding_or_null,
                  Value errors_or_null);  // the same with str arguments, type-checked already
// codecs.encode/decode: any object.
Ref codec_encode(Value o, const char* encoding, const char* errors);
Ref codec_decode(Value o, const char* encoding, const char* errors);

// The registry.
Ref codec_lookup(const char* encoding);  // a CodecInfo
bool codec_register(Value search_function);
bool codec_unregister(Value search_function);
bool codec_register_error(const char* name, Value handler);
Ref codec_lookup_error(const char* name);  // null or "": strict
bool codec_forget_caches();                // at shutdown: drops what the registry holds

// The file-system encoding (PEP 529/540: utf-8 with surrogateescape).
extern bool fs_ascii;  // names of files are ASCII (the C locale, and no UTF-8 mode) instead of UTF-8
Ref decode_fs(std::string_view in);
Ref encode_fs(Value str);  // bytes without embedded NULs are the caller's business

// Copies any buffer's items in order ('C', 'F' or 'A') to contiguous memory.
void buffer_copy_out(const Buffer* b, void* to, char order);
bool buffer_is_contiguous(const Buffer* b, char order);

}  // namespace taipan
