// deque: a ring buffer, so that items are reached by index in constant time as well.
//
// GIL off: it changes, and its items are read, under its object lock alone; nothing else guards it (kTypeParallel). What is one operation
// to a program is one stretch under the lock, unless Python code runs within it. Numbers that are looked at without the lock are hints.
#include <cstring>

#include "interp/modules/collections.h"
#include "interp/objects/slice.h"
#include "interp/objects/step_lock.h"

namespace taipan {

static TypeObject *deque_type, *iterator_type, *reverse_iterator_type;

// A number that is written under the lock, and may be read without it.
template <class T>
class Hint {
 public:
  operator T() const { return v_.load(std::memory_order_relaxed); }
  void operator=(T v) { v_.store(v, std::memory_order_relaxed); }
  void operator++(int) { *this = static_cast<T>(*this) + 1; }
  void operator--(int) { *this = static_cast<T>(*this) - 1; }

 private:
  std::atomic<T> v_;
};
struct Deque {
  Header h;
  Value* items;           // raw buffer of capacity slots; those not in use are null
  Hint<size_t> capacity;  // 0 or a power of two
  size_t head;            // slot of the first item
  Hint<size_t> size;
  Hint<int64_t> maxlen;  // -1: none
  Hint<uint64_t> state;  // changes with every change of the number or places of items
};
struct DequeIterator {
  Header h;
  Value deque;
  uint64_t state;
  size_t index;  // from the end it starts at
  size_t remaining;
};

static constexpr size_t kMaxSize = size_t{1} << 58;

static bool is_deque(Value v) { return v.is_heap() && is_instance_exact_type(v, deque_type); }
static Value& slot(Deque* d, size_t i) { return d->items[(d->head + i) & (d->capacity - 1)]; }

static bool resize(Deque* d, size_t capacity) {
  if (capacity > kMaxSize) return raise_memory();
  auto* p = static_cast<Value*>(gc::raw_calloc(capacity * sizeof(Value)));
  if (!p) return raise_memory();
  gc::before_bulk_move(&d->h);
  for (size_t i = 0; i < d->size; i++) p[i] = slot(d, i);
  Value* old = d->items;
  d->items = p;
  d->capacity = capacity;
  d->head = 0;
  if (old) gc::raw_free_epoch(old);
  return true;
}
static bool room_for_one(Deque* d) { return d->size < d->capacity || resize(d, d->capacity ? d->capacity * 2 : 8); }
static void shrink(Deque* d) {
  if (d->capacity > 64 && d->size < d->capacity / 8 && !resize(d, d->capacity / 4)) clear_error();  // it may stay large
}

// With the deque locked. (Nobody reads slots without the lock.)
static Ref take_slot(Deque* d, Value& place) { return Ref::steal(gc::take_unread(&d->h, &place)); }
static Ref take_last_of(Deque* d) {
  if (d->size == 0) return Ref();
  Ref item = take_slot(d, slot(d, d->size - 1));
  d->size--;
  d->state++;
  shrink(d);
  return item;
}
static Ref take_first_of(Deque* d) {
  if (d->size == 0) return Ref();
  Ref item = take_slot(d, slot(d, 0));
  d->head = (d->head + 1) & (d->capacity - 1);
  d->size--;
  d->state++;
  shrink(d);
  return item;
}
static Ref take_last(Deque* d) {
  gc::ObjectLock lock(&d->h);
  return take_last_of(d);
}
static Ref take_first(Deque* d) {
  gc::ObjectLock lock(&d->h);
  return take_first_of(d);
}
// An item takes the place of one at the other end: others never see more or fewer.
static bool is_full(Deque* d) { return d->maxlen >= 0 && d->size >= static_cast<size_t>(d->maxlen); }
// Room for n more at the end, which are in it as soon as the size says so.
static bool room_for(Deque* d, size_t n) {
  if (n > kMaxSize) return raise_memory();
  size_t capacity = d->capacity ? d->capacity : 8;
  while (capacity < d->size + n) capacity *= 2;
  return capacity == d->capacity || resize(d, capacity);
}
static bool push_last(Deque* d, Ref item) {
  if (d->maxlen == 0) return true;
  Ref dropped;  // after the lock is
  gc::ObjectLock lock(&d->h);
  if (is_full(d)) {
    dropped = take_slot(d, slot(d, 0));
    d->head = (d->head + 1) & (d->capacity - 1);
    gc::init(&slot(d, d->size - 1), std::move(item));
    d->state++;
    return true;
  }
  if (!room_for_one(d)) return false;
  gc::init(&slot(d, d->size), std::move(item));
  d->size++;
  d->state++;
  return true;
}
static bool push_first(Deque* d, Ref item) {
  if (d->maxlen == 0) return true;
  Ref dropped;
  gc::ObjectLock lock(&d->h);
  bool full = is_full(d);
  if (full) {
    dropped = take_slot(d, slot(d, d->size - 1));
  } else if (!room_for_one(d)) {
    return false;
  }
  d->head = (d->head - 1) & (d->capacity - 1);
  gc::init(&d->items[d->head], std::move(item));
  if (!full) d->size++;
  d->state++;
  return true;
}
// The item (owned) at i, null if there is none.
static Ref item_at(Deque* d, size_t i) {
  gc::ObjectLock lock(&d->h);
  return i < d->size ? Ref::dup(slot(d, i)) : Ref();
}
static void clear(Deque* d) {
  Value* items;
  size_t capacity, head, size;
  {
    gc::ObjectLock lock(&d->h);
    items = d->items;
    if (!items) return;
    gc::before_bulk_move(&d->h);
    capacity = d->capacity, head = d->head, size = d->size;
    d->items = nullptr;
    d->capacity = 0;
    d->head = 0;
    d->size = 0;
    d->state++;
  }
  for (size_t i = 0; i < size; i++) decref(items[(head + i) & (capacity - 1)]);
  gc::raw_free_epoch(items);
}
static bool extend(Deque* d, Value iterable, bool left) {
  Ref copy;
  if (iterable == Value(d)) {
    copy = iterable_to_list(iterable);
    if (!copy) return false;
    iterable = copy;
  } else if (TAIPAN_UNLIKELY(gc::parallel) && !left && d->maxlen < 0) {  // others see all of it, or nothing
    copy = is_list_exact(iterable) ? iterable_to_list(iterable) : items_at_once(iterable);
    if (!copy && error_occurred()) return false;
    if (copy) iterable = copy;
  }
  if (!left && d->maxlen < 0 && is_list_exact(iterable)) {  // appending runs no Python code
    Ref hold = Ref::dup(iterable);
    const List* l = iterable.as<List>();
    gc::ObjectLock lock(&d->h);
    size_t n = list_size(iterable), size = d->size;
    if (n == 0) return true;
    if (!room_for(d, n)) return false;
    for (size_t i = 0; i < n; i++) gc::init(&slot(d, size + i), Ref::dup(l->items[i]));
    d->size = size + n;
    d->state++;
    return true;
  }
  IterEach it(iterable);
  for (uint32_t steps = 1; it.next(); steps++) {
    // (deque(iterable, maxlen=0) is how all items of an iterator are had made and forgotten)
    if (d->maxlen != 0 && !(left ? push_first(d, it.take()) : push_last(d, it.take()))) return false;
    if (steps % 4096 == 0 && !poll()) return false;
  }
  return !it.failed();
}
// What is in it at one moment, when its state is *state.
static Ref items_of(Deque* d, uint64_t* state) {
  Ref list = make_list(static_cast<size_t>(d->size));
  if (!list) return nullptr;
  gc::ObjectLock lock(&d->h);
  *state = d->state;
  for (size_t i = 0; i < d->size; i++) {
    if (!list_append(list, slot(d, i))) return nullptr;
  }
  return list;
}
static Ref items_list(Value v) {  // (abstract.h)
  uint64_t state;
  return is_deque(v) ? items_of(v.as<Deque>(), &state) : Ref();
}
static void reverse_range(Deque* d, size_t from, size_t to) {
  while (from + 1 < to) {
    to--;
    Value t = slot(d, from);
    gc::store_release(&slot(d, from), slot(d, to));
    gc::store_release(&slot(d, to), t);
    from++;
  }
}
static void rotate(Deque* d, int64_t n) {
  gc::ObjectLock lock(&d->h);
  if (d->size < 2) return;
  auto size = static_cast<int64_t>(d->size);
  n %= size;
  if (n < 0) n += size;
  if (n == 0) return;
  gc::before_bulk_move(&d->h);
  d->state++;
  auto move_back = [&] {  // last item to the front
    Value v = slot(d, d->size - 1);
    slot(d, d->size - 1) = Value();
    d->head = (d->head - 1) & (d->capacity - 1);
    gc::store_release(&d->items[d->head], v);
  };
  auto move_front = [&] {
    Value v = slot(d, 0);
    slot(d, 0) = Value();
    d->head = (d->head + 1) & (d->capacity - 1);
    gc::store_release(&slot(d, d->size - 1), v);
  };
  if (n <= size / 2) {
    while (n-- > 0) move_back();
  } else {
    for (n = size - n; n > 0; n--) move_front();
  }
}
static Ref remove_from(Deque* d, size_t i) {  // with the deque locked
  if (i >= d->size) return raise(types::IndexError, "deque index out of range");
  gc::before_bulk_move(&d->h);
  Ref item = Ref::steal(slot(d, i));
  if (i < d->size / 2) {
    for (size_t k = i; k > 0; k--) gc::store_release(&slot(d, k), slot(d, k - 1));
    slot(d, 0) = Value();
    d->head = (d->head + 1) & (d->capacity - 1);
  } else {
    for (size_t k = i; k + 1 < d->size; k++) gc::store_release(&slot(d, k), slot(d, k + 1));
    slot(d, d->size - 1) = Value();
  }
  d->size--;
  d->state++;
  return item;
}

static Ref remove_at(Deque* d, size_t i) {
  gc::ObjectLock lock(&d->h);
  return remove_from(d, i);
}

// ---- slots

static void deque_trace(Header* h, gc::Visitor& v) {
  auto* d = reinterpret_cast<Deque*>(h);
  for (size_t i = 0; i < d->size; i++) v.visit(slot(d, i));
}
static void deque_clear_op(Header* h) { clear(reinterpret_cast<Deque*>(h)); }
static void deque_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  clear(reinterpret_cast<Deque*>(h));
  finish_dealloc(h);
}
static size_t deque_bytes(Header* h) { return sizeof(Deque) + reinterpret_cast<Deque*>(h)->capacity * sizeof(Value); }

