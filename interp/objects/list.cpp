#include "interp/objects/list.h"

#include <algorithm>
#include <cstring>

#include "interp/objects/containers.h"
#include "interp/objects/dict.h"
#include "interp/objects/int.h"
#include "interp/objects/range.h"
#include "interp/objects/set.h"
#include "interp/objects/slice.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"

namespace taipan {

static constexpr size_t kMaxList = (size_t{1} << 59);

static size_t size_of(const List* l) { return l->size.load(std::memory_order_relaxed); }
static void set_size(List* l, size_t n) { l->size.store(n, std::memory_order_release); }
static void set_capacity(List* l, size_t n) { gc::poke(l->capacity, n); }

// ---- storage. With the GIL off slots from size to capacity are null at all times: readers without a lock may see them.

constexpr size_t kManyItems = 1 << 16;

// Replaces the buffer by one of `capacity` items (>= size), the lock held where needed.
static bool reallocate(List* l, size_t capacity) {
  size_t n = size_of(l);
  if (capacity > kMaxList) return raise_memory();
  if (!gc::lock_free_readers) {
    size_t old_bytes = l->capacity * sizeof(Value), bytes = gc::buffer_size(capacity * sizeof(Value));
    Value* p;
    if (bytes <= gc::kMaxSmallSize && old_bytes <= gc::kMaxSmallSize) {
      p = static_cast<Value*>(gc::buffer_alloc(bytes));
      if (!p) return raise_memory();
      if (l->items) {
        memcpy(static_cast<void*>(p), l->items, n * sizeof(Value));
        gc::buffer_free_dead(l->items, old_bytes);
      }
    } else {
      p = static_cast<Value*>(gc::raw_realloc(l->items, bytes));
      if (!p) return raise_memory();
    }
    l->items = p;
    set_capacity(l, capacity);
    return true;
  }
  auto* p = static_cast<Value*>(gc::buffer_calloc(capacity * sizeof(Value), n * sizeof(Value)));
  if (!p) return raise_memory();
  if (n) memcpy(static_cast<void*>(p), l->items, n * sizeof(Value));
  Value* old = l->items;
  size_t old_bytes = l->capacity * sizeof(Value);
  std::atomic_ref<Value*>(l->items).store(p, std::memory_order_release);
  set_capacity(l, capacity);
  if (old) gc::buffer_free_parallel(&l->h, old, old_bytes);
  return true;
}
static bool grow_for(List* l, size_t needed) {
  if (needed <= l->capacity) return true;
  if (needed > kMaxList) return raise_memory();
  // (Where others may be reading the items are copied each time, and the old buffer waits: so it happens less often.)
  size_t spare = !gc::parallel ? needed >> 3 : needed < kManyItems ? needed >> 1 : needed >> 2;
  return reallocate(l, (needed + spare + 6) & ~size_t{3});
}
// The same for n more, the first of which get just the room they take.
static bool grow_by(List* l, size_t n) {
  size_t size = size_of(l);
  if (n > kMaxList - size) return raise_memory();
  return size == 0 && l->capacity < n ? reallocate(l, n) : grow_for(l, size + n);
}
// Gives memory back after a removal that left the buffer less than half full. Failure doesn't matter.
static void shrink(List* l) {
  size_t n = size_of(l);
  if (l->capacity < 16 || n >= l->capacity / 2) return;
  size_t capacity = n == 0 ? 0 : (n + (n >> 3) + 6) & ~size_t{3};
  if (capacity >= l->capacity) return;
  if (capacity == 0) {
    Value* old = l->items;
    size_t bytes = l->capacity * sizeof(Value);
    std::atomic_ref<Value*>(l->items).store(nullptr, std::memory_order_release);
    set_capacity(l, 0);
    gc::buffer_free(&l->h, old, bytes);
    return;
  }
  reallocate(l, capacity);
}

// Four small ints in a row, as lists of numbers have them, need no counting.
static TAIPAN_INLINE bool four_ints(const Value* v) {
  return (v[0].bits & v[1].bits & v[2].bits & v[3].bits & Value::kIntTag) != 0;
}

static void drop_range(Value* items, size_t n) {  // last first
  size_t i = n;
  for (; i >= 4; i -= 4) {
    if (four_ints(items + i - 4)) continue;
    for (size_t k = i; k-- > i - 4;) decref(items[k]);
  }
  while (i-- > 0) decref(items[i]);
}
static TAIPAN_INLINE void copy_counted(Value* to, const Value* from, size_t n) {
  size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    if (!four_ints(from + i)) {
      for (size_t k = i; k < i + 4; k++) incref(from[k]);
    }
    memcpy(static_cast<void*>(to + i), from + i, 4 * sizeof(Value));
  }
  for (; i < n; i++) {
    incref(from[i]);
    to[i] = from[i];
  }
}

// The same of items that were in the list until now.
static void drop_removed(List* l, Value* items, size_t n) {
  if (TAIPAN_UNLIKELY(gc::parallel)) {
    for (size_t i = 0; i < n; i++) gc::displaced(&l->h, items[i]);
  }
  drop_range(items, n);
}

bool list_reserve(List* l, size_t capacity) {
  gc::ObjectLock lock(&l->h);
  return capacity <= l->capacity || reallocate(l, capacity);
}

bool list_make_room(List* l) { return grow_for(l, size_of(l) + 1); }
void list_forget_last(List* l) {
  size_t n = size_of(l);
  gc::store_release(&l->items[n - 1], Value());
  set_size(l, n - 1);
  shrink(l);
}

// A list with room for n items. With `fill`, the caller stores all of them at once and the buffer isn't zeroed.
static List* allocate(size_t n, bool fill = false) {
  if (n > kMaxList) return raise_memory();
  auto* l = new_object<List>(kShapeList, true);
  if (!l) return nullptr;
  if (n) {
    size_t bytes = n * sizeof(Value);
    fill |= !gc::parallel;
    auto* p = static_cast<Value*>(fill ? gc::buffer_alloc(bytes) : gc::buffer_calloc(bytes, 0));
    if (!p) {
      Ref drop = Ref::steal(l);
      return raise_memory();
    }
    l->items = p;
    set_capacity(l, n);
  }
  return l;
}

