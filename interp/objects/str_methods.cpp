// str's methods that look for, cut and join text. Case and classification: str_case.cpp.
#include <climits>
#include "interp/objects/abstract.h"
#include "interp/objects/codecs.h"
#include "interp/objects/dict.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/short_copy.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"
#include "interp/objects/unicode_db.h"
#include "interp/objects/unit_search.h"

namespace taipan {

// ---- Arguments ------------------------------------------------------------------------------------------------------------------
bool raw_args(const Args& a, const char* name, const char* qualname, size_t min, size_t max, Value* out) {
  if (a.raw.kwnames && tuple_size(a.raw.kwnames) != 0)
    return raise(types::TypeError, "%s() takes no keyword arguments", qualname);
  size_t n = a.raw.n;
  if (n < min || n > max) {
    size_t limit = n < min ? min : max;
    return raise(types::TypeError, "%s() takes %s %zu argument%s (%zu given)", name,
                 min == max ? "exactly"
                 : n < min  ? "at least"
                            : "at most",
                 limit, limit == 1 ? "" : "s", n);
  }
  for (size_t i = 0; i < max; i++) out[i] = i < n ? a.raw.v[i] : Value();
  return true;
}

bool find_index(Value v, int64_t* out) {
  if (v.is_null() || v == kNone) return true;
  if (v.is_int()) {
    *out = v.as_int();
    return true;
  }
  if (!has_index(v))
    return raise(types::TypeError, "slice indices must be integers or None or have an __index__ method");
  return to_ssize(v, out, nullptr);
}

static Ref as_exact(Value self) { return str_exact(self); }

// A str that may turn out narrower than it was allocated.
static Ref canonical(Str* s) {
  Ref keep = Ref::steal(s);
  if (s->length <= 1) return s->length ? make_str_char(s->at(0)) : empty_str();
  if (s->kind == 1) {
    s->ascii = all_ascii(s->data1(), s->length);
    return keep;
  }
  uint32_t max = s->kind == 2 ? widest(s->data2(), s->length) : widest(s->data4(), s->length);
  if (kind_for(max) == s->kind) return keep;
  return s->kind == 2 ? make_str_units(s->data2(), s->length) : make_str_units(s->data4(), s->length);
}

// ---- find, index, count, startswith --------------------------------------------------------------------------------------------------
struct FindArgs {
  Str* sub;
  size_t start, end;
};
static bool find_args(Args& a, const char* name, const char* qualname, FindArgs* f) {
  Value v[3];
  if (!raw_args(a, name, qualname, 1, 3, v)) return false;
  int64_t start = 0, end = INT64_MAX;
  if (!find_index(v[1], &start) || !find_index(v[2], &end)) return false;
  if (!is_str(v[0])) return raise(types::TypeError, "must be str, not %T", v[0]);
  adjust_range(static_cast<int64_t>(str_ptr(a.self)->length), &start, &end);
  f->sub = str_ptr(v[0]);
  f->start = static_cast<size_t>(start);
  f->end = static_cast<size_t>(end);
  return true;
}
static Ref str_find_impl(Args& a) {
  FindArgs f;
  if (!find_args(a, "find", "str.find", &f)) return nullptr;
  return make_int(str_find(str_ptr(a.self), f.sub, f.start, f.end));
}
static Ref str_rfind_impl(Args& a) {
  FindArgs f;
  if (!find_args(a, "rfind", "str.rfind", &f)) return nullptr;
  return make_int(str_rfind(str_ptr(a.self), f.sub, f.start, f.end));
}
static Ref str_index_impl(Args& a) {
  FindArgs f;
  if (!find_args(a, "index", "str.index", &f)) return nullptr;
  int64_t r = str_find(str_ptr(a.self), f.sub, f.start, f.end);
  if (r < 0) return raise(types::ValueError, "substring not found");
  return make_int(r);
}
static Ref str_rindex_impl(Args& a) {
  FindArgs f;
  if (!find_args(a, "rindex", "str.rindex", &f)) return nullptr;
  int64_t r = str_rfind(str_ptr(a.self), f.sub, f.start, f.end);
  if (r < 0) return raise(types::ValueError, "substring not found");
  return make_int(r);
}
static Ref str_count_impl(Args& a) {
  FindArgs f;
  if (!find_args(a, "count", "str.count", &f)) return nullptr;
  return make_int(static_cast<int64_t>(str_count(str_ptr(a.self), f.sub, f.start, f.end, SIZE_MAX)));
}

static bool matches_at(const Str* s, const Str* part, size_t at) {  // at + part->length <= s->length
  if (part->kind == s->kind)
    return memcmp(static_cast<const char*>(s->data()) + at * s->kind, part->data(), part->length * s->kind) == 0;
  if (part->kind > s->kind) return false;
  for (size_t i = 0; i < part->length; i++)
    if (s->at(at + i) != part->at(i)) return false;
  return true;
}
static bool tail_matches(const Str* s, const Str* part, int64_t start, int64_t end, bool at_end) {
  adjust_range(static_cast<int64_t>(s->length), &start, &end);
  int64_t n = static_cast<int64_t>(part->length);
  if (end - start < n) return false;
  return matches_at(s, part, static_cast<size_t>(at_end ? end - n : start));
}
static Ref tail_match_method(Args& a, const char* name, const char* qualname, bool at_end) {
  Value v[3];
  if (!raw_args(a, name, qualname, 1, 3, v)) return nullptr;
  int64_t start = 0, end = INT64_MAX;
  if (!find_index(v[1], &start) || !find_index(v[2], &end)) return nullptr;
  Str* s = str_ptr(a.self);
  if (is_str(v[0])) return Ref::imm(bool_value(tail_matches(s, str_ptr(v[0]), start, end, at_end)));
  if (!is_tuple(v[0])) return raise(types::TypeError, "%s first arg must be str or a tuple of str, not %T", name, v[0]);
  for (size_t i = 0; i < tuple_size(v[0]); i++) {
    Value part = tuple_at(v[0], i);
    if (!is_str(part)) return raise(types::TypeError, "tuple for %s must only contain str, not %T", name, part);
    if (tail_matches(s, str_ptr(part), start, end, at_end)) return Ref::imm(kTrue);
  }
  return Ref::imm(kFalse);
}
static Ref str_startswith_impl(Args& a) { return tail_match_method(a, "startswith", "str.startswith", false); }
static Ref str_endswith_impl(Args& a) { return tail_match_method(a, "endswith", "str.endswith", true); }

static Ref str_removeprefix_impl(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "removeprefix() argument must be str, not %T", a[0]);
  Str *s = str_ptr(a.self), *p = str_ptr(a[0]);
  if (p->length <= s->length && matches_at(s, p, 0)) return str_substring(a.self, p->length, s->length);
  return as_exact(a.self);
}
static Ref str_removesuffix_impl(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "removesuffix() argument must be str, not %T", a[0]);
  Str *s = str_ptr(a.self), *p = str_ptr(a[0]);
  if (p->length && p->length <= s->length && matches_at(s, p, s->length - p->length))
    return str_substring(a.self, 0, s->length - p->length);
  return as_exact(a.self);
}

