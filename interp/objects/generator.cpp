// Generators and coroutines. Async generators: async_generator.cpp.
#include "interp/objects/generator.h"
#include "arch/cpu.h"
#include "gc/perturb.h"
#include "interp/objects/parallel.h"
#include "interp/objects/runtime_lock.h"

#include "frontend/bytecode/code_unit.h"
#include "interp/objects/abstract.h"
#include "interp/objects/async_generator.h"
#include "interp/objects/audit_hook.h"
#include "interp/objects/descr.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/native.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"

namespace taipan {

using namespace frontend;

Value eval(Thread* t, Frame* f, bool throwing);  // interp/eval

namespace {

Generator* gen(Value v) { return v.as<Generator>(); }
void drop(Value* slot) {
  Value v = *slot;
  *slot = Value();
  decref(v);
}

void gen_trace(Header* h, gc::Visitor& v) {
  Generator* g = reinterpret_cast<Generator*>(h);
  v.visit(g->name);
  v.visit(g->qualname);
  v.visit(g->origin_or_finalizer);
  v.visit(g->exc_state.exc);
  v.visit_object(g->frame.func);
  v.visit_object(g->frame.object);
  v.visit(g->frame.locals);
  v.visit_range(g->frame.regs(), g->frame.nregs);
}
void gen_gc_clear(Header* h) {
  Generator* g = reinterpret_cast<Generator*>(h);
  drop(&g->origin_or_finalizer);
  if (g->state == kGenRunning) return;
  g->state = kGenDone;
  if (g->frame.func) generator_finish(g);
}

// What __del__ does: an unfinished generator is closed (its finally blocks run), a coroutine that never ran is warned about.
void gen_finalize(Header* h) {
  Generator* g = reinterpret_cast<Generator*>(h);
  if (g->state == kGenDone || g->state == kGenRunning) return;
  Value self(g);
  SavedError saved;
  if (has_shape(self, kShapeAsyncGenerator)) {
    Value finalizer = g->origin_or_finalizer;
    if (finalizer && finalizer != kNone && !g->ag_closed) {
      Ref keep = Ref::dup(finalizer);
      if (!call(keep, self)) write_unraisable(self);
      return;
    }
  }
  if (has_shape(self, kShapeCoroutine) && g->state == kGenCreated) {
    warn_unawaited_coroutine(g);
    return;
  }
  if (g->state == kGenCreated && !current_thread()->tracing_active) return;
  if (!generator_close(self)) {
    if (error_occurred()) write_unraisable(self);
  }
}

void gen_dealloc(Header* h) {
  Generator* g = reinterpret_cast<Generator*>(h);
  if (g->state != kGenDone && g->frame.func && !h->has_gcflag(gc::kFinalized)) {
    // Only a suspended generator that may run code at its end, or an unawaited coroutine, needs finalising.
    h->set_gcflag(gc::kFinalized);
    gc::begin_finalize(h);
    gen_finalize(h);
    if (gc::end_finalize(h)) return;
  }
  if (!begin_dealloc(h)) return;
  if (g->frame.func) {
    g->state = kGenDone;
    generator_finish(g);
  }
  drop(&g->name);
  drop(&g->qualname);
  drop(&g->origin_or_finalizer);
  finish_dealloc(h);
}

const char* kind_text(Generator* g) {
  switch (g->h.shape()) {
    case kShapeCoroutine: return "coroutine";
    case kShapeAsyncGenerator: return "async generator";
    default: return "generator";
  }
}

}  // namespace

bool is_coroutine_like(Value v) {
  if (has_shape(v, kShapeCoroutine)) return true;
  return has_shape(v, kShapeGenerator) && (gen(v)->frame.code->flags & kCoIterableCoroutine);
}

static Value delegate_of(const Generator* g) {
  const Instruction* y = g->frame.pc;
  if (y->op != kOpYIELD || y->c == kNoReg) return Value();
  return g->frame.regs()[y->c];
}
// Whether an exception raised where it waits would leave it at once.
static bool ends_quietly(const Generator* g) {
  if (delegate_of(g)) return false;
  const Code* code = g->frame.code;
  auto index = static_cast<uint32_t>(g->frame.pc - code->instructions);
  for (uint32_t i = 0; i < code->handler_count; i++)
    if (index >= code->handlers[i].start && index < code->handlers[i].end) return false;
  return true;
}
static void set_state(Generator* g, GeneratorState state) {
  std::atomic_ref<GeneratorState>(g->state).store(state, std::memory_order_release);
}

Ref generator_frame(Generator* g) {
  StoppedWorld world;  // another thread may be running it, or about to end it
  if (generator_state(g) == kGenDone || !g->frame.func || (g->frame.flags & kFrameDone)) return Ref::imm(kNone);
  return frame_object(&g->frame);
}

Ref generator_delegate(Generator* g) {
  if (TAIPAN_LIKELY(!gc::parallel || gc::is_unique(&g->h)))
    return generator_state(g) == kGenSuspended ? Ref::dup(delegate_of(g)) : Ref();
  // Nobody resumes it while its frame is looked at: who wants to waits (generator_claim_slow).
  std::atomic_ref<GeneratorState> state(g->state);
  for (;;) {
    GeneratorState seen = kGenSuspended;
    if (state.compare_exchange_weak(seen, kGenLooked, std::memory_order_acq_rel, std::memory_order_acquire)) break;
    if (seen != kGenSuspended && seen != kGenLooked) return nullptr;
    arch::cpu_pause();
  }
  Ref r = Ref::dup(delegate_of(g));
  state.store(kGenSuspended, std::memory_order_release);
  return r;
}

// RETURN_GENERATOR: the registers move from the frame into the new object.
Ref make_generator(Frame* f) {
  Thread* t = current_thread();
  Code* code = f->code;
  ShapeId shape = (code->flags & kCoCoroutine)        ? kShapeCoroutine
                  : (code->flags & kCoAsyncGenerator) ? kShapeAsyncGenerator
                                                      : kShapeGenerator;
  Generator* g = new_object<Generator>(shape, true, sizeof(Generator) + code->register_count * sizeof(Value));
  if (!g) return nullptr;
  g->frame.prev = nullptr;
  g->frame.pc = f->pc + 1;
  g->frame.code = code;
  g->frame.func = f->func;
  g->frame.globals = f->globals;
  g->frame.builtins = f->builtins;
  if (!(f->flags & kFrameInit)) {  // the namespace of a module compiled for await at its top
    g->frame.locals = f->locals;
    f->locals = Value();
  } else {
    g->frame.locals = Value();
  }
  g->frame.object = nullptr;
  g->frame.nregs = code->register_count;
  g->frame.flags = kFrameGenerator;
  g->frame.spare = 1;
  memcpy(static_cast<void*>(g->frame.regs()), static_cast<void*>(f->regs()), code->register_count * sizeof(Value));
  g->state = kGenCreated;
  f->func = nullptr;
  if (f->object) {                              // somebody looked at the frame before the generator was made
    std::fill_n(f->regs(), f->nregs, Value());  // (who waits may meet the collector: it must see each reference once)
    PyFrame* o = f->object;
    RuntimeLock lock{Value(o)};  // another thread may be looking at it
    f->object = nullptr;
    o->frame = &g->frame;
    g->frame.object = o;
  }
  gc::init(&g->name, Ref::dup(function_name(g->frame.func)));
  gc::init(&g->qualname, Ref::dup(function_qualname(g->frame.func)));
  Ref result = Ref::steal(g);
  if (shape == kShapeCoroutine && t->coroutine_origin_depth > 0) {
    Frame* caller = f->prev;
    Ref origin = coroutine_origin(caller, t->coroutine_origin_depth);
    if (!origin)
      clear_error();
    else
      gc::init(&g->origin_or_finalizer, std::move(origin));
  }
  return result;
}

// The exception thrown into a generator gets what the generator itself is handling as its context, not what its caller handles.
static void chain_thrown(Thread* t, const Generator* g) {
  Value own = g->exc_state.exc;
  if (own && own != kNone && own != t->exc) chain_context(t->exc, Ref::dup(own));
}

// How eval() came back. (Another thread may have gone on with the generator already.)
static bool was_yielded(const Thread* t, const Generator* g, Value v) {
  return TAIPAN_UNLIKELY(gc::parallel) ? v && t->generator_yielded : g->state == kGenSuspended;
}

Ref generator_send_ex(Generator* g, Value sent, Ref* result) {
  Thread* t = current_thread();
  bool throwing = sent.is_null();
restart:
  switch (generator_state(g)) {
    case kGenRunning: {
      if (throwing) clear_error();
      return raise(types::ValueError, "%s already executing", kind_text(g));
    }
    case kGenDone:
      if (has_shape(Value(g), kShapeCoroutine) && throwing)
        clear_error();
      else if (throwing)
        return nullptr;
      if (has_shape(Value(g), kShapeCoroutine) && !g->closed_early)
        return raise(types::RuntimeError, "cannot reuse already awaited coroutine");
      *result = Ref::imm(kNone);
      return Ref::imm(kStopIter);
    case kGenCreated:
      if (!throwing && sent != kNone)
        return raise(types::TypeError, "can't send non-None value to a just-started %s", kind_text(g));
      break;
    case kGenSuspended: break;
  }
  if (TAIPAN_UNLIKELY(t->recursion_depth >= recursion_limit)) {
    if (!enter_recursive("")) return nullptr;
    leave_recursive();
  }
  GeneratorState before;
  if (!generator_claim(g, &before)) {
    if (!throwing && !error_occurred()) goto restart;
    return nullptr;
  }
  Ref keep = Ref::dup(Value(g));
  if (TAIPAN_UNLIKELY(before == kGenCreated && !throwing &&
                      sent != kNone)) {  // never with the GIL: it was started when looked at first
    set_state(g, before);
    goto restart;
  }
  Frame* f = &g->frame;
  if (throwing) {
    if (before == kGenCreated)
      f->pc = f->code->instructions;  // "raised" where it was created: no line of the body has run
  } else if (before == kGenSuspended) {
    const Instruction* y = f->pc;
    Value* target = &f->regs()[y->a];
    Value old = *target;
    incref(sent);
    *target = sent;
    decref(old);
    f->pc = y + (y->c != kNoReg ? 2 : 1);
  }
  g->exc_state.prev = t->handled;
  t->handled = &g->exc_state;
  f->prev = t->frame;
  t->frame = f;
  t->recursion_depth++;
  f->flags |= kFrameEntry;
  if (throwing) chain_thrown(t, g);
  RuntimeUnlock unlock;
  Value v = eval(t, f, throwing);
  if (was_yielded(t, g, v)) return Ref::steal(v);
  if (v.is_null()) return nullptr;
  *result = Ref::steal(v);
  return Ref::imm(kStopIter);
}

bool generator_claim_slow(Generator* g, GeneratorState* before) {
  std::atomic_ref<GeneratorState> state(g->state);
  GeneratorState seen = state.load(std::memory_order_acquire);
  gc::perturb();
  while (seen == kGenSuspended || seen == kGenCreated || seen == kGenLooked) {
    if (seen == kGenLooked) {
      arch::cpu_pause();
      seen = state.load(std::memory_order_acquire);
      continue;
    }
    *before = seen;
    if (state.compare_exchange_weak(seen, kGenRunning, std::memory_order_acq_rel, std::memory_order_acquire))
      return true;
  }
  if (seen == kGenDone) return false;
  uint32_t flags = g->frame.code->flags;
  return raise(types::ValueError, "%s already executing",
               (flags & frontend::kCoAsyncGenerator) ? "async generator"
               : (flags & frontend::kCoCoroutine)    ? "coroutine"
                                                     : "generator");
}

Ref generator_resume(Generator* g, Value sent, Ref* result) { return generator_send_ex(g, sent, result); }

namespace {

// Ends an iteration step for Python: returned value as StopIteration.
Ref raise_stop(Ref value) {
  if (value.get() == kNone) return raise_none(types::StopIteration);
  return raise_stop_iteration(value);
}

Ref gen_next(Value v) {
  Generator* g = gen(v);
  Thread* t = current_thread();
  std::atomic_ref<GeneratorState> state(g->state);
  if (TAIPAN_LIKELY(t->recursion_depth < recursion_limit && (!gc::parallel || gc::is_unique(&g->h)) &&
                    state.load(std::memory_order_relaxed) <= kGenSuspended)) {
    // What generator_send_ex does where it only has to begin or go on, and no other thread has it.
    static_assert(kGenCreated < kGenSuspended && kGenSuspended < kGenRunning && kGenSuspended < kGenLooked);
    GeneratorState before;
    if (!generator_claim(g, &before)) return nullptr;  // (never)
    Ref keep = Ref::dup(v);
    Frame* f = &g->frame;
    if (before == kGenSuspended) {
      const Instruction* y = f->pc;
      Value* target = &f->regs()[y->a];
      Value old = *target;
      *target = kNone;
      decref(old);
      f->pc = y + (y->c != kNoReg ? 2 : 1);
    }
    g->exc_state.prev = t->handled;
    t->handled = &g->exc_state;
    f->prev = t->frame;
    t->frame = f;
    t->recursion_depth++;
    f->flags |= kFrameEntry;
    RuntimeUnlock unlock;
    Value r = eval(t, f, false);
    if (TAIPAN_LIKELY(was_yielded(t, g, r))) return Ref::steal(r);
    if (r.is_null()) return nullptr;
    if (r == kNone) return Ref::imm(kStopIter);
    Ref result = Ref::steal(r);
    return raise_stop_iteration(result);
  }
  Ref result;
  Ref r = generator_send_ex(gen(v), kNone, &result);
  if (r && is_stop(r)) {
    if (result.get() == kNone) return r;
    return raise_stop_iteration(result);
  }
  return r;
}

Ref gen_send(Args& a) {
  Ref result;
  Ref r = generator_send_ex(gen(a.self), a[0], &result);
  if (r && is_stop(r)) return raise_stop(std::move(result));
  return r;
}

// Where the generator, which is running, goes on when its delegate finished while throw() was being passed to it.
Ref resume_after_delegate(Generator* g, Ref value, Ref* result) {
  const Instruction* y = g->frame.pc;
  const Instruction* ext = y + 1;
  Value* target = &g->frame.regs()[ext->a];
  Value old = *target;
  *target = value.release();
  decref(old);
  // Continue at the target: sending goes through the yield's own register, so resume by hand.
  Thread* t = current_thread();
  Ref keep = Ref::dup(Value(g));
  Frame* f = &g->frame;
  f->pc = f->code->instructions + ext->wide();
  g->exc_state.prev = t->handled;
  t->handled = &g->exc_state;
  f->prev = t->frame;
  t->frame = f;
  t->recursion_depth++;
  f->flags |= kFrameEntry;
  RuntimeUnlock unlock;
  Value v = eval(t, f, false);
  if (was_yielded(t, g, v)) return Ref::steal(v);
  if (v.is_null()) return nullptr;
  *result = Ref::steal(v);
  return Ref::imm(kStopIter);
}

bool close_delegate(Value delegate) {
  if (has_shape(delegate, kShapeGenerator) || has_shape(delegate, kShapeCoroutine)) return generator_close(delegate);
  Ref close = get_attr_opt(delegate, TAIPAN_NAME(close));
  if (!close) {
    write_unraisable(delegate);
    return true;
  }
  if (close.get() == kMissing) return true;
  return static_cast<bool>(call(close));
}

// What a suspended generator delegates to; the generator runs while its delegate does on its behalf. An exception may be set: another thread
// runs it.
class DelegateScope {
 public:
  explicit DelegateScope(Generator* g) : g_(g), t_(current_thread()) {
    GeneratorState before;
    if (generator_state(g) != kGenSuspended || !generator_claim(g, &before)) return;
    if (before == kGenSuspended) delegate_ = Ref::dup(delegate_of(g));
    if (!delegate_) {
      set_state(g, before);
      return;
    }
    g->frame.prev = t_->frame;
    t_->frame = &g->frame;
  }
  ~DelegateScope() { finish(kGenSuspended); }
  Value delegate() const { return delegate_; }
  void finish(GeneratorState state) {  // once
    if (!delegate_ || finished_) return;
    finished_ = true;
    t_->frame = g_->frame.prev;
    g_->frame.prev = nullptr;
    set_state(g_, state);
  }

