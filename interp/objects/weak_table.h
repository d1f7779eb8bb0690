// The side table of weak references: object -> its weakrefs. Open addressing with linear probing; removing moves later entries back, so a
// look-up ends at the first empty place. Whoever uses it holds its shard's lock.
#pragma once
#include <cstddef>
#include <cstdint>
#include "gc/heap.h"

namespace taipan {

struct WeakRef;

class WeakTable {
 public:
  // Where the list of an object stands; null: it has none.
  WeakRef** find(const Header* object) {
    if (!count_) return nullptr;
    for (size_t i = home(object);; i = (i + 1) & mask_) {
      if (entries_[i].object == object) return &entries_[i].list;
      if (!entries_[i].object) return nullptr;
    }
  }
  // The same, made where it isn't there (then the list is null). Null: no memory. Valid until the next change of the table.
  WeakRef** find_or_add(Header* object) {
    if (WeakRef** there = find(object)) return there;
    if (count_ * 4 >= (mask_ + 1) * 3 || !entries_) {
      if (!grow()) return nullptr;
    }
    size_t i = home(object);
    while (entries_[i].object) i = (i + 1) & mask_;
    entries_[i] = {object, nullptr};
    count_++;
    return &entries_[i].list;
  }
  void remove(const Header* object) {
    WeakRef** there = find(object);
    if (!there) return;
    size_t hole = static_cast<size_t>(reinterpret_cast<Entry*>(reinterpret_cast<char*>(there) - offsetof(Entry, list)) -
                                      entries_);
    count_--;
    for (size_t i = hole;;) {
      i = (i + 1) & mask_;
      if (!entries_[i].object) break;
      // An entry may move to the hole unless its home lies behind it.
      if (((i - home(entries_[i].object)) & mask_) >= ((i - hole) & mask_)) {
        entries_[hole] = entries_[i];
        hole = i;
      }
    }
    entries_[hole] = {};
  }

 private:
  struct Entry {
    Header* object;
    WeakRef* list;
  };
  size_t home(const Header* object) const {
    return (reinterpret_cast<uintptr_t>(object) >> 4) * 0x9E3779B97F4A7C15u >> 20 & mask_;
  }
  bool grow() {
    size_t old_size = entries_ ? mask_ + 1 : 0, size = old_size ? old_size * 2 : 8;
    auto* fresh = static_cast<Entry*>(gc::raw_alloc(size * sizeof(Entry)));
    if (!fresh) return false;
    for (size_t i = 0; i < size; i++) fresh[i] = {};
    Entry* old = entries_;
    entries_ = fresh;
    mask_ = size - 1;
    for (size_t k = 0; k < old_size; k++) {
      if (!old[k].object) continue;
      size_t i = home(old[k].object);
      while (entries_[i].object) i = (i + 1) & mask_;
      entries_[i] = old[k];
    }
    gc::raw_free(old);
    return true;
  }
  Entry* entries_ = nullptr;
  size_t mask_ = 0, count_ = 0;
};

}  // namespace taipan
