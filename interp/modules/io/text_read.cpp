// TextIOWrapper: reading.
#include "interp/modules/io/text_wrapper.h"
#include "interp/objects/str_impl.h"

namespace taipan::io {

static Fail not_readable() { return raise(unsupported_operation(), "not readable"); }

static void set_decoded(TextIO* t, Ref text) {
  t->decoded_used = 0;
  gc::store(&t->h, &t->decoded, std::move(text));
}
static uint64_t left(const TextIO* t) { return t->decoded ? t->decoded.as<Str>()->length - t->decoded_used : 0; }

// At most n characters of what is decoded (n < 0: all), as a str.
static Ref take_decoded(TextIO* t, int64_t n) {
  uint64_t have = left(t);
  if (n < 0 || static_cast<uint64_t>(n) > have) n = static_cast<int64_t>(have);
  if (n == 0) return empty_str();
  Ref r = str_substring(t->decoded, t->decoded_used, t->decoded_used + static_cast<uint64_t>(n));
  if (r) t->decoded_used += static_cast<uint64_t>(n);
  return r;
}

// The next bytes from the buffer below.
static Ref read_bytes(TextIO* t, int64_t n, Str* method) {
  Ref buffer = Ref::dup(t->buffer);
  if (is_reader_exact(buffer) && buffer.as<Buffered>()->plain && buffer.as<Buffered>()->ok && t->has_read1 &&
      !hides_method(buffer, method))
    return buffered_read1(buffer.as<Buffered>(), n);
  return call_method(buffer, method, make_int(n).get());
}

int text_read_chunk(TextIO* t, int64_t size_hint) {
  if (t->decoder.kind == TextCodec::kNone) return not_readable();
  DecoderState before;
  // Also next to iteration: flush() allows tell() again.
  if (t->seekable && !decoder_get_state(&t->decoder, t->decoder_object, &before)) return -1;
  int64_t n = t->chunk_size;
  if (size_hint > 0) {
    size_hint = static_cast<int64_t>(static_cast<double>(size_hint) * (t->bytes_per_char > 1 ? t->bytes_per_char : 1));
    if (size_hint > n) n = size_hint;
  }
  Str* method = t->has_read1 ? TAIPAN_NAME(read1) : TAIPAN_NAME(read);
  Ref chunk = read_bytes(t, n, method);
  if (!chunk) return -1;
  if (!has_buffer(chunk))
    return raise(types::TypeError, "underlying %s() should have returned a bytes-like object, not '%.200T'",
                 t->has_read1 ? "read1" : "read", chunk.get());
  BufferView view(chunk);
  if (!view.ok()) return -1;
  bool eof = view.size() == 0;
  Ref errors = Ref::dup(t->errors);
  Ref text = decoder_decode(&t->decoder, t->decoder_object, errors, chunk, view.view(), eof);
  if (!text) return -1;
  size_t chars = text.as<Str>()->length;
  t->bytes_per_char = chars ? static_cast<double>(view.size()) / static_cast<double>(chars) : 0;
  set_decoded(t, std::move(text));
  if (chars) eof = false;
  if (before.pending) {
    Ref input;
    if (before.pending.as<Bytes>()->size == 0 && is_bytes_exact(chunk)) {
      input = chunk.copy();
    } else {
      std::string all(before.pending.as<Bytes>()->view());
      all.append(view.view());
      input = make_bytes(all);
      if (!input) return -1;
    }
    t->snapshot_flags = before.flags;
    gc::store(&t->h, &t->snapshot_input, std::move(input));
  }
  return !eof;
}

// ---- read() -----------------------------------------------------------------------------------------------------------------------------------

static Ref read_everything(TextIO* t) {
  Ref buffer = Ref::dup(t->buffer);
  Ref bytes = call_method(buffer, TAIPAN_NAME(read));
  if (!bytes) return nullptr;
  // (The decoders that keep what is incomplete put their rest before the new bytes first.)
  bool joins = t->decoder.kind != TextCodec::kAscii && t->decoder.kind != TextCodec::kLatin1 &&
               t->decoder.kind != TextCodec::kOther;
  if (joins && !has_buffer(bytes)) return raise(types::TypeError, "can't concat %T to bytes", bytes.get());
  BufferView view(bytes);
  if (!view.ok()) return nullptr;
  Ref errors = Ref::dup(t->errors);
  Ref rest = decoder_decode(&t->decoder, t->decoder_object, errors, bytes, view.view(), true);
  if (!rest) return nullptr;
  Ref head = take_decoded(t, -1);
  if (!head) return nullptr;
  Ref all = head.as<Str>()->length == 0 ? std::move(rest) : str_concat(head, rest);
  if (all) text_forget_read(t);
  return all;
}

Ref text_read_method(Args& a) {
  TextIO* t = text_io(a.self);
  int64_t n = -1;
  if (!size_argument(a[0], &n)) return nullptr;
  if (!text_check_open(t)) return nullptr;
  if (t->decoder.kind == TextCodec::kNone) return not_readable();
  TextGuard guard(t);
  if (!text_flush_pending(t)) return nullptr;
  if (n < 0) return read_everything(t);
  Ref out = take_decoded(t, n);
  if (!out) return nullptr;
  while (static_cast<int64_t>(out.as<Str>()->length) < n) {
    int64_t more = n - static_cast<int64_t>(out.as<Str>()->length);
    int r = text_read_chunk(t, more);
    if (r < 0) {
      if (trap_eintr()) continue;
      return nullptr;
    }
    if (r == 0) break;
    Ref piece = take_decoded(t, more);
    if (!piece) return nullptr;
    out = out.as<Str>()->length == 0 ? std::move(piece) : str_append(std::move(out), piece);
    if (!out) return nullptr;
  }
  return out;
}

// ---- lines ------------------------------------------------------------------------------------------------------------------------------------

Ref text_readline(TextIO* t, int64_t limit) {
  if (!text_check_open(t)) return nullptr;
  if (t->decoder.kind == TextCodec::kNone) return not_readable();
  TextGuard guard(t);
  if (t->pending_n && !text_flush_pending(t)) return nullptr;
  Ref line;  // of earlier chunks
  for (;;) {
    if (limit == 0 && t->decoded && t->decoded.as<Str>()->length) return empty_str();
    if (left(t) == 0) {
      int r;
      do r = text_read_chunk(t, 0);
      while (r < 0 && trap_eintr());
      if (r < 0) return nullptr;
      if (r == 0) {
        text_forget_read(t);
        break;
      }
      if (left(t) == 0) continue;  // only part of a character came
    }
    Str* s = t->decoded.as<Str>();
    uint64_t start = t->decoded_used, before = line ? line.as<Str>()->length : 0;
    int64_t end = -1;
    // A "\r\n" that two chunks share.
    if (before && t->newline.line == LineMode::kCrLf && s->at(start) == '\n' && line.as<Str>()->at(before - 1) == '\r')
      end = static_cast<int64_t>(start) + 1;
    if (end < 0) end = find_line_end(t->newline.line, s, start);
    bool whole = end >= 0;
    if (!whole) end = static_cast<int64_t>(s->length);
    if (limit >= 0 && static_cast<int64_t>(before) + end - static_cast<int64_t>(start) >= limit) {
      end = static_cast<int64_t>(start) + limit - static_cast<int64_t>(before);
      whole = true;
    }
    Ref piece = str_substring(t->decoded, start, static_cast<uint64_t>(end));
    if (!piece) return nullptr;
    t->decoded_used = static_cast<uint64_t>(end);
    line = line ? str_append(std::move(line), piece) : std::move(piece);
    if (!line) return nullptr;
    if (whole) break;
  }
  return line ? std::move(line) : empty_str();
}

Ref text_readline_method(Args& a) {
  int64_t limit = -1;
  if (a[0] && !to_c_ssize(a[0], &limit)) return nullptr;
  return text_readline(text_io(a.self), limit);
}

Ref text_next(Value self) {
  TextIO* t = text_io(self);
  if (!text_check(t)) return nullptr;
  t->telling = false;
  Ref line;
  if (TAIPAN_LIKELY(type_of(self) == text_wrapper_type)) {
    line = text_readline(t, -1);
  } else {
    line = call_method(self, TAIPAN_NAME(readline));
    if (line && !is_str(line))
      return raise(types::OSError, "readline() should have returned a str object, not '%.200T'", line.get());
  }
  if (!line) return nullptr;
  if (line.as<Str>()->length == 0) {
    if (t->snapshot_input) Ref input = gc::take(&t->h, &t->snapshot_input);
    t->telling = t->seekable;
    return Ref::imm(kStopIter);
  }
  return line;
}

}  // namespace taipan::io
