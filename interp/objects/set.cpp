#include "interp/objects/set.h"

#include <cstring>

#include "interp/objects/containers.h"
#include "interp/objects/dict.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/step_lock.h"
#include "interp/objects/tuple.h"

namespace taipan {

static constexpr size_t kLinearProbes = 9;
static constexpr int kPerturbShift = 5;
static constexpr size_t kMinTable = 8;

static size_t used_of(const Set* s) { return s->used.load(std::memory_order_relaxed); }
static void set_used(Set* s, size_t n) { s->used.store(n, std::memory_order_release); }
static bool is_live(const SetEntry& e) { return e.key && e.key != kMissing; }
static bool is_mutable_set(Value v) { return is_any_set(v) && is_subtype(type_of(v), types::Set); }
static bool is_frozenset(Value v) { return is_any_set(v) && is_subtype(type_of(v), types::FrozenSet); }

// GIL off: a set that may change is looked at and changed under its runtime lock, which is given up around Python code as the GIL is; so
// the code below re-checks after comparing, and nothing more. Frozen ones are nobody else's while they are made. What is one operation to
// a program holds the lock from its beginning (callers take none: set is kTypeParallel).
class SetLock {
 public:
  TAIPAN_INLINE explicit SetLock(Value set)
      : lock_(TAIPAN_UNLIKELY(gc::parallel) && (has_shape(set, kShapeSet) || is_mutable_set(set)) ? set : Value()) {}

