// _ctypes: structures and unions: layout, fields, initialisation.
#include <algorithm>
#include <vector>
#include "interp/shared/_ctypes/ctypes_objects.h"

namespace taipan::ctypes {

TypeObject *struct_type, *union_type, *field_type;

namespace {

// ---- fields

Ref field_get(Value descr, Value instance, Value) {
  auto* f = descr.as<Field>();
  if (!instance) return Ref::dup(descr);
  if (!is_cdata(instance)) return raise(types::TypeError, "not a ctype instance");
  return get_value(f->proto, f->get, instance, f->index, f->size, data_of(instance)->ptr + f->offset);
}
bool field_set(Value descr, Value instance, Value v) {
  auto* f = descr.as<Field>();
  if (!is_cdata(instance)) return raise(types::TypeError, "not a ctype instance");
  if (!v) return raise(types::TypeError, "can't delete attribute");
  return set_value(instance, f->proto, f->set, v, f->index, f->size, data_of(instance)->ptr + f->offset);
}
Ref field_repr(Value v) {
  auto* f = v.as<Field>();
  const char* name = f->proto.as<TypeObject>()->cname;
  int64_t bits = f->size >> 16, low = f->size & 0xffff;
  if (bits)
    return format_str("<Field type=%s, ofs=%lld:%lld, bits=%lld>", name, static_cast<long long>(f->offset),
                      static_cast<long long>(low), static_cast<long long>(bits));
  return format_str("<Field type=%s, ofs=%lld, size=%lld>", name, static_cast<long long>(f->offset),
                    static_cast<long long>(f->size));
}
void field_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<Field*>(h)->proto); }
void field_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  Ref old = gc::take(h, &reinterpret_cast<Field*>(h)->proto);
  old.reset();
  finish_dealloc(h);
}
const MemberDef kFieldMembers[] = {
    {"offset", kMemberSsize, offsetof(Field, offset), true, "offset in bytes of this field"},
    {"size", kMemberSsize, offsetof(Field, size), true, "size in bytes of this field"},
    {nullptr, kMemberValue, 0, true, nullptr}};
const TypeSpec kFieldSpec = {.doc = "Structure/Union member",
                             .flags = kTypeNoInstantiate | kTypeGc | kTypeImmutable,
                             .basic_size = sizeof(Field),
                             .ops = {.trace = field_trace, .dealloc = field_dealloc},
                             .members = kFieldMembers,
                             .s = {.repr = field_repr, .descr_get = field_get, .descr_set = field_set}};

Field* make_field(Value proto, int64_t index, Ref* hold) {
  auto* f = alloc_instance_as<Field>(field_type);
  if (!f) return nullptr;
  *hold = Ref::steal(f);
  gc::store(&f->h, &f->proto, Ref::dup(proto));
  f->index = index;
  // An array of characters reads and writes as its value.
  TypeInfo* i = info_of_type(proto);
  if (i->kind == kArray) {
    TypeInfo* item = info_of_type(i->proto);
    if (item->kind == kSimple && item->code == 'c') {
      f->get = [](const void* p, int64_t size) {
        return make_bytes(p, strnlen(static_cast<const char*>(p), static_cast<size_t>(size)));
      };
      f->set = [](void* p, Value v, int64_t size) -> Ref {
        if (is_cdata(v) && info_of(v)->kind == kArray && data_of(v)->size <= size) {
          memcpy(p, data_of(v)->ptr, static_cast<size_t>(data_of(v)->size));
          return Ref::imm(kNone);
        }
        if (!is_bytes(v)) return raise(types::TypeError, "expected bytes, %T found", v);
        auto n = static_cast<int64_t>(strlen(reinterpret_cast<const char*>(v.as<Bytes>()->data())));
        if (n < size)
          n++;  // with the zero
        else if (n > size)
          return raise(types::ValueError, "bytes too long (%lld, maximum length %lld)", static_cast<long long>(n),
                       static_cast<long long>(size));
        memcpy(p, v.as<Bytes>()->data(), static_cast<size_t>(n));
        return Ref::imm(kNone);
      };
    } else if (item->kind == kSimple && item->code == 'u') {
      f->get = [](const void* p, int64_t size) {
        auto* s = static_cast<const wchar_t*>(p);
        return make_str_ucs4(reinterpret_cast<const uint32_t*>(s),
                             wcsnlen(s, static_cast<size_t>(size) / sizeof(wchar_t)));
      };
      f->set = [](void* p, Value v, int64_t size) -> Ref {
        if (is_cdata(v) && info_of(v)->kind == kArray && data_of(v)->size <= size) {
          memcpy(p, data_of(v)->ptr, static_cast<size_t>(data_of(v)->size));
          return Ref::imm(kNone);
        }
        if (!is_str(v)) return raise(types::TypeError, "unicode string expected instead of %T instance", v);
        auto room = size / static_cast<int64_t>(sizeof(wchar_t)), n = static_cast<int64_t>(v.as<Str>()->length);
        if (n > room)
          return raise(types::ValueError, "string too long (%lld, maximum length %lld)", static_cast<long long>(n),
                       static_cast<long long>(room));
        auto* out = static_cast<wchar_t*>(p);
        for (int64_t k = 0; k < n; k++) out[k] = static_cast<wchar_t>(v.as<Str>()->at(static_cast<size_t>(k)));
        if (n < room) out[n] = 0;
        return Ref::imm(kNone);
      };
    }
  }
  return f;
}

