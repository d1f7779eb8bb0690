// array: compact arrays of numbers and characters.
#include <bit>
#include <cstring>
#include <limits>

#include "interp/modules/audit.h"
#include "interp/objects/bytes.h"
#include "interp/objects/containers.h"
#include "interp/objects/float.h"
#include "interp/objects/int.h"
#include "interp/objects/list.h"
#include "interp/objects/runtime_lock.h"
#include "interp/objects/slice.h"

namespace taipan {

static TypeObject *array_type, *iterator_type;
static_assert(std::endian::native == std::endian::little, "the codes of machine formats below are little-endian");

// ---- item kinds

struct Kind {
  char code;
  uint8_t size;
  bool is_integer, is_signed;
  uint8_t machine_format;  // as pickles name it
  const char* buffer_format;
  Ref (*get)(const uint8_t*);
  bool (*set)(uint8_t*, Value);  // to null: only checks
};

template <class T>
static T read(const uint8_t* p) {
  T v;
  memcpy(&v, p, sizeof v);
  return v;
}
template <class T>
static void write(uint8_t* p, T v) {
  if (p) memcpy(p, &v, sizeof v);
}
template <class T>
static Ref get_int(const uint8_t* p) {
  return make_int(static_cast<int64_t>(read<T>(p)));
}
template <class T>
static Ref get_u64(const uint8_t* p) {
  return make_int_u64(read<T>(p));
}
template <class T>
static Ref get_float(const uint8_t* p) {
  return make_float(static_cast<double>(read<T>(p)));
}

template <class T>
static bool set_ranged(uint8_t* p, Value v, const char* what) {
  int64_t n;
  if (!to_int64(v, &n)) return false;
  if (n < static_cast<int64_t>(std::numeric_limits<T>::min()))
    return raise(types::OverflowError, "%s is less than minimum", what);
  if (n > static_cast<int64_t>(std::numeric_limits<T>::max()))
    return raise(types::OverflowError, "%s is greater than maximum", what);
  write(p, static_cast<T>(n));
  return true;
}
static bool set_b(uint8_t* p, Value v) { return set_ranged<int8_t>(p, v, "signed char"); }
static bool set_B(uint8_t* p, Value v) { return set_ranged<uint8_t>(p, v, "unsigned byte integer"); }
static bool set_h(uint8_t* p, Value v) { return set_ranged<int16_t>(p, v, "signed short integer"); }
static bool set_H(uint8_t* p, Value v) { return set_ranged<uint16_t>(p, v, "unsigned short"); }
static bool set_i(uint8_t* p, Value v) { return set_ranged<int32_t>(p, v, "signed integer"); }
static bool set_l(uint8_t* p, Value v) {
  int64_t n;
  if (!to_int64(v, &n)) return false;
  write(p, n);
  return true;
}
// A non-negative int below 2^64 (via __index__); the two texts are those of CPython's conversions.
static bool unsigned_value(Value v, uint64_t* out, const char* negative_text, const char* big_text) {
  Ref n = to_index(v);
  if (!n) return false;
  if (int_sign(n) < 0) return raise(types::OverflowError, "%s", negative_text);
  if (int_bit_length(n) > 64) return raise(types::OverflowError, "%s", big_text);
  *out = int_low64(n);
  return true;
}
static bool set_I(uint8_t* p, Value v) {
  uint64_t n;
  if (!unsigned_value(v, &n, "can't convert negative value to unsigned int",
                      "Python int too large to convert to C unsigned long"))
    return false;
  if (n > UINT32_MAX) return raise(types::OverflowError, "unsigned int is greater than maximum");
  write(p, static_cast<uint32_t>(n));
  return true;
}
static bool set_L(uint8_t* p, Value v) {
  uint64_t n;
  if (!unsigned_value(v, &n, "can't convert negative value to unsigned int",
                      "Python int too large to convert to C unsigned long"))
    return false;
  write(p, n);
  return true;
}
static bool set_q(uint8_t* p, Value v) {
  Ref i = to_index(v);
  if (!i) return false;
  int64_t n;
  if (!int_fits64(i, &n)) return raise(types::OverflowError, "int too big to convert");
  write(p, n);
  return true;
}
static bool set_Q(uint8_t* p, Value v) {
  uint64_t n;
  if (!unsigned_value(v, &n, "can't convert negative int to unsigned", "int too big to convert")) return false;
  write(p, n);
  return true;
}
static bool set_f(uint8_t* p, Value v) {
  double d;
  if (!to_double(v, &d)) return false;
  write(p, static_cast<float>(d));
  return true;
}
static bool set_d(uint8_t* p, Value v) {
  double d;
  if (!to_double(v, &d)) return false;
  write(p, d);
  return true;
}
static Ref get_u(const uint8_t* p) {
  uint32_t c = read<uint32_t>(p);
  if (c > 0x10ffff) return raise(types::ValueError, "character U+%x is not in range [U+0000; U+10ffff]", c);
  return make_str_char(c);
}
static bool set_u(uint8_t* p, Value v) {
  if (!is_str(v) || v.as<Str>()->length != 1) return raise(types::TypeError, "array item must be unicode character");
  write(p, v.as<Str>()->at(0));
  return true;
}

static const Kind kKinds[] = {{'b', 1, true, true, 1, "b", get_int<int8_t>, set_b},
                              {'B', 1, true, false, 0, "B", get_int<uint8_t>, set_B},
                              {'u', 4, false, false, 20, "w", get_u, set_u},
                              {'h', 2, true, true, 4, "h", get_int<int16_t>, set_h},
                              {'H', 2, true, false, 2, "H", get_int<uint16_t>, set_H},
                              {'i', 4, true, true, 8, "i", get_int<int32_t>, set_i},
                              {'I', 4, true, false, 6, "I", get_int<uint32_t>, set_I},
                              {'l', 8, true, true, 12, "l", get_int<int64_t>, set_l},
                              {'L', 8, true, false, 10, "L", get_u64<uint64_t>, set_L},
                              {'q', 8, true, true, 12, "q", get_int<int64_t>, set_q},
                              {'Q', 8, true, false, 10, "Q", get_u64<uint64_t>, set_Q},
                              {'f', 4, false, false, 14, "f", get_float<float>, set_f},
                              {'d', 8, false, false, 16, "d", get_float<double>, set_d}};
static const Kind* kind_of(uint32_t code) {
  for (const Kind& k : kKinds) {
    if (static_cast<uint32_t>(k.code) == code) return &k;
  }
  return nullptr;
}

// ---- the object

struct Array {
  Header h;
  uint8_t* data;           // raw buffer
  int64_t size, capacity;  // items
  const Kind* kind;
  int64_t exports;  // >0: the buffer may not move
};

static bool is_array(Value v) { return v.is_heap() && is_instance_exact_type(v, array_type); }
static uint8_t* at(const Array* a, int64_t i) { return a->data + i * a->kind->size; }
static size_t bytes_of(const Array* a) { return static_cast<size_t>(a->size) * a->kind->size; }

static Array* allocate(TypeObject* cls, const Kind* kind, int64_t size) {
  if (size > INT64_MAX / kind->size) return raise_memory();
  auto* a = alloc_instance_as<Array>(cls);
  if (!a) return nullptr;
  a->kind = kind;
  if (size > 0) {
    a->data = static_cast<uint8_t*>(gc::raw_alloc(static_cast<size_t>(size) * kind->size));
    if (!a->data) {
      Ref drop = Ref::steal(a);
      return raise_memory();
    }
    a->size = a->capacity = size;
  }
  return a;
}
static bool resize(Array* a, int64_t size) {
  if (a->exports > 0 && size != a->size)
    return raise(types::BufferError, "cannot resize an array that is exporting buffers");
  if (size <= a->capacity && size >= a->capacity / 2) {
    a->size = size;
    return true;
  }
  if (size == 0) {
    uint8_t* old = a->data;
    a->data = nullptr;
    a->size = a->capacity = 0;
    if (old) gc::raw_free_epoch(old);
    return true;
  }
  int64_t capacity = (size >> 4) + (a->size < 8 ? 3 : 7) + size;
  if (capacity > INT64_MAX / 16) return raise_memory();
  auto* p = static_cast<uint8_t*>(gc::raw_realloc(a->data, static_cast<size_t>(capacity) * a->kind->size));
  if (!p) return raise_memory();
  a->data = p;
  a->size = size;
  a->capacity = capacity;
  return true;
}
static void array_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  auto* a = reinterpret_cast<Array*>(h);
  if (a->data) gc::raw_free(a->data);
  a->data = nullptr;
  finish_dealloc(h);
}
static size_t array_bytes(Header* h) {
  auto* a = reinterpret_cast<Array*>(h);
  return sizeof(Array) + static_cast<size_t>(a->capacity) * (a->kind ? a->kind->size : 1);
}

