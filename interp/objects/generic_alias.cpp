// types.GenericAlias (list[int]) and types.UnionType (int | str).
#include "interp/objects/abstract.h"
#include "interp/objects/descr.h"
#include "interp/objects/dict.h"
#include "interp/objects/list.h"
#include "interp/objects/native.h"
#include "interp/objects/native_stack.h"
#include "interp/objects/set.h"
#include "interp/objects/small_types.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"
#include "interp/objects/type_internal.h"

namespace taipan {

Ref make_generic_alias(Value origin, Value args) {
  Ref tuple = is_tuple(args) ? Ref::dup(args) : make_tuple_of({args});
  if (!tuple) return nullptr;
  Ref r = Ref::steal(alloc_instance(types::GenericAlias));
  if (!r) return nullptr;
  gc::init(&r.as<GenericAlias>()->origin, Ref::dup(origin));
  gc::init(&r.as<GenericAlias>()->args, std::move(tuple));
  return r;
}

namespace {

GenericAlias* ga(Value v) { return v.as<GenericAlias>(); }
Union* un(Value v) { return v.as<Union>(); }
bool is_alias(Value v) { return v.is_heap() && is_subtype(type_of(v), types::GenericAlias); }
bool is_union(Value v) { return has_shape(v, kShapeUnion); }

// ---- Shared: how an argument is shown, parameters, substitution -----------------------------------------------------------------------

bool append_item(StrBuilder& b, Value p) {
  if (p == kEllipsis) return b.append_ascii("...");
  Ref origin = get_attr_opt(p, TAIPAN_NAME(__origin__));
  if (!origin) return false;
  Ref args = get_attr_opt(p, TAIPAN_NAME(__args__));
  if (!args) return false;
  bool plain = origin.get() == kMissing || args.get() == kMissing;
  if (plain) {
    Ref qualname = get_attr_opt(p, TAIPAN_NAME(__qualname__));
    Ref module = get_attr_opt(p, TAIPAN_NAME(__module__));
    if (!qualname || !module) return false;
    if (qualname.get() != kMissing && module.get() != kMissing && module.get() != kNone) {
      if (str_eq_ascii(module, "builtins")) {
        Ref s = str_of(qualname);
        return s && b.append(s);
      }
      Ref s = format_str("%S.%S", module.get(), qualname.get());
      return s && b.append(s);
    }
  }
  Ref s = repr_of(p);
  return s && b.append(s);
}

// Appends v to list unless it is there.
bool add_once(Value list, Value v) {
  for (size_t i = 0; i < list_size(list); i++) {
    if (list_at(list, i) == v) return true;
  }
  return list_append(list, v);
}

Ref collect_parameters(Value args) {
  Ref out = make_list();
  if (!out) return nullptr;
  for (size_t i = 0; i < tuple_size(args); i++) {
    Value t = tuple_at(args, i);
    if (is_type(t)) continue;  // a bare class has a descriptor of that name
    Ref subst = get_attr_opt(t, TAIPAN_NAME(__typing_subst__));
    if (!subst) return nullptr;
    if (subst.get() != kMissing) {
      if (!add_once(out, t)) return nullptr;
      continue;
    }
    Ref inner = get_attr_opt(t, TAIPAN_NAME(__parameters__));
    if (!inner) return nullptr;
    if (inner.get() == kMissing || !is_tuple(inner)) continue;
    for (size_t j = 0; j < tuple_size(inner); j++) {
      if (!add_once(out, tuple_at(inner, j))) return nullptr;
    }
  }
  return list_to_tuple(out);
}

int64_t index_in(Value tuple, Value v) {
  for (size_t i = 0; i < tuple_size(tuple); i++) {
    if (tuple_at(tuple, i) == v) return static_cast<int64_t>(i);
  }
  return -1;
}

// What *tuple[...] stands for; kMissing if arg is no such thing.
Ref unpacked_tuple_args(Value arg) {
  if (is_alias(arg) && ga(arg)->starred && ga(arg)->origin == Value(types::Tuple)) return Ref::dup(ga(arg)->args);
  Ref r = get_attr_opt(arg, TAIPAN_NAME(__typing_unpacked_tuple_args__));
  if (r && r.get() == kNone) return Ref::imm(kMissing);
  return r;
}

Ref unpack_items(Value item) {
  Ref out = make_list();
  if (!out) return nullptr;
  bool many = is_tuple(item);
  size_t n = many ? tuple_size(item) : 1;
  for (size_t i = 0; i < n; i++) {
    Value v = many ? tuple_at(item, i) : item;
    if (!is_type(v)) {
      Ref inner = unpacked_tuple_args(v);
      if (!inner) return nullptr;
      if (inner.get() != kMissing && is_tuple(inner)) {
        size_t k = tuple_size(inner);
        if (!(k > 0 && tuple_at(inner, k - 1) == kEllipsis)) {
          if (!list_extend(out, inner)) return nullptr;
          continue;
        }
      }
    }
    if (!list_append(out, v)) return nullptr;
  }
  return list_to_tuple(out);
}

Ref substitute_inside(Value obj, Value params, const Value* items) {
  Ref inner = get_attr_opt(obj, TAIPAN_NAME(__parameters__));
  if (!inner) return nullptr;
  if (inner.get() == kMissing || !is_tuple(inner) || tuple_size(inner) == 0) return Ref::dup(obj);
  Ref args = make_list();
  if (!args) return nullptr;
  for (size_t i = 0; i < tuple_size(inner); i++) {
    Value p = tuple_at(inner, i);
    int64_t at = index_in(params, p);
    Value arg = p;
    if (at >= 0) {
      arg = items[at];
      if (type_of(tuple_at(params, static_cast<size_t>(at)))->s.iter && is_tuple(arg)) {  // a TypeVarTuple
        if (!list_extend(args, arg)) return nullptr;
        continue;
      }
    }
    if (!list_append(args, arg)) return nullptr;
  }
  Ref key = list_to_tuple(args);
  if (!key) return nullptr;
  return get_item(obj, key);
}

Ref substitute(Value self, Value args, Value params, Value item_in) {
  if (!check_native_stack()) return nullptr;
  size_t nparams = tuple_size(params);
  if (nparams == 0) return raise(types::TypeError, "%R is not a generic class", self);
  Ref item = unpack_items(item_in);
  if (!item) return nullptr;
  for (size_t i = 0; i < nparams; i++) {
    Ref prepare = get_attr_opt(tuple_at(params, i), TAIPAN_NAME(__typing_prepare_subst__));
    if (!prepare) return nullptr;
    if (prepare.get() == kMissing || prepare.get() == kNone) continue;
    Ref packed = is_tuple(item) ? item.copy() : make_tuple_of({item});
    if (!packed) return nullptr;
    item = call(prepare, self, packed);
    if (!item) return nullptr;
  }
  bool many = is_tuple(item);
  Value one = item;
  const Value* items = many ? item.as<Tuple>()->items() : &one;
  size_t nitems = many ? tuple_size(item) : 1;
  if (nitems != nparams) {
    return raise(types::TypeError, "Too %s arguments for %R; actual %zu, expected %zu",
                 nitems > nparams ? "many" : "few", self, nitems, nparams);
  }
  Ref out = make_list();
  if (!out) return nullptr;
  for (size_t i = 0; i < tuple_size(args); i++) {
    Value arg = tuple_at(args, i);
    if (is_type(arg)) {
      if (!list_append(out, arg)) return nullptr;
      continue;
    }
    Ref flag = get_attr_opt(arg, TAIPAN_NAME(__typing_is_unpacked_typevartuple__));
    if (!flag) return nullptr;
    int unpack = flag.get() == kMissing ? 0 : is_true(flag);
    if (unpack < 0) return nullptr;
    Ref subst = get_attr_opt(arg, TAIPAN_NAME(__typing_subst__));
    if (!subst) return nullptr;
    Ref fresh;
    if (subst.get() != kMissing) {
      int64_t at = index_in(params, arg);
      if (at < 0) return raise(types::TypeError, "%R is not among the parameters", arg);
      fresh = call(subst, items[at]);
    } else {
      fresh = substitute_inside(arg, params, items);
    }
    if (!fresh) return nullptr;
    if (unpack && is_tuple(fresh)) {
      if (!list_extend(out, fresh)) return nullptr;
    } else if (!list_append(out, std::move(fresh))) {
      return nullptr;
    }
  }
  return list_to_tuple(out);
}

// ---- GenericAlias -----------------------------------------------------------------------------------------------------------------------

void alias_trace(Header* h, gc::Visitor& v) {
  auto* a = reinterpret_cast<GenericAlias*>(h);
  v.visit(a->origin);
  v.visit(a->args);
  v.visit(a->parameters);
}
void alias_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* a = reinterpret_cast<GenericAlias*>(h);
  Ref x = gc::take(h, &a->origin), y = gc::take(h, &a->args), z = gc::take(h, &a->parameters);
  finish_dealloc(h);
}
Ref alias_new(TypeObject* cls, RawArgs a) {
  static const Signature sig("GenericAlias", "(origin, args, /)");
  Value v[2];
  if (!sig.bind(a, v)) return nullptr;
  Ref tuple = is_tuple(v[1]) ? Ref::dup(v[1]) : make_tuple_of({v[1]});
  if (!tuple) return nullptr;
  Ref r = Ref::steal(alloc_instance(cls));
  if (!r) return nullptr;
  gc::init(&ga(r)->origin, Ref::dup(v[0]));
  gc::init(&ga(r)->args, std::move(tuple));
  return r;
}
Ref alias_repr(Value v) {
  StrBuilder b;
  Value args = ga(v)->args;
  if (ga(v)->starred && !b.append_char('*')) return nullptr;
  if (!append_item(b, ga(v)->origin) || !b.append_char('[')) return nullptr;
  size_t n = tuple_size(args);
  for (size_t i = 0; i < n; i++) {
    if ((i && !b.append_ascii(", ")) || !append_item(b, tuple_at(args, i))) return nullptr;
  }
  if (n == 0 && !b.append_ascii("()")) return nullptr;
  if (!b.append_char(']')) return nullptr;
  return b.finish();
}
bool alias_hash(Value v, int64_t* out) {
  int64_t a, b;
  if (!hash_of(ga(v)->origin, &a) || !hash_of(ga(v)->args, &b)) return false;
  *out = (a ^ b) == -1 ? -2 : a ^ b;
  return true;
}
Ref alias_compare(Value a, Value b, CompareOp op) {
  if ((op != kEq && op != kNe) || !is_alias(a) || !is_alias(b)) return Ref::imm(kNotImplemented);
  int same = ga(a)->starred == ga(b)->starred;
  if (same) same = values_equal(ga(a)->origin, ga(b)->origin);
  if (same > 0) same = values_equal(ga(a)->args, ga(b)->args);
  if (same < 0) return nullptr;
  return Ref::imm(bool_value((same != 0) == (op == kEq)));
}
Value alias_call(Thread*, Value callee, const Value* args, size_t nargs, Value kwnames) {
  Ref r = call_array(ga(callee)->origin, args, nargs, kwnames);
  if (!r) return Value();
  if (!set_attr(r, TAIPAN_NAME(__orig_class__), callee)) {
    if (!error_matches(types::AttributeError) && !error_matches(types::TypeError)) return Value();
    clear_error();
  }
  return r.release();
}

const char* const kAliasOwnNames[] = {"__class__",       "__origin__",     "__args__",
                                      "__unpacked__",    "__parameters__", "__typing_unpacked_tuple_args__",
                                      "__mro_entries__", "__reduce_ex__",  "__reduce__",
                                      "__copy__",        "__deepcopy__"};
Ref alias_get_attr(Value v, Str* name) {
  for (const char* own : kAliasOwnNames) {
    if (str_eq_ascii(Value(name), own)) return generic_get_attr(v, name);
  }
  return get_attr(ga(v)->origin, name);
}
// The parameters of args, kept in a slot of the owner once they were asked for.
Ref kept_parameters(Value owner, Value* slot, Value args) {
  if (Ref known = Ref::dup(gc::load(slot))) return known;
  Ref p = collect_parameters(args);
  if (p) gc::store(owner.header(), slot, p.copy());
  return p;
}
Ref alias_parameters(Value v) { return kept_parameters(v, &ga(v)->parameters, ga(v)->args); }
Ref alias_get_item(Value v, Value item) {
  Ref params = alias_parameters(v);
  if (!params) return nullptr;
  Ref args = substitute(v, ga(v)->args, params, item);
  if (!args) return nullptr;
  Ref r = make_generic_alias(ga(v)->origin, args);
  if (r) ga(r)->starred = ga(v)->starred;
  return r;
}
// iter(alias) gives *alias, once.
struct AliasIterator {
  Header h;
  Value alias;  // null: done
};
void alias_iterator_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<AliasIterator*>(h)->alias); }
void alias_iterator_clear(Header* h) { Ref a = gc::take(h, &reinterpret_cast<AliasIterator*>(h)->alias); }
Ref alias_iterator_self(Value v) { return Ref::dup(v); }
Ref alias_iterator_next(Value v) {
  Ref alias = gc::take(v.header(), &v.as<AliasIterator>()->alias);
  if (!alias) return Ref::imm(kStopIter);
  Ref starred = make_generic_alias(ga(alias)->origin, ga(alias)->args);
  if (starred) ga(starred)->starred = true;
  return starred;
}
Ref alias_iterator_reduce(Args& a) {
  Ref iter = import_attr("builtins", "iter");
  Ref left = a.self.as<AliasIterator>()->alias ? Ref::dup(a.self.as<AliasIterator>()->alias) : make_tuple(0);
  Ref args = left ? make_tuple_of({left}) : Ref();
  if (!iter || !args) return nullptr;
  return make_tuple_of({iter, args});
}
const NativeDef alias_iterator_methods[] = {
    {"__reduce__", "($self, /)", alias_iterator_reduce, kNativeNoSignature, nullptr},
    {},
};
const TypeSpec alias_iterator_spec = {
    .flags = kTypeGc,
    .basic_size = sizeof(AliasIterator),
    .ops = {.trace = alias_iterator_trace, .clear = alias_iterator_clear},
    .methods = alias_iterator_methods,
    .s = {.iter = alias_iterator_self, .next = alias_iterator_next},
};
Ref alias_iter(Value v) {
  static TypeObject* const type = make_native_type("generic_alias_iterator", types::Object, &alias_iterator_spec);
  Ref it = type ? Ref::steal(alloc_instance(type)) : Ref();
  if (it) gc::init(&it.as<AliasIterator>()->alias, Ref::dup(v));
  return it;
}
Ref alias_or(Value a, Value b) { return make_union(a, b); }

