// Python functions.
#pragma once
#include "interp/objects/code.h"

namespace taipan {

struct Function {
  Header h;
  Code* code;        // owned; a replaced one (f.__code__ = ...) is kept alive for good, since frames borrow it
  Value globals;     // dict
  Value builtins;    // dict (or any mapping if the globals' __builtins__ is one)
  Value defaults;    // tuple or null
  Value kwdefaults;  // dict or null
  Value closure;     // tuple of cells or null
  Value name, qualname, module, doc;
  Value annotations;  // dict, tuple (name, value, ...) until asked for, or null
};

Ref make_function(Value code, Value globals, Value qualname_or_null);
inline bool is_function(Value v) { return has_shape(v, kShapeFunction); }

// Bound method.
struct Method {
  Header h;
  Value function;
  Value self;
};
Ref make_method(Value function, Value self);

struct Cell {
  Header h;
  Value value;  // null: empty
};
Ref make_cell(Value value_or_null);

}  // namespace taipan
