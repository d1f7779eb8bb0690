// Calls of what is written in C++, and of classes: what the feedback says is called is compiled in.
#include "interp/eval/frame_stack.h"
#include "interp/eval/inline_cache.h"
#include "interp/eval/jit_hooks.h"
#include "interp/objects/abstract.h"
#include "interp/objects/descr.h"
#include "interp/objects/dict.h"
#include "interp/objects/list.h"
#include "interp/objects/native.h"
#include "interp/objects/runtime_lock.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"
#include "jit/baseline/compiler.h"

namespace taipan::jit {

using namespace frontend;

namespace {
constexpr size_t kFewParameters = 4;

// Empties the registers that a call was made of; the first `immortal` of them hold nothing that is counted.
TAIPAN_INLINE uint64_t finish(Value v, Value* base, uint64_t n, uint64_t immortal = 0) {
  if (TAIPAN_UNLIKELY(v.is_null())) return 0;
  for (uint64_t i = 0; i < immortal; i++) base[i] = Value();
  for (uint64_t i = immortal; i < n + 2; i++) {
    Value x = base[i];
    base[i] = Value();
    if (x.is_heap() && !gc::is_immortal(x.header())) gc::decref(x.header());
  }
  return v.bits;
}
// Where threads run in parallel C++ code that isn't made for it runs under a lock (runtime_lock.h).
template <bool parallel>
TAIPAN_INLINE bool method_direct(Value* base) {
  return !parallel || TAIPAN_LIKELY(!needs_runtime_lock(base[1]));
}
template <bool parallel>
TAIPAN_INLINE bool function_direct(Value* base) {
  return !parallel || TAIPAN_LIKELY(native_takes_no_lock(base[0].header()));
}
// Other signatures, and under the lock if need be. The arguments are at base + 2. Null: exception.
uint64_t call_method_bound(Thread* t, Value* base, const NativeDef* def, uint64_t n) {
  auto* d = base[0].as<MethodDescriptor>();
  return finish(call_native(t, def, d->sig, base[1], base + 2, n, Value()), base, n);
}
uint64_t call_function_bound(Thread* t, Value* base, const NativeDef* def, uint64_t n) {
  auto* f = base[0].as<NativeFunction>();
  return finish(call_native(t, def, f->sig, f->self, base + 2, n, Value()), base, n);
}
// All the parameters are given.
template <bool parallel>
uint64_t call_method_exact(Thread* t, Value* base, NativeImpl impl, uint64_t n) {
  if (!method_direct<parallel>(base)) return call_method_bound(t, base, base[0].as<MethodDescriptor>()->def, n);
  Args a{t, base[1], base + 2, n, {base + 2, n, Value()}};
  return finish(impl(a).release(), base, n);
}
template <bool parallel>
uint64_t call_function_exact(Thread* t, Value* base, NativeImpl impl, uint64_t n) {
  if (!function_direct<parallel>(base)) return call_function_bound(t, base, base[0].as<NativeFunction>()->def, n);
  Args a{t, base[0].as<NativeFunction>()->self, base + 2, n, {base + 2, n, Value()}};
  return finish(impl(a).release(), base, n);
}
// The same of few arguments.
template <bool parallel, uint64_t n>
uint64_t call_method_n(Thread* t, Value* base, NativeImpl impl) {
  if (!method_direct<parallel>(base)) return call_method_bound(t, base, base[0].as<MethodDescriptor>()->def, n);
  Args a{t, base[1], base + 2, n, {base + 2, n, Value()}};
  return finish(impl(a).release(), base, n);
}
template <bool parallel, uint64_t n>
uint64_t call_function_n(Thread* t, Value* base, NativeImpl impl) {
  if (!function_direct<parallel>(base)) return call_function_bound(t, base, base[0].as<NativeFunction>()->def, n);
  Args a{t, base[0].as<NativeFunction>()->self, base + 2, n, {base + 2, n, Value()}};
  return finish(impl(a).release(), base, n);
}
// The same where base[0] is known to be the method, which is immortal. A method taken from its type has no object before
// the arguments.
uint64_t call_known_bound(Thread* t, Value* base, uint64_t n) {
  auto* d = base[0].as<MethodDescriptor>();
  if (base[1].is_null()) return finish(call_array(base[0], base + 2, n).release(), base, n, 1);
  return finish(call_native(t, d->def, d->sig, base[1], base + 2, n, Value()), base, n, 1);
}
template <bool parallel, uint64_t n>
uint64_t call_known_n(Thread* t, Value* base, NativeImpl impl) {
  if (TAIPAN_UNLIKELY(base[1].is_null()) || !method_direct<parallel>(base)) return call_known_bound(t, base, n);
  Args a{t, base[1], base + 2, n, {base + 2, n, Value()}};
  return finish(impl(a).release(), base, n, 1);
}
using CallN = uint64_t (*)(Thread*, Value*, NativeImpl);
template <bool parallel>
constexpr CallN kCallMethod[] = {call_method_n<parallel, 0>, call_method_n<parallel, 1>, call_method_n<parallel, 2>,
                                 call_method_n<parallel, 3>};
template <bool parallel>
constexpr CallN kCallKnown[] = {call_known_n<parallel, 0>, call_known_n<parallel, 1>, call_known_n<parallel, 2>,
                                call_known_n<parallel, 3>};
template <bool parallel>
constexpr CallN kCallFunction[] = {call_function_n<parallel, 0>, call_function_n<parallel, 1>,
                                   call_function_n<parallel, 2>, call_function_n<parallel, 3>};
// There are `count` parameters, not all of them given.
template <bool parallel>
uint64_t call_method_fewer(Thread* t, Value* base, NativeImpl impl, uint64_t n, uint64_t count) {
  if (!method_direct<parallel>(base)) return call_method_bound(t, base, base[0].as<MethodDescriptor>()->def, n);
  Value bound[kFewParameters];
  for (size_t i = 0; i < kFewParameters; i++) bound[i] = i < n ? base[2 + i] : Value();
  Args a{t, base[1], bound, count, {base + 2, n, Value()}};
  return finish(impl(a).release(), base, n);
}
template <bool parallel>
uint64_t call_function_fewer(Thread* t, Value* base, NativeImpl impl, uint64_t n, uint64_t count) {
  if (!function_direct<parallel>(base)) return call_function_bound(t, base, base[0].as<NativeFunction>()->def, n);
  Value bound[kFewParameters];
  for (size_t i = 0; i < kFewParameters; i++) bound[i] = i < n ? base[2 + i] : Value();
  Args a{t, base[0].as<NativeFunction>()->self, bound, count, {base + 2, n, Value()}};
  return finish(impl(a).release(), base, n);
}
Header* make_instance(TypeObject* type) { return alloc_instance(type); }
// Whether n arguments by position are all that a call takes: what isn't given stays empty.
bool takes_positional(const Signature* sig, size_t n) {
  return sig->star_ < 0 && sig->starstar_ < 0 && !sig->raw_ && sig->required_kwonly_ == 0 && n >= sig->required_ &&
         n <= sig->positional_;
}
}  // namespace

void Compiler::on_null(Reg v) {
  Label error = masm_.new_label();
  masm_.branch(Cond::kEq, v, int64_t{0}, error);
  cold([this, error] {
    masm_.bind(error);
    note_index();
    masm_.jump(stubs_.error);
  });
}
// An instruction that a function does but for its result, out there; Out::kNative says how.
void Compiler::call_native(const void* function) {
  call_out(function, Out::kNative);
  for (uint32_t i = 0; i < c() + 2u; i++) now_.kinds[b() + i] = kIsNull;
  if (kinds(a()) & kIsHeap) {
    masm_.mov(kHold, arch::kRet);
    set(a(), kHold);
  } else {
    masm_.store64(reg(a()), arch::kRet);
  }
}

// What a method is called on (register b + 1) is of that shape, whose type's C++ code runs without a lock: kT0 is lost.
void Compiler::need_no_runtime_lock(ShapeId shape, Label no) {
  masm_.load64(kT0, reg(b() + 1u));
  if (shape == kShapeInt) {
    masm_.branch_tagged(false, kT0, no);
    return;
  }
  masm_.branch_test(Cond::kNe, kT0, int64_t{7}, no);
  masm_.branch(Cond::kEq, kT0, int64_t{0}, no);
  need_shape(kT0, shape, no);
}

bool Compiler::native_call() {
  uint64_t word = analysis_.feedback(index_);
  if ((word & 15) != kCacheTagNative) return false;
  auto* def = reinterpret_cast<const NativeDef*>(word >> 4);
  const Signature* sig = signature_of(def);
  uint32_t n = c();
  bool function = plain_[b()] && !now_.empty[b() + 1u];  // perhaps: see below
  bool method = !now_.empty[b() + 1u] && !function;
  need_alone();
  Label other = masm_.new_label();
  Value hint = method ? methods_[b()] : Value();
  bool known = hint && hint.as<MethodDescriptor>()->def == def;
  bool few = sig->plain_ && !sig->raw_ && sig->count_ == n && n < 4;
  if (known) {
    masm_.mov(kT1, static_cast<int64_t>(hint.bits));
    masm_.branch_mem(Size::k64, Cond::kNe, reg(b()), kT1, other);
  } else {
    masm_.load64(kT0, reg(b()));
    if (!is_exactly(b(), kIsHeap)) masm_.branch_test(Cond::kNe, kT0, int64_t{7}, other);
    ShapeId of_method = def->flags & kNativeClassMethod ? kShapeClassMethodDescriptor : kShapeMethodDescriptor;
    need_shape(kT0, method ? of_method : kShapeNativeFunction, other);
    static_assert(offsetof(MethodDescriptor, def) == offsetof(NativeFunction, def));
    masm_.mov(kT1, static_cast<const void*>(def));
    masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kT0, MethodDescriptor, def), kT1, other);
  }
  if (method && !(known && few)) masm_.branch_mem(Size::k64, Cond::kEq, reg(b() + 1u), 0, other);
  if (function) masm_.branch_mem(Size::k64, Cond::kNe, reg(b() + 1u), 0, other);
  cold([this, other] {
    masm_.bind(other);
    any_call();
  });
  // Whether a method's C++ code needs a lock while threads run in parallel is known for a shape.
  ShapeId shape = method ? method_shapes_[b()] : 0;
  auto* layout = shape ? static_cast<Shape*>(gc::shape_table[shape]) : nullptr;
  bool direct = shape == kShapeInt || (layout && layout->type && (layout->type->flags & kTypeParallel));
  bool looks = parallel_ && !(method && direct);
  auto call = [this, def, sig, n, method, known, few, shape, other, looks] {
    auto out = [&](auto* of_method, auto* of_function, const void* what) {
      masm_.mov(kT2, what);
      call_native(method ? reinterpret_cast<const void*>(of_method) : reinterpret_cast<const void*>(of_function));
    };
    const void* impl = reinterpret_cast<const void*>(def->impl);
    if (parallel_ && !looks) need_no_runtime_lock(shape, other);
    if (known && few) {
      out(looks ? kCallKnown<true>[n] : kCallKnown<false>[n], kCallFunction<false>[n], impl);
    } else if (few) {
      looks ? out(kCallMethod<true>[n], kCallFunction<true>[n], impl)
            : out(kCallMethod<false>[n], kCallFunction<false>[n], impl);
    } else if (sig->plain_ && !sig->raw_ && sig->count_ == n) {
      looks ? out(call_method_exact<true>, call_function_exact<true>, impl)
            : out(call_method_exact<false>, call_function_exact<false>, impl);
    } else if (takes_positional(sig, n) && n < sig->count_ && sig->count_ <= kFewParameters) {
      masm_.mov(kT1, uint64_t{sig->count_});
      looks ? out(call_method_fewer<true>, call_function_fewer<true>, impl)
            : out(call_method_fewer<false>, call_function_fewer<false>, impl);
    } else {
      out(call_method_bound, call_function_bound, static_cast<const void*>(def));
    }
  };
  Label general = masm_.new_label();
  if (!intrinsic(def->flags & kIntrinsicMask, method, known, n, general)) {
    call();
    return true;
  }
  Label done = masm_.new_label();
  for (uint32_t i = 0; i < n + 2; i++) now_.kinds[b() + i] = kIsNull;
  set(a(), kHold);
  masm_.bind(done);
  cold([this, general, call, done] {
    masm_.bind(general);
    call();
    masm_.jump(done);
  });
  return true;
}

