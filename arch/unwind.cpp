#include "arch/unwind.h"

#include <elf.h>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include "arch/masm.h"

// libgcc's unwinder; present in every executable that C++ was linked into.
extern "C" void __register_frame(void* frame_info);
extern "C" void __deregister_frame(void* frame_info);

// gdb's JIT interface: it sets a breakpoint in the function and reads the list when it is hit.
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

// DWARF's register numbers.
#if defined(__x86_64__)
constexpr uint8_t kDwarfSp = 7, kDwarfFp = 6, kDwarfReturn = 16;
constexpr uint8_t dwarf_number(Reg r) {
  constexpr uint8_t kTable[] = {0, 2, 1, 3, 7, 6, 4, 5};
  return r.id < 8 ? kTable[r.id] : r.id;
}
constexpr int kEntryCfa = 8;  // the call pushed the return address
constexpr bool kReturnOnStack = true;
constexpr uint16_t kElfMachine = EM_X86_64;
#else
constexpr uint8_t kDwarfSp = 31, kDwarfFp = 29, kDwarfReturn = 30;
constexpr uint8_t dwarf_number(Reg r) { return r.id; }
constexpr int kEntryCfa = 0;
constexpr bool kReturnOnStack = false;
constexpr uint16_t kElfMachine = EM_AARCH64;
#endif

enum : uint8_t {
  kDefCfa = 0x0C,
  kAdvance4 = 0x04,
  kSameValue = 0x08,
  kOffset = 0x80,
};

class Writer {
 public:
  std::vector<uint8_t> bytes;
  void u8(int v) { bytes.push_back(static_cast<uint8_t>(v)); }
  template <class T>
  void raw(T v) {
    size_t n = bytes.size();
    bytes.resize(n + sizeof v);
    memcpy(&bytes[n], &v, sizeof v);
  }
  void uleb(uint64_t v) {
    do {
      u8(static_cast<int>((v & 0x7F) | (v > 0x7F ? 0x80 : 0)));
      v >>= 7;
    } while (v);
  }
  size_t begin_length() {
    raw<uint32_t>(0);
    return bytes.size();
  }
  void end_length(size_t start) {
    while ((bytes.size() - start + 4) % 8) u8(0);  // DW_CFA_nop
    uint32_t n = static_cast<uint32_t>(bytes.size() - start);
    memcpy(&bytes[start - 4], &n, 4);
  }
};

void write_row(Writer& w, const UnwindRow& r, int most_saved) {
  auto cfa = [&](int reg, int offset) {
    w.u8(kDefCfa);
    w.uleb(static_cast<uint64_t>(reg));
    w.uleb(static_cast<uint64_t>(offset));
  };
  auto at_cfa_minus = [&](int reg, int words) {
    w.u8(kOffset | reg);
    w.uleb(static_cast<uint64_t>(words));
  };
  auto same = [&](int reg) {
    w.u8(kSameValue);
    w.uleb(static_cast<uint64_t>(reg));
  };
  if (r.kind == UnwindRow::kEntry) {
    cfa(kDwarfSp, kEntryCfa);
    same(kDwarfFp);
    if (!kReturnOnStack) same(kDwarfReturn);
  } else {
    cfa(r.kind == UnwindRow::kPushed ? kDwarfSp : kDwarfFp, 16);
    at_cfa_minus(kDwarfFp, 2);
    if (!kReturnOnStack) at_cfa_minus(kDwarfReturn, 1);
  }
  for (int i = 0; i < most_saved; i++) {
    if (r.kind == UnwindRow::kSavedRegs && i < r.saved)
      at_cfa_minus(dwarf_number(kSaved[i]), 3 + i);
    else
      same(dwarf_number(kSaved[i]));
  }
}

