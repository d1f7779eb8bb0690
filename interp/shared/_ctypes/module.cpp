// _ctypes: the module's functions.
#include <dlfcn.h>
#include <cwchar>
#include "interp/modules/audit.h"
#include "interp/modules/posix_support.h"
#include "interp/shared/_ctypes/ctypes_objects.h"

namespace taipan::ctypes {

namespace {

Ref address_int(const void* p) { return make_int_u64(reinterpret_cast<uintptr_t>(p)); }
bool address_argument(Value v, void** out) {
  if (!is_int(v)) return raise(types::TypeError, "an integer is required (got type %T)", v);
  Ref plain = int_exact(v);
  if (!plain) return false;
  *out = reinterpret_cast<void*>(int_low64(plain));
  return true;
}

Ref size_of(Args& a) {
  if (TypeInfo* i = info_of_type(a[0])) return make_int(i->size);
  if (is_cdata(a[0])) return make_int(data_of(a[0])->size);
  return raise(types::TypeError, "this type has no size");
}
Ref alignment(Args& a) {
  TypeInfo* i = info_of_type(a[0]);
  if (!i && is_cdata(a[0])) i = info_of(a[0]);
  return i ? make_int(i->align) : static_cast<Ref>(raise(types::TypeError, "no alignment info"));
}
Ref address_of(Args& a) {
  if (!is_cdata(a[0])) return raise(types::TypeError, "invalid type");
  if (!audit("ctypes.addressof", {a[0]})) return nullptr;
  return address_int(data_of(a[0])->ptr);
}
Ref by_ref(Args& a) {
  int64_t offset = 0;
  if (a.has(1) && !to_ssize(a[1], &offset, types::OverflowError)) return nullptr;
  if (!is_cdata(a[0])) return raise(types::TypeError, "byref() argument must be a ctypes instance, not '%T'", a[0]);
  Ref arg = make_arg('P', &ffi_type_pointer);
  if (!arg) return nullptr;
  arg.as<Arg>()->value.p = data_of(a[0])->ptr + offset;
  gc::store(arg.as<Header>(), &arg.as<Arg>()->object, Ref::dup(a[0]));
  return arg;
}
Ref resize(Args& a) {
  int64_t size;
  if (!is_cdata(a[0])) return raise(types::TypeError, "excepted ctypes instance");
  if (!to_ssize(a[1], &size, types::OverflowError)) return nullptr;
  CData* d = data_of(a[0]);
  TypeInfo* i = info_of(a[0]);
  if (size < i->size) return raise(types::ValueError, "minimum size is %lld", static_cast<long long>(i->size));
  if (!d->owned && d->ptr != d->small)
    return raise(types::ValueError, "Memory cannot be resized because this object doesn't own it");
  if (!d->owned && size <= static_cast<int64_t>(sizeof d->small)) {
    d->size = size;
    return Ref::imm(kNone);
  }
  auto* p = static_cast<char*>(calloc(1, static_cast<size_t>(size)));
  if (!p) return raise_memory();
  memcpy(p, d->ptr, static_cast<size_t>(std::min(size, d->size)));
  if (d->owned) free(d->ptr);
  d->ptr = p;
  d->owned = true;
  d->size = size;
  return Ref::imm(kNone);
}
Ref get_errno(Args&) { return audit("ctypes.get_errno", {}) ? make_int(*thread_errno()) : Ref(); }
Ref set_errno(Args& a) {
  int n;
  if (!audit("ctypes.set_errno", {a[0]}) || !to_c_int(a[0], &n)) return nullptr;
  std::swap(n, *thread_errno());
  return make_int(n);
}

Ref dl_open(Args& a) {
  int mode = a.has(1) ? 0 : RTLD_NOW;
  if (a.has(1) && !to_c_int(a[1], &mode)) return nullptr;
  mode |= RTLD_NOW;
  FsText name;
  bool named = a[0] != kNone;
  if (named && !name.parse(a[0])) return nullptr;
  if (!audit("ctypes.dlopen", {a[0]})) return nullptr;
  const char* path = named ? name.get() : nullptr;
  void* handle;
  const char* why = nullptr;
  {
    gc::BlockingScope scope;
    handle = dlopen(path, mode);
    if (!handle) why = dlerror();
  }
  if (!handle) return raise(types::OSError, "%s", why ? why : "dlopen() error");
  return address_int(handle);
}
Ref dl_close(Args& a) {
  void* handle;
  if (!address_argument(a[0], &handle)) return nullptr;
  if (dlclose(handle)) {
    const char* why = dlerror();
    return raise(types::OSError, "%s", why ? why : "dlclose() error");
  }
  return Ref::imm(kNone);
}
Ref dl_sym(Args& a) {
  void* handle;
  std::string name;
  if (!address_argument(a[0], &handle)) return nullptr;
  if (!is_str(a[1])) return raise(types::TypeError, "dlsym() argument 2 must be str, not %T", a[1]);
  if (!utf8_of(a[1], &name)) return nullptr;
  if (!audit("ctypes.dlsym/handle", {a[0], a[1]})) return nullptr;
  dlerror();
  void* p = dlsym(handle, name.c_str());
  if (p) return address_int(p);
  const char* why = dlerror();
  return raise(types::OSError, "%s", why ? why : "symbol not found");
}
template <int kFlags>
Ref call_address(Args& a) {
  void* f;
  if (!address_argument(a[0], &f)) return nullptr;
  if (!is_tuple(a[1])) return raise(types::TypeError, "arguments must be a tuple");
  if (!audit("ctypes.call_function", {a[0], a[1]})) return nullptr;
  return call_c(f, a[1], kFlags, Value(), Value(), Value());
}

Ref pointer_to(Args& a) {
  if (!is_cdata(a[0])) return raise(types::TypeError, "_type_ must have storage info");
  Ref cls = pointer_class(Value(type_of(a[0])));
  return cls ? call(cls, a[0]) : Ref();
}
Ref pointer_type_of(Args& a) { return pointer_class(a[0]); }
Ref unpickle(Args& a) {
  if (!is_type(a[0])) return raise(types::TypeError, "_unpickle() argument 1 must be type, not %T", a[0]);
  if (!is_tuple(a[1])) return raise(types::TypeError, "_unpickle() argument 2 must be tuple, not %T", a[1]);
  Ref o = call_method(a[0], TAIPAN_NAME(__new__), a[0]);
  Ref set = o ? get_attr(o, TAIPAN_NAME(__setstate__)) : Ref();
  Ref done = set ? call_tuple(set, a[1], Value()) : Ref();
  if (done) return o;
  if (!o || !error_matches(types::TypeError) || tuple_size(a[1]) != 2) return nullptr;
  clear_error();
  done = call(set, a[1]);
  return done ? std::move(o) : Ref();
}
Ref buffer_info(Args& a) {
  TypeInfo* i = info_of_type(a[0]);
  if (!i && is_cdata(a[0])) i = info_of(a[0]);
  if (!i) return raise(types::TypeError, "not a ctypes type or object");
  Ref shape = make_tuple(static_cast<size_t>(i->ndim));
  for (int k = 0; shape && k < i->ndim; k++) tuple_init(shape, static_cast<size_t>(k), make_int(i->shape[k]));
  Ref format = make_str(i->format ? i->format : "B"), ndim = make_int(i->ndim);
  return shape && format ? make_tuple_of({format, ndim, shape}) : Ref();
}
Ref object_from(Args& a) {
  void* p;
  if (!address_argument(a[0], &p) || !audit("ctypes.PyObj_FromPtr", {a[0]})) return nullptr;
  return Ref::dup(Value(reinterpret_cast<uint64_t>(p)));
}
Ref incref_object(Args& a) {
  Value more = Ref::dup(a[0]).release();
  return Ref::dup(more);
}
Ref decref_object(Args& a) {
  Ref keep = Ref::dup(a[0]), less = Ref::steal(a[0]);
  return keep;
}

// ---- what ctypes calls through their addresses; objects travel as the words that stand for them

uint64_t string_at(const char* p, int n) {
  if (!audit("ctypes.string_at", {address_int(p).get(), Value::from_int(n)})) return 0;
  return make_bytes(p, n < 0 ? strlen(p) : static_cast<size_t>(n)).release().bits;
}
uint64_t wstring_at(const wchar_t* p, int n) {
  if (!audit("ctypes.wstring_at", {address_int(p).get(), Value::from_int(n)})) return 0;
  size_t length = n < 0 ? wcslen(p) : static_cast<size_t>(n);
  return make_str_ucs4(reinterpret_cast<const uint32_t*>(p), length).release().bits;
}
bool can_cast_to(Value cls) {
  TypeInfo* i = info_of_type(cls);
  if (i && (i->kind == kPointer || i->kind == kFunction || (i->kind == kSimple && strchr("sPzUZXO", i->code))))
    return true;
  return raise(types::TypeError, "cast() argument 2 must be a pointer, not %s",
               is_type(cls) ? cls.as<TypeObject>()->cname : type_of(cls)->cname);
}
uint64_t cast(void* p, uint64_t source_word, uint64_t type_word) {
  Value source(source_word), cls(type_word);
  if (!can_cast_to(cls)) return 0;
  Ref result = call(cls);
  if (!result) return 0;
  CData* d = data_of(result);
  // The result shares the source's table of kept objects, and keeps the source itself.
  if (is_cdata(source)) {
    CData* from = data_of(source);
    Ref kept = kept_objects(from);
    if (!kept) return 0;
    if (is_dict_exact(kept)) {
      Ref key = make_int(static_cast<int64_t>(reinterpret_cast<uintptr_t>(from)));
      if (!dict_set(kept, key, source)) return 0;
    }
    gc::store(&d->h, &d->objects, std::move(kept));
  }
  memcpy(d->ptr, &p, sizeof p);
  return result.release().bits;
}

const NativeDef kModuleFunctions[] = {
    {"get_errno", "(...)", get_errno, kNativeNoSignature, "The copy of errno that foreign functions use."},
    {"set_errno", "(value, /)", set_errno, kNativeNoSignature, "Sets that copy; returns the former value."},
    {"POINTER", "(type, /)", pointer_type_of, kNativeNoSignature, "The type of pointers to a type."},
    {"pointer", "(object, /)", pointer_to, kNativeNoSignature, "A pointer to an object."},
    {"_unpickle", "(type, state, /)", unpickle, kNativeNoSignature, nullptr},
    {"buffer_info", "(object, /)", buffer_info, kNativeNoSignature,
     "The format, number of dimensions and shape of the buffer."},
    {"resize", "(object, size, /)", resize, kNativeNoSignature, "Resizes the memory buffer of a ctypes instance"},
    {"dlopen", "(name, flag=0, /)", dl_open, kNativeNoSignature,
     "dlopen(name, flag={RTLD_GLOBAL|RTLD_LOCAL}) open a shared library"},
    {"dlclose", "(handle, /)", dl_close, kNativeNoSignature, "dlclose a library"},
    {"dlsym", "(handle, name, /)", dl_sym, kNativeNoSignature, "find symbol in shared library"},
    {"alignment", "(type, /)", alignment, kNativeNoSignature, "The alignment of a type or an instance."},
    {"sizeof", "(type, /)", size_of, kNativeNoSignature, "The size in bytes of a type or an instance."},
    {"byref", "(object, offset=0, /)", by_ref, kNativeNoSignature,
     "A pointer to an instance, only for a call's argument."},
    {"addressof", "(object, /)", address_of, kNativeNoSignature, "Where the instance's memory is."},
    {"call_function", "(address, arguments, /)", call_address<0>, kNativeNoSignature, nullptr},
    {"call_cdeclfunction", "(address, arguments, /)", call_address<kCdecl>, kNativeNoSignature, nullptr},
    {"PyObj_FromPtr", "(address, /)", object_from, kNativeNoSignature, nullptr},
    {"Py_INCREF", "(object, /)", incref_object, kNativeNoSignature, nullptr},
    {"Py_DECREF", "(object, /)", decref_object, kNativeNoSignature, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr}};

bool ctypes_exec(Value module) {
  if (!argument_error) {
    Ref error = make_exception_class("ctypes.ArgumentError", types::Exception);
    if (!error) return false;
    gc::make_immortal(error.get().header());
    argument_error = error.release().as<TypeObject>();
  }
  if (!make_meta_types() || !make_data_types() || !make_struct_types() || !make_function_types()) return false;
  for (TypeObject* t :
       {struct_type, union_type, pointer_type, array_type, simple_type, function_type, argument_error}) {
    if (!module_add_type(module, t)) return false;
  }
  static const IntConstant kConstants[] = {{"FUNCFLAG_CDECL", kCdecl},
                                           {"FUNCFLAG_USE_ERRNO", kUseErrno},
                                           {"FUNCFLAG_USE_LASTERROR", kUseLastError},
                                           {"FUNCFLAG_PYTHONAPI", kPythonApi},
                                           {"RTLD_LOCAL", RTLD_LOCAL},
                                           {"RTLD_GLOBAL", RTLD_GLOBAL},
                                           {"CTYPES_MAX_ARGCOUNT", 1024},
                                           {nullptr, 0}};
  return module_add(module, "_pointer_type_cache", Ref::dup(pointer_cache)) &&
         module_add(module, "_memmove_addr", address_int(reinterpret_cast<void*>(memmove))) &&
         module_add(module, "_memset_addr", address_int(reinterpret_cast<void*>(memset))) &&
         module_add(module, "_string_at_addr", address_int(reinterpret_cast<void*>(string_at))) &&
         module_add(module, "_wstring_at_addr", address_int(reinterpret_cast<void*>(wstring_at))) &&
         module_add(module, "_cast_addr", address_int(reinterpret_cast<void*>(cast))) &&
         module_add_str(module, "__version__", "1.1.0") && module_add_constants(module, kConstants);
}
const ModuleDef kModule = {"_ctypes", "Create and manipulate C compatible data types in Python.", kModuleFunctions,
                           ctypes_exec};

}  // namespace
}  // namespace taipan::ctypes

TAIPAN_SHARED_MODULE(taipan::ctypes::kModule)
