#include "frontend/ast_dump.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <vector>

#include "frontend/unicode_ident.h"

namespace taipan::frontend {

using namespace ast;

namespace {

// Beyond this depth a node is shown as "...": a chain of a hundred thousand operators is a tree as deep.
constexpr int kMaxDumpDepth = 5000;

class Dumper {
 public:
  explicit Dumper(bool attributes) : attributes_(attributes) {}
  std::string take() { return std::move(out_); }

  void value(Identifier name) { name == nullptr ? void(out_ += "None") : append_string_repr(&out_, name->view()); }
  void value(String text) { text.data() == nullptr ? void(out_ += "None") : append_string_repr(&out_, text); }
  void value(Int number) { out_ += std::to_string(number); }
  void value(const ConstantValue& constant) { out_ += constant_repr(constant); }
  template <class E>
    requires std::is_enum_v<E>
  void value(E e) {
    out_ += enum_name(e);
    out_ += "()";
  }
  template <class T>
  void value(const Seq<T>& seq) {
    out_ += '[';
    for (uint32_t i = 0; i < seq.size; i++) {
      if (i != 0) out_ += ", ";
      value(seq[i]);
    }
    out_ += ']';
  }
  template <class T>
  void value(T* node) {
    if (node == nullptr) {
      out_ += "None";
    } else if (depth_ >= kMaxDumpDepth) {
      out_ += "...";
    } else {
      depth_++;
      visit(node);
      depth_--;
    }
  }

