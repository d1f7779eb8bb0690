// Raising exceptions and looking at the one in flight; formatting of messages.
#include "interp/objects/error.h"
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include "interp/objects/abstract.h"
#include "interp/objects/dict.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/int.h"
#include "interp/objects/module.h"
#include "interp/objects/str.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"

namespace taipan {

// ---- Formatting -----------------------------------------------------------------------------------------------------------------

static bool append_clipped(StrBuilder& b, const char* s, int precision) {
  if (!s) s = "(null)";
  size_t n = strlen(s);
  if (precision >= 0 && n > static_cast<size_t>(precision)) {
    n = static_cast<size_t>(precision);
    while (n && (static_cast<unsigned char>(s[n]) & 0xC0) == 0x80) n--;  // not in the middle of a character
  }
  return b.append_utf8({s, n});
}
static bool append_clipped_str(StrBuilder& b, Value s, int precision) {
  size_t n = s.as<Str>()->length;
  if (precision >= 0 && n > static_cast<size_t>(precision)) return b.append_slice(s, 0, static_cast<size_t>(precision));
  return b.append(s);
}

// Digits of n from the end of a buffer backwards: where they begin.
static char* put_digits(char* end, uint64_t n, unsigned base) {
  do *--end = "0123456789abcdef"[n % base];
  while (n /= base);
  return end;
}

static Ref format_list(const char* f, va_list ap) {
  StrBuilder b;
  while (*f) {
    const char* plain = f;
    while (*f && *f != '%') f++;
    if (f != plain && !b.append_utf8({plain, static_cast<size_t>(f - plain)})) return nullptr;
    if (!*f) break;
    const char* start = f++;
    while (*f == '0' || *f == '-' || *f == '#') f++;
    while (*f >= '0' && *f <= '9') f++;
    int precision = -1;
    if (*f == '.') {
      precision = 0;
      for (f++; *f >= '0' && *f <= '9'; f++) precision = precision * 10 + (*f - '0');
    }
    int longs = 0;
    bool size = false;
    while (*f == 'l') longs++, f++;
    if (*f == 'z' || *f == 't') size = true, f++;
    char spec[32];
    char out[64];
    char kind = *f;
    if (kind) f++;
    bool ok = true;
    switch (kind) {
      case '%': ok = b.append_char('%'); break;
      case 'c': ok = b.append_char(static_cast<uint32_t>(va_arg(ap, int))); break;
      case 's': ok = append_clipped(b, va_arg(ap, const char*), precision); break;
      case 'd':
      case 'i':
      case 'u':
      case 'x':
      case 'X': {
        bool is_signed = kind == 'd' || kind == 'i';
        if (kind != 'x' && kind != 'X' &&
            (start[1] == kind || start[1] == 'z' || start[1] == 'l')) {  // no flags, no width
          int64_t n = size || longs ? va_arg(ap, long long)
                      : is_signed   ? va_arg(ap, int)
                                    : static_cast<int64_t>(va_arg(ap, unsigned));
          bool negative = is_signed && n < 0;
          char* end = out + sizeof(out);
          char* p = put_digits(end, negative ? -static_cast<uint64_t>(n) : static_cast<uint64_t>(n), 10);
          if (negative) *--p = '-';
          ok = b.append_ascii({p, static_cast<size_t>(end - p)});
          break;
        }
        size_t len = 0;
        for (const char* p = start; p < f - 1 && len < 20; p++) {
          if (*p != 'l' && *p != 'z' && *p != 't') spec[len++] = *p;
        }
        spec[len++] = 'l';
        spec[len++] = 'l';
        spec[len++] = kind;
        spec[len] = 0;
        long long v;
        if (size || longs) {
          v = va_arg(ap, long long);  // long, long long and ssize_t are the same size here
        } else {
          v = is_signed ? va_arg(ap, int) : static_cast<long long>(va_arg(ap, unsigned));
        }
        snprintf(out, sizeof(out), spec, v);
        ok = b.append_ascii(out);
        break;
      }
      case 'p': {
        char* end = out + sizeof(out);
        char* p = put_digits(end, va_arg(ap, uint64_t), 16);
        *--p = 'x';
        *--p = '0';
        ok = b.append_ascii({p, static_cast<size_t>(end - p)});
        break;
      }
      case 'U': {
        Str* s = va_arg(ap, Str*);
        ok = append_clipped_str(b, Value(s), precision);
        break;
      }
      case 'R':
      case 'S':
      case 'A': {
        Value v = Value(static_cast<uint64_t>(va_arg(ap, uint64_t)));
        Ref s = !v ? make_str("<NULL>") : kind == 'R' ? repr_of(v) : kind == 'S' ? str_of(v) : ascii_of(v);
        ok = s && append_clipped_str(b, s, precision);
        break;
      }
      case 'T':
        ok = append_clipped(b, type_of(Value(static_cast<uint64_t>(va_arg(ap, uint64_t))))->cname, precision);
        break;
      case 'N': {
        Value v(static_cast<uint64_t>(va_arg(ap, uint64_t)));
        ok = append_clipped(b, is_type(v) ? v.as<TypeObject>()->cname : type_of(v)->cname, precision);
      } break;
      default: ok = b.append_utf8({start, static_cast<size_t>(f - start)}); break;
    }
    if (!ok) return nullptr;
  }
  return b.finish();
}

Ref format_str(const char* format, ...) {
  va_list ap;
  va_start(ap, format);
  Ref r = format_list(format, ap);
  va_end(ap);
  return r;
}

// ---- The exception in flight -------------------------------------------------------------------------------------------------------

bool error_occurred() { return !current_thread()->exc.is_null(); }
Value current_error() { return current_thread()->exc; }

Ref fetch_error() {
  Thread* t = current_thread();
  Value e = t->exc;
  t->exc = Value();
  return Ref::steal(e);
}

void restore_error(Ref exception) {
  Thread* t = current_thread();
  Ref old = Ref::steal(t->exc);
  t->exc = exception.release();
}

void clear_error() { Ref old = fetch_error(); }

bool error_matches(TypeObject* type) {
  Value e = current_thread()->exc;
  return e && is_subtype(type_of(e), type);
}

bool exception_matches(Value exc, Value type) {
  if (!exc || !type) return false;
  if (is_tuple(type)) {
    for (size_t i = 0; i < tuple_size(type); i++) {
      if (exception_matches(exc, tuple_at(type, i))) return true;
    }
    return false;
  }
  TypeObject* t = is_exception(exc) ? type_of(exc) : is_type(exc) ? exc.as<TypeObject>() : nullptr;
  if (t && is_exception_class(type)) return is_subtype(t, type.as<TypeObject>());
  return exc == type;
}

void chain_context(Value exc, Ref context) {
  if (!context || exc == context) return;
  // A loop would arise if exc is already in the chain of context: cut it there. The chain itself may have a loop
  // that leads past exc (a program can build one), hence the slow pointer.
  Value slow = context;
  bool step = false;
  for (Value o = context;;) {
    Value next = gc::load(&base_exc(o)->context);
    if (!next) break;
    if (next == exc) {
      set_context(o, nullptr);
      break;
    }
    o = next;
    if (o == slow) break;
    if (step) {
      slow = gc::load(&base_exc(slow)->context);
      if (!slow) slow = o;  // another thread has cut the chain behind us
    }
    step = !step;
  }
  set_context(exc, std::move(context));
}

Fail raise_object(Ref exception) {
  Thread* t = current_thread();
  for (ExcState* s = t->handled; s; s = s->prev) {
    if (!s->exc || s->exc == kNone) continue;
    if (s->exc != exception.get()) chain_context(exception, Ref::dup(s->exc));
    break;
  }
  restore_error(std::move(exception));
  return Fail();
}

// ---- Raising ------------------------------------------------------------------------------------------------------------------------

static Fail raise_made(Ref exception) {
  if (!exception) return Fail();  // making it failed: that exception is set
  return raise_object(std::move(exception));
}

Fail raise_list(TypeObject* type, const char* format, va_list ap) {
  Ref text = strchr(format, '%') ? format_list(format, ap) : make_str(format);
  if (!text) return Fail();
  return raise_made(make_exception(type, text));
}

Fail raise(TypeObject* type, const char* format, ...) {
  va_list ap;
  va_start(ap, format);
  raise_list(type, format, ap);
  va_end(ap);
  return Fail();
}

Fail raise_value(TypeObject* type, Value arg) { return raise_made(make_exception(type, arg)); }
Fail raise_none(TypeObject* type) { return raise_made(make_exception(type)); }
Fail raise_key_error(Value key) { return raise_made(make_exception(types::KeyError, key)); }

Fail raise_stop_iteration(Value value) {
  if (!value || value == kNone) return raise_none(types::StopIteration);
  return raise_value(types::StopIteration, value);
}

Fail raise_name_error(Str* name, const char* format, ...) {
  va_list ap;
  va_start(ap, format);
  raise_list(types::NameError, format, ap);
  va_end(ap);
  if (error_matches(types::NameError))
    set_exc_field(current_error(), &current_error().as<NameErrorExc>()->name, Value(name));
  return Fail();
}
Fail raise_unbound_local(Str* name, const char* format, ...) {
  va_list ap;
  va_start(ap, format);
  raise_list(types::UnboundLocalError, format, ap);
  va_end(ap);
  return Fail();
}

static void note_attribute(Value o, Str* name) {
  if (!error_matches(types::AttributeError)) return;
  Value e = current_error();
  set_exc_field(e, &e.as<AttributeErrorExc>()->object, o);
  set_exc_field(e, &e.as<AttributeErrorExc>()->name, Value(name));
}

Fail raise_attribute(Value object, Str* name, const char* format, ...) {
  va_list ap;
  va_start(ap, format);
  raise_list(types::AttributeError, format, ap);
  va_end(ap);
  note_attribute(object, name);
  return Fail();
}

Fail raise_attribute_error(Value o, Str* name) {
  if (is_type(o))
    return raise_attribute(o, name, "type object '%.50s' has no attribute '%U'", o.as<TypeObject>()->cname, name);
  return raise_attribute(o, name, "'%.50T' object has no attribute '%U'", o, name);
}

Fail raise_os_error(int err) { return raise_os_error(err, Value()); }

Fail raise_os_error(int err, Value filename, Value filename2) {
  if (err == EINTR && !poll()) return Fail();
  Ref number = make_int(err);
  Ref text = make_str(err ? strerror(err) : "Error");
  if (!text) return Fail();
  Value args[5] = {number, text, filename, kNone, filename2};
  size_t n = filename2 ? 5 : filename ? 3 : 2;
  Ref tuple = make_tuple(args, n);
  if (!tuple) return Fail();
  return raise_made(exception_from_call(Value(types::OSError), tuple));
}

Fail raise_import_error(Value name, Value path, const char* format, ...) {
  va_list ap;
  va_start(ap, format);
  raise_list(types::ImportError, format, ap);
  va_end(ap);
  if (error_matches(types::ImportError)) {
    auto* e = current_error().as<ImportErrorExc>();
    if (name) set_exc_field(Value(e), &e->name, name);
    if (path) set_exc_field(Value(e), &e->path, path);
  }
  return Fail();
}

Fail raise_bad_internal_call(const char* where) {
  return raise(types::SystemError, "%s: bad argument to internal function", where);
}
Fail raise_recursion(const char* where) {
  return raise(types::RecursionError, "maximum recursion depth exceeded%s", where);
}

Ref wrap_raise(TypeObject* type, const char* format, ...) {
  Ref cause = fetch_error();
  va_list ap;
  va_start(ap, format);
  raise_list(type, format, ap);
  va_end(ap);
  if (cause) {
    if (Value e = current_error()) {
      set_cause(e, cause.copy());
      set_context(e, std::move(cause));
    }
  }
  return nullptr;
}

// ---- Reports ------------------------------------------------------------------------------------------------------------------------

void write_unraisable_msg(const char* msg, Value where) {
  Ref e = fetch_error();
  if (!e) return;
  if (interp_hooks.unraisable) interp_hooks.unraisable(e, msg, where);
  clear_error();
}
void write_unraisable(Value where) { write_unraisable_msg(nullptr, where); }

bool warn(TypeObject* category, int stacklevel, const char* format, ...) {
  va_list ap;
  va_start(ap, format);
  Ref text = format_list(format, ap);
  va_end(ap);
  if (!text) return false;
  return !interp_hooks.warn || interp_hooks.warn(category, text, stacklevel);
}

SavedError::~SavedError() {
  if (error_occurred()) write_unraisable(Value());
  if (saved_) restore_error(std::move(saved_));
}

}  // namespace taipan