Ref alias_mro_entries(Args& a) { return make_tuple_of({ga(a.self)->origin}); }
Ref alias_instancecheck(Args&) {
  return raise(types::TypeError, "isinstance() argument 2 cannot be a parameterized generic");
}
Ref alias_subclasscheck(Args&) {
  return raise(types::TypeError, "issubclass() argument 2 cannot be a parameterized generic");
}
Ref alias_reduce(Args& a) {
  Ref args = make_tuple_of({ga(a.self)->origin, ga(a.self)->args});
  if (!args) return nullptr;
  if (!ga(a.self)->starred) return make_tuple_of({Value(types::GenericAlias), args});
  Ref next = import_attr("builtins", "next");
  Ref plain = make_generic_alias(ga(a.self)->origin, ga(a.self)->args);
  if (!next || !plain) return nullptr;
  Ref it = get_iter(plain);
  if (!it) return nullptr;
  Ref it_args = make_tuple_of({it});
  if (!it_args) return nullptr;
  return make_tuple_of({next, it_args});
}
Ref alias_dir(Args& a) {
  Ref dir = import_attr("builtins", "dir");
  if (!dir) return nullptr;
  Ref names = call(dir, ga(a.self)->origin);
  if (!names || !is_list(names)) return names;
  for (const char* own : kAliasOwnNames) {
    Ref s = intern_str(own);
    int there = contains(names, s);
    if (there < 0 || (!there && !list_append(names, std::move(s)))) return nullptr;
  }
  return names;
}
Ref alias_unpacked_args(Value v) {
  if (ga(v)->starred && ga(v)->origin == Value(types::Tuple)) return Ref::dup(ga(v)->args);
  return Ref::imm(kNone);
}