static Ref item_at(Array* a, int64_t i) { return a->kind->get(at(a, i)); }
// Converting may run Python code, so the value is made first and then stored where there still is room.
static bool store(Array* a, int64_t i, Value v) {
  uint8_t bytes[8];
  if (!a->kind->set(bytes, v)) return false;
  if (i >= a->size) return raise(types::IndexError, "array assignment index out of range");
  memcpy(at(a, i), bytes, a->kind->size);
  return true;
}
static bool insert(Array* a, int64_t where, Value v) {
  uint8_t bytes[8];
  if (!a->kind->set(bytes, v)) return false;
  int64_t n = a->size;
  if (!resize(a, n + 1)) return false;
  if (where < 0) where = where + n < 0 ? 0 : where + n;
  if (where > n) where = n;
  memmove(at(a, where + 1), at(a, where), static_cast<size_t>(n - where) * a->kind->size);
  memcpy(at(a, where), bytes, a->kind->size);
  return true;
}
static bool append(Array* a, Value v) {
  uint8_t bytes[8];
  if (!a->kind->set(bytes, v)) return false;
  if (!resize(a, a->size + 1)) return false;
  memcpy(at(a, a->size - 1), bytes, a->kind->size);
  return true;
}
static bool append_bytes(Array* a, const uint8_t* p, size_t n) {
  if (n % a->kind->size != 0) return raise(types::ValueError, "bytes length not a multiple of item size");
  int64_t old = a->size;
  if (n == 0) return true;
  if (!resize(a, old + static_cast<int64_t>(n / a->kind->size))) return false;
  memcpy(at(a, old), p, n);
  return true;
}
static bool append_array(Array* a, Value other) {
  auto* o = other.as<Array>();
  if (o->kind != a->kind) return raise(types::TypeError, "can only extend with array of same kind");
  int64_t n = o->size, old = a->size;
  if (n == 0) return true;
  if (old > INT64_MAX - n) return raise_memory();
  if (!resize(a, old + n)) return false;
  memcpy(at(a, old), o->data,
         static_cast<size_t>(n) * a->kind->size);  // o may be a: its first n items are what they were
  return true;
}
static bool append_iterable(Array* a, Value iterable) {
  IterEach it(iterable);
  for (uint32_t steps = 1; it.next(); steps++) {
    if (!append(a, it.item())) return false;
    if (steps % 4096 == 0 && !poll()) return false;
  }
  return !it.failed();
}
static bool append_text(Array* a, Value text) {
  auto* s = text.as<Str>();
  auto n = static_cast<int64_t>(s->length);
  int64_t old = a->size;
  if (n == 0) return true;
  if (!resize(a, old + n)) return false;
  for (int64_t i = 0; i < n; i++) write(at(a, old + i), s->at(static_cast<size_t>(i)));
  return true;
}
static bool delete_range(Array* a, int64_t start, int64_t end) {
  if (start >= end) return true;
  int64_t n = a->size;
  if (a->exports > 0) return raise(types::BufferError, "cannot resize an array that is exporting buffers");
  memmove(at(a, start), at(a, end), static_cast<size_t>(n - end) * a->kind->size);
  return resize(a, n - (end - start));
}

