// Division of tagged ints by constants, as multiplication by a reciprocal (Granlund and Montgomery, "Division by invariant integers using
// multiplication", 1994).
//
// For 0 <= u < 2^62 and a divisor that is no power of two, let k = 62 + ceil(log2 by) and m = floor(2^k / by) + 1. Then m * by = 2^k + e with
// 0 < e <= by, and u * m / 2^k = u / by + u * e / (by * 2^k), where the last term is less than 1 / by because u * e < 2^62 * by <= 2^k: its
// floor is that of u / by. m is below 2^63, so a signed product will do. A negative n goes as ~n: floor(n / by) = ~floor(~n / by).
#include <bit>
#include "arch/masm.h"

namespace taipan::arch {

void Masm::tagged_floor_divide(Reg d, Reg a, int64_t by, bool remainder, Reg temp, Reg temp2) {
  int k = 62 + std::bit_width(static_cast<uint64_t>(by) - 1);
  auto m = static_cast<int64_t>((static_cast<unsigned __int128>(1) << k) / static_cast<uint64_t>(by) + 1);
  sar(temp2, a, 63);  // the sign, in all bits
  sar(d, a, 1);
  xor_(d, d, temp2);
  mov(temp, m);
  mul_high(d, d, temp);
  sar(d, d, k - 64);
  xor_(d, d, temp2);
  if (remainder) {
    // 2n + 1 - 2 * by * quotient
    mov(temp, 2 * by);
    mul(temp, temp, d);
    sub(d, a, temp);
  } else {
    tag(d, d);
  }
}

}  // namespace taipan::arch
