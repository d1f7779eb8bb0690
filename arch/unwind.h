// What unwinders are told of generated code. Frame pointers are chained always, for profilers that walk them. Beyond that each block
// has call-frame information made from the assembler's UnwindRows: given to the unwinder of libgcc (backtraces, C++ profilers in the
// process), and, once announce_to_debugger is set, to gdb with the block's name and source lines through its JIT interface.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace taipan::arch {

struct UnwindRow;

// From this offset on machine code belongs to that line.
struct CodeLine {
  uint32_t offset;
  int line;
};
struct SourceLines {
  std::string_view file = {};
  const std::vector<CodeLine>* lines = nullptr;
};

struct UnwindRegistration {
  uint8_t* frame_info = nullptr;  // .eh_frame: one CIE, one FDE, terminator
  void* debugger_entry = nullptr;
};

extern bool announce_to_debugger;  // set before the first block is installed

std::vector<uint8_t> make_frame_info(const void* exec, size_t size, const std::vector<UnwindRow>& rows);
UnwindRegistration register_unwind(const void* exec, size_t size, const std::vector<UnwindRow>& rows,
                                   std::string_view name, const SourceLines& source = {});
void unregister_unwind(UnwindRegistration* r);

// debugger.cpp: gdb's JIT interface. An object file in memory names the block and its lines; what is returned takes that back.
void* tell_debugger(const void* exec, size_t size, const std::vector<uint8_t>& frame_info, std::string_view name,
                    const SourceLines& source);
void forget_in_debugger(void* entry);

}  // namespace taipan::arch
