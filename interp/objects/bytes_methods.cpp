// Methods that bytes and bytearray share: searching, cutting, joining. Case, padding and tables: bytes_text.cpp.
// Arguments are converted first (that may run Python code), then self's memory is looked at.
#include "interp/objects/abstract.h"
#include "interp/objects/bytes_impl.h"
#include "interp/objects/codecs.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/slice.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"
#include "interp/objects/unit_search.h"

namespace taipan {

static const uint8_t* u8(std::string_view s) { return reinterpret_cast<const uint8_t*>(s.data()); }
static bool is_octet_space(uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// A bytes-like argument, or an int standing for one byte.
class Needle {
 public:
  bool open(Value v) {
    if (has_buffer(v)) {
      if (!get_buffer(v, &b_, kBufSimple)) return false;
      open_ = true;
      p_ = static_cast<const uint8_t*>(b_.data);
      n_ = static_cast<size_t>(b_.len);
      return true;
    }
    if (!has_index(v)) return raise(types::TypeError, "argument should be integer or bytes-like object, not '%T'", v);
    if (!octet_of(v, &byte_, "byte must be in range(0, 256)")) return false;
    p_ = &byte_;
    n_ = 1;
    return true;
  }
  Needle() = default;
  ~Needle() {
    if (open_) release_buffer(&b_);
  }
  Needle(const Needle&) = delete;
  const uint8_t* p_ = nullptr;
  size_t n_ = 0;

 private:
  Buffer b_;
  uint8_t byte_ = 0;
  bool open_ = false;
};

// ---- find and relatives ---------------------------------------------------------------------------------------------------------------
struct OctetFind {
  Needle needle;
  std::string_view hay;
  size_t start, end;  // start > end: nothing can be found
  bool parse(Args& a, const char* name, const char* qualname) {
    Value v[3];
    if (!raw_args(a, name, qualname, 1, 3, v)) return false;
    int64_t s = 0, e = INT64_MAX;
    if (!find_index(v[1], &s) || !find_index(v[2], &e) || !needle.open(v[0])) return false;
    hay = octets(a.self);
    adjust_range(static_cast<int64_t>(hay.size()), &s, &e);
    start = static_cast<size_t>(s);
    end = static_cast<size_t>(e);
    return true;
  }
  int64_t find() const {
    if (start > end || needle.n_ > end - start) return -1;
    if (needle.n_ == 0) return static_cast<int64_t>(start);
    int64_t r = find_units(u8(hay) + start, end - start, needle.p_, needle.n_);
    return r < 0 ? -1 : r + static_cast<int64_t>(start);
  }
  int64_t rfind() const {
    if (start > end || needle.n_ > end - start) return -1;
    if (needle.n_ == 0) return static_cast<int64_t>(end);
    int64_t r = rfind_units(u8(hay) + start, end - start, needle.p_, needle.n_);
    return r < 0 ? -1 : r + static_cast<int64_t>(start);
  }
};
static const char* qualified(Args& a, const char* for_bytes, const char* for_bytearray) {
  return is_bytes(a.self) ? for_bytes : for_bytearray;
}
#define TAIPAN_QUALIFIED(name) qualified(a, "bytes." name, "bytearray." name)

Ref octets_find(Args& a) {
  OctetFind f;
  if (!f.parse(a, "find", TAIPAN_QUALIFIED("find"))) return nullptr;
  return make_int(f.find());
}
Ref octets_rfind(Args& a) {
  OctetFind f;
  if (!f.parse(a, "rfind", TAIPAN_QUALIFIED("rfind"))) return nullptr;
  return make_int(f.rfind());
}
Ref octets_index(Args& a) {
  OctetFind f;
  if (!f.parse(a, "index", TAIPAN_QUALIFIED("index"))) return nullptr;
  int64_t r = f.find();
  if (r < 0) return raise(types::ValueError, "subsection not found");
  return make_int(r);
}
Ref octets_rindex(Args& a) {
  OctetFind f;
  if (!f.parse(a, "rindex", TAIPAN_QUALIFIED("rindex"))) return nullptr;
  int64_t r = f.rfind();
  if (r < 0) return raise(types::ValueError, "subsection not found");
  return make_int(r);
}
Ref octets_count(Args& a) {
  OctetFind f;
  if (!f.parse(a, "count", TAIPAN_QUALIFIED("count"))) return nullptr;
  if (f.start > f.end || f.needle.n_ > f.end - f.start) return Ref::imm(Value::from_int(0));
  if (f.needle.n_ == 0) return make_int(static_cast<int64_t>(f.end - f.start + 1));
  return make_int(
      static_cast<int64_t>(count_units(u8(f.hay) + f.start, f.end - f.start, f.needle.p_, f.needle.n_, SIZE_MAX)));
}
int octets_contains(Value self, Value item) {
  uint8_t byte;
  if (item.is_int()) {
    if (!octet_of(item, &byte, "byte must be in range(0, 256)")) return -1;
  } else if (has_index(item) && !has_buffer(item)) {
    if (!octet_of(item, &byte, "byte must be in range(0, 256)")) return -1;
  } else {
    BufferView v(item);
    if (!v.ok()) return -1;
    std::string_view s = octets(self);
    if (v.size() == 0) return 1;
    return find_units(u8(s), s.size(), v.data(), v.size()) >= 0;
  }
  std::string_view s = octets(self);
  return !s.empty() && memchr(s.data(), byte, s.size()) != nullptr;
}

static int tail_match(Value self, Value part, int64_t start, int64_t end, bool at_end) {
  BufferView v(part);
  if (!v.ok()) return -1;
  std::string_view s = octets(self);
  adjust_range(static_cast<int64_t>(s.size()), &start, &end);
  int64_t n = static_cast<int64_t>(v.size());
  if (end - start < n) return 0;
  return n == 0 || memcmp(s.data() + (at_end ? end - n : start), v.data(), v.size()) == 0;
}
static Ref tail_match_method(Args& a, const char* name, const char* qualname, bool at_end) {
  Value v[3];
  if (!raw_args(a, name, qualname, 1, 3, v)) return nullptr;
  int64_t start = 0, end = INT64_MAX;
  if (!find_index(v[1], &start) || !find_index(v[2], &end)) return nullptr;
  if (is_tuple(v[0])) {
    for (size_t i = 0; i < tuple_size(v[0]); i++) {
      int r = tail_match(a.self, tuple_at(v[0], i), start, end, at_end);
      if (r < 0) return nullptr;
      if (r) return Ref::imm(kTrue);
    }
    return Ref::imm(kFalse);
  }
  int r = tail_match(a.self, v[0], start, end, at_end);
  if (r < 0) {
    if (!error_matches(types::TypeError)) return nullptr;
    clear_error();
    return raise(types::TypeError, "%s first arg must be bytes or a tuple of bytes, not %T", name, v[0]);
  }
  return Ref::imm(bool_value(r));
}
Ref octets_startswith(Args& a) { return tail_match_method(a, "startswith", TAIPAN_QUALIFIED("startswith"), false); }
Ref octets_endswith(Args& a) { return tail_match_method(a, "endswith", TAIPAN_QUALIFIED("endswith"), true); }
Ref octets_removeprefix(Args& a) {
  BufferView v(a[0]);
  if (!v.ok()) return nullptr;
  std::string_view s = octets(a.self);
  if (v.size() && s.substr(0, v.size()) == v.view()) return make_like(a.self, s.substr(v.size()));
  return make_same(a.self);
}
Ref octets_removesuffix(Args& a) {
  BufferView v(a[0]);
  if (!v.ok()) return nullptr;
  std::string_view s = octets(a.self);
  if (v.size() && v.size() <= s.size() && s.substr(s.size() - v.size()) == v.view())
    return make_like(a.self, s.substr(0, s.size() - v.size()));
  return make_same(a.self);
}

// ---- strip ------------------------------------------------------------------------------------------------------------------------------
static Ref strip(Args& a, bool left, bool right) {
  if (!a.has(0) || a[0] == kNone) {
    std::string_view s = octets(a.self);
    size_t i = 0, j = s.size();
    if (left)
      while (i < j && is_octet_space(static_cast<uint8_t>(s[i]))) i++;
    if (right)
      while (j > i && is_octet_space(static_cast<uint8_t>(s[j - 1]))) j--;
    return i == 0 && j == s.size() ? make_same(a.self) : make_like(a.self, s.substr(i, j - i));
  }
  bool in_set[256] = {};
  {
    BufferView v(a[0]);
    if (!v.ok()) return nullptr;
    for (size_t i = 0; i < v.size(); i++) in_set[v.data()[i]] = true;
  }
  std::string_view s = octets(a.self);
  size_t i = 0, j = s.size();
  if (left)
    while (i < j && in_set[static_cast<uint8_t>(s[i])]) i++;
  if (right)
    while (j > i && in_set[static_cast<uint8_t>(s[j - 1])]) j--;
  return i == 0 && j == s.size() ? make_same(a.self) : make_like(a.self, s.substr(i, j - i));
}
Ref octets_strip(Args& a) { return strip(a, true, true); }
Ref octets_lstrip(Args& a) { return strip(a, true, false); }
Ref octets_rstrip(Args& a) { return strip(a, false, true); }

// ---- split ------------------------------------------------------------------------------------------------------------------------------
static bool push(const Ref& list, Ref item) { return item && list_append(list, std::move(item)); }
static bool maxsplit_of(Args& a, size_t* out) {
  int64_t n = -1;
  if (a.has(1) && !to_c_ssize(a[1], &n)) return false;
  *out = n < 0 ? SIZE_MAX : static_cast<size_t>(n);
  return true;
}
Ref octets_split(Args& a) {
  size_t max;
  if (!maxsplit_of(a, &max)) return nullptr;
  Ref list = make_list(0);
  if (!list) return nullptr;
  Value self = a.self;
  if (!a.has(0) || a[0] == kNone) {
    std::string_view s = octets(self);
    size_t i = 0, n = s.size();
    auto space = [&](size_t k) { return is_octet_space(static_cast<uint8_t>(s[k])); };
    while (max-- > 0) {
      while (i < n && space(i)) i++;
      if (i == n) return list;
      size_t start = i++;
      while (i < n && !space(i)) i++;
      if (!push(list, start == 0 && i == n ? make_same(self) : make_like(self, s.substr(start, i - start))))
        return nullptr;
    }
    while (i < n && space(i)) i++;
    if (i < n && !push(list, make_like(self, s.substr(i)))) return nullptr;
    return list;
  }
  if (is_bytes_exact(a[0]) && is_bytes_exact(self) && octets(a[0]).size() == 1) {
    std::string_view s = octets(self);
    size_t at = 0;
    while (max-- > 0) {
      size_t found = s.find(octets(a[0])[0], at);
      if (found == std::string_view::npos) break;
      if (!push(list, make_bytes(s.substr(at, found - at)))) return nullptr;
      at = found + 1;
    }
    if (!push(list, at == 0 ? Ref::dup(self) : make_bytes(s.substr(at)))) return nullptr;
    return list;
  }
  BufferView sep(a[0]);
  if (!sep.ok()) return nullptr;
  if (sep.size() == 0) return raise(types::ValueError, "empty separator");
  std::string_view s = octets(self);
  size_t at = 0;
  while (max-- > 0) {
    int64_t found = find_units(u8(s) + at, s.size() - at, sep.data(), sep.size());
    if (found < 0) break;
    if (!push(list, make_like(self, s.substr(at, static_cast<size_t>(found))))) return nullptr;
    at += static_cast<size_t>(found) + sep.size();
  }
  if (!push(list, at == 0 ? make_same(self) : make_like(self, s.substr(at)))) return nullptr;
  return list;
}
Ref octets_rsplit(Args& a) {
  size_t max;
  if (!maxsplit_of(a, &max)) return nullptr;
  Ref list = make_list(0);
  if (!list) return nullptr;
  Value self = a.self;
  if (!a.has(0) || a[0] == kNone) {
    std::string_view s = octets(self);
    size_t i = s.size();
    auto space = [&](size_t k) { return is_octet_space(static_cast<uint8_t>(s[k])); };
    while (max-- > 0) {
      while (i > 0 && space(i - 1)) i--;
      if (i == 0) break;
      size_t end = i--;
      while (i > 0 && !space(i - 1)) i--;
      if (!push(list, i == 0 && end == s.size() ? make_same(self) : make_like(self, s.substr(i, end - i))))
        return nullptr;
    }
    while (i > 0 && space(i - 1)) i--;
    if (i > 0 && !push(list, make_like(self, s.substr(0, i)))) return nullptr;
    return list_reverse(list) ? std::move(list) : nullptr;
  }
  BufferView sep(a[0]);
  if (!sep.ok()) return nullptr;
  if (sep.size() == 0) return raise(types::ValueError, "empty separator");
  std::string_view s = octets(self);
  size_t end = s.size();
  bool cut = false;
  while (max-- > 0) {
    int64_t found = rfind_units(u8(s), end, sep.data(), sep.size());
    if (found < 0) break;
    size_t from = static_cast<size_t>(found) + sep.size();
    cut = true;
    if (!push(list, make_like(self, s.substr(from, end - from)))) return nullptr;
    end = static_cast<size_t>(found);
  }
  if (!push(list, cut ? make_like(self, s.substr(0, end)) : make_same(self))) return nullptr;
  return list_reverse(list) ? std::move(list) : nullptr;
}
Ref octets_splitlines(Args& a) {
  int keep = 0;
  if (a.has(0) && !to_c_int(a[0], &keep)) return nullptr;
  Ref list = make_list(0);
  if (!list) return nullptr;
  std::string_view s = octets(a.self);
  size_t n = s.size(), i = 0;
  while (i < n) {
    size_t start = i;
    while (i < n && s[i] != '\n' && s[i] != '\r') i++;
    size_t end = i;
    if (i < n) {
      i += s[i] == '\r' && i + 1 < n && s[i + 1] == '\n' ? 2 : 1;
      if (keep) end = i;
    }
    if (!push(list, start == 0 && end == n ? make_same(a.self) : make_like(a.self, s.substr(start, end - start))))
      return nullptr;
  }
  return list;
}
static Ref partition(Args& a, bool last) {
  BufferView sep(a[0]);
  if (!sep.ok()) return nullptr;
  if (sep.size() == 0) return raise(types::ValueError, "empty separator");
  std::string_view s = octets(a.self);
  int64_t at =
      last ? rfind_units(u8(s), s.size(), sep.data(), sep.size()) : find_units(u8(s), s.size(), sep.data(), sep.size());
  Ref parts[3];
  if (at < 0) {
    parts[last ? 2 : 0] = make_same(a.self);
    parts[1] = make_like(a.self, "");
    parts[last ? 0 : 2] = make_like(a.self, "");
  } else {
    size_t p = static_cast<size_t>(at);
    parts[0] = make_like(a.self, s.substr(0, p));
    parts[1] = is_bytes(a.self) ? Ref::dup(a[0]) : make_like(a.self, sep.view());
    parts[2] = make_like(a.self, s.substr(p + sep.size()));
  }
  if (!parts[0] || !parts[1] || !parts[2]) return nullptr;
  return make_tuple_steal(parts, 3);
}
Ref octets_partition(Args& a) { return partition(a, false); }
Ref octets_rpartition(Args& a) { return partition(a, true); }

// ---- join, replace, concat --------------------------------------------------------------------------------------------------------------
// All items are bytes (nothing can change them meanwhile): no buffers to hold. False: not so, nothing done.
static bool join_plain(Value self, const Value* items, size_t n, Ref* result) {
  if (!is_bytes(self)) return false;
  size_t total = 0;
  std::string_view sep = octets(self);
  for (size_t i = 0; i < n; i++) {
    if (!is_bytes_exact(items[i])) return false;
    if (__builtin_add_overflow(total, items[i].as<Bytes>()->size, &total)) return false;
  }
  size_t separators;
  if (n < 2 || __builtin_mul_overflow(sep.size(), n - 1, &separators) ||
      __builtin_add_overflow(total, separators, &total) || total < 2 || total > kMaxStrBytes / 2)
    return false;
  *result = new_bytes_raw(total);
  if (!*result) return true;
  uint8_t* to = result->as<Bytes>()->data();
  for (size_t i = 0; i < n; i++) {
    if (i && !sep.empty()) {
      memcpy(to, sep.data(), sep.size());
      to += sep.size();
    }
    const Bytes* b = items[i].as<Bytes>();
    memcpy(to, b->data(), b->size);
    to += b->size;
  }
  return true;
}

Ref octets_join(Args& a) {
  Ref plain;
  if (is_tuple_exact(a[0]) && join_plain(a.self, a[0].as<Tuple>()->items(), tuple_size(a[0]), &plain)) return plain;
  if (is_list_exact(a[0]) && !gc::parallel && join_plain(a.self, a[0].as<List>()->items, list_size(a[0]), &plain))
    return plain;
  Ref items;
  if (is_list_exact(a[0]) || is_tuple_exact(a[0])) {
    items = iterable_to_tuple(a[0]);
  } else {
    Ref it = iter_at_once(a[0]);
    if (!it) {
      if (!error_matches(types::TypeError)) return nullptr;
      clear_error();
      return raise(types::TypeError, "can only join an iterable");
    }
    items = iterable_to_tuple(it);
  }
  if (!items) return nullptr;
  size_t n = tuple_size(items);
  if (n == 0) return make_like(a.self, "");
  if (n == 1 && is_bytes_exact(tuple_at(items, 0)) && is_bytes(a.self)) return Ref::dup(tuple_at(items, 0));
  // The items' buffers stay exported until all is copied.
  Buffer small[16];
  Buffer* views = small;
  if (n > 16) {
    views = static_cast<Buffer*>(gc::raw_calloc(n * sizeof(Buffer)));
    if (!views) return raise_memory();
  }
  size_t opened = 0;
  Ref result;
  size_t total = 0;
  bool ok = true, too_long = false;
  for (size_t i = 0; i < n && ok; i++) {
    Value item = tuple_at(items, i);
    new (&views[i]) Buffer();
    if (!has_buffer(item)) {
      ok = raise(types::TypeError, "sequence item %zd: expected a bytes-like object, %T found", static_cast<ssize_t>(i),
                 item);
      break;
    }
    if (!get_buffer(item, &views[i], kBufSimple)) {
      if (error_matches(types::BufferError)) {
        ok = false;
        break;
      }
      clear_error();
      ok = raise(types::TypeError, "sequence item %zd: expected a bytes-like object, %T found", static_cast<ssize_t>(i),
                 item);
      break;
    }
    opened++;
    too_long |= __builtin_add_overflow(total, static_cast<size_t>(views[i].len), &total);
  }
  if (ok) {
    std::string_view sep = octets(a.self);
    size_t separators = 0;
    too_long |= __builtin_mul_overflow(sep.size(), n - 1, &separators) ||
                __builtin_add_overflow(total, separators, &total) || total > kMaxStrBytes / 2;
    if (too_long) {
      raise(types::OverflowError, "join() result is too long");
    } else {
      OctetResult r(a.self, total);
      if (r.ok()) {
        sep = octets(a.self);
        uint8_t* to = total ? r.data() : nullptr;
        for (size_t i = 0; i < n; i++) {
          if (i && !sep.empty()) {
            memcpy(to, sep.data(), sep.size());
            to += sep.size();
          }
          if (views[i].len) memcpy(to, views[i].data, static_cast<size_t>(views[i].len));
          to += views[i].len;
        }
        result = r.take();
        if (total == 1 && is_bytes(a.self)) result = make_bytes(octets(result));
      }
    }
  }
  for (size_t i = 0; i < opened; i++) release_buffer(&views[i]);
  if (views != small) gc::raw_free(views);
  return result;
}

Ref octets_replace(Args& a) {
  BufferView x(a[0]);
  if (!x.ok()) return nullptr;
  BufferView y(a[1]);
  if (!y.ok()) return nullptr;
  int64_t limit = -1;
  if (a.has(2) && !to_c_ssize(a[2], &limit)) return nullptr;
  size_t max = limit < 0 ? SIZE_MAX : static_cast<size_t>(limit);
  std::string_view s = octets(a.self);
  size_t count = 0;
  if (max != 0 && x.size() <= s.size())
    count = x.size() ? count_units(u8(s), s.size(), x.data(), x.size(), max) : s.size() + 1 < max ? s.size() + 1 : max;
  if (count == 0 || (x.size() == 0 && y.size() == 0)) return make_same(a.self);
  size_t added, total;
  if (__builtin_mul_overflow(count, y.size(), &added) ||
      __builtin_add_overflow(s.size() - count * x.size(), added, &total) || total > kMaxStrBytes / 2)
    return raise(types::OverflowError, "replace bytes is too long");
  OctetResult r(a.self, total);
  if (!r.ok()) return nullptr;
  s = octets(a.self);
  uint8_t* to = r.data();
  const uint8_t *from = u8(s), *end = from + s.size();
  auto copy = [&to](const uint8_t* p, size_t n) {
    if (n) memcpy(to, p, n);
    to += n;
  };
  if (total == 0) return r.take();
  for (; count > 0; count--) {
    if (x.size() == 0) {
      copy(y.data(), y.size());
      if (from < end) *to++ = *from++;
      continue;
    }
    size_t p = static_cast<size_t>(find_units(from, static_cast<size_t>(end - from), x.data(), x.size()));
    copy(from, p);
    copy(y.data(), y.size());
    from += p + x.size();
  }
  copy(from, static_cast<size_t>(end - from));
  return r.take();
}

Ref octets_concat(Value self, Value other) {
  if (is_bytes_exact(self) && is_bytes_exact(other)) {
    std::string_view s = octets(self), t = octets(other);
    if (s.empty() || t.empty()) return Ref::dup(s.empty() ? other : self);
    if (t.size() > kMaxStrBytes / 2 - s.size()) return raise_memory();
    Ref r = new_bytes_raw(s.size() + t.size());
    if (!r) return nullptr;
    memcpy(r.as<Bytes>()->data(), s.data(), s.size());
    memcpy(r.as<Bytes>()->data() + s.size(), t.data(), t.size());
    return r;
  }
  BufferView v(other);
  if (!v.ok()) {
    clear_error();
    return raise(types::TypeError, "can't concat %T to %T", other, self);
  }
  std::string_view s = octets(self);
  if (is_bytes(self)) {
    if (s.empty() && is_bytes_exact(other)) return Ref::dup(other);
    if (v.size() == 0 && is_bytes_exact(self)) return Ref::dup(self);
  }
  if (v.size() > kMaxStrBytes / 2 - s.size()) return raise_memory();
  size_t total = s.size() + v.size();
  if (total <= 1) return make_like(self, s.empty() ? v.view() : s);
  OctetResult r(self, total);
  if (!r.ok()) return nullptr;
  s = octets(self);
  if (!s.empty()) memcpy(r.data(), s.data(), s.size());
  if (v.size()) memcpy(r.data() + s.size(), v.data(), v.size());
  return r.take();
}

// ---- Items, comparison, repr ------------------------------------------------------------------------------------------------------------
Ref octets_subscript(Value self, Value key) {
  if (is_slice(key)) {
    int64_t start, stop, step;
    if (!slice_numbers(key, &start, &stop, &step)) return nullptr;
    std::string_view s = octets(self);
    int64_t count = slice_adjust(static_cast<int64_t>(s.size()), &start, &stop, step);
    if (count <= 0) return make_like(self, "");
    if (step == 1) {
      if (static_cast<size_t>(count) == s.size()) return make_same(self);
      return make_like(self, s.substr(static_cast<size_t>(start), static_cast<size_t>(count)));
    }
    if (count == 1) return make_like(self, s.substr(static_cast<size_t>(start), 1));
    OctetResult r(self, static_cast<size_t>(count));
    if (!r.ok()) return nullptr;
    uint8_t* to = r.data();
    const uint8_t* p = u8(octets(self));
    int64_t i = 0;
    for (; i + 4 <= count; i += 4, start += 4 * step) {
      to[i] = p[start];
      to[i + 1] = p[start + step];
      to[i + 2] = p[start + 2 * step];
      to[i + 3] = p[start + 3 * step];
    }
    for (; i < count; i++, start += step) to[i] = p[start];
    return r.take();
  }
  int64_t i;
  if (key.is_int()) {
    i = key.as_int();
  } else {
    if (!has_index(key))
      return raise(types::TypeError, "%s indices must be integers or slices, not %T",
                   is_bytes(self) ? "byte" : "bytearray", key);
    if (!to_ssize(key, &i, types::IndexError)) return nullptr;
  }
  std::string_view s = octets(self);
  if (i < 0) i += static_cast<int64_t>(s.size());
  if (static_cast<uint64_t>(i) >= s.size())
    return raise(types::IndexError, is_bytes(self) ? "index out of range" : "bytearray index out of range");
  return Ref::imm(Value::from_int(static_cast<uint8_t>(s[static_cast<size_t>(i)])));
}

Ref octets_compare(Value a, Value b, CompareOp op) {
  auto result = [op](std::string_view x, std::string_view y) {
    if (op == kEq || op == kNe) return Ref::imm(bool_value((x == y) == (op == kEq)));
    int c = memcmp(x.data(), y.data(), x.size() < y.size() ? x.size() : y.size());
    if (c == 0) c = x.size() < y.size() ? -1 : x.size() > y.size();
    return Ref::imm(bool_value(compare_ints(c, 0, op)));
  };
  if (is_bytes(a) && is_bytes(b)) return result(octets(a), octets(b));
  bool a_ours = is_bytes(a) || is_bytearray(a), b_ours = is_bytes(b) || is_bytearray(b);
  if (TAIPAN_UNLIKELY(warn_on_bytes_str) && (op == kEq || op == kNe)) {
    Value other = a_ours ? b : a;
    if (is_str(other)) {
      if (!warn(types::BytesWarning, 1, "Comparison between %s and string",
                is_bytes(a_ours ? a : b) ? "bytes" : "bytearray"))
        return nullptr;
    } else if (is_int(other) && (is_bytes(a) || is_bytes(b))) {
      if (!warn(types::BytesWarning, 1, "Comparison between bytes and int")) return nullptr;
    }
  }
  if (is_bytes(a) && !is_bytearray(b)) return Ref::imm(kNotImplemented);
  if (is_bytes(b) && !is_bytearray(a)) return Ref::imm(kNotImplemented);
  if (a_ours && b_ours) return result(octets(a), octets(b));
  if (is_str(a) || is_str(b) || !has_buffer(a) || !has_buffer(b)) return Ref::imm(kNotImplemented);
  BufferView va(a);
  if (!va.ok()) {
    clear_error();
    return Ref::imm(kNotImplemented);
  }
  BufferView vb(b);
  if (!vb.ok()) {
    clear_error();
    return Ref::imm(kNotImplemented);
  }
  return result(va.view(), vb.view());
}

// always_escape: apostrophes get a backslash between double quotes, too (bytearray's way).
Ref octets_repr_body(std::string_view s, const char* prefix, const char* suffix, bool always_escape) {
  size_t total = strlen(prefix) + strlen(suffix) + 3;
  bool singles = false, doubles = false;
  if (s.size() > kMaxStrBytes / 8) return raise(types::OverflowError, "bytes object is too large to make repr");
  for (char ch : s) {
    uint8_t c = static_cast<uint8_t>(ch);
    singles |= c == '\'';
    doubles |= c == '"';
    total += c == '\\' || c == '\t' || c == '\n' || c == '\r' ? 2 : c < ' ' || c >= 0x7F ? 4 : 1;
  }
  char quote = singles && !doubles ? '"' : '\'';
  if (singles && (quote == '\'' || always_escape))
    for (char c : s) total += c == '\'';
  Str* r = alloc_ascii(total);
  if (!r) return nullptr;
  char* to = ascii_data(r);
  auto text = [&to](const char* t) {
    while (*t) *to++ = *t++;
  };
  text(prefix);
  *to++ = 'b';
  *to++ = quote;
  for (char ch : s) {
    uint8_t c = static_cast<uint8_t>(ch);
    if (c == static_cast<uint8_t>(quote) || c == '\\' || (c == '\'' && always_escape)) {
      *to++ = '\\';
      *to++ = ch;
    } else if (c == '\t' || c == '\n' || c == '\r') {
      *to++ = '\\';
      *to++ = c == '\t' ? 't' : c == '\n' ? 'n' : 'r';
    } else if (c < ' ' || c >= 0x7F) {
      *to++ = '\\';
      *to++ = 'x';
      *to++ = "0123456789abcdef"[c >> 4];
      *to++ = "0123456789abcdef"[c & 15];
    } else {
      *to++ = ch;
    }
  }
  *to++ = quote;
  text(suffix);
  return Ref::steal(r);
}

// ---- decode -----------------------------------------------------------------------------------------------------------------------------
Ref octets_decode(Args& a) {
  if (!a.has(0) && !a.has(1) && is_bytes(a.self)) return decode_utf8(octets(a.self), nullptr);
  if (a.has(0) && !is_str(a[0]))
    return raise(types::TypeError, "decode() argument 'encoding' must be str, not %T", a[0]);
  if (a.has(1) && !is_str(a[1])) return raise(types::TypeError, "decode() argument 'errors' must be str, not %T", a[1]);
  if (a.has(0) && !a.has(1) && is_bytes(a.self) && a[0].as<Str>()->ascii) {
    std::string_view name = a[0].as<Str>()->ascii_view(), text = octets(a.self);
    if (name == "utf-8" || name == "utf8") return decode_utf8(text, nullptr);
    if (name == "ascii") return decode_ascii(text, nullptr);
    if (name == "latin-1" || name == "latin1") return decode_latin1(text);
  }
  std::string encoding, errors;
  if (a.has(0) && !utf8_of(a[0], &encoding)) return nullptr;
  if (a.has(1) && !utf8_of(a[1], &errors)) return nullptr;
  if (encoding.find('\0') != std::string::npos || errors.find('\0') != std::string::npos)
    return raise(types::ValueError, "embedded null character");
  return decode_octets(a.self, a.has(0) ? encoding.c_str() : nullptr, a.has(1) ? errors.c_str() : nullptr);
}

}  // namespace taipan
