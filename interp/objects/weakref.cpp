// Weak references: the side table, weakref.ref, and what happens at death. Proxies: weakproxy.cpp.
//
// A shard's mutex guards the lists of its objects and the `object` field of their weakrefs. Nothing is called and no count dropped
// while it is held.
#include "interp/objects/weakref.h"
#include <mutex>
#include <unordered_set>
#include <vector>
#include "gc/collector.h"
#include "interp/objects/abstract.h"
#include "interp/objects/containers.h"
#include "interp/objects/init.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/native.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"
#include "interp/objects/weak_table.h"

namespace taipan {

namespace {

struct Shard {
  std::mutex mutex;
  WeakTable lists;
};
// With the GIL on it is lock enough.
class ShardLock {
 public:
  explicit ShardLock(Shard& s) : mutex_(gc::parallel ? &s.mutex : nullptr) {
    if (mutex_) mutex_->lock();
  }
  ~ShardLock() {
    if (mutex_) mutex_->unlock();
  }
  ShardLock(const ShardLock&) = delete;

 private:
  std::mutex* mutex_;
};
constexpr size_t kShards = 64;
Shard* shards() {
  static auto* s = new Shard[kShards];
  return s;
}
Shard& shard_of(const Header* h) { return shards()[(reinterpret_cast<uintptr_t>(h) >> 4) * 0x9E3779B97F4A7C15u >> 58]; }

WeakRef* wr(Value v) { return v.as<WeakRef>(); }
bool is_exact_proxy(const WeakRef* w) {
  return w->h.shape() == kShapeWeakProxy || w->h.shape() == kShapeWeakCallableProxy;
}
bool is_basic_ref(const WeakRef* w) { return !w->callback && w->h.shape() == kShapeWeakRef; }
bool is_basic_proxy(const WeakRef* w) { return !w->callback && is_exact_proxy(w); }

// The shareable weakref and proxy stand first in the list.
void find_basic(WeakRef* list, WeakRef** ref, WeakRef** proxy) {
  *ref = *proxy = nullptr;
  if (list && is_basic_ref(list)) {
    *ref = list;
    list = list->next;
  }
  if (list && is_basic_proxy(list)) *proxy = list;
}

void unlink_locked(Shard& s, Header* object, WeakRef* w) {
  if (w->prev) {
    w->prev->next = w->next;
  } else if (w->next) {
    *s.lists.find(object) = w->next;
  } else {
    s.lists.remove(object);
  }
  if (w->next) w->next->prev = w->prev;
  w->prev = w->next = nullptr;
}

enum Kind { kRef, kProxy };

// type null: the exact type for the kind. A shareable one that is alive is given out again.
Ref create(Value object, Value callback, TypeObject* type, Kind kind) {
  if (!object.is_heap() || !(type_of(object)->flags & kTypeWeakrefable)) {
    return raise(types::TypeError, "cannot create weak reference to '%s' object", type_of(object)->cname);
  }
  if (callback == kNone) callback = Value();
  Header* h = object.header();
  Shard& s = shard_of(h);
  bool shared = !callback && !type;
  // Types that all threads use and that never die are asked for a weakref again and again (functools.singledispatch, WeakKeyDictionary): it is
  // kept, and costs neither lock nor count.
  TypeObject* keeper = gc::parallel && shared && kind == kRef && is_type(object) && h->has_gcflag(gc::kImmortal)
                           ? object.as<TypeObject>()
                           : nullptr;
  if (keeper) {
    if (Header* kept = keeper->kept_weakref.load(std::memory_order_acquire)) return Ref::dup(Value(kept));
  }
  auto keep = [&](Header* ref) {
    gc::make_immortal(ref);
    keeper->kept_weakref.store(ref, std::memory_order_release);
  };
  auto find_shared = [&]() -> Value {
    WeakRef** list = s.lists.find(h);
    if (!list) return Value();
    WeakRef *ref, *proxy;
    find_basic(*list, &ref, &proxy);
    WeakRef* hit = kind == kRef ? ref : proxy;
    if (!hit || !gc::try_incref(&hit->h)) return Value();
    if (keeper) keep(&hit->h);
    return Value(hit);
  };
  if (shared && (h->lock.load(std::memory_order_relaxed) & gc::kHasWeakrefs)) {
    ShardLock lock(s);
    if (Value hit = find_shared()) return Ref::steal(hit);
  }
  if (!type) type = kind == kRef ? types::WeakRef : is_callable(object) ? types::WeakCallableProxy : types::WeakProxy;
  Ref r = Ref::steal(alloc_instance(type));
  if (!r) return nullptr;
  WeakRef* w = r.as<WeakRef>();
  w->hash = -1;
  gc::init(&w->callback, Ref::dup(callback));
  gc::publish(h);
  gc::publish(&w->h);
  ShardLock lock(s);
  if (shared) {
    if (Value hit = find_shared()) {
      r = Ref::steal(hit);  // the fresh one isn't linked: it just goes
      return r;
    }
  }
  WeakRef** place = s.lists.find_or_add(h);
  if (!place) return raise_memory();
  WeakRef*& head = *place;
  h->lock.fetch_or(gc::kHasWeakrefs, std::memory_order_relaxed);
  w->object.store(h, std::memory_order_release);
  WeakRef *ref, *proxy;
  find_basic(head, &ref, &proxy);
  WeakRef* after = is_basic_ref(w) ? nullptr : is_basic_proxy(w) ? ref : proxy ? proxy : ref;
  w->prev = after;
  w->next = after ? after->next : head;
  if (w->next) w->next->prev = w;
  if (after) {
    after->next = w;
  } else {
    head = w;
  }
  if (keeper) keep(&w->h);
  return r;
}

// Makes a weakref dead; lock held.
void detach_all(Shard& s, Header* object, std::vector<Value>* with_callback) {
  WeakRef** list = s.lists.find(object);
  if (!list) return;
  WeakRef* w = *list;
  s.lists.remove(object);
  while (w) {
    WeakRef* next = w->next;
    w->prev = w->next = nullptr;
    if (w->callback && gc::try_incref(&w->h)) with_callback->push_back(Value(w));
    // Last: a weakref that dies at the same time needs the lock no more then, and goes.
    w->object.store(nullptr, std::memory_order_release);
    w = next;
  }
}

void run_callbacks(std::vector<Value>& dead) {
  if (dead.empty()) return;
  SavedError saved;
  for (Value v : dead) {
    Ref ref = Ref::steal(v);
    Ref callback = gc::take(v.header(), &wr(v)->callback);
    if (!callback) continue;
    Ref r = call(callback, ref);
    if (!r) write_unraisable(callback);
  }
}

// ---- weakref.ref ------------------------------------------------------------------------------------------------------------------------

void ref_trace(Header* h, gc::Visitor& v) { v.visit(gc::load(&reinterpret_cast<WeakRef*>(h)->callback)); }
void ref_unlink(WeakRef* w) {
  for (;;) {
    Header* object = w->object.load(std::memory_order_acquire);
    if (!object) return;
    Shard& s = shard_of(object);
    ShardLock lock(s);
    if (w->object.load(std::memory_order_relaxed) != object) continue;
    unlink_locked(s, object, w);
    w->object.store(nullptr, std::memory_order_release);
    return;
  }
}
void ref_clear(Header* h) {
  auto* w = reinterpret_cast<WeakRef*>(h);
  ref_unlink(w);
  Ref c = gc::take(h, &w->callback);
}
void ref_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  ref_clear(h);
  finish_dealloc(h);
}

bool ref_args(RawArgs a, const char* name) {
  if (a.n < 1) return raise(types::TypeError, "%s expected at least 1 argument, got %zu", name, a.n);
  if (a.n > 2) return raise(types::TypeError, "%s expected at most 2 arguments, got %zu", name, a.n);
  return true;
}
Ref ref_new(TypeObject* cls, RawArgs a) {
  if (!ref_args(a, "__new__")) return nullptr;
  Value callback = a.n > 1 ? a.v[1] : Value();
  return create(a.v[0], callback, cls == types::WeakRef ? nullptr : cls, kRef);
}
bool ref_init(Value, RawArgs a) {
  if (a.kwnames && tuple_size(a.kwnames)) return raise(types::TypeError, "ref() takes no keyword arguments");
  return ref_args(a, "__init__");
}
Value ref_call(Thread*, Value callee, const Value*, size_t nargs, Value kwnames) {
  if (kwnames && tuple_size(kwnames)) {
    raise(types::TypeError, "weakref() takes no keyword arguments");
    return Value();
  }
  if (nargs) {
    raise(types::TypeError, "weakref expected 0 arguments, got %zu", nargs);
    return Value();
  }
  Ref o = weakref_get(callee);
  return o ? o.release() : kNone;
}
Ref ref_repr(Value v) {
  auto* at = reinterpret_cast<void*>(v.bits);
  Ref o = weakref_get(v);
  if (!o) return format_str("<weakref at %p; dead>", at);
  auto* where = reinterpret_cast<void*>(o.get().bits);
  Ref name = get_attr_opt(o, TAIPAN_NAME(__name__));
  if (!name) return nullptr;
  if (name.get() != kMissing && is_str(name)) {
    return format_str("<weakref at %p; to '%s' at %p (%S)>", at, type_of(o)->cname, where, name.get());
  }
  return format_str("<weakref at %p; to '%s' at %p>", at, type_of(o)->cname, where);
}
bool ref_hash(Value v, int64_t* out) {
  if (int64_t known = gc::peek(wr(v)->hash); known != -1) {
    *out = known;
    return true;
  }
  Ref o = weakref_get(v);
  if (!o) return raise(types::TypeError, "weak object has gone away");
  if (!hash_of(o, out)) return false;
  gc::poke(wr(v)->hash, *out);
  return true;
}
Ref ref_compare(Value a, Value b, CompareOp op) {
  if ((op != kEq && op != kNe) || !is_weakref(a) || !is_weakref(b)) return Ref::imm(kNotImplemented);
  Ref x = weakref_get(a), y = weakref_get(b);
  if (!x || !y) return Ref::imm(bool_value((a == b) == (op == kEq)));
  return compare(x, y, op);
}
Ref ref_callback(Value v) {
  Value c = wr(v)->callback;
  return Ref::dup(c ? c : kNone);
}
const NativeDef ref_methods[] = {
    TAIPAN_CLASS_GETITEM,
    {},
};
const GetSetDef ref_getset[] = {
    {"__callback__", ref_callback, nullptr, nullptr},
    {},
};

}  // namespace

