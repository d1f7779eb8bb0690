// _ctypes: the metaclasses, and what they make of a class statement.
#include <algorithm>
#include "gc/collector.h"
#include "interp/modules/audit.h"
#include "interp/objects/containers.h"
#include "interp/objects/descr.h"
#include "interp/objects/float.h"
#include "interp/objects/weakref.h"
#include "interp/shared/_ctypes/ctypes_objects.h"

namespace taipan::ctypes {

TypeObject* metas[kKindCount];
TypeObject *info_type, *arg_type, *argument_error;
Value pointer_cache;

namespace {

Value array_cache;  // dict: (item type, length) -> weak reference

void info_trace(Header* h, gc::Visitor& v) {
  auto* i = reinterpret_cast<TypeInfo*>(h);
  for (Value x : {i->proto, i->argtypes, i->converters, i->restype, i->checker}) v.visit(x);
}
void info_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* i = reinterpret_cast<TypeInfo*>(h);
  free(i->elements);
  free(i->format);
  free(i->shape);
  for (Value* slot : {&i->proto, &i->argtypes, &i->converters, &i->restype, &i->checker}) Ref old = gc::take(h, slot);
  finish_dealloc(h);
}
const TypeSpec kInfoSpec = {.doc = nullptr,
                            .flags = kTypeNoInstantiate | kTypeGc | kTypeImmutable,
                            .basic_size = sizeof(TypeInfo),
                            .ops = {.trace = info_trace, .dealloc = info_dealloc}};

Ref own_attr(TypeObject* cls, const char* name) {  // null without an exception: it has none
  Ref v = get_attr_opt(Value(cls), intern_static(name));
  return v && v.get() == kMissing ? Ref() : std::move(v);
}

// ---- simple types

bool simple_created(TypeObject* cls, Value meta_args, bool swap);
Ref swapped_class(TypeObject* meta, Value args, TypeObject* original) {
  Ref bases = make_tuple_of({Value(original->base)}), dict = dict_copy(tuple_at(args, 2));
  if (!bases || !dict) return nullptr;
  Ref name = format_str("%S_be", tuple_at(args, 0));
  if (!name) return nullptr;
  Value v[3] = {name, bases, dict};
  Ref cls = types::Type->s.new_(meta, RawArgs{v, 3, Value()});
  return cls && simple_created(cls.as<TypeObject>(), args, true) ? std::move(cls) : Ref();
}
bool simple_created(TypeObject* cls, Value args, bool swap) {
  Ref proto = own_attr(cls, "_type_");
  if (!proto) {
    if (error_occurred()) return false;
    return raise(types::AttributeError, "class must define a '_type_' attribute");
  }
  if (!is_str(proto)) return raise(types::TypeError, "class must define a '_type_' string attribute");
  if (proto.as<Str>()->length != 1)
    return raise(types::ValueError, "class must define a '_type_' attribute which must be a string of length 1");
  const Code* code = find_code(proto.as<Str>()->at(0));
  if (!code)
    return raise(types::AttributeError,
                 "class must define a '_type_' attribute which must be\n"
                 "a single character string containing one of '%s'.",
                 "cbBhHiIlLdfuzZqQPXOv?g");
  TypeInfo* i = make_info(Value(cls), kSimple);
  if (!i) return false;
  i->code = code->code;
  i->ffi = *code->ffi;
  i->size = static_cast<int64_t>(code->ffi->size);
  i->align = code->ffi->alignment;
  i->set = swap ? code->set_swapped : code->set;
  i->get = swap ? code->get_swapped : code->get;
  i->swapped = swap;
  i->has_pointer = strchr("zZPO", code->code) != nullptr;
  i->format = copy_text(code->format);
  if (swap) i->format[0] = '>';
  gc::store(&i->h, &i->proto, std::move(proto));
  if (swap || !code->set_swapped || cls->base != simple_type) return true;
  Ref other = swapped_class(type_of(Value(cls)), args, cls);
  if (!other) return false;
  Str *little = intern_static("__ctype_le__"), *big = intern_static("__ctype_be__");
  return type_set_attr(cls, little, Value(cls)) && type_set_attr(cls, big, other) &&
         type_set_attr(other.as<TypeObject>(), little, Value(cls)) && type_set_attr(other.as<TypeObject>(), big, other);
}

// ---- pointers and arrays

bool point_to(TypeInfo* i, Value target) {
  TypeInfo* t = info_of_type(target);
  if (!t) return raise(types::TypeError, "_type_ must have storage info");
  gc::store(&i->h, &i->proto, Ref::dup(target));
  std::string format = "&";
  if (t->shape) {
    format += "(";
    for (int k = 0; k < t->ndim; k++) format += (k ? "," : "") + std::to_string(t->shape[k]);
    format += ")";
  }
  format += t->format ? t->format : "B";
  free(i->format);
  i->format = copy_text(format);
  return true;
}
bool pointer_created(TypeObject* cls) {
  TypeInfo* i = make_info(Value(cls), kPointer);
  if (!i) return false;
  i->ffi = ffi_type_pointer;
  i->size = sizeof(void*);
  i->align = alignof(void*);
  i->length = 1;
  i->has_pointer = true;
  Value own = dict_get_cstr(cls->dict, "_type_");
  if (!own) return true;
  Ref target = Ref::dup(own);
  if (!is_type(target)) return raise(types::TypeError, "_type_ must be a type");
  return point_to(i, target);
}
Ref pointer_set_type(Args& a) {
  TypeInfo* i = info_of_type(a.self);
  if (!i) return raise(types::TypeError, "abstract class");
  if (!is_type(a[0])) return raise(types::TypeError, "_type_ must be a type");
  if (!point_to(i, a[0]) || !type_set_attr(a.self.as<TypeObject>(), TAIPAN_NAME(_type_), a[0])) return nullptr;
  return Ref::imm(kNone);
}

Ref get_chars(Value self) {
  CData* d = data_of(self);
  return make_bytes(d->ptr, strnlen(d->ptr, static_cast<size_t>(d->size)));
}
bool set_chars(Value self, Value v) {
  CData* d = data_of(self);
  if (!v) return raise(types::TypeError, "can't delete attribute");
  if (!is_bytes(v)) return raise(types::TypeError, "bytes expected instead of %T instance", v);
  auto n = static_cast<int64_t>(v.as<Bytes>()->size);
  if (n > d->size) return raise(types::ValueError, "byte string too long");
  memcpy(d->ptr, v.as<Bytes>()->data(), static_cast<size_t>(n));
  if (n < d->size) d->ptr[n] = 0;
  return true;
}
Ref get_raw(Value self) { return make_bytes(data_of(self)->ptr, static_cast<size_t>(data_of(self)->size)); }
bool set_raw(Value self, Value v) {
  CData* d = data_of(self);
  if (!v) return raise(types::AttributeError, "cannot delete attribute");
  BufferView view(v);
  if (!view.ok()) return false;
  if (static_cast<int64_t>(view.size()) > d->size) return raise(types::ValueError, "byte string too long");
  memcpy(d->ptr, view.data(), view.size());
  return true;
}
Ref get_wide(Value self) {
  CData* d = data_of(self);
  auto* s = reinterpret_cast<const wchar_t*>(d->ptr);
  size_t n = wcsnlen(s, static_cast<size_t>(d->size) / sizeof(wchar_t));
  return make_str_ucs4(reinterpret_cast<const uint32_t*>(s), n);
}
bool set_wide(Value self, Value v) {
  CData* d = data_of(self);
  if (!v) return raise(types::TypeError, "can't delete attribute");
  if (!is_str(v)) return raise(types::TypeError, "unicode string expected instead of %T instance", v);
  auto room = d->size / static_cast<int64_t>(sizeof(wchar_t));
  auto n = static_cast<int64_t>(v.as<Str>()->length);
  if (n > room) return raise(types::ValueError, "string too long");
  auto* out = reinterpret_cast<wchar_t*>(d->ptr);
  for (int64_t k = 0; k < n; k++) out[k] = static_cast<wchar_t>(v.as<Str>()->at(static_cast<size_t>(k)));
  if (n < room) out[n] = 0;
  return true;
}
const GetSetDef kCharArray[] = {{"value", get_chars, set_chars, "string value"}, {"raw", get_raw, set_raw, "value"}};
const GetSetDef kWideArray[] = {{"value", get_wide, set_wide, "string value"}};
bool add_getset(TypeObject* cls, const GetSetDef* defs, size_t n) {
  for (size_t k = 0; k < n; k++) {
    Ref d = make_getset_descriptor(cls, &defs[k]);
    if (!d || !type_set_attr(cls, intern_static(defs[k].name), d)) return false;
  }
  return true;
}
bool array_created(TypeObject* cls) {
  Ref length = own_attr(cls, "_length_");
  if (!length)
    return error_occurred()
               ? false
               : static_cast<bool>(raise(types::AttributeError, "class must define a '_length_' attribute"));
  if (!is_int(length)) return raise(types::TypeError, "The '_length_' attribute must be an integer");
  Ref plain = int_exact(length);
  int64_t n;
  if (!plain) return false;
  if (int_sign(plain) < 0) return raise(types::ValueError, "The '_length_' attribute must not be negative");
  if (!int_fits64(plain, &n)) return raise(types::OverflowError, "The '_length_' attribute is too large");
  Ref item = own_attr(cls, "_type_");
  if (!item)
    return error_occurred() ? false
                            : static_cast<bool>(raise(types::AttributeError, "class must define a '_type_' attribute"));
  TypeInfo* t = info_of_type(item);
  if (!t) return raise(types::TypeError, "_type_ must have storage info");
  if (t->size && n > INT64_MAX / t->size) return raise(types::OverflowError, "array too large");
  TypeInfo* i = make_info(Value(cls), kArray);
  if (!i) return false;
  i->size = t->size * n;
  i->align = t->align;
  i->length = n;
  i->ffi = ffi_type_pointer;
  i->has_pointer = t->has_pointer;
  i->ndim = t->ndim + 1;
  i->format = t->format ? copy_text(t->format) : nullptr;
  i->shape = static_cast<int64_t*>(malloc(static_cast<size_t>(i->ndim) * sizeof(int64_t)));
  if (!i->shape) return raise_memory();
  i->shape[0] = n;
  for (int k = 0; k < t->ndim; k++) i->shape[k + 1] = t->shape[k];
  gc::store(&i->h, &i->proto, item.copy());
  if (t->kind == kSimple && t->code == 'c' && !is_simple_subclass(item)) return add_getset(cls, kCharArray, 2);
  if (t->kind == kSimple && t->code == 'u' && !is_simple_subclass(item)) return add_getset(cls, kWideArray, 1);
  return true;
}

// ---- metaclasses

template <Kind kKind>
Ref meta_new(TypeObject* meta, RawArgs raw) {
  Ref cls = types::Type->s.new_(meta, raw);
  if (!cls) return nullptr;
  auto* t = cls.as<TypeObject>();
  if (t->native_data) return cls;  // made by a more derived metaclass
  bool ok;
  if constexpr (kKind == kSimple) {
    Ref args = make_tuple(raw.v, raw.n);
    ok = args && simple_created(t, args, false);
  } else if constexpr (kKind == kPointer) {
    ok = pointer_created(t);
  } else if constexpr (kKind == kArray) {
    ok = array_created(t);
  } else if constexpr (kKind == kFunction) {
    ok = function_class_created(t);
  } else {
    ok = struct_class_created(t, kKind);
  }
  return ok ? std::move(cls) : Ref();
}
template <Kind kKind>
bool struct_set_attr(Value cls, Str* name, Value v) {
  if (!types::Type->s.set_attr(cls, name, v)) return false;
  if (!v || !str_eq_ascii(Value(name), "_fields_")) return true;
  return set_fields(cls, v, kKind == kStruct);
}
Ref repeat(Value cls, Value n) {
  int64_t length;
  if (!to_ssize(n, &length, types::OverflowError)) return nullptr;
  if (length < 0)
    return raise(types::ValueError, "Array length must be >= 0, not %lld", static_cast<long long>(length));
  return make_array_class(cls, length);
}

// ---- class methods of all C types

bool concrete(Value cls) { return info_of_type(cls) || static_cast<bool>(raise(types::TypeError, "abstract class")); }
Ref from_address(Args& a) {
  if (!is_int(a[0])) return raise(types::TypeError, "integer expected");
  if (!concrete(a.self) || !audit("ctypes.cdata", {a[0]})) return nullptr;
  Ref plain = int_exact(a[0]);
  return plain ? data_at(a.self, reinterpret_cast<void*>(int_low64(plain))) : Ref();
}
bool slice_of_buffer(Value cls, Value size, Value offset, int64_t* at) {
  *at = 0;
  if (offset && !to_ssize(offset, at, types::OverflowError)) return false;
  if (*at < 0) return raise(types::ValueError, "offset cannot be negative");
  int64_t have = size.as_int(), want = info_of_type(cls)->size;
  if (want > have - *at)
    return raise(types::ValueError, "Buffer size too small (%lld instead of at least %lld bytes)",
                 static_cast<long long>(have), static_cast<long long>(want + *at));
  return true;
}
Ref from_buffer(Args& a) {
  if (!concrete(a.self)) return nullptr;
  Ref view = make_memoryview(a[0]);
  if (!view) return nullptr;
  Buffer b;
  if (!get_buffer(view, &b, kBufWritable)) {
    clear_error();
    Buffer simple;
    if (!get_buffer(view, &simple, kBufSimple)) {
      clear_error();
      return raise(types::TypeError, "underlying buffer is not C contiguous");
    }
    release_buffer(&simple);
    return raise(types::TypeError, "underlying buffer is not writable");
  }
  char* p = static_cast<char*>(b.data);
  Value size = Value::from_int(b.len);
  release_buffer(&b);  // the view keeps it exported
  int64_t at;
  if (!slice_of_buffer(a.self, size, a[1], &at)) return nullptr;
  Ref at_ref = make_int(at);
  if (!audit("ctypes.cdata/buffer",
             {make_int(static_cast<int64_t>(reinterpret_cast<uintptr_t>(p))).get(), size, at_ref}))
    return nullptr;
  Ref result = data_at(a.self, p + at);
  return result && keep_ref(data_of(result), -1, view) ? std::move(result) : Ref();
}
Ref from_buffer_copy(Args& a) {
  if (!concrete(a.self)) return nullptr;
  BufferView view(a[0]);
  if (!view.ok()) return nullptr;
  int64_t at;
  Value size = Value::from_int(static_cast<int64_t>(view.size()));
  if (!slice_of_buffer(a.self, size, a[1], &at)) return nullptr;
  Ref result = new_data(a.self.as<TypeObject>());
  if (!result) return nullptr;
  memcpy(data_of(result)->ptr, view.data() + at, static_cast<size_t>(info_of_type(a.self)->size));
  return result;
}
Ref from_param(Args& a) { return type_from_param(a.self, a[0]); }

const NativeDef kClassMethods[] = {
    {"from_param", "(value, /)", from_param, kNativeNoSignature,
     "Converts a Python object into a function call parameter."},
    {"from_address", "(address, /)", from_address, kNativeNoSignature,
     "C.from_address(integer) -> C instance\naccess a C instance at the specified address"},
    {"from_buffer", "(object, offset=0, /)", from_buffer, kNativeNoSignature,
     "C.from_buffer(object, offset=0, /) -> C instance\ncreate a C instance from a writeable buffer"},
    {"from_buffer_copy", "(object, offset=0, /)", from_buffer_copy, kNativeNoSignature,
     "C.from_buffer_copy(object, offset=0, /) -> C instance\ncreate a C instance from a readable buffer"},
    {"in_dll", "(library, name, /)",
     [](Args& a) -> Ref {
       if (!concrete(a.self)) return nullptr;
       Ref f = import_attr("_ctypes", "dlsym"), handle = get_attr(a[0], TAIPAN_NAME(_handle));
       if (!f || !handle) return nullptr;
       if (!is_int(handle))
         return raise(types::TypeError, "the _handle attribute of the second argument must be an integer");
       if (!is_str(a[1])) return raise(types::TypeError, "in_dll() argument 2 must be str, not %T", a[1]);
       Ref address = call(f, handle, a[1]);
       if (!address) {
         if (!error_matches(types::OSError)) return nullptr;
         Ref error = fetch_error(), text = str_of(error);
         return text ? static_cast<Ref>(raise(types::ValueError, "%S", text.get())) : Ref();
       }
       return data_at(a.self, reinterpret_cast<void*>(int_low64(address)));
     },
     kNativeNoSignature, "C.in_dll(dll, name) -> C instance\naccess a C instance in a dll"},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const NativeDef kPointerMethods[] = {
    {"set_type", "(type, /)", pointer_set_type, kNativeNoSignature, "Says what an incomplete pointer type points to."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

template <Kind kKind>
TypeSpec meta_spec(const char* doc) {
  TypeSpec s;
  s.doc = doc;
  s.flags = kTypeGc | kTypeBaseable | kTypeWeakrefable | kTypeImmutable;
  s.basic_size = sizeof(TypeObject);
  s.methods = kClassMethods;
  s.s.new_ = meta_new<kKind>;
  s.s.repeat = repeat;
  if (kKind == kStruct || kKind == kUnion) s.s.set_attr = struct_set_attr<kKind>;
  return s;
}

// ---- arguments

Ref arg_repr(Value v) {
  auto* a = v.as<Arg>();
  switch (a->tag) {
    case 'b':
    case 'B': return format_str("<cparam '%c' (%d)>", a->tag, a->value.b);
    case 'h':
    case 'H': return format_str("<cparam '%c' (%d)>", a->tag, a->value.h);
    case 'i':
    case 'I': return format_str("<cparam '%c' (%d)>", a->tag, a->value.i);
    case 'l':
    case 'L': return format_str("<cparam '%c' (%ld)>", a->tag, a->value.l);
    case 'q':
    case 'Q': return format_str("<cparam '%c' (%lld)>", a->tag, a->value.q);
    case 'd':
    case 'f': {
      Ref number = make_float(a->tag == 'f' ? static_cast<double>(a->value.f) : a->value.d);
      return number ? format_str("<cparam '%c' (%R)>", a->tag, number.get()) : Ref();
    }
    case 'c': {
      auto c = static_cast<unsigned char>(a->value.c);
      if (c >= 0x20 && c < 0x7f && c != '\'' && c != '\\') return format_str("<cparam '%c' ('%c')>", a->tag, c);
      return format_str(c == '\'' || c == '\\' ? "<cparam '%c' ('\\%c')>" : "<cparam '%c' ('\\x%02x')>", a->tag, c);
    }
    case 'z':
    case 'Z':
    case 'P': return format_str("<cparam '%c' (%p)>", a->tag, a->value.p);
    default: return format_str("<cparam '%c' at %p>", a->tag, static_cast<void*>(a));
  }
}
void arg_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<Arg*>(h)->object); }
void arg_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* a = reinterpret_cast<Arg*>(h);
  free(a->copy);
  Ref old = gc::take(h, &a->object);
  old.reset();
  finish_dealloc(h);
}
const MemberDef kArgMembers[] = {{"_obj", kMemberValueNone, offsetof(Arg, object), true, "the wrapped object"},
                                 {nullptr, kMemberValue, 0, true, nullptr}};
const TypeSpec kArgSpec = {.doc = nullptr,
                           .flags = kTypeNoInstantiate | kTypeGc | kTypeImmutable,
                           .basic_size = sizeof(Arg),
                           .ops = {.trace = arg_trace, .dealloc = arg_dealloc},
                           .members = kArgMembers,
                           .s = {.repr = arg_repr}};

}  // namespace

