#include "interp/objects/str.h"
#include <mutex>
#include "interp/objects/abstract.h"
#include "interp/objects/short_copy.h"
#include "interp/objects/str_append.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/str_intern.h"

namespace taipan {

// ---- Allocation ---------------------------------------------------------------------------------------------------------------
static TAIPAN_INLINE void write_terminator(Str* s) {
  if (s->kind == 1)
    static_cast<uint8_t*>(s->data())[s->length] = 0;
  else if (s->kind == 2)
    static_cast<uint16_t*>(s->data())[s->length] = 0;
  else
    static_cast<uint32_t*>(s->data())[s->length] = 0;
}

static TAIPAN_INLINE Str* init_str(Header* h, size_t length, uint8_t kind, bool ascii) {
  Str* s = reinterpret_cast<Str*>(h);
  s->hash.store(0, std::memory_order_relaxed);
  s->length = length;
  // The fields from `kind` on are one word, all zero but the first two.
  static_assert(offsetof(Str, ascii) == offsetof(Str, kind) + 1 && offsetof(Str, kind) + 8 == sizeof(Str));
  gc::header_word(s, offsetof(Str, kind) / 8)
      .store(kind | static_cast<uint64_t>(ascii) << 8, std::memory_order_relaxed);
  write_terminator(s);
  return s;
}

Str* alloc_str_kind(size_t length, uint8_t kind, bool ascii) {
  if (TAIPAN_UNLIKELY(length > (kMaxStrBytes - sizeof(Str)) / kind - 1)) return raise_memory();
  Header* h = gc::alloc_object(sizeof(Str) + (length + 1) * kind, kShapeStr, gc::kAllocPlain);
  if (TAIPAN_UNLIKELY(!h)) return raise_memory();
  return init_str(h, length, kind, ascii);
}

Ref new_str_raw(size_t length, uint32_t max_char) {
  if (length == 0) return empty_str();
  return Ref::steal(alloc_str(length, max_char));
}

// The empty str and the 256 one-character latin-1 ones.
static std::atomic<Str**> small_strs{nullptr};
TAIPAN_COLD static Str** make_small_strs() {
  static std::mutex mutex;
  std::lock_guard<std::mutex> lock(mutex);
  if (Str** t = small_strs.load(std::memory_order_acquire)) return t;
  static Str* table[257];
  for (uint32_t i = 0; i <= 256; i++) {
    size_t n = i < 256 ? 1 : 0;
    Header* h = gc::alloc_object(sizeof(Str) + n + 1, kShapeStr, gc::kAllocPlain);
    if (!h) abort();
    Str* s = init_str(h, n, 1, i < 128 || n == 0);
    if (n) static_cast<uint8_t*>(s->data())[0] = static_cast<uint8_t>(i);
    s->interned.store(1, std::memory_order_relaxed);
    if (!gc::gil_enabled)
      gc::make_immortal(h);  // with the GIL plain counting is cheaper; the table's own reference keeps it
    table[i] = s;
  }
  small_strs.store(table, std::memory_order_release);
  return table;
}
static TAIPAN_INLINE Ref small_str(size_t i) {
  Str** t = small_strs.load(std::memory_order_acquire);
  if (TAIPAN_UNLIKELY(!t)) t = make_small_strs();
  return Ref::dup(t[i]);
}
Str* const* small_str_table() {
  Str** t = small_strs.load(std::memory_order_acquire);
  return t ? t : make_small_strs();
}
Ref empty_str() { return small_str(256); }

Ref make_str_char(uint32_t c) {
  if (c < 256) return small_str(c);
  Str* s = alloc_str(1, c);
  if (!s) return nullptr;
  put_unit(s->data(), s->kind, 0, c);
  return Ref::steal(s);
}

template <class Unit>
static Ref make_units(const Unit* p, size_t n) {
  if (n <= 1) return n == 0 ? empty_str() : make_str_char(p[0]);
  Str* s = alloc_str(n, widest(p, n));
  if (!s) return nullptr;
  if (s->kind == 1)
    copy_units(static_cast<uint8_t*>(s->data()), p, n);
  else if (s->kind == 2)
    copy_units(static_cast<uint16_t*>(s->data()), p, n);
  else
    copy_units(static_cast<uint32_t*>(s->data()), p, n);
  return Ref::steal(s);
}
Ref make_str_units(const uint8_t* p, size_t n) { return make_units(p, n); }
Ref make_str_units(const uint16_t* p, size_t n) { return make_units(p, n); }
Ref make_str_units(const uint32_t* p, size_t n) { return make_units(p, n); }
Ref make_str_latin1(const uint8_t* p, size_t n) { return make_units(p, n); }
Ref make_str_ucs2(const uint16_t* p, size_t n) { return make_units(p, n); }
Ref make_str_ucs4(const uint32_t* p, size_t n) { return make_units(p, n); }

// Decodes one character of text known to be valid.
static TAIPAN_INLINE uint32_t next_utf8(const uint8_t*& p) {
  uint32_t c = *p++;
  if (c < 0x80) return c;
  if (c < 0xE0) return (c & 0x1F) << 6 | (*p++ & 0x3Fu);
  if (c < 0xF0) {
    c = (c & 0xF) << 12 | (p[0] & 0x3Fu) << 6 | (p[1] & 0x3Fu);
    p += 2;
    return c;
  }
  c = (c & 7) << 18 | (p[0] & 0x3Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
  p += 3;
  return c;
}

// The length of the character at p, 0 where there is none: nobody vouches for error texts of libraries or pieces of data in messages.
// (Surrogates are taken: what only lives in memory may hold them.)
static TAIPAN_INLINE size_t utf8_length(const uint8_t* p, const uint8_t* end) {
  uint32_t c = *p;
  if (c < 0x80) return 1;
  size_t n = c < 0xC2 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF5 ? 4 : 0;
  if (n == 0 || static_cast<size_t>(end - p) < n) return 0;
  for (size_t i = 1; i < n; i++) {
    if ((p[i] & 0xC0) != 0x80) return 0;
  }
  if ((c == 0xE0 && p[1] < 0xA0) || (c == 0xF0 && p[1] < 0x90) || (c == 0xF4 && p[1] > 0x8F)) return 0;
  return n;
}

Ref make_str(std::string_view utf8) {
  const uint8_t* p = reinterpret_cast<const uint8_t*>(utf8.data());
  size_t n = utf8.size();
  if (n <= 1) return n == 0 ? empty_str() : make_str_char(p[0] & 0x7F);
  size_t prefix = ascii_prefix(p, n);
  if (prefix == n) {
    Str* s = alloc_ascii(n);
    if (!s) return nullptr;
    memcpy(s->data(), p, n);
    return Ref::steal(s);
  }
  const uint8_t* end = p + n;
  size_t length = 0;
  uint8_t top = 0;  // of the first bytes
  for (const uint8_t* q = p; q < end; length++) {
    size_t size = utf8_length(q, end);
    if (TAIPAN_UNLIKELY(size == 0)) {
      StrBuilder b;
      return b.append_utf8(utf8) ? b.finish() : nullptr;
    }
    if (*q > top) top = *q;
    q += size;
  }
  uint32_t max_char = top >= 0xF0 ? 0x10FFFF : top >= 0xC4 ? 0xFFFF : 0xFF;
  if (length == 1) {
    const uint8_t* q = p;
    return make_str_char(next_utf8(q));
  }
  Str* s = alloc_str(length, max_char);
  if (!s) return nullptr;
  auto fill = [&](auto* to) {
    while (p < end) *to++ = static_cast<std::remove_reference_t<decltype(*to)>>(next_utf8(p));
  };
  if (s->kind == 1)
    fill(static_cast<uint8_t*>(s->data()));
  else if (s->kind == 2)
    fill(static_cast<uint16_t*>(s->data()));
  else
    fill(static_cast<uint32_t*>(s->data()));
  return Ref::steal(s);
}

Ref str_exact(Value v) {
  if (is_str_exact(v)) return Ref::dup(v);
  Str* s = str_ptr(v);
  if (s->length <= 1 && s->kind == 1) return s->length ? make_str_char(s->data1()[0]) : empty_str();
  Str* r = alloc_str_kind(s->length, s->kind, s->ascii);
  if (!r) return nullptr;
  memcpy(r->data(), s->data(), s->length * s->kind);
  return Ref::steal(r);
}

// ---- Concatenation --------------------------------------------------------------------------------------------------------------
Ref str_concat(Value av, Value bv) {
  Str *a = str_ptr(av), *b = str_ptr(bv);
  if (TAIPAN_LIKELY(a->ascii && b->ascii && a->length && b->length && a->length + b->length < (size_t{1} << 32))) {
    Str* s = alloc_ascii(a->length + b->length);
    if (!s) return nullptr;
    copy_short(s->data(), a->data(), a->length);
    copy_short(ascii_data(s) + a->length, b->data(), b->length);
    return Ref::steal(s);
  }
  if (a->length == 0) return str_exact(bv);
  if (b->length == 0) return str_exact(av);
  if (a->length > kMaxStrBytes / 4 - b->length) return raise(types::OverflowError, "strings are too large to concat");
  uint8_t kind = a->kind > b->kind ? a->kind : b->kind;
  Str* s = alloc_str_kind(a->length + b->length, kind, a->ascii && b->ascii);
  if (!s) return nullptr;
  copy_str(s->data(), kind, 0, a, 0, a->length);
  copy_str(s->data(), kind, a->length, b, 0, b->length);
  return Ref::steal(s);
}

// spare counts how often a str was made by appending: from the second time on, room is left so that a loop of appends is linear.
// `count`: of the references to a, all of which the caller replaces.
template <class Done>
static TAIPAN_INLINE Ref append_in_place(Value av, Value bv, uint32_t count, Done done) {
  Str *a = av.as<Str>(), *b = str_ptr(bv);
  if (!is_str_exact(av) || !is_str_exact(bv) || a->length == 0 || b->length == 0 || !is_held(&a->h, count) ||
      a->interned.load(std::memory_order_relaxed) || a->in_caches.load(std::memory_order_relaxed))
    return str_concat(av, bv);
  if (a->length > kMaxStrBytes / 8 - b->length) return raise(types::OverflowError, "strings are too large to concat");
  size_t length = a->length + b->length;
#ifndef TAIPAN_PLAIN_MALLOC
  // Cells of small objects come in steps.
  size_t steps = (sizeof(Str) + a->length + gc::kQuantum) / gc::kQuantum;
  if (b->kind == 1 && a->kind == 1 && steps * gc::kQuantum <= gc::kMaxSmallSize &&
      sizeof(Str) + length < steps * gc::kQuantum) {
    copy_short(static_cast<uint8_t*>(a->data()) + a->length, b->data1(), b->length);
    a->length = length;
    a->ascii = a->ascii && b->ascii;
    a->hash.store(0, std::memory_order_relaxed);
    write_terminator(a);
    return done();
  }
#endif
  if (b->kind <= a->kind && sizeof(Str) + (length + 1) * a->kind <= gc::cell_size(&a->h)) {
    copy_str(a->data(), a->kind, a->length, b, 0, b->length);
    a->length = length;
    a->ascii = a->ascii && b->ascii;
    a->hash.store(0, std::memory_order_relaxed);
    write_terminator(a);
    return done();
  }
  uint8_t kind = a->kind > b->kind ? a->kind : b->kind;
  size_t room = a->spare ? length + length / 3 + 32 : length;
  Header* h = gc::alloc_object(sizeof(Str) + (room + 1) * kind, kShapeStr, gc::kAllocPlain);
  if (!h) return raise_memory();
  Str* s = init_str(h, length, kind, a->ascii && b->ascii);
  s->spare = 1;
  copy_str(s->data(), kind, 0, a, 0, a->length);
  copy_str(s->data(), kind, a->length, b, 0, b->length);
  return Ref::steal(s);
}

Ref str_append(Ref a, Value b) {
  Value v = a;
  return append_in_place(v, b, 1, [&] { return std::move(a); });
}
Ref str_append_stored(Value a, Value b) {
  return append_in_place(a, b, 2, [&] { return Ref::dup(a); });
}

Ref str_substring(Value v, size_t start, size_t end) {
  Str* s = str_ptr(v);
  if (end > s->length) end = s->length;
  if (start >= end) return empty_str();
  size_t n = end - start;
  if (n == s->length && is_str_exact(v)) return Ref::dup(v);
  if (n == 1) return make_str_char(s->at(start));
  if (s->ascii) {
    Str* r = alloc_ascii(n);
    if (!r) return nullptr;
    copy_short(r->data(), s->data1() + start, n);
    return Ref::steal(r);
  }
  return with_units(s, [&](auto* p) { return make_units(p + start, n); });
}

// ---- Comparison -------------------------------------------------------------------------------------------------------------------
bool str_eq(const Str* a, const Str* b) {
  if (a == b) return true;
  if (a->length != b->length || a->kind != b->kind) return false;
  int64_t ha = a->hash.load(std::memory_order_relaxed), hb = b->hash.load(std::memory_order_relaxed);
  if (ha != hb && ha != 0 && hb != 0) return false;
  return equal_bytes(a->data(), b->data(), a->length * a->kind);
}
bool str_eq_ascii(Value v, std::string_view ascii) {
  Str* s = str_ptr(v);
  return s->ascii && s->length == ascii.size() && memcmp(s->data(), ascii.data(), ascii.size()) == 0;
}
int str_compare(const Str* a, const Str* b) {
  if (a == b) return 0;
  size_t n = a->length < b->length ? a->length : b->length;
  if (a->kind == 1 && b->kind == 1) {
    int c = memcmp(a->data(), b->data(), n);
    if (c) return c < 0 ? -1 : 1;
  } else {
    int c = with_units(a, [&](auto* pa) {
      return with_units(b, [&](auto* pb) {
        for (size_t i = 0; i < n; i++)
          if (pa[i] != pb[i]) return pa[i] < pb[i] ? -1 : 1;
        return 0;
      });
    });
    if (c) return c;
  }
  return a->length < b->length ? -1 : a->length > b->length;
}

// ---- UTF-8 out ------------------------------------------------------------------------------------------------------------------
static void append_utf8_char(std::string* out, uint32_t c) {
  if (c < 0x80) {
    out->push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out->push_back(static_cast<char>(0xC0 | c >> 6));
    out->push_back(static_cast<char>(0x80 | (c & 0x3F)));
  } else if (c < 0x10000) {
    out->push_back(static_cast<char>(0xE0 | c >> 12));
    out->push_back(static_cast<char>(0x80 | (c >> 6 & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (c & 0x3F)));
  } else {
    out->push_back(static_cast<char>(0xF0 | c >> 18));
    out->push_back(static_cast<char>(0x80 | (c >> 12 & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (c >> 6 & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (c & 0x3F)));
  }
}
std::string utf8_lossy(Value v) {
  Str* s = str_ptr(v);
  if (s->ascii) return std::string(s->ascii_view());
  std::string out;
  out.reserve(s->length * 2);
  for (size_t i = 0; i < s->length; i++) append_utf8_char(&out, s->at(i));
  return out;
}
bool utf8_of(Value v, std::string* out) {
  Str* s = str_ptr(v);
  if (s->ascii) {
    out->assign(s->ascii_view());
    return true;
  }
  out->clear();
  out->reserve(s->length * 2);
  for (size_t i = 0; i < s->length; i++) {
    uint32_t c = s->at(i);
    if (c - 0xD800 < 0x800) {
      size_t end = i + 1;
      while (end < s->length && s->at(end) - 0xD800 < 0x800) end++;
      Ref encoding = make_str("utf-8"), reason = make_str("surrogates not allowed");
      if (!encoding || !reason) return false;
      Value args[] = {encoding.get(), v, Value::from_int(static_cast<int64_t>(i)),
                      Value::from_int(static_cast<int64_t>(end)), reason.get()};
      Ref exc = call_array(Value(types::UnicodeEncodeError), args, 5);
      if (!exc) return false;
      return raise_object(std::move(exc));
    }
    append_utf8_char(out, c);
  }
  return true;
}
std::string_view ascii_or_temp(Value v, std::string* temp) {
  Str* s = str_ptr(v);
  if (s->ascii) return s->ascii_view();
  *temp = utf8_lossy(v);
  return *temp;
}

// ---- StrBuilder -----------------------------------------------------------------------------------------------------------------
StrBuilder::~StrBuilder() {
  if (buf_ != inline_) gc::raw_free(buf_);
}

bool StrBuilder::grow(size_t extra, uint32_t max_char) {
  uint8_t kind = kind_for(max_char);
  if (kind < kind_) kind = kind_;
  if (extra > kMaxStrBytes / 8 - length_) return raise_memory();
  size_t need = length_ + extra;
  if (kind == kind_) {
    if (need <= capacity_) return true;
    size_t capacity = capacity_ + capacity_ / 2;
    if (capacity < need) capacity = need;
    void* p = buf_ == inline_ ? gc::raw_alloc(capacity * kind) : gc::raw_realloc(buf_, capacity * kind);
    if (!p) return raise_memory();
    if (buf_ == inline_) memcpy(p, inline_, length_ * kind);
    buf_ = p;
    capacity_ = capacity;
    return true;
  }
  size_t capacity = capacity_ > need ? capacity_ : need + need / 4 + 8;
  void* p = gc::raw_alloc(capacity * kind);
  if (!p) return raise_memory();
  if (kind_ == 1 && kind == 2)
    copy_units(static_cast<uint16_t*>(p), static_cast<uint8_t*>(buf_), length_);
  else if (kind_ == 1)
    copy_units(static_cast<uint32_t*>(p), static_cast<uint8_t*>(buf_), length_);
  else
    copy_units(static_cast<uint32_t*>(p), static_cast<uint16_t*>(buf_), length_);
  if (buf_ != inline_) gc::raw_free(buf_);
  buf_ = p;
  capacity_ = capacity;
  kind_ = kind;
  return true;
}

bool StrBuilder::reserve(size_t units) { return units <= capacity_ - length_ || grow(units, 0); }

bool StrBuilder::append_char(uint32_t c) {
  if (TAIPAN_UNLIKELY(length_ == capacity_ || (kind_ != 4 && (c >> (8 * kind_)) != 0)) && !grow(1, c)) return false;
  put_unit(buf_, kind_, length_++, c);
  return true;
}
bool StrBuilder::append(Value v) { return append_slice(v, 0, str_ptr(v)->length); }
bool StrBuilder::append_ascii(std::string_view s) {
  if (s.empty()) return true;
  if ((s.size() > capacity_ - length_) && !grow(s.size(), 0)) return false;
  const uint8_t* p = reinterpret_cast<const uint8_t*>(s.data());
  if (kind_ == 1)
    memcpy(static_cast<uint8_t*>(buf_) + length_, p, s.size());
  else if (kind_ == 2)
    copy_units(static_cast<uint16_t*>(buf_) + length_, p, s.size());
  else
    copy_units(static_cast<uint32_t*>(buf_) + length_, p, s.size());
  length_ += s.size();
  return true;
}
bool StrBuilder::append_utf8(std::string_view s) {
  const uint8_t *p = reinterpret_cast<const uint8_t*>(s.data()), *end = p + s.size();
  if (all_ascii(p, s.size())) return append_ascii(s);
  while (p < end) {
    bool valid = utf8_length(p, end) != 0;
    if (!append_char(valid ? next_utf8(p) : 0xFFFD)) return false;
    if (!valid) p++;
  }
  return true;
}
bool StrBuilder::append_slice(Value v, size_t start, size_t end) {
  Str* s = str_ptr(v);
  if (start >= end) return true;
  size_t n = end - start;
  if ((n > capacity_ - length_ || s->kind > kind_) && !grow(n, s->kind > kind_ ? max_char_of(s) : 0)) return false;
  copy_str(buf_, kind_, length_, s, start, n);
  length_ += n;
  return true;
}
bool StrBuilder::append_repeat(uint32_t c, size_t n) {
  if (n == 0) return true;
  if (!grow(n, c)) return false;
  fill_units(buf_, kind_, length_, c, n);
  length_ += n;
  return true;
}
uint32_t StrBuilder::last_char() const {
  if (length_ == 0) return 0;
  return kind_ == 1   ? static_cast<uint8_t*>(buf_)[length_ - 1]
         : kind_ == 2 ? static_cast<uint16_t*>(buf_)[length_ - 1]
                      : static_cast<uint32_t*>(buf_)[length_ - 1];
}
void StrBuilder::truncate(size_t n) {
  if (n < length_) length_ = n;
}
Ref StrBuilder::finish() {
  Ref r;
  if (TAIPAN_LIKELY(kind_ == 1 && length_ > 1 && length_ <= kInline &&
                    all_ascii(static_cast<uint8_t*>(buf_), length_))) {
    Str* s = alloc_ascii(length_);
    if (s) memcpy(s->data(), buf_, length_);
    r = Ref::steal(s);
  } else {
    r = kind_ == 1   ? make_units(static_cast<uint8_t*>(buf_), length_)
        : kind_ == 2 ? make_units(static_cast<uint16_t*>(buf_), length_)
                     : make_units(static_cast<uint32_t*>(buf_), length_);
  }
  if (buf_ != inline_) gc::raw_free(buf_);
  buf_ = inline_;
  length_ = 0;
  capacity_ = kInline;
  kind_ = 1;
  return r;
}

}  // namespace taipan
