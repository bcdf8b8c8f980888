#include "server/clock.h"

#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/clock.h"

namespace cible {
namespace {

class SystemClock : public Clock {
 public:
  Timestamp Now() const override { return {absl::ToUnixMicros(absl::Now())}; }
};

}  // namespace

const Clock& Clock::System() {
  static const SystemClock& clock = *new SystemClock;
  return clock;
}

absl::TimeZone TimeZoneNamed(absl::string_view name) {
  absl::TimeZone zone = absl::UTCTimeZone();
  absl::LoadTimeZone(name, &zone);  // UTC where it fails.
  return zone;
}

Date DayIn(const absl::TimeZone& zone, Timestamp instant) {
  const absl::CivilDay day = absl::ToCivilDay(absl::FromUnixMicros(instant.micros), zone);
  return {static_cast<std::int32_t>(day - absl::CivilDay(1970, 1, 1))};
}

double ShareOfDayPassed(const absl::TimeZone& zone, Timestamp instant) {
  const absl::Time now = absl::FromUnixMicros(instant.micros);
  const absl::CivilDay day = absl::ToCivilDay(now, zone);
  // Where midnight is skipped, the day begins with what comes after.
  const absl::Time begin = absl::FromCivil(day, zone);
  return absl::FDivDuration(now - begin, absl::FromCivil(day + 1, zone) - begin);
}

bool IsTimeZone(absl::string_view name) {
  absl::TimeZone zone;
  return absl::LoadTimeZone(name, &zone);
}

}  // namespace cible
