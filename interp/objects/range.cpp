#include "interp/objects/range.h"

#include "interp/objects/containers.h"
#include "interp/objects/slice.h"

namespace taipan {

static Value small(int64_t i) { return Value::from_int(i); }
static bool all_small(const Range* r) {
  return r->start.is_int() && r->stop.is_int() && r->step.is_int() && r->length.is_int();
}

// Number of items of range(start, stop, step).
static Ref compute_length(Value start, Value stop, Value step) {
  if (start.is_int() && stop.is_int() && step.is_int()) {
    int64_t a = start.as_int(), b = stop.as_int(), s = step.as_int();  // differences of 63-bit numbers fit 64 bits
    if (s > 0) return a < b ? make_int((b - a - 1) / s + 1) : Ref::imm(small(0));
    return b < a ? make_int((a - b - 1) / -s + 1) : Ref::imm(small(0));
  }
  bool down = int_sign(step) < 0;
  Value low = down ? stop : start, high = down ? start : stop;
  if (int_compare(low, high) >= 0) return Ref::imm(small(0));
  Ref size = down ? int_neg(step) : Ref::dup(step);
  Ref distance = size ? int_sub(high, low) : nullptr;
  if (!distance) return nullptr;
  Ref last = int_sub(distance, small(1));
  Ref n = last ? int_floordiv(last, size) : nullptr;
  return n ? int_add(n, small(1)) : nullptr;
}

static Ref make_with_length(Value start, Value stop, Value step, Value length) {
  auto* r = new_object<Range>(kShapeRange, false);
  if (!r) return nullptr;
  gc::init(&r->start, Ref::dup(start));
  gc::init(&r->stop, Ref::dup(stop));
  gc::init(&r->step, Ref::dup(step));
  gc::init(&r->length, Ref::dup(length));
  return Ref::steal(r);
}

Ref make_range(Value start, Value stop, Value step) {
  if (int_sign(step) == 0) return raise(types::ValueError, "range() arg 3 must not be zero");
  Ref length = compute_length(start, stop, step);
  return length ? make_with_length(start, stop, step, length) : nullptr;
}
Ref make_range(int64_t start, int64_t stop, int64_t step) {
  Ref a = make_int(start), b = make_int(stop), s = make_int(step);
  if (!a || !b || !s) return nullptr;
  return make_range(a, b, s);
}

static void range_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* r = reinterpret_cast<Range*>(h);
  decref(r->start);
  decref(r->stop);
  decref(r->step);
  decref(r->length);
  finish_dealloc(h);
}

static Ref range_new(TypeObject*, RawArgs args) {
  if (!check_no_keywords("range", args)) return nullptr;
  if (args.n == 0) return raise(types::TypeError, "range expected at least 1 argument, got 0");
  if (args.n > 3)
    return raise(types::TypeError, "range expected at most 3 arguments, got %zd", static_cast<int64_t>(args.n));
  Ref start = args.n == 1 ? Ref::imm(small(0)) : to_index(args.v[0]);
  if (!start) return nullptr;
  Ref stop = to_index(args.v[args.n == 1 ? 0 : 1]);
  if (!stop) return nullptr;
  Ref step = args.n == 3 ? to_index(args.v[2]) : Ref::imm(small(1));
  if (!step) return nullptr;
  return make_range(start, stop, step);
}

static Ref range_repr(Value self) {
  auto* r = self.as<Range>();
  if (r->step == small(1)) return format_str("range(%R, %R)", r->start, r->stop);
  return format_str("range(%R, %R, %R)", r->start, r->stop, r->step);
}

static int64_t range_length(Value self) {
  Value n = self.as<Range>()->length;
  int64_t out;
  if (!int_fits64(n, &out)) return raise(types::OverflowError, "Python int too large to convert to C ssize_t");
  return out;
}

// start + i * step
static Ref item_at(const Range* r, Value i) {
  Ref offset = int_mul(i, r->step);
  return offset ? int_add(r->start, offset) : nullptr;
}

static bool same_sequence(const Range* a, const Range* b) {
  if (int_compare(a->length, b->length) != 0) return false;
  if (int_sign(a->length) == 0) return true;
  if (int_compare(a->start, b->start) != 0) return false;
  return a->length == small(1) || int_compare(a->step, b->step) == 0;
}
static Ref range_compare(Value a, Value b, CompareOp op) {
  if ((op != kEq && op != kNe) || !has_shape(a, kShapeRange) || !has_shape(b, kShapeRange))
    return Ref::imm(kNotImplemented);
  return Ref::imm(bool_value((a == b || same_sequence(a.as<Range>(), b.as<Range>())) == (op == kEq)));
}
static bool range_hash(Value self, int64_t* out) {
  auto* r = self.as<Range>();
  bool empty = int_sign(r->length) == 0;
  Ref t = make_tuple_of({r->length, empty ? kNone : r->start, empty || r->length == small(1) ? kNone : r->step});
  return t && hash_of(t, out);
}