Ref make_weakref(Value object, Value callback) { return create(object, callback, nullptr, kRef); }
Ref make_weak_proxy(Value object, Value callback) { return create(object, callback, nullptr, kProxy); }

Ref weakref_get(Value ref) {
  WeakRef* w = wr(ref);
  if (!gc::parallel) {
    Header* h = w->object.load(std::memory_order_relaxed);
    if (!h || !gc::try_incref(h)) return nullptr;
    Ref o = Ref::steal(h);
    gc::log_weak_load(o);
    return o;
  }
  Header* h = w->object.load(std::memory_order_acquire);
  if (!h) return nullptr;
  // An object's weakrefs say so before it is freed, and never name it again.
  if (TAIPAN_LIKELY(gc::try_incref(h))) {
    if (TAIPAN_LIKELY(w->object.load(std::memory_order_acquire) == h)) {
      gc::log_weak_load(Value(h));
      return Ref::steal(h);
    }
    gc::decref(h);
    return nullptr;
  }
  Shard& s = shard_of(h);
  ShardLock lock(s);
  if (w->object.load(std::memory_order_relaxed) != h || !gc::try_incref(h)) return nullptr;
  gc::log_weak_load(Value(h));
  return Ref::steal(h);
}

bool is_weak_proxy(Value v) {
  return v.is_heap() && (is_subtype(type_of(v), types::WeakProxy) || is_subtype(type_of(v), types::WeakCallableProxy));
}