static Ref deque_new(TypeObject* cls, RawArgs) {
  auto* d = alloc_instance_as<Deque>(cls);
  if (!d) return nullptr;
  d->maxlen = -1;
  return Ref::steal(d);
}
static bool deque_init(Value self, RawArgs args) {
  static const Signature sig("deque", "(iterable=(), maxlen=None)");
  Value v[2];
  if (!sig.bind(args, v)) return false;
  int64_t maxlen = -1;
  if (v[1] && v[1] != kNone) {
    if (!is_int(v[1])) return raise(types::TypeError, "an integer is required");
    if (!plain_int_to_ssize(v[1], &maxlen)) return false;
    if (maxlen < 0) return raise(types::ValueError, "maxlen must be non-negative");
  }
  auto* d = self.as<Deque>();
  d->maxlen = maxlen;
  clear(d);
  return !v[0] || extend(d, v[0], false);
}
static Ref deque_repr(Value self) {
  int entered = repr_enter(self);
  if (entered != 0) return entered > 0 ? make_str("[...]") : nullptr;
  Ref items = iterable_to_list(self);
  auto* d = self.as<Deque>();
  Ref r;
  if (items) {
    Str* type = type_of(self)->name;
    r = d->maxlen >= 0 ? format_str("%U(%R, maxlen=%zd)", type, items.get(), static_cast<int64_t>(d->maxlen))
                       : format_str("%U(%R)", type, items.get());
  }
  repr_leave(self);
  return r;
}
static Ref deque_compare(Value a, Value b, CompareOp op) {
  if (!is_deque(a) || !is_deque(b)) return Ref::imm(kNotImplemented);
  auto *x = a.as<Deque>(), *y = b.as<Deque>();
  if (x->size != y->size && (op == kEq || op == kNe)) return Ref::imm(bool_value(op == kNe));
  Ref p = iter_at_once(a), q = iter_at_once(b);
  if (!p || !q) return nullptr;
  for (;;) {
    Ref i = iter_next(p);
    if (!i) return nullptr;
    Ref k = iter_next(q);
    if (!k) return nullptr;
    if (is_stop(i) || is_stop(k)) return Ref::imm(bool_value(compare_ints(!is_stop(i), !is_stop(k), op)));
    int equal = items_equal(i, k);
    if (equal < 0) return nullptr;
    if (equal) continue;
    if (op == kEq) return Ref::imm(kFalse);
    if (op == kNe) return Ref::imm(kTrue);
    return compare(i, k, op);
  }
}
static int64_t deque_length(Value self) { return static_cast<int64_t>(self.as<Deque>()->size); }

