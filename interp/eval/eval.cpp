// The interpreter loop: fast paths inline, everything else in ops.cpp, inline_cache.cpp, call.cpp and the objects.
//
// Local state: pc (current instruction), w (its 64-bit word), R (registers of f), f, t. f->pc is stored before anything that can raise, run
// Python code or look at frames. Feedback lies at a fixed distance from the code: the word of the instruction at pc is
// *(pc + f's feedback - f's instructions).
#include "interp/eval/eval.h"

#include "frontend/bytecode/code_unit.h"
#include "interp/eval/frame_stack.h"
#include "interp/eval/inline_cache.h"
#include "interp/objects/abstract.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/float.h"
#include "interp/objects/generator.h"
#include "interp/objects/int.h"
#include "interp/objects/iterators.h"
#include "interp/objects/list.h"
#include "interp/objects/native.h"
#include "interp/objects/range.h"
#include "interp/objects/set.h"
#include "interp/objects/slice.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"

namespace taipan {

using namespace frontend;

namespace {

constexpr uint64_t kAnyLast = uint64_t{kLastA | kLastB | kLastC} << 8;

TAIPAN_INLINE uint16_t op_a(uint64_t w) { return static_cast<uint16_t>(w >> 16); }
TAIPAN_INLINE uint16_t op_b(uint64_t w) { return static_cast<uint16_t>(w >> 32); }
TAIPAN_INLINE uint16_t op_c(uint64_t w) { return static_cast<uint16_t>(w >> 48); }
TAIPAN_INLINE int16_t op_imm(uint64_t w) { return static_cast<int16_t>(w >> 48); }
TAIPAN_INLINE uint32_t op_wide(uint64_t w) { return static_cast<uint32_t>(w >> 32); }
TAIPAN_INLINE uint8_t op_flags(uint64_t w) { return static_cast<uint8_t>(w >> 8); }

TAIPAN_INLINE void drop_reg(Value* r) {
  Value v = *r;
  *r = Value();
  if (v.is_heap()) gc::decref(v.header());
}
TAIPAN_INLINE void set_reg(Value* r, Value v) {
  Value old = *r;
  *r = v;
  if (old.is_heap()) gc::decref(old.header());
}
TAIPAN_NOINLINE void drop_operands_slow(Value* R, uint64_t w) {
  if (w & (kLastA << 8)) drop_reg(&R[op_a(w)]);
  if (w & (kLastB << 8)) drop_reg(&R[op_b(w)]);
  if (w & (kLastC << 8)) drop_reg(&R[op_c(w)]);
}
TAIPAN_INLINE void drop_operands(Value* R, uint64_t w) {
  if (w & kAnyLast) drop_operands_slow(R, w);
}
TAIPAN_INLINE void drop_range(Value* r, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) drop_reg(&r[i]);
}

TAIPAN_INLINE bool both_int(Value x, Value y) { return (x.bits & y.bits & 1) != 0; }
TAIPAN_INLINE bool both_float(Value x, Value y) { return (x.bits & 3) == Value::kFloatTag && (y.bits & 3) == Value::kFloatTag; }
// int or float immediates, at least one float
TAIPAN_INLINE bool number_pair(Value x, Value y, double* a, double* b) {
  if (x.is_float()) *a = x.as_float();
  else if (x.is_int() && y.is_float() && static_cast<uint64_t>(x.as_int() + (int64_t{1} << 53)) <= (uint64_t{1} << 54)) *a = static_cast<double>(x.as_int());
  else return false;
  if (y.is_float()) *b = y.as_float();
  else if (y.is_int() && static_cast<uint64_t>(y.as_int() + (int64_t{1} << 53)) <= (uint64_t{1} << 54)) *b = static_cast<double>(y.as_int());
  else return false;
  return true;
}

// The slow half of an arithmetic instruction. Null: exception.
TAIPAN_NOINLINE Value arith_slow(BinaryOp op, Value x, Value y, uint8_t flags) {
  return ((flags & kInplace) ? inplace_op(op, x, y) : binary_op(op, x, y)).release();
}
// Floats and mixed numbers first, for the operators that have a float form.
TAIPAN_NOINLINE Value arith_mid(BinaryOp op, Value x, Value y, uint8_t flags) {
  double a, b;
  if (number_pair(x, y, &a, &b)) {
    switch (op) {
      case BinaryOp::kAdd: return make_float(a + b).release();
      case BinaryOp::kSubtract: return make_float(a - b).release();
      case BinaryOp::kMultiply: return make_float(a * b).release();
      case BinaryOp::kTrueDivide:
        if (b != 0) return make_float(a / b).release();
        break;
      default: break;
    }
  }
  return arith_slow(op, x, y, flags);
}

TAIPAN_NOINLINE int compare_slow(Value x, Value y, CompareOp op) { return compare_true(x, y, op); }

// Truth of x op y: 1, 0, -1 error.
template <CompareOp op>
TAIPAN_INLINE int compare_fast(Value x, Value y) {
  if (TAIPAN_LIKELY(both_int(x, y))) {
    int64_t a = static_cast<int64_t>(x.bits), b = static_cast<int64_t>(y.bits);
    switch (op) {
      case kLt: return a < b;
      case kLe: return a <= b;
      case kEq: return a == b;
      case kNe: return a != b;
      case kGt: return a > b;
      case kGe: return a >= b;
    }
  }
  double a, b;
  if (both_float(x, y) ? (a = x.as_float(), b = y.as_float(), true) : false) {
    switch (op) {
      case kLt: return a < b;
      case kLe: return a <= b;
      case kEq: return a == b;
      case kNe: return a != b;
      case kGt: return a > b;
      case kGe: return a >= b;
    }
  }
  if ((op == kEq || op == kNe) && is_str_exact(x) && is_str_exact(y)) {
    bool eq = x == y || str_eq(x.as<Str>(), y.as<Str>());
    return eq == (op == kEq);
  }
  return compare_slow(x, y, op);
}

TAIPAN_INLINE int truth(Value v) {
  if (is_bool(v)) return v == kTrue;
  return is_true(v);
}

// Item of an exact list or tuple by small int; null: not that simple (nothing raised).
TAIPAN_INLINE Value item_fast(Value o, Value key) {
  if (!o.is_heap() || !key.is_int()) return Value();
  int64_t i = key.as_int();
  ShapeId s = o.header()->shape();
  if (s == kShapeList) {
    List* l = o.as<List>();
    int64_t n = static_cast<int64_t>(l->size.load(std::memory_order_relaxed));
    if (i < 0) i += n;
    if (TAIPAN_LIKELY(static_cast<uint64_t>(i) < static_cast<uint64_t>(n))) {
      Value v = l->items[i];
      incref(v);
      return v;
    }
  } else if (s == kShapeTuple) {
    Tuple* l = o.as<Tuple>();
    int64_t n = static_cast<int64_t>(l->size);
    if (i < 0) i += n;
    if (TAIPAN_LIKELY(static_cast<uint64_t>(i) < static_cast<uint64_t>(n))) {
      Value v = l->items()[i];
      incref(v);
      return v;
    }
  }
  return Value();
}
TAIPAN_NOINLINE Value get_item_slow(Value o, Value key) {
  if (is_dict_exact(o)) {
    Value v = dict_get(o, key);
    if (v.is_null()) return v;
    if (v == kMissing) {
      raise_key_error(key);
      return Value();
    }
    incref(v);
    return v;
  }
  if (is_str_exact(o) && key.is_int()) {
    Str* s = o.as<Str>();
    int64_t i = key.as_int();
    if (i < 0) i += static_cast<int64_t>(s->length);
    if (static_cast<uint64_t>(i) < s->length) return make_str_char(s->at(static_cast<size_t>(i))).release();
  }
  return get_item(o, key).release();
}
TAIPAN_NOINLINE bool set_item_slow(Value o, Value key, Value v) {
  if (is_dict_exact(o)) return dict_set(o, key, v);
  return set_item(o, key, v);
}

// One step of any iterator: null with an exception, kStopIter when exhausted.
TAIPAN_NOINLINE Value for_iter_slow(Value it) {
  UnarySlot next = type_of(it)->s.next;
  if (TAIPAN_UNLIKELY(!next)) return iter_next(it).release();
  Value v = next(it).release();
  if (TAIPAN_UNLIKELY(v.is_null()) && error_matches(types::StopIteration)) {
    clear_error();
    return kStopIter;
  }
  return v;
}

// o[start:stop] of an exact list, tuple or str, without making the slice; null: not that simple (nothing raised).
TAIPAN_NOINLINE Value slice_fast(Value o, Value start, Value stop, bool* failed) {
  if (!o.is_heap() || !(start.is_int() || start == kNone) || !(stop.is_int() || stop == kNone)) return Value();
  ShapeId shape = o.header()->shape();
  int64_t n;
  if (shape == kShapeStr) n = static_cast<int64_t>(o.as<Str>()->length);
  else if (shape == kShapeList) n = static_cast<int64_t>(list_size(o));
  else if (shape == kShapeTuple) n = static_cast<int64_t>(tuple_size(o));
  else return Value();
  int64_t from = start == kNone ? 0 : start.as_int(), to = stop == kNone ? n : stop.as_int();
  if (from < 0) from = from + n < 0 ? 0 : from + n;
  if (to < 0) to = to + n < 0 ? 0 : to + n;
  if (to > n) to = n;
  if (from > to) from = to;
  Value v = shape == kShapeStr    ? str_substring(o, static_cast<size_t>(from), static_cast<size_t>(to)).release()
            : shape == kShapeList ? list_slice(o, static_cast<size_t>(from), static_cast<size_t>(to)).release()
                                  : tuple_slice(o, static_cast<size_t>(from), static_cast<size_t>(to)).release();
  *failed = v.is_null();
  return v;
}

// a bound method call's function and self, a native function..., everything but Python functions and classes. Arguments borrowed.
TAIPAN_NOINLINE Value call_slow(Thread* t, Value callee, const Value* args, size_t nargs, Value kwnames) {
  CallSlot slot = type_of(callee)->s.call;
  if (TAIPAN_UNLIKELY(!slot)) return raise(types::TypeError, "'%T' object is not callable", callee);
  return slot(t, callee, args, nargs, kwnames);
}

// Finds the handler for the instruction; null: none.
const HandlerRange* find_handler(const Code* code, uint32_t index) {
  for (uint32_t i = 0; i < code->handler_count; i++) {
    const HandlerRange* h = &code->handlers[i];
    if (index >= h->start && index < h->end) return h;
  }
  return nullptr;
}

// A generator's frame starts to run on this thread. False: RecursionError etc.
bool enter_generator(Thread* t, Generator* g) {
  if (TAIPAN_UNLIKELY(t->recursion_depth >= recursion_limit)) {
    if (!enter_recursive("")) return false;
    leave_recursive();
  }
  t->recursion_depth++;
  g->state = kGenRunning;
  g->exc_state.prev = t->handled;
  t->handled = &g->exc_state;
  g->frame.prev = t->frame;
  t->frame = &g->frame;
  return true;
}
void leave_generator(Thread* t, Generator* g, GeneratorState state) {
  t->recursion_depth--;
  t->handled = g->exc_state.prev;
  t->frame = g->frame.prev;
  g->exc_state.prev = nullptr;
  g->frame.prev = nullptr;
  g->state = state;
}

}  // namespace

