// pickle.PickleBuffer: marks a buffer that protocol 5 may send out of band.
#include "interp/modules/pickle.h"
#include "interp/objects/codecs.h"
#include "interp/objects/memoryview.h"

namespace taipan::pickle {

TypeObject* pickle_buffer_type;

namespace {

struct PickleBuffer {
  Header h;
  Buffer view;
  bool open;
};
PickleBuffer* buffer_of(Value v) { return v.as<PickleBuffer>(); }

void close(PickleBuffer* b) {
  if (!b->open) return;
  b->open = false;
  release_buffer(&b->view);
}
void buffer_trace(Header* h, gc::Visitor& v) {
  auto* b = reinterpret_cast<PickleBuffer*>(h);
  if (b->open) v.visit(b->view.owner);
}
void buffer_clear(Header* h) { close(reinterpret_cast<PickleBuffer*>(h)); }
void buffer_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  buffer_clear(h);
  finish_dealloc(h);
}
Ref buffer_new(TypeObject* cls, RawArgs raw) {
  static const Signature sig("PickleBuffer", "(object, /)");
  Value v;
  if (!sig.bind(raw, &v)) return nullptr;
  Ref r = Ref::steal(alloc_instance_as<PickleBuffer>(cls));
  if (!r) return nullptr;
  new (&buffer_of(r)->view) Buffer();
  if (!get_buffer(v, &buffer_of(r)->view, kBufFullRo)) return nullptr;
  buffer_of(r)->open = true;
  return r;
}
bool buffer_get(Value self, Buffer* out, int flags) {
  const Buffer* view = pickle_buffer_view(self);
  if (!view) return false;
  return get_buffer(view->owner, out, flags);
}
Ref buffer_raw_impl(Args& a) {
  const Buffer* view = pickle_buffer_view(a.self);
  if (!view) return nullptr;
  bool c = buffer_is_contiguous(view, 'C');
  if (view->suboffsets || (!c && !buffer_is_contiguous(view, 'F')))
    return raise(types::BufferError, "cannot extract raw buffer from non-contiguous buffer");
  Ref m = make_memoryview(a.self);
  if (!m) return nullptr;
  // The same memory as octets in one dimension.
  Buffer* b = &m.as<MemoryView>()->view;
  auto* mem = m.as<MemoryView>();
  b->format = "B";
  b->itemsize = 1;
  b->ndim = 1;
  b->suboffsets = nullptr;
  b->shape = mem->dims;
  b->strides = mem->dims + 1;
  b->shape[0] = b->len;
  b->strides[0] = 1;
  return m;
}
Ref buffer_release_impl(Args& a) {
  close(buffer_of(a.self));
  return Ref::imm(kNone);
}
const NativeDef kBufferMethods[] = {
    {"raw", "($self, /)", buffer_raw_impl, kNativeNoSignature,
     "A one-dimensional memoryview of the memory's octets.\n\nBufferError if the memory is not contiguous."},
    {"release", "($self, /)", buffer_release_impl, kNativeNoSignature, "Lets go of the underlying buffer."},
    {nullptr}};
const TypeSpec kBufferSpec = {.doc = "Wrapper for potentially out-of-band buffers",
                              .flags = kTypeGc | kTypeWeakrefable | kTypeImmutable,
                              .basic_size = sizeof(PickleBuffer),
                              .ops = {.trace = buffer_trace, .clear = buffer_clear, .dealloc = buffer_dealloc},
                              .methods = kBufferMethods,
                              .s = {.new_ = buffer_new, .get_buffer = buffer_get}};

}  // namespace

const Buffer* pickle_buffer_view(Value v) {
  if (!buffer_of(v)->open) return raise(types::ValueError, "operation forbidden on released PickleBuffer object");
  return &buffer_of(v)->view;
}
bool add_pickle_buffer(Value module) {
  if (!pickle_buffer_type) pickle_buffer_type = make_native_type("pickle.PickleBuffer", types::Object, &kBufferSpec);
  return pickle_buffer_type && module_add_type(module, pickle_buffer_type);
}

}  // namespace taipan::pickle
