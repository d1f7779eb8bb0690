#include "interp/objects/code_view.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "frontend/bytecode/positions.h"
#include "gc/lock.h"
#include "interp/objects/bytes.h"
#include "interp/objects/error.h"
#include "interp/objects/int.h"

namespace taipan {

using namespace frontend;

namespace {

// The opcodes of CPython 3.11 that the view is written in.
enum StackOp : uint8_t {
  kPopTop = 1,
  kPushNull = 2,
  kNop = 9,
  kUnaryPositive = 10,
  kUnaryNegative = 11,
  kUnaryNot = 12,
  kUnaryInvert = 15,
  kBinarySubscr = 25,
  kGetLen = 30,
  kMatchMapping = 31,
  kMatchSequence = 32,
  kMatchKeys = 33,
  kPushExcInfo = 35,
  kCheckExcMatch = 36,
  kCheckEgMatch = 37,
  kWithExceptStart = 49,
  kGetAiter = 50,
  kGetAnext = 51,
  kBeforeAsyncWith = 52,
  kBeforeWith = 53,
  kEndAsyncFor = 54,
  kStoreSubscr = 60,
  kDeleteSubscr = 61,
  kGetIter = 68,
  kGetYieldFromIter = 69,
  kPrintExpr = 70,
  kLoadBuildClass = 71,
  kLoadAssertionError = 74,
  kReturnGenerator = 75,
  kListToTuple = 82,
  kReturnValue = 83,
  kImportStar = 84,
  kSetupAnnotations = 85,
  kYieldValue = 86,
  kAsyncGenWrap = 87,
  kPrepReraiseStar = 88,
  kPopExcept = 89,
  kStoreName = 90,
  kDeleteName = 91,
  kUnpackSequence = 92,
  kForIter = 93,
  kUnpackEx = 94,
  kStoreAttr = 95,
  kDeleteAttr = 96,
  kStoreGlobal = 97,
  kDeleteGlobal = 98,
  kSwap = 99,
  kLoadConst = 100,
  kLoadName = 101,
  kBuildTuple = 102,
  kBuildList = 103,
  kBuildSet = 104,
  kBuildMap = 105,
  kLoadAttr = 106,
  kCompareOp = 107,
  kImportName = 108,
  kImportFrom = 109,
  kJumpForward = 110,
  kPopJumpForwardIfFalse = 114,
  kPopJumpForwardIfTrue = 115,
  kLoadGlobal = 116,
  kIsOp = 117,
  kContainsOp = 118,
  kReraise = 119,
  kCopy = 120,
  kBinaryOp = 122,
  kSend = 123,
  kLoadFast = 124,
  kStoreFast = 125,
  kDeleteFast = 126,
  kPopJumpForwardIfNotNone = 128,
  kPopJumpForwardIfNone = 129,
  kRaiseVarargs = 130,
  kGetAwaitable = 131,
  kMakeFunction = 132,
  kBuildSlice = 133,
  kMakeCell = 135,
  kLoadDeref = 137,
  kStoreDeref = 138,
  kDeleteDeref = 139,
  kJumpBackward = 140,
  kCallFunctionEx = 142,
  kExtendedArg = 144,
  kListAppend = 145,
  kSetAdd = 146,
  kMapAdd = 147,
  kLoadClassderef = 148,
  kResume = 151,
  kMatchClass = 152,
  kFormatValue = 155,
  kBuildString = 157,
  kLoadMethod = 160,
  kListExtend = 162,
  kSetUpdate = 163,
  kDictMerge = 164,
  kDictUpdate = 165,
  kPrecall = 166,
  kCall = 171,
  kKwNames = 172,
  kPopJumpBackwardIfNotNone = 173,
  kPopJumpBackwardIfNone = 174,
  kPopJumpBackwardIfFalse = 175,
  kPopJumpBackwardIfTrue = 176,
};

// Units of inline cache behind an instruction.
uint32_t cache_units(uint8_t op) {
  switch (op) {
    case kBinarySubscr:
    case kStoreAttr:
    case kLoadAttr:
    case kCall: return 4;
    case kCompareOp: return 2;
    case kLoadGlobal: return 5;
    case kLoadMethod: return 10;
    case kStoreSubscr:
    case kUnpackSequence:
    case kBinaryOp:
    case kPrecall: return 1;
    default: return 0;
  }
}
uint8_t backward_form(uint8_t op) {
  switch (op) {
    case kJumpForward: return kJumpBackward;
    case kPopJumpForwardIfFalse: return kPopJumpBackwardIfFalse;
    case kPopJumpForwardIfTrue: return kPopJumpBackwardIfTrue;
    case kPopJumpForwardIfNone: return kPopJumpBackwardIfNone;
    case kPopJumpForwardIfNotNone: return kPopJumpBackwardIfNotNone;
    default: return 0;
  }
}
// CPython's numbers of the operators, in the order of ours.
constexpr uint8_t kOperatorNumbers[] = {0, 10, 5, 4, 11, 2, 6, 8, 3, 9, 1, 7, 12};
constexpr uint32_t kInplaceOperators = 13;

struct Unit {
  uint8_t op;
  bool jumps;  // arg is the index of the instruction to go to
  uint32_t arg;
  uint32_t size = 1;
};

class Writer {
 public:
  explicit Writer(Code* code) : code_(code), count_(code->instruction_count) {}
  Ref result();

