// The builtins module: functions. The types are added from types.def.
#include <cmath>
#include <string>

#include "interp/builtins.h"
#include "interp/compile.h"
#include "interp/config.h"
#include "interp/eval/eval.h"
#include "interp/modules/audit.h"
#include "interp/modules/io/io.h"
#include "interp/modules/module_util.h"
#include "interp/objects/async_generator.h"
#include "interp/objects/bytes.h"
#include "interp/objects/containers.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/float.h"
#include "interp/objects/frame.h"
#include "interp/objects/generator.h"
#include "interp/objects/iterators.h"
#include "interp/objects/list.h"
#include "interp/objects/runtime_lock.h"
#include "interp/objects/tuple.h"

namespace taipan {

extern const ModuleDef builtins_module;

namespace {

using frontend::ParseMode;

// ---- class statement
Ref build_class(Args& a) {
  const Value* v = a.raw.v;
  size_t n = a.raw.n;
  if (n < 2) return raise(types::TypeError, "__build_class__: not enough arguments");
  Value func = v[0], name = v[1];
  if (!is_function(func)) return raise(types::TypeError, "__build_class__: func must be a function");
  if (!is_str(name)) return raise(types::TypeError, "__build_class__: name is not a string");
  Ref orig_bases = make_tuple(v + 2, n - 2);
  if (!orig_bases) return nullptr;
  // PEP 560: bases that are no classes may stand for others.
  Ref bases = orig_bases.copy();
  bool changed = false;
  {
    Ref list;
    for (size_t i = 0; i < tuple_size(orig_bases); i++) {
      Value base = tuple_at(orig_bases, i);
      Ref entries;
      if (!is_type(base)) {
        entries = get_attr_opt(base, TAIPAN_NAME(__mro_entries__));
        if (!entries) return nullptr;
        if (entries.get() == kMissing) entries = Ref();
      }
      if (!entries) {
        if (list && !list_append(list, base)) return nullptr;
        continue;
      }
      Ref replacement = call(entries, orig_bases);
      if (!replacement) return nullptr;
      if (!is_tuple(replacement)) return raise(types::TypeError, "__mro_entries__ must return a tuple");
      if (!list) {
        list = make_list(orig_bases.as<Tuple>()->items(), i);
        if (!list) return nullptr;
      }
      if (!list_extend(list, replacement)) return nullptr;
      changed = true;
    }
    if (changed) {
      bases = list_to_tuple(list);
      if (!bases) return nullptr;
    }
  }
  // Keyword arguments: metaclass, the rest goes to __prepare__ and the metaclass.
  Ref kwargs;
  Value meta = Value();
  Ref meta_ref;
  size_t nkw = a.raw.kwnames ? tuple_size(a.raw.kwnames) : 0;
  for (size_t i = 0; i < nkw; i++) {
    Value key = tuple_at(a.raw.kwnames, i);
    if (str_eq_ascii(key, "metaclass")) {
      meta = v[n + i];
      continue;
    }
    if (!kwargs) {
      kwargs = make_dict();
      if (!kwargs) return nullptr;
    }
    if (!dict_set(kwargs, key, v[n + i])) return nullptr;
  }
  bool is_class = true;
  if (meta) {
    meta_ref = Ref::dup(meta);
    is_class = is_type(meta);
  } else if (tuple_size(bases) == 0) {
    meta_ref = Ref::dup(Value(types::Type));
  } else {
    meta_ref = Ref::dup(Value(type_of(tuple_at(bases, 0))));
  }
  if (is_class) {
    // The most derived metaclass of all bases.
    TypeObject* winner = meta_ref.as<TypeObject>();
    for (size_t i = 0; i < tuple_size(bases); i++) {
      TypeObject* t = type_of(tuple_at(bases, i));
      if (is_subtype(winner, t)) continue;
      if (is_subtype(t, winner)) {
        winner = t;
        continue;
      }
      return raise(types::TypeError,
                   "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the "
                   "metaclasses of all its bases");
    }
    meta_ref = Ref::dup(Value(winner));
  }
  Ref ns;
  Ref prepare = get_attr_opt(meta_ref, TAIPAN_NAME(__prepare__));
  if (!prepare) return nullptr;
  if (prepare.get() == kMissing) {
    ns = make_dict();
  } else {
    Ref args = make_tuple_of({name, bases.get()});
    if (!args) return nullptr;
    ns = call_tuple(prepare, args, kwargs ? kwargs.get() : Value());
  }
  if (!ns) return nullptr;
  if (!is_mapping(ns)) {
    if (is_class)
      return raise(types::TypeError, "%N.__prepare__() must return a mapping, not %T", meta_ref.get(), ns.get());
    return raise(types::TypeError, "<metaclass>.__prepare__() must return a mapping, not %T", ns.get());
  }
  // The body runs with ns as its namespace; it returns the __class__ cell or None.
  Thread* t = a.t;
  Function* f = func.as<Function>();
  incref(func);
  Frame* frame = push_function_frame(t, f, nullptr, 0, Value());
  if (!frame) return nullptr;
  decref(frame->locals);
  frame->locals = ns.copy().release();
  frame->flags |= kFrameEntry;
  Ref cell;
  {
    RuntimeUnlock unlock;
    cell = Ref::steal(eval(t, frame, false));
  }
  if (!cell) return nullptr;
  if (changed) {
    Ref key = intern_str("__orig_bases__");
    if (!key || !(is_dict_exact(ns) ? dict_set(ns, key, orig_bases) : set_item(ns, key, orig_bases))) return nullptr;
  }
  Ref args = make_tuple_of({name, bases.get(), ns.get()});
  if (!args) return nullptr;
  Ref cls = call_tuple(meta_ref, args, kwargs ? kwargs.get() : Value());
  if (!cls) return nullptr;
  if (is_type(cls) && has_shape(cell, kShapeCell)) {
    Value content = cell.as<Cell>()->value;
    if (content.is_null())
      return raise(types::RuntimeError,
                   "__class__ not set defining %R as %R. Was __classcell__ propagated to type.__new__?", name,
                   cls.get());
    if (content != cls.get())
      return raise(types::TypeError, "__class__ set to %R defining %R as %R", content, name, cls.get());
  }
  return cls;
}

// ---- compile, eval, exec
bool filename_arg(Value v, Ref* out) {
  if (is_str(v)) {
    if (utf8_lossy(v).find('\0') != std::string::npos) return raise(types::ValueError, "embedded null character");
    *out = Ref::dup(v);
    return true;
  }
  if (is_bytes(v)) {
    if (v.as<Bytes>()->view().find('\0') != std::string_view::npos)
      return raise(types::ValueError, "embedded null byte");
    Ref os_fsdecode = import_attr("os", "fsdecode");
    *out = os_fsdecode ? call(os_fsdecode, v) : Ref();
    return static_cast<bool>(*out);
  }
  if (has_buffer(v)) {
    if (!warn(types::DeprecationWarning, 1, "path should be string, bytes, or os.PathLike, not %T", v)) return false;
    BufferView view(v);
    if (!view.ok()) return false;
    *out = make_str(view.view());
    return static_cast<bool>(*out);
  }
  Ref fspath = import_attr("posix", "fspath");
  Ref path = fspath ? call(fspath, v) : Ref();
  if (!path) return false;
  if (is_bytes(path)) {
    Ref os_fsdecode = import_attr("os", "fsdecode");
    path = os_fsdecode ? call(os_fsdecode, path) : Ref();
  }
  *out = std::move(path);
  return static_cast<bool>(*out);
}

uint32_t inherited_flags(Thread* t) {
  Frame* f = t->frame ? python_frame(t->frame) : nullptr;
  return f ? f->code->flags & kCfFutureMask : 0;
}

Ref builtin_compile(Args& a) {
  // source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1
  Ref filename;
  if (!filename_arg(a[1], &filename)) return nullptr;
  if (!is_str(a[2])) return raise(types::TypeError, "compile() argument 'mode' must be str, not %T", a[2]);
  int flags = 0, optimize = -1, feature = -1;
  if (a.has(3) && !to_c_int(a[3], &flags)) return nullptr;
  int dont_inherit = a.has(4) ? is_true(a[4]) : 0;
  if (dont_inherit < 0) return nullptr;
  if (a.has(5) && !to_c_int(a[5], &optimize)) return nullptr;
  if (a.has(6) && !to_c_int(a[6], &feature)) return nullptr;
  if (auditing()) {
    // A text is shown as bytes, a tree without the name.
    Ref source = is_str(a[0]) ? make_bytes(utf8_lossy(a[0])) : Ref::dup(a[0]);
    bool text = is_str(a[0]) || is_bytes(a[0]) || !(type_of(a[0])->flags & kTypeHeap);
    if (!source || !audit("compile", {source, text ? filename.get() : kNone})) return nullptr;
  }
  CompileRequest r;
  r.filename = filename;
  if (flags & ~static_cast<int>(kCfAll)) return raise(types::ValueError, "compile(): unrecognised flags");
  if (optimize < -1 || optimize > 2) return raise(types::ValueError, "compile(): invalid optimize value");
  std::string mode = utf8_lossy(a[2]);
  if (mode == "exec")
    r.mode = ParseMode::kExec;
  else if (mode == "eval")
    r.mode = ParseMode::kEval;
  else if (mode == "single")
    r.mode = ParseMode::kSingle;
  else if (mode == "func_type") {
    if (!(flags & kCfOnlyAst))
      return raise(types::ValueError, "compile() mode 'func_type' requires flag PyCF_ONLY_AST");
    r.mode = ParseMode::kFuncType;
  } else {
    return raise(types::ValueError, flags & kCfOnlyAst
                                        ? "compile() mode must be 'exec', 'eval', 'single' or 'func_type'"
                                        : "compile() mode must be 'exec', 'eval' or 'single'");
  }
  r.flags = static_cast<uint32_t>(flags) | (dont_inherit ? 0 : inherited_flags(a.t));
  r.optimize = optimize;
  if (feature >= 0 && (flags & kCfOnlyAst)) r.feature_version = feature;
  return compile_object(a[0], r, "compile", "string, bytes or AST");
}

bool ensure_builtins(Value globals) {
  if (!is_dict(globals)) return true;
  Value key(TAIPAN_NAME(__builtins__));
  int there = dict_contains(globals, key);
  if (there) return there > 0;
  Ref b = interp_hooks.current_builtins();
  if (!b) return false;
  return dict_set(globals, key, b);
}

// The namespaces of eval() and exec(): those given, or the caller's.
bool namespaces(const char* what, Value globals_arg, Value locals_arg, Ref* globals, Ref* locals) {
  if (locals_arg == kNone) locals_arg = Value();
  if (globals_arg == kNone) globals_arg = Value();
  if (!globals_arg) {
    *globals = interp_hooks.current_globals();
    if (!*globals)
      return error_occurred() ? false
                              : static_cast<bool>(raise(types::SystemError, "globals and locals cannot be NULL"));
    if (!locals_arg) {
      Thread* t = current_thread();
      *locals = frame_locals(python_frame(t->frame));
      if (!*locals) return false;
    } else {
      *locals = Ref::dup(locals_arg);
    }
  } else {
    *globals = Ref::dup(globals_arg);
    *locals = Ref::dup(locals_arg ? locals_arg : globals_arg);
  }
  (void)what;
  return true;
}

// The event of a source text that eval() or exec() compiles: it is shown as bytes.
bool audit_source(Value source, Value name) {
  if (!auditing()) return true;
  Ref shown = is_str(source) ? make_bytes(utf8_lossy(source)) : Ref::dup(source);
  return shown && audit("compile", {shown, name});
}

Ref builtin_eval(Args& a) {
  Value g = a.has(1) ? a[1] : kNone, l = a.has(2) ? a[2] : kNone;
  if (l != kNone && !is_mapping(l)) return raise(types::TypeError, "locals must be a mapping");
  if (g != kNone && !is_dict(g))
    return raise(types::TypeError,
                 is_mapping(g) ? "globals must be a real dict; try eval(code, {}, mapping)" : "globals must be a dict");
  Ref globals, locals;
  if (!namespaces("eval", g, l, &globals, &locals) || !ensure_builtins(globals)) return nullptr;
  if (has_shape(a[0], kShapeCode)) {
    if (a[0].as<Code>()->nfree)
      return raise(types::TypeError, "code object passed to eval() may not contain free variables");
    if (!audit("exec", {a[0]})) return nullptr;
    return eval_code(a[0], globals, locals, Value());
  }
  CompileRequest r;
  Ref name = make_str("<string>");
  r.filename = name;
  r.mode = ParseMode::kEval;
  r.flags = inherited_flags(a.t);
  Ref code;
  if (!audit_source(a[0], name)) return nullptr;
  if (is_str(a[0])) {
    std::string text;
    if (!utf8_of(a[0], &text)) return nullptr;
    size_t skip = 0;
    while (skip < text.size() && (text[skip] == ' ' || text[skip] == '\t')) skip++;
    r.flags |= kCfIgnoreCookie;
    code = compile_text(std::string_view(text).substr(skip), r);
  } else if (is_bytes(a[0]) || has_buffer(a[0])) {
    BufferView view(a[0]);
    if (!view.ok()) return nullptr;
    std::string text(view.view());
    size_t skip = 0;
    while (skip < text.size() && (text[skip] == ' ' || text[skip] == '\t')) skip++;
    code = compile_bytes(std::string_view(text).substr(skip), r, false);
  } else {
    return raise(types::TypeError, "eval() arg 1 must be a string, bytes or code object");
  }
  if (!code || !audit("exec", {code})) return nullptr;
  return eval_code(code, globals, locals, Value());
}

Ref builtin_exec(Args& a) {
  Value g = a.has(1) ? a[1] : kNone, l = a.has(2) ? a[2] : kNone;
  Value closure = a.has(3) ? a[3] : kNone;
  if (closure == kNone) closure = Value();
  Ref globals, locals;
  if (!namespaces("exec", g, l, &globals, &locals)) return nullptr;
  if (!is_dict(globals)) return raise(types::TypeError, "exec() globals must be a dict, not %T", globals.get());
  if (!is_mapping(locals)) return raise(types::TypeError, "locals must be a mapping or None, not %T", locals.get());
  if (!ensure_builtins(globals)) return nullptr;
  if (has_shape(a[0], kShapeCode)) {
    Code* code = a[0].as<Code>();
    if (code->nfree == 0) {
      if (closure) return raise(types::TypeError, "cannot use a closure with this code object");
    } else {
      bool ok = closure && is_tuple_exact(closure) && tuple_size(closure) == code->nfree;
      for (size_t i = 0; ok && i < code->nfree; i++) ok = has_shape(tuple_at(closure, i), kShapeCell);
      if (!ok)
        return raise(types::TypeError, "code object requires a closure of exactly length %u", unsigned{code->nfree});
    }
    if (!audit("exec", {a[0]})) return nullptr;
    Ref r = eval_code(a[0], globals, locals, closure);
    return r ? Ref::imm(kNone) : nullptr;
  }
  if (closure) return raise(types::TypeError, "closure argument can only be used if source is a code object");
  CompileRequest r;
  Ref name = make_str("<string>");
  r.filename = name;
  r.flags = inherited_flags(a.t);
  if (!is_str(a[0]) && !is_bytes(a[0]) && !has_buffer(a[0]))
    return raise(types::TypeError, "exec() arg 1 must be a string, bytes or code object");
  if (!audit_source(a[0], name)) return nullptr;
  Ref code = compile_object(a[0], r, "exec", "string, bytes or code");
  if (!code || !audit("exec", {code})) return nullptr;
  Ref result = eval_code(code, globals, locals, Value());
  return result ? Ref::imm(kNone) : nullptr;
}

// ---- namespaces and attributes
Ref builtin_globals(Args&) {
  Ref g = interp_hooks.current_globals();
  return g ? std::move(g) : Ref::imm(kNone);
}
Ref builtin_locals(Args& a) {
  if (!a.t->frame) return raise(types::SystemError, "frame does not exist");
  return frame_locals(python_frame(a.t->frame));
}
Ref builtin_vars(Args& a) {
  if (!a.has(0)) {
    if (!a.t->frame) return raise(types::SystemError, "vars(): no frame");
    return frame_locals(python_frame(a.t->frame));
  }
  Ref d = get_attr_opt(a[0], TAIPAN_NAME(__dict__));
  if (d && d.get() == kMissing) return raise(types::TypeError, "vars() argument must have __dict__ attribute");
  return d;
}
Ref builtin_dir(Args& a) {
  if (!a.has(0)) {
    if (!a.t->frame) return raise(types::SystemError, "frame does not exist");
    Ref locals = frame_locals(python_frame(a.t->frame));
    if (!locals) return nullptr;
    Ref keys = call_method(locals, TAIPAN_NAME(keys));
    if (!keys) return nullptr;
    Ref names = iterable_to_list(keys);
    if (!names || !list_sort(names, Value(), false)) return nullptr;
    return names;
  }
  Ref method = lookup_special(a[0], TAIPAN_NAME(__dir__));
  if (!method) {
    if (error_occurred()) return nullptr;
    return raise(types::TypeError, "object does not provide __dir__");
  }
  Ref names = call(method);
  if (!names) return nullptr;
  Ref list = iterable_to_list(names);
  if (!list || !list_sort(list, Value(), false)) return nullptr;
  return list;
}
Ref builtin_getattr(Args& a) {
  if (!is_str(a[1])) return raise(types::TypeError, "attribute name must be string, not '%T'", a[1]);
  if (!a.has(2)) return get_attr(a[0], a[1].as<Str>());
  Ref v = get_attr_opt(a[0], a[1].as<Str>());
  if (v && v.get() == kMissing) return Ref::dup(a[2]);
  return v;
}
Ref builtin_hasattr(Args& a) {
  if (!is_str(a[1])) return raise(types::TypeError, "attribute name must be string, not '%T'", a[1]);
  Ref v = get_attr_opt(a[0], a[1].as<Str>());
  if (!v) return nullptr;
  return Ref::imm(bool_value(v.get() != kMissing));
}
Ref builtin_setattr(Args& a) {
  if (!is_str(a[1])) return raise(types::TypeError, "attribute name must be string, not '%T'", a[1]);
  return set_attr(a[0], a[1].as<Str>(), a[2]) ? Ref::imm(kNone) : nullptr;
}
Ref builtin_delattr(Args& a) {
  if (!is_str(a[1])) return raise(types::TypeError, "attribute name must be string, not '%T'", a[1]);
  return set_attr(a[0], a[1].as<Str>(), Value()) ? Ref::imm(kNone) : nullptr;
}

// ---- simple ones
Ref builtin_abs(Args& a) { return absolute(a[0]); }
// The items of an iterable. Those of exact lists and tuples are borrowed from them: hold() before anything that can run Python code.
class Walk {
 public:
  explicit Walk(Value iterable) {
    if (!gc::parallel && is_list_exact(iterable)) {
      kind_ = kList;
    } else if (is_tuple_exact(iterable)) {
      kind_ = kTuple;
    } else {
      it_ = IteratorOf(iter_at_once(iterable), iterable);
      failed_ = !it_;
      if (has_shape(it_, kShapeRangeIterator)) kind_ = kRange;
      if (has_shape(it_, kShapeDictValueIterator)) kind_ = kValues;
      if (has_shape(it_, kShapeDictKeyIterator)) kind_ = kKeys;
      source_ = it_.get();
      return;
    }
    it_ = IteratorOf(Ref::dup(iterable), Value());
    source_ = iterable;
  }
  TAIPAN_INLINE bool next() {
    if (TAIPAN_UNLIKELY((++index_ & 0xFFFF) == 0) && !poll()) {
      failed_ = true;
      return false;
    }
    switch (kind_) {
      case kList: {
        List* l = source_.as<List>();
        if (index_ > l->size.load(std::memory_order_relaxed)) return false;
        item_ = l->items[index_ - 1];
        return true;
      }
      case kTuple:
        if (index_ > tuple_size(source_)) return false;
        item_ = tuple_at(source_, index_ - 1);
        return true;
      case kRange: {
        held_ = range_iterator_next(source_.as<RangeIterator>());
        break;
      }
      case kKeys: held_ = dict_key_iterator_next(source_.as<DictIterator>()); break;
      case kValues: held_ = dict_iterator_next(source_.as<DictIterator>()); break;
      case kIterator:
        if (failed_) return false;
        held_.reset();  // before the next is made, as IterEach does
        held_ = next_item(source_);
        break;
    }
    item_ = held_.get();
    if (TAIPAN_UNLIKELY(!held_)) failed_ = true;
    return held_ && !is_stop(held_);
  }
  Value item() const { return item_; }
  void hold() {
    if (kind_ <= kTuple) held_ = Ref::dup(item_);
  }
  bool failed() const { return failed_; }

