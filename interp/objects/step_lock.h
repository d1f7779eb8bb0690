// GIL off: the lock of an iterator while it makes a step.
//
// An iterator that one register has, and nothing else, is this thread's alone (gc::is_unique), and so is what only it has: the iterators
// that it reads from, the pair that it gives again and again. Most are like that, and take no lock. Others take their runtime lock; so
// does one that was like that once Python code has run within the step, or the thread has waited: who looks at frames or at all objects
// has got it since, and then finds this lock.
//
// Types whose steps see to that themselves are marked kTypeOwnSteps; their methods are called with the lock, as those of other types.
#pragma once
#include "interp/objects/runtime_lock.h"

namespace taipan {

class StepLock {
 public:
  TAIPAN_INLINE explicit StepLock(Value it) : it_(it) {
    if (TAIPAN_UNLIKELY(gc::parallel)) begin();
  }
  TAIPAN_INLINE ~StepLock() {
    if (TAIPAN_UNLIKELY(taken_)) lock().~RuntimeLock();
  }
  StepLock(const StepLock&) = delete;
  // After something that may have run Python code, and before the iterator is looked at again or another one is asked that it holds.
  TAIPAN_INLINE void again() {
    if (TAIPAN_UNLIKELY(gc::parallel) && !taken_ && outings_ != runtime_outings) take();
  }
  // After a poll.
  void take() {
    if (!gc::parallel || taken_) return;
    new (room_) RuntimeLock(it_);
    taken_ = true;
  }

 private:
  TAIPAN_INLINE void begin() {
    outings_ = runtime_outings;
    if (TAIPAN_UNLIKELY(!gc::is_unique(it_.header()))) take();
  }
  RuntimeLock& lock() { return *reinterpret_cast<RuntimeLock*>(room_); }
  Value it_;
  uint32_t outings_ = 0;
  bool taken_ = false;
  alignas(RuntimeLock) char room_[sizeof(RuntimeLock)];
};

}  // namespace taipan