 private:
  RuntimeLock lock_;
};

static void reset_table(Set* s) {
  memset(static_cast<void*>(s->small), 0, sizeof(s->small));
  s->table = s->small;
  s->mask = kMinTable - 1;
  s->fill = 0;
  s->finger = 0;
  s->heap_keys = false;
  set_used(s, 0);
}

static Set* allocate_set(TypeObject* cls) {
  Set* s = cls == types::Set         ? new_object<Set>(kShapeSet, true)
           : cls == types::FrozenSet ? new_object<Set>(kShapeFrozenSet, true)
                                     : alloc_instance_as<Set>(cls);
  if (!s) return nullptr;
  s->table = s->small;
  s->mask = kMinTable - 1;
  s->hash = -1;
  return s;
}
// The built-in type an operation on v results in.
static TypeObject* base_type(Value v) { return is_frozenset(v) ? types::FrozenSet : types::Set; }

// Puts a key known to be absent into a table without deleted cells.
static void insert_clean(SetEntry* table, size_t mask, Value key, int64_t hash) {
  auto perturb = static_cast<uint64_t>(hash);
  size_t i = perturb & mask;
  for (;;) {
    SetEntry* e = &table[i];
    size_t probes = i + kLinearProbes <= mask ? kLinearProbes : 0;
    do {
      if (!e->key) {
        e->hash = hash;
        gc::store_release(&e->key, key);
        return;
      }
      e++;
    } while (probes--);
    perturb >>= kPerturbShift;
    i = (i * 5 + 1 + perturb) & mask;
  }
}

// The cells of a table that is to hold more than `minimum` keys; 0: there is no such memory.
static size_t table_size(size_t minimum) {
  size_t size = kMinTable;
  while (size <= minimum) {
    if (size > (size_t{1} << 58)) return 0;
    size <<= 1;
  }
  return size;
}

// Lock held.
static bool resize(Set* s, size_t minimum) {
  size_t size = table_size(minimum);
  if (size == 0) return raise_memory();
  SetEntry* old = s->table;
  size_t old_mask = s->mask;
  SetEntry copy[kMinTable];
  gc::before_bulk_move(&s->h);
  bool was_small = old == s->small;
  SetEntry* table;
  if (size == kMinTable) {
    if (was_small) {
      if (s->fill == used_of(s)) return true;
      memcpy(static_cast<void*>(copy), old, sizeof(copy));
      old = copy;
    }
    table = s->small;
    memset(static_cast<void*>(table), 0, sizeof(s->small));
  } else {
    size_t bytes = size * sizeof(SetEntry);
    if (bytes <= gc::kMaxSmallSize) {
      table = static_cast<SetEntry*>(gc::buffer_alloc(bytes));
      if (table) memset(static_cast<void*>(table), 0, bytes);
    } else {
      table = static_cast<SetEntry*>(gc::raw_calloc(bytes));
    }
    if (!table) return raise_memory();
  }
  size_t left = used_of(s);
  for (const SetEntry* e = old; left != 0; e++) {
    if (!is_live(*e)) continue;
    insert_clean(table, size - 1, e->key, e->hash);
    left--;
  }
  s->table = table;
  s->mask = size - 1;
  s->fill = used_of(s);
  if (!was_small) gc::buffer_free(&s->h, old, (old_mask + 1) * sizeof(SetEntry));
  return true;
}
static size_t grown(const Set* s) { return used_of(s) > 50000 ? used_of(s) * 2 : used_of(s) * 4; }

// The cell of key, or the never-used one that ends its probe path; *reusable: the last deleted cell on the way (if asked for). Null: error.
static SetEntry* look(Set* s, Value key, int64_t hash, SetEntry** reusable = nullptr) {
restart:
  if (reusable) *reusable = nullptr;
  SetEntry* table = s->table;
  size_t mask = s->mask;
  auto perturb = static_cast<uint64_t>(hash);
  size_t i = perturb & mask;
  for (;;) {
    SetEntry* e = &table[i];
    size_t probes = i + kLinearProbes <= mask ? kLinearProbes : 0;
    do {
      Value k = e->key;
      if (!k) return e;
      if (e->hash == hash) {
        if (k == key) return e;
        if (equality_is_quiet(k, key)) {
          if (items_equal(k, key)) return e;
        } else {  // Python code may change the set: then it starts over
          Ref other = Ref::dup(k);
          int equal = items_equal(other, key);
          if (equal < 0) return nullptr;
          if (s->table != table || s->mask != mask || e->key != other.get()) goto restart;
          if (equal) return e;
        }
      } else if (e->hash == -1 && reusable && k == kMissing) {
        *reusable = e;
      }
      e++;
    } while (probes--);
    perturb >>= kPerturbShift;
    i = (i * 5 + 1 + perturb) & mask;
  }
}

// The same where no comparison runs Python code; *python is set where one would.
static TAIPAN_INLINE SetEntry* look_quietly(Set* s, Value key, int64_t hash, SetEntry** reusable, bool* python) {
  SetEntry* table = s->table;
  size_t mask = s->mask;
  auto perturb = static_cast<uint64_t>(hash);
  size_t i = perturb & mask;
  for (;;) {
    SetEntry* e = &table[i];
    size_t probes = i + kLinearProbes <= mask ? kLinearProbes : 0;
    do {
      Value k = e->key;
      if (!k || k == key) return e;
      if (e->hash == hash) {
        if (TAIPAN_UNLIKELY(!equality_is_quiet(k, key))) {
          *python = true;
          return nullptr;
        }
        if (items_equal(k, key)) return e;
      } else if (TAIPAN_UNLIKELY(e->hash == -1 && k == kMissing)) {
        *reusable = e;
      }
      e++;
    } while (probes--);
    perturb >>= kPerturbShift;
    i = (i * 5 + 1 + perturb) & mask;
  }
}
// The cell of key, or a free one in its place, where the path begins with it, as it mostly does. Null: look further.
static TAIPAN_INLINE SetEntry* first_cell(const Set* s, Value key, int64_t hash) {
  SetEntry* e = &s->table[static_cast<size_t>(hash) & s->mask];
  return !e->key || e->key == key ? e : nullptr;
}
static TAIPAN_INLINE SetEntry* look_first_quietly(Set* s, Value key, int64_t hash) {
  bool python = false;
  SetEntry* reusable;
  SetEntry* e = look_quietly(s, key, hash, &reusable, &python);
  return TAIPAN_LIKELY(!python) ? e : look(s, key, hash);
}

// Puts a key, which gets counted, into a free cell.
static TAIPAN_INLINE void fill_cell(Set* s, SetEntry* e, Value key, int64_t hash) {
  if (key.is_heap()) {
    gc::incref(key.header());
    s->heap_keys = true;
  }
  set_used(s, used_of(s) + 1);
  e->hash = hash;
  gc::store_release(&e->key, key);
}
static TAIPAN_INLINE bool fill_new_cell(Set* s, SetEntry* e, Value key, int64_t hash) {
  fill_cell(s, e, key, hash);
  s->fill++;
  return TAIPAN_LIKELY(s->fill * 5 < s->mask * 3) || resize(s, grown(s));
}
static TAIPAN_NOINLINE bool add_further(Set* s, Value key, int64_t hash) {
  Ref hold;  // key may be borrowed from a container that Python code changes
  bool python = false;
  SetEntry* reusable = nullptr;
  SetEntry* e = look_quietly(s, key, hash, &reusable, &python);
  if (TAIPAN_LIKELY(!python)) {
    if (e->key) return true;
  } else {
    hold = Ref::dup(key);
    e = look(s, key, hash, &reusable);
    if (!e || e->key) return e != nullptr;
  }
  if (!reusable) return fill_new_cell(s, e, key, hash);
  fill_cell(s, reusable, key, hash);
  return true;
}
static TAIPAN_INLINE bool add_hashed(Set* s, Value key, int64_t hash) {
  SetEntry* e = first_cell(s, key, hash);
  if (TAIPAN_UNLIKELY(!e)) return add_further(s, key, hash);
  return e->key || fill_new_cell(s, e, key, hash);
}
static int contains_hashed(Set* s, Value key, int64_t hash) {
  SetEntry* e = look_first_quietly(s, key, hash);
  return !e ? -1 : !e->key.is_null();
}
// The same for a key that is borrowed from a container: *hold keeps it alive where comparing it ran Python code.
static TAIPAN_NOINLINE int contains_further(Set* s, Value key, int64_t hash, Ref* hold) {
  bool python = false;
  SetEntry* reusable;
  SetEntry* e = look_quietly(s, key, hash, &reusable, &python);
  if (TAIPAN_UNLIKELY(python)) {
    *hold = Ref::dup(key);
    e = look(s, key, hash);
    if (!e) return -1;
  }
  return !e->key.is_null();
}
static TAIPAN_INLINE int contains_borrowed(Set* s, Value key, int64_t hash, Ref* hold) {
  SetEntry* e = first_cell(s, key, hash);
  return TAIPAN_LIKELY(e != nullptr) ? !e->key.is_null() : contains_further(s, key, hash, hold);
}
static int discard_hashed(Set* s, Value key, int64_t hash) {
  SetEntry* e = look_first_quietly(s, key, hash);
  if (!e) return -1;
  if (!e->key) return 0;
  Ref old = gc::exchange(&s->h, &e->key, Ref::imm(kMissing));
  e->hash = -1;
  set_used(s, used_of(s) - 1);
  return 1;
}

// ---- the interface of set.h

size_t set_size(Value set) { return used_of(set.as<Set>()); }

bool set_add(Value set, Value item) {
  int64_t hash;
  if (!key_hash(item, &hash)) return false;
  SetLock lock(set);
  return add_hashed(set.as<Set>(), item, hash);
}
int set_contains(Value set, Value item) {
  int64_t hash;
  if (!key_hash(item, &hash)) return -1;
  SetLock lock(set);
  return contains_hashed(set.as<Set>(), item, hash);
}
int set_discard(Value set, Value item) {
  int64_t hash;
  if (!key_hash(item, &hash)) return -1;
  SetLock lock(set);
  return discard_hashed(set.as<Set>(), item, hash);
}

static TAIPAN_INLINE bool next_entry(Value set, size_t* pos, Value* item, int64_t* hash) {
  auto* s = set.as<Set>();
  size_t i = *pos;
  while (i <= s->mask && !is_live(s->table[i])) i++;
  *pos = i + 1;
  if (i > s->mask) return false;
  *item = s->table[i].key;
  if (hash) *hash = s->table[i].hash;
  return true;
}
bool set_next(Value set, size_t* pos, Value* item, int64_t* hash) {
  SetLock lock(set);
  return next_entry(set, pos, item, hash);
}

// The same with the item owned: where others may change the set, what is borrowed doesn't outlast the lock.
bool set_next_owned(Value set, size_t* pos, Ref* item, int64_t* hash) {
  SetLock lock(set);
  Value key;
  if (!next_entry(set, pos, &key, hash)) return false;
  *item = Ref::dup(key);
  return true;
}

Ref set_items_list(Value set) {
  Ref list = make_list(set_size(set));
  if (!list) return nullptr;
  SetLock lock(set);
  size_t pos = 0;
  Value key;
  while (next_entry(set, &pos, &key, nullptr)) {
    if (!list_append(list, key)) return nullptr;
  }
  return list;
}

void set_clear(Value set) {
  auto* s = set.as<Set>();
  SetEntry* table;
  SetEntry copy[kMinTable];
  size_t mask;
  bool objects;
  {
    SetLock lock(set);
    if (s->fill == 0 && s->table == s->small) return;
    gc::before_bulk_move(&s->h);
    table = s->table;
    mask = s->mask;
    if (table == s->small) {
      memcpy(static_cast<void*>(copy), table, sizeof(copy));
      table = copy;
    }
    objects = s->heap_keys;
    reset_table(s);
  }
  if (TAIPAN_UNLIKELY(gc::parallel)) {
    for (size_t i = 0; i <= mask; i++) gc::displaced(&s->h, table[i].key);
  }
  if (objects) {
    for (size_t i = 0; i <= mask; i++) decref(table[i].key);
  }
  if (table != copy) gc::buffer_free(&s->h, table, (mask + 1) * sizeof(SetEntry));
}

// Fills the empty set s from a set without deleted cells, whose table has the size that s is to have. Locks held.
static bool copy_table(Set* s, const Set* o) {
  size_t bytes = (o->mask + 1) * sizeof(SetEntry);
  SetEntry *old = s->table, *table = old;
  if (s->mask != o->mask) {
    table = o->mask == kMinTable - 1 ? s->small : static_cast<SetEntry*>(gc::buffer_alloc(bytes));
    if (!table) return raise_memory();
  }
  gc::before_bulk_move(&s->h);
  memcpy(static_cast<void*>(table), o->table, bytes);
  if (o->heap_keys) {
    size_t left = used_of(o);
    for (const SetEntry* e = table; left != 0; e++) {
      if (!e->key) continue;
      incref(e->key);
      left--;
    }
    s->heap_keys = true;
  }
  size_t old_mask = s->mask;
  s->table = table;
  s->mask = o->mask;
  s->fill = used_of(o);
  set_used(s, used_of(o));
  if (table != old && old != s->small) gc::buffer_free(&s->h, old, (old_mask + 1) * sizeof(SetEntry));
  return true;
}

static bool update_from_set(Set* s, Value other) {
  auto* o = other.as<Set>();
  if (o == s || used_of(o) == 0) return true;
  SetLock own{Value(s)}, others(other);
  bool full = (s->fill + used_of(o)) * 5 >= s->mask * 3;
  if (s->fill == 0) {  // nothing to compare with
    size_t size = full ? table_size(used_of(o) * 2) : s->mask + 1;
    if (size == o->mask + 1 && o->fill == used_of(o)) return copy_table(s, o);
    if (full && !resize(s, used_of(o) * 2)) return false;
    size_t left = used_of(o);
    for (const SetEntry* e = o->table; left != 0; e++) {
      if (!is_live(*e)) continue;
      incref(e->key);
      insert_clean(s->table, s->mask, e->key, e->hash);
      left--;
    }
    if (o->heap_keys) s->heap_keys = true;
    s->fill = used_of(o);
    set_used(s, used_of(o));
    return true;
  }
  if (full && !resize(s, (used_of(s) + used_of(o)) * 2)) return false;
  for (size_t i = 0; i <= o->mask; i++) {
    SetEntry& e = o->table[i];
    if (is_live(e) && !add_hashed(s, e.key, e.hash)) return false;
  }
  return true;
}

bool set_update(Value set, Value iterable) {
  auto* s = set.as<Set>();
  SetLock own(set);
  if (is_str_exact(iterable) && !gc::parallel) {
    const Str* text = iterable.as<Str>();
    for (size_t i = 0; i < text->length; i++) {
      Ref c = make_str_char(text->at(i));
      if (!c || !add_hashed(s, c, str_hash(c.as<Str>()))) return false;
    }
    return true;
  }
  if (is_any_set(iterable)) return update_from_set(s, iterable);
  if (is_dict_exact(iterable)) {
    size_t n = dict_size(iterable);
    if ((s->fill + n) * 5 >= s->mask * 3 && !resize(s, (used_of(s) + n) * 2)) return false;
    size_t pos = 0;
    Value k;
    int64_t hash;
    while (dict_next(iterable, &pos, &k, nullptr, &hash)) {
      Ref key = Ref::dup(k);
      if (!add_hashed(s, key, hash)) return false;
    }
    return true;
  }
  if (is_list_exact(iterable) || is_tuple_exact(iterable)) {
    bool list = is_list_exact(iterable);
    for (size_t i = 0; i < (list ? list_size(iterable) : tuple_size(iterable)); i++) {  // comparing may change the list
      if (TAIPAN_LIKELY(!gc::parallel)) {
        Value key = list ? list_at(iterable, i) : tuple_at(iterable, i);
        if (int64_t hash; key.is_int() || is_str_exact(key)) {  // hashing it runs no Python code
          if (!key_hash(key, &hash) || !add_hashed(s, key, hash)) return false;
          continue;
        }
      }
      Ref item = list ? list_load(iterable.as<List>(), static_cast<int64_t>(i)) : Ref::dup(tuple_at(iterable, i));
      int64_t hash;
      if (!item) break;
      if (!key_hash(item, &hash)) return false;
      if (!add_hashed(s, item, hash)) return false;
    }
    return true;
  }
  IterEach it(iterable);
  while (it.next()) {
    if (!set_add(set, it.item())) return false;
  }
  return !it.failed();
}

static Ref make(TypeObject* cls, Value iterable) {
  Set* s = allocate_set(cls);
  if (!s) return nullptr;
  Ref result = Ref::steal(s);
  if (iterable && !set_update(result, iterable)) return nullptr;
  return result;
}
Ref make_set(Value iterable) { return make(types::Set, iterable); }
Ref make_frozenset(Value iterable) {
  if (iterable && is_frozenset_exact(iterable)) return Ref::dup(iterable);
  return make(types::FrozenSet, iterable);
}

Ref set_pop(Value set) {
  auto* s = set.as<Set>();
  Ref key;
  {
    SetLock lock(set);
    if (used_of(s) != 0) {
      size_t i = s->finger & s->mask;
      while (!is_live(s->table[i])) i = i + 1 > s->mask ? 0 : i + 1;
      key = gc::exchange(&s->h, &s->table[i].key, Ref::imm(kMissing));
      s->table[i].hash = -1;
      set_used(s, used_of(s) - 1);
      s->finger = i + 1;
    }
  }
  if (key) return key;
  Ref text = make_str("pop from an empty set");
  return text ? raise_value(types::KeyError, text) : failed();
}

static Ref intersection(Value self, Value other) {
  if (self == other) return make(base_type(self), self);
  Ref result = make(base_type(self), Value());
  if (!result) return nullptr;
  auto* r = result.as<Set>();
  SetLock own(self), others(other);
  if (is_any_set(other)) {
    if (set_size(other) > set_size(self)) std::swap(self, other);
    size_t pos = 0;
    Value key;
    int64_t hash;
    Ref hold;
    while (next_entry(other, &pos, &key, &hash)) {
      int found = contains_borrowed(self.as<Set>(), key, hash, &hold);
      if (found < 0 || (found && !add_hashed(r, key, hash))) return nullptr;
    }
    return result;
  }
  IterEach it(other);
  while (it.next()) {
    int64_t hash;
    if (!key_hash(it.item(), &hash)) return nullptr;
    int found = contains_hashed(self.as<Set>(), it.item(), hash);
    if (found < 0 || (found && !add_hashed(r, it.item(), hash))) return nullptr;
  }
  return it.failed() ? nullptr : std::move(result);
}

bool set_difference_update(Value set, Value iterable) {
  auto* s = set.as<Set>();
  if (set == iterable) {
    set_clear(set);
    return true;
  }
  SetLock own(set), others(iterable);
  if (is_any_set(iterable)) {
    Ref common;  // far smaller than the other one
    if (set_size(iterable) / 8 > used_of(s)) {
      common = intersection(set, iterable);
      if (!common) return false;
      iterable = common;
    } else {
      common = Ref::dup(iterable);
    }
    size_t pos = 0;
    Value k;
    int64_t hash;
    while (next_entry(iterable, &pos, &k, &hash)) {
      Ref key = Ref::dup(k);
      if (discard_hashed(s, key, hash) < 0) return false;
    }
  } else {
    IterEach it(iterable);
    while (it.next()) {
      if (set_discard(set, it.item()) < 0) return false;
    }
    if (it.failed()) return false;
  }
  if (s->fill - used_of(s) <= s->mask / 4) return true;
  return resize(s, grown(s));
}

static Ref difference(Value self, Value other) {
  SetLock own(self), others(other);
  bool is_set = is_any_set(other), is_plain_dict = is_dict_exact(other);
  size_t other_size = is_set ? set_size(other) : is_plain_dict ? dict_size(other) : 0;
  if ((!is_set && !is_plain_dict) || set_size(self) / 4 > other_size) {
    Ref result = make(base_type(self), self);
    if (!result || !set_difference_update(result, other)) return nullptr;
    return result;
  }
  Ref result = make(base_type(self), Value());
  if (!result) return nullptr;
  size_t pos = 0;
  Value key;
  int64_t hash;
  Ref hold;
  while (next_entry(self, &pos, &key, &hash)) {
    int found;
    if (is_set) {
      found = contains_borrowed(other.as<Set>(), key, hash, &hold);
    } else {
      hold = Ref::dup(key);
      Value v = dict_get_hash(other, key, hash);
      found = !v ? -1 : v != kMissing;
    }
    if (found < 0 || (!found && !add_hashed(result.as<Set>(), key, hash))) return nullptr;
  }
  return result;
}

// Removes key if it is there, else adds it.
static TAIPAN_INLINE bool toggle(Set* s, Value key, int64_t hash) {
  if (SetEntry* e = first_cell(s, key, hash); e && !e->key) return fill_new_cell(s, e, key, hash);
  int removed = discard_hashed(s, key, hash);
  return removed > 0 || (removed == 0 && add_hashed(s, key, hash));
}

bool set_symmetric_difference_update(Value set, Value iterable) {
  auto* s = set.as<Set>();
  if (set == iterable) {
    set_clear(set);
    return true;
  }
  SetLock own(set), others(iterable);
  size_t pos = 0;
  Value k;
  int64_t hash;
  if (is_dict_exact(iterable)) {
    while (dict_next(iterable, &pos, &k, nullptr, &hash)) {
      Ref key = Ref::dup(k);
      if (!toggle(s, key, hash)) return false;
    }
    return true;
  }
  Ref other = is_any_set(iterable) ? Ref::dup(iterable) : make(base_type(set), iterable);
  if (!other) return false;
  while (next_entry(other, &pos, &k, &hash)) {
    Ref key = Ref::dup(k);
    if (!toggle(s, key, hash)) return false;
  }
  return true;
}

static Ref symmetric_difference(Value self, Value other) {
  Ref result = make(base_type(self), other);
  if (!result || !set_symmetric_difference_update(result, self)) return nullptr;
  return result;
}

// Exchanges what two sets hold.
static void swap_bodies(Set* a, Set* b) {
  gc::before_bulk_move(&a->h);
  gc::before_bulk_move(&b->h);
  bool a_small = a->table == a->small, b_small = b->table == b->small;
  SetEntry* a_table = a->table;
  for (size_t i = 0; i <= a->mask; i++) gc::displaced(&a->h, a_table[i].key);
  if (a_small || b_small) {
    for (size_t i = 0; i < kMinTable; i++) std::swap(a->small[i], b->small[i]);
  }
  a->table = b_small ? a->small : b->table;
  b->table = a_small ? b->small : a_table;
  size_t used = used_of(a);
  set_used(a, used_of(b));
  set_used(b, used);
  std::swap(a->fill, b->fill);
  std::swap(a->mask, b->mask);
  bool objects = a->heap_keys;
  a->heap_keys = b->heap_keys;
  b->heap_keys = objects;
  a->hash = b->hash = -1;
}

static int subset(Value self, Value other) {  // both sets
  SetLock own(self), others(other);
  if (set_size(self) > set_size(other)) return 0;
  size_t pos = 0;
  Value key;
  int64_t hash;
  Ref hold;
  while (next_entry(self, &pos, &key, &hash)) {
    int found = contains_borrowed(other.as<Set>(), key, hash, &hold);
    if (found != 1) return found;
  }
  return 1;
}

// ---- slots

static void set_trace(Header* h, gc::Visitor& v) {
  auto* s = reinterpret_cast<Set*>(h);
  for (size_t i = 0; i <= s->mask; i++) v.visit(s->table[i].key);
}
static void trace_if_made(Header* h, gc::Visitor& v) {
  if (reinterpret_cast<Set*>(h)->table) set_trace(h, v);
}
static void set_clear_op(Header* h) { set_clear(Value(h)); }
static void set_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* s = reinterpret_cast<Set*>(h);
  if (s->fill != 0 || s->table != s->small) {
    SetEntry* table = s->table;
    size_t mask = s->mask;
    size_t left = s->heap_keys ? used_of(s) : 0;
    for (const SetEntry* e = table; left != 0; e++) {
      if (!is_live(*e)) continue;
      decref(e->key);
      left--;
    }
    if (table != s->small) gc::buffer_free_dead(table, (mask + 1) * sizeof(SetEntry));
  }
  finish_dealloc_as<Set>(h);
}
static size_t set_bytes(Header* h) {
  auto* s = reinterpret_cast<Set*>(h);
  return sizeof(Set) + (s->table == s->small ? 0 : (s->mask + 1) * sizeof(SetEntry));
}

