// _ctypes: foreign functions: their class, calls, and C functions made of Python ones.
#include <dlfcn.h>
#include <algorithm>
#include <cerrno>
#include <memory>
#include "gc/callback_scope.h"
#include "interp/eval/frame_stack.h"
#include "interp/gil.h"
#include "interp/modules/audit.h"
#include "interp/shared/_ctypes/ctypes_objects.h"

namespace taipan::ctypes {

TypeObject *function_type, *thunk_type;

namespace {

constexpr size_t kMaxArguments = 1024;
enum ParamFlag { kParamIn = 1, kParamOut = 2, kParamLcid = 4 };
Function* function_of(Value v) { return v.as<Function>(); }

// ---- the class

Ref own_value(TypeObject* cls, Str* name) {  // null without an exception: absent
  Ref v = get_attr_opt(Value(cls), name);
  return v && v.get() == kMissing ? Ref() : std::move(v);
}

// ---- arguments of a call

struct Argument {
  Arg arg{};  // only ffi, copy and value are used
  Ref keep;
  ~Argument() { free(arg.copy); }
};
bool convert(Value o, size_t index, Argument* out) {
  if (is_cdata(o)) return argument_of(o, &out->arg, &out->keep);
  if (o.is_heap() && type_of(o) == arg_type) {
    auto* a = o.as<Arg>();
    out->arg.ffi = a->ffi;
    memcpy(&out->arg.value, &a->value, sizeof a->value);
    out->keep = Ref::dup(o);
    return true;
  }
  out->arg.ffi = &ffi_type_pointer;
  memset(&out->arg.value, 0, sizeof out->arg.value);
  if (o == kNone) return true;
  if (is_int(o)) {
    Ref plain = int_exact(o);
    int64_t n;
    if (!plain) return false;
    if (int_fits64(plain, &n) ? n > UINT32_MAX || n < INT32_MIN : true) {
      if (!int_fits64(plain, &n)) return raise(types::OverflowError, "int too long to convert");
    }
    out->arg.ffi = &ffi_type_sint;
    out->arg.value.i = static_cast<int>(n);
    return true;
  }
  if (is_bytes(o)) {
    out->arg.value.p = o.as<Bytes>()->data();
    out->keep = Ref::dup(o);
    return true;
  }
  if (is_str(o)) return wide_text(o, &out->keep, &out->arg.value.p);
  Ref inner = get_attr_opt(o, TAIPAN_NAME(_as_parameter_));
  if (!inner) return false;
  if (inner.get() != kMissing) {
    RecursionScope scope(" while converting a parameter");
    if (!scope.ok() || !convert(inner, index, out)) return false;
    if (!out->keep) out->keep = std::move(inner);
    return true;
  }
  return raise(types::TypeError, "Don't know how to convert parameter %zu", index);
}

// ---- results

Ref result_value(Value restype, Value checker, const void* p) {
  if (!restype) return make_int(*static_cast<const int*>(p));
  if (restype == kNone) return Ref::imm(kNone);
  TypeInfo* i = info_of_type(restype);
  if (!i) return call(restype, make_int(*static_cast<const int*>(p)).get());
  Ref v;
  if (i->get && !is_simple_subclass(restype)) {
    v = i->get(p, i->size);
    // A function that returns an object gives its reference away.
    if (v && i->code == 'O') Ref given = Ref::steal(v.get());
  } else {
    v = data_from(restype, Value(), 0, p);
  }
  if (!v || !checker) return v;
  return call(checker, v);
}

thread_local int saved_errno;

class ErrnoScope {
 public:
  explicit ErrnoScope(int flags) : on_(flags & kUseErrno) {
    if (on_) std::swap(errno, saved_errno);
  }
  ~ErrnoScope() {
    if (on_) std::swap(errno, saved_errno);
  }

