// Weak references: a side table, sharded by address, maps an object (kHasWeakrefs in its header's lock byte) to the list of its
// weakrefs. A plain reference without callback is shared.
#pragma once
#include "interp/objects/type.h"

namespace taipan {

struct WeakRef {  // also the proxies
  Header h;
  std::atomic<Header*> object;  // null: dead
  Value callback;               // null: none
  int64_t hash;                 // -1: not computed
  WeakRef* next;                // list of the object's weakrefs
  WeakRef* prev;
};

Ref make_weakref(Value object,
                 Value callback_or_null = Value());  // TypeError "cannot create weak reference to 'X' object"
Ref make_weak_proxy(Value object, Value callback_or_null = Value());
Ref weakref_get(Value ref);  // the object, or null (nothing raised) if it is dead
inline bool is_weakref(Value v) { return v.is_heap() && is_subtype(type_of(v), types::WeakRef); }
bool is_weak_proxy(Value v);
size_t weakref_count(Value object);
Ref weakref_list(Value object);
// Takes key from a dict if its value is this very reference: another thread may have put another one there. False: exception. (dict.cpp)
bool dict_delete_weakref(Value dict, Value key, Value ref);
// Death of an object: its weakrefs go dead, then the callbacks run (newest first).
void clear_weakrefs(Header* object);
// The collector's: clears the weakrefs to all the garbage first, then runs the callbacks of weakrefs that aren't garbage.
void clear_weakrefs_of_garbage(Header** garbage, size_t n);
void reset_weakrefs_after_fork();

}  // namespace taipan
