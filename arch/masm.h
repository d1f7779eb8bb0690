// The portable macro assembler: one class that both JIT tiers write machine code with, x86-64 and ARM64 alike.
//
// The picture. A compiler makes a Masm, calls its operations in program order, and hands the result to a CodeSpace
// (code_space.h), which relocates it into executable memory. There is no IR here and no register allocation: an operation
// becomes its one to few instructions at once, and the caller names registers by role (regs.h). Everything that differs
// between the processors stays behind these operations:
//
//   masm.h / masm.cpp        the interface; operations that are written in terms of others (tagged ints, call arguments)
//   x64/masm_x64.cpp         the rest for x86-64          a64/masm_a64.cpp   the rest for ARM64
//   masm_state.h             asmjit, which no file outside arch/ sees
//   code_space.h             executable memory            unwind.h           what unwinders and gdb are told
//
// Three rules hold for every operation:
//   - Three addresses: the destination may be one of the sources, and no other register changes, except the assembler's
//     own scratch registers. Flags never live from one operation to the next: compare-and-branch is one operation.
//   - Immediates and displacements may have any value the parameter's type holds; what an instruction can't encode goes
//     through a scratch register.
//   - Labels can be any distance away. ARM64's conditional branches reach 1 MB (bit tests 32 KB) forward and back: the
//     assembler lays veneers (an unconditional branch on the way) before a pending branch's reach ends, jumped over where
//     code would fall into them.
//
// Tagged ints. A tagged int is the word 2*i + 1: lowest bit set, 63 bits of integer. The `tagged_` operations work on
// words of that form and jump to `slow` where the result doesn't fit (or an operand is out of the operation's range), with
// all registers but the destination unchanged: the slow path finds its operands where they were. They don't test tags:
// branch_tagged and branch_both_tagged do.
//
// Native frames. A function that C++ calls begins with prologue() and ends with epilogue(): frame pointer chain, then the
// first n registers of kSaved, then local slots. Code blocks that only ever run inside such a frame (jumped to from it, as
// the baseline tier's are) say inside_frame() instead. Both tell the unwinder.
//
// Errors (no memory, an operand asmjit refuses) stick: the operations go on without effect, and finish() reports false.
// Comments cost nothing unless the listing is on.
#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>
#include "arch/regs.h"

namespace taipan::arch {

// Integer comparisons: signed, then unsigned.
enum class Cond : uint8_t { kEq, kNe, kLt, kLe, kGt, kGe, kBelow, kBelowEq, kAbove, kAboveEq };
Cond negate(Cond c);
// Comparisons of doubles; with a NaN all are false but kNe.
enum class DoubleCond : uint8_t { kEq, kNe, kLt, kLe, kGt, kGe };

enum class Size : uint8_t { k8, k16, k32, k64 };
inline constexpr int bytes_of(Size s) { return 1 << static_cast<int>(s); }

// base + (index << shift) + disp
struct Mem {
  Reg base;
  int32_t disp = 0;
  Reg index = kNoRegister;
  uint8_t shift = 0;
};
inline constexpr Mem at(Reg base, int64_t disp = 0) { return {base, static_cast<int32_t>(disp)}; }
inline constexpr Mem at(Reg base, Reg index, uint8_t shift, int64_t disp = 0) {
  return {base, static_cast<int32_t>(disp), index, shift};
}
// The field of the struct that `base` points to: field offsets come from the C++ structs alone.
#define TAIPAN_FIELD(base, Type, member) ::taipan::arch::at(base, static_cast<int64_t>(offsetof(Type, member)))

struct Label {
  uint32_t id = UINT32_MAX;
  bool valid() const { return id != UINT32_MAX; }
};

// What unwinding needs to know of one code block; made by prologue(), epilogue(), inside_frame().
struct UnwindRow {
  enum Kind : uint8_t {
    kEntry,      // just called: return address on top of the stack (x86-64) or in the link register
    kPushed,     // frame pointer (and return address) stored
    kFrame,      // frame pointer set
    kSavedRegs,  // the first `saved` registers of kSaved stored below it
  };
  uint32_t offset;
  Kind kind;
  uint8_t saved;
};

// One argument of call(): a register, a constant, the content of memory, or an address.
struct Arg {
  enum Kind : uint8_t { kRegister, kImmediate, kMemory, kAddress } kind;
  Reg reg;
  int64_t imm = 0;
  Mem mem = {};
  Arg(Reg r) : kind(kRegister), reg(r) {}
  Arg(int i) : kind(kImmediate), imm(i) {}
  Arg(uint32_t i) : kind(kImmediate), imm(i) {}
  Arg(int64_t i) : kind(kImmediate), imm(i) {}
  Arg(uint64_t i) : kind(kImmediate), imm(static_cast<int64_t>(i)) {}
  Arg(const void* p) : kind(kImmediate), imm(static_cast<int64_t>(reinterpret_cast<uintptr_t>(p))) {}
  Arg(Mem m) : kind(kMemory), mem(m) {}
  static Arg address(Mem m) {
    Arg a(m);
    a.kind = kAddress;
    return a;
  }
};

class Masm {
 public:
  struct State;  // asmjit's side (masm_state.h)