 private:
  bool on_;
};

// ---- C functions made of Python ones

// The thread is one that Python knows as long as the callback runs.
class ForeignThread {
 public:
  ForeignThread() {
    if (gc::current_mutator) return;
    made_ = new Thread;
    ok_ = frame_stack_start(made_);
    if (ok_) begin_thread(made_);
  }
  ~ForeignThread() {
    if (!made_) return;
    if (ok_) {
      end_thread(made_);
      frame_stack_free(made_);
    }
    delete made_;
  }
  bool ok() const { return ok_; }

 private:
  Thread* made_ = nullptr;
  bool ok_ = true;
};

void run_callback(Thunk* t, void* result, void** args) {
  Ref hold = Ref::dup(Value(t)), callable = Ref::dup(t->callable);
  Ref tuple = make_tuple(t->count);
  for (size_t k = 0; tuple && k < t->count; k++) {
    Value type = tuple_at(t->argtypes, k);
    TypeInfo* i = info_of_type(type);
    Ref v;
    if (!i) {
      raise(types::TypeError, "cannot build parameter");
    } else if (i->get && !is_simple_subclass(type)) {
      v = i->get(args[k], i->size);
    } else {
      v = new_data(type.as<TypeObject>());
      if (v) memcpy(data_of(v)->ptr, args[k], static_cast<size_t>(i->size));
    }
    if (!v) {
      write_unraisable_msg("Exception ignored on converting the arguments of ctypes callback function", callable);
      return;
    }
    tuple_init(tuple, k, std::move(v));
  }
  Ref value;
  {
    ErrnoScope scope(t->flags);
    value = tuple ? call_tuple(callable, tuple, Value()) : Ref();
  }
  if (!value) return write_unraisable_msg("Exception ignored on calling ctypes callback function", callable);
  if (!t->set) return;
  // Narrow results are given as whole words.
  alignas(16) char word[16] = {0};
  Ref keep = t->set(word, value, 0);
  if (!keep)
    return write_unraisable_msg("Exception ignored on converting result of ctypes callback function", callable);
  const ffi_type* f = t->result_ffi;
  if (f->size < sizeof(ffi_arg) && f->type != FFI_TYPE_FLOAT) {
    int64_t n = 0;
    switch (f->type) {
      case FFI_TYPE_SINT8: n = *reinterpret_cast<int8_t*>(word); break;
      case FFI_TYPE_SINT16: n = *reinterpret_cast<int16_t*>(word); break;
      case FFI_TYPE_SINT32:
      case FFI_TYPE_INT: n = *reinterpret_cast<int32_t*>(word); break;
      default: memcpy(&n, word, f->size);
    }
    memcpy(result, &n, sizeof n);
  } else {
    memcpy(result, word, f->size);
  }
  if (keep.get() == kNone) return;
  if (find_code('O')->set == t->set) {
    Value given = keep.release();  // the caller's reference
    static_cast<void>(given);
    return;
  }
  if (!warn(types::RuntimeWarning, 1, "memory leak in callback function.")) write_unraisable(callable);
  Value leaked = keep.release();  // nobody knows how long C needs it
  static_cast<void>(leaked);
}
void closure_called(ffi_cif* cif, void* result, void** args, void* data) {
  if (cif->rtype->type != FFI_TYPE_VOID) memset(result, 0, std::max(cif->rtype->size, sizeof(ffi_arg)));
  if (runtime_finalizing && !gc::current_mutator) return;
  ForeignThread thread;
  if (!thread.ok()) return;
  gc::CallbackScope attached;
  // An exception may be on its way through the C code that calls us.
  Ref pending = fetch_error();
  run_callback(static_cast<Thunk*>(data), result, args);
  if (pending) restore_error(std::move(pending));
}

void thunk_trace(Header* h, gc::Visitor& v) {
  auto* t = reinterpret_cast<Thunk*>(h);
  v.visit(t->callable);
  v.visit(t->argtypes);
  v.visit(t->restype);
}
void thunk_clear(Header* h) {
  auto* t = reinterpret_cast<Thunk*>(h);
  for (Value* slot : {&t->callable, &t->argtypes, &t->restype}) Ref old = gc::take(h, slot);
}
void thunk_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* t = reinterpret_cast<Thunk*>(h);
  if (t->closure) ffi_closure_free(t->closure);
  free(t->arg_ffi);
  thunk_clear(h);
  finish_dealloc(h);
}
const TypeSpec kThunkSpec = {.doc = "CThunkObject",
                             .flags = kTypeNoInstantiate | kTypeGc | kTypeImmutable,
                             .basic_size = sizeof(Thunk),
                             .ops = {.trace = thunk_trace, .dealloc = thunk_dealloc}};

// ---- function objects

template <class F>
void each_field(Function* f, F visit) {
  for (Value* slot : {&f->base, &f->objects, &f->callable, &f->thunk, &f->argtypes, &f->converters, &f->restype,
                      &f->checker, &f->errcheck, &f->paramflags})
    visit(slot);
}
void function_trace(Header* h, gc::Visitor& v) {
  each_field(reinterpret_cast<Function*>(h), [&](Value* slot) { v.visit(*slot); });
}
void function_clear(Header* h) {
  auto* f = reinterpret_cast<Function*>(h);
  each_field(f, [&](Value* slot) {
    if (slot != &f->thunk) Ref old = gc::take(h, slot);
  });
}
void function_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* f = reinterpret_cast<Function*>(h);
  each_field(f, [&](Value* slot) { Ref old = gc::take(h, slot); });
  if (f->owned) free(f->ptr);
  finish_dealloc(h);
}

