// Calls that are done in place: what a few C++ functions (NativeFlags, interp/objects/native.h) do with the operands that they mostly get,
// and the built-in classes called for conversion.
#include "interp/eval/inline_cache.h"
#include "interp/objects/abstract.h"
#include "interp/objects/dict.h"
#include "interp/objects/float.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/native.h"
#include "interp/objects/range.h"
#include "interp/objects/set.h"
#include "interp/objects/small_types.h"
#include "interp/objects/str.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/tuple.h"
#include "jit/baseline/compiler.h"

namespace taipan::jit {

namespace {

// isinstance() where neither __instancecheck__ nor __class__ can say anything: a bool. 0: not that simple.
uint64_t quick_isinstance(Value x, Value cls) {
  if (!cls.is_heap()) return 0;
  if (cls.header()->shape() == kShapeTuple) {
    for (size_t i = 0, n = tuple_size(cls); i < n; i++) {
      if (has_shape(tuple_at(cls, i), kShapeTuple)) return 0;
      uint64_t one = quick_isinstance(x, tuple_at(cls, i));
      if (one != kFalse.bits) return one;
    }
    return kFalse.bits;
  }
  if (cls.header()->shape() == kShapeUnion) {
    Value members = cls.as<Union>()->args;
    for (size_t i = 0, n = tuple_size(members); i < n; i++)
      if (!has_shape(tuple_at(members, i), kShapeType)) return 0;
    return quick_isinstance(x, members);
  }
  if (cls.header()->shape() != kShapeType) return 0;
  if (is_subtype(type_of(x), cls.as<TypeObject>())) return kTrue.bits;
  if (!x.is_heap()) return kFalse.bits;
  switch (x.header()->shape()) {
    case kShapeStr:
    case kShapeList:
    case kShapeTuple:
    case kShapeDict:
    case kShapeSet:
    case kShapeFunction: return kFalse.bits;
    default: return 0;
  }
}

TAIPAN_INLINE uint64_t finish_type(Value v, Value* base, uint64_t n) {
  if (TAIPAN_UNLIKELY(v.is_null())) return 0;
  base[0] = Value();  // a built-in class: not counted
  for (uint64_t i = 0; i < n; i++) {
    Value x = base[2 + i];
    base[2 + i] = Value();
    decref(x);
  }
  return v.bits;
}
uint64_t call_type(Thread* t, Value* base, const void*, uint64_t n) {
  return finish_type(type_call(t, base[0], base + 2, n, Value()), base, n);
}
uint64_t call_str(Thread*, Value* base, const void*, uint64_t n) {
  return finish_type(str_of(base[2]).release(), base, n);
}
uint64_t call_type_of(Thread*, Value* base, const void*, uint64_t n) {
  return finish_type(Ref::dup(type_of(base[2])).release(), base, n);
}
uint64_t call_int(Thread* t, Value* base, const void*, uint64_t n) {
  if (base[2].is_float()) {
    double d = base[2].as_float();
    if (d > -4e18 && d < 4e18) return finish_type(Value::from_int(static_cast<int64_t>(d)), base, n);
  }
  return base[2].is_int() ? finish_type(base[2], base, n) : call_type(t, base, nullptr, n);
}
uint64_t call_float(Thread* t, Value* base, const void*, uint64_t n) {
  if (base[2].is_int()) return finish_type(make_float(static_cast<double>(base[2].as_int())).release(), base, n);
  return base[2].is_float() ? finish_type(base[2], base, n) : call_type(t, base, nullptr, n);
}
uint64_t call_bool(Thread*, Value* base, const void*, uint64_t n) {
  int yes = is_true(base[2]);
  return yes < 0 ? 0 : finish_type(bool_value(yes != 0), base, n);
}
uint64_t call_range(Thread* t, Value* base, const void*, uint64_t n) {
  if (!base[2].is_int() || (n == 2 && !base[3].is_int())) return call_type(t, base, nullptr, n);
  int64_t from = n == 2 ? base[2].as_int() : 0, to = n == 2 ? base[3].as_int() : base[2].as_int();
  return finish_type(make_range(from, to, 1).release(), base, n);
}
uint64_t call_list(Thread*, Value* base, const void*, uint64_t n) {
  if (has_shape(base[2], kShapeList)) return finish_type(list_slice(base[2], 0, list_size(base[2])).release(), base, n);
  Ref list = make_list(is_str_exact(base[2]) ? base[2].as<Str>()->length : 0);
  return list && list_extend(list, base[2]) ? finish_type(list.release(), base, n) : 0;
}
// Built-in iterators, whose instances are made by __new__ alone.
uint64_t call_new(Thread*, Value* base, const void*, uint64_t n) {
  auto* type = base[0].as<TypeObject>();
  return finish_type(type->s.new_(type, RawArgs{base + 2, n, Value()}).release(), base, n);
}
uint64_t call_set(Thread*, Value* base, const void*, uint64_t n) {
  return finish_type(make_set(n ? base[2] : Value()).release(), base, n);
}
uint64_t call_tuple(Thread*, Value* base, const void*, uint64_t n) {
  if (has_shape(base[2], kShapeList)) return finish_type(list_to_tuple(base[2]).release(), base, n);
  return finish_type(iterable_to_tuple(base[2]).release(), base, n);
}
uint64_t call_dict(Thread*, Value* base, const void*, uint64_t n) {
  return finish_type(make_dict().release(), base, n);
}

const void* type_function(const TypeObject* type, uint32_t n) {
  uint64_t (*f)(Thread*, Value*, const void*, uint64_t) = call_type;
  if (n == 1) {
    if (type == types::Str) f = call_str;
    if (type == types::Type) f = call_type_of;
    if (type == types::Int) f = call_int;
    if (type == types::Float) f = call_float;
    if (type == types::Bool) f = call_bool;
    if (type == types::List) f = call_list;
    if (type == types::Tuple) f = call_tuple;
  }
  if (type == types::Zip || type == types::Enumerate || type == types::Map || type == types::Filter) f = call_new;
  if (type == types::Range && (n == 1 || n == 2)) f = call_range;
  if (type == types::Dict && n == 0) f = call_dict;
  if (type == types::Set && n <= 1) f = call_set;
  return reinterpret_cast<const void*>(f);
}

}  // namespace

// kT0 and kT1 are the callee of a CALL, which is that class; where it is another thing the call is made out of line: the label.
Label Compiler::called_class(const TypeObject* type) {
  Label other = masm_.new_label();
  masm_.load64(kT0, reg(b()));
  masm_.mov(kT1, static_cast<const void*>(type));
  masm_.branch(Cond::kNe, kT0, kT1, other);
  cold([this, other] {
    masm_.bind(other);
    any_call();
  });
  return other;
}
// A CALL of a built-in class.
bool Compiler::type_call() {
  uint64_t word = analysis_.feedback(index_);
  if ((word & 15) != kCacheTagType) return false;
  auto* type = reinterpret_cast<const TypeObject*>(word >> 4);
  if (type == types::Super && (c() == 0 || c() == 2)) return false;
  Label other = called_class(type);
  if (!now_.empty[b() + 1u]) masm_.branch_mem(Size::k64, Cond::kNe, reg(b() + 1u), 0, other);
  call_native(type_function(type, c()));
  return true;
}

// The call of a C++ function, which is at kT0 (a known method: in its register), with n arguments from b + 2 on: in place, all tests first. The result is in kHold then, and
// the registers are empty. False: nothing written.
bool Compiler::intrinsic(uint32_t which, bool method, bool known, uint32_t n, Label general) {
  // Methods belong to built-in classes, and aren't counted; functions belong to modules, and are.
  auto immortal = [&] {
    if (!known) masm_.branch_test_mem(Size::k8, Cond::kEq, TAIPAN_FIELD(kT0, Header, gcflags), gc::kImmortal, general);
  };
  uint32_t base = b();
  auto take_function = [&] {
    masm_.load64(kT0, reg(base));
    masm_.store64(reg(base), 0);
    now_.kinds[base] = kIsNull;
    drop_likely_uncounted(kT0);
  };
  switch (which) {
    case kIntrinsicListAppend: {
      if (!method || n != 1) return false;
      immortal();
      masm_.load64(kT0, reg(base + 1));
      masm_.branch_test(Cond::kNe, kT0, int64_t{7}, general);
      need_shape(kT0, kShapeList, general);
      if (parallel_) {
        parallel_append(base + 2, general);
      } else {
        masm_.load64(kT1, TAIPAN_FIELD(kT0, List, size));
        masm_.branch_mem(Size::k64, Cond::kBelowEq, TAIPAN_FIELD(kT0, List, capacity), kT1, general);
        masm_.load64(kT2, TAIPAN_FIELD(kT0, List, items));
        masm_.lea(kT2, at(kT2, kT1, 3));
        masm_.load64(kT3, reg(base + 2));
        masm_.store_release(Size::k64, at(kT2), kT3);
        masm_.add(kT1, kT1, int64_t{1});
        masm_.lea(kT2, TAIPAN_FIELD(kT0, List, size));
        masm_.store_release(Size::k64, at(kT2), kT1);
      }
      masm_.zero(reg(base), 3);
      drop_heap(kT0);
      masm_.mov(kHold, static_cast<int64_t>(kNone.bits));
      return true;
    }
    case kIntrinsicListPop: {
      if (!method || n != 0) return false;
      immortal();
      masm_.load64(kT0, reg(base + 1));
      masm_.branch_test(Cond::kNe, kT0, int64_t{7}, general);
      need_shape(kT0, kShapeList, general);
      if (parallel_) {
        parallel_pop(general);
        masm_.load64(kT0, reg(base + 1));
      } else {
        need_no_barrier(general);
        masm_.load64(kT1, TAIPAN_FIELD(kT0, List, size));
        masm_.branch(Cond::kEq, kT1, int64_t{0}, general);
        masm_.add(kT1, kT1, int64_t{-1});
        need_no_shrinking(kT1, kT2, general);
        masm_.load64(kT2, TAIPAN_FIELD(kT0, List, items));
        masm_.lea(kT2, at(kT2, kT1, 3));
        masm_.load64(kHold, at(kT2));
        masm_.mov(kT3, 0);
        masm_.store_release(Size::k64, at(kT2), kT3);
        masm_.lea(kT2, TAIPAN_FIELD(kT0, List, size));
        masm_.store_release(Size::k64, at(kT2), kT1);
      }
      masm_.zero(reg(base), 2);
      drop_heap(kT0);
      return true;
    }
    case kIntrinsicLen: {
      if (method || n != 1) return false;
      Label sized = masm_.new_near_label();
      masm_.load64(kT0, reg(base + 2));
      masm_.branch_test(Cond::kNe, kT0, int64_t{7}, general);
      masm_.load32(kT2, TAIPAN_FIELD(kT0, Header, shape_id));
      static_assert(offsetof(List, size) == offsetof(Tuple, size) && offsetof(List, size) == offsetof(Dict, used));
      masm_.load64(kHold, TAIPAN_FIELD(kT0, List, size));
      masm_.branch(Cond::kEq, kT2, static_cast<int64_t>(kShapeList), sized);
      masm_.branch(Cond::kEq, kT2, static_cast<int64_t>(kShapeTuple), sized);
      masm_.branch(Cond::kEq, kT2, static_cast<int64_t>(kShapeDict), sized);
      masm_.branch(Cond::kNe, kT2, static_cast<int64_t>(kShapeStr), general);
      masm_.load64(kHold, TAIPAN_FIELD(kT0, Str, length));
      masm_.bind(sized);
      masm_.tag(kHold, kHold);
      masm_.store64(reg(base + 2), 0);
      drop_heap(kT0);
      take_function();
      return true;
    }
    case kIntrinsicMin:
    case kIntrinsicMax: {
      if (method || n < 2 || n > 3) return false;
      Cond first = which == kIntrinsicMin ? Cond::kLe : Cond::kGe;
      masm_.load64(kT0, reg(base + 2));
      masm_.load64(kT1, reg(base + 3));
      masm_.branch_both_tagged(false, kT0, kT1, general);
      if (n == 3) {
        masm_.load64(kT2, reg(base + 4));
        masm_.branch_tagged(false, kT2, general);
      }
      masm_.select(first, kHold, kT0, kT1, kT0, kT1);
      if (n == 3) masm_.select(first, kHold, kHold, kT2, kHold, kT2);
      masm_.zero(reg(base + 2), static_cast<int>(n));
      take_function();
      return true;
    }
    case kIntrinsicAbs: {
      if (method || n != 1) return false;
      masm_.load64(kT0, reg(base + 2));
      masm_.branch_tagged(false, kT0, general);
      masm_.tagged_neg(kT1, kT0, general);
      masm_.select(Cond::kGt, kHold, kT0, kT1, kT0, kT1);
      masm_.store64(reg(base + 2), 0);
      take_function();
      return true;
    }
    case kIntrinsicOrd: {
      if (method || n != 1) return false;
      masm_.load64(kT0, reg(base + 2));
      masm_.branch_test(Cond::kNe, kT0, int64_t{7}, general);
      need_shape(kT0, kShapeStr, general);
      masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kT0, Str, length), 1, general);
      masm_.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kT0, Str, kind), 1, general);
      masm_.load(Size::k8, kHold, at(kT0, sizeof(Str)));
      masm_.tag(kHold, kHold);
      masm_.store64(reg(base + 2), 0);
      drop_heap(kT0);
      take_function();
      return true;
    }
    case kIntrinsicChr: {
      if (method || n != 1) return false;
      masm_.load64(kT0, reg(base + 2));
      masm_.branch_tagged(false, kT0, general);
      masm_.branch(Cond::kAbove, kT0, static_cast<int64_t>(Value::from_int(255).bits), general);
      masm_.untag(kT0, kT0);
      masm_.mov(kT1, static_cast<const void*>(small_str_table()));
      masm_.load64(kHold, at(kT1, kT0, 3));
      incref(kHold, kIsHeap);
      masm_.store64(reg(base + 2), 0);
      take_function();
      return true;
    }
    case kIntrinsicIsInstance: {
      if (method || n != 2) return false;
      masm_.load64(kT0, reg(base + 2));
      masm_.load64(kT1, reg(base + 3));
      masm_.call_out(reinterpret_cast<const void*>(&quick_isinstance), {kT0, kT1});
      masm_.branch(Cond::kEq, arch::kRet, int64_t{0}, general);
      masm_.mov(kHold, arch::kRet);
      take_operand(base + 2);
      take_operand(base + 3);
      take_function();
      return true;
    }
    default: return false;
  }
}

}  // namespace taipan::jit
