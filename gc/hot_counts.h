// Hot objects: counts that several threads change all the time, kept by each thread for itself.
//
// An object whose count goes to and fro between threads is turned hot: it gets a number, and from then on each thread counts it in an array of
// its own and writes to nothing that others read. The object's count is what rc_shared holds (less kHotBias) and what the arrays hold for it: it
// is exact, but known only while the world is stopped. There the arrays are emptied into the headers (settling), an object without
// references dies, and one that no thread has touched since the last time becomes an ordinary one again. Settling comes with time, with the
// number of hot objects, at thread ends and with gc.collect(); what a program drops while it is hot dies some hundredths of a second later.
//
// Why nothing dies early: only objects without owner (merged) are turned, by a thread that holds a counted reference. Turning first adds
// kHotBias to rc_shared in one CAS: a decref that still goes by the old rules can't reach zero any more. Between two safepoints a hot object
// stays hot and alive, so what a thread finds hot it may count in its array, whatever others do.
//
// An object that one thread alone counts though it isn't its owner turns hot too; if it stays alone for some settlings, it becomes the owner.
#pragma once
#include "gc/heap_internal.h"
#include "gc/hot.h"

namespace taipan::gc {

inline constexpr int32_t kHotBias = 1 << 27;
extern std::atomic<uint32_t> hot_objects;  // there are about so many

int64_t own_hot_sum(const Header* h);  // what the calling thread has counted
int64_t hot_sum(const Header* h);      // the whole count; world stopped

// An object without owner was, or is to be, counted by this thread, which holds a counted reference. True: it is hot now.
bool note_counted(Header* h, bool met_another);
// Another thread's object was counted by this one: the owner is asked now and then to give it up.
void note_foreign(Header* h);

// The caller is about to give a reference to another thread. If the object is its own it gives that up too: the other need not ask it, when it drops
// what may be the last reference, and it isn't called away from its work for the answer.
void hand_over(Header* h);

// all: hot objects become ordinary ones though they are in use.
void settle_hot_counts(Mutator* m, bool all);
bool hot_settling_due();
void look_at_hot(Mutator* m);  // now and then: has the time come?

void hot_thread_begin(Mutator* m);  // registry locked
void hot_thread_exit(Mutator* m);   // likewise
void hot_before_fork();             // world stopped
void hot_after_fork_child(Mutator* m);
void forget_hot();  // a new start (tests)

}  // namespace taipan::gc
