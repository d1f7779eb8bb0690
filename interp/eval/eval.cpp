// The interpreter loop: fast paths inline, everything else in ops.cpp, inline_cache.cpp, call.cpp and the objects.
//
// The handlers are in handlers_*.inc, dispatch.h says how they are written. f->pc is stored before anything that can raise, run Python code
// or look at frames.
#include "interp/eval/eval.h"

#include "interp/eval/dispatch.h"
#include "interp/eval/inline_cache.h"
#include "interp/eval/jit_hooks.h"
#include "interp/objects/abstract.h"
#include "interp/objects/bytes.h"
#include "interp/objects/descr.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/float.h"
#include "interp/objects/generator.h"
#include "interp/objects/int.h"
#include "interp/objects/iterators.h"
#include "interp/objects/list.h"
#include "interp/objects/memoryview.h"
#include "interp/objects/native.h"
#include "interp/objects/range.h"
#include "interp/objects/runtime_lock.h"
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

TAIPAN_INLINE void drop_value(Value v) {
  if (v.is_heap()) gc::decref_anyone(v.header());
}
TAIPAN_INLINE void drop_reg(Value* r) {
  Value v = *r;
  *r = Value();
  drop_value(v);
}
TAIPAN_INLINE void set_reg(Value* r, Value v) {
  Value old = *r;
  *r = v;
  drop_value(old);
}
TAIPAN_NOINLINE void drop_operands_slow(Value* regs, uint64_t w) {
  if (w & (kLastA << 8)) drop_reg(&regs[op_a(w)]);
  if (w & (kLastB << 8)) drop_reg(&regs[op_b(w)]);
  if (w & (kLastC << 8)) drop_reg(&regs[op_c(w)]);
}
TAIPAN_NOINLINE void finish_slow(Value* regs, uint64_t w, Value result) {
  if (op_a(w) == op_b(w) && (w & (kLastC << 8))) {
    set_reg(&regs[op_a(w)], result);
    drop_reg(&regs[op_c(w)]);
    return;
  }
  drop_operands_slow(regs, w);
  set_reg(&regs[op_a(w)], result);
}
TAIPAN_INLINE void drop_operands(Value* regs, uint64_t w) {
  if (w & kAnyLast) drop_operands_slow(regs, w);
}
TAIPAN_INLINE void drop_range(Value* r, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) drop_reg(&r[i]);
}

// Whether a bound method's self goes with its function unchecked.
TAIPAN_INLINE bool unwraps(Value method) {
  Value f = method.as<Method>()->function;
  return !has_shape(f, kShapeMethodDescriptor) && !has_shape(f, kShapeClassMethodDescriptor);
}
// A bound method about to be called becomes its function with self before the arguments.
TAIPAN_INLINE void unwrap_method(Value* base) {
  Header* bound = base[0].header();
  Method* m = base[0].as<Method>();
  if (TAIPAN_LIKELY(gc::is_unique(bound) && !gc::parallel)) {  // made for this call
    base[1] = gc::take(bound, &m->self).release();
    base[0] = gc::take(bound, &m->function).release();
  } else {
    base[1] = Ref::dup(m->self).release();
    base[0] = Ref::dup(m->function).release();
  }
  gc::decref(bound);
}
// What a call site knows of making instances of type; null: not to be made in this loop.
TAIPAN_INLINE const CacheEntry* class_call_entry(FeedbackWord* word, TypeObject* type) {
  uint64_t fb = word->load(std::memory_order_acquire);
  for (const CacheEntry* e = fb ? cache_entries(fb) : nullptr; e; e = e->next)
    if (e->type == type && TAIPAN_LIKELY(class_entry_holds(e, type))) return e;
  return cache_class_call(word, type);
}
// Calling it makes an instance, whatever the metaclass.
TAIPAN_INLINE bool is_class(Value v) { return v.is_heap() && shape_of_header(v.header())->type->s.call == &type_call; }
TAIPAN_INLINE void copy_closure(Function* func, Code* code, Value* regs) {
  const Value* cells = func->closure.as<Tuple>()->items();
  Value* to = regs + code->nlocals + code->ncells;
  for (uint32_t i = 0; i < code->nfree; i++) {
    incref(cells[i]);
    to[i] = cells[i];
  }
}

