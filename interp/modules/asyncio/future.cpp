// _asyncio.Future and the iterator that awaiting one uses.
#include "interp/modules/asyncio/future.h"
#include "interp/modules/contextvars.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/list.h"
#include "interp/objects/runtime_lock.h"
#include "interp/objects/small_types.h"
#include "interp/objects/tuple.h"

namespace taipan::asyncio {

TypeObject *future_type, *task_type;

namespace {

TypeObject* iter_type;

// clang-format off: a table
#define TAIPAN_FUTURE_FIELDS(X) \
  X(loop) X(callback0) X(context0) X(callbacks) X(result) X(exception) X(exception_tb) X(source_traceback) \
  X(cancel_message) X(cancelled_exc) X(coro) X(name) X(context) X(fut_waiter)
// clang-format on

Ref or_none(Value v) { return v ? Ref::dup(v) : Ref::imm(kNone); }

}  // namespace

void future_trace(Header* h, gc::Visitor& v) {
  auto* f = reinterpret_cast<Future*>(h);
#define TAIPAN_VISIT(field) v.visit(f->field);
  TAIPAN_FUTURE_FIELDS(TAIPAN_VISIT)
#undef TAIPAN_VISIT
}
void future_clear(Header* h) {
  auto* f = reinterpret_cast<Future*>(h);
  Ref old[] = {
#define TAIPAN_TAKE(field) gc::take(h, &f->field),
      TAIPAN_FUTURE_FIELDS(TAIPAN_TAKE)
#undef TAIPAN_TAKE
  };
}
void future_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  future_clear(h);
  finish_dealloc(h);
}

bool ensure_alive(Future* f) {
  return is_alive(f) || static_cast<bool>(raise(types::RuntimeError, "Future object is not initialized."));
}
Fail raise_invalid_state(const char* text) {
  Value cls = imported(kInvalidStateError);
  return cls ? raise(cls.as<TypeObject>(), "%s", text) : failed();
}

Ref call_soon(Value loop, Value callback, Value argument, Value context) {
  static const Value names = [] {
    Ref t = make_tuple_of({Value(TAIPAN_NAME(context))});
    gc::make_immortal(t.get().header());
    return t.release();
  }();
  Value self;
  Ref method = get_method(loop, TAIPAN_NAME(call_soon), &self);
  if (!method) return nullptr;
  Value args[4];
  size_t n = 0;
  if (self) args[n++] = self;
  args[n++] = callback;
  if (argument) args[n++] = argument;
  args[n] = context;
  return call_array(method, args, n, context ? names : Value());
}

bool future_init(Value self, Value loop) {
  Future* f = future_of(self);
  future_clear(&f->h);
  f->state = kPending;
  f->log_traceback = f->blocking = f->must_cancel = f->log_destroy_pending = false;
  f->cancels_requested = 0;
  Ref held = loop && loop != kNone ? Ref::dup(loop) : current_loop_or_policy();
  if (!held) return false;
  gc::store(&f->h, &f->loop, held.copy());
  Ref debug = call_method(held, TAIPAN_NAME(get_debug));
  int on = debug ? is_true(debug) : -1;
  if (on < 0) return false;
  if (!on) return true;
  Value extract = imported(kExtractStack);
  Ref stack = extract ? call(extract) : Ref();
  if (!stack) return false;
  gc::store(&f->h, &f->source_traceback, std::move(stack));
  return true;
}

bool schedule_callbacks(Future* f) {
  Ref loop = Ref::dup(f->loop);
  Value self(f);
  if (f->callback0) {
    Ref callback = gc::take(&f->h, &f->callback0), context = gc::take(&f->h, &f->context0);
    if (!call_soon(loop, callback, self, context)) {
      // The others are dropped, as nobody could call them now.
      Ref rest = gc::take(&f->h, &f->callbacks);
      return false;
    }
  }
  if (!f->callbacks) return true;
  Ref rest = gc::take(&f->h, &f->callbacks);
  for (size_t i = 0; i < list_size(rest); i++) {
    Ref pair = Ref::dup(list_at(rest, i));
    if (!call_soon(loop, tuple_at(pair, 0), self, tuple_at(pair, 1))) return false;
  }
  return true;
}

Ref future_cancel(Value self, Value message) {
  Future* f = future_of(self);
  f->log_traceback = false;
  if (f->state != kPending) return Ref::imm(kFalse);
  f->state = kCancelled;
  gc::store(&f->h, &f->cancel_message, message ? Ref::dup(message) : Ref());
  return schedule_callbacks(f) ? Ref::imm(kTrue) : nullptr;
}

