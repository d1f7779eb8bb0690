#include "interp/objects/memoryview.h"
#include "interp/objects/abstract.h"
#include "interp/objects/bytes_impl.h"
#include "interp/objects/codecs.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/runtime_lock.h"
#include "interp/objects/slice.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/tuple.h"

namespace taipan {

static MemoryView* mv(Value v) { return v.as<MemoryView>(); }

// ---- The managed buffer -------------------------------------------------------------------------------------------------------------------
static void managed_close(ManagedBuffer* m) {
  if (!m->open) return;
  m->open = false;
  release_buffer(&m->master);
}
// Its views have a lock each, and die without one.
static int64_t count_views(ManagedBuffer* m, int64_t change) {
  if (!gc::parallel) return m->views += change;
  return std::atomic_ref<int64_t>(m->views).fetch_add(change, std::memory_order_acq_rel) + change;
}
static void managed_trace(Header* h, gc::Visitor& v) {
  ManagedBuffer* m = reinterpret_cast<ManagedBuffer*>(h);
  if (m->open) v.visit(m->master.owner);
}
static void managed_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  managed_close(reinterpret_cast<ManagedBuffer*>(h));
  finish_dealloc(h);
}
static void managed_clear(Header* h) { managed_close(reinterpret_cast<ManagedBuffer*>(h)); }
static TypeObject* managed_type() {
  static const TypeSpec spec = {
      .flags = kTypeGc | kTypeNoInstantiate,
      .basic_size = sizeof(ManagedBuffer),
      .ops = {.trace = managed_trace, .clear = managed_clear, .dealloc = managed_dealloc},
  };
  static TypeObject* const type = make_native_type("managedbuffer", types::Object, &spec);
  return type;
}
static Ref managed_from(Value exporter) {
  ManagedBuffer* m = alloc_instance_as<ManagedBuffer>(managed_type());
  if (!m) return nullptr;
  Ref keep = Ref::steal(m);
  new (&m->master) Buffer();
  if (!get_buffer(exporter, &m->master, kBufFullRo)) return nullptr;
  m->open = true;
  return keep;
}

// ---- Making views -------------------------------------------------------------------------------------------------------------------------
static bool set_dims(MemoryView* m, int ndim) {
  m->dims = m->small_dims;
  if (ndim > 2) {
    m->dims = static_cast<int64_t*>(gc::raw_alloc(static_cast<size_t>(3 * ndim) * sizeof(int64_t)));
    if (!m->dims) return raise_memory();
  }
  m->view.ndim = ndim;
  m->view.shape = m->dims;
  m->view.strides = m->dims + ndim;
  m->view.suboffsets = nullptr;
  return true;
}
// A view on managed that looks as src does.
static Ref view_like(Value managed, const Buffer* src) {
  MemoryView* m = new_object<MemoryView>(kShapeMemoryView, true);
  if (!m) return nullptr;
  Ref keep = Ref::steal(m);
  m->hash = -1;
  new (&m->view) Buffer();
  m->flags = kMemoryReleased;
  if (!set_dims(m, src->ndim)) {
    m->dims = m->small_dims;
    return nullptr;
  }
  int n = src->ndim;
  m->view.data = src->data;
  m->view.len = src->len;
  m->view.itemsize = src->itemsize;
  m->view.read_only = src->read_only;
  m->view.format = src->format ? src->format : "B";
  if (n > 0) {
    if (n == 1 && !src->shape)
      m->view.shape[0] = src->len / (src->itemsize ? src->itemsize : 1);
    else
      for (int i = 0; i < n; i++) m->view.shape[i] = src->shape[i];
    if (src->strides) {
      for (int i = 0; i < n; i++) m->view.strides[i] = src->strides[i];
    } else {
      int64_t stride = src->itemsize;
      for (int i = n - 1; i >= 0; i--) {
        m->view.strides[i] = stride;
        stride *= m->view.shape[i];
      }
    }
    if (src->suboffsets) {
      m->view.suboffsets = m->dims + 2 * n;
      for (int i = 0; i < n; i++) m->view.suboffsets[i] = src->suboffsets[i];
    }
  }
  gc::init(&m->managed, Ref::dup(managed));
  count_views(managed.as<ManagedBuffer>(), 1);
  m->flags = 0;
  return keep;
}

