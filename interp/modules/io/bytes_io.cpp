// BytesIO: a binary stream in memory.
#include "interp/modules/io/io.h"
#include "interp/objects/list.h"
#include "interp/objects/tuple.h"

namespace taipan::io {

TypeObject* bytes_io_type;
static TypeObject* exporter_type;

// The content lies in a bytes object (as given, or as getvalue() gave it: nothing is copied until the next change) or in a buffer of our own.
struct BytesIO {
  Header h;
  Value shared;       // exact bytes that hold the content; null: own
  uint8_t* own;       // raw buffer
  uint64_t capacity;  // of own
  uint64_t size;
  uint64_t pos;  // may lie behind the end
  int64_t exports;
  bool closed;

  const uint8_t* data() const { return shared ? shared.as<Bytes>()->data() : own; }
};
static BytesIO* bio(Value v) { return v.as<BytesIO>(); }

static constexpr uint64_t kMaxSize = static_cast<uint64_t>(INT64_MAX) - 64;

static bool check_open(BytesIO* b) { return !b->closed || raise(types::ValueError, "I/O operation on closed file."); }
static bool check_exports(BytesIO* b) {
  return b->exports == 0 || raise(types::BufferError, "Existing exports of data: object cannot be re-sized");
}

static bool grow(BytesIO* b, uint64_t need) {
  if (need > kMaxSize) return raise(types::OverflowError, "new buffer size too large");
  if (need <= b->capacity) return true;
  uint64_t capacity = need < 64 ? 64 : need + (need >> 3) + 8;
  if (b->capacity && capacity < b->capacity * 2 && b->capacity < (1u << 24)) capacity = b->capacity * 2;
  auto* p = static_cast<uint8_t*>(gc::raw_alloc(capacity));
  if (!p) return raise_memory();
  if (b->own) {
    memcpy(p, b->own, b->size);
    gc::raw_free_epoch(b->own);
  }
  b->own = p;
  b->capacity = capacity;
  return true;
}
// Moves shared content to memory of our own with room for `need` bytes. What was shared goes to *drop.
static bool make_own(BytesIO* b, uint64_t need, Ref* drop) {
  if (need < b->size) need = b->size;
  if (!b->shared) return grow(b, need);
  const uint8_t* content = b->shared.as<Bytes>()->data();
  uint64_t size = b->size;
  b->size = 0;
  bool ok = grow(b, need ? need : 1);
  b->size = size;
  if (!ok) return false;
  memcpy(b->own, content, size);
  *drop = gc::take(&b->h, &b->shared);
  return true;
}

static bool write_at_pos(BytesIO* b, const void* p, uint64_t n) {
  Ref drop;
  gc::ObjectLock lock(&b->h);
  if (!check_open(b) || !check_exports(b)) return false;
  if (n == 0) return true;
  if (b->pos > kMaxSize - n) return raise(types::OverflowError, "new buffer size too large");
  uint64_t end = b->pos + n;
  if (!make_own(b, end, &drop)) return false;
  if (b->pos > b->size) memset(b->own + b->size, 0, b->pos - b->size);
  memcpy(b->own + b->pos, p, n);
  b->pos = end;
  if (end > b->size) b->size = end;
  return true;
}
static int64_t write_object(BytesIO* b, Value data) {
  if (!check_open(b) || !check_exports(b)) return -1;
  BufferView view(data, kBufFullRo | kBufCContiguous);
  if (!view.ok()) return -1;
  return write_at_pos(b, view.data(), view.size()) ? static_cast<int64_t>(view.size()) : -1;
}

// ---- construction and death -----------------------------------------------------------------------------------------------------------------

static Ref bytes_io_new(TypeObject* cls, RawArgs) { return Ref::steal(alloc_instance_as<BytesIO>(cls)); }

static void drop_content(BytesIO* b) {
  Ref shared;
  uint8_t* own;
  {
    gc::ObjectLock lock(&b->h);
    shared = gc::take(&b->h, &b->shared);
    own = b->own;
    b->own = nullptr;
    b->capacity = b->size = 0;
  }
  if (own) gc::raw_free_epoch(own);
}

static bool bytes_io_init(Value self, RawArgs args) {
  static const Signature sig("BytesIO", "(initial_bytes=b'')");
  Value v[1];
  if (!sig.bind(args, v)) return false;
  BytesIO* b = bio(self);
  b->size = b->pos = 0;
  if (b->exports) return check_exports(b);
  drop_content(b);
  if (!v[0] || v[0] == kNone) return true;
  if (is_bytes_exact(v[0])) {
    gc::store(&b->h, &b->shared, Ref::dup(v[0]));
    b->size = v[0].as<Bytes>()->size;
    return true;
  }
  if (write_object(b, v[0]) < 0) return false;
  b->pos = 0;
  return true;
}

static void bytes_io_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<BytesIO*>(h)->shared); }
static void bytes_io_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* b = reinterpret_cast<BytesIO*>(h);
  if (b->exports > 0) {
    raise(types::SystemError, "deallocated BytesIO object has exported buffers");
    write_unraisable(kNone);
  }
  drop_content(b);
  finish_dealloc(h);
}
static size_t bytes_io_size_of(Header* h) {
  auto* b = reinterpret_cast<BytesIO*>(h);
  return sizeof(BytesIO) + (b->shared ? 33 + b->size : b->capacity);
}

