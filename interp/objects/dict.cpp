#include "interp/objects/dict.h"

#include <cstring>
#include "gc/hot.h"

#include "interp/objects/containers.h"
#include "interp/objects/int.h"
#include "interp/objects/iterators.h"
#include "interp/objects/list.h"
#include "interp/objects/set.h"

namespace taipan {

// The table of every dict that has no entries yet. Its capacity of none makes the first insertion allocate.
static struct {
  DictTable table;
  int8_t index[8];
} empty_dict_table = {{3, 1, true, false, 0, 0, 0}, {-1, -1, -1, -1, -1, -1, -1, -1}};

static constexpr uint32_t kMaxEntries = 1431655765;  // two thirds of 2^31 index cells

static size_t used_of(const Dict* d) { return d->used.load(std::memory_order_relaxed); }
static bool is_shared_empty(const DictTable* t) { return t == &empty_dict_table.table; }
static size_t mask_of(const DictTable* t) { return (size_t{1} << t->log2) - 1; }

// After the entry that it names: who finds the number without the lock reads that.
static TAIPAN_INLINE void index_put(DictTable* t, size_t i, int32_t v) {
  auto put = [i, v]<class T>(T* index) {
    std::atomic_ref<T>(index[i]).store(static_cast<T>(v), std::memory_order_release);
  };
  if (TAIPAN_LIKELY(t->width == 1))
    put(static_cast<int8_t*>(t->index()));
  else if (t->width == 2)
    put(static_cast<int16_t*>(t->index()));
  else
    put(static_cast<int32_t*>(t->index()));
}
static void set_entry_count(Dict* d, uint32_t n) {
  std::atomic_ref<uint32_t>(d->entry_count).store(n, std::memory_order_release);
}
static void set_table(Dict* d, DictTable* t, DictEntry* entries) {
  std::atomic_ref<DictEntry*>(d->entries).store(entries, std::memory_order_release);
  std::atomic_ref<DictTable*>(d->table).store(t, std::memory_order_release);
}
// Without the lock: a table and how many of its entries were written.
static DictTable* peek_table(const Dict* d, uint32_t* entry_count) {
  DictTable* t = dict_table_acquire(d);
  for (;;) {
    *entry_count = std::atomic_ref<const uint32_t>(d->entry_count).load(std::memory_order_acquire);
    DictTable* again = dict_table_acquire(d);
    if (TAIPAN_LIKELY(again == t)) return t;
    t = again;
  }
}

// log2 of the smallest index that takes n entries.
static int log2_for(size_t n) {
  int log2 = 3;
  while (((size_t{1} << log2) * 2) / 3 < n) log2++;
  return log2;
}
static size_t table_bytes(int log2, uint8_t width, uint32_t capacity) {
  size_t bytes = sizeof(DictTable) + (size_t{width} << log2);
  return ((bytes + 7) & ~size_t{7}) + capacity * sizeof(DictEntry);
}
static DictTable* allocate_table(int log2) {
  uint8_t width = log2 <= 7 ? 1 : log2 <= 15 ? 2 : 4;
  size_t capacity = ((size_t{1} << log2) * 2) / 3;
  if (log2 > 31 || capacity > kMaxEntries) return raise_memory();
  auto* t = static_cast<DictTable*>(gc::buffer_alloc(table_bytes(log2, width, static_cast<uint32_t>(capacity))));
  if (!t) return raise_memory();
  t->log2 = static_cast<uint8_t>(log2);
  t->width = width;
  t->str_only = true;
  t->unused = false;
  t->capacity = t->usable = static_cast<uint32_t>(capacity);
  t->first = 0;
  memset(t->index(), 0xff, size_t{width} << log2);
  return t;
}
static void retire_table(Dict* d, DictTable* t) {
  if (!is_shared_empty(t)) gc::buffer_free(&d->h, t, table_bytes(t->log2, t->width, t->capacity));
}

static void layout_changed(Dict* d) {
  if (TAIPAN_UNLIKELY(d->keys_version.load(std::memory_order_relaxed) != 0))
    d->keys_version.store(0, std::memory_order_release);
}

// A free index cell on the probe path of hash (the table is known not to hold the key).
static TAIPAN_INLINE size_t free_cell(const DictTable* t, int64_t hash) {
  size_t mask = mask_of(t);
  auto perturb = static_cast<uint64_t>(hash);
  size_t i = perturb & mask;
  while (t->at(i) >= 0) {
    perturb >>= 5;
    i = (i * 5 + perturb + 1) & mask;
  }
  return i;
}

// Moves the live entries to a table with room for at least `room` of them. The caller holds the lock.
static bool resize(Dict* d, size_t room) {
  if (room > kMaxEntries) return raise_memory();
  DictTable* old = d->table;
  DictTable* t = allocate_table(log2_for(room));
  if (!t) return false;
  t->str_only = old->str_only;
  DictEntry* to = t->entries();
  const DictEntry* from = d->entries;
  uint32_t n = 0;
  gc::before_bulk_move(&d->h);
  if (used_of(d) == d->entry_count) {
    n = d->entry_count;
    if (n) memcpy(static_cast<void*>(to), from, n * sizeof(DictEntry));
  } else {
    for (uint32_t i = 0; i < d->entry_count; i++) {
      if (from[i].key) to[n++] = from[i];
    }
  }
  for (uint32_t i = 0; i < n; i++) index_put(t, free_cell(t, to[i].hash), static_cast<int32_t>(i));
  t->usable -= n;
  layout_changed(d);  // before the table: see dict_entries_acquire
  set_entry_count(d, n);
  set_table(d, t, to);
  retire_table(d, old);
  return true;
}
static bool grow(Dict* d) {
  size_t room = used_of(d) * 2;
  return resize(d, room < 5 ? 5 : room);
}

// ---- look-up: entry index, -1 absent, -2 error

static int64_t find_quietly(const Dict* d, Value key, int64_t hash, bool* python_needed) {
  const DictTable* t = d->table;
  const DictEntry* entries = d->entries;
  size_t mask = mask_of(t);
  auto perturb = static_cast<uint64_t>(hash);
  for (size_t i = perturb & mask;; i = (i * 5 + perturb + 1) & mask) {
    int32_t at = t->at(i);
    if (at >= 0) {
      const DictEntry& e = entries[at];
      if (e.key == key) return at;
      if (e.hash == hash && e.key) {
        if (!equality_is_quiet(e.key, key)) {
          int equal = compares_as_tuple(e.key) && compares_as_tuple(key) ? tuples_equal_quietly(e.key, key) : -1;
          if (equal > 0) return at;
          if (equal == 0) {
            perturb >>= 5;
            continue;
          }
          *python_needed = true;
          return -1;
        }
        if (items_equal(e.key, key)) return at;
      }
    } else if (at == kIndexEmpty) {
      return -1;
    }
    perturb >>= 5;
  }
}

// Comparing may run Python code that changes the dict: then it starts over.
// *found: the key in the dict, kept alive for who must make sure that it is still there.
TAIPAN_NOINLINE static int64_t find_with_python(Dict* d, Value key, int64_t hash, Ref* found = nullptr) {
restart:
  DictTable* t = dict_table_acquire(d);
  if (is_shared_empty(t)) return -1;
  size_t mask = mask_of(t);
  auto perturb = static_cast<uint64_t>(hash);
  for (size_t i = perturb & mask;; i = (i * 5 + perturb + 1) & mask) {
    int32_t at = t->at(i);
    if (at >= 0) {
      const DictEntry& e = t->entries()[at];
      Value k = gc::load(&e.key);
      if (k == key) {
        if (found) *found = Ref::dup(k);
        return at;
      }
      if (k && gc::peek(e.hash) == hash) {
        Ref other = Ref::dup(k);
        int equal = items_equal(other, key);
        if (equal < 0) return -2;
        uint32_t count;
        if (peek_table(d, &count) != t || static_cast<uint32_t>(at) >= count || gc::load(&e.key) != other.get())
          goto restart;
        if (equal) {
          if (found) *found = std::move(other);
          return at;
        }
      }
    } else if (at == kIndexEmpty) {
      return -1;
    }
    perturb >>= 5;
  }
}

// Look-up while other threads may change the dict, without its lock: the value, borrowed until this thread's next safepoint; kMissing; null:
// Python code is needed to compare keys. Table and entries are one buffer, which stays while somebody may look at it.
static Value peek(Dict* d, Value key, int64_t hash) {
  for (;;) {
    DictTable* t = dict_table_acquire(d);
    if (is_shared_empty(t)) return kMissing;
    const DictEntry* entries = t->entries();
    size_t mask = mask_of(t);
    auto perturb = static_cast<uint64_t>(hash);
    bool torn = false;
    for (size_t i = perturb & mask;; i = (i * 5 + perturb + 1) & mask) {
      int32_t at = t->at(i);
      if (at >= 0) {
        const DictEntry& e = entries[at];
        Value k = gc::load(&e.key);
        bool same = k == key;
        if (!same && k && gc::peek(e.hash) == hash) {
          if (equality_is_quiet(k, key)) {
            same = items_equal(k, key);
          } else {
            int equal = compares_as_tuple(k) && compares_as_tuple(key) ? tuples_equal_quietly(k, key) : -1;
            if (equal < 0) return Value();
            same = equal > 0;
          }
        }
        if (same) {
          Value v = gc::load(&e.value);
          if (TAIPAN_LIKELY(v && gc::load(&e.key) == k)) return v;
          torn = true;
          break;
        }
      } else if (at == kIndexEmpty) {
        break;
      }
      perturb >>= 5;
    }
    if (!torn) return kMissing;
    if (dict_table_acquire(d) == t) { gc::ObjectLock wait_for_writer(&d->h); }
  }
}
Value dict_peek_parallel(Dict* d, Value key) {
  int64_t hash;
  if (!(key.is_int() || is_str_exact(key)) || !key_hash(key, &hash)) return Value();
  Value v = peek(d, key, hash);
  if (TAIPAN_UNLIKELY(v.is_null() || v == kMissing)) return Value();
  if (v.is_heap()) gc::incref_anyone(v.header());
  return v;
}
// The same with Python code, if need be. Null: an exception is set.
static Value look_up_parallel(Dict* d, Value key, int64_t hash) {
  for (;;) {
    Value v = peek(d, key, hash);
    if (v) return v;
    Ref found;
    int64_t at = find_with_python(d, key, hash, &found);
    if (at < 0) return at == -1 ? kMissing : Value();
    gc::ObjectLock lock(&d->h);
    if (static_cast<uint64_t>(at) < d->entry_count && d->entries[at].key == found.get()) return d->entries[at].value;
  }
}

static TAIPAN_INLINE int64_t find(Dict* d, Value key, int64_t hash) {
  if (TAIPAN_LIKELY(d->table->str_only && is_str_exact(key)))
    return dict_probe_str(d->table, d->entries, key.as<Str>(), hash);
  bool python_needed = false;
  int64_t at = find_quietly(d, key, hash, &python_needed);
  return TAIPAN_LIKELY(!python_needed) ? at : find_with_python(d, key, hash);
}

// ---- changes. Each takes the lock, looks the key up again where another thread may have come between, and drops references at its end.

// Appends an entry for a key known to be absent. Lock held.
static bool append_entry(Dict* d, Value key, int64_t hash, Ref value) {
  if (TAIPAN_UNLIKELY(d->table->usable == 0) && !grow(d)) return false;
  DictTable* t = d->table;
  if (TAIPAN_UNLIKELY(!is_str_exact(key))) gc::poke(t->str_only, false);
  DictEntry& e = d->entries[d->entry_count];
  gc::poke(e.hash, hash);
  gc::init(&e.value, std::move(value));
  gc::init(&e.key, Ref::dup(key));
  index_put(t, free_cell(t, hash), static_cast<int32_t>(d->entry_count));
  set_entry_count(d, d->entry_count + 1);
  t->usable--;
  d->used.store(used_of(d) + 1, std::memory_order_release);
  layout_changed(d);
  return true;
}

bool dict_append_str(Value dict, Str* key, Ref value) {
  return append_entry(dict.as<Dict>(), Value(key), hash_of_str(key), std::move(value));
}

// The entry for a change, the object lock being held where others may change the dict too. -1: absent; -2: an exception is set.
template <class F>
static int64_t with_entry(Dict* d, Value key, int64_t hash, F change) {
  if (TAIPAN_LIKELY(!gc::parallel)) {
    int64_t at = find(d, key, hash);
    return at == -2 ? at : change(at);
  }
  for (;;) {
    {
      gc::ObjectLock lock(&d->h);
      bool python_needed = false;
      int64_t at = find_quietly(d, key, hash, &python_needed);
      if (!python_needed) return change(at);
    }
    // Comparing takes Python code, and no lock can be held around that: what it found must still be there.
    uint32_t count;
    DictTable* table = peek_table(d, &count);
    Ref found;
    int64_t at = find_with_python(d, key, hash, &found);
    if (at == -2) return at;
    gc::ObjectLock lock(&d->h);
    if (at >= 0 ? static_cast<uint64_t>(at) < d->entry_count && d->entries[at].key == found.get()
                : d->table == table && d->entry_count == count)
      return change(at);
  }
}

static bool put(Dict* d, Value key, int64_t hash, Ref value) {
  Ref old;
  bool ok = true;
  int64_t r = with_entry(d, key, hash, [&](int64_t at) -> int64_t {
    if (at < 0) {
      ok = append_entry(d, key, hash, std::move(value));
    } else {
      old = gc::exchange_locked(&d->h, &d->entries[at].value, std::move(value));
    }
    return 0;
  });
  return r == 0 && ok;
}

// The index cell of entry `at`, whose key has that hash.
static size_t cell_of(const DictTable* t, int64_t hash, int64_t at) {
  size_t mask = mask_of(t);
  auto perturb = static_cast<uint64_t>(hash);
  size_t i = perturb & mask;
  while (t->at(i) != at) {
    perturb >>= 5;
    i = (i * 5 + perturb + 1) & mask;
  }
  return i;
}

// Removes entry `at`. Lock held. What it held comes back.
static void remove_entry(Dict* d, int64_t at, Ref* key, Ref* value) {
  DictTable* t = d->table;
  DictEntry& e = d->entries[at];
  index_put(t, cell_of(t, e.hash, at), kIndexDeleted);
  *key = gc::exchange_locked(&d->h, &e.key, Ref());
  *value = gc::exchange_locked(&d->h, &e.value, Ref());
  if (at == t->first) gc::poke(t->first, t->first + 1);
  d->used.store(used_of(d) - 1, std::memory_order_release);
  layout_changed(d);
}

static int remove_key(Dict* d, Value key, int64_t hash, Ref* value) {
  Ref old_key;
  int64_t r = with_entry(d, key, hash, [&](int64_t at) -> int64_t {
    if (at < 0) return 0;
    remove_entry(d, at, &old_key, value);
    return 1;
  });
  return r == -2 ? -1 : static_cast<int>(r);
}

// ---- the interface of dict.h

static Dict* allocate_dict(size_t reserve) {
  auto* d = new_object<Dict>(kShapeDict, true);
  if (!d) return nullptr;
  d->table = &empty_dict_table.table;
  d->entries = nullptr;
  if (reserve > 0 && !resize(d, reserve > 5 ? reserve : 5)) {
    Ref drop = Ref::steal(d);
    return nullptr;
  }
  return d;
}

Ref make_dict(size_t reserve) { return Ref::steal(allocate_dict(reserve)); }

Ref make_dict_from_pairs(const Value* items, size_t pairs) {
  Ref d = make_dict(pairs);
  if (!d) return nullptr;
  for (size_t i = 0; i < pairs; i++) {
    if (!dict_set(d, items[2 * i], items[2 * i + 1])) return nullptr;
  }
  return d;
}

Value dict_get_str_slow(Value dict, Str* key) {
  auto* d = dict.as<Dict>();
  if (used_of(d) == 0) return Value();
  int64_t hash = hash_of_str(key);
  if (TAIPAN_UNLIKELY(gc::parallel)) {
    Value v = look_up_parallel(d, Value(key), hash);
    if (!v) clear_error();
    return v == kMissing ? Value() : v;
  }
  bool python_needed = false;
  int64_t at = find_quietly(d, Value(key), hash, &python_needed);
  if (python_needed) {
    at = find_with_python(d, Value(key), hash);
    if (at == -2) clear_error();
  }
  return at < 0 ? Value() : d->entries[at].value;
}

Value dict_get_str(Value dict, Str* key) {
  if (TAIPAN_UNLIKELY(!is_str_exact(Value(key)))) {
    Value v = dict_get(dict, Value(key));
    if (!v) clear_error();
    return v == kMissing ? Value() : v;
  }
  return dict_get_str_fast(dict.as<Dict>(), key);
}

Value dict_get_cstr(Value dict, const char* key) {
  Ref s = make_str(key);
  if (!s) {
    clear_error();
    return Value();
  }
  return dict_get_str(dict, s.as<Str>());
}

Value dict_get_hash(Value dict, Value key, int64_t hash) {
  auto* d = dict.as<Dict>();
  if (used_of(d) == 0) return kMissing;
  if (TAIPAN_UNLIKELY(gc::parallel)) return look_up_parallel(d, key, hash);
  int64_t at = find(d, key, hash);
  if (at < 0) return at == -1 ? kMissing : Value();
  return d->entries[at].value;
}

Value dict_get(Value dict, Value key) {
  int64_t hash;
  if (!key_hash(key, &hash)) return Value();
  return dict_get_hash(dict, key, hash);
}

Ref dict_get_ref(Value dict, Value key) { return Ref::dup(dict_get(dict, key)); }

bool dict_set_hash(Value dict, Value key, int64_t hash, Value value) {
  return put(dict.as<Dict>(), key, hash, Ref::dup(value));
}
bool dict_set(Value dict, Value key, Value value) {
  int64_t hash;
  if (auto* d = dict.as<Dict>(); TAIPAN_LIKELY(!gc::parallel && is_str_exact(key) && d->table->str_only)) {
    hash = hash_of_str(key.as<Str>());
    int64_t at = dict_probe_str(d->table, d->entries, key.as<Str>(), hash);
    if (at < 0) return append_entry(d, key, hash, Ref::dup(value));
    Ref old = gc::exchange_locked(&d->h, &d->entries[at].value, Ref::dup(value));
    return true;
  }
  if (!key_hash(key, &hash)) return false;
  auto* d = dict.as<Dict>();
  if (TAIPAN_UNLIKELY(gc::parallel)) return put(d, key, hash, Ref::dup(value));
  int64_t at = find(d, key, hash);
  if (at == -2) return false;
  if (at < 0) return append_entry(d, key, hash, Ref::dup(value));
  Ref old = gc::exchange_locked(&d->h, &d->entries[at].value, Ref::dup(value));
  return true;
}
int dict_count(Dict* d, Value key, int64_t hash) {
  int64_t r = with_entry(d, key, hash, [&](int64_t at) -> int64_t {
    if (at < 0) return append_entry(d, key, hash, Ref::imm(Value::from_int(1))) ? 1 : -2;
    Value& value = d->entries[at].value;
    if (!value.is_int() || value.as_int() == Value::kSmallIntMax) return 0;
    gc::store_release(&value, Value::from_int(value.as_int() + 1));
    return 1;
  });
  return r == -2 ? -1 : static_cast<int>(r);
}
bool dict_set_str(Value dict, Str* key, Value value) { return dict_set(dict, Value(key), value); }
bool dict_set_cstr(Value dict, const char* key, Value value) {
  Ref s = intern_str(key);
  return s && dict_set(dict, s, value);
}

int dict_delete(Value dict, Value key) {
  int64_t hash;
  if (!key_hash(key, &hash)) return -1;
  Ref value;
  return remove_key(dict.as<Dict>(), key, hash, &value);
}

bool dict_delete_weakref(Value dict, Value key, Value ref) {
  int64_t hash;
  if (!key_hash(key, &hash)) return false;
  auto* d = dict.as<Dict>();
  Ref old_key, value;
  return with_entry(d, key, hash, [&](int64_t at) -> int64_t {
           if (at >= 0 && d->entries[at].value == ref) remove_entry(d, at, &old_key, &value);
           return 0;
         }) != -2;
}

int dict_contains(Value dict, Value key) {
  int64_t hash;
  if (!key_hash(key, &hash)) return -1;
  auto* d = dict.as<Dict>();
  if (TAIPAN_UNLIKELY(gc::parallel)) {
    Value v = look_up_parallel(d, key, hash);
    return v ? v != kMissing : -1;
  }
  int64_t at = used_of(d) == 0 ? -1 : find(d, key, hash);
  return at >= 0 ? 1 : at == -1 ? 0 : -1;
}

Ref dict_pop(Value dict, Value key) {
  auto* d = dict.as<Dict>();
  if (used_of(d) == 0) return Ref::imm(kMissing);
  int64_t hash;
  if (!key_hash(key, &hash)) return nullptr;
  Ref value;
  int found = remove_key(d, key, hash, &value);
  if (found < 0) return nullptr;
  return found ? std::move(value) : Ref::imm(kMissing);
}

Ref dict_setdefault(Value dict, Value key, Value value) {
  int64_t hash;
  if (!key_hash(key, &hash)) return nullptr;
  auto* d = dict.as<Dict>();
  Ref result;
  int64_t r = with_entry(d, key, hash, [&](int64_t at) -> int64_t {
    if (at >= 0) {
      result = Ref::dup(d->entries[at].value);
    } else if (append_entry(d, key, hash, Ref::dup(value))) {
      result = Ref::dup(value);
    }
    return 0;
  });
  return r == 0 ? std::move(result) : nullptr;
}

// Gives r, which has no table of its own, a copy of the table of d, which has no holes.
static bool copy_table(Dict* r, const Dict* d) {
  const DictTable* from = d->table;
  auto* t = static_cast<DictTable*>(gc::buffer_alloc(table_bytes(from->log2, from->width, from->capacity)));
  if (!t) return raise_memory();
  memcpy(static_cast<void*>(t), from, sizeof(DictTable) + (size_t{from->width} << from->log2));
  DictEntry* to = t->entries();
  uint32_t n = d->entry_count;
  for (uint32_t i = 0; i < n; i++) {
    const DictEntry& e = d->entries[i];
    incref(e.key);
    incref(e.value);
    to[i] = e;
  }
  r->entries = to;
  r->table = t;
  r->entry_count = n;
  r->used.store(n, std::memory_order_release);
  layout_changed(r);
  return true;
}

Ref dict_copy(Value dict) {
  auto* d = dict.as<Dict>();
  Dict* r = allocate_dict(0);
  if (!r) return nullptr;
  Ref result = Ref::steal(r);
  gc::ObjectReadLock lock(&d->h);
  size_t n = used_of(d);
  if (n == 0) return result;
  if (n == d->entry_count && !is_shared_empty(d->table)) return copy_table(r, d) ? std::move(result) : nullptr;
  if (!resize(r, n < 5 ? 5 : n)) return nullptr;
  for (uint32_t i = 0; i < d->entry_count; i++) {
    const DictEntry& e = d->entries[i];
    if (e.key && !append_entry(r, e.key, e.hash, Ref::dup(e.value))) return nullptr;
  }
  return result;
}
void dict_clear(Value dict) {
  auto* d = dict.as<Dict>();
  DictTable* t;
  DictEntry* entries;
  uint32_t n;
  {
    gc::ObjectLock lock(&d->h);
    t = d->table;
    if (is_shared_empty(t)) return;
    gc::before_bulk_move(&d->h);
    entries = d->entries;
    n = d->entry_count;
    layout_changed(d);
    set_entry_count(d, 0);
    set_table(d, &empty_dict_table.table, nullptr);
    d->used.store(0, std::memory_order_release);
  }
  if (TAIPAN_UNLIKELY(gc::parallel)) {
    for (uint32_t i = 0; i < n; i++) {
      gc::displaced(&d->h, entries[i].key);
      gc::displaced(&d->h, entries[i].value);
    }
  }
  for (uint32_t i = 0; i < n; i++) {
    decref(entries[i].key);
    decref(entries[i].value);
  }
  retire_table(d, t);
}

bool dict_next(Value dict, size_t* pos, Value* key, Value* value, int64_t* hash) {
  auto* d = dict.as<Dict>();
  size_t i = *pos;
  if (TAIPAN_UNLIKELY(gc::parallel)) {
    uint32_t count;
    DictTable* t = peek_table(d, &count);
    const DictEntry* entries = t->entries();
    for (; i < count; i++) {
      const DictEntry& e = entries[i];
      Value k = gc::load(&e.key), v = gc::load(&e.value);
      if (!k || !v) continue;
      *pos = i + 1;
      if (key) *key = k;
      if (value) *value = v;
      if (hash) *hash = gc::peek(e.hash);
      return true;
    }
    return false;
  }
  while (i < d->entry_count && !d->entries[i].key) i++;
  if (i >= d->entry_count) return false;
  const DictEntry& e = d->entries[i];
  *pos = i + 1;
  if (key) *key = e.key;
  if (value) *value = e.value;
  if (hash) *hash = e.hash;
  return true;
}

template <class F>
static Ref list_of(Value dict, F item) {
  auto* d = dict.as<Dict>();
  for (;;) {
    size_t n = used_of(d);
    Ref list = make_list(n);
    if (!list) return nullptr;
    gc::ObjectReadLock lock(&d->h);
    if (used_of(d) != n) continue;  // allocating may have run a finaliser
    auto* l = list.as<List>();
    size_t out = 0;
    for (uint32_t i = 0; i < d->entry_count && out < n; i++) {
      if (d->entries[i].key) gc::init(&l->items[out++], item(d->entries[i]));
    }
    l->size.store(out, std::memory_order_release);
    return list;
  }
}
Ref dict_keys_list(Value dict) {
  return list_of(dict, [](const DictEntry& e) { return Ref::dup(e.key); });
}
Ref dict_values_list(Value dict) {
  return list_of(dict, [](const DictEntry& e) { return Ref::dup(e.value); });
}
Ref dict_items_list(Value dict) {
  Ref snapshot;
  if (TAIPAN_UNLIKELY(gc::parallel) &&
      !gc::is_unique(dict.header())) {  // at one moment, whatever others do to the dict
    snapshot = dict_copy(dict);
    if (!snapshot) return nullptr;
    dict = snapshot;
  }
  Ref result = make_list(dict_size(dict));
  if (!result) return nullptr;
  size_t pos = 0;
  Value k, v;
  while (dict_next(dict, &pos, &k, &v)) {
    Ref pair = make_pair(k, v);
    if (!pair || !list_append(result, std::move(pair))) return nullptr;
  }
  return result;
}

static std::atomic<uint32_t> next_keys_version{1};

uint32_t dict_keys_version(Value dict) {
  auto* d = dict.as<Dict>();
  uint32_t v = d->keys_version.load(std::memory_order_acquire);
  if (v != 0) return v;
  if (!gc::peek(dict_table_acquire(d)->str_only)) return 0;
  gc::ObjectLock lock(&d->h);
  if (next_keys_version.load(std::memory_order_relaxed) == 0) return 0;  // all numbers were given out
  v = next_keys_version.fetch_add(1, std::memory_order_relaxed);
  d->keys_version.store(v, std::memory_order_release);
  return v;
}

bool dict_cache_slot(Value dict, Str* key, uint32_t* version, uint32_t* index) {
  if (!is_dict_exact(dict)) return false;
  *version = dict_keys_version(dict);
  if (*version == 0) return false;
  int64_t i = dict_find_index(dict, key);
  if (i < 0 || i >= (1 << 28)) return false;
  *index = static_cast<uint32_t>(i);
  return dict.as<Dict>()->keys_version.load(std::memory_order_seq_cst) == *version;
}

int64_t dict_find_index(Value dict, Str* key) {
  auto* d = dict.as<Dict>();
  gc::ObjectLock lock(&d->h);
  if (!is_str_exact(Value(key))) return -1;
  if (d->table->str_only) return dict_probe_str(d->table, d->entries, key, hash_of_str(key));
  bool python_needed = false;
  return find_quietly(d, Value(key), hash_of_str(key), &python_needed);
}

// ---- update

static bool iterates_as_dict(Value other) {
  return is_dict_exact(other) || (is_dict(other) && type_of(other)->s.iter == types::Dict->s.iter);
}

bool dict_merge(Value dict, Value other, bool override_existing) {
  auto* d = dict.as<Dict>();
  if (iterates_as_dict(other)) {
    auto* o = other.as<Dict>();
    if (o == d || used_of(o) == 0) return true;
    // Into an untouched dict: the table as it is, unless most of it is spare.
    if (!gc::parallel && is_shared_empty(d->table) && used_of(o) == o->entry_count && o->table->first == 0 &&
        o->table->capacity <= used_of(o) * 3 + 8) {
      return copy_table(d, o);
    }
    Ref snapshot;
    if (TAIPAN_UNLIKELY(gc::parallel) && !gc::is_unique(&o->h)) {  // others may change it meanwhile
      snapshot = dict_copy(other);
      if (!snapshot) return false;
      other = snapshot;
      o = other.as<Dict>();
    }
    if (d->table->capacity < used_of(o)) {
      gc::ObjectLock lock(&d->h);
      if (!resize(d, used_of(o) + used_of(d))) return false;
    }
    size_t pos = 0, size = used_of(o);
    Value k, v;
    int64_t hash;
    while (dict_next(other, &pos, &k, &v, &hash)) {
      Ref key = Ref::dup(k), value = Ref::dup(v);
      if (override_existing) {
        if (!put(d, key, hash, std::move(value))) return false;
      } else {
        bool ok = true;
        int64_t r = with_entry(d, key, hash, [&](int64_t at) -> int64_t {
          if (at < 0) ok = append_entry(d, key, hash, std::move(value));
          return 0;
        });
        if (r != 0 || !ok) return false;
      }
      if (used_of(o) != size) return raise(types::RuntimeError, "dict mutated during update");
    }
    return true;
  }
  Ref keys = call_method(other, TAIPAN_NAME(keys));
  if (!keys) return false;
  Ref it = iter_at_once(keys);
  if (!it) return false;
  for (;;) {
    Ref key = iter_next(it);
    if (!key) return false;
    if (is_stop(key)) return true;
    if (!override_existing) {
      int found = dict_contains(dict, key);
      if (found < 0) return false;
      if (found) continue;
    }
    Ref value = get_item(other, key);
    if (!value || !dict_set(dict, key, value)) return false;
  }
}

static bool update_from_pairs(Value dict, Value pairs) {
  if (is_zip_of_two(pairs)) {
    Ref hold = Ref::dup(pairs);
    for (uint32_t steps = 1;; steps++) {
      Ref key, value;
      int step = zip_next_two(pairs, &key, &value);
      if (step <= 0) return step == 0;
      if (!dict_set(dict, key, value) || (steps % 4096 == 0 && !poll())) return false;
    }
  }
  IterEach it(pairs);
  for (int64_t i = 0; it.next(); i++) {
    Value item = it.item();
    Ref pair;
    if (is_tuple_exact(item)) {
      pair = Ref::dup(item);
    } else {
      pair = iterable_to_tuple(item);
      if (!pair) {
        if (!error_matches(types::TypeError)) return false;
        clear_error();
        return raise(types::TypeError, "cannot convert dictionary update sequence element #%zd to a sequence", i);
      }
    }
    if (tuple_size(pair) != 2)
      return raise(types::ValueError, "dictionary update sequence element #%zd has length %zd; 2 is required", i,
                   static_cast<int64_t>(tuple_size(pair)));
    if (!dict_set(dict, tuple_at(pair, 0), tuple_at(pair, 1))) return false;
  }
  return !it.failed();
}

bool dict_update(Value dict, Value other) {
  if (is_dict_exact(other)) return dict_merge(dict, other, true);
  Ref keys = get_attr_opt(other, TAIPAN_NAME(keys));
  if (!keys) return false;
  if (keys.get() == kMissing) return update_from_pairs(dict, other);
  return dict_merge(dict, other, true);
}

bool dict_set_default_kwargs(Value dict, RawArgs args) {
  if (!has_keywords(args)) return true;
  for (size_t i = 0; i < tuple_size(args.kwnames); i++) {
    if (!dict_set(dict, tuple_at(args.kwnames, i), args.v[args.n + i])) return false;
  }
  return true;
}

Ref dict_popitem(Value dict, bool last) {
  auto* d = dict.as<Dict>();
  Ref pair = make_tuple(2);
  if (!pair) return nullptr;
  Ref key, value;
  {
    gc::ObjectLock lock(&d->h);
    if (used_of(d) != 0) {
      if (last) {
        uint32_t i = d->entry_count;
        while (!d->entries[i - 1].key) i--;
        remove_entry(d, i - 1, &key, &value);
        set_entry_count(d, i - 1);
        if (d->table->first > d->entry_count) gc::poke(d->table->first, d->entry_count);
      } else {
        uint32_t i = d->table->first;
        while (!d->entries[i].key) i++;
        gc::poke(d->table->first, i);
        remove_entry(d, i, &key, &value);
      }
    }
  }
  if (!key) {
    Ref text = make_str("popitem(): dictionary is empty");
    return text ? raise_value(types::KeyError, text) : failed();
  }
  tuple_init(pair, 0, std::move(key));
  tuple_init(pair, 1, std::move(value));
  return pair;
}

// A fresh table with free entries before the first one, so that moving to the front costs O(1) on average.
static bool open_front(Dict* d) {
  auto n = static_cast<uint32_t>(used_of(d));
  uint32_t gap = n / 2 + 4;
  if (n + gap > kMaxEntries - 2) return raise_memory();
  gc::before_bulk_move(&d->h);
  DictTable *old = d->table, *t = allocate_table(log2_for(n + gap + 2));
  if (!t) return false;
  t->str_only = old->str_only;
  DictEntry* to = t->entries();
  memset(static_cast<void*>(to), 0, gap * sizeof(DictEntry));
  uint32_t out = gap;
  for (uint32_t i = 0; i < d->entry_count; i++) {
    if (d->entries[i].key) to[out++] = d->entries[i];
  }
  for (uint32_t i = gap; i < out; i++) index_put(t, free_cell(t, to[i].hash), static_cast<int32_t>(i));
  t->usable -= out;
  t->first = gap;
  layout_changed(d);
  if (out < d->entry_count) set_entry_count(d, out);
  set_table(d, t, to);
  set_entry_count(d, out);
  retire_table(d, old);
  return true;
}

// Moves entry `at` to an end of the order. Lock held; *k and *v: what the caller drops without it.
static bool move_entry(Dict* d, int64_t at, bool last, Ref* k, Ref* v) {
  DictTable* t = d->table;
  while (!d->entries[t->first].key) gc::poke(t->first, t->first + 1);
  if (last ? at + 1 == d->entry_count : at == t->first) return true;
  // Makes room first, so that nothing can fail once the entry is out.
  Value wanted = d->entries[at].key;
  int64_t hash = d->entries[at].hash;
  if (last ? t->usable == 0 : (t->first == 0 || t->usable == 0)) {
    // (Room enough that moving everything to the end several times takes one new table.)
    if (!(last ? resize(d, used_of(d) + used_of(d) * (gc::parallel ? 1 : 3) / 2 + 8) : open_front(d))) return false;
    t = d->table;
    for (at = t->first; d->entries[at].key != wanted; at++) {}
  }
  if (last && TAIPAN_LIKELY(!gc::parallel)) {  // its index cell now names the place behind the last one
    gc::before_bulk_move(&d->h);
    uint32_t end = d->entry_count;
    d->entries[end] = d->entries[at];
    d->entries[at].key = d->entries[at].value = Value();
    if (at == t->first) t->first++;
    index_put(t, cell_of(t, hash, at), static_cast<int32_t>(end));
    set_entry_count(d, end + 1);
    t->usable--;
    layout_changed(d);
    return true;
  }
  if (last) {
    remove_entry(d, at, k, v);
    return append_entry(d, *k, hash, std::move(*v));
  }
  uint32_t front = t->first - 1;
  remove_entry(d, at, k, v);
  DictEntry& e = d->entries[front];
  gc::poke(e.hash, hash);
  gc::init(&e.value, std::move(*v));
  gc::init(&e.key, std::move(*k));
  index_put(t, free_cell(t, hash), static_cast<int32_t>(front));
  gc::poke(t->first, front);
  t->usable--;
  d->used.store(used_of(d) + 1, std::memory_order_release);
  return true;
}

bool dict_move_entry(Value dict, Value key, bool last) {
  auto* d = dict.as<Dict>();
  int64_t hash;
  if (!key_hash(key, &hash)) return false;
  Ref k, v;
  bool ok = true;
  int64_t r = with_entry(d, key, hash, [&](int64_t at) -> int64_t {
    if (at < 0) return -1;
    ok = move_entry(d, at, last, &k, &v);
    return 0;
  });
  if (r == -1) return raise_key_error(key);
  return r == 0 && ok;
}

Ref dict_pop_hash(Value dict, Value key, int64_t hash) {
  Ref value;
  int r = remove_key(dict.as<Dict>(), key, hash, &value);
  if (r == 0) return Ref::imm(kMissing);
  return r < 0 ? nullptr : std::move(value);
}
Ref dict_touch_hash(Value dict, Value key, int64_t hash) {
  auto* d = dict.as<Dict>();
  Ref value, k, v;
  bool ok = true;
  int64_t r = with_entry(d, key, hash, [&](int64_t at) -> int64_t {
    if (at < 0) return -1;
    value = Ref::dup(d->entries[at].value);
    ok = move_entry(d, at, true, &k, &v);
    return 0;
  });
  if (r == -1) return Ref::imm(kMissing);
  return r == 0 && ok ? std::move(value) : nullptr;
}

// ---- slots

static void dict_trace(Header* h, gc::Visitor& v) {
  auto* d = reinterpret_cast<Dict*>(h);
  // What the count was between two looks at the table fits it: writers lower the count before they take a table with fewer entries, and raise
  // it after.
  for (;;) {
    DictTable* t = dict_table_acquire(d);
    uint32_t n = std::atomic_ref<uint32_t>(d->entry_count).load(std::memory_order_acquire);
    if (TAIPAN_UNLIKELY(dict_table_acquire(d) != t)) continue;
    if (is_shared_empty(t)) return;
    const DictEntry* entries = t->entries();
    for (uint32_t i = 0; i < n && i < t->capacity; i++) {
      v.visit(gc::load(&entries[i].key));
      v.visit(gc::load(&entries[i].value));
    }
    return;
  }
}
static void dict_clear_op(Header* h) { dict_clear(Value(h)); }
static void dict_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* d = reinterpret_cast<Dict*>(h);
  DictTable* t = d->table;
  if (!is_shared_empty(t)) {
    DictEntry* entries = d->entries;
    uint32_t n = d->entry_count;
    d->table = &empty_dict_table.table;
    d->entries = nullptr;
    d->entry_count = 0;
    d->used.store(0, std::memory_order_relaxed);
    for (uint32_t i = 0; i < n; i++) {
      decref(entries[i].key);
      decref(entries[i].value);
    }
    gc::buffer_free_dead(t, table_bytes(t->log2, t->width, t->capacity));
  }
  finish_dealloc_as<Dict>(h);
}
static size_t dict_bytes(Header* h) {
  auto* d = reinterpret_cast<Dict*>(h);
  DictTable* t = dict_table_acquire(d);
  return sizeof(Dict) + (is_shared_empty(t) ? 0 : table_bytes(t->log2, t->width, t->capacity));
}

