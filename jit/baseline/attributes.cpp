// Attributes by shape, globals by their dictionary's layout, list items. With the GIL off a slot can change under a reader: the handlers
// know how to read it then.
#include "interp/eval/inline_cache.h"
#include "interp/objects/dict.h"
#include "interp/objects/list.h"
#include "jit/baseline/compiler.h"

namespace taipan::jit {

using namespace frontend;

bool Compiler::attributes() {
  if (!gil_) return false;
  if (op() == kOpLOAD_ATTR) {
    need_plain(a(), kT0);
    load_feedback(kT0);
    masm_.and_(kT1, kT0, int64_t{15});
    masm_.branch(Cond::kNe, kT1, static_cast<int64_t>(kCacheTagSlot), slow());
    masm_.load64(kT1, reg(b()));
    need_heap(kT1);
    masm_.load32(kT2, TAIPAN_FIELD(kT1, Header, shape_id));
    masm_.shr(kT3, kT0, 32);
    masm_.branch(Cond::kNe, kT2, kT3, slow());
    if (last_b()) need_droppable(kT1, kT2);
    masm_.zero_extend(Size::k32, kT0, kT0);
    masm_.shr(kT0, kT0, 4);
    masm_.load64(kT2, at(kT1, kT0, 0));
    masm_.branch(Cond::kEq, kT2, int64_t{0}, slow());
    incref(kT2, kT0);
    if (last_b()) {
      drop(kT1);
      masm_.store64(reg(b()), 0);
    }
    masm_.store64(reg(a()), kT2);
    return true;
  }
  if (op() == kOpLOAD_GLOBAL) {
    need_plain(a(), kT0);
    load_feedback(kT0);
    masm_.and_(kT1, kT0, int64_t{15});
    masm_.branch(Cond::kNe, kT1, static_cast<int64_t>(kCacheTagGlobal), slow());
    masm_.load64(kT1, TAIPAN_FIELD(kFrame, Frame, globals));
    masm_.load32(kT2, TAIPAN_FIELD(kT1, Dict, keys_version));
    masm_.shr(kT3, kT0, 32);
    masm_.branch(Cond::kNe, kT2, kT3, slow());
    masm_.load64(kT1, TAIPAN_FIELD(kT1, Dict, entries));
    masm_.zero_extend(Size::k32, kT0, kT0);
    masm_.shr(kT0, kT0, 4);
    static_assert(sizeof(DictEntry) == 24);
    masm_.lea(kT0, at(kT0, kT0, 1));
    masm_.load64(kT2, at(kT1, kT0, 3, offsetof(DictEntry, value)));
    masm_.branch(Cond::kEq, kT2, int64_t{0}, slow());
    incref(kT2, kT0);
    masm_.store64(reg(a()), kT2);
    return true;
  }
  return false;
}

bool Compiler::subscripts() {
  if (op() != kOpGET_ITEM || !gil_) return false;
  if (a() != c()) need_plain(a(), kT0);
  if (a() == b()) return false;
  masm_.load64(kT0, reg(b()));
  masm_.load64(kT1, reg(c()));
  masm_.branch_tagged(false, kT1, slow());
  need_heap(kT0);
  masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT0, Header, shape_id), static_cast<int64_t>(kShapeList), slow());
  masm_.untag(kT1, kT1);
  masm_.load64(kT2, TAIPAN_FIELD(kT0, List, size));
  masm_.branch(Cond::kAboveEq, kT1, kT2, slow());   // negative ones as well
  if (last_b()) need_droppable(kT0, kT2);
  masm_.load64(kT2, TAIPAN_FIELD(kT0, List, items));
  masm_.load64(kT2, at(kT2, kT1, 3));
  incref(kT2, kT1);
  if (last_b()) {
    drop(kT0);
    masm_.store64(reg(b()), 0);
  }
  if (last_c()) masm_.store64(reg(c()), 0);
  masm_.store64(reg(a()), kT2);
  return true;
}

}  // namespace taipan::jit
