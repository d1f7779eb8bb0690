// The decompressor objects of _bz2 and _lzma: data is pushed in, output may be limited, input that isn't used yet is kept.
//
// A Codec is a zero-initialised struct with
//     Result step(const uint8_t** in, size_t* in_left, uint8_t* out, size_t* out_left, int* err);   // detached
//     Fail fail(int err);
//     void end();
#pragma once
#include "interp/modules/module_util.h"
#include "interp/shared/output_buffer.h"

namespace taipan {

enum class CodecStep { kMore, kEnd, kError, kNoMemory };

template <class Codec>
struct Decompressor {
  Header h;
  std::mutex mutex;
  bool live, eof, needs_input, broken;
  Value unused_data;  // bytes
  uint8_t* pending;   // input kept from earlier calls
  size_t pending_size;
  Codec codec;

  static Decompressor* of(Value v) { return v.as<Decompressor>(); }
  static void trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<Decompressor*>(h)->unused_data); }
  static void dealloc(Header* h) {
    if (!begin_dealloc(h)) return;
    auto* d = reinterpret_cast<Decompressor*>(h);
    if (d->live) d->codec.end();
    gc::raw_free(d->pending);
    Ref unused = gc::take(h, &d->unused_data);
    unused.reset();
    finish_dealloc(h);
  }
  // A new object before __init__; CPython's too can only be used after it.
  static Ref create(TypeObject* cls, RawArgs) {
    auto* d = alloc_instance_as<Decompressor>(cls);
    if (!d) return nullptr;
    new (&d->mutex) std::mutex;
    Ref self = Ref::steal(d);
    Ref empty = make_bytes("");
    if (!empty) return nullptr;
    gc::init(&d->unused_data, std::move(empty));
    d->needs_input = true;
    return self;
  }
  // The start of __init__ (again): with the lock held.
  bool reset() {
    if (live) codec.end();
    live = false;
    codec = Codec();
    eof = broken = false;
    needs_input = true;
    gc::raw_free(pending);
    pending = nullptr;
    pending_size = 0;
    Ref empty = make_bytes("");
    if (!empty) return false;
    gc::store(&h, &unused_data, std::move(empty));
    return true;
  }
  bool keep(const uint8_t* p, size_t n) {
    if (p == pending && n == pending_size) return true;
    uint8_t* fresh = nullptr;
    if (n) {
      fresh = static_cast<uint8_t*>(gc::raw_alloc(n));
      if (!fresh) return raise_memory();
      memcpy(fresh, p, n);
    }
    gc::raw_free(pending);
    pending = fresh;
    pending_size = n;
    return true;
  }

  static Ref decompress(Args& a) {
    BufferView data(a[0]);
    int64_t limit = -1;
    if (!data.ok() || (a.has(1) && !to_ssize(a[1], &limit, types::OverflowError))) return nullptr;
    Decompressor* d = of(a.self);
    StreamLock lock(d->mutex);
    if (d->eof) return raise(types::EOFError, "End of stream already reached");
    if (d->broken) return raise(types::ValueError, Codec::kBroken);
    if (!d->live) return d->codec.fail(Codec::kNotStarted);
    const uint8_t* in = data.data();
    size_t left = data.size();
    if (d->pending_size) {  // put the new data behind what is left
      if (left) {
        if (left > SIZE_MAX / 2 - d->pending_size) return raise_memory();
        auto* joined = static_cast<uint8_t*>(gc::raw_realloc(d->pending, d->pending_size + left));
        if (!joined) return raise_memory();
        memcpy(joined + d->pending_size, in, left);
        d->pending = joined;
        d->pending_size += left;
      }
      in = d->pending;
      left = d->pending_size;
    }
    OutputBuffer out;
    int err = 0;
    CodecStep step = CodecStep::kNoMemory;
    bool starved = false;  // stopped because the input ran out
    {
      gc::BlockingScope scope;
      if (out.start(32 * 1024, limit)) {
        for (;;) {
          size_t room = out.room_size(), room_left = room;
          step = d->codec.step(&in, &left, out.room(), &room_left, &err);
          out.wrote(room - room_left);
          if (step != CodecStep::kMore) break;
          if (room_left == 0) {
            if (out.full()) break;
            if (!out.ensure()) {
              step = CodecStep::kNoMemory;
              break;
            }
          } else if (left == 0) {
            starved = true;
            break;
          }
        }
      }
    }
    if (step == CodecStep::kNoMemory) return raise_memory();
    if (step == CodecStep::kError) {
      d->broken = Codec::kStaysBroken;
      d->needs_input = !d->broken;
      d->keep(nullptr, 0);
      return d->codec.fail(err);
    }
    if (step == CodecStep::kEnd) {
      d->eof = true;
      d->needs_input = false;
      Ref rest = make_bytes(in, left);
      if (!rest) return nullptr;
      gc::store(&d->h, &d->unused_data, std::move(rest));
      left = 0;
    } else {
      d->needs_input = starved;
    }
    if (!d->keep(in, left)) return nullptr;
    return out.finish();
  }
};

}  // namespace taipan