// The class (kT1) at the register of a callee is as it was, and so is its metaclass.
void Compiler::need_class(const CacheEntry* e) {
  masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT1, TypeObject, version), e->version, slow());
  if (!e->version2) return;
  need_shape(kT1, e->shape, slow());
  masm_.mov(kT2, static_cast<const void*>(static_cast<Shape*>(gc::shape_table[e->shape])->type));
  masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT2, TypeObject, version), e->version2, slow());
}
// What the entry names is alive while the version holds; the class itself may be gone.
bool Compiler::is_class_current(const CacheEntry* e) {
  return gc::find_cell(reinterpret_cast<uintptr_t>(e->type)) == &e->type->h && e->type->h.shape() == e->shape &&
         class_entry_holds(e, e->type);
}

// A class of Python whose instances are made the usual way, with an __init__ in Python or none.
bool Compiler::class_call() {
  uint64_t word = analysis_.feedback(index_);
  const CacheEntry* e = word ? cache_entries(word) : nullptr;
  if (!e || e->next) return false;
  if (e->kind == kCacheNewCall) return new_call(e);
  if (e->kind != kCacheNew || !is_class_current(e)) return false;
  uint32_t n = c();
  Function* init = nullptr;
  Value defaults;
  Code* code = nullptr;
  std::atomic<uint64_t>* feedback = nullptr;
  if (e->value) {
    init = e->value.as<Function>();
    code = init->code;
    feedback = code->feedback.load(std::memory_order_acquire);
    if (!feedback || !plain_frame(code) || code->argcount < n + 1) return false;
    if (code->argcount > n + 1) {
      // The last parameters have defaults, as long as the function has that tuple of them.
      defaults = gc::load(&init->defaults);
      if (defaults.is_null() || !has_shape(defaults, kShapeTuple) || tuple_size(defaults) > code->argcount ||
          tuple_size(defaults) < code->argcount - (n + 1))
        return false;
    }
  } else if (n) {
    return false;
  }
  constexpr Reg kFunction = kT0, kTemp = arch::kVolatile[4], kCode = arch::kVolatile[5], kFeedback = arch::kVolatile[6];
  Reg frame = kHold;
  called_class(e->type);
  need_class(e);
  if (!now_.empty[b() + 1u]) masm_.branch_mem(Size::k64, Cond::kNe, reg(b() + 1u), 0, slow());
  if (code) {
    masm_.mov(kT0, static_cast<const void*>(init));
    masm_.mov(kTemp, static_cast<const void*>(code));
    masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kT0, Function, code), kTemp, slow());
    if (defaults) {
      masm_.mov(kTemp, static_cast<int64_t>(defaults.bits));
      masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kT0, Function, defaults), kTemp, slow());
    }
    emit_checks(frame, kTemp, code->register_count, slow());
  }
  save_pc();
  masm_.call_out(reinterpret_cast<const void*>(&make_instance), {kT1});
  on_null(arch::kRet);
  if (!code) {
    masm_.mov(kHold, arch::kRet);
    take_operand(b());
    set(a(), kHold);
    return true;
  }
  // The instance is the call's result (the frame's `locals` holds it) and __init__'s first argument. It has counted its class, so that the
  // register's is not the last reference.
  Reg instance = kT1;
  masm_.mov(kHold, arch::kRet);
  masm_.store32(TAIPAN_FIELD(kHold, Header, rc_local), 2);
  if (!gc::is_immortal(&e->type->h)) {
    masm_.load64(kT0, reg(b()));
    drop_heap(kT0);
  }
  masm_.store64(reg(b()), 0);
  masm_.mov(instance, kHold);
  masm_.load64(frame, TAIPAN_FIELD(kThread, Thread, frame_top));
  masm_.lea(kTemp, at(frame, static_cast<int64_t>(sizeof(Frame)) + code->register_count * 8));
  masm_.store64(TAIPAN_FIELD(kThread, Thread, frame_top), kTemp);
  masm_.store64(at(frame, sizeof(Frame)), instance);
  for (uint32_t i = 0; i < n; i++) {
    masm_.load64(kTemp, reg(b() + 2u + i));
    masm_.store64(at(frame, static_cast<int64_t>(sizeof(Frame)) + (i + 1) * 8), kTemp);
  }
  if (n) masm_.zero(reg(b() + 2u), static_cast<int>(n));
  if (defaults) {
    masm_.mov(kTemp, static_cast<int64_t>(defaults.bits));
    for (uint32_t i = n + 1; i < code->argcount; i++) {
      size_t at_default = tuple_size(defaults) - (code->argcount - i);
      masm_.load64(kT0, at(kTemp, static_cast<int64_t>(kTupleItems + at_default * sizeof(Value))));
      masm_.store64(at(frame, static_cast<int64_t>(sizeof(Frame)) + i * 8), kT0);
      incref(kT0, kIsValue);
    }
  }
  masm_.mov(kFunction, static_cast<const void*>(init));
  if (!gc::is_immortal(&init->h)) incref(kFunction, kIsHeap);
  masm_.mov(kCode, static_cast<const void*>(code));
  masm_.mov(kFeedback, static_cast<const void*>(feedback));
  emit_frame(code, frame, code->argcount);
  masm_.store64(TAIPAN_FIELD(kFrame, Frame, locals), instance);
  masm_.store(Size::k16, TAIPAN_FIELD(kFrame, Frame, flags), 0x100 | kFrameInit);
  emit_cells(code);
  // What making the instance has left to do (a collection) comes before __init__.
  Label polled = masm_.new_label();
  masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kThread, Thread, poll), 0, polled);
  cold([this, polled] {
    masm_.bind(polled);
    masm_.jump(instruction_steps().enter);
  });
  masm_.mov(kPc, static_cast<const void*>(code->instructions));
  masm_.load64(kWord, at(kPc));
  masm_.mov(kT1, static_cast<const void*>(feedback + code->instruction_count + 1));
  masm_.jump(at(kT1));
  return true;
}

