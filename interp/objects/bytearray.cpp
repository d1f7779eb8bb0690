// bytearray: a growing buffer whose start may lie inside its allocation, so that taking bytes off the front is cheap.
#include "gc/lock.h"
#include "interp/objects/abstract.h"
#include "interp/objects/bytes.h"
#include "interp/objects/bytes_impl.h"
#include "interp/objects/codecs.h"
#include "interp/objects/int.h"
#include "interp/objects/slice.h"
#include "interp/objects/step_lock.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/thread.h"
#include "interp/objects/tuple.h"

namespace taipan {

static uint8_t no_bytes[1] = {0};
static ByteArray* ba_ptr(Value v) { return v.as<ByteArray>(); }

static bool resize(ByteArray* b, size_t n) {
  if (n == b->size) return true;
  if (b->exports > 0) return raise(types::BufferError, "Existing exports of data: object cannot be re-sized");
  if (n > kMaxStrBytes / 2) return raise_memory();
  size_t front = static_cast<size_t>(b->start - b->buf);
  if (b->buf && front + n + 1 <= b->capacity) {
    // It fits. Half-empty allocations shrink, unless only the front was taken off.
    if (n >= b->capacity / 2 || n > b->size || b->capacity < 64) {
      b->size = n;
      b->start[n] = 0;
      return true;
    }
  }
  size_t capacity;
  if (n < b->capacity / 2)
    capacity = n + 1;
  else if (n > b->size && n <= b->capacity + b->capacity / 8)
    capacity = n + (n >> 3) + (n < 9 ? 3 : 6);
  else
    capacity = n + 1;
  uint8_t* fresh = static_cast<uint8_t*>(gc::raw_alloc(capacity));
  if (!fresh) return raise_memory();
  size_t kept = b->size < n ? b->size : n;
  if (kept) memcpy(fresh, b->start, kept);
  fresh[n] = 0;
  uint8_t* old = b->buf;
  b->buf = b->start = fresh;
  b->capacity = capacity;
  b->size = n;
  if (old) gc::raw_free_epoch(old);
  return true;
}
bool bytearray_resize(Value v, size_t n) {
  gc::ObjectLock lock(&ba_ptr(v)->h);
  return resize(ba_ptr(v), n);
}

static ByteArray* fresh_bytearray(TypeObject* cls) {
  ByteArray* b =
      cls == types::ByteArray ? new_object<ByteArray>(kShapeByteArray, false) : alloc_instance_as<ByteArray>(cls);
  if (b) b->start = no_bytes;
  return b;
}
Ref make_bytearray(const void* p, size_t n) {
  ByteArray* b = fresh_bytearray(types::ByteArray);
  if (!b) return nullptr;
  Ref keep = Ref::steal(b);
  if (!resize(b, n)) return nullptr;
  if (n) {
    if (p)
      memcpy(b->start, p, n);
    else
      memset(b->start, 0, n);
  }
  return keep;
}

size_t bytearray_size(Value v) {
  gc::ObjectLock lock(&ba_ptr(v)->h);
  return ba_ptr(v)->size;
}
Ref bytearray_part(Value v, size_t n, size_t from, size_t to) {
  ByteArray* r = fresh_bytearray(types::ByteArray);
  if (!r) return nullptr;
  Ref result = Ref::steal(r);
  if (!resize(r, to - from)) return nullptr;
  ByteArray* b = ba_ptr(v);
  gc::ObjectLock lock(&b->h);
  if (b->size != n) return nullptr;
  if (to != from) memcpy(r->start, b->start + from, to - from);
  return result;
}

// Replaces [low, high) by n bytes at p, which must not lie in b itself.
static bool replace_range(ByteArray* b, size_t low, size_t high, const uint8_t* p, size_t n) {
  gc::ObjectLock lock(&b->h);
  if (low > b->size) low = b->size;
  if (high < low) high = low;
  if (high > b->size) high = b->size;
  size_t old = high - low;
  if (n != old) {
    if (b->exports > 0) return raise(types::BufferError, "Existing exports of data: object cannot be re-sized");
    if (n < old) {
      size_t less = old - n;
      if (low == 0) {
        b->start += less;  // the front is dropped by moving the start
        b->size -= less;
        if (b->size < b->capacity / 2 && b->capacity >= 256 && !resize(b, b->size)) return false;
      } else {
        memmove(b->start + low + n, b->start + high, b->size - high);
        if (!resize(b, b->size - less)) return false;
      }
    } else {
      size_t tail = b->size - high;
      if (n - old > kMaxStrBytes / 2 - b->size) return raise_memory();
      if (!resize(b, b->size + (n - old))) return false;
      memmove(b->start + low + n, b->start + high, tail);
    }
  }
  if (n) memcpy(b->start + low, p, n);
  return true;
}

// ---- Construction -------------------------------------------------------------------------------------------------------------------------
static Ref bytearray_new(TypeObject* cls, RawArgs) { return Ref::steal(fresh_bytearray(cls)); }

static bool extend(Value self, Value source);
static bool append_octet(Value self, uint8_t c);
static bool bytearray_init(Value self, RawArgs raw) {
  static const Signature sig("bytearray", "(source=b'', encoding='utf-8', errors='strict')");
  Value v[3];
  if (!sig.bind(raw, v)) return false;
  ByteArray* b = ba_ptr(self);
  if (b->size != 0 && !bytearray_resize(self, 0)) return false;
  Value x = v[0], encoding = v[1], errors = v[2];
  if (encoding && !is_str(encoding))
    return raise(types::TypeError, "bytearray() argument 'encoding' must be str, not %T", encoding);
  if (errors && !is_str(errors))
    return raise(types::TypeError, "bytearray() argument 'errors' must be str, not %T", errors);
  if (x.is_null()) {
    if (encoding || errors)
      return raise(types::TypeError,
                   encoding ? "encoding without a string argument" : "errors without a string argument");
    return true;
  }
  if (is_str(x)) {
    if (!encoding) return raise(types::TypeError, "string argument without an encoding");
    Ref encoded = encode_object(x, encoding, errors);
    if (!encoded) return false;
    std::string_view s = octets(encoded);
    return replace_range(b, 0, b->size, reinterpret_cast<const uint8_t*>(s.data()), s.size());
  }
  if (encoding || errors)
    return raise(types::TypeError,
                 encoding ? "encoding without a string argument" : "errors without a string argument");
  if (has_index(x)) {
    int64_t n;
    if (to_ssize(x, &n, types::OverflowError)) {
      if (n < 0) return raise(types::ValueError, "negative count");
      gc::ObjectLock lock(&b->h);
      if (!resize(b, static_cast<size_t>(n))) return false;
      memset(b->start, 0, static_cast<size_t>(n));
      return true;
    }
    if (!error_matches(types::TypeError)) return false;
    clear_error();
  }
  if (has_buffer(x)) {
    Buffer view;
    if (!get_buffer(x, &view, kBufFullRo)) return false;
    size_t n = static_cast<size_t>(view.len);
    bool ok = resize(b, n);  // (under the runtime lock, as all of this; the view may be of the array itself)
    if (ok && n) buffer_copy_out(&view, b->start, 'C');
    release_buffer(&view);
    return ok;
  }
  Ref it = iter_at_once(x);
  if (!it) {
    if (error_matches(types::TypeError)) {
      clear_error();
      raise(types::TypeError, "cannot convert '%T' object to bytearray", x);
    }
    return false;
  }
  // Byte by byte: what the iterable does may look at the array.
  IterEach each(it);
  while (each.next()) {
    uint8_t c;
    if (!octet_of(each.item(), &c, "byte must be in range(0, 256)") || !append_octet(self, c)) return false;
  }
  return !each.failed();
}

static void bytearray_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  ByteArray* b = reinterpret_cast<ByteArray*>(h);
  if (b->exports > 0) {
    raise(types::SystemError, "deallocated bytearray object has exported buffers");
    write_unraisable(kNone);
  }
  if (b->buf) gc::raw_free(b->buf);
  b->buf = nullptr;
  finish_dealloc(h);
}
static size_t bytearray_size_of(Header* h) { return sizeof(ByteArray) + reinterpret_cast<ByteArray*>(h)->capacity; }

