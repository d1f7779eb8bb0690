// Arithmetic on ints of any size: immediates first, then sign and magnitude over mpn_*.
#include <cmath>
#include <cstring>
#include <utility>
#include "interp/objects/float.h"
#include "interp/objects/int_view.h"
#include "interp/objects/thread.h"

namespace taipan {

static mp_size_t sz(size_t n) { return static_cast<mp_size_t>(n); }

// ---- addition ---------------------------------------------------------------------------------------------------------------

static Ref add_views(const IntView& a, const IntView& b, bool negate_b) {
  bool b_negative = b.negative != negate_b;
  if (a.n <= 1 && b.n <= 1) {
    __int128 x = a.n ? a.p[0] : 0, y = b.n ? b.p[0] : 0;
    return make_int128((a.negative ? -x : x) + (b_negative ? -y : y));
  }
  if (a.negative == b_negative || !a.n || !b.n) {
    const IntView& l = a.n >= b.n ? a : b;
    const IntView& s = a.n >= b.n ? b : a;
    bool negative = &l == &a ? a.negative : b_negative;
    BigInt* r = new_big(l.n + 1);
    if (!r) return nullptr;
    mp_limb_t* p = big_limbs(r);
    if (s.n) {
      p[l.n] = mpn_add(p, l.p, sz(l.n), s.p, sz(s.n));
    } else {
      std::memcpy(p, l.p, l.n * 8);
      p[l.n] = 0;
    }
    return finish_big(r, l.n + 1, negative);
  }
  int c = a.n != b.n ? (a.n > b.n ? 1 : -1) : mpn_cmp(a.p, b.p, sz(a.n));
  if (c == 0) return Ref::imm(Value::from_int(0));
  const IntView& l = c > 0 ? a : b;
  const IntView& s = c > 0 ? b : a;
  BigInt* r = new_big(l.n);
  if (!r) return nullptr;
  mpn_sub(big_limbs(r), l.p, sz(l.n), s.p, sz(s.n));
  return finish_big(r, l.n, c > 0 ? a.negative : b_negative);
}

Ref int_add(Value a, Value b) {
  if (TAIPAN_LIKELY(a.is_int() && b.is_int())) return make_int(a.as_int() + b.as_int());
  return add_views(IntView(a), IntView(b), false);
}

Ref int_sub(Value a, Value b) {
  if (TAIPAN_LIKELY(a.is_int() && b.is_int())) return make_int(a.as_int() - b.as_int());
  return add_views(IntView(a), IntView(b), true);
}

Ref int_neg(Value a) {
  if (a.is_int()) return make_int(-a.as_int());
  IntView v(a);
  return make_int_from_limbs(reinterpret_cast<const uint64_t*>(v.p), v.n, !v.negative);
}

Ref int_abs(Value a) {
  if (a.is_int()) return make_int(a.as_int() < 0 ? -a.as_int() : a.as_int());
  IntView v(a);
  if (!v.negative) return int_exact(a);
  return make_int_from_limbs(reinterpret_cast<const uint64_t*>(v.p), v.n, false);
}

Ref int_invert(Value a) {
  if (a.is_int()) return Ref::imm(Value::from_int(~a.as_int()));
  IntView one(int64_t{-1});
  IntView v(a);
  Ref r = add_views(v, one, true);  // a + 1
  if (!r) return nullptr;
  return int_neg(r);
}

// ---- multiplication ---------------------------------------------------------------------------------------------------------

Ref int_mul(Value a, Value b) {
  if (TAIPAN_LIKELY(a.is_int() && b.is_int())) {
    int64_t r;
    if (TAIPAN_LIKELY(!__builtin_mul_overflow(a.as_int(), b.as_int(), &r))) return make_int(r);
    return make_int128(static_cast<__int128>(a.as_int()) * b.as_int());
  }
  IntView x(a), y(b);
  const IntView& l = x.n >= y.n ? x : y;
  const IntView& s = x.n >= y.n ? y : x;
  if (!s.n) return Ref::imm(Value::from_int(0));
  if (l.n == 1) return make_magnitude(static_cast<unsigned __int128>(l.p[0]) * s.p[0], x.negative != y.negative);
  BigInt* r = new_big(l.n + s.n);
  if (!r) return nullptr;
  mp_limb_t* p = big_limbs(r);
  size_t n = l.n + s.n;
  if (s.n == 1) {
    p[l.n] = mpn_mul_1(p, l.p, sz(l.n), s.p[0]);
  } else {
    if (TAIPAN_UNLIKELY(!reserve_scratch(6 * n))) {
      gc::free_object(&r->h);
      return nullptr;
    }
    LongOperation scope(n, a, b);
    if (l.p == s.p && l.n == s.n) {
      mpn_sqr(p, l.p, sz(l.n));
    } else {
      mpn_mul(p, l.p, sz(l.n), s.p, sz(s.n));
    }
  }
  return finish_big(r, n, x.negative != y.negative);
}

// ---- division ---------------------------------------------------------------------------------------------------------------

// |v| mod d. Few limbs and a small divisor, the usual case, go by 64-bit divisions.
static mp_limb_t mod_limb(const IntView& v, mp_limb_t d) {
  if (v.n > 4 || d >> 32) return mpn_mod_1(v.p, sz(v.n), d);
  mp_limb_t r = 0;
  for (size_t i = v.n; i-- > 0;) {
    r = (r << 32 | v.p[i] >> 32) % d;
    r = (r << 32 | (v.p[i] & 0xffffffffu)) % d;
  }
  return r;
}

// Floor division. Either of q and r may be null.
static bool divide(Value a, Value b, Ref* q, Ref* r) {
  IntView x(a), y(b);
  bool opposite = x.negative != y.negative;
  if (x.n < y.n || (x.n == y.n && x.n && mpn_cmp(x.p, y.p, sz(x.n)) < 0)) {  // |a| < |b|
    bool adjust = opposite && x.n;
    if (q) *q = Ref::imm(Value::from_int(adjust ? -1 : 0));
    if (r) *r = adjust ? int_add(a, b) : int_exact(a);
    return !r || *r;
  }
  if (y.n == 1) {
    mp_limb_t d = y.p[0], rest;
    if (q) {
      BigInt* out = new_big(x.n + 1);
      if (!out) return false;
      mp_limb_t* p = big_limbs(out);
      rest = mpn_divrem_1(p, 0, x.p, sz(x.n), d);
      p[x.n] = 0;
      if (rest && opposite) mpn_add_1(p, p, sz(x.n + 1), 1);
      *q = finish_big(out, x.n + 1, opposite);
    } else {
      rest = mod_limb(x, d);
    }
    if (r) {
      if (rest && opposite) rest = d - rest;
      __int128 m = rest;
      *r = make_int128(y.negative ? -m : m);
      return static_cast<bool>(*r);
    }
    return true;
  }
  size_t qn = x.n - y.n + 1;
  BigInt* quotient = new_big(qn + 1);
  if (!quotient) return false;
  BigInt* rest = new_big(y.n);
  if (!rest || !reserve_scratch(4 * (x.n + y.n))) {
    gc::free_object(&quotient->h);
    if (rest) gc::free_object(&rest->h);
    return false;
  }
  mp_limb_t* qp = big_limbs(quotient);
  mp_limb_t* rp = big_limbs(rest);
  {
    LongOperation scope(qn < y.n ? qn * 2 : y.n * 2, a, b);
    mpn_tdiv_qr(qp, rp, 0, x.p, sz(x.n), y.p, sz(y.n));
  }
  qp[qn] = 0;
  if (opposite && !mpn_zero_p(rp, sz(y.n))) {
    mpn_add_1(qp, qp, sz(qn + 1), 1);
    mpn_sub_n(rp, y.p, rp, sz(y.n));
  }
  bool y_negative = y.negative;
  size_t yn = y.n;
  if (q) {
    *q = finish_big(quotient, qn + 1, opposite);
  } else {
    gc::free_object(&quotient->h);
  }
  if (r) {
    *r = finish_big(rest, yn, y_negative);
  } else {
    gc::free_object(&rest->h);
  }
  return true;
}

Ref int_floordiv(Value a, Value b) {
  if (TAIPAN_LIKELY(a.is_int() && b.is_int())) {
    int64_t x = a.as_int(), y = b.as_int();
    if (TAIPAN_UNLIKELY(y == 0)) return raise(types::ZeroDivisionError, "integer division or modulo by zero");
    int64_t q = x / y;
    if (x % y != 0 && (x < 0) != (y < 0)) q--;
    return make_int(q);
  }
  if (int_sign(b) == 0) return raise(types::ZeroDivisionError, "integer division or modulo by zero");
  Ref q;
  if (!divide(a, b, &q, nullptr)) return nullptr;
  return q;
}

Ref int_mod(Value a, Value b) {
  if (TAIPAN_LIKELY(a.is_int() && b.is_int())) {
    int64_t x = a.as_int(), y = b.as_int();
    if (TAIPAN_UNLIKELY(y == 0)) return raise(types::ZeroDivisionError, "integer modulo by zero");
    int64_t r = x % y;
    if (r != 0 && (x < 0) != (y < 0)) r += y;
    return Ref::imm(Value::from_int(r));
  }
  if (int_sign(b) == 0) return raise(types::ZeroDivisionError, "integer modulo by zero");
  Ref r;
  if (!divide(a, b, nullptr, &r)) return nullptr;
  return r;
}

bool int_divmod(Value a, Value b, Ref* q, Ref* r) {
  if (int_sign(b) == 0) return raise(types::ZeroDivisionError, "integer division or modulo by zero");
  if (a.is_int() && b.is_int()) {
    int64_t x = a.as_int(), y = b.as_int();
    int64_t quotient = x / y, rest = x % y;
    if (rest != 0 && (x < 0) != (y < 0)) {
      quotient--;
      rest += y;
    }
    *q = make_int(quotient);
    *r = make_int(rest);
    return *q && *r;
  }
  return divide(a, b, q, r) && *q && *r;
}

// Correctly rounded: enough bits of the quotient plus a sticky bit, rounded half to even by hand (subnormal results too).
Ref int_truediv(Value a, Value b) {
  constexpr int64_t kExact = int64_t{1} << 53;
  if (a.is_int() && b.is_int()) {
    int64_t x = a.as_int(), y = b.as_int();
    if (y == 0) return raise(types::ZeroDivisionError, "division by zero");
    if (x >= -kExact && x <= kExact && y >= -kExact && y <= kExact)
      return make_float(static_cast<double>(x) / static_cast<double>(y));
  }
  IntView x(a), y(b);
  if (!y.n) return raise(types::ZeroDivisionError, "division by zero");
  bool negative = x.negative != y.negative;
  if (!x.n) return make_float(negative ? -0.0 : 0.0);
  constexpr int64_t kMinExp = -1021, kDigits = 53;
  int64_t a_bits = static_cast<int64_t>(int_bit_length(a)), b_bits = static_cast<int64_t>(int_bit_length(b));
  int64_t diff = a_bits - b_bits;
  if (diff > 1024) return raise(types::OverflowError, "integer division result too large for a float");
  if (diff < kMinExp - kDigits - 1) return make_float(negative ? -0.0 : 0.0);
  int64_t shift = (diff > kMinExp ? diff : kMinExp) - kDigits - 2;
  bool inexact = false;
  // numerator scaled by 2^-shift
  size_t xn;
  size_t room = shift <= 0 ? x.n + static_cast<size_t>(-shift) / 64 + 2 : x.n + 1;
  LimbBuffer buffer(room), quotient(room + 1), rest(y.n + 1);
  if (!buffer.ok() || !quotient.ok() || !rest.ok()) return nullptr;
  mp_limb_t* p = buffer.get();
  if (shift <= 0) {
    size_t words = static_cast<size_t>(-shift) / 64;
    unsigned bits = static_cast<unsigned>(-shift) % 64;
    std::memset(p, 0, words * 8);
    if (bits) {
      p[words + x.n] = mpn_lshift(p + words, x.p, sz(x.n), bits);
    } else {
      std::memcpy(p + words, x.p, x.n * 8);
      p[words + x.n] = 0;
    }
    xn = words + x.n + 1;
  } else {
    size_t words = static_cast<size_t>(shift) / 64;
    unsigned bits = static_cast<unsigned>(shift) % 64;
    for (size_t i = 0; i < words && !inexact; i++) inexact = x.p[i] != 0;
    xn = x.n - words;
    if (bits) {
      if (mpn_rshift(p, x.p + words, sz(xn), bits)) inexact = true;
    } else {
      std::memcpy(p, x.p + words, xn * 8);
    }
  }
  while (xn && p[xn - 1] == 0) xn--;
  uint64_t q;
  if (xn < y.n) {
    q = 0;
    inexact = true;
  } else {
    mpn_tdiv_qr(quotient.get(), rest.get(), 0, p, sz(xn), y.p, sz(y.n));
    q = quotient.get()[0];
    if (!mpn_zero_p(rest.get(), sz(y.n))) inexact = true;
  }
  int64_t q_bits = q ? 64 - __builtin_clzll(q) : 0;
  int64_t extra = (q_bits > kMinExp - shift ? q_bits : kMinExp - shift) - kDigits;
  uint64_t mask = uint64_t{1} << (extra - 1);
  uint64_t low = q | inexact;
  if ((low & mask) && (low & (3 * mask - 1))) low += mask;
  q = low & ~(2 * mask - 1);
  double d = static_cast<double>(q);
  if (shift + q_bits >= 1024 && (shift + q_bits > 1024 || d == std::ldexp(1.0, static_cast<int>(q_bits))))
    return raise(types::OverflowError, "integer division result too large for a float");
  d = std::ldexp(d, static_cast<int>(shift));
  return make_float(negative ? -d : d);
}

// ---- powers -----------------------------------------------------------------------------------------------------------------

// |a| ** e for e > 1; shift: trailing zero bits taken out of a beforehand and put back at the end.
static Ref power_big(Value a, uint64_t e, bool negative) {
  IntView v(a);
  size_t words = 0;
  while (v.p[words] == 0) words++;
  unsigned bits = static_cast<unsigned>(__builtin_ctzll(v.p[words]));
  size_t bn = v.n - words;
  LimbBuffer odd(bn);
  if (!odd.ok()) return nullptr;
  mp_limb_t* base = odd.get();
  if (bits) {
    mpn_rshift(base, v.p + words, sz(bn), bits);
  } else {
    std::memcpy(base, v.p + words, bn * 8);
  }
  if (base[bn - 1] == 0) bn--;
  size_t base_bits = bn * 64 - static_cast<size_t>(__builtin_clzll(base[bn - 1]));
  unsigned __int128 total_bits = static_cast<unsigned __int128>(base_bits) * e;
  unsigned __int128 zero_bits = static_cast<unsigned __int128>(words * 64 + bits) * e;
  if (total_bits + zero_bits > (static_cast<unsigned __int128>(1) << 48)) return raise_memory();
  size_t room = static_cast<size_t>(total_bits / 64) + 3;
  size_t zero_words = static_cast<size_t>(zero_bits / 64);
  unsigned zero_rest = static_cast<unsigned>(zero_bits % 64);

  BigInt* result = new_big(room + zero_words + 1);
  if (!result) return nullptr;
  size_t rn = 1;
  mp_limb_t* out = big_limbs(result) + zero_words;
  if (bn == 1 && base[0] == 1) {
    out[0] = 1;
  } else {
    LimbBuffer other(room);
    if (!other.ok() || !reserve_scratch(6 * room)) {
      gc::free_object(&result->h);
      return nullptr;
    }
    mp_limb_t* r = out;
    mp_limb_t* t = other.get();
    std::memcpy(r, base, bn * 8);
    rn = bn;
    for (int i = 62 - __builtin_clzll(e); i >= 0; i--) {
      {
        LongOperation scope(2 * rn, a);
        mpn_sqr(t, r, sz(rn));
      }
      rn *= 2;
      rn -= t[rn - 1] == 0;
      std::swap(r, t);
      if (e >> i & 1) {
        if (bn == 1) {
          mp_limb_t carry = mpn_mul_1(r, r, sz(rn), base[0]);
          if (carry) r[rn++] = carry;
        } else {
          LongOperation scope(rn + bn, a);
          mpn_mul(t, r, sz(rn), base, sz(bn));
          rn += bn;
          rn -= t[rn - 1] == 0;
          std::swap(r, t);
        }
      }
      if (rn > kDetachLimbs && !poll()) {
        gc::free_object(&result->h);
        return nullptr;
      }
    }
    if (r != out) std::memcpy(out, r, rn * 8);
  }
  std::memset(big_limbs(result), 0, zero_words * 8);
  if (zero_rest) {
    mp_limb_t carry = mpn_lshift(out, out, sz(rn), zero_rest);
    if (carry) out[rn++] = carry;
  }
  return finish_big(result, zero_words + rn, negative);
}

Ref int_pow(Value a, Value b) {
  if (int_sign(b) < 0) {
    double x, y;
    if (!int_to_double_checked(a, &x) || !int_to_double_checked(b, &y)) return nullptr;
    return float_pow(x, y);
  }
  IntView exponent(b);
  if (!exponent.n) return Ref::imm(Value::from_int(1));
  int64_t small;
  bool is_small = int_fits64(a, &small);
  if (is_small && small >= -1 && small <= 1) {
    bool odd = exponent.p[0] & 1;
    return Ref::imm(Value::from_int(small < 0 && !odd ? 1 : small));
  }
  if (exponent.n > 1) return raise_memory();
  uint64_t e = exponent.p[0];
  if (e == 1) return int_exact(a);
  if (is_small && e < 64) {
    int64_t result = 1, square = small;
    bool overflow = false;
    for (uint64_t k = e;;) {
      if (k & 1) overflow |= __builtin_mul_overflow(result, square, &result);
      k >>= 1;
      if (!k || overflow) break;
      overflow |= __builtin_mul_overflow(square, square, &square);
    }
    if (!overflow) return make_int(result);
  }
  return power_big(a, e, int_sign(a) < 0 && (e & 1));
}

static Ref from_mpz(mpz_srcptr z, bool negative) {
  return make_int_from_limbs(reinterpret_cast<const uint64_t*>(mpz_limbs_read(z)), mpz_size(z), negative);
}

static uint64_t mulmod(uint64_t a, uint64_t b, uint64_t m) {
  return static_cast<uint64_t>(static_cast<unsigned __int128>(a) * b % m);
}

// Inverse of a modulo m; 0 if there is none (m > 1).
static uint64_t inverse_small(uint64_t a, uint64_t m) {
  __int128 t0 = 0, t1 = 1;
  uint64_t r0 = m, r1 = a % m;
  while (r1) {
    uint64_t q = r0 / r1, r2 = r0 - q * r1;
    __int128 t2 = t0 - static_cast<__int128>(q) * t1;
    r0 = r1;
    r1 = r2;
    t0 = t1;
    t1 = t2;
  }
  if (r0 != 1) return 0;
  return static_cast<uint64_t>(t0 < 0 ? t0 + m : t0);
}

Ref int_powmod(Value a, Value b, Value m) {
  IntView modulus(m);
  if (!modulus.n) return raise(types::ValueError, "pow() 3rd argument cannot be 0");
  if (modulus.n == 1 && modulus.p[0] == 1) return Ref::imm(Value::from_int(0));
  IntView base(a), exponent(b);
  if (modulus.n == 1) {
    uint64_t d = modulus.p[0];
    uint64_t x = base.n ? mpn_mod_1(base.p, sz(base.n), d) : 0;
    if (base.negative && x) x = d - x;
    if (exponent.negative) {
      x = inverse_small(x, d);
      if (!x) return raise(types::ValueError, "base is not invertible for the given modulus");
    }
    uint64_t r = 1;
    bool narrow = d <= 0xffffffffu;
    for (size_t i = exponent.n; i-- > 0;) {
      uint64_t word = exponent.p[i];
      int top = i == exponent.n - 1 ? 63 - __builtin_clzll(word) : 63;
      for (int k = top; k >= 0; k--) {
        r = narrow ? r * r % d : mulmod(r, r, d);
        if (word >> k & 1) r = narrow ? r * x % d : mulmod(r, x, d);
      }
      if ((i & 255) == 0 && !poll()) return nullptr;
    }
    __int128 result = r;
    if (modulus.negative && r) result -= d;
    return make_int128(result);
  }
  size_t mn = modulus.n;
  if (!reserve_scratch(40 * mn + 2 * base.n)) return nullptr;
  // base reduced to 0 <= base < |m|
  Ref positive_m = int_abs(m);
  if (!positive_m) return nullptr;
  Ref reduced = int_mod(a, positive_m);
  if (!reduced) return nullptr;
  IntView x(reduced);
  mpz_t zm, zx, ze, result;
  mpz_roinit_n(zm, modulus.p, sz(modulus.n));
  mpz_roinit_n(zx, x.p, sz(x.n));
  mpz_roinit_n(ze, exponent.p, sz(exponent.n));
  mpz_init(result);
  Ref answer;
  bool invertible = true;
  {
    LongOperation scope(mn * 2 + exponent.n * mn, a, b);
    if (exponent.negative) {
      mpz_t inverse;
      mpz_init(inverse);
      invertible = mpz_invert(inverse, zx, zm) != 0;
      if (invertible) mpz_powm(result, inverse, ze, zm);
      mpz_clear(inverse);
    } else {
      mpz_powm(result, zx, ze, zm);
    }
  }
  if (!invertible) {
    mpz_clear(result);
    return raise(types::ValueError, "base is not invertible for the given modulus");
  }
  answer = from_mpz(result, false);
  mpz_clear(result);
  if (answer && modulus.negative && int_sign(answer) != 0) return int_add(answer, m);
  return answer;
}

// ---- shifts -----------------------------------------------------------------------------------------------------------------

Ref int_lshift(Value a, Value b) {
  if (TAIPAN_LIKELY(a.is_int() && b.is_int())) {
    int64_t x = a.as_int(), s = b.as_int();
    if (s >= 0 && s < 62) {
      int64_t r = static_cast<int64_t>(static_cast<uint64_t>(x) << s);
      if (r >> s == x) return make_int(r);
    }
  }
  int sign = int_sign(b);
  if (sign < 0) return raise(types::ValueError, "negative shift count");
  IntView v(a);
  if (!v.n) return Ref::imm(Value::from_int(0));
  if (sign == 0) return int_exact(a);
  int64_t count;
  // CPython's limits: its digits of 30 bits are counted in a ssize_t.
  if (!int_fits64(b, &count)) {
    Ref thirty = int_floordiv(b, Value::from_int(30));
    if (!thirty) return nullptr;
    int64_t digits;
    if (!int_fits64(thirty, &digits) || digits >= (INT64_MAX / 4))
      return raise(types::OverflowError, "too many digits in integer");
    return raise_memory();
  }
  if (v.n == 1 && count <= 64) return make_magnitude(static_cast<unsigned __int128>(v.p[0]) << count, v.negative);
  size_t words = static_cast<size_t>(count) / 64;
  unsigned bits = static_cast<unsigned>(count % 64);
  BigInt* r = new_big(v.n + words + 1);
  if (!r) return nullptr;
  mp_limb_t* p = big_limbs(r);
  std::memset(p, 0, words * 8);
  if (bits) {
    p[words + v.n] = mpn_lshift(p + words, v.p, sz(v.n), bits);
  } else {
    std::memcpy(p + words, v.p, v.n * 8);
    p[words + v.n] = 0;
  }
  return finish_big(r, v.n + words + 1, v.negative);
}

Ref int_rshift(Value a, Value b) {
  if (TAIPAN_LIKELY(a.is_int() && b.is_int())) {
    int64_t s = b.as_int();
    if (TAIPAN_LIKELY(s >= 0)) return Ref::imm(Value::from_int(a.as_int() >> (s > 63 ? 63 : s)));
  }
  if (int_sign(b) < 0) return raise(types::ValueError, "negative shift count");
  IntView v(a);
  int64_t count;
  if (!int_fits64(b, &count) || static_cast<size_t>(count) / 64 >= v.n)
    return Ref::imm(Value::from_int(v.negative ? -1 : 0));
  if (v.n <= 2 && !v.negative)
    return make_magnitude((static_cast<unsigned __int128>(v.n == 2 ? v.p[1] : 0) << 64 | v.p[0]) >> count, false);
  size_t words = static_cast<size_t>(count) / 64;
  unsigned bits = static_cast<unsigned>(count % 64);
  bool lost = false;
  if (v.negative)
    for (size_t i = 0; i < words && !lost; i++) lost = v.p[i] != 0;
  size_t n = v.n - words;
  BigInt* r = new_big(n + 1);
  if (!r) return nullptr;
  mp_limb_t* p = big_limbs(r);
  if (bits) {
    if (mpn_rshift(p, v.p + words, sz(n), bits)) lost = true;
  } else {
    std::memcpy(p, v.p + words, n * 8);
  }
  p[n] = 0;
  if (v.negative && lost) mpn_add_1(p, p, sz(n + 1), 1);
  return finish_big(r, n + 1, v.negative);
}

// ---- bits -------------------------------------------------------------------------------------------------------------------

// Reads the limbs of an infinite two's complement.
struct TwosComplement {
  const mp_limb_t* p;
  size_t n;
  mp_limb_t flip, carry;
  explicit TwosComplement(const IntView& v) : p(v.p), n(v.n), flip(v.negative ? ~mp_limb_t{0} : 0), carry(v.negative) {}
  mp_limb_t next(size_t i) {
    mp_limb_t x = (i < n ? p[i] : 0) ^ flip;
    mp_limb_t r = x + carry;
    carry = carry && r == 0;
    return r;
  }
};

// Two ints, neither negative, of at most one limb.
static bool are_words(const IntView& x, const IntView& y) { return x.n <= 1 && y.n <= 1 && !x.negative && !y.negative; }
static uint64_t word_of(const IntView& x) { return x.n ? x.p[0] : 0; }

template <class F>
static Ref bitwise(const IntView& a, const IntView& b, F f) {
  size_t n = (a.n > b.n ? a.n : b.n) + 1;
  BigInt* r = new_big(n);
  if (!r) return nullptr;
  mp_limb_t* p = big_limbs(r);
  TwosComplement x(a), y(b);
  for (size_t i = 0; i < n; i++) p[i] = f(x.next(i), y.next(i));
  bool negative = p[n - 1] >> 63;
  if (negative) mpn_neg(p, p, sz(n));
  return finish_big(r, n, negative);
}

Ref int_and(Value a, Value b) {
  if (TAIPAN_LIKELY(a.is_int() && b.is_int())) return Ref::imm(Value::from_int(a.as_int() & b.as_int()));
  IntView x(a), y(b);
  if (!x.negative && !y.negative) {
    size_t n = x.n < y.n ? x.n : y.n;
    if (!n) return Ref::imm(Value::from_int(0));
    if (n == 1) return make_int_u64(x.p[0] & y.p[0]);
    BigInt* r = new_big(n);
    if (!r) return nullptr;
    mpn_and_n(big_limbs(r), x.p, y.p, sz(n));
    return finish_big(r, n, false);
  }
  return bitwise(x, y, [](mp_limb_t u, mp_limb_t v) { return u & v; });
}

Ref int_or(Value a, Value b) {
  if (TAIPAN_LIKELY(a.is_int() && b.is_int())) return Ref::imm(Value::from_int(a.as_int() | b.as_int()));
  IntView x(a), y(b);
  if (are_words(x, y)) return make_int_u64(word_of(x) | word_of(y));
  return bitwise(x, y, [](mp_limb_t u, mp_limb_t v) { return u | v; });
}

Ref int_xor(Value a, Value b) {
  if (TAIPAN_LIKELY(a.is_int() && b.is_int())) return Ref::imm(Value::from_int(a.as_int() ^ b.as_int()));
  IntView x(a), y(b);
  if (are_words(x, y)) return make_int_u64(word_of(x) ^ word_of(y));
  return bitwise(x, y, [](mp_limb_t u, mp_limb_t v) { return u ^ v; });
}

// ---- number theory ----------------------------------------------------------------------------------------------------------

static uint64_t gcd_u64(uint64_t a, uint64_t b) {
  if (!a || !b) return a | b;
  int shift = __builtin_ctzll(a | b);
  a >>= __builtin_ctzll(a);
  while (b) {
    b >>= __builtin_ctzll(b);
    // (Without branches: nobody can foretell which is larger.)
    uint64_t less = a < b ? a : b;
    b = (a < b ? b : a) - less;
    a = less;
  }
  return a << shift;
}

Ref int_gcd(Value a, Value b) {
  IntView x(a), y(b);
  if (!x.n) return int_abs(b);
  if (!y.n) return int_abs(a);
  if (x.n == 1 && y.n == 1) return make_int_u64(gcd_u64(x.p[0], y.p[0]));
  if (y.n == 1) return make_int_u64(gcd_u64(mpn_mod_1(x.p, sz(x.n), y.p[0]), y.p[0]));
  if (x.n == 1) return make_int_u64(gcd_u64(mpn_mod_1(y.p, sz(y.n), x.p[0]), x.p[0]));
  if (!reserve_scratch(10 * (x.n + y.n))) return nullptr;
  mpz_t zx, zy, result;
  mpz_roinit_n(zx, x.p, sz(x.n));
  mpz_roinit_n(zy, y.p, sz(y.n));
  mpz_init(result);
  {
    LongOperation scope(x.n + y.n, a, b);
    mpz_gcd(result, zx, zy);
  }
  Ref r = from_mpz(result, false);
  mpz_clear(result);
  return r;
}

Ref int_isqrt(Value a) {
  IntView v(a);
  if (v.negative) return raise(types::ValueError, "isqrt() argument must be nonnegative");
  if (!v.n) return Ref::imm(Value::from_int(0));
  if (v.n == 1) {
    uint64_t x = v.p[0];
    uint64_t r = static_cast<uint64_t>(std::sqrt(static_cast<double>(x)));
    if (r > 0xffffffffu) r = 0xffffffffu;
    while (r * r > x) r--;
    while (r < 0xffffffffu && (r + 1) * (r + 1) <= x) r++;
    return make_int_u64(r);
  }
  size_t n = (v.n + 1) / 2;
  if (!reserve_scratch(6 * v.n)) return nullptr;
  BigInt* r = new_big(n);
  if (!r) return nullptr;
  {
    LongOperation scope(v.n, a);
    mpn_sqrtrem(big_limbs(r), nullptr, v.p, sz(v.n));
  }
  return finish_big(r, n, false);
}

Ref int_factorial(uint64_t n) {
  if (n <= 20) {
    uint64_t r = 1;
    for (uint64_t i = 2; i <= n; i++) r *= i;
    return make_int_u64(r);
  }
  double bits = static_cast<double>(n) * (std::log2(static_cast<double>(n)) - 1.4426950408889634) + 64;
  if (bits > 1e15) return raise_memory();
  size_t limbs = static_cast<size_t>(bits / 64) + 2;
  if (!reserve_scratch(8 * limbs)) return nullptr;
  mpz_t result;
  mpz_init(result);
  {
    LongOperation scope(limbs, Value());
    mpz_fac_ui(result, n);
  }
  Ref r = from_mpz(result, false);
  mpz_clear(result);
  return r;
}

Ref int_binomial(Value n, uint64_t k) {
  int64_t small;
  if (int_fits64(n, &small)) {
    // Each step is exact: c * (n - i) is divisible by i + 1.
    unsigned __int128 c = 1;
    uint64_t i = 0;
    for (; i < k && c < (static_cast<unsigned __int128>(1) << 64); i++)
      c = c * (static_cast<uint64_t>(small) - i) / (i + 1);
    if (i == k) {
      mp_limb_t limbs[2] = {static_cast<mp_limb_t>(c), static_cast<mp_limb_t>(c >> 64)};
      return make_int_from_limbs(reinterpret_cast<uint64_t*>(limbs), 2, false);
    }
  }
  IntView v(n);
  double bits = static_cast<double>(k) * static_cast<double>(int_bit_length(n));
  if (bits > 1e15) return raise_memory();
  size_t limbs = static_cast<size_t>(bits / 64) + 2;
  if (!reserve_scratch(8 * limbs)) return nullptr;
  mpz_t zn, result;
  mpz_roinit_n(zn, v.p, sz(v.n));
  mpz_init(result);
  {
    LongOperation scope(limbs, n);
    if (v.n <= 1) {
      mpz_bin_uiui(result, v.n ? v.p[0] : 0, k);
    } else {
      mpz_bin_ui(result, zn, k);
    }
  }
  Ref r = from_mpz(result, false);
  mpz_clear(result);
  return r;
}

}  // namespace taipan
