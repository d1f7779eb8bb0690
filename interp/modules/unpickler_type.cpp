// The class _pickle.Unpickler and the proxy of its memo.
#include "interp/gil.h"
#include "interp/modules/pickle.h"
#include "interp/modules/pickle_memo_proxy.h"
#include "interp/objects/function.h"
#include "interp/objects/module.h"
#include "interp/objects/owned_fields.h"

namespace taipan::pickle {

TypeObject* unpickler_type;

namespace {

TypeObject* proxy_type;
Unpickler* unpickler(Value v) { return v.as<Unpickler>(); }

template <class F>
void each_field(Unpickler* u, F f) {
  for (Value* field : {&u->persistent_load.function, &u->peek, &u->readinto, &u->read, &u->readline, &u->buffers,
                       &u->encoding, &u->errors, &u->input_owner})
    f(field);
}
void trace_items(const Value* items, gc::Visitor& v) {
  if (items) v.visit_range(items, items[-1].bits);
}
void unpickler_trace(Header* h, gc::Visitor& v) {
  auto* u = reinterpret_cast<Unpickler*>(h);
  each_field(u, [&](Value* f) { v.visit(*f); });
  if (u->has_input) v.visit(u->input.owner);
  trace_items(u->stack, v);
  trace_items(u->memo, v);
}
void drop_items(Unpickler* u, Value** items, size_t* capacity) {
  Value* old = *items;
  size_t n = *capacity;
  if (!old) return;
  gc::before_bulk_move(&u->h);
  *items = nullptr;
  *capacity = 0;
  for (size_t i = 0; i < n; i++) {
    if (old[i]) decref(old[i]);
  }
  gc::raw_free_epoch(old - 1);
}
void drop_memo(Unpickler* u) {
  u->memo_used = 0;
  drop_items(u, &u->memo, &u->memo_capacity);
}
void unpickler_clear(Header* h) {
  auto* u = reinterpret_cast<Unpickler*>(h);
  unpickler_drop_input(u);
  each_field(u, [&](Value* f) { Ref old = gc::take(h, f); });
  u->stack_size = u->fence = u->marks_size = 0;
  u->mark_set = false;
  drop_items(u, &u->stack, &u->stack_capacity);
  drop_memo(u);
}
void unpickler_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  unpickler_clear(h);
  gc::raw_free(reinterpret_cast<Unpickler*>(h)->marks);
  finish_dealloc(h);
}

Ref unpickler_new(TypeObject* cls, RawArgs) { return Ref::steal(alloc_instance_as<Unpickler>(cls)); }
bool unpickler_init(Value self, RawArgs raw) {
  static const Signature sig("Unpickler", "(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())");
  if (raw.n > 1) return raise(types::TypeError, "Unpickler() takes exactly 1 positional argument (%zu given)", raw.n);
  Value v[5];
  if (!sig.bind(raw, v)) return false;
  Unpickler* u = unpickler(self);
  if (u->read) unpickler_clear(self.header());
  for (int i = 2; i < 4; i++)
    if (v[i] && !is_str(v[i]))
      return raise(types::TypeError, "Unpickler() argument '%s' must be str, not %.50T", i == 2 ? "encoding" : "errors",
                   v[i]);
  if (!unpickler_set_file(u, v[0]) || !unpickler_setup(u, v[1], v[2], v[3], v[4])) return false;
  if (!u->persistent_load.function && is_inherited(self, TAIPAN_NAME(persistent_load), unpickler_type)) return true;
  return find_method_ref(&u->h, TAIPAN_NAME(persistent_load), &u->persistent_load);
}
Ref unpickler_load_impl(Args& a) {
  Unpickler* u = unpickler(a.self);
  if (!u->read)
    return raise(unpickling_error(), "Unpickler.__init__() was not called by %s.__init__()",
                 type_of(a.self)->name->data1());
  return unpickler_load(u);
}
Ref unpickler_find_class_impl(Args& a) { return unpickler_find_class(unpickler(a.self), a[0], a[1]); }
Ref unpickler_sizeof_impl(Args& a) {
  Unpickler* u = unpickler(a.self);
  return make_int(static_cast<int64_t>(type_of(a.self)->basic_size +
                                       (u->memo_capacity + u->stack_capacity) * sizeof(Value) +
                                       u->marks_capacity * sizeof(size_t)));
}
Ref get_persistent_load(Value self) {
  MethodRef& m = unpickler(self)->persistent_load;
  if (!m.function) return raise(types::AttributeError, "persistent_load");
  return m.pass_self ? make_method(m.function, self) : Ref::dup(m.function);
}
bool set_persistent_load(Value self, Value f) {
  if (!f) return raise(types::TypeError, "attribute deletion is not supported");
  if (!is_callable(f)) return raise(types::TypeError, "persistent_load must be a callable taking one argument");
  set_method_ref(self.header(), &unpickler(self)->persistent_load, f);
  return true;
}

Ref memo_dict(Unpickler* u) {
  Ref dict = make_dict();
  for (size_t i = 0; dict && i < u->memo_capacity; i++) {
    if (!u->memo[i]) continue;
    Ref key = make_int(static_cast<int64_t>(i));
    if (!dict_set(dict, key, u->memo[i])) return nullptr;
  }
  return dict;
}
using Proxy = MemoProxy<Unpickler, memo_dict, drop_memo>;
Ref get_memo(Value self) { return Proxy::make(proxy_type, self); }
bool set_memo(Value self, Value v) {
  if (!v) return raise(types::TypeError, "attribute deletion is not supported");
  Ref dict;
  if (has_shape(v, proxy_type->root_shape->id))
    dict = memo_dict(Proxy::owner(v));
  else if (is_dict_exact(v))
    dict = Ref::dup(v);
  else
    return raise(types::TypeError, "'memo' attribute must be an UnpicklerMemoProxy object or dict, not %.200T", v);
  if (!dict) return false;
  Unpickler* u = unpickler(self);
  size_t pos = 0, largest = 0;
  Value key, value;
  while (dict_next(dict, &pos, &key, &value)) {
    int64_t index;
    if (!is_int(key)) return raise(types::TypeError, "memo key must be integers");
    if (!to_ssize(key, &index, types::OverflowError)) return false;
    if (index < 0) return raise(types::ValueError, "memo key must be positive integers.");
    if (static_cast<size_t>(index) >= largest) largest = static_cast<size_t>(index) + 1;
  }
  if (largest > (size_t{1} << 40)) return raise_memory();
  size_t capacity = largest ? largest : 1;
  auto* fresh = static_cast<Value*>(gc::raw_calloc((capacity + 1) * sizeof(Value)));
  if (!fresh) return raise_memory();
  fresh++->bits = capacity;
  drop_memo(u);
  pos = 0;
  while (dict_next(dict, &pos, &key, &value)) fresh[key.as_int()] = Ref::dup(value).release();
  gc::before_bulk_move(&u->h);
  u->memo = fresh;
  u->memo_capacity = capacity;
  u->memo_used = dict_size(dict);
  return true;
}
const TypeSpec kProxySpec = Proxy::spec();
const NativeDef kUnpicklerMethods[] = {
    {"load", "($self, /)", unpickler_load_impl, 0, "Reads the next pickle of the file and gives its object."},
    {"find_class", "($self, module_name, global_name, /)", unpickler_find_class_impl, 0,
     "The object that a pickle names; the module is imported.\n\nSubclasses override it to decide what pickles may "
     "refer to."},
    {"__sizeof__", "($self, /)", unpickler_sizeof_impl, 0, "Size in memory, in bytes."},
    {nullptr}};
const GetSetDef kUnpicklerGetSet[] = {{"memo", get_memo, set_memo, nullptr},
                                      {"persistent_load", get_persistent_load, set_persistent_load, nullptr},
                                      {nullptr}};
const TypeSpec kUnpicklerSpec = {
    .doc =
        "Unpickler(file, *, fix_imports=True, encoding='ASCII', errors='strict',\n          buffers=())\n--\n\nReads "
        "pickles from a binary file.\n\n"
        "file needs read() and readline(); peek() and readinto() are used if it has\nthem. fix_imports, encoding and "
        "errors are for the pickles of Python 2. "
        "buffers\ngives the buffers that travelled out of band.",
    .flags = kTypeGc | kTypeBaseable,
    .basic_size = sizeof(Unpickler),
    .ops = {.trace = unpickler_trace, .clear = unpickler_clear, .dealloc = unpickler_dealloc},
    .methods = kUnpicklerMethods,
    .getset = kUnpicklerGetSet,
    .s = {.init = unpickler_init, .new_ = unpickler_new}};

// The names that Python 2 pickles have for today's modules and objects.
bool new_names(Ref* module, Ref* name) {
  Ref pair = make_tuple_of({*module, *name});
  Ref found = pair ? dict_get_ref(state.name_2to3, pair) : nullptr;
  if (!found) return false;
  if (found.get() != kMissing) {
    if (!is_tuple(found) || tuple_size(found) != 2 || !is_str(tuple_at(found, 0)) || !is_str(tuple_at(found, 1)))
      return raise(types::RuntimeError, "_compat_pickle.NAME_MAPPING values should be 2-tuples, not %.200T",
                   found.get());
    *module = Ref::dup(tuple_at(found, 0));
    *name = Ref::dup(tuple_at(found, 1));
    return true;
  }
  found = dict_get_ref(state.import_2to3, *module);
  if (!found) return false;
  if (found.get() == kMissing) return true;
  if (!is_str(found))
    return raise(types::RuntimeError, "_compat_pickle.IMPORT_MAPPING values should be strings, not %.200T",
                 found.get());
  *module = std::move(found);
  return true;
}

}  // namespace

