// Small helpers that modules written in C++ share.
#pragma once
#include <cerrno>
#include <string>
#include <type_traits>
#include "gc/lock.h"
#include "gc/mutator.h"
#include "interp/objects/abstract.h"
#include "interp/objects/int.h"
#include "interp/objects/module.h"
#include "interp/objects/native.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"

namespace taipan {

// Runs f, a plain system call, while other threads may run. errno is kept.
template <class F>
auto blocking(F f) {
  gc::BlockingScope scope;
  return f();
}

// As blocking(), again after EINTR unless a signal handler raised. False: an exception is set (a handler's); else *out is the
// call's result, negative with errno where it failed.
template <class F, class R>
bool blocking_retry(F f, R* out) {
  for (;;) {
    *out = blocking(f);
    if (*out >= 0 || errno != EINTR) return true;
    if (!poll()) return false;
    errno = EINTR;
  }
}

// Adds the functions of a table that ends with a null name to a module, beside those of its ModuleDef.
bool module_add_functions(Value module, const NativeDef* functions);
// Adds names as integer constants.
struct IntConstant {
  const char* name;
  int64_t value;
};
bool module_add_constants(Value module, const IntConstant* constants);  // ends with a null name

// A new exception class, as a class statement of that module would make it: "module.name".
Ref make_exception_class(const char* full_name, Value base_or_tuple, const char* doc = nullptr);
inline Ref make_exception_class(const char* full_name, TypeObject* base, const char* doc = nullptr) {
  return make_exception_class(full_name, Value(base), doc);
}

// An argument converted by the old "s", "i", "U" rules: the messages of PyArg_ParseTuple.
bool require_str(Value v, const char* function, int position);

}  // namespace taipan
