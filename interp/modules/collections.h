// The parts of the _collections module.
#pragma once
#include "interp/objects/containers.h"
#include "interp/objects/dict.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/native.h"
#include "interp/objects/owned_fields.h"

namespace taipan {

bool add_deque_types(Value module);
bool add_ordered_dict_types(Value module);

// (type(self), args, state, items[, more]) as __reduce__ of the types here: state from __getstate__.
inline Ref reduce_with_state(Value self, Value args, Value items, bool dict_items) {
  Ref state = call_method(self, TAIPAN_NAME(__getstate__));
  if (!state) return nullptr;
  if (dict_items) return make_tuple_of({Value(type_of(self)), args, state.get(), kNone, items});
  return make_tuple_of({Value(type_of(self)), args, state.get(), items});
}

}  // namespace taipan