 private:
  Generator* g_;
  Thread* t_;
  Ref delegate_;
  bool finished_ = false;
};

// throw(): type, value and traceback as Python gave them. Sets the error.
bool set_thrown(Value type, Value value, Value tb) {
  if (tb && tb != kNone && !has_shape(tb, kShapeTraceback))
    return raise(types::TypeError, "throw() third argument must be a traceback object");
  Ref exc;
  if (is_exception_class(type)) {
    if (value && value != kNone && is_exception(value) && is_subtype(type_of(value), type.as<TypeObject>())) {
      exc = Ref::dup(value);
    } else if (!value || value == kNone) {
      exc = call(type);
    } else if (is_tuple(value)) {
      exc = call_tuple(type, value, Value());
    } else {
      exc = call(type, value);
    }
    if (!exc) return true;  // what went wrong is thrown instead
    if (!is_exception(exc)) {
      raise(types::TypeError, "calling %R should have returned an instance of BaseException, not %R", type,
            Value(type_of(exc)));
      return true;
    }
  } else if (is_exception(type)) {
    if (value && value != kNone) return raise(types::TypeError, "instance exception may not have a separate value");
    exc = Ref::dup(type);
  } else {
    return raise(types::TypeError, "exceptions must be classes or instances deriving from BaseException, not %T", type);
  }
  if (tb && tb != kNone) set_traceback(exc, tb);
  restore_error(std::move(exc));
  return true;
}

Ref throw_ex(Generator* g, Value type, Value value, Value tb, Ref* result) {
  Ref keep = Ref::dup(Value(g));
  DelegateScope running(g);
  if (error_occurred()) return nullptr;
  if (Value d = running.delegate()) {
    bool exit = is_type(type) ? is_subtype(type.as<TypeObject>(), types::GeneratorExit)
                              : is_instance_exact_type(type, types::GeneratorExit);
    if (exit) {
      bool ok = close_delegate(d);
      running.finish(kGenSuspended);
      if (!ok) return generator_send_ex(g, Value(), result);
    } else {
      Ref r, inner;
      bool passed = true;
      if (has_shape(d, kShapeGenerator) || has_shape(d, kShapeCoroutine)) {
        r = throw_ex(gen(d), type, value, tb, &inner);
      } else {
        Ref method = get_attr_opt(d, TAIPAN_NAME(throw));
        if (!method) return nullptr;
        if (method.get() == kMissing) {
          passed = false;
        } else {
          Value args[3] = {type, value, tb};
          size_t n = tb ? 3 : value ? 2 : 1;
          r = call_array(method, args, n);
        }
      }
      if (passed) {
        bool ended = r ? is_stop(r) : error_matches(types::StopIteration);
        running.finish(ended ? kGenRunning : kGenSuspended);
        if (ended) return resume_after_delegate(g, r ? std::move(inner) : take_stop_iteration_value(), result);
        if (r) return r;  // the delegate yielded
        return generator_send_ex(g, Value(), result);
      }
      running.finish(kGenSuspended);
    }
  }
  if (!set_thrown(type, value, tb)) return nullptr;
  return generator_send_ex(g, Value(), result);
}

}  // namespace

Ref generator_throw(Value v, Value type, Value value, Value tb) {
  Ref result;
  Ref r = throw_ex(gen(v), type, value, tb, &result);
  if (r && is_stop(r)) return raise_stop(std::move(result));
  return r;
}

bool generator_close(Value v) {
  Generator* g = gen(v);
  GeneratorState state = generator_state(g);
  if (state == kGenRunning) return raise(types::ValueError, "%s already executing", kind_text(g));
  if (state == kGenDone) return true;
  // (A tracer sees one that has not begun get its GeneratorExit.)
  if (state == kGenCreated && !current_thread()->tracing_active) {
    Ref keep = Ref::dup(v);
    GeneratorState before;
    if (!generator_claim(g, &before)) return !error_occurred();
    if (before == kGenCreated) {
      g->closed_early = has_shape(v, kShapeCoroutine) ? false : true;
      set_state(g, kGenDone);
      generator_finish(g);
      return true;
    }
    set_state(g, before);  // another thread has started it meanwhile
  }
  Ref keep = Ref::dup(v);
  // Where nothing in it waits for an exception, nobody sees one.
  if (state == kGenSuspended && !has_shape(v, kShapeAsyncGenerator) && !current_thread()->tracing_active) {
    GeneratorState before;
    if (!generator_claim(g, &before)) return !error_occurred();
    if (before == kGenSuspended && ends_quietly(g)) {
      set_state(g, kGenDone);
      generator_finish(g);
      return true;
    }
    set_state(g, before);
  }
  bool ok = true;
  {
    DelegateScope running(g);
    if (error_occurred()) return false;
    if (running.delegate()) ok = close_delegate(running.delegate());
  }
  if (ok) raise_none(types::GeneratorExit);
  Ref result;
  Ref r = generator_send_ex(g, Value(), &result);
  if (r && !is_stop(r)) { return raise(types::RuntimeError, "%s ignored GeneratorExit", kind_text(g)); }
  if (r) return true;
  if (error_matches(types::StopIteration) || error_matches(types::GeneratorExit)) {
    clear_error();
    return true;
  }
  return false;
}

namespace {

Ref gen_throw(Args& a) {
  if (a.has(1) || a.has(2)) {
    // (deprecated only from 3.12 on)
  }
  return generator_throw(a.self, a[0], a.has(1) ? a[1] : Value(), a.has(2) ? a[2] : Value());
}
Ref gen_close(Args& a) {
  if (!generator_close(a.self)) return nullptr;
  return Ref::imm(kNone);
}

Ref gen_repr(Value v) {
  return format_str("<%s object %S at %p>",
                    kind_text(gen(v)) == std::string_view("async generator") ? "async_generator" : kind_text(gen(v)),
                    gen(v)->qualname, reinterpret_cast<void*>(gen(v)));
}

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
  if (!audit_getattr(v, has_shape(v, kShapeCoroutine) ? "cr_frame" : "gi_frame")) return nullptr;
  return generator_frame(gen(v));
}
Ref get_running(Value v) { return Ref::imm(bool_value(generator_state(gen(v)) == kGenRunning)); }
Ref get_suspended(Value v) { return Ref::imm(bool_value(generator_state(gen(v)) == kGenSuspended)); }
Ref get_code(Value v) {
  if (!audit_getattr(v, has_shape(v, kShapeCoroutine) ? "cr_code" : "gi_code")) return nullptr;
  return Ref::dup(Value(gen(v)->frame.code));
}
Ref get_delegate(Value v) {
  Ref d = generator_delegate(gen(v));
  return d ? std::move(d) : Ref::imm(kNone);
}
Ref get_origin(Value v) {
  Value o = gen(v)->origin_or_finalizer;
  return o ? Ref::dup(o) : Ref::imm(kNone);
}
Ref gen_sizeof(Args& a) {
  return Ref::imm(Value::from_int(
      static_cast<int64_t>(sizeof(Generator) + gen(a.self)->frame.code->register_count * sizeof(Value))));
}

const GetSetDef kGeneratorGetSet[] = {
    {"__name__", get_name, set_name, "name of the generator"},
    {"__qualname__", get_qualname, set_qualname, "qualified name of the generator"},
    {"gi_frame", get_frame, nullptr, nullptr},
    {"gi_running", get_running, nullptr, nullptr},
    {"gi_suspended", get_suspended, nullptr, nullptr},
    {"gi_code", get_code, readonly_attribute, nullptr},
    {"gi_yieldfrom", get_delegate, nullptr, "object being iterated by yield from, or None"},
    {nullptr, nullptr, nullptr, nullptr},
};
const GetSetDef kCoroutineGetSet[] = {
    {"__name__", get_name, set_name, "name of the coroutine"},
    {"__qualname__", get_qualname, set_qualname, "qualified name of the coroutine"},
    {"cr_frame", get_frame, nullptr, nullptr},
    {"cr_running", get_running, nullptr, nullptr},
    {"cr_suspended", get_suspended, nullptr, nullptr},
    {"cr_code", get_code, readonly_attribute, nullptr},
    {"cr_await", get_delegate, nullptr, "object being awaited on, or None"},
    {"cr_origin", get_origin, readonly_attribute, nullptr},
    {nullptr, nullptr, nullptr, nullptr},
};

const NativeDef kGeneratorMethods[] = {
    {"send", "($self, arg, /)", gen_send, kNativeParallel,
     "send(arg) -> send 'arg' into generator,\nreturn next yielded value or raise StopIteration."},
    {"throw", "($self, typ, val=None, tb=None, /)", gen_throw, kNativeNoSignature,
     "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded value or "
     "raise\nStopIteration."},
    {"close", "($self, /)", gen_close, kNativeParallel, "close() -> raise GeneratorExit inside generator."},
    {"__sizeof__", "($self, /)", gen_sizeof, 0, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr},
};
const NativeDef kCoroutineMethods[] = {
    {"send", "($self, arg, /)", gen_send, kNativeParallel,
     "send(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise StopIteration."},
    {"throw", "($self, typ, val=None, tb=None, /)", gen_throw, kNativeNoSignature,
     "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in coroutine, return next iterated value or "
     "raise\nStopIteration."},
    {"close", "($self, /)", gen_close, kNativeParallel, "close() -> raise GeneratorExit inside coroutine."},
    {"__sizeof__", "($self, /)", gen_sizeof, 0, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr},
};

Ref self_iter(Value v) { return Ref::dup(v); }

// ---- coroutine_wrapper: what await iterates
struct CoroutineWrapper {
  Header h;
  Value coroutine;
};
CoroutineWrapper* cw(Value v) { return v.as<CoroutineWrapper>(); }
Ref coroutine_await(Value v) { return coroutine_wrapper(v); }
Ref cw_next(Value v) { return gen_next(cw(v)->coroutine); }
Ref cw_send(Args& a) {
  Ref result;
  Ref r = generator_send_ex(gen(cw(a.self)->coroutine), a[0], &result);
  if (r && is_stop(r)) return raise_stop(std::move(result));
  return r;
}
Ref cw_throw(Args& a) {
  Ref keep = Ref::dup(cw(a.self)->coroutine);
  return generator_throw(keep, a[0], a.has(1) ? a[1] : Value(), a.has(2) ? a[2] : Value());
}
Ref cw_close(Args& a) {
  Ref keep = Ref::dup(cw(a.self)->coroutine);
  if (!generator_close(keep)) return nullptr;
  return Ref::imm(kNone);
}
void cw_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<CoroutineWrapper*>(h)->coroutine); }
void cw_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  drop(&reinterpret_cast<CoroutineWrapper*>(h)->coroutine);
  finish_dealloc(h);
}
const NativeDef kWrapperMethods[] = {
    {"send", "($self, arg, /)", cw_send, 0, nullptr},
    {"throw", "($self, typ, val=None, tb=None, /)", cw_throw, kNativeNoSignature, nullptr},
    {"close", "($self, /)", cw_close, 0, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr},
};

}  // namespace