// ---- construction

static bool typecode_argument(const char* function, int position, Value v, uint32_t* out) {
  if (!is_str(v) || v.as<Str>()->length != 1)
    return raise(types::TypeError, "%s() argument %d must be a unicode character, not %T", function, position, v);
  *out = v.as<Str>()->at(0);
  return true;
}
static Ref array_new(TypeObject* cls, RawArgs args) {
  if ((cls == array_type || cls->s.init == array_type->s.init) && has_keywords(args))
    return raise(types::TypeError, "array.array() takes no keyword arguments");
  if (args.n < 1) return raise(types::TypeError, "array() takes at least 1 argument (0 given)");
  if (args.n > 2)
    return raise(types::TypeError, "array() takes at most 2 arguments (%zd given)", static_cast<int64_t>(args.n));
  uint32_t code;
  if (!typecode_argument("array", 1, args.v[0], &code)) return nullptr;
  Value initial = args.n > 1 ? args.v[1] : Value();
  if (!audit("array.__new__", {args.v[0], initial ? initial : kNone})) return nullptr;
  if (initial && code != 'u') {
    if (is_str(initial))
      return raise(types::TypeError, "cannot use a str to initialize an array with typecode '%c'", code);
    if (is_array(initial) && initial.as<Array>()->kind->code == 'u')
      return raise(types::TypeError, "cannot use a unicode array to initialize an array with typecode '%c'", code);
  }
  const Kind* kind = kind_of(code);
  if (!kind) return raise(types::ValueError, "bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)");
  Array* a = allocate(cls, kind, 0);
  if (!a) return nullptr;
  Ref result = Ref::steal(a);
  bool ok = true;
  if (!initial) {
  } else if (is_str(initial)) {
    ok = append_text(a, initial);
  } else if (is_bytes(initial) || is_bytearray(initial)) {
    BufferView view(initial);
    ok = view.ok() && append_bytes(a, view.data(), view.size());
  } else if (is_array(initial) && initial.as<Array>()->kind == kind) {
    ok = append_array(a, initial);
  } else {
    ok = append_iterable(a, initial);
  }
  return ok ? std::move(result) : nullptr;
}
static Ref slice_of(Array* a, int64_t start, int64_t end) {
  if (start < 0) start = 0;
  if (end > a->size) end = a->size;
  if (end < start) end = start;
  Array* r = allocate(array_type, a->kind, end - start);
  if (!r) return nullptr;
  if (end > start) memcpy(r->data, at(a, start), static_cast<size_t>(end - start) * a->kind->size);
  return Ref::steal(r);
}

// ---- slots

static Ref text_of(Array* a) {
  for (int64_t i = 0; i < a->size; i++) {
    uint32_t c = read<uint32_t>(at(a, i));
    if (c > 0x10ffff) return raise(types::ValueError, "character U+%x is not in range [U+0000; U+10ffff]", c);
  }
  return make_str_ucs4(reinterpret_cast<const uint32_t*>(a->data), static_cast<size_t>(a->size));
}
static Ref list_of(Array* a) {
  Ref list = make_list(static_cast<size_t>(a->size));
  for (int64_t i = 0; list && i < a->size; i++) {
    Ref item = item_at(a, i);
    if (!item || !list_append(list, std::move(item))) return nullptr;
  }
  return list;
}
static Ref array_repr(Value self) {
  auto* a = self.as<Array>();
  Str* type = type_of(self)->name;
  if (a->size == 0) return format_str("%U('%c')", type, a->kind->code);
  Ref items = a->kind->code == 'u' ? text_of(a) : list_of(a);
  return items ? format_str("%U('%c', %R)", type, a->kind->code, items.get()) : nullptr;
}
static Ref array_compare(Value x, Value y, CompareOp op) {
  if (!is_array(x) || !is_array(y)) return Ref::imm(kNotImplemented);
  auto *a = x.as<Array>(), *b = y.as<Array>();
  if (a->size != b->size && (op == kEq || op == kNe)) return Ref::imm(bool_value(op == kNe));
  if (a->kind == b->kind && a->kind->is_integer && (op == kEq || op == kNe))
    return Ref::imm(bool_value((a->size == 0 || memcmp(a->data, b->data, bytes_of(a)) == 0) == (op == kEq)));
  for (int64_t i = 0; i < a->size && i < b->size; i++) {
    Ref p = item_at(a, i), q = item_at(b, i);
    if (!p || !q) return nullptr;
    int equal = compare_true(p, q, kEq);
    if (equal < 0) return nullptr;
    if (equal) continue;
    if (op == kEq) return Ref::imm(kFalse);
    if (op == kNe) return Ref::imm(kTrue);
    return compare(p, q, op);
  }
  return Ref::imm(bool_value(compare_ints(a->size, b->size, op)));
}
static int64_t array_length(Value self) { return self.as<Array>()->size; }

