// The type `object`: construction, default methods, pickling support; and the types of None, Ellipsis and NotImplemented.
#include <cstring>
#include "interp/objects/abstract.h"
#include "interp/objects/audit_hook.h"
#include "interp/objects/bytes.h"
#include "interp/objects/dict.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/module.h"
#include "interp/objects/native.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"
#include "interp/objects/type_internal.h"

namespace taipan {

static bool has_args(RawArgs a) { return a.n || (a.kwnames && tuple_size(a.kwnames)); }

static Fail abstract_error(TypeObject* cls) {
  Ref names = get_attr(Value(cls), TAIPAN_NAME(__abstractmethods__));
  if (!names) return failed();
  Ref list = iterable_to_list(names);
  if (!list || !list_sort(list, Value(), false)) return failed();
  size_t n = list_size(list);
  StrBuilder joined;
  for (size_t i = 0; i < n; i++) {
    Ref s = str_of(list_at(list, i));
    if (!s || (i && !joined.append_ascii(", ")) || !joined.append(s)) return failed();
  }
  Ref text = joined.finish();
  if (!text) return failed();
  return raise(types::TypeError, "Can't instantiate abstract class %s with abstract method%s %S", cls->cname,
               n > 1 ? "s" : "", text.get());
}

bool type_call_check_abstract(TypeObject* cls) { return !(cls->flags & kTypeAbstract) || bool(abstract_error(cls)); }

Ref object_new(TypeObject* cls, RawArgs args) {
  if (TAIPAN_UNLIKELY(has_args(args))) {
    if (cls->s.new_ != &object_new) {
      return raise(types::TypeError, "object.__new__() takes exactly one argument (the type to instantiate)");
    }
    if (cls->s.init == &object_init) return raise(types::TypeError, "%.200s() takes no arguments", cls->cname);
  }
  if (TAIPAN_UNLIKELY(cls->flags & kTypeAbstract)) return abstract_error(cls);
  return Ref::steal(alloc_instance(cls));
}

bool object_init(Value self, RawArgs args) {
  if (TAIPAN_LIKELY(!has_args(args))) return true;
  TypeObject* t = type_of(self);
  if (t->s.init != &object_init) {
    return raise(types::TypeError, "object.__init__() takes exactly one argument (the instance to initialize)");
  }
  if (t->s.new_ == &object_new) {
    return raise(types::TypeError, "%.200s.__init__() takes exactly one argument (the instance to initialize)",
                 t->cname);
  }
  return true;
}

namespace {

Ref object_repr(Value self) {
  TypeObject* t = type_of(self);
  if (Ref module = type_named_module(t))
    return format_str("<%S.%U object at %p>", module.get(), t->qualname, reinterpret_cast<void*>(self.bits));
  return format_str("<%s object at %p>", t->cname, reinterpret_cast<void*>(self.bits));
}
Ref object_str(Value self) { return repr_of(self); }
bool object_hash(Value self, int64_t* out) {
  uint64_t x = self.bits >> 4 | self.bits << 60;
  *out = static_cast<int64_t>(x) == -1 ? -2 : static_cast<int64_t>(x);
  return true;
}
Ref object_compare(Value a, Value b, CompareOp op) {
  if (op == kEq) return Ref::imm(is_same(a, b) ? kTrue : kNotImplemented);
  if (op == kNe) {
    CompareSlot eq = type_of(a)->s.compare;
    if (!eq) return Ref::imm(kNotImplemented);
    Ref r = eq(a, b, kEq);
    if (!r || r.get() == kNotImplemented) return r;
    int t = is_true(r);
    return t < 0 ? Ref() : Ref::imm(bool_value(!t));
  }
  return Ref::imm(kNotImplemented);
}

// ---- __class__ --------------------------------------------------------------------------------------------------------------------

Ref get_class(Value self) { return Ref::dup(type_of(self)); }

bool set_class_checked(Value self, Value value) {
  if (!value) return raise(types::TypeError, "can't delete __class__ attribute");
  if (!is_type(value)) return raise(types::TypeError, "__class__ must be set to a class, not '%T' object", value);
  if (!audit_setattr(self, "__class__", value)) return false;
  TypeObject* from = type_of(self);
  auto* to = value.as<TypeObject>();
  bool modules = is_subtype(to, types::Module) && is_subtype(from, types::Module);
  if (!modules && ((to->flags & kTypeImmutable) || (from->flags & kTypeImmutable))) {
    return raise(types::TypeError, "__class__ assignment only supported for mutable types or ModuleType subclasses");
  }
  if (!same_layout(from, to)) {
    return raise(types::TypeError, "__class__ assignment: '%s' object layout differs from '%s'", to->cname,
                 from->cname);
  }
  set_class(self.header(), to);
  return !error_occurred();
}

// ---- Pickling ---------------------------------------------------------------------------------------------------------------------

// copyreg._slotnames(cls), which caches its answer in the class. A list or None.
Ref slot_names(TypeObject* cls) {
  if (Value v = dict_get_str(cls->dict, TAIPAN_NAME(__slotnames__))) {
    if (v == kNone || is_list(v)) return Ref::dup(v);
    return raise(types::TypeError, "%.200s.__slotnames__ should be a list or None, not %.200T", cls->cname, v);
  }
  Ref f = import_attr("copyreg", "_slotnames");
  if (!f) return nullptr;
  Ref names = call(f, Value(cls));
  if (!names) return nullptr;
  if (names.get() != kNone && !is_list(names))
    return raise(types::TypeError, "copyreg._slotnames didn't return a list or None");
  return names;
}

Ref default_state(Value self, bool required) {
  TypeObject* t = type_of(self);
  bool varies = (t->flags & kTypeVarSize) && !(t->flags & kSubStr);
  if (required && (varies || !(t->flags & kTypeReady)))
    return raise(types::TypeError, "cannot pickle %.200T objects", self);
  Ref state = Ref::imm(kNone);
  if (self.is_heap() && (t->flags & kTypeHasDictAttr)) {
    Shape* s = shape_of(self);
    bool empty = s->flags & kShapeDictMode
                     ? !gc::load(attr_area(self.header(), s)) || dict_size(gc::load(attr_area(self.header(), s))) == 0
                     : s->nslots == 0;
    if (!empty) {
      state = get_attr(self, TAIPAN_NAME(__dict__));
      if (!state) return nullptr;
      if (is_dict(state) && dict_size(state) == 0) state = Ref::imm(kNone);
    }
  }
  Ref names = slot_names(t);
  if (!names) return nullptr;
  if (required && t->native_base != types::Object && t->native_base->basic_size > sizeof(Header)) {
    return raise(types::TypeError, "cannot pickle '%.200T' object", self);
  }
  if (names.get() == kNone || list_size(names) == 0) return state;
  Ref slots = make_dict();
  if (!slots) return nullptr;
  for (size_t i = 0; i < list_size(names); i++) {
    Ref name = Ref::dup(list_at(names, i));
    if (!is_str(name)) return raise(types::TypeError, "attribute name must be string, not '%T'", name.get());
    Ref v = get_attr_opt(self, name.as<Str>());
    if (!v) return nullptr;
    if (v.get() == kMissing) continue;
    if (!dict_set(slots, name, v)) return nullptr;
  }
  if (dict_size(slots) == 0) return state;
  return make_tuple_of({state, slots});
}

Ref object_getstate(Args& a) { return default_state(a.self, false); }

Ref state_of(Value self, bool required) {
  Ref f = get_attr(self, TAIPAN_NAME(__getstate__));
  if (!f) return nullptr;
  if (has_shape(f, kShapeNativeFunction) && f.as<NativeFunction>()->self == self &&
      f.as<NativeFunction>()->def->impl == object_getstate) {
    return default_state(self, required);
  }
  return call(f);
}

// What __getnewargs_ex__ or __getnewargs__ say; both null where there is neither.
bool new_arguments(Value self, Ref* args, Ref* kwargs) {
  if (Ref f = lookup_special(self, TAIPAN_NAME(__getnewargs_ex__))) {
    Ref pair = call(f);
    if (!pair) return false;
    if (!is_tuple(pair))
      return raise(types::TypeError, "__getnewargs_ex__ should return a tuple, not '%.200T'", pair.get());
    if (tuple_size(pair) != 2) {
      return raise(types::ValueError, "__getnewargs_ex__ should return a tuple of length 2, not %zu", tuple_size(pair));
    }
    *args = Ref::dup(tuple_at(pair, 0));
    *kwargs = Ref::dup(tuple_at(pair, 1));
    if (!is_tuple(*args)) {
      return raise(types::TypeError,
                   "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '%.200T'", args->get());
    }
    if (!is_dict(*kwargs)) {
      return raise(types::TypeError,
                   "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '%.200T'",
                   kwargs->get());
    }
    return true;
  }
  if (error_occurred()) return false;
  if (Ref f = lookup_special(self, TAIPAN_NAME(__getnewargs__))) {
    *args = call(f);
    if (!*args) return false;
    if (!is_tuple(*args))
      return raise(types::TypeError, "__getnewargs__ should return a tuple, not '%.200T'", args->get());
    return true;
  }
  return !error_occurred();
}

Ref reduce_newobj(Value self) {
  TypeObject* cls = type_of(self);
  if (!cls->s.new_) return raise(types::TypeError, "cannot pickle '%.200T' object", self);
  Ref args, kwargs;
  if (!new_arguments(self, &args, &kwargs)) return nullptr;
  bool has = static_cast<bool>(args);
  Ref f, new_args;
  if (!kwargs || dict_size(kwargs) == 0) {
    f = import_attr("copyreg", "__newobj__");
    size_t n = has ? tuple_size(args) : 0;
    new_args = make_tuple(n + 1);
    if (!new_args) return nullptr;
    tuple_init(new_args, 0, Ref::dup(cls));
    for (size_t i = 0; i < n; i++) tuple_init(new_args, i + 1, Ref::dup(tuple_at(args, i)));
  } else {
    f = import_attr("copyreg", "__newobj_ex__");
    new_args = make_tuple_of({Value(cls), args, kwargs});
  }
  if (!f || !new_args) return nullptr;
  Ref state = state_of(self, !(has || is_list(self) || is_dict(self)));
  if (!state) return nullptr;
  Ref items = is_list(self) ? get_iter(self) : Ref::imm(kNone);
  if (!items) return nullptr;
  Ref pairs = Ref::imm(kNone);
  if (is_dict(self)) {
    Ref view = call_method(self, TAIPAN_NAME(items));
    if (!view) return nullptr;
    pairs = get_iter(view);
    if (!pairs) return nullptr;
  }
  return make_tuple_of({f, new_args, state, items, pairs});
}

Ref common_reduce(Value self, int protocol) {
  if (protocol >= 2) return reduce_newobj(self);
  Ref f = import_attr("copyreg", "_reduce_ex");
  if (!f) return nullptr;
  return call(f, self, Value::from_int(protocol));
}

Ref object_reduce(Args& a) { return common_reduce(a.self, 0); }

Ref object_reduce_ex(Args& a) {
  int protocol;
  if (!to_c_int(a[0], &protocol)) return nullptr;
  Str* name = TAIPAN_NAME(__reduce__);
  Ref f = get_attr_opt(a.self, name);
  if (!f) return nullptr;
  if (f.get() != kMissing) {
    Ref of_class = get_attr(Value(type_of(a.self)), name);
    if (!of_class) return nullptr;
    if (of_class.get() != dict_get_str(types::Object->dict, name)) return call(f);
  }
  return common_reduce(a.self, protocol);
}

// ---- Other methods -----------------------------------------------------------------------------------------------------------------

Ref object_subclasshook(Args&) { return Ref::imm(kNotImplemented); }

Ref object_init_subclass(Args& a) {
  if (!has_args(a.raw)) return Ref::imm(kNone);
  Str* name = a.self.as<TypeObject>()->qualname;
  if (a.raw.kwnames && tuple_size(a.raw.kwnames))
    return raise(types::TypeError, "%U.__init_subclass__() takes no keyword arguments", name);
  return raise(types::TypeError, "%U.__init_subclass__() takes no arguments (%zu given)", name, a.raw.n);
}

Ref object_format(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "__format__() argument must be str, not %T", a[0]);
  if (a[0].as<Str>()->length > 0)
    return raise(types::TypeError, "unsupported format string passed to %.200T.__format__", a.self);
  return str_of(a.self);
}

Ref object_sizeof(Args& a) {
  if (!a.self.is_heap()) return make_int(sizeof(Header) + 8);
  Header* h = a.self.header();
  const gc::TypeOps* ops = gc::ops_of(h);
  if (ops->size_of) return make_int(static_cast<int64_t>(ops->size_of(h)));
  return make_int(static_cast<int64_t>(gc::cell_size(h)));
}

bool merge_class_names(Value dict, Value cls) {
  Ref d = get_attr_opt(cls, TAIPAN_NAME(__dict__));
  if (!d) return false;
  if (d.get() != kMissing && !dict_update(dict, d)) return false;
  Ref bases = get_attr_opt(cls, TAIPAN_NAME(__bases__));
  if (!bases) return false;
  if (bases.get() == kMissing || !is_tuple(bases)) return true;
  for (size_t i = 0; i < tuple_size(bases); i++) {
    if (!merge_class_names(dict, tuple_at(bases, i))) return false;
  }
  return true;
}

Ref object_dir(Args& a) {
  Ref d = get_attr_opt(a.self, TAIPAN_NAME(__dict__));
  if (!d) return nullptr;
  Ref names = d.get() != kMissing && is_dict(d) ? dict_copy(d) : make_dict();
  if (!names) return nullptr;
  Ref cls = get_attr_opt(a.self, TAIPAN_NAME(__class__));
  if (!cls) return nullptr;
  if (cls.get() != kMissing && !merge_class_names(names, cls)) return nullptr;
  return dict_keys_list(names);
}

const NativeDef object_methods[] = {
    {"__reduce_ex__", "($self, protocol, /)", object_reduce_ex, 0, "Helper for pickle."},
    {"__reduce__", "($self, /)", object_reduce, 0, "Helper for pickle."},
    {"__getstate__", "($self, /)", object_getstate, 0, "Helper for pickle."},
    {"__subclasshook__", "(...)", object_subclasshook, kNativeClassMethod,
     "Abstract classes override this to decide about issubclass().\n\nCalled by abc.ABCMeta.__subclasscheck__(): True, "
     "False or NotImplemented."},
    {"__init_subclass__", "(...)", object_init_subclass, kNativeClassMethod,
     "This method is called when a class is subclassed.\n\nThe default implementation does nothing. It may "
     "be\noverridden to extend subclasses.\n"},
    {"__format__", "($self, format_spec, /)", object_format, 0, "Default object formatter."},
    {"__sizeof__", "($self, /)", object_sizeof, 0, "Size of object in memory, in bytes."},
    {"__dir__", "($self, /)", object_dir, 0, "Default dir() implementation."},
    {},
};
const GetSetDef object_getset[] = {
    {"__class__", get_class, set_class_checked, "the object's class"},
    {},
};

// ---- None, Ellipsis, NotImplemented ---------------------------------------------------------------------------------------------------

template <Value const* Singleton>
Ref singleton_new(TypeObject* cls, RawArgs a) {
  if (has_args(a))
    return raise(types::TypeError, "%s takes no arguments", cls == types::EllipsisType ? "EllipsisType" : cls->cname);
  return Ref::imm(*Singleton);
}
Ref none_repr(Value) { return Ref::dup(TAIPAN_NAME(None)); }
int none_truth(Value) { return 0; }
Ref ellipsis_repr(Value) { return make_str("Ellipsis"); }
Ref ellipsis_reduce(Args&) { return make_str("Ellipsis"); }
Ref not_implemented_repr(Value) { return make_str("NotImplemented"); }
Ref not_implemented_reduce(Args&) { return make_str("NotImplemented"); }
int not_implemented_truth(Value) {
  return warn(types::DeprecationWarning, 1, "NotImplemented should not be used in a boolean context") ? 1 : -1;
}
const NativeDef ellipsis_methods[] = {{"__reduce__", "($self, /)", ellipsis_reduce, 0, nullptr}, {}};
const NativeDef not_implemented_methods[] = {{"__reduce__", "($self, /)", not_implemented_reduce, 0, nullptr}, {}};

}  // namespace