bool valid_paramflags(TypeInfo* i, Value flags) {
  if (!flags || flags == kNone || !i->argtypes) return true;
  if (!is_tuple(flags)) return raise(types::TypeError, "paramflags must be a tuple or None");
  size_t n = tuple_size(flags);
  if (n != tuple_size(i->argtypes)) return raise(types::ValueError, "paramflags must have the same length as argtypes");
  for (size_t k = 0; k < n; k++) {
    Value item = tuple_at(flags, k);
    size_t m = is_tuple(item) ? tuple_size(item) : 0;
    if (m < 1 || m > 3 || !is_int(tuple_at(item, 0)) ||
        (m > 1 && tuple_at(item, 1) != kNone && !is_str(tuple_at(item, 1))))
      return raise(types::TypeError, "paramflags must be a sequence of (int [,string [,value]]) tuples");
    int64_t flag;
    if (!to_int64(tuple_at(item, 0), &flag)) return false;
    switch (flag & (kParamIn | kParamOut | kParamLcid)) {
      case 0:
      case kParamIn:
      case kParamIn | kParamLcid:
      case kParamIn | kParamOut: break;
      case kParamOut: {
        Value type = tuple_at(i->argtypes, k);
        TypeInfo* t = info_of_type(type);
        bool pointer =
            t && (t->kind == kPointer || t->kind == kArray || (t->kind == kSimple && strchr("zZP", t->code)));
        if (!pointer)
          return raise(types::TypeError, "'out' parameter %zu must be a pointer type, not %s", k + 1,
                       is_type(type) ? type.as<TypeObject>()->cname : type_of(type)->cname);
        break;
      }
      default: return raise(types::TypeError, "paramflag value %d not supported", static_cast<int>(flag));
    }
  }
  return true;
}

