// _heapq: binary heaps in lists, by `<` alone.
#include "gc/lock.h"
#include "interp/objects/containers.h"
#include "interp/objects/float.h"
#include "interp/objects/list.h"

namespace taipan {

// a < b: 1, 0, -1 error. Runs Python code only in its last line.
static int less(Value a, Value b) {
  if (a.is_int() && b.is_int()) return a.as_int() < b.as_int();
  if (a.is_float() && b.is_float()) return a.as_float() < b.as_float();
  if (is_str_exact(a) && is_str_exact(b)) return str_compare(a.as<Str>(), b.as<Str>()) < 0;
  return compare_true(a, b, kLt);
}
struct MinHeap {
  static constexpr int kBefore = -1;
  static int before(Value a, Value b) { return less(a, b); }
};
struct MaxHeap {
  static constexpr int kBefore = 1;
  static int before(Value a, Value b) { return less(b, a); }
};

// Compares two items of the list: 1 if items[i] comes before items[j]. Comparing may change the list: an error if its size did.
template <class Order>
static int item_before(List* l, size_t i, size_t j) {
  Value a = list_at(Value(l), i), b = list_at(Value(l), j);
  if (TAIPAN_LIKELY(!gc::parallel || !(a.is_heap() || b.is_heap()))) {  // else another thread may drop them meanwhile
    int order = plain_order(a, b);
    if (order != kNoPlainOrder) return order == Order::kBefore;
  }
  Ref hold_a = Ref::dup(a), hold_b = Ref::dup(b);
  size_t size = list_size(Value(l));
  int c = Order::before(a, b);
  if (c >= 0 && list_size(Value(l)) != size) return raise(types::RuntimeError, "list changed size during iteration");
  return c;
}
static TAIPAN_INLINE void swap_items(List* l, size_t i, size_t j) {
  gc::ObjectLock lock(&l->h);
  if (i >= list_size(Value(l)) || j >= list_size(Value(l))) return;  // another thread took them away
  gc::before_bulk_move(&l->h);
  Value a = l->items[i];
  gc::store_release(&l->items[i], l->items[j]);
  gc::store_release(&l->items[j], a);
}

// Puts an item at the root; what was there, or null.
static Ref replace_root(List* l, Ref item) {
  gc::ObjectLock lock(&l->h);
  if (list_size(Value(l)) == 0) return raise(types::IndexError, "index out of range");
  return gc::exchange(&l->h, &l->items[0], std::move(item));
}

// Moves the item at `at` towards the root, not above `root`.
template <class Order>
static bool sift_to_root(List* l, size_t root, size_t at) {
  if (at >= list_size(Value(l))) return raise(types::IndexError, "index out of range");
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
// Moves the item at `at` down to a leaf along the smaller children, then back up: fewer comparisons than stopping on the way.
template <class Order>
static bool sift_to_leaf(List* l, size_t at) {
  size_t end = list_size(Value(l)), start = at;
  if (at >= end) return raise(types::IndexError, "index out of range");
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

static List* heap_argument(const char* function, Value v, bool alone) {
  if (is_list(v)) return v.as<List>();
  if (alone) return raise(types::TypeError, "%s() argument must be list, not %T", function, v);
  return raise(types::TypeError, "%s() argument 1 must be list, not %T", function, v);
}

template <class Order>
static Ref pop(const char* function, Value heap) {
  List* l = heap_argument(function, heap, true);
  if (!l) return nullptr;
  size_t n = list_size(heap);
  if (n == 0) return raise(types::IndexError, "index out of range");
  Ref last = list_pop(heap, n - 1);
  if (!last || n == 1) return last;
  Ref first = replace_root(l, std::move(last));
  return first && sift_to_leaf<Order>(l, 0) ? std::move(first) : nullptr;
}
template <class Order>
static Ref replace(const char* function, Value heap, Value item) {
  List* l = heap_argument(function, heap, false);
  if (!l) return nullptr;
  if (list_size(heap) == 0) return raise(types::IndexError, "index out of range");
  Ref first = replace_root(l, Ref::dup(item));
  return first && sift_to_leaf<Order>(l, 0) ? std::move(first) : nullptr;
}
template <class Order>
static Ref heapify(const char* function, Value heap) {
  List* l = heap_argument(function, heap, true);
  if (!l) return nullptr;
  for (size_t i = list_size(heap) >> 1; i-- > 0;) {
    if (!sift_to_leaf<Order>(l, i)) return nullptr;
    if ((i & 1023) == 0 && !poll()) return nullptr;
  }
  return Ref::imm(kNone);
}

static Ref heapq_heappush_impl(Args& a) {
  List* l = heap_argument("heappush", a[0], false);
  if (!l || !list_append(a[0], a[1]) || !sift_to_root<MinHeap>(l, 0, list_size(a[0]) - 1)) return nullptr;
  return Ref::imm(kNone);
}
static Ref heapq_heappushpop_impl(Args& a) {
  List* l = heap_argument("heappushpop", a[0], false);
  if (!l) return nullptr;
  if (list_size(a[0]) == 0) return Ref::dup(a[1]);
  Ref top = Ref::dup(list_at(a[0], 0));
  int c = less(top, a[1]);
  if (c < 0) return nullptr;
  if (!c) return Ref::dup(a[1]);
  if (list_size(a[0]) == 0) return raise(types::IndexError, "index out of range");
  return replace<MinHeap>("heappushpop", a[0], a[1]);
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
extern const ModuleDef _heapq_module;
const ModuleDef _heapq_module = {"_heapq", "Heap queue algorithm (a.k.a. priority queue).", kFunctions, heapq_exec};

}  // namespace taipan
