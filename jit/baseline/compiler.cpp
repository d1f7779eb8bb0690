// The pass itself, and the pieces that fast paths are made of.
#include "jit/baseline/compiler.h"
#include "frontend/bytecode/op_info.h"

namespace taipan::jit {

using namespace frontend;

static_assert(Value::kIntTag == 1 && Value::kFloatTag == 2, "the tagged operations of arch/masm.h");

Compiler::Compiler(Code* code, Masm& masm, const void* const* handlers, const Stubs& stubs)
    : code_(code), masm_(masm), handlers_(handlers), stubs_(stubs), gil_(gc::gil_enabled) {
  first_temporary_ = uint32_t{code->nlocals} + code->ncells + code->nfree;
  uint32_t n = code->instruction_count;
  entries_.resize(n);
  slow_.resize(n);
  handler_only_.resize(n);
  for (uint32_t i = 0; i < n; i++) {
    entries_[i] = masm_.new_label();
    slow_[i] = masm_.new_label();
  }
}

void Compiler::compile() {
  masm_.without_frame();
  for (index_ = 0; index_ < code_->instruction_count; index_++) {
    pc_ = code_->instructions + index_;
    masm_.bind(entries_[index_]);
    if (op() == kOpEXT) {  // an operand: never run
      masm_.bind(slow_[index_]);
      continue;
    }
    if (masm_.listing())
      masm_.comment("%u: %s r%u r%u r%u (line %d)", index_, kOpInfo[op()].name, a(), b(), c(),
                    code_line(code_, index_));
    instruction();
  }
  for (size_t i = 0; i < cold_.size(); i++) {
    index_ = cold_[i].index;
    pc_ = code_->instructions + index_;
    if (masm_.listing()) masm_.comment("rest of %u", index_);
    std::function<void()> part = std::move(cold_[i].emit);  // which may add others
    part();
  }
}

void Compiler::instruction() {
  if (moves() || jumps() || loops() || arithmetic() || comparisons() || attributes() || subscripts() || cells() ||
      calls()) {
    // The way out lies with the other cold parts.
    cold([this] {
      masm_.bind(slow());
      leave(index_);
    });
  } else {
    handler_only_[index_] = true;
    masm_.bind(slow());
    leave(index_);
  }
}

void Compiler::leave(uint32_t index) {
  const Instruction* pc = code_->instructions + index;
  masm_.mov(kPc, static_cast<const void*>(pc));
  masm_.load64(kWord, at(kPc));
  masm_.jump(handlers_[pc->op]);
}

// A heap pointer has its three low bits clear and isn't null.
void Compiler::need_heap(Reg v) {
  masm_.branch_test(Cond::kNe, v, int64_t{7}, slow());
  masm_.branch(Cond::kEq, v, int64_t{0}, slow());
}
void Compiler::branch_not_mine(Reg heap, Label l) {
  Mem owner = TAIPAN_FIELD(heap, Header, owner);
  if (gil_) {
    masm_.branch_mem(Size::k16, Cond::kNe, owner, gc::kGilSlot, l);
  } else {
    Reg slot = heap == kT3 ? kT2 : kT3;
    masm_.load(Size::k16, slot, TAIPAN_FIELD(kThread, Thread, slot));
    masm_.branch_mem(Size::k16, Cond::kNe, owner, slot, l);
  }
}
void Compiler::save_pc() {
  masm_.mov(kPc, static_cast<const void*>(pc_));
  masm_.store64(TAIPAN_FIELD(kFrame, Frame, pc), kPc);
}

namespace {
void decref_any(gc::Header* h) { gc::decref(h); }
void incref_any(gc::Header* h) { gc::incref(h); }
}  // namespace

void Compiler::drop(Reg v, bool often_null) {
  Label heap = masm_.new_label(), done = masm_.new_label();
  if (often_null)
    masm_.branch(Cond::kNe, v, int64_t{0}, heap);
  else
    masm_.branch_test(Cond::kEq, v, int64_t{7}, heap);
  masm_.bind(done);
  cold([this, v, often_null, heap, done] {
    masm_.bind(heap);
    if (often_null)
      masm_.branch_test(Cond::kNe, v, int64_t{7}, done);
    else
      masm_.branch(Cond::kEq, v, int64_t{0}, done);
    drop_heap(v);
    masm_.jump(done);
  });
}
void Compiler::drop_heap(Reg v) {
  Label call = masm_.new_label(), other = masm_.new_label(), done = masm_.new_label();
  branch_not_mine(v, other);
  masm_.branch_mem(Size::k32, Cond::kEq, TAIPAN_FIELD(v, Header, rc_local), 1, call);
  masm_.add_mem(Size::k32, TAIPAN_FIELD(v, Header, rc_local), -1);
  masm_.bind(done);
  cold([this, v, call, other, done] {
    masm_.bind(other);
    masm_.branch_test_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(v, Header, gcflags), gc::kImmortal, done);
    masm_.bind(call);
    save_pc();
    masm_.call_out(reinterpret_cast<const void*>(&decref_any), {v});
    masm_.jump(done);
  });
}
void Compiler::incref(Reg v, std::function<void()> reload) {
  Label call = masm_.new_label(), other = masm_.new_label(), done = masm_.new_label();
  masm_.branch_test(Cond::kNe, v, int64_t{7}, done);
  masm_.branch(Cond::kEq, v, int64_t{0}, done);
  branch_not_mine(v, other);
  masm_.branch_mem(Size::k32, Cond::kLt, TAIPAN_FIELD(v, Header, rc_local), 0, call);
  masm_.add_mem(Size::k32, TAIPAN_FIELD(v, Header, rc_local), 1);
  masm_.bind(done);
  cold([this, v, call, other, done, reload = std::move(reload)] {
    masm_.bind(other);
    masm_.branch_test_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(v, Header, gcflags), gc::kImmortal, done);
    masm_.bind(call);
    masm_.call_out(reinterpret_cast<const void*>(&incref_any), {v});
    if (reload) reload();
    masm_.jump(done);
  });
}
void Compiler::set(uint32_t r, Reg v) {
  Reg old = v == kT0 ? kT1 : kT0;
  masm_.load64(old, reg(r));
  masm_.store64(reg(r), v);
  drop(old, r >= first_temporary_);
}
void Compiler::take_operand(uint32_t r) {
  masm_.load64(kT0, reg(r));
  masm_.store64(reg(r), 0);
  drop_heap(kT0);
}
void Compiler::empty_operands(bool b_plain, bool c_plain) {
  if (b_plain && last_b()) masm_.store64(reg(b()), 0);
  if (c_plain && last_c()) masm_.store64(reg(c()), 0);
}
void Compiler::load_feedback(Reg to) {
  // The code and its feedback lie apart by what the frame says.
  masm_.mov(kPc, static_cast<const void*>(pc_));
  masm_.load64(to, TAIPAN_FIELD(kFrame, Frame, feedback));
  masm_.load_acquire(Size::k64, to, at(to, kPc, 0));
}

