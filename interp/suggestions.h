// "Did you mean: ...?" for uncaught AttributeErrors and NameErrors.
#pragma once
#include "gc/ref.h"

namespace taipan {

Ref suggestion_for(Value exc);  // a name (str); null without an exception: no idea

}  // namespace taipan
