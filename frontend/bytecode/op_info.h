// What bytecode.def says about each instruction, as tables: operand kinds, effects, where its jump target is.
#pragma once
#include "frontend/bytecode/code_unit.h"

namespace taipan::frontend {

enum OpEffects : uint8_t {
  kMayRaise = 1,      // R
  kJumps = 2,         // J
  kEndsBlock = 4,     // E: does not fall through (generator suspensions carry it, too: see falls_through)
  kPolls = 8,         // P
  kCallsPython = 16,  // C
};

struct OpInfo {
  const char* name;
  char format[3];
  uint8_t effects;
};

constexpr uint8_t parse_effects(const char* text) {
  uint8_t result = 0;
  for (; *text; text++) {
    result |= *text == 'R'   ? kMayRaise
              : *text == 'J' ? kJumps
              : *text == 'E' ? kEndsBlock
              : *text == 'P' ? kPolls
                             : kCallsPython;
  }
  return result;
}

inline constexpr OpInfo kOpInfo[kOpCount] = {
#define OP(name, format, effects) {#name, {format[0], format[1], format[2]}, parse_effects(effects)},
#include "frontend/bytecode/bytecode.def"
#undef OP
};

// Whether an EXT word follows.
constexpr bool has_ext(const Instruction& i) {
  switch (i.op) {
    case kOpJUMP_LT:
    case kOpJUMP_LE:
    case kOpJUMP_EQ:
    case kOpJUMP_NE:
    case kOpJUMP_GT:
    case kOpJUMP_GE:
    case kOpJUMP_LT_I:
    case kOpJUMP_LE_I:
    case kOpJUMP_EQ_I:
    case kOpJUMP_NE_I:
    case kOpJUMP_GT_I:
    case kOpJUMP_GE_I:
    case kOpJUMP_IS:
    case kOpJUMP_IN:
    case kOpFOR_ITER:
    case kOpUNPACK_EX:
    case kOpCALL_KW:
    case kOpSEND: return true;
    case kOpYIELD: return i.c != kNoReg;
    default: return false;
  }
}
// Where the target is: 0 none, 1 in the instruction's own b|c, 2 in the EXT word's b|c.
constexpr int target_place(const Instruction& i) {
  if (kOpInfo[i.op].format[2] == 'T') return 1;
  switch (i.op) {
    case kOpUNPACK_EX:
    case kOpCALL_KW: return 0;
    default: return has_ext(i) ? 2 : 0;
  }
}
// Whether control may go on at the next instruction. A suspended generator does when it is resumed.
constexpr bool falls_through(const Instruction& i) {
  return !(kOpInfo[i.op].effects & kEndsBlock) || i.op == kOpYIELD || i.op == kOpRETURN_GENERATOR;
}
constexpr bool is_conditional_jump(uint8_t op) {
  return (kOpInfo[op].effects & kJumps) && !(kOpInfo[op].effects & kEndsBlock);
}
inline void set_wide(Instruction& i, uint32_t value) {
  i.b = static_cast<uint16_t>(value);
  i.c = static_cast<uint16_t>(value >> 16);
}
// Number of consecutive registers that operand `letter` 's' of this instruction consumes, or 'W' writes.
inline uint32_t consumed_count(const Instruction& i, const Instruction* ext) {
  switch (i.op) {
    case kOpBUILD_SLICE: return 3;
    case kOpBUILD_TUPLE:
    case kOpBUILD_LIST:
    case kOpBUILD_SET:
    case kOpBUILD_STRING: return i.c;
    case kOpBUILD_MAP: return 2u * i.c;
    case kOpCOMPARE_TUPLES: return 2u * (i.c & 0xFF);
    case kOpCALL: return 2u + i.c;
    case kOpCALL_EX: return 4;
    case kOpIMPORT_NAME: return 2;
    case kOpMATCH_CLASS: return 3;
    case kOpMAKE_FUNCTION: {
      uint32_t n = 0;
      for (int bit = 16; bit <= 128; bit <<= 1) n += (i.flags & bit) != 0;
      return n;
    }
    default: return 0;  // CALL_KW: its count is in the constant; the verifier knows
  }
}
inline uint32_t written_count(const Instruction& i, const Instruction* ext) {
  switch (i.op) {
    case kOpLOAD_METHOD:
    case kOpLOAD_SPECIAL:
    case kOpEXC_GROUP_MATCH: return 2;
    case kOpUNPACK_SEQ: return i.c;
    case kOpUNPACK_EX: return i.c + 1u + ext->a;
    default: return 1;
  }
}

}  // namespace taipan::frontend
