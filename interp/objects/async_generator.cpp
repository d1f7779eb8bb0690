// Async generators (PEP 525): the generator itself, the awaitables that asend()/athrow()/aclose()/__anext__ return, and the wrapper that
// tells a yielded value from an awaited one.
#include "interp/objects/async_generator.h"

#include "interp/objects/abstract.h"
#include "interp/objects/audit_hook.h"
#include "interp/objects/descr.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/native.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"

namespace taipan {

namespace {

struct WrappedValue {
  Header h;
  Value value;
};
enum AwaitState : uint8_t { kInit, kIterating, kClosed };
struct AsyncSend {
  Header h;
  Value generator;
  Value sent;  // null: None
  AwaitState state;
};
struct AsyncThrow {
  Header h;
  Value generator;
  Value args;  // tuple (type, value, tb) or null: aclose()
  AwaitState state;
};

Generator* gen(Value v) { return v.as<Generator>(); }
void drop(Value* slot) {
  Value v = *slot;
  *slot = Value();
  decref(v);
}

// First use: sys.set_asyncgen_hooks().
bool init_hooks(Generator* g) {
  if (g->hooks_inited) return true;
  g->hooks_inited = true;
  Thread* t = current_thread();
  if (t->async_gen_finalizer) gc::store(&g->h, &g->origin_or_finalizer, Ref::dup(t->async_gen_finalizer));
  if (t->async_gen_firstiter) {
    Ref hook = Ref::dup(t->async_gen_firstiter);
    if (!call(hook, Value(g))) return false;
  }
  return true;
}

// What a step of the generator means for the awaitable: a wrapped value ends the await (kStopIter, and the value in *ended_with; without
// that: StopIteration), anything else is passed on.
Ref unwrap(Generator* g, Ref r, Ref* ended_with = nullptr) {
  if (!r) {
    if (error_matches(types::StopAsyncIteration) || error_matches(types::GeneratorExit)) g->ag_closed = true;
    g->ag_running = false;
    return nullptr;
  }
  if (is_stop(r)) {
    // Returned: the iteration is over.
    g->ag_closed = true;
    g->ag_running = false;
    return raise_none(types::StopAsyncIteration);
  }
  if (has_shape(r, kShapeAsyncGenWrappedValue)) {
    g->ag_running = false;
    Ref value = Ref::dup(r.as<WrappedValue>()->value);
    if (!ended_with) return raise_stop_iteration(value);
    *ended_with = std::move(value);
    return Ref::imm(kStopIter);
  }
  return r;
}

AsyncSend* as(Value v) { return v.as<AsyncSend>(); }
AsyncThrow* at(Value v) { return v.as<AsyncThrow>(); }

Ref asend_step(Value self, Value arg, Ref* ended_with) {
  AsyncSend* o = as(self);
  Generator* g = gen(o->generator);
  if (o->state == kClosed) return raise(types::RuntimeError, "cannot reuse already awaited __anext__()/asend()");
  if (o->state == kInit) {
    if (g->ag_running) return raise(types::RuntimeError, "anext(): asynchronous generator is already running");
    if (arg == kNone) arg = o->sent ? o->sent : kNone;
    o->state = kIterating;
  }
  g->ag_running = true;
  Ref result;
  Ref keep = Ref::dup(arg);
  Ref r = unwrap(g, generator_send_ex(g, keep, &result), ended_with);
  if (!r || is_stop(r)) o->state = kClosed;
  return r;
}
Ref asend_send(Value self, Value arg) { return asend_step(self, arg, nullptr); }
Ref asend_next(Value v) { return asend_send(v, kNone); }
Ref asend_send_method(Args& a) { return asend_send(a.self, a[0]); }
Ref asend_throw(Args& a) {
  AsyncSend* o = as(a.self);
  if (o->state == kClosed) return raise(types::RuntimeError, "cannot reuse already awaited __anext__()/asend()");
  Generator* g = gen(o->generator);
  Ref result;
  Ref r = unwrap(g, generator_throw_ex(g, a[0], a.has(1) ? a[1] : Value(), a.has(2) ? a[2] : Value(), &result));
  if (!r) o->state = kClosed;
  return r;
}
Ref asend_close(Args& a) {
  as(a.self)->state = kClosed;
  return Ref::imm(kNone);
}

Ref athrow_step(Value self, Value arg) {
  AsyncThrow* o = at(self);
  Generator* g = gen(o->generator);
  const char* aclose_text = "aclose(): asynchronous generator is already running";
  const char* athrow_text = "athrow(): asynchronous generator is already running";
  if (o->state == kClosed) return raise(types::RuntimeError, "cannot reuse already awaited aclose()/athrow()");
  if (generator_state(g) == kGenDone && o->state != kIterating) {
    o->state = kClosed;
    return raise_none(types::StopIteration);
  }
  Ref r, result;
  if (o->state == kInit) {
    if (g->ag_running) {
      o->state = kClosed;
      return raise(types::RuntimeError, "%s", o->args ? athrow_text : aclose_text);
    }
    if (g->ag_closed) {
      o->state = kClosed;
      return raise_none(types::StopAsyncIteration);
    }
    if (arg != kNone) return raise(types::RuntimeError, "can't send non-None value to a just-started coroutine");
    o->state = kIterating;
    g->ag_running = true;
    if (!o->args) {
      g->ag_closed = true;
      r = generator_throw_ex(g, Value(types::GeneratorExit), Value(), Value(), &result);
      if (r && has_shape(r, kShapeAsyncGenWrappedValue)) {
        g->ag_running = false;
        o->state = kClosed;
        return raise(types::RuntimeError, "async generator ignored GeneratorExit");
      }
    } else {
      Value v = tuple_at(o->args, 1), tb = tuple_at(o->args, 2);
      r = unwrap(g, generator_throw_ex(g, tuple_at(o->args, 0), v == kMissing ? Value() : v,
                                       tb == kMissing ? Value() : tb, &result));
      if (!r) o->state = kClosed;
      return r;
    }
  } else {
    g->ag_running = true;
    Ref keep = Ref::dup(arg);
    r = generator_send_ex(g, keep, &result);
    if (o->args) {
      r = unwrap(g, std::move(r));
      if (!r) o->state = kClosed;
      return r;
    }
    if (r && has_shape(r, kShapeAsyncGenWrappedValue)) {
      g->ag_running = false;
      o->state = kClosed;
      return raise(types::RuntimeError, "async generator ignored GeneratorExit");
    }
  }
  // aclose(): finishing is success.
  if (r && !is_stop(r)) return r;
  g->ag_running = false;
  o->state = kClosed;
  if (r || error_matches(types::StopAsyncIteration) || error_matches(types::GeneratorExit)) {
    clear_error();
    return raise_none(types::StopIteration);
  }
  return nullptr;
}
Ref athrow_next(Value v) { return athrow_step(v, kNone); }
Ref athrow_send(Args& a) { return athrow_step(a.self, a[0]); }
Ref athrow_throw(Args& a) {
  AsyncThrow* o = at(a.self);
  if (o->state == kClosed) return raise(types::RuntimeError, "cannot reuse already awaited aclose()/athrow()");
  Generator* g = gen(o->generator);
  Ref result;
  Ref r = generator_throw_ex(g, a[0], a.has(1) ? a[1] : Value(), a.has(2) ? a[2] : Value(), &result);
  if (o->args) {
    r = unwrap(g, std::move(r));
    if (!r) o->state = kClosed;
    return r;
  }
  if (r && has_shape(r, kShapeAsyncGenWrappedValue)) {
    g->ag_running = false;
    o->state = kClosed;
    return raise(types::RuntimeError, "async generator ignored GeneratorExit");
  }
  if (r && !is_stop(r)) return r;
  g->ag_running = false;
  o->state = kClosed;
  if (r || error_matches(types::StopAsyncIteration) || error_matches(types::GeneratorExit)) {
    clear_error();
    return raise_none(types::StopIteration);
  }
  return nullptr;
}
Ref athrow_close(Args& a) {
  at(a.self)->state = kClosed;
  return Ref::imm(kNone);
}

Ref make_asend(Value generator, Value sent) {
  if (!init_hooks(gen(generator))) return nullptr;
  auto* o = new_object<AsyncSend>(kShapeAsyncGenASend, true);
  if (!o) return nullptr;
  gc::init(&o->generator, Ref::dup(generator));
  if (sent) gc::init(&o->sent, Ref::dup(sent));
  return Ref::steal(o);
}
Ref make_athrow(Value generator, Ref args) {
  if (!init_hooks(gen(generator))) return nullptr;
  auto* o = new_object<AsyncThrow>(kShapeAsyncGenAThrow, true);
  if (!o) return nullptr;
  gc::init(&o->generator, Ref::dup(generator));
  if (args) gc::init(&o->args, std::move(args));
  return Ref::steal(o);
}

Ref ag_anext(Value v) { return make_asend(v, Value()); }
Ref ag_asend(Args& a) { return make_asend(a.self, a[0]); }
Ref ag_aclose(Args& a) { return make_athrow(a.self, Ref()); }
Ref ag_athrow(Args& a) {
  Value args[3] = {a[0], a.has(1) ? a[1] : kMissing, a.has(2) ? a[2] : kMissing};
  Ref t = make_tuple(args, 3);
  return t ? make_athrow(a.self, std::move(t)) : nullptr;
}
Ref ag_aiter(Value v) { return Ref::dup(v); }

Ref get_name(Value v) { return Ref::dup(gen(v)->name); }
bool set_name(Value v, Value value) {
  if (!value || !is_str(value)) return raise(types::TypeError, "__name__ must be set to a string object");
  gc::store(&gen(v)->h, &gen(v)->name, Ref::dup(value));
  return true;
}
Ref get_qualname(Value v) { return Ref::dup(gen(v)->qualname); }
bool set_qualname(Value v, Value value) {
  if (!value || !is_str(value)) return raise(types::TypeError, "__qualname__ must be set to a string object");
  gc::store(&gen(v)->h, &gen(v)->qualname, Ref::dup(value));
  return true;
}
Ref get_frame(Value v) {
  if (!audit_getattr(v, "ag_frame")) return nullptr;
  return generator_frame(gen(v));
}
Ref get_running(Value v) { return Ref::imm(bool_value(gen(v)->ag_running)); }
Ref get_code(Value v) { return audit_getattr(v, "ag_code") ? Ref::dup(Value(gen(v)->frame.code)) : Ref(); }
Ref get_await(Value v) {
  Ref d = generator_delegate(gen(v));
  return d ? std::move(d) : Ref::imm(kNone);
}
const GetSetDef kAsyncGenGetSet[] = {
    {"__name__", get_name, set_name, "name of the async generator"},
    {"__qualname__", get_qualname, set_qualname, "qualified name of the async generator"},
    {"ag_frame", get_frame, nullptr, nullptr},
    {"ag_running", get_running, readonly_attribute, nullptr},
    {"ag_code", get_code, readonly_attribute, nullptr},
    {"ag_await", get_await, nullptr, "object being awaited on, or None"},
    {nullptr, nullptr, nullptr, nullptr},
};

Ref class_getitem(Args& a) {
  Ref alias = import_attr("types", "GenericAlias");
  return alias ? call(alias, a.self, a[0]) : nullptr;
}
const NativeDef kAsyncGenMethods[] = {
    {"asend", "($self, value, /)", ag_asend, 0, "asend(v) -> send 'v' in generator."},
    {"athrow", "($self, typ, val=None, tb=None, /)", ag_athrow, kNativeNoSignature,
     "athrow(typ[,val[,tb]]) -> raise exception in generator."},
    {"aclose", "($self, /)", ag_aclose, 0, "aclose() -> raise GeneratorExit inside generator."},
    {"__class_getitem__", "($type, object, /)", class_getitem, kNativeClassMethod, "See PEP 585"},
    {nullptr, nullptr, nullptr, 0, nullptr},
};
const NativeDef kSendMethods[] = {
    {"send", "($self, arg, /)", asend_send_method, 0, nullptr},
    {"throw", "($self, typ, val=None, tb=None, /)", asend_throw, kNativeNoSignature, nullptr},
    {"close", "($self, /)", asend_close, 0, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr},
};
const NativeDef kThrowMethods[] = {
    {"send", "($self, arg, /)", athrow_send, 0, nullptr},
    {"throw", "($self, typ, val=None, tb=None, /)", athrow_throw, kNativeNoSignature, nullptr},
    {"close", "($self, /)", athrow_close, 0, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr},
};

Ref self_iter(Value v) { return Ref::dup(v); }
void two_trace(Header* h, gc::Visitor& v) {  // AsyncSend and AsyncThrow begin alike
  v.visit(reinterpret_cast<AsyncSend*>(h)->generator);
  v.visit(reinterpret_cast<AsyncSend*>(h)->sent);
}
void two_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  drop(&reinterpret_cast<AsyncSend*>(h)->generator);
  drop(&reinterpret_cast<AsyncSend*>(h)->sent);
  finish_dealloc(h);
}
void wrapped_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<WrappedValue*>(h)->value); }
void wrapped_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  drop(&reinterpret_cast<WrappedValue*>(h)->value);
  finish_dealloc(h);
}

