#include "interp/objects/runtime_lock.h"
#include <cerrno>
#include <cstring>
#include "gc/biased_mutex.h"
#include "gc/perturb.h"
#include "interp/objects/tuple.h"
#include "interp/objects/type_internal.h"

namespace taipan {

thread_local constinit uint32_t runtime_outings = 0;

namespace {

using Mutex = gc::BiasedMutex;
using Taken = Mutex::Taken;
constexpr uint32_t kMaxHeld = 64;

// By address, as the regions of object locks (gc/lock.h), and some for each region. Pages are committed as they come into use.
constexpr uint32_t kRegions = 1 << 12, kRegionBits = 16, kEach = 1 << 6;
Mutex mutexes[kRegions * kEach];

uint32_t index_of(Value key) {
  uint64_t at = is_type(key) ? reinterpret_cast<uint64_t>(types::Type) : key.bits;
  return static_cast<uint32_t>((at >> kRegionBits) % kRegions * kEach + ((at >> 4 ^ at >> 10) % kEach));
}

// What this thread holds, in the order it was taken. `given_up` of them from the start of the list are not held at the moment.
struct Entry {
  uint32_t index = 0;
  Taken how = Taken::kNo;
};
thread_local constinit struct {
  Entry entries[kMaxHeld];
  uint32_t count = 0;
  uint32_t given_up = 0;
} held TAIPAN_TLS;

void note_held() { runtime_locks_held = held.count - held.given_up; }

// Holding nothing, and not delaying whoever stops the world.
Taken wait_mutex(Mutex& m) {
  int saved = errno;
  runtime_outings++;
  gc::Mutator* self = gc::current_mutator;
  uint32_t given_up = held.given_up;
  held.given_up = held.count;  // detaching may run finalisers
  note_held();
  gc::detach(self);
  Taken how = m.wait();
  gc::attach(self);
  held.given_up = given_up;
  note_held();
  errno = saved;
  return how;
}

void unlock_range(uint32_t from, uint32_t to) {
  for (uint32_t i = from; i < to; i++) mutexes[held.entries[i].index].give_back(held.entries[i].how);
}
// Takes those again that were given up. Waits only while it holds none of them.
void lock_range(uint32_t from, uint32_t to) {
  uint32_t i = from;
  while (i < to) {
    Mutex& m = mutexes[held.entries[i].index];
    if (Taken how = m.try_take(); TAIPAN_LIKELY(how != Taken::kNo)) {
      held.entries[i++].how = how;
      continue;
    }
    unlock_range(from, i);
    if (Taken how = wait_mutex(m); how != Taken::kNo) m.give_back(how);
    i = from;
  }
}

bool holds(uint32_t index) {
  for (uint32_t i = held.count; i-- > held.given_up;) {
    if (held.entries[i].index == index) return true;
  }
  return false;
}

}  // namespace

thread_local constinit uint32_t runtime_locks_held = 0;

void RuntimeLock::take(Value key) {
  if (!key.is_heap()) return;
  uint32_t index = index_of(key);
  if (TAIPAN_LIKELY(held.count < kMaxHeld && mutexes[index].take_by_bias())) {
    held.entries[held.count++] = {index, Taken::kByBias};
    runtime_locks_held++;
    index_ = static_cast<int>(index);
    return;
  }
  take_slow(index);
}

TAIPAN_NOINLINE void RuntimeLock::take_slow(uint32_t index) {
  Mutex& m = mutexes[index];
  if (m.is_held_by_bias() || (runtime_locks_held != 0 && holds(index)) || held.count == kMaxHeld) return;
  Taken how = m.try_take();
  bool others = runtime_locks_held != 0;
  if (TAIPAN_UNLIKELY(how == Taken::kNo)) {
    // Others are given up meanwhile, and all are held in the end: who has the lock of one object relies on that within the step of another.
    unlock_range(held.given_up, held.count);
    while (!others && how == Taken::kNo) {
      how = wait_mutex(m);
      if (how == Taken::kNo) how = m.try_take();
    }
  }
  held.entries[held.count++] = {index, how};
  if (TAIPAN_UNLIKELY(how == Taken::kNo)) lock_range(held.given_up, held.count);
  note_held();
  index_ = static_cast<int>(index);
}

void RuntimeLock::drop() {
  const Entry& entry = held.entries[--held.count];
  runtime_locks_held--;
  if (TAIPAN_UNLIKELY(!gc::parallel)) return;
  mutexes[entry.index].give_back(entry.how);
  gc::perturb();
}

void RuntimeUnlock::give_up() {
  count_ = held.count - held.given_up;
  unlock_range(held.given_up, held.count);
  held.given_up = held.count;
  note_held();
}
void RuntimeUnlock::take_again() {
  held.given_up -= count_;
  if (gc::parallel) lock_range(held.given_up, held.count);
  note_held();
}

void runtime_locks_detach() {
  runtime_outings++;
  unlock_range(held.given_up, held.count);
}
void runtime_locks_attach() { lock_range(held.given_up, held.count); }
void runtime_locks_after_fork() {
  if (!gc::parallel) return;
  gc::biased_mutexes_after_fork();
  for (Mutex& m : mutexes) {
    if (m.was_used()) m.reset_after_fork(Taken::kNo);
  }
  for (uint32_t i = held.given_up; i < held.count; i++)
    mutexes[held.entries[i].index].reset_after_fork(held.entries[i].how);
}

// ---- Slots ------------------------------------------------------------------------------------------------------------------------

namespace {

// What the built-in type of an object does itself; null: nothing. (Mostly that is the base that the layout comes from; a built-in type without
// data of its own may be any of the bases.)
template <auto field>
auto unlocked(Value o) -> std::remove_cvref_t<decltype(std::declval<Slots>().*field)> {
  if (!o.is_heap()) return nullptr;
  const TypeObject* t = type_of(o);
  if (const Slots* s = t->native_base->unlocked; TAIPAN_LIKELY(s && s->*field)) return s->*field;
  Value mro = gc::load(&t->mro);
  for (size_t i = 0, n = mro ? tuple_size(mro) : 0; i < n; i++) {
    const Slots* s = tuple_at(mro, i).as<TypeObject>()->unlocked;
    if (s && s->*field) return s->*field;
  }
  return nullptr;
}

// Most slots: the object comes first.
template <auto field, class Sig>
struct Locked;
template <auto field, class R, class... A>
struct Locked<field, R (*)(Value, A...)> {
  static R call(Value o, A... a) {
    auto f = unlocked<field>(o);
    if (TAIPAN_LIKELY(!gc::parallel)) return f(o, a...);
    RuntimeLock lock(o);
    return f(o, a...);
  }
};
// Operators are called with the object on either side. Where both sides have one, the left one's refusal gives the right one a go.
template <auto field, class R, class... A>
struct LockedOperator;
template <auto field, class... A>
struct LockedOperator<field, Ref (*)(Value, Value, A...)> {
  static Ref call(Value a, Value b, A... rest) {
    auto f = unlocked<field>(a), g = unlocked<field>(b);
    if (f == g) g = nullptr;
    if (f) {
      RuntimeLock lock(a);
      Ref r = f(a, b, rest...);
      if (!g || r.get() != kNotImplemented) return r;
    }
    if (!g) return Ref::imm(kNotImplemented);
    RuntimeLock lock(b);
    return g(a, b, rest...);
  }
};
template <auto field>
struct LockedCall {
  static Value call(Thread* t, Value callee, const Value* args, size_t n, Value kwnames) {
    RuntimeLock lock(callee);
    return unlocked<field>(callee)(t, callee, args, n, kwnames);
  }
};
// Descriptors of C++ types read and write the instance.
Ref locked_descr_get(Value descr, Value instance, Value owner) {
  RuntimeLock lock(needs_runtime_lock(instance) ? instance : Value());
  return unlocked<&Slots::descr_get>(descr)(descr, instance, owner);
}
bool locked_descr_set(Value descr, Value instance, Value value) {
  RuntimeLock lock(needs_runtime_lock(instance) || (instance.is_heap() && is_type(instance)) ? instance : Value());
  return unlocked<&Slots::descr_set>(descr)(descr, instance, value);
}

constexpr bool same_name(const char* a, const char* b) { return __builtin_strcmp(a, b) == 0; }
constexpr const char* kOperators[] = {"add",   "subtract",     "multiply",    "remainder",      "divmod",
                                      "power", "lshift",       "rshift",      "and_",           "xor_",
                                      "or_",   "floor_divide", "true_divide", "matrix_multiply"};
constexpr bool is_operator(const char* name) {
  for (const char* o : kOperators) {
    if (same_name(o, name)) return true;
  }
  return false;
}
template <auto field, class Sig, bool is_op>
struct Choose {
  static constexpr Sig wrapper = &Locked<field, Sig>::call;
};
template <auto field, class Sig>
struct Choose<field, Sig, true> {
  static constexpr Sig wrapper = &LockedOperator<field, Sig>::call;
};
template <auto field, bool is_op>
struct Choose<field, CallSlot, is_op> {
  static constexpr CallSlot wrapper = &LockedCall<field>::call;
};
template <auto field>
struct Choose<field, DescrGetSlot, false> {  // (TernarySlot is the same type)
  static constexpr DescrGetSlot wrapper = &locked_descr_get;
};
template <auto field, bool is_op>
struct Choose<field, DescrSetSlot, is_op> {  // as set_item
  static constexpr DescrSetSlot wrapper = &Locked<field, DescrSetSlot>::call;
};
template <auto field, bool is_op>
struct Choose<field, NewSlot, is_op> {
  static constexpr NewSlot wrapper = nullptr;  // a new object is nobody else's yet
};

}  // namespace

void lock_slots(TypeObject* t) {
  if (gc::gil_enabled || (t->flags & kTypeParallel)) return;
  auto* original = static_cast<Slots*>(gc::raw_calloc(sizeof(Slots)));
  if (!original) return;
  const Slots* inherited = t->base ? t->base->unlocked : nullptr;
  const Slots& object = types::Object->s;
  bool own_steps = t->spec && (t->spec->flags & kTypeOwnSteps);
#define SLOT(field, Sig, dunder)                                                                                     \
  if (auto f = t->s.field; f && f != object.field) {                                                                 \
    Sig wrapper = Choose<&Slots::field, Sig, is_operator(#field)>::wrapper;                                          \
    if (same_name(#field, "inplace_power")) wrapper = nullptr;                                                       \
    if (same_name(#field, "descr_set")) wrapper = reinterpret_cast<Sig>(reinterpret_cast<void*>(&locked_descr_set)); \
    if (own_steps && (same_name(#field, "iter") || same_name(#field, "next"))) wrapper = nullptr;                    \
    if (wrapper && f != reinterpret_cast<Sig>(reinterpret_cast<void*>(&hash_not_implemented))) {                     \
      original->field = f == wrapper && inherited ? inherited->field : f;                                            \
      t->s.field = wrapper;                                                                                          \
    }                                                                                                                \
  }
#include "interp/objects/slots.def"
#undef SLOT
  t->unlocked = original;
}

}  // namespace taipan
