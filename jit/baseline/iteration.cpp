// Loops over pairs (dict.items(), enumerate, zip), and over the keys and values of dicts, in place.
#include "interp/objects/dict.h"
#include "interp/objects/iterators.h"
#include "interp/objects/list.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/tuple.h"
#include "jit/baseline/compiler.h"

namespace taipan::jit {

namespace {
constexpr Reg kV4 = arch::kVolatile[4], kV5 = arch::kVolatile[5], kV6 = arch::kVolatile[6];
}

// The item that the iterator of a list or tuple at `it` gives next, to `item` (borrowed); nothing moves on. `temp` is lost.
void Compiler::peek(Reg it, Reg item, Reg temp, Label no) {
  static_assert(offsetof(ListIterator, list) == offsetof(TupleIterator, seq) &&
                offsetof(ListIterator, list) == offsetof(StrIterator, str) &&
                offsetof(ListIterator, index) == offsetof(StrIterator, at) &&
                offsetof(ListIterator, index) == offsetof(TupleIterator, index) &&
                offsetof(List, size) == offsetof(Tuple, size));
  Label list = masm_.new_near_label(), found = masm_.new_near_label(), str = masm_.new_label(),
        done = masm_.new_label();
  masm_.load64(temp, TAIPAN_FIELD(it, ListIterator, list));
  masm_.load64(item, TAIPAN_FIELD(it, ListIterator, index));
  masm_.branch_mem(Size::k32, Cond::kEq, TAIPAN_FIELD(it, Header, shape_id), static_cast<int64_t>(kShapeListIterator),
                   list);
  need_shape(it, kShapeTupleIterator, str);
  masm_.branch(Cond::kEq, temp, int64_t{0}, no);
  masm_.branch_mem(Size::k64, Cond::kBelowEq, TAIPAN_FIELD(temp, Tuple, size), item, no);
  masm_.add(temp, temp, static_cast<int64_t>(kTupleItems));
  masm_.jump(found);
  masm_.bind(list);
  masm_.branch(Cond::kEq, temp, int64_t{0}, no);
  if (parallel_) {  // (as list_item)
    masm_.load_acquire(Size::k64, kV5, TAIPAN_FIELD(temp, List, items));
    masm_.load_acquire(Size::k64, kV6, TAIPAN_FIELD(temp, List, size));
    masm_.branch(Cond::kBelowEq, kV6, item, no);
    masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(temp, List, items), kV5, no);
    masm_.branch(Cond::kEq, kV5, int64_t{0}, no);
    masm_.mov(temp, kV5);
  } else {
    masm_.branch_mem(Size::k64, Cond::kBelowEq, TAIPAN_FIELD(temp, List, size), item, no);
    masm_.load64(temp, TAIPAN_FIELD(temp, List, items));
  }
  masm_.bind(found);
  masm_.load64(item, at(temp, item, 3));
  if (parallel_) masm_.branch(Cond::kEq, item, int64_t{0}, no);
  masm_.bind(done);
  cold([this, it, item, temp, str, done, no] {
    masm_.bind(str);
    need_shape(it, kShapeStrAsciiIterator, no);
    masm_.branch(Cond::kEq, temp, int64_t{0}, no);
    masm_.branch_mem(Size::k64, Cond::kBelowEq, TAIPAN_FIELD(temp, Str, length), item, no);
    masm_.load(Size::k8, item, at(temp, item, 0, sizeof(Str)));
    masm_.mov(temp, static_cast<const void*>(small_str_table()));
    masm_.load64(item, at(temp, item, 3));
    masm_.jump(done);
  });
}
// The entry that the iterator of a dict at kT0 is at: its key to kHold and its value to kT1, borrowed, having moved on.
void Compiler::next_dict_entry(Label no) {
  static_assert(sizeof(DictEntry) == 24);
  if (parallel_) need_unique(kT0, no);
  masm_.load64(kT1, TAIPAN_FIELD(kT0, DictIterator, dict));
  masm_.branch(Cond::kEq, kT1, int64_t{0}, no);
  masm_.branch_mem(Size::k64, Cond::kLe, TAIPAN_FIELD(kT0, DictIterator, remaining), 0, no);
  masm_.load64(kT2, TAIPAN_FIELD(kT0, DictIterator, used));
  masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kT1, Dict, used), kT2, no);
  // While others may change the dict: the array, and how many there are in it; once more the array, and later the key: who changes them
  // writes the array after a smaller number and before a larger one, and takes a deleted entry's key before its value.
  load_entries(kV5, kT1);
  masm_.load64(kT2, TAIPAN_FIELD(kT0, DictIterator, position));
  auto load = [this](Size size, Reg to, Mem from) {
    parallel_ ? masm_.load_acquire(size, to, from) : masm_.load(size, to, from);
  };
  load(Size::k32, kT3, TAIPAN_FIELD(kT1, Dict, entry_count));
  masm_.branch(Cond::kAboveEq, kT2, kT3, no);
  if (parallel_) masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kT1, Dict, entries), kV5, no);
  masm_.lea(kT2, at(kT2, kT2, 1));
  masm_.lea(kT2, at(kV5, kT2, 3));
  load(Size::k64, kHold, TAIPAN_FIELD(kT2, DictEntry, key));
  masm_.branch(Cond::kEq, kHold, int64_t{0}, no);  // deleted
  load(Size::k64, kT1, TAIPAN_FIELD(kT2, DictEntry, value));
  if (parallel_) {
    masm_.branch(Cond::kEq, kT1, int64_t{0}, no);
    masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kT2, DictEntry, key), kHold, no);
  }
  masm_.add_mem(Size::k64, TAIPAN_FIELD(kT0, DictIterator, position), 1);
  masm_.add_mem(Size::k64, TAIPAN_FIELD(kT0, DictIterator, remaining), -1);
}
// Registers r and r + 1 = kHold and kT1, owned. Both are written before what they held goes: that may run anything.
void Compiler::set_pair(uint32_t r) {
  Kinds old0 = kinds(r), old1 = kinds(r + 1);
  forget(r);
  forget(r + 1);
  if (old1 & kIsHeap) masm_.load64(kT2, reg(r + 1));
  masm_.store64(reg(r + 1), kT1);
  if (old0 & kIsHeap) {
    masm_.load64(kT0, reg(r));
    masm_.store64(reg(r), kHold);
    if (old1 & kIsHeap) masm_.mov(kHold, kT2);
    drop(kT0);
  } else {
    masm_.store64(reg(r), kHold);
    if (old1 & kIsHeap) masm_.mov(kHold, kT2);
  }
  if (old1 & kIsHeap) drop(kHold);
}

