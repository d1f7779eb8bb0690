// The module _struct: Struct objects, pack and unpack.
//
// A format is compiled once into an array of codes (in a bytes object, so that a Struct may be initialised anew while it is in use).
// Integers of every format are one of four kinds of code: signed or unsigned, with the range error that CPython gives for that table.
#include <cmath>
#include <cstring>
#include "gc/collector.h"
#include "interp/modules/module_util.h"
#include "interp/objects/bytes.h"
#include "interp/objects/codecs.h"
#include "interp/objects/dict.h"
#include "interp/objects/float.h"
#include "interp/objects/tuple.h"

namespace taipan {

static Value struct_error;  // immortal class

struct StructCode {
  char format;
  bool swap;     // byte order differs from the machine's
  bool native;   // messages and conversions of the native table
  int64_t size;  // of one item ('s', 'p': the whole)
  int64_t count;
  int64_t offset;
};
struct StructObject {
  Header h;
  Value format;  // bytes or null
  Value codes;   // bytes: array of StructCode, and Sizes; null before __init__
  int64_t size;  // as in Sizes
};
struct Sizes {
  int64_t size, items;
};
static_assert(alignof(Sizes) == alignof(StructCode));
static TypeObject* struct_type;
static TypeObject* unpack_iterator_type;
static StructObject* struct_of(Value v) { return v.as<StructObject>(); }

static Fail error(const char* text) { return raise(struct_error.as<TypeObject>(), "%s", text); }

// ---- compiling formats --------------------------------------------------------------------------------------------------------

struct FormatInfo {
  int size, alignment;  // size 0: none
};
static FormatInfo native_info(char c) {
  switch (c) {
    case 'x':
    case 'b':
    case 'B':
    case 'c':
    case 's':
    case 'p':
    case '?': return {1, 1};
    case 'h':
    case 'H':
    case 'e': return {2, 2};
    case 'i':
    case 'I':
    case 'f': return {4, 4};
    case 'l':
    case 'L':
    case 'n':
    case 'N':
    case 'q':
    case 'Q':
    case 'd':
    case 'P': return {8, 8};
  }
  return {0, 0};
}
static FormatInfo standard_info(char c) {
  switch (c) {
    case 'l':
    case 'L': return {4, 1};
    case 'n':
    case 'N':
    case 'P': return {0, 0};
  }
  FormatInfo i = native_info(c);
  return {i.size, 1};
}

static constexpr bool kLittle = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;

static bool is_format_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Walks a format; calls f(code, info, count, size so far aligned). False: raised.
template <class F>
static bool walk_format(std::string_view s, bool* swap, bool* standard, F f) {
  *swap = false;
  *standard = false;
  bool aligned = true;
  if (!s.empty()) {
    char c = s[0];
    bool prefix = true;
    switch (c) {
      case '<':
        *swap = !kLittle;
        *standard = true;
        break;
      case '>':
      case '!':
        *swap = kLittle;
        *standard = true;
        break;
      case '=': *standard = true; break;
      case '@': break;
      default: prefix = false;
    }
    if (prefix) s.remove_prefix(1);
    aligned = !*standard;
  }
  int64_t size = 0;
  for (size_t i = 0; i < s.size();) {
    char c = s[i++];
    if (is_format_space(c)) continue;
    int64_t count = 1;
    if (c >= '0' && c <= '9') {
      count = c - '0';
      for (;;) {
        if (i == s.size()) return error("repeat count given without format specifier");
        c = s[i++];
        if (c < '0' || c > '9') break;
        if (__builtin_mul_overflow(count, int64_t{10}, &count) ||
            __builtin_add_overflow(count, int64_t{c - '0'}, &count))
          return error("total struct size too long");
      }
    }
    FormatInfo info = *standard ? standard_info(c) : native_info(c);
    if (!info.size) {
      if (c == 0) return error("embedded null character");
      return error("bad char in struct format");
    }
    if (aligned && info.alignment > 1) {
      int64_t a = info.alignment - 1;
      if (__builtin_add_overflow(size, a, &size)) return error("total struct size too long");
      size &= ~a;
    }
    f(c, info, count, size);
    int64_t bytes;
    if (__builtin_mul_overflow(count, static_cast<int64_t>(info.size), &bytes) ||
        __builtin_add_overflow(size, bytes, &size))
      return error("total struct size too long");
  }
  f(0, FormatInfo{0, 0}, 0, size);
  return true;
}

static bool compile_format(StructObject* self, Value format) {
  std::string_view text = format.as<Bytes>()->view();
  bool swap, standard;
  size_t n = 0;
  if (!walk_format(text, &swap, &standard, [&](char c, FormatInfo, int64_t count, int64_t) {
        if (c && c != 'x' && (count || c == 's' || c == 'p')) n++;
      }))
    return false;
  Ref codes = new_bytes_raw(n * sizeof(StructCode) + sizeof(Sizes));
  if (!codes) return false;
  StructCode* out = reinterpret_cast<StructCode*>(codes.as<Bytes>()->data());
  size_t at = 0;
  int64_t size = 0, items = 0;
  bool too_long = false;
  walk_format(text, &swap, &standard, [&](char c, FormatInfo info, int64_t count, int64_t offset) {
    if (!c) {
      size = offset;
    } else if (c == 's' || c == 'p') {
      out[at++] = {c, swap, !standard, count, 1, offset};
      items++;
    } else if (c != 'x' && count) {
      // With the machine's byte order and the native size CPython takes the native functions, except for floats.
      bool native = !standard || (!swap && info.size == native_info(c).size && c != 'f' && c != 'd');
      out[at++] = {c, swap, native, info.size, count, offset};
      too_long |= __builtin_add_overflow(items, count, &items);
    }
  });
  if (too_long) return error("total struct size too long");
  new (out + at) Sizes{size, items};
  Ref old_codes, old_format;
  {
    gc::ObjectLock lock(&self->h);
    old_codes = gc::exchange(&self->h, &self->codes, std::move(codes));
    old_format = gc::exchange(&self->h, &self->format, Ref::dup(format));
    std::atomic_ref(self->size).store(size, std::memory_order_relaxed);
  }
  return true;
}

static int64_t size_of(Value v) { return std::atomic_ref(struct_of(v)->size).load(std::memory_order_relaxed); }

// The codes of a Struct, kept alive. One Struct is used by many threads (the module's functions share theirs): its lock is the last resort.
struct Layout {
  Ref codes;
  const StructCode* begin = nullptr;
  const StructCode* end = nullptr;
  int64_t size = -1, items = -1;
  explicit Layout(Value v) : codes(codes_of(struct_of(v))) {
    if (!codes) return;
    begin = reinterpret_cast<const StructCode*>(codes.as<Bytes>()->data());
    end = begin + (codes.as<Bytes>()->size - sizeof(Sizes)) / sizeof(StructCode);
    auto* sizes = reinterpret_cast<const Sizes*>(end);
    size = sizes->size;
    items = sizes->items;
  }

