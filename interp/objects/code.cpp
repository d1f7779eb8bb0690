// code objects: made from the compiler's CodeUnit, shown to Python, turned back for marshal.
#include "interp/objects/code.h"

#include <algorithm>
#include <string>
#include <vector>

#include "frontend/bytecode/positions.h"
#include "interp/objects/abstract.h"
#include "interp/objects/audit_hook.h"
#include "interp/objects/bytes.h"
#include "interp/objects/code_view.h"
#include "interp/objects/descr.h"
#include "interp/objects/dict.h"
#include "interp/objects/float.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/native.h"
#include "interp/objects/set.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"

namespace taipan {

using namespace frontend;

void release_feedback(Code* code);  // eval/inline_cache.h

namespace {

// ---- positions (packed as frontend/bytecode/positions.h says)
int64_t get_varint(const uint8_t** p) {
  uint64_t u = 0;
  for (int shift = 0;; shift += 7) {
    uint8_t byte = *(*p)++;
    u |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (!(byte & 0x80)) break;
  }
  return static_cast<int64_t>(u >> 1) ^ -static_cast<int64_t>(u & 1);
}

class PositionReader {
 public:
  explicit PositionReader(const Code* code) : p_(code->position_table), line_(code->first_line) {}
  Position next() {
    line_ += get_varint(&p_);
    Position pos;
    int64_t span = get_varint(&p_);
    int64_t column = get_varint(&p_) - 1;
    int64_t width = get_varint(&p_);
    pos.line = static_cast<int32_t>(line_);
    pos.end_line = static_cast<int32_t>(line_ + span);
    pos.column = static_cast<int32_t>(column);
    pos.end_column = static_cast<int32_t>(column + width);
    if (line_ == kNoLine) {
      pos = Position{0, 0, -1, -1};
      line_ = base_;
    } else {
      base_ = line_;
    }
    return pos;
  }
  static constexpr int64_t kNoLine = kNoPositionLine;

 private:
  const uint8_t* p_;
  int64_t line_;
  int64_t base_ = 0;

