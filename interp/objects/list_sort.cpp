// list.sort: a stable, adaptive merge sort. Natural runs are found (descending ones reversed), short ones extended by binary insertion,
// and merged in powersort's order (Munro and Wild), whose merge tree is nearly optimal; merging gallops where one side keeps winning.
//
// The algorithm is written once over a comparator. Where all keys are small ints, immediate floats or strs the comparator runs no Python
// code and can't fail; tuples compare their first item that way. Everything else goes through the abstract `<`.
// While sorting the list itself is empty: its buffer belongs to the sort, so that Python code called by comparisons can't reach it.
#include <cstring>

#include "interp/objects/containers.h"
#include "interp/objects/float.h"
#include "interp/objects/list.h"

namespace taipan {
namespace {

// Comparators: less(a, b) is 1, 0 or -1 (error). kQuiet: never an error, never Python code.
struct LessInt {
  static constexpr bool kQuiet = true;
  static TAIPAN_INLINE int less(Value a, Value b) {
    return static_cast<int64_t>(a.bits) < static_cast<int64_t>(b.bits);  // the tag bit is the same in both
  }
};
struct LessFloat {
  static constexpr bool kQuiet = true;
  static TAIPAN_INLINE int less(Value a, Value b) { return a.as_float() < b.as_float(); }
};
struct LessDouble {  // the words are doubles
  [[maybe_unused]] static constexpr bool kQuiet = true;
  static TAIPAN_INLINE int less(Value a, Value b) {
    return std::bit_cast<double>(a.bits) < std::bit_cast<double>(b.bits);
  }
};
struct LessLatin1 {  // kind 1
  static constexpr bool kQuiet = true;
  static TAIPAN_INLINE int less(Value a, Value b) {
    auto *x = a.as<Str>(), *y = b.as<Str>();
    size_t n = x->length < y->length ? x->length : y->length;
    if (TAIPAN_LIKELY(n >= 8)) {  // most strings differ in their first eight bytes
      uint64_t p, q;
      memcpy(&p, x->data1(), 8);
      memcpy(&q, y->data1(), 8);
      if (p != q)
        return std::endian::native == std::endian::little ? __builtin_bswap64(p) < __builtin_bswap64(q) : p < q;
    }
#ifndef TAIPAN_PLAIN_MALLOC
    if (n < 8 && std::endian::native == std::endian::little) {  // a cell has eight bytes there in any case
      uint64_t p, q;
      memcpy(&p, x + 1, 8);
      memcpy(&q, y + 1, 8);
      if (n == 0) return x->length < y->length;
      p = __builtin_bswap64(p) >> (64 - 8 * n);
      q = __builtin_bswap64(q) >> (64 - 8 * n);
      return p != q ? p < q : x->length < y->length;
    }
#endif
    int c = memcmp(x->data1(), y->data1(), n);
    return c != 0 ? c < 0 : x->length < y->length;
  }
};
struct LessStr {
  static constexpr bool kQuiet = true;
  static int less(Value a, Value b) { return str_compare(a.as<Str>(), b.as<Str>()) < 0; }
};
struct LessAny {
  static constexpr bool kQuiet = false;
  static int less(Value a, Value b) {
    if (a.is_int() && b.is_int()) return LessInt::less(a, b);
    if (is_str_exact(a) && is_str_exact(b)) return LessStr::less(a, b);
    return compare_true(a, b, kLt);
  }
};
// Keys of one type whose comparison is in C++: that is asked without looking for it each time.
struct LessNative {
  static constexpr bool kQuiet = false;
  static int less(Value a, Value b) {
    TypeObject* type = type_of(a);
    if (TAIPAN_LIKELY(type == type_of(b))) {
      Ref r = type->s.compare(a, b, kLt);
      if (TAIPAN_LIKELY(is_bool(r))) return r.get() == kTrue;
      if (r.get() != kNotImplemented) return r ? is_true(r) : -1;
    }
    return compare_true(a, b, kLt);
  }
};
// Exact, non-empty tuples whose first items suit First.
template <class First>
struct LessTuple {
  static constexpr bool kQuiet = false;
  static int less(Value a, Value b) {
    auto *x = a.as<Tuple>(), *y = b.as<Tuple>();
    Value p = x->items()[0], q = y->items()[0];
    int equal = items_equal(p, q);
    if (equal < 0) return -1;
    if (!equal) return First::less(p, q);
    size_t n = x->size < y->size ? x->size : y->size;
    for (size_t i = 1; i < n; i++) {
      equal = items_equal(x->items()[i], y->items()[i]);
      if (equal < 0) return -1;
      if (!equal) return LessAny::less(x->items()[i], y->items()[i]);
    }
    return x->size < y->size;
  }
};

// The items being sorted: keys, and values that move along (null when the items are their own keys).
struct Span {
  Value* keys;
  Value* values;
};

template <class Less>
class Sorter {
 public:
  Sorter(Span span, size_t n) : k_(span.keys), v_(span.values), n_(static_cast<int64_t>(n)) {}
  ~Sorter() {
    if (temp_) gc::raw_free(temp_);
  }

