// The module _lsprof: the profiler behind cProfile. Times are counted in ticks: nanoseconds of the monotonic clock, or what a timer function
// gives.
#include <cmath>
#include <unordered_map>

#include "interp/eval/eval.h"
#include "interp/modules/module_util.h"
#include "interp/modules/time_convert.h"
#include "interp/objects/containers.h"
#include "interp/objects/dict.h"
#include "interp/objects/float.h"
#include "interp/objects/list.h"
#include "interp/objects/module.h"
#include "interp/objects/structseq.h"

namespace taipan {

// Told directly, without a frame object (trace.cpp).
extern TypeObject* native_profiler_type;
extern bool (*native_profiler)(Thread* t, Value profiler, Frame* f, const char* event, Value arg);

namespace {

TypeObject *entry_type, *subentry_type;

struct Counts {
  int64_t total = 0, own = 0;
  int64_t calls = 0, recursive_calls = 0;
  int64_t depth = 0;
};
struct Record : Counts {
  Value shown;  // code object or str; owned
  std::unordered_map<Record*, Counts> callees;
};
struct Activation {
  int64_t start, inner;
  Activation* outer;
  Record* record;
};
struct Profiler {
  Header h;
  std::unordered_map<const void*, Record>* records;  // by code object, or by the definition of a native function
  Activation* current;
  Value timer;  // null: the clock
  double unit;  // seconds a tick of an integer timer; 0: the timer counts seconds
  bool subcalls, builtins, enabled;
};
constexpr double kFloatTicks = 4294967296.0;  // ticks a second of a timer that counts seconds

Profiler* profiler(Value v) { return v.as<Profiler>(); }

void profiler_trace(Header* h, gc::Visitor& v) {
  auto* p = reinterpret_cast<Profiler*>(h);
  v.visit(p->timer);
  if (!p->records) return;
  for (auto& [key, record] : *p->records) v.visit(record.shown);
}
void forget(Profiler* p) {
  while (Activation* a = p->current) {
    p->current = a->outer;
    delete a;
  }
  auto* old = p->records;
  if (!old) return;
  gc::before_bulk_move(&p->h);
  p->records = nullptr;
  for (auto& [key, record] : *old) decref(record.shown);
  delete old;
}
void profiler_clear_op(Header* h) {
  auto* p = reinterpret_cast<Profiler*>(h);
  Ref timer = gc::take(h, &p->timer);
  forget(p);
}
void profiler_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  profiler_clear_op(h);
  finish_dealloc(h);
}

int64_t ticks(Profiler* p) {
  if (!p->timer) return monotonic_ns();
  Ref timer = Ref::dup(p->timer);
  Thread* t = current_thread();
  t->tracing++;  // the timer itself isn't profiled
  update_tracing(t);
  Ref now = call(timer);
  int64_t result = 0;
  bool ok = static_cast<bool>(now);
  if (ok && p->unit > 0) {
    ok = to_int64(now, &result);
  } else if (ok) {
    double seconds;
    ok = to_double(now, &seconds);
    if (ok) result = static_cast<int64_t>(seconds * kFloatTicks);
  }
  if (!ok) write_unraisable(timer);  // (nor is what reports its failure)
  t->tracing--;
  update_tracing(t);
  return result;
}
void enter(Profiler* p, Record* r) {
  auto* a = new Activation{0, 0, p->current, r};
  r->depth++;
  if (p->subcalls && p->current) p->current->record->callees[r].depth++;
  p->current = a;
  a->start = ticks(p);
}
void add(Counts& c, int64_t total, int64_t own) {
  if (--c.depth == 0)
    c.total += total;
  else
    c.recursive_calls++;
  c.own += own;
  c.calls++;
}
void leave(Profiler* p) {
  Activation* a = p->current;
  if (!a) return;
  int64_t total = ticks(p) - a->start, own = total - a->inner;
  if (p->current != a) return;  // the timer changed the profiler
  p->current = a->outer;
  if (a->outer) a->outer->inner += total;
  add(*a->record, total, own);
  if (p->subcalls && a->outer) add(a->outer->record->callees[a->record], total, own);
  delete a;
}
// What stands for a native function in the statistics.
Ref shown_native(Value f) {
  if (!has_shape(f, kShapeNativeFunction)) return Ref::dup(f);
  auto* n = f.as<NativeFunction>();
  if (!n->self || is_module(n->self)) {
    if (n->module && is_str(n->module)) return format_str("<built-in method %S.%s>", n->module, n->def->name);
    return format_str("<built-in method %s>", n->def->name);
  }
  Ref name = intern_str(n->def->name);
  Value method = name ? type_lookup(type_of(n->self), name.as<Str>()) : Value();
  if (method) {
    Ref keep = Ref::dup(method), text = repr_of(keep);
    if (text) return text;
    clear_error();
  }
  return format_str("<built-in method %s>", n->def->name);
}
Record* record_of(Profiler* p, const void* key, Value shown, bool native) {
  if (!p->records) p->records = new std::unordered_map<const void*, Record>;
  auto found = p->records->find(key);
  if (found != p->records->end()) return &found->second;
  Ref name = native ? shown_native(shown) : Ref::dup(shown);
  if (!name) {
    clear_error();
    return nullptr;
  }
  if (!p->records) p->records = new std::unordered_map<const void*, Record>;
  Record* r = &(*p->records)[key];
  if (!r->shown) gc::init(&r->shown, std::move(name));
  return r;
}
bool on_event(Thread*, Value self, Frame* f, const char* event, Value arg) {
  Profiler* p = profiler(self);
  Ref keep = Ref::dup(self);
  bool native = event[0] == 'c' && event[1] == '_';
  if (native && !p->builtins) return true;
  if (!strcmp(event, "call") || !strcmp(event, "c_call")) {
    const void* key = native && has_shape(arg, kShapeNativeFunction)
                          ? static_cast<const void*>(arg.as<NativeFunction>()->def)
                      : native ? static_cast<const void*>(arg.header())
                               : static_cast<const void*>(f->code);
    if (Record* r = record_of(p, key, native ? arg : Value(f->code), native)) enter(p, r);
  } else {
    leave(p);
  }
  return true;
}

bool set_options(Profiler* p, Value subcalls, Value builtins) {
  for (auto [v, field] : {std::pair{subcalls, &p->subcalls}, std::pair{builtins, &p->builtins}}) {
    if (!v) continue;
    int b = is_true(v);
    if (b < 0) return false;
    *field = b != 0;
  }
  return true;
}
Ref profiler_new(TypeObject* cls, RawArgs) {
  Ref r = Ref::steal(alloc_instance_as<Profiler>(cls));
  if (r) profiler(r)->subcalls = profiler(r)->builtins = true;
  return r;
}
bool profiler_init(Value self, RawArgs raw) {
  static const Signature sig("Profiler", "(timer=None, timeunit=0.0, subcalls=True, builtins=True)");
  Value v[4];
  if (!sig.bind(raw, v)) return false;
  Profiler* p = profiler(self);
  double unit = 0;
  if (v[1] && !to_double(v[1], &unit)) return false;
  gc::store(&p->h, &p->timer, v[0] && v[0] != kNone ? Ref::dup(v[0]) : Ref());
  p->unit = unit;
  p->subcalls = p->builtins = true;
  return set_options(p, v[2], v[3]);
}
Ref profiler_enable_impl(Args& a) {
  Profiler* p = profiler(a.self);
  if (!set_options(p, a[0], a[1])) return nullptr;
  Value old = a.t->profile_func;
  a.t->profile_func = Ref::dup(a.self).release();
  p->enabled = true;
  decref(old);
  update_tracing(a.t);
  return Ref::imm(kNone);
}
Ref profiler_disable_impl(Args& a) {
  Profiler* p = profiler(a.self);
  p->enabled = false;
  if (a.t->profile_func && is_instance_exact_type(a.t->profile_func, native_profiler_type)) {  // this one or another
    Value old = a.t->profile_func;
    a.t->profile_func = Value();
    update_tracing(a.t);
    decref(old);
  }
  while (p->current) {  // calls that go on
    Activation* before = p->current;
    leave(p);
    if (p->current == before) break;
  }
  return Ref::imm(kNone);
}
Ref profiler_clear_impl(Args& a) {
  forget(profiler(a.self));
  return Ref::imm(kNone);
}
Ref profiler_getstats_impl(Args& a) {
  Profiler* p = profiler(a.self);
  Ref keep = Ref::dup(a.self), list = make_list();
  if (!list || !profiler_disable_impl(a)) return nullptr;
  if (!p->records) return list;
  double factor = p->timer ? (p->unit > 0 ? p->unit : 1.0 / kFloatTicks) : 1e-9;
  auto fields = [&](Value shown, const Counts& c, Ref* out) {
    out[0] = Ref::dup(shown);
    out[1] = make_int(c.calls);
    out[2] = make_int(c.recursive_calls);
    out[3] = make_float(factor * static_cast<double>(c.total));
    out[4] = make_float(factor * static_cast<double>(c.own));
  };
  for (auto& [key, record] : *p->records) {
    if (record.calls == 0) continue;
    Ref calls = Ref::imm(kNone);
    for (auto& [callee, counts] : record.callees) {
      if (counts.calls == 0) continue;
      Ref items[5];
      fields(callee->shown, counts, items);
      Ref sub = make_structseq(subentry_type, items, 5);
      if (calls.get() == kNone) calls = make_list();
      if (!sub || !calls || !list_append(calls, std::move(sub))) return nullptr;
    }
    Ref items[6];
    fields(record.shown, record, items);
    items[5] = std::move(calls);
    Ref entry = make_structseq(entry_type, items, 6);
    if (!entry || !list_append(list, std::move(entry))) return nullptr;
  }
  return list;
}
const NativeDef kProfilerMethods[] = {
    {"getstats", "($self, /)", profiler_getstats_impl, kNativeNoSignature,
     "getstats() -> list of profiler_entry objects\n\nA summary of the calls seen so far: a profiler_entry a "
     "function."},
    {"enable", "($self, subcalls=True, builtins=True)", profiler_enable_impl, kNativeNoSignature,
     "enable(subcalls=True, builtins=True)\n\nStarts collecting."},
    {"disable", "($self, /)", profiler_disable_impl, kNativeNoSignature, "disable()\n\nStops collecting."},
    {"clear", "($self, /)", profiler_clear_impl, kNativeNoSignature, "clear()\n\nForgets what was collected."},
    {nullptr}};
const TypeSpec kProfilerSpec = {
    .doc =
        "Profiler(timer=None, timeunit=None, subcalls=True, builtins=True)\n\nMeasures calls with a timer function, or "
        "a clock of real time without one. timeunit\n"
        "is the length in seconds of a unit of a timer that gives ints.\n",
    .flags = kTypeGc | kTypeBaseable,
    .basic_size = sizeof(Profiler),
    .ops = {.trace = profiler_trace, .clear = profiler_clear_op, .dealloc = profiler_dealloc},
    .methods = kProfilerMethods,
    .s = {.init = profiler_init, .new_ = profiler_new}};
const StructField kEntryFields[] = {{"code", "code object or built-in function name"},
                                    {"callcount", "how many times this was called"},
                                    {"reccallcount", "how many times called recursively"},
                                    {"totaltime", "total time in this entry"},
                                    {"inlinetime", "inline time in this entry (not in subcalls)"},
                                    {"calls", "details of the calls"},
                                    {nullptr, nullptr}};
const StructField kSubentryFields[] = {
    {"code", "called code object or built-in function name"},      {"callcount", "how many times this is called"},
    {"reccallcount", "how many times this is called recursively"}, {"totaltime", "total time spent in this call"},
    {"inlinetime", "inline time (not in further subcalls)"},       {nullptr, nullptr}};
const StructSpec kEntrySpec = {"_lsprof.profiler_entry", nullptr, kEntryFields, 6},
                 kSubentrySpec = {"_lsprof.profiler_subentry", nullptr, kSubentryFields, 5};

bool lsprof_exec(Value m) {
  if (!native_profiler_type) {
    entry_type = make_structseq_type(&kEntrySpec);
    subentry_type = make_structseq_type(&kSubentrySpec);
    native_profiler_type = make_native_type("_lsprof.Profiler", types::Object, &kProfilerSpec);
    native_profiler = on_event;
  }
  return native_profiler_type && entry_type && subentry_type && module_add_type(m, native_profiler_type) &&
         module_add_type(m, entry_type) && module_add_type(m, subentry_type);
}

}  // namespace

extern const ModuleDef _lsprof_module;
const ModuleDef _lsprof_module = {"_lsprof", "Fast profiler", nullptr, lsprof_exec};

}  // namespace taipan