 private:
  static Ref codes_of(StructObject* s) {
    Value v = gc::load(&s->codes);
    if (!v || !gc::parallel || gc::is_immortal(v.header())) return Ref::dup(v);
    if (gc::try_incref(v.header())) {
      Ref found = Ref::steal(v);
      if (gc::load(&s->codes) == v) return found;
    }
    gc::ObjectLock lock(&s->h);
    v = gc::load(&s->codes);
    gc::incref_published(v.header());
    return Ref::steal(v);
  }
};

// ---- half floats ----------------------------------------------------------------------------------------------------------------

static bool pack_half(double x, uint16_t* out) {
  uint16_t sign = std::signbit(x) ? 0x8000 : 0;
  double m = std::fabs(x);
  if (std::isnan(x)) {
    *out = sign | 0x7e00;
  } else if (std::isinf(x)) {
    *out = sign | 0x7c00;
  } else if (m == 0) {
    *out = sign;
  } else {
    int e;
    std::frexp(m, &e);
    // Units of the last place kept: 11 bits, or the subnormals' fixed 2**-24.
    int shift = e - 11 > -24 ? e - 11 : -24;
    double scaled = std::ldexp(m, -shift);
    double r = std::nearbyint(scaled);  // half to even
    uint32_t bits = static_cast<uint32_t>(r);
    if (bits == 2048) {
      bits = 1024;
      shift++;
    }
    if (bits >= 1024) {
      int exponent = shift + 25;  // biased
      if (exponent >= 31) return raise(types::OverflowError, "float too large to pack with e format");
      *out = static_cast<uint16_t>(sign | (exponent << 10) | (bits - 1024));
    } else {
      *out = static_cast<uint16_t>(sign | bits);
    }
  }
  return true;
}
static double unpack_half(uint16_t h) {
  int e = h >> 10 & 31, f = h & 1023;
  double x;
  if (e == 31) {
    x = f ? std::nan("") : HUGE_VAL;
  } else if (e == 0) {
    x = std::ldexp(static_cast<double>(f), -24);
  } else {
    x = std::ldexp(static_cast<double>(f + 1024), e - 25);
  }
  return h & 0x8000 ? -x : x;
}

// ---- packing --------------------------------------------------------------------------------------------------------------------

static void store_bytes(uint8_t* p, uint64_t x, int64_t size, bool swap) {
  if (swap) x = __builtin_bswap64(x) >> (8 * (8 - size));
  switch (size) {
    case 1: *p = static_cast<uint8_t>(x); break;
    case 2: std::memcpy(p, &x, 2); break;
    case 4: std::memcpy(p, &x, 4); break;
    default: std::memcpy(p, &x, 8);
  }
}
static uint64_t load_bytes(const uint8_t* p, int64_t size, bool swap) {
  uint64_t x = 0;
  switch (size) {
    case 1: return *p;
    case 2: std::memcpy(&x, p, 2); break;
    case 4: std::memcpy(&x, p, 4); break;
    default: std::memcpy(&x, p, 8);
  }
  return swap ? __builtin_bswap64(x) >> (8 * (8 - size)) : x;
}

static Fail range_error(const StructCode& c, bool is_unsigned) {
  TypeObject* e = struct_error.as<TypeObject>();
  if (c.native) {
    switch (c.format) {
      case 'b': return error("byte format requires -128 <= number <= 127");
      case 'B': return error("ubyte format requires 0 <= number <= 255");
      case 'h': return error("short format requires -32768 <= number <= 32767");
      case 'H': return error("ushort format requires 0 <= number <= 65535");
    }
  }
  if (c.size == 1)
    return error(is_unsigned ? "ubyte format requires 0 <= number <= 255"
                             : "byte format requires -128 <= number <= 127");
  uint64_t largest = ~uint64_t{0} >> (8 * (8 - c.size));
  if (is_unsigned)
    return raise(e, "'%c' format requires 0 <= number <= %llu", c.format, static_cast<unsigned long long>(largest));
  int64_t top = static_cast<int64_t>(largest >> 1);
  return raise(e, "'%c' format requires %lld <= number <= %lld", c.format, static_cast<long long>(~top),
               static_cast<long long>(top));
}

static TAIPAN_NOINLINE bool pack_int_slow(const StructCode& c, uint8_t* p, Value v) {
  Ref keep;
  if (!is_int(v)) {
    if (!has_index(v)) return error("required argument is not an integer");
    keep = to_index(v);
    if (!keep) return false;
    v = keep;
  }
  bool is_unsigned =
      c.format == 'B' || c.format == 'H' || c.format == 'I' || c.format == 'L' || c.format == 'Q' || c.format == 'N';
  // In the swapped tables 8-byte ints are stored by value; whatever overflows is "int too large".
  bool by_value = c.size == 8 && !c.native && (c.format == 'q' || c.format == 'Q');
  int64_t n;
  bool fits = int_fits64(v, &n);
  if (c.format == 'P') {
    if (!fits && (int_sign(v) < 0 || int_bit_length(v) > 64)) return error("int too large to convert");
    store_bytes(p, int_low64(v), 8, c.swap);
    return true;
  }
  if (c.size == 8) {
    bool ok = is_unsigned ? int_sign(v) >= 0 && int_bit_length(v) <= 64 : fits;
    if (!ok) return error(by_value ? "int too large to convert" : "argument out of range");
    store_bytes(p, int_low64(v), 8, c.swap);
    return true;
  }
  // Narrow ones are read as a C long first; the unsigned ones of four bytes, and all unsigned of the swapped tables, as unsigned long.
  bool via_unsigned = is_unsigned && (c.size == 4 || (!c.native && c.size > 1));
  if (via_unsigned ? int_sign(v) < 0 || int_bit_length(v) > 64 : !fits) return error("argument out of range");
  uint64_t largest = ~uint64_t{0} >> (8 * (8 - c.size));
  if (is_unsigned) {
    uint64_t u = int_low64(v);
    if ((!via_unsigned && n < 0) || u > largest) return range_error(c, true);
    store_bytes(p, u, c.size, c.swap);
    return true;
  }
  int64_t top = static_cast<int64_t>(largest >> 1);
  if (n > top || n < ~top) return range_error(c, false);
  store_bytes(p, static_cast<uint64_t>(n), c.size, c.swap);
  return true;
}

static bool pack_double(const StructCode& c, uint8_t* p, Value v) {
  double x;
  if (v.is_float()) {
    x = v.as_float();
  } else if (!to_double(v, &x)) {
    clear_error();  // whatever went wrong is reported alike
    return error("required argument is not a float");
  }
  if (c.format == 'd') {
    uint64_t bits;
    std::memcpy(&bits, &x, 8);
    store_bytes(p, bits, 8, c.swap);
    return true;
  }
  if (c.format == 'f') {
    float f = static_cast<float>(x);
    if (!c.native && std::isinf(f) && !std::isinf(x)) {
      if (is_int(v)) return error("int too large to convert");
      return raise(types::OverflowError, "float too large to pack with f format");
    }
    uint32_t bits;
    std::memcpy(&bits, &f, 4);
    store_bytes(p, bits, 4, c.swap);
    return true;
  }
  uint16_t half;
  if (!pack_half(x, &half)) {
    if (!is_int(v)) return false;
    clear_error();
    return error("int too large to convert");
  }
  store_bytes(p, half, 2, c.swap);
  return true;
}

static bool pack_text(const StructCode& c, uint8_t* p, Value v) {
  if (!is_bytes(v) && !is_bytearray(v))
    return raise(struct_error.as<TypeObject>(), "argument for '%c' must be a bytes object", c.format);
  const uint8_t* data = is_bytes(v) ? v.as<Bytes>()->data() : v.as<ByteArray>()->start;
  int64_t n = static_cast<int64_t>(is_bytes(v) ? v.as<Bytes>()->size : v.as<ByteArray>()->size);
  if (c.format == 's') {
    if (n > c.size) n = c.size;
    if (n > 0) std::memcpy(p, data, static_cast<size_t>(n));
    return true;
  }
  if (c.size == 0) return true;
  if (n > c.size - 1) n = c.size - 1;
  if (n > 0) std::memcpy(p + 1, data, static_cast<size_t>(n));
  *p = static_cast<uint8_t>(n > 255 ? 255 : n);
  return true;
}

static bool pack_one(const StructCode& c, uint8_t* p, Value v) {
  switch (c.format) {
    case 'c': {
      if (!is_bytes(v) || v.as<Bytes>()->size != 1) return error("char format requires a bytes object of length 1");
      *p = v.as<Bytes>()->data()[0];
      return true;
    }
    case '?': {
      int t = is_true(v);
      if (t < 0) return false;
      *p = static_cast<uint8_t>(t);
      return true;
    }
    case 'e':
    case 'f':
    case 'd': return pack_double(c, p, v);
    default: break;
  }
  if (TAIPAN_LIKELY(v.is_int())) {
    int64_t n = v.as_int();
    bool fits;
    switch (c.format) {
      case 'b': fits = n == static_cast<int8_t>(n); break;
      case 'B': fits = n == static_cast<uint8_t>(n); break;
      case 'h': fits = n == static_cast<int16_t>(n); break;
      case 'H': fits = n == static_cast<uint16_t>(n); break;
      case 'i': fits = n == static_cast<int32_t>(n); break;
      case 'I': fits = n == static_cast<uint32_t>(n); break;
      case 'l': fits = c.size == 8 || n == static_cast<int32_t>(n); break;
      case 'L': fits = n >= 0 && (c.size == 8 || n == static_cast<uint32_t>(n)); break;
      case 'Q':
      case 'N': fits = n >= 0; break;
      default: fits = true;  // q, n, P
    }
    if (TAIPAN_LIKELY(fits)) {
      store_bytes(p, static_cast<uint64_t>(n), c.size, c.swap);
      return true;
    }
  }
  return pack_int_slow(c, p, v);
}

// out is zeroed; values are as many as the layout's items.
static bool pack_values(const Layout& layout, uint8_t* out, const Value* values) {
  for (const StructCode* c = layout.begin; c < layout.end; c++) {
    uint8_t* p = out + c->offset;
    if (c->format == 's' || c->format == 'p') {
      if (!pack_text(*c, p, *values++)) return false;
      continue;
    }
    for (int64_t k = 0; k < c->count; k++, p += c->size)
      if (!pack_one(*c, p, *values++)) return false;
  }
  return true;
}

static Ref unpack_one(const StructCode& c, const uint8_t* p) {
  switch (c.format) {
    case 'c': return make_bytes(p, 1);
    case '?': return Ref::imm(bool_value(*p != 0));
    case 'e': return make_float(unpack_half(static_cast<uint16_t>(load_bytes(p, 2, c.swap))));
    case 'f': {
      uint32_t bits = static_cast<uint32_t>(load_bytes(p, 4, c.swap));
      float f;
      std::memcpy(&f, &bits, 4);
      return make_float(static_cast<double>(f));
    }
    case 'd': {
      uint64_t bits = load_bytes(p, 8, c.swap);
      double d;
      std::memcpy(&d, &bits, 8);
      return make_float(d);
    }
    case 's': return make_bytes(p, static_cast<size_t>(c.size));
    case 'p': {
      if (c.size == 0) return make_bytes(p, 0);
      int64_t n = *p;
      if (n >= c.size) n = c.size - 1;
      return make_bytes(p + 1, static_cast<size_t>(n));
    }
    case 'b': return make_int(static_cast<int8_t>(*p));
    case 'B': return make_int(*p);
    case 'H':
    case 'I': return make_int(static_cast<int64_t>(load_bytes(p, c.size, c.swap)));
    case 'L':
    case 'Q':
    case 'N':
    case 'P': return make_int_u64(load_bytes(p, c.size, c.swap));
    default: {
      int shift = 8 * (8 - static_cast<int>(c.size));
      return make_int(static_cast<int64_t>(load_bytes(p, c.size, c.swap) << shift) >> shift);
    }
  }
}

static Ref unpack_values(const Layout& layout, const uint8_t* data) {
  Ref result = make_tuple(static_cast<size_t>(layout.items));
  if (!result) return nullptr;
  size_t i = 0;
  for (const StructCode* c = layout.begin; c < layout.end; c++) {
    const uint8_t* p = data + c->offset;
    for (int64_t k = 0; k < c->count; k++, p += c->size) {
      Ref v = unpack_one(*c, p);
      if (!v) return nullptr;
      tuple_init(result, i++, std::move(v));
    }
  }
  return result;
}

// ---- operations on a Struct -------------------------------------------------------------------------------------------------------

static Ref do_pack(Value self, const Value* values, size_t n) {
  Layout layout(self);
  if (static_cast<int64_t>(n) != layout.items)
    return raise(struct_error.as<TypeObject>(), "pack expected %zd items for packing (got %zd)",
                 static_cast<ssize_t>(layout.items), static_cast<ssize_t>(n));
  Ref r = new_bytes_raw(static_cast<size_t>(layout.size));
  if (!r) return nullptr;
  uint8_t* out = r.as<Bytes>()->data();
  std::memset(out, 0, static_cast<size_t>(layout.size));
  return pack_values(layout, out, values) ? std::move(r) : Ref();
}

static bool no_space(const char* verb, const char* gerund, int64_t offset, int64_t size, int64_t length) {
  return raise(struct_error.as<TypeObject>(),
               "%s requires a buffer of at least %zu bytes for %s %zd bytes at offset %zd (actual buffer size is %zd)",
               verb, static_cast<size_t>(offset) + static_cast<size_t>(size), gerund, static_cast<ssize_t>(size),
               static_cast<ssize_t>(offset), static_cast<ssize_t>(length));
}

static Ref do_pack_into(Value self, const Value* args, size_t n) {
  Layout layout(self);
  if (n < 2 || static_cast<int64_t>(n - 2) != layout.items) {
    if (n == 0) return error("pack_into expected buffer argument");
    if (n == 1) return error("pack_into expected offset argument");
    return raise(struct_error.as<TypeObject>(), "pack_into expected %zd items for packing (got %zd)",
                 static_cast<ssize_t>(layout.items), static_cast<ssize_t>(n - 2));
  }
  BufferView buffer(args[0], kBufWritable);
  if (!buffer.ok()) {
    if (!error_matches(types::TypeError) && !error_matches(types::BufferError)) return nullptr;
    clear_error();
    return raise(types::TypeError, "argument must be read-write bytes-like object, not %.50T", args[0]);
  }
  int64_t offset, length = static_cast<int64_t>(buffer.size());
  if (!to_ssize(args[1], &offset, types::IndexError)) return nullptr;
  if (offset < 0) {
    if (offset + layout.size > 0)
      return raise(struct_error.as<TypeObject>(), "no space to pack %zd bytes at offset %zd",
                   static_cast<ssize_t>(layout.size), static_cast<ssize_t>(offset));
    if (offset + length < 0)
      return raise(struct_error.as<TypeObject>(), "offset %zd out of range for %zd-byte buffer",
                   static_cast<ssize_t>(offset), static_cast<ssize_t>(length));
    offset += length;
  }
  if (length - offset < layout.size) {
    no_space("pack_into", "packing", offset, layout.size, length);
    return nullptr;
  }
  uint8_t* out = buffer.data() + offset;
  std::memset(out, 0, static_cast<size_t>(layout.size));
  if (!pack_values(layout, out, args + 2)) return nullptr;
  return Ref::imm(kNone);
}

static Ref do_unpack(Value self, Value data) {
  Layout layout(self);
  BufferView buffer(data);
  if (!buffer.ok()) return nullptr;
  if (static_cast<int64_t>(buffer.size()) != layout.size)
    return raise(struct_error.as<TypeObject>(), "unpack requires a buffer of %zd bytes",
                 static_cast<ssize_t>(layout.size));
  return unpack_values(layout, buffer.data());
}

static Ref do_unpack_from(Value self, Value data, Value offset_argument) {
  Layout layout(self);
  BufferView buffer(data);
  if (!buffer.ok()) return nullptr;
  int64_t offset = 0, length = static_cast<int64_t>(buffer.size());
  if (offset_argument && !to_c_ssize(offset_argument, &offset)) return nullptr;
  if (offset < 0) {
    if (offset + layout.size > 0)
      return raise(struct_error.as<TypeObject>(), "not enough data to unpack %zd bytes at offset %zd",
                   static_cast<ssize_t>(layout.size), static_cast<ssize_t>(offset));
    if (offset + length < 0)
      return raise(struct_error.as<TypeObject>(), "offset %zd out of range for %zd-byte buffer",
                   static_cast<ssize_t>(offset), static_cast<ssize_t>(length));
    offset += length;
  }
  if (length - offset < layout.size) {
    no_space("unpack_from", "unpacking", offset, layout.size, length);
    return nullptr;
  }
  return unpack_values(layout, buffer.data() + offset);
}

// ---- the iterator -----------------------------------------------------------------------------------------------------------------

struct UnpackIterator {
  Header h;
  Value self;  // Struct; null when exhausted
  Buffer buffer;
  int64_t index;
};
static void iterator_release(UnpackIterator* it) {
  Ref self;
  {
    gc::ObjectLock lock(&it->h);
    self = gc::take(&it->h, &it->self);
  }
  if (self) release_buffer(&it->buffer);
}
static void iterator_trace(Header* h, gc::Visitor& v) {
  UnpackIterator* it = reinterpret_cast<UnpackIterator*>(h);
  v.visit(it->self);
  if (it->self) v.visit(it->buffer.owner);
}
static void iterator_clear(Header* h) { iterator_release(reinterpret_cast<UnpackIterator*>(h)); }
static void iterator_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  iterator_release(reinterpret_cast<UnpackIterator*>(h));
  finish_dealloc(h);
}
static Ref iterator_self(Value v) { return Ref::dup(v); }
static Ref iterator_next(Value v) {
  UnpackIterator* it = v.as<UnpackIterator>();
  int64_t at;
  Ref self;
  {
    gc::ObjectLock lock(&it->h);
    if (!it->self) return Ref::imm(kStopIter);
    self = Ref::dup(it->self);
    at = it->index;
    int64_t size = size_of(self);
    if (at < it->buffer.len) it->index = at + size;
  }
  Layout layout(self);
  if (layout.size <= 0 || at > it->buffer.len - layout.size) {
    iterator_release(it);
    return Ref::imm(kStopIter);
  }
  return unpack_values(layout, static_cast<const uint8_t*>(it->buffer.data) + at);
}
static Ref iterator_length_hint(Args& a) {
  UnpackIterator* it = a.self.as<UnpackIterator>();
  if (!it->self) return make_int(0);
  int64_t size = size_of(it->self);
  return make_int(size > 0 ? (it->buffer.len - it->index) / size : 0);
}
static const NativeDef kIteratorMethods[] = {
    {"__length_hint__", "($self, /)", iterator_length_hint, kNativeNoSignature, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr}};
