// _weakref.
#include "interp/modules/module_util.h"
#include "interp/objects/dict.h"
#include "interp/objects/weakref.h"

namespace taipan {

namespace {

Ref getweakrefcount(Args& a) { return make_int(static_cast<int64_t>(weakref_count(a[0]))); }
Ref getweakrefs(Args& a) { return weakref_list(a[0]); }
Ref proxy(Args& a) { return make_weak_proxy(a[0], a.get(1, kNone)); }

Ref remove_dead(Args& a) {
  if (!is_dict(a[0])) return raise(types::TypeError, "_remove_dead_weakref() argument 1 must be dict, not %T", a[0]);
  Ref v = dict_get_ref(a[0], a[1]);
  if (!v) return nullptr;
  if (v.get() == kMissing) return Ref::imm(kNone);
  if (!is_weakref(v)) return raise(types::TypeError, "not a weakref");
  if (weakref_get(v)) return Ref::imm(kNone);
  return dict_delete_weakref(a[0], a[1], v) ? Ref::imm(kNone) : nullptr;
}

bool exec(Value m) {
  return module_add(m, "ref", Ref::dup(types::WeakRef)) && module_add(m, "ReferenceType", Ref::dup(types::WeakRef)) &&
         module_add(m, "ProxyType", Ref::dup(types::WeakProxy)) &&
         module_add(m, "CallableProxyType", Ref::dup(types::WeakCallableProxy));
}

const NativeDef functions[] = {
    {"getweakrefcount", "($module, object, /)", getweakrefcount, 0,
     "Return the number of weak references to 'object'."},
    {"_remove_dead_weakref", "($module, dct, key, /)", remove_dead, 0,
     "Removes key from the dict if its value is a dead weakref."},
    {"getweakrefs", "($module, object, /)", getweakrefs, 0,
     "Return a list of all weak reference objects pointing to 'object'."},
    {"proxy", "($module, object, callback=None, /)", proxy, 0,
     "A proxy object that weakly references 'object'.\n\n'callback', if given, is called with a reference to the\n"
     "proxy when 'object' is about to be finalized."},
    {},
};

}  // namespace

// GIL off: lists of weak references are under their own locks.
extern const ModuleDef _weakref_module;
const ModuleDef _weakref_module = {"_weakref", "Weak-reference support module.", functions, exec, kFunctionsAtOnce};

}  // namespace taipan
