// The interactive interpreter: libedit on a terminal, plain lines elsewhere.
#pragma once

#include <string>

namespace taipan {

enum class LineStatus { kLine, kEnd, kInterrupted };  // interrupted: by a signal; its handler may have raised

// What reads a line from the terminal, with its newline, for the prompt and for input(): set by the module readline. The history
// file is its affair, too.
extern LineStatus (*read_line_hook)(const std::string& prompt, std::string* out);

int run_repl();  // returns the exit status

}  // namespace taipan