static Ref dict_repr(Value self) {
  if (dict_size(self) == 0) return make_str("{}");
  int entered = repr_enter(self);
  if (entered != 0) return entered > 0 ? make_str("{...}") : nullptr;
  StrBuilder b;
  bool ok = b.append_char('{'), first = true;
  size_t pos = 0;
  Value k, v;
  while (ok && dict_next(self, &pos, &k, &v)) {
    Ref key = Ref::dup(k), value = Ref::dup(v);  // repr() may change the dict
    if (!first) ok = b.append_ascii(", ");
    first = false;
    Ref r;
    if (ok) {
      r = repr_of(key);
      ok = r && b.append(r) && b.append_ascii(": ");
    }
    if (ok) {
      r = repr_of(value);
      ok = r && b.append(r);
    }
  }
  if (ok) ok = b.append_char('}');
  repr_leave(self);
  return ok ? b.finish() : nullptr;
}

bool dicts_equal(Value a, Value b, bool* out) {
  auto *x = a.as<Dict>(), *y = b.as<Dict>();
  *out = false;
  if (used_of(x) != used_of(y)) return true;
  Ref snapshot;
  if (TAIPAN_UNLIKELY(gc::parallel) && !gc::is_unique(&x->h)) {  // others may change it meanwhile
    snapshot = dict_copy(a);
    if (!snapshot) return false;
    x = snapshot.as<Dict>();
  }
  for (uint32_t i = 0; i < x->entry_count; i++) {
    if (!x->entries[i].key) continue;
    if (!gc::parallel) {
      const DictEntry& e = x->entries[i];
      bool python_needed = false;
      int64_t at = y->table->str_only && is_str_exact(e.key)
                       ? dict_probe_str(y->table, y->entries, e.key.as<Str>(), e.hash)
                       : find_quietly(y, e.key, e.hash, &python_needed);
      if (!python_needed) {
        if (at < 0) return true;
        Value v = e.value, w = y->entries[at].value;
        if (v == w) continue;
        if (equality_is_quiet(v, w)) {
          if (!items_equal(v, w)) return true;
          continue;
        }
      }
    }
    Ref key = Ref::dup(x->entries[i].key), value = Ref::dup(x->entries[i].value);
    Ref other = Ref::dup(dict_get_hash(Value(y), key, x->entries[i].hash));
    if (!other) return false;
    if (other.get() == kMissing) return true;
    int equal = items_equal(value, other);
    if (equal < 0) return false;
    if (!equal) return true;
  }
  *out = true;
  return true;
}

