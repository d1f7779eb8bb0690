// Bound methods and cells.
#include "interp/objects/abstract.h"
#include "interp/objects/function.h"
#include "interp/objects/native.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"

namespace taipan {

// ---- method ---------------------------------------------------------------------------------------------------------------------------

Ref make_method(Value function, Value self) {
  auto* m = new_object<Method>(kShapeMethod, true);
  if (!m) return nullptr;
  gc::init(&m->function, Ref::dup(function));
  gc::init(&m->self, Ref::dup(self));
  return Ref::steal(m);
}

namespace {

Method* me(Value v) { return v.as<Method>(); }

void method_trace(Header* h, gc::Visitor& v) {
  auto* m = reinterpret_cast<Method*>(h);
  v.visit(m->function);
  v.visit(m->self);
}
void method_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* m = reinterpret_cast<Method*>(h);
  decref(m->function);
  decref(m->self);
  finish_dealloc_as<Method>(h);
}

Value method_call(Thread* t, Value callee, const Value* args, size_t nargs, Value kwnames) {
  Method* m = me(callee);
  size_t total = nargs + (kwnames ? tuple_size(kwnames) : 0);
  Value small[12];
  Value* v = total < 12 ? small : static_cast<Value*>(gc::raw_alloc((total + 1) * sizeof(Value)));
  if (!v) {
    raise_memory();
    return Value();
  }
  v[0] = m->self;
  for (size_t i = 0; i < total; i++) v[1 + i] = args[i];
  // The method object may die during the call; what it holds must not.
  Ref f = Ref::dup(m->function), self = Ref::dup(m->self);
  Value r = call_array(f, v, nargs + 1, kwnames).release();
  if (v != small) gc::raw_free(v);
  return r;
}

Ref method_get_attr(Value v, Str* name) {
  Ref keep;
  name = interned_name(name, &keep);
  if (!name) return nullptr;
  if (Value d = type_lookup(type_of(v), name)) {
    if (DescrGetSlot get = type_of(d)->s.descr_get) return get(d, v, Value(type_of(v)));
    return Ref::dup(d);
  }
  Ref f = Ref::dup(me(v)->function);
  return get_attr(f, name);
}

Ref method_repr(Value v) {
  Ref name = get_attr_opt(me(v)->function, TAIPAN_NAME(__qualname__));
  if (name && name.get() == kMissing) name = get_attr_opt(me(v)->function, TAIPAN_NAME(__name__));
  if (!name) return nullptr;
  if (!is_str(name)) return format_str("<bound method ? of %R>", me(v)->self);
  return format_str("<bound method %S of %R>", name.get(), me(v)->self);
}
bool method_hash(Value v, int64_t* out) {
  int64_t f;
  if (!hash_of(me(v)->function, &f)) return false;
  int64_t self = static_cast<int64_t>(me(v)->self.bits >> 4 | me(v)->self.bits << 60);
  int64_t h = f ^ self;
  *out = h == -1 ? -2 : h;
  return true;
}
Ref method_compare(Value a, Value b, CompareOp op) {
  if ((op != kEq && op != kNe) || !has_shape(a, kShapeMethod) || !has_shape(b, kShapeMethod))
    return Ref::imm(kNotImplemented);
  int same = values_equal(me(a)->function, me(b)->function);
  if (same < 0) return nullptr;
  same = same && is_same(me(a)->self, me(b)->self);
  return Ref::imm(bool_value((same != 0) == (op == kEq)));
}
Ref method_new(TypeObject*, RawArgs a) {
  if (a.kwnames && tuple_size(a.kwnames)) return raise(types::TypeError, "method() takes no keyword arguments");
  if (a.n != 2) return raise(types::TypeError, "method expected 2 arguments, got %zu", a.n);
  if (!is_callable(a.v[0])) return raise(types::TypeError, "first argument must be callable");
  if (a.v[1] == kNone) return raise(types::TypeError, "instance must not be None");
  return make_method(a.v[0], a.v[1]);
}
Ref method_reduce(Args& a) {
  Ref getattr = import_attr("builtins", "getattr");
  Ref name = get_attr(me(a.self)->function, TAIPAN_NAME(__name__));
  if (!getattr || !name) return nullptr;
  Ref args = make_tuple_of({me(a.self)->self, name});
  if (!args) return nullptr;
  return make_tuple_of({getattr, args});
}
Ref method_doc(Value v) {
  Ref d = get_attr_opt(me(v)->function, TAIPAN_NAME(__doc__));
  return d && d.get() == kMissing ? Ref::imm(kNone) : std::move(d);
}
const NativeDef method_methods[] = {
    {"__reduce__", "($self, /)", method_reduce, 0, nullptr},
    {},
};
const MemberDef method_members[] = {
    {"__func__", kMemberValueNone, offsetof(Method, function), true,
     "the function (or other callable) implementing a method"},
    {"__self__", kMemberValueNone, offsetof(Method, self), true, "the instance to which a method is bound"},
    {},
};
const GetSetDef method_getset[] = {
    {"__doc__", method_doc, nullptr, nullptr},
    {},
};

// ---- cell -------------------------------------------------------------------------------------------------------------------------------

Cell* ce(Value v) { return v.as<Cell>(); }

void cell_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<Cell*>(h)->value); }
void cell_clear(Header* h) { Ref a = cell_exchange(reinterpret_cast<Cell*>(h), Ref()); }
void cell_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  cell_clear(h);
  finish_dealloc(h);
}
Ref cell_new(TypeObject*, RawArgs a) {
  if (a.kwnames && tuple_size(a.kwnames)) return raise(types::TypeError, "cell() takes no keyword arguments");
  if (a.n > 1) return raise(types::TypeError, "cell expected at most 1 argument, got %zu", a.n);
  return make_cell(a.n ? a.v[0] : Value());
}
Ref cell_repr(Value v) {
  auto* at = reinterpret_cast<void*>(v.bits);
  Ref content = Ref::dup(gc::load(&ce(v)->value));
  if (!content) return format_str("<cell at %p: empty>", at);
  return format_str("<cell at %p: %.80T object at %p>", at, content.get(), reinterpret_cast<void*>(content.get().bits));
}
Ref cell_compare(Value a, Value b, CompareOp op) {
  if (!has_shape(a, kShapeCell) || !has_shape(b, kShapeCell)) return Ref::imm(kNotImplemented);
  Ref x = Ref::dup(gc::load(&ce(a)->value)), y = Ref::dup(gc::load(&ce(b)->value));
  if (x && y) return compare(x, y, op);
  return Ref::imm(bool_value(compare_ints(static_cast<bool>(x), static_cast<bool>(y), op)));
}
Ref cell_get_contents(Value v) {
  Value c = gc::load(&ce(v)->value);
  if (!c) return raise(types::ValueError, "Cell is empty");
  return Ref::dup(c);
}
bool cell_set_contents(Value v, Value value) {
  cell_exchange(ce(v), Ref::dup(value)).reset();
  return true;
}
const GetSetDef cell_getset[] = {
    {"cell_contents", cell_get_contents, cell_set_contents, nullptr},
    {},
};

}  // namespace

