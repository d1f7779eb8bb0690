// The module _queue: SimpleQueue, a FIFO that may be used from finalisers and signal handlers: no Python code runs between a look at the
// queue and its change.
#include <atomic>
#include <climits>
#include <cstring>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arch/cpu.h"
#include "gc/collector.h"
#include "gc/hot_counts.h"
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

// A ring buffer. Changed under its lock; the number of items may be looked at without.
struct Ring {
  Header lock;  // only its lock byte is used
  Value* items;
  size_t capacity;  // 0 or a power of two
  size_t head;
  std::atomic<size_t> size;
};
// What is put goes to the back ring, what is got comes from the front one; who finds the front empty swaps the two. So those who put and those
// who get meet only there, and each side has its cache lines to itself.
struct SimpleQueue {
  Header h;
  char apart[64];
  Ring front;
  char apart_too[64];
  Ring back;
  Waiter *first, *last;  // first come first served; under the lock of the back ring
};
SimpleQueue* queue_of(Value v) { return v.as<SimpleQueue>(); }
size_t length(const Ring& r) { return r.size.load(std::memory_order_relaxed); }
void set_length(Ring& r, size_t n) { r.size.store(n, std::memory_order_relaxed); }
size_t length(const SimpleQueue* q) { return length(q->front) + length(q->back); }

void trace_ring(const Ring& r, gc::Visitor& v) {
  for (size_t i = 0; i < length(r); i++) v.visit(r.items[(r.head + i) & (r.capacity - 1)]);
}
void queue_trace(Header* h, gc::Visitor& v) {
  auto* q = reinterpret_cast<SimpleQueue*>(h);
  trace_ring(q->front, v);
  trace_ring(q->back, v);
}
void clear_ring(Ring& r) {
  Value* items = r.items;
  if (!items) return;
  size_t capacity = r.capacity, head = r.head, size = length(r);
  r.items = nullptr;
  r.capacity = r.head = 0;
  set_length(r, 0);
  for (size_t i = 0; i < size; i++) decref(items[(head + i) & (capacity - 1)]);
  gc::raw_free_epoch(items);
}
void queue_clear(Header* h) {
  auto* q = reinterpret_cast<SimpleQueue*>(h);
  gc::before_bulk_move(h);
  clear_ring(q->front);
  clear_ring(q->back);
}
void queue_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  queue_clear(h);
  finish_dealloc(h);
}