static Ref dict_compare(Value a, Value b, CompareOp op) {
  if ((op != kEq && op != kNe) || !is_dict(a) || !is_dict(b)) return Ref::imm(kNotImplemented);
  bool equal;
  if (!dicts_equal(a, b, &equal)) return nullptr;
  return Ref::imm(bool_value(equal == (op == kEq)));
}

static int64_t dict_length(Value self) { return static_cast<int64_t>(dict_size(self)); }

static Ref dict_get_item(Value self, Value key) {
  Ref v = dict_get_ref(self, key);
  if (TAIPAN_UNLIKELY(v.get() == kMissing)) {
    if (!is_dict_exact(self)) {
      Ref made = call_special(self, TAIPAN_NAME(__missing__), key);
      if (made.get() != kMissing) return made;
    }
    return raise_key_error(key);
  }
  return v;
}

static bool dict_set_item(Value self, Value key, Value value) {
  if (value) return dict_set(self, key, value);
  int found = dict_delete(self, key);
  if (found == 0) return raise_key_error(key);
  return found > 0;
}

static Ref dict_iter(Value self) { return make_dict_iterator(self, kShapeDictKeyIterator); }

static Ref dict_or(Value a, Value b) {
  if (!is_dict(a) || !is_dict(b)) return Ref::imm(kNotImplemented);
  Ref r = dict_copy(a);
  if (!r || !dict_update(r, b)) return nullptr;
  return r;
}
static Ref dict_inplace_or(Value self, Value other) {
  if (!dict_update(self, other)) return nullptr;
  return Ref::dup(self);
}