// A class with a __new__ in Python. The arguments stay where they are, for __init__: what is made comes back to the interpreter's step for
// that.
bool Compiler::new_call(const CacheEntry* e) {
  uint32_t n = c();
  if (!is_class_current(e)) return false;
  Function* function = new_function(e);
  if (!function || !enters_in_place(Value(function), n + 1)) return false;
  called_class(e->type);
  need_class(e);
  if (!now_.empty[b() + 1u]) masm_.branch_mem(Size::k64, Cond::kNe, reg(b() + 1u), 0, slow());
  if (!has_shape(e->value, kShapeFunction)) {
    masm_.mov(kT2, static_cast<int64_t>(e->value.bits));
    masm_.mov(kT0, static_cast<const void*>(function));
    masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kT2, StaticMethod, callable), kT0, slow());
  }
  enter_in_place(function, n + 1, kFrameOperator, [&](Mem) {
    for (uint32_t i = 0; i < n; i++) {
      masm_.load64(kT0, reg(b() + 2u + i));
      masm_.store64(at(kHold, static_cast<int64_t>(sizeof(Frame)) + (i + 1) * 8), kT0);
      incref(kT0, kinds(b() + 2u + i));
    }
    if (!gc::is_immortal(&e->type->h)) incref(kT1, kIsHeap);
  });
  return true;
}

