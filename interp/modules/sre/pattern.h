// re.Pattern, re.Match and the scanner.
#pragma once
#include <new>
#include "interp/modules/sre/matcher.h"
#include "interp/objects/bytes.h"
#include "interp/objects/native.h"
#include "interp/objects/str.h"

namespace taipan::sre {

struct Pattern {
  Header h;
  Value pattern;     // str, bytes-like or None
  Value groupindex;  // dict
  Value indexgroup;  // tuple
  int64_t groups;
  int64_t flags;
  int64_t is_bytes;  // 1, 0, -1: either
  Program program;
};
struct Match {
  Header h;
  Value string;
  Value pattern;
  Value regs;  // tuple, or null until asked for
  int64_t pos, endpos;
  int64_t last_index;
  int64_t groups;  // group 0 included
  // 2 * groups positions follow, -1 where unmatched
  int64_t* marks() { return reinterpret_cast<int64_t*>(this + 1); }
};
TypeObject* pattern_type();
TypeObject* match_type();
TypeObject* scanner_type();
TypeObject* match_iterator_type();

// The text that is searched: str by kind, or bytes through their buffer.
class Subject {
 public:
  Subject() = default;
  ~Subject() {
    if (open_) release_buffer(&buffer_);
  }
  Subject(const Subject&) = delete;
  bool open(Value string, const Pattern* pattern);  // null pattern: any kind
  Ref slice(int64_t start, int64_t end) const;
  void close() {
    if (open_) release_buffer(&buffer_);
    open_ = false;
  }
  void trace(gc::Visitor& v) const {
    if (open_) v.visit(buffer_.owner);
  }
  Value string;
  bool is_bytes = false;
  uint8_t kind = 1;
  const void* data = nullptr;
  int64_t length = 0;

 private:
  Buffer buffer_;
  bool open_ = false;
};

struct Scanner {
  Header h;
  Value pattern;
  Value string;
  Subject subject;  // stays open: the text cannot be resized while the scanner lives
  int64_t pos, endpos;
  int64_t next;  // where the next match is looked for, -1: exhausted
  bool must_advance;
  std::atomic<bool> busy;
};

// A matcher of the right width; positions are indices into the subject.
class Engine {
 public:
  Engine(const Pattern* p, const Subject& s, int64_t end);
  ~Engine();
  Engine(const Engine&) = delete;
  bool init();
  int match(int64_t at);
  int fullmatch(int64_t at);
  int search(int64_t at);
  void set_must_advance(bool b);
  int64_t start() const;
  int64_t end() const;
  int64_t mark(size_t i) const;  // -1: not set
  int64_t last_index() const;

 private:
  template <class F>
  auto with(F f) const {
    switch (kind_) {
      case 1:
        return f(*const_cast<Matcher<uint8_t>*>(reinterpret_cast<const Matcher<uint8_t>*>(storage_)),
                 static_cast<const uint8_t*>(base_));
      case 2:
        return f(*const_cast<Matcher<uint16_t>*>(reinterpret_cast<const Matcher<uint16_t>*>(storage_)),
                 static_cast<const uint16_t*>(base_));
      default:
        return f(*const_cast<Matcher<uint32_t>*>(reinterpret_cast<const Matcher<uint32_t>*>(storage_)),
                 static_cast<const uint32_t*>(base_));
    }
  }
  uint8_t kind_;
  const void* base_;
  alignas(16) char storage_[sizeof(Matcher<uint32_t>)];
};

// What matched, as an object. result: 0 gives None.
Ref make_match(Value pattern, const Subject& s, const Engine& e, int64_t pos, int64_t endpos, int result);
bool clamp_range(const Subject& s, int64_t* pos, int64_t* endpos);
bool position_of(Value v, int64_t* out);  // null leaves it
Ref pattern_compile(Args& a);             // _sre.compile

}  // namespace taipan::sre
