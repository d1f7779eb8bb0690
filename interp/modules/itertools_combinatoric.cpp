// itertools: product, permutations, combinations and combinations_with_replacement. All four step an array of indices through its
// states and keep the last result, which is reused while nobody else holds it.
#include "interp/modules/itertools.h"

namespace taipan {

static TypeObject *product_type, *permutations_type, *combinations_type, *replacement_type;

// One struct for the four. permutations also has `cycles`.
struct Selection {
  Header h;
  Value pool;    // tuple of the items; product: tuple of tuples
  Value result;  // the last tuple, null before the first
  int64_t* indices;
  int64_t* cycles;
  int64_t r;
  bool stopped;
};

static void selection_trace(Header* h, gc::Visitor& v) {
  auto* s = reinterpret_cast<Selection*>(h);
  v.visit(s->pool);
  v.visit(s->result);
}
static void selection_clear(Header* h) {
  auto* s = reinterpret_cast<Selection*>(h);
  s->stopped = true;
  Ref pool = gc::take(h, &s->pool), result = gc::take(h, &s->result);
}
static void selection_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* s = reinterpret_cast<Selection*>(h);
  selection_clear(h);
  if (s->indices) gc::raw_free(s->indices);
  if (s->cycles) gc::raw_free(s->cycles);
  finish_dealloc(h);
}
static bool allocate_indices(int64_t** out, int64_t n) {
  if (n > INT64_MAX / 16) return raise_memory();
  *out = static_cast<int64_t*>(gc::raw_calloc(static_cast<size_t>(n ? n : 1) * sizeof(int64_t)));
  if (!*out) return raise_memory();
  return true;
}
static int64_t pool_size(const Selection* s) { return static_cast<int64_t>(tuple_size(s->pool)); }

// The last result, held, if it is ours alone and can be changed; else null, and the next one is made anew.
static TAIPAN_INLINE Ref own_result(Selection* s) {
  return TAIPAN_LIKELY(gc::is_unique(s->result.header())) ? Ref::dup(s->result) : Ref();
}
static TAIPAN_NOINLINE void replace_counted(Tuple* t, Value* place, Value item) {
  if (may_form_cycle(item) && !gc::is_tracked(&t->h)) gc::track(&t->h);
  Ref old = gc::exchange(&t->h, place, Ref::dup(item));
}
static TAIPAN_INLINE void result_set(Tuple* t, int64_t i, Value item) {
  Value* place = &t->items()[i];
  if (TAIPAN_LIKELY(!item.is_heap() && !place->is_heap())) return gc::store_release(place, item);
  replace_counted(t, place, item);
}
// A new result: items by their indices; item_at(i) is the one at place i.
template <class ItemAt>
static Ref new_result(Selection* s, ItemAt item_at) {
  Ref result = make_private_tuple(static_cast<size_t>(s->r));
  if (!result) return nullptr;
  Value* out = result.as<Tuple>()->items();
  bool tracked = false;
  for (int64_t i = 0, r = s->r; i < r; i++) {
    Value item = item_at(i);
    tracked = tracked || may_form_cycle(item);
    gc::init(&out[i], Ref::dup(item));
  }
  if (tracked) gc::track(&result.as<Tuple>()->h);
  gc::store(&s->h, &s->result, result.copy());
  return result;
}
static TAIPAN_NOINLINE Ref new_selection(Selection* s) {
  const Value* pool = s->pool.as<Tuple>()->items();
  return new_result(s, [=](int64_t i) { return pool[s->indices[i]]; });
}
static Ref int_tuple(const int64_t* p, int64_t n) {
  Ref t = make_tuple(static_cast<size_t>(n));
  for (int64_t i = 0; t && i < n; i++) tuple_init(t, static_cast<size_t>(i), make_int(p[i]));
  return t;
}
static TAIPAN_NOINLINE Ref end_of(Selection* s) {
  s->stopped = true;
  return Ref::imm(kStopIter);
}
static Ref selection_sizeof_impl(Args& a) {
  auto* s = a.self.as<Selection>();
  return make_int(static_cast<int64_t>(sizeof(Selection)) + s->r * 8 + (s->cycles ? s->r * 8 : 0));
}
// One number of a pickled state, fitted to [low, high].
static bool state_number(Value v, int64_t low, int64_t high, int64_t* out) {
  int64_t n;
  if (!to_c_ssize(v, &n)) return false;
  *out = n < low ? low : n > high ? high : n;
  return true;
}
#define SIZEOF \
  {"__sizeof__", "($self, /)", selection_sizeof_impl, kNativeNoSignature, "Returns size in memory, in bytes."}
