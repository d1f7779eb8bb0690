// dict: ordered, compact: an index table over an array of entries. All access goes through these functions (the table may one
// day be a view of an instance or hold cells); only dict*.cpp and the interpreter's global cache touch entries directly.
#pragma once
#include "interp/objects/str.h"
#include "interp/objects/type.h"

namespace taipan {

struct DictEntry {
  int64_t hash;
  Value key;    // null: deleted
  Value value;
};
struct DictTable;  // dict.cpp: index + entries, one raw buffer
struct Dict {
  Header h;
  std::atomic<size_t> used;        // live entries
  DictTable* table;                // never null (a shared empty one at first)
  DictEntry* entries;              // entries of table, in insertion order
  uint32_t entry_count;            // entries written, deleted ones included
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
Ref dict_get_ref(Value dict, Value key);                  // as dict_get, owned; safe with the GIL off
Value dict_get_hash(Value dict, Value key, int64_t hash); // as dict_get
bool dict_set(Value dict, Value key, Value value);
bool dict_set_hash(Value dict, Value key, int64_t hash, Value value);
bool dict_set_str(Value dict, Str* key, Value value);
bool dict_set_cstr(Value dict, const char* key, Value value);
int dict_delete(Value dict, Value key);                   // 1 deleted, 0 absent (nothing raised), -1 error
int dict_contains(Value dict, Value key);                 // 1, 0, -1
Ref dict_pop(Value dict, Value key);                      // kMissing if absent
Ref dict_setdefault(Value dict, Value key, Value value);  // owned: what is there now
Ref dict_copy(Value dict);                                // exact dict
void dict_clear(Value dict);
bool dict_update(Value dict, Value other);                // mapping or iterable of pairs, later wins
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

}  // namespace taipan
