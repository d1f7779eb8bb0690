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
// Another thread may be running it, or start to: what the state is worth without owning the generator.
inline GeneratorState generator_state(const Generator* g) {
  auto state = std::atomic_ref<const GeneratorState>(g->state).load(std::memory_order_acquire);
  return state == kGenLooked ? kGenSuspended : state;
}
// The state, which is one of the two that allow it, becomes kGenRunning; *before is what it was. Nobody can interfere where this thread
// has the only reference. False: another thread was faster, and it runs (ValueError) or has ended meanwhile (nothing is raised).
bool generator_claim_slow(Generator* g, GeneratorState* before);
inline bool generator_claim(Generator* g, GeneratorState* before) {
  gc::before_bulk_move(&g->h);  // its registers are written without a barrier from here on
  if (TAIPAN_UNLIKELY(gc::parallel) && !gc::is_unique(&g->h)) return generator_claim_slow(g, before);
  *before = g->state;
  std::atomic_ref<GeneratorState>(g->state).store(kGenRunning, std::memory_order_relaxed);
  return true;
}
void generator_finish(Generator* g);
void generator_convert_stop(Generator* g);
// Its frame object, owned; None where it has ended. Any thread; not under an object lock.
Ref generator_frame(Generator* g);
// The object a suspended generator delegates to (yield from / await); null (nothing raised): there is none.
Ref generator_delegate(Generator* g);

}  // namespace taipan