Ref new_function(TypeObject* cls) {
  TypeInfo* i = info_of_type(Value(cls));
  if (!i) return raise(types::TypeError, "abstract class");
  auto* f = alloc_instance_as<Function>(cls);
  if (!f) return nullptr;
  gc::poke(i->final, true);
  f->size = i->size;
  f->length = 1;
  f->ptr = f->small;
  return Ref::steal(f);
}
Ref from_library(TypeObject* cls, RawArgs raw) {
  Value pair = raw.v[0], flags = raw.n > 1 ? raw.v[1] : Value();
  if (tuple_size(pair) != 2)
    return raise(types::TypeError, "function takes exactly 2 arguments (%zu given)", tuple_size(pair));
  Value name = tuple_at(pair, 0), library = tuple_at(pair, 1);
  std::string text;
  if (is_str(name)) {
    if (!utf8_of(name, &text)) return nullptr;
  } else if (is_bytes(name)) {
    text = name.as<Bytes>()->view();
  } else {
    return raise(types::TypeError, "bytes or string expected in position %d, got %T", 0, name);
  }
  Ref handle = get_attr(library, TAIPAN_NAME(_handle));
  if (!handle) return nullptr;
  if (!is_int(handle))
    return raise(types::TypeError, "the _handle attribute of the second argument must be an integer");
  if (!audit("ctypes.dlsym", {library, name})) return nullptr;
  Ref plain = int_exact(handle);
  if (!plain) return nullptr;
  dlerror();
  void* address = dlsym(reinterpret_cast<void*>(int_low64(plain)), text.c_str());
  if (!address) {
    const char* why = dlerror();
    return raise(types::AttributeError, "%s", why ? why : "symbol not found");
  }
  TypeInfo* i = info_of_type(Value(cls));
  if (!i) return raise(types::TypeError, "abstract class");
  if (!valid_paramflags(i, flags)) return nullptr;
  Ref self = new_function(cls);
  if (!self) return nullptr;
  Function* f = function_of(self);
  memcpy(f->ptr, &address, sizeof address);
  if (flags && flags != kNone) gc::store(&f->h, &f->paramflags, Ref::dup(flags));
  return keep_ref(f, 0, library) ? std::move(self) : Ref();
}
Ref function_new(TypeObject* cls, RawArgs raw) {
  if (raw.n == 0) return new_function(cls);
  if (is_tuple(raw.v[0])) return from_library(cls, raw);
  if (raw.n > 1) return raise(types::TypeError, "function takes at most 1 argument (%zu given)", raw.n);
  Value v = raw.v[0];
  if (is_int(v)) {
    Ref plain = int_exact(v), self = plain ? new_function(cls) : Ref();
    if (!self) return nullptr;
    uint64_t address = int_low64(plain);
    memcpy(data_of(self)->ptr, &address, sizeof address);
    return self;
  }
  if (!is_callable(v)) return raise(types::TypeError, "argument must be callable or integer function address");
  TypeInfo* i = info_of_type(Value(cls));
  if (!i) return raise(types::TypeError, "abstract class");
  if (!i->argtypes) return raise(types::TypeError, "cannot construct instance of this class: no argtypes");
  Ref thunk = make_thunk(v, i->argtypes, i->restype ? i->restype : kNone, i->flags);
  if (!thunk) return nullptr;
  Ref self = new_function(cls);
  if (!self) return nullptr;
  Function* f = function_of(self);
  void* code = thunk.as<Thunk>()->code;
  memcpy(f->ptr, &code, sizeof code);
  gc::store(&f->h, &f->callable, Ref::dup(v));
  Ref kept = thunk.copy();
  gc::store(&f->h, &f->thunk, std::move(thunk));
  return keep_ref(f, 0, kept) ? std::move(self) : Ref();
}
bool function_init(Value, RawArgs) { return true; }

Ref function_repr(Value self) {
  return format_str("<%s object at %p>", type_of(self)->cname, static_cast<void*>(self.header()));
}
int function_truth(Value self) {
  void* p;
  memcpy(&p, data_of(self)->ptr, sizeof p);
  return p != nullptr;
}

// ---- parameters with directions: what a prototype's paramflags say

