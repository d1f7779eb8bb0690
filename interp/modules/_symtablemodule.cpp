// The module _symtable: the compiler's symbol table for the module symtable.
#include "frontend/compiler.h"
#include "frontend/symtable.h"
#include "interp/ast_bridge.h"
#include "interp/compile.h"
#include "interp/modules/module_util.h"
#include "interp/objects/bytes.h"
#include "interp/objects/dict.h"
#include "interp/objects/list.h"
#include "interp/objects/owned_fields.h"

namespace taipan {

namespace {

using frontend::Scope;

TypeObject* entry_type;

struct Entry {
  Header h;
  Value id, name, symbols, varnames, children, nested, type, lineno;
};
using EntryFields = OwnedFields<Entry, &Entry::id, &Entry::name, &Entry::symbols, &Entry::varnames, &Entry::children,
                                &Entry::nested, &Entry::type, &Entry::lineno>;

constexpr int kScopeOffset = 11;

Ref text_of(frontend::Identifier name) { return name ? intern_str(name->view()) : empty_str(); }

Ref make_entry(const Scope* scope) {
  Ref symbols = make_dict(), varnames = make_list(), children = make_list();
  if (!symbols || !varnames || !children) return nullptr;
  for (const frontend::Symbol& s : scope->symbols) {
    Ref name = text_of(s.name);
    int64_t flags = static_cast<int64_t>(s.flags & frontend::kVisibleFlags) | static_cast<int64_t>(s.scope)
                                                                                  << kScopeOffset;
    if (!name || !dict_set(symbols, name, Value::from_int(flags))) return nullptr;
  }
  for (frontend::Identifier v : scope->varnames) {
    Ref name = text_of(v);
    if (!name || !list_append(varnames, std::move(name))) return nullptr;
  }
  for (const Scope* c : scope->children) {
    Ref child = make_entry(c);
    if (!child || !list_append(children, std::move(child))) return nullptr;
  }
  bool top = scope->kind == frontend::ScopeKind::kModule;
  Ref name = top ? make_str("top") : text_of(scope->name);
  Ref id = make_int(static_cast<int64_t>(reinterpret_cast<uintptr_t>(scope)));
  auto* e = alloc_instance_as<Entry>(entry_type);
  if (!e || !name) return nullptr;
  Ref r = Ref::steal(e);
  gc::init(&e->id, std::move(id));
  gc::init(&e->name, std::move(name));
  gc::init(&e->symbols, std::move(symbols));
  gc::init(&e->varnames, std::move(varnames));
  gc::init(&e->children, std::move(children));
  e->nested = Value::from_int(scope->nested);
  e->type = Value::from_int(static_cast<int>(scope->kind));
  e->lineno = Value::from_int(top ? 0 : scope->loc.lineno);
  return r;
}
Ref entry_repr(Value v) {
  auto* e = v.as<Entry>();
  return format_str("<symtable entry %S(%S), line %S>", e->name, e->id, e->lineno);
}
const MemberDef kEntryMembers[] = {{"id", kMemberValue, offsetof(Entry, id), true, nullptr},
                                   {"name", kMemberValue, offsetof(Entry, name), true, nullptr},
                                   {"symbols", kMemberValue, offsetof(Entry, symbols), true, nullptr},
                                   {"varnames", kMemberValue, offsetof(Entry, varnames), true, nullptr},
                                   {"children", kMemberValue, offsetof(Entry, children), true, nullptr},
                                   {"nested", kMemberValue, offsetof(Entry, nested), true, nullptr},
                                   {"type", kMemberValue, offsetof(Entry, type), true, nullptr},
                                   {"lineno", kMemberValue, offsetof(Entry, lineno), true, nullptr},
                                   {nullptr}};
const TypeSpec kEntrySpec = {
    .flags = kTypeGc | kTypeNoInstantiate,
    .basic_size = sizeof(Entry),
    .ops = {.trace = EntryFields::trace, .clear = EntryFields::clear, .dealloc = EntryFields::dealloc},
    .members = kEntryMembers,
    .s = {.repr = entry_repr}};

// Whether a tree begins with `from __future__ import annotations`.
bool has_future_annotations(Value tree) {
  Ref body = get_attr_opt(tree, TAIPAN_NAME(body));
  if (!body || !is_list(body)) {
    clear_error();
    return false;
  }
  for (size_t i = 0; i < list_size(body); i++) {
    Ref statement = list_get(body, i);
    Ref module = get_attr_opt(statement, TAIPAN_NAME(module));
    if (module && is_str(module) && str_eq_ascii(module, "__future__")) {
      Ref names = get_attr_opt(statement, TAIPAN_NAME(names));
      for (size_t k = 0; names && is_list(names) && k < list_size(names); k++) {
        Ref alias = list_get(names, k), name = get_attr_opt(alias, TAIPAN_NAME(name));
        if (name && is_str(name) && str_eq_ascii(name, "annotations")) return true;
      }
    }
  }
  clear_error();
  return false;
}

Ref symtable_impl(Args& a) {
  if (!require_str(a[2], "symtable", 3)) return nullptr;
  CompileRequest request;
  Ref filename;
  if (is_str(a[1])) {
    filename = Ref::dup(a[1]);
  } else {
    Ref path = Ref::dup(a[1]), fsdecode = import_attr("os", "fsdecode");
    if (!is_bytes(path) && has_buffer(path)) {
      if (!warn(types::DeprecationWarning, 1, "path should be string, bytes, or os.PathLike, not %T", path.get()))
        return nullptr;
      path = call(Value(types::Bytes), path);
    }
    filename = fsdecode && path ? call(fsdecode, path) : nullptr;
    if (!filename) return nullptr;
  }
  request.filename = filename;
  request.flags = kCfOnlyAst;
  if (str_eq_ascii(a[2], "exec"))
    request.mode = frontend::ParseMode::kExec;
  else if (str_eq_ascii(a[2], "eval"))
    request.mode = frontend::ParseMode::kEval;
  else if (str_eq_ascii(a[2], "single"))
    request.mode = frontend::ParseMode::kSingle;
  else
    return raise(types::ValueError, "symtable() arg 3 must be 'exec' or 'eval' or 'single'");
  if (!is_str(a[0]) && !has_buffer(a[0]))
    return raise(types::TypeError, "symtable() arg 1 must be a string or bytes object");
  Ref tree = compile_object(a[0], request, "symtable", "string or bytes");
  if (!tree) return nullptr;
  frontend::Arena arena;
  frontend::ast::Mod* module = ast_from_python(tree, arena, request.mode);
  if (!module) return nullptr;
  frontend::SymbolTableOptions options;
  options.future_annotations = has_future_annotations(tree);
  frontend::SymbolTable table;
  frontend::CompileError error;
  if (!frontend::build_symbol_table(module, arena, options, &table, &error)) {
    if (error.status == frontend::CompileStatus::kRecursionError)
      return raise(types::RecursionError, "maximum recursion depth exceeded during compilation");
    raise_syntax_error_info(frontend::to_syntax_error(error), filename, true);
    return nullptr;
  }
  return make_entry(table.top());
}
const NativeDef kFunctions[] = {{"symtable", "($module, source, filename, startstr, /)", symtable_impl, 0,
                                 "Return symbol and scope dictionaries used internally by compiler."},
                                {nullptr}};
bool symtable_exec(Value m) {
  if (!entry_type) entry_type = make_native_type("symtable entry", types::Object, &kEntrySpec);
  static const IntConstant kConstants[] = {{"USE", frontend::kUse},
                                           {"DEF_GLOBAL", frontend::kDefGlobal},
                                           {"DEF_NONLOCAL", frontend::kDefNonlocal},
                                           {"DEF_LOCAL", frontend::kDefLocal},
                                           {"DEF_PARAM", frontend::kDefParam},
                                           {"DEF_FREE", frontend::kDefFree},
                                           {"DEF_FREE_CLASS", frontend::kDefFreeClass},
                                           {"DEF_IMPORT", frontend::kDefImport},
                                           {"DEF_BOUND", frontend::kDefBound},
                                           {"DEF_ANNOT", frontend::kDefAnnotated},
                                           {"TYPE_FUNCTION", static_cast<int>(frontend::ScopeKind::kFunction)},
                                           {"TYPE_CLASS", static_cast<int>(frontend::ScopeKind::kClass)},
                                           {"TYPE_MODULE", static_cast<int>(frontend::ScopeKind::kModule)},
                                           {"LOCAL", static_cast<int>(frontend::NameScope::kLocal)},
                                           {"GLOBAL_EXPLICIT", static_cast<int>(frontend::NameScope::kGlobalExplicit)},
                                           {"GLOBAL_IMPLICIT", static_cast<int>(frontend::NameScope::kGlobalImplicit)},
                                           {"FREE", static_cast<int>(frontend::NameScope::kFree)},
                                           {"CELL", static_cast<int>(frontend::NameScope::kCell)},
                                           {"SCOPE_OFF", kScopeOffset},
                                           {"SCOPE_MASK", 15},
                                           {nullptr, 0}};
  return entry_type && module_add_constants(m, kConstants);
}

}  // namespace

// GIL off: it compiles a tree of its own.
extern const ModuleDef _symtable_module;
const ModuleDef _symtable_module = {"_symtable", nullptr, kFunctions, symtable_exec, kFunctionsAtOnce};

}  // namespace taipan