bool memory_check_open(MemoryView* m) {
  if (m->flags & kMemoryReleased || !m->managed.as<ManagedBuffer>()->open)
    return raise(types::ValueError, "operation forbidden on released memoryview object");
  return true;
}
bool memory_is_contiguous(const MemoryView* m, char order) {
  if (m->view.ndim == 0) return true;
  return buffer_is_contiguous(&m->view, order);
}

Ref make_memoryview(Value o) {
  if (type_of(o) == types::MemoryView) {
    if (!memory_check_open(mv(o))) return nullptr;
    return view_like(mv(o)->managed, &mv(o)->view);
  }
  if (!has_buffer(o)) return raise(types::TypeError, "memoryview: a bytes-like object is required, not '%T'", o);
  Ref managed = managed_from(o);
  if (!managed) return nullptr;
  return view_like(managed, &managed.as<ManagedBuffer>()->master);
}
Ref make_memoryview_from(void* p, size_t n, bool writable) {
  ManagedBuffer* m = alloc_instance_as<ManagedBuffer>(managed_type());
  if (!m) return nullptr;
  Ref keep = Ref::steal(m);
  new (&m->master) Buffer();
  m->master.data = p;
  m->master.len = static_cast<int64_t>(n);
  m->master.read_only = !writable;
  m->open = true;
  return view_like(keep, &m->master);
}

static Ref memory_new(TypeObject*, RawArgs raw) {
  static const Signature sig("memoryview", "(object)");
  Value v[1];
  if (!sig.bind(raw, v)) return nullptr;
  return make_memoryview(v[0]);
}

// ---- Releasing ----------------------------------------------------------------------------------------------------------------------------
static void let_go(MemoryView* m) {
  if (m->flags & kMemoryReleased) return;
  m->flags |= kMemoryReleased;
  ManagedBuffer* managed = m->managed.as<ManagedBuffer>();
  if (count_views(managed, -1) == 0) managed_close(managed);
}
static bool release(MemoryView* m) {
  if (m->flags & kMemoryReleased) return true;
  if (m->exports > 0)
    return raise(types::BufferError, "memoryview has %zd exported buffer%s", static_cast<ssize_t>(m->exports),
                 m->exports == 1 ? "" : "s");
  let_go(m);
  return true;
}
static void memory_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<MemoryView*>(h)->managed); }
static void memory_clear(Header* h) {
  MemoryView* m = reinterpret_cast<MemoryView*>(h);
  if (m->exports == 0 && m->managed) let_go(m);
}
static void memory_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  MemoryView* m = reinterpret_cast<MemoryView*>(h);
  Value managed = m->managed;
  if (managed) let_go(m);
  m->managed = Value();
  if (m->dims && m->dims != m->small_dims) gc::raw_free(m->dims);
  decref(managed);
  finish_dealloc(h);
}

// ---- As an exporter -----------------------------------------------------------------------------------------------------------------------
static bool memory_get_buffer(Value v, Buffer* out, int flags) {
  MemoryView* m = mv(v);
  if (!memory_check_open(m)) return false;
  auto has = [flags](int f) { return (flags & f) == f; };
  const char* problem = nullptr;
  bool c = memory_is_contiguous(m, 'C'), fortran = memory_is_contiguous(m, 'F');
  if (has(kBufWritable) && m->view.read_only)
    problem = "memoryview: underlying buffer is not writable";
  else if (has(kBufCContiguous) && !c)
    problem = "memoryview: underlying buffer is not C-contiguous";
  else if (has(kBufFContiguous) && !fortran)
    problem = "memoryview: underlying buffer is not Fortran contiguous";
  else if (has(kBufAnyContiguous) && !c && !fortran)
    problem = "memoryview: underlying buffer is not contiguous";
  else if (!has(kBufIndirect) && m->view.suboffsets)
    problem = "memoryview: underlying buffer requires suboffsets";
  else if (!has(kBufStrides) && !c)
    problem = "memoryview: underlying buffer is not C-contiguous";
  else if (!has(kBufNd) && has(kBufFormat))
    problem = "memoryview: cannot cast to unsigned bytes if the format flag is present";
  if (problem) return raise(types::BufferError, "%s", problem);
  *out = m->view;
  if (!has(kBufFormat)) out->format = nullptr;
  if (!has(kBufIndirect)) out->suboffsets = nullptr;
  if (!has(kBufStrides)) out->strides = nullptr;
  if (!has(kBufNd)) {
    out->ndim = 1;
    out->shape = nullptr;
  }
  incref(v);
  out->owner = v;
  m->exports++;
  return true;
}
static void memory_release_buffer(Value v, Buffer*) { mv(v)->exports--; }

