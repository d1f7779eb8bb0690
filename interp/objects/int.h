// int: immediates up to 63 bits, BigInt (GMP limbs, inline) beyond and in subclasses of int.
#pragma once
#include <string>
#include <string_view>
#include "interp/objects/type.h"

namespace taipan {

struct BigInt {
  Header h;
  int64_t size;  // number of limbs, negative for negative values, 0 for zero (only in subclass instances)
  // limbs follow: uint64_t, least significant first, no leading zero limbs
  uint64_t* limbs() { return reinterpret_cast<uint64_t*>(this + 1); }
  const uint64_t* limbs() const { return reinterpret_cast<const uint64_t*>(this + 1); }
};

Ref make_int_slow(int64_t i);  // outside 63 bits
inline Ref make_int(int64_t i) {
  return TAIPAN_LIKELY(Value::fits_int(i)) ? Ref::imm(Value::from_int(i)) : make_int_slow(i);
}
Ref make_int_u64(uint64_t u);
Ref make_int_from_double(double d);  // truncates; OverflowError/ValueError for inf/nan
Ref make_int_from_limbs(const uint64_t* limbs, size_t n, bool negative);  // normalises
Ref make_int_from_bytes(const uint8_t* p, size_t n, bool little_endian, bool is_signed);
bool int_to_bytes(Value i, uint8_t* out, size_t n, bool little_endian,
                  bool is_signed);  // OverflowError if it doesn't fit

// v is any int (bool and subclasses too).
bool int_fits64(Value v, int64_t* out);  // false: does not fit, nothing raised
int int_sign(Value v);
double int_to_double(Value v, bool* overflow);     // correctly rounded (half even)
bool int_to_double_checked(Value v, double* out);  // OverflowError "int too large to convert to float"
size_t int_bit_length(Value v);
uint64_t int_low64(Value v);              // two's complement low 64 bits ("mask")
bool int_to_u64(Value v, uint64_t* out);  // ValueError/OverflowError as PyLong_AsUnsignedLong
Ref int_exact(Value v);                   // an exact int of the same value
Ref int_from_object(Value o);             // int(o): __int__, __index__, __trunc__, text

// Arithmetic on ints of any size (bool too); results are exact ints.
Ref int_add(Value a, Value b);
Ref int_sub(Value a, Value b);
Ref int_mul(Value a, Value b);
Ref int_floordiv(Value a, Value b);  // ZeroDivisionError
Ref int_mod(Value a, Value b);
bool int_divmod(Value a, Value b, Ref* q, Ref* r);
Ref int_truediv(Value a, Value b);  // correctly rounded float
Ref int_pow(Value a, Value b);      // b >= 0: int, b < 0: float
Ref int_powmod(Value a, Value b, Value m);
Ref int_lshift(Value a, Value b);
Ref int_rshift(Value a, Value b);
Ref int_and(Value a, Value b);
Ref int_or(Value a, Value b);
Ref int_xor(Value a, Value b);
Ref int_neg(Value a);
Ref int_abs(Value a);
Ref int_invert(Value a);
int int_compare(Value a, Value b);  // -1, 0, 1
int64_t int_hash(Value v);          // modulo 2^61-1
Ref int_gcd(Value a, Value b);
Ref int_isqrt(Value a);
Ref int_factorial(uint64_t n);
Ref int_binomial(Value n, uint64_t k);         // 0 <= k <= n
double int_frexp(Value v, int64_t* exponent);  // v == result * 2**exponent, 0.5 <= |result| < 1, rounded half to even

// Text. base 2..36; decimal text beyond sys.set_int_max_str_digits raises ValueError.
Ref int_to_str(Value v, int base = 10);  // no prefix
bool int_to_text(Value v, int base, std::string* out);
Ref int_from_text(
    std::string_view ascii,
    int base);  // as int(str, base): underscores, prefixes, spaces; null WITHOUT exception if malformed; digit limit raises
Ref int_from_literal(std::string_view text);  // source literal, already validated
extern int64_t int_max_str_digits;

}  // namespace taipan
