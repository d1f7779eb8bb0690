// Frame objects and tracebacks.
#include "frontend/bytecode/code_unit.h"
#include "interp/objects/abstract.h"
#include "interp/objects/async_generator.h"
#include "interp/objects/audit_hook.h"
#include "interp/objects/code_view.h"
#include "interp/objects/descr.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/frame.h"
#include "interp/objects/generator.h"
#include "interp/objects/int.h"
#include "interp/objects/native.h"
#include "interp/objects/native_traceback.h"
#include "interp/objects/runtime_lock.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"

namespace taipan {

using namespace frontend;

namespace {

PyFrame* fo(Value v) { return v.as<PyFrame>(); }
void drop(Value* slot) {
  Value v = *slot;
  *slot = Value();
  decref(v);
}

void clear_own_frame(PyFrame* o) {
  Frame* f = o->own_frame;
  if (!f) return;
  Value* r = f->regs();
  uint32_t n = f->nregs;
  f->nregs = 0;
  for (uint32_t i = 0; i < n; i++) drop(&r[i]);
}

void frame_trace(Header* h, gc::Visitor& v) {
  PyFrame* o = reinterpret_cast<PyFrame*>(h);
  v.visit(o->back);
  v.visit(o->trace);
  v.visit(o->locals_cache);
  if (Frame* f = o->own_frame) {
    v.visit_object(f->func);
    v.visit(f->locals);
    v.visit_range(f->regs(), f->nregs);
  }
}
void frame_gc_clear(Header* h) {
  PyFrame* o = reinterpret_cast<PyFrame*>(h);
  drop(&o->trace);
  drop(&o->locals_cache);
  clear_own_frame(o);
}
void frame_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  PyFrame* o = reinterpret_cast<PyFrame*>(h);
  clear_own_frame(o);
  drop(&o->back);
  drop(&o->trace);
  drop(&o->locals_cache);
  if (Frame* f = o->own_frame) {
    o->own_frame = nullptr;
    drop(&f->locals);
    Header* func = reinterpret_cast<Header*>(f->func);
    gc::raw_free(f);
    if (func) gc::decref(func);
  }
  finish_dealloc(h);
}

}  // namespace

Frame* python_frame(Frame* f) { return f; }

Ref frame_object(Frame* f) {
  if (f->object) return Ref::dup(Value(f->object));
  PyFrame* o = new_object<PyFrame>(kShapePyFrame, true);
  if (!o) return nullptr;
  o->frame = f;
  o->trace_lines = true;
  f->object = o;
  gc::incref(&o->h);  // the frame's own reference
  return Ref::steal(o);
}

// Gives the caller's chain to the frame object that outlives its frame, and moves the registers into it.
void frame_ended(Frame* f) {
  PyFrame* o = f->object;
  if (!o || o->ended) return;
  RuntimeLock lock{Value(o)};  // another thread may be looking at it
  bool generator = f->flags & kFrameGenerator;
  if (gc::is_unique(&o->h)) {
    o->frame = nullptr;
    o->ended = true;
    return;  // nobody else looks at it
  }
  size_t bytes = sizeof(Frame) + f->nregs * sizeof(Value);
  auto* copy = static_cast<Frame*>(gc::raw_alloc(bytes));
  if (!copy) {
    o->frame = nullptr;
    o->ended = true;
    return;
  }
  memcpy(static_cast<void*>(copy), static_cast<void*>(f), bytes);
  copy->object = o;  // borrowed: it owns the copy
  copy->prev = nullptr;
  incref(Value(copy->func));
  copy->flags = static_cast<uint8_t>((copy->flags | kFrameDone) & ~kFrameGenerator);  // it lies in none
  Value* r = f->regs();
  for (uint32_t i = 0; i < f->nregs; i++) r[i] = Value();
  f->locals = Value();
  if (f->prev && !generator) {
    Ref back = frame_object(f->prev);
    if (back)
      gc::store(&o->h, &o->back, std::move(back));
    else
      clear_error();
  }
  o->own_frame = copy;
  o->frame = copy;
  o->ended = true;
}

