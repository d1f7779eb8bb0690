// Audit events (sys.addaudithook) raised by modules written in C++.
#pragma once
#include <initializer_list>
#include "interp/gil.h"

namespace taipan {

inline bool auditing() { return !audit_hooks.is_null(); }
bool audit_slow(const char* event, std::initializer_list<Value> args);
// Shows an event to the hooks. False: one of them raised. Arguments that cost something to make belong behind auditing().
inline bool audit(const char* event, std::initializer_list<Value> args) {
  return TAIPAN_LIKELY(!auditing()) || audit_slow(event, args);
}

}  // namespace taipan
