#include "tests/arch/support.h"

namespace taipan::arch::test {
namespace {

using I = int64_t;
using U = uint64_t;

// d = a op b; the model gives the result, or false where the jump is taken.
struct Binary {
  const char* name;
  void (*emit)(Masm&, Reg d, Reg a, Reg b, Label l);
  bool (*model)(U a, U b, U* out);
};

void check(const Binary& op, U (*make)(), int choices = 24) {
  for (int i = 0; i < choices; i++) {
    int d = static_cast<int>(below(kRegs)), a = static_cast<int>(below(kRegs)), b = static_cast<int>(below(kRegs));
    if (i == 0) d = a;
    if (i == 1) d = b;
    if (i == 2) d = a = b;
    if (i == 3) a = b;
    bool ok = verify(
        std::string(op.name) + " r" + std::to_string(d) + ", r" + std::to_string(a) + ", r" + std::to_string(b),
        [&](Masm& m, Label l) { op.emit(m, reg(d), reg(a), reg(b), l); },
        [&](Machine& m) {
          U out = 0;
          if (op.model(m.r[a], m.r[b], &out)) {
            m.r[d] = out;
          } else {
            m.taken = 1;
            if (d != a && d != b) m.ignore = d;
          }
        },
        60,
        [&](Machine& m) {
          m.r[a] = make();
          m.r[b] = make();
          if (below(3) == 0) m.r[b] = m.r[a];
        });
    if (!ok) return;
  }
}

#define PLAIN(name, expression)                                         \
  {#name, [](Masm& m, Reg d, Reg a, Reg b, Label) { m.name(d, a, b); }, \
   [](U a, U b, U* out) {                                               \
     *out = (expression);                                               \
     return true;                                                       \
   }}
#define JUMPING(name, expression)                                            \
  {#name, [](Masm& m, Reg d, Reg a, Reg b, Label l) { m.name(d, a, b, l); }, \
   [](U ua, U ub, U* out) -> bool {                                          \
     I a = static_cast<I>(ua), b = static_cast<I>(ub), r = 0;                \
     bool ok = (expression);                                                 \
     *out = static_cast<U>(r);                                               \
     return ok;                                                              \
   }}

const Binary kPlain[] = {
    PLAIN(add, a + b),
    PLAIN(sub, a - b),
    PLAIN(and_, a& b),
    PLAIN(or_, a | b),
    PLAIN(xor_, a ^ b),
    PLAIN(mul, a* b),
    PLAIN(shl, a << (b & 63)),
    PLAIN(shr, a >> (b & 63)),
    PLAIN(sar, static_cast<U>(static_cast<I>(a) >> (b & 63))),
    PLAIN(add32, static_cast<uint32_t>(a + b)),
    PLAIN(sub32, static_cast<uint32_t>(a - b)),
    JUMPING(add_overflow, !__builtin_add_overflow(a, b, &r)),
    JUMPING(sub_overflow, !__builtin_sub_overflow(a, b, &r)),
    JUMPING(mul_overflow, !__builtin_mul_overflow(a, b, &r)),
};
TEST(Integer, TwoOperands) {
  for (const Binary& op : kPlain) check(op, random_word);
}

// Tagged ints, against 128-bit arithmetic on the plain integers.
bool fit(__int128 v, I* out) {
  if (v < -(I{1} << 62) || v >= (I{1} << 62)) return false;
  *out = static_cast<I>((static_cast<U>(v) << 1) | 1);
  return true;
}
#define TAGGED(name, expression)                                             \
  {#name, [](Masm& m, Reg d, Reg a, Reg b, Label l) { m.name(d, a, b, l); }, \
   [](U ua, U ub, U* out) -> bool {                                          \
     __int128 a = static_cast<I>(ua) >> 1, b = static_cast<I>(ub) >> 1;      \
     I r = 0;                                                                \
     bool ok = (expression);                                                 \
     *out = static_cast<U>(r);                                               \
     return ok;                                                              \
   }}
__int128 floor_div(__int128 a, __int128 b) { return a / b - ((a % b != 0) && ((a < 0) != (b < 0))); }
#define TAGGED_PLAIN(name, expression)                                  \
  {#name, [](Masm& m, Reg d, Reg a, Reg b, Label) { m.name(d, a, b); }, \
   [](U ua, U ub, U* out) -> bool {                                     \
     I a = static_cast<I>(ua) >> 1, b = static_cast<I>(ub) >> 1;        \
     *out = (static_cast<U>(expression) << 1) | 1;                      \
     return true;                                                       \
   }}
const Binary kTagged[] = {
    TAGGED(tagged_add, fit(a + b, &r)),
    TAGGED(tagged_sub, fit(a - b, &r)),
    TAGGED(tagged_mul, fit(a* b, &r)),
    TAGGED(tagged_floor_div, b != 0 && fit(floor_div(a, b), &r)),
    TAGGED(tagged_floor_mod, b != 0 && fit(a - floor_div(a, b) * b, &r)),
    TAGGED(tagged_shl, b >= 0 && b < 62 && fit(a << static_cast<int>(b), &r)),
    TAGGED(tagged_shr, b >= 0 && fit(a >> (b > 63 ? 63 : static_cast<int>(b)), &r)),
    TAGGED_PLAIN(tagged_and, a& b),
    TAGGED_PLAIN(tagged_or, a | b),
    TAGGED_PLAIN(tagged_xor, a ^ b),
};
TEST(Integer, Tagged) {
  for (const Binary& op : kTagged) check(op, random_tagged);
}

struct Unary {
  const char* name;
  void (*emit)(Masm&, Reg d, Reg a, Label l);
  bool (*model)(U a, U* out);
  bool tagged = false;
};
#define UNARY(name, ...)                                      \
  {#name, [](Masm& m, Reg d, Reg a, Label) { m.name(d, a); }, \
   [](U a, U* out) {                                          \
     *out = static_cast<U>(__VA_ARGS__);                      \
     return true;                                             \
   }}
const Unary kUnary[] = {
    UNARY(mov, a),
    UNARY(neg, 0 - a),
    UNARY(not_, ~a),
    UNARY(count_leading_zeros, a ? std::countl_zero(a) : 64),
    UNARY(tag, 2 * a + 1),
    UNARY(untag, static_cast<I>(a) >> 1),
    {"zero_extend 8", [](Masm& m, Reg d, Reg a, Label) { m.zero_extend(Size::k8, d, a); },
     [](U a, U* o) {
       *o = static_cast<uint8_t>(a);
       return true;
     }},
    {"zero_extend 16", [](Masm& m, Reg d, Reg a, Label) { m.zero_extend(Size::k16, d, a); },
     [](U a, U* o) {
       *o = static_cast<uint16_t>(a);
       return true;
     }},
    {"zero_extend 32", [](Masm& m, Reg d, Reg a, Label) { m.zero_extend(Size::k32, d, a); },
     [](U a, U* o) {
       *o = static_cast<uint32_t>(a);
       return true;
     }},
    {"sign_extend 8", [](Masm& m, Reg d, Reg a, Label) { m.sign_extend(Size::k8, d, a); },
     [](U a, U* o) {
       *o = static_cast<U>(static_cast<int8_t>(a));
       return true;
     }},
    {"sign_extend 16", [](Masm& m, Reg d, Reg a, Label) { m.sign_extend(Size::k16, d, a); },
     [](U a, U* o) {
       *o = static_cast<U>(static_cast<int16_t>(a));
       return true;
     }},
    {"sign_extend 32", [](Masm& m, Reg d, Reg a, Label) { m.sign_extend(Size::k32, d, a); },
     [](U a, U* o) {
       *o = static_cast<U>(static_cast<int32_t>(a));
       return true;
     }},
    {"tag_checked", [](Masm& m, Reg d, Reg a, Label l) { m.tag_checked(d, a, l); },
     [](U a, U* o) {
       *o = 2 * a + 1;
       return static_cast<I>(a) == (static_cast<I>(2 * a) >> 1);
     }},
    {"tagged_neg", [](Masm& m, Reg d, Reg a, Label l) { m.tagged_neg(d, a, l); },
     [](U a, U* o) {
       I r;
       bool ok = fit(-(static_cast<__int128>(static_cast<I>(a) >> 1)), &r);
       *o = static_cast<U>(r);
       return ok;
     },
     true},
    {"tagged_not", [](Masm& m, Reg d, Reg a, Label) { m.tagged_not(d, a); },
     [](U a, U* o) {
       *o = (~(a >> 1) << 1) | 1;
       return true;
     },
     true},
};
TEST(Integer, OneOperand) {
  for (const Unary& op : kUnary) {
    for (int i = 0; i < 16; i++) {
      int d = static_cast<int>(below(kRegs)), a = i == 0 ? d : static_cast<int>(below(kRegs));
      bool ok = verify(
          op.name, [&](Masm& m, Label l) { op.emit(m, reg(d), reg(a), l); },
          [&](Machine& m) {
            U out = 0;
            if (op.model(m.r[a], &out)) {
              m.r[d] = out;
            } else {
              m.taken = 1;
              if (d != a) m.ignore = d;
            }
          },
          60,
          [&](Machine& m) {
            if (op.tagged) m.r[a] = random_tagged();
          });
      if (!ok) return;
    }
  }
}

TEST(Integer, Immediates) {
  for (int i = 0; i < 60; i++) {
    int d = static_cast<int>(below(kRegs)), a = i % 4 == 0 ? d : static_cast<int>(below(kRegs));
    I imm = static_cast<I>(random_word());
    int32_t small = static_cast<int32_t>(random_word());
    int n = static_cast<int>(below(64));
    Reg rd = reg(d), ra = reg(a);
    std::string with = " imm " + std::to_string(imm) + " small " + std::to_string(small) + " n " + std::to_string(n);
#define CASE(emit, model)     \
  verify(                     \
      #emit + with,           \
      [&](Masm& m, Label l) { \
        (void)l;              \
        emit;                 \
      },                      \
      [&](Machine& m) {       \
        U x = m.r[a];         \
        (void)x;              \
        model;                \
      },                      \
      12)
    CASE(m.mov(rd, imm), m.r[d] = static_cast<U>(imm));
    CASE(m.mov_compact(rd, imm), m.r[d] = static_cast<U>(imm));
    CASE(m.mov_compact(rd, static_cast<int8_t>(imm)), m.r[d] = static_cast<U>(I{static_cast<int8_t>(imm)}));
    CASE(m.add(rd, ra, imm), m.r[d] = x + static_cast<U>(imm));
    CASE(m.sub(rd, ra, imm), m.r[d] = x - static_cast<U>(imm));
    CASE(m.and_(rd, ra, imm), m.r[d] = x & static_cast<U>(imm));
    CASE(m.or_(rd, ra, imm), m.r[d] = x | static_cast<U>(imm));
    CASE(m.xor_(rd, ra, imm), m.r[d] = x ^ static_cast<U>(imm));
    CASE(m.and_(rd, ra, static_cast<I>(~(U{1} << n))), m.r[d] = x & ~(U{1} << n));
    CASE(m.or_(rd, ra, static_cast<I>(U{1} << n)), m.r[d] = x | U{1} << n);
    CASE(m.xor_(rd, ra, static_cast<I>(U{1} << n)), m.r[d] = x ^ U{1} << n);
    CASE(m.shl(rd, ra, n), m.r[d] = x << n);
    CASE(m.shr(rd, ra, n), m.r[d] = x >> n);
    CASE(m.sar(rd, ra, n), m.r[d] = static_cast<U>(static_cast<I>(x) >> n));
    CASE(m.rol(rd, ra, n), m.r[d] = std::rotl(x, n));
    CASE(m.add32(rd, ra, small), m.r[d] = static_cast<uint32_t>(x + static_cast<U>(small)));
    CASE(m.set(Cond::kLt, rd, ra, imm), m.r[d] = static_cast<I>(x) < imm);
    CASE(m.set(Cond::kEq, rd, ra, imm), m.r[d] = static_cast<I>(x) == imm);
    CASE(m.add_overflow(rd, ra, imm, l), {
      I r;
      if (!__builtin_add_overflow(static_cast<I>(x), imm, &r))
        m.r[d] = static_cast<U>(r);
      else {
        m.taken = 1;
        if (d != a) m.ignore = d;
      }
    });
#undef CASE
#define CASE(emit, expression)                       \
  verify(                                            \
      #emit + with, [&](Masm& m, Label l) { emit; }, \
      [&](Machine& m) {                              \
        __int128 x = static_cast<I>(m.r[a]) >> 1;    \
        I r;                                         \
        if (fit(expression, &r))                     \
          m.r[d] = static_cast<U>(r);                \
        else {                                       \
          m.taken = 1;                               \
          if (d != a) m.ignore = d;                  \
        }                                            \
      },                                             \
      12, [&](Machine& m) { m.r[a] = random_tagged(); })
    CASE(m.tagged_add(rd, ra, small, l), x + small);
    CASE(m.tagged_mul(rd, ra, small, l), x * small);
#undef CASE
    if (HasFailure()) return;
  }
}

TEST(Integer, Division) {
  for (int i = 0; i < 60; i++) {
    int q = static_cast<int>(below(kRegs)), r = static_cast<int>(below(kRegs)), a = static_cast<int>(below(kRegs)),
        b = static_cast<int>(below(kRegs));
    if (q == r) continue;
    bool ok = verify(
        "div r" + std::to_string(q) + " r" + std::to_string(r) + " = r" + std::to_string(a) + " / r" +
            std::to_string(b),
        [&](Masm& m, Label) { m.div(reg(q), reg(r), reg(a), reg(b)); },
        [&](Machine& m) {
          I x = static_cast<I>(m.r[a]), y = static_cast<I>(m.r[b]);
          m.r[q] = static_cast<U>(x / y);
          m.r[r] = static_cast<U>(x % y);
        },
        20,
        [&](Machine& m) {
          while (m.r[b] == 0) m.r[b] = random_word();
          if (static_cast<I>(m.r[b]) == -1 && static_cast<I>(m.r[a]) == INT64_MIN) m.r[a] = 7;
        });
    if (!ok) return;
  }
}

TEST(Integer, DivisionByConstants) {
  for (int i = 0; i < 300; i++) {
    int d = static_cast<int>(below(kRegs)), a = static_cast<int>(below(kRegs)), t = static_cast<int>(below(kRegs)),
        t2 = static_cast<int>(below(kRegs));
    if (d == a || d == t || d == t2 || a == t || a == t2 || t == t2) continue;
    I by = static_cast<I>(random_word() >> (4 + below(60)));
    if (by < 3 || std::has_single_bit(static_cast<U>(by))) by = 3 + 2 * static_cast<I>(below(50));
    bool remainder = below(2);
    bool ok = verify(
        std::string(remainder ? "mod r" : "div r") + std::to_string(d) + " = r" + std::to_string(a) + " by " +
            std::to_string(by),
        [&](Masm& m, Label) {
          m.tagged_floor_divide(reg(d), reg(a), by, remainder, reg(t), reg(t2));
          m.mov(reg(t), 0);
          m.mov(reg(t2), 0);
        },
        [&](Machine& m) {
          I x = static_cast<I>(m.r[a]) >> 1, q = static_cast<I>(floor_div(x, by));
          m.r[d] = 2 * static_cast<U>(remainder ? x - q * by : q) + 1;
          m.r[t] = m.r[t2] = 0;
        },
        20,
        [&](Machine& m) {
          // Multiples and their neighbours, too, and the ends of the range.
          m.r[a] = random_tagged();
          I x = static_cast<I>(m.r[a]) >> 1;
          switch (below(5)) {
            case 0: x = x / by * by; break;
            case 1: x = x / by * by - (x > 0); break;
            case 2: x = below(2) ? -(I{1} << 62) : (I{1} << 62) - 1; break;
            case 3: x = static_cast<I>(below(1000)) - 500; break;
            default: break;
          }
          m.r[a] = 2 * static_cast<U>(x) + 1;
        });
    if (!ok) return;
  }
}

TEST(Integer, SwapSelectSet) {
  for (int i = 0; i < 60; i++) {
    int d = static_cast<int>(below(kRegs)), a = static_cast<int>(below(kRegs)), b = static_cast<int>(below(kRegs)),
        t = static_cast<int>(below(kRegs)), f = static_cast<int>(below(kRegs));
    Cond c = static_cast<Cond>(below(10));
    auto holds = [&](U x, U y) {
      I sx = static_cast<I>(x), sy = static_cast<I>(y);
      switch (c) {
        case Cond::kEq: return x == y;
        case Cond::kNe: return x != y;
        case Cond::kLt: return sx < sy;
        case Cond::kLe: return sx <= sy;
        case Cond::kGt: return sx > sy;
        case Cond::kGe: return sx >= sy;
        case Cond::kBelow: return x < y;
        case Cond::kBelowEq: return x <= y;
        case Cond::kAbove: return x > y;
        case Cond::kAboveEq: return x >= y;
      }
      return false;
    };
    auto equal_often = [&](Machine& m) {
      if (below(2)) m.r[b] = m.r[a];
    };
    verify("swap", [&](Masm& m, Label) { m.swap(reg(a), reg(b)); }, [&](Machine& m) { std::swap(m.r[a], m.r[b]); }, 4);
    verify(
        "set", [&](Masm& m, Label) { m.set(c, reg(d), reg(a), reg(b)); },
        [&](Machine& m) { m.r[d] = holds(m.r[a], m.r[b]); }, 24, equal_often);
    verify(
        "select", [&](Masm& m, Label) { m.select(c, reg(d), reg(a), reg(b), reg(t), reg(f)); },
        [&](Machine& m) { m.r[d] = holds(m.r[a], m.r[b]) ? m.r[t] : m.r[f]; }, 24, equal_often);
    verify(
        "branch", [&](Masm& m, Label l) { m.branch(c, reg(a), reg(b), l); },
        [&](Machine& m) { m.taken = holds(m.r[a], m.r[b]); }, 24, equal_often);
    I imm = static_cast<I>(random_word());
    verify(
        "branch imm", [&](Masm& m, Label l) { m.branch(c, reg(a), imm, l); },
        [&](Machine& m) { m.taken = holds(m.r[a], static_cast<U>(imm)); }, 24,
        [&](Machine& m) {
          if (below(2)) m.r[a] = static_cast<U>(imm) + below(3) - 1;
        });
    int32_t small = static_cast<int32_t>(imm);
    auto holds32 =
        [&](U x, U y) {  // the 32-bit comparison: signed ones on sign-extended, unsigned ones on zero-extended words
          bool is_signed = c >= Cond::kLt && c <= Cond::kGe;
          return is_signed ? holds(static_cast<U>(static_cast<int32_t>(x)), static_cast<U>(static_cast<int32_t>(y)))
                           : holds(static_cast<uint32_t>(x), static_cast<uint32_t>(y));
        };
    verify(
        "branch32", [&](Masm& m, Label l) { m.branch32(c, reg(a), reg(b), l); },
        [&](Machine& m) { m.taken = holds32(m.r[a], m.r[b]); }, 24,
        [&](Machine& m) {
          if (below(2)) m.r[b] = m.r[a] ^ (U{1} << 40);
        });
    verify(
        "branch32 imm", [&](Masm& m, Label l) { m.branch32(c, reg(a), small, l); },
        [&](Machine& m) { m.taken = holds32(m.r[a], static_cast<U>(small)); }, 24,
        [&](Machine& m) {
          if (below(2)) m.r[a] = static_cast<U>(imm) + below(3) - 1;
        });
    if (HasFailure()) return;
  }
}

TEST(Integer, BitTests) {
  for (int i = 0; i < 60; i++) {
    int a = static_cast<int>(below(kRegs)), b = static_cast<int>(below(kRegs)), bit = static_cast<int>(below(64));
    bool yes = below(2);
    I mask = i % 3 == 0 ? I{1} << bit : static_cast<I>(random_word());
    Cond c = yes ? Cond::kNe : Cond::kEq;
    verify(
        "branch_bit", [&](Masm& m, Label l) { m.branch_bit(yes, reg(a), bit, l); },
        [&](Machine& m) { m.taken = ((m.r[a] >> bit) & 1) == yes; });
    verify(
        "branch_tagged", [&](Masm& m, Label l) { m.branch_tagged(yes, reg(a), l); },
        [&](Machine& m) { m.taken = (m.r[a] & 1) == yes; });
    verify(
        "branch_both_tagged", [&](Masm& m, Label l) { m.branch_both_tagged(yes, reg(a), reg(b), l); },
        [&](Machine& m) { m.taken = (m.r[a] & m.r[b] & 1) == yes; });
    if (int t = static_cast<int>(below(kRegs)); t != a && t != b)
      verify(
          "branch_both_tagged temp", [&](Masm& m, Label l) { m.branch_both_tagged(yes, reg(a), reg(b), l, reg(t)); },
          [&](Machine& m) {
            m.taken = (m.r[a] & m.r[b] & 1) == yes;
            m.ignore = t;
          });
    verify(
        "branch_test imm", [&](Masm& m, Label l) { m.branch_test(c, reg(a), mask, l); },
        [&](Machine& m) { m.taken = ((m.r[a] & static_cast<U>(mask)) != 0) == yes; });
    verify(
        "branch_test", [&](Masm& m, Label l) { m.branch_test(c, reg(a), reg(b), l); },
        [&](Machine& m) { m.taken = ((m.r[a] & m.r[b]) != 0) == yes; });
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace taipan::arch::test
