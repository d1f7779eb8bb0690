// Making and destroying objects: allocation by type, the attribute area, the dealloc protocol, and what the collector sees of instances.
#include "interp/objects/object.h"
#include "gc/lock.h"
#include "interp/objects/abstract.h"
#include "interp/objects/dict.h"
#include "interp/objects/float.h"
#include "interp/objects/str.h"
#include "interp/objects/type_internal.h"
#include "interp/objects/weakref.h"

namespace taipan {

bool boxed_floats_same(Value a, Value b) {
  double x = a.as<BoxedFloat>()->value, y = b.as<BoxedFloat>()->value;
  return x == x && std::bit_cast<uint64_t>(x) == std::bit_cast<uint64_t>(y);
}

Header* new_object(size_t size, ShapeId shape, bool tracked) {
  const Shape* s = static_cast<const Shape*>(gc::shape_table[shape]);
  if (size < s->cell_size) size = s->cell_size;
  Header* h = gc::alloc_object(size, shape, tracked ? gc::kAllocTracked : gc::kAllocPlain, true);
  if (TAIPAN_UNLIKELY(!h)) return raise_memory();
  return h;
}

namespace {

// Makes the root shape wider: instances made so far have shown more names than it has inline slots for.
TAIPAN_COLD Shape* widen_root(TypeObject* cls, Shape* s) {
  uint32_t wanted = gc::peek(s->wanted_capacity);
  // The cell's size is a multiple of 16 anyway.
  if ((s->attr_offset + 8 + 8 * wanted) % 16) wanted++;
  if (wanted > 33) wanted = 33;
  Shape* wide = make_root_shape(cls, wanted, s->flags, 0);
  if (!wide) return s;
  wide->wanted_capacity = gc::peek(s->wanted_capacity);
  __atomic_store_n(&cls->root_shape, wide, __ATOMIC_RELEASE);
  return wide;
}

void free_overflow(Value ext) {
  if (ext.is_int()) gc::raw_free_epoch(reinterpret_cast<Value*>(ext.bits - 1) - 1);
}

}  // namespace

Header* alloc_instance(TypeObject* cls, size_t var_bytes) {
  Shape* s = __atomic_load_n(&cls->root_shape, __ATOMIC_ACQUIRE);  // another thread may make it wider
  size_t size = s->cell_size;
  if (TAIPAN_UNLIKELY(cls->flags & kTypeVarSize)) {
    size = (cls->basic_size + var_bytes + 7) & ~size_t{7};
    if (s->attr_offset) size += 8;
  } else if (TAIPAN_UNLIKELY(gc::peek(s->wanted_capacity) > s->inline_capacity)) {
    s = widen_root(cls, s);
    size = s->cell_size;
  }
  Header* h = gc::alloc_object(size, s->id, cls->flags & kTypeGc ? gc::kAllocTracked : gc::kAllocPlain, true);
  if (TAIPAN_UNLIKELY(!h)) return raise_memory();
  if (cls->flags & kTypeHeap) gc::incref(&cls->h);
  return h;
}

Value* attr_area(Header* o, const Shape* s) {
  char* p = reinterpret_cast<char*>(o);
  if (TAIPAN_LIKELY(s->attr_offset > 0)) return reinterpret_cast<Value*>(p + s->attr_offset);
  int64_t end = s->type->var_end(o);
  return reinterpret_cast<Value*>(p + ((end + 7) & ~int64_t{7}));
}

// Where readers without the lock land if the object has gone into dictionary mode since they looked at its shape: always null.
static Value no_slot;

Value* attr_slot(Header* o, const Shape* s, uint32_t index) {
  Value* area = attr_area(o, s);
  if (TAIPAN_LIKELY(index < s->inline_capacity)) return area + 1 + index;
  Value ext = gc::load(area);
  if (TAIPAN_UNLIKELY(!ext.is_int())) return &no_slot;
  return reinterpret_cast<Value*>(ext.bits - 1) + (index - s->inline_capacity);
}

bool instance_add_slot(Header* o, Shape* old_shape, Shape* next, Ref value) {
  uint32_t index = next->nslots - 1;
  Value* area = attr_area(o, next);
  if (TAIPAN_LIKELY(index < next->inline_capacity)) {
    gc::init(area + 1 + index, std::move(value));
  } else {
    uint32_t k = index - next->inline_capacity;
    Value ext = gc::load(area);
    size_t capacity = ext ? attr_overflow(area)[-1].bits : 0;
    if (k >= capacity) {
      size_t grown = capacity ? capacity * 2 : 4;
      auto* buf = static_cast<Value*>(gc::raw_calloc((grown + 1) * sizeof(Value)));
      if (!buf) return raise_memory();
      buf[0].bits = grown;
      for (size_t i = 0; i < capacity; i++) buf[1 + i] = attr_overflow(area)[i];
      gc::before_bulk_move(o);
      gc::store_release(area, Value(reinterpret_cast<uint64_t>(buf + 1) + 1));
      free_overflow(ext);
    }
    gc::init(attr_overflow(area) + k, std::move(value));
  }
  o->shape_id.store(next->id, std::memory_order_release);
  return true;
}

// ---- Dictionary mode ----------------------------------------------------------------------------------------------------------

Ref to_dict_mode(Header* o) {
  for (;;) {
    Shape* s = shape_of_header(o);
    if (s->flags & kShapeDictMode) {
      Value* area = attr_area(o, s);
      {
        gc::ObjectLock lock(o);
        if (Value d = gc::load(area)) return Ref::dup(d);
      }
      Ref fresh = make_dict();
      if (!fresh) return nullptr;
      gc::publish(fresh.as<Header>());
      gc::ObjectLock lock(o);
      if (Value d = gc::load(area)) return Ref::dup(d);
      gc::init(area, fresh.copy());
      return fresh;
    }
    Shape* dict_shape = type_dict_shape(s->type);
    if (!dict_shape) return raise_memory();
    Ref dict = make_dict(s->nslots);
    if (!dict) return nullptr;
    for (uint32_t i = 0; i < s->nslots; i++) {
      Value v = gc::load(attr_slot(o, s, i));
      if (v && !dict_append_str(dict, shape_name(s, i), Ref::dup(v))) return nullptr;
    }
    Value dead[kMaxInline];
    Value ext;
    uint32_t n = 0;
    gc::publish(dict.as<Header>());
    {
      gc::ObjectLock lock(o);
      if (o->shape() != s->id) continue;  // another thread was faster
      if (TAIPAN_UNLIKELY(gc::parallel)) {
        bool same = true;
        for (uint32_t i = 0; i < s->nslots && same; i++)
          same = gc::load(attr_slot(o, s, i)) == dict_get_str(dict, shape_name(s, i));
        if (!same) continue;
      }
      gc::before_bulk_move(o);
      Value* area = attr_area(o, s);
      ext = *area;
      o->shape_id.store(dict_shape->id, std::memory_order_release);
      gc::store_release(area, dict.copy().release());
      for (uint32_t i = 0; i < s->inline_capacity; i++) {
        if (area[1 + i]) dead[n++] = area[1 + i];
        gc::store_release(area + 1 + i, Value());
      }
    }
    // The dict holds them all now, so nothing dies here.
    for (uint32_t i = 0; i < n; i++) {
      gc::displaced(o, dead[i]);
      decref(dead[i]);
    }
    if (ext) {
      Value* over = reinterpret_cast<Value*>(ext.bits - 1);
      for (size_t i = 0; i < over[-1].bits; i++) {
        gc::displaced(o, over[i]);
        decref(over[i]);
      }
      free_overflow(ext);
    }
    return dict;
  }
}

Ref instance_dict(Header* o) {
  if (!has_attr_area(shape_of_header(o))) return nullptr;
  return to_dict_mode(o);
}

bool set_instance_dict(Header* o, Value dict) {
  Ref old = to_dict_mode(o);
  if (!old) return false;
  gc::publish(dict.header());  // others look into it through the object, without a count on it
  Ref dead;
  {
    gc::ObjectLock lock(o);
    dead = gc::exchange(o, attr_area(o, shape_of_header(o)), Ref::dup(dict));
  }
  return true;
}

void set_class(Header* o, TypeObject* cls) {
  TypeObject* old = shape_of_header(o)->type;
  Shape* s = cls->root_shape;
  if (has_attr_area(shape_of_header(o))) {
    Ref d = to_dict_mode(o);
    if (!d) return;
    s = type_dict_shape(cls);
    if (!s) return;
  }
  if (cls->flags & kTypeHeap) gc::incref(&cls->h);
  if (TAIPAN_UNLIKELY(gc::parallel)) {
    gc::ObjectLock lock(o);
    // Another thread may have changed it meanwhile: what goes is what is there now.
    Shape* now = shape_of_header(o);
    old = now->type;
    o->shape_id.store(s->id, std::memory_order_release);
  } else {
    o->shape_id.store(s->id, std::memory_order_release);
  }
  if (old->flags & kTypeHeap) {
    gc::displaced(o, Value(old));
    gc::decref(&old->h);
  }
}

// ---- What the collector sees of instances of heap classes and of built-in types with a __dict__ ----------------------------------

static void trace_area(Header* h, const Shape* s, gc::Visitor& v) {
  Value* area = attr_area(h, s);
  Value ext = gc::load(area);
  if (ext.is_int()) {
    Value* over = reinterpret_cast<Value*>(ext.bits - 1);
    v.visit_range(over, over[-1].bits);
  } else {
    v.visit(ext);
  }
  v.visit_range(area + 1, s->inline_capacity);
}

void instance_trace(Header* h, gc::Visitor& v) {
  const Shape* s = shape_of_header(h);
  TypeObject* t = s->type;
  if (t->flags & kTypeHeap) v.visit_object(t);
  if (t->native_ops->trace) t->native_ops->trace(h, v);
  uint32_t native_size = t->native_base->basic_size;
  if (t->basic_size > native_size && !(t->flags & kTypeVarSize)) {
    v.visit_range(reinterpret_cast<Value*>(reinterpret_cast<char*>(h) + native_size),
                  (t->basic_size - native_size) / sizeof(Value));
  }
  if (s->attr_offset) trace_area(h, s, v);
}

static void drop_slots(Header* h, TypeObject* t) {
  uint32_t native_size = t->native_base->basic_size;
  if (t->flags & kTypeVarSize) return;
  for (uint32_t at = native_size; at < t->basic_size; at += sizeof(Value)) {
    auto* slot = reinterpret_cast<Value*>(reinterpret_cast<char*>(h) + at);
    if (*slot) Ref dead = gc::take(h, slot);
  }
}

static void drop_area(Header* h, const Shape* s) {
  Value* area = attr_area(h, s);
  for (uint32_t i = 0; i < s->inline_capacity; i++) {
    if (area[1 + i]) Ref dead = gc::take(h, area + 1 + i);
  }
  Value ext = gc::load(area);
  if (!ext) return;
  if (ext.is_int()) {
    Value* over = reinterpret_cast<Value*>(ext.bits - 1);
    for (size_t i = 0; i < over[-1].bits; i++) {
      if (over[i]) Ref dead = gc::take(h, over + i);
    }
  } else {
    Ref dead = gc::take(h, area);
  }
}

// The same of a dying object: no barrier (see gc::destroy), nobody looks at it any more.
TAIPAN_INLINE static void drop_dying(Value* slot) {
  Value v = *slot;
  if (!v.is_heap()) return;
  *slot = Value();
  gc::decref(v.header());
}
TAIPAN_INLINE static void drop_dying_area(Header* h, const Shape* s) {
  Value* area = attr_area(h, s);
  for (uint32_t i = 0, n = s->inline_capacity; i < n; i++) drop_dying(&area[1 + i]);
  Value ext = *area;
  if (TAIPAN_LIKELY(ext.is_null())) return;
  if (ext.is_int()) {
    Value* over = reinterpret_cast<Value*>(ext.bits - 1);
    for (size_t i = 0; i < over[-1].bits; i++) drop_dying(&over[i]);
  } else {
    drop_dying(area);
  }
}

void instance_clear(Header* h) {
  const Shape* s = shape_of_header(h);
  TypeObject* t = s->type;
  if (t->native_ops->clear) t->native_ops->clear(h);
  drop_slots(h, t);
  if (s->attr_offset) drop_area(h, s);
}

void instance_finalize(Header* h) {
  TypeObject* t = shape_of_header(h)->type;
  if (!t->s.del_) {
    if (t->native_ops->finalize) t->native_ops->finalize(h);
    return;
  }
  SavedError saved;
  t->s.del_(Value(h));
}

void generic_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  const gc::TypeOps* native = shape_of_header(h)->type->native_ops;
  if (native->clear) native->clear(h);
  finish_dealloc(h);
}

