// list.
#pragma once
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
bool list_append(Value list, Ref item);
bool list_extend(Value list, Value iterable);
bool list_insert(Value list, int64_t at, Value item);
bool list_set(Value list, size_t i, Ref item);          // i in range
bool list_set_slice(Value list, size_t start, size_t end, Value sequence_or_null);
bool list_sort(Value list, Value key, bool reverse);
bool list_reverse(Value list);
Ref list_to_tuple(Value list);
Ref list_slice(Value list, size_t start, size_t end);
Ref list_pop(Value list, size_t i);
inline size_t list_size(Value l) { return l.as<List>()->size.load(std::memory_order_relaxed); }
inline Value list_at(Value l, size_t i) { return l.as<List>()->items[i]; }  // borrowed; GIL held or list private
Ref list_get(Value list, size_t i);                     // owned, safe with the GIL off; null without exception: out of range

}  // namespace taipan
