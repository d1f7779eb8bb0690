// mappingproxy: a read-only view of a mapping.
#include "interp/objects/abstract.h"
#include "interp/objects/containers.h"
#include "interp/objects/dict.h"
#include "interp/objects/small_types.h"
#include "interp/objects/str.h"

namespace taipan {

Ref make_mapping_proxy(Value mapping) {
  auto* p = new_object<MappingProxy>(kShapeMappingProxy, true);
  if (!p) return nullptr;
  gc::init(&p->mapping, Ref::dup(mapping));
  return Ref::steal(p);
}

namespace {

Value inner(Value v) { return v.as<MappingProxy>()->mapping; }
Value unwrap(Value v) { return has_shape(v, kShapeMappingProxy) ? inner(v) : v; }

void proxy_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<MappingProxy*>(h)->mapping); }
void proxy_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  Ref m = gc::take(h, &reinterpret_cast<MappingProxy*>(h)->mapping);
  finish_dealloc(h);
}
Ref proxy_new(TypeObject*, RawArgs a) {
  static const Signature sig("mappingproxy", "(mapping)");
  Value v[1];
  if (!sig.bind(a, v)) return nullptr;
  if (!is_mapping(v[0]) || is_list(v[0]) || is_tuple(v[0])) {
    return raise(types::TypeError, "mappingproxy() argument must be a mapping, not %T", v[0]);
  }
  return make_mapping_proxy(v[0]);
}
Ref proxy_repr(Value v) { return format_str("mappingproxy(%R)", inner(v)); }
Ref proxy_str(Value v) { return str_of(inner(v)); }
Ref proxy_compare(Value a, Value b, CompareOp op) { return compare(inner(a), b, op); }
Ref proxy_iter(Value v) { return get_iter(inner(v)); }
int64_t proxy_length(Value v) { return length_of(inner(v)); }
Ref proxy_get_item(Value v, Value key) { return get_item(inner(v), key); }
int proxy_contains(Value v, Value key) {
  if (is_dict_exact(inner(v))) return dict_contains(inner(v), key);
  return contains(inner(v), key);
}
Ref proxy_or(Value a, Value b) { return binary_op(BinaryOp::kOr, unwrap(a), unwrap(b)); }
Ref proxy_ior(Value, Value) {
  return raise(types::TypeError, "'|=' is not supported by mappingproxy; use '|' instead");
}
Ref proxy_get(Args& a) { return call_method(inner(a.self), TAIPAN_NAME(get), a[0], a.get(1, kNone)); }
Ref proxy_keys(Args& a) { return call_method(inner(a.self), TAIPAN_NAME(keys)); }
Ref proxy_values(Args& a) { return call_method(inner(a.self), TAIPAN_NAME(values)); }
Ref proxy_items(Args& a) { return call_method(inner(a.self), TAIPAN_NAME(items)); }
Ref proxy_copy(Args& a) { return call_method(inner(a.self), TAIPAN_NAME(copy)); }
Ref proxy_reversed(Args& a) { return call_method(inner(a.self), TAIPAN_NAME(__reversed__)); }

const NativeDef proxy_methods[] = {
    {"get", "($self, key, default=None, /)", proxy_get, kNativeNoSignature,
     "D.get(k[,d]) -> D[k] if k in D, else d.  d defaults to None."},
    {"keys", "($self, /)", proxy_keys, kNativeNoSignature,
     "D.keys() -> a set-like object providing a view on D's keys"},
    {"values", "($self, /)", proxy_values, kNativeNoSignature,
     "D.values() -> an object providing a view on D's values"},
    {"items", "($self, /)", proxy_items, kNativeNoSignature,
     "D.items() -> a set-like object providing a view on D's items"},
    {"copy", "($self, /)", proxy_copy, kNativeNoSignature, "D.copy() -> a shallow copy of D"},
    TAIPAN_CLASS_GETITEM,
    {"__reversed__", "($self, /)", proxy_reversed, kNativeNoSignature, "D.__reversed__() -> reverse iterator"},
    {},
};

}  // namespace

const TypeSpec kMappingProxySpec = {
    .doc = "mappingproxy(mapping)\n--\n\nA read-only view of a mapping.",
    .flags = kTypeGc | kTypeMapping | kTypeKeyed,
    .basic_size = sizeof(MappingProxy),
    .ops = {.trace = proxy_trace, .dealloc = proxy_dealloc},
    .methods = proxy_methods,
    .s = {.repr = proxy_repr,
          .str = proxy_str,
          .get_attr = generic_get_attr,
          .compare = proxy_compare,
          .iter = proxy_iter,
          .new_ = proxy_new,
          .or_ = proxy_or,
          .inplace_or = proxy_ior,
          .length = proxy_length,
          .get_item = proxy_get_item,
          .contains = proxy_contains},
};

}  // namespace taipan