bool unpickler_setup(Unpickler* u, Value fix_imports, Value encoding, Value errors, Value buffers) {
  int fix = fix_imports ? is_true(fix_imports) : 1;
  if (fix < 0) return false;
  u->fix_imports = fix != 0;
  Ref iterator;
  if (buffers && buffers != kNone) {
    iterator = get_iter(buffers);
    if (!iterator) return false;
  }
  gc::store(&u->h, &u->buffers, std::move(iterator));
  gc::store(&u->h, &u->encoding, encoding ? Ref::dup(encoding) : make_str("ASCII"));
  gc::store(&u->h, &u->errors, errors ? Ref::dup(errors) : make_str("strict"));
  return u->encoding && u->errors;
}
Ref make_unpickler() { return unpickler_new(unpickler_type, {}); }

Ref unpickler_find_class(Unpickler* u, Value module_name, Value global_name) {
  if (!is_str(module_name)) return raise(types::TypeError, "module name must be a string");
  Ref module = Ref::dup(module_name), name = Ref::dup(global_name);
  if (audit_hooks) {
    Ref args = make_tuple_of({module.get(), name.get()}), event = make_str("pickle.find_class");
    if (!args || !event || !audit_call(event, args)) return nullptr;
  }
  if (u->proto < 3 && u->fix_imports && !new_names(&module, &name)) return nullptr;
  Ref modules = import_attr("sys", "modules");
  if (!modules) return nullptr;
  Ref found = is_dict_exact(modules) ? dict_get_ref(modules, module) : Ref::imm(kMissing);
  if (!found) return nullptr;
  if (found.get() == kMissing || found.get() == kNone || (is_module(found) && module_is_initializing(found))) {
    Ref import = builtin_function("__import__");
    if (!import) return nullptr;
    if (!call(import, module)) return nullptr;
    found = get_item(modules, module);
    if (!found) return nullptr;
  }
  if (!is_str(name)) return raise(types::TypeError, "attribute name must be string, not '%.200T'", name.get());
  if (u->proto < 4) {
    Ref v = get_attr_opt(found, name.as<Str>());
    if (v && v.get() == kMissing)
      return raise(types::AttributeError, "Can't get attribute %R on %R", name.get(), found.get());
    return v;
  }
  Ref v;
  if (str_find_char(name.as<Str>(), '.', 0, name.as<Str>()->length) < 0) {
    v = get_attr_opt(found, name.as<Str>());
  } else {
    Ref path = dotted_path(found, name);
    if (!path) return nullptr;
    v = deep_attribute(found, path, nullptr);
  }
  if (v && v.get() == kMissing)
    return raise(types::AttributeError, "Can't get attribute %R on %R", name.get(), found.get());
  return v;
}

bool add_unpickler(Value module) {
  if (!unpickler_type) {
    unpickler_type = make_native_type("_pickle.Unpickler", types::Object, &kUnpicklerSpec);
    proxy_type = make_native_type("_pickle.UnpicklerMemoProxy", types::Object, &kProxySpec);
  }
  return unpickler_type && proxy_type && module_add_type(module, unpickler_type);
}

}  // namespace taipan::pickle