bool future_set_result(Value self, Value result) {
  Future* f = future_of(self);
  if (!ensure_alive(f)) return false;
  if (f->state != kPending) return raise_invalid_state("invalid state");
  gc::store(&f->h, &f->result, Ref::dup(result));
  f->state = kFinished;
  return schedule_callbacks(f);
}
bool future_set_exception(Value self, Value exception) {
  Future* f = future_of(self);
  if (!ensure_alive(f)) return false;
  if (f->state != kPending) return raise_invalid_state("invalid state");
  Ref exc = is_exception_class(exception) ? call(exception) : Ref::dup(exception);
  if (!exc) return false;
  if (f->state != kPending) return raise_invalid_state("invalid state");
  if (!is_exception(exc)) return raise(types::TypeError, "invalid exception object");
  if (type_of(exc) == types::StopIteration)
    return raise(types::TypeError, "StopIteration interacts badly with generators and cannot be raised into a Future");
  Value tb = base_exc(exc)->traceback;
  gc::store(&f->h, &f->exception_tb, tb ? Ref::dup(tb) : Ref());
  gc::store(&f->h, &f->exception, std::move(exc));
  f->state = kFinished;
  if (!schedule_callbacks(f)) return false;
  f->log_traceback = true;
  return true;
}

Ref cancelled_error(Future* f) {
  if (f->cancelled_exc) return gc::take(&f->h, &f->cancelled_exc);
  Value cls = imported(kCancelledError);
  if (!cls) return nullptr;
  if (!f->cancel_message || f->cancel_message == kNone) return call(cls);
  Ref message = Ref::dup(f->cancel_message);
  return call(cls, message);
}

int future_get(Value self, Ref* out) {
  Future* f = future_of(self);
  if (f->state == kCancelled) {
    Ref exc = cancelled_error(f);
    if (exc) raise_object(std::move(exc));
    return -1;
  }
  if (f->state == kPending) return raise_invalid_state("Result is not set.");
  f->log_traceback = false;
  if (f->exception) {
    *out = Ref::dup(f->exception);
    Ref tb = gc::take(&f->h, &f->exception_tb);
    set_traceback(*out, tb);
    return 1;
  }
  *out = Ref::dup(f->result);
  return 0;
}

bool future_add_callback(Value self, Value callback, Value context) {
  Future* f = future_of(self);
  if (!ensure_alive(f)) return false;
  if (f->state != kPending) {
    Ref loop = Ref::dup(f->loop);
    return static_cast<bool>(call_soon(loop, callback, self, context));
  }
  gc::ObjectLock lock(&f->h);
  if (!f->callbacks && !f->callback0) {
    gc::init(&f->callback0, Ref::dup(callback));
    gc::init(&f->context0, Ref::dup(context));
    return true;
  }
  Ref pair = make_tuple_of({callback, context});
  if (!pair) return false;
  if (!f->callbacks) {
    Ref list = make_list();
    if (!list) return false;
    gc::init(&f->callbacks, std::move(list));
  }
  return list_append(f->callbacks, std::move(pair));
}

void report_to_loop(Future* f, const char* what, Ref message, Value exception) {
  Ref context = make_dict();
  Value self(f);
  bool ok = context && message && dict_set_cstr(context, "message", message) &&
            (!exception || dict_set_cstr(context, "exception", exception)) && dict_set_cstr(context, what, self) &&
            (!f->source_traceback || dict_set_cstr(context, "source_traceback", f->source_traceback));
  Ref loop = Ref::dup(f->loop);
  if (ok) ok = static_cast<bool>(call_method(loop, TAIPAN_NAME(call_exception_handler), context));
  if (!ok) write_unraisable(self);
}
void future_finalize(Value self) {
  Future* f = future_of(self);
  if (!f->log_traceback || !is_alive(f)) return;
  f->log_traceback = false;
  SavedError saved;
  Ref exception = Ref::dup(f->exception);
  report_to_loop(f, "future", format_str("%S exception was never retrieved", type_name_str(type_of(self)).get()),
                 exception);
}