// Of bytes and ASCII most are neither.
template <class Unit>
static TAIPAN_INLINE bool is_space(Unit c) {
  if (c > ' ' && c < 0x7F) return false;
  return unicode::is_space(c);
}
template <class Unit>
static TAIPAN_INLINE bool is_linebreak(Unit c) {
  if (c >= ' ' && c < 0x7F) return false;
  return unicode::is_linebreak(c);
}

// ---- strip ----------------------------------------------------------------------------------------------------------------------------
enum StripSides { kStripLeft = 1, kStripRight = 2 };
static Ref strip_method(Args& a, const char* name, int sides) {
  Str* s = str_ptr(a.self);
  size_t i = 0, j = s->length;
  Value chars = a[0];
  if (chars.is_null() || chars == kNone) {
    with_units(s, [&](auto* p) {
      if (sides & kStripLeft)
        while (i < j && is_space(p[i])) i++;
      if (sides & kStripRight)
        while (j > i && is_space(p[j - 1])) j--;
    });
  } else {
    if (!is_str(chars)) return raise(types::TypeError, "%s arg must be None or str", name);
    Str* set = str_ptr(chars);
    if (set->length == 1 && s->kind == 1 && set->kind == 1) {
      const uint8_t *p = s->data1(), c = set->data1()[0];
      if (sides & kStripLeft)
        while (i < j && p[i] == c) i++;
      if (sides & kStripRight)
        while (j > i && p[j - 1] == c) j--;
      return str_substring(a.self, i, j);
    }
    uint64_t filter = 0;
    for (size_t k = 0; k < set->length; k++) filter |= uint64_t{1} << (set->at(k) & 63);
    auto in_set = [&](uint32_t c) { return (filter >> (c & 63) & 1) && str_find_char(set, c, 0, set->length) >= 0; };
    with_units(s, [&](auto* p) {
      if (sides & kStripLeft)
        while (i < j && in_set(p[i])) i++;
      if (sides & kStripRight)
        while (j > i && in_set(p[j - 1])) j--;
    });
  }
  return str_substring(a.self, i, j);
}
static Ref str_strip_impl(Args& a) { return strip_method(a, "strip", kStripLeft | kStripRight); }
static Ref str_lstrip_impl(Args& a) { return strip_method(a, "lstrip", kStripLeft); }
static Ref str_rstrip_impl(Args& a) { return strip_method(a, "rstrip", kStripRight); }

// ---- split ----------------------------------------------------------------------------------------------------------------------------
template <class Unit>
static TAIPAN_INLINE Ref piece(const Str* s, const Unit* p, size_t start, size_t end) {
  size_t n = end - start;
  if (n > 1 && s->ascii) {
    Str* r = alloc_ascii(n);
    if (!r) return nullptr;
    copy_short(r->data(), p + start, n);
    return Ref::steal(r);
  }
  return make_str_units(p + start, n);
}

// The pieces of a split: most are few, and then the list is made once, as large as it has to be.
class Pieces {
 public:
  Pieces() = default;
  Pieces(const Pieces&) = delete;
  ~Pieces() {
    for (size_t i = 0; i < n_; i++) decref(few_[i]);
  }
  TAIPAN_INLINE bool push(Ref item) {
    if (!item) return false;
    if (TAIPAN_LIKELY(n_ < kFew && !list_)) {
      few_[n_++] = item.release();
      return true;
    }
    return push_many(std::move(item));
  }
  // Of few, not yet a list.
  bool full() const { return n_ == kFew; }
  size_t size() const { return n_; }
  const Value* items() const { return few_; }
  void reverse() {  // of few
    for (size_t i = 0, k = n_; i + 1 < k; i++) std::swap(few_[i], few_[--k]);
  }
  Ref finish() {
    if (list_) return std::move(list_);
    Ref list = make_list_steal(reinterpret_cast<Ref*>(few_), n_);
    if (list) n_ = 0;
    return list;
  }
  Ref finish_reversed() {
    if (!list_) {
      reverse();
      return finish();
    }
    return list_reverse(list_) ? std::move(list_) : Ref();
  }

