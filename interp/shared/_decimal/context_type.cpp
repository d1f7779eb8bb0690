// Contexts, the dictionaries of their flags and traps, and which context is current.
#include <utility>
#include "gc/collector.h"
#include "interp/modules/contextvars.h"
#include "interp/objects/dict.h"
#include "interp/objects/list.h"
#include "interp/objects/runtime_lock.h"
#include "interp/objects/tuple.h"
#include "interp/shared/_decimal/decimal.h"

namespace taipan::decimal {

namespace {

const char* const kRoundingNames[kRoundings] = {"ROUND_UP",      "ROUND_DOWN",      "ROUND_CEILING",   "ROUND_FLOOR",
                                                "ROUND_HALF_UP", "ROUND_HALF_DOWN", "ROUND_HALF_EVEN", "ROUND_05UP"};
Value rounding_names[kRoundings];  // str, immortal
constexpr uint32_t kDefaultTraps = kAnyInvalid | kDivisionByZero | kOverflow;
Value current_var;  // the context variable
Value basic_context, extended_context;

}  // namespace

bool rounding_from(Value v, Rounding* out) {
  for (int i = 0; i < kRoundings; i++) {
    if (v == rounding_names[i] || (is_str(v) && str_eq(v.as<Str>(), rounding_names[i].as<Str>()))) {
      *out = static_cast<Rounding>(i);
      return true;
    }
  }
  return raise(types::TypeError,
               "valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n   "
               "ROUND_HALF_UP, ROUND_HALF_DOWN, "
               "ROUND_HALF_EVEN,\n   ROUND_05UP]");
}

namespace {

Fail bad_signal() {
  return raise(types::KeyError,
               "valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n   Overflow, "
               "Underflow, Subnormal, "
               "Inexact, Rounded,\n   Clamped]");
}

// ---- SignalDict -----------------------------------------------------------------------------------------------------------------------------

uint32_t* bits_of(Value v) {
  uint32_t* bits = v.as<SignalDict>()->bits;
  if (!bits) return raise(types::ValueError, "invalid signal dict");
  return bits;
}

bool is_signal_dict(Value v) { return v.is_heap() && is_subtype(type_of(v), signal_dict_type); }

Ref signal_dict_copy_of(uint32_t bits) {
  Ref d = make_dict();
  if (!d) return nullptr;
  for (int i = 0; i < kSignals; i++) {
    if (!dict_set(d, signals[i].type, bool_value((bits & signals[i].mask) != 0))) return nullptr;
  }
  return d;
}

int64_t signal_dict_length(Value) { return kSignals; }
Ref signal_dict_iter(Value v) {
  if (!bits_of(v)) return nullptr;
  Ref keys = make_tuple(kSignals);
  if (!keys) return nullptr;
  for (int i = 0; i < kSignals; i++) tuple_init(keys, static_cast<size_t>(i), Ref::dup(signals[i].type));
  return get_iter(keys);
}
Ref signal_dict_get(Value v, Value key) {
  uint32_t* bits = bits_of(v);
  if (!bits) return nullptr;
  const Signal* s = signal_of_class(key);
  if (!s) return bad_signal();
  return Ref::imm(bool_value((gc::peek(*bits) & s->mask) != 0));
}
bool signal_dict_set(Value v, Value key, Value value) {
  uint32_t* bits = bits_of(v);
  if (!bits) return false;
  if (!value) return raise(types::ValueError, "signal keys cannot be deleted");
  const Signal* s = signal_of_class(key);
  if (!s) return bad_signal();
  int on = is_true(value);
  if (on < 0) return false;
  bits = bits_of(v);  // the context may be gone by now
  if (!bits) return false;
  if (on)
    __atomic_fetch_or(bits, uint32_t{s->mask}, __ATOMIC_RELAXED);
  else
    __atomic_fetch_and(bits, ~uint32_t{s->mask}, __ATOMIC_RELAXED);
  return true;
}
Ref signal_dict_repr(Value v) {
  uint32_t* bits = bits_of(v);
  if (!bits) return nullptr;
  std::string text = "{";
  for (int i = 0; i < kSignals; i++) {
    text += std::string(i ? ", " : "") + "<class '" + signals[i].name +
            "'>:" + (gc::peek(*bits) & signals[i].mask ? "True" : "False");
  }
  return make_str(text + "}");
}

// The bits that a signal dictionary, or a dict with exactly its keys, stands for.
bool bits_from(Value v, uint32_t* out) {
  if (is_signal_dict(v)) {
    RuntimeLock used(v);
    uint32_t* bits = bits_of(v);
    if (!bits) return false;
    *out = gc::peek(*bits);
    return true;
  }
  if (!is_dict(v)) return raise(types::TypeError, "argument must be a signal dict");
  if (dict_size(v) != kSignals) return raise(types::KeyError, "invalid signal dict");
  uint32_t bits = 0;
  for (int i = 0; i < kSignals; i++) {
    Ref on = get_item(v, signals[i].type);
    if (!on) {
      if (error_matches(types::KeyError)) {
        clear_error();
        return raise(types::KeyError, "invalid signal dict");
      }
      return false;
    }
    int truth = is_true(on);
    if (truth < 0) return false;
    if (truth) bits |= signals[i].mask;
  }
  *out = bits;
  return true;
}
bool bits_from_list(Value v, uint32_t* out) {
  uint32_t bits = 0;
  for (size_t i = 0; i < list_size(v); i++) {
    Ref item = Ref::dup(list_at(v, i));
    const Signal* s = signal_of_class(item);
    if (!s) {
      bool condition = false;
      for (int k = 0; k < kConditions; k++) {
        if (item.get() == conditions[k].type) {
          bits |= conditions[k].bit;
          condition = true;
        }
      }
      if (!condition) return bad_signal();
      continue;
    }
    bits |= s->mask;
  }
  *out = bits;
  return true;
}

Ref signal_dict_compare(Value a, Value b, CompareOp op) {
  if (op != kEq && op != kNe) return Ref::imm(kNotImplemented);
  uint32_t *x = bits_of(a), y;
  if (!x) return nullptr;
  if (!is_signal_dict(b) && !is_dict(b)) return Ref::imm(kNotImplemented);
  if (!bits_from(b, &y)) {
    if (!is_dict(b) || !error_matches(types::KeyError)) return nullptr;
    clear_error();
    return Ref::imm(bool_value(op == kNe));
  }
  bool same = true;
  for (int i = 0; i < kSignals; i++) same = same && !(*x & signals[i].mask) == !(y & signals[i].mask);
  return Ref::imm(bool_value(same == (op == kEq)));
}
Ref signal_dict_copy(Args& a) {
  uint32_t* bits = bits_of(a.self);
  return bits ? signal_dict_copy_of(gc::peek(*bits)) : nullptr;
}
Ref signal_dict_new(TypeObject* cls, RawArgs) { return Ref::steal(alloc_instance(cls)); }

const NativeDef kSignalDictMethods[] = {{"copy", "($self, /)", signal_dict_copy, 0, "A dict of the same."},
                                        {nullptr, nullptr, nullptr, 0, nullptr}};
const TypeSpec kSignalDictSpec = {
    .flags = kTypeBaseable | kTypeImmutable | kTypeKeyed,
    .basic_size = sizeof(SignalDict),
    .methods = kSignalDictMethods,
    .s = {.repr = signal_dict_repr,
          .compare = signal_dict_compare,
          .iter = signal_dict_iter,
          .new_ = signal_dict_new,
          .length = signal_dict_length,
          .get_item = signal_dict_get,
          .set_item = signal_dict_set},
};

// ---- Contexts ---------------------------------------------------------------------------------------------------------------------------------

Ref new_context(TypeObject* cls) {
  Ref c = Ref::steal(alloc_instance(cls));
  Ref flags = c ? Ref::steal(alloc_instance(signal_dict_type)) : nullptr;
  Ref traps = flags ? Ref::steal(alloc_instance(signal_dict_type)) : nullptr;
  if (!traps) return nullptr;
  Context* p = context_of(c);
  p->settings = default_context ? settings_of(default_context) : Settings();
  p->traps = default_context ? gc::peek(context_of(default_context)->traps) : kDefaultTraps;
  p->settings.capitals = true;
  flags.get().as<SignalDict>()->bits = &p->status;
  traps.get().as<SignalDict>()->bits = &p->traps;
  gc::init(&p->flags_dict, std::move(flags));
  gc::init(&p->traps_dict, std::move(traps));
  return c;
}

void context_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* c = reinterpret_cast<Context*>(h);
  for (Value* dict : {&c->flags_dict, &c->traps_dict}) {
    Ref dropped = gc::take(h, dict);
    if (!dropped) continue;
    RuntimeLock used{dropped.get()};  // another thread may be in the middle of using it
    dropped.as<SignalDict>()->bits = nullptr;
  }
  finish_dealloc(h);
}
void context_trace(Header* h, gc::Visitor& v) {
  v.visit(reinterpret_cast<Context*>(h)->flags_dict);
  v.visit(reinterpret_cast<Context*>(h)->traps_dict);
}

Ref copy_of(Value v) {
  Ref c = new_context(context_type);
  if (!c) return nullptr;
  const Context* from = context_of(v);
  Context* to = context_of(c);
  to->settings = settings_of(v);
  to->traps = gc::peek(from->traps);
  to->status = gc::peek(from->status);
  return c;
}

Settings& settings(Value v) { return context_of(v)->settings; }

bool need_int(Value v, int64_t* out) {
  if (!v) return raise(types::AttributeError, "context attributes cannot be deleted");
  if (!is_int(v)) return raise(types::TypeError, "an integer is required");
  return to_c_ssize(v, out);
}

Ref get_prec(Value v) { return make_int(settings_of(v).precision); }
bool set_prec(Value v, Value value) {
  int64_t n;
  if (!need_int(value, &n)) return false;
  if (n < 1 || n > kMaxPrecision) return raise(types::ValueError, "valid range for prec is [1, MAX_PREC]");
  gc::poke(settings(v).precision, n);
  return true;
}
Ref get_emax(Value v) { return make_int(settings_of(v).emax); }
bool set_emax(Value v, Value value) {
  int64_t n;
  if (!need_int(value, &n)) return false;
  if (n < 0 || n > kMaxEmax) return raise(types::ValueError, "valid range for Emax is [0, MAX_EMAX]");
  gc::poke(settings(v).emax, n);
  return true;
}
Ref get_emin(Value v) { return make_int(settings_of(v).emin); }
bool set_emin(Value v, Value value) {
  int64_t n;
  if (!need_int(value, &n)) return false;
  if (n < kMinEmin || n > 0) return raise(types::ValueError, "valid range for Emin is [MIN_EMIN, 0]");
  gc::poke(settings(v).emin, n);
  return true;
}
Ref get_rounding(Value v) { return Ref::dup(rounding_names[settings_of(v).rounding]); }
bool set_rounding(Value v, Value value) {
  if (!value) return raise(types::AttributeError, "context attributes cannot be deleted");
  Rounding rounding;
  if (!rounding_from(value, &rounding)) return false;
  gc::poke(settings(v).rounding, rounding);
  return true;
}
Ref get_capitals(Value v) { return make_int(settings_of(v).capitals); }
bool set_capitals(Value v, Value value) {
  int64_t n;
  if (!need_int(value, &n)) return false;
  if (n != 0 && n != 1) return raise(types::ValueError, "valid values for capitals are 0 or 1");
  gc::poke(settings(v).capitals, n == 1);
  return true;
}
Ref get_clamp(Value v) { return make_int(settings_of(v).clamp); }
bool set_clamp(Value v, Value value) {
  int64_t n;
  if (!need_int(value, &n)) return false;
  if (n != 0 && n != 1) return raise(types::ValueError, "valid values for clamp are 0 or 1");
  gc::poke(settings(v).clamp, n == 1);
  return true;
}
Ref get_flags(Value v) { return Ref::dup(context_of(v)->flags_dict); }
Ref get_traps(Value v) { return Ref::dup(context_of(v)->traps_dict); }
template <uint32_t Context::* Field>
bool set_bits(Value v, Value value) {
  if (!value) return raise(types::AttributeError, "context attributes cannot be deleted");
  uint32_t bits;
  if (!(is_list(value) ? bits_from_list(value, &bits) : bits_from(value, &bits))) return false;
  gc::poke(context_of(v)->*Field, bits);
  return true;
}
template <uint32_t Context::* Field>
bool set_bits_of_dict(Value v, Value value) {
  if (value && is_list(value)) return raise(types::TypeError, "argument must be a signal dict");
  return set_bits<Field>(v, value);
}
const GetSetDef kContextGetSet[] = {{"prec", get_prec, set_prec, nullptr},
                                    {"Emax", get_emax, set_emax, nullptr},
                                    {"Emin", get_emin, set_emin, nullptr},
                                    {"rounding", get_rounding, set_rounding, nullptr},
                                    {"capitals", get_capitals, set_capitals, nullptr},
                                    {"clamp", get_clamp, set_clamp, nullptr},
                                    {"flags", get_flags, set_bits_of_dict<&Context::status>, nullptr},
                                    {"traps", get_traps, set_bits_of_dict<&Context::traps>, nullptr},
                                    {nullptr, nullptr, nullptr, nullptr}};

bool set_all(Value self, const Value* v) {  // prec, rounding, Emin, Emax, capitals, clamp, flags, traps
  static bool (*const setters[])(Value, Value) = {set_prec,
                                                  set_rounding,
                                                  set_emin,
                                                  set_emax,
                                                  set_capitals,
                                                  set_clamp,
                                                  set_bits<&Context::status>,
                                                  set_bits<&Context::traps>};
  for (int i = 0; i < 8; i++) {
    if (v[i] && v[i] != kNone && !setters[i](self, v[i])) return false;
  }
  return true;
}

Ref context_new(TypeObject* cls, RawArgs) { return new_context(cls); }
bool context_init(Value self, RawArgs raw) {
  static const Signature sig(
      "Context", "(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)");
  Value v[8];
  return sig.bind(raw, v) && set_all(self, v);
}

// The names as a context's repr lists them: in the order of the conditions' bits, FloatOperation's after Inexact's.
std::string names_of(uint32_t bits) {
  static constexpr uint32_t kOrder[] = {kClamped,           kConversionSyntax, kDivisionByZero, kDivisionImpossible,
                                        kDivisionUndefined, kInexact,          kInvalidContext, kInvalidOperation,
                                        kMallocError,       kFloatOperation,   kOverflow,       kRounded,
                                        kSubnormal,         kUnderflow};
  std::string text = "[";
  for (uint32_t bit : kOrder) {
    if (!(bits & bit)) continue;
    for (int i = 0; i < kSignals; i++) {
      if (!(signals[i].mask & bit)) continue;
      bits &= ~signals[i].mask;
      if (text.size() > 1) text += ", ";
      text += strchr(signals[i].name, '.') + 1;
    }
  }
  return text + "]";
}
Ref context_repr(Value v) {
  const Context* c = context_of(v);
  const Settings s = settings_of(v);
  return make_str("Context(prec=" + std::to_string(s.precision) + ", rounding=" + kRoundingNames[s.rounding] +
                  ", Emin=" + std::to_string(s.emin) + ", Emax=" + std::to_string(s.emax) +
                  ", capitals=" + std::to_string(s.capitals) + ", clamp=" + std::to_string(s.clamp) +
                  ", flags=" + names_of(gc::peek(c->status)) + ", traps=" + names_of(gc::peek(c->traps)) + ")");
}

Ref signals_list(uint32_t bits) {
  Ref l = make_list();
  for (int i = 0; l && i < kSignals; i++) {
    if ((bits & signals[i].mask) && !list_append(l, Ref::dup(signals[i].type))) return nullptr;
  }
  return l;
}
Ref context_reduce(Args& a) {
  const Context* c = context_of(a.self);
  const Settings s = settings_of(a.self);
  Ref prec = make_int(s.precision), emin = make_int(s.emin), emax = make_int(s.emax),
      flags = signals_list(gc::peek(c->status)), traps = signals_list(gc::peek(c->traps));
  if (!prec || !emin || !emax || !flags || !traps) return nullptr;
  Ref args = make_tuple_of({prec, rounding_names[s.rounding], emin, emax, Value::from_int(s.capitals),
                            Value::from_int(s.clamp), flags, traps});
  return args ? make_tuple_of({Value(type_of(a.self)), args}) : nullptr;
}
Ref context_copy(Args& a) { return copy_of(a.self); }
Ref context_clear_flags(Args& a) {
  gc::poke(context_of(a.self)->status, uint32_t{0});
  return Ref::imm(kNone);
}
Ref context_clear_traps(Args& a) {
  gc::poke(context_of(a.self)->traps, uint32_t{0});
  return Ref::imm(kNone);
}
Ref context_etiny(Args& a) { return make_int(settings_of(a.self).etiny()); }
Ref context_etop(Args& a) { return make_int(settings_of(a.self).etop()); }
Ref context_radix(Args&) { return decimal_of_int(Value::from_int(10)); }

const NativeDef kOwnMethods[] = {{"copy", "($self, /)", context_copy, 0, "A context with the same settings and flags."},
                                 {"__copy__", "($self, /)", context_copy, 0, nullptr},
                                 {"__reduce__", "($self, /)", context_reduce, 0, nullptr},
                                 {"clear_flags", "($self, /)", context_clear_flags, 0, "Resets all flags."},
                                 {"clear_traps", "($self, /)", context_clear_traps, 0, "Resets all traps."},
                                 {"Etiny", "($self, /)", context_etiny, 0, "The least exponent of a subnormal number."},
                                 {"Etop", "($self, /)", context_etop, 0, "The exponent of the largest number."},
                                 {"radix", "($self, /)", context_radix, 0, "Decimal(10)."}};

// ---- The current context ------------------------------------------------------------------------------------------------------------------------

bool set_current(Value v) {
  Ref c = Ref::dup(v);
  if (v == default_context || v == basic_context || v == extended_context) {
    c = copy_of(v);
    if (!c) return false;
    gc::poke(context_of(c)->status, uint32_t{0});
  }
  return context_var_set(current_var, c);
}

struct Manager {
  Header h;
  Value local, outer;
};
void manager_trace(Header* h, gc::Visitor& v) {
  v.visit(reinterpret_cast<Manager*>(h)->local);
  v.visit(reinterpret_cast<Manager*>(h)->outer);
}
void manager_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* m = reinterpret_cast<Manager*>(h);
  Ref a = gc::take(h, &m->local), b = gc::take(h, &m->outer);
  finish_dealloc(h);
}
Ref manager_enter(Args& a) {
  auto* m = a.self.as<Manager>();
  if (!set_current(m->local)) return nullptr;
  return Ref::dup(m->local);
}
Ref manager_exit(Args& a) {
  if (!set_current(a.self.as<Manager>()->outer)) return nullptr;
  return Ref::imm(kFalse);
}
const NativeDef kManagerMethods[] = {{"__enter__", "($self, /)", manager_enter, 0, nullptr},
                                     {"__exit__", "($self, /, *args)", manager_exit, 0, nullptr},
                                     {nullptr, nullptr, nullptr, 0, nullptr}};
