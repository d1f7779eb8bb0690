#include "gc/value.h"
#include <gtest/gtest.h>
#include <cmath>
#include <limits>
#include <random>

namespace taipan {
namespace {

TEST(Value, SmallInts) {
  for (int64_t i :
       {int64_t{0}, int64_t{1}, int64_t{-1}, Value::kSmallIntMax, Value::kSmallIntMin, int64_t{123456789}}) {
    Value v = Value::from_int(i);
    EXPECT_TRUE(v.is_int());
    EXPECT_FALSE(v.is_heap() || v.is_float() || v.is_singleton());
    EXPECT_EQ(v.as_int(), i);
  }
  EXPECT_TRUE(Value::fits_int(Value::kSmallIntMax));
  EXPECT_FALSE(Value::fits_int(Value::kSmallIntMax + 1));
  EXPECT_FALSE(Value::fits_int(Value::kSmallIntMin - 1));
}

void expect_round_trip(double d) {
  Value v = Value::try_float(d);
  ASSERT_FALSE(v.is_null()) << d;
  EXPECT_TRUE(v.is_float());
  EXPECT_FALSE(v.is_heap() || v.is_int() || v.is_singleton());
  EXPECT_EQ(std::bit_cast<uint64_t>(v.as_float()), std::bit_cast<uint64_t>(d)) << d;
}

TEST(Value, FloatsInRange) {
  double inf = std::numeric_limits<double>::infinity();
  for (double d : {0.0, -0.0, 1.0, -1.0, 0.1, 1e76, -1e76, 1.8e-77, -1.8e-77, 3.14159, inf, -inf}) expect_round_trip(d);
  std::mt19937_64 random(1);
  int immediate = 0;
  for (int i = 0; i < 1000000; i++) {
    double d = std::bit_cast<double>(random());
    Value v = Value::try_float(d);
    double size = std::fabs(d);
    if (size > 2e-77 && size < 1e77) { ASSERT_FALSE(v.is_null()); }
    if (v.is_null()) continue;
    immediate++;
    ASSERT_TRUE(v.is_float());
    ASSERT_EQ(std::bit_cast<uint64_t>(v.as_float()), std::bit_cast<uint64_t>(d));
  }
  EXPECT_GT(immediate, 200000);
}

TEST(Value, FloatsThatNeedABox) {
  EXPECT_TRUE(Value::try_float(std::nan("")).is_null());
  EXPECT_TRUE(Value::try_float(-std::nan("")).is_null());
  EXPECT_TRUE(Value::try_float(5e-324).is_null());
  EXPECT_TRUE(Value::try_float(1e-100).is_null());
  EXPECT_TRUE(Value::try_float(1.7976931348623157e308).is_null());
}

// No two doubles share a word.
TEST(Value, FloatWordsAreDistinct) {
  for (double near : {1.7e-77, 1.16e77, 8.6e-78, 2.3e77}) {
    double d = near;
    for (int i = 0; i < 1000; i++, d = std::nextafter(d, 1e308)) {
      Value v = Value::try_float(d);
      if (!v.is_null()) { ASSERT_EQ(v.as_float(), d); }
    }
  }
  EXPECT_NE(Value::try_float(0.0).bits, Value::try_float(-0.0).bits);
}

TEST(Value, Singletons) {
  EXPECT_TRUE(kNone.is_singleton() && kTrue.is_singleton());
  EXPECT_EQ(bool_value(true), kTrue);
  EXPECT_EQ(bool_value(false), kFalse);
  EXPECT_TRUE(is_bool(kTrue) && is_bool(kFalse));
  EXPECT_FALSE(is_bool(kNone) || is_bool(kEllipsis) || is_bool(Value::from_int(1)));
}

}  // namespace
}  // namespace taipan
