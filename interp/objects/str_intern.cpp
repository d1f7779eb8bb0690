// Interned strings: a sharded open-addressing set of weak pointers. A str takes itself out when it dies; a look-up that meets a dying
// one (its count can no longer be raised) puts its own in that place.
// What is there is found without the shard's lock: the count of what a slot names is raised before anything else of it is looked at, and
// then the slot has to name it still. A table that was replaced is freed after an epoch.
#include "interp/objects/str_intern.h"
#include <mutex>
#include "gc/epoch.h"
#include "gc/lock.h"
#include "interp/objects/str_impl.h"

namespace taipan {

namespace {
constexpr size_t kShards = 16;
Str* const kDeleted = reinterpret_cast<Str*>(8);

struct Slot {
  std::atomic<Str*> str;
  std::atomic<uint64_t> hash;  // of that one, or (for who holds no lock) of the one before
};
struct Table {
  size_t mask;
  Slot slots[];
};
struct Shard {
  std::mutex mutex;
  std::atomic<Table*> table{nullptr};
  size_t used = 0;  // live and deleted
  size_t live = 0;
};
Shard shards[kShards];

// Where no threads run in parallel nobody else can be in here.
class ShardLock {
 public:
  explicit ShardLock(Shard& s) : mutex_(gc::parallel ? &s.mutex : nullptr) {
    if (mutex_) mutex_->lock();
  }
  ~ShardLock() {
    if (mutex_) mutex_->unlock();
  }