// ---- Indexing -----------------------------------------------------------------------------------------------------------------------------
static uint8_t* step_into(const Buffer* b, uint8_t* p, int d, int64_t i) {
  int64_t n = b->shape[d];
  if (i < 0) i += n;
  if (i < 0 || i >= n) {
    raise(types::IndexError, "index out of bounds on dimension %d", d + 1);
    return nullptr;
  }
  p += i * b->strides[d];
  if (b->suboffsets && b->suboffsets[d] >= 0) p = *reinterpret_cast<uint8_t**>(p) + b->suboffsets[d];
  return p;
}
static bool is_index_tuple(Value key, bool* slices) {
  bool all_index = is_tuple(key), all_slices = is_tuple(key);
  for (size_t i = 0; is_tuple(key) && i < tuple_size(key); i++) {
    all_index &= has_index(tuple_at(key, i));
    all_slices &= is_slice(tuple_at(key, i));
  }
  *slices = all_slices && tuple_size(key) > 0;
  return all_index;
}
static uint8_t* item_of_tuple(MemoryView* m, Value key) {
  int64_t n = static_cast<int64_t>(tuple_size(key));
  if (n > m->view.ndim) {
    raise(types::TypeError, "cannot index %d-dimension view with %zd-element tuple", m->view.ndim,
          static_cast<ssize_t>(n));
    return nullptr;
  }
  uint8_t* p = static_cast<uint8_t*>(m->view.data);
  for (int64_t d = 0; d < n && p; d++) {
    int64_t i;
    if (!to_ssize(tuple_at(key, static_cast<size_t>(d)), &i, types::IndexError)) return nullptr;
    if (!memory_check_open(m)) return nullptr;
    p = step_into(&m->view, p, static_cast<int>(d), i);
  }
  return p;
}
// Narrows the first dimension of view to a slice.
static bool apply_slice(Buffer* view, Value key) {
  int64_t start, stop, step, count;
  if (!slice_unpack(key, view->shape[0], &start, &stop, &step, &count)) return false;
  if (!view->suboffsets || view->suboffsets[0] < 0)
    view->data = static_cast<uint8_t*>(view->data) + view->strides[0] * start;
  else
    view->suboffsets[0] += view->strides[0] * start;
  view->shape[0] = count;
  view->strides[0] *= step;
  return true;
}
static void fix_length(Buffer* view) {
  view->len = view->itemsize;
  for (int i = 0; i < view->ndim; i++) view->len *= view->shape[i];
}