// ---- layout: as the platform's C compiler does it

class Layout {
 public:
  Layout(bool is_struct, bool big_endian, int64_t pack, const TypeInfo* base)
      : is_struct_(is_struct), big_endian_(big_endian), pack_(pack) {
    if (base) {
      size_ = offset_ = base->size;
      align_ = std::max<int64_t>(base->align, 1);
    }
  }
  void place(Field* f, const TypeInfo* t, int64_t bits) {
    if (!is_struct_) {
      size_ = offset_ = 0;
      unit_bits_ = bit_ = 0;
    }
    int64_t type_bits = t->size * 8;
    // Within the open unit no field crosses a boundary of its own type.
    if (bits && unit_bits_ && type_bits < unit_bits_ && bit_ % type_bits + bits > type_bits)
      bit_ = (bit_ + type_bits - 1) / type_bits * type_bits;
    if (bits && unit_bits_ && type_bits <= unit_bits_ && bit_ + bits <= unit_bits_) {
      f->offset = offset_ - unit_bits_ / 8 + bit_ / type_bits * t->size;
      f->size = encode(bits, bit_ % type_bits, type_bits);
      bit_ += bits;
    } else if (bits && unit_bits_ && type_bits >= unit_bits_ && bit_ + bits <= type_bits) {
      int64_t more = t->size - unit_bits_ / 8;
      offset_ += more;
      size_ += more;
      unit_bits_ = type_bits;
      f->offset = offset_ - t->size;
      f->size = encode(bits, bit_, type_bits);
      bit_ += bits;
    } else {
      unit_bits_ = bits ? type_bits : 0;
      int64_t align = pack_ ? std::min(pack_, t->align) : t->align;
      if (align && offset_ % align) {
        int64_t gap = align - offset_ % align;
        size_ += gap;
        offset_ += gap;
      }
      f->offset = offset_;
      f->size = bits ? encode(bits, 0, type_bits) : t->size;
      bit_ = bits;
      size_ += t->size;
      offset_ += t->size;
      align_ = std::max(align_, align);
    }
    union_size_ = std::max(union_size_, size_);
  }
  int64_t total() const {
    int64_t n = is_struct_ ? size_ : union_size_;
    return (n + align_ - 1) / align_ * align_;
  }
  int64_t alignment() const { return align_; }
  int64_t used() const { return is_struct_ ? size_ : union_size_; }

 private:
  int64_t encode(int64_t bits, int64_t low, int64_t type_bits) const {
    return (bits << 16) + (big_endian_ ? type_bits - low - bits : low);
  }
  bool is_struct_, big_endian_;
  int64_t pack_, size_ = 0, offset_ = 0, align_ = 1, unit_bits_ = 0, bit_ = 0, union_size_ = 0;
};