static bool index_key(Value key, int64_t* out) {
  if (key.is_int()) {
    *out = key.as_int();
    return true;
  }
  return to_ssize(key, out, types::IndexError);
}
static Ref array_get_item(Value self, Value key) {
  auto* a = self.as<Array>();
  if (key.is_int() || (!is_slice(key) && has_index(key))) {
    int64_t i;
    if (!index_key(key, &i)) return nullptr;
    if (i < 0) i += a->size;
    if (i < 0 || i >= a->size) return raise(types::IndexError, "array index out of range");
    return item_at(a, i);
  }
  if (!is_slice(key)) return raise(types::TypeError, "array indices must be integers");
  int64_t start, stop, step;
  if (!slice_numbers(key, &start, &stop, &step)) return nullptr;
  int64_t count = slice_adjust(a->size, &start, &stop, step);
  if (step == 1) return slice_of(a, start, start + count);
  Array* r = allocate(array_type, a->kind, count);
  if (!r) return nullptr;
  for (int64_t i = 0; i < count; i++) memcpy(at(r, i), at(a, start + i * step), a->kind->size);
  return Ref::steal(r);
}
static bool array_set_item(Value self, Value key, Value value) {
  auto* a = self.as<Array>();
  if (key.is_int() || (!is_slice(key) && has_index(key))) {
    int64_t i;
    if (!index_key(key, &i)) return false;
    if (i < 0) i += a->size;
    if (i < 0 || i >= a->size) return raise(types::IndexError, "array assignment index out of range");
    return value ? store(a, i, value) : delete_range(a, i, i + 1);
  }
  if (!is_slice(key)) return raise(types::TypeError, "array indices must be integers");
  int64_t start, stop, step;
  if (!slice_numbers(key, &start, &stop, &step)) return false;
  int64_t count = slice_adjust(a->size, &start, &stop, step);
  Ref copy;
  Array* from = nullptr;
  if (value) {
    if (!is_array(value)) return raise(types::TypeError, "can only assign array (not \"%T\") to array slice", value);
    from = value.as<Array>();
    if (from == a) {
      copy = slice_of(from, 0, from->size);
      if (!copy) return false;
      from = copy.as<Array>();
    }
    if (from->kind != a->kind) return raise(types::TypeError, "bad argument type for built-in operation");
  }
  int64_t needed = from ? from->size : 0;
  size_t width = a->kind->size;
  if ((step > 0 && stop < start) || (step < 0 && stop > start)) stop = start;
  if (a->exports > 0 && (needed == 0 || needed != count))
    return raise(types::BufferError, "cannot resize an array that is exporting buffers");
  if (step == 1) {
    if (count > needed) {
      memmove(at(a, start + needed), at(a, stop), static_cast<size_t>(a->size - stop) * width);
      if (!resize(a, a->size + needed - count)) return false;
    } else if (count < needed) {
      int64_t old = a->size;
      if (!resize(a, old + needed - count)) return false;
      memmove(at(a, start + needed), at(a, stop), static_cast<size_t>(old - stop) * width);
    }
    if (needed) memcpy(at(a, start), from->data, static_cast<size_t>(needed) * width);
    return true;
  }
  if (needed == 0) {  // delete every step-th item; assigning an empty array means the same
    if (step < 0) {
      stop = start + 1;
      start = stop + step * (count - 1) - 1;
      step = -step;
    }
    int64_t to = start, next = start, gone = 0;
    for (int64_t i = start; count && i < a->size; i++) {
      if (gone < count && i == next) {
        gone++;
        next += step;
      } else {
        memmove(at(a, to++), at(a, i), width);
      }
    }
    return count == 0 || resize(a, a->size - gone);
  }
  if (needed != count)
    return raise(types::ValueError, "attempt to assign array of size %zd to extended slice of size %zd", needed, count);
  for (int64_t i = 0; i < count; i++) memcpy(at(a, start + i * step), at(from, i), width);
  return true;
}
// Looks for v in [start, stop): index, -1 absent, -2 error.
static int64_t find(Array* a, Value v, int64_t start, int64_t stop) {
  for (int64_t i = start; i < stop && i < a->size; i++) {
    Ref x = item_at(a, i);
    if (!x) return -2;
    int equal = compare_true(x, v, kEq);
    if (equal < 0) return -2;
    if (equal) return i;
  }
  return -1;
}
static int array_contains(Value self, Value v) {
  int64_t i = find(self.as<Array>(), v, 0, INT64_MAX);
  return i >= 0 ? 1 : i == -1 ? 0 : -1;
}
static Ref array_concat(Value self, Value other) {
  if (!is_array(other)) return raise(types::TypeError, "can only append array (not \"%T\") to array", other);
  auto *a = self.as<Array>(), *b = other.as<Array>();
  if (a->kind != b->kind) return raise(types::TypeError, "bad argument type for built-in operation");
  Array* r = allocate(array_type, a->kind, a->size + b->size);
  if (!r) return nullptr;
  if (a->size) memcpy(r->data, a->data, bytes_of(a));
  if (b->size) memcpy(at(r, a->size), b->data, bytes_of(b));
  return Ref::steal(r);
}
static Ref array_repeat(Value self, Value count) {
  int64_t n;
  if (!to_ssize(count, &n, types::OverflowError)) return nullptr;
  auto* a = self.as<Array>();
  if (n < 0) n = 0;
  if (a->size && n > INT64_MAX / 16 / a->size) return raise_memory();
  Array* r = allocate(array_type, a->kind, a->size * n);
  if (!r) return nullptr;
  for (int64_t i = 0; i < n && a->size; i++) memcpy(at(r, i * a->size), a->data, bytes_of(a));
  return Ref::steal(r);
}
static Ref array_inplace_concat(Value self, Value other) {
  if (!is_array(other)) return raise(types::TypeError, "can only extend array with array (not \"%T\")", other);
  return append_array(self.as<Array>(), other) ? Ref::dup(self) : nullptr;
}
static Ref array_inplace_repeat(Value self, Value count) {
  int64_t n;
  if (!to_ssize(count, &n, types::OverflowError)) return nullptr;
  auto* a = self.as<Array>();
  int64_t size = a->size;
  if (size == 0 || n == 1) return Ref::dup(self);
  if (n < 0) n = 0;
  if (n > INT64_MAX / 16 / size) return raise_memory();
  if (!resize(a, size * n)) return nullptr;
  for (int64_t i = 1; i < n; i++) memcpy(at(a, i * size), a->data, static_cast<size_t>(size) * a->kind->size);
  return Ref::dup(self);
}
static uint8_t empty_data[8];
static bool array_get_buffer(Value self, Buffer* out, int flags) {
  auto* a = self.as<Array>();
  if (!fill_buffer_info(out, self, a->data ? a->data : empty_data, static_cast<int64_t>(bytes_of(a)), false, flags))
    return false;
  out->itemsize = a->kind->size;
  out->format = flags & kBufFormat ? a->kind->buffer_format : nullptr;
  out->small[0] = a->size;
  out->small[1] = a->kind->size;
  a->exports++;
  return true;
}
static void array_release_buffer(Value self, Buffer*) { self.as<Array>()->exports--; }

