// The one-pass compiler of the baseline tier. See baseline.h.
#pragma once
#include <atomic>
#include <memory>
#include <new>
#include <vector>
#include "arch/masm.h"
#include "frontend/bytecode/code_unit.h"
#include "gc/heap.h"
#include "interp/objects/frame.h"
#include "jit/baseline/facts.h"
#include "jit/baseline/positions.h"

namespace taipan {
struct CacheEntry;
}
namespace taipan::jit {

using arch::at;
using arch::Cond;
using arch::DoubleCond;
using arch::FReg;
using arch::Label;
using arch::Masm;
using arch::Mem;
using arch::Reg;
using arch::Size;

// The handlers' five variables, and what is free between instructions.
inline constexpr Reg kPc = arch::kTailArgs[0], kFrame = arch::kTailArgs[1], kThread = arch::kTailArgs[2],
                     kTable = arch::kTailArgs[3], kWord = arch::kTailArgs[4];
inline constexpr Reg kT0 = arch::kVolatile[0], kT1 = arch::kVolatile[1], kT2 = arch::kVolatile[2],
                     kT3 = arch::kVolatile[3];
// Tells stubs which instruction it is: by its index, less kIndexBias (small numbers of either sign take less room).
inline constexpr Reg kIndex = kT3;
inline constexpr int64_t kIndexBias = 128;
// Survives calls of C++; nobody's between instructions.
inline constexpr Reg kHold = arch::kSaved[0];
// Doubles: two for the instruction at hand, the others keep what registers of the frame hold.
inline constexpr FReg kF0 = arch::kFloat[0], kF1 = arch::kFloat[1];
inline constexpr int kFirstCached = 2;

// Where machine code goes for a handler, by opcode: the handlers themselves, or stubs that count (tiering/counting.cpp).
extern const void* const* exit_handlers;

struct EntryTable;
// What the tier keeps about a code that was compiled; fb[-2] (see baseline.cpp) points to it.
struct CodeRecord {
  int64_t exits_left = 0;  // until it is compiled anew, with what the handlers have noted meanwhile
  std::atomic<const EntryTable*> entries{nullptr};  // of the newest version
};

// What machine code relies on. Compiled in: see baseline.h.
enum class Threads : uint8_t {
  kGil,       // one thread runs at a time
  kAlone,     // GIL off, one thread so far: the same, until kSeveral says otherwise
  kParallel,  // GIL off
};
// While machine code runs kTable is the table of baseline.cpp that finds it; the byte behind it says whether threads run in parallel.
inline constexpr int32_t kSeveral = 256 * sizeof(void*);

// What a helper says (helpers.cpp). What comes of the first two is the business of the stub that calls it: machine code goes on where the
// instruction is done.
enum Answer : uint64_t {
  kRaised = 0,
  kHandler = 1,  // nothing has happened: the instruction's handler does it
  kDone = 2,
  kTrueAnswer = 3,  // of a test; kDone: false
  kEndOfLoop = 3,   // of a loop
  kNoPair = 4,      // what it gave was none; nothing has happened
};
// How a stub calls a C++ function in instruction kIndex.
enum class Out : uint8_t {
  kHelper,       // (frame, word): Answer
  kQuietHelper,  // the same; that the handler does it isn't counted
  kNative,       // (thread, &R[b], kT2, c, kT1): the instruction's result, or null. Polls; returns what goes to R[a]
};

// Code that all functions share (stubs.cpp). Stubs that are called keep kHold and the five variables.
struct Stubs {
  Threads threads = Threads::kGil;
  uint32_t failing_guards = 0;         // one of so many fails always (-X jit-guards); 0: none
  const void* const* table = nullptr;  // what kTable is
  const void* find = nullptr;          // goes on at kPc, in machine code or not
  const void* leave = nullptr;         // to the handler of instruction kIndex; counts
  const void* error = nullptr;         // instruction kIndex has raised an exception
  const void* handler = nullptr;       // to the handler of instruction kIndex
  const void* check = nullptr;         // an entry: goes on at kPc if what machine code knows there holds (EntryTable)
  const void* drop = nullptr;          // called: releases kT0 in instruction kIndex (a heap object or null)
  const void* drop_rest = nullptr;     // the same, where its count is zero by now or not for this thread to change
  const void* drop_float = nullptr;    // as drop and drop_rest; doubles are kept
  const void* drop_rest_float = nullptr;
  const void* incref_hold = nullptr;  // called: counts kHold, kT0, kT1; all registers are kept
  const void* incref_0 = nullptr;
  const void* incref_1 = nullptr;
  const void* box = nullptr;       // called: kFloat[0] as a value (kT0); all else is kept
  const void* call = nullptr;      // a Python function, whatever it is: see calls.cpp
  const void* defaults = nullptr;  // called by thunks: see calls.cpp
  const void* ret_here = nullptr;  // RETURN in instruction kIndex
  const void* ret = nullptr;       // RETURN of the register at kT0, kPc: the instruction
  const void* returned = nullptr;  // the end of that: kHold is the result, the registers are released
  const void* resume = nullptr;    // FOR_ITER (kPc) of a generator: kT0
  const void* send = nullptr;      // SEND (kPc) of what is no heap object to a generator or coroutine: kT0
  const void* yield = nullptr;     // YIELD (kPc) of kHold, owned
  // Called; doubles are kept.
  const void* decode_special = nullptr;  // kT0: the bits of the double that was found special there; kT2 is lost
  const void* encode_special = nullptr;  // kT0: those bits as a value; kT2: 0 if they need a box
  const void* decode = nullptr;          // kT0: the bits of the float that it is; kT2 is lost
  const void* numbers[3] = {};           // kT2: kT0 +, -, * kT1, floats and ints; 0: not that simple
  const void* numbers_or_leave[3] = {};  // the same in instruction kIndex, which leaves then
  const void* divide[2] = {};            // kT2: kT0 // kT1, kT0 % kT1, tagged ints, which are lost; 0: not that simple
  // In instruction kIndex, which leaves where it isn't that simple. kHold: 1 or 0. All else is lost.
  const void* truth[2] = {};  // whether kT0, its register a, is true; [1]: that is released
  // Whether kT0 and kT1, its registers b and c, are strs that are equal; they are released where it is their last use. [1], [2]: otherwise
  // C++ compares, and the answer says whether they are equal (of JUMP_EQ, JUMP_NE).
  const void* equal[3] = {};
  const void* compare_strs =
      nullptr;  // kHold: 1 or 0: whether kT0 and kT1 are equal; 2: they aren't strs. Doubles and kT3 are lost
  const void* next_item = nullptr;  // kHold: the next of the iterator at kT0 (of a tuple or range), owned; 0: C++ knows
  // The stub that calls a function so; made at its first use. Null: no memory.
  const void* (*out)(const Stubs& stubs, const void* function, Out how, bool at_pc) = nullptr;
};
void need_calm(Masm& m, Reg temp, Label no);
// The next item of the iterator at kT0, of a tuple (borrowed; nobody else looks on) or of a range: to kHold. kT1 and kT2 are lost. `over`, `large`
// (no int of a word): nothing has happened.
void emit_tuple_step(Masm& m, Label over);
void emit_range_step(Masm& m, Label over, Label large);
void emit_find(Masm& m);  // kWord is set as well, for an entry may be a handler
// Threads on their own count exits for themselves, in lines of their own, and the code's share in portions.
struct alignas(64) ExitLane {
  int64_t left = 0;
};
inline constexpr int64_t kExitLanes = 256, kExitPortion = 64;
// lanes: null where one thread runs at a time. counters: by opcode, or null
// counters: by opcode, in the first of kCountLanes lanes; or null.
void emit_leave(Masm& m, void (*again)(Frame*), ExitLane* lanes, const uint64_t* counters);
inline constexpr int64_t kCountLanes = 64;
inline constexpr int kCountLaneShift = 13;
void own_counter(Masm& m, Reg to, Reg scratch,
                 const uint64_t* first);     // the address of what the thread counts in its lane
void pc_of_index(Masm& m, Reg d, Reg code);  // d: instruction kIndex of that code
void find_pc(Masm& m);                       // kPc: the same of the frame's code
void emit_step(Masm& m, const void* step);
void emit_handler(Masm& m);
void emit_check(Masm& m, const Stubs& stubs);
void emit_out(Masm& m, const Stubs& stubs, const void* function, Out how, bool at_pc);
void emit_decode_special(Masm& m);
void emit_encode_special(Masm& m);
void emit_decode(Masm& m);
void emit_truth(Masm& m, const Stubs& stubs, bool last);
void emit_number(Masm& m, int which, const void* leave);
void emit_divide(Masm& m, bool remainder);
void emit_equal(Masm& m, const Stubs& stubs, int how);
void emit_compare_strs(Masm& m);
void emit_next_item(Masm& m, const Stubs& stubs);
void emit_drop(Masm& m, Threads threads, bool rest, bool keep_floats);
void emit_incref(Masm& m, Threads threads, Reg v);
void emit_count(Masm& m, Threads threads, Reg v,
                Label done);  // in a stub: a reference to what this thread doesn't count; all registers are kept
void emit_box(Masm& m);
void emit_call(Masm& m);
void emit_resume(Masm& m, Threads threads, bool send);
void emit_yield(Masm& m, Threads threads);
void emit_defaults(Masm& m, const Stubs& stubs);
void emit_return_here(Masm& m, const Stubs& stubs);
void emit_return(Masm& m, Threads threads, const void* const* table);
void emit_returned(Masm& m, Threads threads);
// Jumps where somebody else counts the object, or nobody.
void branch_not_counted_here(Masm& m, Threads threads, Reg heap, Label l);

// A fact that an entry checks.
struct EntryFact {
  uint16_t reg;
  uint8_t kinds;
  uint8_t last;
  bool operator==(const EntryFact&) const = default;
};

// The entries of one version of a code's machine code with the facts that they check: see emit_check.
struct EntryTable {
  struct Place {
    uint32_t offset;  // machine code goes on there
    uint32_t fact;    // the first that must hold
  };
  const void* code = nullptr;
  const Place* places = nullptr;  // by instruction
  const EntryFact* facts = nullptr;
  std::vector<Place> all_places;
  std::vector<EntryFact> all_facts;
};

// Memory for what is to be written out of line, until then.
class Closures {
 public:
  void* room(size_t bytes) {
    size_t words = (bytes + 7) / 8;
    if (left_ < words) {
      left_ = words > kWords ? words : kWords;
      pieces_.push_back(std::make_unique<uint64_t[]>(left_));
      next_ = pieces_.back().get();
    }
    void* p = next_;
    next_ += words;
    left_ -= words;
    return p;
  }

