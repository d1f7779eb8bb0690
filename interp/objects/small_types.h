// mappingproxy, SimpleNamespace, GenericAlias, X | Y, capsules.
#pragma once
#include "interp/objects/type.h"

namespace taipan {

struct MappingProxy {
  Header h;
  Value mapping;
};
Ref make_mapping_proxy(Value mapping);

struct GenericAlias {
  Header h;
  Value origin, args, parameters;  // parameters: null until asked for
  bool starred;
};
Ref make_generic_alias(Value origin, Value args);  // args: made a tuple if it is none

struct Union {
  Header h;
  Value args, parameters;
};
Ref make_union(Value a, Value b);  // a | b of two types; NotImplemented
Ref make_union_of(Value args_tuple);

Ref make_namespace(Value dict_or_null);  // SimpleNamespace(**dict)

// An opaque pointer for C++ code. destroy may be null.
struct Capsule {
  Header h;
  void* pointer;
  const char* name;
  void (*destroy)(void*);
};
Ref make_capsule(void* pointer, const char* name, void (*destroy)(void*));
void* capsule_pointer(Value v, const char* name);  // null with ValueError

}  // namespace taipan