  bool sort() {
    if (n_ < 2) return true;
    int64_t min_run = compute_min_run(n_);
    int64_t lo = 0;
    while (lo < n_) {
      int64_t run = count_run(lo);
      if (run < 0) return false;
      if (run < min_run) {
        int64_t forced = n_ - lo < min_run ? n_ - lo : min_run;
        if (!insertion_sort(lo, lo + forced, lo + run)) return false;
        run = forced;
      }
      if (depth_ > 0) {
        int power = node_power(runs_[depth_ - 1].start, runs_[depth_ - 1].length, run);
        while (depth_ > 1 && runs_[depth_ - 2].power > power) {
          if (!merge_top()) return false;
        }
        runs_[depth_ - 1].power = power;
      }
      runs_[depth_++] = {lo, run, 0};
      lo += run;
      if (!poll_now_and_then()) return false;
    }
    while (depth_ > 1) {
      if (!merge_top()) return false;
    }
    return true;
  }

 private:
  struct Run {
    int64_t start, length;
    int power;  // of the boundary between this run and the next
  };

  static bool poll_now_and_then() { return Less::kQuiet ? poll() : true; }

  static int64_t compute_min_run(int64_t n) {
    int64_t odd = 0;
    while (n >= 64) {
      odd |= n & 1;
      n >>= 1;
    }
    return n + odd;
  }

  // Depth, in the perfectly balanced merge tree, of the node that separates the run [start, start+n1) from the n2 items after it: the first binary
  // digit in which the midpoints of both, as fractions of the whole, differ.
  int node_power(int64_t start, int64_t n1, int64_t n2) const {
    auto a = static_cast<uint64_t>(2 * start + n1);
    uint64_t b = a + static_cast<uint64_t>(n1 + n2);
    auto whole = static_cast<uint64_t>(2 * n_);
    int power = 0;
    for (;;) {
      a <<= 1;
      b <<= 1;
      power++;
      bool bit_a = a >= whole, bit_b = b >= whole;
      if (bit_a != bit_b) return power;
      if (bit_a) {
        a -= whole;
        b -= whole;
      }
    }
  }

  void move(int64_t to, int64_t from, int64_t count) {
    memmove(static_cast<void*>(k_ + to), k_ + from, static_cast<size_t>(count) * sizeof(Value));
    if (v_) memmove(static_cast<void*>(v_ + to), v_ + from, static_cast<size_t>(count) * sizeof(Value));
  }
  void reverse(int64_t lo, int64_t hi) {
    for (int64_t i = lo, j = hi - 1; i < j; i++, j--) {
      std::swap(k_[i], k_[j]);
      if (v_) std::swap(v_[i], v_[j]);
    }
  }

  // Length of the run at lo, made ascending. -1: error.
  int64_t count_run(int64_t lo) {
    int64_t i = lo + 1;
    if (i == n_) return 1;
    int down = Less::less(k_[i], k_[lo]);
    if (down < 0) return -1;
    for (i++; i < n_; i++) {
      int c = Less::less(k_[i], k_[i - 1]);
      if (c < 0) return -1;
      if (c != down) break;
    }
    if (down) reverse(lo, i);
    return i - lo;
  }

  // [lo, sorted) is in order; inserts [sorted, hi).
  bool insertion_sort(int64_t lo, int64_t hi, int64_t sorted) {
    for (int64_t i = sorted; i < hi; i++) {
      Value pivot = k_[i];
      int64_t left = lo, right = i;
      while (left < right) {
        int64_t middle = left + ((right - left) >> 1);
        int c = Less::less(pivot, k_[middle]);
        if (!Less::kQuiet && c < 0) return false;
        if (c)
          right = middle;
        else
          left = middle + 1;
      }
      Value carried = v_ ? v_[i] : Value();
      move(left + 1, left, i - left);
      k_[left] = pivot;
      if (v_) v_[left] = carried;
    }
    return true;
  }