Ref make_list(size_t reserve) { return Ref::steal(allocate(reserve)); }

Ref make_list(const Value* items, size_t n) {
  List* l = allocate(n, true);
  if (!l) return nullptr;
  for (size_t i = 0; i < n; i++) gc::init(&l->items[i], Ref::dup(items[i]));
  set_size(l, n);
  return Ref::steal(l);
}

Ref make_list_steal(Ref* items, size_t n) {
  List* l = allocate(n, true);
  if (!l) return nullptr;
  for (size_t i = 0; i < n; i++) gc::init(&l->items[i], std::move(items[i]));
  set_size(l, n);
  return Ref::steal(l);
}

bool list_append_slow(List* l, Ref item) {
  gc::ObjectLock lock(&l->h);
  size_t n = size_of(l);
  if (!grow_for(l, n + 1)) return false;
  gc::init(&l->items[n], std::move(item));
  set_size(l, n + 1);
  return true;
}

Ref list_get(Value list, size_t i) {
  auto* l = list.as<List>();
  if (TAIPAN_UNLIKELY(gc::parallel)) return Ref::dup(list_peek(l, i));
  if (i >= size_of(l)) return Ref();
  return Ref::dup(l->items[i]);
}

bool list_set(Value list, size_t i, Ref item) {
  auto* l = list.as<List>();
  Ref old;
  gc::ObjectLock lock(&l->h);
  if (i >= size_of(l)) return raise(types::IndexError, "list assignment index out of range");
  old = gc::exchange_locked(&l->h, &l->items[i], std::move(item));
  return true;
}

bool list_insert(Value list, int64_t at, Value item) {
  auto* l = list.as<List>();
  gc::ObjectLock lock(&l->h);
  size_t n = size_of(l);
  if (!grow_for(l, n + 1)) return false;
  auto size = static_cast<int64_t>(n);
  if (at < 0) at = at + size < 0 ? 0 : at + size;
  if (at > size) at = size;
  gc::before_bulk_move(&l->h);
  gc::move_references(l->items + at + 1, l->items + at, static_cast<size_t>(size - at));
  gc::init(&l->items[at], Ref::dup(item));
  set_size(l, n + 1);
  return true;
}

// Object lock held; i is below n, the size.
static TAIPAN_INLINE Ref take_at(List* l, size_t i, size_t n) {
  Ref item;
  if (i + 1 == n) {
    item = gc::exchange_locked(&l->h, &l->items[i], Ref());
  } else {
    gc::before_bulk_move(&l->h);
    item = Ref::steal(l->items[i]);
    gc::move_references(l->items + i, l->items + i + 1, n - i - 1);
    gc::store_release(&l->items[n - 1], Value());
    gc::displaced(&l->h, item);
  }
  set_size(l, n - 1);
  shrink(l);
  return item;
}

// at: from the end if negative, as the size is when the list is looked at.
static Ref pop_at(List* l, int64_t at) {
  gc::ObjectLock lock(&l->h);
  size_t n = size_of(l);
  if (TAIPAN_UNLIKELY(n == 0)) return raise(types::IndexError, "pop from empty list");
  size_t i = static_cast<size_t>(at < 0 ? at + static_cast<int64_t>(n) : at);
  if (TAIPAN_UNLIKELY(i >= n)) return raise(types::IndexError, "pop index out of range");
  return take_at(l, i, n);
}
Ref list_pop(Value list, size_t i) { return pop_at(list.as<List>(), static_cast<int64_t>(i)); }

static bool list_clear(List* l) {
  Value* items;
  size_t n, bytes;
  {
    gc::ObjectLock lock(&l->h);
    if (!l->items) return true;
    bytes = l->capacity * sizeof(Value);
    gc::before_bulk_move(&l->h);
    items = l->items;
    n = size_of(l);
    set_size(l, 0);
    std::atomic_ref<Value*>(l->items).store(nullptr, std::memory_order_release);
    set_capacity(l, 0);
  }
  drop_removed(l, items, n);
  gc::buffer_free(&l->h, items, bytes);
  return true;
}

// The same while other threads may change `from`: copies at most n items from `start` on; how many there were. They have gone to a place
// that wasn't filled before and isn't seen by others yet.
static size_t copy_locked(Value* to, List* from, size_t start, size_t n) {
  size_t there;
  {
    gc::ObjectReadLock lock(&from->h);
    size_t size = size_of(from);
    there = start >= size ? 0 : n < size - start ? n : size - start;
    copy_counted(to, from->items + start, there);
  }
  if (there < n) memset(static_cast<void*>(to + there), 0, (n - there) * sizeof(Value));
  return there;
}

// A counted copy of items [start, end), safe against other threads.
Ref list_slice(Value list, size_t start, size_t end) {
  auto* l = list.as<List>();
  if (end > size_of(l)) end = size_of(l);
  if (start > end) start = end;
  List* r = allocate(end - start, true);
  if (!r) return nullptr;
  Ref result = Ref::steal(r);
  set_size(r, copy_locked(r->items, l, start, end - start));
  return result;
}
Ref list_slice_steps(Value list, int64_t start, int64_t step, size_t count) {
  if (count == 0) return make_list(0);
  auto* l = list.as<List>();
  List* r =
      allocate(count, !gc::parallel);  // (with one thread at a time the list is as the numbers say: all are filled)
  if (!r) return nullptr;
  Ref result = Ref::steal(r);
  gc::ObjectReadLock lock(&l->h);
  auto size = static_cast<int64_t>(size_of(l));
  size_t n = 0;
  for (int64_t at = start; n < count && at >= 0 && at < size; n++, at += step) {
    Value item = l->items[at];
    incref(item);
    gc::store_release(&r->items[n], item);
  }
  set_size(r, n);
  return result;
}

