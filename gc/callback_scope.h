// The way back from a BlockingScope: a library that was called without the GIL calls one of its callbacks, which wants to run Python code.
#pragma once
#include "gc/mutator.h"

namespace taipan::gc {

// Attached for as long as it lasts. No effect where the thread is attached anyway.
class CallbackScope {
 public:
  CallbackScope() : m_(current_mutator) {
    if (m_->attached) {
      m_ = nullptr;
      return;
    }
    if (acquire_gil_hook) acquire_gil_hook(m_);
    attach(m_);
    if (TAIPAN_UNLIKELY(parallel) && attached_hook) attached_hook(m_);
  }
  ~CallbackScope() {
    if (!m_) return;
    detach(m_);
    if (release_gil_hook) release_gil_hook(m_);
  }
  CallbackScope(const CallbackScope&) = delete;

 private:
  Mutator* m_;
};

}  // namespace taipan::gc
