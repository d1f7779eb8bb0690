// Source positions in their packed form: per instruction four zigzag varints: line difference, end_line - line, column + 1,
// end_column - column. What code objects keep, what .pyc files hold.
#pragma once
#include <string>
#include <string_view>
#include <vector>
#include "frontend/bytecode/code_unit.h"

namespace taipan::frontend {

// The line difference that stands for "no position" (relative to the line before, which stays).
inline constexpr int64_t kNoPositionLine = -1000000;

std::string pack_positions(const std::vector<Position>& positions, int32_t first_line, size_t count);
// False: malformed, or not exactly count of them.
bool unpack_positions(std::string_view packed, int32_t first_line, size_t count, std::vector<Position>* out);

}  // namespace taipan::frontend
