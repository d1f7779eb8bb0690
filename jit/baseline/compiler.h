// The one-pass compiler of the baseline tier. See baseline.h.
#pragma once
#include <functional>
#include <vector>
#include "arch/masm.h"
#include "frontend/bytecode/code_unit.h"
#include "gc/heap.h"
#include "interp/objects/frame.h"

namespace taipan::jit {

using arch::at;
using arch::Cond;
using arch::DoubleCond;
using arch::FReg;
using arch::Label;
using arch::Masm;
using arch::Mem;
using arch::Reg;
using arch::Size;

// The handlers' five variables, and what is free between instructions.
inline constexpr Reg kFrame = arch::kTailArgs[0], kPc = arch::kTailArgs[1], kThread = arch::kTailArgs[2],
                     kTable = arch::kTailArgs[3], kWord = arch::kTailArgs[4];
inline constexpr Reg kT0 = arch::kVolatile[0], kT1 = arch::kVolatile[1], kT2 = arch::kVolatile[2],
                     kT3 = arch::kVolatile[3];
// Survives calls of C++; nobody's between instructions.
inline constexpr Reg kHold = arch::kSaved[0];
inline constexpr FReg kF0 = arch::kFloat[0], kF1 = arch::kFloat[1];

// Code that all functions share (calls.cpp).
struct Stubs {
  static constexpr uint32_t kCalls = 8;
  const void* find = nullptr;  // goes on at kPc, in machine code or not
  const void* call[kCalls] =
      {};  // a Python function (kT0) with that many arguments, kT1: its registers, kPc: the instruction
  const void* append = nullptr;  // list.append(x), perhaps: as call
  const void* ret = nullptr;     // RETURN of the register at kT0, kPc: the instruction
};
void emit_find(Masm& m);  // kWord is set as well, for an entry may be a handler
void emit_call(Masm& m, uint32_t nargs);
void emit_append(Masm& m);
void emit_return(Masm& m, const void* const* table);

class Compiler {
 public:
  Compiler(Code* code, Masm& masm, const void* const* handlers, const Stubs& stubs);
  void compile();
  uint32_t entry(uint32_t index) const { return masm_.offset_of(entries_[index]); }
  bool handler_only(uint32_t index) const {
    return handler_only_[index];
  }  // no fast path: its entry can be its handler

 private:
  void instruction();
  // Each writes the fast path of the current instruction and says so; false: its handler does all.
  bool moves();
  bool jumps();
  bool loops();
  bool arithmetic();
  bool comparisons();
  bool attributes();
  bool subscripts();
  bool cells();
  bool calls();

  void int_operation(uint8_t op, Reg x, Reg y, Reg result);
  void compare_ints(bool small);
  void leave(uint32_t index);  // to the handler of that instruction

  // The current instruction.
  uint8_t op() const { return pc_->op; }
  uint16_t a() const { return pc_->a; }
  uint16_t b() const { return pc_->b; }
  uint16_t c() const { return pc_->c; }
  int16_t imm() const { return static_cast<int16_t>(pc_->c); }
  bool last_a() const { return pc_->flags & frontend::kLastA; }
  bool last_b() const { return pc_->flags & frontend::kLastB; }
  bool last_c() const { return pc_->flags & frontend::kLastC; }
  Label slow() { return slow_[index_]; }
  Label target(uint32_t index) { return entries_[index]; }
  uint32_t extension() const { return pc_[1].wide(); }

  // Pieces that fast paths are made of. All jump to slow() where they can't go on, before anything has changed.
  static Mem reg(uint32_t r) { return at(kFrame, static_cast<int64_t>(sizeof(Frame) + r * sizeof(Value))); }
  void need_heap(Reg v);
  void need_slot(uint32_t r, Reg object, Reg offset);
  // From here on things change: no way to slow() any more. What calls C++ does so out of line, and keeps only the five and kHold.
  void drop(Reg v, bool often_null = false);              // releases v, which may be anything
  void drop_heap(Reg v);                                  // a heap object
  void incref(Reg v, std::function<void()> reload = {});  // v (kHold, or reloaded after a call) may be anything
  void set(uint32_t r, Reg v);                            // register r = v (owned); what it held goes
  void take_operand(uint32_t r);                          // a heap object at its last use goes
  void branch_not_mine(Reg heap, Label l);                // another's count, or none
  void save_pc();
  void empty_operands(bool b, bool c);  // plain temporaries at their last use
  void load_feedback(Reg to);
  void to_double(Reg v, FReg to, Reg temp, Label no);  // v: an immediate float; destroys v
  void number_to_double(Reg v, FReg to, Reg temp, Label no);
  void from_double(FReg v, Reg to, Reg temp, Label no);  // no: needs a box
  void need_float(Reg v, Reg temp, Label no);
  void cold(std::function<void()> part) { cold_.push_back({index_, std::move(part)}); }

  struct ColdPart {
    uint32_t index;
    std::function<void()> emit;
  };
  Code* code_;
  Masm& masm_;
  const void* const* handlers_;
  const Stubs& stubs_;
  uint32_t first_temporary_;
  const frontend::Instruction* pc_ = nullptr;
  uint32_t index_ = 0;
  bool gil_;
  std::vector<Label> entries_, slow_;
  std::vector<bool> handler_only_;
  std::vector<ColdPart> cold_;
};

}  // namespace taipan::jit