static bool is_meta(TypeObject* t) {
  if (t == types::Type) return false;
  if (std::find(std::begin(metas), std::end(metas), t) != std::end(metas)) return true;
  return std::any_of(std::begin(metas), std::end(metas), [&](TypeObject* m) { return is_subtype(t, m); });
}

char* copy_text(std::string_view s) {
  auto* p = static_cast<char*>(malloc(s.size() + 1));
  if (!p) abort();
  memcpy(p, s.data(), s.size());
  p[s.size()] = 0;
  return p;
}

TypeInfo* info_of_type(Value cls) {
  if (!is_type(cls) || !is_meta(type_of(cls))) return nullptr;
  return static_cast<TypeInfo*>(cls.as<TypeObject>()->native_data);
}
TypeInfo* make_info(Value cls, Kind kind) {
  auto* i = alloc_instance_as<TypeInfo>(info_type);
  if (!i) return nullptr;
  Ref self = Ref::steal(i);
  i->kind = kind;
  // The class's dict keeps it, under a name that no program uses.
  if (!type_set_attr(cls.as<TypeObject>(), intern_static(" C type"), self)) return nullptr;
  cls.as<TypeObject>()->native_data = i;
  return i;
}
bool is_simple_subclass(Value cls) { return is_kind(cls, kSimple) && cls.as<TypeObject>()->base != simple_type; }

