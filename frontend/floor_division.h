// Division of floats as Python has it, rounding towards minus infinity: for the constant folder, and for float at run time.
#pragma once
#include <cmath>

namespace taipan {

// a % b; b isn't zero.
inline double float_floor_mod(double a, double b) {
  double m = std::fmod(a, b);
  if (m != 0) {
    if ((b < 0) != (m < 0)) m += b;
  } else {
    m = std::copysign(0.0, b);
  }
  return m;
}

// a // b; b isn't zero.
inline double float_floor_div(double a, double b) {
  double m = std::fmod(a, b);
  double q = (a - m) / b;
  if (m != 0 && (b < 0) != (m < 0)) q -= 1.0;
  if (q == 0) return std::copysign(0.0, a / b);
  double f = std::floor(q);
  return q - f > 0.5 ? f + 1.0 : f;
}

}  // namespace taipan
