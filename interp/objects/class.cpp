// Making classes: metaclass, best base, layout, __slots__, MRO, slots, __set_name__ and __init_subclass__; changing __bases__.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include "frontend/bytecode/code_unit.h"
#include "interp/objects/abstract.h"
#include "interp/objects/dict.h"
#include "interp/objects/function.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/native.h"
#include "interp/objects/parallel.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"
#include "interp/objects/type_internal.h"
#include "interp/objects/weakref.h"

namespace taipan {

namespace {
TypeObject* ty(Value v) { return v.as<TypeObject>(); }
bool has_items(const TypeObject* t) {
  return ((t->flags & kTypeVarSize) && !(t->flags & kSubStr)) || (t->flags & kSubType);
}
}  // namespace

// ---- Metaclass and best base --------------------------------------------------------------------------------------------------------

TypeObject* calculate_metaclass(TypeObject* meta, Value bases) {
  TypeObject* winner = meta;
  for (size_t i = 0; i < tuple_size(bases); i++) {
    TypeObject* t = type_of(tuple_at(bases, i));
    if (is_subtype(winner, t)) continue;
    if (is_subtype(t, winner)) {
      winner = t;
      continue;
    }
    return raise(types::TypeError,
                 "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the "
                 "metaclasses of all its bases");
  }
  return winner;
}

// The nearest class in the chain of bases that gives instances a layout of their own.
static TypeObject* solid_base(TypeObject* t) {
  for (; t->base; t = t->base) {
    if (t->basic_size != t->base->basic_size || has_items(t) != has_items(t->base)) return t;
  }
  return t;
}

TypeObject* best_base(Value bases) {
  TypeObject *winner = nullptr, *best = nullptr;
  for (size_t i = 0; i < tuple_size(bases); i++) {
    Value b = tuple_at(bases, i);
    if (!is_type(b)) return raise(types::TypeError, "bases must be types");
    if (!(ty(b)->flags & kTypeBaseable))
      return raise(types::TypeError, "type '%.100s' is not an acceptable base type", ty(b)->cname);
    TypeObject* candidate = solid_base(ty(b));
    if (!winner) {
      winner = candidate;
      best = ty(b);
    } else if (is_subtype(winner, candidate)) {
    } else if (is_subtype(candidate, winner)) {
      winner = candidate;
      best = ty(b);
    } else {
      return raise(types::TypeError, "multiple bases have instance lay-out conflict");
    }
  }
  return best;
}

// ---- MRO ------------------------------------------------------------------------------------------------------------------------------

namespace {

Fail inconsistent_mro(Value* lists, const size_t* heads, size_t n) {
  Ref names = make_list();
  if (!names) return failed();
  for (size_t i = 0; i < n; i++) {
    size_t size = tuple_size(lists[i]);
    if (heads[i] >= size) continue;
    Value c = tuple_at(lists[i], heads[i]);
    bool seen = false;
    for (size_t j = 0; j < list_size(names); j++) seen |= list_at(names, j) == c;
    if (!seen && !list_append(names, c)) return failed();
  }
  StrBuilder b;
  for (size_t i = 0; i < list_size(names); i++) {
    Ref name = get_attr_opt(list_at(names, i), TAIPAN_NAME(__name__));
    if (!name) return failed();
    Ref text = name.get() == kMissing ? repr_of(list_at(names, i)) : str_of(name);
    if (!text || (i && !b.append_ascii(", ")) || !b.append(text)) return failed();
  }
  Ref text = b.finish();
  if (!text) return failed();
  return raise(types::TypeError, "Cannot create a consistent method resolution\norder (MRO) for bases %S", text.get());
}

}  // namespace

Ref compute_mro(TypeObject* type, Value bases) {
  size_t n = tuple_size(bases);
  for (size_t i = 0; i < n; i++) {
    if (!ty(tuple_at(bases, i))->mro) {
      return raise(types::TypeError, "Cannot extend an incomplete type '%.100s'", ty(tuple_at(bases, i))->cname);
    }
  }
  if (n == 1) {
    Value m = ty(tuple_at(bases, 0))->mro;
    Ref out = make_tuple(tuple_size(m) + 1);
    if (!out) return nullptr;
    tuple_init(out, 0, Ref::dup(type));
    for (size_t i = 0; i < tuple_size(m); i++) tuple_init(out, i + 1, Ref::dup(tuple_at(m, i)));
    return out;
  }
  for (size_t i = 0; i < n; i++) {
    for (size_t j = i + 1; j < n; j++) {
      if (tuple_at(bases, i) == tuple_at(bases, j)) {
        return raise(types::TypeError, "duplicate base class %s", ty(tuple_at(bases, i))->cname);
      }
    }
  }
  // C3: repeatedly take the first head that is in no other list's tail.
  size_t count = n + 1, total = 1;
  auto* lists = static_cast<Value*>(calloc(count, sizeof(Value)));
  auto* heads = static_cast<size_t*>(calloc(count, sizeof(size_t)));
  for (size_t i = 0; i < n; i++) {
    lists[i] = ty(tuple_at(bases, i))->mro;
    total += tuple_size(lists[i]);
  }
  lists[n] = bases;
  auto* out = static_cast<Value*>(calloc(total + 1, sizeof(Value)));
  size_t filled = 0;
  out[filled++] = Value(type);
  bool ok = true;
  for (;;) {
    Value pick;
    bool any = false;
    for (size_t i = 0; i < count && !pick; i++) {
      if (heads[i] >= tuple_size(lists[i])) continue;
      any = true;
      Value c = tuple_at(lists[i], heads[i]);
      bool blocked = false;
      for (size_t j = 0; j < count && !blocked; j++) {
        for (size_t k = heads[j] + 1; k < tuple_size(lists[j]) && !blocked; k++) blocked = tuple_at(lists[j], k) == c;
      }
      if (!blocked) pick = c;
    }
    if (!any) break;
    if (!pick) {
      inconsistent_mro(lists, heads, count);
      ok = false;
      break;
    }
    out[filled++] = pick;
    for (size_t j = 0; j < count; j++) {
      if (heads[j] < tuple_size(lists[j]) && tuple_at(lists[j], heads[j]) == pick) heads[j]++;
    }
  }
  Ref r = ok ? make_tuple(out, filled) : Ref();
  free(lists);
  free(heads);
  free(out);
  return r;
}

Ref type_mro_method(TypeObject* t) {
  TypeObject* meta = type_of(Value(t));
  if (meta == types::Type) return compute_mro(t, t->bases);
  Value f = type_lookup(meta, TAIPAN_NAME(mro));
  if (f && has_shape(f, kShapeMethodDescriptor) && f.as<MethodDescriptor>()->type == types::Type)
    return compute_mro(t, t->bases);
  if (!(t->flags & kTypeUncached)) {  // its MRO may hold classes whose changes nobody would report to it
    StoppedWorld stopped(t->flags & kTypeReady);
    t->flags |= kTypeUncached;
  }
  Ref r = call_method(Value(t), TAIPAN_NAME(mro));
  if (!r) return nullptr;
  Ref mro = iterable_to_tuple(r);
  if (!mro) return nullptr;
  TypeObject* solid = solid_base(t);
  for (size_t i = 0; i < tuple_size(mro); i++) {
    Value c = tuple_at(mro, i);
    if (!is_type(c)) return raise(types::TypeError, "mro() returned a non-class ('%.500T')", c);
    if (!is_subtype(solid, solid_base(ty(c)))) {
      return raise(types::TypeError, "mro() returned base with unsuitable layout ('%.500s')", ty(c)->cname);
    }
  }
  if (is_tuple_exact(mro)) return mro;
  return make_tuple(mro.as<Tuple>()->items(), tuple_size(mro));
}

// Returns what was there, which the caller drops.
static Ref set_class_field(TypeObject* t, Value* field, Ref v) {
  StoppedWorld stopped(t->flags & kTypeReady);
  return gc::exchange(&t->h, field, std::move(v));
}

bool type_update_mro(TypeObject* t) {
  Ref mro = type_mro_method(t);
  if (!mro) return false;
  type_modified(t);
  Ref old = set_class_field(t, &t->mro, std::move(mro));
  type_modified(t);
  gc::displaced(&t->h, old);  // until now others could find what its classes have by the version that was
  return true;
}

// ---- __slots__ ---------------------------------------------------------------------------------------------------------------------------

namespace {

// Private names (__x) in class C become _C__x.
Ref mangle(Str* class_name, Value name) {
  const Str* s = name.as<Str>();
  size_t n = s->length;
  if (n < 3 || s->at(0) != '_' || s->at(1) != '_') return Ref::dup(name);
  if (s->at(n - 1) == '_' && s->at(n - 2) == '_') return Ref::dup(name);
  for (size_t i = 0; i < n; i++) {
    if (s->at(i) == '.') return Ref::dup(name);
  }
  size_t skip = 0;
  while (skip < class_name->length && class_name->at(skip) == '_') skip++;
  if (skip == class_name->length) return Ref::dup(name);
  StrBuilder b;
  if (!b.append_char('_') || !b.append_slice(Value(class_name), skip, class_name->length) || !b.append(name))
    return nullptr;
  return b.finish();
}

struct SlotPlan {
  Ref names;  // sorted list of mangled names
  bool add_dict = false, add_weak = false;
};

bool plan_slots(SlotPlan* plan, Str* name, TypeObject* base, Value bases, Value dict, Value slots) {
  bool may_dict = !(base->flags & kTypeHasDict);
  bool may_weak = !(base->flags & kTypeWeakrefable) && !has_items(base);
  Ref items;
  if (is_str(slots)) {
    items = make_tuple_of({slots});
  } else {
    items = iterable_to_tuple(slots);
  }
  if (!items) return false;
  size_t n = tuple_size(items);
  if (n > 0 && has_items(base)) {
    return raise(types::TypeError, "nonempty __slots__ not supported for subtype of '%s'", base->cname);
  }
  plan->names = make_list();
  if (!plan->names) return false;
  for (size_t i = 0; i < n; i++) {
    Value item = tuple_at(items, i);
    if (!is_str(item)) return raise(types::TypeError, "__slots__ items must be strings, not '%.200T'", item);
    if (!str_is_identifier(item)) return raise(types::TypeError, "__slots__ must be identifiers");
    if (str_eq_ascii(item, "__dict__")) {
      if (!may_dict || plan->add_dict) return raise(types::TypeError, "__dict__ slot disallowed: we already got one");
      plan->add_dict = true;
      continue;
    }
    if (str_eq_ascii(item, "__weakref__")) {
      if (!may_weak || plan->add_weak) {
        return raise(types::TypeError, "__weakref__ slot disallowed: either we already got one, or __itemsize__ != 0");
      }
      plan->add_weak = true;
      continue;
    }
    Ref mangled = mangle(name, item);
    if (!mangled) return false;
    Ref keep;
    Str* plain = interned_name(mangled.as<Str>(), &keep);
    if (!plain) return false;
    mangled = Ref::dup(plain);
    int there = dict_contains(dict, mangled);
    if (there < 0) return false;
    if (there && !str_eq_ascii(mangled, "__qualname__") && !str_eq_ascii(mangled, "__classcell__")) {
      return raise(types::ValueError, "%R in __slots__ conflicts with class variable", mangled.get());
    }
    if (!list_append(plan->names, std::move(mangled))) return false;
  }
  if (!list_sort(plan->names, Value(), false)) return false;
  // A secondary base may bring what the primary one lacks.
  for (size_t i = 0; i < tuple_size(bases); i++) {
    TypeObject* b = ty(tuple_at(bases, i));
    if (b == base) continue;
    if (may_dict && (b->flags & kTypeHasDict)) plan->add_dict = true;
    if (may_weak && (b->flags & kTypeWeakrefable)) plan->add_weak = true;
  }
  return true;
}

// ---- Layout ------------------------------------------------------------------------------------------------------------------------------

// The attributes that instances will have, as far as the class can tell: those that __init__ stores, its own and the bases', and those that are
// annotated. Already the first instance has room for them, so that it has the shapes of the later ones.
class ExpectedAttributes {
 public:
  static constexpr size_t kMost = 24;
  size_t count() const { return count_; }
  void add_class(Value dict) {
    if (!is_dict(dict)) return;
    if (Value init = dict_get_str(dict, TAIPAN_NAME(__init__)); has_shape(init, kShapeFunction)) {
      const Code* code = init.as<Function>()->code;
      const Value* names = code_names(code);
      for (uint32_t i = 0; i < code->instruction_count && code->argcount; i++) {
        const frontend::Instruction& in = code->instructions[i];
        if (in.op == frontend::kOpSTORE_ATTR && in.a == 0) add(names[in.c]);
      }
    }
    Value notes = dict_get_str(dict, TAIPAN_NAME(__annotations__));
    size_t at = 0;
    if (is_dict_exact(notes))
      for (Value name, note; dict_next(notes, &at, &name, &note);)
        if (is_str_exact(name)) add(name);
  }

