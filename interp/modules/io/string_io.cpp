// StringIO: a text stream in memory.
#include "interp/modules/io/line_end.h"
#include "interp/modules/io/text_codec.h"
#include "interp/objects/tuple.h"

namespace taipan::io {

TypeObject* string_io_type;

struct StringIO {
  Header h;
  void* data;         // raw buffer of units of `kind` bytes
  uint64_t capacity;  // in units
  uint64_t length;
  uint64_t pos;  // may lie behind the end
  NewlineMode newline;
  NewlineState state;  // where newline.universal
  char newline_text[3];
  bool newline_none;  // the argument was None
  uint8_t kind;       // 1, 2, 4: as wide as the widest character ever written
  bool ok, closed;
};
static StringIO* sio(Value v) { return v.as<StringIO>(); }

static constexpr uint64_t kMaxLength = static_cast<uint64_t>(INT64_MAX) / 8;

static bool check(StringIO* s) {
  if (TAIPAN_LIKELY(s->ok && !s->closed)) return true;
  if (!s->ok) return raise_uninitialized();
  return raise_closed();
}

// Room for `need` units at least as wide as `kind`.
static bool reserve(StringIO* s, uint64_t need, uint8_t kind) {
  if (need > kMaxLength) return raise(types::OverflowError, "new position too large");
  if (kind < s->kind) kind = s->kind;
  if (need <= s->capacity && kind == s->kind) return true;
  uint64_t capacity = need <= s->capacity ? s->capacity : need + (need >> 3) + 32;
  if (need > s->capacity && capacity < s->capacity * 2 && s->capacity < (1u << 22)) capacity = s->capacity * 2;
  void* p = gc::raw_alloc(capacity * kind);
  if (!p) return raise_memory();
  if (s->length) {
    if (kind == s->kind) {
      memcpy(p, s->data, s->length * kind);
    } else if (s->kind == 1) {
      auto* from = static_cast<uint8_t*>(s->data);
      if (kind == 2)
        copy_units(static_cast<uint16_t*>(p), from, s->length);
      else
        copy_units(static_cast<uint32_t*>(p), from, s->length);
    } else {
      copy_units(static_cast<uint32_t*>(p), static_cast<uint16_t*>(s->data), s->length);
    }
  }
  if (s->data) gc::raw_free_epoch(s->data);
  s->data = p;
  s->capacity = capacity;
  s->kind = kind;
  return true;
}

// Writes text as it is at the position.
static bool put(StringIO* s, Value text) {
  const Str* t = text.as<Str>();
  if (t->length == 0) return true;
  gc::ObjectLock lock(&s->h);
  if (s->pos > kMaxLength - t->length) return raise(types::OverflowError, "new position too large");
  uint64_t end = s->pos + t->length;
  if (!reserve(s, end, t->kind)) return false;
  if (s->pos > s->length) memset(static_cast<char*>(s->data) + s->length * s->kind, 0, (s->pos - s->length) * s->kind);
  copy_str(s->data, s->kind, s->pos, t, 0, t->length);
  s->pos = end;
  if (end > s->length) s->length = end;
  return true;
}
// Writes text with its line ends translated.
static bool write_text(StringIO* s, Value text) {
  Ref changed;
  if (s->newline.universal) {
    changed = newline_decode(&s->state, Ref::dup(text), true);
    if (!changed) return false;
    text = changed;
  }
  if (s->newline.write) {
    Ref from = make_str("\n"), to = make_str(s->newline.write);
    changed = from && to ? str_replace(text, from, to, -1) : Ref();
    if (!changed) return false;
    text = changed;
  }
  return put(s, text);
}

static Ref slice(StringIO* s, uint64_t start, uint64_t n) {
  if (n == 0) return empty_str();
  if (s->kind == 1) return make_str_latin1(static_cast<uint8_t*>(s->data) + start, n);
  if (s->kind == 2) return make_str_ucs2(static_cast<uint16_t*>(s->data) + start, n);
  return make_str_ucs4(static_cast<uint32_t*>(s->data) + start, n);
}
static Ref value_of(StringIO* s) {
  Ref r;
  gc::ObjectLock lock(&s->h);
  r = slice(s, 0, s->length);
  return r;
}

// ---- construction and death -------------------------------------------------------------------------------------------------------------------

static Ref string_io_new(TypeObject* cls, RawArgs) {
  StringIO* s = alloc_instance_as<StringIO>(cls);
  if (s) s->kind = 1;
  return Ref::steal(s);
}

static void drop_content(StringIO* s) {
  void* data;
  {
    gc::ObjectLock lock(&s->h);
    data = s->data;
    s->data = nullptr;
    s->capacity = s->length = s->pos = 0;
    s->kind = 1;
  }
  if (data) gc::raw_free_epoch(data);
}

static bool setup(StringIO* s, Value initial, Value newline) {
  s->ok = false;
  std::string text = "\n";
  bool none = newline && newline == kNone;
  if (newline && !none) {
    if (!is_str(newline)) return raise(types::TypeError, "newline must be str or None, not %.200T", newline);
    if (!utf8_of(newline, &text)) return false;
    if (text != "" && text != "\n" && text != "\r" && text != "\r\n")
      return raise(types::ValueError, "illegal newline value: %R", newline);
  }
  if (initial && initial != kNone && !is_str(initial))
    return raise(types::TypeError, "initial_value must be str or None, not %.200T", initial);
  drop_content(s);
  s->newline_none = none;
  s->newline_text[0] = text.size() > 0 ? text[0] : '\0';
  s->newline_text[1] = text.size() > 1 ? text[1] : '\0';
  s->newline = newline_mode(none ? nullptr : s->newline_text);
  s->state = {s->newline.translate, false, 0};
  if (initial && initial != kNone && !write_text(s, initial)) return false;
  s->pos = 0;
  s->closed = false;
  s->ok = true;
  return true;
}
static bool string_io_init(Value self, RawArgs args) {
  static const Signature sig("StringIO", "(initial_value='', newline='\\n')");
  Value v[2];
  return sig.bind(args, v) && setup(sio(self), v[0], v[1]);
}

static void string_io_trace(Header*, gc::Visitor&) {}
static void string_io_dealloc(Header* h) {
  auto* s = reinterpret_cast<StringIO*>(h);
  if (!begin_dealloc(h)) return;
  s->ok = false;
  drop_content(s);
  finish_dealloc(h);
}
static size_t string_io_size_of(Header* h) {
  auto* s = reinterpret_cast<StringIO*>(h);
  return sizeof(StringIO) + s->capacity * s->kind;
}

// ---- reading ------------------------------------------------------------------------------------------------------------------------------------

static Ref take(StringIO* s, uint64_t n) {
  Ref r;
  gc::ObjectLock lock(&s->h);
  uint64_t left = s->pos < s->length ? s->length - s->pos : 0;
  if (n > left) n = left;
  r = slice(s, s->pos, n);
  if (r) s->pos += n;
  return r;
}
static Ref read_line(StringIO* s, int64_t limit) {
  if (s->pos >= s->length) return empty_str();
  int64_t end = s->kind == 1   ? find_line_end(s->newline.line, static_cast<uint8_t*>(s->data), s->pos, s->length)
                : s->kind == 2 ? find_line_end(s->newline.line, static_cast<uint16_t*>(s->data), s->pos, s->length)
                               : find_line_end(s->newline.line, static_cast<uint32_t*>(s->data), s->pos, s->length);
  uint64_t n = (end < 0 ? s->length : static_cast<uint64_t>(end)) - s->pos;
  if (limit >= 0 && n > static_cast<uint64_t>(limit)) n = static_cast<uint64_t>(limit);
  return take(s, n);
}
static Ref read_method(Args& a) {
  StringIO* s = sio(a.self);
  int64_t n = -1;
  if (!size_argument(a[0], &n) || !check(s)) return nullptr;
  return take(s, n < 0 ? kMaxLength : static_cast<uint64_t>(n));
}
static Ref readline_method(Args& a) {
  StringIO* s = sio(a.self);
  int64_t n = -1;
  if (!size_argument(a[0], &n) || !check(s)) return nullptr;
  return read_line(s, n);
}
static Ref string_io_next(Value self) {
  StringIO* s = sio(self);
  if (!check(s)) return nullptr;
  Ref line;
  if (TAIPAN_LIKELY(type_of(self) == string_io_type)) {
    line = read_line(s, -1);
  } else {
    line = call_method(self, TAIPAN_NAME(readline));
    if (line && !is_str(line))
      return raise(types::OSError, "readline() should have returned a str object, not '%.200T'", line.get());
  }
  if (!line) return nullptr;
  return line.as<Str>()->length == 0 ? Ref::imm(kStopIter) : std::move(line);
}

// ---- writing, position, value -----------------------------------------------------------------------------------------------------------------------

static Ref write_method(Args& a) {
  StringIO* s = sio(a.self);
  if (!check(s)) return nullptr;
  if (!is_str(a[0])) return raise(types::TypeError, "string argument expected, got '%T'", a[0]);
  int64_t n = static_cast<int64_t>(a[0].as<Str>()->length);
  if (n > 0 && !write_text(s, a[0])) return nullptr;
  return make_int(n);
}
static Ref truncate_method(Args& a) {
  StringIO* s = sio(a.self);
  int64_t size = static_cast<int64_t>(s->pos);
  if (!check(s) || !size_argument(a[0], &size)) return nullptr;
  if (size < 0) return raise(types::ValueError, "Negative size value %zd", static_cast<ssize_t>(size));
  gc::ObjectLock lock(&s->h);
  if (static_cast<uint64_t>(size) < s->length) s->length = static_cast<uint64_t>(size);
  return make_int(size);
}
static Ref seek_method(Args& a) {
  StringIO* s = sio(a.self);
  int64_t pos;
  int whence = 0;
  if (!to_c_ssize(a[0], &pos) || (a[1] && !to_c_int(a[1], &whence)) || !check(s)) return nullptr;
  if (whence < 0 || whence > 2) return raise(types::ValueError, "Invalid whence (%i, should be 0, 1 or 2)", whence);
  if (pos < 0 && whence == 0) return raise(types::ValueError, "Negative seek position %zd", static_cast<ssize_t>(pos));
  if (whence != 0 && pos != 0) return raise(types::OSError, "Can't do nonzero cur-relative seeks");
  gc::ObjectLock lock(&s->h);
  if (whence == 1)
    pos = static_cast<int64_t>(s->pos);
  else if (whence == 2)
    pos = static_cast<int64_t>(s->length);
  s->pos = static_cast<uint64_t>(pos);
  return make_int(pos);
}
static Ref tell_method(Args& a) {
  return check(sio(a.self)) ? make_int(static_cast<int64_t>(sio(a.self)->pos)) : nullptr;
}
static Ref getvalue_method(Args& a) { return check(sio(a.self)) ? value_of(sio(a.self)) : nullptr; }
static Ref close_method(Args& a) {
  StringIO* s = sio(a.self);
  s->closed = true;
  drop_content(s);
  return Ref::imm(kNone);
}
static Ref yes_method(Args& a) { return check(sio(a.self)) ? Ref::imm(kTrue) : nullptr; }

static Ref getstate_method(Args& a) {
  StringIO* s = sio(a.self);
  if (!check(s)) return nullptr;
  Ref value = value_of(s), newline = s->newline_none ? Ref::imm(kNone) : make_str(s->newline_text),
      pos = make_int(static_cast<int64_t>(s->pos));
  Ref dict = instance_dict(a.self.header());
  Ref copy = dict && is_dict(dict) && dict_size(dict) ? dict_copy(dict) : Ref::imm(kNone);
  if (!value || !newline || !copy || error_occurred()) return nullptr;
  return make_tuple_of({value.get(), newline.get(), pos.get(), copy.get()});
}
static Ref setstate_method(Args& a) {
  StringIO* s = sio(a.self);
  Value state = a[0];
  if (s->closed) return raise_closed();
  if (!is_tuple(state) || tuple_size(state) < 4)
    return raise(types::TypeError, "%.200T.__setstate__ argument should be 4-tuple, got %.200T", a.self, state);
  Value value = tuple_at(state, 0), newline = tuple_at(state, 1), pos = tuple_at(state, 2), dict = tuple_at(state, 3);
  // The value's line ends were translated when it was written.
  if (!setup(s, value, newline)) return nullptr;
  if (!is_str(value)) return raise(types::TypeError, "initial_value must be str or None, not %.200T", value);
  s->pos = s->length = 0;
  if (!put(s, value)) return nullptr;
  s->pos = 0;
  if (!is_int(pos)) return raise(types::TypeError, "third item of state must be an integer, got %.200T", pos);
  int64_t n;
  if (!plain_int_to_ssize(pos, &n)) return nullptr;
  if (n < 0) return raise(types::ValueError, "position value cannot be negative");
  s->pos = static_cast<uint64_t>(n);
  if (dict == kNone) return Ref::imm(kNone);
  if (!is_dict(dict)) return raise(types::TypeError, "fourth item of state should be a dict, got a %.200T", dict);
  Ref own = instance_dict(a.self.header());
  if (!own || !dict_update(own, dict)) return nullptr;
  return Ref::imm(kNone);
}

static Ref closed_get(Value self) {
  if (!sio(self)->ok) return raise_uninitialized();
  return Ref::imm(bool_value(sio(self)->closed));
}
static Ref line_buffering_get(Value self) { return check(sio(self)) ? Ref::imm(kFalse) : nullptr; }
static Ref newlines_get(Value self) {
  StringIO* s = sio(self);
  if (!check(s)) return nullptr;
  return s->newline.universal ? newlines_value(s->state.seen) : Ref::imm(kNone);
}

static const NativeDef kMethods[] = {
    {"close", "($self, /)", close_method, 0, "Closes the stream: the text is let go. Closing it again has no effect."},
    {"getvalue", "($self, /)", getvalue_method, 0, "The whole content as a str."},
    {"read", "($self, size=-1, /)", read_method, 0,
     "Reads at most size characters, or to the end. The empty string at the end."},
    {"readline", "($self, size=-1, /)", readline_method, 0,
     "Reads to the end of the line. The empty string at the end."},
    {"tell", "($self, /)", tell_method, 0, "The current position."},
    {"truncate", "($self, pos=None, /)", truncate_method, 0,
     "Cuts the content to a size: by default at the current position.\n\nThe position doesn't change. Gives the size."},
    {"seek", "($self, pos, whence=0, /)", seek_method, 0,
     "Moves to a position: counted from the start (0), or, pos being 0, to the current\none (1) or the end (2). Gives "
     "the new position."},
    {"write", "($self, s, /)", write_method, 0, "Writes a string and gives its number of characters."},
    {"seekable", "($self, /)", yes_method, 0, "True if the stream is open."},
    {"readable", "($self, /)", yes_method, 0, "True if the stream is open."},
    {"writable", "($self, /)", yes_method, 0, "True if the stream is open."},
    {"__getstate__", "($self, /)", getstate_method, kNativeNoSignature | kNativeCoexist, nullptr},
    {"__setstate__", "($self, state, /)", setstate_method, kNativeNoSignature, nullptr},
    {}};
static const GetSetDef kGetSet[] = {{"closed", closed_get, nullptr, nullptr},
                                    {"newlines", newlines_get, nullptr, nullptr},
                                    {"line_buffering", line_buffering_get, nullptr, nullptr},
                                    {}};

const TypeSpec kStringIOSpec = {
    .doc =
        "StringIO(initial_value='', newline='\\n')\n--\n\nA text stream in memory.\n\ninitial_value is its content at "
        "first. newline works as TextIOWrapper's does,\nexcept that nothing is "
        "translated for None when writing.",
    .flags = kStreamFlags,
    .basic_size = sizeof(StringIO),
    .ops = {.trace = string_io_trace, .dealloc = string_io_dealloc, .size_of = string_io_size_of},
    .methods = kMethods,
    .getset = kGetSet,
    .s = {.next = string_io_next, .init = string_io_init, .new_ = string_io_new},
};

}  // namespace taipan::io
