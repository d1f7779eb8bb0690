// Python functions.
#include "interp/objects/function.h"

#include "gc/lock.h"
#include "interp/objects/abstract.h"
#include "interp/objects/audit_hook.h"
#include "interp/objects/dict.h"
#include "interp/objects/frame.h"
#include "interp/objects/module.h"
#include "interp/objects/native.h"
#include "interp/objects/parallel.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"

namespace taipan {

namespace {

Function* fn(Value v) { return v.as<Function>(); }

// The builtins that code with these globals sees.
Ref builtins_of(Value globals) {
  Value b = is_dict_exact(globals) ? dict_get_str(globals, TAIPAN_NAME(__builtins__)) : Value();
  if (b) return is_module(b) ? Ref::dup(module_dict(b)) : Ref::dup(b);
  Ref current = interp_hooks.current_builtins();
  if (current) return current;
  return import_attr("builtins", "__dict__");
}

void function_trace(Header* h, gc::Visitor& v) {
  Function* f = reinterpret_cast<Function*>(h);
  v.visit_object(gc::peek(f->code));
  for (const Value* x : {&f->globals, &f->builtins, &f->defaults, &f->kwdefaults, &f->closure, &f->name, &f->qualname,
                         &f->module, &f->doc, &f->annotations})
    v.visit(gc::load(x));  // (others may set it meanwhile, here and in the other trace functions that load)
}
void drop(Value* slot) {
  Value v = *slot;
  *slot = Value();
  decref(v);
}
void function_clear(Header* h) {
  Function* f = reinterpret_cast<Function*>(h);
  // code, globals and builtins stay: a function that is still called must find them.
  for (Value* x : {&f->defaults, &f->kwdefaults, &f->closure, &f->module, &f->doc, &f->annotations}) {
    if (x == &f->closure && f->code->nfree) continue;
    drop(x);
  }
  // Names may be of a class with attributes, part of the cycle themselves.
  for (Value* x : {&f->name, &f->qualname}) gc::store(h, x, empty_str());
  // Break the cycle through the closure: its cells are emptied by their own clear.
}
void function_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  Function* f = reinterpret_cast<Function*>(h);
  if (TAIPAN_UNLIKELY((f->defaults.bits | f->kwdefaults.bits | f->name.bits | f->qualname.bits | f->annotations.bits) !=
                          0 ||
                      f->doc != kMissing)) {
    for (Value* x : {&f->defaults, &f->kwdefaults, &f->name, &f->qualname, &f->doc, &f->annotations}) {
      if (x->is_heap()) drop(x);
    }
  }
  for (Value* x : {&f->closure, &f->module, &f->globals, &f->builtins}) {
    Value v = *x;
    *x = Value();
    if (v.is_heap()) gc::decref(v.header());
  }
  if (f->code) {
    Header* code = &f->code->h;
    f->code = nullptr;
    gc::decref(code);
  }
  finish_dealloc(h);
}

Ref function_repr(Value v) {
  return format_str("<function %S at %p>", function_qualname(fn(v)), reinterpret_cast<void*>(fn(v)));
}

Ref function_get(Value descr, Value instance, Value) {
  if (instance.is_null()) return Ref::dup(descr);
  return make_method(descr, instance);
}

Ref function_new(TypeObject*, RawArgs args) {
  static const Signature sig("function", "(code, globals, name=None, argdefs=None, closure=None)");
  Value v[5];
  if (!sig.bind(args, v)) return nullptr;
  if (object_audit && !object_audit("function.__new__", {v[0]})) return nullptr;
  if (!has_shape(v[0], kShapeCode))
    return raise(types::TypeError, "function() argument 'code' must be code, not %T", v[0]);
  if (!is_dict(v[1])) return raise(types::TypeError, "function() argument 'globals' must be dict, not %T", v[1]);
  if (v[2] && v[2] != kNone && !is_str(v[2])) return raise(types::TypeError, "arg 3 (name) must be None or string");
  if (v[3] && v[3] != kNone && !is_tuple(v[3]))
    return raise(types::TypeError, "arg 4 (defaults) must be None or tuple");
  Code* code = v[0].as<Code>();
  bool has_closure = v[4] && v[4] != kNone;
  if (has_closure || code->nfree) {
    if (!v[4] || !is_tuple(v[4])) {
      if (code->nfree && !has_closure) return raise(types::TypeError, "arg 5 (closure) must be tuple");
      return raise(types::TypeError, "arg 5 (closure) must be None or tuple");
    }
    if (tuple_size(v[4]) != code->nfree)
      return raise(types::ValueError, "%S requires closure of length %u, not %zu", code->name, unsigned{code->nfree},
                   tuple_size(v[4]));
    for (size_t i = 0; i < tuple_size(v[4]); i++) {
      if (!has_shape(tuple_at(v[4], i), kShapeCell))
        return raise(types::TypeError, "arg 5 (closure) expected cell, found %T", tuple_at(v[4], i));
    }
  }
  Ref f = make_function(v[0], v[1], Value());
  if (!f) return nullptr;
  if (v[2] && v[2] != kNone) {
    gc::store(&fn(f)->h, &fn(f)->name, Ref::dup(v[2]));
    gc::store(&fn(f)->h, &fn(f)->qualname, Ref::dup(v[2]));
  }
  if (v[3] && v[3] != kNone) gc::store(&fn(f)->h, &fn(f)->defaults, Ref::dup(v[3]));
  if (has_closure) gc::store(&fn(f)->h, &fn(f)->closure, Ref::dup(v[4]));
  return f;
}

// A field that whoever calls the function reads, without a count of its own on the function.
void set_shared(Value f, Value* field, Ref v) {
  if (gc::parallel) {
    gc::publish(f.header());
    if (v.get().is_heap()) gc::publish(v.as<Header>());
  }
  gc::store(f.header(), field, std::move(v));
}

// The text that the code's constants begin with, or null.
Value code_doc(const Code* code) {
  Value doc = tuple_size(code->consts) ? tuple_at(code->consts, 0) : Value();
  return doc && is_str(doc) ? doc : Value();
}
Ref none_if_null(Value v) { return v ? Ref::dup(v) : Ref::imm(kNone); }
Ref get_code(Value v) { return audit_getattr(v, "__code__") ? Ref::dup(Value(fn(v)->code)) : Ref(); }
bool set_code(Value v, Value value) {
  if (!value || !has_shape(value, kShapeCode)) return raise(types::TypeError, "__code__ must be set to a code object");
  if (!audit_setattr(v, "__code__", value)) return false;
  Code* code = value.as<Code>();
  size_t have = fn(v)->closure ? tuple_size(fn(v)->closure) : 0;
  if (have != code->nfree)
    return raise(types::ValueError, "%S() requires a code object with %zu free vars, not %u", function_name(fn(v)),
                 have, unsigned{code->nfree});
  incref(value);
  // What it was called so far comes from the old code.
  Function* f = fn(v);
  if (gc::load(&f->name).is_null()) gc::store(&f->h, &f->name, Ref::dup(f->code->name));
  if (gc::load(&f->qualname).is_null()) gc::store(&f->h, &f->qualname, Ref::dup(f->code->qualname));
  if (Value doc = gc::load(&f->doc); doc == kMissing) gc::store(&f->h, &f->doc, Ref::dup(code_doc(f->code)));
  // The old code stays alive for good: frames borrow it. Others are at a safepoint: none of them has looked at half of the function.
  StoppedWorld stopped;
  gc::poke(fn(v)->code, code);
  return true;
}
Ref get_defaults(Value v) {
  return audit_getattr(v, "__defaults__") ? none_if_null(gc::load(&fn(v)->defaults)) : Ref();
}
bool set_defaults(Value v, Value value) {
  if (value == kNone) value = Value();
  if (value && !is_tuple(value)) return raise(types::TypeError, "__defaults__ must be set to a tuple object");
  if (!audit_setattr(v, "__defaults__", value)) return false;
  set_shared(v, &fn(v)->defaults, Ref::dup(value));
  return true;
}
Ref get_kwdefaults(Value v) {
  return audit_getattr(v, "__kwdefaults__") ? none_if_null(gc::load(&fn(v)->kwdefaults)) : Ref();
}
bool set_kwdefaults(Value v, Value value) {
  if (value == kNone) value = Value();
  if (value && !is_dict(value)) return raise(types::TypeError, "__kwdefaults__ must be set to a dict object");
  if (!audit_setattr(v, "__kwdefaults__", value)) return false;
  set_shared(v, &fn(v)->kwdefaults, Ref::dup(value));
  return true;
}
Ref get_annotations(Value v) {
  Function* f = fn(v);
  // (Whoever is first makes the dict that all of them get.)
  for (;;) {
    Ref before = Ref::dup(gc::load(&f->annotations));
    if (before && !is_tuple_exact(before)) return before;
    Ref d = make_dict();
    if (!d) return nullptr;
    for (size_t i = 0; before && i + 1 < tuple_size(before); i += 2) {
      if (!dict_set(d, tuple_at(before, i), tuple_at(before, i + 1))) return nullptr;
    }
    gc::ObjectLock lock(&f->h);
    if (gc::load(&f->annotations) != before.get()) continue;
    Ref old = gc::exchange(&f->h, &f->annotations, d.copy());
    return d;
  }
}
bool set_annotations(Value v, Value value) {
  if (value == kNone) value = Value();
  if (value && !is_dict(value)) return raise(types::TypeError, "__annotations__ must be set to a dict object");
  Ref old;
  gc::ObjectLock lock(v.header());
  old = gc::exchange(v.header(), &fn(v)->annotations, Ref::dup(value));
  return true;
}
Ref get_name(Value v) { return Ref::dup(function_name(fn(v))); }
bool set_name(Value v, Value value) {
  if (!value || !is_str(value)) return raise(types::TypeError, "__name__ must be set to a string object");
  gc::store(&fn(v)->h, &fn(v)->name, Ref::dup(value));
  return true;
}
Ref get_qualname(Value v) { return Ref::dup(function_qualname(fn(v))); }
bool set_qualname(Value v, Value value) {
  if (!value || !is_str(value)) return raise(types::TypeError, "__qualname__ must be set to a string object");
  gc::store(&fn(v)->h, &fn(v)->qualname, Ref::dup(value));
  return true;
}
Ref get_module(Value v) { return none_if_null(gc::load(&fn(v)->module)); }
bool set_module(Value v, Value value) {
  gc::store(&fn(v)->h, &fn(v)->module, value ? Ref::dup(value) : Ref());
  return true;
}
Ref get_doc(Value v) {
  Value doc = gc::load(&fn(v)->doc);
  return none_if_null(doc == kMissing ? code_doc(fn(v)->code) : doc);
}
bool set_doc(Value v, Value value) {
  gc::store(&fn(v)->h, &fn(v)->doc, value ? Ref::dup(value) : Ref());
  return true;
}
Ref get_dict(Value v) { return instance_dict(v.header()); }
bool set_dict(Value v, Value value) {
  if (!value) return raise(types::TypeError, "cannot delete __dict__");
  if (!is_dict(value)) return raise(types::TypeError, "__dict__ must be set to a dictionary, not a '%T'", value);
  return set_instance_dict(v.header(), value);
}

const MemberDef kFunctionMembers[] = {
    {"__closure__", kMemberValueNone, offsetof(Function, closure), true, nullptr},
    {"__globals__", kMemberValueNone, offsetof(Function, globals), true, nullptr},
    {"__builtins__", kMemberValueNone, offsetof(Function, builtins), true, nullptr},
    {},
};
const GetSetDef kFunctionGetSet[] = {
    {"__code__", get_code, set_code, nullptr},
    {"__defaults__", get_defaults, set_defaults, nullptr},
    {"__kwdefaults__", get_kwdefaults, set_kwdefaults, nullptr},
    {"__annotations__", get_annotations, set_annotations, nullptr},
    {"__dict__", get_dict, set_dict, nullptr},
    {"__name__", get_name, set_name, nullptr},
    {"__qualname__", get_qualname, set_qualname, nullptr},
    {"__module__", get_module, set_module, nullptr},
    {"__doc__", get_doc, set_doc, nullptr},
    {nullptr, nullptr, nullptr, nullptr},
};

}  // namespace