// CALL_KW of a function whose code the feedback knows: every parameter has its argument, or a default behind those that are given by
// position.
bool Compiler::keyword_call() {
  uint64_t word = analysis_.feedback(index_ + 1);
  if (!word && !analysis_.feedback(index_)) {
    masm_.jump(slow());
    return true;
  }
  const CacheEntry* e = word ? cache_entries(word) : nullptr;
  if (!e || e->next || e->kind != kCacheKeywords) return false;
  Code* code = e->code;
  if (gc::find_cell(reinterpret_cast<uintptr_t>(code)) != &code->h || !has_shape(Value(code), kShapeCode) ||
      code->signature.load(std::memory_order_relaxed) != e->shape)
    return false;
  std::atomic<uint64_t>* feedback = code->feedback.load(std::memory_order_acquire);
  uint32_t positional = e->index, n = c(), keywords = e->version;
  uint32_t named = uint32_t{code->argcount} + code->kwonly_argcount;
  if (!feedback || !(code->flags & kCoOptimized) || (code->flags & (kCoVarArgs | kCoVarKeywords)) || named > 12 ||
      code->register_count > 40 || code->nfree > 8 || positional < n || positional > n + 1 || positional > named)
    return false;
  uint32_t given = ((uint32_t{1} << positional) - 1) | e->new_shape;
  uint32_t missing = ((uint32_t{1} << named) - 1) & ~given;
  if (missing >> code->argcount) return false;  // (those of keyword-only parameters are in a dict)
  uint32_t first = missing ? static_cast<uint32_t>(__builtin_ctz(missing)) : 0;
  constexpr Reg kFunction = kT0, kTemp = arch::kVolatile[4], kCode = arch::kVolatile[5], kFeedback = arch::kVolatile[6];
  Reg frame = kHold;
  Label other = masm_.new_label();
  masm_.load64(kFunction, reg(b()));
  if (!is_exactly(b(), kIsHeap)) masm_.branch_test(Cond::kNe, kFunction, int64_t{7}, other);
  need_shape(kFunction, kShapeFunction, other);
  masm_.mov(kTemp, static_cast<const void*>(code));
  masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kFunction, Function, code), kTemp, other);
  if (positional > n || !now_.empty[b() + 1u])
    masm_.branch_mem(Size::k64, positional > n ? Cond::kEq : Cond::kNe, reg(b() + 1u), 0, other);
  if (missing) {
    masm_.load64(kT2, TAIPAN_FIELD(kFunction, Function, defaults));  // (once: others may replace it)
    masm_.branch(Cond::kEq, kT2, int64_t{0}, other);
    masm_.load64(kT1, TAIPAN_FIELD(kT2, Tuple, size));
    masm_.branch(Cond::kBelow, kT1, static_cast<int64_t>(code->argcount - first), other);
    masm_.lea(kT2, at(kT2, kT1, 3, static_cast<int64_t>(kTupleItems) - int64_t{code->argcount} * 8));
  }
  emit_checks(frame, kTemp, code->register_count, other);
  cold([this, other] {
    masm_.bind(other);
    go_to_handler();
  });
  save_pc();
  masm_.store64(TAIPAN_FIELD(kThread, Thread, frame_top), kTemp);
  auto move = [&](uint32_t from, uint32_t to) {
    masm_.load64(kTemp, reg(from));
    masm_.store64(at(frame, static_cast<int64_t>(sizeof(Frame)) + to * 8), kTemp);
  };
  uint32_t base = b() + 2u - (positional - n);
  for (uint32_t i = 0; i < positional; i++) move(base + i, i);
  for (uint32_t k = 0; k < keywords; k++) move(b() + 2u + n + k, static_cast<uint8_t>(e->value.bits >> (8 * k)));
  for (uint32_t i = first; missing >> i; i++) {
    if (!(missing >> i & 1)) continue;
    masm_.load64(kT1, at(kT2, i * 8));
    masm_.store64(at(frame, static_cast<int64_t>(sizeof(Frame)) + i * 8), kT1);
    incref(kT1, kIsValue);
  }
  masm_.zero(reg(b()), static_cast<int>(2 + n + keywords));
  masm_.mov(kCode, static_cast<const void*>(code));
  masm_.mov(kFeedback, static_cast<const void*>(feedback));
  emit_frame(code, frame, named);
  masm_.store(Size::k16, TAIPAN_FIELD(kFrame, Frame, flags), 0x200);  // the instruction has two words
  emit_cells(code);
  masm_.mov(kPc, static_cast<const void*>(code->instructions));
  masm_.load64(kWord, at(kPc));
  masm_.mov(kT1, static_cast<const void*>(feedback + code->instruction_count + 1));
  masm_.jump(at(kT1));
  return true;
}

