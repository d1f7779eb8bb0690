// Text written in small pieces, mostly ASCII: it grows in one buffer of Latin-1; once something wider comes, what was written so far moves
// to a StrBuilder and the buffer starts anew.
#pragma once
#include "interp/objects/str_impl.h"

namespace taipan {

class TextOutput {
 public:
  TextOutput() = default;
  TextOutput(const TextOutput&) = delete;
  ~TextOutput() {
    if (p_ != small_) gc::raw_free(p_);
  }
  // Room for n more characters: write them at the result, then advance().
  uint8_t* room(size_t n) { return TAIPAN_LIKELY(capacity_ - n_ >= n) ? p_ + n_ : grow(n); }
  void advance(size_t n) { n_ += n; }
  bool put(char c) {
    uint8_t* p = room(1);
    if (!p) return false;
    *p = static_cast<uint8_t>(c);
    n_++;
    return true;
  }
  bool put(const char* s, size_t n) {
    uint8_t* p = room(n);
    if (!p) return false;
    memcpy(p, s, n);
    n_ += n;
    return true;
  }
  bool put_str(Value v) {
    auto* s = v.as<Str>();
    if (TAIPAN_LIKELY(s->ascii)) return put(reinterpret_cast<const char*>(s->data1()), s->length);
    if (s->kind == 1) {
      latin1_ = true;
      return put(reinterpret_cast<const char*>(s->data1()), s->length);
    }
    return flush() && wide_.append(v);
  }
  // For what is written piece by piece: everything so far goes to the builder.
  StrBuilder* wide() { return flush() ? &wide_ : nullptr; }
  void mark_latin1() { latin1_ = true; }
  Ref finish() {
    if (is_wide_) return flush() ? wide_.finish() : nullptr;
    if (latin1_) return make_str_latin1(p_, n_);
    Str* s = alloc_ascii(n_);
    if (!s) return nullptr;
    memcpy(s->data(), p_, n_);
    return Ref::steal(s);
  }

 private:
  bool flush() {
    is_wide_ = true;
    if (n_ == 0) return true;
    bool ok;
    if (latin1_) {
      Ref s = make_str_latin1(p_, n_);
      ok = s && wide_.append(s);
    } else {
      ok = wide_.append_ascii({reinterpret_cast<const char*>(p_), n_});
    }
    n_ = 0;
    latin1_ = false;
    return ok;
  }
  uint8_t* grow(size_t n) {
    if (n > kMaxStrBytes / 2 - n_) return raise_memory();
    size_t capacity = capacity_ * 2;
    if (capacity < n_ + n) capacity = n_ + n;
    void* p = p_ == small_ ? gc::raw_alloc(capacity) : gc::raw_realloc(p_, capacity);
    if (!p) return raise_memory();
    if (p_ == small_) memcpy(p, small_, n_);
    p_ = static_cast<uint8_t*>(p);
    capacity_ = capacity;
    return p_ + n_;
  }
  static constexpr size_t kSmall = 1024;
  uint8_t small_[kSmall];
  uint8_t* p_ = small_;
  size_t n_ = 0, capacity_ = kSmall;
  bool latin1_ = false, is_wide_ = false;
  StrBuilder wide_;
};

}  // namespace taipan