Ref list_to_tuple(Value list) {
  auto* l = list.as<List>();
  if (!gc::parallel) return make_tuple(l->items, size_of(l));
  Ref copy = list_slice(list, 0, size_of(l));
  if (!copy) return nullptr;
  return make_tuple(copy.as<List>()->items, list_size(copy));
}
// Appends all that `from` holds, which is nobody else's and is empty then.
static bool append_taken(List* l, List* from) {
  size_t n = size_of(from);
  if (n == 0) return true;
  gc::ObjectLock lock(&l->h);
  if (!grow_by(l, n)) return false;
  size_t size = size_of(l);
  gc::move_references(l->items + size, from->items, n);
  set_size(from, 0);
  set_size(l, size + n);
  return true;
}

// Appends n items; they are kept alive by the caller.
static bool append_items(List* l, const Value* items, size_t n) {
  if (n == 0) return true;
  gc::ObjectLock lock(&l->h);
  if (!grow_by(l, n)) return false;
  size_t size = size_of(l);
  copy_counted(l->items + size, items, n);
  set_size(l, size + n);
  return true;
}

// What common iterables give, without an iterator. False with *done unset: another kind of iterable.
static bool extend_directly(List* l, Value iterable, bool* done) {
  if (!iterable.is_heap()) return false;
  size_t size = size_of(l);
  ShapeId shape = iterable.header()->shape();
  if (TAIPAN_UNLIKELY(gc::parallel) && !(gc::is_unique(&l->h) && (shape == kShapeRange || shape == kShapeStr)))
    return false;
  switch (shape) {
    case kShapeRange: {
      auto* r = iterable.as<Range>();
      if (!r->start.is_int() || !r->step.is_int() || !r->length.is_int()) return false;
      auto n = static_cast<uint64_t>(r->length.as_int());
      int64_t value = r->start.as_int(), step = r->step.as_int();
      if (n == 0 || n > kMaxList - size || __builtin_mul_overflow(static_cast<int64_t>(n), step, &step)) return false;
      if (__builtin_add_overflow(value, step, &step) || !Value::fits_int(step)) return false;
      step = r->step.as_int();
      *done = true;
      if (!list_reserve(l, size + n)) return false;
      Value* to = l->items + size;
      for (size_t i = 0; i < n; i++) {
        to[i] = Value::from_int(value);
        value += step;
      }
      set_size(l, size + n);
      return true;
    }
    case kShapeStr: {
      auto* s = iterable.as<Str>();
      size_t n = s->length;
      if (!s->ascii || n > kMaxList - size) return false;
      *done = true;
      if (!list_reserve(l, size + n)) return false;
      const uint8_t* text = s->data1();
      for (size_t i = 0; i < n; i++) {
        Ref c = make_str_char(text[i]);
        if (!c) return false;
        l->items[size + i] = c.release();
        set_size(l, size + i + 1);
      }
      return true;
    }
    case kShapeDict:
    case kShapeDictKeys: {
      Value dict = has_shape(iterable, kShapeDict) ? iterable : iterable.as<DictView>()->dict;
      auto* d = dict.as<Dict>();
      size_t n = dict_size(dict);
      if (n > kMaxList - size) return false;
      *done = true;
      if (!list_reserve(l, size + n)) return false;
      Value* to = l->items + size;
      for (uint32_t i = 0; i < d->entry_count; i++) {
        Value key = d->entries[i].key;
        if (!key) continue;
        incref(key);
        *to++ = key;
      }
      set_size(l, size + n);
      return true;
    }
    case kShapeDictValues:
    case kShapeDictItems: {
      Value dict = iterable.as<DictView>()->dict;
      auto* d = dict.as<Dict>();
      size_t n = dict_size(dict);
      if (n > kMaxList - size) return false;
      *done = true;
      if (!list_reserve(l, size + n)) return false;
      bool pairs = iterable.header()->shape() == kShapeDictItems;
      size_t at = size;
      for (uint32_t i = 0; i < d->entry_count; i++) {
        const DictEntry& e = d->entries[i];
        if (!e.key) continue;
        if (pairs) {
          Ref pair = make_pair(e.key, e.value);
          if (!pair) return false;
          l->items[at++] = pair.release();
        } else {
          incref(e.value);
          l->items[at++] = e.value;
        }
        set_size(l, at);
      }
      return true;
    }
    default: return false;
  }
}

bool list_extend(Value list, Value iterable) {
  auto* l = list.as<List>();
  if (is_tuple_exact(iterable)) return append_items(l, iterable.as<Tuple>()->items(), tuple_size(iterable));
  if (is_list_exact(iterable)) {
    if (iterable == list || gc::parallel) {
      size_t size = size_of(l), n = list_size(iterable);
      if (iterable != list && gc::is_unique(&l->h)) {  // nobody else can look at l
        if (!grow_by(l, n)) return false;
        set_size(l, size + copy_locked(l->items + size, iterable.as<List>(), 0, n));
        return true;
      }
      Ref copy = list_slice(iterable, 0, n);
      return copy && append_taken(l, copy.as<List>());
    }
    return append_items(l, iterable.as<List>()->items, list_size(iterable));
  }
  if (TAIPAN_UNLIKELY(gc::parallel)) {
    Ref items = items_at_once(iterable);
    if (items) return append_items(l, items.as<List>()->items, list_size(items));
    if (error_occurred()) return false;
  }
  if (is_str_exact(iterable) && !gc::parallel) {
    const Str* text = iterable.as<Str>();
    if (!list_reserve(l, size_of(l) + text->length)) return false;
    for (size_t i = 0; i < text->length; i++) {
      Ref c = make_str_char(text->at(i));
      if (!c || !list_append(list, std::move(c))) return false;
    }
    return true;
  }
  bool done = false;
  if (extend_directly(l, iterable, &done) || done) return !error_occurred();
  IteratorOf it(get_iter(iterable), iterable);
  if (!it) return false;
  int64_t hint = length_hint(iterable, 8);
  if (hint < 0) return false;
  size_t size = size_of(l);
  // (A hint that overflows together with what is there is ignored, as CPython does: it may be wrong.)
  if (hint > 0 && hint <= INT64_MAX - static_cast<int64_t>(size) && !list_reserve(l, size + static_cast<size_t>(hint)))
    return false;
  auto next = type_of(it)->s.next;
  for (uint32_t steps = 1;; steps++) {
    Ref item = next(it);
    if (!item) {
      if (!error_matches(types::StopIteration)) return false;
      clear_error();
      break;
    }
    if (is_stop(item)) break;
    if (!list_append_fast(l, std::move(item))) return false;
    if (steps % 4096 == 0 && !poll()) return false;
  }
  gc::ObjectLock lock(&l->h);
  shrink(l);
  return true;
}