static Ref memory_item(MemoryView* m, int64_t i) {
  if (m->view.ndim == 0) return raise(types::TypeError, "invalid indexing of 0-dim memory");
  if (m->view.ndim > 1) return raise(types::NotImplementedError, "multi-dimensional sub-views are not implemented");
  uint8_t* p = step_into(&m->view, static_cast<uint8_t*>(m->view.data), 0, i);
  if (!p) return nullptr;
  return memory_unpack_item(m->view.format, p);
}
bool memory_is_row(Value v) {
  const MemoryView* m = mv(v);
  return m->view.ndim == 1 && !(m->flags & kMemoryReleased) && !m->view.suboffsets && !gc::parallel &&
         mv(v)->managed.as<ManagedBuffer>()->open;
}
int64_t memory_row_length(Value v) { return mv(v)->view.shape[0]; }
Ref memory_row_slice(Value v, int64_t start, int64_t stop) {
  Ref part = view_like(mv(v)->managed, &mv(v)->view);
  if (!part) return nullptr;
  Buffer* view = &mv(part)->view;
  view->data = static_cast<uint8_t*>(view->data) + view->strides[0] * start;
  view->shape[0] = stop - start;
  view->len = view->itemsize * (stop - start);
  return part;
}
static Ref memory_get_item(Value self, Value key) {
  MemoryView* m = mv(self);
  if (!memory_check_open(m)) return nullptr;
  if (m->view.ndim == 0) {
    if (is_tuple(key) && tuple_size(key) == 0) return memory_unpack_item(m->view.format, m->view.data);
    if (key == kEllipsis) return Ref::dup(self);
    return raise(types::TypeError, "invalid indexing of 0-dim memory");
  }
  if (has_index(key)) {
    int64_t i;
    if (!to_ssize(key, &i, types::IndexError)) return nullptr;
    if (!memory_check_open(m)) return nullptr;
    return memory_item(m, i);
  }
  if (is_slice(key)) {
    Ref sliced = view_like(m->managed, &m->view);
    if (!sliced) return nullptr;
    if (!apply_slice(&mv(sliced)->view, key)) return nullptr;
    fix_length(&mv(sliced)->view);
    return sliced;
  }
  bool slices;
  if (is_index_tuple(key, &slices)) {
    if (static_cast<int64_t>(tuple_size(key)) < m->view.ndim)
      return raise(types::NotImplementedError, "sub-views are not implemented");
    uint8_t* p = item_of_tuple(m, key);
    return p ? memory_unpack_item(m->view.format, p) : nullptr;
  }
  if (slices) return raise(types::NotImplementedError, "multi-dimensional slicing is not implemented");
  return raise(types::TypeError, "memoryview: invalid slice key");
}
static bool memory_set_item(Value self, Value key, Value value) {
  MemoryView* m = mv(self);
  if (!memory_check_open(m)) return false;
  if (m->view.read_only) return raise(types::TypeError, "cannot modify read-only memory");
  if (!value) return raise(types::TypeError, "cannot delete memory");
  if (m->view.ndim == 0) {
    if (key == kEllipsis || (is_tuple(key) && tuple_size(key) == 0))
      return memory_pack_item(m->view.format, m->view.data, value);
    return raise(types::TypeError, "invalid indexing of 0-dim memory");
  }
  // Converting the value may release the view: the item is packed aside and copied if it is still there.
  auto store = [m, value](uint8_t* p) {
    uint8_t item[16];
    if (!memory_pack_item(m->view.format, item, value) || !memory_check_open(m)) return false;
    memcpy(p, item, static_cast<size_t>(m->view.itemsize));
    return true;
  };
  if (has_index(key)) {
    if (m->view.ndim > 1) return raise(types::NotImplementedError, "sub-views are not implemented");
    int64_t i;
    if (!to_ssize(key, &i, types::IndexError) || !memory_check_open(m)) return false;
    uint8_t* p = step_into(&m->view, static_cast<uint8_t*>(m->view.data), 0, i);
    return p && store(p);
  }
  if (is_slice(key) && m->view.ndim == 1) {
    if (!has_buffer(value)) return raise(types::TypeError, "a bytes-like object is required, not '%T'", value);
    Buffer src;
    if (!get_buffer(value, &src, kBufFullRo)) return false;
    Buffer dest = m->view;
    int64_t shape = m->view.shape[0], stride = m->view.strides[0],
            suboffset = m->view.suboffsets ? m->view.suboffsets[0] : -1;
    dest.shape = &shape;
    dest.strides = &stride;
    if (dest.suboffsets) dest.suboffsets = &suboffset;
    bool ok = apply_slice(&dest, key) && memory_check_open(m);
    if (ok) {
      fix_length(&dest);
      if (src.ndim == 1 && memory_same_structure(&dest, &src))
        ok = memory_copy_items(&dest, &src);
      else
        ok = raise(types::ValueError, "memoryview assignment: lvalue and rvalue have different structures");
    }
    release_buffer(&src);
    return ok;
  }
  bool slices;
  if (is_index_tuple(key, &slices)) {
    if (static_cast<int64_t>(tuple_size(key)) < m->view.ndim)
      return raise(types::NotImplementedError, "sub-views are not implemented");
    uint8_t* p = item_of_tuple(m, key);
    return p && store(p);
  }
  if (is_slice(key) || slices)
    return raise(types::NotImplementedError, "memoryview slice assignments are currently restricted to ndim = 1");
  return raise(types::TypeError, "memoryview: invalid slice key");
}

