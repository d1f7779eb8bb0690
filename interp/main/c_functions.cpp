// The few functions of CPython's C interface that programs call through ctypes.pythonapi and that mean something here: raising an exception in
// another thread, and being in the interpreter from C code. An object is passed as the word that its Value is (ctypes.py_object).
#include <memory>
#include <vector>

#include "gc/barrier.h"
#include "gc/callback_scope.h"
#include "interp/eval/frame_stack.h"
#include "interp/gil.h"
#include "interp/objects/object.h"

namespace taipan {
namespace {

// One PyGILState_Ensure that had something to do.
struct Entered {
  Entered() {
    if (!gc::current_mutator) {
      made = std::make_unique<Thread>();
      if (!frame_stack_start(made.get())) abort();  // as CPython: there is no way to say no
      begin_thread(made.get());
    } else {
      attached = std::make_unique<gc::CallbackScope>();
    }
  }
  ~Entered() {
    attached.reset();
    if (!made) return;
    end_thread(made.get());
    frame_stack_free(made.get());
  }
  std::unique_ptr<Thread> made;  // for a thread that Python didn't know
  std::unique_ptr<gc::CallbackScope> attached;
};
thread_local std::vector<std::unique_ptr<Entered>> entered;

enum GilState { kWasInside, kWasOutside };

}  // namespace
}  // namespace taipan

using namespace taipan;

extern "C" {

int PyGILState_Ensure() {
  if (gc::current_mutator && gc::current_mutator->attached) return kWasInside;
  entered.push_back(std::make_unique<Entered>());
  return kWasOutside;
}
void PyGILState_Release(int state) {
  if (state == kWasOutside && !entered.empty()) entered.pop_back();
}
int PyGILState_Check() { return gc::current_mutator && gc::current_mutator->attached; }

// How many threads have that number: 1 or 0. No object: what was set before and hasn't been raised yet is forgotten.
int PyThreadState_SetAsyncExc(unsigned long ident, uint64_t object) {
  Ref exc = Ref::dup(Value(object)), old;
  gc::log_weak_load(exc);  // the thread's roots may have been scanned by now
  gc::stop_the_world(gc::current_mutator);
  int found = 0;
  for (gc::Mutator* m = gc::first_mutator(); m && !found; m = m->next) {
    Thread* t = static_cast<Thread*>(m);
    if (t->ident != ident) continue;
    found = 1;
    old = Ref::steal(t->async_exc);
    t->async_exc = exc.release();
    if (t->async_exc) t->poll.fetch_or(gc::kPollAsyncExc, std::memory_order_relaxed);
  }
  gc::resume_the_world(gc::current_mutator);
  return found;
}
}
