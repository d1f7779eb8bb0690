// Generators, coroutines and async generators: see struct Generator in frame.h.
#pragma once
#include "interp/objects/frame.h"

namespace taipan {

// Resumes g: sent null: throws the exception in flight. Returns the yielded value; kStopIter when it returned (*result: its value, owned);
// null: it raised.
Ref generator_send_ex(Generator* g, Value sent, Ref* result);
Ref generator_throw(Value gen, Value type, Value value, Value traceback);  // as gen.throw()
bool generator_close(Value gen);
Ref async_gen_wrap(Value v);      // async_generator_wrapped_value
bool is_coroutine_like(Value v);  // coroutine, or generator with CO_ITERABLE_COROUTINE
Ref coroutine_wrapper(Value coroutine);
// The state becomes kGenRunning. False (ValueError): it runs already, in another thread that was faster.
bool generator_claim_slow(Generator* g);
inline bool generator_claim(Generator* g) {
  if (TAIPAN_UNLIKELY(gc::parallel)) return generator_claim_slow(g);
  g->state = kGenRunning;
  return true;
}
void generator_finish(Generator* g);
void generator_convert_stop(Generator* g);
// The object a suspended generator delegates to (yield from / await): borrowed, null if none.
Value generator_delegate(Generator* g);

}  // namespace taipan
