// isinstance and issubclass, importing from C++, limits of recursion.
#include "interp/objects/abstract.h"
#include "interp/objects/list.h"
#include "interp/objects/native_stack.h"
#include "interp/objects/small_types.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"

namespace taipan {

InterpHooks interp_hooks = {.poll = [](Thread*) { return true; }};  // until interp installs its own
int32_t recursion_limit = 1000;

namespace {

// cls.__bases__ if it is a tuple; null without an exception otherwise.
Ref bases_of(Value cls) {
  Ref b = get_attr_opt(cls, TAIPAN_NAME(__bases__));
  if (!b || b.get() == kMissing || !is_tuple(b)) return nullptr;
  return b;
}

// Objects that look like classes: they have a tuple __bases__.
bool check_class(Value cls, const char* message) {
  Ref b = bases_of(cls);
  if (b) return true;
  if (error_occurred()) return false;
  return raise(types::TypeError, "%s", message);
}

int abstract_subclass(Value derived, Value cls) {
  if (derived == cls) return 1;
  RecursionScope scope(" in __issubclass__");
  if (!scope.ok()) return -1;
  Ref bases = bases_of(derived);
  if (!bases) return error_occurred() ? -1 : 0;
  for (size_t i = 0; i < tuple_size(bases); i++) {
    int r = abstract_subclass(tuple_at(bases, i), cls);
    if (r) return r;
  }
  return 0;
}

constexpr const char* kInstanceText = "isinstance() arg 2 must be a type, a tuple of types, or a union";
constexpr const char* kSubclassText = "issubclass() arg 2 must be a class, a tuple of classes, or a union";

}  // namespace

int plain_is_instance(Value o, Value cls) {
  if (is_type(cls)) {
    TypeObject* type = type_of(o);
    if (is_subtype(type, cls.as<TypeObject>())) return 1;
    // The usual __class__ tells nothing new.
    static const Value usual = type_lookup(types::Object, TAIPAN_NAME(__class__));
    if (TAIPAN_LIKELY(type->s.get_attr == &generic_get_attr && type_lookup(type, TAIPAN_NAME(__class__)) == usual))
      return 0;
    Ref c = get_attr_opt(o, TAIPAN_NAME(__class__));
    if (!c) return -1;
    if (c.get() != kMissing && c.get() != Value(type_of(o)) && is_type(c))
      return is_subtype(c.as<TypeObject>(), cls.as<TypeObject>());
    return 0;
  }
  if (!check_class(cls, kInstanceText)) return -1;
  Ref c = get_attr_opt(o, TAIPAN_NAME(__class__));
  if (!c) return -1;
  return c.get() == kMissing ? 0 : abstract_subclass(c, cls);
}

int plain_is_subclass(Value derived, Value cls) {
  if (is_type(cls) && is_type(derived)) return is_subtype(derived.as<TypeObject>(), cls.as<TypeObject>());
  if (!check_class(derived, "issubclass() arg 1 must be a class")) return -1;
  if (!has_shape(cls, kShapeUnion) && !check_class(cls, kSubclassText)) return -1;
  return abstract_subclass(derived, cls);
}

int is_instance(Value o, Value cls) {
  TypeObject* type = type_of(o);
  if (Value(type) == cls) return 1;
  if (has_shape(cls, kShapeType) && is_subtype_slow(type, cls.as<TypeObject>())) return 1;
  if (is_type(cls) && type_of(cls) == types::Type) return plain_is_instance(o, cls);
  if (is_tuple(cls)) {
    RecursionScope scope(" in __instancecheck__");
    if (!scope.ok()) return -1;
    for (size_t i = 0; i < tuple_size(cls); i++) {
      int r = is_instance(o, tuple_at(cls, i));
      if (r) return r;
    }
    return 0;
  }
  RecursionScope scope(" in __instancecheck__");
  if (!scope.ok()) return -1;
  if (has_shape(cls, kShapeUnion)) {
    Ref members = Ref::dup(cls.as<Union>()->args);
    for (size_t i = 0; i < tuple_size(members); i++)
      if (int r = is_instance(o, tuple_at(members, i))) return r;
    return 0;
  }
  Ref r = call_special(cls, TAIPAN_NAME(__instancecheck__), o);
  if (r.get() == kMissing) return plain_is_instance(o, cls);
  return r ? is_true(r) : -1;
}

int is_subclass(Value derived, Value cls) {
  if (is_type(cls) && type_of(cls) == types::Type) {
    if (derived == cls) return 1;
    return plain_is_subclass(derived, cls);
  }
  if (is_tuple(cls)) {
    RecursionScope scope(" in __subclasscheck__");
    if (!scope.ok()) return -1;
    for (size_t i = 0; i < tuple_size(cls); i++) {
      int r = is_subclass(derived, tuple_at(cls, i));
      if (r) return r;
    }
    return 0;
  }
  RecursionScope scope(" in __subclasscheck__");
  if (!scope.ok()) return -1;
  Ref r = call_special(cls, TAIPAN_NAME(__subclasscheck__), derived);
  if (r.get() == kMissing) return plain_is_subclass(derived, cls);
  return r ? is_true(r) : -1;
}

// ---- Import -------------------------------------------------------------------------------------------------------------------------

Ref import_module(const char* name) {
  if (!interp_hooks.import_module)
    return raise(types::ImportError, "import of %s before the import system is ready", name);
  return interp_hooks.import_module(name);
}
Ref import_attr(const char* module, const char* name) {
  Ref m = import_module(module);
  if (!m) return nullptr;
  return get_attr(m, name);
}

// ---- Recursion ----------------------------------------------------------------------------------------------------------------------

bool enter_recursive(const char* where) {
  Thread* t = current_thread();
  if (TAIPAN_UNLIKELY(++t->recursion_depth > recursion_limit + t->recursion_headroom || native_stack_is_low(t))) {
    t->recursion_depth--;
    return raise_recursion(where);
  }
  return true;
}
void leave_recursive() { current_thread()->recursion_depth--; }

// ---- Containers that contain themselves -------------------------------------------------------------------------------------------------

int repr_enter(Value o) {
  Thread* t = current_thread();
  if (!t->repr_list) {
    Ref list = make_list();
    if (!list) return -1;
    t->repr_list = list.release();
  }
  Value list = t->repr_list;
  for (size_t i = list_size(list); i-- > 0;) {
    if (list_at(list, i) == o) return 1;
  }
  return list_append(list, o) ? 0 : -1;
}

void repr_leave(Value o) {
  Thread* t = current_thread();
  Value list = t->repr_list;
  if (!list) return;
  for (size_t i = list_size(list); i-- > 0;) {
    if (list_at(list, i) == o) {
      Ref gone = list_pop(list, i);
      return;
    }
  }
}

}  // namespace taipan