#define REDUCE(f) {"__reduce__", "($self, /)", f, kNativeNoSignature, "Return state information for pickling."}
#define SETSTATE(f) \
  {"__setstate__", "($self, state, /)", f, kNativeNoSignature, "Set state information for unpickling."}
#define OPS {.trace = selection_trace, .clear = selection_clear, .dealloc = selection_dealloc}

// ---- product: pool holds r pools (repetitions included)

static Value sub_pool(const Selection* s, int64_t i) { return tuple_at(s->pool, static_cast<size_t>(i)); }
static int64_t sub_size(const Selection* s, int64_t i) { return static_cast<int64_t>(tuple_size(sub_pool(s, i))); }

static Ref product_new(TypeObject* cls, RawArgs args) {
  int64_t repeat = 1;
  if (has_keywords(args)) {
    for (size_t i = 0; i < tuple_size(args.kwnames); i++) {
      Value name = tuple_at(args.kwnames, i);
      if (!str_eq_ascii(name, "repeat"))
        return raise(types::TypeError, "'%S' is an invalid keyword argument for product()", name);
      if (!to_c_ssize(args.v[args.n + i], &repeat)) return nullptr;
    }
    if (repeat < 0) return raise(types::ValueError, "repeat argument cannot be negative");
  }
  auto n = static_cast<int64_t>(repeat == 0 ? 0 : args.n);
  if (n > 0 && repeat > INT64_MAX / 16 / n) return raise(types::OverflowError, "repeat argument too large");
  int64_t total = n * repeat;
  Ref pools = make_tuple(static_cast<size_t>(total));
  if (!pools) return nullptr;
  for (int64_t i = 0; i < n; i++) {
    Ref pool = iterable_to_tuple(args.v[i]);
    if (!pool) return nullptr;
    for (int64_t k = 0; k < repeat; k++) tuple_init(pools, static_cast<size_t>(k * n + i), pool.copy());
  }
  auto* s = alloc_instance_as<Selection>(cls);
  if (!s) return nullptr;
  Ref result = Ref::steal(s);
  s->r = total;
  gc::init(&s->pool, std::move(pools));
  return allocate_indices(&s->indices, total) ? std::move(result) : nullptr;
}
static TAIPAN_NOINLINE Ref new_product(Selection* s) {
  return new_result(s, [=](int64_t i) { return tuple_at(sub_pool(s, i), static_cast<size_t>(s->indices[i])); });
}
static Ref product_next(Value self) {
  auto* s = self.as<Selection>();
  StepLock lock(self);
  if (s->stopped) return Ref::imm(kStopIter);
  if (!s->result) {
    for (int64_t i = 0; i < s->r; i++) {
      if (sub_size(s, i) == 0) return end_of(s);
    }
    return new_product(s);
  }
  int64_t* indices = s->indices;
  const Value* pools = s->pool.as<Tuple>()->items();
  // Like an odometer: the last place moves, and where it has gone round the one before it too.
  int64_t first = s->r - 1;
  while (first >= 0 && indices[first] + 1 == static_cast<int64_t>(pools[first].as<Tuple>()->size)) indices[first--] = 0;
  if (first < 0) return end_of(s);
  indices[first]++;
  Ref result = own_result(s);
  if (!result) return new_product(s);
  auto* t = result.as<Tuple>();
  for (int64_t i = first, r = s->r; i < r; i++) result_set(t, i, pools[i].as<Tuple>()->items()[indices[i]]);
  return result;
}
static Ref product_reduce_impl(Args& a) {
  auto* s = a.self.as<Selection>();
  if (s->stopped) {
    Ref empty = make_tuple(size_t{0});
    return type_and(a.self, {empty.get()});
  }
  if (!s->result) return make_tuple_of({Value(type_of(a.self)), s->pool});
  Ref indices = int_tuple(s->indices, s->r);
  return indices ? make_tuple_of({Value(type_of(a.self)), s->pool, indices.get()}) : nullptr;
}
static Ref product_setstate_impl(Args& a) {
  auto* s = a.self.as<Selection>();
  int64_t n = pool_size(s);
  if (!is_tuple(a[0]) || static_cast<int64_t>(tuple_size(a[0])) != n)
    return raise(types::ValueError, "invalid arguments");
  for (int64_t i = 0; i < n; i++) {
    int64_t size = sub_size(s, i);
    if (size == 0) {
      s->stopped = true;
      return Ref::imm(kNone);
    }
    if (!state_number(tuple_at(a[0], static_cast<size_t>(i)), 0, size - 1, &s->indices[i])) return nullptr;
  }
  return new_product(s) ? Ref::imm(kNone) : nullptr;
}
static const NativeDef kProductMethods[] = {
    REDUCE(product_reduce_impl), SETSTATE(product_setstate_impl), SIZEOF, {nullptr}};
