// Time spans and points in time given as Python numbers: to nanoseconds, timespecs and time_t, with CPython's rounding and errors.
#pragma once
#include <ctime>
#include "interp/objects/type.h"

namespace taipan {

// How many nanoseconds 1 stands for.
enum class TimeUnit : int64_t { kSeconds = 1000000000, kMilliseconds = 1000000 };
enum class TimeRound { kFloor, kCeiling, kHalfEven, kUp /* away from zero: time-outs */ };

// A span (int or float) to nanoseconds.
bool time_to_ns(Value span, int64_t* ns, TimeRound round, TimeUnit unit = TimeUnit::kSeconds);
// Seconds to whole seconds and nanoseconds (0..999999999).
bool time_to_timespec(Value seconds, time_t* sec, long* nsec, TimeRound round);
bool time_to_time_t(Value seconds, time_t* out, TimeRound round);
double ns_to_seconds(int64_t ns);
int64_t monotonic_ns();

}  // namespace taipan