 private:
  TAIPAN_NOINLINE bool push_many(Ref item) {
    if (!list_) {
      list_ = make_list(4 * kFew);
      if (!list_) return false;
      for (size_t i = 0; i < kFew; i++) {
        if (!list_append(list_, std::exchange(reinterpret_cast<Ref*>(few_)[i], Ref()))) return false;
      }
      n_ = 0;
    }
    return list_append(list_, std::move(item));
  }
  static_assert(sizeof(Ref) == sizeof(Value));
  static constexpr size_t kFew = 16;
  size_t n_ = 0;
  Ref list_;
  Value few_[kFew];
};

// Pieces are short, mostly: the first bytes are looked at here.
static TAIPAN_INLINE size_t find_byte(const uint8_t* p, size_t at, size_t n, uint8_t c) {
  uint64_t pattern = c * 0x0101010101010101u;
  for (int i = 0; i < 3; i++) {
    if (n - at < 8) {
      while (at < n && p[at] != c) at++;
      return at;
    }
    uint64_t x;
    memcpy(&x, p + at, 8);
    x ^= pattern;
    x = (x - 0x0101010101010101u) & ~x & 0x8080808080808080u;
    if (x) return at + (static_cast<size_t>(__builtin_ctzll(x)) >> 3);
    at += 8;
  }
  const void* q = at < n ? memchr(p + at, c, n - at) : nullptr;
  return q ? static_cast<size_t>(static_cast<const uint8_t*>(q) - p) : n;
}

template <class Unit>
static Ref split_space(Value self, const Unit* p, size_t max) {
  Str* s = str_ptr(self);
  size_t n = s->length, i = 0;
  Pieces pieces;
  while (max-- > 0) {
    while (i < n && is_space(p[i])) i++;
    if (i == n) return pieces.finish();
    size_t start = i++;
    while (i < n && !is_space(p[i])) i++;
    if (start == 0 && i == n && is_str_exact(self)) {
      pieces.push(Ref::dup(self));
      return pieces.finish();
    }
    if (!pieces.push(piece(s, p, start, i))) return nullptr;
  }
  while (i < n && is_space(p[i])) i++;
  if (i < n && !pieces.push(str_substring(self, i, n))) return nullptr;
  return pieces.finish();
}
template <class Unit>
static Ref rsplit_space(Value self, const Unit* p, size_t max) {
  Str* s = str_ptr(self);
  size_t i = s->length;
  Pieces pieces;
  while (max-- > 0) {
    while (i > 0 && is_space(p[i - 1])) i--;
    if (i == 0) break;
    size_t end = i--;
    while (i > 0 && !is_space(p[i - 1])) i--;
    if (i == 0 && end == s->length && is_str_exact(self)) {
      pieces.push(Ref::dup(self));
      return pieces.finish();
    }
    if (!pieces.push(piece(s, p, i, end))) return nullptr;
  }
  while (i > 0 && is_space(p[i - 1])) i--;
  if (i > 0 && !pieces.push(str_substring(self, 0, i))) return nullptr;
  return pieces.finish_reversed();
}
Ref str_split(Value self, Value sep, int64_t maxsplit) {
  Str* s = str_ptr(self);
  size_t max = maxsplit < 0 ? SIZE_MAX : static_cast<size_t>(maxsplit);
  if (sep.is_null() || sep == kNone) return with_units(s, [&](auto* p) { return split_space(self, p, max); });
  if (!is_str(sep)) return raise(types::TypeError, "must be str or None, not %T", sep);
  Str* x = str_ptr(sep);
  if (x->length == 0) return raise(types::ValueError, "empty separator");
  Pieces pieces;
  size_t at = 0;
  if (x->length == 1 && s->kind == 1 && x->kind == 1) {
    const uint8_t* p = s->data1();
    uint8_t c = x->data1()[0];
    while (max-- > 0) {
      size_t found = find_byte(p, at, s->length, c);
      if (found == s->length) break;
      if (!pieces.push(piece(s, p, at, found))) return nullptr;
      at = found + 1;
    }
  } else {
    while (max-- > 0) {
      int64_t found = str_find(s, x, at, s->length);
      if (found < 0) break;
      if (!pieces.push(str_substring(self, at, static_cast<size_t>(found)))) return nullptr;
      at = static_cast<size_t>(found) + x->length;
    }
  }
  if (!pieces.push(at == 0 ? as_exact(self) : str_substring(self, at, s->length))) return nullptr;
  return pieces.finish();
}
static bool maxsplit_of(Args& a, int64_t* out) {
  *out = -1;
  return !a.has(1) || to_c_ssize(a[1], out);
}
static Ref str_split_impl(Args& a) {
  int64_t max;
  if (!maxsplit_of(a, &max)) return nullptr;
  return str_split(a.self, a[0], max);
}
static Ref str_rsplit_impl(Args& a) {
  int64_t maxsplit;
  if (!maxsplit_of(a, &maxsplit)) return nullptr;
  Value self = a.self, sep = a[0];
  Str* s = str_ptr(self);
  size_t max = maxsplit < 0 ? SIZE_MAX : static_cast<size_t>(maxsplit);
  if (sep.is_null() || sep == kNone) return with_units(s, [&](auto* p) { return rsplit_space(self, p, max); });
  if (!is_str(sep)) return raise(types::TypeError, "must be str or None, not %T", sep);
  Str* x = str_ptr(sep);
  if (x->length == 0) return raise(types::ValueError, "empty separator");
  Pieces pieces;
  size_t end = s->length;
  bool cut = false;
  while (max-- > 0) {
    int64_t found = str_rfind(s, x, 0, end);
    if (found < 0) break;
    cut = true;
    if (!pieces.push(str_substring(self, static_cast<size_t>(found) + x->length, end))) return nullptr;
    end = static_cast<size_t>(found);
  }
  if (!pieces.push(cut ? str_substring(self, 0, end) : as_exact(self))) return nullptr;
  return pieces.finish_reversed();
}
static Ref str_splitlines_impl(Args& a) {
  int keep = 0;
  if (a.has(0) && !to_c_int(a[0], &keep)) return nullptr;
  Value self = a.self;
  Str* s = str_ptr(self);
  return with_units(s, [&](auto* p) -> Ref {
    Pieces pieces;
    size_t n = s->length, i = 0;
    while (i < n) {
      size_t start = i;
      if (s->ascii) {
        // Eight at a time, as long as none of them is a control character.
        uint64_t x;
        for (; n - i >= 8; i += 8) {
          memcpy(&x, reinterpret_cast<const uint8_t*>(p) + i, 8);
          if ((x - 0x2020202020202020u) & 0x8080808080808080u) break;
        }
      }
      while (i < n && !is_linebreak(p[i])) i++;
      size_t end = i;
      if (i < n) {
        i += p[i] == '\r' && i + 1 < n && p[i + 1] == '\n' ? 2 : 1;
        if (keep) end = i;
      }
      if (!pieces.push(start == 0 && end == n ? as_exact(self) : piece(s, p, start, end))) return nullptr;
    }
    return pieces.finish();
  });
}