size_t weakref_count(Value object) {
  if (!object.is_heap()) return 0;
  Header* h = object.header();
  Shard& s = shard_of(h);
  ShardLock lock(s);
  WeakRef** list = s.lists.find(h);
  size_t n = 0;
  for (WeakRef* w = list ? *list : nullptr; w; w = w->next) n++;
  return n;
}

Ref weakref_list(Value object) {
  std::vector<Value> found;
  if (object.is_heap()) {
    Header* h = object.header();
    Shard& s = shard_of(h);
    ShardLock lock(s);
    WeakRef** first = s.lists.find(h);
    for (WeakRef* w = first ? *first : nullptr; w; w = w->next) {
      if (gc::try_incref(&w->h)) found.push_back(Value(w));
    }
  }
  Ref list = make_list();
  for (Value v : found) {
    Ref r = Ref::steal(v);
    if (list && !list_append(list, std::move(r))) list.reset();
  }
  return list;
}

void clear_weakrefs(Header* object) {
  Shard& s = shard_of(object);
  std::vector<Value> dead;
  {
    ShardLock lock(s);
    detach_all(s, object, &dead);
  }
  object->lock.fetch_and(static_cast<uint8_t>(~gc::kHasWeakrefs), std::memory_order_relaxed);
  run_callbacks(dead);
}