// ---- methods

static Ref none_if(bool ok) { return ok ? Ref::imm(kNone) : nullptr; }
static Ref array_append_impl(Args& a) { return none_if(append(a.self.as<Array>(), a[0])); }
static Ref array_buffer_info_impl(Args& a) {
  auto* s = a.self.as<Array>();
  Ref address = make_int_u64(reinterpret_cast<uint64_t>(s->data)), size = make_int(s->size);
  return make_tuple_of({address.get(), size.get()});
}
static Ref array_byteswap_impl(Args& a) {
  auto* s = a.self.as<Array>();
  for (int64_t i = 0; i < s->size; i++) {
    uint8_t* p = at(s, i);
    for (int k = 0; k < s->kind->size / 2; k++) std::swap(p[k], p[s->kind->size - 1 - k]);
  }
  return Ref::imm(kNone);
}
static Ref array_copy_impl(Args& a) { return slice_of(a.self.as<Array>(), 0, INT64_MAX); }
static Ref array_count_impl(Args& a) {
  auto* s = a.self.as<Array>();
  int64_t count = 0;
  for (int64_t i = 0; i < s->size; i++) {
    Ref x = item_at(s, i);
    int equal = x ? compare_true(x, a[0], kEq) : -1;
    if (equal < 0) return nullptr;
    count += equal;
  }
  return make_int(count);
}
static Ref array_extend_impl(Args& a) {
  auto* s = a.self.as<Array>();
  return none_if(is_array(a[0]) ? append_array(s, a[0]) : append_iterable(s, a[0]));
}
static Ref array_fromlist_impl(Args& a) {
  auto* s = a.self.as<Array>();
  if (!is_list(a[0])) return raise(types::TypeError, "arg must be list");
  auto n = static_cast<int64_t>(list_size(a[0]));
  if (n == 0) return Ref::imm(kNone);
  int64_t old = s->size;
  if (!resize(s, old + n)) return nullptr;
  memset(at(s, old), 0, static_cast<size_t>(n) * s->kind->size);
  for (int64_t i = 0; i < n; i++) {
    Ref v = list_get(a[0], static_cast<size_t>(i));
    bool ok = v && store(s, old + i, v);
    if (ok && static_cast<int64_t>(list_size(a[0])) != n)
      ok = raise(types::RuntimeError, "list changed size during iteration");
    if (!ok) {
      if (!error_occurred()) raise(types::RuntimeError, "list changed size during iteration");
      Ref pending = fetch_error();
      if (!resize(s, old)) clear_error();
      restore_error(std::move(pending));
      return nullptr;
    }
  }
  return Ref::imm(kNone);
}
static Ref array_frombytes_impl(Args& a) {
  Buffer b;
  if (!get_buffer(a[0], &b, kBufSimple)) return nullptr;
  auto* s = a.self.as<Array>();
  bool ok = b.itemsize == 1 ? append_bytes(s, static_cast<uint8_t*>(b.data), static_cast<size_t>(b.len))
                            : raise(types::TypeError, "a bytes-like object is required");
  release_buffer(&b);
  return none_if(ok);
}
static Ref array_fromfile_impl(Args& a) {
  int64_t n;
  if (!to_c_ssize(a[1], &n)) return nullptr;
  if (n < 0) return raise(types::ValueError, "negative count");
  auto* s = a.self.as<Array>();
  if (n > INT64_MAX / s->kind->size) return raise_memory();
  Ref wanted = make_int(n * s->kind->size);
  Ref bytes = call_method(a[0], TAIPAN_NAME(read), wanted);
  if (!bytes) return nullptr;
  if (!is_bytes(bytes)) return raise(types::TypeError, "read() didn't return bytes");
  auto* b = bytes.as<Bytes>();
  bool enough = static_cast<int64_t>(b->size) == n * s->kind->size;
  if (!append_bytes(s, b->data(), b->size)) return nullptr;
  if (!enough) return raise(types::EOFError, "read() didn't return enough bytes");
  return Ref::imm(kNone);
}
static Ref array_fromunicode_impl(Args& a) {
  auto* s = a.self.as<Array>();
  if (!is_str(a[0])) return raise(types::TypeError, "fromunicode() argument must be str, not %T", a[0]);
  if (s->kind->code != 'u') return raise(types::ValueError, "fromunicode() may only be called on unicode type arrays");
  return none_if(append_text(s, a[0]));
}
static Ref array_index_impl(Args& a) {
  auto* s = a.self.as<Array>();
  int64_t start = 0, stop = INT64_MAX;
  if (a.has(1) && !slice_index(a[1], &start)) return nullptr;
  if (a.has(2) && !slice_index(a[2], &stop)) return nullptr;
  if (start < 0) start = start + s->size < 0 ? 0 : start + s->size;
  if (stop < 0) stop += s->size;
  int64_t i = find(s, a[0], start, stop);
  if (i == -2) return nullptr;
  return i >= 0 ? make_int(i) : raise(types::ValueError, "array.index(x): x not in array");
}
static Ref array_insert_impl(Args& a) {
  int64_t where;
  if (!to_c_ssize(a[0], &where)) return nullptr;
  return none_if(insert(a.self.as<Array>(), where, a[1]));
}
static Ref array_pop_impl(Args& a) {
  auto* s = a.self.as<Array>();
  int64_t i = -1;
  if (a.has(0) && !to_c_ssize(a[0], &i)) return nullptr;
  if (s->size == 0) return raise(types::IndexError, "pop from empty array");
  if (i < 0) i += s->size;
  if (i < 0 || i >= s->size) return raise(types::IndexError, "pop index out of range");
  Ref v = item_at(s, i);
  return v && delete_range(s, i, i + 1) ? std::move(v) : nullptr;
}
static Ref array_remove_impl(Args& a) {
  auto* s = a.self.as<Array>();
  int64_t i = find(s, a[0], 0, INT64_MAX);
  if (i == -2) return nullptr;
  if (i == -1) return raise(types::ValueError, "array.remove(x): x not in array");
  return none_if(delete_range(s, i, i + 1));
}
static Ref array_reverse_impl(Args& a) {
  auto* s = a.self.as<Array>();
  uint8_t t[8];
  size_t width = s->kind->size;
  for (int64_t i = 0, k = s->size - 1; i < k; i++, k--) {
    memcpy(t, at(s, i), width);
    memcpy(at(s, i), at(s, k), width);
    memcpy(at(s, k), t, width);
  }
  return Ref::imm(kNone);
}
static Ref array_tobytes_impl(Args& a) {
  auto* s = a.self.as<Array>();
  return make_bytes(s->data, bytes_of(s));
}
static Ref array_tofile_impl(Args& a) {
  auto* s = a.self.as<Array>();
  constexpr size_t kBlock = 64 * 1024;
  Ref write = get_attr(a[0], TAIPAN_NAME(write));
  if (!write) return nullptr;
  for (size_t from = 0; from < bytes_of(s); from += kBlock) {
    size_t n = bytes_of(s) - from;
    Ref bytes = make_bytes(s->data + from, n < kBlock ? n : kBlock);
    Ref done = bytes ? call(write, bytes) : nullptr;
    if (!done) return nullptr;
  }
  return Ref::imm(kNone);
}
static Ref array_tolist_impl(Args& a) { return list_of(a.self.as<Array>()); }
static Ref array_tounicode_impl(Args& a) {
  auto* s = a.self.as<Array>();
  if (s->kind->code != 'u') return raise(types::ValueError, "tounicode() may only be called on unicode type arrays");
  return text_of(s);
}
static Ref array_sizeof_impl(Args& a) { return make_int(static_cast<int64_t>(array_bytes(a.self.header()))); }