// ---- anext(it, default): StopAsyncIteration becomes the default
struct AnextAwaitable {
  Header h;
  Value wrapped, otherwise;
};
AnextAwaitable* an(Value v) { return v.as<AnextAwaitable>(); }
void an_trace(Header* h, gc::Visitor& v) {
  v.visit(reinterpret_cast<AnextAwaitable*>(h)->wrapped);
  v.visit(reinterpret_cast<AnextAwaitable*>(h)->otherwise);
}
void an_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  drop(&reinterpret_cast<AnextAwaitable*>(h)->wrapped);
  drop(&reinterpret_cast<AnextAwaitable*>(h)->otherwise);
  finish_dealloc(h);
}
// The iterator that drives the awaitable.
Ref an_iterator(Value self) {
  Value w = an(self)->wrapped;
  if (has_shape(w, kShapeCoroutine)) return coroutine_wrapper(w);
  if (is_coroutine_like(w)) return Ref::dup(w);
  if (!type_of(w)->s.await) return raise(types::TypeError, "object %T can't be used in 'await' expression", w);
  Ref it = type_of(w)->s.await(w);
  if (it && !is_iterator(it))
    return raise(types::TypeError, "__await__() returned non-iterator of type '%T'", it.get());
  return it;
}
Ref an_result(Value self, Ref r) {
  if (r) return r;
  if (!error_matches(types::StopAsyncIteration)) return nullptr;
  clear_error();
  Ref value = Ref::dup(an(self)->otherwise);
  return raise_stop_iteration(value);
}
Ref an_next(Value self) {
  Ref it = an_iterator(self);
  if (!it) return nullptr;
  Ref r = type_of(it)->s.next(it);
  return an_result(self, std::move(r));
}
Ref an_forward(Value self, Str* name, const Value* args, size_t n) {
  Ref it = an_iterator(self);
  if (!it) return nullptr;
  Ref method = get_attr(it, name);
  if (!method) return nullptr;
  return an_result(self, call_array(method, args, n));
}
Ref an_send(Args& a) { return an_forward(a.self, TAIPAN_NAME(send), a.raw.v, a.raw.n); }
Ref an_throw(Args& a) { return an_forward(a.self, TAIPAN_NAME(throw), a.raw.v, a.raw.n); }
Ref an_close(Args& a) { return an_forward(a.self, TAIPAN_NAME(close), a.raw.v, a.raw.n); }
const NativeDef kAnextMethods[] = {
    {"send", "(...)", an_send, 0, nullptr},
    {"throw", "(...)", an_throw, 0, nullptr},
    {"close", "(...)", an_close, 0, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr},
};
const TypeSpec kAnextSpec = {
    .flags = kTypeGc | kTypeNoInstantiate,
    .basic_size = sizeof(AnextAwaitable),
    .ops = {.trace = an_trace, .dealloc = an_dealloc},
    .methods = kAnextMethods,
    .s = {.iter = self_iter, .next = an_next, .await = self_iter},
};

}  // namespace