 public:
  void start() { base_ = line_; }
};

Ref tuple_of_names(const std::vector<std::string>& names) {
  Ref t = make_tuple(names.size());
  if (!t) return nullptr;
  for (size_t i = 0; i < names.size(); i++) {
    Ref s = intern_str(names[i]);
    if (!s) return nullptr;
    tuple_init(t, i, std::move(s));
  }
  return t;
}

bool all_name_chars(const Str* s) {
  if (!s->ascii) return false;
  for (uint8_t c : s->ascii_view()) {
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')) return false;
  }
  return true;
}

}  // namespace

Ref value_of_constant(const ConstantValue& c) {
  switch (c.kind) {
    case ConstantKind::kNone: return Ref::imm(kNone);
    case ConstantKind::kTrue: return Ref::imm(kTrue);
    case ConstantKind::kFalse: return Ref::imm(kFalse);
    case ConstantKind::kEllipsis: return Ref::imm(kEllipsis);
    case ConstantKind::kInt: return make_int(c.int_value);
    case ConstantKind::kBigInt: {
      std::string text = (c.big_is_hex ? "0x" : "") + std::string(c.text());
      Ref v = int_from_literal(text);
      if (v && c.big_negative) return int_neg(v);
      return v;
    }
    case ConstantKind::kFloat: return make_float(c.float_value);
    case ConstantKind::kComplex: return make_complex(c.float_value, c.imag_value);
    case ConstantKind::kStr: {
      Ref s = make_str(c.text());
      if (s && all_name_chars(s.as<Str>())) return intern(std::move(s));
      return s;
    }
    case ConstantKind::kBytes: return make_bytes(c.text());
    case ConstantKind::kTuple: {
      auto items = c.items();
      Ref t = make_tuple(items.size);
      if (!t) return nullptr;
      for (size_t i = 0; i < items.size; i++) {
        Ref v = value_of_constant(items[i]);
        if (!v) return nullptr;
        tuple_init(t, i, std::move(v));
      }
      return t;
    }
    case ConstantKind::kFrozenSet: {
      ConstantValue as_tuple = c;
      as_tuple.kind = ConstantKind::kTuple;
      Ref t = value_of_constant(as_tuple);
      return t ? make_frozenset(t) : nullptr;
    }
    case ConstantKind::kForeign: return Ref::dup(Value(c.foreign));
  }
  return nullptr;
}

// Equal constants of one code object are one object, also across nested code.
Ref make_code(const CodeUnit& unit) {
  Ref consts = make_tuple(unit.constants.size());
  if (!consts) return nullptr;
  for (size_t i = 0; i < unit.constants.size(); i++) {
    const ConstantEntry& e = unit.constants[i];
    Ref v = e.code ? make_code(*e.code) : value_of_constant(e.value);
    if (!v) return nullptr;
    tuple_init(consts, i, std::move(v));
  }
  Ref names = tuple_of_names(unit.names), varnames = tuple_of_names(unit.varnames),
      cellvars = tuple_of_names(unit.cellvars), freevars = tuple_of_names(unit.freevars);
  Ref name = intern_str(unit.name), qualname = intern_str(unit.qualname), filename = intern_str(unit.filename);
  if (!names || !varnames || !cellvars || !freevars || !name || !qualname || !filename) return nullptr;

  size_t n = unit.code.size();
  std::string packed;
  std::string_view table = unit.packed_positions;
  if (table.empty()) {
    packed = pack_positions(unit.positions, unit.first_line, n);
    table = packed;
  }

  Code* code = new_object<Code>(kShapeCode, true);
  if (!code) return nullptr;
  Ref result = Ref::steal(code);
  code->instructions = static_cast<Instruction*>(gc::raw_alloc(n * sizeof(Instruction)));
  code->handlers = static_cast<HandlerRange*>(gc::raw_alloc(unit.handlers.size() * sizeof(HandlerRange) + 1));
  code->position_table = static_cast<uint8_t*>(gc::raw_alloc(table.size() + 1));
  code->cell_argument = static_cast<int32_t*>(gc::raw_alloc(unit.cell_argument.size() * sizeof(int32_t) + 1));
  auto fill = [&](Value* slot, Ref v) { gc::init(slot, std::move(v)); };
  fill(&code->consts, std::move(consts));
  fill(&code->names, std::move(names));
  fill(&code->varnames, std::move(varnames));
  fill(&code->cellvars, std::move(cellvars));
  fill(&code->freevars, std::move(freevars));
  fill(&code->name, std::move(name));
  fill(&code->qualname, std::move(qualname));
  fill(&code->filename, std::move(filename));
  if (!code->instructions || !code->handlers || !code->position_table || !code->cell_argument) return raise_memory();
  memcpy(static_cast<void*>(code->instructions), unit.code.data(), n * sizeof(Instruction));
  std::copy(unit.handlers.begin(), unit.handlers.end(), code->handlers);
  std::copy(table.begin(), table.end(), code->position_table);
  for (size_t i = 0; i < unit.cell_argument.size(); i++) code->cell_argument[i] = unit.cell_argument[i];
  code->instruction_count = static_cast<uint32_t>(n);
  code->handler_count = static_cast<uint32_t>(unit.handlers.size());
  code->position_bytes = static_cast<uint32_t>(table.size());
  code->flags = unit.flags;
  code->argcount = unit.argcount;
  code->posonly_argcount = unit.posonly_argcount;
  code->kwonly_argcount = unit.kwonly_argcount;
  code->nlocals = static_cast<uint16_t>(unit.varnames.size());
  code->ncells = static_cast<uint16_t>(unit.cellvars.size());
  code->nfree = static_cast<uint16_t>(unit.freevars.size());
  code->register_count = unit.register_count;
  code->first_line = unit.first_line;
  code->total_args = static_cast<uint16_t>(unit.argcount + unit.kwonly_argcount + ((unit.flags & kCoVarArgs) != 0) +
                                           ((unit.flags & kCoVarKeywords) != 0));
  code->simple_args = code->total_args == code->argcount && (code->flags & kCoOptimized);
  code->is_generator_like = (unit.flags & (kCoGenerator | kCoCoroutine | kCoAsyncGenerator)) != 0;
  code->runs_in_namespace = !(unit.flags & kCoOptimized);
  return result;
}

namespace {
// The constant as the frontend knows it; text is kept alive by the arena.
bool constant_of(Value v, Arena* arena, ConstantValue* out) {
  auto keep = [&](const std::string& s) {
    char* p = static_cast<char*>(arena->allocate(s.size() + 1, 1));
    memcpy(p, s.data(), s.size());
    return std::string_view(p, s.size());
  };
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
      *out = ConstantValue::big_integer(keep(negative ? text.substr(1) : text), true, negative);
    }
  } else if (is_float_exact(v))
    *out = ConstantValue::floating(float_value(v));
  else if (has_shape(v, kShapeComplex))
    *out = ConstantValue::complex(v.as<Complex>()->real, v.as<Complex>()->imag);
  else if (is_str_exact(v))
    *out = ConstantValue::string(keep(utf8_lossy(v)));
  else if (is_bytes_exact(v))
    *out = ConstantValue::bytes(keep(std::string(v.as<Bytes>()->view())));
  else if (is_tuple_exact(v) || has_shape(v, kShapeFrozenSet)) {
    Ref t = is_tuple_exact(v) ? Ref::dup(v) : iterable_to_tuple(v);
    if (!t) return false;
    size_t n = tuple_size(t);
    auto* items = static_cast<ConstantValue*>(arena->allocate(n * sizeof(ConstantValue) + 1, alignof(ConstantValue)));
    for (size_t i = 0; i < n; i++) {
      if (!constant_of(tuple_at(t, i), arena, &items[i])) return false;
    }
    *out = is_tuple_exact(v) ? ConstantValue::tuple(items, n) : ConstantValue::frozen_set(items, n);
  } else {
    return raise(types::ValueError, "unmarshallable object");
  }
  return true;
}
void names_of(Value tuple, std::vector<std::string>* out) {
  for (size_t i = 0; i < tuple_size(tuple); i++) out->push_back(utf8_lossy(tuple_at(tuple, i)));
}
}  // namespace

