// Named tuples in the manner of os.stat_result: tuples whose fields have names, some of them beyond the visible sequence, some unnamed.
#pragma once
#include "interp/objects/tuple.h"

namespace taipan {

struct StructField {
  const char* name;  // kUnnamed: reachable by index only
  const char* doc;
};
inline constexpr char kUnnamed[] = "unnamed field";  // told by its address
struct StructSpec {
  const char* name;  // "os.stat_result"
  const char* doc;
  const StructField* fields;  // ends with a null name
  int n_in_sequence;
  bool fixed = false;  // a script cannot make any
};
TypeObject* make_structseq_type(const StructSpec* spec);  // immortal
// values: one for each field, taken.
Ref make_structseq(TypeObject* type, Ref* values, size_t n);

}  // namespace taipan