Ref coroutine_wrapper(Value coroutine) {
  auto* w = new_object<CoroutineWrapper>(kShapeCoroutineWrapper, true);
  if (!w) return nullptr;
  gc::init(&w->coroutine, Ref::dup(coroutine));
  return Ref::steal(w);
}

void generator_trace(Header* h, gc::Visitor& v) { gen_trace(h, v); }
void generator_clear(Header* h) { gen_gc_clear(h); }
void generator_dealloc(Header* h) { gen_dealloc(h); }
void generator_finalize(Header* h) { gen_finalize(h); }
Ref generator_repr(Value v) { return gen_repr(v); }
Ref generator_raise_stop(Ref value) { return raise_stop(std::move(value)); }
Ref generator_throw_ex(Generator* g, Value type, Value value, Value tb, Ref* result) {
  return throw_ex(g, type, value, tb, result);
}

const TypeSpec kGeneratorSpec = {
    .flags = kTypeGc | kTypeWeakrefable | kTypeNoInstantiate | kTypeOwnSteps,
    .basic_size = sizeof(Generator),
    .ops = {.trace = gen_trace, .clear = gen_gc_clear, .dealloc = gen_dealloc, .finalize = gen_finalize},
    .methods = kGeneratorMethods,
    .getset = kGeneratorGetSet,
    .s = {.repr = gen_repr, .iter = self_iter, .next = gen_next},
};
const TypeSpec kCoroutineSpec = {
    .flags = kTypeGc | kTypeWeakrefable | kTypeNoInstantiate,
    .basic_size = sizeof(Generator),
    .ops = {.trace = gen_trace, .clear = gen_gc_clear, .dealloc = gen_dealloc, .finalize = gen_finalize},
    .methods = kCoroutineMethods,
    .getset = kCoroutineGetSet,
    .s = {.repr = gen_repr, .await = coroutine_await},
};
const TypeSpec kCoroutineWrapperSpec = {
    .doc = "A wrapper object implementing __await__ for coroutines.",
    .flags = kTypeGc | kTypeNoInstantiate | kTypeOwnSteps,
    .basic_size = sizeof(CoroutineWrapper),
    .ops = {.trace = cw_trace, .dealloc = cw_dealloc},
    .methods = kWrapperMethods,
    .s = {.iter = self_iter, .next = cw_next},
};

}  // namespace taipan
