// The module _io: files, buffers and text streams.
//
//   open()  ->  TextIOWrapper  ->  BufferedReader/Writer/Random  ->  FileIO  ->  descriptor
//
// Every layer works with any Python object below it that has the right methods. Where the layer below is exactly the class of this
// module (and nobody has put attributes over its methods), the C++ functions below are called instead and no object is made on
// the way. Text being written is encoded straight into a pending buffer; lines are cut out of one decoded chunk.
//
//   iobase.cpp      _IOBase, _RawIOBase: defaults, finalisation      buffered.cpp   state and the operations of the buffered classes
//   fileio.cpp      FileIO                                           buffered_types.cpp  their methods and types; BufferedRWPair
//   text_base.cpp   _TextIOBase, IncrementalNewlineDecoder           text_codec.h/.cpp  a text stream's encoder and decoder
//   text_wrapper.cpp, text_read.cpp, text_seek.cpp  TextIOWrapper    string_io.cpp, bytes_io.cpp   streams in memory
//
// Nothing written is lost: a stream that dies is closed by its finaliser (_IOBase.__del__), and flush_live_streams() serves what is
// still alive at exit.
//
// Locks. A buffered object has one of its own (IoLock), held while its raw stream is called, with the GIL or without; entering it
// twice from one thread is the RuntimeError "reentrant call". The other classes take an object's lock only with the GIL off.
#pragma once
#include "interp/modules/module_util.h"
#include "interp/objects/bytes.h"
#include "interp/objects/dict.h"

namespace taipan::io {

inline constexpr int64_t kDefaultBufferSize = 8192;

extern TypeObject *iobase_type, *raw_iobase_type, *buffered_iobase_type, *text_iobase_type, *file_type, *reader_type,
    *writer_type, *random_type, *pair_type, *text_wrapper_type, *string_io_type, *bytes_io_type, *newline_decoder_type;
extern const TypeSpec kIOBaseSpec, kRawIOBaseSpec, kBufferedIOBaseSpec, kTextIOBaseSpec, kFileIOSpec, kReaderSpec,
    kWriterSpec, kRandomSpec, kPairSpec, kTextWrapperSpec, kStringIOSpec, kBytesIOSpec, kNewlineDecoderSpec;

inline constexpr uint64_t kStreamFlags = kTypeGc | kTypeBaseable | kTypeHasDict | kTypeWeakrefable;

// ---- errors and arguments -----------------------------------------------------------------------------------------------------------
TypeObject* unsupported_operation();
Fail raise_closed();                             // "I/O operation on closed file"
Fail raise_uninitialized();                      // "I/O operation on uninitialized object"
bool trap_eintr();                               // the current exception is an OSError with EINTR: clears it
bool is_blocking_io_error();                     // the current exception is exactly a BlockingIOError
Fail raise_blocking(int64_t written, int code);  // "write could not complete without blocking"
void chain_error(
    Ref earlier);  // earlier (may be null) was raised first; what is set now (maybe nothing) becomes the one that is raised
bool size_argument(Value v, int64_t* out);  // null or None: unchanged
bool offset_argument(Value v, int64_t* out);
Ref shrink_bytes(Ref bytes, size_t n);  // fresh bytes of which only n were filled
// BufferView for an argument that is written to: "f() argument must be read-write bytes-like object, not X".
bool writable_buffer(const char* function, Value v, Buffer* out);
class WritableBuffer {
 public:
  WritableBuffer(const char* function, Value v) : ok_(writable_buffer(function, v, &b_)) {}
  ~WritableBuffer() {
    if (ok_) release_buffer(&b_);
  }
  WritableBuffer(const WritableBuffer&) = delete;
  bool ok() const { return ok_; }
  uint8_t* data() const { return static_cast<uint8_t*>(b_.data); }
  int64_t size() const { return b_.len; }

 private:
  Buffer b_;
  bool ok_;
};

// ---- _IOBase ------------------------------------------------------------------------------------------------------------------------
int attribute_is_true(Value o, Str* name);  // of o.closed and the like; -1: error
bool check_closed(Value self);              // self.closed: "I/O operation on closed file."
bool check_seekable(Value stream);          // stream.seekable() must be True, else UnsupportedOperation
bool check_readable(Value stream);
bool check_writable(Value stream);
Ref iobase_self(Value self);                        // __iter__
void finalize_stream(Value self);                   // __del__
Ref read_all_chunks(Value raw, bool default_size);  // RawIOBase.readall(): bytes or None
// Whether o's own attributes hide the method of that name of its class.
bool hides_method(Value o, Str* name);

// ---- FileIO -------------------------------------------------------------------------------------------------------------------------
struct FileIO {
  Header h;
  int32_t fd;  // -1: closed
  int32_t block_size;
  bool created, readable, writable, appending, close_fd, finalizing;
  int8_t seekable;  // -1: not asked yet
};
inline bool is_file_exact(Value v) { return v.is_heap() && type_of(v) == file_type; }
// As the methods: bytes moved, -1 with an exception, or kWouldBlock.
inline constexpr int64_t kWouldBlock = -2;
int64_t file_read(FileIO* f, void* p, int64_t n);
int64_t file_write(FileIO* f, const void* p, int64_t n);
int64_t file_seek(FileIO* f, int64_t offset, int whence);
Ref file_open(Value name, const char* mode, bool close_fd, Value opener);  // a new FileIO

// ---- buffered streams -----------------------------------------------------------------------------------------------------------------
// A mutual exclusion that is waited for detached from the interpreter. Transitions happen attached (with the GIL held, where there is one).
class IoLock {
 public:
  // False: RuntimeError (this thread has it already, or the holder will never give it back).
  bool acquire(Value object);
  void release();
  bool held_by_me() const;
  // With the GIL on, what neither blocks nor runs Python code needs no lock where nobody is inside.
  bool may_skip() const { return gc::gil_enabled && state_.load(std::memory_order_relaxed) == 0; }