// ---- floats (the rotation of gc/value.h)
void Compiler::need_float(Reg v, Reg temp, Label no) {
  masm_.and_(temp, v, int64_t{3});
  masm_.branch(Cond::kNe, temp, static_cast<int64_t>(Value::kFloatTag), no);
}
void Compiler::to_double(Reg v, FReg to, Reg temp, Label no) {
  Label special = masm_.new_label(), done = masm_.new_label();
  masm_.and_(temp, v, static_cast<int64_t>(~uint64_t{4}));
  masm_.sub(temp, temp, static_cast<int64_t>(Value::kInfBits));
  masm_.branch(Cond::kBelowEq, temp, int64_t{8}, special);
  masm_.shr(temp, v, 63);
  masm_.and_(v, v, static_cast<int64_t>(~uint64_t{3}));
  masm_.or_(v, v, int64_t{2});
  masm_.sub(v, v, temp);  // (2 - sign) | rest: the low bits of the rest are clear
  masm_.rol(v, v, 61);
  masm_.fmov_bits(to, v);
  masm_.bind(done);
  cold([this, v, to, temp, no, special, done] {
    masm_.bind(special);  // zero or infinity
    masm_.branch(Cond::kNe, temp, static_cast<int64_t>(Value::kZeroBits - Value::kInfBits), no);
    masm_.and_(v, v, int64_t{4});
    masm_.shl(v, v, 61);
    masm_.fmov_bits(to, v);
    masm_.jump(done);
  });
}
// The same of a small int that a double holds exactly.
void Compiler::number_to_double(Reg v, FReg to, Reg temp, Label no) {
  Label integer = masm_.new_label(), done = masm_.new_label();
  masm_.branch_tagged(true, v, integer);
  need_float(v, temp, no);
  to_double(v, to, temp, no);
  masm_.bind(done);
  cold([this, v, to, temp, no, integer, done] {
    masm_.bind(integer);
    masm_.untag(v, v);
    masm_.add(temp, v, int64_t{1} << 53);
    masm_.branch(Cond::kAbove, temp, int64_t{1} << 54, no);
    masm_.int_to_double(to, v);
    masm_.jump(done);
  });
}
void Compiler::from_double(FReg v, Reg to, Reg temp, Label no) {
  Label special = masm_.new_label(), done = masm_.new_label();
  masm_.fmov_bits(to, v);
  masm_.shr(temp, to, 60);
  masm_.and_(temp, temp, int64_t{7});
  masm_.sub(temp, temp, int64_t{3});
  masm_.branch(Cond::kAbove, temp, int64_t{1}, special);
  masm_.rol(to, to, 3);
  masm_.and_(to, to, static_cast<int64_t>(~uint64_t{3}));
  masm_.or_(to, to, static_cast<int64_t>(Value::kFloatTag));
  masm_.and_(temp, to, static_cast<int64_t>(~uint64_t{4}));
  masm_.sub(temp, temp, static_cast<int64_t>(Value::kInfBits));
  masm_.branch(Cond::kBelowEq, temp, int64_t{8}, no);
  masm_.bind(done);
  cold([this, to, temp, no, special, done] {
    masm_.bind(special);  // zero, perhaps
    masm_.shl(temp, to, 1);
    masm_.branch(Cond::kNe, temp, int64_t{0}, no);
    masm_.shr(to, to, 61);
    masm_.mov(temp, static_cast<int64_t>(Value::kZeroBits));
    masm_.or_(to, to, temp);
    masm_.jump(done);
  });
}

}  // namespace taipan::jit
