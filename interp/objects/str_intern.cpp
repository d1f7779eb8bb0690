// Interned strings: a sharded open-addressing set of weak pointers. A str takes itself out when it dies; a look-up that meets a dying
// one (its count can no longer be raised) puts its own in that place.
#include "interp/objects/str_intern.h"
#include <mutex>
#include "gc/lock.h"
#include "interp/objects/str_impl.h"

namespace taipan {

namespace {
constexpr size_t kShards = 16;
Str* const kDeleted = reinterpret_cast<Str*>(8);

struct Shard {
  std::mutex mutex;
  Str** slots = nullptr;
  size_t mask = 0;
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

bool rehash(Shard& s) {
  size_t size = 64;
  while (size < s.live * 3 + 16) size *= 2;
  Str** fresh = static_cast<Str**>(gc::raw_calloc(size * sizeof(Str*)));
  if (!fresh) return false;
  for (size_t i = 0; s.slots && i <= s.mask; i++) {
    Str* x = s.slots[i];
    if (!x || x == kDeleted) continue;
    size_t j = static_cast<size_t>(x->hash.load(std::memory_order_relaxed)) & (size - 1);
    while (fresh[j]) j = (j + 1) & (size - 1);
    fresh[j] = x;
  }
  gc::raw_free(s.slots);
  s.slots = fresh;
  s.mask = size - 1;
  s.used = s.live;
  return true;
}

// The interned str with these units, owned, or null; *free_at: where to insert.
template <class Equal>
Str* find(Shard& s, uint64_t hash, Equal equal, size_t* free_at) {
  size_t i = hash & s.mask;
  size_t hole = static_cast<size_t>(-1);
  while (Str* x = s.slots[i]) {
    if (x == kDeleted) {
      if (hole == static_cast<size_t>(-1)) hole = i;
    } else if (static_cast<uint64_t>(x->hash.load(std::memory_order_relaxed)) == hash && equal(x)) {
      if (gc::try_incref(&x->h)) return x;
      s.slots[i] = kDeleted;
      s.live--;
      if (hole == static_cast<size_t>(-1)) hole = i;
    }
    i = (i + 1) & s.mask;
  }
  *free_at = hole != static_cast<size_t>(-1) ? hole : i;
  return nullptr;
}
void insert(Shard& s, size_t at, Str* x) {
  if (s.slots[at] == nullptr) s.used++;
  s.slots[at] = x;
  s.live++;
}
bool make_room(Shard& s) { return (s.used + 1) * 3 < (s.mask + 1) * 2 && s.slots ? true : rehash(s); }
}  // namespace

Ref intern(Ref ref) {
  if (!ref || !is_str_exact(ref)) return ref;
  Str* s = ref.as<Str>();
  if (s->interned.load(std::memory_order_relaxed)) return ref;
  if (s->length <= 1 && s->kind == 1) return s->length == 0 ? empty_str() : make_str_char(s->data1()[0]);
  uint64_t hash = static_cast<uint64_t>(str_hash(s));
  Shard& shard = shard_of(hash);
  Str* found;
  {
    ShardLock lock(shard);
    if (!make_room(shard)) return ref;  // not interned: still right
    size_t at;
    found = find(shard, hash, [s](Str* x) { return str_eq(x, s); }, &at);
    if (!found) {
      gc::publish(&s->h);  // so that others find it alive
      insert(shard, at, s);
      s->interned.store(1, std::memory_order_release);
      return ref;
    }
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
    Str* found = nullptr;
    {
      ShardLock lock(shard);
      size_t at;
      if (shard.slots) found = find(shard, hash, [utf8](Str* x) { return x->ascii && x->ascii_view() == utf8; }, &at);
    }
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
  for (size_t i = hash & shard.mask; Str* x = shard.slots[i]; i = (i + 1) & shard.mask) {
    if (x != s) continue;
    shard.slots[i] = kDeleted;
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