static Ref str_partition_impl(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "must be str, not %T", a[0]);
  Str *s = str_ptr(a.self), *x = str_ptr(a[0]);
  if (x->length == 0) return raise(types::ValueError, "empty separator");
  int64_t at;
  if (x->length == 1 && s->kind == 1 && x->kind == 1) {
    size_t found = find_byte(s->data1(), 0, s->length, x->data1()[0]);
    at = found == s->length ? -1 : static_cast<int64_t>(found);
  } else {
    at = str_find(s, x, 0, s->length);
  }
  Ref parts[3];
  if (at < 0) {
    parts[0] = as_exact(a.self);
    parts[1] = empty_str();
    parts[2] = empty_str();
  } else {
    parts[0] = str_substring(a.self, 0, static_cast<size_t>(at));
    parts[1] = Ref::dup(a[0]);
    parts[2] = str_substring(a.self, static_cast<size_t>(at) + x->length, s->length);
  }
  if (!parts[0] || !parts[1] || !parts[2]) return nullptr;
  return make_tuple_steal(parts, 3);
}
static Ref str_rpartition_impl(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "must be str, not %T", a[0]);
  Str *s = str_ptr(a.self), *x = str_ptr(a[0]);
  if (x->length == 0) return raise(types::ValueError, "empty separator");
  int64_t at = str_rfind(s, x, 0, s->length);
  Ref parts[3];
  if (at < 0) {
    parts[0] = empty_str();
    parts[1] = empty_str();
    parts[2] = as_exact(a.self);
  } else {
    parts[0] = str_substring(a.self, 0, static_cast<size_t>(at));
    parts[1] = Ref::dup(a[0]);
    parts[2] = str_substring(a.self, static_cast<size_t>(at) + x->length, s->length);
  }
  if (!parts[0] || !parts[1] || !parts[2]) return nullptr;
  return make_tuple_steal(parts, 3);
}

// ---- join -----------------------------------------------------------------------------------------------------------------------------
// What join() makes of some items.
struct Joined {
  size_t n, total = 0;
  uint8_t kind;
  bool ascii;
  enum : uint8_t { kFits, kNoStr, kTooLong, kDone } state = kFits;
  size_t odd = 0;  // kNoStr: which

