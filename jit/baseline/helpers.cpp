// Instructions that C++ does, called from machine code: no trip through the handler table. Each is what the instruction's handler is, on
// the same registers.
#include "frontend/bytecode/format_mode.h"
#include "frontend/bytecode/op_info.h"
#include "interp/eval/eval.h"
#include "interp/eval/inline_cache.h"
#include "interp/eval/jit_hooks.h"
#include "interp/objects/bytes.h"
#include "interp/objects/dict.h"
#include "interp/objects/iterators.h"
#include "interp/objects/list.h"
#include "interp/objects/native.h"
#include "interp/objects/range.h"
#include "interp/objects/set.h"
#include "interp/objects/slice.h"
#include "interp/objects/str_append.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/tuple.h"
#include "jit/baseline/compiler.h"

namespace taipan::jit {

using namespace frontend;

namespace {

using Helper = uint64_t (*)(Frame*, uint64_t word);

#define A static_cast<uint16_t>(w >> 16)
#define B static_cast<uint16_t>(w >> 32)
#define C static_cast<uint16_t>(w >> 48)
#define FLAGS static_cast<uint8_t>(w >> 8)

EvalPieces pieces;

TAIPAN_INLINE void drop_reg(Value* r) {
  Value v = *r;
  *r = Value();
  decref(v);
}
TAIPAN_INLINE void set_reg(Value* r, Value v) {
  Value old = *r;
  *r = v;
  decref(old);
}
TAIPAN_INLINE void drop_range(Value* r, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) drop_reg(&r[i]);
}
// Operands at their last use go from left to right; the left one may be the result's register.
TAIPAN_INLINE uint64_t finish(Value* R, uint64_t w, Value v) {
  if (TAIPAN_UNLIKELY(v.is_null())) return kRaised;
  if (A == B) {
    set_reg(&R[A], v);
    if (FLAGS & kLastC) drop_reg(&R[C]);
    return kDone;
  }
  if (FLAGS & kLastB) drop_reg(&R[B]);
  if (FLAGS & kLastC) drop_reg(&R[C]);
  set_reg(&R[A], v);
  return kDone;
}
TAIPAN_INLINE bool is_instance(Value v) {
  return v.is_heap() && (shape_of_header(v.header())->type->flags & kTypeHeap);
}

// Whether x, in register a, is what the next instruction's place holds, where it stores that register: `o.name += text` and the like.
bool stored_over(Frame* f, uint16_t a, Value x) {
  if (gc::parallel) return false;
  Value* R = f->regs();
  const Instruction* next = f->pc + 1;
  uint64_t word = reinterpret_cast<FeedbackWord*>(reinterpret_cast<char*>(const_cast<Instruction*>(next)) + f->feedback)
                      ->load(std::memory_order_acquire);
  switch (next->op) {
    case kOpSTORE_ATTR: {
      Value o = R[next->a];
      return next->b == a && (word & 15) == kCacheTagSlot && has_shape(o, static_cast<ShapeId>(word >> 32)) &&
             *reinterpret_cast<Value*>(o.bits + cache_word_index(word)) == x;
    }
    case kOpSET_ITEM: {
      Value o = R[next->a], i = R[next->b];
      if (next->c != a) return false;
      if (is_list_exact(o)) {
        if (!i.is_int()) return false;
        int64_t n = static_cast<int64_t>(list_size(o)), at = i.as_int() < 0 ? i.as_int() + n : i.as_int();
        return at >= 0 && at < n && list_at(o, static_cast<size_t>(at)) == x;
      }
      return is_dict_exact(o) && is_str_exact(i) && o.as<Dict>()->table->str_only &&
             dict_get_str_fast(o.as<Dict>(), i.as<Str>()) == x;
    }
    case kOpSTORE_DEREF: return next->b == a && R[next->a].as<Cell>()->value == x;
    case kOpSTORE_GLOBAL:
    case kOpSTORE_NAME: {
      Dict* g = f->globals.as<Dict>();
      return next->a == a && (next->op == kOpSTORE_GLOBAL || f->locals == f->globals) &&
             (word & 15) == kCacheTagGlobal && g->keys_version.load(std::memory_order_relaxed) == (word >> 32) &&
             g->entries[cache_word_index(word)].value == x;
    }
    default: return false;
  }
}
constexpr size_t kLongText = 48;  // copying less costs less than looking where it is stored

uint64_t do_arithmetic(Frame* f, uint64_t w) {
  Value* R = f->regs();
  uint8_t code = static_cast<uint8_t>(w);
  bool small = code >= kOpADD_I;
  Value x = R[B], y = small ? Value::from_int(static_cast<int16_t>(C)) : R[C];
  if (code == kOpADD && is_str_exact(x) && is_str_exact(y)) {
    if (A == B && x.as<Str>()->length >= kLongText && is_held(x.header(), 2) && stored_over(f, A, x))
      return finish(R, w, str_append_stored(x, y).release());
    if (A == B || (FLAGS & kLastB)) {
      R[B] = Value();
      Value v = str_append(Ref::steal(x), y).release();
      if (v.is_null()) return kRaised;
      if (FLAGS & kLastC) drop_reg(&R[C]);
      set_reg(&R[A], v);
      return kDone;
    }
    return finish(R, w, str_concat(x, y).release());
  }
  if (is_instance(x) && !operator_is_native(x, static_cast<BinaryOp>(code - (small ? kOpADD_I : kOpADD))))
    return kHandler;
  if (code == kOpREMAINDER && is_str_exact(x) && !is_instance(y)) return finish(R, w, str_percent(x, y).release());
  auto op = static_cast<BinaryOp>(code - (small ? kOpADD_I : kOpADD));
  Value v = ((FLAGS & kInplace) ? inplace_op(op, x, y) : binary_op(op, x, y)).release();
  if (TAIPAN_UNLIKELY(v.is_null())) return kRaised;
  if (small) {
    if ((FLAGS & kLastB) && A != B) drop_reg(&R[B]);
    set_reg(&R[A], v);
    return kDone;
  }
  return finish(R, w, v);
}
// Which of two strs comes first, mostly by how they begin. As compare_true() for them; -1: they aren't both strs.
TAIPAN_INLINE int compare_texts(Value x, Value y, CompareOp op) {
  if (!is_str_exact(x) || !is_str_exact(y)) return -1;
  Str *a = x.as<Str>(), *b = y.as<Str>();
  if (op == CompareOp::kEq || op == CompareOp::kNe) return str_eq(a, b) == (op == CompareOp::kEq);
  int c;
  if (a->kind == 1 && b->kind == 1 && a->data1()[0] != b->data1()[0])  // (the empty str has a zero there)
    c = a->data1()[0] < b->data1()[0] ? -1 : 1;
  else
    c = str_compare(a, b);
  switch (op) {
    case CompareOp::kLt: return c < 0;
    case CompareOp::kLe: return c <= 0;
    case CompareOp::kGt: return c > 0;
    default: return c >= 0;
  }
}
// Whether two objects without comparisons of their own are equal, or not: 1, 0; -1: not that simple.
TAIPAN_INLINE int compare_objects(Value x, Value y, CompareOp op) {
  if ((op != CompareOp::kEq && op != CompareOp::kNe) || !is_instance(x) || !y.is_heap()) return -1;
  auto plain = types::Object->s.compare;
  if (shape_of_header(x.header())->type->s.compare != plain || shape_of_header(y.header())->type->s.compare != plain)
    return -1;
  return (x == y) == (op == CompareOp::kEq);
}
uint64_t do_compare(Frame* f, uint64_t w) {
  Value* R = f->regs();
  auto how = static_cast<CompareOp>(static_cast<uint8_t>(w) - kOpLT);
  int yes = compare_texts(R[B], R[C], how);
  if (yes < 0) yes = compare_objects(R[B], R[C], how);
  if (yes >= 0) return finish(R, w, bool_value(yes != 0));
  if (is_instance(R[B]) && !comparison_is_native(R[B])) return kHandler;
  return finish(R, w, compare(R[B], R[C], how).release());
}
}  // namespace
uint64_t do_compare_jump(Frame* f, uint64_t w) {
  Value* R = f->regs();
  uint8_t code = static_cast<uint8_t>(w);
  bool small = code >= kOpJUMP_LT_I;
  Value y = small ? Value::from_int(static_cast<int16_t>(C)) : R[C];
  auto how = static_cast<CompareOp>(code - (small ? kOpJUMP_LT_I : kOpJUMP_LT));
  int yes = compare_objects(R[B], y, how);
  if (yes < 0 && is_instance(R[B]) && !comparison_is_native(R[B])) return kHandler;
  if (yes < 0) yes = compare_texts(R[B], y, how);
  if (yes < 0) yes = compare_true(R[B], y, how);
  if (yes < 0) return kRaised;
  if (FLAGS & kLastB) drop_reg(&R[B]);
  if (!small && (FLAGS & kLastC)) drop_reg(&R[C]);
  return yes ? kTrueAnswer : kDone;
}
namespace {
// contains(), what is simple about it inline.
TAIPAN_INLINE int simple_contains(Value o, Value item) {
  if (is_str_exact(o) && is_str_exact(item)) {
    Str *text = o.as<Str>(), *sub = item.as<Str>();
    if (sub->length == 1 && sub->kind == 1 && text->kind == 1 && text->length <= 12) {
      const uint8_t *p = text->data1(), c = sub->data1()[0];
      for (size_t i = 0, n = text->length; i < n; i++)
        if (p[i] == c) return 1;
      return 0;
    }
    if (sub->length == 1 && sub->kind == 1 && text->kind == 1)
      return memchr(text->data1(), sub->data1()[0], text->length) != nullptr;
  } else if (TAIPAN_UNLIKELY(gc::parallel)) {
    if (is_dict_exact(o) && dict_peek_same(o.as<Dict>(), item)) return 1;
  } else if (is_dict_exact(o) && is_str_exact(item) && o.as<Dict>()->table->str_only) {
    return !dict_get_str_fast(o.as<Dict>(), item.as<Str>()).is_null();
  }
  return contains(o, item);
}
uint64_t do_in(Frame* f, uint64_t w) {
  Value* R = f->regs();
  int yes = simple_contains(R[C], R[B]);
  if (yes < 0) return kRaised;
  return finish(R, w, bool_value((yes != 0) == (static_cast<uint8_t>(w) == kOpIN)));
}
uint64_t do_jump_in(Frame* f, uint64_t w) {
  Value* R = f->regs();
  int yes = simple_contains(R[C], R[B]);
  if (yes < 0) return kRaised;
  if (FLAGS & kLastB) drop_reg(&R[B]);
  if (FLAGS & kLastC) drop_reg(&R[C]);
  return yes ? kTrueAnswer : kDone;
}
uint64_t do_get_item(Frame* f, uint64_t w) {
  Value* R = f->regs();
  if (is_instance(R[B]) && !subscript_is_native(type_of(R[B]))) return kHandler;
  return finish(R, w, pieces.get_item(R[B], R[C]));
}
uint64_t do_set_item(Frame* f, uint64_t w) {
  Value* R = f->regs();
  Value o = R[A];
  if (!(is_dict_exact(o) ? (gc::parallel && dict_store_same(o.as<Dict>(), R[B], R[C])) || dict_set(o, R[B], R[C])
                         : set_item(o, R[B], R[C])))
    return kRaised;
  if (FLAGS & kLastA) drop_reg(&R[A]);
  if (FLAGS & kLastB) drop_reg(&R[B]);
  if (FLAGS & kLastC) drop_reg(&R[C]);
  return kDone;
}
uint64_t do_build_tuple(Frame* f, uint64_t w) {
  Value* R = f->regs();
  Value v = make_tuple_steal(reinterpret_cast<Ref*>(&R[B]), C).release();
  if (v.is_null()) return kRaised;
  set_reg(&R[A], v);
  return kDone;
}
uint64_t do_compare_tuples(Frame* f, uint64_t w) {
  Value* R = f->regs();
  uint32_t n = C & 0xFFu;
  Value v = ops::compare_items(&R[B], n, static_cast<CompareOp>(C >> 8)).release();
  if (v.is_null()) return kRaised;
  drop_range(&R[B], 2 * n);
  set_reg(&R[A], v);
  return kDone;
}
Value dict_of_keywords(const Value* values, Value names) {
  Ref d = make_dict();
  for (size_t i = 0, n = tuple_size(names); d && i < n; i++)
    if (!dict_set_str(d, tuple_at(names, i).as<Str>(), values[i])) return Value();
  return d.release();
}
// CALL_KW of what is written in C++.
uint64_t do_call_kw(Frame* f, uint64_t w) {
  Value* base = &f->regs()[B];
  Value callee = base[0], names = code_consts(f->code)[f->pc[1].wide()], self = base[1];
  Thread* t = current_thread();
  if (!callee.is_heap() || t->tracing_active) return kHandler;
  uint32_t n = C;
  Value* args = base + 2;
  Value v;
  switch (callee.header()->shape()) {
    case kShapeMethodDescriptor:
    case kShapeClassMethodDescriptor: {
      if (self.is_null()) return kHandler;
      auto* d = callee.as<MethodDescriptor>();
      v = call_native(t, d->def, d->sig, self, args, n, names);
      break;
    }
    case kShapeNativeFunction: {
      auto* function = callee.as<NativeFunction>();
      bool more = !self.is_null();
      v = call_native(t, function->def, function->sig, function->self, args - more, n + more, names);
      break;
    }
    case kShapeType:
      if (callee.as<TypeObject>()->flags & kTypeHeap || !self.is_null()) return kHandler;
      v = callee == Value(types::Dict) && n == 0 ? dict_of_keywords(args, names) : type_call(t, callee, args, n, names);
      break;
    default: return kHandler;
  }
  if (v.is_null()) return kRaised;
  drop_range(base, n + 2 + static_cast<uint32_t>(tuple_size(names)));
  set_reg(&f->regs()[A], v);
  return kDone;
}
uint64_t do_build_list(Frame* f, uint64_t w) {
  Value* R = f->regs();
  uint32_t n = C;
  Value list = make_list(n).release();
  if (list.is_null()) return kRaised;
  if (n) {
    List* l = list.as<List>();
    Value* from = &R[B];
    for (uint32_t i = 0; i < n; i++) {
      gc::store_release(&l->items[i], from[i]);
      from[i] = Value();
    }
    l->size.store(n, std::memory_order_release);
  }
  set_reg(&R[A], list);
  return kDone;
}
template <Ref (*build)(Value*, uint32_t), uint32_t each>
uint64_t do_build(Frame* f, uint64_t w) {
  Value* R = f->regs();
  Value v = build(&R[B], C).release();
  if (v.is_null()) return kRaised;
  drop_range(&R[B], each * C);
  set_reg(&R[A], v);
  return kDone;
}
uint64_t do_format(Frame* f, uint64_t w) {
  Value* R = f->regs();
  Value v = ops::format(R[B], C == kNoReg ? Value() : R[C], FLAGS >> 4).release();
  if (v.is_null()) return kRaised;
  if (FLAGS & kLastB) drop_reg(&R[B]);
  if (C != kNoReg && (FLAGS & kLastC)) drop_reg(&R[C]);
  set_reg(&R[A], v);
  return kDone;
}
uint64_t do_list_append(Frame* f, uint64_t w) {
  Value* R = f->regs();
  Value v = R[B];
  if (FLAGS & kLastB)
    R[B] = Value();
  else
    incref(v);
  return list_append(R[A], Ref::steal(v)) ? kDone : kRaised;
}
template <bool (*extend)(Value, Value)>
uint64_t do_extend(Frame* f, uint64_t w) {
  Value* R = f->regs();
  if (!extend(R[A], R[B])) return kRaised;
  if (FLAGS & kLastB) drop_reg(&R[B]);
  return kDone;
}
uint64_t do_map_add(Frame* f, uint64_t w) {
  Value* R = f->regs();
  if (!dict_set(R[A], R[B], R[C])) return kRaised;
  if (FLAGS & kLastB) drop_reg(&R[B]);
  if (FLAGS & kLastC) drop_reg(&R[C]);
  return kDone;
}
uint64_t do_get_iter(Frame* f, uint64_t w) {
  Value* R = f->regs();
  Value o = R[B];
  if (has_shape(o, kShapeGenerator)) {
    if (FLAGS & kLastB)
      R[B] = Value();
    else
      incref(o);
    set_reg(&R[A], o);
    return kDone;
  }
  Value it;
  switch (o.is_heap() ? o.header()->shape() : 0) {
    case kShapeList: it = make_list_iterator(o).release(); break;
    case kShapeTuple: it = make_tuple_iterator(o).release(); break;
    case kShapeRange: it = range_iter(o).release(); break;
    default: it = get_iter(o).release();
  }
  if (it.is_null()) return kRaised;
  if ((FLAGS & kLastB) && A != B) drop_reg(&R[B]);
  set_reg(&R[A], it);
  return kDone;
}
uint64_t do_make_cell(Frame* f, uint64_t w) {
  Value* R = f->regs();
  Value cell = make_cell(Value()).release();
  if (cell.is_null()) return kRaised;
  if (B != kNoReg) {
    gc::store_release(&cell.as<Cell>()->value, R[B]);
    R[B] = Value();
  }
  set_reg(&R[A], cell);
  return kDone;
}
uint64_t do_make_function(Frame* f, uint64_t w) {
  Value* R = f->regs();
  Value v = ops::make_function_op(f, code_consts(f->code)[C], &R[B], FLAGS).release();
  if (v.is_null()) return kRaised;
  set_reg(&R[A], v);
  return kDone;
}
Ref reversed_text(Value v) {
  Str* s = v.as<Str>();
  size_t n = s->length;
  if (n <= 1) return Ref::dup(v);
  Str* r = alloc_str_kind(n, s->kind, s->ascii);
  if (!r) return nullptr;
  with_units(s, [&](auto* from) {
    auto* to = static_cast<std::remove_const_t<std::remove_reference_t<decltype(*from)>>*>(r->data());
    for (size_t i = 0; i < n; i++) to[i] = from[n - 1 - i];
  });
  return Ref::steal(r);
}
// Items of a list, tuple or bytes in steps; null with nothing raised (*known): another thing.
Ref stepped_items(Value v, const Value* slice, bool* known) {
  *known = false;
  if (!v.is_heap()) return nullptr;
  ShapeId shape = v.header()->shape();
  size_t size = shape == kShapeList    ? list_size(v)
                : shape == kShapeTuple ? tuple_size(v)
                : shape == kShapeBytes ? v.as<Bytes>()->size
                                       : SIZE_MAX;
  int64_t step = slice[2].as_int();
  if (size == SIZE_MAX || step == 0) return nullptr;
  int64_t start = slice[0] == kNone ? (step < 0 ? INT64_MAX : 0) : slice[0].as_int();
  int64_t stop = slice[1] == kNone ? (step < 0 ? INT64_MIN : INT64_MAX) : slice[1].as_int();
  auto count = static_cast<size_t>(slice_adjust(static_cast<int64_t>(size), &start, &stop, step));
  *known = true;
  if (shape == kShapeBytes) {
    Ref octets = new_bytes_raw(count);
    if (!octets) return nullptr;
    const uint8_t* from = v.as<Bytes>()->data();
    uint8_t* to = octets.as<Bytes>()->data();
    for (size_t i = 0; i < count; i++, start += step) to[i] = from[start];
    return octets;
  }
  return shape == kShapeTuple ? tuple_slice_steps(v, start, step, count) : list_slice_steps(v, start, step, count);
}
// The slice and the subscript that it is for; kHandler: not that simple.
uint64_t do_slice(Frame* f, uint64_t w) {
  Value* R = f->regs();
  Value* s = &R[B];
  const Instruction* next = f->pc + 1;
  bool failed = false;
  Value v;
  if (s[2] == kNone) {
    f->pc = next;
    v = pieces.slice(R[next->b], s[0], s[1], &failed);
  } else if (s[2] == Value::from_int(-1) && s[0] == kNone && s[1] == kNone && is_str_exact(R[next->b])) {
    f->pc = next;
    v = reversed_text(R[next->b]).release();
    failed = v.is_null();
  } else if (s[2].is_int() && (s[0] == kNone || s[0].is_int()) && (s[1] == kNone || s[1].is_int())) {
    f->pc = next;
    bool known;
    v = stepped_items(R[next->b], s, &known).release();
    failed = known && v.is_null();
  } else {
    return kHandler;
  }
  if (failed) return kRaised;
  if (v.is_null()) {
    f->pc = next - 1;
    return kHandler;
  }
  s[0] = s[1] = s[2] = Value();
  if (next->flags & kLastB) drop_reg(&R[next->b]);
  set_reg(&R[next->a], v);
  return kDone;
}
uint64_t do_unpack(Frame* f, uint64_t w) {
  Value* R = f->regs();
  Value seq = R[B];
  if ((FLAGS & kLastB) && is_list_exact(seq) && list_size(seq) == C && gc::is_unique(seq.header())) {
    // Nobody else has the list: what it holds moves on.
    List* l = seq.as<List>();
    R[B] = Value();
    for (uint32_t i = 0, n = C; i < n; i++) set_reg(&R[A + i], gc::take_unread(&l->h, &l->items[i]));
    l->size.store(0, std::memory_order_release);
    decref(seq);
    return kDone;
  }
  if ((FLAGS & kLastB) && is_tuple_exact(seq) && tuple_size(seq) == C && gc::is_unique(seq.header())) {
    Tuple* t = seq.as<Tuple>();
    R[B] = Value();
    for (uint32_t i = 0, n = C; i < n; i++) set_reg(&R[A + i], gc::take_unread(&t->h, &t->items()[i]));
    decref(seq);
    return kDone;
  }
  constexpr uint32_t kFew = 4;
  if (C - 1u < kFew && (is_tuple_exact(seq)                   ? tuple_size(seq)
                        : !gc::parallel && is_list_exact(seq) ? list_size(seq)
                                                              : 0) == C) {
    // What the targets held may change the list when it goes: the items are taken first.
    const Value* items = is_list_exact(seq) ? seq.as<List>()->items : seq.as<Tuple>()->items();
    Value taken[kFew];
    for (uint32_t i = 0, n = C; i < n; i++) {
      taken[i] = items[i];
      incref(taken[i]);
    }
    bool last = (FLAGS & kLastB) != 0;
    if (last) R[B] = Value();
    for (uint32_t i = 0, n = C; i < n; i++) set_reg(&R[A + i], taken[i]);
    if (last) decref(seq);
    return kDone;
  }
  if (FLAGS & kLastB)
    R[B] = Value();
  else
    incref(seq);
  bool ok = ops::unpack_sequence(seq, &R[A], C);
  decref(seq);
  return ok ? kDone : kRaised;
}
uint64_t do_store_global(Frame* f, uint64_t w) {
  Value* R = f->regs();
  uint32_t name = static_cast<uint32_t>(w >> 32);
  auto* fb = reinterpret_cast<FeedbackWord*>(reinterpret_cast<char*>(const_cast<Instruction*>(f->pc)) + f->feedback);
  uint64_t word = fb->load(std::memory_order_acquire);
  if (static_cast<uint8_t>(w) == kOpSTORE_NAME && f->locals != f->globals) return kHandler;
  Dict* g = f->globals.as<Dict>();
  if ((word & 15) != kCacheTagGlobal || gc::parallel || g->keys_version.load(std::memory_order_relaxed) != (word >> 32))
    return kHandler;
  (void)name;
  gc::store(&g->h, &g->entries[cache_word_index(word)].value, Ref::dup(R[A]));
  if (FLAGS & kLastA) drop_reg(&R[A]);
  return kDone;
}
// Attributes of objects of many shapes, and what machine code doesn't know to look up.
TAIPAN_INLINE uint64_t site_word(Frame* f, Value o, Str* name) {
  auto* fb = reinterpret_cast<FeedbackWord*>(reinterpret_cast<char*>(const_cast<Instruction*>(f->pc)) + f->feedback);
  uint64_t word = fb->load(std::memory_order_acquire);
  return word == kMegamorphic && !gc::parallel ? shared_word(o, name)->load(std::memory_order_relaxed) : word;
}
uint64_t do_load_attr(Frame* f, uint64_t w) {
  Value* R = f->regs();
  Value o = R[B], v;
  uint64_t word = site_word(f, o, code_names(f->code)[C].as<Str>());
  if ((word & 15) == kCacheTagSlot) {
    if (!has_shape(o, static_cast<ShapeId>(word >> 32))) return kHandler;
    v = gc::load(reinterpret_cast<Value*>(o.bits + cache_word_index(word)));
    if (v.is_null()) return kHandler;
    incref(v);
  } else {
    if (!word || (word & 15)) return kHandler;
    ShapeId shape = shape_id_of(o);
    const CacheEntry* e = cache_entries(word);
    while (e && e->shape != shape) e = e->next;
    if (!e || e->kind == kCacheProperty || (e->kind == kCacheDescriptor && e->version2)) return kHandler;
    v = load_entry(e, o).release();
    if (v.is_null()) return kRaised;
    if (v == kMissing) return kHandler;
  }
  if ((FLAGS & kLastB) && A != B) drop_reg(&R[B]);
  set_reg(&R[A], v);
  return kDone;
}
uint64_t do_load_method(Frame* f, uint64_t w) {
  Value* R = f->regs();
  Value o = R[B];
  uint64_t word = site_word(f, o, code_names(f->code)[C].as<Str>());
  if (!word || (word & 15)) return kHandler;
  ShapeId shape = shape_id_of(o);
  const CacheEntry* e = cache_entries(word);
  while (e && e->shape != shape) e = e->next;
  if (!e) return kHandler;
  if (e->kind == kCacheClassMethod || e->kind == kCacheStaticMethod) {
    Value method = wrapped_callable(e, o), self = e->kind == kCacheClassMethod ? class_method_self(e, o) : Value();
    if (method.is_null()) return kHandler;
    incref(method);
    incref(self);
    if (FLAGS & kLastB) drop_reg(&R[B]);
    Value old = R[A + 1];
    R[A + 1] = self;
    set_reg(&R[A], method);
    decref(old);
    return kDone;
  }
  if (!is_method_entry(e) || e->type->version.load(std::memory_order_relaxed) != e->version ||
      !method_still_unshadowed(e, o))
    return kHandler;
  Value method = e->value;
  incref(method);
  if (FLAGS & kLastB)
    R[B] = Value();
  else
    incref(o);
  Value old = R[A + 1];
  R[A + 1] = o;
  set_reg(&R[A], method);
  decref(old);
  return kDone;
}
// Items of iterators that machine code doesn't know. A generator's frame is the handler's business.
uint64_t do_for_iter(Frame* f, uint64_t w) {
  Value* R = f->regs();
  Value it = R[B], v;
  switch (it.header()->shape()) {
    case kShapeDictKeyIterator: v = dict_key_iterator_next(it.as<DictIterator>()).release(); break;
    case kShapeStrAsciiIterator:
    case kShapeStrIterator: v = str_iterator_next(it).release(); break;
    case kShapeDictValueIterator: v = dict_iterator_next(it.as<DictIterator>()).release(); break;
    case kShapeListIterator: v = list_iterator_next(it.as<ListIterator>()).release(); break;
    case kShapeRangeIterator: v = range_iterator_next(it.as<RangeIterator>()).release(); break;
    case kShapeTupleIterator: v = tuple_iterator_next(it.as<TupleIterator>()).release(); break;
    case kShapeGenerator: return kHandler;
    default: {
      UnarySlot next = shape_of_header(it.header())->type->s.next;
      if (TAIPAN_UNLIKELY(!next)) {  // (the class has lost it)
        v = pieces.for_iter(it);
        break;
      }
      v = next(it).release();
      if (TAIPAN_UNLIKELY(v.is_null())) v = pieces.no_item();
      break;
    }
  }
  if (TAIPAN_UNLIKELY(v.is_null())) return kRaised;
  if (TAIPAN_UNLIKELY(v == kStopIter)) {
    drop_reg(&R[B]);
    return kEndOfLoop;
  }
  set_reg(&R[A], v);
  return kDone;
}
// Nobody else can be using what one register or one object of this thread refers to.
TAIPAN_INLINE bool only_here(Value v) { return !gc::parallel || (v.is_heap() && gc::is_unique(v.header())); }
// The next item of an iterator of a list, tuple or range, without moving on: borrowed; null: there is none, or it is no such iterator.
TAIPAN_INLINE Value peek(Value it) {
  if (!it.is_heap()) return Value();
  ShapeId shape = it.header()->shape();
  if (shape == kShapeListIterator) {
    auto* l = it.as<ListIterator>();
    if (l->list.is_null()) return Value();
    List* list = l->list.as<List>();
    if (gc::parallel) return list_peek(list, l->index);
    return l->index < list->size.load(std::memory_order_relaxed) ? list->items[l->index] : Value();
  }
  if (shape == kShapeTupleIterator) {
    auto* l = it.as<TupleIterator>();
    if (l->seq.is_null()) return Value();
    Tuple* tuple = l->seq.as<Tuple>();
    return l->index < tuple->size ? tuple->items()[l->index] : Value();
  }
  if (shape == kShapeRangeIterator) {
    auto* r = it.as<RangeIterator>();
    return r->remaining > 0 && Value::fits_int(r->next) ? Value::from_int(r->next) : Value();
  }
  if (shape == kShapeStrAsciiIterator) {
    auto* s = it.as<StrIterator>();
    if (s->str.is_null() || s->at >= s->str.as<Str>()->length) return Value();
    return Value(small_str_table()[s->str.as<Str>()->data1()[s->at]]);
  }
  return Value();
}
TAIPAN_INLINE void move_on(Value it) {
  ShapeId shape = it.header()->shape();
  if (shape == kShapeListIterator) {
    it.as<ListIterator>()->index++;
  } else if (shape == kShapeTupleIterator) {
    it.as<TupleIterator>()->index++;
  } else if (shape == kShapeStrAsciiIterator) {
    it.as<StrIterator>()->at++;
  } else {
    auto* r = it.as<RangeIterator>();
    r->next = static_cast<int64_t>(static_cast<uint64_t>(r->next) + static_cast<uint64_t>(r->step));
    r->remaining--;
  }
}
// The pair of two such iterators, or of an enumerated one: borrowed, and they have moved on.
TAIPAN_INLINE bool next_of_plain(Value it, Value* pair) {
  if (!only_here(it)) return false;
  if (it.header()->shape() == kShapeZip) {
    auto* z = it.as<Zip>();
    if (z->strict || tuple_size(z->iterators) != 2) return false;
    Value a = tuple_at(z->iterators, 0), b = tuple_at(z->iterators, 1);
    if (!only_here(a) || !only_here(b)) return false;
    pair[0] = peek(a);
    pair[1] = peek(b);
    if (a == b || pair[0].is_null() || pair[1].is_null()) return false;
    move_on(a);
    move_on(b);
    return true;
  }
  if (it.header()->shape() != kShapeEnumerate) return false;
  auto* e = it.as<Enumerate>();
  if (e->long_index || e->index < 0 || e->index >= Value::kSmallIntMax) return false;
  if (!only_here(e->iterator)) return false;
  pair[1] = peek(e->iterator);
  if (pair[1].is_null()) return false;
  move_on(e->iterator);
  pair[0] = Value::from_int(e->index++);
  return true;
}
// The same of pairs that the next instruction takes apart.
uint64_t do_pairs(Frame* f, uint64_t w) {
  Value* R = f->regs();
  Value pair[2];
  if (TAIPAN_LIKELY(next_of_plain(R[B], pair))) {
    incref(pair[0]);
    incref(pair[1]);
  } else {
    switch (pieces.next_pair(R[B], pair)) {
      case 0: break;
      case 1: drop_reg(&R[B]); return kEndOfLoop;
      case 2: return kRaised;
      default: return kNoPair;
    }
  }
  f->pc += 2;
  Value* out = &R[f->pc->a];
  set_reg(&out[0], pair[0]);
  set_reg(&out[1], pair[1]);
  return kDone;
}

uint64_t do_load_special(Frame* f, uint64_t w) {
  Value* R = f->regs();
  auto* fb = reinterpret_cast<FeedbackWord*>(reinterpret_cast<char*>(const_cast<Instruction*>(f->pc)) + f->feedback);
  Value self;
  Value method = load_special_slow(fb, R[B], C, &self).release();
  if (TAIPAN_UNLIKELY(method.is_null())) return kRaised;
  if (FLAGS & kLastB) drop_reg(&R[B]);
  set_reg(&R[A], method);
  set_reg(&R[A + 1], self);
  return kDone;
}
Helper helper_of(uint8_t op) {
  switch (op) {
    case kOpLOAD_SPECIAL: return do_load_special;
    case kOpIN:
    case kOpNOT_IN: return do_in;
    case kOpCOMPARE_TUPLES: return do_compare_tuples;
    case kOpBUILD_TUPLE: return do_build_tuple;
    case kOpBUILD_LIST: return do_build_list;
    case kOpBUILD_SET: return do_build<ops::build_set, 1>;
    case kOpBUILD_MAP: return do_build<ops::build_map, 2>;
    case kOpBUILD_STRING: return do_build<ops::build_string, 1>;
    case kOpFORMAT_VALUE: return do_format;
    case kOpLIST_EXTEND: return do_extend<ops::list_extend_star>;
    case kOpDICT_UPDATE: return do_extend<ops::dict_update_star>;
    case kOpSET_ADD: return do_extend<set_add>;
    case kOpSET_UPDATE: return do_extend<set_update>;
    case kOpMAP_ADD: return do_map_add;
    case kOpGET_ITER: return do_get_iter;
    case kOpMAKE_CELL: return do_make_cell;
    case kOpMAKE_FUNCTION: return do_make_function;
    case kOpSTORE_GLOBAL:
    case kOpSTORE_NAME: return do_store_global;
    case kOpLIST_APPEND: return do_list_append;
    default: return nullptr;
  }
}
}  // namespace

