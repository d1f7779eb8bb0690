// set and frozenset.
#pragma once
#include "interp/objects/type.h"

namespace taipan {

Ref make_set(Value iterable = Value());
Ref make_frozenset(Value iterable = Value());
bool set_add(Value set, Value item);
int set_contains(Value set, Value item);      // 1, 0, -1
int set_discard(Value set, Value item);       // 1 removed, 0 absent, -1
size_t set_size(Value set);
bool set_next(Value set, size_t* pos, Value* item, int64_t* hash = nullptr);  // borrowed
bool set_update(Value set, Value iterable);
Ref set_pop(Value set);

}  // namespace taipan
