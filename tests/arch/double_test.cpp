#include "tests/arch/support.h"

namespace taipan::arch::test {
namespace {

struct Binary {
  const char* name;
  void (Masm::*emit)(FReg, FReg, FReg);
  double (*model)(double, double);
};
const Binary kBinary[] = {
    {"fadd", &Masm::fadd, [](double a, double b) { return a + b; }},
    {"fsub", &Masm::fsub, [](double a, double b) { return a - b; }},
    {"fmul", &Masm::fmul, [](double a, double b) { return a * b; }},
    {"fdiv", &Masm::fdiv, [](double a, double b) { return a / b; }},
};
TEST(Double, Arithmetic) {
  for (const Binary& op : kBinary) {
    for (int i = 0; i < 24; i++) {
      int d = static_cast<int>(below(kFloats)), a = static_cast<int>(below(kFloats)),
          b = static_cast<int>(below(kFloats));
      if (i == 0) d = b;
      if (i == 1) d = a;
      if (!verify(
              op.name, [&](Masm& m, Label) { (m.*op.emit)(freg(d), freg(a), freg(b)); },
              [&](Machine& m) { m.f[d] = op.model(m.f[a], m.f[b]); }, 60))
        return;
    }
  }
}
TEST(Double, OneOperand) {
  for (int i = 0; i < 24; i++) {
    int d = static_cast<int>(below(kFloats)), a = i == 0 ? d : static_cast<int>(below(kFloats)),
        r = static_cast<int>(below(kRegs));
    double value = random_double();
    verify("fmov", [&](Masm& m, Label) { m.fmov(freg(d), freg(a)); }, [&](Machine& m) { m.f[d] = m.f[a]; });
    verify("fmov value", [&](Masm& m, Label) { m.fmov(freg(d), value); }, [&](Machine& m) { m.f[d] = value; });
    verify("fneg", [&](Masm& m, Label) { m.fneg(freg(d), freg(a)); }, [&](Machine& m) { m.f[d] = -m.f[a]; });
    verify("fabs", [&](Masm& m, Label) { m.fabs(freg(d), freg(a)); }, [&](Machine& m) { m.f[d] = std::fabs(m.f[a]); });
    verify(
        "fsqrt", [&](Masm& m, Label) { m.fsqrt(freg(d), freg(a)); }, [&](Machine& m) { m.f[d] = std::sqrt(m.f[a]); });
    verify(
        "fmov_bits in", [&](Masm& m, Label) { m.fmov_bits(freg(d), reg(r)); },
        [&](Machine& m) { m.f[d] = std::bit_cast<double>(m.r[r]); });
    verify(
        "fmov_bits out", [&](Masm& m, Label) { m.fmov_bits(reg(r), freg(a)); },
        [&](Machine& m) { m.r[r] = std::bit_cast<uint64_t>(m.f[a]); });
    verify(
        "int_to_double", [&](Masm& m, Label) { m.int_to_double(freg(d), reg(r)); },
        [&](Machine& m) { m.f[d] = static_cast<double>(static_cast<int64_t>(m.r[r])); }, 60);
    verify(
        "double_to_int", [&](Masm& m, Label l) { m.double_to_int(reg(r), freg(a), l); },
        [&](Machine& m) {
          double v = m.f[a];
          if (v >= -9223372036854775808.0 && v < 9223372036854775808.0 && v == std::floor(v))
            m.r[r] = static_cast<uint64_t>(static_cast<int64_t>(v));
          else
            m.taken = 1, m.ignore = r;
        },
        200);
    if (HasFailure()) return;
  }
}
TEST(Double, Comparisons) {
  for (int i = 0; i < 60; i++) {
    int a = static_cast<int>(below(kFloats)), b = static_cast<int>(below(kFloats)), r = static_cast<int>(below(kRegs));
    DoubleCond c = static_cast<DoubleCond>(below(6));
    auto holds = [&](double x, double y) {
      switch (c) {
        case DoubleCond::kEq: return x == y;
        case DoubleCond::kNe: return x != y;
        case DoubleCond::kLt: return x < y;
        case DoubleCond::kLe: return x <= y;
        case DoubleCond::kGt: return x > y;
        case DoubleCond::kGe: return x >= y;
      }
      return false;
    };
    auto fill = [&](Machine& m) {
      if (below(3) == 0) m.f[b] = m.f[a];
    };
    verify(
        "fbranch", [&](Masm& m, Label l) { m.fbranch(c, freg(a), freg(b), l); },
        [&](Machine& m) { m.taken = holds(m.f[a], m.f[b]); }, 60, fill);
    verify(
        "fset", [&](Masm& m, Label) { m.fset(c, reg(r), freg(a), freg(b)); },
        [&](Machine& m) { m.r[r] = holds(m.f[a], m.f[b]); }, 60, fill);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace taipan::arch::test
