// Attributes by shape, methods by class version, globals by their dictionary's layout, items of lists and tuples, cells.
//
// Where threads run in parallel what is read here may change under the reader. The rules are the interpreter's (gc/barrier.h): a value found
// in a slot can be counted until this thread's next poll, for whoever displaces it keeps it until then; what says where the slot is (the
// array of a dict or a list) is read before what says that it is still good (the number of the keys, the size and the array once more), and
// replaced arrays wait for all polls as well. On ARM64 these pairs of loads are acquires; a value and what it points to need none, for the
// address depends on the first load and the store was a release. Stores are in parallel.cpp.
#include "gc/hot.h"
#include "interp/eval/inline_cache.h"
#include "interp/objects/bytes.h"
#include "interp/objects/descr.h"
#include "interp/objects/dict.h"
#include "interp/objects/error.h"
#include "interp/objects/list.h"
#include "interp/objects/str.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/tuple.h"
#include "jit/baseline/compiler.h"

namespace taipan::jit {

using namespace frontend;

namespace {
// What an entry points to is there as long as its class is as it was. The class itself may be gone: its shape tells.
bool is_current(const CacheEntry* e) {
  auto* s = static_cast<Shape*>(gc::shape_table[e->shape]);
  return s && s->type == e->type && e->type->version.load(std::memory_order_relaxed) == e->version;
}
Shape* shape_of_entry(const CacheEntry* e) { return static_cast<Shape*>(gc::shape_table[e->shape]); }
bool is_plain_load(const CacheEntry* e) {
  if ((e->kind == kCacheClassValue || e->kind == kCacheTupleItem) && !is_current(e)) return false;
  if (e->kind == kCacheDictValue && looks_up(e)) return false;
  return e->kind == kCacheSlot || e->kind == kCacheOverflow || e->kind == kCacheDictValue ||
         e->kind == kCacheTypeAttr || e->kind == kCacheClassValue || e->kind == kCacheTupleItem;
}
// An attribute of ints and the like, which have no header: but for methods of ints a helper looks it up.
bool is_immediate(const CacheEntry* e) {
  return e->shape == kShapeInt || e->shape == kShapeFloat || e->shape == kShapeBool || e->shape == kShapeNoneType;
}
// A class method of the class that it is taken from.
bool is_of_class(const CacheEntry* e) { return e->kind == kCacheClassMethod && e->index && gc::shape_table[e->shape]; }
}  // namespace

// kT1 is the class that the entry is about, as it was, and so is its metaclass: versions are unique.
void Compiler::need_this_class(const CacheEntry* e, Label no) {
  masm_.mov(kT2, static_cast<const void*>(e->type));
  masm_.branch(Cond::kNe, kT1, kT2, no);
  masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT2, TypeObject, version), e->version, slow());
  masm_.mov(kT2, static_cast<const void*>(shape_of_entry(e)->type));
  masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT2, TypeObject, version), e->version2, slow());
}