static int64_t memory_length(Value v) {
  if (!memory_check_open(mv(v))) return -1;
  return mv(v)->view.ndim == 0 ? 1 : mv(v)->view.shape[0];
}

static bool memory_hash(Value v, int64_t* out) {
  MemoryView* m = mv(v);
  if (m->hash == -1) {
    if (!memory_check_open(m)) return false;
    if (!m->view.read_only) return raise(types::ValueError, "cannot hash writable memoryview object");
    char c = native_format_char(m->view.format);
    if (c != 'B' && c != 'b' && c != 'c')
      return raise(types::ValueError, "memoryview: hashing is restricted to formats 'B', 'b' or 'c'");
    Value owner = m->managed.as<ManagedBuffer>()->master.owner;
    int64_t ignored;
    if (owner) {
      m->exports++;  // hashing runs Python code
      bool hashable = hash_of(owner, &ignored);
      m->exports--;
      if (!hashable) return false;
    }
    std::string copy(static_cast<size_t>(m->view.len), '\0');
    buffer_copy_out(&m->view, copy.data(), 'C');
    m->hash = hash_bytes(copy.data(), copy.size());
  }
  *out = m->hash;
  return true;
}
static Ref memory_repr(Value v) {
  return format_str(mv(v)->flags & kMemoryReleased ? "<released memory at %p>" : "<memory at %p>",
                    static_cast<void*>(v.header()));
}

// ---- cast ---------------------------------------------------------------------------------------------------------------------------------
static const char* interned_format(char c, bool at) {
  static char plain[128][2], native[128][3];
  int i = c & 127;
  plain[i][0] = c;
  native[i][0] = '@';
  native[i][1] = c;
  return at ? native[i] : plain[i];
}
static Ref memory_cast(Args& a) {
  MemoryView* m = mv(a.self);
  if (!is_str(a[0])) return raise(types::TypeError, "cast() argument 'format' must be str, not %T", a[0]);
  if (!memory_check_open(m)) return nullptr;
  if (!memory_is_contiguous(m, 'C'))
    return raise(types::TypeError, "memoryview: casts are restricted to C-contiguous views");
  Value shape = a[1];
  int64_t ndim = 1;
  Ref dims;
  if (shape) {
    if (!is_list(shape) && !is_tuple(shape)) return raise(types::TypeError, "shape must be a list or a tuple");
    dims = iterable_to_tuple(shape);
    if (!dims) return nullptr;
    ndim = static_cast<int64_t>(tuple_size(dims));
    if (ndim > kMaxDimensions)
      return raise(types::ValueError, "memoryview: number of dimensions must not exceed %d", kMaxDimensions);
    if (m->view.ndim != 1 && ndim != 1) return raise(types::TypeError, "memoryview: cast must be 1D -> ND or ND -> 1D");
  }
  for (int i = 0; (shape || m->view.ndim != 1) && i < m->view.ndim; i++)
    if (m->view.shape[i] == 0 || m->view.strides[i] == 0)
      return raise(types::TypeError, "memoryview: cannot cast view with zeros in shape or strides");
  Ref encoded = encode_ascii(a[0], nullptr);
  if (!encoded) return nullptr;
  const char* f = reinterpret_cast<const char*>(encoded.as<Bytes>()->data());
  char from = native_format_char(m->view.format);
  if (!from)
    return raise(types::ValueError,
                 "memoryview: source format must be a native single character format prefixed with an optional '@'");
  char to = strlen(f) == encoded.as<Bytes>()->size ? native_format_char(f) : 0;
  if (!to)
    return raise(
        types::ValueError,
        "memoryview: destination format must be a native single character format prefixed with an optional '@'");
  auto byte_format = [](char c) { return c == 'B' || c == 'b' || c == 'c'; };
  if (!byte_format(from) && !byte_format(to))
    return raise(types::TypeError, "memoryview: cannot cast between two non-byte formats");
  int64_t itemsize = native_item_size(to);
  if (m->view.len % itemsize) return raise(types::TypeError, "memoryview: length is not a multiple of itemsize");
  int64_t one = m->view.len / itemsize;
  Buffer look = m->view;
  look.format = interned_format(to, *f == '@');
  look.itemsize = itemsize;
  look.ndim = 1;
  look.shape = &one;
  look.strides = nullptr;
  look.suboffsets = nullptr;
  int64_t sizes[kMaxDimensions];
  if (shape) {
    int64_t total = itemsize;
    for (int64_t i = 0; i < ndim; i++) {
      Value d = tuple_at(dims, static_cast<size_t>(i));
      if (!is_int(d)) return raise(types::TypeError, "memoryview.cast(): elements of shape must be integers");
      if (!int_fits64(d, &sizes[i]) || sizes[i] <= 0)
        return raise(types::ValueError, "memoryview.cast(): elements of shape must be integers > 0");
      if (sizes[i] > INT64_MAX / total)
        return raise(types::ValueError, "memoryview.cast(): product(shape) > SSIZE_MAX");
      total *= sizes[i];
    }
    if (total != m->view.len) return raise(types::TypeError, "memoryview: product(shape) * itemsize != buffer size");
    look.ndim = static_cast<int>(ndim);
    look.shape = sizes;
  }
  return view_like(m->managed, &look);
}

