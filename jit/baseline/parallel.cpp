// What changes objects that other threads may be looking at, and what they may be changing meanwhile: the fast paths that differ from those
// for one thread at a time.
//
// Stores. What they change is written under its holder's object lock alone: slots of objects, items of lists, values in dicts, cells. Where
// the memory is the thread's own that lock is a store and two looks (gc/lock.h), all of it in line, and between lock and unlock is nothing
// that polls, waits, runs Python code, counts or drops anything: so tests come before, or give the lock back and let C++ begin anew; the
// new value is counted before, and what was there is dropped after. Under the lock is looked once more at what says where the slot is
// (shape, size, number of the keys), and that the collector doesn't want to see what is overwritten (barrier_phase). A reader may have
// seen what was there: an immediate or an uncounted object needs nothing; of others the exchange is atomic, so that the look at the
// holder's shared count comes after it, and if the holder seems to be others' as well the old value is kept for them (gc/barrier.h).
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
constexpr Reg kV5 = arch::kVolatile[5], kV6 = arch::kVolatile[6];

// What C++ does where machine code can't: v is counted for its place. They answer what was there, for the caller to release, or that
// nothing has happened, and the handler must do it; then v isn't counted any more, if it was `counted` for this.
constexpr uint64_t kRefused = kStopIter.bits;
uint64_t refuse(Value v, uint64_t counted) {
  if (counted) decref(v);
  return kRefused;
}
uint64_t store_slot(Header* o, uint64_t shape, uint64_t offset, Value v, uint64_t counted) {
  auto* slot = reinterpret_cast<Value*>(reinterpret_cast<char*>(o) + offset);
  {
    gc::ObjectLock lock(o);
    if (TAIPAN_LIKELY(o->shape() == static_cast<ShapeId>(shape)))
      return gc::exchange_locked(o, slot, Ref::steal(v)).release().bits;
  }
  return refuse(v, counted);
}
// The same where it adds the attribute: shapes: the old one, and the new one above it. counted: and the version of the class above.
uint64_t store_first(Header* o, uint64_t shapes, uint64_t offset, Value v, uint64_t counted, const TypeObject* type) {
  auto* slot = reinterpret_cast<Value*>(reinterpret_cast<char*>(o) + offset);
  {
    gc::ObjectLock lock(o);
    if (o->shape() == static_cast<ShapeId>(shapes) && type->version.load(std::memory_order_relaxed) == counted >> 32 &&
        slot->is_null()) {
      gc::init(slot, Ref::steal(v));
      o->shape_id.store(static_cast<ShapeId>(shapes >> 32), std::memory_order_release);
      return 0;
    }
  }
  return refuse(v, counted & 1);
}
uint64_t store_item(List* l, int64_t i, Value v, uint64_t counted) {
  {
    gc::ObjectLock lock(&l->h);
    size_t n = l->size.load(std::memory_order_relaxed);
    if (i < 0) i += static_cast<int64_t>(n);
    if (TAIPAN_LIKELY(static_cast<uint64_t>(i) < n))
      return gc::exchange_locked(&l->h, &l->items[i], Ref::steal(v)).release().bits;
  }
  return refuse(v, counted);
}
uint64_t store_cell(Cell* cell, Value v) {
  gc::ObjectLock lock(&cell->h);
  return gc::exchange_locked(&cell->h, &cell->value, Ref::steal(v)).release().bits;
}
uint64_t store_entry(Dict* d, uint64_t version, uint64_t index, Value v, uint64_t counted) {
  {
    gc::ObjectLock lock(&d->h);
    if (TAIPAN_LIKELY(d->keys_version.load(std::memory_order_relaxed) == version))
      return gc::exchange_locked(&d->h, &d->entries[index].value, Ref::steal(v)).release().bits;
  }
  return refuse(v, counted);
}
void keep_displaced(Header* holder, Value old) { gc::displaced_fenced(holder, old); }
}  // namespace

