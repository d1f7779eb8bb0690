#include "interp/objects/slice.h"

#include "interp/objects/containers.h"
#include "interp/objects/int.h"

namespace taipan {

Ref make_slice(Value start, Value stop, Value step) {
  auto* s = new_object<Slice>(kShapeSlice, may_form_cycle(start) || may_form_cycle(stop) || may_form_cycle(step));
  if (!s) return nullptr;
  gc::init(&s->start, Ref::dup(start));
  gc::init(&s->stop, Ref::dup(stop));
  gc::init(&s->step, Ref::dup(step));
  return Ref::steal(s);
}

bool slice_index(Value v, int64_t* out) {
  if (v.is_int()) {
    *out = v.as_int();
    return true;
  }
  if (!has_index(v)) return raise(types::TypeError, "slice indices must be integers or have an __index__ method");
  return to_ssize(v, out, nullptr);
}

static bool bound_number(Value v, int64_t* out) {
  if (v.is_int()) {
    *out = v.as_int();
    return true;
  }
  if (!has_index(v))
    return raise(types::TypeError, "slice indices must be integers or None or have an __index__ method");
  return to_ssize(v, out, nullptr);
}

bool slice_numbers(Value slice, int64_t* start, int64_t* stop, int64_t* step) {
  auto* s = slice.as<Slice>();
  *step = 1;
  if (s->step != kNone) {
    if (!bound_number(s->step, step)) return false;
    if (*step == 0) return raise(types::ValueError, "slice step cannot be zero");
    if (*step < -INT64_MAX) *step = -INT64_MAX;  // so that -step is a number too
  }
  *start = *step < 0 ? INT64_MAX : 0;
  if (s->start != kNone && !bound_number(s->start, start)) return false;
  *stop = *step < 0 ? INT64_MIN : INT64_MAX;
  return s->stop == kNone || bound_number(s->stop, stop);
}

int64_t slice_adjust(int64_t length, int64_t* start, int64_t* stop, int64_t step) {
  auto fit = [&](int64_t v) {
    if (v < 0) {
      v += length;
      if (v < 0) v = step < 0 ? -1 : 0;
    } else if (v >= length) {
      v = step < 0 ? length - 1 : length;
    }
    return v;
  };
  *start = fit(*start);
  *stop = fit(*stop);
  if (step < 0) return *stop < *start ? (*start - *stop - 1) / -step + 1 : 0;
  return *start < *stop ? (*stop - *start - 1) / step + 1 : 0;
}

bool slice_unpack(Value slice, int64_t length, int64_t* start, int64_t* stop, int64_t* step, int64_t* count) {
  if (!slice_numbers(slice, start, stop, step)) return false;
  *count = slice_adjust(length, start, stop, *step);
  return true;
}

static void slice_trace(Header* h, gc::Visitor& v) {
  auto* s = reinterpret_cast<Slice*>(h);
  v.visit(s->start);
  v.visit(s->stop);
  v.visit(s->step);
}
static void slice_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* s = reinterpret_cast<Slice*>(h);
  decref(s->start);
  decref(s->stop);
  decref(s->step);
  finish_dealloc_as<Slice>(h);
}
static Ref slice_repr(Value self) {
  auto* s = self.as<Slice>();
  return format_str("slice(%R, %R, %R)", s->start, s->stop, s->step);
}
static Ref as_tuple(Value v) {
  auto* s = v.as<Slice>();
  return make_tuple_of({s->start, s->stop, s->step});
}
static Ref slice_compare(Value a, Value b, CompareOp op) {
  if (!is_slice(a) || !is_slice(b)) return Ref::imm(kNotImplemented);
  if (a == b) return Ref::imm(bool_value(op == kEq || op == kLe || op == kGe));
  Ref x = as_tuple(a), y = as_tuple(b);
  if (!x || !y) return nullptr;
  return compare(x, y, op);
}
static Ref slice_new(TypeObject*, RawArgs args) {
  static const Signature sig("slice", "(start, stop=None, step=None, /)");
  if (!check_no_keywords("slice", args)) return nullptr;
  Value v[3];
  if (!sig.bind(args, v)) return nullptr;
  if (!v[1]) return make_slice(kNone, v[0], kNone);
  return make_slice(v[0], v[1], v[2] ? v[2] : kNone);
}

// slice.indices works on ints of any size.
static Ref bound_int(Value v) {
  if (!has_index(v))
    return raise(types::TypeError, "slice indices must be integers or None or have an __index__ method");
  return to_index(v);
}
static Ref fit_int(Value v, Value length, Value lower, Value upper) {
  if (int_sign(v) < 0) {
    Ref from_end = int_add(v, length);
    if (!from_end) return nullptr;
    return int_compare(from_end, lower) < 0 ? Ref::dup(lower) : std::move(from_end);
  }
  return int_compare(v, upper) > 0 ? Ref::dup(upper) : Ref::dup(v);
}
static Ref slice_indices_impl(Args& a) {
  auto* s = a.self.as<Slice>();
  Ref length = to_index(a[0]);
  if (!length) return nullptr;
  if (int_sign(length) < 0) return raise(types::ValueError, "length should not be negative");
  Ref step = s->step == kNone ? Ref::imm(Value::from_int(1)) : bound_int(s->step);
  if (!step) return nullptr;
  int sign = int_sign(step);
  if (sign == 0) return raise(types::ValueError, "slice step cannot be zero");
  Ref lower = Ref::imm(Value::from_int(sign < 0 ? -1 : 0));
  Ref upper = sign < 0 ? int_add(length, lower) : length.copy();
  if (!upper) return nullptr;
  Ref start, stop;
  if (s->start == kNone) {
    start = sign < 0 ? upper.copy() : lower.copy();
  } else {
    Ref v = bound_int(s->start);
    start = v ? fit_int(v, length, lower, upper) : nullptr;
  }
  if (!start) return nullptr;
  if (s->stop == kNone) {
    stop = sign < 0 ? lower.copy() : upper.copy();
  } else {
    Ref v = bound_int(s->stop);
    stop = v ? fit_int(v, length, lower, upper) : nullptr;
  }
  if (!stop) return nullptr;
  return make_tuple_of({start.get(), stop.get(), step.get()});
}
static Ref slice_reduce_impl(Args& a) {
  Ref args = as_tuple(a.self);
  return args ? make_tuple_of({Value(types::Slice), args.get()}) : nullptr;
}

static const NativeDef kSliceMethods[] = {
    {"indices", "($self, length, /)", slice_indices_impl, kNativeNoSignature,
     "S.indices(len) -> (start, stop, stride)\n\nThe bounds this slice has on a sequence of that length."},
    {"__reduce__", "($self, /)", slice_reduce_impl, kNativeNoSignature, "State for pickling."},
    {nullptr}};
static const MemberDef kSliceMembers[] = {{"start", kMemberValue, offsetof(Slice, start), true, nullptr},
                                          {"stop", kMemberValue, offsetof(Slice, stop), true, nullptr},
                                          {"step", kMemberValue, offsetof(Slice, step), true, nullptr},
                                          {nullptr}};
const TypeSpec kSliceSpec = {
    .doc = "slice(stop)\nslice(start, stop[, step])\n\nWhat x[start:stop:step] passes to __getitem__.",
    .flags = kTypeGc,
    .basic_size = sizeof(Slice),
    .ops = {.trace = slice_trace, .dealloc = slice_dealloc},
    .methods = kSliceMethods,
    .members = kSliceMembers,
    .s = {.repr = slice_repr, .get_attr = generic_get_attr, .compare = slice_compare, .new_ = slice_new}};

}  // namespace taipan