 private:
  static constexpr size_t kWords = 1024;
  std::vector<std::unique_ptr<uint64_t[]>> pieces_;
  uint64_t* next_ = nullptr;
  size_t left_ = 0;
};

uint64_t do_compare_jump(Frame* f, uint64_t word);  // a helper (helpers.cpp)

// Doubles and the words that stand for them: floats.cpp. `special` is for zeros and infinities, which go on with the other function; `no`:
// needs a box. temp is lost, and v of a decoded value.
void decode_bits(Masm& m, Reg v, Reg temp, Label special);  // v becomes the bits
void decode_double(Masm& m, Reg v, FReg to, Reg temp, Label special);
void decode_special(Masm& m, Reg v, Reg temp);  // v: the bits
void encode_double(Masm& m, FReg v, Reg to, Reg temp, Label special, Label no);
void encode_special(Masm& m, Reg to, Reg temp, Label no);

class Compiler {
 public:
  Compiler(Code* code, Masm& masm, const void* const* handlers, const Stubs& stubs);
  void compile();
  uint32_t entry(uint32_t index) const { return masm_.offset_of(outer_[index]); }
  bool handler_only(uint32_t index) const {
    return handler_only_[index];
  }  // no fast path: its entry can be its handler
  uint32_t hot_bytes() const { return hot_bytes_; }  // without what lies out of line
  bool has_thunk() const { return thunk_.valid(); }
  uint32_t thunk() const { return masm_.offset_of(thunk_); }  // how it is called: see calls.cpp
  // What entries check, kept for as long as the code is. After install().
  std::unique_ptr<EntryTable> take_entries(const void* code);
  bool checks(uint32_t index) const { return entries_->all_places[index].fact != kNoFact; }
  bool failed() const { return failed_; }  // for want of memory
  const Positions& positions() const { return positions_; }
  Positions take_positions() {
    positions_.shrink();
    return std::move(positions_);
  }

