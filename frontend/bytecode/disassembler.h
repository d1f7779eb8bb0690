// Bytecode as text, for -X dump=bytecode and the tests:
//
//   code f(a, b)  line 1, 4 registers: a b | c | 2 temporaries
//     2     0  ADD            R2, a, b
//           1  JUMP_LT        1, a, 3 -> 5
//     handlers: 0..4 -> 7 depth R3
//
// A register shows as its variable's name, a temporary as %0, %1, ...; `*` after an operand: its last use.
#pragma once
#include <string>

#include "frontend/bytecode/code_unit.h"

namespace taipan::frontend {

std::string disassemble(const CodeUnit& unit, bool nested = true);
// One instruction, without its index; `ext` is the word that follows.
std::string disassemble_instruction(const CodeUnit& unit, uint32_t index);
std::string constant_text(const ConstantValue& value);

}  // namespace taipan::frontend
