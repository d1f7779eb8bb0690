// What bytes and bytearray share. Their methods are the same functions: self tells which of the two a result has to be.
#pragma once
#include "interp/objects/bytes.h"
#include "interp/objects/error.h"
#include "interp/objects/native.h"
#include "interp/objects/str.h"

namespace taipan {

// The bytes of self (bytes or bytearray) right now: not to be kept across a call that may run Python code.
inline std::string_view octets(Value v) {
  if (is_bytes(v)) return v.as<Bytes>()->view();
  ByteArray* b = v.as<ByteArray>();
  return {reinterpret_cast<const char*>(b->start), b->size};
}
// bytes or bytearray, as self is.
Ref make_like(Value self, std::string_view s);
// bytes themselves where nothing changed (a bytearray is always copied, a subclass made exact).
Ref make_same(Value self);

// Uninitialised room for a result as self is: fill data(), then take().
class OctetResult {
 public:
  OctetResult(Value self, size_t n) : ref_(is_bytes(self) ? new_bytes_raw(n) : make_bytearray(nullptr, n)) {}
  bool ok() const { return !!ref_; }
  uint8_t* data() { return is_bytes(ref_) ? ref_.as<Bytes>()->data() : ref_.as<ByteArray>()->start; }
  Ref take() { return std::move(ref_); }