bool Compiler::helped() {
  if (!pieces.for_iter) pieces = eval_pieces();
  uint8_t code = op();
  auto in_general = [this](Helper fn) {
    call_out(reinterpret_cast<const void*>(fn), Out::kHelper);
    return true;
  };
  if (operator_call() || accessor_call()) return true;
  if (code == kOpFORMAT_VALUE && pc_->flags >> 4 == kFormatForString) {
    // What BUILD_STRING takes as it is.
    Label plain = masm_.new_near_label(), general = masm_.new_label(), done = masm_.new_label();
    masm_.load64(kHold, reg(b()));
    if (!is_exactly(b(), kIsNumber)) {
      masm_.branch_test(Cond::kNe, kHold, int64_t{3}, plain);
      masm_.branch_test(Cond::kNe, kHold, int64_t{7}, general);
      need_shape(kHold, kShapeStr, general);
      if (!last_b()) incref(kHold, kIsHeap);
      masm_.bind(plain);
      cold([this, general, done] {
        masm_.bind(general);
        call_out(reinterpret_cast<const void*>(&do_format), Out::kHelper);
        masm_.jump(done);
      });
    }
    if (a() != b()) {
      if (last_b()) masm_.store64(reg(b()), 0);
      set(a(), kHold);
    }
    masm_.bind(done);
    return true;
  }
  if (code == kOpCALL_KW) {
    if (analysis_.feedback(index_) != kCacheOtherCall) return false;
    call_out(reinterpret_cast<const void*>(&do_call_kw), Out::kQuietHelper);
    return true;
  }
  if (Helper fn = helper_of(code)) return in_general(fn);
  bool chain = (analysis_.feedback(index_) & 15) == 0 && analysis_.feedback(index_) != 0;  // methods in Python
  if (code >= kOpADD && code <= kOpXOR_I) return !chain && in_general(do_arithmetic);
  if (code >= kOpLT && code <= kOpGE) return !chain && in_general(do_compare);
  if (code == kOpGET_ITEM) return !chain && in_general(do_get_item);
  if (code == kOpSET_ITEM) return in_general(do_set_item);
  if (code == kOpUNPACK_SEQ) return in_general(do_unpack);
  if (code == kOpJUMP_IN || (code >= kOpJUMP_LT && code <= kOpJUMP_GE_I)) {
    if (chain) return false;
    call_out(code == kOpJUMP_IN ? reinterpret_cast<const void*>(&do_jump_in)
                                : reinterpret_cast<const void*>(&do_compare_jump),
             Out::kHelper);
    masm_.branch(Cond::kEq, arch::kRet, static_cast<int64_t>(a() ? kTrueAnswer : kDone), target(extension()));
    return true;
  }
  if (code == kOpLOAD_ATTR || code == kOpLOAD_METHOD) {
    uint64_t word = analysis_.feedback(index_);
    const CacheEntry* e = cache_entries(word);
    bool properties = word && e && e->kind == kCacheProperty;
    if (properties) return false;
    return in_general(code == kOpLOAD_ATTR ? do_load_attr : do_load_method);
  }
  if (code == kOpBUILD_SLICE) {
    const Instruction& next = pc_[1];
    bool last = (next.flags & kLastC) || next.a == next.c;
    if (next.op != kOpGET_ITEM || next.c != a() || !last || analysis_.is_head(index_ + 1) ||
        (a() != b() && next.a != a() && !now_.empty[a()]))
      return false;
    call_out(reinterpret_cast<const void*>(&do_slice), Out::kHelper);
    masm_.jump(inner_[index_ + 2]);
    return true;
  }
  return false;
}