// What the feedback says when the code is made is compiled in. A change of a class that makes a slot word wrong makes the code anew (see
// baseline.cpp); whatever else is cached has its version checked here.
bool Compiler::attributes() {
  uint64_t word = analysis_.feedback(index_);
  switch (op()) {
    case kOpLOAD_ATTR: {
      if (word == 0) {
        masm_.jump(slow());
        return true;
      }
      if (word == kMegamorphic) return false;
      if ((word & 15) == 0) return polymorphic_attribute();
      if ((word & 15) != kCacheTagSlot) return false;
      borrow_result();
      masm_.load64(kT0, reg(b()));
      need_heap(b(), kT0);
      need_shape(kT0, static_cast<uint32_t>(word >> 32), slow());
      masm_.load64(kHold, at(kT0, cache_word_index(word)));
      masm_.branch(Cond::kEq, kHold, int64_t{0}, slow());
      incref(kHold, kIsValue);
      if (last_b()) {
        masm_.store64(reg(b()), 0);
        now_.kinds[b()] = kIsNull;
        drop_heap(kT0);
      }
      set(a(), kHold);
      return true;
    }
    case kOpSTORE_ATTR: {
      if (word == 0) {
        masm_.jump(slow());
        return true;
      }
      const CacheEntry* chain = (word & 15) == 0 ? cache_entries(word) : nullptr;
      if (!chain && (word & 15) != kCacheTagSlot) return false;
      const CacheEntry* simple = chain;
      while (simple && simple->kind != kCacheSlot && simple->kind != kCacheTransition) simple = simple->next;
      if (chain && !simple) return false;  // setters and the like
      if (parallel_) return parallel_store_attribute(word);
      need_alone();
      masm_.load64(kT0, reg(a()));
      need_heap(a(), kT0);
      Label done = masm_.new_label();
      auto take = [this] {
        masm_.load64(kHold, reg(b()));
        if (last_b()) {
          masm_.store64(reg(b()), 0);
          now_.kinds[b()] = kIsNull;
        } else {
          incref(kHold, kinds(b()));
        }
      };
      // kT0: the object.
      auto replace = [&](uint32_t offset) {
        need_no_barrier(slow());
        take();
        masm_.load64(kT1, at(kT0, offset));
        masm_.lea(kT2, at(kT0, offset));
        masm_.store_release(Size::k64, at(kT2), kHold);
        if (last_a()) {
          masm_.mov(kHold, kT0);
          drop(kT1);
          masm_.store64(reg(a()), 0);
          drop_heap(kHold);
        } else {
          drop(kT1);
        }
      };
      if (!chain) {
        need_shape(kT0, static_cast<uint32_t>(word >> 32), slow());
        replace(cache_word_index(word));
        return true;
      }
      Kinds operand_a = now_.kinds[a()], operand_b = now_.kinds[b()];
      for (const CacheEntry* e = chain; e; e = e->next) {
        if (e->kind != kCacheSlot && !(e->kind == kCacheTransition && is_current(e))) continue;
        Label next = masm_.new_label();
        now_.kinds[a()] = operand_a;
        now_.kinds[b()] = operand_b;
        need_shape(kT0, e->shape, next);
        if (e->kind == kCacheSlot) {
          replace(e->index);
        } else {
          masm_.mov(kT1, static_cast<const void*>(e->type));
          masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT1, TypeObject, version), e->version, slow());
          masm_.branch_mem(Size::k64, Cond::kNe, at(kT0, e->index), 0, slow());
          take();
          masm_.lea(kT2, at(kT0, e->index));
          masm_.store_release(Size::k64, at(kT2), kHold);
          masm_.mov(kT1, static_cast<int64_t>(e->new_shape));
          masm_.store_release(Size::k32, at(kT0), kT1);
          if (last_a()) {
            masm_.store64(reg(a()), 0);
            drop_heap(kT0);
          }
        }
        masm_.jump(done);
        masm_.bind(next);
      }
      masm_.jump(slow());
      masm_.bind(done);
      return true;
    }
    case kOpLOAD_METHOD:
    case kOpLOAD_SPECIAL: {
      methods_[a()] = Value();
      method_shapes_[a()] = 0;
      plain_[a()] = false;
      if (word == 0) {
        masm_.jump(slow());
        return true;
      }
      if ((word & 15) != 0) return false;
      std::vector<const CacheEntry*> methods;  // (once: other threads may be changing classes)
      bool immortal = true;
      for (const CacheEntry* e = cache_entries(word); e; e = e->next) {
        if (is_of_class(e)) {
          methods.push_back(e);
          immortal = false;
          continue;
        }
        if ((e->kind != kCacheMethod && e->kind != kCacheMethodNoDict) || !is_current(e)) continue;
        methods.push_back(e);
        immortal &= gc::is_immortal(e->value.header());
      }
      bool of_int = methods.size() == 1 && methods[0]->shape == kShapeInt;
      for (const CacheEntry* e : methods)
        if (is_immediate(e) && !of_int) return false;
      Label found = masm_.new_label();
      masm_.load64(kT1, reg(b()));
      if (of_int)
        masm_.branch_tagged(false, kT1, slow());
      else
        need_heap(b(), kT1);
      if (methods.empty()) return polymorphic_method();
      Value only = methods.size() == 1 && !is_of_class(methods[0]) ? methods[0]->value : Value();
      methods_[a()] =
          only && gc::is_immortal(only.header()) && has_shape(only, kShapeMethodDescriptor) ? only : Value();
      method_shapes_[a()] = methods.size() == 1 ? methods[0]->shape : 0;
      for (const CacheEntry* e : methods) {
        bool last = e == methods.back();
        Label next = last ? slow() : masm_.new_label();
        if (!of_int) need_shape(kT1, e->shape, next);
        if (is_of_class(e)) {
          need_this_class(e, next);
          masm_.mov(kHold, static_cast<int64_t>(e->value.bits));
          if (!e->extra) {
            masm_.load64(kHold, TAIPAN_FIELD(kHold, ClassMethod, callable));
            masm_.branch_test(Cond::kNe, kHold, int64_t{7}, slow());
            masm_.branch(Cond::kEq, kHold, int64_t{0}, slow());
            need_shape(kHold, kShapeFunction, slow());
          }
          if (!last) {
            masm_.jump(found);
            masm_.bind(next);
          }
          continue;
        }
        if (e->type->flags & kTypeHeap) {  // others never change
          masm_.mov(kT2, static_cast<const void*>(e->type));
          masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT2, TypeObject, version), e->version, next);
        }
        if (e->kind == kCacheMethodNoDict) masm_.branch_mem(Size::k64, Cond::kNe, at(kT1, e->index), 0, next);
        masm_.mov(kHold, static_cast<int64_t>(e->value.bits));
        if (!last) {
          masm_.jump(found);
          masm_.bind(next);
        }
      }
      masm_.bind(found);
      if (!immortal) incref(kHold, kIsHeap);
      // Both targets are written before what they held goes: that may run anything.
      if (last_b()) {
        masm_.store64(reg(b()), 0);
        now_.kinds[b()] = kIsNull;
      } else if (!of_int) {
        incref(kT1, kIsHeap);
      }
      Kinds old0 = kinds(a()), old1 = kinds(a() + 1u);
      if (old1 & kIsHeap) masm_.load64(kT2, reg(a() + 1u));
      masm_.store64(reg(a() + 1u), kT1);
      forget(a());
      forget(a() + 1u);
      if (old0 & kIsHeap) {
        masm_.load64(kT0, reg(a()));
        masm_.store64(reg(a()), kHold);
        masm_.mov(kHold, kT2);
        drop(kT0);
      } else {
        masm_.store64(reg(a()), kHold);
        if (old1 & kIsHeap) masm_.mov(kHold, kT2);
      }
      if (old1 & kIsHeap) drop(kHold);
      return true;
    }
  }
  return false;
}

