// Start of the objects room, in this order, on a thread that is attached to the memory system (current_mutator is a Thread):
//   1. init_types_layout()    shapes and TypeOps of all built-in types: from here on their instances may be made
//   2. init_builtin_types()   MROs, slots, dictionaries (needs str and dict, which need only step 1)
//   3. init_exceptions()      spare MemoryErrors
// start_objects() does all three.
#pragma once

namespace taipan {

void init_types_layout();
void init_builtin_types();
void init_exceptions();
void init_weakrefs();
void start_objects();

}  // namespace taipan