// Position of an exact int or bool: an exact int, or null if it isn't in the range (nothing raised) or on failure.
static Ref position_of(const Range* r, Value v) {
  bool down = int_sign(r->step) < 0;
  if (down ? int_compare(v, r->start) > 0 || int_compare(v, r->stop) <= 0
           : int_compare(v, r->start) < 0 || int_compare(v, r->stop) >= 0)
    return nullptr;
  if (all_small(r) && v.is_int()) {
    int64_t distance = v.as_int() - r->start.as_int(), step = r->step.as_int();
    return distance % step == 0 ? make_int(distance / step) : nullptr;
  }
  Ref distance = int_sub(v, r->start);
  Ref rest = distance ? int_mod(distance, r->step) : nullptr;
  if (!rest || int_sign(rest) != 0) return nullptr;
  return int_floordiv(distance, r->step);
}
static bool is_plain_int(Value v) { return is_int_exact(v) || is_bool(v); }

static int range_contains(Value self, Value item) {
  if (is_plain_int(item)) {
    Ref at = position_of(self.as<Range>(), item);
    return at ? 1 : error_occurred() ? -1 : 0;
  }
  Ref it = range_iter(self);
  if (!it) return -1;
  for (uint32_t steps = 1;; steps++) {
    Ref v = iter_next(it);
    if (!v) return -1;
    if (is_stop(v)) return 0;
    int equal = items_equal(v, item);
    if (equal != 0) return equal;
    if (steps % 4096 == 0 && !poll()) return -1;
  }
}

// A slice of a range, with ints of any size.
static Ref range_slice(const Range* r, Value slice) {
  Value length = r->length;
  Ref bounds = call_method(slice, TAIPAN_NAME(indices), length);
  if (!bounds) return nullptr;
  Ref step = int_mul(r->step, tuple_at(bounds, 2));
  Ref start = step ? item_at(r, tuple_at(bounds, 0)) : nullptr;
  Ref stop = start ? item_at(r, tuple_at(bounds, 1)) : nullptr;
  return stop ? make_range(start, stop, step) : nullptr;
}

static Ref range_get_item(Value self, Value key) {
  auto* r = self.as<Range>();
  if (key.is_int() && all_small(r)) {
    int64_t i = key.as_int(), n = r->length.as_int();
    if (i < 0) i += n;
    if (i < 0 || i >= n) return raise(types::IndexError, "range object index out of range");
    return make_int(r->start.as_int() + i * r->step.as_int());
  }
  if (is_slice(key)) return range_slice(r, key);
  if (!has_index(key)) return raise(types::TypeError, "range indices must be integers or slices, not %T", key);
  Ref i = to_index(key);
  if (!i) return nullptr;
  if (int_sign(i) < 0) {
    i = int_add(i, r->length);
    if (!i) return nullptr;
  }
  if (int_sign(i) < 0 || int_compare(i, r->length) >= 0)
    return raise(types::IndexError, "range object index out of range");
  return item_at(r, i);
}

static int range_truth(Value self) { return int_sign(self.as<Range>()->length) != 0; }

Ref make_range_iterator(int64_t start, int64_t step, int64_t count) {
  auto* it = new_object<RangeIterator>(kShapeRangeIterator, false);
  if (!it) return nullptr;
  it->next = start;
  it->step = step;
  it->remaining = it->length = count;
  return Ref::steal(it);
}
static Ref make_long_iterator(Value next, Value step, Value remaining) {
  auto* it = new_object<LongRangeIterator>(kShapeLongRangeIterator, false);
  if (!it) return nullptr;
  gc::init(&it->next, Ref::dup(next));
  gc::init(&it->step, Ref::dup(step));
  gc::init(&it->remaining, Ref::dup(remaining));
  gc::init(&it->length, Ref::dup(remaining));
  return Ref::steal(it);
}
static Ref iterate(Value start, Value stop, Value step, Value length) {
  int64_t a, b, s, n, distance, end;  // the number after the last must fit as well: pickling needs it
  if (int_fits64(start, &a) && int_fits64(stop, &b) && int_fits64(step, &s) && int_fits64(length, &n) &&
      !__builtin_mul_overflow(s, n, &distance) && !__builtin_add_overflow(a, distance, &end))
    return make_range_iterator(a, s, n);
  return make_long_iterator(start, step, length);
}
Ref range_iter(Value self) {
  auto* r = self.as<Range>();
  if (TAIPAN_LIKELY(all_small(r))) return make_range_iterator(r->start.as_int(), r->step.as_int(), r->length.as_int());
  return iterate(r->start, r->stop, r->step, r->length);
}

