// Time, injected: nothing in the server reads the system's clock but here.

#ifndef CIBLE_SERVER_CLOCK_H_
#define CIBLE_SERVER_CLOCK_H_

#include "absl/strings/string_view.h"
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

// The calendar day in an IANA time zone ("Europe/Paris"); in UTC for a name
// that is none.
Date DayIn(absl::string_view time_zone, Timestamp instant);

// Whether it is the name of a time zone known here.
bool IsTimeZone(absl::string_view name);

}  // namespace cible

#endif  // CIBLE_SERVER_CLOCK_H_