 private:
  Ref ref_;
};

extern const NativeDef kBytesMethods[];      // bytes' whole list
extern const NativeDef kByteArrayMethods[];  // bytearray's
// Methods that bytes and bytearray share: one row a method (bytes_methods*.cpp).
#define TAIPAN_SHARED_BYTES_METHODS(M)                                                                                 \
  M("capitalize", "($self, /)", octets_capitalize, kNativeNoSignature,                                                 \
    "A copy with the first byte upper-cased, the rest lower-cased.")                                                   \
  M("center", "($self, width, fillchar=b' ', /)", octets_center, 0, "A copy centred in a field of that width.")        \
  M("count", "(...)", octets_count, kNativeNoSignature,                                                                \
    "Number of non-overlapping occurrences of sub in B[start:end].")                                                   \
  M("decode", "($self, /, encoding='utf-8', errors='strict')", octets_decode, 0, "Decodes the bytes to a str.")        \
  M("endswith", "(...)", octets_endswith, kNativeNoSignature,                                                          \
    "True if B ends with the suffix, or with one of a tuple of them.")                                                 \
  M("expandtabs", "($self, /, tabsize=8)", octets_expandtabs, 0, "A copy with tabs replaced by spaces.")               \
  M("find", "(...)", octets_find, kNativeNoSignature, "Lowest index in B[start:end] where sub is found, or -1.")       \
  M("fromhex", "($type, string, /)", octets_fromhex, kNativeClassMethod,                                               \
    "Makes bytes from a string of hexadecimal digits.\n\nSpaces between two numbers are accepted.\nExample: "          \
    "bytes.fromhex('B9 01EF') -> b'\\\\xb9\\\\x01\\\\xef'.")                                                           \
  M("hex", "($self, /, sep=<unrepresentable>, bytes_per_sep=1)", octets_hex, 0,                                        \
    "A str of two hexadecimal digits a byte.\n\n>>> value = b'spam!'\n>>> value.hex()\n'7370616d21'\n>>> "             \
    "value.hex(':')\n'73:70:61:6d:21'\n>>> value.hex('-', 2)\n'73-7061-6d21'\n>>> value.hex('-', -2)\n'7370-616d-21'") \
  M("index", "(...)", octets_index, kNativeNoSignature, "As find(), but ValueError if sub is not found.")              \
  M("isalnum", "($self, /)", octets_isalnum, kNativeNoSignature,                                                       \
    "True if there are bytes and all are ASCII letters or digits.")                                                    \
  M("isalpha", "($self, /)", octets_isalpha, kNativeNoSignature, "True if there are bytes and all are ASCII letters.") \
  M("isascii", "($self, /)", octets_isascii, kNativeNoSignature, "True if all bytes are below 128.")                   \
  M("isdigit", "($self, /)", octets_isdigit, kNativeNoSignature, "True if there are bytes and all are ASCII digits.")  \
  M("islower", "($self, /)", octets_islower, kNativeNoSignature,                                                       \
    "True if there are lower-case letters and no upper-case ones.")                                                    \
  M("isspace", "($self, /)", octets_isspace, kNativeNoSignature,                                                       \
    "True if there are bytes and all are ASCII white space.")                                                          \
  M("istitle", "($self, /)", octets_istitle, kNativeNoSignature,                                                       \
    "True if words start with one capital and go on in lower case.")                                                   \
  M("isupper", "($self, /)", octets_isupper, kNativeNoSignature,                                                       \
    "True if there are upper-case letters and no lower-case ones.")                                                    \
  M("join", "($self, iterable_of_bytes, /)", octets_join, 0, "Joins bytes-like objects with B between them.")          \
  M("ljust", "($self, width, fillchar=b' ', /)", octets_ljust, 0, "A copy left-justified in a field of that width.")   \
  M("lower", "($self, /)", octets_lower, kNativeNoSignature, "A copy with ASCII letters in lower case.")               \
  M("lstrip", "($self, bytes=None, /)", octets_lstrip, 0,                                                              \
    "A copy without leading bytes of the set (white space if None).")                                                  \
  M("maketrans", "(frm, to, /)", octets_maketrans, kNativeStatic,                                                      \
    "A table for translate() that maps each byte of frm to that of to.")                                               \
  M("partition", "($self, sep, /)", octets_partition, 0, "(head, sep, tail) around the first sep.")                    \
  M("removeprefix", "($self, prefix, /)", octets_removeprefix, 0, "A copy without the prefix, if it is there.")        \
  M("removesuffix", "($self, suffix, /)", octets_removesuffix, 0, "A copy without the suffix, if it is there.")        \
  M("replace", "($self, old, new, count=-1, /)", octets_replace, 0,                                                    \
    "A copy with old replaced by new, at most count times.")                                                           \
  M("rfind", "(...)", octets_rfind, kNativeNoSignature, "Highest index in B[start:end] where sub is found, or -1.")    \
  M("rindex", "(...)", octets_rindex, kNativeNoSignature, "As rfind(), but ValueError if sub is not found.")           \
  M("rjust", "($self, width, fillchar=b' ', /)", octets_rjust, 0, "A copy right-justified in a field of that width.")  \
  M("rpartition", "($self, sep, /)", octets_rpartition, 0, "(head, sep, tail) around the last sep.")                   \
  M("rsplit", "($self, /, sep=None, maxsplit=-1)", octets_rsplit, 0, "As split(), from the end.")                      \
  M("rstrip", "($self, bytes=None, /)", octets_rstrip, 0,                                                              \
    "A copy without trailing bytes of the set (white space if None).")                                                 \
  M("split", "($self, /, sep=None, maxsplit=-1)", octets_split, 0,                                                     \
    "The sections between seps (white space if None), as a list.")                                                     \
  M("splitlines", "($self, /, keepends=False)", octets_splitlines, 0, "The lines, as a list.")                         \
  M("startswith", "(...)", octets_startswith, kNativeNoSignature,                                                      \
    "True if B starts with the prefix, or with one of a tuple of them.")                                               \
  M("strip", "($self, bytes=None, /)", octets_strip, 0,                                                                \
    "A copy without leading and trailing bytes of the set (white space if None).")                                     \
  M("swapcase", "($self, /)", octets_swapcase, kNativeNoSignature, "A copy with the case of ASCII letters swapped.")   \
  M("title", "($self, /)", octets_title, kNativeNoSignature,                                                           \
    "A copy where words start with a capital and go on in lower case.")                                                \
  M("translate", "($self, table, /, delete=b'')", octets_translate, 0,                                                 \
    "A copy without the bytes of delete, the rest mapped by the table.")                                               \
  M("upper", "($self, /)", octets_upper, kNativeNoSignature, "A copy with ASCII letters in upper case.")               \
  M("zfill", "($self, width, /)", octets_zfill, 0, "A copy padded on the left with zeros.")
#define TAIPAN_DECLARE_METHOD(name, sig, impl, flags, doc) Ref impl(Args& a);
TAIPAN_SHARED_BYTES_METHODS(TAIPAN_DECLARE_METHOD)
#undef TAIPAN_DECLARE_METHOD
#define TAIPAN_METHOD_ROW(name, sig, impl, flags, doc) {name, sig, impl, flags, doc},

// Slots both types share.
Ref octets_subscript(Value self, Value key);
int octets_contains(Value self, Value item);
Ref octets_compare(Value a, Value b, CompareOp op);
Ref octets_percent(Value format, Value args);
Ref octets_concat(Value a, Value b);  // result as a is
Ref octets_repr_body(std::string_view s, const char* prefix, const char* suffix, bool always_escape = false);
// An int 0..255 as an item: "byte must be in range(0, 256)".
bool octet_of(Value v, uint8_t* out, const char* range_error);
// bytes(source)/bytearray(source) for iterables: appends to a growing buffer.
bool octets_from_iterable(Value source, std::string* out, const char* range_error);
// What find(), count() and `in` search for: bytes-like or an int.
Ref hex_text(std::string_view s, Value sep, Value bytes_per_sep);

}  // namespace taipan
