// set and frozenset.
#pragma once
#include "interp/objects/type.h"

namespace taipan {

Ref make_set(Value iterable = Value());
Ref make_frozenset(Value iterable = Value());
bool set_add(Value set, Value item);
int set_contains(Value set, Value item);  // 1, 0, -1
int set_discard(Value set, Value item);   // 1 removed, 0 absent, -1
size_t set_size(Value set);
bool set_next(Value set, size_t* pos, Value* item, int64_t* hash = nullptr);      // borrowed
bool set_next_owned(Value set, size_t* pos, Ref* item, int64_t* hash = nullptr);  // safe with the GIL off
bool set_update(Value set, Value iterable);
Ref set_pop(Value set);
Ref set_items_list(Value set);  // in the order of iteration, at one moment whatever others do to the set
bool set_difference_update(Value set, Value iterable);
bool set_symmetric_difference_update(Value set, Value iterable);
void set_clear(Value set);

// Open addressing as CPython probes it (runs of ten cells, then jumps), so that the order of iteration is the same.
struct SetEntry {
  Value key;  // null: never used; kMissing: deleted
  int64_t hash;
};
struct Set {
  Header h;
  std::atomic<size_t> used;
  size_t fill;  // used and deleted cells
  size_t mask;
  SetEntry* table;              // small, or a raw buffer
  int64_t hash;                 // frozenset: -1 not computed
  std::atomic<uint32_t> moves;  // of keys to other cells: see set.cpp
  uint32_t finger : 31;         // where pop() goes on searching
  uint32_t heap_keys : 1;       // some key is or was an object: else there is nothing to count in the table
  SetEntry small[8];
};
inline bool is_set_exact(Value v) { return has_shape(v, kShapeSet); }
inline bool is_frozenset_exact(Value v) { return has_shape(v, kShapeFrozenSet); }

struct SetIterator {
  Header h;
  Value set;  // null once exhausted
  int64_t used;
  size_t position;
  int64_t remaining;
};
Ref make_set_iterator(Value set);
Ref set_iterator_next(SetIterator* it);

}  // namespace taipan
