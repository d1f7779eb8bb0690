// An expression as source text, spelled as CPython spells annotations under `from __future__ import annotations`.
#pragma once

#include <string>

#include "frontend/ast.h"

namespace taipan::frontend {

std::string unparse_expression(const ast::Expr* expr);

}  // namespace taipan::frontend
