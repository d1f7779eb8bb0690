// _ctypes: instances: memory, what they keep alive, simple values, arrays and pointers.
#include <algorithm>
#include "interp/objects/containers.h"
#include "interp/objects/slice.h"
#include "interp/shared/_ctypes/ctypes_objects.h"

namespace taipan::ctypes {

TypeObject *cdata_type, *simple_type, *pointer_type, *array_type;

namespace {

bool writable_info(TypeObject* cls, TypeInfo** out) {
  *out = info_of_type(Value(cls));
  return *out || static_cast<bool>(raise(types::TypeError, "abstract class"));
}
CData* allocate(TypeObject* cls, TypeInfo* i) {
  auto* d = alloc_instance_as<CData>(cls);
  if (!d) return nullptr;
  gc::poke(i->final, true);
  d->size = i->size;
  d->length = i->length;
  return d;
}
bool own_memory(CData* d) {
  if (d->size <= static_cast<int64_t>(sizeof d->small)) {
    d->ptr = d->small;
    return true;
  }
  d->ptr = static_cast<char*>(calloc(1, static_cast<size_t>(d->size)));
  if (!d->ptr) return raise_memory();
  d->owned = true;
  return true;
}

void data_trace(Header* h, gc::Visitor& v) {
  auto* d = reinterpret_cast<CData*>(h);
  v.visit(d->base);
  v.visit(d->objects);
}
void data_clear(Header* h) {
  auto* d = reinterpret_cast<CData*>(h);
  Ref objects = gc::take(h, &d->objects);
}
void data_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* d = reinterpret_cast<CData*>(h);
  Ref objects = gc::take(h, &d->objects), base = gc::take(h, &d->base);
  if (d->owned) free(d->ptr);
  d->ptr = nullptr;
  d->owned = false;
  objects.reset();
  base.reset();
  finish_dealloc(h);
}
bool data_hash(Value, int64_t*) { return raise(types::TypeError, "unhashable type"); }

// ---- the buffer protocol

bool data_buffer(Value self, Buffer* b, int flags) {
  CData* d = data_of(self);
  TypeInfo *i = info_of(self), *item = i;
  while (item->kind == kArray) item = info_of_type(item->proto);
  if (!fill_buffer_info(b, self, d->ptr, d->size, false, flags)) return false;
  b->format = i->format ? i->format : "B";
  b->itemsize = i->kind == kArray ? item->size : d->size;
  b->ndim = i->ndim;
  b->shape = i->ndim ? i->shape : nullptr;
  b->strides = nullptr;
  if (i->ndim == 1) {
    b->small[1] = b->itemsize;
    b->strides = &b->small[1];
  } else if (i->ndim > 1) {
    auto* strides = static_cast<int64_t*>(malloc(static_cast<size_t>(i->ndim) * sizeof(int64_t)));
    if (!strides) return raise_memory();
    int64_t step = b->itemsize;
    for (int k = i->ndim; k-- > 0;) {
      strides[k] = step;
      step *= i->shape[k];
    }
    b->strides = strides;
    b->internal = strides;
  }
  return true;
}
void data_release_buffer(Value, Buffer* b) {
  free(b->internal);
  b->internal = nullptr;
}

// ---- pickling

Ref data_reduce(Args& a) {
  TypeInfo* i = info_of(a.self);
  if (i->has_pointer || i->kind == kPointer)
    return raise(types::ValueError, "ctypes objects containing pointers cannot be pickled");
  Ref unpickle = import_attr("_ctypes", "_unpickle"), dict = unpickle ? get_attr(a.self, TAIPAN_NAME(__dict__)) : Ref();
  Ref bytes = dict ? make_bytes(data_of(a.self)->ptr, static_cast<size_t>(data_of(a.self)->size)) : Ref();
  Ref state = bytes ? make_tuple_of({dict, bytes}) : Ref();
  Ref inner = state ? make_tuple_of({Value(type_of(a.self)), state}) : Ref();
  return inner ? make_tuple_of({unpickle, inner}) : Ref();
}
Ref data_setstate(Args& a) {
  if (!is_tuple(a[0]) || tuple_size(a[0]) != 2 || !is_dict(tuple_at(a[0], 0)) || !is_bytes(tuple_at(a[0], 1)))
    return raise(types::TypeError, "__setstate__() needs a dict and bytes");
  CData* d = data_of(a.self);
  std::string_view s = tuple_at(a[0], 1).as<Bytes>()->view();
  memcpy(d->ptr, s.data(), std::min(s.size(), static_cast<size_t>(d->size)));
  Ref dict = get_attr(a.self, TAIPAN_NAME(__dict__));
  return dict && dict_update(dict, tuple_at(a[0], 0)) ? Ref::imm(kNone) : Ref();
}
Ref data_outparam(Args& a) { return Ref::dup(a.self); }

Ref get_owned(Value self) {
  CData* d = data_of(self);
  return make_int(d->owned || d->ptr == d->small);
}
const GetSetDef kDataGetSet[] = {{"_b_needsfree_", get_owned, nullptr, "whether the object owns the memory or not"},
                                 {nullptr, nullptr, nullptr, nullptr}};
const MemberDef kDataMembers[] = {
    {"_b_base_", kMemberValueNone, offsetof(CData, base), true, "the base object"},
    {"_objects", kMemberValueNone, offsetof(CData, objects), true, "internal objects tree (NEVER CHANGE THIS OBJECT!)"},
    {nullptr, kMemberValue, 0, true, nullptr}};

Ref data_new(TypeObject* cls, RawArgs) { return new_data(cls); }

// ---- simple values

bool simple_set(Value self, Value v) {
  if (!v) return raise(types::TypeError, "can't delete attribute");
  CData* d = data_of(self);
  TypeInfo* i = info_of(self);
  Ref keep = i->set(d->ptr, v, 0);
  return keep && keep_ref(d, 0, keep);
}
Ref simple_get(Value self) { return info_of(self)->get(data_of(self)->ptr, 0); }
bool simple_init(Value self, RawArgs raw) {
  static const Signature sig("__init__", "(value=<unrepresentable>, /)");
  Value v[1];
  if (raw.kwnames && tuple_size(raw.kwnames))
    return raise(types::TypeError, "%s() takes no keyword arguments", type_of(self)->cname);
  if (!sig.bind(raw, v)) return false;
  return !v[0] || simple_set(self, v[0]);
}
Ref simple_repr(Value self) {
  TypeObject* cls = type_of(self);
  if (cls->base != simple_type) return format_str("<%s object at %p>", cls->cname, static_cast<void*>(self.header()));
  Ref v = simple_get(self);
  return v ? format_str("%s(%R)", cls->cname, v.get()) : Ref();
}
int simple_truth(Value self) {
  CData* d = data_of(self);
  return std::any_of(d->ptr, d->ptr + d->size, [](char c) { return c != 0; });
}
Ref simple_outparam(Args& a) {
  if (is_simple_subclass(Value(type_of(a.self)))) return Ref::dup(a.self);
  return simple_get(a.self);
}
const GetSetDef kSimpleGetSet[] = {{"value", simple_get, simple_set, "current value"},
                                   {nullptr, nullptr, nullptr, nullptr}};
const NativeDef kSimpleMethods[] = {
    {"__ctypes_from_outparam__", "($self, /)", simple_outparam, kNativeNoSignature, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr}};

// ---- arrays

Ref array_item(Value self, int64_t at) {
  CData* d = data_of(self);
  TypeInfo *i = info_of(self), *item = info_of_type(i->proto);
  if (at < 0 || at >= i->length) return raise(types::IndexError, "invalid index");
  return get_value(i->proto, nullptr, self, at, item->size, d->ptr + at * item->size);
}
bool array_set_item(Value self, int64_t at, Value v) {
  CData* d = data_of(self);
  TypeInfo *i = info_of(self), *item = info_of_type(i->proto);
  if (at < 0 || at >= i->length) return raise(types::IndexError, "invalid index");
  return set_value(self, i->proto, nullptr, v, at, item->size, d->ptr + at * item->size);
}
// Items start, start + step, ... as bytes, a str or a list, by what they are.
Ref items_slice(const TypeInfo* item, Value proto, int64_t start, int64_t step, int64_t n, const char* base,
                Ref (*one)(Value, int64_t), Value self) {
  if (item->kind == kSimple && item->code == 'c' && !is_simple_subclass(proto)) {
    Ref out = n > 0 ? new_bytes_raw(static_cast<size_t>(n)) : make_bytes("");
    for (int64_t k = 0; out && k < n; k++) out.as<Bytes>()->data()[k] = static_cast<uint8_t>(base[start + k * step]);
    return out;
  }
  if (item->kind == kSimple && item->code == 'u' && !is_simple_subclass(proto)) {
    StrBuilder out;
    for (int64_t k = 0; k < n; k++) {
      if (!out.append_char(static_cast<uint32_t>(reinterpret_cast<const wchar_t*>(base)[start + k * step])))
        return nullptr;
    }
    return out.finish();
  }
  Ref list = make_list(static_cast<size_t>(n > 0 ? n : 0));
  for (int64_t k = 0; list && k < n; k++) {
    Ref v = one(self, start + k * step);
    if (!v || !list_append(list, std::move(v))) return nullptr;
  }
  return list;
}
Ref array_get(Value self, Value key) {
  TypeInfo* i = info_of(self);
  if (has_index(key)) {
    int64_t at;
    if (!to_ssize(key, &at, types::IndexError)) return nullptr;
    return array_item(self, at < 0 ? at + i->length : at);
  }
  if (!is_instance_exact_type(key, types::Slice)) return raise(types::TypeError, "indices must be integers");
  int64_t start, stop, step, n;
  if (!slice_unpack(key, i->length, &start, &stop, &step, &n)) return nullptr;
  return items_slice(info_of_type(i->proto), i->proto, start, step, n, data_of(self)->ptr, array_item, self);
}
bool array_set(Value self, Value key, Value v) {
  TypeInfo* i = info_of(self);
  if (!v) return raise(types::TypeError, "Array does not support item deletion");
  if (has_index(key)) {
    int64_t at;
    if (!to_ssize(key, &at, types::IndexError)) return false;
    return array_set_item(self, at < 0 ? at + i->length : at, v);
  }
  if (!is_instance_exact_type(key, types::Slice)) return raise(types::TypeError, "indices must be integer");
  int64_t start, stop, step, n;
  if (!slice_unpack(key, i->length, &start, &stop, &step, &n)) return false;
  if (n < 0) n = 0;
  int64_t given = length_of(v);
  if (given < 0) return false;
  if (given != n) return raise(types::ValueError, "Can only assign sequence of same size");
  for (int64_t k = 0; k < n; k++) {
    Ref item = get_item(v, Value::from_int(k));
    if (!item || !array_set_item(self, start + k * step, item)) return false;
  }
  return true;
}
int64_t array_length(Value self) { return info_of(self)->length; }
bool array_init(Value self, RawArgs raw) {
  if (raw.kwnames && tuple_size(raw.kwnames))
    return raise(types::TypeError, "%s() takes no keyword arguments", type_of(self)->cname);
  for (size_t k = 0; k < raw.n; k++) {
    if (!array_set_item(self, static_cast<int64_t>(k), raw.v[k])) return false;
  }
  return true;
}
const NativeDef kArrayMethods[] = {
    {"__class_getitem__", "($type, object, /)", class_getitem_alias, kNativeClassMethod, "See PEP 585"},
    {nullptr, nullptr, nullptr, 0, nullptr}};

// ---- pointers

char* target_of(CData* d) { return load<char*>(d->ptr); }
bool not_null(Value self, char** p) {
  *p = target_of(data_of(self));
  return *p || static_cast<bool>(raise(types::ValueError, "NULL pointer access"));
}
Ref pointer_new(TypeObject* cls, RawArgs raw) {
  TypeInfo* i = info_of_type(Value(cls));
  if (!i) return raise(types::TypeError, "abstract class");
  if (!i->proto) return raise(types::TypeError, "Cannot create instance: has no _type_");
  return new_data(cls);
}
bool point(Value self, Value v) {
  CData* d = data_of(self);
  TypeInfo* i = info_of(self);
  if (!v) return raise(types::TypeError, "Pointer does not support item deletion");
  if (!i->proto) return raise(types::TypeError, "Cannot set contents: has no _type_");
  if (!is_cdata(v))
    return raise(types::TypeError, "expected %s instead of %s", i->proto.as<TypeObject>()->cname, type_of(v)->cname);
  save(d->ptr, data_of(v)->ptr);
  if (!keep_ref(d, 1, v)) return false;
  Ref kept = kept_objects(data_of(v));
  return kept && keep_ref(d, 0, kept);
}
bool pointer_init(Value self, RawArgs raw) {
  if (raw.kwnames && tuple_size(raw.kwnames))
    return raise(types::TypeError, "%s() takes no keyword arguments", type_of(self)->cname);
  if (raw.n > 1) return raise(types::TypeError, "POINTER expected at most 1 argument, got %zu", raw.n);
  return raw.n == 0 || point(self, raw.v[0]);
}
Ref pointer_contents(Value self) {
  char* p;
  TypeInfo* i = info_of(self);
  if (!not_null(self, &p)) return nullptr;
  return data_from(i->proto, self, 0, p);
}
Ref pointer_item(Value self, int64_t at) {
  char* p;
  if (!not_null(self, &p)) return nullptr;
  TypeInfo *i = info_of(self), *item = info_of_type(i->proto);
  return get_value(i->proto, nullptr, self, at, item->size, p + at * item->size);
}
bool pointer_set_item(Value self, Value key, Value v) {
  if (!v) return raise(types::TypeError, "Pointer does not support item deletion");
  if (!has_index(key)) return raise(types::TypeError, "Pointer indices must be integer");
  int64_t at;
  char* p;
  if (!to_ssize(key, &at, types::IndexError) || !not_null(self, &p)) return false;
  TypeInfo *i = info_of(self), *item = info_of_type(i->proto);
  return set_value(self, i->proto, nullptr, v, at, item->size, p + at * item->size);
}
Ref pointer_get(Value self, Value key) {
  if (has_index(key)) {
    int64_t at;
    return to_ssize(key, &at, types::IndexError) ? pointer_item(self, at) : Ref();
  }
  if (!is_instance_exact_type(key, types::Slice)) return raise(types::TypeError, "Pointer indices must be integer");
  Ref bounds[3] = {get_attr(key, TAIPAN_NAME(start)), get_attr(key, TAIPAN_NAME(stop)),
                   get_attr(key, TAIPAN_NAME(step))};
  int64_t start = 0, stop, step = 1;
  if (bounds[2].get() != kNone) {
    if (!to_ssize(bounds[2], &step, types::ValueError)) return nullptr;
    if (step == 0) return raise(types::ValueError, "slice step cannot be zero");
  }
  if (bounds[0].get() == kNone) {
    if (step < 0) return raise(types::ValueError, "slice start is required for step < 0");
  } else if (!to_ssize(bounds[0], &start, types::ValueError)) {
    return nullptr;
  }
  if (bounds[1].get() == kNone) return raise(types::ValueError, "slice stop is required");
  if (!to_ssize(bounds[1], &stop, types::ValueError)) return nullptr;
  int64_t n = 0;
  if (step > 0 && start < stop)
    n = (stop - start - 1) / step + 1;
  else if (step < 0 && start > stop)
    n = (stop - start + 1) / step + 1;
  char* p = target_of(data_of(self));
  if (!p && n && !not_null(self, &p)) return nullptr;
  TypeInfo* i = info_of(self);
  return items_slice(info_of_type(i->proto), i->proto, start, step, n, p, pointer_item, self);
}
int pointer_truth(Value self) { return target_of(data_of(self)) != nullptr; }
const GetSetDef kPointerGetSet[] = {
    {"contents", pointer_contents, point, "the object this pointer points to (read-write)"},
    {nullptr, nullptr, nullptr, nullptr}};

TypeSpec data_spec(const char* doc) {
  TypeSpec s;
  s.doc = doc;
  s.flags = kTypeBaseable | kTypeGc | kTypeWeakrefable | kTypeImmutable;
  s.basic_size = sizeof(CData);
  s.ops = {.trace = data_trace, .clear = data_clear, .dealloc = data_dealloc};
  s.s.hash = data_hash;
  s.s.new_ = data_new;
  s.s.get_buffer = data_buffer;
  s.s.release_buffer = data_release_buffer;
  return s;
}

// ---- from_param

Ref as_parameter(Value v) {  // null without an exception: it has none
  Ref p = get_attr_opt(v, TAIPAN_NAME(_as_parameter_));
  return p && p.get() == kMissing ? Ref() : std::move(p);
}
Ref arg_by_code(char tag, Value v) {
  const Code* code = find_code(static_cast<uint32_t>(tag));
  Ref arg = make_arg(tag, code->ffi);
  if (!arg) return nullptr;
  Ref keep = code->set(&arg.as<Arg>()->value, v, 0);
  if (!keep) return nullptr;
  gc::store(arg.as<Header>(), &arg.as<Arg>()->object, std::move(keep));
  return arg;
}
bool points_to_code(Value v, char c) {
  if (!is_cdata(v)) return false;
  TypeInfo* i = info_of(v);
  if (!i || (i->kind != kArray && i->kind != kPointer) || !i->proto) return false;
  TypeInfo* item = info_of_type(i->proto);
  return item && item->kind == kSimple && item->code == c;
}
bool is_arg(Value v) { return v.is_heap() && type_of(v) == arg_type; }
Ref retry_or_fail(Value cls, Value v, const char* message) {
  Ref inner = as_parameter(v);
  if (inner) {
    RecursionScope scope(" while processing _as_parameter_");
    return scope.ok() ? type_from_param(cls, inner) : Ref();
  }
  if (error_occurred()) return nullptr;
  return raise(types::TypeError, "%s", message);
}
Ref text_from_param(Value cls, Value v, char c) {
  if (v == kNone) return Ref::imm(kNone);
  if (c == 'z' ? is_bytes(v) : is_str(v)) return arg_by_code(c, v);
  int ok = is_instance(v, cls);
  if (ok < 0) return nullptr;
  char item = c == 'z' ? 'c' : 'u';
  if (ok || points_to_code(v, item)) return Ref::dup(v);
  if (is_arg(v)) {
    Value o = v.as<Arg>()->object;
    if (o && is_cdata(o) && info_of(o) && info_of(o)->kind == kSimple && info_of(o)->code == item) return Ref::dup(v);
  }
  return retry_or_fail(cls, v, "wrong type");
}
Ref pointer_arg(Value v, char tag) {
  Ref arg = make_arg(tag, &ffi_type_pointer);
  if (!arg) return nullptr;
  arg.as<Arg>()->value.p = load<void*>(data_of(v)->ptr);
  gc::store(arg.as<Header>(), &arg.as<Arg>()->object, Ref::dup(v));
  return arg;
}
Ref void_from_param(Value cls, Value v) {
  if (v == kNone) return Ref::imm(kNone);
  if (is_int(v)) return arg_by_code('P', v);
  if (is_bytes(v)) return arg_by_code('z', v);
  if (is_str(v)) return arg_by_code('Z', v);
  int ok = is_instance(v, cls);
  if (ok < 0) return nullptr;
  if (ok) return Ref::dup(v);
  if (is_arg(v) && v.as<Arg>()->tag == 'P') return Ref::dup(v);
  if (is_cdata(v)) {
    TypeInfo* i = info_of(v);
    if (i->kind == kArray || i->kind == kPointer) return Ref::dup(v);
    if (i->kind == kFunction) return pointer_arg(v, 'P');
    if (i->kind == kSimple && (i->code == 'z' || i->code == 'Z')) return pointer_arg(v, 'Z');
  }
  return retry_or_fail(cls, v, "wrong type");
}
Ref simple_from_param(Value cls, TypeInfo* i, Value v) {
  if (i->code == 'z' || i->code == 'Z') return text_from_param(cls, v, i->code);
  if (i->code == 'P') return void_from_param(cls, v);
  int ok = is_instance(v, cls);
  if (ok < 0) return nullptr;
  if (ok) return Ref::dup(v);
  Ref arg = make_arg(i->code, find_code(static_cast<uint32_t>(i->code))->ffi);
  if (!arg) return nullptr;
  Ref keep = i->set(&arg.as<Arg>()->value, v, 0);
  if (keep) {
    gc::store(arg.as<Header>(), &arg.as<Arg>()->object, std::move(keep));
    return arg;
  }
  clear_error();
  return retry_or_fail(cls, v, "wrong type");
}
Ref data_from_param(Value cls, Value v) {
  int ok = is_instance(v, cls);
  if (ok < 0) return nullptr;
  if (ok) return Ref::dup(v);
  if (is_arg(v)) {
    Value o = v.as<Arg>()->object;
    TypeInfo* i = info_of_type(cls);
    ok = o && i && i->proto && is_type(i->proto) ? is_instance(o, i->proto) : 0;
    if (ok < 0) return nullptr;
    if (ok) return Ref::dup(v);
    return raise(types::TypeError, "expected %s instance instead of pointer to %s", cls.as<TypeObject>()->cname,
                 o ? type_of(o)->cname : "??");
  }
  Ref message = format_str("expected %s instance instead of %s", cls.as<TypeObject>()->cname, type_of(v)->cname);
  return message ? retry_or_fail(cls, v, utf8_lossy(message).c_str()) : Ref();
}

}  // namespace