bool list_set_slice(Value list, size_t start, size_t end, Value sequence) {
  auto* l = list.as<List>();
  Ref copy;  // items to insert, private to us
  const Value* items = nullptr;
  size_t count = 0;
  if (sequence) {
    if (is_list_exact(sequence) && sequence != list &&
        !gc::parallel) {  // nothing below runs Python code before the items are taken
      copy = Ref::dup(sequence);
      items = sequence.as<List>()->items;
      count = list_size(sequence);
    } else {
      if (is_tuple_exact(sequence))
        copy = Ref::dup(sequence);
      else if (is_list(sequence))
        copy = list_to_tuple(sequence);
      else
        copy = iterable_to_tuple(sequence);
      if (!copy) return false;
      items = copy.as<Tuple>()->items();
      count = tuple_size(copy);
    }
  }
  Value small[8];
  Value* removed = small;
  size_t gone;
  {
    gc::ObjectLock lock(&l->h);
    size_t n = size_of(l);
    if (start > n) start = n;
    if (end > n) end = n;
    if (end < start) end = start;
    gone = end - start;
    if (count > kMaxList - (n - gone)) return raise_memory();
    if (gone > 8) {
      removed = static_cast<Value*>(gc::raw_alloc(gone * sizeof(Value)));
      if (!removed) return raise_memory();
    }
    size_t size = n - gone + count;
    if (!grow_for(l, size)) {
      if (removed != small) gc::raw_free(removed);
      return false;
    }
    if (gone || end != n) gc::before_bulk_move(&l->h);
    if (gone) memcpy(static_cast<void*>(removed), l->items + start, gone * sizeof(Value));
    if (count != gone && end != n) gc::move_references(l->items + start + count, l->items + end, n - end);
    if (TAIPAN_UNLIKELY(gc::lock_free_readers)) {
      for (size_t i = 0; i < count; i++) gc::init(l->items + start + i, Ref::dup(items[i]));
      for (size_t i = size; i < n; i++) gc::store_release(l->items + i, Value());
    } else {
      copy_counted(l->items + start, items, count);
      if (size < n) memset(static_cast<void*>(l->items + size), 0, (n - size) * sizeof(Value));
    }
    set_size(l, size);
    if (size < n) shrink(l);
  }
  drop_removed(l, removed, gone);
  if (removed != small) gc::raw_free(removed);
  return true;
}

bool list_reverse(Value list) {
  auto* l = list.as<List>();
  gc::ObjectLock lock(&l->h);
  size_t n = size_of(l);
  if (n < 2) return true;
  gc::before_bulk_move(&l->h);
  if (!gc::lock_free_readers) {
    std::reverse(l->items, l->items + n);
    return true;
  }
  for (size_t i = 0, j = n - 1; i < j; i++, j--) {
    Value t = l->items[i];
    gc::store_release(&l->items[i], l->items[j]);
    gc::store_release(&l->items[j], t);
  }
  return true;
}

// ---- slots

static void list_trace(Header* h, gc::Visitor& v) {
  auto* l = reinterpret_cast<List*>(h);
  for (;;) {  // see list_peek
    const Value* items = std::atomic_ref<Value* const>(l->items).load(std::memory_order_acquire);
    size_t n = l->size.load(std::memory_order_acquire);
    if (TAIPAN_UNLIKELY(std::atomic_ref<Value* const>(l->items).load(std::memory_order_acquire) != items)) continue;
    if (items) v.visit_range(items, n);
    return;
  }
}
static void list_clear_op(Header* h) { list_clear(reinterpret_cast<List*>(h)); }
static void list_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* l = reinterpret_cast<List*>(h);
  if (Value* items = l->items) {
    size_t n = size_of(l), bytes = l->capacity * sizeof(Value);
    set_size(l, 0);
    l->items = nullptr;
    set_capacity(l, 0);
    drop_range(items, n);
    gc::buffer_free_dead(items, bytes);
  }
  finish_dealloc_as<List>(h);
}
static size_t list_bytes(Header* h) {
  return sizeof(List) + gc::peek(reinterpret_cast<List*>(h)->capacity) * sizeof(Value);
}

static Ref list_repr(Value self) {
  auto* l = self.as<List>();
  if (size_of(l) == 0) return make_str("[]");
  int entered = repr_enter(self);
  if (entered != 0) return entered > 0 ? make_str("[...]") : nullptr;
  StrBuilder b;
  bool ok = b.append_char('[');
  for (size_t i = 0; ok && i < size_of(l); i++) {  // the size may change meanwhile
    if (i > 0) ok = b.append_ascii(", ");
    if (!ok) break;
    Ref item = list_get(self, i);
    if (!item) break;
    Ref r = repr_of(item);
    ok = r && b.append(r);
  }
  if (ok) ok = b.append_char(']');
  repr_leave(self);
  return ok ? b.finish() : nullptr;
}

static Ref list_compare(Value a, Value b, CompareOp op) {
  if (!is_list(a) || !is_list(b)) return Ref::imm(kNotImplemented);
  auto *x = a.as<List>(), *y = b.as<List>();
  if (size_of(x) != size_of(y) && (op == kEq || op == kNe)) return Ref::imm(bool_value(op == kNe));
  for (size_t i = 0; i < size_of(x) && i < size_of(y); i++) {
    if (!gc::parallel && x->items[i] == y->items[i]) continue;
    Ref p = list_load(x, static_cast<int64_t>(i)), q = list_load(y, static_cast<int64_t>(i));
    if (!p || !q) break;
    int equal = items_equal(p, q);
    if (equal < 0) return nullptr;
    if (equal) continue;
    if (i >= size_of(x) || i >= size_of(y)) break;  // comparing removed the items: then the sizes decide
    if (op == kEq) return Ref::imm(kFalse);
    if (op == kNe) return Ref::imm(kTrue);
    return compare(p, q, op);
  }
  return Ref::imm(bool_value(compare_ints(static_cast<int64_t>(size_of(x)), static_cast<int64_t>(size_of(y)), op)));
}