Ref make_cell(Value value) {
  auto* c = new_object<Cell>(kShapeCell, true);
  if (!c) return nullptr;
  gc::init(&c->value, Ref::dup(value));
  return Ref::steal(c);
}

const TypeSpec kMethodSpec = {
    .doc = "method(function, instance, /)\n--\n\nA function bound to an instance.",
    .flags = kTypeGc | kTypeWeakrefable,
    .basic_size = sizeof(Method),
    .ops = {.trace = method_trace, .dealloc = method_dealloc, .trace_anytime = true},
    .methods = method_methods,
    .getset = method_getset,
    .members = method_members,
    .s = {.repr = method_repr,
          .hash = method_hash,
          .call = method_call,
          .get_attr = method_get_attr,
          .set_attr = generic_set_attr,
          .compare = method_compare,
          .new_ = method_new},
};
const TypeSpec kCellSpec = {
    .doc =
        "cell([contents])\n--\n\nCreate a new cell object.\n\n  contents\n    the contents of the cell; without it the "
        "cell is empty",
    .flags = kTypeGc,
    .basic_size = sizeof(Cell),
    .ops = {.trace = cell_trace, .clear = cell_clear, .dealloc = cell_dealloc, .trace_anytime = true},
    .getset = cell_getset,
    .s = {.repr = cell_repr, .compare = cell_compare, .new_ = cell_new},
};

}  // namespace taipan
