// The types int and bool: slots, methods, constructors.
#include <cstring>
#include "interp/objects/bytes.h"
#include "interp/objects/float.h"
#include "interp/objects/format.h"
#include "interp/objects/int_view.h"
#include "interp/objects/native.h"
#include "interp/objects/number_text.h"
#include "interp/objects/tuple.h"

namespace taipan {

// ---- construction -----------------------------------------------------------------------------------------------------------

static Ref malformed(Value source, int base) {
  Ref shown = short_repr(source);
  if (!shown) return nullptr;
  return raise(types::ValueError, "invalid literal for int() with base %d: %S", base, shown.get());
}

static Ref int_from_str_object(Value text, int base) {
  NumberText t(text);
  Ref r = int_from_text(t.view(), base);
  if (!r && !error_occurred()) return malformed(text, base);
  return r;
}

static Ref int_from_byte_text(std::string_view text, int base) {
  bool plain = true;
  for (char c : text) plain &= !(static_cast<signed char>(c) < 0 || c == 0 || (c >= 0x1c && c <= 0x1f));
  Ref r = plain ? int_from_text(text, base) : Ref();
  if (!r && !error_occurred()) {
    Ref copy = make_bytes(text);
    return copy ? malformed(copy, base) : nullptr;
  }
  return r;
}

// The result of a conversion method must be an int; strict subclasses are deprecated.
static Ref check_int_result(Ref r, const char* method) {
  if (!r || is_int_exact(r)) return r;
  if (!is_int(r)) return raise(types::TypeError, "%s returned non-int (type %.200T)", method, r.get());
  if (!warn(types::DeprecationWarning, 1,
            "%s returned non-int (type %.200T).  The ability to return an instance of a strict subclass of int is "
            "deprecated, and may not be "
            "supported in a future version of Python.",
            method, r.get()))
    return nullptr;
  return int_exact(r);
}

Ref int_from_object(Value o) {
  if (is_int_exact(o)) return Ref::dup(o);
  if (o.is_float()) return make_int_from_double(o.as_float());
  if (is_str_exact(o)) return int_from_str_object(o, 10);
  const Slots& s = type_of(o)->s;
  if (s.to_int) return check_int_result(s.to_int(o), "__int__");
  if (s.index) {
    Ref r = to_index(o);
    return r ? int_exact(r) : nullptr;
  }
  Ref trunc = lookup_special(o, TAIPAN_NAME(__trunc__));
  if (trunc) {
    if (!warn(types::DeprecationWarning, 1, "The delegation of int() to __trunc__ is deprecated.")) return nullptr;
    Ref r = call(trunc);
    if (!r || is_int_exact(r)) return r;
    if (is_int(r)) return int_exact(r);
    if (!type_of(r)->s.index) return raise(types::TypeError, "__trunc__ returned non-Integral (type %.200T)", r.get());
    return to_index(r);
  }
  if (error_occurred()) return nullptr;
  if (is_str(o)) return int_from_str_object(o, 10);
  if (is_bytes(o)) return int_from_byte_text(o.as<Bytes>()->view(), 10);
  if (has_buffer(o)) {
    BufferView view(o);
    if (!view.ok()) return nullptr;
    std::string copy(view.view());
    return int_from_byte_text(copy, 10);
  }
  return raise(types::TypeError, "int() argument must be a string, a bytes-like object or a real number, not '%.200T'",
               o);
}

static Ref int_convert(Value x, Value base) {
  if (!x) {
    if (base) return raise(types::TypeError, "int() missing string argument");
    return Ref::imm(Value::from_int(0));
  }
  if (!base) return int_from_object(x);
  int64_t b;
  if (!to_ssize(base, &b, nullptr)) return nullptr;
  if (b != 0 && (b < 2 || b > 36)) return raise(types::ValueError, "int() base must be >= 2 and <= 36, or 0");
  if (is_str(x)) return int_from_str_object(x, static_cast<int>(b));
  if (is_bytes(x)) return int_from_byte_text(x.as<Bytes>()->view(), static_cast<int>(b));
  if (is_bytearray(x)) {
    BufferView view(x);
    if (!view.ok()) return nullptr;
    std::string copy(view.view());
    return int_from_byte_text(copy, static_cast<int>(b));
  }
  return raise(types::TypeError, "int() can't convert non-string with explicit base");
}

static Ref int_new(TypeObject* cls, RawArgs raw) {
  Ref r;
  if (TAIPAN_LIKELY(raw.n == 1 && !raw.kwnames)) {
    r = int_from_object(raw.v[0]);
  } else {
    static const Signature sig("int", "(x=0, /, base=10)");
    Value v[2];
    if (!sig.bind(raw, v)) return nullptr;
    r = int_convert(v[0], v[1]);
  }
  if (!r || cls == types::Int) return r;
  IntView w(r);
  BigInt* b = alloc_instance_as<BigInt>(cls, w.n * 8);
  if (!b) return nullptr;
  std::memcpy(b->limbs(), w.p, w.n * 8);
  b->size = w.negative ? -static_cast<int64_t>(w.n) : static_cast<int64_t>(w.n);
  return Ref::steal(b);
}

// ---- slots ------------------------------------------------------------------------------------------------------------------

#define INT_BINARY(name)                                                             \
  static Ref name##_slot(Value a, Value b) {                                         \
    if (TAIPAN_UNLIKELY(!is_int(a) || !is_int(b))) return Ref::imm(kNotImplemented); \
    return name(a, b);                                                               \
  }
