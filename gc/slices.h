// What a thread does with its time, and how long the system lets it run before others have their turn.
#pragma once
#include <cstdint>
#include "gc/mutator.h"

namespace taipan::gc {

// A thread that waits most of the time should go on soon after what it waited for, also where all processors are busy with threads that compute. Linux
// (6.12) lets the one with the shorter slice do so; its share of the time stays the same. A thread's habits are looked at now and then.
extern thread_local constinit uint32_t blocking_calls TAIPAN_TLS;
extern std::atomic<bool> several_threads;  // there have been
void look_at_habits(Mutator*);
bool mostly_waits();  // this thread, by what was seen of it, and it isn't the only one
TAIPAN_INLINE void note_blocking_call(Mutator* m) {
  if (TAIPAN_UNLIKELY(++blocking_calls % 32 == 0)) look_at_habits(m);
}
// Before a thread or process is made, which would inherit it.
void forget_habits();

}  // namespace taipan::gc