 private:
  enum Kind : uint8_t { kList, kTuple, kRange, kKeys, kValues, kIterator } kind_ = kIterator;
  bool failed_ = false;
  size_t index_ = 0;
  Value source_, item_;
  IteratorOf it_;
  Ref held_;
};
TAIPAN_INLINE int truth_of(Walk& items) {
  Value v = items.item();
  if (is_bool(v)) return v == kTrue;
  if (v.is_int()) return v != Value::from_int(0);
  items.hold();
  return is_true(items.item());
}

Ref builtin_all(Args& a) {
  Walk it(a[0]);
  while (it.next()) {
    int yes = truth_of(it);
    if (yes < 0) return nullptr;
    if (!yes) return Ref::imm(kFalse);
  }
  return it.failed() ? nullptr : Ref::imm(kTrue);
}
Ref builtin_any(Args& a) {
  Walk it(a[0]);
  while (it.next()) {
    int yes = truth_of(it);
    if (yes < 0) return nullptr;
    if (yes) return Ref::imm(kTrue);
  }
  return it.failed() ? nullptr : Ref::imm(kFalse);
}
Ref builtin_ascii(Args& a) { return ascii_of(a[0]); }
Ref builtin_repr(Args& a) { return repr_of(a[0]); }
Ref to_base(Value v, int base, const char* prefix) {
  if (v.is_int()) {
    int64_t i = v.as_int();
    auto rest = i < 0 ? uint64_t{0} - static_cast<uint64_t>(i) : static_cast<uint64_t>(i);
    int shift = base == 16 ? 4 : base == 8 ? 3 : 1;
    char text[72];
    char* p = text + sizeof text;
    do {
      *--p = "0123456789abcdef"[rest & (static_cast<uint64_t>(base) - 1)];
      rest >>= shift;
    } while (rest);
    *--p = prefix[1];
    *--p = '0';
    if (i < 0) *--p = '-';
    return make_str_latin1(reinterpret_cast<const uint8_t*>(p), static_cast<size_t>(text + sizeof text - p));
  }
  Ref i = to_index(v);
  if (!i) return nullptr;
  std::string text;
  if (!int_to_text(i, base, &text)) return nullptr;
  bool negative = text[0] == '-';
  return make_str((negative ? "-" : "") + std::string(prefix) + text.substr(negative));
}
Ref builtin_bin(Args& a) { return to_base(a[0], 2, "0b"); }
Ref builtin_oct(Args& a) { return to_base(a[0], 8, "0o"); }
Ref builtin_hex(Args& a) { return to_base(a[0], 16, "0x"); }
Ref builtin_callable(Args& a) { return Ref::imm(bool_value(is_callable(a[0]))); }
Ref builtin_chr(Args& a) {
  if (TAIPAN_LIKELY(a[0].is_int() && static_cast<uint64_t>(a[0].as_int()) <= 0x10FFFF))
    return make_str_char(static_cast<uint32_t>(a[0].as_int()));
  int64_t c;
  Ref i = to_index(a[0]);
  if (!i) return nullptr;
  if (!int_fits64(i, &c) || c > INT32_MAX || c < INT32_MIN)
    return raise(types::OverflowError, "Python int too large to convert to C int");
  if (c < 0 || c > 0x10FFFF) return raise(types::ValueError, "chr() arg not in range(0x110000)");
  return make_str_char(static_cast<uint32_t>(c));
}
Ref builtin_ord(Args& a) {
  Value v = a[0];
  size_t n;
  if (is_str(v)) {
    Str* s = v.as<Str>();
    if (s->length == 1) return make_int(s->at(0));
    n = s->length;
  } else if (is_bytes(v)) {
    n = v.as<Bytes>()->size;
    if (n == 1) return make_int(v.as<Bytes>()->data()[0]);
  } else if (is_bytearray(v)) {
    n = v.as<ByteArray>()->size;
    if (n == 1) return make_int(v.as<ByteArray>()->start[0]);
  } else {
    return raise(types::TypeError, "ord() expected string of length 1, but %T found", v);
  }
  return raise(types::TypeError, "ord() expected a character, but string of length %zu found", n);
}
Ref builtin_divmod(Args& a) {
  if (a[0].is_int() && a[1].is_int() && a[1].as_int() != 0) {
    int64_t x = a[0].as_int(), y = a[1].as_int(), q = x / y, r = x % y;  // (small ints: no overflow)
    if (r != 0 && (r < 0) != (y < 0)) {
      q--;
      r += y;
    }
    Ref quotient = make_int(q);
    return quotient ? make_pair(quotient, Value::from_int(r)) : nullptr;
  }
  return divmod_op(a[0], a[1]);
}
Ref builtin_format(Args& a) {
  if (a.has(1) && a[1] == kNone) return raise(types::TypeError, "format() argument 2 must be str, not None");
  if (a.has(1) && !is_str(a[1])) return raise(types::TypeError, "format() argument 2 must be str, not %T", a[1]);
  return format_value(a[0], a.get(1, Value()));
}
Ref builtin_hash(Args& a) {
  int64_t h;
  return hash_of(a[0], &h) ? make_int(h) : nullptr;
}
// The address; immediates have their word (never a multiple of 16), equal boxed floats one number (see is_same).
Ref identity(Value v) {
  if (has_shape(v, kShapeBoxedFloat) && float_value(v) == float_value(v)) {
    Ref bits = make_int_u64(std::bit_cast<uint64_t>(float_value(v))), top = make_int_u64(UINT64_MAX);
    return bits && top ? int_add(bits, top) : nullptr;
  }
  return make_int_u64(v.bits);
}
Ref builtin_id(Args& a) {
  Ref id = identity(a[0]);
  return id && audit("builtins.id", {id}) ? std::move(id) : Ref();
}
Ref builtin_isinstance(Args& a) {
  int r = is_instance(a[0], a[1]);
  return r < 0 ? Ref() : Ref::imm(bool_value(r));
}
Ref builtin_issubclass(Args& a) {
  int r = is_subclass(a[0], a[1]);
  return r < 0 ? Ref() : Ref::imm(bool_value(r));
}
Ref builtin_iter(Args& a) {
  if (!a.has(1)) return get_iter(a[0]);
  if (!is_callable(a[0])) return raise(types::TypeError, "iter(v, w): v must be callable");
  return make_callable_iterator(a[0], a[1]);
}
Ref builtin_aiter(Args& a) {
  TypeObject* type = type_of(a[0]);
  if (!type->s.aiter) return raise(types::TypeError, "'%T' object is not an async iterable", a[0]);
  Ref it = type->s.aiter(a[0]);
  if (it && !type_of(it)->s.anext)
    return raise(types::TypeError, "aiter() returned not an async iterator of type '%T'", it.get());
  return it;
}
Ref builtin_anext(Args& a) {
  TypeObject* type = type_of(a[0]);
  if (!type->s.anext) return raise(types::TypeError, "'%T' object is not an async iterator", a[0]);
  Ref awaitable = type->s.anext(a[0]);
  if (!awaitable || !a.has(1)) return awaitable;
  return make_anext_awaitable(awaitable, a[1]);
}
Ref builtin_len(Args& a) {
  int64_t n = length_of(a[0]);
  return n < 0 ? Ref() : make_int(n);
}
Ref builtin_next(Args& a) {
  Value it = a[0];
  UnarySlot next = type_of(it)->s.next;
  if (!next || !is_iterator(it)) return raise(types::TypeError, "'%T' object is not an iterator", it);
  Ref v = next(it);
  if (v && !is_stop(v)) return v;
  if (a.has(1)) {
    if (!v) {
      if (!error_matches(types::StopIteration)) return nullptr;
      clear_error();
    }
    return Ref::dup(a[1]);
  }
  if (v) return raise_none(types::StopIteration);
  return nullptr;
}
Ref builtin_pow(Args& a) { return power_op(a[0], a[1], a.has(2) ? a[2] : kNone); }
Ref builtin_round(Args& a) {
  if (!a.has(1) || a[1] == kNone) {
    if (a[0].is_int()) return Ref::imm(a[0]);
    if (a[0].is_float() && std::fabs(a[0].as_float()) < 4e18)
      return make_int(static_cast<int64_t>(std::nearbyint(a[0].as_float())));  // half to even
  }
  Ref method = lookup_special(a[0], TAIPAN_NAME(__round__));
  if (!method) {
    if (error_occurred()) return nullptr;
    return raise(types::TypeError, "type %T doesn't define __round__ method", a[0]);
  }
  if (!a.has(1) || a[1] == kNone) return call(method);
  return call(method, a[1]);
}
// The list is made before its sort() looks at the keywords: so the errors come in this order and name sort().
Ref builtin_sorted(Args& a) {
  if (a.raw.n != 1) return raise(types::TypeError, "sorted expected 1 argument, got %zu", a.raw.n);
  Ref list = iterable_to_list(a.raw.v[0]);
  if (!list) return nullptr;
  Value key;
  int reverse = 0;
  size_t nkw = a.raw.kwnames ? tuple_size(a.raw.kwnames) : 0;
  for (size_t i = 0; i < nkw; i++) {
    Value name = tuple_at(a.raw.kwnames, i), v = a.raw.v[1 + i];
    if (str_eq_ascii(name, "key")) {
      if (v != kNone) key = v;
    } else if (str_eq_ascii(name, "reverse")) {
      if (v == kTrue || v == kFalse)
        reverse = v == kTrue;
      else if (!to_c_int(v, &reverse))
        return nullptr;
    } else {
      return raise(types::TypeError, "'%S' is an invalid keyword argument for sort()", name);
    }
  }
  if (!list_sort(list, key, reverse != 0)) return nullptr;
  return list;
}
Ref builtin_sum(Args& a) {
  Ref total = a.has(1) ? Ref::dup(a[1]) : Ref::imm(Value::from_int(0));
  if (is_str(total)) return raise(types::TypeError, "sum() can't sum strings [use ''.join(seq) instead]");
  if (is_bytes(total)) return raise(types::TypeError, "sum() can't sum bytes [use b''.join(seq) instead]");
  if (is_bytearray(total)) return raise(types::TypeError, "sum() can't sum bytearray [use b''.join(seq) instead]");
  // While the total is an int or a float it is kept as that: nothing is made.
  enum { kIntTotal, kFloatTotal, kObjectTotal } mode = kObjectTotal;
  int64_t sum = 0;
  double float_sum = 0;
  auto unpack = [&] {
    if (total.get().is_int()) {
      mode = kIntTotal;
      sum = total.get().as_int();
    } else if (total.get().is_float()) {
      mode = kFloatTotal;
      float_sum = total.get().as_float();
    } else {
      mode = kObjectTotal;
    }
  };
  auto pack = [&] {
    if (mode == kIntTotal)
      total = make_int(sum);
    else if (mode == kFloatTotal)
      total = make_float(float_sum);
    return static_cast<bool>(total);
  };
  unpack();
  constexpr int64_t kExact = int64_t{1} << 53;  // ints below it are doubles
  Walk items(a[0]);
  while (items.next()) {
    Value y = items.item();
    if (TAIPAN_UNLIKELY(!y.is_int()) && is_bool(y)) y = Value::from_int(y == kTrue);  // (how many are so)
    if (mode == kIntTotal) {
      int64_t next;
      if (TAIPAN_LIKELY(y.is_int() && !__builtin_add_overflow(sum, y.as_int(), &next))) {
        sum = next;
        continue;
      }
      if (y.is_float() && sum < kExact && sum > -kExact) {
        mode = kFloatTotal;
        float_sum = static_cast<double>(sum);
      }
    }
    if (mode == kFloatTotal) {
      if (TAIPAN_LIKELY(y.is_float())) {
        float_sum += y.as_float();
        continue;
      }
      if (y.is_int() && y.as_int() < kExact && y.as_int() > -kExact) {
        float_sum += static_cast<double>(y.as_int());
        continue;
      }
    }
    if (!pack()) return nullptr;
    items.hold();
    total = binary_op(BinaryOp::kAdd, total, items.item());
    if (!total) return nullptr;
    unpack();
  }
  if (items.failed() || !pack()) return nullptr;
  return total;
}

Ref min_max(Args& a, const char* name, CompareOp op) {
  size_t n = a.raw.n;
  Value key = Value(), otherwise = Value();
  bool has_default = false;
  size_t nkw = a.raw.kwnames ? tuple_size(a.raw.kwnames) : 0;
  for (size_t i = 0; i < nkw; i++) {
    Value k = tuple_at(a.raw.kwnames, i);
    if (str_eq_ascii(k, "key")) {
      key = a.raw.v[n + i];
    } else if (str_eq_ascii(k, "default")) {
      otherwise = a.raw.v[n + i];
      has_default = true;
    } else {
      return raise(types::TypeError, "'%S' is an invalid keyword argument for %s()", k, name);
    }
  }
  if (key == kNone) key = Value();
  if (n == 0) return raise(types::TypeError, "%s expected at least 1 argument, got 0", name);
  if (n > 1 && has_default)
    return raise(types::TypeError, "Cannot specify a default for %s() with multiple positional arguments", name);
  Ref best, best_key;
  auto better = [op](Value x, Value y) -> int {
    if (x.is_int() && y.is_int()) return compare_ints(x.as_int(), y.as_int(), op);
    if (x.is_float() && y.is_float()) return op == kLt ? x.as_float() < y.as_float() : x.as_float() > y.as_float();
    if (is_str_exact(x) && is_str_exact(y)) return compare_ints(str_compare(x.as<Str>(), y.as<Str>()), 0, op);
    return compare_true(x, y, op);
  };
  auto step = [&](Value item) {
    if (!key) {
      int yes = best ? better(item, best.get()) : 1;
      if (yes > 0) best = Ref::dup(item);
      return yes >= 0;
    }
    Ref k = call(key, item);
    if (!k) return false;
    int yes = best ? better(k.get(), best_key.get()) : 1;
    if (yes > 0) {
      best = Ref::dup(item);
      best_key = std::move(k);
    }
    return yes >= 0;
  };
  if (n > 1) {
    for (size_t i = 0; i < n; i++) {
      if (!step(a.raw.v[i])) return nullptr;
    }
    return best;
  }
  Walk items(a.raw.v[0]);
  while (items.next()) {
    Value item = items.item(), most = best;
    bool alike = (item.is_int() && most.is_int()) || (item.is_float() && most.is_float()) ||
                 (is_str_exact(item) && is_str_exact(most));
    if (alike && !key) {  // nothing but a comparison
      if (better(item, most) != 0) best = Ref::dup(item);
      continue;
    }
    if (key || item.is_heap()) items.hold();
    if (!step(items.item())) return nullptr;
  }
  if (items.failed()) return nullptr;
  if (best) return best;
  if (has_default) return Ref::dup(otherwise);
  return raise(types::ValueError, "%s() arg is an empty sequence", name);
}
Ref builtin_min(Args& a) { return min_max(a, "min", kLt); }
Ref builtin_max(Args& a) { return min_max(a, "max", kGt); }

// ---- input and output
Ref sys_object(const char* name) {
  Value d = sys_dict();
  Value v = d ? dict_get_cstr(d, name) : Value();
  return v ? Ref::dup(v) : Ref();
}
Ref builtin_print(Args& a) {
  // *args, sep=' ', end='\n', file=None, flush=False: parameters 0 args, 1 sep, 2 end, 3 file, 4 flush
  Value sep = a.get(1, kNone), end = a.get(2, kNone), file = a.get(3, kNone);
  Ref out;
  if (file == kNone) {
    out = sys_object("stdout");
    if (!out) return raise(types::RuntimeError, "lost sys.stdout");
    if (out.get() == kNone) return Ref::imm(kNone);
  } else {
    out = Ref::dup(file);
  }
  if (sep != kNone && !is_str(sep)) return raise(types::TypeError, "sep must be None or a string, not %T", sep);
  if (end != kNone && !is_str(end)) return raise(types::TypeError, "end must be None or a string, not %T", end);
  Ref write;
  auto emit = [&](Value text) {
    bool done;
    if (!write && !io::text_write_fast(out, text, &done)) return false;
    if (!write && done) return true;
    if (!write) write = get_attr(out, TAIPAN_NAME(write));
    return write && call(write, text);
  };
  Value items = a[0];
  static Str* const space = intern_static(" ");
  static Str* const newline = intern_static("\n");
  for (size_t i = 0; i < tuple_size(items); i++) {
    if (i && !emit(sep == kNone ? Value(space) : sep)) return nullptr;
    Ref text = str_of(tuple_at(items, i));
    if (!text || !emit(text)) return nullptr;
  }
  if (!emit(end == kNone ? Value(newline) : end)) return nullptr;
  if (a.has(4)) {
    int flush = is_true(a[4]);
    if (flush < 0) return nullptr;
    if (flush && !call_method(out, TAIPAN_NAME(flush))) return nullptr;
  }
  return Ref::imm(kNone);
}
Ref builtin_input(Args& a) {
  if (!audit("builtins.input", {a.has(0) ? a[0] : kNone})) return nullptr;
  Ref line = console_input(a.has(0) ? a[0] : Value());
  return line && audit("builtins.input/result", {line}) ? std::move(line) : Ref();
}
Ref builtin_open(Args& a) {
  Ref open = import_attr("io", "open");
  return open ? Ref::steal(call_array(open, a.raw.v, a.raw.n, a.raw.kwnames).release()) : nullptr;
}
Ref builtin_breakpoint(Args& a) {
  Ref hook = sys_object("breakpointhook");
  if (!hook) return raise(types::RuntimeError, "lost sys.breakpointhook");
  if (!audit("builtins.breakpoint", {hook})) return nullptr;
  return call_array(hook, a.raw.v, a.raw.n, a.raw.kwnames);
}
Ref builtin_import(Args& a) {
  return import_call(a[0], a.get(1, kNone), a.get(2, kNone), a.get(3, Value()), a.get(4, Value::from_int(0)));
}

const NativeDef kFunctions[] = {
    {"__build_class__", "(...)", build_class, 0,
     "__build_class__(func, name, /, *bases, [metaclass], **kwds) -> class\n\nInternal helper function used by the "
     "class statement."},
    {"__import__", "($module, /, name, globals=None, locals=None, fromlist=(), level=0)", builtin_import, 0,
     "Import a module."},
    {"abs", "($module, x, /)", builtin_abs, kIntrinsicAbs, "Return the absolute value of the argument."},
    {"aiter", "($module, async_iterable, /)", builtin_aiter, 0, "Return an AsyncIterator for an AsyncIterable object."},
    {"all", "($module, iterable, /)", builtin_all, 0,
     "Return True if bool(x) is True for all values x in the iterable.\n\nIf the iterable is empty, return True."},
    {"anext", "($module, aiterator, default=<unrepresentable>, /)", builtin_anext, 0,
     "Return the next item from the async iterator."},
    {"any", "($module, iterable, /)", builtin_any, 0,
     "Return True if bool(x) is True for any x in the iterable.\n\nIf the iterable is empty, return False."},
    {"ascii", "($module, obj, /)", builtin_ascii, 0, "Return an ASCII-only representation of an object."},
    {"bin", "($module, number, /)", builtin_bin, 0,
     "Return the binary representation of an integer.\n\n   >>> bin(37)\n   '0b100101'"},
    {"breakpoint", "(...)", builtin_breakpoint, 0,
     "breakpoint(*args, **kws)\n\nCall sys.breakpointhook(*args, **kws)."},
    {"callable", "($module, obj, /)", builtin_callable, 0,
     "Return whether the object is callable (i.e., some kind of function)."},
    {"chr", "($module, i, /)", builtin_chr, kIntrinsicChr,
     "Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff."},
    {"compile",
     "($module, /, source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)",
     builtin_compile, 0, "Compile source into a code object that can be executed by exec() or eval()."},
    {"delattr", "($module, obj, name, /)", builtin_delattr, 0, "Deletes the named attribute from the given object."},
    {"dir", "($module, object=<unrepresentable>, /)", builtin_dir, kNativeNoSignature,
     "dir([object]) -> list of strings\n\nNames in the current scope, or attributes of the object."},
    {"divmod", "($module, x, y, /)", builtin_divmod, 0, "Return the tuple (x//y, x%y).  Invariant: div*y + mod == x."},
    {"eval", "($module, source, globals=None, locals=None, /)", builtin_eval, 0,
     "Evaluate the given source in the context of globals and locals."},
    {"exec", "($module, source, globals=None, locals=None, /, *, closure=None)", builtin_exec, 0,
     "Execute the given source in the context of globals and locals."},
    {"format", "($module, value, format_spec=\'\', /)", builtin_format, 0,
     "Return type(value).__format__(value, format_spec)."},
    {"getattr", "($module, object, name, default=<unrepresentable>, /)", builtin_getattr, kNativeNoSignature,
     "getattr(object, name[, default]) -> value\n\nGet a named attribute from an object."},
    {"globals", "($module, /)", builtin_globals, 0,
     "Return the dictionary containing the current scope's global variables."},
    {"hasattr", "($module, obj, name, /)", builtin_hasattr, 0,
     "Return whether the object has an attribute with the given name."},
    {"hash", "($module, obj, /)", builtin_hash, 0, "Return the hash value for the given object."},
    {"hex", "($module, number, /)", builtin_hex, 0,
     "Return the hexadecimal representation of an integer.\n\n   >>> hex(48879)\n   '0xbeef'"},
    {"id", "($module, obj, /)", builtin_id, 0, "Return the identity of an object."},
    {"input", "($module, prompt=\'\', /)", builtin_input, 0,
     "Read a string from standard input.  The trailing newline is stripped."},
    {"isinstance", "($module, obj, class_or_tuple, /)", builtin_isinstance, kIntrinsicIsInstance,
     "Return whether an object is an instance of a class or of a subclass thereof."},
    {"issubclass", "($module, cls, class_or_tuple, /)", builtin_issubclass, 0,
     "Return whether 'cls' is derived from another class or is the same class."},
    {"iter", "($module, object, sentinel=<unrepresentable>, /)", builtin_iter, kNativeNoSignature,
     "iter(iterable) -> iterator\niter(callable, sentinel) -> iterator\n\nGet an iterator from an object."},
    {"len", "($module, obj, /)", builtin_len, kIntrinsicLen, "Return the number of items in a container."},
    {"locals", "($module, /)", builtin_locals, 0,
     "Return a dictionary containing the current scope's local variables."},
    {"max", "(...)", builtin_max, kIntrinsicMax,
     "max(iterable, *[, default=obj, key=func]) -> value\nmax(arg1, arg2, *args, *[, key=func]) -> value\n\nThe "
     "biggest item."},
    {"min", "(...)", builtin_min, kIntrinsicMin,
     "min(iterable, *[, default=obj, key=func]) -> value\nmin(arg1, arg2, *args, *[, key=func]) -> value\n\nThe "
     "smallest item."},
    {"next", "($module, iterator, default=<unrepresentable>, /)", builtin_next, kNativeNoSignature,
     "next(iterator[, default])\n\nReturn the next item from the iterator."},
    {"oct", "($module, number, /)", builtin_oct, 0,
     "Return the octal representation of an integer.\n\n   >>> oct(493)\n   '0o755'"},
    {"ord", "($module, c, /)", builtin_ord, kIntrinsicOrd, "Return the Unicode code point for a one-character string."},
    {"pow", "($module, /, base, exp, mod=None)", builtin_pow, 0,
     "Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments."},
    {"print", "($module, /, *args, sep=\' \', end=\'\\n\', file=None, flush=False)", builtin_print, 0,
     "Prints the values to a stream, or to sys.stdout by default."},
    {"repr", "($module, obj, /)", builtin_repr, 0, "Return the canonical string representation of the object."},
    {"round", "($module, /, number, ndigits=None)", builtin_round, 0,
     "Round a number to a given precision in decimal digits."},
    {"setattr", "($module, obj, name, value, /)", builtin_setattr, 0,
     "Sets the named attribute on the given object to the specified value."},
    {"sorted", "(...)($module, iterable, /, *, key=None, reverse=False)", builtin_sorted, 0,
     "Return a new list containing all items from the iterable in ascending order."},
    {"sum", "($module, iterable, /, start=0)", builtin_sum, 0,
     "Return the sum of a 'start' value (default: 0) plus an iterable of numbers"},
    {"vars", "($module, object=<unrepresentable>, /)", builtin_vars, kNativeNoSignature,
     "vars([object]) -> dictionary\n\nWithout arguments, equivalent to locals()."},
    {"open", "(...)", builtin_open, 0, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr},
};

bool builtins_exec(Value m) {
  TypeObject* const shown[] = {
      types::Bool, types::MemoryView, types::ByteArray,    types::Bytes,  types::ClassMethod, types::Complex,
      types::Dict, types::Enumerate,  types::Filter,       types::Float,  types::FrozenSet,   types::Property,
      types::Int,  types::List,       types::Map,          types::Object, types::Range,       types::Reversed,
      types::Set,  types::Slice,      types::StaticMethod, types::Str,    types::Super,       types::Tuple,
      types::Type, types::Zip};
  for (TypeObject* t : shown) {
    if (!module_add_type(m, t)) return false;
  }
#define EXC(Enum, name, base, layout) \
  if (!module_add_type(m, types::Enum)) return false;
#include "interp/objects/exceptions.def"
#undef EXC
  return module_add(m, "None", Ref::imm(kNone)) && module_add(m, "True", Ref::imm(kTrue)) &&
         module_add(m, "False", Ref::imm(kFalse)) && module_add(m, "Ellipsis", Ref::imm(kEllipsis)) &&
         module_add(m, "NotImplemented", Ref::imm(kNotImplemented)) &&
         module_add(m, "EnvironmentError", Ref::dup(Value(types::OSError))) &&
         module_add(m, "IOError", Ref::dup(Value(types::OSError))) && module_add_type(m, exception_group_type) &&
         module_add(m, "__debug__", Ref::imm(bool_value(config.optimize == 0)));
}

}  // namespace

// GIL off: they have no state; objects see to themselves.
const ModuleDef builtins_module = {"builtins",
                                   "Built-in functions, exceptions, and other objects.\n\nNoteworthy: None is the "
                                   "`nil' object; Ellipsis represents `...' in slices.",
                                   kFunctions, builtins_exec, kFunctionsAtOnce};

}  // namespace taipan
