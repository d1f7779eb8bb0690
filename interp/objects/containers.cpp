#include "interp/objects/containers.h"
#include "interp/objects/small_types.h"

namespace taipan {

bool check_no_keywords(const char* name, RawArgs a) {
  if (!has_keywords(a)) return true;
  return raise(types::TypeError, "%s() takes no keyword arguments", name);
}

Ref class_getitem_alias(Args& a) { return make_generic_alias(a.self, a[0]); }

Ref builtin_function(const char* name) { return import_attr("builtins", name); }

Ref get_own_dict(Value self) { return instance_dict(self.header()); }
bool set_own_dict(Value self, Value dict) {
  if (!dict) return raise(types::TypeError, "cannot delete __dict__");
  if (!is_dict(dict)) return raise(types::TypeError, "__dict__ must be set to a dictionary, not a '%T'", dict);
  return set_instance_dict(self.header(), dict);
}

Ref reduce_iterator(Value arg, Value state) {
  Ref iter = builtin_function("iter");
  if (!iter) return nullptr;
  Ref args = make_tuple_of({arg});
  if (!args) return nullptr;
  if (!state) return make_tuple_of({iter.get(), args.get()});
  return make_tuple_of({iter.get(), args.get(), state});
}

}  // namespace taipan