// Where a fast path ends up that doesn't fit: C++ does the instruction instead, and machine code goes on at `done`.
Label Compiler::otherwise(Otherwise what, Label done) {
  Label l = masm_.new_label();
  cold([this, l, what, done] {
    masm_.bind(l);
    Helper fn = what == kOtherwiseCompare   ? do_compare
                : what == kOtherwiseGetItem ? do_get_item
                : what == kOtherwiseUnpack  ? do_unpack
                : what == kOtherwiseSetItem ? do_set_item
                                            : do_list_append;
    call_out(reinterpret_cast<const void*>(fn), Out::kHelper);
    masm_.jump(done);
  });
  if (stubs_.failing_guards && guard_fails()) masm_.jump(l);
  return l;
}

// Loops over what machine code doesn't know itself.
bool Compiler::helped_loop(ShapeId shape) {
  if (!pieces.for_iter) pieces = eval_pieces();
  if (shape == kShapeGenerator) {
    need_alone();
    masm_.load64(kT0, reg(b()));
    need_shape(kT0, kShapeGenerator, slow());
    masm_.mov(kPc, static_cast<const void*>(pc_));
    masm_.jump(stubs_.resume);
    return true;
  }
  const Instruction& next = pc_[2];
  bool pairs = (shape == kShapeDictItemIterator || shape == kShapeEnumerate || shape == kShapeZip) &&
               next.op == kOpUNPACK_SEQ && next.b == a() && (next.flags & kLastB) && next.c == 2 &&
               !analysis_.is_head(index_ + 2) && now_.empty[a()];
  if (pairs) {
    Label other = masm_.new_label(), call = masm_.new_label();
    need_alone();
    masm_.load64(kT0, reg(b()));
    need_shape(kT0, shape, other);
    next_pair(shape, next.a, call);
    masm_.jump(inner_[index_ + 3]);
    cold([this, call, other] {
      masm_.bind(call);
      call_out(reinterpret_cast<const void*>(&do_pairs), Out::kHelper);
      masm_.branch(Cond::kEq, arch::kRet, int64_t{kEndOfLoop}, target(extension()));
      masm_.branch(Cond::kEq, arch::kRet, int64_t{kDone}, inner_[index_ + 3]);
      masm_.jump(other);
    });
    step_loop(other, inner_[index_ + 2]);
    return true;
  }
  Label call = masm_.new_label(), done = masm_.new_label();
  masm_.load64(kT0, reg(b()));
  if (shape == kShapeDictKeyIterator || shape == kShapeDictValueIterator) {
    need_alone();
    need_shape(kT0, shape, call);
    next_dict_item(shape == kShapeDictKeyIterator, call);
    set(a(), kHold);
  } else {
    masm_.jump(call);
  }
  masm_.bind(done);
  step_loop(call, done);
  return true;
}
// C++ does the step, out of line: at the loop's end machine code goes on behind it, else at `done`.
void Compiler::step_loop(Label here, Label done) {
  cold([this, here, done] {
    masm_.bind(here);
    call_out(reinterpret_cast<const void*>(&do_for_iter), Out::kQuietHelper);
    masm_.branch(Cond::kEq, arch::kRet, int64_t{kDone}, done);
    masm_.jump(target(extension()));
  });
}

}  // namespace taipan::jit
