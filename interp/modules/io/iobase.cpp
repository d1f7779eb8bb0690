// _IOBase and _RawIOBase: what every stream has, written in terms of the methods that a class provides.
#include "gc/collector.h"
#include "interp/config.h"
#include "interp/modules/io/io.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"

namespace taipan::io {

TypeObject *iobase_type, *raw_iobase_type;

// ---- errors and arguments -----------------------------------------------------------------------------------------------------------

TypeObject* unsupported_operation() {
  static Value made;
  if (!made) {
    Ref bases = make_tuple_of({Value(types::OSError), Value(types::ValueError)});
    Ref cls = bases ? make_exception_class("io.UnsupportedOperation", bases) : Ref();
    if (!cls) return types::OSError;
    made = cls.release();
    gc::add_root(&made);
  }
  return made.as<TypeObject>();
}

Fail raise_closed() { return raise(types::ValueError, "I/O operation on closed file"); }
Fail raise_uninitialized() { return raise(types::ValueError, "I/O operation on uninitialized object"); }
static Fail raise_unsupported(const char* what) { return raise(unsupported_operation(), "%s", what); }

bool trap_eintr() {
  Value exc = current_error();
  if (!exc || !exception_matches(exc, Value(types::OSError))) return false;
  Value err = exc.as<OSErrorExc>()->err;
  if (!err || !err.is_int() || err.as_int() != EINTR) return false;
  clear_error();
  return true;
}

bool is_blocking_io_error() { return current_error() && type_of(current_error()) == types::BlockingIOError; }

Fail raise_blocking(int64_t written, int code) {
  Ref number = make_int(code), text = make_str("write could not complete without blocking"), n = make_int(written);
  if (!text || !n) return failed();
  Ref exc = call(Value(types::BlockingIOError), number, text, n);
  if (!exc) return failed();
  return raise_object(std::move(exc));
}

void chain_error(Ref earlier) {
  if (!earlier) return;
  if (!error_occurred()) {
    restore_error(std::move(earlier));
    return;
  }
  Ref now = fetch_error();
  chain_context(now, std::move(earlier));
  restore_error(std::move(now));
}

bool size_argument(Value v, int64_t* out) {
  if (!v || v == kNone) return true;
  if (!has_index(v)) return raise(types::TypeError, "argument should be integer or None, not '%.200T'", v);
  return to_ssize(v, out, types::OverflowError);
}

bool offset_argument(Value v, int64_t* out) {
  if (v.is_int()) {
    *out = v.as_int();
    return true;
  }
  if (to_ssize(v, out, types::ValueError)) return true;
  if (error_matches(types::ValueError)) {
    clear_error();
    return raise(types::ValueError, "cannot fit '%.200T' into an offset-sized integer", v);
  }
  return false;
}

Ref shrink_bytes(Ref bytes, size_t n) {
  Bytes* b = bytes.as<Bytes>();
  if (n == b->size) return bytes;
  if (n < 2 || n * 2 < b->size) return make_bytes(b->data(), n);
  b->size = n;
  b->data()[n] = 0;
  return bytes;
}

bool writable_buffer(const char* function, Value v, Buffer* out) {
  if (has_buffer(v)) {
    if (get_buffer(v, out, kBufWritable)) return true;
    if (!error_matches(types::BufferError) && !error_matches(types::TypeError)) return false;
    clear_error();
  }
  return raise(types::TypeError, "%s() argument must be read-write bytes-like object, not %.200T", function, v);
}

bool hides_method(Value o, Str* name) { return static_cast<bool>(instance_get(o.header(), name)); }

// ---- _IOBase ------------------------------------------------------------------------------------------------------------------------

int attribute_is_true(Value o, Str* name) {
  Ref v = get_attr(o, name);
  return v ? is_true(v) : -1;
}

bool check_closed(Value self) {
  Ref closed = get_attr_opt(self, TAIPAN_NAME(closed));
  if (!closed) return false;
  if (closed.get() == kMissing) return true;
  int yes = is_true(closed);
  if (yes < 0) return false;
  return !yes || raise(types::ValueError, "I/O operation on closed file.");
}

static bool check_ability(Value stream, Str* method, const char* message) {
  Ref r = call_method(stream, method);
  if (!r) return false;
  return r.get() == kTrue || raise_unsupported(message);
}
bool check_seekable(Value stream) {
  return check_ability(stream, TAIPAN_NAME(seekable), "File or stream is not seekable.");
}
bool check_readable(Value stream) {
  return check_ability(stream, TAIPAN_NAME(readable), "File or stream is not readable.");
}
bool check_writable(Value stream) {
  return check_ability(stream, TAIPAN_NAME(writable), "File or stream is not writable.");
}

// The base class remembers close() in an attribute of the instance.
static int marked_closed(Value self) {
  Ref v = get_attr_opt(self, TAIPAN_NAME(__IOBase_closed));
  if (!v) return -1;
  return v.get() != kMissing;
}

static Ref iobase_seek(Args&) { return raise_unsupported("seek"); }
static Ref iobase_tell(Args& a) {
  return call_method(a.self, TAIPAN_NAME(seek), Value::from_int(0), Value::from_int(1));
}
static Ref iobase_truncate(Args&) { return raise_unsupported("truncate"); }
static Ref iobase_fileno(Args&) { return raise_unsupported("fileno"); }
static Ref iobase_no(Args&) { return Ref::imm(kFalse); }

static Ref iobase_flush(Args& a) {
  int closed = marked_closed(a.self);
  if (closed < 0) return nullptr;
  if (closed) return raise(types::ValueError, "I/O operation on closed file.");
  return Ref::imm(kNone);
}

static Ref iobase_close(Args& a) {
  int closed = marked_closed(a.self);
  if (closed < 0) return nullptr;
  if (closed) return Ref::imm(kNone);
  Ref flushed = call_method(a.self, TAIPAN_NAME(flush));
  Ref error = flushed ? Ref() : fetch_error();
  set_attr(a.self, TAIPAN_NAME(__IOBase_closed), kTrue);
  chain_error(std::move(error));
  if (error_occurred()) return nullptr;
  return Ref::imm(kNone);
}

static Ref iobase_closed_get(Value self) {
  int closed = marked_closed(self);
  if (closed < 0) return nullptr;
  return Ref::imm(bool_value(closed));
}

static Ref iobase_check_closed(Args& a) { return check_closed(a.self) ? Ref::imm(kNone) : nullptr; }
static Ref iobase_check_seekable(Args& a) { return check_seekable(a.self) ? Ref::imm(kTrue) : nullptr; }
static Ref iobase_check_readable(Args& a) { return check_readable(a.self) ? Ref::imm(kTrue) : nullptr; }
static Ref iobase_check_writable(Args& a) { return check_writable(a.self) ? Ref::imm(kTrue) : nullptr; }

static Ref iobase_enter(Args& a) { return check_closed(a.self) ? Ref::dup(a.self) : nullptr; }
static Ref iobase_exit(Args& a) { return call_method(a.self, TAIPAN_NAME(close)); }
static Ref iobase_isatty(Args& a) { return check_closed(a.self) ? Ref::imm(kFalse) : nullptr; }

Ref iobase_self(Value self) { return check_closed(self) ? Ref::dup(self) : nullptr; }
static Ref iobase_next(Value self) {
  Ref line = call_method(self, TAIPAN_NAME(readline));
  if (!line) return nullptr;
  int64_t n = length_of(line);
  if (n < 0) return nullptr;
  return n == 0 ? Ref::imm(kStopIter) : std::move(line);
}

// A line without knowing more than read() and perhaps peek().
static Ref iobase_readline(Args& a) {
  int64_t limit = -1;
  if (!size_argument(a[0], &limit)) return nullptr;
  Ref peek = get_attr_opt(a.self, TAIPAN_NAME(peek));
  if (!peek) return nullptr;
  std::string line;
  while (limit < 0 || static_cast<int64_t>(line.size()) < limit) {
    int64_t want = 1;
    if (peek.get() != kMissing) {
      Ref ahead = call(peek, Value::from_int(1));
      if (!ahead) {
        if (trap_eintr()) continue;
        return nullptr;
      }
      if (!is_bytes(ahead))
        return raise(types::OSError, "peek() should have returned a bytes object, not '%.200T'", ahead.get());
      std::string_view s = ahead.as<Bytes>()->view();
      if (!s.empty()) {
        size_t n = s.size();
        if (limit >= 0 && n > static_cast<size_t>(limit) - line.size()) n = static_cast<size_t>(limit) - line.size();
        const void* at = memchr(s.data(), '\n', n);
        want = at ? static_cast<const char*>(at) - s.data() + 1 : static_cast<int64_t>(n);
      }
    }
    Ref b = call_method(a.self, TAIPAN_NAME(read), make_int(want).get());
    if (!b) {
      if (trap_eintr()) continue;
      return nullptr;
    }
    if (!is_bytes(b)) return raise(types::OSError, "read() should have returned a bytes object, not '%.200T'", b.get());
    std::string_view s = b.as<Bytes>()->view();
    if (s.empty()) break;
    line.append(s);
    if (line.back() == '\n') break;
  }
  return make_bytes(line);
}

static Ref iobase_readlines(Args& a) {
  int64_t hint = -1;
  if (!size_argument(a[0], &hint)) return nullptr;
  Ref lines = make_list();
  Ref it = lines ? get_iter(a.self) : Ref();
  if (!it) return nullptr;
  int64_t length = 0;
  for (;;) {
    Ref line = iter_next(it);
    if (!line) return nullptr;
    if (is_stop(line)) return lines;
    int64_t n = 0;
    if (hint > 0) {
      n = length_of(line);
      if (n < 0) return nullptr;
    }
    if (!list_append(lines, std::move(line))) return nullptr;
    if (hint > 0 && n > hint - length) return lines;
    length += n;
  }
}

static Ref iobase_writelines(Args& a) {
  if (!check_closed(a.self)) return nullptr;
  Ref it = get_iter(a[0]);
  if (!it) return nullptr;
  for (;;) {
    Ref line = iter_next(it);
    if (!line) return nullptr;
    if (is_stop(line)) return Ref::imm(kNone);
    for (;;) {
      Ref r = call_method(a.self, TAIPAN_NAME(write), line);
      if (r) break;
      if (!trap_eintr()) return nullptr;
    }
  }
}

// __del__ of every stream: closes it. Nobody could catch what close() raises; development mode shows it.
void finalize_stream(Value self) {
  TypeObject* type = type_of(self);
  if (type == bytes_io_type || type == string_io_type) return;  // nothing that others would miss
  SavedError saved;
  // In a dead cycle the buffer may go before the text stream that still holds text for it.
  if (is_buffered(self) && self.as<Buffered>()->text && !text_flush_pending(self.as<Buffered>()->text)) clear_error();
  Ref closed_attr = get_attr_opt(self, TAIPAN_NAME(closed));
  int closed = 0;
  if (!closed_attr) {
    clear_error();
    return;
  }
  if (closed_attr.get() != kMissing) {
    closed = is_true(closed_attr);
    if (closed < 0) clear_error();
  }
  if (closed != 0) return;
  if (!set_attr(self, TAIPAN_NAME(_finalizing), kTrue)) clear_error();
  Ref r = call_method(self, TAIPAN_NAME(close));
  if (r) return;
  if (config.dev_mode) {
    write_unraisable(self);
  } else {
    clear_error();
  }
}

static const NativeDef kIOBaseMethods[] = {
    {"seek", "($self, offset, whence=os.SEEK_SET, /)", iobase_seek, 0,
     "Moves the stream position to offset, relative to what whence says:\n  0  the start of the stream (the default)\n "
     " 1  the current position\n  2  the end\n\n"
     "Gives the new position."},
    {"tell", "($self, /)", iobase_tell, 0, "The current position of the stream."},
    {"truncate", "($self, pos=None, /)", iobase_truncate, kNativeNoSignature,
     "Cuts or extends the file to a size: by default to the current position.\n\nThe position doesn't change. Gives "
     "the new size."},
    {"flush", "($self, /)", iobase_flush, 0, "Writes out what is buffered, if anything can be."},
    {"close", "($self, /)", iobase_close, 0, "Flushes and closes the stream. Closing it again has no effect."},
    {"seekable", "($self, /)", iobase_no, 0, "Whether seek(), tell() and truncate() may be used."},
    {"readable", "($self, /)", iobase_no, 0, "Whether the stream can be read from."},
    {"writable", "($self, /)", iobase_no, 0, "Whether the stream can be written to."},
    {"_checkClosed", "($self, msg=None, /)", iobase_check_closed, kNativeNoSignature, nullptr},
    {"_checkSeekable", "($self, msg=None, /)", iobase_check_seekable, kNativeNoSignature, nullptr},
    {"_checkReadable", "($self, msg=None, /)", iobase_check_readable, kNativeNoSignature, nullptr},
    {"_checkWritable", "($self, msg=None, /)", iobase_check_writable, kNativeNoSignature, nullptr},
    {"fileno", "($self, /)", iobase_fileno, 0,
     "The number of the descriptor below, if there is one (OSError otherwise)."},
    {"isatty", "($self, /)", iobase_isatty, 0,
     "Whether the stream is interactive: a terminal.\n\nFalse where that can't be told."},
    {"__enter__", "($self, /)", iobase_enter, kNativeNoSignature, nullptr},
    {"__exit__", "($self, *args)", iobase_exit, kNativeNoSignature, nullptr},
    {"readline", "($self, size=-1, /)", iobase_readline, 0,
     "Reads a line, of at most size bytes if size is given.\n\nBinary streams end lines with b'\\n'; for text the "
     "newlines argument of open\ndecides what ends a line."},
    {"readlines", "($self, hint=-1, /)", iobase_readlines, 0,
     "A list of lines.\n\nA hint ends the reading once the lines together are longer than that."},
    {"writelines", "($self, lines, /)", iobase_writelines, 0,
     "Writes strings one after the other. No line ends are added."},
    {}};
static const GetSetDef kIOBaseGetSet[] = {{"closed", iobase_closed_get, nullptr, nullptr}, {}};
static void iobase_trace(Header*, gc::Visitor&) {}
static Ref iobase_new(TypeObject* cls, RawArgs) { return Ref::steal(alloc_instance(cls)); }

const TypeSpec kIOBaseSpec = {
    .doc =
        "The base of all stream classes.\n\nMethods that a class doesn't provide behave as for a file that can't be "
        "read,\nwritten or moved in. Streams are iterators over their lines and may be used\nin a with "
        "statement, which closes them at its end.",
    .flags = kStreamFlags,
    .ops = {.trace = iobase_trace},
    .methods = kIOBaseMethods,
    .getset = kIOBaseGetSet,
    .s = {.iter = iobase_self, .next = iobase_next, .new_ = iobase_new, .del_ = finalize_stream},
};

// ---- _RawIOBase -----------------------------------------------------------------------------------------------------------------------

static Ref raw_read(Args& a) {
  int64_t n = -1;
  if (a[0] && !to_c_ssize(a[0], &n)) return nullptr;
  if (n < 0) return call_method(a.self, TAIPAN_NAME(readall));
  Ref buffer = make_bytearray(nullptr, static_cast<size_t>(n));
  if (!buffer) return nullptr;
  Ref got = call_method(a.self, TAIPAN_NAME(readinto), buffer);
  if (!got || got.get() == kNone) return got;
  int64_t k;
  if (!to_ssize(got, &k, types::ValueError)) return nullptr;
  ByteArray* b = buffer.as<ByteArray>();
  if (k < 0 || static_cast<uint64_t>(k) > b->size)
    return raise(types::ValueError, "readinto returned %zd outside buffer size %zu", static_cast<ssize_t>(k),
                 static_cast<size_t>(b->size));
  return make_bytes(b->start, static_cast<size_t>(k));
}

Ref read_all_chunks(Value raw, bool default_size) {
  std::string all;
  bool any = false;
  for (;;) {
    Ref chunk = default_size ? call_method(raw, TAIPAN_NAME(read), Value::from_int(kDefaultBufferSize))
                             : call_method(raw, TAIPAN_NAME(read));
    if (!chunk) {
      if (trap_eintr()) continue;
      return nullptr;
    }
    if (chunk.get() == kNone) {
      if (!any) return chunk;
      break;
    }
    if (!is_bytes(chunk)) return raise(types::TypeError, "read() should return bytes");
    std::string_view s = chunk.as<Bytes>()->view();
    if (s.empty()) break;
    any = true;
    all.append(s);
  }
  return make_bytes(all);
}
static Ref raw_readall(Args& a) { return read_all_chunks(a.self, true); }
static Ref raw_not_implemented(Args&) { return raise_none(types::NotImplementedError); }

static const NativeDef kRawIOBaseMethods[] = {
    {"read", "($self, size=-1, /)", raw_read, 0, nullptr},
    {"readall", "($self, /)", raw_readall, 0, "Reads to the end, with as many read() calls as it takes."},
    {"readinto", "($self, buffer, /)", raw_not_implemented, kNativeNoSignature, nullptr},
    {"write", "($self, b, /)", raw_not_implemented, kNativeNoSignature, nullptr},
    {}};
const TypeSpec kRawIOBaseSpec = {
    .doc = "Base class for raw binary I/O.",
    .flags = kStreamFlags,
    .ops = {.trace = iobase_trace},
    .methods = kRawIOBaseMethods,
};

}  // namespace taipan::io