static const TypeSpec kIteratorSpec = {
    .flags = kTypeNoInstantiate | kTypeImmutable | kTypeGc,
    .basic_size = sizeof(UnpackIterator),
    .ops = {.trace = iterator_trace, .clear = iterator_clear, .dealloc = iterator_dealloc},
    .methods = kIteratorMethods,
    .s = {.iter = iterator_self, .next = iterator_next}};

static Ref do_iter_unpack(Value self, Value data) {
  Layout layout(self);
  if (layout.size == 0) return error("cannot iteratively unpack with a struct of length 0");
  Buffer buffer;
  if (!get_buffer(data, &buffer, kBufSimple)) return nullptr;
  if (layout.size < 0 || buffer.len % layout.size != 0) {
    release_buffer(&buffer);
    return raise(struct_error.as<TypeObject>(), "iterative unpacking requires a buffer of a multiple of %zd bytes",
                 static_cast<ssize_t>(layout.size));
  }
  UnpackIterator* it = alloc_instance_as<UnpackIterator>(unpack_iterator_type);
  if (!it) {
    release_buffer(&buffer);
    return nullptr;
  }
  it->buffer = buffer;
  gc::init(&it->self, Ref::dup(self));
  return Ref::steal(it);
}

// ---- the type Struct ----------------------------------------------------------------------------------------------------------------

