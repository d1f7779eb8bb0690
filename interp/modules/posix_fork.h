// fork() with all that surrounds it: os.register_at_fork's callbacks, the hooks of other C++ modules, and the memory system's.
#pragma once
#include <sys/types.h>
#include "interp/objects/thread.h"

namespace taipan {

// The parts, for those who fork by themselves (_posixsubprocess, forkpty): fork_before(), fork(), then one of the others.
// With python_callbacks false only the C++ side is done (nothing of Python runs in the child before exec).
void fork_before(Thread* t, bool python_callbacks = true);
void fork_parent(Thread* t, bool python_callbacks = true);  // also after a fork() that failed; keeps errno
void fork_child(Thread* t, bool python_callbacks = true);

// C++ modules with locks or threads of their own. Any may be null. before runs in reverse order of registration.
struct ForkHooks {
  void (*before)(Thread*);
  void (*parent)(Thread*);
  void (*child)(Thread*);
};
void add_fork_hooks(const ForkHooks& hooks);

}  // namespace taipan
