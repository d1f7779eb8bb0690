// Single items of a memoryview: packing and unpacking native formats, comparing, listing, copying.
#include <cmath>
#include <cstring>
#include "interp/objects/abstract.h"
#include "interp/objects/float.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/memoryview.h"
#include "interp/objects/str.h"
#include "interp/objects/tuple.h"

namespace taipan {

char native_format_char(const char* f) {
  if (!f) return 'B';
  if (*f == '@') f++;
  return f[0] && !f[1] && native_item_size(f[0]) ? f[0] : 0;
}
int64_t native_item_size(char c) {
  switch (c) {
    case 'c':
    case 'b':
    case 'B': return 1;
    case 'h':
    case 'H': return sizeof(short);
    case 'i':
    case 'I': return sizeof(int);
    case 'l':
    case 'L': return sizeof(long);
    case 'q':
    case 'Q': return sizeof(long long);
    case 'n':
    case 'N': return sizeof(size_t);
    case 'f': return sizeof(float);
    case 'd': return sizeof(double);
    case '?': return sizeof(bool);
    case 'P': return sizeof(void*);
    default: return 0;
  }
}

Fail unsupported_format(const char* f) {
  // One character is a format that views don't know, anything longer is none of the kind at all: two texts.
  const char* bare = *f == '@' ? f + 1 : f;
  if (*bare && !bare[1]) return raise(types::NotImplementedError, "memoryview: format %s not supported", bare);
  return raise(types::NotImplementedError, "memoryview: unsupported format %s", f);
}

template <class T>
static T get(const void* p) {
  T x;
  memcpy(&x, p, sizeof x);
  return x;
}

static Ref unpack(char c, const void* p) {
  switch (c) {
    case 'B': return Ref::imm(Value::from_int(get<uint8_t>(p)));
    case 'b': return Ref::imm(Value::from_int(get<int8_t>(p)));
    case 'h': return make_int(get<short>(p));
    case 'H': return make_int(get<unsigned short>(p));
    case 'i': return make_int(get<int>(p));
    case 'I': return make_int(get<unsigned>(p));
    case 'l': return make_int(get<long>(p));
    case 'L': return make_int_u64(get<unsigned long>(p));
    case 'q': return make_int(get<long long>(p));
    case 'Q': return make_int_u64(get<unsigned long long>(p));
    case 'n': return make_int(get<ssize_t>(p));
    case 'N': return make_int_u64(get<size_t>(p));
    case 'P': return make_int_u64(get<uintptr_t>(p));
    case 'f': return make_float(get<float>(p));
    case 'd': return make_float(get<double>(p));
    case '?': return Ref::imm(bool_value(get<uint8_t>(p) != 0));
    case 'c': return make_bytes(p, 1);
    default: return nullptr;
  }
}
Ref memory_unpack_item(const char* format, const void* p) {
  const char* f = format ? format : "B";
  char c = native_format_char(f);
  if (!c) return unsupported_format(f);
  return unpack(c, p);
}

bool memory_pack_item(const char* format, void* p, Value v) {
  const char* f = format ? format : "B";
  char c = native_format_char(f);
  if (!c) return unsupported_format(f);
  auto bad_type = [&]() -> bool { return raise(types::TypeError, "memoryview: invalid type for format '%s'", f); };
  auto bad_value = [&]() -> bool { return raise(types::ValueError, "memoryview: invalid value for format '%s'", f); };
  auto conversion_failed = [&]() -> bool {
    if (error_matches(types::TypeError)) {
      clear_error();
      return bad_type();
    }
    if (error_matches(types::OverflowError) || error_matches(types::ValueError)) {
      clear_error();
      return bad_value();
    }
    return false;
  };
  switch (c) {
    case 'b':
    case 'h':
    case 'i':
    case 'l':
    case 'q':
    case 'n': {
      Ref i = to_index(v);
      if (!i) return conversion_failed();
      int64_t x;
      if (!int_fits64(i, &x)) return bad_value();
      int64_t size = native_item_size(c);
      if (size < 8 && (x < -(int64_t{1} << (8 * size - 1)) || x >= int64_t{1} << (8 * size - 1))) return bad_value();
      memcpy(p, &x, static_cast<size_t>(size));  // little-endian
      return true;
    }
    case 'B':
    case 'H':
    case 'I':
    case 'L':
    case 'Q':
    case 'N': {
      Ref i = to_index(v);
      if (!i) return conversion_failed();
      uint64_t x;
      if (!int_to_u64(i, &x)) return conversion_failed();
      int64_t size = native_item_size(c);
      if (size < 8 && x >> (8 * size)) return bad_value();
      memcpy(p, &x, static_cast<size_t>(size));
      return true;
    }
    case 'P': {
      Ref i = to_index(v);
      if (!i) return conversion_failed();
      if (int_bit_length(i) > 64) return bad_value();
      uint64_t x = int_low64(i);
      memcpy(p, &x, sizeof x);
      return true;
    }
    case 'f':
    case 'd': {
      double d;
      if (!to_double(v, &d)) return conversion_failed();
      if (c == 'd') {
        memcpy(p, &d, sizeof d);
      } else {
        float x = static_cast<float>(d);
        memcpy(p, &x, sizeof x);
      }
      return true;
    }
    case '?': {
      int t = is_true(v);
      if (t < 0) return false;
      *static_cast<uint8_t*>(p) = static_cast<uint8_t>(t);
      return true;
    }
    default:
      if (!is_bytes(v)) return bad_type();
      if (v.as<Bytes>()->size != 1) return bad_value();
      *static_cast<uint8_t*>(p) = v.as<Bytes>()->data()[0];
      return true;
  }
}

// ---- Walking ------------------------------------------------------------------------------------------------------------------------------
static const uint8_t* item_at(const Buffer* b, int d, const uint8_t* p, int64_t i) {
  p += i * b->strides[d];
  if (b->suboffsets && b->suboffsets[d] >= 0) p = *reinterpret_cast<const uint8_t* const*>(p) + b->suboffsets[d];
  return p;
}

static Ref list_of(const Buffer* b, int d, const uint8_t* p, const char* format) {
  if (d == b->ndim) return memory_unpack_item(format, p);
  Ref list = make_list(static_cast<size_t>(b->shape[d]));
  if (!list) return nullptr;
  for (int64_t i = 0; i < b->shape[d]; i++) {
    Ref item = list_of(b, d + 1, item_at(b, d, p, i), format);
    if (!item || !list_append(list, std::move(item))) return nullptr;
  }
  return list;
}
Ref memory_to_list(const Buffer* b) {
  const char* f = b->format ? b->format : "B";
  if (!native_format_char(f)) return unsupported_format(f);
  return list_of(b, 0, static_cast<const uint8_t*>(b->data), f);
}

bool memory_same_structure(const Buffer* a, const Buffer* b) {
  const char *fa = a->format ? a->format : "B", *fb = b->format ? b->format : "B";
  if (*fa == '@') fa++;
  if (*fb == '@') fb++;
  if (strcmp(fa, fb) != 0 || a->itemsize != b->itemsize || a->ndim != b->ndim) return false;
  for (int i = 0; i < a->ndim; i++) {
    if (a->shape[i] != b->shape[i]) return false;
    if (a->shape[i] == 0) break;
  }
  return true;
}

bool memory_copy_items(const Buffer* to, const Buffer* from) {
  int64_t n = to->ndim ? to->shape[0] : 1;
  size_t size = static_cast<size_t>(to->itemsize);
  uint8_t* t = static_cast<uint8_t*>(to->data);
  const uint8_t* f = static_cast<const uint8_t*>(from->data);
  if (to->ndim == 0) {
    memmove(t, f, size);
    return true;
  }
  if (!to->suboffsets && !from->suboffsets && to->strides[0] == to->itemsize && from->strides[0] == from->itemsize) {
    memmove(t, f, size * static_cast<size_t>(n));
    return true;
  }
  // Through a copy: the two may overlap.
  size_t total = size * static_cast<size_t>(n);
  uint8_t* temp = static_cast<uint8_t*>(gc::raw_alloc(total));
  if (!temp) return raise_memory();
  for (int64_t i = 0; i < n; i++) memcpy(temp + static_cast<size_t>(i) * size, item_at(from, 0, f, i), size);
  for (int64_t i = 0; i < n; i++)
    memcpy(const_cast<uint8_t*>(item_at(to, 0, t, i)), temp + static_cast<size_t>(i) * size, size);
  gc::raw_free(temp);
  return true;
}

// ---- Comparison ---------------------------------------------------------------------------------------------------------------------------
namespace {
// How to compare two items: a native character for both, or unpackers of the struct module.
struct ItemComparer {
  char native = 0;  // same native format on both sides
  char ca = 0, cb = 0;
  Ref unpack_a, unpack_b;
  int64_t size_a = 0, size_b = 0;