const NativeDef alias_methods[] = {
    {"__mro_entries__", "($self, bases, /)", alias_mro_entries, kNativeNoSignature, nullptr},
    {"__instancecheck__", "($self, instance, /)", alias_instancecheck, kNativeNoSignature, nullptr},
    {"__subclasscheck__", "($self, cls, /)", alias_subclasscheck, kNativeNoSignature, nullptr},
    {"__reduce__", "($self, /)", alias_reduce, kNativeNoSignature, nullptr},
    {"__dir__", "($self, /)", alias_dir, kNativeNoSignature, nullptr},
    {},
};
const MemberDef alias_members[] = {
    {"__origin__", kMemberValueNone, offsetof(GenericAlias, origin), true, nullptr},
    {"__args__", kMemberValueNone, offsetof(GenericAlias, args), true, nullptr},
    {"__unpacked__", kMemberBool, offsetof(GenericAlias, starred), true, nullptr},
    {},
};
const GetSetDef alias_getset[] = {
    {"__parameters__", alias_parameters, nullptr, "Type variables in the GenericAlias."},
    {"__typing_unpacked_tuple_args__", alias_unpacked_args, nullptr, nullptr},
    {},
};

// ---- Union --------------------------------------------------------------------------------------------------------------------------------

void union_trace(Header* h, gc::Visitor& v) {
  v.visit(reinterpret_cast<Union*>(h)->args);
  v.visit(reinterpret_cast<Union*>(h)->parameters);
}
void union_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* u = reinterpret_cast<Union*>(h);
  Ref x = gc::take(h, &u->args), y = gc::take(h, &u->parameters);
  finish_dealloc(h);
}

