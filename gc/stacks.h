// The native stacks of all threads, word by word, the world being stopped: whoever has to know whether something may still be in use there.
#pragma once
#include <cstdint>

namespace taipan::gc {

void visit_stack_words(void (*f)(uintptr_t word, void* arg), void* arg);

}  // namespace taipan::gc