static bool index_of(Value self, Value key, size_t* out) {
  int64_t i;
  if (key.is_int()) {
    i = key.as_int();
  } else {
    if (!has_index(key)) return raise(types::TypeError, "sequence index must be integer, not '%T'", key);
    if (!to_ssize(key, &i, types::IndexError)) return false;
  }
  int64_t size = deque_length(self);
  if (i < 0) i += size;
  if (i < 0 || i >= size) return raise(types::IndexError, "deque index out of range");
  *out = static_cast<size_t>(i);
  return true;
}
static Ref deque_get_item(Value self, Value key) {
  size_t i;
  if (!index_of(self, key, &i)) return nullptr;
  Ref item = item_at(self.as<Deque>(), i);
  return item ? std::move(item) : raise(types::IndexError, "deque index out of range");
}
static bool deque_set_item(Value self, Value key, Value value) {
  size_t i;
  if (!index_of(self, key, &i)) return false;
  auto* d = self.as<Deque>();
  Ref old;
  if (!value) {
    old = remove_at(d, i);
    return static_cast<bool>(old);
  }
  gc::ObjectLock lock(&d->h);
  if (i >= d->size) return raise(types::IndexError, "deque index out of range");
  old = take_slot(d, slot(d, i));
  gc::init(&slot(d, i), Ref::dup(value));
  return true;
}