  explicit Masm(bool listing = false);
  ~Masm();
  Masm(const Masm&) = delete;
  Masm& operator=(const Masm&) = delete;

  // ---- labels, comments, the end
  Label new_label();
  // The same where all branches to it are forward and short (a hundred bytes of x86-64 code): they take less room.
  Label new_near_label();
  void bind(Label l);
  bool is_bound(Label l) const;
  void align(int bytes);
  uint32_t offset() const;  // bytes so far
  bool listing() const { return listing_; }
  void comment(const char* format, ...) __attribute__((format(printf, 2, 3)));
  const std::string& listing_text();  // so far: instructions with their bytes, labels and comments
  // No more operations after it. False: see error(). size() bytes then go to install().
  bool finish();
  const char* error() const { return error_; }
  size_t size() const;
  // Writes the code to `write`, relocated for running at `exec`. After it offset_of() is final. False: see error().
  bool install(void* write, const void* exec);
  uint32_t offset_of(Label l) const;  // of a bound label, after finish()
  const std::vector<UnwindRow>& unwind_rows() const { return rows_; }

  // ---- frames
  void prologue(int saved, int local_bytes = 0);
  void epilogue();               // undoes the prologue and returns; code may follow
  void inside_frame(int saved);  // this block runs in the frame of such a prologue
  void without_frame();          // it is jumped to as functions are called, and ends with a jump or ret
  Mem local(int slot) const;     // 8-byte local slot of the prologue

  // ---- moves
  void mov(Reg d, Reg s);
  void mov(Reg d, int64_t imm);
  void mov(Reg d, int imm) { mov(d, static_cast<int64_t>(imm)); }
  void mov(Reg d, uint64_t imm) { mov(d, static_cast<int64_t>(imm)); }
  void mov(Reg d, const void* p) { mov(d, static_cast<int64_t>(reinterpret_cast<uintptr_t>(p))); }
  // The same in few bytes, for what seldom runs.
  void mov_compact(Reg d, int64_t imm);
  void lea(Reg d, Mem m);
  void lea(Reg d, Label l);
  void zero_extend(Size from, Reg d, Reg s);
  void sign_extend(Size from, Reg d, Reg s);
  void swap(Reg a, Reg b);

  // ---- memory. Loads fill the whole register.
  void load(Size size, Reg d, Mem m);  // zero-extended
  void load_signed(Size size, Reg d, Mem m);
  void store(Size size, Mem m, Reg s);
  void store(Size size, Mem m, int64_t imm);
  void load64(Reg d, Mem m) { load(Size::k64, d, m); }
  void load32(Reg d, Mem m) { load(Size::k32, d, m); }
  void store64(Mem m, Reg s) { store(Size::k64, m, s); }
  void store64(Mem m, int64_t imm) { store(Size::k64, m, imm); }
  void store32(Mem m, Reg s) { store(Size::k32, m, s); }
  void store32(Mem m, int64_t imm) { store(Size::k32, m, imm); }
  // n words of zero from m on (base and displacement alone).
  void zero(Mem m, int n);
  // d[0..1] = s[0..1], words.
  void copy_pair(Mem d, Mem s);
  // m += imm, not atomically.
  void add_mem(Size size, Mem m, int32_t imm);
  // The same, then a jump if the result (of that size, signed) compares with zero so: kEq, kNe, kLt or kGe.
  void add_mem_branch(Size size, Mem m, int32_t imm, Cond c, Label l);

  // The same of element `index` (a 32-bit word in memory) of the array of 8-byte elements whose address is in `array` (base and displacement
  // alone, both): of its 32-bit word `disp` bytes in. Both are read after what was read before.
  void add_element(Mem array, Mem index, int32_t disp, int32_t imm);

