// Appending to a str that is about to be stored where it is held already.
#pragma once
#include "interp/objects/str.h"

namespace taipan {

// This thread alone holds so many references to it.
inline bool is_held(const Header* h, uint32_t count) {
  return h->owner.load(std::memory_order_relaxed) == gc::current_slot &&
         h->rc_local.load(std::memory_order_relaxed) == count && h->rc_shared.load(std::memory_order_acquire) == 0;
}
// As str_append() where a is held twice at most: by the register that the result goes to, and by the place that it is stored to next.
Ref str_append_stored(Value a, Value b);

}  // namespace taipan
