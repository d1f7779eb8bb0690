#include "gc/reserve.h"
#include <sys/mman.h>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>
#include "gc/heap_internal.h"

namespace taipan::gc {

namespace {

constexpr size_t kStep = size_t{1} << 20;
// malloc (mimalloc) asks the system for segments of 32 MiB. A small heap has less kept back.
constexpr size_t kSegment = size_t{34} << 20;
constexpr size_t kMapped = size_t{128} << 10;  // arrays from there on are mapped
// Of a heap: a list of all its objects (8 bytes each of 48 or more) nearly fits, of which most is there before memory is short.
constexpr size_t kShare = 8;

std::mutex mutex;
void* place = nullptr;
size_t size = 0;

void* map_zeroed(size_t n) {
  void* p = mmap(nullptr, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return p == MAP_FAILED ? nullptr : p;
}

size_t round_up(size_t n) { return (n + kStep - 1) & ~(kStep - 1); }

}  // namespace

bool keep_reserve(size_t heap_bytes, bool last_resort) {
  size_t wanted = round_up(heap_bytes / kShare + (heap_bytes < kSegment ? heap_bytes : kSegment));
  std::lock_guard<std::mutex> lock(mutex);
  if (wanted <= size) return true;
  void* p = size ? mremap(place, size, wanted, MREMAP_MAYMOVE)
                 : mmap(nullptr, wanted, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) return last_resort && size >= wanted / 4;
  place = p;
  size = wanted;
  return true;
}

bool use_reserve(size_t n) {
  n = round_up(n);
  std::lock_guard<std::mutex> lock(mutex);
  if (size == 0) return false;
  if (n > size) n = size;
  size -= n;
  return munmap(static_cast<char*>(place) + size, n) == 0;
}

void* sure_alloc(size_t n) {
  for (;;) {
    if (void* p = malloc(n)) return p;
    if (!use_reserve(n + kSegment)) fatal("out of memory");
  }
}

void* sure_map(size_t n) {
  for (;;) {
    if (void* p = map_zeroed(n)) return p;
    if (!use_reserve(n)) fatal("out of memory");
  }
}

void* grow_array(void* p, size_t old, size_t n) {
  if (n < kMapped) return realloc(p, n);
  if (old >= kMapped) {
    void* moved = mremap(p, old, n, MREMAP_MAYMOVE);
    return moved == MAP_FAILED ? nullptr : moved;
  }
  void* mapped = map_zeroed(n);
  if (!mapped) return nullptr;
  if (old) memcpy(mapped, p, old);
  free(p);
  return mapped;
}
void* sure_array(void* p, size_t old, size_t& n) {
  if (n < kMapped) {
    if (void* grown = realloc(p, n)) return grown;
    n = 2 * kMapped;  // (a caller with items of odd size counts a little less)
  }
  for (;;) {
    if (void* grown = grow_array(p, old, n)) return grown;
    if (!use_reserve(old < kMapped ? n : n - old)) fatal("out of memory");
  }
}
void free_array(void* p, size_t n) {
  if (n >= kMapped) {
    munmap(p, n);
  } else {
    free(p);
  }
}

void lock_reserve_for_fork() { mutex.lock(); }
void unlock_reserve_after_fork(bool child) {
  if (child) {
    new (&mutex) std::mutex;
  } else {
    mutex.unlock();
  }
}

}  // namespace taipan::gc

#ifndef TAIPAN_SANITIZE
// Containers of C++ can't tell that memory is out, for there are no exceptions. (mimalloc's own operators end the process.)
void* operator new(size_t n) { return taipan::gc::sure_alloc(n); }
void* operator new[](size_t n) { return taipan::gc::sure_alloc(n); }
void* operator new(size_t n, const std::nothrow_t&) noexcept { return malloc(n); }
void* operator new[](size_t n, const std::nothrow_t&) noexcept { return malloc(n); }
void operator delete(void* p) noexcept { free(p); }
void operator delete[](void* p) noexcept { free(p); }
void operator delete(void* p, size_t) noexcept { free(p); }
void operator delete[](void* p, size_t) noexcept { free(p); }
#endif
