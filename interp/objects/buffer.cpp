// The exporting and importing ends of the buffer protocol (PEP 3118).
#include <cstring>
#include "interp/objects/abstract.h"
#include "interp/objects/bytes.h"
#include "interp/objects/codecs.h"

namespace taipan {

bool has_buffer(Value o) { return o.is_heap() && type_of(o)->s.get_buffer != nullptr; }

bool get_buffer(Value o, Buffer* out, int flags) {
  if (TAIPAN_LIKELY(is_bytes_exact(o))) {
    Bytes* b = o.as<Bytes>();
    return fill_buffer_info(out, o, b->data(), static_cast<int64_t>(b->size), true, flags);
  }
  GetBufferSlot f = o.is_heap() ? type_of(o)->s.get_buffer : nullptr;
  if (!f) return raise(types::TypeError, "a bytes-like object is required, not '%T'", o);
  return f(o, out, flags);
}

void release_buffer(Buffer* b) {
  Value owner = b->owner;
  if (owner.is_null()) return;
  ReleaseBufferSlot f = type_of(owner)->s.release_buffer;
  if (f) f(owner, b);
  b->owner = Value();
  decref(owner);
}

bool fill_buffer_info(Buffer* out, Value owner, void* data, int64_t len, bool read_only, int flags) {
  if ((flags & kBufWritable) && read_only) return raise(types::BufferError, "Object is not writable.");
  incref(owner);
  out->owner = owner;
  out->data = data;
  out->len = len;
  out->itemsize = 1;
  out->read_only = read_only;
  out->ndim = 1;
  out->format = flags & kBufFormat ? "B" : nullptr;
  out->small[0] = len;
  out->small[1] = 1;
  out->shape = (flags & kBufNd) == kBufNd ? &out->small[0] : nullptr;
  out->strides = (flags & kBufStrides) == kBufStrides ? &out->small[1] : nullptr;
  out->suboffsets = nullptr;
  out->internal = nullptr;
  return true;
}

bool buffer_is_contiguous(const Buffer* b, char order) {
  if (b->suboffsets) return false;
  if (b->len == 0 || !b->strides)
    return order != 'F' || b->ndim <= 1 || b->len == 0 || [b] {
      // C order without strides is Fortran order, too, if at most one dimension is longer than one.
      int longer = 0;
      for (int i = 0; b->shape && i < b->ndim; i++) longer += b->shape[i] > 1;
      return longer <= 1;
    }();
  auto check = [b](bool fortran) {
    int64_t expected = b->itemsize;
    for (int k = 0; k < b->ndim; k++) {
      int i = fortran ? k : b->ndim - 1 - k;
      if (b->shape[i] > 1 && b->strides[i] != expected) return false;
      expected *= b->shape[i];
    }
    return true;
  };
  if (order == 'C') return check(false);
  if (order == 'F') return check(true);
  return check(false) || check(true);
}

// The items of dimension d.. at p, appended at to in C order.
static uint8_t* copy_c_order(const Buffer* b, int d, const uint8_t* p, uint8_t* to) {
  if (d == b->ndim) {
    memcpy(to, p, static_cast<size_t>(b->itemsize));
    return to + b->itemsize;
  }
  for (int64_t i = 0; i < b->shape[d]; i++) {
    const uint8_t* item = p + i * b->strides[d];
    if (b->suboffsets && b->suboffsets[d] >= 0)
      item = *reinterpret_cast<const uint8_t* const*>(item) + b->suboffsets[d];
    to = copy_c_order(b, d + 1, item, to);
  }
  return to;
}
static uint8_t* copy_fortran_order(const Buffer* b, int d, const uint8_t* p, uint8_t* to) {
  if (d < 0) {
    memcpy(to, p, static_cast<size_t>(b->itemsize));
    return to + b->itemsize;
  }
  for (int64_t i = 0; i < b->shape[d]; i++) to = copy_fortran_order(b, d - 1, p + i * b->strides[d], to);
  return to;
}

void buffer_copy_out(const Buffer* b, void* to, char order) {
  if (b->len == 0) return;
  if (order == 'A') order = buffer_is_contiguous(b, 'F') && !buffer_is_contiguous(b, 'C') ? 'F' : 'C';
  if (!b->strides || b->ndim == 0 || buffer_is_contiguous(b, order)) {
    memcpy(to, b->data, static_cast<size_t>(b->len));
    return;
  }
  if (order == 'F' && !b->suboffsets) {
    copy_fortran_order(b, b->ndim - 1, static_cast<const uint8_t*>(b->data), static_cast<uint8_t*>(to));
    return;
  }
  copy_c_order(b, 0, static_cast<const uint8_t*>(b->data), static_cast<uint8_t*>(to));
}

}  // namespace taipan