 private:
  bool acquire_slow(Value object);
  std::atomic<uint8_t> state_;  // 0 free, 1 held, 2 held and waited for
  uint32_t generation_;         // forks survived when it was taken
  std::atomic<Thread*> owner_;
};

// One buffer that holds either data read ahead or data to be written:
//   reading   [pos, end) is unread, [0, pos) may be gone back to; the raw stream stands at end
//   writing   [dirty_start, dirty_end) waits; the raw stream stands at dirty_start; pos == end == 0
struct Buffered {
  Header h;
  Value raw;  // null: uninitialised or detached
  uint8_t* buffer;
  int64_t size;
  int64_t pos, end;
  int64_t dirty_start, dirty_end;
  int64_t raw_pos;  // raw stream's position, -1: unknown
  IoLock lock;
  int write_errno;  // of the raw stream's last write(), for BlockingIOError
  bool ok, detached, readable, writable, finalizing;
  bool plain;           // exact class over an exact FileIO: its methods may be left out
  struct TextIO* text;  // the text stream above that must be flushed before this one is closed; borrowed, null: none
};
inline bool is_reader_exact(Value v) { return v.is_heap() && (type_of(v) == reader_type || type_of(v) == random_type); }
inline bool is_writer_exact(Value v) { return v.is_heap() && (type_of(v) == writer_type || type_of(v) == random_type); }
inline FileIO* plain_file(Buffered* b) { return b->raw.as<FileIO>(); }  // where plain
inline bool is_buffered(Value v) {
  return v.is_heap() && (is_subtype(type_of(v), reader_type) || is_subtype(type_of(v), writer_type) ||
                         is_subtype(type_of(v), random_type));
}
class BufferedGuard {
 public:
  explicit BufferedGuard(Buffered* b) : b_(b), ok_(b->lock.acquire(Value(b))) {}
  ~BufferedGuard() {
    if (ok_) b_->lock.release();
  }
  BufferedGuard(const BufferedGuard&) = delete;
  bool ok() const { return ok_; }

 private:
  Buffered* b_;
  bool ok_;
};
bool buffered_check(Buffered* b);  // initialised and attached
int buffered_is_closed(Buffered* b);
bool buffered_setup(Buffered* b, Value raw, int64_t size);  // of __init__, after the checks of raw
void buffered_drop_memory(Buffered* b);
// The operations; the guard is theirs.
bool buffered_flush(Buffered* b);           // pending data to the raw stream
Ref buffered_read(Buffered* b, int64_t n);  // -1: all; None where nothing can be had without blocking
Ref buffered_read1(Buffered* b, int64_t n);
int64_t buffered_read1_into(Buffered* b, void* p, int64_t n);  // as read1(), 0 <= n
int64_t buffered_readinto(Buffered* b, uint8_t* p, int64_t n, bool once);
Ref buffered_peek(Buffered* b);
Ref buffered_readline(Buffered* b, int64_t limit);
int64_t buffered_write(Buffered* b, const void* p, int64_t n);
int64_t buffered_tell(Buffered* b);
int64_t buffered_seek(Buffered* b, int64_t target, int whence);
Ref buffered_truncate(Buffered* b, Value pos);

// ---- BytesIO --------------------------------------------------------------------------------------------------------------------------
Ref bytes_io_read_some(Value self, int64_t n);  // read1()

// ---- TextIOWrapper ----------------------------------------------------------------------------------------------------------------------
// print()'s way: writes a str to a stream that is exactly a TextIOWrapper. *done false: it is not, nothing happened. False: exception.
bool text_write_fast(Value stream, Value text, bool* done);

bool text_flush_pending(struct TextIO* t);  // to the buffer below
void flush_live_streams();                  // at exit: what is still alive and holds data

void watch_forks();
Ref warn_function();
bool init_bytes_io_types();

}  // namespace taipan::io
