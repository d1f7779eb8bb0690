// The module _datetime: dates, times, durations and time zones. See datetime.h.
#include "interp/modules/datetime.h"

namespace taipan {

static bool exec(Value module) {
  using namespace datetime;
  // (timezone needs timedelta, datetime's epoch needs timezone.)
  return add_delta(module) && add_date(module) && add_time(module) && add_timezones(module) && add_datetime(module) &&
         module_add_int(module, "MINYEAR", kMinYear) && module_add_int(module, "MAXYEAR", kMaxYear);
}

extern const ModuleDef _datetime_module;
const ModuleDef _datetime_module = {"_datetime", "Fast implementation of the datetime type.", nullptr, exec};

}  // namespace taipan