  // How many of p[0, n), an ascending sequence, come before key. With `after_equal`, items equal to key count too. Gallops from the end given.
  int64_t position(Value key, const Value* p, int64_t n, bool after_equal, bool from_end) {
    auto before = [&](int64_t i) -> int {  // p[i] lies before the position sought
      if (after_equal) {
        int c = Less::less(key, p[i]);
        return c < 0 ? -1 : !c;
      }
      return Less::less(p[i], key);
    };
    int64_t lo = 0, hi = n;  // the answer is in [lo, hi]
    if (from_end) {
      for (int64_t step = 1, at = n - 1; at >= lo; step = step * 2 + 1, at = n - step) {
        int c = before(at);
        if (c < 0) return -1;
        if (c) {
          lo = at + 1;
          break;
        }
        hi = at;
      }
    } else {
      for (int64_t step = 1, at = 0; at < hi; step = step * 2 + 1, at = step - 1) {
        int c = before(at);
        if (c < 0) return -1;
        if (!c) {
          hi = at;
          break;
        }
        lo = at + 1;
      }
    }
    while (lo < hi) {
      int64_t middle = lo + ((hi - lo) >> 1);
      int c = before(middle);
      if (c < 0) return -1;
      if (c)
        lo = middle + 1;
      else
        hi = middle;
    }
    return lo;
  }

  bool reserve(int64_t n) {
    int64_t words = v_ ? 2 * n : n;
    if (words <= temp_size_) return true;
    if (temp_) gc::raw_free(temp_);
    temp_ = static_cast<Value*>(gc::raw_alloc(static_cast<size_t>(words) * sizeof(Value)));
    temp_size_ = temp_ ? words : 0;
    if (!temp_) return raise_memory();
    return true;
  }

  bool merge_top() {
    Run& a = runs_[depth_ - 2];
    Run b = runs_[depth_ - 1];
    int64_t start = a.start, na = a.length, middle = b.start, nb = b.length;
    a.length += nb;
    a.power = b.power;
    depth_--;
    // What of a is already in place, and what of b.
    int64_t skip = position(k_[middle], k_ + start, na, true, false);
    if (skip < 0) return false;
    start += skip;
    na -= skip;
    if (na == 0) return true;
    nb = position(k_[middle - 1], k_ + middle, nb, false, true);
    if (nb < 0) return false;
    if (nb == 0) return true;
    if (!poll_now_and_then()) return false;
    return na <= nb ? merge_low(start, na, middle, nb) : merge_high(start, na, middle, nb);
  }

  struct Temp {
    Value* keys;
    Value* values;
  };
  Temp copy_out(int64_t from, int64_t count) {
    Temp t{temp_, v_ ? temp_ + count : nullptr};
    memcpy(static_cast<void*>(t.keys), k_ + from, static_cast<size_t>(count) * sizeof(Value));
    if (v_) memcpy(static_cast<void*>(t.values), v_ + from, static_cast<size_t>(count) * sizeof(Value));
    return t;
  }
  void copy_back(int64_t to, Temp t, int64_t from, int64_t count) {
    memcpy(static_cast<void*>(k_ + to), t.keys + from, static_cast<size_t>(count) * sizeof(Value));
    if (v_) memcpy(static_cast<void*>(v_ + to), t.values + from, static_cast<size_t>(count) * sizeof(Value));
  }

  // Merges a = [start, start+na), the shorter, with b = [middle, middle+nb) from the left. At every step the gap between the output and
  // the rest of b is exactly as long as the rest of a, so an error leaves a permutation once that rest is put back.
  bool merge_low(int64_t start, int64_t na, int64_t middle, int64_t nb) {
    if (!reserve(na)) return false;
    Temp a = copy_out(start, na);
    int64_t out = start, i = 0, j = middle, end = middle + nb;
    bool ok = true;
    while (i < na && j < end) {
      int64_t won_a = 0, won_b = 0;
      while (i < na && j < end) {  // one at a time, until one side keeps winning
        int c = Less::less(k_[j], a.keys[i]);
        if (!Less::kQuiet && c < 0) {
          ok = false;
          goto done;
        }
        if (c) {
          k_[out] = k_[j];
          if (v_) v_[out] = v_[j];
          out++, j++, won_b++, won_a = 0;
          if (won_b >= gallop_) break;
        } else {
          k_[out] = a.keys[i];
          if (v_) v_[out] = a.values[i];
          out++, i++, won_a++, won_b = 0;
          if (won_a >= gallop_) break;
        }
      }
      while (i < na && j < end) {
        won_a = position(k_[j], a.keys + i, na - i, true, false);
        if (won_a < 0) {
          ok = false;
          goto done;
        }
        copy_back(out, a, i, won_a);
        out += won_a, i += won_a;
        if (i == na) break;
        won_b = position(a.keys[i], k_ + j, end - j, false, false);
        if (won_b < 0) {
          ok = false;
          goto done;
        }
        move(out, j, won_b);
        out += won_b, j += won_b;
        if (won_a < kMinGallop && won_b < kMinGallop) break;
        if (gallop_ > 1) gallop_--;
      }
      gallop_++;
    }
  done:
    copy_back(out, a, i, na - i);
    return ok;
  }