// The items from first to last, in which other threads change nothing: a comparison in which Python code ran is to blame if the deque changes.
class Look {
 public:
  explicit Look(Deque* d) : d_(d), state_(d->state) {
    if (TAIPAN_UNLIKELY(gc::parallel)) copy_ = items_of(d, &state_);
  }
  bool failed() const { return gc::parallel && !copy_; }
  uint64_t state() const { return state_; }
  // 1 if the item at i equals that one, 0 if not, -1 error, -2 there is none at i, -3 the deque has changed.
  int equals(size_t i, Value item) const {
    Ref x = !copy_ ? item_at(d_, i) : i < list_size(copy_) ? Ref::dup(copy_.as<List>()->items[i]) : Ref();
    if (!x) return -2;
    int equal = items_equal(x, item);
    if (equal < 0) return -1;
    return d_->state == state_ || (copy_ && equality_is_quiet(x, item)) ? equal : -3;
  }

 private:
  Deque* d_;
  uint64_t state_;
  Ref copy_;
};

// Looks for item in [start, stop): its index, -1 absent, -2 error (also if the deque changes meanwhile).
static int64_t find(Deque* d, Value item, int64_t start, int64_t stop, TypeObject* changed_error,
                    uint64_t* state = nullptr) {
  Look look(d);
  if (look.failed()) return -2;
  if (state) *state = look.state();
  for (int64_t i = start; i < stop; i++) {
    int equal = look.equals(static_cast<size_t>(i), item);
    if (equal == -2) break;
    if (equal == -3) raise(changed_error, "deque mutated during iteration");
    if (equal < 0) return -2;
    if (equal) return i;
  }
  return -1;
}
static int deque_contains(Value self, Value item) {
  int64_t at = find(self.as<Deque>(), item, 0, deque_length(self), types::RuntimeError);
  return at >= 0 ? 1 : at == -1 ? 0 : -1;
}