  // 1 usable, 0 never equal, -1 error
  int open(const Buffer* a, const Buffer* b) {
    const char *fa = a->format ? a->format : "B", *fb = b->format ? b->format : "B";
    ca = native_format_char(fa);
    cb = native_format_char(fb);
    if (ca && ca == cb) {
      native = ca;
      return 1;
    }
    if (ca && cb) return 1;
    size_a = a->itemsize;
    size_b = b->itemsize;
    int r = unpacker(fa, a->itemsize, &unpack_a);
    if (r <= 0) return r;
    return unpacker(fb, b->itemsize, &unpack_b);
  }
  static int unpacker(const char* format, int64_t itemsize, Ref* out) {
    Ref cls = import_attr("struct", "Struct");
    if (!cls) return -1;
    Ref error = import_attr("struct", "error");
    if (!error) return -1;
    Ref text = make_str(format);
    if (!text) return -1;
    Ref s = call(cls, text);
    if (!s) {
      if (exception_matches(current_error(), error) || error_matches(types::UnicodeError)) {
        clear_error();
        return 0;
      }
      return -1;
    }
    Ref size = get_attr(s, "size");
    if (!size) return -1;
    if (!size.get().is_int() || size.get().as_int() != itemsize) return 0;
    *out = get_attr(s, "unpack_from");
    return *out ? 1 : -1;
  }
  static Ref through(const Ref& unpacker, const uint8_t* p, int64_t size) {
    Ref copy = make_bytes(p, static_cast<size_t>(size));
    if (!copy) return nullptr;
    Ref t = call(unpacker, copy);
    if (t && is_tuple(t) && tuple_size(t) == 1) return Ref::dup(tuple_at(t, 0));
    return t;
  }
  int equal(const uint8_t* p, const uint8_t* q) {
    switch (native) {
      case 0: break;
      case 'f': return get<float>(p) == get<float>(q);
      case 'd': return get<double>(p) == get<double>(q);
      case '?': return (*p != 0) == (*q != 0);
      default: return memcmp(p, q, static_cast<size_t>(native_item_size(native))) == 0;
    }
    Ref a = unpack_a ? through(unpack_a, p, size_a) : unpack(ca, p);
    if (!a) return -1;
    Ref b = unpack_b ? through(unpack_b, q, size_b) : unpack(cb, q);
    if (!b) return -1;
    return compare_true(a, b, kEq);
  }
};

int equal_items(ItemComparer& c, const Buffer* a, const Buffer* b, int d, const uint8_t* p, const uint8_t* q) {
  if (d == a->ndim) return c.equal(p, q);
  for (int64_t i = 0; i < a->shape[d]; i++) {
    int r = equal_items(c, a, b, d + 1, item_at(a, d, p, i), item_at(b, d, q, i));
    if (r <= 0) return r;
  }
  return 1;
}
}  // namespace

Ref memory_compare(Value a, Value b, CompareOp op) {
  if (op != kEq && op != kNe) return Ref::imm(kNotImplemented);
  auto answer = [op](bool equal) { return Ref::imm(bool_value(equal == (op == kEq))); };
  if (type_of(a) != types::MemoryView) return Ref::imm(kNotImplemented);
  MemoryView* m = a.as<MemoryView>();
  if (m->flags & kMemoryReleased) return answer(a == b);
  Buffer other;
  bool opened = false;
  const Buffer* w;
  if (type_of(b) == types::MemoryView) {
    MemoryView* n = b.as<MemoryView>();
    if (n->flags & kMemoryReleased) return answer(a == b);
    w = &n->view;
  } else {
    if (!has_buffer(b)) return Ref::imm(kNotImplemented);
    if (!get_buffer(b, &other, kBufFullRo)) {
      clear_error();
      return Ref::imm(kNotImplemented);
    }
    opened = true;
    w = &other;
  }
  int result = 1;
  if (m->view.ndim != w->ndim) result = 0;
  for (int i = 0; result == 1 && i < w->ndim; i++) {
    if (m->view.shape[i] != w->shape[i]) result = 0;
    if (w->shape[i] == 0) break;
  }
  auto octets = [](const Buffer* v) {
    bool in_row = v->ndim == 1 && v->itemsize == 1 && !v->suboffsets && (!v->strides || v->strides[0] == 1);
    return in_row && (!v->format || std::strcmp(v->format, "B") == 0);
  };
  if (result == 1 && octets(&m->view) && octets(w)) {
    result = w->len == 0 || std::memcmp(m->view.data, w->data, static_cast<size_t>(w->len)) == 0;
  } else if (result == 1) {
    ItemComparer comparer;
    result = comparer.open(&m->view, w);
    if (result == 1)
      result = equal_items(comparer, &m->view, w, 0, static_cast<const uint8_t*>(m->view.data),
                           static_cast<const uint8_t*>(w->data));
  }
  if (opened) release_buffer(&other);
  return result < 0 ? Ref() : answer(result);
}

}  // namespace taipan
