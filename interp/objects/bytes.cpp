// bytes: representation and type.
#include "interp/objects/bytes.h"
#include <mutex>
#include "interp/objects/abstract.h"
#include "interp/objects/bytes_impl.h"
#include "interp/objects/codecs.h"
#include "interp/objects/int.h"
#include "interp/objects/iterators.h"
#include "interp/objects/list.h"
#include "interp/objects/short_copy.h"
#include "interp/objects/slice.h"
#include "interp/objects/str_impl.h"
#include "interp/objects/tuple.h"

namespace taipan {

static Bytes* alloc_bytes(size_t n) {
  if (n > kMaxStrBytes - sizeof(Bytes) - 1) return raise_memory();
  Header* h = gc::alloc_object(sizeof(Bytes) + n + 1, kShapeBytes, gc::kAllocPlain);
  if (!h) return raise_memory();
  Bytes* b = reinterpret_cast<Bytes*>(h);
  b->hash.store(0, std::memory_order_relaxed);
  b->size = n;
  b->data()[n] = 0;
  return b;
}

static std::atomic<Bytes**> small_bytes{nullptr};
TAIPAN_COLD static Bytes** make_small_bytes() {
  static std::mutex mutex;
  std::lock_guard<std::mutex> lock(mutex);
  if (Bytes** t = small_bytes.load(std::memory_order_acquire)) return t;
  static Bytes* table[257];
  for (int i = 0; i <= 256; i++) {
    Bytes* b = alloc_bytes(i < 256);
    if (!b) abort();
    if (i < 256) b->data()[0] = static_cast<uint8_t>(i);
    if (!gc::gil_enabled) gc::make_immortal(&b->h);  // as in str.cpp
    table[i] = b;
  }
  small_bytes.store(table, std::memory_order_release);
  return table;
}
static Ref small_one(size_t i) {
  Bytes** t = small_bytes.load(std::memory_order_acquire);
  if (TAIPAN_UNLIKELY(!t)) t = make_small_bytes();
  return Ref::dup(t[i]);
}

Ref make_bytes(const void* p, size_t n) {
  if (n <= 1) return small_one(n ? *static_cast<const uint8_t*>(p) : 256);
  Bytes* b = alloc_bytes(n);
  if (!b) return nullptr;
  copy_short(b->data(), p, n);
  return Ref::steal(b);
}
Ref make_bytes(std::string_view s) { return make_bytes(s.data(), s.size()); }
Ref new_bytes_raw(size_t n) {
  if (n == 0) return small_one(256);
  return Ref::steal(alloc_bytes(n));
}

Ref make_like(Value self, std::string_view s) {
  return is_bytes(self) ? make_bytes(s) : make_bytearray(s.data(), s.size());
}
Ref make_same(Value self) {
  if (is_bytes_exact(self)) return Ref::dup(self);
  return make_like(self, octets(self));
}

// ---- Construction -----------------------------------------------------------------------------------------------------------------
bool octet_of(Value v, uint8_t* out, const char* range_error) {
  if (TAIPAN_LIKELY(v.is_int())) {
    int64_t i = v.as_int();
    if (static_cast<uint64_t>(i) > 255) return raise(types::ValueError, "%s", range_error);
    *out = static_cast<uint8_t>(i);
    return true;
  }
  Ref index = to_index(v);
  if (!index) return false;
  int64_t i;
  if (!int_fits64(index, &i) || static_cast<uint64_t>(i) > 255) return raise(types::ValueError, "%s", range_error);
  *out = static_cast<uint8_t>(i);
  return true;
}

// CPython's longest, whose header is 33 bytes with the octet at the end.
static constexpr int64_t kLongest = INT64_MAX - 33;

bool octets_from_iterable(Value source, std::string* out, const char* range_error) {
  if (is_list_exact(source)) {
    for (size_t i = 0; i < list_size(source); i++) {  // __index__ may change the list
      Ref item = Ref::dup(list_at(source, i));
      uint8_t b;
      if (!octet_of(item, &b, range_error)) return false;
      out->push_back(static_cast<char>(b));
    }
    return true;
  }
  if (is_tuple_exact(source)) {
    for (size_t i = 0; i < tuple_size(source); i++) {
      uint8_t b;
      if (!octet_of(tuple_at(source, i), &b, range_error)) return false;
      out->push_back(static_cast<char>(b));
    }
    return true;
  }
  int64_t hint = length_hint(source, 64);
  if (hint < 0) return false;
  out->reserve(static_cast<size_t>(hint < (1 << 24) ? hint : 1 << 24));
  IterEach it(source);
  while (it.next()) {
    uint8_t b;
    if (!octet_of(it.item(), &b, range_error)) return false;
    out->push_back(static_cast<char>(b));
  }
  return !it.failed();
}

static const Signature& new_signature() {
  static const Signature sig("bytes", "(source=b'', encoding='utf-8', errors='strict')");
  return sig;
}

Ref bytes_from_object(Value x) {
  if (is_bytes_exact(x)) return Ref::dup(x);
  if (has_buffer(x)) {
    Buffer b;
    if (!get_buffer(x, &b, kBufFullRo)) return nullptr;
    Ref r = new_bytes_raw(static_cast<size_t>(b.len));
    if (r && b.len > 0) buffer_copy_out(&b, r.as<Bytes>()->data(), 'C');
    release_buffer(&b);
    return r;
  }
  if (is_str(x)) return raise(types::TypeError, "cannot convert '%T' object to bytes", x);
  if (!is_list(x) && !is_tuple(x)) {
    Ref it = iter_at_once(x);
    if (!it) {
      if (!error_matches(types::TypeError)) return nullptr;
      clear_error();
      return raise(types::TypeError, "cannot convert '%T' object to bytes", x);
    }
    int64_t hint = length_hint(x, 64);
    if (hint < 0) return nullptr;
    if (hint > kLongest) return raise(types::OverflowError, "byte string is too large");
    if (gc::is_impossible(static_cast<size_t>(hint))) return raise_memory();
    std::string out;
    if (!octets_from_iterable(it, &out, "bytes must be in range(0, 256)")) return nullptr;
    return make_bytes(out);
  }
  std::string out;
  if (!octets_from_iterable(x, &out, "bytes must be in range(0, 256)")) return nullptr;
  return make_bytes(out);
}

static Ref bytes_new_exact(RawArgs raw) {
  if (raw.n == 1 && !raw.kwnames && is_list_exact(raw.v[0]) && !gc::parallel) {
    // Octets in a list: straight into the result.
    List* l = raw.v[0].as<List>();
    size_t n = l->size.load(std::memory_order_relaxed), i = 0;
    if (n > 1) {
      Bytes* b = alloc_bytes(n);
      if (!b) return nullptr;
      uint8_t* to = b->data();
      for (; i < n && l->items[i].is_int() && static_cast<uint64_t>(l->items[i].as_int()) < 256; i++)
        to[i] = static_cast<uint8_t>(l->items[i].as_int());
      Ref result = Ref::steal(b);
      if (i == n) return result;
    }
  }
  Value v[3];
  if (!new_signature().bind(raw, v)) return nullptr;
  Value x = v[0], encoding = v[1], errors = v[2];
  if (x.is_null()) {
    if (encoding || errors)
      return raise(types::TypeError,
                   encoding ? "encoding without a string argument" : "errors without a string argument");
    return make_bytes("");
  }
  if (encoding) {
    std::string e;
    if (!is_str(encoding)) return raise(types::TypeError, "bytes() argument 'encoding' must be str, not %T", encoding);
    if (errors && !is_str(errors))
      return raise(types::TypeError, "bytes() argument 'errors' must be str, not %T", errors);
    if (!is_str(x)) return raise(types::TypeError, "encoding without a string argument");
    return encode_object(x, encoding, errors);
  }
  if (errors) {
    if (!is_str(errors)) return raise(types::TypeError, "bytes() argument 'errors' must be str, not %T", errors);
    return raise(types::TypeError,
                 is_str(x) ? "string argument without an encoding" : "errors without a string argument");
  }
  Ref method = lookup_special(x, TAIPAN_NAME(__bytes__));
  if (method) {
    Ref r = call(method);
    if (!r) return nullptr;
    if (!is_bytes(r)) return raise(types::TypeError, "__bytes__ returned non-bytes (type %T)", r.get());
    return r;
  }
  if (error_occurred()) return nullptr;
  if (is_str(x)) return raise(types::TypeError, "string argument without an encoding");
  if (has_index(x)) {
    int64_t n;
    if (!to_ssize(x, &n, types::OverflowError)) {
      if (!error_matches(types::TypeError)) return nullptr;
      clear_error();
      return bytes_from_object(x);
    }
    if (n < 0) return raise(types::ValueError, "negative count");
    Ref r = new_bytes_raw(static_cast<size_t>(n));
    if (r && n > 0) memset(r.as<Bytes>()->data(), 0, static_cast<size_t>(n));
    return n == 1 ? make_bytes("\0", 1) : std::move(r);
  }
  return bytes_from_object(x);
}

static Ref bytes_new(TypeObject* cls, RawArgs raw) {
  Ref exact = bytes_new_exact(raw);
  if (!exact || cls == types::Bytes) return exact;
  std::string_view s = octets(exact);
  Bytes* b = alloc_instance_as<Bytes>(cls, s.size() + 1);
  if (!b) return nullptr;
  b->size = s.size();
  memcpy(b->data(), s.data(), s.size());
  b->data()[s.size()] = 0;
  return Ref::steal(b);
}

// ---- Slots --------------------------------------------------------------------------------------------------------------------------
static bool bytes_hash(Value v, int64_t* out) {
  Bytes* b = v.as<Bytes>();
  int64_t h = b->hash.load(std::memory_order_relaxed);
  if (h == 0) {
    h = hash_bytes(b->data(), b->size);
    b->hash.store(h, std::memory_order_relaxed);
  }
  *out = h;
  return true;
}
static int64_t bytes_length(Value v) { return static_cast<int64_t>(v.as<Bytes>()->size); }

bool warn_on_bytes_str = false;  // -b

static Ref bytes_repr(Value v) { return octets_repr_body(octets(v), "", ""); }
static Ref bytes_str(Value v) {
  if (warn_on_bytes_str && !warn(types::BytesWarning, 1, "str() on a bytes instance")) return nullptr;
  return bytes_repr(v);
}

static bool bytes_get_buffer(Value v, Buffer* out, int flags) {
  Bytes* b = v.as<Bytes>();
  return fill_buffer_info(out, v, b->data(), static_cast<int64_t>(b->size), true, flags);
}

static Ref bytes_repeat(Value v, Value times) {
  int64_t n;
  if (!to_ssize(times, &n, types::OverflowError)) return nullptr;
  std::string_view s = octets(v);
  if (n < 0) n = 0;
  if (n > 0 && s.size() > (kMaxStrBytes - sizeof(Bytes)) / static_cast<size_t>(n))
    return raise(types::OverflowError, "repeated bytes are too long");
  if (n == 1) return make_same(v);
  size_t total = s.size() * static_cast<size_t>(n);
  if (total == 1) return make_bytes(s);
  Ref r = new_bytes_raw(total);
  if (!r || total == 0) return r;
  uint8_t* to = r.as<Bytes>()->data();
  if (s.size() == 1) {
    memset(to, static_cast<uint8_t>(s[0]), total);
  } else {
    memcpy(to, s.data(), s.size());
    for (size_t done = s.size(); done < total;) {
      size_t step = done < total - done ? done : total - done;
      memcpy(to + done, to, step);
      done += step;
    }
  }
  return r;
}

static Ref bytes_remainder(Value a, Value b) {
  if (!is_bytes(a)) return Ref::imm(kNotImplemented);
  return octets_percent(a, b);
}

static Ref bytes_iter(Value v) {
  BytesIterator* it = new_object<BytesIterator>(kShapeBytesIterator, true);
  if (!it) return nullptr;
  gc::init(&it->bytes, Ref::dup(v));
  return Ref::steal(it);
}
static Ref bytes_iter_next(Value v) {
  BytesIterator* it = v.as<BytesIterator>();
  StepLock lock(v);
  if (it->bytes.is_null()) return Ref::imm(kStopIter);
  Bytes* b = it->bytes.as<Bytes>();
  if (it->at < b->size) return Ref::imm(Value::from_int(b->data()[it->at++]));
  Ref dropped = gc::take(&it->h, &it->bytes);
  return Ref::imm(kStopIter);
}
static void bytes_iter_trace(Header* h, gc::Visitor& v) { v.visit(reinterpret_cast<BytesIterator*>(h)->bytes); }
static void bytes_iter_clear(Header* h) { Ref dropped = gc::take(h, &reinterpret_cast<BytesIterator*>(h)->bytes); }
static void bytes_iter_dealloc(Header* h) {
  if (!begin_dealloc(h)) return;
  bytes_iter_clear(h);
  finish_dealloc(h);
}
static Ref bytes_iter_length_hint(Args& a) {
  BytesIterator* it = a.self.as<BytesIterator>();
  return make_int(
      it->bytes.is_null() ? 0 : static_cast<int64_t>(it->bytes.as<Bytes>()->size) - static_cast<int64_t>(it->at));
}
static Ref builtin_named(const char* name) { return import_attr("builtins", name); }
static Ref bytes_iter_reduce(Args& a) {
  BytesIterator* it = a.self.as<BytesIterator>();
  Ref iter = builtin_named("iter");
  if (!iter) return nullptr;
  if (it->bytes.is_null()) {
    Ref empty = make_tuple(size_t{0});
    if (!empty) return nullptr;
    Ref args = make_tuple_of({empty.get()});
    return args ? make_tuple_of({iter.get(), args.get()}) : nullptr;
  }
  Ref args = make_tuple_of({it->bytes});
  if (!args) return nullptr;
  return make_tuple_of({iter.get(), args.get(), Value::from_int(static_cast<int64_t>(it->at))});
}
static Ref bytes_iter_setstate(Args& a) {
  int64_t at;
  if (!plain_int_to_ssize(a[0], &at)) return nullptr;
  BytesIterator* it = a.self.as<BytesIterator>();
  if (!it->bytes.is_null()) {
    int64_t n = static_cast<int64_t>(it->bytes.as<Bytes>()->size);
    it->at = static_cast<size_t>(at < 0 ? 0 : at > n ? n : at);
  }
  return Ref::imm(kNone);
}
static const NativeDef kBytesIteratorMethods[] = {
    {"__length_hint__", "($self, /)", bytes_iter_length_hint, kNativeNoSignature,
     "An estimate of the number of items left."},
    {"__reduce__", "($self, /)", bytes_iter_reduce, kNativeNoSignature, "State for pickling."},
    {"__setstate__", "($self, state, /)", bytes_iter_setstate, kNativeNoSignature, "Sets the position."},
    {},
};
static Ref self_iter(Value v) { return Ref::dup(v); }
const TypeSpec kBytesIteratorSpec = {
    .flags = kTypeGc | kTypeNoInstantiate | kTypeOwnSteps | kTypeKeepsItself,
    .basic_size = sizeof(BytesIterator),
    .ops = {.trace = bytes_iter_trace, .clear = bytes_iter_clear, .dealloc = bytes_iter_dealloc},
    .methods = kBytesIteratorMethods,
    .s = {.iter = self_iter, .next = bytes_iter_next},
};

// ---- Type ---------------------------------------------------------------------------------------------------------------------------
static Ref bytes_dunder_bytes(Args& a) { return make_same(a.self); }
static Ref bytes_getnewargs(Args& a) {
  Ref copy = make_bytes(octets(a.self));
  return copy ? make_tuple_of({copy.get()}) : nullptr;
}
static int64_t bytes_var_end(Header* h) {
  return static_cast<int64_t>(sizeof(Bytes) + reinterpret_cast<Bytes*>(h)->size + 1);
}
static size_t bytes_size_of(Header* h) { return sizeof(Bytes) + reinterpret_cast<Bytes*>(h)->size + 1; }

const NativeDef kBytesMethods[] = {
    {"__bytes__", "($self, /)", bytes_dunder_bytes, 0, "Converts this value to exact type bytes."},
    {"__getnewargs__", "($self, /)", bytes_getnewargs, kNativeNoSignature, "Arguments for __new__ when unpickling."},
    TAIPAN_SHARED_BYTES_METHODS(TAIPAN_METHOD_ROW){},
};

const TypeSpec kBytesSpec = {
    .doc =
        "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\nbytes(bytes_or_buffer) -> "
        "immutable copy of bytes_or_buffer\n"
        "bytes(int) -> bytes object of size given by the parameter initialized with null bytes\nbytes() -> empty bytes "
        "object\n\n"
        "An immutable array of bytes, made from:\n  - an iterable yielding integers in range(256)\n  - a text string "
        "with an encoding\n"
        "  - any object with the buffer API.\n  - an integer",
    .flags = kTypeBaseable | kTypeVarSize | kTypeMatchSelf,
    .basic_size = sizeof(Bytes),
    .ops = {.size_of = bytes_size_of},
    .methods = kBytesMethods,
    .s = {.repr = bytes_repr,
          .str = bytes_str,
          .hash = bytes_hash,
          .compare = octets_compare,
          .iter = bytes_iter,
          .new_ = bytes_new,
          .remainder = bytes_remainder,
          .length = bytes_length,
          .get_item = octets_subscript,
          .contains = octets_contains,
          .concat = octets_concat,
          .repeat = bytes_repeat,
          .get_buffer = bytes_get_buffer},
    .var_end = bytes_var_end,
};

}  // namespace taipan
