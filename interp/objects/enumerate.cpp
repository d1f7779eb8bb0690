// enumerate, zip, map and filter.
#include "interp/objects/containers.h"
#include "interp/objects/int.h"
#include "interp/objects/iterators.h"
#include "interp/objects/list.h"

namespace taipan {

static Ref iterator_self(Value self) { return Ref::dup(self); }

template <class T>
static T* make_iterator(TypeObject* cls, TypeObject* exact, ShapeId shape) {
  return cls == exact ? new_object<T>(shape, true) : alloc_instance_as<T>(cls);
}

// ---- enumerate

static Ref enumerate_new(TypeObject* cls, RawArgs args) {
  static const Signature sig("enumerate", "(iterable, start=0)");
  Value v[2];
  if (args.n == 0 && !has_keywords(args))
    return raise(types::TypeError, "enumerate() missing required argument 'iterable'");
  if (!sig.bind(args, v)) return nullptr;
  Ref start = v[1] ? to_index(v[1]) : Ref::imm(Value::from_int(0));
  if (!start) return nullptr;
  Ref iterator = get_iter(v[0]);
  if (!iterator) return nullptr;
  auto* e = make_iterator<Enumerate>(cls, types::Enumerate, kShapeEnumerate);
  if (!e) return nullptr;
  if (start.get().is_int())
    e->index = start.get().as_int();
  else
    gc::init(&e->long_index, std::move(start));
  gc::init(&e->iterator, std::move(iterator));
  return Ref::steal(e);
}
static void enumerate_trace(Header* h, gc::Visitor& v) {
  auto* e = reinterpret_cast<Enumerate*>(h);
  v.visit(e->iterator);
  v.visit(e->result);
}
static void enumerate_clear(Header* h) {
  auto* e = reinterpret_cast<Enumerate*>(h);
  Ref a = gc::take(h, &e->iterator), b = gc::take(h, &e->long_index), c = gc::take(h, &e->result);
}
static void enumerate_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  enumerate_clear(h);
  finish_dealloc(h);
}
static Ref enumerate_next(Value self) {
  auto* e = self.as<Enumerate>();
  StepLock lock(self);
  if (!e->iterator) return Ref::imm(kStopIter);
  Ref item = next_item(e->iterator);
  if (!item || is_stop(item)) return item;
  lock.again();
  Ref index;
  if (TAIPAN_UNLIKELY(!e->long_index && e->index > Value::kSmallIntMax)) {
    Ref big = make_int(e->index);
    if (!big) return nullptr;
    gc::init(&e->long_index, std::move(big));
  }
  if (TAIPAN_LIKELY(!e->long_index)) {
    index = make_int(e->index++);
  } else {
    Ref after = int_add(e->long_index, Value::from_int(1));
    if (!after) return nullptr;
    index = gc::exchange(&e->h, &e->long_index, std::move(after));
  }
  if (e->result && gc::is_unique(e->result.header())) {
    auto* pair = e->result.as<Tuple>();
    Ref old_index = gc::exchange(&pair->h, &pair->items()[0], std::move(index));
    if (may_form_cycle(item) && !gc::is_tracked(&pair->h)) gc::track(&pair->h);
    Ref old_item = gc::exchange(&pair->h, &pair->items()[1], std::move(item));
    return Ref::dup(e->result);
  }
  Ref pair = make_pair_steal(std::move(index), std::move(item));
  if (!pair) return nullptr;
  if (!e->result) gc::store(&e->h, &e->result, pair.copy());
  return pair;
}
static Ref enumerate_reduce_impl(Args& a) {
  auto* e = a.self.as<Enumerate>();
  Ref index = e->long_index ? Ref::dup(e->long_index) : make_int(e->index);
  Ref args = index ? make_tuple_of({e->iterator, index.get()}) : nullptr;
  return args ? make_tuple_of({Value(type_of(a.self)), args.get()}) : nullptr;
}
static const NativeDef kEnumerateMethods[] = {
    {"__reduce__", "($self, /)", enumerate_reduce_impl, kNativeNoSignature, "State for pickling."},
    TAIPAN_CLASS_GETITEM,
    {nullptr}};
const TypeSpec kEnumerateSpec = {
    .doc = "enumerate(iterable, start=0)\n--\n\nPairs of a count (from start) and a value of the iterable.",
    .flags = kTypeGc | kTypeBaseable | kTypeOwnSteps,
    .basic_size = sizeof(Enumerate),
    .ops = {.trace = enumerate_trace, .clear = enumerate_clear, .dealloc = enumerate_dealloc},
    .methods = kEnumerateMethods,
    .s = {.get_attr = generic_get_attr, .iter = iterator_self, .next = enumerate_next, .new_ = enumerate_new}};

