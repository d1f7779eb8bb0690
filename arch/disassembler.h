// Machine code of this processor as text, for dumps. The work is capstone's: one library for both ISAs (Zydis, which is smaller, knows x86
// alone). It is loaded at the first use, so that a run without dumps doesn't pay for it; without it the bytes are shown as they are.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace taipan::arch {

struct MachineInstruction {
  uint64_t address;
  uint32_t size;
  std::string text;
  bool jumps;        // to `refers`, or calls it
  uint64_t refers;   // the address or large constant that it names or has put together; 0: none
  uint64_t through;  // `refers` is the word there
};

// In order. False: the library is missing, and the text of each word is its bytes.
bool disassemble(const uint8_t* code, size_t size, const std::function<void(const MachineInstruction&)>& f);

}  // namespace taipan::arch
