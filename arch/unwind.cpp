#include "arch/unwind.h"

#include <cstdlib>
#include <cstring>
#include "arch/dwarf.h"
#include "arch/masm.h"

// libgcc's unwinder; present in every executable that C++ was linked into.
extern "C" void __register_frame(void* frame_info);
extern "C" void __deregister_frame(void* frame_info);

namespace taipan::arch {

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
#else
constexpr uint8_t kDwarfSp = 31, kDwarfFp = 29, kDwarfReturn = 30;
constexpr uint8_t dwarf_number(Reg r) { return r.id; }
constexpr int kEntryCfa = 0;
constexpr bool kReturnOnStack = false;
#endif

enum : uint8_t {
  kDefCfa = 0x0C,
  kAdvance4 = 0x04,
  kSameValue = 0x08,
  kOffset = 0x80,
};

void end_entry(Writer& w, size_t start) {
  while ((w.bytes.size() - start + 4) % 8) w.u8(0);  // DW_CFA_nop
  w.end_length(start);
}
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
  end_entry(w, start);
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
  end_entry(w, start);
  w.raw<uint32_t>(0);
  return std::move(w.bytes);
}

UnwindRegistration register_unwind(const void* exec, size_t size, const std::vector<UnwindRow>& rows,
                                   std::string_view name, const SourceLines& source) {
  UnwindRegistration out;
  if (rows.empty()) return out;
  std::vector<uint8_t> info = make_frame_info(exec, size, rows);
  out.frame_info = static_cast<uint8_t*>(malloc(info.size()));
  if (out.frame_info) {
    memcpy(out.frame_info, info.data(), info.size());
    __register_frame(out.frame_info);
  }
  if (announce_to_debugger) out.debugger_entry = tell_debugger(exec, size, info, name, source);
  return out;
}
void unregister_unwind(UnwindRegistration* r) {
  if (r->frame_info) {
    __deregister_frame(r->frame_info);
    free(r->frame_info);
    r->frame_info = nullptr;
  }
  if (r->debugger_entry) forget_in_debugger(r->debugger_entry);
  r->debugger_entry = nullptr;
}

}  // namespace taipan::arch
