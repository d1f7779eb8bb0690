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

static const char kPairs[] =
    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
    "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

// Writes the digits of n, two at a time, to where `end` is the end. The first one's place; of zero: one digit.
static char* write_digits(uint64_t n, char* end) {
  char* p = end;
  while (n >= 100) {
    uint64_t rest = n / 100;
    std::memcpy(p -= 2, kPairs + 2 * (n - rest * 100), 2);
    n = rest;
  }
  if (n >= 10)
    std::memcpy(p -= 2, kPairs + 2 * n, 2);
  else
    *--p = static_cast<char>('0' + n);
  return p;
}

// The text of v, which is no single digit.
static Ref small_to_str(int64_t v) {
  char buf[24];
  char *end = buf + sizeof buf, *p = write_digits(v < 0 ? -static_cast<uint64_t>(v) : static_cast<uint64_t>(v), end);
  if (v < 0) *--p = '-';
  size_t size = static_cast<size_t>(end - p);
  Str* s = alloc_ascii(size);
  if (!s) return nullptr;
  copy_short(s->data(), p, size);
  return Ref::steal(s);
}

// The same of a big int of up to kFewLimbs: 19 digits a division.
static constexpr size_t kFewLimbs = 8;
static Ref few_limbs_to_str(const IntView& v) {
  constexpr mp_limb_t kUnit = 10'000'000'000'000'000'000u;
  constexpr int kUnitDigits = 19;
  char buf[(kFewLimbs + 1) * 20];
  char *end = buf + sizeof buf, *p = end;
  mp_limb_t limbs[kFewLimbs];
  std::memcpy(limbs, v.p, v.n * sizeof(mp_limb_t));
  for (size_t n = v.n; n > 1 || limbs[0] >= kUnit;) {
    char* low = write_digits(mpn_divrem_1(limbs, 0, limbs, static_cast<mp_size_t>(n), kUnit), p);
    p -= kUnitDigits;
    std::memset(p, '0', static_cast<size_t>(low - p));
    while (n > 1 && !limbs[n - 1]) n--;
  }
  if (limbs[0]) p = write_digits(limbs[0], p);
  if (v.negative) *--p = '-';
  return make_str_latin1(reinterpret_cast<const uint8_t*>(p), static_cast<size_t>(end - p));
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
  IntView view(v);
  if (base == 10 && view.n <= kFewLimbs) return few_limbs_to_str(view);
  std::string text;
  if (!big_to_text(v, base, &text)) return nullptr;
  return make_str_latin1(reinterpret_cast<const uint8_t*>(text.data()), text.size());
}

// The values of digits by their characters; 99: none.
struct DigitValues {
  uint8_t of[256];
  constexpr DigitValues() : of() {
    for (int c = 0; c < 256; c++)
      of[c] = static_cast<uint8_t>(c >= '0' && c <= '9'   ? c - '0'
                                   : c >= 'a' && c <= 'z' ? c - 'a' + 10
                                   : c >= 'A' && c <= 'Z' ? c - 'A' + 10
                                                          : 99);
  }
};
static constexpr DigitValues kDigitValues;

// digits: values 0..base-1, most significant first, no leading zero.
static Ref from_digits(uint8_t* digits, size_t n, int base, bool negative) {
  double bits = base == 10 ? 3.3219280948873626 : std::log2(static_cast<double>(base));  // a digit
  size_t limbs = static_cast<size_t>(static_cast<double>(n) * bits / 64) + 3;
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

  // Validates, counts and takes the digits' values; then converts.
  uint8_t small[128];
  uint8_t* digits = s.size() <= sizeof small ? small : static_cast<uint8_t*>(gc::raw_alloc(s.size()));
  if (!digits) return raise_memory();
  struct Buffer {
    uint8_t* p;
    ~Buffer() { gc::raw_free(p); }
  } buffer{digits == small ? nullptr : digits};
  size_t count = 0, i = 0, n = 0;  // n: without leading zeros
  char previous = 0;
  for (; i < s.size(); i++) {
    char c = s[i];
    uint8_t d = kDigitValues.of[static_cast<uint8_t>(c)];
    if (TAIPAN_LIKELY(d < base)) {
      count++;
      digits[n] = d;
      n += (n | d) != 0;
    } else if (c != '_') {
      break;
    } else if (previous == '_') {
      return nullptr;
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
  if (i != s.size() || (must_be_zero && n)) return nullptr;
  if (n == 0) return Ref::imm(Value::from_int(0));
  return from_digits(digits, n, base, negative);
}

Ref int_from_literal(std::string_view text) { return int_from_text(text, 0); }

Ref short_repr(Value o) {
  Ref r = repr_of(o);
  if (r && r.as<Str>()->length > 200) return str_substring(r, 0, 200);
  return r;
}

}  // namespace taipan
