// What float_text.cpp offers beside float.h.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace taipan {

// repr(d) into out (32 bytes at least); returns its length.
size_t float_repr_to(double d, char* out);
// m with so many digits behind the point; m is finite and not negative. Returns the length, 0: not that simple, float_format() does it.
inline constexpr size_t kFloatFixedRoom = 48;
size_t float_fixed_to(double m, int precision, char* out);
// Reads the longest float at the start of s; returns how many characters it took (0: none).
size_t float_prefix(std::string_view s, double* out);
// Appends s without underscores, which may stand only between digits; false: misplaced.
bool strip_underscores(std::string_view s, std::string* out);
std::string float_hex(double d);
enum class FromHex { kOk, kMalformed, kTooLarge };
FromHex float_from_hex(std::string_view s, double* out);

}  // namespace taipan