// The members that libffi needs to know how a structure is passed: flattened, unions by their widest members.
void collect_ffi(const TypeInfo* t, std::vector<ffi_type*>* out) {
  if (t->kind == kArray) {
    const TypeInfo* item = info_of_type(t->proto);
    for (int64_t k = 0; k < t->length && out->size() < 64; k++) collect_ffi(item, out);
  } else if (t->kind == kStruct || t->kind == kUnion) {
    for (ffi_type** e = t->elements; e && *e; e++) out->push_back(*e);
  } else {
    out->push_back(t->kind == kSimple ? find_code(static_cast<uint32_t>(t->code))->ffi : &ffi_type_pointer);
  }
}
// A union as integers (or floats where it has nothing else) of its alignment.
void union_ffi(const std::vector<const TypeInfo*>& members, int64_t size, int64_t align, std::vector<ffi_type*>* out) {
  bool floats = !members.empty();
  std::vector<ffi_type*> all;
  for (const TypeInfo* t : members) collect_ffi(t, &all);
  for (ffi_type* t : all) floats = floats && (t->type == FFI_TYPE_FLOAT || t->type == FFI_TYPE_DOUBLE);
  ffi_type* unit = floats       ? (align == 4 ? &ffi_type_float : &ffi_type_double)
                   : align >= 8 ? &ffi_type_uint64
                   : align == 4 ? &ffi_type_uint32
                   : align == 2 ? &ffi_type_uint16
                                : &ffi_type_uint8;
  for (int64_t n = 0; n < size; n += static_cast<int64_t>(unit->size)) out->push_back(unit);
}
bool set_ffi(TypeInfo* i, const std::vector<ffi_type*>& elements) {
  free(i->elements);
  i->elements = static_cast<ffi_type**>(calloc(elements.size() + 1, sizeof(ffi_type*)));
  if (!i->elements) return raise_memory();
  std::copy(elements.begin(), elements.end(), i->elements);
  i->ffi.size = static_cast<size_t>(i->size);
  i->ffi.alignment = static_cast<unsigned short>(i->align);
  i->ffi.type = FFI_TYPE_STRUCT;
  i->ffi.elements = i->elements;
  return true;
}

// The fields of the members named in _anonymous_ become fields of the structure itself.
bool make_anonymous(TypeObject* cls, Value member_field, Value member_type) {
  Ref fields = get_attr(member_type, TAIPAN_NAME(_fields_));
  Ref list = fields ? iterable_to_list(fields) : Ref();
  if (!list) return false;
  for (size_t k = 0; k < list_size(list); k++) {
    Value pair = list_at(list, k);
    if (!is_tuple(pair) || tuple_size(pair) < 2)
      return raise(types::TypeError, "_fields_ must be a sequence of (name, C type) pairs");
    Value name = tuple_at(pair, 0);
    Ref inner = get_attr(member_type, name.as<Str>());
    if (!inner) return false;
    if (type_of(inner) != field_type) return raise(types::TypeError, "unexpected type");
    Field *from = inner.as<Field>(), *outer = member_field.as<Field>();
    Ref hold;
    Field* f = make_field(from->proto, outer->index + from->index, &hold);
    if (!f) return false;
    f->size = from->size;
    f->offset = from->offset + outer->offset;
    f->get = from->get;
    f->set = from->set;
    if (from->anonymous) {
      Ref nested = Ref::dup(from->proto);
      if (!make_anonymous(cls, hold, nested)) return false;
      continue;
    }
    if (!type_set_attr(cls, name.as<Str>(), hold)) return false;
  }
  return true;
}
bool apply_anonymous(TypeObject* cls) {
  Ref names = get_attr_opt(Value(cls), TAIPAN_NAME(_anonymous_));
  if (!names) return false;
  if (names.get() == kMissing) return true;
  Ref list = iterable_to_list(names);
  if (!list) {
    clear_error();
    return raise(types::TypeError, "_anonymous_ must be a sequence");
  }
  for (size_t k = 0; k < list_size(list); k++) {
    Value name = list_at(list, k);
    if (!is_str(name)) return raise(types::TypeError, "attribute name must be string, not '%T'", name);
    Ref field = get_attr(Value(cls), name.as<Str>());
    if (!field) return false;
    if (type_of(field) != field_type)
      return raise(types::AttributeError, "'%U' is specified in _anonymous_ but not in _fields_", name.as<Str>());
    field.as<Field>()->anonymous = true;
    Ref proto = Ref::dup(field.as<Field>()->proto);
    if (!make_anonymous(cls, field, proto)) return false;
  }
  return true;
}

// ---- instances