// ---- Methods ------------------------------------------------------------------------------------------------------------------------------
static Ref memory_release(Args& a) { return release(mv(a.self)) ? Ref::imm(kNone) : Ref(); }
static Ref memory_enter(Args& a) { return memory_check_open(mv(a.self)) ? Ref::dup(a.self) : Ref(); }
static Ref memory_exit(Args& a) { return release(mv(a.self)) ? Ref::imm(kNone) : Ref(); }
static Ref memory_tobytes(Args& a) {
  MemoryView* m = mv(a.self);
  char order = 'C';
  if (a.has(0) && a[0] != kNone) {
    if (!is_str(a[0])) return raise(types::TypeError, "tobytes() argument 'order' must be str or None, not %T", a[0]);
    Str* s = str_ptr(a[0]);
    uint32_t c = s->length == 1 ? s->at(0) : 0;
    if (!memory_check_open(m)) return nullptr;
    if (c != 'C' && c != 'F' && c != 'A') return raise(types::ValueError, "order must be 'C', 'F' or 'A'");
    order = static_cast<char>(c);
  }
  if (!memory_check_open(m)) return nullptr;
  Ref r = new_bytes_raw(static_cast<size_t>(m->view.len));
  if (!r || m->view.len == 0) return r;
  buffer_copy_out(&m->view, r.as<Bytes>()->data(), order);
  return m->view.len == 1 ? make_bytes(octets(r)) : std::move(r);
}
static Ref memory_tolist(Args& a) {
  if (!memory_check_open(mv(a.self))) return nullptr;
  return memory_to_list(&mv(a.self)->view);
}
static Ref memory_toreadonly(Args& a) {
  MemoryView* m = mv(a.self);
  if (!memory_check_open(m)) return nullptr;
  Ref r = view_like(m->managed, &m->view);
  if (r) mv(r)->view.read_only = true;
  return r;
}
static Ref memory_hex(Args& a) {
  MemoryView* m = mv(a.self);
  if (!memory_check_open(m)) return nullptr;
  if (memory_is_contiguous(m, 'C')) {
    m->exports++;
    Ref r = hex_text({static_cast<char*>(m->view.data), static_cast<size_t>(m->view.len)}, a[0], a[1]);
    m->exports--;
    return r;
  }
  std::string copy(static_cast<size_t>(m->view.len), '\0');
  buffer_copy_out(&m->view, copy.data(), 'C');
  return hex_text(copy, a[0], a[1]);
}

