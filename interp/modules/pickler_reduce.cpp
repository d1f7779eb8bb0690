// Writing pickles: what __reduce_ex__ answers, and references to global names.
#include "interp/modules/pickle.h"
#include "interp/objects/codecs.h"
#include "interp/objects/function.h"

namespace taipan::pickle {

// ---- methods kept by an object ------------------------------------------------------------------------------------------------

void set_method_ref(Header* holder, MethodRef* m, Value function) {
  m->pass_self = has_shape(function, kShapeMethod) && function.as<Method>()->self == Value(holder);
  gc::store(holder, &m->function, Ref::dup(m->pass_self ? function.as<Method>()->function : function));
}
bool is_inherited(Value self, Str* name, TypeObject* base) {
  TypeObject* type = type_of(self);
  return type == base || (type->s.get_attr == &generic_get_attr && type_lookup(type, name) == type_lookup(base, name));
}
bool find_method_ref(Header* holder, Str* name, MethodRef* out) {
  Ref f = get_attr_opt(Value(holder), name);
  if (!f) return false;
  if (f.get() == kMissing) {
    gc::store(holder, &out->function, Ref());
    return true;
  }
  set_method_ref(holder, out, f);
  return true;
}
Ref call_method_ref(Header* holder, const MethodRef& m, Value arg) {
  Ref f = Ref::dup(m.function);
  return m.pass_self ? call(f, Value(holder), arg) : call(f, arg);
}

// ---- global names -------------------------------------------------------------------------------------------------------------

Ref dotted_path(Value object, Value name) {
  Ref dot = make_str_char('.');
  Ref parts = str_split(name, dot, -1);
  if (!parts) return nullptr;
  for (size_t i = 0; i < list_size(parts); i++) {
    if (!str_eq_ascii(list_at(parts, i), "<locals>")) continue;
    if (object) return raise(types::AttributeError, "Can't pickle local attribute %R on %R", name, object);
    return raise(types::AttributeError, "Can't pickle local object %R", name);
  }
  return parts;
}
Ref deep_attribute(Value object, Value path, Ref* parent) {
  Ref o = Ref::dup(object);
  for (size_t i = 0; i < list_size(path); i++) {
    Ref inner = get_attr_opt(o, list_at(path, i).as<Str>());
    if (!inner || inner.get() == kMissing) return inner;
    if (parent) *parent = std::move(o);
    o = std::move(inner);
  }
  return o;
}

// The name of the module that has v under the path: v.__module__, or the first that is found.
static Ref which_module(Value v, Value path) {
  Ref name = get_attr_opt(v, TAIPAN_NAME(__module__));
  if (!name) return nullptr;
  if (name.get() != kMissing && name.get() != kNone) return name;
  Ref modules = import_attr("sys", "modules");
  if (!modules) return nullptr;
  Ref copy = is_dict_exact(modules) ? dict_items_list(modules) : nullptr;
  if (!copy) return raise(types::RuntimeError, "unable to get sys.modules");
  for (size_t i = 0; i < list_size(copy); i++) {
    Value module_name = tuple_at(list_at(copy, i), 0), module = tuple_at(list_at(copy, i), 1);
    if (module == kNone || (is_str(module_name) && str_eq_ascii(module_name, "__main__"))) continue;
    Ref found = deep_attribute(module, path, nullptr);
    if (!found) return nullptr;
    if (found.get() == v) return Ref::dup(module_name);
  }
  return make_str("__main__");
}

// Old names of moved modules and objects, for pickles that Python 2 reads.
static bool old_names(Ref* module, Ref* name) {
  Ref pair = make_tuple_of({*module, *name});
  if (!pair) return false;
  Ref found = dict_get_ref(state.name_3to2, pair);
  if (!found) return false;
  if (found.get() != kMissing) {
    if (!is_tuple(found) || tuple_size(found) != 2)
      return raise(types::RuntimeError, "_compat_pickle.REVERSE_NAME_MAPPING values should be 2-tuples, not %.200T",
                   found.get());
    if (!is_str(tuple_at(found, 0)) || !is_str(tuple_at(found, 1)))
      return raise(types::RuntimeError,
                   "_compat_pickle.REVERSE_NAME_MAPPING values should be pairs of str, not (%.200T, %.200T)",
                   tuple_at(found, 0), tuple_at(found, 1));
    *module = Ref::dup(tuple_at(found, 0));
    *name = Ref::dup(tuple_at(found, 1));
    return true;
  }
  found = dict_get_ref(state.import_3to2, *module);
  if (!found) return false;
  if (found.get() != kMissing) {
    if (!is_str(found))
      return raise(types::RuntimeError, "_compat_pickle.REVERSE_IMPORT_MAPPING values should be strings, not %.200T",
                   found.get());
    *module = std::move(found);
  }
  return true;
}
static bool write_name(Pickler* p, Value name, const char* what) {
  Ref encoded = p->proto == 3 ? encode_utf8(name, nullptr) : encode_ascii(name, nullptr);
  if (!encoded) {
    if (!error_matches(types::UnicodeEncodeError)) return false;
    clear_error();
    return raise(pickling_error(), "can't pickle %s identifier '%S' using pickle protocol %d", what, name,
                 static_cast<int>(p->proto));
  }
  auto* b = encoded.as<Bytes>();
  return write_bytes(p, b->data(), b->size) && write_op(p, '\n');
}

bool save_global(Pickler* p, Value v, Value given_name) {
  Ref name = Ref::dup(given_name);
  if (!name) {
    name = get_attr_opt(v, TAIPAN_NAME(__qualname__));
    if (name && name.get() == kMissing) name = get_attr(v, TAIPAN_NAME(__name__));
    if (!name) return false;
    if (!is_str(name)) return raise(pickling_error(), "Can't pickle %R: its name is no string", v);
  }
  Ref path = dotted_path(Value(), name);
  if (!path) return false;
  Ref module_name = which_module(v, path);
  if (!module_name) return false;
  if (!is_str(module_name))
    return raise(types::TypeError, "module name must be a string, not %.200T", module_name.get());
  Ref modules = import_attr("sys", "modules"), module;
  if (!modules) return false;
  if (is_dict_exact(modules)) {  // imported already, as a rule
    module = dict_get_ref(modules, module_name);
    if (!module) return false;
    if (module.get() == kMissing || module.get() == kNone) module = Ref();
  }
  if (!module) {
    Ref import = builtin_function("__import__");
    Ref outer = import ? call(import, module_name) : nullptr;
    if (outer) module = get_item(modules, module_name);
    if (!module) {
      clear_error();
      return raise(pickling_error(), "Can't pickle %R: import of module %R failed", v, module_name.get());
    }
  }
  Ref parent;
  Ref found = deep_attribute(module, path, &parent);
  if (!found) clear_error();
  if (!found || found.get() == kMissing)
    return raise(pickling_error(), "Can't pickle %R: attribute lookup %S on %S failed", v, name.get(),
                 module_name.get());
  if (!is_same(found, v))
    return raise(pickling_error(), "Can't pickle %R: it's not the same object as %S.%S", v, module_name.get(),
                 name.get());

  if (p->proto >= 2 && dict_size(state.extension_registry) != 0) {
    Ref key = make_tuple_of({module_name, name});
    Ref code = key ? dict_get_ref(state.extension_registry, key) : nullptr;
    if (!code) return false;
    if (code.get() != kMissing) {
      if (!is_int(code))
        return raise(pickling_error(), "Can't pickle %R: extension code %R isn't an integer", v, code.get());
      int64_t c;
      if (!int_fits64(code, &c) || c <= 0 || c > 0x7FFFFFFF)
        return raise(types::RuntimeError, "Can't pickle %R: extension code %S is out of range", v, code.get());
      uint8_t b[5] = {kExt4, static_cast<uint8_t>(c), static_cast<uint8_t>(c >> 8), static_cast<uint8_t>(c >> 16),
                      static_cast<uint8_t>(c >> 24)};
      size_t n = 5;
      if (c <= 0xFF)
        b[0] = kExt1, n = 2;
      else if (c <= 0xFFFF)
        b[0] = kExt2, n = 3;
      return write_bytes(p, b, n);
    }
  }

  Value last = list_at(path, list_size(path) - 1);
  bool nested = parent.get() != module.get();
  if (!nested) name = Ref::dup(last);
  if (p->proto >= 4) {
    if (!save(p, module_name, false) || !save(p, name, false) || !write_op(p, kStackGlobal)) return false;
  } else if (nested) {
    Ref inner = make_tuple_of({parent.get(), last});
    Ref args = inner ? make_tuple_of({state.getattr, inner.get()}) : nullptr;
    if (!args || !save_reduce(p, args, Value())) return false;
  } else {
    if (p->fix_imports && p->proto < 3 && !old_names(&module_name, &name)) return false;
    if (!write_op(p, kGlobal) || !write_name(p, module_name, "module") || !write_name(p, name, "global")) return false;
  }
  return memo_put(p, v);
}

bool save_type(Pickler* p, Value v) {
  Value singleton;
  if (v == Value(types::NoneType))
    singleton = kNone;
  else if (v == Value(types::EllipsisType))
    singleton = kEllipsis;
  else if (v == Value(types::NotImplementedType))
    singleton = kNotImplemented;
  if (!singleton) return save_global(p, v, Value());
  Ref inner = make_tuple_of({singleton});
  Ref args = inner ? make_tuple_of({Value(types::Type), inner.get()}) : nullptr;
  return args && save_reduce(p, args, v);
}

// ---- __reduce__ ---------------------------------------------------------------------------------------------------------------

static bool save_new_ex(Pickler* p, Value args) {
  if (tuple_size(args) != 3)
    return raise(pickling_error(), "length of the NEWOBJ_EX argument tuple must be exactly 3, not %zd",
                 static_cast<int64_t>(tuple_size(args)));
  Value cls = tuple_at(args, 0), positional = tuple_at(args, 1), keywords = tuple_at(args, 2);
  if (!is_type(cls))
    return raise(pickling_error(), "first item from NEWOBJ_EX argument tuple must be a class, not %.200T", cls);
  if (!is_tuple(positional))
    return raise(pickling_error(), "second item from NEWOBJ_EX argument tuple must be a tuple, not %.200T", positional);
  if (!is_dict(keywords))
    return raise(pickling_error(), "third item from NEWOBJ_EX argument tuple must be a dict, not %.200T", keywords);
  if (p->proto >= 4)
    return save(p, cls, false) && save(p, positional, false) && save(p, keywords, false) && write_op(p, kNewObjEx);
  // Older readers: partial(cls.__new__, cls, *args, **kwargs)()
  Ref make = get_attr(cls, TAIPAN_NAME(__new__));
  if (!make) return false;
  Ref first = make_tuple_of({make.get(), cls});
  Ref all = first ? tuple_concat(first, positional) : nullptr;
  Ref f = all ? call_tuple(state.partial, all, keywords) : nullptr;
  Ref none = make_tuple(size_t{0});
  return f && save(p, f, false) && save(p, none, false) && write_op(p, kReduce);
}
static bool save_new(Pickler* p, Value args, Value v) {
  size_t n = tuple_size(args);
  if (n < 1) return raise(pickling_error(), "__newobj__ arglist is empty");
  Value cls = tuple_at(args, 0);
  if (!is_type(cls)) return raise(pickling_error(), "args[0] from __newobj__ args is not a type");
  if (v) {
    Ref own = get_attr(v, TAIPAN_NAME(__class__));
    if (!own) return false;
    if (own.get() != cls) return raise(pickling_error(), "args[0] from __newobj__ args has the wrong class");
  }
  Ref rest = tuple_slice(args, 1, n);
  return rest && save(p, cls, false) && save(p, rest, false) && write_op(p, kNewObj);
}

bool save_reduce(Pickler* p, Value args, Value v) {
  size_t n = tuple_size(args);
  if (n < 2 || n > 6) return raise(pickling_error(), "tuple returned by __reduce__ must contain 2 through 6 elements");
  auto part = [&](size_t i) { return i < n && tuple_at(args, i) != kNone ? tuple_at(args, i) : Value(); };
  Value callable = tuple_at(args, 0), arguments = tuple_at(args, 1), st = part(2), list_items = part(3),
        dict_items = part(4), setter = part(5);
  if (!is_callable(callable))
    return raise(pickling_error(), "first item of the tuple returned by __reduce__ must be callable");
  if (!is_tuple(arguments))
    return raise(pickling_error(), "second item of the tuple returned by __reduce__ must be a tuple");
  if (list_items && !is_iterator(list_items))
    return raise(pickling_error(), "fourth element of the tuple returned by __reduce__ must be an iterator, not %T",
                 list_items);
  if (dict_items && !is_iterator(dict_items))
    return raise(pickling_error(), "fifth element of the tuple returned by __reduce__ must be an iterator, not %T",
                 dict_items);
  if (setter && !is_callable(setter))
    return raise(pickling_error(), "sixth element of the tuple returned by __reduce__ must be a function, not %T",
                 setter);

  bool is_new = false, is_new_ex = false;
  if (p->proto >= 2) {
    Ref name = get_attr_opt(callable, TAIPAN_NAME(__name__));
    if (!name) return false;
    if (is_str(name)) {
      is_new = str_eq_ascii(name, "__newobj__");
      is_new_ex = !is_new && str_eq_ascii(name, "__newobj_ex__");
    }
  }
  bool ok = is_new_ex ? save_new_ex(p, arguments)
            : is_new  ? save_new(p, arguments, v)
                      : save(p, callable, false) && save(p, arguments, false) && write_op(p, kReduce);
  if (!ok) return false;
  if (v) {
    // Known by now: it contains itself, and was written while its parts were.
    if (int64_t known = memo_find(p, v); known >= 0) return write_op(p, kPop) && memo_get(p, known);
    if (!memo_put(p, v)) return false;
  }
  if (list_items && !batch_list(p, list_items)) return false;
  if (dict_items && !batch_dict(p, dict_items)) return false;
  if (!st) return true;
  if (!setter) return save(p, st, false) && write_op(p, kBuild);
  // setter(object, state), with its result dropped again
  return save(p, setter, false) && save(p, v, false) && save(p, st, false) && write_op(p, kTuple2) &&
         write_op(p, kReduce) && write_op(p, kPop);
}

// ---- plain objects ------------------------------------------------------------------------------------------------------------

// Whether the answer of v.__reduce_ex__(2) is known without asking: an instance of a Python class without any say in how it is copied.
bool is_plain_object(Value v) {
  TypeObject* t = type_of(v);
  if (!v.is_heap() || t->native_base != types::Object || !(t->flags & kTypeHeap) ||
      (t->flags & (kTypeCustomGetattr | kSubType | kTypeVarSize)))
    return false;
  struct Name {
    Str* name;
    bool of_object;  // object's own is wanted, else none
  };
  static const Name kNames[] = {{TAIPAN_NAME(__reduce_ex__), true},   {TAIPAN_NAME(__reduce__), true},
                                {TAIPAN_NAME(__getstate__), true},    {TAIPAN_NAME(__class__), true},
                                {TAIPAN_NAME(__getnewargs__), false}, {TAIPAN_NAME(__getnewargs_ex__), false}};
  for (const Name& n : kNames) {
    Value found = type_lookup(t, n.name);
    if (n.of_object ? !(found == dict_get_str(types::Object->dict, n.name)) : static_cast<bool>(found)) return false;
  }
  if (t->flags & kTypeHasDictAttr) {
    for (int i = 0; i < 3; i++)
      if (instance_get(v.header(), kNames[i].name)) return false;
  }
  return has_attr_area(shape_of(v)) || !(t->flags & kTypeHasDictAttr);
}
// What copyreg.__newobj__, (cls,), state would be written as.
bool save_plain_object(Pickler* p, Value v) {
  TypeObject* t = type_of(v);
  Ref none = make_tuple(size_t{0});
  if (!save(p, Value(t), false) || !save(p, none, false) || !write_op(p, kNewObj) || !memo_put(p, v)) return false;
  Ref st;
  if (t->flags & kTypeHasDictAttr) {
    Shape* s = shape_of(v);
    if (s->flags & kShapeDictMode) {
      st = instance_dict(v.header());
      if (!st) return false;
    } else {
      // A dict of its own: asking for __dict__ would move the attributes out of the object.
      st = make_dict(s->nslots);
      if (!st) return false;
      for (uint32_t i = 0; i < s->nslots; i++) {
        Ref item =
            !gc::parallel ? Ref::dup(*attr_slot(v.header(), s, i)) : instance_get_ref(v.header(), shape_name(s, i));
        if (item && !dict_set_str(st, shape_name(s, i), item)) return false;
      }
    }
    if (is_dict(st) && dict_size(st) == 0) st = Ref();
  }
  Value names = dict_get_str(t->dict, TAIPAN_NAME(__slotnames__));
  Ref found;
  if (!names) {
    Ref f = import_attr("copyreg", "_slotnames");
    found = f ? call(f, Value(t)) : nullptr;
    if (!found) return false;
    names = found;
  }
  if (is_list(names) && list_size(names) != 0) {
    Ref keep = Ref::dup(names), slots = make_dict();
    if (!slots) return false;
    for (size_t i = 0; i < list_size(names); i++) {
      Ref name = list_get(names, i);
      if (!name || !is_str(name)) return raise(types::TypeError, "attribute name must be string");
      Ref item = get_attr_opt(v, name.as<Str>());
      if (!item || (item.get() != kMissing && !dict_set(slots, name, item))) return false;
    }
    if (dict_size(slots) != 0) {
      st = make_tuple_of({st ? st.get() : kNone, slots.get()});
      if (!st) return false;
    }
  }
  return !st || (save(p, st, false) && write_op(p, kBuild));
}

}  // namespace taipan::pickle