static Ref reconstructor() { return import_attr("array", "_array_reconstructor"); }
static Ref array_reduce_ex_impl(Args& a) {
  auto* s = a.self.as<Array>();
  if (!is_int(a[0])) return raise(types::TypeError, "__reduce_ex__ argument should be an integer");
  int64_t protocol;
  if (!to_int64(a[0], &protocol)) return nullptr;
  Ref dict = get_attr_opt(a.self, TAIPAN_NAME(__dict__));
  if (!dict) return nullptr;
  if (dict.get() == kMissing) dict = Ref::imm(kNone);
  Ref code = make_str_char(static_cast<uint32_t>(s->kind->code));
  Value type(type_of(a.self));
  if (protocol < 3) {
    Ref list = list_of(s);
    Ref args = list ? make_tuple_of({code.get(), list.get()}) : nullptr;
    return args ? make_tuple_of({type, args.get(), dict.get()}) : nullptr;
  }
  Ref bytes = make_bytes(s->data, bytes_of(s)), function = reconstructor();
  if (!bytes || !function) return nullptr;
  Ref args = make_tuple_of({type, code.get(), Value::from_int(s->kind->machine_format), bytes.get()});
  return args ? make_tuple_of({function.get(), args.get(), dict.get()}) : nullptr;
}

// Machine formats 0..21: item size, signedness, byte order. 14..17 are floats, 18.. text.
struct MachineFormat {
  uint8_t size;
  bool is_signed, is_big;
};
static const MachineFormat kFormats[] = {
    {1, false, false}, {1, true, false}, {2, false, false}, {2, false, true}, {2, true, false},  {2, true, true},
    {4, false, false}, {4, false, true}, {4, true, false},  {4, true, true},  {8, false, false}, {8, false, true},
    {8, true, false},  {8, true, true},  {4, false, false}, {4, false, true}, {8, false, false}, {8, false, true},
    {4, false, false}, {4, false, true}, {8, false, false}, {8, false, true}};