static const TypeSpec kProductSpec = {.doc =
                                          "product(*iterables, repeat=1) --> product object\n\nThe cartesian product "
                                          "of the iterables, as nested loops would give it.",
                                      .flags = kTypeGc | kTypeBaseable | kTypeOwnSteps | kTypeKeepsItself,
                                      .basic_size = sizeof(Selection),
                                      .ops = OPS,
                                      .methods = kProductMethods,
                                      .s = {.iter = iterator_self, .next = product_next, .new_ = product_new}};

// ---- combinations, with and without replacement

static Ref make_selection(TypeObject* cls, Ref pool, int64_t r, Selection** out) {
  auto* s = alloc_instance_as<Selection>(cls);
  if (!s) return nullptr;
  Ref result = Ref::steal(s);
  s->r = r;
  gc::init(&s->pool, std::move(pool));
  *out = s;
  return result;
}
static Ref combinations_new(TypeObject* cls, RawArgs args) {
  static const Signature sig("combinations", "(iterable, r)");
  Value v[2];
  if (!sig.bind(args, v)) return nullptr;
  int64_t r;
  if (!to_c_ssize(v[1], &r)) return nullptr;
  Ref pool = iterable_to_tuple(v[0]);
  if (!pool) return nullptr;
  if (r < 0) return raise(types::ValueError, "r must be non-negative");
  auto n = static_cast<int64_t>(tuple_size(pool));
  Selection* s;
  Ref result = make_selection(cls, std::move(pool), r, &s);
  if (!result || !allocate_indices(&s->indices, r)) return nullptr;
  for (int64_t i = 0; i < r; i++) s->indices[i] = i;
  s->stopped = r > n;
  return result;
}
static Ref combinations_next(Value self) {
  auto* s = self.as<Selection>();
  StepLock lock(self);
  if (s->stopped) return Ref::imm(kStopIter);
  if (!s->result) return new_selection(s);
  int64_t n = pool_size(s), r = s->r, i = r - 1;
  int64_t* indices = s->indices;
  while (i >= 0 && indices[i] == i + n - r) i--;
  if (i < 0) return end_of(s);
  int64_t index = indices[i] + 1;
  Ref result = own_result(s);
  if (!result) {
    for (; i < r; i++, index++) indices[i] = index;
    return new_selection(s);
  }
  auto* t = result.as<Tuple>();
  const Value* pool = s->pool.as<Tuple>()->items();
  for (; i < r; i++, index++) {
    indices[i] = index;
    result_set(t, i, pool[index]);
  }
  return result;
}
static Ref combinations_reduce_impl(Args& a) {
  auto* s = a.self.as<Selection>();
  Ref r = make_int(s->r);
  if (!s->result) return type_and(a.self, {s->pool, r.get()});
  if (s->stopped) {
    Ref empty = make_tuple(size_t{0});
    return type_and(a.self, {empty.get(), r.get()});
  }
  Ref indices = int_tuple(s->indices, s->r);
  return indices ? type_and(a.self, {s->pool, r.get()}, indices) : nullptr;
}
static Ref combinations_setstate_impl(Args& a) {
  auto* s = a.self.as<Selection>();
  int64_t n = pool_size(s);
  if (!is_tuple(a[0]) || static_cast<int64_t>(tuple_size(a[0])) != s->r)
    return raise(types::ValueError, "invalid arguments");
  for (int64_t i = 0; i < s->r; i++) {
    int64_t high = i + n - s->r;
    if (high < 0) high = 0;
    if (!state_number(tuple_at(a[0], static_cast<size_t>(i)), 0, high, &s->indices[i])) return nullptr;
  }
  if (n == 0 && s->r > 0) return end_of(s), Ref::imm(kNone);
  Ref result = new_selection(s);
  return result ? Ref::imm(kNone) : nullptr;
}
static const NativeDef kCombinationsMethods[] = {
    REDUCE(combinations_reduce_impl), SETSTATE(combinations_setstate_impl), SIZEOF, {nullptr}};
