// A tree as text, in the words of Python's ast.dump(); for tests, tools and debugging.
#pragma once

#include <string>
#include <string_view>

#include "frontend/ast.h"

namespace taipan::frontend {

// include_attributes: with lineno and the like.
std::string dump(const ast::Mod* module, bool include_attributes = false);
std::string dump(const ast::Expr* expr, bool include_attributes = false);

// repr() of a constant.
std::string constant_repr(const ConstantValue& value);
void append_string_repr(std::string* out, std::string_view text);
void append_bytes_repr(std::string* out, std::string_view bytes);
void append_float_repr(std::string* out, double value);

}  // namespace taipan::frontend
