// zlib: deflate and inflate over zlib itself, with CPython's stream objects, and the two checksums.
#include <zlib.h>
#include <climits>
#include <new>
#include "interp/objects/dict.h"
#include "interp/shared/output_buffer.h"
#include "interp/shared/shared_module.h"

namespace taipan {

namespace {

constexpr int64_t kDefaultBuffer = 16384;
constexpr int kDefaultMemLevel = 8;
Value zlib_error;  // immortal class
TypeObject* compress_type;
TypeObject* decompress_type;

Fail fail(const z_stream& z, int err, const char* what) {
  const char* why = err == Z_VERSION_ERROR ? "library version mismatch" : z.msg;
  if (!why) {
    if (err == Z_BUF_ERROR)
      why = "incomplete or truncated stream";
    else if (err == Z_STREAM_ERROR)
      why = "inconsistent stream state";
    else if (err == Z_DATA_ERROR)
      why = "invalid input data";
  }
  TypeObject* type = zlib_error.as<TypeObject>();
  if (!why) return raise(type, "Error %d %s", err, what);
  return raise(type, "Error %d %s: %.200s", err, what, why);
}

// zlib counts in 32 bits: hands it the input piece by piece.
struct Input {
  const uint8_t* p;
  size_t left;
  void give(z_stream& z) {
    z.next_in = const_cast<Bytef*>(p);
    z.avail_in = static_cast<uInt>(std::min<size_t>(left, UINT_MAX));
    p += z.avail_in;
    left -= z.avail_in;
  }
};
void give_room(z_stream& z, OutputBuffer& out) {
  z.next_out = out.room();
  z.avail_out = static_cast<uInt>(std::min<size_t>(out.room_size(), UINT_MAX));
}
constexpr int kNoMemory = 1000;  // beside zlib's codes

// Runs deflate over all the input.
int deflate_all(z_stream& z, const uint8_t* p, size_t n, int last_flush, OutputBuffer& out) {
  Input in{p, n};
  int err;
  do {
    in.give(z);
    int flush = in.left ? Z_NO_FLUSH : last_flush;
    do {
      if (!out.ensure()) return kNoMemory;
      give_room(z, out);
      uInt room = z.avail_out;
      err = deflate(&z, flush);
      out.wrote(room - z.avail_out);
      if (err == Z_STREAM_ERROR) return err;
    } while (z.avail_out == 0);
  } while (err != Z_STREAM_END && in.left);
  return err;
}

bool int_arg(Value v, int otherwise, int* out) {
  *out = otherwise;
  return v.is_null() || to_c_int(v, out);
}

Ref zlib_compress(Args& a) {
  BufferView data(a[0]);
  int level, wbits;
  if (!data.ok() || !int_arg(a[1], Z_DEFAULT_COMPRESSION, &level) || !int_arg(a[2], MAX_WBITS, &wbits)) return nullptr;
  z_stream z = {};
  int err = deflateInit2(&z, level, Z_DEFLATED, wbits, kDefaultMemLevel, Z_DEFAULT_STRATEGY);
  if (err == Z_MEM_ERROR) return raise(types::MemoryError, "Out of memory while compressing data");
  if (err == Z_STREAM_ERROR) return raise(zlib_error.as<TypeObject>(), "Bad compression level");
  if (err != Z_OK) {
    deflateEnd(&z);
    return fail(z, err, "while compressing data");
  }
  OutputBuffer out;
  err = detached_if(data.size() >= kDetachSize, [&] {
    size_t guess = std::min<size_t>(compressBound(data.size()), 1 << 20);
    int e = out.start(guess) ? deflate_all(z, data.data(), data.size(), Z_FINISH, out) : kNoMemory;
    int end = deflateEnd(&z);
    return e == Z_STREAM_END && end != Z_OK ? end : e;
  });
  if (err == kNoMemory) return raise_memory();
  if (err != Z_STREAM_END)
    return fail(z, err, err == Z_STREAM_ERROR ? "while compressing data" : "while finishing compression");
  return out.finish();
}

Ref zlib_decompress(Args& a) {
  BufferView data(a[0]);
  int wbits;
  int64_t size = kDefaultBuffer;
  if (!data.ok() || !int_arg(a[1], MAX_WBITS, &wbits) || (a.has(2) && !to_ssize(a[2], &size, types::OverflowError)))
    return nullptr;
  if (size < 0) return raise(types::ValueError, "bufsize must be non-negative");
  z_stream z = {};
  int err = inflateInit2(&z, wbits);
  if (err == Z_MEM_ERROR) return raise(types::MemoryError, "Out of memory while decompressing data");
  if (err != Z_OK) {
    inflateEnd(&z);
    return fail(z, err, "while preparing to decompress data");
  }
  OutputBuffer out;
  bool ended = false;
  {
    gc::BlockingScope scope;
    Input in{data.data(), data.size()};
    err = out.start(static_cast<size_t>(size)) ? Z_OK : kNoMemory;
    while (err != kNoMemory) {
      in.give(z);
      int flush = in.left ? Z_NO_FLUSH : Z_FINISH;
      do {
        if (!out.ensure()) {
          err = kNoMemory;
          break;
        }
        give_room(z, out);
        uInt room = z.avail_out;
        err = inflate(&z, flush);
        out.wrote(room - z.avail_out);
        if (err != Z_OK && err != Z_BUF_ERROR) break;
      } while (z.avail_out == 0);
      if ((err != Z_OK && err != Z_BUF_ERROR) || !in.left) break;
    }
    ended = err == Z_STREAM_END;
    if (ended) err = inflateEnd(&z);
  }
  if (ended) return err == Z_OK ? out.finish() : static_cast<Ref>(fail(z, err, "while finishing decompression"));
  Ref raised;
  if (err == kNoMemory)
    raised = raise_memory();
  else if (err == Z_MEM_ERROR)
    raised = raise(types::MemoryError, "Out of memory while decompressing data");
  else
    raised = fail(z, err, "while decompressing data");
  inflateEnd(&z);
  return raised;
}

// ---- stream objects

struct Stream {
  Header h;
  std::mutex mutex;
  bool live;  // the z_stream is initialised
  bool eof;
  z_stream z;
  Value zdict;        // any bytes-like object, or null
  Value unused_data;  // bytes
  Value unconsumed;   // bytes
};
Stream* stream_of(Value v) { return v.as<Stream>(); }
void stream_trace(Header* h, gc::Visitor& v) {
  auto* s = reinterpret_cast<Stream*>(h);
  v.visit(s->zdict);
  v.visit(s->unused_data);
  v.visit(s->unconsumed);
}
void drop_fields(Stream* s) {
  Ref a = gc::take(&s->h, &s->zdict), b = gc::take(&s->h, &s->unused_data), c = gc::take(&s->h, &s->unconsumed);
}
template <int (*kEnd)(z_stream*)>
void stream_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* s = reinterpret_cast<Stream*>(h);
  if (s->live) kEnd(&s->z);
  drop_fields(s);
  finish_dealloc(h);
}
Ref new_stream(TypeObject* type) {
  auto* s = alloc_instance_as<Stream>(type);
  if (!s) return nullptr;
  new (&s->mutex) std::mutex;
  Ref self = Ref::steal(s);
  Ref empty = make_bytes(""), empty2 = make_bytes("");
  if (!empty || !empty2) return nullptr;
  gc::init(&s->unused_data, std::move(empty));
  gc::init(&s->unconsumed, std::move(empty2));
  return self;
}

Ref zlib_compressobj(Args& a) {
  int level, method, wbits, mem_level, strategy;
  if (!int_arg(a[0], Z_DEFAULT_COMPRESSION, &level) || !int_arg(a[1], Z_DEFLATED, &method) ||
      !int_arg(a[2], MAX_WBITS, &wbits) || !int_arg(a[3], kDefaultMemLevel, &mem_level) ||
      !int_arg(a[4], Z_DEFAULT_STRATEGY, &strategy))
    return nullptr;
  Buffer dictionary;
  bool has_dictionary = a.has(5) && a[5] != kNone;
  if (has_dictionary && !get_buffer(a[5], &dictionary, kBufSimple)) return nullptr;
  struct Release {
    Buffer* b;
    ~Release() {
      if (b) release_buffer(b);
    }
  } release{has_dictionary ? &dictionary : nullptr};
  if (has_dictionary && dictionary.len > UINT_MAX)
    return raise(types::OverflowError, "zdict length does not fit in an unsigned int");
  Ref self = new_stream(compress_type);
  if (!self) return nullptr;
  Stream* s = stream_of(self);
  int err = deflateInit2(&s->z, level, method, wbits, mem_level, strategy);
  if (err == Z_MEM_ERROR) return raise(types::MemoryError, "Can't allocate memory for compression object");
  if (err == Z_STREAM_ERROR) return raise(types::ValueError, "Invalid initialization option");
  if (err != Z_OK) return fail(s->z, err, "while creating compression object");
  s->live = true;
  if (has_dictionary) {
    err = deflateSetDictionary(&s->z, static_cast<const Bytef*>(dictionary.data), static_cast<uInt>(dictionary.len));
    if (err == Z_STREAM_ERROR) return raise(types::ValueError, "Invalid dictionary");
    if (err != Z_OK) return raise(types::ValueError, "deflateSetDictionary()");
  }
  return self;
}

Ref compress_compress(Args& a) {
  BufferView data(a[0]);
  if (!data.ok()) return nullptr;
  Stream* s = stream_of(a.self);
  OutputBuffer out;
  StreamLock lock(s->mutex);
  if (!s->live) return fail(s->z, Z_STREAM_ERROR, "while compressing data");
  int err = detached_if(data.size() >= kDetachSize, [&] {
    return out.start(data.size() < 4096 ? 4096 : kDefaultBuffer)
               ? deflate_all(s->z, data.data(), data.size(), Z_NO_FLUSH, out)
               : kNoMemory;
  });
  if (err == kNoMemory) return raise_memory();
  if (err == Z_STREAM_ERROR) return fail(s->z, err, "while compressing data");
  return out.finish();
}
Ref compress_flush(Args& a) {
  int mode;
  if (!int_arg(a[0], Z_FINISH, &mode)) return nullptr;
  if (mode == Z_NO_FLUSH) return make_bytes("");
  Stream* s = stream_of(a.self);
  OutputBuffer out;
  StreamLock lock(s->mutex);
  if (!s->live) return fail(s->z, Z_STREAM_ERROR, "while flushing");
  int err;
  {
    gc::BlockingScope scope;
    err = out.start(kDefaultBuffer) ? deflate_all(s->z, nullptr, 0, mode, out) : kNoMemory;
  }
  if (err == kNoMemory) return raise_memory();
  if (err == Z_STREAM_ERROR) return fail(s->z, err, "while flushing");
  if (err == Z_STREAM_END && mode == Z_FINISH) {
    s->live = false;
    err = deflateEnd(&s->z);
    if (err != Z_OK) return fail(s->z, err, "while finishing compression");
  } else if (err != Z_OK && err != Z_BUF_ERROR) {
    return fail(s->z, err, "while flushing");
  }
  return out.finish();
}

template <int (*kCopy)(z_stream*, z_stream*)>
Ref copy_stream(Value self, TypeObject* type, const char* memory, const char* what) {
  Stream* s = stream_of(self);
  Ref fresh = new_stream(type);
  if (!fresh) return nullptr;
  Stream* t = stream_of(fresh);
  StreamLock lock(s->mutex);
  int err = s->live ? kCopy(&t->z, &s->z) : Z_STREAM_ERROR;
  if (err == Z_STREAM_ERROR) return raise(types::ValueError, "Inconsistent stream state");
  if (err == Z_MEM_ERROR) return raise(types::MemoryError, "%s", memory);
  if (err != Z_OK) return fail(s->z, err, what);
  t->live = true;
  t->eof = s->eof;
  gc::store(&t->h, &t->unused_data, Ref::dup(s->unused_data));
  gc::store(&t->h, &t->unconsumed, Ref::dup(s->unconsumed));
  if (s->zdict) gc::store(&t->h, &t->zdict, Ref::dup(s->zdict));
  return fresh;
}
Ref compress_copy(Args& a) {
  return copy_stream<deflateCopy>(a.self, compress_type, "Can't allocate memory for compression object",
                                  "while copying compression object");
}

// ---- inflating

bool set_dictionary(Stream* s) {
  BufferView view(s->zdict);
  if (!view.ok()) return false;
  if (view.size() > UINT_MAX) return raise(types::OverflowError, "zdict length does not fit in an unsigned int");
  int err = inflateSetDictionary(&s->z, view.data(), static_cast<uInt>(view.size()));
  return err == Z_OK || static_cast<bool>(fail(s->z, err, "while setting zdict"));
}

Ref zlib_decompressobj(Args& a) {
  int wbits;
  if (!int_arg(a[0], MAX_WBITS, &wbits)) return nullptr;
  if (a.has(1) && !has_buffer(a[1])) return raise(types::TypeError, "zdict argument must support the buffer protocol");
  Ref self = new_stream(decompress_type);
  if (!self) return nullptr;
  Stream* s = stream_of(self);
  if (a.has(1)) gc::init(&s->zdict, Ref::dup(a[1]));
  int err = inflateInit2(&s->z, wbits);
  if (err == Z_MEM_ERROR) return raise(types::MemoryError, "Can't allocate memory for decompression object");
  if (err == Z_STREAM_ERROR) return raise(types::ValueError, "Invalid initialization option");
  if (err != Z_OK) return fail(s->z, err, "while creating decompression object");
  s->live = true;
  if (s->zdict && wbits < 0 && !set_dictionary(s)) return nullptr;
  return self;
}

// Keeps what inflate didn't take: after the end of the stream in unused_data, else in unconsumed_tail.
bool save_rest(Stream* s, const uint8_t* end, int err) {
  size_t left = static_cast<size_t>(end - s->z.next_in);
  if (err == Z_STREAM_END) {
    if (left) {
      Value old = s->unused_data;
      size_t before = old.as<Bytes>()->size;
      Ref joined = new_bytes_raw(before + left);
      if (!joined) return false;
      memcpy(joined.as<Bytes>()->data(), old.as<Bytes>()->data(), before);
      memcpy(joined.as<Bytes>()->data() + before, s->z.next_in, left);
      gc::store(&s->h, &s->unused_data, std::move(joined));
      s->z.avail_in = 0;
    }
    left = 0;
  }
  if (left || s->unconsumed.as<Bytes>()->size) {
    Ref rest = make_bytes(s->z.next_in, left);
    if (!rest) return false;
    gc::store(&s->h, &s->unconsumed, std::move(rest));
  }
  return true;
}

// Inflates until the input is used up, the stream ends or the limit is reached. May set the dictionary on the way.
int inflate_some(Stream* s, const uint8_t* p, size_t n, int last_flush, OutputBuffer& out, bool* raised) {
  z_stream& z = s->z;
  Input in{p, n};
  int err = Z_OK;
  z.next_in = const_cast<Bytef*>(p);
  do {
    in.give(z);
    for (;;) {
      int flush = in.left ? Z_SYNC_FLUSH : last_flush;
      err = detached_if(true, [&] {
        int e;
        do {
          if (!out.ensure()) return kNoMemory;
          if (out.room_size() == 0) {  // the limit is reached
            e = Z_BUF_ERROR;
            break;
          }
          give_room(z, out);
          uInt room = z.avail_out;
          e = inflate(&z, flush);
          out.wrote(room - z.avail_out);
          if (e != Z_OK && e != Z_BUF_ERROR) break;
        } while (z.avail_out == 0);
        return e;
      });
      if (err != Z_NEED_DICT || !s->zdict) break;
      if (!set_dictionary(s)) {
        *raised = true;
        return err;
      }
    }
  } while (err != kNoMemory && (err == Z_OK || err == Z_BUF_ERROR) && !out.full() && in.left);
  return err;
}

Ref decompress_decompress(Args& a) {
  BufferView data(a[0]);
  int64_t limit = 0;
  if (!data.ok() || (a.has(1) && !to_ssize(a[1], &limit, types::OverflowError))) return nullptr;
  if (limit < 0) return raise(types::ValueError, "max_length must be non-negative");
  Stream* s = stream_of(a.self);
  StreamLock lock(s->mutex);
  OutputBuffer out;
  if (!out.start(kDefaultBuffer, limit ? limit : -1)) return raise_memory();
  bool raised = false;
  int err = inflate_some(s, data.data(), data.size(), Z_SYNC_FLUSH, out, &raised);
  if (raised) return nullptr;
  if (err == kNoMemory) return raise_memory();
  if (!save_rest(s, data.data() + data.size(), err)) return nullptr;
  if (err == Z_STREAM_END)
    s->eof = true;
  else if (err != Z_OK && err != Z_BUF_ERROR)
    return fail(s->z, err, "while decompressing data");
  return out.finish();
}
Ref decompress_flush(Args& a) {
  int64_t length = kDefaultBuffer;
  if (a.has(0) && !to_ssize(a[0], &length, types::OverflowError)) return nullptr;
  if (length <= 0) return raise(types::ValueError, "length must be greater than zero");
  Stream* s = stream_of(a.self);
  StreamLock lock(s->mutex);
  Ref tail = Ref::dup(s->unconsumed);
  const Bytes* input = tail.as<Bytes>();
  OutputBuffer out;
  if (!out.start(static_cast<size_t>(std::min<int64_t>(length, 1 << 30)))) return raise_memory();
  bool raised = false;
  int err = inflate_some(s, input->data(), input->size, Z_FINISH, out, &raised);
  if (raised) return nullptr;
  if (err == kNoMemory) return raise_memory();
  if (!save_rest(s, input->data() + input->size, err)) return nullptr;
  if (err == Z_STREAM_END) {
    s->eof = true;
    s->live = false;
    err = inflateEnd(&s->z);
    if (err != Z_OK) return fail(s->z, err, "while finishing decompression");
  }
  return out.finish();
}
Ref decompress_copy(Args& a) {
  return copy_stream<inflateCopy>(a.self, decompress_type, "Can't allocate memory for decompression object",
                                  "while copying decompression object");
}

// ---- checksums

template <uLong (*kSum)(uLong, const Bytef*, z_size_t), uint32_t kStart>
Ref checksum(Args& a) {
  BufferView data(a[0]);
  if (!data.ok()) return nullptr;
  uint32_t value = kStart;
  if (a.has(1)) {
    Ref n = to_index(a[1]);
    if (!n) return nullptr;
    value = static_cast<uint32_t>(int_low64(n));
  }
  // A null pointer would ask for the start value.
  if (data.size())
    value = static_cast<uint32_t>(
        detached_if(data.size() > 5 * 1024, [&] { return kSum(value, data.data(), data.size()); }));
  return make_int(value);
}

const NativeDef kCompressMethods[] = {
    {"compress", "($self, data, /)", compress_compress, 0, "Compresses data; returns what is ready of the output."},
    {"flush", "($self, mode=zlib.Z_FINISH, /)", compress_flush, 0,
     "Returns the pending output. After Z_FINISH, the default, the object is used up."},
    {"copy", "($self, /)", compress_copy, 0, "A copy of the compressor with the same state."},
    {"__copy__", "($self, /)", compress_copy, 0, nullptr},
    {"__deepcopy__", "($self, memo, /)", compress_copy, 0, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const NativeDef kDecompressMethods[] = {
    {"decompress", "($self, data, /, max_length=0)", decompress_decompress, 0,
     "Decompresses data, to at most max_length bytes (0: without limit); the input left over is in unconsumed_tail."},
    {"flush", "($self, length=zlib.DEF_BUF_SIZE, /)", decompress_flush, 0, "Decompresses what is left of the input."},
    {"copy", "($self, /)", decompress_copy, 0, "A copy of the decompressor with the same state."},
    {"__copy__", "($self, /)", decompress_copy, 0, nullptr},
    {"__deepcopy__", "($self, memo, /)", decompress_copy, 0, nullptr},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const MemberDef kDecompressMembers[] = {{"unused_data", kMemberValue, offsetof(Stream, unused_data), true, nullptr},
                                        {"unconsumed_tail", kMemberValue, offsetof(Stream, unconsumed), true, nullptr},
                                        {"eof", kMemberBool, offsetof(Stream, eof), true, nullptr},
                                        {nullptr, kMemberValue, 0, true, nullptr}};
const TypeSpec kCompressSpec = {.flags = kTypeNoInstantiate | kTypeImmutable,
                                .basic_size = sizeof(Stream),
                                .ops = {.trace = stream_trace, .dealloc = stream_dealloc<deflateEnd>},
                                .methods = kCompressMethods};
const TypeSpec kDecompressSpec = {.flags = kTypeNoInstantiate | kTypeImmutable,
                                  .basic_size = sizeof(Stream),
                                  .ops = {.trace = stream_trace, .dealloc = stream_dealloc<inflateEnd>},
                                  .methods = kDecompressMethods,
                                  .members = kDecompressMembers};

const NativeDef kFunctions[] = {{"adler32", "($module, data, value=1, /)", (checksum<adler32_z, 1>), 0,
                                 "The Adler-32 checksum of data, going on from value."},
                                {"compress", "($module, data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)",
                                 zlib_compress, 0, "The compressed data."},
                                {"compressobj",
                                 "($module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED, wbits=MAX_WBITS, "
                                 "memLevel=DEF_MEM_LEVEL, strategy=Z_DEFAULT_STRATEGY, zdict=None)",
                                 zlib_compressobj, 0, "A compressor for data that comes in pieces."},
                                {"crc32", "($module, data, value=0, /)", (checksum<crc32_z, 0>), 0,
                                 "The CRC-32 checksum of data, going on from value."},
                                {"decompress", "($module, data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)",
                                 zlib_decompress, 0, "The data that was compressed."},
                                {"decompressobj", "($module, /, wbits=MAX_WBITS, zdict=b'')", zlib_decompressobj, 0,
                                 "A decompressor for data that comes in pieces."},
                                {nullptr, nullptr, nullptr, 0, nullptr}};
const IntConstant kConstants[] = {{"MAX_WBITS", MAX_WBITS},
                                  {"DEFLATED", Z_DEFLATED},
                                  {"DEF_MEM_LEVEL", kDefaultMemLevel},
                                  {"DEF_BUF_SIZE", kDefaultBuffer},
                                  {"Z_BEST_SPEED", Z_BEST_SPEED},
                                  {"Z_BEST_COMPRESSION", Z_BEST_COMPRESSION},
                                  {"Z_DEFAULT_COMPRESSION", Z_DEFAULT_COMPRESSION},
                                  {"Z_NO_COMPRESSION", Z_NO_COMPRESSION},
                                  {"Z_FILTERED", Z_FILTERED},
                                  {"Z_HUFFMAN_ONLY", Z_HUFFMAN_ONLY},
                                  {"Z_RLE", Z_RLE},
                                  {"Z_FIXED", Z_FIXED},
                                  {"Z_DEFAULT_STRATEGY", Z_DEFAULT_STRATEGY},
                                  {"Z_NO_FLUSH", Z_NO_FLUSH},
                                  {"Z_PARTIAL_FLUSH", Z_PARTIAL_FLUSH},
                                  {"Z_SYNC_FLUSH", Z_SYNC_FLUSH},
                                  {"Z_FULL_FLUSH", Z_FULL_FLUSH},
                                  {"Z_FINISH", Z_FINISH},
                                  {"Z_BLOCK", Z_BLOCK},
                                  {"Z_TREES", Z_TREES},
                                  {nullptr, 0}};

bool zlib_exec(Value module) {
  if (!zlib_error) {
    Ref error = make_exception_class("zlib.error", types::Exception);
    if (!error) return false;
    gc::make_immortal(error.get().header());
    zlib_error = error.release();
    compress_type = make_native_type("zlib.Compress", types::Object, &kCompressSpec);
    decompress_type = make_native_type("zlib.Decompress", types::Object, &kDecompressSpec);
  }
  return compress_type && decompress_type && module_add(module, "error", Ref::dup(zlib_error)) &&
         module_add_constants(module, kConstants) && module_add_str(module, "ZLIB_VERSION", ZLIB_VERSION) &&
         module_add_str(module, "ZLIB_RUNTIME_VERSION", zlibVersion()) && module_add_str(module, "__version__", "1.0");
}

// GIL off: each call has a stream of its own.
const ModuleDef kZlibModule = {
    "zlib", "Compression and decompression in zlib's, gzip's and raw deflate's formats, over zlib itself.", kFunctions,
    zlib_exec, kFunctionsAtOnce};

}  // namespace
}  // namespace taipan

TAIPAN_SHARED_MODULE(taipan::kZlibModule)