bool unionable(Value v) { return v == kNone || is_type(v) || is_alias(v) || is_union(v); }

// Adds v, or the members if it is a union, unless they are there already.
bool add_member(Value list, Value v) {
  if (v == kNone) v = Value(types::NoneType);
  if (is_union(v)) {
    if (list_size(list) == 0) return list_extend(list, un(v)->args);  // they differ among themselves
    for (size_t i = 0; i < tuple_size(un(v)->args); i++) {
      if (!add_member(list, tuple_at(un(v)->args, i))) return false;
    }
    return true;
  }
  for (size_t i = 0; i < list_size(list); i++) {
    Value x = list_at(list, i);
    if (x == v) return true;
    if (is_alias(x) && is_alias(v)) {
      int same = values_equal(x, v);
      if (same < 0) return false;
      if (same) return true;
    }
  }
  return list_append(list, v);
}

Ref union_repr(Value v) {
  StrBuilder b;
  Value args = un(v)->args;
  for (size_t i = 0; i < tuple_size(args); i++) {
    if (i && !b.append_ascii(" | ")) return nullptr;
    Value a = tuple_at(args, i);
    if (a == Value(types::NoneType) ? !b.append_ascii("None") : !append_item(b, a)) return nullptr;
  }
  return b.finish();
}
bool union_hash(Value v, int64_t* out) {
  Ref set = make_frozenset(un(v)->args);
  return set && hash_of(set, out);
}
Ref union_compare(Value a, Value b, CompareOp op) {
  if ((op != kEq && op != kNe) || !is_union(a) || !is_union(b)) return Ref::imm(kNotImplemented);
  Ref x = make_frozenset(un(a)->args);
  if (!x) return nullptr;
  Ref y = make_frozenset(un(b)->args);
  if (!y) return nullptr;
  return compare(x, y, op);
}
Ref union_or(Value a, Value b) { return make_union(a, b); }
Ref union_get_attr(Value v, Str* name) {
  if (str_eq_ascii(Value(name), "__module__")) return get_attr(Value(type_of(v)), name);
  return generic_get_attr(v, name);
}
Ref union_instancecheck(Args& a) {
  Value args = un(a.self)->args;
  for (size_t i = 0; i < tuple_size(args); i++) {
    int r = is_instance(a[0], tuple_at(args, i));
    if (r) return r < 0 ? Ref() : Ref::imm(kTrue);
  }
  return Ref::imm(kFalse);
}
Ref union_subclasscheck(Args& a) {
  if (!is_type(a[0])) return raise(types::TypeError, "issubclass() arg 1 must be a class");
  Value args = un(a.self)->args;
  for (size_t i = 0; i < tuple_size(args); i++) {
    int r = is_subclass(a[0], tuple_at(args, i));
    if (r) return r < 0 ? Ref() : Ref::imm(kTrue);
  }
  return Ref::imm(kFalse);
}
Ref union_parameters(Value v) { return kept_parameters(v, &un(v)->parameters, un(v)->args); }
Ref union_get_item(Value v, Value item) {
  Ref params = union_parameters(v);
  if (!params) return nullptr;
  Ref args = substitute(v, un(v)->args, params, item);
  if (!args) return nullptr;
  if (tuple_size(args) == 0) return make_union_of(args);
  Ref r = Ref::dup(tuple_at(args, 0));
  for (size_t i = 1; r && i < tuple_size(args); i++) r = binary_op(BinaryOp::kOr, r, tuple_at(args, i));
  return r;
}

