// What is the same on every processor: set-up and end, comments, call arguments, and the operations that are written in terms of others.
#include "arch/masm_state.h"

#include <atomic>
#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace taipan::arch {

using asmjit::CodeHolder;

Cond negate(Cond c) {
  switch (c) {
    case Cond::kEq: return Cond::kNe;
    case Cond::kNe: return Cond::kEq;
    case Cond::kLt: return Cond::kGe;
    case Cond::kLe: return Cond::kGt;
    case Cond::kGt: return Cond::kLe;
    case Cond::kGe: return Cond::kLt;
    case Cond::kBelow: return Cond::kAboveEq;
    case Cond::kBelowEq: return Cond::kAbove;
    case Cond::kAbove: return Cond::kBelowEq;
    case Cond::kAboveEq: return Cond::kBelow;
  }
  __builtin_unreachable();
}

namespace {
std::atomic<Masm::State*> spare;  // keeps its memory from one compilation to the next
}  // namespace

Masm::Masm(bool listing) : state_(spare.exchange(nullptr)), listing_(listing) {
  if (!state_) state_ = new State;
  State& s = *state_;
  s.errors.masm = this;
  s.code.init(asmjit::Environment::host());
  s.code.setErrorHandler(&s.errors);
  if (listing) {
    s.logger.addFlags(asmjit::FormatFlags::kMachineCode | asmjit::FormatFlags::kHexImms);
    s.code.setLogger(&s.logger);
  }
  if (s.code.attach(&s.as) != asmjit::kErrorOk) fail("out of memory");
}
Masm::~Masm() {
  State* none = nullptr;
  bool keep = !listing_ && !error_;
  if (keep) state_->reset();
  if (!keep || !spare.compare_exchange_strong(none, state_)) delete state_;
}

void Masm::fail(const char* why) {
  if (error_) return;
  state_->message = why;
  error_ = state_->message.c_str();
}

void Masm::comment(const char* format, ...) {
  if (!listing_) return;
  char text[512];
  va_list va;
  va_start(va, format);
  vsnprintf(text, sizeof text, format, va);
  va_end(va);
  state_->logger.logf("; %s\n", text);
}
const std::string& Masm::listing_text() {
  state_->listing.assign(state_->logger.data(), state_->logger.dataSize());
  return state_->listing;
}

uint32_t Masm::offset() const { return static_cast<uint32_t>(state_->as.offset()); }
bool Masm::is_bound(Label l) const { return state_->code.isLabelBound(to_asmjit(l)); }
uint32_t Masm::offset_of(Label l) const {
  return static_cast<uint32_t>(state_->code.labelOffsetFromBase(to_asmjit(l)));
}
size_t Masm::size() const { return state_->size; }

bool Masm::install(void* write, const void* exec) {
  CodeHolder& code = state_->code;
  if (error_ || !state_->finished) return false;
  if (auto e = code.relocateToBase(reinterpret_cast<uint64_t>(exec)); e != asmjit::kErrorOk) {
    fail(asmjit::DebugUtils::errorAsString(e));
    return false;
  }
  if (auto e = code.copyFlattenedData(write, state_->size, asmjit::CopySectionFlags::kPadSectionBuffer);
      e != asmjit::kErrorOk) {
    fail(asmjit::DebugUtils::errorAsString(e));
    return false;
  }
  for (auto [offset, target] : state_->relative) {
    auto distance = static_cast<int64_t>(target - (reinterpret_cast<uint64_t>(exec) + offset + 4));
    auto word = static_cast<int32_t>(distance);
    if (word != distance) {
      code_memory_is_near = false;
      fail("code memory lies too far from the program");
      return false;
    }
    memcpy(static_cast<char*>(write) + offset, &word, sizeof word);
  }
  return true;
}

void Masm::row(UnwindRow::Kind kind, int saved) { rows_.push_back({offset(), kind, static_cast<uint8_t>(saved)}); }
void Masm::inside_frame(int saved) {
  frame_saved_ = saved;
  row(UnwindRow::kSavedRegs, saved);
}

void Masm::without_frame() { row(UnwindRow::kEntry, 0); }

// ------------------------------------------------------------------------------------------------------------- call arguments
// A parallel move: an argument goes into place once nothing that waits reads its target any more. Where all that is left waits
// in circles, one value is computed into a register that nobody reads and put in place at the end.
void Masm::move_args(std::initializer_list<Arg> list) {
  const Arg* args = list.begin();
  int n = static_cast<int>(list.size());
  if (n > kArgCount) return fail("too many arguments");
  enum { kWaiting, kHeld, kDone } status[kArgCount] = {};
  Reg held[kArgCount];
  auto reads = [&](int i, Reg r) {
    if (status[i] == kHeld) return held[i] == r;
    if (status[i] == kDone || args[i].kind == Arg::kImmediate) return false;
    if (args[i].kind == Arg::kRegister) return args[i].reg == r;
    return args[i].mem.base == r || args[i].mem.index == r;
  };
  auto compute = [&](int i, Reg to) {
    if (status[i] == kHeld) return mov(to, held[i]);
    switch (args[i].kind) {
      case Arg::kRegister:
        if (!(args[i].reg == to)) mov(to, args[i].reg);
        break;
      case Arg::kImmediate: mov(to, args[i].imm); break;
      case Arg::kMemory: load64(to, args[i].mem); break;
      case Arg::kAddress: lea(to, args[i].mem); break;
    }
  };
  for (int left = n; left > 0;) {
    bool moved = false;
    for (int i = 0; i < n; i++) {
      if (status[i] == kDone) continue;
      bool blocked = false;
      for (int j = 0; j < n && !blocked; j++) blocked = j != i && reads(j, kArgs[i]);
      if (blocked) continue;
      compute(i, kArgs[i]);
      status[i] = kDone;
      left--;
      moved = true;
    }
    if (moved) continue;
    int i = 0;
    while (i < n && status[i] != kWaiting) i++;
    Reg free;
    for (Reg r : kArgumentSpare) {
      bool used = false;
      for (int j = 0; j < n; j++) used = used || reads(j, r);
      if (!used) free = r;
    }
    if (i == n || !free.valid()) return fail("arguments that depend on each other in too many ways");
    compute(i, free);
    held[i] = free;
    status[i] = kHeld;
  }
}

void Masm::call(const void* function, std::initializer_list<Arg> args) {
  move_args(args);
  call(function);
}

// ---------------------------------------------------------------------------------------------------------------- tagged ints
void Masm::branch_tagged(bool yes, Reg a, Label l) { branch_bit(yes, a, 0, l); }
void Masm::tagged_add(Reg d, Reg a, int32_t imm, Label slow) {
  add_overflow(d, a, static_cast<int64_t>(imm) * 2, slow);
}

CpuFeatures& cpu_features() {
  static CpuFeatures features = [] {
    CpuFeatures f;
#if defined(__aarch64__)
    f.lse = asmjit::CpuInfo::host().hasFeature(asmjit::CpuFeatures::ARM::kLSE);
#endif
    return f;
  }();
  return features;
}

}  // namespace taipan::arch