static Ref range_reversed_impl(Args& a) {
  auto* r = a.self.as<Range>();
  Ref step = int_neg(r->step);
  Ref last_index = step ? int_sub(r->length, small(1)) : nullptr;
  Ref start = last_index ? item_at(r, last_index) : nullptr;
  Ref stop = start ? int_sub(r->start, r->step) : nullptr;
  return stop ? iterate(start, stop, step, r->length) : nullptr;
}

static Ref range_index_impl(Args& a) {
  if (is_plain_int(a[0])) {
    Ref at = position_of(a.self.as<Range>(), a[0]);
    if (at) return at;
    if (error_occurred()) return nullptr;
    return raise(types::ValueError, "%R is not in range", a[0]);
  }
  Ref it = range_iter(a.self);
  if (!it) return nullptr;
  for (int64_t i = 0;; i++) {
    Ref v = iter_next(it);
    if (!v) return nullptr;
    if (is_stop(v)) return raise(types::ValueError, "sequence.index(x): x not in sequence");
    int equal = items_equal(v, a[0]);
    if (equal < 0) return nullptr;
    if (equal) return make_int(i);
  }
}
static Ref range_count_impl(Args& a) {
  if (is_plain_int(a[0])) {
    int found = range_contains(a.self, a[0]);
    return found < 0 ? nullptr : Ref::imm(small(found));
  }
  Ref it = range_iter(a.self);
  if (!it) return nullptr;
  for (int64_t count = 0;;) {
    Ref v = iter_next(it);
    if (!v) return nullptr;
    if (is_stop(v)) return make_int(count);
    int equal = items_equal(v, a[0]);
    if (equal < 0) return nullptr;
    count += equal;
  }
}
static Ref range_reduce_impl(Args& a) {
  auto* r = a.self.as<Range>();
  Ref args = make_tuple_of({r->start, r->stop, r->step});
  return args ? make_tuple_of({Value(types::Range), args.get()}) : nullptr;
}

static const NativeDef kRangeMethods[] = {
    {"__reversed__", "($self, /)", range_reversed_impl, kNativeNoSignature, "Return a reverse iterator."},
    {"__reduce__", "($self, /)", range_reduce_impl, kNativeNoSignature, nullptr},
    {"count", "($self, value, /)", range_count_impl, kNativeNoSignature,
     "rangeobject.count(value) -> integer -- return number of occurrences of value"},
    {"index", "($self, value, /)", range_index_impl, kNativeNoSignature,
     "rangeobject.index(value) -> integer -- return index of value.\nRaise ValueError if the value is not present."},
    {nullptr}};
static const MemberDef kRangeMembers[] = {{"start", kMemberValue, offsetof(Range, start), true, nullptr},
                                          {"stop", kMemberValue, offsetof(Range, stop), true, nullptr},
                                          {"step", kMemberValue, offsetof(Range, step), true, nullptr},
                                          {nullptr}};
const TypeSpec kRangeSpec = {
    .doc =
        "range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\n"
        "The ints from start (inclusive) to stop (exclusive) by step, not stored but computed.",
    .flags = kTypeSequence,
    .basic_size = sizeof(Range),
    .ops = {.dealloc = range_dealloc},
    .methods = kRangeMethods,
    .members = kRangeMembers,
    .s = {.repr = range_repr,
          .hash = range_hash,
          .get_attr = generic_get_attr,
          .compare = range_compare,
          .iter = range_iter,
          .new_ = range_new,
          .truth = range_truth,
          .length = range_length,
          .get_item = range_get_item,
          .contains = range_contains}};

// ---- iterators

static Ref iterator_self(Value self) { return Ref::dup(self); }

Ref range_iterator_next_shared(RangeIterator* it) {
  gc::ObjectLock lock(&it->h);
  if (it->remaining <= 0) return Ref::imm(kStopIter);
  int64_t i = it->next;
  it->remaining--;
  it->next = static_cast<int64_t>(static_cast<uint64_t>(i) + static_cast<uint64_t>(it->step));
  return make_int(i);
}