static Ref make_array(TypeObject* cls, const Kind* kind, Value initial) {
  Ref code = make_str_char(static_cast<uint32_t>(kind->code));
  return call(Value(cls), code, initial);
}
static Ref array_reconstructor_impl(Args& a) {
  if (!is_type(a[0])) return raise(types::TypeError, "first argument must be a type object, not %T", a[0]);
  uint32_t code;
  if (!typecode_argument("_array_reconstructor", 2, a[1], &code)) return nullptr;
  int format;
  if (!to_c_int(a[2], &format)) return nullptr;
  auto* cls = a[0].as<TypeObject>();
  if (!is_subtype(cls, array_type))
    return raise(types::TypeError, "%N is not a subtype of %N", a[0], Value(array_type));
  const Kind* kind = kind_of(code);
  if (!kind) return raise(types::ValueError, "second argument must be a valid type code");
  if (format < 0 || format > 21) return raise(types::ValueError, "third argument must be a valid machine format code.");
  if (!is_bytes(a[3])) return raise(types::TypeError, "fourth argument should be bytes, not %T", a[3]);
  auto* items = a[3].as<Bytes>();
  if (format == kind->machine_format) return make_array(cls, kind, a[3]);
  const MachineFormat& f = kFormats[format];
  if (items->size % f.size != 0) return raise(types::ValueError, "string length not a multiple of item size");
  if (format >= 18) {
    static const char* const names[] = {"utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"};
    Ref name = make_str(names[format - 18]);
    Ref text = call_method(a[3], TAIPAN_NAME(decode), name);
    return text ? make_array(cls, kind, text) : nullptr;
  }
  size_t n = items->size / f.size;
  Ref list = make_list(n);
  for (size_t i = 0; list && i < n; i++) {
    const uint8_t* p = items->data() + i * f.size;
    Ref v;
    if (format >= 14) {
      uint8_t t[8];
      for (int k = 0; k < f.size; k++) t[k] = p[f.is_big ? f.size - 1 - k : k];
      v = f.size == 4 ? get_float<float>(t) : get_float<double>(t);
    } else {
      v = make_int_from_bytes(p, f.size, !f.is_big, f.is_signed);
    }
    if (!v || !list_append(list, std::move(v))) return nullptr;
  }
  if (format < 14) {  // a kind that holds such numbers best
    for (const Kind& k : kKinds) {
      if (k.is_integer && k.size == f.size && k.is_signed == f.is_signed) kind = &k;
    }
  }
  return list ? make_array(cls, kind, list) : nullptr;
}

static Ref array_typecode(Value self) { return make_str_char(static_cast<uint32_t>(self.as<Array>()->kind->code)); }
static Ref array_itemsize(Value self) { return Ref::imm(Value::from_int(self.as<Array>()->kind->size)); }

static const NativeDef kArrayMethods[] = {
    {"append", "($self, v, /)", array_append_impl, 0, "Append new value v to the end of the array."},
    {"buffer_info", "($self, /)", array_buffer_info_impl, 0,
     "Return a tuple (address, length) giving the current memory address and the length in items of the buffer."},
    {"byteswap", "($self, /)", array_byteswap_impl, 0, "Byteswap all items of the array."},
    {"__copy__", "($self, /)", array_copy_impl, 0, "Return a copy of the array."},
    {"count", "($self, v, /)", array_count_impl, 0, "Return number of occurrences of v in the array."},
    {"__deepcopy__", "($self, unused, /)", array_copy_impl, 0, "Return a copy of the array."},
    {"extend", "($self, bb, /)", array_extend_impl, 0, "Append items to the end of the array."},
    {"fromfile", "($self, f, n, /)", array_fromfile_impl, 0,
     "Read n objects from the file object f and append them to the end of the array."},
    {"fromlist", "($self, list, /)", array_fromlist_impl, 0, "Append items to array from list."},
    {"frombytes", "($self, buffer, /)", array_frombytes_impl, 0,
     "Appends items from the bytes, which hold them as the machine does."},
    {"fromunicode", "($self, ustr, /)", array_fromunicode_impl, 0,
     "Extends this array with data from the unicode string ustr."},
    {"index", "($self, v, start=0, stop=sys.maxsize, /)", array_index_impl, 0,
     "Return index of first occurrence of v in the array.\n\nRaise ValueError if the value is not present."},
    {"insert", "($self, i, v, /)", array_insert_impl, 0, "Insert a new item v into the array before position i."},
    {"pop", "($self, i=-1, /)", array_pop_impl, 0,
     "Return the i-th element and delete it from the array.\n\ni defaults to -1."},
    {"__reduce_ex__", "($self, value, /)", array_reduce_ex_impl, 0, "Return state information for pickling."},
    {"remove", "($self, v, /)", array_remove_impl, 0, "Remove the first occurrence of v in the array."},
    {"reverse", "($self, /)", array_reverse_impl, 0, "Reverse the order of the items in the array."},
    {"tofile", "($self, f, /)", array_tofile_impl, 0, "Write all items (as machine values) to the file object f."},
    {"tolist", "($self, /)", array_tolist_impl, 0, "Convert array to an ordinary list with the same items."},
    {"tobytes", "($self, /)", array_tobytes_impl, 0,
     "Convert the array to an array of machine values and return the bytes representation."},
    {"tounicode", "($self, /)", array_tounicode_impl, 0, "The text of an array of characters."},
    {"__sizeof__", "($self, /)", array_sizeof_impl, 0, "Size of the array in memory, in bytes."},
    {nullptr}};