int frame_line(Frame* f) {
  if (f->object && f->object->line_override) return f->object->line_override;
  if (f->pc < f->code->instructions) return f->code->first_line;
  if ((f->flags & kFrameGenerator) && generator_state(generator_of(f)) == kGenCreated) return f->code->first_line;
  uint32_t i = frame_index(f);
  int line = code_line(f->code, i);
  while (line == 0 && i > 0) line = code_line(f->code, --i);
  return line;
}

namespace {
// Shows the variable in register r in the dict (or removes it where unbound).
bool show_variable(Value dict, Value name, Value v) {
  if (v.is_null()) return dict_delete(dict, name) >= 0;
  return dict_set(dict, name, v);
}
bool merge_fast(Frame* f, Value dict) {
  Code* c = f->code;
  const Value* r = f->regs();
  if (f->nregs < uint32_t{c->nlocals} + c->ncells + c->nfree) return true;  // cleared
  for (uint32_t i = 0; i < c->nlocals; i++) {
    Value name = tuple_at(c->varnames, i);
    bool in_cell = false;
    for (uint32_t k = 0; k < c->ncells; k++) in_cell |= c->cell_argument[k] == static_cast<int32_t>(i);
    if (in_cell && r[i].is_null()) continue;  // lives in its cell
    if (!show_variable(dict, name, r[i])) return false;
  }
  for (uint32_t i = 0; i < uint32_t{c->ncells} + c->nfree; i++) {
    bool free = i >= c->ncells;
    if (free && c->runs_in_namespace) continue;  // class bodies don't show the free variables
    Value name = free ? tuple_at(c->freevars, i - c->ncells) : tuple_at(c->cellvars, i);
    Value cell = r[c->nlocals + i];
    if (cell.is_null() || !has_shape(cell, kShapeCell)) {
      int32_t arg = free ? -1 : c->cell_argument[i];
      if (arg >= 0 && !r[arg].is_null()) continue;
      if (!show_variable(dict, name, Value())) return false;
      continue;
    }
    if (!show_variable(dict, name, cell.as<Cell>()->value)) return false;
  }
  return true;
}
}  // namespace

Ref frame_locals(Frame* f) {
  if (!f->locals.is_null() && !(f->flags & kFrameInit)) { return Ref::dup(f->locals); }
  Ref o = frame_object(f);
  if (!o) return nullptr;
  PyFrame* obj = o.as<PyFrame>();
  if (obj->locals_cache.is_null()) {
    Ref d = make_dict();
    if (!d) return nullptr;
    gc::store(&obj->h, &obj->locals_cache, std::move(d));
  }
  Ref d = Ref::dup(obj->locals_cache);
  if (!merge_fast(f, d)) return nullptr;
  return d;
}

void frame_locals_to_fast(PyFrame* o) {
  Frame* f = o->frame;
  if (!f || o->ended || o->locals_cache.is_null()) return;
  Code* c = f->code;
  Value* r = f->regs();
  for (uint32_t i = 0; i < c->nlocals; i++) {
    Value v = dict_get_str(o->locals_cache, tuple_at(c->varnames, i).as<Str>());
    bool in_cell = false;
    for (uint32_t k = 0; k < c->ncells; k++) in_cell |= c->cell_argument[k] == static_cast<int32_t>(i);
    if (in_cell && r[i].is_null()) continue;
    if (v == r[i]) continue;
    incref(v);
    Value old = r[i];
    r[i] = v;
    decref(old);
  }
  for (uint32_t i = 0; i < uint32_t{c->ncells} + c->nfree; i++) {
    Value name = i >= c->ncells ? tuple_at(c->freevars, i - c->ncells) : tuple_at(c->cellvars, i);
    Value cell = r[c->nlocals + i];
    if (cell.is_null() || !has_shape(cell, kShapeCell)) continue;
    Value v = dict_get_str(o->locals_cache, name.as<Str>());
    if (v == cell.as<Cell>()->value) continue;
    cell_exchange(cell.as<Cell>(), Ref::dup(v)).reset();
  }
}

