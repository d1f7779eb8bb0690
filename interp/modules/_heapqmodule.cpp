// _heapq: binary heaps in lists, by `<` alone.
//
// Items that compare without anybody's code (ints, floats, strs, tuples of such) are moved in one go: first all that has to be compared is,
// then the items change places, all under the list's object lock. Others are compared without that lock, and change places two at a time;
// such an operation has the list's runtime lock (so that Python code that it runs, and nothing else, lets others in), and operations of
// the first kind take that as well while there is one of the second.
#include "gc/lock.h"
#include "interp/objects/containers.h"
#include "interp/objects/float.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/runtime_lock.h"

namespace taipan {

static constexpr int kNotPlain = -1;  // instead of 1 or 0: comparing the two may run Python code, or fail

// a < b.
TAIPAN_INLINE static int plain_less(Value a, Value b) {
  if (TAIPAN_LIKELY(a.is_int() && b.is_int())) return a.as_int() < b.as_int();
  if (is_float_exact(a) && is_float_exact(b)) return float_value(a) < float_value(b);
  if (is_int_exact(a) && is_int_exact(b)) return int_compare(a, b) < 0;
  int order = plain_order(a, b);
  return order == kNoPlainOrder ? kNotPlain : order < 0;
}
// The same for all; -1: an error.
static int less(Value a, Value b) {
  int c = plain_less(a, b);
  return c != kNotPlain ? c : compare_true(a, b, kLt);
}
struct MinHeap {
  TAIPAN_INLINE static int plain_before(Value a, Value b) { return plain_less(a, b); }
  static int before(Value a, Value b) { return less(a, b); }
};
struct MaxHeap {
  TAIPAN_INLINE static int plain_before(Value a, Value b) { return plain_less(b, a); }
  static int before(Value a, Value b) { return less(b, a); }
};

static List* heap_argument(const char* function, Value v, bool alone) {
  if (is_list(v)) return v.as<List>();
  if (alone) return raise(types::TypeError, "%s() argument must be list, not %T", function, v);
  return raise(types::TypeError, "%s() argument 1 must be list, not %T", function, v);
}
static size_t size_of(const List* l) { return l->size.load(std::memory_order_relaxed); }
static auto raise_empty() { return raise(types::IndexError, "index out of range"); }

// ---- in one go. With the list's object lock

static std::atomic<uint32_t> operations_in_steps{0};

// What `operation` says, which has the object lock.
template <class F>
TAIPAN_INLINE static bool in_one_go(List* l, F operation) {
  {
    gc::ObjectLock lock(&l->h);
    if (TAIPAN_LIKELY(!gc::parallel || operations_in_steps.load(std::memory_order_seq_cst) == 0)) return operation();
  }
  RuntimeLock steps(Value{l});
  gc::ObjectLock lock(&l->h);
  return operation();
}

// Where an item goes that is put in at `root`, among items up to `end`: down to a leaf along the smaller children, then back up (fewer
// comparisons than stopping on the way).
struct Way {
  size_t steps;      // to its place; kNoWay: something isn't plain
  size_t place[64];  // what is at place[1] goes to place[0], and so on
};
static constexpr size_t kNoWay = ~size_t{0};
template <class Order>
static void find_way_down(Way* way, const Value* items, size_t root, size_t end, Value item) {
  size_t at = root, n = 0;
  way->place[0] = root;
  way->steps = kNoWay;
  while (at < end >> 1) {
    size_t child = 2 * at + 1;
    if (child + 1 < end) {
      int c = Order::plain_before(items[child], items[child + 1]);
      if (TAIPAN_UNLIKELY(c == kNotPlain)) return;
      child += c == 0;
    }
    way->place[++n] = at = child;
  }
  for (; n > 0; n--) {
    int c = Order::plain_before(item, items[way->place[n]]);
    if (TAIPAN_UNLIKELY(c == kNotPlain)) return;
    if (!c) break;
  }
  way->steps = n;
}
// The caller has said before_bulk_move.
static TAIPAN_INLINE void go(List* l, const Way& way, Value item) {
  Value* items = l->items;
  for (size_t i = 0; i < way.steps; i++) gc::store_release(&items[way.place[i]], items[way.place[i + 1]]);
  gc::store_release(&items[way.place[way.steps]], item);
}

// Each of these: false if something isn't plain, and then nothing was done.
static bool push_plain(List* l, Value item, bool* failed) {
  const Value* from = l->items;
  size_t n = size_of(l), at = n;
  while (at > 0) {
    size_t parent = (at - 1) >> 1;
    int c = plain_less(item, from[parent]);
    if (TAIPAN_UNLIKELY(c == kNotPlain)) return false;
    if (!c) break;
    at = parent;
  }
  if (!list_make_room(l)) return *failed = true;
  Value* items = l->items;
  if (at < n) gc::before_bulk_move(&l->h);
  for (size_t to = n, parent; to > at; to = parent) {
    parent = (to - 1) >> 1;
    gc::store_release(&items[to], items[parent]);
  }
  gc::store_release(&items[at], Ref::dup(item).release());
  l->size.store(n + 1, std::memory_order_release);
  return true;
}
// *first: null if the heap is empty.
template <class Order>
static bool pop_plain(List* l, Ref* first) {
  size_t n = size_of(l);
  if (n == 0) return true;
  Value last = l->items[n - 1];
  Way way;
  if (n > 1) {
    find_way_down<Order>(&way, l->items, 0, n - 1, last);
    if (way.steps == kNoWay) return false;
  }
  gc::before_bulk_move(&l->h);
  *first = Ref::steal(l->items[0]);
  gc::displaced(&l->h, *first);
  if (n > 1) go(l, way, last);
  list_forget_last(l);
  return true;
}
template <class Order>
static bool replace_plain(List* l, Value item, Ref* first) {
  size_t n = size_of(l);
  if (n == 0) return true;
  Way way;
  find_way_down<Order>(&way, l->items, 0, n, item);
  if (way.steps == kNoWay) return false;
  gc::before_bulk_move(&l->h);
  *first = gc::exchange_locked(&l->h, &l->items[0], Ref::dup(item));
  go(l, way, item);
  return true;
}
static bool push_pop_plain(List* l, Value item, Ref* first) {
  int c = size_of(l) == 0 ? 0 : plain_less(l->items[0], item);
  if (c == kNotPlain) return false;
  if (c) return replace_plain<MinHeap>(l, item, first);
  *first = Ref::dup(item);
  return true;
}
template <class Order>
static bool sift_plain(List* l, size_t at) {
  if (at >= size_of(l)) return false;
  Value item = l->items[at];
  Way way;
  find_way_down<Order>(&way, l->items, at, size_of(l), item);
  if (way.steps == kNoWay) return false;
  gc::before_bulk_move(&l->h);
  go(l, way, item);
  return true;
}

// ---- in steps

class InSteps {
 public:
  explicit InSteps(List* l) : lock_(Value(l)), counted_(gc::parallel) {
    if (TAIPAN_LIKELY(!counted_)) return;
    operations_in_steps.fetch_add(1, std::memory_order_seq_cst);
    gc::ObjectLock lock(&l->h);  // who is at it in one go has finished; who comes later sees the number
  }
  ~InSteps() {
    if (TAIPAN_UNLIKELY(counted_)) operations_in_steps.fetch_sub(1, std::memory_order_seq_cst);
  }
  InSteps(const InSteps&) = delete;