bool code_to_unit(Value v, CodeUnit* out) {
  Code* code = v.as<Code>();
  if (!out->arena) out->arena = std::make_shared<Arena>();
  out->name = utf8_lossy(code->name);
  out->qualname = utf8_lossy(code->qualname);
  out->filename = utf8_lossy(code->filename);
  out->first_line = code->first_line;
  out->flags = code->flags;
  out->argcount = code->argcount;
  out->posonly_argcount = code->posonly_argcount;
  out->kwonly_argcount = code->kwonly_argcount;
  out->register_count = code->register_count;
  names_of(code->varnames, &out->varnames);
  names_of(code->cellvars, &out->cellvars);
  names_of(code->freevars, &out->freevars);
  names_of(code->names, &out->names);
  for (size_t i = 0; i < out->cellvars.size(); i++) out->cell_argument.push_back(code->cell_argument[i]);
  for (size_t i = 0; i < tuple_size(code->consts); i++) {
    Value c = tuple_at(code->consts, i);
    ConstantEntry e;
    if (has_shape(c, kShapeCode)) {
      e.code = std::make_unique<CodeUnit>();
      e.code->arena = out->arena;
      if (!code_to_unit(c, e.code.get())) return false;
    } else if (!constant_of(c, out->arena.get(), &e.value)) {
      return false;
    }
    out->constants.push_back(std::move(e));
  }
  out->code.assign(code->instructions, code->instructions + code->instruction_count);
  PositionReader reader(code);
  reader.start();
  for (uint32_t i = 0; i < code->instruction_count; i++) out->positions.push_back(reader.next());
  out->packed_positions.assign(reinterpret_cast<const char*>(code->position_table), code->position_bytes);
  out->handlers.assign(code->handlers, code->handlers + code->handler_count);
  return true;
}

Position code_position(const Code* code, uint32_t index) {
  PositionReader reader(code);
  reader.start();
  Position p{0, 0, -1, -1};
  for (uint32_t i = 0; i <= index && i < code->instruction_count; i++) p = reader.next();
  return p;
}

int code_line(Code* code, uint32_t index) {
  int32_t* lines = code->lines.load(std::memory_order_acquire);
  if (!lines) {
    lines = static_cast<int32_t*>(gc::raw_alloc(code->instruction_count * sizeof(int32_t) + 1));
    if (!lines) return code_position(code, index).line;
    PositionReader reader(code);
    reader.start();
    for (uint32_t i = 0; i < code->instruction_count; i++) lines[i] = reader.next().line;
    int32_t* expected = nullptr;
    if (!code->lines.compare_exchange_strong(expected, lines, std::memory_order_acq_rel)) {
      gc::raw_free(lines);
      lines = expected;
    }
  }
  return index < code->instruction_count ? lines[index] : 0;
}

Value code_register_name(const Code* code, uint32_t r) {
  if (r < code->nlocals) return tuple_at(code->varnames, r);
  r -= code->nlocals;
  if (r < code->ncells) return tuple_at(code->cellvars, r);
  r -= code->ncells;
  if (r < code->nfree) return tuple_at(code->freevars, r);
  return Value();
}