static Ref copy_of(Value self) {
  auto* d = self.as<Deque>();
  TypeObject* type = type_of(self);
  if (type == deque_type) {
    Ref r = deque_new(type, {});
    if (!r) return nullptr;
    r.as<Deque>()->maxlen = static_cast<int64_t>(d->maxlen);
    return extend(r.as<Deque>(), self, false) ? std::move(r) : nullptr;
  }
  Ref r;
  if (d->maxlen < 0) {
    r = call(Value(type), self);
  } else {
    Ref maxlen = make_int(d->maxlen);
    r = call(Value(type), self, maxlen);
  }
  if (r && !is_deque(r)) return raise(types::TypeError, "%N() must return a deque, not %T", Value(type), r.get());
  return r;
}
static Ref deque_concat(Value a, Value b) {
  if (!is_deque(b)) return raise(types::TypeError, "can only concatenate deque (not \"%T\") to deque", b);
  Ref r = copy_of(a);
  if (!r || !extend(r.as<Deque>(), b, false)) return nullptr;
  return r;
}
static Ref deque_inplace_concat(Value self, Value other) {
  return extend(self.as<Deque>(), other, false) ? Ref::dup(self) : nullptr;
}
static Ref deque_inplace_repeat(Value self, Value count) {
  int64_t n;
  if (!to_ssize(count, &n, types::OverflowError)) return nullptr;
  auto* d = self.as<Deque>();
  if (d->size == 0 || n == 1) return Ref::dup(self);
  if (n <= 0) {
    clear(d);
    return Ref::dup(self);
  }
  if (d->maxlen < 0) {
    gc::ObjectLock lock(&d->h);
    size_t size = d->size;
    if (size && static_cast<size_t>(n) > kMaxSize / size) return raise_memory();
    size_t total = size * static_cast<size_t>(n);
    if (size == 0) return Ref::dup(self);
    if (!room_for(d, total - size)) return nullptr;
    for (size_t i = size; i < total; i++) gc::init(&slot(d, i), Ref::dup(slot(d, i - size)));
    d->size = total;
    d->state++;
    return Ref::dup(self);
  }
  Ref items = iterable_to_tuple(self);
  if (!items) return nullptr;
  size_t size = tuple_size(items);
  if (size == 0) return Ref::dup(self);  // (another thread has just emptied it)
  if (d->maxlen >= 0 && static_cast<size_t>(n) > static_cast<size_t>(d->maxlen) / size + 1)
    n = static_cast<int64_t>(static_cast<size_t>(d->maxlen) / size + 1);
  if (static_cast<size_t>(n) > kMaxSize / size) return raise_memory();
  for (int64_t k = 1; k < n; k++) {
    for (size_t i = 0; i < size; i++) {
      if (!push_last(d, Ref::dup(tuple_at(items, i)))) return nullptr;
    }
  }
  return Ref::dup(self);
}
static Ref deque_repeat(Value self, Value count) {
  Ref r = copy_of(self);
  return r ? deque_inplace_repeat(r, count) : nullptr;
}

static Ref make_iterator(TypeObject* type, Value self) {
  auto* it = alloc_instance_as<DequeIterator>(type);
  if (!it) return nullptr;
  {
    gc::ObjectLock lock(self.header());
    it->state = self.as<Deque>()->state;
    it->remaining = self.as<Deque>()->size;
  }
  gc::init(&it->deque, Ref::dup(self));
  return Ref::steal(it);
}
static Ref deque_iter(Value self) { return make_iterator(iterator_type, self); }

// ---- methods

