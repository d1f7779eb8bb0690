// _bisect: binary search in sorted sequences.
#include "interp/objects/containers.h"
#include "interp/objects/float.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"

namespace taipan {

static int less(Value a, Value b) {
  if (a.is_int() && b.is_int()) return a.as_int() < b.as_int();
  if (a.is_float() && b.is_float()) return a.as_float() < b.as_float();
  if (is_str_exact(a) && is_str_exact(b)) return str_compare(a.as<Str>(), b.as<Str>()) < 0;
  return compare_true(a, b, kLt);
}

// Index where x goes, left or right of equal items; -1: error.
static int64_t search(Value seq, Value x, int64_t lo, int64_t hi, Value key, bool right) {
  if (lo < 0) return raise(types::ValueError, "lo must be non-negative");
  if (hi == -1) {
    hi = length_of(seq);
    if (hi < 0) return -1;
  }
  bool list = is_list_exact(seq);
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
  Ref x = key == kNone ? Ref::dup(a[1]) : call(key, a[1]);
  if (!x) return nullptr;
  int64_t at = search(a[0], x, lo, hi, key, right);
  if (at < 0) return nullptr;
  if (is_list_exact(a[0])) return list_insert(a[0], at, a[1]) ? Ref::imm(kNone) : nullptr;
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
const ModuleDef _bisect_module = {"_bisect", "Bisection algorithms.", kFunctions, nullptr};

}  // namespace taipan
