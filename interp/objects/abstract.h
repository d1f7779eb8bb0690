// What Python operations mean on any object: the slow but complete forms that every tier shares.
// Returning Ref: owned, null with an exception set. Returning bool: false with an exception set. int: -1 with an exception set.
#pragma once
#include "interp/objects/error.h"

namespace taipan {

// ---- attributes
Ref get_attr(Value o, Str* name);
Ref get_attr(Value o, const char* name);
Ref get_attr_opt(Value o, Str* name);             // kMissing (as an immediate Ref) where AttributeError would be raised
bool set_attr(Value o, Str* name, Value value);   // value null: delete
Ref lookup_special(Value o, Str* name);           // on the type, bound; null without an exception if absent
Ref call_special(Value o, Str* name, Value arg);  // type(o).name(o, arg); kMissing if absent
// obj.name for an immediate call: *self_out null, or the instance to pass first (then the result is an unbound function: no bound method is made).
Ref get_method(Value o, Str* name, Value* self_out);

// ---- calls
Ref call(Value f);
Ref call(Value f, Value a);
Ref call(Value f, Value a, Value b);
Ref call(Value f, Value a, Value b, Value c);
Ref call_array(Value f, const Value* args, size_t n, Value kwnames = Value());
Ref call_tuple(Value f, Value args_tuple, Value kwargs_dict);  // f(*args, **kw); kwargs null or dict
Ref call_method(Value o, Str* name);
Ref call_method(Value o, Str* name, Value a);
Ref call_method(Value o, Str* name, Value a, Value b);
Ref call_method(Value o, Str* name, Value a, Value b, Value c);
bool is_callable(Value o);

// ---- text, truth, comparison
Ref repr_of(Value o);  // str, recursion checked
Ref str_of(Value o);
Ref ascii_of(Value o);
Ref format_value(Value o, Value spec);  // format(o, spec); spec null: empty
int is_true_slow(Value o);
inline int is_true(Value o) {
  if (is_bool(o)) return o == kTrue;
  if (o == kNone) return 0;
  if (o.is_int()) return o.as_int() != 0;
  return is_true_slow(o);
}
bool hash_of(Value o, int64_t* out);
Ref compare(Value a, Value b, CompareOp op);
Ref compare_reflected(Value a, Value b,
                      CompareOp op);  // a's method has returned NotImplemented: b's, then identity or TypeError
// The order of two values that compare without anybody's code: exact small ints, floats and strs, and tuples of such as far as they
// need to be looked at. -1, 0, 1; kNoPlainOrder for all others.
inline constexpr int kNoPlainOrder = 2;
int plain_order(Value a, Value b);
int compare_true(Value a, Value b, CompareOp op);  // identity shortcut is NOT applied
int values_equal(Value a, Value b);                // identity shortcut, then ==
bool compare_ints(int64_t a, int64_t b, CompareOp op);

// ---- numbers
enum class BinaryOp : uint8_t {
  kAdd,
  kSubtract,
  kMultiply,
  kMatMultiply,
  kTrueDivide,
  kFloorDivide,
  kRemainder,
  kPower,
  kLshift,
  kRshift,
  kAnd,
  kOr,
  kXor
};
inline constexpr int kBinaryOpCount = 13;
Ref binary_op(BinaryOp op, Value a, Value b);
// Of an instance of a class written in Python: whether what its left operand's side of an operator, or of comparisons, does is a built-in
// type's own code.
bool operator_is_native(Value v, BinaryOp op);
bool comparison_is_native(Value v);
Fail unsupported_operands(BinaryOp op, bool inplace, Value a, Value b);  // the TypeError after all have declined
// What is left of a op b after the method of a's class, which is written in Python and not a built-in type's, gave NotImplemented.
Ref binary_op_rest(BinaryOp op, bool inplace, Value a, Value b, Str* reflected);
Ref inplace_op(BinaryOp op, Value a, Value b);
Ref divmod_op(Value a, Value b);
Ref power_op(Value a, Value b, Value mod);  // mod kNone: none
Ref negative(Value a);
Ref positive(Value a);
Ref invert(Value a);
Ref absolute(Value a);
Ref to_index(Value a);                                             // an exact int
bool to_ssize(Value a, int64_t* out, TypeObject* overflow_error);  // via __index__; overflow_error null: clamps
bool to_c_ssize(
    Value a,
    int64_t* out);  // via __index__; OverflowError "Python int too large to convert to C ssize_t": a number argument
bool plain_int_to_ssize(
    Value a, int64_t* out);  // the same of an int only; TypeError "an integer is required": a number of a pickled state
bool to_int64(Value a, int64_t* out);  // via __index__; OverflowError "Python int too large to convert to C long"
bool to_c_int(Value a, int* out);
bool to_double(Value a, double* out);  // float, __float__, __index__
Ref to_int(Value a);                   // int(a)
Ref to_float(Value a);                 // float(a)
bool has_index(Value a);

// ---- containers
int64_t length_of(Value o);
int64_t length_hint(Value o, int64_t otherwise);
Ref get_item(Value o, Value key);
bool set_item(Value o, Value key, Value value);
bool del_item(Value o, Value key);
int contains(Value o, Value item);
bool is_sequence(Value o);  // has __getitem__ and is no dict
bool is_mapping(Value o);

// ---- iteration
Ref get_iter(Value o);
Ref iter_next(Value it);  // kStopIter when exhausted (nothing raised)
inline bool is_stop(const Ref& r) { return r.get() == kStopIter; }
bool is_iterator(Value o);
Ref iterable_to_list(Value o);  // a new list
Ref iterable_to_tuple(Value o);
// The iterator of what the caller holds meanwhile. There is no second reference where that is the iterator itself: what only one
// register has is seen to be this thread's alone then (gc::is_unique).
class IteratorOf {
 public:
  IteratorOf() = default;
  IteratorOf(Ref it, Value iterable) : it_(it), holds_(it && it.get() != iterable) {
    if (holds_) (void)it.release();
  }
  IteratorOf& operator=(IteratorOf&& o) noexcept {
    std::swap(it_, o.it_);
    std::swap(holds_, o.holds_);
    return *this;
  }
  ~IteratorOf() {
    if (holds_) decref(it_);
  }
  operator Value() const { return it_; }
  Value get() const { return it_; }
  bool operator!() const { return it_.is_null(); }

