// The module _queue: SimpleQueue, a FIFO that may be used from finalisers and signal handlers: no Python code runs between a look at the
// queue and its change.
#include <sched.h>
#include <algorithm>
#include <atomic>
#include <climits>
#include <cstring>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arch/cpu.h"
#include "gc/collector.h"
#include "gc/hot_counts.h"
#include "gc/own_turn.h"
#include "interp/gil.h"
#include "interp/modules/module_util.h"
#include "interp/modules/posix_fork.h"
#include "interp/modules/time_convert.h"
#include "interp/objects/containers.h"
#include "interp/objects/type_internal.h"

namespace taipan {

namespace {

TypeObject* queue_type;
constexpr size_t kSmall = 8;
Value empty_class;  // _queue.Empty, immortal by add_root

// A thread that waits for an item, on its own stack. Each item that is put wakes one, which is off the list from then on: the next
// item needs no call of the kernel for it.
struct Waiter {
  Waiter* next = nullptr;
  uint32_t generation;
  std::atomic<uint32_t> woken{0};  // a futex
};
uint32_t generation = 0;  // of the process: a fork's child has none of its parent's waiting threads

// What is put goes to the segments of a list, each slot is used once. Who puts claims a slot by counting up, and stores the item there; who
// gets looks at the next slot and counts up too, if there is an item: neither waits for the other, and as long as one is a cache line
// ahead of the other, each has its lines to itself.
//   - A slot that is claimed and empty still is about to be filled: there is no poll in between, so nobody stops or forks there.
//   - Counts of slots claimed may be larger than the segment: who got such a number goes on to the next segment, or makes it.
//   - A segment that is used up goes once nothing leads to it; who has come upon it before keeps it until its next poll (gc/epoch.h).
struct Segment {
  std::atomic<size_t> claimed;
  std::atomic<Segment*> next;
  char apart[64];
  std::atomic<size_t> taken;
  char apart_too[64];
  size_t base, capacity;  // base: how many slots the ones before had
  Value* items() { return reinterpret_cast<Value*>(this + 1); }
};
constexpr size_t kFirst = 8, kMost = 512;
struct SimpleQueue {
  Header h;  // (its lock guards those that wait)
  std::atomic<uint32_t> waiting;
  Waiter *first, *last;        // first come first served
  size_t taken_at_wait;        // all taken until the last time that somebody waited
  uint32_t waits;              // so many lately
  std::atomic<Segment*> tail;  // where things are put, or one before
  gc::OwnTurn putting;
  char apart[64];
  std::atomic<Segment*> head;
  gc::OwnTurn taking;
  char apart_too[64];
  Segment own;  // the first one
  Value own_items[kFirst];
};
static_assert(offsetof(SimpleQueue, own_items) == offsetof(SimpleQueue, own) + sizeof(Segment));
SimpleQueue* queue_of(Value v) { return v.as<SimpleQueue>(); }

// Counting up: without atomic instructions where the thread has that to itself. `alone`: until end() of what is returned.
struct Turn {
  explicit Turn(gc::OwnTurn* t) : own(gc::parallel ? t : nullptr), alone(!own || own->begin()) {}
  ~Turn() {
    if (own && alone) own->end();
  }
  Turn(const Turn&) = delete;
  gc::OwnTurn* own;
  bool alone;
};
size_t count_up(std::atomic<size_t>& n, bool alone) {
  if (!alone) return n.fetch_add(1, std::memory_order_seq_cst);
  size_t before = n.load(std::memory_order_relaxed);
  n.store(before + 1, std::memory_order_relaxed);
  return before;
}
bool count_up_from(std::atomic<size_t>& n, size_t before, bool alone) {
  if (!alone) return n.compare_exchange_strong(before, before + 1, std::memory_order_acq_rel);
  n.store(before + 1, std::memory_order_release);
  return true;
}
size_t filled(Segment* s) { return std::min(s->claimed.load(std::memory_order_seq_cst), s->capacity); }

// (A look at several words: with others at work it may be some too many or too few.)
size_t length(SimpleQueue* q) {
  Segment* head = q->head.load(std::memory_order_acquire);
  size_t before = head->base + head->taken.load(std::memory_order_acquire);
  Segment* tail = q->tail.load(std::memory_order_acquire);
  while (Segment* next = tail->next.load(std::memory_order_acquire)) tail = next;
  size_t after = tail->base + filled(tail);
  return after > before ? after - before : 0;
}
// False: somebody had put an item before this was called, and nobody has taken it.
bool is_empty(SimpleQueue* q) {
  for (Segment* s = q->head.load(std::memory_order_acquire); s; s = s->next.load(std::memory_order_seq_cst))
    if (s->taken.load(std::memory_order_acquire) < filled(s)) return false;
  return true;
}

void queue_trace(Header* h, gc::Visitor& v) {
  auto* q = reinterpret_cast<SimpleQueue*>(h);
  for (Segment* s = q->head.load(std::memory_order_relaxed); s; s = s->next.load(std::memory_order_relaxed))
    for (size_t i = s->taken.load(std::memory_order_relaxed), n = filled(s); i < n; i++) v.visit(s->items()[i]);
}
size_t queue_size_of(Header* h) {
  auto* q = reinterpret_cast<SimpleQueue*>(h);
  size_t n = sizeof(SimpleQueue);
  for (Segment* s = q->head.load(std::memory_order_acquire); s; s = s->next.load(std::memory_order_acquire))
    if (s != &q->own) n += sizeof(Segment) + s->capacity * sizeof(Value);
  return n;
}

// The one after s, which is full; null: no memory.
Segment* next_segment(SimpleQueue* q, Segment* s) {
  Segment* next = s->next.load(std::memory_order_acquire);
  if (!next) {
    size_t capacity = std::min(s->capacity * 2, kMost);
    auto* made = static_cast<Segment*>(gc::raw_calloc(sizeof(Segment) + capacity * sizeof(Value)));
    if (!made) return nullptr;
    made->base = s->base + s->capacity;
    made->capacity = capacity;
    if (s->next.compare_exchange_strong(next, made, std::memory_order_seq_cst)) {
      next = made;
    } else {
      gc::raw_free(made);  // somebody else was first
    }
  }
  q->tail.compare_exchange_strong(s, next, std::memory_order_seq_cst);
  return next;
}
// s, the head, is used up. False: it is the last one.
bool leave_segment(SimpleQueue* q, Segment* s) {
  Segment* next = s->next.load(std::memory_order_seq_cst);
  if (!next) return false;
  gc::perturb();
  Segment* tail = s;
  q->tail.compare_exchange_strong(tail, next, std::memory_order_seq_cst);
  Segment* head = s;
  if (q->head.compare_exchange_strong(head, next, std::memory_order_seq_cst) && s != &q->own) gc::raw_free_epoch(s);
  return true;
}

// Those that wait: with the queue locked.
Waiter* first_waiter(SimpleQueue* q) {
  for (;;) {
    Waiter* w = q->first;
    if (!w) return nullptr;
    q->first = w->next;
    if (!q->first) q->last = nullptr;
    q->waiting.fetch_sub(1, std::memory_order_relaxed);
    if (w->generation != generation) continue;
    w->woken.store(1, std::memory_order_release);
    return w;
  }
}
// For few items each time: then the barriers are too much.
bool waits_often(SimpleQueue* q) {
  constexpr size_t kFew = 256, kOften = 8;
  Segment* s = q->head.load(std::memory_order_acquire);
  size_t now = s->base + s->taken.load(std::memory_order_relaxed);
  if (now - q->taken_at_wait >= kFew) q->waits = 0;
  q->taken_at_wait = now;
  return ++q->waits >= kOften;
}
void enqueue(SimpleQueue* q, Waiter* w) {
  w->generation = generation;
  (q->last ? q->last->next : q->first) = w;
  q->last = w;
  q->waiting.fetch_add(1, std::memory_order_seq_cst);
}
void unlink(SimpleQueue* q, Waiter* w) {
  Waiter* before = nullptr;
  for (Waiter* x = q->first; x != w; x = x->next) before = x;
  (before ? before->next : q->first) = w->next;
  if (q->last == w) q->last = before;
  q->waiting.fetch_sub(1, std::memory_order_relaxed);
}
// The waiter itself may be gone by now: all that is left of it is the place.
void wake(Waiter* w) {
  if (w) syscall(SYS_futex, reinterpret_cast<uint32_t*>(&w->woken), FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}
// A task, or its function and arguments.
bool is_small_holder(Value v) {
  if (!v.is_heap()) return false;
  if (is_tuple(v)) return tuple_size(v) <= kSmall;
  TypeObject* t = type_of(v);
  return t->ops.trace == instance_trace && t->native_base == types::Object;
}
// With it goes what a small object holds.
void hand_over(Value item) {
  if (!item.is_heap()) return;
  Header* h = item.header();
  gc::hand_over(h);
  if (!is_small_holder(item)) return;
  gc::Visitor v([](Header* held, void*) { gc::hand_over(held); }, nullptr);
  gc::ops_of(h)->trace(h, v);
}
bool put(SimpleQueue* q, Value item) {
  if (gc::parallel) hand_over(item);
  {
    Turn turn(&q->putting);
    for (Segment* s = q->tail.load(std::memory_order_acquire);;) {
      if (size_t i = count_up(s->claimed, turn.alone); i < s->capacity) {
        gc::perturb();
        gc::init(&s->items()[i], Ref::dup(item));
        break;
      }
      s = next_segment(q, s);
      if (!s) return raise_memory();
    }
  }
  if (TAIPAN_UNLIKELY(q->waiting.load(std::memory_order_seq_cst) != 0)) {
    Waiter* w;
    {
      gc::ObjectLock lock(&q->h);
      w = first_waiter(q);
    }
    wake(w);
  }
  return true;
}
// What another thread has put is in another processor's cache, and an object with five others costs as many waits, one after the other, as it
// is used. So who takes an item fetches the one after it, and all that the item holds (which was fetched itself the last time).
void fetch(Value v) {
  if (!v.is_heap()) return;
  __builtin_prefetch(v.header());
  __builtin_prefetch(reinterpret_cast<char*>(v.header()) + arch::kCacheLine);
}
void fetch_following(Segment* s, size_t i, Value item) {
  if (i + 1 < s->capacity) fetch(gc::load(&s->items()[i + 1]));
  if (!is_small_holder(item)) return;
  gc::Visitor v([](Header* held, void*) { fetch(Value(held)); }, nullptr);
  gc::ops_of(item.header())->trace(item.header(), v);
}
Ref take(SimpleQueue* q) {
  Turn turn(&q->taking);
  for (int turns = 0;;) {
    Segment* s = q->head.load(std::memory_order_acquire);
    size_t i = s->taken.load(std::memory_order_acquire);
    if (i >= s->capacity) {
      if (!leave_segment(q, s)) return Ref();
      continue;
    }
    Value* slot = &s->items()[i];
    Value item = gc::load(slot);
    if (!item) {
      if (i >= s->claimed.load(std::memory_order_seq_cst)) return Ref();
      arch::cpu_pause();
      if (++turns % 64 == 0) sched_yield();
      continue;
    }
    gc::perturb();
    if (!count_up_from(s->taken, i, turn.alone)) continue;
    // Who traces the queue doesn't look at slots that are taken. Only where nobody else is about they are used again.
    gc::Mutator* m = gc::current_mutator;
    if (TAIPAN_UNLIKELY(m->barrier_phase.load(std::memory_order_relaxed) != 0))
      gc::barrier_slow(m, &q->h, item, Value());
    if (gc::parallel) {
      fetch_following(s, i, item);
    } else if (i + 1 == s->claimed.load(std::memory_order_relaxed)) {
      memset(static_cast<void*>(s->items()), 0, (i + 1) * sizeof(Value));
      s->base += i + 1;
      s->claimed.store(0, std::memory_order_relaxed);
      s->taken.store(0, std::memory_order_relaxed);
    }
    return Ref::steal(item);
  }
}
void queue_clear(Header* h) {
  auto* q = reinterpret_cast<SimpleQueue*>(h);
  while (Ref item = take(q)) {}
}
void queue_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  queue_clear(h);
  auto* q = reinterpret_cast<SimpleQueue*>(h);
  for (Segment* s = q->head.load(std::memory_order_relaxed); s;) {
    Segment* next = s->next.load(std::memory_order_relaxed);
    if (s != &q->own) gc::raw_free_epoch(s);
    s = next;
  }
  finish_dealloc(h);
}
// deadline: on the monotonic clock in ns, -1: none.
Ref take_waiting(Value self, int64_t deadline) {
  SimpleQueue* q = queue_of(self);
  Ref keep = Ref::dup(self);
  // A busy producer is given time to put several; and the processor, if it has none: looking on costs less than to be woken for each item, which
  // would take the processor from whoever puts it.
  for (int pauses = 48; gc::parallel && pauses <= 512; pauses *= 2) {
    for (int i = 0; i < pauses; i++) arch::cpu_pause();
    if (Ref item = take(q)) return item;
    sched_yield();
  }
  for (;;) {
    timespec left, *limit = nullptr;
    bool expired = false;
    if (deadline >= 0) {
      int64_t ns = deadline - monotonic_ns();
      expired = ns <= 0;
      left.tv_sec = ns / 1000000000;
      left.tv_nsec = ns % 1000000000;
      limit = &left;
    }
    Waiter w;
    if (Ref item = take(q)) return item;
    if (!expired) {
      gc::ObjectLock lock(&q->h);
      enqueue(q, &w);
      gc::perturb();
      if (gc::parallel) q->putting.meet(waits_often(q));  // who puts sees that somebody waits, or this thread the item
      if (!is_empty(q)) {
        unlink(q, &w);
        continue;
      }
    }
    if (expired) return raise_none(empty_class.as<TypeObject>());
    long r = blocking([&] {
      long done = syscall(SYS_futex, reinterpret_cast<uint32_t*>(&w.woken), FUTEX_WAIT_PRIVATE, 0, limit, nullptr, 0);
      if (done == 0) gil_woken_by_thread();
      return done;
    });
    int err = errno;
    bool woken;
    {
      gc::ObjectLock lock(&q->h);
      woken = w.woken.load(std::memory_order_relaxed) != 0;
      if (!woken) unlink(q, &w);
    }
    if (r == 0 || err != EINTR || poll()) continue;
    // Woken for an item that it won't take any more.
    Waiter* other = nullptr;
    if (woken) {
      gc::ObjectLock lock(&q->h);
      if (!is_empty(q)) other = first_waiter(q);
    }
    wake(other);
    return nullptr;
  }
}

Ref queue_new(TypeObject* cls, RawArgs a) {
  if (cls == queue_type) {
    if (a.n) return raise(types::TypeError, "SimpleQueue() takes no positional arguments");
    if (has_keywords(a)) return raise(types::TypeError, "SimpleQueue() takes no keyword arguments");
  }
  auto* q = alloc_instance_as<SimpleQueue>(cls);
  if (!q) return nullptr;
  q->own.capacity = kFirst;
  q->head.store(&q->own, std::memory_order_relaxed);
  q->tail.store(&q->own, std::memory_order_relaxed);
  return Ref::steal(q);
}
Ref queue_put_impl(Args& a) { return put(queue_of(a.self), a[0]) ? Ref::imm(kNone) : nullptr; }
Ref queue_get_impl(Args& a) {
  int block = a.has(0) ? is_true(a[0]) : 1;
  if (block < 0) return nullptr;
  int64_t deadline = -1;
  if (block && a.has(1) && a[1] != kNone) {
    int64_t ns;
    if (!time_to_ns(a[1], &ns, TimeRound::kCeiling)) return nullptr;
    if (ns < 0) return raise(types::ValueError, "'timeout' must be a non-negative number");
    int64_t now = monotonic_ns();
    deadline = ns > INT64_MAX - now ? INT64_MAX : now + ns;
  }
  Ref item = take(queue_of(a.self));
  if (item) return item;
  if (!block) return raise_none(empty_class.as<TypeObject>());
  return take_waiting(a.self, deadline);
}
Ref queue_get_nowait_impl(Args& a) {
  Ref item = take(queue_of(a.self));
  return item ? std::move(item) : raise_none(empty_class.as<TypeObject>());
}
Ref queue_empty_impl(Args& a) { return Ref::imm(bool_value(is_empty(queue_of(a.self)))); }
Ref queue_qsize_impl(Args& a) { return make_int(static_cast<int64_t>(length(queue_of(a.self)))); }

const NativeDef kQueueMethods[] = {
    {"empty", "($self, /)", queue_empty_impl, 0, "True if the queue is empty right now."},
    {"get", "($self, /, block=True, timeout=None)", queue_get_impl, 0,
     "Takes the first item, waiting for one if need be.\n\nWith block false, or after timeout seconds, Empty is raised "
     "instead."},
    {"get_nowait", "($self, /)", queue_get_nowait_impl, 0, "Takes the first item; Empty is raised if there is none."},
    {"put", "($self, /, item, block=True, timeout=None)", queue_put_impl, 0,
     "Adds an item; never blocks, whatever block and timeout say."},
    {"put_nowait", "($self, /, item)", queue_put_impl, 0, "Adds an item."},
    {"qsize", "($self, /)", queue_qsize_impl, 0, "The number of items right now."},
    TAIPAN_CLASS_GETITEM,
    {nullptr}};
const TypeSpec kQueueSpec = {
    .doc = "Simple, unbounded, reentrant FIFO queue.",
    .flags = kTypeGc | kTypeBaseable | kTypeWeakrefable | kTypeImmutable | kTypeParallel,
    .basic_size = sizeof(SimpleQueue),
    .ops = {.trace = queue_trace, .clear = queue_clear, .dealloc = queue_dealloc, .size_of = queue_size_of},
    .methods = kQueueMethods,
    .s = {.new_ = queue_new}};

bool queue_exec(Value module) {
  if (!queue_type) {
    queue_type = make_native_type("_queue.SimpleQueue", types::Object, &kQueueSpec);
    if (!queue_type) return false;
    Ref empty =
        make_exception_class("_queue.Empty", types::Exception, "Exception raised by Queue.get(block=0)/get_nowait().");
    if (!empty) return false;
    add_fork_hooks({nullptr, nullptr, [](Thread*) { generation++; }});
    gc::add_root(&empty_class);
    empty_class = empty.release();
  }
  return module_add(module, "Empty", Ref::dup(empty_class)) && module_add_type(module, queue_type);
}

}  // namespace

extern const ModuleDef _queue_module;
const ModuleDef _queue_module = {"_queue",
                                 "C implementation of the Python queue module.\nThis module is an implementation "
                                 "detail, please do not use it directly.",
                                 nullptr, queue_exec};

}  // namespace taipan
