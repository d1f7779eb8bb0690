#include "frontend/bytecode/verifier.h"

#include <vector>

#include "frontend/bytecode/op_info.h"

namespace taipan::frontend {

namespace {

enum State : uint8_t { kUnset = 0, kEmpty = 1, kFull = 2, kMaybe = 3 };  // a set of possibilities

class Verifier {
 public:
  Verifier(const CodeUnit& unit, bool structure_only) : unit_(unit), structure_only_(structure_only) {}

  std::string run() {
    if (!structure() || (!structure_only_ && !flow())) return unit_.qualname + ": " + message_;
    for (const ConstantEntry& entry : unit_.constants) {
      if (!entry.code) continue;
      std::string inner = verify(*entry.code, structure_only_);
      if (!inner.empty()) return inner;
    }
    return "";
  }

 private:
  bool fail(uint32_t index, const std::string& text) {
    message_ =
        std::to_string(index) + " " +
        (index < unit_.code.size() && unit_.code[index].op < kOpCount ? kOpInfo[unit_.code[index].op].name : "?") +
        ": " + text;
    return false;
  }

  uint32_t nregs() const { return unit_.register_count; }
  uint32_t fixed() const {
    return static_cast<uint32_t>(unit_.varnames.size() + unit_.cellvars.size() + unit_.freevars.size());
  }

  static uint32_t keyword_count(const ConstantValue& names) { return static_cast<uint32_t>(names.size); }

  // ---- operands
  bool structure() {
    uint32_t count = static_cast<uint32_t>(unit_.code.size());
    if (count == 0 || unit_.positions.size() != count) return fail(0, "no code, or positions that don't match it");
    if (fixed() > nregs()) return fail(0, "fewer registers than variables");
    uint64_t parameters = uint64_t{unit_.argcount} + unit_.kwonly_argcount + ((unit_.flags & kCoVarArgs) != 0) +
                          ((unit_.flags & kCoVarKeywords) != 0);
    if (parameters > unit_.varnames.size() || unit_.posonly_argcount > unit_.argcount)
      return fail(0, "argument counts");
    if (unit_.cell_argument.size() != unit_.cellvars.size()) return fail(0, "cell arguments");
    for (int32_t argument : unit_.cell_argument) {
      if (argument < -1 || argument >= static_cast<int32_t>(unit_.varnames.size()))
        return fail(0, "cell argument out of range");
    }
    start_.assign(count + 1, false);
    for (uint32_t i = 0; i < count;) {
      const Instruction& in = unit_.code[i];
      if (in.op >= kOpCount || in.op == kOpEXT) return fail(i, "not an instruction");
      start_[i] = true;
      i++;
      if (has_ext(in)) {
        if (i >= count || unit_.code[i].op != kOpEXT) return fail(i - 1, "EXT word missing");
        i++;
      }
    }
    for (uint32_t i = 0; i < count; i++) {
      if (start_[i] && !operands(i)) return false;
    }
    for (const HandlerRange& h : unit_.handlers) {
      if (h.start >= h.end || h.end > count || h.target >= count || !start_[h.target])
        return fail(h.start, "handler range");
      if (h.depth < fixed() || h.depth >= nregs()) return fail(h.start, "handler depth");
    }
    return true;
  }

  bool reg(uint32_t i, uint32_t r, uint32_t n, bool optional) {
    if (optional && r == kNoReg) return true;
    if (n > nregs() || r > nregs() - n) return fail(i, "register " + std::to_string(r) + " out of range");
    return true;
  }

  // Which 'r' operands may be absent.
  static bool is_optional(uint8_t op, int place) {
    switch (op) {
      case kOpRAISE: return true;
      case kOpMAKE_CELL: return place == 1;
      case kOpFORMAT_VALUE: return place == 2;
      default: return false;
    }
  }

