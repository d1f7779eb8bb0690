// A Python thread: the mutator that the memory system knows, plus exception state, frames and limits.
#pragma once
#include "gc/mutator.h"
#include "interp/objects/type.h"

namespace taipan {

struct Frame;

// One level of "the exception being handled" (sys.exc_info()): the thread has a base level, each running generator its own.
struct ExcState {
  Value exc;  // owned, null: none
  ExcState* prev = nullptr;
};

struct Thread : gc::Mutator {
  Value exc;                    // exception in flight (owned); null: none
  ExcState* handled = nullptr;  // innermost level
  ExcState handled_base;
  Frame* frame = nullptr;          // innermost Python frame
  bool generator_yielded = false;  // how the generator that eval() ran left it
  gc::Header* doomed = nullptr;    // the interpreter's: what the current instruction has let go of last
  Value operator_method;           // the interpreter's, between two steps of one instruction: borrowed
  Value operator_value;            // owned
  // Frame stack: chunks that never move (interp/frame.h)
  char* frame_top = nullptr;
  char* frame_limit = nullptr;
  void* frame_chunk = nullptr;
  int32_t recursion_depth = 0;     // Python frames and native recursion levels together, against recursion_limit
  int32_t recursion_headroom = 0;  // extra while handling RecursionError
  uint64_t ident = 0;              // _thread.get_ident()
  uint64_t native_id = 0;
  Value thread_dict;               // thread-local storage of _thread._local, and repr_enter's list (Dict or null)
  Value async_exc;                 // raised at the next poll (owned)
  Value trace_func, profile_func;  // sys.settrace / setprofile (owned or null)
  int tracing = 0;                 // >0 while a trace function runs
  bool tracing_active =
      false;  // a trace or profile function is set and not running: eval dispatches through its tracing table
  Value async_gen_firstiter, async_gen_finalizer;
  int coroutine_origin_depth = 0;
  Value context;    // contextvars
  Value sentinel;   // weakref to the lock that threading waits on for this thread's end
  Value repr_list;  // objects being printed
  bool daemon = false;
  bool is_main = false;
  bool finished = false;
};

inline Thread* current_thread() { return static_cast<Thread*>(gc::current_mutator); }

extern int32_t recursion_limit;  // sys.setrecursionlimit

// How objects call upward. Filled in by interp before the first Python code runs.
struct InterpHooks {
  bool (*poll)(Thread*) = nullptr;  // the safepoint slow path; false: exception raised (KeyboardInterrupt...)
  void (*add_traceback)(const char* function, const char* file, int line) = nullptr;
  Ref (*current_globals)() = nullptr;  // of the innermost Python frame; null: none
  Ref (*current_builtins)() = nullptr;
  Ref (*import_module)(const char* name) = nullptr;
  Ref (*frame_super_args)(Value* type_out) =
      nullptr;  // zero-argument super(): first argument of the calling frame and its __class__ cell's content
  bool (*warn)(TypeObject* category, Value message, int stacklevel) = nullptr;
  void (*unraisable)(Value exc, const char* msg, Value where) = nullptr;
};
extern InterpHooks interp_hooks;

// Long native loops call this now and then: handles signals, GIL switches, handshakes. False: an exception was raised.
inline bool poll() {
  Thread* t = current_thread();
  return TAIPAN_LIKELY(t->poll.load(std::memory_order_relaxed) == 0) || interp_hooks.poll(t);
}

}  // namespace taipan
