#include "interp/shared/_decimal/words.h"
#include <gmp.h>
#include <cstring>
#include <utility>
#include "gc/heap.h"

namespace taipan::decimal {

const uint64_t kPowersOfTen[20] = {1ull,
                                   10ull,
                                   100ull,
                                   1000ull,
                                   10000ull,
                                   100000ull,
                                   1000000ull,
                                   10000000ull,
                                   100000000ull,
                                   1000000000ull,
                                   10000000000ull,
                                   100000000000ull,
                                   1000000000000ull,
                                   10000000000000ull,
                                   100000000000000ull,
                                   1000000000000000ull,
                                   10000000000000000ull,
                                   100000000000000000ull,
                                   1000000000000000000ull,
                                   10000000000000000000ull};

namespace {

// Above this many words the conversion to binary and back costs less than the long multiplication or division.
constexpr size_t kLongWords = 60;

// w divided by 10^k, 0 <= k < 19. By a constant each, which is a multiplication.
inline uint64_t divide_power(uint64_t w, int k) {
  switch (k) {
#define CASE(k, power) \
  case k: return w / power##ull;
    CASE(1, 10)
    CASE(2, 100)
    CASE(3, 1000)
    CASE(4, 10000)
    CASE(5, 100000)
    CASE(6, 1000000)
    CASE(7, 10000000)
    CASE(8, 100000000)
    CASE(9, 1000000000)
    CASE(10, 10000000000)
    CASE(11, 100000000000)
    CASE(12, 1000000000000)
    CASE(13, 10000000000000)
    CASE(14, 100000000000000)
    CASE(15, 1000000000000000)
    CASE(16, 10000000000000000)
    CASE(17, 100000000000000000)
    CASE(18, 1000000000000000000)
#undef CASE
    default: return w;
  }
}

// r = a * w + carry, returns what is carried out.
uint64_t multiply_word(uint64_t* r, const uint64_t* a, size_t n, uint64_t w, uint64_t carry) {
  for (size_t i = 0; i < n; i++) carry = divide_by_base(static_cast<u128>(a[i]) * w + carry, &r[i]);
  return carry;
}

uint64_t divide_word(uint64_t* q, const uint64_t* a, size_t n, uint64_t d) {
  uint64_t r = 0;
  for (size_t i = n; i-- > 0;) q[i] = divide_words(static_cast<u128>(r) * kBase + a[i], d, &r);
  return r;
}

bool from_limbs_text(Words* a, uint64_t* limbs, size_t n) {  // spoils limbs
  size_t room = n * 20 + 2;
  auto* text = static_cast<unsigned char*>(gc::raw_alloc(room));
  if (!text) return false;
  size_t length = n ? mpn_get_str(text, 10, reinterpret_cast<mp_limb_t*>(limbs), static_cast<mp_size_t>(n)) : 0;
  bool ok = a->resize((length + kWordDigits - 1) / kWordDigits);
  if (ok) {
    size_t end = length;
    for (size_t i = 0; i < a->size(); i++) {
      size_t begin = end > kWordDigits ? end - kWordDigits : 0;
      uint64_t w = 0;
      for (size_t k = begin; k < end; k++) w = w * 10 + text[k];
      a->data()[i] = w;
      end = begin;
    }
    a->trim();
  }
  gc::raw_free(text);
  return ok;
}

// GMP ends the process where its own scratch space cannot be had: whether there is enough is tried first.
bool scratch_available(size_t words) {
  void* p = words > SIZE_MAX / 256 ? nullptr : gc::raw_alloc(words * 64);
  gc::raw_free(p);
  return p != nullptr;
}

bool multiply_long(Words* r, Span a, Span b) {
  if (!scratch_available(a.n + b.n)) return false;
  size_t na, nb;
  uint64_t* x = to_limbs(a, &na);
  if (!x) return false;
  uint64_t* y = to_limbs(b, &nb);
  auto* z = y ? static_cast<uint64_t*>(gc::raw_alloc((na + nb) * sizeof(uint64_t))) : nullptr;
  bool ok = z != nullptr;
  if (ok) {
    auto *zx = reinterpret_cast<mp_limb_t*>(x), *zy = reinterpret_cast<mp_limb_t*>(y),
         *zz = reinterpret_cast<mp_limb_t*>(z);
    if (na >= nb)
      mpn_mul(zz, zx, static_cast<mp_size_t>(na), zy, static_cast<mp_size_t>(nb));
    else
      mpn_mul(zz, zy, static_cast<mp_size_t>(nb), zx, static_cast<mp_size_t>(na));
    size_t n = na + nb;
    while (n && !z[n - 1]) n--;
    ok = from_limbs_text(r, z, n);
  }
  gc::raw_free(z);
  gc::raw_free(y);
  gc::raw_free(x);
  return ok;
}

bool divide_long(Words* quotient, Words* remainder, Span a, Span b) {
  if (!scratch_available(a.n + b.n)) return false;
  size_t na, nb;
  uint64_t* x = to_limbs(a, &na);
  if (!x) return false;
  uint64_t* y = to_limbs(b, &nb);
  auto* q = y ? static_cast<uint64_t*>(gc::raw_alloc((na - nb + 1 + nb) * sizeof(uint64_t))) : nullptr;
  bool ok = q != nullptr;
  if (ok) {
    uint64_t* r = q + (na - nb + 1);
    mpn_tdiv_qr(reinterpret_cast<mp_limb_t*>(q), reinterpret_cast<mp_limb_t*>(r), 0, reinterpret_cast<mp_limb_t*>(x),
                static_cast<mp_size_t>(na), reinterpret_cast<mp_limb_t*>(y), static_cast<mp_size_t>(nb));
    size_t nq = na - nb + 1, nr = nb;
    while (nq && !q[nq - 1]) nq--;
    while (nr && !r[nr - 1]) nr--;
    ok = from_limbs_text(quotient, q, nq) && from_limbs_text(remainder, r, nr);
  }
  gc::raw_free(q);
  gc::raw_free(y);
  gc::raw_free(x);
  return ok;
}

}  // namespace

// ---- Words ----------------------------------------------------------------------------------------------------------------------------

Words::~Words() {
  if (p_ != inline_) gc::raw_free(p_);
}
Words::Words(Words&& o) noexcept { *this = std::move(o); }
Words& Words::operator=(Words&& o) noexcept {
  if (this == &o) return *this;
  if (p_ != inline_) gc::raw_free(p_);
  n_ = o.n_;
  if (o.p_ == o.inline_) {
    p_ = inline_;
    capacity_ = kInline;
    memcpy(inline_, o.inline_, sizeof inline_);
  } else {
    p_ = o.p_;
    capacity_ = o.capacity_;
    o.p_ = o.inline_;
    o.capacity_ = kInline;
  }
  o.n_ = 0;
  return *this;
}

bool Words::resize(size_t n) {
  if (n > capacity_) {
    if (n > SIZE_MAX / 32) return false;
    size_t capacity = n < 2 * capacity_ ? 2 * capacity_ : n;
    auto* fresh = static_cast<uint64_t*>(gc::raw_alloc(capacity * sizeof(uint64_t)));
    if (!fresh) return false;
    memcpy(fresh, p_, n_ * sizeof(uint64_t));
    if (p_ != inline_) gc::raw_free(p_);
    p_ = fresh;
    capacity_ = capacity;
  }
  n_ = n;
  return true;
}

bool Words::assign(Span s) {
  if (!resize(s.n)) return false;
  if (s.n) memmove(p_, s.p, s.n * sizeof(uint64_t));
  return true;
}

void Words::set(uint64_t v) {
  p_[0] = v;
  n_ = v != 0;
}

// ---- Digits -----------------------------------------------------------------------------------------------------------------------------

int64_t trailing_zeros(Span a) {
  for (size_t i = 0; i < a.n; i++) {
    if (uint64_t w = a.p[i]) {
      int64_t zeros = static_cast<int64_t>(i) * kWordDigits;
      while (w % 10 == 0) {
        w /= 10;
        zeros++;
      }
      return zeros;
    }
  }
  return 0;
}

int digit_at(Span a, int64_t place) {
  auto word = static_cast<size_t>(place / kWordDigits);
  return word < a.n ? static_cast<int>(divide_power(a.p[word], static_cast<int>(place % kWordDigits)) % 10) : 0;
}

int compare(Span a, Span b) {
  if (a.n != b.n) return a.n < b.n ? -1 : 1;
  for (size_t i = a.n; i-- > 0;) {
    if (a.p[i] != b.p[i]) return a.p[i] < b.p[i] ? -1 : 1;
  }
  return 0;
}

// ---- Arithmetic --------------------------------------------------------------------------------------------------------------------------

bool add(Words* r, Span a, Span b) {
  if (a.n < b.n) std::swap(a, b);
  if (!r->resize(a.n + 1)) return false;
  uint64_t* out = r->data();
  uint64_t carry = 0;
  for (size_t i = 0; i < a.n; i++) {
    uint64_t x = a.p[i] + carry, y = i < b.n ? b.p[i] : 0;  // both at most the base: the sum may pass 64 bits
    uint64_t s = x + y;
    carry = s < x || s >= kBase;
    out[i] = carry ? s - kBase : s;
  }
  out[a.n] = carry;
  r->trim();
  return true;
}

void subtract(Words* a, Span b) {
  uint64_t* p = a->data();
  uint64_t borrow = 0;
  for (size_t i = 0; i < a->size(); i++) {
    if (i >= b.n && !borrow) break;
    uint64_t y = (i < b.n ? b.p[i] : 0) + borrow;
    borrow = p[i] < y;
    p[i] = borrow ? p[i] + kBase - y : p[i] - y;
  }
  a->trim();
}

bool multiply(Words* r, Span a, Span b) {
  if (!a.n || !b.n) {
    r->clear();
    return true;
  }
  if (a.n < b.n) std::swap(a, b);
  if (b.n >= kLongWords) return multiply_long(r, a, b);
  if (!r->resize(a.n + b.n)) return false;
  uint64_t* out = r->data();
  out[a.n] = multiply_word(out, a.p, a.n, b.p[0], 0);
  for (size_t k = 1; k < b.n; k++) {
    uint64_t w = b.p[k], carry = 0;
    for (size_t i = 0; i < a.n; i++) {
      // At most (B-1)^2 + 2(B-1): the quotient by B stays below B.
      carry = divide_by_base(static_cast<u128>(a.p[i]) * w + out[k + i] + carry, &out[k + i]);
    }
    out[k + a.n] = carry;
  }
  r->trim();
  return true;
}

bool divide(Words* quotient, Words* remainder, Span a, Span b) {
  if (compare(a, b) < 0) {
    quotient->clear();
    return remainder->assign(a);
  }
  if (b.n == 1) {
    if (!quotient->resize(a.n)) return false;
    remainder->set(divide_word(quotient->data(), a.p, a.n, b.p[0]));
    quotient->trim();
    return true;
  }
  if (b.n >= kLongWords && a.n - b.n >= kLongWords / 2) return divide_long(quotient, remainder, a, b);
  // Knuth's algorithm D: both scaled so that the divisor's first word is at least half the base.
  Words divisor;
  size_t n = b.n, m = a.n - b.n;
  if (!remainder->resize(a.n + 1) || !divisor.resize(n) || !quotient->resize(m + 1)) return false;
  uint64_t scale = kBase / (b.p[n - 1] + 1);
  uint64_t *u = remainder->data(), *v = divisor.data(), *q = quotient->data();
  u[a.n] = multiply_word(u, a.p, a.n, scale, 0);
  multiply_word(v, b.p, n, scale, 0);
  for (size_t j = m + 1; j-- > 0;) {
    u128 top = static_cast<u128>(u[j + n]) * kBase + u[j + n - 1];
    uint64_t digit, rest;
    if (u[j + n] >= v[n - 1]) {
      digit = kBase - 1;
      u128 left = top - static_cast<u128>(digit) * v[n - 1];
      rest = left >= kBase ? kBase : static_cast<uint64_t>(left);
    } else {
      digit = divide_words(top, v[n - 1], &rest);
    }
    while (rest<kBase&& static_cast<u128>(digit) * v[n - 2]> static_cast<u128>(rest) * kBase + u[j + n - 2]) {
      digit--;
      rest = rest + v[n - 1] < rest ? kBase : rest + v[n - 1];
    }
    uint64_t carry = 0, borrow = 0;
    for (size_t i = 0; i <= n; i++) {
      uint64_t product;
      if (i < n) {
        carry = divide_by_base(static_cast<u128>(v[i]) * digit + carry, &product);
      } else {
        product = carry;
      }
      uint64_t y = product + borrow;
      borrow = u[i + j] < y;
      u[i + j] = borrow ? u[i + j] + kBase - y : u[i + j] - y;
    }
    if (borrow) {  // the digit was one too large
      digit--;
      uint64_t c = 0;
      for (size_t i = 0; i <= n; i++) {
        uint64_t x = u[i + j] + c, y = i < n ? v[i] : 0, s = x + y;
        c = s < x || s >= kBase;
        u[i + j] = c ? s - kBase : s;
      }
    }
    q[j] = digit;
  }
  quotient->trim();
  if (!remainder->resize(n)) return false;
  divide_word(remainder->data(), remainder->data(), n, scale);
  remainder->trim();
  return true;
}

bool add_one(Words* a) {
  for (size_t i = 0; i < a->size(); i++) {
    if (++a->data()[i] < kBase) return true;
    a->data()[i] = 0;
  }
  size_t n = a->size();
  if (!a->resize(n + 1)) return false;
  a->data()[n] = 1;
  return true;
}

bool shift_left(Words* a, int64_t places) {
  if (a->is_zero() || places <= 0) return true;
  auto words = static_cast<size_t>(places / kWordDigits);
  uint64_t factor = kPowersOfTen[places % kWordDigits];
  size_t n = a->size();
  if (n == 1 && !words && a->data()[0] <= (kBase - 1) / factor) {
    a->data()[0] *= factor;
    return true;
  }
  if (!a->resize(n + words + 1)) return false;
  uint64_t* p = a->data();
  if (words) memmove(p + words, p, n * sizeof(uint64_t));
  p[n + words] = factor == 1 ? 0 : multiply_word(p + words, p + words, n, factor, 0);
  memset(p, 0, words * sizeof(uint64_t));
  a->trim();
  return true;
}

int shift_right(Words* a, int64_t places) {
  if (places <= 0 || a->is_zero()) return 0;
  int64_t digits = digit_count(*a);
  if (places > digits) {
    a->clear();
    return 1;
  }
  int first = digit_at(*a, places - 1);
  if (first == 0 || first == 5) first += trailing_zeros(*a) < places - 1;
  auto words = static_cast<size_t>(places / kWordDigits);
  size_t n = a->size() - words;
  uint64_t* p = a->data();
  if (words) memmove(p, p + words, n * sizeof(uint64_t));
  if (!a->resize(n)) return first;  // it never grows
  if (int rest = static_cast<int>(places % kWordDigits)) {
    uint64_t low = kPowersOfTen[rest], high = kPowersOfTen[kWordDigits - rest];
    uint64_t q = divide_power(p[0], rest);
    for (size_t i = 0; i + 1 < n; i++) {
      uint64_t next = divide_power(p[i + 1], rest);
      p[i] = q + (p[i + 1] - next * low) * high;
      q = next;
    }
    p[n - 1] = q;
  }
  a->trim();
  return first;
}

void keep_low(Words* a, int64_t places) {
  auto words = static_cast<size_t>(places / kWordDigits);
  if (words >= a->size()) return;
  uint64_t rest = a->data()[words] % kPowersOfTen[places % kWordDigits];
  a->data()[words] = rest;
  if (a->resize(words + 1)) a->trim();
}

bool power_of_ten(Words* a, int64_t n) {
  a->set(1);
  return shift_left(a, n);
}

// ---- Other forms --------------------------------------------------------------------------------------------------------------------------

bool from_digits(Words* a, std::string_view digits) {
  while (!digits.empty() && digits.front() == '0') digits.remove_prefix(1);
  if (!a->resize((digits.size() + kWordDigits - 1) / kWordDigits)) return false;
  size_t end = digits.size();
  for (size_t i = 0; i < a->size(); i++) {
    size_t begin = end > kWordDigits ? end - kWordDigits : 0;
    uint64_t w = 0;
    for (size_t k = begin; k < end; k++) w = w * 10 + static_cast<uint64_t>(digits[k] - '0');
    a->data()[i] = w;
    end = begin;
  }
  return true;
}

bool to_digits(Span a, std::string* out) {
  if (!a.n) {
    *out += '0';
    return true;
  }
  char buffer[kWordDigits];
  for (size_t i = a.n; i-- > 0;) {
    uint64_t w = a.p[i];
    int n = i + 1 == a.n ? word_digits(w) : kWordDigits;
    for (int k = n; k-- > 0; w /= 10) buffer[k] = static_cast<char>('0' + w % 10);
    out->append(buffer, static_cast<size_t>(n));
  }
  return true;
}

bool from_u64(Words* a, uint64_t v) {
  if (v < kBase) {
    a->set(v);
    return true;
  }
  if (!a->resize(2)) return false;
  a->data()[0] = v - kBase;
  a->data()[1] = 1;
  return true;
}

bool from_limbs(Words* a, const uint64_t* limbs, size_t n) {
  if (n == 1) return from_u64(a, limbs[0]);
  if (n <= 16) {
    a->clear();
    for (size_t i = n; i-- > 0;) {  // a * 2^64 + limb
      size_t k = a->size();
      uint64_t* p = a->data();
      u128 carry = limbs[i];
      for (size_t j = 0; j < k; j++) {
        u128 v = (static_cast<u128>(p[j]) << 64) + carry;
        // The quotient by the base may have 65 bits: it is taken in two steps.
        uint64_t high = static_cast<uint64_t>(v >> 64) / kBase, r;
        uint64_t q = divide_by_base(v - (static_cast<u128>(high) * kBase << 64), &r);
        p[j] = r;
        carry = (static_cast<u128>(high) << 64) + q;
      }
      while (carry) {
        uint64_t r;
        uint64_t high = static_cast<uint64_t>(carry >> 64) / kBase;
        uint64_t q = divide_by_base(carry - (static_cast<u128>(high) * kBase << 64), &r);
        carry = (static_cast<u128>(high) << 64) + q;
        if (!a->resize(k + 1)) return false;
        a->data()[k++] = r;
      }
    }
    a->trim();
    return true;
  }
  auto* copy = static_cast<uint64_t*>(gc::raw_alloc((n + 1) * sizeof(uint64_t)));
  if (!copy) return false;
  memcpy(copy, limbs, n * sizeof(uint64_t));
  bool ok = from_limbs_text(a, copy, n);
  gc::raw_free(copy);
  return ok;
}

uint64_t* to_limbs(Span a, size_t* n) {
  auto* limbs = static_cast<uint64_t*>(gc::raw_alloc((a.n + 1) * sizeof(uint64_t)));
  if (!limbs) return nullptr;
  if (a.n < kLongWords) {
    size_t k = 0;
    for (size_t i = a.n; i-- > 0;) {
      uint64_t carry = a.p[i];
      for (size_t j = 0; j < k; j++) {
        u128 v = static_cast<u128>(limbs[j]) * kBase + carry;
        limbs[j] = static_cast<uint64_t>(v);
        carry = static_cast<uint64_t>(v >> 64);
      }
      if (carry) limbs[k++] = carry;
    }
    *n = k;
    return limbs;
  }
  auto* text = static_cast<unsigned char*>(gc::raw_alloc(a.n * kWordDigits));
  if (!text) {
    gc::raw_free(limbs);
    return nullptr;
  }
  unsigned char* out = text;
  for (size_t i = a.n; i-- > 0;) {
    uint64_t w = a.p[i];
    for (int k = kWordDigits; k-- > 0; w /= 10) out[k] = static_cast<unsigned char>(w % 10);
    out += kWordDigits;
  }
  *n = static_cast<size_t>(mpn_set_str(reinterpret_cast<mp_limb_t*>(limbs), text, a.n * kWordDigits, 10));
  gc::raw_free(text);
  return limbs;
}

}  // namespace taipan::decimal