// A chain: attributes of several shapes, or of classes and modules.
bool Compiler::polymorphic_attribute() {
  const CacheEntry* chain = cache_entries(analysis_.feedback(index_));
  std::vector<std::pair<const CacheEntry*, Shape*>> loads;  // (once: other threads may be changing classes)
  for (const CacheEntry* e = chain; e; e = e->next) {
    Shape* s = shape_of_entry(e);
    if (s && is_plain_load(e)) loads.emplace_back(e, s);
  }
  if (loads.empty()) return false;
  for (auto [e, s] : loads)
    if (is_immediate(e)) return false;
  Label found = masm_.new_label();
  masm_.load64(kT0, reg(b()));
  need_heap(b(), kT0);
  for (auto [e, s] : loads) {
    bool last = e == loads.back().first;
    Label next = last ? slow() : masm_.new_label();
    need_shape(kT0, e->shape, next);
    switch (e->kind) {
      case kCacheSlot:
        masm_.load64(kHold, at(kT0, e->index));
        masm_.branch(Cond::kEq, kHold, int64_t{0}, slow());
        break;
      case kCacheTypeAttr:
        masm_.mov(kT1, static_cast<const void*>(e->type));
        masm_.branch(Cond::kNe, kT0, kT1, next);
        masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT1, TypeObject, version), e->version, slow());
        // Its metaclass hasn't changed either.
        masm_.mov(kT1, static_cast<const void*>(s->type));
        masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT1, TypeObject, version), e->version2, slow());
        masm_.mov(kHold, static_cast<int64_t>(e->value.bits));
        break;
      case kCacheClassValue:
        masm_.mov(kT1, static_cast<const void*>(e->type));
        masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT1, TypeObject, version), e->version, slow());
        masm_.mov(kHold, static_cast<int64_t>(e->value.bits));
        break;
      case kCacheTupleItem:
        masm_.mov(kT1, static_cast<const void*>(e->type));
        masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT1, TypeObject, version), e->version, slow());
        masm_.branch_mem(Size::k64, Cond::kBelowEq, TAIPAN_FIELD(kT0, Tuple, size), int64_t{e->index}, slow());
        masm_.load64(kHold, at(kT0, static_cast<int64_t>(kTupleItems) + int64_t{e->index} * 8));
        break;
      default: {
        if (s->attr_offset <= 0) {  // none, or at the end of a cell whose size varies
          masm_.jump(slow());
          break;
        }
        masm_.load64(kT1, at(kT0, s->attr_offset));
        if (e->kind == kCacheOverflow) {
          masm_.branch_tagged(false, kT1, slow());  // in dictionary mode meanwhile
          masm_.load64(kHold, at(kT1, int64_t{e->index - s->inline_capacity} * 8 - 1));
        } else {
          masm_.branch(Cond::kEq, kT1, int64_t{0}, slow());
          load_entries(kT2, kT1);
          masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT1, Dict, keys_version), e->version, slow());
          masm_.load64(kHold, at(kT2, int64_t{e->index} * static_cast<int64_t>(sizeof(DictEntry)) +
                                          static_cast<int64_t>(offsetof(DictEntry, value))));
        }
        masm_.branch(Cond::kEq, kHold, int64_t{0}, slow());
      }
    }
    if (!last) {
      masm_.jump(found);
      masm_.bind(next);
    }
  }
  masm_.bind(found);
  incref(kHold, kIsValue);
  if (last_b()) take_operand(b());
  set(a(), kHold);
  return true;
}
// LOAD_METHOD of what is no method: an attribute of a module, mostly. Nothing comes first then.
bool Compiler::polymorphic_method() {
  const CacheEntry* e = cache_entries(analysis_.feedback(index_));
  if (e->next || (e->kind != kCacheDictValue && e->kind != kCacheTypeAttr && e->kind != kCacheSlot)) return false;
  auto* s = static_cast<Shape*>(gc::shape_table[e->shape]);
  if (!s || (e->kind == kCacheDictValue && (s->attr_offset <= 0 || looks_up(e)))) return false;
  need_shape(kT1, e->shape, slow());
  if (e->kind == kCacheTypeAttr) {
    need_this_class(e, slow());
    masm_.mov(kHold, static_cast<int64_t>(e->value.bits));
  } else if (e->kind == kCacheSlot) {
    masm_.load64(kHold, at(kT1, e->index));
    masm_.branch(Cond::kEq, kHold, int64_t{0}, slow());
  } else {
    masm_.load64(kT2, at(kT1, s->attr_offset));
    masm_.branch(Cond::kEq, kT2, int64_t{0}, slow());
    load_entries(kT3, kT2);
    masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT2, Dict, keys_version), e->version, slow());
    masm_.load64(kHold, at(kT3, int64_t{e->index} * static_cast<int64_t>(sizeof(DictEntry)) +
                                    static_cast<int64_t>(offsetof(DictEntry, value))));
    masm_.branch(Cond::kEq, kHold, int64_t{0}, slow());
  }
  plain_[a()] = true;
  incref(kHold, kIsValue);
  if (last_b()) take_operand(b());
  set(a(), kHold);
  forget(a() + 1u);
  if (kinds(a() + 1u) == kIsNull) return true;
  masm_.load64(kT0, reg(a() + 1u));
  masm_.store64(reg(a() + 1u), 0);
  drop(kT0);
  return true;
}