static Ref set_repr(Value self) {
  TypeObject* type = type_of(self);
  if (set_size(self) == 0) return format_str("%U()", type->name);
  int entered = repr_enter(self);
  if (entered != 0) return entered > 0 ? format_str("%U(...)", type->name) : nullptr;
  StrBuilder b;
  bool plain = type == types::Set;
  bool ok = true;
  Ref items = iterable_to_list(self);
  ok = static_cast<bool>(items);
  if (ok && !plain) ok = b.append(Value(type->name)) && b.append_char('(');
  if (ok) ok = b.append_char('{');
  for (size_t i = 0; ok && i < list_size(items); i++) {
    Ref r = repr_of(list_at(items, i));
    ok = r && (i == 0 || b.append_ascii(", ")) && b.append(r);
  }
  if (ok) ok = b.append_ascii(plain ? "}" : "})");
  repr_leave(self);
  return ok ? b.finish() : nullptr;
}

static bool frozenset_hash(Value self, int64_t* out) {
  auto* s = self.as<Set>();
  if (int64_t known = gc::peek(s->hash); known != -1) {
    *out = known;
    return true;
  }
  // Order must not matter, so the items' hashes are mixed one by one and joined by xor; then size and a final mix.
  uint64_t h = 0;
  for (size_t i = 0; i <= s->mask; i++) {
    if (!is_live(s->table[i])) continue;
    auto item = static_cast<uint64_t>(s->table[i].hash);
    h ^= ((item ^ 89869747u) ^ (item << 16)) * 3644798167u;
  }
  h ^= (static_cast<uint64_t>(used_of(s)) + 1) * 1927868237u;
  h ^= (h >> 11) ^ (h >> 25);
  h = h * 69069u + 907133923u;
  *out = h == ~uint64_t{0} ? 590923713 : static_cast<int64_t>(h);
  gc::poke(s->hash, *out);
  return true;
}