void clear_weakrefs_of_garbage(Header** garbage, size_t n) {
  std::vector<Value> dead;
  for (size_t i = 0; i < n; i++) {
    if (!(garbage[i]->lock.load(std::memory_order_relaxed) & gc::kHasWeakrefs)) continue;
    Shard& s = shard_of(garbage[i]);
    ShardLock lock(s);
    detach_all(s, garbage[i], &dead);
    garbage[i]->lock.fetch_and(static_cast<uint8_t>(~gc::kHasWeakrefs), std::memory_order_relaxed);
  }
  if (dead.empty()) return;
  // A weakref that is garbage itself keeps silent.
  std::unordered_set<const Header*> all(garbage, garbage + n);
  std::vector<Value> alive;
  for (Value v : dead) {
    if (all.count(v.header())) {
      decref(v);
    } else {
      alive.push_back(v);
    }
  }
  run_callbacks(alive);
}

namespace {

struct Detached {
  std::vector<Value> callbacks;
};

void* detach_weakrefs_of_garbage(Header** with_weakrefs, size_t n, bool (*is_garbage)(const Header*)) {
  std::vector<Value> dead;
  for (size_t i = 0; i < n; i++) {
    Shard& s = shard_of(with_weakrefs[i]);
    ShardLock lock(s);
    detach_all(s, with_weakrefs[i], &dead);
    with_weakrefs[i]->lock.fetch_and(static_cast<uint8_t>(~gc::kHasWeakrefs), std::memory_order_relaxed);
  }
  Detached* d = nullptr;
  for (Value v : dead) {
    if (is_garbage(v.header())) {  // it keeps silent; (it is held by who refers to it: nothing dies here)
      decref(v);
      continue;
    }
    if (!d) d = new Detached;
    d->callbacks.push_back(v);
  }
  return d;
}
void run_detached(void* detached) {
  auto* d = static_cast<Detached*>(detached);
  run_callbacks(d->callbacks);
  delete d;
}

}  // namespace

void reset_weakrefs_after_fork() {
  for (size_t i = 0; i < kShards; i++) new (&shards()[i].mutex) std::mutex();
}

void init_weakrefs() {
  gc::collector_hooks.handle_weakrefs = clear_weakrefs_of_garbage;
  gc::collector_hooks.detach_weakrefs = detach_weakrefs_of_garbage;
  gc::collector_hooks.run_weakref_callbacks = run_detached;
}

const TypeSpec kWeakRefSpec = {
    .flags = kTypeGc | kTypeBaseable,
    .basic_size = sizeof(WeakRef),
    .ops = {.trace = ref_trace, .clear = ref_clear, .dealloc = ref_dealloc, .trace_anytime = true},
    .methods = ref_methods,
    .getset = ref_getset,
    .s = {.repr = ref_repr,
          .hash = ref_hash,
          .call = ref_call,
          .compare = ref_compare,
          .init = ref_init,
          .new_ = ref_new},
};

}  // namespace taipan