static const GetSetDef kArrayGetSet[] = {
    {"typecode", array_typecode, nullptr, "the typecode character used to create the array"},
    {"itemsize", array_itemsize, nullptr, "the size, in bytes, of one array item"},
    {nullptr}};
static Ref array_iter(Value self);
static const TypeSpec kArraySpec = {.doc =
                                        "array(typecode [, initializer]) -> array\n\nA mutable sequence of items of "
                                        "one kind, stored as machine values:\n"
                                        "b B h H i I l L q Q: signed and unsigned integers of 1, 1, 2, 2, 4, 4, 8, 8, "
                                        "8, 8 bytes; f d: floats of 4 and 8 bytes; "
                                        "u: characters.",
                                    .flags = kTypeBaseable | kTypeWeakrefable | kTypeSequence,
                                    .basic_size = sizeof(Array),
                                    .ops = {.dealloc = array_dealloc, .size_of = array_bytes},
                                    .methods = kArrayMethods,
                                    .getset = kArrayGetSet,
                                    .s = {.repr = array_repr,
                                          .compare = array_compare,
                                          .iter = array_iter,
                                          .new_ = array_new,
                                          .length = array_length,
                                          .get_item = array_get_item,
                                          .set_item = array_set_item,
                                          .contains = array_contains,
                                          .concat = array_concat,
                                          .repeat = array_repeat,
                                          .inplace_concat = array_inplace_concat,
                                          .inplace_repeat = array_inplace_repeat,
                                          .get_buffer = array_get_buffer,
                                          .release_buffer = array_release_buffer}};

// ---- iterator

struct ArrayIterator {
  Header h;
  Value array;  // null once exhausted
  int64_t index;
};
static void iterator_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<ArrayIterator*>(h)->array); }
static void iterator_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  { Ref array = gc::take(h, &reinterpret_cast<ArrayIterator*>(h)->array); }
  finish_dealloc(h);
}
static Ref array_iter(Value self) {
  auto* it = alloc_instance_as<ArrayIterator>(iterator_type);
  if (!it) return nullptr;
  gc::init(&it->array, Ref::dup(self));
  return Ref::steal(it);
}
static Ref iterator_self(Value self) { return Ref::dup(self); }
static Ref iterator_next(Value self) {
  auto* it = self.as<ArrayIterator>();
  Ref done;  // goes without the lock
  if (!it->array) return Ref::imm(kStopIter);
  RuntimeLock lock(it->array);
  if (!it->array) return Ref::imm(kStopIter);  // waiting for the lock gave up the iterator's
  auto* a = it->array.as<Array>();
  if (it->index < a->size) return item_at(a, it->index++);
  done = gc::take(&it->h, &it->array);
  return Ref::imm(kStopIter);
}
static Ref iterator_reduce_impl(Args& a) {
  auto* it = a.self.as<ArrayIterator>();
  if (it->array) {
    Ref index = make_int(it->index);
    return reduce_iterator(it->array, index);
  }
  Ref empty = make_tuple(size_t{0});
  return reduce_iterator(empty);
}
static Ref iterator_setstate_impl(Args& a) {
  auto* it = a.self.as<ArrayIterator>();
  if (!is_int(a[0])) return raise(types::TypeError, "an integer is required");
  int64_t index;
  if (!plain_int_to_ssize(a[0], &index)) return nullptr;
  if (it->array) {
    int64_t size = it->array.as<Array>()->size;
    it->index = index < 0 ? 0 : index > size ? size : index;
  }
  return Ref::imm(kNone);
}
static const NativeDef kIteratorMethods[] = {
    {"__reduce__", "($self, /)", iterator_reduce_impl, 0, "Return state information for pickling."},
    {"__setstate__", "($self, state, /)", iterator_setstate_impl, 0, "Set state information for unpickling."},
    {nullptr}};
static const TypeSpec kIteratorSpec = {.flags = kTypeGc | kTypeNoInstantiate,
                                       .basic_size = sizeof(ArrayIterator),
                                       .ops = {.trace = iterator_trace, .dealloc = iterator_dealloc},
                                       .methods = kIteratorMethods,
                                       .s = {.iter = iterator_self, .next = iterator_next}};

static bool array_exec(Value module) {
  if (!array_type) array_type = make_native_type("array.array", types::Object, &kArraySpec);
  if (!iterator_type) iterator_type = make_native_type("array.arrayiterator", types::Object, &kIteratorSpec);
  if (!array_type || !iterator_type || !module_add_type(module, array_type) ||
      !module_add(module, "ArrayType", Ref::dup(array_type)) || !module_add_str(module, "typecodes", "bBuhHiIlLqQfd"))
    return false;
  // arrays are mutable sequences for collections.abc as well
  Ref abc = import_attr("collections.abc", "MutableSequence");
  if (!abc) return false;
  Ref done = call_method(abc, TAIPAN_NAME(register), Value(array_type));
  return static_cast<bool>(done);
}
static const NativeDef kFunctions[] = {
    {"_array_reconstructor", "($module, arraytype, typecode, mformat_code, items,\n                     /)",
     array_reconstructor_impl, 0, "Internal. Used for pickling support."},
    {nullptr}};
// GIL off: _array_reconstructor makes a new array.
extern const ModuleDef array_module;
const ModuleDef array_module = {"array",
                                "Compact arrays of basic values: characters, integers, floating point numbers.",
                                kFunctions, array_exec, kFunctionsAtOnce};

}  // namespace taipan
