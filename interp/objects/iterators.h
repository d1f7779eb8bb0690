// The iterators that wrap other things: iter(sequence), iter(callable, sentinel), enumerate, zip, map, filter, reversed.
#pragma once
#include "interp/objects/abstract.h"
#include "interp/objects/list.h"
#include "interp/objects/range.h"
#include "interp/objects/step_lock.h"
#include "interp/objects/tuple.h"

namespace taipan {

struct SeqIterator {
  Header h;
  Value seq;  // null once exhausted
  int64_t index;
};
struct CallableIterator {
  Header h;
  Value callable, sentinel;  // null once exhausted
};
struct Enumerate {
  Header h;
  int64_t index;
  Value iterator;
  Value long_index;  // beyond 62 bits: an int, else null
  Value result;      // the last pair, reused while nobody else holds it
};
struct Zip {
  Header h;
  Value iterators;  // tuple
  Value result;     // the last tuple, reused while nobody else holds it
  bool strict;
};
struct MapIterator {
  Header h;
  Value function;
  Value iterators;  // tuple
};
struct FilterIterator {
  Header h;
  Value function;
  Value iterator;
};
struct StrIterator {
  Header h;
  Value str;  // null once exhausted
  size_t at;
};
struct BytesIterator {
  Header h;
  Value bytes;  // null once exhausted
  size_t at;
};
struct Reversed {
  Header h;
  Value seq;  // null once exhausted
  int64_t index;
};

Ref str_iterator_next(Value iterator);                       // of str, either kind
Ref make_seq_iterator(Value seq);                            // by __getitem__ from 0
Ref make_callable_iterator(Value callable, Value sentinel);  // iter(callable, sentinel)

// iter_next with the commonest iterators inline.
Ref next_item_otherwise(Value iterator);
TAIPAN_INLINE Ref next_item(Value iterator) {
  Ref item = list_iterator_quick(iterator);
  return TAIPAN_LIKELY(static_cast<bool>(item)) ? std::move(item) : next_item_otherwise(iterator);
}
inline Ref next_item_otherwise(Value iterator) {
  switch (iterator.header()->shape()) {
    case kShapeListIterator: return list_iterator_next(iterator.as<ListIterator>());
    case kShapeTupleIterator: return tuple_iterator_next(iterator.as<TupleIterator>());
    case kShapeRangeIterator: return range_iterator_next(iterator.as<RangeIterator>());
    default: return iter_next(iterator);
  }
}
// Whether a step of it needs nobody to hold it, whatever Python code does meanwhile. (Who held it for the step would hide that nobody
// else has it.)
inline bool keeps_itself(Value iterator) {
  switch (iterator.header()->shape()) {
    case kShapeListIterator:
    case kShapeTupleIterator:
    case kShapeRangeIterator:
    case kShapeGenerator: return true;
    default: return (type_of(iterator)->flags & kTypeKeepsItself) != 0;
  }
}
// zip(a, b) that isn't strict: its next two items, without a tuple of them. 1: given, 0: there are none, -1: an exception.
bool is_zip_of_two(Value iterator);
int zip_next_two(Value zip, Ref* first, Ref* second);
// The next item of an iterator: null means exhausted or failed; *failed tells. Clears StopIteration.
Ref next_or_null(Value iterator, bool* failed);

}  // namespace taipan
