// What the two halves of the itertools module share.
#pragma once
#include "interp/objects/containers.h"
#include "interp/objects/int.h"
#include "interp/objects/iterators.h"
#include "interp/objects/list.h"
#include "interp/objects/native.h"
#include "interp/objects/owned_fields.h"

namespace taipan {

inline Ref iterator_self(Value self) { return Ref::dup(self); }

// For types without keyword arguments: keywords are an error, except for a subclass with an __init__ of its own, which may take them.
inline bool drop_keywords(const char* name, TypeObject* cls, TypeObject* exact, RawArgs* args) {
  if (!has_keywords(*args)) return true;
  if (cls == exact || cls->s.init == exact->s.init) return check_no_keywords(name, *args);
  args->kwnames = Value();
  return true;
}
inline Ref type_and(Value self, std::initializer_list<Value> args) {  // (type(self), (args...))
  Ref t = make_tuple_of(args);
  return t ? make_tuple_of({Value(type_of(self)), t.get()}) : nullptr;
}
inline Ref type_and(Value self, std::initializer_list<Value> args, Value state) {
  Ref t = make_tuple_of(args);
  return t ? make_tuple_of({Value(type_of(self)), t.get(), state}) : nullptr;
}
// The state argument of __setstate__: a tuple of exactly n items.
inline bool check_state(Value state, size_t n) {
  if (!is_tuple(state)) return raise(types::TypeError, "state is not a tuple");
  if (tuple_size(state) != n)
    return raise(types::TypeError, "function takes exactly %zd arguments (%zd given)", static_cast<int64_t>(n),
                 static_cast<int64_t>(tuple_size(state)));
  return true;
}
bool add_combinatoric_types(Value module);  // product, permutations, combinations, combinations_with_replacement

}  // namespace taipan