INT_BINARY(int_add)
INT_BINARY(int_sub)
INT_BINARY(int_mul)
INT_BINARY(int_floordiv)
INT_BINARY(int_mod)
INT_BINARY(int_truediv)
INT_BINARY(int_lshift)
INT_BINARY(int_rshift)
INT_BINARY(int_and)
INT_BINARY(int_or)
INT_BINARY(int_xor)
#undef INT_BINARY

static Ref int_divmod_slot(Value a, Value b) {
  if (!is_int(a) || !is_int(b)) return Ref::imm(kNotImplemented);
  Ref q, r;
  if (!int_divmod(a, b, &q, &r)) return nullptr;
  return make_tuple_of({q, r});
}

static Ref int_power_slot(Value a, Value b, Value mod) {
  if (!is_int(a) || !is_int(b)) return Ref::imm(kNotImplemented);
  if (!mod || mod == kNone) return int_pow(a, b);
  if (!is_int(mod)) return Ref::imm(kNotImplemented);
  return int_powmod(a, b, mod);
}

static Ref int_compare_slot(Value a, Value b, CompareOp op) {
  if (!is_int(a) || !is_int(b)) return Ref::imm(kNotImplemented);
  int c = int_compare(a, b);
  bool r = false;
  switch (op) {
    case kLt: r = c < 0; break;
    case kLe: r = c <= 0; break;
    case kEq: r = c == 0; break;
    case kNe: r = c != 0; break;
    case kGt: r = c > 0; break;
    case kGe: r = c >= 0; break;
  }
  return Ref::imm(bool_value(r));
}

static Ref int_repr_slot(Value v) { return int_to_str(v, 10); }
static bool int_hash_slot(Value v, int64_t* out) {
  *out = int_hash(v);
  return true;
}
static int int_truth_slot(Value v) { return int_sign(v) != 0; }
static Ref int_float_slot(Value v) {
  double d;
  if (!int_to_double_checked(v, &d)) return nullptr;
  return make_float(d);
}

// ---- methods ----------------------------------------------------------------------------------------------------------------

static Ref int_self_impl(Args& a) { return int_exact(a.self); }
static Ref int_bit_length_impl(Args& a) { return make_int(static_cast<int64_t>(int_bit_length(a.self))); }
static Ref int_bit_count_impl(Args& a) {
  IntView v(a.self);
  return make_int(v.n ? static_cast<int64_t>(mpn_popcount(v.p, static_cast<mp_size_t>(v.n))) : 0);
}
static Ref int_as_integer_ratio_impl(Args& a) {
  Ref n = int_exact(a.self);
  if (!n) return nullptr;
  return make_tuple_of({n, Value::from_int(1)});
}
static Ref int_getnewargs_impl(Args& a) {
  Ref n = int_exact(a.self);
  if (!n) return nullptr;
  return make_tuple_of({n});
}
static Ref int_format_impl(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "__format__() argument must be str, not %.50T", a[0]);
  return format_int(a.self, a[0]);
}
static Ref int_sizeof_impl(Args& a) {
  size_t digits = (int_bit_length(a.self) + 29) / 30;
  return make_int(static_cast<int64_t>(24 + 4 * (digits ? digits : 1)));
}

// Nearest multiple of 10**-ndigits, half to even.
static Ref int_round_impl(Args& a) {
  if (!a[0]) return int_exact(a.self);
  Ref n = to_index(a[0]);
  if (!n) return nullptr;
  if (int_sign(n) >= 0) return int_exact(a.self);
  Ref digits = int_neg(n);
  if (!digits) return nullptr;
  Ref unit = int_pow(Value::from_int(10), digits);
  if (!unit) return nullptr;
  Ref q, r;
  if (!int_divmod(a.self, unit, &q, &r)) return nullptr;
  Ref twice = int_add(r, r);
  if (!twice) return nullptr;
  int c = int_compare(twice, unit);
  Ref down = int_sub(a.self, r);
  if (!down) return nullptr;
  if (c > 0 || (c == 0 && (int_low64(q) & 1))) return int_add(down, unit);
  return down;
}

