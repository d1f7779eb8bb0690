// The intern table's hooks for str's destruction and for fork().
#pragma once
#include "interp/objects/str.h"

namespace taipan {

void forget_interned(Str* s);  // a dying interned str
void intern_locks_before_fork();
void intern_locks_after_fork();

}  // namespace taipan