// Takes the lock of the object at kT0 as gc::lock does it (gc/lock.h). kT2 is the thread's marker then, until unlock(); V5 and V6 are lost.
// `no`: it isn't that simple, nothing has happened. `undo`: the same for tests made while it is held.
void Compiler::lock(Label no, Label undo) {
  static_assert(gc::kRegions == 1 << 16 && sizeof(*gc::regions) == 4);
  masm_.load64(kT2, TAIPAN_FIELD(kThread, Thread, marker));
  masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kT2, gc::Marker, held), 0, no);
  masm_.store64(TAIPAN_FIELD(kT2, gc::Marker, held), kT0);
  masm_.shr(kV5, kT0, gc::kRegionBits);
  masm_.zero_extend(Size::k16, kV5, kV5);
  masm_.mov(kV6, static_cast<const void*>(gc::regions));
  masm_.load_acquire(Size::k32, kV5, at(kV6, kV5, 2));
  masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT2, gc::Marker, slot), kV5, undo);
  masm_.load_acquire(Size::k8, kV5, TAIPAN_FIELD(kT0, Header, lock));
  masm_.branch_test(Cond::kNe, kV5, int64_t{gc::kLockBit}, undo);
  cold([this, no, undo] {
    masm_.bind(undo);
    unlock();
    masm_.jump(no);
  });
}
void Compiler::unlock() {
  masm_.mov(kV5, 0);
  masm_.store_release(Size::k64, TAIPAN_FIELD(kT2, gc::Marker, held), kV5);
}
void Compiler::need_no_barrier(Label no) {
  masm_.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kThread, Thread, barrier_phase), 0, no);
}
// To kHold, counted for where it goes; if it is its last use the register keeps it until it is there.
void Compiler::value_to_store(uint32_t r, bool last) {
  masm_.load64(kHold, reg(r));
  if (!last) incref(kHold, kinds(r));
}
// The object at kT0 is locked, and kHold is to be in `slot` of it, which isn't at kT2 or kT3. Goes on behind this or at `stored`, unlocked;
// the registers are lost.
void Compiler::exchange_and_unlock(Mem slot, uint32_t value, bool last, Label undo, Label stored) {
  Label heap = masm_.new_label(), plain = masm_.new_label();
  need_no_barrier(undo);
  masm_.load64(kT3, slot);
  masm_.branch_test(Cond::kEq, kT3, int64_t{7}, heap);
  masm_.bind(plain);
  masm_.store_release(Size::k64, slot, kHold);
  unlock();
  if (last) masm_.store64(reg(value), 0);
  cold([this, heap, plain, slot, value, last, stored] {
    masm_.bind(heap);
    masm_.branch(Cond::kEq, kT3, int64_t{0}, plain);
    masm_.branch_mem(Size::k16, Cond::kEq, TAIPAN_FIELD(kT3, Header, owner), gc::kUncountedOwner, plain);
    masm_.atomic_swap(Size::k64, kT3, slot, kHold);
    unlock();
    if (last) masm_.store64(reg(value), 0);
    masm_.mov(kHold, kT3);
    keep_if_shared();
    call_drop(kHold, stubs_.drop, stubs_.drop_float);
    masm_.jump(stored);
  });
}
// kHold, a heap object, was taken out of the one at kT0 by an atomic exchange: it is kept for those who may be reading that.
void Compiler::keep_if_shared() {
  Label shared = masm_.new_near_label(), done = masm_.new_label();
  branch_not_mine(kT0, shared);
  masm_.load_acquire(Size::k32, kV5, TAIPAN_FIELD(kT0, Header, rc_shared));
  masm_.branch(Cond::kEq, kV5, int64_t{0}, done);
  masm_.bind(shared);
  masm_.call_out(reinterpret_cast<const void*>(&keep_displaced), {kT0, kHold});
  masm_.bind(done);
}
// At `no` C++ does it: `call` calls one of the above.
template <class F>
void Compiler::store_in_cpp(Label no, uint32_t value, bool last, Label stored, F call) {
  cold([this, no, value, last, stored, call, out = way_out()] {
    masm_.bind(no);
    save_pc();
    call();
    masm_.branch(Cond::kEq, arch::kRet, static_cast<int64_t>(kRefused), out);
    masm_.mov(kHold, arch::kRet);
    if (last) masm_.store64(reg(value), 0);
    drop_likely(kHold);
    masm_.jump(stored);
  });
}

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
  uint32_t value = b();
  bool last = last_b();
  masm_.load64(kT0, reg(a()));
  need_heap(a(), kT0);
  auto slot = [&](ShapeId shape, uint32_t offset, Label next) {
    Label no = masm_.new_label(), undo = masm_.new_label();
    need_shape(kT0, shape, next);
    value_to_store(value, last);
    lock(no, undo);
    need_shape(kT0, shape, undo);
    exchange_and_unlock(at(kT0, offset), value, last, undo, stored);
    store_in_cpp(no, value, last, stored, [this, shape, offset, last] {
      masm_.call_out(reinterpret_cast<const void*>(&store_slot),
                     {kT0, uint64_t{shape}, uint64_t{offset}, kHold, uint64_t{!last}});
    });
  };
  auto first = [&](const CacheEntry* e, Label next) {
    Label no = masm_.new_label(), undo = masm_.new_label();
    need_shape(kT0, e->shape, next);
    value_to_store(value, last);
    lock(no, undo);
    need_shape(kT0, e->shape, undo);
    masm_.mov(kT1, static_cast<const void*>(e->type));
    masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT1, TypeObject, version), e->version, undo);
    masm_.branch_mem(Size::k64, Cond::kNe, at(kT0, e->index), 0, undo);
    masm_.store_release(Size::k64, at(kT0, e->index), kHold);
    masm_.mov(kT1, static_cast<int64_t>(e->new_shape));
    masm_.store_release(Size::k32, TAIPAN_FIELD(kT0, Header, shape_id), kT1);
    unlock();
    if (last) masm_.store64(reg(value), 0);
    store_in_cpp(no, value, last, stored, [this, e, last] {
      masm_.call_out(reinterpret_cast<const void*>(&store_first),
                     {kT0, e->shape | uint64_t{e->new_shape} << 32, uint64_t{e->index}, kHold,
                      uint64_t{e->version} << 32 | uint64_t{!last}, static_cast<const void*>(e->type)});
    });
  };
  if (!chain) {
    slot(static_cast<ShapeId>(word >> 32), cache_word_index(word), slow());
  } else {
    for (const CacheEntry* e = chain; e; e = e->next) {
      if (e->kind != kCacheSlot && e->kind != kCacheTransition) continue;
      Label next = masm_.new_label();
      if (e->kind == kCacheSlot)
        slot(e->shape, e->index, next);
      else
        first(e, next);
      masm_.jump(stored);
      masm_.bind(next);
    }
    masm_.jump(slow());
  }
  masm_.bind(stored);
  if (last) now_.kinds[value] = kIsNull;
  if (last_a()) take_operand(a());
  return true;
}

