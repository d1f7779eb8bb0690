// GIL off: the young objects of one thread, collected by that thread while the others go on.
//
// It looks at those that are its own to count and that nobody else has counted yet (rc_shared is zero: neither try_incref nor a weakref
// can have got at them). Their whole count is rc_local, which this thread alone reads and writes; so the number of the trial deletion
// is kept there meanwhile, and nobody else sees anything of it. All other young objects live and join the middle generation, which is
// collected with the world stopped.
//
// Another thread may all the same have a reference that changed hands without being counted anew (out of a queue, say), and change such
// objects while they are looked at. Hence the last step: what seems to be garbage is looked at once more, alone. An object is garbage
// if all of its references are found in the garbage, and still nobody else has counted it. Whoever puts a reference into an object that
// is there already counts it, so none of those found is new: when the collection began no reference from elsewhere was there, nobody
// has a way to it, and nobody will. Where anything of this fails, nothing is garbage this time.
#pragma once
#include "gc/heap_internal.h"

namespace taipan::gc {

struct OwnYoung {
  size_t members = 0, survivors = 0;
};
// Takes the thread's list of young objects apart, and with_middle that of its middle ones: garbage gets what is unreachable, in order
// of birth (no reference is counted; it stays as young as it is, in no list), all others are promoted. No poll while it runs, and no
// lock held when it is called.
OwnYoung find_own_garbage(HeaderVector& garbage, bool with_middle);

}  // namespace taipan::gc
