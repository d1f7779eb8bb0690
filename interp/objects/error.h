// Raising and looking at exceptions. Errors travel as null returns with the exception in thread->exc; no C++ exceptions.
#pragma once
#include <type_traits>
#include "interp/objects/type.h"

namespace taipan {

// What a raise_* function returns: converts to the error value of whatever the caller returns
// (null Ref/Value/pointer, false, -1), so `return raise(...)` always fits.
struct Fail {
  template <class T>
  operator T() const {
    if constexpr (std::is_same_v<T, bool>)
      return false;
    else if constexpr (std::is_pointer_v<T>)
      return nullptr;
    else if constexpr (std::is_integral_v<T>)
      return static_cast<T>(-1);
    else if constexpr (std::is_floating_point_v<T>)
      return static_cast<T>(-1);
    else
      return T();
  }
};

// printf-like: %s (const char*, utf-8; %.200s cuts), %c (code point), %d %u %ld %lu %lld %llu %zd %zu %x %p, %%,
// and with a Value argument: %R (repr), %S (str), %A (ascii), %T (name of its type), %N (name of the type it is); with a Str*: %U.
Fail raise(TypeObject* type, const char* format, ...);
Fail raise_value(TypeObject* type, Value arg);  // type(arg); arg tuple is passed as one argument
Fail raise_object(Ref exception);               // an instance
Fail raise_none(TypeObject* type);              // type()
Fail raise_memory();
Fail raise_os_error(int err);                                             // from errno
Fail raise_os_error(int err, Value filename, Value filename2 = Value());  // null: no file name
Fail raise_key_error(Value key);
Fail raise_stop_iteration(Value value);
Fail raise_attribute_error(Value o, Str* name);  // "'X' object has no attribute 'y'" with name/obj set
Fail raise_import_error(Value name, Value path, const char* format, ...);
Fail raise_bad_internal_call(const char* where);
Fail raise_recursion(const char* where);  // "maximum recursion depth exceeded" + where ("" or " while calling ...")
inline Fail failed() { return Fail(); }   // an exception is set already

// Formats as raise() does, into a str.
Ref format_str(const char* format, ...);

bool error_occurred();
Value current_error();                 // borrowed exception instance, or null
bool error_matches(TypeObject* type);  // an exception is set and is an instance
bool exception_matches(Value exc, Value type_or_tuple);
Ref fetch_error();                  // takes the exception (always an instance, traceback inside); clears
void restore_error(Ref exception);  // sets it again, unchanged
void clear_error();
void chain_context(Value exc, Ref context);  // exc.__context__ = context unless it would form a loop
Ref wrap_raise(TypeObject* type, const char* format,
               ...);                 // raises with __cause__ and __context__ = the current exception; returns null
void write_unraisable(Value where);  // sys.unraisablehook; clears
void write_unraisable_msg(const char* msg, Value where);
bool warn(TypeObject* category, int stacklevel, const char* format, ...);  // false: turned into an exception

// Keeps the current exception aside while cleaning up; what is raised meanwhile is reported as unraisable.
class SavedError {
 public:
  SavedError() : saved_(fetch_error()) {}
  ~SavedError();

 private:
  Ref saved_;
};

}  // namespace taipan
