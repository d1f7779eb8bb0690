// float (flonum immediates, boxed NaN/tiny/huge) and complex.
#pragma once
#include <string>
#include <string_view>
#include "interp/objects/type.h"

namespace taipan {

struct BoxedFloat {
  Header h;
  double value;
};
struct Complex {
  Header h;
  double real, imag;
};

Ref make_float_slow(double d);
TAIPAN_INLINE Ref make_float(double d) {
  Value v = Value::try_float(d);
  return TAIPAN_LIKELY(!v.is_null()) ? Ref::imm(v) : make_float_slow(d);
}
// v is a float (exact or subclass).
inline double float_value(Value v) { return TAIPAN_LIKELY(v.is_float()) ? v.as_float() : v.as<BoxedFloat>()->value; }
Ref make_complex(double re, double im);
bool to_complex(Value v, double* re, double* im);  // complex, __complex__, float-likes

std::string float_repr(double d);  // shortest, as repr(float)
// format code as in printf ('e','f','g','r', upper case too), precision, flags: sign always / add ".0" / alternate
enum FloatFormatFlags { kFloatSign = 1, kFloatAddDot0 = 2, kFloatAlt = 4, kFloatNoNegZero = 8 };
std::string float_format(double d, char code, int precision, int flags);
bool float_parse(std::string_view text,
                 double* out);  // whole text as float() takes it (ascii, stripped, underscores); false: malformed
int64_t float_hash(double d, Value self);  // self: for NaN
Ref float_pow(double a, double b);         // may be complex or ZeroDivisionError
Ref float_from_object(Value o);            // float(o): __float__, __index__, text
double round_to_digits(double x, int ndigits, bool* overflow);

}  // namespace taipan