// super() for a method that the next instruction takes: both in one, where the feedback knows the method and no object is to be made.
bool Compiler::super_call() {
  const Instruction& next = pc_[1];
  if (c() != 0 || a() != b() || !now_.empty[b() + 1u] || next.op != kOpLOAD_METHOD || next.b != a() ||
      analysis_.is_head(index_ + 1) || (next.a != a() && !(next.flags & kLastB)))
    return false;
  for (uint32_t r : {uint32_t{next.a}, next.a + 1u})
    if (r != b() && !now_.empty[r]) return false;
  uint64_t word = analysis_.feedback(index_ + 1);
  const CacheEntry* e = word ? cache_entries(word) : nullptr;
  if (!e || e->next || e->kind != kCacheSuper || e->extra != kSuperMethod) return false;
  auto* shape = static_cast<Shape*>(gc::shape_table[e->shape]);
  if (!shape || shape->type != e->type || e->type->version.load(std::memory_order_relaxed) != e->version) return false;
  Label other = masm_.new_label();
  masm_.load64(kT0, reg(b()));
  masm_.mov(kT1, static_cast<const void*>(types::Super));
  masm_.branch(Cond::kNe, kT0, kT1, other);
  cold([this, other] {
    masm_.bind(other);
    any_call();
  });
  masm_.load64(kT1, reg(0));
  need_heap(0, kT1);
  masm_.branch(Cond::kEq, kT1, int64_t{0}, slow());
  need_shape(kT1, e->shape, slow());
  masm_.mov(kT2, static_cast<const void*>(e->type));
  masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT2, TypeObject, version), e->version, slow());
  // The class whose method is running is the one that the feedback is about: versions are unique.
  masm_.load64(kT0, reg(e->index));
  masm_.load64(kT0, TAIPAN_FIELD(kT0, Cell, value));
  masm_.branch_test(Cond::kNe, kT0, int64_t{7}, slow());
  masm_.branch(Cond::kEq, kT0, int64_t{0}, slow());
  need_shape(kT0, e->new_shape, slow());
  masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT0, TypeObject, version), e->version2, slow());
  masm_.mov(kHold, static_cast<int64_t>(e->value.bits));
  if (!gc::is_immortal(e->value.header())) incref(kHold, kIsHeap);
  incref(kT1, kIsHeap);
  masm_.store64(reg(next.a), kHold);
  masm_.store64(reg(next.a + 1u), kT1);
  if (next.a != b() && next.a + 1u != b()) masm_.store64(reg(b()), 0);  // (super itself isn't counted)
  masm_.jump(inner_[index_ + 2]);
  return true;
}