  bool operands(uint32_t i) {
    const Instruction& in = unit_.code[i];
    const Instruction* ext = has_ext(in) ? &unit_.code[i + 1] : nullptr;
    uint16_t values[3] = {in.a, in.b, in.c};
    for (int place = 0; place < 3; place++) {
      switch (kOpInfo[in.op].format[place]) {
        case 'w':
        case 'r':
        case 'm':
          if (!reg(i, values[place], 1, is_optional(in.op, place))) return false;
          break;
        case 'W':
          if (!reg(i, values[place], written_count(in, ext), false)) return false;
          break;
        case 's': {
          uint32_t n = consumed_count(in, ext);
          if (in.op == kOpCALL_KW) {
            if (!keyword_names(ext->wide(), &n)) return fail(i, "keyword names");
            n += 2u + in.c;
          }
          if (n && !reg(i, values[place], n, false)) return false;
          break;
        }
        case 'n':
          if (values[place] >= unit_.names.size()) return fail(i, "name index");
          break;
        case 'N':
          if (in.wide() >= unit_.names.size()) return fail(i, "name index");
          break;
        case 'K':
          if (in.wide() >= unit_.constants.size()) return fail(i, "constant index");
          break;
        default: break;
      }
    }
    if (in.op == kOpMAKE_FUNCTION && (in.c >= unit_.constants.size() || !unit_.constants[in.c].code)) {
      return fail(i, "not a code constant");
    }
    if (in.op == kOpLOAD_CONST && unit_.constants[in.wide()].code) return fail(i, "code as a value");
    if (in.op == kOpCHECK_LOCAL || in.op == kOpDELETE_LOCAL) {
      if (in.a >= unit_.varnames.size()) return fail(i, "not a local");
    }
    uint32_t cells = static_cast<uint32_t>(unit_.varnames.size());
    auto cell = [&](uint32_t r) { return r >= cells && r < fixed(); };
    if ((in.op == kOpLOAD_DEREF || in.op == kOpLOAD_CLASSDEREF) && !cell(in.b)) return fail(i, "not a cell");
    if ((in.op == kOpSTORE_DEREF || in.op == kOpDELETE_DEREF || in.op == kOpMAKE_CELL) && !cell(in.a))
      return fail(i, "not a cell");
    if (in.op == kOpYIELD && in.c != kNoReg) {
      if (!reg(i, in.c, 1, false) || !reg(i, ext->a, 1, false)) return false;
    }
    int place = target_place(in);
    if (place) {
      uint32_t target = place == 1 ? in.wide() : ext->wide();
      if (target >= unit_.code.size() || !start_[target]) return fail(i, "jump target");
      if (place == 1 && target <= i && in.op != kOpJUMP_BACK &&
          !(in.op == kOpJUMP && unit_.code[target].op == kOpSEND)) {
        return fail(i, "backward jump without a poll");
      }
      if (in.op == kOpJUMP_BACK && target > i) return fail(i, "JUMP_BACK forward");
    }
    for (int bit = 0; bit < 3; bit++) {
      if (!(in.flags & (1 << bit))) continue;
      char kind = kOpInfo[in.op].format[bit];
      if (kind != 'r') return fail(i, "last use of what is no read operand");
      if (values[bit] < fixed()) return fail(i, "last use of a variable");
    }
    if (falls_through(in)) {
      uint32_t next = i + (ext ? 2 : 1);
      if (next >= unit_.code.size()) return fail(i, "runs off the end");
    }
    return true;
  }

  bool keyword_names(uint32_t index, uint32_t* count) {
    if (index >= unit_.constants.size() || unit_.constants[index].code) return false;
    const ConstantValue& names = unit_.constants[index].value;
    if (names.kind != ConstantKind::kTuple) return false;
    *count = static_cast<uint32_t>(names.size);
    return true;
  }

  // ---- temporaries
  bool meet(uint32_t target) {
    auto& to = in_[target];
    if (to.empty()) {
      to = state_;
      work_.push_back(target);
      return true;
    }
    bool changed = false;
    for (size_t r = 0; r < to.size(); r++) {
      uint8_t joined = to[r] | state_[r];
      changed = changed || joined != to[r];
      to[r] = joined;
    }
    if (changed) work_.push_back(target);
    return true;
  }

  uint8_t& state(uint32_t r) { return state_[r - fixed()]; }
  bool is_temp(uint32_t r) const { return r >= fixed() && r != kNoReg; }

  bool read(uint32_t i, uint32_t r) {
    if (is_temp(r) && state(r) != kFull) return fail(i, "reads R" + std::to_string(r) + ", which may be empty");
    return true;
  }

  bool flow() {
    uint32_t temps = nregs() - fixed();
    if (temps == 0) return true;
    uint32_t count = static_cast<uint32_t>(unit_.code.size());
    in_.assign(count, {});
    state_.assign(temps, kEmpty);
    work_.push_back(0);
    in_[0] = state_;
    // A state is kept where control can arrive; between, it is carried along.
    std::vector<bool> joins(count, false);
    for (uint32_t i = 0; i < count; i++) {
      if (!start_[i]) continue;
      const Instruction& in = unit_.code[i];
      int place = target_place(in);
      if (place) joins[place == 1 ? in.wide() : unit_.code[i + 1].wide()] = true;
    }
    for (const HandlerRange& h : unit_.handlers) joins[h.target] = true;
    std::vector<int32_t> handler_of(count, -1);
    for (size_t h = unit_.handlers.size(); h-- > 0;) {
      for (uint32_t i = unit_.handlers[h].start; i < unit_.handlers[h].end; i++)
        handler_of[i] = static_cast<int32_t>(h);
    }
    uint64_t steps = 0;
    while (!work_.empty()) {
      uint32_t i = work_.back();
      work_.pop_back();
      state_ = in_[i];
      for (;;) {
        if (++steps > 50'000'000) return true;  // a monster: what was seen of it was in order
        uint32_t next;
        if (!step(i, handler_of[i], &next)) return false;
        if (next == ~0u) break;
        if (joins[next]) {
          meet(next);
          break;
        }
        i = next;
      }
    }
    return true;
  }

