// Arithmetic on any objects: the order in which the operands are asked, and conversions to C numbers.
#include <climits>
#include <cstddef>
#include <cstring>
#include "interp/objects/abstract.h"
#include "interp/objects/float.h"
#include "interp/objects/int.h"
#include "interp/objects/native.h"
#include "interp/objects/str.h"

namespace taipan {

namespace {

struct OpInfo {
  uint32_t slot, inplace;
  const char* symbol;
  const char* inplace_symbol;
};
#define OP(slot, symbol) {offsetof(Slots, slot), offsetof(Slots, inplace_##slot), symbol, symbol "="}
const OpInfo op_infos[kBinaryOpCount] = {
    OP(add, "+"),
    OP(subtract, "-"),
    OP(multiply, "*"),
    OP(matrix_multiply, "@"),
    OP(true_divide, "/"),
    OP(floor_divide, "//"),
    OP(remainder, "%"),
    {offsetof(Slots, power), offsetof(Slots, inplace_power), "** or pow()", "**="},
    OP(lshift, "<<"),
    OP(rshift, ">>"),
    {offsetof(Slots, and_), offsetof(Slots, inplace_and), "&", "&="},
    {offsetof(Slots, or_), offsetof(Slots, inplace_or), "|", "|="},
    {offsetof(Slots, xor_), offsetof(Slots, inplace_xor), "^", "^="},
};

template <class F>
F slot_of(const TypeObject* t, uint32_t offset) {
  return *reinterpret_cast<const F*>(reinterpret_cast<const char*>(&t->s) + offset);
}

// The left operand first, unless the right one's class derives from the left one's and has its own slot.
Ref ask_both(Value a, Value b, uint32_t offset) {
  TypeObject* ta = type_of(a);
  TypeObject* tb = type_of(b);
  auto left = slot_of<BinarySlot>(ta, offset);
  BinarySlot right = nullptr;
  if (ta != tb) {
    right = slot_of<BinarySlot>(tb, offset);
    if (right == left) right = nullptr;
  }
  if (left) {
    if (right && is_subtype(tb, ta)) {
      Ref r = right(a, b);
      if (r.get() != kNotImplemented) return r;
      right = nullptr;
    }
    Ref r = left(a, b);
    if (r.get() != kNotImplemented) return r;
  }
  if (right) return right(a, b);
  return Ref::imm(kNotImplemented);
}

Fail unsupported(const char* symbol, Value a, Value b) {
  return raise(types::TypeError, "unsupported operand type(s) for %.100s: '%.100T' and '%.100T'", symbol, a, b);
}

Ref repeat_sequence(BinarySlot repeat, Value sequence, Value count) {
  if (!has_index(count)) return raise(types::TypeError, "can't multiply sequence by non-int of type '%.200T'", count);
  return repeat(sequence, count);
}

Ref ternary(Value a, Value b, Value mod, const char* symbol) {
  TypeObject* ta = type_of(a);
  TypeObject* tb = type_of(b);
  TernarySlot left = ta->s.power, right = nullptr;
  if (ta != tb) {
    right = tb->s.power;
    if (right == left) right = nullptr;
  }
  TernarySlot tried_right = right;
  if (left) {
    if (right && is_subtype(tb, ta)) {
      Ref r = right(a, b, mod);
      if (r.get() != kNotImplemented) return r;
      right = nullptr;
    }
    Ref r = left(a, b, mod);
    if (r.get() != kNotImplemented) return r;
  }
  if (right) {
    Ref r = right(a, b, mod);
    if (r.get() != kNotImplemented) return r;
  }
  TernarySlot third = type_of(mod)->s.power;
  if (third && third != left && third != tried_right) {
    Ref r = third(a, b, mod);
    if (r.get() != kNotImplemented) return r;
  }
  if (mod == kNone) return unsupported(symbol, a, b);
  return raise(types::TypeError, "unsupported operand type(s) for %.100s: '%.100T', '%.100T', '%.100T'", symbol, a, b,
               mod);
}

// What add and multiply try after the numbers' slots have declined; NotImplemented: nothing there.
Ref sequence_op(BinaryOp op, Value a, Value b, bool inplace) {
  const Slots& sa = type_of(a)->s;
  if (op == BinaryOp::kAdd) {
    BinarySlot f = inplace && sa.inplace_concat ? sa.inplace_concat : sa.concat;
    if (f) return f(a, b);
  } else if (op == BinaryOp::kMultiply) {
    BinarySlot f = inplace && sa.inplace_repeat ? sa.inplace_repeat : sa.repeat;
    if (f) return repeat_sequence(f, a, b);
    // x *= sequence: only where x is nothing like a sequence or set itself.
    bool own_protocol = inplace && ((type_of(a)->flags & kTypeHeap) || sa.contains || sa.concat || sa.length);
    BinarySlot g = own_protocol ? nullptr : type_of(b)->s.repeat;
    if (g) return repeat_sequence(g, b, a);
  }
  return Ref::imm(kNotImplemented);
}

}  // namespace

namespace {

TAIPAN_INLINE bool is_exact_int(Value v) { return v.is_int() || has_shape(v, kShapeBigInt); }

Value bool_as_int(Value v) { return is_bool(v) ? Value::from_int(v == kTrue) : v; }

// Exact ints and bools, and two of the same built-in sequence, need not ask both types. NotImplemented: something else.
TAIPAN_INLINE Ref common_op(BinaryOp op, Value a, Value b, bool inplace) {
  Value x = bool_as_int(a), y = bool_as_int(b);
  if (is_exact_int(x) && is_exact_int(y)) {
    bool bools = is_bool(a) && is_bool(b);
    switch (op) {
      case BinaryOp::kAdd: return int_add(x, y);
      case BinaryOp::kSubtract: return int_sub(x, y);
      case BinaryOp::kMultiply: return int_mul(x, y);
      case BinaryOp::kFloorDivide: return int_floordiv(x, y);
      case BinaryOp::kRemainder: return int_mod(x, y);
      case BinaryOp::kLshift: return int_lshift(x, y);
      case BinaryOp::kRshift: return int_rshift(x, y);
      case BinaryOp::kAnd: return bools ? Ref::imm(bool_value(a == kTrue && b == kTrue)) : int_and(x, y);
      case BinaryOp::kOr: return bools ? Ref::imm(bool_value(a == kTrue || b == kTrue)) : int_or(x, y);
      case BinaryOp::kXor: return bools ? Ref::imm(bool_value(a != b)) : int_xor(x, y);
      default: break;
    }
  } else if (op == BinaryOp::kMultiply && a.is_heap() && b.is_int()) {
    ShapeId shape = a.header()->shape();
    if (shape == kShapeStr || shape == kShapeTuple || shape == kShapeBytes) return type_of(a)->s.repeat(a, b);
    if (shape == kShapeList) return (inplace ? types::List->s.inplace_repeat : types::List->s.repeat)(a, b);
  } else if (op == BinaryOp::kAdd && a.is_heap() && b.is_heap()) {
    switch (a.header()->shape()) {
      case kShapeTuple: return has_shape(b, kShapeTuple) ? types::Tuple->s.concat(a, b) : Ref::imm(kNotImplemented);
      case kShapeList:
        return has_shape(b, kShapeList) ? (inplace ? types::List->s.inplace_concat : types::List->s.concat)(a, b)
                                        : Ref::imm(kNotImplemented);
      case kShapeBytes: return has_shape(b, kShapeBytes) ? types::Bytes->s.concat(a, b) : Ref::imm(kNotImplemented);
      default: break;
    }
  }
  return Ref::imm(kNotImplemented);
}

}  // namespace

Ref binary_op(BinaryOp op, Value a, Value b) {
  // Two of a kind need not be asked in turn.
  if (a.is_heap() && b.is_heap() && a.header()->shape() == b.header()->shape() && op != BinaryOp::kPower) {
    if (auto f = slot_of<BinarySlot>(type_of(a), op_infos[static_cast<int>(op)].slot)) {
      Ref r = f(a, b);
      if (TAIPAN_LIKELY(r.get() != kNotImplemented)) return r;
      r = sequence_op(op, a, b, false);
      return r.get() != kNotImplemented ? std::move(r) : unsupported_operands(op, false, a, b);
    }
  }
  if (Ref r = common_op(op, a, b, false); !r || r.get() != kNotImplemented) return r;
  const OpInfo& info = op_infos[static_cast<int>(op)];
  if (op == BinaryOp::kPower) return ternary(a, b, kNone, info.symbol);
  Ref r = ask_both(a, b, info.slot);
  if (TAIPAN_LIKELY(r.get() != kNotImplemented)) return r;
  r = sequence_op(op, a, b, false);
  if (r.get() != kNotImplemented) return r;
  if (op == BinaryOp::kRshift && has_shape(a, kShapeNativeFunction) &&
      strcmp(a.as<NativeFunction>()->def->name, "print") == 0) {
    return raise(types::TypeError,
                 "unsupported operand type(s) for %.100s: '%.100T' and '%.100T'. Did you mean \"print(<message>, "
                 "file=<output_stream>)\"?",
                 info.symbol, a, b);
  }
  return unsupported_operands(op, false, a, b);
}

bool operator_is_native(Value v, BinaryOp op) {
  const TypeObject* type = type_of(v);
  const OpInfo& info = op_infos[static_cast<int>(op)];
  auto own = slot_of<BinarySlot>(type, info.slot);
  return own && op != BinaryOp::kPower && own == slot_of<BinarySlot>(type->native_base, info.slot) &&
         slot_of<BinarySlot>(type, info.inplace) == slot_of<BinarySlot>(type->native_base, info.inplace);
}
bool comparison_is_native(Value v) {
  const TypeObject *type = type_of(v), *base = type->native_base;
  return base != types::Object && type->s.compare == base->s.compare;
}

Ref inplace_op(BinaryOp op, Value a, Value b) {
  if (a.is_heap() && b.is_heap() && a.header()->shape() == b.header()->shape() && op != BinaryOp::kPower) {
    const TypeObject* type = type_of(a);
    const OpInfo& two = op_infos[static_cast<int>(op)];
    auto f = slot_of<BinarySlot>(type, two.slot);
    if (f && !(type->flags & kTypeHeap) && !slot_of<BinarySlot>(type, two.inplace)) {
      Ref r = f(a, b);
      if (r.get() != kNotImplemented) return r;
    }
  }
  if (Ref r = common_op(op, a, b, true); !r || r.get() != kNotImplemented) return r;
  const OpInfo& info = op_infos[static_cast<int>(op)];
  if (op == BinaryOp::kPower) {
    if (TernarySlot f = type_of(a)->s.inplace_power) {
      Ref r = f(a, b, kNone);
      if (r.get() != kNotImplemented) return r;
    }
    return ternary(a, b, kNone, info.inplace_symbol);
  }
  if (auto f = slot_of<BinarySlot>(type_of(a), info.inplace)) {
    Ref r = f(a, b);
    if (r.get() != kNotImplemented) return r;
  }
  Ref r = ask_both(a, b, info.slot);
  if (r.get() != kNotImplemented) return r;
  r = sequence_op(op, a, b, true);
  if (r.get() != kNotImplemented) return r;
  return unsupported(info.inplace_symbol, a, b);
}

Fail unsupported_operands(BinaryOp op, bool inplace, Value a, Value b) {
  const OpInfo& info = op_infos[static_cast<int>(op)];
  return unsupported(inplace ? info.inplace_symbol : info.symbol, a, b);
}

Ref binary_op_rest(BinaryOp op, bool inplace, Value a, Value b, Str* reflected) {
  TypeObject* ta = type_of(a);
  TypeObject* tb = type_of(b);
  if (ta != tb) {
    const OpInfo& info = op_infos[static_cast<int>(op)];
    Ref r = Ref::imm(kNotImplemented);
    if (auto right = slot_of<BinarySlot>(tb, info.slot); right && right == slot_of<BinarySlot>(ta, info.slot)) {
      r = call_special(b, reflected, a);
      if (r && r.get() == kMissing) r = Ref::imm(kNotImplemented);
    } else if (right) {
      r = right(a, b);
    }
    if (!r || r.get() != kNotImplemented) return r;
  }
  Ref r = sequence_op(op, a, b, inplace);
  if (!r || r.get() != kNotImplemented) return r;
  return unsupported_operands(op, inplace, a, b);
}

Ref divmod_op(Value a, Value b) {
  Ref r = ask_both(a, b, offsetof(Slots, divmod));
  if (r.get() != kNotImplemented) return r;
  return unsupported("divmod()", a, b);
}
Ref power_op(Value a, Value b, Value mod) { return ternary(a, b, mod ? mod : kNone, "** or pow()"); }

Ref negative(Value a) {
  if (UnarySlot f = type_of(a)->s.negative) return f(a);
  return raise(types::TypeError, "bad operand type for unary -: '%.200T'", a);
}
Ref positive(Value a) {
  if (UnarySlot f = type_of(a)->s.positive) return f(a);
  return raise(types::TypeError, "bad operand type for unary +: '%.200T'", a);
}
Ref invert(Value a) {
  if (UnarySlot f = type_of(a)->s.invert) return f(a);
  return raise(types::TypeError, "bad operand type for unary ~: '%.200T'", a);
}
Ref absolute(Value a) {
  if (UnarySlot f = type_of(a)->s.absolute) return f(a);
  return raise(types::TypeError, "bad operand type for abs(): '%.200T'", a);
}

// ---- Conversions -------------------------------------------------------------------------------------------------------------------

bool has_index(Value a) { return a.is_int() || type_of(a)->s.index != nullptr; }

Ref to_index(Value a) {
  if (is_int_exact(a)) return Ref::dup(a);
  if (is_int(a)) return int_exact(a);
  UnarySlot f = type_of(a)->s.index;
  if (!f) return raise(types::TypeError, "'%.200T' object cannot be interpreted as an integer", a);
  Ref r = f(a);
  if (!r || is_int_exact(r)) return r;
  if (!is_int(r)) return raise(types::TypeError, "__index__ returned non-int (type %.200T)", r.get());
  if (!warn(types::DeprecationWarning, 1,
            "__index__ returned non-int (type %.200T).  The ability to return an instance of a strict subclass of int "
            "is deprecated, "
            "and may not be supported in a future version of Python.",
            r.get())) {
    return nullptr;
  }
  return int_exact(r);
}

bool to_ssize(Value a, int64_t* out, TypeObject* overflow_error) {
  if (TAIPAN_LIKELY(a.is_int())) {
    *out = a.as_int();
    return true;
  }
  Ref i = to_index(a);
  if (!i) return false;
  if (int_fits64(i, out)) return true;
  if (!overflow_error) {
    *out = int_sign(i) < 0 ? INT64_MIN : INT64_MAX;
    return true;
  }
  return raise(overflow_error, "cannot fit '%.200T' into an index-sized integer", a);
}

bool to_c_ssize(Value a, int64_t* out) {
  if (TAIPAN_LIKELY(a.is_int())) {
    *out = a.as_int();
    return true;
  }
  Ref i = to_index(a);
  if (!i) return false;
  return int_fits64(i, out) || raise(types::OverflowError, "Python int too large to convert to C ssize_t");
}
bool plain_int_to_ssize(Value a, int64_t* out) {
  return is_int(a) ? to_c_ssize(a, out) : static_cast<bool>(raise(types::TypeError, "an integer is required"));
}

bool to_int64(Value a, int64_t* out) {
  if (TAIPAN_LIKELY(a.is_int())) {
    *out = a.as_int();
    return true;
  }
  Ref i = to_index(a);
  if (!i) return false;
  if (int_fits64(i, out)) return true;
  return raise(types::OverflowError, "Python int too large to convert to C long");
}

bool to_c_int(Value a, int* out) {
  int64_t v;
  if (!to_int64(a, &v)) return false;
  if (v < INT_MIN || v > INT_MAX) return raise(types::OverflowError, "Python int too large to convert to C int");
  *out = static_cast<int>(v);
  return true;
}

bool to_double(Value a, double* out) {
  if (TAIPAN_LIKELY(a.is_float())) {
    *out = a.as_float();
    return true;
  }
  if (is_float_like(a)) {
    *out = float_value(a);
    return true;
  }
  if (a.is_int()) {
    *out = static_cast<double>(a.as_int());
    return true;
  }
  const Slots& s = type_of(a)->s;
  if (s.to_float) {
    Ref r = s.to_float(a);
    if (!r) return false;
    if (!is_float_like(r))
      return raise(types::TypeError, "%.50T.__float__ returned non-float (type %.50T)", a, r.get());
    if (!is_float_exact(r) && !warn(types::DeprecationWarning, 1,
                                    "%.50T.__float__ returned non-float (type %.50T).  The ability to return an "
                                    "instance of a strict subclass of float is "
                                    "deprecated, and may not be supported in a future version of Python.",
                                    a, r.get())) {
      return false;
    }
    *out = float_value(r);
    return true;
  }
  if (s.index) {
    Ref i = to_index(a);
    return i && int_to_double_checked(i, out);
  }
  return raise(types::TypeError, "must be real number, not %.50T", a);
}

Ref to_int(Value a) { return int_from_object(a); }
Ref to_float(Value a) { return float_from_object(a); }

}  // namespace taipan
