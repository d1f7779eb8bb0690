// Which code is compiled when, and how much of it is kept.
//
// Counters. The word behind a code's entries says how far the code is: an odd number counts its calls and the rounds of its loops while it is
// interpreted, an even one is its machine code, zero means that it stays interpreted. Entries of what isn't compiled lead to the stub that
// interprets, which counts; that stub turns to a table in which calls turn back to the look-up of entries and back edges count
// (counting.cpp). What reaches the threshold (-X jit-threshold; more for more than 1000 instructions, in proportion) is compiled at once, in
// the thread that got there, and is entered at that very instruction: a loop in its middle. While another thread compiles the caller goes on
// interpreting. What is longer than 20000 instructions is never compiled.
//
// Made anew. Exits through slow paths are counted a code; after some thousands it is compiled again with what the handlers have noted
// meanwhile, four times at most. A change of a class that makes compiled-in slots wrong (invalidate_name) turns the code's entries back to
// the interpreter and has all threads leave machine code at the next poll; within one pass through a loop body without calls, a finaliser
// that changes a class may still find the old slot used. Older versions are kept until the code object goes: calls from them may be
// under way.
//
// Memory (memory.cpp). Machine code goes with its code object: no frame runs it then. Beyond that its size is limited (-X jit-memory): where
// the limit is reached the world is stopped, all entries are turned back to the interpreter, and every version goes that has no return
// address on a native stack (a conservative scan: Python's own calls take no native stack, so few have). Counting begins anew: what is hot
// is back after `threshold` calls, what was hot once doesn't come back. That costs machine code no count of its own. Compiling as much as the
// limit holds takes far longer than throwing it away, so a program whose working set is larger than the limit doesn't suffer more than
// one that compiles everything twice; where little can be freed, compilation pauses until some has gone.
//
// Synchronous, on purpose. One pass takes 1.3 to 2 us an instruction, for code that has run 2000 times. Measured (-X stats, processor time): over
// the 35 programs of bench/py, of half a second each, all compilations of a program take 1.0 ms (median; 2.4 at most), 0.23 % of the time,
// 0.41 % at most; the longest single one 0.9 ms. Parsing 60 modules of the library: 8 ms in 1.1 s, the longest 1.7 ms. A generated program of
// 400 hot functions: 64 ms in 2 s, the longest 0.5 ms; the longest pause that there can be, a function of 18000 instructions, takes 38 ms after
// 36000 calls. A thread of its own gives back these shares and no more (on two cores, if the other one is idle). Its price: with the GIL what
// loses its last reference dies at once, and its cell is used again at once. A thread that reads classes, functions and dicts out of the
// feedback beside the program needs a grace period for each of these, so finalisers would come late whenever something is being compiled.
// The optimising tier, which takes a hundred times as long, is where one belongs (with a copy of the feedback, taken when it is asked for): it
// publishes as this tier does, by one release store.
//
// Publication. An entry is one word, stored with release order after the code is in place; whoever loads it (the stub `find`, with a plain
// load) jumps to what it read: an address dependency, which orders the instruction fetch on ARM64 only because the instruction cache
// was cleaned to the point of unification before the store, and because fresh memory was never fetched there (arch/code_space.h has the
// case of memory that is used again). Entries of one code are stored one by one: in between some lead to the new version and some to the old
// one or the interpreter, and each is right by itself, for an entry needs nothing but the frame.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include "interp/objects/code.h"

namespace taipan::jit {

struct TieringOptions {
  bool gil = true;
  int64_t threshold = 2000;          // calls and loops before a code is compiled; 0: before it runs
  size_t memory = size_t{64} << 20;  // bytes of machine code at most
  unsigned failing_guards = 0;       // one of so many guards fails always: a test of what comes then; 0: none
  bool count_exits = false;          // machine code is made so that it counts how it is entered and left
  bool dump = false;                 // prints what is compiled
  std::string dump_function;         // that alone, by name or qualified name
  bool perf_map = false;             // names for perf: /tmp/perf-PID.map
  bool jitdump = false;              // code, names and lines for perf inject: jit-PID.dump
  std::string jitdump_folder;        // there; else in the current folder
  bool debugger = false;             // tells gdb
};

struct TieringStats {
  uint64_t compiled = 0, failed = 0, freed = 0, instructions = 0, code_bytes = 0, hot_bytes = 0, nanoseconds = 0;
  uint64_t longest = 0;                 // nanoseconds that one compilation took
  uint64_t dropped = 0, clearings = 0;  // versions freed because the limit was reached, and how often it was
  uint64_t used_bytes = 0;              // of code memory, now
};
// How machine code is entered and left, if that is counted; exits by the opcode of the handler left to.
struct ExitCounts {
  uint64_t entries = 0;         // from handlers
  uint64_t guards[256] = {};    // an instruction's fast path didn't apply
  uint64_t handlers[256] = {};  // it has none, or a call goes on in C++
};

// Before the runtime starts. False: this build's interpreter isn't made of handler functions.
bool start_tiering(const TieringOptions& options);
bool tiering_runs();
TieringStats tiering_stats();
bool counts_exits();
ExitCounts exit_counts();      // of all threads; zero where they aren't counted
void print_tiering_stats();    // to stderr
bool compile_now(Code* code);  // its feedback exists
bool is_compiled(Code* code);
void finish_profilers();  // at the end of the run
bool add_to_sys();        // sys._jit; false: exception

}  // namespace taipan::jit
