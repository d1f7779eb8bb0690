// Module objects.
#pragma once
#include "interp/objects/native.h"

namespace taipan {

struct Module {
  Header h;
  const ModuleDef* def;  // null unless written in C++
  Value dict;            // its attribute area: always a Dict once initialised
};

Ref make_module(Value name);  // with __name__, __doc__, __package__, __loader__, __spec__
inline bool is_module(Value v) { return v.is_heap() && is_subtype(type_of(v), types::Module); }
Value module_dict(Value module);               // borrowed
Ref module_name(Value module);                 // __name__; SystemError "nameless module"
Ref module_get_attr(Value module, Str* name);  // the type's get_attr slot
// The same; kMissing: there is none. (Its __getattr__ may still raise AttributeError.)
Ref module_get_attr_opt(Value module, Str* name);
bool module_is_initializing(Value module);  // its __spec__._initializing

}  // namespace taipan
