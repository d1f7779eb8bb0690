// Code units as bytes, for marshal, .pyc files and the boot image.
//
//   magic  version  checksum  unit                 unit: strings and tables behind their sizes, constants, instructions, positions
//
// Numbers are variable-length; instructions store `operand + 1` so that kNoReg takes a byte; a position is the difference to the one
// before. The version is computed from bytecode.def: a changed instruction set makes old files unreadable by itself. Reading checks
// every size, index and the checksum, and hands the result to the verifier: corrupt input gives an error, never a crash.
#pragma once
#include <string>
#include <string_view>

#include "frontend/bytecode/code_unit.h"

namespace taipan::frontend {

// Changes with the instruction set and the format: for cache tags and magic numbers.
uint32_t bytecode_version();

// "" if the unit holds a constant that only lives in memory (ConstantKind::kForeign).
std::string serialize(const CodeUnit& unit);

// False: *why says what is wrong. *unit gets an arena of its own if it has none; constants are copied into it.
bool deserialize(std::string_view bytes, CodeUnit* unit, std::string* why);

// For tests: takes no notice of the checksum and verifies the code's data flow as well.
bool deserialize_untrusted(std::string_view bytes, CodeUnit* unit, std::string* why);

}  // namespace taipan::frontend