bool Compiler::parallel_set_item() {
  uint32_t key = b(), value = c();
  bool last = last_c();
  Label stored = masm_.new_label(), no = masm_.new_label(), undo = masm_.new_label();
  masm_.load64(kT0, reg(a()));
  masm_.load64(kT1, reg(key));
  need_int(key, kT1, slow());
  need_heap(a(), kT0);
  need_shape(kT0, kShapeList, slow());
  masm_.untag(kT1, kT1);
  value_to_store(value, last);
  lock(no, undo);
  masm_.load64(kT3, TAIPAN_FIELD(kT0, List, size));
  need_index(kT1, kT3, undo);
  masm_.load64(kT3, TAIPAN_FIELD(kT0, List, items));
  masm_.lea(kT1, at(kT3, kT1, 3));
  exchange_and_unlock(at(kT1), value, last, undo, stored);
  store_in_cpp(no, value, last, stored, [this, key, last] {
    masm_.load64(kT1, reg(key));
    masm_.untag(kT1, kT1);
    masm_.call_out(reinterpret_cast<const void*>(&store_item), {kT0, kT1, kHold, uint64_t{!last}});
  });
  masm_.bind(stored);
  if (last) now_.kinds[value] = kIsNull;
  if (last_a()) take_operand(a());
  if (last_b()) empty(b());
  return true;
}

bool Compiler::parallel_store_cell() {
  Label stored = masm_.new_label(), no = masm_.new_label(), undo = masm_.new_label();
  uint32_t value = b();
  bool last = last_b();
  masm_.load64(kT0, reg(a()));
  value_to_store(value, last);
  lock(no, undo);
  exchange_and_unlock(TAIPAN_FIELD(kT0, Cell, value), value, last, undo, stored);
  store_in_cpp(no, value, last, stored,
               [this] { masm_.call_out(reinterpret_cast<const void*>(&store_cell), {kT0, kHold}); });
  masm_.bind(stored);
  if (last) now_.kinds[value] = kIsNull;
  return true;
}

