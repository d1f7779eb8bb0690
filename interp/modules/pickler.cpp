// Writing pickles: output with frames, the memo, and the types that have opcodes of their own. See pickler_reduce.cpp for the rest.
#include "interp/modules/pickle.h"
#include "interp/objects/codecs.h"
#include "interp/objects/float_text.h"

namespace taipan::pickle {

// ---- the memo -----------------------------------------------------------------------------------------------------------------

static size_t memo_place(uint64_t bits, size_t capacity) {
  return static_cast<size_t>((bits * 0x9E3779B97F4A7C15u) >> 20) & (capacity - 1);
}

int64_t memo_find(const Pickler* p, Value v) {
  if (p->memo_size == 0) return -1;
  for (size_t i = memo_place(v.bits, p->memo_capacity);; i = (i + 1) & (p->memo_capacity - 1)) {
    const MemoEntry& e = p->memo[i];
    if (e.key == v) return e.index;
    if (!e.key) return -1;
  }
}
static bool memo_grow(Pickler* p) {
  size_t capacity = p->memo_capacity ? p->memo_capacity * 4 : 16;
  auto* fresh = static_cast<MemoEntry*>(gc::raw_calloc((capacity + 1) * sizeof(MemoEntry)));
  if (!fresh) return raise_memory();
  fresh++->index = static_cast<int64_t>(capacity);
  gc::before_bulk_move(&p->h);
  for (size_t k = 0; k < p->memo_capacity; k++) {
    if (!p->memo[k].key) continue;
    size_t i = memo_place(p->memo[k].key.bits, capacity);
    while (fresh[i].key) i = (i + 1) & (capacity - 1);
    fresh[i] = p->memo[k];
  }
  MemoEntry* old = p->memo;
  p->memo = fresh;
  p->memo_capacity = capacity;
  if (old) gc::raw_free_epoch(old - 1);
  return true;
}
bool memo_add(Pickler* p, Value v, int64_t index) {
  if (p->memo_size * 3 >= p->memo_capacity * 2 && !memo_grow(p)) return false;
  size_t i = memo_place(v.bits, p->memo_capacity);
  while (p->memo[i].key && !(p->memo[i].key == v)) i = (i + 1) & (p->memo_capacity - 1);
  p->memo[i].index = index;
  if (!p->memo[i].key) {
    gc::init(&p->memo[i].key, Ref::dup(v));
    p->memo_size++;
  }
  return true;
}
void memo_clear(Pickler* p) {
  MemoEntry* old = p->memo;
  size_t capacity = p->memo_capacity;
  if (!old) return;
  gc::before_bulk_move(&p->h);
  p->memo = nullptr;
  p->memo_capacity = p->memo_size = 0;
  for (size_t i = 0; i < capacity; i++) decref(old[i].key);
  gc::raw_free_epoch(old - 1);
}

// ---- output -------------------------------------------------------------------------------------------------------------------

static bool reserve(Pickler* p, size_t n) {
  if (TAIPAN_LIKELY(p->out_capacity - p->out_size >= n)) return true;
  if (n > static_cast<size_t>(INT64_MAX) / 2 - p->out_size) return raise_memory();
  size_t capacity = (p->out_size + n) / 2 * 3;
  if (capacity < 256) capacity = 256;
  void* fresh = gc::raw_realloc(p->out, capacity);
  if (!fresh) return raise_memory();
  p->out = static_cast<uint8_t*>(fresh);
  p->out_capacity = capacity;
  return true;
}
uint8_t* output_room_slow(Pickler* p, size_t n) {
  if (!reserve(p, n + kFrameHeader)) return nullptr;
  if (p->framing && p->frame_start < 0) {
    p->frame_start = static_cast<int64_t>(p->out_size);
    p->out_size += kFrameHeader;
  }
  return p->out + p->out_size;
}
bool write_bytes(Pickler* p, const void* data, size_t n) {
  uint8_t* to = output_room(p, n);
  if (TAIPAN_UNLIKELY(!to)) return false;
  memcpy(to, data, n);
  p->out_size += n;
  return true;
}
static inline void put_le(uint8_t* to, uint64_t v, int n) {
  for (int i = 0; i < n; i++, v >>= 8) to[i] = static_cast<uint8_t>(v);
}
template <int kOctets>
static inline bool write_op_le(Pickler* p, uint8_t op, uint64_t v) {
  uint8_t* to = output_room(p, kOctets + 1);
  if (TAIPAN_UNLIKELY(!to)) return false;
  to[0] = op;
  put_le(to + 1, v, kOctets);
  p->out_size += kOctets + 1;
  return true;
}
// An opcode with a number in text.
static bool write_op_text(Pickler* p, uint8_t op, int64_t v) {
  char text[32];
  char* end = text + sizeof text;
  char* at = end;
  *--at = '\n';
  uint64_t u = v < 0 ? uint64_t{0} - static_cast<uint64_t>(v) : static_cast<uint64_t>(v);
  do {
    *--at = static_cast<char>('0' + u % 10);
    u /= 10;
  } while (u);
  if (v < 0) *--at = '-';
  *--at = static_cast<char>(op);
  return write_bytes(p, at, static_cast<size_t>(end - at));
}
static void commit_frame(Pickler* p) {
  if (!p->framing || p->frame_start < 0) return;
  uint8_t* start = p->out + p->frame_start;
  size_t n = p->out_size - static_cast<size_t>(p->frame_start) - kFrameHeader;
  if (n >= kFrameMin) {
    start[0] = kFrame;
    put_le(start + 1, n, 8);
  } else {
    memmove(start, start + kFrameHeader, n);
    p->out_size -= kFrameHeader;
  }
  p->frame_start = -1;
}
bool pickler_reset_output(Pickler* p) {
  p->out_size = 0;
  p->frame_start = -1;
  if (p->out_capacity > 4 * kFrameTarget) {
    gc::raw_free(p->out);
    p->out = nullptr;
    p->out_capacity = 0;
  }
  return true;
}
bool pickler_flush(Pickler* p) {
  Ref data = make_bytes(p->out, p->out_size), write = Ref::dup(p->write);
  if (!data) return false;
  return static_cast<bool>(call(write, data));
}
// Between two objects: a full frame goes out.
static bool end_frame(Pickler* p) {
  commit_frame(p);
  return !p->write || (pickler_flush(p) && pickler_reset_output(p));
}
// A large payload stands outside frames and goes to the file as it is. payload null: made from data.
static bool write_payload(Pickler* p, const uint8_t* header, size_t header_size, const uint8_t* data, size_t n,
                          Value payload) {
  bool large = n >= kFrameTarget, framing = p->framing;
  if (large) {
    commit_frame(p);
    p->framing = false;
  }
  bool ok = write_bytes(p, header, header_size);
  if (ok && large && p->write) {
    Ref copy;
    if (!payload) {
      copy = make_bytes(data, n);
      payload = copy;
    }
    Ref write = Ref::dup(p->write);
    ok = payload && pickler_flush(p) && call(write, payload) && pickler_reset_output(p);
  } else if (ok) {
    ok = write_bytes(p, data, n);
  }
  p->framing = framing;
  return ok;
}

bool memo_put(Pickler* p, Value v) {
  if (p->fast) return true;
  auto index = static_cast<int64_t>(p->memo_size);
  if (!memo_add(p, v, index)) return false;
  if (p->proto >= 4) return write_op(p, kMemoize);
  if (!p->bin) { return write_op_text(p, kPut, index); }
  if (index < 256) return write_op_le<1>(p, kBinPut, static_cast<uint64_t>(index));
  if (index <= 0xFFFFFFFFll) return write_op_le<4>(p, kLongBinPut, static_cast<uint64_t>(index));
  return raise(pickling_error(), "memo id too large for LONG_BINPUT");
}
bool memo_get(Pickler* p, int64_t index) {
  if (!p->bin) { return write_op_text(p, kGet, index); }
  if (index < 256) return write_op_le<1>(p, kBinGet, static_cast<uint64_t>(index));
  if (index <= 0xFFFFFFFFll) return write_op_le<4>(p, kLongBinGet, static_cast<uint64_t>(index));
  return raise(pickling_error(), "memo id too large for LONG_BINGET");
}

// ---- atoms --------------------------------------------------------------------------------------------------------------------

static bool save_bool(Pickler* p, bool b) {
  if (p->proto >= 2) return write_op(p, b ? kNewTrue : kNewFalse);
  return write_bytes(p, b ? "I01\n" : "I00\n", 4);
}
static bool save_int(Pickler* p, Value v) {
  int64_t i;
  if (int_fits64(v, &i) && i >= INT32_MIN && i <= INT32_MAX) {
    if (!p->bin) { return write_op_text(p, kInt, i); }
    if (i >= 0 && i <= 0xFF) return write_op_le<1>(p, kBinInt1, static_cast<uint64_t>(i));
    if (i >= 0 && i <= 0xFFFF) return write_op_le<2>(p, kBinInt2, static_cast<uint64_t>(i));
    return write_op_le<4>(p, kBinInt, static_cast<uint64_t>(i));
  }
  if (p->proto >= 2) {
    size_t n = int_bit_length(v) / 8 + 1;
    if (n > 0x7FFFFFFF) return raise(types::OverflowError, "int too large to pickle");
    uint8_t small[256];
    uint8_t* data = n <= sizeof small ? small : static_cast<uint8_t*>(gc::raw_alloc(n));
    if (!data) return raise_memory();
    bool ok = int_to_bytes(v, data, n, true, true);
    // -128 and its like need one octet less than the length of their magnitude suggests.
    if (ok && n > 1 && data[n - 1] == 0xFF && (data[n - 2] & 0x80) && int_sign(v) < 0) n--;
    ok = ok && (n < 256 ? write_op_le<1>(p, kLong1, n) : write_op_le<4>(p, kLong4, n)) && write_bytes(p, data, n);
    if (data != small) gc::raw_free(data);
    return ok;
  }
  Ref text = int_to_str(v);
  if (!text) return false;
  auto s = text.as<Str>()->ascii_view();
  return write_op(p, kLong) && write_bytes(p, s.data(), s.size()) && write_bytes(p, "L\n", 2);
}
static bool save_float(Pickler* p, double d) {
  if (p->bin) {
    uint64_t bits = __builtin_bswap64(std::bit_cast<uint64_t>(d));
    uint8_t b[9] = {kBinFloat};
    memcpy(b + 1, &bits, 8);
    return write_bytes(p, b, 9);
  }
  char text[40];
  text[0] = static_cast<char>(kFloat);
  size_t n = float_repr_to(d, text + 1);
  text[n + 1] = '\n';
  return write_bytes(p, text, n + 2);
}

static inline bool write_short(Pickler* p, uint8_t op, const uint8_t* data, size_t n) {
  uint8_t* to = output_room(p, n + 2);
  if (TAIPAN_UNLIKELY(!to)) return false;
  to[0] = op;
  to[1] = static_cast<uint8_t>(n);
  memcpy(to + 2, data, n);
  p->out_size += n + 2;
  return true;
}
// With an opcode for short, ordinary and huge data each.
static bool save_octets(Pickler* p, Value v, const uint8_t* data, size_t n) {
  uint8_t header[9];
  size_t header_size;
  if (n <= 0xFF) {
    return write_short(p, kShortBinBytes, data, n) && memo_put(p, v);
  } else if (n <= 0xFFFFFFFF) {
    header[0] = kBinBytes;
    put_le(header + 1, n, 4);
    header_size = 5;
  } else if (p->proto >= 4) {
    header[0] = kBinBytes8;
    put_le(header + 1, n, 8);
    header_size = 9;
  } else {
    return raise(types::OverflowError,
                 "serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher");
  }
  return write_payload(p, header, header_size, data, n, is_bytes_exact(v) ? v : Value()) && memo_put(p, v);
}
static bool save_bytes(Pickler* p, Value v) {
  auto* b = v.as<Bytes>();
  if (p->proto >= 3) return save_octets(p, v, b->data(), b->size);
  Ref args;
  if (b->size == 0) {
    Ref none = make_tuple(size_t{0});
    args = make_tuple_of({Value(types::Bytes), none.get()});
  } else {
    Ref text = decode_latin1(b->view()), latin1 = make_str("latin1");
    if (!text || !latin1) return false;
    Ref pair = make_tuple_of({text.get(), latin1.get()});
    if (!pair) return false;
    args = make_tuple_of({state.codecs_encode, pair.get()});
  }
  return args && save_reduce(p, args, v);
}
static bool save_bytearray_octets(Pickler* p, Value v, const uint8_t* data, size_t n) {
  uint8_t header[9] = {kByteArray8};
  put_le(header + 1, n, 8);
  return write_payload(p, header, 9, data, n, Value()) && memo_put(p, v);
}
static bool save_bytearray(Pickler* p, Value v) {
  auto* b = v.as<ByteArray>();
  if (p->proto >= 5) return save_bytearray_octets(p, v, b->start, b->size);
  Ref inner;
  if (b->size == 0) {
    inner = make_tuple(size_t{0});
  } else {
    Ref octets = make_bytes(b->start, b->size);
    if (!octets) return false;
    inner = make_tuple_of({octets.get()});
  }
  if (!inner) return false;
  Ref args = make_tuple_of({Value(types::ByteArray), inner.get()});
  return args && save_reduce(p, args, v);
}
static bool save_picklebuffer(Pickler* p, Value v) {
  if (p->proto < 5) return raise(pickling_error(), "PickleBuffer can only be pickled with protocol >= 5");
  const Buffer* b = pickle_buffer_view(v);
  if (!b) return false;
  if (b->suboffsets || !buffer_is_contiguous(b, 'A'))
    return raise(pickling_error(), "PickleBuffer can not be pickled when pointing to a non-contiguous buffer");
  bool in_band = true;
  if (p->buffer_callback) {
    Ref callback = Ref::dup(p->buffer_callback);
    Ref r = call(callback, v);
    int truth = r ? is_true(r) : -1;
    if (truth < 0) return false;
    in_band = truth != 0;
    b = pickle_buffer_view(v);
    if (!b) return false;
  }
  if (in_band) {
    auto* data = static_cast<const uint8_t*>(b->data);
    auto n = static_cast<size_t>(b->len);
    return b->read_only ? save_octets(p, v, data, n) : save_bytearray_octets(p, v, data, n);
  }
  return write_op(p, kNextBuffer) && (!b->read_only || write_op(p, kReadOnlyBuffer));
}

static bool save_str(Pickler* p, Value v) {
  auto* s = v.as<Str>();
  if (!p->bin) {  // raw-unicode-escape, with what would end or spoil the line escaped as well
    if (!write_op(p, kUnicode)) return false;
    for (size_t i = 0; i < s->length; i++) {
      uint8_t* to = output_room(p, 10);
      if (!to) return false;
      uint32_t c = s->at(i);
      bool plain = c < 256 && c != '\\' && c != 0 && c != '\n' && c != '\r' && c != 0x1A;
      int digits = plain ? 0 : c >= 0x10000 ? 8 : 4;
      if (plain) {
        to[0] = static_cast<uint8_t>(c);
        p->out_size++;
        continue;
      }
      to[0] = '\\';
      to[1] = digits == 8 ? 'U' : 'u';
      for (int k = 0; k < digits; k++)
        to[2 + k] = static_cast<uint8_t>("0123456789abcdef"[(c >> (4 * (digits - 1 - k))) & 15]);
      p->out_size += static_cast<size_t>(digits) + 2;
    }
    return write_op(p, '\n') && memo_put(p, v);
  }
  Ref encoded;
  const uint8_t* data = s->data1();
  size_t n = s->length;
  if (!s->ascii) {
    encoded = encode_utf8(v, "surrogatepass");
    if (!encoded) return false;
    data = encoded.as<Bytes>()->data();
    n = encoded.as<Bytes>()->size;
  }
  uint8_t header[9];
  size_t header_size;
  if (n <= 0xFF && p->proto >= 4) {
    return write_short(p, kShortBinUnicode, data, n) && memo_put(p, v);
  } else if (n <= 0xFFFFFFFF) {
    header[0] = kBinUnicode;
    put_le(header + 1, n, 4);
    header_size = 5;
  } else if (p->proto >= 4) {
    header[0] = kBinUnicode8;
    put_le(header + 1, n, 8);
    header_size = 9;
  } else {
    return raise(types::OverflowError, "serializing a string larger than 4 GiB requires pickle protocol 4 or higher");
  }
  return write_payload(p, header, header_size, data, n, encoded ? encoded.get() : Value()) && memo_put(p, v);
}

// ---- containers ---------------------------------------------------------------------------------------------------------------

// Fast mode writes no memo: cycles have to be found in another way once it gets deep.
static bool fast_enter(Pickler* p, Value v) {
  if (++p->fast_nesting < kFastNestingLimit) return true;
  if (!p->fast_memo) gc::store(&p->h, &p->fast_memo, make_dict());
  if (!p->fast_memo) return false;
  Ref key = make_int(static_cast<int64_t>(v.bits));
  int seen = dict_contains(p->fast_memo, key);
  if (seen == 0 && dict_set(p->fast_memo, key, kNone)) return true;
  if (seen > 0)
    raise(types::ValueError, "fast mode: can't pickle cyclic objects including object type %.200s at %p",
          type_of(v)->cname, v.header());
  p->fast_nesting = -1;
  return false;
}
static bool fast_leave(Pickler* p, Value v) {
  if (p->fast_nesting-- < kFastNestingLimit) return true;
  Ref key = make_int(static_cast<int64_t>(v.bits));
  return dict_delete(p->fast_memo, key) >= 0;
}
// Runs a saver of a container within fast mode's bookkeeping.
template <class F>
static bool with_fast(Pickler* p, Value v, F f) {
  bool fast = p->fast != 0;
  if (fast && !fast_enter(p, v)) return false;
  bool ok = f();
  if (fast && p->fast_nesting >= 0 && !fast_leave(p, v)) return false;
  return ok;
}

static bool save_tuple(Pickler* p, Value v) {
  size_t n = tuple_size(v);
  if (n == 0) return p->bin ? write_op(p, kEmptyTuple) : write_bytes(p, "(t", 2);
  bool small = n <= 3 && p->proto >= 2;
  if (!small && !write_op(p, kMark)) return false;
  for (size_t i = 0; i < n; i++)
    if (!save(p, tuple_at(v, i), false)) return false;
  // A tuple that contains itself was memoised while its items were written: drop them and take that one.
  if (int64_t known = memo_find(p, v); TAIPAN_UNLIKELY(known >= 0)) {
    if (!small && p->bin) {
      if (!write_op(p, kPopMark)) return false;
    } else {
      for (size_t i = small ? 1 : 0; i <= n; i++)
        if (!write_op(p, kPop)) return false;
    }
    return memo_get(p, known);
  }
  static constexpr uint8_t kOps[] = {0, kTuple1, kTuple2, kTuple3};
  return write_op(p, small ? kOps[n] : uint8_t{kTupleOp}) && memo_put(p, v);
}

bool batch_list(Pickler* p, Value iterator) {
  if (p->proto == 0) {
    for (;;) {
      Ref item = iter_next(iterator);
      if (!item) return false;
      if (is_stop(item)) return true;
      if (!save(p, item, false) || !write_op(p, kAppend)) return false;
    }
  }
  for (;;) {
    Ref first = iter_next(iterator);
    if (!first) return false;
    if (is_stop(first)) return true;
    Ref item = iter_next(iterator);
    if (!item) return false;
    if (is_stop(item)) return save(p, first, false) && write_op(p, kAppend);
    if (!write_op(p, kMark) || !save(p, first, false)) return false;
    size_t n = 1;
    while (!is_stop(item)) {
      if (!save(p, item, false)) return false;
      if (++n == kBatch) break;
      item = iter_next(iterator);
      if (!item) return false;
    }
    if (!write_op(p, kAppends)) return false;
    if (n != kBatch) return true;
  }
}
static bool batch_list_exact(Pickler* p, Value list) {
  if (list_size(list) == 1) {
    Ref item = list_get(list, 0);
    if (!item) return !error_occurred();  // another thread has just removed it
    return save(p, item, false) && write_op(p, kAppend);
  }
  size_t at = 0;
  do {
    if (!write_op(p, kMark)) return false;
    for (size_t n = 0; n < kBatch; n++) {
      Ref item = list_get(list, at);
      if (!item) break;
      if (!save(p, item, false)) return false;
      at++;
    }
    if (!write_op(p, kAppends)) return false;
  } while (at < list_size(list));
  return true;
}
static bool save_list(Pickler* p, Value v) {
  return with_fast(p, v, [&] {
    if (!(p->bin ? write_op(p, kEmptyList) : write_bytes(p, "(l", 2)) || !memo_put(p, v)) return false;
    if (list_size(v) == 0) return true;
    if (p->proto > 0) {
      RecursionScope scope(" while pickling an object");
      return scope.ok() && batch_list_exact(p, v);
    }
    Ref it = iter_at_once(v);
    RecursionScope scope(" while pickling an object");
    return it && scope.ok() && batch_list(p, it);
  });
}

static bool save_pair(Pickler* p, Value pair) {
  if (!is_tuple(pair) || tuple_size(pair) != 2)
    return raise(types::TypeError, "dict items iterator must return 2-tuples");
  return save(p, tuple_at(pair, 0), false) && save(p, tuple_at(pair, 1), false);
}
bool batch_dict(Pickler* p, Value iterator) {
  if (p->proto == 0) {
    for (;;) {
      Ref pair = iter_next(iterator);
      if (!pair) return false;
      if (is_stop(pair)) return true;
      if (!save_pair(p, pair) || !write_op(p, kSetItem)) return false;
    }
  }
  for (;;) {
    Ref first = iter_next(iterator);
    if (!first) return false;
    if (is_stop(first)) return true;
    if (!is_tuple(first) || tuple_size(first) != 2)
      return raise(types::TypeError, "dict items iterator must return 2-tuples");
    Ref pair = iter_next(iterator);
    if (!pair) return false;
    if (is_stop(pair)) return save_pair(p, first) && write_op(p, kSetItem);
    if (!write_op(p, kMark) || !save_pair(p, first)) return false;
    size_t n = 1;
    while (!is_stop(pair)) {
      if (!save_pair(p, pair)) return false;
      if (++n == kBatch) break;
      pair = iter_next(iterator);
      if (!pair) return false;
    }
    if (!write_op(p, kSetItems)) return false;
    if (n != kBatch) return true;
  }
}
static bool batch_dict_exact(Pickler* p, Value dict) {
  size_t size = dict_size(dict), pos = 0;
  Value k, v;
  if (size == 1) {
    if (!dict_next(dict, &pos, &k, &v)) return true;
    Ref key = Ref::dup(k), value = Ref::dup(v);
    return save(p, key, false) && save(p, value, false) && write_op(p, kSetItem);
  }
  size_t n;
  do {
    n = 0;
    if (!write_op(p, kMark)) return false;
    while (n < kBatch && dict_next(dict, &pos, &k, &v)) {
      Ref key = Ref::dup(k), value = Ref::dup(v);
      if (!save(p, key, false) || !save(p, value, false)) return false;
      n++;
    }
    if (!write_op(p, kSetItems)) return false;
    if (dict_size(dict) != size) return raise(types::RuntimeError, "dictionary changed size during iteration");
  } while (n == kBatch);
  return true;
}
static bool save_dict(Pickler* p, Value v) {
  return with_fast(p, v, [&] {
    if (!(p->bin ? write_op(p, kEmptyDict) : write_bytes(p, "(d", 2)) || !memo_put(p, v)) return false;
    if (dict_size(v) == 0) return true;
    if (p->proto > 0 && !gc::parallel) {
      RecursionScope scope(" while pickling an object");
      return scope.ok() && batch_dict_exact(p, v);
    }
    Ref items = call_method(v, TAIPAN_NAME(items));
    Ref it = items ? iter_at_once(items) : nullptr;
    RecursionScope scope(" while pickling an object");
    return it && scope.ok() && batch_dict(p, it);
  });
}

static bool save_as_list(Pickler* p, Value v) {
  Ref list = iterable_to_list(v);
  if (!list) return false;
  Ref inner = make_tuple_of({list.get()});
  if (!inner) return false;
  Ref args = make_tuple_of({Value(type_of(v)), inner.get()});
  return args && save_reduce(p, args, v);
}
static bool save_set(Pickler* p, Value v) {
  if (p->proto < 4) return save_as_list(p, v);
  if (!write_op(p, kEmptySet) || !memo_put(p, v)) return false;
  size_t size = set_size(v), pos = 0, n;
  if (size == 0) return true;
  do {
    n = 0;
    if (!write_op(p, kMark)) return false;
    for (Ref item; n < kBatch && set_next_owned(v, &pos, &item); n++) {
      if (!save(p, item, false)) return false;
    }
    if (!write_op(p, kAddItems)) return false;
    if (set_size(v) != size) return raise(types::RuntimeError, "set changed size during iteration");
  } while (n == kBatch);
  return true;
}
static bool save_frozenset(Pickler* p, Value v) {
  return with_fast(p, v, [&] {
    if (p->proto < 4) return save_as_list(p, v);
    if (!write_op(p, kMark)) return false;
    size_t pos = 0;
    for (Ref item; set_next_owned(v, &pos, &item);) {
      if (!save(p, item, false)) return false;
    }
    if (int64_t known = memo_find(p, v); known >= 0) return write_op(p, kPopMark) && memo_get(p, known);
    return write_op(p, kFrozenSetOp) && memo_put(p, v);
  });
}

// ---- any object ---------------------------------------------------------------------------------------------------------------

// 1: written as a persistent id, 0: not, -1 error.
static int save_persistent(Pickler* p, Value v) {
  Ref id = call_method_ref(&p->h, p->persistent_id, v);
  if (!id) return -1;
  if (id.get() == kNone) return 0;
  if (p->bin) return save(p, id, true) && write_op(p, kBinPersId) ? 1 : -1;
  Ref text = str_of(id);
  if (!text) return -1;
  if (!text.as<Str>()->ascii) return raise(pickling_error(), "persistent IDs in protocol 0 must be ASCII strings");
  auto s = text.as<Str>()->ascii_view();
  return write_op(p, kPersId) && write_bytes(p, s.data(), s.size()) && write_op(p, '\n') ? 1 : -1;
}

static bool save_by_reduction(Pickler* p, Value v) {
  TypeObject* type = type_of(v);
  Ref reduced;
  if (p->reducer_override) {
    Ref override = Ref::dup(p->reducer_override);
    reduced = call(override, v);
    if (!reduced) return false;
    if (reduced.get() == kNotImplemented) reduced = Ref();
  }
  if (!reduced) {
    if (type == types::Type) return save_type(p, v);
    if (type == types::Function) return save_global(p, v, Value());
    Ref reducer;
    if (!p->dispatch_table) {
      reducer = dict_get_ref(state.dispatch_table, Value(type));
      if (!reducer) return false;
    } else {
      Ref table = Ref::dup(p->dispatch_table);
      reducer = get_item(table, Value(type));
      if (!reducer) {
        if (!error_matches(types::KeyError)) return false;
        clear_error();
        reducer = Ref::imm(kMissing);
      }
    }
    if (reducer.get() != kMissing) {
      reduced = call(reducer, v);
    } else if (p->proto >= 2 && is_plain_object(v)) {
      return save_plain_object(p, v);
    } else if (type->flags & kSubType) {
      return save_global(p, v, Value());
    } else {
      Ref method = get_attr_opt(v, TAIPAN_NAME(__reduce_ex__));
      if (!method) return false;
      if (method.get() != kMissing) {
        Ref proto = make_int(p->proto);
        reduced = call(method, proto);
      } else {
        method = get_attr_opt(v, TAIPAN_NAME(__reduce__));
        if (!method) return false;
        if (method.get() == kMissing)
          return raise(pickling_error(), "can't pickle '%.200s' object: %R", type->cname, v);
        reduced = call(method);
      }
    }
    if (!reduced) return false;
  }
  if (is_str(reduced)) return save_global(p, v, reduced);
  if (!is_tuple(reduced)) return raise(pickling_error(), "__reduce__ must return a string or tuple");
  return save_reduce(p, reduced, v);
}

bool save(Pickler* p, Value v, bool persistent_done) {
  if (p->framing && p->frame_start >= 0 &&
      p->out_size - static_cast<size_t>(p->frame_start) - kFrameHeader >= kFrameTarget && !end_frame(p))
    return false;
  if (TAIPAN_UNLIKELY(!persistent_done && p->persistent_id.function)) {
    int r = save_persistent(p, v);
    if (r != 0) return r > 0;
  }
  if (v.is_int()) {
    int64_t i = v.as_int();
    if (p->bin && i >= 0 && i <= 0xFFFF)
      return i <= 0xFF ? write_op_le<1>(p, kBinInt1, static_cast<uint64_t>(i))
                       : write_op_le<2>(p, kBinInt2, static_cast<uint64_t>(i));
    return save_int(p, v);
  }
  if (v == kNone) return write_op(p, kNoneOp);
  if (is_bool(v)) return save_bool(p, v == kTrue);
  if (is_int_exact(v)) return save_int(p, v);
  if (is_float_exact(v)) return save_float(p, float_value(v));
  if (v.is_heap()) {
    if (int64_t known = memo_find(p, v); known >= 0) return memo_get(p, known);
    switch (v.header()->shape()) {
      case kShapeStr: return save_str(p, v);
      case kShapeBytes: return save_bytes(p, v);
    }
  } else if (p->memo_size) {
    if (int64_t known = memo_find(p, v); known >= 0) return memo_get(p, known);
  }
  RecursionScope scope(" while pickling an object");
  if (!scope.ok()) return false;
  if (v.is_heap()) {
    switch (v.header()->shape()) {
      case kShapeDict: return save_dict(p, v);
      case kShapeSet: return save_set(p, v);
      case kShapeFrozenSet: return save_frozenset(p, v);
      case kShapeList: return save_list(p, v);
      case kShapeTuple: return save_tuple(p, v);
      case kShapeByteArray: return save_bytearray(p, v);
    }
    if (type_of(v) == pickle_buffer_type) return save_picklebuffer(p, v);
  }
  return save_by_reduction(p, v);
}

bool pickler_dump(Pickler* p, Value v) {
  Ref override = get_attr_opt(Value(&p->h), TAIPAN_NAME(reducer_override));
  if (!override) return false;
  if (override.get() == kMissing) override = Ref();
  gc::store(&p->h, &p->reducer_override, std::move(override));
  bool ok = true;
  if (p->proto >= 2) {
    uint8_t header[2] = {kProto, static_cast<uint8_t>(p->proto)};
    p->framing = false;
    ok = write_bytes(p, header, 2);
    p->framing = p->proto >= 4;
  }
  ok = ok && save(p, v, false) && write_op(p, kStop);
  if (ok) commit_frame(p);
  p->framing = false;
  p->frame_start = -1;
  // reducer_override is a bound method: kept, it would keep the pickler itself.
  gc::store(&p->h, &p->reducer_override, Ref());
  return ok;
}

}  // namespace taipan::pickle
