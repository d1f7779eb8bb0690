// _asyncio.Task: drives a coroutine, a step for each time the event loop calls it.
#include "interp/modules/asyncio/future.h"
#include "interp/modules/contextvars.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/generator.h"
#include "interp/objects/tuple.h"

namespace taipan::asyncio {

namespace {

TypeObject* step_type;
std::atomic<uint64_t> task_counter{0};

Ref or_none(Value v) { return v ? Ref::dup(v) : Ref::imm(kNone); }

Ref task_step(Value task, Value exc);

// ---- what the loop calls: a step, with an exception to throw or without

struct TaskStep {
  Header h;
  Value task, exc;  // exc may be null
};
TaskStep* step_of(Value v) { return v.as<TaskStep>(); }
void step_trace(Header* h, gc::Visitor& v) {
  v.visit(reinterpret_cast<TaskStep*>(h)->task);
  v.visit(reinterpret_cast<TaskStep*>(h)->exc);
}
void step_clear(Header* h) {
  auto* s = reinterpret_cast<TaskStep*>(h);
  Ref task = gc::take(h, &s->task), exc = gc::take(h, &s->exc);
}
void step_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  step_clear(h);
  finish_dealloc(h);
}
Value step_call(Thread*, Value callee, const Value*, size_t nargs, Value kwnames) {
  if (kwnames && tuple_size(kwnames)) return raise(types::TypeError, "function takes no keyword arguments");
  if (nargs) return raise(types::TypeError, "function takes no positional arguments");
  TaskStep* s = step_of(callee);
  if (!s->task) return Ref::imm(kNone).release();
  Ref task = Ref::dup(s->task), exc = s->exc ? Ref::dup(s->exc) : Ref();
  return task_step(task, exc).release();
}
Ref step_self(Value v) { return or_none(step_of(v)->task); }
const GetSetDef kStepGetSet[] = {{"__self__", step_self, nullptr, nullptr}, {nullptr, nullptr, nullptr, nullptr}};
const TypeSpec kStepSpec = {.flags = kTypeGc | kTypeNoInstantiate,
                            .basic_size = sizeof(TaskStep),
                            .ops = {.trace = step_trace, .clear = step_clear, .dealloc = step_dealloc},
                            .getset = kStepGetSet,
                            .s = {.call = step_call}};

bool step_soon(Value task, Value exc) {
  auto* s = alloc_instance_as<TaskStep>(step_type);
  if (!s) return false;
  Ref step = Ref::steal(s);
  gc::init(&s->task, Ref::dup(task));
  if (exc) gc::init(&s->exc, Ref::dup(exc));
  Future* f = future_of(task);
  Ref loop = Ref::dup(f->loop), context = f->context ? Ref::dup(f->context) : Ref();
  return static_cast<bool>(call_soon(loop, step, Value(), context));
}
// Lets the coroutine see a RuntimeError at its next step.
Ref error_soon(Value task, Ref message) {
  Ref exc = message ? call(Value(types::RuntimeError), message) : Ref();
  return exc && step_soon(task, exc) ? Ref::imm(kNone) : nullptr;
}

Ref task_wakeup(Args& a) {
  Value task = a.self, future = a[0];
  Ref exc;
  if (is_exact(future)) {
    Ref out;
    int kind = future_get(future, &out);
    if (kind == 0) return task_step(task, Value());
    if (kind == 1) return task_step(task, out);
    exc = fetch_error();
  } else {
    Ref result = call_method(future, TAIPAN_NAME(result));
    if (result) return task_step(task, Value());
    exc = fetch_error();
  }
  return task_step(task, exc);
}
const NativeDef kWakeup = {"task_wakeup", "($self, fut, /)", task_wakeup, kNativeNoSignature, nullptr};
Ref wakeup_function(Value task) { return make_native_function(&kWakeup, task, Value()); }

// fut.cancel(msg=...)
int cancel_other(Value future, Value message) {
  static const Value names = [] {
    Ref t = make_tuple_of({Value(TAIPAN_NAME(msg))});
    gc::make_immortal(t.get().header());
    return t.release();
  }();
  Ref method = get_attr(future, TAIPAN_NAME(cancel));
  Value args[1] = {message ? message : kNone};
  Ref done = method ? call_array(method, args, 0, names) : Ref();
  return done ? is_true(done) : -1;
}
// The task now waits for a future whose callback has been set.
Ref wait_for(Future* t, Value future) {
  gc::store(&t->h, &t->fut_waiter, Ref::dup(future));
  if (t->must_cancel) {
    Ref message = t->cancel_message ? Ref::dup(t->cancel_message) : Ref();
    Ref keep = Ref::dup(future);
    int done = cancel_other(keep, message);
    if (done < 0) return nullptr;
    if (done) t->must_cancel = false;
  }
  return Ref::imm(kNone);
}

bool same_loop(Value future, Value loop) {
  Ref get_loop = get_attr_opt(future, TAIPAN_NAME(get_loop));
  if (!get_loop) return false;
  Ref other = get_loop.get() == kMissing ? get_attr(future, TAIPAN_NAME(_loop)) : call(get_loop);
  return other && other.get() == loop;
}

// What the coroutine yielded.
Ref handle_yield(Value task, Value result) {
  Future* t = future_of(task);
  if (result == task) return error_soon(task, format_str("Task cannot await on itself: %R", task));
  if (is_exact(result)) {
    Future* f = future_of(result);
    if (f->loop != t->loop)
      return error_soon(task, format_str("Task %R got Future %R attached to a different loop", task, result));
    if (!f->blocking)
      return error_soon(task, format_str("yield was used instead of yield from in task %R with %R", task, result));
    f->blocking = false;
    Ref wakeup = wakeup_function(task);
    if (!wakeup || !future_add_callback(result, wakeup, t->context)) return nullptr;
    return wait_for(t, result);
  }
  if (result == kNone) return step_soon(task, Value()) ? Ref::imm(kNone) : nullptr;
  Ref blocking = get_attr_opt(result, TAIPAN_NAME(_asyncio_future_blocking));
  if (!blocking) return nullptr;
  if (blocking.get() != kMissing && blocking.get() != kNone) {
    Ref loop = Ref::dup(t->loop);
    bool same = same_loop(result, loop);
    if (error_occurred()) return nullptr;
    if (!same) return error_soon(task, format_str("Task %R got Future %R attached to a different loop", task, result));
    int on = is_true(blocking);
    if (on < 0) return nullptr;
    if (!on)
      return error_soon(task, format_str("yield was used instead of yield from in task %R with %R", task, result));
    if (!set_attr(result, TAIPAN_NAME(_asyncio_future_blocking), kFalse)) return nullptr;
    static const Value names = [] {
      Ref n = make_tuple_of({Value(TAIPAN_NAME(context))});
      gc::make_immortal(n.get().header());
      return n.release();
    }();
    Ref wakeup = wakeup_function(task), add = get_attr(result, TAIPAN_NAME(add_done_callback)),
        context = or_none(t->context);
    if (!wakeup || !add) return nullptr;
    Value args[2] = {wakeup, context};
    if (!call_array(add, args, 1, names)) return nullptr;
    return wait_for(t, result);
  }
  if (has_shape(result, kShapeGenerator))
    return error_soon(
        task, format_str("yield was used instead of yield from for generator in task %R with %R", task, result));
  return error_soon(task, format_str("Task got bad yield: %R", result));
}

// The coroutine raised what is in flight now.
Ref end_with_error(Value task) {
  Future* t = future_of(task);
  Value cancelled = imported(kCancelledError);
  Ref exc = fetch_error();
  if (cancelled && exception_matches(exc, cancelled)) {
    gc::store(&t->h, &t->cancelled_exc, std::move(exc));
    return future_cancel(task, Value()) ? Ref::imm(kNone) : nullptr;
  }
  if (!future_set_exception(task, exc)) return nullptr;
  if (is_subtype(type_of(exc), types::KeyboardInterrupt) || is_subtype(type_of(exc), types::SystemExit)) {
    restore_error(std::move(exc));
    return nullptr;
  }
  return Ref::imm(kNone);
}

Ref step_body(Value task, Value given) {
  Future* t = future_of(task);
  if (t->state != kPending) {
    Value cls = imported(kInvalidStateError);
    if (!cls) return nullptr;
    Ref nothing = empty_str();
    return raise(cls.as<TypeObject>(), "_step(): already done: %R %R", task, given ? given : nothing.get());
  }
  Ref exc = given ? Ref::dup(given) : Ref();
  if (t->must_cancel) {
    Value cancelled = imported(kCancelledError);
    if (!cancelled) return nullptr;
    if (!exc || !exception_matches(exc, cancelled)) {
      exc = cancelled_error(t);
      if (!exc) return nullptr;
    }
    t->must_cancel = false;
  }
  { Ref old = gc::take(&t->h, &t->fut_waiter); }
  if (!t->coro) return raise(types::RuntimeError, "uninitialized Task object");
  Ref coro = Ref::dup(t->coro);
  Ref yielded, result;
  bool native = has_shape(coro, kShapeCoroutine) || has_shape(coro, kShapeGenerator);
  if (exc) {
    yielded = native ? generator_throw(coro, exc, Value(), Value()) : call_method(coro, TAIPAN_NAME(throw), exc);
  } else if (native) {
    yielded = generator_send_ex(coro.as<Generator>(), kNone, &result);
  } else {
    yielded = call_method(coro, TAIPAN_NAME(send), kNone);
  }
  bool returned = false;
  if (yielded && is_stop(yielded)) {
    returned = true;
    if (!result) result = Ref::imm(kNone);
  } else if (!yielded && error_matches(types::StopIteration)) {
    returned = true;
    result = take_stop_iteration_value();
    if (!result) return nullptr;
  }
  if (returned) {
    if (!t->must_cancel) return future_set_result(task, result) ? Ref::imm(kNone) : nullptr;
    // Cancelled right before the coroutine ended.
    t->must_cancel = false;
    Ref message = t->cancel_message ? Ref::dup(t->cancel_message) : Ref();
    return future_cancel(task, message) ? Ref::imm(kNone) : nullptr;
  }
  if (!yielded) return end_with_error(task);
  return handle_yield(task, yielded);
}
Ref task_step(Value task, Value exc) {
  Future* t = future_of(task);
  if (!ensure_alive(t)) return nullptr;
  Ref keep = Ref::dup(task), loop = Ref::dup(t->loop);
  if (!enter_task(loop, task)) return nullptr;
  Ref result = step_body(task, exc);
  if (result) return leave_task(loop, task) ? std::move(result) : nullptr;
  Ref error = fetch_error();
  if (!leave_task(loop, task)) {
    Ref later = fetch_error();
    chain_context(later, std::move(error));
    restore_error(std::move(later));
  } else {
    restore_error(std::move(error));
  }
  return nullptr;
}

// ---- methods

bool task_init(Value self, RawArgs raw) {
  static const Signature sig("Task", "(coro, *, loop=None, name=None, context=None)");
  Value v[4];
  if (!sig.bind(raw, v) || !future_init(self, v[1])) return false;
  Future* t = future_of(self);
  bool fine = has_shape(v[0], kShapeCoroutine);
  if (!fine) {
    Value test = imported(kIsCoroutine);
    Ref answer = test ? call(test, v[0]) : Ref();
    int yes = answer ? is_true(answer) : -1;
    if (yes < 0) return false;
    fine = yes;
  }
  if (!fine) return raise(types::TypeError, "a coroutine was expected, got %R", v[0]);
  Ref context = v[3] && v[3] != kNone ? Ref::dup(v[3]) : copy_current_context();
  if (!context) return false;
  Ref name;
  if (!v[2] || v[2] == kNone)
    name = format_str("Task-%llu", static_cast<unsigned long long>(task_counter.fetch_add(1) + 1));
  else
    name = is_str_exact(v[2]) ? Ref::dup(v[2]) : str_of(v[2]);
  if (!name) return false;
  gc::store(&t->h, &t->context, std::move(context));
  gc::store(&t->h, &t->name, std::move(name));
  gc::store(&t->h, &t->coro, Ref::dup(v[0]));
  t->log_destroy_pending = true;
  return step_soon(self, Value()) && register_task(self);
}
void task_finalize(Value self) {
  Future* t = future_of(self);
  if (is_alive(t) && t->state == kPending && t->log_destroy_pending) {
    SavedError saved;
    report_to_loop(t, "task", make_str("Task was destroyed but it is pending!"), Value());
  }
  future_finalize(self);
}
Ref task_repr(Value self) {
  if (!ensure_alive(future_of(self))) return nullptr;
  Value f = imported(kTaskRepr);
  return f ? call(f, self) : nullptr;
}
Ref task_cancel(Args& a) {
  Future* t = future_of(a.self);
  t->log_traceback = false;
  if (t->state != kPending) return Ref::imm(kFalse);
  t->cancels_requested++;
  if (t->fut_waiter) {
    Ref waiter = Ref::dup(t->fut_waiter);
    int done = cancel_other(waiter, a[0]);
    if (done < 0) return nullptr;
    if (done) return Ref::imm(kTrue);
  }
  t->must_cancel = true;
  gc::store(&t->h, &t->cancel_message, or_none(a[0]));
  return Ref::imm(kTrue);
}
Ref task_cancelling(Args& a) { return make_int(future_of(a.self)->cancels_requested); }
Ref task_uncancel(Args& a) {
  Future* t = future_of(a.self);
  if (t->cancels_requested > 0) t->cancels_requested--;
  return make_int(t->cancels_requested);
}
Ref task_set_result(Args&) { return raise(types::RuntimeError, "Task does not support set_result operation"); }
Ref task_set_exception(Args&) { return raise(types::RuntimeError, "Task does not support set_exception operation"); }
Ref task_get_coro(Args& a) { return or_none(future_of(a.self)->coro); }
Ref task_get_name(Args& a) { return or_none(future_of(a.self)->name); }
Ref task_set_name(Args& a) {
  Ref name = is_str_exact(a[0]) ? Ref::dup(a[0]) : str_of(a[0]);
  if (!name) return nullptr;
  gc::store(&future_of(a.self)->h, &future_of(a.self)->name, std::move(name));
  return Ref::imm(kNone);
}
Ref task_get_stack(Args& a) {
  Value f = imported(kTaskGetStack);
  return f ? call(f, a.self, a.get(0, kNone)) : nullptr;
}
Ref task_print_stack(Args& a) {
  Value f = imported(kTaskPrintStack);
  return f ? call(f, a.self, a.get(0, kNone), a.get(1, kNone)) : nullptr;
}

Ref get_log_destroy(Value self) { return Ref::imm(bool_value(future_of(self)->log_destroy_pending)); }
bool set_log_destroy(Value self, Value v) {
  if (!v) return raise(types::AttributeError, "cannot delete attribute");
  int on = is_true(v);
  if (on >= 0) future_of(self)->log_destroy_pending = on;
  return on >= 0;
}
Ref get_must_cancel(Value self) { return Ref::imm(bool_value(future_of(self)->must_cancel)); }
Ref get_coro(Value self) { return or_none(future_of(self)->coro); }
Ref get_waiter(Value self) { return or_none(future_of(self)->fut_waiter); }

const NativeDef kTaskMethods[] = {
    {"cancel", "($self, /, msg=None)", task_cancel, 0,
     "Asks the task to cancel itself: CancelledError is thrown into the coroutine at its next step."},
    {"cancelling", "($self, /)", task_cancelling, 0, "How many requests to cancel are open."},
    {"uncancel", "($self, /)", task_uncancel, 0, "Takes a request to cancel back; returns how many are left."},
    {"set_result", "($self, result, /)", task_set_result, 0, nullptr},
    {"set_exception", "($self, exception, /)", task_set_exception, 0, nullptr},
    {"get_coro", "($self, /)", task_get_coro, 0, nullptr},
    {"get_name", "($self, /)", task_get_name, 0, nullptr},
    {"set_name", "($self, value, /)", task_set_name, 0, nullptr},
    {"get_stack", "($self, /, *, limit=None)", task_get_stack, 0,
     "The frames of the task's coroutine, or of the traceback it ended with."},
    {"print_stack", "($self, /, *, limit=None, file=None)", task_print_stack, 0,
     "Prints the stack or the traceback of the task's coroutine."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const GetSetDef kTaskGetSet[] = {{"_log_destroy_pending", get_log_destroy, set_log_destroy, nullptr},
                                 {"_must_cancel", get_must_cancel, nullptr, nullptr},
                                 {"_coro", get_coro, nullptr, nullptr},
                                 {"_fut_waiter", get_waiter, nullptr, nullptr},
                                 {nullptr, nullptr, nullptr, nullptr}};
const TypeSpec kTaskSpec = {.doc = "A coroutine wrapped in a Future.",
                            .flags = kTypeGc | kTypeBaseable | kTypeHasDict | kTypeWeakrefable | kTypeImmutable,
                            .basic_size = sizeof(Future),
                            .ops = {.trace = future_trace, .clear = future_clear, .dealloc = future_dealloc},
                            .methods = kTaskMethods,
                            .getset = kTaskGetSet,
                            .s = {.repr = task_repr, .init = task_init, .del_ = task_finalize}};

}  // namespace

bool make_task_types() {
  if (task_type) return true;
  step_type = make_native_type("TaskStepMethWrapper", types::Object, &kStepSpec);
  task_type = step_type ? make_native_type("_asyncio.Task", future_type, &kTaskSpec) : nullptr;
  return task_type != nullptr;
}

}  // namespace taipan::asyncio
