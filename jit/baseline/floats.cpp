// Doubles. A float in a frame is a tagged word (gc/value.h); machine code takes it apart once and keeps the double in a register of the
// processor, which `cache_` tells about. A temporary's double isn't put together again before someone wants the word: instructions
// that take doubles don't, and the ways out of machine code do it for what they leave behind. Locals are always written at once.
#include "jit/baseline/compiler.h"

namespace taipan::jit {

using namespace frontend;

void Compiler::need_float(Reg v, Reg temp, Label no) {
  masm_.add(temp, v, int64_t{4 - Value::kFloatTag});
  masm_.branch_test(Cond::kNe, temp, int64_t{3}, no);
}
// temp: 0 or 4 for infinities (the bit is the sign), 8 or 12 for zeros, more for all other floats.
static void find_special(Masm& m, Reg v, Reg temp) {
  static_assert(Value::kInfBits + 6 == uint64_t{1} << 63 && Value::kZeroBits == Value::kInfBits + 8);
  m.add(temp, v, int64_t{6});
  m.xor_(temp, temp, INT64_MIN);
}
void decode_bits(Masm& m, Reg v, Reg temp, Label special) {
  find_special(m, v, temp);
  m.branch(Cond::kBelowEq, temp, int64_t{12}, special);
  m.shr(temp, v, 63);
  m.sub(v, v, temp);  // the tag becomes the exponent's two bits, 01 or 10
  m.rol(v, v, 61);
}
void decode_double(Masm& m, Reg v, FReg to, Reg temp, Label special) {
  decode_bits(m, v, temp, special);
  m.fmov_bits(to, v);
}
void decode_special(Masm& m, Reg v, Reg temp) {
  Label sign = m.new_near_label();
  m.and_(v, v, int64_t{4});
  m.shl(v, v, 61);
  m.branch(Cond::kAboveEq, temp, int64_t{8}, sign);
  m.mov(temp, int64_t{0x7FF0000000000000});
  m.or_(v, v, temp);
  m.bind(sign);
}
void encode_double(Masm& m, FReg v, Reg to, Reg temp, Label special, Label no) {
  m.fmov_bits(to, v);
  // Exponents that begin with 011 or 100: in front 1 and behind the sign 01, or 0 and 10. That becomes the tag, and nothing else does.
  m.rol(to, to, 3);
  m.sar(temp, to, 63);
  m.and_(temp, temp, int64_t{3});
  m.xor_(to, to, temp);
  m.add(temp, to, int64_t{4 - Value::kFloatTag});
  m.branch_test(Cond::kNe, temp, int64_t{3}, special);
  find_special(m, to, temp);
  m.branch(Cond::kBelowEq, temp, int64_t{12}, no);
}
// Zero, perhaps: only that became 0, or 4 with a sign.
void encode_special(Masm& m, Reg to, Reg temp, Label no) {
  m.and_(temp, to, static_cast<int64_t>(~uint64_t{4}));
  m.branch(Cond::kNe, temp, int64_t{0}, no);
  m.mov(temp, static_cast<int64_t>(Value::kZeroBits));
  m.or_(to, to, temp);
}
// v is a float.
void Compiler::to_double(Reg v, FReg to, Reg temp) {
  Label special = masm_.new_label(), done = masm_.new_label();
  decode_double(masm_, v, to, temp, special);
  masm_.bind(done);
  cold([this, v, to, temp, special, done] {
    masm_.bind(special);
    if (v == kT0 && temp == kT2)
      masm_.call_stub(stubs_.decode_special);
    else
      decode_special(masm_, v, temp);
    masm_.fmov_bits(to, v);
    masm_.jump(done);
  });
}
void Compiler::from_double(FReg v, Reg to, Reg temp, Label no) {
  Label special = masm_.new_label(), done = masm_.new_label();
  encode_double(masm_, v, to, temp, special, no);
  masm_.bind(done);
  cold([this, to, temp, no, special, done] {
    masm_.bind(special);
    if (to == kT0 && temp == kT2) {
      masm_.call_stub(stubs_.encode_special);
      masm_.branch(Cond::kEq, kT2, int64_t{0}, no);
    } else {
      encode_special(masm_, to, temp, no);
    }
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
FReg Compiler::operand(uint32_t r, FReg scratch, bool exact) {
  if (int k = cached(r); k >= 0) return arch::kFloat[k];
  masm_.load64(kT0, reg(r));
  Kinds k = kinds(r);
  auto from_int = [this, scratch, exact](Label no) {
    masm_.untag(kT0, kT0);
    if (exact) {
      masm_.shl(kT2, kT0, 10);
      masm_.sar(kT2, kT2, 10);
      masm_.branch(Cond::kNe, kT2, kT0, no);
    }
    masm_.int_to_double(scratch, kT0);
  };
  if (k == kIsInt) {
    from_int(exact ? slow() : Label());
    return scratch;
  }
  if (k == kIsFloat) {
    int to = fresh();
    if (to >= 0) cache_[to] = {static_cast<int32_t>(r), false};
    FReg f = to >= 0 ? arch::kFloat[to] : scratch;
    to_double(kT0, f, kT2);
    return f;
  }
  Label other = masm_.new_label(), done = masm_.new_label(), no = slow();
  need_float(kT0, kT2, other);
  to_double(kT0, scratch, kT2);
  masm_.bind(done);
  cold([this, other, done, from_int, no] {
    masm_.bind(other);
    masm_.branch_tagged(false, kT0, no);
    from_int(no);
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