  bool step(uint32_t i, int32_t handler, uint32_t* next) {
    const Instruction& in = unit_.code[i];
    const Instruction* ext = has_ext(in) ? &unit_.code[i + 1] : nullptr;
    const char* format = kOpInfo[in.op].format;
    uint16_t values[3] = {in.a, in.b, in.c};
    for (int place = 0; place < 3; place++) {
      char kind = format[place];
      if (kind == 'r' && !(values[place] == kNoReg && is_optional(in.op, place))) {
        if (!read(i, values[place])) return false;
      }
      if (kind == 'm' && in.op != kOpCLEAR && in.op != kOpDELETE_LOCAL && !read(i, values[place])) return false;
    }
    if (in.op == kOpYIELD && in.c != kNoReg && !read(i, in.c)) return false;
    if (handler >= 0 && (kOpInfo[in.op].effects & (kMayRaise | kPolls))) {
      const HandlerRange& h = unit_.handlers[handler];
      std::vector<uint8_t> saved = state_;
      for (uint32_t r = h.depth; r < nregs(); r++) state(r) = kEmpty;
      state(h.depth) = kFull;
      meet(h.target);
      state_ = std::move(saved);
    }
    // Consumed operands.
    if (format[1] == 's') {
      uint32_t n = consumed_count(in, ext);
      if (in.op == kOpCALL_KW) {
        keyword_names(ext->wide(), &n);
        n += 2u + in.c;
      }
      for (uint32_t k = 0; k < n; k++) {
        uint32_t r = in.b + k;
        bool call = in.op == kOpCALL || in.op == kOpCALL_KW || in.op == kOpCALL_EX;
        bool may_be_empty = (call && k == 1) || (in.op == kOpCALL_EX && k == 3);
        if (!is_temp(r)) return fail(i, "consumes a variable");
        if (may_be_empty) {
          // Known to be empty, or written by LOAD_METHOD.
          if (state(r) == kMaybe) return fail(i, "R" + std::to_string(r) + " is empty on one way only");
        } else if (!read(i, r)) {
          return false;
        }
        state(r) = kEmpty;
      }
    }
    for (int bit = 0; bit < 3; bit++) {
      if (in.flags & (1 << bit)) {
        if (is_temp(values[bit])) state(values[bit]) = kEmpty;
      }
    }
    if (in.op == kOpCLEAR || in.op == kOpPOP_EXC || in.op == kOpEND_ASYNC_FOR) {
      if (is_temp(in.a)) {
        if (in.op == kOpCLEAR && state(in.a) == kEmpty)
          return fail(i, "clears R" + std::to_string(in.a) + ", which is empty");
        state(in.a) = kEmpty;
      }
    }
    int place = target_place(in);
    uint32_t target = place == 1 ? in.wide() : place == 2 ? ext->wide() : 0;
    if (in.op == kOpFOR_ITER) {
      std::vector<uint8_t> saved = state_;
      if (is_temp(in.b)) state(in.b) = kEmpty;
      meet(target);
      state_ = std::move(saved);
    }
    if (format[0] == 'w' || format[0] == 'W') {
      uint32_t n = format[0] == 'W' ? written_count(in, ext) : 1;
      for (uint32_t r = in.a; r < in.a + n; r++) {
        if (is_temp(r)) state(r) = kFull;
      }
    }
    if (in.op == kOpYIELD && ext) {
      std::vector<uint8_t> saved = state_;
      if (is_temp(ext->a)) state(ext->a) = kFull;
      meet(target);
      state_ = std::move(saved);
    } else if (place && in.op != kOpFOR_ITER) {
      meet(target);
    }
    *next = falls_through(in) ? i + (ext ? 2 : 1) : ~0u;
    return true;
  }

  const CodeUnit& unit_;
  bool structure_only_;
  std::string message_;
  std::vector<bool> start_;
  std::vector<std::vector<uint8_t>> in_;
  std::vector<uint8_t> state_;
  std::vector<uint32_t> work_;
};

}  // namespace

std::string verify(const CodeUnit& unit, bool structure_only) { return Verifier(unit, structure_only).run(); }

}  // namespace taipan::frontend