Ref make_arg(char tag, ffi_type* ffi) {
  auto* a = alloc_instance_as<Arg>(arg_type);
  if (!a) return nullptr;
  a->tag = tag;
  a->ffi = ffi;
  return Ref::steal(a);
}

Ref make_array_class(Value item, int64_t length) {
  Ref n = make_int(length), key = make_tuple_of({item, n});
  if (!key) return nullptr;
  Ref known = dict_get_ref(array_cache, key);
  if (!known) return nullptr;
  if (known.get() != kMissing) {
    if (Ref cls = weakref_get(known)) return cls;
  }
  if (!info_of_type(item)) return raise(types::TypeError, "Expected a type object");
  Ref name = format_str("%s_Array_%ld", item.as<TypeObject>()->cname, static_cast<long>(length));
  Ref bases = make_tuple_of({Value(array_type)}), dict = make_dict();
  if (!name || !bases || !dict || !dict_set_cstr(dict, "_length_", n) || !dict_set_cstr(dict, "_type_", item))
    return nullptr;
  Ref cls = call(Value(metas[kArray]), name, bases, dict);
  Ref weak = cls ? make_weakref(cls) : Ref();
  return weak && dict_set(array_cache, key, weak) ? std::move(cls) : Ref();
}
Ref pointer_class(Value cls) {
  Ref known = dict_get_ref(pointer_cache, cls);
  if (!known || known.get() != kMissing) return known;
  Ref bases = make_tuple_of({Value(pointer_type)}), dict = make_dict(), name, key;
  if (!bases || !dict) return nullptr;
  if (is_str(cls)) {
    name = format_str("LP_%S", cls);
  } else if (is_type(cls)) {
    name = format_str("LP_%s", cls.as<TypeObject>()->cname);
    if (!dict_set_cstr(dict, "_type_", cls)) return nullptr;
  } else {
    return raise(types::TypeError, "must have a ctypes type");
  }
  Ref made = name ? call(Value(metas[kPointer]), name, bases, dict) : Ref();
  if (!made) return nullptr;
  key = is_str(cls) ? make_int(static_cast<int64_t>(reinterpret_cast<uintptr_t>(made.get().header()))) : Ref::dup(cls);
  return dict_set(pointer_cache, key, made) ? std::move(made) : Ref();
}

