#include "interp/objects/runtime_lock.h"
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include "arch/cpu.h"
#include "gc/perturb.h"
#include "interp/objects/tuple.h"
#include "interp/objects/type_internal.h"

namespace taipan {

namespace {

constexpr uint32_t kLocks = 256;
constexpr int kSpins = 60;
constexpr uint32_t kMaxHeld = 64;

struct alignas(arch::kCacheLine) Lock {
  std::atomic<uint32_t> state{0};  // 0 free, 1 held, 2 held and somebody may wait
};
Lock locks[kLocks];

// What this thread holds, in the order it was taken. `given_up` of them from the start of the list are not held at the moment.
thread_local struct {
  uint16_t index[kMaxHeld];
  uint32_t count = 0;
  uint32_t given_up = 0;
} held;

bool try_lock(Lock& l) {
  uint32_t free = 0;
  return l.state.load(std::memory_order_relaxed) == 0 &&
         l.state.compare_exchange_strong(free, 1, std::memory_order_acquire);
}
void unlock(Lock& l) {
  if (l.state.exchange(0, std::memory_order_release) == 2)
    syscall(SYS_futex, &l.state, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}
bool spin_lock(Lock& l) {
  for (int i = 0; i < kSpins; i++) {
    if (try_lock(l)) return true;
    arch::cpu_pause();
  }
  return false;
}
// Holding nothing, and not delaying whoever stops the world.
void wait_lock(Lock& l) {
  int saved = errno;
  gc::Mutator* m = gc::current_mutator;
  uint32_t given_up = held.given_up;
  held.given_up = held.count;  // detaching may run finalisers
  gc::detach(m);
  while (l.state.exchange(2, std::memory_order_acquire) != 0)
    syscall(SYS_futex, &l.state, FUTEX_WAIT_PRIVATE, 2, nullptr, nullptr, 0);
  gc::attach(m);
  held.given_up = given_up;
  errno = saved;
}

void unlock_range(uint32_t from, uint32_t to) {
  for (uint32_t i = from; i < to; i++) unlock(locks[held.index[i]]);
}
// Takes those again that were given up. Waits only while it holds none of them.
void lock_range(uint32_t from, uint32_t to) {
  uint32_t i = from;
  while (i < to) {
    Lock& l = locks[held.index[i]];
    if (spin_lock(l)) {
      i++;
      continue;
    }
    unlock_range(from, i);
    wait_lock(l);
    unlock(l);
    i = from;
  }
}

bool holds(uint32_t index) {
  for (uint32_t i = held.count; i-- > held.given_up;) {
    if (held.index[i] == index) return true;
  }
  return false;
}

}  // namespace

void RuntimeLock::take(Value key) {
  if (!key.is_heap()) return;
  uint64_t at = is_type(key) ? reinterpret_cast<uint64_t>(types::Type) : key.bits;
  auto index = static_cast<uint32_t>((at >> 4) * 0x9E3779B97F4A7C15u >> 56);
  if (holds(index) || held.count == kMaxHeld) return;
  Lock& l = locks[index];
  gc::perturb();
  if (!spin_lock(l)) {
    suspended_ = held.count - held.given_up;
    unlock_range(held.given_up, held.count);
    wait_lock(l);
    held.given_up = held.count;
  }
  held.index[held.count++] = static_cast<uint16_t>(index);
  index_ = static_cast<int>(index);
}

void RuntimeLock::drop() {
  held.count--;
  if (!gc::parallel) return;
  unlock(locks[index_]);
  gc::perturb();
  if (suspended_) {
    held.given_up -= suspended_;
    lock_range(held.given_up, held.count);
  }
}

void RuntimeUnlock::give_up() {
  count_ = held.count - held.given_up;
  unlock_range(held.given_up, held.count);
  held.given_up = held.count;
}
void RuntimeUnlock::take_again() {
  held.given_up -= count_;
  if (gc::parallel) lock_range(held.given_up, held.count);
}

void runtime_locks_detach() { unlock_range(held.given_up, held.count); }
void runtime_locks_attach() { lock_range(held.given_up, held.count); }
void runtime_locks_after_fork() {
  for (Lock& l : locks) l.state.store(0, std::memory_order_relaxed);
  for (uint32_t i = held.given_up; i < held.count; i++) locks[held.index[i]].state.store(1, std::memory_order_relaxed);
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
#define SLOT(field, Sig, dunder)                                                                                     \
  if (auto f = t->s.field; f && f != object.field) {                                                                 \
    Sig wrapper = Choose<&Slots::field, Sig, is_operator(#field)>::wrapper;                                          \
    if (same_name(#field, "inplace_power")) wrapper = nullptr;                                                       \
    if (same_name(#field, "descr_set")) wrapper = reinterpret_cast<Sig>(reinterpret_cast<void*>(&locked_descr_set)); \
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
