// The abstract syntax tree: exactly Python 3.11's `ast`, as plain structs in an arena.
//
// ast.def declares the grammar; this header makes C++ of it:
//   - a sum type with fields (expr, stmt, ...) is a base struct {kind, loc} (`Expr`, `Stmt`, `Pattern`, `Handler`; `Mod` and
//     `Ignore` have no loc), and every constructor a struct derived from it (`BinOp : Expr`). Names are the ASDL's, except
//     stmt's `Expr`, which is `ExprStmt` here, and product types, which are CamelCase (`withitem` is `WithItem`).
//   - a sum without fields is an enum class (`Operator::kAdd`).
//   - an absent optional node or identifier is a null pointer; an absent optional String has data() == nullptr; absent elements of
//     Dict::keys and Arguments::kw_defaults are null.
//   - `Constant::u_kind` is the ASDL's `kind` ("u" or absent).
//
// Columns are byte offsets into the UTF-8 line, lines count from 1, as in `ast`.
//
//   if (auto* binary = dyn_cast<BinOp>(expr)) ...         switch (expr->kind) { case ExprKind::kBinOp: cast<BinOp>(expr)->left ... }
//   make_node<Name>(arena, loc, id, ctx)   make_node<Arg>(arena, loc, name, annotation, type_comment)
//   make_plain<WithItem>(arena, expr, vars)   (what has no location)
#pragma once

#include <cassert>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include "frontend/arena.h"
#include "frontend/constant.h"

