// Functions that run when the interpreter ends.
#pragma once

namespace taipan {

// Calls what atexit.register() has gathered, last in first out; errors go to sys.unraisablehook. Each runs once.
void run_atexit_functions();

}  // namespace taipan