static Ref set_compare(Value a, Value b, CompareOp op) {
  if (!is_any_set(a) || !is_any_set(b)) return Ref::imm(kNotImplemented);
  auto *x = a.as<Set>(), *y = b.as<Set>();
  SetLock own(a), others(b);
  int result = 0;
  switch (op) {
    case kEq:
    case kNe:
      if (used_of(x) == used_of(y) && (gc::peek(x->hash) == -1 || gc::peek(y->hash) == -1 || x->hash == y->hash))
        result = subset(a, b);
      if (op == kNe && result >= 0) result = !result;
      break;
    case kLt: result = used_of(x) < used_of(y) ? subset(a, b) : 0; break;
    case kLe: result = subset(a, b); break;
    case kGt: result = used_of(x) > used_of(y) ? subset(b, a) : 0; break;
    case kGe: result = subset(b, a); break;
  }
  return result < 0 ? nullptr : Ref::imm(bool_value(result));
}

static int64_t set_length(Value self) { return static_cast<int64_t>(set_size(self)); }

// A set as an item (not hashable) stands for the frozenset of the same items. Null: `item` is no such thing and the exception stays.
static Ref frozen_stand_in(Value item) {
  if (!is_mutable_set(item) || !error_matches(types::TypeError)) return nullptr;
  clear_error();
  return make(types::FrozenSet, item);
}
static int set_contains_slot(Value self, Value item) {
  int found = set_contains(self, item);
  if (found >= 0) return found;
  Ref frozen = frozen_stand_in(item);
  return frozen ? set_contains(self, frozen) : -1;
}
static int set_discard_item(Value self, Value item) {
  int removed = set_discard(self, item);
  if (removed >= 0) return removed;
  Ref frozen = frozen_stand_in(item);
  return frozen ? set_discard(self, frozen) : -1;
}

