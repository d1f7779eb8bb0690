// Room on the native stack, for C++ code that calls itself through Python's structures (hashing nested tuples, iterators over iterators,
// ...) and that CPython lets go as deep as its stack allows: such levels don't count against sys.getrecursionlimit().
#pragma once
#include "interp/objects/error.h"
#include "interp/objects/thread.h"

namespace taipan {

constexpr size_t kStackReserve = 192 * 1024;  // for C++ code that checks nothing

inline bool native_stack_is_low(const Thread* t) {
  return static_cast<char*>(__builtin_frame_address(0)) < t->stack_low + kStackReserve;
}
// False: RecursionError was raised (where like " in comparison").
inline bool check_native_stack(const char* where = "") {
  return TAIPAN_LIKELY(!native_stack_is_low(current_thread())) || raise_recursion(where);
}

}  // namespace taipan
