// Names of characters (unicodedata, \N{...}).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace taipan::unicode {

bool character_name(uint32_t c, std::string* out);  // false: none
// By name, alias or (if sequence is given) the name of a sequence; any case. 0: unknown, else the number of code points in out (at most 4).
int find_character(std::string_view name, uint32_t* out, bool aliases, bool sequences);

}  // namespace taipan::unicode