static int64_t list_length(Value self) { return static_cast<int64_t>(list_size(self)); }

static Ref list_get_item(Value self, Value key) {
  auto* l = self.as<List>();
  if (TAIPAN_LIKELY(key.is_int()) || (!is_slice(key) && has_index(key))) {
    int64_t i;
    if (TAIPAN_LIKELY(key.is_int()))
      i = key.as_int();
    else if (!to_ssize(key, &i, types::IndexError))
      return nullptr;
    Ref item;
    if (i >= 0) {
      item = list_load(l, i);
    } else {  // by one size that the list had, whoever changes it meanwhile
      int64_t at;
      do {
        at = i + static_cast<int64_t>(size_of(l));
        if (at >= 0) item = list_load(l, at);
      } while (TAIPAN_UNLIKELY(at >= 0 && !item && gc::parallel));
    }
    if (TAIPAN_UNLIKELY(!item)) return raise(types::IndexError, "list index out of range");
    return item;
  }
  if (is_slice(key)) {
    int64_t start, stop, step;
    if (!slice_numbers(key, &start, &stop, &step)) return nullptr;
    int64_t count = slice_adjust(static_cast<int64_t>(size_of(l)), &start, &stop, step);
    if (step == 1 && count > 0) return list_slice(self, static_cast<size_t>(start), static_cast<size_t>(start + count));
    return list_slice_steps(self, start, step, static_cast<size_t>(count));
  }
  return raise(types::TypeError, "list indices must be integers or slices, not %T", key);
}

// del l[start:stop:step] with step != 1.
static bool delete_strided(List* l, int64_t start, int64_t step, int64_t count) {
  if (count <= 0) return true;
  if (step < 0) {
    start = start + step * (count - 1);
    step = -step;
  }
  auto* removed = static_cast<Value*>(gc::raw_alloc(static_cast<size_t>(count) * sizeof(Value)));
  if (!removed) return raise_memory();
  size_t gone = 0;
  {
    gc::ObjectLock lock(&l->h);
    gc::before_bulk_move(&l->h);
    auto size = static_cast<int64_t>(size_of(l));
    int64_t to = start, next = start;
    for (int64_t i = start; i < size; i++) {
      if (i == next && gone < static_cast<size_t>(count)) {
        removed[gone++] = l->items[i];
        next += step;
      } else {
        gc::store_release(&l->items[to++], l->items[i]);
      }
    }
    if (gone) {
      for (int64_t i = to; i < size; i++) gc::store_release(&l->items[i], Value());
      set_size(l, static_cast<size_t>(to));
      shrink(l);
    }
  }
  drop_removed(l, removed, gone);
  gc::raw_free(removed);
  return true;
}

static bool set_strided(Value self, int64_t start, int64_t step, int64_t count, Value value) {
  auto* l = self.as<List>();
  Ref items;
  if (is_tuple_exact(value))
    items = Ref::dup(value);
  else if (is_list(value))
    items = list_to_tuple(value);
  else {
    Ref it = iter_at_once(value);
    if (!it) {
      if (error_matches(types::TypeError)) {
        clear_error();
        return raise(types::TypeError, "must assign iterable to extended slice");
      }
      return false;
    }
    items = iterable_to_tuple(it);
  }
  if (!items) return false;
  auto n = static_cast<int64_t>(tuple_size(items));
  if (n != count)
    return raise(types::ValueError, "attempt to assign sequence of size %zd to extended slice of size %zd", n, count);
  if (count == 0) return true;
  Ref displaced = make_tuple(static_cast<size_t>(count));  // drops them at the end
  if (!displaced) return false;
  gc::ObjectLock lock(&l->h);
  auto size = static_cast<int64_t>(size_of(l));
  for (int64_t i = 0, at = start; i < count && at >= 0 && at < size; i++, at += step)
    tuple_init(displaced, static_cast<size_t>(i),
               gc::exchange(&l->h, &l->items[at], Ref::dup(tuple_at(items, static_cast<size_t>(i)))));
  return true;
}

static bool list_set_item(Value self, Value key, Value value) {
  auto* l = self.as<List>();
  if (TAIPAN_LIKELY(key.is_int()) || (!is_slice(key) && has_index(key))) {
    int64_t i;
    if (TAIPAN_LIKELY(key.is_int()))
      i = key.as_int();
    else if (!to_ssize(key, &i, types::IndexError))
      return false;
    if (i < 0) i += static_cast<int64_t>(size_of(l));
    if (i < 0 || i >= static_cast<int64_t>(size_of(l)))
      return raise(types::IndexError, "list assignment index out of range");
    if (!value) {
      Ref gone;
      gc::ObjectLock lock(&l->h);
      size_t n = size_of(l);
      if (static_cast<size_t>(i) >= n) return raise(types::IndexError, "list assignment index out of range");
      gone = take_at(l, static_cast<size_t>(i), n);
      return true;
    }
    if (!list_store(l, i, value)) return raise(types::IndexError, "list assignment index out of range");
    return true;
  }
  if (is_slice(key)) {
    int64_t start, stop, step;
    if (!slice_numbers(key, &start, &stop, &step)) return false;
    bool open = stop == INT64_MAX;  // whatever the list's length is by the time that its lock is held
    int64_t count = slice_adjust(static_cast<int64_t>(size_of(l)), &start, &stop, step);
    if (step == 1) {
      if (value && !is_list(value) && !is_tuple(value)) {
        Ref it = iter_at_once(value);
        if (!it) {
          if (!error_matches(types::TypeError)) return false;
          clear_error();
          return raise(types::TypeError, "can only assign an iterable");
        }
        Ref items = iterable_to_tuple(it);
        if (!items) return false;
        // The iterator may have changed the list: the bounds are fitted to what it is now.
        return list_set_slice(self, static_cast<size_t>(start), static_cast<size_t>(start > stop ? start : stop),
                              items);
      }
      if (open) stop = INT64_MAX;
      return list_set_slice(self, static_cast<size_t>(start), static_cast<size_t>(start > stop ? start : stop), value);
    }
    if (!value) return delete_strided(l, start, step, count);
    // An empty extended slice with step < 0 and the like takes only an empty sequence.
    return set_strided(self, start, step, count < 0 ? 0 : count, value);
  }
  return raise(types::TypeError, "list indices must be integers or slices, not %T", key);
}

