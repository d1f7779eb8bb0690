// asmjit's side of a Masm: included by arch/'s own .cpp files alone.
#pragma once
#include <asmjit/core.h>
#if defined(__x86_64__)
#include <asmjit/x86.h>
#elif defined(__aarch64__)
// This package lacks the umbrella header asmjit/a64.h.
#include <asmjit/arm/a64assembler.h>
#endif
#include "arch/masm.h"

namespace taipan::arch {

#if defined(__x86_64__)
using IsaAssembler = asmjit::x86::Assembler;
// Registers that carry no argument, where one may wait while the others move.
inline constexpr Reg kArgumentSpare[] = {{10}, {0}};
#elif defined(__aarch64__)
using IsaAssembler = asmjit::a64::Assembler;
inline constexpr Reg kArgumentSpare[] = {{10}, {9}, {8}};
#endif

class ErrorSink : public asmjit::ErrorHandler {
 public:
  void handleError(asmjit::Error, const char* message, asmjit::BaseEmitter*) override { masm->fail(message); }
  Masm* masm = nullptr;
};

struct Masm::State {
  void reset() {
    code.reset(asmjit::ResetPolicy::kSoft);
    relative.clear();
    for (Reach& r : reaches) {
      r.pending.clear();
      r.head = 0;
      r.near_of.clear();
    }
    deadline = UINT32_MAX;
    size = 0;
    finished = false;
  }
  ErrorSink errors;
  asmjit::CodeHolder code;
  asmjit::StringLogger logger;
  IsaAssembler as;
  std::vector<std::pair<uint32_t, uint64_t>> relative;  // where a 32-bit distance to an address goes
  std::string listing;
  std::string message;  // keeps the first error's text
  size_t size = 0;
  bool finished = false;

  // ARM64's short branches. A label that some wait for has an asmjit label of its own a reach: binding the label binds it, or
  // a veneer does before the oldest of them is out of reach.
  struct Pending {
    uint32_t label;      // of Masm
    uint32_t near;       // asmjit's
    uint32_t first_use;  // offset of the oldest branch to it: ascending within a reach
  };
  struct Reach {
    std::vector<Pending> pending;
    size_t head = 0;
    std::vector<uint32_t> near_of;  // by label id: 1 + asmjit's id, or 0
  };
  Reach reaches[2];                // 0: 1 MB (b.cond, cbz), 1: 32 KB (tbz)
  uint32_t deadline = UINT32_MAX;  // offset at which veneers are due
  bool laying = false;
};

// The label ids of Masm are asmjit's; a near label's has a bit more.
inline constexpr uint32_t kNearLabel = uint32_t{1} << 31;
inline asmjit::Label to_asmjit(Label l) { return asmjit::Label(l.id & ~kNearLabel); }

}  // namespace taipan::arch
