// A small machine to try operations on: every register that generated code may use is loaded from it, the operation runs, and every
// register is stored back. The model does the same to a copy in C++, so that changing a register that isn't the destination shows.
#pragma once
#include <gtest/gtest.h>
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <random>
#include "arch/code_space.h"
#include "arch/masm.h"

namespace taipan::arch::test {

inline constexpr int kRegs = 11;  // kVolatile[0..6], kSaved[1..4]
inline constexpr int kFloats = 8;
inline constexpr int kWords = 1024;

struct Machine {
  uint64_t r[kRegs];
  double f[kFloats];
  uint64_t taken;
  uint64_t memory[kWords];
  int ignore = -1;  // a register whose content is undefined
};

inline Mem word_at(Reg base, int i) { return at(base, static_cast<int64_t>(offsetof(Machine, r)) + 8 * i); }
inline Mem double_at(Reg base, int i) { return at(base, static_cast<int64_t>(offsetof(Machine, f)) + 8 * i); }
inline Reg reg(int i) { return i < 7 ? kVolatile[i] : kSaved[1 + i - 7]; }
inline FReg freg(int i) { return kFloat[i]; }
inline std::mt19937_64& rng() {
  static std::mt19937_64 g(20240607);
  return g;
}
inline uint64_t below(uint64_t n) { return rng()() % n; }

inline uint64_t random_word() {
  static const uint64_t kSpecial[] = {0,
                                      1,
                                      2,
                                      3,
                                      5,
                                      62,
                                      63,
                                      64,
                                      125,
                                      126,
                                      127,
                                      128,
                                      255,
                                      256,
                                      0x7FFF,
                                      0x8000,
                                      0xFFFF,
                                      0x10000,
                                      0x7FFFFFFF,
                                      0x80000000,
                                      0xFFFFFFFF,
                                      0x100000000,
                                      0x3FFFFFFFFFFFFFFF,
                                      0x4000000000000000,
                                      0x7FFFFFFFFFFFFFFF,
                                      0x8000000000000000,
                                      0x8000000000000001,
                                      0xC000000000000000,
                                      0xFFFFFFFFFFFFFFFF,
                                      0xFFFFFFFFFFFFFFFE,
                                      0xFFFFFFFF00000000,
                                      0xFFFFFFFF80000000};
  switch (below(4)) {
    case 0: return kSpecial[below(sizeof kSpecial / sizeof *kSpecial)];
    case 1: return rng()() >> below(64);
    case 2: return 0 - (rng()() >> below(64));
    default: return rng()();
  }
}
inline double random_double() {
  static const double kSpecial[] = {0.0,
                                    -0.0,
                                    1.0,
                                    -1.0,
                                    0.5,
                                    2.5,
                                    1e300,
                                    -1e300,
                                    5e-324,
                                    9007199254740992.0,
                                    9007199254740993.0,
                                    9223372036854775808.0,
                                    -9223372036854775808.0,
                                    9223372036854774784.0,
                                    1.8446744073709552e19,
                                    std::numeric_limits<double>::infinity(),
                                    -std::numeric_limits<double>::infinity(),
                                    std::numeric_limits<double>::quiet_NaN()};
  switch (below(4)) {
    case 0: return kSpecial[below(sizeof kSpecial / sizeof *kSpecial)];
    case 1: return static_cast<double>(static_cast<int64_t>(rng()()) >> below(64));
    case 2: return std::ldexp(static_cast<double>(static_cast<int64_t>(rng()())), -static_cast<int>(below(70)));
    default: return std::bit_cast<double>(rng()());
  }
}
// Tagged ints near the interesting borders; made of random_word otherwise.
inline uint64_t random_tagged() { return (random_word() << 1) | 1; }

using Emit = std::function<void(Masm&, Label taken)>;
using Model = std::function<void(Machine&)>;
using Fill = std::function<void(Machine&)>;

inline CodeSpace& space() {
  static CodeSpace s;
  return s;
}

inline CodeBlock* assemble(const Emit& emit, bool listing = false, std::string* text = nullptr) {
  Masm m(listing);
  Reg base = kSaved[0];
  Label taken = m.new_label(), out = m.new_label();
  m.prologue(5, 64);
  m.mov(base, kArgs[0]);
  for (int i = 0; i < kFloats; i++) m.fload(freg(i), double_at(base, i));
  for (int i = 0; i < kRegs; i++) m.load64(reg(i), word_at(base, i));
  m.comment("the operation");
  emit(m, taken);
  m.jump(out);
  m.bind(taken);
  m.store64(TAIPAN_FIELD(base, Machine, taken), 1);
  m.bind(out);
  for (int i = 0; i < kRegs; i++) m.store64(word_at(base, i), reg(i));
  for (int i = 0; i < kFloats; i++) m.fstore(double_at(base, i), freg(i));
  m.epilogue();
  if (text) *text = m.listing_text();
  CodeBlock* block = space().install(m, "operation");
  EXPECT_NE(block, nullptr) << (m.error() ? m.error() : "no code memory");
  return block;
}
inline void randomize(Machine& m) {
  for (auto& r : m.r) r = random_word();
  for (auto& f : m.f) f = random_double();
  for (auto& w : m.memory) w = random_word();
  m.taken = 0;
  m.ignore = -1;
}
inline bool same(const Machine& a, const Machine& b) {
  for (int i = 0; i < kRegs; i++) {
    if (i != b.ignore && a.r[i] != b.r[i]) return false;
  }
  for (int i = 0; i < kFloats; i++) {
    bool nan = std::isnan(a.f[i]) && std::isnan(b.f[i]);
    if (!nan && std::bit_cast<uint64_t>(a.f[i]) != std::bit_cast<uint64_t>(b.f[i])) return false;
  }
  return a.taken == b.taken && memcmp(a.memory, b.memory, sizeof a.memory) == 0;
}
inline std::string difference(const Machine& before, const Machine& got, const Machine& want) {
  std::string s;
  char line[160];
  for (int i = 0; i < kRegs; i++) {
    bool differs = i != want.ignore && got.r[i] != want.r[i];
    snprintf(line, sizeof line, "%c r%-2d %016llx -> %016llx want %016llx\n", differs ? '*' : ' ', i,
             static_cast<unsigned long long>(before.r[i]), static_cast<unsigned long long>(got.r[i]),
             static_cast<unsigned long long>(want.r[i]));
    s += line;
  }
  for (int i = 0; i < kFloats; i++) {
    snprintf(line, sizeof line, "  f%d %.17g -> %.17g want %.17g\n", i, before.f[i], got.f[i], want.f[i]);
    s += line;
  }
  snprintf(line, sizeof line, "  taken %d want %d\n", static_cast<int>(got.taken), static_cast<int>(want.taken));
  s += line;
  for (int i = 0; i < kWords; i++) {
    if (got.memory[i] == want.memory[i]) continue;
    snprintf(line, sizeof line, "* memory[%d] %016llx -> %016llx want %016llx\n", i,
             static_cast<unsigned long long>(before.memory[i]), static_cast<unsigned long long>(got.memory[i]),
             static_cast<unsigned long long>(want.memory[i]));
    s += line;
  }
  return s;
}
inline bool verify(const std::string& what, const Emit& emit, const Model& model, int rounds = 24,
                   const Fill& fill = nullptr) {
  CodeBlock* block = assemble(emit);
  if (!block) return false;
  auto* run = block->entry<void (*)(Machine*)>();
  static Machine before, got, want;
  bool ok = true;
  for (int i = 0; i < rounds && ok; i++) {
    randomize(before);
    if (fill) fill(before);
    got = want = before;
    run(&got);
    model(want);
    ok = same(got, want);
  }
  if (!ok) {
    std::string text;
    CodeBlock* again = assemble(emit, true, &text);
    ADD_FAILURE() << what << "\n" << difference(before, got, want) << text.substr(text.find("; the op"));
    space().release(again);
  }
  space().release(block);
  return ok;
}

}  // namespace taipan::arch::test