bool init_from(TypeObject* cls, Value self, RawArgs raw, size_t* at) {
  TypeInfo* base = info_of_type(Value(cls->base));
  if (base && !init_from(cls->base, self, raw, at)) return false;
  Value fields = dict_get_cstr(cls->dict, "_fields_");
  if (!fields) return true;
  Ref list = iterable_to_list(fields);
  if (!list) return false;
  for (size_t k = 0; k < list_size(list) && *at < raw.n; k++, (*at)++) {
    Value pair = list_at(list, k), name = is_tuple(pair) && tuple_size(pair) ? tuple_at(pair, 0) : Value();
    if (!name || !is_str(name)) return raise(types::TypeError, "'_fields_' must be a sequence of pairs");
    size_t nkw = raw.kwnames ? tuple_size(raw.kwnames) : 0;
    for (size_t n = 0; n < nkw; n++) {
      if (values_equal(tuple_at(raw.kwnames, n), name) == 1)
        return raise(types::TypeError, "duplicate values for field %R", name);
    }
    if (!set_attr(self, name.as<Str>(), raw.v[*at])) return false;
  }
  return true;
}

}  // namespace

bool struct_init(Value self, RawArgs raw) {
  size_t at = 0;
  if (raw.n && !init_from(type_of(self), self, raw, &at)) return false;
  if (at < raw.n) return raise(types::TypeError, "too many initializers");
  size_t nkw = raw.kwnames ? tuple_size(raw.kwnames) : 0;
  for (size_t k = 0; k < nkw; k++) {
    if (!set_attr(self, tuple_at(raw.kwnames, k).as<Str>(), raw.v[raw.n + k])) return false;
  }
  return true;
}

bool struct_class_created(TypeObject* cls, Kind kind) {
  if (dict_get_cstr(cls->dict, "_abstract_")) return true;
  TypeInfo* i = make_info(Value(cls), kind);
  if (!i) return false;
  i->align = 1;
  i->format = copy_text("B");
  TypeInfo* base = info_of_type(Value(cls->base));
  if (base) {
    i->size = base->size;
    i->align = base->align;
    i->length = base->length;
    i->has_pointer = base->has_pointer;
    i->swapped = base->swapped;
    free(i->format);
    i->format = copy_text(base->format ? base->format : "B");
    gc::poke(base->final, true);
  }
  std::vector<ffi_type*> elements;
  if (base && base->elements) {
    for (ffi_type** e = base->elements; *e; e++) elements.push_back(*e);
  }
  if (!set_ffi(i, elements)) return false;
  Value fields = dict_get_cstr(cls->dict, "_fields_");
  if (!fields) return true;
  Ref keep = Ref::dup(fields);
  return set_attr(Value(cls), TAIPAN_NAME(_fields_), keep);
}

