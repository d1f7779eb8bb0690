// Attributes and calls.
#include "interp/objects/abstract.h"
#include "interp/objects/descr.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/frame.h"
#include "interp/objects/module.h"
#include "interp/objects/native_stack.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"
#include "interp/objects/type_internal.h"

namespace taipan {

// ---- Attributes -------------------------------------------------------------------------------------------------------------------

// An AttributeError on its way from a look-up gets the name and the object, for the suggestions in tracebacks.
static TAIPAN_COLD Ref note_attribute_error(Value o, Str* name) {
  if (!error_matches(types::AttributeError)) return nullptr;
  auto* e = current_error().as<AttributeErrorExc>();
  if (!e->name && !e->object) {
    set_exc_field(current_error(), &e->name, Value(name));
    set_exc_field(current_error(), &e->object, o);
  }
  return nullptr;
}

Ref get_attr(Value o, Str* name) {
  if (!check_native_stack()) return nullptr;
  Ref v = type_of(o)->s.get_attr(o, name);
  if (TAIPAN_UNLIKELY(!v)) return note_attribute_error(o, name);
  return v;
}

Ref get_attr(Value o, const char* name) {
  Ref s = intern_str(name);
  if (!s) return nullptr;
  return get_attr(o, s.as<Str>());
}

Ref get_attr_opt(Value o, Str* name) {
  GetAttrSlot get = type_of(o)->s.get_attr;
  if (TAIPAN_LIKELY(get == &generic_get_attr)) {
    if (!check_native_stack()) return nullptr;
    Ref v = generic_get_attr_opt(o, name);
    if (v || !error_matches(types::AttributeError)) return v;
    clear_error();
    return Ref::imm(kMissing);
  }
  if (!check_native_stack()) return nullptr;
  Ref v = get == &type_get_attr     ? type_get_attr_opt(o, name)
          : get == &module_get_attr ? module_get_attr_opt(o, name)
                                    : get(o, name);
  if (v || !error_matches(types::AttributeError)) return v;
  clear_error();
  return Ref::imm(kMissing);
}

bool set_attr(Value o, Str* name, Value value) {
  if (TAIPAN_UNLIKELY(!name->interned.load(std::memory_order_relaxed))) {
    Ref keep;
    name = interned_name(name, &keep);
    return name && type_of(o)->s.set_attr(o, name, value);
  }
  return type_of(o)->s.set_attr(o, name, value);
}

Ref lookup_special(Value o, Str* name) {
  TypeObject* type = type_of(o);
  Value f = type_lookup(type, name);
  if (!f) return nullptr;
  Ref hold = Ref::dup(f);
  if (DescrGetSlot get = type_of(f)->s.descr_get) return get(f, o, Value(type));
  return hold;
}

Ref call_special(Value o, Str* name, Value arg) {
  Value f = type_lookup(type_of(o), name);
  if (!f) return Ref::imm(kMissing);
  if (type_of(f)->flags & kTypeIsMethodDescr) {  // binds by being called with self
    Ref hold = Ref::dup(f);
    return call(hold, o, arg);
  }
  Ref bound = lookup_special(o, name);
  return bound ? call(bound, arg) : nullptr;
}

Ref get_method(Value o, Str* name, Value* self_out) {
  *self_out = Value();
  TypeObject* type = type_of(o);
  if (type == types::Type && name->interned.load(std::memory_order_relaxed) &&
      current_thread()->profile_func.is_null()) {
    // A class method of a built-in class is called with the class; a profiler wants to see it bound.
    Value descr = type_lookup(o.as<TypeObject>(), name);
    if (descr && has_shape(descr, kShapeClassMethodDescriptor) && !type_lookup(types::Type, name) &&
        is_subtype(o.as<TypeObject>(), descr.as<MethodDescriptor>()->type)) {
      *self_out = o;
      return Ref::dup(descr);
    }
  }
  if (type->s.get_attr != &generic_get_attr || !name->interned.load(std::memory_order_relaxed))
    return get_attr(o, name);
  Value descr = type_lookup(type, name);
  DescrGetSlot get = nullptr;
  bool method = false;
  Ref hold;
  if (descr) {
    const TypeObject* dt = type_of(descr);
    hold = Ref::dup(descr);
    if ((dt->flags & kTypeIsMethodDescr) && takes_self(descr, type)) {
      method = true;
    } else {
      get = dt->s.descr_get;
      if (get && dt->s.descr_set) {
        Ref v = get(descr, o, Value(type));
        return v ? std::move(v) : note_attribute_error(o, name);
      }
    }
  }
  if (o.is_heap()) {
    if (Ref v = instance_get_ref(o.header(), name)) return v;
    if (TAIPAN_UNLIKELY(error_occurred())) return nullptr;
  }
  if (method) {
    *self_out = o;
    return hold;
  }
  if (get) return get(descr, o, Value(type));
  if (descr) return hold;
  return raise_attribute_error(o, name);
}

// ---- Calls ------------------------------------------------------------------------------------------------------------------------

Ref call_array(Value f, const Value* args, size_t n, Value kwnames) {
  CallSlot slot = type_of(f)->s.call;
  if (TAIPAN_UNLIKELY(!slot)) return raise(types::TypeError, "'%.200T' object is not callable", f);
  Thread* t = current_thread();
  if (TAIPAN_UNLIKELY(native_stack_is_low(t))) return raise_recursion(" while calling a Python object");
  return Ref::steal(slot(t, f, args, n, kwnames));
}
Ref call(Value f) { return call_array(f, nullptr, 0); }
// What keys, predicates and mapped functions are called with: functions of either kind without the layers in between.
Ref call(Value f, Value a) {
  if (TAIPAN_LIKELY(f.is_heap())) {
    Thread* t = current_thread();
    ShapeId shape = f.header()->shape();
    if (shape == kShapeFunction && TAIPAN_LIKELY(!native_stack_is_low(t)))
      return Ref::steal(function_call(t, f, &a, 1, Value()));
    if (shape == kShapeNativeFunction && TAIPAN_LIKELY(!gc::parallel && !native_stack_is_low(t))) {
      auto* native = f.as<NativeFunction>();
      const Signature* sig = native->sig;
      constexpr size_t kFew = 3;
      if (sig->plain_ && !sig->raw_ && sig->required_ <= 1 && sig->count_ >= 1 && sig->count_ <= kFew) {
        Value bound[kFew] = {a, Value(), Value()};
        Args args{t, native->self, bound, sig->count_, {&a, 1, Value()}};
        return native->def->impl(args);
      }
    }
  }
  return call_array(f, &a, 1);
}
Ref call(Value f, Value a, Value b) {
  Value args[2] = {a, b};
  return call_array(f, args, 2);
}
Ref call(Value f, Value a, Value b, Value c) {
  Value args[3] = {a, b, c};
  return call_array(f, args, 3);
}

bool is_callable(Value o) { return type_of(o)->s.call != nullptr; }

Ref call_tuple(Value f, Value args_tuple, Value kwargs) {
  size_t n = tuple_size(args_tuple);
  if (!kwargs || dict_size(kwargs) == 0) {
    Ref hold = Ref::dup(args_tuple);
    return call_array(f, args_tuple.as<Tuple>()->items(), n);
  }
  size_t nkw = dict_size(kwargs);
  Ref names = make_tuple(nkw);
  if (!names) return nullptr;
  constexpr size_t kFew = 12;
  if (n + nkw <= kFew && !gc::parallel) {
    Ref hold = Ref::dup(args_tuple), held[kFew];
    Value values[kFew];
    for (size_t i = 0; i < n; i++) values[i] = tuple_at(args_tuple, i);
    size_t pos = 0, k = 0;
    Value key, value;
    for (; k < nkw && dict_next(kwargs, &pos, &key, &value); k++) {
      if (!is_str(key)) return raise(types::TypeError, "keywords must be strings");
      tuple_init(names, k, Ref::dup(key));
      held[k] = Ref::dup(value);
      values[n + k] = value;
    }
    return call_array(f, values, n, names);
  }
  Ref values = make_tuple(n + nkw);  // keeps them alive; its items are the argument array
  if (!values) return nullptr;
  for (size_t i = 0; i < n; i++) tuple_init(values, i, Ref::dup(tuple_at(args_tuple, i)));
  size_t pos = 0, k = 0;
  Value key, value;
  while (k < nkw && dict_next(kwargs, &pos, &key, &value)) {
    if (!is_str(key)) return raise(types::TypeError, "keywords must be strings");
    tuple_init(names, k, Ref::dup(key));
    tuple_init(values, n + k, Ref::dup(value));
    k++;
  }
  return call_array(f, values.as<Tuple>()->items(), n, names);
}

static Ref call_method_array(Value o, Str* name, Value* args, size_t n) {  // args[0] is room for self
  Value self;
  Ref hold_self;
  Ref f = get_method(o, name, &self);
  if (!f) return nullptr;
  if (self) {
    args[0] = self;
    return call_array(f, args, n + 1);
  }
  return call_array(f, args + 1, n);
}
Ref call_method(Value o, Str* name) {
  Value args[1];
  return call_method_array(o, name, args, 0);
}
Ref call_method(Value o, Str* name, Value a) {
  Value args[2] = {Value(), a};
  return call_method_array(o, name, args, 1);
}
Ref call_method(Value o, Str* name, Value a, Value b) {
  Value args[3] = {Value(), a, b};
  return call_method_array(o, name, args, 2);
}
Ref call_method(Value o, Str* name, Value a, Value b, Value c) {
  Value args[4] = {Value(), a, b, c};
  return call_method_array(o, name, args, 3);
}

}  // namespace taipan
