// tuple: items inline.
#pragma once
#include <initializer_list>
#include "interp/objects/type.h"

namespace taipan {

struct Tuple {
  Header h;
  size_t size;
  // The items follow the size directly.
  Value* items() { return reinterpret_cast<Value*>(&size + 1); }
  const Value* items() const { return reinterpret_cast<const Value*>(&size + 1); }
  Value operator[](size_t i) const { return items()[i]; }
};
inline constexpr size_t kTupleItems = sizeof(Header) + sizeof(size_t);  // offset of the first item

Ref make_tuple(size_t n);  // slots null; fill with tuple_init before anyone sees it (n == 0: the shared empty tuple)
Ref make_private_tuple(
    size_t n);  // the same, not tracked: gc::track it in the end where an item may be part of a cycle
Ref make_tuple(const Value* items, size_t n);  // new references to items
Ref make_tuple_of(std::initializer_list<Value> items);
Ref make_tuple_steal(Ref* items, size_t n);  // takes the items
Ref make_pair_steal(Ref a, Ref b);           // takes both
inline void tuple_init(Value t, size_t i, Ref v) { gc::init(&t.as<Tuple>()->items()[i], std::move(v)); }
inline size_t tuple_size(Value t) { return t.as<Tuple>()->size; }
inline Value tuple_at(Value t, size_t i) { return t.as<Tuple>()->items()[i]; }
Ref tuple_slice(Value t, size_t start, size_t end);
Ref tuple_slice_steps(Value t, int64_t start, int64_t step, size_t count);  // numbers from slice_adjust
Ref tuple_concat(Value a, Value b);                                         // both tuples

struct TupleIterator {
  Header h;
  Value seq;  // null once exhausted
  size_t index;
};
Ref make_tuple_iterator(Value tuple);
void tuple_iterator_finish(TupleIterator* it);
// The next item (owned), or kStopIter.
Ref tuple_iterator_next_shared(TupleIterator* it);
inline Ref tuple_iterator_next(TupleIterator* it) {
  if (TAIPAN_UNLIKELY(gc::parallel) && !gc::is_unique(&it->h)) return tuple_iterator_next_shared(it);
  Value seq = gc::load(&it->seq);
  if (TAIPAN_UNLIKELY(seq.is_null())) return Ref::imm(kStopIter);
  Tuple* t = seq.as<Tuple>();
  auto index = it->index;
  if (TAIPAN_LIKELY(index < t->size)) {
    it->index = index + 1;
    return Ref::dup(t->items()[index]);
  }
  tuple_iterator_finish(it);
  return Ref::imm(kStopIter);
}

}  // namespace taipan