static int list_contains(Value self, Value item) {
  auto* l = self.as<List>();
  for (size_t i = 0; i < size_of(l); i++) {
    if (!gc::parallel && equality_is_quiet(l->items[i], item)) {
      if (items_equal(l->items[i], item)) return 1;
      continue;
    }
    Ref x = list_load(l, static_cast<int64_t>(i));
    if (!x) break;
    int equal = items_equal(x, item);
    if (equal != 0) return equal;
  }
  return 0;
}

static Ref list_concat(Value a, Value b) {
  if (!is_list(b)) return raise(types::TypeError, "can only concatenate list (not \"%T\") to list", b);
  size_t n = list_size(a), m = list_size(b);
  List* r = allocate(n + m, true);
  if (!r) return nullptr;
  Ref result = Ref::steal(r);
  n = copy_locked(r->items, a.as<List>(), 0, n);
  n += copy_locked(r->items + n, b.as<List>(), 0, m);
  if (n < r->capacity) memset(static_cast<void*>(r->items + n), 0, (r->capacity - n) * sizeof(Value));
  set_size(r, n);
  return result;
}

static Ref list_repeat(Value self, Value count) {
  int64_t n;
  if (!to_ssize(count, &n, types::OverflowError)) return nullptr;
  size_t size = list_size(self);
  if (n <= 0 || size == 0) return make_list(0);
  if (static_cast<size_t>(n) > kMaxList / size) return raise_memory();
  List* r = allocate(size * static_cast<size_t>(n), !gc::parallel);
  if (!r) return nullptr;
  Ref result = Ref::steal(r);
  auto* l = self.as<List>();
  gc::ObjectLock lock(&l->h);
  if (size_of(l) < size) size = size_of(l);
  Value* out = r->items;
  if (size == 1) {
    Value item = l->items[0];
    if (item.is_heap()) gc::add_refs(item.header(), static_cast<uint64_t>(n));
    std::fill_n(out, n, item);
  } else {
    for (int64_t k = 0; k < n; k++) {
      for (size_t i = 0; i < size; i++) gc::init(out++, Ref::dup(l->items[i]));
    }
  }
  set_size(r, size * static_cast<size_t>(n));
  return result;
}

static Ref list_inplace_concat(Value self, Value other) {
  if (!list_extend(self, other)) return nullptr;
  return Ref::dup(self);
}

static Ref list_inplace_repeat(Value self, Value count) {
  int64_t n;
  if (!to_ssize(count, &n, types::OverflowError)) return nullptr;
  auto* l = self.as<List>();
  if (n <= 0) {
    list_clear(l);
    return Ref::dup(self);
  }
  if (size_of(l) == 0 || n == 1) return Ref::dup(self);
  gc::ObjectLock lock(&l->h);
  size_t size = size_of(l);
  if (size == 0) return Ref::dup(self);  // another thread has emptied it
  if (static_cast<size_t>(n) > kMaxList / size) return raise_memory();
  if (!grow_for(l, size * static_cast<size_t>(n))) return nullptr;
  Value* out = l->items + size;
  for (int64_t k = 1; k < n; k++) {
    for (size_t i = 0; i < size; i++) gc::init(out++, Ref::dup(l->items[i]));
  }
  set_size(l, size * static_cast<size_t>(n));
  return Ref::dup(self);
}

static Ref list_iter(Value self) { return make_list_iterator(self); }

static Ref list_new(TypeObject* cls, RawArgs) {
  if (cls == types::List) return make_list(0);
  return Ref::steal(alloc_instance(cls));
}

static bool list_init(Value self, RawArgs args) {
  if (TAIPAN_LIKELY(args.n == 1 && !args.kwnames && is_list_exact(self))) {
    list_clear(self.as<List>());
    return list_extend(self, args.v[0]);
  }
  static const Signature sig("list", "(iterable=(), /)");
  if (has_keywords(args)) {
    if (type_of(self)->s.new_ == types::List->s.new_) return check_no_keywords("list", args);
    args.kwnames = Value();
  }
  Value iterable[1];
  if (!sig.bind(args, iterable)) return false;
  list_clear(self.as<List>());
  return !iterable[0] || list_extend(self, iterable[0]);
}

// ---- methods

static Ref list_getitem_impl(Args& a) { return list_get_item(a.self, a[0]); }

static Ref list_append_impl(Args& a) {
  if (!list_append(a.self, a[0])) return nullptr;
  return Ref::imm(kNone);
}
static Ref list_insert_impl(Args& a) {
  int64_t at = a[0].as_int();
  if ((!a[0].is_int() && !to_c_ssize(a[0], &at)) || !list_insert(a.self, at, a[1])) return nullptr;
  return Ref::imm(kNone);
}
static Ref list_extend_impl(Args& a) {
  if (!list_extend(a.self, a[0])) return nullptr;
  return Ref::imm(kNone);
}
static Ref list_pop_impl(Args& a) {
  int64_t at = -1;
  if (a.has(0)) {
    if (TAIPAN_LIKELY(a[0].is_int()))
      at = a[0].as_int();
    else if (!to_c_ssize(a[0], &at))
      return nullptr;
  }
  return pop_at(a.self.as<List>(), at);
}
static Ref list_clear_impl(Args& a) {
  list_clear(a.self.as<List>());
  return Ref::imm(kNone);
}
static Ref list_copy_impl(Args& a) { return list_slice(a.self, 0, list_size(a.self)); }
static Ref list_reverse_impl(Args& a) {
  list_reverse(a.self);
  return Ref::imm(kNone);
}