// A dict's array, before its number is looked at.
void Compiler::load_entries(Reg to, Reg dict) {
  if (threads_ == Threads::kGil)
    masm_.load64(to, TAIPAN_FIELD(dict, Dict, entries));
  else
    masm_.load_acquire(Size::k64, to, TAIPAN_FIELD(dict, Dict, entries));
}
bool Compiler::global() {
  if (op() == kOpSTORE_GLOBAL || op() == kOpSTORE_NAME) return parallel_store_global();
  if (op() != kOpLOAD_GLOBAL && op() != kOpLOAD_NAME) return false;
  uint64_t word = analysis_.feedback(index_);
  if (word == 0 && op() == kOpLOAD_GLOBAL) {
    masm_.jump(slow());
    return true;
  }
  const CacheEntry* e = (word & 15) == 0 ? cache_entries(word) : nullptr;
  if ((word & 15) != kCacheTagGlobal && (!e || e->kind != kCacheBuiltin)) return false;
  if (op() == kOpLOAD_GLOBAL && !e) borrow_global(static_cast<uint32_t>(word >> 32), cache_word_index(word));
  if (op() == kOpLOAD_NAME) {
    masm_.load64(kT1, TAIPAN_FIELD(kFrame, Frame, globals));
    masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kFrame, Frame, locals), kT1, slow());
  } else {
    masm_.load64(kT1, TAIPAN_FIELD(kFrame, Frame, globals));
  }
  uint32_t index;
  if (!e) {
    load_entries(kT2, kT1);
    masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT1, Dict, keys_version), static_cast<int64_t>(word >> 32),
                     slow());
    index = cache_word_index(word);
  } else {
    masm_.load64(kT0, TAIPAN_FIELD(kFrame, Frame, builtins));
    load_entries(kT2, kT0);
    masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT1, Dict, keys_version), e->version, slow());
    masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(kT0, Dict, keys_version), e->version2, slow());
    index = e->index;
  }
  masm_.load64(kHold, at(kT2, int64_t{index} * static_cast<int64_t>(sizeof(DictEntry)) +
                                  static_cast<int64_t>(offsetof(DictEntry, value))));
  // (A deleted entry changes the number of the keys; who reads without the lock may see it emptied before.)
  if (parallel_) masm_.branch(Cond::kEq, kHold, int64_t{0}, slow());
  e ? incref_likely_uncounted(kHold) : incref(kHold, kIsValue);
  set(a(), kHold);
  return true;
}