bool grow(SimpleQueue* q, Ring& r) {
  size_t capacity = r.capacity ? r.capacity * 2 : 8, n = length(r);
  auto* p = static_cast<Value*>(gc::raw_calloc(capacity * sizeof(Value)));
  if (!p) return raise_memory();
  gc::before_bulk_move(&q->h);
  for (size_t i = 0; i < n; i++) p[i] = r.items[(r.head + i) & (r.capacity - 1)];
  Value* old = r.items;
  r.items = p;
  r.capacity = capacity;
  r.head = 0;
  if (old) gc::raw_free_epoch(old);
  return true;
}
// Those that wait: with the back ring locked.
Waiter* first_waiter(SimpleQueue* q) {
  for (;;) {
    Waiter* w = q->first;
    if (!w) return nullptr;
    q->first = w->next;
    if (!q->first) q->last = nullptr;
    if (w->generation != generation) continue;
    w->woken.store(1, std::memory_order_release);
    return w;
  }
}
void enqueue(SimpleQueue* q, Waiter* w) {
  w->generation = generation;
  (q->last ? q->last->next : q->first) = w;
  q->last = w;
}
void unlink(SimpleQueue* q, Waiter* w) {
  Waiter* before = nullptr;
  for (Waiter* x = q->first; x != w; x = x->next) before = x;
  (before ? before->next : q->first) = w->next;
  if (q->last == w) q->last = before;
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
  Waiter* w;
  {
    gc::ObjectLock lock(&q->back.lock);
    Ring& r = q->back;
    size_t n = length(r);
    if (n == r.capacity && !grow(q, r)) return false;
    gc::init(&r.items[(r.head + n) & (r.capacity - 1)], Ref::dup(item));
    set_length(r, n + 1);
    w = first_waiter(q);
  }
  wake(w);
  return true;
}
void swap_rings(SimpleQueue* q) {  // the front one is empty, its lock held
  gc::ObjectLock lock(&q->back.lock);
  gc::before_bulk_move(&q->h);
  Ring &front = q->front, &back = q->back;
  std::swap(front.items, back.items);
  std::swap(front.capacity, back.capacity);
  std::swap(front.head, back.head);
  set_length(front, length(back));
  set_length(back, 0);
}
// What another thread has put is in another processor's cache, and an object with five others costs as many waits, one after the other, as it
// is used. So who takes an item fetches of those that follow the second, and what the first (fetched the last time) holds. None of them
// is looked into but the first, which the queue holds.
void fetch(Value v) {
  if (!v.is_heap()) return;
  __builtin_prefetch(v.header());
  __builtin_prefetch(reinterpret_cast<char*>(v.header()) + arch::kCacheLine);
}
void fetch_following(const Ring& r, size_t left) {
  auto at = [&](size_t i) { return r.items[(r.head + i) & (r.capacity - 1)]; };
  if (left > 1) fetch(at(1));
  if (left == 0 || !is_small_holder(at(0))) return;
  gc::Visitor v([](Header* held, void*) { fetch(Value(held)); }, nullptr);
  gc::ops_of(at(0).header())->trace(at(0).header(), v);
}
Ref take(SimpleQueue* q) {
  gc::ObjectLock lock(&q->front.lock);
  Ring& r = q->front;
  if (length(r) == 0) {
    if (length(q->back) == 0) return Ref();
    swap_rings(q);
  }
  size_t n = length(r);
  if (n == 0) return Ref();
  // Nobody looks at the items without the lock: what is taken out needs no grace period.
  Value* slot = &r.items[r.head];
  Value item = *slot;
  gc::Mutator* m = gc::current_mutator;
  if (TAIPAN_UNLIKELY(m->barrier_phase.load(std::memory_order_relaxed) != 0)) gc::barrier_slow(m, &q->h, item, Value());
  gc::store_release(slot, Value());
  r.head = (r.head + 1) & (r.capacity - 1);
  set_length(r, n - 1);
  if (gc::parallel) fetch_following(r, n - 1);
  return Ref::steal(item);
}
// deadline: on the monotonic clock in ns, -1: none.
Ref take_waiting(Value self, int64_t deadline) {
  SimpleQueue* q = queue_of(self);
  Ref keep = Ref::dup(self);
  // A busy producer is given time to put several.
  for (int pauses = 48; gc::parallel && pauses <= 512; pauses *= 2) {
    for (int i = 0; i < pauses; i++) arch::cpu_pause();
    if (length(q) == 0) continue;
    if (Ref item = take(q)) return item;
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
    {
      gc::ObjectLock lock(&q->back.lock);
      if (length(q) != 0) continue;
      if (!expired) enqueue(q, &w);
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
      gc::ObjectLock lock(&q->back.lock);
      woken = w.woken.load(std::memory_order_relaxed) != 0;
      if (!woken) unlink(q, &w);
    }
    if (r == 0 || err != EINTR || poll()) continue;
    // Woken for an item that it won't take any more.
    Waiter* other = nullptr;
    if (woken) {
      gc::ObjectLock lock(&q->back.lock);
      if (length(q) != 0) other = first_waiter(q);
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
  return Ref::steal(alloc_instance_as<SimpleQueue>(cls));
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
Ref queue_empty_impl(Args& a) { return Ref::imm(bool_value(length(queue_of(a.self)) == 0)); }
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
const TypeSpec kQueueSpec = {.doc = "Simple, unbounded, reentrant FIFO queue.",
                             .flags = kTypeGc | kTypeBaseable | kTypeWeakrefable | kTypeImmutable | kTypeParallel,
                             .basic_size = sizeof(SimpleQueue),
                             .ops = {.trace = queue_trace, .clear = queue_clear, .dealloc = queue_dealloc},
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
