// Output of (de)compressors, grown while other threads run, and the lock of their streams.
#pragma once
#include <algorithm>
#include <mutex>
#include "gc/heap.h"
#include "gc/mutator.h"
#include "interp/objects/bytes.h"
#include "interp/objects/error.h"

namespace taipan {

// A raw buffer that grows; limit < 0: without bound. Needs no attached thread until finish().
class OutputBuffer {
 public:
  OutputBuffer() = default;
  ~OutputBuffer() { gc::raw_free(data_); }
  OutputBuffer(const OutputBuffer&) = delete;

  bool start(size_t first, int64_t limit = -1) {
    limit_ = limit < 0 ? SIZE_MAX : static_cast<size_t>(limit);
    return resize(std::min(std::max<size_t>(first, 1), limit_));
  }
  // Room to write into: at least a byte unless full() or false (no memory).
  bool ensure() {
    if (used_ < capacity_ || capacity_ == limit_) return true;
    size_t more = std::min(std::max<size_t>(capacity_, 4096), size_t{256} << 20);
    return resize(more > limit_ - capacity_ ? limit_ : capacity_ + more);
  }
  uint8_t* room() { return data_ + used_; }
  size_t room_size() const { return capacity_ - used_; }
  void wrote(size_t n) { used_ += n; }
  size_t size() const { return used_; }
  bool full() const { return used_ >= limit_; }  // the limit is reached
  uint8_t* data() { return data_; }
  Ref finish() { return make_bytes(data_, used_); }

 private:
  bool resize(size_t n) {
    auto* p = static_cast<uint8_t*>(gc::raw_realloc(data_, n));
    if (!p && n) return false;
    data_ = p;
    capacity_ = n;
    return true;
  }
  uint8_t* data_ = nullptr;
  size_t used_ = 0, capacity_ = 0, limit_ = SIZE_MAX;
};

// Holds the lock of a stream that works while other threads run. Waiting for it never blocks them.
class StreamLock {
 public:
  explicit StreamLock(std::mutex& m) : m_(m) {
    if (m_.try_lock()) return;
    gc::BlockingScope scope;
    m_.lock();
  }
  ~StreamLock() { m_.unlock(); }
  StreamLock(const StreamLock&) = delete;

 private:
  std::mutex& m_;
};

// Runs f without the GIL where there is enough to do that others should have their turn.
template <class F>
auto detached_if(bool much, F f) {
  if (!much) return f();
  gc::BlockingScope scope;
  return f();
}
inline constexpr size_t kDetachSize = 2048;

}  // namespace taipan
