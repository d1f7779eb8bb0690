// A mode of FORMAT_VALUE: neither conversion nor specification, and the result goes into a BUILD_STRING, which takes ints and floats as they
// are: they stay what they are.
#pragma once

namespace taipan::frontend {

inline constexpr int kFormatForString = 4;

}  // namespace taipan::frontend
