// What the memory system and the locks need to know of the processor.
#pragma once
#include <cstddef>

namespace taipan::arch {

inline constexpr size_t kCacheLine = 64;

// One turn of a spin loop.
inline void cpu_pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// The callee-saved registers, where a caller may keep the only copy of a pointer. Inline it in the function whose
// caller's registers are wanted.
inline constexpr int kSavedRegisters = 12;
__attribute__((always_inline)) inline void save_registers(void** out) {
#if defined(__x86_64__)
  asm volatile(
      "movq %%rbx, 0(%0)\n movq %%rbp, 8(%0)\n movq %%r12, 16(%0)\n"
      "movq %%r13, 24(%0)\n movq %%r14, 32(%0)\n movq %%r15, 40(%0)\n"
      :
      : "r"(out)
      : "memory");
  for (int i = 6; i < kSavedRegisters; i++) out[i] = nullptr;
#elif defined(__aarch64__)
  asm volatile(
      "stp x19, x20, [%0, #0]\n stp x21, x22, [%0, #16]\n stp x23, x24, [%0, #32]\n"
      "stp x25, x26, [%0, #48]\n stp x27, x28, [%0, #64]\n str x29, [%0, #80]\n"
      :
      : "r"(out)
      : "memory");
  out[11] = nullptr;
#else
#error "save_registers: this processor is not known"
#endif
}

}  // namespace taipan::arch
