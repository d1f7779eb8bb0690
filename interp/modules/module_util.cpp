#include "interp/modules/module_util.h"

#include <cstring>
#include "interp/objects/dict.h"
#include "interp/objects/tuple.h"

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

Ref make_exception_class(const char* full_name, Value base_or_tuple, const char* doc) {
  const char* dot = std::strrchr(full_name, '.');
  Ref module = make_str({full_name, static_cast<size_t>(dot - full_name)}), name = intern_str(dot + 1);
  Ref bases = is_tuple(base_or_tuple) ? Ref::dup(base_or_tuple) : make_tuple_of({base_or_tuple});
  Ref dict = make_dict();
  if (!module || !name || !bases || !dict || !dict_set_cstr(dict, "__module__", module)) return nullptr;
  if (doc) {
    Ref text = make_str(doc);
    if (!text || !dict_set_cstr(dict, "__doc__", text)) return nullptr;
  }
  return call(Value(types::Type), name, bases, dict);
}

bool require_str(Value v, const char* function, int position) {
  if (is_str(v)) return true;
  return raise(types::TypeError, "%s() argument %d must be str, not %.50s", function, position,
               v == kNone ? "None" : type_of(v)->cname);
}

}  // namespace taipan
