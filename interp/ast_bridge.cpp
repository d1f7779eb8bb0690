#include "interp/ast_bridge.h"
#include "interp/objects/error.h"
namespace taipan {
__attribute__((weak)) Ref ast_to_python(const frontend::ast::Mod*) { return raise(types::SystemError, "no _ast"); }
__attribute__((weak)) frontend::ast::Mod* ast_from_python(Value, frontend::Arena&, frontend::ParseMode) { return raise(types::SystemError, "no _ast"); }
__attribute__((weak)) int is_ast_object(Value) { return 0; }
}
