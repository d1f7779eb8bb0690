// What the container types share: comparing and hashing items without a call where the kinds are the common ones, and small helpers
// for constructors and pickling.
#pragma once
#include "gc/lock.h"
#include "interp/objects/abstract.h"
#include "interp/objects/native.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"

namespace taipan {

// Equality as containers test it: identity first, then ==. 1, 0, -1 error. Only the last line can run Python code.
inline int items_equal(Value a, Value b) {
  if (a == b) return 1;
  if (a.is_int() && b.is_int()) return 0;
  if (is_str_exact(a) && is_str_exact(b)) return str_eq(a.as<Str>(), b.as<Str>());
  return values_equal(a, b);
}
// True where items_equal(a, b) surely runs no Python code.
inline bool equality_is_quiet(Value a, Value b) {
  return a == b || (!a.is_heap() && !b.is_heap()) || (is_str_exact(a) && is_str_exact(b));
}

inline int64_t hash_of_str(Str* s) {
  int64_t h = s->hash.load(std::memory_order_relaxed);
  return TAIPAN_LIKELY(h != 0) ? h : str_hash(s);
}
// hash_of with the common keys inline. False with an exception set.
inline bool key_hash(Value key, int64_t* out) {
  constexpr int64_t kModulus = (int64_t{1} << 61) - 1;
  if (key.is_int()) {
    int64_t i = key.as_int();
    if (TAIPAN_LIKELY(i > -kModulus && i < kModulus)) {
      *out = i == -1 ? -2 : i;
      return true;
    }
  } else if (is_str_exact(key)) {
    *out = hash_of_str(key.as<Str>());
    return true;
  }
  return hash_of(key, out);
}

// Of a tuple, or of a class that derives from it and has no comparisons of its own (named tuples).
inline bool compares_as_tuple(Value v) {
  return has_shape(v, kShapeTuple) || (v.is_heap() && type_of(v)->s.compare == types::Tuple->s.compare);
}
// Two such tuples: 1 equal, 0 not, -1 where finding out may run Python code.
int tuples_equal_quietly(Value a, Value b);
Ref make_pair(Value a, Value b);

// Can v take part in a reference cycle? (Tuples of plain data need no tracking.)
TAIPAN_INLINE bool may_form_cycle(Value v) {
  if (!v.is_heap()) return false;
  ShapeId s = v.header()->shape();
  return s != kShapeStr && s != kShapeBytes && s != kShapeBigInt && s != kShapeBoxedFloat;
}

inline bool has_keywords(RawArgs a) { return a.kwnames && tuple_size(a.kwnames) != 0; }
bool check_no_keywords(const char* name, RawArgs a);  // "name() takes no keyword arguments"
Ref class_getitem_alias(Args& a);                     // __class_getitem__: GenericAlias(cls, item)
Ref builtin_function(const char* name);               // builtins.name, for __reduce__
// The __dict__ attribute of types whose instances have one: {"__dict__", get_own_dict, set_own_dict, nullptr} in their getset table.
Ref get_own_dict(Value self);
bool set_own_dict(Value self, Value dict);
// (iter, (arg,)) and (iter, (arg,), state): how iterators pickle. state null: left out.
Ref reduce_iterator(Value arg, Value state = Value());

#define TAIPAN_CLASS_GETITEM \
  {"__class_getitem__", "($type, object, /)", class_getitem_alias, kNativeClassMethod, "See PEP 585."}

}  // namespace taipan
