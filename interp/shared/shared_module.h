// What every module in a shared object includes: TAIPAN_SHARED_MODULE(def) says which definition the loader finds (load_shared_module
// in interp/import.cpp).
#pragma once
#include "interp/modules/module_util.h"

#define TAIPAN_SHARED_MODULE(def) \
  extern "C" __attribute__((visibility("default"))) const ::taipan::ModuleDef* const taipan_module = &(def);

namespace taipan {

// How messages about arguments name what was given instead.
inline const char* argument_kind(Value v) { return v == kNone ? "None" : type_of(v)->cname; }

}  // namespace taipan
