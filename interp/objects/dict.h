// dict: ordered, compact: an index table over an array of entries. All access goes through these functions (the table may one
// day be a view of an instance or hold cells); only dict*.cpp and the interpreter's global cache touch entries directly.
#pragma once
#include "gc/lock.h"
#include "interp/objects/str.h"
#include "interp/objects/type.h"

namespace taipan {

struct DictEntry {
  int64_t hash;
  Value key;  // null: deleted
  Value value;
};
// One raw buffer: this header, the index (1 << log2 cells of `width` bytes, negative: see below), then the entries.
struct DictTable {
  uint8_t log2;
  uint8_t width;  // 1, 2 or 4
  bool str_only;  // every key is an exact str: look-ups of strs run no Python code
  bool unused;
  uint32_t capacity;  // entries there is room for
  uint32_t usable;    // entries that may still be written: keeps a share of the index cells empty for good
  uint32_t first;     // entries before it are deleted
  const void* index() const { return this + 1; }
  void* index() { return this + 1; }
  DictEntry* entries() const {
    size_t bytes = sizeof(DictTable) + (size_t{width} << log2);
    return reinterpret_cast<DictEntry*>(reinterpret_cast<uintptr_t>(this) + ((bytes + 7) & ~size_t{7}));
  }
  int32_t at(size_t i) const {
    if (TAIPAN_LIKELY(width == 1)) return gc::peek(static_cast<const int8_t*>(index())[i]);
    if (width == 2) return gc::peek(static_cast<const int16_t*>(index())[i]);
    return gc::peek(static_cast<const int32_t*>(index())[i]);
  }
};
inline constexpr int32_t kIndexEmpty = -1, kIndexDeleted = -2;
struct Dict {
  Header h;
  std::atomic<size_t> used;  // live entries
  DictTable* table;          // never null (a shared empty one at first)
  DictEntry* entries;        // entries of table, in insertion order
  // Entries written, deleted ones included. Who reads it without the lock has a number that fits the table if the table is the same before and
  // after: a new table's number is stored before the table, or, where it is larger than the old one, after it.
  uint32_t entry_count;
  // Global caches: unique number of the current key layout, 0 if nobody asked since it last changed. Changes with every insertion of a new key, deletion,
  // resize, clear; not when the value of an existing key changes.
  std::atomic<uint32_t> keys_version;
};

Ref make_dict(size_t reserve = 0);
// Look-ups: borrowed value; null: absent (nothing raised). With str keys nothing can fail or run Python code if all keys are str.
Value dict_get_str(Value dict, Str* key);
Value dict_get_cstr(Value dict, const char* key);
// Any key: kMissing if absent, null with an exception set (unhashable, __eq__ raised). Borrowed.
Value dict_get(Value dict, Value key);
Ref dict_get_ref(Value dict, Value key);                   // as dict_get, owned; safe with the GIL off
Value dict_get_hash(Value dict, Value key, int64_t hash);  // as dict_get
bool dict_set(Value dict, Value key, Value value);
bool dict_append_str(Value dict, Str* key, Ref value);  // an exact str that is known to be absent
// Adds 1 to the small int that the key has, or 1 where it has nothing, at once. 1: done; 0: it has another kind of value; -1: an exception.
int dict_count(Dict* d, Value key, int64_t hash);
bool dict_set_hash(Value dict, Value key, int64_t hash, Value value);
bool dict_set_str(Value dict, Str* key, Value value);
bool dict_set_cstr(Value dict, const char* key, Value value);
int dict_delete(Value dict, Value key);                   // 1 deleted, 0 absent (nothing raised), -1 error
int dict_contains(Value dict, Value key);                 // 1, 0, -1
Ref dict_pop(Value dict, Value key);                      // kMissing if absent
Ref dict_setdefault(Value dict, Value key, Value value);  // owned: what is there now
Ref dict_copy(Value dict);                                // exact dict
void dict_clear(Value dict);
bool dict_update(Value dict, Value other);                         // mapping or iterable of pairs, later wins
bool dict_merge(Value dict, Value other, bool override_existing);  // other: mapping
inline size_t dict_size(Value d) { return d.as<Dict>()->used.load(std::memory_order_relaxed); }
// Iterates: size_t pos = 0; Value k, v; while (dict_next(d, &pos, &k, &v)) ...; borrowed; the dict must not change size meanwhile.
bool dict_next(Value dict, size_t* pos, Value* key, Value* value, int64_t* hash = nullptr);
Ref dict_keys_list(Value dict);
Ref dict_values_list(Value dict);
Ref dict_items_list(Value dict);
// Global caches: the number for the current layout (assigned if 0; 0 if not cacheable), and the entry index of a str key or -1.
uint32_t dict_keys_version(Value dict);
int64_t dict_find_index(Value dict, Str* key);
Ref make_dict_from_pairs(const Value* keys_and_values, size_t pairs);  // {k: v, ...}: hashes in order
bool dict_set_default_kwargs(Value dict, RawArgs args);                // adds the keyword arguments of a call
Ref dict_popitem(Value dict, bool last = true);                        // (key, value); KeyError if empty
bool dict_move_entry(Value dict, Value key, bool last);                // OrderedDict.move_to_end; KeyError if absent
Ref dict_touch_hash(Value dict, Value key,
                    int64_t hash);                       // the value (kMissing: absent), moved to the end of the order
Ref dict_pop_hash(Value dict, Value key, int64_t hash);  // as dict_pop
bool dicts_equal(Value a, Value b, bool* out);

// Entry index of an exact str in a str-only table, or -1; hash as str_hash gives it.
TAIPAN_INLINE int64_t dict_probe_str(const DictTable* t, const DictEntry* entries, const Str* key, int64_t hash) {
  size_t mask = (size_t{1} << t->log2) - 1;
  auto perturb = static_cast<uint64_t>(hash);
  for (size_t i = perturb & mask;; i = (i * 5 + perturb + 1) & mask) {
    int32_t at = t->at(i);
    if (at >= 0) {
      const DictEntry& e = entries[at];
      if (TAIPAN_LIKELY(e.key.as<Str>() == key)) return at;
      if (e.hash == hash && e.key && str_eq(e.key.as<Str>(), key)) return at;
    } else if (at == kIndexEmpty) {
      return -1;
    }
    perturb >>= 5;
  }
}
Value dict_get_str_slow(Value dict, Str* key);
TAIPAN_INLINE DictTable* dict_table_acquire(const Dict* d) {
  return std::atomic_ref<DictTable* const>(d->table).load(std::memory_order_acquire);
}
// Where a cached entry lies: the array is loaded before the layout's number is looked at, and writers change the number first.
TAIPAN_INLINE const DictEntry* dict_entries_acquire(const Dict* d) {
  return std::atomic_ref<DictEntry* const>(d->entries).load(std::memory_order_acquire);
}
// Number of the layout and index of a str key for a cache, taken together. False: not there, or not cacheable.
bool dict_cache_slot(Value dict, Str* key, uint32_t* version, uint32_t* index);
// While threads run in parallel: owned; null where the key is absent, or no plain str or int, or Python code would have to compare keys.
// Raises nothing.
Value dict_peek_parallel(Dict* d, Value key);
// dict_get_str for an exact str, inline. Borrowed; null: absent.
TAIPAN_INLINE Value dict_get_str_fast(const Dict* d, Str* key) {
  if (TAIPAN_UNLIKELY(gc::parallel || !d->table->str_only)) return dict_get_str_slow(Value(d), key);
  int64_t hash = key->hash.load(std::memory_order_relaxed);
  if (TAIPAN_UNLIKELY(hash == 0)) hash = str_hash(key);
  int64_t at = dict_probe_str(d->table, d->entries, key, hash);
  return at < 0 ? Value() : d->entries[at].value;
}

// While threads run in parallel: for keys that mostly are the very object that the dict has, which costs less than comparing them. `found`
// gets the entry, and answers. False: not there, or not that simple.
template <class F>
TAIPAN_INLINE bool dict_find_same(const DictTable* t, Value key, F found) {
  int64_t hash;
  if (key.is_int()) {
    hash = key.as_int();
    if (hash == -1 || hash <= -(int64_t{1} << 60) || hash >= int64_t{1} << 60)
      return false;  // the others are their own
  } else {
    if (!is_str_exact(key)) return false;
    hash = key.as<Str>()->hash.load(std::memory_order_relaxed);
    if (TAIPAN_UNLIKELY(hash == 0)) return false;
  }
  DictEntry* entries = t->entries();
  size_t mask = (size_t{1} << t->log2) - 1;
  auto perturb = static_cast<uint64_t>(hash);
  for (size_t i = perturb & mask;; i = (i * 5 + perturb + 1) & mask) {
    int32_t at = t->at(i);
    if (at >= 0) {
      DictEntry& e = entries[at];
      if (TAIPAN_LIKELY(gc::load(&e.key) == key)) return found(e);
      if (gc::peek(e.hash) == hash) return false;  // one that may be equal
    } else if (at == kIndexEmpty) {
      return false;
    }
    perturb >>= 5;
  }
}
// What the dict has for it, borrowed until this thread's next safepoint; null: as above.
TAIPAN_INLINE Value dict_peek_same(const Dict* d, Value key) {
  Value v;
  dict_find_same(dict_table_acquire(d), key, [&](const DictEntry& e) {
    v = gc::load(&e.value);
    if (TAIPAN_UNLIKELY(gc::load(&e.key) != key)) v = Value();  // it has just been deleted
    return true;
  });
  return v;
}
// Replaces what it has.
TAIPAN_INLINE bool dict_store_same(Dict* d, Value key, Value value) {
  Ref old;
  gc::ObjectLock lock(&d->h);
  return dict_find_same(d->table, key, [&](DictEntry& e) {
    old = gc::exchange_locked(&d->h, &e.value, Ref::dup(value));
    return true;
  });
}

// ---- views and iterators (dict_views.cpp)
struct DictView {
  Header h;
  Value dict;
};
struct DictIterator {
  Header h;
  Value dict;        // null once exhausted
  int64_t used;      // size of the dict when made; -1: an error was reported, which sticks
  int64_t position;  // next entry
  int64_t remaining;
  Value result;  // items: the last pair, reused while nobody else holds it
};
inline bool is_dict_view_set(Value v) {  // of keys or items: they behave as sets
  return v.is_heap() && (is_instance_exact_type(v, types::DictKeys) || is_instance_exact_type(v, types::DictItems));
}
Ref make_dict_view(Value dict, ShapeId shape);      // kShapeDictKeys, kShapeDictValues, kShapeDictItems
Ref make_dict_iterator(Value dict, ShapeId shape);  // kShapeDictKeyIterator, ... and the reverse ones
Ref dict_iterator_next(DictIterator* it);           // of any of the six
// Threads in parallel: the next key and value, owned, of one that goes forward and that only this thread has. False: dict_iterator_next
// does it.
bool dict_iterator_pair(DictIterator* it, Value* key, Value* value);
// The next key (owned), or kStopIter, of an iterator of keys.
inline Ref dict_key_iterator_next(DictIterator* it) {
  if (TAIPAN_LIKELY(!gc::parallel && it->dict)) {
    auto* d = it->dict.as<Dict>();
    if (TAIPAN_LIKELY(static_cast<int64_t>(d->used.load(std::memory_order_relaxed)) == it->used &&
                      it->position < d->entry_count && it->remaining > 0)) {
      const DictEntry& e = d->entries[it->position];
      if (TAIPAN_LIKELY(!e.key.is_null())) {
        it->position++;
        it->remaining--;
        return Ref::dup(e.key);
      }
    }
  }
  return dict_iterator_next(it);
}

}  // namespace taipan