 private:
  const Instruction& at(uint32_t i) const { return code_->instructions[i]; }
  bool is_local(uint32_t r) const { return r < code_->nlocals; }
  bool is_temporary(uint32_t r) const {
    return r >= uint32_t{code_->nlocals} + code_->ncells + code_->nfree && r != kNoReg;
  }
  void put(uint8_t op, uint32_t arg = 0) { units_.push_back({op, false, arg}); }
  void work(uint8_t op, uint32_t arg = 0) {
    place_ = units_.size();
    put(op, arg);
  }
  void jump(uint8_t op, uint32_t target) { units_.push_back({op, true, target}); }
  // An operand: a local is loaded; a temporary is on the stack, and copied where it is needed again.
  void push(const Instruction& in, uint16_t r, uint8_t last, bool overwritten) {
    if (is_local(r))
      put(kLoadFast, r);
    else if (r < hoisted_.size() && hoisted_[r])
      load(*hoisted_[r]);
    else if (is_temporary(r) && !(in.flags & last) && !overwritten)
      put(kCopy, 1);
    else if (r != kNoReg && !is_temporary(r))
      put(kLoadDeref, r);
  }
  void push_a(const Instruction& in) { push(in, in.a, kLastA, false); }
  void push_b(const Instruction& in, bool result = true) { push(in, in.b, kLastB, result && in.b == in.a); }
  void push_c(const Instruction& in, bool result = true) { push(in, in.c, kLastC, result && in.c == in.a); }
  void pop(uint16_t r) {
    if (is_local(r)) put(kStoreFast, r);
  }
  void integer(int64_t value);
  void load(const Instruction& in) {
    if (in.op == kOpLOAD_INT)
      integer(static_cast<int32_t>(in.wide()));
    else
      put(kLoadConst, in.wide());
  }
  void find_hoisted();
  void find_callables();
  void write(uint32_t i);
  void unary(const Instruction& in, uint8_t op, uint32_t arg = 0) {
    push_b(in);
    work(op, arg);
    pop(in.a);
  }
  void plain(const Instruction& in, uint8_t op, uint32_t arg = 0) {  // operands on the stack already
    work(op, arg);
    pop(in.a);
  }
  void compare(uint32_t which);
  void branch(const Instruction& in, uint8_t op) {
    push_a(in);
    place_ = units_.size();
    jump(op, in.wide());
  }
  void collect(const Instruction& in, uint8_t op) {  // into the collection below
    push_b(in, false);
    work(op, 1);
  }
  uint32_t target_of(uint32_t i) const { return at(i + 1).wide(); }
  void lay_out();
  uint32_t distance(size_t k) const;