const TypeSpec kManagerSpec = {.flags = kTypeGc | kTypeImmutable | kTypeNoInstantiate,
                               .basic_size = sizeof(Manager),
                               .ops = {.trace = manager_trace, .dealloc = manager_dealloc},
                               .methods = kManagerMethods};

Ref module_getcontext(Args&) { return current_context(); }
Ref module_setcontext(Args& a) {
  if (!is_decimal_context(a[0])) return raise(types::TypeError, "argument must be a context");
  return set_current(a[0]) ? Ref::imm(kNone) : nullptr;
}
Ref module_localcontext(Args& a) {
  Ref outer = current_context();
  if (!outer) return nullptr;
  Value given = a.get(0, kNone);
  if (given != kNone && !is_decimal_context(given))
    return raise(types::TypeError, "optional argument must be a context");
  Ref local = copy_of(given == kNone ? outer.get() : given);
  if (!local) return nullptr;
  if (a.has(1)) {
    static const char* const names[] = {"prec", "rounding", "Emin", "Emax", "capitals", "clamp", "flags", "traps"};
    Value settings_given[8];
    size_t known = 0;
    for (size_t i = 0; i < 8; i++) {
      settings_given[i] = dict_get_cstr(a[1], names[i]);
      known += !settings_given[i].is_null();
    }
    if (known < dict_size(a[1])) {
      IterEach each(a[1]);
      while (each.next()) {
        bool found = false;
        for (const char* name : names) found = found || str_eq_ascii(each.item(), name);
        if (!found)
          return raise(types::TypeError, "'%S' is an invalid keyword argument for this function", each.item());
      }
    }
    if (!set_all(local, settings_given)) return nullptr;
  }
  auto* m = alloc_instance_as<Manager>(context_manager_type);
  if (!m) return nullptr;
  gc::init(&m->local, std::move(local));
  gc::init(&m->outer, std::move(outer));
  return Ref::steal(m);
}
const NativeDef kFunctions[] = {
    {"getcontext", "($module, /)", module_getcontext, 0, "The current context."},
    {"setcontext", "($module, context, /)", module_setcontext, 0, "Makes a context the current one."},
    {"localcontext", "($module, /, ctx=None, **kwargs)", module_localcontext, 0,
     "A context manager that makes a copy of the context current, with the settings given."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

}  // namespace

Ref current_context() {
  // What this thread saw last. Nothing is owned: the thread's context is what keeps it.
  struct Seen {
    uint64_t stamp;
    Value holder, context;
  };
  static thread_local constinit Seen seen __attribute__((tls_model("initial-exec"))) = {0, Value(), Value()};
  uint64_t stamp = context_stamp();
  Value holder = current_thread()->context;
  if (TAIPAN_LIKELY(seen.stamp == stamp && seen.holder == holder)) return Ref::dup(seen.context);
  Ref c = context_var_get(current_var, kNone);
  if (TAIPAN_LIKELY(c && c.get() != kNone)) {
    seen = {stamp, holder, c};
    return c;
  }
  if (!c) return nullptr;
  c = copy_of(default_context);
  if (!c) return nullptr;
  gc::poke(context_of(c)->status, uint32_t{0});
  if (!context_var_set(current_var, c)) return nullptr;
  return c;
}

Ref context_argument(Value v) {
  if (!v || v == kNone) return current_context();
  if (!is_decimal_context(v)) return raise(types::TypeError, "optional argument must be a context");
  return Ref::dup(v);
}

extern const NativeDef kContextOperations[];

bool setup_contexts(Value module) {
  for (int i = 0; i < kRoundings; i++) {
    rounding_names[i] = Value(intern_static(kRoundingNames[i]));
    if (!module_add(module, kRoundingNames[i], Ref::dup(rounding_names[i]))) return false;
  }
  // The dictionaries of signals are mutable mappings.
  TypeObject* mixin = make_native_type("decimal.SignalDictMixin", types::Object, &kSignalDictSpec);
  Ref mapping = mixin ? import_attr("collections.abc", "MutableMapping") : nullptr;
  Ref bases = mapping ? make_tuple_of({Value(mixin), mapping}) : nullptr;
  Ref name = bases ? make_str("SignalDict") : nullptr;
  Ref namespace_dict = name ? make_dict() : nullptr;
  Ref hidden = make_str("decimal");
  if (!namespace_dict || !hidden || !dict_set_cstr(namespace_dict, "__module__", hidden)) return false;
  Ref dict_class = call(Value(type_of(mapping)), name, bases, namespace_dict);
  if (!dict_class) return false;
  signal_dict_type = dict_class.get().as<TypeObject>();
  gc::make_immortal(dict_class.get().header());
  (void)dict_class.release();

  static NativeDef methods[96];
  size_t n = 0;
  for (const NativeDef& d : kOwnMethods) methods[n++] = d;
  for (const NativeDef* d = kContextOperations; d->name; d++) methods[n++] = *d;
  static const TypeSpec spec = {
      .doc =
          "Context(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, "
          "traps=None)\n--\n\nThe "
          "settings of decimal arithmetic, and what has happened under them.",
      .flags = kTypeBaseable | kTypeGc | kTypeImmutable,
      .basic_size = sizeof(Context),
      .ops = {.trace = context_trace, .dealloc = context_dealloc},
      .methods = methods,
      .getset = kContextGetSet,
      .s = {.repr = context_repr, .init = context_init, .new_ = context_new},
  };
  context_type = make_native_type("decimal.Context", types::Object, &spec);
  context_manager_type = make_native_type("decimal.ContextManager", types::Object, &kManagerSpec);
  if (!context_type || !context_manager_type || !module_add_type(module, context_type)) return false;
  struct Template {
    const char* name;
    Value* where;
    int64_t precision;
    Rounding rounding;
    uint32_t traps;
  };
  const Template templates[] = {
      {"DefaultContext", &default_context, 28, kRoundHalfEven, kDefaultTraps},
      {"BasicContext", &basic_context, 9, kRoundHalfUp, kDefaultTraps | kClamped | kUnderflow},
      {"ExtendedContext", &extended_context, 9, kRoundHalfEven, 0},
  };
  for (const Template& t : templates) {
    Ref c = new_context(context_type);
    if (!c) return false;
    context_of(c)->settings.precision = t.precision;
    context_of(c)->settings.rounding = t.rounding;
    context_of(c)->traps = t.traps;
    gc::add_root(t.where);
    *t.where = Ref::dup(c).release();
    if (!module_add(module, t.name, std::move(c))) return false;
  }
  Ref var = make_context_var(intern_static("decimal_context"), Value());
  if (!var) return false;
  gc::add_root(&current_var);
  current_var = var.release();
  return module_add_functions(module, kFunctions);
}

}  // namespace taipan::decimal
