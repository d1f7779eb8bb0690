// _BufferedIOBase, BufferedReader, BufferedWriter, BufferedRandom and BufferedRWPair: methods and types.
#include "interp/modules/io/io.h"

namespace taipan::io {

TypeObject *buffered_iobase_type, *reader_type, *writer_type, *random_type, *pair_type;

// ---- _BufferedIOBase ------------------------------------------------------------------------------------------------------------------------

static Ref base_read(Args&) { return raise(unsupported_operation(), "read"); }
static Ref base_read1(Args&) { return raise(unsupported_operation(), "read1"); }
static Ref base_write(Args&) { return raise(unsupported_operation(), "write"); }
static Ref base_detach(Args&) { return raise(unsupported_operation(), "detach"); }

// readinto() in terms of read().
static Ref read_into(Value self, Value target, Str* method, const char* name) {
  WritableBuffer b(name, target);
  if (!b.ok()) return nullptr;
  Ref data = call_method(self, method, make_int(b.size()).get());
  if (!data) return nullptr;
  if (!is_bytes(data)) return raise(types::TypeError, "read() should return bytes");
  int64_t n = static_cast<int64_t>(data.as<Bytes>()->size);
  if (n > b.size())
    return raise(types::ValueError, "read() returned too much data: %zd bytes requested, %zd returned",
                 static_cast<ssize_t>(b.size()), static_cast<ssize_t>(n));
  memcpy(b.data(), data.as<Bytes>()->data(), static_cast<size_t>(n));
  return make_int(n);
}
static Ref base_readinto(Args& a) { return read_into(a.self, a[0], TAIPAN_NAME(read), "readinto"); }
static Ref base_readinto1(Args& a) { return read_into(a.self, a[0], TAIPAN_NAME(read1), "readinto1"); }

static const NativeDef kBaseMethods[] = {
    {"detach", "($self, /)", base_detach, 0,
     "Takes the raw stream away and gives it.\n\nAfterwards this object can't be used."},
    {"read", "($self, size=-1, /)", base_read, kNativeNoSignature,
     "Reads at most size bytes, or to the end.\n\nWith a size there may be many reads of the raw stream, except where "
     "it is\ninteractive. b'' at the end; BlockingIOError where a raw stream that doesn't block has no data."},
    {"read1", "($self, size=-1, /)", base_read1, kNativeNoSignature,
     "Reads at most size bytes with at most one read of the raw stream.\n\nb'' at the end."},
    {"readinto", "($self, buffer, /)", base_readinto, 0, nullptr},
    {"readinto1", "($self, buffer, /)", base_readinto1, 0, nullptr},
    {"write", "($self, b, /)", base_write, kNativeNoSignature,
     "Writes bytes and gives their number, which is always all of them.\n\nBlockingIOError where the buffer is full "
     "and the raw stream can't take more."},
    {}};
const TypeSpec kBufferedIOBaseSpec = {
    .doc =
        "Base class of buffered streams.\n\nread() may be called without a size, there is no readinto() that does "
        "less\nthan one read, and reading and writing are done to the last byte.",
    .flags = kStreamFlags,
    .methods = kBaseMethods,
};

// ---- construction and death -------------------------------------------------------------------------------------------------------------------

static Buffered* buf(Value v) { return v.as<Buffered>(); }

static Ref buffered_new(TypeObject* cls, RawArgs) { return Ref::steal(alloc_instance_as<Buffered>(cls)); }

static void buffered_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<Buffered*>(h)->raw); }
static void buffered_clear(Header* h) {
  auto* b = reinterpret_cast<Buffered*>(h);
  b->ok = false;
  Ref raw = gc::take(h, &b->raw);
}
static void buffered_dealloc(Header* h) {
  auto* b = reinterpret_cast<Buffered*>(h);
  b->finalizing = true;
  if (!begin_dealloc(h)) return;
  buffered_drop_memory(b);
  buffered_clear(h);
  finish_dealloc(h);
}
static size_t buffered_size_of(Header* h) {
  auto* b = reinterpret_cast<Buffered*>(h);
  return sizeof(Buffered) + (b->buffer ? static_cast<size_t>(b->size) : 0);
}