// Removes item i, which was found to be x. Others may have moved or removed it meanwhile: false if it isn't there any more.
static bool remove_found(List* l, size_t i, Value x) {
  Ref gone;
  gc::ObjectLock lock(&l->h);
  size_t n = size_of(l);
  if (TAIPAN_UNLIKELY(gc::parallel) && (i >= n || l->items[i] != x)) {
    for (i = 0; i < n && l->items[i] != x;) i++;
    if (i == n) return false;
  }
  if (i < n) gone = take_at(l, i, n);
  return true;
}

static Ref list_remove_impl(Args& a) {
  auto* l = a.self.as<List>();
  for (size_t i = 0; i < list_size(a.self); i++) {
    Ref x = list_load(l, static_cast<int64_t>(i));
    if (!x) break;
    int equal = items_equal(x, a[0]);
    if (equal < 0) return nullptr;
    if (equal) {
      if (remove_found(l, i, x)) return Ref::imm(kNone);
      i = ~size_t{0};  // another thread has removed it: from the start
    }
  }
  return raise(types::ValueError, "list.remove(x): x not in list");
}

static Ref list_index_impl(Args& a) {
  int64_t start = 0, stop = INT64_MAX;
  if (a.has(1) && !slice_index(a[1], &start)) return nullptr;
  if (a.has(2) && !slice_index(a[2], &stop)) return nullptr;
  auto size = static_cast<int64_t>(list_size(a.self));
  if (start < 0) start = start + size < 0 ? 0 : start + size;
  if (stop < 0) stop = stop + size < 0 ? 0 : stop + size;
  for (int64_t i = start; i < stop && i < static_cast<int64_t>(list_size(a.self)); i++) {
    Ref x = list_load(a.self.as<List>(), i);
    if (!x) break;
    int equal = items_equal(x, a[0]);
    if (equal < 0) return nullptr;
    if (equal) return Ref::imm(Value::from_int(i));
  }
  return raise(types::ValueError, "%R is not in list", a[0]);
}

static Ref list_count_impl(Args& a) {
  int64_t count = 0;
  for (size_t i = 0; i < list_size(a.self); i++) {
    Ref x = list_load(a.self.as<List>(), static_cast<int64_t>(i));
    if (!x) break;
    int equal = items_equal(x, a[0]);
    if (equal < 0) return nullptr;
    count += equal;
  }
  return Ref::imm(Value::from_int(count));
}

static Ref list_sort_impl(Args& a) {
  int reverse = 0;
  if (a.has(1) && !to_c_int(a[1], &reverse)) return nullptr;
  if (!list_sort(a.self, a.get(0, kNone), reverse != 0)) return nullptr;
  return Ref::imm(kNone);
}

static Ref list_sizeof_impl(Args& a) { return make_int(static_cast<int64_t>(list_bytes(a.self.header()))); }

static Ref list_reversed_impl(Args& a) {
  auto* it = new_object<ListReverseIterator>(kShapeListReverseIterator, true);
  if (!it) return nullptr;
  it->index = static_cast<int64_t>(list_size(a.self)) - 1;
  gc::init(&it->list, Ref::dup(a.self));
  return Ref::steal(it);
}

static const NativeDef kListMethods[] = {
    {"__getitem__", "($self, index, /)", list_getitem_impl, kNativeCoexist | kNativeNoSignature,
     "x.__getitem__(y) <==> x[y]"},
    {"__reversed__", "($self, /)", list_reversed_impl, 0, "Return a reverse iterator over the list."},
    {"__sizeof__", "($self, /)", list_sizeof_impl, 0, "Return the size of the list in memory, in bytes."},
    {"clear", "($self, /)", list_clear_impl, 0, "Remove all items from list."},
    {"copy", "($self, /)", list_copy_impl, 0, "Return a shallow copy of the list."},
    {"append", "($self, object, /)", list_append_impl, kIntrinsicListAppend, "Append object to the end of the list."},
    {"insert", "($self, index, object, /)", list_insert_impl, 0, "Insert object before index."},
    {"extend", "($self, iterable, /)", list_extend_impl, 0, "Extend list by appending elements from the iterable."},
    {"pop", "($self, index=-1, /)", list_pop_impl, kIntrinsicListPop,
     "Remove and return item at index (default last).\n\nRaises IndexError if list is empty or index is out of range."},
    {"remove", "($self, value, /)", list_remove_impl, 0,
     "Remove first occurrence of value.\n\nRaises ValueError if the value is not present."},
    {"index", "($self, value, start=0, stop=sys.maxsize, /)", list_index_impl, 0,
     "Return first index of value.\n\nRaises ValueError if the value is not present."},
    {"count", "($self, value, /)", list_count_impl, 0, "Return number of occurrences of value."},
    {"reverse", "($self, /)", list_reverse_impl, 0, "Reverse *IN PLACE*."},
    {"sort", "($self, /, *, key=None, reverse=False)", list_sort_impl, 0,
     "Sort the list in ascending order, in place and stably, and return None.\n\nA key function is applied once to "
     "each item; "
     "the reverse flag sorts in descending order."},
    TAIPAN_CLASS_GETITEM,
    {nullptr}};

const TypeSpec kListSpec = {.doc = "list(iterable=(), /)\n--\n\nA mutable sequence, empty if no argument is given.",
                            .flags = kTypeBaseable | kTypeGc | kTypeSequence | kTypeMatchSelf,
                            .basic_size = sizeof(List),
                            .ops = {.trace = list_trace,
                                    .clear = list_clear_op,
                                    .dealloc = list_dealloc,
                                    .size_of = list_bytes,
                                    .trace_anytime = true},
                            .methods = kListMethods,
                            .s = {.repr = list_repr,
                                  .compare = list_compare,
                                  .iter = list_iter,
                                  .init = list_init,
                                  .new_ = list_new,
                                  .length = list_length,
                                  .get_item = list_get_item,
                                  .set_item = list_set_item,
                                  .contains = list_contains,
                                  .concat = list_concat,
                                  .repeat = list_repeat,
                                  .inplace_concat = list_inplace_concat,
                                  .inplace_repeat = list_inplace_repeat}};

// ---- iterators