namespace {
// Owned; null: not there, or not that simple. Neither runs Python code, nor raises what the handler wouldn't raise again.
Value dict_item(Dict* d, Value key) {
  if (gc::parallel) return Value();
  Value v;
  if (key.is_int()) {
    int64_t i = key.as_int();
    if (i == -1 || i <= -(int64_t{1} << 60) || i >= int64_t{1} << 60) return Value();  // the others are their own hash
    const DictTable* t = d->table;
    size_t mask = (size_t{1} << t->log2) - 1;
    auto perturb = static_cast<uint64_t>(i);
    for (size_t at = perturb & mask;; at = (at * 5 + perturb + 1) & mask) {
      int32_t k = t->at(at);
      if (k >= 0) {
        const DictEntry& e = d->entries[k];
        if (TAIPAN_LIKELY(e.key == key)) {
          v = e.value;
          break;
        }
        if (e.hash == i) return Value();  // a key that may be equal
      } else if (k == kIndexEmpty) {
        return Value();
      }
      perturb >>= 5;
    }
  } else {
    if (!is_str_exact(key) || !d->table->str_only) return Value();
    v = dict_get_str_fast(d, key.as<Str>());
  }
  if (v.is_null() || v == kMissing) return Value();
  incref(v);
  return v;
}
Value dict_item_parallel(Dict* d, Value key) {
  Value v = dict_peek_same(d, key);
  if (TAIPAN_UNLIKELY(v.is_null())) return dict_peek_parallel(d, key);
  if (v.is_heap()) gc::incref_anyone(v.header());
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
  if (op() == kOpGET_ITEM) {
    uint64_t word = analysis_.feedback(index_);
    ShapeId shape = (word & 15) == kCacheTagShape ? static_cast<ShapeId>(word >> 32) : 0;
    if (shape == kShapeBytes || shape == kShapeByteArray) return octet();
    if (word != 0 && shape != kShapeDict && shape != kShapeStr) return false;
    if (word == 0) borrow_result();
    Label done = masm_.new_label();
    masm_.load64(kT0, reg(b()));
    masm_.load64(kT1, reg(c()));
    if (shape == kShapeDict) {
      Label no = otherwise(kOtherwiseGetItem, done);
      masm_.branch_test(Cond::kNe, kT0, int64_t{7}, no);
      need_shape(kT0, kShapeDict, no);
      masm_.call_out(reinterpret_cast<const void*>(parallel_ ? &dict_item_parallel : &dict_item), {kT0, kT1});
      masm_.branch(Cond::kEq, arch::kRet, int64_t{0}, no);
      masm_.mov(kHold, arch::kRet);
    } else if (shape == kShapeStr) {
      Label no = otherwise(kOtherwiseGetItem, done);
      masm_.branch_tagged(false, kT1, no);
      masm_.branch_test(Cond::kNe, kT0, int64_t{7}, no);
      need_shape(kT0, kShapeStr, no);
      masm_.untag(kT1, kT1);
      // Characters below 256 of strs that have no others are there already.
      Label call = masm_.new_label(), found = masm_.new_label();
      masm_.branch_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(kT0, Str, kind), 1, call);
      masm_.branch_mem(Size::k64, Cond::kBelowEq, TAIPAN_FIELD(kT0, Str, length), kT1, call);
      masm_.load(Size::k8, kT2, at(kT0, kT1, 0, sizeof(Str)));
      masm_.mov(kT1, static_cast<const void*>(small_str_table()));
      masm_.load64(kHold, at(kT1, kT2, 3));
      incref(kHold, kIsHeap);
      masm_.bind(found);
      cold([this, call, found, no] {
        masm_.bind(call);
        masm_.call_out(reinterpret_cast<const void*>(&str_item), {kT0, kT1});
        masm_.branch(Cond::kEq, arch::kRet, int64_t{0}, no);
        masm_.mov(kHold, arch::kRet);
        masm_.jump(found);
      });
    } else {
      Label tuple = masm_.new_label(), found = masm_.new_label(), no = slow();
      need_heap(b(), kT0);
      need_int(c(), kT1, no);
      masm_.untag(kT1, kT1);
      need_shape(kT0, kShapeList, tuple);
      if (parallel_) {
        list_item(kT0, kT1, kHold, no);
      } else {
        need_alone();
        masm_.load64(kT2, TAIPAN_FIELD(kT0, List, size));
        need_index(kT1, kT2, no);
        masm_.load64(kT2, TAIPAN_FIELD(kT0, List, items));
        masm_.load64(kHold, at(kT2, kT1, 3));
      }
      masm_.bind(found);
      incref(kHold, kIsValue);
      cold([this, tuple, found, no] {
        masm_.bind(tuple);
        tuple_item(kT0, kT1, kHold, no);
        masm_.jump(found);
      });
    }
    if (last_b()) take_operand(b());
    if (last_c()) {
      if (shape == kShapeDict)
        take_operand(c());
      else
        empty(c());
    }
    set(a(), kHold);
    masm_.bind(done);
    return true;
  }
  if (op() == kOpSET_ITEM) {
    uint64_t word = analysis_.feedback(index_);
    if ((word & 15) == kCacheTagShape && word >> 32 == kShapeByteArray) return octet();
    if ((word & 15) == kCacheTagShape && word >> 32 != kShapeList) return false;
    if (parallel_) return parallel_set_item();
    need_alone();
    masm_.load64(kT0, reg(a()));
    masm_.load64(kT1, reg(b()));
    need_int(b(), kT1, slow());
    need_heap(a(), kT0);
    need_shape(kT0, kShapeList, slow());
    need_no_barrier(slow());
    masm_.load64(kT2, TAIPAN_FIELD(kT0, List, size));
    masm_.untag(kT1, kT1);
    need_index(kT1, kT2, slow());
    masm_.load64(kHold, reg(c()));
    if (last_c()) {
      masm_.store64(reg(c()), 0);
      forget(c());
    } else {
      incref(kHold, kinds(c()));
    }
    masm_.load64(kT2, TAIPAN_FIELD(kT0, List, items));
    masm_.lea(kT1, at(kT2, kT1, 3));
    masm_.load64(kT0, at(kT1));
    masm_.store_release(Size::k64, at(kT1), kHold);
    if (last_b()) empty(b());
    drop(kT0);
    if (last_a()) take_operand(a());
    return true;
  }
  if (op() == kOpLIST_APPEND) {
    need_alone();
    masm_.load64(kT0, reg(a()));
    masm_.load64(kT1, TAIPAN_FIELD(kT0, List, size));
    masm_.load64(kT2, TAIPAN_FIELD(kT0, List, capacity));
    Label done = masm_.new_label();
    Label other = otherwise(kOtherwiseAppend, done);
    masm_.branch(Cond::kAboveEq, kT1, kT2, other);
    if (parallel_) {  // nobody but this register has it
      need_unique(kT0, other);
    }
    masm_.load64(kHold, reg(b()));
    if (last_b()) {
      masm_.store64(reg(b()), 0);
      forget(b());
    } else {
      incref(kHold, kinds(b()));
    }
    masm_.load64(kT2, TAIPAN_FIELD(kT0, List, items));
    masm_.lea(kT2, at(kT2, kT1, 3));
    masm_.store_release(Size::k64, at(kT2), kHold);
    masm_.add(kT1, kT1, int64_t{1});
    masm_.lea(kT2, TAIPAN_FIELD(kT0, List, size));
    masm_.store_release(Size::k64, at(kT2), kT1);
    masm_.bind(done);
    return true;
  }
  return false;
}

