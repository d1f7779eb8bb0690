// The interactive interpreter: libedit on a terminal, plain lines elsewhere.
#pragma once

namespace taipan {

int run_repl();  // returns the exit status

}  // namespace taipan
