// The system's threads that Python's threads run on. Where many are started, one whose Python thread has ended waits a while for the next: that is
// then a matter of a wake-up, and what libraries keep for each thread (the allocator first of all) is not made and thrown away.
#pragma once
#include <csignal>
#include <cstddef>
#include <cstdint>

#include "interp/objects/thread.h"

namespace taipan {

// Runs `body` in a thread of its own, with the caller's signal mask. False: the system has no more threads, or no memory; nothing
// is raised. The body's `worker_ends` comes before its end_thread.
using ThreadBody = void (*)(Thread*, void* arg);
bool run_in_thread(ThreadBody body, void* arg, size_t stack_size, uint64_t* ident);

// The body is about to let the GIL go for good: from now on the thread may be given the next one's work.
void worker_ends();

// From now on each thread is a new one: a thread's scheduling was changed, which its successors must not inherit.
void keep_no_workers();

void workers_after_fork();  // in the child

// What a module keeps in variables of the system's thread is reset here. Called with the GIL.
extern void (*thread_ended_hook)();

}  // namespace taipan
