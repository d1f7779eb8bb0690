// An expression as source text, spelled as CPython spells annotations under `from __future__ import annotations`.
#pragma once

#include <string>

#include "frontend/ast.h"

namespace taipan::frontend {

// Appends the text to *out. False if the expression is nested too deeply (a RecursionError for the program).
bool unparse_expression(const ast::Expr* expr, std::string* out);

}  // namespace taipan::frontend