 private:
  std::mutex* mutex_;
};

inline Shard& shard_of(uint64_t hash) { return shards[hash >> 60]; }

// Lock held. What it replaces is for the caller to free, without the lock.
bool rehash(Shard& s, Table** replaced) {
  size_t size = 64;
  while (size < s.live * 3 + 16) size *= 2;
  auto* fresh = static_cast<Table*>(gc::raw_calloc(sizeof(Table) + size * sizeof(Slot)));
  if (!fresh) return false;
  fresh->mask = size - 1;
  Table* old = s.table.load(std::memory_order_relaxed);
  for (size_t i = 0; old && i <= old->mask; i++) {
    Str* x = old->slots[i].str.load(std::memory_order_relaxed);
    if (!x || x == kDeleted) continue;
    uint64_t hash = old->slots[i].hash.load(std::memory_order_relaxed);
    size_t j = hash & fresh->mask;
    while (fresh->slots[j].str.load(std::memory_order_relaxed)) j = (j + 1) & fresh->mask;
    fresh->slots[j].hash.store(hash, std::memory_order_relaxed);
    fresh->slots[j].str.store(x, std::memory_order_relaxed);
  }
  s.table.store(fresh, std::memory_order_release);
  s.used = s.live;
  *replaced = old;
  return true;
}
void free_table(Table* t) {
  if (!t) return;
  if (gc::parallel) {
    gc::retire(t, gc::raw_free);
  } else {
    gc::raw_free(t);
  }
}

// The interned str with these units, owned, or null: then there is none, or the lock is needed to tell.
template <class Equal>
Str* find_unlocked(const Shard& s, uint64_t hash, Equal equal) {
  Table* t = s.table.load(std::memory_order_acquire);
  if (!t) return nullptr;
  for (size_t i = hash & t->mask;; i = (i + 1) & t->mask) {
    Slot& slot = t->slots[i];
    Str* x = slot.str.load(std::memory_order_acquire);
    if (!x) return nullptr;
    if (x == kDeleted || slot.hash.load(std::memory_order_relaxed) != hash) continue;
    if (!gc::try_incref(&x->h)) return nullptr;
    if (slot.str.load(std::memory_order_acquire) == x && equal(x)) return x;
    gc::decref(&x->h);
    return nullptr;
  }
}
// The same, lock held; *free_at: where to insert.
template <class Equal>
Str* find(Shard& s, uint64_t hash, Equal equal, size_t* free_at) {
  Table* t = s.table.load(std::memory_order_relaxed);
  size_t i = hash & t->mask;
  size_t hole = static_cast<size_t>(-1);
  while (Str* x = t->slots[i].str.load(std::memory_order_relaxed)) {
    if (x == kDeleted) {
      if (hole == static_cast<size_t>(-1)) hole = i;
    } else if (t->slots[i].hash.load(std::memory_order_relaxed) == hash && equal(x)) {
      if (gc::try_incref(&x->h)) return x;
      t->slots[i].str.store(kDeleted, std::memory_order_release);
      s.live--;
      if (hole == static_cast<size_t>(-1)) hole = i;
    }
    i = (i + 1) & t->mask;
  }
  *free_at = hole != static_cast<size_t>(-1) ? hole : i;
  return nullptr;
}
void insert(Shard& s, size_t at, Str* x, uint64_t hash) {
  Slot& slot = s.table.load(std::memory_order_relaxed)->slots[at];
  if (slot.str.load(std::memory_order_relaxed) == nullptr) s.used++;
  slot.hash.store(hash, std::memory_order_relaxed);
  slot.str.store(x, std::memory_order_release);
  s.live++;
}
bool make_room(Shard& s, Table** replaced) {
  Table* t = s.table.load(std::memory_order_relaxed);
  return t && (s.used + 1) * 3 < (t->mask + 1) * 2 ? true : rehash(s, replaced);
}
}  // namespace

Ref intern(Ref ref) {
  if (!ref || !is_str_exact(ref)) return ref;
  Str* s = ref.as<Str>();
  if (s->interned.load(std::memory_order_relaxed)) return ref;
  if (s->length <= 1 && s->kind == 1) return s->length == 0 ? empty_str() : make_str_char(s->data1()[0]);
  uint64_t hash = static_cast<uint64_t>(str_hash(s));
  Shard& shard = shard_of(hash);
  auto equal = [s](Str* x) { return str_eq(x, s); };
  Str* found = find_unlocked(shard, hash, equal);
  if (!found) {
    Table* replaced = nullptr;
    {
      ShardLock lock(shard);
      size_t at;
      if (!make_room(shard, &replaced)) return ref;  // not interned: still right
      found = find(shard, hash, equal, &at);
      if (!found) {
        gc::publish(&s->h);  // so that others find it alive
        s->interned.store(1, std::memory_order_release);
        insert(shard, at, s, hash);
      }
    }
    free_table(replaced);
    if (!found) return ref;
  }
  gc::log_weak_load(Value(found));
  return Ref::steal(found);
}

Ref intern_str(std::string_view utf8) {
  if (utf8.size() <= 1 && (utf8.empty() || static_cast<uint8_t>(utf8[0]) < 128))
    return utf8.empty() ? empty_str() : make_str_char(static_cast<uint8_t>(utf8[0]));
  if (all_ascii(reinterpret_cast<const uint8_t*>(utf8.data()), utf8.size())) {
    // A hit makes no str at all.
    uint64_t hash = static_cast<uint64_t>(hash_bytes(utf8.data(), utf8.size()));
    Shard& shard = shard_of(hash);
    Str* found = find_unlocked(shard, hash, [utf8](Str* x) { return x->ascii && x->ascii_view() == utf8; });
    if (found) {
      gc::log_weak_load(Value(found));
      return Ref::steal(found);
    }
  }
  return intern(make_str(utf8));
}

Str* intern_static(const char* utf8) {
  Ref s = intern_str(utf8);
  if (!s) abort();
  gc::make_immortal(s.as<Header>());
  return s.release().as<Str>();
}

void forget_interned(Str* s) {
  uint64_t hash = static_cast<uint64_t>(s->hash.load(std::memory_order_relaxed));
  Shard& shard = shard_of(hash);
  ShardLock lock(shard);
  Table* t = shard.table.load(std::memory_order_relaxed);
  for (size_t i = hash & t->mask; Str* x = t->slots[i].str.load(std::memory_order_relaxed); i = (i + 1) & t->mask) {
    if (x != s) continue;
    t->slots[i].str.store(kDeleted, std::memory_order_release);
    shard.live--;
    return;
  }
}

void intern_locks_before_fork() {
  for (Shard& s : shards)
    if (!gc::gil_enabled) s.mutex.lock();
}
void intern_locks_after_fork() {
  for (Shard& s : shards)
    if (!gc::gil_enabled) s.mutex.unlock();
}

}  // namespace taipan
