// frame.f_lineno = n: where the frame may go on without its registers telling lies.
//
// A forward analysis finds what every register holds before every instruction: nothing, or something of a kind that instructions rely on
// (an iterator, the exception that a handler works on, a list being built, a constant kept in a register ...). A line can be jumped to if
// what the code there expects in temporaries is there, of the same kind; what it doesn't expect is dropped. A variable that the code
// there takes for assigned, and isn't, becomes None.
#include <cstring>
#include <vector>

#include "frontend/bytecode/op_info.h"
#include "interp/eval/eval.h"
#include "interp/objects/abstract.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/int.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"

namespace taipan {

using namespace frontend;

namespace {

enum Kind : uint8_t {
  kUnseen,   // no way leads here
  kNothing,  // empty, or full on some ways only: nobody reads it
  kObject,
  kIterator,
  kException,  // the one that a handler works on
  kHandled,    // what was being handled before
  kConstant,
  kListKind,
  kSetKind,
  kDictKind,
  kTupleKind,
  kCellKind,
  kCallee,  // what a call takes: an empty register follows it
  kSelf,    // the object that a method is called with, perhaps none
};

constexpr uint64_t kLargestAnalysis = 64 << 20;

class Analysis {
 public:
  explicit Analysis(const Code* code) : code_(code), n_(code->instruction_count), regs_(code->register_count) {}
  bool run();
  bool reached(uint32_t i) const { return !in_[i].empty(); }
  Kind kind(uint32_t i, uint32_t r) const { return static_cast<Kind>(in_[i][r]); }

 private:
  void meet(uint32_t target) {
    auto& to = in_[target];
    if (to.empty()) {
      to = state_;
      work_.push_back(target);
      return;
    }
    bool changed = false;
    for (uint32_t r = 0; r < regs_; r++) {
      uint8_t a = to[r], b = state_[r];
      if (a == b) continue;
      uint8_t joined = a == kNothing || b == kNothing ? kNothing : kObject;
      changed |= joined != a;
      to[r] = joined;
    }
    if (changed) work_.push_back(target);
  }
  void find_callees();
  void step(uint32_t i);
  const HandlerRange* handler(uint32_t i) const {
    for (uint32_t h = 0; h < code_->handler_count; h++) {
      if (i >= code_->handlers[h].start && i < code_->handlers[h].end) return &code_->handlers[h];
    }
    return nullptr;
  }

