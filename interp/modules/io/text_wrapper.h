// TextIOWrapper's layout and the operations its files share.
//
// Writing: text is encoded to the end of `pending`, which goes to the buffer below when it has grown to chunk_size, at flush(), at the end
// of a line (line_buffering), at once (write_through), and before anything moves the position.
// Reading: a chunk of bytes is decoded to one str, from which read() and readline() cut; decoded_used counts what they took.
// snapshot_input is what the decoder had and got for that chunk, and snapshot_flags its state before: tell() decodes it again to find the
// place in the bytes. Next to iteration telling is off until the end is reached or the stream flushed.
#pragma once
#include "interp/modules/io/line_end.h"
#include "interp/modules/io/text_codec.h"

namespace taipan::io {

struct TextIO {
  Header h;
  Value buffer;          // null: uninitialised or detached
  Value encoding;        // str
  Value errors;          // str
  Value encoder_object;  // of a codec that isn't done here
  Value decoder_object;
  Value decoded;         // str; null: nothing
  Value snapshot_input;  // bytes; null: no snapshot
  uint64_t decoded_used;
  int64_t chunk_size;
  int64_t snapshot_flags;
  char* pending;
  uint64_t pending_n, pending_capacity;
  double bytes_per_char;  // of the last chunk
  NewlineMode newline;
  TextDecoder decoder;
  TextCodec encoder;
  bool ok, detached, finalizing, seekable, telling, has_read1;
  bool line_buffering, write_through;
  bool append_only;  // the settings let ASCII text be copied straight to pending
  bool at_start;     // a byte order mark is due
  IoLock lock;       // with the GIL off
};
inline TextIO* text_io(Value v) { return v.as<TextIO>(); }

// Makes a method one step for other threads; a thread may enter again. No cost with the GIL on, where steps interleave only at calls.
class TextGuard {
 public:
  explicit TextGuard(TextIO* t) {
    if (TAIPAN_LIKELY(gc::gil_enabled) || t->lock.held_by_me()) return;
    if (t->lock.acquire(Value(t))) held_ = t;
  }
  ~TextGuard() {
    if (held_) held_->lock.release();
  }
  TextGuard(const TextGuard&) = delete;

 private:
  TextIO* held_ = nullptr;
};

bool text_check(TextIO* t);        // initialised and attached
bool text_check_open(TextIO* t);   // both, and not closed
void text_forget_read(TextIO* t);  // what was decoded, and the snapshot
Ref text_flush_method(TextIO* t);  // self.flush()
bool text_reset_encoder(TextIO* t, bool at_start);
bool text_write(TextIO* t, Value text);

// 1: there is more in `decoded`, 0: the end, -1: exception.
int text_read_chunk(TextIO* t, int64_t size_hint);
Ref text_readline(TextIO* t, int64_t limit);
Ref text_next(Value self);

Ref text_read_method(Args& a);
Ref text_readline_method(Args& a);
Ref text_seek_method(Args& a);
Ref text_tell_method(Args& a);

}  // namespace taipan::io
