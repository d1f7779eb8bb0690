// int, float and complex: arithmetic at the borders between immediates and limbs, conversions, text.
#include <gtest/gtest.h>
#include <cmath>
#include <random>
#include "interp/objects/float.h"
#include "interp/objects/float_text.h"
#include "interp/objects/int.h"
#include "interp/objects/str.h"
#include "tests/objects/support.h"

namespace taipan {
namespace {

class Numbers : public ObjectsTest {};

Ref number(const char* text) {
  Ref r = int_from_text(text, 0);
  EXPECT_TRUE(r) << text;
  return r;
}
std::string text(const Ref& r, int base = 10) {
  if (!r) return "error";
  std::string s;
  int_to_text(r.get(), base, &s);
  return s;
}

// Every operation on small operands equals the 128-bit machine's, and canonical form holds: what fits is immediate.
TEST_F(Numbers, AgreeWithTheMachine) {
  std::mt19937_64 rng(1);
  const int64_t border[] = {0,
                            1,
                            -1,
                            2,
                            Value::kSmallIntMax,
                            Value::kSmallIntMin,
                            INT64_MAX,
                            INT64_MIN,
                            int64_t{1} << 31,
                            -(int64_t{1} << 32)};
  auto pick = [&]() -> int64_t {
    if (rng() % 3 == 0) return border[rng() % std::size(border)];
    return static_cast<int64_t>(rng()) >> (rng() % 64);
  };
  auto same = [](const Ref& r, __int128 want) {
    ASSERT_TRUE(r);
    bool fits = want >= Value::kSmallIntMin && want <= Value::kSmallIntMax;
    EXPECT_EQ(r.get().is_int(), fits);
    unsigned __int128 m = want < 0 ? -static_cast<unsigned __int128>(want) : static_cast<unsigned __int128>(want);
    uint64_t limbs[2] = {static_cast<uint64_t>(m), static_cast<uint64_t>(m >> 64)};
    Ref expected = make_int_from_limbs(limbs, 2, want < 0);
    EXPECT_EQ(int_compare(r, expected), 0) << text(r) << " for " << text(expected);
  };
  for (int i = 0; i < 20000; i++) {
    int64_t x = pick(), y = pick();
    Ref a = make_int(x), b = make_int(y);
    same(int_add(a, b), static_cast<__int128>(x) + y);
    same(int_sub(a, b), static_cast<__int128>(x) - y);
    same(int_mul(a, b), static_cast<__int128>(x) * y);
    same(int_and(a, b), static_cast<__int128>(x) & y);
    same(int_or(a, b), static_cast<__int128>(x) | y);
    same(int_xor(a, b), static_cast<__int128>(x) ^ y);
    same(int_neg(a), -static_cast<__int128>(x));
    same(int_invert(a), ~static_cast<__int128>(x));
    if (y) {
      __int128 q = static_cast<__int128>(x) / y, r = static_cast<__int128>(x) % y;
      if (r && (r < 0) != (y < 0)) {
        q--;
        r += y;
      }
      same(int_floordiv(a, b), q);
      same(int_mod(a, b), r);
    }
    int64_t s = static_cast<int64_t>(rng() % 64);
    Ref shift = make_int(s);
    same(int_lshift(a, shift), static_cast<__int128>(static_cast<unsigned __int128>(static_cast<__int128>(x)) << s));
    same(int_rshift(a, shift), static_cast<__int128>(x) >> s);
  }
}

// Identities that hold for any size.
TEST_F(Numbers, BigIdentities) {
  std::mt19937_64 rng(2);
  auto pick = [&] {
    uint64_t limbs[40];
    size_t n = 1 + rng() % std::size(limbs);
    for (uint64_t& l : limbs) l = rng() % 4 ? rng() : rng() % 2 ? 0 : ~uint64_t{0};
    return make_int_from_limbs(limbs, n, rng() % 2);
  };
  for (int i = 0; i < 2000; i++) {
    Ref a = pick(), b = pick();
    Ref q, r;
    if (int_sign(b) == 0) continue;
    ASSERT_TRUE(int_divmod(a, b, &q, &r));
    Ref back = int_mul(q, b);
    back = int_add(back, r);
    EXPECT_EQ(int_compare(back, a), 0);
    EXPECT_TRUE(int_sign(r) == 0 || int_sign(r) == int_sign(b));
    Ref sum = int_add(a, b);
    Ref difference = int_sub(sum, b);
    EXPECT_EQ(int_compare(difference, a), 0);
    Ref both = int_and(a, b), either = int_or(a, b);
    Ref left = int_add(both, either);
    EXPECT_EQ(int_compare(left, sum), 0);
    Ref root = int_abs(a);
    root = int_isqrt(root);
    Ref square = int_mul(root, root), magnitude = int_abs(a);
    EXPECT_LE(int_compare(square, magnitude), 0);
    std::string digits;
    ASSERT_TRUE(int_to_text(a, 10, &digits));
    Ref again = int_from_text(digits, 10);
    EXPECT_EQ(int_compare(again, a), 0);
    EXPECT_EQ(int_hash(again), int_hash(a));
  }
}

TEST_F(Numbers, Text) {
  EXPECT_EQ(text(number("0xdead_beef")), "3735928559");
  EXPECT_EQ(text(number("-0b1010")), "-10");
  EXPECT_EQ(text(number(" 123456789012345678901234567890 ")), "123456789012345678901234567890");
  EXPECT_EQ(text(number("0o7_7"), 8), "77");
  for (const char* bad : {"", " ", "_1", "1_", "1__2", "0x", "012", "12a", "- 1", "0x_", "1 2"}) {
    EXPECT_FALSE(int_from_text(bad, 0)) << bad;
    EXPECT_FALSE(error_occurred()) << bad;
  }
}

TEST_F(Numbers, DigitLimit) {
  Ref ten = make_int(10), n = make_int(5000);
  Ref big = int_pow(ten, n);
  std::string s;
  EXPECT_FALSE(int_to_text(big, 10, &s));
  EXPECT_TRUE(error_matches(types::ValueError));
  clear_error();
  EXPECT_TRUE(int_to_text(big, 16, &s));
  EXPECT_FALSE(int_from_text(std::string(4301, '1'), 10));
  EXPECT_TRUE(error_matches(types::ValueError));
  clear_error();
  EXPECT_TRUE(int_from_text(std::string(4300, '1'), 10));
}

TEST_F(Numbers, HugeRequestsAreErrors) {
  Ref one = make_int(1), two = make_int(2), seventy = make_int(70), far = make_int(int64_t{1} << 60);
  Ref huge = int_lshift(one, seventy);
  EXPECT_FALSE(int_lshift(one, huge));
  EXPECT_TRUE(error_matches(types::OverflowError));
  clear_error();
  EXPECT_FALSE(int_lshift(one, far));
  EXPECT_TRUE(error_matches(types::MemoryError));
  clear_error();
  EXPECT_FALSE(int_pow(two, huge));
  EXPECT_TRUE(error_matches(types::MemoryError));
  clear_error();
  Ref zero = int_rshift(huge, huge);
  EXPECT_EQ(text(zero), "0");
}

TEST_F(Numbers, TrueDivisionRoundsOnce) {
  auto quotient = [](const char* a, const char* b) {
    Ref x = number(a), y = number(b);
    Ref r = int_truediv(x, y);
    EXPECT_TRUE(r);
    return float_value(r);
  };
  EXPECT_EQ(quotient("9007199254740993", "1"), 9007199254740992.0);  // tie to even
  EXPECT_EQ(quotient("9007199254740995", "1"), 9007199254740996.0);
  EXPECT_EQ(quotient("36893488147419103233", "36893488147419103232"), 1.0);
  EXPECT_EQ(quotient("1", "3"), 1.0 / 3.0);
  EXPECT_EQ(quotient("-7", "2"), -3.5);
}

TEST_F(Numbers, FloatText) {
  EXPECT_EQ(float_repr(0.1), "0.1");
  EXPECT_EQ(float_repr(1e16), "1e+16");
  EXPECT_EQ(float_repr(9999999999999998.0), "9999999999999998.0");
  EXPECT_EQ(float_repr(0.0001), "0.0001");
  EXPECT_EQ(float_repr(0.00001), "1e-05");
  EXPECT_EQ(float_repr(-0.0), "-0.0");
  EXPECT_EQ(float_repr(5e-324), "5e-324");
  EXPECT_EQ(float_repr(HUGE_VAL), "inf");
  EXPECT_EQ(float_format(2.5, 'f', 0, 0), "2");
  EXPECT_EQ(float_format(3.5, 'f', 0, kFloatAlt), "4.");
  EXPECT_EQ(float_format(1234567.0, 'g', 6, 0), "1.23457e+06");
  EXPECT_EQ(float_format(100000.0, 'g', 6, kFloatAlt), "100000.");
  EXPECT_EQ(float_format(-0.001, 'f', 2, kFloatNoNegZero), "0.00");
  std::mt19937_64 rng(3);
  for (int i = 0; i < 20000; i++) {
    double d = std::bit_cast<double>(rng()), back;
    if (!std::isfinite(d)) continue;
    ASSERT_TRUE(float_parse(float_repr(d), &back));
    EXPECT_EQ(std::bit_cast<uint64_t>(back), std::bit_cast<uint64_t>(d));
    ASSERT_EQ(float_from_hex(float_hex(d), &back), FromHex::kOk);
    EXPECT_EQ(std::bit_cast<uint64_t>(back), std::bit_cast<uint64_t>(d));
  }
  double d;
  for (const char* bad : {"", ".", "e5", "1e", "1_", "_1", "1__0", "0x1p3", "nan(1)", "infin", "1.5.2", "+-1"})
    EXPECT_FALSE(float_parse(bad, &d)) << bad;
}

TEST_F(Numbers, HashesAgree) {
  // Equal numbers hash alike, whatever their type.
  for (double d : {0.0, 1.0, -1.0, 1e10, 4611686018427387904.0, 9223372036854775808.0, 1e100, -1e200}) {
    Ref i = make_int_from_double(d);
    EXPECT_EQ(int_hash(i), float_hash(d, Value())) << d;
  }
}

}  // namespace
}  // namespace taipan