  Joined(const Str* sep, const Value* items, size_t count)
      : n(count), kind(count > 1 ? sep->kind : 1), ascii(count > 1 ? sep->ascii : true) {
    bool long_one = false;
    for (size_t i = 0; i < n; i++) {
      if (TAIPAN_UNLIKELY(!is_str(items[i]))) {
        state = kNoStr;
        odd = i;
        return;
      }
      const Str* s = str_ptr(items[i]);
      if (s->kind > kind) kind = s->kind;
      ascii &= s->ascii;
      long_one |= __builtin_add_overflow(total, s->length, &total);
    }
    size_t separators;
    if (long_one || (n > 1 && __builtin_mul_overflow(sep->length, n - 1, &separators)) ||
        (n > 1 && __builtin_add_overflow(total, separators, &total)) || total > kMaxStrBytes / 4)
      state = kTooLong;
  }
  bool operator==(const Joined&) const = default;
  Ref fail(const Value* items) const {
    if (state == kTooLong) return raise(types::OverflowError, "join() result is too long for a Python string");
    return raise(types::TypeError, "sequence item %zd: expected str instance, %T found", static_cast<ssize_t>(odd),
                 items[odd]);
  }
};
static void fill_joined(Str* r, const Str* sep, const Value* items, size_t n) {
  size_t at = 0;
  if (r->kind == 1) {
    uint8_t* to = static_cast<uint8_t*>(r->data());
    size_t sn = sep->length;
    const uint8_t* sp = sep->data1();
    for (size_t i = 0; i < n; i++) {
      if (i && sn) {
        if (sn == 1)
          to[at] = sp[0];
        else
          memcpy(to + at, sp, sn);
        at += sn;
      }
      const Str* s = str_ptr(items[i]);
      copy_short(to + at, s->data1(), s->length);
      at += s->length;
    }
  } else {
    for (size_t i = 0; i < n; i++) {
      if (i && sep->length) {
        copy_str(r->data(), r->kind, at, sep, 0, sep->length);
        at += sep->length;
      }
      const Str* s = str_ptr(items[i]);
      copy_str(r->data(), r->kind, at, s, 0, s->length);
      at += s->length;
    }
  }
}
static Ref finish_joined(Str* r) {
  Ref result = Ref::steal(r);
  return r->length == 1 ? make_str_char(r->at(0)) : std::move(result);
}
static Ref join_items(const Str* sep, const Value* items, size_t n) {
  if (n == 0) return empty_str();
  if (n == 1 && is_str_exact(items[0])) return Ref::dup(items[0]);
  Joined joined(sep, items, n);
  if (TAIPAN_UNLIKELY(joined.state != Joined::kFits)) return joined.fail(items);
  if (joined.total == 0) return empty_str();
  Str* r = alloc_str_kind(joined.total, joined.kind, joined.ascii);
  if (!r) return nullptr;
  fill_joined(r, sep, items, n);
  return finish_joined(r);
}
// The same with a list that others may change: without counting its items, unless it does change. (No string is made under its lock.)
static Ref join_list(const Str* sep, Value list) {
  auto* l = list.as<List>();
  auto joined_now = [&] { return Joined(sep, l->items, list_size(list)); };
  auto joined_locked = [&] {
    gc::ObjectLock lock(&l->h);
    return joined_now();
  };
  for (int tries = 0; tries < 2; tries++) {
    Joined joined = joined_locked();
    if (joined.n < 2 || joined.total == 0 || joined.state != Joined::kFits) break;
    Str* r = alloc_str_kind(joined.total, joined.kind, joined.ascii);
    if (!r) return nullptr;
    {
      gc::ObjectLock lock(&l->h);
      if (joined_now() == joined) {
        fill_joined(r, sep, l->items, joined.n);
        joined.state = Joined::kDone;
      }
    }
    if (joined.state == Joined::kDone) return finish_joined(r);
    Ref drop = Ref::steal(r);
  }
  Ref items = list_slice(list, 0, list_size(list));
  return items ? join_items(sep, items.as<List>()->items, list_size(items)) : nullptr;
}

Ref str_join(Value sep, Value iterable) {
  const Str* s = str_ptr(sep);
  if (is_tuple_exact(iterable)) return join_items(s, iterable.as<Tuple>()->items(), tuple_size(iterable));
  if (is_list_exact(iterable)) {  // (what no other thread has stays as it is)
    if (TAIPAN_UNLIKELY(gc::parallel) && !gc::is_unique(iterable.header())) return join_list(s, iterable);
    return join_items(s, iterable.as<List>()->items, list_size(iterable));
  }
  Ref items;
  if (is_list(iterable) || is_tuple(iterable)) {
    items = iterable_to_tuple(iterable);
  } else {
    IteratorOf it(iter_at_once(iterable), iterable);
    if (!it) {
      if (!error_matches(types::TypeError)) return nullptr;
      clear_error();
      return raise(types::TypeError, "can only join an iterable");
    }
    // What a generator or map() gives is few, mostly: no list is made of it.
    bool plain = has_shape(it, kShapeGenerator) || has_shape(it, kShapeMap);
    Pieces pieces;
    while (plain && !pieces.full()) {
      Ref v = iter_next(it);
      if (!v) return nullptr;
      if (is_stop(v)) return join_items(s, pieces.items(), pieces.size());
      pieces.push(std::move(v));
    }
    if (pieces.full()) {
      items = pieces.finish();
      if (!items || !list_extend(items, it)) return nullptr;
    } else {
      items = iterable_to_list(it);
      if (!items) return nullptr;
    }
    return join_items(s, items.as<List>()->items, list_size(items));
  }
  if (!items) return nullptr;
  return join_items(s, items.as<Tuple>()->items(), tuple_size(items));
}
static Ref str_join_impl(Args& a) { return str_join(a.self, a[0]); }

