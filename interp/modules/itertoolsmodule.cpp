// itertools: the iterators that work item by item. Those that rearrange a pool are in itertools_combinatoric.cpp.
#include "interp/modules/itertools.h"
#include "interp/objects/runtime_lock.h"

namespace taipan {

static TypeObject *count_type, *cycle_type, *repeat_type, *chain_type, *compress_type, *islice_type, *starmap_type,
    *tee_type, *tee_block_type, *takewhile_type, *dropwhile_type, *filterfalse_type, *groupby_type, *grouper_type,
    *accumulate_type, *zip_longest_type, *pairwise_type;

static constexpr uint64_t kFlags = kTypeGc | kTypeBaseable | kTypeOwnSteps;

// ---- count

struct Count {
  Header h;
  Value value, step;
};
using CountFields = OwnedFields<Count, &Count::value, &Count::step>;

static bool is_number(Value v) {
  if (is_int(v) || is_float_like(v) || is_complex(v)) return true;
  const Slots& s = type_of(v)->s;
  return s.index || s.to_int || s.to_float;
}
static Ref count_new(TypeObject* cls, RawArgs args) {
  static const Signature sig("count", "(start=0, step=1)");
  Value v[2];
  if (!sig.bind(args, v)) return nullptr;
  if ((v[0] && !is_number(v[0])) || (v[1] && !is_number(v[1]))) return raise(types::TypeError, "a number is required");
  Ref start = v[0] ? Ref::dup(v[0]) : Ref::imm(Value::from_int(0));
  Ref step = v[1] ? Ref::dup(v[1]) : Ref::imm(Value::from_int(1));
  if (is_int(start) && step.get() == Value::from_int(1)) {
    start = int_exact(start);
    if (!start) return nullptr;
  }
  auto* c = alloc_instance_as<Count>(cls);
  if (!c) return nullptr;
  gc::init(&c->value, std::move(start));
  gc::init(&c->step, std::move(step));
  return Ref::steal(c);
}
// A step from one small int to another; null: it is no such step. GIL off: it is made under the object lock, others under the lock for
// steps; which it is says the value.
static TAIPAN_INLINE Ref count_small(Count* c) {
  if (!c->step.is_int()) return Ref();
  auto step = [c] {
    Value now = gc::load(&c->value);
    if (!now.is_int()) return Ref();
    int64_t sum = now.as_int() + c->step.as_int();
    if (TAIPAN_UNLIKELY(!Value::fits_int(sum))) return Ref();
    gc::store_release(&c->value, Value::from_int(sum));  // (no barrier: neither is in the heap)
    return Ref::imm(now);
  };
  if (TAIPAN_LIKELY(!gc::parallel || gc::is_unique(&c->h))) return step();
  gc::ObjectLock lock(&c->h);
  return step();
}
static Ref count_next(Value self) {
  auto* c = self.as<Count>();
  if (Ref small = count_small(c); TAIPAN_LIKELY(static_cast<bool>(small))) return small;
  StepLock lock(self);
  if (Ref small = count_small(c); small) return small;  // (another thread's step has led back to them)
  Ref keep = Ref::dup(self), value = Ref::dup(gc::load(&c->value));
  Ref after = binary_op(BinaryOp::kAdd, value, c->step);
  if (!after) return nullptr;
  lock.again();
  gc::store(&c->h, &c->value, std::move(after));
  return value;
}
static Ref count_repr(Value self) {
  auto* c = self.as<Count>();
  Ref value = Ref::dup(gc::load(&c->value));
  if (c->step == Value::from_int(1)) return format_str("%U(%R)", type_of(self)->name, value.get());
  return format_str("%U(%R, %R)", type_of(self)->name, value.get(), c->step);
}
static Ref count_reduce_impl(Args& a) {
  auto* c = a.self.as<Count>();
  Ref value = Ref::dup(gc::load(&c->value));
  if (value.get().is_int() && c->step == Value::from_int(1)) return type_and(a.self, {value.get()});
  return type_and(a.self, {value.get(), c->step});
}
#define REDUCE(f) {"__reduce__", "($self, /)", f, kNativeNoSignature, "Return state information for pickling."}
#define SETSTATE(f) \
  {"__setstate__", "($self, state, /)", f, kNativeNoSignature, "Set state information for unpickling."}
static const NativeDef kCountMethods[] = {REDUCE(count_reduce_impl), {nullptr}};
static const TypeSpec kCountSpec = {
    .doc = "count(start=0, step=1)\n--\n\nstart, start + step, start + 2 * step, ...",
    .flags = kFlags | kTypeKeepsItself,
    .basic_size = sizeof(Count),
    .ops = {.trace = CountFields::trace, .clear = CountFields::clear, .dealloc = CountFields::dealloc},
    .methods = kCountMethods,
    .s = {.repr = count_repr, .iter = iterator_self, .next = count_next, .new_ = count_new}};

// ---- cycle

struct Cycle {
  Header h;
  Value iterator;  // null once the first pass is over
  Value saved;     // list
  int64_t index;
  bool keep_saved;  // unpickled in a later pass: what the iterator gives is in saved already
};
using CycleFields = OwnedFields<Cycle, &Cycle::iterator, &Cycle::saved>;

static Ref cycle_new(TypeObject* cls, RawArgs args) {
  static const Signature sig("cycle", "(iterable, /)");
  Value v[1];
  if (!drop_keywords("cycle", cls, cycle_type, &args) || !sig.bind(args, v)) return nullptr;
  Ref it = get_iter(v[0]);
  Ref saved = it ? make_list() : nullptr;
  if (!saved) return nullptr;
  auto* c = alloc_instance_as<Cycle>(cls);
  if (!c) return nullptr;
  gc::init(&c->iterator, std::move(it));
  gc::init(&c->saved, std::move(saved));
  return Ref::steal(c);
}
static Ref cycle_next(Value self) {
  auto* c = self.as<Cycle>();
  StepLock lock(self);
  if (c->iterator) {
    Ref item = next_item(c->iterator);
    if (!item) return nullptr;
    lock.again();
    if (!is_stop(item)) {
      if (!c->keep_saved && !list_append(c->saved, item.get())) return nullptr;
      return item;
    }
    { Ref done = gc::take(&c->h, &c->iterator); }
    lock.again();
  }
  if (!c->saved) return Ref::imm(kStopIter);
  Ref item = list_get(c->saved, static_cast<size_t>(c->index));
  if (!item) return Ref::imm(kStopIter);
  if (++c->index >= static_cast<int64_t>(list_size(c->saved))) c->index = 0;
  return item;
}
static Ref cycle_reduce_impl(Args& a) {
  auto* c = a.self.as<Cycle>();
  if (!c->iterator) {  // an iterator over the saved items, advanced to where we are
    Ref it = get_iter(c->saved);
    if (!it) return nullptr;
    if (c->index != 0) {
      Ref index = make_int(c->index);
      Ref done = call_method(it, TAIPAN_NAME(__setstate__), index);
      if (!done) return nullptr;
    }
    Ref state = make_tuple_of({c->saved, Value::from_int(1)});
    return state ? type_and(a.self, {it.get()}, state) : nullptr;
  }
  Ref state = make_tuple_of({c->saved, bool_value(c->keep_saved)});
  return state ? type_and(a.self, {c->iterator}, state) : nullptr;
}
static Ref cycle_setstate_impl(Args& a) {
  auto* c = a.self.as<Cycle>();
  if (!check_state(a[0], 2)) return nullptr;
  if (!is_list(tuple_at(a[0], 0))) return raise(types::TypeError, "argument 1 must be list, not %T", tuple_at(a[0], 0));
  int flag;
  if (!to_c_int(tuple_at(a[0], 1), &flag)) return nullptr;
  gc::store(&c->h, &c->saved, Ref::dup(tuple_at(a[0], 0)));
  c->keep_saved = flag != 0;
  c->index = 0;
  return Ref::imm(kNone);
}
static const NativeDef kCycleMethods[] = {REDUCE(cycle_reduce_impl), SETSTATE(cycle_setstate_impl), {nullptr}};
static const TypeSpec kCycleSpec = {
    .doc = "cycle(iterable, /)\n--\n\nThe items of the iterable, over and over again.",
    .flags = kFlags,
    .basic_size = sizeof(Cycle),
    .ops = {.trace = CycleFields::trace, .clear = CycleFields::clear, .dealloc = CycleFields::dealloc},
    .methods = kCycleMethods,
    .s = {.iter = iterator_self, .next = cycle_next, .new_ = cycle_new}};

// ---- repeat

struct Repeat {
  Header h;
  Value item;
  int64_t left;  // -1: for ever
};
using RepeatFields = OwnedFields<Repeat, &Repeat::item>;

static Ref repeat_new(TypeObject* cls, RawArgs args) {
  static const Signature sig("repeat", "(object, times=None)");
  Value v[2];
  if (!sig.bind(args, v)) return nullptr;
  int64_t times = -1;
  if (v[1]) {
    if (!to_c_ssize(v[1], &times)) return nullptr;
    if (times < 0) times = 0;
  }
  auto* r = alloc_instance_as<Repeat>(cls);
  if (!r) return nullptr;
  r->left = times;
  gc::init(&r->item, Ref::dup(v[0]));
  return Ref::steal(r);
}
static Ref repeat_next(Value self) {
  auto* r = self.as<Repeat>();
  StepLock lock(self);
  if (r->left == 0) return Ref::imm(kStopIter);
  if (r->left > 0) r->left--;
  return Ref::dup(r->item);
}
static Ref repeat_repr(Value self) {
  auto* r = self.as<Repeat>();
  if (r->left == -1) return format_str("%U(%R)", type_of(self)->name, r->item);
  return format_str("%U(%R, %zd)", type_of(self)->name, r->item, r->left);
}
static Ref repeat_reduce_impl(Args& a) {
  auto* r = a.self.as<Repeat>();
  if (r->left < 0) return type_and(a.self, {r->item});
  Ref left = make_int(r->left);
  return type_and(a.self, {r->item, left.get()});
}
static Ref repeat_length_hint_impl(Args& a) {
  auto* r = a.self.as<Repeat>();
  if (r->left == -1) return raise(types::TypeError, "len() of unsized object");
  return make_int(r->left);
}
static const NativeDef kRepeatMethods[] = {
    {"__length_hint__", "($self, /)", repeat_length_hint_impl, kNativeNoSignature, "How many items are left."},
    REDUCE(repeat_reduce_impl),
    {nullptr}};
static const TypeSpec kRepeatSpec = {
    .doc = "repeat(object [,times]) -> the object again and again, times times or without end.",
    .flags = kFlags | kTypeKeepsItself,
    .basic_size = sizeof(Repeat),
    .ops = {.trace = RepeatFields::trace, .clear = RepeatFields::clear, .dealloc = RepeatFields::dealloc},
    .methods = kRepeatMethods,
    .s = {.repr = repeat_repr, .iter = iterator_self, .next = repeat_next, .new_ = repeat_new}};

// ---- chain

struct Chain {
  Header h;
  Value source;  // iterator over the iterables; null once exhausted
  Value active;  // iterator being read, or null
};
using ChainFields = OwnedFields<Chain, &Chain::source, &Chain::active>;

static Ref make_chain(TypeObject* cls, Value source) {
  auto* c = alloc_instance_as<Chain>(cls);
  if (!c) return nullptr;
  gc::init(&c->source, Ref::dup(source));
  return Ref::steal(c);
}
static Ref chain_new(TypeObject* cls, RawArgs args) {
  if (!drop_keywords("chain", cls, chain_type, &args)) return nullptr;
  Ref iterables = make_tuple(args.v, args.n);
  Ref source = iterables ? get_iter(iterables) : nullptr;
  return source ? make_chain(cls, source) : nullptr;
}
static Ref chain_from_iterable_impl(Args& a) {
  Ref source = get_iter(a[0]);
  return source ? make_chain(a.self.as<TypeObject>(), source) : nullptr;
}
static Ref chain_next(Value self) {
  auto* c = self.as<Chain>();
  StepLock lock(self);
  if (Ref item = list_iterator_quick(c->active)) return item;
  while (c->source) {
    if (!c->active) {
      Ref iterable = next_item(c->source);
      lock.again();
      if (!iterable || is_stop(iterable)) {
        Ref done = gc::take(&c->h, &c->source);
        return iterable;
      }
      Ref it = get_iter(iterable);
      lock.again();
      if (!it) {
        Ref done = gc::take(&c->h, &c->source);
        return nullptr;
      }
      gc::store(&c->h, &c->active, std::move(it));
      lock.again();
      if (!c->active) continue;
    }
    Value active = c->active;
    Ref hold = keeps_itself(active) ? Ref() : Ref::dup(active);
    Ref item = next_item(active);
    if (!item || !is_stop(item)) return item;
    lock.again();
    { Ref done = gc::take(&c->h, &c->active); }
    lock.again();
  }
  return Ref::imm(kStopIter);
}
static Ref chain_reduce_impl(Args& a) {
  auto* c = a.self.as<Chain>();
  if (!c->source) return type_and(a.self, {});
  Ref state = c->active ? make_tuple_of({c->source, c->active}) : make_tuple_of({c->source});
  return state ? type_and(a.self, {}, state) : nullptr;
}
static Ref chain_setstate_impl(Args& a) {
  auto* c = a.self.as<Chain>();
  if (!is_tuple(a[0])) return raise(types::TypeError, "state is not a tuple");
  size_t n = tuple_size(a[0]);
  if (n == 0) return raise(types::TypeError, "function takes at least 1 argument (0 given)");
  if (n > 2) return raise(types::TypeError, "function takes at most 2 arguments (%zd given)", static_cast<int64_t>(n));
  for (size_t i = 0; i < n; i++) {
    if (!is_iterator(tuple_at(a[0], i))) return raise(types::TypeError, "Arguments must be iterators.");
  }
  gc::store(&c->h, &c->source, Ref::dup(tuple_at(a[0], 0)));
  gc::store(&c->h, &c->active, n == 2 ? Ref::dup(tuple_at(a[0], 1)) : Ref());
  return Ref::imm(kNone);
}
static const NativeDef kChainMethods[] = {
    {"from_iterable", "($type, iterable, /)", chain_from_iterable_impl, kNativeClassMethod,
     "The items of the iterables that one iterable gives, one after the other."},
    REDUCE(chain_reduce_impl),
    SETSTATE(chain_setstate_impl),
    TAIPAN_CLASS_GETITEM,
    {nullptr}};
static const TypeSpec kChainSpec = {
    .doc = "chain(*iterables) --> chain object\n\nThe items of the iterables, one after the other.",
    .flags = kFlags,
    .basic_size = sizeof(Chain),
    .ops = {.trace = ChainFields::trace, .clear = ChainFields::clear, .dealloc = ChainFields::dealloc},
    .methods = kChainMethods,
    .s = {.iter = iterator_self, .next = chain_next, .new_ = chain_new}};

// ---- types made of a first thing and an iterator: starmap, takewhile, dropwhile, filterfalse, compress

struct Paired {
  Header h;
  Value first;  // the function; compress: the data
  Value iterator;
  bool flag;  // takewhile: ended; dropwhile: started
};
using PairedFields = OwnedFields<Paired, &Paired::first, &Paired::iterator>;

static Ref make_paired(TypeObject* cls, Value first, Value iterable) {
  Ref it = get_iter(iterable);
  if (!it) return nullptr;
  auto* p = alloc_instance_as<Paired>(cls);
  if (!p) return nullptr;
  gc::init(&p->first, Ref::dup(first));
  gc::init(&p->iterator, std::move(it));
  return Ref::steal(p);
}
static Ref paired_reduce_impl(Args& a) {
  auto* p = a.self.as<Paired>();
  return type_and(a.self, {p->first, p->iterator});
}
static Ref paired_flag_reduce_impl(Args& a) {
  auto* p = a.self.as<Paired>();
  return type_and(a.self, {p->first, p->iterator}, Value::from_int(p->flag));
}
static Ref paired_setstate_impl(Args& a) {
  int flag = is_true(a[0]);
  if (flag < 0) return nullptr;
  a.self.as<Paired>()->flag = flag != 0;
  return Ref::imm(kNone);
}
static const NativeDef kPairedMethods[] = {REDUCE(paired_reduce_impl), {nullptr}};
static const NativeDef kPairedFlagMethods[] = {
    REDUCE(paired_flag_reduce_impl), SETSTATE(paired_setstate_impl), {nullptr}};

static Ref starmap_new(TypeObject* cls, RawArgs args) {
  static const Signature sig("starmap", "(function, iterable, /)");
  Value v[2];
  if (!drop_keywords("starmap", cls, starmap_type, &args) || !sig.bind(args, v)) return nullptr;
  return make_paired(cls, v[0], v[1]);
}
static Ref starmap_next(Value self) {
  auto* p = self.as<Paired>();
  StepLock lock(self);
  if (!p->iterator) return Ref::imm(kStopIter);
  Ref item = next_item(p->iterator);
  if (!item || is_stop(item)) return item;
  if (!is_tuple_exact(item)) {
    item = iterable_to_tuple(item);
    if (!item) return nullptr;
  }
  return call_array(p->first, item.as<Tuple>()->items(), tuple_size(item));
}

// Truth of predicate(item).
static int test(Value predicate, Value item) {
  if (predicate == Value(types::Bool)) return is_true(item);
  Ref answer = call(predicate, item);
  return answer ? is_true(answer) : -1;
}
static Ref takewhile_new(TypeObject* cls, RawArgs args) {
  static const Signature sig("takewhile", "(predicate, iterable, /)");
  Value v[2];
  if (!drop_keywords("takewhile", cls, takewhile_type, &args) || !sig.bind(args, v)) return nullptr;
  return make_paired(cls, v[0], v[1]);
}
static Ref takewhile_next(Value self) {
  auto* p = self.as<Paired>();
  StepLock lock(self);
  if (p->flag || !p->iterator) return Ref::imm(kStopIter);
  Ref item = next_item(p->iterator);
  if (!item || is_stop(item)) return item;
  int good = test(p->first, item);
  if (good < 0) return nullptr;
  if (good) return item;
  lock.again();
  p->flag = true;
  return Ref::imm(kStopIter);
}
static Ref dropwhile_new(TypeObject* cls, RawArgs args) {
  static const Signature sig("dropwhile", "(predicate, iterable, /)");
  Value v[2];
  if (!drop_keywords("dropwhile", cls, dropwhile_type, &args) || !sig.bind(args, v)) return nullptr;
  return make_paired(cls, v[0], v[1]);
}
static Ref dropwhile_next(Value self) {
  auto* p = self.as<Paired>();
  StepLock lock(self);
  if (!p->iterator) return Ref::imm(kStopIter);
  for (;;) {
    Ref item = next_item(p->iterator);
    lock.again();
    if (!item || is_stop(item) || p->flag) return item;
    int good = test(p->first, item);
    if (good < 0) return nullptr;
    lock.again();
    if (!good) {
      p->flag = true;
      return item;
    }
    if (!poll()) return nullptr;
    lock.take();
  }
}
static Ref filterfalse_new(TypeObject* cls, RawArgs args) {
  static const Signature sig("filterfalse", "(function, iterable, /)");
  Value v[2];
  if (!drop_keywords("filterfalse", cls, filterfalse_type, &args) || !sig.bind(args, v)) return nullptr;
  return make_paired(cls, v[0], v[1]);
}
static Ref filterfalse_next(Value self) {
  auto* p = self.as<Paired>();
  StepLock lock(self);
  if (!p->iterator) return Ref::imm(kStopIter);
  for (;;) {
    Ref item = next_item(p->iterator);
    if (!item || is_stop(item)) return item;
    int good = p->first == kNone ? is_true(item) : test(p->first, item);
    if (good < 0) return nullptr;
    if (!good) return item;
    if (!poll()) return nullptr;
    lock.take();
  }
}
static Ref compress_new(TypeObject* cls, RawArgs args) {
  static const Signature sig("compress", "(data, selectors)");
  Value v[2];
  if (!sig.bind(args, v)) return nullptr;
  Ref data = get_iter(v[0]);
  return data ? make_paired(cls, data, v[1]) : nullptr;
}
static Ref compress_next(Value self) {
  auto* p = self.as<Paired>();
  StepLock lock(self);
  if (!p->iterator) return Ref::imm(kStopIter);
  for (;;) {
    Ref item = next_item(p->first);
    if (!item || is_stop(item)) return item;
    lock.again();
    Ref selector = next_item(p->iterator);
    if (!selector || is_stop(selector)) return selector;
    int good = is_true(selector);
    if (good < 0) return nullptr;
    if (good) return item;
    if (!poll()) return nullptr;
    lock.take();
  }
}
#define PAIRED_SPEC(name, text, method_table)                                                                \
  static const TypeSpec k_##name##_spec = {                                                                  \
      .doc = text,                                                                                           \
      .flags = kFlags,                                                                                       \
      .basic_size = sizeof(Paired),                                                                          \
      .ops = {.trace = PairedFields::trace, .clear = PairedFields::clear, .dealloc = PairedFields::dealloc}, \
      .methods = method_table,                                                                               \
      .s = {.iter = iterator_self, .next = name##_next, .new_ = name##_new}};
PAIRED_SPEC(starmap, "starmap(function, iterable, /)\n--\n\nfunction(*item) for each item of the iterable.",
            kPairedMethods)
PAIRED_SPEC(takewhile,
            "takewhile(predicate, iterable, /)\n--\n\nThe items before the first for which the predicate is false.",
            kPairedFlagMethods)
PAIRED_SPEC(dropwhile,
            "dropwhile(predicate, iterable, /)\n--\n\nThe items from the first on for which the predicate is false.",
            kPairedFlagMethods)
PAIRED_SPEC(filterfalse, "filterfalse(function, iterable, /)\n--\n\nThe items for which the function is false.",
            kPairedMethods)
PAIRED_SPEC(compress, "compress(data, selectors)\n--\n\nThe items of data whose selector is true.", kPairedMethods)

// ---- islice

struct Islice {
  Header h;
  Value iterator;            // null once exhausted
  int64_t next, stop, step;  // index of the next item; stop -1: none
  int64_t count;             // items read so far
};
using IsliceFields = OwnedFields<Islice, &Islice::iterator>;

static bool islice_bound(Value v, int64_t* out, const char* text) {
  if (v == kNone) return true;
  int64_t n;
  if (!to_ssize(v, &n, types::OverflowError)) {
    clear_error();
    n = -1;
  }
  if (n < 0) return raise(types::ValueError, "%s", text);
  *out = n;
  return true;
}
static Ref islice_new(TypeObject* cls, RawArgs args) {
  if (!drop_keywords("islice", cls, islice_type, &args)) return nullptr;
  if (args.n < 2)
    return raise(types::TypeError, "islice expected at least 2 arguments, got %zd", static_cast<int64_t>(args.n));
  if (args.n > 4)
    return raise(types::TypeError, "islice expected at most 4 arguments, got %zd", static_cast<int64_t>(args.n));
  static const char kStopText[] = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
  static const char kIndexText[] = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
  int64_t start = 0, stop = -1, step = 1;
  if (args.n == 2) {
    if (!islice_bound(args.v[1], &stop, kStopText)) return nullptr;
  } else {
    if (args.v[2] != kNone && !islice_bound(args.v[2], &stop, kStopText)) return nullptr;
    if (!islice_bound(args.v[1], &start, kIndexText)) return nullptr;
  }
  if (args.n == 4 && args.v[3] != kNone) {
    if (!to_ssize(args.v[3], &step, types::OverflowError)) {
      clear_error();
      step = -1;
    }
    if (step < 1) return raise(types::ValueError, "Step for islice() must be a positive integer or None.");
  }
  Ref it = get_iter(args.v[0]);
  if (!it) return nullptr;
  auto* s = alloc_instance_as<Islice>(cls);
  if (!s) return nullptr;
  s->next = start;
  s->stop = stop;
  s->step = step;
  gc::init(&s->iterator, std::move(it));
  return Ref::steal(s);
}
static Ref islice_end(Islice* s) {
  Ref done = gc::take(&s->h, &s->iterator);
  return Ref::imm(kStopIter);
}
static Ref islice_next(Value self) {
  auto* s = self.as<Islice>();
  StepLock lock(self);
  if (!s->iterator) return Ref::imm(kStopIter);
  if (s->step == 1 && s->count == s->next && s->count != s->stop) {
    if (Ref item = list_iterator_quick(s->iterator)) {
      s->next = ++s->count;
      return item;
    }
  }
  Value it = s->iterator;
  Ref hold = s->count == s->next && keeps_itself(it) ? Ref() : Ref::dup(it);
  while (s->count < s->next) {
    Ref skipped = next_item(it);
    lock.again();
    if (!skipped || is_stop(skipped)) {
      islice_end(s);
      return skipped;
    }
    s->count++;
    if ((s->count & 4095) == 0) {
      if (!poll()) return nullptr;
      lock.take();
    }
  }
  if (s->stop != -1 && s->count >= s->stop) return islice_end(s);
  Ref item = next_item(it);
  lock.again();
  if (!item || is_stop(item)) {
    islice_end(s);
    return item;
  }
  s->count++;
  int64_t next;
  if (__builtin_add_overflow(s->next, s->step, &next) || (s->stop != -1 && next > s->stop)) next = s->stop;
  s->next = next;
  return item;
}
static Ref islice_reduce_impl(Args& a) {
  auto* s = a.self.as<Islice>();
  if (!s->iterator) {
    Ref empty = make_list();
    Ref it = empty ? get_iter(empty) : nullptr;
    return it ? type_and(a.self, {it.get(), Value::from_int(0)}, Value::from_int(0)) : nullptr;
  }
  Ref next = make_int(s->next), stop = s->stop == -1 ? Ref::imm(kNone) : make_int(s->stop), step = make_int(s->step),
      count = make_int(s->count);
  return type_and(a.self, {s->iterator, next.get(), stop.get(), step.get()}, count);
}
static Ref islice_setstate_impl(Args& a) {
  if (!is_int(a[0])) return raise(types::TypeError, "an integer is required");
  int64_t n;
  if (!to_ssize(a[0], &n, types::OverflowError)) return nullptr;
  a.self.as<Islice>()->count = n;
  return Ref::imm(kNone);
}
static const NativeDef kIsliceMethods[] = {REDUCE(islice_reduce_impl), SETSTATE(islice_setstate_impl), {nullptr}};
static const TypeSpec kIsliceSpec = {
    .doc =
        "islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice object\n\nThe "
        "items that a slice "
        "with these bounds would select.",
    .flags = kFlags,
    .basic_size = sizeof(Islice),
    .ops = {.trace = IsliceFields::trace, .clear = IsliceFields::clear, .dealloc = IsliceFields::dealloc},
    .methods = kIsliceMethods,
    .s = {.iter = iterator_self, .next = islice_next, .new_ = islice_new}};

// ---- tee: blocks of items read once, linked in order; each tee walks along them

static constexpr int kBlockItems = 57;
struct TeeBlock {
  Header h;
  Value iterator;
  Value next;  // TeeBlock or null
  int32_t count;
  bool running;  // the iterator is being asked for an item
  Value items[kBlockItems];
};
struct Tee {
  Header h;
  Value block;
  int32_t index;
};

static void tee_block_trace(Header* h, gc::Visitor& v) {
  auto* b = reinterpret_cast<TeeBlock*>(h);
  v.visit(b->iterator);
  v.visit(b->next);
  v.visit_range(b->items, static_cast<size_t>(b->count));
}
static void tee_block_clear(Header* h) {
  auto* b = reinterpret_cast<TeeBlock*>(h);
  Ref it = gc::take(h, &b->iterator), next = gc::take(h, &b->next);
  for (int i = 0; i < b->count; i++) { Ref item = gc::take(h, &b->items[i]); }
}
static void tee_block_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  tee_block_clear(h);
  finish_dealloc(h);
}
static Ref make_block(Value iterator) {
  auto* b = alloc_instance_as<TeeBlock>(tee_block_type);
  if (!b) return nullptr;
  gc::init(&b->iterator, Ref::dup(iterator));
  return Ref::steal(b);
}
// Item i of the block (owned), reading on where needed.
static Ref block_item(TeeBlock* b, int i) {
  if (i < b->count) return Ref::dup(b->items[i]);
  if (b->running) return raise(types::RuntimeError, "cannot re-enter the tee iterator");
  if (!b->iterator) return Ref::imm(kStopIter);
  b->running = true;
  Ref item = next_item(b->iterator);
  b->running = false;
  if (!item || is_stop(item)) return item;
  gc::init(&b->items[b->count], item.copy());
  b->count++;
  return item;
}
static Ref block_next(TeeBlock* b) {
  if (!b->next) {
    Ref next = make_block(b->iterator);
    if (!next) return nullptr;
    gc::store(&b->h, &b->next, std::move(next));
  }
  return Ref::dup(b->next);
}
static Ref tee_block_new(TypeObject* cls, RawArgs args) {
  static const Signature sig("teedataobject", "(it, values, next, /)");
  Value v[3];
  if (!sig.bind(args, v)) return nullptr;
  if (!is_list(v[1])) return raise(types::TypeError, "teedataobject() argument 2 must be list, not %T", v[1]);
  size_t n = list_size(v[1]);
  if (n > kBlockItems) return raise(types::ValueError, "Invalid arguments");
  if (n == kBlockItems) {
    if (v[2] != kNone && type_of(v[2]) != tee_block_type) return raise(types::ValueError, "Invalid arguments");
  } else if (v[2] != kNone) {
    return raise(types::ValueError, "Invalid arguments");
  }
  auto* b = alloc_instance_as<TeeBlock>(cls);
  if (!b) return nullptr;
  gc::init(&b->iterator, Ref::dup(v[0]));
  for (size_t i = 0; i < n; i++) gc::init(&b->items[i], list_get(v[1], i));
  b->count = static_cast<int32_t>(n);
  if (v[2] != kNone) gc::init(&b->next, Ref::dup(v[2]));
  return Ref::steal(b);
}
static Ref tee_block_reduce_impl(Args& a) {
  auto* b = a.self.as<TeeBlock>();
  Ref values = make_list(b->items, static_cast<size_t>(b->count));
  return values ? type_and(a.self, {b->iterator, values.get(), b->next ? b->next : kNone}) : nullptr;
}
static const NativeDef kTeeBlockMethods[] = {REDUCE(tee_block_reduce_impl), {nullptr}};
static const TypeSpec kTeeBlockSpec = {
    .doc = "teedataobject(iterable, values, next, /)\n--\n\nData container common to multiple tee objects.",
    .flags = kTypeGc,
    .basic_size = sizeof(TeeBlock),
    .ops = {.trace = tee_block_trace, .clear = tee_block_clear, .dealloc = tee_block_dealloc},
    .methods = kTeeBlockMethods,
    .s = {.new_ = tee_block_new}};

using TeeFields = OwnedFields<Tee, &Tee::block>;

static Ref make_tee(Value block, int32_t index) {
  auto* t = alloc_instance_as<Tee>(tee_type);
  if (!t) return nullptr;
  t->index = index;
  gc::init(&t->block, Ref::dup(block));
  return Ref::steal(t);
}
static Ref tee_of(Value iterable) {
  Ref it = get_iter(iterable);
  if (!it) return nullptr;
  if (type_of(it) == tee_type) return make_tee(it.as<Tee>()->block, it.as<Tee>()->index);
  Ref block = make_block(it);
  return block ? make_tee(block, 0) : nullptr;
}
static Ref tee_new(TypeObject*, RawArgs args) {
  static const Signature sig("_tee", "(iterable, /)");
  Value v[1];
  if (!check_no_keywords("_tee", args) || !sig.bind(args, v)) return nullptr;
  return tee_of(v[0]);
}
static Ref tee_next(Value self) {
  auto* t = self.as<Tee>();
  StepLock lock(self);
  for (;;) {
    if (!t->block) return Ref::imm(kStopIter);
    Ref block = Ref::dup(t->block);
    RuntimeLock shared(block);  // other tees have it too (and who waits for it gives up its own tee's)
    if (t->block != block.get()) continue;
    if (t->index >= kBlockItems) {
      Ref next = block_next(block.as<TeeBlock>());
      if (!next) return nullptr;
      gc::store(&t->h, &t->block, std::move(next));
      t->index = 0;
      continue;
    }
    Ref item = block_item(block.as<TeeBlock>(), t->index);
    if (item && !is_stop(item)) t->index++;
    return item;
  }
}
static Ref tee_copy_impl(Args& a) { return make_tee(a.self.as<Tee>()->block, a.self.as<Tee>()->index); }
static Ref tee_reduce_impl(Args& a) {
  auto* t = a.self.as<Tee>();
  Ref empty = make_tuple(size_t{0});
  Ref state = make_tuple_of({t->block, Value::from_int(t->index)});
  return state ? type_and(a.self, {empty.get()}, state) : nullptr;
}
static Ref tee_setstate_impl(Args& a) {
  auto* t = a.self.as<Tee>();
  if (!check_state(a[0], 2)) return nullptr;
  Value block = tuple_at(a[0], 0);
  if (!is_instance_exact_type(block, tee_block_type))
    return raise(types::TypeError, "argument 1 must be itertools._tee_dataobject, not %T", block);
  int index;
  if (!to_c_int(tuple_at(a[0], 1), &index)) return nullptr;
  if (index < 0 || index > kBlockItems) return raise(types::ValueError, "Index out of range");
  gc::store(&t->h, &t->block, Ref::dup(block));
  t->index = index;
  return Ref::imm(kNone);
}
static const NativeDef kTeeMethods[] = {
    {"__copy__", "($self, /)", tee_copy_impl, kNativeNoSignature, "Returns an independent iterator."},
    REDUCE(tee_reduce_impl),
    SETSTATE(tee_setstate_impl),
    {nullptr}};
static const TypeSpec kTeeSpec = {
    .doc = "Iterator wrapped to make it copyable.",
    .flags = kTypeGc | kTypeWeakrefable,
    .basic_size = sizeof(Tee),
    .ops = {.trace = TeeFields::trace, .clear = TeeFields::clear, .dealloc = TeeFields::dealloc},
    .methods = kTeeMethods,
    .s = {.iter = iterator_self, .next = tee_next, .new_ = tee_new}};

static Ref itertools_tee_impl(Args& a) {
  int64_t n = 2;
  if (a.has(1) && !to_c_ssize(a[1], &n)) return nullptr;
  if (n < 0) return raise(types::ValueError, "n must be >= 0");
  Ref result = make_tuple(static_cast<size_t>(n));
  if (!result || n == 0) return result;
  Ref it = get_iter(a[0]);
  if (!it) return nullptr;
  Ref copy = get_attr_opt(it, TAIPAN_NAME(__copy__));
  if (!copy) return nullptr;
  if (copy.get() == kMissing) {
    it = tee_of(it);
    copy = it ? get_attr(it, TAIPAN_NAME(__copy__)) : nullptr;
    if (!copy) return nullptr;
  }
  tuple_init(result, 0, it.copy());
  for (int64_t i = 1; i < n; i++) {
    Ref another = call(copy);
    if (!another) return nullptr;
    tuple_init(result, static_cast<size_t>(i), std::move(another));
  }
  return result;
}

// ---- groupby

struct GroupBy {
  Header h;
  Value iterator, key_function;                  // key_function kNone: the items themselves
  Value target_key, current_key, current_value;  // null: none yet
  const void* current_group;                     // the Grouper that may still take items; not owned
};
struct Grouper {
  Header h;
  Value parent, key;
};
using GroupByFields = OwnedFields<GroupBy, &GroupBy::iterator, &GroupBy::key_function, &GroupBy::target_key,
                                  &GroupBy::current_key, &GroupBy::current_value>;
using GrouperFields = OwnedFields<Grouper, &Grouper::parent, &Grouper::key>;

static Ref groupby_new(TypeObject* cls, RawArgs args) {
  static const Signature sig("groupby", "(iterable, key=None)");
  Value v[2];
  if (!sig.bind(args, v)) return nullptr;
  Ref it = get_iter(v[0]);
  if (!it) return nullptr;
  auto* g = alloc_instance_as<GroupBy>(cls);
  if (!g) return nullptr;
  gc::init(&g->iterator, std::move(it));
  gc::init(&g->key_function, Ref::dup(v[1] ? v[1] : kNone));
  return Ref::steal(g);
}
// (Who reads what it holds has the lock of its steps, or has it alone.)
static Ref put(GroupBy* g, Value* slot, Ref v) {
  Ref old = Ref::steal(gc::take_unread(&g->h, slot));
  gc::init(slot, std::move(v));
  return old;
}
// Reads one item on. 1 read, 0 exhausted, -1 error.
static int groupby_step(GroupBy* g, StepLock& lock) {
  Ref value = next_item(g->iterator);
  if (!value) return -1;
  if (is_stop(value)) return 0;
  lock.again();
  Ref key = g->key_function == kNone ? value.copy() : call(g->key_function, value);
  if (!key) return -1;
  lock.again();
  Ref old_value = put(g, &g->current_value, std::move(value)), old_key = put(g, &g->current_key, std::move(key));
  return 1;
}
static Ref groupby_next(Value self) {
  auto* g = self.as<GroupBy>();
  StepLock lock(self);
  g->current_group = nullptr;
  if (!g->iterator) return Ref::imm(kStopIter);
  for (;;) {  // to the first item of another group
    if (g->current_key) {
      if (!g->target_key) break;
      Ref target = Ref::dup(g->target_key), current = Ref::dup(g->current_key);
      int same = values_equal(target, current);
      if (same < 0) return nullptr;
      lock.again();
      if (!same) break;
    }
    int read = groupby_step(g, lock);
    if (read <= 0) return read < 0 ? nullptr : Ref::imm(kStopIter);
    lock.again();
  }
  Ref old = put(g, &g->target_key, Ref::dup(g->current_key));
  auto* group = alloc_instance_as<Grouper>(grouper_type);
  if (!group) return nullptr;
  Ref result = Ref::steal(group);
  gc::init(&group->parent, Ref::dup(self));
  gc::init(&group->key, Ref::dup(g->target_key));
  g->current_group = group;
  return make_tuple_of({g->current_key, result.get()});
}
static Ref grouper_next(Value self) {
  auto* group = self.as<Grouper>();
  if (!group->parent) return Ref::imm(kStopIter);
  auto* g = group->parent.as<GroupBy>();
  StepLock lock(group->parent);
  lock.take();  // other groups have it too, and others this group (which itself stays as it is made)
  if (g->current_group != group) return Ref::imm(kStopIter);
  if (!g->current_value) {
    int read = groupby_step(g, lock);
    if (read <= 0) return read < 0 ? nullptr : Ref::imm(kStopIter);
  }
  Ref key = Ref::dup(group->key), current = Ref::dup(g->current_key);
  int same = values_equal(key, current);
  if (same < 0) return nullptr;
  if (!same) return Ref::imm(kStopIter);
  Ref item = put(g, &g->current_value, Ref()), old = put(g, &g->current_key, Ref());
  if (!item) return Ref::imm(kStopIter);
  return item;
}
static Ref groupby_reduce_impl(Args& a) {
  auto* g = a.self.as<GroupBy>();
  if (g->target_key && g->current_key && g->current_value) {
    Ref state = make_tuple_of({g->current_value, g->target_key, g->current_key});
    return state ? type_and(a.self, {g->iterator, g->key_function}, state) : nullptr;
  }
  return type_and(a.self, {g->iterator, g->key_function});
}
static Ref groupby_setstate_impl(Args& a) {
  auto* g = a.self.as<GroupBy>();
  if (!check_state(a[0], 3)) return nullptr;
  gc::store(&g->h, &g->current_value, Ref::dup(tuple_at(a[0], 0)));
  gc::store(&g->h, &g->target_key, Ref::dup(tuple_at(a[0], 1)));
  gc::store(&g->h, &g->current_key, Ref::dup(tuple_at(a[0], 2)));
  return Ref::imm(kNone);
}
static const NativeDef kGroupByMethods[] = {REDUCE(groupby_reduce_impl), SETSTATE(groupby_setstate_impl), {nullptr}};
static const TypeSpec kGroupBySpec = {
    .doc = "groupby(iterable, key=None)\n--\n\nPairs of a key and an iterator over the consecutive items that have it.",
    .flags = kFlags,
    .basic_size = sizeof(GroupBy),
    .ops = {.trace = GroupByFields::trace, .clear = GroupByFields::clear, .dealloc = GroupByFields::dealloc},
    .methods = kGroupByMethods,
    .s = {.iter = iterator_self, .next = groupby_next, .new_ = groupby_new}};

static Ref grouper_new(TypeObject* cls, RawArgs args) {
  static const Signature sig("_grouper", "(parent, tgtkey, /)");
  Value v[2];
  if (!sig.bind(args, v)) return nullptr;
  if (!is_instance_exact_type(v[0], groupby_type))
    return raise(types::TypeError, "_grouper() argument 1 must be itertools.groupby, not %T", v[0]);
  auto* group = alloc_instance_as<Grouper>(cls);
  if (!group) return nullptr;
  gc::init(&group->parent, Ref::dup(v[0]));
  gc::init(&group->key, Ref::dup(v[1]));
  v[0].as<GroupBy>()->current_group = group;
  return Ref::steal(group);
}
static Ref grouper_reduce_impl(Args& a) {
  auto* group = a.self.as<Grouper>();
  if (!group->parent || group->parent.as<GroupBy>()->current_group != group) {
    Ref empty = make_tuple(size_t{0});
    return reduce_iterator(empty);
  }
  return type_and(a.self, {group->parent, group->key});
}
static const NativeDef kGrouperMethods[] = {REDUCE(grouper_reduce_impl), {nullptr}};
static const TypeSpec kGrouperSpec = {
    .flags = kTypeGc | kTypeOwnSteps,
    .basic_size = sizeof(Grouper),
    .ops = {.trace = GrouperFields::trace, .clear = GrouperFields::clear, .dealloc = GrouperFields::dealloc},
    .methods = kGrouperMethods,
    .s = {.iter = iterator_self, .next = grouper_next, .new_ = grouper_new}};

// ---- accumulate

struct Accumulate {
  Header h;
  Value total;  // null before the first item
  Value iterator;
  Value function;  // kNone: add
  Value initial;   // null: none, or used already
};
using AccumulateFields =
    OwnedFields<Accumulate, &Accumulate::total, &Accumulate::iterator, &Accumulate::function, &Accumulate::initial>;

static Ref accumulate_new(TypeObject* cls, RawArgs args) {
  static const Signature sig("accumulate", "(iterable, func=None, *, initial=None)");
  Value v[3];
  if (!sig.bind(args, v)) return nullptr;
  Ref it = get_iter(v[0]);
  if (!it) return nullptr;
  auto* s = alloc_instance_as<Accumulate>(cls);
  if (!s) return nullptr;
  gc::init(&s->iterator, std::move(it));
  gc::init(&s->function, Ref::dup(v[1] ? v[1] : kNone));
  if (v[2] && v[2] != kNone) gc::init(&s->initial, Ref::dup(v[2]));
  return Ref::steal(s);
}
static Ref accumulate_next(Value self) {
  auto* s = self.as<Accumulate>();
  StepLock lock(self);
  if (!s->iterator) return Ref::imm(kStopIter);
  if (s->initial) {
    Ref first = gc::take(&s->h, &s->initial);
    gc::store(&s->h, &s->total, first.copy());
    return first;
  }
  Ref item = next_item(s->iterator);
  if (!item || is_stop(item)) return item;
  lock.again();
  if (!s->total) {
    gc::store(&s->h, &s->total, item.copy());
    return item;
  }
  int64_t small_sum;
  if (s->function == kNone && s->total.is_int() && item.get().is_int() &&
      !__builtin_add_overflow(s->total.as_int(), item.get().as_int(), &small_sum) && Value::fits_int(small_sum)) {
    s->total = Value::from_int(small_sum);
    return Ref::imm(s->total);
  }
  Ref total = Ref::dup(s->total);
  Ref sum = s->function == kNone ? binary_op(BinaryOp::kAdd, total, item) : call(s->function, total, item);
  if (!sum) return nullptr;
  lock.again();
  gc::store(&s->h, &s->total, sum.copy());
  return sum;
}
// chain((first,), iterator)
static Ref prepend(Value first, Value iterator) {
  Ref head = make_tuple_of({first});
  return head ? call(Value(chain_type), head, iterator) : nullptr;
}
static Ref accumulate_reduce_impl(Args& a) {
  auto* s = a.self.as<Accumulate>();
  if (s->initial) {
    Ref it = prepend(s->initial, s->iterator);
    return it ? type_and(a.self, {it.get(), s->function}, kNone) : nullptr;
  }
  if (s->total == kNone) {  // None as a state would mean "no total yet"
    Ref it = prepend(s->total, s->iterator);
    Ref again = it ? call(Value(type_of(a.self)), it, s->function) : nullptr;
    if (!again) return nullptr;
    Ref args = make_tuple_of({again.get(), Value::from_int(1), kNone});
    return args ? make_tuple_of({Value(islice_type), args.get()}) : nullptr;
  }
  return type_and(a.self, {s->iterator, s->function}, s->total ? s->total : kNone);
}
static Ref accumulate_setstate_impl(Args& a) {
  auto* s = a.self.as<Accumulate>();
  gc::store(&s->h, &s->total, a[0] == kNone ? Ref() : Ref::dup(a[0]));
  return Ref::imm(kNone);
}
static const NativeDef kAccumulateMethods[] = {
    REDUCE(accumulate_reduce_impl), SETSTATE(accumulate_setstate_impl), {nullptr}};
static const TypeSpec kAccumulateSpec = {
    .doc =
        "accumulate(iterable, func=None, *, initial=None)\n--\n\nRunning totals, or what a function of two makes of "
        "the total and "
        "the next item.",
    .flags = kFlags,
    .basic_size = sizeof(Accumulate),
    .ops = {.trace = AccumulateFields::trace, .clear = AccumulateFields::clear, .dealloc = AccumulateFields::dealloc},
    .methods = kAccumulateMethods,
    .s = {.iter = iterator_self, .next = accumulate_next, .new_ = accumulate_new}};

// ---- zip_longest

struct ZipLongest {
  Header h;
  Value iterators;  // list; kNone in the place of one that is exhausted
  Value fill;
  int64_t active;
  Value result;
};
using ZipLongestFields = OwnedFields<ZipLongest, &ZipLongest::iterators, &ZipLongest::fill, &ZipLongest::result>;

static Ref zip_longest_new(TypeObject* cls, RawArgs args) {
  Value fill = kNone;
  if (has_keywords(args)) {
    for (size_t i = 0; i < tuple_size(args.kwnames); i++) {
      if (tuple_size(args.kwnames) > 1 || !str_eq_ascii(tuple_at(args.kwnames, i), "fillvalue"))
        return raise(types::TypeError, "zip_longest() got an unexpected keyword argument");
      fill = args.v[args.n + i];
    }
  }
  Ref its = make_list(args.n);
  if (!its) return nullptr;
  for (size_t i = 0; i < args.n; i++) {
    Ref it = get_iter(args.v[i]);
    if (!it || !list_append(its, std::move(it))) return nullptr;
  }
  auto* z = alloc_instance_as<ZipLongest>(cls);
  if (!z) return nullptr;
  z->active = static_cast<int64_t>(args.n);
  gc::init(&z->iterators, std::move(its));
  gc::init(&z->fill, Ref::dup(fill));
  return Ref::steal(z);
}
static Ref zip_longest_next(Value self) {
  auto* z = self.as<ZipLongest>();
  StepLock lock(self);
  if (z->active == 0 || !z->iterators) return Ref::imm(kStopIter);
  size_t n = list_size(z->iterators);
  Ref result;
  if (z->result && gc::is_unique(z->result.header()))
    result = Ref::dup(z->result);
  else
    result = make_tuple(n);
  if (!result) return nullptr;
  auto* t = result.as<Tuple>();
  for (size_t i = 0; i < n; i++) {
    Ref item;
    Ref it = list_get(z->iterators, i);
    if (!it || it.get() == kNone) {
      item = Ref::dup(z->fill);
    } else {
      item = next_item(it);
      lock.again();
      if (!item) {
        z->active = 0;
        return nullptr;
      }
      if (is_stop(item)) {
        if (--z->active <= 0) {
          z->active = 0;
          return item;
        }
        item = Ref::dup(z->fill);
        if (!list_set(z->iterators, i, Ref::imm(kNone))) return nullptr;
      }
    }
    if (may_form_cycle(item) && !gc::is_tracked(&t->h)) gc::track(&t->h);
    Ref old = gc::exchange(&t->h, &t->items()[i], std::move(item));
  }
  if (!z->result) gc::store(&z->h, &z->result, result.copy());
  return result;
}
static Ref zip_longest_reduce_impl(Args& a) {
  auto* z = a.self.as<ZipLongest>();
  size_t n = list_size(z->iterators);
  Ref args = make_tuple(n), empty = make_tuple(size_t{0});
  if (!args) return nullptr;
  for (size_t i = 0; i < n; i++) {
    Ref it = list_get(z->iterators, i);
    tuple_init(args, i, it.get() == kNone ? empty.copy() : std::move(it));
  }
  return make_tuple_of({Value(type_of(a.self)), args.get(), z->fill});
}
static Ref zip_longest_setstate_impl(Args& a) {
  auto* z = a.self.as<ZipLongest>();
  gc::store(&z->h, &z->fill, Ref::dup(a[0]));
  return Ref::imm(kNone);
}
static const NativeDef kZipLongestMethods[] = {
    REDUCE(zip_longest_reduce_impl), SETSTATE(zip_longest_setstate_impl), {nullptr}};
static const TypeSpec kZipLongestSpec = {
    .doc =
        "zip_longest(iter1 [,iter2 [...]], [fillvalue=None]) --> zip_longest object\n\nAs zip, but up to the end of "
        "the longest one; "
        "fillvalue stands in for the others.",
    .flags = kFlags,
    .basic_size = sizeof(ZipLongest),
    .ops = {.trace = ZipLongestFields::trace, .clear = ZipLongestFields::clear, .dealloc = ZipLongestFields::dealloc},
    .methods = kZipLongestMethods,
    .s = {.iter = iterator_self, .next = zip_longest_next, .new_ = zip_longest_new}};

// ---- pairwise

struct Pairwise {
  Header h;
  Value iterator;  // null once exhausted
  Value old;
};
using PairwiseFields = OwnedFields<Pairwise, &Pairwise::iterator, &Pairwise::old>;

static Ref pairwise_new(TypeObject* cls, RawArgs args) {
  static const Signature sig("pairwise", "(iterable, /)");
  Value v[1];
  if (!drop_keywords("pairwise", cls, pairwise_type, &args) || !sig.bind(args, v)) return nullptr;
  Ref it = get_iter(v[0]);
  if (!it) return nullptr;
  auto* p = alloc_instance_as<Pairwise>(cls);
  if (!p) return nullptr;
  gc::init(&p->iterator, std::move(it));
  return Ref::steal(p);
}
static Ref pairwise_end(Pairwise* p, Ref answer) {
  Ref it = gc::take(&p->h, &p->iterator), old = gc::take(&p->h, &p->old);
  return answer;
}
static Ref pairwise_next(Value self) {
  auto* p = self.as<Pairwise>();
  StepLock lock(self);
  if (!p->iterator) return Ref::imm(kStopIter);
  Ref it = Ref::dup(p->iterator);
  Ref old = Ref::dup(p->old);
  if (!old) {
    old = next_item(it);
    lock.again();
    if (!old || is_stop(old)) return pairwise_end(p, std::move(old));
    gc::store(&p->h, &p->old, old.copy());
    if (!p->iterator) {  // the iterator asked us meanwhile, and we ended
      Ref gone = gc::take(&p->h, &p->old);
      return Ref::imm(kStopIter);
    }
  }
  Ref item = next_item(it);
  lock.again();
  if (!item || is_stop(item)) return pairwise_end(p, std::move(item));
  Ref pair = make_tuple_of({old.get(), item.get()});
  gc::store(&p->h, &p->old, std::move(item));
  return pair;
}
static const TypeSpec kPairwiseSpec = {
    .doc = "pairwise(iterable, /)\n--\n\nEach item with the one after it: pairwise('ABCDEFG') --> AB BC CD DE EF FG.",
    .flags = kFlags,
    .basic_size = sizeof(Pairwise),
    .ops = {.trace = PairwiseFields::trace, .clear = PairwiseFields::clear, .dealloc = PairwiseFields::dealloc},
    .s = {.iter = iterator_self, .next = pairwise_next, .new_ = pairwise_new}};

// ---- the module

static bool itertools_exec(Value module) {
  struct Row {
    TypeObject** type;
    const char* name;
    const TypeSpec* spec;
  };
  static const Row rows[] = {{&accumulate_type, "itertools.accumulate", &kAccumulateSpec},
                             {&chain_type, "itertools.chain", &kChainSpec},
                             {&compress_type, "itertools.compress", &k_compress_spec},
                             {&count_type, "itertools.count", &kCountSpec},
                             {&cycle_type, "itertools.cycle", &kCycleSpec},
                             {&dropwhile_type, "itertools.dropwhile", &k_dropwhile_spec},
                             {&filterfalse_type, "itertools.filterfalse", &k_filterfalse_spec},
                             {&groupby_type, "itertools.groupby", &kGroupBySpec},
                             {&grouper_type, "itertools._grouper", &kGrouperSpec},
                             {&islice_type, "itertools.islice", &kIsliceSpec},
                             {&pairwise_type, "itertools.pairwise", &kPairwiseSpec},
                             {&repeat_type, "itertools.repeat", &kRepeatSpec},
                             {&starmap_type, "itertools.starmap", &k_starmap_spec},
                             {&takewhile_type, "itertools.takewhile", &k_takewhile_spec},
                             {&tee_type, "itertools._tee", &kTeeSpec},
                             {&tee_block_type, "itertools._tee_dataobject", &kTeeBlockSpec},
                             {&zip_longest_type, "itertools.zip_longest", &kZipLongestSpec}};
  for (const Row& r : rows) {
    if (!*r.type) *r.type = make_native_type(r.name, types::Object, r.spec);
    if (!*r.type || !module_add_type(module, *r.type)) return false;
  }
  return add_combinatoric_types(module);
}
static const NativeDef kFunctions[] = {
    {"tee", "($module, iterable, n=2, /)", itertools_tee_impl, 0, "Returns a tuple of n independent iterators."},
    {nullptr}};
// GIL off: tee() makes new objects.
extern const ModuleDef itertools_module;
const ModuleDef itertools_module = {"itertools", "Iterators as building blocks for loops.", kFunctions, itertools_exec,
                                    kFunctionsAtOnce};

}  // namespace taipan
