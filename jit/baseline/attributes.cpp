// Attributes by shape, methods by class version, globals by their dictionary's layout, items of lists and tuples, cells. With the GIL off
// a slot can change under a reader: the handlers know how to read it then.
#include "interp/eval/inline_cache.h"
#include "interp/objects/dict.h"
#include "interp/objects/error.h"
#include "interp/objects/list.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"
#include "jit/baseline/compiler.h"

namespace taipan::jit {

using namespace frontend;

bool Compiler::attributes() {
  if (!gil_) return false;
  switch (op()) {
    case kOpLOAD_ATTR:
      need_slot(b(), kT1, kT0);
      masm_.load64(kHold, at(kT1, kT0, 0));
      masm_.branch(Cond::kEq, kHold, int64_t{0}, slow());
      incref(kHold);
      if (last_b()) take_operand(b());
      set(a(), kHold);
      return true;
    case kOpSTORE_ATTR: {
      need_slot(a(), kT1, kT0);
      masm_.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kThread, Thread, barrier_phase), 0, slow());
      masm_.load64(kHold, reg(b()));
      masm_.add(kT1, kT1, kT0);
      if (last_b()) {
        masm_.store64(reg(b()), 0);
      } else {
        incref(kHold, [this] {
          load_feedback(kT0);
          masm_.load64(kT1, reg(a()));
          masm_.zero_extend(Size::k32, kT0, kT0);
          masm_.shr(kT0, kT0, 4);
          masm_.add(kT1, kT1, kT0);
        });
      }
      masm_.load64(kT0, at(kT1));
      masm_.store_release(Size::k64, at(kT1), kHold);
      drop(kT0);
      if (last_a()) take_operand(a());
      return true;
    }
    case kOpLOAD_METHOD: {
      // The first entry's function, and the object as self.
      load_feedback(kT0);
      masm_.branch(Cond::kEq, kT0, int64_t{0}, slow());
      masm_.branch_test(Cond::kNe, kT0, int64_t{15}, slow());
      masm_.load64(kT1, reg(b()));
      need_heap(kT1);
      masm_.load32(kT2, TAIPAN_FIELD(kT1, Header, shape_id));
      masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT0, CacheEntry, shape), kT2, slow());
      masm_.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kT0, CacheEntry, kind), kCacheMethod, slow());
      masm_.load64(kT2, TAIPAN_FIELD(kT0, CacheEntry, type));
      masm_.load32(kT3, TAIPAN_FIELD(kT0, CacheEntry, version));
      masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT2, TypeObject, version), kT3, slow());
      masm_.load64(kHold, TAIPAN_FIELD(kT0, CacheEntry, value));
      incref(kHold);
      // Both targets are written before what they held goes: that may run anything.
      masm_.load64(kT0, reg(b()));
      if (last_b()) masm_.store64(reg(b()), 0);
      masm_.swap(kHold, kT0);
      if (!last_b())
        incref(kHold, [this] {
          load_feedback(kT0);
          masm_.load64(kT0, TAIPAN_FIELD(kT0, CacheEntry, value));
        });
      masm_.load64(kT1, reg(a() + 1u));
      masm_.store64(reg(a() + 1u), kHold);
      masm_.load64(kHold, reg(a()));
      masm_.store64(reg(a()), kT0);
      drop(kT1, true);
      drop(kHold, true);
      return true;
    }
    case kOpLOAD_GLOBAL: {
      Label builtin = masm_.new_label(), found = masm_.new_label();
      load_feedback(kT0);
      masm_.and_(kT1, kT0, int64_t{15});
      masm_.branch(Cond::kNe, kT1, static_cast<int64_t>(kCacheTagGlobal), builtin);
      masm_.load64(kT1, TAIPAN_FIELD(kFrame, Frame, globals));
      masm_.load32(kT2, TAIPAN_FIELD(kT1, Dict, keys_version));
      masm_.shr(kT3, kT0, 32);
      masm_.branch(Cond::kNe, kT2, kT3, slow());
      masm_.load64(kT1, TAIPAN_FIELD(kT1, Dict, entries));
      masm_.zero_extend(Size::k32, kT0, kT0);
      masm_.shr(kT0, kT0, 4);
      static_assert(sizeof(DictEntry) == 24);
      masm_.lea(kT0, at(kT0, kT0, 1));
      masm_.bind(found);
      masm_.load64(kHold, at(kT1, kT0, 3, offsetof(DictEntry, value)));
      masm_.branch(Cond::kEq, kHold, int64_t{0}, slow());
      incref(kHold);
      set(a(), kHold);
      cold([this, builtin, found] {
        masm_.bind(builtin);
        masm_.branch(Cond::kNe, kT1, int64_t{0}, slow());
        masm_.branch(Cond::kEq, kT0, int64_t{0}, slow());
        masm_.load64(kT1, TAIPAN_FIELD(kFrame, Frame, globals));
        masm_.load32(kT2, TAIPAN_FIELD(kT1, Dict, keys_version));
        masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT0, CacheEntry, version), kT2, slow());
        masm_.load64(kT1, TAIPAN_FIELD(kFrame, Frame, builtins));
        masm_.load32(kT2, TAIPAN_FIELD(kT1, Dict, keys_version));
        masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT0, CacheEntry, version2), kT2, slow());
        masm_.load64(kT1, TAIPAN_FIELD(kT1, Dict, entries));
        masm_.load32(kT0, TAIPAN_FIELD(kT0, CacheEntry, index));
        masm_.lea(kT0, at(kT0, kT0, 1));
        masm_.jump(found);
      });
      return true;
    }
  }
  return false;
}

