#include "interp/objects/set_internal.h"

#include <cstring>

#include "interp/objects/containers.h"
#include "interp/objects/dict.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/range.h"
#include "interp/objects/step_lock.h"
#include "interp/objects/tuple.h"

namespace taipan {

static constexpr size_t kLinearProbes = 9;
static constexpr int kPerturbShift = 5;
static constexpr size_t kMinTable = 8;
static constexpr uint32_t kMaxFinger = 0x7FFFFFFF;

static void set_used(Set* s, size_t n) { s->used.store(n, std::memory_order_release); }
static bool is_any_set_exact(Value v) { return is_set_exact(v) || is_frozenset_exact(v); }

// GIL off: a set changes under its object lock alone (gc/lock.h), and what is one operation to a program is one stretch under it, or under
// the locks of both sets, unless that takes Python code: keys are compared by it without a lock, and looked up again afterwards. Whether a
// key is in a set is looked up without a lock, as in a dict. A key stays in its cell until it is removed, and the path to it has no gap
// before, except while keys are moved: then `moves` is odd, and another number afterwards, and who has looked meanwhile looks again.
class Moving {
 public:
  TAIPAN_INLINE explicit Moving(Set* s) : s_(s) {
    s->moves.store(s->moves.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    gc::perturb();
  }
  TAIPAN_INLINE ~Moving() { s_->moves.store(s_->moves.load(std::memory_order_relaxed) + 1, std::memory_order_release); }
  Moving(const Moving&) = delete;

 private:
  Set* s_;
};
// A look without the lock.
struct Look {
  const SetEntry* table;
  size_t mask;
  uint32_t moves;
  // False: keys are being moved.
  TAIPAN_INLINE bool begin(const Set* s) {
    moves = s->moves.load(std::memory_order_acquire);
    table = std::atomic_ref<SetEntry* const>(s->table).load(std::memory_order_acquire);
    mask = gc::peek(s->mask);
    return (moves & 1) == 0 && is_true_still(s);
  }
  TAIPAN_INLINE bool is_true_still(const Set* s) const {
    std::atomic_thread_fence(std::memory_order_acquire);
    return s->moves.load(std::memory_order_relaxed) == moves;
  }
};

// Of two sets, or a set and a list, at one moment. By address: who else wants the same two begins with the same one. Frozen ones don't
// change, and what nobody else has needs no lock.
class SetLocks {
 public:
  TAIPAN_INLINE SetLocks(Value a, Value b) {
    if (TAIPAN_UNLIKELY(gc::parallel)) take(a, b);
  }
  TAIPAN_INLINE ~SetLocks() {
    for (Header* h : {second_, first_}) {
      if (TAIPAN_LIKELY(!h)) continue;
      gc::perturb();
      gc::unlock(h);
    }
  }
  SetLocks(const SetLocks&) = delete;