// ---- Slots --------------------------------------------------------------------------------------------------------------------------------
static int64_t bytearray_length(Value v) { return static_cast<int64_t>(ba_ptr(v)->size); }

static Ref bytearray_repr(Value v) {
  const char* name = type_of(v)->cname;
  if (const char* dot = strrchr(name, '.')) name = dot + 1;
  std::string prefix = std::string(name) + "(";
  return octets_repr_body(octets(v), prefix.c_str(), ")", true);
}
static Ref bytearray_str(Value v) {
  if (warn_on_bytes_str && !warn(types::BytesWarning, 1, "str() on a bytearray instance")) return nullptr;
  return bytearray_repr(v);
}

static bool bytearray_get_buffer(Value v, Buffer* out, int flags) {
  ByteArray* b = ba_ptr(v);
  gc::ObjectLock lock(&b->h);
  if (!fill_buffer_info(out, v, b->start, static_cast<int64_t>(b->size), false, flags)) return false;
  b->exports++;
  return true;
}
static void bytearray_release_buffer(Value v, Buffer*) {
  ByteArray* b = ba_ptr(v);
  gc::ObjectLock lock(&b->h);
  b->exports--;
}

static bool set_slice(Value self, Value key, Value value) {
  ByteArray* b = ba_ptr(self);
  int64_t asked_start, asked_stop, step;
  if (!slice_numbers(key, &asked_start, &asked_stop, &step)) return false;
  Ref converted;
  const uint8_t* p = nullptr;
  size_t n = 0;
  if (value && is_bytes(value)) {
    p = value.as<Bytes>()->data();
    n = value.as<Bytes>()->size;
  } else if (value) {
    if (value == self || !is_bytearray(value)) {
      if (is_str(value) || is_int(value) || is_float_like(value))
        return raise(types::TypeError, "can assign only bytes, buffers, or iterables of ints in range(0, 256)");
      converted = call(Value(types::ByteArray), value);
      if (!converted) return false;
      value = converted;
    }
    p = ba_ptr(value)->start;
    n = ba_ptr(value)->size;
  }
  int64_t start = asked_start, stop = asked_stop;
  int64_t count = slice_adjust(static_cast<int64_t>(b->size), &start, &stop, step);
  if ((step < 0 && start < stop) || (step > 0 && start > stop)) stop = start;
  if (step == 1) return replace_range(b, static_cast<size_t>(start), static_cast<size_t>(stop), p, n);
  if (n == 0) {
    if (count == 0) return true;
    gc::ObjectLock lock(&b->h);
    if (b->exports > 0) return raise(types::BufferError, "Existing exports of data: object cannot be re-sized");
    if (step < 0) {
      start += step * (count - 1);
      step = -step;
    }
    size_t to = static_cast<size_t>(start), from = to, next = to;
    for (int64_t left = count; from < b->size; from++) {
      if (left > 0 && from == next) {
        next += static_cast<size_t>(step);
        left--;
        continue;
      }
      b->start[to++] = b->start[from];
    }
    return resize(b, to);
  }
  if (static_cast<int64_t>(n) != count)
    return raise(types::ValueError, "attempt to assign bytes of size %zd to extended slice of size %zd",
                 static_cast<ssize_t>(n), static_cast<ssize_t>(count));
  gc::ObjectLock lock(&b->h);
  for (int64_t i = 0; i < count; i++, start += step) b->start[start] = p[i];
  return true;
}
static bool bytearray_set_item(Value self, Value key, Value value) {
  if (is_slice(key)) return set_slice(self, key, value);
  ByteArray* b = ba_ptr(self);
  int64_t i;
  if (key.is_int()) {
    i = key.as_int();
  } else {
    if (!has_index(key)) return raise(types::TypeError, "bytearray indices must be integers or slices, not %T", key);
    if (!to_ssize(key, &i, types::IndexError)) return false;
  }
  uint8_t byte = 0;
  if (value && !octet_of(value, &byte, "byte must be in range(0, 256)")) return false;
  if (i < 0) i += static_cast<int64_t>(b->size);
  if (static_cast<uint64_t>(i) >= b->size) return raise(types::IndexError, "bytearray index out of range");
  if (!value) return replace_range(b, static_cast<size_t>(i), static_cast<size_t>(i) + 1, nullptr, 0);
  gc::ObjectLock lock(&b->h);  // (steps and slices take no other one)
  b->start[i] = byte;
  return true;
}