const NativeDef union_methods[] = {
    {"__instancecheck__", "($self, instance, /)", union_instancecheck, kNativeNoSignature, nullptr},
    {"__subclasscheck__", "($self, cls, /)", union_subclasscheck, kNativeNoSignature, nullptr},
    {},
};
const MemberDef union_members[] = {
    {"__args__", kMemberValueNone, offsetof(Union, args), true, nullptr},
    {},
};
const GetSetDef union_getset[] = {
    {"__parameters__", union_parameters, nullptr, "Type variables in the types.UnionType."},
    {},
};

}  // namespace

Ref make_union_of(Value args_tuple) {
  auto* u = new_object<Union>(kShapeUnion, true);
  if (!u) return nullptr;
  gc::init(&u->args, Ref::dup(args_tuple));
  return Ref::steal(u);
}

Ref make_union(Value a, Value b) {
  if (!unionable(a) || !unionable(b)) return Ref::imm(kNotImplemented);
  Value x = a == kNone ? Value(types::NoneType) : a, y = b == kNone ? Value(types::NoneType) : b;
  if (x != y && is_type(x) && is_type(y)) {
    Ref pair = make_tuple_of({x, y});
    return pair ? make_union_of(pair) : nullptr;
  }
  Ref members = make_list();
  if (!members || !add_member(members, a) || !add_member(members, b)) return nullptr;
  if (list_size(members) == 1) return Ref::dup(list_at(members, 0));
  Ref args = list_to_tuple(members);
  if (!args) return nullptr;
  return make_union_of(args);
}

