// For a mutex that is held for some tens of instructions at a time, by threads that run: who finds it taken has it sooner by waiting than by going to sleep,
// and who gives it back doesn't have to wake anybody.
#pragma once
#include <mutex>
#include "arch/cpu.h"

namespace taipan::gc {

inline void lock_briefly(std::mutex& m) {
  constexpr int kTries = 100;
  for (int i = 0; i < kTries; i++) {
    if (m.try_lock()) return;
    for (int pauses = 0; pauses < 4; pauses++) arch::cpu_pause();
  }
  m.lock();  // its holder isn't running, or waits itself
}

class BriefLock {
 public:
  explicit BriefLock(std::mutex& m) : m_(m) { lock_briefly(m); }
  ~BriefLock() { m_.unlock(); }
  BriefLock(const BriefLock&) = delete;

 private:
  std::mutex& m_;
};

}  // namespace taipan::gc
