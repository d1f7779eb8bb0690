// sys.settrace and sys.setprofile: events, and jumps by f_lineno.
#include <cstring>

#include "interp/eval/eval.h"
#include "interp/objects/abstract.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/generator.h"
#include "interp/objects/int.h"
#include "interp/objects/native.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"

namespace taipan {

using namespace frontend;

// A frame whose events begin in the middle of a line has passed that line's.
void skip_current_lines(Thread* t) {
  for (Frame* f = t->frame; f; f = f->prev) {
    if (!f->object || f->pc < f->code->instructions) continue;
    f->object->traced_index = frame_index(f);
    f->object->traced_line = code_line(f->code, f->object->traced_index);
  }
}

void update_tracing(Thread* t) {
  t->tracing_active = t->tracing == 0 && (!t->trace_func.is_null() || !t->profile_func.is_null());
}

// A profiler written in C++ (_lsprof): told of events without frame objects and arguments made for it.
TypeObject* native_profiler_type;
bool (*native_profiler)(Thread* t, Value profiler, Frame* f, const char* event, Value arg);

namespace {

enum class TraceEvent : uint8_t { kCall, kLine, kOther };
// The event being told to a trace function of this thread. Outside of one it reads like a call: no jump from there either.
thread_local TraceEvent current_event = TraceEvent::kCall;

class TracingScope {
 public:
  TracingScope(Thread* t, const char* event) : t_(t), outer_(current_event) {
    current_event = !strcmp(event, "call")   ? TraceEvent::kCall
                    : !strcmp(event, "line") ? TraceEvent::kLine
                                             : TraceEvent::kOther;
    t->tracing++;
    update_tracing(t);
  }
  ~TracingScope() {
    t_->tracing--;
    update_tracing(t_);
    current_event = outer_;
  }