void Compiler::need_index(Reg index, Reg size, Label no) {
  Label negative = masm_.new_label(), ready = masm_.new_label();
  masm_.branch(Cond::kAboveEq, index, size, negative);
  masm_.bind(ready);
  cold([this, index, size, negative, ready, no] {
    masm_.bind(negative);
    masm_.add(index, index, size);
    masm_.branch(Cond::kBelow, index, size, ready);
    masm_.jump(no);
  });
}

void Compiler::tuple_item(Reg tuple, Reg index, Reg to, Label no) {
  need_shape(tuple, kShapeTuple, no);
  masm_.load64(kT2, TAIPAN_FIELD(tuple, Tuple, size));
  Label in = masm_.new_label();
  masm_.branch(Cond::kBelow, index, kT2, in);
  masm_.add(index, index, kT2);
  masm_.branch(Cond::kAboveEq, index, kT2, no);
  masm_.bind(in);
  masm_.load64(to, at(tuple, index, 3, static_cast<int64_t>(kTupleItems)));
}

// An item of bytes or a bytearray, read or written.
bool Compiler::octet() {
  bool get = op() == kOpGET_ITEM;
  ShapeId shape = static_cast<ShapeId>(analysis_.feedback(index_) >> 32);
  uint32_t object = get ? b() : a(), key = get ? c() : b();
  // (A bytearray's memory is replaced under its object lock.)
  bool locked = parallel_ && shape == kShapeByteArray;
  Label done = masm_.new_label(), no, undo;
  if (shape == kShapeByteArray) need_alone();
  if (locked) {
    no = otherwise(get ? kOtherwiseGetItem : kOtherwiseSetItem, done);
    undo = masm_.new_label();
  }
  masm_.load64(kT0, reg(object));
  masm_.load64(kT1, reg(key));
  need_heap(object, kT0);
  need_int(key, kT1, slow());
  need_shape(kT0, shape, slow());
  if (!get) {
    masm_.load64(kT3, reg(c()));
    need_int(c(), kT3, slow());
    masm_.branch(Cond::kAbove, kT3, static_cast<int64_t>(Value::from_int(255).bits), slow());
    masm_.untag(kT3, kT3);
  }
  masm_.untag(kT1, kT1);
  if (locked) {
    constexpr Reg kOctets = arch::kVolatile[6];
    lock(no, undo);
    masm_.load64(kOctets, TAIPAN_FIELD(kT0, ByteArray, size));
    need_index(kT1, kOctets, undo);
    masm_.load64(kOctets, TAIPAN_FIELD(kT0, ByteArray, start));
    if (get) {
      masm_.load(Size::k8, kHold, at(kOctets, kT1, 0));
    } else {
      masm_.lea(kOctets, at(kOctets, kT1, 0));
      masm_.store(Size::k8, at(kOctets), kT3);
    }
    unlock();
  } else {
    masm_.load64(kT2, shape == kShapeBytes ? TAIPAN_FIELD(kT0, Bytes, size) : TAIPAN_FIELD(kT0, ByteArray, size));
    need_index(kT1, kT2, slow());
    if (shape == kShapeByteArray) masm_.load64(kT2, TAIPAN_FIELD(kT0, ByteArray, start));
    if (get) {
      masm_.load(Size::k8, kHold, shape == kShapeBytes ? at(kT0, kT1, 0, sizeof(Bytes)) : at(kT2, kT1, 0));
    } else {
      masm_.lea(kT2, at(kT2, kT1, 0));
      masm_.store(Size::k8, at(kT2), kT3);
    }
  }
  if (get) {
    masm_.tag(kHold, kHold);
    if (last_b()) take_operand(b());
    if (last_c()) empty(c());
    set(a(), kHold);
  } else {
    if (last_b()) empty(b());
    if (last_c()) empty(c());
    if (last_a()) take_operand(a());
  }
  masm_.bind(done);
  return true;
}

