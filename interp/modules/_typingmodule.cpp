// The module _typing: the identity function that typing.NewType-like helpers call.
#include "interp/modules/module_util.h"

namespace taipan {

static Ref idfunc_impl(Args& a) { return Ref::dup(a[0]); }
static const NativeDef kFunctions[] = {{"_idfunc", "($module, x, /)", idfunc_impl, 0, nullptr}, {nullptr}};

// GIL off: it has no state.
extern const ModuleDef _typing_module;
const ModuleDef _typing_module = {"_typing", "Accelerators for the typing module.\n", kFunctions, nullptr,
                                  kFunctionsAtOnce};

}  // namespace taipan
