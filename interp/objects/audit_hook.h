// The audit events of this folder: changes of what an object is. Whoever keeps the hooks (sys.addaudithook) installs the function.
#pragma once
#include "interp/objects/type.h"

namespace taipan {

extern bool (*setattr_audit)(Value o, const char* name, Value value);  // null while nobody listens
// object.__setattr__ of an attribute with consequences. False: a hook raised.
inline bool audit_setattr(Value o, const char* name, Value value) {
  return !setattr_audit || setattr_audit(o, name, value);
}

}  // namespace taipan