Ref type_from_param(Value cls, Value v) {
  TypeInfo* i = info_of_type(cls);
  if (!i) {
    if (is_type(cls) && is_subtype(cls.as<TypeObject>(), cdata_type)) return raise(types::TypeError, "abstract class");
    Ref f = get_attr(cls, TAIPAN_NAME(from_param));
    return f ? call(f, v) : Ref();
  }
  if (i->kind == kSimple) return simple_from_param(cls, i, v);
  if (i->kind == kPointer) {
    if (v == kNone) return Ref::imm(kNone);
    if (i->proto) {
      int ok = is_instance(v, i->proto);
      if (ok < 0) return nullptr;
      if (ok) {
        Ref arg = make_arg('P', &ffi_type_pointer);
        if (!arg) return nullptr;
        arg.as<Arg>()->value.p = data_of(v)->ptr;
        gc::store(arg.as<Header>(), &arg.as<Arg>()->object, Ref::dup(v));
        return arg;
      }
      TypeInfo* given = is_cdata(v) ? info_of(v) : nullptr;
      if (given && (given->kind == kArray || given->kind == kPointer) && given->proto) {
        ok = is_subclass(given->proto, i->proto);
        if (ok < 0) return nullptr;
        if (ok) return Ref::dup(v);
      }
    }
  }
  return data_from_param(cls, v);
}

