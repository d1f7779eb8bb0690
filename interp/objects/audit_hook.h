// The audit events of this folder: looks into what code runs, and changes of what an object is. Whoever keeps the hooks (sys.addaudithook)
// installs the function.
#pragma once
#include <initializer_list>

#include "interp/objects/type.h"

namespace taipan {

extern bool (*object_audit)(const char* event, std::initializer_list<Value> args);  // null while nobody listens
bool audit_attribute_slow(const char* event, Value o, const char* name, Value value);
// object.__getattr__, object.__setattr__ and object.__delattr__ (value null) of an attribute with consequences. False: a hook raised.
inline bool audit_getattr(Value o, const char* name) {
  return !object_audit || audit_attribute_slow("object.__getattr__", o, name, Value());
}
inline bool audit_setattr(Value o, const char* name, Value value) {
  return !object_audit || audit_attribute_slow(value ? "object.__setattr__" : "object.__delattr__", o, name, value);
}

}  // namespace taipan