 private:
  void instruction();
  void outer_entry();
  // Each writes the fast path of the current instruction and says so; false: its handler does all.
  bool moves();
  bool jumps();
  bool loops();
  bool arithmetic();
  bool float_arithmetic(uint8_t code, bool small);
  bool unary();
  bool comparisons();
  // An operator has found a method in Python.
  bool saw_method() const {
    uint64_t word = analysis_.feedback(index_);
    return word && (word & 15) == 0;
  }
  bool compare_jump();
  bool attributes();
  bool polymorphic_attribute();
  bool polymorphic_method();
  bool global();
  bool subscripts();
  bool octet();
  bool cells();
  bool calls();
  bool native_call();
  void need_no_runtime_lock(ShapeId shape, Label no);
  bool class_call();
  bool super_call();
  bool keyword_call();
  bool type_call();
  bool intrinsic(uint32_t which, bool method, bool known, uint32_t n, Label general);
  void any_call();
  Label called_class(const TypeObject* type);
  bool operator_call();
  bool accessor_call();
  Function* accessor(bool* with_self) const;
  bool new_call(const CacheEntry* e);
  void need_class(const CacheEntry* e);
  void need_this_class(const CacheEntry* e, Label no);
  static bool is_class_current(const CacheEntry* e);
  static bool is_entry_current(const CacheEntry* e);
  static bool enters_in_place(Value function, uint32_t parameters);
  template <class F>
  void enter_in_place(Function* method, uint32_t given, uint32_t flags, F arguments);
  bool parallel_store_attribute(uint64_t word);
  // An instruction that reads from what the one before it has put into a register for it (parallel.cpp).
  struct Reader {
    const frontend::Instruction* in = nullptr;
    const frontend::Instruction* number = nullptr;  // the load of its index, or null
    uint32_t at = 0;
  };
  static constexpr uint32_t kMostReaders = 3;
  uint32_t readers(uint32_t index, uint32_t r, Reader* out, uint32_t most, bool own) const;
  void read_borrowed(const Reader* readers, uint32_t count, bool held, Label no);
  template <class F>
  void borrow(F load);
  void borrow_cell();
  void borrow_global(uint32_t version, uint32_t index);
  void borrow_result();
  void need_published(Reg heap, Label no);
  void forget_before(const Reader* readers, uint32_t count);
  bool no_dirty_floats() const;
  bool parallel_set_item();
  bool parallel_store_cell();
  bool parallel_store_global();
  void parallel_append(uint32_t item, Label no);
  void parallel_pop(Label no);
  void need_no_shrinking(Reg size, Reg temp, Label no);  // of the list at kT0, which is about to have that size
  void lock(Label no, Label undo);
  void unlock();
  void need_no_barrier(Label no);
  void value_to_store(uint32_t r, bool last);
  void exchange_and_unlock(Mem slot, uint32_t value, bool last, Label undo, Label stored);
  void keep_if_shared();
  template <class F>
  void store_in_cpp(Label no, uint32_t value, bool last, Label stored, F call);
  static bool plain_frame(const Code* code);
  enum Otherwise { kOtherwiseCompare, kOtherwiseGetItem, kOtherwiseUnpack, kOtherwiseAppend, kOtherwiseSetItem };
  Label otherwise(Otherwise what, Label done);
  bool helped();
  bool helped_loop(ShapeId shape);
  void step_loop(Label here, Label done);
  void peek(Reg it, Reg item, Reg temp, Label no);
  void next_dict_entry(Label no);
  void next_dict_item(bool key, Label no);
  void next_pair(ShapeId shape, uint32_t out, Label no);
  void set_pair(uint32_t r);
  // C++ does the current instruction; kRet is its answer, if it comes back.
  void call_out(const void* function, Out how);
  void note_index() { masm_.mov_compact(kIndex, static_cast<int64_t>(index_) - kIndexBias); }
  void go_to_handler();
  void emit_thunk();
  void emit_checks(Reg frame, Reg top, uint32_t nregs, Label no);
  void emit_frame(const Code* code, Reg frame, uint32_t given, Label filled = Label());
  void emit_cells(const Code* code);
  void call_native(const void* function);
  void on_null(Reg v);  // an exception was raised
  bool returns();

