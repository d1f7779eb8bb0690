#include "frontend/bytecode/disassembler.h"

#include <charconv>
#include <cstdio>

#include "frontend/bytecode/op_info.h"
#include "frontend/bytecode/positions.h"

namespace taipan::frontend {

namespace {

std::string quoted(std::string_view text, bool bytes) {
  std::string out = bytes ? "b'" : "'";
  size_t shown = 0;
  for (unsigned char c : text) {
    if (++shown > 60) {
      out += "'...";
      return out;
    }
    if (c == '\n')
      out += "\\n";
    else if (c == '\'' || c == '\\')
      (out += '\\') += static_cast<char>(c);
    else if (c < 32 || c == 127 || (bytes && c > 127)) {
      char buffer[8];
      std::snprintf(buffer, sizeof buffer, "\\x%02x", c);
      out += buffer;
    } else {
      out += static_cast<char>(c);
    }
  }
  return out + "'";
}

std::string number(double value) {
  char buffer[40];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  std::string text(buffer, end);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

std::string register_name(const CodeUnit& unit, uint32_t r) {
  size_t n = unit.varnames.size(), c = unit.cellvars.size(), f = unit.freevars.size();
  if (r == kNoReg) return "-";
  if (r < n) return unit.varnames[r];
  if (r < n + c) return "cell:" + unit.cellvars[r - n];
  if (r < n + c + f) return "free:" + unit.freevars[r - n - c];
  return "%" + std::to_string(r - n - c - f);
}

std::string name_text(const CodeUnit& unit, uint32_t index) {
  return index < unit.names.size() ? "." + unit.names[index] : "name?" + std::to_string(index);
}

std::string constant_at(const CodeUnit& unit, uint32_t index) {
  if (index >= unit.constants.size()) return "const?" + std::to_string(index);
  const ConstantEntry& entry = unit.constants[index];
  return entry.code ? "<code " + entry.code->qualname + ">" : constant_text(entry.value);
}

}  // namespace

std::string constant_text(const ConstantValue& value) {
  switch (value.kind) {
    case ConstantKind::kNone: return "None";
    case ConstantKind::kTrue: return "True";
    case ConstantKind::kFalse: return "False";
    case ConstantKind::kEllipsis: return "...";
    case ConstantKind::kInt: return std::to_string(value.int_value);
    case ConstantKind::kBigInt:
      return (value.big_negative ? "-" : "") + std::string(value.big_is_hex ? "0x" : "") +
             std::string(value.text().substr(0, 60));
    case ConstantKind::kFloat: return number(value.float_value);
    case ConstantKind::kComplex: return "(" + number(value.float_value) + "+" + number(value.imag_value) + "j)";
    case ConstantKind::kStr: return quoted(value.text(), false);
    case ConstantKind::kBytes: return quoted(value.text(), true);
    case ConstantKind::kTuple:
    case ConstantKind::kFrozenSet: {
      std::string out = value.kind == ConstantKind::kTuple ? "(" : "frozenset(";
      for (size_t i = 0; i < value.size; i++) {
        if (i) out += ", ";
        if (i == 12) {
          out += "...";
          break;
        }
        out += constant_text(value.item_data[i]);
      }
      return out + ")";
    }
    case ConstantKind::kForeign: return "<object>";
  }
  return "?";
}

std::string disassemble_instruction(const CodeUnit& unit, uint32_t index) {
  const Instruction& in = unit.code[index];
  if (in.op >= kOpCount) return "?";
  const OpInfo& info = kOpInfo[in.op];
  const Instruction* ext = has_ext(in) && index + 1 < unit.code.size() ? &unit.code[index + 1] : nullptr;
  std::string out = info.name;
  out.resize(std::max<size_t>(out.size(), 16), ' ');
  uint16_t values[3] = {in.a, in.b, in.c};
  bool first = true;
  auto add = [&](const std::string& text) {
    out += first ? " " : ", ";
    out += text;
    first = false;
  };
  int target = target_place(in);
  for (int place = 0; place < 3; place++) {
    std::string last = in.flags & (1 << place) ? "*" : "";
    uint32_t v = values[place];
    switch (info.format[place]) {
      case 'w':
      case 'r':
      case 'm': add(register_name(unit, v) + last); break;
      case 'W': {
        uint32_t n = ext || in.op != kOpUNPACK_EX ? written_count(in, ext) : 1;
        add(n > 1 ? register_name(unit, v) + ".." + register_name(unit, v + n - 1) : register_name(unit, v));
        break;
      }
      case 's': {
        uint32_t n = consumed_count(in, ext);
        if (in.op == kOpCALL_KW) n = 2u + in.c;
        add(n > 1 ? "(" + register_name(unit, v) + ".." + register_name(unit, v + n - 1) + ")"
                  : "(" + register_name(unit, v) + ")");
        break;
      }
      case 'n': add(name_text(unit, v)); break;
      case 'k': add(constant_at(unit, v)); break;
      case 'i': add(std::to_string(static_cast<int16_t>(v))); break;
      case 'c': add("#" + std::to_string(v)); break;
      case 'N': add(name_text(unit, in.wide())); break;
      case 'K': add(constant_at(unit, in.wide())); break;
      case 'I': add(std::to_string(static_cast<int32_t>(in.wide()))); break;
      case 'x':
        if (in.op == kOpMAKE_FUNCTION)
          add(constant_at(unit, v));
        else if (in.op == kOpYIELD) {
          if (v != kNoReg) add("from " + register_name(unit, v));
        } else if (target != 1) {
          add(std::to_string(v));
        }
        break;
      default: break;
    }
  }
  if (in.op == kOpCALL_KW && ext) add(constant_at(unit, ext->wide()));
  if (in.op == kOpUNPACK_EX && ext) add("after " + std::to_string(ext->a));
  if (in.op >= kOpADD && in.op <= kOpXOR_I && (in.flags & kInplace)) add("inplace");
  if (in.op == kOpMAKE_FUNCTION) {
    static const char* const kExtras[] = {"defaults", "kwdefaults", "annotations", "closure"};
    for (int i = 0; i < 4; i++) {
      if (in.flags & (16 << i)) add(kExtras[i]);
    }
  }
  if ((in.op == kOpFORMAT_VALUE || in.op == kOpGET_AWAITABLE) && in.flags >> 4)
    add("mode " + std::to_string(in.flags >> 4));
  if (target == 1)
    out += " -> " + std::to_string(in.wide());
  else if (target == 2 && ext)
    out += " -> " + std::to_string(ext->wide());
  return out;
}

std::string disassemble(const CodeUnit& unit, bool nested) {
  std::string out = "code " + unit.qualname + "(";
  size_t parameters =
      unit.argcount + unit.kwonly_argcount + ((unit.flags & kCoVarArgs) != 0) + ((unit.flags & kCoVarKeywords) != 0);
  for (size_t i = 0; i < parameters && i < unit.varnames.size(); i++) {
    if (i) out += ", ";
    out += unit.varnames[i];
  }
  out +=
      ")  line " + std::to_string(unit.first_line) + ", " + std::to_string(unit.register_count) + " registers, flags ";
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "0x%x\n", unit.flags);
  out += buffer;
  int32_t line = -1;
  std::vector<Position> unpacked;
  if (unit.positions.empty()) unpack_positions(unit.packed_positions, unit.first_line, unit.code.size(), &unpacked);
  const std::vector<Position>& positions = unit.positions.empty() ? unpacked : unit.positions;
  for (uint32_t i = 0; i < unit.code.size(); i++) {
    if (unit.code[i].op == kOpEXT) continue;
    int32_t at = i < positions.size() ? positions[i].line : 0;
    if (at != line)
      std::snprintf(buffer, sizeof buffer, "%6d %5u  ", at, i);
    else
      std::snprintf(buffer, sizeof buffer, "       %5u  ", i);
    line = at;
    out += buffer;
    out += disassemble_instruction(unit, i);
    out += '\n';
  }
  for (const HandlerRange& h : unit.handlers) {
    out += "       " + std::to_string(h.start) + ".." + std::to_string(h.end) + " -> " + std::to_string(h.target) +
           " depth " + register_name(unit, h.depth) + (h.flags & 1 ? " cleanup" : "") + "\n";
  }
  if (nested) {
    for (const ConstantEntry& entry : unit.constants) {
      if (entry.code) out += "\n" + disassemble(*entry.code, true);
    }
  }
  return out;
}

}  // namespace taipan::frontend
