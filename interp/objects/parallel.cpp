#include "interp/objects/parallel.h"
#include <string>
#include "gc/collector.h"
#include "interp/objects/code.h"
#include "interp/objects/dict.h"
#include "interp/objects/frame.h"
#include "interp/objects/function.h"
#include "interp/objects/module.h"
#include "interp/objects/native.h"
#include "interp/objects/set.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"

namespace taipan {

namespace {

// Constants with what they hold.
void make_uncounted(Value v) {
  if (!v.is_heap() || gc::is_immortal(v.header())) return;
  if (is_tuple_exact(v)) {
    for (size_t i = 0; i < tuple_size(v); i++) make_uncounted(tuple_at(v, i));
  } else if (is_frozenset_exact(v)) {
    size_t pos = 0;
    Value item;
    while (set_next(v, &pos, &item)) make_uncounted(item);
  } else if (has_shape(v, kShapeCode)) {
    make_uncounted(v.as<Code>()->consts);
  }
  gc::make_immortal(v.header());
}

// Made by the body of a module or of a class there: what functions make has their name in its own.
bool is_of_module(Value qualname) {
  return qualname && is_str(qualname) && utf8_lossy(qualname).find("<locals>") == std::string::npos;
}

bool share(Header* h, void*) {
  if (h->has_gcflag(gc::kDying)) return true;
  Value v(h);
  if (is_function(v)) {
    auto* f = v.as<Function>();
    make_uncounted(Value(f->code));
    // Every thread that runs it reads these through the function, without counting them.
    for (Value shared : {f->globals, f->builtins, f->kwdefaults}) {
      if (shared.is_heap()) gc::publish(shared.header());
    }
    if (!f->closure && is_of_module(function_qualname(f))) gc::make_immortal(h);
  } else if (is_type(v)) {
    share_class(v.as<TypeObject>());
    if (is_of_module(Value(v.as<TypeObject>()->qualname))) gc::make_immortal(h);
  } else if (is_module(v)) {
    Value dict = module_dict(v), name, f;
    gc::publish(dict.header());
    gc::make_immortal(h);
    for (size_t at = 0; dict_next(dict, &at, &name, &f);) {
      if (has_shape(f, kShapeNativeFunction) && f.as<NativeFunction>()->self == v) gc::make_immortal(f.header());
    }
  }
  return true;
}

}  // namespace

void (*threads_start_hook)() = nullptr;

void share_class(TypeObject* t) {
  gc::publish(&t->h);
  for (Value v : {t->dict, t->subclasses}) {
    if (v) gc::publish(v.header());
  }
}

void start_parallel() {
  if (gc::gil_enabled || gc::parallel) return;
  gc::walk_tracked(share, nullptr);
  for (Frame* f = current_thread()->frame; f; f = f->prev) make_uncounted(Value(f->code));
  gc::start_parallel();
  if (threads_start_hook) threads_start_hook();
}

}  // namespace taipan