 private:
  void open(const char* name) {
    out_ += name;
    out_ += '(';
    first_ = true;
  }
  void name(const char* field) {
    if (!first_) out_ += ", ";
    first_ = false;
    out_ += field;
    out_ += '=';
  }
  template <class T>
  static bool absent(T* node) {
    return node == nullptr;
  }
  static bool absent(String text) { return text.data() == nullptr; }
  static bool absent(Int) { return false; }
  template <class T>
  void field_One(const char* field, const T& content) {
    name(field);
    value(content);
    first_ = false;
  }
  template <class T>
  void field_Opt(const char* field, const T& content) {
    if (!absent(content)) field_One(field, content);
  }
  template <class T>
  void field_Seq(const char* field, const T& content) {
    field_One(field, content);
  }
  template <class T>
  void field_SeqOpt(const char* field, const T& content) {
    field_One(field, content);
  }
  void close(const Located& node) {
    if (attributes_) {
      name("lineno");
      value(node.loc.lineno);
      name("col_offset");
      value(node.loc.col_offset);
      name("end_lineno");
      value(node.loc.end_lineno);
      name("end_col_offset");
      value(node.loc.end_col_offset);
    }
    out_ += ')';
  }
  void close(const Plain&) { out_ += ')'; }

#define AST_FIELD(Quantity, Type, name) field_##Quantity(#name, node->name);
#define AST_NAMED_FIELD(Quantity, Type, name, asdl) field_##Quantity(#asdl, node->name);
#define AST_NODE(CppSum, CppNode, AsdlName, fields) \
  void visit_fields(const CppNode* node) {          \
    open(#AsdlName);                                \
    fields close(*node);                            \
  }
#define AST_PRODUCT(CppNode, asdl_name, base, fields) \
  void visit(const CppNode* node) {                   \
    open(#asdl_name);                                 \
    fields close(*node);                              \
  }
#include "frontend/ast.def"

  void visit(const Mod* node) {
    switch (node->kind) {
      case ModKind::kModule: return visit_fields(cast<Module>(node));
      case ModKind::kInteractive: return visit_fields(cast<Interactive>(node));
      case ModKind::kExpression: return visit_fields(cast<Expression>(node));
      case ModKind::kFunctionType: return visit_fields(cast<FunctionType>(node));
    }
  }
  // The other sums dispatch over every node type and pick those of theirs.
  template <class Sum, class Node>
  bool try_visit(const Sum* node) {
    if constexpr (std::is_base_of_v<Sum, Node>) {
      if (isa<Node>(node)) {
        visit_fields(static_cast<const Node*>(node));
        return true;
      }
    }
    return false;
  }
  template <class Sum>
  void visit(const Sum* node) {
#define AST_NODE(CppSum, CppNode, AsdlName, fields) \
  if (try_visit<Sum, CppNode>(node)) return;
#include "frontend/ast.def"
  }

  bool attributes_;
  bool first_ = true;
  int depth_ = 0;
  std::string out_;
};

}  // namespace

void append_string_repr(std::string* out, std::string_view text) {
  bool has_single = text.find('\'') != std::string_view::npos;
  bool has_double = text.find('"') != std::string_view::npos;
  char quote = has_single && !has_double ? '"' : '\'';
  char buffer[16];
  *out += quote;
  const char* p = text.data();
  const char* end = p + text.size();
  while (p < end) {
    const char* start = p;
    uint32_t c = decode_utf8(&p, end);
    if (c == static_cast<uint32_t>(quote) || c == '\\') {
      *out += '\\';
      *out += static_cast<char>(c);
    } else if (c == '\n') {
      *out += "\\n";
    } else if (c == '\r') {
      *out += "\\r";
    } else if (c == '\t') {
      *out += "\\t";
    } else if (is_printable(c)) {
      out->append(start, p);
    } else {
      std::snprintf(buffer, sizeof buffer, c < 256 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
      *out += buffer;
    }
  }
  *out += quote;
}

void append_bytes_repr(std::string* out, std::string_view bytes) {
  bool has_single = bytes.find('\'') != std::string_view::npos;
  bool has_double = bytes.find('"') != std::string_view::npos;
  char quote = has_single && !has_double ? '"' : '\'';
  char buffer[8];
  *out += 'b';
  *out += quote;
  for (unsigned char c : bytes) {
    if (c == quote || c == '\\') {
      *out += '\\';
      *out += static_cast<char>(c);
    } else if (c == '\n') {
      *out += "\\n";
    } else if (c == '\r') {
      *out += "\\r";
    } else if (c == '\t') {
      *out += "\\t";
    } else if (c < 32 || c >= 127) {
      std::snprintf(buffer, sizeof buffer, "\\x%02x", c);
      *out += buffer;
    } else {
      *out += static_cast<char>(c);
    }
  }
  *out += quote;
}

// The shortest digits that read back as the same value; scientific from 1e16 and below 1e-4.
void append_float_repr(std::string* out, double value) {
  if (std::isnan(value)) {
    *out += "nan";
    return;
  }
  if (std::isinf(value)) {
    *out += value < 0 ? "-inf" : "inf";
    return;
  }
  char buffer[64];
  char* end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  *end = 0;
  const char* digits = buffer;
  if (*digits == '-') {
    *out += '-';
    digits++;
  }
  const char* e = std::strchr(digits, 'e');
  int exponent = 0;
  std::from_chars(e + 1 + (e[1] == '+'), end, exponent);
  std::string mantissa;
  for (const char* p = digits; p < e; p++) {
    if (*p != '.') mantissa += *p;
  }
  if (exponent < -4 || exponent >= 16) {
    *out += mantissa[0];
    if (mantissa.size() > 1) {
      *out += '.';
      out->append(mantissa, 1);
    }
    char suffix[16];
    std::snprintf(suffix, sizeof suffix, "e%c%02d", exponent < 0 ? '-' : '+', exponent < 0 ? -exponent : exponent);
    *out += suffix;
  } else if (exponent < 0) {
    *out += "0.";
    out->append(-exponent - 1, '0');
    *out += mantissa;
  } else {
    size_t whole = exponent + 1;
    if (mantissa.size() <= whole) {
      *out += mantissa;
      out->append(whole - mantissa.size(), '0');
      *out += ".0";
    } else {
      out->append(mantissa, 0, whole);
      *out += '.';
      out->append(mantissa, whole);
    }
  }
}

namespace {

void append_complex_part(std::string* out, double value) {
  std::string text;
  append_float_repr(&text, value);
  if (text.size() > 2 && text.compare(text.size() - 2, 2, ".0") == 0) text.resize(text.size() - 2);
  *out += text;
}

// Schoolbook conversion; what is too long for that stays hexadecimal.
void append_hex_as_decimal(std::string* out, std::string_view hex) {
  if (hex.size() > 20000) {
    *out += "0x";
    *out += hex;
    return;
  }
  std::vector<uint32_t> limbs;  // base 10^9, least significant first
  for (char c : hex) {
    uint64_t carry = c <= '9' ? c - '0' : c - 'a' + 10;
    for (uint32_t& limb : limbs) {
      carry += uint64_t{limb} * 16;
      limb = static_cast<uint32_t>(carry % 1000000000);
      carry /= 1000000000;
    }
    if (carry != 0) limbs.push_back(static_cast<uint32_t>(carry));
  }
  char digits[16];
  for (size_t i = limbs.size(); i-- > 0;) {
    std::snprintf(digits, sizeof digits, i + 1 == limbs.size() ? "%u" : "%09u", limbs[i]);
    *out += digits;
  }
}

void append_items(std::string* out, const ConstantValue& value) {
  bool first = true;
  for (const ConstantValue& item : value.items()) {
    if (!first) *out += ", ";
    first = false;
    *out += constant_repr(item);
  }
}

}  // namespace

std::string constant_repr(const ConstantValue& value) {
  std::string out;
  switch (value.kind) {
    case ConstantKind::kNone: return "None";
    case ConstantKind::kTrue: return "True";
    case ConstantKind::kFalse: return "False";
    case ConstantKind::kEllipsis: return "Ellipsis";
    case ConstantKind::kInt: return std::to_string(value.int_value);
    case ConstantKind::kBigInt:
      if (value.big_negative) out += '-';
      value.big_is_hex ? append_hex_as_decimal(&out, value.text()) : void(out += value.text());
      return out;
    case ConstantKind::kFloat: append_float_repr(&out, value.float_value); return out;
    case ConstantKind::kComplex: {
      if (value.float_value == 0 && !std::signbit(value.float_value)) {
        append_complex_part(&out, value.imag_value);
        return out + "j";
      }
      out += '(';
      append_complex_part(&out, value.float_value);
      if (!std::signbit(value.imag_value) || std::isnan(value.imag_value)) out += '+';
      append_complex_part(&out, value.imag_value);
      return out + "j)";
    }
    case ConstantKind::kStr: append_string_repr(&out, value.text()); return out;
    case ConstantKind::kBytes: append_bytes_repr(&out, value.text()); return out;
    case ConstantKind::kTuple:
      out += '(';
      append_items(&out, value);
      return out + (value.size == 1 ? ",)" : ")");
    case ConstantKind::kFrozenSet:
      if (value.size == 0) return "frozenset()";
      out += "frozenset({";
      append_items(&out, value);
      return out + "})";
    case ConstantKind::kForeign: return "<object>";
  }
  return out;
}

std::string dump(const Mod* module, bool include_attributes) {
  Dumper dumper(include_attributes);
  dumper.value(module);
  return dumper.take();
}

std::string dump(const Expr* expr, bool include_attributes) {
  Dumper dumper(include_attributes);
  dumper.value(expr);
  return dumper.take();
}

}  // namespace taipan::frontend
