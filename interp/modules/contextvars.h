// Context variables, for the C++ code that reads and sets them (contexts of threads, asyncio's, decimal's).
#pragma once
#include "interp/objects/thread.h"

namespace taipan {

Ref copy_current_context();  // contextvars.copy_context()
Ref make_context_var(Str* name, Value default_or_null);
Ref context_var_get(Value var, Value otherwise);  // otherwise null: LookupError; the variable's default comes after it
// Changes whenever the calling thread's current context, or a value in it, does: until then a value that was read is still the value,
// and alive.
uint64_t context_stamp();
bool context_var_set(Value var, Value value);
bool context_enter(Thread* t, Value context);  // RuntimeError if it is entered already
void context_leave(Thread* t, Value context);  // context is the innermost one
bool is_context(Value v);

}  // namespace taipan
