// The interpreter: runs frames. Python-to-Python calls, generators in for loops and awaits, and constructors push frames and go on
// in the same loop, so they take no native stack; whatever goes through a C++ slot nests eval().
// Errors: null with the exception in thread->exc. Every entry checks the native stack and the recursion limit.
#pragma once
#include "interp/objects/abstract.h"
#include "interp/objects/error.h"
#include "interp/objects/frame.h"

namespace taipan {

// Runs f (already pushed as t->frame, kFrameEntry set) until it returns or yields. throwing: starts by raising t->exc at f->pc.
Value eval(Thread* t, Frame* f, bool throwing);

// Binds arguments to the registers of a fresh frame (all registers null). Borrowed arguments. False: TypeError raised; the registers hold
// what was bound so far.
bool bind_arguments(Function* func, Code* code, Value* regs, const Value* args, size_t nargs, Value kwnames);
// As bind_arguments, plus pushing; func is taken over. Null: exception.
Frame* push_function_frame(Thread* t, Function* func, const Value* args, size_t nargs, Value kwnames);
// The frame of a call whose arguments are at args and kwvalues: they are taken over (their registers are empty after that), as func is.
// plan: where keywords go (inline_cache.h); null: there are none. kNotSimple: nothing has happened, push_function_frame() must do it;
// null: exception, func is still the caller's.
struct CacheEntry;
inline Frame* const kNotSimple = reinterpret_cast<Frame*>(1);
Frame* push_moving_frame(Thread* t, Function* func, Value* args, size_t nargs, Value* kwvalues, const CacheEntry* plan,
                         Value kwnames);
// The frame of a call with self (or null), the items of a tuple and those of a dict (or null), all borrowed. func is taken over unless
// that is kNotSimple.
Frame* push_spread_frame(Thread* t, Function* func, Value self, Value tuple, Value dict);
void pop_frame(Thread* t, Frame* f);

// sys.settrace / sys.setprofile.
bool trace_call(Thread* t, Frame* f);
bool trace_instruction(Thread* t, Frame* f, const Instruction* pc, const Instruction** jump_to);
bool trace_return(Thread* t, Frame* f, Value result);  // result null: unwinding
void trace_exception(Thread* t, Frame* f);
// An iteration ended by StopIteration (of a generator, with `value`): shown to the trace function, no error afterwards.
void trace_stop(Thread* t, Value value);
Value trace_native_call(Thread* t, Frame* f, Value callable, const Value* args, size_t nargs, Value kwnames);
void update_tracing(Thread* t);
void skip_current_lines(Thread* t);           // a trace function was set
bool jump_to_line(PyFrame* o, int64_t line);  // f_lineno = line, within a line event

// Slow operations shared by all tiers (ops.cpp).
namespace ops {
Fail unbound_local(Code* code, uint32_t reg);
Fail unbound_deref(Code* code, uint32_t reg);
Ref load_name(Frame* f, Str* name);
bool store_name(Frame* f, Str* name, Value v);
bool delete_name(Frame* f, Str* name);
bool delete_global(Frame* f, Str* name);
Ref load_classderef(Frame* f, Value cell, uint32_t reg);
bool unpack_sequence(Value seq, Value* out, uint32_t n);
bool unpack_ex(Value seq, Value* out, uint32_t before, uint32_t after);
// Whether the n items at `items` compare so with the n behind them, as tuples do.
Ref compare_items(const Value* items, uint32_t n, CompareOp op);
Ref build_map(Value* pairs, uint32_t n);
Ref build_set(Value* items, uint32_t n);
Ref build_string(Value* pieces, uint32_t n);
Ref format(Value v, Value spec, int conversion);
bool list_extend_star(Value list, Value iterable);
bool dict_update_star(Value dict, Value other);
bool dict_merge_call(Value dict, Value other, Value callee);
Ref call_ex(Thread* t, Value callee, Value args, Value kwargs);
Ref make_function_op(Frame* f, Value code, Value* extras, uint8_t flags);
Ref import_name(Frame* f, Str* name, Value level, Value fromlist);
Ref import_from(Value module, Str* name);
bool import_star(Frame* f, Value module);
bool do_raise(Thread* t, Value exc, Value cause);  // always false; sets the exception. exc null: bare raise
int exception_match(Value exc, Value type);
bool exception_group_match(Value exc, Value type, Value* out /*[2]: match, rest; owned*/);
Ref prep_reraise_star(Value orig, Value list);
Ref with_except(Value exit, Value self, Value exc);
Ref get_awaitable(Value o, int where);
Ref get_aiter(Value o);
Ref get_anext(Value o);
Ref get_yield_from_iter(Frame* f, Value o);
// Drives a delegate one step: yielded value, or kStopIter with the result in *result (owned).
Value send(Thread* t, Value receiver, Value value, Value* result);  // owned
Ref match_keys(Value subject, Value keys);
Ref match_class(Value subject, Value cls, Value names, uint32_t npos);
Ref match_rest(Value subject, Value keys);
bool setup_annotations(Frame* f);
bool print_expr(Value v);
bool class_init_result(Value result);  // "__init__() should return None, not 'X'"
}  // namespace ops

}  // namespace taipan