static bool setup(Value self, RawArgs args, const Signature& sig, bool readable, bool writable) {
  Value v[2];
  if (!sig.bind(args, v)) return false;
  int64_t size = kDefaultBufferSize;
  if (v[1] && !to_c_ssize(v[1], &size)) return false;
  Buffered* b = buf(self);
  b->ok = false;
  b->detached = false;
  if (readable && writable && !check_seekable(v[0])) return false;
  if (readable && !check_readable(v[0])) return false;
  if (writable && !check_writable(v[0])) return false;
  b->readable = readable;
  b->writable = writable;
  return buffered_setup(b, v[0], size);
}
static bool reader_init(Value self, RawArgs args) {
  static const Signature sig("BufferedReader", "(raw, buffer_size=DEFAULT_BUFFER_SIZE)");
  return setup(self, args, sig, true, false);
}
static bool writer_init(Value self, RawArgs args) {
  static const Signature sig("BufferedWriter", "(raw, buffer_size=DEFAULT_BUFFER_SIZE)");
  return setup(self, args, sig, false, true);
}
static bool random_init(Value self, RawArgs args) {
  static const Signature sig("BufferedRandom", "(raw, buffer_size=DEFAULT_BUFFER_SIZE)");
  return setup(self, args, sig, true, true);
}

// ---- what is passed on to the raw stream --------------------------------------------------------------------------------------------------------

template <Str* (*kName)()>
static Ref pass_on(Args& a) {
  Buffered* b = buf(a.self);
  if (!buffered_check(b)) return nullptr;
  Ref raw = Ref::dup(b->raw);
  return call_method(raw, kName());
}
template <Str* (*kName)()>
static Ref pass_attribute(Value self) {
  Buffered* b = buf(self);
  if (!buffered_check(b)) return nullptr;
  Ref raw = Ref::dup(b->raw);
  return get_attr(raw, kName());
}
static Str* flush_name() { return TAIPAN_NAME(flush); }
static Str* seekable_name() { return TAIPAN_NAME(seekable); }
static Str* readable_name() { return TAIPAN_NAME(readable); }
static Str* writable_name() { return TAIPAN_NAME(writable); }
static Str* fileno_name() { return TAIPAN_NAME(fileno); }
static Str* isatty_name() { return TAIPAN_NAME(isatty); }
static Str* closed_name() { return TAIPAN_NAME(closed); }
static Str* name_name() { return TAIPAN_NAME(name); }
static Str* mode_name() { return TAIPAN_NAME(mode); }

static bool warn_unclosed(Buffered* b, Value source) {
  if (!b->ok || !b->raw) return true;
  SavedError saved;
  Ref raw = Ref::dup(b->raw);
  Ref r = call_method(raw, TAIPAN_NAME(_dealloc_warn), source);
  if (!r) clear_error();
  return true;
}
static Ref buffered_dealloc_warn(Args& a) {
  warn_unclosed(buf(a.self), a[0]);
  return Ref::imm(kNone);
}

static Ref buffered_close(Args& a) {
  Buffered* b = buf(a.self);
  if (!buffered_check(b)) return nullptr;
  {
    BufferedGuard guard(b);
    if (!guard.ok()) return nullptr;
    int closed = attribute_is_true(b->raw, TAIPAN_NAME(closed));
    if (closed < 0) return nullptr;
    if (closed) return Ref::imm(kNone);
    if (b->finalizing) warn_unclosed(b, a.self);
  }
  Ref flushed = call_method(a.self, TAIPAN_NAME(flush));
  Ref error = flushed ? Ref() : fetch_error();
  Ref r;
  {
    BufferedGuard guard(b);
    if (guard.ok()) {
      if (Value raw = b->raw) {
        Ref keep = Ref::dup(raw);
        r = call_method(keep, TAIPAN_NAME(close));
      } else {
        r = Ref::imm(kNone);
      }
      buffered_drop_memory(b);
    }
  }
  if (error) {
    r.reset();
    chain_error(std::move(error));
  }
  return r;
}

