// Checks a code unit: operands within bounds, jump targets and handlers on instruction starts, EXT words in their places, and, by
// abstract execution, that every temporary is written before it is read, that what calls take for empty is empty, and that control
// never runs off the end. Run on all compiler output in builds with assertions, and on everything that is read from a file.
#pragma once
#include <string>

#include "frontend/bytecode/code_unit.h"

namespace taipan::frontend {

// "" or what is wrong, with the instruction. Nested code units included. structure_only: without the abstract execution, for
// bytecode from files whose producer was checked.
std::string verify(const CodeUnit& unit, bool structure_only = false);

}  // namespace taipan::frontend