  void int_operation(uint8_t op, Reg x, Reg y, Reg result);
  void shift_right(int n);
  void divide_by(bool remainder, int64_t by);
  int64_t constant_right() const;
  void leave();  // to the handler
  void exits();
  void set_constant(uint32_t r, Value v);  // that isn't counted

  static bool takes_doubles(uint8_t op);
  // The current instruction.
  uint8_t op() const { return pc_->op; }
  uint16_t a() const { return pc_->a; }
  uint16_t b() const { return pc_->b; }
  uint16_t c() const { return pc_->c; }
  int16_t imm() const { return static_cast<int16_t>(pc_->c); }
  bool last_a() const { return pc_->flags & frontend::kLastA; }
  bool last_b() const { return pc_->flags & frontend::kLastB; }
  bool last_c() const { return pc_->flags & frontend::kLastC; }
  Label way_out() {
    Exit& e = exits_[exit_];
    if (!e.used) e.label = masm_.new_label();
    e.used = true;
    return e.label;
  }
  // The same for a guard that is about to be written: -X jit-guards lets some of them fail whatever they test.
  Label slow() {
    Label l = way_out();
    if (stubs_.failing_guards && guard_fails()) masm_.jump(l);
    return l;
  }
  bool guard_fails();
  Label target(uint32_t index) { return inner_[index]; }
  uint32_t extension() const { return pc_[1].wide(); }
  bool is_temporary(uint32_t r) const { return r >= first_temporary_; }
  Kinds kinds(uint32_t r) const { return now_.kinds[r]; }
  bool is_exactly(uint32_t r, Kinds k) const { return (now_.kinds[r] & ~k) == 0; }