 private:
  Value it_;
  bool holds_ = false;
};
// Visits each item: for (IterEach it(iterable); it.next(); ) use it.item(); after the loop check it.failed(). Fast for list, tuple and the
// iterators of built-in types.
// Each also steps through a dict, a view of one, a set or a deque that other threads may change as if it did so at one moment.
class IterEach {
 public:
  explicit IterEach(Value iterable);
  TAIPAN_INLINE bool next() {
    if (!native_next_) return next_otherwise();
    drop_item();  // (iterators that hand out one tuple again and again can, when nobody holds it)
    item_ = native_next_(it_).release();
    return TAIPAN_LIKELY(item_.bits != 0 && item_ != kStopIter) || ended();
  }
  Value item() const { return item_; }
  Ref take() {  // the item, owned
    Value v = item_;
    item_ = Value();
    return Ref::steal(v);
  }
  bool failed() const { return failed_; }
  ~IterEach() { drop_item(); }
  IterEach(const IterEach&) = delete;

 private:
  bool next_otherwise();
  bool ended();  // false; an exception but StopIteration fails
  TAIPAN_INLINE void drop_item() {
    Value old = item_;
    item_ = Value();
    decref(old);
  }
  enum Kind : uint8_t { kIterator, kList, kTuple } kind_ = kIterator;
  bool failed_ = false;
  // Of an iterator of a built-in type, which can't get another `next`. What is called each time has the same room on the native stack, so
  // that is checked once.
  UnarySlot native_next_ = nullptr;
  IteratorOf it_;  // the list or tuple itself where it is exactly that
  Value item_;
  size_t index_ = 0;
};

// Threads in parallel: a new list of what is in a dict, a view of one, a set or a deque (exactly that) at one moment. Null without an error: another
// kind of object. Who steps through one of these without running Python code in between would see it so with the GIL.
Ref items_at_once(Value iterable);
Ref iter_at_once(Value iterable);       // get_iter, of that list where there is one
extern Ref (*deque_items_list)(Value);  // null without an error: not a deque

// ---- classes
int is_instance(Value o, Value cls);  // isinstance(), with __instancecheck__
int is_subclass(Value cls, Value of);
Ref import_module(const char* name);  // sys.modules / import machinery
Ref import_attr(const char* module, const char* name);

// ---- native recursion: true if a level was entered; false: RecursionError raised (where like " in comparison")
bool enter_recursive(const char* where);
void leave_recursive();
class RecursionScope {
 public:
  explicit RecursionScope(const char* where) : ok_(enter_recursive(where)) {}
  ~RecursionScope() {
    if (ok_) leave_recursive();
  }
  bool ok() const { return ok_; }

 private:
  bool ok_;
};
// repr of self-containing containers: 1 already being printed, 0 entered, -1 error
int repr_enter(Value o);
void repr_leave(Value o);

}  // namespace taipan
