// The macro assembler for ARM64. Scratch: x16 for values, x17 for addresses, x15 for what comes third; v30 and v31.
//
// Veneers. b.cond and cbz reach 1 MB, tbz 32 KB; b reaches 128 MB, more than a code block may have. Backward the distance is
// known, and a branch that can't reach is inverted over a `b`. Forward, short branches to a label go to a second asmjit label of
// their reach (State::Reach). bind() binds it with the label; but when the oldest branch to it comes near its reach, an island
// is laid: it binds the second label to a `b` to the true one. Every instruction goes through as(), which looks whether that is
// due, so it can happen between any two instructions: an island changes neither registers nor flags.
#if defined(__aarch64__)
#include <asmjit/arm/a64utils.h>
#include <bit>
#include "arch/masm_state.h"

namespace taipan::arch {

using namespace asmjit;
using a64::CondCode;
using a64::Gp;
using a64::Vec;

namespace {

const Gp kScratch = a64::x16, kAddress = a64::x17, kThird = a64::x15;
const Reg kScratchReg{16};
const Vec kFloatScratch = a64::d31;

Gp x(Reg r) { return r.id == 31 ? a64::sp : a64::x(r.id); }
Gp w(Reg r) { return a64::w(r.id); }
Vec d(FReg r) { return a64::d(r.id); }
Gp sized(Size s, Gp r) { return s == Size::k64 ? Gp(r.x()) : Gp(r.w()); }
Gp sized(Size s, Reg r) { return sized(s, x(r)); }

CondCode cc(Cond c) {
  switch (c) {
    case Cond::kEq: return CondCode::kEQ;
    case Cond::kNe: return CondCode::kNE;
    case Cond::kLt: return CondCode::kLT;
    case Cond::kLe: return CondCode::kLE;
    case Cond::kGt: return CondCode::kGT;
    case Cond::kGe: return CondCode::kGE;
    case Cond::kBelow: return CondCode::kLO;
    case Cond::kBelowEq: return CondCode::kLS;
    case Cond::kAbove: return CondCode::kHI;
    case Cond::kAboveEq: return CondCode::kHS;
  }
  __builtin_unreachable();
}
// After fcmp: unordered gives N=0 Z=0 C=1 V=1, for which these are false (but NE).
CondCode cc(DoubleCond c) {
  switch (c) {
    case DoubleCond::kEq: return CondCode::kEQ;
    case DoubleCond::kNe: return CondCode::kNE;
    case DoubleCond::kLt: return CondCode::kMI;
    case DoubleCond::kLe: return CondCode::kLS;
    case DoubleCond::kGt: return CondCode::kGT;
    case DoubleCond::kGe: return CondCode::kGE;
  }
  __builtin_unreachable();
}
CondCode inverse(CondCode c) { return asmjit::arm::negateCond(c); }
Imm imm_of(CondCode c) { return Imm(static_cast<uint32_t>(c)); }

// By size: 8, 16, 32, 64 bits.
constexpr uint32_t kLoad[] = {a64::Inst::kIdLdrb, a64::Inst::kIdLdrh, a64::Inst::kIdLdr, a64::Inst::kIdLdr};
constexpr uint32_t kLoadUnscaled[] = {a64::Inst::kIdLdurb, a64::Inst::kIdLdurh, a64::Inst::kIdLdur, a64::Inst::kIdLdur};
constexpr uint32_t kLoadSigned[] = {a64::Inst::kIdLdrsb, a64::Inst::kIdLdrsh, a64::Inst::kIdLdrsw, a64::Inst::kIdLdr};
constexpr uint32_t kLoadSignedUnscaled[] = {a64::Inst::kIdLdursb, a64::Inst::kIdLdursh, a64::Inst::kIdLdursw,
                                            a64::Inst::kIdLdur};
constexpr uint32_t kStore[] = {a64::Inst::kIdStrb, a64::Inst::kIdStrh, a64::Inst::kIdStr, a64::Inst::kIdStr};
constexpr uint32_t kStoreUnscaled[] = {a64::Inst::kIdSturb, a64::Inst::kIdSturh, a64::Inst::kIdStur,
                                       a64::Inst::kIdStur};
constexpr uint32_t kLoadAcquire[] = {a64::Inst::kIdLdarb, a64::Inst::kIdLdarh, a64::Inst::kIdLdar, a64::Inst::kIdLdar};
constexpr uint32_t kStoreRelease[] = {a64::Inst::kIdStlrb, a64::Inst::kIdStlrh, a64::Inst::kIdStlr, a64::Inst::kIdStlr};
constexpr uint32_t kLoadExclusive[] = {a64::Inst::kIdLdaxrb, a64::Inst::kIdLdaxrh, a64::Inst::kIdLdaxr,
                                       a64::Inst::kIdLdaxr};
constexpr uint32_t kStoreExclusive[] = {a64::Inst::kIdStlxrb, a64::Inst::kIdStlxrh, a64::Inst::kIdStlxr,
                                        a64::Inst::kIdStlxr};
constexpr uint32_t kAtomicAdd[] = {a64::Inst::kIdLdaddalb, a64::Inst::kIdLdaddalh, a64::Inst::kIdLdaddal,
                                   a64::Inst::kIdLdaddal};
constexpr uint32_t kAtomicSet[] = {a64::Inst::kIdLdsetalb, a64::Inst::kIdLdsetalh, a64::Inst::kIdLdsetal,
                                   a64::Inst::kIdLdsetal};
constexpr uint32_t kAtomicClear[] = {a64::Inst::kIdLdclralb, a64::Inst::kIdLdclralh, a64::Inst::kIdLdclral,
                                     a64::Inst::kIdLdclral};
constexpr uint32_t kAtomicSwap[] = {a64::Inst::kIdSwpalb, a64::Inst::kIdSwpalh, a64::Inst::kIdSwpal,
                                    a64::Inst::kIdSwpal};
constexpr uint32_t kAtomicCas[] = {a64::Inst::kIdCasalb, a64::Inst::kIdCasalh, a64::Inst::kIdCasal,
                                   a64::Inst::kIdCasal};
int index(Size s) { return static_cast<int>(s); }

using State = Masm::State;
constexpr uint32_t kReach[2] = {1u << 20, 1u << 15};
constexpr uint32_t kMargin[2] = {1u << 16, 1u << 13};  // for the islands themselves and the operation under way

void find_deadline(State& s) {
  s.deadline = UINT32_MAX;
  for (int c = 0; c < 2; c++) {
    State::Reach& r = s.reaches[c];
    while (r.head < r.pending.size() && r.near_of[r.pending[r.head].label] != r.pending[r.head].near + 1) r.head++;
    if (r.head == r.pending.size()) {
      r.pending.clear();
      r.head = 0;
      continue;
    }
    uint32_t due = r.pending[r.head].first_use + kReach[c] - kMargin[c];
    if (due < s.deadline) s.deadline = due;
  }
}
void lay_veneers(State& s) {
  s.laying = true;
  asmjit::Label over = s.as.newLabel();
  bool any = false;
  uint32_t here = static_cast<uint32_t>(s.as.offset());
  for (int c = 0; c < 2; c++) {
    State::Reach& r = s.reaches[c];
    for (; r.head < r.pending.size(); r.head++) {
      State::Pending p = r.pending[r.head];
      if (r.near_of[p.label] != p.near + 1) continue;  // bound meanwhile
      if (p.first_use + kReach[c] - 2 * kMargin[c] > here) break;
      if (!any) s.as.b(over);
      any = true;
      s.as.bind(asmjit::Label(p.near));
      s.as.b(asmjit::Label(p.label));
      r.near_of[p.label] = 0;
    }
  }
  if (any) s.as.bind(over);
  s.laying = false;
  find_deadline(s);
}
inline a64::Assembler& ready(State* s) {
  if (__builtin_expect(s->as.offset() >= s->deadline, 0) && !s->laying) lay_veneers(*s);
  return s->as;
}

// The label a short branch to l goes to; the caller emits the branch next.
asmjit::Label near_label(State& s, int c, taipan::arch::Label l) {
  State::Reach& r = s.reaches[c];
  if (l.id >= r.near_of.size()) r.near_of.resize(l.id + 64);
  if (!r.near_of[l.id]) {
    uint32_t near = s.as.newLabel().id(), here = static_cast<uint32_t>(s.as.offset());
    r.near_of[l.id] = near + 1;
    r.pending.push_back({l.id, near, here});
    if (s.deadline > here + kReach[c] - kMargin[c]) s.deadline = here + kReach[c] - kMargin[c];
  }
  return asmjit::Label(r.near_of[l.id] - 1);
}
// Emits a short branch of reach c: emit(label) the branch itself, inverted(label) its opposite.
template <class Emit, class Inverted>
void short_branch(State* s, int c, taipan::arch::Label l, Emit emit, Inverted inverted) {
  a64::Assembler& as = ready(s);
  asmjit::Label to = to_asmjit(l);
  if (!s->code.isLabelBound(to)) return emit(near_label(*s, c, l));
  if (as.offset() - s->code.labelOffset(to) < kReach[c] - 64) return emit(to);
  asmjit::Label over = as.newLabel();
  inverted(over);
  as.b(to);
  as.bind(over);
}
void branch_if(State* s, CondCode c, taipan::arch::Label l) {
  short_branch(s, 0, l, [&](asmjit::Label to) { s->as.b(c, to); }, [&](asmjit::Label to) { s->as.b(inverse(c), to); });
}

}  // namespace

#define AS ready(state_)

// ------------------------------------------------------------------------------------------------------------- labels, the end
Label Masm::new_label() { return {state_->as.newLabel().id()}; }
Label Masm::new_near_label() { return new_label(); }
void Masm::bind(Label l) {
  AS.bind(to_asmjit(l));
  for (State::Reach& r : state_->reaches) {
    if (l.id >= r.near_of.size() || !r.near_of[l.id]) continue;
    state_->as.bind(asmjit::Label(r.near_of[l.id] - 1));
    r.near_of[l.id] = 0;
  }
}
void Masm::align(int bytes) { AS.align(AlignMode::kCode, static_cast<uint32_t>(bytes)); }
bool Masm::finish() {
  if (!error_ && !state_->finished) {
    state_->code.flatten();
    state_->code.resolveUnresolvedLinks();
    if (!error_ && state_->code.hasUnresolvedLinks()) fail("a label is used and never bound");
    state_->size = state_->code.codeSize();
    state_->finished = true;
  }
  return !error_;
}

// ------------------------------------------------------------------------------------------------------------------- immediates
namespace {
bool is_logical_imm(uint64_t i, uint32_t width) { return a64::Utils::isLogicalImm(i, width); }
bool is_add_imm(uint64_t i) { return i < 4096 || ((i & 4095) == 0 && i < (4096u << 12)); }

void mov_imm(State* s, Gp to, uint64_t imm) {
  int zeros = 0, ones = 0;
  for (int i = 0; i < 4; i++) {
    uint16_t part = static_cast<uint16_t>(imm >> (16 * i));
    zeros += part == 0;
    ones += part == 0xFFFF;
  }
  if (zeros < 3 && ones < 3 && is_logical_imm(imm, 64)) {
    ready(s).orr(to, a64::xzr, Imm(imm));
    return;
  }
  bool inverted = ones > zeros;
  uint16_t background = inverted ? 0xFFFF : 0;
  bool first = true;
  for (int i = 0; i < 4; i++) {
    uint16_t part = static_cast<uint16_t>(imm >> (16 * i));
    if (part == background) continue;
    if (!first)
      ready(s).movk(to, Imm(part), Imm(16 * i));
    else if (inverted)
      ready(s).movn(to, Imm(static_cast<uint16_t>(~part)), Imm(16 * i));
    else
      ready(s).movz(to, Imm(part), Imm(16 * i));
    first = false;
  }
  if (first) {
    if (inverted)
      ready(s).movn(to, Imm(0), Imm(0));
    else
      ready(s).movz(to, Imm(0), Imm(0));
  }
}
// to = a + imm; scratch only where the immediate needs it.
void add_imm(State* s, Gp to, Gp a, int64_t imm, Gp scratch) {
  uint64_t u = static_cast<uint64_t>(imm), n = 0 - u;
  if (is_add_imm(u)) {
    ready(s).add(to, a, Imm(u));
  } else if (is_add_imm(n)) {
    ready(s).sub(to, a, Imm(n));
  } else {
    mov_imm(s, scratch, u);
    ready(s).add(to, a, scratch);
  }
}
// Compares a (x or w register) with an immediate.
void compare_imm(State* s, Gp a, int64_t imm, Gp scratch) {
  bool wide = a.isGpX();
  uint64_t u = static_cast<uint64_t>(imm), n = 0 - u;
  if (is_add_imm(u)) {
    ready(s).cmp(a, Imm(u));
  } else if (is_add_imm(n) && n != 0) {
    ready(s).cmn(a, Imm(n));
  } else {
    mov_imm(s, scratch.x(), wide ? u : static_cast<uint32_t>(u));
    ready(s).cmp(a, wide ? Gp(scratch.x()) : Gp(scratch.w()));
  }
}
void test_imm(State* s, Gp a, uint64_t mask, Gp scratch) {
  uint32_t width = a.isGpX() ? 64 : 32;
  if (mask == 0) {
    ready(s).tst(a, width == 64 ? Gp(a64::xzr) : Gp(a64::wzr));
  } else if (is_logical_imm(mask, width)) {
    ready(s).tst(a, Imm(mask));
  } else {
    mov_imm(s, scratch.x(), mask);
    ready(s).tst(a, width == 64 ? Gp(scratch.x()) : Gp(scratch.w()));
  }
}

// The address in a form that loads and stores of that size take; what doesn't fit is computed in x17.
struct Place {
  a64::Mem mem;
  bool unscaled;
};
void compute_address(State* s, Gp to, Mem m) {
  if (!m.index.valid()) {
    add_imm(s, to, x(m.base), m.disp, kAddress);
    return;
  }
  Gp base = x(m.base);
  if (m.disp) {
    add_imm(s, kAddress, base, m.disp, kAddress);
    base = kAddress;
  }
  ready(s).add(to, base, x(m.index), a64::lsl(m.shift));
}
Place place(State* s, Mem m, Size size) {
  if (m.index.valid()) {
    if (m.disp == 0 && m.shift == 0) return {a64::ptr(x(m.base), x(m.index)), false};
    if (m.disp == 0 && m.shift == index(size)) return {a64::ptr(x(m.base), x(m.index), a64::lsl(m.shift)), false};
    compute_address(s, kAddress, m);
    return {a64::ptr(kAddress), false};
  }
  int bytes = bytes_of(size);
  if (m.disp >= 0 && m.disp % bytes == 0 && m.disp / bytes < 4096) return {a64::ptr(x(m.base), m.disp), false};
  if (m.disp >= -256 && m.disp < 256) return {a64::ptr(x(m.base), m.disp), true};
  mov_imm(s, kAddress, static_cast<uint64_t>(static_cast<int64_t>(m.disp)));
  return {a64::ptr(x(m.base), kAddress), false};
}
// As atomics want it: a plain register.
Gp plain_address(State* s, Mem m) {
  if (!m.index.valid() && m.disp == 0) return x(m.base);
  compute_address(s, kAddress, m);
  return kAddress;
}
void load_to(State* s, Size size, Gp to, Mem m) {
  Place p = place(s, m, size);
  ready(s).emit(p.unscaled ? kLoadUnscaled[index(size)] : kLoad[index(size)], sized(size, to), p.mem);
}
void load_signed_to(State* s, Size size, Gp to, Mem m) {
  Place p = place(s, m, size);
  ready(s).emit(p.unscaled ? kLoadSignedUnscaled[index(size)] : kLoadSigned[index(size)], to.x(), p.mem);
}
void store_from(State* s, Size size, Mem m, Gp from) {
  Place p = place(s, m, size);
  ready(s).emit(p.unscaled ? kStoreUnscaled[index(size)] : kStore[index(size)], sized(size, from), p.mem);
}
// Loads a value of that size for a comparison with an immediate; gives the register and the immediate to compare with.
struct Operand {
  Gp reg;
  int64_t imm;
};
Operand load_for_compare(State* s, Size size, Cond c, Mem m, int64_t imm) {
  bool is_signed = c == Cond::kLt || c == Cond::kLe || c == Cond::kGt || c == Cond::kGe;
  if (size == Size::k64) {
    load_to(s, size, kScratch, m);
    return {kScratch, imm};
  }
  if (size == Size::k32) {
    load_to(s, size, kScratch, m);
    return {kScratch.w(), static_cast<int32_t>(imm)};
  }
  if (is_signed) {
    load_signed_to(s, size, kScratch, m);
    return {kScratch, size == Size::k8 ? static_cast<int8_t>(imm) : static_cast<int16_t>(imm)};
  }
  load_to(s, size, kScratch, m);
  return {kScratch, size == Size::k8 ? static_cast<uint8_t>(imm) : static_cast<uint16_t>(imm)};
}
}  // namespace

// ---------------------------------------------------------------------------------------------------------------------- frames
void Masm::prologue(int saved, int local_bytes) {
  row(UnwindRow::kEntry, 0);
  AS.stp(a64::x29, a64::x30, a64::ptr_pre(a64::sp, -16));
  row(UnwindRow::kPushed, 0);
  AS.add(a64::x29, a64::sp, Imm(0));
  row(UnwindRow::kFrame, 0);
  int below = (saved * 8 + local_bytes + 15) & ~15;
  if (below) add_imm(state_, a64::sp, a64::sp, -below, kScratch);
  int i = 0;
  for (; i + 1 < saved; i += 2) AS.stp(x(kSaved[i + 1]), x(kSaved[i]), a64::ptr(a64::x29, -8 * (i + 2)));
  if (i < saved) AS.stur(x(kSaved[i]), a64::ptr(a64::x29, -8 * (i + 1)));
  row(UnwindRow::kSavedRegs, saved);
  frame_saved_ = saved;
  frame_locals_ = local_bytes;
}
void Masm::epilogue() {
  int i = 0, saved = frame_saved_;
  for (; i + 1 < saved; i += 2) AS.ldp(x(kSaved[i + 1]), x(kSaved[i]), a64::ptr(a64::x29, -8 * (i + 2)));
  if (i < saved) AS.ldur(x(kSaved[i]), a64::ptr(a64::x29, -8 * (i + 1)));
  AS.add(a64::sp, a64::x29, Imm(0));
  AS.ldp(a64::x29, a64::x30, a64::ptr_post(a64::sp, 16));
  row(UnwindRow::kEntry, 0);
  AS.ret(a64::x30);
  row(UnwindRow::kSavedRegs, frame_saved_);
}
Mem Masm::local(int slot) const { return at(kFramePointer, -8 * (frame_saved_ + slot + 1)); }

// ----------------------------------------------------------------------------------------------------------------------- moves
void Masm::mov(Reg to, Reg s) { AS.mov(x(to), x(s)); }
void Masm::mov(Reg to, int64_t imm) { mov_imm(state_, x(to), static_cast<uint64_t>(imm)); }
void Masm::mov_compact(Reg to, int64_t imm) { mov(to, imm); }
void Masm::lea(Reg to, Mem m) {
  if (!m.index.valid() && m.disp == 0) {
    if (!(to == m.base)) mov(to, m.base);
    return;
  }
  compute_address(state_, x(to), m);
}
void Masm::lea(Reg to, Label l) {
  // An absolute word beside the code: adr reaches 1 MB only.
  asmjit::Label word = AS.newLabel(), over = state_->as.newLabel();
  AS.ldr(x(to), a64::ptr(word));
  AS.b(over);
  state_->as.bind(word);
  state_->as.embedLabel(to_asmjit(l), 8);
  state_->as.bind(over);
}
void Masm::zero_extend(Size from, Reg to, Reg s) {
  switch (from) {
    case Size::k8: AS.uxtb(w(to), w(s)); break;
    case Size::k16: AS.uxth(w(to), w(s)); break;
    case Size::k32: AS.mov(w(to), w(s)); break;
    case Size::k64: AS.mov(x(to), x(s)); break;
  }
}
void Masm::sign_extend(Size from, Reg to, Reg s) {
  switch (from) {
    case Size::k8: AS.sxtb(x(to), w(s)); break;
    case Size::k16: AS.sxth(x(to), w(s)); break;
    case Size::k32: AS.sxtw(x(to), w(s)); break;
    case Size::k64: AS.mov(x(to), x(s)); break;
  }
}
void Masm::swap(Reg a, Reg b) {
  AS.mov(kScratch, x(a));
  AS.mov(x(a), x(b));
  AS.mov(x(b), kScratch);
}

// ---------------------------------------------------------------------------------------------------------------------- memory
void Masm::load(Size size, Reg to, Mem m) { load_to(state_, size, x(to), m); }
void Masm::load_signed(Size size, Reg to, Mem m) { load_signed_to(state_, size, x(to), m); }
void Masm::store(Size size, Mem m, Reg s) { store_from(state_, size, m, x(s)); }
void Masm::store(Size size, Mem m, int64_t imm) {
  if (size != Size::k64) imm &= (int64_t{1} << (8 * bytes_of(size))) - 1;
  if (imm == 0) return store_from(state_, size, m, a64::xzr);
  mov_imm(state_, kScratch, static_cast<uint64_t>(imm));
  store_from(state_, size, m, kScratch);
}
void Masm::zero(Mem m, int n) {
  for (; n > 0; n--, m.disp += 8) store(Size::k64, m, 0);
}
void Masm::copy_pair(Mem d, Mem s) {
  load_to(state_, Size::k64, kScratch, s);
  store_from(state_, Size::k64, d, kScratch);
  s.disp += 8;
  d.disp += 8;
  load_to(state_, Size::k64, kScratch, s);
  store_from(state_, Size::k64, d, kScratch);
}
void Masm::add_mem(Size size, Mem m, int32_t imm) {
  // An address that doesn't fit an instruction is computed once.
  int bytes = bytes_of(size);
  if (m.index.valid() || m.disp < 0 || m.disp % bytes != 0 || m.disp / bytes >= 4096) {
    compute_address(state_, kAddress, m);
    m = at(Reg{17});
  }
  load_to(state_, size, kScratch, m);
  add_imm(state_, kScratch, kScratch, imm, kThird);
  store_from(state_, size, m, kScratch);
}
void Masm::add_mem_branch(Size size, Mem m, int32_t imm, Cond c, Label l) {
  add_mem(size, m, imm);
  if (size == Size::k8)
    AS.sxtb(kScratch, kScratch.w());
  else if (size == Size::k16)
    AS.sxth(kScratch, kScratch.w());
  Gp r = size == Size::k32 ? kScratch.w() : kScratch;
  if (c == Cond::kEq || c == Cond::kNe) {
    bool eq = c == Cond::kEq;
    short_branch(
        state_, 0, l, [&](asmjit::Label to) { eq ? state_->as.cbz(r, to) : state_->as.cbnz(r, to); },
        [&](asmjit::Label to) { eq ? state_->as.cbnz(r, to) : state_->as.cbz(r, to); });
    return;
  }
  AS.cmp(r, Imm(0));
  branch_if(state_, c == Cond::kLt ? CondCode::kMI : c == Cond::kGe ? CondCode::kPL : cc(c), l);
}

void Masm::add_element(Mem array, Mem index, int32_t disp, int32_t imm) {
  AS.dmb(Imm(0x9));  // ishld
  load_to(state_, Size::k32, kThird, index);
  load_to(state_, Size::k64, kScratch, array);
  AS.add(kAddress, kScratch, kThird, a64::lsl(3));
  if (disp) AS.add(kAddress, kAddress, Imm(disp));
  AS.ldr(kScratch.w(), a64::ptr(kAddress));
  add_imm(state_, kScratch, kScratch, imm, kThird);
  AS.str(kScratch.w(), a64::ptr(kAddress));
}

void Masm::load_acquire(Size size, Reg to, Mem m) {
  Gp address = plain_address(state_, m);
  AS.emit(kLoadAcquire[index(size)], sized(size, to), a64::ptr(address));
}
void Masm::store_release(Size size, Mem m, Reg s) {
  // Not as.stlr(): this asmjit's method of that name emits stllr.
  Gp address = plain_address(state_, m);
  AS.emit(kStoreRelease[index(size)], sized(size, s), a64::ptr(address));
}
namespace {
// This asmjit wants the status register in the width of the data.
void store_exclusive(State* s, Size size, Gp status, Gp value, Gp address) {
  s->as.emit(kStoreExclusive[index(size)], sized(size, status), sized(size, value), a64::ptr(address));
}
// loaded (x16) = *address; *address = value made by `make` (which may use x15), until the store succeeds.
template <class F>
void exclusive_loop(State* s, Size size, Gp address, F make) {
  asmjit::Label again = s->as.newLabel();
  ready(s);
  s->as.bind(again);
  s->as.emit(kLoadExclusive[index(size)], sized(size, kScratch), a64::ptr(address));
  Gp value = make();
  Gp status = value.id() == kThird.id() ? kScratch : kThird;
  store_exclusive(s, size, status, value, address);
  s->as.cbnz(status.w(), again);
}
void widen(State* s, Size size, Gp to, Gp from) {
  switch (size) {
    case Size::k8: ready(s).uxtb(to.w(), from.w()); break;
    case Size::k16: ready(s).uxth(to.w(), from.w()); break;
    case Size::k32: ready(s).mov(to.w(), from.w()); break;
    case Size::k64: ready(s).mov(to, from); break;
  }
}
}  // namespace
void Masm::atomic_add(Size size, Reg old, Mem m, Reg s) {
  Gp address = plain_address(state_, m);
  if (cpu_features().lse) {
    AS.emit(kAtomicAdd[index(size)], sized(size, s), sized(size, kScratch), a64::ptr(address));
    widen(state_, size, x(old), kScratch);
    return;
  }
  exclusive_loop(state_, size, address, [&] {
    state_->as.add(kThird, kScratch, x(s));
    return kThird;
  });
  AS.sub(kThird, kThird, x(s));
  widen(state_, size, x(old), kThird);
}
void Masm::atomic_or(Size size, Mem m, Reg s) {
  Gp address = plain_address(state_, m);
  if (cpu_features().lse) {
    AS.emit(kAtomicSet[index(size)], sized(size, s), sized(size, kScratch), a64::ptr(address));
    return;
  }
  exclusive_loop(state_, size, address, [&] {
    state_->as.orr(kThird, kScratch, x(s));
    return kThird;
  });
}
void Masm::atomic_and(Size size, Mem m, Reg s) {
  Gp address = plain_address(state_, m);
  if (cpu_features().lse) {
    AS.mvn(kThird, x(s));
    AS.emit(kAtomicClear[index(size)], sized(size, kThird), sized(size, kScratch), a64::ptr(address));
    return;
  }
  exclusive_loop(state_, size, address, [&] {
    state_->as.and_(kThird, kScratch, x(s));
    return kThird;
  });
}
void Masm::atomic_swap(Size size, Reg old, Mem m, Reg s) {
  Gp address = plain_address(state_, m);
  if (cpu_features().lse)
    AS.emit(kAtomicSwap[index(size)], sized(size, s), sized(size, kScratch), a64::ptr(address));
  else
    exclusive_loop(state_, size, address, [&] { return x(s); });
  widen(state_, size, x(old), kScratch);
}
void Masm::compare_swap(Size size, Reg observed, Mem m, Reg expected, Reg desired, Label fail) {
  Gp address = plain_address(state_, m);
  if (cpu_features().lse) {
    AS.mov(kScratch, x(expected));
    AS.emit(kAtomicCas[index(size)], sized(size, kScratch), sized(size, desired), a64::ptr(address));
  } else {
    // The flags say at `out` whether the values were equal.
    asmjit::Label again = AS.newLabel(), out = state_->as.newLabel();
    state_->as.bind(again);
    state_->as.emit(kLoadExclusive[index(size)], sized(size, kScratch), a64::ptr(address));
    if (size == Size::k8)
      state_->as.uxtb(kThird.w(), w(expected));
    else if (size == Size::k16)
      state_->as.uxth(kThird.w(), w(expected));
    else
      state_->as.mov(kThird, x(expected));
    state_->as.cmp(sized(size, kScratch), sized(size, kThird));
    state_->as.b_ne(out);
    store_exclusive(state_, size, kThird, x(desired), address);
    state_->as.cbnz(kThird.w(), again);
    state_->as.bind(out);
  }
  widen(state_, size, kThird, x(expected));
  widen(state_, size, x(observed), kScratch);
  AS.cmp(x(observed), kThird);
  branch_if(state_, CondCode::kNE, fail);
}
void Masm::fence() { AS.dmb(Imm(0xB)); }  // ish

// -------------------------------------------------------------------------------------------------------------------- integers
void Masm::add(Reg to, Reg a, Reg b) { AS.add(x(to), x(a), x(b)); }
void Masm::add(Reg to, Reg a, int64_t imm) {
  if (imm == 0 && to == a) return;
  add_imm(state_, x(to), x(a), imm, kScratch);
}
void Masm::sub(Reg to, Reg a, Reg b) { AS.sub(x(to), x(a), x(b)); }
#define LOGIC(name, instruction)                                               \
  void Masm::name(Reg to, Reg a, Reg b) { AS.instruction(x(to), x(a), x(b)); } \
  void Masm::name(Reg to, Reg a, int64_t imm) {                                \
    if (is_logical_imm(static_cast<uint64_t>(imm), 64)) {                      \
      AS.instruction(x(to), x(a), Imm(imm));                                   \
      return;                                                                  \
    }                                                                          \
    mov_imm(state_, kScratch, static_cast<uint64_t>(imm));                     \
    AS.instruction(x(to), x(a), kScratch);                                     \
  }
LOGIC(and_, and_)
LOGIC(or_, orr)
LOGIC(xor_, eor)
#undef LOGIC
void Masm::mul(Reg to, Reg a, Reg b) { AS.mul(x(to), x(a), x(b)); }
void Masm::neg(Reg to, Reg a) { AS.neg(x(to), x(a)); }
void Masm::not_(Reg to, Reg a) { AS.mvn(x(to), x(a)); }
#define SHIFT(name, instruction)           \
  void Masm::name(Reg to, Reg a, int n) {  \
    if (n)                                 \
      AS.instruction(x(to), x(a), Imm(n)); \
    else if (!(to == a))                   \
      AS.mov(x(to), x(a));                 \
  }
SHIFT(shl, lsl)
SHIFT(shr, lsr)
SHIFT(sar, asr)
#undef SHIFT
void Masm::rol(Reg to, Reg a, int n) {
  if (n)
    AS.ror(x(to), x(a), Imm(64 - n));
  else if (!(to == a))
    AS.mov(x(to), x(a));
}
void Masm::shl(Reg to, Reg a, Reg n) { AS.lslv(x(to), x(a), x(n)); }
void Masm::shr(Reg to, Reg a, Reg n) { AS.lsrv(x(to), x(a), x(n)); }
void Masm::sar(Reg to, Reg a, Reg n) { AS.asrv(x(to), x(a), x(n)); }
void Masm::add32(Reg to, Reg a, Reg b) { AS.add(w(to), w(a), w(b)); }
void Masm::add32(Reg to, Reg a, int32_t imm) {
  uint32_t u = static_cast<uint32_t>(imm), n = 0 - u;
  if (is_add_imm(u)) {
    AS.add(w(to), w(a), Imm(u));
  } else if (is_add_imm(n)) {
    AS.sub(w(to), w(a), Imm(n));
  } else {
    mov_imm(state_, kScratch, u);
    AS.add(w(to), w(a), kScratch.w());
  }
}
void Masm::sub32(Reg to, Reg a, Reg b) { AS.sub(w(to), w(a), w(b)); }
void Masm::div(Reg quotient, Reg remainder, Reg a, Reg b) {
  AS.sdiv(kScratch, x(a), x(b));
  AS.msub(kAddress, kScratch, x(b), x(a));
  AS.mov(x(quotient), kScratch);
  AS.mov(x(remainder), kAddress);
}
void Masm::mul_high(Reg to, Reg a, Reg b) { AS.smulh(x(to), x(a), x(b)); }
void Masm::count_leading_zeros(Reg to, Reg a) { AS.clz(x(to), x(a)); }

// The result goes by way of x16, so that a destination that is a source is intact where the jump is taken.
void Masm::add_overflow(Reg to, Reg a, Reg b, Label overflow) {
  bool source = to == a || to == b;
  AS.adds(source ? kScratch : x(to), x(a), x(b));
  branch_if(state_, CondCode::kVS, overflow);
  if (source) AS.mov(x(to), kScratch);
}
void Masm::add_overflow(Reg to, Reg a, int64_t imm, Label overflow) {
  Gp r = to == a ? kScratch : x(to);
  uint64_t u = static_cast<uint64_t>(imm), n = 0 - u;
  if (is_add_imm(u)) {
    AS.adds(r, x(a), Imm(u));
  } else if (is_add_imm(n)) {
    AS.subs(r, x(a), Imm(n));
  } else {
    mov_imm(state_, kScratch, u);
    AS.adds(r, x(a), kScratch);
  }
  branch_if(state_, CondCode::kVS, overflow);
  if (to == a) AS.mov(x(to), kScratch);
}
void Masm::sub_overflow(Reg to, Reg a, Reg b, Label overflow) {
  bool source = to == a || to == b;
  AS.subs(source ? kScratch : x(to), x(a), x(b));
  branch_if(state_, CondCode::kVS, overflow);
  if (source) AS.mov(x(to), kScratch);
}
namespace {
// x16 = a * b; not zero in the flags where it doesn't fit. Uses x15; a and b may be x16 and x17.
void multiply(State* s, Gp a, Gp b) {
  ready(s).smulh(kThird, a, b);
  ready(s).mul(kScratch, a, b);
  ready(s).cmp(kThird, kScratch, a64::asr(63));
}
}  // namespace
void Masm::mul_overflow(Reg to, Reg a, Reg b, Label overflow) {
  multiply(state_, x(a), x(b));
  branch_if(state_, CondCode::kNE, overflow);
  AS.mov(x(to), kScratch);
}

// ----------------------------------------------------------------------------------------------------------------- tagged ints
void Masm::branch_both_tagged(bool yes, Reg a, Reg b, Label l, Reg) {
  AS.and_(kScratch, x(a), x(b));
  branch_bit(yes, kScratchReg, 0, l);
}
void Masm::tag(Reg to, Reg s) {
  AS.lsl(kScratch, x(s), Imm(1));
  AS.add(x(to), kScratch, Imm(1));
}
void Masm::tag_checked(Reg to, Reg s, Label slow) {
  AS.adds(kScratch, x(s), x(s));
  branch_if(state_, CondCode::kVS, slow);
  AS.add(x(to), kScratch, Imm(1));
}
void Masm::tagged_add(Reg to, Reg a, Reg b, Label slow) {
  bool source = to == a || to == b;
  AS.sub(kScratch, x(a), Imm(1));
  AS.adds(source ? kScratch : x(to), kScratch, x(b));
  branch_if(state_, CondCode::kVS, slow);
  if (source) AS.mov(x(to), kScratch);
}
void Masm::tagged_sub(Reg to, Reg a, Reg b, Label slow) {
  AS.subs(kScratch, x(a), x(b));
  branch_if(state_, CondCode::kVS, slow);
  AS.add(x(to), kScratch, Imm(1));
}
void Masm::tagged_mul(Reg to, Reg a, Reg b, Label slow) {
  AS.sub(kScratch, x(a), Imm(1));
  AS.asr(kAddress, x(b), Imm(1));
  multiply(state_, kScratch, kAddress);
  branch_if(state_, CondCode::kNE, slow);
  AS.add(x(to), kScratch, Imm(1));
}
void Masm::tagged_mul(Reg to, Reg a, int32_t imm, Label slow) {
  AS.sub(kScratch, x(a), Imm(1));
  mov_imm(state_, kAddress, static_cast<uint64_t>(static_cast<int64_t>(imm)));
  multiply(state_, kScratch, kAddress);
  branch_if(state_, CondCode::kNE, slow);
  AS.add(x(to), kScratch, Imm(1));
}
void Masm::tagged_floor_div(Reg to, Reg a, Reg b, Label slow) {
  branch(Cond::kEq, b, 1, slow);  // the tagged zero
  AS.asr(kScratch, x(a), Imm(1));
  AS.asr(kAddress, x(b), Imm(1));
  AS.sdiv(kThird, kScratch, kAddress);
  AS.msub(kScratch, kThird, kAddress, kScratch);
  // One less where the remainder isn't zero and its sign differs from the divisor's.
  AS.eor(kAddress, kScratch, kAddress);
  AS.asr(kAddress, kAddress, Imm(63));
  AS.cmp(kScratch, Imm(0));
  AS.csel(kAddress, a64::xzr, kAddress, imm_of(CondCode::kEQ));
  AS.add(kThird, kThird, kAddress);
  AS.adds(kThird, kThird, kThird);
  branch_if(state_, CondCode::kVS, slow);
  AS.add(x(to), kThird, Imm(1));
}
void Masm::tagged_floor_mod(Reg to, Reg a, Reg b, Label slow) {
  branch(Cond::kEq, b, 1, slow);
  AS.asr(kScratch, x(a), Imm(1));
  AS.asr(kAddress, x(b), Imm(1));
  AS.sdiv(kThird, kScratch, kAddress);
  AS.msub(kScratch, kThird, kAddress, kScratch);
  AS.eor(kThird, kScratch, kAddress);
  AS.and_(kThird, kAddress, kThird, a64::asr(63));
  AS.cmp(kScratch, Imm(0));
  AS.csel(kThird, a64::xzr, kThird, imm_of(CondCode::kEQ));
  AS.add(kScratch, kScratch, kThird);
  AS.lsl(kScratch, kScratch, Imm(1));
  AS.add(x(to), kScratch, Imm(1));
}
void Masm::tagged_xor(Reg to, Reg a, Reg b) {
  AS.eor(kScratch, x(a), x(b));
  AS.orr(x(to), kScratch, Imm(1));
}
void Masm::tagged_shl(Reg to, Reg a, Reg n, Label slow) {
  branch(Cond::kAboveEq, n, 2 * 62 + 1, slow);
  AS.sub(kScratch, x(a), Imm(1));
  AS.asr(kAddress, x(n), Imm(1));
  AS.lslv(kThird, kScratch, kAddress);
  AS.asrv(kAddress, kThird, kAddress);
  AS.cmp(kAddress, kScratch);
  branch_if(state_, CondCode::kNE, slow);
  AS.add(x(to), kThird, Imm(1));
}
void Masm::tagged_shr(Reg to, Reg a, Reg n, Label slow) {
  branch(Cond::kLt, n, 0, slow);
  AS.asr(kAddress, x(n), Imm(1));
  AS.mov(kThird, Imm(63));
  AS.cmp(kAddress, kThird);
  AS.csel(kAddress, kAddress, kThird, imm_of(CondCode::kLO));
  AS.asrv(kScratch, x(a), kAddress);
  AS.orr(x(to), kScratch, Imm(1));
}
void Masm::tagged_neg(Reg to, Reg a, Label slow) {
  AS.mov(kScratch, Imm(2));
  AS.subs(kScratch, kScratch, x(a));
  branch_if(state_, CondCode::kVS, slow);
  AS.mov(x(to), kScratch);
}
void Masm::tagged_not(Reg to, Reg a) { xor_(to, a, static_cast<int64_t>(-2)); }

// -------------------------------------------------------------------------------------------------------------------- branches
void Masm::jump(Label l) { AS.b(to_asmjit(l)); }
void Masm::jump(Reg target) { AS.br(x(target)); }
void Masm::jump(const void* target) {
  mov_imm(state_, kScratch, reinterpret_cast<uint64_t>(target));
  AS.br(kScratch);
}
void Masm::jump(Mem target) {
  load_to(state_, Size::k64, kScratch, target);
  AS.br(kScratch);
}
void Masm::branch(Cond c, Reg a, Reg b, Label l) {
  AS.cmp(x(a), x(b));
  branch_if(state_, cc(c), l);
}
namespace {
void branch_zero(State* s, bool zero, Gp r, taipan::arch::Label l) {
  short_branch(
      s, 0, l, [&](asmjit::Label to) { zero ? s->as.cbz(r, to) : s->as.cbnz(r, to); },
      [&](asmjit::Label to) { zero ? s->as.cbnz(r, to) : s->as.cbz(r, to); });
}
}  // namespace
void Masm::branch(Cond c, Reg a, int64_t imm, Label l) {
  if (imm == 0 && (c == Cond::kEq || c == Cond::kNe)) return branch_zero(state_, c == Cond::kEq, x(a), l);
  compare_imm(state_, x(a), imm, kScratch);
  branch_if(state_, cc(c), l);
}
void Masm::branch32(Cond c, Reg a, Reg b, Label l) {
  AS.cmp(w(a), w(b));
  branch_if(state_, cc(c), l);
}
void Masm::branch32(Cond c, Reg a, int32_t imm, Label l) {
  if (imm == 0 && (c == Cond::kEq || c == Cond::kNe)) return branch_zero(state_, c == Cond::kEq, w(a), l);
  compare_imm(state_, w(a), imm, kScratch);
  branch_if(state_, cc(c), l);
}
void Masm::branch_mem(Size size, Cond c, Mem m, int64_t imm, Label l) {
  Operand o = load_for_compare(state_, size, c, m, imm);
  compare_imm(state_, o.reg, o.imm, kThird);
  branch_if(state_, cc(c), l);
}
void Masm::branch_mem(Size size, Cond c, Mem m, Reg b, Label l) {
  Operand o = load_for_compare(state_, size, c, m, 0);
  Gp right = x(b);
  if (size == Size::k8 || size == Size::k16) {
    bool is_signed = c == Cond::kLt || c == Cond::kLe || c == Cond::kGt || c == Cond::kGe;
    if (size == Size::k8)
      is_signed ? AS.sxtb(kThird, w(b)) : AS.uxtb(kThird.w(), w(b));
    else
      is_signed ? AS.sxth(kThird, w(b)) : AS.uxth(kThird.w(), w(b));
    right = kThird;
  }
  AS.cmp(o.reg, o.reg.isGpX() ? right : right.w());
  branch_if(state_, cc(c), l);
}
void Masm::branch_mem(Size size, Cond c, Mem m, Mem b, Label l) {
  bool is_signed = c == Cond::kLt || c == Cond::kLe || c == Cond::kGt || c == Cond::kGe;
  if (is_signed && (size == Size::k8 || size == Size::k16))
    load_signed_to(state_, size, kThird, b);
  else
    load_to(state_, size, kThird, b);
  Operand o = load_for_compare(state_, size, c, m, 0);
  AS.cmp(o.reg, o.reg.isGpX() ? kThird : kThird.w());
  branch_if(state_, cc(c), l);
}
void Masm::branch_test(Cond c, Reg a, int64_t mask, Label l) {
  uint64_t u = static_cast<uint64_t>(mask);
  if (u != 0 && (u & (u - 1)) == 0) return branch_bit(c == Cond::kNe, a, std::countr_zero(u), l);
  test_imm(state_, x(a), u, kScratch);
  branch_if(state_, cc(c), l);
}
void Masm::branch_test(Cond c, Reg a, Reg b, Label l) {
  AS.tst(x(a), x(b));
  branch_if(state_, cc(c), l);
}
void Masm::branch_test_mem(Size size, Cond c, Mem m, int64_t mask, Label l) {
  uint64_t u = static_cast<uint64_t>(mask);
  if (size != Size::k64) u &= (uint64_t{1} << (8 * bytes_of(size))) - 1;
  load_to(state_, size, kScratch, m);
  test_imm(state_, kScratch, u, kThird);
  branch_if(state_, cc(c), l);
}
void Masm::branch_bit(bool set, Reg a, int bit, Label l) {
  Gp r = x(a);
  short_branch(
      state_, 1, l, [&](asmjit::Label to) { set ? state_->as.tbnz(r, Imm(bit), to) : state_->as.tbz(r, Imm(bit), to); },
      [&](asmjit::Label to) { set ? state_->as.tbz(r, Imm(bit), to) : state_->as.tbnz(r, Imm(bit), to); });
}
void Masm::set(Cond c, Reg to, Reg a, Reg b) {
  AS.cmp(x(a), x(b));
  AS.cset(x(to), imm_of(cc(c)));
}
void Masm::set(Cond c, Reg to, Reg a, int64_t imm) {
  compare_imm(state_, x(a), imm, kScratch);
  AS.cset(x(to), imm_of(cc(c)));
}
void Masm::select(Cond c, Reg to, Reg a, Reg b, Reg if_true, Reg if_false) {
  AS.cmp(x(a), x(b));
  AS.csel(x(to), x(if_true), x(if_false), imm_of(cc(c)));
}

// --------------------------------------------------------------------------------------------------------------------- doubles
void Masm::fmov(FReg to, FReg s) { AS.fmov(d(to), d(s)); }
void Masm::fmov(FReg to, double value) {
  uint64_t bits = std::bit_cast<uint64_t>(value);
  if (bits == 0) {
    AS.fmov(d(to), a64::xzr);
    return;
  }
  mov_imm(state_, kScratch, bits);
  AS.fmov(d(to), kScratch);
}
void Masm::fmov_bits(FReg to, Reg s) { AS.fmov(d(to), x(s)); }
void Masm::fmov_bits(Reg to, FReg s) { AS.fmov(x(to), d(s)); }
void Masm::fload(FReg to, Mem m) {
  Place p = place(state_, m, Size::k64);
  if (p.unscaled)
    AS.ldur(d(to), p.mem);
  else
    AS.ldr(d(to), p.mem);
}
void Masm::fstore(Mem m, FReg s) {
  Place p = place(state_, m, Size::k64);
  if (p.unscaled)
    AS.stur(d(s), p.mem);
  else
    AS.str(d(s), p.mem);
}
void Masm::fadd(FReg to, FReg a, FReg b) { AS.fadd(d(to), d(a), d(b)); }
void Masm::fsub(FReg to, FReg a, FReg b) { AS.fsub(d(to), d(a), d(b)); }
void Masm::fmul(FReg to, FReg a, FReg b) { AS.fmul(d(to), d(a), d(b)); }
void Masm::fdiv(FReg to, FReg a, FReg b) { AS.fdiv(d(to), d(a), d(b)); }
void Masm::fneg(FReg to, FReg a) { AS.fneg(d(to), d(a)); }
void Masm::fabs(FReg to, FReg a) { AS.fabs(d(to), d(a)); }
void Masm::fsqrt(FReg to, FReg a) { AS.fsqrt(d(to), d(a)); }
void Masm::int_to_double(FReg to, Reg s) { AS.scvtf(d(to), x(s)); }
void Masm::double_to_int(Reg to, FReg s, Label inexact) {
  AS.fcvtzs(kScratch, d(s));  // saturates: 2^63 gives INT64_MAX, which would convert back to it
  AS.scvtf(kFloatScratch, kScratch);
  AS.fcmp(kFloatScratch, d(s));
  branch_if(state_, CondCode::kNE, inexact);
  mov_imm(state_, kThird, INT64_MAX);
  AS.cmp(kScratch, kThird);
  branch_if(state_, CondCode::kEQ, inexact);
  AS.mov(x(to), kScratch);
}
void Masm::fbranch(DoubleCond c, FReg a, FReg b, Label l) {
  AS.fcmp(d(a), d(b));
  branch_if(state_, cc(c), l);
}
void Masm::fset(DoubleCond c, Reg to, FReg a, FReg b) {
  AS.fcmp(d(a), d(b));
  AS.cset(x(to), imm_of(cc(c)));
}

// ----------------------------------------------------------------------------------------------------------------- calls, data
void Masm::call(const void* function) {
  mov_imm(state_, kScratch, reinterpret_cast<uint64_t>(function));
  AS.blr(kScratch);
}
void Masm::call_out(const void* function, std::initializer_list<Arg> args) {
  AS.stp(a64::x29, a64::x30, a64::ptr_pre(a64::sp, -16));
  row(UnwindRow::kPushed, 0);
  call(function, args);
  AS.ldp(a64::x29, a64::x30, a64::ptr_post(a64::sp, 16));
  row(UnwindRow::kEntry, 0);
}
void Masm::call_stub(const void* stub) { call_out(stub, {}); }
void Masm::call_in_stub(const void* function, std::initializer_list<Arg> args) { call_out(function, args); }
void Masm::forget_caller() { AS.ldp(a64::x29, a64::x30, a64::ptr_post(a64::sp, 16)); }  // what call_stub() has stored
void Masm::push_volatile() {
  AS.stp(a64::x29, a64::x30, a64::ptr_pre(a64::sp, -16));
  row(UnwindRow::kPushed, 0);
  AS.add(a64::x29, a64::sp, Imm(0));
  row(UnwindRow::kFrame, 0);
  constexpr int kWords = (kVolatileCount + kFloatCount + 1) & ~1;
  AS.sub(a64::sp, a64::sp, Imm(kWords * 8));
  for (int i = 0; i < kVolatileCount; i++) AS.str(x(kVolatile[i]), a64::ptr(a64::sp, 8 * i));
  for (int i = 0; i < kFloatCount; i++) AS.str(d(kFloat[i]), a64::ptr(a64::sp, 8 * (kVolatileCount + i)));
}
void Masm::pop_volatile() {
  for (int i = 0; i < kVolatileCount; i++) AS.ldr(x(kVolatile[i]), a64::ptr(a64::sp, 8 * i));
  for (int i = 0; i < kFloatCount; i++) AS.ldr(d(kFloat[i]), a64::ptr(a64::sp, 8 * (kVolatileCount + i)));
  AS.add(a64::sp, a64::x29, Imm(0));
  AS.ldp(a64::x29, a64::x30, a64::ptr_post(a64::sp, 16));
  row(UnwindRow::kEntry, 0);
}
void Masm::call(Reg target) { AS.blr(x(target)); }
void Masm::ret() { AS.ret(a64::x30); }
void Masm::trap() { AS.brk(Imm(0)); }
void Masm::embed64(uint64_t word) { AS.embedUInt64(word); }

}  // namespace taipan::arch
#endif