void add_traceback(Frame* f, uint32_t index) {
  Thread* t = current_thread();
  Value exc = t->exc;
  if (exc.is_null()) return;
  SavedError saved;
  Ref keep = Ref::dup(exc);
  f->pc = f->code->instructions + index;
  Ref frame = frame_object(f);
  Traceback* tb = frame ? new_object<Traceback>(kShapeTraceback, true) : nullptr;
  if (!tb) {
    clear_error();
    return;
  }
  Ref r = Ref::steal(tb);
  Value next = gc::load(&base_exc(keep)->traceback);
  gc::init(&tb->next, next && next != kNone ? Ref::dup(next) : Ref());
  gc::init(&tb->frame, std::move(frame));
  tb->lasti = static_cast<int32_t>(index);
  tb->line = -1;
  set_traceback(keep, r);
}

void add_native_traceback(const char* function, const char* file, int line) {
  Thread* t = current_thread();
  if (t->exc.is_null() || !t->frame) return;
  Ref keep = Ref::dup(t->exc);
  SavedError saved;
  CodeUnit unit;
  unit.name = unit.qualname = function;
  unit.filename = file;
  unit.first_line = line;
  unit.code.push_back({kOpNOP, 0, 0, 0, 0});
  unit.positions.push_back({line, line, -1, -1});
  Ref code = make_code(unit);
  Ref func = code ? make_function(code, t->frame->globals, Value()) : Ref();
  PyFrame* o = func ? new_object<PyFrame>(kShapePyFrame, true) : nullptr;
  Ref frame = o ? Ref::steal(o) : Ref();
  auto* own = o ? static_cast<Frame*>(gc::raw_alloc(sizeof(Frame))) : nullptr;
  Traceback* tb = own ? new_object<Traceback>(kShapeTraceback, true) : nullptr;
  if (!tb) {
    gc::raw_free(own);
    clear_error();
    return;
  }
  memset(static_cast<void*>(own), 0, sizeof(Frame));
  own->code = code.as<Code>();
  own->pc = own->code->instructions;
  own->func = func.as<Function>();
  own->globals = own->func->globals;
  own->builtins = t->frame->builtins;
  own->object = o;
  own->flags = kFrameDone;
  (void)func.release();  // the frame has it
  o->frame = o->own_frame = own;
  o->ended = true;
  Ref entry = Ref::steal(tb);
  Value next = gc::load(&base_exc(keep)->traceback);
  gc::init(&tb->next, next && next != kNone ? Ref::dup(next) : Ref());
  gc::init(&tb->frame, std::move(frame));
  tb->lasti = 0;
  tb->line = -1;
  set_traceback(keep, entry);
}

Ref traceback_of(Value exc) {
  Value tb = gc::load(&base_exc(exc)->traceback);
  return tb ? Ref::dup(tb) : Ref::imm(kNone);
}

namespace {

// ---- frame attributes

// Keeps a frame as it is while it is looked at: one that isn't on this thread's stack may be running in another thread, which rests meanwhile.
// (Frame objects are looked at under their runtime lock; frame_ended() takes it as well.)
class FrozenFrame {
 public:
  explicit FrozenFrame(const PyFrame* o) {
    if (TAIPAN_LIKELY(!gc::parallel) || o->ended) return;
    Thread* t = current_thread();
    for (Frame* f = t->frame; f; f = f->prev) {
      if (f == o->frame) return;
    }
    gc::stop_the_world(t);
    stopped_ = t;
  }
  ~FrozenFrame() { release(); }
  bool is_others() const { return stopped_ != nullptr; }
  void release() {
    if (stopped_) gc::resume_the_world(stopped_);
    stopped_ = nullptr;
  }