bool Compiler::is_entry_current(const CacheEntry* e) {
  auto* shape = static_cast<Shape*>(gc::shape_table[e->shape]);
  return shape && shape->type == e->type && e->type->version.load(std::memory_order_relaxed) == e->version;
}
// A function of so many parameters, whose frame is plain, and that has run before.
bool Compiler::enters_in_place(Value function, uint32_t parameters) {
  if (!has_shape(function, kShapeFunction)) return false;
  const Code* code = function.as<Function>()->code;
  return code->feedback.load(std::memory_order_acquire) && plain_frame(code) && code->argcount == parameters &&
         !code->is_generator_like;
}
// Makes the frame of `method` and goes there. kT1 is the first argument; arguments(second) counts it and stores the second, if any (kT2 is
// still as it was). Whatever can fail has failed before.
template <class F>
void Compiler::enter_in_place(Function* method, uint32_t given, uint32_t flags, F arguments) {
  constexpr Reg kFunction = kT0, kTemp = arch::kVolatile[4], kCode = arch::kVolatile[5], kFeedback = arch::kVolatile[6];
  Reg frame = kHold;
  Code* code = method->code;
  std::atomic<uint64_t>* feedback = code->feedback.load(std::memory_order_acquire);
  masm_.mov(kFunction, static_cast<const void*>(method));
  masm_.mov(kTemp, static_cast<const void*>(code));
  masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kFunction, Function, code), kTemp, slow());
  emit_checks(frame, kTemp, code->register_count, slow());
  save_pc();
  masm_.store64(TAIPAN_FIELD(kThread, Thread, frame_top), kTemp);
  if (!gc::is_immortal(&method->h)) incref(kFunction, kIsHeap);
  arguments(at(frame, sizeof(Frame) + sizeof(Value)));
  masm_.store64(at(frame, sizeof(Frame)), kT1);
  masm_.mov(kFunction, static_cast<const void*>(method));
  masm_.mov(kCode, static_cast<const void*>(code));
  masm_.mov(kFeedback, static_cast<const void*>(feedback));
  emit_frame(code, frame, given);
  if (flags) masm_.store(Size::k16, TAIPAN_FIELD(kFrame, Frame, flags), static_cast<int64_t>(0x100 | flags));
  emit_cells(code);
  masm_.mov(kPc, static_cast<const void*>(code->instructions));
  masm_.load64(kWord, at(kPc));
  masm_.mov(kT1, static_cast<const void*>(feedback + code->instruction_count + 1));
  masm_.jump(at(kT1));
}

