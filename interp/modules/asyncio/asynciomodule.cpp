// The module _asyncio: running loops, the registers of tasks, and the types of future.cpp and task.cpp.
#include "gc/collector.h"
#include "interp/modules/asyncio/future.h"
#include "interp/modules/posix_fork.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/thread_workers.h"

namespace taipan::asyncio {

namespace {

Value imports[kImportedCount];
const struct {
  const char* module;
  const char* name;
} kImports[kImportedCount] = {{"asyncio.exceptions", "CancelledError"},   {"asyncio.exceptions", "InvalidStateError"},
                              {"asyncio.base_futures", "_future_repr"},   {"asyncio.base_tasks", "_task_repr"},
                              {"asyncio.base_tasks", "_task_get_stack"},  {"asyncio.base_tasks", "_task_print_stack"},
                              {"asyncio.coroutines", "iscoroutine"},      {"traceback", "extract_stack"},
                              {"asyncio.events", "get_event_loop_policy"}};

Value all_tasks;      // WeakSet
Value current_tasks;  // dict: loop -> task

constexpr char kLoopKey[] = "__asyncio_running_event_loop__";
// The loop running in this thread: kept alive by the thread's dict. A forked child doesn't run its parent's loop.
thread_local Value running;

}  // namespace

Value imported(Imported what) {
  std::atomic_ref<uint64_t> slot(imports[what].bits);
  if (Value known = gc::load(&imports[what])) return known;
  Ref v = import_attr(kImports[what].module, kImports[what].name);
  if (!v) return Value();
  uint64_t nothing = 0;  // of several threads that look it up at once one stores it
  if (slot.compare_exchange_strong(nothing, v.get().bits, std::memory_order_acq_rel)) v.release();
  return gc::load(&imports[what]);
}

void forget_policy() {
  Ref old = imports[kGetPolicy] ? Ref::steal(imports[kGetPolicy]) : Ref();
  imports[kGetPolicy] = Value();
}

Ref running_loop() {
  if (!running || running == kNone) return Ref::imm(kNone);
  return Ref::dup(running);
}
Ref current_loop_or_policy() {
  Ref loop = running_loop();
  if (loop.get() != kNone) return loop;
  Value get_policy = imported(kGetPolicy);
  Ref policy = get_policy ? call(get_policy) : Ref();
  return policy ? call_method(policy, TAIPAN_NAME(get_event_loop)) : nullptr;
}

bool enter_task(Value loop, Value task) {
  Ref there = dict_get_ref(current_tasks, loop);
  if (!there) return false;
  if (there.get() != kMissing)
    return raise(types::RuntimeError, "Cannot enter into task %R while another task %R is being executed.", task,
                 there.get());
  return dict_set(current_tasks, loop, task);
}
bool leave_task(Value loop, Value task) {
  Ref there = dict_get_ref(current_tasks, loop);
  if (!there) return false;
  if (there.get() != task)
    return raise(types::RuntimeError, "Leaving task %R does not match the current task %R.", task,
                 there.get() == kMissing ? kNone : there.get());
  return del_item(current_tasks, loop);
}
bool register_task(Value task) { return static_cast<bool>(call_method(all_tasks, TAIPAN_NAME(add), task)); }

namespace {

Ref mod_get_running_loop(Args&) {
  Ref loop = running_loop();
  return loop.get() == kNone ? static_cast<Ref>(raise(types::RuntimeError, "no running event loop")) : std::move(loop);
}
Ref mod__get_running_loop(Args&) { return running_loop(); }
Ref mod_set_running_loop(Args& a) {
  Thread* t = current_thread();
  if (!t->thread_dict) {
    Ref d = make_dict();
    if (!d) return nullptr;
    t->thread_dict = d.release();
  }
  Ref dict = Ref::dup(t->thread_dict);
  running = Value();
  if (!dict_set_cstr(dict, kLoopKey, a[0])) return nullptr;
  running = a[0];
  return Ref::imm(kNone);
}
Ref mod_get_event_loop(Args&) { return current_loop_or_policy(); }
Ref mod_enter_task(Args& a) { return enter_task(a[0], a[1]) ? Ref::imm(kNone) : nullptr; }
Ref mod_leave_task(Args& a) { return leave_task(a[0], a[1]) ? Ref::imm(kNone) : nullptr; }
Ref mod_register_task(Args& a) { return register_task(a[0]) ? Ref::imm(kNone) : nullptr; }
Ref mod_unregister_task(Args& a) {
  return call_method(all_tasks, TAIPAN_NAME(discard), a[0]) ? Ref::imm(kNone) : nullptr;
}

const NativeDef kFunctions[] = {
    {"_enter_task", "($module, /, loop, task)", mod_enter_task, 0, "Says that a task's step begins."},
    {"_get_event_loop", "($module, /, stacklevel=3)", mod_get_event_loop, 0, nullptr},
    {"_get_running_loop", "($module, /)", mod__get_running_loop, 0, "The running event loop or None."},
    {"_leave_task", "($module, /, loop, task)", mod_leave_task, 0, "Says that a task's step has ended."},
    {"_register_task", "($module, /, task)", mod_register_task, 0, "Adds a task to those that all_tasks() gives."},
    {"_set_running_loop", "($module, loop, /)", mod_set_running_loop, 0, "Sets the running event loop of this thread."},
    {"_unregister_task", "($module, /, task)", mod_unregister_task, 0,
     "Removes a task from those that all_tasks() gives."},
    {"get_event_loop", "($module, /)", mod_get_event_loop, 0, "The running event loop, or the one of the policy."},
    {"get_running_loop", "($module, /)", mod_get_running_loop, 0,
     "The running event loop; RuntimeError if there is none."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

bool asyncio_exec(Value module) {
  if (!all_tasks) {
    Ref weak_set = import_attr("weakref", "WeakSet");
    Ref tasks = weak_set ? call(weak_set) : Ref(), current = make_dict();
    if (!tasks || !current) return false;
    all_tasks = tasks.release();
    current_tasks = current.release();
    gc::add_shared_root(&all_tasks);
    gc::add_shared_root(&current_tasks);
    for (Value& v : imports) gc::add_root(&v);
    thread_ended_hook = [] { running = Value(); };
    add_fork_hooks({nullptr, nullptr, [](Thread*) { running = Value(); }});
  }
  return make_future_types() && make_task_types() && module_add_type(module, future_type) &&
         module_add_type(module, task_type) && module_add(module, "_all_tasks", Ref::dup(all_tasks)) &&
         module_add(module, "_current_tasks", Ref::dup(current_tasks));
}

}  // namespace
}  // namespace taipan::asyncio

namespace taipan {
extern const ModuleDef _asyncio_module;
// GIL off: the registers are a WeakSet and a dict, which see to themselves; the running loop is the thread's own.
const ModuleDef _asyncio_module = {"_asyncio", "Futures and tasks of asyncio.", asyncio::kFunctions,
                                   asyncio::asyncio_exec, kFunctionsAtOnce};
}  // namespace taipan
