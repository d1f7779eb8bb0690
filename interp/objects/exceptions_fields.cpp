// Exceptions with fields of their own: SystemExit, StopIteration, ImportError, NameError, AttributeError, OSError, SyntaxError and
// the Unicode errors.
#include <cerrno>
#include <cstring>
#include "interp/objects/abstract.h"
#include "interp/objects/bytes.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions_internal.h"
#include "interp/objects/int.h"
#include "interp/objects/native.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"

namespace taipan {

namespace {

void store(Value self, Value* field, Value v) { gc::store(self.header(), field, Ref::dup(v)); }
void store(Value self, Value* field, Ref v) { gc::store(self.header(), field, std::move(v)); }

// Trace and clear of N references that begin at First.
template <class T, Value T::* First, size_t N>
void trace_fields(Header* h, gc::Visitor& v) {
  base_exc_trace(h, v);
  v.visit_range(&(reinterpret_cast<T*>(h)->*First), N);
}
template <class T, Value T::* First, size_t N>
void clear_fields(Header* h) {
  base_exc_clear(h);
  Value* f = &(reinterpret_cast<T*>(h)->*First);
  for (size_t i = 0; i < N; i++) Ref dead = gc::take(h, f + i);
}
#define FIELD_OPS(T, first, n) {.trace = trace_fields<T, &T::first, n>, .clear = clear_fields<T, &T::first, n>}

// What a field holds, or null: counted, for others may set it meanwhile.
Ref held_by(const Value* field) { return Ref::dup(gc::load(field)); }
// str() of that; None's where it holds nothing.
Ref text_of_field(const Value* field) {
  Ref held = held_by(field);
  return str_of(held ? held.get() : kNone);
}

RawArgs positional(RawArgs a) { return {a.v, a.n, Value()}; }

// Keyword-only arguments of ImportError, NameError and AttributeError.
bool take_keywords(const char* function, RawArgs a, const char* const* names, Value* out, size_t count) {
  size_t n = a.kwnames ? tuple_size(a.kwnames) : 0;
  for (size_t k = 0; k < n; k++) {
    size_t i = 0;
    while (i < count && !str_eq_ascii(tuple_at(a.kwnames, k), names[i])) i++;
    if (i == count)
      return raise(types::TypeError, "'%S' is an invalid keyword argument for %s()", tuple_at(a.kwnames, k), function);
    out[i] = a.v[a.n + k];
  }
  return true;
}

// ---- SystemExit, StopIteration -----------------------------------------------------------------------------------------------------

bool system_exit_init(Value self, RawArgs a) {
  if (!base_exception_init(self, a)) return false;
  if (a.n == 0) return true;
  store(self, &self.as<SystemExitExc>()->code, a.n == 1 ? a.v[0] : base_exc(self)->args);
  return true;
}
const MemberDef system_exit_members[] = {
    {"code", kMemberValueNone, EXC_FIELD(SystemExitExc, code), false, "exception code"},
    {},
};

bool stop_iteration_init(Value self, RawArgs a) {
  if (!base_exception_init(self, a)) return false;
  store(self, &self.as<StopIterationExc>()->value, a.n ? a.v[0] : Value());
  return true;
}
const MemberDef stop_iteration_members[] = {
    {"value", kMemberValueNone, EXC_FIELD(StopIterationExc, value), false, "generator return value"},
    {},
};

// ---- ImportError -------------------------------------------------------------------------------------------------------------------

bool import_error_init(Value self, RawArgs a) {
  static const char* const names[] = {"name", "path"};
  Value kw[2];
  if (!take_keywords("ImportError", a, names, kw, 2) || !base_exception_init(self, positional(a))) return false;
  auto* e = self.as<ImportErrorExc>();
  store(self, &e->name, kw[0]);
  store(self, &e->path, kw[1]);
  store(self, &e->message, a.n == 1 ? a.v[0] : Value());
  return true;
}
Ref import_error_str(Value self) {
  Value m = gc::load(&self.as<ImportErrorExc>()->message);
  return m && is_str_exact(m) ? Ref::dup(m) : base_exception_str(self);
}
Ref import_error_reduce(Args& a) {
  auto* e = a.self.as<ImportErrorExc>();
  Ref dict = exception_dict_or_null(a.self);
  if (error_occurred()) return nullptr;
  Ref name = held_by(&e->name), path = held_by(&e->path), args = held_by(&e->args);
  if (name || path) {
    dict = dict ? dict_copy(dict) : make_dict();
    if (!dict) return nullptr;
    if (name && !dict_set_str(dict, TAIPAN_NAME(name), name)) return nullptr;
    if (path && !dict_set_str(dict, TAIPAN_NAME(path), path)) return nullptr;
  }
  return base_exception_reduce_with(a.self, args ? args.get() : kNone, dict);
}
const MemberDef import_error_members[] = {
    {"msg", kMemberValueNone, EXC_FIELD(ImportErrorExc, message), false, "exception message"},
    {"name", kMemberValueNone, EXC_FIELD(ImportErrorExc, name), false, "module name"},
    {"path", kMemberValueNone, EXC_FIELD(ImportErrorExc, path), false, "module path"},
    {},
};
const NativeDef import_error_methods[] = {
    {"__reduce__", "(...)", import_error_reduce, 0, nullptr},
    {},
};

// ---- NameError, AttributeError -------------------------------------------------------------------------------------------------------

bool name_error_init(Value self, RawArgs a) {
  static const char* const names[] = {"name"};
  Value kw[1];
  if (!take_keywords("NameError", a, names, kw, 1) || !base_exception_init(self, positional(a))) return false;
  store(self, &self.as<NameErrorExc>()->name, kw[0]);
  return true;
}
const MemberDef name_error_members[] = {
    {"name", kMemberValueNone, EXC_FIELD(NameErrorExc, name), false, "name"},
    {},
};
bool attribute_error_init(Value self, RawArgs a) {
  static const char* const names[] = {"name", "obj"};
  Value kw[2];
  if (!take_keywords("AttributeError", a, names, kw, 2) || !base_exception_init(self, positional(a))) return false;
  store(self, &self.as<AttributeErrorExc>()->name, kw[0]);
  store(self, &self.as<AttributeErrorExc>()->object, kw[1]);
  return true;
}
const MemberDef attribute_error_members[] = {
    {"name", kMemberValueNone, EXC_FIELD(AttributeErrorExc, name), false, "attribute name"},
    {"obj", kMemberValueNone, EXC_FIELD(AttributeErrorExc, object), false, "object"},
    {},
};

// ---- OSError -----------------------------------------------------------------------------------------------------------------------

Ref os_error_new(TypeObject* cls, RawArgs a);
bool os_error_init(Value self, RawArgs a);

// A subclass with its own __init__ but without its own __new__ fills the fields in __init__.
bool fills_in_init(TypeObject* cls) { return cls->s.init != os_error_init && cls->s.new_ == os_error_new; }

bool os_error_fill(Value self, RawArgs a) {
  auto* e = self.as<OSErrorExc>();
  size_t keep = a.n;
  if (a.n >= 2 && a.n <= 5) {
    Value filename = a.n > 2 ? a.v[2] : Value(), filename2 = a.n > 4 ? a.v[4] : Value();
    if (filename && filename != kNone) {
      if (type_of(self) == types::BlockingIOError && (has_index(filename) || is_float_like(filename))) {
        if (!to_ssize(filename, &e->written, types::ValueError)) return false;
      } else {
        store(self, &e->filename, filename);
        if (filename2 && filename2 != kNone) store(self, &e->filename2, filename2);
        keep = 2;
      }
    }
    store(self, &e->err, a.v[0]);
    store(self, &e->strerror, a.v[1]);
  }
  Ref args = make_tuple(a.v, keep);
  if (!args) return false;
  store(self, &e->args, std::move(args));
  return true;
}

Ref os_error_new(TypeObject* cls, RawArgs a) {
  bool later = fills_in_init(cls);
  if (!later) {
    if (a.kwnames && tuple_size(a.kwnames))
      return raise(types::TypeError, "%s() takes no keyword arguments", cls->cname);
    if (cls == types::OSError && a.n >= 2 && a.n <= 5 && a.v[0].is_int()) {
      int64_t code = a.v[0].as_int();
      if (code > 0 && code < 4096) cls = os_error_class(static_cast<int>(code));
    }
  }
  Ref e = Ref::steal(alloc_instance(cls));
  if (!e) return nullptr;
  e.as<OSErrorExc>()->written = -1;
  if (later) {
    Ref args = make_tuple(0);
    gc::init(&e.as<OSErrorExc>()->args, std::move(args));
    return e;
  }
  if (!os_error_fill(e, a)) return nullptr;
  return e;
}
bool os_error_init(Value self, RawArgs a) {
  if (!fills_in_init(type_of(self))) return true;
  return no_keywords(self, a) && os_error_fill(self, a);
}
Ref os_error_str(Value self) {
  auto* e = self.as<OSErrorExc>();
  Ref err = held_by(&e->err), text = held_by(&e->strerror), first = held_by(&e->filename),
      second = held_by(&e->filename2);
  Value shown = err ? err.get() : kNone, reason = text ? text.get() : kNone;
  if (first && second) return format_str("[Errno %S] %S: %R -> %R", shown, reason, first.get(), second.get());
  if (first) return format_str("[Errno %S] %S: %R", shown, reason, first.get());
  if (err && text) return format_str("[Errno %S] %S", shown, reason);
  return base_exception_str(self);
}
Ref os_error_reduce(Args& a) {
  auto* e = a.self.as<OSErrorExc>();
  Ref args = held_by(&e->args), filename = held_by(&e->filename), filename2 = held_by(&e->filename2);
  if (!args) args = Ref::imm(kNone);
  if (is_tuple(args) && tuple_size(args) == 2 && filename) {
    Value first = tuple_at(args, 0), second = tuple_at(args, 1);
    Ref longer = filename2 ? make_tuple_of({first, second, filename.get(), kNone, filename2.get()})
                           : make_tuple_of({first, second, filename.get()});
    if (!longer) return nullptr;
    args = std::move(longer);
  }
  Ref dict = exception_dict_or_null(a.self);
  return base_exception_reduce_with(a.self, args, dict);
}
Ref get_written(Value self) {
  int64_t n = gc::peek(self.as<OSErrorExc>()->written);
  if (n == -1) return raise(types::AttributeError, "characters_written");
  return make_int(n);
}
bool set_written(Value self, Value v) {
  auto* e = self.as<OSErrorExc>();
  if (!v) {
    if (gc::peek(e->written) == -1) return raise(types::AttributeError, "characters_written");
    gc::poke(e->written, int64_t{-1});
    return true;
  }
  int64_t n;
  if (!to_ssize(v, &n, types::ValueError)) return false;
  gc::poke(e->written, n);
  return true;
}
const MemberDef os_error_members[] = {
    {"errno", kMemberValueNone, EXC_FIELD(OSErrorExc, err), false, "POSIX exception code"},
    {"strerror", kMemberValueNone, EXC_FIELD(OSErrorExc, strerror), false, "exception strerror"},
    {"filename", kMemberValueNone, EXC_FIELD(OSErrorExc, filename), false, "exception filename"},
    {"filename2", kMemberValueNone, EXC_FIELD(OSErrorExc, filename2), false, "second exception filename"},
    {},
};
const NativeDef os_error_methods[] = {
    {"__reduce__", "(...)", os_error_reduce, 0, nullptr},
    {},
};
const GetSetDef os_error_getset[] = {
    {"characters_written", get_written, set_written, nullptr},
    {},
};

// ---- SyntaxError -------------------------------------------------------------------------------------------------------------------

bool syntax_error_init(Value self, RawArgs a) {
  if (!base_exception_init(self, a)) return false;
  auto* e = self.as<SyntaxErrorExc>();
  if (a.n >= 1) store(self, &e->message, a.v[0]);
  if (a.n != 2) return true;
  Ref info = iterable_to_tuple(a.v[1]);
  if (!info) return false;
  size_t n = tuple_size(info);
  if (n < 4) return raise(types::TypeError, "function takes at least 4 arguments (%zu given)", n);
  if (n > 6) return raise(types::TypeError, "function takes at most 6 arguments (%zu given)", n);
  Value* const fields[] = {&e->filename, &e->line, &e->offset, &e->text, &e->end_line, &e->end_offset};
  for (size_t i = 0; i < 6; i++) store(self, fields[i], i < n ? tuple_at(info, i) : Value());
  if (n == 5) return raise(types::TypeError, "end_offset must be provided when end_lineno is provided");
  return true;
}
Ref syntax_error_str(Value self) {
  auto* e = self.as<SyntaxErrorExc>();
  Ref message = text_of_field(&e->message);
  if (!message) return nullptr;
  Ref file = held_by(&e->filename);
  if (file && is_str(file)) {
    const Str* s = file.as<Str>();
    size_t start = s->length, end = s->length;
    while (start > 0 && s->at(start - 1) != '/') start--;
    file = str_substring(file, start, end);
    if (!file) return nullptr;
  } else {
    file.reset();
  }
  int64_t line = 0;
  Ref number = held_by(&e->line);
  bool has_line = number && is_int_exact(number) && int_fits64(number, &line);
  if (file && has_line)
    return format_str("%S (%S, line %lld)", message.get(), file.get(), static_cast<long long>(line));
  if (file) return format_str("%S (%S)", message.get(), file.get());
  if (has_line) return format_str("%S (line %lld)", message.get(), static_cast<long long>(line));
  return message;
}
const MemberDef syntax_error_members[] = {
    {"msg", kMemberValueNone, EXC_FIELD(SyntaxErrorExc, message), false, "exception msg"},
    {"filename", kMemberValueNone, EXC_FIELD(SyntaxErrorExc, filename), false, "exception filename"},
    {"lineno", kMemberValueNone, EXC_FIELD(SyntaxErrorExc, line), false, "exception lineno"},
    {"offset", kMemberValueNone, EXC_FIELD(SyntaxErrorExc, offset), false, "exception offset"},
    {"text", kMemberValueNone, EXC_FIELD(SyntaxErrorExc, text), false, "exception text"},
    {"end_lineno", kMemberValueNone, EXC_FIELD(SyntaxErrorExc, end_line), false, "exception end lineno"},
    {"end_offset", kMemberValueNone, EXC_FIELD(SyntaxErrorExc, end_offset), false, "exception end offset"},
    {"print_file_and_line", kMemberValueNone, EXC_FIELD(SyntaxErrorExc, print_file_and_line), false,
     "exception print_file_and_line"},
    {},
};

// ---- Unicode errors ------------------------------------------------------------------------------------------------------------------

UnicodeErrorExc* ue(Value v) { return v.as<UnicodeErrorExc>(); }

bool need_str(Value v, int position) {
  return is_str(v) || raise(types::TypeError, "argument %d must be str, not %T", position, v);
}
bool need_index(Value v, int64_t* out) {
  if (!has_index(v)) return raise(types::TypeError, "'%T' object cannot be interpreted as an integer", v);
  return to_ssize(v, out, types::OverflowError);
}

// kind: 0 decode (object is bytes), 1 encode, 2 translate (no encoding)
template <int Kind>
bool unicode_error_init(Value self, RawArgs a) {
  if (!base_exception_init(self, a)) return false;
  constexpr size_t kCount = Kind == 2 ? 4 : 5;
  auto* e = ue(self);
  for (Value* f : {&e->encoding, &e->object, &e->reason}) store(self, f, Value());
  if (a.n != kCount) return raise(types::TypeError, "function takes exactly %zu arguments (%zu given)", kCount, a.n);
  size_t at = 0;
  if (Kind != 2) {
    if (!need_str(a.v[at], 1)) return false;
    at++;
  }
  Value object = a.v[at++];
  if (Kind != 0 && !need_str(object, static_cast<int>(at))) return false;
  int64_t start, end;
  if (!need_index(a.v[at], &start) || !need_index(a.v[at + 1], &end)) return false;
  if (!need_str(a.v[at + 2], static_cast<int>(at) + 3)) return false;
  Ref data = Ref::dup(object);
  if (Kind == 0 && !is_bytes(object)) {
    BufferView view(object);
    if (!view.ok()) return false;
    data = make_bytes(view.view());
    if (!data) return false;
  }
  if (Kind != 2) store(self, &e->encoding, a.v[0]);
  store(self, &e->object, std::move(data));
  gc::poke(e->start, start);
  gc::poke(e->end, end);
  store(self, &e->reason, a.v[at + 2]);
  return true;
}

// Whether the error is about one item of its object, which a program may have replaced by anything. (size_of may look at it then.)
template <bool (*IsIt)(Value), class F>
bool one_place(Value object, int64_t start, int64_t end, F size_of) {
  if (start < 0 || !IsIt(object)) return false;
  return start < static_cast<int64_t>(size_of()) && end == start + 1;
}
long long last_place(int64_t end) { return static_cast<long long>(static_cast<uint64_t>(end) - 1); }

Ref decode_error_str(Value self) {
  auto* e = ue(self);
  Ref object = held_by(&e->object);
  if (!object) return empty_str();
  Ref encoding = text_of_field(&e->encoding), reason = text_of_field(&e->reason);
  if (!encoding || !reason) return nullptr;
  int64_t start = gc::peek(e->start), end = gc::peek(e->end);
  if (one_place<is_bytes>(object, start, end, [&] { return object.as<Bytes>()->size; })) {
    return format_str("'%S' codec can't decode byte 0x%02x in position %lld: %S", encoding.get(),
                      static_cast<unsigned>(object.as<Bytes>()->data()[start]), static_cast<long long>(start),
                      reason.get());
  }
  return format_str("'%S' codec can't decode bytes in position %lld-%lld: %S", encoding.get(),
                    static_cast<long long>(start), last_place(end), reason.get());
}
const char* escape_format(uint32_t c) { return c <= 0xFF ? "\\x%02x" : c <= 0xFFFF ? "\\u%04x" : "\\U%08x"; }
Ref encode_error_str(Value self) {
  auto* e = ue(self);
  Ref object = held_by(&e->object);
  if (!object) return empty_str();
  Ref encoding = text_of_field(&e->encoding), reason = text_of_field(&e->reason);
  if (!encoding || !reason) return nullptr;
  int64_t start = gc::peek(e->start), end = gc::peek(e->end);
  if (one_place<is_str>(object, start, end, [&] { return object.as<Str>()->length; })) {
    uint32_t c = object.as<Str>()->at(static_cast<size_t>(start));
    Ref shown = format_str(escape_format(c), c);
    if (!shown) return nullptr;
    return format_str("'%S' codec can't encode character '%S' in position %lld: %S", encoding.get(), shown.get(),
                      static_cast<long long>(start), reason.get());
  }
  return format_str("'%S' codec can't encode characters in position %lld-%lld: %S", encoding.get(),
                    static_cast<long long>(start), last_place(end), reason.get());
}
Ref translate_error_str(Value self) {
  auto* e = ue(self);
  Ref object = held_by(&e->object);
  if (!object) return empty_str();
  Ref reason = text_of_field(&e->reason);
  if (!reason) return nullptr;
  int64_t start = gc::peek(e->start), end = gc::peek(e->end);
  if (one_place<is_str>(object, start, end, [&] { return object.as<Str>()->length; })) {
    uint32_t c = object.as<Str>()->at(static_cast<size_t>(start));
    Ref shown = format_str(escape_format(c), c);
    if (!shown) return nullptr;
    return format_str("can't translate character '%S' in position %lld: %S", shown.get(), static_cast<long long>(start),
                      reason.get());
  }
  return format_str("can't translate characters in position %lld-%lld: %S", static_cast<long long>(start),
                    last_place(end), reason.get());
}
Ref get_start(Value self) { return make_int(gc::peek(ue(self)->start)); }
Ref get_end(Value self) { return make_int(gc::peek(ue(self)->end)); }
bool set_position(int64_t* field, Value v) {
  if (!v) return raise(types::TypeError, "can't delete numeric/char attribute");
  if (!is_int(v)) return raise(types::TypeError, "an integer is required");
  int64_t n;
  if (!to_c_ssize(v, &n)) return false;
  gc::poke(*field, n);
  return true;
}
bool set_start(Value self, Value v) { return set_position(&ue(self)->start, v); }
bool set_end(Value self, Value v) { return set_position(&ue(self)->end, v); }
const MemberDef unicode_error_members[] = {
    {"encoding", kMemberValueNone, EXC_FIELD(UnicodeErrorExc, encoding), false, "exception encoding"},
    {"object", kMemberValueNone, EXC_FIELD(UnicodeErrorExc, object), false, "exception object"},
    {"reason", kMemberValueNone, EXC_FIELD(UnicodeErrorExc, reason), false, "exception reason"},
    {},
};
const GetSetDef unicode_error_getset[] = {
    {"start", get_start, set_start, "exception start"},
    {"end", get_end, set_end, "exception end"},
    {},
};
void unicode_error_trace(Header* h, gc::Visitor& v) {
  base_exc_trace(h, v);
  auto* e = reinterpret_cast<UnicodeErrorExc*>(h);
  v.visit(gc::load(&e->encoding));
  v.visit(gc::load(&e->object));
  v.visit(gc::load(&e->reason));
}
void unicode_error_clear(Header* h) {
  base_exc_clear(h);
  auto* e = reinterpret_cast<UnicodeErrorExc*>(h);
  Ref a = gc::take(h, &e->encoding), b = gc::take(h, &e->object), c = gc::take(h, &e->reason);
}

Ref make_from(TypeObject* type, const Value* v, size_t n) {
  RawArgs raw{v, n, Value()};
  Ref e = type->s.new_(type, raw);
  if (!e || !type->s.init(e, raw)) return nullptr;
  return e;
}

}  // namespace

TypeObject* os_error_class(int err) {
  switch (err) {
    case EAGAIN:
    case EALREADY:
    case EINPROGRESS: return types::BlockingIOError;
    case EPIPE:
    case ESHUTDOWN: return types::BrokenPipeError;
    case ECHILD: return types::ChildProcessError;
    case ECONNABORTED: return types::ConnectionAbortedError;
    case ECONNREFUSED: return types::ConnectionRefusedError;
    case ECONNRESET: return types::ConnectionResetError;
    case EEXIST: return types::FileExistsError;
    case ENOENT: return types::FileNotFoundError;
    case EISDIR: return types::IsADirectoryError;
    case ENOTDIR: return types::NotADirectoryError;
    case EINTR: return types::InterruptedError;
    case EACCES:
    case EPERM: return types::PermissionError;
    case ESRCH: return types::ProcessLookupError;
    case ETIMEDOUT: return types::TimeoutError;
    default: return types::OSError;
  }
}

Ref take_stop_iteration_value() {
  Ref e = fetch_error();
  Value v = e.as<StopIterationExc>()->value;
  return Ref::dup(v ? v : kNone);
}

Ref make_unicode_decode(const char* encoding, const void* data, size_t size, int64_t start, int64_t end,
                        const char* reason) {
  Ref enc = make_str(encoding), bytes = make_bytes(data, size), why = make_str(reason), s = make_int(start),
      e = make_int(end);
  if (!enc || !bytes || !why) return nullptr;
  Value v[5] = {enc, bytes, s, e, why};
  return make_from(types::UnicodeDecodeError, v, 5);
}
Ref make_unicode_encode(const char* encoding, Value text, int64_t start, int64_t end, const char* reason) {
  Ref enc = make_str(encoding), why = make_str(reason), s = make_int(start), e = make_int(end);
  if (!enc || !why) return nullptr;
  Value v[5] = {enc, text, s, e, why};
  return make_from(types::UnicodeEncodeError, v, 5);
}
Ref make_unicode_translate(Value text, int64_t start, int64_t end, const char* reason) {
  Ref why = make_str(reason), s = make_int(start), e = make_int(end);
  if (!why) return nullptr;
  Value v[4] = {text, s, e, why};
  return make_from(types::UnicodeTranslateError, v, 4);
}
Fail raise_unicode_decode(const char* encoding, const void* data, size_t size, int64_t start, int64_t end,
                          const char* reason) {
  Ref e = make_unicode_decode(encoding, data, size, start, end, reason);
  return e ? raise_object(std::move(e)) : Fail();
}
Fail raise_unicode_encode(const char* encoding, Value text, int64_t start, int64_t end, const char* reason) {
  Ref e = make_unicode_encode(encoding, text, start, end, reason);
  return e ? raise_object(std::move(e)) : Fail();
}

Fail raise_syntax_error(TypeObject* type, const char* msg, Value filename, int line, int column, Value text,
                        int end_line, int end_column) {
  Ref message = make_str(msg), l = make_int(line), c = make_int(column), el = make_int(end_line),
      ec = make_int(end_column);
  if (!message) return Fail();
  Ref info = make_tuple_of({filename ? filename : kNone, l, c, text ? text : kNone, el, ec});
  if (!info) return Fail();
  Value v[2] = {message, info};
  Ref e = make_from(type, v, 2);
  return e ? raise_object(std::move(e)) : Fail();
}

const TypeSpec kSystemExitExcLayout = {
    .ops = FIELD_OPS(SystemExitExc, code, 1), .members = system_exit_members, .s = {.init = system_exit_init}};
const TypeSpec kStopIterationExcLayout = {.ops = FIELD_OPS(StopIterationExc, value, 1),
                                          .members = stop_iteration_members,
                                          .s = {.init = stop_iteration_init}};
const TypeSpec kImportErrorExcLayout = {.ops = FIELD_OPS(ImportErrorExc, message, 3),
                                        .methods = import_error_methods,
                                        .members = import_error_members,
                                        .s = {.str = import_error_str, .init = import_error_init}};
const TypeSpec kNameErrorExcLayout = {.ops = FIELD_OPS(NameErrorExc, name, 1),
                                      .members = name_error_members,
                                      .s = {.str = base_exception_str, .init = name_error_init}};
const TypeSpec kAttributeErrorExcLayout = {.ops = FIELD_OPS(AttributeErrorExc, object, 2),
                                           .members = attribute_error_members,
                                           .s = {.str = base_exception_str, .init = attribute_error_init}};
const TypeSpec kOSErrorExcLayout = {.ops = FIELD_OPS(OSErrorExc, err, 4),
                                    .methods = os_error_methods,
                                    .getset = os_error_getset,
                                    .members = os_error_members,
                                    .s = {.str = os_error_str, .init = os_error_init, .new_ = os_error_new}};
const TypeSpec kSyntaxErrorExcLayout = {.ops = FIELD_OPS(SyntaxErrorExc, message, 8),
                                        .members = syntax_error_members,
                                        .s = {.str = syntax_error_str, .init = syntax_error_init}};
#define UNICODE_SPEC(init_function, str_function)                                                        \
  {                                                                                                      \
    .ops = {.trace = unicode_error_trace, .clear = unicode_error_clear}, .getset = unicode_error_getset, \
    .members = unicode_error_members, .s = {                                                             \
      .str = str_function,                                                                               \
      .init = init_function,                                                                             \
      .new_ = base_exception_new                                                                         \
    }                                                                                                    \
  }
const TypeSpec kUnicodeErrorExcLayout = UNICODE_SPEC(unicode_error_init<0>, decode_error_str);
const TypeSpec kUnicodeDecodeErrorSpec_ = UNICODE_SPEC(unicode_error_init<0>, decode_error_str);
const TypeSpec kUnicodeEncodeErrorSpec_ = UNICODE_SPEC(unicode_error_init<1>, encode_error_str);
const TypeSpec kUnicodeTranslateErrorSpec_ = UNICODE_SPEC(unicode_error_init<2>, translate_error_str);

}  // namespace taipan
