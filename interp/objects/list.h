// list.
#pragma once
#include "gc/lock.h"
#include "interp/objects/type.h"

namespace taipan {

struct List {
  Header h;
  std::atomic<size_t> size;
  size_t capacity;
  Value* items;  // raw buffer; slots beyond size are null
};

Ref make_list(size_t reserve = 0);
Ref make_list(const Value* items, size_t n);
Ref make_list_steal(Ref* items, size_t n);
bool list_append(Value list, Value item);
bool list_append(Value list, Ref item);  // inline, below
bool list_extend(Value list, Value iterable);
bool list_insert(Value list, int64_t at, Value item);
bool list_set(Value list, size_t i, Ref item);  // i in range
bool list_set_slice(Value list, size_t start, size_t end, Value sequence_or_null);
bool list_sort(Value list, Value key, bool reverse);
bool list_reverse(Value list);
Ref list_to_tuple(Value list);
Ref list_slice(Value list, size_t start, size_t end);
// Every step-th item from start on, count of them: numbers from slice_adjust. (Fewer, if another thread shortens it.)
Ref list_slice_steps(Value list, int64_t start, int64_t step, size_t count);
Ref list_pop(Value list, size_t i);
inline size_t list_size(Value l) { return l.as<List>()->size.load(std::memory_order_relaxed); }
// An item while other threads may change the list: borrowed until this thread's next safepoint; null: out of range. The buffer is looked at
// twice: what the size was in between fits it, for writers lower the size before they take a smaller buffer and raise it after.
inline Value list_peek(const List* l, uint64_t i) {
  for (;;) {
    const Value* items = std::atomic_ref<Value* const>(l->items).load(std::memory_order_acquire);
    size_t n = l->size.load(std::memory_order_acquire);
    if (TAIPAN_UNLIKELY(std::atomic_ref<Value* const>(l->items).load(std::memory_order_acquire) != items)) continue;
    return TAIPAN_LIKELY(i < n && items) ? gc::load(items + i) : Value();
  }
}
inline Value list_at(Value l, size_t i) {  // borrowed; i in range
  if (TAIPAN_UNLIKELY(gc::parallel)) {
    Value v = list_peek(l.as<List>(), i);
    return v ? v : kNone;  // another thread has just removed it
  }
  return l.as<List>()->items[i];
}
bool list_reserve(List* l, size_t capacity);  // room for that many items in all
// For who changes items itself, the list's object lock held: room for one more, and without the last one (whose slot's reference is the
// caller's already).
bool list_make_room(List* l);
void list_forget_last(List* l);
Ref list_get(Value list, size_t i);  // owned, safe with the GIL off; null without exception: out of range

// ---- fast paths of the interpreter. A null or false answer means "take the ordinary road", nothing is raised.
inline Ref list_load(List* l, int64_t i) {
  if (TAIPAN_UNLIKELY(gc::parallel))
    return Ref::dup(list_peek(l, static_cast<uint64_t>(i)));  // a negative index is out of range there too
  if (TAIPAN_UNLIKELY(static_cast<uint64_t>(i) >= l->size.load(std::memory_order_relaxed))) return Ref();
  return Ref::dup(l->items[i]);
}
inline bool list_store(List* l, int64_t i, Value v) {
  Ref old;
  {
    gc::ObjectLock lock(&l->h);
    if (TAIPAN_UNLIKELY(static_cast<uint64_t>(i) >= l->size.load(std::memory_order_relaxed))) return false;
    old = gc::exchange_locked(&l->h, &l->items[i], Ref::dup(v));
  }
  return true;
}
bool list_append_slow(List* l, Ref item);
inline bool list_append_fast(List* l, Ref item) {
  size_t n = l->size.load(std::memory_order_relaxed);
  if (TAIPAN_LIKELY(!gc::parallel && n < l->capacity)) {
    gc::init(&l->items[n], std::move(item));
    l->size.store(n + 1, std::memory_order_release);
    return true;
  }
  return list_append_slow(l, std::move(item));
}
inline bool list_append(Value list, Ref item) { return list_append_fast(list.as<List>(), std::move(item)); }
inline bool list_append(Value list, Value item) { return list_append_fast(list.as<List>(), Ref::dup(item)); }

struct ListIterator {
  Header h;
  Value list;  // null once exhausted
  size_t index;
};
struct ListReverseIterator {
  Header h;
  Value list;     // null once exhausted
  int64_t index;  // of the next item
};
Ref make_list_iterator(Value list);
void list_iterator_finish(ListIterator* it);
Ref list_iterator_next_shared(ListIterator* it);
// The next item (owned) of a list's iterator where there is one and no other thread can interfere; null: something else, nothing was done.
TAIPAN_INLINE Ref list_iterator_quick(Value iterator) {
  if (TAIPAN_UNLIKELY(gc::parallel) || !has_shape(iterator, kShapeListIterator)) return Ref();
  auto* it = iterator.as<ListIterator>();
  if (TAIPAN_UNLIKELY(it->list.is_null())) return Ref();
  auto* list = it->list.as<List>();
  if (TAIPAN_UNLIKELY(it->index >= list->size.load(std::memory_order_relaxed))) return Ref();
  return Ref::dup(list->items[it->index++]);
}
// The next item (owned), or kStopIter.
inline Ref list_iterator_next(ListIterator* it) {
  if (TAIPAN_UNLIKELY(gc::parallel) && !gc::is_unique(&it->h)) return list_iterator_next_shared(it);
  Value list = gc::load(&it->list);
  if (TAIPAN_UNLIKELY(list.is_null())) return Ref::imm(kStopIter);
  size_t index = it->index;
  Ref item = list_load(list.as<List>(), static_cast<int64_t>(index));
  if (TAIPAN_LIKELY(static_cast<bool>(item))) {
    it->index = index + 1;
    return item;
  }
  list_iterator_finish(it);
  return Ref::imm(kStopIter);
}

}  // namespace taipan