// Takes the one keyword argument `name` out of args if it is there (others raise). True where all is well.
static bool only_keyword(const char* function, const char* name, RawArgs args, Value* out) {
  if (!has_keywords(args)) return true;
  if (tuple_size(args.kwnames) > 1)
    return raise(types::TypeError, "%s() takes at most 1 keyword argument (%zu given)", function,
                 tuple_size(args.kwnames));
  for (size_t i = 0; i < tuple_size(args.kwnames); i++) {
    Value key = tuple_at(args.kwnames, i);
    if (!str_eq_ascii(key, name))
      return raise(types::TypeError, "'%S' is an invalid keyword argument for %s()", key, function);
    *out = args.v[args.n + i];
  }
  return true;
}

// ---- zip

static Ref iterators_of(const Value* v, size_t n) {
  Ref its = make_tuple(n);
  for (size_t i = 0; its && i < n; i++) {
    Ref it = get_iter(v[i]);
    if (!it) return nullptr;
    tuple_init(its, i, std::move(it));
  }
  return its;
}
static Ref zip_new(TypeObject* cls, RawArgs args) {
  Value strict_arg;
  int strict = 0;
  if (cls == types::Zip || has_keywords(args)) {
    if (!only_keyword("zip", "strict", args, &strict_arg)) return nullptr;
    if (strict_arg) {
      strict = is_true(strict_arg);
      if (strict < 0) return nullptr;
    }
  }
  Ref its = iterators_of(args.v, args.n);
  if (!its) return nullptr;
  auto* z = make_iterator<Zip>(cls, types::Zip, kShapeZip);
  if (!z) return nullptr;
  z->strict = strict != 0;
  gc::init(&z->iterators, std::move(its));
  return Ref::steal(z);
}
static void zip_trace(Header* h, gc::Visitor& v) {
  auto* z = reinterpret_cast<Zip*>(h);
  v.visit(z->iterators);
  v.visit(z->result);
}
static void zip_clear(Header* h) {
  auto* z = reinterpret_cast<Zip*>(h);
  Ref a = gc::take(h, &z->iterators), b = gc::take(h, &z->result);
}
static void zip_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  zip_clear(h);
  finish_dealloc(h);
}
// Iterator `i` ended first while strict.
static Ref zip_mismatch(Tuple* its, size_t i, StepLock& lock) {
  lock.take();
  if (i)
    return raise(types::ValueError, "zip() argument %zd is shorter than argument%s%zd", static_cast<int64_t>(i + 1),
                 i == 1 ? " " : "s 1-", static_cast<int64_t>(i));
  for (size_t k = 1; k < its->size; k++) {
    bool failed = false;
    Ref item = next_or_null(its->items()[k], &failed);
    if (failed) return nullptr;
    if (item)
      return raise(types::ValueError, "zip() argument %zd is longer than argument%s%zd", static_cast<int64_t>(k + 1),
                   k == 1 ? " " : "s 1-", static_cast<int64_t>(k));
  }
  return Ref::imm(kStopIter);
}
static Ref zip_next(Value self) {
  auto* z = self.as<Zip>();
  StepLock lock(self);
  if (!z->iterators) return Ref::imm(kStopIter);
  auto* its = z->iterators.as<Tuple>();
  size_t n = its->size;
  if (n == 0) return Ref::imm(kStopIter);
  if (z->result && gc::is_unique(z->result.header())) {
    Ref result = Ref::dup(z->result);
    auto* t = z->result.as<Tuple>();
    for (size_t i = 0; i < n; i++) {
      Ref item = next_item(its->items()[i]);
      if (!item) return nullptr;
      lock.again();
      if (is_stop(item)) return z->strict ? zip_mismatch(its, i, lock) : std::move(item);
      if (may_form_cycle(item) && !gc::is_tracked(&t->h)) gc::track(&t->h);
      Ref old = gc::exchange(&t->h, &t->items()[i], std::move(item));
    }
    return result;
  }
  if (n == 2 && z->result) {
    Ref first = next_item(its->items()[0]);
    if (!first) return nullptr;
    lock.again();
    if (is_stop(first)) return z->strict ? zip_mismatch(its, 0, lock) : std::move(first);
    Ref second = next_item(its->items()[1]);
    if (!second) return nullptr;
    lock.again();
    if (is_stop(second)) return z->strict ? zip_mismatch(its, 1, lock) : std::move(second);
    return make_pair_steal(std::move(first), std::move(second));
  }
  Ref result = make_private_tuple(n);
  if (!result) return nullptr;
  Value* out = result.as<Tuple>()->items();
  bool tracked = false;
  for (size_t i = 0; i < n; i++) {
    Ref item = next_item(its->items()[i]);
    if (!item) return nullptr;
    lock.again();
    if (is_stop(item)) return z->strict ? zip_mismatch(its, i, lock) : std::move(item);
    tracked = tracked || may_form_cycle(item);
    gc::init(&out[i], std::move(item));
  }
  if (tracked) gc::track(&result.as<Tuple>()->h);
  if (!z->result) gc::store(&z->h, &z->result, result.copy());
  return result;
}
bool is_zip_of_two(Value iterator) {
  if (!has_shape(iterator, kShapeZip)) return false;
  auto* z = iterator.as<Zip>();
  return z->iterators && z->iterators.as<Tuple>()->size == 2 && !z->strict;
}
int zip_next_two(Value zip, Ref* first, Ref* second) {
  const Value* its = zip.as<Zip>()->iterators.as<Tuple>()->items();
  StepLock lock(zip);
  Ref* out[2] = {first, second};
  for (int i = 0; i < 2; i++) {
    *out[i] = next_item(its[i]);
    if (TAIPAN_UNLIKELY(!*out[i])) return -1;
    if (is_stop(*out[i])) return 0;
    lock.again();
  }
  return 1;
}
static Ref zip_reduce_impl(Args& a) {
  auto* z = a.self.as<Zip>();
  if (z->strict) return make_tuple_of({Value(type_of(a.self)), z->iterators, kTrue});
  return make_tuple_of({Value(type_of(a.self)), z->iterators});
}
static Ref zip_setstate_impl(Args& a) {
  int strict = is_true(a[0]);
  if (strict < 0) return nullptr;
  a.self.as<Zip>()->strict = strict != 0;
  return Ref::imm(kNone);
}
static const NativeDef kZipMethods[] = {
    {"__reduce__", "($self, /)", zip_reduce_impl, kNativeNoSignature, "State for pickling."},
    {"__setstate__", "($self, state, /)", zip_setstate_impl, kNativeNoSignature, "Set state for unpickling."},
    {nullptr}};