struct Built {
  Ref args;  // tuple
  uint64_t out = 0, in_out = 0;
  size_t results = 0;
};
// The value of parameter k: by position, by name, or the default.
Ref input_value(Value flags, size_t k, size_t* at, RawArgs raw, Value name, Value otherwise) {
  if (*at < raw.n) return Ref::dup(raw.v[(*at)++]);
  size_t nkw = raw.kwnames ? tuple_size(raw.kwnames) : 0;
  for (size_t n = 0; name && n < nkw; n++) {
    if (str_eq(tuple_at(raw.kwnames, n).as<Str>(), name.as<Str>())) {
      ++*at;
      return Ref::dup(raw.v[raw.n + n]);
    }
  }
  if (otherwise) return Ref::dup(otherwise);
  if (name) return raise(types::TypeError, "required argument '%S' missing", name);
  return raise(types::TypeError, "not enough arguments");
}
bool build_arguments(Value flags, Value argtypes, RawArgs raw, Built* b) {
  size_t n = tuple_size(argtypes), at = 0;
  b->args = make_tuple(n);
  if (!b->args) return false;
  for (size_t k = 0; k < n; k++) {
    Value item = tuple_at(flags, k);
    int64_t flag;
    if (!to_int64(tuple_at(item, 0), &flag)) return false;
    Value name = tuple_size(item) > 1 && tuple_at(item, 1) != kNone ? tuple_at(item, 1) : Value();
    Value otherwise = tuple_size(item) > 2 ? tuple_at(item, 2) : Value();
    Ref v;
    switch (flag & (kParamIn | kParamOut | kParamLcid)) {
      case kParamIn | kParamLcid: v = Ref::dup(otherwise ? otherwise : Value::from_int(0)); break;
      case kParamOut: {
        if (otherwise) {
          v = Ref::dup(otherwise);
          break;
        }
        Value type = tuple_at(argtypes, k);
        TypeInfo* t = info_of_type(type);
        if (!t || (t->kind != kArray && (t->kind != kPointer || !t->proto)))
          return raise(types::TypeError, "%s 'out' parameter must be passed as default value",
                       is_type(type) ? type.as<TypeObject>()->cname : "??");
        Ref target = Ref::dup(t->kind == kArray ? type : t->proto);
        v = call(target);
        b->out |= uint64_t{1} << (k & 63);
        b->results++;
        break;
      }
      case kParamIn | kParamOut:
        b->in_out |= uint64_t{1} << (k & 63);
        b->results++;
        [[fallthrough]];
      default: v = input_value(flags, k, &at, raw, name, otherwise);
    }
    if (!v) return false;
    tuple_init(b->args, k, std::move(v));
  }
  size_t given = raw.n + (raw.kwnames ? tuple_size(raw.kwnames) : 0);
  if (given > at) return raise(types::TypeError, "call takes exactly %zu arguments (%zu given)", at, given);
  return true;
}
Ref collect_results(Ref result, const Built& b) {
  if (!b.results) return result;
  Ref all = make_list();
  for (size_t k = 0; all && k < tuple_size(b.args) && k < 64; k++) {
    uint64_t bit = uint64_t{1} << k;
    if (!((b.out | b.in_out) & bit)) continue;
    Ref v = Ref::dup(tuple_at(b.args, k));
    if (b.out & bit) v = call_method(v, TAIPAN_NAME(__ctypes_from_outparam__));
    if (!v || !list_append(all, std::move(v))) return nullptr;
  }
  if (all && list_size(all) == 1) return list_get(all, 0);
  return all ? list_to_tuple(all) : Ref();
}

