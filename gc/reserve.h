// Address space kept back for what must not fail: the collector's lists and operator new, neither of which can tell a script of it. (The
// marker's lists and the write barrier's buffers may fail: their cycle is given up.) A program that a limit (RLIMIT_AS) refuses memory gets its MemoryError while this is still there, so that the dropping
// and collecting that come next find room. It is reserved, not used: it costs no memory. Safe from any thread.
#pragma once
#include <cstddef>

namespace taipan::gc {

// Makes it fit a heap of that many bytes. False: the system has no more, or part of it was used up and can't be replaced; what is there stays.
// last_resort: a quarter of it will do.
bool keep_reserve(size_t heap_bytes, bool last_resort = false);
// Gives n bytes of it back to the system, or what there is. False: there is nothing left.
bool use_reserve(size_t n);
// An array of n bytes with what the one of old bytes (0: none) held; null, and the old one stays, without memory. Large ones are mapped, so
// that they need no more than what they grow by, and nothing is copied.
void* grow_array(void* p, size_t old, size_t n);
void free_array(void* p, size_t n);
// These end the process if all is used up.
void* sure_alloc(size_t n);                        // as malloc
void* sure_map(size_t n);                          // zeroed memory of its own, of which only what is written to is used
void* sure_array(void* p, size_t old, size_t& n);  // as grow_array, of n bytes or, as it says then, more

void lock_reserve_for_fork();
void unlock_reserve_after_fork(bool child);

}  // namespace taipan::gc
