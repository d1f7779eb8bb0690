// Error handlers of codecs, as decoders and encoders use them. See codecs.h.
#pragma once
#include <string>
#include <string_view>
#include "interp/objects/str.h"

namespace taipan {

enum class ErrorKind : uint8_t {
  kStrict,
  kIgnore,
  kReplace,
  kBackslashReplace,
  kXmlCharRefReplace,
  kSurrogateEscape,
  kSurrogatePass,
  kNameReplace,
  kOther
};
ErrorKind error_kind(const char* errors);

// One decoding run. The decoder reads input() (a handler may replace the object that is decoded) and, at something malformed, calls
// handle(), which appends the replacement to out and says where to go on.
class DecodeErrors {
 public:
  DecodeErrors(const char* encoding, std::string_view in, const char* errors)
      : encoding_(encoding), in_(in), errors_(errors) {}
  std::string_view input() const { return in_; }
  // False: exception raised.
  bool handle(size_t start, size_t end, const char* reason, StrBuilder* out, size_t* next);

 private:
  bool call_handler(size_t start, size_t end, const char* reason, StrBuilder* out, size_t* next);
  const char* encoding_;
  std::string_view in_;
  const char* errors_;
  Ref handler_, exception_, object_;
  ErrorKind kind_ = ErrorKind::kStrict;
  bool known_ = false;
};

// One encoding run. handle() gives the replacement for text[start, end): either text still to be encoded, or bytes.
class EncodeErrors {
 public:
  EncodeErrors(const char* encoding, Value text, const char* errors)
      : encoding_(encoding), text_(text), errors_(errors) {}
  ErrorKind kind() {
    if (!known_) {
      kind_ = error_kind(errors_);
      known_ = true;
    }
    return kind_;
  }
  // *text (str) or *octets is set, and *next. False: exception raised.
  bool handle(size_t start, size_t end, const char* reason, Ref* text, std::string* octets, size_t* next);
  bool fail(size_t start, size_t end, const char* reason);  // raises strictly

 private:
  const char* encoding_;
  Value text_;
  const char* errors_;
  Ref handler_, exception_;
  ErrorKind kind_ = ErrorKind::kStrict;
  bool known_ = false;
};

// \xNN, \uNNNN, \UNNNNNNNN
void append_backslash_escape(std::string* out, uint32_t c);
void init_codec_error_handlers(Value registry);  // fills the dict of register_error()

}  // namespace taipan
