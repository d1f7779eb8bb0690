// Hidden classes: a tree of shapes under each root, one edge a name. Shapes along one line share a table of names; a name is in
// a shape if its index is below nslots.
#include <cstdlib>
#include <mutex>
#include "gc/epoch.h"
#include "interp/objects/str.h"
#include "interp/objects/type.h"

namespace taipan {

struct ShapeTable {
  uint32_t refs;
  uint32_t capacity;
  uint32_t count;  // names written; changed under the lock
  uint32_t mask;   // of the hash part
  std::atomic<Str*>* names() { return reinterpret_cast<std::atomic<Str*>*>(this + 1); }
  std::atomic<uint8_t>* buckets() {
    return reinterpret_cast<std::atomic<uint8_t>*>(names() + capacity);
  }  // index + 1; 0: empty
};

namespace {

constexpr uint32_t kMaxNames = 128;
constexpr uint32_t kMaxChildren = 96;
constexpr uint32_t kLinearNames = 8;

std::mutex shape_mutex;

uint32_t name_hash(const Str* name) {
  return static_cast<uint32_t>((reinterpret_cast<uintptr_t>(name) >> 4) * 0x9E3779B97F4A7C15u >> 40);
}

ShapeTable* new_table(uint32_t capacity) {
  uint32_t buckets = capacity * 2;
  void* p = calloc(1, sizeof(ShapeTable) + capacity * sizeof(Str*) + buckets);
  if (!p) return nullptr;
  auto* t = static_cast<ShapeTable*>(p);
  t->refs = 1;
  t->capacity = capacity;
  t->mask = buckets - 1;
  return t;
}

void table_add(ShapeTable* t, Str* name) {
  uint32_t index = t->count;
  t->names()[index].store(name, std::memory_order_release);
  uint32_t at = name_hash(name) & t->mask;
  while (t->buckets()[at].load(std::memory_order_relaxed)) at = (at + 1) & t->mask;
  t->buckets()[at].store(static_cast<uint8_t>(index + 1), std::memory_order_release);
  t->count = index + 1;
}

void drop_table(ShapeTable* t) {
  if (t && --t->refs == 0) gc::retire(t, free);
}

Shape* new_shape(TypeObject* type) {
  auto* s = static_cast<Shape*>(calloc(1, sizeof(Shape)));
  if (!s) return nullptr;
  s->type = type;
  s->ops = &type->ops;
  s->attr_offset = type->attr_offset;
  return s;
}

void free_tree(Shape* s) {
  for (Shape* c = s->first_child.load(std::memory_order_relaxed); c;) {
    Shape* next = c->next_sibling;
    free_tree(c);
    c = next;
  }
  if (s->last_name) gc::decref(&s->last_name->h);
  drop_table(s->table);
  __atomic_store_n(&gc::shape_table[s->id], nullptr, __ATOMIC_RELEASE);
  gc::retire(s, free);
}

Shape* find_child(Shape* s, Str* name) {
  for (Shape* c = s->first_child.load(std::memory_order_acquire); c; c = c->next_sibling) {
    if (c->last_name == name) return c;
  }
  return nullptr;
}

}  // namespace

Shape* make_root_shape(TypeObject* t, uint32_t inline_capacity, uint32_t flags, ShapeId fixed_id) {
  Shape* s = new_shape(t);
  if (!s) return nullptr;
  s->flags = flags;
  s->inline_capacity = static_cast<uint16_t>(inline_capacity);
  s->cell_size = t->basic_size;
  if (t->attr_offset > 0) {
    uint32_t end = static_cast<uint32_t>(t->attr_offset) + 8 + 8 * inline_capacity;
    if (end > s->cell_size) s->cell_size = end;
  }
  if (!(t->flags & kTypeHeap) && t->attr_offset == 0) s->flags |= kShapePlain;
  if (fixed_id) {
    gc::register_fixed_shape(s, fixed_id);
  } else {
    gc::register_shape(s);
  }
  std::lock_guard<std::mutex> lock(shape_mutex);
  s->next_sibling = t->shapes;
  t->shapes = s;
  return s;
}

Shape* type_dict_shape(TypeObject* t) {
  Shape* s = __atomic_load_n(&t->dict_shape, __ATOMIC_ACQUIRE);
  if (s) return s;
  s = make_root_shape(t, 0, kShapeDictMode, 0);
  if (s) __atomic_store_n(&t->dict_shape, s, __ATOMIC_RELEASE);
  return s;
}

void free_shapes(TypeObject* t) {
  Shape* s = t->shapes;
  t->shapes = nullptr;
  while (s) {
    Shape* next = s->next_sibling;
    free_tree(s);
    s = next;
  }
}

Str* shape_name(const Shape* s, uint32_t index) { return s->table->names()[index].load(std::memory_order_acquire); }

int32_t shape_find(const Shape* s, Str* name) {
  uint32_t n = s->nslots;
  ShapeTable* t = s->table;
  if (n <= kLinearNames) {
    for (uint32_t i = 0; i < n; i++) {
      if (t->names()[i].load(std::memory_order_relaxed) == name) return static_cast<int32_t>(i);
    }
    return -1;
  }
  uint32_t at = name_hash(name) & t->mask;
  while (uint8_t entry = t->buckets()[at].load(std::memory_order_acquire)) {
    if (t->names()[entry - 1].load(std::memory_order_acquire) == name) {
      return static_cast<uint32_t>(entry - 1) < n ? entry - 1 : -1;
    }
    at = (at + 1) & t->mask;
  }
  return -1;
}

Shape* shape_with(Shape* s, Str* name) {
  if (s->flags & kShapeDictMode) return nullptr;
  if (Shape* c = find_child(s, name)) return c;
  if (s->nslots >= kMaxNames) return nullptr;
  std::lock_guard<std::mutex> lock(shape_mutex);
  if (Shape* c = find_child(s, name)) return c;
  if (s->child_count >= kMaxChildren) return nullptr;
  Shape* c = new_shape(s->type);
  if (!c) return nullptr;
  ShapeTable* t = s->table;
  if (t && t->count == s->nslots && t->count < t->capacity) {
    t->refs++;
  } else {
    uint32_t capacity = kLinearNames;
    while (capacity <= s->nslots) capacity *= 2;
    ShapeTable* grown = new_table(capacity);
    if (!grown) {
      free(c);
      return nullptr;
    }
    for (uint32_t i = 0; i < s->nslots; i++) table_add(grown, t->names()[i].load(std::memory_order_relaxed));
    t = grown;
  }
  table_add(t, name);
  gc::incref(&name->h);
  c->flags = s->flags;
  c->parent = s;
  c->last_name = name;
  c->nslots = s->nslots + 1;
  c->inline_capacity = s->inline_capacity;
  c->cell_size = s->cell_size;
  c->table = t;
  gc::register_shape(c);
  Shape* root = s;
  while (root->parent) root = root->parent;
  if (s->attr_offset > 0 && c->nslots > gc::peek(root->wanted_capacity)) {
    gc::poke(root->wanted_capacity, static_cast<uint16_t>(c->nslots < 32 ? c->nslots : 32));
  }
  c->next_sibling = s->first_child.load(std::memory_order_relaxed);
  s->first_child.store(c, std::memory_order_release);
  s->child_count++;
  return c;
}

}  // namespace taipan