// object: what register r holds, of the shape that the feedback's slot word names; offset: of the slot.
void Compiler::need_slot(uint32_t r, Reg object, Reg offset) {
  load_feedback(offset);
  masm_.and_(object, offset, int64_t{15});
  masm_.branch(Cond::kNe, object, static_cast<int64_t>(kCacheTagSlot), slow());
  masm_.load64(object, reg(r));
  need_heap(object);
  masm_.load32(kT2, TAIPAN_FIELD(object, Header, shape_id));
  masm_.shr(kT3, offset, 32);
  masm_.branch(Cond::kNe, kT2, kT3, slow());
  masm_.zero_extend(Size::k32, offset, offset);
  masm_.shr(offset, offset, 4);
}

namespace {
// Owned; null: not there, or not that simple. Neither runs Python code, nor raises what the handler wouldn't raise again.
Value dict_item(Dict* d, Str* key) {
  if (!d->table->str_only) return Value();
  Value v = dict_get_str_fast(d, key);
  if (v.is_null() || v == kMissing) return Value();
  incref(v);
  return v;
}
Value str_item(Str* s, int64_t i) {
  if (i < 0) i += static_cast<int64_t>(s->length);
  if (static_cast<uint64_t>(i) >= s->length) return Value();
  Value v = make_str_char(s->at(static_cast<size_t>(i))).release();
  if (v.is_null()) clear_error();
  return v;
}
}  // namespace

