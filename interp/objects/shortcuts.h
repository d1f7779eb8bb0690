// Ways around the general functions, for the few places that are often there and know more.
#pragma once
#include "interp/objects/abstract.h"
#include "interp/objects/str.h"

namespace taipan {

// A tuple of two that takes both.
Ref make_pair_steal(Ref a, Ref b);
// Adds an entry for an exact str that is known to be absent.
bool dict_append_str(Value dict, Str* key, Ref value);
// An attribute of a module; kMissing: there is none. (Its __getattr__ may still raise AttributeError.)
Ref module_get_attr_opt(Value module, Str* name);

// Of an instance of a class written in Python: whether what its left operand's side of an operator, or of comparisons, does is a built-in
// type's own code.
bool operator_is_native(Value v, BinaryOp op);
bool comparison_is_native(Value v);

}  // namespace taipan
