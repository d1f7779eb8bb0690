// Slow operations of the interpreter, shared by all tiers: names, unpacking, building, calls with * and **, imports, classes.
#include <charconv>
#include <string>

#include "frontend/bytecode/format_mode.h"
#include "interp/eval/eval.h"
#include "interp/objects/abstract.h"
#include "interp/objects/async_generator.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/float_text.h"
#include "interp/objects/generator.h"
#include "interp/objects/int.h"
#include "interp/objects/iterators.h"
#include "interp/objects/list.h"
#include "interp/objects/module.h"
#include "interp/objects/native.h"
#include "interp/objects/set.h"
#include "interp/objects/short_copy.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/tuple.h"

namespace taipan::ops {

using namespace frontend;

Fail unbound_local(Code* code, uint32_t reg) {
  Value name = code_register_name(code, reg);
  return raise_unbound_local(name.as<Str>(),
                             "cannot access local variable '%S' where it is not associated with a value", name);
}

Fail unbound_deref(Code* code, uint32_t reg) {
  Value name = code_register_name(code, reg);
  if (reg < uint32_t{code->nlocals} + code->ncells)
    return raise_unbound_local(name.as<Str>(),
                               "cannot access local variable '%S' where it is not associated with a value", name);
  return raise_name_error(name.as<Str>(),
                          "cannot access free variable '%S' where it is not associated with a value in enclosing scope",
                          name);
}

namespace {
// A lookup in a namespace that may be any mapping: owned, kMissing, or null with an exception.
Ref namespace_get(Value ns, Str* name) {
  if (is_dict_exact(ns)) {
    Value v = dict_get_str(ns, name);
    return v ? Ref::dup(v) : Ref::imm(kMissing);
  }
  Ref r = get_item(ns, Value(name));
  if (r) return r;
  if (!error_matches(types::KeyError)) return nullptr;
  clear_error();
  return Ref::imm(kMissing);
}
}  // namespace

Ref load_name(Frame* f, Str* name) {
  if (f->locals.is_null()) return raise(types::SystemError, "no locals when loading %R", Value(name));
  Ref r = namespace_get(f->locals, name);
  if (!r || r.get() != kMissing) return r;
  r = namespace_get(f->globals, name);
  if (!r || r.get() != kMissing) return r;
  r = namespace_get(f->builtins, name);
  if (!r || r.get() != kMissing) return r;
  return raise_name_error(name, "name '%U' is not defined", name);
}

bool store_name(Frame* f, Str* name, Value v) {
  if (f->locals.is_null()) return raise(types::SystemError, "no locals found when storing %R", Value(name));
  if (is_dict_exact(f->locals)) return dict_set_str(f->locals, name, v);
  return set_item(f->locals, Value(name), v);
}

bool delete_name(Frame* f, Str* name) {
  if (f->locals.is_null()) return raise(types::SystemError, "no locals when deleting %R", Value(name));
  if (del_item(f->locals, Value(name))) return true;
  if (!error_matches(types::KeyError)) return false;
  clear_error();
  return raise_name_error(name, "name '%U' is not defined", name);
}

bool delete_global(Frame* f, Str* name) {
  if (del_item(f->globals, Value(name))) return true;
  if (!error_matches(types::KeyError)) return false;
  clear_error();
  return raise_name_error(name, "name '%U' is not defined", name);
}

Ref load_classderef(Frame* f, Value cell, uint32_t reg) {
  Value name = code_register_name(f->code, reg);
  Ref r = namespace_get(f->locals, name.as<Str>());
  if (!r || r.get() != kMissing) return r;
  Value v = cell.as<Cell>()->value;
  if (v.is_null()) return unbound_deref(f->code, reg);
  return Ref::dup(v);
}

Ref compare_items(const Value* items, uint32_t n, CompareOp op) {
  uint32_t i = 0;
  for (; i < n; i++) {
    Value x = items[i], y = items[n + i];
    if (x == y) continue;
    if (x.is_int() && y.is_int()) break;
    int same = values_equal(x, y);
    if (same < 0) return nullptr;
    if (!same) break;
  }
  if (i == n) return Ref::imm(bool_value(op == kEq || op == kLe || op == kGe));
  if (op == kEq || op == kNe) return Ref::imm(bool_value(op == kNe));
  return compare(items[i], items[n + i], op);
}

// ---- unpacking
namespace {
// A few items, owned, that were taken from something before any target is written: the rest may raise.
struct Taken {
  static constexpr uint32_t kMost = 16;
  uint64_t room[kMost];
  uint32_t count = 0;
  Value* items() { return reinterpret_cast<Value*>(room); }
  ~Taken() {
    for (uint32_t i = 0; i < count; i++) decref(items()[i]);
  }
  // What the targets held is dropped after all are in place.
  bool deliver(Value* out) {
    for (uint32_t i = 0; i < count; i++) std::swap(out[i], items()[i]);
    return true;
  }
};
// unpack_sequence of an iterator into so few targets that its items need no list.
bool unpack_few(Value it, Value* out, uint32_t n) {
  Taken taken;
  for (; taken.count < n; taken.count++) {
    Value v = next_item(it).release();
    if (!v) return false;
    if (v == kStopIter)
      return raise(types::ValueError, "not enough values to unpack (expected %u, got %u)", n, taken.count);
    taken.items()[taken.count] = v;
  }
  Ref more = next_item(it);
  if (!more) return false;
  if (!is_stop(more)) return raise(types::ValueError, "too many values to unpack (expected %u)", n);
  return taken.deliver(out);
}
}  // namespace

bool unpack_sequence(Value seq, Value* out, uint32_t n) {
  auto deliver = [&](const Value* items) {
    for (uint32_t i = 0; i < n; i++) incref(items[i]);
    // Targets are filled left to right; what they held is dropped after all are in place would differ from CPython only in __del__ order.
    for (uint32_t i = 0; i < n; i++) {
      Value old = out[i];
      out[i] = items[i];
      decref(old);
    }
    return true;
  };
  if (is_tuple_exact(seq) || is_list_exact(seq) || (is_tuple(seq) && type_of(seq)->s.iter == types::Tuple->s.iter)) {
    bool tuple = !is_list_exact(seq);
    size_t have = tuple ? tuple_size(seq) : list_size(seq);
    if (have == n) {
      if (tuple) return deliver(seq.as<Tuple>()->items());
      if (n <= Taken::kMost && !gc::parallel) {
        Taken taken;
        for (; taken.count < n; taken.count++) {
          taken.items()[taken.count] = list_at(seq, taken.count);
          incref(taken.items()[taken.count]);
        }
        return taken.deliver(out);
      }
      Ref copy = list_to_tuple(seq);  // dropping old values may run code that changes the list
      return copy && deliver(copy.as<Tuple>()->items());
    }
    if (have > n) return raise(types::ValueError, "too many values to unpack (expected %u)", n);
    return raise(types::ValueError, "not enough values to unpack (expected %u, got %zu)", n, have);
  }
  if (is_str_exact(seq) && seq.as<Str>()->length == n && n <= Taken::kMost) {
    Taken taken;
    for (; taken.count < n; taken.count++) {
      Value v = make_str_char(seq.as<Str>()->at(taken.count)).release();
      if (!v) return false;
      taken.items()[taken.count] = v;
    }
    return taken.deliver(out);
  }
  Ref it = iter_at_once(seq);
  if (!it) {
    if (error_matches(types::TypeError) && !type_of(seq)->s.iter && !is_sequence(seq)) {
      clear_error();
      return raise(types::TypeError, "cannot unpack non-iterable %T object", seq);
    }
    return false;
  }
  if (n <= Taken::kMost) return unpack_few(it, out, n);
  Ref items = make_list(n);
  if (!items) return false;
  for (uint32_t i = 0; i < n; i++) {
    Ref v = iter_next(it);
    if (!v) return false;
    if (is_stop(v)) return raise(types::ValueError, "not enough values to unpack (expected %u, got %u)", n, i);
    if (!list_append(items, std::move(v))) return false;
  }
  Ref more = iter_next(it);
  if (!more) return false;
  if (!is_stop(more)) return raise(types::ValueError, "too many values to unpack (expected %u)", n);
  return deliver(items.as<List>()->items);
}

bool unpack_ex(Value seq, Value* out, uint32_t before, uint32_t after) {
  if (is_list_exact(seq) || is_tuple_exact(seq)) {
    // What follows the star, if anything does, is the last of the targets; none of them is dropped before all are taken.
    Ref keep = is_list_exact(seq) ? list_to_tuple(seq) : Ref::dup(seq);
    if (!keep) return false;
    const Value* items = keep.as<Tuple>()->items();
    size_t n = tuple_size(keep), tail = after == 0xFFFFFFFF ? 0 : after;
    if (n >= before + tail) {
      Ref middle = make_list(items + before, n - before - tail);
      if (!middle) return false;
      auto put = [&](size_t at, Ref v) { Ref old = Ref::steal(std::exchange(out[at], v.release())); };
      for (size_t i = 0; i < before; i++) put(i, Ref::dup(items[i]));
      put(before, std::move(middle));
      for (size_t i = 0; i < tail; i++) put(before + 1 + i, Ref::dup(items[n - tail + i]));
      return true;
    }
  }
  Ref it = iter_at_once(seq);
  if (!it) {
    if (error_matches(types::TypeError) && !type_of(seq)->s.iter && !is_sequence(seq)) {
      clear_error();
      return raise(types::TypeError, "cannot unpack non-iterable %T object", seq);
    }
    return false;
  }
  Ref head = make_list(before);
  if (!head) return false;
  for (uint32_t i = 0; i < before; i++) {
    Ref v = iter_next(it);
    if (!v) return false;
    if (is_stop(v))
      return raise(types::ValueError, "not enough values to unpack (expected %s%u, got %u)",
                   after != 0xFFFFFFFF ? "at least " : "", before + after, i);
    if (!list_append(head, std::move(v))) return false;
  }
  Ref rest = iterable_to_list(it);
  if (!rest) return false;
  size_t have = list_size(rest);
  if (have < after)
    return raise(types::ValueError, "not enough values to unpack (expected at least %u, got %zu)", before + after,
                 before + have);
  Ref middle = list_slice(rest, 0, have - after);
  if (!middle) return false;
  auto put = [&](uint32_t i, Value v) {
    Value old = out[i];
    out[i] = v;
    decref(old);
  };
  for (uint32_t i = 0; i < before; i++) put(i, list_get(head, i).release());
  put(before, middle.release());
  for (uint32_t i = 0; i < after; i++) put(before + 1 + i, list_get(rest, have - after + i).release());
  return true;
}

// ---- building
Ref build_map(Value* pairs, uint32_t n) {
  Ref d = make_dict(n);
  if (!d) return nullptr;
  for (uint32_t i = 0; i < n; i++) {
    if (!dict_set(d, pairs[2 * i], pairs[2 * i + 1])) return nullptr;
  }
  return d;
}

Ref build_set(Value* items, uint32_t n) {
  Ref s = make_set();
  if (!s) return nullptr;
  for (uint32_t i = 0; i < n; i++) {
    if (!set_add(s, items[i])) return nullptr;
  }
  return s;
}

static Ref build_long_string(Value* pieces, uint32_t n) {
  StrBuilder out;
  for (uint32_t i = 0; i < n; i++) {
    Ref piece = str_of(pieces[i]);
    if (!piece || !out.append(piece)) return nullptr;
  }
  return out.finish();
}
Ref build_string(Value* pieces, uint32_t n) {
  // One allocation of the final size. Numbers are written down first, for their length.
  constexpr size_t kNumbers = 8, kLongest = 32;
  char text[kNumbers][kLongest];
  uint8_t sizes[kNumbers];
  size_t length = 0, numbers = 0;
  uint8_t kind = 1;
  bool ascii = true;
  for (uint32_t i = 0; i < n; i++) {
    Value v = pieces[i];
    if (TAIPAN_LIKELY(v.is_heap())) {
      Str* s = v.as<Str>();
      length += s->length;
      ascii = ascii && s->ascii;
      if (s->kind > kind) kind = s->kind;
      continue;
    }
    if (numbers == kNumbers) return build_long_string(pieces, n);
    char* to = text[numbers];
    size_t size = v.is_int() ? static_cast<size_t>(std::to_chars(to, to + kLongest, v.as_int()).ptr - to)
                             : float_repr_to(v.as_float(), to);
    sizes[numbers++] = static_cast<uint8_t>(size);
    length += size;
  }
  if (length <= 1) return build_long_string(pieces, n);  // a shared one
  Str* o = alloc_str_kind(length, kind, ascii);
  if (!o) return nullptr;
  size_t at = 0;
  numbers = 0;
  for (uint32_t i = 0; i < n; i++) {
    Value v = pieces[i];
    if (TAIPAN_LIKELY(v.is_heap())) {
      Str* s = v.as<Str>();
      if (TAIPAN_LIKELY(kind == 1))
        copy_short(static_cast<uint8_t*>(o->data()) + at, s->data1(), s->length);
      else
        copy_str(o->data(), kind, at, s, 0, s->length);
      at += s->length;
    } else {
      size_t size = sizes[numbers];
      const auto* from = reinterpret_cast<const uint8_t*>(text[numbers++]);
      if (kind == 1)
        copy_short(static_cast<uint8_t*>(o->data()) + at, from, size);
      else if (kind == 2)
        copy_units(static_cast<uint16_t*>(o->data()) + at, from, size);
      else
        copy_units(static_cast<uint32_t*>(o->data()) + at, from, size);
      at += size;
    }
  }
  return Ref::steal(o);
}

Ref format(Value v, Value spec, int conversion) {
  if (conversion & kFormatForString) {
    if (v.is_int() || v.is_float()) return Ref::imm(v);
    if (is_str_exact(v)) return Ref::dup(v);
    conversion = 0;
  }
  Ref converted;
  if (conversion) {
    converted = conversion == 1 ? str_of(v) : conversion == 2 ? repr_of(v) : ascii_of(v);
    if (!converted) return nullptr;
    v = converted;
  }
  if (spec.is_null() || (is_str_exact(spec) && spec.as<Str>()->length == 0)) {
    if (is_str_exact(v)) return Ref::dup(v);
    if (v.is_int()) return str_of(v);
  }
  return format_value(v, spec);
}

bool list_extend_star(Value list, Value iterable) {
  if (list_extend(list, iterable)) return true;
  if (error_matches(types::TypeError) && !type_of(iterable)->s.iter && !is_sequence(iterable)) {
    clear_error();
    return raise(types::TypeError, "Value after * must be an iterable, not %T", iterable);
  }
  return false;
}

bool dict_update_star(Value dict, Value other) {
  if (dict_merge(dict, other, true)) return true;
  if (error_matches(types::AttributeError)) {
    clear_error();
    return raise(types::TypeError, "'%T' object is not a mapping", other);
  }
  return false;
}

namespace {
// "module.f()" as error texts name a callable.
std::string callable_text(Value f) {
  std::string text;
  Ref qualname = get_attr_opt(f, TAIPAN_NAME(__qualname__));
  if (!qualname || qualname.get() == kMissing || !is_str(qualname)) {
    clear_error();
    Ref s = str_of(f);
    if (!s) clear_error();
    return s ? utf8_lossy(s) : std::string("object");
  }
  Ref module = get_attr_opt(f, TAIPAN_NAME(__module__));
  if (!module) clear_error();
  if (module && module.get() != kMissing && is_str(module) && !str_eq_ascii(module, "builtins"))
    text = utf8_lossy(module) + ".";
  return text + utf8_lossy(qualname) + "()";
}
}  // namespace

bool dict_merge_call(Value dict, Value other, Value callee) {
  if (is_dict_exact(other)) {
    size_t pos = 0;
    Value k, v;
    bool clash = false;
    Ref clash_key;
    while (dict_next(other, &pos, &k, &v)) {
      int there = dict_contains(dict, k);
      if (there < 0) return false;
      if (there) {
        clash = true;
        clash_key = Ref::dup(k);
        break;
      }
    }
    if (!clash) return dict_merge(dict, other, true);
    return raise(types::TypeError, "%s got multiple values for keyword argument '%S'", callable_text(callee).c_str(),
                 clash_key.get());
  }
  Ref keys = get_attr_opt(other, TAIPAN_NAME(keys));
  if (!keys) return false;
  if (keys.get() == kMissing)
    return raise(types::TypeError, "%s argument after ** must be a mapping, not %T", callable_text(callee).c_str(),
                 other);
  Ref all = call(keys);
  if (!all) return false;
  for (IterEach it(all);;) {
    if (!it.next()) {
      if (it.failed()) return false;
      break;
    }
    int there = dict_contains(dict, it.item());
    if (there < 0) return false;
    if (there) {
      return raise(types::TypeError, "%s got multiple values for keyword argument '%S'", callable_text(callee).c_str(),
                   it.item());
    }
    Ref v = get_item(other, it.item());
    if (!v || !dict_set(dict, it.item(), v)) return false;
  }
  return true;
}

Ref call_ex(Thread* t, Value callee, Value args, Value kwargs) {
  Ref tuple, dict;
  if (!is_tuple_exact(args)) {
    if (!type_of(args)->s.iter && !is_sequence(args))
      return raise(types::TypeError, "%s argument after * must be an iterable, not %T", callable_text(callee).c_str(),
                   args);
    tuple = iterable_to_tuple(args);
    if (!tuple) return nullptr;
    args = tuple;
  }
  if (kwargs && !is_dict_exact(kwargs)) {
    dict = make_dict();
    if (!dict || !dict_merge_call(dict, kwargs, callee)) return nullptr;
    kwargs = dict;
  }
  if (TAIPAN_UNLIKELY(!t->profile_func.is_null() && t->tracing == 0 &&
                      t->frame)) {  // a profiler is told of native functions
    size_t n = tuple_size(args), nkw = kwargs ? dict_size(kwargs) : 0;
    Ref all = make_tuple(n + nkw), names = nkw ? make_tuple(nkw) : Ref();
    if (!all || (nkw && !names)) return nullptr;
    for (size_t i = 0; i < n; i++) tuple_init(all, i, Ref::dup(tuple_at(args, i)));
    size_t pos = 0, k = 0;
    Value key, value;
    bool plain = true;
    while (k < nkw && dict_next(kwargs, &pos, &key, &value)) {
      plain = plain && is_str(key);
      tuple_init(names, k, Ref::dup(key));
      tuple_init(all, n + k++, Ref::dup(value));
    }
    if (plain && k == nkw)
      return Ref::steal(trace_native_call(t, t->frame, callee, all.as<Tuple>()->items(), n, names));
  }
  return call_tuple(callee, args, kwargs);
}

Ref make_function_op(Frame* f, Value code, Value* extras, uint8_t flags) {
  Ref fn = make_function_with(code, f->globals, f->builtins);
  if (!fn) return nullptr;
  Function* func = fn.as<Function>();
  auto take = [&](Value* field) {
    Value v = *extras;
    *extras++ = Value();
    gc::store(&func->h, field, Ref::steal(v));
  };
  if (flags & 16) take(&func->defaults);
  if (flags & 32) take(&func->kwdefaults);
  if (flags & 64) take(&func->annotations);
  if (flags & 128) take(&func->closure);
  if (gc::parallel) {
    // Every thread that runs it reads these through the function, without counting them.
    for (Value shared : {func->globals, func->builtins, func->kwdefaults}) {
      if (shared.is_heap()) gc::publish(shared.header());
    }
  }
  return fn;
}

// ---- import
Ref import_name(Frame* f, Str* name, Value level, Value fromlist) {
  Value import = Value();
  Ref held;
  if (is_dict_exact(f->builtins)) {
    import = dict_get_str(f->builtins, TAIPAN_NAME(__import__));
  } else {
    held = get_item(f->builtins, Value(TAIPAN_NAME(__import__)));
    if (!held)
      clear_error();
    else
      import = held;
  }
  if (import.is_null()) return raise(types::ImportError, "__import__ not found");
  Ref keep = Ref::dup(import);
  Value locals = f->locals ? f->locals : kNone;
  Value args[5] = {Value(name), f->globals, locals, fromlist, level};
  return call_array(keep, args, 5);
}

Ref import_from(Value module, Str* name) {
  Ref v = get_attr_opt(module, name);
  if (!v) return nullptr;
  if (v.get() != kMissing) return v;
  // A submodule that is being imported is in sys.modules before it is an attribute of its package.
  Ref pkg = get_attr_opt(module, TAIPAN_NAME(__name__));
  if (!pkg) return nullptr;
  bool named = pkg.get() != kMissing && is_str(pkg);
  if (named) {
    Ref full = format_str("%S.%U", pkg.get(), name);
    if (!full) return nullptr;
    Ref modules = import_attr("sys", "modules");
    if (!modules) return nullptr;
    Ref sub = get_item(modules, full);
    if (sub) return sub;
    if (!error_matches(types::KeyError)) return nullptr;
    clear_error();
  }
  Ref unknown = make_str("<unknown module name>");
  Value pkg_name = named ? pkg.get() : unknown.get();
  Ref file = get_attr_opt(module, TAIPAN_NAME(__file__));
  if (!file) clear_error();
  if (!file || file.get() == kMissing || !is_str(file)) {
    return raise_import_error(named ? pkg_name : Value(), Value(), "cannot import name %R from %R (unknown location)",
                              Value(name), pkg_name);
  }
  bool partial = is_module(module) && module_is_initializing(module);
  return raise_import_error(
      named ? pkg_name : Value(), file,
      partial ? "cannot import name %R from partially initialized module %R (most likely due to a circular import) (%S)"
              : "cannot import name %R from %R (%S)",
      Value(name), pkg_name, file.get());
}

bool import_star(Frame* f, Value module) {
  Ref locals = frame_locals(f);
  if (!locals) return false;
  Ref all = get_attr_opt(module, TAIPAN_NAME(__all__));
  if (!all) return false;
  bool skip_private = false;
  if (all.get() == kMissing) {
    Ref dict = get_attr_opt(module, TAIPAN_NAME(__dict__));
    if (!dict) return false;
    if (dict.get() == kMissing) return raise(types::ImportError, "from-import-* object has no __dict__ and no __all__");
    all = call_method(dict, TAIPAN_NAME(keys));
    if (!all) return false;
    all = iterable_to_list(all);
    if (!all) return false;
    skip_private = true;
  }
  for (int64_t i = 0;; i++) {
    Ref name = get_item(all, make_int(i).get());
    if (!name) {
      if (!error_matches(types::IndexError)) return false;
      clear_error();
      break;
    }
    if (!is_str(name)) {
      Ref mod_name = get_attr(module, TAIPAN_NAME(__name__));
      if (!mod_name) return false;
      if (!is_str(mod_name)) return raise(types::TypeError, "module __name__ must be a string, not %T", mod_name.get());
      return raise(types::TypeError, "%s in %S.%s must be str, not %T", skip_private ? "Key" : "Item", mod_name.get(),
                   skip_private ? "__dict__" : "__all__", name.get());
    }
    if (skip_private && name.as<Str>()->length && name.as<Str>()->at(0) == '_') continue;
    Ref interned = is_str_exact(name) ? intern(name.copy()) : name.copy();
    Ref v = get_attr(module, interned.as<Str>());
    if (!v) return false;
    if (!(is_dict_exact(locals) ? dict_set(locals, interned, v) : set_item(locals, interned, v))) return false;
  }
  return true;
}

// ---- exceptions
bool do_raise(Thread* t, Value exc, Value cause) {
  if (exc.is_null()) {
    Value handled = Value();
    for (ExcState* s = t->handled; s; s = s->prev) {
      if (!s->exc.is_null() && s->exc != kNone) {
        handled = s->exc;
        break;
      }
    }
    if (handled.is_null()) { return raise(types::RuntimeError, "No active exception to reraise"); }
    restore_error(Ref::dup(handled));
    return false;
  }
  Ref instance;
  if (is_exception_class(exc)) {
    instance = call(exc);
    if (!instance) return false;
    if (!is_exception(instance))
      return raise(types::TypeError, "calling %R should have returned an instance of BaseException, not %R", exc,
                   Value(type_of(instance)));
  } else if (is_exception(exc)) {
    instance = Ref::dup(exc);
  } else {
    return raise(types::TypeError, "exceptions must derive from BaseException");
  }
  if (cause) {
    Ref fixed;
    if (is_exception_class(cause)) {
      fixed = call(cause);
      if (!fixed) return false;
      if (!is_exception(fixed))
        return raise(types::TypeError, "calling %R should have returned an instance of BaseException, not %R", cause,
                     Value(type_of(fixed)));
    } else if (is_exception(cause)) {
      fixed = Ref::dup(cause);
    } else if (cause != kNone) {
      return raise(types::TypeError, "exception causes must derive from BaseException");
    }
    set_cause(instance, std::move(fixed));
  }
  raise_object(std::move(instance));
  return false;
}

namespace {
bool check_except_type(Value type) {
  if (is_tuple(type)) {
    for (size_t i = 0; i < tuple_size(type); i++) {
      if (!is_exception_class(tuple_at(type, i)))
        return raise(types::TypeError, "catching classes that do not inherit from BaseException is not allowed");
    }
    return true;
  }
  if (!is_exception_class(type))
    return raise(types::TypeError, "catching classes that do not inherit from BaseException is not allowed");
  return true;
}
bool is_group_class(Value c) { return is_subtype(c.as<TypeObject>(), types::BaseExceptionGroup); }
}  // namespace

int exception_match(Value exc, Value type) {
  if (is_type(type) && (type.as<TypeObject>()->flags & kSubExc)) return is_subtype(type_of(exc), type.as<TypeObject>());
  if (!check_except_type(type)) return -1;
  return exception_matches(exc, type);
}

bool exception_group_match(Value exc, Value type, Value* out) {
  if (!check_except_type(type)) return false;
  bool group = false;
  if (is_tuple(type)) {
    for (size_t i = 0; i < tuple_size(type); i++) group |= is_group_class(tuple_at(type, i));
  } else {
    group = is_group_class(type);
  }
  if (group) return raise(types::TypeError, "catching ExceptionGroup with except* is not allowed. Use except instead.");
  if (exc == kNone) {
    out[0] = out[1] = kNone;
    return true;
  }
  Ref match, rest;
  if (!split_exception(exc, type, &match, &rest)) return false;
  out[0] = match ? match.release() : kNone;
  out[1] = rest ? rest.release() : kNone;
  return true;
}

Ref prep_reraise_star(Value orig, Value list) { return prepare_reraise_star(orig, list); }

Ref with_except(Value exit, Value self, Value exc) {
  Ref tb = traceback_of(exc);
  if (!tb) return nullptr;
  const Value args[] = {self, Value(type_of(exc)), exc, tb};
  size_t skipped = self ? 0 : 1;
  return call_array(exit, args + skipped, 4 - skipped);
}

// ---- generators and coroutines
Ref get_awaitable(Value o, int where) {
  if (is_coroutine_like(o)) {
    if (has_shape(o, kShapeCoroutine) && generator_delegate(o.as<Generator>()))
      return raise(types::RuntimeError, "coroutine is being awaited already");
    return Ref::dup(o);
  }
  TypeObject* type = type_of(o);
  if (!type->s.await) {
    if (where == 1)
      return raise(types::TypeError,
                   "'async with' received an object from __aenter__ that does not implement __await__: %T", o);
    if (where == 2)
      return raise(types::TypeError,
                   "'async with' received an object from __aexit__ that does not implement __await__: %T", o);
    return raise(types::TypeError, "object %T can't be used in 'await' expression", o);
  }
  Ref it = type->s.await(o);
  if (!it) return nullptr;
  if (is_coroutine_like(it)) return raise(types::TypeError, "__await__() returned a coroutine");
  if (!is_iterator(it)) return raise(types::TypeError, "__await__() returned non-iterator of type '%T'", it.get());
  return it;
}

Ref get_aiter(Value o) {
  TypeObject* type = type_of(o);
  if (!type->s.aiter) return raise(types::TypeError, "'async for' requires an object with __aiter__ method, got %T", o);
  Ref it = type->s.aiter(o);
  if (!it) return nullptr;
  if (!type_of(it)->s.anext)
    return raise(types::TypeError,
                 "'async for' received an object from __aiter__ that does not implement __anext__: %T", it.get());
  return it;
}

Ref get_anext(Value o) {
  TypeObject* type = type_of(o);
  if (!type->s.anext)
    return raise(types::TypeError, "'async for' requires an iterator with __anext__ method, got %T", o);
  Ref next = type->s.anext(o);
  if (!next || has_shape(o, kShapeAsyncGenerator)) return next;
  Ref awaitable = get_awaitable(next, 0);
  if (!awaitable)
    return wrap_raise(types::TypeError, "'async for' received an invalid object from __anext__: %T", next.get());
  return awaitable;
}

Ref get_yield_from_iter(Frame* f, Value o) {
  if (has_shape(o, kShapeCoroutine)) {
    if (!(f->code->flags & (kCoCoroutine | kCoIterableCoroutine)))
      return raise(types::TypeError, "cannot 'yield from' a coroutine object in a non-coroutine generator");
    return Ref::dup(o);
  }
  if (has_shape(o, kShapeGenerator)) return Ref::dup(o);
  return get_iter(o);
}

Value send(Thread* t, Value receiver, Value value, Value* result) {
  Ref v;
  if (has_shape(receiver, kShapeGenerator) || has_shape(receiver, kShapeCoroutine)) {
    Ref r;
    v = generator_send_ex(receiver.as<Generator>(), value, &r);
    if (v && is_stop(v)) *result = r.release();
    return v.release();
  }
  if (has_shape(receiver, kShapeAsyncGenASend) && !t->tracing_active && !gc::parallel) {  // (its slots take its lock)
    Ref r;
    v = async_generator_step(receiver, value, &r);
    if (v && is_stop(v)) *result = r.release();
    return v.release();
  }
  if (value == kNone && type_of(receiver)->s.next) {
    v = type_of(receiver)->s.next(receiver);
  } else {
    v = call_method(receiver, TAIPAN_NAME(send), value);
  }
  if (v && is_stop(v)) {
    *result = kNone;
    return kStopIter;
  }
  if (!v && error_matches(types::StopIteration)) {
    if (t->tracing_active) trace_exception(t, t->frame);
    if (!error_matches(types::StopIteration)) return Value();
    *result = take_stop_iteration_value().release();
    return kStopIter;
  }
  return v.release();
}

// ---- match
Ref match_keys(Value subject, Value keys) {
  size_t n = tuple_size(keys);
  if (is_dict_exact(subject) && !gc::parallel) {
    // Different strs for keys, as patterns have them: what the dict has can be taken from it.
    bool plain = true;
    for (size_t i = 0; i < n && plain; i++) {
      plain = is_str_exact(tuple_at(keys, i));
      for (size_t k = 0; k < i && plain; k++) plain = !str_eq(tuple_at(keys, i).as<Str>(), tuple_at(keys, k).as<Str>());
    }
    if (plain) {
      Ref small[8];
      Ref found = n > 8 ? make_tuple(n) : Ref();
      if (n > 8 && !found) return nullptr;
      for (size_t i = 0; i < n; i++) {
        Value v = dict_get(subject, tuple_at(keys, i));
        if (v.is_null()) return nullptr;
        if (v == kMissing) return Ref::imm(kNone);
        if (found)
          tuple_init(found, i, Ref::dup(v));
        else
          small[i] = Ref::dup(v);
      }
      return found ? std::move(found) : make_tuple_steal(small, n);
    }
  }
  Ref get = get_attr(subject, TAIPAN_NAME(get));
  if (!get) return nullptr;
  Ref seen = make_set();
  Ref values = make_tuple(n);
  Ref marker = make_list();
  if (!seen || !values || !marker) return nullptr;
  for (size_t i = 0; i < n; i++) {
    Value key = tuple_at(keys, i);
    int there = set_contains(seen, key);
    if (there < 0) return nullptr;
    if (there) return raise(types::ValueError, "mapping pattern checks duplicate key (%R)", key);
    if (!set_add(seen, key)) return nullptr;
    Ref v = call(get, key, marker);
    if (!v) return nullptr;
    if (v.get() == marker.get()) return Ref::imm(kNone);
    tuple_init(values, i, std::move(v));
  }
  return values;
}

Ref match_class(Value subject, Value cls, Value names, uint32_t npos) {
  if (!is_type(cls)) return raise(types::TypeError, "called match pattern must be a type");
  int inst = is_instance(subject, cls);
  if (inst < 0) return nullptr;
  if (!inst) return Ref::imm(kNone);
  bool match_self = false;
  Ref args;
  if (npos) {
    args = get_attr_opt(cls, TAIPAN_NAME(__match_args__));
    if (!args) return nullptr;
    if (args.get() == kMissing) {
      match_self = (cls.as<TypeObject>()->flags & kTypeMatchSelf) != 0;
      args = make_tuple(size_t{0});
      if (!args) return nullptr;
    } else if (!is_tuple_exact(args)) {
      return raise(types::TypeError, "%N.__match_args__ must be a tuple (got %T)", cls, args.get());
    }
    size_t allowed = match_self ? 1 : tuple_size(args);
    if (npos > allowed)
      return raise(types::TypeError, "%N() accepts %zu positional sub-pattern%s (%u given)", cls, allowed,
                   allowed == 1 ? "" : "s", npos);
  }
  size_t n = npos + tuple_size(names);
  Ref out = make_tuple(n);
  if (!out) return nullptr;
  auto name_at = [&](size_t i) { return i < npos ? tuple_at(args, i) : tuple_at(names, i - npos); };
  for (size_t i = 0; i < n; i++) {
    if (match_self && i == 0) {
      tuple_init(out, 0, Ref::dup(subject));
      continue;
    }
    Value name = name_at(i);
    if (!is_str_exact(name)) return raise(types::TypeError, "__match_args__ elements must be strings (got %T)", name);
    for (size_t k = match_self; k < i; k++) {
      if (str_eq(name_at(k).as<Str>(), name.as<Str>()))
        return raise(types::TypeError, "%N() got multiple sub-patterns for attribute %R", cls, name);
    }
    Ref v = get_attr_opt(subject, name.as<Str>());
    if (!v) return nullptr;
    if (v.get() == kMissing) return Ref::imm(kNone);
    tuple_init(out, i, std::move(v));
  }
  return out;
}

Ref match_rest(Value subject, Value keys) {
  Ref d = make_dict();
  if (!d || !dict_update(d, subject)) return nullptr;
  for (size_t i = 0; i < tuple_size(keys); i++) {
    if (dict_delete(d, tuple_at(keys, i)) < 0) return nullptr;
  }
  return d;
}

// ---- rest
bool setup_annotations(Frame* f) {
  if (f->locals.is_null()) return raise(types::SystemError, "no locals found when setting up annotations");
  Str* name = TAIPAN_NAME(__annotations__);
  Ref there = namespace_get(f->locals, name);
  if (!there) return false;
  if (there.get() != kMissing) return true;
  Ref d = make_dict();
  return d && store_name(f, name, d);
}

bool print_expr(Value v) {
  Ref hook = import_attr("sys", "displayhook");
  if (!hook) {
    clear_error();
    return raise(types::RuntimeError, "lost sys.displayhook");
  }
  return static_cast<bool>(call(hook, v));
}

bool class_init_result(Value result) {
  if (result == kNone) return true;
  return raise(types::TypeError, "__init__() should return None, not '%T'", result);
}

}  // namespace taipan::ops
