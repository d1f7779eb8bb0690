// What an address in machine code is.
#include <cxxabi.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cstdlib>
#include "frontend/bytecode/op_info.h"
#include "gc/heap.h"
#include "interp/objects/str.h"
#include "interp/objects/type.h"
#include "jit/inspect/inspect.h"
#include "jit/tiering/tier.h"

namespace taipan::jit {

namespace {

// The executable's own symbols, those that aren't exported included. Read when the first dump wants them.
class Symbols {
 public:
  Symbols() {
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0) return;
    if (fstat(fd, &st) == 0 && static_cast<size_t>(st.st_size) > sizeof(Elf64_Ehdr)) {
      size_t size = static_cast<size_t>(st.st_size);
      void* p = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
      if (p != MAP_FAILED) {
        read(static_cast<const char*>(p), size);
        munmap(p, size);
      }
    }
    close(fd);
  }
  // The function or object that an address lies in.
  std::string at(uint64_t address) const {
    auto after =
        std::upper_bound(all_.begin(), all_.end(), address, [](uint64_t a, const Symbol& s) { return a < s.begin; });
    if (after == all_.begin()) return {};
    const Symbol& s = *(after - 1);
    if (address >= s.begin + std::max<uint64_t>(s.size, 1)) return {};
    std::string name = plain(s.name);
    if (address > s.begin) name += "+" + std::to_string(address - s.begin);
    return name;
  }

 private:
  struct Symbol {
    uint64_t begin, size;
    std::string name;
  };
  void read(const char* image, size_t size) {
    auto& h = *reinterpret_cast<const Elf64_Ehdr*>(image);
    if (h.e_shoff == 0 || h.e_shoff + size_t{h.e_shnum} * sizeof(Elf64_Shdr) > size) return;
    uint64_t bias = 0;
    dl_iterate_phdr(
        [](dl_phdr_info* info, size_t, void* out) {
          *static_cast<uint64_t*>(out) = info->dlpi_addr;
          return 1;  // the first one is the executable
        },
        &bias);
    auto* sections = reinterpret_cast<const Elf64_Shdr*>(image + h.e_shoff);
    for (int i = 0; i < h.e_shnum; i++) {
      const Elf64_Shdr& s = sections[i];
      if (s.sh_type != SHT_SYMTAB || s.sh_link >= h.e_shnum || s.sh_offset + s.sh_size > size) continue;
      const Elf64_Shdr& strings = sections[s.sh_link];
      if (strings.sh_offset + strings.sh_size > size) continue;
      for (uint64_t at = 0; at + sizeof(Elf64_Sym) <= s.sh_size; at += sizeof(Elf64_Sym)) {
        auto& symbol = *reinterpret_cast<const Elf64_Sym*>(image + s.sh_offset + at);
        int type = ELF64_ST_TYPE(symbol.st_info);
        if ((type != STT_FUNC && type != STT_OBJECT) || !symbol.st_value || symbol.st_name >= strings.sh_size) continue;
        all_.push_back({bias + symbol.st_value, symbol.st_size, image + strings.sh_offset + symbol.st_name});
      }
    }
    std::sort(all_.begin(), all_.end(), [](const Symbol& a, const Symbol& b) { return a.begin < b.begin; });
  }
  // Without arguments and the namespaces that everything is in.
  static std::string plain(const std::string& mangled) {
    int status;
    char* text = abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status);
    if (!text) return mangled;
    std::string name = text;
    free(text);
    for (const char* gone : {"taipan::", "(anonymous namespace)::", "jit::"})
      for (size_t at; (at = name.find(gone)) != std::string::npos;) name.erase(at, strlen(gone));
    if (size_t args = name.find('('); args != std::string::npos && args > 0) name.resize(args);
    return name;
  }
  std::vector<Symbol> all_;
};

std::string of_object(gc::Header* h, uint64_t address) {
  Value v(h);
  uint64_t offset = address - reinterpret_cast<uint64_t>(h);
  std::string text = type_of(v)->name ? "'" + utf8_lossy(Value(type_of(v)->name)) + "' object" : "object";
  if (is_str(v)) text = "str '" + utf8_lossy(v) + "'";
  if (is_type(v)) text = "class " + utf8_lossy(Value(v.as<TypeObject>()->name));
  if (text.size() > 60) text.resize(60);
  return offset ? text + "+" + std::to_string(offset) : text;
}

}  // namespace

std::string name_of_address(uint64_t address, const Code* code) {
  const void* p = reinterpret_cast<const void*>(address);
  if (arch::CodeBlock* block = tier->space.find(p)) {
    uint64_t offset = address - reinterpret_cast<uint64_t>(block->exec);
    return offset ? block->name + "+" + std::to_string(offset) : block->name;
  }
  for (int op = 0; op < frontend::kOpCount; op++)
    if (instruction_handlers()[op] == p) return std::string("handler of ") + frontend::kOpInfo[op].name;
  if (p == tier->table.find) return "table: find machine code";
  if (p == tier->counting_table) return "table: count";
  if (p == instruction_handlers()) return "table: handlers";
  if (code) {
    uint64_t first = reinterpret_cast<uint64_t>(code->instructions);
    uint64_t last = first + code->instruction_count * sizeof(*code->instructions);
    if (address >= first && address < last)
      return "pc " + std::to_string((address - first) / sizeof(*code->instructions));
  }
  static const Symbols* symbols = new Symbols;
  std::string name = symbols->at(address);
  if (!name.empty()) return name;
  if (gc::Header* h = gc::find_cell(address)) return of_object(h, address);
  return {};
}

}  // namespace taipan::jit