// What a C function gets for a piece of data.
bool argument_of(Value o, Arg* out, Ref* keep) {
  CData* d = data_of(o);
  TypeInfo* i = info_of(o);
  if (!i) return raise(types::TypeError, "abstract class");
  switch (i->kind) {
    case kSimple:
      out->ffi = &i->ffi;
      copy_memory(&out->value, d->ptr, static_cast<size_t>(d->size));
      break;
    case kPointer:
    case kFunction:
      out->ffi = &ffi_type_pointer;
      out->value.p = load<void*>(d->ptr);
      break;
    case kArray:
      out->ffi = &ffi_type_pointer;
      out->value.p = d->ptr;
      break;
    default:
      out->ffi = &i->ffi;
      out->copy = malloc(static_cast<size_t>(d->size ? d->size : 1));
      if (!out->copy) return raise_memory();
      memcpy(out->copy, d->ptr, static_cast<size_t>(d->size));
  }
  *keep = Ref::dup(o);
  return true;
}

Ref new_data(TypeObject* cls) {
  TypeInfo* i;
  if (!writable_info(cls, &i)) return nullptr;
  CData* d = allocate(cls, i);
  if (!d) return nullptr;
  Ref self = Ref::steal(d);
  return own_memory(d) ? std::move(self) : Ref();
}
Ref data_at(Value cls, void* p) {
  TypeInfo* i;
  if (!writable_info(cls.as<TypeObject>(), &i)) return nullptr;
  CData* d = allocate(cls.as<TypeObject>(), i);
  if (!d) return nullptr;
  d->ptr = static_cast<char*>(p);
  return Ref::steal(d);
}
Ref data_from(Value cls, Value base, int64_t index, const void* p) {
  if (!base) {
    Ref copy = new_data(cls.as<TypeObject>());
    if (copy) copy_memory(data_of(copy)->ptr, p, static_cast<size_t>(data_of(copy)->size));
    return copy;
  }
  Ref self = data_at(cls, const_cast<void*>(p));
  if (!self) return nullptr;
  CData* d = data_of(self);
  gc::store(&d->h, &d->base, Ref::dup(base));
  d->index = index;
  return self;
}

