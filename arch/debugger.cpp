// gdb's JIT interface: it sets a breakpoint in __jit_debug_register_code and reads the list in __jit_debug_descriptor when it gets there. Each
// entry is an object file in memory, written here by hand: a text section without content at the block's address, a symbol, call-frame
// information, and where the source is known a DWARF 4 unit with one function and a line table.
#include <elf.h>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include "arch/dwarf.h"
#include "arch/unwind.h"

extern "C" {
struct jit_code_entry {
  jit_code_entry* next_entry;
  jit_code_entry* prev_entry;
  const char* symfile_addr;
  uint64_t symfile_size;
};
struct jit_descriptor {
  uint32_t version;
  uint32_t action_flag;  // 0 none, 1 registered, 2 unregistered
  jit_code_entry* relevant_entry;
  jit_code_entry* first_entry;
};
__attribute__((noinline, used)) void __jit_debug_register_code() { asm volatile("" ::: "memory"); }
__attribute__((used)) jit_descriptor __jit_debug_descriptor = {1, 0, nullptr, nullptr};
}

namespace taipan::arch {

bool announce_to_debugger = false;

namespace {

#if defined(__x86_64__)
constexpr uint16_t kElfMachine = EM_X86_64;
#else
constexpr uint16_t kElfMachine = EM_AARCH64;
#endif

// DWARF's numbers.
enum : uint8_t {
  kTagCompileUnit = 0x11,
  kTagSubprogram = 0x2E,
  kAtName = 0x03,
  kAtLineTable = 0x10,
  kAtLowPc = 0x11,
  kAtHighPc = 0x12,
  kAtLanguage = 0x13,
  kAtExternal = 0x3F,
  kFormAddress = 0x01,
  kFormData8 = 0x07,
  kFormString = 0x08,
  kFormData1 = 0x0B,
  kFormOffset = 0x17,
  kFormPresent = 0x19,
  kLanguageC = 0x02,  // gdb knows no Python; with C its expressions work
};
enum : uint8_t { kLineCopy = 1, kLineAdvancePc = 2, kLineAdvanceLine = 3, kLineSetAddress = 2, kLineEnd = 1 };

std::vector<uint8_t> abbreviations() {
  Writer w;
  w.uleb(1);
  w.uleb(kTagCompileUnit);
  w.u8(1);  // has children
  for (uint8_t pair : {kAtName, kFormString, kAtLanguage, kFormData1, kAtLineTable, kFormOffset, kAtLowPc, kFormAddress,
                       kAtHighPc, kFormData8})
    w.uleb(pair);
  w.uleb(0);
  w.uleb(0);
  w.uleb(2);
  w.uleb(kTagSubprogram);
  w.u8(0);
  for (uint8_t pair : {kAtName, kFormString, kAtExternal, kFormPresent, kAtLowPc, kFormAddress, kAtHighPc, kFormData8})
    w.uleb(pair);
  w.uleb(0);
  w.uleb(0);
  w.uleb(0);
  return std::move(w.bytes);
}
std::vector<uint8_t> unit(uint64_t address, uint64_t size, std::string_view name, std::string_view file) {
  Writer w;
  size_t start = w.begin_length();
  w.raw<uint16_t>(4);
  w.raw<uint32_t>(0);  // its abbreviations
  w.u8(8);             // bytes of an address
  w.uleb(1);
  w.text(file);
  w.u8(kLanguageC);
  w.raw<uint32_t>(0);  // its line table
  w.raw(address);
  w.raw(size);
  w.uleb(2);
  w.text(name);
  w.raw(address);
  w.raw(size);
  w.uleb(0);
  w.end_length(start);
  return std::move(w.bytes);
}
std::vector<uint8_t> line_table(uint64_t address, uint64_t size, const SourceLines& source) {
  Writer w;
  size_t start = w.begin_length();
  w.raw<uint16_t>(2);
  size_t header = w.begin_length();
  w.u8(1);   // bytes of the shortest instruction
  w.u8(1);   // rows are statements
  w.u8(-5);  // (special opcodes aren't used)
  w.u8(14);
  w.u8(10);  // the first special one; before them the standard ones' numbers of operands
  for (uint8_t n : {0, 1, 1, 1, 1, 0, 0, 0, 1}) w.u8(n);
  w.u8(0);  // no folders
  w.text(source.file);
  for (int i = 0; i < 3; i++) w.uleb(0);  // folder, time, length
  w.u8(0);
  w.end_length(header);
  w.u8(0);
  w.uleb(9);
  w.u8(kLineSetAddress);
  w.raw(address);
  uint32_t at = 0;
  int line = 1;
  for (const CodeLine& l : *source.lines) {
    w.u8(kLineAdvancePc);
    w.uleb(l.offset - at);
    w.u8(kLineAdvanceLine);
    w.sleb(int64_t{l.line} - line);
    w.u8(kLineCopy);
    at = l.offset;
    line = l.line;
  }
  w.u8(kLineAdvancePc);
  w.uleb(size - at);
  w.u8(0);
  w.uleb(1);
  w.u8(kLineEnd);
  w.end_length(start);
  return std::move(w.bytes);
}

class ObjectFile {
 public:
  ObjectFile() { add("", SHT_NULL, 0, {}); }
  uint32_t add(const char* name, uint32_t type, uint64_t flags, std::vector<uint8_t> content) {
    Elf64_Shdr s = {};
    s.sh_name = static_cast<uint32_t>(names_.size());
    names_.append(name).push_back('\0');
    s.sh_type = type;
    s.sh_flags = flags;
    s.sh_addralign = type == SHT_NULL ? 0 : 8;
    s.sh_size = content.size();
    sections_.push_back(s);
    contents_.push_back(std::move(content));
    return static_cast<uint32_t>(sections_.size() - 1);
  }
  Elf64_Shdr& section(uint32_t i) { return sections_[i]; }
  // A malloc'ed image, or null.
  char* build(size_t* size) {
    uint32_t strings = add(".shstrtab", SHT_STRTAB, 0, {});
    contents_[strings].assign(names_.begin(), names_.end());
    sections_[strings].sh_size = names_.size();
    size_t at = sizeof(Elf64_Ehdr) + sections_.size() * sizeof(Elf64_Shdr);
    for (size_t i = 1; i < sections_.size(); i++) {
      if (sections_[i].sh_type == SHT_NOBITS) continue;
      at = (at + 7) & ~size_t{7};
      sections_[i].sh_offset = at;
      at += contents_[i].size();
    }
    auto* image = static_cast<char*>(calloc(1, at));
    if (!image) return nullptr;
    Elf64_Ehdr h = {};
    memcpy(h.e_ident, ELFMAG, SELFMAG);
    h.e_ident[EI_CLASS] = ELFCLASS64;
    h.e_ident[EI_DATA] = ELFDATA2LSB;
    h.e_ident[EI_VERSION] = EV_CURRENT;
    h.e_type = ET_REL;
    h.e_machine = kElfMachine;
    h.e_version = EV_CURRENT;
    h.e_shoff = sizeof h;
    h.e_ehsize = sizeof h;
    h.e_shentsize = sizeof(Elf64_Shdr);
    h.e_shnum = static_cast<uint16_t>(sections_.size());
    h.e_shstrndx = static_cast<uint16_t>(strings);
    memcpy(image, &h, sizeof h);
    memcpy(image + sizeof h, sections_.data(), sections_.size() * sizeof(Elf64_Shdr));
    for (size_t i = 1; i < sections_.size(); i++)
      if (!contents_[i].empty()) memcpy(image + sections_[i].sh_offset, contents_[i].data(), contents_[i].size());
    *size = at;
    return image;
  }