static Ref buffered_detach(Args& a) {
  Buffered* b = buf(a.self);
  if (!buffered_check(b)) return nullptr;
  Ref flushed = call_method(a.self, TAIPAN_NAME(flush));
  if (!flushed) return nullptr;
  Ref raw = gc::take(&b->h, &b->raw);
  b->detached = true;
  b->ok = false;
  return raw;
}

static Ref buffered_repr(Value self) {
  Ref name = get_attr_opt(self, TAIPAN_NAME(name));
  if (!name) {
    if (!error_matches(types::ValueError)) return nullptr;
    clear_error();
    name = Ref::imm(kMissing);
  }
  if (name.get() == kMissing) return format_str("<%s>", type_of(self)->cname);
  int entered = repr_enter(self);
  if (entered < 0) return nullptr;
  if (entered > 0) return raise(types::RuntimeError, "reentrant call inside %s.__repr__", type_of(self)->cname);
  Ref r = format_str("<%s name=%R>", type_of(self)->cname, name.get());
  repr_leave(self);
  return r;
}

static Ref buffered_sizeof(Args& a) { return make_int(static_cast<int64_t>(buffered_size_of(a.self.header()))); }

// ---- methods --------------------------------------------------------------------------------------------------------------------------------

static Ref flush_method(Args& a) {
  Buffered* b = buf(a.self);
  if (!buffered_check(b) || !buffered_flush(b)) return nullptr;
  return Ref::imm(kNone);
}

static Ref read_method(Args& a) {
  int64_t n = -1;
  if (!size_argument(a[0], &n)) return nullptr;
  Buffered* b = buf(a.self);
  if (!buffered_check(b)) return nullptr;
  if (n < -1) return raise(types::ValueError, "read length must be non-negative or -1");
  return buffered_read(b, n);
}
static Ref read1_method(Args& a) {
  int64_t n = -1;
  if (a[0] && !to_c_ssize(a[0], &n)) return nullptr;
  Buffered* b = buf(a.self);
  return buffered_check(b) ? buffered_read1(b, n) : nullptr;
}
static Ref peek_method(Args& a) {
  int64_t n = 0;
  if (a[0] && !to_c_ssize(a[0], &n)) return nullptr;
  Buffered* b = buf(a.self);
  return buffered_check(b) ? buffered_peek(b) : nullptr;
}
static Ref readinto_any(Args& a, bool once) {
  WritableBuffer target(once ? "readinto1" : "readinto", a[0]);
  Buffered* b = buf(a.self);
  if (!target.ok() || !buffered_check(b)) return nullptr;
  int closed = buffered_is_closed(b);
  if (closed < 0) return nullptr;
  if (closed) return raise(types::ValueError, "readinto of closed file");
  int64_t n = buffered_readinto(b, target.data(), target.size(), once);
  if (n == kWouldBlock) return Ref::imm(kNone);
  return n < 0 ? nullptr : make_int(n);
}
static Ref readinto_method(Args& a) { return readinto_any(a, false); }
static Ref readinto1_method(Args& a) { return readinto_any(a, true); }
static Ref readline_method(Args& a) {
  int64_t limit = -1;
  if (!size_argument(a[0], &limit)) return nullptr;
  Buffered* b = buf(a.self);
  return buffered_check(b) ? buffered_readline(b, limit) : nullptr;
}
static Ref buffered_next(Value self) {
  Buffered* b = buf(self);
  if (!buffered_check(b)) return nullptr;
  Ref line;
  if (is_reader_exact(self)) {
    line = buffered_readline(b, -1);
  } else {
    line = call_method(self, TAIPAN_NAME(readline));
    if (line && !is_bytes(line))
      return raise(types::OSError, "readline() should have returned a bytes object, not '%.200T'", line.get());
  }
  if (!line) return nullptr;
  return line.as<Bytes>()->size == 0 ? Ref::imm(kStopIter) : std::move(line);
}