bool Compiler::cells() {
  if (op() == kOpLOAD_DEREF) {
    borrow_cell();
    masm_.load64(kT0, reg(b()));
    masm_.load64(kHold, TAIPAN_FIELD(kT0, Cell, value));
    masm_.branch(Cond::kEq, kHold, int64_t{0}, slow());
    incref(kHold, kIsValue);
    set(a(), kHold);
    return true;
  }
  if (op() == kOpSTORE_DEREF) {
    if (parallel_) return parallel_store_cell();
    need_alone();
    need_no_barrier(slow());
    masm_.load64(kHold, reg(b()));
    if (last_b()) {
      masm_.store64(reg(b()), 0);
      forget(b());
    } else {
      incref(kHold, kinds(b()));
    }
    masm_.load64(kT1, reg(a()));
    masm_.load64(kT0, TAIPAN_FIELD(kT1, Cell, value));
    masm_.lea(kT1, TAIPAN_FIELD(kT1, Cell, value));
    masm_.store_release(Size::k64, at(kT1), kHold);
    drop(kT0);
    return true;
  }
  if (op() == kOpUNPACK_SEQ && c() >= 1 && c() <= 8) {
    if (b() >= a() && b() < uint32_t{a()} + c()) return false;
    Label done = masm_.new_label(), no = otherwise(kOtherwiseUnpack, done);
    if (c() == 2) {
      masm_.load64(kT0, reg(b()));
      if (!is_exactly(b(), kIsHeap)) masm_.branch_test(Cond::kNe, kT0, int64_t{7}, no);
      need_shape(kT0, kShapeTuple, no);
      masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kT0, Tuple, size), 2, no);
      masm_.load64(kHold, at(kT0, static_cast<int64_t>(kTupleItems)));
      masm_.load64(kT1, at(kT0, static_cast<int64_t>(kTupleItems + sizeof(Value))));
      incref(kHold, kIsValue);
      incref(kT1, kIsValue);
      set_pair(a());
      if (last_b()) take_operand(b());
      masm_.bind(done);
      return true;
    }
    masm_.load64(kHold, reg(b()));
    if (!is_exactly(b(), kIsHeap)) masm_.branch_test(Cond::kNe, kHold, int64_t{7}, no);
    need_shape(kHold, kShapeTuple, no);
    masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(kHold, Tuple, size), c(), no);
    // The tuple is held, by its register or by nothing but kHold: what goes may run anything, so counts come first.
    for (uint32_t i = 0; i < c(); i++) {
      masm_.load64(kT0, at(kHold, static_cast<int64_t>(kTupleItems + i * sizeof(Value))));
      incref(kT0, kIsValue);
    }
    bool careful = false;
    for (uint32_t i = 0; i < c(); i++) careful |= (kinds(a() + i) & kIsHeap) != 0;
    if (last_b())
      masm_.store64(reg(b()), 0);
    else if (careful)
      incref(kHold, kIsHeap);
    for (uint32_t i = 0; i < c(); i++) {
      masm_.load64(kT1, at(kHold, static_cast<int64_t>(kTupleItems + i * sizeof(Value))));
      set(a() + i, kT1);
    }
    if (last_b() || careful) drop_heap(kHold);
    masm_.bind(done);
    return true;
  }
  return false;
}

}  // namespace taipan::jit
