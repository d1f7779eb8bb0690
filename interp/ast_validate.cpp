// What the compiler takes for granted about a tree that Python code made.
#include "interp/ast_bridge.h"

namespace taipan {

bool validate_ast(const frontend::ast::Mod*) { return true; }

}  // namespace taipan
