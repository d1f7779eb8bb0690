// The macro assembler for x86-64. Scratch: r11 and r10, xmm15 and xmm14. Flags live within one operation only.
#if defined(__x86_64__)
#include <bit>
#include "arch/masm_state.h"

namespace taipan::arch {

using namespace asmjit;
using x86::Gp;
using x86::Xmm;

namespace {

const Gp kScratch = x86::r11, kScratch2 = x86::r10;
const Reg kScratchReg{11};
const Xmm kFloatScratch = x86::xmm15;

Gp q(Reg r) { return x86::gpq(r.id); }
Gp d32(Reg r) { return x86::gpd(r.id); }
Xmm x(FReg r) { return x86::xmm(r.id); }
x86::Mem mem(Mem m, int bytes = 0) {
  x86::Mem out = m.index.valid() ? x86::ptr(q(m.base), q(m.index), m.shift, m.disp) : x86::ptr(q(m.base), m.disp);
  out.setSize(static_cast<uint32_t>(bytes));
  return out;
}
x86::Mem mem(Mem m, Size s) { return mem(m, bytes_of(s)); }
Gp sized(Size s, Gp r) {
  switch (s) {
    case Size::k8: return x86::gpb_lo(r.id());
    case Size::k16: return x86::gpw(r.id());
    case Size::k32: return x86::gpd(r.id());
    case Size::k64: return x86::gpq(r.id());
  }
  __builtin_unreachable();
}
Gp sized(Size s, Reg r) { return sized(s, q(r)); }
bool fits32(int64_t i) { return i == static_cast<int32_t>(i); }
// The immediate as an instruction of that size takes it, sign-extended.
int64_t narrowed(Size s, int64_t imm) {
  switch (s) {
    case Size::k8: return static_cast<int8_t>(imm);
    case Size::k16: return static_cast<int16_t>(imm);
    case Size::k32: return static_cast<int32_t>(imm);
    case Size::k64: return imm;
  }
  __builtin_unreachable();
}

x86::CondCode cc(Cond c) {
  switch (c) {
    case Cond::kEq: return x86::CondCode::kE;
    case Cond::kNe: return x86::CondCode::kNE;
    case Cond::kLt: return x86::CondCode::kL;
    case Cond::kLe: return x86::CondCode::kLE;
    case Cond::kGt: return x86::CondCode::kG;
    case Cond::kGe: return x86::CondCode::kGE;
    case Cond::kBelow: return x86::CondCode::kB;
    case Cond::kBelowEq: return x86::CondCode::kBE;
    case Cond::kAbove: return x86::CondCode::kA;
    case Cond::kAboveEq: return x86::CondCode::kAE;
  }
  __builtin_unreachable();
}

// (Forward: backward branches are short by themselves where they can be.)
void branch_to(x86::Assembler& as, x86::CondCode c, Label l) {
  if ((l.id & kNearLabel) && as.code() && !as.code()->isLabelBound(to_asmjit(l)))  // (none: out of memory)
    as.short_().j(c, to_asmjit(l));
  else
    as.j(c, to_asmjit(l));
}

// d = s, for 8- and 16-bit values in s zero-extended. Leaves the flags alone.
void widen(x86::Assembler& as, Size size, Gp d, Gp s) {
  if (size == Size::k64) {
    if (d.id() != s.id()) as.mov(d, s);
  } else if (size == Size::k32) {
    as.mov(d.r32(), s.r32());
  } else {
    as.movzx(d.r32(), sized(size, s));
  }
}

}  // namespace

#define AS state_->as

// ------------------------------------------------------------------------------------------------------------- labels, the end
Label Masm::new_label() { return {AS.newLabel().id()}; }
Label Masm::new_near_label() { return {AS.newLabel().id() | kNearLabel}; }
void Masm::bind(Label l) { AS.bind(to_asmjit(l)); }
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

// ---------------------------------------------------------------------------------------------------------------------- frames
void Masm::prologue(int saved, int local_bytes) {
  row(UnwindRow::kEntry, 0);
  AS.push(x86::rbp);
  row(UnwindRow::kPushed, 0);
  AS.mov(x86::rbp, x86::rsp);
  row(UnwindRow::kFrame, 0);
  for (int i = 0; i < saved; i++) AS.push(q(kSaved[i]));
  int below = (saved * 8 + local_bytes + 15) & ~15;
  if (below > saved * 8) AS.sub(x86::rsp, below - saved * 8);
  row(UnwindRow::kSavedRegs, saved);
  frame_saved_ = saved;
  frame_locals_ = local_bytes;
}
void Masm::epilogue() {
  for (int i = 0; i < frame_saved_; i++) AS.mov(q(kSaved[i]), x86::qword_ptr(x86::rbp, -8 * (i + 1)));
  AS.leave();
  row(UnwindRow::kEntry, 0);
  AS.ret();
  row(UnwindRow::kSavedRegs, frame_saved_);
}
Mem Masm::local(int slot) const { return at(kFramePointer, -8 * (frame_saved_ + slot + 1)); }

// ----------------------------------------------------------------------------------------------------------------------- moves
void Masm::mov(Reg d, Reg s) { AS.mov(q(d), q(s)); }
void Masm::mov(Reg d, int64_t imm) {
  if (imm == 0)
    AS.xor_(d32(d), d32(d));
  else if (imm == static_cast<int64_t>(static_cast<uint32_t>(imm)))
    AS.mov(d32(d), static_cast<uint32_t>(imm));
  else
    AS.mov(q(d), imm);
}
void Masm::mov_compact(Reg d, int64_t imm) {
  if (imm == 0 || imm != static_cast<int8_t>(imm)) return mov(d, imm);
  AS.push(imm);
  AS.pop(q(d));
}
void Masm::lea(Reg d, Mem m) {
  if (!m.index.valid() && m.disp == 0) {
    if (!(d == m.base)) mov(d, m.base);
    return;
  }
  AS.lea(q(d), mem(m));
}
void Masm::lea(Reg d, Label l) { AS.lea(q(d), x86::ptr(to_asmjit(l))); }
void Masm::zero_extend(Size from, Reg d, Reg s) { widen(AS, from, q(d), q(s)); }
void Masm::sign_extend(Size from, Reg d, Reg s) {
  if (from == Size::k64)
    mov(d, s);
  else if (from == Size::k32)
    AS.movsxd(q(d), d32(s));
  else
    AS.movsx(q(d), sized(from, s));
}
void Masm::swap(Reg a, Reg b) { AS.xchg(q(a), q(b)); }

// ---------------------------------------------------------------------------------------------------------------------- memory
void Masm::load(Size size, Reg d, Mem m) {
  if (size == Size::k64)
    AS.mov(q(d), mem(m, size));
  else if (size == Size::k32)
    AS.mov(d32(d), mem(m, size));
  else
    AS.movzx(d32(d), mem(m, size));
}
void Masm::load_signed(Size size, Reg d, Mem m) {
  if (size == Size::k64)
    AS.mov(q(d), mem(m, size));
  else if (size == Size::k32)
    AS.movsxd(q(d), mem(m, size));
  else
    AS.movsx(q(d), mem(m, size));
}
void Masm::store(Size size, Mem m, Reg s) { AS.mov(mem(m, size), sized(size, s)); }
void Masm::store(Size size, Mem m, int64_t imm) {
  imm = narrowed(size, imm);
  if (fits32(imm)) {
    AS.mov(mem(m, size), imm);
  } else {
    AS.mov(kScratch, imm);
    AS.mov(mem(m, size), sized(size, kScratch));
  }
}
void Masm::zero(Mem m, int n) {
  if (n >= 2) AS.xorps(kFloatScratch, kFloatScratch);
  for (; n >= 2; n -= 2, m.disp += 16) AS.movups(mem(m, 16), kFloatScratch);
  if (n) AS.mov(mem(m, Size::k64), 0);
}
void Masm::copy_pair(Mem d, Mem s) {
  AS.movups(kFloatScratch, mem(s, 16));
  AS.movups(mem(d, 16), kFloatScratch);
}
void Masm::add_mem(Size size, Mem m, int32_t imm) { AS.add(mem(m, size), narrowed(size, imm)); }
void Masm::add_mem_branch(Size size, Mem m, int32_t imm, Cond c, Label l) {
  // The sign flag alone says "below zero" of the wrapped result: jl would look at overflow too.
  AS.add(mem(m, size), narrowed(size, imm));
  branch_to(AS, c == Cond::kLt ? x86::CondCode::kS : c == Cond::kGe ? x86::CondCode::kNS : cc(c), l);
}

void Masm::add_element(Mem array, Mem index, int32_t disp, int32_t imm) {
  AS.mov(kScratch2.r32(), mem(index, Size::k32));
  AS.mov(kScratch, mem(array, Size::k64));
  AS.add(x86::dword_ptr(kScratch, kScratch2, 3, disp), imm);
}

// Loads and stores are ordered as acquire and release want on this processor.
void Masm::load_acquire(Size size, Reg d, Mem m) { load(size, d, m); }
void Masm::store_release(Size size, Mem m, Reg s) { store(size, m, s); }
void Masm::atomic_add(Size size, Reg old, Mem m, Reg s) {
  AS.mov(kScratch, q(s));
  AS.lock().xadd(mem(m, size), sized(size, kScratch));
  widen(AS, size, q(old), kScratch);
}
void Masm::atomic_or(Size size, Mem m, Reg s) { AS.lock().or_(mem(m, size), sized(size, s)); }
void Masm::atomic_and(Size size, Mem m, Reg s) { AS.lock().and_(mem(m, size), sized(size, s)); }
void Masm::atomic_swap(Size size, Reg old, Mem m, Reg s) {
  AS.mov(kScratch, q(s));
  AS.xchg(mem(m, size), sized(size, kScratch));
  widen(AS, size, q(old), kScratch);
}
void Masm::compare_swap(Size size, Reg observed, Mem m, Reg expected, Reg desired, Label fail) {
  constexpr Reg rax{0};
  if (m.base == rax || m.index == rax) {
    AS.lea(kScratch2, mem(m));
    m = at(Reg{10});
  }
  AS.mov(kScratch, q(desired));
  bool keep = !(observed == rax);
  if (keep) AS.push(x86::rax);
  if (!(expected == rax)) AS.mov(x86::rax, q(expected));
  AS.lock().cmpxchg(mem(m, size), sized(size, kScratch), sized(size, x86::rax));
  widen(AS, size, q(observed), x86::rax);
  if (keep) AS.pop(x86::rax);
  branch_to(AS, x86::CondCode::kNE, fail);
}
void Masm::fence() { AS.mfence(); }

// -------------------------------------------------------------------------------------------------------------------- integers
namespace {
template <class F>
void commutative(x86::Assembler& as, Gp d, Gp a, Gp b, F op) {
  if (d.id() == a.id()) {
    op(d, b);
  } else if (d.id() == b.id()) {
    op(d, a);
  } else {
    as.mov(d, a);
    op(d, b);
  }
}
}  // namespace

void Masm::add(Reg d, Reg a, Reg b) {
  if (d == a)
    AS.add(q(d), q(b));
  else if (d == b)
    AS.add(q(d), q(a));
  else
    AS.lea(q(d), x86::ptr(q(a), q(b)));
}
void Masm::add(Reg d, Reg a, int64_t imm) {
  if (!fits32(imm)) {
    AS.mov(kScratch, imm);
    return add(d, a, kScratchReg);
  }
  if (!(d == a)) return lea(d, at(a, imm));
  if (imm) AS.add(q(d), imm);
}
void Masm::sub(Reg d, Reg a, Reg b) {
  if (d == a) {
    AS.sub(q(d), q(b));
  } else if (d == b) {
    AS.neg(q(d));
    AS.add(q(d), q(a));
  } else {
    AS.mov(q(d), q(a));
    AS.sub(q(d), q(b));
  }
}
#define LOGIC(name, instruction, on_bit, bit)                                                   \
  void Masm::name(Reg d, Reg a, Reg b) {                                                        \
    commutative(AS, q(d), q(a), q(b), [&](const Gp& r, const Gp& s) { AS.instruction(r, s); }); \
  }                                                                                             \
  void Masm::name(Reg d, Reg a, int64_t imm) {                                                  \
    bool one = !fits32(imm) && std::has_single_bit(bit);                                        \
    if (!fits32(imm) && !one) {                                                                 \
      AS.mov(kScratch, imm);                                                                    \
      return name(d, a, kScratchReg);                                                           \
    }                                                                                           \
    if (!(d == a)) AS.mov(q(d), q(a));                                                          \
    if (one)                                                                                    \
      AS.on_bit(q(d), std::countr_zero(bit));                                                   \
    else                                                                                        \
      AS.instruction(q(d), imm);                                                                \
  }
LOGIC(and_, and_, btr, ~static_cast<uint64_t>(imm))
LOGIC(or_, or_, bts, static_cast<uint64_t>(imm))
LOGIC(xor_, xor_, btc, static_cast<uint64_t>(imm))
#undef LOGIC
void Masm::mul(Reg d, Reg a, Reg b) {
  commutative(AS, q(d), q(a), q(b), [&](const Gp& r, const Gp& s) { AS.imul(r, s); });
}
void Masm::neg(Reg d, Reg a) {
  if (!(d == a)) AS.mov(q(d), q(a));
  AS.neg(q(d));
}
void Masm::not_(Reg d, Reg a) {
  if (!(d == a)) AS.mov(q(d), q(a));
  AS.not_(q(d));
}
#define SHIFT(name, instruction)         \
  void Masm::name(Reg d, Reg a, int n) { \
    if (!(d == a)) AS.mov(q(d), q(a));   \
    if (n) AS.instruction(q(d), n);      \
  }
SHIFT(shl, shl)
SHIFT(shr, shr)
SHIFT(sar, sar)
SHIFT(rol, rol)
#undef SHIFT
#define SHIFT(name)                               \
  void Masm::name(Reg d, Reg a, Reg n) {          \
    constexpr Reg rcx{1};                         \
    AS.mov(kScratch, q(a));                       \
    if (!(n == rcx)) {                            \
      AS.mov(kScratch2, x86::rcx);                \
      AS.mov(x86::rcx, q(n));                     \
    }                                             \
    AS.name(kScratch, x86::cl);                   \
    if (!(n == rcx)) AS.mov(x86::rcx, kScratch2); \
    AS.mov(q(d), kScratch);                       \
  }
SHIFT(shl)
SHIFT(shr)
SHIFT(sar)
#undef SHIFT
void Masm::add32(Reg d, Reg a, Reg b) {
  commutative(AS, d32(d), d32(a), d32(b), [&](const Gp& r, const Gp& s) { AS.add(r, s); });
}
void Masm::add32(Reg d, Reg a, int32_t imm) {
  if (!(d == a)) AS.mov(d32(d), d32(a));
  AS.add(d32(d), imm);
}
void Masm::sub32(Reg d, Reg a, Reg b) {
  if (d == b && !(d == a)) {
    AS.neg(d32(d));
    AS.add(d32(d), d32(a));
    return;
  }
  if (!(d == a)) AS.mov(d32(d), d32(a));
  AS.sub(d32(d), d32(b));
}
void Masm::div(Reg quotient, Reg remainder, Reg a, Reg b) {
  constexpr Reg rax{0}, rdx{2};
  bool keep_rax = !(quotient == rax) && !(remainder == rax), keep_rdx = !(quotient == rdx) && !(remainder == rdx);
  AS.mov(kScratch, q(b));
  if (keep_rax) AS.mov(kScratch2, x86::rax);
  if (keep_rdx) AS.push(x86::rdx);
  if (!(a == rax)) AS.mov(x86::rax, q(a));
  AS.cqo(x86::rdx, x86::rax);
  AS.idiv(x86::rdx, x86::rax, kScratch);
  if (quotient == rdx && remainder == rax) {
    AS.xchg(x86::rax, x86::rdx);
  } else if (quotient == rdx) {
    AS.mov(q(remainder), x86::rdx);
    AS.mov(x86::rdx, x86::rax);
  } else {
    if (!(quotient == rax)) AS.mov(q(quotient), x86::rax);
    if (!(remainder == rdx)) AS.mov(q(remainder), x86::rdx);
  }
  if (keep_rdx) AS.pop(x86::rdx);
  if (keep_rax) AS.mov(x86::rax, kScratch2);
}
void Masm::mul_high(Reg d, Reg a, Reg b) {
  constexpr Reg rax{0}, rdx{2};
  bool keep_rax = !(d == rax), keep_rdx = !(d == rdx);
  Gp factor = q(b);
  if (b == rax && !(a == rax)) {
    AS.mov(kScratch, x86::rax);
    factor = kScratch;
  }
  if (keep_rax) AS.mov(kScratch2, x86::rax);
  if (keep_rdx) AS.push(x86::rdx);
  if (!(a == rax)) AS.mov(x86::rax, q(a));
  AS.imul(x86::rdx, x86::rax, factor);
  if (keep_rdx) {
    AS.mov(q(d), x86::rdx);
    AS.pop(x86::rdx);
  }
  if (keep_rax) AS.mov(x86::rax, kScratch2);
}
void Masm::count_leading_zeros(Reg d, Reg a) {
  AS.bsr(kScratch, q(a));  // zero: only the flag is defined
  AS.mov(kScratch2.r32(), 127);
  AS.cmovz(kScratch, kScratch2);
  AS.xor_(kScratch, 63);
  AS.mov(q(d), kScratch);
}

void Masm::add_overflow(Reg d, Reg a, Reg b, Label overflow) {
  bool source = d == a || d == b;
  Gp r = source ? kScratch : q(d);
  AS.mov(r, q(a));
  AS.add(r, q(b));
  branch_to(AS, x86::CondCode::kO, overflow);
  if (source) AS.mov(q(d), kScratch);
}
void Masm::add_overflow(Reg d, Reg a, int64_t imm, Label overflow) {
  Gp r = d == a ? kScratch : q(d);
  AS.mov(r, q(a));
  if (fits32(imm)) {
    AS.add(r, imm);
  } else {
    AS.mov(kScratch2, imm);
    AS.add(r, kScratch2);
  }
  branch_to(AS, x86::CondCode::kO, overflow);
  if (d == a) AS.mov(q(d), kScratch);
}
void Masm::sub_overflow(Reg d, Reg a, Reg b, Label overflow) {
  bool source = d == a || d == b;
  Gp r = source ? kScratch : q(d);
  AS.mov(r, q(a));
  AS.sub(r, q(b));
  branch_to(AS, x86::CondCode::kO, overflow);
  if (source) AS.mov(q(d), kScratch);
}
void Masm::mul_overflow(Reg d, Reg a, Reg b, Label overflow) {
  bool source = d == a || d == b;
  Gp r = source ? kScratch : q(d);
  AS.mov(r, q(a));
  AS.imul(r, q(b));
  branch_to(AS, x86::CondCode::kO, overflow);
  if (source) AS.mov(q(d), kScratch);
}

// ----------------------------------------------------------------------------------------------------------------- tagged ints
void Masm::branch_both_tagged(bool yes, Reg a, Reg b, Label l, Reg temp) {
  Gp t = temp.valid() ? q(temp) : kScratch;
  AS.mov(t.r32(), d32(a));
  AS.and_(t.r32(), d32(b));
  AS.test(sized(Size::k8, t), 1);
  branch_to(AS, yes ? x86::CondCode::kNZ : x86::CondCode::kZ, l);
}
void Masm::tag(Reg d, Reg s) {
  if (d == s)
    AS.lea(q(d), x86::ptr(q(s), q(s), 0, 1));
  else
    AS.lea(q(d), x86::ptr(q(s), q(s), 0, 1));
}
void Masm::tag_checked(Reg d, Reg s, Label slow) {
  AS.mov(kScratch, q(s));
  AS.add(kScratch, kScratch);
  branch_to(AS, x86::CondCode::kO, slow);
  AS.lea(q(d), x86::ptr(kScratch, 1));
}
void Masm::tagged_add(Reg d, Reg a, Reg b, Label slow) {
  bool source = d == a || d == b;
  Gp r = source ? kScratch : q(d);
  AS.lea(r, x86::ptr(q(a), -1));
  AS.add(r, q(b));
  branch_to(AS, x86::CondCode::kO, slow);
  if (source) AS.mov(q(d), kScratch);
}
void Masm::tagged_sub(Reg d, Reg a, Reg b, Label slow) {
  AS.mov(kScratch, q(a));
  AS.sub(kScratch, q(b));
  branch_to(AS, x86::CondCode::kO, slow);
  AS.lea(q(d), x86::ptr(kScratch, 1));
}
void Masm::tagged_mul(Reg d, Reg a, Reg b, Label slow) {
  AS.mov(kScratch, q(b));
  AS.lea(kScratch2, x86::ptr(q(a), -1));
  AS.sar(kScratch, 1);
  AS.imul(kScratch, kScratch2);
  branch_to(AS, x86::CondCode::kO, slow);
  AS.lea(q(d), x86::ptr(kScratch, 1));
}
void Masm::tagged_mul(Reg d, Reg a, int32_t imm, Label slow) {
  AS.lea(kScratch, x86::ptr(q(a), -1));
  AS.imul(kScratch, kScratch, imm);
  branch_to(AS, x86::CondCode::kO, slow);
  AS.lea(q(d), x86::ptr(kScratch, 1));
}
void Masm::tagged_floor_div(Reg d, Reg a, Reg b, Label slow) {
  asmjit::Label exact = AS.newLabel();
  AS.cmp(q(b), 1);  // the tagged zero
  branch_to(AS, x86::CondCode::kE, slow);
  AS.mov(kScratch, q(b));
  AS.sar(kScratch, 1);
  AS.mov(kScratch2, q(a));
  AS.push(x86::rax);
  AS.push(x86::rdx);
  AS.mov(x86::rax, kScratch2);
  AS.sar(x86::rax, 1);
  AS.cqo(x86::rdx, x86::rax);
  AS.idiv(x86::rdx, x86::rax, kScratch);
  AS.test(x86::rdx, x86::rdx);
  AS.short_().jz(exact);
  AS.xor_(x86::rdx, kScratch);  // the remainder's sign against the divisor's: one less where they differ
  AS.sar(x86::rdx, 63);
  AS.add(x86::rax, x86::rdx);
  AS.bind(exact);
  AS.mov(kScratch, x86::rax);
  AS.pop(x86::rdx);
  AS.pop(x86::rax);
  AS.add(kScratch, kScratch);
  branch_to(AS, x86::CondCode::kO, slow);
  AS.lea(q(d), x86::ptr(kScratch, 1));
}
void Masm::tagged_floor_mod(Reg d, Reg a, Reg b, Label slow) {
  asmjit::Label exact = AS.newLabel();
  AS.cmp(q(b), 1);
  branch_to(AS, x86::CondCode::kE, slow);
  AS.mov(kScratch, q(b));
  AS.sar(kScratch, 1);
  AS.mov(kScratch2, q(a));
  AS.push(x86::rax);
  AS.push(x86::rdx);
  AS.mov(x86::rax, kScratch2);
  AS.sar(x86::rax, 1);
  AS.cqo(x86::rdx, x86::rax);
  AS.idiv(x86::rdx, x86::rax, kScratch);
  AS.test(x86::rdx, x86::rdx);
  AS.short_().jz(exact);
  AS.mov(x86::rax, x86::rdx);
  AS.xor_(x86::rax, kScratch);
  AS.sar(x86::rax, 63);
  AS.and_(x86::rax, kScratch);
  AS.add(x86::rdx, x86::rax);
  AS.bind(exact);
  AS.mov(kScratch, x86::rdx);
  AS.pop(x86::rdx);
  AS.pop(x86::rax);
  AS.lea(q(d), x86::ptr(kScratch, kScratch, 0, 1));
}
void Masm::tagged_xor(Reg d, Reg a, Reg b) {
  xor_(d, a, b);
  AS.or_(q(d), 1);
}
void Masm::tagged_shl(Reg d, Reg a, Reg n, Label slow) {
  AS.cmp(q(n), 2 * 62 + 1);
  branch_to(AS, x86::CondCode::kAE, slow);
  AS.lea(kScratch, x86::ptr(q(a), -1));
  AS.mov(kScratch2, q(n));
  AS.push(x86::rcx);
  AS.mov(x86::rcx, kScratch2);
  AS.sar(x86::rcx, 1);
  AS.shl(kScratch, x86::cl);
  AS.mov(kScratch2, kScratch);
  AS.sar(kScratch2, x86::cl);
  AS.pop(x86::rcx);
  AS.inc(kScratch2);
  AS.cmp(kScratch2, q(a));
  branch_to(AS, x86::CondCode::kNE, slow);
  AS.lea(q(d), x86::ptr(kScratch, 1));
}
void Masm::tagged_shr(Reg d, Reg a, Reg n, Label slow) {
  AS.test(q(n), q(n));
  branch_to(AS, x86::CondCode::kS, slow);
  AS.mov(kScratch, q(a));
  AS.mov(kScratch2, q(n));
  AS.push(x86::rcx);
  AS.sar(kScratch2, 1);
  AS.mov(x86::ecx, 63);
  AS.cmp(kScratch2, x86::rcx);
  AS.cmovb(x86::rcx, kScratch2);
  AS.sar(kScratch, x86::cl);
  AS.pop(x86::rcx);
  AS.or_(kScratch, 1);
  AS.mov(q(d), kScratch);
}
void Masm::tagged_neg(Reg d, Reg a, Label slow) {
  AS.mov(kScratch.r32(), 2);
  AS.sub(kScratch, q(a));
  branch_to(AS, x86::CondCode::kO, slow);
  AS.mov(q(d), kScratch);
}
void Masm::tagged_not(Reg d, Reg a) { xor_(d, a, static_cast<int64_t>(-2)); }

// -------------------------------------------------------------------------------------------------------------------- branches
// A call or a jump, relative: code is put within 2 GB of the executable. The distances are written when it is installed (masm.cpp), which
// is cheaper than asmjit's relocations; where the target lies elsewhere asmjit goes through a table behind the code.
void Masm::go_to(uint8_t op, const void* target) {
  static const char here = 0;
  auto to = reinterpret_cast<uint64_t>(target);
  auto distance = static_cast<int64_t>(to - reinterpret_cast<uint64_t>(&here));
  if (listing_ || !code_memory_is_near || distance < -(int64_t{1} << 30) || distance > int64_t{1} << 30) {
    if (op == 0xE8)
      AS.call(Imm(to));
    else
      AS.jmp(Imm(to));
    return;
  }
  const uint8_t bytes[5] = {op};
  AS.embed(bytes, sizeof bytes);
  state_->relative.push_back({offset() - 4, to});
}
void Masm::jump(Label l) {
  if ((l.id & kNearLabel) && !is_bound(l)) return static_cast<void>(AS.short_().jmp(to_asmjit(l)));
  AS.jmp(to_asmjit(l));
}
void Masm::jump(Reg target) { AS.jmp(q(target)); }
void Masm::jump(const void* target) { go_to(0xE9, target); }
void Masm::jump(Mem target) { AS.jmp(mem(target, 8)); }
void Masm::branch(Cond c, Reg a, Reg b, Label l) {
  AS.cmp(q(a), q(b));
  branch_to(AS, cc(c), l);
}
namespace {
// Equality and sign with zero need no immediate.
void compare_imm(x86::Assembler& as, Cond c, Gp a, int64_t imm) {
  if (imm == 0 && (c == Cond::kEq || c == Cond::kNe || c == Cond::kLt || c == Cond::kGe)) {
    as.test(a, a);
  } else if (fits32(imm)) {
    as.cmp(a, imm);
  } else {
    as.mov(kScratch, imm);
    as.cmp(a, kScratch);
  }
}
}  // namespace
void Masm::branch(Cond c, Reg a, int64_t imm, Label l) {
  compare_imm(AS, c, q(a), imm);
  branch_to(AS, cc(c), l);
}
void Masm::branch32(Cond c, Reg a, Reg b, Label l) {
  AS.cmp(d32(a), d32(b));
  branch_to(AS, cc(c), l);
}
void Masm::branch32(Cond c, Reg a, int32_t imm, Label l) {
  compare_imm(AS, c, d32(a), imm);
  branch_to(AS, cc(c), l);
}
void Masm::branch_mem(Size size, Cond c, Mem m, int64_t imm, Label l) {
  imm = narrowed(size, imm);
  if (fits32(imm)) {
    AS.cmp(mem(m, size), imm);
  } else {
    AS.mov(kScratch, imm);
    AS.cmp(mem(m, size), sized(size, kScratch));
  }
  branch_to(AS, cc(c), l);
}
void Masm::branch_mem(Size size, Cond c, Mem m, Reg b, Label l) {
  AS.cmp(mem(m, size), sized(size, b));
  branch_to(AS, cc(c), l);
}
void Masm::branch_mem(Size size, Cond c, Mem m, Mem b, Label l) {
  if (size == Size::k8 || size == Size::k16)
    AS.movzx(kScratch.r32(), mem(b, size));
  else
    AS.mov(sized(size, kScratch), mem(b, size));
  AS.cmp(mem(m, size), sized(size, kScratch));
  branch_to(AS, cc(c), l);
}
void Masm::branch_test(Cond c, Reg a, int64_t mask, Label l) {
  if (mask >= 0 && mask <= 0x7F)
    AS.test(sized(Size::k8, a), mask);
  else if (mask >= 0 && mask <= 0x7FFFFFFF)
    AS.test(d32(a), mask);
  else if (fits32(mask))
    AS.test(q(a), mask);
  else {
    AS.mov(kScratch, mask);
    AS.test(q(a), kScratch);
  }
  branch_to(AS, cc(c), l);
}
void Masm::branch_test(Cond c, Reg a, Reg b, Label l) {
  AS.test(q(a), q(b));
  branch_to(AS, cc(c), l);
}
void Masm::branch_test_mem(Size size, Cond c, Mem m, int64_t mask, Label l) {
  mask = narrowed(size, mask);
  if (fits32(mask)) {
    AS.test(mem(m, size), mask);
  } else {
    AS.mov(kScratch, mask);
    AS.test(mem(m, size), sized(size, kScratch));
  }
  branch_to(AS, cc(c), l);
}
void Masm::branch_bit(bool set, Reg a, int bit, Label l) {
  if (bit < 31) return branch_test(set ? Cond::kNe : Cond::kEq, a, int64_t{1} << bit, l);
  AS.bt(q(a), bit);
  branch_to(AS, set ? x86::CondCode::kC : x86::CondCode::kNC, l);
}
void Masm::set(Cond c, Reg d, Reg a, Reg b) {
  AS.cmp(q(a), q(b));
  AS.set(cc(c), sized(Size::k8, kScratch));
  AS.movzx(d32(d), sized(Size::k8, kScratch));
}
void Masm::set(Cond c, Reg d, Reg a, int64_t imm) {
  compare_imm(AS, c, q(a), imm);
  AS.set(cc(c), sized(Size::k8, kScratch));
  AS.movzx(d32(d), sized(Size::k8, kScratch));
}
void Masm::select(Cond c, Reg d, Reg a, Reg b, Reg if_true, Reg if_false) {
  AS.cmp(q(a), q(b));
  AS.mov(kScratch, q(if_false));
  AS.cmov(cc(c), kScratch, q(if_true));
  AS.mov(q(d), kScratch);
}

// --------------------------------------------------------------------------------------------------------------------- doubles
void Masm::fmov(FReg d, FReg s) { AS.movaps(x(d), x(s)); }
void Masm::fmov(FReg d, double value) {
  uint64_t bits = std::bit_cast<uint64_t>(value);
  if (bits == 0) {
    AS.xorps(x(d), x(d));
    return;
  }
  mov(kScratchReg, static_cast<int64_t>(bits));
  AS.movq(x(d), kScratch);
}
void Masm::fmov_bits(FReg d, Reg s) { AS.movq(x(d), q(s)); }
void Masm::fmov_bits(Reg d, FReg s) { AS.movq(q(d), x(s)); }
void Masm::fload(FReg d, Mem m) { AS.movsd(x(d), mem(m, 8)); }
void Masm::fstore(Mem m, FReg s) { AS.movsd(mem(m, 8), x(s)); }
#define FLOAT(name, instruction, is_commutative) \
  void Masm::name(FReg d, FReg a, FReg b) {      \
    if (d == a) {                                \
      AS.instruction(x(d), x(b));                \
    } else if (d == b && is_commutative) {       \
      AS.instruction(x(d), x(a));                \
    } else if (d == b) {                         \
      AS.movaps(kFloatScratch, x(b));            \
      AS.movaps(x(d), x(a));                     \
      AS.instruction(x(d), kFloatScratch);       \
    } else {                                     \
      AS.movaps(x(d), x(a));                     \
      AS.instruction(x(d), x(b));                \
    }                                            \
  }
FLOAT(fadd, addsd, true)
FLOAT(fsub, subsd, false)
FLOAT(fmul, mulsd, true)
FLOAT(fdiv, divsd, false)
#undef FLOAT
void Masm::fneg(FReg d, FReg a) {
  AS.mov(kScratch, int64_t{INT64_MIN});
  AS.movq(kFloatScratch, kScratch);
  if (!(d == a)) AS.movaps(x(d), x(a));
  AS.xorps(x(d), kFloatScratch);
}
void Masm::fabs(FReg d, FReg a) {
  AS.mov(kScratch, int64_t{INT64_MAX});
  AS.movq(kFloatScratch, kScratch);
  if (!(d == a)) AS.movaps(x(d), x(a));
  AS.andps(x(d), kFloatScratch);
}
void Masm::fsqrt(FReg d, FReg a) { AS.sqrtsd(x(d), x(a)); }
void Masm::int_to_double(FReg d, Reg s) {
  AS.xorps(x(d), x(d));  // the instruction merges into d: no waiting for its former value
  AS.cvtsi2sd(x(d), q(s));
}
void Masm::double_to_int(Reg d, FReg s, Label inexact) {
  AS.cvttsd2si(kScratch, x(s));  // out of range: INT64_MIN, which converts back to a different double
  AS.xorps(kFloatScratch, kFloatScratch);
  AS.cvtsi2sd(kFloatScratch, kScratch);
  AS.ucomisd(kFloatScratch, x(s));
  branch_to(AS, x86::CondCode::kP, inexact);
  branch_to(AS, x86::CondCode::kNE, inexact);
  AS.mov(q(d), kScratch);
}
void Masm::fbranch(DoubleCond c, FReg a, FReg b, Label l) {
  switch (c) {
    case DoubleCond::kEq: {
      asmjit::Label no = AS.newLabel();
      AS.ucomisd(x(a), x(b));
      AS.short_().jp(no);
      branch_to(AS, x86::CondCode::kE, l);
      AS.bind(no);
      break;
    }
    case DoubleCond::kNe:
      AS.ucomisd(x(a), x(b));
      branch_to(AS, x86::CondCode::kP, l);
      branch_to(AS, x86::CondCode::kNE, l);
      break;
    // "above" is false for unordered operands, "below" is not: so the smaller goes on the right.
    case DoubleCond::kLt:
      AS.ucomisd(x(b), x(a));
      branch_to(AS, x86::CondCode::kA, l);
      break;
    case DoubleCond::kLe:
      AS.ucomisd(x(b), x(a));
      branch_to(AS, x86::CondCode::kAE, l);
      break;
    case DoubleCond::kGt:
      AS.ucomisd(x(a), x(b));
      branch_to(AS, x86::CondCode::kA, l);
      break;
    case DoubleCond::kGe:
      AS.ucomisd(x(a), x(b));
      branch_to(AS, x86::CondCode::kAE, l);
      break;
  }
}
void Masm::fset(DoubleCond c, Reg d, FReg a, FReg b) {
  Gp r = sized(Size::k8, kScratch), r2 = sized(Size::k8, kScratch2);
  switch (c) {
    case DoubleCond::kEq:
      AS.ucomisd(x(a), x(b));
      AS.sete(r);
      AS.setnp(r2);
      AS.and_(r, r2);
      break;
    case DoubleCond::kNe:
      AS.ucomisd(x(a), x(b));
      AS.setne(r);
      AS.setp(r2);
      AS.or_(r, r2);
      break;
    case DoubleCond::kLt:
      AS.ucomisd(x(b), x(a));
      AS.seta(r);
      break;
    case DoubleCond::kLe:
      AS.ucomisd(x(b), x(a));
      AS.setae(r);
      break;
    case DoubleCond::kGt:
      AS.ucomisd(x(a), x(b));
      AS.seta(r);
      break;
    case DoubleCond::kGe:
      AS.ucomisd(x(a), x(b));
      AS.setae(r);
      break;
  }
  AS.movzx(d32(d), r);
}

// ----------------------------------------------------------------------------------------------------------------- calls, data
void Masm::call(const void* function) { go_to(0xE8, function); }
void Masm::call_out(const void* function, std::initializer_list<Arg> args) {
  AS.push(x86::rbp);
  row(UnwindRow::kPushed, 0);
  call(function, args);
  AS.pop(x86::rbp);
  row(UnwindRow::kEntry, 0);
}
void Masm::call_stub(const void* stub) { go_to(0xE8, stub); }
void Masm::call_in_stub(const void* function, std::initializer_list<Arg> args) {
  call(function, args);  // its return address has aligned the stack
}
void Masm::forget_caller() { AS.add(x86::rsp, 8); }
void Masm::push_volatile() {
  AS.push(x86::rbp);
  row(UnwindRow::kPushed, 0);
  AS.mov(x86::rbp, x86::rsp);
  row(UnwindRow::kFrame, 0);
  constexpr int kWords = (kVolatileCount + kFloatCount) | 1;  // the stack is aligned behind them
  AS.sub(x86::rsp, kWords * 8);
  for (int i = 0; i < kVolatileCount; i++) AS.mov(x86::qword_ptr(x86::rsp, 8 * i), q(kVolatile[i]));
  for (int i = 0; i < kFloatCount; i++) AS.movsd(x86::qword_ptr(x86::rsp, 8 * (kVolatileCount + i)), x(kFloat[i]));
}
void Masm::pop_volatile() {
  for (int i = 0; i < kVolatileCount; i++) AS.mov(q(kVolatile[i]), x86::qword_ptr(x86::rsp, 8 * i));
  for (int i = 0; i < kFloatCount; i++) AS.movsd(x(kFloat[i]), x86::qword_ptr(x86::rsp, 8 * (kVolatileCount + i)));
  AS.leave();
  row(UnwindRow::kEntry, 0);
}
void Masm::call(Reg target) { AS.call(q(target)); }
void Masm::ret() { AS.ret(); }
void Masm::trap() { AS.ud2(); }
void Masm::embed64(uint64_t word) { AS.embedUInt64(word); }

}  // namespace taipan::arch
#endif
