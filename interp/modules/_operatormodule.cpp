// _operator: the operators as functions, and itemgetter, attrgetter, methodcaller.
#include "interp/objects/bytes.h"
#include "interp/objects/containers.h"
#include "interp/objects/dict.h"
#include "interp/objects/int.h"
#include "interp/objects/owned_fields.h"

namespace taipan {

static Ref bool_or_fail(int v) { return v < 0 ? nullptr : Ref::imm(bool_value(v != 0)); }

#define BINARY(name, expression) \
  static Ref operator_##name##_impl(Args& a) { return expression; }
BINARY(lt, compare(a[0], a[1], kLt))
BINARY(le, compare(a[0], a[1], kLe))
BINARY(eq, compare(a[0], a[1], kEq))
BINARY(ne, compare(a[0], a[1], kNe))
BINARY(gt, compare(a[0], a[1], kGt))
BINARY(ge, compare(a[0], a[1], kGe))
BINARY(is_, Ref::imm(bool_value(is_same(a[0], a[1]))))
BINARY(is_not, Ref::imm(bool_value(!is_same(a[0], a[1]))))
BINARY(add, binary_op(BinaryOp::kAdd, a[0], a[1]))
BINARY(sub, binary_op(BinaryOp::kSubtract, a[0], a[1]))
BINARY(mul, binary_op(BinaryOp::kMultiply, a[0], a[1]))
BINARY(matmul, binary_op(BinaryOp::kMatMultiply, a[0], a[1]))
BINARY(floordiv, binary_op(BinaryOp::kFloorDivide, a[0], a[1]))
BINARY(truediv, binary_op(BinaryOp::kTrueDivide, a[0], a[1]))
BINARY(mod, binary_op(BinaryOp::kRemainder, a[0], a[1]))
BINARY(pow, binary_op(BinaryOp::kPower, a[0], a[1]))
BINARY(lshift, binary_op(BinaryOp::kLshift, a[0], a[1]))
BINARY(rshift, binary_op(BinaryOp::kRshift, a[0], a[1]))
BINARY(and_, binary_op(BinaryOp::kAnd, a[0], a[1]))
BINARY(or_, binary_op(BinaryOp::kOr, a[0], a[1]))
BINARY(xor, binary_op(BinaryOp::kXor, a[0], a[1]))
BINARY(iadd, inplace_op(BinaryOp::kAdd, a[0], a[1]))
BINARY(isub, inplace_op(BinaryOp::kSubtract, a[0], a[1]))
BINARY(imul, inplace_op(BinaryOp::kMultiply, a[0], a[1]))
BINARY(imatmul, inplace_op(BinaryOp::kMatMultiply, a[0], a[1]))
BINARY(ifloordiv, inplace_op(BinaryOp::kFloorDivide, a[0], a[1]))
BINARY(itruediv, inplace_op(BinaryOp::kTrueDivide, a[0], a[1]))
BINARY(imod, inplace_op(BinaryOp::kRemainder, a[0], a[1]))
BINARY(ipow, inplace_op(BinaryOp::kPower, a[0], a[1]))
BINARY(ilshift, inplace_op(BinaryOp::kLshift, a[0], a[1]))
BINARY(irshift, inplace_op(BinaryOp::kRshift, a[0], a[1]))
BINARY(iand, inplace_op(BinaryOp::kAnd, a[0], a[1]))
BINARY(ior, inplace_op(BinaryOp::kOr, a[0], a[1]))
BINARY(ixor, inplace_op(BinaryOp::kXor, a[0], a[1]))
BINARY(not_, [&] {
  int v = is_true(a[0]);
  return bool_or_fail(v < 0 ? v : !v);
}())
BINARY(truth, bool_or_fail(is_true(a[0])))
BINARY(neg, negative(a[0]))
BINARY(pos, positive(a[0]))
BINARY(inv, invert(a[0]))
BINARY(abs, absolute(a[0]))
BINARY(index, to_index(a[0]))
BINARY(getitem, get_item(a[0], a[1]))
BINARY(setitem, set_item(a[0], a[1], a[2]) ? Ref::imm(kNone) : nullptr)
BINARY(delitem, del_item(a[0], a[1]) ? Ref::imm(kNone) : nullptr)
BINARY(contains, bool_or_fail(contains(a[0], a[1])))
static Ref operator_call_impl(Args& a) {
  if (a.raw.n == 0) return raise(types::TypeError, "call expected at least 1 argument, got 0");
  return call_array(a.raw.v[0], a.raw.v + 1, a.raw.n - 1, a.raw.kwnames);
}

static Ref concat(Value a, Value b, bool in_place) {
  const Slots& s = type_of(a)->s;
  if (in_place && s.inplace_concat) return s.inplace_concat(a, b);
  if (s.concat) return s.concat(a, b);
  if (is_sequence(a) && is_sequence(b))
    return in_place ? inplace_op(BinaryOp::kAdd, a, b) : binary_op(BinaryOp::kAdd, a, b);
  return raise(types::TypeError, "'%T' object can't be concatenated", a);
}
BINARY(concat, concat(a[0], a[1], false))
BINARY(iconcat, concat(a[0], a[1], true))

// Iterates o, with the text of the sequence protocol where it can't be iterated.
static Ref search_iter(Value o) {
  Ref it = get_iter(o);
  if (!it && error_matches(types::TypeError)) {
    clear_error();
    return raise(types::TypeError, "argument of type '%T' is not iterable", o);
  }
  return it;
}
static Ref operator_countOf_impl(Args& a) {
  Ref it = search_iter(a[0]);
  if (!it) return nullptr;
  for (int64_t count = 0;;) {
    Ref item = iter_next(it);
    if (!item) return nullptr;
    if (is_stop(item)) return make_int(count);
    int equal = items_equal(item, a[1]);
    if (equal < 0) return nullptr;
    count += equal;
  }
}
static Ref operator_indexOf_impl(Args& a) {
  Ref it = search_iter(a[0]);
  if (!it) return nullptr;
  for (int64_t i = 0;; i++) {
    Ref item = iter_next(it);
    if (!item) return nullptr;
    if (is_stop(item)) return raise(types::ValueError, "sequence.index(x): x not in sequence");
    int equal = items_equal(item, a[1]);
    if (equal < 0) return nullptr;
    if (equal) return make_int(i);
  }
}
static Ref operator_length_hint_impl(Args& a) {
  int64_t otherwise = 0;
  if (a.has(1) && !to_c_ssize(a[1], &otherwise)) return nullptr;
  int64_t n = length_hint(a[0], otherwise);
  if (n == -1 && error_occurred()) return nullptr;
  return make_int(n);
}

// Takes the same time wherever the first difference is: depends on the length of b alone.
static bool same_bytes(const uint8_t* a, size_t a_size, const uint8_t* b, size_t b_size) {
  volatile uint8_t difference = a_size == b_size ? 0 : 1;
  const volatile uint8_t* left = a_size == b_size ? a : b;
  const volatile uint8_t* right = b;
  for (size_t i = 0; i < b_size; i++) difference = difference | (left[i] ^ right[i]);
  return difference == 0;
}
static Ref operator_compare_digest_impl(Args& a) {
  Value x = a[0], y = a[1];
  if (is_str(x) && is_str(y)) {
    auto *p = x.as<Str>(), *q = y.as<Str>();
    if (!p->ascii || !q->ascii)
      return raise(types::TypeError, "comparing strings with non-ASCII characters is not supported");
    return Ref::imm(bool_value(same_bytes(p->data1(), p->length, q->data1(), q->length)));
  }
  if (!has_buffer(x) && !has_buffer(y))
    return raise(types::TypeError, "unsupported operand types(s) or combination of types: '%T' and '%T'", x, y);
  BufferView p(x);
  if (!p.ok()) return nullptr;
  BufferView q(y);
  if (!q.ok()) return nullptr;
  return Ref::imm(bool_value(same_bytes(p.data(), p.size(), q.data(), q.size())));
}

// ---- itemgetter

static TypeObject *itemgetter_type, *attrgetter_type, *methodcaller_type;

static bool one_argument(const char* name, size_t n, Value kwnames) {
  if (kwnames && tuple_size(kwnames) != 0) return raise(types::TypeError, "%s() takes no keyword arguments", name);
  if (n != 1) return raise(types::TypeError, "%s expected 1 argument, got %zd", name, static_cast<int64_t>(n));
  return true;
}
// "name(a, b)" of the items.
static Ref getter_repr(Value self, Value items) {
  int entered = repr_enter(self);
  if (entered != 0) return entered > 0 ? format_str("%s(...)", type_of(self)->cname) : nullptr;
  StrBuilder b;
  bool ok = b.append_utf8(type_of(self)->cname) && b.append_char('(');
  for (size_t i = 0; ok && i < tuple_size(items); i++) {
    Ref r = repr_of(tuple_at(items, i));
    ok = r && (i == 0 || b.append_ascii(", ")) && b.append(r);
  }
  ok = ok && b.append_char(')');
  repr_leave(self);
  return ok ? b.finish() : nullptr;
}

struct ItemGetter {
  Header h;
  Value items;    // tuple
  int64_t index;  // of a lone small non-negative int, else -1
};
using ItemGetterFields = OwnedFields<ItemGetter, &ItemGetter::items>;

static Ref itemgetter_new(TypeObject* cls, RawArgs args) {
  if (!check_no_keywords("itemgetter", args)) return nullptr;
  if (args.n == 0) return raise(types::TypeError, "itemgetter expected 1 argument, got 0");
  Ref items = make_tuple(args.v, args.n);
  if (!items) return nullptr;
  auto* g = alloc_instance_as<ItemGetter>(cls);
  if (!g) return nullptr;
  g->index = args.n == 1 && args.v[0].is_int() && args.v[0].as_int() >= 0 ? args.v[0].as_int() : -1;
  gc::init(&g->items, std::move(items));
  return Ref::steal(g);
}
static Value itemgetter_call(Thread*, Value self, const Value* args, size_t n, Value kwnames) {
  auto* g = self.as<ItemGetter>();
  if (!one_argument("itemgetter", n, kwnames)) return Value();
  Value o = args[0];
  if (g->index >= 0 && is_tuple_exact(o) && static_cast<size_t>(g->index) < tuple_size(o))
    return Ref::dup(tuple_at(o, static_cast<size_t>(g->index))).release();
  size_t count = tuple_size(g->items);
  if (count == 1) return get_item(o, tuple_at(g->items, 0)).release();
  Ref result = make_tuple(count);
  for (size_t i = 0; result && i < count; i++) {
    Ref item = get_item(o, tuple_at(g->items, i));
    if (!item) return Value();
    tuple_init(result, i, std::move(item));
  }
  return result.release();
}
static Ref itemgetter_repr(Value self) { return getter_repr(self, self.as<ItemGetter>()->items); }
static Ref itemgetter_reduce_impl(Args& a) {
  return make_tuple_of({Value(type_of(a.self)), a.self.as<ItemGetter>()->items});
}
#define REDUCE(f) {"__reduce__", "($self, /)", f, kNativeNoSignature, "Return state information for pickling"}
static const NativeDef kItemGetterMethods[] = {REDUCE(itemgetter_reduce_impl), {nullptr}};
static const TypeSpec kItemGetterSpec = {
    .doc =
        "itemgetter(item, ...) --> itemgetter object\n\nA function that gives r[item] of its argument r, or a tuple of "
        "several items.",
    .flags = kTypeGc | kTypeParallel,
    .basic_size = sizeof(ItemGetter),
    .ops = {.trace = ItemGetterFields::trace, .clear = ItemGetterFields::clear, .dealloc = ItemGetterFields::dealloc},
    .methods = kItemGetterMethods,
    .s = {.repr = itemgetter_repr, .call = itemgetter_call, .new_ = itemgetter_new}};

// ---- attrgetter

struct AttrGetter {
  Header h;
  Value names;  // tuple as given
  Value paths;  // tuple of tuples: each dotted name in pieces, interned
};
using AttrGetterFields = OwnedFields<AttrGetter, &AttrGetter::names, &AttrGetter::paths>;

static Ref split_path(Value name) {
  auto* s = name.as<Str>();
  size_t pieces = 1;
  for (size_t i = 0; i < s->length; i++) pieces += s->at(i) == '.';
  Ref path = make_tuple(pieces);
  if (!path) return nullptr;
  size_t start = 0, out = 0;
  for (size_t i = 0; i <= s->length; i++) {
    if (i < s->length && s->at(i) != '.') continue;
    Ref piece = intern(str_substring(name, start, i));
    if (!piece) return nullptr;
    tuple_init(path, out++, std::move(piece));
    start = i + 1;
  }
  return path;
}
static Ref attrgetter_new(TypeObject* cls, RawArgs args) {
  if (!check_no_keywords("attrgetter", args)) return nullptr;
  if (args.n == 0) return raise(types::TypeError, "attrgetter expected 1 argument, got 0");
  for (size_t i = 0; i < args.n; i++) {
    if (!is_str(args.v[i])) return raise(types::TypeError, "attribute name must be a string");
  }
  Ref names = make_tuple(args.v, args.n), paths = make_tuple(args.n);
  if (!names || !paths) return nullptr;
  for (size_t i = 0; i < args.n; i++) {
    Ref path = split_path(args.v[i]);
    if (!path) return nullptr;
    tuple_init(paths, i, std::move(path));
  }
  auto* g = alloc_instance_as<AttrGetter>(cls);
  if (!g) return nullptr;
  gc::init(&g->names, std::move(names));
  gc::init(&g->paths, std::move(paths));
  return Ref::steal(g);
}
static Ref follow(Value o, Value path) {
  Ref at = Ref::dup(o);
  for (size_t i = 0; at && i < tuple_size(path); i++) at = get_attr(at, tuple_at(path, i).as<Str>());
  return at;
}
static Value attrgetter_call(Thread*, Value self, const Value* args, size_t n, Value kwnames) {
  auto* g = self.as<AttrGetter>();
  if (!one_argument("attrgetter", n, kwnames)) return Value();
  size_t count = tuple_size(g->paths);
  if (count == 1) return follow(args[0], tuple_at(g->paths, 0)).release();
  Ref result = make_tuple(count);
  for (size_t i = 0; result && i < count; i++) {
    Ref item = follow(args[0], tuple_at(g->paths, i));
    if (!item) return Value();
    tuple_init(result, i, std::move(item));
  }
  return result.release();
}
static Ref attrgetter_repr(Value self) { return getter_repr(self, self.as<AttrGetter>()->names); }
static Ref attrgetter_reduce_impl(Args& a) {
  return make_tuple_of({Value(type_of(a.self)), a.self.as<AttrGetter>()->names});
}
static const NativeDef kAttrGetterMethods[] = {REDUCE(attrgetter_reduce_impl), {nullptr}};
static const TypeSpec kAttrGetterSpec = {
    .doc =
        "attrgetter(attr, ...) --> attrgetter object\n\nA function that gives the (dotted) attribute of its argument, "
        "or a tuple of "
        "several.",
    .flags = kTypeGc | kTypeParallel,
    .basic_size = sizeof(AttrGetter),
    .ops = {.trace = AttrGetterFields::trace, .clear = AttrGetterFields::clear, .dealloc = AttrGetterFields::dealloc},
    .methods = kAttrGetterMethods,
    .s = {.repr = attrgetter_repr, .call = attrgetter_call, .new_ = attrgetter_new}};

// ---- methodcaller

struct MethodCaller {
  Header h;
  Value name;
  Value args;     // tuple: positional arguments, then the values of the keywords
  Value kwnames;  // tuple
};
using MethodCallerFields = OwnedFields<MethodCaller, &MethodCaller::name, &MethodCaller::args, &MethodCaller::kwnames>;

static Ref methodcaller_new(TypeObject* cls, RawArgs args) {
  if (args.n < 1) return raise(types::TypeError, "methodcaller needs at least one argument, the method name");
  if (!is_str(args.v[0])) return raise(types::TypeError, "method name must be a string");
  size_t keywords = has_keywords(args) ? tuple_size(args.kwnames) : 0;
  Ref name = intern(Ref::dup(args.v[0]));
  Ref values = make_tuple(args.v + 1, args.n - 1 + keywords);
  Ref names = keywords ? Ref::dup(args.kwnames) : make_tuple(size_t{0});
  if (!name || !values || !names) return nullptr;
  auto* m = alloc_instance_as<MethodCaller>(cls);
  if (!m) return nullptr;
  gc::init(&m->name, std::move(name));
  gc::init(&m->args, std::move(values));
  gc::init(&m->kwnames, std::move(names));
  return Ref::steal(m);
}
static Value methodcaller_call(Thread*, Value self, const Value* args, size_t n, Value kwnames) {
  auto* m = self.as<MethodCaller>();
  if (!one_argument("methodcaller", n, kwnames)) return Value();
  Ref method = get_attr(args[0], m->name.as<Str>());
  if (!method) return Value();
  size_t keywords = tuple_size(m->kwnames);
  return call_array(method, m->args.as<Tuple>()->items(), tuple_size(m->args) - keywords,
                    keywords ? m->kwnames : Value())
      .release();
}
static Ref methodcaller_repr(Value self) {
  auto* m = self.as<MethodCaller>();
  int entered = repr_enter(self);
  if (entered != 0) return entered > 0 ? format_str("%s(...)", type_of(self)->cname) : nullptr;
  StrBuilder b;
  Ref r = repr_of(m->name);
  bool ok = r && b.append_utf8(type_of(self)->cname) && b.append_char('(') && b.append(r);
  size_t n = tuple_size(m->args), positional = n - tuple_size(m->kwnames);
  for (size_t i = 0; ok && i < n; i++) {
    ok = b.append_ascii(", ") &&
         (i < positional || (b.append(tuple_at(m->kwnames, i - positional)) && b.append_char('=')));
    if (ok) r = repr_of(tuple_at(m->args, i));
    ok = ok && r && b.append(r);
  }
  ok = ok && b.append_char(')');
  repr_leave(self);
  return ok ? b.finish() : nullptr;
}
static Ref methodcaller_reduce_impl(Args& a) {
  auto* m = a.self.as<MethodCaller>();
  size_t keywords = tuple_size(m->kwnames), positional = tuple_size(m->args) - keywords;
  if (keywords == 0) {
    Ref args = make_tuple(positional + 1);
    if (!args) return nullptr;
    tuple_init(args, 0, Ref::dup(m->name));
    for (size_t i = 0; i < positional; i++) tuple_init(args, i + 1, Ref::dup(tuple_at(m->args, i)));
    return make_tuple_of({Value(type_of(a.self)), args.get()});
  }
  // (partial(type, name, **keywords), args)
  Ref partial = import_attr("functools", "partial");
  Ref kw = make_dict();
  if (!partial || !kw) return nullptr;
  for (size_t i = 0; i < keywords; i++) {
    if (!dict_set(kw, tuple_at(m->kwnames, i), tuple_at(m->args, positional + i))) return nullptr;
  }
  Ref head = make_tuple_of({Value(type_of(a.self)), m->name});
  Ref constructor = head ? call_tuple(partial, head, kw) : nullptr;
  Ref args = make_tuple(m->args.as<Tuple>()->items(), positional);
  return constructor && args ? make_tuple_of({constructor.get(), args.get()}) : nullptr;
}
static const NativeDef kMethodCallerMethods[] = {REDUCE(methodcaller_reduce_impl), {nullptr}};
static const TypeSpec kMethodCallerSpec = {
    .doc =
        "methodcaller(name, ...) --> methodcaller object\n\nA function that calls the named method of its argument "
        "with the other "
        "arguments.",
    .flags = kTypeGc | kTypeParallel,
    .basic_size = sizeof(MethodCaller),
    .ops = {.trace = MethodCallerFields::trace,
            .clear = MethodCallerFields::clear,
            .dealloc = MethodCallerFields::dealloc},
    .methods = kMethodCallerMethods,
    .s = {.repr = methodcaller_repr, .call = methodcaller_call, .new_ = methodcaller_new}};

// ---- the module

static bool operator_exec(Value module) {
  if (!itemgetter_type) itemgetter_type = make_native_type("operator.itemgetter", types::Object, &kItemGetterSpec);
  if (!attrgetter_type) attrgetter_type = make_native_type("operator.attrgetter", types::Object, &kAttrGetterSpec);
  if (!methodcaller_type)
    methodcaller_type = make_native_type("operator.methodcaller", types::Object, &kMethodCallerSpec);
  return itemgetter_type && attrgetter_type && methodcaller_type && module_add_type(module, itemgetter_type) &&
         module_add_type(module, attrgetter_type) && module_add_type(module, methodcaller_type);
}

#define ONE(name, doc) {#name, "($module, a, /)", operator_##name##_impl, 0, doc}
#define TWO(name, doc) {#name, "($module, a, b, /)", operator_##name##_impl, 0, doc}
static const NativeDef kFunctions[] = {
    ONE(truth, "Return True if a is true, False otherwise."),
    TWO(contains, "Same as b in a (note reversed operands)."),
    TWO(indexOf, "Return the first index of b in a."),
    TWO(countOf, "Return the number of items in a which are, or which equal, b."),
    TWO(is_, "Same as a is b."),
    TWO(is_not, "Same as a is not b."),
    TWO(add, "Same as a + b."),
    TWO(sub, "Same as a - b."),
    TWO(mul, "Same as a * b."),
    TWO(matmul, "Same as a @ b."),
    TWO(floordiv, "Same as a // b."),
    TWO(truediv, "Same as a / b."),
    TWO(mod, "Same as a % b."),
    ONE(neg, "Same as -a."),
    ONE(pos, "Same as +a."),
    ONE(abs, "Same as abs(a)."),
    ONE(inv, "Same as ~a."),
    {"invert", "($module, a, /)", operator_inv_impl, 0, "Same as ~a."},
    TWO(lshift, "Same as a << b."),
    TWO(rshift, "Same as a >> b."),
    ONE(not_, "Same as not a."),
    TWO(and_, "Same as a & b."),
    TWO(xor, "Same as a ^ b."),
    TWO(or_, "Same as a | b."),
    TWO(iadd, "Same as a += b."),
    TWO(isub, "Same as a -= b."),
    TWO(imul, "Same as a *= b."),
    TWO(imatmul, "Same as a @= b."),
    TWO(ifloordiv, "Same as a //= b."),
    TWO(itruediv, "Same as a /= b."),
    TWO(imod, "Same as a %= b."),
    TWO(ilshift, "Same as a <<= b."),
    TWO(irshift, "Same as a >>= b."),
    TWO(iand, "Same as a &= b."),
    TWO(ixor, "Same as a ^= b."),
    TWO(ior, "Same as a |= b."),
    TWO(concat, "Same as a + b, for a and b sequences."),
    TWO(iconcat, "Same as a += b, for a and b sequences."),
    TWO(getitem, "Same as a[b]."),
    {"setitem", "($module, a, b, c, /)", operator_setitem_impl, 0, "Same as a[b] = c."},
    TWO(delitem, "Same as del a[b]."),
    TWO(pow, "Same as a ** b."),
    TWO(ipow, "Same as a **= b."),
    TWO(eq, "Same as a == b."),
    TWO(ne, "Same as a != b."),
    TWO(lt, "Same as a < b."),
    TWO(le, "Same as a <= b."),
    TWO(gt, "Same as a > b."),
    TWO(ge, "Same as a >= b."),
    ONE(index, "Same as a.__index__()"),
    {"length_hint", "($module, obj, default=0, /)", operator_length_hint_impl, 0,
     "Return an estimate of the number of items in obj."},
    {"_compare_digest", "($module, a, b, /)", operator_compare_digest_impl, 0,
     "Return 'a == b' in a time that doesn't tell where they differ. Both str (ASCII only) or both bytes-like."},
    {"call", "($module, obj, /, *args, **kwargs)", operator_call_impl, kNativeRaw, "Same as obj(*args, **kwargs)."},
    {nullptr}};
// GIL off: they have no state.
extern const ModuleDef _operator_module;
const ModuleDef _operator_module = {"_operator", "Operator interface: the intrinsic operators as functions.",
                                    kFunctions, operator_exec, kFunctionsAtOnce};

}  // namespace taipan