bool Compiler::subscripts() {
  if (!gil_) return false;
  if (op() == kOpGET_ITEM) {
    Label tuple = masm_.new_label(), found = masm_.new_label(), key = masm_.new_label(), owned = masm_.new_label(),
          done = masm_.new_label();
    masm_.load64(kT0, reg(b()));
    masm_.load64(kT1, reg(c()));
    masm_.branch_tagged(false, kT1, key);
    need_heap(kT0);
    masm_.untag(kT1, kT1);
    masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT0, Header, shape_id), static_cast<int64_t>(kShapeList),
                     tuple);
    masm_.load64(kT2, TAIPAN_FIELD(kT0, List, size));
    masm_.branch(Cond::kAboveEq, kT1, kT2, slow());  // negative ones as well
    masm_.load64(kT2, TAIPAN_FIELD(kT0, List, items));
    masm_.bind(found);
    masm_.load64(kHold, at(kT2, kT1, 3));
    incref(kHold);
    masm_.bind(owned);
    if (last_b()) take_operand(b());
    if (last_c()) masm_.store64(reg(c()), 0);
    masm_.bind(done);
    set(a(), kHold);
    cold([this, tuple, found, key, owned, done] {
      Label str = masm_.new_label();
      masm_.bind(key);
      need_heap(kT0);
      need_heap(kT1);
      masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT0, Header, shape_id), static_cast<int64_t>(kShapeDict),
                       slow());
      masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT1, Header, shape_id), static_cast<int64_t>(kShapeStr),
                       slow());
      masm_.call_out(reinterpret_cast<const void*>(&dict_item), {kT0, kT1});
      masm_.branch(Cond::kEq, arch::kRet, int64_t{0}, slow());
      masm_.mov(kHold, arch::kRet);
      if (last_b()) take_operand(b());
      if (last_c()) take_operand(c());
      masm_.jump(done);
      masm_.bind(str);
      masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT0, Header, shape_id), static_cast<int64_t>(kShapeStr),
                       slow());
      masm_.call_out(reinterpret_cast<const void*>(&str_item), {kT0, kT1});
      masm_.branch(Cond::kEq, arch::kRet, int64_t{0}, slow());
      masm_.mov(kHold, arch::kRet);
      masm_.jump(owned);
      masm_.bind(tuple);
      masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT0, Header, shape_id), static_cast<int64_t>(kShapeTuple),
                       str);
      masm_.load64(kT2, TAIPAN_FIELD(kT0, Tuple, size));
      masm_.branch(Cond::kAboveEq, kT1, kT2, slow());
      masm_.add(kT2, kT0, static_cast<int64_t>(kTupleItems));
      masm_.jump(found);
    });
    return true;
  }
  if (op() == kOpSET_ITEM) {
    auto find = [this] {
      masm_.load64(kT0, reg(a()));
      masm_.load64(kT1, reg(b()));
    };
    find();
    masm_.branch_tagged(false, kT1, slow());
    need_heap(kT0);
    masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT0, Header, shape_id), static_cast<int64_t>(kShapeList),
                     slow());
    masm_.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kThread, Thread, barrier_phase), 0, slow());
    masm_.load64(kT2, TAIPAN_FIELD(kT0, List, size));
    masm_.sar(kT3, kT1, 1);
    masm_.branch(Cond::kAboveEq, kT3, kT2, slow());
    masm_.load64(kHold, reg(c()));
    if (last_c())
      masm_.store64(reg(c()), 0);
    else
      incref(kHold, find);
    masm_.untag(kT1, kT1);
    masm_.load64(kT2, TAIPAN_FIELD(kT0, List, items));
    masm_.load64(kT0, at(kT2, kT1, 3));
    masm_.lea(kT1, at(kT2, kT1, 3));
    masm_.store_release(Size::k64, at(kT1), kHold);
    if (last_b()) masm_.store64(reg(b()), 0);
    drop(kT0);
    if (last_a()) take_operand(a());
    return true;
  }
  if (op() == kOpLIST_APPEND) {
    auto find = [this] { masm_.load64(kT0, reg(a())); };
    find();
    masm_.load64(kT1, TAIPAN_FIELD(kT0, List, size));
    masm_.load64(kT2, TAIPAN_FIELD(kT0, List, capacity));
    masm_.branch(Cond::kAboveEq, kT1, kT2, slow());
    masm_.load64(kHold, reg(b()));
    if (last_b())
      masm_.store64(reg(b()), 0);
    else
      incref(kHold, find);
    masm_.load64(kT1, TAIPAN_FIELD(kT0, List, size));
    masm_.load64(kT2, TAIPAN_FIELD(kT0, List, items));
    masm_.lea(kT2, at(kT2, kT1, 3));
    masm_.store_release(Size::k64, at(kT2), kHold);
    masm_.add(kT1, kT1, int64_t{1});
    masm_.lea(kT0, TAIPAN_FIELD(kT0, List, size));
    masm_.store_release(Size::k64, at(kT0), kT1);
    return true;
  }
  return false;
}

bool Compiler::cells() {
  if (!gil_) return false;
  if (op() == kOpLOAD_DEREF) {
    masm_.load64(kT0, reg(b()));
    masm_.load64(kHold, TAIPAN_FIELD(kT0, Cell, value));
    masm_.branch(Cond::kEq, kHold, int64_t{0}, slow());
    incref(kHold);
    set(a(), kHold);
    return true;
  }
  if (op() == kOpSTORE_DEREF) {
    masm_.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kThread, Thread, barrier_phase), 0, slow());
    masm_.load64(kHold, reg(b()));
    if (last_b())
      masm_.store64(reg(b()), 0);
    else
      incref(kHold);
    masm_.load64(kT1, reg(a()));
    masm_.load64(kT0, TAIPAN_FIELD(kT1, Cell, value));
    masm_.lea(kT1, TAIPAN_FIELD(kT1, Cell, value));
    masm_.store_release(Size::k64, at(kT1), kHold);
    drop(kT0);
    return true;
  }
  if (op() == kOpUNPACK_SEQ && c() >= 1 && c() <= 4) {
    if (b() >= a() && b() < uint32_t{a()} + c()) return false;
    masm_.load64(kHold, reg(b()));
    need_heap(kHold);
    masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kHold, Header, shape_id), static_cast<int64_t>(kShapeTuple),
                     slow());
    masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kHold, Tuple, size), c(), slow());
    // The tuple is held, by its register or by nothing but kHold: what goes may run anything, so counts come first.
    for (uint32_t i = 0; i < c(); i++) {
      masm_.load64(kT0, at(kHold, static_cast<int64_t>(kTupleItems + i * sizeof(Value))));
      incref(kT0);
    }
    if (last_b())
      masm_.store64(reg(b()), 0);
    else
      incref(kHold);
    for (uint32_t i = 0; i < c(); i++) {
      masm_.load64(kT1, at(kHold, static_cast<int64_t>(kTupleItems + i * sizeof(Value))));
      masm_.load64(kT0, reg(a() + i));
      masm_.store64(reg(a() + i), kT1);
      drop(kT0, a() + i >= first_temporary_);
    }
    drop_heap(kHold);
    return true;
  }
  return false;
}

}  // namespace taipan::jit
