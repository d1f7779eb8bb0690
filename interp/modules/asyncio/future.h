// _asyncio: what futures and tasks share.
#pragma once
#include "interp/modules/module_util.h"

namespace taipan::asyncio {

enum FutureState : uint8_t { kPending, kCancelled, kFinished };

struct Future {
  Header h;
  FutureState state;
  bool log_traceback;  // an exception that nobody has looked at yet
  bool blocking;
  bool log_destroy_pending, must_cancel;  // tasks
  int cancels_requested;
  Value loop;                 // null: not initialised
  Value callback0, context0;  // the first callback; further ones in callbacks
  Value callbacks;            // list of (callback, context), or null
  Value result, exception, exception_tb, source_traceback, cancel_message, cancelled_exc;
  // tasks
  Value coro, name, context, fut_waiter;
};
inline Future* future_of(Value v) { return v.as<Future>(); }

extern TypeObject *future_type, *task_type;
inline bool is_exact(Value v) { return v.is_heap() && (type_of(v) == future_type || type_of(v) == task_type); }
inline bool is_alive(const Future* f) { return !f->loop.is_null(); }
bool ensure_alive(Future* f);  // RuntimeError

// Classes and functions of the library's Python half, looked up once when first needed; null: an exception is set. Borrowed.
enum Imported {
  kCancelledError,
  kInvalidStateError,
  kFutureRepr,
  kTaskRepr,
  kTaskGetStack,
  kTaskPrintStack,
  kIsCoroutine,
  kExtractStack,
  kGetPolicy,
  kImportedCount
};
Value imported(Imported what);
// At exit: the loop that the policy keeps is to die with its modules.
void forget_policy();
Fail raise_invalid_state(const char* text);

Ref call_soon(Value loop, Value callback, Value argument_or_null, Value context_or_null);
Ref current_loop_or_policy();  // get_event_loop()
Ref running_loop();            // kNone if there is none
bool enter_task(Value loop, Value task);
bool leave_task(Value loop, Value task);
bool register_task(Value task);

bool future_init(Value self, Value loop);
bool schedule_callbacks(Future* f);
Ref future_cancel(Value self, Value message_or_null);  // True or False
bool future_set_result(Value self, Value result);
bool future_set_exception(Value self, Value exception);
// 1: *out is the exception to raise; 0: *out is the result; -1: an exception is set.
int future_get(Value self, Ref* out);
bool future_add_callback(Value self, Value callback, Value context);
Ref cancelled_error(Future* f);
Ref is_future_blocking(Value v);  // its _asyncio_future_blocking, or kMissing
void future_finalize(Value self);
// loop.call_exception_handler({what: self, "message": ..., ...}); errors are reported, not raised.
void report_to_loop(Future* f, const char* what, Ref message, Value exception_or_null);

void future_trace(Header* h, gc::Visitor& v);
void future_clear(Header* h);
void future_dealloc(Header* h);

bool make_future_types();
bool make_task_types();
extern const NativeDef kFutureMethods[];
extern const GetSetDef kFutureGetSet[];

}  // namespace taipan::asyncio