namespace {

void code_trace(Header* h, gc::Visitor& v) {
  Code* c = reinterpret_cast<Code*>(h);
  for (Value x :
       {c->consts, c->names, c->varnames, c->cellvars, c->freevars, c->name, c->qualname, c->filename, c->extra})
    v.visit(x);
}
void code_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  Code* c = reinterpret_cast<Code*>(h);
  release_feedback(c);
  for (Value* x : {&c->consts, &c->names, &c->varnames, &c->cellvars, &c->freevars, &c->name, &c->qualname,
                   &c->filename, &c->extra}) {
    Value v = *x;
    *x = Value();
    decref(v);
  }
  gc::raw_free(c->instructions);
  gc::raw_free(c->handlers);
  gc::raw_free(c->position_table);
  gc::raw_free(c->cell_argument);
  gc::raw_free(c->lines.load(std::memory_order_relaxed));
  finish_dealloc(h);
}

Ref code_repr(Value v) {
  Code* c = v.as<Code>();
  return format_str("<code object %S at %p, file \"%S\", line %d>", c->name, reinterpret_cast<void*>(c), c->filename,
                    c->first_line);
}

bool same_constants(Value a, Value b, bool* same) {
  // Constants are equal if type and value are (0.0 and -0.0, 1 and True differ).
  if (a == b) {
    *same = true;
    return true;
  }
  if (type_of(a) != type_of(b)) {
    *same = false;
    return true;
  }
  if (is_float_exact(a)) {
    *same = std::bit_cast<uint64_t>(float_value(a)) == std::bit_cast<uint64_t>(float_value(b));
    return true;
  }
  if (has_shape(a, kShapeComplex)) {
    auto *x = a.as<Complex>(), *y = b.as<Complex>();
    *same = std::bit_cast<uint64_t>(x->real) == std::bit_cast<uint64_t>(y->real) &&
            std::bit_cast<uint64_t>(x->imag) == std::bit_cast<uint64_t>(y->imag);
    return true;
  }
  if (is_tuple_exact(a)) {
    *same = tuple_size(a) == tuple_size(b);
    for (size_t i = 0; *same && i < tuple_size(a); i++) {
      if (!same_constants(tuple_at(a, i), tuple_at(b, i), same)) return false;
    }
    return true;
  }
  int r = values_equal(a, b);
  if (r < 0) return false;
  *same = r;
  return true;
}

Ref code_compare(Value a, Value b, CompareOp op) {
  if ((op != kEq && op != kNe) || !has_shape(a, kShapeCode) || !has_shape(b, kShapeCode))
    return Ref::imm(kNotImplemented);
  Code *x = a.as<Code>(), *y = b.as<Code>();
  bool same = x->instruction_count == y->instruction_count && x->argcount == y->argcount &&
              x->posonly_argcount == y->posonly_argcount && x->kwonly_argcount == y->kwonly_argcount &&
              x->flags == y->flags && x->first_line == y->first_line && x->register_count == y->register_count &&
              x->position_bytes == y->position_bytes && x->handler_count == y->handler_count;
  if (same && x != y) {
    same = memcmp(x->instructions, y->instructions, x->instruction_count * sizeof(Instruction)) == 0 &&
           memcmp(x->position_table, y->position_table, x->position_bytes) == 0 &&
           memcmp(x->handlers, y->handlers, x->handler_count * sizeof(HandlerRange)) == 0;
    for (auto field : {&Code::name, &Code::consts, &Code::names, &Code::varnames, &Code::cellvars, &Code::freevars}) {
      if (same && !same_constants(x->*field, y->*field, &same)) return nullptr;
    }
  }
  return Ref::imm(bool_value(same == (op == kEq)));
}

bool code_hash(Value v, int64_t* out) {
  Code* c = v.as<Code>();
  int64_t h0, h1, h2, h3;
  if (!hash_of(c->name, &h0) || !hash_of(c->names, &h1) || !hash_of(c->varnames, &h2) || !hash_of(c->consts, &h3))
    return false;
  uint64_t h = 1000003u * static_cast<uint64_t>(h0) ^ 7 * static_cast<uint64_t>(h1) ^ 31 * static_cast<uint64_t>(h2) ^
               131 * static_cast<uint64_t>(h3);
  h ^= (uint64_t{c->argcount} << 4) ^ c->flags ^ (uint64_t{c->instruction_count} << 20);
  *out = static_cast<int64_t>(h) == -1 ? -2 : static_cast<int64_t>(h);
  return true;
}

#define CODE_INT(name, expr)                     \
  Ref get_##name(Value v) {                      \
    Code* c = v.as<Code>();                      \
    return make_int(static_cast<int64_t>(expr)); \
  }