static Ref none_if(bool ok) { return ok ? Ref::imm(kNone) : nullptr; }
static Ref deque_append_impl(Args& a) { return none_if(push_last(a.self.as<Deque>(), Ref::dup(a[0]))); }
static Ref deque_appendleft_impl(Args& a) { return none_if(push_first(a.self.as<Deque>(), Ref::dup(a[0]))); }
static Ref deque_extend_impl(Args& a) { return none_if(extend(a.self.as<Deque>(), a[0], false)); }
static Ref deque_extendleft_impl(Args& a) { return none_if(extend(a.self.as<Deque>(), a[0], true)); }
static Ref deque_pop_impl(Args& a) {
  Ref item = take_last(a.self.as<Deque>());
  return item ? std::move(item) : raise(types::IndexError, "pop from an empty deque");
}
static Ref deque_popleft_impl(Args& a) {
  Ref item = take_first(a.self.as<Deque>());
  return item ? std::move(item) : raise(types::IndexError, "pop from an empty deque");
}
static Ref deque_clear_impl(Args& a) {
  clear(a.self.as<Deque>());
  return Ref::imm(kNone);
}
static Ref deque_copy_impl(Args& a) { return copy_of(a.self); }
static Ref deque_count_impl(Args& a) {
  auto* d = a.self.as<Deque>();
  Look look(d);
  if (look.failed()) return nullptr;
  int64_t count = 0;
  for (size_t i = 0;; i++) {
    int equal = look.equals(i, a[0]);
    if (equal == -2) break;
    if (equal == -3) return raise(types::RuntimeError, "deque mutated during iteration");
    if (equal < 0) return nullptr;
    count += equal;
  }
  return make_int(count);
}
static Ref deque_index_impl(Args& a) {
  int64_t size = deque_length(a.self), start = 0, stop = size;
  if (a.has(1) && !slice_index(a[1], &start)) return nullptr;
  if (a.has(2) && !slice_index(a[2], &stop)) return nullptr;
  if (start < 0) start = start + size < 0 ? 0 : start + size;
  if (stop < 0) stop = stop + size < 0 ? 0 : stop + size;
  if (stop > size) stop = size;
  int64_t at = find(a.self.as<Deque>(), a[0], start, stop, types::RuntimeError);
  if (at >= 0) return make_int(at);
  return at == -1 ? raise(types::ValueError, "%R is not in deque", a[0]) : failed();
}
static Ref deque_remove_impl(Args& a) {
  auto* d = a.self.as<Deque>();
  for (;;) {
    uint64_t state;
    int64_t at = find(d, a[0], 0, INT64_MAX, types::IndexError, &state);
    if (at == -1) return raise(types::ValueError, "%R is not in deque", a[0]);
    if (at < 0) return nullptr;
    Ref gone;
    gc::ObjectLock lock(&d->h);
    if (d->state != state) continue;  // by another thread: it may be elsewhere
    gone = remove_from(d, static_cast<size_t>(at));
    return none_if(static_cast<bool>(gone));
  }
}
static Ref deque_insert_impl(Args& a) {
  int64_t at;
  if (!to_c_ssize(a[0], &at)) return nullptr;
  auto* d = a.self.as<Deque>();
  auto size = static_cast<int64_t>(d->size);
  if (d->maxlen >= 0 && size >= d->maxlen) return raise(types::IndexError, "deque already at its maximum size");
  if (at >= size) return none_if(push_last(d, Ref::dup(a[1])));
  if (at <= -size || at == 0) return none_if(push_first(d, Ref::dup(a[1])));
  if (at < 0) at += size;
  gc::ObjectLock lock(&d->h);
  if (d->maxlen >= 0 && static_cast<int64_t>(d->size) >= d->maxlen)  // (another thread was quicker)
    return raise(types::IndexError, "deque already at its maximum size");
  if (!room_for_one(d)) return nullptr;
  gc::before_bulk_move(&d->h);
  size_t place = static_cast<size_t>(at) < d->size ? static_cast<size_t>(at) : d->size;
  d->size++;
  d->state++;
  if (place < d->size / 2) {
    d->head = (d->head - 1) & (d->capacity - 1);
    for (size_t k = 0; k < place; k++) gc::store_release(&slot(d, k), slot(d, k + 1));
  } else {
    for (size_t k = d->size - 1; k > place; k--) gc::store_release(&slot(d, k), slot(d, k - 1));
  }
  gc::init(&slot(d, place), Ref::dup(a[1]));
  return Ref::imm(kNone);
}
static Ref deque_reverse_impl(Args& a) {
  auto* d = a.self.as<Deque>();
  gc::ObjectLock lock(&d->h);
  gc::before_bulk_move(&d->h);
  if (d->size) reverse_range(d, 0, d->size);
  return Ref::imm(kNone);
}
static Ref deque_rotate_impl(Args& a) {
  int64_t n = 1;
  if (a.has(0) && !to_c_ssize(a[0], &n)) return nullptr;
  rotate(a.self.as<Deque>(), n);
  return Ref::imm(kNone);
}
static Ref deque_reduce_impl(Args& a) {
  auto* d = a.self.as<Deque>();
  Ref it = get_iter(a.self);
  Ref empty = make_tuple(size_t{0}), args;
  if (d->maxlen < 0) {
    args = empty.copy();
  } else {
    Ref maxlen = make_int(d->maxlen);
    args = make_tuple_of({empty.get(), maxlen.get()});
  }
  return it && args ? reduce_with_state(a.self, args, it, false) : nullptr;
}
static Ref deque_reversed_impl(Args& a) { return make_iterator(reverse_iterator_type, a.self); }
static Ref deque_sizeof_impl(Args& a) { return make_int(static_cast<int64_t>(deque_bytes(a.self.header()))); }
static Ref deque_maxlen(Value self) {
  int64_t n = self.as<Deque>()->maxlen;
  return n < 0 ? Ref::imm(kNone) : make_int(n);
}

