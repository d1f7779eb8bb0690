// Which instruction a piece of machine code belongs to.
//
// A compiler notes where each piece begins; what is kept is two to four bytes a piece: differences, in variable length. Dumps, profilers
// and debuggers are told by it.
#pragma once
#include <cstdint>
#include <vector>

namespace taipan::jit {

enum class Part : uint8_t {
  kThunk,   // how the code is called
  kInline,  // an instruction's fast path
  kEntry,   // out of line: checks what the fast path knows
  kRest,    // out of line: what is rare
  kExit,    // out of line: to the handler
};

struct Position {
  uint32_t offset;  // the piece begins here, and ends where the next one begins
  uint32_t index;   // of the instruction
  Part part;
};

class Positions {
 public:
  void add(uint32_t offset, uint32_t index, Part part) {
    if (!bytes_.empty() && index == last_.index && part == last_.part) return;
    put(offset - last_.offset);
    int64_t step = static_cast<int64_t>(index) - last_.index;
    put((static_cast<uint64_t>(step < 0 ? -2 * step - 1 : 2 * step) << 3) | static_cast<uint64_t>(part));
    last_ = {offset, index, part};
  }
  void shrink() { bytes_.shrink_to_fit(); }
  std::vector<Position> list() const {
    std::vector<Position> out;
    Position p{0, 0, Part::kThunk};
    for (size_t at = 0; at < bytes_.size();) {
      p.offset += static_cast<uint32_t>(get(&at));
      uint64_t word = get(&at), step = word >> 3;
      p.part = static_cast<Part>(word & 7);
      p.index = static_cast<uint32_t>(static_cast<int64_t>(p.index) + (step & 1 ? -static_cast<int64_t>((step + 1) / 2)
                                                                                : static_cast<int64_t>(step / 2)));
      out.push_back(p);
    }
    return out;
  }

 private:
  void put(uint64_t v) {
    for (; v > 127; v >>= 7) bytes_.push_back(static_cast<uint8_t>(v | 128));
    bytes_.push_back(static_cast<uint8_t>(v));
  }
  uint64_t get(size_t* at) const {
    uint64_t v = 0;
    for (int shift = 0;; shift += 7) {
      uint8_t byte = bytes_[(*at)++];
      v |= static_cast<uint64_t>(byte & 127) << shift;
      if (byte < 128) return v;
    }
  }
  std::vector<uint8_t> bytes_;
  Position last_{0, 0, Part::kThunk};
};

}  // namespace taipan::jit
