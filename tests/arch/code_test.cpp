// Calls, frames, labels at all distances, code memory, unwinding, listings.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <unwind.h>
#include <fstream>
#include "tests/arch/support.h"

namespace taipan::arch::test {
namespace {

uint64_t seen[6];
uint64_t callee(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f) {
  uint64_t v[] = {a, b, c, d, e, f};
  memcpy(seen, v, sizeof seen);
  return 42;
}
TEST(Code, CallsWithArguments) {
  static uint64_t table[64];
  for (int i = 0; i < 64; i++) table[i] = random_word();
  for (int round = 0; round < 400; round++) {
    // Every register holds a different table address, so that memory operands work with any base.
    int n = static_cast<int>(below(7));
    std::vector<Arg> args;
    std::vector<uint64_t> want;
    auto value_of = [&](int r) { return reinterpret_cast<uint64_t>(&table[r]); };
    for (int i = 0; i < n; i++) {
      int r = static_cast<int>(below(kRegs));
      switch (below(8)) {
        case 0: {
          int64_t imm = static_cast<int64_t>(random_word());
          args.emplace_back(imm);
          want.push_back(static_cast<uint64_t>(imm));
          break;
        }
        case 1:
          args.emplace_back(at(reg(r), 16));
          want.push_back(table[r + 2]);
          break;
        case 2:
          args.push_back(Arg::address(at(reg(r), 40)));
          want.push_back(value_of(r) + 40);
          break;
        default: args.emplace_back(reg(r)); want.push_back(value_of(r));
      }
    }
    Masm m;
    m.prologue(5, 16);
    for (int i = 0; i < kRegs; i++) m.mov(reg(i), static_cast<const void*>(&table[i]));
    switch (n) {
      case 0: m.call(callee, {}); break;
      case 1: m.call(callee, {args[0]}); break;
      case 2: m.call(callee, {args[0], args[1]}); break;
      case 3: m.call(callee, {args[0], args[1], args[2]}); break;
      case 4: m.call(callee, {args[0], args[1], args[2], args[3]}); break;
      case 5: m.call(callee, {args[0], args[1], args[2], args[3], args[4]}); break;
      case 6: m.call(callee, {args[0], args[1], args[2], args[3], args[4], args[5]}); break;
    }
    m.add(kRet, kRet, 1);
    m.epilogue();
    CodeBlock* block = space().install(m, "call");
    ASSERT_NE(block, nullptr) << m.error();
    EXPECT_EQ(block->entry<uint64_t (*)()>()(), 43u);
    for (int i = 0; i < n; i++) ASSERT_EQ(seen[i], want[static_cast<size_t>(i)]) << "argument " << i << " of " << n;
    space().release(block);
  }
}

TEST(Code, SavedRegistersAndLocals) {
  Masm inner, outer;
  inner.prologue(5, 40);
  for (int i = 0; i < 5; i++) inner.mov(kSaved[i], -1 - i);
  for (int i = 0; i < 5; i++) inner.store64(inner.local(i), kSaved[i]);
  inner.call(callee, {1, 2, 3, 4, 5, 6});
  inner.mov(kRet, 0);
  for (int i = 0; i < 5; i++) {
    inner.load64(kVolatile[1], inner.local(i));
    inner.add(kRet, kRet, kVolatile[1]);
  }
  inner.epilogue();
  CodeBlock* a = space().install(inner, "inner");
  ASSERT_NE(a, nullptr);
  outer.prologue(5, 8);
  for (int i = 0; i < 5; i++) outer.mov(kSaved[i], 100 + i);
  outer.call(a->entry<const void*>(), {});
  outer.neg(kRet, kRet);
  for (int i = 0; i < 5; i++) outer.add(kRet, kRet, kSaved[i]);
  outer.epilogue();
  CodeBlock* b = space().install(outer, "outer");
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(b->entry<int64_t (*)()>()(), 15 + 510);
  space().release(a);
  space().release(b);
}

// Conditional branches of both reaches, forward and back, over ever larger distances: each must land, and nothing between them
// may be disturbed by the islands.
TEST(Code, BranchesOfAnyLength) {
  for (uint32_t distance : {16u, 20000u, 40000u, 300000u, 1200000u, 2600000u}) {
    Masm m;
    Reg value = kArgs[0], sum = kVolatile[6];
    Label forward_bit = m.new_label(), forward_cond = m.new_label(), back = m.new_label(), end = m.new_label(),
          table = m.new_label();
    m.prologue(0);
    m.mov(sum, 0);
    m.bind(back);
    m.add(sum, sum, 1);
    m.branch_bit(true, value, 0, forward_bit);
    m.branch(Cond::kEq, value, 4, forward_cond);
    uint32_t start = m.offset(), adds = 0;
    std::vector<Label> nested;
    while (m.offset() - start < distance) {
      m.add(sum, sum, 3);
      adds++;
      if (adds % 64 == 0) {  // more pending branches, never taken
        Label l = m.new_label();
        m.branch_bit(true, value, 63, l);
        m.branch(Cond::kEq, sum, -7, l);
        if (adds % 128 == 0)
          nested.push_back(l);
        else
          m.bind(l);
      }
    }
    for (Label l : nested) m.bind(l);
    m.jump(end);
    m.bind(forward_bit);
    m.sub(value, value, 1);  // now even
    m.branch(Cond::kNe, value, 0, back);
    m.lea(kVolatile[5], table);
    m.jump(kVolatile[5]);
    m.bind(forward_cond);
    m.mov(value, 2);
    m.branch_bit(false, value, 0, back);
    m.bind(table);
    m.add(sum, sum, 1000000);
    m.bind(end);
    m.mov(kRet, sum);
    m.epilogue();
    CodeBlock* block = space().install(m, "far");
    ASSERT_NE(block, nullptr) << m.error();
    auto* run = block->entry<uint64_t (*)(uint64_t)>();
    EXPECT_EQ(run(0), 1 + 3ull * adds) << distance;
    EXPECT_EQ(run(1), 1 + 1000000u) << distance;     // bit, then out by the address of a label
    EXPECT_EQ(run(3), 2 + 3ull * adds) << distance;  // bit, back, through
    EXPECT_EQ(run(5), 3 + 3ull * adds) << distance;  // bit, back, condition, back, through
    space().release(block);
  }
}

TEST(Code, UnboundLabelIsAnError) {
  Masm m;
  m.prologue(0);
  m.jump(m.new_label());
  m.epilogue();
  EXPECT_FALSE(m.finish());
  EXPECT_NE(m.error(), nullptr);
  EXPECT_EQ(space().install(m, "bad"), nullptr);
}

TEST(Code, Listing) {
  Masm m(true);
  m.prologue(1);
  m.comment("answer %d", 42);
  m.mov(kRet, 42);
  m.epilogue();
  EXPECT_NE(m.listing_text().find("; answer 42"), std::string::npos) << m.listing_text();
  EXPECT_NE(m.listing_text().find("ret"), std::string::npos);
}

TEST(Code, JumpsToAddresses) {
  static uint64_t counter;
  static const void* target;
  Masm a, b;
  a.without_frame();
  a.mov(kRet, static_cast<const void*>(&counter));
  a.add_mem(Size::k64, at(kRet), 1);
  a.mov(kRet, static_cast<const void*>(&target));
  a.jump(at(kRet));
  CodeBlock* first = space().install(a, "first");
  ASSERT_NE(first, nullptr);
  b.without_frame();
  b.jump(static_cast<const void*>(first->exec));
  CodeBlock* second = space().install(b, "second");
  target = reinterpret_cast<const void*>(&callee);
  EXPECT_EQ(second->entry<uint64_t (*)()>()(), 42u);
  EXPECT_EQ(counter, 1u);
  space().release(first);
  space().release(second);
}

CodeBlock* constant(CodeSpace& s, uint64_t value) {
  Masm m;
  m.prologue(0);
  m.mov(kRet, value);
  m.epilogue();
  return s.install(m, "constant");
}

TEST(CodeSpace, NeverWritableAndExecutable) {
  CodeSpace s;
  CodeBlock* block = constant(s, 1);
  ASSERT_NE(block, nullptr);
  std::ifstream maps("/proc/self/maps");
  std::string line;
  bool found = false;
  while (std::getline(maps, line)) {
    size_t space_at = line.find(' ');
    std::string rights = line.substr(space_at + 1, 4);
    EXPECT_FALSE(rights[1] == 'w' && rights[2] == 'x') << line;
    unsigned long from = 0, to = 0;
    sscanf(line.c_str(), "%lx-%lx", &from, &to);
    auto pc = reinterpret_cast<unsigned long>(block->exec);
    if (from <= pc && pc < to) {
      found = true;
      EXPECT_EQ(rights.substr(0, 3), "r-x");
#if defined(__x86_64__)  // (qemu has no mremap for it)
      // perf looks for the names of code here, not in a file.
      EXPECT_NE(line.find("/dev/zero"), std::string::npos) << line;
#endif
    }
  }
  EXPECT_TRUE(found);
}

TEST(CodeSpace, MemoryIsUsedAgain) {
  CodeSpace s(1 << 20);
  const uint8_t* first = nullptr;
  for (uint64_t i = 0; i < 3000; i++) {
    CodeBlock* block = constant(s, i * 0x123456789);
    ASSERT_NE(block, nullptr);
    if (!first) first = block->exec;
    EXPECT_EQ(block->exec, first);
    ASSERT_EQ(block->entry<uint64_t (*)()>()(), i * 0x123456789);
    EXPECT_EQ(s.find(block->exec + 4), block);
    s.release(block);
    EXPECT_EQ(s.find(first), nullptr);
  }
  EXPECT_EQ(s.used(), 0u);
}

TEST(CodeSpace, RandomAllocation) {
  CodeSpace s(1 << 18);
  std::vector<std::pair<CodeBlock*, uint64_t>> live;
  bool full = false;
  for (int i = 0; i < 4000; i++) {
    if (live.empty() || below(3)) {
      uint64_t value = random_word();
      Masm m;
      m.prologue(0);
      for (uint64_t k = below(200); k > 0; k--) m.add(kRet, kArgs[0], static_cast<int64_t>(k));
      m.mov(kRet, value);
      m.epilogue();
      if (CodeBlock* block = s.install(m, "random"))
        live.emplace_back(block, value);
      else
        full = true;
    }
    if (full || below(4) == 0) {
      size_t k = below(live.size());
      EXPECT_EQ(live[k].first->entry<uint64_t (*)(uint64_t)>()(3), live[k].second);
      s.release(live[k].first);
      live[k] = live.back();
      live.pop_back();
      if (below(200) == 0) full = false;
    }
  }
  for (auto& [block, value] : live) {
    EXPECT_EQ(block->entry<uint64_t (*)(uint64_t)>()(3), value);
    s.release(block);
  }
  EXPECT_EQ(s.used(), 0u);
}

TEST(CodeSpace, LimitAndEpochs) {
  CodeSpace s(256);
  std::vector<CodeBlock*> blocks;
  while (CodeBlock* b = constant(s, blocks.size())) blocks.push_back(b);
  ASSERT_EQ(blocks.size(), 4u);
  s.retire(blocks[0], 5);
  s.retire(blocks[1], 7);
  EXPECT_EQ(constant(s, 9), nullptr);
  EXPECT_EQ(s.reclaim(5), 0u);
  EXPECT_EQ(blocks[0]->entry<uint64_t (*)()>()(), 0u);
  EXPECT_EQ(s.reclaim(6), 1u);
  EXPECT_EQ(s.reclaim(100), 1u);
  EXPECT_NE(constant(s, 9), nullptr);
}

// A child runs what it inherited and makes code of its own; neither side writes over the other's.
TEST(CodeSpace, Fork) {
  CodeSpace s;
  CodeBlock* before = constant(s, 11);
  int ready[2], go[2];
  ASSERT_EQ(pipe(ready) | pipe(go), 0);
  s.before_fork();
  pid_t pid = fork();
  if (pid == 0) {
    s.after_fork_in_child();
    char c;
    CodeBlock* own = constant(s, 33);
    bool ok = write(ready[1], "x", 1) == 1 && read(go[0], &c, 1) == 1 && own &&
              before->entry<uint64_t (*)()>()() == 11 && own->entry<uint64_t (*)()>()() == 33;
    _exit(ok ? 0 : 1);
  }
  s.after_fork_in_parent();
  char c;
  ASSERT_EQ(read(ready[0], &c, 1), 1);
  s.release(before);
  CodeBlock* after = constant(s, 22);
  EXPECT_EQ(after->entry<uint64_t (*)()>()(), 22u);
  ASSERT_EQ(write(go[1], "x", 1), 1);
  int status;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_EQ(status, 0);
  for (int fd : {ready[0], ready[1], go[0], go[1]}) close(fd);
}

// From a C++ function that generated code calls, the unwinder finds the way back.
std::vector<uintptr_t> trace;
_Unwind_Reason_Code visit(_Unwind_Context* c, void*) {
  trace.push_back(static_cast<uintptr_t>(_Unwind_GetIP(c)));
  return trace.size() < 50 ? _URC_NO_REASON : _URC_NORMAL_STOP;
}
__attribute__((noinline)) void walk() {
  trace.clear();
  _Unwind_Backtrace(visit, nullptr);
}
__attribute__((noinline)) uintptr_t run_it(void (*f)()) {
  f();
  asm volatile("" ::: "memory");
  return reinterpret_cast<uintptr_t>(__builtin_return_address(0));
}
TEST(Unwind, ThroughGeneratedCode) {
  // A frame of its own, and a block that runs inside it.
  Masm part;
  part.inside_frame(3);
  part.call(walk, {});
  part.jump(kSaved[1]);
  CodeBlock* inside = space().install(part, "inside");
  ASSERT_NE(inside, nullptr);
  Masm m;
  Label back = m.new_label();
  m.prologue(3, 24);
  m.lea(kSaved[1], back);
  m.mov(kVolatile[1], static_cast<const void*>(inside->exec));
  m.jump(kVolatile[1]);
  m.bind(back);
  m.epilogue();
  CodeBlock* frame = space().install(m, "frame");
  ASSERT_NE(frame, nullptr);
  uintptr_t outer = run_it(frame->entry<void (*)()>());
  bool in_code = false, beyond = false;
  for (uintptr_t pc : trace) {
    if (space().find(reinterpret_cast<void*>(pc)) == inside) in_code = true;
    if (pc == outer) beyond = true;
  }
  EXPECT_TRUE(in_code);
  EXPECT_TRUE(beyond) << trace.size() << " frames";
  space().release(frame);
  space().release(inside);
}

void overwrite(uint64_t* seen) { *seen += 7; }

// A stub that calls C++ keeps what it says it keeps; one that says nothing keeps the saved registers.
TEST(Code, StubsThatAreCalled) {
  static uint64_t seen;
  seen = 0;
  Masm stub;
  stub.without_frame();
  stub.push_volatile();
  stub.call(&overwrite, {reinterpret_cast<const void*>(&seen)});
  stub.pop_volatile();
  stub.ret();
  CodeBlock* keeping = space().install(stub, "keeping stub");
  Masm plain;
  plain.without_frame();
  plain.call_in_stub(reinterpret_cast<const void*>(&overwrite), {reinterpret_cast<const void*>(&seen)});
  plain.ret();
  CodeBlock* simple = space().install(plain, "stub");
  ASSERT_TRUE(keeping && simple);
  // Called as from a block that is jumped to: the sum of all registers comes out.
  Masm caller;
  caller.without_frame();
  for (int i = 0; i < kVolatileCount; i++) caller.mov(kVolatile[i], int64_t{1} << i);
  for (int i = 0; i < kFloatCount; i++) caller.fmov(kFloat[i], i + 1.0);
  caller.call_stub(keeping->exec);
  for (int i = 1; i < kFloatCount; i++) caller.fadd(kFloat[0], kFloat[0], kFloat[i]);
  Label wrong = caller.new_label();
  caller.mov(kRet, 0);
  caller.double_to_int(kRet, kFloat[0], wrong);
  caller.push_volatile();
  caller.pop_volatile();
  caller.bind(wrong);
  caller.ret();
  CodeBlock* block = space().install(caller, "caller");
  ASSERT_NE(block, nullptr);
  EXPECT_EQ(block->entry<uint64_t (*)()>()(), uint64_t{kFloatCount * (kFloatCount + 1) / 2});
  EXPECT_EQ(seen, 7u);
  Masm sum;
  sum.without_frame();
  for (int i = 0; i < kVolatileCount; i++) sum.mov(kVolatile[i], int64_t{1} << i);
  sum.call_stub(keeping->exec);
  sum.call_out(simple->exec, {});
  for (int i = 0; i < kVolatileCount; i++) sum.mov(kVolatile[i], int64_t{1} << i);
  sum.call_stub(keeping->exec);
  for (int i = 1; i < kVolatileCount; i++) sum.add(kVolatile[0], kVolatile[0], kVolatile[i]);
  if (!(kVolatile[0] == kRet)) sum.mov(kRet, kVolatile[0]);
  sum.ret();
  CodeBlock* total = space().install(sum, "sum");
  ASSERT_NE(total, nullptr);
  EXPECT_EQ(total->entry<uint64_t (*)()>()(), (uint64_t{1} << kVolatileCount) - 1);
  for (CodeBlock* b : {keeping, simple, block, total}) space().release(b);
}

}  // namespace
}  // namespace taipan::arch::test
