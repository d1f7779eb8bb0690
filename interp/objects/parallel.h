// GIL off: the step from one thread to several.
#pragma once
#include "gc/value.h"

namespace taipan {

// Before the second thread starts (by the only one there is). A program with one thread is none of this and dies exactly as with the GIL;
// from then on what it has made so far for all threads to go through - modules, their functions and classes, code and its constants - isn't counted
// any more, since every thread would write to the same counts, and stays. What is made later is counted, and turns hot where it is used by many
// (gc/hot_counts.h).
void start_parallel();
extern void (*threads_start_hook)();  // at the end of that; null: none

}  // namespace taipan
