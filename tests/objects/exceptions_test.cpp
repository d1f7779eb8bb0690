// Exceptions: errno mapping, context chains, groups; weak references.
#include "interp/objects/exceptions.h"
#include <cerrno>
#include "interp/objects/abstract.h"
#include "interp/objects/dict.h"
#include "interp/objects/list.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"
#include "interp/objects/weakref.h"
#include "tests/objects/support.h"

namespace taipan {
namespace {

class ExceptionsTest : public ObjectsTest {
 protected:
  static std::string text(Value v) {
    Ref s = str_of(v);
    return s ? utf8_lossy(s) : "<error>";
  }
};

TEST_F(ExceptionsTest, ErrnoChoosesTheClass) {
  Ref name = make_str("gone");
  raise_os_error(ENOENT, name);
  Ref e = fetch_error();
  EXPECT_EQ(type_of(e), types::FileNotFoundError);
  EXPECT_EQ(text(e), "[Errno 2] No such file or directory: 'gone'");
  raise_os_error(EPIPE);
  e = fetch_error();
  EXPECT_EQ(type_of(e), types::BrokenPipeError);
}

TEST_F(ExceptionsTest, ContextIsTheHandledException) {
  Thread* t = current_thread();
  Ref outer = make_exception(types::ValueError);
  ExcState level{outer.get(), t->handled};
  t->handled = &level;
  raise(types::TypeError, "inner %d", 1);
  Ref e = fetch_error();
  EXPECT_EQ(base_exc(e)->context, outer.get());
  // Raising the handled one again makes no loop.
  raise_object(outer.copy());
  Ref again = fetch_error();
  EXPECT_TRUE(base_exc(again)->context.is_null());
  // Raising an exception that is in the chain cuts the chain there.
  set_context(outer, e.copy());
  set_context(e, nullptr);
  raise_object(e.copy());
  Ref third = fetch_error();
  EXPECT_EQ(base_exc(third)->context, outer.get());
  EXPECT_TRUE(base_exc(outer)->context.is_null());
  t->handled = level.prev;
}

TEST_F(ExceptionsTest, GroupsSplit) {
  Ref v = make_exception(types::ValueError), t = make_exception(types::TypeError);
  Ref list = make_list();
  ASSERT_TRUE(list_append(list, v.get()));
  ASSERT_TRUE(list_append(list, t.get()));
  Ref message = make_str("both");
  Ref group = make_exception_group(message, list);
  ASSERT_TRUE(group);
  EXPECT_EQ(type_of(group), exception_group_type);
  Ref match, rest;
  ASSERT_TRUE(split_exception(group, Value(types::ValueError), &match, &rest));
  EXPECT_EQ(tuple_at(match.as<GroupExc>()->exceptions, 0), v.get());
  EXPECT_EQ(tuple_at(rest.as<GroupExc>()->exceptions, 0), t.get());
  EXPECT_EQ(text(match), "both (1 sub-exception)");
}

TEST_F(ExceptionsTest, Unicode) {
  raise_unicode_decode("ascii", "ab\x80", 3, 2, 3, "ordinal not in range(128)");
  Ref e = fetch_error();
  EXPECT_EQ(text(e), "'ascii' codec can't decode byte 0x80 in position 2: ordinal not in range(128)");
}

TEST_F(ExceptionsTest, WeakReferences) {
  Ref bases = make_tuple(0), dict = make_dict();
  Ref cls = make_class(types::Type, intern_static("W"), bases, dict, RawArgs{nullptr, 0, Value()});
  Ref o = call(cls);
  Ref w = make_weakref(o), same = make_weakref(o);
  EXPECT_EQ(w.get(), same.get());
  EXPECT_EQ(weakref_count(o), 1u);
  Ref back = weakref_get(w);
  EXPECT_EQ(back.get(), o.get());
  back.reset();
  o.reset();
  EXPECT_FALSE(weakref_get(w));
  EXPECT_FALSE(make_weakref(Value::from_int(1)));
  Ref e = fetch_error();
  EXPECT_EQ(text(e), "cannot create weak reference to 'int' object");
}

}  // namespace
}  // namespace taipan
