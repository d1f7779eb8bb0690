// range and its iterators.
#pragma once
#include "interp/objects/int.h"
#include "interp/objects/type.h"

namespace taipan {

struct Range {
  Header h;
  Value start, stop, step, length;  // exact ints
};
// All bounds fit 64 bits: the common one.
struct RangeIterator {
  Header h;
  int64_t next, step, remaining;
  int64_t length;  // items there were at first
};
struct LongRangeIterator {
  Header h;
  Value next, step, remaining, length;  // exact ints
};

Ref make_range(Value start, Value stop, Value step);  // exact ints; ValueError for a zero step
Ref make_range(int64_t start, int64_t stop, int64_t step);
Ref make_range_iterator(int64_t start, int64_t step, int64_t count);
Ref range_iter(Value range);
Ref range_iterator_next_shared(RangeIterator* it);
// The next item, or kStopIter.
TAIPAN_INLINE Ref range_iterator_next(RangeIterator* it) {
  if (TAIPAN_UNLIKELY(gc::parallel) && !gc::is_unique(&it->h)) return range_iterator_next_shared(it);
  if (TAIPAN_UNLIKELY(it->remaining <= 0)) return Ref::imm(kStopIter);
  int64_t i = it->next;
  it->remaining--;
  it->next = static_cast<int64_t>(static_cast<uint64_t>(i) + static_cast<uint64_t>(it->step));
  return make_int(i);
}

}  // namespace taipan