// ---- reading ------------------------------------------------------------------------------------------------------------------------------------

static Ref take(BytesIO* b, uint64_t n) {
  Ref whole;
  {
    gc::ObjectLock lock(&b->h);
    uint64_t left = b->pos < b->size ? b->size - b->pos : 0;
    if (n > left) n = left;
    uint64_t at = b->pos;
    b->pos += n;
    if (b->shared && at == 0 && n == b->size && n > 1) {
      whole = Ref::dup(b->shared);
    } else if (!gc::parallel) {
      return make_bytes(n ? b->data() + at : nullptr, n);
    } else {
      whole = make_bytes(n ? b->data() + at : nullptr, n);
    }
  }
  return whole;
}
static uint64_t line_length(BytesIO* b, int64_t limit) {
  if (b->pos >= b->size) return 0;
  uint64_t left = b->size - b->pos;
  if (limit >= 0 && left > static_cast<uint64_t>(limit)) left = static_cast<uint64_t>(limit);
  const uint8_t* start = b->data() + b->pos;
  const void* at = memchr(start, '\n', left);
  return at ? static_cast<uint64_t>(static_cast<const uint8_t*>(at) - start) + 1 : left;
}

static Ref read_method(Args& a) {
  BytesIO* b = bio(a.self);
  int64_t n = -1;
  if (!size_argument(a[0], &n) || !check_open(b)) return nullptr;
  return take(b, n < 0 ? kMaxSize : static_cast<uint64_t>(n));
}
static Ref readline_method(Args& a) {
  BytesIO* b = bio(a.self);
  int64_t limit = -1;
  if (!size_argument(a[0], &limit) || !check_open(b)) return nullptr;
  return take(b, line_length(b, limit));
}
static Ref readlines_method(Args& a) {
  BytesIO* b = bio(a.self);
  int64_t most = 0, total = 0;
  if (a[0] && a[0] != kNone) {
    if (!has_index(a[0])) return raise(types::TypeError, "integer argument expected, got '%T'", a[0]);
    if (!to_ssize(a[0], &most, types::OverflowError)) return nullptr;
  }
  if (!check_open(b)) return nullptr;
  Ref lines = make_list();
  if (!lines) return nullptr;
  while (uint64_t n = line_length(b, -1)) {
    Ref line = take(b, n);
    if (!line || !list_append(lines, std::move(line))) return nullptr;
    total += static_cast<int64_t>(n);
    if (most > 0 && total >= most) break;
  }
  return lines;
}
static Ref readinto_method(Args& a) {
  BytesIO* b = bio(a.self);
  WritableBuffer target("readinto", a[0]);
  if (!target.ok() || !check_open(b)) return nullptr;
  gc::ObjectLock lock(&b->h);
  uint64_t left = b->pos < b->size ? b->size - b->pos : 0;
  uint64_t n = static_cast<uint64_t>(target.size()) < left ? static_cast<uint64_t>(target.size()) : left;
  if (n) memmove(target.data(), b->data() + b->pos, n);
  b->pos += n;
  return make_int(static_cast<int64_t>(n));
}
static Ref bytes_io_iter(Value self) { return check_open(bio(self)) ? Ref::dup(self) : nullptr; }
static Ref bytes_io_next(Value self) {
  BytesIO* b = bio(self);
  if (!check_open(b)) return nullptr;
  uint64_t n = line_length(b, -1);
  return n ? take(b, n) : Ref::imm(kStopIter);
}

// ---- writing ------------------------------------------------------------------------------------------------------------------------------------

static Ref write_method(Args& a) {
  int64_t n = write_object(bio(a.self), a[0]);
  return n < 0 ? nullptr : make_int(n);
}
static Ref writelines_method(Args& a) {
  BytesIO* b = bio(a.self);
  if (!check_open(b)) return nullptr;
  IterEach it(a[0]);
  while (it.next())
    if (write_object(b, it.item()) < 0) return nullptr;
  return it.failed() ? nullptr : Ref::imm(kNone);
}
static Ref truncate_method(Args& a) {
  BytesIO* b = bio(a.self);
  int64_t size = static_cast<int64_t>(b->pos);
  if (!size_argument(a[0], &size) || !check_open(b) || !check_exports(b)) return nullptr;
  if (size < 0) return raise(types::ValueError, "negative size value %zd", static_cast<ssize_t>(size));
  Ref drop;
  gc::ObjectLock lock(&b->h);
  if (static_cast<uint64_t>(size) < b->size) {
    if (!make_own(b, 0, &drop)) return nullptr;
    b->size = static_cast<uint64_t>(size);
  }
  return make_int(size);
}

