// slice.
#pragma once
#include "interp/objects/type.h"

namespace taipan {

struct Slice {
  Header h;
  Value start, stop, step;
};
Ref make_slice(Value start, Value stop, Value step);  // kNone for what is missing
inline bool is_slice(Value v) { return has_shape(v, kShapeSlice); }
// start, stop and step as clamped numbers, before the length is known; calls __index__. ValueError for a zero step.
bool slice_numbers(Value slice, int64_t* start, int64_t* stop, int64_t* step);
// Fits them to a sequence of that length; returns how many items are selected.
int64_t slice_adjust(int64_t length, int64_t* start, int64_t* stop, int64_t step);
// One bound of index(x, start, stop): "slice indices must be integers or have an __index__ method"; clamped.
bool slice_index(Value v, int64_t* out);
// Both at once, where length cannot change through __index__.
bool slice_unpack(Value slice, int64_t length, int64_t* start, int64_t* stop, int64_t* step, int64_t* count);

}  // namespace taipan
