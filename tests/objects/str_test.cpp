// str: what Python code cannot see. Interning, appending in place, builders across kinds, substring search against the plain rule.
#include "interp/objects/str.h"
#include <cstdlib>
#include "interp/objects/str_impl.h"
#include "interp/objects/unit_search.h"
#include "tests/objects/support.h"

namespace taipan {
namespace {

class StrTest : public ObjectsTest {};

TEST_F(StrTest, InterningGivesOneObjectAndLetsItGo) {
  Ref a = intern_str("an_unusual_name_1"), b = intern_str("an_unusual_name_1");
  EXPECT_EQ(a.get(), b.get());
  Ref c = intern(make_str("an_unusual_name_1"));
  EXPECT_EQ(a.get(), c.get());
  EXPECT_EQ(gc::ref_count(a.as<Header>()), 3u);
  a.reset();
  b.reset();
  c.reset();
  // Gone from the table, too: a fresh one takes the place.
  for (int i = 0; i < 1000; i++) {
    std::string name = "temporary_name_" + std::to_string(i);
    Ref t = intern_str(name);
    ASSERT_EQ(gc::ref_count(t.as<Header>()), 1u);
  }
  Ref d = intern_str("an_unusual_name_1");
  EXPECT_TRUE(str_eq_ascii(d, "an_unusual_name_1"));
}

TEST_F(StrTest, AppendingToASoleReferenceStaysInPlace) {
  Ref s = make_str("start");
  Ref piece = make_str("xyz");
  size_t moves = 0;
  for (int i = 0; i < 20000; i++) {
    Value before = s.get();
    s = str_append(std::move(s), piece);
    moves += s.get() != before;
  }
  EXPECT_EQ(s.as<Str>()->length, 5u + 3u * 20000u);
  EXPECT_LT(moves, 100u);
  Ref shared = s.copy();
  Value before = s.get();
  s = str_append(std::move(s), piece);
  EXPECT_NE(s.get(), before);
  EXPECT_EQ(shared.as<Str>()->length + 3, s.as<Str>()->length);
}

TEST_F(StrTest, BuilderWidensAndNarrows) {
  StrBuilder b;
  std::u32string expected;
  const uint32_t chars[] = {'a', 0xE9, 0x1234, 'b', 0x1F600, 'c'};
  for (int i = 0; i < 300; i++) {
    uint32_t c = chars[static_cast<size_t>(i) * 7 / 300 % 6];
    ASSERT_TRUE(b.append_char(c));
    expected.push_back(c);
  }
  Ref s = b.finish();
  ASSERT_EQ(s.as<Str>()->length, expected.size());
  EXPECT_EQ(s.as<Str>()->kind, 4);
  for (size_t i = 0; i < expected.size(); i++) ASSERT_EQ(s.as<Str>()->at(i), expected[i]);
  StrBuilder narrow;
  ASSERT_TRUE(narrow.append_ascii("ab") && narrow.append_char(0x1F600));
  narrow.truncate(2);
  Ref t = narrow.finish();
  EXPECT_EQ(t.as<Str>()->kind, 1);
  EXPECT_TRUE(str_eq_ascii(t, "ab"));
}

template <class T>
void search_against_the_plain_rule() {
  for (int round = 0; round < 60000; round++) {
    T h[48], x[9];
    size_t n = static_cast<size_t>(rand()) % 48, m = 1 + static_cast<size_t>(rand()) % 8;
    int letters = 1 + rand() % 3;
    for (size_t i = 0; i < n; i++) h[i] = static_cast<T>('a' + rand() % letters);
    for (size_t i = 0; i < m; i++) x[i] = static_cast<T>('a' + rand() % letters);
    int64_t first = -1, last = -1;
    for (size_t i = 0; i + m <= n; i++)
      if (memcmp(h + i, x, m * sizeof(T)) == 0) {
        if (first < 0) first = static_cast<int64_t>(i);
        last = static_cast<int64_t>(i);
      }
    ASSERT_EQ(find_units(h, n, x, m), first);
    ASSERT_EQ(rfind_units(h, n, x, m), last);
    if (m > 1) {
      UnitView<T, false> hay{h, n}, needle{x, m};
      ASSERT_EQ(two_way_search(hay, n, needle, m, 0), first);
    }
  }
}
TEST_F(StrTest, SearchFindsFirstAndLast) {
  search_against_the_plain_rule<uint8_t>();
  search_against_the_plain_rule<uint16_t>();
  search_against_the_plain_rule<uint32_t>();
}

}  // namespace
}  // namespace taipan