Value function_call(Thread*, Value self, const Value* args, size_t nargs, Value kwnames) {
  Function* f = function_of(self);
  TypeInfo* i = info_of(self);
  Ref hold = Ref::dup(self);
  Ref argtypes = Ref::dup(f->argtypes ? f->argtypes : i->argtypes),
      converters = Ref::dup(f->converters ? f->converters : i->converters);
  Ref restype = Ref::dup(f->restype ? f->restype : i->restype),
      checker = Ref::dup(f->restype ? f->checker : i->checker);
  Ref errcheck = Ref::dup(f->errcheck), flags = Ref::dup(f->paramflags);
  void* code;
  memcpy(&code, f->ptr, sizeof code);
  RawArgs raw{args, nargs, kwnames};
  Built built;
  if (flags && argtypes && tuple_size(argtypes)) {
    if (!build_arguments(flags, argtypes, raw, &built)) return Value();
  } else {
    built.args = make_tuple(args, nargs);
    if (!built.args) return Value();
  }
  if (converters) {
    size_t need = tuple_size(converters), have = tuple_size(built.args);
    bool variadic = i->flags & kCdecl;
    if (variadic ? need > have : need != have)
      return raise(types::TypeError,
                   variadic ? "this function takes at least %zu argument%s (%zu given)"
                            : "this function takes %zu argument%s (%zu given)",
                   need, need == 1 ? "" : "s", have),
             Value();
  }
  if (!code) return raise(types::ValueError, "attempt to call a NULL function pointer"), Value();
  Ref result = call_c(code, built.args, i->flags, converters, restype, checker);
  if (result && errcheck) {
    Ref seen = call(errcheck, result, self, built.args);
    // Where it gives the arguments back, they are processed as usual.
    if (!seen || seen.get() != built.args.get()) return seen.release();
  }
  return result ? collect_results(std::move(result), built).release() : Value();
}

// ---- attributes

Ref get_errcheck(Value self) {
  return function_of(self)->errcheck ? Ref::dup(function_of(self)->errcheck) : Ref::imm(kNone);
}
bool set_errcheck(Value self, Value v) {
  if (v && v != kNone && !is_callable(v)) return raise(types::TypeError, "the errcheck attribute must be callable");
  gc::store(&function_of(self)->h, &function_of(self)->errcheck, v && v != kNone ? Ref::dup(v) : Ref());
  return true;
}
Ref get_restype(Value self) {
  Function* f = function_of(self);
  TypeInfo* i = info_of(self);
  Value v = f->restype ? f->restype : i->restype;
  return v ? Ref::dup(v) : Ref::imm(kNone);
}
bool is_result_type(Value v) { return v == kNone || info_of_type(v) || is_callable(v); }
Ref checker_of(Value restype) {
  Ref c = get_attr_opt(restype, TAIPAN_NAME(_check_retval_));
  return c && c.get() == kMissing ? Ref() : std::move(c);
}
bool set_restype(Value self, Value v) {
  Function* f = function_of(self);
  if (!v) {
    gc::store(&f->h, &f->restype, Ref());
    gc::store(&f->h, &f->checker, Ref());
    return true;
  }
  if (!is_result_type(v)) return raise(types::TypeError, "restype must be a type, a callable, or None");
  Ref checker = checker_of(v);
  if (!checker && error_occurred()) return false;
  gc::store(&f->h, &f->checker, std::move(checker));
  gc::store(&f->h, &f->restype, Ref::dup(v));
  return true;
}
Ref get_argtypes(Value self) {
  Function* f = function_of(self);
  TypeInfo* i = info_of(self);
  Value v = f->argtypes ? f->argtypes : i->argtypes;
  return v ? Ref::dup(v) : Ref::imm(kNone);
}
bool set_argtypes(Value self, Value v) {
  Function* f = function_of(self);
  if (!v || v == kNone) {
    gc::store(&f->h, &f->argtypes, Ref());
    gc::store(&f->h, &f->converters, Ref());
    return true;
  }
  Ref tuple = iterable_to_tuple(v), converters = tuple ? converters_of(tuple) : Ref();
  if (!converters) return false;
  gc::store(&f->h, &f->argtypes, std::move(tuple));
  gc::store(&f->h, &f->converters, std::move(converters));
  return true;
}
const GetSetDef kGetSet[] = {{"errcheck", get_errcheck, set_errcheck, "a function to check for errors"},
                             {"restype", get_restype, set_restype, "specify the result type"},
                             {"argtypes", get_argtypes, set_argtypes, "specify the argument types"},
                             {nullptr, nullptr, nullptr, nullptr}};

}  // namespace

int* thread_errno() { return &saved_errno; }

ffi_type* ffi_of(Value cls) {
  TypeInfo* i = cls && cls != kNone ? info_of_type(cls) : nullptr;
  if (!i) return &ffi_type_sint;
  return i->kind == kArray ? &ffi_type_pointer : &i->ffi;
}

