#include "interp/objects/int.h"

#include <sys/sysinfo.h>
#include <cmath>
#include <cstring>
#include <new>
#include "interp/objects/int_view.h"

namespace taipan {

// ---- making ints ------------------------------------------------------------------------------------------------------------

// With overcommitted memory an absurd request succeeds and kills the process when it is used: what the machine doesn't have is refused.
static bool plausible_size(size_t bytes) {
  if (bytes < (size_t{256} << 20)) return true;
  struct sysinfo info;
  if (sysinfo(&info) != 0) return bytes < (size_t{1} << 46);
  unsigned __int128 have = static_cast<unsigned __int128>(info.totalram + info.totalswap) * info.mem_unit;
  return bytes < have;
}

BigInt* new_big(size_t n) {
  if (TAIPAN_UNLIKELY(n > (size_t{1} << 43)) || TAIPAN_UNLIKELY(!plausible_size(n * 8))) return raise_memory();
  BigInt* b = reinterpret_cast<BigInt*>(gc::alloc_object(sizeof(BigInt) + n * 8, kShapeBigInt, gc::kAllocPlain));
  if (TAIPAN_UNLIKELY(!b)) return raise_memory();
  b->size = 0;
  return b;
}

Ref finish_big(BigInt* b, size_t n, bool negative) {
  const mp_limb_t* p = big_limbs(b);
  while (n > 0 && p[n - 1] == 0) n--;
  if (n <= 1) {
    uint64_t m = n ? p[0] : 0;
    if (m <= static_cast<uint64_t>(Value::kSmallIntMax) + negative) {
      gc::free_object(&b->h);
      return Ref::imm(Value::from_int(negative ? -static_cast<int64_t>(m) : static_cast<int64_t>(m)));
    }
  }
  b->size = negative ? -static_cast<int64_t>(n) : static_cast<int64_t>(n);
  return Ref::steal(b);
}

bool reserve_scratch(size_t limbs) {
  if (TAIPAN_LIKELY(limbs < 1024)) return true;
  if (limbs > (size_t{1} << 43) || !plausible_size(limbs * 8)) return raise_memory();
  void* p = gc::raw_alloc(limbs * 8);
  if (!p) return raise_memory();
  gc::raw_free(p);
  return true;
}

static Ref make_one_limb(uint64_t magnitude, bool negative) {
  BigInt* b = new_big(1);
  if (!b) return nullptr;
  b->limbs()[0] = magnitude;
  b->size = negative ? -1 : 1;
  return Ref::steal(b);
}

Ref make_int_slow(int64_t i) {
  if (Value::fits_int(i)) return Ref::imm(Value::from_int(i));
  return make_one_limb(i < 0 ? uint64_t{0} - static_cast<uint64_t>(i) : static_cast<uint64_t>(i), i < 0);
}

Ref make_int_u64(uint64_t u) {
  if (u <= static_cast<uint64_t>(Value::kSmallIntMax)) return Ref::imm(Value::from_int(static_cast<int64_t>(u)));
  return make_one_limb(u, false);
}

Ref make_int128(__int128 i) {
  if (i >= Value::kSmallIntMin && i <= Value::kSmallIntMax) return Ref::imm(Value::from_int(static_cast<int64_t>(i)));
  bool negative = i < 0;
  return make_magnitude(negative ? -static_cast<unsigned __int128>(i) : static_cast<unsigned __int128>(i), negative);
}

Ref make_magnitude(unsigned __int128 m, bool negative) {
  uint64_t low = static_cast<uint64_t>(m), high = static_cast<uint64_t>(m >> 64);
  if (!high) {
    if (low <= static_cast<uint64_t>(Value::kSmallIntMax) + negative)
      return Ref::imm(Value::from_int(static_cast<int64_t>(negative ? -low : low)));
    return make_one_limb(low, negative);
  }
  BigInt* b = new_big(2);
  if (!b) return nullptr;
  b->limbs()[0] = low;
  b->limbs()[1] = high;
  b->size = negative ? -2 : 2;
  return Ref::steal(b);
}

Ref make_int_from_double(double d) {
  if (TAIPAN_LIKELY(d > -4.6e18 && d < 4.6e18)) return make_int(static_cast<int64_t>(d));
  if (std::isnan(d)) return raise(types::ValueError, "cannot convert float NaN to integer");
  if (std::isinf(d)) return raise(types::OverflowError, "cannot convert float infinity to integer");
  int exponent;
  double fraction = std::frexp(std::fabs(d), &exponent);  // exponent > 62 here
  uint64_t mantissa = static_cast<uint64_t>(std::ldexp(fraction, 53));
  size_t shift = static_cast<size_t>(exponent - 53);
  size_t n = static_cast<size_t>(exponent + 63) / 64;
  BigInt* b = new_big(n + 1);
  if (!b) return nullptr;
  uint64_t* p = b->limbs();
  std::memset(p, 0, (n + 1) * 8);
  size_t word = shift / 64, bit = shift % 64;
  p[word] = mantissa << bit;
  if (bit) p[word + 1] = mantissa >> (64 - bit);
  return finish_big(b, n + 1, d < 0);
}

Ref make_int_from_limbs(const uint64_t* limbs, size_t n, bool negative) {
  while (n > 0 && limbs[n - 1] == 0) n--;
  if (n == 0) return Ref::imm(Value::from_int(0));
  if (n == 1 && limbs[0] <= static_cast<uint64_t>(Value::kSmallIntMax))
    return Ref::imm(Value::from_int(negative ? -static_cast<int64_t>(limbs[0]) : static_cast<int64_t>(limbs[0])));
  BigInt* b = new_big(n);
  if (!b) return nullptr;
  std::memcpy(b->limbs(), limbs, n * 8);
  return finish_big(b, n, negative);
}

Ref make_int_from_bytes(const uint8_t* p, size_t n, bool little_endian, bool is_signed) {
  auto byte = [&](size_t i) -> uint64_t {
    return little_endian ? p[i] : p[n - 1 - i];
  };  // i counts from the least significant
  bool negative = is_signed && n > 0 && (byte(n - 1) & 0x80);
  uint8_t filler = negative ? 0xff : 0;
  while (n > 0 && byte(n - 1) == filler) {
    if (!little_endian) p++;
    n--;
  }
  if (n == 0) return Ref::imm(Value::from_int(negative ? -1 : 0));
  if (n <= 7) {
    uint64_t x = 0;
    for (size_t i = n; i-- > 0;) x = x << 8 | byte(i);
    int64_t v = static_cast<int64_t>(x);
    if (negative) v -= int64_t{1} << (8 * n);
    return Ref::imm(Value::from_int(v));
  }
  size_t limbs = (n + 7) / 8;
  BigInt* b = new_big(limbs + 1);
  if (!b) return nullptr;
  uint64_t* out = b->limbs();
  for (size_t k = 0; k < limbs; k++) {
    uint64_t x = 0;
    size_t base = k * 8, have = n - base < 8 ? n - base : 8;
    if (have == 8) {
      if (little_endian) {
        std::memcpy(&x, p + base, 8);
      } else {
        std::memcpy(&x, p + n - base - 8, 8);
        x = __builtin_bswap64(x);
      }
    } else {
      for (size_t i = have; i-- > 0;) x = x << 8 | byte(base + i);
      if (negative) x |= ~uint64_t{0} << (8 * have);
    }
    out[k] = x;
  }
  out[limbs] = 0;
  if (negative) {  // magnitude of the two's complement
    uint64_t carry = 1;
    for (size_t k = 0; k < limbs; k++) {
      out[k] = ~out[k] + carry;
      carry = carry && out[k] == 0;
    }
    out[limbs] = carry;
  }
  return finish_big(b, limbs + 1, negative);
}

bool int_to_bytes(Value i, uint8_t* out, size_t n, bool little_endian, bool is_signed) {
  IntView v(i);
  if (v.negative && !is_signed) return raise(types::OverflowError, "can't convert negative int to unsigned");
  uint64_t borrow = v.negative;  // two's complement on the fly
  uint8_t filler = v.negative ? 0xff : 0;
  size_t at = 0;
  bool fits = true;
  uint8_t last = filler;
  for (size_t k = 0; k < v.n; k++) {
    uint64_t x = v.p[k];
    if (v.negative) {
      x = ~x + borrow;
      borrow = borrow && x == 0;
    }
    for (int j = 0; j < 8; j++, x >>= 8) {
      uint8_t c = static_cast<uint8_t>(x);
      if (at < n) {
        out[little_endian ? at : n - 1 - at] = c;
        last = c;
        at++;
      } else if (c != filler) {
        fits = false;
      }
    }
  }
  while (at < n) {
    out[little_endian ? at : n - 1 - at] = filler;
    last = filler;
    at++;
  }
  if (is_signed && n > 0 && ((last ^ filler) & 0x80)) fits = false;
  if (n == 0 && v.n != 0) fits = v.negative && is_signed ? (v.n == 1 && v.p[0] == 1) : false;
  if (!fits) return raise(types::OverflowError, "int too big to convert");
  return true;
}

Ref int_exact(Value v) {
  if (v.is_int()) return Ref::imm(v);
  if (is_bool(v)) return Ref::imm(Value::from_int(v == kTrue));
  if (v.header()->shape() == kShapeBigInt) return Ref::dup(v);
  IntView w(v);
  return make_int_from_limbs(reinterpret_cast<const uint64_t*>(w.p), w.n, w.negative);
}

// ---- reading ints -----------------------------------------------------------------------------------------------------------

bool int_fits64(Value v, int64_t* out) {
  if (TAIPAN_LIKELY(v.is_int())) {
    *out = v.as_int();
    return true;
  }
  IntView w(v);
  if (w.n > 1) return false;
  uint64_t m = w.n ? w.p[0] : 0;
  if (w.negative ? m > uint64_t{1} << 63 : m >> 63) return false;
  *out = static_cast<int64_t>(w.negative ? uint64_t{0} - m : m);
  return true;
}

int int_sign(Value v) {
  if (v.is_int()) return v.as_int() < 0 ? -1 : v.as_int() > 0;
  if (is_bool(v)) return v == kTrue;
  int64_t s = v.as<BigInt>()->size;
  return s < 0 ? -1 : s > 0;
}

size_t int_bit_length(Value v) {
  IntView w(v);
  return w.n ? w.n * 64 - static_cast<size_t>(__builtin_clzll(w.p[w.n - 1])) : 0;
}

uint64_t int_low64(Value v) {
  if (v.is_int()) return static_cast<uint64_t>(v.as_int());
  IntView w(v);
  uint64_t m = w.n ? w.p[0] : 0;
  return w.negative ? uint64_t{0} - m : m;
}

bool int_to_u64(Value v, uint64_t* out) {
  IntView w(v);
  if (w.negative) return raise(types::OverflowError, "can't convert negative value to unsigned int");
  if (w.n > 1) return raise(types::OverflowError, "Python int too large to convert to C unsigned long");
  *out = w.n ? w.p[0] : 0;
  return true;
}

// The top 53 bits, rounded half to even, and how far they are shifted. n > 0.
static uint64_t top_bits(const IntView& w, int64_t* shift) {
  // The top 64 bits, with everything below folded into the lowest: enough to round.
  int lead = __builtin_clzll(w.p[w.n - 1]);
  uint64_t top = w.p[w.n - 1] << lead;
  bool sticky = false;
  if (w.n > 1) {
    uint64_t next = w.p[w.n - 2];
    if (lead) top |= next >> (64 - lead);
    sticky = lead ? (next << lead) != 0 : next != 0;
    for (size_t i = w.n - 2; !sticky && i-- > 0;) sticky = w.p[i] != 0;
  }
  top |= sticky;
  uint64_t low = top & 0x7ff;
  uint64_t mantissa = top >> 11;
  if (low > 0x400 || (low == 0x400 && (mantissa & 1))) mantissa++;
  *shift = static_cast<int64_t>(w.n * 64) - lead - 53;
  return mantissa;
}

double int_to_double(Value v, bool* overflow) {
  *overflow = false;
  if (v.is_int()) return static_cast<double>(v.as_int());
  IntView w(v);
  if (w.n == 0) return 0.0;
  double d = HUGE_VAL;
  if (w.n <= 16) {
    int64_t shift;
    uint64_t mantissa = top_bits(w, &shift);
    d = std::ldexp(static_cast<double>(mantissa), static_cast<int>(shift));
  }
  if (std::isinf(d)) {
    *overflow = true;
    return -1.0;
  }
  return w.negative ? -d : d;
}

double int_frexp(Value v, int64_t* exponent) {
  IntView w(v);
  *exponent = 0;
  if (w.n == 0) return 0.0;
  int64_t shift;
  double m = std::ldexp(static_cast<double>(top_bits(w, &shift)), -53);
  *exponent = shift + 53;
  if (m == 1.0) {
    m = 0.5;
    ++*exponent;
  }
  return w.negative ? -m : m;
}

bool int_to_double_checked(Value v, double* out) {
  bool overflow;
  *out = int_to_double(v, &overflow);
  if (overflow) return raise(types::OverflowError, "int too large to convert to float");
  return true;
}

int int_compare(Value a, Value b) {
  if (a.is_int() && b.is_int()) {
    int64_t x = a.as_int(), y = b.as_int();
    return x < y ? -1 : x > y;
  }
  IntView x(a), y(b);
  if (x.negative != y.negative) return x.negative ? -1 : 1;
  int c = x.n != y.n ? (x.n < y.n ? -1 : 1) : x.n ? mpn_cmp(x.p, y.p, static_cast<mp_size_t>(x.n)) : 0;
  c = c < 0 ? -1 : c > 0;
  return x.negative ? -c : c;
}

int64_t int_hash(Value v) {
  constexpr uint64_t kPrime = (uint64_t{1} << 61) - 1;
  uint64_t m;
  bool negative;
  if (v.is_int()) {
    int64_t i = v.as_int();
    negative = i < 0;
    m = static_cast<uint64_t>(negative ? -i : i) % kPrime;
  } else {
    IntView w(v);
    negative = w.negative;
    m = w.n ? mpn_mod_1(w.p, static_cast<mp_size_t>(w.n), kPrime) : 0;
  }
  int64_t h = static_cast<int64_t>(m);
  if (negative) h = -h;
  return h == -1 ? -2 : h;
}

}  // namespace taipan
