// Signatures: parsing, binding, error texts; calling native functions; builtin_function_or_method.
#include "interp/objects/native.h"
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <unordered_map>
#include "interp/objects/abstract.h"
#include "interp/objects/descr.h"
#include "interp/objects/dict.h"
#include "interp/objects/int.h"
#include "interp/objects/module.h"
#include "interp/objects/runtime_lock.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"
#include "interp/objects/type_internal.h"

namespace taipan {

// ---- Parsing ----------------------------------------------------------------------------------------------------------------------

namespace {

const char* skip_spaces(const char* p) {
  while (*p == ' ' || *p == '\n') p++;
  return p;
}
// The end of a default value: the comma or bracket that belongs to the signature.
const char* skip_default(const char* p) {
  int depth = 0;
  for (; *p; p++) {
    if (*p == '\'' || *p == '"') {
      char quote = *p;
      for (p++; *p && *p != quote; p++) {
        if (*p == '\\' && p[1]) p++;
      }
      if (!*p) return p;
    } else if (*p == '(' || *p == '[' || *p == '{') {
      depth++;
    } else if (*p == ')' || *p == ']' || *p == '}') {
      if (depth == 0) return p;
      depth--;
    } else if (*p == ',' && depth == 0) {
      return p;
    }
  }
  return p;
}

}  // namespace

Signature::Signature(const char* function_name, const char* text) : name_(function_name), text_(text) {
  const char* p = skip_spaces(text);
  if (*p == '(') p++;
  if (strncmp(p, "...", 3) == 0) {
    raw_ = true;
    return;
  }
  Param found[64];
  bool keyword_only = false, defaults = false;
  while (*(p = skip_spaces(p)) && *p != ')' && count_ < 64) {
    if (*p == '$') {
      while (*p && *p != ',' && *p != ')') p++;
    } else if (*p == '/') {
      posonly_ = count_;
      p++;
    } else {
      int stars = 0;
      while (*p == '*') stars++, p++;
      const char* start = p;
      while (*p && *p != ',' && *p != ')' && *p != '=' && *p != ' ' && *p != ':') p++;
      if (p == start) {  // a lone star
        keyword_only = true;
      } else {
        size_t len = static_cast<size_t>(p - start);
        char* copy = static_cast<char*>(malloc(len + 1));
        memcpy(copy, start, len);
        copy[len] = 0;
        size_t at = count_++;
        found[at] = {intern_static(copy), copy};
        p = skip_spaces(p);
        bool has_default = *p == '=';
        if (has_default) p = skip_default(p + 1);
        if (stars == 1) {
          star_ = static_cast<int>(at);
          keyword_only = true;
        } else if (stars == 2) {
          starstar_ = static_cast<int>(at);
        } else if (keyword_only) {
          if (!has_default) required_kwonly_ |= uint64_t{1} << at;
        } else {
          positional_ = count_;
          if (has_default) defaults = true;
          if (!defaults) required_ = count_;
        }
      }
    }
    p = skip_spaces(p);
    if (*p == ',') p++;
  }
  if (count_) {
    params_ = static_cast<Param*>(malloc(count_ * sizeof(Param)));
    memcpy(params_, found, count_ * sizeof(Param));
  }
  plain_ = count_ == positional_;
}

const Signature* signature_of(const NativeDef* def) {
  static std::mutex mutex;
  static auto* parsed = new std::unordered_map<const NativeDef*, Signature*>();
  std::lock_guard<std::mutex> lock(mutex);
  Signature*& s = (*parsed)[def];
  if (!s) {
    s = new Signature(def->name, def->signature ? def->signature : "(...)");
    s->of_def_ = true;
    s->parse_tuple_ = (def->flags & kNativeParseTuple) != 0;
    if (def->flags & kNativeRaw) {
      s->raw_ = true;
      s->plain_ = false;
    }
  }
  return s;
}

Ref text_signature(const char* signature, uint32_t flags) {
  if (!signature || (flags & kNativeNoSignature) || !strcmp(signature, "(...)")) return Ref::imm(kNone);
  if (strncmp(signature, "(...)", 5) == 0) signature += 5;  // bound by the function itself, shown like others'

  return make_str(signature);
}

// ---- Binding ----------------------------------------------------------------------------------------------------------------------

namespace {
const char* plural(size_t n) { return n == 1 ? "" : "s"; }
}  // namespace

// The number of positional arguments is wrong, and keywords can't mend it.
Fail Signature::count_error(RawArgs raw) const {
  const char* dot = owner_ ? "." : "";
  const char* owner = owner_ ? owner_ : "";
  if (count_ == 0) return raise(types::TypeError, "%s%s%s() takes no arguments (%zu given)", owner, dot, name_, raw.n);
  if (plain_ && posonly_ == count_ && count_ == 1 && required_ == 1 && of_def_ && !parse_tuple_) {
    return raise(types::TypeError, "%s%s%s() takes exactly one argument (%zu given)", owner, dot, name_, raw.n);
  }
  bool few = raw.n < required_;
  size_t limit = few ? required_ : positional_;
  const char* how = required_ == positional_ && star_ < 0 ? "" : few ? "at least " : "at most ";
  if (parse_tuple_) {
    if (!*how) how = "exactly ";
    return raise(types::TypeError, "%s() takes %s%zu argument%s (%zu given)", name_, how, limit, plural(limit), raw.n);
  }
  return raise(types::TypeError, "%s expected %s%zu argument%s, got %zu", name_, how, limit, plural(limit), raw.n);
}

bool Signature::bind_slow(RawArgs raw, Value* out, Ref* keep) const {
  size_t nkw = raw.kwnames ? tuple_size(raw.kwnames) : 0;
  if (posonly_ == positional_ && positional_ + (star_ >= 0) == count_) {
    if (nkw) {
      return raise(types::TypeError, "%s%s%s() takes no keyword arguments", owner_ ? owner_ : "", owner_ ? "." : "",
                   name_);
    }
    if (raw.n < required_ || (raw.n > positional_ && star_ < 0)) return count_error(raw);
  }
  size_t limit = star_ >= 0 || starstar_ >= 0 ? ~size_t{0} : count_;
  if (raw.n + nkw > limit) {
    return raise(types::TypeError, "%s() takes at most %zu %sargument%s (%zu given)", name_, count_,
                 raw.n == 0 ? "keyword " : "", plural(count_), raw.n + nkw);
  }
  if (raw.n > positional_ && star_ < 0) {
    if (positional_ == 0) return raise(types::TypeError, "%s() takes no positional arguments", name_);
    return raise(types::TypeError, "%s() takes %s %zu positional argument%s (%zu given)", name_,
                 required_ < positional_ ? "at most" : "exactly", positional_, plural(positional_), raw.n);
  }
  size_t need = required_ < posonly_ ? required_ : posonly_;
  if (raw.n < need) {
    return raise(types::TypeError, "%s() takes %s %zu positional argument%s (%zu given)", name_,
                 need < positional_ || star_ >= 0 ? "at least" : "exactly", need, plural(need), raw.n);
  }
  size_t taken = raw.n < positional_ ? raw.n : positional_;
  for (size_t i = 0; i < count_; i++) out[i] = i < taken ? raw.v[i] : Value();
  if (star_ >= 0) {
    keep[0] = make_tuple(raw.v + taken, raw.n - taken);
    if (!keep[0]) return false;
    out[star_] = keep[0];
  }
  for (size_t k = 0; k < nkw; k++) {
    Value key = tuple_at(raw.kwnames, k);
    Value value = raw.v[raw.n + k];
    size_t hit = count_;
    for (size_t i = posonly_; i < count_ && hit == count_; i++) {
      if (static_cast<int>(i) == star_ || static_cast<int>(i) == starstar_) continue;
      if (Value(params_[i].name) == key) hit = i;
    }
    for (size_t i = posonly_; i < count_ && hit == count_; i++) {
      if (static_cast<int>(i) == star_ || static_cast<int>(i) == starstar_) continue;
      if (str_eq(params_[i].name, key.as<Str>())) hit = i;
    }
    if (hit == count_) {
      if (starstar_ < 0) {
        // A parameter that is missing is complained about first.
        for (size_t i = taken; i < required_; i++) {
          bool given = out[i] || i < posonly_;
          for (size_t j = k; j < nkw && !given; j++)
            given = str_eq(params_[i].name, tuple_at(raw.kwnames, j).as<Str>());
          if (!given)
            return raise(types::TypeError, "%s() missing required argument '%s' (pos %zu)", name_, params_[i].cname,
                         i + 1);
        }
        return raise(types::TypeError, "'%S' is an invalid keyword argument for %s()", key, name_);
      }
      if (!keep[1]) {
        keep[1] = make_dict();
        if (!keep[1]) return false;
        out[starstar_] = keep[1];
      }
      if (!dict_set(keep[1], key, value)) return false;
      continue;
    }
    if (out[hit]) {
      return raise(types::TypeError, "argument for %s() given by name ('%S') and position (%zu)", name_, key, hit + 1);
    }
    out[hit] = value;
  }
  for (size_t i = 0; i < count_; i++) {
    if (!out[i] && (i < required_ || (required_kwonly_ >> i & 1))) {
      return raise(types::TypeError, "%s() missing required argument '%s' (pos %zu)", name_, params_[i].cname, i + 1);
    }
  }
  return true;
}

bool Signature::bind(RawArgs raw, Value* out) const {
  Ref keep[2];
  return bind(raw, out, keep);
}

bool Signature::bind(RawArgs raw, Value* out, Ref* keep) const {
  if (TAIPAN_LIKELY(plain_ && raw.n >= required_ && raw.n <= positional_ &&
                    (!raw.kwnames || tuple_size(raw.kwnames) == 0))) {
    size_t i = 0;
    for (; i < raw.n; i++) out[i] = raw.v[i];
    for (; i < count_; i++) out[i] = Value();
    return true;
  }
  if (star_ < 0 && starstar_ < 0 && !raw_ && required_kwonly_ == 0 && raw.n >= required_ && raw.n <= positional_ &&
      !raw.kwnames) {
    size_t i = 0;
    for (; i < raw.n; i++) out[i] = raw.v[i];
    for (; i < count_; i++) out[i] = Value();
    return true;
  }
  return bind_slow(raw, out, keep);
}

TAIPAN_COLD static Value call_native_locked(Thread* t, const NativeDef* def, const Signature* sig, Value self,
                                            const Value* args, size_t nargs, Value kwnames);

// Keyword arguments as programs give them: names that are there, each once, with all that is required. False: bind() does it, or says
// what is wrong.
TAIPAN_INLINE static bool bind_named(const Signature* sig, const RawArgs& raw, Value* out) {
  if (sig->star_ >= 0 || sig->starstar_ >= 0 || raw.n > sig->positional_ || raw.n < sig->posonly_) return false;
  size_t i = 0;
  for (; i < raw.n; i++) out[i] = raw.v[i];
  for (; i < sig->count_; i++) out[i] = Value();
  for (size_t k = 0, n = tuple_size(raw.kwnames); k < n; k++) {
    Value name = tuple_at(raw.kwnames, k);
    for (i = sig->posonly_; i < sig->count_ && Value(sig->params_[i].name) != name; i++) {}
    if (i == sig->count_ || out[i]) return false;
    out[i] = raw.v[raw.n + k];
  }
  for (i = raw.n; i < sig->required_; i++)
    if (!out[i]) return false;
  for (uint64_t more = sig->required_kwonly_; more; more &= more - 1)
    if (!out[__builtin_ctzll(more)]) return false;
  return true;
}
TAIPAN_INLINE static Value call_native_unlocked(Thread* t, const NativeDef* def, const Signature* sig, Value self,
                                                const Value* args, size_t nargs, Value kwnames) {
  Args a{t, self, args, nargs, {args, nargs, kwnames}};
  if (TAIPAN_LIKELY(nargs == sig->count_ && sig->plain_ && !kwnames && !sig->raw_)) return def->impl(a).release();
  if (sig->raw_) {
    a.v = nullptr;
    a.n = 0;
    return def->impl(a).release();
  }
  // (Uninitialised: bind fills what the signature has.)
  uint64_t room[64];
  Value* bound = reinterpret_cast<Value*>(room);
  if (TAIPAN_LIKELY(sig->plain_ && !kwnames && nargs >= sig->required_ && nargs < sig->count_)) {
    size_t i = 0;
    for (; i < nargs; i++) bound[i] = args[i];
    for (; i < sig->count_; i++) bound[i] = Value();
    a.v = bound;
    a.n = sig->count_;
    return def->impl(a).release();
  }
  a.v = bound;
  a.n = sig->count_;
  if (kwnames && bind_named(sig, a.raw, bound)) return def->impl(a).release();
  Ref keep[2];
  if (!sig->bind(a.raw, bound, keep)) return Value();
  return def->impl(a).release();
}

Value call_native(Thread* t, const NativeDef* def, const Signature* sig, Value self, const Value* args, size_t nargs,
                  Value kwnames) {
  if (TAIPAN_UNLIKELY(gc::parallel)) return call_native_locked(t, def, sig, self, args, nargs, kwnames);
  return call_native_unlocked(t, def, sig, self, args, nargs, kwnames);
}
static bool functions_run_at_once(Value module) {
  const ModuleDef* def = module.as<Module>()->def;
  return def && def->run == kFunctionsAtOnce;
}
static bool runs_free(const NativeDef* def, Value self) {
  return !self.is_heap() || (def->flags & kNativeParallel) ||
         (is_module(self) ? functions_run_at_once(self) : !needs_runtime_lock(self));
}
bool native_takes_no_lock_slow(Header* native_function) {
  auto* f = reinterpret_cast<NativeFunction*>(native_function);
  if (!runs_free(f->def, f->self)) return false;
  native_function->set_gcflag(gc::kUserFlag);
  return true;
}
static Value call_native_locked(Thread* t, const NativeDef* def, const Signature* sig, Value self, const Value* args,
                                size_t nargs, Value kwnames) {
  if (TAIPAN_LIKELY(runs_free(def, self))) return call_native_unlocked(t, def, sig, self, args, nargs, kwnames);
  RuntimeLock lock(self);
  return call_native_unlocked(t, def, sig, self, args, nargs, kwnames);
}

// ---- builtin_function_or_method ------------------------------------------------------------------------------------------------------

Ref bind_native_function(const NativeDef* def, const Signature* sig, Value self, Value module_name) {
  auto* f = new_object<NativeFunction>(kShapeNativeFunction, true);
  if (!f) return nullptr;
  f->def = def;
  f->sig = sig;
  gc::init(&f->self, Ref::dup(self));
  gc::init(&f->module, Ref::dup(module_name));
  return Ref::steal(f);
}
Ref make_native_function(const NativeDef* def, Value self, Value module_name) {
  return bind_native_function(def, signature_of(def), self, module_name);
}

Ref function_text(Value f) {
  Ref qualname = get_attr_opt(f, TAIPAN_NAME(__qualname__));
  if (!qualname) return nullptr;
  if (qualname.get() == kMissing) return str_of(f);
  Ref module = get_attr_opt(f, TAIPAN_NAME(__module__));
  if (!module) return nullptr;
  if (module.get() != kMissing && module.get() != kNone && is_str(module) && !str_eq_ascii(module, "builtins")) {
    return format_str("%S.%S()", module.get(), qualname.get());
  }
  return format_str("%S()", qualname.get());
}

namespace {

NativeFunction* nf(Value v) { return v.as<NativeFunction>(); }

Value native_function_call(Thread* t, Value callee, const Value* args, size_t nargs, Value kwnames) {
  NativeFunction* f = nf(callee);
  if (gc::parallel && native_takes_no_lock(callee.header()))
    return call_native_unlocked(t, f->def, f->sig, f->self, args, nargs, kwnames);
  return call_native(t, f->def, f->sig, f->self, args, nargs, kwnames);
}
void native_function_trace(Header* h, gc::Visitor& v) {
  auto* f = reinterpret_cast<NativeFunction*>(h);
  v.visit(f->self);
  v.visit(f->module);
  v.visit(f->owner_type);
}
void native_function_clear(Header* h) {
  auto* f = reinterpret_cast<NativeFunction*>(h);
  Ref a = gc::take(h, &f->self), b = gc::take(h, &f->module), c = gc::take(h, &f->owner_type);
}
void native_function_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* f = reinterpret_cast<NativeFunction*>(h);
  decref(f->self);
  decref(f->module);
  decref(f->owner_type);
  finish_dealloc_as<NativeFunction>(h);
}
Ref native_function_repr(Value v) {
  NativeFunction* f = nf(v);
  if (!f->self || is_module(f->self)) return format_str("<built-in function %s>", f->def->name);
  return format_str("<built-in method %s of %T object at %p>", f->def->name, f->self,
                    reinterpret_cast<void*>(f->self.bits));
}
Ref native_function_compare(Value a, Value b, CompareOp op) {
  if ((op != kEq && op != kNe) || !has_shape(b, kShapeNativeFunction)) return Ref::imm(kNotImplemented);
  bool same = is_same(nf(a)->self, nf(b)->self) && nf(a)->def->impl == nf(b)->def->impl;
  return Ref::imm(bool_value(same == (op == kEq)));
}
bool native_function_hash(Value v, int64_t* out) {
  uint64_t x = nf(v)->self.bits >> 4 ^ reinterpret_cast<uint64_t>(nf(v)->def->impl);
  *out = static_cast<int64_t>(x & ~uint64_t{1} >> 1);
  return true;
}
Ref get_name(Value v) { return make_str(nf(v)->def->name); }
Ref get_qualname(Value v) {
  NativeFunction* f = nf(v);
  if (!f->self || is_module(f->self)) {
    if (f->owner_type) return format_str("%U.%s", f->owner_type.as<TypeObject>()->qualname, f->def->name);
    return make_str(f->def->name);
  }
  Value type = is_type(f->self) ? f->self : Value(type_of(f->self));
  Ref q = get_attr(type, TAIPAN_NAME(__qualname__));
  if (!q) return nullptr;
  if (!is_str(q)) return raise(types::TypeError, "<method>.__class__.__qualname__ is not a unicode object");
  return format_str("%S.%s", q.get(), f->def->name);
}
Ref get_self(Value v) {
  bool shown =
      nf(v)->self && !(nf(v)->def->flags & kNativeStatic);  // a static method keeps its class for its repr alone
  return Ref::dup(shown ? nf(v)->self : kNone);
}
Ref get_module(Value v) { return Ref::dup(nf(v)->module ? nf(v)->module : kNone); }
bool set_module(Value v, Value value) {
  gc::store(&nf(v)->h, &nf(v)->module, Ref::dup(value));
  return true;
}
Ref get_doc(Value v) { return nf(v)->def->doc ? make_str(nf(v)->def->doc) : Ref::imm(kNone); }
Ref get_text_signature(Value v) {
  if (is_new_function(v)) return make_str("($type, *args, **kwargs)");
  return text_signature(nf(v)->def->signature, nf(v)->def->flags);
}

Ref native_function_reduce(Args& a) {
  NativeFunction* f = nf(a.self);
  if (!f->self || is_module(f->self)) return make_str(f->def->name);
  Ref getattr = import_attr("builtins", "getattr");
  Ref name = make_str(f->def->name);
  if (!getattr || !name) return nullptr;
  Ref args = make_tuple_of({f->self, name});
  if (!args) return nullptr;
  return make_tuple_of({getattr, args});
}

const NativeDef native_function_methods[] = {
    {"__reduce__", "($self, /)", native_function_reduce, 0, nullptr},
    {},
};
const GetSetDef native_function_getset[] = {
    {"__name__", get_name, nullptr, nullptr},
    {"__qualname__", get_qualname, nullptr, nullptr},
    {"__self__", get_self, nullptr, nullptr},
    {"__module__", get_module, set_module, nullptr},
    {"__doc__", get_doc, nullptr, nullptr},
    {"__text_signature__", get_text_signature, nullptr, nullptr},
    {},
};

}  // namespace

