// What is known of a frame's registers before each instruction, worked out ahead of the pass over the bytecode.
//
// Two kinds of knowledge:
//   - `kinds` holds where machine code has come from machine code: a fast path has checked its operands, a result is of the kind that it
//     makes. Whoever enters in the middle (a handler that goes on, a return, a loop entered by OSR) is checked first, by the entry.
//   - `empty` holds however the instruction was reached: temporaries that hold nothing, by the rules that all tiers keep.
// A local keeps its kinds until it is written, or until an instruction that another frame or a handler may do.
#pragma once
#include <cstdint>
#include <vector>
#include "interp/objects/code.h"

namespace taipan::jit {

// A set of what a register may hold.
using Kinds = uint8_t;
inline constexpr Kinds kIsNull = 1, kIsInt = 2, kIsFloat = 4, kIsOther = 8 /* singletons */, kIsHeap = 16, kIsBool = 32;
inline constexpr Kinds kIsNumber = kIsInt | kIsFloat, kIsValue = 62, kIsAnything = 63;

struct Facts {
  std::vector<Kinds> kinds;
  std::vector<uint8_t> empty;
  bool operator==(const Facts&) const = default;
};

class Analysis {
 public:
  explicit Analysis(const Code* code);
  bool is_head(uint32_t index) const { return heads_[index] != 0; }
  const Facts& at_head(uint32_t index) const { return facts_[heads_[index] - 1]; }
  Facts start() const;  // where the code is called
  // What holds after an instruction (on all ways out of it) where `f` held before. The instruction's fast path was taken.
  void apply(uint32_t index, Facts* f) const;
  // As it was when the analysis began: other threads may go on writing it. (Entries that it points to stay until this thread's next poll.)
  uint64_t feedback(uint32_t index) const { return feedback_.empty() ? 0 : feedback_[index]; }
  bool saw_float(uint32_t index) const;
  bool saw_other(uint32_t index) const;
  ShapeId iterator_shape(uint32_t index) const;  // of a FOR_ITER; 0: not known

 private:
  void meet(uint32_t index, const Facts& f, bool* changed);
  bool run();
  const Code* code_;
  std::vector<uint64_t> feedback_;
  uint32_t registers_, first_temporary_;
  std::vector<uint32_t> heads_;  // 1 + index into facts_
  std::vector<Facts> facts_;
  std::vector<uint8_t> reached_;
};

}  // namespace taipan::jit