static Ref struct_new(TypeObject* cls, RawArgs) {
  StructObject* s = alloc_instance_as<StructObject>(cls);
  if (!s) return nullptr;
  s->size = -1;
  return Ref::steal(s);
}
static bool struct_init(Value self, RawArgs raw) {
  static const Signature sig("Struct", "(format)");
  Value format;
  if (!sig.bind(raw, &format)) return false;
  Ref bytes;
  if (is_str(format)) {
    bytes = encode_ascii(format, nullptr);
    if (!bytes) return false;
  } else if (is_bytes(format)) {
    bytes = Ref::dup(format);
  } else {
    return raise(types::TypeError, "Struct() argument 1 must be a str or bytes object, not %.200T", format);
  }
  return compile_format(struct_of(self), bytes);
}
static void struct_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  StructObject* s = reinterpret_cast<StructObject*>(h);
  Ref format = gc::take(h, &s->format), codes = gc::take(h, &s->codes);
  finish_dealloc(h);
}

static bool no_keywords(const RawArgs& raw, const char* name) {
  if (!raw.kwnames || tuple_size(raw.kwnames) == 0) return true;
  return raise(types::TypeError, "%s() takes no keyword arguments", name);
}
static Ref struct_pack_impl(Args& a) {
  if (!no_keywords(a.raw, "Struct.pack")) return nullptr;
  return do_pack(a.self, a.raw.v, a.raw.n);
}
static Ref struct_pack_into_impl(Args& a) {
  if (!no_keywords(a.raw, "Struct.pack_into")) return nullptr;
  return do_pack_into(a.self, a.raw.v, a.raw.n);
}
static Ref struct_unpack_impl(Args& a) { return do_unpack(a.self, a[0]); }
static Ref struct_unpack_from_impl(Args& a) { return do_unpack_from(a.self, a[0], a[1]); }
static Ref struct_iter_unpack_impl(Args& a) { return do_iter_unpack(a.self, a[0]); }
static Ref struct_sizeof_impl(Args& a) {
  Layout layout(a.self);
  return make_int(
      static_cast<int64_t>(sizeof(StructObject) + static_cast<size_t>(layout.end - layout.begin) * sizeof(StructCode)));
}
static const NativeDef kStructMethods[] = {
    {"iter_unpack", "($self, buffer, /)", struct_iter_unpack_impl, 0,
     "An iterator of the tuples of a buffer of several such records."},
    {"pack", "(...)", struct_pack_impl, 0, "S.pack(v1, v2, ...) -> bytes\n\nThe values packed as the format says."},
    {"pack_into", "(...)", struct_pack_into_impl, 0,
     "S.pack_into(buffer, offset, v1, v2, ...)\n\nPacks the values into a writable buffer."},
    {"unpack", "($self, buffer, /)", struct_unpack_impl, 0,
     "The tuple of values in a buffer of exactly the struct's size."},
    {"unpack_from", "($self, /, buffer, offset=0)", struct_unpack_from_impl, 0,
     "The tuple of values at an offset of a buffer."},
    {"__sizeof__", "($self, /)", struct_sizeof_impl, kNativeNoSignature, "Size in memory, in bytes."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

static Ref struct_get_format(Value v) {
  StructObject* s = struct_of(v);
  gc::ObjectLock lock(&s->h);
  return s->format ? decode_latin1(s->format.as<Bytes>()->view()) : empty_str();
}
static Ref struct_get_size(Value v) { return make_int(size_of(v)); }
static const GetSetDef kStructGetSet[] = {{"format", struct_get_format, nullptr, "the format"},
                                          {"size", struct_get_size, nullptr, "how many bytes it describes"},
                                          {nullptr, nullptr, nullptr, nullptr}};
static const TypeSpec kStructSpec = {.doc = "Struct(format): a format, compiled.",
                                     .flags = kTypeBaseable | kTypeImmutable | kTypeWeakrefable | kTypeParallel,
                                     .basic_size = sizeof(StructObject),
                                     .ops = {.dealloc = struct_dealloc},
                                     .methods = kStructMethods,
                                     .getset = kStructGetSet,
                                     .s = {.init = struct_init, .new_ = struct_new}};

// ---- the module's functions ---------------------------------------------------------------------------------------------------------

static Value cache;  // dict: format -> Struct; a root
static constexpr size_t kCacheLimit = 100;

// GIL off: threads that pack and unpack by the same format would count its Struct all the time, each call. The first ones that there are, as
// many as the cache holds, aren't counted, and stay.
static void keep_uncounted(Value s) {
  static std::atomic<size_t> kept{0};
  if (gc::gil_enabled || kept.load(std::memory_order_relaxed) >= kCacheLimit) return;
  if (kept.fetch_add(1, std::memory_order_relaxed) >= kCacheLimit) return;
  gc::make_immortal(struct_of(s)->codes.header());
  gc::make_immortal(s.header());
}
static Ref cached(Value format) {
  if (gc::parallel) {
    if (Value same = dict_peek_same(cache.as<Dict>(), format)) return Ref::dup(same);
  }
  Ref found = dict_get_ref(cache, format);
  if (!found) return nullptr;
  if (found.get() != kMissing) return found;
  Ref s = call(Value(struct_type), format);
  if (!s) return nullptr;
  keep_uncounted(s);
  if (dict_size(cache) >= kCacheLimit) dict_clear(cache);
  if (!dict_set(cache, format, s)) return nullptr;
  return s;
}

static Ref struct_module_pack(Args& a) {
  if (!no_keywords(a.raw, "_struct.pack")) return nullptr;
  if (a.raw.n == 0) return raise(types::TypeError, "missing format argument");
  Ref s = cached(a.raw.v[0]);
  return s ? do_pack(s, a.raw.v + 1, a.raw.n - 1) : nullptr;
}
static Ref struct_module_pack_into(Args& a) {
  if (!no_keywords(a.raw, "_struct.pack_into")) return nullptr;
  if (a.raw.n == 0) return raise(types::TypeError, "missing format argument");
  Ref s = cached(a.raw.v[0]);
  return s ? do_pack_into(s, a.raw.v + 1, a.raw.n - 1) : nullptr;
}
static Ref struct_module_unpack(Args& a) {
  Ref s = cached(a[0]);
  return s ? do_unpack(s, a[1]) : nullptr;
}
static Ref struct_module_unpack_from(Args& a) {
  Ref s = cached(a[0]);
  return s ? do_unpack_from(s, a[1], a[2]) : nullptr;
}
static Ref struct_module_iter_unpack(Args& a) {
  Ref s = cached(a[0]);
  return s ? do_iter_unpack(s, a[1]) : nullptr;
}
static Ref struct_module_calcsize(Args& a) {
  Ref s = cached(a[0]);
  return s ? make_int(size_of(s)) : nullptr;
}
static Ref struct_module_clearcache(Args&) {
  dict_clear(cache);
  return Ref::imm(kNone);
}

static const NativeDef kStructFunctions[] = {
    {"_clearcache", "($module, /)", struct_module_clearcache, 0, "Clears the internal cache."},
    {"calcsize", "($module, format, /)", struct_module_calcsize, 0,
     "The size in bytes of the struct that a format describes."},
    {"iter_unpack", "($module, format, buffer, /)", struct_module_iter_unpack, 0,
     "An iterator of the tuples of a buffer of several such records."},
    {"pack", "(...)", struct_module_pack, 0,
     "pack(format, v1, v2, ...) -> bytes\n\nThe values packed as the format says."},
    {"pack_into", "(...)", struct_module_pack_into, 0,
     "pack_into(format, buffer, offset, v1, v2, ...)\n\nPacks the values into a writable buffer."},
    {"unpack", "($module, format, buffer, /)", struct_module_unpack, 0,
     "The tuple of values in a buffer of exactly the format's size."},
    {"unpack_from", "($module, format, /, buffer, offset=0)", struct_module_unpack_from, 0,
     "The tuple of values at an offset of a buffer."},
    {nullptr, nullptr, nullptr, 0, nullptr}};

static bool struct_exec(Value module) {
  if (!struct_type) {
    struct_type = make_native_type("_struct.Struct", types::Object, &kStructSpec);
    unpack_iterator_type = make_native_type("_struct.unpack_iterator", types::Object, &kIteratorSpec);
    Ref error_class = make_exception_class("struct.error", types::Exception);
    Ref dict = make_dict();
    if (!struct_type || !unpack_iterator_type || !error_class || !dict) return false;
    gc::make_immortal(error_class.get().header());
    struct_error = error_class.release();
    cache = dict.release();
    gc::add_shared_root(&cache);
  }
  return module_add_type(module, struct_type) && module_add(module, "error", Ref::dup(struct_error));
}

// GIL off: the Structs of formats are kept in a dict; two threads that meet a new format both make one.
extern const ModuleDef _struct_module;
const ModuleDef _struct_module = {
    "_struct", "Values as bytes in the layout of C structs, and back. Formats are short texts, like '<hl' or '3s?'.",
    kStructFunctions, struct_exec, kFunctionsAtOnce};

}  // namespace taipan
