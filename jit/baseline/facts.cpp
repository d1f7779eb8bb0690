#include "jit/baseline/facts.h"
#include "frontend/bytecode/op_info.h"
#include "interp/eval/inline_cache.h"

namespace taipan::jit {

using namespace frontend;

namespace {

Kinds kinds_of(Value v) {
  if (v.is_null()) return kIsNull;
  return v.is_int() ? kIsInt : v.is_float() ? kIsFloat : is_bool(v) ? kIsBool : v.is_singleton() ? kIsOther : kIsHeap;
}
bool float_operator(uint8_t op) {
  return op == kOpADD || op == kOpSUBTRACT || op == kOpMULTIPLY || op == kOpTRUE_DIVIDE;
}
// Where an instruction may jump; false: nowhere.
bool jump_target(const Instruction* in, uint32_t* to) {
  int at = target_place(*in);
  if (!at) return false;
  *to = in[at - 1].wide();
  return true;
}

}  // namespace

bool Analysis::saw_float(uint32_t i) const {
  uint64_t w = feedback(i);
  return (w & 15) == kCacheTagOperands && (w & kSawFloat);
}
bool Analysis::saw_other(uint32_t i) const {
  uint64_t w = feedback(i);
  return w != 0 && ((w & 15) != kCacheTagOperands || (w & kSawOther));
}

// A FOR_ITER says what it had besides lists and ranges. GET_ITER says what it made; the loop comes right behind it.
ShapeId Analysis::iterator_shape(uint32_t i) const {
  if (uint64_t w = feedback(i); (w & 15) == kCacheTagShape) return static_cast<ShapeId>(w >> 32);
  const Instruction* in = code_->instructions + i;
  if (i == 0 || in[-1].op != kOpGET_ITER || in[-1].a != in->b) return 0;
  uint64_t w = feedback(i - 1);
  return (w & 15) == kCacheTagShape ? static_cast<ShapeId>(w >> 32) : 0;
}

Analysis::Analysis(const Code* code) : code_(code) {
  if (const std::atomic<uint64_t>* words = code->feedback.load(std::memory_order_acquire)) {
    feedback_.resize(code->instruction_count);
    for (uint32_t i = 0; i < code->instruction_count; i++) feedback_[i] = words[i].load(std::memory_order_acquire);
  }
  registers_ = code->register_count;
  first_temporary_ = uint32_t{code->nlocals} + code->ncells + code->nfree;
  uint32_t n = code->instruction_count;
  heads_.resize(n);
  auto head = [&](uint32_t i) {
    if (i < n && !heads_[i]) {
      facts_.emplace_back();
      heads_[i] = static_cast<uint32_t>(facts_.size());
    }
  };
  for (uint32_t i = 0; i < n; i++) {
    const Instruction& in = code->instructions[i];
    if (in.op == kOpEXT) continue;
    if (uint32_t to; jump_target(&in, &to)) head(to);
  }
  for (uint32_t k = 0; k < code->handler_count; k++) head(code->handlers[k].target);
  reached_.resize(facts_.size());
  // Facts grow weaker until they hold along every edge.
  bool done = false;
  if (facts_.size() * registers_ <= (size_t{1} << 20))
    for (int pass = 0; pass < 6 && !done; pass++) done = !run();
  if (!done) {
    for (Facts& f : facts_) {
      f.kinds.assign(registers_, kIsAnything);
      f.empty.assign(registers_, 0);
    }
  }
}

void Analysis::meet(uint32_t index, const Facts& f, bool* changed) {
  uint32_t k = heads_[index] - 1;
  Facts& to = facts_[k];
  if (!reached_[k]) {
    reached_[k] = 1;
    to = f;
    *changed = true;
    return;
  }
  for (uint32_t r = 0; r < registers_; r++) {
    Kinds kinds = to.kinds[r] | f.kinds[r];
    uint8_t empty = to.empty[r] & f.empty[r];
    if (kinds != to.kinds[r] || empty != to.empty[r]) {
      to.kinds[r] = kinds;
      to.empty[r] = empty;
      *changed = true;
    }
  }
}

Facts Analysis::start() const {
  Facts f;
  f.kinds.assign(registers_, kIsAnything);
  f.empty.assign(registers_, 0);
  for (uint32_t r = code_->total_args; r < code_->nlocals; r++) f.kinds[r] = kIsNull;
  for (uint32_t r = first_temporary_; r < registers_; r++) {
    f.kinds[r] = kIsNull;
    f.empty[r] = 1;
  }
  return f;
}

bool Analysis::run() {
  bool changed = false;
  uint32_t n = code_->instruction_count;
  Facts now = start();
  for (uint32_t k = 0; k < code_->handler_count; k++) {
    const HandlerRange& h = code_->handlers[k];
    Facts f = start();
    for (uint32_t r = 0; r < first_temporary_; r++) f.kinds[r] = kIsAnything;
    for (uint32_t r = first_temporary_; r < registers_ && r <= h.depth; r++) {
      f.kinds[r] = r == h.depth ? kIsHeap : kIsAnything;
      f.empty[r] = 0;
    }
    if (h.depth < registers_) f.kinds[h.depth] = kIsAnything;
    meet(h.target, f, &changed);
  }
  bool alive = true;
  for (uint32_t i = 0; i < n; i++) {
    const Instruction& in = code_->instructions[i];
    if (in.op == kOpEXT) continue;
    if (heads_[i]) {
      if (alive) meet(i, now, &changed);
      if (reached_[heads_[i] - 1]) {
        now = facts_[heads_[i] - 1];
        alive = true;
      }
    }
    if (!alive) continue;
    apply(i, &now);
    if (uint32_t to; jump_target(&in, &to)) {
      if (in.op == kOpFOR_ITER) {  // exhausted: a is left alone, b is empty
        Facts end = now;
        end.kinds[in.a] = kIsAnything;
        end.empty[in.a] = 0;
        end.kinds[in.b] = kIsNull;
        end.empty[in.b] = in.b >= first_temporary_;
        meet(to, end, &changed);
      } else {
        meet(to, now, &changed);
      }
    }
    if (!falls_through(in)) alive = false;
  }
  return changed;
}

void Analysis::apply(uint32_t index, Facts* f) const {
  const Instruction& in = code_->instructions[index];
  uint32_t a = in.a, b = in.b, c = in.c;
  bool last_a = in.flags & kLastA, last_b = in.flags & kLastB, last_c = in.flags & kLastC;
  auto gone = [&](uint32_t r) {
    if (r >= registers_) return;
    f->kinds[r] = kIsNull;
    f->empty[r] = r >= first_temporary_;
  };
  auto write = [&](uint32_t r, Kinds kinds) {
    if (r >= registers_) return;
    f->kinds[r] = kinds;
    f->empty[r] = 0;
  };
  // Someone else goes on with the next instruction.
  auto barrier = [&] {
    for (uint32_t r = 0; r < registers_; r++)
      if (!f->empty[r]) f->kinds[r] = kIsAnything;
  };
  auto checked = [&](uint32_t r, Kinds kinds) {
    if (f->kinds[r] & kinds) f->kinds[r] &= kinds;
  };
  uint8_t op = in.op;
  if (op >= kOpADD && op <= kOpXOR_I) {
    bool small = op >= kOpADD_I;
    uint8_t code = small ? static_cast<uint8_t>(op - kOpADD_I + kOpADD) : op;
    Kinds x = f->kinds[b], y = small ? kIsInt : f->kinds[c];
    Kinds result = kIsValue;
    if (!saw_other(index) && (x & kIsNumber) && (y & kIsNumber)) {
      bool square = op == kOpPOWER_I && in.c == 2;
      if (float_operator(code) || square) {
        checked(b, kIsNumber);
        if (!small) checked(c, kIsNumber);
        if (code == kOpTRUE_DIVIDE || saw_float(index) || x == kIsFloat || y == kIsFloat)
          result = kIsFloat;
        else if (x == kIsInt && y == kIsInt)
          result = kIsInt;
        else
          result = kIsNumber;
      } else if (code != kOpPOWER && code != kOpMAT_MULTIPLY && (x & kIsInt) && (y & kIsInt)) {
        checked(b, kIsInt);
        if (!small) checked(c, kIsInt);
        result = kIsInt;
      } else {
        barrier();
      }
    } else {
      barrier();
    }
    if (last_b) gone(b);
    if (!small && last_c) gone(c);
    write(a, result);
    return;
  }
  switch (op) {
    case kOpNOP:
    case kOpJUMP:
    case kOpJUMP_BACK: return;
    case kOpLOAD_CONST: write(a, kinds_of(code_consts(code_)[in.wide()])); return;
    case kOpLOAD_INT: write(a, kIsInt); return;
    case kOpMOVE: {
      Kinds kinds = f->kinds[b];
      if (last_b) gone(b);
      write(a, a == b ? kIsAnything : kinds);
      return;
    }
    case kOpCLEAR: gone(a); return;
    case kOpCHECK_LOCAL: return;
    case kOpNEGATIVE:
    case kOpINVERT: {
      Kinds x = f->kinds[b] & (op == kOpINVERT ? kIsInt : kIsNumber);
      if (!x || saw_other(index)) {
        barrier();
        x = kIsValue;
      } else {
        checked(b, x);
        if (op == kOpNEGATIVE && saw_float(index)) x = kIsFloat;
      }
      if (last_b) gone(b);
      write(a, x);
      return;
    }
    case kOpNOT:
      if (last_b) gone(b);
      write(a, kIsBool);
      return;
    case kOpIS:
    case kOpIS_NOT:
      if (last_b) gone(b);
      if (last_c) gone(c);
      write(a, kIsBool);
      return;
    case kOpLOAD_ATTR:
    case kOpLOAD_DEREF:
    case kOpGET_ITEM:
      if (last_b) gone(b);
      if (op == kOpGET_ITEM && last_c) gone(c);
      write(a, kIsValue);
      return;
    case kOpLOAD_GLOBAL:
    case kOpLOAD_NAME: write(a, kIsValue); return;
    case kOpSTORE_ATTR:
    case kOpSTORE_DEREF:
    case kOpLIST_APPEND:
    case kOpSTORE_GLOBAL:
    case kOpSTORE_NAME:
      if (last_a) gone(a);
      if (op != kOpSTORE_GLOBAL && op != kOpSTORE_NAME && last_b) gone(b);
      return;
    case kOpSET_ITEM:
      if (last_a) gone(a);
      if (last_b) gone(b);
      if (last_c) gone(c);
      return;
    case kOpLOAD_METHOD:
    case kOpLOAD_SPECIAL:
      if (last_b) gone(b);
      write(a, kIsValue);
      write(a + 1, kIsAnything);
      return;
    case kOpUNPACK_SEQ:
      if (last_b) gone(b);
      for (uint32_t i = 0; i < c; i++) write(a + i, kIsValue);
      return;
    case kOpJUMP_IF_TRUE:
    case kOpJUMP_IF_FALSE:
    case kOpJUMP_IF_NONE:
    case kOpJUMP_IF_NOT_NONE:
      if (last_a) gone(a);
      return;
    case kOpJUMP_IS:
    case kOpJUMP_IN:
      if (last_b) gone(b);
      if (last_c) gone(c);
      return;
    case kOpFOR_ITER: write(a, iterator_shape(index) == kShapeRangeIterator ? kIsInt : kIsValue); return;
  }
  if (op >= kOpLT && op <= kOpNOT_IN) {
    // Only of numbers it is known that a comparison makes a bool.
    bool truth = op >= kOpIN || (!saw_other(index) && (f->kinds[b] & kIsNumber) && (f->kinds[c] & kIsNumber));
    if (last_b) gone(b);
    if (last_c) gone(c);
    write(a, truth ? kIsBool : kIsValue);
    return;
  }
  if (op >= kOpJUMP_LT && op <= kOpJUMP_GE_I) {
    bool small = op >= kOpJUMP_LT_I;
    bool numbers = (f->kinds[b] & kIsNumber) && (small || (f->kinds[c] & kIsNumber));
    if (!saw_other(index) && numbers && op != kOpJUMP_EQ && op != kOpJUMP_NE && op != kOpJUMP_EQ_I &&
        op != kOpJUMP_NE_I) {
      checked(b, kIsNumber);
      if (!small) checked(c, kIsNumber);
    }
    if (last_b) gone(b);
    if (!small && last_c) gone(c);
    return;
  }
  // All else, by what its operands are declared to be. What C++ does leaves the locals alone; other frames and handlers may not come back
  // to where they left.
  switch (op) {
    case kOpBUILD_TUPLE:
    case kOpCOMPARE_TUPLES:
    case kOpBUILD_LIST:
    case kOpBUILD_MAP:
    case kOpBUILD_SET:
    case kOpBUILD_STRING:
    case kOpBUILD_SLICE:
    case kOpFORMAT_VALUE:
    case kOpGET_ITER:
    case kOpMAKE_CELL:
    case kOpMAKE_FUNCTION:
    case kOpLIST_EXTEND:
    case kOpSET_ADD:
    case kOpSET_UPDATE:
    case kOpMAP_ADD:
    case kOpDICT_UPDATE: break;
    default: barrier();
  }
  if (op == kOpYIELD && c == kNoReg) {  // the frame waits as it is; a throw() goes to an exception's handler
    if (last_b) gone(b);
    write(a, kIsAnything);
    return;
  }
  const char* format = kOpInfo[op].format;
  if (op == kOpSEND || op == kOpYIELD || op == kOpUNPACK_EX) {
    for (uint32_t r = 0; r < registers_; r++) {
      f->kinds[r] = kIsAnything;
      f->empty[r] = 0;
    }
    return;
  }
  if (format[1] == 's')
    for (uint32_t i = 0, n = consumed_count(in, &in + 1); i < n; i++) gone(b + i);
  if (format[1] == 'r' && (last_b || op == kOpMAKE_CELL)) gone(b);
  if (format[2] == 'r' && last_c) gone(c);
  if (format[1] == 'm') write(b, kIsAnything);
  if (format[0] == 'r' && last_a) gone(a);
  if (format[0] == 'w') write(a, op == kOpPUSH_EXC ? kIsAnything : kIsValue);
  if (format[0] == 'm') write(a, kIsAnything);
  if (format[0] == 'W') {
    write(a, kIsAnything);
    write(a + 1, kIsAnything);
  }
}

}  // namespace taipan::jit