static const TypeSpec kCombinationsSpec = {
    .doc = "combinations(iterable, r)\n--\n\nThe selections of r items of the iterable, in its order.",
    .flags = kTypeGc | kTypeBaseable | kTypeOwnSteps | kTypeKeepsItself,
    .basic_size = sizeof(Selection),
    .ops = OPS,
    .methods = kCombinationsMethods,
    .s = {.iter = iterator_self, .next = combinations_next, .new_ = combinations_new}};

static Ref replacement_new(TypeObject* cls, RawArgs args) {
  static const Signature sig("combinations_with_replacement", "(iterable, r)");
  Value v[2];
  if (!sig.bind(args, v)) return nullptr;
  int64_t r;
  if (!to_c_ssize(v[1], &r)) return nullptr;
  Ref pool = iterable_to_tuple(v[0]);
  if (!pool) return nullptr;
  if (r < 0) return raise(types::ValueError, "r must be non-negative");
  bool nothing = tuple_size(pool) == 0 && r > 0;
  Selection* s;
  Ref result = make_selection(cls, std::move(pool), r, &s);
  if (!result || !allocate_indices(&s->indices, r)) return nullptr;
  s->stopped = nothing;
  return result;
}
static Ref replacement_next(Value self) {
  auto* s = self.as<Selection>();
  StepLock lock(self);
  if (s->stopped) return Ref::imm(kStopIter);
  if (!s->result) return new_selection(s);
  int64_t n = pool_size(s), r = s->r, i = r - 1;
  int64_t* indices = s->indices;
  while (i >= 0 && indices[i] == n - 1) i--;
  if (i < 0) return end_of(s);
  int64_t index = indices[i] + 1;
  Ref result = own_result(s);
  if (!result) {
    for (; i < r; i++) indices[i] = index;
    return new_selection(s);
  }
  auto* t = result.as<Tuple>();
  Value item = tuple_at(s->pool, static_cast<size_t>(index));
  for (; i < r; i++) {
    indices[i] = index;
    result_set(t, i, item);
  }
  return result;
}
static Ref replacement_setstate_impl(Args& a) {
  auto* s = a.self.as<Selection>();
  int64_t n = pool_size(s);
  if (!is_tuple(a[0]) || static_cast<int64_t>(tuple_size(a[0])) != s->r)
    return raise(types::ValueError, "invalid arguments");
  for (int64_t i = 0; i < s->r; i++) {
    if (!state_number(tuple_at(a[0], static_cast<size_t>(i)), 0, n > 0 ? n - 1 : 0, &s->indices[i])) return nullptr;
  }
  if (n == 0 && s->r > 0) return end_of(s), Ref::imm(kNone);
  Ref result = new_selection(s);
  return result ? Ref::imm(kNone) : nullptr;
}
static const NativeDef kReplacementMethods[] = {
    REDUCE(combinations_reduce_impl), SETSTATE(replacement_setstate_impl), SIZEOF, {nullptr}};
static const TypeSpec kReplacementSpec = {
    .doc =
        "combinations_with_replacement(iterable, r)\n--\n\nThe selections of r items of the iterable, each item as "
        "often as wanted.",
    .flags = kTypeGc | kTypeBaseable | kTypeOwnSteps | kTypeKeepsItself,
    .basic_size = sizeof(Selection),
    .ops = OPS,
    .methods = kReplacementMethods,
    .s = {.iter = iterator_self, .next = replacement_next, .new_ = replacement_new}};

// ---- permutations

