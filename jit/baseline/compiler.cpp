// The pass itself, and the pieces that fast paths are made of.
#include "jit/baseline/compiler.h"
#include "frontend/bytecode/op_info.h"

namespace taipan::jit {

using namespace frontend;

static_assert(Value::kIntTag == 1 && Value::kFloatTag == 2, "the tagged operations of arch/masm.h");

Compiler::Compiler(Code* code, Masm& masm, const void* const* handlers, const Stubs& stubs)
    : code_(code),
      masm_(masm),
      handlers_(handlers),
      stubs_(stubs),
      analysis_(code),
      threads_(stubs.threads),
      parallel_(stubs.threads == Threads::kParallel) {
  first_temporary_ = uint32_t{code->nlocals} + code->ncells + code->nfree;
  uint32_t n = code->instruction_count;
  inner_.resize(n);
  outer_.resize(n);
  handler_only_.resize(n);
  methods_.resize(code->register_count);
  method_shapes_.resize(code->register_count);
  plain_.resize(code->register_count);
  for (uint32_t i = 0; i < n; i++) inner_[i] = masm_.new_label();
  entries_ = std::make_unique<EntryTable>();
  entries_->all_places.resize(n, {0, kNoFact});
}

bool Compiler::guard_fails() { return (guards_++ * 0x9E3779B1u >> 8) % stubs_.failing_guards == 0; }

void Compiler::compile() {
  if (stubs_.failing_guards) {
    // Of code that is made again, and of different codes that are alike, other ones fail.
    static std::atomic<uint32_t> compilations{0};
    guards_ = compilations.fetch_add(1, std::memory_order_relaxed);
  }
  masm_.without_frame();
  mark(0, Part::kThunk);
  emit_thunk();
  uint32_t registers = code_->register_count;
  now_ = analysis_.start();
  Facts next;
  for (index_ = 0; index_ < code_->instruction_count; index_++) {
    pc_ = code_->instructions + index_;
    if (op() == kOpEXT) {  // an operand: never run
      masm_.bind(inner_[index_]);
      outer_[index_] = inner_[index_];
      continue;
    }
    if (analysis_.is_head(index_)) {
      flush_all();
      forget_all();
      now_ = analysis_.at_head(index_);
      if (now_.kinds.empty()) {  // not reached as far as one can see
        now_.kinds.assign(registers, kIsAnything);
        now_.empty.assign(registers, 0);
      }
    }
    mark(index_, Part::kInline);
    next = now_;
    analysis_.apply(index_, &next);
    instruction();
    std::swap(now_, next);
    if (!falls_through(*pc_)) forget_all();
  }
  // Cold parts know nothing about registers, and hold no doubles but what their instruction had.
  hot_bytes_ = masm_.offset();
  in_cold_ = true;
  forget_all();
  auto run = [&](ColdPart cold) {
    index_ = cold.index;
    exit_ = cold.exit;
    cold_floats_ = cold.floats;
    pc_ = code_->instructions + index_;
    now_.kinds.assign(registers, kIsAnything);
    now_.empty.assign(registers, 0);
    mark(index_, cold.part);
    cold.run(cold.closure);  // may add others
  };
  for (size_t i = 0; i < cold_.size(); i++) run(cold_[i]);
  size_t parts = cold_.size();
  exits();
  for (size_t i = parts; i < cold_.size(); i++) run(cold_[i]);
}

// Neighbours share the long jump.
void Compiler::exits() {
  constexpr uint32_t kSpan = 100;
  uint32_t start = masm_.offset();
  Label together;
  for (Exit& e : exits_) {
    if (!e.used) continue;
    if (together.valid() && (!e.dirty.empty() || masm_.offset() - start > kSpan)) {
      masm_.bind(together);
      masm_.jump(stubs_.leave);
      together = Label();
    } else if (together.valid()) {
      masm_.jump(together);
    }
    mark(e.index, Part::kExit);
    index_ = e.index;
    pc_ = code_->instructions + index_;
    masm_.bind(e.label);
    for (auto [k, r] : e.dirty) box_to(k, r);
    note_index();
    if (!together.valid()) {
      start = masm_.offset();
      together = masm_.new_near_label();
    }
  }
  if (!together.valid()) return;
  masm_.bind(together);
  masm_.jump(stubs_.leave);
}

// Instructions that leave the doubles in machine registers alone, whatever way their fast path goes.
bool Compiler::keeps_doubles() const {
  uint8_t code = op();
  switch (code) {
    case kOpNOP:
    case kOpLOAD_CONST:
    case kOpLOAD_INT:
    case kOpMOVE:
    case kOpCLEAR:
    case kOpCHECK_LOCAL:
    case kOpLOAD_DEREF:
    case kOpLOAD_GLOBAL:
    case kOpNEGATIVE:
    case kOpJUMP:
    case kOpJUMP_BACK: return true;
    case kOpLOAD_ATTR: {
      bool with_self;
      return !accessor(&with_self);  // that is a call
    }
    case kOpGET_ITEM: return !parallel_ && analysis_.feedback(index_) == 0;
    case kOpSTORE_ATTR: {
      bool with_self;
      return !parallel_ && !accessor(&with_self);
    }
    case kOpEQ:
    case kOpNE:
    case kOpJUMP_EQ:
    case kOpJUMP_NE: return analysis_.saw_float(index_) && !analysis_.saw_other(index_);
    default:
      return (code >= kOpADD && code <= kOpXOR_I) || (code >= kOpLT && code <= kOpGE) ||
             (code >= kOpJUMP_LT && code <= kOpJUMP_GE_I);
  }
}
// Whether the operands may be taken from doubles.
bool Compiler::takes_doubles(uint8_t op) {
  return (op >= kOpADD && op <= kOpXOR_I) || (op >= kOpJUMP_LT && op <= kOpJUMP_GE_I) || op == kOpMOVE ||
         op == kOpNEGATIVE;
}

void Compiler::instruction() {
  if (!keeps_doubles()) {
    flush_all();
    forget_all();
  } else if (op() == kOpJUMP || op() == kOpJUMP_BACK || op() >= kOpJUMP_IF_TRUE) {
    bool takes = takes_doubles(op());
    for (int k = kFirstCached; k < arch::kFloatCount; k++) {
      if (!cache_[k].dirty) continue;
      uint32_t r = static_cast<uint32_t>(cache_[k].reg);
      if (!takes || !((r == b() && last_b()) || (op() < kOpJUMP_LT_I && r == c() && last_c()))) flush(k);
    }
  } else if (!takes_doubles(op())) {
    for (int k = kFirstCached; k < arch::kFloatCount; k++)
      if (cache_[k].dirty && (cache_[k].reg == a() || cache_[k].reg == b() || cache_[k].reg == c())) flush(k);
  }
  if (takes_doubles(op())) make_room();
  outer_entry();
  exit_ = exits_.size();
  exits_.push_back({index_, {}});
  for (int k = kFirstCached; k < arch::kFloatCount; k++)
    if (cache_[k].dirty) exits_.back().dirty.push_back({k, static_cast<uint32_t>(cache_[k].reg)});
  Cached before[arch::kFloatCount];
  std::copy(std::begin(cache_), std::end(cache_), before);
  if (moves() || jumps() || loops() || arithmetic() || unary() || comparisons() || compare_jump() || attributes() ||
      global() || subscripts() || cells() || calls() || returns())
    return;
  std::copy(std::begin(before), std::end(before), cache_);
  flush_all();
  forget_all();
  exit_ = exits_.size();  // what is in registers only may be lost from here on
  exits_.push_back({index_, {}});
  if (helped()) return;
  handler_only_[index_] = true;
  masm_.mov(kPc, static_cast<const void*>(pc_));
  masm_.load64(kWord, at(kPc));
  masm_.jump(handlers_[op()]);
}

// Where others enter: what machine code would know here is looked at first.
void Compiler::outer_entry() {
  std::vector<EntryFact>& facts = entry_facts_;
  facts.clear();
  bool called = index_ == 0 && !analysis_.is_head(0);  // what is known there is what every call does
  for (uint32_t r = 0; r < code_->register_count && !called; r++) {
    Kinds k = now_.kinds[r];
    if (k == kIsAnything || k == kIsValue || now_.empty[r]) continue;
    facts.push_back({static_cast<uint16_t>(r), k, 0});
  }
  bool doubles = live_floats();
  masm_.bind(inner_[index_]);
  if (facts.empty() && !doubles) {
    outer_[index_] = inner_[index_];
    return;
  }
  if (!facts.empty()) {
    facts.back().last = 1;
    if (facts != last_facts_) {  // neighbours know the same, often
      last_list_ = static_cast<uint32_t>(entries_->all_facts.size());
      entries_->all_facts.insert(entries_->all_facts.end(), facts.begin(), facts.end());
      last_facts_ = facts;
    }
    entries_->all_places[index_].fact = last_list_;
  }
  outer_[index_] = inner_[index_];
  if (!doubles) return;
  Label entry = masm_.new_label();
  outer_[index_] = entry;
  std::vector<std::pair<int, Cached>> loads;
  for (int k = kFirstCached; k < arch::kFloatCount; k++)
    if (cache_[k].reg >= 0) loads.push_back({k, cache_[k]});
  cold(
      [this, entry, loads = std::move(loads)] {
        masm_.bind(entry);
        for (const auto& [k, what] : loads) {
          masm_.load64(kT0, reg(static_cast<uint32_t>(what.reg)));
          masm_.call_stub(stubs_.decode);
          masm_.fmov_bits(arch::kFloat[k], kT0);
          if (what.dirty) masm_.store64(reg(static_cast<uint32_t>(what.reg)), 0);
        }
        masm_.jump(inner_[index_]);
      },
      Part::kEntry);
}
std::unique_ptr<EntryTable> Compiler::take_entries(const void* code) {
  EntryTable& t = *entries_;
  // A thread that comes to an entry of another version, which checks, may find this table: every instruction has a place.
  auto nothing = static_cast<uint32_t>(t.all_facts.size()), never = nothing + 1;
  t.all_facts.push_back({0, UINT8_MAX, 1});
  t.all_facts.push_back({0, 0, 1});
  for (uint32_t i = 0; i < code_->instruction_count; i++) {
    EntryTable::Place& place = t.all_places[i];
    if (handler_only(i)) {
      place.fact = never;
      continue;
    }
    if (!checks(i)) place.fact = nothing;
    place.offset = entry(i);
  }
  t.code = code;
  t.places = t.all_places.data();
  t.facts = t.all_facts.data();
  return std::move(entries_);
}

void Compiler::leave() {
  note_index();
  masm_.jump(stubs_.leave);
}
// What the handler does in any case isn't counted.
void Compiler::go_to_handler() {
  note_index();
  masm_.jump(stubs_.handler);
}
void Compiler::call_out(const void* function, Out how) {
  // In line it tells the stub its pc: a few bytes more, and nothing to wait for.
  const void* stub = stubs_.out(stubs_, function, how, !in_cold_);
  if (!stub) {
    failed_ = true;
    return;
  }
  if (in_cold_)
    note_index();
  else
    masm_.mov(kPc, static_cast<const void*>(pc_));
  masm_.call_stub(stub);
}

// A heap pointer has its three low bits clear; operands aren't null.
void Compiler::need_heap(uint32_t r, Reg v) {
  if (!is_exactly(r, kIsHeap)) masm_.branch_test(Cond::kNe, v, int64_t{7}, slow());
  now_.kinds[r] = kIsHeap;
}
void Compiler::need_shape(Reg heap, uint32_t shape, Label no) {
  masm_.branch_mem(Size::k32, Cond::kNe, TAIPAN_FIELD(heap, Header, shape_id), static_cast<int64_t>(shape), no);
}
void Compiler::need_int(uint32_t r, Reg v, Label no) {
  if (!is_exactly(r, kIsInt)) masm_.branch_tagged(false, v, no);
  now_.kinds[r] = kIsInt;
}
void Compiler::need_ints(uint32_t x, Reg vx, uint32_t y, Reg vy, Label no) {
  bool known_x = is_exactly(x, kIsInt), known_y = is_exactly(y, kIsInt);
  if (!known_x && !known_y)
    masm_.branch_both_tagged(false, vx, vy, no, kT2);
  else if (!known_x)
    masm_.branch_tagged(false, vx, no);
  else if (!known_y)
    masm_.branch_tagged(false, vy, no);
  now_.kinds[x] = now_.kinds[y] = kIsInt;
}
void Compiler::branch_not_mine(Reg heap, Label l) { branch_not_counted_here(masm_, threads_, heap, l); }
void Compiler::need_alone() {
  if (threads_ == Threads::kAlone) masm_.branch_mem(Size::k8, Cond::kNe, at(kTable, kSeveral), 0, slow());
}
void Compiler::need_unique(Reg heap, Label no) {
  static_assert(offsetof(Header, rc_shared) == offsetof(Header, rc_local) + 4 && offsetof(Header, rc_local) % 8 == 0);
  branch_not_mine(heap, no);
  masm_.branch_mem(Size::k64, Cond::kNe, TAIPAN_FIELD(heap, Header, rc_local), 1, no);
}
void Compiler::save_pc() {
  masm_.mov(kPc, static_cast<const void*>(pc_));
  masm_.store64(TAIPAN_FIELD(kFrame, Frame, pc), kPc);
}

void Compiler::drop_likely(Reg v) {
  Label done = masm_.new_near_label();
  masm_.branch_test(Cond::kNe, v, int64_t{7}, done);
  call_drop(v, stubs_.drop, stubs_.drop_float);
  masm_.bind(done);
}
void Compiler::call_drop(Reg v, const void* stub, const void* float_stub) {
  if (!(v == kT0)) masm_.mov(kT0, v);
  note_index();
  masm_.call_stub((in_cold_ ? cold_floats_ : live_floats()) ? float_stub : stub);
}
void Compiler::drop(Reg v) {
  Label heap = masm_.new_label(), done = masm_.new_label();
  masm_.branch_test(Cond::kEq, v, int64_t{7}, heap);
  masm_.bind(done);
  cold([this, v, heap, done] {
    masm_.bind(heap);
    call_drop(v, stubs_.drop, stubs_.drop_float);
    masm_.jump(done);
  });
}
void Compiler::drop_heap(Reg v) {
  Label rare = masm_.new_label(), done = masm_.new_label();
  branch_not_mine(v, rare);
  masm_.add_mem_branch(Size::k32, TAIPAN_FIELD(v, Header, rc_local), -1, Cond::kEq, rare);
  masm_.bind(done);
  cold([this, v, rare, done] {
    masm_.bind(rare);
    if (parallel_) masm_.branch_mem(Size::k16, Cond::kEq, TAIPAN_FIELD(v, Header, owner), gc::kUncountedOwner, done);
    call_drop(v, stubs_.drop_rest, stubs_.drop_rest_float);
    masm_.jump(done);
  });
}
void Compiler::incref_likely_uncounted(Reg v) {
  if (!parallel_) {
    incref(v, kIsValue);
    return;
  }
  Label other = masm_.new_label(), done = masm_.new_near_label();
  masm_.branch_test(Cond::kNe, v, int64_t{7}, done);
  masm_.branch_mem(Size::k16, Cond::kNe, TAIPAN_FIELD(v, Header, owner), gc::kUncountedOwner, other);
  masm_.bind(done);
  cold([this, v, other, done] {
    masm_.bind(other);
    incref(v, kIsHeap);
    masm_.jump(done);
  });
}
void Compiler::drop_likely_uncounted(Reg v) {
  if (!parallel_) {
    drop_heap(v);
    return;
  }
  Label other = masm_.new_label(), done = masm_.new_label();
  masm_.branch_mem(Size::k16, Cond::kNe, TAIPAN_FIELD(v, Header, owner), gc::kUncountedOwner, other);
  masm_.bind(done);
  cold([this, v, other, done] {
    masm_.bind(other);
    drop_heap(v);
    masm_.jump(done);
  });
}
// Compact: the call is in line and jumped over, which takes less room than to come back from out of line, and some more time.
void Compiler::incref(Reg v, Kinds kinds, bool compact) {
  if (!(kinds & kIsHeap)) return;
  Label rare = compact ? masm_.new_near_label() : masm_.new_label(), done = masm_.new_near_label();
  if (kinds != kIsHeap) masm_.branch_test(Cond::kNe, v, int64_t{7}, done);
  if (kinds & kIsNull) masm_.branch(Cond::kEq, v, int64_t{0}, done);
  branch_not_mine(v, rare);
  // (A count at its limit is the stub's business, which takes this one back.)
  masm_.add_mem_branch(Size::k32, TAIPAN_FIELD(v, Header, rc_local), 1, compact ? Cond::kGe : Cond::kLt,
                       compact ? done : rare);
  auto count = [this, v] {
    masm_.call_stub(v == kT0 ? stubs_.incref_0 : v == kT1 ? stubs_.incref_1 : stubs_.incref_hold);
  };
  if (compact) {
    masm_.bind(rare);
    count();
  }
  masm_.bind(done);
  if (compact) return;
  cold([this, v, rare, done, count] {
    masm_.bind(rare);
    masm_.branch_test_mem(Size::k8, Cond::kNe, TAIPAN_FIELD(v, Header, gcflags), gc::kImmortal, done);
    count();
    masm_.jump(done);
  });
}
void Compiler::set(uint32_t r, Reg v) {
  forget(r);
  if (!(now_.kinds[r] & kIsHeap)) {
    masm_.store64(reg(r), v);
    return;
  }
  Reg old = v == kT0 ? kT1 : kT0;
  masm_.load64(old, reg(r));
  masm_.store64(reg(r), v);
  drop(old);
}
void Compiler::set_constant(uint32_t r, Value v) {
  forget(r);
  bool heap = now_.kinds[r] & kIsHeap;
  if (heap) masm_.load64(kT0, reg(r));
  masm_.store64(reg(r), static_cast<int64_t>(v.bits));
  if (heap) drop(kT0);
}
void Compiler::take_operand(uint32_t r) {
  if (now_.kinds[r] & kIsHeap) {
    masm_.load64(kT0, reg(r));
    masm_.store64(reg(r), 0);
    if (is_exactly(r, kIsHeap))
      drop_heap(kT0);
    else
      drop(kT0);
  } else {
    masm_.store64(reg(r), 0);
  }
  now_.kinds[r] = kIsNull;
}
void Compiler::empty(uint32_t r) {
  int k = cached(r);
  if (k < 0 || !cache_[k].dirty) masm_.store64(reg(r), 0);
  forget(r);
  now_.kinds[r] = kIsNull;
}
void Compiler::empty_operands(bool b_plain, bool c_plain) {
  if (b_plain && last_b()) {
    if (b() == a()) {
      if (int k = cached(b()); k >= 0) forget(b());
      now_.kinds[b()] = kIsNull;
    } else {
      empty(b());
    }
  }
  if (c_plain && last_c()) {
    if (c() == a()) {
      if (int k = cached(c()); k >= 0) forget(c());
      now_.kinds[c()] = kIsNull;
    } else {
      empty(c());
    }
  }
}
void Compiler::empty_tested(bool both) {
  if (last_b()) empty(b());
  if (both && last_c()) empty(c());
}
}  // namespace taipan::jit