// ---- T.__new__ of built-in types --------------------------------------------------------------------------------------------------------

static Ref new_impl(Args& a) {
  TypeObject* t = a.self.as<TypeObject>();
  if (a.raw.n == 0) return raise(types::TypeError, "%s.__new__(): not enough arguments", t->cname);
  Value first = a.raw.v[0];
  if (!is_type(first)) return raise(types::TypeError, "%s.__new__(X): X is not a type object (%T)", t->cname, first);
  TypeObject* cls = first.as<TypeObject>();
  if (!is_subtype(cls, t)) {
    return raise(types::TypeError, "%s.__new__(%s): %s is not a subtype of %s", t->cname, cls->cname, cls->cname,
                 t->cname);
  }
  if (!t->s.new_) return raise(types::TypeError, "cannot create '%s' instances", t->cname);
  // object.__new__(dict) and the like would make a dict without its insides.
  TypeObject* fixed = cls;
  while (fixed && is_python_dispatcher_new(fixed->s.new_)) fixed = fixed->base;
  if (fixed && fixed->s.new_ != t->s.new_) {
    return raise(types::TypeError, "%s.__new__(%s) is not safe, use %s.__new__()", t->cname, cls->cname, fixed->cname);
  }
  return t->s.new_(cls, RawArgs{a.raw.v + 1, a.raw.n - 1, a.raw.kwnames});
}

static const NativeDef new_def = {"__new__", "(...)", new_impl, 0,
                                  "Create and return a new object.  See help(type) for accurate signature."};

Ref make_new_function(TypeObject* type) { return make_native_function(&new_def, Value(type), Value()); }
bool is_new_function(Value v) { return has_shape(v, kShapeNativeFunction) && v.as<NativeFunction>()->def == &new_def; }

const TypeSpec kNativeFunctionSpec = {
    .flags = kTypeGc | kTypeWeakrefable,
    .basic_size = sizeof(NativeFunction),
    .ops = {.trace = native_function_trace, .clear = native_function_clear, .dealloc = native_function_dealloc},
    .methods = native_function_methods,
    .getset = native_function_getset,
    .s = {.repr = native_function_repr,
          .hash = native_function_hash,
          .call = native_function_call,
          .compare = native_function_compare},
};

}  // namespace taipan