  // The mirror image: b is the shorter one, output from the right.
  bool merge_high(int64_t start, int64_t na, int64_t middle, int64_t nb) {
    if (!reserve(nb)) return false;
    Temp b = copy_out(middle, nb);
    int64_t out = middle + nb, i = middle, j = nb;  // one past the last unmerged of each
    bool ok = true;
    while (i > start && j > 0) {
      int64_t won_a = 0, won_b = 0;
      while (i > start && j > 0) {
        int c = Less::less(b.keys[j - 1], k_[i - 1]);
        if (!Less::kQuiet && c < 0) {
          ok = false;
          goto done;
        }
        if (c) {
          out--, i--, won_a++, won_b = 0;
          k_[out] = k_[i];
          if (v_) v_[out] = v_[i];
          if (won_a >= gallop_) break;
        } else {
          out--, j--, won_b++, won_a = 0;
          k_[out] = b.keys[j];
          if (v_) v_[out] = b.values[j];
          if (won_b >= gallop_) break;
        }
      }
      while (i > start && j > 0) {
        int64_t keep = position(b.keys[j - 1], k_ + start, i - start, true, true);
        if (keep < 0) {
          ok = false;
          goto done;
        }
        won_a = i - start - keep;
        out -= won_a, i -= won_a;
        move(out, i, won_a);
        if (i == start) break;
        keep = position(k_[i - 1], b.keys, j, false, true);
        if (keep < 0) {
          ok = false;
          goto done;
        }
        won_b = j - keep;
        out -= won_b, j -= won_b;
        copy_back(out, b, j, won_b);
        if (won_a < kMinGallop && won_b < kMinGallop) break;
        if (gallop_ > 1) gallop_--;
      }
      gallop_++;
    }
  done:
    copy_back(out - j, b, 0, j);
    return ok;
  }