// ---- replace --------------------------------------------------------------------------------------------------------------------------
Ref str_replace(Value self, Value old, Value fresh, int64_t maxcount) {
  Str *s = str_ptr(self), *x = str_ptr(old), *y = str_ptr(fresh);
  size_t max = maxcount < 0 ? SIZE_MAX : static_cast<size_t>(maxcount);
  if (max == 0 || x->length > s->length || str_eq(x, y)) return as_exact(self);
  if (x->length == 1 && y->length == 1 && s->kind == 1 && x->kind == 1 && y->kind == 1 && maxcount < 0) {
    const uint8_t *from = s->data1(), c = x->data1()[0], d = y->data1()[0];
    size_t n = s->length;
    if (!memchr(from, c, n)) return as_exact(self);
    if (n == 1) return make_str_char(d);
    Str* r = alloc_str_kind(n, 1, s->ascii && y->ascii);
    if (!r) return nullptr;
    auto* to = static_cast<uint8_t*>(r->data());
    for (size_t i = 0; i < n; i++) to[i] = from[i] == c ? d : from[i];
    return s->ascii ? Ref::steal(r) : canonical(r);
  }
  // Where old stands: found once, used twice.
  size_t small[64];
  size_t *places = small, room = 64, count = 0;
  struct Free {
    size_t*& p;
    size_t* keep;
    ~Free() {
      if (p != keep) gc::raw_free(p);
    }
  } release{places, small};
  if (x->length == 0) {
    count = s->length + 1 < max ? s->length + 1 : max;
  } else {
    const uint8_t* bytes = x->length == 1 && x->kind == 1 && s->kind == 1 ? s->data1() : nullptr;
    for (size_t from = 0; count < max;) {
      int64_t p;
      if (bytes) {
        auto* hit = static_cast<const uint8_t*>(memchr(bytes + from, x->data1()[0], s->length - from));
        p = hit ? hit - bytes : -1;
      } else {
        p = str_find(s, x, from, s->length);
      }
      if (p < 0) break;
      if (count == room) {
        size_t* more = static_cast<size_t*>(gc::raw_alloc(room * 4 * sizeof(size_t)));
        if (!more) return raise_memory();
        memcpy(more, places, count * sizeof(size_t));
        if (places != small) gc::raw_free(places);
        places = more;
        room *= 4;
      }
      places[count++] = static_cast<size_t>(p);
      from = static_cast<size_t>(p) + x->length;
    }
  }
  if (count == 0) return as_exact(self);
  size_t added, total;
  if (__builtin_mul_overflow(count, y->length, &added) ||
      __builtin_add_overflow(s->length - count * x->length, added, &total) || total > kMaxStrBytes / 4)
    return raise(types::OverflowError, "replace string is too long");
  if (total == 0) return empty_str();
  uint8_t kind = s->kind > y->kind ? s->kind : y->kind;
  Str* r = alloc_str_kind(total, kind, s->ascii && y->ascii);
  if (!r) return nullptr;
  void* to = r->data();
  size_t at = 0, from = 0;
  if (x->length == 0) {
    for (size_t i = 0; i < count; i++) {
      copy_str(to, kind, at, y, 0, y->length);
      at += y->length;
      if (from < s->length) copy_str(to, kind, at++, s, from++, 1);
    }
  } else if (x->length == y->length && kind == s->kind) {
    copy_str(to, kind, 0, s, 0, total);
    for (size_t i = 0; i < count; i++) copy_str(to, kind, places[i], y, 0, y->length);
    at = from = total;
  } else {
    for (size_t i = 0; i < count; i++) {
      copy_str(to, kind, at, s, from, places[i] - from);
      at += places[i] - from;
      copy_str(to, kind, at, y, 0, y->length);
      at += y->length;
      from = places[i] + x->length;
    }
  }
  copy_str(to, kind, at, s, from, s->length - from);
  if (s->ascii && y->ascii) {
    if (total > 1) return Ref::steal(r);
    Ref keep = Ref::steal(r);
    return make_str_char(r->at(0));
  }
  return canonical(r);
}
static Ref str_replace_impl(Args& a) {
  int64_t count = -1;
  if (!is_str(a[0])) return raise(types::TypeError, "replace() argument 1 must be str, not %T", a[0]);
  if (!is_str(a[1])) return raise(types::TypeError, "replace() argument 2 must be str, not %T", a[1]);
  if (a.has(2) && !to_c_ssize(a[2], &count)) return nullptr;
  return str_replace(a.self, a[0], a[1], count);
}

// ---- Padding --------------------------------------------------------------------------------------------------------------------------
static Ref pad(Value self, size_t left, size_t right, uint32_t fill) {
  if (left == 0 && right == 0) return as_exact(self);
  Str* s = str_ptr(self);
  if (left > kMaxStrBytes / 8 - s->length || right > kMaxStrBytes / 8 - s->length - left)
    return raise(types::OverflowError, "padded string is too long");
  uint8_t kind = s->kind > kind_for(fill) ? s->kind : kind_for(fill);
  size_t total = left + s->length + right;
  if (total == 1) return make_str_char(fill);
  Str* r = alloc_str_kind(total, kind, s->ascii && fill < 128);
  if (!r) return nullptr;
  fill_units(r->data(), kind, 0, fill, left);
  copy_str(r->data(), kind, left, s, 0, s->length);
  fill_units(r->data(), kind, left + s->length, fill, right);
  return Ref::steal(r);
}
static bool pad_args(Args& a, int64_t* width, uint32_t* fill) {
  if (!to_c_ssize(a[0], width)) return false;
  *fill = ' ';
  if (!a.has(1)) return true;
  if (!is_str(a[1])) return raise(types::TypeError, "The fill character must be a unicode character, not %T", a[1]);
  if (str_ptr(a[1])->length != 1)
    return raise(types::TypeError, "The fill character must be exactly one character long");
  *fill = str_ptr(a[1])->at(0);
  return true;
}
static Ref str_ljust_impl(Args& a) {
  int64_t width, n = static_cast<int64_t>(str_ptr(a.self)->length);
  uint32_t fill;
  if (!pad_args(a, &width, &fill)) return nullptr;
  return pad(a.self, 0, width > n ? static_cast<size_t>(width - n) : 0, fill);
}
static Ref str_rjust_impl(Args& a) {
  int64_t width, n = static_cast<int64_t>(str_ptr(a.self)->length);
  uint32_t fill;
  if (!pad_args(a, &width, &fill)) return nullptr;
  return pad(a.self, width > n ? static_cast<size_t>(width - n) : 0, 0, fill);
}
static Ref str_center_impl(Args& a) {
  int64_t width, n = static_cast<int64_t>(str_ptr(a.self)->length);
  uint32_t fill;
  if (!pad_args(a, &width, &fill)) return nullptr;
  if (width <= n) return as_exact(a.self);
  int64_t room = width - n;
  int64_t left = room / 2 + (room & width & 1);
  return pad(a.self, static_cast<size_t>(left), static_cast<size_t>(room - left), fill);
}
static Ref str_zfill_impl(Args& a) {
  int64_t width;
  if (!to_c_ssize(a[0], &width)) return nullptr;
  Str* s = str_ptr(a.self);
  int64_t n = static_cast<int64_t>(s->length);
  if (width <= n) return as_exact(a.self);
  size_t zeros = static_cast<size_t>(width - n);
  Ref r = pad(a.self, zeros, 0, '0');
  if (!r) return nullptr;
  uint32_t first = n ? s->at(0) : 0;
  if (first == '+' || first == '-') {
    Str* t = str_ptr(r);
    put_unit(t->data(), t->kind, 0, first);
    put_unit(t->data(), t->kind, zeros, '0');
  }
  return r;
}
static Ref str_expandtabs_impl(Args& a) {
  int tabsize = 8;
  if (a.has(0) && !to_c_int(a[0], &tabsize)) return nullptr;
  Str* s = str_ptr(a.self);
  if (str_find_char(s, '\t', 0, s->length) < 0) return as_exact(a.self);
  size_t total = 0, column = 0;
  size_t step = tabsize > 0 ? static_cast<size_t>(tabsize) : 0;
  for (size_t i = 0; i < s->length; i++) {
    uint32_t c = s->at(i);
    size_t grow = 1;
    if (c == '\t') {
      grow = step ? step - column % step : 0;
      column += grow;
    } else {
      column = c == '\n' || c == '\r' ? 0 : column + 1;
    }
    if (grow > kMaxStrBytes / 8 - total) return raise(types::OverflowError, "new string is too long");
    total += grow;
  }
  if (total == 0) return empty_str();
  Str* r = alloc_str_kind(total, s->kind, s->ascii);
  if (!r) return nullptr;
  size_t at = 0;
  column = 0;
  for (size_t i = 0; i < s->length; i++) {
    uint32_t c = s->at(i);
    if (c == '\t') {
      size_t grow = step ? step - column % step : 0;
      fill_units(r->data(), r->kind, at, ' ', grow);
      at += grow;
      column += grow;
    } else {
      put_unit(r->data(), r->kind, at++, c);
      column = c == '\n' || c == '\r' ? 0 : column + 1;
    }
  }
  if (total == 1) {
    Ref keep = Ref::steal(r);
    return make_str_char(r->at(0));
  }
  return Ref::steal(r);
}