Ref converters_of(Value argtypes) {
  size_t n = tuple_size(argtypes);
  if (n > kMaxArguments)
    return raise(argument_error, "_argtypes_ has too many arguments (%zu), maximum is %zu", n, kMaxArguments);
  Ref all = make_tuple(n);
  for (size_t k = 0; all && k < n; k++) {
    Ref f = get_attr_opt(tuple_at(argtypes, k), TAIPAN_NAME(from_param));
    if (!f) return nullptr;
    if (f.get() == kMissing) return raise(types::TypeError, "item %zu in _argtypes_ has no from_param method", k + 1);
    tuple_init(all, k, std::move(f));
  }
  return all;
}

bool function_class_created(TypeObject* cls) {
  TypeInfo* i = make_info(Value(cls), kFunction);
  if (!i) return false;
  i->ffi = ffi_type_pointer;
  i->size = sizeof(void*);
  i->align = alignof(void*);
  i->length = 1;
  i->has_pointer = true;
  i->format = copy_text("X{}");
  Ref flags = own_value(cls, TAIPAN_NAME(_flags_));
  if (!flags && error_occurred()) return false;
  if (!flags || !is_int(flags)) return raise(types::TypeError, "class must define _flags_ which must be an integer");
  int64_t n;
  if (!to_int64(flags, &n)) return false;
  i->flags = static_cast<int>(n | kCdecl);
  Ref argtypes = own_value(cls, TAIPAN_NAME(_argtypes_));
  if (!argtypes && error_occurred()) return false;
  if (argtypes) {
    if (!is_tuple(argtypes)) return raise(types::TypeError, "_argtypes_ must be a sequence of types");
    Ref converters = converters_of(argtypes);
    if (!converters) return false;
    gc::store(&i->h, &i->converters, std::move(converters));
    gc::store(&i->h, &i->argtypes, std::move(argtypes));
  }
  Ref restype = own_value(cls, TAIPAN_NAME(_restype_));
  if (!restype && error_occurred()) return false;
  if (restype) {
    if (!is_result_type(restype)) return raise(types::TypeError, "_restype_ must be a type, a callable, or None");
    Ref checker = checker_of(restype);
    if (!checker && error_occurred()) return false;
    gc::store(&i->h, &i->checker, std::move(checker));
    gc::store(&i->h, &i->restype, std::move(restype));
  }
  return true;
}

Ref make_thunk(Value callable, Value argtypes, Value restype, int flags) {
  size_t n = tuple_size(argtypes);
  auto* t = alloc_instance_as<Thunk>(thunk_type);
  if (!t) return nullptr;
  Ref self = Ref::steal(t);
  t->count = n;
  t->flags = flags;
  gc::store(&t->h, &t->callable, Ref::dup(callable));
  gc::store(&t->h, &t->argtypes, Ref::dup(argtypes));
  gc::store(&t->h, &t->restype, Ref::dup(restype));
  t->arg_ffi = static_cast<ffi_type**>(calloc(n + 1, sizeof(ffi_type*)));
  t->closure = static_cast<ffi_closure*>(ffi_closure_alloc(sizeof(ffi_closure), &t->code));
  if (!t->arg_ffi || !t->closure) return raise_memory();
  for (size_t k = 0; k < n; k++) t->arg_ffi[k] = ffi_of(tuple_at(argtypes, k));
  t->result_ffi = &ffi_type_void;
  if (restype != kNone) {
    TypeInfo* i = info_of_type(restype);
    if (!i || !i->set) return raise(types::TypeError, "invalid result type for callback function");
    t->set = i->set;
    t->result_ffi = &i->ffi;
  }
  if (ffi_prep_cif(&t->cif, FFI_DEFAULT_ABI, static_cast<unsigned>(n), t->result_ffi, t->arg_ffi) != FFI_OK ||
      ffi_prep_closure_loc(t->closure, &t->cif, closure_called, t, t->code) != FFI_OK)
    return raise(types::RuntimeError, "ffi_prep_closure failed");
  return self;
}