 private:
  RuntimeLock lock_;
  bool counted_;
};

// Compares two items of the list: 1 if items[i] comes before items[j]. Comparing may change the list: an error if its size did.
template <class Order>
static int item_before(List* l, size_t i, size_t j) {
  Value a = list_at(Value(l), i), b = list_at(Value(l), j);
  Ref hold_a = Ref::dup(a), hold_b = Ref::dup(b);
  size_t size = size_of(l);
  int c = Order::before(a, b);
  if (c >= 0 && size_of(l) != size) return raise(types::RuntimeError, "list changed size during iteration");
  return c;
}
static void swap_items(List* l, size_t i, size_t j) {
  gc::ObjectLock lock(&l->h);
  if (i >= size_of(l) || j >= size_of(l)) return;  // another thread took them away
  gc::before_bulk_move(&l->h);
  Value a = l->items[i];
  gc::store_release(&l->items[i], l->items[j]);
  gc::store_release(&l->items[j], a);
}

// Puts an item at the root; what was there, or null.
static Ref replace_root(List* l, Ref item) {
  gc::ObjectLock lock(&l->h);
  if (size_of(l) == 0) return raise_empty();
  return gc::exchange(&l->h, &l->items[0], std::move(item));
}

// Moves the item at `at` towards the root, not above `root`.
template <class Order>
static bool sift_to_root(List* l, size_t root, size_t at) {
  if (at >= size_of(l)) return raise_empty();
  while (at > root) {
    size_t parent = (at - 1) >> 1;
    int c = item_before<Order>(l, at, parent);
    if (c < 0) return false;
    if (!c) break;
    swap_items(l, at, parent);
    at = parent;
  }
  return true;
}
// Moves the item at `at` down to a leaf along the smaller children, then back up.
template <class Order>
static bool sift_to_leaf(List* l, size_t at) {
  size_t end = size_of(l), start = at;
  if (at >= end) return raise_empty();
  while (at < end >> 1) {
    size_t child = 2 * at + 1;
    if (child + 1 < end) {
      int c = item_before<Order>(l, child, child + 1);
      if (c < 0) return false;
      if (!c) child++;
    }
    swap_items(l, at, child);
    at = child;
  }
  return sift_to_root<Order>(l, start, at);
}

template <class Order>
static Ref pop_in_steps(List* l) {
  InSteps steps(l);
  size_t n = size_of(l);
  if (n == 0) return raise_empty();
  Ref last = list_pop(Value(l), n - 1);
  if (!last || n == 1) return last;
  Ref first = replace_root(l, std::move(last));
  return first && sift_to_leaf<Order>(l, 0) ? std::move(first) : nullptr;
}
template <class Order>
static Ref replace_in_steps(List* l, Value item) {
  Ref first = replace_root(l, Ref::dup(item));
  return first && sift_to_leaf<Order>(l, 0) ? std::move(first) : nullptr;
}
static Ref push_pop_in_steps(List* l, Value item) {
  InSteps steps(l);
  Ref top = list_get(Value(l), 0);
  if (!top) return Ref::dup(item);
  int c = less(top, item);
  if (c < 0) return nullptr;
  if (!c) return Ref::dup(item);
  return replace_in_steps<MinHeap>(l, item);
}

// ---- the functions

template <class Order>
static Ref pop(const char* function, Value heap) {
  List* l = heap_argument(function, heap, true);
  if (!l) return nullptr;
  Ref first;
  if (TAIPAN_UNLIKELY(!in_one_go(l, [&] { return pop_plain<Order>(l, &first); }))) return pop_in_steps<Order>(l);
  return first ? std::move(first) : raise_empty();
}
template <class Order>
static Ref replace(const char* function, Value heap, Value item) {
  List* l = heap_argument(function, heap, false);
  if (!l) return nullptr;
  Ref first;
  if (TAIPAN_UNLIKELY(!in_one_go(l, [&] { return replace_plain<Order>(l, item, &first); }))) {
    InSteps steps(l);
    return replace_in_steps<Order>(l, item);
  }
  return first ? std::move(first) : raise_empty();
}
template <class Order>
static Ref heapify(const char* function, Value heap) {
  List* l = heap_argument(function, heap, true);
  if (!l) return nullptr;
  InSteps steps(l);
  for (size_t i = size_of(l) >> 1; i-- > 0;) {
    bool done;
    {
      gc::ObjectLock lock(&l->h);
      done = sift_plain<Order>(l, i);
    }
    if (!done && !sift_to_leaf<Order>(l, i)) return nullptr;
    if ((i & 1023) == 0 && !poll()) return nullptr;
  }
  return Ref::imm(kNone);
}

static Ref heapq_heappush_impl(Args& a) {
  List* l = heap_argument("heappush", a[0], false);
  if (!l) return nullptr;
  bool failed = false;
  if (TAIPAN_UNLIKELY(!in_one_go(l, [&] { return push_plain(l, a[1], &failed); }))) {
    InSteps steps(l);
    failed = !list_append(a[0], a[1]) || !sift_to_root<MinHeap>(l, 0, size_of(l) - 1);
  }
  return failed ? nullptr : Ref::imm(kNone);
}
static Ref heapq_heappushpop_impl(Args& a) {
  List* l = heap_argument("heappushpop", a[0], false);
  if (!l) return nullptr;
  Ref first;
  return in_one_go(l, [&] { return push_pop_plain(l, a[1], &first); }) ? std::move(first) : push_pop_in_steps(l, a[1]);
}
static Ref heapq_heappop_impl(Args& a) { return pop<MinHeap>("heappop", a[0]); }
static Ref heapq_heapreplace_impl(Args& a) { return replace<MinHeap>("heapreplace", a[0], a[1]); }
static Ref heapq_heapify_impl(Args& a) { return heapify<MinHeap>("heapify", a[0]); }
static Ref heapq_heappop_max_impl(Args& a) { return pop<MaxHeap>("_heappop_max", a[0]); }
static Ref heapq_heapreplace_max_impl(Args& a) { return replace<MaxHeap>("_heapreplace_max", a[0], a[1]); }
static Ref heapq_heapify_max_impl(Args& a) { return heapify<MaxHeap>("_heapify_max", a[0]); }

static const NativeDef kFunctions[] = {
    {"heappush", "($module, heap, item, /)", heapq_heappush_impl, 0,
     "Push item onto heap, maintaining the heap invariant."},
    {"heappushpop", "($module, heap, item, /)", heapq_heappushpop_impl, 0,
     "Push item on the heap, then pop and return the smallest item from the heap."},
    {"heappop", "($module, heap, /)", heapq_heappop_impl, 0,
     "Pop the smallest item off the heap, maintaining the heap invariant."},
    {"heapreplace", "($module, heap, item, /)", heapq_heapreplace_impl, 0,
     "Pop and return the current smallest value, and add the new item."},
    {"heapify", "($module, heap, /)", heapq_heapify_impl, 0,
     "Transform list into a heap, in-place, in O(len(heap)) time."},
    {"_heappop_max", "($module, heap, /)", heapq_heappop_max_impl, 0, "Maxheap variant of heappop."},
    {"_heapify_max", "($module, heap, /)", heapq_heapify_max_impl, 0, "Maxheap variant of heapify."},
    {"_heapreplace_max", "($module, heap, item, /)", heapq_heapreplace_max_impl, 0, "Maxheap variant of heapreplace."},
    {nullptr}};
static bool heapq_exec(Value module) {
  return module_add_str(
      module, "__about__",
      "Heaps are lists for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for all k, counting from 0; items that don't "
      "exist count as infinite. a[0] is always the smallest item.");
}
// GIL off: they take the locks of the list (see above).
extern const ModuleDef _heapq_module;
const ModuleDef _heapq_module = {"_heapq", "Heap queue algorithm (a.k.a. priority queue).", kFunctions, heapq_exec,
                                 kFunctionsAtOnce};

}  // namespace taipan
