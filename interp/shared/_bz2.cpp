// _bz2: bzip2 streams over libbz2.
#include <bzlib.h>
#include <climits>
#include <new>
#include "interp/shared/decompressor.h"
#include "interp/shared/shared_module.h"

namespace taipan {

namespace {

Fail fail(int err) {
  switch (err) {
    case BZ_PARAM_ERROR: return raise(types::ValueError, "Internal error - invalid parameters passed to libbzip2");
    case BZ_MEM_ERROR: return raise_memory();
    case BZ_DATA_ERROR:
    case BZ_DATA_ERROR_MAGIC: return raise(types::OSError, "Invalid data stream");
    case BZ_IO_ERROR: return raise(types::OSError, "Unknown I/O error");
    case BZ_UNEXPECTED_EOF:
      return raise(types::EOFError, "Compressed file ended before the logical end-of-stream was detected");
    case BZ_SEQUENCE_ERROR:
      return raise(types::RuntimeError, "Internal error - Invalid sequence of commands sent to libbzip2");
    default: return raise(types::OSError, "Unrecognized error from libbzip2: %d", err);
  }
}
constexpr size_t kMaxPiece = UINT_MAX;

// ---- compressing

struct Compressor {
  Header h;
  std::mutex mutex;
  bool live, flushed;
  bz_stream z;
};
Compressor* compressor_of(Value v) { return v.as<Compressor>(); }
void compressor_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* c = reinterpret_cast<Compressor*>(h);
  if (c->live) BZ2_bzCompressEnd(&c->z);
  finish_dealloc(h);
}
Ref compressor_new(TypeObject* cls, RawArgs) {
  auto* c = alloc_instance_as<Compressor>(cls);
  if (!c) return nullptr;
  new (&c->mutex) std::mutex;
  return Ref::steal(c);
}
bool compressor_init(Value self, RawArgs raw) {
  static const Signature sig("BZ2Compressor", "(compresslevel=9, /)");
  Value v[1];
  int level = 9;
  if (!sig.bind(raw, v) || (v[0] && !to_c_int(v[0], &level))) return false;
  if (level < 1 || level > 9) return raise(types::ValueError, "compresslevel must be between 1 and 9");
  Compressor* c = compressor_of(self);
  StreamLock lock(c->mutex);
  if (c->live) BZ2_bzCompressEnd(&c->z);
  c->z = {};
  int err = BZ2_bzCompressInit(&c->z, level, 0, 0);
  c->live = err == BZ_OK;
  c->flushed = false;
  return c->live || static_cast<bool>(fail(err));
}

constexpr int kNoMemory = 1000;
int compress_all(bz_stream& z, const uint8_t* p, size_t n, int action, OutputBuffer& out) {
  z.avail_in = 0;
  for (;;) {
    if (z.avail_in == 0 && n) {
      z.next_in = reinterpret_cast<char*>(const_cast<uint8_t*>(p));
      z.avail_in = static_cast<unsigned>(std::min(n, kMaxPiece));
      p += z.avail_in;
      n -= z.avail_in;
    }
    if (action == BZ_RUN && z.avail_in == 0) return BZ_OK;
    if (!out.ensure()) return kNoMemory;
    z.next_out = reinterpret_cast<char*>(out.room());
    z.avail_out = static_cast<unsigned>(std::min(out.room_size(), kMaxPiece));
    unsigned room = z.avail_out;
    int err = BZ2_bzCompress(&z, action);
    out.wrote(room - z.avail_out);
    if (err < 0) return err;
    if (err == BZ_STREAM_END) return BZ_OK;
  }
}
Ref compress_with(Compressor* c, const uint8_t* p, size_t n, int action) {
  OutputBuffer out;
  int err;
  if (!c->live) return fail(BZ_PARAM_ERROR);
  {
    gc::BlockingScope scope;
    err = out.start(8192) ? compress_all(c->z, p, n, action, out) : kNoMemory;
  }
  if (err == kNoMemory) return raise_memory();
  if (err < 0) return fail(err);
  return out.finish();
}
Ref compressor_compress(Args& a) {
  BufferView data(a[0]);
  if (!data.ok()) return nullptr;
  Compressor* c = compressor_of(a.self);
  StreamLock lock(c->mutex);
  if (c->flushed) return raise(types::ValueError, "Compressor has been flushed");
  return compress_with(c, data.data(), data.size(), BZ_RUN);
}
Ref compressor_flush(Args& a) {
  Compressor* c = compressor_of(a.self);
  StreamLock lock(c->mutex);
  if (c->flushed) return raise(types::ValueError, "Repeated call to flush()");
  c->flushed = true;
  return compress_with(c, nullptr, 0, BZ_FINISH);
}

// ---- decompressing

struct Bz2Codec {
  static constexpr int kNotStarted = BZ_PARAM_ERROR;
  static constexpr bool kStaysBroken = true;
  static constexpr char kBroken[] = "Decompressor is unusable after a previous error";
  bz_stream z;
  CodecStep step(const uint8_t** in, size_t* in_left, uint8_t* out, size_t* out_left, int* err) {
    z.next_in = reinterpret_cast<char*>(const_cast<uint8_t*>(*in));
    z.avail_in = static_cast<unsigned>(std::min(*in_left, kMaxPiece));
    z.next_out = reinterpret_cast<char*>(out);
    z.avail_out = static_cast<unsigned>(std::min(*out_left, kMaxPiece));
    unsigned given = z.avail_in, room = z.avail_out;
    *err = BZ2_bzDecompress(&z);
    *in += given - z.avail_in;
    *in_left -= given - z.avail_in;
    *out_left -= room - z.avail_out;
    if (*err == BZ_STREAM_END) return CodecStep::kEnd;
    return *err == BZ_OK ? CodecStep::kMore : CodecStep::kError;
  }
  static Fail fail(int err) { return taipan::fail(err); }
  void end() { BZ2_bzDecompressEnd(&z); }
};
using Bz2Decompressor = Decompressor<Bz2Codec>;

bool decompressor_init(Value self, RawArgs raw) {
  if (raw.n) return raise(types::TypeError, "BZ2Decompressor() takes no positional arguments");
  if (raw.kwnames) return raise(types::TypeError, "BZ2Decompressor() takes no keyword arguments");
  Bz2Decompressor* d = Bz2Decompressor::of(self);
  StreamLock lock(d->mutex);
  if (!d->reset()) return false;
  int err = BZ2_bzDecompressInit(&d->codec.z, 0, 0);
  d->live = err == BZ_OK;
  return d->live || static_cast<bool>(fail(err));
}

const NativeDef kCompressorMethods[] = {
    {"compress", "($self, data, /)", compressor_compress, 0, "Compresses data; returns what is ready of the output."},
    {"flush", "($self, /)", compressor_flush, 0, "Ends the stream and returns the rest of the output."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const NativeDef kDecompressorMethods[] = {
    {"decompress", "($self, /, data, max_length=-1)", Bz2Decompressor::decompress, 0,
     "Decompresses data, to at most max_length bytes unless that is negative."},
    {nullptr, nullptr, nullptr, 0, nullptr}};
const MemberDef kDecompressorMembers[] = {
    {"eof", kMemberBool, offsetof(Bz2Decompressor, eof), true, "The end of the stream was reached."},
    {"unused_data", kMemberValue, offsetof(Bz2Decompressor, unused_data), true, "What follows the end of the stream."},
    {"needs_input", kMemberBool, offsetof(Bz2Decompressor, needs_input), true,
     "More input is needed before there can be more output."},
    {nullptr, kMemberValue, 0, true, nullptr}};
const TypeSpec kCompressorSpec = {
    .doc = "BZ2Compressor(compresslevel=9, /)\n--\n\nA compressor for data that comes in pieces.",
    .flags = kTypeBaseable | kTypeImmutable,
    .basic_size = sizeof(Compressor),
    .ops = {.dealloc = compressor_dealloc},
    .methods = kCompressorMethods,
    .s = {.init = compressor_init, .new_ = compressor_new}};
const TypeSpec kDecompressorSpec = {.doc = "BZ2Decompressor()\n--\n\nA decompressor for data that comes in pieces.",
                                    .flags = kTypeBaseable | kTypeImmutable,
                                    .basic_size = sizeof(Bz2Decompressor),
                                    .ops = {.trace = Bz2Decompressor::trace, .dealloc = Bz2Decompressor::dealloc},
                                    .methods = kDecompressorMethods,
                                    .members = kDecompressorMembers,
                                    .s = {.init = decompressor_init, .new_ = Bz2Decompressor::create}};

TypeObject *compressor_type, *decompressor_type;

bool bz2_exec(Value module) {
  if (!compressor_type) {
    compressor_type = make_native_type("_bz2.BZ2Compressor", types::Object, &kCompressorSpec);
    decompressor_type = make_native_type("_bz2.BZ2Decompressor", types::Object, &kDecompressorSpec);
  }
  return compressor_type && decompressor_type && module_add_type(module, compressor_type) &&
         module_add_type(module, decompressor_type);
}

const ModuleDef kBz2Module = {"_bz2", nullptr, nullptr, bz2_exec};

}  // namespace
}  // namespace taipan

TAIPAN_SHARED_MODULE(taipan::kBz2Module)