// A generator's frame has ended (returned or raised): its registers go.
void generator_finish(Generator* g) {
  g->frame.flags |= kFrameDone;
  frame_clear(&g->frame);
  g->frame.nregs = 0;
  drop_reg(&g->exc_state.exc);
}

// StopIteration (and StopAsyncIteration in async generators) leaving a generator becomes RuntimeError.
void generator_convert_stop(Generator* g) {
  uint32_t flags = g->frame.code->flags;
  if (error_matches(types::StopIteration)) {
    const char* what = (flags & kCoAsyncGenerator) ? "async generator" : (flags & kCoCoroutine) ? "coroutine" : "generator";
    wrap_raise(types::RuntimeError, "%s raised StopIteration", what);
  } else if ((flags & kCoAsyncGenerator) && error_matches(types::StopAsyncIteration)) {
    wrap_raise(types::RuntimeError, "async generator raised StopAsyncIteration");
  }
}

void pop_frame(Thread* t, Frame* f) {
  t->recursion_depth--;
  t->frame = f->prev;
  frame_clear(f);
  frame_free(t, f);
}

#define NEXT_N(n)                                     \
  do {                                                \
    pc += (n);                                        \
    w = *reinterpret_cast<const uint64_t*>(pc);       \
    goto* dispatch[static_cast<uint8_t>(w)];          \
  } while (0)
#define NEXT() NEXT_N(1)
#define JUMP_TO(index)                                \
  do {                                                \
    pc = f->code->instructions + (index);             \
    w = *reinterpret_cast<const uint64_t*>(pc);       \
    goto* dispatch[static_cast<uint8_t>(w)];          \
  } while (0)
#define EXT_WIDE() (reinterpret_cast<const Instruction*>(pc + 1)->wide())
#define SAVE() (f->pc = pc)
#define A op_a(w)
#define B op_b(w)
#define C op_c(w)
#define OP_LABEL(name) L_##name:
// An owned result into R[A], operands at their last use released first.
#define FINISH(value)             \
  do {                            \
    Value result_ = (value);      \
    drop_operands(R, w);          \
    set_reg(&R[A], result_);      \
    NEXT();                       \
  } while (0)
#define FINISH_CHECKED(value)                           \
  do {                                                  \
    Value checked_ = (value);                           \
    if (TAIPAN_UNLIKELY(checked_.is_null())) goto error; \
    FINISH(checked_);                                   \
  } while (0)
#define FEEDBACK() (reinterpret_cast<FeedbackWord*>(reinterpret_cast<char*>(const_cast<Instruction*>(pc)) + fb_delta))
#define NAME(i) (code_names(f->code)[i].as<Str>())
#define RELOAD_FRAME()                                                                                         \
  do {                                                                                                         \
    R = f->regs();                                                                                             \
    auto* fb_ = f->code->feedback.load(std::memory_order_acquire);                                             \
    fb_delta = reinterpret_cast<char*>(fb_) - reinterpret_cast<char*>(f->code->instructions);                  \
  } while (0)

