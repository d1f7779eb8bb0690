// A limit on waiting that survives interruptions.
#pragma once
#include <climits>
#include "interp/modules/time_convert.h"

namespace taipan {

class Deadline {
 public:
  Deadline() = default;
  explicit Deadline(int64_t ns) { start(ns); }
  void start(int64_t ns) {  // negative: no limit
    ns_ = ns;
    if (ns > 0 && __builtin_add_overflow(monotonic_ns(), ns, &end_)) end_ = INT64_MAX;
  }
  bool forever() const { return ns_ < 0; }
  int64_t left() const {  // negative only for "forever"
    if (ns_ <= 0) return ns_;
    int64_t n = end_ - monotonic_ns();
    return n > 0 ? n : 0;
  }
  bool over() const { return !forever() && left() == 0; }
  int milliseconds() const {  // as poll() takes it
    if (forever()) return -1;
    int64_t ms = round_up(left(), 1000000);
    return ms > INT_MAX ? INT_MAX : static_cast<int>(ms);
  }
  static int64_t round_up(int64_t ns, int64_t unit) { return ns / unit + (ns % unit != 0); }

 private:
  int64_t ns_ = -1, end_ = 0;
};

}  // namespace taipan
