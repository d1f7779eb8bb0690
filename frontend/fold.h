// Constant folding on the tree, before the symbol table: operators on constants, constant tuples, `in [constants]`, __debug__,
// '%' formatting of a literal into an f-string. What is folded, and the size limits beyond which nothing is, are CPython's.
#pragma once
#include "frontend/ast.h"

namespace taipan::frontend {

struct FoldOptions {
  int optimize = 0;                 // __debug__ is its negation
  bool future_annotations = false;  // annotations become text: they are left alone
  int recursion_limit = 3000;
};

// False: nested too deeply.
bool fold_constants(ast::Mod* module, Arena& arena, const FoldOptions& options);

// bool(value). Foreign objects count as true: the compiler never asks about them.
bool constant_truth(const ConstantValue& value);

}  // namespace taipan::frontend
