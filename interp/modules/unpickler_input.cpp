// Where an Unpickler's input comes from: one buffer, or a file that is read piece by piece. A file that can peek() is read ahead; what was
// not used is left to it in the end.
#include "interp/modules/pickle.h"

namespace taipan::pickle {

static constexpr size_t kPrefetch = 128 * 1024;

static bool truncated() { return raise(unpickling_error(), "pickle data was truncated"); }

void unpickler_drop_input(Unpickler* u) {
  u->in = nullptr;
  u->in_size = u->in_pos = u->prefetched = 0;
  if (u->has_input) {
    u->has_input = false;
    release_buffer(&u->input);
  }
  Ref old = gc::take(&u->h, &u->input_owner);
}
// The octets of a bytes-like object are the input from now on.
static bool set_input(Unpickler* u, Value data) {
  unpickler_drop_input(u);
  gc::store(&u->h, &u->input_owner, Ref::dup(data));
  if (is_bytes_exact(data)) {
    u->in = data.as<Bytes>()->data();
    u->in_size = data.as<Bytes>()->size;
  } else {
    if (!get_buffer(data, &u->input, kBufSimple)) return false;
    u->has_input = true;
    u->in = static_cast<const uint8_t*>(u->input.data);
    u->in_size = static_cast<size_t>(u->input.len);
  }
  u->in_pos = 0;
  u->prefetched = u->in_size;
  return true;
}
bool unpickler_set_data(Unpickler* u, Value data) { return set_input(u, data); }

bool skip_consumed(Unpickler* u) {
  if (u->in_pos <= u->prefetched || !u->read) return true;
  Ref n = make_int(static_cast<int64_t>(u->in_pos - u->prefetched)), read = Ref::dup(u->read);
  u->prefetched = u->in_pos;
  return static_cast<bool>(call(read, n));
}
static bool read_file(Unpickler* u, size_t n, bool line) {
  if (!skip_consumed(u)) return false;
  Ref data;
  if (line) {
    Ref readline = Ref::dup(u->readline);
    data = call(readline);
  } else {
    if (u->peek && n < kPrefetch) {
      Ref peek = Ref::dup(u->peek);
      data = call(peek, Value::from_int(kPrefetch));
      if (data) {
        if (!set_input(u, data)) return false;
        u->prefetched = 0;
        if (n <= u->in_size) return true;
      } else if (error_matches(types::NotImplementedError)) {
        clear_error();
        gc::store(&u->h, &u->peek, Ref());
      } else {
        return false;
      }
    }
    Ref count = make_int(static_cast<int64_t>(n)), read = Ref::dup(u->read);
    data = call(read, count);
  }
  return data && set_input(u, data);
}

bool read_input(Unpickler* u, size_t n, const uint8_t** out) {
  if (TAIPAN_UNLIKELY(n > u->in_size - u->in_pos)) {
    if (!u->read || n > static_cast<size_t>(INT64_MAX)) return truncated();
    if (!read_file(u, n, false)) return false;
    if (u->in_size < n) return truncated();
  }
  *out = u->in + u->in_pos;
  u->in_pos += n;
  return true;
}
bool read_line(Unpickler* u, const uint8_t** out, size_t* n) {
  for (bool again = false;; again = true) {
    const uint8_t* start = u->in + u->in_pos;
    size_t left = u->in_size - u->in_pos;
    if (const void* end = left ? memchr(start, '\n', left) : nullptr) {
      *out = start;
      *n = static_cast<size_t>(static_cast<const uint8_t*>(end) - start);
      u->in_pos += *n + 1;
      return true;
    }
    if (!u->read || again) return truncated();
    if (!read_file(u, 0, true)) return false;
  }
}
bool read_into(Unpickler* u, uint8_t* to, size_t n) {
  size_t at_hand = u->in_size - u->in_pos;
  if (at_hand > n) at_hand = n;
  if (at_hand) memcpy(to, u->in + u->in_pos, at_hand);
  u->in_pos += at_hand;
  to += at_hand;
  n -= at_hand;
  if (n == 0) return true;
  if (!u->read) return truncated();
  if (!skip_consumed(u)) return false;
  if (u->readinto) {
    // The file sees memory of its own kind, not that of an object that is being made.
    Ref room = make_bytearray(nullptr, n), readinto = Ref::dup(u->readinto);
    Ref view = room ? make_memoryview(room) : nullptr;
    Ref got = view ? call(readinto, view) : nullptr;
    int64_t count;
    if (!got || !to_ssize(got, &count, types::ValueError)) return false;
    if (count < 0) return raise(types::ValueError, "readinto() returned negative size");
    if (static_cast<size_t>(count) < n || room.as<ByteArray>()->size < n) return truncated();
    memcpy(to, room.as<ByteArray>()->start, n);
    return true;
  }
  Ref count = make_int(static_cast<int64_t>(n)), read = Ref::dup(u->read);
  Ref data = call(read, count);
  if (!data) return false;
  if (!is_bytes(data)) return raise(types::ValueError, "read() returned non-bytes object (%R)", data.get());
  if (data.as<Bytes>()->size < n) return truncated();
  memcpy(to, data.as<Bytes>()->data(), n);
  return true;
}

bool unpickler_set_file(Unpickler* u, Value file) {
  struct {
    Str* name;
    Value* field;
  } const parts[] = {{TAIPAN_NAME(peek), &u->peek},
                     {TAIPAN_NAME(readinto), &u->readinto},
                     {TAIPAN_NAME(read), &u->read},
                     {TAIPAN_NAME(readline), &u->readline}};
  for (auto& part : parts) {
    Ref f = get_attr_opt(file, part.name);
    if (!f) return false;
    gc::store(&u->h, part.field, f.get() == kMissing ? Ref() : std::move(f));
  }
  if (u->read && u->readline) return true;
  for (auto& part : parts) gc::store(&u->h, part.field, Ref());
  return raise(types::TypeError, "file must have 'read' and 'readline' attributes");
}

}  // namespace taipan::pickle
