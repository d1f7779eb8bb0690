// Moves, jumps and loops.
#include "interp/objects/bytes.h"
#include "interp/objects/dict.h"
#include "interp/objects/iterators.h"
#include "interp/objects/list.h"
#include "interp/objects/range.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/tuple.h"
#include "jit/baseline/compiler.h"

namespace taipan::jit {

using namespace frontend;

bool Compiler::moves() {
  switch (op()) {
    case kOpNOP: return true;
    case kOpLOAD_CONST: {
      Value v = code_consts(code_)[pc_->wide()];
      if (v.is_float() && is_temporary(a()) && !(kinds(a()) & kIsHeap)) {
        if (int k = fresh(); k >= 0) {
          masm_.fmov(arch::kFloat[k], v.as_float());
          result_double(a(), k, !now_.empty[a()]);
          return true;
        }
      }
      if (!v.is_heap() || gc::is_immortal(v.header())) {
        set_constant(a(), v);
        return true;
      }
      masm_.mov(kHold, static_cast<int64_t>(v.bits));
      incref(kHold, kIsHeap, true);
      set(a(), kHold);
      return true;
    }
    case kOpLOAD_INT: set_constant(a(), Value::from_int(static_cast<int32_t>(pc_->wide()))); return true;
    case kOpMOVE:
      if (a() == b()) return false;
      if (int k = cached(b()); k >= 0 && cache_[k].dirty) {
        if (last_b() && is_temporary(a()) && !(kinds(a()) & kIsHeap)) {
          cache_[k] = {};
          now_.kinds[b()] = kIsNull;
          result_double(a(), k, !now_.empty[a()]);
          return true;
        }
        flush(k);
      }
      masm_.load64(kHold, reg(b()));
      if (!last_b()) {
        incref(kHold, kinds(b()), true);
      } else {
        masm_.store64(reg(b()), 0);
        forget(b());
      }
      set(a(), kHold);
      return true;
    case kOpCLEAR:
      forget(a());
      if (kinds(a()) == kIsNull) return true;
      if (kinds(a()) & kIsHeap) {
        masm_.load64(kT0, reg(a()));
        masm_.store64(reg(a()), 0);
        drop_likely(kT0);
      } else {
        masm_.store64(reg(a()), 0);
      }
      return true;
    case kOpCHECK_LOCAL:
      if (kinds(a()) & kIsNull) masm_.branch_mem(Size::k64, Cond::kEq, reg(a()), 0, slow());
      return true;
  }
  return false;
}

bool Compiler::jumps() {
  switch (op()) {
    case kOpJUMP: masm_.jump(target(pc_->wide())); return true;
    case kOpJUMP_BACK:
      masm_.branch_mem(Size::k32, Cond::kEq, TAIPAN_FIELD(kThread, Thread, poll), 0, target(pc_->wide()));
      leave();  // (no double is on its way to a temporary at a jump)
      return true;
    case kOpJUMP_IF_TRUE:
    case kOpJUMP_IF_FALSE: {
      bool if_true = op() == kOpJUMP_IF_TRUE;
      Value wanted = if_true ? kTrue : kFalse;
      masm_.load64(kT0, reg(a()));
      bool is_int = is_exactly(a(), kIsInt);
      if (is_int || is_exactly(a(), kIsBool)) {
        if (last_a()) empty(a());
        if (is_int)
          masm_.branch(if_true ? Cond::kNe : Cond::kEq, kT0, static_cast<int64_t>(Value::from_int(0).bits),
                       target(pc_->wide()));
        else
          masm_.branch(Cond::kEq, kT0, static_cast<int64_t>(wanted.bits), target(pc_->wide()));
        return true;
      }
      Label others = masm_.new_label(), no = masm_.new_label();
      if (last_a()) {
        masm_.or_(kT1, kT0, int64_t{8});
        masm_.branch(Cond::kNe, kT1, static_cast<int64_t>(kTrue.bits), others);
        masm_.store64(reg(a()), 0);
        masm_.branch(Cond::kEq, kT0, static_cast<int64_t>(wanted.bits), target(pc_->wide()));
      } else {
        masm_.branch(Cond::kEq, kT0, static_cast<int64_t>(wanted.bits), target(pc_->wide()));
        masm_.branch(Cond::kNe, kT0, static_cast<int64_t>((if_true ? kFalse : kTrue).bits), others);
      }
      masm_.bind(no);
      cold([this, others, no, if_true] {
        masm_.bind(others);
        note_index();
        masm_.call_stub(stubs_.truth[last_a()]);
        masm_.branch(if_true ? Cond::kNe : Cond::kEq, kHold, int64_t{0}, target(pc_->wide()));
        masm_.jump(no);
      });
      return true;
    }
    case kOpJUMP_IF_NONE:
    case kOpJUMP_IF_NOT_NONE:
      masm_.load64(kHold, reg(a()));
      if (last_a()) take_operand(a());
      masm_.branch(op() == kOpJUMP_IF_NONE ? Cond::kEq : Cond::kNe, kHold, static_cast<int64_t>(kNone.bits),
                   target(pc_->wide()));
      return true;
  }
  if (op() == kOpJUMP_IS || op() == kOpIS || op() == kOpIS_NOT) {
    // Boxed floats are the same by value.
    Label known = masm_.new_label();
    masm_.load64(kT0, reg(b()));
    masm_.load64(kT1, reg(c()));
    Label same = masm_.new_label();
    masm_.branch(Cond::kEq, kT0, kT1, known);
    if (kinds(b()) & kIsHeap) masm_.branch_test(Cond::kEq, kT0, int64_t{7}, same);
    if (kinds(b()) & kIsHeap) {
      Label no = slow();
      cold([this, same, known, no] {
        masm_.bind(same);
        masm_.branch(Cond::kEq, kT0, int64_t{0}, known);
        need_shape(kT0, kShapeBoxedFloat, known);
        masm_.jump(no);
      });
    }
    masm_.bind(known);
    masm_.set(op() == kOpIS_NOT ? Cond::kNe : Cond::kEq, kHold, kT0, kT1);
    if (last_b() || (op() != kOpJUMP_IS && a() == b())) take_operand(b());  // from left to right
    if (last_c()) take_operand(c());
    if (op() == kOpJUMP_IS) {
      masm_.branch(Cond::kEq, kHold, a() ? int64_t{1} : int64_t{0}, target(extension()));
    } else {
      masm_.shl(kHold, kHold, 3);
      masm_.or_(kHold, kHold, static_cast<int64_t>(kFalse.bits));
      set(a(), kHold);
    }
    return true;
  }
  return false;
}

bool Compiler::loops() {
  if (op() != kOpFOR_ITER) return false;
  // Ranges, lists and tuples; C++ knows the other iterators, and how loops end.
  ShapeId shape = analysis_.iterator_shape(index_);
  bool known = shape == kShapeRangeIterator || shape == kShapeListIterator || shape == kShapeTupleIterator ||
               shape == kShapeStrAsciiIterator || shape == kShapeStrIterator || shape == kShapeBytesIterator;
  if (shape && !known) return helped_loop(shape);
  need_alone();
  Label over = masm_.new_label();
  masm_.load64(kT0, reg(b()));
  auto range = [&] {
    if (parallel_) need_unique(kT0, slow());
    emit_range_step(masm_, over, slow());
  };
  auto list = [&] {
    if (parallel_) {
      need_unique(kT0, over);
      masm_.load64(kT1, TAIPAN_FIELD(kT0, ListIterator, list));
      masm_.branch(Cond::kEq, kT1, int64_t{0}, over);
      masm_.load64(kT2, TAIPAN_FIELD(kT0, ListIterator, index));
      masm_.load_acquire(Size::k64, kT3, TAIPAN_FIELD(kT1, List, items));
      masm_.load_acquire(Size::k64, kHold, TAIPAN_FIELD(kT1, List, size));
      masm_.branch(Cond::kBelowEq, kHold, kT2, over);
      masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kT1, List, items), kT3, over);
      masm_.branch(Cond::kEq, kT3, int64_t{0}, over);
      masm_.load64(kHold, at(kT3, kT2, 3));
      masm_.branch(Cond::kEq, kHold, int64_t{0}, over);
      masm_.add_mem(Size::k64, TAIPAN_FIELD(kT0, ListIterator, index), 1);
      incref(kHold, kIsValue);
      return;
    }
    masm_.load64(kT1, TAIPAN_FIELD(kT0, ListIterator, list));
    masm_.branch(Cond::kEq, kT1, int64_t{0}, over);
    masm_.load64(kT2, TAIPAN_FIELD(kT0, ListIterator, index));
    masm_.branch_mem(Size::k64, Cond::kBelowEq, TAIPAN_FIELD(kT1, List, size), kT2, over);
    masm_.load64(kT1, TAIPAN_FIELD(kT1, List, items));
    masm_.load64(kHold, at(kT1, kT2, 3));
    masm_.add_mem(Size::k64, TAIPAN_FIELD(kT0, ListIterator, index), 1);
    incref(kHold, kIsValue);
  };
  auto tuple = [&] {
    if (parallel_) need_unique(kT0, over);
    emit_tuple_step(masm_, over);
    incref(kHold, kIsValue);
  };
  auto str = [&] {
    if (parallel_) need_unique(kT0, over);
    masm_.load64(kT1, TAIPAN_FIELD(kT0, StrIterator, str));
    masm_.branch(Cond::kEq, kT1, int64_t{0}, over);
    if (shape == kShapeStrIterator) masm_.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kT1, Str, kind), 1, over);
    masm_.load64(kT2, TAIPAN_FIELD(kT0, StrIterator, at));
    masm_.branch_mem(Size::k64, Cond::kBelowEq, TAIPAN_FIELD(kT1, Str, length), kT2, over);
    masm_.load(Size::k8, kT1, at(kT1, kT2, 0, static_cast<int64_t>(sizeof(Str))));
    masm_.add_mem(Size::k64, TAIPAN_FIELD(kT0, StrIterator, at), 1);
    masm_.mov(kT2, static_cast<const void*>(small_str_table()));
    masm_.load64(kHold, at(kT2, kT1, 3));
    incref(kHold, kIsHeap);
  };
  auto bytes = [&] {
    if (parallel_) need_unique(kT0, over);
    masm_.load64(kT1, TAIPAN_FIELD(kT0, BytesIterator, bytes));
    masm_.branch(Cond::kEq, kT1, int64_t{0}, over);
    masm_.load64(kT2, TAIPAN_FIELD(kT0, BytesIterator, at));
    masm_.branch_mem(Size::k64, Cond::kBelowEq, TAIPAN_FIELD(kT1, Bytes, size), kT2, over);
    masm_.load(Size::k8, kHold, at(kT1, kT2, 0, static_cast<int64_t>(sizeof(Bytes))));
    masm_.add_mem(Size::k64, TAIPAN_FIELD(kT0, BytesIterator, at), 1);
    masm_.tag(kHold, kHold);
  };
  if (known) {
    // (What comes of a range is taken for an int: other iterators are the handler's.)
    need_shape(kT0, shape, shape == kShapeRangeIterator ? slow() : over);
    if (shape == kShapeRangeIterator)
      range();
    else if (shape == kShapeListIterator)
      list();
    else if (shape == kShapeStrAsciiIterator || shape == kShapeStrIterator)
      str();
    else if (shape == kShapeBytesIterator)
      bytes();
    else
      tuple();
  } else {
    Label other = masm_.new_label(), done = masm_.new_label();
    need_shape(kT0, kShapeListIterator, other);
    list();
    masm_.bind(done);
    cold([this, other, done, over] {
      masm_.bind(other);
      if (parallel_) need_unique(kT0, over);
      masm_.call_stub(stubs_.next_item);
      masm_.branch(Cond::kEq, kHold, int64_t{0}, over);
      masm_.jump(done);
    });
  }
  set(a(), kHold);
  Label stored = masm_.new_label();
  masm_.bind(stored);
  step_loop(over, stored);
  return true;
}

}  // namespace taipan::jit