 private:
  Thread* stopped_ = nullptr;
};

Ref none_if_null(Value v) { return v ? Ref::dup(v) : Ref::imm(kNone); }
Ref get_code(Value v) {  // (what doesn't change while it runs needs no rest)
  return audit_getattr(v, "f_code") ? Ref::dup(Value(fo(v)->frame->code)) : Ref();
}
Ref get_globals(Value v) { return Ref::dup(fo(v)->frame->globals); }
Ref get_builtins(Value v) { return Ref::dup(fo(v)->frame->builtins); }
Ref get_lasti(Value v) {
  FrozenFrame frozen(fo(v));
  Frame* f = fo(v)->frame;
  Code* code = f->code;
  bool begun = f->pc >= code->instructions;
  uint32_t index = begun ? frame_index(f) : 0;
  frozen.release();
  return make_int(begun ? code_offset(code, index) : -1);
}
Ref get_back(Value v) {
  PyFrame* o = fo(v);
  FrozenFrame frozen(o);
  if (o->ended) return none_if_null(o->back);
  Frame* back = o->frame->prev;
  return back ? frame_object(back) : Ref::imm(kNone);
}
Ref get_line(Value v) {
  FrozenFrame frozen(fo(v));
  int line = frame_line(fo(v)->frame);
  return line ? make_int(line) : Ref::imm(kNone);
}
Ref get_locals(Value v) {
  PyFrame* o = fo(v);
  FrozenFrame frozen(o);
  Frame* f = o->frame;
  if (!frozen.is_others() || (!f->locals.is_null() && !(f->flags & kFrameInit))) return frame_locals(f);
  // The dict is filled, and what was in it dropped, while the other thread runs on: from a copy.
  size_t bytes = sizeof(Frame) + f->nregs * sizeof(Value);
  auto* copy = static_cast<Frame*>(gc::raw_alloc(bytes));
  if (!copy) return raise_memory();
  memcpy(static_cast<void*>(copy), static_cast<void*>(f), bytes);
  for (uint32_t i = 0; i < copy->nregs; i++) incref(copy->regs()[i]);
  Ref func = Ref::dup(Value(copy->func));
  frozen.release();
  copy->object = o;
  Ref locals = frame_locals(copy);
  for (uint32_t i = 0; i < copy->nregs; i++) decref(copy->regs()[i]);
  gc::raw_free(copy);
  return locals;
}
Ref get_trace(Value v) { return none_if_null(fo(v)->trace); }
bool set_trace(Value v, Value value) {
  if (value == kNone) value = Value();
  PyFrame* o = fo(v);
  FrozenFrame frozen(o);
  if (value && !o->ended && o->frame->pc >= o->frame->code->instructions) {
    // The line that runs now has begun unseen.
    o->traced_index = frame_index(o->frame);
    o->traced_line = code_line(o->frame->code, o->traced_index);
  }
  frozen.release();
  gc::store(&fo(v)->h, &fo(v)->trace, value ? Ref::dup(value) : Ref());
  return true;
}
Ref get_trace_lines(Value v) { return Ref::imm(bool_value(fo(v)->trace_lines)); }
bool set_trace_lines(Value v, Value value) {
  if (!value) return raise(types::TypeError, "can't delete numeric/char attribute");
  if (!is_bool(value)) return raise(types::TypeError, "attribute value type must be bool");
  fo(v)->trace_lines = value == kTrue;
  return true;
}
Ref get_trace_opcodes(Value v) { return Ref::imm(bool_value(fo(v)->trace_opcodes)); }
bool set_trace_opcodes(Value v, Value value) {
  if (!value) return raise(types::TypeError, "can't delete numeric/char attribute");
  if (!is_bool(value)) return raise(types::TypeError, "attribute value type must be bool");
  fo(v)->trace_opcodes = value == kTrue;
  return true;
}

}  // namespace