// ---- translate ------------------------------------------------------------------------------------------------------------------------
static Ref str_maketrans_impl(Args& a) {
  Value x = a[0], y = a[1], z = a[2];
  if (y && !is_str(y)) return raise(types::TypeError, "maketrans() argument 2 must be str, not %T", y);
  if (z && !is_str(z)) return raise(types::TypeError, "maketrans() argument 3 must be str, not %T", z);
  Ref table = make_dict();
  if (!table) return nullptr;
  if (y) {
    if (!is_str(x))
      return raise(types::TypeError, "first maketrans argument must be a string if there is a second argument");
    Str *from = str_ptr(x), *to = str_ptr(y);
    if (from->length != to->length)
      return raise(types::ValueError, "the first two maketrans arguments must have equal length");
    for (size_t i = 0; i < from->length; i++)
      if (!dict_set(table, Value::from_int(from->at(i)), Value::from_int(to->at(i)))) return nullptr;
    if (z)
      for (size_t i = 0; i < str_ptr(z)->length; i++)
        if (!dict_set(table, Value::from_int(str_ptr(z)->at(i)), kNone)) return nullptr;
    return table;
  }
  if (!is_dict_exact(x)) return raise(types::TypeError, "if you give only one argument to maketrans it must be a dict");
  size_t pos = 0;
  Value key, value;
  while (dict_next(x, &pos, &key, &value)) {
    if (is_str(key)) {
      if (str_ptr(key)->length != 1)
        return raise(types::ValueError, "string keys in translate table must be of length 1");
      if (!dict_set(table, Value::from_int(str_ptr(key)->at(0)), value)) return nullptr;
    } else if (is_int(key)) {
      if (!dict_set(table, key, value)) return nullptr;
    } else {
      return raise(types::TypeError, "keys in translate table must be strings or integers");
    }
  }
  return table;
}

// What the table says of c: kMissing (keep), kNone (drop), an int or a str.
static Ref translate_char(Value table, uint32_t c) {
  Ref r;
  if (is_dict_exact(table)) {
    r = dict_get_ref(table, Value::from_int(c));
    if (!r) return nullptr;
    if (r.get() == kMissing) return r;
  } else {
    r = get_item(table, Value::from_int(c));
    if (!r) {
      if (!error_matches(types::LookupError)) return nullptr;
      clear_error();
      return Ref::imm(kMissing);
    }
  }
  if (r.get() == kNone || is_str(r)) return r;
  if (!is_int(r)) return raise(types::TypeError, "character mapping must return integer, None or str");
  int64_t i;
  if (!int_fits64(r, &i) || i < 0 || i > 0x10FFFF)
    return raise(types::ValueError, "character mapping must be in range(0x110000)");
  return Ref::imm(Value::from_int(i));
}
static Ref str_translate_impl(Args& a) {
  Value table = a[0];
  Str* s = str_ptr(a.self);
  if (!is_dict_exact(table) && !type_of(table)->s.get_item)
    return raise(types::TypeError, "'%T' object is not subscriptable", table);
  // What ASCII characters map to: a character, or one of these.
  constexpr uint32_t kUnknown = 0xFFFFFFFF, kDrop = 0xFFFFFFFE, kSlow = 0xFFFFFFFD;
  uint32_t cache[128];
  for (uint32_t& c : cache) c = kUnknown;
  StrBuilder out;
  if (!out.reserve(s->length)) return nullptr;
  char run[256];  // ASCII that maps to ASCII, passed on in pieces
  size_t pending = 0;
  return with_units(s, [&](auto* p) -> Ref {
    for (size_t i = 0; i < s->length; i++) {
      uint32_t c = p[i];
      if (c < 128 && cache[c] < 128) {
        run[pending++] = static_cast<char>(cache[c]);
        if (pending < sizeof run) continue;
        if (!out.append_ascii({run, pending})) return nullptr;
        pending = 0;
        continue;
      }
      if (c < 128 && cache[c] == kDrop) continue;
      if (pending) {
        if (!out.append_ascii({run, pending})) return nullptr;
        pending = 0;
      }
      if (c < 128 && cache[c] < kSlow) {
        if (!out.append_char(cache[c])) return nullptr;
        continue;
      }
      Ref r = translate_char(table, c);
      if (!r) return nullptr;
      uint32_t single = kSlow;
      if (r.get() == kMissing)
        single = c;
      else if (r.get() == kNone)
        single = kDrop;
      else if (r.get().is_int())
        single = static_cast<uint32_t>(r.get().as_int());
      else if (str_ptr(r)->length == 1)
        single = str_ptr(r)->at(0);
      if (c < 128) cache[c] = single;
      if (single == kDrop) continue;
      if (single == kSlow ? !out.append(r) : !out.append_char(single)) return nullptr;
    }
    if (pending && !out.append_ascii({run, pending})) return nullptr;
    return out.finish();
  });
}