// 'little' or 'big'; -1: ValueError.
static int parse_byteorder(Value v, const char* function) {
  if (!v) return 0;
  if (!is_str(v)) return raise(types::TypeError, "%s() argument 'byteorder' must be str, not %.50T", function, v);
  if (str_eq_ascii(v, "little")) return 1;
  if (str_eq_ascii(v, "big")) return 0;
  return raise(types::ValueError, "byteorder must be either 'little' or 'big'");
}

static Ref int_to_bytes_impl(Args& a) {
  int64_t length = 1;
  if (a[0] && !to_c_ssize(a[0], &length)) return nullptr;
  int little = parse_byteorder(a[1], "to_bytes");
  if (little < 0) return nullptr;
  int is_signed = a[2] ? is_true(a[2]) : 0;
  if (is_signed < 0) return nullptr;
  if (length < 0) return raise(types::ValueError, "length argument must be non-negative");
  Ref r = new_bytes_raw(static_cast<size_t>(length));
  if (!r || !int_to_bytes(a.self, r.as<Bytes>()->data(), static_cast<size_t>(length), little, is_signed))
    return nullptr;
  return r;
}

// bytes(o) for objects that aren't counts or text.
static Ref bytes_of(Value o) {
  if (is_bytes_exact(o)) return Ref::dup(o);
  Ref method = lookup_special(o, TAIPAN_NAME(__bytes__));
  if (method) {
    Ref r = call(method);
    if (r && !is_bytes(r)) return raise(types::TypeError, "__bytes__ returned non-bytes (type %.200T)", r.get());
    return r;
  }
  if (error_occurred()) return nullptr;
  if (is_str(o) || (is_int(o) && !has_buffer(o)) || (!has_buffer(o) && !type_of(o)->s.iter && !type_of(o)->s.get_item))
    return raise(types::TypeError, "cannot convert '%.200T' object to bytes", o);
  return call(Value(types::Bytes), o);
}

static Ref int_from_bytes_impl(Args& a) {
  int little = parse_byteorder(a[1], "from_bytes");
  if (little < 0) return nullptr;
  int is_signed = a[2] ? is_true(a[2]) : 0;
  if (is_signed < 0) return nullptr;
  Ref bytes = bytes_of(a[0]);
  if (!bytes) return nullptr;
  Bytes* b = bytes.as<Bytes>();
  Ref r = make_int_from_bytes(b->data(), b->size, little, is_signed);
  if (!r || a.self == Value(types::Int)) return r;
  return call(a.self, r);
}

