// Built-in types: layout (shapes, sizes, TypeOps), then MRO, slots and dictionaries; the registry of subclasses.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include "gc/collector.h"
#include "interp/objects/dict.h"
#include "interp/objects/init.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/parallel.h"
#include "interp/objects/runtime_lock.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"
#include "interp/objects/type_internal.h"
#include "interp/objects/weakref.h"

namespace taipan {

TypeObject builtin_types[kTypeCount];

namespace {

const char* const builtin_names[kTypeCount] = {
#define TYPE(Enum, name, base) name,
#include "interp/objects/types.def"
#undef TYPE
#define EXC(Enum, name, base, layout) name,
#include "interp/objects/exceptions.def"
#undef EXC
};
const uint32_t builtin_bases[kTypeCount] = {
#define TYPE(Enum, name, base) kType##base,
#include "interp/objects/types.def"
#undef TYPE
#define EXC(Enum, name, base, layout) kType##base,
#include "interp/objects/exceptions.def"
#undef EXC
};
const TypeSpec* builtin_spec(uint32_t i) {
  static const TypeSpec* const specs[] = {
#define TYPE(Enum, name, base) &k##Enum##Spec,
#include "interp/objects/types.def"
#undef TYPE
  };
  return i < sizeof(specs) / sizeof(specs[0]) ? specs[i] : exception_spec(i);
}

uint64_t own_sub_flag(const TypeObject* t) {
  if (t == types::Int) return kSubInt;
  if (t == types::Float) return kSubFloat;
  if (t == types::Str) return kSubStr;
  if (t == types::Bytes) return kSubBytes;
  if (t == types::List) return kSubList;
  if (t == types::Tuple) return kSubTuple;
  if (t == types::Dict) return kSubDict;
  if (t == types::Set || t == types::FrozenSet) return kSubSet;
  if (t == types::Type) return kSubType;
  if (t == types::BaseException) return kSubExc;
  if (t == types::ByteArray) return kSubByteArray;
  if (t == types::Complex) return kSubComplex;
  return 0;
}

// Types made at run time by make_native_type; immortal, chained for the collector's roots.
struct NativeTypeLink {
  TypeObject* type;
  NativeTypeLink* next;
};
std::atomic<NativeTypeLink*> native_types{nullptr};

void trace_type_fields(TypeObject* t, gc::Visitor& v) {
  v.visit(t->bases);
  v.visit(t->mro);
  v.visit(t->dict);
  v.visit(t->subclasses);
  v.visit(t->doc);
  v.visit(t->slot_names);
  v.visit(t->annotations_cache);
  v.visit_object(t->name);
  v.visit_object(t->qualname);
}

void trace_builtin_types(gc::Visitor& v) {
  for (TypeObject& t : builtin_types) trace_type_fields(&t, v);
  for (NativeTypeLink* l = native_types.load(std::memory_order_acquire); l; l = l->next) {
    v.visit_object(l->type);
    trace_type_fields(l->type, v);
  }
}

template <class T>
T or_else(T a, T b) {
  return a ? a : b;
}

}  // namespace

uint64_t inherited_flags(const TypeObject* base) {
  constexpr uint64_t kSubs = kSubInt | kSubFloat | kSubStr | kSubBytes | kSubList | kSubTuple | kSubDict | kSubSet |
                             kSubType | kSubExc | kSubByteArray | kSubComplex;
  return base->flags & (kSubs | kTypeHasDict | kTypeHasDictAttr | kTypeWeakrefable | kTypeGc | kTypeVarSize |
                        kTypeSequence | kTypeMapping | kTypeMatchSelf | kTypeDictMode | kTypeUncached | kTypeParallel);
}

// Types whose C++ code is made for several threads at once: immutable objects, containers with object locks and lock-free reads, and
// objects whose only changing state is references (gc::exchange is atomic where it matters).
static bool is_parallel_type(const TypeObject* t) {
  if (t < builtin_types || t >= builtin_types + kTypeCount) return false;
  switch (t - builtin_types) {
    case kTypeByteArray:
    case kTypeByteArrayIterator:
    case kTypeMemoryView:
    case kTypeStrIterator:
    case kTypeStrAsciiIterator:
    case kTypeBytesIterator:
    case kTypeDictReverseKeyIterator:
    case kTypeDictReverseValueIterator:
    case kTypeDictReverseItemIterator:
    case kTypeSetIterator:
    case kTypeLongRangeIterator:
    case kTypeSeqIterator:
    case kTypeCallableIterator:
    case kTypeEnumerate:
    case kTypeZip:
    case kTypeMap:
    case kTypeFilter:
    case kTypeReversed:
    case kTypeGetSetDescriptor:
    case kTypeMemberDescriptor:
    case kTypeGenerator:
    case kTypeCoroutine:
    case kTypeCoroutineWrapper:
    case kTypeAsyncGenerator:
    case kTypeAsyncGenASend:
    case kTypeAsyncGenAThrow:
    case kTypePyFrame:
    case kTypeSimpleNamespace: return false;
    default: return true;
  }
}

void layout_native_type(TypeObject* t, const char* full_name, TypeObject* base, const TypeSpec* spec, ShapeId fixed) {
  t->cname = full_name;
  t->base = base;
  t->spec = spec;
  uint64_t flags = spec->flags;
  if (flags & kTypeHeap) {
    flags &= ~uint64_t{kTypeHeap};
  } else {
    flags |= kTypeImmutable;
  }
  if (flags & kTypeHasDict) flags |= kTypeHasDictAttr;
  if (base) flags |= inherited_flags(base) & ~uint64_t{kTypeParallel};  // what it adds of its own may not be
  if (is_parallel_type(t)) flags |= kTypeParallel;
  t->flags = flags | own_sub_flag(t);
  t->basic_size = spec->basic_size;
  if (base && t->basic_size < base->basic_size) t->basic_size = base->basic_size;
  t->var_end = spec->var_end ? spec->var_end : base ? base->var_end : nullptr;

  gc::TypeOps& n = t->native_merged;
  n = spec->ops;
  n.name = full_name;
  if (base && base->native_ops) {
    n.trace = or_else(n.trace, base->native_ops->trace);
    n.clear = or_else(n.clear, base->native_ops->clear);
    n.dealloc = or_else(n.dealloc, base->native_ops->dealloc);
    n.finalize = or_else(n.finalize, base->native_ops->finalize);
    n.size_of = or_else(n.size_of, base->native_ops->size_of);
  }
  t->native_ops = &n;
  t->native_base = t;
  t->ops = n;
  if (!n.dealloc) t->ops.dealloc = &generic_dealloc;

  t->attr_offset = 0;
  if (t->flags & kTypeHasDict) {
    if (spec->dict_offset) {
      t->attr_offset = static_cast<int32_t>(spec->dict_offset);
    } else if (t->flags & kTypeVarSize) {
      t->attr_offset = -1;
    } else if (base && (base->flags & kTypeDictMode)) {
      t->attr_offset = base->attr_offset;
    } else {
      t->attr_offset = static_cast<int32_t>((t->basic_size + 7) & ~7u);
    }
    t->ops.trace = &instance_trace;
    t->ops.clear = &instance_clear;
  }
  if (spec->s.del_ || n.finalize || (base && base->s.del_)) t->ops.finalize = &instance_finalize;
  uint32_t shape_flags = t->flags & kTypeHasDict ? uint32_t{kShapeDictMode} : 0u;
  t->root_shape = make_root_shape(t, 0, shape_flags, fixed);
  if (t->flags & kTypeHasDict) t->dict_shape = t->root_shape;
  t->exact_shape = t->root_shape->id;
}

void init_types_layout() {
  gc::init_shape_table(kFirstDynamicShape);
  for (uint32_t i = 0; i < kTypeCount; i++) {
    TypeObject* t = &builtin_types[i];
    t->h.shape_id.store(kShapeType, std::memory_order_relaxed);
    gc::make_immortal(&t->h);
    TypeObject* base = i == kTypeObject ? nullptr : &builtin_types[builtin_bases[i]];
    layout_native_type(t, builtin_names[i], base, builtin_spec(i), i + 1);
  }
  make_root_shape(types::Int, 0, 0, kShapeBigInt);
  make_root_shape(types::Float, 0, 0, kShapeBoxedFloat);
  for (TypeObject* t :
       {types::Int, types::Bool, types::Float, types::NoneType, types::EllipsisType, types::NotImplementedType}) {
    t->root_shape->flags |= kShapeImmediate;
  }
}

bool add_subclass(TypeObject* base, TypeObject* t) {
  Ref subclasses = Ref::dup(gc::load(&base->subclasses));
  if (!subclasses) {
    Ref d = make_dict();
    if (!d) return false;
    if (gc::parallel) gc::publish(d.as<Header>());
    RuntimeLock lock{Value(types::Type)};
    if (!gc::load(&base->subclasses)) gc::store(&base->h, &base->subclasses, std::move(d));
    subclasses = Ref::dup(gc::load(&base->subclasses));
  }
  Ref key = make_int(static_cast<int64_t>(reinterpret_cast<uintptr_t>(t)));
  Ref weak = make_weakref(Value(t));
  return weak && dict_set(subclasses, key, weak);
}

void remove_subclass(TypeObject* base, TypeObject* t) {
  Ref subclasses = Ref::dup(gc::load(&base->subclasses));
  if (!subclasses) return;
  Ref key = make_int(static_cast<int64_t>(reinterpret_cast<uintptr_t>(t)));
  if (dict_delete(subclasses, key) < 0) clear_error();
}

Ref subclass_list(TypeObject* t) {
  Ref list = make_list();
  Ref subclasses = Ref::dup(gc::load(&t->subclasses));
  if (!list || !subclasses) return list;
  Ref values = dict_values_list(subclasses);
  if (!values) return nullptr;
  for (size_t i = 0; i < list_size(values); i++) {
    Ref sub = weakref_get(list_at(values, i));
    if (sub && !list_append(list, std::move(sub))) return nullptr;
  }
  return list;
}

bool ready_native_type(TypeObject* t, const TypeSpec* spec) {
  const char* dot = strrchr(t->cname, '.');
  t->name = intern_static(dot ? dot + 1 : t->cname);
  t->qualname = t->name;
  Ref dict = make_dict();
  if (!dict) return false;
  gc::init(&t->dict, std::move(dict));
  TypeObject* base = t->base;
  Ref bases = base ? make_tuple_of({Value(base)}) : make_tuple(0);
  if (!bases) return false;
  gc::init(&t->bases, std::move(bases));
  size_t n = base ? tuple_size(base->mro) : 0;
  Ref mro = make_tuple(n + 1);
  if (!mro) return false;
  tuple_init(mro, 0, Ref::dup(t));
  for (size_t i = 0; i < n; i++) tuple_init(mro, i + 1, Ref::dup(tuple_at(base->mro, i)));
  gc::init(&t->mro, std::move(mro));
  t->s = spec->s;
  inherit_native_slots(t);
  lock_slots(t);
  Slots own = spec->s;  // as far as the type defines them itself, in their locked form
#define SLOT(field, Sig, dunder) \
  if (own.field && t->s.field) own.field = t->s.field;
#include "interp/objects/slots.def"
#undef SLOT
  if (!add_slot_wrappers(t, own)) return false;

  for (const NativeDef* d = spec->methods; d && d->name; d++) {
    Str* name = intern_static(d->name);
    if (!(d->flags & kNativeCoexist) && dict_get_str(t->dict, name)) continue;
    Ref m;
    if (d->flags & kNativeStatic) {
      Ref f = make_native_function(d, Value(t), Value());
      if (!f) return false;
      f.as<NativeFunction>()->owner_type = Value(t);
      gc::incref(&t->h);
      m = make_static_method(f);
    } else {
      m = make_method_descriptor(t, d, (d->flags & kNativeClassMethod) != 0);
    }
    if (!m || !dict_set_str(t->dict, name, m)) return false;
  }
  for (const MemberDef* d = spec->members; d && d->name; d++) {
    Str* name = intern_static(d->name);
    if (dict_get_str(t->dict, name)) continue;
    Ref m = make_member_descriptor(t, d);
    if (!m || !dict_set_str(t->dict, name, m)) return false;
  }
  for (const GetSetDef* d = spec->getset; d && d->name; d++) {
    Str* name = intern_static(d->name);
    if (dict_get_str(t->dict, name)) continue;
    Ref m = make_getset_descriptor(t, d);
    if (!m || !dict_set_str(t->dict, name, m)) return false;
  }
  // Instances with attributes of their own show their dict.
  if ((spec->flags & kTypeHasDict) && !(base && (base->flags & kTypeHasDictAttr)) &&
      !dict_get_str(t->dict, TAIPAN_NAME(__dict__))) {
    Ref d = make_getset_descriptor(t, &instance_dict_def);
    if (!d || !dict_set_str(t->dict, TAIPAN_NAME(__dict__), d)) return false;
  }
  Ref doc = Ref::imm(kNone);
  if (spec->doc) {
    const char* text = spec->doc;
    // "name(signature)\n--\n\ntext": the signature shows up as __text_signature__ only.
    size_t len = t->name->length;
    if (strncmp(text, t->name->ascii_view().data(), len) == 0 && text[len] == '(') {
      if (const char* end = strstr(text, ")\n--\n\n")) text = end + 6;
    }
    doc = make_str(text);
    if (!doc) return false;
    gc::init(&t->doc, doc.copy());
  }
  if (!dict_get_str(t->dict, TAIPAN_NAME(__doc__)) && !dict_set_str(t->dict, TAIPAN_NAME(__doc__), doc)) return false;
  if (!dict_get_str(t->dict, TAIPAN_NAME(__hash__)) && spec->s.compare && !spec->s.hash) {
    if (!dict_set_str(t->dict, TAIPAN_NAME(__hash__), kNone)) return false;
  }
  // What an immutable type holds stays with it, and is used all the time.
  if (gc::is_immortal(&t->h) && !(t->flags & kTypeHeap)) {
    size_t at = 0;
    for (Value key, v; dict_next(t->dict, &at, &key, &v);) {
      if (v.is_heap()) gc::make_immortal(v.header());
    }
  }
  if (t->s.get_attr != &generic_get_attr) t->flags |= kTypeCustomGetattr;
  if (t->s.del_) t->flags |= kTypeHasDel;
  t->flags |= kTypeReady;
  return !base || add_subclass(base, t);
}

void init_builtin_types() {
  init_slot_table();
  for (uint32_t i = 0; i < kTypeCount; i++) {
    if (!ready_native_type(&builtin_types[i], builtin_spec(i))) {
      Value e = current_error();
      fprintf(stderr, "taipan: cannot ready type %s: %s\n", builtin_names[i], e ? type_of(e)->cname : "no exception");
      abort();
    }
  }
  gc::add_root_callback(trace_builtin_types);
}

TypeObject* make_native_type(const char* full_name, TypeObject* base, const TypeSpec* spec) {
  Header* h = new_object(sizeof(TypeObject), kShapeType, false);
  if (!h) return nullptr;
  gc::make_immortal(h);
  auto* t = reinterpret_cast<TypeObject*>(h);
  layout_native_type(t, full_name, base, spec, 0);
  auto* link = static_cast<NativeTypeLink*>(malloc(sizeof(NativeTypeLink)));
  if (!link) return raise_memory();
  link->type = t;
  link->next = native_types.load(std::memory_order_relaxed);
  while (!native_types.compare_exchange_weak(link->next, link)) {}
  if (!ready_native_type(t, spec)) return nullptr;
  if (gc::parallel) share_class(t);
  return t;
}

void start_objects() {
  init_types_layout();
  init_builtin_types();
  init_exceptions();
  init_weakrefs();
}

}  // namespace taipan