static Ref bytearray_repeat(Value self, Value times) {
  int64_t n;
  if (!to_ssize(times, &n, types::OverflowError)) return nullptr;
  std::string_view s = octets(self);
  if (n < 0) n = 0;
  if (n > 0 && s.size() > kMaxStrBytes / 4 / static_cast<size_t>(n)) return raise_memory();
  size_t total = s.size() * static_cast<size_t>(n);
  Ref r = make_bytearray(nullptr, total);
  if (!r) return nullptr;
  uint8_t* to = ba_ptr(r)->start;
  s = octets(self);
  if (s.size() == 1)
    memset(to, s[0], total);
  else
    for (size_t at = 0; at < total; at += s.size()) memcpy(to + at, s.data(), s.size());
  return r;
}
static Ref bytearray_inplace_repeat(Value self, Value times) {
  int64_t n;
  if (!to_ssize(times, &n, types::OverflowError)) return nullptr;
  ByteArray* b = ba_ptr(self);
  size_t size = b->size;
  if (n < 0) n = 0;
  if (n > 0 && size > kMaxStrBytes / 4 / static_cast<size_t>(n)) return raise_memory();
  gc::ObjectLock lock(&b->h);
  if (!resize(b, size * static_cast<size_t>(n))) return nullptr;
  if (size)
    for (int64_t i = 1; i < n; i++) memcpy(b->start + static_cast<size_t>(i) * size, b->start, size);
  return Ref::dup(self);
}
static Ref bytearray_inplace_concat(Value self, Value other) {
  BufferView v(other);
  if (!v.ok()) {
    clear_error();
    return raise(types::TypeError, "can't concat %T to %T", other, self);
  }
  ByteArray* b = ba_ptr(self);
  gc::ObjectLock lock(&b->h);
  size_t size = b->size;
  if (v.size() > kMaxStrBytes / 4 - size) return raise_memory();
  if (v.size() && !resize(b, size + v.size())) return nullptr;
  if (v.size()) memcpy(b->start + size, v.data(), v.size());
  return Ref::dup(self);
}
static Ref bytearray_remainder(Value a, Value b) {
  if (!is_bytearray(a)) return Ref::imm(kNotImplemented);
  return octets_percent(a, b);
}