  // ---- ordered and atomic memory. Addresses are naturally aligned.
  void load_acquire(Size size, Reg d, Mem m);
  void store_release(Size size, Mem m, Reg s);
  void atomic_add(Size size, Reg old, Mem m,
                  Reg s);  // old (not s) = former value; sequentially consistent, as the next ones
  void atomic_or(Size size, Mem m, Reg s);
  void atomic_and(Size size, Mem m, Reg s);
  void atomic_swap(Size size, Reg old, Mem m, Reg s);
  // If m == expected then m = desired, else jumps to fail; observed (not one of the others) = former value either way.
  void compare_swap(Size size, Reg observed, Mem m, Reg expected, Reg desired, Label fail);
  void fence();

  // ---- integers. The `32` forms compute modulo 2^32 and clear the upper half.
  void add(Reg d, Reg a, Reg b);
  void add(Reg d, Reg a, int64_t imm);
  void sub(Reg d, Reg a, Reg b);
  void sub(Reg d, Reg a, int64_t imm) { add(d, a, static_cast<int64_t>(-static_cast<uint64_t>(imm))); }
  void and_(Reg d, Reg a, Reg b);
  void and_(Reg d, Reg a, int64_t imm);
  void or_(Reg d, Reg a, Reg b);
  void or_(Reg d, Reg a, int64_t imm);
  void xor_(Reg d, Reg a, Reg b);
  void xor_(Reg d, Reg a, int64_t imm);
  void mul(Reg d, Reg a, Reg b);
  void neg(Reg d, Reg a);
  void not_(Reg d, Reg a);
  void shl(Reg d, Reg a, int n);  // 0..63
  void shr(Reg d, Reg a, int n);
  void sar(Reg d, Reg a, int n);
  void rol(Reg d, Reg a, int n);
  void shl(Reg d, Reg a, Reg n);  // by n modulo 64
  void shr(Reg d, Reg a, Reg n);
  void sar(Reg d, Reg a, Reg n);
  void add32(Reg d, Reg a, Reg b);
  void add32(Reg d, Reg a, int32_t imm);
  void sub32(Reg d, Reg a, Reg b);
  // Quotient and remainder, truncated. b isn't zero, and a / b is no overflow. quotient != remainder; either may be a or b.
  void div(Reg quotient, Reg remainder, Reg a, Reg b);
  void mul_high(Reg d, Reg a, Reg b);      // the upper 64 bits of the signed product
  void count_leading_zeros(Reg d, Reg a);  // 64 for zero

  // Signed with overflow: the jump is taken if the result doesn't fit; d is undefined there, and unchanged if it is a source.
  void add_overflow(Reg d, Reg a, Reg b, Label overflow);
  void add_overflow(Reg d, Reg a, int64_t imm, Label overflow);
  void sub_overflow(Reg d, Reg a, Reg b, Label overflow);
  void mul_overflow(Reg d, Reg a, Reg b, Label overflow);

  // ---- tagged ints (see above). `d` may be a source: it is unchanged at `slow` then.
  void branch_tagged(bool yes, Reg a, Label l);
  void branch_both_tagged(bool yes, Reg a, Reg b, Label l, Reg temp = kNoRegister);  // shorter with one to lose
  void tag(Reg d, Reg s);                                                            // must fit
  void tag_checked(Reg d, Reg s, Label slow);
  void untag(Reg d, Reg s) { sar(d, s, 1); }
  void tagged_add(Reg d, Reg a, Reg b, Label slow);
  void tagged_sub(Reg d, Reg a, Reg b, Label slow);
  void tagged_mul(Reg d, Reg a, Reg b, Label slow);
  void tagged_floor_div(Reg d, Reg a, Reg b, Label slow);
  void tagged_floor_mod(Reg d, Reg a, Reg b, Label slow);
  // Quotient or remainder by a constant, 3 at least, no power of two and below 2^60: by multiplication (constant_divide.cpp). a, d and two registers to lose differ.
  void tagged_floor_divide(Reg d, Reg a, int64_t by, bool remainder, Reg temp, Reg temp2);
  void tagged_and(Reg d, Reg a, Reg b) { and_(d, a, b); }
  void tagged_or(Reg d, Reg a, Reg b) { or_(d, a, b); }
  void tagged_xor(Reg d, Reg a, Reg b);
  void tagged_shl(Reg d, Reg a, Reg n, Label slow);  // slow for n outside 0..61 too
  void tagged_shr(Reg d, Reg a, Reg n, Label slow);  // slow for negative n
  void tagged_neg(Reg d, Reg a, Label slow);
  void tagged_not(Reg d, Reg a);
  void tagged_add(Reg d, Reg a, int32_t imm, Label slow);  // imm: the plain integer
  void tagged_mul(Reg d, Reg a, int32_t imm, Label slow);