static Ref set_iter(Value self) { return make_set_iterator(self); }

static Ref set_or(Value a, Value b) {
  if (!is_any_set(a) || !is_any_set(b)) return Ref::imm(kNotImplemented);
  Ref r = make(base_type(a), a);
  if (!r || !set_update(r, b)) return nullptr;
  return r;
}
static Ref set_and(Value a, Value b) {
  if (!is_any_set(a) || !is_any_set(b)) return Ref::imm(kNotImplemented);
  return intersection(a, b);
}
static Ref set_sub(Value a, Value b) {
  if (!is_any_set(a) || !is_any_set(b)) return Ref::imm(kNotImplemented);
  return difference(a, b);
}
static Ref set_xor(Value a, Value b) {
  if (!is_any_set(a) || !is_any_set(b)) return Ref::imm(kNotImplemented);
  return symmetric_difference(a, b);
}
static Ref set_inplace_or(Value a, Value b) {
  if (!is_any_set(b)) return Ref::imm(kNotImplemented);
  return set_update(a, b) ? Ref::dup(a) : nullptr;
}
static Ref set_inplace_and(Value a, Value b) {
  if (!is_any_set(b)) return Ref::imm(kNotImplemented);
  SetLock lock(a);
  Ref r = intersection(a, b);
  if (!r) return nullptr;
  swap_bodies(a.as<Set>(), r.as<Set>());
  return Ref::dup(a);
}
static Ref set_inplace_sub(Value a, Value b) {
  if (!is_any_set(b)) return Ref::imm(kNotImplemented);
  return set_difference_update(a, b) ? Ref::dup(a) : nullptr;
}
static Ref set_inplace_xor(Value a, Value b) {
  if (!is_any_set(b)) return Ref::imm(kNotImplemented);
  return set_symmetric_difference_update(a, b) ? Ref::dup(a) : nullptr;
}

