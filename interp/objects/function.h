// Python functions.
#pragma once
#include "gc/lock.h"
#include "interp/objects/code.h"

namespace taipan {

struct Function {
  Header h;
  Code* code;            // owned; a replaced one (f.__code__ = ...) is kept alive for good, since frames borrow it
  Value globals;         // dict
  Value builtins;        // dict (or any mapping if the globals' __builtins__ is one)
  Value defaults;        // tuple or null
  Value kwdefaults;      // dict or null
  Value closure;         // tuple of cells or null
  Value name, qualname;  // null: the code's
  Value module;
  Value doc;          // kMissing: what the code has
  Value annotations;  // dict, tuple (name, value, ...) until asked for, or null
};

Ref make_function(Value code, Value globals, Value qualname_or_null);
// The same for code that runs with these globals and builtins.
Ref make_function_with(Value code, Value globals, Value builtins);
inline Value function_name(const Function* f) {
  Value v = gc::load(&f->name);
  return v ? v : f->code->name;
}
inline Value function_qualname(const Function* f) {
  Value v = gc::load(&f->qualname);
  return v ? v : f->code->qualname;
}
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
// What it held comes back. (Under its lock: machine code stores the same way.)
[[nodiscard]] inline Ref cell_exchange(Cell* cell, Ref v) {
  gc::ObjectLock lock(&cell->h);
  return gc::exchange_locked(&cell->h, &cell->value, std::move(v));
}

}  // namespace taipan