  // ---- branches
  void jump(Label l);
  void jump(Reg target);
  void jump(const void* target);  // code or a function, anywhere
  void jump(Mem target);          // the address in memory
  void branch(Cond c, Reg a, Reg b, Label l);
  void branch(Cond c, Reg a, int64_t imm, Label l);
  void branch32(Cond c, Reg a, Reg b, Label l);
  void branch32(Cond c, Reg a, int32_t imm, Label l);
  void branch_mem(Size size, Cond c, Mem m, int64_t imm, Label l);
  void branch_mem(Size size, Cond c, Mem m, Reg b, Label l);  // memory on the left
  void branch_mem(Size size, Cond c, Mem m, Mem b, Label l);
  // kEq: all bits of the mask are zero, kNe: some are set.
  void branch_test(Cond c, Reg a, int64_t mask, Label l);
  void branch_test(Cond c, Reg a, Reg b, Label l);
  void branch_test_mem(Size size, Cond c, Mem m, int64_t mask, Label l);
  void branch_bit(bool set, Reg a, int bit, Label l);
  void set(Cond c, Reg d, Reg a, Reg b);  // d = 1 or 0
  void set(Cond c, Reg d, Reg a, int64_t imm);
  void select(Cond c, Reg d, Reg a, Reg b, Reg if_true, Reg if_false);

  // ---- doubles
  void fmov(FReg d, FReg s);
  void fmov(FReg d, double value);
  void fmov_bits(FReg d, Reg s);  // the word's bits
  void fmov_bits(Reg d, FReg s);
  void fload(FReg d, Mem m);
  void fstore(Mem m, FReg s);
  void fadd(FReg d, FReg a, FReg b);
  void fsub(FReg d, FReg a, FReg b);
  void fmul(FReg d, FReg a, FReg b);
  void fdiv(FReg d, FReg a, FReg b);
  void fneg(FReg d, FReg a);
  void fabs(FReg d, FReg a);
  void fsqrt(FReg d, FReg a);
  void int_to_double(FReg d, Reg s);                 // rounds to nearest
  void double_to_int(Reg d, FReg s, Label inexact);  // jumps unless s is a whole number that fits (-0.0 gives 0)
  void fbranch(DoubleCond c, FReg a, FReg b, Label l);
  void fset(DoubleCond c, Reg d, FReg a, FReg b);

  // ---- calls, by the platform's rules. The stack is aligned if the frame is prologue()'s.
  void call(const void* function);
  void call(Reg target);
  // Moves up to six arguments into place, in whatever order is needed, then calls.
  void call(const void* function, std::initializer_list<Arg> args);
  template <class R, class... A>
  void call(R (*function)(A...), std::initializer_list<Arg> args) {
    call(reinterpret_cast<const void*>(function), args);
  }
  // The same in a block that says without_frame(): the frame pointer (and the return address) are stored for the time of the call.
  void call_out(const void* function, std::initializer_list<Arg> args);
  // Stubs: pieces of code in the same code space that such blocks call and that return. call_in_stub is call_out for them.
  void call_stub(const void* stub);
  void call_in_stub(const void* function, std::initializer_list<Arg> args);
  // In a stub, instead of returning: as if its caller had jumped here.
  void forget_caller();
  // In a stub, around calls of C++ that must not cost the caller a register: all of kVolatile and kFloat are kept on the stack.
  void push_volatile();
  void pop_volatile();
  void ret();
  void trap();  // never reached

  // ---- data
  void embed64(uint64_t word);

  State& state() { return *state_; }
  // Turned off where code memory lies too far from the program for relative calls: what was made until then can't be installed.
  static inline bool code_memory_is_near = true;

 private:
  friend struct State;
  friend class ErrorSink;
  void fail(const char* why);
  void row(UnwindRow::Kind kind, int saved);
  void move_args(std::initializer_list<Arg> args);
  void go_to(uint8_t op, const void* target);

  State* state_;
  const char* error_ = nullptr;
  std::vector<UnwindRow> rows_;
  int frame_saved_ = 0;
  int frame_locals_ = 0;
  bool listing_ = false;
};

// Features of the processor this process runs on, looked up once.
struct CpuFeatures {
  bool lse = false;  // ARM64: atomic read-modify-write instructions
};
CpuFeatures& cpu_features();  // tests turn things off

}  // namespace taipan::arch
