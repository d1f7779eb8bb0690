// The module _contextvars: contexts are immutable maps in the manner of a hash array mapped trie, so that copying one is taking a
// reference, and setting a variable copies the path to it (a node for every 32-fold of variables).
//
// Every ContextVar has a number of its own; mixed by a bijection it serves as the hash. So no two keys collide on all levels, and a trie
// needs no collision nodes.
#include "interp/modules/contextvars.h"

#include <atomic>

#include "interp/modules/module_util.h"
#include "interp/objects/containers.h"
#include "interp/objects/list.h"
#include "interp/objects/owned_fields.h"
#include "interp/objects/tuple.h"
#include "interp/objects/type_internal.h"

namespace taipan {

namespace {

TypeObject *var_type, *context_type, *token_type, *missing_type, *node_type, *keys_type, *values_type, *items_type;
Value missing;  // Token.MISSING, immortal

struct ContextVar {
  Header h;
  Value name;
  Value fallback;  // null: none
  uint64_t hash;
};
struct Node {
  Header h;
  uint32_t bitmap;
  uint32_t count;
  // A pair for each bit of the bitmap: variable and value, or null and a deeper node.
  Value* pairs() { return reinterpret_cast<Value*>(this + 1); }
};
// GIL off: root and size change, and are read, under the object lock; so does whether it is entered. Variables never change, and of a token
// nothing but whether it was used (kTypeParallel).
struct Context {
  Header h;
  Value root;      // Node or null
  Value previous;  // while entered: the context that was current before, or null
  int64_t size;
  bool entered;
};
struct Token {
  Header h;
  Value context, var;
  Value old_value;  // null: there was none
  std::atomic<bool> used;
};

constexpr int kBits = 5;
constexpr unsigned kMask = 31;

bool is_var(Value v) { return has_shape(v, var_type->root_shape->id); }
bool is_token(Value v) { return has_shape(v, token_type->root_shape->id); }
uint64_t hash_of_var(Value v) { return v.as<ContextVar>()->hash; }

// ---- the trie -----------------------------------------------------------------------------------------------------------------

void node_trace(Header* h, gc::Visitor& v) {
  auto* n = reinterpret_cast<Node*>(h);
  v.visit_range(n->pairs(), 2 * n->count);
}
void node_clear(Header* h) {
  auto* n = reinterpret_cast<Node*>(h);
  for (uint32_t i = 0; i < 2 * n->count; i++) Ref old = gc::take(h, &n->pairs()[i]);
}
void node_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  node_clear(h);
  finish_dealloc(h);
}
int64_t node_end(Header* h) {
  return static_cast<int64_t>(sizeof(Node) + reinterpret_cast<Node*>(h)->count * 2 * sizeof(Value));
}
const TypeSpec kNodeSpec = {.flags = kTypeGc | kTypeVarSize | kTypeNoInstantiate,
                            .basic_size = sizeof(Node),
                            .ops = {.trace = node_trace, .clear = node_clear, .dealloc = node_dealloc},
                            .var_end = node_end};

Node* new_node(uint32_t bitmap) {
  auto count = static_cast<uint32_t>(__builtin_popcount(bitmap));
  auto* n = alloc_instance_as<Node>(node_type, count * 2 * sizeof(Value));
  if (n) {
    n->bitmap = bitmap;
    n->count = count;
  }
  return n;
}
uint32_t bit_of(uint64_t hash, int shift) { return 1u << ((hash >> shift) & kMask); }
uint32_t place_of(const Node* n, uint32_t bit) {
  return static_cast<uint32_t>(__builtin_popcount(n->bitmap & (bit - 1)));
}

// The value of var, borrowed from the node; null: not there.
Value node_find(Value root, Value var) {
  uint64_t hash = hash_of_var(var);
  for (int shift = 0; root; shift += kBits) {
    auto* n = root.as<Node>();
    uint32_t bit = bit_of(hash, shift);
    if (!(n->bitmap & bit)) return Value();
    Value* pair = n->pairs() + 2 * place_of(n, bit);
    if (pair[0] == var) return pair[1];
    if (pair[0]) return Value();
    root = pair[1];
  }
  return Value();
}

// A node of two variables whose hashes differ from some level on.
Ref node_of_two(int shift, Value var_a, Value value_a, Value var_b, Value value_b) {
  uint32_t a = bit_of(hash_of_var(var_a), shift), b = bit_of(hash_of_var(var_b), shift);
  Node* n = new_node(a | b);
  if (!n) return nullptr;
  Ref r = Ref::steal(n);
  if (a == b) {
    Ref deeper = node_of_two(shift + kBits, var_a, value_a, var_b, value_b);
    if (!deeper) return nullptr;
    gc::init(&n->pairs()[1], std::move(deeper));
    return r;
  }
  size_t first = a < b ? 0 : 2;
  gc::init(&n->pairs()[first], Ref::dup(var_a));
  gc::init(&n->pairs()[first + 1], Ref::dup(value_a));
  gc::init(&n->pairs()[2 - first], Ref::dup(var_b));
  gc::init(&n->pairs()[3 - first], Ref::dup(value_b));
  return r;
}
void copy_pairs(Node* to, uint32_t at, const Value* from, uint32_t count) {
  for (uint32_t i = 0; i < 2 * count; i++) gc::init(&to->pairs()[2 * at + i], Ref::dup(from[i]));
}
// The map with var = value. *added: it was not there before.
Ref node_with(Value root, int shift, Value var, Value value, bool* added) {
  uint32_t bit = bit_of(hash_of_var(var), shift);
  if (!root) {
    Node* n = new_node(bit);
    if (!n) return nullptr;
    gc::init(&n->pairs()[0], Ref::dup(var));
    gc::init(&n->pairs()[1], Ref::dup(value));
    *added = true;
    return Ref::steal(n);
  }
  auto* old = root.as<Node>();
  uint32_t at = place_of(old, bit);
  if (!(old->bitmap & bit)) {
    Node* n = new_node(old->bitmap | bit);
    if (!n) return nullptr;
    Ref r = Ref::steal(n);
    copy_pairs(n, 0, old->pairs(), at);
    gc::init(&n->pairs()[2 * at], Ref::dup(var));
    gc::init(&n->pairs()[2 * at + 1], Ref::dup(value));
    copy_pairs(n, at + 1, old->pairs() + 2 * at, old->count - at);
    *added = true;
    return r;
  }
  Value* pair = old->pairs() + 2 * at;
  Ref deeper;
  if (!pair[0]) {
    deeper = node_with(pair[1], shift + kBits, var, value, added);
    if (!deeper) return nullptr;
  } else if (pair[0] != var) {
    deeper = node_of_two(shift + kBits, pair[0], pair[1], var, value);
    if (!deeper) return nullptr;
    *added = true;
  }
  Node* n = new_node(old->bitmap);
  if (!n) return nullptr;
  Ref r = Ref::steal(n);
  copy_pairs(n, 0, old->pairs(), at);
  if (deeper) {
    gc::init(&n->pairs()[2 * at + 1], std::move(deeper));
  } else {
    gc::init(&n->pairs()[2 * at], Ref::dup(var));
    gc::init(&n->pairs()[2 * at + 1], Ref::dup(value));
  }
  copy_pairs(n, at + 1, pair + 2, old->count - at - 1);
  return r;
}
// The map without var, which is in it; kMissing: nothing is left.
Ref node_without(Value root, int shift, Value var) {
  auto* old = root.as<Node>();
  uint32_t bit = bit_of(hash_of_var(var), shift);
  uint32_t at = place_of(old, bit);
  Value* pair = old->pairs() + 2 * at;
  Ref deeper;
  if (!pair[0]) {
    deeper = node_without(pair[1], shift + kBits, var);
    if (!deeper) return nullptr;
  }
  if (!deeper || deeper.get() == kMissing) {
    if (old->count == 1) return Ref::imm(kMissing);
    Node* n = new_node(old->bitmap & ~bit);
    if (!n) return nullptr;
    copy_pairs(n, 0, old->pairs(), at);
    copy_pairs(n, at, pair + 2, old->count - at - 1);
    return Ref::steal(n);
  }
  // A node that shrank to one variable is taken up into this one.
  auto* d = deeper.as<Node>();
  bool lift = d->count == 1 && d->pairs()[0];
  Node* n = new_node(old->bitmap);
  if (!n) return nullptr;
  copy_pairs(n, 0, old->pairs(), at);
  if (lift)
    copy_pairs(n, at, d->pairs(), 1);
  else
    gc::init(&n->pairs()[2 * at + 1], std::move(deeper));
  copy_pairs(n, at + 1, pair + 2, old->count - at - 1);
  return Ref::steal(n);
}
template <class F>
bool node_each(Value root, F f) {
  if (!root) return true;
  auto* n = root.as<Node>();
  for (uint32_t i = 0; i < n->count; i++) {
    Value* pair = n->pairs() + 2 * i;
    if (!(pair[0] ? f(pair[0], pair[1]) : node_each(pair[1], f))) return false;
  }
  return true;
}

// ---- contexts -----------------------------------------------------------------------------------------------------------------

thread_local constinit uint64_t stamp = 1;

using ContextFields = OwnedFields<Context, &Context::root, &Context::previous>;

Context* ctx(Value v) { return v.as<Context>(); }
Ref root_of(Value context, int64_t* size = nullptr) {
  gc::ObjectLock lock(context.header());
  if (size) *size = ctx(context)->size;
  return Ref::dup(ctx(context)->root);
}
void set_root(Value context, Ref root, int64_t size) {
  Ref old;
  stamp++;  // only the thread whose current context it is sets values
  gc::ObjectLock lock(context.header());
  old = gc::exchange(context.header(), &ctx(context)->root, std::move(root));
  ctx(context)->size = size;
}
Ref make_context(Ref root, int64_t size) {
  auto* c = alloc_instance_as<Context>(context_type);
  if (!c) return nullptr;
  gc::init(&c->root, std::move(root));
  c->size = size;
  return Ref::steal(c);
}
// The thread's context, made when it is first needed. Borrowed; null: MemoryError.
Value current_context(Thread* t) {
  if (TAIPAN_UNLIKELY(!t->context)) {
    Ref c = make_context(Ref(), 0);
    if (!c) return Value();
    t->context = c.release();
    stamp++;
  }
  return t->context;
}

Ref context_new(TypeObject*, RawArgs a) {
  if (a.n || has_keywords(a)) return raise(types::TypeError, "Context() does not accept any arguments");
  return make_context(Ref(), 0);
}
bool check_key(Value key) {
  return is_var(key) || raise(types::TypeError, "a ContextVar key was expected, got %R", key);
}
// kMissing: not there.
Ref context_find(Value context, Value key) {
  if (!check_key(key)) return nullptr;
  Ref root = root_of(context);
  Value v = node_find(root, key);
  return v ? Ref::dup(v) : Ref::imm(kMissing);
}
int64_t context_length(Value v) {
  gc::ObjectLock lock(v.header());
  return ctx(v)->size;
}
Ref context_get_item(Value context, Value key) {
  Ref v = context_find(context, key);
  if (v && v.get() == kMissing) return raise_key_error(key);
  return v;
}
int context_contains(Value context, Value key) {
  Ref v = context_find(context, key);
  return v ? v.get() != kMissing : -1;
}
Ref context_compare(Value a, Value b, CompareOp op) {
  if (!has_shape(b, context_type->root_shape->id) || (op != kEq && op != kNe)) return Ref::imm(kNotImplemented);
  int64_t na, nb;
  Ref ra = root_of(a, &na), rb = root_of(b, &nb);
  bool equal = na == nb;
  if (equal && ra.get() != rb.get()) {
    bool ok = node_each(ra, [&](Value var, Value value) {
      Value other = node_find(rb, var);
      int same = other ? values_equal(value, other) : 0;
      if (same == 0) equal = false;
      return same > 0;
    });
    if (!ok && equal) return nullptr;
  }
  return Ref::imm(bool_value(equal == (op == kEq)));
}

enum class What { kKeys, kValues, kItems };
struct MapIterator {
  Header h;
  Value items;  // tuple
  size_t index;
};
using MapIteratorFields = OwnedFields<MapIterator, &MapIterator::items>;

Ref make_map_iterator(Value context, What what) {
  Ref root = root_of(context);
  Ref list = make_list();
  if (!list) return nullptr;
  bool ok = node_each(root, [&](Value var, Value value) {
    if (what == What::kKeys) return list_append(list, var);
    if (what == What::kValues) return list_append(list, value);
    Ref pair = make_tuple_of({var, value});
    return pair && list_append(list, std::move(pair));
  });
  if (!ok) return nullptr;
  Ref tuple = list_to_tuple(list);
  if (!tuple) return nullptr;
  auto* it = alloc_instance_as<MapIterator>(what == What::kKeys     ? keys_type
                                            : what == What::kValues ? values_type
                                                                    : items_type);
  if (!it) return nullptr;
  gc::init(&it->items, std::move(tuple));
  return Ref::steal(it);
}
Ref map_iterator_next(Value self) {
  auto* it = self.as<MapIterator>();
  if (!it->items || it->index >= tuple_size(it->items)) return Ref::imm(kStopIter);
  return Ref::dup(tuple_at(it->items, it->index++));
}
Ref return_self(Value self) { return Ref::dup(self); }
int64_t map_iterator_length(Value self) { return static_cast<int64_t>(tuple_size(self.as<MapIterator>()->items)); }
const TypeSpec kMapIteratorSpec = {
    .flags = kTypeGc | kTypeNoInstantiate,
    .basic_size = sizeof(MapIterator),
    .ops = {.trace = MapIteratorFields::trace,
            .clear = MapIteratorFields::clear,
            .dealloc = MapIteratorFields::dealloc},
    .s = {.iter = return_self, .next = map_iterator_next, .length = map_iterator_length}};

Ref context_iter(Value self) { return make_map_iterator(self, What::kKeys); }
Ref context_get_impl(Args& a) {
  Ref v = context_find(a.self, a[0]);
  if (v && v.get() == kMissing) return Ref::dup(a.get(1, kNone));
  return v;
}
Ref context_keys_impl(Args& a) { return make_map_iterator(a.self, What::kKeys); }
Ref context_values_impl(Args& a) { return make_map_iterator(a.self, What::kValues); }
Ref context_items_impl(Args& a) { return make_map_iterator(a.self, What::kItems); }
Ref context_copy_impl(Args& a) {
  int64_t size;
  Ref root = root_of(a.self, &size);
  return make_context(std::move(root), size);
}
Ref context_run_impl(Args& a) {
  if (a.raw.n < 1) return raise(types::TypeError, "run() missing 1 required positional argument");
  Ref self = Ref::dup(a.self);
  if (!context_enter(a.t, self)) return nullptr;
  Ref result = call_array(a.raw.v[0], a.raw.v + 1, a.raw.n - 1, a.raw.kwnames);
  context_leave(a.t, self);
  return result;
}

const NativeDef kContextMethods[] = {{"get", "($self, key, default=None, /)", context_get_impl, 0,
                                      "The value of a variable in this context, or default if it has none."},
                                     {"items", "($self, /)", context_items_impl, 0, "All variables with their values."},
                                     {"keys", "($self, /)", context_keys_impl, 0, "All variables that have a value."},
                                     {"values", "($self, /)", context_values_impl, 0, "The values of all variables."},
                                     {"copy", "($self, /)", context_copy_impl, 0, "A shallow copy of the context."},
                                     {"run", "(...)", context_run_impl, kNativeNoSignature, nullptr},
                                     {nullptr}};
const TypeSpec kContextSpec = {
    .flags = kTypeGc | kTypeWeakrefable | kTypeKeyed | kTypeParallel,
    .basic_size = sizeof(Context),
    .ops = {.trace = ContextFields::trace, .clear = ContextFields::clear, .dealloc = ContextFields::dealloc},
    .methods = kContextMethods,
    .s = {.compare = context_compare,
          .iter = context_iter,
          .new_ = context_new,
          .length = context_length,
          .get_item = context_get_item,
          .contains = context_contains}};

// ---- variables ----------------------------------------------------------------------------------------------------------------

using VarFields = OwnedFields<ContextVar, &ContextVar::name, &ContextVar::fallback>;

Ref new_var(Value name, Value fallback) {
  static std::atomic<uint64_t> next{1};
  auto* v = alloc_instance_as<ContextVar>(var_type);
  if (!v) return nullptr;
  uint64_t n = next.fetch_add(1, std::memory_order_relaxed);
  n *= 0x9E3779B97F4A7C15u;  // odd: a bijection
  v->hash = n ^ (n >> 32);   // and so is this
  gc::init(&v->name, Ref::dup(name));
  gc::init(&v->fallback, Ref::dup(fallback));
  return Ref::steal(v);
}
Ref var_new(TypeObject*, RawArgs a) {
  Value fallback;
  if (a.n == 0) return raise(types::TypeError, "ContextVar() takes exactly 1 positional argument (0 given)");
  if (a.n > 1) return raise(types::TypeError, "ContextVar() takes at most 1 positional argument (%zu given)", a.n);
  if (has_keywords(a)) {
    for (size_t i = 0; i < tuple_size(a.kwnames); i++) {
      Value key = tuple_at(a.kwnames, i);
      if (!str_eq_ascii(key, "default"))
        return raise(types::TypeError, "'%S' is an invalid keyword argument for ContextVar()", key);
      fallback = a.v[a.n + i];
    }
  }
  if (!is_str(a.v[0])) return raise(types::TypeError, "context variable name must be a str");
  return new_var(a.v[0], fallback);
}
bool var_hash(Value v, int64_t* out) {
  *out = static_cast<int64_t>(hash_of_var(v) >> 3);
  return true;
}
Ref var_repr(Value self) {
  auto* v = self.as<ContextVar>();
  int entered = repr_enter(self);
  if (entered < 0) return nullptr;
  if (entered > 0) return make_str("...");
  Ref r = v->fallback ? format_str("<ContextVar name=%R default=%R at %p>", v->name, v->fallback, self.header())
                      : format_str("<ContextVar name=%R at %p>", v->name, self.header());
  repr_leave(self);
  return r;
}
Ref var_get(Thread* t, Value self, Value otherwise) {
  if (t->context) {
    Ref root = root_of(t->context);
    if (Value v = node_find(root, self)) return Ref::dup(v);
  }
  if (otherwise) return Ref::dup(otherwise);
  if (self.as<ContextVar>()->fallback) return Ref::dup(self.as<ContextVar>()->fallback);
  return raise_value(types::LookupError, self);
}
// *old: the value before, or null.
bool var_assign(Thread* t, Value self, Value value, Ref* old) {
  Value context = current_context(t);
  if (!context) return false;
  int64_t size;
  Ref root = root_of(context, &size);
  if (Value v = node_find(root, self)) *old = Ref::dup(v);
  bool added = false;
  Ref fresh = node_with(root, 0, self, value, &added);
  if (!fresh) return false;
  set_root(context, std::move(fresh), size + added);
  return true;
}
Ref var_get_impl(Args& a) { return var_get(a.t, a.self, a[0]); }
Ref var_set_impl(Args& a) {
  Ref old;
  if (!var_assign(a.t, a.self, a[0], &old)) return nullptr;
  auto* token = alloc_instance_as<Token>(token_type);
  if (!token) return nullptr;
  gc::init(&token->context, Ref::dup(a.t->context));
  gc::init(&token->var, Ref::dup(a.self));
  gc::init(&token->old_value, std::move(old));
  return Ref::steal(token);
}
Ref var_reset_impl(Args& a) {
  if (!is_token(a[0])) return raise(types::TypeError, "expected an instance of Token, got %R", a[0]);
  auto* token = a[0].as<Token>();
  if (token->used) return raise(types::RuntimeError, "%R has already been used once", a[0]);
  if (token->var != a.self) return raise(types::ValueError, "%R was created by a different ContextVar", a[0]);
  Value context = current_context(a.t);
  if (!context) return nullptr;
  if (token->context != context) return raise(types::ValueError, "%R was created in a different Context", a[0]);
  if (token->used.exchange(true)) return raise(types::RuntimeError, "%R has already been used once", a[0]);
  if (token->old_value) {
    Ref old;
    if (!var_assign(a.t, a.self, token->old_value, &old)) return nullptr;
    return Ref::imm(kNone);
  }
  int64_t size;
  Ref root = root_of(context, &size);
  if (!node_find(root, a.self)) return raise_value(types::LookupError, a.self);
  Ref rest = node_without(root, 0, a.self);
  if (!rest) return nullptr;
  if (rest.get() == kMissing) rest = Ref();
  set_root(context, std::move(rest), size - 1);
  return Ref::imm(kNone);
}
const NativeDef kVarMethods[] = {{"get", "($self, default=<unrepresentable>, /)", var_get_impl, 0,
                                  "The value of the variable in the current context.\n\nWithout one: the argument, "
                                  "else the default the variable was made with, else LookupError."},
                                 {"set", "($self, value, /)", var_set_impl, 0,
                                  "Sets the variable in the current context; returns a token for reset()."},
                                 {"reset", "($self, token, /)", var_reset_impl, 0,
                                  "Gives the variable the value it had before the set() that made the token."},
                                 TAIPAN_CLASS_GETITEM,
                                 {nullptr}};
const MemberDef kVarMembers[] = {{"name", kMemberValue, offsetof(ContextVar, name), true, nullptr}, {nullptr}};
const TypeSpec kVarSpec = {.flags = kTypeGc | kTypeParallel,
                           .basic_size = sizeof(ContextVar),
                           .ops = {.trace = VarFields::trace, .clear = VarFields::clear, .dealloc = VarFields::dealloc},
                           .methods = kVarMethods,
                           .members = kVarMembers,
                           .s = {.repr = var_repr, .hash = var_hash, .new_ = var_new}};

// ---- tokens -------------------------------------------------------------------------------------------------------------------

using TokenFields = OwnedFields<Token, &Token::context, &Token::var, &Token::old_value>;

Ref token_new(TypeObject*, RawArgs) { return raise(types::RuntimeError, "Tokens can only be created by ContextVars"); }
Ref token_repr(Value self) {
  auto* t = self.as<Token>();
  return format_str("<Token%s var=%R at %p>", t->used ? " used" : "", t->var, self.header());
}
Ref token_var(Value self) { return Ref::dup(self.as<Token>()->var); }
Ref token_old_value(Value self) {
  Value old = self.as<Token>()->old_value;
  return Ref::dup(old ? old : missing);
}
Ref missing_repr(Value) { return make_str("<Token.MISSING>"); }
const NativeDef kTokenMethods[] = {TAIPAN_CLASS_GETITEM, {nullptr}};
const GetSetDef kTokenGetSet[] = {
    {"var", token_var, nullptr, nullptr}, {"old_value", token_old_value, nullptr, nullptr}, {nullptr}};
const TypeSpec kTokenSpec = {
    .flags = kTypeGc | kTypeParallel,
    .basic_size = sizeof(Token),
    .ops = {.trace = TokenFields::trace, .clear = TokenFields::clear, .dealloc = TokenFields::dealloc},
    .methods = kTokenMethods,
    .getset = kTokenGetSet,
    .s = {.repr = token_repr, .hash = hash_not_implemented, .new_ = token_new}};
const TypeSpec kMissingSpec = {.flags = kTypeNoInstantiate, .s = {.repr = missing_repr}};

Ref copy_context_impl(Args&) { return copy_current_context(); }
const NativeDef kFunctions[] = {{"copy_context", "($module, /)", copy_context_impl, 0, nullptr}, {nullptr}};

bool make_types() {
  if (var_type) return true;
  node_type = make_native_type("hamt_bitmap_node", types::Object, &kNodeSpec);
  keys_type = make_native_type("keys", types::Object, &kMapIteratorSpec);
  values_type = make_native_type("values", types::Object, &kMapIteratorSpec);
  items_type = make_native_type("items", types::Object, &kMapIteratorSpec);
  context_type = make_native_type("_contextvars.Context", types::Object, &kContextSpec);
  token_type = make_native_type("_contextvars.Token", types::Object, &kTokenSpec);
  missing_type = make_native_type("Token.MISSING", types::Object, &kMissingSpec);
  var_type = make_native_type("_contextvars.ContextVar", types::Object, &kVarSpec);
  if (!node_type || !keys_type || !values_type || !items_type || !context_type || !token_type || !missing_type ||
      !var_type)
    return false;
  Header* m = alloc_instance(missing_type);
  if (!m) return false;
  gc::make_immortal(m);
  missing = Value(m);
  return type_set_attr(token_type, TAIPAN_NAME(MISSING), missing);
}
bool contextvars_exec(Value module) {
  return make_types() && module_add_type(module, context_type) && module_add_type(module, var_type) &&
         module_add_type(module, token_type);
}

}  // namespace

