// _functools: partial, cmp_to_key, reduce and the wrapper behind functools.lru_cache.
#include <cstring>
#include <vector>

#include "interp/objects/containers.h"
#include "interp/objects/dict.h"
#include "interp/objects/int.h"
#include "interp/objects/owned_fields.h"
#include "interp/objects/runtime_lock.h"

namespace taipan {

static TypeObject *partial_type, *key_wrapper_type, *lru_cache_type;

static const GetSetDef kDictGetSet[] = {{"__dict__", get_own_dict, set_own_dict, nullptr}, {nullptr}};

// ---- partial

// Several threads may be calling it while __setstate__ changes it: who uses one of the fields holds what is there.
struct Partial {
  Header h;
  Value function, args, keywords;  // tuple, dict
  Ref held(Value Partial::* field) const { return Ref::dup(gc::load(&(this->*field))); }
};
using PartialFields = OwnedFields<Partial, &Partial::function, &Partial::args, &Partial::keywords>;

// Has the object attributes of its own? (Asking for its __dict__ would make one.)
static bool has_own_attributes(Value v) {
  Shape* s = shape_of(v);
  if (s->flags & kShapeDictMode) return !gc::load(attr_area(v.header(), s)).is_null();
  return s->nslots != 0;
}
static Ref concat_args(Value head, const Value* tail, size_t n) {
  size_t m = tuple_size(head);
  Ref t = make_tuple(m + n);
  if (!t) return nullptr;
  for (size_t i = 0; i < m; i++) tuple_init(t, i, Ref::dup(tuple_at(head, i)));
  for (size_t i = 0; i < n; i++) tuple_init(t, m + i, Ref::dup(tail[i]));
  return t;
}
static Ref partial_new(TypeObject* cls, RawArgs args) {
  if (args.n < 1) return raise(types::TypeError, "type 'partial' takes at least one argument");
  Value function = args.v[0];
  if (!is_callable(function)) return raise(types::TypeError, "the first argument must be callable");
  Ref positional, keywords, inner_function;
  if (type_of(function) == partial_type && cls == partial_type && !has_own_attributes(function)) {
    auto* inner = function.as<Partial>();  // a partial of a partial: made one
    Ref inner_args = inner->held(&Partial::args), inner_keywords = inner->held(&Partial::keywords);
    positional = concat_args(inner_args, args.v + 1, args.n - 1);
    keywords = dict_copy(inner_keywords);
    inner_function = inner->held(&Partial::function);
    function = inner_function;
  } else {
    positional = make_tuple(args.v + 1, args.n - 1);
    keywords = make_dict();
  }
  if (!positional || !keywords || !dict_set_default_kwargs(keywords, args)) return nullptr;
  auto* p = alloc_instance_as<Partial>(cls);
  if (!p) return nullptr;
  gc::init(&p->function, Ref::dup(function));
  gc::init(&p->args, std::move(positional));
  gc::init(&p->keywords, std::move(keywords));
  return Ref::steal(p);
}
static Value partial_call(Thread*, Value self, const Value* args, size_t n, Value kwnames) {
  auto* p = self.as<Partial>();
  Ref function = p->held(&Partial::function), own_args = p->held(&Partial::args),
      own_keywords = p->held(&Partial::keywords);
  size_t own = tuple_size(own_args), given = kwnames ? tuple_size(kwnames) : 0, fixed = dict_size(own_keywords);
  constexpr size_t kFew = 16;
  if (fixed != 0 && given != 0 && own + n + fixed + given <= kFew) {
    // The call's keywords replace those of their names, or come behind.
    Ref held[kFew];
    Value v[kFew];
    bool replaced[kFew] = {};
    size_t at = 0, named = 0, pos = 0;
    for (size_t i = 0; i < own; i++) v[at++] = tuple_at(own_args, i);
    for (size_t i = 0; i < n; i++) v[at++] = args[i];
    Value k, x, keys[kFew];
    while (named < fixed && dict_next(own_keywords, &pos, &k, &x)) {
      for (size_t i = 0; i < given; i++) {
        Value name = tuple_at(kwnames, i);
        if (name != k && !(is_str(k) && str_eq(name.as<Str>(), k.as<Str>()))) continue;
        replaced[i] = true;
        x = args[n + i];
      }
      held[named] = Ref::dup(x);
      v[at++] = x;
      keys[named++] = k;
    }
    for (size_t i = 0; i < given; i++) {
      if (replaced[i]) continue;
      v[at++] = args[n + i];
      keys[named++] = tuple_at(kwnames, i);
    }
    Ref names = make_tuple(keys, named);
    return names ? call_array(function, v, own + n, names).release() : Value();
  }
  if (fixed != 0 && given != 0) {
    Ref keywords = dict_copy(own_keywords);
    if (!keywords) return Value();
    for (size_t i = 0; i < given; i++) {
      if (!dict_set(keywords, tuple_at(kwnames, i), args[n + i])) return Value();
    }
    Ref all = concat_args(own_args, args, n);
    return all ? call_tuple(function, all, keywords).release() : Value();
  }
  constexpr size_t kSmall = 12;
  Value small[kSmall];
  size_t total = own + n + given + fixed;
  Value* v = small;
  if (total > kSmall) {
    v = static_cast<Value*>(gc::raw_alloc(total * sizeof(Value)));
    if (!v) return raise_memory();
  }
  // The values are kept alive by own_args, own_keywords' copy of names and the caller.
  for (size_t i = 0; i < own; i++) v[i] = tuple_at(own_args, i);
  for (size_t i = 0; i < n + given; i++) v[own + i] = args[i];
  Ref names, values;
  if (fixed) {
    names = make_tuple(fixed);
    values = make_tuple(fixed);
    size_t pos = 0, i = 0;
    Value k, x;
    while (names && values && i < fixed && dict_next(own_keywords, &pos, &k, &x)) {
      tuple_init(names, i, Ref::dup(k));
      tuple_init(values, i, Ref::dup(x));
      v[own + n + i++] = x;
    }
  }
  Ref result;
  if (!fixed || (names && values))
    result = call_array(function, v, own + n, fixed ? names.get() : given ? kwnames : Value());
  if (v != small) gc::raw_free(v);
  return result.release();
}
static Ref partial_repr(Value self) {
  auto* p = self.as<Partial>();
  int entered = repr_enter(self);
  if (entered != 0) return entered > 0 ? make_str("...") : nullptr;
  StrBuilder b;
  Ref args = p->held(&Partial::args), keywords = p->held(&Partial::keywords), function = p->held(&Partial::function);
  Ref r = repr_of(function);
  bool ok = r && b.append_utf8(type_of(self)->cname) && b.append_char('(') && b.append(r);
  for (size_t i = 0; ok && i < tuple_size(args); i++) {
    r = repr_of(tuple_at(args, i));
    ok = r && b.append_ascii(", ") && b.append(r);
  }
  size_t pos = 0;
  Value k, v;
  while (ok && dict_next(keywords, &pos, &k, &v)) {
    Ref value = Ref::dup(v), key = str_of(k);
    r = key ? repr_of(value) : nullptr;
    ok = r && b.append_ascii(", ") && b.append(key) && b.append_char('=') && b.append(r);
  }
  ok = ok && b.append_char(')');
  repr_leave(self);
  return ok ? b.finish() : nullptr;
}
static Ref partial_reduce_impl(Args& a) {
  auto* p = a.self.as<Partial>();
  Ref dict = has_own_attributes(a.self) ? instance_dict(a.self.header()) : Ref::imm(kNone);
  if (!dict) dict = Ref::imm(kNone);
  Ref function = p->held(&Partial::function), own_args = p->held(&Partial::args),
      keywords = p->held(&Partial::keywords);
  Ref args = make_tuple_of({function.get()});
  Ref state = make_tuple_of({function.get(), own_args.get(), keywords.get(), dict.get()});
  return args && state ? make_tuple_of({Value(type_of(a.self)), args.get(), state.get()}) : nullptr;
}
static Ref partial_setstate_impl(Args& a) {
  auto* p = a.self.as<Partial>();
  Value state = a[0];
  if (!is_tuple(state) || tuple_size(state) != 4 || !is_callable(tuple_at(state, 0)) || !is_tuple(tuple_at(state, 1)) ||
      (tuple_at(state, 2) != kNone && !is_dict(tuple_at(state, 2))))
    return raise(types::TypeError, "invalid partial state");
  Value dict = tuple_at(state, 3);
  Ref args = is_tuple_exact(tuple_at(state, 1)) ? Ref::dup(tuple_at(state, 1)) : iterable_to_tuple(tuple_at(state, 1));
  Ref keywords = tuple_at(state, 2) == kNone         ? make_dict()
                 : is_dict_exact(tuple_at(state, 2)) ? Ref::dup(tuple_at(state, 2))
                                                     : dict_copy(tuple_at(state, 2));
  if (!args || !keywords) return nullptr;
  if (dict != kNone) {
    if (!set_instance_dict(a.self.header(), dict)) return nullptr;
  } else if (has_own_attributes(a.self)) {
    Ref empty = make_dict();
    if (!empty || !set_instance_dict(a.self.header(), empty)) return nullptr;
  }
  gc::store(&p->h, &p->function, Ref::dup(tuple_at(state, 0)));
  gc::store(&p->h, &p->args, std::move(args));
  gc::store(&p->h, &p->keywords, std::move(keywords));
  return Ref::imm(kNone);
}
static const NativeDef kPartialMethods[] = {
    {"__reduce__", "($self, /)", partial_reduce_impl, kNativeNoSignature, nullptr},
    {"__setstate__", "($self, state, /)", partial_setstate_impl, kNativeNoSignature, nullptr},
    TAIPAN_CLASS_GETITEM,
    {nullptr}};
static const MemberDef kPartialMembers[] = {
    {"func", kMemberValue, offsetof(Partial, function), true, "function object to use in future partial calls"},
    {"args", kMemberValue, offsetof(Partial, args), true, "tuple of arguments to future partial calls"},
    {"keywords", kMemberValue, offsetof(Partial, keywords), true,
     "dictionary of keyword arguments to future partial calls"},
    {nullptr}};
static const TypeSpec kPartialSpec = {
    .doc =
        "partial(func, *args, **keywords) - new function with partial application\n    of the given arguments and "
        "keywords.\n",
    .flags = kTypeGc | kTypeBaseable | kTypeHasDict | kTypeWeakrefable | kTypeParallel,
    .basic_size = sizeof(Partial),
    .ops = {.trace = PartialFields::trace, .clear = PartialFields::clear, .dealloc = PartialFields::dealloc},
    .methods = kPartialMethods,
    .getset = kDictGetSet,
    .members = kPartialMembers,
    .s = {.repr = partial_repr, .call = partial_call, .new_ = partial_new}};

// ---- cmp_to_key

struct KeyWrapper {
  Header h;
  Value function, object;  // object null: the class-like thing that cmp_to_key returns
};
using KeyWrapperFields = OwnedFields<KeyWrapper, &KeyWrapper::function, &KeyWrapper::object>;

static Ref make_key_wrapper(Value function, Value object) {
  auto* k = alloc_instance_as<KeyWrapper>(key_wrapper_type);
  if (!k) return nullptr;
  gc::init(&k->function, Ref::dup(function));
  gc::init(&k->object, Ref::dup(object));
  return Ref::steal(k);
}
static Value key_wrapper_call(Thread*, Value self, const Value* args, size_t n, Value kwnames) {
  static const Signature sig("K", "(obj)");
  Value v[1];
  if (!sig.bind({args, n, kwnames}, v)) return Value();
  return make_key_wrapper(self.as<KeyWrapper>()->function, v[0]).release();
}
static Ref key_wrapper_compare(Value a, Value b, CompareOp op) {
  if (type_of(a) != key_wrapper_type || type_of(b) != key_wrapper_type)
    return raise(types::TypeError, "other argument must be K instance");
  auto *x = a.as<KeyWrapper>(), *y = b.as<KeyWrapper>();
  if (!x->object || !y->object) return raise(types::AttributeError, "object");
  Ref p = Ref::dup(x->object), q = Ref::dup(y->object), function = Ref::dup(x->function);
  Ref order = call(function, p, q);
  return order ? compare(order, Value::from_int(0), op) : nullptr;
}
static const MemberDef kKeyWrapperMembers[] = {
    {"obj", kMemberValueNone, offsetof(KeyWrapper, object), false, "Value wrapped by a key function."}, {nullptr}};
static const TypeSpec kKeyWrapperSpec = {
    .flags = kTypeGc | kTypeNoInstantiate,
    .basic_size = sizeof(KeyWrapper),
    .ops = {.trace = KeyWrapperFields::trace, .clear = KeyWrapperFields::clear, .dealloc = KeyWrapperFields::dealloc},
    .members = kKeyWrapperMembers,
    .s = {.call = key_wrapper_call, .compare = key_wrapper_compare}};

static Ref functools_cmp_to_key_impl(Args& a) { return make_key_wrapper(a[0], Value()); }

// ---- reduce

static Ref functools_reduce_impl(Args& a) {
  Ref it = get_iter(a[1]);
  if (!it) {
    if (error_matches(types::TypeError)) {
      clear_error();
      return raise(types::TypeError, "reduce() arg 2 must support iteration");
    }
    return nullptr;
  }
  Ref result = a.has(2) ? Ref::dup(a[2]) : Ref();
  for (;;) {
    Ref item = iter_next(it);
    if (!item) return nullptr;
    if (is_stop(item)) break;
    result = result ? call(a[0], result, item) : std::move(item);
    if (!result) return nullptr;
  }
  if (!result) return raise(types::TypeError, "reduce() of empty iterable with no initial value");
  return result;
}

// ---- lru_cache
//
// Where there is a limit, the results are in slots, linked by use, and the dict has the number of the slot for each key; else the dict has
// the results. A slot's number changes each time it is filled, so one that was found in the dict is good if the slot has it still.
//
// GIL off: slots and their links change under the object lock, which is all that a hit takes (kTypeParallel); one of what was used last, or
// without a limit, takes none. Hits are counted in several places, of which a thread has one. What a miss does after the call, and cache_clear,
// have the runtime lock as well.

struct LruSlot {
  Value key, result;  // null: free
  int64_t hash;
  uint64_t number;         // its index, and above that how often slots were filled; 0: free
  uint32_t before, after;  // its neighbours by use; kNoSlot: none
  bool linked;
};
struct LruSlots {
  uint32_t capacity;
  LruSlot slots[];
};
static constexpr uint32_t kNoSlot = 0xFFFFFFFF;
struct LruHits {
  std::atomic<int64_t> n;
  char rest[arch::kCacheLine - sizeof(std::atomic<int64_t>)];
};
static constexpr size_t kHitPlaces = 8;
struct LruCache {
  Header h;
  Value function;
  Value cache;      // dict
  Value info_type;  // what cache_info() makes
  LruSlots* slots;
  uint32_t oldest, newest, free;  // ends of the chain of those in use; chain of the others, by `after`
  uint64_t filled;
  int64_t maxsize;  // -1: unbounded
  int64_t hits;     // one thread's, or with the GIL
  std::atomic<int64_t> misses;
  std::atomic<LruHits*> parallel_hits;  // kHitPlaces of them, or null
  bool typed;
};
static void count_hit(LruCache* c) {
  if (TAIPAN_LIKELY(!gc::parallel)) {
    c->hits++;
    return;
  }
  LruHits* places = c->parallel_hits.load(std::memory_order_acquire);
  if (TAIPAN_UNLIKELY(!places)) {
    auto* fresh = static_cast<LruHits*>(gc::raw_calloc(kHitPlaces * sizeof(LruHits)));
    if (!fresh) return;  // (out of memory: then this isn't what matters)
    if (c->parallel_hits.compare_exchange_strong(places, fresh, std::memory_order_acq_rel))
      places = fresh;
    else
      gc::raw_free(fresh);
  }
  places[gc::current_slot % kHitPlaces].n.fetch_add(1, std::memory_order_relaxed);
}
static int64_t hits_of(const LruCache* c) {
  int64_t n = gc::peek(c->hits);
  if (LruHits* places = c->parallel_hits.load(std::memory_order_acquire)) {
    for (size_t i = 0; i < kHitPlaces; i++) n += places[i].n.load(std::memory_order_relaxed);
  }
  return n;
}
static void forget_counts(LruCache* c) {
  gc::poke(c->hits, int64_t{0});
  c->misses.store(0, std::memory_order_relaxed);
  if (LruHits* places = c->parallel_hits.load(std::memory_order_acquire)) {
    for (size_t i = 0; i < kHitPlaces; i++) places[i].n.store(0, std::memory_order_relaxed);
  }
}

// With the cache locked.
static void unlink_slot(LruCache* c, uint32_t i) {
  LruSlot* all = c->slots->slots;
  LruSlot& s = all[i];
  (s.before == kNoSlot ? c->oldest : all[s.before].after) = s.after;
  if (s.after == kNoSlot)
    gc::poke(c->newest, s.before);
  else
    all[s.after].before = s.before;
  s.linked = false;
}
static void link_slot(LruCache* c, uint32_t i) {
  LruSlot* all = c->slots->slots;
  all[i].before = c->newest;
  all[i].after = kNoSlot;
  all[i].linked = true;
  (c->newest == kNoSlot ? c->oldest : all[c->newest].after) = i;
  gc::poke(c->newest, i);
}
static LruSlot* slot_of(LruCache* c, uint64_t number) {  // null: it was given up
  auto i = static_cast<uint32_t>(number);
  return c->slots && i < c->slots->capacity && c->slots->slots[i].number == number ? &c->slots->slots[i] : nullptr;
}
static bool grow_slots(LruCache* c) {
  LruSlots* old = c->slots;
  uint32_t n = old ? old->capacity : 0, capacity = n ? n * 2 : 8;
  if (capacity > 1u << 30) return raise_memory();
  auto* fresh = static_cast<LruSlots*>(gc::raw_calloc(sizeof(LruSlots) + capacity * sizeof(LruSlot)));
  if (!fresh) return raise_memory();
  gc::before_bulk_move(&c->h);
  fresh->capacity = capacity;
  if (n) memcpy(static_cast<void*>(fresh->slots), old->slots, n * sizeof(LruSlot));
  for (uint32_t i = capacity; i-- > n;) {
    fresh->slots[i].after = c->free;
    c->free = i;
  }
  std::atomic_ref<LruSlots*>(c->slots).store(fresh, std::memory_order_release);
  if (old) gc::raw_free_epoch(old);
  return true;
}

// A slot for a result, not linked yet; 0: an exception is set.
static uint64_t fill_slot(LruCache* c, Value key, int64_t hash, Value result) {
  gc::ObjectLock lock(&c->h);
  if (c->free == kNoSlot && !grow_slots(c)) return 0;
  uint32_t i = c->free;
  LruSlot& s = c->slots->slots[i];
  c->free = s.after;
  s.hash = hash;
  uint64_t number = (++c->filled & 0xFFFFFFF) << 32 | i;
  if (number >> 32 == 0) number |= (c->filled = 1) << 32;
  gc::init(&s.key, Ref::dup(key));
  gc::init(&s.result, Ref::dup(result));
  std::atomic_ref(s.number).store(number, std::memory_order_release);
  return number;
}
// What it held, for the caller to drop when the cache isn't locked any more.
struct LruDropped {
  Ref key, result;
};
static void free_slot_locked(LruCache* c, LruSlot* s, LruDropped* out) {
  auto i = static_cast<uint32_t>(s->number);
  if (s->linked) unlink_slot(c, i);
  gc::poke(s->number, uint64_t{0});
  out->key = Ref::steal(gc::take_unread(&c->h, &s->key));
  out->result = gc::exchange_locked(&c->h, &s->result, Ref());
  s->after = c->free;
  c->free = i;
}
static void free_slot(LruCache* c, uint64_t number, LruDropped* out) {
  gc::ObjectLock lock(&c->h);
  if (LruSlot* s = slot_of(c, number)) free_slot_locked(c, s, out);
}
// The result that the dict has a slot's number for, now the one used last; null: not any more.
static TAIPAN_INLINE Ref use_slot(LruCache* c, uint64_t number) {
  gc::ObjectLock lock(&c->h);
  LruSlot* s = slot_of(c, number);
  if (TAIPAN_UNLIKELY(!s)) return Ref();
  auto i = static_cast<uint32_t>(number);
  if (s->linked && i != c->newest) {
    unlink_slot(c, i);
    link_slot(c, i);
  }
  return Ref::dup(s->result);
}

// The same without the lock, where that is the one used last anyway. Null: it isn't, or others are at it.
static TAIPAN_INLINE Ref newest_result(LruCache* c, uint64_t number) {
  LruSlots* all = std::atomic_ref<LruSlots*>(c->slots).load(std::memory_order_acquire);
  auto i = static_cast<uint32_t>(number);
  if (!all || i >= all->capacity || gc::peek(c->newest) != i) return Ref();
  LruSlot& s = all->slots[i];
  std::atomic_ref<uint64_t> now(s.number);
  if (now.load(std::memory_order_acquire) != number) return Ref();
  Value result = gc::load(&s.result);  // (what is taken out stays until this thread's next safepoint)
  return !result.is_null() && now.load(std::memory_order_relaxed) == number ? Ref::dup(result) : Ref();
}

static void lru_trace(Header* h, gc::Visitor& v) {
  auto* c = reinterpret_cast<LruCache*>(h);
  v.visit(c->function);
  v.visit(c->cache);
  v.visit(c->info_type);
  const LruSlots* all = std::atomic_ref<LruSlots*>(c->slots).load(std::memory_order_acquire);
  for (uint32_t i = 0; all && i < all->capacity; i++) {
    v.visit(all->slots[i].key);
    v.visit(all->slots[i].result);
  }
}
static void drop_slots(LruCache* c) {
  LruSlots* all;
  {
    gc::ObjectLock lock(&c->h);
    all = c->slots;
    if (!all) return;
    gc::before_bulk_move(&c->h);
    std::atomic_ref<LruSlots*>(c->slots).store(nullptr, std::memory_order_release);
    c->oldest = c->newest = c->free = kNoSlot;
  }
  for (uint32_t i = 0; i < all->capacity; i++) {
    decref(all->slots[i].key);
    decref(all->slots[i].result);
  }
  gc::raw_free_epoch(all);
}
using LruFields = OwnedFields<LruCache, &LruCache::function, &LruCache::cache, &LruCache::info_type>;
static void lru_clear_op(Header* h) {
  drop_slots(reinterpret_cast<LruCache*>(h));
  LruFields::clear(h);
}
static void lru_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* c = reinterpret_cast<LruCache*>(h);
  drop_slots(c);
  if (LruHits* places = c->parallel_hits.load(std::memory_order_relaxed)) gc::raw_free(places);
  decref(c->function);
  decref(c->cache);
  decref(c->info_type);
  finish_dealloc(h);
}
static size_t lru_bytes(Header* h) {
  // (sys.getsizeof() asks beside threads that make more slots.)
  const LruSlots* all = std::atomic_ref(reinterpret_cast<LruCache*>(h)->slots).load(std::memory_order_acquire);
  return sizeof(LruCache) + (all ? sizeof(LruSlots) + all->capacity * sizeof(LruSlot) : 0);
}

