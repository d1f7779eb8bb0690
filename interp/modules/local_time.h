// Points in time as dates and times of day: what localtime_r(3) and gmtime_r(3) say, without the lock that these take in the C library, which
// is one for all threads. For local time each thread remembers the offset of a few spans of a quarter of an hour.
#pragma once
#include <cstdint>
#include <ctime>
#include <string_view>

namespace taipan {

bool local_time(time_t t, tm* out);  // false: errno says why
bool utc_time(time_t t, tm* out);    // likewise

// The C library looks at TZ in tzset(), mktime() and strftime() alone. local_time() must be told of changes of the environment, and be told
// by one of these around each call of those functions that the C library knows of them now.
void environment_changed(std::string_view name);  // after it was
class ReadsTimeZone {
 public:
  ReadsTimeZone();
  ~ReadsTimeZone();
  ReadsTimeZone(const ReadsTimeZone&) = delete;

 private:
  uint64_t changes_;
};

}  // namespace taipan
