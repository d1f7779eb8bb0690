// Slots and dunders: the table that ties them together, and the two directions.
//
// Dispatchers stand in the slots of classes written in Python and call the dunder. Wrapper descriptors stand in the dictionaries of
// built-in types and call the slot. When a class is made or a dunder of it changes, each slot concerned becomes the native function (if what the
// MRO gives is the wrapper of exactly this slot) or the dispatcher.
#include <cstddef>
#include <cstring>
#include "interp/objects/abstract.h"
#include "interp/objects/dict.h"
#include "interp/objects/frame.h"
#include "interp/objects/int.h"
#include "interp/objects/iterators.h"
#include "interp/objects/list.h"
#include "interp/objects/parallel.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"
#include "interp/objects/type_internal.h"

namespace taipan {

namespace {

// clang-format off
#define DUNDERS(X) \
  X(repr) X(str) X(hash) X(call) X(getattribute) X(getattr) X(setattr) X(delattr) X(lt) X(le) X(eq) X(ne) X(gt) X(ge) X(iter) X(next) \
  X(get) X(set) X(delete) X(init) X(new) X(del) X(await) X(aiter) X(anext) X(add) X(radd) X(sub) X(rsub) X(mul) X(rmul) X(mod) X(rmod) \
  X(divmod) X(rdivmod) X(pow) X(rpow) X(neg) X(pos) X(abs) X(bool) X(invert) X(lshift) X(rlshift) X(rshift) X(rrshift) X(and) X(rand) \
  X(xor) X(rxor) X(or) X(ror) X(int) X(float) X(index) X(floordiv) X(rfloordiv) X(truediv) X(rtruediv) X(matmul) X(rmatmul) X(iadd) \
  X(isub) X(imul) X(imod) X(ipow) X(ilshift) X(irshift) X(iand) X(ixor) X(ior) X(ifloordiv) X(itruediv) X(imatmul) X(len) X(getitem) \
  X(setitem) X(delitem) X(contains)
// clang-format on
#define X(n) Str* name_##n;
DUNDERS(X)
#undef X

// ---- Calling dunders -------------------------------------------------------------------------------------------------------------

// Calls type(self).name(self, extra...). found tells an absent method (null, nothing raised).
// f, which type(self) has, on self.
Ref call_found(Value self, Value f, const Value* extra, size_t n) {
  TypeObject* type = type_of(self);
  if (TAIPAN_LIKELY(has_shape(f, kShapeFunction))) {
    Value args[4];
    args[0] = self;
    for (size_t i = 0; i < n; i++) args[1 + i] = extra[i];
    return Ref::steal(function_call(current_thread(), f, args, n + 1, Value()));  // (which counts it)
  }
  Ref hold = Ref::dup(f);
  if (has_shape(f, kShapeWrapperDescriptor)) {  // a native slot's, inherited beside others that Python code replaces
    auto* w = f.as<WrapperDescriptor>();
    if (TAIPAN_LIKELY(is_subtype(type, w->type))) return w->row->wrapper(self, {extra, n, Value()}, w->slot);
  }
  TypeObject* ft = type_of(f);
  if (TAIPAN_LIKELY(ft->flags & kTypeIsMethodDescr)) {
    Value args[4];
    args[0] = self;
    for (size_t i = 0; i < n; i++) args[1 + i] = extra[i];
    return Ref::steal(ft->s.call(current_thread(), f, args, n + 1, Value()));
  }
  if (ft->s.descr_get) {
    hold = ft->s.descr_get(f, self, Value(type));
    if (!hold) return nullptr;
  }
  return call_array(hold, extra, n);
}
Ref call_dunder(Value self, Str* name, const Value* extra, size_t n, bool* found) {
  Value f = type_lookup(type_of(self), name);
  *found = static_cast<bool>(f);
  return f ? call_found(self, f, extra, n) : nullptr;
}

Ref missing_dunder(Str* name) { return raise(types::AttributeError, "%U", name); }

Ref call_required(Value self, Str* name, const Value* extra, size_t n) {
  bool found;
  Ref r = call_dunder(self, name, extra, n, &found);
  if (!found) return missing_dunder(name);
  return r;
}
// Absent: NotImplemented.
Ref call_maybe(Value self, Str* name, Value other) {
  bool found;
  Ref r = call_dunder(self, name, &other, 1, &found);
  if (!found) return Ref::imm(kNotImplemented);
  return r;
}

template <Str** Name>
Ref slot_unary(Value self) {
  return call_required(self, *Name, nullptr, 0);
}
template <Str** Name>
Ref slot_inplace(Value self, Value other) {
  return call_required(self, *Name, &other, 1);
}

bool overloads(Value left, Value right, Str* name) {
  Value b = type_lookup(type_of(right), name);
  if (!b) return false;
  Value a = type_lookup(type_of(left), name);
  return a != b;
}

template <class F>
F slot_at(const TypeObject* t, size_t offset) {
  return *reinterpret_cast<const F*>(reinterpret_cast<const char*>(&t->s) + offset);
}

template <class F>
Ref reflected_dispatch(Value self, Value other, Str* name, Str* reflected, size_t offset, F own) {
  TypeObject* st = type_of(self);
  TypeObject* ot = type_of(other);
  bool do_other = st != ot && slot_at<F>(ot, offset) == own;
  if (slot_at<F>(st, offset) == own) {
    if (do_other && is_subtype(ot, st)) {
      if (overloads(self, other, reflected)) {
        Ref r = call_maybe(other, reflected, self);
        if (r.get() != kNotImplemented) return r;
        do_other = false;
      }
    }
    Ref r = call_maybe(self, name, other);
    if (r.get() != kNotImplemented || st == ot) return r;
  }
  if (do_other) return call_maybe(other, reflected, self);
  return Ref::imm(kNotImplemented);
}

template <size_t Offset, Str** Name, Str** Reflected>
Ref slot_binary(Value self, Value other) {
  return reflected_dispatch<BinarySlot>(self, other, *Name, *Reflected, Offset, &slot_binary<Offset, Name, Reflected>);
}

Ref slot_power(Value self, Value other, Value mod) {
  if (mod == kNone) {
    return reflected_dispatch<TernarySlot>(self, other, name_pow, name_rpow, offsetof(Slots, power), &slot_power);
  }
  // With three arguments there is no reflected form; this may have been reached through the second operand.
  if (type_of(self)->s.power == &slot_power) {
    Value args[2] = {other, mod};
    return call_required(self, name_pow, args, 2);
  }
  return Ref::imm(kNotImplemented);
}
Ref slot_inplace_power(Value self, Value other, Value) { return call_required(self, name_ipow, &other, 1); }

Ref slot_repr(Value self) {
  bool found;
  Ref r = call_dunder(self, name_repr, nullptr, 0, &found);
  if (found) return r;
  return format_str("<%s object at %p>", type_of(self)->cname, reinterpret_cast<void*>(self.bits));
}

bool slot_hash(Value self, int64_t* out) {
  TypeObject* type = type_of(self);
  Value f = type_lookup(type, name_hash);
  if (!f || f == kNone) return hash_not_implemented(self, out);
  Ref r = call_found(self, f, nullptr, 0);
  if (!r) return failed();
  if (!is_int(r)) return raise(types::TypeError, "__hash__ method should return an integer");
  int64_t h;
  if (!int_fits64(r, &h)) h = int_hash(r);
  if (is_bool(r)) h = r.get() == kTrue;
  *out = h == -1 ? -2 : h;
  return true;
}

Value slot_call(Thread* t, Value callee, const Value* args, size_t nargs, Value kwnames) {
  TypeObject* type = type_of(callee);
  Value f = type_lookup(type, name_call);
  if (!f) {
    missing_dunder(name_call);
    return Value();
  }
  Ref hold = Ref::dup(f);
  TypeObject* ft = type_of(f);
  RecursionScope scope(" while calling a Python object");
  if (!scope.ok()) return Value();
  if (TAIPAN_LIKELY(ft->flags & kTypeIsMethodDescr)) {
    size_t total = nargs + (kwnames ? tuple_size(kwnames) : 0);
    Value small[12];
    Value* v = total < 12 ? small : static_cast<Value*>(gc::raw_alloc((total + 1) * sizeof(Value)));
    if (!v) {
      raise_memory();
      return Value();
    }
    v[0] = callee;
    for (size_t i = 0; i < total; i++) v[1 + i] = args[i];
    Value r = ft->s.call(t, f, v, nargs + 1, kwnames);
    if (v != small) gc::raw_free(v);
    return r;
  }
  if (ft->s.descr_get) {
    hold = ft->s.descr_get(f, callee, Value(type));
    if (!hold) return Value();
  }
  return call_array(hold, args, nargs, kwnames).release();
}

Ref slot_getattribute(Value self, Str* name) {
  Value arg = Value(name);
  return call_required(self, name_getattribute, &arg, 1);
}

GetAttrSlot native_of(Value getattribute) {
  if (!getattribute || !has_shape(getattribute, kShapeWrapperDescriptor)) return nullptr;
  return reinterpret_cast<GetAttrSlot>(const_cast<void*>(getattribute.as<WrapperDescriptor>()->slot));
}

// Classes with __getattr__ (and maybe __getattribute__).
Ref slot_getattr_hook(Value self, Str* name) {
  TypeObject* type = type_of(self);
  Value hook = type_lookup(type, name_getattr);
  if (!hook) return slot_getattribute(self, name);
  Ref r;
  Value own = type_lookup(type, name_getattribute);
  GetAttrSlot native = native_of(own);
  if (native == &generic_get_attr || native == &type_get_attr) {
    r = native == &generic_get_attr ? generic_get_attr_opt(self, name) : type_get_attr_opt(self, name);
    if (r && r.get() != kMissing) return r;
  } else {
    r = slot_getattribute(self, name);
    if (r) return r;
  }
  if (!r) {
    if (!error_matches(types::AttributeError)) return nullptr;
    clear_error();
  }
  Value arg = Value(name);
  bool found;
  r = call_dunder(self, name_getattr, &arg, 1, &found);
  if (!found) return raise_attribute_error(self, name);
  return r;
}

bool slot_setattr(Value self, Str* name, Value value) {
  Value args[2] = {Value(name), value};
  Ref r = value ? call_required(self, name_setattr, args, 2) : call_required(self, name_delattr, args, 1);
  return static_cast<bool>(r);
}

Ref slot_compare(Value self, Value other, CompareOp op) {
  Str* const names[] = {name_lt, name_le, name_eq, name_ne, name_gt, name_ge};
  TypeObject* type = type_of(self);
  Value f = type_lookup(type, names[op]);
  if (!f) return Ref::imm(kNotImplemented);
  if (type_of(f)->flags & kTypeIsMethodDescr) return call_found(self, f, &other, 1);
  Ref bound = lookup_special(self, names[op]);
  if (!bound) {  // a property that raises doesn't count
    clear_error();
    return Ref::imm(kNotImplemented);
  }
  return call(bound, other);
}

Ref slot_iter(Value self) {
  Value f = type_lookup(type_of(self), name_iter);
  if (f == kNone) return raise(types::TypeError, "'%T' object is not iterable", self);
  bool found;
  Ref r = call_dunder(self, name_iter, nullptr, 0, &found);
  if (found) return r;
  if (!type_lookup(type_of(self), name_getitem)) return raise(types::TypeError, "'%T' object is not iterable", self);
  return make_seq_iterator(self);
}

// Unlike other special methods __get__ is called as it was found, with the descriptor as its first argument.
Ref slot_descr_get(Value self, Value instance, Value owner) {
  Value f = type_lookup(type_of(self), name_get);
  if (!f) return Ref::dup(self);
  Ref hold = Ref::dup(f);
  Value args[3] = {self, instance ? instance : kNone, owner ? owner : kNone};
  return call_array(f, args, 3);
}
bool slot_descr_set(Value self, Value instance, Value value) {
  Value args[2] = {instance, value};
  Ref r = value ? call_required(self, name_set, args, 2) : call_required(self, name_delete, args, 1);
  return static_cast<bool>(r);
}

// Calls f with first put before the arguments.
Ref call_with_first(Value f, Value first, RawArgs a) {
  size_t total = a.n + (a.kwnames ? tuple_size(a.kwnames) : 0);
  Value small[12];
  Value* v = total < 12 ? small : static_cast<Value*>(gc::raw_alloc((total + 1) * sizeof(Value)));
  if (!v) return raise_memory();
  v[0] = first;
  for (size_t i = 0; i < total; i++) v[1 + i] = a.v[i];
  Ref r = call_array(f, v, a.n + 1, a.kwnames);
  if (v != small) gc::raw_free(v);
  return r;
}

bool slot_init(Value self, RawArgs a) {
  TypeObject* type = type_of(self);
  Value f = type_lookup(type, name_init);
  if (!f) return missing_dunder(name_init), false;
  RecursionScope scope(" while calling a Python object");  // it may be the class itself
  if (!scope.ok()) return false;
  Ref hold = Ref::dup(f);
  TypeObject* ft = type_of(f);
  Ref r;
  if (TAIPAN_LIKELY(ft->flags & kTypeIsMethodDescr)) {
    r = call_with_first(f, self, a);
  } else {
    if (ft->s.descr_get) {
      hold = ft->s.descr_get(f, self, Value(type));
      if (!hold) return false;
    }
    r = call_array(hold, a.v, a.n, a.kwnames);
  }
  if (!r) return false;
  if (r.get() != kNone) return raise(types::TypeError, "__init__() should return None, not '%T'", r.get());
  return true;
}

Ref slot_new(TypeObject* cls, RawArgs a) {
  Ref f = get_attr(Value(cls), name_new);
  if (!f) return nullptr;
  RecursionScope scope(" while calling a Python object");
  if (!scope.ok()) return nullptr;
  return call_with_first(f, Value(cls), a);
}

void slot_del(Value self) {
  bool found;
  Ref r = call_dunder(self, name_del, nullptr, 0, &found);
  if (!found || r) return;
  Ref method = Ref::dup(type_lookup(type_of(self), name_del));
  write_unraisable(method ? method.get() : self);
}

int slot_bool(Value self) {
  bool found;
  Ref r = call_dunder(self, name_bool, nullptr, 0, &found);
  if (!found) {
    r = call_dunder(self, name_len, nullptr, 0, &found);
    if (!found) return 1;
    if (!r) return -1;
    int64_t n;
    if (!to_ssize(r, &n, types::OverflowError)) return -1;
    if (n < 0) return raise(types::ValueError, "__len__() should return >= 0");
    return n != 0;
  }
  if (!r) return -1;
  if (!is_bool(r)) return raise(types::TypeError, "__bool__ should return bool, returned %T", r.get());
  return r.get() == kTrue;
}

int64_t slot_length(Value self) {
  Ref r = call_required(self, name_len, nullptr, 0);
  if (!r) return -1;
  Ref i = to_index(r);
  if (!i) return -1;
  if (int_sign(i) < 0) return raise(types::ValueError, "__len__() should return >= 0");
  int64_t n;
  if (!to_ssize(i, &n, types::OverflowError)) return -1;
  return n;
}

bool slot_set_item(Value self, Value key, Value value) {
  Value args[2] = {key, value};
  Ref r = value ? call_required(self, name_setitem, args, 2) : call_required(self, name_delitem, args, 1);
  return static_cast<bool>(r);
}

constexpr BinarySlot kSlotGetItem = &slot_inplace<&name_getitem>;

int slot_contains(Value self, Value item) {
  Value f = type_lookup(type_of(self), name_contains);
  if (f == kNone) return raise(types::TypeError, "'%T' object is not a container", self);
  bool found;
  Ref r = call_dunder(self, name_contains, &item, 1, &found);
  if (found) return r ? is_true(r) : -1;
  Ref it = get_iter(self);
  if (!it) return -1;
  for (;;) {
    Ref v = iter_next(it);
    if (!v) return -1;
    if (is_stop(v)) return 0;
    int same = values_equal(v, item);
    if (same != 0) return same;
  }
}

// ---- Wrappers: a slot called as a method ----------------------------------------------------------------------------------------

bool check_count(RawArgs a, size_t n) {
  if (a.n == n) return true;
  if (n == 2) return raise(types::TypeError, " expected 2 arguments, got %zu", a.n);
  return raise(types::TypeError, "expected %zu argument%s, got %zu", n, n == 1 ? "" : "s", a.n);
}
template <class F>
F fn(const void* slot) {
  return reinterpret_cast<F>(const_cast<void*>(slot));
}
Ref none() { return Ref::imm(kNone); }

Ref wrap_unary(Value self, RawArgs a, const void* slot) {
  if (!check_count(a, 0)) return nullptr;
  return fn<UnarySlot>(slot)(self);
}
Ref wrap_binary(Value self, RawArgs a, const void* slot) {
  if (!check_count(a, 1)) return nullptr;
  return fn<BinarySlot>(slot)(self, a.v[0]);
}
Ref wrap_reflected(Value self, RawArgs a, const void* slot) {
  if (!check_count(a, 1)) return nullptr;
  return fn<BinarySlot>(slot)(a.v[0], self);
}
Ref wrap_ternary(Value self, RawArgs a, const void* slot) {
  if (a.n < 1) return raise(types::TypeError, " expected at least 1 argument, got %zu", a.n);
  if (a.n > 2) return raise(types::TypeError, " expected at most 2 arguments, got %zu", a.n);
  return fn<TernarySlot>(slot)(self, a.v[0], a.n > 1 ? a.v[1] : kNone);
}
Ref wrap_ternary_reflected(Value self, RawArgs a, const void* slot) {
  if (a.n < 1) return raise(types::TypeError, " expected at least 1 argument, got %zu", a.n);
  if (a.n > 2) return raise(types::TypeError, " expected at most 2 arguments, got %zu", a.n);
  return fn<TernarySlot>(slot)(a.v[0], self, a.n > 1 ? a.v[1] : kNone);
}
Ref wrap_hash(Value self, RawArgs a, const void* slot) {
  int64_t h;
  if (!check_count(a, 0) || !fn<HashSlot>(slot)(self, &h)) return nullptr;
  return make_int(h);
}
Ref wrap_call(Value self, RawArgs a, const void* slot) {
  return Ref::steal(fn<CallSlot>(slot)(current_thread(), self, a.v, a.n, a.kwnames));
}
Ref wrap_getattribute(Value self, RawArgs a, const void* slot) {
  if (!check_count(a, 1)) return nullptr;
  if (!is_str(a.v[0])) return raise(types::TypeError, "attribute name must be string, not '%T'", a.v[0]);
  return fn<GetAttrSlot>(slot)(self, a.v[0].as<Str>());
}

// object.__setattr__(SomeClass, ...) and the like must not get round a built-in type's own rules.
bool may_apply_setattr(Value self, const void* slot, const char* what) {
  TypeObject* type = type_of(self);
  // The class that the type's own slot comes from; classes written in Python have none of their own.
  TypeObject* defining = type;
  Value mro = type->mro;
  for (size_t i = tuple_size(mro); i-- > 0;) {
    if (!is_type(tuple_at(mro, i))) continue;
    auto* b = tuple_at(mro, i).as<TypeObject>();
    if (b->s.set_attr != &slot_setattr && b->s.set_attr == type->s.set_attr) {
      defining = b;
      break;
    }
  }
  for (TypeObject* b = defining; b; b = b->base) {
    if (reinterpret_cast<const void*>(b->s.set_attr) == slot) break;
    if (b->s.set_attr != &slot_setattr) return raise(types::TypeError, "can't apply this %s to %T object", what, self);
  }
  return true;
}

Ref wrap_setattr(Value self, RawArgs a, const void* slot) {
  if (!check_count(a, 2) || !may_apply_setattr(self, slot, "__setattr__")) return nullptr;
  if (!is_str(a.v[0])) return raise(types::TypeError, "attribute name must be string, not '%T'", a.v[0]);
  if (!fn<SetAttrSlot>(slot)(self, a.v[0].as<Str>(), a.v[1])) return nullptr;
  return none();
}
Ref wrap_delattr(Value self, RawArgs a, const void* slot) {
  if (!check_count(a, 1) || !may_apply_setattr(self, slot, "__delattr__")) return nullptr;
  if (!is_str(a.v[0])) return raise(types::TypeError, "attribute name must be string, not '%T'", a.v[0]);
  if (!fn<SetAttrSlot>(slot)(self, a.v[0].as<Str>(), Value())) return nullptr;
  return none();
}
template <CompareOp Op>
Ref wrap_compare(Value self, RawArgs a, const void* slot) {
  if (!check_count(a, 1)) return nullptr;
  return fn<CompareSlot>(slot)(self, a.v[0], Op);
}
Ref wrap_next(Value self, RawArgs a, const void* slot) {
  if (!check_count(a, 0)) return nullptr;
  Ref r = fn<UnarySlot>(slot)(self);
  if (is_stop(r)) return raise_none(types::StopIteration);
  return r;
}
Ref wrap_get(Value self, RawArgs a, const void* slot) {
  if (a.n < 1) return raise(types::TypeError, " expected at least 1 argument, got %zu", a.n);
  if (a.n > 2) return raise(types::TypeError, " expected at most 2 arguments, got %zu", a.n);
  Value instance = a.v[0] == kNone ? Value() : a.v[0];
  Value owner = a.n > 1 && a.v[1] != kNone ? a.v[1] : Value();
  if (!instance && !owner) return raise(types::TypeError, "__get__(None, None) is invalid");
  return fn<DescrGetSlot>(slot)(self, instance, owner);
}
Ref wrap_set(Value self, RawArgs a, const void* slot) {
  if (!check_count(a, 2) || !fn<DescrSetSlot>(slot)(self, a.v[0], a.v[1])) return nullptr;
  return none();
}
Ref wrap_delete(Value self, RawArgs a, const void* slot) {
  if (!check_count(a, 1) || !fn<DescrSetSlot>(slot)(self, a.v[0], Value())) return nullptr;
  return none();
}
Ref wrap_init(Value self, RawArgs a, const void* slot) {
  if (!fn<InitSlot>(slot)(self, a)) return nullptr;
  return none();
}
Ref wrap_del(Value self, RawArgs a, const void* slot) {
  if (!check_count(a, 0)) return nullptr;
  fn<VoidSlot>(slot)(self);
  return error_occurred() ? Ref() : none();
}
Ref wrap_truth(Value self, RawArgs a, const void* slot) {
  if (!check_count(a, 0)) return nullptr;
  int r = fn<TruthSlot>(slot)(self);
  return r < 0 ? Ref() : Ref::imm(bool_value(r != 0));
}
Ref wrap_length(Value self, RawArgs a, const void* slot) {
  if (!check_count(a, 0)) return nullptr;
  int64_t n = fn<LengthSlot>(slot)(self);
  return n < 0 ? Ref() : make_int(n);
}
Ref wrap_set_item(Value self, RawArgs a, const void* slot) {
  if (!check_count(a, 2) || !fn<SetItemSlot>(slot)(self, a.v[0], a.v[1])) return nullptr;
  return none();
}
Ref wrap_del_item(Value self, RawArgs a, const void* slot) {
  if (!check_count(a, 1) || !fn<SetItemSlot>(slot)(self, a.v[0], Value())) return nullptr;
  return none();
}
Ref wrap_contains(Value self, RawArgs a, const void* slot) {
  if (!check_count(a, 1)) return nullptr;
  int r = fn<ContainsSlot>(slot)(self, a.v[0]);
  return r < 0 ? Ref() : Ref::imm(bool_value(r != 0));
}
Ref wrap_repeat(Value self, RawArgs a, const void* slot) {
  if (!check_count(a, 1)) return nullptr;
  if (!has_index(a.v[0])) return raise(types::TypeError, "'%T' object cannot be interpreted as an integer", a.v[0]);
  return fn<BinarySlot>(slot)(self, a.v[0]);
}

}  // namespace

GetAttrSlot native_get_attr(TypeObject* type) {
  if (type->s.get_attr != &slot_getattr_hook) return type->s.get_attr;
  GetAttrSlot native = native_of(type_lookup(type, name_getattribute));
  return native ? native : type->s.get_attr;
}

bool hash_not_implemented(Value self, int64_t*) { return raise(types::TypeError, "unhashable type: '%T'", self); }

bool is_python_dispatcher_new(NewSlot f) { return f == &slot_new; }

// ---- The table --------------------------------------------------------------------------------------------------------------------
// Rows of one slot stand together. The first one that a native slot matches gives the wrapper's name.

static constexpr UnarySlot kNoDispatcher = nullptr;

// clang-format off
#define ROW(text, field, dispatcher, wrapper, signature, doc) \
  {text, offsetof(Slots, field), reinterpret_cast<const void*>(dispatcher), wrapper, signature, doc, nullptr},
#define UNARY(text, field, short_name, doc) \
  ROW(text, field, static_cast<UnarySlot>(&slot_unary<&name_##short_name>), wrap_unary, "($self, /)", doc)
#define BINARY(field, short_name, sign)                                                                         \
  ROW("__" #short_name "__", field,                                                                             \
      (static_cast<BinarySlot>(&slot_binary<offsetof(Slots, field), &name_##short_name, &name_r##short_name>)), \
      wrap_binary, "($self, value, /)", "Return self" sign "value.")                                            \
  ROW("__r" #short_name "__", field,                                                                            \
      (static_cast<BinarySlot>(&slot_binary<offsetof(Slots, field), &name_##short_name, &name_r##short_name>)), \
      wrap_reflected, "($self, value, /)", "Return value" sign "self.")
#define INPLACE(field, short_name, sign)                                                                     \
  ROW("__" #short_name "__", field, static_cast<BinarySlot>(&slot_inplace<&name_##short_name>), wrap_binary, \
      "($self, value, /)", "Return self" sign "value.")

SlotRow slot_rows[] = {
    ROW("__repr__", repr, &slot_repr, wrap_unary, "($self, /)", "Return repr(self).")
    UNARY("__str__", str, str, "Return str(self).")
    ROW("__hash__", hash, &slot_hash, wrap_hash, "($self, /)", "Return hash(self).")
    ROW("__call__", call, &slot_call, wrap_call, "($self, /, *args, **kwargs)", "Call self as a function.")
    ROW("__getattribute__", get_attr, &slot_getattr_hook, wrap_getattribute, "($self, name, /)", "Return getattr(self, name).")
    ROW("__getattr__", get_attr, &slot_getattr_hook, nullptr, nullptr, "")
    ROW("__setattr__", set_attr, &slot_setattr, wrap_setattr, "($self, name, value, /)", "Implement setattr(self, name, value).")
    ROW("__delattr__", set_attr, &slot_setattr, wrap_delattr, "($self, name, /)", "Implement delattr(self, name).")
    ROW("__lt__", compare, &slot_compare, wrap_compare<kLt>, "($self, value, /)", "Return self<value.")
    ROW("__le__", compare, &slot_compare, wrap_compare<kLe>, "($self, value, /)", "Return self<=value.")
    ROW("__eq__", compare, &slot_compare, wrap_compare<kEq>, "($self, value, /)", "Return self==value.")
    ROW("__ne__", compare, &slot_compare, wrap_compare<kNe>, "($self, value, /)", "Return self!=value.")
    ROW("__gt__", compare, &slot_compare, wrap_compare<kGt>, "($self, value, /)", "Return self>value.")
    ROW("__ge__", compare, &slot_compare, wrap_compare<kGe>, "($self, value, /)", "Return self>=value.")
    ROW("__iter__", iter, &slot_iter, wrap_unary, "($self, /)", "Implement iter(self).")
    ROW("__next__", next, static_cast<UnarySlot>(&slot_unary<&name_next>), wrap_next, "($self, /)", "Implement next(self).")
    ROW("__get__", descr_get, &slot_descr_get, wrap_get, "($self, instance, owner=None, /)",
        "Return an attribute of instance, which is of type owner.")
    ROW("__set__", descr_set, &slot_descr_set, wrap_set, "($self, instance, value, /)", "Set an attribute of instance to value.")
    ROW("__delete__", descr_set, &slot_descr_set, wrap_delete, "($self, instance, /)", "Delete an attribute of instance.")
    ROW("__init__", init, &slot_init, wrap_init, "($self, /, *args, **kwargs)",
        "Initialize self.  See help(type(self)) for accurate signature.")
    ROW("__new__", new_, &slot_new, nullptr, nullptr, "")
    ROW("__del__", del_, &slot_del, wrap_del, nullptr, "")
    UNARY("__await__", await, await, "Return an iterator to be used in await expression.")
    UNARY("__aiter__", aiter, aiter, "Return an awaitable, that resolves in asynchronous iterator.")
    UNARY("__anext__", anext, anext, "Return a value or raise StopAsyncIteration.")
    BINARY(add, add, "+")
    BINARY(subtract, sub, "-")
    BINARY(multiply, mul, "*")
    BINARY(remainder, mod, "%")
    ROW("__divmod__", divmod, (static_cast<BinarySlot>(&slot_binary<offsetof(Slots, divmod), &name_divmod, &name_rdivmod>)), wrap_binary,
        "($self, value, /)", "Return divmod(self, value).")
    ROW("__rdivmod__", divmod, (static_cast<BinarySlot>(&slot_binary<offsetof(Slots, divmod), &name_divmod, &name_rdivmod>)),
        wrap_reflected, "($self, value, /)", "Return divmod(value, self).")
    ROW("__pow__", power, &slot_power, wrap_ternary, "($self, value, mod=None, /)", "Return pow(self, value, mod).")
    ROW("__rpow__", power, &slot_power, wrap_ternary_reflected, "($self, value, mod=None, /)", "Return pow(value, self, mod).")
    UNARY("__neg__", negative, neg, "-self")
    UNARY("__pos__", positive, pos, "+self")
    UNARY("__abs__", absolute, abs, "abs(self)")
    ROW("__bool__", truth, &slot_bool, wrap_truth, "($self, /)", "True if self else False")
    UNARY("__invert__", invert, invert, "~self")
    BINARY(lshift, lshift, "<<")
    BINARY(rshift, rshift, ">>")
    BINARY(and_, and, "&")
    BINARY(xor_, xor, "^")
    BINARY(or_, or, "|")
    UNARY("__int__", to_int, int, "int(self)")
    UNARY("__float__", to_float, float, "float(self)")
    UNARY("__index__", index, index, "Return self converted to an integer, if self is suitable for use as an index into a list.")
    BINARY(floor_divide, floordiv, "//")
    BINARY(true_divide, truediv, "/")
    BINARY(matrix_multiply, matmul, "@")
    INPLACE(inplace_add, iadd, "+=")
    INPLACE(inplace_subtract, isub, "-=")
    INPLACE(inplace_multiply, imul, "*=")
    INPLACE(inplace_remainder, imod, "%=")
    ROW("__ipow__", inplace_power, &slot_inplace_power, wrap_ternary, "($self, value, /)", "Return self**=value.")
    INPLACE(inplace_lshift, ilshift, "<<=")
    INPLACE(inplace_rshift, irshift, ">>=")
    INPLACE(inplace_and, iand, "&=")
    INPLACE(inplace_xor, ixor, "^=")
    INPLACE(inplace_or, ior, "|=")
    INPLACE(inplace_floor_divide, ifloordiv, "//=")
    INPLACE(inplace_true_divide, itruediv, "/=")
    INPLACE(inplace_matrix_multiply, imatmul, "@=")
    ROW("__len__", length, &slot_length, wrap_length, "($self, /)", "Return len(self).")
    ROW("__getitem__", get_item, kSlotGetItem, wrap_binary, "($self, key, /)", "Return self[key].")
    ROW("__setitem__", set_item, &slot_set_item, wrap_set_item, "($self, key, value, /)", "Set self[key] to value.")
    ROW("__delitem__", set_item, &slot_set_item, wrap_del_item, "($self, key, /)", "Delete self[key].")
    ROW("__contains__", contains, &slot_contains, wrap_contains, "($self, key, /)", "Return key in self.")
    ROW("__add__", concat, kNoDispatcher, wrap_binary, "($self, value, /)", "Return self+value.")
    ROW("__mul__", repeat, kNoDispatcher, wrap_repeat, "($self, value, /)", "Return self*value.")
    ROW("__rmul__", repeat, kNoDispatcher, wrap_repeat, "($self, value, /)", "Return value*self.")
    ROW("__iadd__", inplace_concat, kNoDispatcher, wrap_binary, "($self, value, /)", "Implement self+=value.")
    ROW("__imul__", inplace_repeat, kNoDispatcher, wrap_repeat, "($self, value, /)", "Implement self*=value.")
};
const size_t slot_row_count = sizeof(slot_rows) / sizeof(slot_rows[0]);
// clang-format on

namespace {

const void*& slot_ref(Slots* s, uint32_t offset) {
  return *reinterpret_cast<const void**>(reinterpret_cast<char*>(s) + offset);
}

// Is the slot that row names the only filled one of the slots its dunder feeds (__add__: add and concat)?
bool only_filled_slot(Slots* s, const SlotRow& row) {
  for (size_t i = 0; i < slot_row_count; i++) {
    if (slot_rows[i].str == row.str && slot_rows[i].offset != row.offset && slot_ref(s, slot_rows[i].offset))
      return false;
  }
  return true;
}

// Decides the slot of t whose rows start at `first` and puts it into *s; returns the index after its last row.
size_t update_group(TypeObject* t, Slots* s, size_t first) {
  uint32_t offset = slot_rows[first].offset;
  const void* specific = nullptr;
  const void* generic = nullptr;
  bool use_generic = false;
  size_t i = first;
  for (; i < slot_row_count && slot_rows[i].offset == offset; i++) {
    const SlotRow& row = slot_rows[i];
    Value d = type_lookup(t, row.str);
    if (!d) continue;
    if (has_shape(d, kShapeWrapperDescriptor) && d.as<WrapperDescriptor>()->row->str == row.str) {
      auto* w = d.as<WrapperDescriptor>();
      if (only_filled_slot(s, row)) generic = row.dispatcher;
      if ((!specific || specific == w->slot) && w->row == &row && is_subtype(t, w->type)) {
        specific = w->slot;
      } else {
        use_generic = true;
      }
    } else if (offset == offsetof(Slots, new_) && is_new_function(d)) {
      specific = t->base ? reinterpret_cast<const void*>(t->base->s.new_) : slot_ref(s, offset);
    } else if (d == kNone && offset == offsetof(Slots, hash)) {
      specific = reinterpret_cast<const void*>(&hash_not_implemented);
    } else {
      use_generic = true;
      generic = row.dispatcher;
    }
  }
  slot_ref(s, offset) = specific && !use_generic ? specific : generic;
  return i;
}

void update_groups_of(TypeObject* t, Slots* s, Str* name) {
  for (size_t i = 0; i < slot_row_count;) {
    size_t j = i;
    bool hit = false;
    for (; j < slot_row_count && slot_rows[j].offset == slot_rows[i].offset; j++) hit |= slot_rows[j].str == name;
    if (hit) update_group(t, s, i);
    i = j;
  }
}

}  // namespace

void init_slot_table() {
#define X(n) name_##n = intern_static("__" #n "__");
  DUNDERS(X)
#undef X
  for (size_t i = 0; i < slot_row_count; i++) slot_rows[i].str = intern_static(slot_rows[i].name);
}

bool is_slot_name(Str* name) {
  if (!name->ascii || name->length < 5 || name->data1()[0] != '_' || name->data1()[1] != '_') return false;
  for (size_t i = 0; i < slot_row_count; i++) {
    if (slot_rows[i].str == name) return true;
  }
  return false;
}

bool add_slot_wrappers(TypeObject* t, const Slots& own) {
  for (size_t i = 0; i < slot_row_count; i++) {
    const SlotRow& row = slot_rows[i];
    const void* f = *reinterpret_cast<const void* const*>(reinterpret_cast<const char*>(&own) + row.offset);
    if (!f || !row.wrapper || dict_get_str(t->dict, row.str)) continue;
    if (row.offset == offsetof(Slots, hash) && f == reinterpret_cast<const void*>(&hash_not_implemented)) {
      if (!dict_set_str(t->dict, row.str, kNone)) return false;
      continue;
    }
    Ref w = make_wrapper_descriptor(t, &row, f);
    if (!w || !dict_set_str(t->dict, row.str, w)) return false;
  }
  if (own.new_ && !dict_get_str(t->dict, name_new)) {
    Ref f = make_new_function(t);
    if (!f || !dict_set_str(t->dict, name_new, f)) return false;
  }
  return true;
}

void inherit_native_slots(TypeObject* t) {
  TypeObject* b = t->base;
  if (!b || b == t) return;
  // Equality and hash go together: a type that defines one of them doesn't inherit the other.
  bool own_compare = t->s.compare || t->s.hash;
  bool own_attr = false;
  (void)own_attr;
  auto* to = reinterpret_cast<const void**>(&t->s);
  auto* from = reinterpret_cast<const void* const*>(&b->s);
  constexpr size_t kCount = sizeof(Slots) / sizeof(void*);
  for (size_t i = 0; i < kCount; i++) {
    size_t offset = i * sizeof(void*);
    if (to[i]) continue;
    if (own_compare && (offset == offsetof(Slots, compare) || offset == offsetof(Slots, hash))) continue;
    // A type without its own constructor that isn't derived from another native one can't be made by calling it.
    if (offset == offsetof(Slots, new_) && b == types::Object && t != types::Object) continue;
    to[i] = from[i];
  }
  if (!t->s.hash) t->s.hash = &hash_not_implemented;
}

static void set_slots(TypeObject* t, const Slots& slots) {
  if ((t->flags & kTypeReady) && memcmp(&t->s, &slots, sizeof(Slots)) == 0) return;
  StoppedWorld stopped(t->flags & kTypeReady);
  t->s = slots;
  after_slot_update(t);
}

bool fill_class_slots(TypeObject* t) {
  TypeObject* base = t->base;
  Slots slots = base->s;
  // __eq__ without __hash__ makes instances unhashable.
  if (dict_get_str(t->dict, name_eq) && !dict_get_str(t->dict, name_hash)) {
    if (!dict_set_str(t->dict, name_hash, kNone)) return false;
  }
  Value mro = t->mro;
  bool plain = tuple_size(mro) == tuple_size(base->mro) + 1;
  for (size_t i = 1; plain && i < tuple_size(mro); i++) plain = tuple_at(mro, i) == tuple_at(base->mro, i - 1);
  if (plain) {
    size_t pos = 0;
    Value k, v;
    // Collected first: update_group only reads, but __hash__ above may have grown the dict.
    while (dict_next(t->dict, &pos, &k, &v)) {
      if (is_str_exact(k) && is_slot_name(k.as<Str>())) update_groups_of(t, &slots, k.as<Str>());
    }
  } else {
    for (size_t i = 1; i < tuple_size(mro); i++) {
      if (!is_type(tuple_at(mro, i))) continue;
      auto* b = tuple_at(mro, i).as<TypeObject>();
      auto* to = reinterpret_cast<const void**>(&slots);
      auto* from = reinterpret_cast<const void* const*>(&b->s);
      for (size_t k = 0; k < sizeof(Slots) / sizeof(void*); k++) {
        if (!to[k] && k * sizeof(void*) != offsetof(Slots, new_)) to[k] = from[k];
      }
    }
    for (size_t i = 0; i < slot_row_count;) i = update_group(t, &slots, i);
  }
  set_slots(t, slots);
  return true;
}

void after_slot_update(TypeObject* t) {
  uint64_t flags = t->flags & ~uint64_t{kTypeCustomGetattr | kTypeHasDel | kTypeGenericNew};
  if (t->s.get_attr != &generic_get_attr) flags |= kTypeCustomGetattr;
  if (t->s.del_) flags |= kTypeHasDel;
  if ((flags & kTypeHeap) && t->s.new_ == &object_new && !(flags & kTypeAbstract)) flags |= kTypeGenericNew;
  t->flags = flags;
  bool finalizes = t->s.del_ || (t->native_ops && t->native_ops->finalize);
  t->ops.finalize = finalizes ? &instance_finalize : nullptr;
}

void update_slots_for_name(TypeObject* t, Str* name) {
  GetAttrSlot get = t->s.get_attr;
  SetAttrSlot set = t->s.set_attr;
  DescrSetSlot descr_set = t->s.descr_set;
  Slots slots = t->s;
  update_groups_of(t, &slots, name);
  set_slots(t, slots);
  if ((get != t->s.get_attr || set != t->s.set_attr || descr_set != t->s.descr_set) && type_invalidate_hook) {
    type_invalidate_hook(t, nullptr);
  }
  if (!gc::load(&t->subclasses)) return;
  Ref subs = subclass_list(t);
  if (!subs) {
    clear_error();
    return;
  }
  for (size_t i = 0; i < list_size(subs); i++) {
    TypeObject* sub = list_at(subs, i).as<TypeObject>();
    if (!dict_get_str(sub->dict, name)) update_slots_for_name(sub, name);
  }
}

bool subscript_is_native(const TypeObject* t) { return t->s.get_item && t->s.get_item != kSlotGetItem; }

}  // namespace taipan