// The iterator is at kT0 and of that shape: its next pair into `out` and the register behind it. `no`: C++ does it, nothing has happened.
void Compiler::next_pair(ShapeId shape, uint32_t out, Label no) {
  switch (shape) {
    case kShapeDictItemIterator:
      next_dict_entry(no);
      incref(kHold, kIsValue);
      break;
    case kShapeEnumerate:
      if (parallel_) need_unique(kT0, no);
      masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kT0, Enumerate, long_index), 0, no);
      masm_.load64(kT2, TAIPAN_FIELD(kT0, Enumerate, index));
      masm_.tag_checked(kHold, kT2, no);
      masm_.load64(kT2, TAIPAN_FIELD(kT0, Enumerate, iterator));
      if (parallel_) need_unique(kT2, no);
      peek(kT2, kT1, kT3, no);
      masm_.add_mem(Size::k64, TAIPAN_FIELD(kT2, ListIterator, index), 1);
      masm_.add_mem(Size::k64, TAIPAN_FIELD(kT0, Enumerate, index), 1);
      break;
    default:
      if (parallel_) need_unique(kT0, no);
      masm_.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kT0, Zip, strict), 0, no);
      masm_.load64(kT2, TAIPAN_FIELD(kT0, Zip, iterators));
      masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kT2, Tuple, size), 2, no);
      masm_.load64(kV4, at(kT2, kTupleItems));
      masm_.load64(kT2, at(kT2, kTupleItems + 8));
      masm_.branch(Cond::kEq, kV4, kT2, no);
      if (parallel_) {
        need_unique(kV4, no);
        need_unique(kT2, no);
      }
      peek(kV4, kHold, kT3, no);
      peek(kT2, kT1, kT3, no);
      masm_.add_mem(Size::k64, TAIPAN_FIELD(kV4, ListIterator, index), 1);
      masm_.add_mem(Size::k64, TAIPAN_FIELD(kT2, ListIterator, index), 1);
      incref(kHold, kIsValue);
  }
  incref(kT1, kIsValue);
  set_pair(out);
}

// FOR_ITER over the keys or values of a dict: the next to kHold, owned.
void Compiler::next_dict_item(bool key, Label no) {
  next_dict_entry(no);
  if (!key) masm_.mov(kHold, kT1);
  incref(kHold, kIsValue);
}

}  // namespace taipan::jit