// An instance of a class written in Python.
TAIPAN_INLINE bool is_heap_instance(Value v) {
  return v.is_heap() && (shape_of_header(v.header())->type->flags & kTypeHeap);
}

TAIPAN_INLINE bool both_int(Value x, Value y) { return (x.bits & y.bits & 1) != 0; }
TAIPAN_INLINE bool both_float(Value x, Value y) {
  return (x.bits & 3) == Value::kFloatTag && (y.bits & 3) == Value::kFloatTag;
}
// int or float immediates, at least one float
TAIPAN_INLINE bool number_pair(Value x, Value y, double* a, double* b) {
  if (x.is_float())
    *a = x.as_float();
  else if (x.is_int() && y.is_float() && static_cast<uint64_t>(x.as_int() + (int64_t{1} << 53)) <= (uint64_t{1} << 54))
    *a = static_cast<double>(x.as_int());
  else
    return false;
  if (y.is_float())
    *b = y.as_float();
  else if (y.is_int() && static_cast<uint64_t>(y.as_int() + (int64_t{1} << 53)) <= (uint64_t{1} << 54))
    *b = static_cast<double>(y.as_int());
  else
    return false;
  return true;
}

// What an operator has seen besides ints, for the JIT.
TAIPAN_INLINE void note_operands(FeedbackWord* fb, uint64_t seen) {
  uint64_t w = fb->load(std::memory_order_relaxed);
  if (w == 0 || ((w & 15) == kCacheTagOperands && !(w & seen)))
    fb->store(w | kCacheTagOperands | seen, std::memory_order_relaxed);
}
TAIPAN_INLINE void note_native(FeedbackWord* fb, const NativeDef* def) {
  if (TAIPAN_UNLIKELY(fb->load(std::memory_order_relaxed) == 0))
    fb->store(reinterpret_cast<uint64_t>(def) << 4 | kCacheTagNative, std::memory_order_relaxed);
}
TAIPAN_INLINE void note_other_call(FeedbackWord* fb) {
  if (TAIPAN_UNLIKELY(fb->load(std::memory_order_relaxed) == 0)) fb->store(kCacheOtherCall, std::memory_order_relaxed);
}
TAIPAN_INLINE void note_type(FeedbackWord* fb, const TypeObject* type) {
  if (TAIPAN_UNLIKELY(fb->load(std::memory_order_relaxed) == 0))
    fb->store(reinterpret_cast<uint64_t>(type) << 4 | kCacheTagType, std::memory_order_relaxed);
}
// The same of a shape; written only where it says something new, for other threads run the same code.
TAIPAN_INLINE void record_shape(FeedbackWord* fb, ShapeId shape) {
  uint64_t word = (uint64_t{shape} << 32) | kCacheTagShape;
  if (fb->load(std::memory_order_relaxed) != word) fb->store(word, std::memory_order_relaxed);
}
TAIPAN_INLINE bool is_number_word(Value v) { return (v.bits & 3) != 0; }

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

