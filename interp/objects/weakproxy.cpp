// Weak proxies: every operation goes to the object, or raises ReferenceError.
#include "interp/objects/abstract.h"
#include "interp/objects/native.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "interp/objects/weakref.h"

namespace taipan {

namespace {

Ref live(Value proxy) {
  Ref o = weakref_get(proxy);
  if (!o) return raise(types::ReferenceError, "weakly-referenced object no longer exists");
  return o;
}
Ref unwrap(Value v) { return is_weak_proxy(v) ? live(v) : Ref::dup(v); }

template <Ref (*Op)(Value)>
Ref unary(Value v) {
  Ref o = live(v);
  return o ? Op(o) : Ref();
}
template <BinaryOp Op>
Ref binary(Value a, Value b) {
  Ref x = unwrap(a);
  if (!x) return nullptr;
  Ref y = unwrap(b);
  return y ? binary_op(Op, x, y) : Ref();
}
template <BinaryOp Op>
Ref inplace(Value a, Value b) {
  Ref x = unwrap(a);
  if (!x) return nullptr;
  Ref y = unwrap(b);
  return y ? inplace_op(Op, x, y) : Ref();
}
Ref proxy_divmod(Value a, Value b) {
  Ref x = unwrap(a);
  if (!x) return nullptr;
  Ref y = unwrap(b);
  return y ? divmod_op(x, y) : Ref();
}
Ref proxy_power(Value a, Value b, Value m) {
  Ref x = unwrap(a);
  if (!x) return nullptr;
  Ref y = unwrap(b);
  if (!y) return nullptr;
  Ref z = unwrap(m);
  return z ? power_op(x, y, z) : Ref();
}
Ref proxy_ipower(Value a, Value b, Value) { return inplace<BinaryOp::kPower>(a, b); }

Ref proxy_repr(Value v) {
  Ref o = weakref_get(v);
  auto* at = reinterpret_cast<void*>(v.bits);
  if (!o) return format_str("<weakproxy at %p to %s at %p>", at, "NoneType", reinterpret_cast<void*>(kNone.bits));
  return format_str("<weakproxy at %p to %s at %p>", at, type_of(o)->cname, reinterpret_cast<void*>(o.get().bits));
}
Value proxy_call(Thread*, Value callee, const Value* args, size_t nargs, Value kwnames) {
  Ref o = live(callee);
  return o ? call_array(o, args, nargs, kwnames).release() : Value();
}
Ref proxy_get_attr(Value v, Str* name) {
  Ref o = live(v);
  return o ? get_attr(o, name) : Ref();
}
bool proxy_set_attr(Value v, Str* name, Value value) {
  Ref o = live(v);
  return o && set_attr(o, name, value);
}
Ref proxy_compare(Value a, Value b, CompareOp op) {
  Ref x = unwrap(a);
  if (!x) return nullptr;
  Ref y = unwrap(b);
  return y ? compare(x, y, op) : Ref();
}
Ref proxy_iter(Value v) {
  Ref o = live(v);
  return o ? get_iter(o) : Ref();
}
Ref proxy_next(Value v) {
  Ref o = live(v);
  if (!o) return nullptr;
  if (!is_iterator(o))
    return raise(types::TypeError, "Weakref proxy referenced a non-iterator '%.200T' object", o.get());
  return iter_next(o);
}
int proxy_truth(Value v) {
  Ref o = live(v);
  return o ? is_true(o) : -1;
}
int64_t proxy_length(Value v) {
  Ref o = live(v);
  return o ? length_of(o) : -1;
}
Ref proxy_get_item(Value v, Value key) {
  Ref o = live(v);
  return o ? get_item(o, key) : Ref();
}
bool proxy_set_item(Value v, Value key, Value value) {
  Ref o = live(v);
  if (!o) return false;
  return value ? set_item(o, key, value) : del_item(o, key);
}
int proxy_contains(Value v, Value item) {
  Ref o = live(v);
  return o ? contains(o, item) : -1;
}
Ref proxy_bytes(Args& a) {
  Ref o = live(a.self);
  return o ? call_method(o, TAIPAN_NAME(__bytes__)) : Ref();
}
Ref proxy_reversed(Args& a) {
  Ref o = live(a.self);
  return o ? call_method(o, TAIPAN_NAME(__reversed__)) : Ref();
}
bool proxy_hash(Value v, int64_t*) { return raise(types::TypeError, "unhashable type: '%.200s'", type_of(v)->cname); }

const NativeDef proxy_methods[] = {
    {"__bytes__", "($self, /)", proxy_bytes, kNativeNoSignature, nullptr},
    {"__reversed__", "($self, /)", proxy_reversed, kNativeNoSignature, nullptr},
    {},
};

void proxy_trace(Header* h, gc::Visitor& v) { kWeakRefSpec.ops.trace(h, v); }
void proxy_clear(Header* h) { kWeakRefSpec.ops.clear(h); }
void proxy_dealloc(Header* h) { kWeakRefSpec.ops.dealloc(h); }

constexpr TypeSpec proxy_spec(CallSlot call_slot) {
  TypeSpec s;
  s.flags = kTypeGc | kTypeKeyed;
  s.basic_size = sizeof(WeakRef);
  s.ops.trace = proxy_trace;
  s.ops.clear = proxy_clear;
  s.ops.dealloc = proxy_dealloc;
  s.methods = proxy_methods;
  s.s.repr = proxy_repr;
  s.s.str = unary<str_of>;
  s.s.hash = proxy_hash;
  s.s.call = call_slot;
  s.s.get_attr = proxy_get_attr;
  s.s.set_attr = proxy_set_attr;
  s.s.compare = proxy_compare;
  s.s.iter = proxy_iter;
  s.s.next = proxy_next;
  s.s.add = binary<BinaryOp::kAdd>;
  s.s.subtract = binary<BinaryOp::kSubtract>;
  s.s.multiply = binary<BinaryOp::kMultiply>;
  s.s.remainder = binary<BinaryOp::kRemainder>;
  s.s.divmod = proxy_divmod;
  s.s.power = proxy_power;
  s.s.negative = unary<negative>;
  s.s.positive = unary<positive>;
  s.s.absolute = unary<absolute>;
  s.s.truth = proxy_truth;
  s.s.invert = unary<invert>;
  s.s.lshift = binary<BinaryOp::kLshift>;
  s.s.rshift = binary<BinaryOp::kRshift>;
  s.s.and_ = binary<BinaryOp::kAnd>;
  s.s.xor_ = binary<BinaryOp::kXor>;
  s.s.or_ = binary<BinaryOp::kOr>;
  s.s.to_int = unary<to_int>;
  s.s.to_float = unary<to_float>;
  s.s.index = unary<to_index>;
  s.s.floor_divide = binary<BinaryOp::kFloorDivide>;
  s.s.true_divide = binary<BinaryOp::kTrueDivide>;
  s.s.matrix_multiply = binary<BinaryOp::kMatMultiply>;
  s.s.inplace_add = inplace<BinaryOp::kAdd>;
  s.s.inplace_subtract = inplace<BinaryOp::kSubtract>;
  s.s.inplace_multiply = inplace<BinaryOp::kMultiply>;
  s.s.inplace_remainder = inplace<BinaryOp::kRemainder>;
  s.s.inplace_power = proxy_ipower;
  s.s.inplace_lshift = inplace<BinaryOp::kLshift>;
  s.s.inplace_rshift = inplace<BinaryOp::kRshift>;
  s.s.inplace_and = inplace<BinaryOp::kAnd>;
  s.s.inplace_xor = inplace<BinaryOp::kXor>;
  s.s.inplace_or = inplace<BinaryOp::kOr>;
  s.s.inplace_floor_divide = inplace<BinaryOp::kFloorDivide>;
  s.s.inplace_true_divide = inplace<BinaryOp::kTrueDivide>;
  s.s.inplace_matrix_multiply = inplace<BinaryOp::kMatMultiply>;
  s.s.length = proxy_length;
  s.s.get_item = proxy_get_item;
  s.s.set_item = proxy_set_item;
  s.s.contains = proxy_contains;
  return s;
}

}  // namespace

const TypeSpec kWeakProxySpec = proxy_spec(nullptr);
const TypeSpec kWeakCallableProxySpec = proxy_spec(proxy_call);

}  // namespace taipan