bool make_meta_types() {
  if (info_type) return true;
  static TypeSpec specs[kKindCount] = {meta_spec<kSimple>("metatype for the PyCSimpleType Objects"),
                                       meta_spec<kPointer>("metatype for the Pointer Objects"),
                                       meta_spec<kArray>("metatype for the Array Objects"),
                                       meta_spec<kStruct>("metatype for the CData Objects"),
                                       meta_spec<kUnion>("metatype for the CData Objects"),
                                       meta_spec<kFunction>("metatype for C function pointers")};
  static NativeDef pointer_methods[8];
  size_t n = 0;
  for (const NativeDef* d = kClassMethods; d->name; d++) pointer_methods[n++] = *d;
  pointer_methods[n] = kPointerMethods[0];
  specs[kPointer].methods = pointer_methods;
  static constexpr const char* kNames[kKindCount] = {"_ctypes.PyCSimpleType", "_ctypes.PyCPointerType",
                                                     "_ctypes.PyCArrayType",  "_ctypes.PyCStructType",
                                                     "_ctypes.UnionType",     "_ctypes.PyCFuncPtrType"};
  for (int k = 0; k < kKindCount; k++) {
    metas[k] = make_native_type(kNames[k], types::Type, &specs[k]);
    if (!metas[k]) return false;
  }
  Ref arrays = make_dict(), pointers = make_dict();
  if (!arrays || !pointers) return false;
  array_cache = arrays.release();
  pointer_cache = pointers.release();
  gc::add_shared_root(&array_cache);
  gc::add_shared_root(&pointer_cache);
  arg_type = make_native_type("CArgObject", types::Object, &kArgSpec);
  info_type = make_native_type("_ctypes._TypeInfo", types::Object, &kInfoSpec);
  return arg_type && info_type;
}

}  // namespace taipan::ctypes
