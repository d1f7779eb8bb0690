// Signatures: which argument lists bind, and the words for those that don't.
#include "interp/objects/native.h"
#include "interp/objects/abstract.h"
#include "interp/objects/descr.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"
#include "tests/objects/support.h"

namespace taipan {
namespace {

Ref give_tuple(Args& a) { return make_tuple(a.n ? a.n : 0) ? make_tuple_of({a.n > 0 && a[0] ? a[0] : kNone}) : Ref(); }

class NativeTest : public ObjectsTest {
 protected:
  // Calls a function with this signature; "" if it binds, else the error.
  static std::string complaint(const NativeDef* def, std::initializer_list<Value> args,
                               std::initializer_list<const char*> names = {}) {
    Ref f = make_native_function(def, Value(), Value());
    Ref kw;
    if (names.size()) {
      std::vector<Value> strs;
      for (const char* n : names) strs.push_back(Value(intern_static(n)));
      kw = make_tuple(strs.data(), strs.size());
    }
    Ref r = call_array(f, args.begin(), args.size() - names.size(), kw);
    if (r) return "";
    Ref e = fetch_error();
    Ref s = str_of(e);
    return utf8_lossy(s);
  }
};

#define DEF(id, signature) static const NativeDef id = {"f", signature, give_tuple, 0, nullptr}
DEF(none_def, "($module, /)");
DEF(one_def, "($module, x, /)");
DEF(positional_def, "($module, a, b, c=None, /)");
DEF(keyword_def, "(text, /, sep=', ', maxsplit=-1)");
DEF(only_def, "(*, key=None, reverse=False)");
DEF(rest_def, "(*args, sep=' ')");

TEST_F(NativeTest, Counts) {
  EXPECT_EQ(complaint(&none_def, {}), "");
  EXPECT_EQ(complaint(&none_def, {kNone}), "f() takes no arguments (1 given)");
  EXPECT_EQ(complaint(&one_def, {}), "f() takes exactly one argument (0 given)");
  EXPECT_EQ(complaint(&one_def, {kNone}, {"x"}), "f() takes no keyword arguments");
  EXPECT_EQ(complaint(&positional_def, {kNone}), "f expected at least 2 arguments, got 1");
  EXPECT_EQ(complaint(&positional_def, {kNone, kNone, kNone, kNone}), "f expected at most 3 arguments, got 4");
  EXPECT_EQ(complaint(&positional_def, {kNone, kNone}), "");
}

TEST_F(NativeTest, Keywords) {
  EXPECT_EQ(complaint(&keyword_def, {kNone, kTrue}, {"maxsplit"}), "");
  EXPECT_EQ(complaint(&keyword_def, {}), "f() takes at least 1 positional argument (0 given)");
  EXPECT_EQ(complaint(&keyword_def, {kNone, kNone, kNone, kNone}), "f() takes at most 3 arguments (4 given)");
  EXPECT_EQ(complaint(&keyword_def, {kNone, kNone}, {"nope"}), "'nope' is an invalid keyword argument for f()");
  EXPECT_EQ(complaint(&keyword_def, {kNone, kNone, kTrue}, {"sep"}),
            "argument for f() given by name ('sep') and position (2)");
  EXPECT_EQ(complaint(&only_def, {kNone}), "f() takes no positional arguments");
  EXPECT_EQ(complaint(&rest_def, {kNone, kNone, kNone}), "");
  EXPECT_EQ(complaint(&rest_def, {kNone}, {"end"}), "'end' is an invalid keyword argument for f()");
}

TEST_F(NativeTest, MethodsOfTypes) {
  Value args[1] = {kNone};
  Ref append = get_attr(Value(types::List), "append");
  EXPECT_FALSE(call_array(append, args, 1));
  Ref e = fetch_error();
  Ref s = str_of(e);
  EXPECT_EQ(utf8_lossy(s), "descriptor 'append' for 'list' objects doesn't apply to a 'NoneType' object");
  EXPECT_FALSE(call_array(append, args, 0));
  e = fetch_error();
  s = str_of(e);
  EXPECT_EQ(utf8_lossy(s), "unbound method list.append() needs an argument");
}

}  // namespace
}  // namespace taipan