#define CODE_VALUE(name, field) \
  Ref get_##name(Value v) { return Ref::dup(v.as<Code>()->field); }
CODE_INT(argcount, c->argcount)
CODE_INT(posonlyargcount, c->posonly_argcount)
CODE_INT(kwonlyargcount, c->kwonly_argcount)
CODE_INT(nlocals, c->nlocals)
CODE_INT(stacksize, c->register_count - c->nlocals - c->ncells - c->nfree + 1)
CODE_INT(flags, c->flags)
CODE_INT(firstlineno, c->first_line)
Ref get_consts(Value v) {
  CodeView view(v.as<Code>());
  return view.is_null() ? Ref() : view.consts();
}
CODE_VALUE(names, names)
CODE_VALUE(varnames, varnames)
CODE_VALUE(cellvars, cellvars)
CODE_VALUE(freevars, freevars)
CODE_VALUE(name, name)
CODE_VALUE(qualname, qualname)
CODE_VALUE(filename, filename)
Ref get_code(Value v) {
  CodeView view(v.as<Code>());
  return view.is_null() ? Ref() : view.bytes();
}
Ref get_linetable(Value v) { return code_view_line_table(v.as<Code>()); }
Ref get_exceptiontable(Value v) { return code_view_exception_table(v.as<Code>()); }
Ref get_lnotab(Value v) {
  // The classic table: pairs (bytecode increment, line increment).
  Code* c = v.as<Code>();
  CodeView view(c);
  if (view.is_null()) return nullptr;
  std::string out;
  int line = c->first_line;
  uint32_t start = 0;
  for (uint32_t i = 0; i < c->instruction_count; i++) {
    int l = code_line(c, i);
    if (l == 0 || l == line) continue;
    int delta = l - line;
    uint32_t bytes = (view.start(i) - view.start(start)) * 2;
    while (bytes > 254) {
      out += '\xfe';
      out += '\0';
      bytes -= 254;
    }
    while (delta > 127) {
      out += static_cast<char>(bytes);
      out += '\x7f';
      bytes = 0;
      delta -= 127;
    }
    while (delta < -128) {
      out += static_cast<char>(bytes);
      out += '\x80';
      bytes = 0;
      delta += 128;
    }
    out += static_cast<char>(bytes);
    out += static_cast<char>(delta);
    line = l;
    start = i;
  }
  return make_bytes(out);
}

const GetSetDef kCodeGetSet[] = {
    {"co_argcount", get_argcount, readonly_attribute, nullptr},
    {"co_posonlyargcount", get_posonlyargcount, readonly_attribute, nullptr},
    {"co_kwonlyargcount", get_kwonlyargcount, readonly_attribute, nullptr},
    {"co_nlocals", get_nlocals, readonly_attribute, nullptr},
    {"co_stacksize", get_stacksize, readonly_attribute, nullptr},
    {"co_flags", get_flags, readonly_attribute, nullptr},
    {"co_firstlineno", get_firstlineno, readonly_attribute, nullptr},
    {"co_consts", get_consts, readonly_attribute, nullptr},
    {"co_names", get_names, readonly_attribute, nullptr},
    {"co_varnames", get_varnames, nullptr, nullptr},
    {"co_cellvars", get_cellvars, nullptr, nullptr},
    {"co_freevars", get_freevars, nullptr, nullptr},
    {"co_name", get_name, readonly_attribute, nullptr},
    {"co_qualname", get_qualname, readonly_attribute, nullptr},
    {"co_filename", get_filename, readonly_attribute, nullptr},
    {"co_code", get_code, nullptr, nullptr},
    {"_co_code_adaptive", get_code, nullptr, nullptr},
    {"co_linetable", get_linetable, readonly_attribute, nullptr},
    {"co_exceptiontable", get_exceptiontable, readonly_attribute, nullptr},
    {"co_lnotab", get_lnotab, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr},
};

Ref line_or_none(int32_t line) { return line > 0 ? make_int(line) : Ref::imm(kNone); }
Ref column_or_none(int32_t column) { return column >= 0 ? make_int(column) : Ref::imm(kNone); }

