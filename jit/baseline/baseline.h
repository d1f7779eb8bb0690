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
// Made anew. Exits through slow paths are counted a code; after some thousands it is compiled again with what the handlers have noted
// meanwhile, four times at most. A change of a class that makes compiled-in slots wrong (invalidate_name) turns the code's entries back to
// the interpreter and has all threads leave machine code at the next poll; within one pass through a loop body without calls, a finaliser
// that changes a class may still find the old slot used. Older versions are kept until the code object goes: calls from them may be
// under way.
//
// Hot and cold. With a threshold a code's entries lead to the stub that interprets until it was entered, or its loops went round, that
// often. That stub turns to a third table: the handlers, but for back edges, which count (and enter machine code in the middle of a
// loop), and calls, which turn back to the table that looks entries up.
//
// Compilation is synchronous: one pass, about 1.5 us an instruction, for what ran some hundred times: 2 to 3 ms of the half seconds that
// the programs of bench/py run, below 1 %. A thread of its own would not pay.
//
// The files: facts.h says what is known where; compiler.h declares the one-pass compiler, a method an instruction group; floats.cpp (doubles),
// arithmetic.cpp, attributes.cpp (attributes, globals, subscripts, cells), control.cpp (moves, jumps, loops), calls.cpp (thunks, calls of
// Python functions, returns, yields), natives.cpp (calls of C++ functions and classes), helpers.cpp (instructions that C++ does, called from
// machine code) hold them; stubs.cpp is the code that all share; baseline.cpp drives, and owns code memory, entries and counts;
// inspect.cpp is sys._jit.
//
// Entries. The word behind an instruction's feedback (jit_hooks.h) is its entry; all are written with one release store each, so
// another thread sees the stub or the code, both right. Code goes when its code object does: no frame runs it then.
#pragma once
#include <string>
#include <string_view>
#include "interp/objects/code.h"

namespace taipan::jit {

struct BaselineStats {
  uint64_t compiled = 0, failed = 0, freed = 0, instructions = 0, code_bytes = 0, hot_bytes = 0, nanoseconds = 0;
  uint64_t used_bytes = 0;  // of code memory, now
};

// Turns the tier on, before the runtime starts. False: this build's interpreter isn't made of handler functions.
bool start_baseline(int64_t threshold, bool dump, std::string_view dump_function);
bool baseline_runs();
BaselineStats baseline_stats();
void print_baseline_stats();  // to stderr
void write_perf_map();  // from now on: names of machine code for perf, in /tmp/perf-PID.map. Before start_baseline
bool compile_now(Code* code);  // its feedback exists
bool is_compiled(Code* code);
std::string listing_of(Code* code);
bool add_to_sys();  // sys._jit; false: exception

}  // namespace taipan::jit