bool set_fields(Value cls_value, Value fields, bool is_struct) {
  auto* cls = cls_value.as<TypeObject>();
  TypeInfo* i = info_of_type(cls_value);
  if (!i) return raise(types::TypeError, "ctypes state is not initialized");
  Ref swapped = get_attr_opt(cls_value, TAIPAN_NAME(_swappedbytes_));
  Ref pack_attr = swapped ? get_attr_opt(cls_value, TAIPAN_NAME(_pack_)) : Ref();
  if (!pack_attr) return false;
  int64_t pack = 0;
  if (pack_attr.get() != kMissing) {
    Ref plain = is_int(pack_attr) ? int_exact(pack_attr) : Ref();
    if (!plain || !int_fits64(plain, &pack) || pack < 0 || pack > INT32_MAX) {
      clear_error();
      return raise(types::ValueError, "_pack_ must be a non-negative integer");
    }
  }
  if (!is_list(fields) && !is_tuple(fields) && !is_sequence(fields))
    return raise(types::TypeError, "'_fields_' must be a sequence of pairs");
  Ref list = iterable_to_list(fields);
  if (!list) return false;
  if (gc::peek(i->final)) return raise(types::AttributeError, "_fields_ is final");
  TypeInfo* base = info_of_type(Value(cls->base));
  bool big = swapped.get() != kMissing;
  Layout layout(is_struct, big, pack, base);
  std::vector<ffi_type*> elements;
  std::vector<const TypeInfo*> members;
  if (base && base->elements) {
    for (ffi_type** e = base->elements; *e; e++) elements.push_back(*e);
  }
  std::string format = base && base->format && strcmp(base->format, "B") != 0
                           ? std::string(base->format, strlen(base->format) - 1)
                           : "T{";
  int64_t end = base ? base->size : 0;
  i->has_pointer = base && base->has_pointer;
  int64_t first = base ? base->length : 0;
  bool any_bits = false;
  for (size_t k = 0; k < list_size(list); k++) {
    Ref pair = list_get(list, k);
    size_t n = pair && is_tuple(pair) ? tuple_size(pair) : 0;
    if (n < 2 || n > 3) return raise(types::TypeError, "_fields_ must be a sequence of (name, C type) pairs");
    Value name = tuple_at(pair, 0), type = tuple_at(pair, 1);
    TypeInfo* t = info_of_type(type);
    if (!t)
      return raise(types::TypeError, "second item in _fields_ tuple (index %zd) must be a C type",
                   static_cast<ssize_t>(k));
    if (!is_str(name))
      return raise(types::TypeError, "first item in _fields_ tuple (index %zd) must be a string",
                   static_cast<ssize_t>(k));
    gc::poke(t->final, true);
    int64_t bits = 0;
    if (n == 3) {
      Ref plain = is_int(tuple_at(pair, 2)) ? int_exact(tuple_at(pair, 2)) : Ref();
      bool integral = t->kind == kSimple && strchr("bBhHiIlLqQ?c", t->code) != nullptr;
      if (t->kind == kSimple && t->code == 'u') integral = true;
      if (!plain) return raise(types::TypeError, "expected an integer for the number of bits");
      if (!integral || t->code == 'c' || t->code == 'u')
        return raise(types::TypeError, "bit fields not allowed for type %s", type.as<TypeObject>()->cname);
      if (!int_fits64(plain, &bits) || bits <= 0 || bits > t->size * 8)
        return raise(types::ValueError, "number of bits invalid for bit field");
      any_bits = true;
    }
    Ref hold;
    Field* f = make_field(type, first + static_cast<int64_t>(k), &hold);
    if (!f) return false;
    layout.place(f, t, bits);
    if (bits) {
      f->set = t->set;
      f->get = t->get;
    }
    if (is_struct && !bits && f->offset > end)
      format += (f->offset - end > 1 ? std::to_string(f->offset - end) : "") + "x";
    if (t->shape) {
      format += "(";
      for (int d = 0; d < t->ndim; d++) format += (d ? "," : "") + std::to_string(t->shape[d]);
      format += ")";
    }
    format += t->format ? t->format : "B";
    format += ":" + utf8_lossy(name) + ":";
    end = f->offset + t->size;
    i->has_pointer = i->has_pointer || t->has_pointer || t->kind == kPointer || t->kind == kFunction;
    members.push_back(t);
    if (is_struct) collect_ffi(t, &elements);
    if (!type_set_attr(cls, intern(Ref::dup(name)).as<Str>(), hold)) return false;
  }
  if (gc::peek(i->final)) return raise(types::AttributeError, "Structure or union cannot contain itself");
  gc::poke(i->final, true);
  i->size = layout.total();
  i->align = layout.alignment();
  i->length = first + static_cast<int64_t>(list_size(list));
  i->swapped = big;
  i->has_bitfield = any_bits || (base && base->has_bitfield);
  if (is_struct && i->size > layout.used())
    format += (i->size - layout.used() > 1 ? std::to_string(i->size - layout.used()) : "") + "x";
  format += "}";
  free(i->format);
  i->format = copy_text(is_struct && !pack ? format : "B");
  // Bit fields share units: passed as the integers that the memory is made of.
  if (!is_struct || i->has_bitfield) {
    elements.clear();
    union_ffi(is_struct ? std::vector<const TypeInfo*>() : members, i->size, i->align, &elements);
  }
  return set_ffi(i, elements) && apply_anonymous(cls);
}

bool make_struct_types() {
  if (struct_type) return true;
  static TypeSpec spec = {.doc = "Structure base class",
                          .flags = kTypeBaseable | kTypeGc | kTypeWeakrefable | kTypeImmutable,
                          .basic_size = sizeof(CData),
                          .s = {.init = struct_init, .new_ = [](TypeObject* cls, RawArgs) { return new_data(cls); }}};
  static TypeSpec union_spec = spec;
  union_spec.doc = "Union base class";
  field_type = make_native_type("_ctypes.CField", types::Object, &kFieldSpec);
  struct_type = make_native_type("_ctypes.Structure", cdata_type, &spec);
  union_type = make_native_type("_ctypes.Union", cdata_type, &union_spec);
  if (!field_type || !struct_type || !union_type) return false;
  set_class(&struct_type->h, metas[kStruct]);
  set_class(&union_type->h, metas[kUnion]);
  return true;
}

}  // namespace taipan::ctypes