// An operator, comparison or subscript whose left operand's class has the method in Python: its frame is made here, and what it returns goes
// through the interpreter's step for that.
bool Compiler::operator_call() {
  uint64_t word = analysis_.feedback(index_);
  const CacheEntry* e = word ? cache_entries(word) : nullptr;
  if (!e || e->next || e->kind != kCacheMethod) return false;
  uint8_t opcode = op();
  bool small = opcode >= kOpADD_I && opcode <= kOpXOR_I;
  const bool comparison = (opcode >= kOpLT && opcode <= kOpGE) || (opcode >= kOpJUMP_LT && opcode <= kOpJUMP_GE);
  if (!(opcode >= kOpADD && opcode <= kOpXOR_I) && !comparison && opcode != kOpGET_ITEM) return false;
  if (!is_entry_current(e) || !enters_in_place(e->value, 2)) return false;
  masm_.load64(kT1, reg(b()));
  need_heap(b(), kT1);
  need_shape(kT1, e->shape, slow());
  masm_.mov(kT2, static_cast<const void*>(e->type));
  masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT2, TypeObject, version), e->version, slow());
  if (!small) {
    // The right one is of the same class, or no object.
    masm_.load64(kT2, reg(c()));
    Label fits = masm_.new_label();
    if (opcode != kOpGET_ITEM) {
      Label other = masm_.new_label();
      masm_.branch_test(Cond::kNe, kT2, int64_t{7}, fits);
      need_shape(kT2, e->shape, other);
      cold([this, other] {
        // Another class: the handler knows what to ask first.
        masm_.bind(other);
        masm_.mov(kPc, static_cast<const void*>(pc_));
        masm_.load64(kWord, at(kPc));
        masm_.jump(handlers_[op()]);
      });
    }
    masm_.bind(fits);
  }
  enter_in_place(e->value.as<Function>(), 2, kFrameOperator | (e->index ? kFrameNegated : 0), [&](Mem second) {
    incref(kT1, kIsHeap);
    if (small) {
      masm_.mov(kT2, static_cast<int64_t>(Value::from_int(imm()).bits));
      masm_.store64(second, kT2);
    } else {
      masm_.store64(second, kT2);
      masm_.mov(kT0, kT2);
      incref(kT0, kIsValue);
    }
  });
  return true;
}