 private:
  std::vector<Elf64_Shdr> sections_;
  std::vector<std::vector<uint8_t>> contents_;
  std::string names_;
};

char* object_file(const void* exec, size_t code_size, const std::vector<uint8_t>& frame_info, std::string_view name,
                  const SourceLines& source, size_t* size) {
  uint64_t address = reinterpret_cast<uint64_t>(exec);
  ObjectFile f;
  uint32_t text = f.add(".text", SHT_NOBITS, SHF_ALLOC | SHF_EXECINSTR, {});
  f.section(text).sh_addr = address;
  f.section(text).sh_size = code_size;
  f.add(".eh_frame", SHT_PROGBITS, SHF_ALLOC, frame_info);
  Elf64_Sym symbols[2] = {};
  symbols[1].st_name = 1;
  symbols[1].st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
  symbols[1].st_shndx = static_cast<uint16_t>(text);
  symbols[1].st_size = code_size;
  auto* bytes = reinterpret_cast<const uint8_t*>(symbols);
  uint32_t table = f.add(".symtab", SHT_SYMTAB, 0, std::vector<uint8_t>(bytes, bytes + sizeof symbols));
  Writer strings;
  strings.u8(0);
  strings.text(name);
  f.section(table).sh_link = f.add(".strtab", SHT_STRTAB, 0, std::move(strings.bytes));
  f.section(table).sh_info = 1;
  f.section(table).sh_entsize = sizeof(Elf64_Sym);
  if (source.lines && !source.lines->empty()) {
    f.add(".debug_abbrev", SHT_PROGBITS, 0, abbreviations());
    f.add(".debug_info", SHT_PROGBITS, 0, unit(address, code_size, name, source.file));
    f.add(".debug_line", SHT_PROGBITS, 0, line_table(address, code_size, source));
  }
  return f.build(size);
}

std::mutex& debugger_mutex() {
  static std::mutex m;
  return m;
}

}  // namespace

void* tell_debugger(const void* exec, size_t size, const std::vector<uint8_t>& frame_info, std::string_view name,
                    const SourceLines& source) {
  size_t image_size = 0;
  char* image = object_file(exec, size, frame_info, name, source, &image_size);
  auto* entry = image ? static_cast<jit_code_entry*>(calloc(1, sizeof(jit_code_entry))) : nullptr;
  if (!entry) {
    free(image);
    return nullptr;
  }
  entry->symfile_addr = image;
  entry->symfile_size = image_size;
  std::lock_guard<std::mutex> lock(debugger_mutex());
  jit_descriptor& d = __jit_debug_descriptor;
  entry->next_entry = d.first_entry;
  if (d.first_entry) d.first_entry->prev_entry = entry;
  d.first_entry = d.relevant_entry = entry;
  d.action_flag = 1;
  __jit_debug_register_code();
  return entry;
}
void forget_in_debugger(void* p) {
  auto* entry = static_cast<jit_code_entry*>(p);
  std::lock_guard<std::mutex> lock(debugger_mutex());
  jit_descriptor& d = __jit_debug_descriptor;
  if (entry->next_entry) entry->next_entry->prev_entry = entry->prev_entry;
  if (entry->prev_entry)
    entry->prev_entry->next_entry = entry->next_entry;
  else
    d.first_entry = entry->next_entry;
  d.relevant_entry = entry;
  d.action_flag = 2;
  __jit_debug_register_code();
  free(const_cast<char*>(entry->symfile_addr));
  free(entry);
}

}  // namespace taipan::arch