namespace taipan::frontend::ast {

using Int = int32_t;
using String = std::string_view;

struct Location {
  int32_t lineno = 0;
  int32_t col_offset = 0;
  int32_t end_lineno = 0;
  int32_t end_col_offset = 0;
};

#define AST_VALUE(Name) k##Name,
#define AST_ENUM(CppEnum, asdl_name, values) enum class CppEnum : uint8_t { values };
#include "frontend/ast.def"

// One kind enum a sum (ModKind, StmtKind, ExprKind, HandlerKind, PatternKind, IgnoreKind), numbered from 0 in the ASDL's order.
#define AST_KIND_NONE(CppNode)
#define AST_KIND_LIST(CppNode) k##CppNode,
#define AST_IN_Mod AST_KIND_LIST
#define AST_IN_Stmt AST_KIND_NONE
#define AST_IN_Expr AST_KIND_NONE
#define AST_IN_Handler AST_KIND_NONE
#define AST_IN_Pattern AST_KIND_NONE
#define AST_IN_Ignore AST_KIND_NONE
#define AST_NODE(CppSum, CppNode, AsdlName, fields) AST_IN_##CppSum(CppNode)
enum class ModKind : uint8_t {
#include "frontend/ast.def"
};
#undef AST_IN_Mod
#undef AST_IN_Stmt
#define AST_IN_Mod AST_KIND_NONE
#define AST_IN_Stmt AST_KIND_LIST
#define AST_NODE(CppSum, CppNode, AsdlName, fields) AST_IN_##CppSum(CppNode)
enum class StmtKind : uint8_t {
#include "frontend/ast.def"
};
#undef AST_IN_Stmt
#undef AST_IN_Expr
#define AST_IN_Stmt AST_KIND_NONE
#define AST_IN_Expr AST_KIND_LIST
#define AST_NODE(CppSum, CppNode, AsdlName, fields) AST_IN_##CppSum(CppNode)
enum class ExprKind : uint8_t {
#include "frontend/ast.def"
};
#undef AST_IN_Expr
#undef AST_IN_Handler
#define AST_IN_Expr AST_KIND_NONE
#define AST_IN_Handler AST_KIND_LIST
#define AST_NODE(CppSum, CppNode, AsdlName, fields) AST_IN_##CppSum(CppNode)
enum class HandlerKind : uint8_t {
#include "frontend/ast.def"
};
#undef AST_IN_Handler
#undef AST_IN_Pattern
#define AST_IN_Handler AST_KIND_NONE
#define AST_IN_Pattern AST_KIND_LIST
#define AST_NODE(CppSum, CppNode, AsdlName, fields) AST_IN_##CppSum(CppNode)
enum class PatternKind : uint8_t {
#include "frontend/ast.def"
};
#undef AST_IN_Pattern
#undef AST_IN_Ignore
#define AST_IN_Pattern AST_KIND_NONE
#define AST_IN_Ignore AST_KIND_LIST
#define AST_NODE(CppSum, CppNode, AsdlName, fields) AST_IN_##CppSum(CppNode)
enum class IgnoreKind : uint8_t {
#include "frontend/ast.def"
};
#undef AST_KIND_NONE
#undef AST_KIND_LIST
#undef AST_IN_Mod
#undef AST_IN_Stmt
#undef AST_IN_Expr
#undef AST_IN_Handler
#undef AST_IN_Pattern
#undef AST_IN_Ignore

// The sums and products.
#define AST_SUM(CppSum, asdl_name, base) struct CppSum;
#define AST_NODE(CppSum, CppNode, AsdlName, fields) struct CppNode;
#define AST_PRODUCT(CppNode, asdl_name, base, fields) struct CppNode;
#include "frontend/ast.def"

struct Plain {};
struct Located {
  Location loc;
};

#define AST_SUM(CppSum, asdl_name, base) \
  struct CppSum : base {                 \
    CppSum##Kind kind;                   \
  };
#include "frontend/ast.def"

#define AST_TYPE_One(Type) Type
#define AST_TYPE_Opt(Type) Type
#define AST_TYPE_Seq(Type) Seq<Type>
#define AST_TYPE_SeqOpt(Type) Seq<Type>
#define AST_FIELD(Quantity, Type, name) AST_TYPE_##Quantity(Type) name;
#define AST_NODE(CppSum, CppNode, AsdlName, fields)         \
  struct CppNode : CppSum {                                 \
    using Sum = CppSum;                                     \
    static constexpr auto kKind = CppSum##Kind::k##CppNode; \
    fields                                                  \
  };
#define AST_PRODUCT(CppNode, asdl_name, base, fields) \
  struct CppNode : base {                             \
    using Sum = void;                                 \
    fields                                            \
  };
#include "frontend/ast.def"
#undef AST_TYPE_One
#undef AST_TYPE_Opt
#undef AST_TYPE_Seq
#undef AST_TYPE_SeqOpt

// The node's ASDL constructor name ("BinOp", "Expr", ...).
const char* kind_name(ModKind kind);
const char* kind_name(StmtKind kind);
const char* kind_name(ExprKind kind);
const char* kind_name(HandlerKind kind);
const char* kind_name(PatternKind kind);
const char* kind_name(IgnoreKind kind);
// The ASDL name of an operator or context ("Add", "Load", ...).
const char* enum_name(ExprContext value);
const char* enum_name(BoolOperator value);
const char* enum_name(Operator value);
const char* enum_name(UnaryOperator value);
const char* enum_name(CmpOperator value);

template <class T>
bool isa(const typename T::Sum* node) {
  return node->kind == T::kKind;
}
template <class T>
T* cast(typename T::Sum* node) {
  assert(isa<T>(node));
  return static_cast<T*>(node);
}
template <class T>
const T* cast(const typename T::Sum* node) {
  assert(isa<T>(node));
  return static_cast<const T*>(node);
}
template <class T>
T* dyn_cast(typename T::Sum* node) {
  return node != nullptr && isa<T>(node) ? static_cast<T*>(node) : nullptr;
}
template <class T>
const T* dyn_cast(const typename T::Sum* node) {
  return node != nullptr && isa<T>(node) ? static_cast<const T*>(node) : nullptr;
}

// Makes a node from its location (left out for what has none) and its fields in ASDL order.
template <class T, class... Fields>
T* make_node(Arena& arena, const Location& loc, Fields&&... fields) {
  if constexpr (std::is_void_v<typename T::Sum>) {
    static_assert(std::is_base_of_v<Located, T>);
    return new (arena.allocate(sizeof(T), alignof(T))) T{{loc}, std::forward<Fields>(fields)...};
  } else {
    static_assert(std::is_base_of_v<Located, typename T::Sum>);
    return new (arena.allocate(sizeof(T), alignof(T))) T{{{loc}, T::kKind}, std::forward<Fields>(fields)...};
  }
}
template <class T, class... Fields>
T* make_plain(Arena& arena, Fields&&... fields) {
  if constexpr (std::is_void_v<typename T::Sum>) {
    return new (arena.allocate(sizeof(T), alignof(T))) T{{}, std::forward<Fields>(fields)...};
  } else {
    return new (arena.allocate(sizeof(T), alignof(T))) T{{{}, T::kKind}, std::forward<Fields>(fields)...};
  }
}

}  // namespace taipan::frontend::ast
