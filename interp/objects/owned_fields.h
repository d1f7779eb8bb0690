// Trace, clear and dealloc of a struct whose references are plain Value fields:
//   using CycleFields = OwnedFields<Cycle, &Cycle::iterator, &Cycle::saved>;
//   .ops = {.trace = CycleFields::trace, .clear = CycleFields::clear, .dealloc = CycleFields::dealloc}
#pragma once
#include "interp/objects/type.h"

namespace taipan {

template <class T, Value T::*... kFields>
struct OwnedFields {
  static void trace(Header* h, gc::Visitor& v) { (v.visit(reinterpret_cast<T*>(h)->*kFields), ...); }
  // All fields are empty before the first reference is dropped.
  static void clear(Header* h) { Ref old[] = {gc::take(h, &(reinterpret_cast<T*>(h)->*kFields))...}; }
  static void dealloc(Header* h) {
    if (!begin_dealloc(h)) return;
    (decref(reinterpret_cast<T*>(h)->*kFields), ...);
    finish_dealloc(h);
  }
};

}  // namespace taipan
