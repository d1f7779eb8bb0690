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
//   - Machine code begins at every instruction, and no fact is carried from one instruction to the next: all state is in the frame.
//     Entry and exit at any instruction need no data. Tracing needs none either: a traced thread's table is the tracing one.
//   - Python-to-Python calls take no native stack, as in the interpreter.
//   - An instruction's fast path makes all its tests before it changes anything: leaving for the handler starts the instruction anew.
//     Before a register is overwritten that means: is its old value one whose release is a matter of nothing (not a heap object)?
//   - Feedback is the interpreter's, recorded by the handlers; fast paths read the words when they run, so nothing is invalidated.
//   - f->pc is not written by fast paths, but where they call C++ that can run Python code (the last reference to something goes): handlers
//     write it themselves. All such calls lie out of line.
//   - Hot and cold. With a threshold a code's entries lead to the stub that interprets until it was entered, or its loops went round, that
//     often. That stub turns to a third table: the handlers, but for back edges, which count (and enter machine code in the middle of a
//     loop), and calls, which turn back to the table that looks entries up.
//
// The files: compiler.h declares the one-pass compiler, a method an instruction group; arithmetic.cpp, attributes.cpp (attributes, globals,
// subscripts, cells), control.cpp (moves, jumps, loops), calls.cpp (calls of Python functions, returns) hold them; baseline.cpp drives,
// and owns stubs, code memory, entries and counts; inspect.cpp is sys._jit. Exceptions and generators have no file: their handlers do them.
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
