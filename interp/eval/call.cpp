// Calling Python functions: argument binding with CPython's error texts, frames, the frame stack, exec/eval entry.
#include <string>

#include "interp/eval/eval.h"
#include "interp/eval/frame_stack.h"
#include "interp/eval/inline_cache.h"
#include "interp/objects/abstract.h"
#include "interp/objects/dict.h"
#include "interp/objects/generator.h"
#include "interp/objects/list.h"
#include "interp/objects/runtime_lock.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"

namespace taipan {

using namespace frontend;

// ---- frame stack
namespace {
constexpr size_t kChunkSize = 256 * 1024;
}

static void use_chunk(Thread* t, FrameChunk* chunk) {
  t->frame_chunk = chunk;
  t->frame_limit = chunk->end;
  t->frame_top = chunk->first();
}

char* frame_chunk_push(Thread* t, size_t size) {
  auto* current = static_cast<FrameChunk*>(t->frame_chunk);
  FrameChunk* chunk = current ? current->spare : nullptr;
  if (chunk && static_cast<size_t>(chunk->end - chunk->first()) < size) {
    gc::raw_free(chunk);
    current->spare = chunk = nullptr;
  }
  if (!chunk) {
    size_t bytes = sizeof(FrameChunk) + (size > kChunkSize ? size : kChunkSize);
    chunk = static_cast<FrameChunk*>(gc::raw_alloc(bytes));
    if (!chunk) {
      raise_memory();
      return nullptr;
    }
    chunk->end = reinterpret_cast<char*>(chunk) + bytes;
  } else {
    current->spare = nullptr;
  }
  chunk->prev = current;
  chunk->spare = nullptr;
  chunk->saved_top = t->frame_top;
  use_chunk(t, chunk);
  return chunk->first();
}

void frame_chunk_pop(Thread* t) {
  auto* chunk = static_cast<FrameChunk*>(t->frame_chunk);
  FrameChunk* prev = chunk->prev;
  if (!prev) return;  // the base chunk stays
  if (chunk->spare) gc::raw_free(chunk->spare);
  if (prev->spare) gc::raw_free(prev->spare);
  prev->spare = chunk;
  chunk->spare = nullptr;
  t->frame_chunk = prev;
  t->frame_limit = prev->end;
  t->frame_top = chunk->saved_top;
}

bool frame_stack_start(Thread* t) {
  auto* chunk = static_cast<FrameChunk*>(t->frame_chunk);
  if (!chunk) return frame_chunk_push(t, 0);
  use_chunk(t, chunk);
  return true;
}

void frame_stack_free(Thread* t) {
  auto* chunk = static_cast<FrameChunk*>(t->frame_chunk);
  while (chunk) {
    FrameChunk* prev = chunk->prev;
    if (chunk->spare) gc::raw_free(chunk->spare);
    gc::raw_free(chunk);
    chunk = prev;
  }
  t->frame_chunk = nullptr;
  t->frame_top = t->frame_limit = nullptr;
}

void frame_clear_slow(Frame* f) {
  PyFrame* o = f->object;
  frame_ended(f);
  f->object = nullptr;
  gc::decref(&o->h);
}

// ---- argument binding
namespace {

std::string quoted_list(const Value* names, size_t n) {
  std::string out;
  for (size_t i = 0; i < n; i++) {
    if (i) out += n == 2 ? " and " : i + 1 == n ? ", and " : ", ";
    out += '\'';
    out += utf8_lossy(names[i]);
    out += '\'';
  }
  return out;
}

bool missing_arguments(Function* func, const char* kind, const Value* names, size_t n) {
  std::string list = quoted_list(names, n);
  return raise(types::TypeError, "%S() missing %zu required %s argument%s: %s", function_qualname(func), n, kind,
               n == 1 ? "" : "s", list.c_str());
}

bool too_many_positional(Function* func, const Code* code, const Value* regs, size_t given) {
  size_t plural_of, kwonly_given = 0;
  for (size_t i = code->argcount; i < size_t{code->argcount} + code->kwonly_argcount; i++)
    kwonly_given += !regs[i].is_null();
  Value values = gc::load(&func->defaults);
  size_t defaults = values ? tuple_size(values) : 0;
  std::string takes;
  if (defaults) {
    takes = "from " + std::to_string(code->argcount - defaults) + " to " + std::to_string(code->argcount);
    plural_of = 2;
  } else {
    takes = std::to_string(code->argcount);
    plural_of = code->argcount;
  }
  std::string kw;
  if (kwonly_given) {
    kw = std::string(" positional argument") + (given != 1 ? "s" : "") + " (and " + std::to_string(kwonly_given) +
         " keyword-only argument" + (kwonly_given != 1 ? "s" : "") + ")";
  }
  return raise(types::TypeError, "%S() takes %s positional argument%s but %zu%s %s given", function_qualname(func),
               takes.c_str(), plural_of != 1 ? "s" : "", given, kw.c_str(),
               given == 1 && !kwonly_given ? "was" : "were");
}

// Keyword arguments that name positional-only parameters.
bool positional_only_as_keyword(Function* func, const Code* code, Value kwnames) {
  std::string bad;
  for (size_t p = 0; p < code->posonly_argcount; p++) {
    Value name = tuple_at(code->varnames, p);
    for (size_t k = 0; k < tuple_size(kwnames); k++) {
      int same = values_equal(name, tuple_at(kwnames, k));
      if (same < 0) return true;
      if (same) {
        if (!bad.empty()) bad += ", ";
        bad += utf8_lossy(name);
        break;
      }
    }
  }
  if (bad.empty()) return false;
  raise(types::TypeError, "%S() got some positional-only arguments passed as keyword arguments: '%s'",
        function_qualname(func), bad.c_str());
  return true;
}

}  // namespace

// The parameters from first to end that have no value yet.
static TAIPAN_NOINLINE bool missing_among(Function* func, const Code* code, const char* kind, const Value* regs,
                                          size_t first, size_t end) {
  const Value* params = reinterpret_cast<Tuple*>(code->varnames.bits)->items();
  Value names[256];
  size_t n = 0;
  for (size_t i = first; i < end && n < 256; i++) {
    if (regs[i].is_null()) names[n++] = params[i];
  }
  return missing_arguments(func, kind, names, n);
}

bool bind_arguments(Function* func, Code* code, Value* regs, const Value* args, size_t nargs, Value kwnames) {
  const size_t argcount = code->argcount, kwonly = code->kwonly_argcount;
  const size_t named = argcount + kwonly;
  size_t star = named, starstar = named + ((code->flags & kCoVarArgs) ? 1 : 0);
  size_t positional = nargs < argcount ? nargs : argcount;
  for (size_t i = 0; i < positional; i++) {
    incref(args[i]);
    regs[i] = args[i];
  }
  if (code->flags & kCoVarArgs) {
    Ref rest = make_tuple(args + positional, nargs - positional);
    if (!rest) return false;
    regs[star] = rest.release();
  }
  Ref extra;
  if (code->flags & kCoVarKeywords) {
    extra = make_dict();
    if (!extra) return false;
    regs[starstar] = extra.copy().release();
  }
  size_t nkw = kwnames ? tuple_size(kwnames) : 0;
  const Value* kwvalues = args + nargs;
  const Value* params = reinterpret_cast<Tuple*>(code->varnames.bits)->items();
  for (size_t k = 0; k < nkw; k++) {
    Value name = tuple_at(kwnames, k);
    if (TAIPAN_UNLIKELY(!is_str(name)))
      return raise(types::TypeError, "%S() keywords must be strings", function_qualname(func));
    size_t i = code->posonly_argcount;
    for (; i < named; i++) {
      if (params[i] == name) break;
    }
    // (Another interned str is another name, and parameters' names nearly always are interned.)
    bool interned = is_str_exact(name) && name.as<Str>()->interned.load(std::memory_order_relaxed);
    if (i == named) {
      for (i = code->posonly_argcount; i < named; i++) {
        if (interned && params[i].as<Str>()->interned.load(std::memory_order_relaxed)) continue;
        int same = values_equal(params[i], name);
        if (same < 0) return false;
        if (same) break;
      }
    }
    if (i < named) {
      if (TAIPAN_UNLIKELY(!regs[i].is_null()))
        return raise(types::TypeError, "%S() got multiple values for argument '%S'", function_qualname(func), name);
      incref(kwvalues[k]);
      regs[i] = kwvalues[k];
      continue;
    }
    if (!extra) {
      if (code->posonly_argcount && positional_only_as_keyword(func, code, kwnames)) return false;
      return raise(types::TypeError, "%S() got an unexpected keyword argument '%S'", function_qualname(func), name);
    }
    if (!(interned ? dict_set_str(extra, name.as<Str>(), kwvalues[k]) : dict_set(extra, name, kwvalues[k])))
      return false;
  }
  if (TAIPAN_UNLIKELY(nargs > argcount && !(code->flags & kCoVarArgs)))
    return too_many_positional(func, code, regs, nargs);
  if (nargs < argcount) {
    Value defaults = gc::load(&func->defaults);  // once: another thread may be replacing them
    size_t ndefaults = defaults ? tuple_size(defaults) : 0;
    size_t first_default = argcount - ndefaults;
    if (ndefaults > argcount) first_default = 0;
    size_t missing = 0;
    for (size_t i = nargs; i < first_default; i++) missing += regs[i].is_null();
    if (TAIPAN_UNLIKELY(missing)) return missing_among(func, code, "positional", regs, nargs, first_default);
    for (size_t i = nargs > first_default ? nargs : first_default; i < argcount; i++) {
      if (!regs[i].is_null()) continue;
      Value d = tuple_at(defaults, i - argcount + ndefaults);
      incref(d);
      regs[i] = d;
    }
  }
  if (kwonly) {
    bool missing = false;
    for (size_t i = argcount; i < named; i++) {
      if (!regs[i].is_null()) continue;
      if (Value kwdefaults = gc::load(&func->kwdefaults)) {
        Value d = dict_get(kwdefaults, params[i]);
        if (d.is_null()) return false;
        if (d != kMissing) {
          incref(d);
          regs[i] = d;
          continue;
        }
      }
      missing = true;
    }
    if (missing) return missing_among(func, code, "keyword-only", regs, argcount, named);
  }
  return true;
}

TAIPAN_INLINE static Frame* push_frame(Thread* t, Function* func, const Value* args, size_t nargs, Value kwnames) {
  Code* code = func->code;
  if (TAIPAN_UNLIKELY(t->recursion_depth >= recursion_limit)) {
    if (!enter_recursive("")) {
      decref(Value(func));
      return nullptr;
    }
    leave_recursive();
  }
  Frame* f = frame_alloc(t, code->register_count);
  if (TAIPAN_UNLIKELY(!f)) {
    decref(Value(func));
    return nullptr;
  }
  Value* r = f->regs();
  size_t nregs = code->register_count;
  if (TAIPAN_LIKELY(code->simple_args && nargs == code->argcount && kwnames.is_null())) {
    size_t i = 0;
    for (; i < nargs; i++) {
      incref(args[i]);
      r[i] = args[i];
    }
    for (; i < nregs; i++) r[i] = Value();
  } else {
    for (size_t i = 0; i < nregs; i++) r[i] = Value();
    if (TAIPAN_UNLIKELY(!bind_arguments(func, code, r, args, nargs, kwnames))) {
      SavedError saved;
      for (size_t i = 0; i < nregs; i++) {
        Value v = r[i];
        r[i] = Value();
        decref(v);
      }
      frame_free(t, f);
      decref(Value(func));
      return nullptr;
    }
  }
  if (code->nfree) {
    const Value* cells = func->closure.as<Tuple>()->items();
    Value* to = r + code->nlocals + code->ncells;
    for (uint32_t i = 0; i < code->nfree; i++) {
      incref(cells[i]);
      to[i] = cells[i];
    }
  }
  frame_setup(f, t, func, code);
  if (TAIPAN_UNLIKELY(!(code->flags & kCoOptimized))) f->locals = Ref::dup(f->globals).release();
  t->frame = f;
  t->recursion_depth++;
  return f;
}
Frame* push_function_frame(Thread* t, Function* func, const Value* args, size_t nargs, Value kwnames) {
  return push_frame(t, func, args, nargs, kwnames);
}

namespace {

TAIPAN_INLINE Value take(Value* from) {
  Value v = *from;
  *from = Value();
  return v;
}

// The defaults of keyword-only parameters that `given` doesn't have, borrowed. False: one has none, or something unusual.
TAIPAN_NOINLINE bool keyword_defaults(Function* func, const Code* code, uint32_t given, Value* out) {
  Value defaults = gc::load(&func->kwdefaults);
  const Value* params = code->varnames.as<Tuple>()->items() + code->argcount;
  for (size_t i = 0; i < code->kwonly_argcount; i++) {
    if (given >> (code->argcount + i) & 1) continue;
    if (defaults.is_null() || !is_dict_exact(defaults) || !is_str_exact(params[i])) return false;
    out[i] = dict_get_str(defaults, params[i].as<Str>());
    if (out[i].is_null()) return false;
  }
  return true;
}

// What goes to *args and **kw. The places are the parameters' registers behind the named ones.
bool bind_rest(const Code* code, Value* regs, Value* rest, size_t nrest, Value* kwvalues, const CacheEntry* plan,
               Value kwnames) {
  size_t at = size_t{code->argcount} + code->kwonly_argcount;
  if (code->flags & kCoVarArgs) {
    regs[at] = make_tuple_steal(reinterpret_cast<Ref*>(rest), nrest).release();
    if (regs[at].is_null()) return false;
    at++;
  }
  if (!(code->flags & kCoVarKeywords)) return true;
  Value extra = regs[at] = make_dict().release();
  if (extra.is_null()) return false;
  uint64_t where = plan ? plan->value.bits : 0;
  for (size_t k = 0, n = plan ? plan->version : 0; k < n; k++, where >>= 8) {
    if (static_cast<uint8_t>(where) != kKeywordExtra) continue;
    if (!dict_set_str(extra, tuple_at(kwnames, k).as<Str>(), kwvalues[k])) return false;
    decref(take(&kwvalues[k]));
  }
  return true;
}

}  // namespace

Frame* push_moving_frame(Thread* t, Function* func, Value* args, size_t nargs, Value* kwvalues, const CacheEntry* plan,
                         Value kwnames) {
  Code* code = func->code;
  const size_t argcount = code->argcount, kwonly = code->kwonly_argcount, nregs = code->register_count;
  uint32_t given = plan ? plan->new_shape : 0;
  const bool more = nargs > argcount;
  if (TAIPAN_UNLIKELY((more && !(code->flags & kCoVarArgs)) || argcount + kwonly > 32)) return kNotSimple;
  // Looked at before anything is taken: what is missing is push_function_frame()'s to tell. (A field is read once: others may replace it.)
  Value defaults;
  size_t first = argcount;  // with a default
  if (nargs < argcount) {
    uint32_t missing = ~given & static_cast<uint32_t>((uint64_t{1} << argcount) - (uint64_t{1} << nargs));
    if (missing) {
      defaults = gc::load(&func->defaults);
      size_t n = defaults ? tuple_size(defaults) : 0;
      if (n > argcount || static_cast<size_t>(__builtin_ctz(missing)) < argcount - n) return kNotSimple;
      first = argcount - n;
    }
  }
  alignas(Value) char memory[32 * sizeof(Value)];  // (not emptied first)
  Value* only = reinterpret_cast<Value*>(memory);
  if (TAIPAN_UNLIKELY(kwonly) && !keyword_defaults(func, code, given, only)) return kNotSimple;
  if (TAIPAN_UNLIKELY(t->recursion_depth >= recursion_limit)) return kNotSimple;
  Frame* f = frame_alloc(t, code->register_count);
  if (TAIPAN_UNLIKELY(!f)) return nullptr;
  Value* r = f->regs();
  size_t n = more ? argcount : nargs;
  for (size_t i = 0; i < n; i++) r[i] = take(&args[i]);
  for (size_t i = n; i < nregs; i++) r[i] = Value();
  if (plan) {
    uint64_t where = plan->value.bits;
    for (size_t k = 0, nkw = plan->version; k < nkw; k++, where >>= 8) {
      if (uint8_t i = static_cast<uint8_t>(where); TAIPAN_LIKELY(i != kKeywordExtra)) r[i] = take(&kwvalues[k]);
    }
  }
  for (size_t i = nargs > first ? nargs : first; i < argcount; i++) {
    if (!r[i].is_null()) continue;
    r[i] = tuple_at(defaults, i - first);
    incref(r[i]);
  }
  for (size_t i = 0; i < kwonly; i++) {
    if (given >> (argcount + i) & 1) continue;
    r[argcount + i] = only[i];
    incref(only[i]);
  }
  if (code->flags & (kCoVarArgs | kCoVarKeywords)) {
    if (TAIPAN_UNLIKELY(!bind_rest(code, r, args + n, nargs - n, kwvalues, plan, kwnames))) {
      SavedError saved;
      for (size_t i = 0; i < nregs; i++) decref(take(&r[i]));
      frame_free(t, f);
      return nullptr;
    }
  }
  if (code->nfree) {
    const Value* cells = func->closure.as<Tuple>()->items();
    Value* to = r + code->nlocals + code->ncells;
    for (uint32_t i = 0; i < code->nfree; i++) {
      incref(cells[i]);
      to[i] = cells[i];
    }
  }
  frame_setup(f, t, func, code);
  if (TAIPAN_UNLIKELY(!(code->flags & kCoOptimized))) f->locals = Ref::dup(f->globals).release();
  t->frame = f;
  t->recursion_depth++;
  return f;
}

namespace {

// Keyword arguments out of a dict. False: something unusual (an error, too); the registers hold what was bound so far.
bool bind_dict(const Code* code, Value* regs, Value dict) {
  if (TAIPAN_UNLIKELY(gc::parallel)) return dict_size(dict) == 0 && !(code->flags & kCoVarKeywords);
  const size_t named = size_t{code->argcount} + code->kwonly_argcount;
  Value* extra = code->flags & kCoVarKeywords ? &regs[code->total_args - 1] : nullptr;
  const Value* params = code->varnames.as<Tuple>()->items();
  Dict* d = dict.as<Dict>();
  for (uint32_t k = 0; k < d->entry_count; k++) {
    Value name = d->entries[k].key;
    if (!name) continue;
    if (!is_str_exact(name) || !name.as<Str>()->interned.load(std::memory_order_relaxed)) return false;
    size_t i = code->posonly_argcount;
    while (i < named && params[i] != name) i++;
    Value v = d->entries[k].value;
    if (i < named) {
      if (!regs[i].is_null()) return false;
      regs[i] = v;
      incref(v);
      continue;
    }
    // (Parameters whose names aren't interned may be meant all the same.)
    for (i = code->posonly_argcount; i < named; i++) {
      if (!params[i].as<Str>()->interned.load(std::memory_order_relaxed)) return false;
    }
    if (!extra) return false;
    if (extra->is_null() && named == code->posonly_argcount && gc::is_unique(&d->h)) {
      // Nobody else has the dict, and all of it would be copied.
      for (uint32_t rest = k; rest < d->entry_count; rest++) {
        if (d->entries[rest].key && !is_str_exact(d->entries[rest].key)) return false;
      }
      *extra = dict;
      incref(dict);
      return true;
    }
    if (extra->is_null()) {
      *extra = make_dict().release();
      if (extra->is_null()) {
        clear_error();
        return false;
      }
    }
    if (!dict_set_str(*extra, name.as<Str>(), v)) {
      clear_error();
      return false;
    }
  }
  return true;
}

bool bind_spread(Function* func, const Code* code, Value* r, Value self, Value tuple, Value dict) {
  const size_t argcount = code->argcount, named = argcount + code->kwonly_argcount;
  size_t bound = self ? 1 : 0, given = tuple_size(tuple), nargs = bound + given,
         n = nargs < argcount ? nargs : argcount;
  if (nargs > argcount && !(code->flags & kCoVarArgs)) return false;
  const Value* items = tuple.as<Tuple>()->items() - bound;
  size_t i = 0;
  if (bound && argcount) r[i++] = self;
  for (; i < n; i++) r[i] = items[i];
  for (i = 0; i < n; i++) incref(r[i]);
  if (code->flags & kCoVarArgs) {
    if (n >= bound) {
      r[named] = tuple_slice(tuple, n - bound, given).release();
    } else {
      Ref all = make_tuple(nargs);
      if (all) {
        tuple_init(all, 0, Ref::dup(self));
        for (size_t k = 1; k < nargs; k++) tuple_init(all, k, Ref::dup(items[k]));
      }
      r[named] = all.release();
    }
    if (r[named].is_null()) {
      clear_error();
      return false;
    }
  }
  if (dict && !bind_dict(code, r, dict)) return false;
  if (code->flags & kCoVarKeywords) {
    Value* extra = &r[code->total_args - 1];
    if (extra->is_null()) *extra = make_dict().release();
    if (extra->is_null()) {
      clear_error();
      return false;
    }
  }
  if (nargs < argcount) {
    Value defaults = gc::load(&func->defaults);  // once: another thread may be replacing them
    size_t have = defaults ? tuple_size(defaults) : 0;
    if (have > argcount) return false;
    for (i = nargs; i < argcount; i++) {
      if (!r[i].is_null()) continue;
      if (i < argcount - have) return false;
      r[i] = tuple_at(defaults, i - (argcount - have));
      incref(r[i]);
    }
  }
  for (i = argcount; i < named; i++) {
    if (!r[i].is_null()) continue;
    Value defaults = gc::load(&func->kwdefaults), name = tuple_at(code->varnames, i);
    if (defaults.is_null() || !is_dict_exact(defaults) || !is_str_exact(name)) return false;
    r[i] = dict_get_str(defaults, name.as<Str>());
    if (r[i].is_null()) return false;
    incref(r[i]);
  }
  return true;
}

}  // namespace

Frame* push_spread_frame(Thread* t, Function* func, Value self, Value tuple, Value dict) {
  Code* code = func->code;
  const size_t nregs = code->register_count;
  if (TAIPAN_UNLIKELY(t->recursion_depth >= recursion_limit || !(code->flags & kCoOptimized))) return kNotSimple;
  Frame* f = frame_alloc(t, code->register_count);
  if (TAIPAN_UNLIKELY(!f)) {
    decref(Value(func));
    return nullptr;
  }
  Value* r = f->regs();
  for (size_t i = 0; i < nregs; i++) r[i] = Value();
  if (TAIPAN_UNLIKELY(!bind_spread(func, code, r, self, tuple, dict))) {
    for (size_t i = 0; i < nregs; i++) decref(take(&r[i]));
    frame_free(t, f);
    return kNotSimple;
  }
  if (code->nfree) {
    const Value* cells = func->closure.as<Tuple>()->items();
    Value* to = r + code->nlocals + code->ncells;
    for (uint32_t i = 0; i < code->nfree; i++) {
      incref(cells[i]);
      to[i] = cells[i];
    }
  }
  frame_setup(f, t, func, code);
  t->frame = f;
  t->recursion_depth++;
  return f;
}

Value function_call(Thread* t, Value callee, const Value* args, size_t nargs, Value kwnames) {
  incref(callee);
  Frame* f = push_frame(t, callee.as<Function>(), args, nargs, kwnames);
  if (TAIPAN_UNLIKELY(!f)) return Value();
  f->flags |= kFrameEntry;
  RuntimeUnlock unlock;
  return eval(t, f, false);
}

Ref eval_code(Value code_value, Value globals, Value locals, Value closure) {
  Thread* t = current_thread();
  Ref function = make_function(code_value, globals, Value());
  if (!function) return nullptr;
  Function* func = function.as<Function>();
  Code* code = func->code;
  if (closure) gc::store(&func->h, &func->closure, Ref::dup(closure));
  if (code->nfree != (func->closure ? tuple_size(func->closure) : 0))
    return raise(types::TypeError, "code object requires a closure of exactly length %u", unsigned{code->nfree});
  if (code->total_args) {
    // exec(f.__code__) of a function with parameters: CPython complains as for a call.
    Frame* f = push_function_frame(t, function.release().as<Function>(), nullptr, 0, Value());
    if (!f) return nullptr;
    f->flags |= kFrameEntry;
    RuntimeUnlock unlock;
    return Ref::steal(eval(t, f, false));
  }
  Frame* f = push_function_frame(t, function.release().as<Function>(), nullptr, 0, Value());
  if (!f) return nullptr;
  if (!(code->flags & kCoNewLocals) || !(code->flags & kCoOptimized)) {
    Value ns = locals ? locals : globals;
    incref(ns);
    Value before = f->locals;
    f->locals = ns;
    decref(before);
  }
  f->flags |= kFrameEntry;
  RuntimeUnlock unlock;
  return Ref::steal(eval(t, f, false));
}

}  // namespace taipan