// ---- what is kept alive: in the outermost object, by the path from it

namespace {
CData* container_of(CData* d) {
  while (d->base) d = data_of(d->base);
  return d;
}
}  // namespace
Ref kept_objects(CData* d) {
  CData* root = container_of(d);
  if (!root->objects) {
    if (!root->length) return Ref::imm(kNone);
    Ref dict = make_dict();
    if (!dict) return nullptr;
    gc::store(&root->h, &root->objects, std::move(dict));
  }
  return Ref::dup(root->objects);
}
bool keep_ref(CData* d, int64_t index, Value keep) {
  if (keep == kNone) return true;
  Ref objects = kept_objects(d);
  if (!objects) return false;
  CData* root = container_of(d);
  if (!is_dict_exact(objects)) {
    gc::store(&root->h, &root->objects, Ref::dup(keep));
    return true;
  }
  char part[32];
  snprintf(part, sizeof part, "%x", static_cast<unsigned>(index));
  std::string key = part;
  for (CData* x = d; x->base; x = data_of(x->base)) {
    snprintf(part, sizeof part, ":%x", static_cast<unsigned>(x->index));
    key += part;
  }
  Ref name = make_str(key);
  return name && dict_set(objects, name, keep);
}

Ref get_value(Value cls, Ref (*get)(const void*, int64_t), Value base, int64_t index, int64_t size, const void* p) {
  if (get) return get(p, size);
  TypeInfo* i = info_of_type(cls);
  if (i && i->get && !is_simple_subclass(cls)) return i->get(p, size);
  return data_from(cls, base, index, p);
}