static const NativeDef kIntMethods[] = {
    {"conjugate", "($self, /)", int_self_impl, kNativeNoSignature, "The int itself, its own complex conjugate."},
    {"bit_length", "($self, /)", int_bit_length_impl, 0,
     "Number of bits needed to represent the absolute value in binary.\n\n>>> bin(-19)\n'-0b10011'\n>>> "
     "(-19).bit_length()\n5"},
    {"bit_count", "($self, /)", int_bit_count_impl, 0,
     "Number of ones in the binary representation of the absolute value.\n\n>>> bin(-19)\n'-0b10011'\n>>> "
     "(-19).bit_count()\n3"},
    {"to_bytes", "($self, /, length=1, byteorder='big', *, signed=False)", int_to_bytes_impl, 0,
     "The bytes that represent the integer."},
    {"from_bytes", "($type, /, bytes, byteorder='big', *, signed=False)", int_from_bytes_impl, kNativeClassMethod,
     "The integer that the given bytes represent."},
    {"as_integer_ratio", "($self, /)", int_as_integer_ratio_impl, 0,
     "A pair of integers whose ratio is the integer itself: (self, 1).\n\n>>> (12).as_integer_ratio()\n(12, 1)\n>>> "
     "(-12).as_integer_ratio()\n(-12, 1)\n>>> False.as_integer_ratio()\n(0, 1)"},
    {"__trunc__", "($self, /)", int_self_impl, kNativeNoSignature, "The int itself."},
    {"__floor__", "($self, /)", int_self_impl, kNativeNoSignature, "The int itself."},
    {"__ceil__", "($self, /)", int_self_impl, kNativeNoSignature, "The int itself."},
    {"__round__", "($self, ndigits=None, /)", int_round_impl, kNativeNoSignature,
     "A negative number of digits rounds to tens, hundreds...; the result is an int."},
    {"__getnewargs__", "($self, /)", int_getnewargs_impl, 0, nullptr},
    {"__format__", "($self, format_spec, /)", int_format_impl, 0, "Formats as the format specification says."},
    {"__sizeof__", "($self, /)", int_sizeof_impl, 0, "Size in memory, in bytes."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

static Ref int_zero_get(Value) { return Ref::imm(Value::from_int(0)); }
static Ref int_one_get(Value) { return Ref::imm(Value::from_int(1)); }
static const GetSetDef kIntGetSet[] = {
    {"real", int_exact, nullptr, "the real part of a complex number"},
    {"imag", int_zero_get, nullptr, "the imaginary part of a complex number"},
    {"numerator", int_exact, nullptr, "the numerator of a rational number in lowest terms"},
    {"denominator", int_one_get, nullptr, "the denominator of a rational number in lowest terms"},
    {nullptr, nullptr, nullptr, nullptr}};

static size_t int_size_of(Header* h) {
  const BigInt* b = reinterpret_cast<const BigInt*>(h);
  return sizeof(BigInt) + static_cast<size_t>(b->size < 0 ? -b->size : b->size) * 8;
}
static int64_t int_var_end(Header* h) { return static_cast<int64_t>(int_size_of(h)); }

const TypeSpec kIntSpec = {
    .doc =
        "int([x]) -> integer\nint(x, base=10) -> integer\n\n"
        "Makes an integer of a number (through __int__, __index__) or of text in the given base; 0 without arguments.\n"
        "Base 0 reads the base from the text as in a literal; else 2 to 36.\n>>> int('0b100', base=0)\n4",
    .flags = kTypeBaseable | kTypeVarSize | kTypeMatchSelf | kTypeImmutable,
    .basic_size = sizeof(BigInt),
    .ops = {.size_of = int_size_of},
    .methods = kIntMethods,
    .getset = kIntGetSet,
    .s = {.repr = int_repr_slot,
          .hash = int_hash_slot,
          .compare = int_compare_slot,
          .new_ = int_new,
          .add = int_add_slot,
          .subtract = int_sub_slot,
          .multiply = int_mul_slot,
          .remainder = int_mod_slot,
          .divmod = int_divmod_slot,
          .power = int_power_slot,
          .negative = int_neg,
          .positive = int_exact,
          .absolute = int_abs,
          .truth = int_truth_slot,
          .invert = int_invert,
          .lshift = int_lshift_slot,
          .rshift = int_rshift_slot,
          .and_ = int_and_slot,
          .xor_ = int_xor_slot,
          .or_ = int_or_slot,
          .to_int = int_exact,
          .to_float = int_float_slot,
          .index = int_exact,
          .floor_divide = int_floordiv_slot,
          .true_divide = int_truediv_slot},
    .var_end = int_var_end,
};

// ---- bool -------------------------------------------------------------------------------------------------------------------

static Ref bool_repr(Value v) { return Ref::dup(v == kTrue ? Value(TAIPAN_NAME(True)) : Value(TAIPAN_NAME(False))); }

static Ref bool_new(TypeObject*, RawArgs raw) {
  Value v;
  if (TAIPAN_LIKELY(raw.n == 1 && !raw.kwnames)) {
    v = raw.v[0];
  } else {
    static const Signature sig("bool", "(object=False, /)");
    if (!sig.bind(raw, &v)) return nullptr;
    if (!v) return Ref::imm(kFalse);
  }
  int truth = is_true(v);
  if (truth < 0) return nullptr;
  return Ref::imm(bool_value(truth));
}

static Ref bool_and(Value a, Value b) {
  if (is_bool(a) && is_bool(b)) return Ref::imm(bool_value(a == kTrue && b == kTrue));
  return int_and_slot(a, b);
}
static Ref bool_or(Value a, Value b) {
  if (is_bool(a) && is_bool(b)) return Ref::imm(bool_value(a == kTrue || b == kTrue));
  return int_or_slot(a, b);
}
static Ref bool_xor(Value a, Value b) {
  if (is_bool(a) && is_bool(b)) return Ref::imm(bool_value(!(a == b)));
  return int_xor_slot(a, b);
}

const TypeSpec kBoolSpec = {
    .doc =
        "bool(x) -> bool\n\nTrue when the argument x is true, False otherwise.\nTrue and False are the only two "
        "instances; the class, "
        "a subclass of int, cannot be subclassed.",
    .flags = kTypeMatchSelf | kTypeImmutable,
    .basic_size = sizeof(BigInt),
    .s = {.repr = bool_repr, .new_ = bool_new, .and_ = bool_and, .xor_ = bool_xor, .or_ = bool_or},
};

}  // namespace taipan