bool set_frame_line(PyFrame* o, Value value);  // eval/trace.cpp

namespace {
bool set_line(Value v, Value value) { return set_frame_line(fo(v), value); }

const GetSetDef kFrameGetSet[] = {
    {"f_back", get_back, nullptr, nullptr},
    {"f_code", get_code, nullptr, nullptr},
    {"f_builtins", get_builtins, nullptr, nullptr},
    {"f_globals", get_globals, nullptr, nullptr},
    {"f_locals", get_locals, nullptr, nullptr},
    {"f_lasti", get_lasti, nullptr, nullptr},
    {"f_lineno", get_line, set_line, nullptr},
    {"f_trace", get_trace, set_trace, nullptr},
    {"f_trace_lines", get_trace_lines, set_trace_lines, nullptr},
    {"f_trace_opcodes", get_trace_opcodes, set_trace_opcodes, nullptr},
    {nullptr, nullptr, nullptr, nullptr},
};

Ref frame_clear_method(Args& a) {
  PyFrame* o = fo(a.self);
  if (!o->ended) {
    if ((o->frame->flags & kFrameGenerator)) {
      Generator* g = generator_of(o->frame);
      if (generator_state(g) == kGenRunning) return raise(types::RuntimeError, "cannot clear an executing frame");
      Ref keep = Ref::dup(Value(g));
      if (generator_state(g) == kGenCreated && has_shape(keep, kShapeCoroutine)) warn_unawaited_coroutine(g);
      if (!generator_close(keep)) write_unraisable(keep);
      return Ref::imm(kNone);
    }
    return raise(types::RuntimeError, "cannot clear an executing frame");
  }
  clear_own_frame(o);
  drop(&o->locals_cache);
  return Ref::imm(kNone);
}
Ref frame_sizeof(Args& a) {
  return make_int(
      static_cast<int64_t>(sizeof(PyFrame) + sizeof(Frame) + fo(a.self)->frame->code->register_count * sizeof(Value)));
}
const NativeDef kFrameMethods[] = {
    {"clear", "($self, /)", frame_clear_method, 0, "Clear most references held by the frame."},
    {"__sizeof__", "($self, /)", frame_sizeof, 0, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr},
};
Ref frame_repr(Value v) {
  FrozenFrame frozen(fo(v));
  Frame* f = fo(v)->frame;
  Code* code = f->code;
  int line = frame_line(f);
  frozen.release();
  return format_str("<frame at %p, file %R, line %d, code %S>", reinterpret_cast<void*>(fo(v)), code->filename, line,
                    code->name);
}

// ---- tracebacks
Code* code_of(Value frame) {  // which may end meanwhile, in another thread
  RuntimeLock lock(frame);
  return fo(frame)->frame->code;
}
Traceback* tbo(Value v) { return v.as<Traceback>(); }
void tb_trace(Header* h, gc::Visitor& v) {
  v.visit(gc::load(&reinterpret_cast<Traceback*>(h)->next));
  v.visit(gc::load(&reinterpret_cast<Traceback*>(h)->frame));
}
void tb_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  drop(&reinterpret_cast<Traceback*>(h)->next);
  drop(&reinterpret_cast<Traceback*>(h)->frame);
  finish_dealloc(h);
}
void tb_clear(Header* h) {
  drop(&reinterpret_cast<Traceback*>(h)->next);
  drop(&reinterpret_cast<Traceback*>(h)->frame);
}
Ref tb_next(Value v) { return none_if_null(gc::load(&tbo(v)->next)); }
bool tb_set_next(Value v, Value value) {
  if (!value) return raise(types::TypeError, "can't delete tb_next attribute");
  if (value == kNone) {
    gc::store(&tbo(v)->h, &tbo(v)->next, Ref());
    return true;
  }
  if (!has_shape(value, kShapeTraceback)) return raise(types::TypeError, "expected traceback object, got '%T'", value);
  RuntimeLock lock{Value(types::Traceback)};  // one at a time: two threads could make a loop together
  for (Value c = value; c; c = gc::load(&tbo(c)->next)) {
    if (c == v) return raise(types::ValueError, "traceback loop detected");
  }
  gc::store(&tbo(v)->h, &tbo(v)->next, Ref::dup(value));
  return true;
}
Ref tb_frame(Value v) { return audit_getattr(v, "tb_frame") ? none_if_null(gc::load(&tbo(v)->frame)) : Ref(); }
Ref tb_lasti(Value v) {
  Traceback* tb = tbo(v);
  if (tb->line != -1) return make_int(tb->lasti);
  return make_int(code_offset(code_of(tb->frame), static_cast<uint32_t>(tb->lasti)));
}
Ref tb_lineno(Value v) {
  Traceback* tb = tbo(v);
  if (tb->line != -1) return make_int(tb->line);
  Code* code = code_of(tb->frame);
  int line = code_line(code, static_cast<uint32_t>(tb->lasti));
  for (int32_t i = tb->lasti; line == 0 && i > 0;) line = code_line(code, static_cast<uint32_t>(--i));
  return line ? make_int(line) : Ref::imm(kNone);
}
const GetSetDef kTracebackGetSet[] = {
    {"tb_next", tb_next, tb_set_next, nullptr},
    {"tb_frame", tb_frame, readonly_attribute, nullptr},
    {"tb_lasti", tb_lasti, readonly_attribute, nullptr},
    {"tb_lineno", tb_lineno, readonly_attribute, nullptr},
    {nullptr, nullptr, nullptr, nullptr},
};
Ref tb_dir(Args&) {
  Ref names[4] = {intern_str("tb_frame"), intern_str("tb_next"), intern_str("tb_lasti"), intern_str("tb_lineno")};
  Ref t = make_tuple_steal(names, 4);
  return t ? iterable_to_list(t) : nullptr;
}
const NativeDef kTracebackMethods[] = {
    {"__dir__", "($self, /)", tb_dir, 0, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr},
};
Ref tb_new(TypeObject*, RawArgs args) {
  static const Signature sig("TracebackType", "(tb_next, tb_frame, tb_lasti, tb_lineno)");
  Value v[4];
  if (!sig.bind(args, v)) return nullptr;
  if (v[0] != kNone && !has_shape(v[0], kShapeTraceback))
    return raise(types::TypeError, "expected traceback object or None, got '%T'", v[0]);
  if (!has_shape(v[1], kShapePyFrame))
    return raise(types::TypeError, "TracebackType() argument 'tb_frame' must be frame, not %T", v[1]);
  int lasti, line;
  if (!to_c_int(v[2], &lasti) || !to_c_int(v[3], &line)) return nullptr;
  Traceback* tb = new_object<Traceback>(kShapeTraceback, true);
  if (!tb) return nullptr;
  gc::init(&tb->next, v[0] == kNone ? Ref() : Ref::dup(v[0]));
  gc::init(&tb->frame, Ref::dup(v[1]));
  tb->lasti = lasti;
  tb->line = line;
  return Ref::steal(tb);
}

}  // namespace

const TypeSpec kPyFrameSpec = {
    .flags = kTypeGc | kTypeNoInstantiate,
    .basic_size = sizeof(PyFrame),
    .ops = {.trace = frame_trace, .clear = frame_gc_clear, .dealloc = frame_dealloc},
    .methods = kFrameMethods,
    .getset = kFrameGetSet,
    .s = {.repr = frame_repr},
};
const TypeSpec kTracebackSpec = {
    .doc = "Create a new traceback object.",
    .flags = kTypeGc,
    .basic_size = sizeof(Traceback),
    .ops = {.trace = tb_trace, .clear = tb_clear, .dealloc = tb_dealloc},
    .methods = kTracebackMethods,
    .getset = kTracebackGetSet,
    .s = {.new_ = tb_new},
};

}  // namespace taipan
