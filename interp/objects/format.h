// The format mini-language: what __format__ of str, int, float and complex does with its specification.
#pragma once
#include "interp/objects/type.h"

namespace taipan {

class StrBuilder;

// v and spec: a str/int/float/complex (or subclass) and a str. Owned str, null with ValueError or others.
Ref format_text(Value v, Value spec);
Ref format_int(Value v, Value spec);
Ref format_float(Value v, Value spec);
Ref format_complex(Value v, Value spec);
// An exact str, int or float, by what stands in text from start to end, appended. 1: done, 0: v is something else, -1: exception.
int format_part(StrBuilder* out, Value v, Value text, size_t start, size_t end);

}  // namespace taipan