static Ref write_method(Args& a) {
  Buffered* b = buf(a.self);
  if (is_bytes_exact(a[0])) {
    const Bytes* s = a[0].as<Bytes>();
    int64_t n = buffered_check(b) ? buffered_write(b, s->data(), static_cast<int64_t>(s->size)) : -1;
    return n < 0 ? nullptr : make_int(n);
  }
  BufferView data(a[0]);
  if (!data.ok() || !buffered_check(b)) return nullptr;
  int64_t n = buffered_write(b, data.data(), static_cast<int64_t>(data.size()));
  return n < 0 ? nullptr : make_int(n);
}

static Ref tell_method(Args& a) {
  Buffered* b = buf(a.self);
  if (!buffered_check(b)) return nullptr;
  int64_t at = buffered_tell(b);
  return at < 0 ? nullptr : make_int(at);
}
static Ref seek_method(Args& a) {
  int whence = 0;
  if (a[1] && !to_c_int(a[1], &whence)) return nullptr;
  Buffered* b = buf(a.self);
  if (!buffered_check(b)) return nullptr;
  if (whence < 0 || (whence > SEEK_END && whence != SEEK_DATA && whence != SEEK_HOLE))
    return raise(types::ValueError, "whence value %d unsupported", whence);
  int closed = buffered_is_closed(b);
  if (closed < 0) return nullptr;
  if (closed) return raise(types::ValueError, "seek of closed file");
  Ref raw = Ref::dup(b->raw);
  if (!check_seekable(raw)) return nullptr;
  int64_t target;
  if (!offset_argument(a[0], &target)) return nullptr;
  int64_t at = buffered_seek(b, target, whence);
  return at < 0 ? nullptr : make_int(at);
}
static Ref truncate_method(Args& a) {
  Buffered* b = buf(a.self);
  if (!buffered_check(b)) return nullptr;
  int closed = buffered_is_closed(b);
  if (closed < 0) return nullptr;
  if (closed) return raise(types::ValueError, "truncate of closed file");
  if (!b->writable) return raise(unsupported_operation(), "truncate");
  return buffered_truncate(b, a.get(0, kNone));
}

#define TAIPAN_COMMON_METHODS                                                                      \
  {"detach", "($self, /)", buffered_detach, kNativeNoSignature, nullptr},                          \
      {"seekable", "($self, /)", pass_on<seekable_name>, kNativeNoSignature, nullptr},             \
      {"close", "($self, /)", buffered_close, kNativeNoSignature, nullptr},                        \
      {"fileno", "($self, /)", pass_on<fileno_name>, kNativeNoSignature, nullptr},                 \
      {"isatty", "($self, /)", pass_on<isatty_name>, kNativeNoSignature, nullptr},                 \
      {"_dealloc_warn", "($self, source, /)", buffered_dealloc_warn, kNativeNoSignature, nullptr}, \
      {"seek", "($self, target, whence=0, /)", seek_method, 0, nullptr},                           \
      {"tell", "($self, /)", tell_method, kNativeNoSignature, nullptr},                            \
      {"truncate", "($self, pos=None, /)", truncate_method, 0, nullptr}, {                         \
    "__sizeof__", "($self, /)", buffered_sizeof, kNativeNoSignature, nullptr                       \
  }
#define TAIPAN_READ_METHODS                                                        \
  {"readable", "($self, /)", pass_on<readable_name>, kNativeNoSignature, nullptr}, \
      {"read", "($self, size=-1, /)", read_method, 0, nullptr},                    \
      {"peek", "($self, size=0, /)", peek_method, 0, nullptr},                     \
      {"read1", "($self, size=-1, /)", read1_method, 0, nullptr},                  \
      {"readinto", "($self, buffer, /)", readinto_method, 0, nullptr},             \
      {"readinto1", "($self, buffer, /)", readinto1_method, 0, nullptr}, {         \
    "readline", "($self, size=-1, /)", readline_method, 0, nullptr                 \
  }
#define TAIPAN_WRITE_METHODS                                                         \
  {"writable", "($self, /)", pass_on<writable_name>, kNativeNoSignature, nullptr}, { \
    "write", "($self, buffer, /)", write_method, 0, nullptr                          \
  }