// Separates positional from keyword arguments in a key.
static Value keyword_mark() {
  static const Value mark = [] {
    Ref o = call(Value(types::Object));
    gc::make_immortal(o.get().header());
    return o.release();
  }();
  return mark;
}
static Ref make_key(const LruCache* c, const Value* args, size_t n, Value kwnames) {
  size_t keywords = kwnames ? tuple_size(kwnames) : 0;
  if (!c->typed && keywords == 0) return make_tuple(args, n);
  size_t size = n + (keywords ? 1 + 2 * keywords : 0) + (c->typed ? n + keywords : 0), out = 0;
  Ref key = make_tuple(size);
  if (!key) return nullptr;
  for (size_t i = 0; i < n; i++) tuple_init(key, out++, Ref::dup(args[i]));
  if (keywords) {
    tuple_init(key, out++, Ref::dup(keyword_mark()));
    for (size_t i = 0; i < keywords; i++) {
      tuple_init(key, out++, Ref::dup(tuple_at(kwnames, i)));
      tuple_init(key, out++, Ref::dup(args[n + i]));
    }
  }
  if (c->typed) {
    for (size_t i = 0; i < n + keywords; i++) tuple_init(key, out++, Ref::dup(type_of(args[i])));
  }
  return key;
}
static void count_miss(LruCache* c) {
  if (gc::parallel)
    c->misses.fetch_add(1, std::memory_order_relaxed);
  else
    c->misses.store(c->misses.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}
TAIPAN_NOINLINE static Ref lru_miss(LruCache* c, Value key, int64_t hash, const Value* args, size_t n, Value kwnames) {
  count_miss(c);
  Ref result = call_array(c->function, args, n, kwnames);
  if (!result) return nullptr;
  Ref cache = Ref::dup(c->cache);
  if (c->maxsize < 0) return dict_set_hash(cache, key, hash, result) ? std::move(result) : nullptr;
  LruDropped oldest;  // at the very end: that may run Python code
  RuntimeLock others(Value{c});
  // The call, or another thread, may have put the same key in, or emptied the cache.
  Value now = dict_get_hash(cache, key, hash);
  if (!now) return nullptr;
  if (now != kMissing) return result;
  if (static_cast<int64_t>(dict_size(cache)) >= c->maxsize) {
    Ref old_key;
    int64_t old_hash = 0;
    uint64_t old = 0;
    {
      gc::ObjectLock lock(&c->h);
      if (c->oldest != kNoSlot) {
        const LruSlot& s = c->slots->slots[c->oldest];
        old = s.number;
        old_key = Ref::dup(s.key);
        old_hash = s.hash;
      }
    }
    if (old) {
      Ref gone = dict_pop_hash(cache, old_key, old_hash);
      if (!gone) return nullptr;
      free_slot(c, old, &oldest);
      if (gone.get() == kMissing) return result;  // Python code that compared keys has had it out
    }
  }
  uint64_t number = fill_slot(c, key, hash, result);
  if (!number) return nullptr;
  if (!dict_set_hash(cache, key, hash, Value::from_int(static_cast<int64_t>(number)))) {
    LruDropped unused;
    free_slot(c, number, &unused);
    return nullptr;
  }
  gc::ObjectLock lock(&c->h);
  link_slot(c, static_cast<uint32_t>(number));
  return result;
}
static Ref lru_lookup(LruCache* c, const Value* args, size_t n, Value kwnames) {
  if (c->maxsize == 0) {
    count_miss(c);
    return call_array(c->function, args, n, kwnames);
  }
  Ref made;
  Value key;
  if (TAIPAN_LIKELY(n == 1 && !c->typed && (!kwnames || tuple_size(kwnames) == 0) &&
                    (is_str_exact(args[0]) || is_int_exact(args[0])))) {
    key = args[0];
  } else {
    made = make_key(c, args, n, kwnames);
    if (!made) return nullptr;
    key = made;
  }
  int64_t hash;
  if (!key_hash(key, &hash)) return nullptr;
  Value found = dict_get_hash(c->cache, key, hash);
  if (!found) return nullptr;
  if (TAIPAN_LIKELY(found != kMissing)) {
    Ref result;
    if (c->maxsize < 0) {
      result = Ref::dup(found);
    } else {
      uint64_t number = found.is_int() ? static_cast<uint64_t>(found.as_int()) : 0;
      if (TAIPAN_UNLIKELY(gc::parallel)) result = newest_result(c, number);
      if (!result) result = use_slot(c, number);
    }
    if (TAIPAN_LIKELY(static_cast<bool>(result))) {
      count_hit(c);
      return result;
    }
  }
  return lru_miss(c, key, hash, args, n, kwnames);
}
static Value lru_call(Thread*, Value self, const Value* args, size_t n, Value kwnames) {
  return lru_lookup(self.as<LruCache>(), args, n, kwnames).release();
}
static Ref lru_new(TypeObject* cls, RawArgs args) {
  static const Signature sig("lru_cache", "(user_function, maxsize, typed, cache_info_type)");
  Value v[4];
  if (!sig.bind(args, v)) return nullptr;
  if (!is_callable(v[0])) return raise(types::TypeError, "the first argument must be callable");
  int64_t maxsize = -1;
  if (v[1] != kNone) {
    if (!has_index(v[1])) return raise(types::TypeError, "maxsize should be integer or None");
    if (!to_ssize(v[1], &maxsize, types::OverflowError)) return nullptr;
    if (maxsize < 0) maxsize = 0;
  }
  int typed = is_true(v[2]);
  if (typed < 0) return nullptr;
  Ref cache = make_dict();
  auto* c = cache ? alloc_instance_as<LruCache>(cls) : nullptr;
  if (!c) return nullptr;
  c->oldest = c->newest = c->free = kNoSlot;
  c->maxsize = maxsize;
  // Who calls it from another thread looks into both, and needn't have counted them.
  gc::publish(cache.get().header());
  gc::publish(&c->h);
  c->typed = typed != 0;
  gc::init(&c->cache, std::move(cache));
  gc::init(&c->function, Ref::dup(v[0]));
  gc::init(&c->info_type, Ref::dup(v[3]));
  return Ref::steal(c);
}
static Ref lru_get(Value self, Value instance, Value) {
  if (!instance || instance == kNone) return Ref::dup(self);
  return call(Value(types::Method), self, instance);
}
static Ref lru_cache_info_impl(Args& a) {
  auto* c = a.self.as<LruCache>();
  Ref hits = make_int(hits_of(c)), misses = make_int(c->misses.load(std::memory_order_relaxed)),
      maxsize = c->maxsize < 0 ? Ref::imm(kNone) : make_int(c->maxsize),
      size = make_int(static_cast<int64_t>(dict_size(c->cache)));
  Value v[4] = {hits, misses, maxsize, size};
  return call_array(c->info_type, v, 4);
}
static Ref lru_cache_clear_impl(Args& a) {
  auto* c = a.self.as<LruCache>();
  std::vector<LruDropped> dropped;  // at the end: that may run Python code
  RuntimeLock others(a.self);
  for (bool first = true;; first = false) {
    LruDropped d;
    {
      gc::ObjectLock lock(&c->h);
      if (first) forget_counts(c);
      if (c->oldest == kNoSlot) break;
      free_slot_locked(c, &c->slots->slots[c->oldest], &d);
    }
    dropped.push_back(std::move(d));
  }
  dict_clear(c->cache);
  return Ref::imm(kNone);
}
static Ref lru_reduce_impl(Args& a) { return get_attr(a.self, TAIPAN_NAME(__qualname__)); }
static Ref lru_copy_impl(Args& a) { return Ref::dup(a.self); }
static const NativeDef kLruCacheMethods[] = {
    {"cache_info", "($self, /)", lru_cache_info_impl, 0, "Report cache statistics"},
    {"cache_clear", "($self, /)", lru_cache_clear_impl, 0, "Clear the cache and cache statistics"},
    {"__reduce__", "($self, /)", lru_reduce_impl, kNativeNoSignature, nullptr},
    {"__copy__", "($self, memo=None, /)", lru_copy_impl, kNativeNoSignature, nullptr},
    {"__deepcopy__", "($self, memo, /)", lru_copy_impl, kNativeNoSignature, nullptr},
    {nullptr}};
static const TypeSpec kLruCacheSpec = {
    .doc =
        "Create a cached callable that wraps another function.\n\nmaxsize 0 means no caching, None an unbounded cache; "
        "typed keeps "
        "arguments of different types apart; cache_info_type makes what cache_info() returns.",
    .flags = kTypeGc | kTypeBaseable | kTypeHasDict | kTypeWeakrefable | kTypeIsMethodDescr | kTypeParallel,
    .basic_size = sizeof(LruCache),
    .ops = {.trace = lru_trace, .clear = lru_clear_op, .dealloc = lru_dealloc, .size_of = lru_bytes},
    .methods = kLruCacheMethods,
    .getset = kDictGetSet,
    .s = {.call = lru_call, .descr_get = lru_get, .new_ = lru_new}};

static bool functools_exec(Value module) {
  if (!partial_type) partial_type = make_native_type("functools.partial", types::Object, &kPartialSpec);
  if (!key_wrapper_type) key_wrapper_type = make_native_type("functools.KeyWrapper", types::Object, &kKeyWrapperSpec);
  if (!lru_cache_type) lru_cache_type = make_native_type("functools._lru_cache_wrapper", types::Object, &kLruCacheSpec);
  return partial_type && key_wrapper_type && lru_cache_type && module_add_type(module, partial_type) &&
         module_add_type(module, lru_cache_type);
}
static const NativeDef kFunctions[] = {
    {"reduce", "($module, function, iterable, initial=<unrepresentable>, /)", functools_reduce_impl, kNativeNoSignature,
     "Apply a function of two arguments cumulatively to the items of an iterable, from left to right, down to one "
     "value."},
    {"cmp_to_key", "($module, /, mycmp)", functools_cmp_to_key_impl, kNativeNoSignature,
     "Convert a cmp= function into a key= function."},
    {nullptr}};
// GIL off: reduce and cmp_to_key have no state.
extern const ModuleDef _functools_module;
const ModuleDef _functools_module = {"_functools", "Tools that operate on functions.", kFunctions, functools_exec,
                                     kFunctionsAtOnce};

}  // namespace taipan
