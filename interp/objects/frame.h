// The frame: one struct for all tiers (DESIGN 5). Lives on the thread's frame stack, or inside a generator object.
// The Python-visible frame object (PyFrame) is made on demand and takes the registers over when the frame ends.
#pragma once
#include "interp/objects/function.h"
#include "interp/objects/thread.h"

namespace taipan {

struct PyFrame;
struct Generator;

enum FrameFlags : uint8_t {
  kFrameEntry = 1,      // returning from it leaves the C++ eval() that runs it
  kFrameGenerator = 2,  // lies in a Generator
  kFrameInit = 4,       // __init__ of an instance being made: `locals` holds the instance, which is the call's result
  kFrameTraced = 8,     // has had its 'call' event
  kFrameDone = 16,      // finished or cleared
  kFrameNegated = 64,   // with kFrameOperator: != asks __eq__, and its answer is turned round
  kFrameOperator = 32,  // the method of an operator: the caller's instruction goes on with the result
};

struct Frame {
  Frame* prev;              // caller (null in a suspended generator)
  const Instruction* pc;    // current instruction (valid while another frame or C++ code runs)
  Code* code;               // borrowed from func (see Function::code)
  Function* func;           // owned
  Value globals, builtins;  // borrowed from func
  Value locals;             // owned: namespace of class/module bodies; null in functions (kFrameInit: the instance)
  PyFrame* object;          // owned; null until asked for
  ptrdiff_t feedback;       // bytes from an instruction of the code to its feedback word; set when the frame is entered
  uint32_t nregs;
  uint16_t result_reg;  // caller's register for the result
  uint8_t flags;
  uint8_t spare;
  Value* regs() { return reinterpret_cast<Value*>(this + 1); }
  const Value* regs() const { return reinterpret_cast<const Value*>(this + 1); }
};

struct Traceback {
  Header h;
  Value next;     // Traceback or null
  Value frame;    // PyFrame
  int32_t lasti;  // instruction index
  int32_t line;   // computed lazily: -1
};

// sys._getframe() and tracebacks.
struct PyFrame {
  Header h;
  Frame* frame;        // the live frame, or own_frame once it ended
  Value back;          // caller's PyFrame once the frame ended, or null
  Value trace;         // f_trace
  Value locals_cache;  // dict shown as f_locals for function frames
  bool trace_lines, trace_opcodes;
  bool ended;
  int32_t line_override;  // f_lineno while tracing; 0: none
  int32_t traced_line;    // line of the last 'line' event; 0: none yet
  uint32_t traced_index;  // instruction looked at last
  int32_t jump_index;     // where f_lineno was set to; -1: not
  bool in_line_event;
  Frame* own_frame;  // raw buffer holding a copy of the ended frame with its registers, or null
};

// A generator, coroutine or async generator: the frame follows the struct.
// kGenLooked: suspended, but another thread is looking at its frame for a few instructions.
enum GeneratorState : uint8_t { kGenCreated, kGenSuspended, kGenRunning, kGenDone, kGenLooked };
struct Generator {
  Header h;
  GeneratorState state;
  uint8_t closed_early;
  bool hooks_inited;  // async generators
  bool ag_running;
  bool ag_closed;
  Value name, qualname;
  Value origin_or_finalizer;  // coroutines: cr_origin; async generators: finalizer
  ExcState exc_state;         // its own level of handled exceptions
  Frame frame;                // registers follow
};
inline Generator* generator_of(Frame* f) {
  return reinterpret_cast<Generator*>(reinterpret_cast<char*>(f) - offsetof(Generator, frame));
}

inline uint32_t frame_index(const Frame* f) { return static_cast<uint32_t>(f->pc - f->code->instructions); }
// PyFrame of a live frame: of one's own thread, or with the world stopped.
Ref frame_object(Frame* f);
void frame_ended(Frame* f);  // the frame is about to go: its PyFrame takes the registers over
int frame_line(Frame* f);
Ref frame_locals(Frame* f);  // f_locals / locals(): namespace, or a fresh snapshot merged into the cached dict
void frame_locals_to_fast(PyFrame* f);         // after a trace function ran
Frame* python_frame(Frame* f);                 // nearest frame running Python code (f itself today)
void add_traceback(Frame* f, uint32_t index);  // prepends to the exception in flight
// An artificial traceback entry (C++ code that stands for Python code, e.g. syntax errors): file, function, line.
Ref traceback_of(Value exc);

// Calls that the interpreter implements.
Value function_call(Thread* t, Value callee, const Value* args, size_t nargs, Value kwnames);  // Function's call slot
Ref eval_code(Value code, Value globals, Value locals, Value closure_or_null);                 // exec()/eval()
// Generators: value null and exc null: next(); kind of end is told apart: returns kStopIter when it returned (value in *result).
Ref generator_resume(Generator* g, Value sent, Ref* result);  // sent null: throw the exception in flight
Ref make_generator(Frame* f);  // RETURN_GENERATOR: copies the frame's registers into a new object

}  // namespace taipan
