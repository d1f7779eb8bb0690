// The symbol table: which scope every name of a program belongs to, and the errors that come from names alone.
//
// build_symbol_table walks the tree once and records, scope by scope, how each name is used (flags: assigned, parameter, global
// statement, ...); a second walk over the scopes decides for each name whether it is local, a cell, free or global. The compiler
// asks for scopes by tree node. Flags, kinds and scope numbers are those that CPython's `_symtable` shows, so the `symtable`
// module can be served from here.
//
//   module / class / function (def, lambda, comprehension) = one Scope each, a tree
//   annotations under `from __future__ import annotations` are walked for errors alone: their scopes are detached
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "frontend/ast.h"

namespace taipan::frontend {

enum SymbolFlag : uint32_t {
  kDefGlobal = 1,
  kDefLocal = 2,
  kDefParam = 4,
  kDefNonlocal = 8,
  kUse = 16,
  kDefFree = 32,
  kDefFreeClass = 64,
  kDefImport = 128,
  kDefAnnotated = 256,
  kDefCompIter = 512,
  kDefBound = kDefLocal | kDefParam | kDefImport,
  // The compiler's own; not part of what `symtable` shows.
  kDeleted = 1u << 20,       // `del` or the end of an except clause can unbind it
  kWalrusTarget = 1u << 21,  // an expression can rebind it
  kStored = 1u << 22,        // bound by more than an annotation without a value
  kVisibleFlags = 0x3FF,
};

enum class NameScope : uint8_t { kUnknown, kLocal, kGlobalExplicit, kGlobalImplicit, kFree, kCell };

struct Symbol {
  Identifier name;  // mangled
  uint32_t flags = 0;
  NameScope scope = NameScope::kUnknown;
};

enum class ScopeKind : uint8_t { kFunction, kClass, kModule, kAnnotation };
enum class ComprehensionKind : uint8_t { kNone, kList, kDict, kSet, kGenerator };

struct Scope {
  ScopeKind kind = ScopeKind::kModule;
  ComprehensionKind comprehension = ComprehensionKind::kNone;
  bool nested = false;
  bool has_free = false;
  bool child_free = false;
  bool generator = false;
  bool coroutine = false;
  bool varargs = false;
  bool varkeywords = false;
  bool returns_value = false;
  bool needs_class_closure = false;  // class: a method uses __class__ or super
  bool comp_iter_target = false;     // while the targets of a comprehension are walked
  bool has_walrus = false;
  uint32_t comp_iter_expr = 0;  // depth of comprehension iterables being walked
  Identifier name = nullptr;
  const void* node = nullptr;
  ast::Location loc;
  Scope* parent = nullptr;
  std::vector<Symbol> symbols;       // in order of first mention
  std::vector<Identifier> varnames;  // parameters, mangled
  std::vector<Scope*> children;
  struct Directive {
    Identifier name;
    ast::Location loc;
  };
  std::vector<Directive> directives;  // global and nonlocal statements

  const Symbol* find(Identifier mangled) const {
    auto it = index_.find(mangled);
    return it == index_.end() ? nullptr : &symbols[it->second];
  }
  Symbol* find(Identifier mangled) { return const_cast<Symbol*>(static_cast<const Scope*>(this)->find(mangled)); }
  Symbol& insert(Identifier mangled) {
    auto [it, fresh] = index_.try_emplace(mangled, static_cast<uint32_t>(symbols.size()));
    if (fresh) symbols.push_back(Symbol{mangled});
    return symbols[it->second];
  }
  bool is_function() const { return kind == ScopeKind::kFunction; }

 private:
  std::unordered_map<Identifier, uint32_t> index_;
};

// An error of the symbol table or the compiler: a message and the range that CPython reports for it.
enum class CompileStatus : uint8_t {
  kOk,
  kSyntaxError,
  kRecursionError,
  kMemoryError,
  kOverflowError,
  kSystemError,
  kValueError
};
struct CompileError {
  CompileStatus status = CompileStatus::kOk;
  std::string message;
  ast::Location loc;  // columns in bytes from 0, as in the tree
  explicit operator bool() const { return status != CompileStatus::kOk; }
};

class SymbolTable {
 public:
  Scope* top() const { return scopes_.empty() ? nullptr : scopes_[0].get(); }
  // The scope that a Mod, FunctionDef, ClassDef, Lambda or comprehension opens.
  Scope* scope_of(const void* node) const {
    auto it = by_node_.find(node);
    return it == by_node_.end() ? nullptr : it->second;
  }

 private:
  friend class SymbolTableBuilder;
  std::vector<std::unique_ptr<Scope>> scopes_;
  std::unordered_map<const void*, Scope*> by_node_;
};

struct SymbolTableOptions {
  bool future_annotations = false;
  int recursion_limit = 3000;  // levels of nested nodes
};

// False: *error is set. The tree's identifiers must come from `arena`; mangled ones are added to it.
bool build_symbol_table(const ast::Mod* module, Arena& arena, const SymbolTableOptions& options, SymbolTable* table,
                        CompileError* error);

// Private names in classes: __x becomes _Class__x. private_name: the class's name, or null.
Identifier mangle(Arena& arena, Identifier private_name, Identifier name);

}  // namespace taipan::frontend