namespace {

// ---- methods

Ref fut_result(Args& a) {
  Future* f = future_of(a.self);
  if (!is_alive(f)) return raise_invalid_state("Future object is not initialized.");
  Ref out;
  int kind = future_get(a.self, &out);
  if (kind == 1) return raise_object(std::move(out));
  return kind < 0 ? nullptr : std::move(out);
}
Ref fut_exception(Args& a) {
  Future* f = future_of(a.self);
  if (!is_alive(f)) return raise_invalid_state("Future object is not initialized.");
  if (f->state == kCancelled) {
    Ref exc = cancelled_error(f);
    return exc ? static_cast<Ref>(raise_object(std::move(exc))) : nullptr;
  }
  if (f->state != kFinished) return raise_invalid_state("Exception is not set.");
  f->log_traceback = false;
  return or_none(f->exception);
}
Ref fut_set_result(Args& a) { return future_set_result(a.self, a[0]) ? Ref::imm(kNone) : nullptr; }
Ref fut_set_exception(Args& a) { return future_set_exception(a.self, a[0]) ? Ref::imm(kNone) : nullptr; }
Ref fut_add_done_callback(Args& a) {
  if (!is_alive(future_of(a.self))) return raise(types::RuntimeError, "uninitialized Future object");
  Ref context = a.has(1) && a[1] != kNone ? Ref::dup(a[1]) : copy_current_context();
  return context && future_add_callback(a.self, a[0], context) ? Ref::imm(kNone) : nullptr;
}
Ref fut_remove_done_callback(Args& a) {
  Future* f = future_of(a.self);
  if (!ensure_alive(f)) return nullptr;
  int64_t removed = 0;
  if (f->callback0) {
    Ref first = Ref::dup(f->callback0);
    int same = values_equal(first, a[0]);
    if (same < 0) return nullptr;
    if (same && f->callback0) {
      Ref callback = gc::take(&f->h, &f->callback0), context = gc::take(&f->h, &f->context0);
      removed = 1;
    }
  }
  if (!f->callbacks) return make_int(removed);
  Ref list = Ref::dup(f->callbacks), kept = make_list();
  if (!kept) return nullptr;
  // The comparisons may change the list.
  for (size_t i = 0; i < list_size(list); i++) {
    Ref pair = Ref::dup(list_at(list, i));
    int same = values_equal(tuple_at(pair, 0), a[0]);
    if (same < 0 || (!same && !list_append(kept, std::move(pair)))) return nullptr;
    if (same) removed++;
  }
  if (f->callbacks != list.get()) return make_int(removed);
  gc::store(&f->h, &f->callbacks, list_size(kept) ? std::move(kept) : Ref());
  return make_int(removed);
}
Ref fut_cancel(Args& a) { return ensure_alive(future_of(a.self)) ? future_cancel(a.self, a[0]) : nullptr; }
Ref fut_cancelled(Args& a) {
  return Ref::imm(bool_value(is_alive(future_of(a.self)) && future_of(a.self)->state == kCancelled));
}
Ref fut_done(Args& a) {
  return Ref::imm(bool_value(is_alive(future_of(a.self)) && future_of(a.self)->state != kPending));
}
Ref fut_get_loop(Args& a) { return ensure_alive(future_of(a.self)) ? Ref::dup(future_of(a.self)->loop) : nullptr; }
Ref fut_make_cancelled_error(Args& a) { return cancelled_error(future_of(a.self)); }
Ref fut_class_getitem(Args& a) { return make_generic_alias(a.self, a[0]); }

// ---- attributes

Fail cannot_delete() { return raise(types::AttributeError, "cannot delete attribute"); }
Ref get_state(Value self) {
  if (!ensure_alive(future_of(self))) return nullptr;
  switch (future_of(self)->state) {
    case kPending: return Ref::dup(TAIPAN_NAME(PENDING));
    case kCancelled: return Ref::dup(TAIPAN_NAME(CANCELLED));
    default: return Ref::dup(TAIPAN_NAME(FINISHED));
  }
}
Ref get_blocking(Value self) { return Ref::imm(bool_value(is_alive(future_of(self)) && future_of(self)->blocking)); }
bool set_blocking(Value self, Value v) {
  if (!ensure_alive(future_of(self))) return false;
  if (!v) return cannot_delete();
  int on = is_true(v);
  if (on >= 0) future_of(self)->blocking = on;
  return on >= 0;
}
Ref get_log_traceback(Value self) {
  return ensure_alive(future_of(self)) ? Ref::imm(bool_value(future_of(self)->log_traceback)) : nullptr;
}
bool set_log_traceback(Value self, Value v) {
  if (!v) return cannot_delete();
  int on = is_true(v);
  if (on < 0) return false;
  if (on) return raise(types::ValueError, "_log_traceback can only be set to False");
  future_of(self)->log_traceback = false;
  return true;
}
Ref get_loop(Value self) { return or_none(future_of(self)->loop); }
Ref get_callbacks(Value self) {
  Future* f = future_of(self);
  if (!ensure_alive(f)) return nullptr;
  if (!f->callback0) return f->callbacks ? Ref::dup(f->callbacks) : Ref::imm(kNone);
  Ref list = make_list(), pair = make_tuple_of({f->callback0, f->context0});
  if (!list || !pair || !list_append(list, std::move(pair)) || (f->callbacks && !list_extend(list, f->callbacks)))
    return nullptr;
  return list;
}
Ref get_result(Value self) { return ensure_alive(future_of(self)) ? or_none(future_of(self)->result) : nullptr; }
Ref get_exception(Value self) { return ensure_alive(future_of(self)) ? or_none(future_of(self)->exception) : nullptr; }
Ref get_source_traceback(Value self) { return or_none(future_of(self)->source_traceback); }
Ref get_cancel_message(Value self) { return or_none(future_of(self)->cancel_message); }
bool set_cancel_message(Value self, Value v) {
  if (!v) return cannot_delete();
  gc::store(&future_of(self)->h, &future_of(self)->cancel_message, Ref::dup(v));
  return true;
}

// ---- awaiting

struct FutureIter {
  Header h;
  Value future;  // null: done
};
FutureIter* iter_of(Value v) { return v.as<FutureIter>(); }
Ref fut_iter(Value self) {
  if (!ensure_alive(future_of(self))) return nullptr;
  auto* it = alloc_instance_as<FutureIter>(iter_type);
  if (!it) return nullptr;
  gc::init(&it->future, Ref::dup(self));
  return Ref::steal(it);
}
void iter_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<FutureIter*>(h)->future); }
void iter_clear(Header* h) { Ref old = gc::take(h, &reinterpret_cast<FutureIter*>(h)->future); }
void iter_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  iter_clear(h);
  finish_dealloc(h);
}
Ref iter_next_(Value self) {
  FutureIter* it = iter_of(self);
  if (!it->future) return Ref::imm(kStopIter);
  RuntimeLock lock(it->future);                 // another thread may set the result
  if (!it->future) return Ref::imm(kStopIter);  // waiting for the lock gave up the iterator's
  Future* f = future_of(it->future);
  if (f->state == kPending) {
    if (f->blocking) return raise(types::RuntimeError, "await wasn't used with future");
    f->blocking = true;
    return Ref::dup(it->future);
  }
  Ref future = gc::take(&it->h, &it->future), out;
  int kind = future_get(future, &out);
  if (kind < 0) return nullptr;
  if (kind == 1) return raise_object(std::move(out));
  if (out.get() == kNone) return Ref::imm(kStopIter);
  return raise_stop_iteration(out);
}
Ref iter_send(Args& a) {
  // What is sent doesn't matter: the result is the future's.
  Ref r = iter_next_(a.self);
  return r && is_stop(r) ? static_cast<Ref>(raise_none(types::StopIteration)) : std::move(r);
}
Ref iter_throw(Args& a) {
  Value type = a[0], value = a.has(1) && a[1] != kNone ? a[1] : Value(),
        tb = a.has(2) && a[2] != kNone ? a[2] : Value();
  if (tb && !has_shape(tb, kShapeTraceback))
    return raise(types::TypeError, "throw() third argument must be a traceback");
  Ref exc;
  if (is_exception_class(type)) {
    if (value && is_exception(value) && is_subtype(type_of(value), type.as<TypeObject>()))
      exc = Ref::dup(value);
    else if (value && is_tuple(value))
      exc = call_tuple(type, value, Value());
    else
      exc = value ? call(type, value) : call(type);
    if (!exc) return nullptr;
    if (!is_exception(exc))
      return raise(types::TypeError, "calling %R should have returned an instance of BaseException, not %T", type,
                   exc.get());
  } else if (is_exception(type)) {
    if (value) return raise(types::TypeError, "instance exception may not have a separate value");
    exc = Ref::dup(type);
  } else {
    return raise(types::TypeError, "exceptions must be classes deriving BaseException or instances of such a class");
  }
  if (tb) set_traceback(exc, tb);
  iter_clear(&iter_of(a.self)->h);
  return raise_object(std::move(exc));
}
Ref iter_close(Args& a) {
  iter_clear(&iter_of(a.self)->h);
  return Ref::imm(kNone);
}
Ref same(Value v) { return Ref::dup(v); }