// ---- Methods ------------------------------------------------------------------------------------------------------------------------------
static bool append_octet(Value self, uint8_t c) {
  ByteArray* b = ba_ptr(self);
  gc::ObjectLock lock(&b->h);
  size_t n = b->size;
  if (!resize(b, n + 1)) return false;
  b->start[n] = c;
  return true;
}
static Ref ba_append(Args& a) {
  uint8_t c;
  if (!octet_of(a[0], &c, "byte must be in range(0, 256)")) return nullptr;
  if (!append_octet(a.self, c)) return nullptr;
  return Ref::imm(kNone);
}
static bool extend(Value self, Value source) {
  ByteArray* b = ba_ptr(self);
  if (has_buffer(source)) {
    if (source == self) {
      std::string copy(octets(self));
      return replace_range(b, b->size, b->size, reinterpret_cast<const uint8_t*>(copy.data()), copy.size());
    }
    BufferView v(source);
    return v.ok() && replace_range(b, b->size, b->size, v.data(), v.size());
  }
  Ref it = iter_at_once(source);
  if (!it) {
    if (error_matches(types::TypeError)) {
      clear_error();
      raise(types::TypeError, "can't extend bytearray with %T", source);
    }
    return false;
  }
  if (it.get() != source && length_hint(source, 32) < 0)
    return false;  // (the iterable is asked; what it says doesn't matter)
  std::string out;
  if (!octets_from_iterable(it, &out, "byte must be in range(0, 256)")) return false;
  return replace_range(b, b->size, b->size, reinterpret_cast<const uint8_t*>(out.data()), out.size());
}
static Ref ba_extend(Args& a) { return extend(a.self, a[0]) ? Ref::imm(kNone) : Ref(); }
static Ref ba_insert(Args& a) {
  int64_t at;
  if (!to_c_ssize(a[0], &at)) return nullptr;
  uint8_t c;
  if (!octet_of(a[1], &c, "byte must be in range(0, 256)")) return nullptr;
  ByteArray* b = ba_ptr(a.self);
  int64_t n = static_cast<int64_t>(b->size);
  if (at < 0 && (at += n) < 0) at = 0;
  if (at > n) at = n;
  if (!replace_range(b, static_cast<size_t>(at), static_cast<size_t>(at), &c, 1)) return nullptr;
  return Ref::imm(kNone);
}
static Ref ba_pop(Args& a) {
  int64_t i = -1;
  if (a.has(0) && !to_ssize(a[0], &i, types::IndexError)) return nullptr;
  ByteArray* b = ba_ptr(a.self);
  if (b->size == 0) return raise(types::IndexError, "pop from empty bytearray");
  if (i < 0) i += static_cast<int64_t>(b->size);
  if (static_cast<uint64_t>(i) >= b->size) return raise(types::IndexError, "pop index out of range");
  uint8_t c = b->start[i];
  if (!replace_range(b, static_cast<size_t>(i), static_cast<size_t>(i) + 1, nullptr, 0)) return nullptr;
  return Ref::imm(Value::from_int(c));
}
static Ref ba_remove(Args& a) {
  uint8_t c;
  if (!octet_of(a[0], &c, "byte must be in range(0, 256)")) return nullptr;
  ByteArray* b = ba_ptr(a.self);
  const void* p = b->size ? memchr(b->start, c, b->size) : nullptr;
  if (!p) return raise(types::ValueError, "value not found in bytearray");
  size_t i = static_cast<size_t>(static_cast<const uint8_t*>(p) - b->start);
  if (!replace_range(b, i, i + 1, nullptr, 0)) return nullptr;
  return Ref::imm(kNone);
}
static Ref ba_reverse(Args& a) {
  ByteArray* b = ba_ptr(a.self);
  gc::ObjectLock lock(&b->h);
  for (size_t i = 0, j = b->size; i + 1 < j; i++) {
    uint8_t c = b->start[i];
    b->start[i] = b->start[--j];
    b->start[j] = c;
  }
  return Ref::imm(kNone);
}
static Ref ba_clear(Args& a) { return bytearray_resize(a.self, 0) ? Ref::imm(kNone) : Ref(); }
static Ref ba_copy(Args& a) {
  std::string_view s = octets(a.self);
  return make_bytearray(s.data(), s.size());
}
static Ref ba_alloc(Args& a) { return make_int(static_cast<int64_t>(ba_ptr(a.self)->capacity)); }
static Ref ba_sizeof(Args& a) { return make_int(static_cast<int64_t>(bytearray_size_of(a.self.header()))); }
static Ref reduce(Value self, int64_t protocol) {
  Ref state = call_method(self, TAIPAN_NAME(__getstate__));
  if (!state) return nullptr;
  std::string_view s = octets(self);
  Ref args;
  if (protocol < 3) {
    Ref text = make_str_latin1(reinterpret_cast<const uint8_t*>(s.data()), s.size()), encoding = make_str("latin-1");
    if (!text || !encoding) return nullptr;
    args = make_tuple_of({text.get(), encoding.get()});
  } else if (s.empty()) {
    args = make_tuple(size_t{0});
  } else {
    Ref copy = make_bytes(s);
    if (!copy) return nullptr;
    args = make_tuple_of({copy.get()});
  }
  if (!args) return nullptr;
  return make_tuple_of({Value(type_of(self)), args.get(), state.get()});
}
static Ref ba_reduce(Args& a) { return reduce(a.self, 2); }
static Ref ba_reduce_ex(Args& a) {
  int protocol = 0;
  if (a.has(0) && !to_c_int(a[0], &protocol)) return nullptr;
  return reduce(a.self, protocol);
}