// The `__name__` among globals, borrowed, or null. Where it was found last is remembered: most functions are made by one module at a time.
static Value name_in(Value globals) {
  static uint32_t seen_version, seen_index;
  if (!is_dict_exact(globals)) return Value();
  if (TAIPAN_UNLIKELY(gc::parallel)) return dict_get_str(globals, TAIPAN_NAME(__name__));
  Dict* d = globals.as<Dict>();
  uint32_t version = d->keys_version.load(std::memory_order_relaxed);
  if (TAIPAN_LIKELY(version && version == seen_version)) return d->entries[seen_index].value;
  uint32_t index;
  if (dict_cache_slot(globals, TAIPAN_NAME(__name__), &version, &index)) {
    seen_version = version;
    seen_index = index;
  }
  return dict_get_str(globals, TAIPAN_NAME(__name__));
}

Ref make_function_with(Value code, Value globals, Value builtins) {
  Function* f = alloc_instance_as<Function>(types::Function);
  if (!f) return nullptr;
  incref(code);
  f->code = code.as<Code>();
  gc::init(&f->globals, Ref::dup(globals));
  gc::init(&f->builtins, Ref::dup(builtins));
  // Frames look into them without a count of their own, whatever thread they run in: who changes them must see that (gc::maybe_shared).
  if (globals.is_heap()) gc::publish(globals.header());
  if (builtins.is_heap()) gc::publish(builtins.header());
  if (Value module = name_in(globals)) gc::init(&f->module, Ref::dup(module));
  f->doc = kMissing;
  return Ref::steal(f);
}
Ref make_function(Value code, Value globals, Value qualname) {
  Ref builtins = builtins_of(globals);
  if (!builtins) return nullptr;
  Ref f = make_function_with(code, globals, builtins);
  if (f && qualname) gc::init(&fn(f)->qualname, Ref::dup(qualname));
  return f;
}

const TypeSpec kFunctionSpec = {
    .doc =
        "Create a function object.\n\n  code\n    a code object\n  globals\n    the globals dictionary\n  name\n    a "
        "string that overrides the name from the code object\n"
        "  argdefs\n    a tuple that specifies the default argument values\n  closure\n    a tuple that supplies the "
        "bindings for free variables",
    .flags = kTypeGc | kTypeHasDict | kTypeWeakrefable | kTypeIsMethodDescr,
    .basic_size = sizeof(Function),
    .ops = {.trace = function_trace, .clear = function_clear, .dealloc = function_dealloc, .trace_anytime = true},
    .getset = kFunctionGetSet,
    .members = kFunctionMembers,
    .s = {.repr = function_repr, .call = function_call, .descr_get = function_get, .new_ = function_new},
};

}  // namespace taipan
