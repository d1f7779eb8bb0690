// Named tuples in the manner of os.stat_result.
#include "interp/objects/structseq.h"
#include <cstdlib>
#include <cstring>
#include "interp/objects/abstract.h"
#include "interp/objects/dict.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/native.h"
#include "interp/objects/str.h"
#include "interp/objects/type_internal.h"

namespace taipan {

namespace {

// The fields beyond the sequence lie behind the visible items in the same cell: tuple code sees only `size` items. How many
// there are is known from the type (native_data).
struct Layout {
  const StructSpec* spec;
  size_t total, visible, unnamed;
};
const Layout* layout_of(const TypeObject* t) {
  while (t && !t->native_data) t = t->base;
  return t ? static_cast<const Layout*>(t->native_data) : nullptr;
}

Value* field(Value v, size_t i) { return v.as<Tuple>()->items() + i; }

void structseq_trace(Header* h, gc::Visitor& v) {
  const Layout* l = layout_of(shape_of_header(h)->type);
  v.visit_range(reinterpret_cast<Tuple*>(h)->items(), l->total);
}
void structseq_clear(Header* h) {
  const Layout* l = layout_of(shape_of_header(h)->type);
  Value* items = reinterpret_cast<Tuple*>(h)->items();
  for (size_t i = 0; i < l->total; i++) {
    if (items[i]) Ref dead = gc::take(h, items + i);
  }
}
void structseq_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  structseq_clear(h);
  finish_dealloc(h);
}
int64_t structseq_end(Header* h) {
  return static_cast<int64_t>(kTupleItems + layout_of(shape_of_header(h)->type)->total * sizeof(Value));
}

// fill: takes value i.
template <class F>
Ref build(TypeObject* cls, const Layout* l, F value_at) {
  Header* h = alloc_instance(cls, l->total * sizeof(Value));
  if (!h) return nullptr;
  Ref r = Ref::steal(h);
  reinterpret_cast<Tuple*>(h)->size = l->visible;
  for (size_t i = 0; i < l->total; i++) gc::init(field(r, i), value_at(i));
  return r;
}

Ref structseq_new(TypeObject* cls, RawArgs a) {
  const Layout* l = layout_of(cls);
  static const Signature sig("structseq", "(sequence, dict=None)");
  Value v[2];
  if (!sig.bind(a, v)) return nullptr;
  const char* name = l->spec->name;
  Ref items;
  if (is_tuple(v[0]) || is_list(v[0]) || type_of(v[0])->s.iter || type_of(v[0])->s.get_item)
    items = iterable_to_tuple(v[0]);
  if (!items) {
    if (error_occurred() && !error_matches(types::TypeError)) return nullptr;
    clear_error();
    return raise(types::TypeError, "constructor requires a sequence");
  }
  Value extra = v[1];
  if (extra && !is_dict(extra)) return raise(types::TypeError, "%.500s() takes a dict as second arg, if any", name);
  size_t n = tuple_size(items);
  if (l->visible != l->total) {
    if (n < l->visible)
      return raise(types::TypeError, "%.500s() takes an at least %zu-sequence (%zu-sequence given)", name, l->visible,
                   n);
    if (n > l->total)
      return raise(types::TypeError, "%.500s() takes an at most %zu-sequence (%zu-sequence given)", name, l->total, n);
  } else if (n != l->visible) {
    return raise(types::TypeError, "%.500s() takes a %zu-sequence (%zu-sequence given)", name, l->visible, n);
  }
  return build(cls, l, [&](size_t i) -> Ref {
    if (i < n) return Ref::dup(tuple_at(items, i));
    Value given = extra ? dict_get_cstr(extra, l->spec->fields[i].name) : Value();
    return Ref::dup(given ? given : kNone);
  });
}

Ref structseq_repr(Value v) {
  const Layout* l = layout_of(type_of(v));
  StrBuilder b;
  if (!b.append_utf8(type_of(v)->cname) || !b.append_char('(')) return nullptr;
  size_t shown = 0, named = 0;
  for (size_t i = 0; i < l->visible; i++) {
    // The i-th name, unnamed fields not counted: os.stat_result shows its integer times as st_atime and so on.
    while (l->spec->fields[named].name == kUnnamed) named++;
    const char* name = l->spec->fields[named].name;
    if (name) named++;
    Ref text = repr_of(*field(v, i));
    if (!text || (shown++ && !b.append_ascii(", "))) return nullptr;
    if (name && (!b.append_utf8(name) || !b.append_char('='))) return nullptr;
    if (!b.append(text)) return nullptr;
  }
  if (!b.append_char(')')) return nullptr;
  return b.finish();
}

Ref structseq_reduce(Args& a) {
  const Layout* l = layout_of(type_of(a.self));
  Ref items = make_tuple(field(a.self, 0), l->visible);
  Ref rest = make_dict();
  if (!items || !rest) return nullptr;
  for (size_t i = l->visible; i < l->total; i++) {
    const char* name = l->spec->fields[i].name;
    if (name != kUnnamed && !dict_set_cstr(rest, name, *field(a.self, i))) return nullptr;
  }
  Ref args = make_tuple_of({items, rest});
  if (!args) return nullptr;
  return make_tuple_of({Value(type_of(a.self)), args});
}

Ref match_args(const StructSpec* spec, size_t visible) {
  Ref list = make_list();
  for (size_t i = 0; list && i < visible; i++) {
    if (spec->fields[i].name == kUnnamed) continue;
    Ref s = intern_str(spec->fields[i].name);
    if (!s || !list_append(list, std::move(s))) return nullptr;
  }
  return list ? list_to_tuple(list) : Ref();
}

const NativeDef structseq_methods[] = {
    {"__reduce__", "($self, /)", structseq_reduce, kNativeNoSignature, nullptr},
    {},
};

}  // namespace

