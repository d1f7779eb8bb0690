// int to text and back. Digits beyond a few go through mpn_get_str/mpn_set_str, which are subquadratic.
#include <charconv>
#include <cmath>
#include <cstring>
#include "interp/objects/int_view.h"
#include "interp/objects/number_text.h"
#include "interp/objects/short_copy.h"
#include "interp/objects/str_impl.h"

namespace taipan {

int64_t int_max_str_digits = 4300;
static constexpr size_t kDigitThreshold = 640;  // limits below this never apply

static bool over_limit(size_t digits) {
  return digits > kDigitThreshold && int_max_str_digits > 0 && digits > static_cast<size_t>(int_max_str_digits);
}
static Fail raise_limit() {
  return raise(types::ValueError,
               "Exceeds the limit (%lld digits) for integer string conversion; use sys.set_int_max_str_digits() to "
               "increase the limit",
               static_cast<long long>(int_max_str_digits));
}

static const char kDigits[] = "0123456789abcdefghijklmnopqrstuvwxyz";

// Writes the text of a big value into *out (sign included).
static bool big_to_text(Value v, int base, std::string* out) {
  IntView w(v);
  size_t size = mpn_sizeinbase(w.p, static_cast<mp_size_t>(w.n), base);
  if (base == 10 && size > 1 && over_limit(size - 1)) return raise_limit();
  bool power_of_two = (base & (base - 1)) == 0;
  mp_limb_t* work = nullptr;
  if (!power_of_two) {
    if (!reserve_scratch(4 * w.n)) return false;
    work = static_cast<mp_limb_t*>(gc::raw_alloc(w.n * 8 + 8));
    if (!work) return raise_memory();
    std::memcpy(work, w.p, w.n * 8);
  }
  out->resize(size + 2);
  uint8_t* digits = reinterpret_cast<uint8_t*>(out->data()) + w.negative;
  size_t n;
  {
    LongOperation scope(w.n * 2, v);
    n = mpn_get_str(digits, base, power_of_two ? const_cast<mp_limb_t*>(w.p) : work, static_cast<mp_size_t>(w.n));
  }
  gc::raw_free(work);
  if (base == 10 && over_limit(n)) return raise_limit();
  for (size_t i = 0; i < n; i++) digits[i] = static_cast<uint8_t>(kDigits[digits[i]]);
  if (w.negative) (*out)[0] = '-';
  out->resize(n + w.negative);
  return true;
}

// mpn_sizeinbase is exact for powers of two, else at most one too big.
bool int_to_text(Value v, int base, std::string* out) {
  int64_t small;
  if (int_fits64(v, &small)) {
    char buf[72];
    auto r = std::to_chars(buf, buf + sizeof buf, small, base);
    out->assign(buf, static_cast<size_t>(r.ptr - buf));
    return true;
  }
  return big_to_text(v, base, out);
}

// The text of v, which is no single digit: as many characters as it takes, two at a time from the end.
static Ref small_to_str(int64_t v) {
  static const char kPairs[] =
      "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
      "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";
  char buf[24];
  char *end = buf + sizeof buf, *p = end;
  uint64_t n = v < 0 ? -static_cast<uint64_t>(v) : static_cast<uint64_t>(v);
  while (n >= 100) {
    uint64_t rest = n / 100;
    std::memcpy(p -= 2, kPairs + 2 * (n - rest * 100), 2);
    n = rest;
  }
  if (n >= 10)
    std::memcpy(p -= 2, kPairs + 2 * n, 2);
  else
    *--p = static_cast<char>('0' + n);
  if (v < 0) *--p = '-';
  size_t size = static_cast<size_t>(end - p);
  Str* s = alloc_ascii(size);
  if (!s) return nullptr;
  copy_short(s->data(), p, size);
  return Ref::steal(s);
}

Ref int_to_str(Value v, int base) {
  if (TAIPAN_LIKELY(v.is_int() && base == 10)) {
    int64_t n = v.as_int();
    return static_cast<uint64_t>(n) < 10 ? make_str_char(static_cast<uint32_t>('0' + n)) : small_to_str(n);
  }
  int64_t small;
  if (TAIPAN_LIKELY(int_fits64(v, &small))) {
    char buf[72];
    auto r = TAIPAN_LIKELY(base == 10) ? std::to_chars(buf, buf + sizeof buf, small)
                                       : std::to_chars(buf, buf + sizeof buf, small, base);
    return make_str_latin1(reinterpret_cast<const uint8_t*>(buf), static_cast<size_t>(r.ptr - buf));
  }
  std::string text;
  if (!big_to_text(v, base, &text)) return nullptr;
  return make_str_latin1(reinterpret_cast<const uint8_t*>(text.data()), text.size());
}

static int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 99;
}

