// From a syntax tree to a code unit: folding (fold.h), symbol table (symtable.h), then one pass over the tree that emits register
// bytecode (bytecode/bytecode.def) through a CodeBuilder, which shortens and checks it.
//
//   compiler.cpp                  entry, units, names, registers, constants
//   compiler_expressions.cpp      operators, names, conditions        compiler_collections.cpp   displays, calls, f-strings
//   compiler_comprehensions.cpp   comprehensions                      compiler_functions.cpp     def, lambda, class
//   compiler_statements.cpp       assignments, loops, imports, ...    compiler_exceptions.cpp    try, with, unwinding
//   compiler_patterns.cpp         match
//
// Registers. A plain local is an operand as it stands. Temporaries form a stack above the locals and cells: every temporary at or
// above the stack's top is empty, which is what lets a call rely on an empty `self` register. A temporary is emptied by the
// instruction that uses it last (kLast flags), unless that instruction writes its result into the same register. A local as the
// destination of an expression is written by the last instruction of that expression alone, so that an exception leaves it as it was.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/bytecode/code_unit.h"
#include "frontend/parser.h"
#include "frontend/symtable.h"

namespace taipan::frontend {

struct CompileOptions {
  std::string filename = "<unknown>";
  int optimize = 0;              // -O: 1, -OO: 2
  uint32_t future_flags = 0;     // CodeFlags kCoFuture* in force from the start (inherited or given by flags)
  bool top_level_await = false;  // PyCF_ALLOW_TOP_LEVEL_AWAIT
  int recursion_limit = 3000;    // levels of nested nodes: three times the interpreter's limit
};

struct CompileResult {
  std::unique_ptr<CodeUnit> code;  // null: see error
  CompileError error;
  std::vector<ParseWarning> warnings;  // all that were met, also before an error
  uint32_t future_flags = 0;           // those in force at the end: interactive input keeps them
};

// The tree is folded in place; new nodes and identifiers go into `arena`, which must be the tree's.
CompileResult compile(ast::Mod* module, Arena& arena, const CompileOptions& options);

// The symbol table alone, as the `symtable` module shows it. Folds nothing.
bool make_symbol_table(const ast::Mod* module, Arena& arena, const CompileOptions& options, SymbolTable* table,
                       CompileError* error);

// The error as the runtime raises it, offsets as CPython counts them. For the statuses that are no SyntaxError see error.status:
// the result then has no location.
SyntaxErrorInfo to_syntax_error(const CompileError& error);

}  // namespace taipan::frontend