// Item of an exact list or tuple by small int, borrowed until this thread's next safepoint; null: not that simple (nothing raised).
template <bool parallel>
TAIPAN_INLINE Value item_borrowed(Value o, Value key) {
  if (!o.is_heap() || !key.is_int()) return Value();
  int64_t i = key.as_int();
  ShapeId s = o.header()->shape();
  if (s == kShapeList) {
    List* l = o.as<List>();
    int64_t n = static_cast<int64_t>(l->size.load(std::memory_order_relaxed));
    if (i < 0) i += n;
    if (TAIPAN_LIKELY(static_cast<uint64_t>(i) < static_cast<uint64_t>(n)))
      return parallel ? list_peek(l, static_cast<uint64_t>(i)) : l->items[i];
  } else if (s == kShapeTuple) {
    Tuple* l = o.as<Tuple>();
    int64_t n = static_cast<int64_t>(l->size);
    if (i < 0) i += n;
    if (TAIPAN_LIKELY(static_cast<uint64_t>(i) < static_cast<uint64_t>(n))) return l->items()[i];
  }
  return Value();
}
// Before what an uncounted reference leads to is read: whoever replaces an item of a list that nobody else seems to have lets it die at once
// (gc::maybe_shared), so its owner must be able to see that others do have it. Either its look at the count comes after this, or its store
// comes before the read. The list itself is kept by the rules for what was read from a counted object.
TAIPAN_INLINE void publish_borrowed(Value v) {
  if (!has_shape(v, kShapeList)) return;
  Header* h = v.header();
  uint16_t owner = h->owner.load(std::memory_order_relaxed);
  if (owner == gc::current_slot || owner == gc::kUncountedOwner ||
      (h->rc_shared.load(std::memory_order_acquire) & gc::kSharedState) != 0)  // (counts come and go, the state stays)
    return;
  gc::publish(h);
  std::atomic_thread_fence(std::memory_order_seq_cst);
}
TAIPAN_NOINLINE Value get_item_slow(Value o, Value key) {
  if (is_dict_exact(o)) {
    Value v = dict_get(o, key);  // (borrowed: nobody frees it before this thread's next safepoint)
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

// What the end of an iterator is that gave null: kStopIter for StopIteration, else null.
TAIPAN_NOINLINE Value no_item() {
  if (!error_matches(types::StopIteration)) return Value();
  Thread* t = current_thread();
  if (t->tracing_active) trace_exception(t, t->frame);
  clear_error();
  return kStopIter;
}

// One step of any iterator: null with an exception, kStopIter when exhausted.
TAIPAN_NOINLINE Value for_iter_slow(Value it) {
  UnarySlot next = type_of(it)->s.next;
  if (TAIPAN_UNLIKELY(!next)) return iter_next(it).release();
  Value v = next(it).release();
  return TAIPAN_LIKELY(!v.is_null()) ? v : no_item();
}

// The next pair of dict.items(), enumerate(...) or zip(a, b), its halves owned. kPairOther: not that simple, nothing has happened.
enum PairStep { kPairGiven, kPairEnd, kPairError, kPairOther };
TAIPAN_INLINE PairStep pair_end(Value v) { return v.is_null() ? kPairError : v == kStopIter ? kPairEnd : kPairGiven; }
TAIPAN_INLINE Value next_value(Value it) {
  if (has_shape(it, kShapeListIterator)) return list_iterator_next(it.as<ListIterator>()).release();
  if (has_shape(it, kShapeRangeIterator)) return range_iterator_next(it.as<RangeIterator>()).release();
  if (has_shape(it, kShapeTupleIterator)) return tuple_iterator_next(it.as<TupleIterator>()).release();
  return for_iter_slow(it);
}
TAIPAN_NOINLINE PairStep next_pair(Value it, Value* out) {
  switch (it.header()->shape()) {
    case kShapeDictItemIterator: {
      DictIterator* d = it.as<DictIterator>();
      if (TAIPAN_UNLIKELY(gc::parallel)) return dict_iterator_pair(d, &out[0], &out[1]) ? kPairGiven : kPairOther;
      if (TAIPAN_UNLIKELY(!d->dict || d->remaining <= 0)) return kPairOther;
      Dict* dict = d->dict.as<Dict>();
      if (TAIPAN_UNLIKELY(d->used != static_cast<int64_t>(dict->used.load(std::memory_order_relaxed))))
        return kPairOther;
      const DictEntry *e = dict->entries + d->position, *end = dict->entries + dict->entry_count;
      while (e < end && !e->key) e++;
      if (TAIPAN_UNLIKELY(e >= end)) return kPairOther;
      d->position = e - dict->entries + 1;
      d->remaining--;
      out[0] = e->key;
      out[1] = e->value;
      incref(out[0]);
      incref(out[1]);
      return kPairGiven;
    }
    case kShapeEnumerate: {
      Enumerate* e = it.as<Enumerate>();
      StepLock lock(it);
      if (TAIPAN_UNLIKELY(e->long_index || e->index < 0 || e->index >= Value::kSmallIntMax)) return kPairOther;
      Value v = next_value(e->iterator);
      if (TAIPAN_UNLIKELY(v.is_null() || v == kStopIter)) return pair_end(v);
      lock.again();
      out[0] = Value::from_int(e->index++);
      out[1] = v;
      return kPairGiven;
    }
    default: {
      Zip* z = it.as<Zip>();
      StepLock lock(it);
      if (TAIPAN_UNLIKELY(z->strict || tuple_size(z->iterators) != 2)) return kPairOther;
      Ref hold = Ref::dup(z->iterators);  // the iterators may do anything to the zip object
      Value a = next_value(tuple_at(hold, 0));
      if (TAIPAN_UNLIKELY(a.is_null() || a == kStopIter)) return pair_end(a);
      lock.again();
      Value b = next_value(tuple_at(hold, 1));
      if (TAIPAN_UNLIKELY(b.is_null() || b == kStopIter)) {
        PairStep step = pair_end(b);
        decref(a);
        return step;
      }
      out[0] = a;
      out[1] = b;
      return kPairGiven;
    }
  }
}

// o[start:stop] of an exact list, tuple, bytes, bytearray or str, without making the slice; null: not that simple (nothing raised).
TAIPAN_NOINLINE Value slice_fast(Value o, Value start, Value stop, bool* failed) {
  if (!o.is_heap() || !(start.is_int() || start == kNone) || !(stop.is_int() || stop == kNone)) return Value();
  ShapeId shape = o.header()->shape();
  int64_t n;
  if (shape == kShapeStr)
    n = static_cast<int64_t>(o.as<Str>()->length);
  else if (shape == kShapeList)
    n = static_cast<int64_t>(list_size(o));
  else if (shape == kShapeTuple)
    n = static_cast<int64_t>(tuple_size(o));
  else if (shape == kShapeBytes)
    n = static_cast<int64_t>(o.as<Bytes>()->size);
  else if (shape == kShapeByteArray)
    n = static_cast<int64_t>(bytearray_size(o));
  else if (shape == kShapeMemoryView && memory_is_row(o))
    n = memory_row_length(o);
  else
    return Value();
  int64_t from = start == kNone ? 0 : start.as_int(), to = stop == kNone ? n : stop.as_int();
  if (from < 0) from = from + n < 0 ? 0 : from + n;
  if (to < 0) to = to + n < 0 ? 0 : to + n;
  if (to > n) to = n;
  if (from > to) from = to;
  if (shape == kShapeMemoryView) {
    Value part = memory_row_slice(o, from, to).release();
    *failed = part.is_null();
    return part;
  }
  if (shape == kShapeBytes || shape == kShapeByteArray) {
    auto length = static_cast<size_t>(to - from);
    Value part = (shape == kShapeByteArray
                      ? bytearray_part(o, static_cast<size_t>(n), static_cast<size_t>(from), static_cast<size_t>(to))
                  : to - from == n ? Ref::dup(o)
                                   : make_bytes(o.as<Bytes>()->data() + from, length))
                     .release();
    *failed = part.is_null() && error_occurred();
    return part;
  }
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

// ---- What dies when an instruction fails. Operands and arguments go from the left, what else waits in temporaries from the last one back.

TAIPAN_INLINE uint32_t first_temporary(const Code* code) {
  return uint32_t{code->nlocals} + code->ncells + code->nfree;
}

void drop_down_to(Frame* f, uint32_t depth) {
  Value* regs = f->regs();
  for (uint32_t i = f->nregs; i-- > depth;) drop_reg(&regs[i]);
}

// Arguments that a Python function did not take: first those that had no place, then the others, at last the function.
void drop_refused(Value* base, uint32_t total, uint32_t positional, Value kwnames) {
  const Code* code = base[0].as<Function>()->code;
  uint32_t from = base[1].is_null() ? 2 : 1, kw = 2 + positional;
  uint32_t taken = from + code->argcount;
  if (taken < kw && !(code->flags & kCoVarArgs)) drop_range(base + taken, kw - taken);
  uint32_t n = kwnames ? static_cast<uint32_t>(tuple_size(kwnames)) : 0;
  if (!(code->flags & kCoVarKeywords)) {
    const Value* params = code->varnames.as<Tuple>()->items();
    for (uint32_t k = 0; k < n; k++) {
      uint32_t p = code->posonly_argcount;
      while (p < uint32_t{code->argcount} + code->kwonly_argcount && params[p] != tuple_at(kwnames, k)) p++;
      if (p < uint32_t{code->argcount} + code->kwonly_argcount && p >= kw - from) continue;
      drop_range(base + kw + k, n - k);
      break;
    }
  }
  drop_range(base + 1, total - 1);
  drop_reg(base);
}

// A frame that cleanup code leaves with the exception it held back stands where that was raised.
TAIPAN_NOINLINE void leave_where_raised(Thread* t, Frame* f) {
  Value tb = t->exc ? gc::load(&base_exc(t->exc)->traceback) : Value();
  if (!has_shape(tb, kShapeTraceback) || tb.as<Traceback>()->frame != Value(f->object)) return;
  if (tb.as<Traceback>()->line == -1)
    f->pc = f->code->instructions + tb.as<Traceback>()->lasti;  // not one made by hand
}

TAIPAN_NOINLINE void drop_failed(Frame* f, const Instruction* pc) {
  uint64_t w = *reinterpret_cast<const uint64_t*>(pc);
  uint8_t op = static_cast<uint8_t>(w);
  Value* regs = f->regs();
  if (op == kOpCALL || op == kOpCALL_KW || op == kOpCALL_EX) {
    Value* base = &regs[op_b(w)];
    if (base[0].is_null()) return;
    Value kwnames =
        op == kOpCALL_KW ? code_consts(f->code)[reinterpret_cast<const Instruction*>(pc + 1)->wide()] : Value();
    uint32_t total = op == kOpCALL_EX ? 4 : op_c(w) + 2u + (kwnames ? static_cast<uint32_t>(tuple_size(kwnames)) : 0);
    SavedError saved;
    if (op != kOpCALL_EX && is_function(base[0]))
      drop_refused(base, total, op_c(w), kwnames);
    else
      drop_range(base, total);
    return;
  }
  bool result = op == kOpGET_ITEM || (op >= kOpADD && op <= kOpNOT_IN);
  if (!result && !(op >= kOpJUMP_LT && op <= kOpJUMP_IN)) return;
  SavedError saved;
  if ((w & (kLastB << 8)) || (result && op_a(w) == op_b(w) && op_b(w) >= first_temporary(f->code)))
    drop_reg(&regs[op_b(w)]);
  if (w & (kLastC << 8)) drop_reg(&regs[op_c(w)]);
}

// A generator's frame starts to run on this thread. False: RecursionError etc.
// Or another thread has ended the generator meanwhile: nothing is raised.
bool enter_generator(Thread* t, Generator* g, bool* fresh) {
  if (TAIPAN_UNLIKELY(t->recursion_depth >= recursion_limit)) {
    if (!enter_recursive("")) return false;
    leave_recursive();
  }
  GeneratorState before;
  if (TAIPAN_UNLIKELY(!generator_claim(g, &before))) return false;
  *fresh = before == kGenCreated;
  t->recursion_depth++;
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
  std::atomic_ref<GeneratorState>(g->state).store(state, std::memory_order_release);
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
    const char* what = (flags & kCoAsyncGenerator) ? "async generator"
                       : (flags & kCoCoroutine)    ? "coroutine"
                                                   : "generator";
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

#ifdef TAIPAN_TAIL_DISPATCH

namespace {
typedef Value (*HandlerFn)(HANDLER_PARAMS) HANDLER_TYPE;
TAIPAN_INLINE HandlerFn handler_at(const void* const* table, uint64_t w) {
  return reinterpret_cast<HandlerFn>(const_cast<void*>(table[static_cast<uint8_t>(w)]));
}
#define OP(name, format, effects) HANDLER(name);
#include "frontend/bytecode/bytecode.def"
#undef OP
STEP(enter);
STEP(dealloc);
STEP(decref);
STEP(unbound_deref);
STEP(load_shared);
STEP(poll_next);
STEP(call_function);
STEP(call_descriptor);
STEP(call_native);
STEP(call_other);
STEP(call_class);
STEP(call_super);
STEP(arithmetic);
STEP(get_item);
STEP(get_item_parallel);
STEP(compare);
STEP(jump_compare);
STEP(call_operator);
STEP(operator_result);
STEP(new_result);
STEP(load_global);
STEP(load_attr);
STEP(load_method);
STEP(load_special);
STEP(for_iter);
STEP(end_loop);
STEP(jump_truth);
STEP(trace);
STEP(error);
STEP(unwind);
const void* const kDispatch[256] = {
#define OP(name, format, effects) reinterpret_cast<const void*>(&op_##name),
#include "frontend/bytecode/bytecode.def"
#undef OP
};
const void* const* plain_table = kDispatch;
const void* kTraceDispatch[256];
struct FillTraceDispatch {
  FillTraceDispatch() {
    for (auto& entry : kTraceDispatch) entry = reinterpret_cast<const void*>(&step_trace);
  }
} fill_trace_dispatch;

// clang-format off: later files use macros of the earlier
#include "interp/eval/handlers_names.inc"
#include "interp/eval/handlers_operators.inc"
#include "interp/eval/handlers_control.inc"
#include "interp/eval/handlers_calls.inc"
#include "interp/eval/handlers_rest.inc"
#include "interp/eval/handlers_steps.inc"
// clang-format on
}  // namespace

#endif

JitHooks jit_hooks;
EvalPieces eval_pieces() {
  return {[](Value it) { return for_iter_slow(it); }, no_item,
          [](Value it, Value* out) { return int{next_pair(it, out)}; }, slice_fast,
          [](Value o, Value key) { return get_item_slow(o, key); }};
}
#if defined(TAIPAN_TAIL_DISPATCH) && !defined(TAIPAN_SANITIZE)
const void* const* instruction_handlers() { return kDispatch; }
const void* const* tracing_table() { return kTraceDispatch; }
InstructionSteps instruction_steps() {
  return {reinterpret_cast<const void*>(&step_error), reinterpret_cast<const void*>(&step_poll_next),
          reinterpret_cast<const void*>(&step_operator_result), reinterpret_cast<const void*>(&step_enter)};
}
void set_instruction_table(const void* const* table) { plain_table = table; }
#else
const void* const* instruction_handlers() { return nullptr; }
const void* const* tracing_table() { return nullptr; }
InstructionSteps instruction_steps() { return {nullptr, nullptr, nullptr, nullptr}; }
void set_instruction_table(const void* const*) {}
#endif

Value eval(Thread* t, Frame* f, bool throwing) {
#ifndef TAIPAN_TAIL_DISPATCH
  static const void* const kDispatch[256] = {
#define OP(name, format, effects) &&L_##name,
#include "frontend/bytecode/bytecode.def"
#undef OP
  };
  static const void* kTraceDispatch[256];
  if (TAIPAN_UNLIKELY(!kTraceDispatch[0])) {
    for (auto& entry : kTraceDispatch) entry = &&step_trace;
  }
#endif
  const void* const* dispatch = kDispatch;
  const Instruction* pc = f->pc;
  uint64_t w = 0;
#ifdef TAIPAN_TAIL_DISPATCH
#define START(name) return step_##name(pc, f, t, dispatch, w)
#else
#define START(name) goto step_##name
#endif
  auto* feedback = f->code->feedback.load(std::memory_order_acquire);
  if (TAIPAN_UNLIKELY(!feedback)) {
    feedback = code_feedback_slow(f->code);
    if (!feedback) START(error);
  }
  f->feedback =
      reinterpret_cast<char*>(feedback) - reinterpret_cast<char*>(const_cast<Instruction*>(f->code->instructions));
  // Native stack: this function's frame and whatever runs below it must fit.
  if (TAIPAN_UNLIKELY(static_cast<char*>(__builtin_frame_address(0)) < t->stack_low)) {
    raise_recursion("");
    START(unwind);
  }
  CHOOSE_TABLE();
  if (throwing) {
    if (t->tracing_active && (f->flags & kFrameGenerator)) {
      if (!trace_call(t, f)) START(error);
    }
    START(error);
  }
  if (TAIPAN_UNLIKELY(t->tracing_active)) {
    if (!trace_call(t, f)) START(error);
    CHOOSE_TABLE();
  }
#ifdef TAIPAN_TAIL_DISPATCH
  w = *reinterpret_cast<const uint64_t*>(pc);
  return handler_at(dispatch, w)(pc, f, t, dispatch, w);
#else
  NEXT_N(0);
  // clang-format off: later files use macros of the earlier
#include "interp/eval/handlers_names.inc"
#include "interp/eval/handlers_operators.inc"
#include "interp/eval/handlers_control.inc"
#include "interp/eval/handlers_calls.inc"
#include "interp/eval/handlers_rest.inc"
#include "interp/eval/handlers_steps.inc"
// clang-format on
#endif
}

}  // namespace taipan