static const NativeDef kDequeMethods[] = {
    {"append", "($self, x, /)", deque_append_impl, kNativeNoSignature,
     "Add an element to the right side of the deque."},
    {"appendleft", "($self, x, /)", deque_appendleft_impl, kNativeNoSignature,
     "Add an element to the left side of the deque."},
    {"clear", "($self, /)", deque_clear_impl, kNativeNoSignature, "Remove all elements from the deque."},
    {"__copy__", "($self, /)", deque_copy_impl, kNativeNoSignature, "Return a shallow copy of a deque."},
    {"copy", "($self, /)", deque_copy_impl, kNativeNoSignature, "Return a shallow copy of a deque."},
    {"count", "($self, x, /)", deque_count_impl, kNativeNoSignature, "Number of occurrences of a value."},
    {"extend", "($self, iterable, /)", deque_extend_impl, kNativeNoSignature,
     "Extend the right side with the items of an iterable."},
    {"extendleft", "($self, iterable, /)", deque_extendleft_impl, kNativeNoSignature,
     "Extend the left side with the items of an iterable."},
    {"index", "($self, value, start=0, stop=<unrepresentable>, /)", deque_index_impl, kNativeNoSignature,
     "First index of value. ValueError if it is not there."},
    {"insert", "($self, index, object, /)", deque_insert_impl, kNativeNoSignature, "Insert object before index."},
    {"pop", "($self, /)", deque_pop_impl, kNativeNoSignature, "Remove and return the rightmost element."},
    {"popleft", "($self, /)", deque_popleft_impl, kNativeNoSignature, "Remove and return the leftmost element."},
    {"__reduce__", "($self, /)", deque_reduce_impl, kNativeNoSignature, "Return state information for pickling."},
    {"remove", "($self, value, /)", deque_remove_impl, kNativeNoSignature, "Remove the first occurrence of value."},
    {"__reversed__", "($self, /)", deque_reversed_impl, kNativeNoSignature, "A reverse iterator over the deque."},
    {"reverse", "($self, /)", deque_reverse_impl, kNativeNoSignature, "Reverse *IN PLACE*."},
    {"rotate", "($self, n=1, /)", deque_rotate_impl, kNativeNoSignature,
     "Rotate the deque n steps to the right (default n=1). If n is negative, rotates left."},
    {"__sizeof__", "($self, /)", deque_sizeof_impl, kNativeNoSignature, "Size in memory, in bytes."},
    TAIPAN_CLASS_GETITEM,
    {nullptr}};
static const GetSetDef kDequeGetSet[] = {
    {"maxlen", deque_maxlen, nullptr, "maximum size of a deque or None if unbounded"}, {nullptr}};
static const TypeSpec kDequeSpec = {
    .doc = "deque([iterable[, maxlen]]) --> deque object\n\nA list-like sequence that is fast at both ends.",
    .flags = kTypeGc | kTypeBaseable | kTypeWeakrefable | kTypeSequence | kTypeParallel,
    .basic_size = sizeof(Deque),
    .ops = {.trace = deque_trace, .clear = deque_clear_op, .dealloc = deque_dealloc, .size_of = deque_bytes},
    .methods = kDequeMethods,
    .getset = kDequeGetSet,
    .s = {.repr = deque_repr,
          .compare = deque_compare,
          .iter = deque_iter,
          .init = deque_init,
          .new_ = deque_new,
          .length = deque_length,
          .get_item = deque_get_item,
          .set_item = deque_set_item,
          .contains = deque_contains,
          .concat = deque_concat,
          .repeat = deque_repeat,
          .inplace_concat = deque_inplace_concat,
          .inplace_repeat = deque_inplace_repeat}};

// ---- iterators

using IteratorFields = OwnedFields<DequeIterator, &DequeIterator::deque>;