Ref make_list_iterator(Value list) {
  auto* it = new_object<ListIterator>(kShapeListIterator, true);
  if (!it) return nullptr;
  gc::init(&it->list, Ref::dup(list));
  return Ref::steal(it);
}
Ref list_iterator_next_shared(ListIterator* it) {
  Ref list, item;  // dropped after the lock
  {
    gc::ObjectLock lock(&it->h);
    if (!it->list) return Ref::imm(kStopIter);
    item = list_load(it->list.as<List>(), static_cast<int64_t>(it->index));
    if (item) {
      it->index++;
      return item;
    }
    list = gc::take(&it->h, &it->list);
  }
  return Ref::imm(kStopIter);
}
void list_iterator_finish(ListIterator* it) { Ref list = gc::take(&it->h, &it->list); }

static void list_iterator_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<ListIterator*>(h)->list); }
static void list_iterator_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  decref(reinterpret_cast<ListIterator*>(h)->list);
  finish_dealloc_as<ListIterator>(h);
}
static Ref iterator_self(Value self) { return Ref::dup(self); }
static Ref list_iterator_next_slot(Value self) { return list_iterator_next(self.as<ListIterator>()); }

static Ref list_iterator_length_hint_impl(Args& a) {
  auto* it = a.self.as<ListIterator>();
  int64_t left = 0;
  if (it->list && list_size(it->list) > it->index) left = static_cast<int64_t>(list_size(it->list) - it->index);
  return Ref::imm(Value::from_int(left));
}
static Ref list_iterator_reduce_impl(Args& a) {
  auto* it = a.self.as<ListIterator>();
  if (it->list) return reduce_iterator(it->list, Value::from_int(static_cast<int64_t>(it->index)));
  Ref empty = make_list(0);
  return empty ? reduce_iterator(empty) : nullptr;
}
static Ref list_iterator_setstate_impl(Args& a) {
  auto* it = a.self.as<ListIterator>();
  int64_t index;
  if (!plain_int_to_ssize(a[0], &index)) return nullptr;
  if (it->list) {
    auto size = static_cast<int64_t>(list_size(it->list));
    it->index = static_cast<size_t>(index < 0 ? 0 : index > size ? size : index);
  }
  return Ref::imm(kNone);
}
static const NativeDef kListIteratorMethods[] = {
    {"__length_hint__", "($self, /)", list_iterator_length_hint_impl, kNativeNoSignature, "How many items are left."},
    {"__reduce__", "($self, /)", list_iterator_reduce_impl, kNativeNoSignature, "State for pickling."},
    {"__setstate__", "($self, state, /)", list_iterator_setstate_impl, kNativeNoSignature, "Set state for unpickling."},
    {nullptr}};
const TypeSpec kListIteratorSpec = {.flags = kTypeGc | kTypeNoInstantiate,
                                    .basic_size = sizeof(ListIterator),
                                    .ops = {.trace = list_iterator_trace, .dealloc = list_iterator_dealloc},
                                    .methods = kListIteratorMethods,
                                    .s = {.iter = iterator_self, .next = list_iterator_next_slot}};

static void reverse_finish(ListReverseIterator* it) {
  it->index = -1;
  Ref list = gc::take(&it->h, &it->list);
}
static Ref reverse_next(Value self) {
  auto* it = self.as<ListReverseIterator>();
  if (TAIPAN_LIKELY(!gc::parallel && it->list)) {
    auto* l = it->list.as<List>();
    if (TAIPAN_LIKELY(static_cast<uint64_t>(it->index) < size_of(l))) return Ref::dup(l->items[it->index--]);
  }
  Ref hold;
  gc::ObjectLock lock(&it->h);
  if (!it->list) return Ref::imm(kStopIter);
  if (it->index >= 0) {
    Ref item = list_load(it->list.as<List>(), it->index);
    if (item) {
      it->index--;
      return item;
    }
  }
  it->index = -1;
  hold = gc::take(&it->h, &it->list);
  return Ref::imm(kStopIter);
}
static void reverse_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<ListReverseIterator*>(h)->list); }
static void reverse_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  reverse_finish(reinterpret_cast<ListReverseIterator*>(h));
  finish_dealloc(h);
}
static Ref reverse_length_hint_impl(Args& a) {
  auto* it = a.self.as<ListReverseIterator>();
  int64_t left = it->index + 1;
  if (!it->list || static_cast<int64_t>(list_size(it->list)) < left) left = 0;
  return Ref::imm(Value::from_int(left));
}
static Ref reverse_reduce_impl(Args& a) {
  auto* it = a.self.as<ListReverseIterator>();
  if (!it->list) {
    Ref empty = make_list(0);
    return empty ? reduce_iterator(empty) : nullptr;
  }
  Ref reversed = builtin_function("reversed");
  if (!reversed) return nullptr;
  Ref args = make_tuple_of({it->list});
  if (!args) return nullptr;
  return make_tuple_of({reversed.get(), args.get(), Value::from_int(it->index)});
}
static Ref reverse_setstate_impl(Args& a) {
  auto* it = a.self.as<ListReverseIterator>();
  int64_t index;
  if (!plain_int_to_ssize(a[0], &index)) return nullptr;
  if (it->list) {
    auto size = static_cast<int64_t>(list_size(it->list));
    it->index = index < -1 ? -1 : index > size - 1 ? size - 1 : index;
  }
  return Ref::imm(kNone);
}
static const NativeDef kReverseMethods[] = {
    {"__length_hint__", "($self, /)", reverse_length_hint_impl, kNativeNoSignature, "How many items are left."},
    {"__reduce__", "($self, /)", reverse_reduce_impl, kNativeNoSignature, "State for pickling."},
    {"__setstate__", "($self, state, /)", reverse_setstate_impl, kNativeNoSignature, "Set state for unpickling."},
    {nullptr}};
const TypeSpec kListReverseIteratorSpec = {.flags = kTypeGc | kTypeNoInstantiate,
                                           .basic_size = sizeof(ListReverseIterator),
                                           .ops = {.trace = reverse_trace, .dealloc = reverse_dealloc},
                                           .methods = kReverseMethods,
                                           .s = {.iter = iterator_self, .next = reverse_next}};

}  // namespace taipan