// A tuple for each unit of the code shown; the units of one instruction share theirs.
Ref code_positions(Args& a) {
  Code* c = a.self.as<Code>();
  CodeView view(c);
  Ref list = view.is_null() ? nullptr : make_list(view.start(c->instruction_count));
  if (!list) return nullptr;
  PositionReader reader(c);
  reader.start();
  for (uint32_t i = 0; i < c->instruction_count; i++) {
    Position p = reader.next();
    uint32_t units = view.start(i + 1) - view.start(i);
    if (units == 0) continue;
    if (columns_hidden) p = Position{p.line, p.line, -1, -1};
    bool none = p.line <= 0;
    Ref items[4] = {line_or_none(p.line), none ? Ref::imm(kNone) : line_or_none(p.end_line), column_or_none(p.column),
                    column_or_none(p.column < 0 ? -1 : p.end_column)};
    Ref t = make_tuple_steal(items, 4);
    if (!t) return nullptr;
    while (units-- > 0) {
      if (!list_append(list, t.copy())) return nullptr;
    }
  }
  return get_iter(list);
}

Ref code_lines(Args& a) {
  Code* c = a.self.as<Code>();
  CodeView view(c);
  Ref list = view.is_null() ? nullptr : make_list();
  if (!list) return nullptr;
  for (uint32_t i = 0; i < c->instruction_count;) {
    int line = code_line(c, i);
    uint32_t end = i + 1;
    while (end < c->instruction_count && code_line(c, end) == line) end++;
    uint32_t from = view.start(i), to = view.start(end);
    i = end;
    if (from == to) continue;
    Ref items[3] = {make_int(int64_t{from} * 2), make_int(int64_t{to} * 2), line_or_none(line)};
    Ref t = make_tuple_steal(items, 3);
    if (!t || !list_append(list, std::move(t))) return nullptr;
  }
  return get_iter(list);
}

Ref code_varname(Args& a) {
  int64_t i;
  if (!to_int64(a[0], &i)) return nullptr;
  Value name = i >= 0 && i < 65536 ? code_register_name(a.self.as<Code>(), static_cast<uint32_t>(i)) : Value();
  if (name.is_null()) return raise(types::IndexError, "tuple index out of range");
  return Ref::dup(name);
}

Ref copy_code(Code* from) {
  Code* c = new_object<Code>(kShapeCode, true);
  if (!c) return nullptr;
  Ref result = Ref::steal(c);
  auto dup_buffer = [](const void* p, size_t n) {
    void* q = gc::raw_alloc(n + 1);
    if (q) memcpy(q, p, n);
    return q;
  };
  c->instruction_count = from->instruction_count;
  c->flags = from->flags;
  c->argcount = from->argcount;
  c->posonly_argcount = from->posonly_argcount;
  c->kwonly_argcount = from->kwonly_argcount;
  c->nlocals = from->nlocals;
  c->ncells = from->ncells;
  c->nfree = from->nfree;
  c->register_count = from->register_count;
  c->total_args = from->total_args;
  c->simple_args = from->simple_args;
  c->is_generator_like = from->is_generator_like;
  c->runs_in_namespace = from->runs_in_namespace;
  c->first_line = from->first_line;
  c->handler_count = from->handler_count;
  c->position_bytes = from->position_bytes;
  c->instructions =
      static_cast<Instruction*>(dup_buffer(from->instructions, from->instruction_count * sizeof(Instruction)));
  c->handlers = static_cast<HandlerRange*>(dup_buffer(from->handlers, from->handler_count * sizeof(HandlerRange)));
  c->position_table = static_cast<uint8_t*>(dup_buffer(from->position_table, from->position_bytes));
  c->cell_argument = static_cast<int32_t*>(dup_buffer(from->cell_argument, from->ncells * sizeof(int32_t)));
  if (!c->instructions || !c->handlers || !c->position_table || !c->cell_argument) return raise_memory();
  for (auto field : {&Code::consts, &Code::names, &Code::varnames, &Code::cellvars, &Code::freevars, &Code::name,
                     &Code::qualname, &Code::filename})
    gc::init(&(c->*field), Ref::dup(from->*field));
  return result;
}

// The event of a code object made from Python: of `c`, about to be shown to a script.
bool audit_code(Code* c) {
  if (!object_audit) return true;
  Value v(c);
  Ref bytes = get_code(v), args = get_argcount(v), positional = get_posonlyargcount(v), keyword = get_kwonlyargcount(v),
      locals = get_nlocals(v), stack = get_stacksize(v), flags = get_flags(v);
  if (!bytes || !args || !positional || !keyword || !locals || !stack || !flags) return false;
  return object_audit("code.__new__", {bytes, c->filename, c->name, args, positional, keyword, locals, stack, flags});
}

