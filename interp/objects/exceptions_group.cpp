// BaseExceptionGroup, ExceptionGroup and what except* needs.
#include "interp/objects/abstract.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions_internal.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/native.h"
#include "interp/objects/set.h"
#include "interp/objects/small_types.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"

namespace taipan {

bool is_exception_group(Value v) { return v.is_heap() && is_subtype(type_of(v), types::BaseExceptionGroup); }

namespace {

GroupExc* ge(Value v) { return v.as<GroupExc>(); }

Ref group_new(TypeObject* cls, RawArgs a) {
  if (a.n != 2)
    return raise(types::TypeError, "BaseExceptionGroup.__new__() takes exactly 2 arguments (%zu given)", a.n);
  if (!is_str(a.v[0]))
    return raise(types::TypeError, "BaseExceptionGroup.__new__() argument 1 must be str, not %T", a.v[0]);
  if (!is_sequence(a.v[1])) return raise(types::TypeError, "second argument (exceptions) must be a sequence");
  Ref items = iterable_to_tuple(a.v[1]);
  if (!items) return nullptr;
  size_t n = tuple_size(items);
  if (n == 0) return raise(types::ValueError, "second argument (exceptions) must be a non-empty sequence");
  bool base_inside = false;
  for (size_t i = 0; i < n; i++) {
    Value e = tuple_at(items, i);
    if (!is_exception(e))
      return raise(types::ValueError, "Item %zu of second argument (exceptions) is not an exception", i);
    if (!is_subtype(type_of(e), types::Exception)) base_inside = true;
  }
  if (cls == types::BaseExceptionGroup) {
    if (!base_inside) cls = exception_group_type;
  } else if (cls == exception_group_type) {
    if (base_inside) return raise(types::TypeError, "Cannot nest BaseExceptions in an ExceptionGroup");
  } else if (base_inside && is_subtype(cls, types::Exception)) {
    return raise(types::TypeError, "Cannot nest BaseExceptions in '%.200s'", cls->cname);
  }
  Ref g = base_exception_new(cls, a);
  if (!g) return nullptr;
  gc::init(&ge(g)->message, Ref::dup(a.v[0]));
  gc::init(&ge(g)->exceptions, std::move(items));
  return g;
}
Ref group_str(Value self) {
  size_t n = tuple_size(ge(self)->exceptions);
  return format_str("%S (%zu sub-exception%s)", ge(self)->message, n, n > 1 ? "s" : "");
}
void group_trace(Header* h, gc::Visitor& v) {
  base_exc_trace(h, v);
  v.visit(reinterpret_cast<GroupExc*>(h)->message);
  v.visit(reinterpret_cast<GroupExc*>(h)->exceptions);
}
void group_clear(Header* h) {
  base_exc_clear(h);
  auto* g = reinterpret_cast<GroupExc*>(h);
  Ref a = gc::take(h, &g->message), b = gc::take(h, &g->exceptions);
}

Ref group_derive(Args& a) { return call(Value(types::BaseExceptionGroup), ge(a.self)->message, a[0]); }

// A group like `original` with the exceptions of list; None for none.
Ref subset(Value original, Value list) {
  if (list_size(list) == 0) return Ref::imm(kNone);
  Ref g = call_method(original, TAIPAN_NAME(derive), list);
  if (!g) return nullptr;
  if (!is_exception_group(g)) return raise(types::TypeError, "derive must return an instance of BaseExceptionGroup");
  set_traceback(g, gc::load(&base_exc(original)->traceback));
  set_context(g, Ref::dup(gc::load(&base_exc(original)->context)));
  set_cause(g, Ref::dup(gc::load(&base_exc(original)->cause)));
  Str* name = TAIPAN_NAME(__notes__);
  Ref notes = get_attr_opt(original, name);
  if (!notes) return nullptr;
  if (notes.get() != kMissing && is_sequence(notes)) {
    Ref copy = iterable_to_list(notes);
    if (!copy || !set_attr(g, name, copy)) return nullptr;
  }
  return g;
}

enum MatcherKind { kByType, kByPredicate, kByIdentity };

bool matcher_kind(Value m, MatcherKind* kind) {
  if (is_exception_class(m)) {
    *kind = kByType;
    return true;
  }
  if (is_tuple(m)) {
    bool all = true;
    for (size_t i = 0; i < tuple_size(m); i++) all = all && is_exception_class(tuple_at(m, i));
    if (all) {
      *kind = kByType;
      return true;
    }
  } else if (is_callable(m) && !is_type(m)) {
    *kind = kByPredicate;
    return true;
  }
  return raise(types::TypeError, "expected a function, exception type or tuple of exception types");
}

int matches(Value exc, MatcherKind kind, Value m) {
  if (kind == kByType) return exception_matches(exc, m);
  if (kind == kByPredicate) {
    Ref r = call(m, exc);
    return r ? is_true(r) : -1;
  }
  if (is_exception_group(exc)) return 0;
  Ref id = make_int(static_cast<int64_t>(exc.bits));
  return set_contains(m, id);
}

bool split_group(Value exc, MatcherKind kind, Value m, bool want_rest, Ref* match, Ref* rest) {
  *match = Ref::imm(kNone);
  *rest = Ref::imm(kNone);
  int hit = matches(exc, kind, m);
  if (hit < 0) return false;
  if (hit) {
    *match = Ref::dup(exc);
    return true;
  }
  if (!is_exception_group(exc)) {
    if (want_rest) *rest = Ref::dup(exc);
    return true;
  }
  Ref match_list = make_list(), rest_list = make_list();
  if (!match_list || !rest_list) return false;
  RecursionScope scope(" in exception_group_split_recursive");
  if (!scope.ok()) return false;
  Ref items = Ref::dup(ge(exc)->exceptions);
  for (size_t i = 0; i < tuple_size(items); i++) {
    Ref part_match, part_rest;
    if (!split_group(tuple_at(items, i), kind, m, want_rest, &part_match, &part_rest)) return false;
    if (part_match.get() != kNone && !list_append(match_list, std::move(part_match))) return false;
    if (part_rest.get() != kNone && !list_append(rest_list, std::move(part_rest))) return false;
  }
  *match = subset(exc, match_list);
  if (!*match) return false;
  if (want_rest) {
    *rest = subset(exc, rest_list);
    if (!*rest) return false;
  }
  return true;
}

Ref group_split(Args& a) {
  MatcherKind kind;
  Ref match, rest;
  if (!matcher_kind(a[0], &kind) || !split_group(a.self, kind, a[0], true, &match, &rest)) return nullptr;
  return make_tuple_of({match, rest});
}
Ref group_subgroup(Args& a) {
  MatcherKind kind;
  Ref match, rest;
  if (!matcher_kind(a[0], &kind) || !split_group(a.self, kind, a[0], false, &match, &rest)) return nullptr;
  return match;
}
Ref group_class_getitem(Args& a) { return make_generic_alias(a.self, a[0]); }

const NativeDef group_methods[] = {
    {"__class_getitem__", "($type, object, /)", group_class_getitem, kNativeClassMethod | kNativeNoSignature,
     "See PEP 585"},
    {"derive", "($self, excs, /)", group_derive, kNativeNoSignature, nullptr},
    {"split", "($self, matcher, /)", group_split, kNativeNoSignature, nullptr},
    {"subgroup", "($self, matcher, /)", group_subgroup, kNativeNoSignature, nullptr},
    {},
};
const MemberDef group_members[] = {
    {"message", kMemberValueNone, EXC_FIELD(GroupExc, message), true, "exception message"},
    {"exceptions", kMemberValueNone, EXC_FIELD(GroupExc, exceptions), true, "nested exceptions"},
    {},
};

bool collect_ids(Value exc, Value ids) {
  if (!is_exception_group(exc)) {
    Ref id = make_int(static_cast<int64_t>(exc.bits));
    return set_add(ids, id);
  }
  RecursionScope scope(" in collect_exception_group_leaf_ids");
  if (!scope.ok()) return false;
  Value items = ge(exc)->exceptions;
  for (size_t i = 0; i < tuple_size(items); i++) {
    if (!collect_ids(tuple_at(items, i), ids)) return false;
  }
  return true;
}

// True where e is what a handler got out of original (so it was re-raised, not raised anew).
bool same_metadata(Value e, Value original) {
  if (!is_exception_group(e) || !is_exception_group(original)) return false;
  BaseExc *x = base_exc(e), *y = base_exc(original);
  if (x->traceback != y->traceback || x->cause != y->cause || x->context != y->context) return false;
  Ref a = instance_get_ref(e.header(), TAIPAN_NAME(__notes__)),
      b = instance_get_ref(original.header(), TAIPAN_NAME(__notes__));
  return a.get() == b.get() || (a && b);
}

}  // namespace

Ref make_exception_group(Value message, Value exceptions_list) {
  return call(Value(types::BaseExceptionGroup), message, exceptions_list);
}

bool split_exception(Value exc, Value type, Ref* match, Ref* rest) {
  *match = Ref::imm(kNone);
  *rest = Ref::imm(kNone);
  if (exc == kNone) return true;
  if (exception_matches(exc, type)) {
    if (is_exception_group(exc)) {
      *match = Ref::dup(exc);
      return true;
    }
    Ref list = make_tuple(&exc, 1), text = empty_str();
    if (!list || !text) return false;
    *match = make_exception_group(text, list);
    if (!*match) return false;
    set_traceback(*match, gc::load(&base_exc(exc)->traceback));
    return true;
  }
  if (is_exception_group(exc)) {
    Ref pair = call_method(exc, TAIPAN_NAME(split), type);
    if (!pair) return false;
    if (!is_tuple_exact(pair)) {
      return raise(types::TypeError, "%.200T.split must return a tuple, not %.200T", exc, pair.get());
    }
    if (tuple_size(pair) < 2)
      return raise(types::TypeError, "%.200T.split must return a 2-tuple, got tuple of size %zu", exc,
                   tuple_size(pair));
    *match = Ref::dup(tuple_at(pair, 0));
    *rest = Ref::dup(tuple_at(pair, 1));
    return true;
  }
  *rest = Ref::dup(exc);
  return true;
}

Ref prepare_reraise_star(Value original, Value raised_list) {
  size_t n = list_size(raised_list);
  if (n == 0) return Ref::imm(kNone);
  // A plain exception that was wrapped: one clause ran at most, so there is one to raise at most.
  if (!is_exception_group(original)) return Ref::dup(list_at(raised_list, 0));
  Ref raised = make_list(), ids = make_set();
  if (!raised || !ids) return nullptr;
  bool any_again = false;
  for (size_t i = 0; i < n; i++) {
    Value e = list_at(raised_list, i);
    if (e == kNone) continue;
    if (same_metadata(e, original)) {
      any_again = true;
      if (!collect_ids(e, ids)) return nullptr;
    } else if (!list_append(raised, e)) {
      return nullptr;
    }
  }
  Ref again = Ref::imm(kNone), rest;
  if (any_again && !split_group(original, kByIdentity, ids, false, &again, &rest)) return nullptr;
  if (list_size(raised) == 0) return again;
  if (again.get() != kNone && !list_append(raised, std::move(again))) return nullptr;
  Ref text = empty_str();
  return make_exception_group(text, raised);
}

const TypeSpec kGroupExcLayout = {
    .ops = {.trace = group_trace, .clear = group_clear},
    .methods = group_methods,
    .members = group_members,
    .s = {.str = group_str, .init = base_exception_init, .new_ = group_new},
};

}  // namespace taipan