 private:
  void add(Value name) {
    for (size_t i = 0; i < count_; i++)
      if (names_[i] == name) return;
    if (count_ < kMost) names_[count_++] = name;
  }
  Value names_[kMost];
  size_t count_ = 0;
};
uint32_t expected_attributes(TypeObject* t) {
  ExpectedAttributes all;
  all.add_class(t->dict);
  for (size_t i = 0; i < tuple_size(t->bases); i++) {
    Value mro = ty(tuple_at(t->bases, i))->mro;  // null while its own is being worked out
    for (size_t k = 0; mro && k < tuple_size(mro); k++)
      if (TypeObject* c = ty(tuple_at(mro, k)); c->flags & kTypeHeap) all.add_class(c->dict);
  }
  return static_cast<uint32_t>(all.count());
}

void layout_class(TypeObject* t, TypeObject* base, size_t nslots) {
  t->native_base = base->native_base;
  t->native_ops = base->native_ops;
  t->var_end = base->var_end;
  t->spec = nullptr;
  t->ops = *t->native_ops;
  t->ops.name = t->cname;
  t->ops.trace = &instance_trace;
  t->ops.trace_anytime = !t->native_ops->trace || t->native_ops->trace_anytime;
  t->ops.clear = &instance_clear;
  if (!t->ops.dealloc) t->ops.dealloc = &generic_dealloc;
  t->basic_size = base->basic_size;
  if (nslots) t->basic_size = ((base->basic_size + 7) & ~7u) + static_cast<uint32_t>(nslots * sizeof(Value));
  uint32_t capacity = 0, flags = 0;
  t->attr_offset = 0;
  if (t->flags & kTypeHasDict) {
    if (t->flags & kTypeDictMode) {
      t->attr_offset = base->attr_offset;
      flags = kShapeDictMode;
    } else if (t->flags & kTypeVarSize) {
      t->attr_offset = -1;
    } else {
      t->attr_offset = static_cast<int32_t>((t->basic_size + 7) & ~7u);
      capacity =
          base->flags & kTypeHeap ? gc::peek(__atomic_load_n(&base->root_shape, __ATOMIC_ACQUIRE)->wanted_capacity) : 0;
      uint32_t least = t->native_base == types::Object ? 4 : 2;
      capacity = std::max({capacity, least, expected_attributes(t)});
      if ((static_cast<uint32_t>(t->attr_offset) + 8 + 8 * capacity) % 16) capacity++;
    }
  }
  t->root_shape = make_root_shape(t, capacity, flags, 0);
  if (flags) t->dict_shape = t->root_shape;
}

// The attributes every class with instances of its own kind offers.
// An instance of a class that mixes in such a class but is laid out by a built-in type goes by that type's own rules.
Value native_dict_descr(Value self) {
  TypeObject* n = type_of(self)->native_base;
  return n != types::Object ? type_lookup(n, TAIPAN_NAME(__dict__)) : Value();
}
Ref instance_dict_get(Value self) {
  if (Value d = native_dict_descr(self); d && d.as<GetSetDescriptor>()->def != &instance_dict_def) {
    return type_of(d)->s.descr_get(d, self, Value(type_of(self)));
  }
  if (Ref d = instance_dict(self.header())) return d;
  if (error_occurred()) return nullptr;
  return raise(types::AttributeError, "This object has no __dict__");
}
bool instance_dict_set(Value self, Value v) {
  if (Value d = native_dict_descr(self); d && d.as<GetSetDescriptor>()->def != &instance_dict_def) {
    return type_of(d)->s.descr_set(d, self, v);
  }
  if (!has_attr_area(shape_of(self))) return raise(types::AttributeError, "This object has no __dict__");
  if (v && !is_dict(v)) return raise(types::TypeError, "__dict__ must be set to a dictionary, not a '%.200T'", v);
  if (!v) {
    Ref fresh = make_dict();
    return fresh && set_instance_dict(self.header(), fresh);
  }
  return set_instance_dict(self.header(), v);
}
Ref weakref_attr_get(Value self) {
  Ref list = weakref_list(self);
  if (!list) return nullptr;
  if (list_size(list) == 0) return Ref::imm(kNone);
  return Ref::dup(list_at(list, 0));
}

const GetSetDef weakref_def = {"__weakref__", weakref_attr_get, nullptr,
                               "list of weak references to the object (if defined)"};

bool wrap_special_function(Value dict, Str* name, Ref (*make)(Value)) {
  Value f = dict_get_str(dict, name);
  if (!f || !is_function(f)) return true;
  Ref wrapped = make(f);
  return wrapped && dict_set_str(dict, name, wrapped);
}

// A copy of the namespace with interned keys.
Ref class_dict(Value ns) {
  Ref dict = dict_copy(ns);
  if (!dict) return nullptr;
  bool clean = true;
  size_t pos = 0;
  Value k, v;
  while (dict_next(dict, &pos, &k, &v)) {
    if (is_str(k) && !(is_str_exact(k) && k.as<Str>()->interned.load(std::memory_order_relaxed))) clean = false;
  }
  if (clean) return dict;
  Ref again = make_dict(dict_size(dict));
  if (!again) return nullptr;
  pos = 0;
  while (dict_next(dict, &pos, &k, &v)) {
    Ref key = Ref::dup(k);
    if (is_str(k)) {
      Ref keep;
      Str* s = interned_name(k.as<Str>(), &keep);
      if (!s) return nullptr;
      key = Ref::dup(s);
    }
    if (!dict_set(again, key, v)) return nullptr;
  }
  return again;
}

bool call_set_names(TypeObject* t) {
  Str* name = TAIPAN_NAME(__set_name__);
  // Most classes have only functions and plain values: no copy for those.
  bool any = false;
  size_t pos = 0;
  Value k, v;
  while (dict_next(t->dict, &pos, &k, &v)) {
    if (!is_function(v) && v.is_heap() && type_lookup(type_of(v), name)) any = true;
  }
  if (!any) return true;
  Ref copy = dict_copy(t->dict);
  if (!copy) return false;
  pos = 0;
  while (dict_next(copy, &pos, &k, &v)) {
    Ref f = lookup_special(v, name);
    if (!f) {
      if (error_occurred()) return false;
      continue;
    }
    Ref r = call(f, Value(t), k);
    if (!r) {
      wrap_raise(types::RuntimeError, "Error calling __set_name__ on '%.100T' instance %R in '%.100s'", v, k, t->cname);
      return false;
    }
  }
  return true;
}

bool call_init_subclass(TypeObject* t, RawArgs kwargs) {
  bool found;
  Ref f = super_lookup(t, Value(t), t, TAIPAN_NAME(__init_subclass__), &found);
  if (!f) {
    if (found) return false;
    bool itself = false;  // a custom mro() may leave the class itself out
    for (size_t i = 0; i < tuple_size(t->mro); i++) itself |= tuple_at(t->mro, i) == Value(t);
    if (!itself) return raise(types::TypeError, "super(type, obj): obj must be an instance or subtype of type");
    // An MRO that ends with the class itself: what is left is object's own.
    if (!(kwargs.kwnames && tuple_size(kwargs.kwnames))) return true;
    return raise(types::TypeError, "super.__init_subclass__() takes no keyword arguments");
  }
  if (has_shape(f, kShapeNativeFunction) && f.as<NativeFunction>()->def->impl &&
      !(kwargs.kwnames && tuple_size(kwargs.kwnames)) &&
      strcmp(f.as<NativeFunction>()->def->name, "__init_subclass__") == 0) {
    return true;  // object's does nothing
  }
  Ref r = call_array(f, kwargs.v, 0, kwargs.kwnames);
  return static_cast<bool>(r);
}

}  // namespace

const GetSetDef instance_dict_def = {"__dict__", instance_dict_get, instance_dict_set,
                                     "dictionary for instance variables (if defined)"};

// ---- The class -----------------------------------------------------------------------------------------------------------------------------

Ref make_class(TypeObject* meta, Str* name, Value bases_in, Value ns, RawArgs kwargs) {
  Ref bases = tuple_size(bases_in) ? Ref::dup(bases_in) : make_tuple_of({Value(types::Object)});
  if (!bases) return nullptr;
  TypeObject* base = best_base(bases);
  if (!base) return nullptr;
  Ref dict = class_dict(ns);
  if (!dict) return nullptr;

  std::string utf8;
  if (!utf8_of(Value(name), &utf8)) return nullptr;
  if (utf8.find('\0') != std::string::npos)
    return raise(types::ValueError, "type name must not contain null characters");

  SlotPlan plan;
  Value slots = dict_get_str(dict, TAIPAN_NAME(__slots__));
  if (slots) {
    Ref hold = Ref::dup(slots);
    if (!plan_slots(&plan, name, base, bases, dict, slots)) return nullptr;
  } else {
    plan.add_dict = !(base->flags & kTypeHasDict);
    plan.add_weak = !(base->flags & kTypeWeakrefable) && !has_items(base);
    plan.add_dict = plan.add_dict && !(base->flags & kSubType);
  }
  size_t nslots = plan.names ? list_size(plan.names) : 0;

  Ref self = Ref::steal(alloc_instance(meta));
  if (!self) return nullptr;
  TypeObject* t = self.as<TypeObject>();
  t->cname = strdup(utf8.c_str());
  t->owns_cname = true;
  bool hidden_area = nslots && (base->flags & kSubStr);
  uint64_t flags = inherited_flags(base) | kTypeHeap | kTypeBaseable;
  if (plan.add_dict) flags |= kTypeHasDict | kTypeHasDictAttr;
  if (plan.add_weak) flags |= kTypeWeakrefable;
  if (hidden_area) flags |= kTypeHasDict;
  if (plan.add_dict || nslots) flags |= kTypeGc;
  // What patterns take it for says the first base that is either.
  constexpr uint64_t kCollection = kTypeSequence | kTypeMapping;
  flags &= ~kCollection;
  for (size_t i = 0; i < tuple_size(bases) && !(flags & kCollection); i++)
    flags |= ty(tuple_at(bases, i))->flags & kCollection;
  t->flags = flags;
  gc::init(reinterpret_cast<Value*>(&t->name), Ref::dup(name));
  gc::init(reinterpret_cast<Value*>(&t->base), Ref::dup(base));
  gc::init(&t->bases, bases.copy());
  gc::init(&t->dict, dict.copy());
  layout_class(t, base, hidden_area ? 0 : nslots);
  if (!t->root_shape) return raise_memory();
  if (plan.names) {
    Ref names = list_to_tuple(plan.names);
    if (!names) return nullptr;
    gc::init(&t->slot_names, std::move(names));
  }

  // Names with a meaning of their own.
  Str* qualname_key = TAIPAN_NAME(__qualname__);
  if (Value q = dict_get_str(dict, qualname_key)) {
    if (!is_str(q)) return raise(types::TypeError, "type __qualname__ must be a str, not %T", q);
    gc::init(reinterpret_cast<Value*>(&t->qualname), Ref::dup(q));
    if (dict_delete(dict, Value(qualname_key)) < 0) return nullptr;
  } else {
    gc::init(reinterpret_cast<Value*>(&t->qualname), Ref::dup(name));
  }
  Str* module_key = TAIPAN_NAME(__module__);
  if (!dict_get_str(dict, module_key) && interp_hooks.current_globals) {
    Ref globals = interp_hooks.current_globals();
    if (globals) {
      if (Value m = dict_get_str(globals, TAIPAN_NAME(__name__)); m && !dict_set_str(dict, module_key, m))
        return nullptr;
    } else if (error_occurred()) {
      return nullptr;
    }
  }
  if (!wrap_special_function(dict, TAIPAN_NAME(__new__), make_static_method) ||
      !wrap_special_function(dict, TAIPAN_NAME(__init_subclass__), make_class_method) ||
      !wrap_special_function(dict, TAIPAN_NAME(__class_getitem__), make_class_method)) {
    return nullptr;
  }
  Str* cell_key = TAIPAN_NAME(__classcell__);
  Ref cell;
  if (Value c = dict_get_str(dict, cell_key)) {
    if (!has_shape(c, kShapeCell))
      return raise(types::TypeError, "__classcell__ must be a nonlocal cell, not %R", Value(type_of(c)));
    cell = Ref::dup(c);
    if (dict_delete(dict, Value(cell_key)) < 0) return nullptr;
    cell_exchange(cell.as<Cell>(), self.copy()).reset();
  }
  for (size_t i = 0; i < nslots; i++) {
    uint32_t offset = hidden_area ? 0 : static_cast<uint32_t>(t->basic_size - (nslots - i) * sizeof(Value));
    Ref m = make_slot_member(t, list_at(plan.names, i).as<Str>(), offset);
    if (!m || !dict_set(dict, list_at(plan.names, i), m)) return nullptr;
  }
  if (plan.add_dict && !dict_get_str(dict, TAIPAN_NAME(__dict__))) {
    Ref d = make_getset_descriptor(t, &instance_dict_def);
    if (!d || !dict_set_str(dict, TAIPAN_NAME(__dict__), d)) return nullptr;
  }
  if (plan.add_weak && !dict_get_str(dict, TAIPAN_NAME(__weakref__))) {
    Ref d = make_getset_descriptor(t, &weakref_def);
    if (!d || !dict_set_str(dict, TAIPAN_NAME(__weakref__), d)) return nullptr;
  }
  if (Value doc = dict_get_str(dict, TAIPAN_NAME(__doc__)); doc && is_str(doc)) {
    std::string utf8;
    if (!utf8_of(doc, &utf8)) return nullptr;
  }
  if (!dict_get_str(dict, TAIPAN_NAME(__doc__)) && !dict_set_str(dict, TAIPAN_NAME(__doc__), kNone)) return nullptr;

  if (!t->mro && !type_update_mro(t)) return nullptr;
  if (!fill_class_slots(t)) return nullptr;
  t->flags |= kTypeReady;
  if (gc::parallel) share_class(t);
  for (size_t i = 0; i < tuple_size(bases); i++) {
    if (!add_subclass(ty(tuple_at(bases, i)), t)) return nullptr;
  }
  if (!call_set_names(t) || !call_init_subclass(t, kwargs)) return nullptr;
  return self;
}

// ---- __bases__ = ... ------------------------------------------------------------------------------------------------------------------------

namespace {

// The old MROs of t and all classes below it, to go back to if one can't be computed.
bool update_hierarchy(TypeObject* t, Value undo) {
  Ref old = Ref::dup(t->mro);
  if (!type_update_mro(t)) return false;
  Ref entry = make_tuple_of({Value(t), old, t->mro});
  if (!entry || !list_append(undo, entry.get())) return false;
  Ref subs = subclass_list(t);
  if (!subs) return false;
  for (size_t i = 0; i < list_size(subs); i++) {
    if (!update_hierarchy(ty(list_at(subs, i)), undo)) return false;
  }
  return true;
}

bool refill_hierarchy(TypeObject* t) {
  if (!fill_class_slots(t)) return false;
  Ref subs = subclass_list(t);
  if (!subs) return false;
  for (size_t i = 0; i < list_size(subs); i++) {
    if (!refill_hierarchy(ty(list_at(subs, i)))) return false;
  }
  return true;
}

}  // namespace

bool set_type_bases(TypeObject* t, Value bases, TypeObject* best) {
  TypeObject* old_base = t->base;
  if (best->native_base != old_base->native_base &&
      (best->native_ops->dealloc != old_base->native_ops->dealloc ||
       best->native_base->basic_size != old_base->native_base->basic_size)) {
    return raise(types::TypeError, "__bases__ assignment: '%s' deallocator differs from '%s'", best->cname,
                 old_base->cname);
  }
  if (!same_layout(best, old_base)) {
    // Adding __dict__ or weak references in t itself hides that a base lacks them.
    constexpr uint64_t kBits = kTypeHasDict | kTypeWeakrefable | kTypeHasDictAttr;
    bool same_but_dict = best->native_base == old_base->native_base && best->basic_size == old_base->basic_size &&
                         !((best->flags ^ old_base->flags) & ~kBits & kTypeVarSize);
    if (!same_but_dict || (best->flags & kBits) != (old_base->flags & kBits)) {
      return raise(types::TypeError, "__bases__ assignment: '%s' object layout differs from '%s'", best->cname,
                   old_base->cname);
    }
  }
  Ref old_bases = set_class_field(t, &t->bases, Ref::dup(bases));
  Ref old_base_ref = set_class_field(t, reinterpret_cast<Value*>(&t->base), Ref::dup(best));
  Ref undo = make_list();
  if (!undo) return false;
  if (!update_hierarchy(t, undo)) {
    Ref error = fetch_error();
    for (size_t i = 0; i < list_size(undo); i++) {
      TypeObject* c = ty(tuple_at(list_at(undo, i), 0));
      // mro() may have changed it once more: then that stays.
      if (c->mro == tuple_at(list_at(undo, i), 2)) {
        Ref failed_mro = set_class_field(c, &c->mro, Ref::dup(tuple_at(list_at(undo, i), 1)));
        type_modified(c);
        gc::displaced(&c->h, failed_mro);
      } else {
        type_modified(c);
      }
    }
    if (t->bases == bases) {
      Ref b = set_class_field(t, &t->bases, std::move(old_bases));
      Ref o = set_class_field(t, reinterpret_cast<Value*>(&t->base), std::move(old_base_ref));
    }
    restore_error(std::move(error));
    return false;
  }
  if (type_invalidate_hook) type_invalidate_hook(t, nullptr);  // every name
  // mro() may have assigned __bases__ anew: then that one has done the rest.
  if (t->bases != bases) return true;
  for (size_t i = 0; i < tuple_size(old_bases); i++) remove_subclass(ty(tuple_at(old_bases, i)), t);
  for (size_t i = 0; i < tuple_size(bases); i++) {
    if (!add_subclass(ty(tuple_at(bases, i)), t)) return false;
  }
  bool ok = refill_hierarchy(t);
  type_modified(t);
  gc::displaced(&t->h, old_bases);
  gc::displaced(&t->h, old_base_ref);
  if (type_invalidate_hook) type_invalidate_hook(t, nullptr);  // every name
  return ok;
}

}  // namespace taipan
