// A traceback entry of C++ code that stands for Python code (a callback's caller, ...): prepended to the exception in flight.
#pragma once

namespace taipan {

void add_native_traceback(const char* function, const char* file, int line);

}  // namespace taipan
