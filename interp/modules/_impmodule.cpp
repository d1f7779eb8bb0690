// _imp: what importlib needs from the interpreter.
#include <cstring>
#include <string>

#include <unistd.h>

#include "interp/boot_image.h"
#include "interp/builtins.h"
#include "interp/config.h"
#include "interp/eval/eval.h"
#include "interp/modules/module_util.h"
#include "interp/modules/posix_fork.h"
#include "interp/objects/bytes.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/hash.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"

namespace taipan {

extern const ModuleDef imp_module;

namespace {

// The global import lock: re-entrant. With importlib's per-module locks little is left for it to do.
std::atomic<uint64_t> lock_owner{0};
int lock_depth = 0;

void acquire_lock(Thread* t) {
  uint64_t me = t->ident;
  if (lock_owner.load() == me) {
    lock_depth++;
    return;
  }
  for (;;) {
    uint64_t expected = 0;
    if (lock_owner.compare_exchange_strong(expected, me)) break;
    gc::BlockingScope scope;
    usleep(1000);
  }
  lock_depth = 1;
}
void release_lock() {
  if (--lock_depth == 0) lock_owner.store(0);
}
Ref imp_acquire_lock(Args& a) {
  acquire_lock(a.t);
  return Ref::imm(kNone);
}
Ref imp_release_lock(Args& a) {
  if (lock_owner.load() != a.t->ident) return raise(types::RuntimeError, "not holding the import lock");
  release_lock();
  return Ref::imm(kNone);
}
// Held around fork(), so that the child doesn't see a module half imported by a thread that it hasn't got.
const ForkHooks kLockHooks = {acquire_lock, [](Thread*) { release_lock(); },
                              [](Thread* t) {
                                lock_owner.store(t->ident);
                                release_lock();
                              }};
Ref imp_lock_held(Args&) { return Ref::imm(bool_value(lock_owner.load() != 0)); }

bool known(Value name) {
  std::string text = utf8_lossy(name);
  for (const char* n : native_module_names()) {
    if (text == n) return true;
  }
  return false;
}
Ref imp_is_builtin(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "is_builtin() argument must be str, not %T", a[0]);
  std::string text = utf8_lossy(a[0]);
  if (!known(a[0])) return make_int(0);
  return make_int(text == "sys" || text == "builtins" ? -1 : 1);
}
Ref imp_create_builtin(Args& a) {
  Ref name = get_attr(a[0], TAIPAN_NAME(name));
  if (!name) return nullptr;
  if (!is_str(name)) return raise(types::TypeError, "name must be string, not %T", name.get());
  Ref m = import_native(utf8_lossy(name).c_str());
  if (!m) return nullptr;
  if (m.get() == kMissing) return Ref::imm(kNone);
  if (!is_module(m) || str_eq_ascii(name, "sys") || str_eq_ascii(name, "builtins")) return m;
  // A second import gets a module of its own, with the same contents.
  Value spec = dict_get_cstr(module_dict(m), "__spec__");
  if (!spec || spec == kNone) return m;
  Ref again = make_module(name);
  if (!again || !dict_merge(module_dict(again), module_dict(m), true)) return nullptr;
  return again;
}
Ref imp_exec_builtin(Args&) { return make_int(0); }

// ---- extension modules: shared objects along sys.path
Ref imp_extension_suffixes(Args&) {
  Ref list = make_list(), suffix = make_str(kExtensionSuffix);
  return list && suffix && list_append(list, std::move(suffix)) ? std::move(list) : Ref();
}
Ref imp_create_dynamic(Args& a) {
  Ref name = get_attr(a[0], TAIPAN_NAME(name)), path = name ? get_attr(a[0], intern_static("origin")) : Ref();
  return path ? import_extension(name, path) : Ref();
}
Ref imp_exec_dynamic(Args&) { return make_int(0); }

// ---- frozen modules
bool allow_frozen = true;
const FrozenModule* frozen_by(Value name) {
  const FrozenModule* m = find_frozen(utf8_lossy(name).c_str());
  if (m && !allow_frozen && !m->always) return nullptr;
  return m;
}
Ref imp_is_frozen(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "is_frozen() argument must be str, not %T", a[0]);
  return Ref::imm(bool_value(frozen_by(a[0]) != nullptr));
}
Ref imp_is_frozen_package(Args& a) {
  const FrozenModule* m = frozen_by(a[0]);
  if (!m) return raise_import_error(a[0], Value(), "No such frozen object named %R", a[0]);
  return Ref::imm(bool_value(m->is_package));
}
Ref imp_find_frozen(Args& a) {
  const FrozenModule* m = frozen_by(a[0]);
  if (!m) return Ref::imm(kNone);
  Ref origin = !m->origin ? make_str(m->name) : *m->origin ? make_str(m->origin) : Ref::imm(kNone);
  if (!strcmp(m->name, "_frozen_importlib")) origin = make_str("importlib._bootstrap");
  if (!strcmp(m->name, "_frozen_importlib_external")) origin = make_str("importlib._bootstrap_external");
  Ref items[3] = {Ref::imm(kNone), Ref::imm(bool_value(m->is_package)), std::move(origin)};
  return make_tuple_steal(items, 3);
}
Ref imp_get_frozen_object(Args& a) {
  if (a.has(1) && a[1] != kNone) {
    Ref marshal = import_module("marshal");
    Ref loads = marshal ? get_attr(marshal, "loads") : Ref();
    Ref code = loads ? call(loads, a[1]) : Ref();
    if (code && !has_shape(code, kShapeCode))
      return raise(types::TypeError, "frozen object %R is not a code object", a[0]);
    return code;
  }
  const FrozenModule* m = frozen_by(a[0]);
  if (!m) return raise_import_error(a[0], Value(), "No such frozen object named %R", a[0]);
  return frozen_code(m->name);
}
Ref imp_init_frozen(Args&) { return Ref::imm(kNone); }
Ref imp_frozen_module_names(Args&) {
  Ref list = make_list();
  if (!list) return nullptr;
  for (const FrozenModule& m : frozen_modules()) {
    if (!list_append(list, make_str(m.name))) return nullptr;
  }
  return list;
}
Ref imp_override_frozen(Args& a) {
  int n;
  if (!to_c_int(a[0], &n)) return nullptr;
  allow_frozen = n >= 0;
  return Ref::imm(kNone);
}
Ref imp_override_multi(Args&) { return make_int(0); }

