// What every object is made of: fixed shape ids, type tests, allocation. See DESIGN 3.
//
// Layers: gc (header, counts, memory) < objects (this folder) < interp (frames, eval, modules). Objects call upward (run a
// Python function, poll) only through the hooks in thread.h.
#pragma once
#include "gc/barrier.h"
#include "gc/heap.h"
#include "gc/ref.h"
#include "gc/value.h"

namespace taipan {

using gc::Header;
using gc::ShapeId;

struct TypeObject;
struct Shape;
struct Thread;
struct Str;
struct Tuple;
struct List;
struct Dict;
struct Bytes;

enum TypeIndex : uint32_t {
#define TYPE(Enum, name, base) kType##Enum,
#include "interp/objects/types.def"
#undef TYPE
#define EXC(Enum, name, base, layout) kType##Enum,
#include "interp/objects/exceptions.def"
#undef EXC
  kTypeCount
};
// Shape of exact instances of each built-in type (for immediates too, see shape_id_of).
enum FixedShape : ShapeId {
  kShapeNone_ = 0,
#define TYPE(Enum, name, base) kShape##Enum,
#include "interp/objects/types.def"
#undef TYPE
#define EXC(Enum, name, base, layout) kShape##Enum,
#include "interp/objects/exceptions.def"
#undef EXC
  kShapeBigInt,
  kShapeBoxedFloat,
  kFirstDynamicShape
};

// The shape that stands for v in guards and feedback: the header's for heap values, a fixed one for immediates.
inline ShapeId shape_id_of(Value v) {
  if (v.is_heap()) return v.header()->shape();
  if (v.is_int()) return kShapeInt;
  if (v.is_float()) return kShapeFloat;
  if (is_bool(v)) return kShapeBool;
  if (v == kNone) return kShapeNoneType;
  if (v == kEllipsis) return kShapeEllipsisType;
  return kShapeNotImplementedType;
}
inline bool has_shape(Value v, ShapeId id) { return v.is_heap() && v.header()->shape() == id; }

// Python's `is`.
bool boxed_floats_same(Value a, Value b);
inline bool is_same(Value a, Value b) {
  return a == b ||
         (TAIPAN_UNLIKELY(has_shape(a, kShapeBoxedFloat) && has_shape(b, kShapeBoxedFloat)) && boxed_floats_same(a, b));
}

// Allocates an object of struct T (which starts with `Header h`). Fields after the header are zeroed. Null: MemoryError raised.
Header* new_object(size_t size, ShapeId shape, bool tracked);
template <class T>
T* new_object(ShapeId shape, bool tracked, size_t size = sizeof(T));  // inline, in type.h

}  // namespace taipan
