// The candidates of a cycle: which cells they are, and how many references to each were found in the others. A byte beside each cell of a
// block that has candidates: zero for all other cells, else the number plus one; kMany where it doesn't fit, then the number is in a table.
// Written by the marker, and by mutators in the stops that do its work.
#include "gc/concurrent_internal.h"

namespace taipan::gc {

namespace {

constexpr uint8_t kSeen = 0x80;  // by a finaliser
constexpr uint8_t kMany = 0x7F;

struct ManyReferences {
  struct Entry {
    const Header* h;
    uint64_t n;
  };
  Entry* table = nullptr;
  size_t mask = 0, count = 0;
  bool failed = false;

  Entry* find(const Header* h) const {
    size_t i = reinterpret_cast<uintptr_t>(h) / 16 * 0x9E3779B97F4A7C15u >> 32 & mask;
    while (table[i].h && table[i].h != h) i = (i + 1) & mask;
    return &table[i];
  }
  bool insert(const Header* h, uint64_t n) {
    if (count * 2 >= mask) {
      size_t size = mask ? (mask + 1) * 2 : 64;
      auto* fresh = static_cast<Entry*>(calloc(size, sizeof(Entry)));
      if (!fresh) return false;
      Entry* old = table;
      size_t old_size = mask ? mask + 1 : 0;
      table = fresh;
      mask = size - 1;
      for (size_t i = 0; i < old_size; i++) {
        if (old[i].h) *find(old[i].h) = old[i];
      }
      free(old);
    }
    *find(h) = {h, n};
    count++;
    return true;
  }
  void clear() {
    free(table);
    table = nullptr;
    mask = count = 0;
    failed = false;
  }
};
ManyReferences many;

uint8_t* byte_of(const Header* h) {
  uint8_t* b = is_cell(h) ? candidate_byte(h) : nullptr;
  return b && *b ? b : nullptr;
}

void count_among_many(const Header* h, uint8_t* b) {
  std::atomic_ref<uint8_t> n(*b);  // (others may look whether it has come so far)
  if (n.load(std::memory_order_relaxed) == kMany) {
    many.find(h)->n++;
  } else if (many.insert(h, kMany - 1)) {
    n.store(kMany, std::memory_order_relaxed);
  } else {
    many.failed = true;
  }
}

}  // namespace

void add_candidate(Header* h, WorkList& list) {
  uint8_t* b = make_candidate_byte(h);
  if (!b) {
    list.failed = true;
    return;
  }
  *b = 1;
  list.push(h);
}

bool Candidates::failed() const {
  return list.failed || put_aside.failed || with_weakrefs.failed || with_finalizers.failed ||
         seen_by_finalizers.failed || many.failed;
}

int64_t found_references(const Header* h) {
  uint8_t* b = byte_of(h);
  if (!b) return -1;
  uint8_t n = *b & kMany;
  return n == kMany ? static_cast<int64_t>(many.find(h)->n) : n - 1;
}

void count_references(Header* h, bool several) {
  Visitor alone(
      [](Header* child, void*) {
        uint8_t* b = byte_of(child);
        if (!b) return;
        if (TAIPAN_LIKELY(*b < kMany - 1)) {
          ++*b;
        } else {
          count_among_many(child, b);
        }
      },
      nullptr);
  Visitor beside_others(
      [](Header* child, void*) {
        uint8_t* b = is_cell(child) ? candidate_byte(child) : nullptr;
        if (!b) return;
        std::atomic_ref<uint8_t> n(*b);
        uint8_t seen = n.load(std::memory_order_relaxed);
        if (seen == 0) return;
        while (seen < kMany - 1) {
          if (n.compare_exchange_weak(seen, static_cast<uint8_t>(seen + 1), std::memory_order_relaxed)) return;
        }
        static std::mutex mutex;  // from here on it is changed under the mutex alone
        std::lock_guard<std::mutex> lock(mutex);
        count_among_many(child, b);
      },
      nullptr);
  ops_of(h)->trace(h, several ? beside_others : alone);
}

bool see_candidate(Header* h) {
  uint8_t* b = byte_of(h);
  if (!b || (*b & kSeen)) return false;
  *b |= kSeen;
  return true;
}
bool is_seen(const Header* h) {
  uint8_t* b = byte_of(h);
  return b && (*b & kSeen);
}

void Candidates::release() {
  for (WorkList* l : {&list, &put_aside, &with_weakrefs, &with_finalizers, &seen_by_finalizers}) l->release();
  many.clear();
  free_candidate_bytes();
  deferred = 0;
}

}  // namespace taipan::gc