jit_code_entry* announce(const void* exec, size_t size, const std::vector<uint8_t>& frame_info, std::string_view name) {
  enum { kNull, kText, kFrames, kSymbols, kStrings, kNames, kSections };
  static const char kSectionNames[] = "\0.text\0.eh_frame\0.symtab\0.strtab\0.shstrtab";
  struct Layout {
    Elf64_Ehdr header;
    Elf64_Shdr sections[kSections];
    Elf64_Sym symbols[2];
  };
  size_t strings_at = sizeof(Layout), names_at = strings_at + 1 + name.size() + 1;
  size_t frames_at = (names_at + sizeof kSectionNames + 15) & ~size_t{15};
  size_t total = frames_at + frame_info.size();
  auto* entry = static_cast<jit_code_entry*>(calloc(1, sizeof(jit_code_entry)));
  auto* image = static_cast<char*>(calloc(1, total));
  if (!entry || !image) {
    free(entry);
    free(image);
    return nullptr;
  }
  auto* l = reinterpret_cast<Layout*>(image);
  Elf64_Ehdr& h = l->header;
  memcpy(h.e_ident, ELFMAG, SELFMAG);
  h.e_ident[EI_CLASS] = ELFCLASS64;
  h.e_ident[EI_DATA] = ELFDATA2LSB;
  h.e_ident[EI_VERSION] = EV_CURRENT;
  h.e_type = ET_REL;
  h.e_machine = kElfMachine;
  h.e_version = EV_CURRENT;
  h.e_shoff = offsetof(Layout, sections);
  h.e_ehsize = sizeof h;
  h.e_shentsize = sizeof(Elf64_Shdr);
  h.e_shnum = kSections;
  h.e_shstrndx = kNames;
  auto section = [&](int i, uint32_t name_at, uint32_t type, uint64_t flags, uint64_t address, uint64_t offset,
                     uint64_t bytes) {
    Elf64_Shdr& s = l->sections[i];
    s.sh_name = name_at;
    s.sh_type = type;
    s.sh_flags = flags;
    s.sh_addr = address;
    s.sh_offset = offset;
    s.sh_size = bytes;
    s.sh_addralign = 8;
  };
  uint64_t address = reinterpret_cast<uint64_t>(exec);
  section(kText, 1, SHT_NOBITS, SHF_ALLOC | SHF_EXECINSTR, address, 0, size);
  section(kFrames, 7, SHT_PROGBITS, SHF_ALLOC, 0, frames_at, frame_info.size());
  section(kSymbols, 17, SHT_SYMTAB, 0, 0, offsetof(Layout, symbols), sizeof l->symbols);
  section(kStrings, 25, SHT_STRTAB, 0, 0, strings_at, 1 + name.size() + 1);
  section(kNames, 33, SHT_STRTAB, 0, 0, names_at, sizeof kSectionNames);
  l->sections[kSymbols].sh_link = kStrings;
  l->sections[kSymbols].sh_info = 1;
  l->sections[kSymbols].sh_entsize = sizeof(Elf64_Sym);
  Elf64_Sym& symbol = l->symbols[1];
  symbol.st_name = 1;
  symbol.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
  symbol.st_shndx = kText;
  symbol.st_size = size;
  memcpy(image + strings_at + 1, name.data(), name.size());
  memcpy(image + names_at, kSectionNames, sizeof kSectionNames);
  memcpy(image + frames_at, frame_info.data(), frame_info.size());
  entry->symfile_addr = image;
  entry->symfile_size = total;
  return entry;
}

std::mutex& debugger_mutex() {
  static std::mutex m;
  return m;
}

}  // namespace

std::vector<uint8_t> make_frame_info(const void* exec, size_t size, const std::vector<UnwindRow>& rows) {
  Writer w;
  size_t start = w.begin_length();
  w.raw<uint32_t>(0);  // a CIE
  w.u8(1);             // version
  for (char c : {'z', 'R', '\0'}) w.u8(c);
  w.uleb(1);   // code alignment
  w.u8(0x78);  // data alignment: -8
  w.u8(kDwarfReturn);
  w.uleb(1);  // augmentation data
  w.u8(0);    // addresses are absolute
  w.u8(kDefCfa);
  w.uleb(kDwarfSp);
  w.uleb(kEntryCfa);
  if (kReturnOnStack) {
    w.u8(kOffset | kDwarfReturn);
    w.uleb(1);
  }
  w.end_length(start);
  start = w.begin_length();
  w.raw<uint32_t>(static_cast<uint32_t>(start));  // back to the CIE at offset 0
  w.raw<uint64_t>(reinterpret_cast<uint64_t>(exec));
  w.raw<uint64_t>(size);
  w.uleb(0);
  int most_saved = 0;
  for (const UnwindRow& r : rows) most_saved = r.saved > most_saved ? r.saved : most_saved;
  uint32_t at = 0;
  for (const UnwindRow& r : rows) {
    if (r.offset > at) {
      w.u8(kAdvance4);
      w.raw<uint32_t>(r.offset - at);
      at = r.offset;
    }
    write_row(w, r, most_saved);
  }
  w.end_length(start);
  w.raw<uint32_t>(0);
  return std::move(w.bytes);
}

UnwindRegistration register_unwind(const void* exec, size_t size, const std::vector<UnwindRow>& rows,
                                   std::string_view name) {
  UnwindRegistration out;
  if (rows.empty()) return out;
  std::vector<uint8_t> info = make_frame_info(exec, size, rows);
  out.frame_info = static_cast<uint8_t*>(malloc(info.size()));
  if (out.frame_info) {
    memcpy(out.frame_info, info.data(), info.size());
    __register_frame(out.frame_info);
  }
  if (announce_to_debugger) {
    if (jit_code_entry* entry = announce(exec, size, info, name)) {
      std::lock_guard<std::mutex> lock(debugger_mutex());
      jit_descriptor& d = __jit_debug_descriptor;
      entry->next_entry = d.first_entry;
      if (d.first_entry) d.first_entry->prev_entry = entry;
      d.first_entry = d.relevant_entry = entry;
      d.action_flag = 1;
      __jit_debug_register_code();
      out.debugger_entry = entry;
    }
  }
  return out;
}
void unregister_unwind(UnwindRegistration* r) {
  if (r->frame_info) {
    __deregister_frame(r->frame_info);
    free(r->frame_info);
    r->frame_info = nullptr;
  }
  if (r->debugger_entry) {
    auto* entry = static_cast<jit_code_entry*>(r->debugger_entry);
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
    r->debugger_entry = nullptr;
  }
}

}  // namespace taipan::arch