 private:
  Thread* t_;
  TraceEvent outer_;
};

// Calls a trace function; its result (owned) or null with an exception, after which tracing is off as in CPython.
Ref call_trace(Thread* t, Frame* f, Value func, const char* event, Value arg, bool profile) {
  if (profile && native_profiler_type && is_instance_exact_type(func, native_profiler_type))
    return native_profiler(t, func, f, event, arg) ? Ref::imm(kNone) : Ref();
  Ref frame = frame_object(f);
  if (!frame) return nullptr;
  Ref keep = Ref::dup(func);
  Ref what = Ref::dup(Value(intern_static(event)));
  Ref result;
  {
    TracingScope scope(t, event);
    // f_locals is brought up to date before, and what the function changed in it goes back after.
    if (f->locals.is_null() || (f->flags & kFrameInit)) {
      Ref locals = frame_locals(f);
      if (!locals) return nullptr;
    }
    result = call(keep, frame, what, arg);
    frame_locals_to_fast(frame.as<PyFrame>());
  }
  if (!result) {
    Value* slot = profile ? &t->profile_func : &t->trace_func;
    SavedError saved;
    Value old = *slot;
    *slot = Value();
    decref(old);
    if (!profile) {
      Value trace = frame.as<PyFrame>()->trace;
      frame.as<PyFrame>()->trace = Value();
      decref(trace);
    }
    update_tracing(t);
  }
  return result;
}

// A local trace function's answer replaces f_trace.
bool call_local(Thread* t, Frame* f, const char* event, Value arg) {
  Ref frame = frame_object(f);
  if (!frame) return false;
  PyFrame* o = frame.as<PyFrame>();
  if (o->trace.is_null()) return true;
  Ref r = call_trace(t, f, o->trace, event, arg, false);
  if (!r) return false;
  if (r.get() != kNone) gc::store(&o->h, &o->trace, std::move(r));
  return true;
}

}  // namespace

bool trace_call(Thread* t, Frame* f) {
  // The making of a generator is no call: its first resumption is.
  if (f->pc->op == kOpRETURN_GENERATOR && !(f->flags & kFrameGenerator)) return true;
  f->flags |= kFrameTraced;
  if (t->trace_func) {
    // A frame that has not begun is on its first line.
    const Instruction* pc = f->pc;
    bool fresh = pc == f->code->instructions || (pc == f->code->instructions + 1 && pc[-1].op == kOpRETURN_GENERATOR);
    f->pc = fresh ? f->code->instructions - 1 : pc - 1;  // one that goes on still stands on its yield
    Ref r = call_trace(t, f, t->trace_func, "call", kNone, false);
    f->pc = pc;
    if (!r) return false;
    Ref frame = frame_object(f);
    if (!frame) return false;
    PyFrame* o = frame.as<PyFrame>();
    if (r.get() != kNone) gc::store(&o->h, &o->trace, std::move(r));  // None leaves a generator's own
    // What is left of the line that yielded is no new line.
    o->traced_line = fresh ? 0 : code_line(f->code, static_cast<uint32_t>(pc - f->code->instructions) - 1);
    o->traced_index = fresh ? 0 : static_cast<uint32_t>(pc - f->code->instructions) - 1;
  }
  if (t->profile_func && t->tracing == 0) {
    Ref r = call_trace(t, f, t->profile_func, "call", kNone, true);
    if (!r) return false;
  }
  return true;
}

bool trace_instruction(Thread* t, Frame* f, const Instruction* pc, const Instruction** jump_to) {
  PyFrame* o = f->object;
  if (!t->trace_func || !o || o->trace.is_null()) return true;
  uint32_t index = static_cast<uint32_t>(pc - f->code->instructions);
  int line = code_line(f->code, index);
  uint32_t last = o->traced_index;
  o->traced_index = index;
  // RETURN_GENERATOR and what stands before it belongs to the making of the generator.
  if (pc->op == kOpRETURN_GENERATOR) return true;
  bool backward = o->traced_line != 0 && index < last && pc->op != kOpSEND;  // waiting goes round unseen
  if (line > 0 && (line != o->traced_line || (backward && pc->op != kOpJUMP_BACK && pc->op != kOpFOR_ITER) ||
                   (backward && line == o->traced_line))) {
    o->traced_line = line;
    if (o->trace_lines) {
      o->jump_index = -1;
      o->in_line_event = true;
      bool ok = call_local(t, f, "line", kNone);
      o = f->object;
      if (o) o->in_line_event = false;
      if (!ok) return false;
      if (o && o->jump_index >= 0) {
        *jump_to = f->code->instructions + o->jump_index;
        o->traced_line = code_line(f->code, static_cast<uint32_t>(o->jump_index));
        o->traced_index = static_cast<uint32_t>(o->jump_index);
        o->jump_index = -1;
        return true;
      }
    }
  }
  if (o && o->trace_opcodes && !o->trace.is_null()) {
    if (!call_local(t, f, "opcode", kNone)) return false;
  }
  return true;
}

bool trace_return(Thread* t, Frame* f, Value result) {
  SavedError* saved = nullptr;
  (void)saved;
  Ref pending = result ? Ref() : fetch_error();
  Value arg = result ? result : kNone;
  bool ok = true;
  if (t->trace_func && f->object && f->object->trace) ok = call_local(t, f, "return", arg);
  if (ok && t->profile_func && t->tracing == 0) {
    Ref r = call_trace(t, f, t->profile_func, "return", arg, true);
    ok = static_cast<bool>(r);
  }
  if (pending) {
    if (ok) restore_error(std::move(pending));  // else the trace function's exception replaces it
  }
  return ok;
}

void trace_exception(Thread* t, Frame* f) {
  if (!t->trace_func || !f->object || f->object->trace.is_null()) return;
  Ref exc = fetch_error();
  if (!exc) return;
  Ref tb = traceback_of(exc);
  Ref arg = make_tuple_of({Value(type_of(exc)), exc.get(), tb.get()});
  if (arg && call_local(t, f, "exception", arg)) restore_error(std::move(exc));
}

void trace_stop(Thread* t, Value value) {
  if (!error_occurred()) raise_stop_iteration(value);
  trace_exception(t, t->frame);
  clear_error();
}

Value trace_native_call(Thread* t, Frame* f, Value callee, const Value* args, size_t nargs, Value kwnames) {
  CallSlot slot = type_of(callee)->s.call;
  if (!slot) return raise(types::TypeError, "'%T' object is not callable", callee);
  bool of_class = has_shape(callee, kShapeClassMethodDescriptor) && nargs != 0;
  bool native = has_shape(callee, kShapeNativeFunction) || has_shape(callee, kShapeMethodDescriptor) || of_class;
  if (!native || !t->profile_func || t->tracing) return slot(t, callee, args, nargs, kwnames);
  Ref shown = Ref::dup(callee);
  if ((has_shape(callee, kShapeMethodDescriptor) && nargs) || of_class) {
    Ref bound = of_class ? type_of(callee)->s.descr_get(callee, Value(), args[0])
                         : type_of(callee)->s.descr_get(callee, args[0], Value(type_of(args[0])));
    if (bound)
      shown = std::move(bound);
    else
      clear_error();
  }
  if (!call_trace(t, f, t->profile_func, "c_call", shown, true)) return Value();
  Ref r = Ref::steal(slot(t, callee, args, nargs, kwnames));
  if (t->profile_func && !t->tracing) {
    if (r) {
      if (!call_trace(t, f, t->profile_func, "c_return", shown, true)) return Value();
    } else {
      Ref pending = fetch_error();
      if (!call_trace(t, f, t->profile_func, "c_exception", shown, true)) return Value();
      restore_error(std::move(pending));
    }
  }
  return r.release();
}

bool set_frame_line(PyFrame* o, Value value) {
  if (!value) return raise(types::AttributeError, "cannot delete attribute");
  if (!is_int(value)) return raise(types::ValueError, "lineno must be an integer");
  if (o->ended) return raise(types::ValueError, "f_lineno can only be set in a trace function");
  int64_t line;
  if (!to_int64(value, &line)) return false;
  if (current_event == TraceEvent::kCall)
    return raise(types::ValueError, "can't jump from the 'call' trace event of a new frame");
  if (current_event == TraceEvent::kOther) return raise(types::ValueError, "can only jump from a 'line' trace event");
  if (o->trace.is_null() || !o->in_line_event)
    return raise(types::ValueError, "f_lineno can only be set in a trace function");
  return jump_to_line(o, line);
}

}  // namespace taipan