  // Pieces that fast paths are made of. All jump to slow() where they can't go on, before anything has changed.
  static Mem reg(uint32_t r) { return at(kFrame, static_cast<int64_t>(sizeof(Frame) + r * sizeof(Value))); }
  void need_heap(uint32_t r, Reg v);  // v: what operand r holds
  void need_shape(Reg heap, uint32_t shape, Label no);
  void need_ints(uint32_t x, Reg vx, uint32_t y, Reg vy, Label no);
  void need_int(uint32_t r, Reg v, Label no);
  // From here on things change: no way to slow() any more. What calls C++ does so out of line, and keeps only the five and kHold.
  void drop(Reg v);         // releases v, which may be anything
  void drop_likely(Reg v);  // the same of what is a heap object, most likely
  void call_drop(Reg v, const void* stub, const void* float_stub);
  void drop_heap(Reg v);  // a heap object
  // v: kHold, kT0 or kT1; no register changes.
  void incref(Reg v, Kinds kinds = kIsAnything, bool compact = false);
  void incref_likely_uncounted(Reg v);  // the same of what is a built-in function or class, most likely
  void drop_likely_uncounted(Reg v);
  void set(uint32_t r, Reg v);              // register r = v (owned); what it held goes
  void take_operand(uint32_t r);            // what it holds, a heap object perhaps, goes
  void empty(uint32_t r);                   // a plain temporary at its last use
  void empty_operands(bool b, bool c);      // the same of operands that are at their last use
  void empty_tested(bool both);             // the same of a test that has no result: a() is no register
  void branch_not_mine(Reg heap, Label l);  // another's count, or none
  void need_alone();                        // what follows isn't done while others may look on
  void need_unique(Reg heap, Label no);     // there is one reference to it, this thread's: as gc::is_unique
  // Makes an untagged index that is negative count from the end: 0 to size - 1, or no. What turns it round is cold.
  void need_index(Reg index, Reg size, Label no);
  // The item of a list at an untagged index that may be negative, while others may look on; kT2 and kT3 are lost. list, index, to: not these.
  void list_item(Reg list, Reg index, Reg to, Label no);
  // The same of what has to be a tuple still, all in line; kT2 is lost.
  void tuple_item(Reg tuple, Reg index, Reg to, Label no);
  void load_entries(Reg to, Reg dict);
  void save_pc();
  template <class F>
  void cold(F emit, Part part = Part::kRest) {
    auto* copy = new (closures_.room(sizeof(F))) F(std::move(emit));
    static_assert(alignof(F) <= 8);
    cold_.push_back({index_, exit_, in_cold_ ? cold_floats_ : live_floats(), part, copy, [](void* closure) {
                       F* f = static_cast<F*>(closure);
                       (*f)();
                       f->~F();
                     }});
  }
  void mark(uint32_t index, Part part) { positions_.add(masm_.offset(), index, part); }

