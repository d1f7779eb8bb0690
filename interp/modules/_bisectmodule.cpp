// _bisect: binary search in sorted sequences.
//
// GIL off: where a list's items compare without anybody's code (ints, floats, strs, tuples of such) insort() finds the place and puts the
// item there in one go, under the list's object lock. Others are compared without that lock; such an insort() has the list's runtime lock, so
// that it is Python code that it runs, and nothing else, that lets other ones in.
#include "gc/lock.h"
#include "interp/objects/containers.h"
#include "interp/objects/float.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/runtime_lock.h"

namespace taipan {

// a < b; kNoPlainOrder: comparing the two may run Python code, or fail.
TAIPAN_INLINE static int plain_less(Value a, Value b) {
  if (TAIPAN_LIKELY(a.is_int() && b.is_int())) return a.as_int() < b.as_int();
  if (is_float_exact(a) && is_float_exact(b)) return float_value(a) < float_value(b);
  int order = plain_order(a, b);
  return order == kNoPlainOrder ? kNoPlainOrder : order < 0;
}
static int less(Value a, Value b) {
  int c = plain_less(a, b);
  return c != kNoPlainOrder ? c : compare_true(a, b, kLt);
}

// Where x goes among items lo to hi, left or right of equal ones; -1: something isn't plain, or there are fewer items.
template <class At>
TAIPAN_INLINE static int64_t search_plain(Value x, int64_t lo, int64_t hi, bool right, At at) {
  while (lo < hi) {
    int64_t middle = lo + (hi - lo) / 2;
    Value item = at(middle);  // (borrowed: nothing here lets it go)
    if (TAIPAN_UNLIKELY(item.is_null())) return -1;
    int c = right ? plain_less(x, item) : plain_less(item, x);
    if (TAIPAN_UNLIKELY(c == kNoPlainOrder)) return -1;
    if (right ? c != 0 : c == 0)
      hi = middle;
    else
      lo = middle + 1;
  }
  return lo;
}

static bool check_low(int64_t lo) { return lo >= 0 || raise(types::ValueError, "lo must be non-negative"); }

// Index where x goes, left or right of equal items; -1: error. hi -1: the end.
static int64_t search(Value seq, Value x, int64_t lo, int64_t hi, Value key, bool right) {
  if (!check_low(lo)) return -1;
  bool list = is_list_exact(seq);
  if (hi == -1) {
    hi = list ? static_cast<int64_t>(list_size(seq)) : length_of(seq);
    if (hi < 0) return -1;
  }
  if (list && key == kNone) {
    int64_t at =
        search_plain(x, lo, hi, right, [&](int64_t i) { return list_peek(seq.as<List>(), static_cast<uint64_t>(i)); });
    if (TAIPAN_LIKELY(at >= 0)) return at;
  }
  while (lo < hi) {
    int64_t middle = lo + (hi - lo) / 2;
    Ref item;
    if (list) {
      item = list_load(seq.as<List>(), middle);
      if (!item) return raise(types::IndexError, "list index out of range");
    } else {
      Ref index = make_int(middle);
      item = get_item(seq, index);
      if (!item) return -1;
    }
    if (key != kNone) {
      item = call(key, item);
      if (!item) return -1;
    }
    int c = right ? less(x, item) : less(item, x);
    if (c < 0) return -1;
    if (right ? c != 0 : c == 0)
      hi = middle;
    else
      lo = middle + 1;
  }
  return lo;
}

// Both of insort() at once. False: something isn't plain, and nothing was done; or *failed.
static bool insort_plain(List* l, Value x, int64_t lo, int64_t hi, bool right, bool* failed) {
  gc::ObjectLock lock(&l->h);
  size_t n = l->size.load(std::memory_order_relaxed);
  const Value* items = l->items;
  int64_t found = search_plain(x, lo, hi == -1 ? static_cast<int64_t>(n) : hi, right,
                               [&](int64_t i) { return static_cast<uint64_t>(i) < n ? items[i] : Value(); });
  if (found < 0) return false;
  if (!list_make_room(l)) return *failed = true;
  size_t at = static_cast<size_t>(found) < n ? static_cast<size_t>(found) : n;
  gc::before_bulk_move(&l->h);
  gc::move_references(l->items + at + 1, l->items + at, n - at);
  gc::init(&l->items[at], Ref::dup(x));
  l->size.store(n + 1, std::memory_order_release);
  return true;
}

static bool bounds(Args& a, int64_t* lo, int64_t* hi) {
  *lo = 0;
  *hi = -1;
  if (a.has(2) && !to_c_ssize(a[2], lo)) return false;
  if (a.has(3) && a[3] != kNone) {
    if (!has_index(a[3])) return raise(types::TypeError, "argument should be integer or None, not '%T'", a[3]);
    if (!to_ssize(a[3], hi, types::OverflowError)) return false;
  }
  return true;
}
static Ref bisect(Args& a, bool right) {
  int64_t lo, hi;
  if (!bounds(a, &lo, &hi)) return nullptr;
  int64_t at = search(a[0], a[1], lo, hi, a.get(4, kNone), right);
  return at < 0 ? nullptr : make_int(at);
}
static Ref insort(Args& a, bool right) {
  int64_t lo, hi;
  if (!bounds(a, &lo, &hi)) return nullptr;
  Value key = a.get(4, kNone);
  bool list = is_list_exact(a[0]);
  if (TAIPAN_LIKELY(list && key == kNone && lo >= 0)) {
    bool failed = false;
    if (insort_plain(a[0].as<List>(), a[1], lo, hi, right, &failed)) return failed ? nullptr : Ref::imm(kNone);
  }
  Ref x = key == kNone ? Ref::dup(a[1]) : call(key, a[1]);
  if (!x) return nullptr;
  RuntimeLock steps(list ? a[0] : Value());
  int64_t at = search(a[0], x, lo, hi, key, right);
  if (at < 0) return nullptr;
  if (list) return list_insert(a[0], at, a[1]) ? Ref::imm(kNone) : nullptr;
  Ref index = make_int(at);
  Ref done = call_method(a[0], TAIPAN_NAME(insert), index, a[1]);
  return done ? Ref::imm(kNone) : nullptr;
}

static Ref bisect_right_impl(Args& a) { return bisect(a, true); }
static Ref bisect_left_impl(Args& a) { return bisect(a, false); }
static Ref insort_right_impl(Args& a) { return insort(a, true); }
static Ref insort_left_impl(Args& a) { return insort(a, false); }

#define SIGNATURE "($module, /, a, x, lo=0, hi=None, *, key=None)"
static const NativeDef kFunctions[] = {
    {"bisect_right", SIGNATURE, bisect_right_impl, 0,
     "Return the index where to insert item x in list a, after items equal to it."},
    {"insort_right", SIGNATURE, insort_right_impl, 0, "Insert item x in list a, after items equal to it."},
    {"bisect_left", SIGNATURE, bisect_left_impl, 0,
     "Return the index where to insert item x in list a, before items equal to it."},
    {"insort_left", SIGNATURE, insort_left_impl, 0, "Insert item x in list a, before items equal to it."},
    {nullptr}};
extern const ModuleDef _bisect_module;
const ModuleDef _bisect_module = {"_bisect", "Bisection algorithms.", kFunctions, nullptr, kFunctionsAtOnce};

}  // namespace taipan