namespace {
// What has to be kept alive; null: raised.
Ref store_value(Value cls, Ref (*set)(void*, Value, int64_t), Value v, int64_t size, void* p) {
  if (set) return set(p, v, size);
  TypeInfo* i = info_of_type(cls);
  if (!is_cdata(v)) {
    if (i && i->set) return i->set(p, v, size);
    if (is_tuple(v)) {  // the arguments of the type
      Ref made = call_tuple(cls, v, Value());
      if (made) return store_value(cls, nullptr, made, size, p);
      Ref error = fetch_error(), text = str_of(error);
      if (text)
        raise(types::RuntimeError, "(%s) %s: %S", cls.as<TypeObject>()->cname, type_of(error)->cname, text.get());
      return nullptr;
    }
    if (i && i->kind == kPointer && v == kNone) {
      save<void*>(p, nullptr);
      return Ref::imm(kNone);
    }
    return raise(types::TypeError, "expected %s instance, got %s", cls.as<TypeObject>()->cname, type_of(v)->cname);
  }
  CData* from = data_of(v);
  int ok = is_instance(v, cls);
  if (ok < 0) return nullptr;
  if (ok) {
    copy_memory(p, from->ptr, static_cast<size_t>(std::min(size & 0xffff0000 ? from->size : size, from->size)));
    return kept_objects(from);
  }
  TypeInfo* given = info_of(v);
  if (i && i->kind == kPointer && given->kind == kArray) {
    if (given->proto != i->proto)
      return raise(types::TypeError, "incompatible types, %s instance instead of %s instance", type_of(v)->cname,
                   cls.as<TypeObject>()->cname);
    save(p, from->ptr);
    Ref kept = kept_objects(from);
    return kept ? make_tuple_of({kept, v}) : Ref();
  }
  return raise(types::TypeError, "incompatible types, %s instance instead of %s instance", type_of(v)->cname,
               cls.as<TypeObject>()->cname);
}
}  // namespace
bool set_value(Value dst, Value cls, Ref (*set)(void*, Value, int64_t), Value v, int64_t index, int64_t size, void* p) {
  Ref keep = store_value(cls, set, v, size, p);
  return keep && keep_ref(data_of(dst), index, keep);
}