const TypeSpec kGenericAliasSpec = {
    .doc = "Represent a PEP 585 generic type\n\nE.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).",
    .flags = kTypeGc | kTypeBaseable | kTypeWeakrefable | kTypeKeyed,
    .basic_size = sizeof(GenericAlias),
    .ops = {.trace = alias_trace, .dealloc = alias_dealloc},
    .methods = alias_methods,
    .getset = alias_getset,
    .members = alias_members,
    .s = {.repr = alias_repr,
          .hash = alias_hash,
          .call = alias_call,
          .get_attr = alias_get_attr,
          .set_attr = generic_set_attr,
          .compare = alias_compare,
          .iter = alias_iter,
          .new_ = alias_new,
          .or_ = alias_or,
          .get_item = alias_get_item},
};
const TypeSpec kUnionSpec = {
    .doc = "Represent a PEP 604 union type\n\nE.g. for int | str",
    .flags = kTypeGc | kTypeKeyed,
    .basic_size = sizeof(Union),
    .ops = {.trace = union_trace, .dealloc = union_dealloc},
    .methods = union_methods,
    .getset = union_getset,
    .members = union_members,
    .s = {.repr = union_repr,
          .hash = union_hash,
          .get_attr = union_get_attr,
          .set_attr = generic_set_attr,
          .compare = union_compare,
          .or_ = union_or,
          .get_item = union_get_item},
};

}  // namespace taipan