// digits: values 0..base-1, most significant first, no leading zero.
static Ref from_digits(uint8_t* digits, size_t n, int base, bool negative) {
  size_t limbs = static_cast<size_t>(static_cast<double>(n) * std::log2(static_cast<double>(base)) / 64) + 3;
  bool power_of_two = (base & (base - 1)) == 0;
  if (!power_of_two && !reserve_scratch(6 * limbs)) return nullptr;
  BigInt* b = new_big(limbs);
  if (!b) return nullptr;
  size_t got;
  {
    LongOperation scope(limbs * 2, Value());
    got = static_cast<size_t>(mpn_set_str(big_limbs(b), digits, n, base));
  }
  return finish_big(b, got, negative);
}

Ref int_from_text(std::string_view s, int base) {
  // 0x1c..0x1f are spaces in str; bytes never get here with them as such.
  s = strip_number(s, true);
  bool negative = false, must_be_zero = false;
  if (!s.empty() && (s[0] == '+' || s[0] == '-')) {
    negative = s[0] == '-';
    s.remove_prefix(1);
  }
  auto prefix = [&]() -> int {
    if (s.size() < 2 || s[0] != '0') return 0;
    char c = static_cast<char>(s[1] | 0x20);
    return c == 'x' ? 16 : c == 'o' ? 8 : c == 'b' ? 2 : 0;
  };
  int prefixed = prefix();
  if (base == 0) {
    if (s.empty() || s[0] != '0') {
      base = 10;
    } else if (prefixed) {
      base = prefixed;
    } else {
      base = 10;
      must_be_zero = true;
    }
  }
  if (prefixed == base) {
    s.remove_prefix(2);
    if (!s.empty() && s[0] == '_') s.remove_prefix(1);
  }
  if (s.empty() || s[0] == '_') return nullptr;

  // Short plain numbers.
  if (s.size() <= 18 && base <= 10) {
    uint64_t x = 0;
    size_t i = 0;
    for (; i < s.size(); i++) {
      unsigned d = static_cast<unsigned char>(s[i]) - '0';
      if (d >= static_cast<unsigned>(base)) break;
      x = x * static_cast<unsigned>(base) + d;
    }
    if (i == s.size()) {
      if (must_be_zero && x) return nullptr;
      return Ref::imm(Value::from_int(negative ? -static_cast<int64_t>(x) : static_cast<int64_t>(x)));
    }
  }

  // Validates and counts; then converts.
  size_t count = 0, i = 0;
  bool nonzero = false;
  char previous = 0;
  for (; i < s.size(); i++) {
    char c = s[i];
    if (c == '_') {
      if (previous == '_') return nullptr;
    } else {
      if (digit_of(c) >= base) break;
      count++;
      nonzero |= c != '0';
    }
    previous = c;
  }
  if (count == 0 || previous == '_') return nullptr;
  bool power_of_two = (base & (base - 1)) == 0;
  if (!power_of_two && over_limit(count))
    return raise(types::ValueError,
                 "Exceeds the limit (%lld digits) for integer string conversion: value has %zu digits; use "
                 "sys.set_int_max_str_digits() "
                 "to increase the limit",
                 static_cast<long long>(int_max_str_digits), count);
  if (i != s.size() || (must_be_zero && nonzero)) return nullptr;
  if (!nonzero) return Ref::imm(Value::from_int(0));
  uint8_t small[128];
  uint8_t* digits = count <= sizeof small ? small : static_cast<uint8_t*>(gc::raw_alloc(count));
  if (!digits) return raise_memory();
  size_t n = 0;
  for (char c : s) {
    if (c == '_') continue;
    int d = digit_of(c);
    if (n == 0 && d == 0) continue;
    digits[n++] = static_cast<uint8_t>(d);
  }
  Ref r = from_digits(digits, n, base, negative);
  if (digits != small) gc::raw_free(digits);
  return r;
}

Ref int_from_literal(std::string_view text) { return int_from_text(text, 0); }

Ref short_repr(Value o) {
  Ref r = repr_of(o);
  if (r && r.as<Str>()->length > 200) return str_substring(r, 0, 200);
  return r;
}

}  // namespace taipan
