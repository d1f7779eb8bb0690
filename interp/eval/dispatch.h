// How instruction handlers are written and how they reach each other. Only eval.cpp and its handlers_*.inc use this.
//
// A handler is HANDLER(OPCODE) { ... } and ends with NEXT(), NEXT_N(n), JUMP_TO(index), FAIL(), UNWIND(), ENTER_FRAME() or by
// returning what eval() returns. It sees five variables: f (the running frame, its registers are R[i]), pc (the instruction), w (its
// 64-bit word), t (the thread) and dispatch (handler table: the usual one, or the one that traces). All else lives in the frame.
//
// With clang every handler is a function that tail-calls the next one (musttail) by a calling convention that keeps the five
// variables in registers across calls of ordinary functions (preserve_none): each handler gets a register allocation of its own, and a
// profiler shows them by name. Other compilers get one big function with computed gotos, made from the same text.
#pragma once
#include "frontend/bytecode/code_unit.h"
#include "gc/hot.h"
#include "interp/eval/frame_stack.h"

#if defined(__clang__) && !defined(TAIPAN_GOTO_DISPATCH) && defined(__has_attribute)
#if __has_attribute(preserve_none) && __has_attribute(musttail) && (defined(__x86_64__) || defined(__aarch64__))
#define TAIPAN_TAIL_DISPATCH 1
#endif
#endif

#define A op_a(w)
#define B op_b(w)
#define C op_c(w)
#define R (f->regs())
#define SAVE() (f->pc = pc)
#define EXT_WIDE() (reinterpret_cast<const Instruction*>(pc + 1)->wide())
#define NAME(i) (code_names(f->code)[i].as<Str>())
// The instruction's feedback word: feedback lies at a fixed distance from the code.
#define FEEDBACK() \
  (reinterpret_cast<FeedbackWord*>(reinterpret_cast<char*>(const_cast<Instruction*>(pc)) + f->feedback))
#define CHOOSE_TABLE() (dispatch = t->tracing_active ? kTraceDispatch : PLAIN_TABLE)
#define NEXT() NEXT_N(1)

#ifdef TAIPAN_TAIL_DISPATCH

#define PLAIN_TABLE plain_table  // kDispatch, or the JIT's
#define HANDLER_PARAMS const Instruction *pc, Frame *f, Thread *t, const void *const *dispatch, uint64_t w
#ifdef TAIPAN_SANITIZE  // the address sanitizer realigns the stack, which clang cannot do in preserve_none functions
#define HANDLER_TYPE
#else
#define HANDLER_TYPE __attribute__((preserve_none))
#endif
#define HANDLER(name) HANDLER_TYPE static Value op_##name([[maybe_unused]] HANDLER_PARAMS)
#define STEP(name) HANDLER_TYPE TAIPAN_NOINLINE static Value step_##name([[maybe_unused]] HANDLER_PARAMS)
#define GO(name) __attribute__((musttail)) return step_##name(pc, f, t, dispatch, w)
#define NEXT_N(n)                                                                    \
  do {                                                                               \
    pc += (n);                                                                       \
    w = *reinterpret_cast<const uint64_t*>(pc);                                      \
    __attribute__((musttail)) return handler_at(dispatch, w)(pc, f, t, dispatch, w); \
  } while (0)
#define RUN_UNTRACED() __attribute__((musttail)) return handler_at(kDispatch, w)(pc, f, t, dispatch, w)

#else

#define PLAIN_TABLE kDispatch
#define HANDLER(name) L_##name:
#define STEP(name) step_##name:
#define GO(name) goto step_##name
#define NEXT_N(n)                               \
  do {                                          \
    pc += (n);                                  \
    w = *reinterpret_cast<const uint64_t*>(pc); \
    goto* dispatch[static_cast<uint8_t>(w)];    \
  } while (0)
#define RUN_UNTRACED() goto* kDispatch[static_cast<uint8_t>(w)]

#endif

#define JUMP_TO(index)                    \
  do {                                    \
    pc = f->code->instructions + (index); \
    NEXT_N(0);                            \
  } while (0)