Ref code_replace(Args& a) {
  Code* from = a.self.as<Code>();
  Ref result = copy_code(from);
  if (!result) return nullptr;
  Code* c = result.as<Code>();
  enum {
    kArgcount,
    kPosonly,
    kKwonly,
    kNlocals,
    kStacksize,
    kFlags,
    kFirstline,
    kCode,
    kConsts,
    kNames,
    kVarnames,
    kFreevars,
    kCellvars,
    kFilename,
    kName,
    kQualname,
    kLinetable,
    kExceptiontable
  };
  static const char* const kNumbers[] = {"argcount",  "posonlyargcount", "kwonlyargcount", "nlocals",
                                         "stacksize", "flags",           "firstlineno"};
  auto number = [&](int i, auto* field) {
    if (!a.has(i)) return true;
    int n;
    if (!to_c_int(a[i], &n)) return false;
    if (n < 0) return static_cast<bool>(raise(types::ValueError, "co_%s must be a positive integer", kNumbers[i]));
    *field = static_cast<std::remove_pointer_t<decltype(field)>>(n);
    return true;
  };
  uint16_t ignored;
  if (!number(kArgcount, &c->argcount) || !number(kPosonly, &c->posonly_argcount) ||
      !number(kKwonly, &c->kwonly_argcount) || !number(kStacksize, &ignored) || !number(kFlags, &c->flags) ||
      !number(kFirstline, &c->first_line))
    return nullptr;
  if (a.has(kNlocals)) {
    int n = 0;
    if (!number(kNlocals, &n)) return nullptr;
    size_t have = a.has(kVarnames) && is_tuple(a[kVarnames]) ? tuple_size(a[kVarnames]) : c->nlocals;
    if (n != static_cast<int64_t>(have)) return raise(types::ValueError, "code: co_nlocals != len(co_varnames)");
  }
  auto tuple = [&](int i, Value* field, const char* what) {
    if (!a.has(i)) return true;
    if (!is_tuple_exact(a[i]))
      return static_cast<bool>(raise(types::TypeError, "replace() argument '%s' must be tuple, not %T", what, a[i]));
    gc::store(&c->h, field, Ref::dup(a[i]));
    return true;
  };
  auto text = [&](int i, Value* field, const char* what) {
    if (!a.has(i)) return true;
    if (!is_str(a[i]))
      return static_cast<bool>(raise(types::TypeError, "replace() argument '%s' must be str, not %T", what, a[i]));
    gc::store(&c->h, field, Ref::dup(a[i]));
    return true;
  };
  if (a.has(kCode)) {
    if (!is_bytes(a[kCode]))
      return raise(types::TypeError, "replace() argument 'co_code' must be bytes, not %T", a[kCode]);
    CodeView now(from);
    if (now.is_null()) return nullptr;
    if (a[kCode].as<Bytes>()->view() != now.bytes().as<Bytes>()->view())
      return raise(types::ValueError, "code: co_code cannot be replaced by other bytecode");
  }
  if (!tuple(kConsts, &c->consts, "co_consts") || !tuple(kNames, &c->names, "co_names") ||
      !tuple(kVarnames, &c->varnames, "co_varnames") || !tuple(kFreevars, &c->freevars, "co_freevars") ||
      !tuple(kCellvars, &c->cellvars, "co_cellvars") || !text(kFilename, &c->filename, "co_filename") ||
      !text(kName, &c->name, "co_name") || !text(kQualname, &c->qualname, "co_qualname"))
    return nullptr;
  if (a.has(kConsts)) {
    // Behind the constants stand the integers that instructions hold inline: one that is replaced becomes a constant.
    CodeView view(from);
    if (view.is_null()) return nullptr;
    Ref shown = view.consts();
    size_t own = tuple_size(from->consts), n = std::min(tuple_size(shown), tuple_size(c->consts));
    bool changed = tuple_size(shown) != tuple_size(c->consts);
    for (size_t k = own; k < n; k++) {
      Value was = tuple_at(shown, k);
      if (tuple_at(c->consts, k) == was) continue;
      changed = true;
      for (uint32_t i = 0; i < c->instruction_count; i++) {
        Instruction& in = c->instructions[i];
        if (in.op != kOpLOAD_INT || Value::from_int(static_cast<int32_t>(in.wide())) != was) continue;
        in.op = kOpLOAD_CONST;
        in.b = static_cast<uint16_t>(k);
        in.c = static_cast<uint16_t>(k >> 16);
      }
    }
    if (!changed && n > own) {
      Ref kept = make_tuple(own);
      if (!kept) return nullptr;
      for (size_t i = 0; i < own; i++) tuple_init(kept, i, Ref::dup(tuple_at(c->consts, i)));
      gc::store(&c->h, &c->consts, std::move(kept));
    }
  }
  if (a.has(kLinetable)) {
    if (!is_bytes(a[kLinetable]))
      return raise(types::TypeError, "replace() argument 'co_linetable' must be bytes, not %T", a[kLinetable]);
    std::vector<Position> positions;
    if (!read_line_table(from, c->first_line, a[kLinetable].as<Bytes>()->view(), &positions)) return nullptr;
    std::string packed = pack_positions(positions, c->first_line, c->instruction_count);
    auto* table = static_cast<uint8_t*>(gc::raw_alloc(packed.size() + 1));
    if (!table) return raise_memory();
    std::copy(packed.begin(), packed.end(), table);
    gc::raw_free(c->position_table);
    c->position_table = table;
    c->position_bytes = static_cast<uint32_t>(packed.size());
  }
  if (tuple_size(c->consts) < tuple_size(from->consts) || tuple_size(c->names) < tuple_size(from->names))
    return raise(types::ValueError, "code: tables are too short");
  if (tuple_size(c->varnames) != from->nlocals || tuple_size(c->cellvars) != from->ncells ||
      tuple_size(c->freevars) != from->nfree) {
    if (tuple_size(c->varnames) < c->argcount + c->kwonly_argcount)
      return raise(types::ValueError, "code: varnames is too small");
    return raise(types::ValueError, "code: co_nlocals != len(co_varnames)");
  }
  c->total_args = static_cast<uint16_t>(c->argcount + c->kwonly_argcount + ((c->flags & kCoVarArgs) != 0) +
                                        ((c->flags & kCoVarKeywords) != 0));
  if (c->total_args > c->nlocals) return raise(types::ValueError, "code: varnames is too small");
  c->simple_args = c->total_args == c->argcount && (c->flags & kCoOptimized);
  return audit_code(c) ? std::move(result) : Ref();
}

