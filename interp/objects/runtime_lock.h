// GIL off: what makes C++ code that was written for one thread at a time safe.
//
// Types marked kTypeParallel (and modules marked kFunctionsAtOnce) look after themselves: immutable objects, and containers that change
// under their object lock and are read without one (DESIGN 6, gc/barrier.h on displaced references). Everything else runs under a lock that
// is found from the object it works on: slots of native types are wrapped once, when the type is made ready (lock_slots), calls of native
// functions in call_native. Such a lock behaves as the GIL does: it is given up around Python code and around blocking calls, so what C++
// code may assume after calling out is the same in both modes. While a thread has to wait for one it holds none of the others (and takes
// them again then), so there is no order to keep. With the GIL on, or with one thread, nothing of this exists.
#pragma once
#include "interp/objects/type.h"

namespace taipan {

// What this thread holds of them at the moment, those aside that it has given up.
extern thread_local constinit uint32_t runtime_locks_held TAIPAN_TLS;

// The lock of an object: one of many, by address, so that those of one heap are mostly its thread's (gc/biased_mutex.h); all classes share one.
// Null and immediates: none. No effect where this thread holds it already.
class RuntimeLock {
 public:
  explicit RuntimeLock(Value key) {
    if (TAIPAN_UNLIKELY(gc::parallel)) take(key);
  }
  ~RuntimeLock() {
    if (TAIPAN_UNLIKELY(index_ >= 0)) drop();
  }
  RuntimeLock(const RuntimeLock&) = delete;

 private:
  void take(Value key);
  void take_slow(uint32_t index);
  void drop();
  int index_ = -1;
};

// How often this thread has left C++ code for Python code, or waited, while threads run in parallel (step_lock.h).
extern thread_local constinit uint32_t runtime_outings TAIPAN_TLS;

// Around Python code called from C++ code: gives up what is held, and takes it again at the end.
class RuntimeUnlock {
 public:
  RuntimeUnlock() {
    if (TAIPAN_UNLIKELY(gc::parallel)) {
      runtime_outings++;
      if (runtime_locks_held != 0) give_up();
    }
  }
  ~RuntimeUnlock() {
    if (TAIPAN_UNLIKELY(count_ != 0)) take_again();
  }
  RuntimeUnlock(const RuntimeUnlock&) = delete;

 private:
  void give_up();
  void take_again();
  uint32_t count_ = 0;
};

// Around blocking calls (the hooks of gc::BlockingScope).
void runtime_locks_detach();
void runtime_locks_attach();
void runtime_locks_after_fork();  // in the child

// The slots that a native type doesn't define for use by several threads at once, replaced by ones that take the lock.
void lock_slots(TypeObject* t);
inline bool needs_runtime_lock(Value v) { return v.is_heap() && !(type_of(v)->flags & kTypeParallel); }
// Whether calls of a builtin_function_or_method run without a lock: looked up once, remembered in a flag of the object's.
bool native_takes_no_lock_slow(Header* native_function);
inline bool native_takes_no_lock(Header* native_function) {
  return native_function->has_gcflag(gc::kUserFlag) || native_takes_no_lock_slow(native_function);
}

}  // namespace taipan
