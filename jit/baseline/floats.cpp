// Doubles. A float in a frame is a tagged word (gc/value.h); machine code takes it apart once and keeps the double in a register of the
// processor, which `cache_` tells about. A temporary's double isn't put together again before someone wants the word: instructions
// that take doubles don't, and the ways out of machine code do it for what they leave behind. Locals are always written at once.
#include "jit/baseline/compiler.h"

namespace taipan::jit {

using namespace frontend;

void Compiler::need_float(Reg v, Reg temp, Label no) {
  masm_.and_(temp, v, int64_t{3});
  masm_.branch(Cond::kNe, temp, static_cast<int64_t>(Value::kFloatTag), no);
}
// `no` for what isn't there: v is a float.
void Compiler::to_double(Reg v, FReg to, Reg temp, Label) {
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
  cold([this, v, to, temp, special, done] {
    Label infinity = masm_.new_label(), sign = masm_.new_label();
    masm_.bind(special);  // zero or infinity
    masm_.branch(Cond::kNe, temp, static_cast<int64_t>(Value::kZeroBits - Value::kInfBits), infinity);
    masm_.and_(v, v, int64_t{4});
    masm_.shl(v, v, 61);
    masm_.jump(sign);
    masm_.bind(infinity);
    masm_.and_(v, v, int64_t{4});
    masm_.shl(v, v, 61);
    masm_.mov(temp, int64_t{0x7FF0000000000000});
    masm_.or_(v, v, temp);
    masm_.bind(sign);
    masm_.fmov_bits(to, v);
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

int Compiler::cached(uint32_t r) const {
  for (int k = kFirstCached; k < arch::kFloatCount; k++)
    if (cache_[k].reg == static_cast<int32_t>(r)) return k;
  return -1;
}
bool Compiler::live_floats() const {
  for (int k = kFirstCached; k < arch::kFloatCount; k++)
    if (cache_[k].reg >= 0) return true;
  return false;
}
int Compiler::fresh() {
  int clean = -1;
  for (int k = kFirstCached; k < arch::kFloatCount; k++) {
    if (cache_[k].reg < 0) return k;
    if (!cache_[k].dirty && clean < 0 && cache_[k].reg != b() && cache_[k].reg != c()) clean = k;
  }
  if (clean >= 0) cache_[clean] = {};
  return clean;
}
// An instruction that takes doubles may want three machine registers: for its operands, where they aren't in one yet, and its result.
void Compiler::make_room() {
  int room = 0;
  for (int k = kFirstCached; k < arch::kFloatCount; k++) room += !cache_[k].dirty;
  for (int k = kFirstCached; k < arch::kFloatCount && room < 5; k++) {
    if (!cache_[k].dirty || cache_[k].reg == b() || cache_[k].reg == c()) continue;
    flush(k);
    room++;
  }
}
// Register r = kFloat[k] as a value, whatever it takes; kT0 and kT2 are lost. Where there is no memory for a box the instruction raises that:
// other doubles that were on their way to temporaries are gone then, as these are.
void Compiler::box_to(int k, uint32_t r) {
  Label large = masm_.new_label(), done = masm_.new_label();
  from_double(arch::kFloat[k], kT0, kT2, large);
  masm_.bind(done);
  masm_.store64(reg(r), kT0);
  cold([this, k, large, done] {
    masm_.bind(large);
    masm_.fmov(kF0, arch::kFloat[k]);
    masm_.call_stub(stubs_.box);
    on_null(kT0);
    masm_.jump(done);
  });
}
void Compiler::flush(int k) {
  box_to(k, static_cast<uint32_t>(cache_[k].reg));
  cache_[k].dirty = false;
}
void Compiler::flush_all() {
  for (int k = kFirstCached; k < arch::kFloatCount; k++)
    if (cache_[k].dirty) flush(k);
}
void Compiler::forget(uint32_t r) {
  if (int k = cached(r); k >= 0) cache_[k] = {};
}
void Compiler::forget_all() {
  for (auto& c : cache_) c = {};
}

// Operand r as a double: where it is already, or in a register that keeps it, or (where it may be an int) in `scratch`.
FReg Compiler::operand(uint32_t r, FReg scratch) {
  if (int k = cached(r); k >= 0) return arch::kFloat[k];
  masm_.load64(kT0, reg(r));
  Kinds k = kinds(r);
  auto from_int = [this, scratch] {
    masm_.untag(kT0, kT0);
    masm_.add(kT2, kT0, int64_t{1} << 53);
    masm_.branch(Cond::kAbove, kT2, int64_t{1} << 54, slow());
    masm_.int_to_double(scratch, kT0);
  };
  if (k == kIsInt) {
    from_int();
    return scratch;
  }
  if (k == kIsFloat) {
    int to = fresh();
    if (to >= 0) cache_[to] = {static_cast<int32_t>(r), false};
    FReg f = to >= 0 ? arch::kFloat[to] : scratch;
    to_double(kT0, f, kT2, Label());
    return f;
  }
  Label other = masm_.new_label(), done = masm_.new_label(), no = slow();
  need_float(kT0, kT2, other);
  to_double(kT0, scratch, kT2, Label());
  masm_.bind(done);
  cold([this, other, done, scratch, no] {
    masm_.bind(other);
    masm_.branch_tagged(false, kT0, no);
    masm_.untag(kT0, kT0);
    masm_.add(kT2, kT0, int64_t{1} << 53);
    masm_.branch(Cond::kAbove, kT2, int64_t{1} << 54, no);
    masm_.int_to_double(scratch, kT0);
    masm_.jump(done);
  });
  return scratch;
}

void Compiler::result_double(uint32_t r, int k, bool zero) {
  forget(r);
  if (is_temporary(r) && !(now_.kinds[r] & kIsHeap)) {
    if (zero) masm_.store64(reg(r), 0);
    cache_[k] = {static_cast<int32_t>(r), true};
    return;
  }
  cache_[k] = {static_cast<int32_t>(r), false};
  if (!(now_.kinds[r] & kIsHeap)) {
    masm_.store64(reg(r), kT0);
    return;
  }
  masm_.load64(kT1, reg(r));
  masm_.store64(reg(r), kT0);
  drop(kT1);
}

}  // namespace taipan::jit
