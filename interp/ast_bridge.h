// Between the front end's syntax trees and the `_ast` module's objects.
#pragma once
#include "frontend/ast.h"
#include "frontend/parser.h"
#include "gc/ref.h"

namespace taipan {

Ref ast_to_python(const frontend::ast::Mod* module);  // a Module, Expression, Interactive or FunctionType object
// The tree of an AST object; null with TypeError/ValueError. Text goes into the arena; objects as constants are kept alive by `tree`.
frontend::ast::Mod* ast_from_python(Value tree, frontend::Arena& arena, frontend::ParseMode mode);
bool validate_ast(
    const frontend::ast::Mod*
        module);             // what the compiler takes for granted: false with ValueError/TypeError (ast_validate.cpp)
int is_ast_object(Value v);  // 1, 0, -1 error

}  // namespace taipan
