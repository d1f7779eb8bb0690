#include "interp/objects/iterators.h"

#include "interp/objects/containers.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"

namespace taipan {

Ref next_or_null(Value iterator, bool* failed) {
  Ref item = iter_next(iterator);
  if (TAIPAN_UNLIKELY(!item))
    *failed = true;
  else if (is_stop(item))
    item = Ref();
  return item;
}

static Ref iterator_self(Value self) { return Ref::dup(self); }

// ---- iter(sequence)

Ref make_seq_iterator(Value seq) {
  auto* it = new_object<SeqIterator>(kShapeSeqIterator, true);
  if (!it) return nullptr;
  gc::init(&it->seq, Ref::dup(seq));
  return Ref::steal(it);
}
static void seq_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<SeqIterator*>(h)->seq); }
static void seq_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  { Ref seq = gc::take(h, &reinterpret_cast<SeqIterator*>(h)->seq); }
  finish_dealloc(h);
}
static Ref seq_next(Value self) {
  auto* it = self.as<SeqIterator>();
  StepLock lock(self);
  if (!it->seq) return Ref::imm(kStopIter);
  if (it->index == INT64_MAX) return raise(types::OverflowError, "iter index too large");
  Ref seq = Ref::dup(it->seq);
  Ref index = make_int(it->index);
  Ref item = index ? get_item(seq, index) : nullptr;
  lock.again();
  if (item) {
    it->index++;
    return item;
  }
  if (!error_matches(types::IndexError) && !error_matches(types::StopIteration)) return nullptr;
  clear_error();
  Ref done = gc::take(&it->h, &it->seq);
  return Ref::imm(kStopIter);
}
static Ref seq_length_hint_impl(Args& a) {
  auto* it = a.self.as<SeqIterator>();
  if (!it->seq) return Ref::imm(Value::from_int(0));
  if (!type_of(it->seq)->s.length) return Ref::imm(kNotImplemented);
  int64_t n = length_of(it->seq);
  if (n < 0) return nullptr;
  return make_int(n > it->index ? n - it->index : 0);
}
static Ref seq_reduce_impl(Args& a) {
  auto* it = a.self.as<SeqIterator>();
  if (it->seq) {
    Ref index = make_int(it->index);
    return reduce_iterator(it->seq, index);
  }
  Ref empty = make_tuple(size_t{0});
  return reduce_iterator(empty);
}
static Ref seq_setstate_impl(Args& a) {
  auto* it = a.self.as<SeqIterator>();
  int64_t index;
  if (!plain_int_to_ssize(a[0], &index)) return nullptr;
  if (it->seq) it->index = index < 0 ? 0 : index;
  return Ref::imm(kNone);
}
static const NativeDef kSeqMethods[] = {
    {"__length_hint__", "($self, /)", seq_length_hint_impl, kNativeNoSignature, "How many items are left."},
    {"__reduce__", "($self, /)", seq_reduce_impl, kNativeNoSignature, "State for pickling."},
    {"__setstate__", "($self, state, /)", seq_setstate_impl, kNativeNoSignature, "Set state for unpickling."},
    {nullptr}};
const TypeSpec kSeqIteratorSpec = {.flags = kTypeGc | kTypeNoInstantiate | kTypeOwnSteps,
                                   .basic_size = sizeof(SeqIterator),
                                   .ops = {.trace = seq_trace, .dealloc = seq_dealloc},
                                   .methods = kSeqMethods,
                                   .s = {.iter = iterator_self, .next = seq_next}};

// ---- iter(callable, sentinel)

Ref make_callable_iterator(Value callable, Value sentinel) {
  auto* it = new_object<CallableIterator>(kShapeCallableIterator, true);
  if (!it) return nullptr;
  gc::init(&it->callable, Ref::dup(callable));
  gc::init(&it->sentinel, Ref::dup(sentinel));
  return Ref::steal(it);
}
static void callable_trace(Header* h, gc::Visitor& v) {
  v.visit(reinterpret_cast<CallableIterator*>(h)->callable);
  v.visit(reinterpret_cast<CallableIterator*>(h)->sentinel);
}
static void callable_finish(CallableIterator* it) {
  Ref f = gc::take(&it->h, &it->callable), s = gc::take(&it->h, &it->sentinel);
}
static void callable_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  callable_finish(reinterpret_cast<CallableIterator*>(h));
  finish_dealloc(h);
}
static Ref callable_next(Value self) {
  auto* it = self.as<CallableIterator>();
  StepLock lock(self);
  Ref f = Ref::dup(gc::load(&it->callable));
  if (!f) return Ref::imm(kStopIter);
  Ref item = call(f);
  lock.again();
  if (!item) {
    if (!error_matches(types::StopIteration)) return nullptr;
    clear_error();
    callable_finish(it);
    return Ref::imm(kStopIter);
  }
  Ref sentinel = Ref::dup(gc::load(&it->sentinel));
  if (!sentinel) return Ref::imm(kStopIter);  // the call exhausted this very iterator
  int equal = values_equal(sentinel, item);
  if (equal < 0) return nullptr;
  if (!equal) return item;
  lock.again();
  callable_finish(it);
  return Ref::imm(kStopIter);
}
static Ref callable_reduce_impl(Args& a) {
  auto* it = a.self.as<CallableIterator>();
  Ref callable = Ref::dup(gc::load(&it->callable)), sentinel = Ref::dup(gc::load(&it->sentinel));
  if (!callable || !sentinel) {
    Ref empty = make_tuple(size_t{0});
    return reduce_iterator(empty);
  }
  Ref iter = builtin_function("iter");
  if (!iter) return nullptr;
  Ref args = make_tuple_of({callable.get(), sentinel.get()});
  return args ? make_tuple_of({iter.get(), args.get()}) : nullptr;
}
static const NativeDef kCallableMethods[] = {
    {"__reduce__", "($self, /)", callable_reduce_impl, kNativeNoSignature, "State for pickling."}, {nullptr}};