const TypeSpec kZipSpec = {
    .doc =
        "zip(*iterables, strict=False) --> tuples of one item of each iterable.\n\nIt ends with "
        "the shortest one; with strict, "
        "iterables of different lengths raise ValueError.\n\n   >>> list(zip('ab', range(3)))\n   [('a', 0), ('b', 1)]",
    .flags = kTypeGc | kTypeBaseable | kTypeOwnSteps,
    .basic_size = sizeof(Zip),
    .ops = {.trace = zip_trace, .clear = zip_clear, .dealloc = zip_dealloc},
    .methods = kZipMethods,
    .s = {.get_attr = generic_get_attr, .iter = iterator_self, .next = zip_next, .new_ = zip_new}};

// ---- map

static Ref map_new(TypeObject* cls, RawArgs args) {
  if (has_keywords(args)) {
    if (cls->s.init == types::Map->s.init) return raise(types::TypeError, "map() takes no keyword arguments");
  }
  if (args.n < 2) return raise(types::TypeError, "map() must have at least two arguments.");
  Ref its = iterators_of(args.v + 1, args.n - 1);
  if (!its) return nullptr;
  auto* m = make_iterator<MapIterator>(cls, types::Map, kShapeMap);
  if (!m) return nullptr;
  gc::init(&m->function, Ref::dup(args.v[0]));
  gc::init(&m->iterators, std::move(its));
  return Ref::steal(m);
}
static void map_trace(Header* h, gc::Visitor& v) {
  v.visit(reinterpret_cast<MapIterator*>(h)->function);
  v.visit(reinterpret_cast<MapIterator*>(h)->iterators);
}
static void map_clear(Header* h) {
  auto* m = reinterpret_cast<MapIterator*>(h);
  Ref a = gc::take(h, &m->function), b = gc::take(h, &m->iterators);
}
static void map_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  map_clear(h);
  finish_dealloc(h);
}
static Ref map_next(Value self) {
  auto* m = self.as<MapIterator>();
  StepLock lock(self);
  if (!m->iterators) return Ref::imm(kStopIter);
  auto* its = m->iterators.as<Tuple>();
  size_t n = its->size;
  if (n == 1) {
    Ref item = next_item(its->items()[0]);
    if (!item || is_stop(item)) return item;
    if (m->function == Value(types::Str)) return str_of(item);  // what str(item) is
    return call(m->function, item);
  }
  constexpr size_t kSmall = 8;
  Ref small[kSmall];
  Ref many;  // a tuple that owns the items where there are more
  const Value* args;
  if (n <= kSmall) {
    args = reinterpret_cast<const Value*>(small);
  } else {
    many = make_tuple(n);
    if (!many) return nullptr;
    args = many.as<Tuple>()->items();
  }
  for (size_t i = 0; i < n; i++) {
    Ref item = next_item(its->items()[i]);
    if (!item || is_stop(item)) return item;
    lock.again();
    if (n <= kSmall)
      small[i] = std::move(item);
    else
      tuple_init(many, i, std::move(item));
  }
  return call_array(m->function, args, n);
}
static Ref map_reduce_impl(Args& a) {
  auto* m = a.self.as<MapIterator>();
  auto* its = m->iterators.as<Tuple>();
  Ref args = make_tuple(its->size + 1);
  if (!args) return nullptr;
  tuple_init(args, 0, Ref::dup(m->function));
  for (size_t i = 0; i < its->size; i++) tuple_init(args, i + 1, Ref::dup(its->items()[i]));
  return make_tuple_of({Value(type_of(a.self)), args.get()});
}
static const NativeDef kMapMethods[] = {
    {"__reduce__", "($self, /)", map_reduce_impl, kNativeNoSignature, "State for pickling."}, {nullptr}};
