// What each thread cost the others, for -X stats.
#pragma once
#include "interp/objects/thread.h"

namespace taipan {

void note_thread_begin(Thread* t);
void note_thread_end(Thread* t);  // with -X stats: remembers what it did
void print_thread_stats();        // at exit, to standard error: one line a thread, those that ended first

}  // namespace taipan
