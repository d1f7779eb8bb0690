// The module gc: the collector as Python sees it.
#include <cstdio>
#include <vector>
#include "gc/collector.h"
#include "gc/concurrent.h"
#include "interp/modules/audit.h"
#include "interp/modules/module_util.h"
#include "interp/objects/dict.h"
#include "interp/objects/float.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"

namespace taipan {

static Value callbacks, garbage;  // lists; roots

static Ref gc_enable(Args&) {
  gc::enable_gc(true);
  return Ref::imm(kNone);
}
static Ref gc_disable(Args&) {
  gc::enable_gc(false);
  return Ref::imm(kNone);
}
static Ref gc_isenabled(Args&) { return Ref::imm(bool_value(gc::gc_enabled())); }

static Ref gc_collect(Args& a) {
  int generation = 2;
  if (a[0] && !to_c_int(a[0], &generation)) return nullptr;
  if (generation < 0 || generation > 2) return raise(types::ValueError, "invalid generation");
  return make_int(static_cast<int64_t>(gc::collect(generation)));
}

static Ref gc_set_debug(Args& a) {
  int flags;
  if (!to_c_int(a[0], &flags)) return nullptr;
  gc::debug_flags = static_cast<uint32_t>(flags);
  return Ref::imm(kNone);
}
static Ref gc_get_debug(Args&) { return make_int(static_cast<int32_t>(gc::debug_flags)); }

static Ref gc_set_threshold(Args& a) {
  int t[3];
  for (size_t i = 0; i < 3; i++)
    if (a[i] && !to_c_int(a[i], &t[i])) return nullptr;
  for (size_t i = 0; i < 3; i++) {
    if (a[i]) gc::set_threshold(static_cast<int>(i), static_cast<size_t>(t[i] < 0 ? 0 : t[i]));
  }
  return Ref::imm(kNone);
}
static Ref three(size_t (*f)(int)) {
  Ref v[3] = {make_int(static_cast<int64_t>(f(0))), make_int(static_cast<int64_t>(f(1))),
              make_int(static_cast<int64_t>(f(2)))};
  return make_tuple_steal(v, 3);
}
static Ref gc_get_threshold(Args&) { return three(gc::threshold); }
static Ref gc_get_count(Args&) { return three(gc::generation_count); }

// What the collector has cost so far: pauses in seconds, the marker's time, the barrier's work.
static Ref collector_figures() {
  gc::PauseFigures p = gc::pause_figures();
  gc::CycleFigures c = gc::cycle_figures();
  gc::MarkerFigures m = gc::marker_figures();
  auto seconds = [](uint64_t ns) { return make_float(static_cast<double>(ns) * 1e-9); };
  auto number = [](uint64_t n) { return make_int(static_cast<int64_t>(n)); };
  Ref marker_times = make_list(m.threads);
  for (unsigned i = 0; marker_times && i < m.threads; i++) {
    Ref t = seconds(m.cpu_ns[i]);
    if (!t || !list_append(marker_times, std::move(t))) return nullptr;
  }
  struct {
    const char* name;
    Ref value;
  } rows[] = {{"pauses", number(p.count)},
              {"pause_total", seconds(p.total_ns)},
              {"pause_max", seconds(p.longest_ns)},
              {"pause_p50", seconds(p.p50_ns)},
              {"pause_p99", seconds(p.p99_ns)},
              {"pause_p999", seconds(p.p999_ns)},
              {"cycles", number(c.cycles)},
              {"abandoned", number(c.abandoned)},
              {"rounds", number(c.rounds)},
              {"marked", number(c.marked)},
              {"marking_time", seconds(c.mark_ns)},
              {"sweeping_time", seconds(c.sweep_ns)},
              {"marker_times", std::move(marker_times)},
              {"freed", number(c.freed)},
              {"freed_bytes", number(c.freed_bytes)},
              {"held_back", number(c.held_back)},
              {"references_logged", number(c.logged)},
              {"containers_logged", number(c.containers_logged)}};
  Ref d = make_dict();
  for (auto& row : rows) {
    if (!d || !row.value || !dict_set_cstr(d, row.name, row.value)) return nullptr;
  }
  return d;
}

static Ref gc_get_stats(Args& a) {
  if (a[0]) {
    int all = is_true(a[0]);
    if (all < 0) return nullptr;
    if (all) return collector_figures();
  }
  Ref list = make_list(3);
  for (int i = 0; list && i < 3; i++) {
    gc::GenerationStats s = gc::generation_stats(i);
    Ref d = make_dict();
    Ref collections = make_int(static_cast<int64_t>(s.collections)),
        collected = make_int(static_cast<int64_t>(s.collected)),
        uncollectable = make_int(static_cast<int64_t>(s.uncollectable));
    if (!d || !dict_set_cstr(d, "collections", collections) || !dict_set_cstr(d, "collected", collected) ||
        !dict_set_cstr(d, "uncollectable", uncollectable) || !list_append(list, std::move(d)))
      return nullptr;
  }
  return list;
}

// ---- looking at objects -------------------------------------------------------------------------------------------------------

// Owned references that the collector gathered, as a list.
static Ref list_of(Header** found, size_t n) {
  if (n == gc::kSnapshotFailed) return raise_memory();
  Ref list = make_list(n);
  for (size_t i = 0; i < n; i++) {
    Ref item = Ref::steal(found[i]);
    if (list && !list_append(list, std::move(item))) list = Ref();
  }
  gc::raw_free(found);
  return list;
}

static Ref gc_get_objects(Args& a) {
  int generation = -1;
  if (!audit("gc.get_objects", {a.get(0, Value::from_int(-1))})) return nullptr;
  if (a[0] && !(a[0] == kNone)) {
    if (!to_c_int(a[0], &generation)) return nullptr;
    if (generation >= 3)
      return raise(types::ValueError, "generation parameter must be less than the number of available generations (3)");
    if (generation < -1) return raise(types::ValueError, "generation parameter cannot be negative");
  }
  Header** found = nullptr;
  size_t n = gc::snapshot_objects(static_cast<int>(generation), &found);
  return list_of(found, n);
}

static Ref gc_get_referrers(Args& a) {
  if (!audit("gc.get_referrers", {a[0]})) return nullptr;
  const Tuple* targets = a[0].as<Tuple>();
  std::vector<Header*> heap;
  for (size_t i = 0; i < targets->size; i++)
    if ((*targets)[i].is_heap()) heap.push_back((*targets)[i].header());
  Header** found = nullptr;
  size_t n = gc::snapshot_referrers(heap.data(), heap.size(), &found);
  if (n == gc::kSnapshotFailed) return raise_memory();
  size_t kept = 0;
  for (size_t i = 0; i < n; i++) {  // not the tuple of our own arguments
    if (found[i] == a[0].header()) {
      Ref drop = Ref::steal(found[i]);
    } else {
      found[kept++] = found[i];
    }
  }
  return list_of(found, kept);
}
static Ref gc_get_referents(Args& a) {
  if (!audit("gc.get_referents", {a[0]})) return nullptr;
  Ref list = make_list();
  if (!list) return nullptr;
  for (size_t i = 0; i < tuple_size(a[0]); i++) {
    Value v = tuple_at(a[0], i);
    if (!v.is_heap() || !gc::ops_of(v.header())->trace) continue;
    std::vector<Ref> found;
    // The collector doesn't see immediates; those who look at containers expect them.
    if (is_list(v)) {
      for (size_t k = list_size(v); k-- > 0;) found.push_back(list_get(v, k));
    } else if (is_tuple(v)) {
      for (size_t k = tuple_size(v); k-- > 0;) found.push_back(Ref::dup(tuple_at(v, k)));
    } else if (is_dict(v)) {
      Ref keys = dict_keys_list(v), values = dict_values_list(v);
      if (!keys || !values) return nullptr;
      for (size_t k = 0; k < list_size(keys) && k < list_size(values); k++) {
        if (!is_str_exact(list_at(keys, k))) found.push_back(list_get(keys, k));  // strings lead nowhere
        found.push_back(list_get(values, k));
      }
    }
    if (!found.empty()) {
      for (Ref& r : found)
        if (r && !list_append(list, std::move(r))) return nullptr;
      continue;
    }
    gc::for_each_referent(
        v.header(), [](Header* child, void* arg) { static_cast<std::vector<Ref>*>(arg)->push_back(Ref::dup(child)); },
        &found);
    for (Ref& r : found)
      if (!list_append(list, std::move(r))) return nullptr;
  }
  return list;
}
// Modules of C++ and instances of classes without any reference of their own are not looked at by the collector; Python sees no
// difference.
static Ref gc_is_tracked(Args& a) {
  Value v = a[0];
  bool tracked = v.is_heap() && (gc::is_tracked(v.header()) || is_module(v) || (type_of(v)->flags & kTypeHeap));
  return Ref::imm(bool_value(tracked));
}
static Ref gc_is_finalized(Args& a) {
  return Ref::imm(bool_value(a[0].is_heap() && a[0].header()->has_gcflag(gc::kFinalized)));
}

static Ref gc_freeze(Args&) {
  gc::freeze_all();
  return Ref::imm(kNone);
}
static Ref gc_unfreeze(Args&) {
  gc::unfreeze_all();
  return Ref::imm(kNone);
}
static Ref gc_get_freeze_count(Args&) { return make_int(static_cast<int64_t>(gc::freeze_count())); }

// ---- hooks of the collector -----------------------------------------------------------------------------------------------------

static void run_callbacks(Str* phase, int generation, size_t collected, size_t uncollectable) {
  if (!callbacks || list_size(callbacks) == 0) return;
  SavedError saved;
  Ref info = make_dict();
  Ref n = make_int(static_cast<int64_t>(collected)), u = make_int(static_cast<int64_t>(uncollectable));
  if (!info || !dict_set_cstr(info, "generation", Value::from_int(generation)) ||
      !dict_set_cstr(info, "collected", n) || !dict_set_cstr(info, "uncollectable", u))
    return write_unraisable(Value());
  for (size_t i = 0; i < list_size(callbacks); i++) {
    Ref f = list_get(callbacks, i);
    if (!f) break;
    Ref r = call(f, Value(phase), info);
    if (!r) write_unraisable(f);
  }
}
static void on_start(int generation) { run_callbacks(TAIPAN_NAME(start), generation, 0, 0); }
static void on_stop(int generation, size_t collected, size_t uncollectable) {
  run_callbacks(TAIPAN_NAME(stop), generation, collected, uncollectable);
}
static void save_garbage(Header* h) {
  if (!list_append(garbage, Value(h))) clear_error();
}
static void debug_object(Header* h) {
  fprintf(stderr, "gc: collectable <%s %p>\n", shape_of_header(h)->type->cname, static_cast<void*>(h));
}

static const NativeDef kGcFunctions[] = {
    {"enable", "($module, /)", gc_enable, 0, "Turns automatic collection on."},
    {"disable", "($module, /)", gc_disable, 0, "Turns automatic collection off."},
    {"isenabled", "($module, /)", gc_isenabled, 0, "Whether automatic collection is on."},
    {"set_debug", "($module, flags, /)", gc_set_debug, 0, "Sets the debugging flags (DEBUG_...)."},
    {"get_debug", "($module, /)", gc_get_debug, 0, "The debugging flags."},
    {"get_count", "($module, /)", gc_get_count, 0, "The counters of the three generations."},
    {"set_threshold", "($module, threshold0, threshold1=None, threshold2=None, /)", gc_set_threshold,
     kNativeNoSignature | kNativeParseTuple,
     "set_threshold(threshold0, [threshold1, [threshold2]])\n\nSets the thresholds; threshold0 of zero turns automatic "
     "collection off."},
    {"get_threshold", "($module, /)", gc_get_threshold, 0, "The thresholds."},
    {"collect", "($module, /, generation=2)", gc_collect, 0,
     "Collects garbage; returns how many unreachable objects were found."},
    {"get_objects", "($module, /, generation=None)", gc_get_objects, 0,
     "The objects that the collector tracks, of a generation or all."},
    {"get_stats", "($module, /, *, pauses=False)", gc_get_stats, 0,
     "A list of statistics, a dictionary per generation; with pauses=True, one dictionary of what the collector has "
     "cost."},
    {"is_tracked", "($module, obj, /)", gc_is_tracked, 0, "Whether the collector tracks an object."},
    {"is_finalized", "($module, obj, /)", gc_is_finalized, 0, "Whether an object's finaliser has run already."},
    {"get_referrers", "($module, *objs)", gc_get_referrers, kNativeNoSignature,
     "get_referrers(*objs) -> list\nThe objects that refer directly to any of objs."},
    {"get_referents", "($module, *objs)", gc_get_referents, kNativeNoSignature,
     "get_referents(*objs) -> list\nThe objects that objs refer directly to."},
    {"freeze", "($module, /)", gc_freeze, 0, "Keeps all objects there are out of further collections."},
    {"unfreeze", "($module, /)", gc_unfreeze, 0, "Takes the frozen objects back."},
    {"get_freeze_count", "($module, /)", gc_get_freeze_count, 0, "How many objects are frozen."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

static bool gc_exec(Value module) {
  static const IntConstant kConstants[] = {{"DEBUG_STATS", 1},    {"DEBUG_COLLECTABLE", 2}, {"DEBUG_UNCOLLECTABLE", 4},
                                           {"DEBUG_SAVEALL", 32}, {"DEBUG_LEAK", 38},       {nullptr, 0}};
  if (!callbacks) {
    Ref c = make_list(), g = make_list();
    if (!c || !g) return false;
    callbacks = c.release();
    garbage = g.release();
    gc::add_shared_root(&callbacks);
    gc::add_shared_root(&garbage);
    gc::collector_hooks.on_start = on_start;
    gc::collector_hooks.on_stop = on_stop;
    // Code objects have references of their own only to what their instructions have met.
    gc::collector_hooks.is_internal = [](Header* h) { return shape_of_header(h)->type == types::Code; };
    gc::collector_hooks.save_garbage = save_garbage;
    gc::collector_hooks.debug_object = debug_object;
  }
  return module_add_constants(module, kConstants) && module_add(module, "callbacks", Ref::dup(callbacks)) &&
         module_add(module, "garbage", Ref::dup(garbage));
}

// GIL off: the collector has locks of its own.
extern const ModuleDef gc_module;
const ModuleDef gc_module = {"gc", "Control of the cycle collector.", kGcFunctions, gc_exec, kFunctionsAtOnce};

}  // namespace taipan