Ref async_generator_step(Value asend, Value sent, Ref* ended_with) { return asend_step(asend, sent, ended_with); }

Ref make_anext_awaitable(Value awaitable, Value otherwise) {
  static TypeObject* const type = make_native_type("anext_awaitable", types::Object, &kAnextSpec);
  if (!type) return nullptr;
  auto* o = alloc_instance_as<AnextAwaitable>(type);
  if (!o) return nullptr;
  gc::init(&o->wrapped, Ref::dup(awaitable));
  gc::init(&o->otherwise, Ref::dup(otherwise));
  return Ref::steal(o);
}

Ref async_gen_wrap(Value v) {
  auto* w = new_object<WrappedValue>(kShapeAsyncGenWrappedValue, true);
  if (!w) return nullptr;
  gc::init(&w->value, Ref::dup(v));
  return Ref::steal(w);
}

Ref coroutine_origin(Frame* caller, int depth) {
  Ref list = make_list();
  if (!list) return nullptr;
  for (Frame* f = caller; f && depth > 0; f = f->prev, depth--) {
    Ref items[3] = {Ref::dup(f->code->filename), make_int(frame_line(f)), Ref::dup(f->code->name)};
    Ref t = make_tuple_steal(items, 3);
    if (!t || !list_append(list, std::move(t))) return nullptr;
  }
  return list_to_tuple(list);
}

