#include "frontend/ast.h"

namespace taipan::frontend::ast {

namespace {

// One table of names a sum, in the order of its kinds.
#define AST_NAME_NONE(AsdlName)
#define AST_NAME_LIST(AsdlName) #AsdlName,
#define AST_IN_Mod AST_NAME_LIST
#define AST_IN_Stmt AST_NAME_NONE
#define AST_IN_Expr AST_NAME_NONE
#define AST_IN_Handler AST_NAME_NONE
#define AST_IN_Pattern AST_NAME_NONE
#define AST_IN_Ignore AST_NAME_NONE
#define AST_NODE(CppSum, CppNode, AsdlName, fields) AST_IN_##CppSum(AsdlName)
const char* const kModNames[] = {
#include "frontend/ast.def"
};
#undef AST_IN_Mod
#undef AST_IN_Stmt
#define AST_IN_Mod AST_NAME_NONE
#define AST_IN_Stmt AST_NAME_LIST
#define AST_NODE(CppSum, CppNode, AsdlName, fields) AST_IN_##CppSum(AsdlName)
const char* const kStmtNames[] = {
#include "frontend/ast.def"
};
#undef AST_IN_Stmt
#undef AST_IN_Expr
#define AST_IN_Stmt AST_NAME_NONE
#define AST_IN_Expr AST_NAME_LIST
#define AST_NODE(CppSum, CppNode, AsdlName, fields) AST_IN_##CppSum(AsdlName)
const char* const kExprNames[] = {
#include "frontend/ast.def"
};
#undef AST_IN_Expr
#undef AST_IN_Handler
#define AST_IN_Expr AST_NAME_NONE
#define AST_IN_Handler AST_NAME_LIST
#define AST_NODE(CppSum, CppNode, AsdlName, fields) AST_IN_##CppSum(AsdlName)
const char* const kHandlerNames[] = {
#include "frontend/ast.def"
};
#undef AST_IN_Handler
#undef AST_IN_Pattern
#define AST_IN_Handler AST_NAME_NONE
#define AST_IN_Pattern AST_NAME_LIST
#define AST_NODE(CppSum, CppNode, AsdlName, fields) AST_IN_##CppSum(AsdlName)
const char* const kPatternNames[] = {
#include "frontend/ast.def"
};
#undef AST_IN_Pattern
#undef AST_IN_Ignore
#define AST_IN_Pattern AST_NAME_NONE
#define AST_IN_Ignore AST_NAME_LIST
#define AST_NODE(CppSum, CppNode, AsdlName, fields) AST_IN_##CppSum(AsdlName)
const char* const kIgnoreNames[] = {
#include "frontend/ast.def"
};

#define AST_VALUE(Name) #Name,
#define AST_ENUM(CppEnum, asdl_name, values) const char* const k##CppEnum##Names[] = {values};
#include "frontend/ast.def"

}  // namespace

const char* kind_name(ModKind kind) { return kModNames[static_cast<int>(kind)]; }
const char* kind_name(StmtKind kind) { return kStmtNames[static_cast<int>(kind)]; }
const char* kind_name(ExprKind kind) { return kExprNames[static_cast<int>(kind)]; }
const char* kind_name(HandlerKind kind) { return kHandlerNames[static_cast<int>(kind)]; }
const char* kind_name(PatternKind kind) { return kPatternNames[static_cast<int>(kind)]; }
const char* kind_name(IgnoreKind kind) { return kIgnoreNames[static_cast<int>(kind)]; }

const char* enum_name(ExprContext value) { return kExprContextNames[static_cast<int>(value)]; }
const char* enum_name(BoolOperator value) { return kBoolOperatorNames[static_cast<int>(value)]; }
const char* enum_name(Operator value) { return kOperatorNames[static_cast<int>(value)]; }
const char* enum_name(UnaryOperator value) { return kUnaryOperatorNames[static_cast<int>(value)]; }
const char* enum_name(CmpOperator value) { return kCmpOperatorNames[static_cast<int>(value)]; }

}  // namespace taipan::frontend::ast