const TypeSpec kMapSpec = {
    .doc =
        "map(func, *iterables) --> map object\n\nThe function's results on the items of the iterables, side by "
        "side. It ends with the shortest one.",
    .flags = kTypeGc | kTypeBaseable | kTypeOwnSteps,
    .basic_size = sizeof(MapIterator),
    .ops = {.trace = map_trace, .clear = map_clear, .dealloc = map_dealloc},
    .methods = kMapMethods,
    .s = {.get_attr = generic_get_attr, .iter = iterator_self, .next = map_next, .new_ = map_new}};

// ---- filter

static Ref filter_new(TypeObject* cls, RawArgs args) {
  static const Signature sig("filter", "(function, iterable, /)");
  if (has_keywords(args)) {
    if (cls->s.init == types::Filter->s.init) return raise(types::TypeError, "filter() takes no keyword arguments");
    args.kwnames = Value();
  }
  Value v[2];
  if (!sig.bind(args, v)) return nullptr;
  Ref it = get_iter(v[1]);
  if (!it) return nullptr;
  auto* f = make_iterator<FilterIterator>(cls, types::Filter, kShapeFilter);
  if (!f) return nullptr;
  gc::init(&f->function, Ref::dup(v[0]));
  gc::init(&f->iterator, std::move(it));
  return Ref::steal(f);
}
static void filter_trace(Header* h, gc::Visitor& v) {
  v.visit(reinterpret_cast<FilterIterator*>(h)->function);
  v.visit(reinterpret_cast<FilterIterator*>(h)->iterator);
}
static void filter_clear(Header* h) {
  auto* f = reinterpret_cast<FilterIterator*>(h);
  Ref a = gc::take(h, &f->function), b = gc::take(h, &f->iterator);
}
static void filter_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  filter_clear(h);
  finish_dealloc(h);
}
static Ref filter_next(Value self) {
  auto* f = self.as<FilterIterator>();
  StepLock lock(self);
  if (!f->iterator) return Ref::imm(kStopIter);
  bool plain = f->function == kNone || f->function == Value(types::Bool);
  for (uint32_t steps = 1;; steps++) {
    Ref item = next_item(f->iterator);
    if (!item || is_stop(item)) return item;
    int keep;
    if (plain) {
      keep = is_true(item);
    } else {
      Ref answer = call(f->function, item);
      if (!answer) return nullptr;
      keep = is_true(answer);
    }
    if (keep < 0) return nullptr;
    if (keep) return item;
    if (steps % 4096 == 0) {
      if (!poll()) return nullptr;
      lock.take();
    }
    lock.again();
  }
}
static Ref filter_reduce_impl(Args& a) {
  auto* f = a.self.as<FilterIterator>();
  Ref args = make_tuple_of({f->function, f->iterator});
  return args ? make_tuple_of({Value(type_of(a.self)), args.get()}) : nullptr;
}
static const NativeDef kFilterMethods[] = {
    {"__reduce__", "($self, /)", filter_reduce_impl, kNativeNoSignature, "State for pickling."}, {nullptr}};
const TypeSpec kFilterSpec = {
    .doc =
        "filter(function or None, iterable) --> filter object\n\nThe items for which the function is true; with "
        "None, the items that are true.",
    .flags = kTypeGc | kTypeBaseable | kTypeOwnSteps,
    .basic_size = sizeof(FilterIterator),
    .ops = {.trace = filter_trace, .clear = filter_clear, .dealloc = filter_dealloc},
    .methods = kFilterMethods,
    .s = {.get_attr = generic_get_attr, .iter = iterator_self, .next = filter_next, .new_ = filter_new}};

}  // namespace taipan