  const Code* code_;
  uint32_t n_, regs_;
  std::vector<std::vector<uint8_t>> in_;
  std::vector<uint8_t> state_;
  std::vector<bool> callee_;  // by instruction: it makes a callee
  std::vector<uint32_t> work_;
};

void Analysis::find_callees() {
  callee_.assign(n_, false);
  std::vector<uint32_t> writer(regs_, n_);
  for (uint32_t i = 0; i < n_; i++) {
    const Instruction& in = code_->instructions[i];
    if ((in.op == kOpCALL || in.op == kOpCALL_KW || in.op == kOpCALL_EX) && in.b < regs_ && writer[in.b] < n_)
      callee_[writer[in.b]] = true;
    if (in.a < regs_) writer[in.a] = i;
  }
}

bool Analysis::run() {
  if (uint64_t{n_} * regs_ > kLargestAnalysis) return false;
  find_callees();
  in_.assign(n_, {});
  state_.assign(regs_, kNothing);
  for (uint32_t r = 0; r < code_->total_args; r++) state_[r] = kObject;
  for (uint32_t r = code_->nlocals; r < uint32_t{code_->nlocals} + code_->ncells + code_->nfree; r++)
    state_[r] = kCellKind;
  meet(0);
  uint64_t steps = 0;
  while (!work_.empty()) {
    if (++steps > 2'000'000) return false;
    uint32_t i = work_.back();
    work_.pop_back();
    state_ = in_[i];
    step(i);
  }
  return true;
}

Kind made_by(uint8_t op) {
  switch (op) {
    case kOpGET_ITER:
    case kOpGET_AITER: return kIterator;
    case kOpPUSH_EXC: return kHandled;
    case kOpLOAD_CONST:
    case kOpLOAD_INT: return kConstant;
    case kOpBUILD_LIST: return kListKind;
    case kOpBUILD_SET: return kSetKind;
    case kOpBUILD_MAP: return kDictKind;
    case kOpBUILD_TUPLE:
    case kOpLIST_TO_TUPLE: return kTupleKind;
    case kOpMAKE_CELL: return kCellKind;
    default: return kObject;
  }
}

void Analysis::step(uint32_t i) {
  const Instruction& in = code_->instructions[i];
  const Instruction* ext = has_ext(in) ? &code_->instructions[i + 1] : nullptr;
  const char* format = kOpInfo[in.op].format;
  uint16_t values[3] = {in.a, in.b, in.c};
  if (const HandlerRange* h = handler(i)) {
    std::vector<uint8_t> saved = state_;
    for (uint32_t r = h->depth; r < regs_; r++) state_[r] = kNothing;
    state_[h->depth] = kException;
    meet(h->target);
    state_ = std::move(saved);
  }
  Kind moved = in.op == kOpMOVE && in.b < regs_ ? static_cast<Kind>(state_[in.b]) : kObject;
  if (moved == kNothing) moved = kObject;
  if (format[1] == 's') {
    uint32_t n = in.op == kOpCALL_KW ? 2u + in.c + static_cast<uint32_t>(tuple_size(code_consts(code_)[ext->wide()]))
                                     : consumed_count(in, ext);
    for (uint32_t r = in.b; r < in.b + n && r < regs_; r++) state_[r] = kNothing;
  }
  for (int bit = 0; bit < 3; bit++) {
    if ((in.flags & (1 << bit)) && format[bit] == 'r' && values[bit] < regs_) state_[values[bit]] = kNothing;
  }
  switch (in.op) {
    case kOpCLEAR:
    case kOpDELETE_LOCAL:
    case kOpPOP_EXC:
    case kOpEND_ASYNC_FOR:
    case kOpRERAISE:
    case kOpRETURN: state_[in.a] = kNothing; break;
    case kOpMAKE_CELL:
      if (in.b != kNoReg) state_[in.b] = kNothing;
      break;
    case kOpCHECK_LOCAL:
      if (state_[in.a] == kNothing) state_[in.a] = kObject;
      break;
    default: break;
  }
  int place = target_place(in);
  uint32_t target = place == 1 ? in.wide() : place == 2 ? ext->wide() : 0;
  if (in.op == kOpFOR_ITER) {
    std::vector<uint8_t> saved = state_;
    state_[in.b] = kNothing;
    meet(target);
    state_ = std::move(saved);
  }
  if (format[0] == 'w' || format[0] == 'W') {
    uint32_t count = format[0] == 'W' ? written_count(in, ext) : 1;
    Kind kind = callee_[i] ? kCallee : in.op == kOpMOVE ? moved : made_by(in.op);
    if (in.op == kOpLOAD_SPECIAL) kind = kObject;
    for (uint32_t r = in.a; r < in.a + count && r < regs_; r++) state_[r] = kind;
    if (in.op == kOpLOAD_SPECIAL && in.a + 1u < regs_) state_[in.a + 1] = kSelf;
  }
  if (in.op == kOpYIELD && ext) {
    std::vector<uint8_t> saved = state_;
    if (ext->a < regs_) state_[ext->a] = kObject;
    meet(target);
    state_ = std::move(saved);
  } else if (place && in.op != kOpFOR_ITER) {
    meet(target);
  }
  if (falls_through(in)) meet(i + (ext ? 2 : 1));
}

// Whether a frame that stands at `from` can go on at `to`. depth: how many temporaries it keeps.
bool compatible(const Analysis& analysis, const Code* code, const Value* regs, uint32_t from, uint32_t to,
                uint32_t* depth) {
  if (!analysis.reached(to)) return false;
  *depth = 0;
  for (uint32_t r = code->nlocals; r < code->register_count; r++) {
    Kind wanted = analysis.kind(to, r);
    if (wanted == kNothing) continue;
    if (regs[r].is_null() && wanted != kHandled && wanted != kSelf) return false;
    Kind there = analysis.kind(from, r);
    if (there != wanted && !(wanted == kConstant && there == kNothing)) return false;
    if (wanted != kConstant && wanted != kCellKind) ++*depth;
  }
  return true;
}

const char* why_not(const Analysis& analysis, const Code* code, uint32_t to) {
  if (!analysis.reached(to)) return "can't jump into an exception handler, or code may be unreachable";
  for (uint32_t r = code->register_count; r-- > uint32_t{code->nlocals} + code->ncells + code->nfree;) {
    switch (analysis.kind(to, r)) {
      case kException:
      case kHandled: return "can't jump into an 'except' block as there's no exception";
      case kIterator: return "can't jump into the body of a for loop";
      case kNothing:
      case kConstant: break;
      default: return "incompatible stacks";
    }
  }
  return "incompatible stacks";
}

// The variables that the code at `to` doesn't check any more.
void assign_unbound(const Analysis& analysis, Frame* f, uint32_t to) {
  for (uint32_t r = 0; r < f->code->nlocals; r++) {
    if (analysis.kind(to, r) != kNothing && f->regs()[r].is_null()) f->regs()[r] = kNone;
  }
}

}  // namespace

bool jump_to_line(PyFrame* o, int64_t line) {
  Frame* f = o->frame;
  Code* code = f->code;
  if (line < code->first_line)
    return raise(types::ValueError, "line %lld comes before the current code block", static_cast<long long>(line));
  // The first line at or after it that has code.
  int best = 0;
  for (uint32_t i = 0; i < code->instruction_count; i++) {
    int l = code_line(code, i);
    if (l >= line && (best == 0 || l < best)) best = l;
  }
  if (best == 0)
    return raise(types::ValueError, "line %lld comes after the current code block", static_cast<long long>(line));
  Analysis analysis(code);
  if (!analysis.run()) return raise(types::ValueError, "stack is too deep to analyze");
  uint32_t from = frame_index(f), chosen = ~0u, kept = 0;
  if (!analysis.reached(from)) return raise(types::ValueError, "can't jump from within an exception handler");
  const char* why = nullptr;
  for (uint32_t i = 0; i < code->instruction_count; i++) {
    if (code_line(code, i) != best || (i > 0 && code_line(code, i - 1) == best)) continue;
    uint32_t depth;
    if (compatible(analysis, code, f->regs(), from, i, &depth)) {
      if (chosen == ~0u || depth > kept) {
        chosen = i;
        kept = depth;
      }
    } else if (!why) {
      why = why_not(analysis, code, i);
    }
  }
  if (chosen == ~0u) return raise(types::ValueError, "%s", why ? why : "cannot find bytecode for specified line");
  assign_unbound(analysis, f, chosen);
  Thread* t = current_thread();
  for (uint32_t r = code->register_count; r-- > uint32_t{code->nlocals} + code->ncells + code->nfree;) {
    if (analysis.kind(chosen, r) != kNothing) continue;
    Value v = f->regs()[r];
    bool handled = analysis.kind(from, r) == kHandled;
    if ((v.is_null() && !handled) || analysis.kind(from, r) == kConstant) continue;
    f->regs()[r] = Value();
    if (handled) {
      Value old = t->handled->exc;
      t->handled->exc = v;
      v = old;
    }
    decref(v);
  }
  o->jump_index = static_cast<int32_t>(chosen);
  return true;
}

}  // namespace taipan