static Ref set_new(TypeObject* cls, RawArgs) { return Ref::steal(allocate_set(cls)); }
static bool set_init(Value self, RawArgs args) {
  static const Signature sig("set", "(iterable=(), /)");
  Value iterable[1];
  if (!check_no_keywords("set", args) || !sig.bind(args, iterable)) return false;
  SetLock lock(self);
  set_clear(self);
  self.as<Set>()->hash = -1;
  return !iterable[0] || set_update(self, iterable[0]);
}
static Ref frozenset_new(TypeObject* cls, RawArgs args) {
  static const Signature sig("frozenset", "(iterable=(), /)");
  if (has_keywords(args)) {
    if (cls->s.init == types::FrozenSet->s.init)
      return raise(types::TypeError, "frozenset() takes no keyword arguments");
    args.kwnames = Value();
  }
  Value iterable[1];
  if (!sig.bind(args, iterable)) return nullptr;
  if (cls == types::FrozenSet) return make_frozenset(iterable[0]);
  return make(cls, iterable[0]);
}

// ---- methods

static Ref none_if(bool ok) { return ok ? Ref::imm(kNone) : nullptr; }

static Ref set_add_impl(Args& a) { return none_if(set_add(a.self, a[0])); }
static Ref set_clear_impl(Args& a) {
  set_clear(a.self);
  return Ref::imm(kNone);
}
static Ref set_contains_impl(Args& a) {
  int found = set_contains_slot(a.self, a[0]);
  return found < 0 ? nullptr : Ref::imm(bool_value(found));
}
static Ref set_copy_impl(Args& a) { return make(base_type(a.self), a.self); }
static Ref frozenset_copy_impl(Args& a) {
  if (is_frozenset_exact(a.self)) return Ref::dup(a.self);
  return make(types::FrozenSet, a.self);
}
static Ref set_discard_impl(Args& a) { return none_if(set_discard_item(a.self, a[0]) >= 0); }
static Ref set_remove_impl(Args& a) {
  int removed = set_discard_item(a.self, a[0]);
  if (removed == 0) return raise_key_error(a[0]);
  return none_if(removed > 0);
}
static Ref set_pop_impl(Args& a) { return set_pop(a.self); }

