// re.Match.
#include "interp/modules/sre/pattern.h"
#include "interp/objects/abstract.h"
#include "interp/objects/containers.h"
#include "interp/objects/dict.h"
#include "interp/objects/int.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/tuple.h"

namespace taipan::sre {

static Match* match_of(Value v) { return v.as<Match>(); }
static Pattern* pattern_of(Value v) { return v.as<Pattern>(); }

Ref make_match(Value pattern, const Subject& s, const Engine& e, int64_t pos, int64_t endpos, int result) {
  if (result < 0) return nullptr;
  if (result == 0) return Ref::imm(kNone);
  int64_t groups = pattern_of(pattern)->groups + 1;
  Match* m = alloc_instance_as<Match>(match_type(), static_cast<size_t>(2 * groups) * sizeof(int64_t));
  if (!m) return nullptr;
  m->pos = pos;
  m->endpos = endpos;
  m->groups = groups;
  m->last_index = e.last_index();
  int64_t* marks = m->marks();
  marks[0] = e.start();
  marks[1] = e.end();
  for (size_t i = 0; i < static_cast<size_t>(groups - 1); i++) {
    int64_t start = e.mark(2 * i), end = e.mark(2 * i + 1);
    bool set = start >= 0 && end >= start;
    marks[2 * i + 2] = set ? start : -1;
    marks[2 * i + 3] = set ? end : -1;
  }
  gc::init(&m->string, Ref::dup(s.string));
  gc::init(&m->pattern, Ref::dup(pattern));
  return Ref::steal(m);
}

// A group's number; -1 with IndexError (or what looking up a strange key raised).
static int64_t group_index(Match* m, Value v) {
  int64_t i = -1;
  if (v.is_int()) {
    i = v.as_int();
  } else if (has_index(v)) {
    Ref n = to_index(v);
    if (!n) return -1;
    if (!int_fits64(n, &i)) i = -1;
  } else if (pattern_of(m->pattern)->groupindex) {
    Value found = dict_get(pattern_of(m->pattern)->groupindex, v);
    if (found.is_null())
      clear_error();
    else if (found != kMissing && found.is_int())
      i = found.as_int();
  }
  if (i < 0 || i >= m->groups) return raise(types::IndexError, "no such group");
  return i;
}
static Ref slice(Match* m, int64_t i, Value otherwise) {
  int64_t start = m->marks()[2 * i], end = m->marks()[2 * i + 1];
  if (start < 0 || m->string == kNone) return Ref::dup(otherwise);
  if (is_str(m->string)) return str_substring(m->string, static_cast<size_t>(start), static_cast<size_t>(end));
  Subject s;
  if (!s.open(m->string, nullptr)) return nullptr;
  return s.slice(start, end);
}

static Ref match_group(Args& a) {
  Match* m = match_of(a.self);
  if (a.raw.kwnames && tuple_size(a.raw.kwnames))
    return raise(types::TypeError, "Match.group() takes no keyword arguments");
  if (a.raw.n == 0) return slice(m, 0, kNone);
  if (a.raw.n == 1) {
    int64_t i = group_index(m, a.raw.v[0]);
    return i < 0 ? nullptr : slice(m, i, kNone);
  }
  Ref t = make_tuple(a.raw.n);
  for (size_t k = 0; t && k < a.raw.n; k++) {
    int64_t i = group_index(m, a.raw.v[k]);
    if (i < 0) return nullptr;
    Ref part = slice(m, i, kNone);
    if (!part) return nullptr;
    tuple_init(t, k, std::move(part));
  }
  return t;
}
static Ref match_get_item(Value self, Value key) {
  int64_t i = group_index(match_of(self), key);
  return i < 0 ? nullptr : slice(match_of(self), i, kNone);
}
static Ref match_groups(Args& a) {
  Match* m = match_of(a.self);
  Value otherwise = a.get(0, kNone);
  Ref t = make_tuple(static_cast<size_t>(m->groups - 1));
  for (int64_t i = 1; t && i < m->groups; i++) {
    Ref part = slice(m, i, otherwise);
    if (!part) return nullptr;
    tuple_init(t, static_cast<size_t>(i - 1), std::move(part));
  }
  return t;
}
static Ref match_groupdict(Args& a) {
  Match* m = match_of(a.self);
  Value otherwise = a.get(0, kNone);
  Ref d = make_dict();
  if (!d || !pattern_of(m->pattern)->groupindex) return d;
  size_t pos = 0;
  Value key, number;
  Ref index = Ref::dup(pattern_of(m->pattern)->groupindex);
  while (dict_next(index, &pos, &key, &number)) {
    Ref k = Ref::dup(key);
    int64_t i = group_index(m, number);
    if (i < 0) return nullptr;
    Ref part = slice(m, i, otherwise);
    if (!part || !dict_set(d, k, part)) return nullptr;
  }
  return d;
}
static Ref match_start(Args& a) {
  int64_t i = a.has(0) ? group_index(match_of(a.self), a[0]) : 0;
  return i < 0 ? nullptr : make_int(match_of(a.self)->marks()[2 * i]);
}
static Ref match_end(Args& a) {
  int64_t i = a.has(0) ? group_index(match_of(a.self), a[0]) : 0;
  return i < 0 ? nullptr : make_int(match_of(a.self)->marks()[2 * i + 1]);
}
static Ref span_of(Match* m, int64_t i) {
  Ref start = make_int(m->marks()[2 * i]), end = make_int(m->marks()[2 * i + 1]);
  return make_tuple_of({start.get(), end.get()});
}
static Ref match_span(Args& a) {
  int64_t i = a.has(0) ? group_index(match_of(a.self), a[0]) : 0;
  return i < 0 ? nullptr : span_of(match_of(a.self), i);
}
static Ref match_expand(Args& a) {
  Ref f = import_attr("re", "_expand");
  if (!f) return nullptr;
  return call(f, match_of(a.self)->pattern, a.self, a[0]);
}
static Ref match_copy(Args& a) { return Ref::dup(a.self); }

static Ref match_regs(Value v) {
  Match* m = match_of(v);
  {
    gc::ObjectLock lock(&m->h);
    if (Value made = gc::load(&m->regs)) return Ref::dup(made);
  }
  Ref t = make_tuple(static_cast<size_t>(m->groups));
  for (int64_t i = 0; t && i < m->groups; i++) {
    Ref span = span_of(m, i);
    if (!span) return nullptr;
    tuple_init(t, static_cast<size_t>(i), std::move(span));
  }
  if (!t) return nullptr;
  gc::ObjectLock lock(&m->h);
  if (Value made = gc::load(&m->regs)) return Ref::dup(made);  // (what was made is dropped after the lock)
  gc::init(&m->regs, t.copy());
  return t;
}
static Ref match_lastindex(Value v) {
  int64_t i = match_of(v)->last_index;
  return i >= 0 ? make_int(i) : Ref::imm(kNone);
}
static Ref match_lastgroup(Value v) {
  Match* m = match_of(v);
  Value names = pattern_of(m->pattern)->indexgroup;
  if (m->last_index >= 0 && names && static_cast<size_t>(m->last_index) < tuple_size(names))
    return Ref::dup(tuple_at(names, static_cast<size_t>(m->last_index)));
  return Ref::imm(kNone);
}
static Ref match_repr(Value v) {
  Match* m = match_of(v);
  Ref text = slice(m, 0, kNone);
  if (!text) return nullptr;
  return format_str("<%s object; span=(%zd, %zd), match=%.50R>", type_of(v)->cname, static_cast<ssize_t>(m->marks()[0]),
                    static_cast<ssize_t>(m->marks()[1]), text.get());
}

static void match_trace(Header* h, gc::Visitor& v) {
  Match* m = reinterpret_cast<Match*>(h);
  v.visit(m->string);
  v.visit(m->pattern);
  v.visit(m->regs);
}
static void match_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  Match* m = reinterpret_cast<Match*>(h);
  { Ref a = gc::take(h, &m->string), b = gc::take(h, &m->pattern), c = gc::take(h, &m->regs); }
  finish_dealloc(h);
}