void warn_unawaited_coroutine(Generator* g) {
  Ref warner = import_attr("warnings", "_warn_unawaited_coroutine");
  if (warner) {
    Ref r = call(warner, Value(g));
    bool warned = r || error_matches(types::RuntimeWarning);
    if (!r) write_unraisable(Value(g));
    if (warned) return;
  }
  clear_error();
  if (!warn(types::RuntimeWarning, 1, "coroutine '%S' was never awaited", g->qualname)) write_unraisable(Value(g));
}

const TypeSpec kAsyncGeneratorSpec = {
    .flags = kTypeGc | kTypeWeakrefable | kTypeNoInstantiate,
    .basic_size = sizeof(Generator),
    .ops = {.trace = generator_trace,
            .clear = generator_clear,
            .dealloc = generator_dealloc,
            .finalize = generator_finalize},
    .methods = kAsyncGenMethods,
    .getset = kAsyncGenGetSet,
    .s = {.repr = generator_repr, .aiter = ag_aiter, .anext = ag_anext},
};
const TypeSpec kAsyncGenASendSpec = {
    .flags = kTypeGc | kTypeNoInstantiate,
    .basic_size = sizeof(AsyncSend),
    .ops = {.trace = two_trace, .dealloc = two_dealloc},
    .methods = kSendMethods,
    .s = {.iter = self_iter, .next = asend_next, .await = self_iter},
};
const TypeSpec kAsyncGenAThrowSpec = {
    .flags = kTypeGc | kTypeNoInstantiate,
    .basic_size = sizeof(AsyncThrow),
    .ops = {.trace = two_trace, .dealloc = two_dealloc},
    .methods = kThrowMethods,
    .s = {.iter = self_iter, .next = athrow_next, .await = self_iter},
};
const TypeSpec kAsyncGenWrappedValueSpec = {
    .flags = kTypeGc | kTypeNoInstantiate,
    .basic_size = sizeof(WrappedValue),
    .ops = {.trace = wrapped_trace, .dealloc = wrapped_dealloc},
};

}  // namespace taipan
