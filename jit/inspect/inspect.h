// A look at machine code from outside:
//
//   dump.cpp     -X dump=asm, sys._jit.dump: instructions beside the bytecode and the source they come from
//   names.cpp    what an address is: a stub, machine code of a function, a handler, a C++ function, an object
//   profile.cpp  perf: the map of names, and jitdump files with code and lines
//   exits.cpp    -X stats: what was compiled, how machine code was left
//   sys_jit.cpp  the module sys._jit
//
// (gdb is told by arch/unwind.cpp.) All of it works from the code that runs, not from a second compilation.
#pragma once
#include <string>
#include <vector>
#include "arch/code_space.h"
#include "interp/objects/code.h"
#include "jit/baseline/positions.h"

namespace taipan::jit {

// Code and positions: null for stubs.
std::string describe_block(const arch::CodeBlock& block, Code* code, const Positions* positions);
std::string describe_code(Code* code);              // as it is, or as it would be if it were compiled now
std::string describe_stubs(std::string_view name);  // all of them, or one; empty: there is none of that name

// The source lines of the pieces of a code's machine code.
std::vector<arch::CodeLine> lines_of(Code* code, const Positions& positions);

// Empty: nothing known.
std::string name_of_address(uint64_t address, const Code* code);

void start_profilers();
void tell_profilers(const arch::CodeBlock& block, Code* code, const Positions* positions);
void profilers_after_fork();

}  // namespace taipan::jit