Ref call_c(void* f, Value args, int flags, Value converters, Value restype, Value checker) {
  size_t n = tuple_size(args), known = converters ? tuple_size(converters) : 0;
  if (n > kMaxArguments) return raise(argument_error, "too many arguments (%zu), maximum is %zu", n, kMaxArguments);
  constexpr size_t kInline = 8;
  Argument few[kInline];
  std::unique_ptr<Argument[]> many(n > kInline ? new Argument[n] : nullptr);
  Argument* a = many ? many.get() : few;
  ffi_type* few_types[kInline];
  void* few_values[kInline];
  std::unique_ptr<ffi_type*[]> many_types(n > kInline ? new ffi_type*[n] : nullptr);
  std::unique_ptr<void*[]> many_values(n > kInline ? new void*[n] : nullptr);
  ffi_type** ffi = n > kInline ? many_types.get() : few_types;
  void** values = n > kInline ? many_values.get() : few_values;
  Ref held = make_list(n);
  if (!held) return nullptr;
  for (size_t k = 0; k < n; k++) {
    Ref v = Ref::dup(tuple_at(args, k));
    bool ok = true;
    if (k < known) {
      v = call(tuple_at(converters, k), v);
      ok = static_cast<bool>(v);
    }
    if (!ok || !convert(v, k + 1, &a[k])) {
      Ref error = fetch_error(), text = str_of(error);
      clear_error();
      if (text) raise(argument_error, "argument %zu: %s: %S", k + 1, type_of(error)->cname, text.get());
      return nullptr;
    }
    if (!list_append(held, std::move(v))) return nullptr;
    ffi[k] = a[k].arg.ffi;
    values[k] = a[k].arg.copy ? a[k].arg.copy : &a[k].arg.value;
  }
  ffi_type* result_type = restype == kNone ? &ffi_type_void : ffi_of(restype);
  ffi_cif cif;
  bool variadic = converters && known < n && known;
  ffi_status status = variadic ? ffi_prep_cif_var(&cif, FFI_DEFAULT_ABI, static_cast<unsigned>(known),
                                                  static_cast<unsigned>(n), result_type, ffi)
                               : ffi_prep_cif(&cif, FFI_DEFAULT_ABI, static_cast<unsigned>(n), result_type, ffi);
  if (status != FFI_OK) return raise(types::RuntimeError, "ffi_prep_cif failed");
  alignas(16) char small[64] = {0};
  std::unique_ptr<char[]> big(result_type->size > sizeof small ? new char[result_type->size]() : nullptr);
  char* result = big ? big.get() : small;
  auto* code = reinterpret_cast<void (*)()>(f);
  if (flags & kPythonApi) {
    ErrnoScope scope(flags);
    ffi_call(&cif, code, result, values);
    if (error_occurred()) return nullptr;
  } else {
    gc::BlockingScope blocking;
    ErrnoScope scope(flags);
    ffi_call(&cif, code, result, values);
  }
  if (error_occurred()) return nullptr;
  return result_value(restype, checker, result);
}

bool make_function_types() {
  if (function_type) return true;
  static TypeSpec spec = {.doc = "Function Pointer",
                          .flags = kTypeBaseable | kTypeGc | kTypeWeakrefable | kTypeImmutable,
                          .basic_size = sizeof(Function),
                          .ops = {.trace = function_trace, .clear = function_clear, .dealloc = function_dealloc},
                          .getset = kGetSet,
                          .s = {.repr = function_repr,
                                .call = function_call,
                                .init = function_init,
                                .new_ = function_new,
                                .truth = function_truth}};
  thunk_type = make_native_type("_ctypes.CThunkObject", types::Object, &kThunkSpec);
  function_type = make_native_type("_ctypes.CFuncPtr", cdata_type, &spec);
  if (!thunk_type || !function_type) return false;
  set_class(&function_type->h, metas[kFunction]);
  return true;
}

}  // namespace taipan::ctypes