// ---- position and value ---------------------------------------------------------------------------------------------------------------------------

static Ref seek_method(Args& a) {
  BytesIO* b = bio(a.self);
  int64_t pos;
  int whence = 0;
  if (!to_c_ssize(a[0], &pos) || (a[1] && !to_c_int(a[1], &whence)) || !check_open(b)) return nullptr;
  if (pos < 0 && whence == 0) return raise(types::ValueError, "negative seek value %zd", static_cast<ssize_t>(pos));
  if (whence < 0 || whence > 2) return raise(types::ValueError, "invalid whence (%i, should be 0, 1 or 2)", whence);
  gc::ObjectLock lock(&b->h);
  int64_t base = whence == 0 ? 0 : static_cast<int64_t>(whence == 1 ? b->pos : b->size);
  if (pos > INT64_MAX - base) return raise(types::OverflowError, "new position too large");
  pos += base;
  b->pos = pos < 0 ? 0 : static_cast<uint64_t>(pos);
  return make_int(static_cast<int64_t>(b->pos));
}
static Ref tell_method(Args& a) {
  return check_open(bio(a.self)) ? make_int(static_cast<int64_t>(bio(a.self)->pos)) : nullptr;
}

static Ref value_of(BytesIO* b) {
  Ref value;
  gc::ObjectLock lock(&b->h);
  if (b->shared) {
    value = Ref::dup(b->shared);
  } else {
    value = make_bytes(b->own, b->size);
  }
  return value;
}
static Ref getvalue_method(Args& a) { return check_open(bio(a.self)) ? value_of(bio(a.self)) : nullptr; }

static Ref close_method(Args& a) {
  BytesIO* b = bio(a.self);
  if (!check_exports(b)) return nullptr;
  b->closed = true;
  drop_content(b);
  return Ref::imm(kNone);
}
static Ref closed_get(Value self) { return Ref::imm(bool_value(bio(self)->closed)); }
static Ref yes_method(Args& a) { return check_open(bio(a.self)) ? Ref::imm(kTrue) : nullptr; }
static Ref no_method(Args& a) { return check_open(bio(a.self)) ? Ref::imm(kFalse) : nullptr; }
static Ref flush_method(Args& a) { return check_open(bio(a.self)) ? Ref::imm(kNone) : nullptr; }

static Ref getstate_method(Args& a) {
  BytesIO* b = bio(a.self);
  if (!check_open(b)) return nullptr;
  Ref value = value_of(b), pos = make_int(static_cast<int64_t>(b->pos));
  Ref dict = instance_dict(a.self.header());
  Ref copy = dict && is_dict(dict) && dict_size(dict) ? dict_copy(dict) : Ref::imm(kNone);
  if (!value || !copy || error_occurred()) return nullptr;
  return make_tuple_of({value.get(), pos.get(), copy.get()});
}
static Ref setstate_method(Args& a) {
  BytesIO* b = bio(a.self);
  Value state = a[0];
  if (!is_tuple(state) || tuple_size(state) < 3)
    return raise(types::TypeError, "%.200T.__setstate__ argument should be 3-tuple, got %.200T", a.self, state);
  if (!check_exports(b)) return nullptr;
  b->pos = b->size = 0;
  drop_content(b);
  if (write_object(b, tuple_at(state, 0)) < 0) return nullptr;
  Value pos = tuple_at(state, 1), dict = tuple_at(state, 2);
  if (!is_int(pos)) return raise(types::TypeError, "second item of state must be an integer, got %.200T", pos);
  int64_t n;
  if (!plain_int_to_ssize(pos, &n)) return nullptr;
  if (n < 0) return raise(types::ValueError, "position value cannot be negative");
  b->pos = static_cast<uint64_t>(n);
  if (dict == kNone) return Ref::imm(kNone);
  if (!is_dict(dict)) return raise(types::TypeError, "third item of state should be a dict, got a %.200T", dict);
  Ref own = instance_dict(a.self.header());
  if (!own || !dict_update(own, dict)) return nullptr;
  return Ref::imm(kNone);
}
static Ref sizeof_method(Args& a) { return make_int(static_cast<int64_t>(bytes_io_size_of(a.self.header()))); }

// ---- getbuffer(): an object that exports the content for as long as views of it live ----------------------------------------------------------------