static Ref set_union_impl(Args& a) {
  Ref r = make(base_type(a.self), a.self);
  for (size_t i = 0; r && i < tuple_size(a[0]); i++) {
    if (!set_update(r, tuple_at(a[0], i))) return nullptr;
  }
  return r;
}
static Ref set_update_impl(Args& a) {
  SetLock lock(a.self);
  for (size_t i = 0; i < tuple_size(a[0]); i++) {
    if (!set_update(a.self, tuple_at(a[0], i))) return nullptr;
  }
  return Ref::imm(kNone);
}
static Ref intersection_of_all(Value self, Value others) {
  SetLock lock(self);
  if (tuple_size(others) == 0) return make(base_type(self), self);
  Ref r = Ref::dup(self);
  for (size_t i = 0; r && i < tuple_size(others); i++) r = intersection(r, tuple_at(others, i));
  return r;
}
static Ref set_intersection_impl(Args& a) { return intersection_of_all(a.self, a[0]); }
static Ref set_intersection_update_impl(Args& a) {
  SetLock lock(a.self);
  Ref r = intersection_of_all(a.self, a[0]);
  if (!r) return nullptr;
  swap_bodies(a.self.as<Set>(), r.as<Set>());
  return Ref::imm(kNone);
}
static Ref set_difference_impl(Args& a) {
  SetLock lock(a.self);
  if (tuple_size(a[0]) == 0) return make(base_type(a.self), a.self);
  Ref r = difference(a.self, tuple_at(a[0], 0));
  for (size_t i = 1; r && i < tuple_size(a[0]); i++) {
    if (!set_difference_update(r, tuple_at(a[0], i))) return nullptr;
  }
  return r;
}
static Ref set_difference_update_impl(Args& a) {
  SetLock lock(a.self);
  for (size_t i = 0; i < tuple_size(a[0]); i++) {
    if (!set_difference_update(a.self, tuple_at(a[0], i))) return nullptr;
  }
  return Ref::imm(kNone);
}
static Ref set_symmetric_difference_impl(Args& a) { return symmetric_difference(a.self, a[0]); }
static Ref set_symmetric_difference_update_impl(Args& a) {
  return none_if(set_symmetric_difference_update(a.self, a[0]));
}
static Ref set_isdisjoint_impl(Args& a) {
  Value self = a.self, other = a[0];
  SetLock lock(self);
  if (self == other) return Ref::imm(bool_value(set_size(self) == 0));
  if (is_any_set(other)) {
    if (set_size(other) > set_size(self)) std::swap(self, other);
    SetLock own(self), others(other);
    size_t pos = 0;
    Value key;
    int64_t hash;
    Ref hold;
    while (next_entry(other, &pos, &key, &hash)) {
      int found = contains_borrowed(self.as<Set>(), key, hash, &hold);
      if (found != 0) return found < 0 ? nullptr : Ref::imm(kFalse);
    }
    return Ref::imm(kTrue);
  }
  IterEach it(other);
  while (it.next()) {
    int found = set_contains(self, it.item());
    if (found != 0) return found < 0 ? nullptr : Ref::imm(kFalse);
  }
  return it.failed() ? nullptr : Ref::imm(kTrue);
}
static Ref set_issubset_impl(Args& a) {
  Ref other = is_any_set(a[0]) ? Ref::dup(a[0]) : make(types::Set, a[0]);
  if (!other) return nullptr;
  int result = subset(a.self, other);
  return result < 0 ? nullptr : Ref::imm(bool_value(result));
}
static Ref set_issuperset_impl(Args& a) {
  SetLock lock(a.self);
  if (is_any_set(a[0])) {
    int result = subset(a[0], a.self);
    return result < 0 ? nullptr : Ref::imm(bool_value(result));
  }
  IterEach it(a[0]);
  while (it.next()) {
    int found = set_contains(a.self, it.item());
    if (found != 1) return found < 0 ? nullptr : Ref::imm(kFalse);
  }
  return it.failed() ? nullptr : Ref::imm(kTrue);
}
static Ref set_reduce_impl(Args& a) {
  SetLock lock(a.self);
  Ref items = iterable_to_list(a.self);
  if (!items) return nullptr;
  Ref args = make_tuple_of({items.get()});
  if (!args) return nullptr;
  Ref state = call_method(a.self, TAIPAN_NAME(__getstate__));
  if (!state) return nullptr;
  return make_tuple_of({Value(type_of(a.self)), args.get(), state.get()});
}
static Ref set_sizeof_impl(Args& a) {
  SetLock lock(a.self);
  return make_int(static_cast<int64_t>(set_bytes(a.self.header())));
}

#define COMMON_METHODS                                                                                                \
  {"__contains__", "($self, object, /)", set_contains_impl, kNativeCoexist | kNativeNoSignature,                      \
   "x.__contains__(y) <==> y in x."},                                                                                 \
      {"difference", "($self, *others)", set_difference_impl, kNativeNoSignature,                                     \
       "The items that are in none of the others."},                                                                  \
      {"intersection", "($self, *others)", set_intersection_impl, kNativeNoSignature,                                 \
       "The items that are in all of the others."},                                                                   \
      {"isdisjoint", "($self, other, /)", set_isdisjoint_impl, kNativeNoSignature, "True if the two share no item."}, \
      {"issubset", "($self, other, /)", set_issubset_impl, kNativeNoSignature,                                        \
       "Whether another set contains this set."},                                                                     \
      {"issuperset", "($self, other, /)", set_issuperset_impl, kNativeNoSignature,                                    \
       "Whether this set contains another set."},                                                                     \
      {"__reduce__", "($self, /)", set_reduce_impl, kNativeNoSignature, "State for pickling."},                       \
      {"__sizeof__", "($self, /)", set_sizeof_impl, kNativeNoSignature, "Size in memory, in bytes."},                 \
      {"symmetric_difference", "($self, other, /)", set_symmetric_difference_impl, kNativeNoSignature,                \
       "The items that are in exactly one of the two."},                                                              \
      {"union", "($self, *others)", set_union_impl, kNativeNoSignature, "The items that are in any of them."},        \
      TAIPAN_CLASS_GETITEM

static const NativeDef kSetMethods[] = {
    {"add", "($self, object, /)", set_add_impl, kNativeNoSignature, "Add an item; no effect if it is there already."},
    {"clear", "($self, /)", set_clear_impl, kNativeNoSignature, "Remove all items."},
    {"copy", "($self, /)", set_copy_impl, kNativeNoSignature, "A shallow copy."},
    {"discard", "($self, object, /)", set_discard_impl, kNativeNoSignature, "Remove an item if it is there."},
    {"difference_update", "($self, *others)", set_difference_update_impl, kNativeNoSignature,
     "Remove the items of the others."},
    {"intersection_update", "($self, *others)", set_intersection_update_impl, kNativeNoSignature,
     "Keep the items that are in all of the others."},
    {"pop", "($self, /)", set_pop_impl, kNativeNoSignature, "Remove and return some item. KeyError if there is none."},
    {"remove", "($self, object, /)", set_remove_impl, kNativeNoSignature,
     "Remove an item. KeyError if it is not there."},
    {"symmetric_difference_update", "($self, other, /)", set_symmetric_difference_update_impl, kNativeNoSignature,
     "Keep the items that are in exactly one of the two."},
    {"update", "($self, *others)", set_update_impl, kNativeNoSignature, "Add the items of the others."},
    COMMON_METHODS,
    {nullptr}};
