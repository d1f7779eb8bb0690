// What changes objects that other threads may be looking at, and what they may be changing meanwhile: the fast paths that differ from those
// for one thread at a time. Stores are C++: an object lock or an exchange, and the displaced value kept for readers (gc/barrier.h).
#include "gc/barrier.h"
#include "gc/lock.h"
#include "interp/eval/inline_cache.h"
#include "interp/objects/error.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"
#include "jit/baseline/compiler.h"

namespace taipan::jit {

using namespace frontend;

namespace {
// 0: nothing has happened, the handler must do it.
uint64_t store_slot(Header* o, uint64_t shape, uint64_t offset, Value v) {
  return store_slot_parallel(o, static_cast<ShapeId>(shape), static_cast<uint32_t>(offset), v);
}
// The same where it adds the attribute: shapes: the old one, and the new one above it.
uint64_t store_first(Header* o, uint64_t shapes, uint64_t offset, Value v, const TypeObject* type, uint64_t version) {
  gc::ObjectLock lock(o);
  if (o->shape() != static_cast<ShapeId>(shapes)) return 0;
  if (type->version.load(std::memory_order_relaxed) != version) return 0;
  auto* slot = reinterpret_cast<Value*>(reinterpret_cast<char*>(o) + offset);
  if (!slot->is_null()) return 0;
  gc::init(slot, Ref::dup(v));
  o->shape_id.store(static_cast<ShapeId>(shapes >> 32), std::memory_order_release);
  return 1;
}
uint64_t store_item(List* l, int64_t i, Value v) {
  if (i < 0) i += static_cast<int64_t>(l->size.load(std::memory_order_relaxed));
  return list_store(l, i, v);
}
void store_cell(Cell* cell, Value v) { gc::store(&cell->h, &cell->value, Ref::dup(v)); }
}  // namespace

void Compiler::list_item(Reg list, Reg index, Reg to, Label no) {
  masm_.load_acquire(Size::k64, kT2, TAIPAN_FIELD(list, List, items));
  masm_.load_acquire(Size::k64, kT3, TAIPAN_FIELD(list, List, size));
  masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(list, List, items), kT2, no);
  need_index(index, kT3, no);
  masm_.branch(Cond::kEq, kT2, int64_t{0}, no);
  masm_.load64(to, at(kT2, index, 3));
  masm_.branch(Cond::kEq, to, int64_t{0}, no);
}

bool Compiler::parallel_store_attribute(uint64_t word) {
  const CacheEntry* chain = (word & 15) == 0 ? cache_entries(word) : nullptr;
  Label stored = masm_.new_label();
  masm_.load64(kT0, reg(a()));
  need_heap(a(), kT0);
  masm_.load64(kT1, reg(b()));
  save_pc();
  auto slot = [&](ShapeId shape, uint32_t offset, Label next) {
    need_shape(kT0, shape, next);
    masm_.call_out(reinterpret_cast<const void*>(&store_slot), {kT0, uint64_t{shape}, uint64_t{offset}, kT1});
    masm_.branch(Cond::kEq, arch::kRet, int64_t{0}, slow());
  };
  if (!chain) {
    slot(static_cast<ShapeId>(word >> 32), cache_word_index(word), slow());
  } else {
    for (const CacheEntry* e = chain; e; e = e->next) {
      if (e->kind != kCacheSlot && e->kind != kCacheTransition) continue;
      Label next = masm_.new_label();
      if (e->kind == kCacheSlot) {
        slot(e->shape, e->index, next);
      } else {
        need_shape(kT0, e->shape, next);
        masm_.call_out(reinterpret_cast<const void*>(&store_first),
                       {kT0, e->shape | uint64_t{e->new_shape} << 32, uint64_t{e->index}, kT1,
                        static_cast<const void*>(e->type), uint64_t{e->version}});
        masm_.branch(Cond::kEq, arch::kRet, int64_t{0}, slow());
      }
      masm_.jump(stored);
      masm_.bind(next);
    }
    masm_.jump(slow());
  }
  masm_.bind(stored);
  if (last_a()) take_operand(a());
  if (last_b()) take_operand(b());
  return true;
}