TypeObject* make_structseq_type(const StructSpec* spec) {
  auto* layout = static_cast<Layout*>(calloc(1, sizeof(Layout)));
  layout->spec = spec;
  while (spec->fields[layout->total].name) {
    if (spec->fields[layout->total].name == kUnnamed) layout->unnamed++;
    layout->total++;
  }
  layout->visible = static_cast<size_t>(spec->n_in_sequence);
  auto* members = static_cast<MemberDef*>(calloc(layout->total + 1, sizeof(MemberDef)));
  size_t n = 0;
  for (size_t i = 0; i < layout->total; i++) {
    if (spec->fields[i].name == kUnnamed) continue;
    members[n++] = {spec->fields[i].name, kMemberValueNone, static_cast<uint32_t>(kTupleItems + i * sizeof(Value)),
                    true, spec->fields[i].doc};
  }
  auto* type_spec = new TypeSpec{
      .doc = spec->doc,
      .flags = kTypeGc | kTypeVarSize | (spec->fixed ? uint32_t{kTypeNoInstantiate} : 0u),
      .basic_size = kTupleItems,
      .ops = {.trace = structseq_trace, .clear = structseq_clear, .dealloc = structseq_dealloc},
      .methods = structseq_methods,
      .members = members,
      .s = {.repr = structseq_repr, .new_ = structseq_new},
      .var_end = structseq_end,
  };
  TypeObject* t = make_native_type(spec->name, types::Tuple, type_spec);
  if (!t) return nullptr;
  t->native_data = layout;
  if (spec->fixed) {
    t->s.new_ = nullptr;
    if (dict_delete(t->dict, Value(TAIPAN_NAME(__new__))) < 0) return nullptr;
  }
  bool ok =
      dict_set_str(t->dict, TAIPAN_NAME(n_sequence_fields), Value::from_int(static_cast<int64_t>(layout->visible))) &&
      dict_set_str(t->dict, TAIPAN_NAME(n_fields), Value::from_int(static_cast<int64_t>(layout->total))) &&
      dict_set_str(t->dict, TAIPAN_NAME(n_unnamed_fields), Value::from_int(static_cast<int64_t>(layout->unnamed)));
  Ref names = match_args(spec, layout->visible);
  ok = ok && names && dict_set_str(t->dict, TAIPAN_NAME(__match_args__), names);
  type_modified(t);
  return ok ? t : nullptr;
}

Ref make_structseq(TypeObject* type, Ref* values, size_t n) {
  const Layout* l = layout_of(type);
  return build(type, l, [&](size_t i) -> Ref { return i < n && values[i] ? std::move(values[i]) : Ref::imm(kNone); });
}

}  // namespace taipan
