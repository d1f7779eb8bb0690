// What the tables of sets (set.cpp) and the types made of them (set_type.cpp) share.
#pragma once
#include "interp/objects/set.h"

namespace taipan {

inline size_t used_of(const Set* s) { return s->used.load(std::memory_order_relaxed); }
inline bool is_live(const SetEntry& e) { return e.key && e.key != kMissing; }
inline bool is_mutable_set(Value v) { return is_any_set(v) && is_subtype(type_of(v), types::Set); }
inline bool is_frozenset(Value v) { return is_any_set(v) && is_subtype(type_of(v), types::FrozenSet); }

// New references; null, false or -1 with an exception set. Any thread.
Set* allocate_set(TypeObject* cls);
TypeObject* set_result_type(Value v);  // the built-in type that an operation on v results in
Ref make_set_as(TypeObject* cls, Value iterable);
bool is_plain(Value iterable);  // going through it runs no Python code
// GIL off: for an operation that runs Python code in the middle, a set and a plain iterable are replaced by copies of what they hold at one moment.
bool set_at_one_moment(Value* self, Value* other, Ref* items, Ref* copy);
Ref set_union(Value self, Value other);
Ref set_intersection(Value self, Value other);
bool set_intersection_update(Value set, Value other);
Ref set_difference(Value self, Value other);
Ref set_symmetric_difference(Value self, Value other);
int set_compare_items(Value a, Value b, CompareOp op);  // two sets: 1, 0, -1
int set_shares_nothing(Value a, Value b);               // two sets: 1, 0, -1

}  // namespace taipan