Ref code_sizeof(Args& a) {
  Code* c = a.self.as<Code>();
  return make_int(static_cast<int64_t>(sizeof(Code) + c->instruction_count * sizeof(Instruction) + c->position_bytes +
                                       c->handler_count * sizeof(HandlerRange)));
}

const NativeDef kCodeMethods[] = {
    {"co_positions", "($self, /)", code_positions, 0,
     "Iterator over (line, end line, column, end column) of each instruction."},
    {"co_lines", "($self, /)", code_lines, 0, "Iterator over (start, end, line) of the ranges of one line."},
    {"_varname_from_oparg", "($self, /, oparg)", code_varname, 0,
     "Name of a local, cell or free variable by its register."},
    {"replace",
     "($self, /, *, co_argcount=-1, co_posonlyargcount=-1, co_kwonlyargcount=-1, co_nlocals=-1, co_stacksize=-1, "
     "co_flags=-1, co_firstlineno=-1, co_code=None, co_consts=None, "
     "co_names=None, co_varnames=None, co_freevars=None, co_cellvars=None, co_filename=None, co_name=None, "
     "co_qualname=None, co_linetable=None, co_exceptiontable=None)",
     code_replace, 0, "Return a copy of the code object with new values for the specified fields."},
    {"__sizeof__", "($self, /)", code_sizeof, 0, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr},
};

Ref code_new(TypeObject*, RawArgs args) {
  // Bytecode cannot be written by hand: what the constructor checks first is checked, then it says so.
  if (args.n < 16) return raise(types::TypeError, "code expected at least 16 arguments, got %zu", args.n);
  for (size_t i = 0; i < 6; i++) {
    int64_t n;
    if (!to_int64(args.v[i], &n)) return nullptr;
    static const char* const kWhat[] = {"argcount", "posonlyargcount", "kwonlyargcount",
                                        "nlocals",  "stacksize",       "flags"};
    if (n < 0) return raise(types::ValueError, "code: %s must not be negative", kWhat[i]);
  }
  return raise(types::ValueError, "code objects cannot be made from bytecode: compile source or use replace()");
}

}  // namespace

const TypeSpec kCodeSpec = {
    .doc = "Create a code object.  Not for mere mortals.",
    .flags = kTypeGc | kTypeWeakrefable,
    .basic_size = sizeof(Code),
    .ops = {.trace = code_trace, .dealloc = code_dealloc},
    .methods = kCodeMethods,
    .getset = kCodeGetSet,
    .s = {.repr = code_repr, .hash = code_hash, .compare = code_compare, .new_ = code_new},
};

}  // namespace taipan