static Ref dict_new(TypeObject* cls, RawArgs) {
  if (cls == types::Dict) return make_dict();
  auto* d = alloc_instance_as<Dict>(cls);
  if (!d) return nullptr;
  d->table = &empty_dict_table.table;
  return Ref::steal(d);
}

static bool update_from_call(const char* name, Value self, RawArgs args) {
  if (args.n > 1)
    return raise(types::TypeError, "%s expected at most 1 argument, got %zd", name, static_cast<int64_t>(args.n));
  if (args.n == 1 && !dict_update(self, args.v[0])) return false;
  return dict_set_default_kwargs(self, args);
}
static bool dict_init(Value self, RawArgs args) { return update_from_call("dict", self, args); }

// ---- methods

static Ref dict_contains_impl(Args& a) {
  int found = dict_contains(a.self, a[0]);
  return found < 0 ? nullptr : Ref::imm(bool_value(found));
}
static Ref dict_getitem_impl(Args& a) { return dict_get_item(a.self, a[0]); }
static Ref dict_sizeof_impl(Args& a) { return make_int(static_cast<int64_t>(dict_bytes(a.self.header()))); }
static Ref dict_get_impl(Args& a) {
  Ref v = dict_get_ref(a.self, a[0]);
  return v.get() == kMissing ? Ref::dup(a.get(1, kNone)) : std::move(v);
}
static Ref dict_setdefault_impl(Args& a) { return dict_setdefault(a.self, a[0], a.get(1, kNone)); }
static Ref dict_pop_impl(Args& a) {
  Ref v = dict_pop(a.self, a[0]);
  if (v.get() != kMissing) return v;
  return a.has(1) ? Ref::dup(a[1]) : raise_key_error(a[0]);
}
static Ref dict_popitem_impl(Args& a) { return dict_popitem(a.self); }
static Ref dict_keys_impl(Args& a) { return make_dict_view(a.self, kShapeDictKeys); }
static Ref dict_values_impl(Args& a) { return make_dict_view(a.self, kShapeDictValues); }
static Ref dict_items_impl(Args& a) { return make_dict_view(a.self, kShapeDictItems); }
static Ref dict_update_impl(Args& a) {
  if (!update_from_call("update", a.self, a.raw)) return nullptr;
  return Ref::imm(kNone);
}
static Ref dict_clear_impl(Args& a) {
  dict_clear(a.self);
  return Ref::imm(kNone);
}
static Ref dict_copy_impl(Args& a) { return dict_copy(a.self); }
static Ref dict_reversed_impl(Args& a) { return make_dict_iterator(a.self, kShapeDictReverseKeyIterator); }