static const NativeDef kReaderMethods[] = {TAIPAN_COMMON_METHODS,
                                           TAIPAN_READ_METHODS,
                                           {"flush", "($self, /)", pass_on<flush_name>, kNativeNoSignature, nullptr},
                                           {}};
static const NativeDef kWriterMethods[] = {TAIPAN_COMMON_METHODS,
                                           TAIPAN_WRITE_METHODS,
                                           {"flush", "($self, /)", flush_method, kNativeNoSignature, nullptr},
                                           {}};
static const NativeDef kRandomMethods[] = {TAIPAN_COMMON_METHODS,
                                           TAIPAN_READ_METHODS,
                                           TAIPAN_WRITE_METHODS,
                                           {"flush", "($self, /)", flush_method, kNativeNoSignature, nullptr},
                                           {}};
static const GetSetDef kGetSet[] = {{"closed", pass_attribute<closed_name>, nullptr, nullptr},
                                    {"name", pass_attribute<name_name>, nullptr, nullptr},
                                    {"mode", pass_attribute<mode_name>, nullptr, nullptr},
                                    {}};
static const MemberDef kMembers[] = {{"raw", kMemberValueNone, offsetof(Buffered, raw), true, nullptr},
                                     {"_finalizing", kMemberBool, offsetof(Buffered, finalizing), false, nullptr},
                                     {}};
#define TAIPAN_BUFFERED_OPS \
  {.trace = buffered_trace, .clear = buffered_clear, .dealloc = buffered_dealloc, .size_of = buffered_size_of}

const TypeSpec kReaderSpec = {
    .doc = "BufferedReader(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\nReads ahead from a readable raw stream.",
    .flags = kStreamFlags,
    .basic_size = sizeof(Buffered),
    .ops = TAIPAN_BUFFERED_OPS,
    .methods = kReaderMethods,
    .getset = kGetSet,
    .members = kMembers,
    .s = {.repr = buffered_repr, .next = buffered_next, .init = reader_init, .new_ = buffered_new},
};
const TypeSpec kWriterSpec = {
    .doc =
        "BufferedWriter(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\nCollects what is written to a writable raw "
        "stream, so that many small writes\nbecome few large ones.",
    .flags = kStreamFlags,
    .basic_size = sizeof(Buffered),
    .ops = TAIPAN_BUFFERED_OPS,
    .methods = kWriterMethods,
    .getset = kGetSet,
    .members = kMembers,
    .s = {.repr = buffered_repr, .init = writer_init, .new_ = buffered_new},
};
const TypeSpec kRandomSpec = {
    .doc =
        "BufferedRandom(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\nBuffers a raw stream that can be read, written "
        "and moved in.",
    .flags = kStreamFlags,
    .basic_size = sizeof(Buffered),
    .ops = TAIPAN_BUFFERED_OPS,
    .methods = kRandomMethods,
    .getset = kGetSet,
    .members = kMembers,
    .s = {.repr = buffered_repr, .next = buffered_next, .init = random_init, .new_ = buffered_new},
};

// ---- BufferedRWPair -----------------------------------------------------------------------------------------------------------------------------

struct Pair {
  Header h;
  Value reader, writer;  // BufferedReader, BufferedWriter; null: uninitialised
};
static Pair* pair(Value v) { return v.as<Pair>(); }

static Ref pair_new(TypeObject* cls, RawArgs) { return Ref::steal(alloc_instance_as<Pair>(cls)); }
static bool pair_init(Value self, RawArgs args) {
  static const Signature sig("BufferedRWPair", "(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)");
  Value v[3];
  if (!sig.bind(args, v)) return false;
  int64_t size = kDefaultBufferSize;
  if (v[2] && !to_c_ssize(v[2], &size)) return false;
  if (!check_readable(v[0]) || !check_writable(v[1])) return false;
  Ref n = make_int(size);
  Ref reader = call(Value(reader_type), v[0], n);
  if (!reader) return false;
  Ref writer = call(Value(writer_type), v[1], n);
  if (!writer) return false;
  gc::store(self.header(), &pair(self)->reader, std::move(reader));
  gc::store(self.header(), &pair(self)->writer, std::move(writer));
  return true;
}

