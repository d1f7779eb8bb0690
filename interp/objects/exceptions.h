// Layouts of the built-in exceptions (exceptions.def) and what C++ code asks of them.
#pragma once
#include "interp/objects/error.h"

namespace taipan {

struct BaseExc {
  Header h;
  Value args;       // tuple
  Value traceback;  // Traceback or null
  Value context;    // exception or null
  Value cause;      // exception or null
  bool suppress_context;
};
struct SystemExitExc : BaseExc {
  Value code;
};
struct StopIterationExc : BaseExc {
  Value value;
};
struct GroupExc : BaseExc {
  Value message;     // str
  Value exceptions;  // tuple
};
struct AttributeErrorExc : BaseExc {
  Value object, name;  // null: None
};
struct NameErrorExc : BaseExc {
  Value name;
};
struct ImportErrorExc : BaseExc {
  Value message, name, path;
};
struct OSErrorExc : BaseExc {
  Value err, strerror, filename, filename2;  // null: not set
  int64_t written;                           // BlockingIOError.characters_written; -1: not set
};
struct SyntaxErrorExc : BaseExc {
  Value message, filename, line, offset, end_line, end_offset, text, print_file_and_line;
};
struct UnicodeErrorExc : BaseExc {
  Value encoding;  // str (not for translate errors)
  Value object;    // bytes or str
  int64_t start, end;
  Value reason;  // str
};

inline BaseExc* base_exc(Value v) { return v.as<BaseExc>(); }
Ref make_exception(TypeObject* type);  // type() without calling Python code (built-in types)
Ref make_exception(TypeObject* type, Value arg);
Ref exception_from_call(Value type, Value args_tuple);  // type(*args), checked to be an exception
// Setters; the value is stored as it is.
void set_traceback(Value exc, Value traceback_or_null);
void set_cause(Value exc, Ref cause_or_null);  // suppresses the context, too
void set_context(Value exc, Ref context_or_null);
bool set_exc_field(Value exc, Value* field, Value v);  // any owned field of the structs above

// Raising the structured ones.
Fail raise_name_error(Str* name, const char* format, ...);               // NameError with .name
Fail raise_unbound_local(Str* name, const char* format, ...);            // leaves .name None, as CPython does
Fail raise_attribute(Value object, Str* name, const char* format, ...);  // AttributeError with .obj and .name
Fail raise_syntax_error(TypeObject* type, const char* msg, Value filename, int line, int column, Value text,
                        int end_line, int end_column);
Fail raise_unicode_decode(const char* encoding, const void* data, size_t size, int64_t start, int64_t end,
                          const char* reason);
Fail raise_unicode_encode(const char* encoding, Value text, int64_t start, int64_t end, const char* reason);
Ref make_unicode_decode(const char* encoding, const void* data, size_t size, int64_t start, int64_t end,
                        const char* reason);
Ref make_unicode_encode(const char* encoding, Value text, int64_t start, int64_t end, const char* reason);
Ref make_unicode_translate(Value text, int64_t start, int64_t end, const char* reason);
// The value a StopIteration carries (owned); clears the error. An exception must be set and be a StopIteration.
Ref take_stop_iteration_value();
TypeObject* os_error_class(int err);  // FileNotFoundError for ENOENT...; OSError if there is none
// except*: the part of exc that matches, and the rest (None where empty). exc may be a plain exception (wrapped when it matches).
bool split_exception(Value exc, Value type, Ref* match, Ref* rest);
bool is_exception_group(Value v);
extern TypeObject* exception_group_type;  // ExceptionGroup
Ref make_exception_group(Value message, Value exceptions_list);
// except*'s end: what to raise of the exceptions raised and re-raised in its handlers (list), or None.
Ref prepare_reraise_star(Value original, Value raised_list);
void init_exceptions();  // after the types are ready: the spare MemoryErrors

}  // namespace taipan