// STORE_GLOBAL, STORE_NAME of a name that is in the globals already.
bool Compiler::parallel_store_global() {
  uint64_t word = analysis_.feedback(index_);
  if (!parallel_ || (word & 15) != kCacheTagGlobal) return false;
  Label stored = masm_.new_label(), no = masm_.new_label(), undo = masm_.new_label();
  uint32_t value = a(), index = cache_word_index(word);
  auto version = static_cast<int64_t>(word >> 32);
  bool last = last_a();
  masm_.load64(kT0, TAIPAN_FIELD(kFrame, Frame, globals));
  if (op() == kOpSTORE_NAME) masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kFrame, Frame, locals), kT0, slow());
  masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT0, Dict, keys_version), version, slow());
  value_to_store(value, last);
  lock(no, undo);
  masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT0, Dict, keys_version), version, undo);
  masm_.load64(kT1, TAIPAN_FIELD(kT0, Dict, entries));
  exchange_and_unlock(at(kT1, int64_t{index} * static_cast<int64_t>(sizeof(DictEntry)) +
                                  static_cast<int64_t>(offsetof(DictEntry, value))),
                      value, last, undo, stored);
  store_in_cpp(no, value, last, stored, [this, version, index, last] {
    masm_.call_out(reinterpret_cast<const void*>(&store_entry),
                   {kT0, version, uint64_t{index}, kHold, uint64_t{!last}});
  });
  masm_.bind(stored);
  if (last) now_.kinds[value] = kIsNull;
  return true;
}

// list.append(item) and list.pop(), the list at kT0. The item goes from register `item`, which the caller empties, to the list, or from
// there to kHold. After pop() kT0 is lost.
void Compiler::parallel_append(uint32_t item, Label no) {
  Label undo = masm_.new_label();
  lock(no, undo);
  masm_.load64(kT1, TAIPAN_FIELD(kT0, List, size));
  masm_.branch_mem(Size::k64, Cond::kBelowEq, TAIPAN_FIELD(kT0, List, capacity), kT1, undo);
  masm_.load64(kT3, TAIPAN_FIELD(kT0, List, items));
  masm_.load64(kV6, reg(item));
  masm_.store_release(Size::k64, at(kT3, kT1, 3), kV6);
  masm_.add(kT1, kT1, int64_t{1});
  masm_.store_release(Size::k64, TAIPAN_FIELD(kT0, List, size), kT1);
  unlock();
}
// A list that becomes much shorter gives memory back, which C++ does. temp is lost.
void Compiler::need_no_shrinking(Reg size, Reg temp, Label no) {
  Label stays = masm_.new_near_label();
  masm_.load64(temp, TAIPAN_FIELD(kT0, List, capacity));
  masm_.branch(Cond::kBelow, temp, int64_t{16}, stays);
  masm_.shr(temp, temp, 1);
  masm_.branch(Cond::kBelow, size, temp, no);
  masm_.bind(stays);
}
void Compiler::parallel_pop(Label no) {
  Label undo = masm_.new_label(), heap = masm_.new_label(), plain = masm_.new_label(), popped = masm_.new_label();
  lock(no, undo);
  need_no_barrier(undo);
  masm_.load64(kT1, TAIPAN_FIELD(kT0, List, size));
  masm_.branch(Cond::kEq, kT1, int64_t{0}, undo);
  masm_.add(kT1, kT1, int64_t{-1});
  need_no_shrinking(kT1, kT3, undo);
  masm_.load64(kT3, TAIPAN_FIELD(kT0, List, items));
  masm_.lea(kT3, at(kT3, kT1, 3));
  masm_.mov(kV6, 0);
  masm_.load64(kHold, at(kT3));
  masm_.branch_test(Cond::kEq, kHold, int64_t{7}, heap);
  masm_.bind(plain);
  masm_.store_release(Size::k64, at(kT3), kV6);
  masm_.store_release(Size::k64, TAIPAN_FIELD(kT0, List, size), kT1);
  unlock();
  masm_.bind(popped);
  cold([this, heap, plain, popped] {
    masm_.bind(heap);
    masm_.branch_mem(Size::k16, Cond::kEq, TAIPAN_FIELD(kHold, Header, owner), gc::kUncountedOwner, plain);
    masm_.atomic_swap(Size::k64, kHold, at(kT3), kV6);
    masm_.store_release(Size::k64, TAIPAN_FIELD(kT0, List, size), kT1);
    unlock();
    keep_if_shared();
    masm_.jump(popped);
  });
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
