// Module objects, and modules written in C++.
#include "interp/objects/module.h"
#include <cstring>
#include "interp/objects/abstract.h"
#include "interp/objects/descr.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"
#include "interp/objects/type_internal.h"

namespace taipan {

namespace {

Module* mo(Value v) { return v.as<Module>(); }

bool fill_module_dict(Value m, Value name, Value doc) {
  Ref d = instance_dict(m.header());
  return d && dict_set_str(d, TAIPAN_NAME(__name__), name) && dict_set_str(d, TAIPAN_NAME(__doc__), doc) &&
         dict_set_str(d, TAIPAN_NAME(__package__), kNone) && dict_set_str(d, TAIPAN_NAME(__loader__), kNone) &&
         dict_set_str(d, TAIPAN_NAME(__spec__), kNone);
}

Ref module_new(TypeObject* cls, RawArgs) { return Ref::steal(alloc_instance(cls)); }
bool module_init(Value self, RawArgs a) {
  static const Signature sig("module", "(name, doc=None)");
  Value v[2];
  if (!sig.bind(a, v)) return false;
  if (!is_str(v[0])) return raise(types::TypeError, "module() argument 'name' must be str, not %T", v[0]);
  return fill_module_dict(self, v[0], v[1] ? v[1] : kNone);
}

// An item of the module's dict; null without an exception if absent.
Value item(Value m, Str* name) {
  Value d = module_dict(m);
  return d ? dict_get_str(d, name) : Value();
}

Ref module_repr(Value m) {
  Ref spec = Ref::dup(item(m, TAIPAN_NAME(__spec__)));
  if (spec && spec.get() != kNone) {
    Ref name = get_attr_opt(spec, TAIPAN_NAME(name));
    Ref origin = get_attr_opt(spec, TAIPAN_NAME(origin));
    Ref loader = get_attr_opt(spec, TAIPAN_NAME(loader));
    Ref located = get_attr_opt(spec, TAIPAN_NAME(has_location));
    if (!name || !origin || !loader || !located) return nullptr;
    if (name.get() == kNone || name.get() == kMissing) name = make_str("?");
    if (origin.get() == kMissing || origin.get() == kNone) {
      if (loader.get() == kNone || loader.get() == kMissing) return format_str("<module %R>", name.get());
      return format_str("<module %R (%R)>", name.get(), loader.get());
    }
    int at_file = located.get() == kMissing ? 0 : is_true(located);
    if (at_file < 0) return nullptr;
    return at_file ? format_str("<module %R from %R>", name.get(), origin.get())
                   : format_str("<module %R (%S)>", name.get(), origin.get());
  }
  Ref name = get_attr_opt(m, TAIPAN_NAME(__name__));
  Ref file = get_attr_opt(m, TAIPAN_NAME(__file__));
  Ref loader = get_attr_opt(m, TAIPAN_NAME(__loader__));
  if (!name || !file || !loader) return nullptr;
  if (loader.get() != kMissing && loader.get() != kNone) {  // a loader may still know how its modules look
    Ref f = get_attr_opt(loader, TAIPAN_NAME(module_repr));
    if (!f) return nullptr;
    if (f.get() != kMissing) {
      if (Ref r = call(f, m)) return r;
      if (!error_matches(types::Exception)) return nullptr;
      clear_error();
    }
  }
  if (name.get() == kMissing) name = make_str("?");
  if (file.get() != kMissing) return format_str("<module %R from %R>", name.get(), file.get());
  if (loader.get() == kMissing || loader.get() == kNone) return format_str("<module %R>", name.get());
  return format_str("<module %R (%R)>", name.get(), loader.get());
}

Ref module_dir(Args& a) {
  Ref d = get_attr(a.self, TAIPAN_NAME(__dict__));
  if (!d) return nullptr;
  if (!is_dict(d)) return raise(types::TypeError, "%.200s.__dict__ is not a dictionary", "module");
  if (Value f = dict_get_str(d, TAIPAN_NAME(__dir__))) {
    Ref hold = Ref::dup(f);
    return call(hold);
  }
  return dict_keys_list(d);
}

Ref get_dict(Value m) { return instance_dict(m.header()); }

Ref get_annotations(Value m) {
  Ref d = instance_dict(m.header());
  if (!d) return nullptr;
  Str* name = TAIPAN_NAME(__annotations__);
  if (Value a = dict_get_str(d, name)) return Ref::dup(a);
  Ref fresh = make_dict();
  return fresh ? dict_setdefault(d, Value(name), fresh) : nullptr;  // (the same one for all who ask)
}
bool set_annotations(Value m, Value v) {
  Ref d = instance_dict(m.header());
  if (!d) return false;
  Str* name = TAIPAN_NAME(__annotations__);
  if (v) return dict_set_str(d, name, v);
  int r = dict_delete(d, Value(name));
  if (r == 0) return raise(types::AttributeError, "__annotations__");
  return r > 0;
}

const NativeDef module_methods[] = {
    {"__dir__", "(...)", module_dir, 0, "__dir__() -> list\nspecialized dir() implementation"},
    {},
};
const GetSetDef module_getset[] = {
    {"__dict__", get_dict, readonly_attribute, nullptr},
    {"__annotations__", get_annotations, set_annotations, nullptr},
    {},
};

}  // namespace

Value module_dict(Value m) { return gc::load(attr_area(m.header(), shape_of(m))); }

Ref module_name(Value m) {
  Value name = item(m, TAIPAN_NAME(__name__));
  if (!name || !is_str(name)) return raise(types::SystemError, "nameless module");
  return Ref::dup(name);
}

bool module_is_initializing(Value m) {
  Ref spec = Ref::dup(item(m, TAIPAN_NAME(__spec__)));
  if (!spec || spec.get() == kNone) return false;
  Ref flag = get_attr_opt(spec, TAIPAN_NAME(_initializing));
  int r = flag && flag.get() != kMissing ? is_true(flag) : 0;
  if (!flag || r < 0) clear_error();
  return r > 0;
}

// Whether the import of submodule `name` has begun, and the attribute isn't there yet.
static bool is_unfinished_submodule(Value m, Str* name) {
  Ref spec = Ref::dup(item(m, TAIPAN_NAME(__spec__)));
  if (!spec || spec.get() == kNone) return false;
  Ref begun = get_attr_opt(spec, intern_static("_uninitialized_submodules"));
  int r = begun && begun.get() != kMissing ? contains(begun, Value(name)) : 0;
  if (!begun || r < 0) clear_error();
  return r > 0;
}

Ref module_get_attr_opt(Value m, Str* name) {
  Ref v = generic_get_attr_opt(m, name);
  if (!v && error_matches(types::AttributeError)) {
    clear_error();
    v = Ref::imm(kMissing);
  }
  if (!v || v.get() != kMissing) return v;
  Value f = item(m, TAIPAN_NAME(__getattr__));
  if (!f) return v;
  Ref hold = Ref::dup(f);
  return call(hold, Value(name));
}

Ref module_get_attr(Value m, Str* name) {
  Ref v = module_get_attr_opt(m, name);
  if (TAIPAN_LIKELY(!v || v.get() != kMissing)) return v;
  Value own = item(m, TAIPAN_NAME(__name__));
  if (!own || !is_str(own)) return raise_attribute(m, name, "module has no attribute '%U'", name);
  Ref hold = Ref::dup(own);
  if (module_is_initializing(m)) {
    return raise_attribute(
        m, name, "partially initialized module '%S' has no attribute '%U' (most likely due to a circular import)", own,
        name);
  }
  if (is_unfinished_submodule(m, name)) {
    return raise_attribute(
        m, name, "cannot access submodule '%U' of module '%S' (most likely due to a circular import)", name, own);
  }
  return raise_attribute(m, name, "module '%S' has no attribute '%U'", own, name);
}

Ref make_module(Value name) {
  Ref m = Ref::steal(alloc_instance(types::Module));
  if (!m || !fill_module_dict(m, name, kNone)) return nullptr;
  if (gc::parallel) gc::publish(module_dict(m).header());
  return m;
}

// ---- Modules written in C++ ---------------------------------------------------------------------------------------------------------------

Ref create_native_module(const ModuleDef* def) {
  Ref name = intern_str(def->name);
  if (!name) return nullptr;
  Ref m = make_module(name);
  if (!m) return nullptr;
  mo(m)->def = def;
  Value d = module_dict(m);
  if (def->doc) {
    Ref doc = make_str(def->doc);
    if (!doc || !dict_set_str(d, TAIPAN_NAME(__doc__), doc)) return nullptr;
  }
  for (const NativeDef* f = def->functions; f && f->name; f++) {
    Ref fn = make_native_function(f, m, name);
    if (!fn) return nullptr;
    auto* sig = const_cast<Signature*>(fn.as<NativeFunction>()->sig);
    if (!sig->owner_ && strcmp(def->name, "builtins") != 0) sig->owner_ = def->name;
    if (!dict_set_str(d, intern_static(f->name), fn)) return nullptr;
  }
  if (def->exec && !def->exec(m)) return nullptr;
  return m;
}

bool module_add(Value module, const char* name, Ref value) {
  if (!value) return false;
  return dict_set_str(module_dict(module), intern_static(name), value);
}
bool module_add_int(Value module, const char* name, int64_t v) { return module_add(module, name, make_int(v)); }
bool module_add_str(Value module, const char* name, const char* utf8) {
  return module_add(module, name, make_str(utf8));
}
bool module_add_type(Value module, TypeObject* type) {
  if (!type) return false;
  Ref key = Ref::dup(type->name);
  return dict_set_str(module_dict(module), key.as<Str>(), Value(type));
}

const TypeSpec kModuleSpec = {
    .doc =
        "module(name, doc=None)\n--\n\nCreate a module object.\n\nThe name must be a string; the optional docstring "
        "can have any type.",
    .flags = kTypeGc | kTypeBaseable | kTypeHasDict | kTypeDictMode | kTypeWeakrefable,
    .basic_size = sizeof(Module),
    .methods = module_methods,
    .getset = module_getset,
    .s = {.repr = module_repr,
          .get_attr = module_get_attr,
          .set_attr = generic_set_attr,
          .init = module_init,
          .new_ = module_new},
    .dict_offset = offsetof(Module, dict),
};

}  // namespace taipan