// LOAD_ATTR and STORE_ATTR of properties and other descriptors whose methods are written in Python: the frame is made here. A getter's returns
// as from a call; after a setter the interpreter drops the operands. Null: something else.
Function* Compiler::accessor(bool* with_self) const {
  if (op() != kOpLOAD_ATTR && op() != kOpSTORE_ATTR) return nullptr;
  uint64_t word = analysis_.feedback(index_);
  const CacheEntry* e = word && (word & 15) == 0 ? cache_entries(word) : nullptr;
  if (!e || e->next || !is_entry_current(e)) return nullptr;
  bool get = op() == kOpLOAD_ATTR;
  if (get && e->kind != kCacheProperty && e->kind != kCacheDescriptor) return nullptr;
  Function* function = get ? descriptor_getter(e, with_self) : descriptor_setter(e, with_self);
  uint32_t parameters = (get ? 1 : 2) + (*with_self ? (get ? 2 : 1) : 0);
  return function && enters_in_place(Value(function), parameters) ? function : nullptr;
}
bool Compiler::accessor_call() {
  bool with_self = false;
  Function* function = accessor(&with_self);
  if (!function || live_floats()) return false;  // (another thread may have made it one only now)
  const CacheEntry* e = cache_entries(analysis_.feedback(index_));
  bool get = op() == kOpLOAD_ATTR;
  uint32_t object = get ? b() : a();
  masm_.load64(kT1, reg(object));
  need_heap(object, kT1);
  need_shape(kT1, e->shape, slow());
  masm_.mov(kT2, static_cast<const void*>(e->type));
  masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT2, TypeObject, version), e->version, slow());
  if (with_self) {
    masm_.mov(kT2, static_cast<const void*>(type_of(e->value)));
    masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT2, TypeObject, version), e->version2, slow());
  } else {
    masm_.mov(kT2, static_cast<const void*>(e->value.as<Property>()));
    masm_.mov(kT0, static_cast<const void*>(function));
    masm_.branch_mem(Size::k64, Cond::kNe, get ? TAIPAN_FIELD(kT2, Property, get) : TAIPAN_FIELD(kT2, Property, set),
                     kT0, slow());
  }
  enter_in_place(function, function->code->argcount, get ? 0 : kFrameOperator, [&](Mem second) {
    if (get && last_b())
      masm_.store64(reg(b()), 0);
    else
      incref(kT1, kIsHeap);
    if (with_self) masm_.store64(second, kT1);
    Mem value = at(kHold, static_cast<int64_t>(sizeof(Frame)) + (with_self ? 2 : 1) * 8);
    if (!get) {
      masm_.load64(kT0, reg(b()));
      masm_.store64(value, kT0);
      incref(kT0, kinds(b()));
    } else if (with_self) {
      masm_.mov(kT0, static_cast<const void*>(e->type));
      masm_.store64(value, kT0);
      if (!gc::is_immortal(&e->type->h)) incref(kT0, kIsHeap);
    }
    if (with_self) {
      masm_.mov(kT1, static_cast<int64_t>(e->value.bits));
      if (!gc::is_immortal(e->value.header())) incref(kT1, kIsHeap);
    }
  });
  return true;
}

}  // namespace taipan::jit
