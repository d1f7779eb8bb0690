// The parser, the compiler and what walks trees call themselves for each level of nesting. Beside their fixed limits they stop where the
// thread's native stack ends: the runtime says where that is, for each thread; tools that don't have no such limit.
#pragma once

namespace taipan::frontend {

inline constinit thread_local const char* stack_limit = nullptr;

inline bool stack_is_low() { return static_cast<const char*>(__builtin_frame_address(0)) < stack_limit; }

}  // namespace taipan::frontend
