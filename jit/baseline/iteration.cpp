// Loops over pairs (dict.items(), enumerate, zip), and over the keys and values of dicts, in place.
#include "interp/objects/dict.h"
#include "interp/objects/iterators.h"
#include "interp/objects/list.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/tuple.h"
#include "jit/baseline/compiler.h"

namespace taipan::jit {

namespace {
constexpr Reg kV4 = arch::kVolatile[4];
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
  masm_.branch_mem(Size::k64, Cond::kBelowEq, TAIPAN_FIELD(temp, List, size), item, no);
  masm_.load64(temp, TAIPAN_FIELD(temp, List, items));
  masm_.bind(found);
  masm_.load64(item, at(temp, item, 3));
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
// The entry that the iterator of a dict at kT0 is at: its address to kT1, having moved on.
void Compiler::next_dict_entry(Label no) {
  masm_.load64(kT1, TAIPAN_FIELD(kT0, DictIterator, dict));
  masm_.branch(Cond::kEq, kT1, int64_t{0}, no);
  masm_.branch_mem(Size::k64, Cond::kLe, TAIPAN_FIELD(kT0, DictIterator, remaining), 0, no);
  masm_.load64(kT2, TAIPAN_FIELD(kT0, DictIterator, used));
  masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kT1, Dict, used), kT2, no);
  masm_.load64(kT2, TAIPAN_FIELD(kT0, DictIterator, position));
  masm_.load32(kT3, TAIPAN_FIELD(kT1, Dict, entry_count));
  masm_.branch(Cond::kAboveEq, kT2, kT3, no);
  masm_.load64(kT1, TAIPAN_FIELD(kT1, Dict, entries));
  static_assert(sizeof(DictEntry) == 24);
  masm_.lea(kT2, at(kT2, kT2, 1));
  masm_.lea(kT1, at(kT1, kT2, 3));
  masm_.branch_mem(Size::k64, Cond::kEq, TAIPAN_FIELD(kT1, DictEntry, key), 0, no);  // deleted
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
      masm_.load64(kHold, TAIPAN_FIELD(kT1, DictEntry, key));
      masm_.load64(kT1, TAIPAN_FIELD(kT1, DictEntry, value));
      incref(kHold, kIsValue);
      break;
    case kShapeEnumerate:
      masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kT0, Enumerate, long_index), 0, no);
      masm_.load64(kT2, TAIPAN_FIELD(kT0, Enumerate, index));
      masm_.tag_checked(kHold, kT2, no);
      masm_.load64(kT2, TAIPAN_FIELD(kT0, Enumerate, iterator));
      peek(kT2, kT1, kT3, no);
      masm_.add_mem(Size::k64, TAIPAN_FIELD(kT2, ListIterator, index), 1);
      masm_.add_mem(Size::k64, TAIPAN_FIELD(kT0, Enumerate, index), 1);
      break;
    default:
      masm_.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kT0, Zip, strict), 0, no);
      masm_.load64(kT2, TAIPAN_FIELD(kT0, Zip, iterators));
      masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kT2, Tuple, size), 2, no);
      masm_.load64(kV4, at(kT2, kTupleItems));
      masm_.load64(kT2, at(kT2, kTupleItems + 8));
      masm_.branch(Cond::kEq, kV4, kT2, no);
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
  masm_.load64(kHold, key ? TAIPAN_FIELD(kT1, DictEntry, key) : TAIPAN_FIELD(kT1, DictEntry, value));
  incref(kHold, kIsValue);
}

}  // namespace taipan::jit
