// The registers that generated code may name. Portable code uses the roles below; only x64/ and a64/ know numbers.
//
//   kRet            result of a call                 kArgs[0..5]   arguments of a call, in order
//   kVolatile[i]    lost in calls; at least seven, distinct from each other (arguments and kRet are among them)
//   kSaved[i]       survive calls; at least five. A function that uses them saves them in its prologue
//   kTailArgs[0..4] arguments of a function with clang's preserve_none convention, which keeps no register but the frame and
//                   stack pointers: how the interpreter's handlers call each other in tail position
//   kFramePointer   chain of native frames, always kept, so that profilers can walk
//   kFloat[i]       doubles; all are lost in calls (no x86-64 register survives them)
// The macro assembler keeps a few integer registers and two double registers for itself: they are in none of these sets.
#pragma once
#include <cstddef>
#include <cstdint>

namespace taipan::arch {

struct Reg {
  uint8_t id = 0xFF;
  constexpr bool operator==(const Reg&) const = default;
  constexpr bool valid() const { return id != 0xFF; }
};
struct FReg {
  uint8_t id = 0xFF;
  constexpr bool operator==(const FReg&) const = default;
  constexpr bool valid() const { return id != 0xFF; }
};
inline constexpr Reg kNoRegister{};

#if defined(__x86_64__)
// rax 0  rcx 1  rdx 2  rbx 3  rsp 4  rbp 5  rsi 6  rdi 7  r8..r15. r10 and r11 are the assembler's own.
inline constexpr Reg kRet{0}, kFramePointer{5}, kStackPointer{4};
inline constexpr Reg kArgs[] = {{7}, {6}, {2}, {1}, {8}, {9}};
inline constexpr Reg kVolatile[] = {{0}, {1}, {2}, {6}, {7}, {8}, {9}};
inline constexpr Reg kSaved[] = {{3}, {12}, {13}, {14}, {15}};
inline constexpr FReg kFloat[] = {{0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}, {9}, {10}, {11}, {12}, {13}};
inline constexpr FReg kFloatRet{0};
inline constexpr Reg kTailArgs[] = {{12}, {13}, {14}, {15}, {7}};
inline constexpr const char* kIsaName = "x64";
#elif defined(__aarch64__)
// x15, x16 and x17 are the assembler's own, x18 the platform's.
inline constexpr Reg kRet{0}, kFramePointer{29}, kStackPointer{31};
inline constexpr Reg kArgs[] = {{0}, {1}, {2}, {3}, {4}, {5}};
inline constexpr Reg kVolatile[] = {{0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}, {9}, {10}, {11}, {12}, {13}, {14}};
inline constexpr Reg kSaved[] = {{19}, {20}, {21}, {22}, {23}, {24}, {25}, {26}, {27}, {28}};
inline constexpr FReg kFloat[] = {{0},  {1},  {2},  {3},  {4},  {5},  {6},  {7},
                                  {16}, {17}, {18}, {19}, {20}, {21}, {22}, {23}};
inline constexpr FReg kFloatRet{0};
inline constexpr Reg kTailArgs[] = {{20}, {21}, {22}, {23}, {24}};
inline constexpr const char* kIsaName = "a64";
#else
#error "regs.h: this processor is not known"
#endif

inline constexpr int kArgCount = sizeof(kArgs) / sizeof(kArgs[0]);
inline constexpr int kVolatileCount = sizeof(kVolatile) / sizeof(kVolatile[0]);
inline constexpr int kSavedCount = sizeof(kSaved) / sizeof(kSaved[0]);
inline constexpr int kFloatCount = sizeof(kFloat) / sizeof(kFloat[0]);
static_assert(kVolatileCount >= 7 && kSavedCount >= 5 && kFloatCount >= 8);

}  // namespace taipan::arch
