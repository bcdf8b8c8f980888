// Time, injected: nothing in the server reads the system's clock but here.

#ifndef CIBLE_SERVER_CLOCK_H_
#define CIBLE_SERVER_CLOCK_H_

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "segmentation/data/value.h"

namespace cible {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp Now() const = 0;

  // The system's clock; lives for ever.
  static const Clock& System();
};

// The IANA time zone of a name ("Europe/Paris"); UTC for a name that is none. Takes a
// lock, so that whoever asks all day keeps the zone.
absl::TimeZone TimeZoneNamed(absl::string_view name);

// The calendar day there.
Date DayIn(const absl::TimeZone& zone, Timestamp instant);
inline Date DayIn(absl::string_view time_zone, Timestamp instant) {
  return DayIn(TimeZoneNamed(time_zone), instant);
}

// Share of that day that has passed, in [0, 1): a day has 23 or 25 hours when clocks
// are put forward or back.
double ShareOfDayPassed(const absl::TimeZone& zone, Timestamp instant);

// Whether it is the name of a time zone known here.
bool IsTimeZone(absl::string_view name);

}  // namespace cible

#endif  // CIBLE_SERVER_CLOCK_H_
