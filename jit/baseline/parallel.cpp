// What changes objects that other threads may be looking at, and what they may be changing meanwhile: the fast paths that differ from those
// for one thread at a time. Stores are C++: an object lock or an exchange, and the displaced value kept for readers (gc/barrier.h).
#include "gc/barrier.h"
#include "gc/lock.h"
#include "interp/eval/inline_cache.h"
#include "interp/objects/dict.h"
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

// ---- What is only wanted for what the next instruction reads from it isn't counted: a cell's list for its item, the row of a matrix, an
// attribute for its attribute. Its count would go from thread to thread, or be kept in an array of this one's (gc/hot.h).
//
// It can't be freed meanwhile. It was read from a slot of what this thread holds, or has borrowed in the same way; who takes it out of there
// keeps it until all threads have polled (gc/barrier.h), and between the first load and the count of what comes out in the end nothing here
// polls or runs Python code. That rule has one condition: who displaces something lets it die at once where the holder seems to be its
// alone. So before anything that changes is read from a borrowed object, its owner must be able to see that others have it: it is this
// thread's own (whoever else stores there isn't the owner), isn't counted, or has a state in rc_shared, which never goes away again. Either
// the owner's look at the state, which comes after its store, sees that, or its store came before the state, and so before our read.
// Where there is no state yet the object is counted as always, which marks it.
void Compiler::need_published(Reg heap, Label no) {
  Label seen = masm_.new_label(), other = masm_.new_label();
  branch_not_mine(heap, other);
  masm_.bind(seen);
  cold([this, heap, seen, other, no] {
    masm_.bind(other);
    masm_.branch_mem(Size::k16, Cond::kEq, TAIPAN_FIELD(heap, Header, owner), gc::kUncountedOwner, seen);
    masm_.load_acquire(Size::k32, kT2, TAIPAN_FIELD(heap, Header, rc_shared));
    masm_.branch_test(Cond::kNe, kT2, static_cast<int64_t>(gc::kSharedState), seen);
    masm_.jump(no);
  });
}

// The instructions from `index` on that read from what register r holds, each from what the one before has read: r, and what comes after it
// but for the last result, is nobody else's.
uint32_t Compiler::readers(uint32_t index, uint32_t r, Reader* out, uint32_t most, bool own) const {
  uint32_t n = code_->instruction_count, count = 0;
  // (own: the current instruction's object is in the register that its result goes to.)
  auto free_for_it = [&](uint32_t t) { return is_temporary(t) && (now_.empty[t] || (own && t == a())); };
  for (; count < most && free_for_it(r); count++) {
    Reader reader;
    uint32_t at = index;
    if (at + 1 >= n || analysis_.is_head(at)) break;
    const Instruction* in = code_->instructions + at;
    if (in->op == kOpLOAD_INT && in->a != r) {
      reader.number = in++;
      if (++at + 1 >= n || analysis_.is_head(at)) break;
      if (in->op != kOpGET_ITEM || in->c != reader.number->a || !(in->flags & kLastC) || !now_.empty[in->c]) break;
    }
    if (in->b != r || (in->a != r && !(in->flags & kLastB))) break;
    uint64_t word = analysis_.feedback(at);
    if (in->op == kOpLOAD_ATTR) {
      if ((word & 15) != kCacheTagSlot) break;
    } else if (in->op == kOpGET_ITEM) {
      bool dict = (word & 15) == kCacheTagShape && word >> 32 == kShapeDict && !reader.number;
      if (in->c == r || !(word == 0 || dict)) break;
      for (uint32_t i = 0; i < count; i++)
        if (out[i].in->a == in->c) return count;
      if (dict) most = count + 1;  // what it gives is counted already
    } else {
      break;
    }
    reader.in = in;
    reader.at = at;
    out[count] = reader;
    r = in->a;
    index = at + 1;
  }
  return count;
}