bool begin_dealloc_slow(Header* h) {
  const gc::TypeOps* ops = gc::ops_of(h);
  if (TAIPAN_UNLIKELY(ops->finalize != nullptr) && !h->has_gcflag(gc::kFinalized)) {
    h->set_gcflag(gc::kFinalized);
    gc::begin_finalize(h);
    ops->finalize(h);
    if (gc::end_finalize(h)) return false;
  }
  if (TAIPAN_UNLIKELY(h->lock.load(std::memory_order_relaxed) & gc::kHasWeakrefs)) clear_weakrefs(h);
  gc::untrack_dying(h);
  return true;
}

void finish_dealloc_slow(Header* h) {
  const Shape* s = shape_of_header(h);
  TypeObject* t = s->type;
  if (!(t->flags & kTypeHeap)) {
    if (TAIPAN_UNLIKELY(s->attr_offset != 0)) drop_dying_area(h, s);
    gc::free_object(h);
    return;
  }
  if (uint32_t at = t->native_base->basic_size, end = t->basic_size; at < end && !(t->flags & kTypeVarSize)) {
    for (; at < end; at += sizeof(Value)) drop_dying(reinterpret_cast<Value*>(reinterpret_cast<char*>(h) + at));
  }
  if (s->attr_offset) {
    drop_dying_area(h, s);
    if (Value ext = gc::load(attr_area(h, s)); ext.is_int()) gc::raw_free(reinterpret_cast<Value*>(ext.bits - 1) - 1);
  }
  gc::free_object(h);
  gc::decref(&t->h);
}

}  // namespace taipan