static int64_t match_var_end(Header* h) {
  return static_cast<int64_t>(sizeof(Match)) +
         2 * reinterpret_cast<Match*>(h)->groups * static_cast<int64_t>(sizeof(int64_t));
}

static const NativeDef kMatchMethods[] = {
    {"group", "(...)", match_group, kNativeNoSignature,
     "group([group1, ...]) -> str or tuple.\n    Return subgroup(s) of the match by indices or names.\n    For 0 "
     "returns the entire match."},
    {"start", "($self, group=0, /)", match_start, 0, "Return index of the start of the substring matched by group."},
    {"end", "($self, group=0, /)", match_end, 0, "Return index of the end of the substring matched by group."},
    {"span", "($self, group=0, /)", match_span, 0,
     "For match object m, return the 2-tuple (m.start(group), m.end(group))."},
    {"groups", "($self, /, default=None)", match_groups, 0,
     "Return a tuple containing all the subgroups of the match, from 1.\n\n  default\n    Is used for groups that did "
     "not participate in the match."},
    {"groupdict", "($self, /, default=None)", match_groupdict, 0,
     "Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.\n\n  default\n  "
     "  Is used for groups that did not participate in the match."},
    {"expand", "($self, /, template)", match_expand, 0,
     "Return the string obtained by doing backslash substitution on the string template, as done by the sub() method."},
    {"__copy__", "($self, /)", match_copy, 0, nullptr},
    {"__deepcopy__", "($self, memo, /)", match_copy, 0, nullptr},
    TAIPAN_CLASS_GETITEM,
    {},
};
static const GetSetDef kMatchGetSet[] = {
    {"lastindex", match_lastindex, nullptr, "The integer index of the last matched capturing group."},
    {"lastgroup", match_lastgroup, nullptr, "The name of the last matched capturing group."},
    {"regs", match_regs, nullptr, nullptr},
    {},
};
static const MemberDef kMatchMembers[] = {
    {"string", kMemberValue, offsetof(Match, string), true, "The string passed to match() or search()."},
    {"re", kMemberValue, offsetof(Match, pattern), true, "The regular expression object."},
    {"pos", kMemberSsize, offsetof(Match, pos), true,
     "The index into the string at which the RE engine started looking for a match."},
    {"endpos", kMemberSsize, offsetof(Match, endpos), true,
     "The index into the string beyond which the RE engine will not go."},
    {},
};
TypeObject* match_type() {
  static const TypeSpec spec = {
      .doc = "The result of re.match() and re.search().\nMatch objects always have a boolean value of True.",
      .flags = kTypeGc | kTypeNoInstantiate | kTypeVarSize | kTypeKeyed | kTypeParallel,
      .basic_size = sizeof(Match),
      .ops = {.trace = match_trace, .dealloc = match_dealloc},
      .methods = kMatchMethods,
      .getset = kMatchGetSet,
      .members = kMatchMembers,
      .s = {.repr = match_repr, .get_item = match_get_item},
      .var_end = match_var_end};
  static TypeObject* const type = make_native_type("re.Match", types::Object, &spec);
  return type;
}

}  // namespace taipan::sre