static const NativeDef kFrozenSetMethods[] = {
    {"copy", "($self, /)", frozenset_copy_impl, kNativeNoSignature, "A shallow copy."}, COMMON_METHODS, {nullptr}};

const TypeSpec kSetSpec = {
    .doc = "set() -> new empty set object\nset(iterable) -> new set object\n\nDistinct hashable items, without order.",
    .flags = kTypeBaseable | kTypeGc | kTypeWeakrefable | kTypeMatchSelf,
    .basic_size = sizeof(Set),
    .ops = {.trace = trace_if_made, .clear = set_clear_op, .dealloc = set_dealloc, .size_of = set_bytes},
    .methods = kSetMethods,
    .s = {.repr = set_repr,
          .compare = set_compare,
          .iter = set_iter,
          .init = set_init,
          .new_ = set_new,
          .subtract = set_sub,
          .and_ = set_and,
          .xor_ = set_xor,
          .or_ = set_or,
          .inplace_subtract = set_inplace_sub,
          .inplace_and = set_inplace_and,
          .inplace_xor = set_inplace_xor,
          .inplace_or = set_inplace_or,
          .length = set_length,
          .contains = set_contains_slot}};
const TypeSpec kFrozenSetSpec = {
    .doc =
        "frozenset() -> empty frozenset object\nfrozenset(iterable) -> frozenset object\n\nDistinct hashable items, "
        "immutable.",
    .flags = kTypeBaseable | kTypeGc | kTypeWeakrefable | kTypeMatchSelf,
    .basic_size = sizeof(Set),
    .ops = {.trace = trace_if_made, .clear = set_clear_op, .dealloc = set_dealloc, .size_of = set_bytes},
    .methods = kFrozenSetMethods,
    .s = {.repr = set_repr,
          .hash = frozenset_hash,
          .compare = set_compare,
          .iter = set_iter,
          .new_ = frozenset_new,
          .subtract = set_sub,
          .and_ = set_and,
          .xor_ = set_xor,
          .or_ = set_or,
          .length = set_length,
          .contains = set_contains_slot}};

// ---- iterator

Ref make_set_iterator(Value set) {
  auto* it = new_object<SetIterator>(kShapeSetIterator, true);
  if (!it) return nullptr;
  it->used = it->remaining = static_cast<int64_t>(set_size(set));
  gc::init(&it->set, Ref::dup(set));
  return Ref::steal(it);
}
static Ref set_iterator_next_slow(SetIterator* it) {
  Ref done;  // goes without the locks
  StepLock own{Value(it)};
  if (!it->set) return Ref::imm(kStopIter);
  auto* s = it->set.as<Set>();
  if (it->used != static_cast<int64_t>(used_of(s))) {
    it->used = -1;
    return raise(types::RuntimeError, "Set changed size during iteration");
  }
  {
    SetLock lock(it->set);
    size_t i = it->position;
    while (i <= s->mask && !is_live(s->table[i])) i++;
    it->position = i + 1;
    if (i <= s->mask) {
      it->remaining--;
      return Ref::dup(s->table[i].key);
    }
  }
  done = gc::take(&it->h, &it->set);
  return Ref::imm(kStopIter);
}
Ref set_iterator_next(SetIterator* it) {
  if (TAIPAN_UNLIKELY(gc::parallel || !it->set)) return set_iterator_next_slow(it);
  auto* s = it->set.as<Set>();
  if (TAIPAN_UNLIKELY(it->used != static_cast<int64_t>(used_of(s)))) return set_iterator_next_slow(it);
  const auto *p = s->table + it->position, *end = s->table + s->mask + 1;
  while (p < end && !is_live(*p)) p++;
  it->position = static_cast<size_t>(p - s->table);
  if (TAIPAN_UNLIKELY(p >= end)) return set_iterator_next_slow(it);
  it->position++;
  it->remaining--;
  return Ref::dup(p->key);
}
static void iterator_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<SetIterator*>(h)->set); }
static void iterator_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  decref(reinterpret_cast<SetIterator*>(h)->set);
  finish_dealloc_as<SetIterator>(h);
}
static Ref iterator_self(Value self) { return Ref::dup(self); }
static Ref iterator_next(Value self) { return set_iterator_next(self.as<SetIterator>()); }
static Ref iterator_length_hint_impl(Args& a) {
  auto* it = a.self.as<SetIterator>();
  bool valid = it->set && it->used == static_cast<int64_t>(set_size(it->set));
  return Ref::imm(Value::from_int(valid ? it->remaining : 0));
}
static Ref iterator_reduce_impl(Args& a) {
  auto* it = a.self.as<SetIterator>();
  Ref rest = make_list();
  if (!rest) return nullptr;
  if (it->set) {
    if (it->used != static_cast<int64_t>(set_size(it->set))) {
      it->used = -1;
      return raise(types::RuntimeError, "Set changed size during iteration");
    }
    size_t pos = it->position;
    for (Ref k; set_next_owned(it->set, &pos, &k);) {
      if (!list_append(rest, k.get())) return nullptr;
    }
  }
  return reduce_iterator(rest);
}
static const NativeDef kIteratorMethods[] = {
    {"__length_hint__", "($self, /)", iterator_length_hint_impl, kNativeNoSignature, "How many items are left."},
    {"__reduce__", "($self, /)", iterator_reduce_impl, kNativeNoSignature, "State for pickling."},
    {nullptr}};
const TypeSpec kSetIteratorSpec = {.flags = kTypeGc | kTypeNoInstantiate | kTypeOwnSteps | kTypeKeepsItself,
                                   .basic_size = sizeof(SetIterator),
                                   .ops = {.trace = iterator_trace, .dealloc = iterator_dealloc},
                                   .methods = kIteratorMethods,
                                   .s = {.iter = iterator_self, .next = iterator_next}};

}  // namespace taipan