Value eval(Thread* t, Frame* f, bool throwing) {
  static const void* const kDispatch[256] = {
#define OP(name, format, effects) &&L_##name,
#include "frontend/bytecode/bytecode.def"
#undef OP
  };
  static const void* kTraceDispatch[256];
  if (TAIPAN_UNLIKELY(!kTraceDispatch[0])) {
    for (auto& entry : kTraceDispatch) entry = &&L_trace;
  }
  const void* const* dispatch = t->tracing_active ? kTraceDispatch : kDispatch;
  const Instruction* pc = f->pc;
  uint64_t w = 0;
  Value* R;
  ptrdiff_t fb_delta;

  // Native stack: this function's frame and whatever runs below it must fit.
  if (TAIPAN_UNLIKELY(static_cast<char*>(__builtin_frame_address(0)) < t->stack_low)) {
    raise_recursion("");
    SAVE();
    if (TAIPAN_UNLIKELY(!f->code->feedback.load(std::memory_order_relaxed))) code_feedback_slow(f->code);
    RELOAD_FRAME();
    goto unwind;
  }
  if (TAIPAN_UNLIKELY(!f->code->feedback.load(std::memory_order_relaxed))) {
    if (!code_feedback_slow(f->code)) {
      RELOAD_FRAME();
      goto error;
    }
  }
  RELOAD_FRAME();
  if (throwing) {
    if (t->tracing_active) {
      if (!(f->flags & kFrameGenerator)) goto error;
      if (!trace_call(t, f)) goto error;
    }
    goto error;
  }
  if (TAIPAN_UNLIKELY(t->tracing_active)) {
    if (!trace_call(t, f)) goto error;
    dispatch = t->tracing_active ? kTraceDispatch : kDispatch;
  }
  NEXT_N(0);

enter_frame:  // f is a freshly pushed (or resumed) frame, pc its start
  dispatch = t->tracing_active ? kTraceDispatch : kDispatch;
  pc = f->pc;
  if (TAIPAN_UNLIKELY(!f->code->feedback.load(std::memory_order_relaxed)) && !code_feedback_slow(f->code)) {
    RELOAD_FRAME();
    goto error;
  }
  RELOAD_FRAME();
  if (TAIPAN_UNLIKELY(t->poll.load(std::memory_order_relaxed) != 0)) {
    if (!interp_hooks.poll(t)) goto error;
    dispatch = t->tracing_active ? kTraceDispatch : kDispatch;
  }
  if (TAIPAN_UNLIKELY(t->tracing_active) && !trace_call(t, f)) goto error;
  NEXT_N(0);

L_trace: {
  SAVE();
  const Instruction* jump = nullptr;
  if (!t->tracing_active) {
    dispatch = kDispatch;
  } else if (!trace_instruction(t, f, pc, &jump)) {
    goto error;
  } else if (jump) {
    pc = jump;
    w = *reinterpret_cast<const uint64_t*>(pc);
  }
  if (!t->tracing_active) dispatch = kDispatch;
  goto* kDispatch[static_cast<uint8_t>(w)];
}

// ---------------------------------------------------------------------------------------------------------------------- moves
  OP_LABEL(NOP) NEXT();
  OP_LABEL(EXT) NEXT();
  OP_LABEL(LOAD_CONST) {
    Value v = code_consts(f->code)[op_wide(w)];
    incref(v);
    SAVE();
    set_reg(&R[A], v);
    NEXT();
  }
  OP_LABEL(LOAD_INT) {
    SAVE();
    set_reg(&R[A], Value::from_int(static_cast<int32_t>(op_wide(w))));
    NEXT();
  }
  OP_LABEL(MOVE) {
    Value v = R[B];
    SAVE();
    if (op_flags(w) & kLastB) R[B] = Value();
    else incref(v);
    set_reg(&R[A], v);
    NEXT();
  }
  OP_LABEL(CLEAR) {
    SAVE();
    drop_reg(&R[A]);
    NEXT();
  }
  OP_LABEL(CHECK_LOCAL) {
    if (TAIPAN_UNLIKELY(R[A].is_null())) {
      SAVE();
      ops::unbound_local(f->code, A);
      goto error;
    }
    NEXT();
  }
  OP_LABEL(DELETE_LOCAL) {
    SAVE();
    if (TAIPAN_UNLIKELY(R[A].is_null())) {
      ops::unbound_local(f->code, A);
      goto error;
    }
    drop_reg(&R[A]);
    NEXT();
  }
  OP_LABEL(MAKE_CELL) {
    SAVE();
    Value cell = make_cell(Value()).release();
    if (cell.is_null()) goto error;
    if (B != kNoReg) {
      gc::store_release(&cell.as<Cell>()->value, R[B]);
      R[B] = Value();
    }
    set_reg(&R[A], cell);
    NEXT();
  }
  OP_LABEL(LOAD_DEREF) {
    Value v = gc::load(&R[B].as<Cell>()->value);
    SAVE();
    if (TAIPAN_UNLIKELY(v.is_null())) {
      ops::unbound_deref(f->code, B);
      goto error;
    }
    incref(v);
    set_reg(&R[A], v);
    NEXT();
  }
  OP_LABEL(STORE_DEREF) {
    Cell* cell = R[A].as<Cell>();
    Value v = R[B];
    SAVE();
    if (op_flags(w) & kLastB) R[B] = Value();
    else incref(v);
    gc::store(&cell->h, &cell->value, Ref::steal(v));
    NEXT();
  }
  OP_LABEL(DELETE_DEREF) {
    Cell* cell = R[A].as<Cell>();
    SAVE();
    if (cell->value.is_null()) {
      ops::unbound_deref(f->code, A);
      goto error;
    }
    gc::store(&cell->h, &cell->value, Ref());
    NEXT();
  }
  OP_LABEL(LOAD_CLASSDEREF) {
    SAVE();
    FINISH_CHECKED(ops::load_classderef(f, R[B], B).release());
  }
  OP_LABEL(LOAD_GLOBAL) {
    uint64_t fb = FEEDBACK()->load(std::memory_order_acquire);
    Dict* g = f->globals.as<Dict>();
    Value v;
    if (TAIPAN_LIKELY((fb & 15) == kCacheTagGlobal && g->keys_version.load(std::memory_order_relaxed) == (fb >> 32))) {
      v = g->entries[cache_word_index(fb)].value;
      incref(v);
    } else {
      v = Value();
      if (const CacheEntry* e = fb ? cache_entries(fb) : nullptr) {
        Dict* bd = f->builtins.as<Dict>();
        if (g->keys_version.load(std::memory_order_relaxed) == e->version && bd->keys_version.load(std::memory_order_relaxed) == e->version2) {
          v = bd->entries[e->index].value;
          incref(v);
        }
      }
      if (TAIPAN_UNLIKELY(v.is_null())) {
        SAVE();
        v = load_global_slow(FEEDBACK(), f->globals, f->builtins, NAME(op_wide(w))).release();
        if (v.is_null()) goto error;
      }
    }
    SAVE();
    set_reg(&R[A], v);
    NEXT();
  }
  OP_LABEL(STORE_GLOBAL) {
    SAVE();
    uint64_t fb = FEEDBACK()->load(std::memory_order_acquire);
    Dict* g = f->globals.as<Dict>();
    if (TAIPAN_LIKELY((fb & 15) == kCacheTagGlobal && g->keys_version.load(std::memory_order_relaxed) == (fb >> 32))) {
      gc::store(&g->h, &g->entries[cache_word_index(fb)].value, Ref::dup(R[A]));
    } else {
      Str* name = NAME(op_wide(w));
      if (!(is_dict_exact(f->globals) ? dict_set_str(f->globals, name, R[A]) : set_item(f->globals, Value(name), R[A]))) goto error;
      if (uint32_t version = is_dict_exact(f->globals) ? dict_keys_version(f->globals) : 0) {
        int64_t i = dict_find_index(f->globals, name);
        if (i >= 0 && i < (1 << 28)) FEEDBACK()->store(cache_global_word(version, static_cast<uint32_t>(i)), std::memory_order_release);
      }
    }
    drop_operands(R, w);
    NEXT();
  }
  OP_LABEL(DELETE_GLOBAL) {
    SAVE();
    if (!ops::delete_global(f, NAME(op_wide(w)))) goto error;
    NEXT();
  }
  OP_LABEL(LOAD_NAME) {
    SAVE();
    if (f->locals == f->globals) {
      uint64_t fb = FEEDBACK()->load(std::memory_order_acquire);
      Dict* g = f->globals.as<Dict>();
      if ((fb & 15) == kCacheTagGlobal && g->keys_version.load(std::memory_order_relaxed) == (fb >> 32)) {
        Value v = g->entries[cache_word_index(fb)].value;
        incref(v);
        set_reg(&R[A], v);
        NEXT();
      }
      Value v = load_global_slow(FEEDBACK(), f->globals, f->builtins, NAME(op_wide(w))).release();
      if (v.is_null()) goto error;
      set_reg(&R[A], v);
      NEXT();
    }
    Value v = ops::load_name(f, NAME(op_wide(w))).release();
    if (v.is_null()) goto error;
    set_reg(&R[A], v);
    NEXT();
  }
  OP_LABEL(STORE_NAME) {
    SAVE();
    if (f->locals == f->globals) {
      uint64_t fb = FEEDBACK()->load(std::memory_order_acquire);
      Dict* g = f->globals.as<Dict>();
      if ((fb & 15) == kCacheTagGlobal && g->keys_version.load(std::memory_order_relaxed) == (fb >> 32)) {
        gc::store(&g->h, &g->entries[cache_word_index(fb)].value, Ref::dup(R[A]));
        drop_operands(R, w);
        NEXT();
      }
    }
    if (!ops::store_name(f, NAME(op_wide(w)), R[A])) goto error;
    if (f->locals == f->globals) {
      if (uint32_t version = dict_keys_version(f->globals)) {
        int64_t i = dict_find_index(f->globals, NAME(op_wide(w)));
        if (i >= 0 && i < (1 << 28)) FEEDBACK()->store(cache_global_word(version, static_cast<uint32_t>(i)), std::memory_order_release);
      }
    }
    drop_operands(R, w);
    NEXT();
  }
  OP_LABEL(DELETE_NAME) {
    SAVE();
    if (!ops::delete_name(f, NAME(op_wide(w)))) goto error;
    NEXT();
  }
  OP_LABEL(LOAD_LOCALS) {
    SAVE();
    Value v = frame_locals(f).release();
    if (v.is_null()) goto error;
    set_reg(&R[A], v);
    NEXT();
  }

// ------------------------------------------------------------------------------------------------------------------ attributes
  OP_LABEL(LOAD_ATTR) {
    Value o = R[B];
    uint64_t fb = FEEDBACK()->load(std::memory_order_acquire);
    SAVE();
    if (TAIPAN_LIKELY((fb & 15) == kCacheTagSlot && o.is_heap() && o.header()->shape() == (fb >> 32))) {
      Value v = *reinterpret_cast<Value*>(o.bits + cache_word_index(fb));
      if (TAIPAN_LIKELY(!v.is_null())) {
        incref(v);
        FINISH(v);
      }
    } else if (fb && (fb & 15) == 0) {
      ShapeId shape = shape_id_of(o);
      for (const CacheEntry* e = cache_entries(fb); e; e = e->next) {
        if (e->shape != shape) continue;
        if (e->kind == kCacheProperty && e->type->version.load(std::memory_order_relaxed) == e->version && is_function(e->value)) {
          Function* getter = e->value.as<Function>();
          if (getter->code->simple_args && getter->code->argcount == 1 && !getter->code->is_generator_like) {
            incref(Value(getter));
            Frame* nf = push_function_frame(t, getter, &R[B], 1, Value());
            if (!nf) goto error;
            nf->result_reg = A;
            drop_operands(R, w);
            f = nf;
            goto enter_frame;
          }
        }
        Value v = load_entry(e, o).release();
        if (TAIPAN_UNLIKELY(v.is_null())) goto error;
        if (TAIPAN_UNLIKELY(v == kMissing)) continue;
        FINISH(v);
      }
    }
    FINISH_CHECKED(load_attr_slow(FEEDBACK(), o, NAME(C)).release());
  }
  OP_LABEL(STORE_ATTR) {
    Value o = R[A];
    uint64_t fb = FEEDBACK()->load(std::memory_order_acquire);
    SAVE();
    if (TAIPAN_LIKELY((fb & 15) == kCacheTagSlot && o.is_heap() && o.header()->shape() == (fb >> 32))) {
      Value v = R[B];
      if (op_flags(w) & kLastB) R[B] = Value();
      else incref(v);
      gc::store(o.header(), reinterpret_cast<Value*>(o.bits + cache_word_index(fb)), Ref::steal(v));
      if (op_flags(w) & kLastA) drop_reg(&R[A]);
      NEXT();
    }
    if (fb && (fb & 15) == 0 && o.is_heap()) {
      ShapeId shape = o.header()->shape();
      for (const CacheEntry* e = cache_entries(fb); e; e = e->next) {
        if (e->shape != shape) continue;
        bool done = false;
        if (!store_entry(e, o.header(), R[B], &done)) goto error;
        if (done) {
          drop_operands(R, w);
          NEXT();
        }
      }
    }
    if (!store_attr_slow(FEEDBACK(), o, NAME(C), R[B])) goto error;
    drop_operands(R, w);
    NEXT();
  }
  OP_LABEL(DELETE_ATTR) {
    SAVE();
    if (!set_attr(R[A], NAME(C), Value())) goto error;
    drop_operands(R, w);
    NEXT();
  }
  OP_LABEL(LOAD_METHOD) {
    Value o = R[B];
    uint64_t fb = FEEDBACK()->load(std::memory_order_acquire);
    SAVE();
    if (fb && (fb & 15) == 0) {
      ShapeId shape = shape_id_of(o);
      for (const CacheEntry* e = cache_entries(fb); e; e = e->next) {
        if (e->shape != shape) continue;
        if (TAIPAN_LIKELY(e->kind == kCacheMethod && e->type->version.load(std::memory_order_relaxed) == e->version)) {
          incref(e->value);
          if (op_flags(w) & kLastB) R[B] = Value();
          else incref(o);
          set_reg(&R[A], e->value);
          set_reg(&R[A + 1], o);
          NEXT();
        }
        if (e->kind == kCacheMethod) continue;
        Value v = load_entry(e, o).release();
        if (TAIPAN_UNLIKELY(v.is_null())) goto error;
        if (TAIPAN_UNLIKELY(v == kMissing)) continue;
        drop_operands(R, w);
        set_reg(&R[A], v);
        drop_reg(&R[A + 1]);
        NEXT();
      }
    }
    Value self;
    Value v = load_method_slow(FEEDBACK(), o, NAME(C), &self).release();
    if (v.is_null()) goto error;
    drop_operands(R, w);
    set_reg(&R[A], v);
    set_reg(&R[A + 1], self);
    NEXT();
  }
  OP_LABEL(GET_ITEM) {
    Value v = item_fast(R[B], R[C]);
    SAVE();
    if (TAIPAN_LIKELY(!v.is_null())) FINISH(v);
    FINISH_CHECKED(get_item_slow(R[B], R[C]));
  }
  OP_LABEL(SET_ITEM) {
    Value o = R[A], key = R[B];
    SAVE();
    if (is_list_exact(o) && key.is_int()) {
      List* l = o.as<List>();
      int64_t i = key.as_int(), n = static_cast<int64_t>(l->size.load(std::memory_order_relaxed));
      if (i < 0) i += n;
      if (TAIPAN_LIKELY(static_cast<uint64_t>(i) < static_cast<uint64_t>(n))) {
        if (TAIPAN_LIKELY(gc::gil_enabled)) {
          gc::store(&l->h, &l->items[i], Ref::dup(R[C]));
          drop_operands(R, w);
          NEXT();
        }
      }
    }
    if (!set_item_slow(o, key, R[C])) goto error;
    drop_operands(R, w);
    NEXT();
  }
  OP_LABEL(DEL_ITEM) {
    SAVE();
    if (!del_item(R[A], R[B])) goto error;
    drop_operands(R, w);
    NEXT();
  }
  OP_LABEL(BUILD_SLICE) {
    Value* s = &R[B];
    // The slice is usually wanted for the next instruction's subscript alone.
    uint64_t next = *reinterpret_cast<const uint64_t*>(pc + 1);
    if (TAIPAN_LIKELY(static_cast<uint8_t>(next) == kOpGET_ITEM && op_c(next) == A && (op_flags(next) & kLastC) && s[2] == kNone)) {
      bool failed = false;
      f->pc = pc + 1;
      Value v = slice_fast(R[op_b(next)], s[0], s[1], &failed);
      if (TAIPAN_UNLIKELY(failed)) {
        pc++;
        goto error;
      }
      if (TAIPAN_LIKELY(!v.is_null())) {
        s[0] = s[1] = s[2] = Value();
        if (op_flags(next) & kLastB) drop_reg(&R[op_b(next)]);
        set_reg(&R[op_a(next)], v);
        NEXT_N(2);
      }
    }
    SAVE();
    Value v = make_slice(s[0], s[1], s[2]).release();
    if (v.is_null()) goto error;
    drop_range(s, 3);
    set_reg(&R[A], v);
    NEXT();
  }

// ------------------------------------------------------------------------------------------------------------------- operators
#define ARITH_TAIL(op, y)                                                       \
  SAVE();                                                                       \
  FINISH_CHECKED(arith_mid(BinaryOp::op, R[B], y, op_flags(w)))
#define ARITH_SLOW_TAIL(op, y)                                                  \
  SAVE();                                                                       \
  FINISH_CHECKED(arith_slow(BinaryOp::op, R[B], y, op_flags(w)))
// Temporaries that hold immediates have nothing to release, but must be empty after their last use: calls tell by that whether there is a self.
#define EMPTY_OPERANDS()                                  \
  do {                                                    \
    if (w & (uint64_t{kLastB | kLastC} << 8)) {           \
      if (op_flags(w) & kLastB) R[B] = Value();           \
      if (op_flags(w) & kLastC) R[C] = Value();           \
    }                                                     \
  } while (0)
// Immediate result of immediate operands: nothing to release but the target.
#define FINISH_IMM(value)             \
  do {                                \
    Value imm_ = (value);             \
    SAVE();                           \
    EMPTY_OPERANDS();                 \
    set_reg(&R[A], imm_);             \
    NEXT();                           \
  } while (0)

  OP_LABEL(ADD) {
    Value x = R[B], y = R[C];
    if (TAIPAN_LIKELY(both_int(x, y))) {
      int64_t r;
      if (TAIPAN_LIKELY(!__builtin_add_overflow(static_cast<int64_t>(x.bits), static_cast<int64_t>(y.bits - 1), &r)))
        FINISH_IMM(Value(static_cast<uint64_t>(r)));
    } else if (both_float(x, y)) {
      Value v = Value::try_float(x.as_float() + y.as_float());
      if (TAIPAN_LIKELY(!v.is_null())) FINISH_IMM(v);
    } else if (is_str_exact(x) && is_str_exact(y)) {
      SAVE();
      // s += t where s is this register's own: extends in place if nobody else holds it.
      if (A == B || (op_flags(w) & kLastB)) {
        R[B] = Value();
        Value v = str_append(Ref::steal(x), y).release();
        if (v.is_null()) goto error;
        if (op_flags(w) & kLastC) drop_reg(&R[C]);
        set_reg(&R[A], v);
        NEXT();
      }
      FINISH_CHECKED(str_concat(x, y).release());
    }
    ARITH_TAIL(kAdd, R[C]);
  }
  OP_LABEL(SUBTRACT) {
    Value x = R[B], y = R[C];
    if (TAIPAN_LIKELY(both_int(x, y))) {
      int64_t r;
      if (TAIPAN_LIKELY(!__builtin_sub_overflow(static_cast<int64_t>(x.bits), static_cast<int64_t>(y.bits - 1), &r)))
        FINISH_IMM(Value(static_cast<uint64_t>(r)));
    } else if (both_float(x, y)) {
      Value v = Value::try_float(x.as_float() - y.as_float());
      if (TAIPAN_LIKELY(!v.is_null())) FINISH_IMM(v);
    }
    ARITH_TAIL(kSubtract, R[C]);
  }
  OP_LABEL(MULTIPLY) {
    Value x = R[B], y = R[C];
    if (TAIPAN_LIKELY(both_int(x, y))) {
      int64_t r;
      if (TAIPAN_LIKELY(!__builtin_mul_overflow(static_cast<int64_t>(x.bits - 1), y.as_int(), &r)))
        FINISH_IMM(Value(static_cast<uint64_t>(r) | 1));
    } else if (both_float(x, y)) {
      Value v = Value::try_float(x.as_float() * y.as_float());
      if (TAIPAN_LIKELY(!v.is_null())) FINISH_IMM(v);
    }
    ARITH_TAIL(kMultiply, R[C]);
  }
  OP_LABEL(MAT_MULTIPLY) { ARITH_SLOW_TAIL(kMatMultiply, R[C]); }
  OP_LABEL(TRUE_DIVIDE) {
    Value x = R[B], y = R[C];
    if (both_float(x, y)) {
      double b = y.as_float();
      if (TAIPAN_LIKELY(b != 0)) {
        Value v = Value::try_float(x.as_float() / b);
        if (TAIPAN_LIKELY(!v.is_null())) FINISH_IMM(v);
      }
    } else if (both_int(x, y)) {
      int64_t a = x.as_int(), b = y.as_int();
      constexpr uint64_t kExact = uint64_t{1} << 53;
      if (b != 0 && static_cast<uint64_t>(a < 0 ? -a : a) <= kExact && static_cast<uint64_t>(b < 0 ? -b : b) <= kExact) {
        Value v = Value::try_float(static_cast<double>(a) / static_cast<double>(b));
        if (a != 0 && TAIPAN_LIKELY(!v.is_null())) FINISH_IMM(v);
      }
    }
    ARITH_TAIL(kTrueDivide, R[C]);
  }
  OP_LABEL(FLOOR_DIVIDE) {
    Value x = R[B], y = R[C];
    if (TAIPAN_LIKELY(both_int(x, y))) {
      int64_t a = x.as_int(), b = y.as_int();
      if (TAIPAN_LIKELY(b != 0)) {
        int64_t q = a / b;
        if (a % b != 0 && (a < 0) != (b < 0)) q--;
        if (TAIPAN_LIKELY(Value::fits_int(q))) FINISH_IMM(Value::from_int(q));
      }
    }
    ARITH_SLOW_TAIL(kFloorDivide, R[C]);
  }
  OP_LABEL(REMAINDER) {
    Value x = R[B], y = R[C];
    if (TAIPAN_LIKELY(both_int(x, y))) {
      int64_t a = x.as_int(), b = y.as_int();
      if (TAIPAN_LIKELY(b != 0)) {
        int64_t r = a % b;
        if (r != 0 && (r < 0) != (b < 0)) r += b;
        FINISH_IMM(Value::from_int(r));
      }
    }
    ARITH_SLOW_TAIL(kRemainder, R[C]);
  }
  OP_LABEL(POWER) { ARITH_SLOW_TAIL(kPower, R[C]); }
  OP_LABEL(LSHIFT) {
    Value x = R[B], y = R[C];
    if (TAIPAN_LIKELY(both_int(x, y))) {
      int64_t a = x.as_int(), n = y.as_int();
      if (n >= 0 && n < 62) {
        int64_t r = static_cast<int64_t>(static_cast<uint64_t>(a) << n);
        if ((r >> n) == a && Value::fits_int(r)) FINISH_IMM(Value::from_int(r));
      }
    }
    ARITH_SLOW_TAIL(kLshift, R[C]);
  }
  OP_LABEL(RSHIFT) {
    Value x = R[B], y = R[C];
    if (TAIPAN_LIKELY(both_int(x, y))) {
      int64_t n = y.as_int();
      if (n >= 0) FINISH_IMM(Value::from_int(x.as_int() >> (n > 63 ? 63 : n)));
    }
    ARITH_SLOW_TAIL(kRshift, R[C]);
  }
  OP_LABEL(AND) {
    Value x = R[B], y = R[C];
    if (TAIPAN_LIKELY(both_int(x, y))) FINISH_IMM(Value(x.bits & y.bits));
    ARITH_SLOW_TAIL(kAnd, R[C]);
  }
  OP_LABEL(OR) {
    Value x = R[B], y = R[C];
    if (TAIPAN_LIKELY(both_int(x, y))) FINISH_IMM(Value(x.bits | y.bits));
    ARITH_SLOW_TAIL(kOr, R[C]);
  }
  OP_LABEL(XOR) {
    Value x = R[B], y = R[C];
    if (TAIPAN_LIKELY(both_int(x, y))) FINISH_IMM(Value((x.bits ^ y.bits) | 1));
    ARITH_SLOW_TAIL(kXor, R[C]);
  }

#define IMM_TAIL(op)                                                                                     \
  do {                                                                                                   \
    SAVE();                                                                                              \
    Value v_ = arith_mid(BinaryOp::op, R[B], Value::from_int(op_imm(w)), op_flags(w));                   \
    if (v_.is_null()) goto error;                                                                        \
    if (op_flags(w) & kLastB) drop_reg(&R[B]);                                                           \
    set_reg(&R[A], v_);                                                                                  \
    NEXT();                                                                                              \
  } while (0)

  OP_LABEL(ADD_I) {
    Value x = R[B];
    if (TAIPAN_LIKELY(x.is_int())) {
      int64_t r;
      if (TAIPAN_LIKELY(!__builtin_add_overflow(static_cast<int64_t>(x.bits), static_cast<int64_t>(op_imm(w)) * 2, &r)))
        FINISH_IMM(Value(static_cast<uint64_t>(r)));
    }
    IMM_TAIL(kAdd);
  }
  OP_LABEL(SUBTRACT_I) {
    Value x = R[B];
    if (TAIPAN_LIKELY(x.is_int())) {
      int64_t r;
      if (TAIPAN_LIKELY(!__builtin_sub_overflow(static_cast<int64_t>(x.bits), static_cast<int64_t>(op_imm(w)) * 2, &r)))
        FINISH_IMM(Value(static_cast<uint64_t>(r)));
    }
    IMM_TAIL(kSubtract);
  }
  OP_LABEL(MULTIPLY_I) {
    Value x = R[B];
    if (TAIPAN_LIKELY(x.is_int())) {
      int64_t r;
      if (TAIPAN_LIKELY(!__builtin_mul_overflow(static_cast<int64_t>(x.bits - 1), static_cast<int64_t>(op_imm(w)), &r)))
        FINISH_IMM(Value(static_cast<uint64_t>(r) | 1));
    }
    IMM_TAIL(kMultiply);
  }
  OP_LABEL(MAT_MULTIPLY_I) { IMM_TAIL(kMatMultiply); }
  OP_LABEL(TRUE_DIVIDE_I) {
    Value x = R[B];
    int16_t b = op_imm(w);
    if (x.is_float() && b != 0) {
      Value v = Value::try_float(x.as_float() / b);
      if (TAIPAN_LIKELY(!v.is_null())) FINISH_IMM(v);
    } else if (x.is_int() && b != 0) {
      int64_t a = x.as_int();
      if (a != 0 && static_cast<uint64_t>(a < 0 ? -a : a) <= (uint64_t{1} << 53)) {
        Value v = Value::try_float(static_cast<double>(a) / b);
        if (TAIPAN_LIKELY(!v.is_null())) FINISH_IMM(v);
      }
    }
    IMM_TAIL(kTrueDivide);
  }
  OP_LABEL(FLOOR_DIVIDE_I) {
    Value x = R[B];
    int64_t b = op_imm(w);
    if (TAIPAN_LIKELY(x.is_int() && b != 0)) {
      int64_t a = x.as_int(), q;
      if (b > 0 && (b & (b - 1)) == 0) {
        q = a >> __builtin_ctzll(static_cast<uint64_t>(b));
      } else {
        q = a / b;
        if (q * b != a && (a < 0) != (b < 0)) q--;
      }
      if (TAIPAN_LIKELY(Value::fits_int(q))) FINISH_IMM(Value::from_int(q));
    }
    IMM_TAIL(kFloorDivide);
  }
  OP_LABEL(REMAINDER_I) {
    Value x = R[B];
    int64_t b = op_imm(w);
    if (TAIPAN_LIKELY(x.is_int() && b != 0)) {
      int64_t a = x.as_int(), r;
      if (b > 0 && (b & (b - 1)) == 0) {
        r = a & (b - 1);
      } else {
        r = a % b;
        if (r != 0 && (r < 0) != (b < 0)) r += b;
      }
      FINISH_IMM(Value::from_int(r));
    }
    IMM_TAIL(kRemainder);
  }
  OP_LABEL(POWER_I) {
    Value x = R[B];
    if (op_imm(w) == 2) {
      if (x.is_int()) {
        int64_t r;
        if (TAIPAN_LIKELY(!__builtin_mul_overflow(static_cast<int64_t>(x.bits - 1), x.as_int(), &r))) FINISH_IMM(Value(static_cast<uint64_t>(r) | 1));
      } else if (x.is_float()) {
        double d = x.as_float();
        Value v = Value::try_float(d * d);
        if (TAIPAN_LIKELY(!v.is_null()) && d * d <= 1e300) FINISH_IMM(v);
      }
    }
    IMM_TAIL(kPower);
  }
  OP_LABEL(LSHIFT_I) {
    Value x = R[B];
    int16_t n = op_imm(w);
    if (TAIPAN_LIKELY(x.is_int() && n >= 0 && n < 62)) {
      int64_t a = x.as_int();
      int64_t r = static_cast<int64_t>(static_cast<uint64_t>(a) << n);
      if ((r >> n) == a && Value::fits_int(r)) FINISH_IMM(Value::from_int(r));
    }
    IMM_TAIL(kLshift);
  }
  OP_LABEL(RSHIFT_I) {
    Value x = R[B];
    int16_t n = op_imm(w);
    if (TAIPAN_LIKELY(x.is_int() && n >= 0)) FINISH_IMM(Value::from_int(x.as_int() >> (n > 63 ? 63 : n)));
    IMM_TAIL(kRshift);
  }
  OP_LABEL(AND_I) {
    Value x = R[B];
    if (TAIPAN_LIKELY(x.is_int())) FINISH_IMM(Value::from_int(x.as_int() & op_imm(w)));
    IMM_TAIL(kAnd);
  }
  OP_LABEL(OR_I) {
    Value x = R[B];
    if (TAIPAN_LIKELY(x.is_int())) FINISH_IMM(Value::from_int(x.as_int() | op_imm(w)));
    IMM_TAIL(kOr);
  }
  OP_LABEL(XOR_I) {
    Value x = R[B];
    if (TAIPAN_LIKELY(x.is_int())) FINISH_IMM(Value::from_int(x.as_int() ^ op_imm(w)));
    IMM_TAIL(kXor);
  }
  OP_LABEL(NEGATIVE) {
    Value x = R[B];
    if (TAIPAN_LIKELY(x.is_int()) && x.as_int() != Value::kSmallIntMin) FINISH_IMM(Value::from_int(-x.as_int()));
    if (x.is_float()) {
      Value v = Value::try_float(-x.as_float());
      if (!v.is_null()) FINISH_IMM(v);
    }
    SAVE();
    FINISH_CHECKED(negative(x).release());
  }
  OP_LABEL(POSITIVE) {
    SAVE();
    FINISH_CHECKED(positive(R[B]).release());
  }
  OP_LABEL(INVERT) {
    Value x = R[B];
    if (TAIPAN_LIKELY(x.is_int())) FINISH_IMM(Value::from_int(~x.as_int()));
    SAVE();
    FINISH_CHECKED(invert(x).release());
  }
  OP_LABEL(NOT) {
    SAVE();
    int yes = truth(R[B]);
    if (TAIPAN_UNLIKELY(yes < 0)) goto error;
    FINISH(bool_value(!yes));
  }

#define COMPARE_OP(NAME_, op)                                         \
  OP_LABEL(NAME_) {                                                   \
    Value x = R[B], y = R[C];                                         \
    if (TAIPAN_LIKELY(both_int(x, y))) {                              \
      FINISH_IMM(bool_value(compare_fast<op>(x, y) != 0));            \
    }                                                                 \
    if (both_float(x, y)) FINISH_IMM(bool_value(compare_fast<op>(x, y) != 0)); \
    SAVE();                                                           \
    if ((op == kEq || op == kNe) && is_str_exact(x) && is_str_exact(y)) {      \
      FINISH(bool_value(compare_fast<op>(x, y) != 0));                \
    }                                                                 \
    FINISH_CHECKED(compare(x, y, op).release());                      \
  }
  COMPARE_OP(LT, kLt)
  COMPARE_OP(LE, kLe)
  COMPARE_OP(EQ, kEq)
  COMPARE_OP(NE, kNe)
  COMPARE_OP(GT, kGt)
  COMPARE_OP(GE, kGe)
  OP_LABEL(IS) {
    SAVE();
    FINISH(bool_value(is_same(R[B], R[C])));
  }
  OP_LABEL(IS_NOT) {
    SAVE();
    FINISH(bool_value(!is_same(R[B], R[C])));
  }
  OP_LABEL(IN) {
    SAVE();
    int yes = contains(R[C], R[B]);
    if (TAIPAN_UNLIKELY(yes < 0)) goto error;
    FINISH(bool_value(yes));
  }
  OP_LABEL(NOT_IN) {
    SAVE();
    int yes = contains(R[C], R[B]);
    if (TAIPAN_UNLIKELY(yes < 0)) goto error;
    FINISH(bool_value(!yes));
  }

// ----------------------------------------------------------------------------------------------------------------------- jumps
  OP_LABEL(JUMP) JUMP_TO(op_wide(w));
  OP_LABEL(JUMP_BACK) {
    if (TAIPAN_UNLIKELY(t->poll.load(std::memory_order_relaxed) != 0)) {
      SAVE();
      if (!interp_hooks.poll(t)) goto error;
      dispatch = t->tracing_active ? kTraceDispatch : kDispatch;
    }
    JUMP_TO(op_wide(w));
  }
  OP_LABEL(JUMP_IF_TRUE) {
    Value v = R[A];
    int yes;
    if (TAIPAN_LIKELY(is_bool(v))) {
      yes = v == kTrue;
      if (op_flags(w) & kLastA) R[A] = Value();
    } else {
      SAVE();
      yes = is_true(v);
      if (TAIPAN_UNLIKELY(yes < 0)) goto error;
      if (op_flags(w) & kLastA) drop_reg(&R[A]);
    }
    if (yes) JUMP_TO(op_wide(w));
    NEXT();
  }
  OP_LABEL(JUMP_IF_FALSE) {
    Value v = R[A];
    int yes;
    if (TAIPAN_LIKELY(is_bool(v))) {
      yes = v == kTrue;
      if (op_flags(w) & kLastA) R[A] = Value();
    } else {
      SAVE();
      yes = is_true(v);
      if (TAIPAN_UNLIKELY(yes < 0)) goto error;
      if (op_flags(w) & kLastA) drop_reg(&R[A]);
    }
    if (!yes) JUMP_TO(op_wide(w));
    NEXT();
  }
  OP_LABEL(JUMP_IF_NONE) {
    bool yes = R[A] == kNone;
    SAVE();
    if (op_flags(w) & kLastA) drop_reg(&R[A]);
    if (yes) JUMP_TO(op_wide(w));
    NEXT();
  }
  OP_LABEL(JUMP_IF_NOT_NONE) {
    bool yes = R[A] != kNone;
    SAVE();
    if (op_flags(w) & kLastA) drop_reg(&R[A]);
    if (yes) JUMP_TO(op_wide(w));
    NEXT();
  }
#define JUMP_COMPARE(NAME_, op)                                                    \
  OP_LABEL(NAME_) {                                                                \
    Value x = R[B], y = R[C];                                                      \
    int yes;                                                                       \
    if (TAIPAN_LIKELY(both_int(x, y))) {                                           \
      yes = compare_fast<op>(x, y);                                                \
      EMPTY_OPERANDS();                                                            \
    } else {                                                                       \
      SAVE();                                                                      \
      yes = compare_fast<op>(x, y);                                                \
      if (TAIPAN_UNLIKELY(yes < 0)) goto error;                                    \
      if (w & (uint64_t{kLastB | kLastC} << 8)) {                                  \
        if (op_flags(w) & kLastB) drop_reg(&R[B]);                                 \
        if (op_flags(w) & kLastC) drop_reg(&R[C]);                                 \
      }                                                                            \
    }                                                                              \
    if (yes == A) JUMP_TO(EXT_WIDE());                                             \
    NEXT_N(2);                                                                     \
  }                                                                                \
  OP_LABEL(NAME_##_I) {                                                            \
    Value x = R[B], y = Value::from_int(op_imm(w));                                \
    int yes;                                                                       \
    if (TAIPAN_LIKELY(x.is_int())) {                                               \
      yes = compare_fast<op>(x, y);                                                \
      if (op_flags(w) & kLastB) R[B] = Value();                                    \
    } else {                                                                       \
      SAVE();                                                                      \
      yes = compare_slow(x, y, op);                                                \
      if (TAIPAN_UNLIKELY(yes < 0)) goto error;                                    \
      if (op_flags(w) & kLastB) drop_reg(&R[B]);                                   \
    }                                                                              \
    if (yes == A) JUMP_TO(EXT_WIDE());                                             \
    NEXT_N(2);                                                                     \
  }
  JUMP_COMPARE(JUMP_LT, kLt)
  JUMP_COMPARE(JUMP_LE, kLe)
  JUMP_COMPARE(JUMP_EQ, kEq)
  JUMP_COMPARE(JUMP_NE, kNe)
  JUMP_COMPARE(JUMP_GT, kGt)
  JUMP_COMPARE(JUMP_GE, kGe)
  OP_LABEL(JUMP_IS) {
    int yes = is_same(R[B], R[C]);
    SAVE();
    if (op_flags(w) & kLastB) drop_reg(&R[B]);
    if (op_flags(w) & kLastC) drop_reg(&R[C]);
    if (yes == A) JUMP_TO(EXT_WIDE());
    NEXT_N(2);
  }
  OP_LABEL(JUMP_IN) {
    SAVE();
    int yes = contains(R[C], R[B]);
    if (TAIPAN_UNLIKELY(yes < 0)) goto error;
    if (op_flags(w) & kLastB) drop_reg(&R[B]);
    if (op_flags(w) & kLastC) drop_reg(&R[C]);
    if (yes == A) JUMP_TO(EXT_WIDE());
    NEXT_N(2);
  }

// ------------------------------------------------------------------------------------------------------------------- iteration
  OP_LABEL(GET_ITER) {
    SAVE();
    Value o = R[B];
    if (has_shape(o, kShapeGenerator)) {
      if (op_flags(w) & kLastB) R[B] = Value();
      else incref(o);
      set_reg(&R[A], o);
      NEXT();
    }
    FINISH_CHECKED(get_iter(o).release());
  }
  OP_LABEL(FOR_ITER) {
    Value it = R[B], v;
    SAVE();
    switch (it.header()->shape()) {
      case kShapeRangeIterator: {
        RangeIterator* r = it.as<RangeIterator>();
        if (TAIPAN_LIKELY(r->remaining > 0)) {
          if (TAIPAN_UNLIKELY(!Value::fits_int(r->next))) {
            v = range_iterator_next(r).release();
            break;
          }
          v = Value::from_int(r->next);
          r->next = static_cast<int64_t>(static_cast<uint64_t>(r->next) + static_cast<uint64_t>(r->step));
          r->remaining--;
          set_reg(&R[A], v);
          NEXT_N(2);
        }
        goto exhausted;
      }
      case kShapeListIterator: v = list_iterator_next(it.as<ListIterator>()).release(); break;
      case kShapeTupleIterator: v = tuple_iterator_next(it.as<TupleIterator>()).release(); break;
      case kShapeDictKeyIterator: v = dict_key_iterator_next(it.as<DictIterator>()).release(); break;
      case kShapeDictItemIterator:
      case kShapeDictValueIterator: v = dict_iterator_next(it.as<DictIterator>()).release(); break;
      case kShapeGenerator: {
        Generator* g = it.as<Generator>();
        if (TAIPAN_LIKELY(g->state == kGenSuspended || g->state == kGenCreated)) {
          bool fresh = g->state == kGenCreated;
          if (!enter_generator(t, g)) goto error;
          f = &g->frame;
          f->flags &= static_cast<uint8_t>(~kFrameEntry);
          if (!fresh) {
            const Instruction* y = f->pc;
            set_reg(&f->regs()[y->a], kNone);
            f->pc = y + (y->c != kNoReg ? 2 : 1);
          }
          goto enter_frame;
        }
        v = iter_next(it).release();
        break;
      }
      default: v = for_iter_slow(it); break;
    }
    if (TAIPAN_UNLIKELY(v.is_null())) goto error;
    if (TAIPAN_UNLIKELY(v == kStopIter)) goto exhausted;
    set_reg(&R[A], v);
    NEXT_N(2);
  exhausted:
    drop_reg(&R[B]);
    JUMP_TO(EXT_WIDE());
  }
  OP_LABEL(UNPACK_SEQ) {
    SAVE();
    Value seq = R[B];
    uint32_t n = C;
    Value* out = &R[A];
    if (TAIPAN_LIKELY(has_shape(seq, kShapeTuple) && tuple_size(seq) == n)) {
      Tuple* tuple = seq.as<Tuple>();
      if (n == 2) {
        Value v0 = tuple->items()[0], v1 = tuple->items()[1];
        incref(v0);
        incref(v1);
        if (op_flags(w) & kLastB) drop_reg(&R[B]);
        set_reg(&out[0], v0);
        set_reg(&out[1], v1);
        NEXT();
      }
      if (op_flags(w) & kLastB) R[B] = Value();
      else incref(seq);
      for (uint32_t i = 0; i < n; i++) {
        Value v = tuple->items()[i];
        incref(v);
        set_reg(&out[i], v);
      }
      gc::decref(seq.header());
      NEXT();
    }
    if (op_flags(w) & kLastB) R[B] = Value();
    else incref(seq);
    if (!ops::unpack_sequence(seq, out, n)) {
      decref(seq);
      goto error;
    }
    decref(seq);
    NEXT();
  }
  OP_LABEL(UNPACK_EX) {
    SAVE();
    Value seq = R[B];
    if (op_flags(w) & kLastB) R[B] = Value();
    else incref(seq);
    bool ok = ops::unpack_ex(seq, &R[A], C, (pc + 1)->a);
    decref(seq);
    if (!ok) goto error;
    NEXT_N(2);
  }

// -------------------------------------------------------------------------------------------------------------------- building
  OP_LABEL(BUILD_TUPLE) {
    SAVE();
    uint32_t n = C;
    Value tuple = make_tuple_steal(reinterpret_cast<Ref*>(&R[B]), n).release();  // moves the items out of their registers
    if (tuple.is_null()) goto error;
    set_reg(&R[A], tuple);
    NEXT();
  }
  OP_LABEL(BUILD_LIST) {
    SAVE();
    uint32_t n = C;
    Value list = make_list(n).release();
    if (list.is_null()) goto error;
    if (n) {
      List* l = list.as<List>();
      Value* from = &R[B];
      for (uint32_t i = 0; i < n; i++) {
        gc::store_release(&l->items[i], from[i]);
        from[i] = Value();
      }
      l->size.store(n, std::memory_order_release);
    }
    set_reg(&R[A], list);
    NEXT();
  }
  OP_LABEL(BUILD_SET) {
    SAVE();
    Value v = ops::build_set(&R[B], C).release();
    if (v.is_null()) goto error;
    drop_range(&R[B], C);
    set_reg(&R[A], v);
    NEXT();
  }
  OP_LABEL(BUILD_MAP) {
    SAVE();
    Value v = ops::build_map(&R[B], C).release();
    if (v.is_null()) goto error;
    drop_range(&R[B], 2u * C);
    set_reg(&R[A], v);
    NEXT();
  }
  OP_LABEL(BUILD_STRING) {
    SAVE();
    Value v = ops::build_string(&R[B], C).release();
    if (v.is_null()) goto error;
    drop_range(&R[B], C);
    set_reg(&R[A], v);
    NEXT();
  }
  OP_LABEL(FORMAT_VALUE) {
    SAVE();
    Value v = ops::format(R[B], C == kNoReg ? Value() : R[C], op_flags(w) >> 4).release();
    if (v.is_null()) goto error;
    if (op_flags(w) & kLastB) drop_reg(&R[B]);
    if (C != kNoReg && (op_flags(w) & kLastC)) drop_reg(&R[C]);
    set_reg(&R[A], v);
    NEXT();
  }
  OP_LABEL(LIST_APPEND) {
    SAVE();
    Value v = R[B];
    if (op_flags(w) & kLastB) R[B] = Value();
    else incref(v);
    if (!list_append(R[A], Ref::steal(v))) goto error;
    NEXT();
  }
  OP_LABEL(LIST_EXTEND) {
    SAVE();
    if (!ops::list_extend_star(R[A], R[B])) goto error;
    if (op_flags(w) & kLastB) drop_reg(&R[B]);
    NEXT();
  }
  OP_LABEL(LIST_TO_TUPLE) {
    SAVE();
    FINISH_CHECKED(list_to_tuple(R[B]).release());
  }
  OP_LABEL(SET_ADD) {
    SAVE();
    if (!set_add(R[A], R[B])) goto error;
    if (op_flags(w) & kLastB) drop_reg(&R[B]);
    NEXT();
  }
  OP_LABEL(SET_UPDATE) {
    SAVE();
    if (!set_update(R[A], R[B])) goto error;
    if (op_flags(w) & kLastB) drop_reg(&R[B]);
    NEXT();
  }
  OP_LABEL(MAP_ADD) {
    SAVE();
    if (!dict_set(R[A], R[B], R[C])) goto error;
    if (op_flags(w) & kLastB) drop_reg(&R[B]);
    if (op_flags(w) & kLastC) drop_reg(&R[C]);
    NEXT();
  }
  OP_LABEL(DICT_UPDATE) {
    SAVE();
    if (!ops::dict_update_star(R[A], R[B])) goto error;
    if (op_flags(w) & kLastB) drop_reg(&R[B]);
    NEXT();
  }
  OP_LABEL(DICT_MERGE) {
    SAVE();
    if (!ops::dict_merge_call(R[A], R[B], R[C])) goto error;
    if (op_flags(w) & kLastB) drop_reg(&R[B]);
    NEXT();
  }

// ----------------------------------------------------------------------------------------------------------------------- calls
  OP_LABEL(CALL) {
    Value* base = &R[B];
    SAVE();
  call_again:
    Value callee = base[0];
    size_t nargs = C;
    Value* args = base + 2;
    if (!base[1].is_null()) {
      args--;
      nargs++;
    }
    ShapeId shape = callee.is_heap() ? callee.header()->shape() : 0;
    if (TAIPAN_LIKELY(shape == kShapeFunction)) {
      Function* func = callee.as<Function>();
      Code* code = func->code;
      if (TAIPAN_UNLIKELY(t->recursion_depth >= recursion_limit)) {
        if (!enter_recursive("")) goto error;
        leave_recursive();
      }
      Frame* nf = frame_alloc(t, code->register_count);
      if (TAIPAN_UNLIKELY(!nf)) goto error;
      Value* nr = nf->regs();
      size_t nregs = code->register_count;
      if (TAIPAN_LIKELY(code->simple_args && nargs == code->argcount)) {
        size_t i = 0;
        for (; i < nargs; i++) {
          nr[i] = args[i];
          args[i] = Value();
        }
        for (; i < nregs; i++) nr[i] = Value();
        base[0] = Value();
      } else {
        for (size_t i = 0; i < nregs; i++) nr[i] = Value();
        if (TAIPAN_UNLIKELY(!bind_arguments(func, nr, args, nargs, Value()))) {
          drop_range(nr, code->register_count);
          frame_free(t, nf);
          goto error;
        }
        incref(Value(func));
        drop_range(base, C + 2u);
      }
      if (code->nfree) {
        const Value* cells = func->closure.as<Tuple>()->items();
        Value* to = nr + code->nlocals + code->ncells;
        for (uint32_t i = 0; i < code->nfree; i++) {
          incref(cells[i]);
          to[i] = cells[i];
        }
      }
      frame_setup(nf, t, func, code);
      nf->result_reg = A;
      t->frame = nf;
      t->recursion_depth++;
      f = nf;
      goto enter_frame;
    }
    if (shape == kShapeMethod && base[1].is_null()) {
      Method* m = callee.as<Method>();
      Value function = m->function, self = m->self;
      incref(function);
      incref(self);
      base[1] = self;
      base[0] = function;
      gc::decref(callee.header());
      goto call_again;
    }
    if (callee.is_heap() && shape_of_header(callee.header())->type == types::Type) {
      TypeObject* type = callee.as<TypeObject>();
      uint64_t fb = FEEDBACK()->load(std::memory_order_acquire);
      const CacheEntry* e = fb && fb != kMegamorphic ? cache_entries(fb) : nullptr;
      if (!e || e->type != type || e->version != type->version.load(std::memory_order_relaxed))
        e = fb == kMegamorphic ? nullptr : cache_class_call(FEEDBACK(), type);
      if (e && (!e->value.is_null() || nargs == 0)) {
        Header* instance = alloc_instance(type);
        if (!instance) goto error;
        if (e->value.is_null()) {
          drop_range(base, 2);
          set_reg(&R[A], Value(instance));
          NEXT();
        }
        Function* func = e->value.as<Function>();
        Code* code = func->code;
        if (TAIPAN_UNLIKELY(t->recursion_depth >= recursion_limit)) {
          if (!enter_recursive("")) {
            decref(Value(instance));
            goto error;
          }
          leave_recursive();
        }
        Frame* nf = frame_alloc(t, code->register_count);
        if (TAIPAN_UNLIKELY(!nf)) {
          decref(Value(instance));
          goto error;
        }
        Value* nr = nf->regs();
        incref(Value(func));
        // base[1] is free (null) unless a class was called as a method; then the general path below runs.
        if (TAIPAN_LIKELY(base[1].is_null() && code->simple_args && nargs + 1 == code->argcount)) {
          nr[0] = Value(instance);
          incref(nr[0]);
          size_t i = 1;
          for (; i <= nargs; i++) {
            nr[i] = args[i - 1];
            args[i - 1] = Value();
          }
          for (; i < code->register_count; i++) nr[i] = Value();
          drop_reg(&base[0]);
        } else {
          for (size_t i = 0; i < code->register_count; i++) nr[i] = Value();
          bool ok;
          if (base[1].is_null()) {
            base[1] = Value(instance);
            ok = bind_arguments(func, nr, base + 1, nargs + 1, Value());
            base[1] = Value();
          } else {
            Ref tuple = make_tuple(nargs + 1);
            ok = static_cast<bool>(tuple);
            if (ok) {
              tuple_init(tuple, 0, Ref::dup(Value(instance)));
              for (size_t i = 0; i < nargs; i++) tuple_init(tuple, i + 1, Ref::dup(args[i]));
              ok = bind_arguments(func, nr, tuple.as<Tuple>()->items(), nargs + 1, Value());
            }
          }
          if (TAIPAN_UNLIKELY(!ok)) {
            drop_range(nr, code->register_count);
            frame_free(t, nf);
            decref(Value(func));
            decref(Value(instance));
            goto error;
          }
          drop_range(base, C + 2u);
        }
        if (code->nfree) {
          const Value* cells = func->closure.as<Tuple>()->items();
          Value* to = nr + code->nlocals + code->ncells;
          for (uint32_t i = 0; i < code->nfree; i++) {
            incref(cells[i]);
            to[i] = cells[i];
          }
        }
        frame_setup(nf, t, func, code);
        nf->locals = Value(instance);
        nf->flags = kFrameInit;
        nf->result_reg = A;
        t->frame = nf;
        t->recursion_depth++;
        f = nf;
        goto enter_frame;
      }
    }
    Value v;
    if (TAIPAN_UNLIKELY(t->tracing_active)) {
      v = trace_native_call(t, f, callee, args, nargs, Value());
    } else if (callee == Value(types::Str) && nargs == 1) {
      v = str_of(args[0]).release();
    } else if (shape == kShapeMethodDescriptor && !base[1].is_null()) {
      MethodDescriptor* d = callee.as<MethodDescriptor>();
      v = call_native(t, d->def, d->sig, args[0], args + 1, nargs - 1, Value());
    } else if (shape == kShapeNativeFunction) {
      NativeFunction* n = callee.as<NativeFunction>();
      v = call_native(t, n->def, n->sig, n->self, args, nargs, Value());
    } else {
      v = call_slow(t, callee, args, nargs, Value());
    }
    dispatch = t->tracing_active ? kTraceDispatch : kDispatch;
    if (TAIPAN_UNLIKELY(v.is_null())) goto error;
    drop_range(base, C + 2u);
    set_reg(&R[A], v);
    if (TAIPAN_UNLIKELY(t->poll.load(std::memory_order_relaxed) != 0)) {
      if (!interp_hooks.poll(t)) goto error;
      dispatch = t->tracing_active ? kTraceDispatch : kDispatch;
    }
    NEXT();
  }
  OP_LABEL(CALL_KW) {
    SAVE();
    Value* base = &R[B];
    Value callee = base[0];
    Value kwnames = code_consts(f->code)[EXT_WIDE()];
    size_t nkw = tuple_size(kwnames);
    size_t nargs = C, total = C + nkw + 2;
    Value* args = base + 2;
    if (!base[1].is_null()) {
      args--;
      nargs++;
    }
    if (is_function(callee)) {
      Function* func = callee.as<Function>();
      incref(callee);
      Frame* nf = push_function_frame(t, func, args, nargs, kwnames);
      if (!nf) goto error;
      drop_range(base, static_cast<uint32_t>(total));
      nf->result_reg = A;
      nf->spare = 2;
      f = nf;
      goto enter_frame;
    }
    Value v = TAIPAN_UNLIKELY(t->tracing_active) ? trace_native_call(t, f, callee, args, nargs, kwnames) : call_slow(t, callee, args, nargs, kwnames);
    dispatch = t->tracing_active ? kTraceDispatch : kDispatch;
    if (TAIPAN_UNLIKELY(v.is_null())) goto error;
    drop_range(base, static_cast<uint32_t>(total));
    set_reg(&R[A], v);
    if (TAIPAN_UNLIKELY(t->poll.load(std::memory_order_relaxed) != 0)) {
      if (!interp_hooks.poll(t)) goto error;
      dispatch = t->tracing_active ? kTraceDispatch : kDispatch;
    }
    NEXT_N(2);
  }
  OP_LABEL(CALL_EX) {
    SAVE();
    Value* base = &R[B];
    if (is_function(base[0])) {
      if (is_tuple_exact(base[2]) && (base[3].is_null() || (is_dict_exact(base[3]) && dict_size(base[3]) == 0))) {
        Function* func = base[0].as<Function>();
        incref(base[0]);
        Frame* nf = push_function_frame(t, func, base[2].as<Tuple>()->items(), tuple_size(base[2]), Value());
        if (!nf) goto error;
        drop_range(base, 4);
        nf->result_reg = A;
        f = nf;
        goto enter_frame;
      }
    }
    Value v = ops::call_ex(t, base[0], base[2], base[3]).release();
    dispatch = t->tracing_active ? kTraceDispatch : kDispatch;
    if (TAIPAN_UNLIKELY(v.is_null())) goto error;
    drop_range(base, 4);
    set_reg(&R[A], v);
    if (TAIPAN_UNLIKELY(t->poll.load(std::memory_order_relaxed) != 0)) {
      if (!interp_hooks.poll(t)) goto error;
      dispatch = t->tracing_active ? kTraceDispatch : kDispatch;
    }
    NEXT();
  }
  OP_LABEL(MAKE_FUNCTION) {
    SAVE();
    Value v = ops::make_function_op(f, code_consts(f->code)[C], &R[B], op_flags(w)).release();
    if (v.is_null()) goto error;
    set_reg(&R[A], v);
    NEXT();
  }
  OP_LABEL(LOAD_BUILD_CLASS) {
    SAVE();
    Value v = get_item(f->builtins, Value(TAIPAN_NAME(__build_class__))).release();
    if (v.is_null()) {
      if (error_matches(types::KeyError)) {
        clear_error();
        raise(types::NameError, "__build_class__ not found");
      }
      goto error;
    }
    set_reg(&R[A], v);
    NEXT();
  }
  OP_LABEL(RETURN) {
    Value result = R[A];
    R[A] = Value();
    SAVE();
    if (TAIPAN_UNLIKELY(t->tracing_active)) {
      R[A] = result;
      if (!trace_return(t, f, result)) goto error;
      R[A] = Value();
    }
    if (TAIPAN_UNLIKELY(f->flags & kFrameGenerator)) {
      Generator* g = generator_of(f);
      bool entry = f->flags & kFrameEntry;
      Frame* caller = f->prev;
      leave_generator(t, g, kGenDone);
      if (entry) {
        generator_finish(g);
        return result;
      }
      f = caller;
      pc = f->pc;
      w = *reinterpret_cast<const uint64_t*>(pc);
      RELOAD_FRAME();
      dispatch = t->tracing_active ? kTraceDispatch : kDispatch;
      generator_finish(g);  // the iterator register still holds the generator
      if (pc->op == kOpFOR_ITER) {
        decref(result);
        drop_reg(&R[B]);
      } else {
        if (op_flags(w) & kLastC) drop_reg(&R[C]);
        set_reg(&R[A], result);
      }
      JUMP_TO(EXT_WIDE());
    }
    uint8_t flags = f->flags;
    if (TAIPAN_UNLIKELY(flags & kFrameInit)) {
      if (TAIPAN_UNLIKELY(result != kNone)) {
        ops::class_init_result(result);
        decref(result);
        goto error;
      }
      result = f->locals;
      f->locals = Value();
    }
    Frame* caller = f->prev;
    uint16_t target = f->result_reg;
    uint8_t skip = f->spare;
    t->frame = caller;
    t->recursion_depth--;
    frame_clear(f);
    frame_free(t, f);
    if (TAIPAN_UNLIKELY(flags & kFrameEntry)) return result;
    f = caller;
    pc = f->pc;
    RELOAD_FRAME();
    dispatch = t->tracing_active ? kTraceDispatch : kDispatch;
    set_reg(&R[target], result);
    NEXT_N(skip);
  }
  OP_LABEL(LOAD_ASSERTION_ERROR) {
    SAVE();
    incref(Value(types::AssertionError));
    set_reg(&R[A], Value(types::AssertionError));
    NEXT();
  }

// ---------------------------------------------------------------------------------------------------------------------- import
  OP_LABEL(IMPORT_NAME) {
    SAVE();
    Value* s = &R[B];
    Value v = ops::import_name(f, NAME(C), s[0], s[1]).release();
    if (v.is_null()) goto error;
    drop_range(s, 2);
    set_reg(&R[A], v);
    NEXT();
  }
  OP_LABEL(IMPORT_FROM) {
    SAVE();
    Value v = ops::import_from(R[B], NAME(C)).release();
    if (v.is_null()) goto error;
    if (op_flags(w) & kLastB) drop_reg(&R[B]);
    set_reg(&R[A], v);
    NEXT();
  }
  OP_LABEL(IMPORT_STAR) {
    SAVE();
    if (!ops::import_star(f, R[A])) goto error;
    drop_operands(R, w);
    NEXT();
  }

// ------------------------------------------------------------------------------------------------------------------ exceptions
  OP_LABEL(RAISE) {
    SAVE();
    ops::do_raise(t, A == kNoReg ? Value() : R[A], B == kNoReg ? Value() : R[B]);
    if (A == kNoReg && current_error()) goto unwind;  // a bare raise goes on with the traceback it has
    goto error;
  }
  OP_LABEL(RERAISE) {
    SAVE();
    Value v = R[A];
    R[A] = Value();
    restore_error(Ref::steal(v));
    goto unwind;
  }
  OP_LABEL(PUSH_EXC) {
    Value before = t->handled->exc;
    Value now = R[B];
    incref(now);
    t->handled->exc = now;
    SAVE();
    set_reg(&R[A], before);
    NEXT();
  }
  OP_LABEL(POP_EXC) {
    Value old = t->handled->exc;
    t->handled->exc = R[A];
    R[A] = Value();
    SAVE();
    decref(old);
    NEXT();
  }
  OP_LABEL(EXC_MATCH) {
    SAVE();
    int yes = ops::exception_match(R[B], R[C]);
    if (yes < 0) goto error;
    FINISH(bool_value(yes));
  }
  OP_LABEL(EXC_GROUP_MATCH) {
    SAVE();
    Value out[2];
    if (!ops::exception_group_match(R[B], R[C], out)) goto error;
    drop_operands(R, w);
    set_reg(&R[A], out[0]);
    set_reg(&R[A + 1], out[1]);
    NEXT();
  }
  OP_LABEL(PREP_RERAISE_STAR) {
    SAVE();
    FINISH_CHECKED(ops::prep_reraise_star(R[B], R[C]).release());
  }
  OP_LABEL(BEFORE_WITH) {
    SAVE();
    Value out[2];
    if (!ops::before_with(R[B], out, false)) goto error;
    if (op_flags(w) & kLastB) drop_reg(&R[B]);
    set_reg(&R[A], out[0]);
    set_reg(&R[A + 1], out[1]);
    NEXT();
  }
  OP_LABEL(BEFORE_ASYNC_WITH) {
    SAVE();
    Value out[2];
    if (!ops::before_with(R[B], out, true)) goto error;
    if (op_flags(w) & kLastB) drop_reg(&R[B]);
    set_reg(&R[A], out[0]);
    set_reg(&R[A + 1], out[1]);
    NEXT();
  }
  OP_LABEL(WITH_EXCEPT) {
    SAVE();
    FINISH_CHECKED(ops::with_except(R[B], R[C]).release());
  }

// ------------------------------------------------------------------------------------------------------------------ generators
  OP_LABEL(RETURN_GENERATOR) {
    SAVE();
    Value gen = make_generator(f).release();
    if (gen.is_null()) goto error;
    // The registers moved into the generator: nothing of this frame is left but the frame itself.
    Frame* caller = f->prev;
    uint16_t target = f->result_reg;
    uint8_t flags = f->flags, skip = f->spare;
    t->frame = caller;
    t->recursion_depth--;
    if (TAIPAN_UNLIKELY(flags & kFrameInit)) {
      ops::class_init_result(gen);
      decref(gen);
      decref(f->locals);
      frame_free(t, f);
      if (flags & kFrameEntry) return Value();
      f = caller;
      pc = f->pc;
      RELOAD_FRAME();
      goto error;
    }
    frame_free(t, f);
    if (flags & kFrameEntry) return gen;
    f = caller;
    pc = f->pc;
    RELOAD_FRAME();
    set_reg(&R[target], gen);
    NEXT_N(skip);
  }
  OP_LABEL(YIELD) {
    Value v = R[B];
    SAVE();
    if (op_flags(w) & kLastB) R[B] = Value();
    else incref(v);
    if (TAIPAN_UNLIKELY(t->tracing_active) && !trace_return(t, f, v)) {
      decref(v);
      goto error;
    }
    Generator* g = generator_of(f);
    bool entry = f->flags & kFrameEntry;
    Frame* caller = f->prev;
    leave_generator(t, g, kGenSuspended);
    if (entry) return v;
    f = caller;
    pc = f->pc;
    w = *reinterpret_cast<const uint64_t*>(pc);
    RELOAD_FRAME();
    dispatch = t->tracing_active ? kTraceDispatch : kDispatch;
    if (pc->op == kOpSEND && (op_flags(w) & kLastC)) drop_reg(&R[C]);
    set_reg(&R[A], v);
    NEXT_N(2);
  }
  OP_LABEL(SEND) {
    SAVE();
    Value receiver = R[B], sent = R[C];
    if (has_shape(receiver, kShapeGenerator) || has_shape(receiver, kShapeCoroutine)) {
      Generator* g = receiver.as<Generator>();
      if ((g->state == kGenSuspended || (g->state == kGenCreated && sent == kNone))) {
        bool fresh = g->state == kGenCreated;
        if (!enter_generator(t, g)) goto error;
        f = &g->frame;
        f->flags &= static_cast<uint8_t>(~kFrameEntry);
        if (!fresh) {
          const Instruction* y = f->pc;
          incref(sent);
          set_reg(&f->regs()[y->a], sent);
          f->pc = y + (y->c != kNoReg ? 2 : 1);
        }
        goto enter_frame;
      }
    }
    Value result;
    Value v = ops::send(t, receiver, sent, &result);
    if (v.is_null()) goto error;
    if (op_flags(w) & kLastC) drop_reg(&R[C]);
    if (v == kStopIter) {
      set_reg(&R[A], result);
      JUMP_TO(EXT_WIDE());
    }
    set_reg(&R[A], v);
    NEXT_N(2);
  }
  OP_LABEL(GET_YIELD_FROM_ITER) {
    SAVE();
    FINISH_CHECKED(ops::get_yield_from_iter(f, R[B]).release());
  }
  OP_LABEL(GET_AWAITABLE) {
    SAVE();
    Value v = ops::get_awaitable(R[B], op_flags(w) >> 4).release();
    if (v.is_null()) goto error;
    if (op_flags(w) & kLastB) drop_reg(&R[B]);
    set_reg(&R[A], v);
    NEXT();
  }
  OP_LABEL(GET_AITER) {
    SAVE();
    FINISH_CHECKED(ops::get_aiter(R[B]).release());
  }
  OP_LABEL(GET_ANEXT) {
    SAVE();
    FINISH_CHECKED(ops::get_anext(R[B]).release());
  }
  OP_LABEL(END_ASYNC_FOR) {
    SAVE();
    Value v = R[A];
    R[A] = Value();
    if (exception_matches(v, Value(types::StopAsyncIteration))) {
      decref(v);
      NEXT();
    }
    restore_error(Ref::steal(v));
    goto unwind;
  }
  OP_LABEL(ASYNC_GEN_WRAP) {
    SAVE();
    FINISH_CHECKED(async_gen_wrap(R[B]).release());
  }

// ----------------------------------------------------------------------------------------------------------------------- match
  OP_LABEL(MATCH_SEQUENCE) {
    SAVE();
    bool yes = has_type_flag(R[B], kTypeSequence);
    FINISH(bool_value(yes));
  }
  OP_LABEL(MATCH_MAPPING) {
    SAVE();
    bool yes = has_type_flag(R[B], kTypeMapping);
    FINISH(bool_value(yes));
  }
  OP_LABEL(MATCH_KEYS) {
    SAVE();
    FINISH_CHECKED(ops::match_keys(R[B], R[C]).release());
  }
  OP_LABEL(MATCH_CLASS) {
    SAVE();
    Value* s = &R[B];
    Value v = ops::match_class(s[0], s[1], s[2], C).release();
    if (v.is_null()) goto error;
    drop_range(s, 3);
    set_reg(&R[A], v);
    NEXT();
  }
  OP_LABEL(MATCH_REST) {
    SAVE();
    FINISH_CHECKED(ops::match_rest(R[B], R[C]).release());
  }
  OP_LABEL(GET_LEN) {
    SAVE();
    int64_t n = length_of(R[B]);
    if (n < 0) goto error;
    FINISH(Value::from_int(n));
  }
  OP_LABEL(SETUP_ANNOTATIONS) {
    SAVE();
    if (!ops::setup_annotations(f)) goto error;
    NEXT();
  }
  OP_LABEL(PRINT_EXPR) {
    SAVE();
    if (!ops::print_expr(R[A])) goto error;
    drop_operands(R, w);
    NEXT();
  }

// ------------------------------------------------------------------------------------------------------------------- unwinding
error:
  // The exception in t->exc was raised at pc in f.
  f->pc = pc;
  if (!(f->flags & kFrameDone)) add_traceback(f, static_cast<uint32_t>(pc - f->code->instructions));
  if (TAIPAN_UNLIKELY(t->tracing_active)) trace_exception(t, f);
unwind:
  for (;;) {
    const HandlerRange* h = find_handler(f->code, static_cast<uint32_t>(pc - f->code->instructions));
    if (h) {
      SAVE();
      for (uint32_t i = h->depth; i < f->nregs; i++) drop_reg(&R[i]);
      R[h->depth] = fetch_error().release();
      pc = f->code->instructions + h->target;
      dispatch = t->tracing_active ? kTraceDispatch : kDispatch;
      NEXT_N(0);
    }
    if (TAIPAN_UNLIKELY(t->tracing_active)) trace_return(t, f, Value());
    {
      // The temporaries go before a frame object can take the registers over: one of them may be the exception itself.
      SavedError saved;
      for (uint32_t i = uint32_t{f->code->nlocals} + f->code->ncells + f->code->nfree; i < f->nregs; i++) drop_reg(&R[i]);
    }
    uint8_t flags = f->flags;
    Frame* caller = f->prev;
    if (flags & kFrameGenerator) {
      Generator* g = generator_of(f);
      generator_convert_stop(g);
      leave_generator(t, g, kGenDone);
      SavedError saved;
      generator_finish(g);
    } else {
      t->frame = caller;
      t->recursion_depth--;
      SavedError saved;
      frame_clear(f);
      frame_free(t, f);
    }
    if (flags & kFrameEntry) return Value();
    f = caller;
    pc = f->pc;
    RELOAD_FRAME();
    add_traceback(f, static_cast<uint32_t>(pc - f->code->instructions));
    if (TAIPAN_UNLIKELY(t->tracing_active)) trace_exception(t, f);
  }
}

}  // namespace taipan