static Ref dict_fromkeys_impl(Args& a) {
  Value value = a.get(1, kNone);
  Ref d = call(a.self);
  if (!d) return nullptr;
  if (is_dict_exact(d)) {
    if (is_dict_exact(a[0])) {
      size_t pos = 0;
      Value k;
      int64_t hash;
      while (dict_next(a[0], &pos, &k, nullptr, &hash)) {
        Ref key = Ref::dup(k);
        if (!dict_set_hash(d, key, hash, value)) return nullptr;
      }
      return d;
    }
    if (is_any_set(a[0])) {
      size_t pos = 0;
      int64_t hash;
      for (Ref key; set_next_owned(a[0], &pos, &key, &hash);) {
        if (!dict_set_hash(d, key, hash, value)) return nullptr;
      }
      return d;
    }
  }
  IterEach it(a[0]);
  bool exact = is_dict_exact(d);
  while (it.next()) {
    if (!(exact ? dict_set(d, it.item(), value) : set_item(d, it.item(), value))) return nullptr;
  }
  return it.failed() ? nullptr : std::move(d);
}

static const NativeDef kDictMethods[] = {
    {"__contains__", "($self, key, /)", dict_contains_impl, kNativeCoexist,
     "True if the dictionary has the specified key, else False."},
    {"__getitem__", "($self, key, /)", dict_getitem_impl, kNativeCoexist | kNativeNoSignature,
     "x.__getitem__(y) <==> x[y]"},
    {"__sizeof__", "($self, /)", dict_sizeof_impl, kNativeNoSignature, "Size of the dictionary in memory, in bytes."},
    {"get", "($self, key, default=None, /)", dict_get_impl, 0,
     "Return the value for key if key is in the dictionary, else default."},
    {"setdefault", "($self, key, default=None, /)", dict_setdefault_impl, 0,
     "Return the value for key; if it is not there, insert it with a value of default."},
    {"pop", "($self, key, default=<unrepresentable>, /)", dict_pop_impl, 0,
     "Remove the key and return its value; without the key, return default if given, else raise KeyError."},
    {"popitem", "($self, /)", dict_popitem_impl, 0,
     "Remove and return a (key, value) pair, the last inserted first.\n\nRaises KeyError if the dict is empty."},
    {"keys", "($self, /)", dict_keys_impl, kNativeNoSignature, "A set-like view of the keys."},
    {"items", "($self, /)", dict_items_impl, kNativeNoSignature, "A set-like view of the (key, value) pairs."},
    {"values", "($self, /)", dict_values_impl, kNativeNoSignature, "A view of the values."},
    {"update", "(...)", dict_update_impl, 0,
     "Update from a mapping or an iterable of pairs, then from the keyword arguments."},
    {"fromkeys", "($type, iterable, value=None, /)", dict_fromkeys_impl, kNativeClassMethod,
     "Create a new dictionary with keys from iterable and values set to value."},
    {"clear", "($self, /)", dict_clear_impl, kNativeNoSignature, "Remove all items."},
    {"copy", "($self, /)", dict_copy_impl, kNativeNoSignature, "A shallow copy."},
    {"__reversed__", "($self, /)", dict_reversed_impl, 0, "Return a reverse iterator over the dict keys."},
    TAIPAN_CLASS_GETITEM,
    {nullptr}};

const TypeSpec kDictSpec = {
    .doc =
        "dict() -> empty\ndict(mapping) -> from the mapping's pairs\ndict(iterable) -> from an iterable of (key, "
        "value) pairs\n"
        "dict(**kwargs) -> from the keyword arguments; this may follow the other forms",
    .flags = kTypeBaseable | kTypeGc | kTypeMapping | kTypeMatchSelf,
    .basic_size = sizeof(Dict),
    .ops = {.trace = dict_trace,
            .clear = dict_clear_op,
            .dealloc = dict_dealloc,
            .size_of = dict_bytes,
            .trace_anytime = true},
    .methods = kDictMethods,
    .s = {.repr = dict_repr,
          .compare = dict_compare,
          .iter = dict_iter,
          .init = dict_init,
          .new_ = dict_new,
          .or_ = dict_or,
          .inplace_or = dict_inplace_or,
          .length = dict_length,
          .get_item = dict_get_item,
          .set_item = dict_set_item,
          .contains = dict_contains}};

}  // namespace taipan