  Code* code_;
  uint32_t count_;
  std::vector<Unit> units_;
  std::vector<uint32_t> first_, work_;    // by instruction: index into units_
  std::vector<bool> callable_, mapping_;  // instructions that load what a call calls; calls with a mapping of keywords
  std::vector<uint32_t> offsets_;         // by unit, after lay_out
  std::vector<const Instruction*>
      hoisted_;  // by register: the load of a constant that the compiler moved out of the loops
  std::vector<int64_t> integers_;
  std::unordered_map<int64_t, uint32_t> integer_index_;
  size_t place_ = 0;
};

void Writer::integer(int64_t value) {
  auto [it, fresh] = integer_index_.try_emplace(value, 0);
  if (fresh) {
    it->second = static_cast<uint32_t>(tuple_size(code_->consts) + integers_.size());
    integers_.push_back(value);
  }
  put(kLoadConst, it->second);
}

// Constants used in loops are loaded before the first statement, without a line. They are shown where they are used.
void Writer::find_hoisted() {
  hoisted_.assign(code_->register_count, nullptr);
  for (uint32_t i = 0; i < count_; i++) {
    const Instruction& in = at(i);
    if (in.op == kOpRETURN_GENERATOR || in.op == kOpMAKE_CELL) continue;
    if ((in.op != kOpLOAD_CONST && in.op != kOpLOAD_INT) || !is_temporary(in.a) || code_line(code_, i) != 0) break;
    hoisted_[in.a] = &in;
  }
}

// CPython puts a null under a callable that is no method; our calls find an empty register.
void Writer::find_callables() {
  callable_.assign(count_, false);
  mapping_.assign(count_, false);
  std::vector<uint32_t> writer(code_->register_count + 1u, count_);
  for (uint32_t i = 0; i < count_; i++) {
    const Instruction& in = at(i);
    if (in.op == kOpCALL || in.op == kOpCALL_KW || in.op == kOpCALL_EX) {
      uint32_t by = in.b < writer.size() ? writer[in.b] : count_;
      if (by < count_ && at(by).op != kOpLOAD_METHOD) callable_[by] = true;
      if (in.op == kOpCALL_EX && in.b + 3u < writer.size())
        mapping_[i] = writer[in.b + 3] < count_ && by < count_ && writer[in.b + 3] > by;
    }
    if (in.a < writer.size()) writer[in.a] = i;
  }
}

// which: LT LE EQ NE GT GE IS IS_NOT IN NOT_IN
void Writer::compare(uint32_t which) {
  if (which < 6)
    work(kCompareOp, which);
  else if (which < 8)
    work(kIsOp, which - 6);
  else
    work(kContainsOp, which - 8);
}

void Writer::write(uint32_t i) {
  const Instruction& in = at(i);
  if (in.a < hoisted_.size() && hoisted_[in.a] == &in) return;
  bool simple_load = in.op == kOpLOAD_CONST || in.op == kOpLOAD_NAME || in.op == kOpLOAD_DEREF ||
                     in.op == kOpLOAD_CLASSDEREF || in.op == kOpLOAD_BUILD_CLASS || in.op == kOpMAKE_FUNCTION ||
                     (in.op == kOpMOVE && is_local(in.b));
  bool null_under = callable_[i] && simple_load;
  if (null_under) put(kPushNull);
  if (in.op >= kOpADD && in.op <= kOpXOR) {
    push_b(in);
    push_c(in);
    work(kBinaryOp, kOperatorNumbers[in.op - kOpADD] + (in.flags & kInplace ? kInplaceOperators : 0));
    pop(in.a);
  } else if (in.op >= kOpADD_I && in.op <= kOpXOR_I) {
    push_b(in);
    integer(static_cast<int16_t>(in.c));
    work(kBinaryOp, kOperatorNumbers[in.op - kOpADD_I] + (in.flags & kInplace ? kInplaceOperators : 0));
    pop(in.a);
  } else if (in.op >= kOpLT && in.op <= kOpNOT_IN) {
    push_b(in);
    push_c(in);
    compare(in.op - kOpLT);
    pop(in.a);
  } else if (in.op >= kOpJUMP_LT && in.op <= kOpJUMP_IN) {
    push_b(in, false);
    bool immediate = in.op >= kOpJUMP_LT_I && in.op <= kOpJUMP_GE_I;
    if (immediate)
      integer(static_cast<int16_t>(in.c));
    else
      push_c(in, false);
    uint32_t which = immediate             ? in.op - kOpJUMP_LT_I
                     : in.op == kOpJUMP_IS ? 6
                     : in.op == kOpJUMP_IN ? 8
                                           : in.op - kOpJUMP_LT;
    compare(which);
    jump(in.a ? kPopJumpForwardIfTrue : kPopJumpForwardIfFalse, target_of(i));
  } else {
    switch (static_cast<Op>(in.op)) {
      case kOpNOP: put(kNop); break;
      case kOpEXT: return;
      case kOpLOAD_CONST:
      case kOpLOAD_INT:
        load(in);
        pop(in.a);
        break;
      case kOpMOVE:
        push_b(in);
        pop(in.a);
        break;
      case kOpCLEAR:
        if (is_local(in.a))
          put(kDeleteFast, in.a);
        else
          put(kPopTop);
        break;
      case kOpCHECK_LOCAL:
        work(kLoadFast, in.a);
        put(kPopTop);
        break;
      case kOpDELETE_LOCAL: work(kDeleteFast, in.a); break;
      case kOpMAKE_CELL: work(kMakeCell, in.a); break;
      case kOpLOAD_DEREF:
        work(kLoadDeref, in.b);
        pop(in.a);
        break;
      case kOpSTORE_DEREF:
        push_b(in, false);
        work(kStoreDeref, in.a);
        break;
      case kOpDELETE_DEREF: work(kDeleteDeref, in.a); break;
      case kOpLOAD_CLASSDEREF:
        work(kLoadClassderef, in.b);
        pop(in.a);
        break;
      case kOpLOAD_GLOBAL:
        work(kLoadGlobal, in.wide() * 2 + callable_[i]);
        pop(in.a);
        return;
      case kOpSTORE_GLOBAL:
        push_a(in);
        work(kStoreGlobal, in.wide());
        break;
      case kOpDELETE_GLOBAL: work(kDeleteGlobal, in.wide()); break;
      case kOpLOAD_NAME:
        work(kLoadName, in.wide());
        pop(in.a);
        break;
      case kOpSTORE_NAME:
        push_a(in);
        work(kStoreName, in.wide());
        break;
      case kOpDELETE_NAME: work(kDeleteName, in.wide()); break;
      case kOpLOAD_ATTR: unary(in, kLoadAttr, in.c); break;
      case kOpSTORE_ATTR:
        push_b(in, false);
        push_a(in);
        work(kStoreAttr, in.c);
        break;
      case kOpDELETE_ATTR:
        push_a(in);
        work(kDeleteAttr, in.c);
        break;
      case kOpLOAD_METHOD:
        push_b(in);
        work(kLoadMethod, in.c);
        break;
      case kOpGET_ITEM:
        push_b(in);
        push_c(in);
        work(kBinarySubscr);
        pop(in.a);
        break;
      case kOpSET_ITEM:
        push_c(in, false);
        push_a(in);
        push_b(in, false);
        work(kStoreSubscr);
        break;
      case kOpDEL_ITEM:
        push_a(in);
        push_b(in, false);
        work(kDeleteSubscr);
        break;
      case kOpBUILD_SLICE: plain(in, kBuildSlice, 3); break;
      case kOpNEGATIVE: unary(in, kUnaryNegative); break;
      case kOpPOSITIVE: unary(in, kUnaryPositive); break;
      case kOpINVERT: unary(in, kUnaryInvert); break;
      case kOpNOT: unary(in, kUnaryNot); break;
      case kOpJUMP:
      case kOpJUMP_BACK:
        place_ = units_.size();
        jump(kJumpForward, in.wide());
        break;
      case kOpJUMP_IF_TRUE: branch(in, kPopJumpForwardIfTrue); break;
      case kOpJUMP_IF_FALSE: branch(in, kPopJumpForwardIfFalse); break;
      case kOpJUMP_IF_NONE: branch(in, kPopJumpForwardIfNone); break;
      case kOpJUMP_IF_NOT_NONE: branch(in, kPopJumpForwardIfNotNone); break;
      case kOpGET_ITER: unary(in, kGetIter); break;
      case kOpFOR_ITER:
        place_ = units_.size();
        jump(kForIter, target_of(i));
        pop(in.a);
        break;
      case kOpUNPACK_SEQ: unary(in, kUnpackSequence, in.c); break;
      case kOpUNPACK_EX: unary(in, kUnpackEx, in.c | uint32_t{at(i + 1).a} << 8); break;
      case kOpBUILD_TUPLE: plain(in, kBuildTuple, in.c); break;
      case kOpCOMPARE_TUPLES:
        work(kBuildTuple, in.c & 0xFFu);
        compare(in.c >> 8);
        pop(in.a);
        break;
      case kOpBUILD_LIST: plain(in, kBuildList, in.c); break;
      case kOpBUILD_SET: plain(in, kBuildSet, in.c); break;
      case kOpBUILD_MAP: plain(in, kBuildMap, in.c); break;
      case kOpBUILD_STRING: plain(in, kBuildString, in.c); break;
      case kOpFORMAT_VALUE:
        push_b(in);
        push_c(in);
        work(kFormatValue, (in.flags >> 4 & 3) | (in.c == kNoReg ? 0 : 4));
        pop(in.a);
        break;
      case kOpLIST_APPEND: collect(in, kListAppend); break;
      case kOpLIST_EXTEND: collect(in, kListExtend); break;
      case kOpLIST_TO_TUPLE: plain(in, kListToTuple); break;
      case kOpSET_ADD: collect(in, kSetAdd); break;
      case kOpSET_UPDATE: collect(in, kSetUpdate); break;
      case kOpMAP_ADD:
        push_b(in, false);
        push_c(in, false);
        work(kMapAdd, 1);
        break;
      case kOpDICT_UPDATE: collect(in, kDictUpdate); break;
      case kOpDICT_MERGE: collect(in, kDictMerge); break;
      case kOpCALL:
        if (in.flags & kEntersWith) break;
        put(kPrecall, in.c);
        plain(in, kCall, in.c);
        break;
      case kOpCALL_KW: {
        uint32_t names = at(i + 1).wide(),
                 given = in.c + static_cast<uint32_t>(tuple_size(tuple_at(code_->consts, names)));
        put(kKwNames, names);
        put(kPrecall, given);
        plain(in, kCall, given);
        break;
      }
      case kOpCALL_EX: plain(in, kCallFunctionEx, mapping_[i]); break;
      case kOpMAKE_FUNCTION:
        put(kLoadConst, in.c);
        plain(in, kMakeFunction, in.flags >> 4);
        break;
      case kOpLOAD_BUILD_CLASS: plain(in, kLoadBuildClass); break;
      case kOpRETURN:
        push_a(in);
        work(kReturnValue);
        break;
      case kOpLOAD_ASSERTION_ERROR: plain(in, kLoadAssertionError); break;
      case kOpIMPORT_NAME: plain(in, kImportName, in.c); break;
      case kOpIMPORT_FROM:
        work(kImportFrom, in.c);  // the module stays
        pop(in.a);
        break;
      case kOpIMPORT_STAR:
        push_a(in);
        work(kImportStar);
        break;
      case kOpRAISE:
        push_a(in);
        push_b(in, false);
        work(kRaiseVarargs, in.a == kNoReg ? 0 : in.b == kNoReg ? 1 : 2);
        break;
      case kOpRERAISE: work(kReraise); break;
      case kOpPUSH_EXC: work(kPushExcInfo); break;
      case kOpPOP_EXC: work(kPopExcept); break;
      case kOpEXC_MATCH:
        push_c(in);
        plain(in, kCheckExcMatch);
        break;
      case kOpEXC_GROUP_MATCH:
        push_c(in);
        work(kCheckEgMatch);
        break;
      case kOpPREP_RERAISE_STAR: plain(in, kPrepReraiseStar); break;
      case kOpLOAD_SPECIAL:  // two, and a CALL: shown as one
        if (in.c == kSpecialEnter || in.c == kSpecialAsyncEnter) {
          push_b(in);
          work(in.c == kSpecialEnter ? kBeforeWith : kBeforeAsyncWith);
        }
        break;
      case kOpWITH_EXCEPT: plain(in, kWithExceptStart); break;
      case kOpRETURN_GENERATOR:
        work(kReturnGenerator);
        put(kPopTop);
        break;
      case kOpYIELD:
        push_b(in);
        work(kYieldValue);
        put(kResume, in.c == kNoReg ? 1 : 2);
        pop(in.a);
        break;
      case kOpSEND:
        push_c(in);
        place_ = units_.size();
        jump(kSend, target_of(i));
        pop(in.a);
        break;
      case kOpGET_YIELD_FROM_ITER: unary(in, kGetYieldFromIter); break;
      case kOpGET_AWAITABLE: unary(in, kGetAwaitable, in.flags >> 4); break;
      case kOpGET_AITER: unary(in, kGetAiter); break;
      case kOpGET_ANEXT: plain(in, kGetAnext); break;
      case kOpEND_ASYNC_FOR: work(kEndAsyncFor); break;
      case kOpASYNC_GEN_WRAP: unary(in, kAsyncGenWrap); break;
      case kOpMATCH_SEQUENCE: plain(in, kMatchSequence); break;
      case kOpMATCH_MAPPING: plain(in, kMatchMapping); break;
      case kOpMATCH_KEYS: plain(in, kMatchKeys); break;
      case kOpMATCH_CLASS: plain(in, kMatchClass, in.c); break;
      case kOpMATCH_REST: plain(in, kDictUpdate, 1); break;
      case kOpGET_LEN: plain(in, kGetLen); break;
      case kOpSETUP_ANNOTATIONS: work(kSetupAnnotations); break;
      case kOpPRINT_EXPR:
        push_a(in);
        work(kPrintExpr);
        break;
      default: put(kNop); break;
    }
  }
  if (callable_[i] && !null_under) {  // the callable was made from what stands on the stack
    put(kPushNull);
    put(kSwap, 2);
  }
}

// Units behind and before an instruction depend on how wide the jumps' arguments are: widen until nothing changes.
void Writer::lay_out() {
  auto width = [](uint32_t arg) { return arg > 0xFFFFFF ? 4u : arg > 0xFFFF ? 3u : arg > 0xFF ? 2u : 1u; };
  for (Unit& u : units_) u.size = u.jumps ? 1 : width(u.arg);
  offsets_.resize(units_.size() + 1);
  for (bool changed = true; changed;) {
    changed = false;
    uint32_t offset = 0;
    for (size_t k = 0; k < units_.size(); k++) {
      offsets_[k] = offset;
      offset += units_[k].size + cache_units(units_[k].op);
    }
    offsets_[units_.size()] = offset;
    for (size_t k = 0; k < units_.size(); k++) {
      Unit& u = units_[k];
      if (!u.jumps) continue;
      uint32_t need = width(distance(k));
      if (need <= u.size) continue;
      u.size = need;
      changed = true;
    }
  }
}
uint32_t Writer::distance(size_t k) const {
  const Unit& u = units_[k];
  uint32_t from = offsets_[k] + u.size, to = offsets_[first_[std::min(u.arg, count_)]];
  return to >= from ? to - from : from - to;
}

Ref Writer::result() {
  find_hoisted();
  find_callables();
  for (uint32_t i = 0; i < count_; i++) {
    size_t begin = place_ = units_.size();
    first_.push_back(static_cast<uint32_t>(begin));
    write(i);
    work_.push_back(static_cast<uint32_t>(place_));
  }
  first_.push_back(static_cast<uint32_t>(units_.size()));
  lay_out();

  Ref bytes = new_bytes_raw(size_t{offsets_.back()} * 2), places = new_bytes_raw((size_t{count_} + 1) * 8);
  size_t own = tuple_size(code_->consts);
  Ref consts = integers_.empty() ? Ref::dup(code_->consts) : make_tuple(own + integers_.size());
  if (!bytes || !places || !consts) return nullptr;
  for (size_t i = 0; consts.get() != code_->consts && i < own + integers_.size(); i++)
    tuple_init(consts, i, i < own ? Ref::dup(tuple_at(code_->consts, i)) : make_int(integers_[i - own]));

  uint8_t* p = bytes.as<Bytes>()->data();
  for (size_t k = 0; k < units_.size(); k++) {
    const Unit& u = units_[k];
    uint8_t op = u.op;
    uint32_t arg = u.arg;
    if (u.jumps) {
      arg = distance(k);
      if (offsets_[first_[std::min(u.arg, count_)]] < offsets_[k] + u.size && backward_form(op)) op = backward_form(op);
    }
    for (uint32_t more = u.size; more-- > 0;) {
      *p++ = more ? uint8_t{kExtendedArg} : op;
      *p++ = static_cast<uint8_t>(arg >> 8 * more);
    }
    for (uint32_t cache = cache_units(u.op); cache-- > 0;) {
      *p++ = 0;
      *p++ = 0;
    }
  }
  auto* place = reinterpret_cast<uint32_t*>(places.as<Bytes>()->data());
  for (uint32_t i = 0; i <= count_; i++) {
    place[2 * i] = offsets_[first_[i]];
    size_t worker = i < count_ ? work_[i] : first_[i];
    // Extended arguments stand before their instruction.
    place[2 * i + 1] = offsets_[worker] + (worker < units_.size() ? units_[worker].size - 1 : 0);
  }
  Ref items[3] = {std::move(bytes), std::move(consts), std::move(places)};
  return make_tuple_steal(items, 3);
}

}  // namespace

CodeView::CodeView(Code* code) {
  if (!code->extra) {
    Ref made = Writer(code).result();
    if (!made) return;
    gc::ObjectLock lock(&code->h);
    if (!code->extra) gc::store(&code->h, &code->extra, std::move(made));
  }
  static_cast<Value&>(*this) = code->extra;
}
const uint32_t* CodeView::places() const {
  return reinterpret_cast<const uint32_t*>(tuple_at(*this, kPlaces).as<Bytes>()->data());
}

bool columns_hidden = false;

int64_t code_offset(Code* code, uint32_t index) {
  CodeView view(code);
  if (view.is_null()) {
    clear_error();
    return -1;
  }
  return int64_t{view.place(std::min(index, code->instruction_count))} * 2;
}
uint32_t code_index_of_offset(Code* code, int64_t offset) {
  CodeView view(code);
  if (view.is_null()) {
    clear_error();
    return 0;
  }
  uint32_t low = 0, high = code->instruction_count;  // the last instruction that begins at or before the offset
  while (high - low > 1) {
    uint32_t middle = (low + high) / 2;
    (int64_t{view.start(middle)} * 2 <= offset ? low : high) = middle;
  }
  return low;
}

// CPython's table: start, length, target and depth (doubled; its lowest bit asks for lasti) as groups of six bits, highest first,
// bit 6 says that more follow, bit 7 begins an entry. Its ranges don't overlap: the innermost handler of each instruction counts.
Ref code_view_exception_table(Code* code) {
  CodeView view(code);
  if (view.is_null()) return nullptr;
  std::string out;
  auto number = [&](uint32_t value, uint8_t mark) {
    for (int shift = 30; shift > 0; shift -= 6) {
      if (value >> shift == 0) continue;
      out += static_cast<char>(mark | 0x40 | (value >> shift & 0x3F));
      mark = 0;
    }
    out += static_cast<char>(mark | (value & 0x3F));
  };
  uint32_t n = code->instruction_count, base = uint32_t{code->nlocals} + code->ncells + code->nfree;
  std::vector<int32_t> handler(n, -1);
  for (uint32_t k = code->handler_count; k-- > 0;) {  // innermost last, over the others
    for (uint32_t i = code->handlers[k].start; i < std::min(code->handlers[k].end, n); i++)
      handler[i] = static_cast<int32_t>(k);
  }
  for (uint32_t i = 0; i < n;) {
    uint32_t end = i + 1;
    while (end < n && handler[end] == handler[i]) end++;
    uint32_t length = view.start(end) - view.start(i);
    if (handler[i] >= 0 && length > 0) {
      const HandlerRange& h = code->handlers[handler[i]];
      number(view.start(i), 0x80);
      number(length, 0);
      number(view.start(h.target), 0);
      number((h.depth > base ? h.depth - base : 0) * 2 + (h.flags & 1), 0);
    }
    i = end;
  }
  return make_bytes(out);
}

// ---- CPython's location table: entries of a byte 1 cccc lll (code, length in units - 1) and what the code asks for.
Ref code_view_line_table(Code* code) {
  CodeView view(code);
  std::vector<Position> positions;
  if (view.is_null() || !unpack_positions({reinterpret_cast<const char*>(code->position_table), code->position_bytes},
                                          code->first_line, code->instruction_count, &positions))
    return nullptr;
  std::string out;
  int64_t line = code->first_line;
  auto varint = [&](uint64_t v) {
    for (; v >= 64; v >>= 6) out += static_cast<char>((v & 63) | 64);
    out += static_cast<char>(v);
  };
  for (uint32_t i = 0; i < code->instruction_count; i++) {
    const Position& p = positions[i];
    for (uint32_t units = view.start(i + 1) - view.start(i); units > 0;) {
      uint32_t length = std::min(units, 8u);
      units -= length;
      auto begin = [&](unsigned kind) { out += static_cast<char>(0x80 | kind << 3 | (length - 1)); };
      if (p.line <= 0) {
        begin(15);
        continue;
      }
      int64_t step = p.line - line;
      uint64_t signed_step = step < 0 ? static_cast<uint64_t>(-step) << 1 | 1 : static_cast<uint64_t>(step) << 1;
      line = p.line;
      int32_t width = p.end_column - p.column;
      if (p.column < 0) {
        begin(13);
        varint(signed_step);
      } else if (p.end_line == p.line && step == 0 && p.column < 80 && width >= 0 && width < 16) {
        begin(static_cast<unsigned>(p.column) >> 3);
        out += static_cast<char>((p.column & 7) << 4 | width);
      } else if (p.end_line == p.line && step >= 0 && step < 3 && p.column < 128 && p.end_column < 128 && width >= 0) {
        begin(10 + static_cast<unsigned>(step));
        out += static_cast<char>(p.column);
        out += static_cast<char>(p.end_column);
      } else {
        begin(14);
        varint(signed_step);
        varint(static_cast<uint64_t>(std::max(p.end_line - p.line, 0)));
        varint(static_cast<uint64_t>(p.column) + 1);
        varint(static_cast<uint64_t>(std::max(p.end_column, -1) + 1));
      }
    }
  }
  return make_bytes(out);
}

bool read_line_table(Code* code, int32_t first_line, std::string_view table, std::vector<Position>* out) {
  CodeView view(code);
  if (view.is_null()) return false;
  uint32_t count = code->instruction_count, unit = 0, next = 0;
  out->assign(count, Position{0, 0, -1, -1});  // what isn't shown stays without
  size_t at = 0;
  auto byte = [&]() -> uint32_t { return at < table.size() ? static_cast<uint8_t>(table[at++]) : 0; };
  auto varint = [&] {
    uint64_t v = 0;
    for (int shift = 0;; shift += 6) {
      uint32_t b = byte();
      if (shift < 36) v |= uint64_t{b & 63} << shift;
      if (!(b & 64)) return static_cast<int64_t>(v);
    }
  };
  int64_t line = first_line;
  while (at < table.size() && next < count) {
    uint32_t head = byte(), kind = head >> 3 & 15;
    int64_t end_line = 0, column = -1, end_column = -1, step = 0;
    if (kind == 13 || kind == 14) {
      int64_t v = varint();
      step = v & 1 ? -(v >> 1) : v >> 1;
    } else if (kind >= 10 && kind < 13) {
      step = kind - 10;
    }
    line += step;
    end_line = line;
    if (kind == 14) {
      end_line += varint();
      column = varint() - 1;
      end_column = varint() - 1;
    } else if (kind >= 10 && kind < 13) {
      column = byte();
      end_column = byte();
    } else if (kind < 10) {
      uint32_t second = byte();
      column = kind << 3 | second >> 4;
      end_column = column + (second & 15);
    }
    if (line > INT32_MAX || line < INT32_MIN || end_line > INT32_MAX || column > INT32_MAX || end_column > INT32_MAX)
      return raise(types::ValueError, "code: co_linetable is malformed");
    Position p{static_cast<int32_t>(line), static_cast<int32_t>(end_line), static_cast<int32_t>(column),
               static_cast<int32_t>(end_column)};
    if (kind == 15) p = Position{0, 0, -1, -1};
    unit += (head & 7) + 1;
    for (; next < count && view.place(next) < unit; next++) {
      if (view.start(next) != view.start(next + 1)) (*out)[next] = p;
    }
  }
  return true;
}

}  // namespace taipan
