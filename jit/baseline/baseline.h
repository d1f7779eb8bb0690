// The baseline tier: machine code made from bytecode in one pass, on the interpreter's frames.
//
// The idea. The interpreter's handlers are functions that call each other in tail position and keep five variables in registers: the
// frame, the instruction, the thread, the handler table and the instruction's word (interp/eval/dispatch.h). Baseline code speaks
// the same convention, so machine code and handlers jump to each other anywhere, and nothing has to be written twice:
//
//   - The code of an instruction is its fast path (ints, floats, known shapes...), written inline. Everything else is a jump to the
//     instruction's own handler, with pc and word set: calls, exceptions, generators, imports, whatever takes the slow path.
//   - The handler goes on as it always does: by the handler table, with the next instruction. While the JIT is on that table has one
//     entry 256 times, a stub that looks up where machine code for pc in this frame's code begins and jumps there. So after any
//     handler execution is back in machine code: of the same function, of a function just called, of the caller just
//     returned to, at an exception's handler, in a resumed generator.
//   - Code that isn't compiled has the address of another stub in that place, which runs the instruction's handler.
//
// What follows from that:
//   - Every instruction has an entry. Entry and exit at any instruction need no data beside the frame. Tracing needs none either: a traced
//     thread's table is the tracing one.
//   - Python-to-Python calls take no native stack, as in the interpreter.
//   - An instruction's fast path makes all its tests before it changes anything: leaving for the handler starts the instruction anew.
//   - Feedback is the interpreter's, recorded by the handlers. It is compiled in as constants: shapes and slots, methods and their classes'
//     versions, places in the globals, the C++ function or the class that a CALL calls, the kinds of an operator's operands. Guards
//     compare; where one fails the handler takes over, and notes what it sees.
//   - f->pc is written only where C++ is called that can look at it.
//
// What is known (facts.h). Along straight code machine code knows what it has checked or made: kinds of registers, temporaries that hold
// nothing, doubles that are in a machine register already (floats.cpp; a temporary's double gets to its register only if somebody wants
// the word). Where other facts hold than those that hold for everybody, the entry checks them first, by a list, and goes to the handler if
// one fails: so a handler that made something unexpected costs one more instruction in the interpreter, and never an error.
//
// Threads. With the GIL off code is made in one of two ways (compiler.h: Threads). While a program has one thread it is the same code as with
// the GIL, but for what several threads must not do to each other's objects (stores, iterators, lists' items, C++ functions): that looks
// first at a byte behind the handler table, which kTable points to. When a second thread is about to start, all entries turn back to the
// interpreter and code is made anew for threads in parallel (jit/tiering/); activations of the old code can only lie on the native stack of
// the thread that starts the other, and that byte sends them to the handlers. Code for several threads counts what its own thread owns
// inline and calls C++ for the rest, reads without locks as the interpreter does (attributes.cpp says by what rules), and
// stores under object locks (parallel.cpp).
//
// Size. bench/code_size.py says how many bytes an instruction takes, and which count as simple. An entry that checks facts has no code
// of its own but a row in a table (EntryTable), a helper's call is two instructions, and what raises or leaves says its index to a stub.
// Thunks and returns stay in line: where all functions share the branches of those, the processor foretells calls and returns badly.
//
// The files: facts.h says what is known where; compiler.h declares the one-pass compiler, a method an instruction group; floats.cpp (doubles),
// arithmetic.cpp, attributes.cpp (attributes, globals, subscripts, cells), control.cpp (moves, jumps, loops), calls.cpp (thunks, calls of
// Python functions, returns, yields), natives.cpp (calls of C++ functions and classes), helpers.cpp (instructions that C++ does, called from
// machine code) hold them; stubs.cpp is the code that all share, subroutines.cpp what of it is called and returns (it is told the instruction
// by its index, or its pc: how C++ is called, tests of truth, numbers of mixed kinds); positions.h says which instruction machine code belongs to. When code is
// compiled, and what becomes of it: jit/tiering/. Dumps, profilers and sys._jit: jit/inspect/.
//
// Entries. The word behind an instruction's feedback (jit_hooks.h) is its entry; all are written with one release store each, so
// another thread sees the stub or the code, both right.
#pragma once
#include "jit/baseline/compiler.h"