const NativeDef kDataMethods[] = {
    {"__ctypes_from_outparam__", "($self, /)", data_outparam, kNativeNoSignature, nullptr},
    {"__reduce__", "($self, /)", data_reduce, kNativeNoSignature, nullptr},
    {"__setstate__", "(state, /)", data_setstate, kNativeNoSignature, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr}};

bool make_data_types() {
  if (cdata_type) return true;
  static TypeSpec base =
      data_spec("What all C data types derive from: a block of memory, its own or another object's.");
  base.methods = kDataMethods;
  base.getset = kDataGetSet;
  base.members = kDataMembers;
  base.flags |= kTypeNoInstantiate;
  base.s.new_ = nullptr;
  cdata_type = make_native_type("_ctypes._CData", types::Object, &base);
  if (!cdata_type) return false;
  static TypeSpec simple = data_spec("One C value: a number, a character, a pointer or an object.");
  simple.methods = kSimpleMethods;
  simple.getset = kSimpleGetSet;
  simple.s.init = simple_init;
  simple.s.repr = simple_repr;
  simple.s.truth = simple_truth;
  static TypeSpec array = data_spec("C values of one type, side by side.");
  array.methods = kArrayMethods;
  array.s.init = array_init;
  array.s.length = array_length;
  array.s.get_item = array_get;
  array.s.set_item = array_set;
  static TypeSpec pointer = data_spec("The address of a C value.");
  pointer.getset = kPointerGetSet;
  pointer.s.new_ = pointer_new;
  pointer.s.init = pointer_init;
  pointer.s.truth = pointer_truth;
  pointer.s.get_item = pointer_get;
  pointer.s.set_item = pointer_set_item;
  simple_type = make_native_type("_ctypes._SimpleCData", cdata_type, &simple);
  array_type = make_native_type("_ctypes.Array", cdata_type, &array);
  pointer_type = make_native_type("_ctypes._Pointer", cdata_type, &pointer);
  if (!simple_type || !array_type || !pointer_type) return false;
  set_class(&simple_type->h, metas[kSimple]);
  set_class(&array_type->h, metas[kArray]);
  set_class(&pointer_type->h, metas[kPointer]);
  return true;
}

}  // namespace taipan::ctypes
