#include "interp/modules/module_util.h"

namespace taipan {

bool module_add_functions(Value module, const NativeDef* functions) {
  Ref name = module_name(module);
  if (!name) return false;
  for (const NativeDef* d = functions; d->name; d++) {
    Ref f = make_native_function(d, module, name);
    if (!f || !module_add(module, d->name, std::move(f))) return false;
  }
  return true;
}

bool module_add_constants(Value module, const IntConstant* constants) {
  for (const IntConstant* c = constants; c->name; c++)
    if (!module_add_int(module, c->name, c->value)) return false;
  return true;
}

bool require_str(Value v, const char* function, int position) {
  if (is_str(v)) return true;
  return raise(types::TypeError, "%s() argument %d must be str, not %.50T", function, position, v);
}

}  // namespace taipan