static Ref dims_tuple(const int64_t* p, int n) {
  Ref t = make_tuple(static_cast<size_t>(p ? n : 0));
  if (!t) return nullptr;
  for (int i = 0; p && i < n; i++) tuple_init(t, static_cast<size_t>(i), make_int(p[i]));
  return t;
}
static Ref get_obj(Value v) {
  if (!memory_check_open(mv(v))) return nullptr;
  Value owner = mv(v)->managed.as<ManagedBuffer>()->master.owner;
  return owner ? Ref::dup(owner) : Ref::imm(kNone);
}
static Ref get_nbytes(Value v) { return memory_check_open(mv(v)) ? make_int(mv(v)->view.len) : Ref(); }
static Ref get_format(Value v) { return memory_check_open(mv(v)) ? make_str(mv(v)->view.format) : Ref(); }
static Ref get_itemsize(Value v) { return memory_check_open(mv(v)) ? make_int(mv(v)->view.itemsize) : Ref(); }
static Ref get_shape(Value v) {
  return memory_check_open(mv(v)) ? dims_tuple(mv(v)->view.shape, mv(v)->view.ndim) : Ref();
}
static Ref get_strides(Value v) {
  return memory_check_open(mv(v)) ? dims_tuple(mv(v)->view.strides, mv(v)->view.ndim) : Ref();
}
static Ref get_suboffsets(Value v) {
  return memory_check_open(mv(v)) ? dims_tuple(mv(v)->view.suboffsets, mv(v)->view.ndim) : Ref();
}
static Ref get_readonly(Value v) {
  return memory_check_open(mv(v)) ? Ref::imm(bool_value(mv(v)->view.read_only)) : Ref();
}
static Ref get_ndim(Value v) { return memory_check_open(mv(v)) ? make_int(mv(v)->view.ndim) : Ref(); }
static Ref get_c_contiguous(Value v) {
  return memory_check_open(mv(v)) ? Ref::imm(bool_value(memory_is_contiguous(mv(v), 'C'))) : Ref();
}
static Ref get_f_contiguous(Value v) {
  return memory_check_open(mv(v)) ? Ref::imm(bool_value(memory_is_contiguous(mv(v), 'F'))) : Ref();
}
static Ref get_contiguous(Value v) {
  return memory_check_open(mv(v)) ? Ref::imm(bool_value(memory_is_contiguous(mv(v), 'A'))) : Ref();
}

static const GetSetDef kMemoryGetSet[] = {
    {"obj", get_obj, nullptr, "The underlying object of the memoryview."},
    {"nbytes", get_nbytes, nullptr,
     "The amount of space in bytes that the array would use in a contiguous representation."},
    {"readonly", get_readonly, nullptr, "Whether the memory is read only."},
    {"itemsize", get_itemsize, nullptr, "The size in bytes of each element."},
    {"format", get_format, nullptr, "The format of each element, in struct module style."},
    {"ndim", get_ndim, nullptr, "The number of dimensions."},
    {"shape", get_shape, nullptr, "A tuple of the lengths of the dimensions."},
    {"strides", get_strides, nullptr, "A tuple of the distances in bytes between neighbours, for each dimension."},
    {"suboffsets", get_suboffsets, nullptr, "Used internally for PIL-style arrays."},
    {"c_contiguous", get_c_contiguous, nullptr, "Whether the memory is C contiguous."},
    {"f_contiguous", get_f_contiguous, nullptr, "Whether the memory is Fortran contiguous."},
    {"contiguous", get_contiguous, nullptr, "Whether the memory is contiguous."},
    {},
};
static const NativeDef kMemoryMethods[] = {
    {"release", "($self, /)", memory_release, 0, "Release the underlying buffer exposed by the memoryview object."},
    {"tobytes", "($self, /, order='C')", memory_tobytes, 0,
     "The data as bytes. Order 'A' keeps that of a Fortran contiguous buffer."},
    {"hex", "($self, /, sep=<unrepresentable>, bytes_per_sep=1)", memory_hex, 0,
     "A str of two hexadecimal digits a byte.\n\n>>> value = memoryview(b'spam!')\n>>> value.hex()\n'7370616d21'\n>>> "
     "value.hex(':')\n'73:70:61:6d:21'\n>>> value.hex('-', 2)\n'73-7061-6d21'\n>>> value.hex('-', -2)\n'7370-616d-21'"},
    {"tolist", "($self, /)", memory_tolist, 0,
     "The data as a list of elements (nested, if there are several dimensions)."},
    {"cast", "($self, /, format, shape=<unrepresentable>)", memory_cast, 0,
     "A view of the same memory with another format or shape."},
    {"toreadonly", "($self, /)", memory_toreadonly, 0, "A read-only view of the same memory."},
    {"__enter__", "($self, /)", memory_enter, kNativeNoSignature, nullptr},
    {"__exit__", "($self, /, *args)", memory_exit, kNativeNoSignature, nullptr},
    {},
};