const NativeDef kByteArrayMethods[] = {
    {"__alloc__", "($self, /)", ba_alloc, kNativeNoSignature, "Number of bytes really allocated."},
    {"__reduce__", "($self, /)", ba_reduce, 0, "Return state information for pickling."},
    {"__reduce_ex__", "($self, proto=0, /)", ba_reduce_ex, 0, "Return state information for pickling."},
    {"__sizeof__", "($self, /)", ba_sizeof, 0, "Size in memory, in bytes."},
    {"append", "($self, item, /)", ba_append, 0, "Appends one byte."},
    {"clear", "($self, /)", ba_clear, 0, "Removes all bytes."},
    {"copy", "($self, /)", ba_copy, 0, "A copy of B."},
    {"extend", "($self, iterable_of_ints, /)", ba_extend, 0, "Appends the bytes of an iterable or buffer."},
    {"insert", "($self, index, item, /)", ba_insert, 0, "Inserts one byte before the index."},
    {"pop", "($self, index=-1, /)", ba_pop, 0, "Removes a byte and returns it."},
    {"remove", "($self, value, /)", ba_remove, 0, "Removes the first byte of that value."},
    {"reverse", "($self, /)", ba_reverse, 0, "Reverses the order of the bytes in place."},
    TAIPAN_SHARED_BYTES_METHODS(TAIPAN_METHOD_ROW){},
};