template <Value Pair::* kSide, Str* (*kName)()>
static Ref forward(Args& a) {
  Ref side = Ref::dup(pair(a.self)->*kSide);
  if (!side) return raise_uninitialized();
  Ref method = get_attr(side, kName());
  return method ? call_array(method, a.raw.v, a.raw.n, a.raw.kwnames) : nullptr;
}
static Str* read_name() { return TAIPAN_NAME(read); }
static Str* read1_name() { return TAIPAN_NAME(read1); }
static Str* peek_name() { return TAIPAN_NAME(peek); }
static Str* readinto_name() { return TAIPAN_NAME(readinto); }
static Str* readinto1_name() { return TAIPAN_NAME(readinto1); }
static Str* write_name() { return TAIPAN_NAME(write); }

static Ref pair_close(Args& a) {
  Ref error;
  Ref writer = Ref::dup(pair(a.self)->writer), reader = Ref::dup(pair(a.self)->reader);
  if (!writer || !reader) return raise_uninitialized();
  Ref r = call_method(writer, TAIPAN_NAME(close));
  if (!r) error = fetch_error();
  r = call_method(reader, TAIPAN_NAME(close));
  if (error) {
    r.reset();
    chain_error(std::move(error));
  }
  return r;
}
static Ref pair_isatty(Args& a) {
  Ref writer = Ref::dup(pair(a.self)->writer), reader = Ref::dup(pair(a.self)->reader);
  if (!writer || !reader) return raise_uninitialized();
  Ref r = call_method(writer, TAIPAN_NAME(isatty));
  if (!r || r.get() != kFalse) return r;
  return call_method(reader, TAIPAN_NAME(isatty));
}
static Ref pair_closed_get(Value self) {
  Ref writer = Ref::dup(pair(self)->writer);
  if (!writer) return raise(types::RuntimeError, "the BufferedRWPair object is being garbage-collected");
  return get_attr(writer, TAIPAN_NAME(closed));
}

static void pair_trace(Header* h, gc::Visitor& v) {
  v.visit(reinterpret_cast<Pair*>(h)->reader);
  v.visit(reinterpret_cast<Pair*>(h)->writer);
}
static void pair_clear(Header* h) {
  auto* p = reinterpret_cast<Pair*>(h);
  Ref reader = gc::take(h, &p->reader), writer = gc::take(h, &p->writer);
}
static void pair_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  pair_clear(h);
  finish_dealloc(h);
}

#define TAIPAN_FORWARD(method, side) \
  {#method, "(...)", forward<&Pair::side, method##_name>, kNativeNoSignature, nullptr}
static const NativeDef kPairMethods[] = {TAIPAN_FORWARD(read, reader),
                                         TAIPAN_FORWARD(peek, reader),
                                         TAIPAN_FORWARD(read1, reader),
                                         TAIPAN_FORWARD(readinto, reader),
                                         TAIPAN_FORWARD(readinto1, reader),
                                         TAIPAN_FORWARD(readable, reader),
                                         TAIPAN_FORWARD(write, writer),
                                         TAIPAN_FORWARD(flush, writer),
                                         TAIPAN_FORWARD(writable, writer),
                                         {"close", "($self, /)", pair_close, kNativeNoSignature, nullptr},
                                         {"isatty", "($self, /)", pair_isatty, kNativeNoSignature, nullptr},
                                         {}};
static const GetSetDef kPairGetSet[] = {{"closed", pair_closed_get, nullptr, nullptr}, {}};
const TypeSpec kPairSpec = {
    .doc =
        "BufferedRWPair(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)\n--\n\nOne stream made of two raw ones: a "
        "readable and a writable, as with a socket or\ntwo pipes.\n\n"
        "Each gets a buffer of its own of that size.",
    .flags = kStreamFlags,
    .basic_size = sizeof(Pair),
    .ops = {.trace = pair_trace, .clear = pair_clear, .dealloc = pair_dealloc},
    .methods = kPairMethods,
    .getset = kPairGetSet,
    .s = {.init = pair_init, .new_ = pair_new},
};

}  // namespace taipan::io
