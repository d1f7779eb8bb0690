// int and float text: whatever is accepted must come back from its own text.
#include <cmath>
#include <cstdlib>
#include <string_view>
#include "gc/mutator.h"
#include "interp/objects/error.h"
#include "interp/objects/float.h"
#include "interp/objects/float_text.h"
#include "interp/objects/init.h"
#include "interp/objects/int.h"
#include "interp/objects/thread.h"

using namespace taipan;

static void require(bool ok) {
  if (!ok) abort();
}

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  gc::init_memory(true);
  static Thread* thread = new Thread;
  thread->is_main = true;
  thread->handled = &thread->handled_base;
  gc::attach_new(thread);
  start_objects();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  int base = data[0] % 37;
  std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  if (base != 1) {
    Ref i = int_from_text(text, base);
    if (i) {
      std::string digits;
      for (int b : {2, 10, 16, 36}) {
        if (!int_to_text(i, b, &digits)) {
          clear_error();
          continue;
        }
        Ref again = int_from_text(digits, b);
        require(again && int_compare(again, i) == 0);
      }
    }
    clear_error();
  }
  double d, back;
  if (float_parse(text, &d) && std::isfinite(d)) {
    require(float_parse(float_repr(d), &back) && back == d);
    require(float_from_hex(float_hex(d), &back) == FromHex::kOk && back == d);
    bool overflow;
    round_to_digits(d, base - 18, &overflow);
    for (char code : {'e', 'f', 'g', 'r'}) float_format(d, code, code == 'r' ? 0 : base, data[0] >> 6);
  }
  float_from_hex(text, &d);
  return 0;
}