// ---- Iterator -----------------------------------------------------------------------------------------------------------------------------
struct ByteArrayIterator {
  Header h;
  Value array;  // null when exhausted
  size_t at;
};
static Ref bytearray_iter(Value v) {
  ByteArrayIterator* it = new_object<ByteArrayIterator>(kShapeByteArrayIterator, true);
  if (!it) return nullptr;
  gc::init(&it->array, Ref::dup(v));
  return Ref::steal(it);
}
static Ref iter_next_octet(Value v) {
  ByteArrayIterator* it = v.as<ByteArrayIterator>();
  Ref dropped;  // goes without the locks
  StepLock own(v);
  if (it->array.is_null()) return Ref::imm(kStopIter);
  ByteArray* b = ba_ptr(it->array);
  {
    gc::ObjectLock lock(&b->h);
    if (it->at < b->size) return Ref::imm(Value::from_int(b->start[it->at++]));
  }
  dropped = gc::take(&it->h, &it->array);
  return Ref::imm(kStopIter);
}
static void iter_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<ByteArrayIterator*>(h)->array); }
static void iter_clear(Header* h) { Ref dropped = gc::take(h, &reinterpret_cast<ByteArrayIterator*>(h)->array); }
static void iter_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  iter_clear(h);
  finish_dealloc(h);
}
static Ref iter_length_hint(Args& a) {
  ByteArrayIterator* it = a.self.as<ByteArrayIterator>();
  if (it->array.is_null()) return Ref::imm(Value::from_int(0));
  int64_t left = static_cast<int64_t>(ba_ptr(it->array)->size) - static_cast<int64_t>(it->at);
  return make_int(left < 0 ? 0 : left);
}
static Ref iter_reduce(Args& a) {
  Ref iter = import_attr("builtins", "iter");
  if (!iter) return nullptr;
  ByteArrayIterator* it = a.self.as<ByteArrayIterator>();
  if (it->array.is_null()) {
    Ref empty = make_tuple(size_t{0});
    if (!empty) return nullptr;
    Ref args = make_tuple_of({empty.get()});
    return args ? make_tuple_of({iter.get(), args.get()}) : nullptr;
  }
  Ref args = make_tuple_of({it->array});
  if (!args) return nullptr;
  return make_tuple_of({iter.get(), args.get(), Value::from_int(static_cast<int64_t>(it->at))});
}
static Ref iter_setstate(Args& a) {
  int64_t at;
  if (!plain_int_to_ssize(a[0], &at)) return nullptr;
  ByteArrayIterator* it = a.self.as<ByteArrayIterator>();
  if (!it->array.is_null()) {
    int64_t n = static_cast<int64_t>(ba_ptr(it->array)->size);
    it->at = static_cast<size_t>(at < 0 ? 0 : at > n ? n : at);
  }
  return Ref::imm(kNone);
}
static const NativeDef kIteratorMethods[] = {
    {"__length_hint__", "($self, /)", iter_length_hint, kNativeNoSignature, "An estimate of the number of items left."},
    {"__reduce__", "($self, /)", iter_reduce, kNativeNoSignature, "State for pickling."},
    {"__setstate__", "($self, state, /)", iter_setstate, kNativeNoSignature, "Sets the position."},
    {},
};
static Ref self_iter(Value v) { return Ref::dup(v); }
const TypeSpec kByteArrayIteratorSpec = {
    .flags = kTypeGc | kTypeNoInstantiate | kTypeOwnSteps,
    .basic_size = sizeof(ByteArrayIterator),
    .ops = {.trace = iter_trace, .clear = iter_clear, .dealloc = iter_dealloc},
    .methods = kIteratorMethods,
    .s = {.iter = self_iter, .next = iter_next_octet},
};