static Ref short_next(Value self) { return range_iterator_next(self.as<RangeIterator>()); }
static Ref short_length_hint_impl(Args& a) { return make_int(a.self.as<RangeIterator>()->remaining); }
// (iter, (range(start, stop, step),), index) of an iterator that gives `next` now, after `index` items of `length`.
static Ref reduce_as_range(Value next, Value step, Value remaining, Value length) {
  Ref index = int_sub(length, remaining);
  Ref done = index ? int_mul(index, step) : nullptr;
  Ref start = done ? int_sub(next, done) : nullptr;
  Ref distance = start ? int_mul(step, length) : nullptr;
  Ref stop = distance ? int_add(start, distance) : nullptr;
  Ref range = stop ? make_range(start, stop, step) : nullptr;
  return range ? reduce_iterator(range, index) : nullptr;
}
static Ref short_reduce_impl(Args& a) {
  auto* it = a.self.as<RangeIterator>();
  Ref next = make_int(it->next), step = make_int(it->step), remaining = make_int(it->remaining),
      length = make_int(it->length);
  if (!next || !step || !remaining || !length) return nullptr;
  return reduce_as_range(next, step, remaining, length);
}
static Ref short_setstate_impl(Args& a) {
  auto* it = a.self.as<RangeIterator>();
  int64_t index;
  if (!to_ssize(a[0], &index, types::OverflowError)) return nullptr;
  if (index < 0) index = 0;
  if (index > it->length) index = it->length;
  int64_t moved = index - (it->length - it->remaining);
  it->next = static_cast<int64_t>(static_cast<uint64_t>(it->next) +
                                  static_cast<uint64_t>(moved) * static_cast<uint64_t>(it->step));
  it->remaining = it->length - index;
  return Ref::imm(kNone);
}
static const NativeDef kShortMethods[] = {
    {"__length_hint__", "($self, /)", short_length_hint_impl, kNativeNoSignature, "How many items are left."},
    {"__reduce__", "($self, /)", short_reduce_impl, kNativeNoSignature, "State for pickling."},
    {"__setstate__", "($self, state, /)", short_setstate_impl, kNativeNoSignature, "Set state for unpickling."},
    {nullptr}};
const TypeSpec kRangeIteratorSpec = {.flags = kTypeNoInstantiate,
                                     .basic_size = sizeof(RangeIterator),
                                     .methods = kShortMethods,
                                     .s = {.iter = iterator_self, .next = short_next}};

static void long_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* it = reinterpret_cast<LongRangeIterator*>(h);
  decref(it->next);
  decref(it->step);
  decref(it->remaining);
  decref(it->length);
  finish_dealloc(h);
}
static Ref long_next(Value self) {
  auto* it = self.as<LongRangeIterator>();
  if (int_sign(it->remaining) <= 0) return Ref::imm(kStopIter);
  Ref left = int_sub(it->remaining, small(1));
  Ref after = left ? int_add(it->next, it->step) : nullptr;
  if (!after) return nullptr;
  gc::store(&it->h, &it->remaining, std::move(left));
  return gc::exchange(&it->h, &it->next, std::move(after));
}
static Ref long_length_hint_impl(Args& a) { return Ref::dup(a.self.as<LongRangeIterator>()->remaining); }
static Ref long_reduce_impl(Args& a) {
  auto* it = a.self.as<LongRangeIterator>();
  return reduce_as_range(it->next, it->step, it->remaining, it->length);
}
static Ref long_setstate_impl(Args& a) {
  auto* it = a.self.as<LongRangeIterator>();
  if (!is_int(a[0])) return raise(types::TypeError, "state must be an int, not %T", a[0]);
  Ref index = int_sign(a[0]) < 0                  ? Ref::imm(small(0))
              : int_compare(a[0], it->length) > 0 ? Ref::dup(it->length)
                                                  : int_exact(a[0]);
  Ref left = index ? int_sub(it->length, index) : nullptr;
  Ref moved = left ? int_sub(it->remaining, left) : nullptr;
  Ref offset = moved ? int_mul(moved, it->step) : nullptr;
  Ref next = offset ? int_add(it->next, offset) : nullptr;
  if (!next) return nullptr;
  gc::store(&it->h, &it->next, std::move(next));
  gc::store(&it->h, &it->remaining, std::move(left));
  return Ref::imm(kNone);
}
static const NativeDef kLongMethods[] = {
    {"__length_hint__", "($self, /)", long_length_hint_impl, kNativeNoSignature, "How many items are left."},
    {"__reduce__", "($self, /)", long_reduce_impl, kNativeNoSignature, "State for pickling."},
    {"__setstate__", "($self, state, /)", long_setstate_impl, kNativeNoSignature, "Set state for unpickling."},
    {nullptr}};
const TypeSpec kLongRangeIteratorSpec = {.flags = kTypeNoInstantiate,
                                         .basic_size = sizeof(LongRangeIterator),
                                         .ops = {.dealloc = long_dealloc},
                                         .methods = kLongMethods,
                                         .s = {.iter = iterator_self, .next = long_next}};

}  // namespace taipan
