// bytes, bytearray and the buffer protocol.
#pragma once
#include <string_view>
#include "interp/objects/type.h"

namespace taipan {

struct Bytes {
  Header h;
  std::atomic<int64_t> hash;
  uint64_t size;
  uint8_t* data() { return reinterpret_cast<uint8_t*>(this + 1); }  // a zero byte follows
  const uint8_t* data() const { return reinterpret_cast<const uint8_t*>(this + 1); }
  std::string_view view() const { return {reinterpret_cast<const char*>(data()), size}; }
};
struct ByteArray {
  Header h;
  uint8_t* buf;    // raw buffer
  uint8_t* start;  // logical start in buf
  uint64_t size;
  uint64_t capacity;
  int64_t exports;  // >0: cannot be resized
};

Ref make_bytes(std::string_view s);
Ref make_bytes(const void* p, size_t n);
Ref new_bytes_raw(size_t n);  // uninitialised; fill before anyone sees it
Ref make_bytearray(const void* p, size_t n);
size_t bytearray_size(Value v);  // safe with the GIL off
// Bytes [from, to) of one that has n bytes; null, without an error, if it has another number by now.
Ref bytearray_part(Value v, size_t n, size_t from, size_t to);
bool bytearray_resize(Value ba, size_t n);  // BufferError while exported

// PEP 3118.
enum BufferFlags {
  kBufSimple = 0,
  kBufWritable = 1,
  kBufFormat = 4,
  kBufNd = 8,
  kBufStrides = 16 | kBufNd,
  kBufCContiguous = 32 | kBufStrides,
  kBufFContiguous = 64 | kBufStrides,
  kBufAnyContiguous = 128 | kBufStrides,
  kBufIndirect = 256 | kBufStrides,
  kBufFull = kBufIndirect | kBufWritable | kBufFormat,
  kBufFullRo = kBufIndirect | kBufFormat
};
struct Buffer {
  void* data = nullptr;
  Value owner;      // owned exporter
  int64_t len = 0;  // bytes
  int64_t itemsize = 1;
  bool read_only = true;
  int ndim = 1;
  const char* format = nullptr;  // null: "B"
  int64_t* shape = nullptr;
  int64_t* strides = nullptr;
  int64_t* suboffsets = nullptr;
  void* internal = nullptr;
  int64_t small[2] = {0, 0};  // storage for one-dimensional shape and strides
};
bool get_buffer(Value o, Buffer* out, int flags);  // "a bytes-like object is required, not 'X'"
void release_buffer(Buffer* b);
bool fill_buffer_info(Buffer* out, Value owner, void* data, int64_t len, bool read_only, int flags);
bool has_buffer(Value o);
// A contiguous view of a bytes-like object while in scope.
class BufferView {
 public:
  explicit BufferView(Value o, int flags = kBufSimple) : ok_(get_buffer(o, &b_, flags)) {}
  ~BufferView() {
    if (ok_) release_buffer(&b_);
  }
  BufferView(const BufferView&) = delete;
  bool ok() const { return ok_; }
  uint8_t* data() const { return static_cast<uint8_t*>(b_.data); }
  size_t size() const { return static_cast<size_t>(b_.len); }
  std::string_view view() const { return {static_cast<const char*>(b_.data), static_cast<size_t>(b_.len)}; }

 private:
  Buffer b_;
  bool ok_;
};
Ref make_memoryview(Value o);
Ref make_memoryview_from(void* p, size_t n, bool writable);  // memory that outlives the view

extern bool warn_on_bytes_str;  // -b: BytesWarning where bytes and str meet

}  // namespace taipan