// ---- code
Ref imp_source_hash(Args& a) {
  BufferView source(a[1]);
  if (!source.ok()) return nullptr;
  int64_t key;
  if (!to_int64(a[0], &key)) return nullptr;
  uint64_t h = siphash13(static_cast<uint64_t>(key), 0, source.data(), source.size());
  return make_bytes(&h, 8);
}
bool fix_filename(Value code, Value old_name, Value new_name) {
  Code* c = code.as<Code>();
  int same = values_equal(c->filename, old_name);
  if (same < 0) return false;
  if (!same) return true;
  gc::store(&c->h, &c->filename, Ref::dup(new_name));
  for (size_t i = 0; i < tuple_size(c->consts); i++) {
    Value k = tuple_at(c->consts, i);
    if (has_shape(k, kShapeCode) && !fix_filename(k, old_name, new_name)) return false;
  }
  return true;
}
Ref imp_fix_co_filename(Args& a) {
  if (!has_shape(a[0], kShapeCode))
    return raise(types::TypeError, "_fix_co_filename() argument 1 must be code, not %T", a[0]);
  if (!is_str(a[1])) return raise(types::TypeError, "_fix_co_filename() argument 2 must be str, not %T", a[1]);
  Ref old_name = Ref::dup(a[0].as<Code>()->filename);
  return fix_filename(a[0], old_name, a[1]) ? Ref::imm(kNone) : nullptr;
}

const NativeDef kFunctions[] = {
    {"_fix_co_filename", "($module, code, path, /)", imp_fix_co_filename, 0,
     "Changes code.co_filename to specify the passed-in path."},
    {"_frozen_module_names", "($module, /)", imp_frozen_module_names, 0,
     "Returns the list of available frozen modules."},
    {"_override_frozen_modules_for_tests", "($module, override, /)", imp_override_frozen, 0,
     "(internal-only) Override the frozen modules setting."},
    {"_override_multi_interp_extensions_check", "($module, override, /)", imp_override_multi, 0, nullptr},
    {"acquire_lock", "($module, /)", imp_acquire_lock, 0,
     "Acquires the interpreter's import lock for the current thread."},
    {"create_builtin", "($module, spec, /)", imp_create_builtin, 0, "Create an extension module."},
    {"create_dynamic", "($module, spec, file=<unrepresentable>, /)", imp_create_dynamic, 0,
     "Create an extension module."},
    {"exec_builtin", "($module, mod, /)", imp_exec_builtin, 0, "Initialize a built-in module."},
    {"exec_dynamic", "($module, mod, /)", imp_exec_dynamic, 0, "Initialize an extension module."},
    {"extension_suffixes", "($module, /)", imp_extension_suffixes, 0,
     "Returns the list of file suffixes used to identify extension modules."},
    {"find_frozen", "($module, name, /, *, withdata=False)", imp_find_frozen, 0,
     "Return info about the corresponding frozen module (if there is one) or None."},
    {"get_frozen_object", "($module, name, data=None, /)", imp_get_frozen_object, 0,
     "Create a code object for a frozen module."},
    {"init_frozen", "($module, name, /)", imp_init_frozen, 0, "Initializes a frozen module."},
    {"is_builtin", "($module, name, /)", imp_is_builtin, 0,
     "Returns True if the module name corresponds to a built-in module."},
    {"is_frozen", "($module, name, /)", imp_is_frozen, 0,
     "Returns True if the module name corresponds to a frozen module."},
    {"is_frozen_package", "($module, name, /)", imp_is_frozen_package, 0,
     "Returns True if the module name is of a frozen package."},
    {"lock_held", "($module, /)", imp_lock_held, 0, "Return True if the import lock is currently held, else False."},
    {"release_lock", "($module, /)", imp_release_lock, 0, "Release the interpreter's import lock."},
    {"source_hash", "($module, /, key, source)", imp_source_hash, 0, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr},
};

bool imp_exec(Value m) {
  static bool hooked = false;
  if (!hooked) add_fork_hooks(kLockHooks);
  hooked = true;
  allow_frozen = true;
  for (const std::string& o : config.x_options) {
    if (o == "frozen_modules=off") allow_frozen = false;
  }
  return module_add_str(m, "check_hash_based_pycs", config.check_hash_pycs.c_str());
}

}  // namespace

const ModuleDef imp_module = {"_imp", "(Extremely) low-level import machinery bits as used by importlib.", kFunctions,
                              imp_exec};

}  // namespace taipan