// kT0 is borrowed, or (held) in the first reader's register b. Goes on behind the last reader, or at `no`, where nothing has happened.
void Compiler::read_borrowed(const Reader* readers, uint32_t count, bool held, Label no) {
  Facts now = now_;
  Cached cache[arch::kFloatCount];
  std::copy(std::begin(cache_), std::end(cache_), cache);
  bool counted = false;
  for (uint32_t i = 0; i < count; i++) {
    const Instruction* in = readers[i].in;
    uint64_t word = analysis_.feedback(readers[i].at);
    Reg to = i + 1 < count ? kT0 : kHold;
    bool borrowed = i > 0 || !held;
    masm_.branch_test(Cond::kNe, kT0, int64_t{7}, no);
    if (in->op == kOpLOAD_ATTR) {
      need_shape(kT0, static_cast<uint32_t>(word >> 32), no);
      if (borrowed) need_published(kT0, no);
      masm_.load64(to, at(kT0, cache_word_index(word)));
      masm_.branch(Cond::kEq, to, int64_t{0}, no);
      continue;
    }
    if (readers[i].number)
      masm_.mov(kT1, static_cast<int64_t>(static_cast<int32_t>(readers[i].number->wide())));
    else
      masm_.load64(kT1, reg(in->c));
    if (word != 0) {
      need_shape(kT0, kShapeDict, no);
      if (borrowed) need_published(kT0, no);
      masm_.call_out(reinterpret_cast<const void*>(&dict_peek_parallel), {kT0, kT1});
      masm_.branch(Cond::kEq, arch::kRet, int64_t{0}, no);
      masm_.mov(kHold, arch::kRet);
      counted = true;
      break;
    }
    if (!readers[i].number) {
      if (!is_exactly(in->c, kIsInt)) masm_.branch_tagged(false, kT1, no);
      masm_.untag(kT1, kT1);
    }
    Label tuple = masm_.new_label(), have = masm_.new_label();
    need_shape(kT0, kShapeList, tuple);
    if (borrowed) need_published(kT0, no);
    list_item(kT0, kT1, to, no);
    masm_.bind(have);
    cold([this, tuple, to, have, no] {
      masm_.bind(tuple);
      tuple_item(kT0, kT1, to, no);
      masm_.jump(have);
    });
  }
  if (!counted) incref(kHold, kIsValue);
  // (Drops may run anything: from here on only kHold counts.)
  for (uint32_t i = 0; i < count; i++) {
    const Instruction* in = readers[i].in;
    bool with_key = in->op == kOpGET_ITEM && !readers[i].number && (in->flags & kLastC);
    if (with_key) take_operand(in->c);
    bool taken_over = in->b == readers[count - 1].in->a;  // by the result, which lets go of what is there
    if (i == 0 && held && ((in->flags & kLastB) || in->b == in->a) && !taken_over) take_operand(in->b);
  }
  set(readers[count - 1].in->a, kHold);
  masm_.jump(inner_[readers[count - 1].at + 1]);
  now_ = now;
  std::copy(std::begin(cache), std::end(cache), cache_);
}

// The current instruction's result is read from by what follows, in the ways above. load: puts it in kT0, as it is in its slot (kT0 and kT1
// are its to use), or goes on at `no`.
template <class F>
void Compiler::borrow(F load) {
  if (!parallel_ || !no_dirty_floats()) return;
  Reader all[kMostReaders];
  uint32_t count = readers(index_ + 1, a(), all, kMostReaders, false);
  if (!count) return;
  forget_before(all, count);
  Label no = masm_.new_label();
  load(no);
  read_borrowed(all, count, false, no);
  masm_.bind(no);
}
void Compiler::borrow_cell() {
  borrow([this](Label no) {
    masm_.load64(kT0, reg(b()));
    masm_.load64(kT0, TAIPAN_FIELD(kT0, Cell, value));
    masm_.branch(Cond::kEq, kT0, int64_t{0}, no);
  });
}
void Compiler::borrow_global(uint32_t version, uint32_t index) {
  borrow([this, version, index](Label no) {
    masm_.load64(kT1, TAIPAN_FIELD(kFrame, Frame, globals));
    load_entries(kT0, kT1);
    masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT1, Dict, keys_version), static_cast<int64_t>(version), no);
    masm_.load64(kT0, at(kT0, int64_t{index} * static_cast<int64_t>(sizeof(DictEntry)) +
                                  static_cast<int64_t>(offsetof(DictEntry, value))));
    masm_.branch(Cond::kEq, kT0, int64_t{0}, no);
  });
}
// The same where the current instruction reads from its register b itself.
void Compiler::borrow_result() {
  if (!parallel_ || !no_dirty_floats()) return;
  Reader all[kMostReaders];
  all[0].in = pc_;
  all[0].at = index_;
  uint32_t count = 1 + readers(index_ + 1, a(), all + 1, kMostReaders - 1, a() == b());
  if (count == 1) return;
  forget_before(all, count);
  Label no = masm_.new_label();
  masm_.load64(kT0, reg(b()));
  read_borrowed(all, count, true, no);
  masm_.bind(no);
}
// C++ loses the doubles in machine registers. The instruction that calls it would forget them as well.
void Compiler::forget_before(const Reader* readers, uint32_t count) {
  const Reader& last = readers[count - 1];
  if (last.in->op == kOpGET_ITEM && analysis_.feedback(last.at) != 0) forget_all();
}
bool Compiler::no_dirty_floats() const {
  for (const Cached& c : cache_)
    if (c.dirty) return false;
  return true;
}

}  // namespace taipan::jit
