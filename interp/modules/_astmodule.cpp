// _ast: the classes of the abstract syntax tree and the conversions between them and the front end's trees, all generated from ast.def.
#include <algorithm>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "frontend/ast.h"
#include "gc/collector.h"
#include "interp/ast_bridge.h"
#include "interp/compile.h"
#include "interp/modules/module_util.h"
#include "interp/objects/bytes.h"
#include "interp/objects/code.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/float.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"

namespace taipan {

extern const ModuleDef _ast_module;
using namespace frontend;

namespace {

// ---- classes, one Value a sum, constructor, product, enum and enum value; immortal once made
struct Classes {
  Value AST;
#define AST_ENUM(CppEnum, asdl, values) Value sum_##CppEnum;
#define AST_SUM(CppSum, asdl, base) Value sum_##CppSum;
#define AST_NODE(CppSum, CppNode, AsdlName, fields) Value node_##CppNode;
#define AST_PRODUCT(CppNode, asdl, base, fields) Value sum_##CppNode;
#include "frontend/ast.def"
#define AST_VALUE(Name) \
  Value value_##Name;   \
  Value instance_##Name;
#define AST_ENUM(CppEnum, asdl, values) values
#include "frontend/ast.def"
  bool ready = false;
};
Classes classes;

// ---- AST.__init__ and friends
Ref fields_of(Value cls) {
  Ref f = get_attr_opt(cls, TAIPAN_NAME(_fields));
  if (!f) return nullptr;
  if (f.get() == kMissing) return make_tuple(size_t{0});
  return is_tuple(f) ? std::move(f) : iterable_to_tuple(f);
}
bool ast_init(Value self, RawArgs args) {
  Ref fields = fields_of(Value(type_of(self)));
  if (!fields) return false;
  size_t n = tuple_size(fields);
  if (args.n > n)
    return raise(types::TypeError, "%T constructor takes at most %zu positional argument%s", self, n,
                 n == 1 ? "" : "s");
  for (size_t i = 0; i < args.n; i++) {
    if (!set_attr(self, tuple_at(fields, i).as<Str>(), args.v[i])) return false;
  }
  size_t nkw = args.kwnames ? tuple_size(args.kwnames) : 0;
  for (size_t k = 0; k < nkw; k++) {
    Value name = tuple_at(args.kwnames, k);
    for (size_t i = 0; i < args.n; i++) {
      int same = values_equal(tuple_at(fields, i), name);
      if (same < 0) return false;
      if (same) return raise(types::TypeError, "%T got multiple values for argument '%S'", self, name);
    }
    if (!set_attr(self, name.as<Str>(), args.v[args.n + k])) return false;
  }
  return true;
}
Ref ast_new(TypeObject* cls, RawArgs) {
  Header* h = alloc_instance(cls);
  return h ? Ref::steal(h) : nullptr;
}
Ref ast_reduce(Args& a) {
  Ref d = get_attr_opt(a.self, TAIPAN_NAME(__dict__));
  if (!d) return nullptr;
  Ref empty = make_tuple(size_t{0});
  if (d.get() == kMissing) return make_tuple_of({Value(type_of(a.self)), empty.get()});
  return make_tuple_of({Value(type_of(a.self)), empty.get(), d.get()});
}
Ref ast_get_dict(Value v) { return instance_dict(v.header()); }
bool ast_set_dict(Value v, Value d) {
  if (!d || !is_dict(d)) return raise(types::TypeError, "__dict__ must be set to a dictionary");
  return set_instance_dict(v.header(), d);
}
const NativeDef kAstMethods[] = {
    {"__reduce__", "($self, /)", ast_reduce, kNativeNoSignature, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr},
};
const GetSetDef kAstGetSet[] = {{"__dict__", ast_get_dict, ast_set_dict, nullptr},
                                {nullptr, nullptr, nullptr, nullptr}};
const TypeSpec kAstSpec = {.flags = kTypeGc | kTypeBaseable | kTypeHasDict | kTypeWeakrefable | kTypeHeap,
                           .basic_size = sizeof(Header),
                           .methods = kAstMethods,
                           .getset = kAstGetSet,
                           .s = {.init = ast_init, .new_ = ast_new}};

// ---- making the classes
struct FieldInfo {
  const char* name;
  const char* quantity;
  const char* type;
};
std::string asdl_type(const char* cpp) {
  static const std::pair<const char*, const char*> kNames[] = {
      {"Identifier", "identifier"},
      {"String", "string"},
      {"Int", "int"},
      {"ConstantValue", "constant"},
#define AST_ENUM(CppEnum, asdl, values) {#CppEnum, #asdl},
#define AST_SUM(CppSum, asdl, base) {#CppSum "*", #asdl},
#define AST_PRODUCT(CppNode, asdl, base, fields) {#CppNode "*", #asdl},
#include "frontend/ast.def"
  };
  std::string s = cpp;
  s.erase(std::remove(s.begin(), s.end(), ' '), s.end());
  for (auto& [from, to] : kNames) {
    if (s == from) return to;
  }
  return s;
}
std::string signature(const char* name, const std::vector<FieldInfo>& fields) {
  std::string doc = name;
  if (fields.empty()) return doc;
  doc += "(";
  for (size_t i = 0; i < fields.size(); i++) {
    if (i) doc += ", ";
    doc += asdl_type(fields[i].type);
    if (!strcmp(fields[i].quantity, "Opt")) doc += "?";
    if (!strncmp(fields[i].quantity, "Seq", 3)) doc += "*";
    doc += std::string(" ") + fields[i].name;
  }
  return doc + ")";
}

void add_constructor(std::string* sum, const std::string& constructor) {
  size_t head = sum->find(' ');
  *sum += head == std::string::npos ? " = " : "\n" + std::string(head + 1, ' ') + "| ";
  *sum += constructor;
}

// A class below base; fields null: none of its own (_fields inherited or empty).
Value make_ast_class(Value module, const char* name, Value base, const std::vector<FieldInfo>* fields,
                     int located /* -1: inherited */, const std::string& doc) {
  Ref d = make_dict();
  Ref bases = make_tuple_of({base});
  Ref n = intern_str(name);
  Ref mod = make_str("ast"), text = make_str(doc);
  if (!d || !bases || !n || !mod || !text) return Value();
  if (!dict_set_cstr(d, "__module__", mod) || !dict_set_cstr(d, "__doc__", text)) return Value();
  if (fields) {
    Ref names = make_tuple(fields->size());
    if (!names) return Value();
    for (size_t i = 0; i < fields->size(); i++) tuple_init(names, i, intern_str((*fields)[i].name));
    if (!dict_set_cstr(d, "_fields", names) || !dict_set_cstr(d, "__match_args__", names)) return Value();
    for (const FieldInfo& f : *fields) {
      if (!strcmp(f.quantity, "Opt") && !dict_set_cstr(d, f.name, kNone)) return Value();
    }
  }
  if (located >= 0) {
    Ref attributes = located ? make_tuple(size_t{4}) : make_tuple(size_t{0});
    if (!attributes) return Value();
    static const char* const kAttributes[] = {"lineno", "col_offset", "end_lineno", "end_col_offset"};
    if (located) {
      for (size_t i = 0; i < 4; i++) tuple_init(attributes, i, intern_str(kAttributes[i]));
      if (!dict_set_cstr(d, "end_lineno", kNone) || !dict_set_cstr(d, "end_col_offset", kNone)) return Value();
    }
    if (!dict_set_cstr(d, "_attributes", attributes)) return Value();
  }
  Ref cls = make_class(types::Type, n.as<Str>(), bases, d, RawArgs{nullptr, 0, Value()});
  if (!cls) return Value();
  if (module && !module_add(module, name, cls.copy())) return Value();
  Value v = cls.release();
  gc::make_immortal(v.header());
  return v;
}

bool make_classes(Value module) {
  if (classes.ready) return true;
  TypeObject* ast = make_native_type("ast.AST", types::Object, &kAstSpec);
  if (!ast) return false;
  classes.AST = Value(ast);
  gc::make_immortal(&ast->h);
  Ref empty = make_tuple(size_t{0});
  for (const char* name : {"_fields", "_attributes", "__match_args__"}) {
    if (!type_set_attr(ast, intern_static(name), empty)) return false;
  }
  std::vector<FieldInfo> fields;
  std::vector<FieldInfo> none;
  bool ok = true;
  auto make = [&](Value* slot, const char* name, Value base, const std::vector<FieldInfo>* f, int located,
                  const std::string& doc) {
    *slot = make_ast_class(module, name, base, f, located, doc);
    ok = ok && *slot;
  };
#define LOCATED_Plain 0
#define LOCATED_Located 1
  (void)none;
  // A sum's text lists its constructors, one a line below the equals sign.
  std::map<std::string, std::string> sums;
#define AST_NAMED_FIELD(Quantity, Type, name, asdl) fields.push_back({#asdl, #Quantity, #Type});
#define AST_FIELD(Quantity, Type, name) fields.push_back({#name, #Quantity, #Type});
#define AST_SUM(CppSum, asdl, base) sums[#CppSum] = #asdl;
#define AST_NODE(CppSum, CppNode, AsdlName, list) \
  fields.clear();                                 \
  list add_constructor(&sums[#CppSum], signature(#AsdlName, fields));
#include "frontend/ast.def"
#undef AST_NAMED_FIELD
#define AST_SUM(CppSum, asdl, base) \
  make(&classes.sum_##CppSum, #asdl, classes.AST, nullptr, LOCATED_##base, sums[#CppSum]);
#include "frontend/ast.def"
  if (!ok) return false;
#define AST_NAMED_FIELD(Quantity, Type, name, asdl) fields.push_back({#asdl, #Quantity, #Type});
#define AST_FIELD(Quantity, Type, name) fields.push_back({#name, #Quantity, #Type});
#define AST_NODE(CppSum, CppNode, AsdlName, list) \
  fields.clear();                                 \
  list make(&classes.node_##CppNode, #AsdlName, classes.sum_##CppSum, &fields, -1, signature(#AsdlName, fields));
#define AST_PRODUCT(CppNode, asdl, base, list) \
  fields.clear();                              \
  list make(&classes.sum_##CppNode, #asdl, classes.AST, &fields, LOCATED_##base, signature(#asdl, fields));
#include "frontend/ast.def"
#undef AST_NAMED_FIELD
  if (!ok) return false;
#define AST_VALUE(Name) doc += (doc.size() > head ? " | " : "") + std::string(#Name);
#define AST_ENUM(CppEnum, asdl, values)                                       \
  {                                                                           \
    std::string doc = std::string(#asdl) + " = ";                             \
    size_t head = doc.size();                                                 \
    values make(&classes.sum_##CppEnum, #asdl, classes.AST, nullptr, 0, doc); \
  }
#include "frontend/ast.def"
#undef AST_VALUE
  if (!ok) return false;
  fields.clear();
#define AST_VALUE(Name)                                        \
  make(&classes.value_##Name, #Name, sum, &fields, -1, #Name); \
  if (ok) {                                                    \
    Ref instance = call(classes.value_##Name);                 \
    if (!instance) return false;                               \
    gc::make_immortal(instance.get().header());                \
    classes.instance_##Name = instance.release();              \
  }
#define AST_ENUM(CppEnum, asdl, values) \
  {                                     \
    Value sum = classes.sum_##CppEnum;  \
    values                              \
  }
#include "frontend/ast.def"
#undef AST_VALUE
  classes.ready = ok;
  return ok;
}
bool need_classes() {
  if (classes.ready) return true;
  Ref m = import_module("_ast");
  return static_cast<bool>(m);
}

// ------------------------------------------------------------------------------------------------------------ C++ to Python
Ref to_py(Identifier v) { return v ? intern_str(v->view()) : Ref::imm(kNone); }
Ref to_py(const ast::String& v) { return v.data() ? make_str(v) : Ref::imm(kNone); }
Ref to_py(ast::Int v) { return make_int(v); }
Ref to_py(const ConstantValue& v) { return value_of_constant(v); }
#define AST_VALUE(Name) \
  case E::k##Name: return Ref::dup(classes.instance_##Name);
#define AST_ENUM(CppEnum, asdl, values) \
  Ref to_py(ast::CppEnum v) {           \
    using E = ast::CppEnum;             \
    switch (v) { values }               \
    return nullptr;                     \
  }
#include "frontend/ast.def"
#undef AST_VALUE
#define AST_SUM(CppSum, asdl, base) Ref to_py(const ast::CppSum* v);
#define AST_PRODUCT(CppNode, asdl, base, fields) Ref to_py(const ast::CppNode* v);
#include "frontend/ast.def"
template <class T>
Ref to_py(const Seq<T>& items) {
  Ref list = make_list(items.size);
  if (!list) return nullptr;
  for (const T& item : items) {
    Ref v = to_py(item);
    if (!v || !list_append(list, std::move(v))) return nullptr;
  }
  return list;
}

bool put(Value o, const char* name, Ref v) {
  if (!v) return false;
  return set_attr(o, intern_static(name), v);
}
bool put_location(Value o, const ast::Located& n) {
  return put(o, "lineno", make_int(n.loc.lineno)) && put(o, "col_offset", make_int(n.loc.col_offset)) &&
         put(o, "end_lineno", make_int(n.loc.end_lineno)) && put(o, "end_col_offset", make_int(n.loc.end_col_offset));
}
bool put_location(Value, const ast::Plain&) { return true; }
Ref new_node(Value cls) {
  Header* h = alloc_instance(cls.as<TypeObject>());
  return h ? Ref::steal(h) : nullptr;
}

#define AST_NAMED_FIELD(Quantity, Type, name, asdl) &&put(o, #asdl, to_py(n->name))
#define AST_FIELD(Quantity, Type, name) &&put(o, #name, to_py(n->name))
#define AST_NODE(CppSum, CppNode, AsdlName, fields) \
  Ref node_to_py(const ast::CppNode* n) {           \
    Ref o = new_node(classes.node_##CppNode);       \
    (void)n;                                        \
    if (!(o fields)) return nullptr;                \
    return o;                                       \
  }
#define AST_PRODUCT(CppNode, asdl, base, fields) \
  Ref to_py(const ast::CppNode* n) {             \
    if (!n) return Ref::imm(kNone);              \
    Ref o = new_node(classes.sum_##CppNode);     \
    if (!(o fields)) return nullptr;             \
    if (!put_location(o, *n)) return nullptr;    \
    return o;                                    \
  }
#include "frontend/ast.def"
#undef AST_NAMED_FIELD

#define SUM_CASE(CppSum_, CppNode) \
  case ast::CppSum_##Kind::k##CppNode: o = node_to_py(static_cast<const ast::CppNode*>(v)); break;
#define AST_IN(CppSum, CppNode) AST_IN_##CppSum(CppSum, CppNode)
#define AST_NODE(CppSum, CppNode, AsdlName, fields)                                        \
  if (!std::is_same_v<Sum, ast::CppSum>) {                                                 \
  } else if (static_cast<int>(v->kind) == static_cast<int>(ast::CppSum##Kind::k##CppNode)) \
    o = node_to_py(reinterpret_cast<const ast::CppNode*>(v));
template <class Sum>
Ref dispatch_to_py(const Sum* v) {
  Ref o;
#include "frontend/ast.def"
  return o;
}
#define AST_SUM(CppSum, asdl, base)                    \
  Ref to_py(const ast::CppSum* v) {                    \
    if (!v) return Ref::imm(kNone);                    \
    RecursionScope scope(" during  ast construction"); \
    if (!scope.ok()) return nullptr;                   \
    Ref o = dispatch_to_py(v);                         \
    if (!o || !put_location(o, *v)) return nullptr;    \
    return o;                                          \
  }
#include "frontend/ast.def"
#undef AST_SUM

// ------------------------------------------------------------------------------------------------------------ Python to C++
struct Reading {
  Arena& arena;
};

std::string_view keep_text(Reading& r, Value s) { return r.arena.copy_string(utf8_lossy(s)); }

bool from_py(Reading& r, Value v, Identifier* out) {
  if (!is_str_exact(v)) return raise(types::TypeError, "AST identifier must be of type str");
  *out = r.arena.intern(utf8_lossy(v));
  return true;
}
bool from_py(Reading& r, Value v, ast::String* out) {
  if (is_bytes(v)) {
    *out = ast::String(r.arena.copy_string(v.as<Bytes>()->view()));
    return true;
  }
  if (!is_str(v)) return raise(types::TypeError, "AST string must be of type str");
  *out = ast::String(keep_text(r, v));
  return true;
}
bool from_py(Reading&, Value v, ast::Int* out) {
  if (!is_int(v)) return raise(types::ValueError, "invalid integer value: %R", v);
  int n;
  if (!to_c_int(v, &n)) return false;
  *out = n;
  return true;
}
bool constant_from_py(Reading& r, Value v, ConstantValue* out, int depth) {
  if (v == kNone)
    *out = ConstantValue::none();
  else if (is_bool(v))
    *out = ConstantValue::boolean(v == kTrue);
  else if (v == kEllipsis)
    *out = ConstantValue::ellipsis();
  else if (is_int_exact(v)) {
    int64_t i;
    if (int_fits64(v, &i)) {
      *out = ConstantValue::integer(i);
    } else {
      std::string text;
      if (!int_to_text(v, 16, &text)) return false;
      bool negative = text[0] == '-';
      *out = ConstantValue::big_integer(r.arena.copy_string(negative ? text.substr(1) : text), true, negative);
    }
  } else if (is_float_exact(v))
    *out = ConstantValue::floating(float_value(v));
  else if (has_shape(v, kShapeComplex))
    *out = ConstantValue::complex(v.as<Complex>()->real, v.as<Complex>()->imag);
  else if (is_str_exact(v))
    *out = ConstantValue::string(keep_text(r, v));
  else if (is_bytes_exact(v))
    *out = ConstantValue::bytes(r.arena.copy_string(v.as<Bytes>()->view()));
  else if (is_tuple_exact(v) || has_shape(v, kShapeFrozenSet)) {
    RecursionScope scope(" during compilation");
    if (!scope.ok()) return false;
    Ref t = is_tuple_exact(v) ? Ref::dup(v) : iterable_to_tuple(v);
    if (!t) return false;
    size_t n = tuple_size(t);
    auto* items = r.arena.make_array<ConstantValue>(n + 1);
    for (size_t i = 0; i < n; i++) {
      items[i] = ConstantValue();
      if (!constant_from_py(r, tuple_at(t, i), &items[i], depth + 1)) return false;
    }
    *out = is_tuple_exact(v) ? ConstantValue::tuple(items, n) : ConstantValue::frozen_set(items, n);
  } else {
    return raise(types::TypeError, "got an invalid type in Constant: %T", v);
  }
  return true;
}
bool from_py(Reading& r, Value v, ConstantValue* out) { return constant_from_py(r, v, out, 0); }

#define AST_VALUE(Name)                             \
  {                                                 \
    int yes = is_instance(v, classes.value_##Name); \
    if (yes < 0) return false;                      \
    if (yes) {                                      \
      *out = E::k##Name;                            \
      return true;                                  \
    }                                               \
  }
#define AST_ENUM(CppEnum, asdl, values)                                                      \
  bool from_py(Reading&, Value v, ast::CppEnum* out) {                                       \
    using E = ast::CppEnum;                                                                  \
    values return raise(types::TypeError, "expected some sort of " #asdl ", but got %R", v); \
  }
#include "frontend/ast.def"
#undef AST_VALUE
#define AST_SUM(CppSum, asdl, base) bool from_py(Reading& r, Value v, ast::CppSum** out);
#define AST_PRODUCT(CppNode, asdl, base, fields) bool from_py(Reading& r, Value v, ast::CppNode** out);
#include "frontend/ast.def"

template <class T>
bool seq_from_py(Reading& r, Value v, Seq<T>* out, const char* node, const char* field, bool optional_items) {
  if (!is_list(v)) return raise(types::TypeError, "%s field \"%s\" must be a list, not a %T", node, field, v);
  size_t n = list_size(v);
  *out = r.arena.make_seq<T>(n);
  for (size_t i = 0; i < n; i++) {
    Ref item = list_get(v, i);
    if (!item) return raise(types::RuntimeError, "%s field \"%s\" changed size during iteration", node, field);
    if (item.get() == kNone && optional_items) continue;
    if constexpr (std::is_pointer_v<T>) {
      if (item.get() == kNone) {
        // (the validator's text for an element that may not be None)
        if constexpr (std::is_same_v<T, ast::Expr*>)
          return raise(types::ValueError, "None disallowed in expression list");
        else if constexpr (std::is_same_v<T, ast::Stmt*>)
          return raise(types::ValueError, "None disallowed in statement list");
      }
    }
    if (!from_py(r, item, &(*out)[i])) return false;
    if (list_size(v) != n)
      return raise(types::RuntimeError, "%s field \"%s\" changed size during iteration", node, field);
  }
  return true;
}

// Reads one field. One: required. Opt: None or absent leaves it empty.
enum Quantity { kOne, kOpt, kSeq, kSeqOpt };
template <class T>
bool read_field(Reading& r, Value o, const char* node, const char* name, Quantity q, T* out) {
  Ref v = get_attr_opt(o, intern_static(name));
  if (!v) return false;
  if (v.get() == kMissing || (v.get() == kNone && q == kOpt)) {
    if (q == kOpt) return true;
    return raise(types::TypeError, "required field \"%s\" missing from %s", name, node);
  }
  if constexpr (std::is_pointer_v<T>) {
    if (v.get() == kNone && q == kOne) return raise(types::ValueError, "field '%s' is required for %s", name, node);
  }
  return from_py(r, v, out);
}
template <class T>
bool read_field(Reading& r, Value o, const char* node, const char* name, Quantity q, Seq<T>* out) {
  Ref v = get_attr_opt(o, intern_static(name));
  if (!v) return false;
  if (v.get() == kMissing) return raise(types::TypeError, "required field \"%s\" missing from %s", name, node);
  return seq_from_py(r, v, out, node, name, q == kSeqOpt);
}
bool read_location(Reading& r, Value o, const char* node, ast::Located* n) {
  if (!read_field(r, o, node, "lineno", kOne, &n->loc.lineno) ||
      !read_field(r, o, node, "col_offset", kOne, &n->loc.col_offset))
    return false;
  n->loc.end_lineno = n->loc.lineno;
  n->loc.end_col_offset = n->loc.col_offset;
  if (!read_field(r, o, node, "end_lineno", kOpt, &n->loc.end_lineno) ||
      !read_field(r, o, node, "end_col_offset", kOpt, &n->loc.end_col_offset))
    return false;
  if (n->loc.lineno > n->loc.end_lineno)
    return raise(types::ValueError, "AST node line range (%d, %d) is not valid", n->loc.lineno, n->loc.end_lineno);
  if ((n->loc.lineno < 0 && n->loc.end_lineno != n->loc.lineno) ||
      (n->loc.col_offset < 0 && n->loc.col_offset != n->loc.end_col_offset))
    return raise(types::ValueError, "AST node column range (%d, %d) for line range (%d, %d) is not valid",
                 n->loc.col_offset, n->loc.end_col_offset, n->loc.lineno, n->loc.end_lineno);
  if (n->loc.lineno == n->loc.end_lineno && n->loc.col_offset > n->loc.end_col_offset)
    return raise(types::ValueError, "line %d, column %d-%d is not a valid range", n->loc.lineno, n->loc.col_offset,
                 n->loc.end_col_offset);
  return true;
}
bool read_location(Reading&, Value, const char*, ast::Plain*) { return true; }

#define AST_NAMED_FIELD(Quantity, Type, name, asdl) &&read_field(r, o, what, #asdl, k##Quantity, &n->name)
#define AST_FIELD(Quantity, Type, name) &&read_field(r, o, what, #name, k##Quantity, &n->name)
#define AST_NODE(CppSum, CppNode, AsdlName, fields)         \
  bool node_from_py(Reading& r, Value o, ast::CppNode* n) { \
    [[maybe_unused]] const char* what = #AsdlName;          \
    (void)r;                                                \
    (void)o;                                                \
    n->kind = ast::CppNode::kKind;                          \
    return true fields;                                     \
  }
#define AST_PRODUCT(CppNode, asdl, base, fields)                             \
  bool from_py(Reading& r, Value o, ast::CppNode** out) {                    \
    const char* what = #asdl;                                                \
    int yes = is_instance(o, classes.sum_##CppNode);                         \
    if (yes < 0) return false;                                               \
    (void)yes;                                                               \
    void* p = r.arena.allocate(sizeof(ast::CppNode), alignof(ast::CppNode)); \
    memset(p, 0, sizeof(ast::CppNode));                                      \
    auto* n = static_cast<ast::CppNode*>(p);                                 \
    *out = n;                                                                \
    return (true fields) && read_location(r, o, what, n);                    \
  }
#include "frontend/ast.def"
#undef AST_NAMED_FIELD

#define AST_NODE(CppSum, CppNode, AsdlName, fields)                                        \
  if constexpr (std::is_same_v<Sum, ast::CppSum>) {                                        \
    int yes = is_instance(o, classes.node_##CppNode);                                      \
    if (yes < 0) return false;                                                             \
    if (yes) {                                                                             \
      void* p = r.arena.allocate(sizeof(ast::CppNode), alignof(ast::CppNode));             \
      memset(p, 0, sizeof(ast::CppNode));                                                  \
      auto* n = static_cast<ast::CppNode*>(p);                                             \
      *out = n;                                                                            \
      return read_location(r, o, sum_name, static_cast<Sum*>(n)) && node_from_py(r, o, n); \
    }                                                                                      \
  }
template <class Sum>
bool dispatch_from_py(Reading& r, Value o, const char* sum_name, Sum** out) {
#include "frontend/ast.def"
  Sum none;  // an object without position is told so first
  if (!read_location(r, o, sum_name, &none)) return false;
  return raise(types::TypeError, "expected some sort of %s, but got %R", sum_name, o);
}
#define AST_SUM(CppSum, asdl, base)                             \
  bool from_py(Reading& r, Value o, ast::CppSum** out) {        \
    if (o == kNone) {                                           \
      *out = nullptr;                                           \
      return true;                                              \
    }                                                           \
    RecursionScope scope(" while traversing '" #asdl "' node"); \
    if (!scope.ok()) return false;                              \
    return dispatch_from_py(r, o, #asdl, out);                  \
  }
#include "frontend/ast.def"

bool ast_exec(Value m) {
  if (!make_classes(m)) return false;
  return module_add(m, "AST", Ref::dup(classes.AST)) && module_add_int(m, "PyCF_ONLY_AST", kCfOnlyAst) &&
         module_add_int(m, "PyCF_TYPE_COMMENTS", kCfTypeComments) &&
         module_add_int(m, "PyCF_ALLOW_TOP_LEVEL_AWAIT", kCfTopLevelAwait);
}
const NativeDef kFunctions[] = {{nullptr, nullptr, nullptr, 0, nullptr}};

}  // namespace

Ref ast_to_python(const ast::Mod* module) {
  if (!need_classes()) return nullptr;
  return to_py(module);
}

ast::Mod* ast_from_python(Value tree, Arena& arena, ParseMode mode) {
  if (!need_classes()) return nullptr;
  Value wanted = mode == ParseMode::kEval     ? classes.node_Expression
                 : mode == ParseMode::kSingle ? classes.node_Interactive
                                              : classes.node_Module;
  const char* name = mode == ParseMode::kEval ? "Expression" : mode == ParseMode::kSingle ? "Interactive" : "Module";
  int yes = is_instance(tree, wanted);
  if (yes < 0) return nullptr;
  if (!yes) return raise(types::TypeError, "expected %s node, got %T", name, tree);
  Reading r{arena};
  ast::Mod* module = nullptr;
  if (!from_py(r, tree, &module)) return nullptr;
  if (!validate_ast(module)) return nullptr;
  return module;
}

int is_ast_object(Value v) {
  if (!classes.ready || !v.is_heap()) return 0;
  return is_instance(v, classes.AST);
}

const ModuleDef _ast_module = {"_ast", nullptr, kFunctions, ast_exec};

}  // namespace taipan