  static constexpr int64_t kMinGallop = 7;
  Value* k_;
  Value* v_;
  int64_t n_;
  Value* temp_ = nullptr;
  int64_t temp_size_ = 0;
  int64_t gallop_ = kMinGallop;
  int depth_ = 0;
  Run runs_[90];  // powers grow strictly down the stack, and there are at most 64 of them
};

enum class KeyKind { kInt, kFloat, kLatin1, kStr, kAny };

KeyKind kind_of(Value v) {
  if (v.is_int()) return KeyKind::kInt;
  if (v.is_float()) return KeyKind::kFloat;
  if (is_str_exact(v)) return v.as<Str>()->kind == 1 ? KeyKind::kLatin1 : KeyKind::kStr;
  return KeyKind::kAny;
}
KeyKind both_kinds(KeyKind a, KeyKind b) {
  if (a == b) return a;
  bool strs = (a == KeyKind::kLatin1 || a == KeyKind::kStr) && (b == KeyKind::kLatin1 || b == KeyKind::kStr);
  return strs ? KeyKind::kStr : KeyKind::kAny;
}

bool sort_span(Span s, size_t n) {
  if (n < 2) return true;
  bool tuples = is_tuple_exact(s.keys[0]) && tuple_size(s.keys[0]) > 0;
  auto probe = [&](size_t i) { return kind_of(tuples ? tuple_at(s.keys[i], 0) : s.keys[i]); };
  KeyKind kind = probe(0);
  for (size_t i = 1; i < n; i++) {
    if (tuples && !(is_tuple_exact(s.keys[i]) && tuple_size(s.keys[i]) > 0)) {
      tuples = false;
      kind = KeyKind::kAny;
      break;
    }
    kind = both_kinds(kind, probe(i));
    if (kind == KeyKind::kAny && !tuples) break;
  }
  if (tuples) {
    switch (kind) {
      case KeyKind::kInt: return Sorter<LessTuple<LessInt>>(s, n).sort();
      case KeyKind::kFloat: return Sorter<LessTuple<LessFloat>>(s, n).sort();
      case KeyKind::kLatin1:
      case KeyKind::kStr: return Sorter<LessTuple<LessStr>>(s, n).sort();
      case KeyKind::kAny: return Sorter<LessTuple<LessAny>>(s, n).sort();
    }
  }
  switch (kind) {
    case KeyKind::kInt: return Sorter<LessInt>(s, n).sort();
    case KeyKind::kFloat: {  // compared as they come out of their immediates, which nobody but the sort sees meanwhile
      for (size_t i = 0; i < n; i++) s.keys[i].bits = std::bit_cast<uint64_t>(s.keys[i].as_float());
      bool ok = Sorter<LessDouble>(s, n).sort();
      for (size_t i = 0; i < n; i++) s.keys[i] = make_float(std::bit_cast<double>(s.keys[i].bits)).release();
      return ok;
    }
    case KeyKind::kLatin1: return Sorter<LessLatin1>(s, n).sort();
    case KeyKind::kStr: return Sorter<LessStr>(s, n).sort();
    case KeyKind::kAny: break;
  }
  ShapeId shape = s.keys[0].is_heap() ? s.keys[0].header()->shape() : kShapeNone_;
  size_t alike = 0;
  while (alike < n && has_shape(s.keys[alike], shape)) alike++;
  if (alike == n && type_of(s.keys[0])->s.compare && comparison_is_native(s.keys[0]))
    return Sorter<LessNative>(s, n).sort();
  return Sorter<LessAny>(s, n).sort();
}

void reverse_items(Value* p, size_t n) {
  for (size_t i = 0, j = n; i + 1 < j; i++) std::swap(p[i], p[--j]);
}

}  // namespace

bool list_sort(Value list, Value key, bool reverse) {
  auto* l = list.as<List>();
  Value* items;
  size_t n, capacity;
  {  // take the buffer out of the list
    gc::ObjectLock lock(&l->h);
    gc::before_bulk_move(&l->h);
    items = l->items;
    n = l->size.load(std::memory_order_relaxed);
    capacity = l->capacity;
    l->size.store(0, std::memory_order_release);
    std::atomic_ref<Value*>(l->items).store(nullptr, std::memory_order_release);
    gc::poke(l->capacity, size_t{0});
  }
  if (!items) return true;                       // empty, or another thread is sorting it
  if (TAIPAN_UNLIKELY(gc::lock_free_readers)) {  // somebody may still be looking at the buffer: another one is sorted
    auto* copy = static_cast<Value*>(gc::buffer_calloc(capacity * sizeof(Value), n * sizeof(Value)));
    if (copy) {
      memcpy(static_cast<void*>(copy), items, n * sizeof(Value));
      gc::buffer_free(&l->h, items, capacity * sizeof(Value));
      items = copy;
    }
  }
  bool ok = true;
  Value* keys = nullptr;
  if (key && key != kNone && n > 0) {
    keys = static_cast<Value*>(gc::raw_alloc(n * sizeof(Value)));
    if (!keys) ok = raise_memory();
    for (size_t i = 0; ok && i < n; i++) {
      Ref k = call(key, items[i]);
      if (!k) {
        ok = false;
        while (i-- > 0) decref(keys[i]);
        gc::raw_free(keys);
        keys = nullptr;
        break;
      }
      keys[i] = k.release();
    }
  }
  if (ok) {
    // Reversing before and after keeps equal items in their order.
    if (reverse) {
      reverse_items(items, n);
      if (keys) reverse_items(keys, n);
    }
    ok = sort_span(keys ? Span{keys, items} : Span{items, nullptr}, n);
    if (reverse) reverse_items(items, n);
  }
  if (keys) {  // they may run finalisers: the list is still empty
    Ref pending = ok ? Ref() : fetch_error();
    for (size_t i = 0; i < n; i++) decref(keys[i]);
    gc::raw_free(keys);
    if (!ok) restore_error(std::move(pending));
  }
  // Put the buffer back; what was put into the list meanwhile is dropped.
  Value* strays;
  size_t stray_count;
  {
    gc::ObjectLock lock(&l->h);
    gc::before_bulk_move(&l->h);
    strays = l->items;
    stray_count = l->size.load(std::memory_order_relaxed);
    l->size.store(0, std::memory_order_release);
    std::atomic_ref<Value*>(l->items).store(items, std::memory_order_release);
    gc::poke(l->capacity, capacity);
    l->size.store(n, std::memory_order_release);
  }
  if (strays) {
    Ref pending = ok ? Ref() : fetch_error();
    for (size_t i = 0; i < stray_count; i++) {
      gc::displaced(&l->h, strays[i]);
      decref(strays[i]);
    }
    gc::raw_free_epoch(strays);
    if (!ok) restore_error(std::move(pending));
    if (ok) ok = raise(types::ValueError, "list modified during sort");
  }
  return ok;
}

}  // namespace taipan
