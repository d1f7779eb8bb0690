#include <thread>
#include "tests/arch/support.h"

namespace taipan::arch::test {
namespace {

// A random place in the machine's memory: the base register is set to point so far from it that the displacement (of every class: scaled,
// unscaled, too far) and the index lead there.
struct Spot {
  Mem mem;
  int base, index = -1;
  int64_t offset;  // in bytes from memory[0]
  uint64_t index_value = 0;
  void fill(Machine& m, Machine* real) const {
    int64_t from = offset - mem.disp - static_cast<int64_t>(index_value << mem.shift);
    if (index >= 0) m.r[index] = index_value;
    m.r[base] = reinterpret_cast<uint64_t>(real->memory) + static_cast<uint64_t>(from);
  }
  void* in(Machine& m) const { return reinterpret_cast<char*>(m.memory) + offset; }
};
Spot random_spot(Size size, int other = -1, bool aligned = false) {
  Spot s;
  auto pick = [&](int not_this) {
    int r;
    do r = static_cast<int>(below(kRegs));
    while (r == other || r == not_this);
    return r;
  };
  s.base = pick(-1);
  s.offset = static_cast<int64_t>(below(kWords - 1)) * 8;
  if (!aligned) s.offset += static_cast<int64_t>(below(8)) & ~(bytes_of(size) - 1);
  static const int32_t kFar[] = {0,    0,     8,     24,     -8,      -255,       255,         256, 4095,
                                 4096, 32760, 32768, 100000, -100000, 0x7FFFFFF0, -0x7FFFFFF0, 13};
  s.mem = at(reg(s.base), kFar[below(sizeof kFar / sizeof *kFar)]);
  if (below(3) == 0) {
    s.index = pick(s.base);
    s.mem.index = reg(s.index);
    s.mem.shift = static_cast<uint8_t>(below(4));
    s.index_value = below(1000);
  }
  return s;
}
uint64_t get(Size size, const void* p) {
  uint64_t v = 0;
  memcpy(&v, p, static_cast<size_t>(bytes_of(size)));
  return v;
}
void put(Size size, void* p, uint64_t v) { memcpy(p, &v, static_cast<size_t>(bytes_of(size))); }
int64_t as_signed(Size size, uint64_t v) {
  int shift = 64 - 8 * bytes_of(size);
  return static_cast<int64_t>(v << shift) >> shift;
}

// verify() with a memory operand. The machine's memory lies at a fixed address, which base registers point to.
bool verify_at(const char* what, const Spot& s, const Emit& emit, const Model& model, const Fill& more = nullptr) {
  CodeBlock* block = assemble(emit);
  if (!block) return false;
  static Machine before, got, want;
  bool ok = true;
  for (int i = 0; i < 8 && ok; i++) {
    randomize(before);
    if (more) more(before);
    s.fill(before, &got);
    got = want = before;
    block->entry<void (*)(Machine*)>()(&got);
    model(want);
    ok = same(got, want);
  }
  if (!ok) {
    std::string text;
    space().release(assemble(emit, true, &text));
    ADD_FAILURE() << what << " offset " << s.offset << "\n"
                  << difference(before, got, want) << text.substr(text.find("; the op"));
  }
  space().release(block);
  return ok;
}

TEST(Memory, ZeroAndPairs) {
  for (int i = 0; i < 60; i++) {
    int n = static_cast<int>(below(6));
    Spot to{at(reg(1), 8 * static_cast<int64_t>(below(3))), 1, -1, 8 * static_cast<int64_t>(below(kWords - 8))};
    verify_at(
        "zero", to, [&](Masm& m, Label) { m.zero(to.mem, n); },
        [&](Machine& m) { memset(to.in(m), 0, static_cast<size_t>(n) * 8); });
    // From the words before.
    Spot from{at(reg(1), -16), 1, -1, 16 + 8 * static_cast<int64_t>(below(kWords - 8))};
    verify_at(
        "copy_pair", from, [&](Masm& m, Label) { m.copy_pair(at(reg(1), -16), at(reg(1), 8)); },
        [&](Machine& m) { memcpy(from.in(m), static_cast<char*>(from.in(m)) + 24, 16); });
    if (HasFailure()) return;
  }
}

TEST(Memory, LoadsAndStores) {
  for (int i = 0; i < 200; i++) {
    Size size = static_cast<Size>(below(4));
    int d = static_cast<int>(below(kRegs)), f = static_cast<int>(below(kFloats));
    int64_t imm = static_cast<int64_t>(random_word());
    Spot s = random_spot(size);
    verify_at(
        "load", s, [&](Masm& m, Label) { m.load(size, reg(d), s.mem); },
        [&](Machine& m) { m.r[d] = get(size, s.in(m)); });
    verify_at(
        "load_signed", s, [&](Masm& m, Label) { m.load_signed(size, reg(d), s.mem); },
        [&](Machine& m) { m.r[d] = static_cast<uint64_t>(as_signed(size, get(size, s.in(m)))); });
    verify_at(
        "store", s, [&](Masm& m, Label) { m.store(size, s.mem, reg(d)); },
        [&](Machine& m) { put(size, s.in(m), m.r[d]); });
    verify_at(
        "store imm", s, [&](Masm& m, Label) { m.store(size, s.mem, imm); },
        [&](Machine& m) { put(size, s.in(m), static_cast<uint64_t>(imm)); });
    verify_at(
        "lea", s, [&](Masm& m, Label) { m.lea(reg(d), s.mem); },
        [&](Machine& m) {
          m.r[d] = m.r[s.base] + (s.index >= 0 ? m.r[s.index] << s.mem.shift : 0) +
                   static_cast<uint64_t>(int64_t{s.mem.disp});
        });
    Spot wide = random_spot(Size::k64);
    verify_at(
        "fload", wide, [&](Masm& m, Label) { m.fload(freg(f), wide.mem); },
        [&](Machine& m) { memcpy(&m.f[f], wide.in(m), 8); });
    verify_at(
        "fstore", wide, [&](Masm& m, Label) { m.fstore(wide.mem, freg(f)); },
        [&](Machine& m) { memcpy(wide.in(m), &m.f[f], 8); });
    if (HasFailure()) return;
  }
}
TEST(Memory, Arithmetic) {
  for (int i = 0; i < 120; i++) {
    Size size = static_cast<Size>(below(4));
    Spot s = random_spot(size);
    int32_t imm = below(2) ? static_cast<int32_t>(below(3)) - 1 : static_cast<int32_t>(random_word());
    verify_at(
        "add_mem", s, [&](Masm& m, Label) { m.add_mem(size, s.mem, imm); },
        [&](Machine& m) { put(size, s.in(m), get(size, s.in(m)) + static_cast<uint64_t>(int64_t{imm})); });
    static const Cond kConds[] = {Cond::kEq, Cond::kNe, Cond::kLt, Cond::kGe};
    Cond c = kConds[below(4)];
    verify_at(
        "add_mem_branch", s, [&](Masm& m, Label l) { m.add_mem_branch(size, s.mem, imm, c, l); },
        [&](Machine& m) {
          put(size, s.in(m), get(size, s.in(m)) + static_cast<uint64_t>(int64_t{imm}));
          int64_t v = as_signed(size, get(size, s.in(m)));
          m.taken = c == Cond::kEq ? v == 0 : c == Cond::kNe ? v != 0 : c == Cond::kLt ? v < 0 : v >= 0;
        },
        [&](Machine& m) {
          if (below(2)) put(size, s.in(m), static_cast<uint64_t>(-int64_t{imm}));
        });
    if (HasFailure()) return;
  }
}
TEST(Memory, Elements) {
  struct Element {
    uint32_t first = 0, second = 0;
  } elements[40];
  for (int i = 0; i < 60; i++) {
    uint32_t at_index = static_cast<uint32_t>(below(40));
    Element* array = elements;
    int which = static_cast<int>(below(2));
    int32_t imm = below(2) ? 1 : static_cast<int32_t>(random_word());
    uint32_t before = which ? elements[at_index].second : elements[at_index].first;
    int a = static_cast<int>(below(kRegs)), b = (a + 1) % kRegs;
    CodeBlock* block = assemble([&](Masm& m, Label) {
      m.mov(reg(a), static_cast<const void*>(&array));
      m.mov(reg(b), static_cast<const void*>(&at_index));
      m.add_element(at(reg(a)), at(reg(b)), which * 4, imm);
    });
    ASSERT_TRUE(block);
    static Machine machine;
    block->entry<void (*)(Machine*)>()(&machine);
    EXPECT_EQ(which ? elements[at_index].second : elements[at_index].first, before + static_cast<uint32_t>(imm));
  }
}
TEST(Memory, Branches) {
  for (int i = 0; i < 200; i++) {
    Size size = static_cast<Size>(below(4));
    int b = static_cast<int>(below(kRegs));
    Spot s = random_spot(size, b);
    Cond c = static_cast<Cond>(below(10));
    int64_t imm = static_cast<int64_t>(random_word());
    auto holds = [&](uint64_t x, uint64_t y) {
      int64_t sx = as_signed(size, x), sy = as_signed(size, y);
      uint64_t ux = get(size, &x), uy = get(size, &y);
      switch (c) {
        case Cond::kEq: return ux == uy;
        case Cond::kNe: return ux != uy;
        case Cond::kLt: return sx < sy;
        case Cond::kLe: return sx <= sy;
        case Cond::kGt: return sx > sy;
        case Cond::kGe: return sx >= sy;
        case Cond::kBelow: return ux < uy;
        case Cond::kBelowEq: return ux <= uy;
        case Cond::kAbove: return ux > uy;
        case Cond::kAboveEq: return ux >= uy;
      }
      return false;
    };
    verify_at(
        "branch_mem imm", s, [&](Masm& m, Label l) { m.branch_mem(size, c, s.mem, imm, l); },
        [&](Machine& m) { m.taken = holds(get(size, s.in(m)), static_cast<uint64_t>(imm)); },
        [&](Machine& m) {
          if (below(2)) put(size, s.in(m), static_cast<uint64_t>(imm));
        });
    verify_at(
        "branch_mem reg", s, [&](Masm& m, Label l) { m.branch_mem(size, c, s.mem, reg(b), l); },
        [&](Machine& m) { m.taken = holds(get(size, s.in(m)), m.r[b]); },
        [&](Machine& m) {
          if (below(2)) put(size, s.in(m), m.r[b]);
        });
    bool some = below(2);
    verify_at(
        "branch_test_mem", s,
        [&](Masm& m, Label l) { m.branch_test_mem(size, some ? Cond::kNe : Cond::kEq, s.mem, imm, l); },
        [&](Machine& m) {
          uint64_t mask = static_cast<uint64_t>(imm);
          m.taken = ((get(size, s.in(m)) & get(size, &mask)) != 0) == some;
        });
    if (HasFailure()) return;
  }
}

// Both ways of ARM64: the single instructions, and the exclusive loops of processors without them.
void atomics() {
  for (int i = 0; i < 120; i++) {
    Size size = static_cast<Size>(below(4));
    int v = static_cast<int>(below(kRegs)), d = static_cast<int>(below(kRegs));
    Spot s = random_spot(size, v, true);
    verify_at(
        "load_acquire", s, [&](Masm& m, Label) { m.load_acquire(size, reg(d), s.mem); },
        [&](Machine& m) { m.r[d] = get(size, s.in(m)); });
    verify_at(
        "store_release", s, [&](Masm& m, Label) { m.store_release(size, s.mem, reg(v)); },
        [&](Machine& m) { put(size, s.in(m), m.r[v]); });
    verify_at(
        "atomic_or", s, [&](Masm& m, Label) { m.atomic_or(size, s.mem, reg(v)); },
        [&](Machine& m) { put(size, s.in(m), get(size, s.in(m)) | m.r[v]); });
    verify_at(
        "atomic_and", s, [&](Masm& m, Label) { m.atomic_and(size, s.mem, reg(v)); },
        [&](Machine& m) { put(size, s.in(m), get(size, s.in(m)) & m.r[v]); });
    if (d != v) {
      verify_at(
          "atomic_add", s, [&](Masm& m, Label) { m.atomic_add(size, reg(d), s.mem, reg(v)); },
          [&](Machine& m) {
            uint64_t old = get(size, s.in(m));
            put(size, s.in(m), old + m.r[v]);
            m.r[d] = old;
          });
      verify_at(
          "atomic_swap", s, [&](Masm& m, Label) { m.atomic_swap(size, reg(d), s.mem, reg(v)); },
          [&](Machine& m) {
            uint64_t old = get(size, s.in(m));
            put(size, s.in(m), m.r[v]);
            m.r[d] = old;
          });
    }
    int e = static_cast<int>(below(kRegs));
    if (e == v || e == d || d == v || e == s.base || e == s.index || d == s.base || d == s.index) continue;
    verify_at(
        "compare_swap", s, [&](Masm& m, Label l) { m.compare_swap(size, reg(d), s.mem, reg(e), reg(v), l); },
        [&](Machine& m) {
          uint64_t old = get(size, s.in(m));
          if (old == get(size, &m.r[e]))
            put(size, s.in(m), m.r[v]);
          else
            m.taken = 1;
          m.r[d] = old;
        },
        [&](Machine& m) {
          if (below(2)) put(size, s.in(m), m.r[e]);
        });
    if (::testing::Test::HasFailure()) return;
  }
}
TEST(Memory, Atomics) { atomics(); }
TEST(Memory, AtomicsWithoutSingleInstructions) {
  bool lse = cpu_features().lse;
  cpu_features().lse = false;
  atomics();
  cpu_features().lse = lse;
}
TEST(Memory, AtomicsAmongThreads) {
  static uint64_t counter, locked, swaps;
  counter = locked = swaps = 0;
  Masm m;
  Label again = m.new_label(), taken = m.new_label();
  Reg n = kSaved[0], one = kSaved[1], p = kSaved[2];
  m.prologue(3);
  m.mov(n, 10000);
  m.mov(one, 1);
  m.bind(again);
  m.mov(p, static_cast<const void*>(&counter));
  m.atomic_add(Size::k64, kVolatile[1], at(p), one);
  // A spin lock around a plain increment.
  m.mov(p, static_cast<const void*>(&locked));
  m.bind(taken);
  m.mov(kVolatile[2], 0);
  m.compare_swap(Size::k64, kVolatile[1], at(p), kVolatile[2], one, taken);
  m.mov(kVolatile[3], static_cast<const void*>(&swaps));
  m.add_mem(Size::k64, at(kVolatile[3]), 1);
  m.store_release(Size::k64, at(p), kVolatile[2]);
  m.sub(n, n, 1);
  m.branch(Cond::kNe, n, 0, again);
  m.fence();
  m.epilogue();
  CodeBlock* block = space().install(m, "threads");
  ASSERT_NE(block, nullptr);
  std::thread threads[3];
  for (auto& t : threads) t = std::thread(block->entry<void (*)()>());
  for (auto& t : threads) t.join();
  EXPECT_EQ(counter, 30000u);
  EXPECT_EQ(swaps, 30000u);
  space().release(block);
}

}  // namespace
}  // namespace taipan::arch::test