 private:
  void take(Value a, Value b) {
    first_ = to_lock(a);
    if (b != a) second_ = to_lock(b);
    if (second_ && (!first_ || second_ < first_)) std::swap(first_, second_);
    if (first_) gc::lock(first_);
    if (second_) gc::lock(second_);
  }
  static Header* to_lock(Value set) {
    return (is_mutable_set(set) || is_list_exact(set)) && !gc::is_unique(set.header()) ? set.header() : nullptr;
  }
  Header *first_ = nullptr, *second_ = nullptr;
};

static void set_table(Set* s, SetEntry* table, size_t mask) {
  std::atomic_ref<SetEntry*>(s->table).store(table, std::memory_order_release);
  gc::poke(s->mask, mask);
}
// (Each word as a whole: others may be reading the cells within a set.)
static void copy_cells(SetEntry* to, const SetEntry* from) {
  for (size_t i = 0; i < kMinTable; i++) {
    gc::poke(to[i].hash, from[i].hash);
    gc::store_release(&to[i].key, from[i].key);
  }
}
static void clear_cells(SetEntry* to) {
  for (size_t i = 0; i < kMinTable; i++) {
    gc::poke(to[i].key.bits, uint64_t{0});
    gc::poke(to[i].hash, int64_t{0});
  }
}

Set* allocate_set(TypeObject* cls) {
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
TypeObject* set_result_type(Value v) { return is_frozenset(v) ? types::FrozenSet : types::Set; }

// Puts a key known to be absent into a table without deleted cells.
static void insert_clean(SetEntry* table, size_t mask, Value key, int64_t hash) {
  auto perturb = static_cast<uint64_t>(hash);
  size_t i = perturb & mask;
  for (;;) {
    SetEntry* e = &table[i];
    size_t probes = i + kLinearProbes <= mask ? kLinearProbes : 0;
    do {
      if (!e->key) {
        gc::poke(e->hash, hash);
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

// Lock held, as for all that follows up to the interface.
static bool resize(Set* s, size_t minimum) {
  size_t size = table_size(minimum);
  if (size == 0) return raise_memory();
  SetEntry* old = s->table;
  size_t old_mask = s->mask;
  bool was_small = old == s->small;
  if (size == kMinTable && was_small && s->fill == used_of(s)) return true;
  SetEntry* table = s->small;
  if (size != kMinTable) {
    size_t bytes = size * sizeof(SetEntry);
    if (bytes <= gc::kMaxSmallSize) {
      table = static_cast<SetEntry*>(gc::buffer_alloc(bytes));
      if (table) memset(static_cast<void*>(table), 0, bytes);
    } else {
      table = static_cast<SetEntry*>(gc::raw_calloc(bytes));
    }
    if (!table) return raise_memory();
  }
  gc::before_bulk_move(&s->h);
  {
    Moving moving(s);
    SetEntry copy[kMinTable];
    if (size == kMinTable) {
      if (was_small) {
        memcpy(static_cast<void*>(copy), old, sizeof(copy));
        old = copy;
      }
      clear_cells(table);
    }
    size_t left = used_of(s);
    for (const SetEntry* e = old; left != 0; e++) {
      if (!is_live(*e)) continue;
      insert_clean(table, size - 1, e->key, e->hash);
      left--;
    }
    set_table(s, table, size - 1);
  }
  s->fill = used_of(s);
  if (!was_small) gc::buffer_free(&s->h, old, (old_mask + 1) * sizeof(SetEntry));
  return true;
}
static size_t grown(const Set* s) { return used_of(s) > 50000 ? used_of(s) * 2 : used_of(s) * 4; }

// What Python code has said, in one look-up, about keys of the set and the one that is looked for.
class Answers {
 public:
  int of(Value key) const {  // -1: nothing yet
    if (key == equal_.get()) return 1;
    for (size_t i = 0, n = unequal_ ? list_size(unequal_) : 0; i < n; i++) {
      if (list_at(unequal_, i) == key) return 0;
    }
    return -1;
  }
  bool add(Ref key, bool equal) {
    if (equal) {
      equal_ = std::move(key);
      return true;
    }
    if (!unequal_) unequal_ = make_list();
    return unequal_ && list_append(unequal_, std::move(key));
  }

 private:
  Ref equal_, unequal_;
};

// 1 equal, 0 not, -1 where finding out may run Python code.
static TAIPAN_INLINE int equal_quietly(Value a, Value b) {
  if (TAIPAN_LIKELY(equality_is_quiet(a, b))) return items_equal(a, b);
  return compares_as_tuple(a) && compares_as_tuple(b) ? tuples_equal_quietly(a, b) : -1;
}

// The cell of key, or the never-used one that ends its probe path; *reusable: the last deleted cell on the way. *ask is set where Python
// code has to compare the key with that of the cell first.
static TAIPAN_INLINE SetEntry* look_quietly(Set* s, Value key, int64_t hash, SetEntry** reusable, bool* ask,
                                            const Answers* answers = nullptr) {
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
        int equal = equal_quietly(k, key);
        if (TAIPAN_UNLIKELY(equal < 0) && answers) equal = answers->of(k);
        if (TAIPAN_UNLIKELY(equal < 0)) *ask = true;
        if (equal != 0) return e;
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

// Puts a key, which gets counted, into a free cell.
static TAIPAN_INLINE void fill_cell(Set* s, SetEntry* e, Value key, int64_t hash) {
  if (key.is_heap()) {
    gc::incref(key.header());
    s->heap_keys = true;
  }
  set_used(s, used_of(s) + 1);
  gc::poke(e->hash, hash);
  gc::store_release(&e->key, key);
}
static TAIPAN_INLINE bool fill_new_cell(Set* s, SetEntry* e, Value key, int64_t hash) {
  fill_cell(s, e, key, hash);
  s->fill++;
  return TAIPAN_LIKELY(s->fill * 5 < s->mask * 3) || resize(s, grown(s));
}
static TAIPAN_INLINE bool fill_either(Set* s, SetEntry* e, SetEntry* reusable, Value key, int64_t hash) {
  if (TAIPAN_LIKELY(!reusable)) return fill_new_cell(s, e, key, hash);
  fill_cell(s, reusable, key, hash);
  return true;
}
// The key comes back.
static Ref empty_cell(Set* s, SetEntry* e) {
  Ref key = gc::exchange_locked(&s->h, &e->key, Ref::imm(kMissing));
  gc::poke(e->hash, int64_t{-1});
  set_used(s, used_of(s) - 1);
  return key;
}

// Steps of operations on whole sets, which go without Python code where there are threads, as long as they can (with_both).
static constexpr int kNeedsPython = -2;
enum class Mode : bool { kQuietly, kAnyhow };

// change(cell, reusable) where the cell of the key is found, or there is none (look_quietly): what that says, -1: an exception is set.
// *hold keeps a borrowed key alive where comparing it ran Python code.
template <class F>
static TAIPAN_NOINLINE int with_cell_asking(Set* s, Value key, int64_t hash, Ref* hold, F change) {
  Ref own;
  (hold ? *hold : own) = Ref::dup(key);
  Answers answers;
  for (;;) {
    Ref other;
    {
      gc::ObjectLock lock(&s->h);
      SetEntry* reusable = nullptr;
      bool ask = false;
      SetEntry* e = look_quietly(s, key, hash, &reusable, &ask, &answers);
      if (!ask) return change(e, reusable);
      other = Ref::dup(e->key);
    }
    int equal = items_equal(other, key);
    if (equal < 0 || !answers.add(std::move(other), equal != 0)) return -1;
  }
}
template <class F>
static TAIPAN_INLINE int with_cell(Set* s, Value key, int64_t hash, Mode mode, Ref* hold, F change) {
  SetEntry* reusable = nullptr;
  bool ask = false;
  if (mode == Mode::kQuietly) {  // locked already, or nobody else's
    SetEntry* e = look_quietly(s, key, hash, &reusable, &ask);
    return TAIPAN_UNLIKELY(ask) ? kNeedsPython : change(e, reusable);
  }
  {
    gc::ObjectLock lock(&s->h);
    SetEntry* e = look_quietly(s, key, hash, &reusable, &ask);
    if (TAIPAN_LIKELY(!ask)) return change(e, reusable);
  }
  return with_cell_asking(s, key, hash, hold, change);
}

static TAIPAN_NOINLINE int add_further(Set* s, Value key, int64_t hash, Mode mode) {
  return with_cell(s, key, hash, mode, nullptr, [s, key, hash](SetEntry* e, SetEntry* reusable) {
    return e->key || fill_either(s, e, reusable, key, hash) ? 1 : -1;
  });
}
// 0: look further.
static TAIPAN_INLINE int add_first(Set* s, Value key, int64_t hash) {
  SetEntry* e = first_cell(s, key, hash);
  return TAIPAN_UNLIKELY(!e) ? 0 : e->key || fill_new_cell(s, e, key, hash) ? 1 : -1;
}
static TAIPAN_INLINE int add_hashed(Set* s, Value key, int64_t hash, Mode mode) {
  int done;
  if (TAIPAN_LIKELY(!gc::parallel || mode == Mode::kQuietly)) {
    done = add_first(s, key, hash);
  } else {
    gc::ObjectLock lock(&s->h);
    done = add_first(s, key, hash);
  }
  return TAIPAN_LIKELY(done != 0) ? done : add_further(s, key, hash, mode);
}
static TAIPAN_INLINE bool add(Set* s, Value key, int64_t hash) { return add_hashed(s, key, hash, Mode::kAnyhow) > 0; }

// 1, 0; kNeedsPython: look under the lock.
static int peek(const Set* s, Value key, int64_t hash) {
  Look look;
  if (TAIPAN_UNLIKELY(!look.begin(s))) return kNeedsPython;
  gc::perturb();
  auto perturb = static_cast<uint64_t>(hash);
  size_t i = perturb & look.mask;
  for (;;) {
    const SetEntry* e = &look.table[i];
    size_t probes = i + kLinearProbes <= look.mask ? kLinearProbes : 0;
    do {
      Value k = gc::load(&e->key);
      if (!k) return TAIPAN_LIKELY(look.is_true_still(s)) ? 0 : kNeedsPython;
      if (k == key) return 1;
      if (gc::peek(e->hash) == hash && k != kMissing) {
        int equal = equal_quietly(k, key);
        if (equal != 0) return equal > 0 ? 1 : kNeedsPython;
      }
      e++;
    } while (probes--);
    perturb >>= kPerturbShift;
    i = (i * 5 + 1 + perturb) & look.mask;
  }
}
// 1, 0, -1, and kNeedsPython where it may be (with_cell).
static TAIPAN_NOINLINE int contains_further(Set* s, Value key, int64_t hash, Mode mode, Ref* hold) {
  return with_cell(s, key, hash, mode, hold, [](SetEntry* e, SetEntry*) { return e->key ? 1 : 0; });
}
static TAIPAN_INLINE int contains_hashed(Set* s, Value key, int64_t hash, Mode mode = Mode::kAnyhow,
                                         Ref* hold = nullptr) {
  if (TAIPAN_LIKELY(!gc::parallel || mode == Mode::kQuietly)) {
    if (SetEntry* e = first_cell(s, key, hash); TAIPAN_LIKELY(e != nullptr)) return e->key ? 1 : 0;
  } else if (int found = peek(s, key, hash); TAIPAN_LIKELY(found >= 0)) {
    return found;
  }
  return contains_further(s, key, hash, mode, hold);
}
static int discard_hashed(Set* s, Value key, int64_t hash) {
  Ref old;
  return with_cell(s, key, hash, Mode::kAnyhow, nullptr, [s, &old](SetEntry* e, SetEntry*) {
    if (!e->key) return 0;
    old = empty_cell(s, e);
    return 1;
  });
}

// What a set held, to be dropped without its lock.
struct Body {
  SetEntry* table = nullptr;
  size_t mask = 0;
  bool objects = false;
  SetEntry cells[kMinTable];
};
static void take_keys(Set* s, Body* b) {  // while they are moved
  b->mask = s->mask;
  b->objects = s->heap_keys;
  if (s->table == s->small) {
    memcpy(static_cast<void*>(b->cells), s->small, sizeof(b->cells));
    b->table = b->cells;
    clear_cells(s->small);
  } else {
    b->table = s->table;
    clear_cells(s->small);
    set_table(s, s->small, kMinTable - 1);
  }
  s->fill = 0;
  s->finger = 0;
  s->heap_keys = false;
}
static void take_body(Set* s, Body* b) {
  gc::before_bulk_move(&s->h);
  Moving moving(s);
  take_keys(s, b);
  set_used(s, 0);
}
static void drop_body(Set* s, const Body& b) {
  if (!b.table) return;
  if (TAIPAN_UNLIKELY(gc::parallel)) {
    for (size_t i = 0; i <= b.mask; i++) gc::displaced(&s->h, b.table[i].key);
  }
  if (b.objects) {
    for (size_t i = 0; i <= b.mask; i++) decref(b.table[i].key);
  }
  if (b.table != b.cells) gc::buffer_free(&s->h, b.table, (b.mask + 1) * sizeof(SetEntry));
}
// Instead of what the set holds, what one holds that nobody else has: in one step to who looks without the lock.
static void replace_body(Set* to, Body* old, Set* from) {
  gc::before_bulk_move(&to->h);
  gc::before_bulk_move(&from->h);
  Moving moving(to);
  take_keys(to, old);
  gc::perturb();
  if (from->table == from->small) {
    copy_cells(to->small, from->small);
  } else {
    set_table(to, from->table, from->mask);
  }
  to->fill = from->fill;
  to->heap_keys = from->heap_keys;
  set_used(to, used_of(from));
  memset(static_cast<void*>(from->small), 0, sizeof(from->small));
  from->table = from->small;
  from->mask = kMinTable - 1;
  from->fill = 0;
  set_used(from, 0);
}

// Fills the empty set s, whose table is large enough or the same size, from one without deleted cells.
static bool copy_table(Set* s, const Set* o) {
  size_t bytes = (o->mask + 1) * sizeof(SetEntry);
  SetEntry *old = s->table, *table = old;
  if (s->mask != o->mask) {
    table = o->mask == kMinTable - 1 ? s->small : static_cast<SetEntry*>(gc::buffer_alloc(bytes));
    if (!table) return raise_memory();
  }
  gc::before_bulk_move(&s->h);
  if (o->heap_keys) {
    size_t left = used_of(o);
    for (const SetEntry* e = o->table; left != 0; e++) {
      if (!e->key) continue;
      incref(e->key);
      left--;
    }
    s->heap_keys = true;
  }
  size_t old_mask = s->mask;
  {
    Moving moving(s);
    if (table == s->small) {
      copy_cells(table, o->table);
    } else {
      memcpy(static_cast<void*>(table), o->table, bytes);
    }
    set_table(s, table, o->mask);
  }
  s->fill = used_of(o);
  set_used(s, used_of(o));
  if (table != old && old != s->small) gc::buffer_free(&s->h, old, (old_mask + 1) * sizeof(SetEntry));
  return true;
}
// Fills the empty set s: nothing is compared.
static bool copy_all(Set* s, const Set* o) {
  if (used_of(o) == 0) return true;
  bool full = used_of(o) * 5 >= s->mask * 3;
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

static TAIPAN_INLINE bool next_entry(const Set* s, size_t* pos, Value* item, int64_t* hash) {
  size_t i = *pos;
  while (i <= s->mask && !is_live(s->table[i])) i++;
  *pos = i + 1;
  if (i > s->mask) return false;
  *item = s->table[i].key;
  if (hash) *hash = s->table[i].hash;
  return true;
}

// op(a, b, mode), which says 0 or more, -1, or in quiet mode kNeedsPython: then it is done again, anyhow, with copies of what they held at
// one moment.
template <class F>
static TAIPAN_INLINE int with_both(Value a, Value b, F op) {
  if (TAIPAN_LIKELY(!gc::parallel)) return op(a.as<Set>(), b.as<Set>(), Mode::kAnyhow);
  {
    SetLocks locks(a, b);
    int r = op(a.as<Set>(), b.as<Set>(), Mode::kQuietly);
    if (r != kNeedsPython) return r;
  }
  Ref x = Ref::steal(allocate_set(types::Set)), y = Ref::steal(allocate_set(types::Set));
  if (!x || !y) return -1;
  {
    SetLocks locks(a, b);
    if (!copy_all(x.as<Set>(), a.as<Set>()) || !copy_all(y.as<Set>(), b.as<Set>())) return -1;
  }
  return op(x.as<Set>(), y.as<Set>(), Mode::kAnyhow);
}

// ---- the interface of set.h

size_t set_size(Value set) { return used_of(set.as<Set>()); }

bool set_add(Value set, Value item) {
  int64_t hash;
  return key_hash(item, &hash) && add(set.as<Set>(), item, hash);
}
int set_contains(Value set, Value item) {
  int64_t hash;
  if (!key_hash(item, &hash)) return -1;
  return contains_hashed(set.as<Set>(), item, hash);
}
int set_discard(Value set, Value item) {
  int64_t hash;
  if (!key_hash(item, &hash)) return -1;
  return discard_hashed(set.as<Set>(), item, hash);
}

// As next_entry, while others may change the set: borrowed until the thread's next safepoint.
static TAIPAN_NOINLINE bool next_parallel(Set* s, size_t* pos, Value* item, int64_t* hash) {
  for (;;) {
    Look look;
    if (!look.begin(s)) {
      gc::ObjectLock wait_for_writer(&s->h);
      continue;
    }
    size_t i = *pos;
    Value k;
    int64_t h = 0;
    for (; i <= look.mask; i++) {
      const SetEntry& e = look.table[i];
      k = gc::load(&e.key);
      if (!k || k == kMissing) continue;
      h = gc::peek(e.hash);
      std::atomic_thread_fence(std::memory_order_acquire);
      if (gc::load(&e.key) == k) break;  // else it has become another one's cell
      i--;
    }
    bool found = i <= look.mask;
    if (!look.is_true_still(s)) continue;
    *pos = i + 1;
    if (!found) return false;
    *item = k;
    if (hash) *hash = h;
    return true;
  }
}
bool set_next(Value set, size_t* pos, Value* item, int64_t* hash) {
  if (TAIPAN_UNLIKELY(gc::parallel)) return next_parallel(set.as<Set>(), pos, item, hash);
  return next_entry(set.as<Set>(), pos, item, hash);
}
bool set_next_owned(Value set, size_t* pos, Ref* item, int64_t* hash) {
  Value key;
  if (!set_next(set, pos, &key, hash)) return false;
  *item = Ref::dup(key);
  return true;
}

Ref set_items_list(Value set) {
  auto* s = set.as<Set>();
  for (;;) {
    size_t n = used_of(s);
    Ref list = make_list(n);
    if (!list) return nullptr;
    gc::ObjectReadLock lock(&s->h);
    if (used_of(s) != n) continue;  // allocating may have run a finaliser
    size_t pos = 0, size = 0;
    Value key;
    auto* l = list.as<List>();
    while (next_entry(s, &pos, &key, nullptr)) gc::init(&l->items[size++], Ref::dup(key));
    l->size.store(size, std::memory_order_release);
    return list;
  }
}

void set_clear(Value set) {
  auto* s = set.as<Set>();
  Body body;
  {
    gc::ObjectLock lock(&s->h);
    if (s->fill == 0 && s->table == s->small) return;
    take_body(s, &body);
  }
  drop_body(s, body);
}

static int add_all(Set* s, const Set* o, Mode mode) {
  if (o == s || used_of(o) == 0) return 1;
  if (s->fill == 0) return copy_all(s, o) ? 1 : -1;
  bool full = (s->fill + used_of(o)) * 5 >= s->mask * 3;
  if (full && !resize(s, (used_of(s) + used_of(o)) * 2)) return -1;
  for (size_t i = 0; i <= o->mask; i++) {
    SetEntry e = o->table[i];
    if (!is_live(e)) continue;
    int r = add_hashed(s, e.key, e.hash, mode);
    if (r < 0) return r;
  }
  return 1;
}
// A copy that nobody else has.
static Ref copy_of(TypeObject* cls, Value set) {
  Ref r = Ref::steal(allocate_set(cls));
  if (!r) return nullptr;
  SetLocks lock(set, set);
  return copy_all(r.as<Set>(), set.as<Set>()) ? std::move(r) : nullptr;
}
static bool update_from_set(Set* s, Value other) {
  if (TAIPAN_LIKELY(!gc::parallel)) return add_all(s, other.as<Set>(), Mode::kAnyhow) > 0;
  {
    SetLocks locks(Value(s), other);
    int r = add_all(s, other.as<Set>(), Mode::kQuietly);
    if (r != kNeedsPython) return r > 0;
  }
  Ref copy = copy_of(types::Set, other);
  if (!copy) return false;
  size_t pos = 0;
  Value key;
  int64_t hash;
  while (next_entry(copy.as<Set>(), &pos, &key, &hash)) {
    if (!add(s, key, hash)) return false;
  }
  return true;
}

// Whether iterating it has no effects.
bool is_plain(Value iterable) {
  if (is_tuple_exact(iterable) || is_list_exact(iterable) || is_str_exact(iterable) || is_any_set_exact(iterable))
    return true;
  if (!iterable.is_heap()) return false;
  switch (iterable.header()->shape()) {
    case kShapeDict:
    case kShapeDictKeys:
    case kShapeDictValues:
    case kShapeDictItems: return true;
    default: return is_instance_exact_type(iterable, types::Range);
  }
}
// GIL off: what is in a plain one at one moment. Null, without an error, for others.
static Ref items_now(Value iterable) {
  if (!is_plain(iterable)) return Ref();
  if (is_tuple_exact(iterable)) return Ref::dup(iterable);
  return is_list_exact(iterable) ? list_slice(iterable, 0, list_size(iterable)) : iterable_to_list(iterable);
}
// step(item, hash, mode) with each of a list or tuple: all of them under one lock of s, unless Python code has to compare keys. A dict of
// these keys knows their hashes.
template <class F>
static bool each_at_once(Set* s, Value items, Value dict, F step) {
  bool list = is_list_exact(items);
  size_t size = list ? list_size(items) : tuple_size(items);
  auto item = [&](size_t i) { return list ? list_at(items, i) : tuple_at(items, i); };
  constexpr size_t kRoom = 64;
  int64_t room[kRoom];
  int64_t* hashes = size <= kRoom ? room : static_cast<int64_t*>(gc::raw_alloc(size * sizeof(int64_t)));
  if (!hashes) return raise_memory();
  size_t n = 0;
  if (dict) {
    for (size_t pos = 0; dict_next(dict, &pos, nullptr, nullptr, &hashes[n]);) {
      if (++n == size) break;
    }
  } else {
    while (n < size && key_hash(item(n), &hashes[n])) n++;
  }
  Ref failure = n < size ? fetch_error() : Ref();  // after what comes before that
  bool ok = true;
  for (size_t i = 0; ok && i < n; i++) {
    int r = 1;
    {
      gc::ObjectLock lock(&s->h);
      for (; i < n; i++) {
        r = step(item(i), hashes[i], Mode::kQuietly);
        if (r < 0) break;
      }
    }
    ok = (r == kNeedsPython ? step(item(i), hashes[i], Mode::kAnyhow) : r) >= 0;
  }
  if (hashes != room) gc::raw_free(hashes);
  if (ok && failure) restore_error(std::move(failure));
  return ok && n == size;
}

// The same with each item of a plain iterable. False: it is no such one, or its items can't be had (*ok is false).
template <class F>
static bool each_now(Set* s, Value iterable, bool* ok, F step) {
  Ref dict, items;
  if (is_dict_exact(iterable)) {
    dict = dict_copy(iterable);
    if (dict) items = dict_keys_list(dict);
  } else {
    items = items_now(iterable);
  }
  *ok = items ? each_at_once(s, items, dict, step) : !error_occurred();
  return static_cast<bool>(items);
}

// Adds all items of a list or tuple, if they are ints and strings: hashing those runs no Python code. 0: they aren't.
static int add_simple(Set* s, Value items) {
  SetLocks locks(Value(s), items);
  bool list = is_list_exact(items);
  const Value* item = list ? items.as<List>()->items : items.as<Tuple>()->items();
  size_t n = list ? list_size(items) : tuple_size(items);
  for (size_t i = 0; i < n; i++) {
    if (!item[i].is_int() && !is_str_exact(item[i])) return 0;
  }
  for (size_t i = 0; i < n; i++) {
    int64_t hash;
    int r = key_hash(item[i], &hash) ? add_hashed(s, item[i], hash, Mode::kQuietly) : -1;
    if (r < 0) return r == kNeedsPython ? 0 : -1;
  }
  return 1;
}

bool set_update(Value set, Value iterable) {
  auto* s = set.as<Set>();
  if (is_any_set(iterable)) return update_from_set(s, iterable);
  if (TAIPAN_UNLIKELY(gc::parallel)) {
    if (is_list_exact(iterable) || is_tuple_exact(iterable)) {
      if (int r = add_simple(s, iterable)) return r > 0;
    }
    bool ok;
    bool done =
        each_now(s, iterable, &ok, [s](Value key, int64_t hash, Mode mode) { return add_hashed(s, key, hash, mode); });
    if (done || !ok) return ok;
  } else if (is_str_exact(iterable)) {
    const Str* text = iterable.as<Str>();
    for (size_t i = 0; i < text->length; i++) {
      Ref c = make_str_char(text->at(i));
      if (!c || !add(s, c, str_hash(c.as<Str>()))) return false;
    }
    return true;
  } else if (is_dict_exact(iterable)) {
    size_t n = dict_size(iterable);
    if ((s->fill + n) * 5 >= s->mask * 3 && !resize(s, (used_of(s) + n) * 2)) return false;
    size_t pos = 0;
    Value k;
    int64_t hash;
    while (dict_next(iterable, &pos, &k, nullptr, &hash)) {
      Ref key = Ref::dup(k);
      if (!add(s, key, hash)) return false;
    }
    return true;
  } else if (is_list_exact(iterable) || is_tuple_exact(iterable)) {
    bool list = is_list_exact(iterable);
    for (size_t i = 0; i < (list ? list_size(iterable) : tuple_size(iterable)); i++) {  // comparing may change the list
      Value key = list ? list_at(iterable, i) : tuple_at(iterable, i);
      if (int64_t hash; key.is_int() || is_str_exact(key)) {  // hashing it runs no Python code
        if (!key_hash(key, &hash) || !add(s, key, hash)) return false;
        continue;
      }
      Ref item = Ref::dup(key);
      int64_t hash;
      if (!key_hash(item, &hash) || !add(s, item, hash)) return false;
    }
    return true;
  }
  IterEach it(iterable);
  while (it.next()) {
    if (!set_add(set, it.item())) return false;
  }
  return !it.failed();
}

Ref make_set_as(TypeObject* cls, Value iterable) {
  Set* s = allocate_set(cls);
  if (!s) return nullptr;
  Ref result = Ref::steal(s);
  if (iterable && !set_update(result, iterable)) return nullptr;
  return result;
}
Ref make_set(Value iterable) { return make_set_as(types::Set, iterable); }
Ref make_frozenset(Value iterable) {
  if (iterable && is_frozenset_exact(iterable)) return Ref::dup(iterable);
  return make_set_as(types::FrozenSet, iterable);
}
Ref set_pop(Value set) {
  auto* s = set.as<Set>();
  {
    gc::ObjectLock lock(&s->h);
    if (used_of(s) != 0) {
      size_t i = s->finger & s->mask;
      while (!is_live(s->table[i])) i = i + 1 > s->mask ? 0 : i + 1;
      s->finger = static_cast<uint32_t>(i + 1) & kMaxFinger;
      return empty_cell(s, &s->table[i]);
    }
  }
  Ref text = make_str("pop from an empty set");
  return text ? raise_value(types::KeyError, text) : failed();
}

// GIL off: a set and the items of an iterable as they are at one moment, unless iterating it may have effects.
bool set_at_one_moment(Value* self, Value* other, Ref* items, Ref* copy) {
  if (TAIPAN_LIKELY(!gc::parallel)) return true;
  *items = items_now(*other);
  if (!*items) return !error_occurred();
  *copy = copy_of(types::Set, *self);
  if (!*copy) return false;
  *self = *copy;
  *other = *items;
  return true;
}

// f(key, hash) for what is in both, while that says 1; else what it says.
template <class F>
static TAIPAN_INLINE int each_common(const Set* self, const Set* other, Mode mode, F f) {
  if (used_of(other) > used_of(self)) std::swap(self, other);
  size_t pos = 0;
  Value key;
  int64_t hash;
  Ref hold;
  while (next_entry(other, &pos, &key, &hash)) {
    int found = contains_hashed(const_cast<Set*>(self), key, hash, mode, &hold);
    if (found == 0) continue;
    if (found > 0) found = f(key, hash);
    if (found != 1) return found;
  }
  return 1;
}
// What is in both goes to r.
static int intersect(Set* r, const Set* self, const Set* other, Mode mode) {
  return each_common(self, other, mode, [r, mode](Value key, int64_t hash) { return add_hashed(r, key, hash, mode); });
}
Ref set_intersection(Value self, Value other) {
  if (self == other) return make_set_as(set_result_type(self), self);
  Ref result = make_set_as(set_result_type(self), Value());
  if (!result) return nullptr;
  auto* r = result.as<Set>();
  if (is_any_set(other)) {
    int done = with_both(self, other, [&](Set* a, Set* b, Mode mode) {
      if (used_of(r) != 0) set_clear(result);  // of the first attempt
      return intersect(r, a, b, mode);
    });
    return done < 0 ? nullptr : std::move(result);
  }
  Ref items, copy;
  if (!set_at_one_moment(&self, &other, &items, &copy)) return nullptr;
  IterEach it(other);
  while (it.next()) {
    int64_t hash;
    if (!key_hash(it.item(), &hash)) return nullptr;
    int found = contains_hashed(self.as<Set>(), it.item(), hash);
    if (found < 0 || (found && !add(r, it.item(), hash))) return nullptr;
  }
  return it.failed() ? nullptr : std::move(result);
}
// The set keeps what is in the other one as well.
bool set_intersection_update(Value set, Value other) {
  auto* s = set.as<Set>();
  Ref result;
  Body old;
  if (is_any_set(other) && set != other) {
    result = make_set_as(types::Set, Value());
    if (!result) return false;
    SetLocks locks(set, other);
    int done =
        intersect(result.as<Set>(), s, other.as<Set>(), TAIPAN_LIKELY(!gc::parallel) ? Mode::kAnyhow : Mode::kQuietly);
    if (done == -1) return false;
    if (done > 0) {
      replace_body(s, &old, result.as<Set>());
    }
  }
  if (!old.table) {
    result = set_intersection(set, other);
    if (!result) return false;
    gc::ObjectLock lock(&s->h);
    replace_body(s, &old, result.as<Set>());
  }
  drop_body(s, old);
  return true;
}

// Takes a key out; it is kept in *dropped, if there is such a list (no reference may be dropped under a lock).
static int remove_key(Set* s, Value key, int64_t hash, Mode mode, Ref* dropped, Ref* hold = nullptr) {
  Ref old;
  return with_cell(s, key, hash, mode, hold, [s, dropped, &old](SetEntry* e, SetEntry*) {
    if (!e->key) return 0;
    old = empty_cell(s, e);
    if (!dropped || !old.get().is_heap()) return 1;
    return list_append(*dropped, old.get()) ? 1 : -1;
  });
}
static bool is_far_larger(const Set* a, const Set* b) { return used_of(a) / 8 > used_of(b); }
// Takes what is in the other one out of s.
static int subtract(Set* s, const Set* other, Mode mode, Ref* dropped) {
  size_t pos = 0;
  Value key;
  int64_t hash;
  Ref hold;
  if (mode == Mode::kQuietly && is_far_larger(other, s)) {
    while (next_entry(s, &pos, &key, &hash)) {
      int r = contains_hashed(const_cast<Set*>(other), key, hash, mode);
      if (r > 0) r = remove_key(s, key, hash, mode, dropped);
      if (r < 0) return r;
    }
  } else {
    while (next_entry(other, &pos, &key, &hash)) {
      int r = remove_key(s, key, hash, mode, dropped, &hold);
      if (r < 0) return r;
    }
  }
  return s->fill - used_of(s) <= s->mask / 4 || resize(s, grown(s)) ? 1 : -1;
}
bool set_difference_update(Value set, Value iterable) {
  auto* s = set.as<Set>();
  if (set == iterable) {
    set_clear(set);
    return true;
  }
  if (is_any_set(iterable)) {
    Ref common, dropped;
    if (TAIPAN_LIKELY(!gc::parallel)) {
      if (is_far_larger(iterable.as<Set>(), s)) {
        common = set_intersection(set, iterable);
        if (!common) return false;
        iterable = common;
      } else {
        common = Ref::dup(iterable);
      }
      return subtract(s, iterable.as<Set>(), Mode::kAnyhow, nullptr) > 0;
    }
    dropped = make_list();
    if (!dropped) return false;
    {
      SetLocks locks(set, iterable);
      int r = subtract(s, iterable.as<Set>(), Mode::kQuietly, &dropped);
      if (r != kNeedsPython) return r > 0;
    }
    common = copy_of(types::Set, iterable);
    if (!common) return false;
    size_t pos = 0;
    Value key;
    int64_t hash;
    while (next_entry(common.as<Set>(), &pos, &key, &hash)) {
      if (discard_hashed(s, key, hash) < 0) return false;
    }
    return true;
  }
  bool done = false;
  if (TAIPAN_UNLIKELY(gc::parallel)) {
    bool ok;
    Ref dropped = make_list();
    if (!dropped) return false;
    done = each_now(s, iterable, &ok, [s, &dropped](Value key, int64_t hash, Mode mode) {
      return remove_key(s, key, hash, mode, &dropped);
    });
    if (!ok) return false;
  }
  if (!done) {
    IterEach it(iterable);
    while (it.next()) {
      if (set_discard(set, it.item()) < 0) return false;
    }
    if (it.failed()) return false;
  }
  gc::ObjectLock lock(&s->h);
  return s->fill - used_of(s) <= s->mask / 4 || resize(s, grown(s));
}

// What is in the first, and not in the second one, goes to r.
static int keep_others(Set* r, const Set* self, const Set* other, Mode mode) {
  if (used_of(self) / 4 > used_of(other)) return copy_all(r, self) ? subtract(r, other, mode, nullptr) : -1;
  size_t pos = 0;
  Value key;
  int64_t hash;
  Ref hold;
  while (next_entry(self, &pos, &key, &hash)) {
    int found = contains_hashed(const_cast<Set*>(other), key, hash, mode, &hold);
    if (found == 0) found = add_hashed(r, key, hash, mode);
    if (found < 0) return found;
  }
  return 1;
}
Ref set_difference(Value self, Value other) {
  Ref keys;
  if (is_dict_exact(other) && set_size(self) / 4 <= dict_size(other)) {
    if (TAIPAN_UNLIKELY(gc::parallel)) {
      keys = make_set_as(types::Set, other);
      if (!keys) return nullptr;
      other = keys;
    } else {
      Ref result = make_set_as(set_result_type(self), Value()), hold;
      if (!result) return nullptr;
      size_t pos = 0;
      Value key;
      int64_t hash;
      while (next_entry(self.as<Set>(), &pos, &key, &hash)) {
        hold = Ref::dup(key);
        Value v = dict_get_hash(other, key, hash);
        if (!v || (v == kMissing && !add(result.as<Set>(), key, hash))) return nullptr;
      }
      return result;
    }
  }
  if (!is_any_set(other)) {
    Ref result = make_set_as(set_result_type(self), self);
    if (!result || !set_difference_update(result, other)) return nullptr;
    return result;
  }
  Ref result = make_set_as(set_result_type(self), Value());
  if (!result) return nullptr;
  int done = with_both(self, other, [&](Set* a, Set* b, Mode mode) {
    if (used_of(result.as<Set>()) != 0) set_clear(result);  // of the first attempt
    return keep_others(result.as<Set>(), a, b, mode);
  });
  return done < 0 ? nullptr : std::move(result);
}

// Removes what is in both, and adds what is in the other one alone.
static int toggle_all(Set* s, const Set* other, Mode mode) {
  size_t pos = 0;
  Value key;
  int64_t hash;
  Ref hold, old;
  while (next_entry(other, &pos, &key, &hash)) {
    hold = Ref::dup(key);
    int r = with_cell(s, key, hash, mode, nullptr, [&](SetEntry* e, SetEntry* reusable) {
      if (!e->key) return fill_either(s, e, reusable, key, hash) ? 1 : -1;
      old = empty_cell(s, e);
      return 1;
    });
    old.reset();
    if (r < 0) return r;
  }
  return 1;
}
bool set_symmetric_difference_update(Value set, Value iterable) {
  auto* s = set.as<Set>();
  if (set == iterable) {
    set_clear(set);
    return true;
  }
  if (is_dict_exact(iterable) && !gc::parallel) {
    size_t pos = 0;
    Value k;
    int64_t hash;
    while (dict_next(iterable, &pos, &k, nullptr, &hash)) {
      Ref key = Ref::dup(k);
      int removed = discard_hashed(s, key, hash);
      if (removed < 0 || (removed == 0 && !add(s, key, hash))) return false;
    }
    return true;
  }
  Ref other = is_any_set(iterable) ? Ref::dup(iterable) : make_set_as(set_result_type(set), iterable);
  if (!other) return false;
  if (TAIPAN_LIKELY(!gc::parallel)) return toggle_all(s, other.as<Set>(), Mode::kAnyhow) > 0;
  Ref result = make_set_as(types::Set, Value());
  if (!result) return false;
  auto* r = result.as<Set>();
  Body old;
  {
    SetLocks locks(set, other);
    int done = copy_all(r, s) ? toggle_all(r, other.as<Set>(), Mode::kQuietly) : -1;
    if (done == -1) return false;
    if (done > 0) {
      replace_body(s, &old, r);
    }
  }
  if (old.table) {
    drop_body(s, old);
    return true;
  }
  other = copy_of(types::Set, other);
  return other && toggle_all(s, other.as<Set>(), Mode::kAnyhow) > 0;
}

Ref set_symmetric_difference(Value self, Value other) {
  Ref keys;
  if (!is_any_set(other)) {
    keys = make_set_as(set_result_type(self), other);
    if (!keys) return nullptr;
    other = keys;
  }
  Ref result = make_set_as(set_result_type(self), Value());
  if (!result) return nullptr;
  int done = with_both(self, other, [&](Set* a, Set* b, Mode mode) {
    auto* r = result.as<Set>();
    if (used_of(r) != 0) set_clear(result);  // of the first attempt
    return copy_all(r, b) ? toggle_all(r, a, mode) : -1;
  });
  return done < 0 ? nullptr : std::move(result);
}

Ref set_union(Value self, Value other) {
  Ref result = make_set_as(set_result_type(self), Value());
  if (!result) return nullptr;
  if (!is_any_set(other)) return set_update(result, self) && set_update(result, other) ? std::move(result) : nullptr;
  int done = with_both(self, other, [&](Set* a, Set* b, Mode mode) {
    auto* r = result.as<Set>();
    if (used_of(r) != 0) set_clear(result);  // of the first attempt
    return copy_all(r, a) ? add_all(r, b, mode) : -1;
  });
  return done < 0 ? nullptr : std::move(result);
}

static int is_subset(const Set* self, const Set* other, Mode mode) {
  if (used_of(self) > used_of(other)) return 0;
  size_t pos = 0;
  Value key;
  int64_t hash;
  Ref hold;
  while (next_entry(self, &pos, &key, &hash)) {
    int found = contains_hashed(const_cast<Set*>(other), key, hash, mode, &hold);
    if (found != 1) return found;
  }
  return 1;
}
int set_compare_items(Value a, Value b, CompareOp op) {
  return with_both(a, b, [op](const Set* x, const Set* y, Mode mode) {
    switch (op) {
      case kEq:
      case kNe: {
        int64_t p = gc::peek(x->hash), q = gc::peek(y->hash);
        int equal = used_of(x) == used_of(y) && (p == -1 || q == -1 || p == q) ? is_subset(x, y, mode) : 0;
        return op == kNe && equal >= 0 ? 1 - equal : equal;
      }
      case kLt: return used_of(x) < used_of(y) ? is_subset(x, y, mode) : 0;
      case kLe: return is_subset(x, y, mode);
      case kGt: return used_of(x) > used_of(y) ? is_subset(y, x, mode) : 0;
      case kGe: return is_subset(y, x, mode);
    }
    return 0;
  });
}

int set_shares_nothing(Value a, Value b) {
  return with_both(a, b, [](const Set* x, const Set* y, Mode mode) {
    return each_common(x, y, mode, [](Value, int64_t) { return 0; });
  });
}

}  // namespace taipan