static Ref permutations_new(TypeObject* cls, RawArgs args) {
  static const Signature sig("permutations", "(iterable, r=None)");
  Value v[2];
  if (!sig.bind(args, v)) return nullptr;
  Ref pool = iterable_to_tuple(v[0]);
  if (!pool) return nullptr;
  auto n = static_cast<int64_t>(tuple_size(pool)), r = n;
  if (v[1] && v[1] != kNone) {
    if (!is_int(v[1])) return raise(types::TypeError, "Expected int as r");
    if (!to_c_ssize(v[1], &r)) return nullptr;
    if (r < 0) return raise(types::ValueError, "r must be non-negative");
  }
  Selection* s;
  Ref result = make_selection(cls, std::move(pool), r, &s);
  if (!result || !allocate_indices(&s->indices, n) || !allocate_indices(&s->cycles, r)) return nullptr;
  for (int64_t i = 0; i < n; i++) s->indices[i] = i;
  for (int64_t i = 0; i < r; i++) s->cycles[i] = n - i;
  s->stopped = r > n;
  return result;
}
static Ref permutations_next(Value self) {
  auto* s = self.as<Selection>();
  StepLock lock(self);
  if (s->stopped) return Ref::imm(kStopIter);
  if (!s->result) return new_selection(s);
  int64_t n = pool_size(s), r = s->r;
  if (n == 0) return end_of(s);
  int64_t *indices = s->indices, *cycles = s->cycles;
  for (int64_t i = r - 1; i >= 0; i--) {
    if (--cycles[i] == 0) {  // all choices for place i were shown: it goes to the back
      int64_t index = indices[i];
      for (int64_t k = i; k < n - 1; k++) indices[k] = indices[k + 1];
      indices[n - 1] = index;
      cycles[i] = n - i;
      continue;
    }
    std::swap(indices[i], indices[n - cycles[i]]);
    Ref result = own_result(s);
    if (!result) return new_selection(s);
    const Value* pool = s->pool.as<Tuple>()->items();
    for (int64_t k = i; k < r; k++) result_set(result.as<Tuple>(), k, pool[indices[k]]);
    return result;
  }
  return end_of(s);
}
static Ref permutations_reduce_impl(Args& a) {
  auto* s = a.self.as<Selection>();
  Ref r = make_int(s->r);
  if (!s->result) return type_and(a.self, {s->pool, r.get()});
  if (s->stopped) {
    Ref empty = make_tuple(size_t{0});
    return type_and(a.self, {empty.get(), r.get()});
  }
  Ref indices = int_tuple(s->indices, pool_size(s)), cycles = int_tuple(s->cycles, s->r);
  if (!indices || !cycles) return nullptr;
  Ref state = make_tuple_of({indices.get(), cycles.get()});
  return state ? type_and(a.self, {s->pool, r.get()}, state) : nullptr;
}
static Ref permutations_setstate_impl(Args& a) {
  auto* s = a.self.as<Selection>();
  if (!check_state(a[0], 2)) return nullptr;
  Value indices = tuple_at(a[0], 0), cycles = tuple_at(a[0], 1);
  if (!is_tuple(indices)) return raise(types::TypeError, "argument 1 must be tuple, not %T", indices);
  if (!is_tuple(cycles)) return raise(types::TypeError, "argument 2 must be tuple, not %T", cycles);
  int64_t n = pool_size(s);
  if (static_cast<int64_t>(tuple_size(indices)) != n || static_cast<int64_t>(tuple_size(cycles)) != s->r)
    return raise(types::ValueError, "invalid arguments");
  for (int64_t i = 0; i < n; i++) {
    if (!state_number(tuple_at(indices, static_cast<size_t>(i)), 0, n - 1, &s->indices[i])) return nullptr;
  }
  for (int64_t i = 0; i < s->r; i++) {
    if (!state_number(tuple_at(cycles, static_cast<size_t>(i)), 1, n - i > 1 ? n - i : 1, &s->cycles[i]))
      return nullptr;
  }
  if (s->r > n) return end_of(s), Ref::imm(kNone);
  Ref result = new_selection(s);
  return result ? Ref::imm(kNone) : nullptr;
}
static const NativeDef kPermutationsMethods[] = {
    REDUCE(permutations_reduce_impl), SETSTATE(permutations_setstate_impl), SIZEOF, {nullptr}};
static const TypeSpec kPermutationsSpec = {
    .doc = "permutations(iterable, r=None)\n--\n\nThe arrangements of r items (all of them if r is None).",
    .flags = kTypeGc | kTypeBaseable | kTypeOwnSteps | kTypeKeepsItself,
    .basic_size = sizeof(Selection),
    .ops = OPS,
    .methods = kPermutationsMethods,
    .s = {.iter = iterator_self, .next = permutations_next, .new_ = permutations_new}};

bool add_combinatoric_types(Value module) {
  struct Row {
    TypeObject** type;
    const char* name;
    const TypeSpec* spec;
  };
  static const Row rows[] = {{&combinations_type, "itertools.combinations", &kCombinationsSpec},
                             {&replacement_type, "itertools.combinations_with_replacement", &kReplacementSpec},
                             {&permutations_type, "itertools.permutations", &kPermutationsSpec},
                             {&product_type, "itertools.product", &kProductSpec}};
  for (const Row& r : rows) {
    if (!*r.type) *r.type = make_native_type(r.name, types::Object, r.spec);
    if (!*r.type || !module_add_type(module, *r.type)) return false;
  }
  return true;
}

}  // namespace taipan