const TypeSpec kCallableIteratorSpec = {.flags = kTypeGc | kTypeNoInstantiate | kTypeOwnSteps,
                                        .basic_size = sizeof(CallableIterator),
                                        .ops = {.trace = callable_trace, .dealloc = callable_dealloc},
                                        .methods = kCallableMethods,
                                        .s = {.iter = iterator_self, .next = callable_next}};

// ---- reversed

static Ref reversed_new(TypeObject* cls, RawArgs args) {
  static const Signature sig("reversed", "(sequence, /)");
  if (has_keywords(args)) {
    if (cls == types::Reversed) return raise(types::TypeError, "reversed() takes no keyword arguments");
    args.kwnames = Value();
  }
  Value v[1];
  if (!sig.bind(args, v)) return nullptr;
  Value seq = v[0];
  Value method = type_lookup(type_of(seq), TAIPAN_NAME(__reversed__));
  if (method == kNone) return raise(types::TypeError, "'%T' object is not reversible", seq);
  if (method && (has_shape(method, kShapeMethodDescriptor) || has_shape(method, kShapeFunction))) {
    Ref hold = Ref::dup(method);
    return call(hold, seq);
  }
  if (method) {
    Ref bound = lookup_special(seq, TAIPAN_NAME(__reversed__));
    return bound ? call(bound) : nullptr;
  }
  if (!is_sequence(seq)) return raise(types::TypeError, "'%T' object is not reversible", seq);
  int64_t n = length_of(seq);
  if (n < 0) return nullptr;
  auto* it = cls == types::Reversed ? new_object<Reversed>(kShapeReversed, true) : alloc_instance_as<Reversed>(cls);
  if (!it) return nullptr;
  it->index = n - 1;
  gc::init(&it->seq, Ref::dup(seq));
  return Ref::steal(it);
}
static void reversed_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<Reversed*>(h)->seq); }
static void reversed_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  { Ref seq = gc::take(h, &reinterpret_cast<Reversed*>(h)->seq); }
  finish_dealloc(h);
}
static Ref reversed_next(Value self) {
  auto* it = self.as<Reversed>();
  StepLock lock(self);
  if (!it->seq) return Ref::imm(kStopIter);
  if (it->index >= 0) {
    Ref seq = Ref::dup(it->seq);
    Ref index = make_int(it->index);
    Ref item = index ? get_item(seq, index) : nullptr;
    lock.again();
    if (item) {
      it->index--;
      return item;
    }
    if (!error_matches(types::IndexError) && !error_matches(types::StopIteration)) return nullptr;
    clear_error();
  }
  it->index = -1;
  Ref done = gc::take(&it->h, &it->seq);
  return Ref::imm(kStopIter);
}
static Ref reversed_length_hint_impl(Args& a) {
  auto* it = a.self.as<Reversed>();
  if (!it->seq) return Ref::imm(Value::from_int(0));
  int64_t n = length_of(it->seq);
  if (n < 0) return nullptr;
  return make_int(n < it->index + 1 ? 0 : it->index + 1);
}
static Ref reversed_reduce_impl(Args& a) {
  auto* it = a.self.as<Reversed>();
  Ref empty = make_tuple(size_t{0});
  Ref args = make_tuple_of({it->seq ? it->seq : empty.get()});
  Ref index = make_int(it->index);
  if (!args || !index) return nullptr;
  if (!it->seq) return make_tuple_of({Value(type_of(a.self)), args.get()});
  return make_tuple_of({Value(type_of(a.self)), args.get(), index.get()});
}
static Ref reversed_setstate_impl(Args& a) {
  auto* it = a.self.as<Reversed>();
  int64_t index;
  if (!plain_int_to_ssize(a[0], &index)) return nullptr;
  if (it->seq) {
    int64_t n = length_of(it->seq);
    if (n < 0) return nullptr;
    it->index = index < -1 ? -1 : index > n - 1 ? n - 1 : index;
  }
  return Ref::imm(kNone);
}
static const NativeDef kReversedMethods[] = {
    {"__length_hint__", "($self, /)", reversed_length_hint_impl, kNativeNoSignature, "How many items are left."},
    {"__reduce__", "($self, /)", reversed_reduce_impl, kNativeNoSignature, "State for pickling."},
    {"__setstate__", "($self, state, /)", reversed_setstate_impl, kNativeNoSignature, "Set state for unpickling."},
    {nullptr}};
const TypeSpec kReversedSpec = {
    .doc = "reversed(sequence, /)\n--\n\nReturn a reverse iterator over the values of the given sequence.",
    .flags = kTypeGc | kTypeBaseable | kTypeOwnSteps,
    .basic_size = sizeof(Reversed),
    .ops = {.trace = reversed_trace, .dealloc = reversed_dealloc},
    .methods = kReversedMethods,
    .s = {.get_attr = generic_get_attr, .iter = iterator_self, .next = reversed_next, .new_ = reversed_new}};

}  // namespace taipan
