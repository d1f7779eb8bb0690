// Epochs (QSBR): memory that a lock-free reader may still look at is freed once every attached thread has passed a
// safepoint.
//
// A global epoch counts up. retire() tags memory, unlinked before, with the next epoch; a thread at a safepoint
// announces the epoch it sees; what every online thread has announced is due. Detached threads are offline: they look
// at nothing. Threads poll only when asked, so a thread whose backlog grows raises the others' poll. With the world
// stopped everything is due.
#pragma once
#include <cstdint>
#include "gc/mutator.h"

namespace taipan::gc {

// Calls f(p) after a grace period (at once with the GIL on and no other participant).
void retire(void* p, void (*f)(void*));
// A reference that a thread without counts (detached for good) has left: one of the others drops it.
void drop_for_others(Header* h);
size_t retired_count();     // what waits, in all threads (world stopped or a hint)
void epoch_poll(Mutator*);  // at safepoints: announces quiescence, frees what is due

}  // namespace taipan::gc