// ---- encode ---------------------------------------------------------------------------------------------------------------------------
static Ref str_encode_impl(Args& a) {
  if (a.has(0) && !is_str(a[0]))
    return raise(types::TypeError, "encode() argument 'encoding' must be str, not %T", a[0]);
  if (a.has(1) && !is_str(a[1])) return raise(types::TypeError, "encode() argument 'errors' must be str, not %T", a[1]);
  return encode_object(a.self, a[0], a[1]);
}

const NativeDef kStrMethods[] = {
    {"encode", "($self, /, encoding='utf-8', errors='strict')", str_encode_impl, 0, "Encodes the string to bytes."},
    {"replace", "($self, old, new, count=-1, /)", str_replace_impl, 0,
     "A copy with old replaced by new, at most count times."},
    {"split", "($self, /, sep=None, maxsplit=-1)", str_split_impl, 0,
     "Return a list of the substrings in the string, using sep as the separator string.\n\n  sep\n    What to split at "
     "(None: white space).\n"
     "  maxsplit\n    Maximum number of splits (-1: no limit)."},
    {"rsplit", "($self, /, sep=None, maxsplit=-1)", str_rsplit_impl, 0, "As split(), from the end."},
    {"join", "($self, iterable, /)", str_join_impl, 0, "Concatenates strings with this one between them."},
    {"center", "($self, width, fillchar=' ', /)", str_center_impl, 0, "A copy centred in a field of that width."},
    {"count", "(...)", str_count_impl, kNativeNoSignature,
     "Number of non-overlapping occurrences of sub in S[start:end]."},
    {"expandtabs", "($self, /, tabsize=8)", str_expandtabs_impl, 0, "A copy with tabs replaced by spaces."},
    {"find", "(...)", str_find_impl, kNativeNoSignature, "Lowest index in S[start:end] where sub is found, or -1."},
    {"partition", "($self, sep, /)", str_partition_impl, 0, "(head, sep, tail) around the first sep."},
    {"index", "(...)", str_index_impl, kNativeNoSignature, "As find(), but ValueError if sub is not found."},
    {"ljust", "($self, width, fillchar=' ', /)", str_ljust_impl, 0, "A copy left-justified in a field of that width."},
    {"lstrip", "($self, chars=None, /)", str_lstrip_impl, 0,
     "A copy without leading characters of the set (white space if None)."},
    {"rfind", "(...)", str_rfind_impl, kNativeNoSignature, "Highest index in S[start:end] where sub is found, or -1."},
    {"rindex", "(...)", str_rindex_impl, kNativeNoSignature, "As rfind(), but ValueError if sub is not found."},
    {"rjust", "($self, width, fillchar=' ', /)", str_rjust_impl, 0, "A copy right-justified in a field of that width."},
    {"rstrip", "($self, chars=None, /)", str_rstrip_impl, 0,
     "A copy without trailing characters of the set (white space if None)."},
    {"rpartition", "($self, sep, /)", str_rpartition_impl, 0, "(head, sep, tail) around the last sep."},
    {"splitlines", "($self, /, keepends=False)", str_splitlines_impl, 0, "The lines, as a list."},
    {"strip", "($self, chars=None, /)", str_strip_impl, 0,
     "A copy without leading and trailing characters of the set (white space if None)."},
    {"translate", "($self, table, /)", str_translate_impl, 0,
     "A copy with characters mapped by table[ord(c)]: ordinal, string or None."},
    {"startswith", "(...)", str_startswith_impl, kNativeNoSignature,
     "True if S starts with the prefix, or with one of a tuple of them."},
    {"endswith", "(...)", str_endswith_impl, kNativeNoSignature,
     "True if S ends with the suffix, or with one of a tuple of them."},
    {"removeprefix", "($self, prefix, /)", str_removeprefix_impl, 0, "A copy without the prefix, if it is there."},
    {"removesuffix", "($self, suffix, /)", str_removesuffix_impl, 0, "A copy without the suffix, if it is there."},
    {"zfill", "($self, width, /)", str_zfill_impl, 0, "A copy padded on the left with zeros, after the sign."},
    {"maketrans", "(x, y=<unrepresentable>, z=<unrepresentable>, /)", str_maketrans_impl, kNativeStatic,
     "A translation table for translate()."},
    {},
};

}  // namespace taipan
