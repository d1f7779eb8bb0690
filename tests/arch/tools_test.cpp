// What stands around the operations: data in code, calls through registers, disassembly, and what a debugger is told.
#include <elf.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <map>
#include "arch/disassembler.h"
#include "tests/arch/support.h"

extern "C" {
struct JitEntry {
  JitEntry *next, *before;
  const char* image;
  uint64_t size;
};
struct JitDescriptor {
  uint32_t version, action;
  JitEntry *relevant, *first;
};
extern JitDescriptor jit_descriptor_of_tests __asm__("__jit_debug_descriptor");
}

namespace taipan::arch::test {

TEST(Tools, NegatedConditions) {
  for (int i = 0; i < 10; i++) {
    Cond c = static_cast<Cond>(i);
    EXPECT_EQ(negate(negate(c)), c);
    verify(
        "branch and its opposite",
        [c](Masm& m, Label taken) {
          Label other = m.new_label();
          m.branch(negate(c), reg(0), reg(1), other);
          m.branch(c, reg(0), reg(1), taken);
          m.trap();
          m.bind(other);
        },
        [c](Machine& m) {
          auto a = static_cast<int64_t>(m.r[0]), b = static_cast<int64_t>(m.r[1]);
          bool results[] = {
              a == b,          a != b, a<b, a <= b, a> b, a >= b, m.r[0]<m.r[1], m.r[0] <= m.r[1], m.r[0]> m.r[1],
              m.r[0] >= m.r[1]};
          m.taken = results[static_cast<int>(c)];
        });
  }
}

// A table of words in code, found by a label and read by an index: unaligned code before it, aligned data behind.
TEST(Tools, TablesInCode) {
  for (int entries : {1, 3, 8}) {
    verify(
        "table",
        [entries](Masm& m, Label) {
          Label table = m.new_label(), over = m.new_label();
          EXPECT_FALSE(m.is_bound(table));
          m.lea(reg(2), table);
          m.load64(reg(0), at(reg(2), reg(1), 3));
          m.load32(reg(3), at(reg(2), reg(1), 3, 4));
          m.jump(over);
          m.align(16);
          m.bind(table);
          EXPECT_TRUE(m.is_bound(table));
          EXPECT_EQ(m.offset() % 16, 0u);
          for (int i = 0; i < entries; i++) m.embed64(0x1122334455667788u * static_cast<uint64_t>(i + 1));
          m.bind(over);
          m.mov(reg(2), 0);
        },
        [](Machine& m) {
          m.r[0] = 0x1122334455667788u * (m.r[1] + 1);
          m.r[2] = 0;
          m.r[3] = m.r[0] >> 32;
        },
        24, [entries](Machine& m) { m.r[1] = below(static_cast<uint64_t>(entries)); });
  }
}

// A jump to the address of a label, and its offset as the caller of install() sees it.
TEST(Tools, AddressesOfLabels) {
  Masm m;
  Label here = m.new_label();
  m.prologue(1);
  m.lea(kVolatile[0], here);
  m.jump(kVolatile[0]);
  m.trap();
  m.align(32);
  m.bind(here);
  m.lea(kRet, here);
  m.epilogue();
  CodeBlock* block = space().install(m, "address");
  ASSERT_NE(block, nullptr);
  EXPECT_EQ(block->entry<uint64_t (*)()>()(), reinterpret_cast<uint64_t>(block->exec) + m.offset_of(here));
  space().release(block);
}

uint64_t add_seven(uint64_t x) { return x + 7; }
TEST(Tools, CallsThroughRegisters) {
  for (Reg target : {kVolatile[0], kVolatile[3], kSaved[1]}) {
    Masm m;
    m.prologue(2);
    m.mov(target, reinterpret_cast<const void*>(&add_seven));
    m.mov(kArgs[0], 35);
    if (target == kArgs[0] || target == kRet) {
      m.mov(kSaved[1], reinterpret_cast<const void*>(&add_seven));
      m.call(kSaved[1]);
    } else {
      m.call(target);
    }
    m.epilogue();
    CodeBlock* block = space().install(m, "call");
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(block->entry<uint64_t (*)()>()(), 42u);
    space().release(block);
  }
}

TEST(Tools, HalfWords) {
  for (int i = 0; i < 8; i++) {
    int32_t imm = static_cast<int32_t>(rng()());
    verify(
        "load32, store32",
        [imm](Masm& m, Label) {
          m.load32(reg(0), TAIPAN_FIELD(kSaved[0], Machine, memory[5]));
          m.store32(TAIPAN_FIELD(kSaved[0], Machine, memory[6]), reg(1));
          m.store32(TAIPAN_FIELD(kSaved[0], Machine, memory[7]), imm);
        },
        [imm](Machine& m) {
          m.r[0] = static_cast<uint32_t>(m.memory[5]);
          uint64_t high = ~uint64_t{0xFFFFFFFF};
          m.memory[6] = (m.memory[6] & high) | static_cast<uint32_t>(m.r[1]);
          m.memory[7] = (m.memory[7] & high) | static_cast<uint32_t>(imm);
        });
  }
}

TEST(Tools, TrapsEndTheProcess) {
  Masm m;
  m.without_frame();
  m.trap();
  CodeBlock* block = space().install(m, "trap");
  ASSERT_NE(block, nullptr);
  pid_t child = fork();
  if (child == 0) {
    signal(SIGILL, [](int) { _exit(7); });
    signal(SIGTRAP, [](int) { _exit(7); });
    block->entry<void (*)()>()();
    _exit(1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7);
  space().release(block);
}

TEST(Tools, Disassembly) {
  Masm m;
  Label end = m.new_label();
  m.prologue(1);
  m.mov(kVolatile[1], int64_t{0x123456789ABCDEF0});
  m.branch(Cond::kEq, kVolatile[0], int64_t{0}, end);
  m.call(reinterpret_cast<const void*>(&add_seven));
  m.bind(end);
  m.epilogue();
  CodeBlock* block = space().install(m, "disassembly");
  ASSERT_NE(block, nullptr);
  uint64_t next = reinterpret_cast<uint64_t>(block->exec), label = next + m.offset_of(end);
  bool constant = false, jump = false, call = false;
  bool known = disassemble(block->exec, block->size, [&](const MachineInstruction& in) {
    EXPECT_EQ(in.address, next);
    EXPECT_GT(in.size, 0u);
    EXPECT_FALSE(in.text.empty());
    next += in.size;
    constant = constant || (in.refers == 0x123456789ABCDEF0 && !in.jumps);
    jump = jump || (in.refers == label && in.jumps);
    call = call || in.refers == reinterpret_cast<uint64_t>(&add_seven);
  });
  EXPECT_EQ(next, reinterpret_cast<uint64_t>(block->exec) + block->size);
  if (known) {
    EXPECT_TRUE(constant);
    EXPECT_TRUE(jump);
    EXPECT_TRUE(call);
  }
  space().release(block);
}

// The object file in memory, read as a debugger does.
struct Image {
  explicit Image(const JitEntry* e) {
    auto* h = reinterpret_cast<const Elf64_Ehdr*>(e->image);
    EXPECT_EQ(memcmp(h->e_ident, ELFMAG, SELFMAG), 0);
    auto* sections = reinterpret_cast<const Elf64_Shdr*>(e->image + h->e_shoff);
    const char* strings = e->image + sections[h->e_shstrndx].sh_offset;
    for (int i = 1; i < h->e_shnum; i++) {
      const Elf64_Shdr& s = sections[i];
      if (s.sh_type != SHT_NOBITS) EXPECT_LE(s.sh_offset + s.sh_size, e->size);
      all[strings + s.sh_name] = s;
      text[strings + s.sh_name] = s.sh_type == SHT_NOBITS ? "" : std::string(e->image + s.sh_offset, s.sh_size);
    }
  }
  std::map<std::string, Elf64_Shdr> all;
  std::map<std::string, std::string> text;
};
struct Bytes {
  const std::string& s;
  size_t at = 0;
  template <class T>
  T get() {
    T v{};
    if (at + sizeof v <= s.size()) memcpy(&v, &s[at], sizeof v);
    at += sizeof v;
    return v;
  }
  uint64_t uleb() {
    uint64_t v = 0;
    for (int shift = 0;; shift += 7) {
      auto byte = get<uint8_t>();
      v |= uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) return v;
    }
  }
  int64_t sleb() {
    int64_t v = 0;
    for (int shift = 0;;) {
      auto byte = get<uint8_t>();
      v |= int64_t{byte & 0x7F} << shift;
      shift += 7;
      if (byte < 0x80) return byte & 0x40 ? v | -(int64_t{1} << shift) : v;
    }
  }
};

TEST(Tools, DebuggersAreTold) {
  announce_to_debugger = true;
  Masm m;
  m.without_frame();
  for (int i = 0; i < 100; i++) m.add(kRet, kRet, int64_t{i});
  m.ret();
  std::vector<CodeLine> lines = {{0, 300}, {8, 12}, {40, 13}, {200, 100000}};
  CodeBlock* block = space().install(m, "python:named", {"some/file.py", &lines});
  announce_to_debugger = false;
  ASSERT_NE(block, nullptr);
  JitEntry* entry = jit_descriptor_of_tests.first;
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(jit_descriptor_of_tests.action, 1u);
  EXPECT_EQ(jit_descriptor_of_tests.relevant, entry);
  {
    Image image(entry);
    uint64_t address = reinterpret_cast<uint64_t>(block->exec);
    EXPECT_EQ(image.all[".text"].sh_addr, address);
    EXPECT_EQ(image.all[".text"].sh_size, block->size);
    EXPECT_NE(image.text[".strtab"].find("python:named"), std::string::npos);
    EXPECT_NE(image.text[".debug_info"].find("some/file.py"), std::string::npos);
    EXPECT_FALSE(image.text[".eh_frame"].empty());
    // The line table gives back what was said.
    Bytes b{image.text[".debug_line"]};
    EXPECT_EQ(b.get<uint32_t>() + 4, image.text[".debug_line"].size());
    b.get<uint16_t>();
    auto header = b.get<uint32_t>();
    b.at += header;
    std::vector<CodeLine> rows;
    uint64_t pc = 0, end = 0;
    int64_t line = 1;
    while (b.at < image.text[".debug_line"].size()) {
      auto op = b.get<uint8_t>();
      if (op == 0) {
        uint64_t n = b.uleb();
        auto what = b.get<uint8_t>();
        if (what == 2) pc = b.get<uint64_t>();
        if (what == 1) end = pc;
        if (what != 2) b.at += n - 1;
      } else if (op == 2) {
        pc += b.uleb();
      } else if (op == 3) {
        line += b.sleb();
      } else if (op == 1) {
        rows.push_back({static_cast<uint32_t>(pc - address), static_cast<int>(line)});
      } else {
        FAIL() << "opcode " << int{op};
      }
    }
    EXPECT_EQ(end, address + block->size);
    ASSERT_EQ(rows.size(), lines.size());
    for (size_t i = 0; i < rows.size(); i++) {
      EXPECT_EQ(rows[i].offset, lines[i].offset);
      EXPECT_EQ(rows[i].line, lines[i].line);
    }
  }
  space().release(block);
  EXPECT_NE(jit_descriptor_of_tests.first, entry);
  EXPECT_EQ(jit_descriptor_of_tests.action, 2u);
}

}  // namespace taipan::arch::test
