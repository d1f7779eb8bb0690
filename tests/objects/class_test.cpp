// Classes: MRO, slots, attributes, shapes, versions.
#include "interp/objects/abstract.h"
#include "interp/objects/descr.h"
#include "interp/objects/dict.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"
#include "tests/objects/support.h"

namespace taipan {
namespace {

class ClassTest : public ObjectsTest {
 protected:
  static Ref make(const char* name, std::initializer_list<Value> bases,
                  std::initializer_list<std::pair<const char*, Value>> items = {}) {
    Ref b = make_tuple_of(bases);
    Ref d = make_dict();
    for (auto& [key, value] : items) EXPECT_TRUE(dict_set_cstr(d, key, value));
    Ref n = intern_str(name);
    return make_class(types::Type, n.as<Str>(), b, d, RawArgs{nullptr, 0, Value()});
  }
  static std::string text(Value v) {
    Ref s = str_of(v);
    return s ? utf8_lossy(s) : "<error>";
  }
  static std::string error_text() {
    Ref e = fetch_error();
    return e ? std::string(type_of(e)->cname) + ": " + text(e) : "";
  }
  static Str* name(const char* s) { return intern_static(s); }
};

TEST_F(ClassTest, MroIsC3) {
  Ref a = make("A", {}), b = make("B", {a}), c = make("C", {a}), d = make("D", {b, c});
  ASSERT_TRUE(d);
  Value mro = d.as<TypeObject>()->mro;
  ASSERT_EQ(tuple_size(mro), 5u);
  EXPECT_EQ(tuple_at(mro, 1), b.get());
  EXPECT_EQ(tuple_at(mro, 2), c.get());
  EXPECT_EQ(tuple_at(mro, 3), a.get());
  EXPECT_FALSE(make("X", {a, b}));
  EXPECT_EQ(error_text(), "TypeError: Cannot create a consistent method resolution\norder (MRO) for bases A, B");
  EXPECT_FALSE(make("X", {a, a}));
  EXPECT_EQ(error_text(), "TypeError: duplicate base class A");
  EXPECT_FALSE(make("X", {Value(types::Int), Value(types::Str)}));
  EXPECT_EQ(error_text(), "TypeError: multiple bases have instance lay-out conflict");
}

TEST_F(ClassTest, AttributesOfInstances) {
  Ref a = make("A", {});
  Ref o = call(a);
  ASSERT_TRUE(o);
  // More names than inline slots, then more than a shape holds.
  for (int i = 0; i < 200; i++) {
    Ref n = intern_str("name" + std::to_string(i));
    ASSERT_TRUE(set_attr(o, n.as<Str>(), Value::from_int(i)));
    for (int k : {0, i / 2, i}) {
      Ref key = intern_str("name" + std::to_string(k));
      Ref v = get_attr(o, key.as<Str>());
      ASSERT_EQ(v.get(), Value::from_int(k));
    }
  }
  EXPECT_TRUE(shape_of(o)->flags & kShapeDictMode);
  Ref d = get_attr(o, name("__dict__"));
  EXPECT_EQ(dict_size(d), 200u);
  // The second instance has room for what the first one showed.
  Ref p = call(a);
  EXPECT_EQ(shape_of(p)->inline_capacity, 33);
  EXPECT_FALSE(set_attr(p, name("zz"), Value()));
  EXPECT_EQ(error_text(), "AttributeError: 'A' object has no attribute 'zz'");
  ASSERT_TRUE(set_attr(p, name("zz"), kNone));
  ASSERT_TRUE(set_attr(p, name("zz"), Value()));
  EXPECT_FALSE(get_attr(p, name("zz")));
  EXPECT_EQ(error_text(), "AttributeError: 'A' object has no attribute 'zz'");
}

TEST_F(ClassTest, SharedShapes) {
  Ref a = make("A", {});
  Ref o = call(a), p = call(a);
  for (Value v : {o.get(), p.get()}) {
    ASSERT_TRUE(set_attr(v, name("x"), kNone));
    ASSERT_TRUE(set_attr(v, name("y"), kTrue));
  }
  EXPECT_EQ(o.as<Header>()->shape(), p.as<Header>()->shape());
  EXPECT_EQ(shape_find(shape_of(o), name("y")), 1);
  EXPECT_EQ(shape_find(shape_of(o), name("z")), -1);
}

TEST_F(ClassTest, SlotsOfSubclassesOfBuiltins) {
  Ref mine = make("Mine", {Value(types::List)});
  TypeObject* t = mine.as<TypeObject>();
  EXPECT_EQ(t->s.length, types::List->s.length);
  EXPECT_EQ(t->s.concat, types::List->s.concat);
  EXPECT_EQ(t->s.add, nullptr);
  Ref o = call(mine);
  ASSERT_TRUE(o);
  ASSERT_TRUE(list_append(o, kNone));
  EXPECT_EQ(length_of(o), 1);
  // A dunder that appears later turns up in the slot, and goes away again.
  Ref f = get_attr(Value(types::Tuple), name("__len__"));
  ASSERT_TRUE(type_set_attr(t, name("__len__"), f));
  EXPECT_NE(t->s.length, types::List->s.length);
  ASSERT_TRUE(type_set_attr(t, name("__len__"), Value()));
  EXPECT_EQ(t->s.length, types::List->s.length);
}

TEST_F(ClassTest, UnderscoreSlots) {
  Ref names = make_tuple_of({Value(name("a")), Value(name("b"))});
  Ref s = make("S", {}, {{"__slots__", names}});
  ASSERT_TRUE(s) << error_text();
  EXPECT_EQ(s.as<TypeObject>()->basic_size, sizeof(Header) + 16);
  Ref o = call(s);
  EXPECT_FALSE(get_attr(o, name("a")));
  EXPECT_EQ(error_text(), "AttributeError: 'S' object has no attribute 'a'");
  ASSERT_TRUE(set_attr(o, name("a"), kTrue));
  Ref v = get_attr(o, name("a"));
  EXPECT_EQ(v.get(), kTrue);
  EXPECT_FALSE(set_attr(o, name("c"), kTrue));
  EXPECT_EQ(error_text(), "AttributeError: 'S' object has no attribute 'c'");
  EXPECT_FALSE(make("T", {Value(types::Int)}, {{"__slots__", names}}));
  EXPECT_EQ(error_text(), "TypeError: nonempty __slots__ not supported for subtype of 'int'");
}

TEST_F(ClassTest, Versions) {
  Ref a = make("A", {}, {{"x", kNone}});
  Ref b = make("B", {a});
  TypeObject *ta = a.as<TypeObject>(), *tb = b.as<TypeObject>();
  uint32_t v = type_version(tb);
  ASSERT_NE(v, 0u);
  EXPECT_EQ(type_version(tb), v);
  EXPECT_EQ(type_lookup(tb, name("x")), kNone);
  ASSERT_TRUE(type_set_attr(ta, name("x"), kTrue));
  EXPECT_NE(type_version(tb), v);
  EXPECT_EQ(type_lookup(tb, name("x")), kTrue);
  // Replaced again and again, it becomes volatile: the version stays, look-ups see every value.
  for (int i = 0; i < 20; i++) ASSERT_TRUE(type_set_attr(ta, name("x"), Value::from_int(i)));
  v = type_version(tb);
  EXPECT_FALSE(type_value_cacheable(tb, name("x")));
  ASSERT_TRUE(type_set_attr(ta, name("x"), Value::from_int(77)));
  EXPECT_EQ(type_version(tb), v);
  EXPECT_EQ(type_lookup(tb, name("x")), Value::from_int(77));
  ASSERT_TRUE(type_set_attr(ta, name("y"), kNone));
  EXPECT_NE(type_version(tb), v);
}

TEST_F(ClassTest, SubclassesDieWithTheirLastReference) {
  Ref a = make("A", {});
  {
    Ref b = make("B", {a});
    Ref subs = call_method(a, name("__subclasses__"));
    EXPECT_EQ(list_size(subs), 1u);
  }
  // B is part of a cycle (its MRO holds it): only the collector frees it. Its base sees it until then.
  Ref subs = call_method(a, name("__subclasses__"));
  EXPECT_LE(list_size(subs), 1u);
}

TEST_F(ClassTest, BadBases) {
  EXPECT_FALSE(make("X", {Value(types::Bool)}));
  EXPECT_EQ(error_text(), "TypeError: type 'bool' is not an acceptable base type");
  EXPECT_FALSE(make("X", {kNone}));
  EXPECT_EQ(error_text(), "TypeError: bases must be types");
}

}  // namespace
}  // namespace taipan