  // ---- floats (floats.cpp)
  void to_double(Reg v, FReg to, Reg temp);              // v: an immediate float; destroys v
  void from_double(FReg v, Reg to, Reg temp, Label no);  // no: needs a box
  void need_float(Reg v, Reg temp, Label no);
  FReg operand(uint32_t r, FReg scratch,
               bool exact);      // as a double; slow() where it is no number, or (exact) may be rounded
  int cached(uint32_t r) const;  // index of kFloat, or -1
  void make_room();
  int fresh();        // index of one that holds nothing
  void flush(int k);  // a double that isn't in its register goes there
  void flush_all();
  void forget(uint32_t r);
  void forget_all();
  bool live_floats() const;
  bool keeps_doubles() const;
  void box_to(int k, uint32_t r);
  // Register r = kFloat[k]. `boxed` (kT0) for locals; the memory of a temporary is emptied where `zero` says so.
  void result_double(uint32_t r, int k, bool zero);

  struct ColdPart {
    uint32_t index;
    size_t exit;
    bool floats;
    Part part;
    void* closure;
    void (*run)(void* closure);  // once
  };
  // The way to an instruction's handler: what is in no register of the frame yet gets there first.
  struct Exit {
    uint32_t index;
    Label label;
    bool used = false;
    std::vector<std::pair<int, uint32_t>> dirty = {};
  };
  struct Cached {
    int32_t reg = -1;
    bool dirty = false;  // the register in memory is empty
  };
  Code* code_;
  Masm& masm_;
  const void* const* handlers_;
  const Stubs& stubs_;
  Analysis analysis_;
  uint32_t first_temporary_;
  const frontend::Instruction* pc_ = nullptr;
  uint32_t index_ = 0;
  Threads threads_;
  bool parallel_;
  uint32_t hot_bytes_ = 0;
  bool in_cold_ = false, cold_floats_ = false;
  Facts now_;
  Label thunk_;
  std::vector<Exit> exits_;
  size_t exit_ = 0;
  std::vector<Label> inner_, outer_;
  // By register: the method of a built-in type (immortal) that the last LOAD_METHOD puts there, or null. A hint, to be compared with.
  std::vector<Value> methods_;
  // The same: the shape that the object behind it has then; 0: not known.
  std::vector<ShapeId> method_shapes_;
  // By register: the last LOAD_METHOD puts what is no method there, a module's function, and nothing behind it. A hint as well.
  std::vector<bool> plain_;
  std::vector<bool> handler_only_;
  std::vector<ColdPart> cold_;
  static constexpr uint32_t kNoFact = UINT32_MAX;
  std::unique_ptr<EntryTable> entries_;
  std::vector<EntryFact> entry_facts_, last_facts_;
  uint32_t last_list_ = kNoFact;
  bool failed_ = false;
  Closures closures_;
  uint32_t guards_ = 0;  // so far, if some fail
  Positions positions_;
  Cached cache_[arch::kFloatCount];
};

}  // namespace taipan::jit
