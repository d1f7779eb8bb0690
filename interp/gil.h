// The GIL and the safepoint slow path.
//
// With the GIL on, one thread at a time runs Python code. A thread that wants it queues up; the first in the queue waits for the switch
// interval and then asks the holder through kPollGilDrop, and the holder hands it over at its next poll and goes to the queue's end. A thread that
// comes back from waiting for the world outside (time, input) stands before the others and asks at once, as it is likely to wait again soon.
// Blocking native code releases it through gc::BlockingScope, the one scope for that: while it lasts, the thread touches no object and
// no count; with the GIL off it also keeps the thread from delaying whoever stops the world.
#pragma once
#include "interp/objects/thread.h"

namespace taipan {

void gil_init();
void gil_acquire(Thread* t);
void gil_release(Thread* t);
// In a BlockingScope: another thread has ended the wait, which hasn't waited for the world outside and is in no hurry: were the thread let in at once,
// producers and consumers would take turns at each item.
void gil_woken_by_thread();
double gil_switch_interval();
void gil_set_switch_interval(double seconds);
void gil_after_fork(Thread* t);

// The poll slow path (InterpHooks::poll): GIL hand-over, handshakes, merges, collection, signals, asynchronous exceptions. False: raised.
bool safepoint(Thread* t);

// The stack that main() runs the program on, where it isn't the system's.
struct MainStack {
  char* low = nullptr;
  size_t size = 0;
};
extern MainStack main_stack;

// Threads.
// Makes a blank Thread that has its frame stack the calling OS thread's: attached, with its stack's bounds; takes the GIL. stack_top: above all frames that
// may hold references, on a stack of stack_size; null: the system is asked.
void begin_thread(Thread* t, char* stack_top = nullptr, size_t stack_size = 0);
void end_thread(Thread* t);  // drops everything it holds and gives the GIL up
Thread* main_thread();
extern bool runtime_finalizing;

// Audit hooks (sys.addaudithook): null until the first.
extern Value audit_hooks;
bool audit_call(Value event, Value args_tuple);
void report_unraisable(Value exc, const char* msg, Value where);

}  // namespace taipan
