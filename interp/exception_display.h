// An uncaught exception as text.
#pragma once
#include "gc/ref.h"

namespace taipan {

Ref exception_text(Value exc);  // a str, ended by a newline; null (without an exception) when memory is gone

}  // namespace taipan
