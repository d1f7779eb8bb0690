// The exporting and importing ends of the buffer protocol (PEP 3118).
#include "interp/objects/abstract.h"
#include "interp/objects/bytes.h"

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

}  // namespace taipan
