#include "arch/disassembler.h"

#include <dlfcn.h>
#include <cstdio>
#include <cstring>
#if __has_include(<capstone/capstone.h>)
#include <capstone/capstone.h>
#define TAIPAN_CAPSTONE 1
#endif

namespace taipan::arch {

namespace {

void show_bytes(const uint8_t* code, size_t size, const std::function<void(const MachineInstruction&)>& f) {
  for (size_t at = 0; at < size; at += 4) {
    uint32_t word = 0, n = size - at < 4 ? static_cast<uint32_t>(size - at) : 4;
    memcpy(&word, code + at, n);
    char text[32];
    snprintf(text, sizeof text, ".word 0x%08x", word);
    f({reinterpret_cast<uint64_t>(code) + at, n, text, false, 0, 0});
  }
}

#ifdef TAIPAN_CAPSTONE
struct Library {
  decltype(&cs_open) open;
  decltype(&cs_close) close;
  decltype(&cs_option) option;
  decltype(&cs_malloc) allocate;
  decltype(&cs_free) free;
  decltype(&cs_disasm_iter) next;
  bool good = false;
  Library() {
    void* handle = dlopen("libcapstone.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!handle) return;
    auto symbol = [&](auto& to, const char* name) {
      to = reinterpret_cast<std::remove_reference_t<decltype(to)>>(dlsym(handle, name));
      return to != nullptr;
    };
    good = symbol(open, "cs_open") && symbol(close, "cs_close") && symbol(option, "cs_option") &&
           symbol(allocate, "cs_malloc") && symbol(free, "cs_free") && symbol(next, "cs_disasm_iter");
  }
};
const Library& library() {
  static Library l;
  return l;
}

#if defined(__x86_64__)
constexpr cs_arch kArch = CS_ARCH_X86;
constexpr cs_mode kMode = CS_MODE_64;
struct References {
  void find(const cs_insn& in, const uint8_t*, size_t, MachineInstruction* out) {
    const cs_x86& x = in.detail->x86;
    for (int i = 0; i < x.op_count; i++) {
      const cs_x86_op& o = x.operands[i];
      if (o.type == X86_OP_IMM) {
        uint64_t v = static_cast<uint64_t>(o.imm);
        if (out->jumps || v > 0xFFFF) out->refers = v;
      } else if (o.type == X86_OP_MEM && o.mem.base == X86_REG_RIP) {
        uint64_t at = in.address + in.size + static_cast<uint64_t>(o.mem.disp);
        if (in.id == X86_INS_LEA) {
          out->refers = at;
        } else {
          out->through = at;
        }
      }
    }
  }
};
#else
constexpr cs_arch kArch = CS_ARCH_ARM64;
constexpr cs_mode kMode = CS_MODE_LITTLE_ENDIAN;
// Constants are put together by up to four instructions: the last one names them.
struct References {
  arm64_reg reg = ARM64_REG_INVALID;
  uint64_t value = 0;
  static uint64_t shifted(const cs_arm64_op& o) {
    return static_cast<uint64_t>(o.imm) << (o.shift.type == ARM64_SFT_LSL ? o.shift.value : 0);
  }
  void find(const cs_insn& in, const uint8_t* rest, size_t left, MachineInstruction* out) {
    const cs_arm64& x = in.detail->arm64;
    const cs_arm64_op* o = x.operands;
    bool builds = false;
    if (in.id == ARM64_INS_MOVZ || (in.id == ARM64_INS_MOV && x.op_count == 2 && o[1].type == ARM64_OP_IMM)) {
      reg = o[0].reg;
      value = shifted(o[1]);
      builds = true;
    } else if (in.id == ARM64_INS_MOVN) {
      reg = o[0].reg;
      value = ~shifted(o[1]);
      builds = true;
    } else if (in.id == ARM64_INS_MOVK && o[0].reg == reg) {
      uint64_t mask = uint64_t{0xFFFF} << (o[1].shift.type == ARM64_SFT_LSL ? o[1].shift.value : 0);
      value = (value & ~mask) | shifted(o[1]);
      builds = true;
    } else {
      reg = ARM64_REG_INVALID;
    }
    if (builds) {
      uint32_t next = 0;
      if (left >= 4) memcpy(&next, rest, 4);
      bool goes_on = (next & 0x7F800000) == 0x72800000;  // movk
      if (!goes_on && value > 0xFFFF) out->refers = value;
      return;
    }
    for (int i = 0; i < x.op_count; i++) {
      if (o[i].type != ARM64_OP_IMM) continue;
      if (out->jumps || in.id == ARM64_INS_ADR || in.id == ARM64_INS_ADRP)
        out->refers = static_cast<uint64_t>(o[i].imm);
      if (in.id == ARM64_INS_LDR) out->through = static_cast<uint64_t>(o[i].imm);
    }
  }
};
#endif
#endif

}  // namespace

bool disassemble(const uint8_t* code, size_t size, const std::function<void(const MachineInstruction&)>& f) {
#ifdef TAIPAN_CAPSTONE
  const Library& l = library();
  csh handle;
  if (l.good && l.open(kArch, kMode, &handle) == CS_ERR_OK) {
    l.option(handle, CS_OPT_DETAIL, CS_OPT_ON);
    l.option(handle, CS_OPT_SKIPDATA, CS_OPT_ON);
    cs_insn* in = l.allocate(handle);
    const uint8_t* at = code;
    size_t left = size;
    uint64_t address = reinterpret_cast<uint64_t>(code);
    References references;
    while (in && left && l.next(handle, &at, &left, &address, in)) {
      MachineInstruction out{in->address, in->size, in->mnemonic, false, 0, 0};
      if (*in->op_str) (out.text += ' ') += in->op_str;
      if (in->id != 0) {  // (Data has no details.)
        for (int i = 0; i < in->detail->groups_count; i++) {
          uint8_t group = in->detail->groups[i];
          out.jumps = out.jumps || group == CS_GRP_JUMP || group == CS_GRP_CALL;
        }
#if defined(__aarch64__)
        // (Of calls, capstone 4 says nothing there.)
        out.jumps = out.jumps || in->id == ARM64_INS_BL;
#endif
        references.find(*in, at, left, &out);
        uint64_t first = reinterpret_cast<uint64_t>(code);
        if (out.through >= first && out.through + 8 <= first + size)
          memcpy(&out.refers, code + (out.through - first), 8);
      }
      f(out);
    }
    if (in) l.free(in, 1);
    l.close(&handle);
    return true;
  }
#endif
  show_bytes(code, size, f);
  return false;
}

}  // namespace taipan::arch
