// str: PEP 393, data inline after the struct; kind 1 (latin-1), 2 (UCS-2) or 4 (UCS-4), always the smallest that fits.
#pragma once
#include <cstring>
#include <string>
#include <string_view>
#include "interp/objects/object.h"
#include "interp/objects/type.h"

namespace taipan {

struct Str {
  Header h;
  std::atomic<int64_t> hash;  // 0: not computed (a hash of 0 is recomputed each time: harmless)
  uint64_t length;            // code points
  uint8_t kind;               // 1, 2, 4
  uint8_t ascii;              // all < 128 (kind 1)
  std::atomic<uint8_t> interned;
  std::atomic<uint8_t> in_caches;  // a look-up of this name on some type is cached somewhere
  uint32_t spare;
  // data follows, with a terminating zero unit

  const uint8_t* data1() const { return reinterpret_cast<const uint8_t*>(this + 1); }
  const uint16_t* data2() const { return reinterpret_cast<const uint16_t*>(this + 1); }
  const uint32_t* data4() const { return reinterpret_cast<const uint32_t*>(this + 1); }
  void* data() { return this + 1; }
  const void* data() const { return this + 1; }
  uint32_t at(size_t i) const { return kind == 1 ? data1()[i] : kind == 2 ? data2()[i] : data4()[i]; }
  bool is_ascii() const { return ascii; }
  std::string_view ascii_view() const { return {reinterpret_cast<const char*>(data1()), length}; }  // only if ascii
};

// New strings (owned; null: exception).
Ref make_str(std::string_view utf8);  // valid utf-8 (surrogates encoded the WTF-8 way allowed)
Ref make_str_latin1(const uint8_t* p, size_t n);
Ref make_str_ucs2(const uint16_t* p, size_t n);  // narrows where possible
Ref make_str_ucs4(const uint32_t* p, size_t n);  // narrows where possible
Ref make_str_char(uint32_t code_point);          // latin-1 ones are shared
Ref new_str_raw(size_t length,
                uint32_t max_char);  // uninitialised data; caller fills every unit and then nothing may be wider
Ref str_concat(Value a, Value b);
Ref str_substring(Value s, size_t start, size_t end);
// a += b in place where a is the only reference; consumes a.
Ref str_append(Ref a, Value b);
Ref empty_str();
Ref str_join(Value sep, Value iterable);
Ref str_replace(Value s, Value old, Value fresh, int64_t max_count);  // -1: all
Ref str_split(Value s, Value sep_or_null, int64_t max_split);         // list; -1: no limit

// Interned strings: one object per text; live as long as used (immortal if made by intern_static).
Ref intern(Ref s);
Ref intern_str(std::string_view utf8);
Str* intern_static(const char* utf8);  // immortal, borrowed: for names used by C++ code
// Names used by C++ code, each interned once: TAIPAN_NAME(__add__) is a Str*.
#define TAIPAN_NAME(identifier)                                           \
  ([]() -> ::taipan::Str* {                                               \
    static ::taipan::Str* const s = ::taipan::intern_static(#identifier); \
    return s;                                                             \
  }())

bool str_eq(const Str* a, const Str* b);             // same text
bool str_eq_ascii(Value s, std::string_view ascii);  // s must be a str
int str_compare(const Str* a, const Str* b);         // <0, 0, >0
int64_t str_hash(Str* s);
int64_t hash_bytes(const void* p, size_t n);  // SipHash-1-3 under the process key (PYTHONHASHSEED)

bool str_is_identifier(Value s);

// UTF-8 out. utf8_of: strict, false with UnicodeEncodeError on surrogates. lossy: surrogates as WTF-8, never fails.
bool utf8_of(Value s, std::string* out);
std::string utf8_lossy(Value s);
std::string_view ascii_or_temp(Value s, std::string* temp);  // lossy text, no copy where the string is ascii

// Builds a str piece by piece; the kind widens as needed. finish() may be called once.
class StrBuilder {
 public:
  StrBuilder() = default;
  ~StrBuilder();
  StrBuilder(const StrBuilder&) = delete;
  bool reserve(size_t units);
  bool append_char(uint32_t c);
  bool append(Value str);  // a str object
  bool append_ascii(std::string_view s);
  bool append_utf8(std::string_view s);
  bool append_slice(Value str, size_t start, size_t end);
  bool append_repeat(uint32_t c, size_t n);
  size_t length() const { return length_; }
  uint32_t last_char() const;
  void truncate(size_t n);
  Ref finish();

 private:
  bool grow(size_t extra, uint32_t max_char);
  static constexpr size_t kInline = 120;
  void* buf_ = inline_;
  size_t length_ = 0, capacity_ = kInline;
  uint8_t kind_ = 1;
  alignas(8) char inline_[kInline];  // short texts need no allocation
};

}  // namespace taipan