bool is_context(Value v) { return context_type && has_shape(v, context_type->root_shape->id); }
Ref copy_current_context() {
  if (!make_types()) return nullptr;
  Value context = current_context(current_thread());
  if (!context) return nullptr;
  int64_t size;
  Ref root = root_of(context, &size);
  return make_context(std::move(root), size);
}
Ref make_context_var(Str* name, Value default_or_null) {
  return make_types() ? new_var(Value(name), default_or_null) : nullptr;
}
Ref context_var_get(Value var, Value otherwise) { return var_get(current_thread(), var, otherwise); }
bool context_var_set(Value var, Value value) {
  Ref old;
  return var_assign(current_thread(), var, value, &old);
}
uint64_t context_stamp() { return stamp; }
bool context_enter(Thread* t, Value context) {
  auto* c = ctx(context);
  {
    gc::ObjectLock lock(&c->h);
    if (!c->entered) {
      c->entered = true;
      Ref previous = gc::exchange(&c->h, &c->previous, Ref::dup(t->context));
      Value old = t->context;
      t->context = Ref::dup(context).release();
      stamp++;
      decref(old);  // (previous holds it)
      return true;
    }
  }
  return raise(types::RuntimeError, "cannot enter context: %R is already entered", context);
}
void context_leave(Thread* t, Value context) {
  auto* c = ctx(context);
  Ref previous = gc::take(&c->h, &c->previous);
  Value old = t->context;
  t->context = previous.release();
  stamp++;
  {
    gc::ObjectLock lock(&c->h);
    c->entered = false;
  }
  decref(old);
}

// GIL off: contexts see to themselves.
extern const ModuleDef _contextvars_module;
const ModuleDef _contextvars_module = {"_contextvars", "Context Variables", kFunctions, contextvars_exec,
                                       kFunctionsAtOnce};

}  // namespace taipan
