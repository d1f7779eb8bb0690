// Async generators and what coroutines and generators share with them.
#pragma once
#include "interp/objects/generator.h"

namespace taipan {

void generator_trace(Header* h, gc::Visitor& v);
void generator_clear(Header* h);
void generator_dealloc(Header* h);
void generator_finalize(Header* h);
Ref generator_repr(Value v);
Ref generator_raise_stop(Ref value);
Ref generator_throw_ex(Generator* g, Value type, Value value, Value tb, Ref* result);
// cr_origin: tuple of (file, line, function) of the innermost depth frames.
Ref coroutine_origin(Frame* caller, int depth);
// What sending to the awaitable of asend() or __anext__() gives; kStopIter with the value that ends the await in *ended_with.
Ref async_generator_step(Value asend, Value sent, Ref* ended_with);
Ref make_anext_awaitable(Value awaitable, Value otherwise);  // anext() with a default
void warn_unawaited_coroutine(Generator* g);

}  // namespace taipan