const TypeSpec kByteArraySpec = {
    .doc =
        "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\n"
        "bytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\nbytearray(int) -> bytes array of size given by "
        "the parameter initialized with null bytes\n"
        "bytearray() -> empty bytes array\n\nA mutable array of bytes, made from:\n  - an iterable yielding integers "
        "in range(256)\n"
        "  - a text string with an encoding\n  - a bytes or a buffer object\n  - an integer",
    .flags = kTypeBaseable | kTypeMatchSelf,
    .basic_size = sizeof(ByteArray),
    .ops = {.dealloc = bytearray_dealloc, .size_of = bytearray_size_of},
    .methods = kByteArrayMethods,
    .s = {.repr = bytearray_repr,
          .str = bytearray_str,
          .compare = octets_compare,
          .iter = bytearray_iter,
          .init = bytearray_init,
          .new_ = bytearray_new,
          .remainder = bytearray_remainder,
          .length = bytearray_length,
          .get_item = octets_subscript,
          .set_item = bytearray_set_item,
          .contains = octets_contains,
          .concat = octets_concat,
          .repeat = bytearray_repeat,
          .inplace_concat = bytearray_inplace_concat,
          .inplace_repeat = bytearray_inplace_repeat,
          .get_buffer = bytearray_get_buffer,
          .release_buffer = bytearray_release_buffer},
};

}  // namespace taipan