static Ref iterator_next_of(Value self, bool reverse) {
  auto* it = self.as<DequeIterator>();
  StepLock step(self);
  if (!it->deque) return Ref::imm(kStopIter);
  auto* d = it->deque.as<Deque>();
  bool changed;
  {
    gc::ObjectLock lock(&d->h);
    changed = d->state != it->state;
    size_t at = reverse ? d->size - 1 - it->index : it->index;
    if (!changed && it->remaining != 0 && at < d->size) {
      it->index++;
      it->remaining--;
      return Ref::dup(slot(d, at));
    }
  }
  if (!changed) return Ref::imm(kStopIter);
  it->remaining = 0;
  return raise(types::RuntimeError, "deque mutated during iteration");
}
static Ref iterator_next(Value self) { return iterator_next_of(self, false); }
static Ref reverse_iterator_next(Value self) { return iterator_next_of(self, true); }
static Ref iterator_self(Value self) { return Ref::dup(self); }
static Ref iterator_new(TypeObject* cls, RawArgs args) {
  if (args.n < 1) return raise(types::TypeError, "function takes at least 1 argument (0 given)");
  if (args.n > 2)
    return raise(types::TypeError, "function takes at most 2 arguments (%zd given)", static_cast<int64_t>(args.n));
  if (!is_deque(args.v[0])) return raise(types::TypeError, "argument 1 must be collections.deque, not %T", args.v[0]);
  int64_t index = 0;
  if (args.n == 2 && !to_c_ssize(args.v[1], &index)) return nullptr;
  Ref r = make_iterator(cls, args.v[0]);
  if (!r) return nullptr;
  auto* it = r.as<DequeIterator>();
  size_t skip = index < 0 ? 0 : static_cast<size_t>(index) > it->remaining ? it->remaining : static_cast<size_t>(index);
  it->index = skip;
  it->remaining -= skip;
  return r;
}
static Ref iterator_length_hint_impl(Args& a) {
  return make_int(static_cast<int64_t>(a.self.as<DequeIterator>()->remaining));
}
static Ref iterator_reduce_impl(Args& a) {
  auto* it = a.self.as<DequeIterator>();
  size_t size = it->deque.as<Deque>()->size;
  Ref index = make_int(static_cast<int64_t>(size - it->remaining));
  Ref args = make_tuple_of({it->deque, index.get()});
  return args ? make_tuple_of({Value(type_of(a.self)), args.get()}) : nullptr;
}
static const NativeDef kIteratorMethods[] = {
    {"__length_hint__", "($self, /)", iterator_length_hint_impl, kNativeNoSignature, "How many items are left."},
    {"__reduce__", "($self, /)", iterator_reduce_impl, kNativeNoSignature, "Return state information for pickling."},
    {nullptr}};
static const TypeSpec kIteratorSpec = {.flags = kTypeGc | kTypeOwnSteps | kTypeKeepsItself,
                                       .basic_size = sizeof(DequeIterator),
                                       .ops = {.trace = IteratorFields::trace, .dealloc = IteratorFields::dealloc},
                                       .methods = kIteratorMethods,
                                       .s = {.iter = iterator_self, .next = iterator_next, .new_ = iterator_new}};
static const TypeSpec kReverseIteratorSpec = {
    .flags = kTypeGc | kTypeOwnSteps | kTypeKeepsItself,
    .basic_size = sizeof(DequeIterator),
    .ops = {.trace = IteratorFields::trace, .dealloc = IteratorFields::dealloc},
    .methods = kIteratorMethods,
    .s = {.iter = iterator_self, .next = reverse_iterator_next, .new_ = iterator_new}};

bool add_deque_types(Value module) {
  if (!deque_type) deque_type = make_native_type("collections.deque", types::Object, &kDequeSpec);
  deque_items_list = items_list;
  if (!iterator_type) iterator_type = make_native_type("_collections._deque_iterator", types::Object, &kIteratorSpec);
  if (!reverse_iterator_type)
    reverse_iterator_type =
        make_native_type("_collections._deque_reverse_iterator", types::Object, &kReverseIteratorSpec);
  return deque_type && iterator_type && reverse_iterator_type && module_add_type(module, deque_type) &&
         module_add_type(module, iterator_type) && module_add_type(module, reverse_iterator_type);
}

}  // namespace taipan