// ---- Iterator -----------------------------------------------------------------------------------------------------------------------------
struct MemoryIterator {
  Header h;
  Value memory;  // null when exhausted
  int64_t at, length;
};
static Ref memory_iter_next(Value v) {
  MemoryIterator* it = v.as<MemoryIterator>();
  Ref hold = gc::parallel ? Ref::dup(it->memory) : Ref();
  RuntimeLock lock(hold);  // others may release it
  if (it->memory.is_null()) return Ref::imm(kStopIter);
  MemoryView* m = mv(it->memory);
  if (it->at < it->length) {
    if (!memory_check_open(m)) return nullptr;
    return memory_unpack_item(m->view.format, step_into(&m->view, static_cast<uint8_t*>(m->view.data), 0, it->at++));
  }
  Ref dropped = gc::take(&it->h, &it->memory);
  return Ref::imm(kStopIter);
}
static void memory_iter_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<MemoryIterator*>(h)->memory); }
static void memory_iter_clear(Header* h) { Ref dropped = gc::take(h, &reinterpret_cast<MemoryIterator*>(h)->memory); }
static void memory_iter_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  memory_iter_clear(h);
  finish_dealloc(h);
}
static Ref self_iter(Value v) { return Ref::dup(v); }
static Ref memory_iter(Value v) {
  static const TypeSpec spec = {
      .flags = kTypeGc | kTypeNoInstantiate,
      .basic_size = sizeof(MemoryIterator),
      .ops = {.trace = memory_iter_trace, .clear = memory_iter_clear, .dealloc = memory_iter_dealloc},
      .s = {.iter = self_iter, .next = memory_iter_next},
  };
  static TypeObject* const type = make_native_type("memory_iterator", types::Object, &spec);
  MemoryView* m = mv(v);
  if (!memory_check_open(m)) return nullptr;
  if (m->view.ndim == 0) return raise(types::TypeError, "invalid indexing of 0-dim memory");
  if (m->view.ndim != 1) return raise(types::NotImplementedError, "multi-dimensional sub-views are not implemented");
  if (!native_format_char(m->view.format)) return unsupported_format(m->view.format);
  MemoryIterator* it = alloc_instance_as<MemoryIterator>(type);
  if (!it) return nullptr;
  gc::init(&it->memory, Ref::dup(v));
  it->length = m->view.shape[0];
  return Ref::steal(it);
}

const TypeSpec kMemoryViewSpec = {
    .doc = "memoryview(object)\n--\n\nCreate a new memoryview object which references the given object.",
    .flags = kTypeGc | kTypeWeakrefable | kTypeSequence,
    .basic_size = sizeof(MemoryView),
    .ops = {.trace = memory_trace, .clear = memory_clear, .dealloc = memory_dealloc},
    .methods = kMemoryMethods,
    .getset = kMemoryGetSet,
    .s = {.repr = memory_repr,
          .hash = memory_hash,
          .compare = memory_compare,
          .iter = memory_iter,
          .new_ = memory_new,
          .length = memory_length,
          .get_item = memory_get_item,
          .set_item = memory_set_item,
          .get_buffer = memory_get_buffer,
          .release_buffer = memory_release_buffer},
};

}  // namespace taipan
