// The operations of the buffered classes. See io.h for the buffer's two states.
#include "interp/gil.h"
#include "interp/modules/io/io.h"
#include "interp/modules/posix_fork.h"
#include "interp/objects/exceptions.h"

namespace taipan::io {

// ---- the lock ---------------------------------------------------------------------------------------------------------------------------

// In the child of a fork only the thread that forked is left: locks taken earlier by others are free.
static std::atomic<uint32_t> fork_generation{0};

bool IoLock::held_by_me() const { return owner_.load(std::memory_order_relaxed) == current_thread(); }

bool IoLock::acquire(Value object) {
  uint8_t free = 0;
  if (gc::gil_enabled) {
    if (TAIPAN_UNLIKELY(state_.load(std::memory_order_relaxed) != 0)) return acquire_slow(object);
    state_.store(1, std::memory_order_relaxed);
  } else if (TAIPAN_UNLIKELY(!state_.compare_exchange_strong(free, 1, std::memory_order_acquire))) {
    return acquire_slow(object);
  }
  owner_.store(current_thread(), std::memory_order_relaxed);
  generation_ = fork_generation.load(std::memory_order_relaxed);
  return true;
}

bool IoLock::acquire_slow(Value object) {
  if (held_by_me()) return raise(types::RuntimeError, "reentrant call inside %R", object);
  if (generation_ != fork_generation.load(std::memory_order_relaxed)) state_.store(0, std::memory_order_relaxed);
  int64_t patience = runtime_finalizing ? 1000 : 0;  // milliseconds: a daemon thread will never give it back
  while (state_.exchange(2, std::memory_order_acquire) != 0) {
    gc::BlockingScope scope;
    gc::park(&state_, 2, runtime_finalizing ? 1000000 : -1);
    if (patience > 0 && --patience == 0) break;
  }
  if (patience == 0 && runtime_finalizing && owner_.load(std::memory_order_relaxed))
    return raise(types::RuntimeError,
                 "could not acquire lock for %R at interpreter shutdown, possibly due to daemon threads", object);
  owner_.store(current_thread(), std::memory_order_relaxed);
  generation_ = fork_generation.load(std::memory_order_relaxed);
  return true;
}

void IoLock::release() {
  owner_.store(nullptr, std::memory_order_relaxed);
  if (gc::gil_enabled && TAIPAN_LIKELY(state_.load(std::memory_order_relaxed) == 1)) {
    state_.store(0, std::memory_order_relaxed);
  } else if (state_.exchange(0, std::memory_order_seq_cst) == 2) {
    gc::unpark_one(&state_);
  }
}

void watch_forks() {
  add_fork_hooks({nullptr, nullptr, [](Thread*) { fork_generation.fetch_add(1, std::memory_order_relaxed); }});
}

// ---- state ------------------------------------------------------------------------------------------------------------------------------

bool buffered_check(Buffered* b) {
  if (TAIPAN_LIKELY(b->ok)) return true;
  if (b->detached) return raise(types::ValueError, "raw stream has been detached");
  return raise_uninitialized();
}

int buffered_is_closed(Buffered* b) {
  if (!b->buffer) return 1;
  if (b->plain) return plain_file(b)->fd < 0;
  return attribute_is_true(b->raw, TAIPAN_NAME(closed));
}

static bool check_open(Buffered* b, const char* message) {
  int closed = buffered_is_closed(b);
  if (closed < 0) return false;
  return !closed || raise(types::ValueError, "%s", message);
}

void buffered_drop_memory(Buffered* b) {
  if (b->buffer) gc::raw_free(b->buffer);
  b->buffer = nullptr;
  b->pos = b->end = b->dirty_start = b->dirty_end = 0;
}

static int64_t unread(const Buffered* b) { return b->end - b->pos; }
static void forget_read(Buffered* b) { b->pos = b->end = 0; }

// ---- the raw stream -----------------------------------------------------------------------------------------------------------------------

// Whether the raw stream's own function may be called instead of its method.
static bool direct(Buffered* b, Str* method) { return b->plain && !hides_method(b->raw, method); }

static int64_t raw_position(Buffered* b, Value result) {
  int64_t n;
  if (!offset_argument(result, &n)) return -1;
  if (n < 0) return raise(types::OSError, "Raw stream returned invalid position %lld", static_cast<long long>(n));
  b->raw_pos = n;
  return n;
}
static int64_t ask_position(Buffered* b) {
  if (direct(b, TAIPAN_NAME(tell))) return b->raw_pos = file_seek(plain_file(b), 0, SEEK_CUR);
  Ref raw = Ref::dup(b->raw);
  Ref r = call_method(raw, TAIPAN_NAME(tell));
  return r ? raw_position(b, r) : -1;
}
static int64_t raw_tell(Buffered* b) { return b->raw_pos >= 0 ? b->raw_pos : ask_position(b); }
static int64_t raw_seek(Buffered* b, int64_t target, int whence) {
  if (direct(b, TAIPAN_NAME(seek))) return b->raw_pos = file_seek(plain_file(b), target, whence);
  Ref raw = Ref::dup(b->raw);
  b->raw_pos = -1;
  Ref r = call_method(raw, TAIPAN_NAME(seek), make_int(target).get(), make_int(whence).get());
  return r ? raw_position(b, r) : -1;
}

// A memoryview that raw code got of memory of ours; whatever it kept of it is dead afterwards.
static void retire_view(Ref view) {
  SavedError saved;
  Ref r = call_method(view, TAIPAN_NAME(release));
  if (!r) clear_error();
}

// Bytes moved, kWouldBlock, or -1.
static int64_t raw_read(Buffered* b, void* p, int64_t n) {
  int64_t got;
  if (direct(b, TAIPAN_NAME(readinto))) {
    got = file_read(plain_file(b), p, n);
    if (got < 0) return got;
  } else {
    Ref raw = Ref::dup(b->raw), view = make_memoryview_from(p, static_cast<size_t>(n), true), r;
    if (!view) return -1;
    do r = call_method(raw, TAIPAN_NAME(readinto), view);
    while (!r && trap_eintr());
    retire_view(std::move(view));
    if (!r) return -1;
    if (r.get() == kNone) return kWouldBlock;
    if (!to_ssize(r, &got, types::ValueError)) {
      wrap_raise(types::OSError, "raw readinto() failed");
      return -1;
    }
    if (got < 0 || got > n)
      return raise(types::OSError, "raw readinto() returned invalid length %zd (should have been between 0 and %zd)",
                   static_cast<ssize_t>(got), static_cast<ssize_t>(n));
  }
  if (got > 0 && b->raw_pos >= 0) b->raw_pos += got;
  return got;
}
static int64_t raw_write(Buffered* b, const void* p, int64_t n) {
  int64_t put;
  if (direct(b, TAIPAN_NAME(write))) {
    put = file_write(plain_file(b), p, n);
    if (put == kWouldBlock) b->write_errno = EAGAIN;
    if (put < 0) return put;
  } else {
    Ref raw = Ref::dup(b->raw), view = make_memoryview_from(const_cast<void*>(p), static_cast<size_t>(n), false), r;
    if (!view) return -1;
    errno = 0;
    do r = call_method(raw, TAIPAN_NAME(write), view);
    while (!r && trap_eintr());
    b->write_errno = errno;  // a raw stream in Python leaves none: BlockingIOError shows what there is
    retire_view(std::move(view));
    if (!r) return -1;
    if (r.get() == kNone) return kWouldBlock;
    if (!to_ssize(r, &put, types::ValueError)) return -1;
    if (put < 0 || put > n)
      return raise(types::OSError, "raw write() returned invalid length %zd (should have been between 0 and %zd)",
                   static_cast<ssize_t>(put), static_cast<ssize_t>(n));
  }
  if (put > 0 && b->raw_pos >= 0) b->raw_pos += put;
  return put;
}

bool buffered_setup(Buffered* b, Value raw, int64_t size) {
  if (size <= 0) return raise(types::ValueError, "buffer size must be strictly positive");
  gc::store(&b->h, &b->raw, Ref::dup(raw));
  if (b->buffer) gc::raw_free(b->buffer);
  b->buffer = static_cast<uint8_t*>(gc::raw_alloc(static_cast<size_t>(size)));
  if (!b->buffer) return raise_memory();
  b->size = size;
  b->pos = b->end = b->dirty_start = b->dirty_end = 0;
  b->raw_pos = -1;
  TypeObject* type = type_of(Value(b));
  b->plain = (type == reader_type || type == writer_type || type == random_type) && is_file_exact(raw);
  b->ok = true;
  if (raw_tell(b) < 0) clear_error();
  return true;
}

// ---- from one state to the other --------------------------------------------------------------------------------------------------------------

// Writes what waits; with kWouldBlock nothing is lost, the rest stays.
static bool flush_dirty(Buffered* b) {
  while (b->dirty_start < b->dirty_end) {
    int64_t n = raw_write(b, b->buffer + b->dirty_start, b->dirty_end - b->dirty_start);
    if (n == -1) return false;
    if (n == kWouldBlock) return raise_blocking(0, b->write_errno);
    b->dirty_start += n;
    if (b->dirty_start < b->dirty_end && !poll()) return false;
  }
  b->dirty_start = b->dirty_end = 0;
  return true;
}
static bool enter_reading(Buffered* b) { return b->dirty_end == 0 || flush_dirty(b); }
static bool enter_writing(Buffered* b) {
  if (b->end == 0) return true;
  int64_t back = unread(b);
  if (back != 0 && raw_seek(b, -back, SEEK_CUR) < 0) return false;
  forget_read(b);
  return true;
}

bool buffered_flush(Buffered* b) {
  if (!check_open(b, "flush of closed file")) return false;
  BufferedGuard guard(b);
  if (!guard.ok()) return false;
  if (!flush_dirty(b)) return false;
  return !b->readable || enter_writing(b);
}

// Reads more to the end of what is there (from the start, where all was read). The room left must not be empty.
static int64_t fill(Buffered* b) {
  if (b->pos == b->end) forget_read(b);
  int64_t n = raw_read(b, b->buffer + b->end, b->size - b->end);
  if (n > 0) b->end += n;
  return n;
}

// ---- reading ------------------------------------------------------------------------------------------------------------------------------

static void take(Buffered* b, void* to, int64_t n) {
  memcpy(to, b->buffer + b->pos, static_cast<size_t>(n));
  b->pos += n;
}

// read(): everything there is.
static Ref read_everything(Buffered* b) {
  Ref head;
  if (unread(b) > 0) {
    head = make_bytes(b->buffer + b->pos, static_cast<size_t>(unread(b)));
    if (!head) return nullptr;
  }
  if (!enter_reading(b)) return nullptr;
  forget_read(b);
  Ref raw = Ref::dup(b->raw);
  Ref readall = get_attr_opt(raw, TAIPAN_NAME(readall));
  if (!readall) return nullptr;
  Ref tail;
  if (readall.get() != kMissing) {
    tail = call(readall);
    if (tail && tail.get() != kNone && !is_bytes(tail)) return raise(types::TypeError, "readall() should return bytes");
  } else {
    tail = read_all_chunks(raw, false);
  }
  if (!tail) return nullptr;
  if (tail.get() == kNone) return head ? std::move(head) : std::move(tail);
  int64_t n = static_cast<int64_t>(tail.as<Bytes>()->size);
  if (b->raw_pos >= 0) b->raw_pos += n;
  if (!head) return tail;
  size_t first = head.as<Bytes>()->size;
  Ref all = new_bytes_raw(first + static_cast<size_t>(n));
  if (!all) return nullptr;
  memcpy(all.as<Bytes>()->data(), head.as<Bytes>()->data(), first);
  memcpy(all.as<Bytes>()->data() + first, tail.as<Bytes>()->data(), static_cast<size_t>(n));
  return all;
}

// read(n) beyond what is buffered: whole buffers' worth goes straight to the result.
static Ref read_more(Buffered* b, int64_t n) {
  Ref out = new_bytes_raw(static_cast<size_t>(n));
  if (!out) return nullptr;
  uint8_t* to = out.as<Bytes>()->data();
  int64_t done = unread(b);
  if (done > 0) take(b, to, done);
  if (!enter_reading(b)) return nullptr;
  forget_read(b);
  while (done < n) {
    int64_t left = n - done, got;
    if (int64_t whole = left - left % b->size; whole > 0) {
      got = raw_read(b, to + done, whole);
      if (got > 0) done += got;
    } else {
      if (b->end == b->size) forget_read(b);
      got = fill(b);
      if (got > 0) {
        int64_t k = got < left ? got : left;
        take(b, to + done, k);
        done += k;
      }
    }
    if (got == -1) return nullptr;
    if (got == 0 || got == kWouldBlock) {
      if (got == kWouldBlock && done == 0) return Ref::imm(kNone);
      break;
    }
  }
  return shrink_bytes(std::move(out), static_cast<size_t>(done));
}

static Ref read_buffered(Buffered* b, int64_t n) {
  Ref out = make_bytes(b->buffer + b->pos, static_cast<size_t>(n));
  if (out) b->pos += n;
  return out;
}

// The short way for small operations on an open file, within what is buffered.
static bool short_way(Buffered* b) {
  return TAIPAN_LIKELY(b->plain && b->lock.may_skip() && plain_file(b)->fd >= 0 && b->buffer != nullptr);
}

Ref buffered_read(Buffered* b, int64_t n) {
  if (n >= 0 && n <= unread(b) && short_way(b)) return read_buffered(b, n);
  if (!check_open(b, "read of closed file")) return nullptr;
  BufferedGuard guard(b);
  if (!guard.ok()) return nullptr;
  if (!b->buffer) return raise(types::ValueError, "read of closed file");
  if (n < 0) return read_everything(b);
  return n <= unread(b) ? read_buffered(b, n) : read_more(b, n);
}

int64_t buffered_read1_into(Buffered* b, void* p, int64_t n) {
  if (!check_open(b, "read of closed file")) return -1;
  if (n == 0) return 0;
  BufferedGuard guard(b);
  if (!guard.ok()) return -1;
  if (!b->buffer) return raise(types::ValueError, "read of closed file");
  if (int64_t have = unread(b); have > 0) {
    if (have > n) have = n;
    take(b, p, have);
    return have;
  }
  if (!enter_reading(b)) return -1;
  forget_read(b);
  int64_t got = raw_read(b, p, n);
  return got == kWouldBlock ? 0 : got;
}

Ref buffered_read1(Buffered* b, int64_t n) {
  if (n < 0) n = b->size;
  if (int64_t have = unread(b); have > 0 && n > have) n = have;
  Ref out = new_bytes_raw(static_cast<size_t>(n));
  if (!out) return nullptr;
  int64_t got = buffered_read1_into(b, out.as<Bytes>()->data(), n);
  return got < 0 ? nullptr : shrink_bytes(std::move(out), static_cast<size_t>(got));
}

int64_t buffered_readinto(Buffered* b, uint8_t* p, int64_t n, bool once) {
  BufferedGuard guard(b);
  if (!guard.ok()) return -1;
  if (!b->buffer) return raise(types::ValueError, "readinto of closed file");
  int64_t done = unread(b) < n ? unread(b) : n;
  if (done > 0) take(b, p, done);
  if (done == n) return n;
  if (!enter_reading(b)) return -1;
  forget_read(b);
  while (done < n) {
    int64_t left = n - done, got;
    if (left > b->size) {
      got = raw_read(b, p + done, left);
      if (got > 0) done += got;
    } else if (!(once && done)) {
      if (b->end == b->size) forget_read(b);
      got = fill(b);
      if (got > 0) {
        int64_t k = got < left ? got : left;
        take(b, p + done, k);
        done += k;
      }
    } else {
      break;
    }
    if (got == -1) return -1;
    if (got == kWouldBlock && done == 0) return kWouldBlock;
    if (got <= 0 || once) break;
  }
  return done;
}

Ref buffered_peek(Buffered* b) {
  if (!check_open(b, "peek of closed file")) return nullptr;
  BufferedGuard guard(b);
  if (!guard.ok()) return nullptr;
  if (!b->buffer) return raise(types::ValueError, "peek of closed file");
  if (unread(b) == 0) {
    if (!enter_reading(b)) return nullptr;
    forget_read(b);
    if (fill(b) == -1) return nullptr;
  }
  return make_bytes(b->buffer + b->pos, static_cast<size_t>(unread(b)));
}

Ref buffered_readline(Buffered* b, int64_t limit) {
  if (limit < 0 && short_way(b)) {
    const uint8_t* start = b->buffer + b->pos;
    if (const void* at = memchr(start, '\n', static_cast<size_t>(unread(b))))
      return read_buffered(b, static_cast<const uint8_t*>(at) - start + 1);
  }
  if (!check_open(b, "readline of closed file")) return nullptr;
  BufferedGuard guard(b);
  if (!guard.ok()) return nullptr;
  if (!b->buffer) return raise(types::ValueError, "readline of closed file");
  std::string line;  // what came out of earlier fillings
  for (;;) {
    int64_t have = unread(b);
    if (limit >= 0 && have > limit - static_cast<int64_t>(line.size()))
      have = limit - static_cast<int64_t>(line.size());
    const uint8_t* start = b->buffer + b->pos;
    const auto* at = static_cast<const uint8_t*>(memchr(start, '\n', static_cast<size_t>(have)));
    int64_t n = at ? at - start + 1 : have;
    bool whole = at || (limit >= 0 && static_cast<int64_t>(line.size()) + n == limit);
    if (whole && line.empty()) {
      b->pos += n;
      return make_bytes(start, static_cast<size_t>(n));
    }
    line.append(reinterpret_cast<const char*>(start), static_cast<size_t>(n));
    b->pos += n;
    if (whole) break;
    if (!enter_reading(b)) return nullptr;
    int64_t got = fill(b);
    if (got == -1) return nullptr;
    if (got <= 0) break;
  }
  return make_bytes(line);
}

// ---- writing ------------------------------------------------------------------------------------------------------------------------------

// Puts what fits behind what waits; the number of bytes taken.
static int64_t keep_for_later(Buffered* b, const uint8_t* p, int64_t n) {
  if (b->dirty_start > 0) {
    memmove(b->buffer, b->buffer + b->dirty_start, static_cast<size_t>(b->dirty_end - b->dirty_start));
    b->dirty_end -= b->dirty_start;
    b->dirty_start = 0;
  }
  int64_t room = b->size - b->dirty_end;
  if (n > room) n = room;
  memcpy(b->buffer + b->dirty_end, p, static_cast<size_t>(n));
  b->dirty_end += n;
  return n;
}

int64_t buffered_write(Buffered* b, const void* data, int64_t n) {
  const auto* p = static_cast<const uint8_t*>(data);
  if (b->end == 0 && n <= b->size - b->dirty_end && short_way(b)) {
    memcpy(b->buffer + b->dirty_end, p, static_cast<size_t>(n));
    b->dirty_end += n;
    return n;
  }
  BufferedGuard guard(b);
  if (!guard.ok()) return -1;
  if (!check_open(b, "write to closed file")) return -1;
  if (!enter_writing(b)) return -1;
  if (TAIPAN_LIKELY(n <= b->size - b->dirty_end)) {
    memcpy(b->buffer + b->dirty_end, p, static_cast<size_t>(n));
    b->dirty_end += n;
    return n;
  }
  if (!flush_dirty(b)) {
    if (!is_blocking_io_error()) return -1;
    // The raw stream takes no more now: keep what there is room for, tell how much that was.
    Ref error = fetch_error();
    if (b->dirty_start == b->dirty_end) b->dirty_start = b->dirty_end = 0;
    int64_t kept = keep_for_later(b, p, n);
    if (kept == n) return n;
    error.reset();
    return raise_blocking(kept, b->write_errno);
  }
  int64_t done = 0;
  while (n - done > b->size) {
    int64_t put = raw_write(b, p + done, n - done);
    if (put == -1) return -1;
    if (put == kWouldBlock) {
      done += keep_for_later(b, p + done, n - done);
      return raise_blocking(done, b->write_errno);
    }
    done += put;
    if (n - done > b->size && !poll()) return -1;
  }
  if (n > done) keep_for_later(b, p + done, n - done);
  return n;
}

// ---- position -----------------------------------------------------------------------------------------------------------------------------

int64_t buffered_tell(Buffered* b) {
  BufferedGuard guard(b);
  if (!guard.ok()) return -1;
  int64_t at = ask_position(b);
  if (at < 0) return -1;
  at += b->dirty_end - b->dirty_start - unread(b);
  return at < 0 ? 0 : at;  // the descriptor may have been moved behind our back
}

int64_t buffered_seek(Buffered* b, int64_t target, int whence) {
  BufferedGuard guard(b);
  if (!guard.ok()) return -1;
  if (b->readable && (whence == SEEK_SET || whence == SEEK_CUR) && unread(b) > 0) {
    // Within what is buffered nothing has to be asked of the raw stream.
    int64_t at = raw_tell(b);
    if (at < 0) return -1;
    int64_t here = at - unread(b);
    int64_t offset = whence == SEEK_SET ? target - here : target;
    if (offset >= -b->pos && offset <= unread(b)) {
      b->pos += offset;
      return here + offset;
    }
  }
  if (!flush_dirty(b)) return -1;
  if (whence == SEEK_CUR) target -= unread(b);
  int64_t at = raw_seek(b, target, whence);
  if (at < 0) return -1;
  forget_read(b);
  return at;
}

Ref buffered_truncate(Buffered* b, Value pos) {
  BufferedGuard guard(b);
  if (!guard.ok()) return nullptr;
  if (!flush_dirty(b) || !enter_writing(b)) return nullptr;
  Ref raw = Ref::dup(b->raw);
  Ref r = call_method(raw, TAIPAN_NAME(truncate), pos);
  if (!r) return nullptr;
  b->raw_pos = -1;
  if (raw_tell(b) < 0) clear_error();
  return r;
}

}  // namespace taipan::io
