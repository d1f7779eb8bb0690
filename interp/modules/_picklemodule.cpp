// The module _pickle: dump(), dumps(), load(), loads() and what they share.
#include "gc/collector.h"
#include "interp/modules/pickle.h"

namespace taipan {

namespace pickle {

State state;

static bool take(const char* module, const char* name, Value* out, TypeObject* wanted) {
  Ref v = import_attr(module, name);
  if (!v) return false;
  if (wanted && !is_instance_exact_type(v, wanted))
    return raise(types::RuntimeError, "%s.%s should be a %s, not %.200T", module, name, wanted->cname, v.get());
  *out = v.release();
  return true;
}
static bool init_state() {
  if (state.partial) return true;
  Value* all[] = {&state.error,
                  &state.pickling_error,
                  &state.unpickling_error,
                  &state.dispatch_table,
                  &state.extension_registry,
                  &state.inverted_registry,
                  &state.extension_cache,
                  &state.name_2to3,
                  &state.import_2to3,
                  &state.name_3to2,
                  &state.import_3to2,
                  &state.codecs_encode,
                  &state.getattr,
                  &state.partial};
  if (!state.error) {
    for (Value* v : all) gc::add_root(v);
    state.error = make_exception_class("_pickle.PickleError", types::Exception).release();
    if (!state.error) return false;
    state.pickling_error = make_exception_class("_pickle.PicklingError", state.error).release();
    state.unpickling_error = make_exception_class("_pickle.UnpicklingError", state.error).release();
    if (!state.pickling_error || !state.unpickling_error) return false;
  }
  Ref getattr = builtin_function("getattr");
  if (!getattr) return false;
  state.getattr = getattr.release();
  return take("copyreg", "dispatch_table", &state.dispatch_table, types::Dict) &&
         take("copyreg", "_extension_registry", &state.extension_registry, types::Dict) &&
         take("copyreg", "_inverted_registry", &state.inverted_registry, types::Dict) &&
         take("copyreg", "_extension_cache", &state.extension_cache, types::Dict) &&
         take("_compat_pickle", "NAME_MAPPING", &state.name_2to3, types::Dict) &&
         take("_compat_pickle", "IMPORT_MAPPING", &state.import_2to3, types::Dict) &&
         take("_compat_pickle", "REVERSE_NAME_MAPPING", &state.name_3to2, types::Dict) &&
         take("_compat_pickle", "REVERSE_IMPORT_MAPPING", &state.import_3to2, types::Dict) &&
         take("codecs", "encode", &state.codecs_encode, nullptr) &&
         take("functools", "partial", &state.partial, nullptr);
}

static Ref dump_impl(Args& a) {
  Ref r = make_pickler();
  if (!r) return nullptr;
  auto* p = r.as<Pickler>();
  if (!pickler_setup(p, a[2], a[3], a[4]) || !pickler_set_output(p, a[1]) || !pickler_dump(p, a[0]) ||
      !pickler_flush(p))
    return nullptr;
  return Ref::imm(kNone);
}
static Ref dumps_impl(Args& a) {
  Ref r = make_pickler();
  if (!r) return nullptr;
  auto* p = r.as<Pickler>();
  if (!pickler_setup(p, a[1], a[2], a[3]) || !pickler_dump(p, a[0])) return nullptr;
  return make_bytes(p->out, p->out_size);
}
static bool text_options(const char* function, Value encoding, Value errors) {
  if (encoding && !is_str(encoding))
    return raise(types::TypeError, "%s() argument 'encoding' must be str, not %.50T", function, encoding);
  if (errors && !is_str(errors))
    return raise(types::TypeError, "%s() argument 'errors' must be str, not %.50T", function, errors);
  return true;
}
static Ref load_impl(Args& a) {
  if (!text_options("load", a[2], a[3])) return nullptr;
  Ref r = make_unpickler();
  if (!r) return nullptr;
  auto* u = r.as<Unpickler>();
  if (!unpickler_set_file(u, a[0]) || !unpickler_setup(u, a[1], a[2], a[3], a[4])) return nullptr;
  return unpickler_load(u);
}
static Ref loads_impl(Args& a) {
  if (!text_options("loads", a[2], a[3])) return nullptr;
  Ref r = make_unpickler();
  if (!r) return nullptr;
  auto* u = r.as<Unpickler>();
  if (!unpickler_set_data(u, a[0]) || !unpickler_setup(u, a[1], a[2], a[3], a[4])) return nullptr;
  return unpickler_load(u);
}

static const NativeDef kFunctions[] = {
    {"dump", "($module, /, obj, file, protocol=None, *, fix_imports=True,\n     buffer_callback=None)", dump_impl, 0,
     "Writes the pickle of an object to a binary file: Pickler(file, ...).dump(obj)."},
    {"dumps", "($module, /, obj, protocol=None, *, fix_imports=True,\n      buffer_callback=None)", dumps_impl, 0,
     "The pickle of an object, as bytes."},
    {"load", "($module, /, file, *, fix_imports=True, encoding='ASCII',\n     errors='strict', buffers=())", load_impl,
     0, "Reads an object from the pickle in a binary file: Unpickler(file, ...).load()."},
    {"loads", "($module, data, /, *, fix_imports=True, encoding='ASCII',\n      errors='strict', buffers=())",
     loads_impl, 0, "Reads an object from a pickle in memory."},
    {nullptr}};

static bool exec(Value module) {
  return init_state() && add_pickler(module) && add_unpickler(module) && add_pickle_buffer(module) &&
         module_add(module, "PickleError", Ref::dup(state.error)) &&
         module_add(module, "PicklingError", Ref::dup(state.pickling_error)) &&
         module_add(module, "UnpicklingError", Ref::dup(state.unpickling_error));
}

}  // namespace pickle

// GIL off: they have no state; what they need of other modules was looked up when this one was made.
extern const ModuleDef _pickle_module;
const ModuleDef _pickle_module = {"_pickle", "Optimized C implementation for the Python pickle module.",
                                  pickle::kFunctions, pickle::exec, kFunctionsAtOnce};

}  // namespace taipan