bool Compiler::parallel_set_item() {
  masm_.load64(kT0, reg(a()));
  masm_.load64(kT1, reg(b()));
  need_int(b(), kT1, slow());
  need_heap(a(), kT0);
  need_shape(kT0, kShapeList, slow());
  masm_.untag(kT1, kT1);
  masm_.load64(kT2, reg(c()));
  save_pc();
  masm_.call_out(reinterpret_cast<const void*>(&store_item), {kT0, kT1, kT2});
  masm_.branch_test(Cond::kEq, arch::kRet, int64_t{1}, slow());
  if (last_a()) take_operand(a());
  if (last_b()) empty(b());
  if (last_c()) take_operand(c());
  return true;
}

bool Compiler::parallel_store_cell() {
  masm_.load64(kT0, reg(a()));
  masm_.load64(kT1, reg(b()));
  save_pc();
  masm_.call_out(reinterpret_cast<const void*>(&store_cell), {kT0, kT1});
  if (last_b()) take_operand(b());
  return true;
}

// An item that is only wanted for the next subscript, as the row of a matrix, isn't counted: its count would go from thread to thread.
bool Compiler::parallel_item_of_item() {
  uint32_t n = code_->instruction_count, at_next = index_ + 1;
  if (at_next >= n || analysis_.is_head(at_next)) return false;
  const Instruction* next = code_->instructions + at_next;
  const Instruction* load = nullptr;
  if (next->op == kOpLOAD_INT && next->a != a()) {
    load = next++;
    if (++at_next >= n || analysis_.is_head(at_next)) return false;
    if (next->c != load->a || !(next->flags & kLastC) || !now_.empty[load->a]) return false;
  }
  if (next->op != kOpGET_ITEM || next->b != a() || next->c == a() || analysis_.feedback(at_next) != 0) return false;
  if (next->a != a() && !(next->flags & kLastB)) return false;
  if (at_next + 1 >= n) return false;
  Label row = masm_.new_label(), found = masm_.new_label(), no = slow();
  // Borrowed: kT0 becomes what the first subscript gives.
  masm_.load64(kT0, reg(b()));
  masm_.load64(kT1, reg(c()));
  need_heap(b(), kT0);
  need_int(c(), kT1, no);
  masm_.untag(kT1, kT1);
  auto item = [&](Reg to, Label have) {
    Label tuple = masm_.new_label();
    need_shape(kT0, kShapeList, tuple);
    if (have.id == found.id) {
      // The row's owner must see that others may be reading it: see publish_borrowed in eval.cpp, which does that.
      Label seen = masm_.new_label(), other = masm_.new_label();
      branch_not_mine(kT0, other);
      masm_.bind(seen);
      cold([this, other, seen, no] {
        masm_.bind(other);
        masm_.branch_mem(Size::k16, Cond::kEq, TAIPAN_FIELD(kT0, Header, owner), gc::kUncountedOwner, seen);
        masm_.load_acquire(Size::k32, kT2, TAIPAN_FIELD(kT0, Header, rc_shared));
        masm_.branch(Cond::kNe, kT2, int64_t{0}, seen);
        masm_.jump(no);
      });
    }
    list_item(kT0, kT1, to, no);
    masm_.bind(have);
    cold([this, tuple, to, have, no] {
      masm_.bind(tuple);
      tuple_item(kT0, kT1, to, no);
      masm_.jump(have);
    });
  };
  item(kT0, row);
  masm_.branch_test(Cond::kNe, kT0, int64_t{7}, no);
  if (load) {
    masm_.mov(kT1, static_cast<int64_t>(static_cast<int32_t>(load->wide())));
  } else {
    masm_.load64(kT1, reg(next->c));
    masm_.branch_tagged(false, kT1, no);
    masm_.untag(kT1, kT1);
  }
  item(kHold, found);
  incref(kHold, kIsValue);
  if (last_b()) take_operand(b());
  if (last_c()) empty(c());
  if (!load && (next->flags & kLastC)) empty(next->c);
  if (next->a != a() && !now_.empty[a()]) take_operand(a());
  set(next->a, kHold);
  masm_.jump(inner_[at_next + 1]);
  forget_all();
  return true;
}

}  // namespace taipan::jit