// __class__ and __bases__ may change only between equal layouts: the nearest classes that add something to the layout must be one, or add
// the same to the same base.
bool same_layout(TypeObject* a, TypeObject* b) {
  if (a == b) return true;
  constexpr uint64_t kBits = kTypeHasDict | kTypeWeakrefable | kTypeVarSize | kTypeHasDictAttr;
  if (a->native_base != b->native_base || a->basic_size != b->basic_size || ((a->flags ^ b->flags) & kBits))
    return false;
  auto adds_nothing = [](const TypeObject* t) {
    return t->base && t != t->native_base && t->basic_size == t->base->basic_size &&
           !((t->flags ^ t->base->flags) & kBits);
  };
  while (adds_nothing(a)) a = a->base;
  while (adds_nothing(b)) b = b->base;
  if (a == b) return true;
  if (a->base != b->base) return false;
  Value x = a->slot_names, y = b->slot_names;
  size_t nx = x ? tuple_size(x) : 0, ny = y ? tuple_size(y) : 0;
  return nx == ny && (nx == 0 || values_equal(x, y) == 1);
}

Ref dir_of_class(Value cls) {
  Ref names = make_dict();
  if (!names || !merge_class_names(names, cls)) return nullptr;
  return dict_keys_list(names);
}

const TypeSpec kObjectSpec = {
    .doc =
        "object()\n--\n\nThe base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a "
        "new featureless\n"
        "instance that has no instance attributes and cannot be given any.\n",
    .flags = kTypeBaseable,
    .basic_size = sizeof(Header),
    .methods = object_methods,
    .getset = object_getset,
    .s = {.repr = object_repr,
          .str = object_str,
          .hash = object_hash,
          .get_attr = generic_get_attr,
          .set_attr = generic_set_attr,
          .compare = object_compare,
          .init = object_init,
          .new_ = object_new},
};
const TypeSpec kNoneTypeSpec = {
    .s = {.repr = none_repr, .new_ = singleton_new<&kNone>, .truth = none_truth},
};
const TypeSpec kEllipsisTypeSpec = {
    .methods = ellipsis_methods,
    .s = {.repr = ellipsis_repr, .new_ = singleton_new<&kEllipsis>},
};
const TypeSpec kNotImplementedTypeSpec = {
    .methods = not_implemented_methods,
    .s = {.repr = not_implemented_repr, .new_ = singleton_new<&kNotImplemented>, .truth = not_implemented_truth},
};

}  // namespace taipan