#define FAIL() GO(error)     // the exception in t->exc was raised here
#define UNWIND() GO(unwind)  // the same, with the traceback it has already
// f is a freshly pushed (or resumed) frame that t->frame points to.
#define ENTER_FRAME()                                                                                                  \
  do {                                                                                                                 \
    auto* feedback_ = f->code->feedback.load(std::memory_order_acquire);                                               \
    if (TAIPAN_UNLIKELY(!feedback_ || t->poll.load(std::memory_order_relaxed) != 0 || t->tracing_active)) GO(enter);   \
    pc = f->pc;                                                                                                        \
    f->feedback =                                                                                                      \
        reinterpret_cast<char*>(feedback_) - reinterpret_cast<char*>(const_cast<Instruction*>(f->code->instructions)); \
    NEXT_N(0);                                                                                                         \
  } while (0)
// R[A] = value (owned), then the instruction n further on. What R[A] held goes: if that takes a call, in a step of its own, so that the
// handler itself needs no stack frame.
#define SET_A_NEXT(value, n) \
  do {                       \
    Value new_ = (value);    \
    Value old_ = R[A];       \
    R[A] = new_;             \
    DROP_NEXT(old_, n);      \
  } while (0)
// R[A] = value, borrowed so far. A count that isn't simply raised is dealt with in a step of its own.
#define LOAD_A_NEXT(value, n)                                                                \
  do {                                                                                       \
    Value loaded_ = (value);                                                                 \
    if (loaded_.is_heap()) {                                                                 \
      gc::Header* from_ = loaded_.header();                                                  \
      uint16_t owner_ = from_->owner.load(std::memory_order_acquire);                        \
      uint32_t raised_ = from_->rc_local.load(std::memory_order_relaxed) + 1;                \
      if (TAIPAN_LIKELY(owner_ == gc::current_slot && static_cast<int32_t>(raised_) >= 0)) { \
        from_->rc_local.store(raised_, std::memory_order_relaxed);                           \
      } else if (TAIPAN_LIKELY(owner_ == gc::kHotOwner)) {                                   \
        gc::hot_counts[raised_ - 1].increfs++;                                               \
      } else if (TAIPAN_UNLIKELY(owner_ != gc::kUncountedOwner)) {                           \
        t->operator_value = loaded_;                                                         \
        pc += (n) - 1;                                                                       \
        GO(load_shared);                                                                     \
      }                                                                                      \
    }                                                                                        \
    SET_A_NEXT(loaded_, n);                                                                  \
  } while (0)
#define DROP_NEXT(value, n)                                               \
  do {                                                                    \
    Value dropped_ = (value);                                             \
    if (dropped_.is_heap()) {                                             \
      gc::Header* h_ = dropped_.header();                                 \
      uint16_t owner_ = h_->owner.load(std::memory_order_acquire);        \
      uint32_t count_ = h_->rc_local.load(std::memory_order_relaxed) - 1; \
      if (TAIPAN_LIKELY(owner_ == gc::current_slot)) {                    \
        h_->rc_local.store(count_, std::memory_order_relaxed);            \
        if (TAIPAN_UNLIKELY(count_ == 0)) {                               \
          t->doomed = h_;                                                 \
          pc += (n);                                                      \
          GO(dealloc);                                                    \
        }                                                                 \
      } else if (TAIPAN_LIKELY(owner_ == gc::kHotOwner)) {                \
        gc::hot_counts[count_ + 1].decrefs++;                             \
      } else if (TAIPAN_UNLIKELY(owner_ != gc::kUncountedOwner)) {        \
        t->doomed = h_;                                                   \
        pc += (n);                                                        \
        GO(decref);                                                       \
      }                                                                   \
    }                                                                     \
    NEXT_N(n);                                                            \
  } while (0)
// An owned result into R[A], operands at their last use released first, from left to right (the left one may lie in R[A] itself).
#define FINISH_OPERANDS(value)      \
  do {                              \
    Value finished_ = (value);      \
    if (w & kAnyLast) {             \
      finish_slow(R, w, finished_); \
      NEXT();                       \
    }                               \
    SET_A_NEXT(finished_, 1);       \
  } while (0)
#define FINISH(value)         \
  do {                        \
    Value result_ = (value);  \
    FINISH_OPERANDS(result_); \
  } while (0)
#define FINISH_CHECKED(value)                        \
  do {                                               \
    Value checked_ = (value);                        \
    if (TAIPAN_UNLIKELY(checked_.is_null())) FAIL(); \
    FINISH(checked_);                                \
  } while (0)
