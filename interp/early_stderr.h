// What sys.stderr is until the streams are open.
#pragma once
#include "interp/objects/type.h"

namespace taipan {

// An object with write(), flush() and fileno() on descriptor 2, for what -v and errors of the start-up print.
Ref make_early_stderr();

}  // namespace taipan
