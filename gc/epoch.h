// Epochs (QSBR): memory that a lock-free reader may still look at is freed once every attached thread has passed a safepoint.
#pragma once
#include <cstdint>
#include "gc/mutator.h"

namespace taipan::gc {

// Calls f(p) after a grace period (at once with the GIL on and no other participant).
void retire(void* p, void (*f)(void*));
void epoch_poll(Mutator*);  // at safepoints: announces quiescence, frees what is due

}  // namespace taipan::gc