struct Exporter {
  Header h;
  Value source;  // BytesIO
};
static bool exporter_get_buffer(Value v, Buffer* out, int flags) {
  BytesIO* b = bio(v.as<Exporter>()->source);
  Ref drop;
  gc::ObjectLock lock(&b->h);
  if (!make_own(b, b->size ? b->size : 1, &drop)) return false;
  if (!fill_buffer_info(out, v, b->own, static_cast<int64_t>(b->size), false, flags)) return false;
  b->exports++;
  return true;
}
static void exporter_release_buffer(Value v, Buffer*) {
  BytesIO* b = bio(v.as<Exporter>()->source);
  gc::ObjectLock lock(&b->h);
  b->exports--;
}
static void exporter_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<Exporter*>(h)->source); }
static void exporter_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  { Ref source = gc::take(h, &reinterpret_cast<Exporter*>(h)->source); }
  finish_dealloc(h);
}
static const TypeSpec kExporterSpec = {
    .flags = kTypeGc | kTypeNoInstantiate,
    .basic_size = sizeof(Exporter),
    .ops = {.trace = exporter_trace, .dealloc = exporter_dealloc},
    .s = {.get_buffer = exporter_get_buffer, .release_buffer = exporter_release_buffer},
};
bool init_bytes_io_types() {
  exporter_type = make_native_type("_io._BytesIOBuffer", types::Object, &kExporterSpec);
  return exporter_type != nullptr;
}
static Ref getbuffer_method(Args& a) {
  if (!check_open(bio(a.self))) return nullptr;
  Exporter* e = alloc_instance_as<Exporter>(exporter_type);
  if (!e) return nullptr;
  Ref keep = Ref::steal(e);
  gc::init(&e->source, Ref::dup(a.self));
  return make_memoryview(keep);
}

static const NativeDef kMethods[] = {
    {"readable", "($self, /)", yes_method, 0, "True if the stream is open."},
    {"seekable", "($self, /)", yes_method, 0, "True if the stream is open."},
    {"writable", "($self, /)", yes_method, 0, "True if the stream is open."},
    {"close", "($self, /)", close_method, 0, "Lets the content go; the stream can't be used any more."},
    {"flush", "($self, /)", flush_method, 0, "Does nothing."},
    {"isatty", "($self, /)", no_method, 0, "False: it is no terminal."},
    {"tell", "($self, /)", tell_method, 0, "The current position, an integer."},
    {"write", "($self, b, /)", write_method, 0, "Writes bytes and gives their number."},
    {"writelines", "($self, lines, /)", writelines_method, 0,
     "Writes bytes objects one after the other. No line ends are added."},
    {"read1", "($self, size=-1, /)", read_method, 0,
     "Reads at most size bytes; to the end if size is negative or left out."},
    {"readinto", "($self, buffer, /)", readinto_method, 0,
     "Reads into a buffer and gives the number of bytes, 0 at the end."},
    {"readline", "($self, size=-1, /)", readline_method, 0,
     "The next line, of at most size bytes if size isn't negative. b'' at the end."},
    {"readlines", "($self, size=None, /)", readlines_method, 0,
     "The lines that follow as a list.\n\nWith a size the reading ends once they are that long together."},
    {"read", "($self, size=-1, /)", read_method, 0,
     "Reads at most size bytes; to the end if size is negative or left out. b'' at the end."},
    {"getvalue", "($self, /)", getvalue_method, 0, "The whole content as bytes."},
    {"getbuffer", "($self, /)", getbuffer_method, 0,
     "A writable view of the content. While it lives the stream can't change its size."},
    {"seek", "($self, pos, whence=0, /)", seek_method, 0,
     "Moves to a position: counted from the start (0), from the current one (1) or\nfrom the end (2). Gives the new "
     "position."},
    {"truncate", "($self, size=None, /)", truncate_method, 0,
     "Cuts the content to at most size bytes: by default at the current position.\n\nThe position doesn't change. "
     "Gives the size."},
    {"__getstate__", "($self, /)", getstate_method, kNativeNoSignature | kNativeCoexist, nullptr},
    {"__setstate__", "($self, state, /)", setstate_method, kNativeNoSignature, nullptr},
    {"__sizeof__", "($self, /)", sizeof_method, kNativeNoSignature | kNativeCoexist, nullptr},
    {}};
static const GetSetDef kGetSet[] = {{"closed", closed_get, nullptr, "True if the file is closed."}, {}};

const TypeSpec kBytesIOSpec = {
    .doc = "BytesIO(initial_bytes=b'')\n--\n\nA binary stream in memory.",
    .flags = kStreamFlags,
    .basic_size = sizeof(BytesIO),
    .ops = {.trace = bytes_io_trace, .dealloc = bytes_io_dealloc, .size_of = bytes_io_size_of},
    .methods = kMethods,
    .getset = kGetSet,
    .s = {.iter = bytes_io_iter, .next = bytes_io_next, .init = bytes_io_init, .new_ = bytes_io_new},
};

}  // namespace taipan::io