Ref fut_repr(Value self) {
  if (!ensure_alive(future_of(self))) return nullptr;
  Value f = imported(kFutureRepr);
  return f ? call(f, self) : nullptr;
}
bool fut_init(Value self, RawArgs raw) {
  static const Signature sig("Future", "(*, loop=None)");
  Value v[1];
  if (raw.n) return raise(types::TypeError, "%s() takes no positional arguments", "Future");
  return sig.bind(raw, v) && future_init(self, v[0]);
}
Ref fut_new(TypeObject* cls, RawArgs) { return Ref::steal(alloc_instance(cls)); }

const NativeDef kIterMethods[] = {
    {"send", "($self, value, /)", iter_send, kNativeNoSignature, nullptr},
    {"throw", "($self, type, value=None, traceback=None, /)", iter_throw, kNativeNoSignature, nullptr},
    {"close", "($self, /)", iter_close, kNativeNoSignature, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const TypeSpec kIterSpec = {.flags = kTypeGc | kTypeNoInstantiate,
                            .basic_size = sizeof(FutureIter),
                            .ops = {.trace = iter_trace, .clear = iter_clear, .dealloc = iter_dealloc},
                            .methods = kIterMethods,
                            .s = {.iter = same, .next = iter_next_}};

}  // namespace

#define TAIPAN_FUTURE_COMMON_METHODS                                                                            \
  {"result", "($self, /)", fut_result, 0,                                                                       \
   "The future's result; raises its exception, CancelledError or InvalidStateError."},                          \
      {"exception", "($self, /)", fut_exception, 0, "The exception that was set on this future, or None."},     \
      {"set_result", "($self, result, /)", fut_set_result, 0,                                                   \
       "Ends the future with a result and schedules its callbacks."},                                           \
      {"set_exception", "($self, exception, /)", fut_set_exception, 0,                                          \
       "Ends the future with an exception and schedules its callbacks."},                                       \
      {"add_done_callback", "($self, fn, /, *, context=<unrepresentable>)", fut_add_done_callback, 0,           \
       "Has fn(future) called by the loop when the future is done."},                                           \
      {"remove_done_callback", "($self, fn, /)", fut_remove_done_callback, 0,                                   \
       "Removes all instances of a callback; returns how many."},                                               \
      {"cancel", "($self, /, msg=None)", fut_cancel, 0,                                                         \
       "Cancels the future unless it is done; returns whether it did."},                                        \
      {"cancelled", "($self, /)", fut_cancelled, 0, "Whether the future was cancelled."},                       \
      {"done", "($self, /)", fut_done, 0, "Whether the future has a result or an exception or was cancelled."}, \
      {"get_loop", "($self, /)", fut_get_loop, 0, "The event loop the future belongs to."},                     \
      {"_make_cancelled_error", "($self, /)", fut_make_cancelled_error, 0,                                      \
       "The exception to raise for a cancelled future."},                                                       \
      {"__class_getitem__", "($type, item, /)", fut_class_getitem, kNativeClassMethod | kNativeNoSignature,     \
       "See PEP 585"},
const NativeDef kFutureMethods[] = {TAIPAN_FUTURE_COMMON_METHODS{nullptr, nullptr, nullptr, 0, nullptr}};
const GetSetDef kFutureGetSet[] = {{"_state", get_state, nullptr, nullptr},
                                   {"_asyncio_future_blocking", get_blocking, set_blocking, nullptr},
                                   {"_loop", get_loop, nullptr, nullptr},
                                   {"_callbacks", get_callbacks, nullptr, nullptr},
                                   {"_result", get_result, nullptr, nullptr},
                                   {"_exception", get_exception, nullptr, nullptr},
                                   {"_log_traceback", get_log_traceback, set_log_traceback, nullptr},
                                   {"_source_traceback", get_source_traceback, nullptr, nullptr},
                                   {"_cancel_message", get_cancel_message, set_cancel_message, nullptr},
                                   {nullptr, nullptr, nullptr, nullptr}};
namespace {
const TypeSpec kFutureSpec = {.doc = "A result that will be there later, for use with an event loop.",
                              .flags = kTypeGc | kTypeBaseable | kTypeHasDict | kTypeWeakrefable | kTypeImmutable,
                              .basic_size = sizeof(Future),
                              .ops = {.trace = future_trace, .clear = future_clear, .dealloc = future_dealloc},
                              .methods = kFutureMethods,
                              .getset = kFutureGetSet,
                              .s = {.repr = fut_repr,
                                    .iter = fut_iter,
                                    .init = fut_init,
                                    .new_ = fut_new,
                                    .del_ = future_finalize,
                                    .await = fut_iter}};
}  // namespace

bool make_future_types() {
  if (future_type) return true;
  iter_type = make_native_type("_asyncio.FutureIter", types::Object, &kIterSpec);
  future_type = iter_type ? make_native_type("_asyncio.Future", types::Object, &kFutureSpec) : nullptr;
  return future_type != nullptr;
}

}  // namespace taipan::asyncio
